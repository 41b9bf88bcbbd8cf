/* SPDX-License-Identifier: BSD-2-Clause */
/* Guards: which of them say something about an agent's mail, and that what they say fits into an SMTP reply. */
#include "core/guard.h"

#include "core/change.h"
#include "core/command.h"
#include "core/shingle.h"
#include "tests/support/suite.h"
#include "tests/unit/plan_site.h"

#include <string.h>

enum { MAX_SAID = 4 };
#define NOTE "Eve is always late with her payments, be careful"

typedef struct
{
  const char *name;
  const char *outside;  /* addresses, apart by blanks; NULL: none */
  const char *customer; /* of the ticket, NULL none */
  bool is_new;          /* there is no ticket yet, but the customer */
  const char *contact;  /* ADDRESS=CUSTOMER on file */
  const char *text, *attached;
  const char *subject_ticket; /* NUMBER=CUSTOMER; `-`: nobody's */
  const char *answered; /* LOGIN,FROM,AGENT; `-`: not known */
  const char *agent;    /* NULL: anna */
  const char *to;       /* a token address of this purpose; NULL: reply */
  const char *commands; /* the first lines of the text were read as these */
  const char *priority; /* of an answer; NULL: it is none */
  bool says_next;       /* a command says what comes next */
  TmGuard off;          /* 0 and is_off: other_customer … */
  bool is_off;
  const char *said[MAX_SAID]; /* "GUARD: part of the sentence" */
} Case;

