/* SPDX-License-Identifier: BSD-2-Clause */
/* What a bounce at a bounce token does to ticket 12 and its message 5: which failures are noted, who is silenced. */
#include "core/plan_bounce.h"
#include "tests/support/suite.h"

/* Requester eve@acme.example; boss@, and the desk's own support@ and anna@, receive; bob@ only writes. */
static const struct
{
  const char *name;
  const char *failures;           /* "address=status=action=original", blank-separated; with `?` before it, a guess */
  bool unknown_message, other_ticket;
  bool failed_lately, is_silenced; /* eve@acme.example */
  const char *wanted;             /* "position:address" of failures, `+` when it counts, `!why` when it is silenced */
  unsigned n_undelivered;         /* events */
} bounces[] = {
  { "bad address", "eve@acme.example=5.1.1=failed", .wanted = "1:eve@acme.example+ !5.1.1", .n_undelivered = 1 },
  { "participant", "boss@acme.example=5.1.10=failed", .wanted = "1:boss@acme.example+ !5.1.10", .n_undelivered = 1 },
  { "unknown message", "eve@acme.example=5.1.1=failed", .unknown_message = true, .wanted = "", .n_undelivered = 1 },
  { "token of another ticket", "eve@acme.example=5.1.1=failed", .other_ticket = true, .wanted = "" },
  { "nothing was sent to him", "joe@elsewhere.example=5.1.1=failed", .wanted = "1:joe@elsewhere.example",
    .n_undelivered = 1 },
  { "he only writes", "bob@acme.example=5.1.1=failed", .wanted = "1:bob@acme.example", .n_undelivered = 1 },
  { "our own addresses",
    "support@example.com=5.1.1=failed support+x@example.com=5.1.1=failed anna@example.com=5.1.1=failed",
    .wanted = "1:support@example.com 2:support+x@example.com 3:anna@example.com", .n_undelivered = 3 },
  { "forwarded from there", "eve@home.example=5.1.1=failed=eve@acme.example", .wanted = "1:eve@acme.example+ !5.1.1",
    .n_undelivered = 1 },
  { "both known", "boss@acme.example=5.1.1=failed=eve@acme.example", .wanted = "1:boss@acme.example+ !5.1.1",
    .n_undelivered = 1 },
  { "sender's mailbox", "eve@acme.example=5.1.7=failed", .wanted = "1:eve@acme.example+", .n_undelivered = 1 },
  { "sender's system", "eve@acme.example=5.1.8=failed", .wanted = "1:eve@acme.example+", .n_undelivered = 1 },
  { "the first", "eve@acme.example=5.2.2=failed", .wanted = "1:eve@acme.example+", .n_undelivered = 1 },
  { "the second", "eve@acme.example=5.2.2=failed", .failed_lately = true,
    .wanted = "1:eve@acme.example+ !5.2.2, not the first failure within 7 days", .n_undelivered = 1 },
  { "delayed", "eve@acme.example=4.4.1=delayed", .failed_lately = true, .wanted = "1:eve@acme.example",
    .n_undelivered = 1 },
  { "delayed by something final", "eve@acme.example=5.1.1=delayed", .failed_lately = true,
    .wanted = "1:eve@acme.example", .n_undelivered = 1 },
  { "temporary, but given up", "eve@acme.example=4.4.7=failed", .failed_lately = true, .wanted = "1:eve@acme.example",
    .n_undelivered = 1 },
  { "silenced already", "eve@acme.example=5.1.1=failed", .is_silenced = true, .wanted = "1:eve@acme.example+",
    .n_undelivered = 1 },
  { "guesses", "?postmaster@mx.example=5.1.1=failed ?eve@acme.example=5.1.1=failed",
    .wanted = "2:eve@acme.example+ !5.1.1", .n_undelivered = 1 },
  { "only guesses", "?joe@elsewhere.example=5.1.1=failed ?jim@elsewhere.example=5.1.1=failed",
    .wanted = "1:joe@elsewhere.example", .n_undelivered = 1 },
  { "none", "", .wanted = "" },
};

