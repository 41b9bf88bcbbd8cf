/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages that are not taken, each with recipients that are all ours, with others beside them, and without an SMTP
 * client: 5xx only in the first case, and others' mail goes on always.  What `ticketctl receive` feeds goes nowhere: it
 * is kept when nobody can be told, and taken or refused when somebody released it.
 */
#include "core/plan.h"
#include "tests/support/suite.h"

enum { NOW = 1795000000 };

typedef enum { ALL_OURS, MIXED, NO_CLIENT, MIXED_NO_CLIENT, FED, FED_MIXED, FED_CLIENT, RELEASED,
               N_ENVELOPES } Envelope;

typedef struct
{
  TmAction action;
  const char *code; /* code and enhanced code; NULL: accepted */
  bool removes_ours;
} Outcome;

#define REFUSED(code) { TM_ACTION_REFUSE, code, false }
#define OURS_REMOVED { TM_ACTION_REFUSE, NULL, true }
#define KEPT { TM_ACTION_DISCARD, NULL, false }
#define PASSED { TM_ACTION_IGNORE, NULL, false }
#define NOTED { TM_ACTION_NOTE, NULL, false }
#define OPENED { TM_ACTION_OPEN, NULL, false }
#define APPENDED { TM_ACTION_APPEND, NULL, false }

typedef struct
{
  const char *name;
  const char *from, *sender;
  const char *recipient; /* blank-separated; `@r12`: a signed token, for its signs see make_token() */
  const char *login;
  unsigned n_foreign;
  TmRuleVerdict verdict;
  bool is_blocked;
  Outcome outcomes[N_ENVELOPES];
} Kind;

#define EVE .from = "eve@acme.example", .sender = "eve@acme.example"
#define ANNA .from = "anna@example.com", .sender = "anna@example.com"
#define DAEMON .from = "mailer-daemon@acme.example", .sender = ""
#define SUPPORT .recipient = "support@example.com"
#define REFUSED_5_7_1_BUT(released) \
  .outcomes = { REFUSED ("550 5.7.1"), OURS_REMOVED, PASSED, OURS_REMOVED, KEPT, KEPT, REFUSED ("550 5.7.1"), released }
#define REFUSED_5_7_1 REFUSED_5_7_1_BUT (REFUSED ("550 5.7.1"))
#define REFUSED_UNTIL_RELEASED REFUSED_5_7_1_BUT (OPENED)
#define REFUSED_5_1_1 \
  .outcomes = { REFUSED ("550 5.1.1"), OURS_REMOVED, OPENED, OURS_REMOVED, OPENED, KEPT, REFUSED ("550 5.1.1"), OPENED }
#define ALWAYS(outcome) \
  .outcomes = { outcome, outcome, outcome, outcome, outcome, outcome, outcome, outcome }
#define TAKEN ALWAYS (OPENED)
static const Kind kinds[] = {
  { "a rule rejects", EVE, SUPPORT, .verdict = TM_RULE_REJECT, REFUSED_UNTIL_RELEASED },
  { "a rule ignores", EVE, SUPPORT, .verdict = TM_RULE_IGNORE,
    .outcomes = { PASSED, PASSED, PASSED, PASSED, PASSED, PASSED, PASSED, OPENED } },
  { "a rule discards", EVE, SUPPORT, .verdict = TM_RULE_DISCARD,
    .outcomes = { KEPT, { TM_ACTION_DISCARD, NULL, true }, KEPT, { TM_ACTION_DISCARD, NULL, true }, KEPT, KEPT, KEPT,
                  OPENED } },
  { "the sender is blocked", EVE, SUPPORT, .is_blocked = true, REFUSED_UNTIL_RELEASED },
  { "too many foreign marks", EVE, SUPPORT, .n_foreign = 1001, REFUSED_UNTIL_RELEASED },
  { "agent without login at a reply token", ANNA, .recipient = "@r12", REFUSED_5_7_1 },
  { "agent with login at a reply token", ANNA, .recipient = "@r12", .login = "anna",
    ALWAYS (APPENDED) },
  { "customer at a reply token", EVE, .recipient = "@r12", ALWAYS (APPENDED) },
  { "null sender, tampered bounce token", DAEMON, .recipient = "@!b12",
    REFUSED_5_1_1 },
  { "null sender, cut bounce token", DAEMON, .recipient = "support+12-b@example.com",
    REFUSED_5_1_1 },
  { "null sender, bounce token of a revoked key", DAEMON, .recipient = "@-b12",
    REFUSED_5_1_1 },
  { "null sender, bounce token of a retired key", DAEMON, .recipient = "@=b12", TAKEN },
  { "null sender, bad reply token", DAEMON, .recipient = "@!r12", TAKEN },
  { "null sender, no token", DAEMON, SUPPORT, TAKEN },
  { "null sender, tampered bounce token beside a sound one", DAEMON, .recipient = "@!b12 @b12", TAKEN },
  { "null sender, some extension", DAEMON, .recipient = "support+bounce@example.com", TAKEN },
  { "a person, bad bounce token", EVE, .recipient = "@!b12", TAKEN },
};

