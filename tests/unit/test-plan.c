/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decisions about inbound mail: scenarios here, the plans they must give in tests/data/plans.golden.
 */
#include "base/clock.h"
#include "core/agents.h"
#include "core/command.h"
#include "core/plan.h"
#include "core/quote.h"
#include "core/reply.h"
#include "core/sender.h"
#include "tests/support/suite.h"
#include "tests/unit/plan_site.h"

#include <stdio.h>
#include <string.h>

enum { NOW = 1795000000, DAY = 86400 };

/* `@r12` in a recipient stands for the signed reply token of ticket 12, and so on. */
typedef struct
{
  const char *name;
  const char *from;          /* NULL: none */
  const char *login;
  const char *recipients;    /* blank-separated */
  const char *cc;
  const char *subject;
  const char *message_id;
  const char *in_reply_to, *references; /* blank-separated ids */
  const char *reports_on;    /* id of the message that a report is about */
  const char *text;
  unsigned flags;
  bool is_auto, is_bounce, authenticated, has_attachment, no_client;
  /* facts */
  bool earlier, own_id_known, explain;
  TmStatus status;           /* of ticket 12, requester eve@acme.example, queue support; 0: no ticket */
  int closed_days;
  const char *links;         /* "id:12:had id:13:ref" */
  const char *participants;  /* of ticket 12; "r:address" receives, "w:address" only writes */
  /* classification */
  const char *type, *priority, *queue, *assignee, *tag, *note;
  int shift;
  bool is_spam, human, machine;
  TmRuleVerdict verdict;
  bool limited;
  const char *missing;
  bool moves, pages, recovers;
  const char *page_to;       /* blank-separated; NULL: who is on call */
  int paged;                 /* a rule paged anna for ticket 12 ten minutes ago; 2: and she acknowledged it */
  int earlier_pages;         /* so many tickets within the hour */
  const char *requester;
  const char *key;           /* of an alert */
  int correlated;            /* the ticket that had it last */
  bool other_key;            /* but that is of another key */
  /* who is who */
  TmUnknownPolicy unknown;
  const char *reply_to;      /* blank-separated */
  const char *of_customer, *other_customer; /* of ticket 12, of ticket 13 */
  const char *contact;       /* blank-separated addresses of the sender on file */
  bool confirmed, blocked;
  unsigned n_foreign;        /* X-Ticket-* fields but for one */
  const char *written;       /* fields of the message, "From: …\r\nSender: …\r\n" */
  const char *sender;        /* envelope */
  const char *earlier_marks; /* instead of the usual ones */
  const char *earlier_queue; /* instead of support */
  const char *stated;        /* priority, in the text */
  const char *was, *was_by, *of_plan, *lacks; /* ticket 12's priority, its source, plan and missing facts */
  bool workaround;           /* a rule says that there is one */
  const char *known;         /* and it is known, of a ticket that had this priority */
  /* agents */
  const char *hidden_ids;      /* blank-separated */
  const char *answers_at;    /* the requester of ticket 12 */
  const char *requested_by;  /* ticket 12, instead of eve */
  const char *forwards;      /* whose mail this is a forward of */
  bool stuck, by_dmarc;
  bool acks;                 /* who writes is told that it arrived, by a template of all values */
  bool clocks, answered;     /* ticket 12 was opened half an hour ago by the plan best, and answered ten minutes ago */
} Scenario;

#define EVE .from = "eve@acme.example", .message_id = "new@acme.example", .subject = "Site down"
#define SUPPORT .recipients = "support@example.com"
#define REMOTE .recipients = "remote@example.com"
#define WRITTEN                                                                                                \
  .written = "From: Eve <eve@acme.example>\r\nSender: list@acme.example\r\nReply-To: e@acme.example\r\n",        \
  .sender = "bounces@acme.example"
