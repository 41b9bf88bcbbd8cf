/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who is proven to be an agent: by login, certificate, or dmarc with a token of a queue of his.
 */
#include "core/sender.h"
#include "tests/support/suite.h"
#include "tests/unit/plan_site.h"

#include <string.h>

#define ANNA "anna@example.com"
#define CARL "carl@example.com"
#define PASS "mx.example.com/Q1; dmarc=pass header.from=example.com"
#define ID_ONLY "mx.example.com; dmarc=pass header.from=example.com"

/* Anna has proof sasl and dmarc, Carl dmarc alone and rights on hosting only. */
static const struct
{
  const char *name;
  const char *login, *subject, *issuer; /* of the session */
  const char *from;                     /* NULL: none */
  const char *queue;                    /* whose token is written to; NULL: the plain address of support */
  char purpose;
  const char *results;                  /* Authentication-Results */
  unsigned flags;
  const char *agent;                    /* NULL: none */
  bool by_dmarc, is_authenticated;
} cases[] = {
  { .name = "login", .login = "anna", .from = ANNA, .agent = "anna", .is_authenticated = true },
  { .name = "login, another From", .login = "anna", .from = "eve@acme.example", .agent = "anna" },
  { .name = "login in another case", .login = "Anna", .from = ANNA },
  { .name = "malformed", .login = "anna", .from = ANNA, .flags = TM_FLAG_MALFORMED },
  { .name = "login without proof sasl", .login = "carl", .from = CARL, .is_authenticated = true },
  { .name = "certificate", .subject = "Anna", .issuer = "CA", .from = ANNA, .agent = "anna",
    .is_authenticated = true },
  { .name = "certificate, another From", .subject = "Anna", .issuer = "CA", .from = CARL, .agent = "anna" },
  { .name = "login first", .login = "anna", .subject = "Carl", .issuer = "CA", .from = ANNA, .agent = "anna",
    .is_authenticated = true },
  { .name = "another's login", .login = "eve", .subject = "Anna", .issuer = "CA", .from = ANNA, .agent = "anna",
    .is_authenticated = true },
  { .name = "another issuer", .subject = "Anna", .issuer = "CA2", .from = ANNA },
  { .name = "another subject", .subject = "anna", .issuer = "CA", .from = ANNA },
  { .name = "no issuer", .subject = "Anna", .from = ANNA },
  { .name = "certificate without proof sasl", .subject = "Carl", .issuer = "CA", .from = CARL },

  { .name = "dmarc", .from = ANNA, .queue = "support", .purpose = 'r', .results = PASS, .agent = "anna",
    .by_dmarc = true, .is_authenticated = true },
  { .name = "dmarc, note token", .from = ANNA, .queue = "support", .purpose = 'n', .results = PASS, .agent = "anna",
    .by_dmarc = true, .is_authenticated = true },
  { .name = "dmarc, his other queue", .from = CARL, .queue = "hosting", .purpose = 'r', .results = PASS,
    .agent = "carl", .by_dmarc = true, .is_authenticated = true },
  { .name = "dmarc, no right", .from = CARL, .queue = "support", .purpose = 'r', .results = PASS,
    .is_authenticated = true },
  { .name = "dmarc, other purpose", .from = ANNA, .queue = "support", .purpose = 'b', .results = PASS,
    .is_authenticated = true },
  { .name = "dmarc, no token", .from = ANNA, .results = PASS, .is_authenticated = true },
  { .name = "dmarc, bad token", .from = ANNA, .queue = "support", .purpose = 'X', .results = PASS,
    .is_authenticated = true },
  { .name = "dmarc, no queue ID", .from = ANNA, .queue = "support", .purpose = 'r', .results = ID_ONLY,
    .is_authenticated = true },
  { .name = "dmarc, nothing said", .from = ANNA, .queue = "support", .purpose = 'r',
    .results = "mx.example.com; none" },
  { .name = "dmarc, malformed", .from = ANNA, .queue = "support", .purpose = 'r', .results = PASS,
    .flags = TM_FLAG_MALFORMED },
  { .name = "dmarc, no From", .queue = "support", .purpose = 'r', .results = PASS },
  { .name = "dmarc, nobody's address", .from = "eve@example.com", .queue = "support", .purpose = 'r',
    .results = PASS, .is_authenticated = true },
  { .name = "dmarc, no such proof", .from = "dora@example.com", .queue = "support", .purpose = 'r', .results = PASS,
    .is_authenticated = true },
  { .name = "dmarc and login", .login = "anna", .from = ANNA, .queue = "support", .purpose = 'r', .results = PASS,
    .agent = "anna", .is_authenticated = true },
};

