/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who is logged in × which token × From × whom it is for: each of the 288 cells against an oracle that knows nothing of
 * tickets, matches and kinds.  Ticket 12 is eve's, in queue support, where anna has a right and carl has none.
 */
#include "core/agents.h"
#include "core/command.h"
#include "core/plan.h"
#include "core/reply.h"
#include "core/sender.h"
#include "tests/support/suite.h"
#include "tests/unit/plan_site.h"

#include <string.h>

enum { NOW = 1795000000 };

typedef enum { LOGIN_NONE, LOGIN_AGENT, LOGIN_NO_RIGHT, LOGIN_OTHER, N_LOGINS } Login;
typedef enum
{
  TOKEN_NONE,
  TOKEN_VALID,
  TOKEN_OTHER_TICKET,  /* signed for ticket 13 */
  TOKEN_OTHER_PURPOSE, /* signed for notes */
  TOKEN_RETIRED,
  TOKEN_REVOKED,
  TOKEN_TRUNCATED,
  TOKEN_UPPER,
  N_TOKENS
} Token;
typedef enum { FROM_AGENT, FROM_STRANGER, FROM_DESK, N_FROMS } From;
typedef enum { TO_TOKEN, TO_PLAIN, TO_CUSTOMER, N_TOS } To; /* the token is in Cc, and in the envelope, else */

enum { N_CELLS = N_LOGINS * N_TOKENS * N_FROMS * N_TOS };

typedef enum { PASSES, OPENS, OPENS_AS_DESK, UNVERIFIED, REFUSED, REFUSED_FOR_US, ANSWERS } Outcome;

static const char *const logins[] = { NULL, "anna", "carl", "joe" };
static const char *const froms[] = { "anna@example.com", "mallory@evil.example", "support@example.com" };
static const char *const outcomes[]
    = { "passes", "opens", "opens as the desk", "unverified", "refused", "refused for us", "answers" };

/* --- the oracle --- */

static Outcome
expect (Login login, Token token, From from, To to)
{
  bool holds = token == TOKEN_VALID || token == TOKEN_RETIRED || token == TOKEN_UPPER;
  bool is_past_us = token == TOKEN_NONE && to == TO_CUSTOMER;
  if (login == LOGIN_AGENT && holds)
    return ANSWERS;
  if (login == LOGIN_AGENT && token != TOKEN_NONE)
    return REFUSED;
  if (login == LOGIN_AGENT && is_past_us && from == FROM_DESK)
    return OPENS_AS_DESK;
  if (is_past_us)
    return PASSES;
  if (login == LOGIN_NO_RIGHT && holds)
    return REFUSED;
  if (holds && from == FROM_AGENT)
    return to == TO_CUSTOMER ? REFUSED_FOR_US : REFUSED;
  return holds ? UNVERIFIED : OPENS;
}

/* --- the cell --- */

static char *
sign (TmKeyRing *ring, const char *key, gint64 ticket, char purpose)
{
  for (guint i = 0; i < ring->keys->len; i++)
    {
      TmKey *other = g_ptr_array_index (ring->keys, i);
      other->state = strcmp (other->id, key) == 0 ? TM_KEY_ACTIVE : TM_KEY_RETIRED;
    }
  char *token = token_sign (ring, ticket, purpose, NULL);
  ((TmKey *) ring->keys->pdata[0])->state = TM_KEY_ACTIVE;
  ((TmKey *) ring->keys->pdata[1])->state = TM_KEY_RETIRED;
  ((TmKey *) ring->keys->pdata[2])->state = TM_KEY_REVOKED;
  return token;
}

static char *
token_address (const TmSite *site, Token token)
{
  g_autofree char *signed_by = sign (site->keys, token == TOKEN_RETIRED ? "k2" : token == TOKEN_REVOKED ? "k3" : "k1",
                                     token == TOKEN_OTHER_TICKET ? 13 : 12, token == TOKEN_OTHER_PURPOSE ? 'n' : 'r');
  g_autofree char *plain
      = token == TOKEN_NONE ? g_strdup ("12") : g_strconcat ("12-r", strstr (signed_by, "-") + 2, NULL);
  if (token == TOKEN_TRUNCATED)
    plain[strlen (plain) - 1] = '\0';
  g_autofree char *upper = token == TOKEN_UPPER ? g_ascii_strup (plain, -1) : g_strdup (plain);
  return g_strconcat ("support+", upper, "@example.com", NULL);
}

static void
write_to (TmInbound *inbound, GPtrArray *field, const char *address)
{
  g_autofree char *lower = g_ascii_strdown (address, -1);
  envelope_add_recipient (inbound->envelope, inbound->site, address);
  g_ptr_array_add (field, mailbox_new (lower, ""));
}

