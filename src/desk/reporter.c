/* SPDX-License-Identifier: BSD-2-Clause */
#include "desk/reporter.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "core/report_mail.h"
#include "store/figures.h"
#include "store/report.h"

enum { STORE_S = 20, US_PER_S = 1000000 };

/* Its span ends at the midnight before it was due, also when it is made later. */
static bool
write_report (TmReader *reader, const TmPolicy *policy, const TmReportOrder *order, const char *address, gint64 due_at,
              gint64 now, TmOutgoing **outgoing_out, GError **error)
{
  const TmSite *site = policy->site;
  const TmFiguresScope scope = { .from_at = report_midnight (site, due_at, -(gint64) order->days),
                                 .to_at = report_midnight (site, due_at, 0),
                                 .queue = order->queue,
                                 .customer = order->customer };
  g_autoptr (TmFiguresMaker) maker = figures_maker_new (site, scope.from_at, scope.to_at, now);
  if (!reader_read_figures (reader, &scope, maker, NULL, NULL, error))
    return false;
  g_autoptr (TmFigures) figures = figures_make (maker);
  const TmReportPage page
      = { .site = site, .figures = figures, .queue = order->queue, .customer = order->customer };
  *outgoing_out = report_mail (&page, address);
  return true;
}

static bool
run_one (TmStore *store, TmReader *reader, const TmPolicy *policy, const TmReportOrder *order, gint64 now,
         gint64 *next_out, GError **error)
{
  gint64 made_at, due_at;
  TmOutgoing *outgoing = NULL;
  const TmReceiver *receiver = site_receiver (policy->site, order->to);
  if (!reader_report_made (reader, order->id, &made_at, error))
    return false;
  TmReportState state = report_order_state (order, policy->site, made_at, now, &due_at, next_out);
  if (state == TM_REPORT_WAITS || receiver == NULL)
    return true;
  if (state == TM_REPORT_IS_DUE
      && !write_report (reader, policy, order, receiver->address, due_at, now, &outgoing, error))
    return false;
  if (!store_make_report (store, order->id, made_at, due_at, outgoing, clock_monotonic_us () + STORE_S * US_PER_S,
                          error))
    return false;
  g_autofree char *to = text_log_value (receiver->address);
  g_autofree char *due = instant_format (due_at);
  if (state == TM_REPORT_IS_DUE)
    log_info ("report: name=%s due=%s to=%s is in the outbox", order->id, due, to);
  return true;
}

bool
reporter_run (TmStore *store, TmReader *reader, const TmPolicy *policy, gint64 now, gint64 *next_out, GError **error)
{
  const GPtrArray *reports = policy->daemon.reports;
  *next_out = TM_NEVER;
  for (guint i = 0; reports != NULL && i < reports->len; i++)
    {
      gint64 next_at;
      if (!run_one (store, reader, policy, g_ptr_array_index (reports, i), now, &next_at, error))
        return false;
      *next_out = MIN (*next_out, next_at);
    }
  return true;
}
