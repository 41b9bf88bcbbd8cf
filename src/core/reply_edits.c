/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/reply_edits.h"

#include "core/fields.h"

#include <string.h>

enum { REFERENCES_MAX = 4000 }; /* bytes of the ids and the spaces between them */

/* --- marks --- */

void
marks_set_field (TmMarks *marks, const char *name, const char *value)
{
  if (marks->set == NULL)
    marks->set = g_ptr_array_new_with_free_func ((GDestroyNotify) header_free);
  g_ptr_array_add (marks->set, header_new (name, value, NULL));
}

void
marks_add_unreferenced (TmMarks *marks, const char *message_id)
{
  if (marks->unreferenced == NULL)
    marks->unreferenced = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (marks->unreferenced, g_strdup (message_id));
}

void
marks_format_reply (const TmMarks *marks, GString *out)
{
  if (marks->is_out)
    g_string_append (out, "out\n");
  for (guint i = 0; marks->set != NULL && i < marks->set->len; i++)
    {
      const TmHeader *field = g_ptr_array_index (marks->set, i);
      g_string_append_printf (out, "set %s %s\n", field->name, field->value);
    }
  for (guint i = 0; marks->unreferenced != NULL && i < marks->unreferenced->len; i++)
    g_string_append_printf (out, "unref %s\n", (char *) g_ptr_array_index (marks->unreferenced, i));
  g_auto (GStrv) lines = g_strsplit (marks->footer != NULL ? marks->footer : "", "\n", -1);
  for (char **line = lines; marks->footer != NULL && *line != NULL; line++)
    g_string_append_printf (out, "footer %s\n", *line);
  if (marks->removes_commands)
    g_string_append (out, "commands\n");
  if (marks->is_discarded)
    g_string_append (out, "discard\n");
}

static bool
parse_set (TmMarks *marks, const char *rest)
{
  const char *space = strchr (rest, ' ');
  if (space == NULL || space == rest)
    return false;
  g_autofree char *name = g_strndup (rest, (gsize) (space - rest));
  marks_set_field (marks, name, space + 1);
  return true;
}

bool
marks_parse_reply (TmMarks *marks, const char *line)
{
  if (strcmp (line, "out") == 0)
    return marks->is_out = true;
  if (strcmp (line, "commands") == 0)
    return marks->removes_commands = true;
  if (strcmp (line, "discard") == 0)
    return marks->is_discarded = true;
  if (g_str_has_prefix (line, "set "))
    return parse_set (marks, line + strlen ("set "));
  if (g_str_has_prefix (line, "unref "))
    {
      marks_add_unreferenced (marks, line + strlen ("unref "));
      return true;
    }
  if (!g_str_has_prefix (line, "footer "))
    return false;
  char *footer = marks->footer == NULL ? g_strdup (line + strlen ("footer "))
                                       : g_strconcat (marks->footer, "\n", line + strlen ("footer "), NULL);
  g_free (marks->footer);
  marks->footer = footer;
  return true;
}

/* --- fields that stay here --- */

/* Receipts would go to the agent's own address, the others say who and where he is.  A name that ends in `-` stands for
 * all that begin so. */
static const char *const private_fields[] = {
  "Disposition-Notification-To", "Return-Receipt-To", "Return-Receipt-Requested", "X-Confirm-Reading-To",
  "Generate-Delivery-Report", "X-Pmrqc", "X-Sender", "X-X-Sender", "X-Originating-IP", "X-Originating-Email",
  "X-Authenticated-Sender", "X-Authenticated-User", "X-Identity-Key", "X-Account-Key", "Autocrypt", "Autocrypt-Gossip",
  "Organization", "Organisation", "Errors-To", "Mail-Followup-To", "Mail-Reply-To", "Return-Path", "Bcc", "Resent-",
};

bool
reply_field_is_private (const char *name, gsize name_len)
{
  for (size_t i = 0; i < G_N_ELEMENTS (private_fields); i++)
    {
      size_t len = strlen (private_fields[i]);
      bool is_prefix = private_fields[i][len - 1] == '-';
      if ((is_prefix ? name_len >= len : name_len == len) && g_ascii_strncasecmp (name, private_fields[i], len) == 0)
        return true;
    }
  return false;
}