static const Scenario scenarios[] = {
  { .name = "new request", EVE, SUPPORT, .type = "problem", .priority = "P3", .missing = "steps" },
  { .name = "explain", EVE, SUPPORT, .explain = true },
  { .name = "no queue", EVE, .recipients = "joe@elsewhere.example" },
  { .name = "reply by references", EVE, SUPPORT, .in_reply_to = "first@example.com", .status = TM_STATUS_WAITING,
    .links = "first@example.com:12:had" },
  { .name = "stranger answers", .from = "mallory@evil.example", .message_id = "x@evil.example", .subject = "Re: x",
    SUPPORT, .in_reply_to = "first@example.com", .status = TM_STATUS_WAITING, .links = "first@example.com:12:had" },
  { .name = "tag by the requester", .from = "eve@acme.example", .message_id = "n@acme.example",
    .subject = "Re: [example#12] x",
    SUPPORT, .status = TM_STATUS_OPEN },
  { .name = "tag guessed", .from = "mallory@evil.example", .message_id = "n@evil.example",
    .subject = "[example#12] x", SUPPORT,
    .status = TM_STATUS_OPEN },
  { .name = "number typed in an answer to another mail", .from = "eve@acme.example", .message_id = "n@acme.example",
    .subject = "Re: #12", SUPPORT, .in_reply_to = "unknown@acme.example", .status = TM_STATUS_OPEN },
  { .name = "token", EVE, .recipients = "@r12", .status = TM_STATUS_RESOLVED },
  { .name = "token from a stranger", .from = "stranger@elsewhere.example", .message_id = "s@elsewhere.example",
    .subject = "x",
    .recipients = "@r12", .status = TM_STATUS_RESOLVED, .priority = "P1", .tag = "cluster=c1" },
  { .name = "token in malformed mail", EVE, .recipients = "@r12", .flags = TM_FLAG_MALFORMED,
    .status = TM_STATUS_OPEN },
  { .name = "note token from a stranger", .from = "stranger@elsewhere.example", .message_id = "s@elsewhere.example",
    .subject = "x", .recipients = "@n12", .status = TM_STATUS_OPEN },
  { .name = "vacation note", EVE, .recipients = "@r12", .status = TM_STATUS_CLOSED, .closed_days = 15,
    .is_auto = true },
  { .name = "automatic mail without a ticket", EVE, SUPPORT, .is_auto = true },
  { .name = "a rule says human", EVE, SUPPORT, .is_auto = true, .human = true },
  { .name = "a rule says machine", EVE, .recipients = "@r12", .status = TM_STATUS_WAITING, .machine = true },
  { .name = "bare thanks", EVE, .recipients = "@r12", .status = TM_STATUS_RESOLVED, .text = "Thanks!\n" },
  { .name = "thanks with an attachment", EVE, .recipients = "@r12", .status = TM_STATUS_RESOLVED, .text = "Thanks!\n",
    .has_attachment = true },
  { .name = "bounce at its token", .from = "mailer-daemon@acme.example", .message_id = "b@acme.example",
    .subject = "failed",
    .recipients = "@b12", .status = TM_STATUS_WAITING, .is_auto = true, .is_bounce = true },
  { .name = "bounce of a closed ticket, which a rule calls human", .from = "mailer-daemon@acme.example",
    .message_id = "b@acme.example", .subject = "failed", .recipients = "@b12", .status = TM_STATUS_CLOSED,
    .closed_days = 100, .is_auto = true, .is_bounce = true, .human = true },
  { .name = "a person at a bounce address", EVE, .recipients = "@b12", .status = TM_STATUS_WAITING },
  { .name = "two queues", EVE, .recipients = "hosting@example.com support@example.com" },
  { .name = "another queue of a known ticket", EVE, .recipients = "hosting@example.com",
    .in_reply_to = "first@example.com",
    .status = TM_STATUS_OPEN, .links = "first@example.com:12:had" },
  { .name = "duplicate", EVE, SUPPORT, .earlier = true },
  { .name = "duplicate at another queue", EVE, .recipients = "support@example.com hosting@example.com",
    .earlier = true },
  { .name = "duplicate to others too", EVE, .recipients = "support@example.com joe@elsewhere.example",
    .earlier = true },
  { .name = "mixed recipients", EVE, .recipients = "support@example.com joe@elsewhere.example" },
  { .name = "agents in the envelope are no others", EVE, .recipients = "support@example.com anna@example.com" },
  { .name = "agent's note", .from = "anna@example.com", .login = "anna", .message_id = "a@example.com",
    .subject = "x", SUPPORT,
    .in_reply_to = "first@example.com", .status = TM_STATUS_WAITING, .links = "first@example.com:12:had" },
  { .name = "agent's malformed mail", .from = "anna@example.com", .login = "anna", .message_id = "a@example.com",
    .subject = "Re: [example#12] x", .recipients = "@r12", .flags = TM_FLAG_MALFORMED, .status = TM_STATUS_WAITING },
  { .name = "agent of another queue", .from = "carl@example.com", .login = "carl", .message_id = "c@example.com",
    .subject = "x", .recipients = "hosting@example.com @r12", .status = TM_STATUS_WAITING },
  { .name = "agent without login", .from = "anna@example.com", .message_id = "a@example.com", .subject = "x",
    .recipients = "@r12", .status = TM_STATUS_OPEN },
  { .name = "agent without login, to others too", .from = "anna@example.com", .message_id = "a@example.com",
    .subject = "x",
    .recipients = "@r12 joe@elsewhere.example", .status = TM_STATUS_OPEN },
  { .name = "agent without login, no SMTP client", .from = "anna@example.com", .message_id = "a@example.com",
    .subject = "x",
    .recipients = "@r12", .status = TM_STATUS_OPEN, .no_client = true },
  { .name = "rejected", EVE, SUPPORT, .verdict = TM_RULE_REJECT },
  { .name = "ignored", EVE, SUPPORT, .verdict = TM_RULE_IGNORE },
  { .name = "spam", EVE, SUPPORT, .is_spam = true },
  { .name = "merged ticket", EVE, .recipients = "@r11", .status = TM_STATUS_OPEN },
  { .name = "had before referred to", EVE, SUPPORT, .references = "one@x.example two@x.example",
    .status = TM_STATUS_OPEN,
    .links = "two@x.example:13:ref one@x.example:12:had" },
  { .name = "open before closed", EVE, SUPPORT, .references = "one@x.example two@x.example", .status = TM_STATUS_CLOSED,
    .closed_days = 1, .links = "two@x.example:12:had one@x.example:13:had" },
  { .name = "a Message-ID that two tickets had", .from = "anna@example.com", .login = "anna",
    .message_id = "a@example.com", .subject = "Re: [example#12] x", SUPPORT,
    .in_reply_to = "one@x.example", .status = TM_STATUS_RESOLVED,
    .links = "one@x.example:13:had one@x.example:12:had" },
  { .name = "answer to automatic mail", EVE, .recipients = "@r12", .status = TM_STATUS_UNSORTED },
  { .name = "stranger answers automatic mail", .from = "stranger@elsewhere.example",
    .message_id = "s@elsewhere.example", .subject = "x", .recipients = "@r12", .status = TM_STATUS_UNSORTED },
  { .name = "participant answers", .from = "boss@acme.example", .message_id = "b@acme.example", .subject = "x", SUPPORT,
    .in_reply_to = "first@example.com", .status = TM_STATUS_WAITING, .links = "first@example.com:12:had",
    .participants = "w:bob@acme.example r:boss@acme.example" },
  { .name = "writer's tag", .from = "bob@acme.example", .message_id = "b@acme.example", .subject = "[example#12] x",
    SUPPORT, .status = TM_STATUS_WAITING, .participants = "w:bob@acme.example r:boss@acme.example" },
  { .name = "writer answers", .from = "bob@acme.example", .message_id = "b@acme.example", .subject = "x", SUPPORT,
    .in_reply_to = "first@example.com", .status = TM_STATUS_WAITING, .links = "first@example.com:12:had",
    .participants = "w:bob@acme.example r:boss@acme.example" },
  { .name = "receipt names what it is about", EVE, SUPPORT, .reports_on = "first@example.com", .is_auto = true,
    .status = TM_STATUS_WAITING, .links = "first@example.com:12:had gone@example.com:99:had" },
  { .name = "Message-ID seen before", EVE, SUPPORT, .own_id_known = true },
  { .name = "authenticated requester's Cc", EVE, SUPPORT, .authenticated = true,
    .cc = "boss@acme.example hosting@example.com" },
  { .name = "unauthenticated requester's Cc", EVE, SUPPORT, .cc = "boss@acme.example" },
  { .name = "many foreign marks", EVE, SUPPORT, .n_foreign = 1000 },
  { .name = "many foreign marks, to others too", EVE, .recipients = "support@example.com joe@elsewhere.example",
    .n_foreign = 1000 },
  { .name = "many foreign marks, no SMTP client", EVE, SUPPORT, .n_foreign = 1000, .no_client = true },
  { .name = "a rule hit its bound", EVE, SUPPORT, .limited = true },
#include "tests/unit/plan-rules.h"
#include "tests/unit/plan-who.h"
#include "tests/unit/plan-which.h"
#include "tests/unit/plan-remote.h"
#include "tests/unit/plan-stated.h"
#include "tests/unit/plan-clocks.h"
#include "tests/unit/plan-agents.h"
#include "tests/unit/plan-acks.h"
#include "tests/unit/plan-page.h"
  { .name = "no From", .message_id = "n@x.example", .subject = "x", SUPPORT, .flags = TM_FLAG_NO_FROM },
};

