# SPDX-License-Identifier: BSD-2-Clause
noinst_LIBRARIES += src/libfront.a
src_libfront_a_CPPFLAGS = $(AM_CPPFLAGS) $(MILTER_CFLAGS)
src_libfront_a_SOURCES = \
  src/milter/apply.c src/milter/apply.h \
  src/milter/cork.c src/milter/cork.h \
  src/milter/current.c src/milter/current.h \
  src/milter/front.c src/milter/front.h \
  src/milter/gate.c src/milter/gate.h \
  src/milter/gather.c src/milter/gather.h \
  src/milter/listen.c src/milter/listen.h \
  src/milter/session.c src/milter/session.h
