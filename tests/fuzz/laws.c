/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/fuzz/fuzz.h"

#include "base/text.h"
#include "core/address.h"
#include "tests/support/mail-law.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
fuzz_break (const char *file, int line, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  fprintf (stderr, "%s:%d: broken law: ", file, line);
  vfprintf (stderr, format, arguments);
  fputc ('\n', stderr);
  va_end (arguments);
  abort ();
}

char *
fuzz_bytes (const guint8 *data, gsize len)
{
  return g_strndup ((const char *) data, len);
}

char *
fuzz_utf8 (const guint8 *data, gsize len)
{
  return text_make_valid ((const char *) data, len);
}

char *
fuzz_next_line (const guint8 **at, gsize *len)
{
  if (*len == 0)
    return NULL;
  const guint8 *end = memchr (*at, '\n', *len);
  gsize line_len = end != NULL ? (gsize) (end - *at) : *len;
  char *line = text_make_valid ((const char *) *at, line_len);
  gsize taken = line_len + (end != NULL);
  *at += taken;
  *len -= taken;
  return line;
}

void
fuzz_law_line (const char *text, const char *what)
{
  FUZZ_LAW (text != NULL && is_clean_line (text), "%s is no clean line: %s", what, text);
}

void
fuzz_law_text (const char *text, const char *what)
{
  FUZZ_LAW (text != NULL && is_clean_text (text), "%s is no clean text: %s", what, text);
}

void
fuzz_law_address (const char *address, const char *what)
{
  fuzz_law_line (address, what);
  g_autofree char *again = address_normalize (address);
  FUZZ_LAW (g_strcmp0 (address, again) == 0, "%s <%s> is normalised to <%s>", what, address, again);
}
