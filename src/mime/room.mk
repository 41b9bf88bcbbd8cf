# SPDX-License-Identifier: BSD-2-Clause
noinst_LIBRARIES += src/libmime.a
src_libmime_a_CPPFLAGS = $(AM_CPPFLAGS) $(GMIME_CFLAGS) $(XML_CFLAGS)
src_libmime_a_SOURCES = \
  src/mime/mime.h