static TmSite *
make_site (void)
{
  TmSite *site = site_new ();
  TmQueue *queue = queue_new ("support");
  TmAgent *agent = agent_new ("anna");
  g_ptr_array_add (queue->addresses, g_strdup ("support@example.com"));
  g_ptr_array_add (agent->addresses, g_strdup ("anna@example.com"));
  g_ptr_array_add (site->queues, queue);
  g_ptr_array_add (site->agents, agent);
  site_index (site);
  return site;
}

static TmFacts *
make_facts (void)
{
  static const char *const receivers[]
    = { "boss@acme.example", "support@example.com", "support+x@example.com", "anna@example.com" };
  TmFacts *facts = facts_new ();
  TmTicketFacts *ticket = ticket_facts_new (12);
  g_free (ticket->requester);
  ticket->requester = g_strdup ("eve@acme.example");
  for (size_t i = 0; i < G_N_ELEMENTS (receivers); i++)
    g_ptr_array_add (ticket->participants, participant_new (receivers[i], "anna", true));
  g_ptr_array_add (ticket->participants, participant_new ("bob@acme.example", "anna", false));
  g_ptr_array_add (facts->tickets, ticket);
  return facts;
}

static GPtrArray *
make_failures (const char *words)
{
  GPtrArray *failures = g_ptr_array_new_with_free_func ((GDestroyNotify) failure_free);
  g_auto (GStrv) list = g_strsplit (words, " ", -1);
  for (char **word = list; *word != NULL; word++)
    {
      g_auto (GStrv) parts = g_strsplit (**word == '?' ? *word + 1 : *word, "=", 4);
      TmFailure *failure = g_new0 (TmFailure, 1);
      failure->recipient = g_strdup (parts[0]);
      failure->status = g_strdup (parts[1]);
      failure->action = g_strdup (parts[2]);
      failure->original = g_strdup (parts[3] != NULL ? parts[3] : "");
      failure->diagnostic = g_strdup ("no");
      failure->is_final = strcmp (parts[2], "failed") == 0;
      failure->is_guess = **word == '?';
      g_ptr_array_add (failures, failure);
    }
  return failures;
}

static char *
print_steps (const TmPlan *plan, unsigned *n_undelivered_out)
{
  GString *out = g_string_new (NULL);
  *n_undelivered_out = 0;
  for (guint i = 0; i < plan->steps->len; i++)
    {
      const TmStep *step = g_ptr_array_index (plan->steps, i);
      const char *gap = out->len > 0 ? " " : "";
      if (step->kind == TM_STEP_FAILURE)
        g_string_append_printf (out, "%s%d:%s%s", gap, (int) step->number, step->key, step->value != NULL ? "+" : "");
      else if (step->kind == TM_STEP_SILENCE)
        g_string_append_printf (out, "%s!%s", gap, step->value);
      else if (step->kind == TM_STEP_EVENT && strcmp (step->key, "undelivered") == 0)
        (*n_undelivered_out)++;
    }
  return g_string_free (out, FALSE);
}

START_TEST (bounce)
{
  g_autoptr (TmSite) site = make_site ();
  g_autoptr (TmFacts) facts = make_facts ();
  g_autoptr (TmInbound) inbound = inbound_new ();
  g_autoptr (TmPlan) plan = plan_new (TM_ACTION_APPEND);
  const TmAddressFacts eve = { bounces[_i].failed_lately, bounces[_i].is_silenced };
  inbound->site = site;
  inbound->keys = keys_new ();
  inbound->keys->failures = *bounces[_i].failures != '\0' ? make_failures (bounces[_i].failures) : NULL;
  inbound->keys->bounce_ticket = bounces[_i].other_ticket ? 13 : 12;
  facts->failed_message = bounces[_i].unknown_message ? 0 : 5;
  facts->addresses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_insert (facts->addresses, g_strdup ("eve@acme.example"), g_memdup2 (&eve, sizeof eve));
  plan_add_bounce (plan, inbound, facts, g_ptr_array_index (facts->tickets, 0));
  unsigned n_undelivered;
  g_autofree char *steps = print_steps (plan, &n_undelivered);
  ck_assert_msg (strcmp (steps, bounces[_i].wanted) == 0, "%s: %s", bounces[_i].name, steps);
  ck_assert_uint_eq (n_undelivered, bounces[_i].n_undelivered);
}
END_TEST

SUITE_MAIN ("plan-bounce", tcase_add_loop_test (tc, bounce, 0, G_N_ELEMENTS (bounces));)
