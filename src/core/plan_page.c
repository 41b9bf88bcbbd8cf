/* SPDX-License-Identifier: BSD-2-Clause */
/* Pages: whom rules page for a message, and what comes of a mail that answers a page. */
#include "core/draft.h"

#include "core/alert.h"
#include "core/detail.h"
#include "core/escalation.h"
#include "core/sender.h"

#include <string.h>

/* A flood of mail is no flood of pages: so many tickets of customers an hour for who is paged, and so many others,
 * which anybody can open; and one ticket once in that time while nobody acknowledges it. */
enum { TICKETS_AN_HOUR = 20, HOUR_S = 3600 };

/* --- rules --- */

/* Nobody gets up for spam, for what no one is to sort, for the same alert again, for what a machine wrote and a rule
 * neither calls a person's nor an alert, or for what agents write. */
static bool
rules_page (const TmDraft *draft)
{
  const TmClassification *class = draft->class;
  const TmPlan *plan = draft->plan;
  TmStatus status;
  bool is_machines = draft_is_automatic (draft->inbound, class) && class->correlate_key == NULL;
  /* What answers a page, from an address that its token is not for, pages nobody again. */
  bool is_answer = envelope_has_bad_token (draft->inbound->envelope, 'k');
  return class->page_by != NULL && !is_machines && !is_answer && !draft_folds (draft)
         && plan->direction == TM_DIRECTION_IN && status_parse (plan->status, &status) && status != TM_STATUS_SPAM
         && status != TM_STATUS_UNSORTED;
}

/* The ticket as it is afterwards, as far as pages tell of it.  The caller frees. */
static TmTicketFacts *
foresee_ticket (const TmDraft *draft)
{
  const TmPlan *plan = draft->plan;
  TmTicketFacts *ticket = ticket_facts_new (plan->ticket);
  status_parse (plan->status, &ticket->status);
  g_free (ticket->requester);
  ticket->requester = g_strdup (plan->requester);
  ticket->priority = g_strdup (plan->priority);
  ticket->assignee = g_strdup (plan->assignee);
  ticket->customer = g_strdup (plan->customer);
  g_ptr_array_add (ticket->queues, g_strdup (draft_moves (draft) ? draft->class->queue : plan->queue));
  return ticket;
}

static GArray *
find_audience (const TmDraft *draft, const TmTicketFacts *ticket)
{
  const TmSite *site = draft->inbound->site;
  const TmServicePlan *service = site_service_plan (site, draft->plan->service_plan);
  const TmCalendar *calendar = service != NULL ? service->counts_by : NULL;
  bool is_open = calendar == NULL || calendar_is_open (calendar, draft->now, NULL, 0);
  const TmEscalationStep step = { .to = draft->class->page_to };
  return audience_of (site, ticket, &step, is_open, draft->now);
}

/* How many tickets he was paged for within the last hour, by what counts together with this one. */
static unsigned
count_earlier (const TmDraft *draft, const char *to)
{
  const GPtrArray *pages = draft->plan->customer != NULL ? draft->facts->pages : draft->facts->others_pages;
  unsigned n = 0;
  for (guint i = 0; pages != NULL && i < pages->len; i++)
    {
      g_auto (GStrv) names = g_strsplit (g_ptr_array_index (pages, i), " ", -1);
      n += g_strv_contains ((const char *const *) names, to) ? 1 : 0;
    }
  return n;
}

typedef struct
{
  GString *told, *missed;
  bool acknowledges; /* somebody has to, here */
} Paged;

static void
page_one (TmDraft *draft, const TmTicketFacts *ticket, guint cycle, const TmAddressee *addressee, Paged *paged)
{
  const char *subject = draft->inbound->mail->subject;
  unsigned n_earlier = count_earlier (draft, addressee->to);
  g_autofree char *too_many = g_strdup_printf ("paged for %d tickets within an hour", TICKETS_AN_HOUR);
  const char *why_not = addressee->why_not != NULL        ? addressee->why_not
                        : n_earlier >= TICKETS_AN_HOUR ? too_many
                                                         : NULL;
  if (why_not != NULL)
    {
      g_string_append_printf (paged->missed, "%s%s: %s", paged->missed->len > 0 ? "; " : "", addressee->to, why_not);
      return;
    }
  g_string_append_printf (paged->told, "%s%s", paged->told->len > 0 ? " " : "", addressee->to);
  paged->acknowledges = paged->acknowledges || addressee_acknowledges (addressee);
  plan_add_outgoing (draft->plan, alert_write_page (draft->inbound->site, ticket, subject, cycle, draft->class->page_by,
                                                    n_earlier + 1 == TICKETS_AN_HOUR, addressee, draft->now));
}

