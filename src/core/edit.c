/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/edit.h"

#include "base/text.h"
#include "core/fields.h"
#include "core/reply_edits.h"
#include "core/subject.h"

#include <string.h>

enum { LINE_MAX_SOFT = 78 }; /* RFC 5322 §2.1.1 */
enum { MARKS_BYTES = 200, USUAL_FIELDS = 8 }; /* of ordinary marks: their text, their fields */

TmEdit *
edit_new (TmEditOp op, const char *header, int index, const char *value)
{
  size_t header_room = text_room (header), value_room = text_room (value);
  TmEdit *edit = g_malloc (sizeof *edit + header_room + value_room);
  char *at = (char *) (edit + 1);
  edit->op = op;
  edit->header = text_put (&at, header, header_room);
  edit->index = index;
  edit->value = text_put (&at, value, value_room);
  edit->body = NULL;
  return edit;
}

TmEdit *
edit_new_body (GBytes *body)
{
  TmEdit *edit = edit_new (TM_EDIT_BODY, NULL, 0, NULL);
  edit->body = g_bytes_ref (body);
  return edit;
}

void
edit_free (TmEdit *edit)
{
  if (edit != NULL && edit->body != NULL)
    g_bytes_unref (edit->body);
  g_free (edit);
}

const char *
edit_op_name (TmEditOp op)
{
  switch (op)
    {
    case TM_EDIT_ADD:
      return "add";
    case TM_EDIT_CHANGE:
      return "change";
    case TM_EDIT_DELETE:
      return "delete";
    case TM_EDIT_ADD_RCPT:
      return "add_rcpt";
    case TM_EDIT_DEL_RCPT:
      return "del_rcpt";
    case TM_EDIT_SENDER:
      return "sender";
    case TM_EDIT_BODY:
      return "body";
    }
  return "";
}

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
marks_write_anything (const TmMarks *marks)
{
  return marks->subject_tag != NULL || marks->fields->len > 0 || marks->from_address != NULL || marks->reply_to != NULL
         || marks->sender != NULL || marks->is_out;
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

/* Lines: `ticket N`, `tag INSTANCE`, `rcpt ADDRESS`, `drop ADDRESS`, `from ADDRESS NAME`, `reply-to ADDRESS`, `sender
 * ADDRESS`, `field NAME VALUE`, and those of marks_format_reply(). */
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
  for (guint i = 0; i < marks->fields->len; i++)
    {
      const TmHeader *field = g_ptr_array_index (marks->fields, i);
      append_line (out, "field ", field->name, field->value);
    }
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

/* The next X-Ticket-* field. */
static bool
next_mark (TmFieldWalk *walk, TmField *field_out)
{
  static const char prefix[] = "x-ticket-";
  while (field_walk_next (walk, field_out))
    if (field_out->name_len >= strlen (prefix) && g_ascii_strncasecmp (field_out->name, prefix, strlen (prefix)) == 0)
      return true;
  return false;
}

unsigned
edits_count_foreign (GBytes *raw)
{
  gsize len;
  const char *data = g_bytes_get_data (raw, &len);
  unsigned n = 0;
  TmFieldWalk walk;
  TmField field;
  field_walk_init (&walk, data, len);
  while (next_mark (&walk, &field))
    n++;
  return n;
}

/* Indexes count per name in any case, so names are folded first. */
void
edits_clean (GPtrArray *edits, GBytes *raw)
{
  if (edits_count_foreign (raw) == 0)
    return;
  gsize len;
  const char *data = g_bytes_get_data (raw, &len);
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  TmFieldWalk walk;
  TmField field;
  field_walk_init (&walk, data, len);
  while (next_mark (&walk, &field))
    {
      g_autofree char *name = g_ascii_strdown (field.name, (gssize) field.name_len);
      gpointer key, count;
      if (g_hash_table_lookup_extended (counts, name, &key, &count))
        g_hash_table_insert (counts, g_strdup (name), GINT_TO_POINTER (GPOINTER_TO_INT (count) + 1));
      else
        {
          g_ptr_array_add (names, g_strdup (name));
          g_hash_table_insert (counts, g_steal_pointer (&name), GINT_TO_POINTER (1));
        }
    }
  for (guint i = 0; i < names->len; i++)
    for (int index = GPOINTER_TO_INT (g_hash_table_lookup (counts, g_ptr_array_index (names, i))); index > 0; index--)
      g_ptr_array_add (edits, edit_new (TM_EDIT_DELETE, g_ptr_array_index (names, i), index, NULL));
}

static bool
find_subject (const char *data, gsize len, TmField *field_out)
{
  TmFieldWalk walk;
  field_walk_init (&walk, data, len);
  while (field_walk_next (&walk, field_out))
    if (field_is (field_out, "Subject"))
      return true;
  return false;
}

/* A fold with nothing but blanks on its line: some programs write them, and a tag on a line of its own leaves one
 * behind when it goes. */
static void
drop_blank_lines (char *value)
{
  char *to = value;
  for (const char *p = value; *p != '\0';)
    {
      const char *text = *p == '\n' ? p + 1 + strspn (p + 1, " \t") : p;
      if (*p == '\n' && (*text == '\n' || *text == '\0'))
        p = text;
      else
        *to++ = *p++;
    }
  *to = '\0';
}

/* A Subject that is plain ASCII and shows its tags keeps its own bytes and
 * folds; any other is written anew from its decoded form. */
static char *
subject_value (const TmField *field, const char *decoded, const char *instance, gint64 ticket)
{
  g_autofree char *own = field_rewrite (field->value, field->value_len);
  if (own != NULL)
    g_strstrip (own);
  if (own == NULL || subject_find_tag (own, instance) != subject_find_tag (decoded, instance))
    {
      g_autofree char *tagged = subject_with_tag (decoded, instance, ticket);
      return field_encode (tagged);
    }
  char *tagged = subject_with_tag (own, instance, ticket);
  drop_blank_lines (tagged);
  char *close = strstr (tagged, "] ");
  if (close != NULL && strcspn (tagged, "\n") > LINE_MAX_SOFT - strlen ("Subject: ")
      && strlen (own) > 0 && memchr (tagged, '\n', (size_t) (close - tagged)) == NULL)
    {
      char *folded = g_strdup_printf ("%.*s\n%s", (int) (close + 1 - tagged), tagged, close + 1);
      g_free (tagged);
      return folded;
    }
  return tagged;
}

static void
change_subject (GPtrArray *edits, const char *data, gsize len, const char *decoded, const TmMarks *marks)
{
  TmField field;
  if (!find_subject (data, len, &field))
    {
      g_autofree char *value = subject_with_tag ("", marks->subject_tag, marks->ticket);
      g_ptr_array_add (edits, edit_new (TM_EDIT_ADD, "Subject", 0, value));
      return;
    }
  g_autofree char *value = subject_value (&field, decoded, marks->subject_tag, marks->ticket);
  g_ptr_array_add (edits, edit_new (TM_EDIT_CHANGE, "Subject", 1, value));
}

static unsigned
count_fields (const char *data, gsize len, const char *name)
{
  unsigned n = 0;
  TmFieldWalk walk;
  TmField field;
  field_walk_init (&walk, data, len);
  while (field_walk_next (&walk, &field))
    n += field_is (&field, name);
  return n;
}

/* `n` fields called `name` become one with `value`, or none when that is NULL. */
static void
set_single (GPtrArray *edits, const char *name, unsigned n, const char *value)
{
  for (unsigned index = n; index > (value != NULL ? 1u : 0u); index--)
    g_ptr_array_add (edits, edit_new (TM_EDIT_DELETE, name, (int) index, NULL));
  if (value == NULL)
    return;
  g_autofree char *folded = field_fold (name, value);
  g_ptr_array_add (edits, edit_new (n > 0 ? TM_EDIT_CHANGE : TM_EDIT_ADD, name, n > 0 ? 1 : 0, folded));
}

void
edits_set_field (GPtrArray *edits, GBytes *raw, const char *name, const char *value)
{
  gsize len;
  const char *data = g_bytes_get_data (raw, &len);
  set_single (edits, name, count_fields (data, len, name), value);
}

/* Mail with that many of a field that may stand once is nobody's letter, and deleting them would keep the MTA busy
 * (core/refusal.c): it goes on as from whomever it came. */
enum { DELETIONS_MAX = 100 };

static void
change_author (GPtrArray *edits, const char *data, gsize len, const TmMarks *marks)
{
  unsigned n_from = count_fields (data, len, "From"), n_sender = count_fields (data, len, "Sender");
  unsigned n_reply_to = count_fields (data, len, "Reply-To");
  if (n_from > DELETIONS_MAX || n_sender > DELETIONS_MAX || n_reply_to > DELETIONS_MAX)
    return;
  if (marks->from_address != NULL)
    {
      g_autofree char *from = g_strdup_printf ("%s <%s>", marks->from_name, marks->from_address);
      set_single (edits, "From", n_from, from);
      set_single (edits, "Sender", n_sender, NULL);
    }
  if (marks->reply_to != NULL)
    set_single (edits, "Reply-To", n_reply_to, marks->reply_to);
  if (marks->sender != NULL)
    g_ptr_array_add (edits, edit_new (TM_EDIT_SENDER, NULL, 0, marks->sender));
}

static bool
changes_author (const TmMarks *marks)
{
  return marks->from_address != NULL || marks->reply_to != NULL || marks->sender != NULL;
}

/* Most values are short words, and stay as they are. */
static TmEdit *
add_field (const char *name, const char *value)
{
  if (strlen (name) + strlen (": ") + strlen (value) <= LINE_MAX_SOFT && g_str_is_ascii (value))
    return edit_new (TM_EDIT_ADD, name, 0, value);
  g_autofree char *encoded = field_encode (value);
  g_autofree char *folded = field_fold (name, encoded);
  return edit_new (TM_EDIT_ADD, name, 0, folded);
}

void
edits_add_marks (GPtrArray *edits, GBytes *raw, const char *subject, const TmMarks *marks, bool writes)
{
  gsize len;
  const char *data = g_bytes_get_data (raw, &len);
  edits_clean (edits, raw);
  if (writes && marks->subject_tag != NULL)
    change_subject (edits, data, len, subject, marks);
  if (writes && changes_author (marks))
    change_author (edits, data, len, marks);
  if (writes)
    edits_add_reply (edits, raw, marks);
  for (guint i = 0; writes && i < marks->fields->len; i++)
    {
      const TmHeader *field = g_ptr_array_index (marks->fields, i);
      g_ptr_array_add (edits, add_field (field->name, field->value));
    }
  for (guint i = 0; i < marks->recipients->len; i++)
    g_ptr_array_add (edits, edit_new (TM_EDIT_ADD_RCPT, NULL, 0, g_ptr_array_index (marks->recipients, i)));
}

bool
marks_drop (const TmMarks *marks, const TmRecipient *recipient)
{
  const char *name = recipient->address != NULL ? recipient->address : recipient->typed;
  return g_ptr_array_find_with_equal_func (marks->dropped, name, g_str_equal, NULL);
}

void
edits_drop_recipients (GPtrArray *edits, const TmEnvelope *envelope, const TmMarks *marks)
{
  for (guint i = 0; i < envelope->recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (envelope->recipients, i);
      if (marks_drop (marks, recipient))
        g_ptr_array_add (edits, edit_new (TM_EDIT_DEL_RCPT, NULL, 0, recipient->typed));
    }
}

void
edits_remove_ours (GPtrArray *edits, const TmEnvelope *envelope)
{
  for (guint i = 0; i < envelope->recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (envelope->recipients, i);
      if (recipient->is_ours)
        g_ptr_array_add (edits, edit_new (TM_EDIT_DEL_RCPT, NULL, 0, recipient->typed));
    }
}
