/* SPDX-License-Identifier: BSD-2-Clause */
/* Changes by hand: what is asked for, and the steps or the refusal that must come of it. */
#include "core/change.h"
#include "tests/support/suite.h"

#include <string.h>

enum { NOW = 1795000000 };

/* Ticket 12: open, problem, P1, queue support, requester eve, tag cluster=c1, related to 20; messages 1 to 4 of eve,
 * anna (a note), bob and a stranger (unverified).  Ticket 11 was merged into 12, ticket 14 into 13.  Message 9 is
 * another ticket's. */
typedef struct
{
  const char *name;
  TmChangeKind kind;
  int ticket, into;
  TmStatus status;        /* of ticket 12; 0: open */
  const char *settings;   /* apart by `|` */
  const char *text;
  int messages[5];        /* ended by 0 */
  const char *addresses;  /* apart by `|` */
  bool always;
  int refused;            /* kind of the error */
  const char *expected;   /* of a refusal a part of its text, else the steps, a line each */
  const char *workaround, *priority; /* of ticket 12 */
  int newest;             /* message that was found because none was named; 0: none */
  const char *customer;   /* of the ticket that another one is merged into */
} Case;

#define MERGED_12_INTO_13 MERGED_WITH ("participant")
/* `receiver` is what becomes of who received ticket 12. */
#define MERGED_WITH(receiver) \
  receiver " eve@acme.example=agent:anna\n" \
  "answer_to eve@acme.example=eve@home.example\n" \
  "writer bob@acme.example=anna\n" \
  "answer_to bob@acme.example=bob@home.example\n" \
  receiver " boss@acme.example=requester\n" \
  "queue support\n" \
  "tag cluster=c1\n" \
  "relate #20\n" \
  "event merge={\"from\":\"12\",\"why\":\"he asked\",\"as\":\"root\"} by=agent:anna\n" \
  "ticket #12\n" \
  "merge #13\n" \
  "event merge={\"into\":\"13\",\"why\":\"he asked\",\"as\":\"root\"} by=agent:anna\n" \
  "drop_ack dropped: the ticket is merged by=agent:anna\n"
#define SET .kind = TM_CHANGE_SET, .ticket = 12
static const Case cases[] = {
#include "tests/unit/change-cases.h"
};

/* --- the site and what is known --- */

static void
add_agent (TmSite *site, const char *id)
{
  TmAgent *agent = agent_new (id);
  g_ptr_array_add (agent->addresses, g_strconcat (id, "@example.com", NULL));
  g_ptr_array_add (agent->logins, g_strconcat (id, "-login", NULL));
  g_ptr_array_add (site->agents, agent);
}

static TmSite *
make_site (void)
{
  TmSite *site = site_new ();
  g_ptr_array_add (site->queues, queue_new ("support"));
  g_ptr_array_add (((TmQueue *) g_ptr_array_index (site->queues, 0))->addresses, g_strdup ("support@example.com"));
  g_ptr_array_add (site->queues, queue_new ("hosting"));
  g_ptr_array_add (site->priorities, priority_new ("P1", "Urgent"));
  g_ptr_array_add (site->priorities, priority_new ("P2", "High"));
  g_ptr_array_add (site->priorities, priority_new ("P3", "Normal"));
  TmServicePlan *gold = service_plan_new ("gold");
  gold->workaround_lower = 1;
  gold->workaround_floor = g_strdup ("P2");
  g_ptr_array_add (site->plans, gold);
  TmType *question = type_new ("question", "Question");
  question->priorities = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (question->priorities, g_strdup ("P3"));
  g_ptr_array_add (site->types, type_new ("problem", "Problem"));
  g_ptr_array_add (site->types, question);
  add_agent (site, "anna");
  add_agent (site, "carl");
  site_index (site);
  return site;
}

static TmTicketFacts *
make_ticket (int number, const char *queue, const char *requester)
{
  TmTicketFacts *ticket = ticket_facts_new (number);
  ticket->status = TM_STATUS_OPEN;
  g_free (ticket->requester);
  ticket->requester = g_strdup (requester);
  g_ptr_array_add (ticket->queues, g_strdup (queue));
  ticket->type = g_strdup ("problem");
  ticket->priority = g_strdup ("P1");
  return ticket;
}

