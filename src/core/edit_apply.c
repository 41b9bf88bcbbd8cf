/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/edit_apply.h"

#include "core/fields.h"

#include <string.h>

typedef struct
{
  char *name;
  char *text; /* the whole field, CRLF; owned */
} Line;

static void
line_free (gpointer data)
{
  Line *line = data;
  g_free (line->name);
  g_free (line->text);
  g_free (line);
}

/* Whatever ends a line in `text` becomes CRLF; a CR alone stays. */
static void
append_crlf (GString *out, const char *text, gsize len)
{
  for (const char *p = text, *end = text + len; p < end;)
    {
      const char *eol = memchr (p, '\n', (gsize) (end - p));
      gsize n = eol != NULL ? (gsize) (eol - p) : (gsize) (end - p);
      g_string_append_len (out, p, (gssize) (eol != NULL && n > 0 && p[n - 1] == '\r' ? n - 1 : n));
      if (eol != NULL)
        g_string_append (out, "\r\n");
      p += n + (eol != NULL);
    }
}

/* `value` has its folds as line feed and white space. */
static Line *
line_new (const char *name, gsize name_len, const char *value, gsize value_len, bool is_ours)
{
  Line *line = g_new0 (Line, 1);
  g_autoptr (GString) text = g_string_new_len (name, (gssize) name_len);
  line->name = g_strndup (name, name_len);
  g_string_append (text, is_ours ? ": " : ":");
  append_crlf (text, value, value_len);
  g_string_append (text, "\r\n");
  line->text = g_strdup (text->str);
  return line;
}

/* Fields go into `lines`; gives where the body begins. */
static const char *
read_fields (const char *data, gsize len, GPtrArray *lines)
{
  TmFieldWalk walk;
  TmField field;
  field_walk_init (&walk, data, len);
  while (field_walk_next (&walk, &field))
    if (memchr (field.value, '\0', field.value_len) == NULL)
      g_ptr_array_add (lines, line_new (field.name, field.name_len, field.value, field.value_len, false));
  const char *body = walk.at;
  if (body < walk.end && *body == '\r')
    body++;
  if (body < walk.end && *body == '\n')
    body++;
  return body;
}

/* Its place, or lines->len. */
static guint
find (const GPtrArray *lines, const char *name, int index)
{
  guint i;
  for (i = 0; i < lines->len; i++)
    if (g_ascii_strcasecmp (((const Line *) g_ptr_array_index (lines, i))->name, name) == 0 && --index == 0)
      break;
  return i;
}

static void
apply_one (GPtrArray *lines, const TmEdit *edit, GBytes **body_io)
{
  Line *line = NULL;
  guint place = lines->len;
  switch (edit->op)
    {
    case TM_EDIT_ADD:
      g_ptr_array_add (lines, line_new (edit->header, strlen (edit->header), edit->value, strlen (edit->value), true));
      return;
    case TM_EDIT_CHANGE:
      place = find (lines, edit->header, edit->index);
      line = line_new (edit->header, strlen (edit->header), edit->value, strlen (edit->value), true);
      if (place < lines->len)
        line_free (g_ptr_array_index (lines, place));
      else
        g_ptr_array_add (lines, NULL);
      g_ptr_array_index (lines, place) = line;
      return;
    case TM_EDIT_DELETE:
      place = find (lines, edit->header, edit->index);
      if (place < lines->len)
        g_ptr_array_remove_index (lines, place);
      return;
    case TM_EDIT_BODY:
      *body_io = edit->body;
      return;
    case TM_EDIT_ADD_RCPT:
    case TM_EDIT_DEL_RCPT:
    case TM_EDIT_SENDER:
      return;
    }
}

GBytes *
edits_apply (GBytes *raw, const GPtrArray *edits)
{
  gsize len;
  const char *data = g_bytes_get_data (raw, &len);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (line_free);
  const char *old = read_fields (data, len, lines);
  GBytes *body = NULL;
  for (guint i = 0; i < edits->len; i++)
    apply_one (lines, g_ptr_array_index (edits, i), &body);
  GString *out = g_string_sized_new (len + 1024);
  for (guint i = 0; i < lines->len; i++)
    g_string_append (out, ((const Line *) g_ptr_array_index (lines, i))->text);
  g_string_append (out, "\r\n");
  if (body != NULL)
    g_string_append_len (out, g_bytes_get_data (body, NULL), (gssize) g_bytes_get_size (body));
  else
    append_crlf (out, old, (gsize) (data + len - old));
  return g_string_free_to_bytes (out);
}

/* --- where it came from --- */

/* A name that ends in `-` stands for all that begin so. */
static const char *const trace_fields[] = {
  "Received", "Return-Path", "Delivered-To", "X-Original-To", "X-Received", "Received-SPF", "Authentication-Results",
  "ARC-", "DKIM-Signature", "DomainKey-Signature", "X-Google-", "X-Gm-", "X-MS-", "X-Microsoft-", "X-Forefront-",
  "X-Spam-", "X-Envelope-From", "X-Envelope-To", "X-Mailer", "User-Agent",
};

static bool
is_trace (const TmField *field)
{
  for (size_t i = 0; i < G_N_ELEMENTS (trace_fields); i++)
    {
      gsize len = strlen (trace_fields[i]);
      bool is_prefix = trace_fields[i][len - 1] == '-';
      if ((is_prefix ? field->name_len >= len : field->name_len == len)
          && g_ascii_strncasecmp (field->name, trace_fields[i], len) == 0)
        return true;
    }
  return false;
}

void
edits_drop_trace (GPtrArray *edits, GBytes *raw)
{
  gsize len;
  const char *data = g_bytes_get_data (raw, &len);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  TmFieldWalk walk;
  TmField field;
  field_walk_init (&walk, data, len);
  while (field_walk_next (&walk, &field))
    {
      g_autofree char *name = is_trace (&field) ? g_ascii_strdown (field.name, (gssize) field.name_len) : NULL;
      if (name != NULL && !g_hash_table_contains (seen, name))
        {
          edits_set_field (edits, raw, name, NULL);
          g_hash_table_add (seen, g_steal_pointer (&name));
        }
    }
}