static void
for_words (const char *words, void (*f) (const char *word, gpointer data, gconstpointer site), gpointer data,
           gconstpointer site)
{
  g_auto (GStrv) list = g_strsplit (words != NULL ? words : "", " ", -1);
  for (char **word = list; *word != NULL; word++)
    if (**word != '\0')
      f (*word, data, site);
}

static void
add_recipient (const char *word, gpointer envelope, gconstpointer site)
{
  g_autofree char *address = plan_address (site, word);
  envelope_add_recipient (envelope, site, address);
}

static void
add_id (const char *word, gpointer ids, gconstpointer site)
{
  (void) site;
  g_ptr_array_add (ids, g_strdup (word));
}

static void
add_cc (const char *word, gpointer list, gconstpointer site)
{
  g_autofree char *address = plan_address (site, word);
  g_ptr_array_add (list, mailbox_new (address, ""));
}

static void
add_link (const char *word, gpointer links, gconstpointer site)
{
  (void) site;
  g_auto (GStrv) parts = g_strsplit (word, ":", 3);
  g_ptr_array_add (links, id_link_new (parts[0], atoi (parts[1]), strcmp (parts[2], "had") == 0));
}

static void
add_participant (const char *word, gpointer participants, gconstpointer site)
{
  (void) site;
  g_ptr_array_add (participants, participant_new (word + 2, "anna", *word == 'r'));
}

