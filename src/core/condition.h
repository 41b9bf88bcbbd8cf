/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of a condition, shared by its parser (condition.c) and its
 * evaluation (condition_match.c); everybody else sees rule.h.
 */
#ifndef TM_CORE_CONDITION_H
#define TM_CORE_CONDITION_H

#include "core/network.h"
#include "core/pattern.h"
#include "core/rule.h"

typedef enum
{
  TM_FIELD_ATTACHMENT_NAME,
  TM_FIELD_ATTACHMENT_TYPE,
  TM_FIELD_BODY,
  TM_FIELD_CC,
  TM_FIELD_CLIENT,
  TM_FIELD_CUSTOMER,
  TM_FIELD_FROM,
  TM_FIELD_FROM_NAME,
  TM_FIELD_HEADER,
  TM_FIELD_LOGIN,
  TM_FIELD_PLAN,
  TM_FIELD_PRIORITY,
  TM_FIELD_QUEUE,
  TM_FIELD_RECIPIENT,
  TM_FIELD_SENDER,
  TM_FIELD_SUBJECT,
  TM_FIELD_TAG,
  TM_FIELD_TEXT,
  TM_FIELD_TO,
  TM_FIELD_TYPE
} TmConditionField;

typedef enum
{
  TM_IS_AUTO,
  TM_IS_BOUNCE,
  TM_IS_LIST,
  TM_IS_FOLLOWUP,
  TM_IS_AUTHENTICATED,
  TM_HAS_ATTACHMENT,
  TM_IS_SPAM,
  TM_IS_FORWARD
} TmConditionFlag;

typedef enum
{
  TM_TEST_FLAG,    /* flag */
  TM_TEST_PATTERN, /* field =~ /re/ */
  TM_TEST_VALUE,   /* field = value */
  TM_TEST_NETWORK, /* client in CIDR */
  TM_TEST_CALENDAR /* hour inside calendar */
} TmTest;

struct TmCondition
{
  char *text;        /* as written */
  bool is_negated;
  TmTest test;
  TmConditionFlag flag;
  TmConditionField field;
  char *header;      /* TM_FIELD_HEADER: its name; TM_FIELD_TAG: its key */
  TmPattern *pattern;
  char **literals;   /* what the pattern needs (core/literals.h), NULL: not known */
  char *value;       /* as written; TM_TEST_CALENDAR: the calendar's name */
  char *folded;      /* the same for comparison: g_utf8_casefold() */
  TmNetwork network;
};

/* `value` as `folded` has it, without white space around it; NULL when it is too long to equal any folded value of up
 * to `max_len` bytes.  The caller frees. */
char *condition_fold_value (const char *value, gsize len, gsize max_len);

#endif