static TmSite *
make_site (void)
{
  static const guint8 secrets[][TM_KEY_LEN]
    = { "the first secret is 32 bytes lon", "the second one is also 32 bytes ", "and the third of them is as long" };
  static const TmKeyState states[] = { TM_KEY_ACTIVE, TM_KEY_RETIRED, TM_KEY_REVOKED };
  static const char *const ids[] = { "k1", "k2", "k3" };
  TmSite *site = site_new ();
  TmQueue *queue = queue_new ("support");
  TmAgent *agent = agent_new ("anna");
  g_ptr_array_add (queue->addresses, g_strdup ("support@example.com"));
  g_ptr_array_add (queue->agents, g_strdup ("anna"));
  g_ptr_array_add (agent->addresses, g_strdup ("anna@example.com"));
  g_ptr_array_add (agent->logins, g_strdup ("anna"));
  g_ptr_array_add (site->queues, queue);
  g_ptr_array_add (site->agents, agent);
  for (size_t i = 0; i < G_N_ELEMENTS (states); i++)
    g_ptr_array_add (site->keys->keys, key_new (ids[i], states[i], 0, secrets[i]));
  site_index (site);
  return site;
}

/* By the key that the sign says: `=` retired, `-` revoked, else the active one; `!` spoils the signature. */
static char *
make_token (TmSite *site, const char *word)
{
  const char *purpose = word + (g_ascii_isalpha (word[1]) ? 1 : 2);
  TmKey *key = g_ptr_array_index (site->keys->keys, word[1] == '=' ? 1 : word[1] == '-' ? 2 : 0);
  g_autoptr (TmKeyRing) ring = key_ring_new ();
  g_ptr_array_add (ring->keys, key_new (key->id, TM_KEY_ACTIVE, 0, key->secret));
  char *token = token_sign (ring, atoi (purpose + 1), *purpose, NULL);
  char *last = token + strlen (token) - 1;
  if (word[1] == '!')
    *last = *last == 'a' ? 'b' : 'a';
  return token;
}

static void
add_recipient (TmInbound *inbound, TmSite *site, const char *word)
{
  g_autofree char *token = *word == '@' ? make_token (site, word) : NULL;
  g_autofree char *address = token != NULL ? g_strconcat ("support+", token, "@example.com", NULL) : g_strdup (word);
  envelope_add_recipient (inbound->envelope, site, address);
}

static TmClassification *
make_class (const Kind *kind)
{
  TmClassification *class = classification_new ();
  class->verdict = kind->verdict;
  class->verdict_text = g_strdup ("Go away");
  class->verdict_rule = g_strdup ("v");
  return class;
}

static TmInbound *
make_inbound (const Kind *kind, Envelope envelope)
{
  static const guint8 body[TM_DIGEST_LEN] = "body";
  TmSite *site = make_site ();
  TmInbound *inbound = inbound_new ();
  inbound->site = inbound->policy = site;
  inbound->policy_unref = (GDestroyNotify) site_free;
  inbound->envelope = envelope_new ();
  envelope_set_sender (inbound->envelope, kind->sender);
  inbound->envelope->login = g_strdup (kind->login);
  inbound->envelope->is_fed = envelope >= FED;
  inbound->envelope->is_released = envelope == RELEASED;
  if (envelope == ALL_OURS || envelope == MIXED || envelope == FED_CLIENT)
    inbound->envelope->client_address = g_strdup ("192.0.2.1");
  g_auto (GStrv) recipients = g_strsplit (kind->recipient, " ", -1);
  for (char **recipient = recipients; *recipient != NULL; recipient++)
    add_recipient (inbound, site, *recipient);
  if (envelope == MIXED || envelope == MIXED_NO_CLIENT || envelope == FED_MIXED)
    add_recipient (inbound, site, "joe@elsewhere.example");
  inbound->mail = mail_new ();
  inbound->mail->from = mailbox_new (kind->from, "");
  GString *raw = g_string_new (NULL);
  for (unsigned i = 0; i < kind->n_foreign; i++)
    g_string_append (raw, "X-Ticket-ID: 1\r\n");
  inbound->raw = g_string_free_to_bytes (g_string_append (raw, "Subject: x\r\n\r\n"));
  inbound->keys = keys_gather (site, inbound->mail, inbound->envelope, body, 200);
  inbound->queue = ((const TmRecipient *) g_ptr_array_index (inbound->envelope->recipients, 0))->queue;
  inbound->agent = envelope_agent (inbound->envelope, site);
  inbound->as_new = make_class (kind);
  inbound->as_followup = make_class (kind);
  return inbound;
}