static TmClassification *
make_class (const Scenario *s)
{
  TmClassification *class = classification_new ();
  class->type = g_strdup (s->type);
  class->type_by = s->type != NULL ? g_strdup ("rule:t") : NULL;
  class->priority = g_strdup (s->priority);
  class->priority_by = s->priority != NULL || s->shift != 0 ? g_strdup ("rule:p") : NULL;
  TmPriorityMove move = { s->shift, s->shift < 0 ? 0 : 2 };
  if (s->shift != 0)
    g_array_append_val (class->priority_moves, move);
  class->stated.priority = g_strdup (s->stated);
  class->workaround_by = s->workaround ? g_strdup ("rule:w") : NULL;
  class->workaround_from = s->workaround ? g_strdup ("P1") : NULL;
  class->stated.priority_where = s->stated != NULL ? g_strconcat ("Priority: ", s->stated, NULL) : NULL;
  class->queue = g_strdup (s->queue);
  class->assignee = g_strdup (s->assignee);
  class->moves_queue = s->moves;
  class->requester = g_strdup (s->requester);
  class->requester_by = s->requester != NULL ? g_strdup ("rule:form") : NULL;
  class->page_by = s->pages ? g_strdup ("rule:page") : NULL;
  if (s->pages)
    for_words (s->page_to != NULL ? s->page_to : TM_TO_ROTA, add_id, class->page_to, NULL);
  class->correlate_key = g_strdup (s->key);
  class->correlate_by = s->key != NULL ? g_strdup ("rule:alert") : NULL;
  class->is_recovery = s->recovers;
  if (s->tag != NULL)
    {
      g_auto (GStrv) pair = g_strsplit (s->tag, "=", 2);
      g_ptr_array_add (class->tags, tag_new (pair[0], pair[1]));
    }
  if (s->note != NULL)
    g_ptr_array_add (class->notes, g_strdup (s->note));
  if (s->missing != NULL)
    g_ptr_array_add (class->missing, g_strdup (s->missing));
  class->is_spam = s->is_spam;
  class->human = s->human;
  class->machine = s->machine;
  class->verdict = s->verdict;
  if (s->limited)
    {
      TmRuleTrace *trace = g_new0 (TmRuleTrace, 1);
      trace->rule = g_strdup ("slow");
      trace->limited = true;
      g_ptr_array_add (class->trace, trace);
    }
  if (s->verdict != TM_RULE_PASS)
    {
      class->verdict_rule = g_strdup ("v");
      class->verdict_text = g_strdup ("Go away");
    }
  return class;
}

static void
add_headers (GPtrArray *headers, const char *written)
{
  g_auto (GStrv) lines = g_strsplit (written != NULL ? written : "", "\r\n", -1);
  for (char **line = lines; *line != NULL && **line != '\0'; line++)
    {
      g_auto (GStrv) pair = g_strsplit (*line, ": ", 2);
      g_ptr_array_add (headers, header_new (pair[0], pair[1], NULL));
    }
}

