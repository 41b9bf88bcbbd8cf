/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/rewrite-coding.h"

#include "base/text.h"

#include <gmime/gmime.h>
#include <string.h>

enum { LINE_MAX_HARD = 998, QP_LINE = 75, BASE64_BYTES = 57 /* of a line of 76 */ };

TmCoding
coding_of (const char *declared)
{
  switch (declared != NULL ? g_mime_content_encoding_from_string (declared) : GMIME_CONTENT_ENCODING_DEFAULT)
    {
    case GMIME_CONTENT_ENCODING_DEFAULT:
    case GMIME_CONTENT_ENCODING_7BIT:
      return TM_CODING_IDENTITY;
    case GMIME_CONTENT_ENCODING_8BIT:
      return TM_CODING_8BIT;
    case GMIME_CONTENT_ENCODING_BINARY:
      return TM_CODING_BINARY;
    case GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE:
      return TM_CODING_QUOTED_PRINTABLE;
    case GMIME_CONTENT_ENCODING_BASE64:
      return TM_CODING_BASE64;
    case GMIME_CONTENT_ENCODING_UUENCODE:
      return TM_CODING_OTHER;
    }
  return TM_CODING_OTHER;
}

/* Whether it is nothing but groups of four, the last one padded, and white space. */
static bool
is_base64 (const char *content, size_t len)
{
  size_t n = 0, n_pads = 0;
  for (size_t i = 0; i < len; i++)
    {
      char c = content[i];
      if (g_ascii_isspace (c))
        continue;
      bool is_pad = c == '=';
      if (!is_pad && (n_pads > 0 || !(g_ascii_isalnum (c) || c == '+' || c == '/')))
        return false;
      n_pads += is_pad;
      n++;
    }
  return n % 4 == 0 && n_pads <= 2;
}

static GString *
decode_base64 (const char *content, size_t len)
{
  if (!is_base64 (content, len))
    return NULL;
  GString *out = g_string_sized_new (len / 4 * 3 + 4);
  int state = 0;
  guint save = 0;
  g_string_set_size (out, g_base64_decode_step (content, len, (guchar *) out->str, &state, &save));
  return out;
}

static GString *
decode_quoted_printable (const char *content, size_t len)
{
  /* A soft break in front of the boundary has nothing to join. */
  if (len > 0 && content[len - 1] == '=')
    len--;
  GMimeEncoding decoder;
  g_mime_encoding_init_decode (&decoder, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
  GString *out = g_string_sized_new (g_mime_encoding_outlen (&decoder, len) + 1);
  g_string_set_size (out, g_mime_encoding_flush (&decoder, content, len, out->str));
  return out;
}

GString *
coding_decode (TmCoding coding, const char *content, size_t len)
{
  switch (coding)
    {
    case TM_CODING_IDENTITY:
    case TM_CODING_8BIT:
    case TM_CODING_BINARY:
      return g_string_new_len (content, (gssize) len);
    case TM_CODING_QUOTED_PRINTABLE:
      return decode_quoted_printable (content, len);
    case TM_CODING_BASE64:
      return decode_base64 (content, len);
    case TM_CODING_OTHER:
      return NULL;
    }
  return NULL;
}

static void
encode_base64 (const GString *bytes, const char *eol, GString *out)
{
  char line[(BASE64_BYTES / 3 + 2) * 4];
  for (size_t at = 0; at < bytes->len; at += BASE64_BYTES)
    {
      int state = 0, save = 0;
      size_t n = MIN (bytes->len - at, BASE64_BYTES);
      size_t len = g_base64_encode_step ((const guchar *) bytes->str + at, n, FALSE, line, &state, &save);
      len += g_base64_encode_close (FALSE, line + len, &state, &save);
      g_string_append_len (out, line, (gssize) len);
      g_string_append (out, eol);
    }
}

static bool
is_literal (char c)
{
  return c > ' ' && c < 0x7f && c != '=';
}

/* One line without its end. */
static void
encode_line (const char *line, size_t len, const char *eol, GString *out)
{
  size_t column = 0;
  for (size_t i = 0; i < len;)
    {
      size_t run = 0, room = QP_LINE - column;
      while (run < room && i + run < len && (is_literal (line[i + run]) || (line[i + run] == ' ' && i + run + 1 < len)))
        run++;
      g_string_append_len (out, line + i, (gssize) run);
      column += run;
      i += run;
      if (i == len)
        break;
      bool is_escaped = !is_literal (line[i]) && line[i] != ' ';
      is_escaped |= line[i] == ' ' && i + 1 == len;
      if (column + (is_escaped ? 3 : 1) > QP_LINE)
        {
          g_string_append_c (out, '=');
          g_string_append (out, eol);
          column = 0;
        }
      else if (is_escaped)
        {
          static const char digits[] = "0123456789ABCDEF";
          unsigned char c = (unsigned char) line[i++];
          const char escape[] = { '=', digits[c >> 4], digits[c & 15] };
          g_string_append_len (out, escape, sizeof escape);
          column += sizeof escape;
        }
    }
}

static void
encode_quoted_printable (const GString *bytes, const char *eol, GString *out)
{
  for (size_t at = 0; at < bytes->len;)
    {
      const char *line = bytes->str + at;
      const char *end = memchr (line, '\n', bytes->len - at);
      size_t len = end != NULL ? (size_t) (end - line) : bytes->len - at;
      size_t text = end != NULL && len > 0 && line[len - 1] == '\r' ? len - 1 : len;
      encode_line (line, text, eol, out);
      if (end != NULL)
        g_string_append (out, eol);
      at += len + (end != NULL);
    }
}

void
coding_encode (TmCoding coding, const GString *bytes, const char *eol, GString *out)
{
  switch (coding)
    {
    case TM_CODING_BASE64:
      encode_base64 (bytes, eol, out);
      return;
    case TM_CODING_QUOTED_PRINTABLE:
      encode_quoted_printable (bytes, eol, out);
      return;
    case TM_CODING_IDENTITY:
    case TM_CODING_8BIT:
    case TM_CODING_BINARY:
    case TM_CODING_OTHER:
      g_string_append_len (out, bytes->str, (gssize) bytes->len);
      return;
    }
}

static bool
are_lines_short (const GString *bytes)
{
  for (size_t at = 0; at < bytes->len;)
    {
      const char *end = memchr (bytes->str + at, '\n', bytes->len - at);
      size_t len = end != NULL ? (size_t) (end - bytes->str) - at : bytes->len - at;
      if (len > LINE_MAX_HARD + 1)
        return false;
      at += len + 1;
    }
  return true;
}

bool
coding_allows (TmCoding coding, const GString *bytes)
{
  switch (coding)
    {
    case TM_CODING_IDENTITY:
      return text_is_ascii (bytes->str, bytes->len) && are_lines_short (bytes);
    case TM_CODING_8BIT:
      return are_lines_short (bytes);
    case TM_CODING_BINARY:
    case TM_CODING_QUOTED_PRINTABLE:
    case TM_CODING_BASE64:
      return true;
    case TM_CODING_OTHER:
      return false;
    }
  return false;
}
