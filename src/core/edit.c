/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/edit.h"

#include "base/clock.h"
#include "base/text.h"
#include "core/fields.h"
#include "core/reply_edits.h"
#include "core/service.h"
#include "core/subject.h"

#include <string.h>

enum { LINE_MAX_SOFT = 78 }; /* RFC 5322 §2.1.1 */

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

static void
add_due (GPtrArray *edits, const TmDueMark *due)
{
  char value[TM_METRIC_NAME_MAX + sizeof "; " + TM_INSTANT_TEXT];
  char *end = g_stpcpy (g_stpcpy (value, metric_name (due->metric)), "; ");
  if (instant_print_local (due->due_at, due->offset_s, end))
    g_ptr_array_add (edits, edit_new (TM_EDIT_ADD, "X-Ticket-Due", 0, value));
}

static void
add_fields (GPtrArray *edits, const TmMarks *marks)
{
  for (guint i = 0; i <= marks->fields->len; i++)
    {
      for (guint k = 0; i == marks->n_before_due && k < marks->n_due; k++)
        add_due (edits, &marks->due[k]);
      const TmHeader *field = i < marks->fields->len ? g_ptr_array_index (marks->fields, i) : NULL;
      if (field != NULL)
        g_ptr_array_add (edits, add_field (field->name, field->value));
    }
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
  if (writes)
    add_fields (edits, marks);
  for (guint i = 0; i < marks->recipients->len; i++)
    g_ptr_array_add (edits, edit_new (TM_EDIT_ADD_RCPT, NULL, 0, g_ptr_array_index (marks->recipients, i)));
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