static TmMail *
make_mail (const Scenario *s, const TmSite *site)
{
  TmMail *mail = mail_new ();
  if (s->from != NULL)
    mail->from = mailbox_new (s->from, "");
  g_free (mail->message_id);
  mail->message_id = g_strdup (s->message_id);
  g_free (mail->subject);
  mail->subject = g_strdup (s->subject);
  mail->date_at = NOW;
  mail->flags = s->flags;
  add_headers (mail->headers, s->written);
  for_words (s->in_reply_to, add_id, mail->in_reply_to, site);
  for_words (s->references, add_id, mail->references, site);
  for_words (s->cc, add_cc, mail->cc, site);
  for_words (s->reply_to, add_cc, mail->reply_to, site);
  g_free (mail->text);
  mail->text = g_strdup (s->text != NULL ? s->text : "The site is down since noon.\n");
  quote_find_reply (mail->text, &mail->reply_start, &mail->reply_len);
  if (s->reports_on != NULL)
    {
      mail->report = report_new (TM_REPORT_MDN);
      g_free (mail->report->original_message_id);
      mail->report->original_message_id = g_strdup (s->reports_on);
    }
  if (s->forwards != NULL)
    {
      mail->forwarded = forwarded_new (mailbox_new (s->forwards, ""));
      mail->forwarded->date_at = NOW - DAY;
    }
  if (s->has_attachment)
    g_ptr_array_add (mail->attachments, attachment_new ());
  return mail;
}

static void
read_commands (const Scenario *s, TmInbound *inbound)
{
  g_autofree char *own = mail_reply_text (inbound->mail);
  if (inbound->agent == NULL)
    return;
  inbound->commands = commands_read (own, NULL);
  inbound->stuck = s->stuck ? "the message is signed" : NULL;
}

static TmInbound *
make_inbound (const Scenario *s, TmSite *site)
{
  static const guint8 body[TM_DIGEST_LEN] = "body";
  TmInbound *inbound = inbound_new ();
  inbound->site = inbound->policy = site;
  inbound->policy_unref = (GDestroyNotify) site_free;
  inbound->envelope = envelope_new ();
  inbound->envelope->login = g_strdup (s->login);
  inbound->envelope->client_address = s->no_client ? NULL : g_strdup ("192.0.2.1");
  envelope_set_sender (inbound->envelope, s->sender != NULL ? s->sender : "");
  for_words (s->recipients, add_recipient, inbound->envelope, site);
  inbound->mail = make_mail (s, site);
  envelope_verify_person (inbound->envelope, site, s->from);
  GString *raw = g_string_new ("X-Ticket-Priority: P1\r\n");
  for (unsigned i = 0; i < s->n_foreign; i++)
    g_string_append (raw, "x-ticket-id: 1\r\n");
  g_string_append_printf (raw, "%sSubject: %s\r\n\r\n", s->written != NULL ? s->written : "", s->subject);
  inbound->raw = g_string_free_to_bytes (raw);
  inbound->keys = keys_gather (site, inbound->mail, inbound->envelope, body, 200);
  if (s->key != NULL)
    keys_set_correlation (inbound->keys, s->other_key ? "c13/disk" : s->key, "support");
  inbound->automatic.is_auto = s->is_auto;
  inbound->automatic.is_bounce = s->is_bounce;
  inbound->is_authenticated = s->authenticated;
  if (s->is_bounce)
    keys_add_bounce (inbound->keys, inbound->mail, inbound->envelope);
  inbound->queue = ((const TmRecipient *) g_ptr_array_index (inbound->envelope->recipients, 0))->queue;
  inbound->agent = (s->flags & TM_FLAG_MALFORMED) == 0 ? envelope_agent (inbound->envelope, site) : NULL;
  if (s->by_dmarc)
    inbound->agent = site_agent_by_address (site, s->from);
  inbound->is_proven_by_dmarc = s->by_dmarc;
  read_commands (s, inbound);
  agents_resolve (inbound);
  sender_resolve (inbound);
  inbound->as_new = make_class (s);
  inbound->as_followup = keys_name_ticket (inbound->keys) ? make_class (s) : NULL;
  return inbound;
}

