/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A person changes a ticket by hand: what he asks for, what is known, and what comes of it.  Pure.
 */
#ifndef TM_CORE_CHANGE_H
#define TM_CORE_CHANGE_H

#include "base/error.h"
#include "core/plan.h"

typedef enum
{
  TM_CHANGE_SET,    /* `settings` */
  TM_CHANGE_CLOSE,
  TM_CHANGE_REOPEN,
  TM_CHANGE_NOTE,   /* `text` */
  TM_CHANGE_MERGE,  /* `into` */
  TM_CHANGE_SPLIT,  /* `messages` become a ticket of their own */
  TM_CHANGE_ANSWERED, /* an agent called the requester: `channel`, at `at` */
  TM_CHANGE_JOIN,   /* the one of `messages` (none: the newest of people that is not verified) counts as verified, and
                       its sender may write; with `always` he is the requester, by another address */
  TM_CHANGE_SHARE,  /* `addresses` receive what is sent from now on; nothing of before is ever sent to them, because
                       mail goes out once, to those who receive at that time */
  TM_CHANGE_UNSHARE, /* `addresses` receive nothing more; they may still write */
  TM_CHANGE_RECORD, /* nothing but an event: `text` is its action, "quiet" */
  TM_CHANGE_REPLY,  /* an agent answers with `text`: to the requester and those who receive */
  TM_CHANGE_ACK     /* what the ticket was paged for is acknowledged */
} TmChangeKind;

/* Reference-counted: who gives up waiting leaves it to the writer thread. */
typedef struct
{
  gatomicrefcount refs;
  TmChangeKind kind;
  gint64 ticket, into;   /* as typed: merges are not yet followed */
  GPtrArray *settings;   /* char *, "KEY=VALUE": status, type, priority, workaround, assignee, queue, plan, subject,
                            promise, review, postmortem, until (with status pending), tag.KEY */
  GArray *messages;      /* gint64, ids */
  bool takes_message;    /* of an agent's mail: the id of the message that was recorded for it joins `messages` before
                            the change is carried out */
  GPtrArray *addresses;  /* char *, as typed */
  char *text;
  bool always;
  bool is_guarded;       /* of an agent's mail: guards were asked about all of that */
  bool sends;            /* guards give way */
  char *channel;         /* "phone", "chat" */
  gint64 at;             /* TM_NEVER: now */
  char *why;             /* NULL: no reason given */
  char *actor;           /* "agent:ID", "user:NAME" */
  char *address;         /* the actor's, normalised, "" unknown */
  char *as;              /* the system user who acted in the actor's name, NULL: himself */

  const TmSite *site;    /* lives as long as `policy` */
  gpointer policy;       /* owned: a reference, dropped by policy_unref */
  GDestroyNotify policy_unref;
} TmChange;

TmChange *change_new (TmChangeKind kind, gint64 ticket);
TmChange *change_ref (TmChange *change);
void change_unref (TmChange *change);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmChange, change_unref)

/* Who changes: `name` is an agent's id or login, or else any user; `user` is the system's name for who asked.
 * TM_ERROR_USAGE: `name` is no name. */
bool change_set_actor (TmChange *change, const char *name, const char *user, GError **error) TM_WARN_UNUSED;

/* The actor "agent:ID" or "user:NAME" for that name, the caller's, and the agent if he is one.  NULL, TM_ERROR_USAGE:
 * `name` is no name. */
char *change_actor (const TmSite *site, const char *name, const TmAgent **agent_out, GError **error) TM_WARN_UNUSED;

/* What is known of one message. */
typedef struct
{
  gint64 id, ticket, received_at;
  TmDirection direction;
  char *from, *subject;
  bool is_verified;
} TmMessageFacts;

TmMessageFacts *message_facts_new (gint64 id);
void message_facts_free (TmMessageFacts *message);

typedef struct
{
  gint64 next_ticket;    /* the number that a new ticket gets */
  TmTicketFacts *ticket; /* that change->ticket leads to, merges followed; NULL: none */
  TmTicketFacts *into;   /* likewise of change->into */
  char *subject;         /* of `ticket` */
  char *into_subject;    /* of `into`; NULL without it */
  gint64 last_message;   /* where the ticket may change hands: the newest that came from outside, of both; 0 none */
  GPtrArray *tags;       /* TmTag of `ticket` */
  GArray *related;       /* gint64, of `ticket` */
  GPtrArray *messages;   /* TmMessageFacts, those of change->messages that exist; where a join names none, the one
                            that is meant */
  gint64 n_messages;     /* of `ticket` */
  TmFacts *guarded;      /* what guards ask about, of change_guard_keys(): contacts, tickets of the Subject, and the
                            ticket again, with its answers and the words of its notes.  Never NULL */
  gint64 unanswered_at;  /* since when the oldest message of people waits for an answer, of a split that is not one of
                            change->messages, of a call that came behind it; TM_NEVER: none, or no such clock runs */
} TmChangeFacts;