#define GOLD .outside = "eve@gold.example", .customer = "gold"
static const Case cases[] = {
  { "nothing", GOLD, .text = "All is well again." },
  { "to another customer's domain", .outside = "joe@gold.example", .customer = "other",
    .said = { "other_customer: joe@gold.example (gold): not of the customer of ticket 12 (other); your mail was NOT "
              "sent. Take the address out, or begin it with the line #send" } },
  { "to a customer, of nobody's ticket", .outside = "joe@gold.example", .said = { "other_customer: (no customer)" } },
  { "to nobody's address", .outside = "joe@elsewhere.example", .customer = "gold" },
  { "to several", .outside = "a@gold.example b@gold.example c@x.example d@gold.example e@gold.example",
    .customer = "other",
    .said = { "other_customer: a@gold.example (gold), b@gold.example (gold), d@gold.example (gold) and 1 more" } },
  { "to who receives", .outside = "shared@gold.example requester@gold.example", .customer = "other" },
  { "to where who receives wants answers", .outside = "answers@gold.example", .customer = "other" },
  { "to who only writes", .outside = "writer@gold.example", .customer = "other", .said = { "other_customer:" } },
  { "to a contact of another customer", .outside = "joe@elsewhere.example", .customer = "gold",
    .contact = "joe@elsewhere.example=other", .said = { "other_customer: joe@elsewhere.example (other)" } },
  { "to a contact of the customer", .outside = "joe@gold.example", .customer = "other",
    .contact = "joe@gold.example=other" },
  { "to a contact of a customer who is gone", .outside = "joe@elsewhere.example", .customer = "gold",
    .contact = "joe@elsewhere.example=gone" },
  { "new, to two customers", .outside = "joe@gold.example", .customer = "other", .is_new = true,
    .said = { "other_customer: not of the customer of this ticket (other)" } },
  { "new, to one", GOLD, .is_new = true },
  { "guard off", .outside = "joe@gold.example", .customer = "other", .off = TM_GUARD_OTHER_CUSTOMER, .is_off = true },
  { "high priority", GOLD, .priority = "P1", .text = "We look into it.",
    .said = { "next: Your answer to ticket 12, which is P1, does not say what comes next; your mail was NOT sent. Add "
              "a line that begins with Next:, or the command #promise, or begin it" } },
  { "the lowest", GOLD, .priority = "P3", .text = "We look into it." },
  { "high priority, and what is next", GOLD, .priority = "P1", .text = "Seen.\n\nNext: the disk, at noon." },
  { "next steps", GOLD, .priority = "P1", .text = "Hello\n  * NEXT STEPS: none" },
  { "in German", GOLD, .priority = "P1", .text = "Hallo\nN\303\204CHSTER SCHRITT: Platte tauschen" },
  { "in German, decomposed", GOLD, .priority = "P1", .text = "Hallo\nNa\314\210chste Schritte: Platte tauschen" },
  { "next in a sentence", GOLD, .priority = "P1", .text = "Let us see what is next: nothing.", .said = { "next:" } },
  { "next in what is quoted", GOLD, .priority = "P1", .text = "Yes.\n\nOn Friday, Eve wrote:\n> Next: you",
    .said = { "next:" } },
  { "promised", GOLD, .priority = "P1", .text = "Soon.", .says_next = true },
  { "priority that is gone", GOLD, .priority = "P9", .text = "Soon." },
  { "words of a note", GOLD, .text = "Hello,\n> " NOTE "\nAnna",
    .said = { "note: These words are of a note on ticket 12: \"Eve is always late with her payments, be\"; your "
              "mail" } },
  { "in an attached text", GOLD, .text = "Hello", .attached = NOTE, .said = { "note: \"Eve is always" } },
  { "note guard off", GOLD, .text = NOTE, .off = TM_GUARD_NOTE, .is_off = true },
  { "words of a note to nobody outside", .customer = "gold", .text = NOTE },
  { "number of another customer's ticket", GOLD, .subject_ticket = "40=other",
    .said = { "ticket_number: names ticket 40, which is another customer's; your" } },
  { "number of nobody's ticket", GOLD, .subject_ticket = "40=-", .said = { "ticket_number:" } },
  { "number of his own other ticket", GOLD, .subject_ticket = "40=gold" },
  { "number of this ticket", GOLD, .subject_ticket = "12=other" },
  { "numbers of two of nobody's", .outside = "joe@x.example", .subject_ticket = "40=-" },
  { "answered by a colleague", GOLD, .answered = "carl,support@example.com,-",
    .said = { "answered: carl answered ticket 12 on 2026-11-20 16:00 UTC, after what you answer; your mail was NOT" } },
  { "by a colleague's address", GOLD, .answered = "-,carl@example.com,-", .said = { "answered: carl answered" } },
  { "by a colleague with a certificate", GOLD, .answered = "-,support@example.com,carl",
    .said = { "answered: carl answered" } },
  { "by somebody who is gone", GOLD, .answered = "-,dora@example.com,-",
    .said = { "answered: dora@example.com answered" } },
  { "by himself", GOLD, .answered = "anna,support@example.com,-" },
  { "by himself with a certificate", GOLD, .answered = "-,support@example.com,anna" },
  { "command in the text", GOLD, .text = "Hello\n#close\nAnna",
    .said = { "command: The line \"#close\" is a command, but not among the first lines; your mail was NOT sent." } },
  { "command at the top", GOLD, .text = "#close\nHello", .commands = "#close\n" },
  { "command at the top and in the text", GOLD, .text = "#close\nHello\n#take", .commands = "#close\n",
    .said = { "command: \"#take\"" } },
  { "command in what is quoted", GOLD, .text = "Hello\n\nOn Friday, Eve wrote:\n> #close" },
  { "no command", GOLD, .text = "Hello\n#1 is done\n##close" },
  { "command in a note", .text = "Hello\n#close", .to = "n",
    .said = { "command: Move it to the top, write ## for a # that is text" } },
  { "no right", GOLD, .agent = "carl",
    .said = { "rights: You have no right on queue support, which has ticket 12; your mail was NOT sent."
              " Ask one of those who have: anna" } },
  { "no right, to a note's address", .agent = "carl", .to = "n", .said = { "rights:" } },
  { "no right, without a token", GOLD, .agent = "carl", .to = "" },
  { "several at once", .outside = "joe@gold.example", .customer = "other", .text = "#x\n" NOTE "\n#close",
    .answered = "carl,carl@example.com,-",
    .said = { "other_customer:", "note:", "answered:", "command:" } },
};

/* PART of `words` (apart by `by`), or NULL for `-`; the caller frees. */
static char *
part (const char *words, const char *by, int nth)
{
  g_auto (GStrv) parts = g_strsplit (words, by, -1);
  ck_assert_int_lt (nth, (int) g_strv_length (parts));
  return strcmp (parts[nth], "-") == 0 ? NULL : g_strdup (parts[nth]);
}

static TmTicketFacts *
make_ticket (const Case *c)
{
  TmTicketFacts *ticket = ticket_facts_new (12);
  g_free (ticket->requester);
  ticket->requester = g_strdup ("requester@gold.example");
  ticket->answer_to = g_strdup ("answers@gold.example");
  ticket->customer = g_strdup (c->customer);
  g_ptr_array_add (ticket->queues, g_strdup ("support"));
  g_ptr_array_add (ticket->participants, participant_new ("shared@gold.example", "agent:anna", true));
  g_ptr_array_add (ticket->participants, participant_new ("writer@gold.example", "desk", false));
  ticket->leaked = shingles_make (NOTE, TM_SHINGLES_MAX);
  if (c->answered != NULL)
    {
      TmAnswer *answer = g_new0 (TmAnswer, 1);
      answer->login = part (c->answered, ",", 0);
      answer->from = part (c->answered, ",", 1);
      answer->agent = part (c->answered, ",", 2);
      answer->at = 1795190400;
      ticket->answers = g_ptr_array_new_with_free_func ((GDestroyNotify) answer_free);
      g_ptr_array_add (ticket->answers, answer);
    }
  return ticket;
}

