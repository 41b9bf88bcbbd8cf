# SPDX-License-Identifier: BSD-2-Clause
# Judging what a mail says of itself and of its writer.
src_libcore_a_SOURCES += \
  src/core/authres.c src/core/authres.h \
  src/core/authres_field.c src/core/authres_field.h \
  src/core/automatic.c src/core/automatic.h \
  src/core/bounce.c src/core/bounce.h \
  src/core/quote.c src/core/quote.h \
  src/core/quote_lines.c src/core/quote_lines.h \
  src/core/quote_words.c src/core/quote_words.h \
  src/core/quote_languages.c src/core/quote_languages.h \
  src/core/forwarded.c src/core/forwarded.h \
  src/core/invitation.c src/core/invitation.h \
  src/core/thanks.c \
  src/core/vacation.c src/core/vacation.h
