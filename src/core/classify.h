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

/* What rules are matched against.  All borrowed for the call. */
typedef struct
{
  const TmSite *site;
  const TmMail *mail;
  const TmEnvelope *envelope;
  const TmQueue *queue;     /* the first queue among the recipients */
  bool is_followup;
  bool is_auto, is_bounce, is_list;
  bool is_authenticated;
  guint64 n_steps;          /* match steps that the message has spent before */
} TmRuleInput;

typedef struct
{
  char *key, *value; /* key: [a-z0-9_.-]+, value: one clean line, at most 200 bytes */
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

typedef enum { TM_RULE_PASS, TM_RULE_IGNORE, TM_RULE_REJECT } TmRuleVerdict;

/* What the rules made of a message.  On a new ticket the queue's type and priority
 * are the start; on a follow-up type, priority and so on are NULL unless a rule sets them. */
typedef struct
{
  char *type;            /* code or NULL */
  char *type_by;         /* "rule:NAME", "queue:ID" or NULL */
  char *priority;        /* code or NULL */
  char *priority_by;     /* likewise, also for priority_shift */
  int priority_shift;    /* while priority is NULL: raise (-) or lower (+) by so many ranks, relative to the ticket's */
  GPtrArray *tags;       /* TmTag, no pair twice */
  char *queue;           /* id or NULL: a rule moved it there */
  char *assignee;        /* agent id or NULL */
  GPtrArray *notes;      /* char *, one clean line each */
  GPtrArray *missing;    /* char *, names of the type's needs that nothing satisfies; new tickets only */
  bool no_ack;
  bool human, machine;   /* overrides; the last one wins, never both; later rules see it in is_auto */
  bool is_spam;
  TmRuleVerdict verdict;
  char *verdict_rule;    /* name of the rule that decided the verdict, or NULL */
  char *verdict_text;    /* REJECT: one clean line */
  char *last_rule;       /* name of the last rule that matched and changed something, for the log, or NULL */
  GPtrArray *trace;      /* TmRuleTrace, one for each rule in order */
  guint64 n_steps;       /* match steps spent, those before included */
  unsigned n_limited;    /* matches that hit a bound and were given up */
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

/* Whether `condition` holds for `input`, with the state of `so_far` for queue, type, priority, is_auto and is_spam;
 * LIMITED is neither yes nor no, negated or not.  Named groups of a YES go into `groups` (may be NULL). */
TmMatch condition_match (const TmCondition *condition, const TmRuleInput *input, const TmClassification *so_far,
                         TmMatchBudget *budget, GHashTable *groups);

#endif