static TmTicketFacts *
find_ticket (int number, TmStatus status)
{
  if (number == 13 || number == 14)
    return make_ticket (13, "hosting", "joe@beta.example");
  if (number != 11 && number != 12)
    return NULL;
  TmTicketFacts *ticket = make_ticket (12, "support", "eve@acme.example");
  ticket->status = status != 0 ? status : TM_STATUS_OPEN;
  ticket->customer = g_strdup ("acme");
  ticket->service_plan = g_strdup ("gold");
  ticket->answer_to = g_strdup ("eve@home.example");
  g_ptr_array_add (ticket->participants, participant_new ("bob@acme.example", "anna", false));
  ((TmParticipant *) g_ptr_array_index (ticket->participants, 0))->answer_to = g_strdup ("bob@home.example");
  g_ptr_array_add (ticket->participants, participant_new ("boss@acme.example", "requester", true));
  g_ptr_array_add (ticket->participants, participant_new ("joe@beta.example", "requester", true));
  return ticket;
}

static void
add_message (TmChangeFacts *facts, int id)
{
  static const char *const from[]
    = { "", "eve@acme.example", "anna@example.com", "bob@acme.example", "stranger@else.example" };
  if (id == 5)
    return;
  TmMessageFacts *message = message_facts_new (id);
  message->ticket = id == 9 ? 13 : 12;
  message->from = g_strdup (id == 9 ? "joe@beta.example" : from[id]);
  message->subject = g_strdup ("Subject");
  message->received_at = 100 * id;
  message->is_verified = id != 4;
  if (id == 2)
    message->direction = TM_DIRECTION_NOTE;
  g_ptr_array_add (facts->messages, message);
}

static TmChangeFacts *
make_facts (const Case *c)
{
  TmChangeFacts *facts = change_facts_new ();
  const gint64 related = 20;
  facts->next_ticket = 50;
  facts->ticket = find_ticket (c->ticket, c->status);
  facts->into = find_ticket (c->into, 0);
  if (facts->into != NULL && c->customer != NULL)
    facts->into->customer = g_strdup (c->customer);
  if (facts->ticket != NULL)
    facts->ticket->workaround = g_strdup (c->workaround);
  if (c->priority != NULL)
    facts->ticket->priority[1] = c->priority[1];
  g_free (facts->subject);
  facts->subject = g_strdup ("Old");
  g_ptr_array_add (facts->tags, tag_new ("cluster", "c1"));
  g_array_append_val (facts->related, related);
  facts->n_messages = 4;
  for (const int *id = c->messages; *id != 0; id++)
    add_message (facts, *id);
  if (c->newest != 0)
    add_message (facts, c->newest);
  return facts;
}

static TmChange *
make_change (const Case *c, const TmSite *site)
{
  g_autoptr (GError) error = NULL;
  TmChange *change = change_new (c->kind, c->ticket);
  change->site = site;
  change->into = c->into;
  change->always = c->always;
  change->text = g_strdup (c->text);
  change->why = g_strdup ("he asked");
  g_auto (GStrv) settings = g_strsplit (c->settings != NULL ? c->settings : "", "|", -1);
  for (char **setting = settings; *setting != NULL; setting++)
    g_ptr_array_add (change->settings, g_strdup (*setting));
  g_auto (GStrv) addresses = g_strsplit (c->addresses != NULL ? c->addresses : "", "|", -1);
  for (char **address = addresses; *address != NULL; address++)
    g_ptr_array_add (change->addresses, g_strdup (*address));
  for (const int *id = c->messages; *id != 0; id++)
    {
      gint64 number = *id;
      g_array_append_val (change->messages, number);
    }
  ck_assert (change_set_actor (change, "anna-login", "root", &error));
  return change;
}

/* The lines of the steps, without `step ` before each. */
static char *
print_steps (const TmPlan *plan)
{
  g_autofree char *printed = plan_print (plan);
  g_auto (GStrv) lines = g_strsplit (printed, "\n", -1);
  GString *steps = g_string_new (NULL);
  for (char **line = lines; *line != NULL; line++)
    if (g_str_has_prefix (*line, "step "))
      g_string_append_printf (steps, "%s\n", *line + strlen ("step "));
  return g_string_free (steps, FALSE);
}

