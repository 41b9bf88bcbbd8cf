/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The decision about one message: (site, mail, facts, now) → Plan, a
 * printable value that others carry out.  Pure.
 */
#ifndef TM_CORE_PLAN_H
#define TM_CORE_PLAN_H

#include "core/classify.h"
#include "core/clock.h"
#include "core/edit.h"
#include "core/facts.h"
#include "core/inbound.h"
#include "core/match.h"
#include "core/outgoing.h"

typedef struct TmAcknowledgement TmAcknowledgement; /* core/acknowledge.h */

typedef enum
{
  TM_ACTION_OPEN,     /* a new ticket */
  TM_ACTION_APPEND,   /* a message of an existing one */
  TM_ACTION_NOTE,     /* an agent's note on an existing one */
  TM_ACTION_PASS,     /* none of our business */
  TM_ACTION_IGNORE,   /* a rule said so: passes unrecorded */
  TM_ACTION_REFUSE,   /* 5xx, or our recipients removed */
  TM_ACTION_DISCARD,  /* accepted, kept in quarantine, on its way to nobody of ours */
  TM_ACTION_DUPLICATE, /* came before */
  TM_ACTION_CHANGE    /* no message: somebody changes a ticket by hand, see core/change.h */
} TmAction;

typedef enum
{
  TM_STEP_CREATE,      /* the ticket plan->ticket with plan->type, priority, priority_by, status, assignee, requester,
                          customer, service_plan, answer_to; of a change: with plan->subject, and since `number` (UTC
                          seconds) */
  TM_STEP_SET,         /* key (status, type, priority, priority_by, workaround, assignee, answer_to, subject, queue: its
                          own)
                          = value */
  TM_STEP_LEAVE,       /* take the ticket out of its queues */
  TM_STEP_QUEUE,       /* add queue `value` to the ticket */
  TM_STEP_TAG,         /* add tag key=value */
  TM_STEP_PARTICIPANT, /* add address `key`, put in by `value`, receives */
  TM_STEP_ANSWER_TO,   /* participant `key` wants answers at `value` */
  TM_STEP_RELATE,      /* relate to ticket `number` */
  TM_STEP_MISSING,     /* the ticket lacks what its type needs: `value` */
  TM_STEP_FOUND,       /* it does not lack `value` any more */
  TM_STEP_CORRELATE,   /* alerts of `key` in queue `value` belong to the ticket from now on */
  TM_STEP_QUARANTINE,  /* keep the raw message without a ticket: rule `key`, reason `value` */
  TM_STEP_MESSAGE,     /* add the message; its ids, attachments, raw bytes and idempotency key with it */
  TM_STEP_FAILURE,     /* plan->failed_message did not reach address `key`, as the `number`th (from 1) of the keys'
                          failures says; value: "counts" towards silencing, or NULL */
  TM_STEP_SILENCE,     /* nothing is sent to address `key` any more, because of `value` */
  TM_STEP_CLOCK,       /* write the `number`th (from 1) of plan->clocks, which is new or changed */
  TM_STEP_DUE,         /* what the ticket has due next is at `number` (UTC seconds); TM_NEVER: nothing */
  TM_STEP_NOTIFY,      /* when somebody is to be told of the ticket's clocks next: `number` (UTC seconds), TM_NEVER */
  TM_STEP_AFTER,       /* when the desk does something by itself next: `number` (UTC seconds), TM_NEVER; value: since
                          when nobody wrote (UTC seconds) and what is done already, apart by a blank, NULL: neither */
  TM_STEP_QUIET,       /* the desk itself tells people outside nothing more of the ticket */
  TM_STEP_EVENT,       /* key = action, value = detail as flat JSON object, actor */
  TM_STEP_OUTBOX,      /* put the `number`th (from 1) of plan->outgoing into the outbox */
  TM_STEP_DELAY_ACK,   /* the acknowledgement of message `value`, if it still waits, waits until `number` (UTC
                          seconds) */
  TM_STEP_CONFIRM,     /* who has address `key`, put on file if need be, is confirmed: his held tickets become new ones,
                          by the actor */
  TM_STEP_FEEDBACK,    /* address `key` says with the message that he is satisfied, or not: `value` is that of
                          core/feedback.h; number 1: the ticket's owner is told */
  TM_STEP_DROP_ACK,    /* the ticket's acknowledgement, if it still waits, is not sent; then an event by the actor, with
                          `value`, says why */
  TM_STEP_PAGED,       /* a rule paged `value` (as TmNotified has it), for the `number`th time */
  TM_STEP_ACKNOWLEDGED, /* whatever was told of the ticket is acknowledged by the actor */

  /* of changes only */
  TM_STEP_TICKET,      /* the steps that follow are about ticket `number`; at first about plan->ticket */
  TM_STEP_UNTAG,       /* remove tag key=value */
  TM_STEP_UNSHARE,     /* participant `key` does not receive any more; he may still write */
  TM_STEP_WRITER,      /* add address `key`, put in by `value`, may write but does not receive */
  TM_STEP_NOTE,        /* add a note `value` from address `key` */
  TM_STEP_ANSWER,      /* add an answer `value` from address `key`, with plan->subject: direction out */
  TM_STEP_MOVE,        /* message `number` becomes the ticket's, with its Message-ID */
  TM_STEP_MERGE,       /* the ticket is merged into `number`, which gets its messages and their Message-IDs */
  TM_STEP_VERIFY,      /* message `number` counts as verified */
  TM_STEP_CONTACT      /* address `key` is another one of the person on file who has `value`, who is put there if need
                          be; TM_ERROR_DENIED when it is somebody else's */
} TmStepKind;

