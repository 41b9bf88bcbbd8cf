/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/edit.h"

#include "base/text.h"
#include "core/reply_edits.h"

#include <string.h>

#define PREFIX "X-Ticket-"

enum { MARKS_BYTES = 200, USUAL_FIELDS = 8 }; /* of ordinary marks: their text, their fields */
enum { MAX_OFFSET_S = 26 * 3600 }; /* no zone is further from UTC */

TmMarks *
marks_new (gint64 ticket)
{
  TmMarks *marks = g_new0 (TmMarks, 1);
  marks->ticket = ticket;
  marks->fields = g_ptr_array_new_full (USUAL_FIELDS, (GDestroyNotify) header_free);
  marks->recipients = g_ptr_array_new_with_free_func (g_free);
  marks->dropped = g_ptr_array_new_with_free_func (g_free);
  return marks;
}

void
marks_free (TmMarks *marks)
{
  if (marks == NULL)
    return;
  g_free (marks->subject_tag);
  g_ptr_array_unref (marks->fields);
  g_ptr_array_unref (marks->recipients);
  g_ptr_array_unref (marks->dropped);
  g_free (marks->from_name);
  g_free (marks->from_address);
  g_free (marks->reply_to);
  g_free (marks->sender);
  g_clear_pointer (&marks->set, g_ptr_array_unref);
  g_clear_pointer (&marks->unreferenced, g_ptr_array_unref);
  g_free (marks->footer);
  g_free (marks);
}

void
marks_add_field (TmMarks *marks, const char *name, const char *value)
{
  if (text_is_one_line (value, strlen (value)))
    {
      g_ptr_array_add (marks->fields, header_new (name, value, NULL));
      return;
    }
  g_autofree char *clean = text_one_line (value, 0);
  g_ptr_array_add (marks->fields, header_new (name, clean, NULL));
}

bool
marks_add_due (TmMarks *marks, TmMetric metric, gint64 due_at, gint32 offset_s)
{
  if (marks->n_due == G_N_ELEMENTS (marks->due) || (marks->n_due > 0 && marks->n_before_due != marks->fields->len))
    return false;
  marks->n_before_due = marks->fields->len;
  marks->due[marks->n_due++] = (TmDueMark) { metric, due_at, offset_s };
  return true;
}

bool
marks_write_anything (const TmMarks *marks)
{
  return marks->subject_tag != NULL || marks->fields->len > 0 || marks->n_due > 0 || marks->from_address != NULL
         || marks->reply_to != NULL || marks->sender != NULL || marks->is_out;
}

static void
append_line (GString *out, const char *word, const char *name, const char *value)
{
  g_string_append (out, word);
  g_string_append (out, name);
  if (value != NULL)
    g_string_append_c (out, ' ');
  if (value != NULL)
    g_string_append (out, value);
  g_string_append_c (out, '\n');
}

/* `due METRIC-NUMBER SECONDS OFFSET`. */
static void
append_due (GString *out, const TmDueMark *due)
{
  const gint64 numbers[] = { due->metric, due->due_at, due->offset_s };
  char digits[TEXT_DIGITS];
  g_string_append (out, "due");
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_string_append_c (out, ' ');
      g_string_append (out, text_number (numbers[i], digits));
    }
  g_string_append_c (out, '\n');
}

static void
append_field (GString *out, const TmHeader *field)
{
  if (g_str_has_prefix (field->name, PREFIX))
    append_line (out, "x ", field->name + strlen (PREFIX), field->value);
  else
    append_line (out, "field ", field->name, field->value);
}

static void
append_fields (GString *out, const TmMarks *marks)
{
  for (guint i = 0; i <= marks->fields->len; i++)
    {
      for (guint k = 0; i == marks->n_before_due && k < marks->n_due; k++)
        append_due (out, &marks->due[k]);
      if (i < marks->fields->len)
        append_field (out, g_ptr_array_index (marks->fields, i));
    }
}

/* Lines: `ticket N`, `tag INSTANCE`, `rcpt ADDRESS`, `drop ADDRESS`, `from ADDRESS NAME`, `reply-to ADDRESS`, `sender
 * ADDRESS`; `x NAME VALUE` is the field X-Ticket-NAME, `due METRIC SECONDS OFFSET` an X-Ticket-Due, `field NAME VALUE`
 * any other field, in which older databases have those too; and the lines of marks_format_reply().  Short, because each
 * message is stored with them. */
