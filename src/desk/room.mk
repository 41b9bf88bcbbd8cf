# SPDX-License-Identifier: BSD-2-Clause
noinst_LIBRARIES += src/libdesk.a
src_libdesk_a_SOURCES = \
  src/desk/receive.c src/desk/receive.h