TmChangeFacts *change_facts_new (void);
void change_facts_free (TmChangeFacts *facts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmChangeFacts, change_facts_free)

/* What is to be done, with a sentence for who asked in its `reason`; its `ticket` is the one to look at afterwards.
 * Without steps: everything is so already.  TM_ERROR_NOT_FOUND: no such ticket or message; TM_ERROR_USAGE: no such
 * key or value, with what was meant; TM_ERROR_DENIED: the ticket is not in a state for it. */
bool change_plan (const TmChange *change, const TmChangeFacts *facts, gint64 now, TmPlan **plan_out,
                  GError **error) TM_WARN_UNUSED;

/* The parts of change_plan() that have a file of their own. */
bool change_plan_settings (const TmChange *change, const TmChangeFacts *facts, TmPlan *plan,
                           GError **error) TM_WARN_UNUSED;
void change_add_status (const TmChange *change, const TmChangeFacts *facts, TmStatus to, TmPlan *plan);

bool change_plan_reply (const TmChange *change, const TmChangeFacts *facts, gint64 now, TmPlan *plan,
                        GError **error) TM_WARN_UNUSED;
bool change_plan_share (const TmChange *change, const TmChangeFacts *facts, gint64 now, TmPlan *plan,
                        GError **error) TM_WARN_UNUSED;
bool change_plan_unshare (const TmChange *change, const TmChangeFacts *facts, gint64 now, TmPlan *plan,
                          GError **error) TM_WARN_UNUSED;

/* What is looked up before guards (core/guard.h) are asked about `change`; of `facts`, ticket and subject are read.
 * NULL: they are not asked; else the caller's, and it borrows the change's text. */
TmKeys *change_guard_keys (const TmChange *change, const TmChangeFacts *facts);

/* Asks them about an answer `text` to `outside`, or of a change that shares (then NULL) whether `outside` may be let
 * into the ticket, and adds their events to the plan.  `sends`: he asks to get past.  TM_ERROR_DENIED with the sentence
 * of the one that refuses it. */
bool change_ask_guards (const TmChange *change, const TmChangeFacts *facts, const char *text, const GPtrArray *outside,
                        bool sends, TmPlan *plan, GError **error) TM_WARN_UNUSED;

/* The addresses of `change`, normalised, each once: char *, the caller's.  NULL, TM_ERROR_USAGE: one of them is none
 * that could be meant, or there are none or too many. */
GPtrArray *change_read_addresses (const TmChange *change, GError **error) TM_WARN_UNUSED;

/* The agent who changes, NULL: it is none. */
const TmAgent *change_agent (const TmChange *change);

/* What comes of `change` for the clocks of its ticket, read off the steps that are there and the settings that are not
 * steps; of a merge or a split see change_merge_clocks(), change_split_clocks(). */
bool change_plan_clocks (const TmChange *change, const TmChangeFacts *facts, gint64 now, TmPlan *plan,
                         GError **error) TM_WARN_UNUSED;

/* Of the ticket that stays, then behind its TM_STEP_TICKET of the merged one, which `turn_to` adds. */
void change_merge_clocks (const TmChange *change, const TmChangeFacts *facts, gint64 now, TmPlan *plan,
                          void (*turn_to) (const TmChange *change, const TmChangeFacts *facts, TmPlan *plan));

/* Of the new ticket, which was opened at `opened_at`. */
void change_split_clocks (const TmChange *change, gint64 opened_at, gint64 now, TmPlan *plan);

/* Of the ticket that it was split from, behind its TM_STEP_TICKET: what went with the messages is not owed here. */
void change_split_off_clocks (const TmChange *change, const TmChangeFacts *facts, gint64 now, TmPlan *plan);

/* Where `change`, whose steps are in the plan, leaves nothing to acknowledge: the ticket that they are about at the end
 * is answered, merged, spam, resolved or closed, or an agent asks for quiet. */
void change_drop_acknowledgement (const TmChange *change, TmPlan *plan);

/* The value of the setting `key`, NULL when it is not among them.  Borrowed. */
const char *change_setting (const TmChange *change, const char *key);

/* RFC 3339, or wall time of the desk's zone, `2026-11-24T16:00`. */
bool change_parse_instant (const TmSite *site, const char *text, gint64 *at_out, GError **error) TM_WARN_UNUSED;

/* An event of the ticket that the steps are about: `detail` is taken over. */
void change_add_event (const TmChange *change, TmPlan *plan, const char *action, char *detail);

/* The pairs that end the detail of every change: what there is of `why` and `as`. */
#define CHANGE_REASONS(change)                                                                                         \
  (change)->why != NULL ? "why" : (change)->as != NULL ? "as" : NULL,                                                  \
  (change)->why != NULL ? (change)->why : (change)->as,                                                               \
  (change)->why != NULL && (change)->as != NULL ? "as" : NULL, (change)->as, NULL

#endif
