# SPDX-License-Identifier: BSD-2-Clause
noinst_LIBRARIES += src/libbase.a
src_libbase_a_CPPFLAGS = $(AM_CPPFLAGS) $(NETTLE_CFLAGS)
src_libbase_a_SOURCES = \
  src/base/clock.c src/base/clock.h \
  src/base/cond.c src/base/cond.h \
  src/base/digest.c src/base/digest.h \
  src/base/entropy.c src/base/entropy.h \
  src/base/error.c src/base/error.h \
  src/base/log.c src/base/log.h \
  src/base/metrics.c src/base/metrics.h \
  src/base/text.c src/base/text.h
