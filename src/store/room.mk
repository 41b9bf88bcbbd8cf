# SPDX-License-Identifier: BSD-2-Clause
noinst_LIBRARIES += src/libstore.a
src_libstore_a_CPPFLAGS = $(AM_CPPFLAGS) $(SQLITE_CFLAGS) $(ZSTD_CFLAGS)
src_libstore_a_SOURCES = \
  src/store/store.h src/store/record.h