static TmFacts *
make_facts (const Case *c)
{
  TmFacts *facts = facts_new ();
  g_ptr_array_add (facts->tickets, make_ticket (c));
  if (c->contact != NULL)
    {
      facts->contacts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      g_hash_table_insert (facts->contacts, part (c->contact, "=", 0), part (c->contact, "=", 1));
    }
  if (c->subject_ticket != NULL)
    {
      g_autofree char *number = part (c->subject_ticket, "=", 0);
      TmSubjectTicket *named = g_new0 (TmSubjectTicket, 1);
      named->number = named->ticket = g_ascii_strtoll (number, NULL, 10);
      named->customer = part (c->subject_ticket, "=", 1);
      facts->subject_tickets = g_ptr_array_new_with_free_func ((GDestroyNotify) subject_ticket_free);
      g_ptr_array_add (facts->subject_tickets, named);
    }
  return facts;
}

static TmInbound *
make_inbound (const TmSite *site, const Case *c)
{
  TmInbound *inbound = inbound_new ();
  inbound->site = site;
  inbound->agent = site_agent_by_login (site, c->agent != NULL ? c->agent : "anna");
  inbound->mail = mail_new ();
  g_free (inbound->mail->text);
  inbound->mail->text = g_strdup (c->text != NULL ? c->text : "");
  const char *quoted = strstr (inbound->mail->text, "\n\nOn ");
  inbound->mail->reply_len
      = quoted != NULL ? (gsize) (quoted - inbound->mail->text) : strlen (inbound->mail->text);
  if (c->attached != NULL)
    {
      inbound->texts = g_ptr_array_new_with_free_func (g_free);
      g_ptr_array_add (inbound->texts, g_strdup (c->attached));
    }
  if (c->commands != NULL)
    {
      inbound->commands = g_new0 (TmCommands, 1);
      inbound->commands->end = strlen (c->commands);
    }
  inbound->envelope = envelope_new ();
  const char *purpose = c->to != NULL ? c->to : "r";
  g_autofree char *token = *purpose != '\0' ? token_sign (site->keys, 12, *purpose, NULL) : NULL;
  g_autofree char *address = token != NULL ? g_strdup_printf ("support+%s@example.com", token)
                                           : g_strdup ("support@example.com");
  envelope_add_recipient (inbound->envelope, site, address);
  return inbound;
}

static GPtrArray *
ask (const TmInbound *inbound, const TmFacts *facts, const TmTicketFacts *ticket, const char *customer,
     const GPtrArray *outside, const Case *c)
{
  TmGuarded guarded;
  guarded_init_mail (inbound, &guarded);
  guarded.priority = c->priority;
  guarded.says_next = c->says_next;
  guarded.facts = facts;
  guarded.ticket = ticket;
  guarded.customer = customer;
  guarded.outside = outside;
  GPtrArray *hits = guards_check (&guarded);
  guarded_clear (&guarded);
  return hits;
}

static void
check_hit (const Case *c, const TmGuardHit *hit, const char *said)
{
  ck_assert_msg (said != NULL, "%s: %s", c->name, hit->sentence);
  const char *colon = strchr (said, ':');
  g_autofree char *guard = g_strndup (said, (gsize) (colon - said));
  ck_assert_msg (strcmp (guard_name (hit->guard), guard) == 0, "%s: %s: %s", c->name, guard_name (hit->guard),
                 hit->sentence);
  ck_assert_msg (strstr (hit->sentence, colon[1] == ' ' ? colon + 2 : colon + 1) != NULL, "%s: %s", c->name,
                 hit->sentence);
  bool offers = strstr (hit->sentence, "#send") != NULL;
  ck_assert_msg (offers == (hit->guard != TM_GUARD_RIGHTS && g_strcmp0 (c->to, "n") != 0), "%s: %s", c->name,
                 hit->sentence);
}