static TmFacts *
make_facts (const Kind *kind)
{
  TmFacts *facts = facts_new ();
  TmTicketFacts *ticket = ticket_facts_new (12);
  ticket->status = TM_STATUS_OPEN;
  g_ptr_array_add (ticket->queues, g_strdup ("support"));
  g_ptr_array_add (facts->tickets, ticket);
  facts->next_ticket = 50;
  if (kind->is_blocked)
    {
      facts->contact = contact_facts_new (1);
      facts->contact->is_blocked = true;
    }
  return facts;
}

static unsigned
count_edits (const TmPlan *plan, TmEditOp op)
{
  unsigned n = 0;
  for (guint i = 0; i < plan->edits->len; i++)
    n += ((const TmEdit *) g_ptr_array_index (plan->edits, i))->op == op;
  return n;
}

static void
check_outcome (const Kind *kind, Envelope envelope, const TmPlan *plan)
{
  const Outcome *wanted = &kind->outcomes[envelope];
  g_autofree char *printed = plan_print (plan);
  g_autofree char *code
    = plan->reply_code != NULL ? g_strdup_printf ("%s %s", plan->reply_code, plan->reply_enhanced) : NULL;
  ck_assert_msg (plan->action == wanted->action, "%s, envelope %d: %s", kind->name, (int) envelope, printed);
  ck_assert_msg (g_strcmp0 (code, wanted->code) == 0, "%s, envelope %d: %s", kind->name, (int) envelope, printed);
  ck_assert_msg (count_edits (plan, TM_EDIT_DEL_RCPT) == wanted->removes_ours, "%s, envelope %d: %s", kind->name,
                 (int) envelope, printed);
  ck_assert (plan->reply_code == NULL || envelope == ALL_OURS || envelope == FED_CLIENT || envelope == RELEASED);
  ck_assert_msg (plan->is_discarded == (wanted->action == TM_ACTION_DISCARD && !wanted->removes_ours), "%s", printed);
}

START_TEST (refusal)
{
  const Kind *kind = &kinds[_i];
  for (Envelope envelope = ALL_OURS; envelope < N_ENVELOPES; envelope++)
    {
      g_autoptr (TmInbound) inbound = make_inbound (kind, envelope);
      g_autoptr (TmFacts) facts = make_facts (kind);
      g_autoptr (TmPlan) plan = plan_inbound (inbound, facts, NOW);
      check_outcome (kind, envelope, plan);
    }
}
END_TEST

/* An agent whose answer was taken away from us only is not told; those who look at the ticket are. */
START_TEST (unproven_answer_is_noted)
{
  static const unsigned n_events[N_ENVELOPES] = { [MIXED] = 1, [NO_CLIENT] = 1, [MIXED_NO_CLIENT] = 1,
                                                  [FED] = 2, [FED_MIXED] = 2 };
  static const Kind kind = { "agent", ANNA, .recipient = "@r12" };
  g_autoptr (TmInbound) inbound = make_inbound (&kind, (Envelope) _i);
  g_autoptr (TmFacts) facts = make_facts (&kind);
  g_autoptr (TmPlan) plan = plan_inbound (inbound, facts, NOW);
  ck_assert_uint_eq (plan->steps->len, n_events[_i]);
  if (n_events[_i] == 0)
    return;
  const TmStep *step = g_ptr_array_index (plan->steps, plan->steps->len - 1);
  ck_assert_int_eq (step->kind, TM_STEP_EVENT);
  ck_assert_str_eq (step->key, "refused");
  ck_assert_int_eq (plan->ticket, 12);
}
END_TEST

SUITE_MAIN ("refusal", tcase_add_loop_test (tc, refusal, 0, G_N_ELEMENTS (kinds));
            tcase_add_loop_test (tc, unproven_answer_is_noted, 0, N_ENVELOPES);)
