# SPDX-License-Identifier: BSD-2-Clause
noinst_LIBRARIES += src/liboutbox.a
src_liboutbox_a_CPPFLAGS = $(AM_CPPFLAGS) $(CURL_CFLAGS)
src_liboutbox_a_SOURCES = \
  src/outbox/dialog.c src/outbox/dialog.h \
  src/outbox/hook.c src/outbox/hook.h \
  src/outbox/http.c src/outbox/http.h \
  src/outbox/smtp.c src/outbox/smtp.h
