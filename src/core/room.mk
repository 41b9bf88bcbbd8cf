# SPDX-License-Identifier: BSD-2-Clause
noinst_LIBRARIES += src/libcore.a
src_libcore_a_CPPFLAGS = $(AM_CPPFLAGS) $(PCRE2_CFLAGS)
src_libcore_a_SOURCES = \
  src/core/address.c src/core/address.h \
  src/core/mail.c src/core/mail.h
