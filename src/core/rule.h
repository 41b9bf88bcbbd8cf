/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rules: conditions over a message, effects on its ticket.
 * Compiled once at load, immutable afterwards; evaluation is pure.
 */
#ifndef TM_CORE_RULE_H
#define TM_CORE_RULE_H

#include "base/error.h"
#include "core/limits.h"

#include <glib.h>
#include <stdbool.h>

typedef struct TmSite TmSite;
typedef struct TmQueue TmQueue;

/* --- conditions (core/condition.c) --- */

typedef struct TmCondition TmCondition;

/* Parses `FIELD =~ /re/flags`, `FIELD = VALUE`, `client in CIDR` or a flag, with `!` before any.  Fields: from,
 * from_name, to, cc, recipient, sender, subject, body, text, header "Name", attachment.name, attachment.type,
 * customer, plan, queue, type, priority, tag "key", client, login.  Flags: is_auto, is_bounce, is_list, is_followup,
 * is_authenticated, has_attachment, is_spam, is_forward.  On failure TM_ERROR_CONFIG ("unknown field `subjct`; did you
 * mean `subject`?") and the byte offset into `text` in `offset_out`. */
bool condition_parse (const char *text, TmCondition **condition_out, gsize *offset_out, GError **error) TM_WARN_UNUSED;
void condition_free (TmCondition *condition);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmCondition, condition_free)

/* As it was written; borrowed. */
const char *condition_text (const TmCondition *condition);

/* Names of the groups that it captures, NULL-terminated; borrowed; empty for a negated one. */
const char *const *condition_groups (const TmCondition *condition);

/* Whether it holds only for SMTP clients that it names: `client in CIDR`, `client = VALUE`, `login = VALUE`. */
bool condition_lists_clients (const TmCondition *condition);

/* Whether it is `tag "KEY" = VALUE`, and the tag is that. */
bool condition_asks_tag (const TmCondition *condition, const char *key, const char *value);

/* For `queue = x`, `type = x`, `priority = x`, `customer = x`, `plan = x` and `hour inside x` (field "calendar"):
 * the field and value, so that the reader can check that x exists; false for all others. */
bool condition_reference (const TmCondition *condition, const char **field_out, const char **value_out);

/* --- effects (core/effect.c) --- */

typedef enum
{
  TM_EFFECT_TYPE,           /* type=CODE */
  TM_EFFECT_PRIORITY,       /* priority=CODE */
  TM_EFFECT_PRIORITY_RAISE, /* priority raise [N] [ceiling CODE]; priority floor CODE */
  TM_EFFECT_PRIORITY_LOWER, /* priority lower [N] [floor CODE]; priority ceiling CODE */
  TM_EFFECT_TAG,            /* tag KEY=VALUE, VALUE may hold $group */
  TM_EFFECT_QUEUE,          /* queue=ID [move] */
  TM_EFFECT_ASSIGN,         /* assign=AGENT */
  TM_EFFECT_REQUESTER,      /* requester=$group or requester=reply-to */
  TM_EFFECT_PAGE,           /* page [RECEIVER]; queue.rota is the default */
  TM_EFFECT_NO_ACK,         /* no_ack */
  TM_EFFECT_WORKAROUND,     /* workaround */
  TM_EFFECT_HUMAN,          /* human */
  TM_EFFECT_MACHINE,        /* machine */
  TM_EFFECT_IGNORE,         /* ignore */
  TM_EFFECT_REJECT,         /* reject "text" */
  TM_EFFECT_DISCARD,        /* discard */
  TM_EFFECT_CORRELATE,      /* correlate KEY [recovery CONDITION], KEY may hold $group */
  TM_EFFECT_NOTE,           /* note "text", may hold $group */
  TM_EFFECT_STOP            /* stop */
} TmEffectKind;

typedef struct
{
  TmEffectKind kind;
  char *key;      /* TAG: its key; else NULL */
  char *value;    /* code, id, text or template; RAISE, LOWER: the code not to go beyond, or NULL;
                     NULL when the kind takes none, never "" */
  unsigned steps; /* RAISE, LOWER: how many */
  bool moves;     /* QUEUE: the queues that the message was sent to lose it */
  TmCondition *recovery; /* CORRELATE: holds when the message ends the trouble; NULL: none does */
} TmEffect;

/* Parses one effect; texts with blanks stand in double quotes.  On failure TM_ERROR_CONFIG and the byte offset. */
bool effect_parse (const char *text, TmEffect **effect_out, gsize *offset_out, GError **error) TM_WARN_UNUSED;
void effect_free (TmEffect *effect);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmEffect, effect_free)

/* Whether tags may have this key; TAG_KEY_RULE says it in words. */
#define TAG_KEY_RULE "a tag's key is made of a-z, 0-9, `_`, `.` and `-`"
bool tag_key_is_valid (const char *key);

/* The value of a TAG, NOTE or CORRELATE as one clean line, its $names (also `${name}`; `$$` is a dollar) replaced
 * out of `groups`.  NULL when one of them took no part in the match, or nothing is left: then the effect is void.
 * The caller frees. */
char *effect_expand (const TmEffect *effect, GHashTable *groups);

/* REQUESTER: what its group took, one clean line, not cut; NULL when it took no part in the match or the effect means
 * the message's Reply-To.  The caller frees. */
char *effect_requester (const TmEffect *effect, GHashTable *groups);

/* The $names that the effect's value uses, NULL-terminated; the caller frees with g_strfreev(). */
GStrv effect_groups (const TmEffect *effect);

/* --- rules (core/rule.c) --- */

typedef enum { TM_ON_NEW, TM_ON_FOLLOWUP, TM_ON_BOTH } TmRuleOn;

typedef struct
{
  char *name;
  guint number;                /* its place among the site's, by site_index() */
  TmRuleOn on;
  GPtrArray *all, *any, *none; /* TmCondition */
  GPtrArray *effects;          /* TmEffect */
} TmRule;

TmRule *rule_new (const char *name);
void rule_free (TmRule *rule);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmRule, rule_free)

#endif
