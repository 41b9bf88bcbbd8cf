/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the desk writes to a customer about a ticket, by template: which templates there are, the values of each, and
 * the text that comes of them.  Pure.
 */
#ifndef TM_CORE_NOTICE_H
#define TM_CORE_NOTICE_H

#include "core/site.h"
#include "core/templates.h"
#include "core/ticket.h"

/* The names of all templates, NULL-terminated; static. */
extern const char *const notice_templates[];

/* The values of a template, NULL-terminated; static.  NULL: there is no such template. */
const char *const *notice_values_of (const char *template);

/* The ticket, as far as it is told; all borrowed for the call. */
typedef struct
{
  const TmSite *site;
  const char *number;            /* "1042"; "NEW" for one that has none yet */
  const TmQueue *queue;          /* NULL: not in the configuration any more */
  const TmCustomer *customer;    /* NULL: nobody's */
  const TmServicePlan *plan;     /* NULL: none */
  const char *priority, *type;   /* codes, NULL: none */
  const char *subject;           /* the customer's; NULL: not to be told */
  const GPtrArray *missing;      /* char *, names of what it lacks; NULL: nothing */
  const GPtrArray *clocks;       /* TmClock; NULL: none */
  bool is_paged;                 /* a rule paged somebody for it */
  const char *mail_language;     /* of what he wrote, "" or NULL: not known */
  gint64 now;                    /* UTC seconds */

  /* of what the desk tells by itself once a ticket waits or is resolved (core/after.h) */
  bool is_after;
  gint64 id;                     /* of the ticket; 0: it has no number yet */
  bool is_waiting;               /* else it is resolved */
  bool is_unanswered;            /* the desk resolved it, because nobody answered */
  gint64 since_at;               /* since when nobody wrote */
  gint64 ends_at;                /* when it is resolved, or, resolved, closed; TM_NEVER */
} TmNotice;

typedef struct
{
  char *subject; /* with the ticket's tag */
  char *text;
  char *html;    /* NULL: plain text */
  const char *language; /* borrowed from the templates */
} TmNoticeText;

void notice_text_clear (TmNoticeText *text);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TmNoticeText, notice_text_clear)

/* In the first language that there is a template in: `language` (NULL: none is asked for), the customer's, that of
 * what he wrote, the queue's, the desk's, English.  False: there is no such template. */
bool notice_write (const TmNotice *notice, const char *template, const char *language, TmNoticeText *text_out);

#endif
