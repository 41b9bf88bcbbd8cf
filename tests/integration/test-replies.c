/* SPDX-License-Identifier: BSD-2-Clause */
/* Agents' mail in the dialog: what the real daemon makes of answers, notes, commands and machines. */
#include "tests/integration/harness.h"
#include "tests/support/suite.h"

#include <signal.h>
#include <string.h>

enum { RECIPIENTS_MAX = 6 };

#define QUEUES "guards: {answered: off}\nplans: {standard: {targets: {P1: {update: 2h}, P3: {update: 8h}}}}\n"

typedef struct
{
  Desk *desk;
  MilterClient *client;
  char *reply, *note; /* token addresses of ticket 1, as its messages carried them */
} Bed;

static char
send_raw (MilterClient *client, const char *login, const char *sender, const char *const *recipients, const char *raw)
{
  g_autoptr (GError) error = NULL;
  milter_client_macros (client, SMFIC_MAIL, (const char *const[]){ "{auth_authen}", login, NULL });
  bool ok = milter_client_message (client, "Q1", sender, recipients, raw, strlen (raw), &error);
  ck_assert_msg (ok, "%s", error != NULL ? error->message : "");
  return client->reply.kind;
}

/* `header` are whole lines, or ""; `recipients` apart by blanks. */
static char
send (Bed *bed, const char *login, const char *from, const char *recipients, const char *header, const char *body)
{
  g_autofree char *raw = g_strdup_printf ("From: %s\r\nSubject: Re: [example#1] down\r\n"
                                          "Date: Fri, 20 Nov 2026 16:00:00 +0000\r\n%s\r\n%s", from, header, body);
  g_autofree char *sender = g_strdup_printf ("<%s>", from);
  g_auto (GStrv) words = g_strsplit (recipients, " ", RECIPIENTS_MAX);
  for (char **word = words; *word != NULL; word++)
    {
      char *bare = *word;
      *word = g_strdup_printf ("<%s>", bare);
      g_free (bare);
    }
  return send_raw (bed->client, login, sender, (const char *const *) words, raw);
}

static bool
has_edit (const Bed *bed, char op, const char *value)
{
  g_autofree char *bracketed = g_strdup_printf ("<%s>", value);
  for (guint i = 0; i < bed->client->reply.edits->len; i++)
    {
      const MilterEdit *edit = g_ptr_array_index (bed->client->reply.edits, i);
      if (edit->op == op && strcmp (edit->value, bracketed) == 0)
        return true;
    }
  return false;
}

static guint
count_edits (const Bed *bed, char op)
{
  guint n = 0;
  for (guint i = 0; i < bed->client->reply.edits->len; i++)
    n += ((const MilterEdit *) g_ptr_array_index (bed->client->reply.edits, i))->op == op;
  return n;
}

static bool
has_removed (const Bed *bed, const char *name)
{
  for (guint i = 0; i < bed->client->reply.edits->len; i++)
    {
      const MilterEdit *edit = g_ptr_array_index (bed->client->reply.edits, i);
      if (edit->op == SMFIR_CHGHEADER && g_ascii_strcasecmp (edit->name, name) == 0 && *edit->value == '\0')
        return true;
    }
  return false;
}

/* All chunks of the new body; "" when it stays. */
static char *
new_body (const Bed *bed)
{
  GString *body = g_string_new (NULL);
  for (guint i = 0; i < bed->client->reply.edits->len; i++)
    {
      const MilterEdit *edit = g_ptr_array_index (bed->client->reply.edits, i);
      if (edit->op == SMFIR_REPLBODY)
        g_string_append (body, edit->value);
    }
  return g_string_free (body, FALSE);
}

static TmTicketRecord *
ticket_of (const Bed *bed, GPtrArray **tickets_out)
{
  *tickets_out = desk_tickets (bed->desk);
  return g_ptr_array_index (*tickets_out, (*tickets_out)->len - 1);
}

