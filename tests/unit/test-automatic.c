/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/automatic.h"
#include "core/bounce.h"
#include "core/vacation.h"
#include "tests/support/suite.h"

#include <string.h>

#define AUTO (1u << 0)
#define BOUNCE (1u << 1)
#define LIST (1u << 2)
#define QUIET (1u << 3) /* question B */

/* A mail from bob@customer.example, envelope sender the same, but for what the case says. */
typedef struct
{
  const char *headers;      /* "Name: value" lines */
  const char *from, *sender; /* NULL: Bob; "" is none */
  const char *subject, *text;
  bool answers_us;
  unsigned expected;
} Case;

static void
add_headers (TmMail *mail, const char *headers)
{
  g_auto (GStrv) lines = g_strsplit (headers, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    {
      g_auto (GStrv) pair = g_strsplit (*line, ": ", 2);
      if (pair[0] != NULL && pair[1] != NULL)
        g_ptr_array_add (mail->headers, header_new (pair[0], pair[1], NULL));
      if (pair[0] != NULL && pair[1] != NULL && strcmp (pair[0], "Content-Type") == 0)
        {
          g_free (mail->content_type);
          mail->content_type = g_strndup (pair[1], strcspn (pair[1], ";"));
        }
    }
}

static TmMail *
make_mail (const Case *c)
{
  TmMail *mail = mail_new ();
  const char *from = c->from != NULL ? c->from : "bob@customer.example";
  if (strchr (from, '@') != NULL)
    mail->from = mailbox_new (from, "");
  g_ptr_array_add (mail->headers, header_new ("From", from, NULL));
  add_headers (mail, c->headers != NULL ? c->headers : "");
  g_free (mail->subject);
  mail->subject = g_strdup (c->subject != NULL ? c->subject : "Printer on fire");
  g_free (mail->text);
  mail->text = g_strdup (c->text != NULL ? c->text : "It burns.\n");
  return mail;
}

static unsigned
judge (const Case *c, const TmMail *mail)
{
  TmAutomaticContext context = { .sender = c->sender != NULL ? c->sender : "bob@customer.example",
                                 .loop_token = "example",
                                 .own_domain = "desk.example.com",
                                 .answers_us_quickly = c->answers_us };
  TmAutomatic result = automatic_judge (mail, &context);
  ck_assert_int_eq (*result.reason != '\0', result.is_auto || result.no_answer);
  return (result.is_auto ? AUTO : 0) | (result.is_bounce ? BOUNCE : 0) | (result.is_list ? LIST : 0)
         | (result.no_answer ? QUIET : 0);
}

static const Case cases[] = {
  { .expected = 0 },
  /* Auto-Submitted, RFC 3834 §5 */
  { .headers = "Auto-Submitted: auto-replied", .expected = AUTO | QUIET },
  { .headers = "Auto-Submitted: AUTO-GENERATED; x=y", .expected = AUTO | QUIET },
  { .headers = "Auto-Submitted: auto-generated (failure)", .expected = AUTO | QUIET },
  { .headers = "Auto-Submitted: no", .expected = 0 },
  { .headers = "Auto-Submitted: No; x", .expected = 0 },
  { .headers = "Auto-Submitted: (a (nested) comment) no (human)", .expected = 0 },
  { .headers = "Auto-Submitted: nothing", .expected = AUTO | QUIET },
  { .headers = "Auto-Submitted: no\nAuto-Submitted: no", .expected = AUTO | QUIET },
  /* other marks of A */
  { .headers = "Precedence: Auto_Reply", .expected = AUTO | QUIET },
  { .headers = "X-Autoreply: yes", .expected = AUTO | QUIET },
  { .headers = "X-Autoreply: no", .expected = 0 },
  { .headers = "x-autorespond: FALSE", .expected = 0 },
  { .headers = "X-Mail-Autoreply: whatever", .expected = AUTO | QUIET },
  { .headers = "X-AutoReply-From: bob@customer.example", .expected = AUTO | QUIET },
  { .headers = "X-Amz-Sns-Message-Id: 1af9f4b7", .expected = AUTO | QUIET },
  { .headers = "X-FC-MachineGenerated: true", .expected = AUTO | QUIET },
  { .headers = "X-MS-Exchange-Inbox-Rules-Loop: bob@customer.example", .expected = AUTO | QUIET },
  { .headers = "X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent", .expected = AUTO | QUIET },
  { .headers = "X-Failed-Recipients: eve@customer.example", .expected = AUTO | QUIET },
  { .headers = "X-Apple-Action: VACATION", .expected = AUTO | QUIET },
  { .headers = "X-Apple-Action: MOVE", .expected = 0 },
  { .headers = "X-Ticket-Loop: Example", .expected = AUTO | QUIET },
  { .headers = "X-Ticket-Loop: another", .expected = 0 },
  { .headers = "Content-Type: multipart/report; report-type=disposition-notification", .expected = AUTO | QUIET },
  { .headers = "Content-Type: multipart/report; report-type=delivery-status", .expected = AUTO | BOUNCE | QUIET },
  { .headers = "Content-Type: message/delivery-status", .expected = AUTO | BOUNCE | QUIET },
  { .from = "mailer-daemon@customer.example", .expected = AUTO | QUIET },
  { .from = "MAILER-DAEMON (Mail Delivery System)", .expected = AUTO | QUIET },
  { .from = "<>", .expected = AUTO | QUIET },
  { .sender = "", .expected = AUTO | QUIET },
  { .sender = "mailer-daemon@customer.example", .expected = AUTO | QUIET },
  { .subject = "complaint about message from 192.0.2.7", .expected = AUTO | QUIET },
  { .subject = "complaint about message from your agent", .expected = 0 },
  /* lists and other senders who want no answer */
  { .headers = "Precedence: list", .expected = LIST | QUIET },
  { .headers = "Precedence: BULK", .expected = QUIET },
  { .headers = "Precedence: first-class", .expected = 0 },
  { .headers = "List-Id: <x.customer.example>", .expected = LIST | QUIET },
  { .headers = "List-Unsubscribe: <mailto:x@customer.example>", .expected = QUIET },
  { .headers = "X-BeenThere: x@customer.example", .expected = LIST | QUIET },
  { .headers = "X-Auto-Response-Suppress: DR, OOF", .expected = QUIET },
  { .headers = "X-Auto-Response-Suppress: All", .expected = QUIET },
  { .headers = "X-Auto-Response-Suppress: DR, NDR, RN, NRN", .expected = 0 },
  { .from = "no-reply@shop.example", .expected = QUIET },
  { .from = "do_not.reply-1234@shop.example", .expected = QUIET },
  { .from = "nepasrepondre@boutique.example", .expected = QUIET },
  { .sender = "users-bounces@list.example", .expected = QUIET },
  { .sender = "bounces+77-ab12-desk=example.com@mailer.example", .expected = QUIET },
  { .sender = "news-desk=example.com@mailer.example", .expected = QUIET },
  { .sender = "owner-users@list.example", .expected = QUIET },
  { .from = "users-request@list.example", .expected = QUIET },
  { .from = "notifications@forge.example", .expected = QUIET },
  { .from = "postmaster@customer.example", .expected = QUIET },
  { .from = "request@customer.example", .expected = 0 },
  { .from = "bounce-house@rental.example", .expected = 0 },
  { .from = "noreen.reply@customer.example", .expected = 0 },
  /* BATV and SRS are wrappers around people */
  { .sender = "prvs=1234abcdef=bob@customer.example", .expected = 0 },
  { .sender = "btv1==1234abcdef==bob@customer.example", .expected = 0 },
  { .sender = "srs0=hash=tt=customer.example=bob@relay.example", .expected = 0 },
  { .sender = "srs1=hash=other.example==hash=tt=customer.example=bob@relay.example", .expected = 0 },
  { .sender = "bob+srs=hash=tt=customer.example=bob@relay.example", .expected = 0 },
  { .sender = "srs0=hash=tt=list.example=users-bounces@relay.example", .expected = QUIET },
  { .sender = "prvs=1234abcdef=no-reply@shop.example", .expected = QUIET },
  /* vacation subjects count at the start and in answer to us */
  { .subject = "Automatic reply: Printer", .answers_us = true, .expected = AUTO | QUIET },
  { .subject = "Automatic reply: Printer", .expected = 0 },
  { .subject = "Re: your automatic reply: Printer", .answers_us = true, .expected = 0 },
  /* wild bounces: wording and status, from a mail system */
  { .from = "postmaster@customer.example", .subject = "Undeliverable: Hello", .text = "550 5.1.1 nobody here\n",
    .expected = AUTO | BOUNCE | QUIET },
  { .from = "post_master@customer.example", .subject = "Re: Hello", .text = "Error message below:\n550 - no\n",
    .expected = AUTO | BOUNCE | QUIET },
  { .sender = "", .subject = "Delivery failure", .text = "Remote host said: 554 5.4.14 Hop count\n",
    .expected = AUTO | BOUNCE | QUIET },
  { .from = "no-reply@isp.example", .subject = "Mail", .text = "Could not be delivered to: <x@y>\nmailbox is full.\n",
    .expected = AUTO | BOUNCE | QUIET },
  { .from = "postmaster@customer.example", .subject = "Undeliverable: Hello", .text = "Alas.\n",
  .expected = AUTO | QUIET },
  { .from = "no-reply@shop.example", .subject = "Delivery notification", .text = "Your parcel 550 is on its way.\n",
    .expected = QUIET },
  { .from = "postmaster@customer.example", .subject = "Move", .text = "We upgrade to 5.1.1, see you.\n",
  .expected = QUIET },
  { .subject = "Undeliverable: Hello", .text = "My mail was not delivered:\n550 5.1.1 User unknown\n", .expected = 0 },
  { .sender = "", .subject = "Undeliverable: x", .text = "was not delivered\nOriginal message follows.\n550 5.1.1 x\n",
    .expected = AUTO | QUIET },
  { .sender = "", .subject = "Undeliverable: x", .text = "from [5.1.1.2], build 15.1.1\n", .expected = AUTO | QUIET },
};

START_TEST (judged)
{
  g_autoptr (TmMail) mail = make_mail (&cases[_i]);
  ck_assert_msg (judge (&cases[_i], mail) == cases[_i].expected, "case %d: %s %s %s", _i,
                 cases[_i].headers != NULL ? cases[_i].headers : "", cases[_i].from != NULL ? cases[_i].from : "",
                 cases[_i].subject != NULL ? cases[_i].subject : "");
}
END_TEST

START_TEST (malformed)
{
  Case c = { .headers = NULL };
  g_autoptr (TmMail) mail = make_mail (&c);
  mail->flags = TM_FLAG_MALFORMED;
  ck_assert_uint_eq (judge (&c, mail), QUIET);
}
END_TEST

START_TEST (own_message_id)
{
  Case c = { .headers = NULL };
  g_autoptr (TmMail) mail = make_mail (&c);
  g_free (mail->message_id);
  mail->message_id = g_strdup ("1.ack@Desk.example.com");
  ck_assert_uint_eq (judge (&c, mail), AUTO | QUIET);
}
END_TEST

START_TEST (received)
{
  Case c = { .headers = NULL };
  g_autoptr (TmMail) mail = make_mail (&c);
  for (int i = 0; i < 30; i++)
    g_ptr_array_add (mail->headers, header_new ("Received", "by x", NULL));
  ck_assert_uint_eq (judge (&c, mail), 0);
  g_ptr_array_add (mail->headers, header_new ("Received", "by x", NULL));
  ck_assert_uint_eq (judge (&c, mail), AUTO | QUIET);
}
END_TEST

/* A bounce that somebody attached is his problem report; one that a mail system wrapped is a bounce. */
START_TEST (inner_report)
{
  Case c = { .headers = "Content-Type: multipart/mixed; boundary=x" };
  g_autoptr (TmMail) mail = make_mail (&c);
  mail->report = report_new (TM_REPORT_DSN);
  ck_assert_uint_eq (judge (&c, mail), 0);
  c.sender = "";
  ck_assert_uint_eq (judge (&c, mail), AUTO | BOUNCE | QUIET);
  mail->report->kind = TM_REPORT_ARF;
  ck_assert_uint_eq (judge (&c, mail), AUTO | QUIET);
}
END_TEST

static const struct
{
  const char *text, *status;
} statuses[] = {
  { "550 5.1.1 nobody\n", "5.1.1" },
  { "<<< 452 4.2.2 full\n", "4.2.2" },
  { "  550-not here\n", "5.0.0" },
  { "Server returned '421 try later'\n", "4.0.0" },
  { "550 user unknown\n", "5.1.1" },
  { "the (#5.2.2) quota\n", "5.2.2" },
  { "room 550 is closed\n", "" },
  { "> 550 5.1.1 quoted\n", "" },
  { ">>> RCPT TO:<x@y>\n<<< 550 5.1.1 no\n", "5.1.1" },
  { "ResponseCode 421, , not reachable\n", "4.0.0" },
  { "This is a permanent error.\n  Unrouteable address\n", "5.1.2" },
  { "This is a permanent error.\n550 5.7.1 no\n", "5.7.1" },
  { "5.1234.1 and 5.1.1.1 and 6.1.1\n", "" },
};

START_TEST (status)
{
  g_autoptr (TmMail) mail = mail_new ();
  g_free (mail->subject);
  mail->subject = g_strdup ("Undelivered Mail Returned to Sender");
  g_free (mail->text);
  mail->text = g_strdup (statuses[_i].text);
  char found[TM_STATUS_LEN];
  TmBounceForm form = bounce_find_form (mail, found);
  ck_assert_str_eq (found, statuses[_i].status);
  ck_assert_int_eq (form, *found != '\0' ? TM_BOUNCE_STATUS : TM_BOUNCE_UNSURE);
}
END_TEST

static const struct
{
  const char *subject;
  bool is_vacation;
} vacations[] = {
  { "Automatic reply: Printer", true },
  { "Out of Office Re: Printer", true },
  { "AUTO: Eve is out", true },
  { "Auto mit Panne", false },
  { "Abwesenheitsnotiz: Drucker", true },
  { "Réponse automatique : imprimante", true },
  { "Respuesta automática: impresora", true },
  { "Risposta automatica: stampante", true },
  { "Resposta automática: impressora", true },
  { "Automatisch antwoord: printer", true },
  { "Automatyczna odpowiedź: drukarka", true },
  { "AUTOMATISKT SVAR: skrivare", true },
  { "Automatisk svar: printer", true },
  { "Fraværsmelding", true },
  { "Automaattinen vastaus: tulostin", true },
  { "Automatická odpověď: tiskárna", true },
  { "АВТОМАТИЧЕСКИЙ ОТВЕТ: принтер", true },
  { "Отпуск", true },
  { "自動応答: プリンタ", true },
  { "自动回复: 打印机", true },
  { "Vacation", true },
  { "Vacation: back on Monday", true },
  { "Vacation planner is down", false },
  { "Re: Automatic reply", false },
  { "Autoreplying mail loops", false },
  { "", false },
};

START_TEST (vacation)
{
  ck_assert_msg (vacation_is_subject (vacations[_i].subject) == vacations[_i].is_vacation, "%s", vacations[_i].subject);
}
END_TEST

SUITE_MAIN ("automatic", tcase_add_loop_test (tc, judged, 0, G_N_ELEMENTS (cases));
            tcase_add_test (tc, malformed);
            tcase_add_test (tc, own_message_id);
            tcase_add_test (tc, received);
            tcase_add_test (tc, inner_report);
            tcase_add_loop_test (tc, status, 0, G_N_ELEMENTS (statuses));
            tcase_add_loop_test (tc, vacation, 0, G_N_ELEMENTS (vacations));)