static TmAgent *
set_agent (TmSite *site, guint i, unsigned proofs, const char *subject)
{
  TmAgent *agent = site->agents->pdata[i];
  agent->proofs = proofs;
  g_ptr_array_add (agent->certs, cert_new (subject, "CA"));
  return agent;
}

/* plan_site() with a third agent, Dora, who logs in. */
static TmSite *
make_site (void)
{
  TmSite *site = plan_site ();
  set_agent (site, 0, TM_PROOF_SASL | TM_PROOF_DMARC, "Anna");
  set_agent (site, 1, TM_PROOF_DMARC, "Carl");
  TmAgent *dora = agent_new ("dora");
  g_ptr_array_add (dora->addresses, g_strdup ("dora@example.com"));
  g_ptr_array_add (site->agents, dora);
  g_ptr_array_add (((TmQueue *) site->queues->pdata[0])->agents, g_strdup ("dora"));
  g_hash_table_insert (site->agent_by_address, dora->addresses->pdata[0], dora);
  g_strfreev (site->authserv_ids);
  site->authserv_ids = g_strsplit ("mx.example.com", " ", -1);
  return site;
}

static TmEnvelope *
make_envelope (int i, const TmSite *site)
{
  TmEnvelope *envelope = envelope_new ();
  envelope->login = g_strdup (cases[i].login);
  envelope->cert_subject = g_strdup (cases[i].subject);
  envelope->cert_issuer = g_strdup (cases[i].issuer);
  g_free (envelope->queue_id);
  envelope->queue_id = g_strdup ("Q1");
  g_autofree char *token = cases[i].queue == NULL      ? NULL
                           : cases[i].purpose == 'X' ? g_strdup ("1-raaaaaaaaaaaaaaaa")
                                                     : token_sign (site->keys, 1, cases[i].purpose, NULL);
  g_autofree char *address = token != NULL ? g_strdup_printf ("%s+%s@example.com", cases[i].queue, token)
                                           : g_strdup ("support@example.com");
  envelope_add_recipient (envelope, site, address);
  return envelope;
}

START_TEST (proven)
{
  g_autoptr (TmSite) site = make_site ();
  g_autoptr (TmInbound) inbound = inbound_new ();
  inbound->site = site;
  inbound->envelope = make_envelope (_i, site);
  inbound->mail = mail_new ();
  inbound->mail->flags = cases[_i].flags;
  if (cases[_i].from != NULL)
    inbound->mail->from = mailbox_new (cases[_i].from, "");
  if (cases[_i].results != NULL)
    g_ptr_array_add (inbound->mail->headers, header_new ("Authentication-Results", cases[_i].results, NULL));
  sender_authenticate (inbound);
  ck_assert_msg (g_strcmp0 (inbound->agent != NULL ? inbound->agent->id : NULL, cases[_i].agent) == 0, "%s: %s",
                 cases[_i].name, inbound->agent != NULL ? inbound->agent->id : "nobody");
  ck_assert_msg (inbound->is_proven_by_dmarc == cases[_i].by_dmarc, "%s: by dmarc", cases[_i].name);
  ck_assert_msg (inbound->is_authenticated == cases[_i].is_authenticated, "%s: authenticated", cases[_i].name);
}
END_TEST

SUITE_MAIN ("sender", tcase_add_loop_test (tc, proven, 0, G_N_ELEMENTS (cases));)