/* Each name once, as it stands there first. */
static GPtrArray *
find_private (GBytes *raw)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  gsize len;
  const char *data = g_bytes_get_data (raw, &len);
  TmFieldWalk walk;
  TmField field;
  field_walk_init (&walk, data, len);
  while (field_walk_next (&walk, &field))
    {
      if (!reply_field_is_private (field.name, field.name_len))
        continue;
      bool is_known = false;
      for (guint i = 0; i < names->len && !is_known; i++)
        is_known = field_is (&field, g_ptr_array_index (names, i));
      if (!is_known)
        g_ptr_array_add (names, g_strndup (field.name, field.name_len));
    }
  return names;
}

/* --- the thread --- */

/* Ids (RFC 5322 §3.6.4) with their angle brackets, of all fields called `name`, in order. */
static GPtrArray *
find_ids (GBytes *raw, const char *name)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);
  gsize len;
  const char *data = g_bytes_get_data (raw, &len);
  TmFieldWalk walk;
  TmField field;
  field_walk_init (&walk, data, len);
  while (field_walk_next (&walk, &field))
    {
      const char *end = field.value + field.value_len;
      for (const char *p = field.value; field_is (&field, name) && p < end;)
        {
          const char *open = memchr (p, '<', (gsize) (end - p));
          const char *close = open != NULL ? memchr (open, '>', (gsize) (end - open)) : NULL;
          if (close == NULL)
            break;
          g_autofree char *id = field_rewrite (open, (gsize) (close + 1 - open));
          if (id != NULL && strpbrk (id, " \t\n") == NULL)
            g_ptr_array_add (ids, g_steal_pointer (&id));
          p = close + 1;
        }
    }
  return ids;
}

static bool
is_unreferenced (const TmMarks *marks, const char *id)
{
  for (guint i = 0; marks->unreferenced != NULL && i < marks->unreferenced->len; i++)
    {
      const char *bare = g_ptr_array_index (marks->unreferenced, i);
      if (strlen (id) == strlen (bare) + 2 && strncmp (id + 1, bare, strlen (bare)) == 0)
        return true;
    }
  return false;
}

/* The first one, which begins the thread, and as many of the last ones as there is room for. */
static void
prune (GPtrArray *ids)
{
  gsize total = 0;
  for (guint i = 0; i < ids->len; i++)
    total += strlen (g_ptr_array_index (ids, i)) + 1;
  while (total > REFERENCES_MAX && ids->len > 1)
    {
      guint victim = ids->len > 2 ? 1 : 0;
      total -= strlen (g_ptr_array_index (ids, victim)) + 1;
      g_ptr_array_remove_index (ids, victim);
    }
}

static void
change_thread (GPtrArray *edits, GBytes *raw, const char *name, const TmMarks *marks)
{
  g_autoptr (GPtrArray) ids = find_ids (raw, name);
  guint n_before = ids->len;
  for (guint i = ids->len; i > 0; i--)
    if (is_unreferenced (marks, g_ptr_array_index (ids, i - 1)))
      g_ptr_array_remove_index (ids, i - 1);
  prune (ids);
  if (ids->len == n_before)
    return;
  g_autoptr (GString) value = g_string_new (NULL);
  for (guint i = 0; i < ids->len; i++)
    g_string_append_printf (value, "%s%s", i > 0 ? " " : "", (char *) g_ptr_array_index (ids, i));
  edits_set_field (edits, raw, name, value->len > 0 ? value->str : NULL);
}

void
edits_add_reply (GPtrArray *edits, GBytes *raw, const TmMarks *marks)
{
  for (guint i = 0; marks->set != NULL && i < marks->set->len; i++)
    {
      const TmHeader *field = g_ptr_array_index (marks->set, i);
      edits_set_field (edits, raw, field->name, *field->value != '\0' ? field->value : NULL);
    }
  if (!marks->is_out)
    return;
  change_thread (edits, raw, "In-Reply-To", marks);
  change_thread (edits, raw, "References", marks);
  g_autoptr (GPtrArray) names = find_private (raw);
  for (guint i = 0; i < names->len; i++)
    edits_set_field (edits, raw, g_ptr_array_index (names, i), NULL);
}
