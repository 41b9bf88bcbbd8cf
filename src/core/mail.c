/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/mail.h"

#include "base/clock.h"
#include "base/text.h"

#include <string.h>

enum { USUAL_HEADERS = 32 };

TmMail *
mail_new (void)
{
  TmMail *mail = g_new0 (TmMail, 1);
  mail->headers = g_ptr_array_new_full (USUAL_HEADERS, (GDestroyNotify) header_free);
  mail->to = g_ptr_array_new_with_free_func ((GDestroyNotify) mailbox_free);
  mail->cc = g_ptr_array_new_with_free_func ((GDestroyNotify) mailbox_free);
  mail->reply_to = g_ptr_array_new_with_free_func ((GDestroyNotify) mailbox_free);
  mail->subject = g_strdup ("");
  mail->message_id = g_strdup ("");
  mail->date_at = TM_NEVER;
  mail->in_reply_to = g_ptr_array_new_with_free_func (g_free);
  mail->references = g_ptr_array_new_with_free_func (g_free);
  mail->text = g_strdup ("");
  mail->attachments = g_ptr_array_new_with_free_func ((GDestroyNotify) attachment_free);
  mail->content_type = g_strdup ("text/plain");
  return mail;
}

void
mail_free (TmMail *mail)
{
  if (mail == NULL)
    return;
  g_clear_pointer (&mail->headers, g_ptr_array_unref);
  mailbox_free (mail->from);
  g_clear_pointer (&mail->to, g_ptr_array_unref);
  g_clear_pointer (&mail->cc, g_ptr_array_unref);
  g_clear_pointer (&mail->reply_to, g_ptr_array_unref);
  g_free (mail->subject);
  g_free (mail->message_id);
  g_clear_pointer (&mail->in_reply_to, g_ptr_array_unref);
  g_clear_pointer (&mail->references, g_ptr_array_unref);
  g_free (mail->text);
  g_clear_pointer (&mail->attachments, g_ptr_array_unref);
  report_free (mail->report);
  forwarded_free (mail->forwarded);
  g_free (mail->content_type);
  g_free (mail);
}

TmHeader *
header_new (const char *name, const char *value, const char *raw)
{
  return header_new_named (name, strlen (name), value, raw);
}

/* One piece of memory each: a mail has dozens. */
TmHeader *
header_new_named (const char *name, gsize name_len, const char *value, const char *raw)
{
  if (raw != NULL && strcmp (raw, value) == 0)
    raw = NULL;
  size_t value_room = text_room (value), raw_room = text_room (raw);
  TmHeader *header = g_malloc (sizeof *header + name_len + 1 + value_room + raw_room);
  char *at = (char *) (header + 1);
  header->name = memcpy (at, name, name_len);
  header->name[name_len] = '\0';
  at += name_len + 1;
  header->value = text_put (&at, value, value_room);
  header->raw = text_put (&at, raw, raw_room);
  return header;
}

void
header_free (TmHeader *header)
{
  g_free (header);
}

TmMailbox *
mailbox_new (const char *address, const char *name)
{
  return mailbox_new_sized (address, strlen (address), name, name != NULL ? strlen (name) : 0);
}

TmMailbox *
mailbox_new_sized (const char *address, gsize address_len, const char *name, gsize name_len)
{
  TmMailbox *mailbox = g_malloc (sizeof *mailbox + address_len + 1 + name_len + 1);
  mailbox->address = (char *) (mailbox + 1);
  mailbox->name = mailbox->address + address_len + 1;
  memcpy (mailbox->address, address, address_len);
  mailbox->address[address_len] = '\0';
  memcpy (mailbox->name, name != NULL ? name : "", name_len);
  mailbox->name[name_len] = '\0';
  return mailbox;
}

void
mailbox_free (TmMailbox *mailbox)
{
  g_free (mailbox);
}

TmAttachment *
attachment_new (void)
{
  TmAttachment *attachment = g_new0 (TmAttachment, 1);
  attachment->name = g_strdup ("");
  attachment->type = g_strdup ("application/octet-stream");
  attachment->sha256 = g_strdup ("");
  return attachment;
}