static void
page_all (TmDraft *draft, const TmNotified *last, Paged *paged)
{
  guint cycle = last == NULL ? 1 : last->acked_by != NULL ? last->cycle + 1 : last->cycle;
  g_autoptr (TmTicketFacts) ticket = foresee_ticket (draft);
  g_autoptr (GArray) audience = find_audience (draft, ticket);
  for (guint i = 0; i < audience->len; i++)
    page_one (draft, ticket, cycle, &g_array_index (audience, TmAddressee, i), paged);
  if (paged->told->len == 0)
    return;
  g_autofree char *told
      = escalation_unite (last != NULL && last->cycle == cycle ? last->told : "", paged->told->str);
  plan_add_step (draft->plan, TM_STEP_PAGED, NULL, NULL, told, cycle);
  draft->is_paged = true;
  draft->pages = paged->acknowledges;
}

void
draft_add_page (TmDraft *draft)
{
  const TmTicketFacts *ticket = draft->match->ticket;
  if (!rules_page (draft))
    return;
  g_autoptr (GString) told = g_string_new (NULL), missed = g_string_new (NULL);
  Paged paged = { told, missed, false };
  const TmNotified *last = ticket != NULL ? escalation_last_page (ticket->notified) : NULL;
  if (last != NULL && last->acked_by == NULL && last->fired_at > draft->now - HOUR_S && *last->told != '\0')
    g_string_assign (missed, "the page before is not acknowledged yet");
  else
    page_all (draft, last, &paged);
  g_autofree char *detail
      = detail_new ("priority", draft->plan->priority, "why", draft->plan->reason, "told",
                    told->len > 0 ? told->str : NULL, "not_told", missed->len > 0 ? missed->str : NULL, NULL);
  plan_add_step (draft->plan, TM_STEP_EVENT, draft->class->page_by, "page", detail, 0);
}

/* --- answers --- */

static const TmRecipient *
find_token (const TmInbound *inbound, const TmFacts *facts, const TmTicketFacts *ticket)
{
  for (guint i = 0; ticket != NULL && i < inbound->envelope->recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (inbound->envelope->recipients, i);
      if (recipient->has_token && recipient->token.purpose == 'k'
          && facts_ticket (facts, recipient->token.ticket) == ticket)
        return recipient;
    }
  return NULL;
}

bool
draft_answers_page (const TmInbound *inbound, const TmFacts *facts, const TmTicketMatch *match)
{
  return match->evidence == TM_EVIDENCE_TOKEN && find_token (inbound, facts, match->ticket) != NULL;
}

void
draft_add_acknowledged (TmDraft *draft)
{
  const TmInbound *inbound = draft->inbound;
  const TmTicketFacts *ticket = draft->match->ticket;
  if (!draft_answers_page (inbound, draft->facts, draft->match) || draft_is_automatic (inbound, draft->class))
    return;
  const TmEscalationFacts escalation = escalation_facts (inbound->site, ticket);
  const TmAgent *agent = site_agent_by_address (inbound->site, sender_address (inbound));
  if (!escalation_is_paged (&escalation))
    return;
  g_autofree char *actor = agent != NULL ? g_strconcat ("agent:", agent->id, NULL)
                                         : g_strconcat ("user:", sender_address (inbound), NULL);
  g_autofree char *detail = detail_new ("by", "mail", "from", sender_address (inbound), NULL);
  plan_add_step (draft->plan, TM_STEP_ACKNOWLEDGED, actor, NULL, NULL, 0);
  plan_add_step (draft->plan, TM_STEP_EVENT, actor, "ack", detail, 0);
  draft->acknowledges = true;
}

static void
mark_note (TmDraft *draft)
{
  const TmInbound *inbound = draft->inbound;
  TmPlan *plan = draft->plan;
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, plan->ticket);
  draft->marks->subject_tag = g_strdup (inbound->site->instance);
  draft_mark_ticket (plan, number, plan->clocks, inbound->site, draft->marks);
  plan->marks = marks_format (draft->marks);
  edits_add_marks (plan->edits, inbound->raw, inbound->mail->subject, draft->marks, draft_writes_marks (inbound));
}

TmPlan *
draft_page_answer (const TmInbound *inbound, const TmFacts *facts, const TmClassification *class,
                   const TmTicketMatch *match, gint64 now)
{
  TmPlan *plan = draft_begin (inbound, facts, class, match, TM_AGENTS_NONE);
  g_autoptr (TmMarks) marks = marks_new (match->ticket->id);
  g_auto (TmClockwork) work = { .clocks = NULL };
  TmDraft draft = { .inbound = inbound, .facts = facts, .class = class, .match = match, .plan = plan, .marks = marks,
                    .work = &work, .now = now };
  g_clear_pointer (&plan->rule, g_free);
  plan->action = TM_ACTION_NOTE;
  plan->direction = TM_DIRECTION_NOTE;
  draft_take_ticket (&draft);
  draft_add_message (&draft);
  g_autofree char *detail = detail_new ("direction", "note", "evidence", evidence_name (plan->evidence), "why",
                                        plan->reason, NULL);
  plan_add_step (plan, TM_STEP_EVENT, "desk", "message", detail, 0);
  draft_add_acknowledged (&draft);
  clockwork_init_ticket (&work, inbound->site, match->ticket, now);
  if (draft.acknowledges)
    clockwork_acknowledged (&work);
  plan_take_clocks (plan, &work, "desk", false);
  mark_note (&draft);
  return plan;
}