/* Ticket 1, by eve. */
static Bed
bed_new (void)
{
  Bed bed = { .desk = desk_new (QUEUES) };
  static const char opening[] = "From: Eve <eve@acme.example>\r\nTo: support@example.com\r\nSubject: down\r\n"
                                "Message-ID: <first@acme.example>\r\n\r\nIt is down.\r\n";
  desk_start (bed.desk, NULL);
  bed.client = desk_client (bed.desk);
  ck_assert_int_eq (send_raw (bed.client, "", "<eve@acme.example>", (const char *const[]){ "<hosting@example.com>",
                                                                                         NULL }, opening),
                    SMFIR_ACCEPT);
  bed.reply = g_strdup (milter_client_edited (bed.client, "Reply-To"));
  return bed;
}

static void
bed_end (Bed *bed)
{
  milter_client_free (bed->client);
  desk_end (bed->desk);
  g_free (bed->reply);
  g_free (bed->note);
}

#define COMMANDS "#priority P1 it is the whole site\r\n#tag site=c12\r\n\r\nWe are on it.\r\n"

/* The customer's mail carries the token; the answer to it is the desk's, without commands; what comes again is the
 * same. */
START_TEST (reply_with_commands)
{
  Bed bed = bed_new ();
  ck_assert_ptr_nonnull (bed.reply);
  ck_assert (g_str_has_prefix (bed.reply, "hosting+1-r"));
  g_autofree char *header = g_strdup_printf ("To: Eve <%s>\r\nDisposition-Notification-To: anna@example.com\r\n"
                                             "X-Mine: anna@example.com\r\nMessage-ID: <a@example.com>\r\n"
                                             "Content-Type: text/plain; charset=utf-8\r\nMIME-Version: 1.0\r\n",
                                             bed.reply);
  ck_assert_int_eq (send (&bed, "anna", "anna@example.com", bed.reply, header, COMMANDS), SMFIR_ACCEPT);
  ck_assert (has_edit (&bed, SMFIR_DELRCPT, bed.reply));
  ck_assert (has_edit (&bed, SMFIR_ADDRCPT, "eve@acme.example"));
  ck_assert (has_edit (&bed, SMFIR_ADDRCPT, "hosting@example.com"));
  ck_assert_uint_eq (count_edits (&bed, SMFIR_ADDRCPT), 2);
  ck_assert_uint_eq (count_edits (&bed, SMFIR_CHGFROM), 1);
  ck_assert_str_eq (milter_client_edited (bed.client, "From"), "\"Anna Example via Hosting\" <hosting@example.com>");
  ck_assert_str_eq (milter_client_edited (bed.client, "To"), "eve@acme.example");
  ck_assert_str_eq (milter_client_edited (bed.client, "Reply-To"), bed.reply);
  ck_assert (has_removed (&bed, "Disposition-Notification-To"));
  ck_assert (has_removed (&bed, "X-Mine"));
  ck_assert_str_eq (milter_client_edited (bed.client, "X-Ticket-ID"), "1");
  g_autofree char *body = new_body (&bed);
  ck_assert_ptr_null (strstr (body, "#priority"));
  ck_assert_ptr_null (strstr (body, "#tag"));
  ck_assert_ptr_nonnull (strstr (body, "We are on it."));
  ck_assert_ptr_nonnull (strstr (body, "Request [example#1]"));

  g_autoptr (GPtrArray) tickets = NULL;
  const TmTicketRecord *ticket = ticket_of (&bed, &tickets);
  ck_assert_str_eq (ticket->facts->priority, "P1");
  ck_assert_int_eq (ticket->facts->status, TM_STATUS_WAITING);

  g_autofree char *before = milter_client_print_edits (bed.client);
  ck_assert_int_eq (send (&bed, "anna", "anna@example.com", bed.reply, header, COMMANDS), SMFIR_ACCEPT);
  g_autofree char *again = milter_client_print_edits (bed.client);
  ck_assert_str_eq (again, before);
  ck_assert_uint_eq (desk_count_log (bed.desk, "action=duplicate"), 1);
  bed_end (&bed);
}
END_TEST