START_TEST (decides)
{
  const Case *c = &cases[_i];
  g_autoptr (TmSite) site = make_site ();
  g_autoptr (TmChange) change = make_change (c, site);
  g_autoptr (TmChangeFacts) facts = make_facts (c);
  g_autoptr (TmPlan) plan = NULL;
  g_autoptr (GError) error = NULL;
  bool ok = change_plan (change, facts, NOW, &plan, &error);
  ck_assert_msg (ok == (c->refused == 0), "%s: %s", c->name,
                 ok ? "not refused" : error->message);
  if (!ok)
    {
      ck_assert_msg (error->code == c->refused, "%s: kind %d: %s", c->name, error->code, error->message);
      ck_assert_msg (strstr (error->message, c->expected) != NULL, "%s: %s", c->name, error->message);
      return;
    }
  g_autofree char *steps = print_steps (plan);
  ck_assert_msg (strcmp (steps, c->expected) == 0, "%s: the steps are\n%sand should be\n%s", c->name, steps,
                 c->expected);
  ck_assert_ptr_nonnull (plan->reason);
}
END_TEST

/* Whose the ticket is that a split makes: of the first message's sender. */
static const struct
{
  int first;
  const char *requester, *customer, *plan, *answer_to;
} splits[] = {
  { 1, "eve@acme.example", "acme", "gold", "eve@home.example" },
  { 2, "eve@acme.example", "acme", "gold", "eve@home.example" }, /* a note's author asks for nothing */
  { 3, "bob@acme.example", NULL, NULL, NULL },
  { 4, "stranger@else.example", "else", "silver", NULL },
};

START_TEST (split_is_somebodys)
{
  g_autoptr (TmSite) site = make_site ();
  TmCustomer *customer = customer_new ("else");
  customer->plan = g_strdup ("silver");
  customers_add (site->customers, customer);
  customers_put_domain (site->customers, "else.example", customer);
  const Case c = { .kind = TM_CHANGE_SPLIT, .ticket = 12, .messages = { splits[_i].first } };
  g_autoptr (TmChange) change = make_change (&c, site);
  g_autoptr (TmChangeFacts) facts = make_facts (&c);
  g_autoptr (TmPlan) plan = NULL;
  g_autoptr (GError) error = NULL;
  ck_assert (change_plan (change, facts, NOW, &plan, &error));
  ck_assert_str_eq (plan->requester, splits[_i].requester);
  ck_assert_pstr_eq (plan->customer, splits[_i].customer);
  ck_assert_pstr_eq (plan->service_plan, splits[_i].plan);
  ck_assert_pstr_eq (plan->answer_to, splits[_i].answer_to);
}
END_TEST

static const struct
{
  const char *name, *user;
  const char *actor; /* NULL: refused */
  const char *as, *address;
} actors[] = {
  { "anna", "anna", "agent:anna", NULL, "anna@example.com" },
  { "anna-login", "anna-login", "agent:anna", NULL, "anna@example.com" },
  { "anna", "www-data", "agent:anna", "www-data", "anna@example.com" },
  { "joe", "joe", "user:joe", NULL, "" },
  { "", "joe", NULL, NULL, "" },
  { "jo\ne", "joe", NULL, NULL, "" },
  { " joe", "joe", NULL, NULL, "" },
  { "0123456789012345678901234567890123456789012345678901234567890123456789", "joe", NULL, NULL, "" },
};

START_TEST (names_the_actor)
{
  g_autoptr (TmSite) site = make_site ();
  g_autoptr (TmChange) change = change_new (TM_CHANGE_CLOSE, 1);
  g_autoptr (GError) error = NULL;
  change->site = site;
  bool ok = change_set_actor (change, actors[_i].name, actors[_i].user, &error);
  ck_assert_msg (ok == (actors[_i].actor != NULL), "%s", actors[_i].name);
  ck_assert_pstr_eq (change->actor, actors[_i].actor);
  ck_assert_pstr_eq (change->as, actors[_i].as);
  ck_assert_str_eq (change->address, actors[_i].address);
  if (!ok)
    ck_assert_int_eq (error->code, TM_ERROR_USAGE);
}
END_TEST

SUITE_MAIN ("change", tcase_add_loop_test (tc, decides, 0, G_N_ELEMENTS (cases));
            tcase_add_loop_test (tc, split_is_somebodys, 0, G_N_ELEMENTS (splits));
            tcase_add_loop_test (tc, names_the_actor, 0, G_N_ELEMENTS (actors));)
