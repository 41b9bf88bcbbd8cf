/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support/mail-law.h"

#include "base/text.h"
#include "core/address.h"

#include <string.h>

bool
is_clean_line (const char *text)
{
  if (!g_utf8_validate (text, -1, NULL))
    return false;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (text_is_unsafe (g_utf8_get_char (p)))
      return false;
  return true;
}

bool
is_clean_text (const char *text)
{
  if (!g_utf8_validate (text, -1, NULL))
    return false;
  for (const char *p = text; *p != '\0'; p++)
    if (((unsigned char) *p < 0x20 && *p != '\n' && *p != '\t') || *p == 0x7f)
      return false;
  return true;
}

static bool
is_at_character (const char *text, gsize at)
{
  return ((unsigned char) text[at] & 0xc0) != 0x80;
}

bool
is_whole_range (const char *text, gsize start, gsize len)
{
  gsize all = strlen (text);
  return start <= all && len <= all - start && is_at_character (text, start) && is_at_character (text, start + len);
}

static void
expect (GPtrArray *broken, bool holds, const char *what)
{
  if (!holds)
    g_ptr_array_add (broken, g_strdup (what));
}

static void
check_mailbox (GPtrArray *broken, const TmMailbox *mailbox)
{
  expect (broken, is_clean_line (mailbox->address) && is_clean_line (mailbox->name), "unclean mailbox");
  g_autofree char *again = address_normalize (mailbox->address);
  if (g_strcmp0 (again, mailbox->address) != 0)
    g_ptr_array_add (broken, g_strdup_printf ("<%s> is not normalised: <%s>", mailbox->address, again));
}

static void
check_mailboxes (GPtrArray *broken, const GPtrArray *mailboxes, const TmLimits *limits)
{
  expect (broken, mailboxes->len <= limits->addresses, "too many mailboxes");
  for (guint i = 0; i < mailboxes->len; i++)
    check_mailbox (broken, g_ptr_array_index (mailboxes, i));
}

static bool
is_id (const char *id)
{
  return is_clean_line (id) && strpbrk (id, " <>") == NULL && strlen (id) <= 998;
}

static void
check_ids (GPtrArray *broken, const GPtrArray *ids, const TmLimits *limits)
{
  expect (broken, ids->len <= limits->references, "too many ids");
  for (guint i = 0; i < ids->len; i++)
    {
      const char *id = g_ptr_array_index (ids, i);
      expect (broken, is_id (id) && *id != '\0', "unclean id");
    }
}

static void
check_report (GPtrArray *broken, const TmReport *report)
{
  if (report == NULL)
    return;
  expect (broken, is_id (report->original_message_id), "unclean id in a report");
  for (guint i = 0; i < report->recipients->len; i++)
    {
      const TmReportRecipient *recipient = g_ptr_array_index (report->recipients, i);
      expect (broken, is_clean_line (recipient->address) && is_clean_line (recipient->original), "unclean report");
      expect (broken, is_clean_line (recipient->action) && is_clean_line (recipient->status), "unclean status");
      expect (broken, is_clean_line (recipient->diagnostic), "unclean diagnostic");
    }
}

static void
check_headers (GPtrArray *broken, const GPtrArray *headers, const TmLimits *limits)
{
  expect (broken, headers->len <= limits->headers, "too many fields");
  for (guint i = 0; i < headers->len; i++)
    {
      const TmHeader *header = g_ptr_array_index (headers, i);
      expect (broken, is_clean_line (header->name) && is_clean_line (header->value), "unclean header");
      expect (broken, header->raw == NULL || is_clean_line (header->raw), "unclean raw header");
    }
}

static void
check_attachment (GPtrArray *broken, const TmAttachment *attachment)
{
  expect (broken, is_clean_line (attachment->name) && is_clean_line (attachment->type), "unclean attachment");
  expect (broken, strpbrk (attachment->name, "/\\") == NULL && strlen (attachment->name) <= 255, "unsafe name");
  expect (broken, strlen (attachment->sha256) == 64 && strspn (attachment->sha256, "0123456789abcdef") == 64,
          "no digest");
}

GPtrArray *
mail_law_broken (const TmMail *mail, const TmLimits *limits)
{
  GPtrArray *broken = g_ptr_array_new_with_free_func (g_free);
  check_headers (broken, mail->headers, limits);
  for (guint i = 0; i < mail->attachments->len; i++)
    check_attachment (broken, g_ptr_array_index (mail->attachments, i));
  if (mail->from != NULL)
    check_mailbox (broken, mail->from);
  check_mailboxes (broken, mail->to, limits);
  check_mailboxes (broken, mail->cc, limits);
  check_mailboxes (broken, mail->reply_to, limits);
  check_report (broken, mail->report);
  check_ids (broken, mail->references, limits);
  check_ids (broken, mail->in_reply_to, limits);
  if (mail->forwarded != NULL)
    {
      check_mailbox (broken, mail->forwarded->from);
      expect (broken, is_clean_line (mail->forwarded->subject) && is_id (mail->forwarded->message_id),
              "unclean original");
    }
  expect (broken, is_clean_line (mail->subject) && is_id (mail->message_id), "unclean subject or id");
  expect (broken, is_clean_line (mail->content_type), "unclean content type");
  expect (broken, is_clean_text (mail->text), "unclean text");
  expect (broken, is_whole_range (mail->text, mail->reply_start, mail->reply_len), "the reply is no part of the text");
  expect (broken, strlen (mail->text) <= limits->text && strlen (mail->subject) <= limits->subject, "beyond a limit");
  return broken;
}