/* Nothing is done, and nothing goes out. */
static const struct
{
  const char *login, *from, *header, *body;
  const char *says; /* in the refusal */
} refused[] = {
  { "anna", "anna@example.com", "", "#prioritty P1\r\n\r\nText.\r\n", "#prioritty" },
  { "anna", "anna@example.com", "", "#priority P9\r\n\r\nText.\r\n", "P9" },
  { "anna", "anna@example.com", "", "#merge 77\r\n\r\nText.\r\n", "77" },
  { "", "anna@example.com", "", "Text.\r\n", "NOT sent" },
  { "anna", "anna@example.com", "Content-Type: multipart/mixed; boundary=b\r\nMIME-Version: 1.0\r\n",
    "--b\r\nContent-Type: text/plain\r\n\r\n#priority P1\r\n\r\nText.\r\n", "NOT sent" },
  { "anna", "anna@example.com",
    "Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=b\r\nMIME-Version: 1.0\r\n",
    "--b\r\nContent-Type: text/plain\r\n\r\n#priority P1\r\n\r\nText.\r\n--b\r\n"
    "Content-Type: application/pgp-signature\r\n\r\nx\r\n--b--\r\n", "NOT sent" },
};

START_TEST (refusals)
{
  Bed bed = bed_new ();
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      char kind = send (&bed, refused[i].login, refused[i].from, bed.reply, refused[i].header, refused[i].body);
      ck_assert_msg (kind == SMFIR_REPLYCODE && g_str_has_prefix (bed.client->reply.text, "550 5.7.1")
                         && strstr (bed.client->reply.text, refused[i].says) != NULL,
                     "%u: %c %s", i, kind, bed.client->reply.text);
    }
  g_autoptr (GPtrArray) tickets = NULL;
  const TmTicketRecord *ticket = ticket_of (&bed, &tickets);
  ck_assert_str_eq (ticket->facts->priority, "P3");
  ck_assert_int_eq (ticket->facts->status, TM_STATUS_NEW);
  ck_assert_uint_eq (ticket->messages->len, 1);
  bed_end (&bed);
}
END_TEST

/* Headers are the desk's, the body is as it was. */
START_TEST (broken_mime_without_commands)
{
  Bed bed = bed_new ();
  ck_assert_int_eq (send (&bed, "anna", "anna@example.com", bed.reply,
                          "Content-Type: multipart/mixed; boundary=b\r\nMIME-Version: 1.0\r\n",
                          "--b\r\nContent-Type: text/plain\r\n\r\nText.\r\n"), SMFIR_ACCEPT);
  ck_assert_ptr_nonnull (milter_client_edited (bed.client, "From"));
  ck_assert_uint_eq (count_edits (&bed, SMFIR_REPLBODY), 0);
  bed_end (&bed);
}
END_TEST

/* Nothing goes out; the ticket is closed, and he is told. */
START_TEST (commands_only)
{
  Bed bed = bed_new ();
  ck_assert_int_eq (send (&bed, "anna", "anna@example.com", bed.reply, "", "#close\r\n\r\n-- \r\nAnna\r\n"),
                    SMFIR_DISCARD);
  g_autoptr (GPtrArray) tickets = NULL;
  ck_assert_int_eq (ticket_of (&bed, &tickets)->facts->status, TM_STATUS_CLOSED);
  bed_end (&bed);
}
END_TEST

