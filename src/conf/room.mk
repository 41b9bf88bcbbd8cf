# SPDX-License-Identifier: BSD-2-Clause
noinst_LIBRARIES += src/libconf.a
src_libconf_a_CPPFLAGS = $(AM_CPPFLAGS) $(YAML_CFLAGS)
src_libconf_a_SOURCES = \
  src/conf/policy.h src/conf/keyring.h
