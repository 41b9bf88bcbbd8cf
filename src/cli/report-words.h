/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The words of a report in the languages that it speaks.
 */
#ifndef TM_CLI_REPORT_WORDS_H
#define TM_CLI_REPORT_WORDS_H

#include "core/service.h"

#include <glib.h>

typedef enum
{
  TM_WORD_LANGUAGE, /* its code */
  TM_WORD_TITLE,
  TM_WORD_TO,
  TM_WORD_QUEUE,
  TM_WORD_CUSTOMER,
  TM_WORD_AS_OF,
  TM_WORD_TICKETS,
  TM_WORD_NEW_TICKETS,
  TM_WORD_RESPONSES_IN_TIME,
  TM_WORD_USUAL_RESPONSE,
  TM_WORD_OPEN_NOW,
  TM_WORD_OVERDUE,
  TM_WORD_UNANSWERED,
  TM_WORD_BY_TYPE,
  TM_WORD_BY_PRIORITY,
  TM_WORD_BY_TAG,
  TM_WORD_BY_CUSTOMER,
  TM_WORD_BY_HOUR,
  TM_WORD_BY_WEEKDAY,
  TM_WORD_KEPT,
  TM_WORD_KEPT_SHARE,
  TM_WORD_MET,
  TM_WORD_BREACHED,
  TM_WORD_RUNNING,
  TM_WORD_FIRST_RESPONSE_TIMES,
  TM_WORD_RESOLUTION_TIMES,
  TM_WORD_PRIORITY,
  TM_WORD_ALL,
  TM_WORD_HALF,
  TM_WORD_MOST,
  TM_WORD_HALF_BUSINESS,
  TM_WORD_MOST_BUSINESS,
  TM_WORD_BACKLOG,
  TM_WORD_AGES, /* as many as TM_FIGURES_AGES */
  TM_WORD_AGES_END = TM_WORD_AGES + 6,
  TM_WORD_LOAD = TM_WORD_AGES_END,
  TM_WORD_AGENT,
  TM_WORD_OPEN,
  TM_WORD_NOBODY,
  TM_WORD_SATISFACTION,
  TM_WORD_GOOD,
  TM_WORD_BAD,
  TM_WORD_NO_ANSWER,
  TM_WORD_RECURRING,
  TM_WORD_SUBJECT,
  TM_WORD_LAST,
  TM_WORD_EXAMPLES,
  TM_WORD_UNSET,
  TM_WORD_OTHERS,
  TM_WORD_NOT_COUNTED,
  TM_WORD_TIMES_NOTE,
  TM_WORD_ELAPSED_NOTE,
  TM_WORD_WHILE_OPEN,
  TM_WORD_WEEKDAYS, /* seven, from Monday */
  TM_WORD_WEEKDAYS_END = TM_WORD_WEEKDAYS + 7,
  TM_WORD_METRICS = TM_WORD_WEEKDAYS_END, /* by TmMetric, which begins with 1 */
  TM_WORD_END = TM_WORD_METRICS + TM_METRIC_END
} TmReportWord;

typedef const char *TmReportWords[TM_WORD_END];

/* Those of the language tag (RFC 5646; NULL: English); English where there is none. */
const TmReportWords *report_words (const char *language);

/* `2 d 4 h`, `13 h`, `3 h 5 min`, `12 min`, `45 s`: rounded down, with the second unit below ten of the first.  The
 * caller frees. */
char *report_duration (gint64 s);

#endif