static TmInbound *
make_inbound (TmSite *site, Login login, Token token, From from, To to)
{
  static const guint8 body[TM_DIGEST_LEN] = "body";
  static const char *const plain[] = { NULL, "support@example.com", "eve@acme.example" };
  TmInbound *inbound = inbound_new ();
  g_autofree char *address = token_address (site, token);
  inbound->site = inbound->policy = site;
  inbound->policy_unref = (GDestroyNotify) site_free;
  inbound->envelope = envelope_new ();
  inbound->envelope->login = g_strdup (logins[login]);
  inbound->envelope->client_address = g_strdup ("192.0.2.1");
  inbound->mail = mail_new ();
  inbound->mail->from = mailbox_new (froms[from], "");
  if (to != TO_TOKEN)
    write_to (inbound, inbound->mail->to, plain[to]);
  if (to == TO_TOKEN || token != TOKEN_NONE)
    write_to (inbound, to == TO_TOKEN ? inbound->mail->to : inbound->mail->cc, address);
  g_free (inbound->mail->text);
  inbound->mail->text = g_strdup ("Try again.\n");
  inbound->mail->reply_len = strlen (inbound->mail->text);
  inbound->raw = g_bytes_new_static ("Subject: x\r\n\r\nTry again.\r\n", strlen ("Subject: x\r\n\r\nTry again.\r\n"));
  inbound->keys = keys_gather (site, inbound->mail, inbound->envelope, body, 200);
  for (guint i = 0; i < inbound->envelope->recipients->len && inbound->queue == NULL; i++)
    inbound->queue = ((const TmRecipient *) g_ptr_array_index (inbound->envelope->recipients, i))->queue;
  sender_authenticate (inbound);
  if (inbound->agent != NULL)
    inbound->commands = commands_read (inbound->mail->text, NULL);
  agents_resolve (inbound);
  sender_resolve (inbound);
  inbound->as_new = classification_new ();
  inbound->as_followup = classification_new ();
  return inbound;
}

static TmFacts *
make_facts (void)
{
  TmFacts *facts = facts_new ();
  facts->next_ticket = 50;
  for (gint64 id = 12; id <= 13; id++)
    {
      TmTicketFacts *ticket = ticket_facts_new (id);
      g_free (ticket->requester);
      ticket->requester = g_strdup (id == 12 ? "eve@acme.example" : "bob@elsewhere.example");
      g_ptr_array_add (ticket->queues, g_strdup ("support"));
      g_ptr_array_add (facts->tickets, ticket);
    }
  return facts;
}

/* --- what came of it --- */

static Outcome
outcome_of (const TmPlan *plan)
{
  if (plan->action == TM_ACTION_REFUSE)
    return plan->reply_code != NULL ? REFUSED : REFUSED_FOR_US;
  if (plan->action == TM_ACTION_PASS)
    return PASSES;
  if (plan->action == TM_ACTION_OPEN)
    return plan->direction == TM_DIRECTION_OUT ? OPENS_AS_DESK : OPENS;
  ck_assert_int_eq (plan->action, TM_ACTION_APPEND);
  ck_assert_int_eq (plan->ticket, 12);
  return plan->direction == TM_DIRECTION_OUT ? ANSWERS : UNVERIFIED;
}

static bool
has_edit (const TmPlan *plan, TmEditOp op, const char *header, const char *value)
{
  for (guint i = 0; i < plan->edits->len; i++)
    {
      const TmEdit *edit = g_ptr_array_index (plan->edits, i);
      if (edit->op == op && g_strcmp0 (edit->header, header) == 0
          && (value == NULL || g_strcmp0 (edit->value, value) == 0))
        return true;
    }
  return false;
}

/* The customer gets what answers him, and nothing else goes anywhere but where it was sent. */
static void
check_edits (const TmPlan *plan, Outcome outcome, To to)
{
  bool goes_out = outcome == ANSWERS || outcome == OPENS_AS_DESK;
  ck_assert_int_eq (has_edit (plan, TM_EDIT_ADD, "From", "\"anna via support\" <support@example.com>"), goes_out);
  ck_assert_int_eq (has_edit (plan, TM_EDIT_ADD_RCPT, NULL, "eve@acme.example"),
                    outcome == ANSWERS && to != TO_CUSTOMER);
  ck_assert_int_eq (has_edit (plan, TM_EDIT_DEL_RCPT, NULL, NULL), outcome == ANSWERS || outcome == REFUSED_FOR_US);
  if (!goes_out)
    ck_assert (!has_edit (plan, TM_EDIT_ADD_RCPT, NULL, NULL));
  if (outcome == UNVERIFIED)
    ck_assert (!plan->is_verified);
}

START_TEST (cell)
{
  Login login = (Login) (_i / (N_TOKENS * N_FROMS * N_TOS));
  Token token = (Token) (_i / (N_FROMS * N_TOS) % N_TOKENS);
  From from = (From) (_i / N_TOS % N_FROMS);
  To to = (To) (_i % N_TOS);
  static const guint8 second[TM_KEY_LEN] = "the other secret is 32 bytes lon", third[TM_KEY_LEN] = "the third one";
  TmSite *site = plan_site ();
  g_ptr_array_add (site->keys->keys, key_new ("k2", TM_KEY_RETIRED, 0, second));
  g_ptr_array_add (site->keys->keys, key_new ("k3", TM_KEY_REVOKED, 0, third));
  g_autoptr (TmInbound) inbound = make_inbound (site, login, token, from, to);
  g_autoptr (TmFacts) facts = make_facts ();
  g_autoptr (TmPlan) plan = plan_inbound (inbound, facts, NOW);
  reply_finish_foreseen (inbound, facts, NOW, plan);
  Outcome outcome = outcome_of (plan), expected = expect (login, token, from, to);
  ck_assert_msg (outcome == expected, "login %s token %d from %s to %d: %s, and should be %s: %s",
                 logins[login] != NULL ? logins[login] : "none", token, froms[from], to, outcomes[outcome],
                 outcomes[expected], plan->reason);
  check_edits (plan, outcome, to);
}
END_TEST

SUITE_MAIN ("matrix", tcase_add_loop_test (tc, cell, 0, N_CELLS);)
