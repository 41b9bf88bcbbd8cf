/* SPDX-License-Identifier: BSD-2-Clause */
/* What bounces say: reports, and what mail systems wrote instead of reports. */
#include "core/failure.h"
#include "tests/support/suite.h"

typedef struct
{
  const char *recipients; /* "address original action status diagnostic", apart by `|`; NULL: no report */
  const char *subject, *failed, *text;
  const char *in_reply_to, *reported_id;
  const char *wanted;     /* as `recipients`, with `?` before a guess */
  const char *wanted_id;
} Sample;

#define WILD .subject = "Undelivered Mail"
static const Sample samples[] = {
  { .recipients = "a@b.example o@b.example failed 5.1.1 550 no",
    .wanted = "a@b.example o@b.example failed 5.1.1 550 no" },
  { .recipients = "a@b.example - delayed 4.4.1 -", .wanted = "a@b.example - delayed 4.4.1 -" },
  { .recipients = "a@b.example - failed 4.4.7 -", .wanted = "a@b.example - failed 4.4.7 -" },
  { .recipients = "a@b.example - delivered 2.0.0 -|b@b.example - relayed - -|c@b.example - expanded - -",
    .wanted = "" },
  { .recipients = "a@b.example - - 2.1.5 -|b@b.example - - - -", .wanted = "" },
  { .recipients = "a@b.example - - 5.2.2 -|b@b.example - - 4.2.2 -",
    .wanted = "a@b.example - failed 5.2.2 -|b@b.example - delayed 4.2.2 -" },
  { .recipients = "a@b.example - failed - 552 5.2.2 is full",
    .wanted = "a@b.example - failed 5.2.2 552 5.2.2 is full" },
  { .recipients = "a@b.example - failed - User unknown", .wanted = "a@b.example - failed 5.1.1 User unknown" },
  { .recipients = "a@b.example - failed - -|b@b.example - delayed - -",
    .wanted = "a@b.example - failed 5.0.0 -|b@b.example - delayed 4.0.0 -" },
  { .recipients = "a@b.example - failed 5.1.1 -|a@b.example - failed 5.2.2 -",
    .wanted = "a@b.example - failed 5.1.1 -" },
  { .recipients = "- - failed 5.1.1 -", .wanted = "" },
  { .recipients = "- - failed 5.1.1 -", WILD, .text = "<a@b.example>\n550 5.1.2 Host unknown\n",
    .wanted = "?a@b.example - failed 5.1.2 550 5.1.2 Host unknown" },
  { .recipients = "b@b.example - delivered 2.0.0 -", WILD, .text = "a@b.example: 550 5.1.2 Host unknown\n",
    .wanted = "" },
  /* wild forms */
  { WILD, .failed = "a@b.example, c@b.example", .text = "Gone.\n\n  other@b.example: 550 5.1.1 No such user\n",
    .wanted = "a@b.example - failed 5.1.1 other@b.example: 550 5.1.1 No such user"
              "|c@b.example - failed 5.1.1 other@b.example: 550 5.1.1 No such user" },
  { WILD, .text = "Hello,\n<Joe.Doe+x@B.Example>: mailbox is full.\n> me@quoted.example\n"
                  "Ask postmaster@b.example.\nno@dots\n@b.example\n",
    .wanted = "?joe.doe+x@b.example - failed 5.2.2 <Joe.Doe+x@B.Example>: mailbox is full." },
  { WILD, .text = "a@b.example: message expired\n--- Below this line is a copy of the message.\n\n"
                  "From: me@example.com\nMessage-Id: <mine@example.com>\nMessage-ID: <other@example.com>\n",
    .wanted = "?a@b.example - failed 4.4.7 a@b.example: message expired", .wanted_id = "mine@example.com" },
  { WILD, .text = "a@b.example: delivery has been delayed\n",
    .wanted = "?a@b.example - delayed 4.0.0 a@b.example: delivery has been delayed" },
  { WILD, .text = "a@b.example did not get it\n", .wanted = "?a@b.example - failed 5.0.0 -" },
  { WILD, .text = "Ask a@b.example, he did not get it\n", .wanted = "" },
  { WILD, .text = "Ask a@b.example: 550 no\n", .wanted = "?a@b.example - failed 5.0.0 Ask a@b.example: 550 no" },
  { .subject = "Warning: could not send message for past 4 hours", .text = "<a@b.example>... Deferred\n",
    .wanted = "?a@b.example - delayed 4.0.0 -" },
  /* each has a cause of his own; what is said of nobody is said of all */
  { WILD, .text = "550 mailbox full\n<a@b.example>:\n550 5.1.1 no\nGiving up\n* c@b.example\n421 timed out\n"
                  "d@b.example\n",
    .wanted = "?a@b.example - failed 5.1.1 550 5.1.1 no|?c@b.example - failed 4.4.1 421 timed out"
              "|?d@b.example - failed 5.1.1 550 5.1.1 no" },
  { WILD, .text = "<a@b.example>:\n450 user unknown\n", .wanted = "?a@b.example - failed 4.1.1 450 user unknown" },
  /* whom a line calls the recipient, and whom it does not */
  { WILD, .text = "From: me@b.example\nRCPT TO:<a@b.example>\n<<< 550 5.7.1 <me@b.example>... Access denied\n",
    .wanted = "?a@b.example - failed 5.7.1 <<< 550 5.7.1 <me@b.example>... Access denied" },
  { WILD, .text = "554 <a@b.example>... 550 Host unknown\n550-F=[me@b.example]\nContact <you@b.example>\n",
    .wanted = "?a@b.example - failed 5.1.2 554 <a@b.example>... 550 Host unknown" },
  { WILD, .text = "Unable to deliver message to <a@b.example> (and others, ask root@b.example).\n",
    .wanted = "?a@b.example - failed 5.0.0 -" },
  { WILD, .text = "No valid recipients\nOriginal message:\nFrom: me@b.example\nTo: A <a@b.example>\n",
    .wanted = "?a@b.example - failed 5.1.1 No valid recipients" },
  { WILD, .text = "No valid recipients\nOriginal message:\nTo: a@b.example, c@b.example\nTo: d@b.example\n",
    .wanted = "?a@b.example - failed 5.1.1 No valid recipients|?c@b.example - failed 5.1.1 No valid recipients" },
  /* "a copy" that nobody got is none that came back */
  { WILD, .text = "This address did NOT receive a copy of your message:\n\n> a@b.example\n\n"
                  "RCPT To:<a@b.example>\n552 <a@b.example> would exceed the mailbox quota\n",
    .wanted = "?a@b.example - failed 5.2.2 552 <a@b.example> would exceed the mailbox quota" },
  { WILD, .text = "550 5.1.1 <a@b.example> no\n--- This is a copy of your message, with its header.\n550 5.7.1 x\n",
    .wanted = "?a@b.example - failed 5.1.1 550 5.1.1 <a@b.example> no" },
  /* X.400, and words around the address */
  { WILD, .text = "Your message\n  To:  list@b.example\ndid not reach:\n\nc=DE;a= ;p=FIRE;dda:SMTP=a@b.example; on\n"
                  "The recipient name is not recognized\n",
    .wanted = "?a@b.example - failed 5.1.1 The recipient name is not recognized" },
  { WILD, .text = "Ask root@b.example.\nNo place for local user bob.\n(Addressed to 'a@b.example')\nUser not known\n",
    .wanted = "?a@b.example - failed 5.1.1 User not known" },
  { WILD, .text = "Given up after 9 attempts: a@b.example\n", .wanted = "?a@b.example - failed 5.0.0 -" },
  { .subject = "Warning: a@b.example", .text = "a@b.example - no such user here.\n",
    .wanted = "?a@b.example - failed 5.1.1 a@b.example - no such user here." },
  { .subject = "Error", .text = "Intended recipient: a@b.example\nYour mail has been returned because of an error.\n",
    .wanted = "?a@b.example - failed 5.0.0 -" },
  /* a full mailbox that is tried again */
  { .subject = "Mail delivery warning", .text = "Mail for\n\n\"a@b.example\"\n\nhas been postponed: a full mailbox.\n",
    .wanted = "?a@b.example - delayed 4.2.2 has been postponed: a full mailbox." },
  /* a report that lost its place, behind a header */
  { WILD, .text = "Ask me@b.example\nReceived: by x\n550 5.1.1 <you@b.example>\nFinal-Recipient: RFC822; a@b.example\n"
                  "Status: 4.4.7\nContent-Type: message/rfc822\nFinal-Recipient: rfc822; c@b.example\n",
    .wanted = "a@b.example - failed 4.4.7 Status: 4.4.7" },
  { .subject = "Lunch", .text = "a@b.example: 550 5.1.1 No such user\n", .wanted = "" },
  /* the message that came back */
  { .recipients = "", .reported_id = "mine@example.com", .text = "Message-ID: <x@y>\n", .in_reply_to = "z@y",
    .wanted = "",
    .wanted_id = "mine@example.com" },
  { .recipients = "", .text = "Message-ID: x@y\n > message-id:\t<in.text@y> \n", .in_reply_to = "z@y", .wanted = "",
    .wanted_id = "in.text@y" },
  { .recipients = "", .text = "Message-ID: <>\nMessage-ID: <a b>\nMessage-ID: <a", .in_reply_to = "z@y", .wanted = "",
    .wanted_id = "z@y" },
  { .recipients = "", .text = "Message-ID: <mark\xef\xbb\xbf@y>\nMessage-ID: <seen@y>\n", .wanted = "",
    .wanted_id = "seen@y" },
};