static void
add_clocks (const Scenario *s, const TmSite *site, TmTicketFacts *ticket)
{
  g_auto (TmClockwork) work = { .clocks = NULL };
  if (!s->clocks)
    return;
  ticket->service_plan = g_strdup ("best");
  ticket->created_at = NOW - 1800;
  clockwork_init (&work, site, "best", NULL, ticket->priority, TM_STATUS_NEW, ticket->created_at, ticket->created_at);
  clockwork_open (&work);
  work.now = NOW - 600;
  if (s->answered)
    clockwork_answered (&work);
  clockwork_set_status (&work, s->status, false);
  ticket->clocks = g_steal_pointer (&work.clocks);
}

static TmFacts *
make_facts (const Scenario *s, const TmSite *site)
{
  TmFacts *facts = facts_new ();
  facts->next_ticket = s->explain ? 0 : 50;
  facts->own_id_known = s->own_id_known;
  facts->correlated = s->correlated;
  for_words (s->links, add_link, facts->links, site);
  facts_add_merged (facts, 11, 12);
  if (s->status != 0)
    {
      TmTicketFacts *ticket = plan_ticket (12, s->status);
      ticket->closed_at = s->status == TM_STATUS_CLOSED ? NOW - s->closed_days * DAY : TM_NEVER;
      ticket->customer = g_strdup (s->of_customer);
      ticket->priority_by = g_strdup (s->was_by);
      ticket->workaround = g_strdup (s->known);
      ticket->service_plan = g_strdup (s->of_plan);
      for_words (s->lacks, add_id, ticket->missing, site);
      if (s->was != NULL)
        ticket->priority[1] = s->was[1];
      for_words (s->participants, add_participant, ticket->participants, site);
      ticket->answer_to = g_strdup (s->answers_at);
      if (s->requested_by != NULL)
        {
          g_free (ticket->requester);
          ticket->requester = g_strdup (s->requested_by);
        }
      add_clocks (s, site, ticket);
      plan_page_ticket (ticket, s->paged, s->clocks, NOW - 600);
      g_ptr_array_add (facts->tickets, ticket);
      ticket = plan_ticket (13, TM_STATUS_OPEN);
      ticket->customer = g_strdup (s->other_customer);
      g_ptr_array_add (facts->tickets, ticket);
    }
  plan_page_others (facts, s->earlier_pages);
  if (s->hidden_ids != NULL)
    {
      facts->hidden_ids = g_ptr_array_new_with_free_func (g_free);
      for_words (s->hidden_ids, add_id, facts->hidden_ids, site);
    }
  if (s->contact != NULL)
    {
      facts->contact = contact_facts_new (1);
      for_words (s->contact, add_id, facts->contact->addresses, site);
      facts->contact->confirmed_at = s->confirmed ? NOW : TM_NEVER;
      facts->contact->is_blocked = s->blocked;
    }
  if (s->earlier)
    {
      static const char usual[] = "ticket 12\ntag example\nrcpt hosting@example.com\nfield X-Ticket-ID 12\n";
      facts->earlier = earlier_new (12, 1, s->earlier_marks != NULL ? s->earlier_marks : usual);
      g_ptr_array_add (facts->earlier->queues, g_strdup (s->earlier_queue != NULL ? s->earlier_queue : "support"));
    }
  return facts;
}

START_TEST (plan)
{
  const Scenario *s = &scenarios[_i];
  TmSite *site = plan_site ();
  site->unknown_policy = s->unknown;
  if (s->acks)
    plan_site_acknowledges (site);
  g_autoptr (TmInbound) inbound = make_inbound (s, site);
  g_autoptr (TmFacts) facts = make_facts (s, site);
  (void) sender_settle (inbound, facts);
  g_autoptr (TmPlan) made = plan_inbound (inbound, facts, NOW);
  reply_finish_foreseen (inbound, facts, NOW, made);
  g_autofree char *printed = plan_print (made);
  g_autofree char *expected = plan_golden (s->name);
  const char *write_to = g_getenv ("TM_WRITE_PLANS");
  if (write_to != NULL)
    {
      FILE *file = fopen (write_to, "a");
      fprintf (file, "== %s\n%s", s->name, printed);
      fclose (file);
      return;
    }
  ck_assert_msg (strcmp (printed, expected) == 0, "%s: the plan is\n%sand should be\n%s", s->name, printed, expected);
}
END_TEST

SUITE_MAIN ("plan", tcase_add_loop_test (tc, plan, 0, G_N_ELEMENTS (scenarios));)
