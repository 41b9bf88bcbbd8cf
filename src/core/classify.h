/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mail to Classification: the evaluation of the rules.  Pure.
 */
#ifndef TM_CORE_CLASSIFY_H
#define TM_CORE_CLASSIFY_H

#include "core/envelope.h"
#include "core/mail.h"
#include "core/pattern.h"
#include "core/rule.h"
#include "core/site.h"

typedef struct TmRuleHits TmRuleHits; /* core/rule_index.h */

/* What rules are matched against.  All borrowed for the call. */
typedef struct
{
  const TmSite *site;
  const TmMail *mail;
  const TmEnvelope *envelope;
  const TmQueue *queue;     /* the first queue among the recipients */
  const TmCustomer *customer;          /* the sender's, NULL none */
  const TmServicePlan *service_plan;   /* likewise */
  bool is_followup;
  bool is_auto, is_bounce, is_list;
  bool is_authenticated;
  const TmRuleHits *hits;   /* rule_index_scan() of this message, for all of its readings; NULL: every rule is tried */
  bool traces_all;          /* the trace names every rule, also those that were not tried (explain) */
  gint64 arrived_at;        /* when the message came */
  guint64 n_steps;          /* match steps that the message has spent before */
} TmRuleInput;

typedef struct
{
  char *key, *value; /* key: [a-z0-9_.-]+, value: one clean line, at most 200 bytes */
  bool by_client;    /* a rule set it that lists the SMTP clients which it holds for */
} TmTag;

typedef struct
{
  char *rule;
  guint number;    /* of the rule, its place among the site's */
  char *condition; /* the one that decided: the first that failed (`X`, `none: X`, or all of them as `any: X, Y`); NULL
                      when the rule matched, or was not asked (not its kind of message, or behind a stop) */
  bool matched;
  bool limited;    /* the condition hit a bound of TmMatchLimits: the rule was skipped */
} TmRuleTrace;

typedef enum { TM_RULE_PASS, TM_RULE_IGNORE, TM_RULE_REJECT, TM_RULE_DISCARD } TmRuleVerdict;

/* Ranks count from 0, the highest. */
typedef struct
{
  int by;    /* so many ranks up (-) or down (+), at least one */
  int bound; /* the rank not to go beyond; one that is beyond it already stays */
} TmPriorityMove;

/* What the writer states (core/stated.h).  Of a new ticket: while it holds, `priority=` and `type=` of rules, which
 * guess, only change what is set without it. */
typedef struct
{
  char *priority;       /* code, as stated, before plan and type; NULL: none */
  char *priority_where; /* "Subject: [P1]" */
  char *type;           /* likewise */
  char *type_where;
  bool priority_holds, type_holds;
  char *other_priority, *other_priority_by; /* without the statement, while it holds */
  char *other_type, *other_type_by;
} TmStatement;

/* What the rules made of a message.  On a new ticket the queue's type and priority,
 * else the plan's default priority, and the customer's tags are the start; on a follow-up type, priority and so on are
 * NULL unless a rule sets them. */
typedef struct
{
  char *type;            /* code or NULL */
  char *type_by;         /* "rule:NAME", "queue:ID", "plan:ID", "customer" or NULL */
  char *priority;        /* code or NULL */
  char *priority_by;     /* likewise, also for priority_moves; "type:CODE": it may not have what was asked for */
  TmStatement stated;
  GArray *priority_moves; /* TmPriorityMove: while priority is NULL, relative to the ticket's, in order */
  GPtrArray *tags;       /* TmTag, no pair twice */
  char *queue;           /* id or NULL: a rule sent it there */
  bool moves_queue;      /* away from the queues that it was sent to */
  char *assignee;        /* agent id or NULL */
  char *requester;       /* normalised address, no queue's and no agent's; NULL: the sender */
  char *requester_by;    /* "rule:NAME" or NULL, like the two below */
  bool requester_is_forms; /* that rule, or one whose tag it asks for, lists the SMTP clients of the form: nobody else
                              makes us write to him */
  char *page_by;         /* who has somebody paged; NULL: nobody */
  GPtrArray *page_to;    /* char *, whom: names of receivers, TM_TO_ROTA; none twice */
  char *correlate_by;    /* who set correlate_key */
  char *correlate_key;   /* one clean line: alert mail of the same key and queue shares an open ticket; or NULL */
  bool is_recovery;      /* with correlate_key: it ends the trouble */
  GPtrArray *notes;      /* char *, one clean line each */
  GPtrArray *told;       /* likewise, which the customer is told, too */
  GPtrArray *missing;    /* char *, names of the type's needs that nothing satisfies; new tickets only */
  char *workaround_by;   /* who says that a workaround is known; NULL: nobody */
  char *workaround_from; /* the priority that a new ticket would have without it, "" none */
  bool no_ack;
  bool human, machine;   /* overrides; the last one wins, never both; later rules see it in is_auto */
  bool is_spam;
  TmRuleVerdict verdict;
  char *verdict_rule;    /* name of the rule that decided the verdict, or NULL */
  char *verdict_text;    /* REJECT: one clean line */
  char *last_rule;       /* name of the last rule that matched and changed something, for the log, or NULL */
  GPtrArray *trace;      /* TmRuleTrace in the rules' order: of those that matched or hit a bound, with traces_all
                            of each */
  guint64 n_steps;       /* match steps spent, those before included */
  unsigned n_limited;    /* matches that hit a bound and were given up */
  unsigned n_matches;    /* times that a pattern was run */
} TmClassification;

TmClassification *classification_new (void);
void classification_free (TmClassification *classification);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmClassification, classification_free)

TmTag *tag_new (const char *key, const char *value);
void tag_free (TmTag *tag);

/* Runs the site's rules in order over `input`.  A type that may not have its
 * priority gets the one of `otherwise`, with a note.  The caller frees. */
TmClassification *rules_eval (const TmRuleInput *input);

/* The priority that a ticket of `type` gets when `priority` is asked for: itself where the type may have it, else what
 * `otherwise` says, else the next lower one it may have, else its lowest.  Borrowed. */
const char *classify_allowed_priority (const TmSite *site, const TmType *type, const char *priority);

/* The rank that `move` leads to from `rank`. */
int classify_moved_rank (const TmPriorityMove *move, int rank);

/* Whether `condition` holds for `input`, with the state of `so_far` for queue, type, priority, tags, is_auto and
 * is_spam; LIMITED is neither yes nor no, negated or not.  Named groups of a YES go into `groups` (may be NULL). */
TmMatch condition_match (const TmCondition *condition, const TmRuleInput *input, const TmClassification *so_far,
                         TmMatchBudget *budget, GHashTable *groups);

#endif
