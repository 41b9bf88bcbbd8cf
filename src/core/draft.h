/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of plan_inbound(): a plan on its way, shared by the files that draw it up.
 */
#ifndef TM_CORE_DRAFT_H
#define TM_CORE_DRAFT_H

#include "core/guard.h"
#include "core/plan.h"

/* What the decision is made of, so that its parts need not pass seven arguments around. */
typedef struct
{
  const TmInbound *inbound;
  const TmFacts *facts;
  const TmClassification *class;
  const TmTicketMatch *match;
  TmPlan *plan;
  TmMarks *marks;
  TmClockwork *work; /* the ticket's clocks */
  gint64 now;
  const GPtrArray *missing; /* char *, what the ticket lacks afterwards; NULL: nothing */
  bool is_stated; /* plan->priority is what the customer states in this message: rules may only move it */
  bool is_paged;     /* a rule paged somebody */
  bool pages;        /* who has to acknowledge it */
  bool acknowledges; /* what the ticket was paged for is acknowledged by the message */
} TmDraft;

/* A machine wrote it, as far as the rules do not say otherwise. */
bool draft_is_automatic (const TmInbound *inbound, const TmClassification *class);

/* Whether marks are written on it: not on what others get, too, unless the policy says so. */
bool draft_writes_marks (const TmInbound *inbound);

/* What is written on the message, and its edits: the last thing, of a plan that is complete (core/plan_marks.c).  Of an
 * agent's mail only what reply_finish() cannot know. */
void draft_add_marks (const TmDraft *draft);

/* Appends the fields that say what ticket `number` is by the plan, and when `clocks` (TmClock; NULL: none) are due. */
void draft_mark_ticket (const TmPlan *plan, const char *number, const GPtrArray *clocks, const TmSite *site,
                        TmMarks *marks);

/* A message that came before (core/plan_duplicate.c). */
TmPlan *draft_duplicate (const TmInbound *inbound, const TmFacts *facts, gint64 now);

/* The same of a mail to nobody of ours: NULL, unless it went out as the desk's. */
TmPlan *draft_duplicate_out (const TmInbound *inbound, const TmFacts *facts, gint64 now);

/* Edits, footer and verdict of a message with these marks go into the plan. */
void draft_replay (TmPlan *plan, const TmInbound *inbound, const TmMarks *marks);

/* Its sender is told of his new ticket, or an event says why not (core/plan_acknowledge.c): the last thing, of a plan
 * that has its clocks. */
void draft_acknowledge (TmDraft *draft);

/* Whether the message confirms its sender's address (core/plan_confirm.c): he is not confirmed yet, and answers the
 * desk's question.  `only`: as nothing else, since its `ticket` (NULL: a new one) waits for that. */
bool draft_confirms (const TmInbound *inbound, const TmFacts *facts, const TmClassification *class);
bool draft_only_confirms (const TmInbound *inbound, const TmFacts *facts, const TmClassification *class,
                          const TmTicketFacts *ticket);

/* Then he is a contact, and what is held of him is released: behind all steps that write clocks. */
void draft_add_confirmation (TmDraft *draft);

/* Whether a message, by its envelope, says nothing but whether somebody is satisfied (core/plan_feedback.c): it reopens
 * nothing.  Then, of a plan that has its message, what it says is recorded, and told to the ticket's owner
 * when it is bad, once for each ticket. */
bool draft_is_feedback (const TmInbound *inbound, const TmClassification *class);
void draft_add_feedback (TmDraft *draft);

/* Who has an agent's answer needs no acknowledgement any more. */
void draft_answered (TmDraft *draft);

/* --- what comes of rules (core/plan_rules.c) and statements (core/plan_stated.c) --- */

/* The status that a new ticket begins with: `usual`, but for spam, alerts and other automatic mail. */
TmStatus draft_first_status (const TmDraft *draft, TmStatus usual);

/* The status that the message leaves its ticket in: `usual`, but for the end of an alert. */
TmStatus draft_alert_status (const TmDraft *draft, TmStatus usual);

/* What the rules make of the ticket's priority, NULL: they leave it.  A new type may not have the one it had. */
const char *draft_priority (const TmDraft *draft);

/* What the customer states in a message of an existing ticket, as far as plan and type allow and no agent has set it;
 * NULL: nothing.  Notes for both sides why he does not get it. */
const char *draft_stated_priority (const TmDraft *draft);

/* A rule says that a workaround is known: of a new ticket and of an existing one, whose priority it gives, NULL: no
 * change, an agent's stays. */