static void
replace (char **string, const char *with)
{
  g_free (*string);
  *string = g_strdup (with != NULL ? with : "");
}

static const char *
or_nothing (const char *word)
{
  return strcmp (word, "-") == 0 ? "" : word;
}

static TmReport *
make_report (const Sample *sample)
{
  TmReport *report = report_new (TM_REPORT_DSN);
  replace (&report->original_message_id, sample->reported_id);
  g_auto (GStrv) recipients = g_strsplit (sample->recipients, "|", -1);
  for (char **recipient = recipients; *recipient != NULL; recipient++)
    {
      g_auto (GStrv) words = g_strsplit (*recipient, " ", 5);
      TmReportRecipient *made
        = report_recipient_new (or_nothing (words[0]), or_nothing (words[2]), or_nothing (words[3]));
      replace (&made->original, or_nothing (words[1]));
      replace (&made->diagnostic, or_nothing (words[4]));
      g_ptr_array_add (report->recipients, made);
    }
  return report;
}

static const char *
or_dash (const char *text)
{
  return *text != '\0' ? text : "-";
}

START_TEST (failures)
{
  const Sample *sample = &samples[_i];
  g_autoptr (TmMail) mail = mail_new ();
  replace (&mail->subject, sample->subject);
  replace (&mail->text, sample->text);
  if (sample->failed != NULL)
    g_ptr_array_add (mail->headers, header_new ("X-Failed-Recipients", sample->failed, NULL));
  if (sample->in_reply_to != NULL)
    g_ptr_array_add (mail->in_reply_to, g_strdup (sample->in_reply_to));
  if (sample->recipients != NULL)
    mail->report = make_report (sample);
  g_autoptr (GPtrArray) found = failures_read (mail);
  g_autofree char *id = failures_read_id (mail);
  g_autoptr (GString) out = g_string_new (NULL);
  for (guint i = 0; i < found->len; i++)
    {
      const TmFailure *failure = g_ptr_array_index (found, i);
      g_string_append_printf (out, "%s%s%s %s %s %s %s", i > 0 ? "|" : "", failure->is_guess ? "?" : "",
                              failure->recipient, or_dash (failure->original), failure->action, failure->status,
                              or_dash (failure->diagnostic));
      ck_assert_int_eq (failure->is_final, strcmp (failure->action, "failed") == 0);
    }
  ck_assert_str_eq (out->str, sample->wanted);
  ck_assert_str_eq (id, sample->wanted_id != NULL ? sample->wanted_id : "");
}
END_TEST

/* A report may name thousands; the ticket gets no more than so many rows of it. */
START_TEST (bounded)
{
  g_autoptr (TmMail) mail = mail_new ();
  mail->report = report_new (TM_REPORT_DSN);
  for (unsigned i = 0; i < 1000; i++)
    {
      g_autofree char *address = g_strdup_printf ("a%u@b.example", i);
      g_ptr_array_add (mail->report->recipients, report_recipient_new (address, "failed", "5.1.1"));
    }
  g_autoptr (GPtrArray) found = failures_read (mail);
  ck_assert_uint_eq (found->len, 50);
}
END_TEST

SUITE_MAIN ("failure", tcase_add_loop_test (tc, failures, 0, G_N_ELEMENTS (samples));
            tcase_add_test (tc, bounded);)
