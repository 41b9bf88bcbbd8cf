/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support/mail-difference.h"

typedef bool (*SameItem) (const void *a, const void *b);

static bool
same_text (const void *a, const void *b)
{
  return g_strcmp0 (a, b) == 0;
}

static bool
same_header (const void *first, const void *second)
{
  const TmHeader *a = first, *b = second;
  return same_text (a->name, b->name) && same_text (a->value, b->value) && same_text (a->raw, b->raw);
}

static bool
same_mailbox (const void *first, const void *second)
{
  const TmMailbox *a = first, *b = second;
  if (a == NULL || b == NULL)
    return a == b;
  return same_text (a->address, b->address) && same_text (a->name, b->name);
}

static bool
same_attachment (const void *first, const void *second)
{
  const TmAttachment *a = first, *b = second;
  return same_text (a->name, b->name) && same_text (a->type, b->type) && same_text (a->sha256, b->sha256)
         && a->size == b->size && a->is_inline == b->is_inline;
}

static bool
same_recipient (const void *first, const void *second)
{
  const TmReportRecipient *a = first, *b = second;
  return same_text (a->address, b->address) && same_text (a->original, b->original) && same_text (a->action, b->action)
         && same_text (a->status, b->status) && same_text (a->diagnostic, b->diagnostic);
}

static bool
same_list (const GPtrArray *a, const GPtrArray *b, SameItem same)
{
  if (a->len != b->len)
    return false;
  for (guint i = 0; i < a->len; i++)
    if (!same (a->pdata[i], b->pdata[i]))
      return false;
  return true;
}

static bool
same_report (const TmReport *a, const TmReport *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return a->kind == b->kind && same_text (a->original_message_id, b->original_message_id)
         && same_list (a->recipients, b->recipients, same_recipient);
}

static bool
same_forwarded (const TmForwarded *a, const TmForwarded *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return same_mailbox (a->from, b->from) && a->date_at == b->date_at && same_text (a->subject, b->subject)
         && same_text (a->message_id, b->message_id);
}

const char *
mail_difference (const TmMail *a, const TmMail *b)
{
  const struct
  {
    const char *name;
    bool is_same;
  } members[] = {
    { "headers", same_list (a->headers, b->headers, same_header) },
    { "from", same_mailbox (a->from, b->from) },
    { "to", same_list (a->to, b->to, same_mailbox) },
    { "cc", same_list (a->cc, b->cc, same_mailbox) },
    { "reply_to", same_list (a->reply_to, b->reply_to, same_mailbox) },
    { "subject", same_text (a->subject, b->subject) },
    { "message_id", same_text (a->message_id, b->message_id) },
    { "date_at", a->date_at == b->date_at },
    { "in_reply_to", same_list (a->in_reply_to, b->in_reply_to, same_text) },
    { "references", same_list (a->references, b->references, same_text) },
    { "text", same_text (a->text, b->text) },
    { "text_is_html", a->text_is_html == b->text_is_html },
    { "reply", a->reply_start == b->reply_start && a->reply_len == b->reply_len },
    { "attachments", same_list (a->attachments, b->attachments, same_attachment) },
    { "report", same_report (a->report, b->report) },
    { "forwarded", same_forwarded (a->forwarded, b->forwarded) },
    { "content_type", same_text (a->content_type, b->content_type) },
    { "flags", a->flags == b->flags },
    { "size", a->size == b->size },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    if (!members[i].is_same)
      return members[i].name;
  return NULL;
}
