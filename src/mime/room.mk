# SPDX-License-Identifier: BSD-2-Clause
noinst_LIBRARIES += src/libmime.a
src_libmime_a_CPPFLAGS = $(AM_CPPFLAGS) $(GMIME_CFLAGS) $(XML_CFLAGS) $(NETTLE_CFLAGS)
src_libmime_a_SOURCES = \
  src/mime/attach.c src/mime/attach.h \
  src/mime/body.c src/mime/body.h \
  src/mime/charset.c src/mime/charset.h \
  src/mime/cms.c src/mime/cms.h \
  src/mime/compose.c src/mime/compose.h \
  src/mime/content.c src/mime/content.h \
  src/mime/date-plain.c src/mime/date-plain.h \
  src/mime/fields.c src/mime/fields.h \
  src/mime/headers.c src/mime/headers.h \
  src/mime/html.c src/mime/html-reduce.c src/mime/html.h \
  src/mime/html-scan.c src/mime/html-scan.h \
  src/mime/kinds.c src/mime/kinds.h \
  src/mime/mailboxes.c src/mime/mailboxes.h \
  src/mime/mailboxes-plain.c src/mime/mailboxes-plain.h \
  src/mime/mime.h src/mime/read.c \
  src/mime/msgid.c src/mime/msgid.h \
  src/mime/opaque.c src/mime/opaque.h \
  src/mime/plain.c src/mime/plain.h \
  src/mime/report.c src/mime/report.h \
  src/mime/rewrite.c src/mime/rewrite.h \
  src/mime/rewrite-coding.c src/mime/rewrite-coding.h \
  src/mime/rewrite-html.c src/mime/rewrite-html.h \
  src/mime/rewrite-parts.c src/mime/rewrite-parts.h \
  src/mime/rewrite-text.c src/mime/rewrite-text.h \
  src/mime/screen.c src/mime/screen.h \
  src/mime/shortage.c src/mime/shortage.h \
  src/mime/text.c src/mime/text.h \
  src/mime/texts.c \
  src/mime/tnef.c src/mime/tnef.h \
  src/mime/tnef-scan.c src/mime/tnef-scan.h \
  src/mime/tnef-text.c src/mime/tnef-text.h \
  src/mime/uu.c src/mime/uu.h \
  src/mime/walk.c src/mime/walk.h \
  src/mime/words.c src/mime/words.h
