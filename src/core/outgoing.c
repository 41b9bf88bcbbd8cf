/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/outgoing.h"

static const char *const kind_names[TM_OUTGOING_N_KINDS] = {
  [TM_OUTGOING_HANDOVER] = "handover",
  [TM_OUTGOING_RESULT] = "result",
  [TM_OUTGOING_REPLY] = "reply",
  [TM_OUTGOING_AGENT_REPLY] = "agent_reply",
  [TM_OUTGOING_STATUS] = "status",
  [TM_OUTGOING_ACK] = "ack",
  [TM_OUTGOING_PAGE] = "page",
  [TM_OUTGOING_ALERT] = "alert",
  [TM_OUTGOING_CONFIRM] = "confirm",
  [TM_OUTGOING_RESOLVED] = "resolved",
  [TM_OUTGOING_REMIND] = "remind",
  [TM_OUTGOING_CLOSING] = "closing",
};

const char *
outgoing_kind_name (TmOutgoingKind kind)
{
  return kind_names[kind];
}

const char *
outbox_state_name (TmOutboxState state)
{
  switch (state)
    {
    case TM_OUTBOX_WAITING:
      return "waiting";
    case TM_OUTBOX_SENDING:
      return "sending";
    case TM_OUTBOX_SENT:
      return "sent";
    case TM_OUTBOX_FAILED:
      return "failed";
    case TM_OUTBOX_UNKNOWN:
      return "unknown";
    case TM_OUTBOX_CANCELLED:
      return "cancelled";
    }
  return NULL;
}

TmOutgoing *
outgoing_new (TmOutgoingKind kind, const char *actor, const char *subject, const char *text)
{
  TmOutgoing *outgoing = g_new0 (TmOutgoing, 1);
  outgoing->kind = kind;
  outgoing->actor = g_strdup (actor);
  outgoing->recipients = g_ptr_array_new_with_free_func (g_free);
  outgoing->subject = g_strdup (subject);
  outgoing->text = g_strdup (text);
  return outgoing;
}

void
outgoing_free (TmOutgoing *outgoing)
{
  if (outgoing == NULL)
    return;
  g_free (outgoing->actor);
  g_ptr_array_unref (outgoing->recipients);
  g_free (outgoing->subject);
  g_free (outgoing->text);
  g_free (outgoing->html);
  g_free (outgoing->rate_key);
  g_free (outgoing->receiver);
  g_free (outgoing->page);
  g_free (outgoing);
}

void
outgoing_add_recipient (TmOutgoing *outgoing, const char *address)
{
  if (!g_ptr_array_find_with_equal_func (outgoing->recipients, address, g_str_equal, NULL))
    g_ptr_array_add (outgoing->recipients, g_strdup (address));
}

char *
outgoing_recipients (const TmOutgoing *outgoing)
{
  GString *all = g_string_new (NULL);
  for (guint i = 0; i < outgoing->recipients->len; i++)
    g_string_append_printf (all, "%s%s", i > 0 ? "\n" : "", (const char *) g_ptr_array_index (outgoing->recipients, i));
  return g_string_free (all, FALSE);
}

void
outbox_row_free (TmOutboxRow *row)
{
  if (row == NULL)
    return;
  g_free (row->kind);
  g_free (row->actor);
  g_clear_pointer (&row->recipients, g_ptr_array_unref);
  g_clear_pointer (&row->settled, g_ptr_array_unref);
  g_free (row->sender_purpose);
  g_free (row->reply_purpose);
  g_free (row->subject);
  g_free (row->text);
  g_free (row->html);
  g_free (row->receiver);
  g_free (row->page);
  g_free (row->error);
  g_free (row);
}

char *
outgoing_message_id (gint64 id, gint64 created_at, const char *domain)
{
  return g_strdup_printf ("outbox-%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT "@%s", id, created_at, domain);
}

bool
outgoing_kind_parse (const char *name, TmOutgoingKind *kind_out)
{
  for (size_t i = 0; i < TM_OUTGOING_N_KINDS; i++)
    if (g_str_equal (kind_names[i], name))
      {
        *kind_out = (TmOutgoingKind) i;
        return true;
      }
  return false;
}
