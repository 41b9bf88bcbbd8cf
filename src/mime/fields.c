/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/fields.h"

#include "base/text.h"

#include <string.h>

size_t
line_length (const char *data, size_t len, size_t *text_len_out)
{
  const char *end = memchr (data, '\n', len);
  size_t whole = end != NULL ? (size_t) (end - data) + 1 : len;
  size_t text = end != NULL ? whole - 1 : whole;
  if (text > 0 && data[text - 1] == '\r')
    text--;
  *text_len_out = text;
  return whole;
}

static bool
is_blank (char c)
{
  return c == ' ' || c == '\t';
}

size_t
field_name_length (const char *line, size_t len)
{
  size_t n = 0;
  while (n < len && line[n] > 32 && line[n] < 127 && line[n] != ':')
    n++;
  size_t name_len = n;
  while (n < len && is_blank (line[n]))
    n++;
  return n < len && line[n] == ':' ? name_len : 0;
}

/* The field at `data`; the value grows as long as lines begin with a blank. */
static size_t
read_field (const char *data, size_t len, size_t name_len, TmField *field_out)
{
  size_t text;
  size_t whole = line_length (data, len, &text);
  const char *value = (const char *) memchr (data + name_len, ':', text - name_len) + 1;
  size_t end = text;
  while (whole < len && is_blank (data[whole]))
    {
      size_t more = line_length (data + whole, len - whole, &text);
      end = whole + text;
      whole += more;
    }
  *field_out = (TmField){ .name = data, .name_len = name_len, .value = value,
                          .value_len = (size_t) (data + end - value) };
  return whole;
}

static bool
is_mailbox_line (const char *line, size_t len)
{
  return (len >= 5 && memcmp (line, "From ", 5) == 0) || (len >= 6 && memcmp (line, ">From ", 6) == 0);
}

/* Whether fields that a message needs follow before the next empty line. */
static bool
fields_go_on (const char *data, size_t len)
{
  enum { LINES_AHEAD = 200, BYTES_AHEAD = 64 * 1024 };
  static const char *const names[]
    = { "From", "To", "Date", "Subject", "Received", "Message-ID", "MIME-Version", "Content-Type" };
  size_t text;
  len = MIN (len, BYTES_AHEAD);
  for (unsigned i = 0; i < LINES_AHEAD && len > 0; i++)
    {
      size_t whole = line_length (data, len, &text);
      if (text == 0)
        return false;
      TmField field = { .name = data, .name_len = field_name_length (data, text) };
      for (size_t n = 0; field.name_len > 0 && n < G_N_ELEMENTS (names); n++)
        if (field_is (&field, names[n]))
          return true;
      data += whole;
      len -= whole;
    }
  return false;
}

/* A line that is no field continues the field before it when fields go on behind it: somebody took
 * the blank away.  Else the body begins. */
static bool
is_stray (const char *data, size_t len, size_t text, bool is_first)
{
  return (is_first && is_mailbox_line (data, text)) || fields_go_on (data, len);
}

static void
extend_last (GArray *fields, const char *line, size_t len)
{
  if (fields->len == 0)
    return;
  TmField *last = &g_array_index (fields, TmField, fields->len - 1);
  last->value_len = (size_t) (line + len - last->value);
}

enum { USUAL_FIELDS = 32 };

void
fields_read (const char *data, size_t len, const TmLimits *limits, TmFieldBlock *block_out)
{
  *block_out = (TmFieldBlock){ .fields = g_array_sized_new (FALSE, FALSE, sizeof (TmField), USUAL_FIELDS) };
  size_t at = 0;
  while (at < len)
    {
      size_t text;
      size_t whole = line_length (data + at, len - at, &text);
      size_t name_len = field_name_length (data + at, text);
      if (text == 0)
        at += whole;
      if (text == 0 || (name_len == 0 && !is_stray (data + at, len - at, text, at == 0)))
        break;
      TmField field;
      if (name_len > 0)
        whole = read_field (data + at, len - at, name_len, &field);
      block_out->cut = block_out->fields->len >= limits->headers || at + whole > limits->header_bytes;
      if (block_out->cut)
        break;
      if (name_len > 0)
        g_array_append_val (block_out->fields, field);
      else
        extend_last (block_out->fields, data + at, text);
      at += whole;
    }
  block_out->body = at;
}

void
fields_clear (TmFieldBlock *block)
{
  g_clear_pointer (&block->fields, g_array_unref);
}

const TmField *
fields_find (const TmFieldBlock *block, const char *name)
{
  for (guint i = 0; i < block->fields->len; i++)
    {
      const TmField *field = &g_array_index (block->fields, TmField, i);
      if (field_is (field, name))
        return field;
    }
  return NULL;
}

char *
field_unfold (const TmField *field)
{
  char *out = g_malloc (field->value_len + 1), *to = out;
  for (size_t i = 0; i < field->value_len; i++)
    {
      char c = field->value[i];
      size_t run = to > out ? text_printable_run (field->value + i, field->value_len - i) : 0;
      if (run > 0)
        {
          memcpy (to, field->value + i, run);
          to += run;
          i += run - 1;
          continue;
        }
      if (c == '\0')
        c = ' ';
      bool stray = c == '\n' && i + 1 < field->value_len && !is_blank (field->value[i + 1]);
      if (stray)
        c = ' ';
      if (c != '\n' && c != '\r' && (to > out || !is_blank (c)))
        *to++ = c;
    }
  while (to > out && is_blank (to[-1]))
    to--;
  *to = '\0';
  return out;
}