/* A note goes to the mailbox, and to nobody outside, whomever it was written to; the answer to it is one, too. */
START_TEST (notes)
{
  Bed bed = bed_new ();
  g_autofree char *to = g_strconcat (bed.reply, " bob@example.net", NULL);
  ck_assert_int_eq (send (&bed, "anna", "anna@example.com", to, "", "#note\r\n\r\nHe is difficult.\r\n"), SMFIR_ACCEPT);
  ck_assert (has_edit (&bed, SMFIR_DELRCPT, bed.reply));
  ck_assert (has_edit (&bed, SMFIR_DELRCPT, "bob@example.net"));
  ck_assert (has_edit (&bed, SMFIR_ADDRCPT, "hosting@example.com"));
  ck_assert_uint_eq (count_edits (&bed, SMFIR_ADDRCPT), 1);
  bed.note = g_strdup (milter_client_edited (bed.client, "Reply-To"));
  ck_assert_ptr_nonnull (bed.note);
  ck_assert (g_str_has_prefix (bed.note, "hosting+1-n"));
  ck_assert_int_eq (send (&bed, "anna", "anna@example.com", bed.note, "", "#send\r\n\r\nSo he is.\r\n"), SMFIR_ACCEPT);
  ck_assert_uint_eq (count_edits (&bed, SMFIR_ADDRCPT), 1);
  ck_assert_uint_eq (desk_count_log (bed.desk, "action=note"), 2);
  bed_end (&bed);
}
END_TEST

/* A vacation note reaches nobody and meets nothing, whoever is logged in. */
START_TEST (machines)
{
  Bed bed = bed_new ();
  static const char *const logins[] = { "anna", "" };
  for (guint i = 0; i < G_N_ELEMENTS (logins); i++)
    ck_assert_int_eq (send (&bed, logins[i], "anna@example.com", bed.reply, "Auto-Submitted: auto-replied\r\n",
                            "I am away.\r\n"), SMFIR_DISCARD);
  ck_assert_int_eq (send (&bed, "anna", "anna@example.com", "eve@acme.example", "Auto-Submitted: auto-replied\r\n",
                          "I am away.\r\n"), SMFIR_DISCARD);
  g_autoptr (GPtrArray) tickets = NULL;
  const TmTicketRecord *ticket = ticket_of (&bed, &tickets);
  ck_assert_int_eq (ticket->facts->status, TM_STATUS_NEW);
  ck_assert_uint_eq (ticket->messages->len, 1);
  bed_end (&bed);
}
END_TEST

/* As the desk: the customer is the requester, and it has been answered. */
START_TEST (opens_for_customer)
{
  Bed bed = bed_new ();
  g_autofree char *raw = g_strdup ("From: support@example.com\r\nTo: Bob <bob@example.net>\r\nCc: c@example.net\r\n"
                                   "Subject: Your server\r\nMessage-ID: <d@example.com>\r\n\r\nIt moves.\r\n");
  const char *const to[] = { "<bob@example.net>", "<c@example.net>", NULL };
  ck_assert_int_eq (send_raw (bed.client, "anna", "<anna@example.com>", to, raw), SMFIR_ACCEPT);
  ck_assert_str_eq (milter_client_edited (bed.client, "X-Ticket-ID"), "2");
  ck_assert_str_eq (milter_client_edited (bed.client, "Subject"), "[example#2] Your server");
  ck_assert (has_edit (&bed, SMFIR_ADDRCPT, "support@example.com"));
  ck_assert_uint_eq (count_edits (&bed, SMFIR_DELRCPT), 0);
  g_autoptr (GPtrArray) tickets = desk_tickets (bed.desk);
  const TmTicketRecord *ticket = g_ptr_array_index (tickets, 0);
  ck_assert_str_eq (ticket->facts->requester, "bob@example.net");
  ck_assert_int_eq (ticket->facts->status, TM_STATUS_WAITING);
  ck_assert (ticket_may_receive (ticket->facts, "c@example.net"));
  bed_end (&bed);
}
END_TEST

SUITE_MAIN ("replies", tcase_add_test (tc, reply_with_commands); tcase_add_test (tc, refusals);
            tcase_add_test (tc, broken_mime_without_commands); tcase_add_test (tc, commands_only);
            tcase_add_test (tc, notes); tcase_add_test (tc, machines); tcase_add_test (tc, opens_for_customer);)
