/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads messages from standard input, each as "LENGTH\n" and that many bytes,
 * and prints what mime_read() and the judgements of core/ make of each as one
 * line of JSON.  "broken" lists what must never be so of any message; with the
 * word "plain" without reading and writing each in the other ways, which costs more.
 */
#include "base/clock.h"
#include "core/address.h"
#include "core/automatic.h"
#include "core/failure.h"
#include "core/forwarded.h"
#include "mime/mime.h"
#include "tests/support/mail-difference.h"
#include "tests/support/mail-law.h"
#include "tests/support/rewrite-law.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
print_string (GString *out, const char *text)
{
  g_string_append_c (out, '"');
  for (const char *p = text; *p != '\0'; p++)
    if (*p == '"' || *p == '\\')
      g_string_append_printf (out, "\\%c", *p);
    else if ((unsigned char) *p < 0x20)
      g_string_append_printf (out, "\\u%04x", (unsigned) *p);
    else
      g_string_append_c (out, *p);
  g_string_append_c (out, '"');
}

static void
print_member (GString *out, const char *name, const char *text)
{
  if (out->str[out->len - 1] != '{')
    g_string_append_c (out, ',');
  print_string (out, name);
  g_string_append_c (out, ':');
  if (text != NULL)
    print_string (out, text);
  else
    g_string_append (out, "null");
}

static void
print_number (GString *out, const char *name, gint64 value)
{
  if (out->str[out->len - 1] != '{')
    g_string_append_c (out, ',');
  g_string_append_printf (out, "\"%s\":%" G_GINT64_FORMAT, name, value);
}

typedef void (*Printer) (GString *out, const void *item);

static void
print_list (GString *out, const char *name, const GPtrArray *items, Printer print)
{
  g_string_append_printf (out, ",\"%s\":[", name);
  for (guint i = 0; i < items->len; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      print (out, g_ptr_array_index (items, i));
    }
  g_string_append_c (out, ']');
}

static void
print_header (GString *out, const void *item)
{
  const TmHeader *header = item;
  g_string_append_c (out, '[');
  print_string (out, header->name);
  g_string_append_c (out, ',');
  print_string (out, header->value);
  g_string_append_c (out, ']');
}

static void
print_mailbox (GString *out, const void *item)
{
  const TmMailbox *mailbox = item;
  g_string_append_c (out, '{');
  print_member (out, "address", mailbox->address);
  print_member (out, "name", mailbox->name);
  g_string_append_c (out, '}');
}

static void
print_attachment (GString *out, const void *item)
{
  const TmAttachment *attachment = item;
  g_string_append_c (out, '{');
  print_member (out, "name", attachment->name);
  print_member (out, "type", attachment->type);
  print_member (out, "sha256", attachment->sha256);
  print_number (out, "size", (gint64) attachment->size);
  print_number (out, "inline", attachment->is_inline);
  g_string_append_c (out, '}');
}

static void
print_recipient (GString *out, const void *item)
{
  const TmReportRecipient *recipient = item;
  g_string_append_c (out, '{');
  print_member (out, "address", recipient->address);
  print_member (out, "action", recipient->action);
  print_member (out, "status", recipient->status);
  g_string_append_c (out, '}');
}

static void
print_failure (GString *out, const void *item)
{
  const TmFailure *failure = item;
  g_string_append_c (out, '{');
  print_member (out, "recipient", failure->recipient);
  print_member (out, "status", failure->status);
  print_member (out, "diagnostic", failure->diagnostic);
  print_number (out, "final", failure->is_final);
  print_number (out, "guess", failure->is_guess);
  g_string_append_c (out, '}');
}

static void
print_name (GString *out, const void *item)
{
  print_string (out, item);
}

/* The envelope sender as the last MTA noted it, else the author. */
static char *
sender_of (const TmMail *mail)
{
  const char *path = mail_header (mail, "Return-Path", 0);
  char *sender = path != NULL ? address_normalize (path) : NULL;
  if (sender != NULL)
    return sender;
  return g_strdup (mail->from != NULL ? mail->from->address : "unknown@sender.example");
}

