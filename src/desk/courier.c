/* SPDX-License-Identifier: BSD-2-Clause */
#include "desk/courier.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "store/outbox_send.h"

enum { US_PER_S = 1000000, US_PER_MS = 1000 };

gint64
courier_deadline_us (const TmCourier *courier)
{
  gint64 commit_us = courier->commit_ms > 0 ? courier->commit_ms * (gint64) US_PER_MS : TM_COURIER_STORE_S * US_PER_S;
  return clock_monotonic_us () + commit_us;
}

void
courier_log_trouble (TmCourier *courier, const GError *error)
{
  if (!courier->has_trouble)
    log_warning ("outbox: put off, the database does not answer: %s", error->message);
  courier->has_trouble = true;
}

static bool
resume_once (TmCourier *courier, GError **error)
{
  gint64 n_sending;
  return reader_count_sending (courier->reader, courier->of_pages, &n_sending, error)
         && (n_sending == 0
             || store_resume_outbox (courier->store, courier->of_pages, courier_deadline_us (courier), error));
}

bool
courier_resume (TmCourier *courier, TmWorker *thread)
{
  g_autoptr (GError) error = NULL;
  courier->thread = thread;
  while (!resume_once (courier, &error))
    {
      courier_log_trouble (courier, error);
      g_clear_error (&error);
      if (!worker_pause (thread, TM_COURIER_TROUBLE_S))
        return false;
    }
  return true;
}

/* By the writer, which has done by then what it was asked for before. */
bool
courier_recover (TmCourier *courier)
{
  return !courier->has_trouble
         || store_resume_outbox (courier->store, courier->of_pages, courier_deadline_us (courier), NULL);
}

static void
count (const TmSending *sending)
{
  switch (sending->state)
    {
    case TM_OUTBOX_SENT:
      metrics_count (TM_COUNT_OUTBOX_SENT);
      break;
    case TM_OUTBOX_FAILED:
      metrics_count (TM_COUNT_OUTBOX_FAILED);
      break;
    case TM_OUTBOX_UNKNOWN:
      metrics_count (TM_COUNT_OUTBOX_UNKNOWN);
      break;
    case TM_OUTBOX_WAITING:
      metrics_count (TM_COUNT_OUTBOX_DEFERRED);
      break;
    case TM_OUTBOX_SENDING:
    case TM_OUTBOX_CANCELLED:
      break;
    }
}

void
courier_record (TmCourier *courier, gint64 id, const TmSending *sending)
{
  g_autoptr (GError) error = NULL;
  while (!store_end_outgoing (courier->store, id, sending, courier_deadline_us (courier), &error))
    {
      courier_log_trouble (courier, error);
      g_clear_error (&error);
      if (!worker_pause (courier->thread, TM_COURIER_TROUBLE_S))
        break;
    }
  count (sending);
}