char *
marks_format (const TmMarks *marks)
{
  GString *out = g_string_sized_new (MARKS_BYTES);
  char digits[TEXT_DIGITS];
  append_line (out, "ticket ", text_number (marks->ticket, digits), NULL);
  if (marks->subject_tag != NULL)
    append_line (out, "tag ", marks->subject_tag, NULL);
  for (guint i = 0; i < marks->recipients->len; i++)
    append_line (out, "rcpt ", g_ptr_array_index (marks->recipients, i), NULL);
  for (guint i = 0; i < marks->dropped->len; i++)
    append_line (out, "drop ", g_ptr_array_index (marks->dropped, i), NULL);
  if (marks->from_address != NULL)
    append_line (out, "from ", marks->from_address, marks->from_name);
  if (marks->reply_to != NULL)
    append_line (out, "reply-to ", marks->reply_to, NULL);
  if (marks->sender != NULL)
    append_line (out, "sender ", marks->sender, NULL);
  append_fields (out, marks);
  marks_format_reply (marks, out);
  return g_string_free (out, FALSE);
}

/* A line of one address, which may stand once. */
static bool
parse_address (TmMarks *marks, const char *word, const char *address)
{
  char **place = strcmp (word, "reply-to") == 0 ? &marks->reply_to
                 : strcmp (word, "sender") == 0 ? &marks->sender
                                                : NULL;
  if (place == NULL || *place != NULL)
    return false;
  *place = g_strdup (address);
  return true;
}

static bool
parse_due (TmMarks *marks, const char *numbers)
{
  gint64 values[3];
  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      char *end;
      values[i] = g_ascii_strtoll (numbers, &end, 10);
      if (end == numbers || *end != (i + 1 < G_N_ELEMENTS (values) ? ' ' : '\0'))
        return false;
      numbers = end + 1;
    }
  return values[0] > 0 && values[0] < TM_METRIC_END && ABS (values[2]) <= MAX_OFFSET_S
         && marks_add_due (marks, (TmMetric) values[0], values[1], (gint32) values[2]);
}

static bool
parse_line (TmMarks *marks, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 3);
  guint n = g_strv_length (words);
  if (n == 2 && strcmp (words[0], "ticket") == 0)
    {
      guint64 number;
      if (!text_parse_number (words[1], G_MAXINT64, &number))
        return false;
      marks->ticket = (gint64) number;
      return true;
    }
  if (n == 2 && strcmp (words[0], "tag") == 0 && marks->subject_tag == NULL)
    {
      marks->subject_tag = g_strdup (words[1]);
      return true;
    }
  if (n == 2 && strcmp (words[0], "rcpt") == 0)
    {
      g_ptr_array_add (marks->recipients, g_strdup (words[1]));
      return true;
    }
  if (n >= 2 && strcmp (words[0], "drop") == 0)
    {
      g_ptr_array_add (marks->dropped, g_strdup (line + strlen ("drop ")));
      return true;
    }
  if (n == 3 && strcmp (words[0], "x") == 0)
    {
      g_autofree char *name = g_strconcat (PREFIX, words[1], NULL);
      marks_add_field (marks, name, words[2]);
      return true;
    }
  if (n == 3 && strcmp (words[0], "due") == 0)
    return parse_due (marks, line + strlen ("due "));
  if (n == 3 && strcmp (words[0], "field") == 0)
    {
      marks_add_field (marks, words[1], words[2]);
      return true;
    }
  if (n == 3 && strcmp (words[0], "from") == 0 && marks->from_address == NULL)
    {
      marks->from_address = g_strdup (words[1]);
      marks->from_name = g_strdup (words[2]);
      return true;
    }
  return (n == 2 && parse_address (marks, words[0], words[1])) || marks_parse_reply (marks, line);
}

TmMarks *
marks_parse (const char *text)
{
  g_autoptr (TmMarks) marks = marks_new (0);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    if (**line != '\0' && !parse_line (marks, *line))
      return NULL;
  return g_steal_pointer (&marks);
}

bool
marks_drop (const TmMarks *marks, const TmRecipient *recipient)
{
  const char *name = recipient->address != NULL ? recipient->address : recipient->typed;
  return g_ptr_array_find_with_equal_func (marks->dropped, name, g_str_equal, NULL);
}