START_TEST (table)
{
  const Case *c = &cases[_i];
  g_autoptr (TmSite) site = plan_site ();
  if (c->is_off)
    site->guards[c->off] = TM_GUARD_OFF;
  g_autoptr (TmFacts) facts = make_facts (c);
  g_autoptr (TmInbound) inbound = make_inbound (site, c);
  g_auto (GStrv) outside = g_strsplit (c->outside != NULL ? c->outside : "", " ", -1);
  g_autoptr (GPtrArray) addresses = g_ptr_array_new ();
  for (char **address = outside; *address != NULL; address++)
    if (**address != '\0')
      g_ptr_array_add (addresses, *address);
  const TmTicketFacts *ticket = c->is_new ? NULL : g_ptr_array_index (facts->tickets, 0);
  g_autoptr (GPtrArray) hits = ask (inbound, facts, ticket, c->customer, addresses, c);
  guint n = 0;
  while (n < MAX_SAID && c->said[n] != NULL)
    n++;
  for (guint i = 0; i < hits->len; i++)
    check_hit (c, g_ptr_array_index (hits, i), i < n ? c->said[i] : NULL);
  ck_assert_msg (hits->len == n, "%s: %u instead of %u", c->name, hits->len, n);
}
END_TEST

/* --- an answer by ticketctl --- */

typedef struct
{
  const char *name;
  Case known;
  const char *text;
  TmGuard guard; /* whose setting is: */
  int setting;   /* + 1; 0: all refuse */
  int refused;   /* kind of the error; 0: it is sent */
  const char *said; /* of a refusal a part of its text, of an answer that of the guard's event; NULL: there is none */
  const char *sent; /* the text that is; NULL: as it was given */
} Answer;

#define WORDS .known = { .customer = "gold" }
#define MET .known = { .customer = "gold", .answered = "carl,support@example.com,-" }
static const Answer answers[] = {
  { "nothing", WORDS, "All is well again." },
  { "words of a note", WORDS, "Hello,\n" NOTE, .refused = TM_ERROR_DENIED,
    .said = "These words are of a note on ticket 12: \"Eve is always late with her payments, be\"; your answer was "
            "NOT sent. Take the note out, or begin it with the line #send" },
  { "words of a note, sent", WORDS, "#send\n\n" NOTE, .said = "\"outcome\":\"overridden by #send\"", .sent = NOTE },
  { "words of a note, noted", WORDS, NOTE, TM_GUARD_NOTE, TM_GUARD_NOTES + 1,
    .said = "{\"guard\":\"note\",\"outcome\":\"noted\",\"why\":\"These words are of a note on ticket 12: "
            "\\\"Eve is always late with her payments, be\\\"\"}" },
  { "words of a note, off", WORDS, NOTE, TM_GUARD_NOTE, TM_GUARD_OFF + 1 },
  { "another customer's number", .known = { .customer = "gold", .subject_ticket = "40=other" }, "See there.",
    .refused = TM_ERROR_DENIED, .said = "The Subject names ticket 40" },
  { "answered by a colleague", MET, "Shall I?", .refused = TM_ERROR_DENIED,
    .said = "carl answered ticket 12 on 2026-11-20 16:00 UTC, after what you answer; your answer" },
  { "answered by a colleague, sent", MET, "  #send\nI shall.", .said = "\"guard\":\"answered\"", .sent = "I shall." },
  { "answered by himself", .known = { .customer = "gold", .answered = "anna,support@example.com,-" }, "Again." },
  { "command in the text", WORDS, "Hello\n#close", .refused = TM_ERROR_DENIED, .said = "The line \"#close\"" },
  { "command in the text, sent", WORDS, "#send\nHello\n#close", .said = "\"guard\":\"command\"",
    .sent = "Hello\n#close" },
  { "command in what is quoted", WORDS, "Hello\n\nOn Friday, Eve wrote:\n> #close" },
  { "command at the top", WORDS, "#send\n#close\nHello", .refused = TM_ERROR_USAGE,
    .said = "`#close` is a command" },
  { "wrong command", WORDS, "#sennd\nHello", .refused = TM_ERROR_USAGE, .said = "is no command, #send?" },
  { "text that begins with #", WORDS, "#send\n##close is text", .sent = "#close is text" },
  { "no command", WORDS, "#1 is done" },
  { "#send alone", WORDS, "#send\n\n", .refused = TM_ERROR_USAGE, .said = "the answer is empty" },
};

static const TmStep *
find_step (const TmPlan *plan, TmStepKind kind, const char *key)
{
  for (guint i = 0; i < plan->steps->len; i++)
    {
      const TmStep *step = g_ptr_array_index (plan->steps, i);
      if (step->kind == kind && (key == NULL || g_strcmp0 (step->key, key) == 0))
        return step;
    }
  return NULL;
}