void
attachment_free (TmAttachment *attachment)
{
  if (attachment == NULL)
    return;
  g_free (attachment->name);
  g_free (attachment->type);
  g_free (attachment->sha256);
  g_free (attachment);
}

TmForwarded *
forwarded_new (TmMailbox *from)
{
  TmForwarded *forwarded = g_new0 (TmForwarded, 1);
  forwarded->from = from;
  forwarded->date_at = TM_NEVER;
  forwarded->subject = g_strdup ("");
  forwarded->message_id = g_strdup ("");
  return forwarded;
}

void
forwarded_free (TmForwarded *forwarded)
{
  if (forwarded == NULL)
    return;
  mailbox_free (forwarded->from);
  g_free (forwarded->subject);
  g_free (forwarded->message_id);
  g_free (forwarded);
}

TmReport *
report_new (TmReportKind kind)
{
  TmReport *report = g_new0 (TmReport, 1);
  report->kind = kind;
  report->recipients = g_ptr_array_new_with_free_func ((GDestroyNotify) report_recipient_free);
  report->original_message_id = g_strdup ("");
  return report;
}

void
report_free (TmReport *report)
{
  if (report == NULL)
    return;
  g_clear_pointer (&report->recipients, g_ptr_array_unref);
  g_free (report->original_message_id);
  g_free (report);
}

TmReportRecipient *
report_recipient_new (const char *address, const char *action, const char *status)
{
  TmReportRecipient *recipient = g_new0 (TmReportRecipient, 1);
  recipient->address = g_strdup (address);
  recipient->original = g_strdup ("");
  recipient->diagnostic = g_strdup ("");
  recipient->action = g_strdup (action);
  recipient->status = g_strdup (status);
  return recipient;
}

void
report_recipient_free (TmReportRecipient *recipient)
{
  if (recipient == NULL)
    return;
  g_free (recipient->address);
  g_free (recipient->original);
  g_free (recipient->diagnostic);
  g_free (recipient->action);
  g_free (recipient->status);
  g_free (recipient);
}

const char *
mail_header (const TmMail *mail, const char *name, unsigned nth)
{
  for (guint i = 0; i < mail->headers->len; i++)
    {
      const TmHeader *header = g_ptr_array_index (mail->headers, i);
      bool may_be = ((*header->name ^ *name) & ~0x20) == 0; /* most are not, and are seen so at once */
      if (may_be && g_ascii_strcasecmp (header->name, name) == 0 && nth-- == 0)
        return header->value;
    }
  return NULL;
}

char *
mail_reply_text (const TmMail *mail)
{
  return g_strndup (mail->text + mail->reply_start, mail->reply_len);
}

static const struct
{
  TmMailFlag flag;
  const char *name;
} flag_names[] = {
  { TM_FLAG_MALFORMED, "malformed" },   { TM_FLAG_NO_FROM, "no_from" },         { TM_FLAG_NO_DATE, "no_date" },
  { TM_FLAG_NO_MESSAGE_ID, "no_message_id" }, { TM_FLAG_UNREADABLE, "unreadable" }, { TM_FLAG_TRUNCATED, "truncated" },
  { TM_FLAG_SIGNED, "signed" },         { TM_FLAG_ENCRYPTED, "encrypted" },     { TM_FLAG_NOT_UTF8, "charset_guessed" },
  { TM_FLAG_REPEATED_ID, "repeated_message_id" }, { TM_FLAG_TOO_LARGE, "too_large" },
  { TM_FLAG_FEEDBACK, "feedback" }, { TM_FLAG_PARTIAL, "partial" }, { TM_FLAG_EXTERNAL, "external" },
};

const char **
mail_flag_names (unsigned flags)
{
  const char **names = g_new0 (const char *, G_N_ELEMENTS (flag_names) + 1);
  size_t n = 0;
  for (size_t i = 0; i < G_N_ELEMENTS (flag_names); i++)
    if ((flags & flag_names[i].flag) != 0)
      names[n++] = flag_names[i].name;
  return names;
}
