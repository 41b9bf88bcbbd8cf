/* SPDX-License-Identifier: BSD-2-Clause */
#include "desk/outgoing.h"

#include "core/command.h"
#include "core/edit_apply.h"
#include "mime/compose.h"
#include "mime/mime.h"
#include "mime/rewrite.h"
#include "mime/shortage.h"

#include <string.h>

void
composed_free (TmComposed *composed)
{
  if (composed == NULL)
    return;
  g_free (composed->sender);
  g_clear_pointer (&composed->recipients, g_ptr_array_unref);
  g_clear_pointer (&composed->silenced, g_ptr_array_unref);
  g_clear_pointer (&composed->bytes, g_bytes_unref);
  g_free (composed);
}

/* --- an agent's mail, by its marks --- */

static bool
fail_message (const TmOutboxRow *row, const char *why, GError **error)
{
  g_set_error (error, TM_ERROR, TM_ERROR_MESSAGE, "message %" G_GINT64_FORMAT " cannot go out: %s", row->message, why);
  return false;
}

static bool
rewrite_body (const TmOutboxRow *row, GBytes *raw, const TmMail *mail, const TmMarks *marks, const TmLimits *limits,
              GPtrArray *edits, GError **error)
{
  if (!marks->removes_commands && marks->footer == NULL)
    return true;
  g_autofree char *own = mail_reply_text (mail);
  g_autoptr (GPtrArray) no_tokens = g_ptr_array_new ();
  g_autoptr (TmCommands) commands = commands_read (own, no_tokens);
  g_autoptr (GPtrArray) lines = marks->removes_commands ? commands_lines (commands) : NULL;
  g_autoptr (TmRewritten) rewritten = NULL;
  const TmRewriteOrder order = { .remove = lines, .footer = marks->footer };
  TmRewriteResult result = mime_rewrite (raw, &order, limits, &rewritten);
  if (!shortage_check (error))
    return false;
  if (result != TM_REWRITE_DONE)
    return lines == NULL || lines->len == 0 || fail_message (row, rewrite_result_why (result), error);
  for (guint i = 0; i < rewritten->fields->len; i++)
    {
      const TmHeader *field = g_ptr_array_index (rewritten->fields, i);
      edits_set_field (edits, raw, field->name, field->value);
    }
  g_ptr_array_add (edits, edit_new_body (rewritten->body));
  return true;
}

/* Whatever his mail program left out. */
static void
add_identity (const TmSite *site, const TmOutboxRow *row, const TmMail *mail, GBytes *raw, GPtrArray *edits)
{
  g_autofree char *id = outgoing_message_id (row->id, row->created_at, site->own_domain);
  g_autofree char *in_brackets = g_strdup_printf ("<%s>", id);
  g_autofree char *date = mime_date (row->created_at);
  if (*mail->message_id == '\0')
    edits_set_field (edits, raw, "Message-ID", in_brackets);
  if (mail_header (mail, "Date", 0) == NULL)
    edits_set_field (edits, raw, "Date", date);
}

static bool
edit_raw (const TmPolicy *policy, const TmOutboxRow *row, const TmLetterFacts *facts, GBytes **bytes_out,
          GError **error)
{
  g_autoptr (TmMarks) marks = facts->marks != NULL ? marks_parse (facts->marks) : NULL;
  shortage_begin ();
  g_autoptr (TmMail) mail = mime_read (facts->raw, &policy->limits);
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) edit_free);
  if (!shortage_check (error))
    return false;
  if (marks == NULL || !marks->is_out)
    return fail_message (row, "its record does not say how", error);
  edits_drop_trace (edits, facts->raw);
  edits_add_marks (edits, facts->raw, mail->subject, marks, true);
  add_identity (policy->site, row, mail, facts->raw, edits);
  if (!rewrite_body (row, facts->raw, mail, marks, &policy->limits, edits, error))
    return false;
  *bytes_out = edits_apply (facts->raw, edits);
  return true;
}

/* --- all kinds --- */

static bool
drop_silenced (TmReader *reader, TmComposed *composed, GError **error)
{
  for (guint i = composed->recipients->len; i > 0; i--)
    {
      const char *address = g_ptr_array_index (composed->recipients, i - 1);
      g_autoptr (TmSilencedRecord) silenced = NULL;
      if (!reader_get_silenced (reader, address, &silenced, error))
        return false;
      if (silenced == NULL)
        continue;
      g_ptr_array_add (composed->silenced, g_strdup (address));
      g_ptr_array_remove_index (composed->recipients, i - 1);
    }
  return true;
}

static bool
write_bytes (const TmPolicy *policy, const TmOutboxRow *row, TmOutgoingKind kind, const TmLetterFacts *facts,
             gint64 now, GBytes **bytes_out, GError **error)
{
  if (kind == TM_OUTGOING_REPLY && facts->raw != NULL)
    return edit_raw (policy, row, facts, bytes_out, error);
  if (kind == TM_OUTGOING_REPLY)
    return fail_message (row, "it is not kept as it came any more (keep.raw)", error);
  g_autoptr (TmLetter) letter = letter_write (policy->site, row, kind, facts, now);
  *bytes_out = mime_compose (letter);
  return true;
}

bool
outgoing_compose (TmReader *reader, const TmPolicy *policy, const TmOutboxRow *row, gint64 now,
                  TmComposed **composed_out, GError **error)
{
  TmOutgoingKind kind;
  g_autoptr (TmLetterFacts) facts = NULL;
  if (!outgoing_kind_parse (row->kind, &kind))
    {
      g_set_error (error, TM_ERROR, TM_ERROR_TEMP, "a newer ticketmilter knows how to send `%s`", row->kind);
      return false;
    }
  if (!reader_get_letter_facts (reader, row, &facts, error))
    return false;
  if (letter_queue (policy->site, facts) == NULL || policy->site->own_domain == NULL)
    {
      g_set_error (error, TM_ERROR, TM_ERROR_TEMP, "no queue has an address that it could go out from");
      return false;
    }
  g_autoptr (TmComposed) composed = g_new0 (TmComposed, 1);
  composed->sender = letter_sender (policy->site, row, facts);
  composed->needless = letter_needless (row, kind, facts);
  composed->recipients = composed->needless != NULL ? g_ptr_array_new_with_free_func (g_free)
                                                    : letter_recipients (policy->site, row, kind, facts);
  composed->silenced = g_ptr_array_new_with_free_func (g_free);
  if (!drop_silenced (reader, composed, error)
      || (composed->recipients->len > 0
          && !write_bytes (policy, row, kind, facts, now, &composed->bytes, error)))
    return false;
  *composed_out = g_steal_pointer (&composed);
  return true;
}