START_TEST (answers_by_hand)
{
  const Answer *a = &answers[_i];
  g_autoptr (TmSite) site = plan_site ();
  g_autoptr (TmChange) change = change_new (TM_CHANGE_REPLY, 12);
  g_autoptr (TmChangeFacts) facts = change_facts_new ();
  g_autoptr (TmPlan) plan = NULL;
  g_autoptr (GError) error = NULL;
  if (a->setting > 0)
    site->guards[a->guard] = (TmGuardMode) (a->setting - 1);
  change->site = site;
  change->text = g_strdup (a->text);
  ck_assert (change_set_actor (change, "anna", "anna", &error));
  facts->ticket = make_ticket (&(Case) { .customer = "gold" });
  facts->ticket->status = TM_STATUS_OPEN;
  facts_free (facts->guarded);
  facts->guarded = make_facts (&a->known);
  bool ok = change_plan (change, facts, 1795190400, &plan, &error);
  ck_assert_msg (ok == (a->refused == 0), "%s: %s", a->name, ok ? "sent" : error->message);
  if (!ok)
    {
      ck_assert_msg (error->code == a->refused && strstr (error->message, a->said) != NULL, "%s: kind %d: %s", a->name,
                     error->code, error->message);
      return;
    }
  ck_assert_str_eq (find_step (plan, TM_STEP_ANSWER, NULL)->value, a->sent != NULL ? a->sent : a->text);
  const TmStep *event = find_step (plan, TM_STEP_EVENT, "guard");
  ck_assert_msg ((event != NULL) == (a->said != NULL), "%s: %s", a->name, event != NULL ? event->value : "no event");
  ck_assert_msg (event == NULL || strstr (event->value, a->said) != NULL, "%s: %s", a->name, event->value);
}
END_TEST

/* Whatever others wrote, it is one line that fits. */
START_TEST (long_sentences)
{
  g_autoptr (TmSite) site = plan_site ();
  g_autofree char *word = g_strnfill (300, 'w');
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) outside = g_string_new (NULL);
  for (int i = 0; i < 9; i++)
    {
      g_string_append_printf (text, "%s\303\251%d\t\n", word, i);
      g_string_append_printf (outside, "%s%s%d@gold.example", i > 0 ? " " : "", word, i);
    }
  g_autofree char *command = g_strdup_printf ("#priority P1 %s\r%s", word, word);
  g_string_append (text, command);
  g_autofree char *answered = g_strdup_printf ("-,%s@example.com,%s", word, word);
  const Case c = { "long", .customer = word, .priority = "P1", .text = text->str, .answered = answered, .agent = "carl",
                   .subject_ticket = "999999999999999=other" };
  g_autoptr (TmFacts) facts = make_facts (&c);
  g_autoptr (TmInbound) inbound = make_inbound (site, &c);
  TmTicketFacts *ticket = g_ptr_array_index (facts->tickets, 0);
  ticket->id = G_MAXINT64;
  g_array_unref (ticket->leaked);
  ticket->leaked = shingles_make (text->str, TM_SHINGLES_MAX);
  g_auto (GStrv) list = g_strsplit (outside->str, " ", -1);
  g_autoptr (GPtrArray) addresses = g_ptr_array_new ();
  for (char **address = list; *address != NULL; address++)
    g_ptr_array_add (addresses, *address);
  for (guint i = 0; i < 9; i++)
    g_ptr_array_add (((TmQueue *) site->queues->pdata[0])->agents, g_strdup (word));
  g_autoptr (GPtrArray) hits = ask (inbound, facts, ticket, NULL, addresses, &c);
  ck_assert_uint_eq (hits->len, TM_GUARD_END);
  for (guint i = 0; i < hits->len; i++)
    {
      const char *sentence = ((const TmGuardHit *) g_ptr_array_index (hits, i))->sentence;
      ck_assert_uint_lt (strlen (sentence), TM_GUARD_SENTENCE_MAX);
      ck_assert (g_utf8_validate (sentence, -1, NULL));
      ck_assert_ptr_null (strpbrk (sentence, "\r\n\t"));
    }
}
END_TEST

SUITE_MAIN ("guard", tcase_add_loop_test (tc, table, 0, G_N_ELEMENTS (cases)); tcase_add_test (tc, long_sentences);
            tcase_add_loop_test (tc, answers_by_hand, 0, G_N_ELEMENTS (answers));)