void draft_add_workaround (const TmDraft *draft, const char *without);
const char *draft_workaround_priority (const TmDraft *draft);

/* Which of the facts that the ticket lacks the message names: steps and event; gives those that it still lacks,
 * borrowed from the facts.  The caller frees the array. */
GPtrArray *draft_find_missing (const TmDraft *draft);

/* Whether it is one more alert of a ticket: it adds to it, and changes no type, priority or assignee: those may be an
 * agent's by now. */
bool draft_folds (const TmDraft *draft);

/* Whether a rule takes the ticket away from the queues that it was sent to. */
bool draft_moves (const TmDraft *draft);

/* The queue that a rule sent it to joins the envelope, and those that it moves away from leave it. */
void draft_redirect (TmDraft *draft);

/* --- what who receives a ticket asks of the desk itself (core/plan_asked.c) --- */

typedef enum
{
  TM_ASKED_NOTHING,
  TM_ASKED_STATUS, /* status, owner and due times; nothing of the ticket changes */
  TM_ASKED_END     /* to receive nothing more */
} TmAsked;

TmAsked draft_asked (const TmInbound *inbound, const TmFacts *facts, const TmTicketMatch *match,
                     const TmClassification *class);
void draft_add_asked (TmDraft *draft, TmAsked asked);

/* --- agents (core/plan_agent.c) --- */

/* What speaks against an agent's mail of that kind, a plan that refuses it, and the caller's; NULL: nothing.  Then
 * `changes` and `hits` (TmGuardHit) are what his commands do and what the guards say all the same, the caller's; NULL:
 * nothing. `kind` may be none: he used a token that he has no right to. */
TmPlan *draft_hold_up (const TmInbound *inbound, const TmFacts *facts, const TmTicketMatch *match, TmAgentsMail kind,
                       gint64 now, GPtrArray **changes_out, GPtrArray **hits_out);

/* A machine that uses an agent's address, with a proof or without, at somebody who receives the ticket or at its reply
 * address: the plan that keeps it away from there; NULL: it is none, the caller's. */
TmPlan *draft_hold_automatic (const TmInbound *inbound, const TmFacts *facts, const TmClassification *class,
                              const TmTicketMatch *match);

/* Whether a mail of that kind is nothing but commands on its ticket. */
bool draft_is_commands_only (const TmInbound *inbound, TmAgentsMail kind);

/* A plan without steps, for a message of that kind: what it is and why. */
TmPlan *draft_begin (const TmInbound *inbound, const TmFacts *facts, const TmClassification *class,
                     const TmTicketMatch *match, TmAgentsMail kind);

/* Whom he wrote to besides receives from now on; events of what the guards say, and of what he asks for; who has to be
 * told what came of it. */
void draft_add_agents_steps (TmDraft *draft, const GPtrArray *hits);

/* The status that an agent's message to the requester leaves a ticket in. */
TmStatus draft_answered_status (const TmSite *site, const char *service_plan, TmStatus before);

/* --- clocks (core/plan_clocks.c) --- */

/* What the message does to the ticket's clocks, apart from the status that the plan says. */
void draft_run_clocks (TmDraft *draft, TmStatus status, bool is_customers);

/* A field for each of `clocks` (TmClock; NULL: none) that runs and has a due time; `is_out`: of those that the
 * customer is owed. */
void draft_mark_due (const GPtrArray *clocks, const TmSite *site, bool is_out, TmMarks *marks);

/* An event: another requester than the sender. */
void draft_add_requester (TmDraft *draft);

/* --- pages (core/plan_page.c) --- */

/* Whom a rule pages gets it in the outbox, behind the step of the message; an event says who does and who not.  Before
 * the clocks of an existing ticket. */
void draft_add_page (TmDraft *draft);

/* Whether the mail is at the token of a page of its ticket, from whom that was sent to. */
bool draft_answers_page (const TmInbound *inbound, const TmFacts *facts, const TmTicketMatch *match);

/* Then, and unless a machine wrote it, what the ticket was paged for is acknowledged: steps; the clock is left to the
 * caller. */
void draft_add_acknowledged (TmDraft *draft);

/* The plan for such a mail, which is a note and nothing else, whoever wrote it; the caller's. */
TmPlan *draft_page_answer (const TmInbound *inbound, const TmFacts *facts, const TmClassification *class,
                           const TmTicketMatch *match, gint64 now);

/* --- of every message of a ticket (core/plan_inbound.c) --- */

/* What the ticket is goes into the plan; the message's record. */
void draft_take_ticket (TmDraft *draft);
void draft_add_message (TmDraft *draft);

#endif