typedef struct
{
  TmStepKind kind;
  char *actor; /* EVENT, SET: "rule:NAME", "customer", "agent:ID", "user:NAME", "desk" */
  char *key;
  char *value;
  gint64 number;
} TmStep;

/* What an agent's mail is, when it is the desk's business and he has the right to it. */
typedef enum
{
  TM_AGENTS_NONE,     /* nothing of that: a sender like any other */
  TM_AGENTS_NOTE,     /* for the colleagues only */
  TM_AGENTS_REPLY,    /* to a reply token: to the requester and all who receive */
  TM_AGENTS_STRAIGHT, /* to people who receive the ticket, as he addressed it */
  TM_AGENTS_AS_DESK,  /* opens a ticket with a message to the outside */
  TM_AGENTS_FORWARD,  /* opens a ticket of the one whose mail he passes on */
  TM_AGENTS_OWN       /* opens a ticket of his own */
} TmAgentsMail;

typedef enum { TM_DIRECTION_IN = 1, TM_DIRECTION_OUT = 2, TM_DIRECTION_NOTE = 3 } TmDirection;

typedef struct
{
  TmAction action;
  gint64 ticket;            /* 0: none (pass, ignore, refuse) or NEW (explain) */
  TmEvidence evidence;
  char *reason;             /* one clean sentence, why */
  GPtrArray *steps;         /* TmStep, in order; store/ carries them out */
  GPtrArray *edits;         /* TmEdit, in order; milter/ carries them out */
  TmAcknowledgement *ack;   /* of a new ticket: whether its sender is told; NULL: nothing of that is to be done */
  GPtrArray *outgoing;      /* TmOutgoing, with TM_STEP_OUTBOX; NULL: none */
  char *marks;              /* marks_format(), to be stored for retries; NULL: nothing is recorded */
  TmMarks *unfinished;      /* of an agent's mail: what marks and edits will be made of by reply_finish(), once the
                               changes are made (core/reply.h); NULL: those are complete */
  GPtrArray *changes;       /* TmChange, what an agent's commands do once the steps are done; one that cannot be done
                               refuses the message; NULL: none */
  char *footer;             /* UTF-8, LF: to be put under every text of the body; NULL: none */
  bool removes_commands;    /* the lines of inbound->commands are to be removed from every text of the body */

  bool confirms;            /* the sender confirms his address with it (TM_STEP_CONFIRM) */
  TmAgentsMail agents;
  bool is_commands_only;    /* nothing is left of an agent's mail without its commands: it goes to nobody */
  bool is_trial;            /* nothing comes of it (explain): a token is shown as TOKEN */

  /* the message's record, with TM_STEP_MESSAGE */
  TmDirection direction;
  bool is_verified;         /* the sender has a right to write, not only a token */
  bool is_auto, is_bounce;
  unsigned flags;           /* TmMailFlag */
  gint64 dedup_expires_at;
  gint64 failed_message;    /* with TM_STEP_FAILURE and TM_STEP_SILENCE: the message that did not arrive */

  /* what the ticket is afterwards; NULL where unset */
  char *queue, *type, *priority, *priority_by, *status, *assignee, *requester;
  char *customer, *service_plan; /* ids */
  char *answer_to;          /* where the requester wants answers; NULL: at his own address */
  char *subject;            /* of a ticket or an answer that a change makes */
  GPtrArray *clocks;        /* TmClock, all of the ticket; of a change, those of all its tickets; NULL: none */
  gint64 next_due_at;       /* of `ticket`; TM_NEVER: nothing is due */
  gint64 notify_at;         /* of a ticket that the steps create, as TM_STEP_NOTIFY */
  char *uncounted;          /* metrics whose due time could not be computed and is never now, or NULL */
  char *rule;               /* the last rule that changed something, or NULL */
  char *limited;            /* names of the rules that were skipped because a pattern hit its bound, or NULL */

  /* verdict: NULL code = accept (250 is the MTA's) */
  bool is_discarded;        /* accepted, and on its way to nobody */
  char *reply_code;         /* "550" */
  char *reply_enhanced;     /* "5.7.1" */
  char *reply_text;
} TmPlan;

TmPlan *plan_new (TmAction action);
void plan_free (TmPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmPlan, plan_free)

/* All strings are copied; NULL and 0 where the kind has no use for them. */
void plan_add_step (TmPlan *plan, TmStepKind kind, const char *actor, const char *key, const char *value,
                    gint64 number);

/* What goes out by the outbox, once the steps that are there are done; takes `outgoing`, and drops it when it goes to
 * nobody. */
void plan_add_outgoing (TmPlan *plan, TmOutgoing *outgoing);

/* Decides about an inbound message.  `now` is UTC seconds.  The caller frees. */
TmPlan *plan_inbound (const TmInbound *inbound, const TmFacts *facts, gint64 now);

/* The classification that the plan went by.  Borrowed. */
const TmClassification *plan_classification (const TmInbound *inbound, const TmPlan *plan);

/* What became of the clocks goes into the plan: steps, and an event by `actor` for each that moved.  `is_new`: the
 * steps create the ticket, and what is due next with it.  The clockwork has none any more. */
void plan_take_clocks (TmPlan *plan, TmClockwork *work, const char *actor, bool is_new);

/* Static names, as in the JSON of `ticketctl explain`. */
const char *action_name (TmAction action);
const char *evidence_name (TmEvidence evidence);
const char *direction_name (TmDirection direction);

/* The plan as text, a line for each step and edit, as tests' golden file has it.  The caller frees. */
char *plan_print (const TmPlan *plan);

#endif