static void
check_short_ways (GPtrArray *broken, const TmMail *mail, GBytes *raw, const TmLimits *limits)
{
  g_autoptr (TmMail) by_gmime = mime_read_by_gmime (raw, limits);
  const char *member = mail_difference (mail, by_gmime);
  if (member != NULL)
    g_ptr_array_add (broken, g_strconcat (member, " is another by GMime", NULL));
}

static void
check_rewriting (GPtrArray *broken, GBytes *raw, const TmLimits *limits)
{
  char *what = rewrite_law_break (raw, limits, NULL);
  if (what != NULL)
    g_ptr_array_add (broken, what);
}

static void
print_facts (const TmMail *mail, GBytes *raw, const TmLimits *limits, bool is_plain)
{
  GString *out = g_string_new ("{");
  g_autofree char *date = instant_format (mail->date_at);
  g_autofree char *reply = mail_reply_text (mail);
  g_autofree char *sender = sender_of (mail);
  const TmAutomaticContext context = { .sender = sender };
  TmAutomatic automatic = automatic_judge (mail, &context);
  print_member (out, "from_email", mail->from != NULL ? mail->from->address : NULL);
  print_member (out, "from_name", mail->from != NULL ? mail->from->name : NULL);
  print_member (out, "subject", mail->subject);
  print_member (out, "message_id", mail->message_id);
  print_member (out, "date", date);
  print_member (out, "body_text", mail->text);
  print_member (out, "body_type", mail->text_is_html ? "text/html" : "text/plain");
  print_member (out, "content_type", mail->content_type);
  print_member (out, "reply", reply);
  print_list (out, "headers", mail->headers, print_header);
  print_list (out, "to", mail->to, print_mailbox);
  print_list (out, "cc", mail->cc, print_mailbox);
  print_list (out, "references", mail->references, print_name);
  print_list (out, "attachments", mail->attachments, print_attachment);
  print_number (out, "is_auto", automatic.is_auto);
  print_number (out, "is_bounce", automatic.is_bounce);
  print_number (out, "no_answer", automatic.no_answer);
  print_number (out, "is_list", automatic.is_list);
  print_number (out, "report", mail->report != NULL ? (gint64) mail->report->kind : 0);
  if (mail->report != NULL)
    {
      print_member (out, "original_message_id", mail->report->original_message_id);
      print_list (out, "recipients", mail->report->recipients, print_recipient);
    }
  g_autoptr (TmForwarded) block = mail->forwarded == NULL ? forwarded_read (mail->text) : NULL;
  const TmForwarded *forwarded = mail->forwarded != NULL ? mail->forwarded : block;
  print_member (out, "forwarded_from", forwarded != NULL ? forwarded->from->address : NULL);
  g_autoptr (GPtrArray) failures = failures_read (mail);
  g_autofree char *failed_id = failures_read_id (mail);
  print_list (out, "failures", failures, print_failure);
  print_member (out, "failed_id", failed_id);
  const char **flags = mail_flag_names (mail->flags);
  g_string_append (out, ",\"flags\":[");
  for (size_t i = 0; flags[i] != NULL; i++)
    g_string_append_printf (out, "%s\"%s\"", i > 0 ? "," : "", flags[i]);
  g_free (flags);
  g_string_append_c (out, ']');
  g_autoptr (GPtrArray) broken = mail_law_broken (mail, limits);
  if (!is_plain)
    {
      check_short_ways (broken, mail, raw, limits);
      check_rewriting (broken, raw, limits);
    }
  print_list (out, "broken", broken, print_name);
  puts (g_string_append_c (out, '}')->str);
  g_string_free (out, TRUE);
}

int
main (int argc, char **argv)
{
  bool is_plain = argc > 1 && strcmp (argv[1], "plain") == 0;
  TmLimits limits = TM_LIMITS_DEFAULT;
  size_t len;
  mime_init ();
  while (scanf ("%zu", &len) == 1 && getchar () == '\n')
    {
      char *data = g_malloc (len + 1);
      if (fread (data, 1, len, stdin) != len)
        return EXIT_FAILURE;
      g_autoptr (GBytes) raw = g_bytes_new_take (data, len);
      g_autoptr (TmMail) mail = mime_read (raw, &limits);
      print_facts (mail, raw, &limits, is_plain);
      fflush (stdout);
    }
  mime_shutdown ();
  return EXIT_SUCCESS;
}
