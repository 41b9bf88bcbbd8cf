/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reports that are mailed by themselves: when they are due, and the mail.  Pure.
 */
#ifndef TM_CORE_REPORT_MAIL_H
#define TM_CORE_REPORT_MAIL_H

#include "core/outgoing.h"
#include "core/report.h"
#include "core/rota.h"

enum { TM_REPORT_DAYS = 7 };

typedef struct
{
  char *id;              /* "weekly" */
  char *to;              /* id of a receiver of kind mail */
  TmHandover *every;     /* on which days of the week, and when, by the desk's zone; NULL: none that can be read */
  guint32 days;          /* so many whole days, up to the midnight before it is due */
  char *queue, *customer; /* ids of what it is limited to; NULL: it is not */
} TmReportOrder;

TmReportOrder *report_order_new (const char *id);
void report_order_free (TmReportOrder *order);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmReportOrder, report_order_free)

typedef enum
{
  TM_REPORT_WAITS,  /* it was made, maybe by a clock that ran ahead */
  TM_REPORT_BEGINS, /* it is new: what was due before is none of it */
  TM_REPORT_IS_DUE
} TmReportState;

/* `made_at` is the due time that it was made for last, TM_NEVER: none.  `due_out` is the last one that has come by
 * `now`: however many were missed, one is made.  `next_out` is the one to come.  All UTC seconds. */
TmReportState report_order_state (const TmReportOrder *order, const TmSite *site, gint64 made_at, gint64 now,
                                  gint64 *due_out, gint64 *next_out);

/* The mail to `address`: the figures that matter as its text, the whole report as its page.  The caller frees. */
TmOutgoing *report_mail (const TmReportPage *page, const char *address);

#endif
