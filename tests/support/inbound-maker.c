/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support/inbound-maker.h"

#include <string.h>

enum { MAX_IDS = 200, SENT_AT = 1795190400 };

static void
add_queue (TmSite *site, const char *id)
{
  TmQueue *queue = queue_new (id);
  g_ptr_array_add (queue->addresses, g_strconcat (id, "@example.com", NULL));
  g_ptr_array_add (site->queues, queue);
}

TmSite *
maker_site (void)
{
  static const guint8 secret[TM_KEY_LEN] = "the first secret is 32 bytes lon";
  TmSite *site = site_new ();
  site->ack.sends = false;
  g_free (site->instance);
  site->instance = g_strdup ("example");
  add_queue (site, "support");
  add_queue (site, "hosting");
  g_ptr_array_add (site->keys->keys, key_new ("k1", TM_KEY_ACTIVE, 0, secret));
  site_index (site);
  return site;
}

static const char *
or_else (const char *text, const char *otherwise)
{
  return text != NULL ? text : otherwise;
}

static void
replace (char **string, const char *with)
{
  g_free (*string);
  *string = g_strdup (or_else (with, ""));
}

static void
add_report (TmMail *mail, const TmMailSpec *spec)
{
  TmReportRecipient *recipient = report_recipient_new (spec->bounced, "failed", spec->status);
  replace (&recipient->diagnostic, "smtp; no");
  mail->report = report_new (TM_REPORT_DSN);
  replace (&mail->report->original_message_id, spec->in_reply_to);
  g_ptr_array_add (mail->report->recipients, recipient);
}

static TmMail *
make_mail (const TmMailSpec *spec)
{
  TmMail *mail = mail_new ();
  mail->from = mailbox_new (or_else (spec->from, "eve@acme.example"), "Eve");
  mail->date_at = SENT_AT;
  replace (&mail->subject, spec->subject);
  replace (&mail->message_id, spec->message_id);
  replace (&mail->text, spec->text);
  mail->reply_len = strlen (mail->text);
  if (spec->bounced != NULL)
    add_report (mail, spec);
  else if (spec->in_reply_to != NULL)
    g_ptr_array_add (mail->in_reply_to, g_strdup (spec->in_reply_to));
  return mail;
}

static GBytes *
make_raw (const TmMail *mail)
{
  char *raw = g_strdup_printf ("From: Eve <%s>\r\nDate: Fri, 20 Nov 2026 16:00:00 +0000\r\nSubject: %s\r\n"
                               "Message-ID: <%s>\r\n\r\n%s\r\n",
                               mail->from->address, mail->subject, mail->message_id, mail->text);
  return g_bytes_new_take (raw, strlen (raw));
}

TmInbound *
maker_inbound (const TmSite *site, const TmMailSpec *spec)
{
  guint8 body[TM_DIGEST_LEN];
  TmInbound *inbound = inbound_new ();
  inbound->site = site;
  inbound->mail = make_mail (spec);
  inbound->raw = make_raw (inbound->mail);
  inbound->mail->size = g_bytes_get_size (inbound->raw);
  inbound->envelope = envelope_new ();
  envelope_set_sender (inbound->envelope, inbound->mail->from->address);
  inbound->envelope->client_address = g_strdup ("192.0.2.7");
  g_auto (GStrv) recipients = g_strsplit (or_else (spec->to, "support@example.com"), " ", -1);
  for (char **recipient = recipients; *recipient != NULL; recipient++)
    envelope_add_recipient (inbound->envelope, site, *recipient);
  envelope_verify_person (inbound->envelope, site, inbound->mail->from->address);
  inbound->queue = ((const TmRecipient *) g_ptr_array_index (inbound->envelope->recipients, 0))->queue;
  digest_bytes (inbound->mail->text, strlen (inbound->mail->text), body);
  inbound->keys = keys_gather (site, inbound->mail, inbound->envelope, body, MAX_IDS);
  if (spec->bounced != NULL)
    {
      inbound->automatic = (TmAutomatic) { .is_auto = true, .is_bounce = true, .no_answer = true, .reason = "report" };
      keys_add_bounce (inbound->keys, inbound->mail, inbound->envelope);
    }
  inbound->as_new = classification_new ();
  inbound->as_followup = keys_name_ticket (inbound->keys) ? classification_new () : NULL;
  return inbound;
}
