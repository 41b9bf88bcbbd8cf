/* SPDX-License-Identifier: BSD-2-Clause */
#include "desk/pager.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "core/backoff.h"
#include "desk/courier.h"
#include "desk/paging.h"
#include "outbox/http.h"
#include "store/outbox_send.h"
#include "store/task.h"

#include <string.h>

struct TmPager
{
  TmSenderOptions options;
  TmWorker *worker;    /* of who holds it */

  /* the thread's own */
  TmCourier courier;
  TmCarrier *carrier;
  GHashTable *away;    /* id of a receiver → Away */
  char *last;          /* the receiver that was served last; NULL: none was */
};

/* A receiver that could not be reached. */
typedef struct
{
  gint64 tries; /* in a row */
  gint64 at;    /* UTC seconds: when it is tried again */
} Away;

static bool
is_stopped (gpointer data)
{
  return !worker_goes_on (((TmPager *) data)->courier.thread);
}

/* --- receivers that are away --- */

/* A line for a change, none for each try. */
static gint64
note_receiver (TmPager *pager, const TmOutboxRow *row, const TmSubmitResult *result, gint64 now)
{
  Away *away = g_hash_table_lookup (pager->away, row->receiver);
  g_autofree char *name = text_log_value (row->receiver);
  if (result->outcome != TM_SUBMIT_AWAY)
    {
      if (away != NULL && result->outcome == TM_SUBMIT_DONE)
        log_info ("outbox: receiver=%s takes pages again", name);
      g_hash_table_remove (pager->away, row->receiver);
      return now;
    }
  if (away == NULL)
    {
      g_autofree char *why = text_log_value (result->text);
      log_warning ("outbox: receiver=%s takes no pages, they wait: why=%s", name, why);
      away = g_new0 (Away, 1);
      g_hash_table_insert (pager->away, g_strdup (row->receiver), away);
    }
  away->tries++;
  away->at = now + MAX (backoff_delay (&backoff_page, away->tries, (guint64) row->id), result->retry_s);
  return away->at;
}

/* When this page goes out.  A clock that was set back must not make it wait for ever. */
static gint64
time_of (const TmPager *pager, const TmNextPage *next, gint64 now)
{
  const Away *away = g_hash_table_lookup (pager->away, next->receiver);
  gint64 away_at = away != NULL ? MIN (away->at, now + 2 * backoff_page.most_s + TM_HTTP_RETRY_MAX_S) : 0;
  return MAX (next->next_at, away_at);
}

/* --- one page --- */

static void
log_page (const TmOutboxRow *row, const TmSending *sending, const char *text)
{
  g_autofree char *receiver = text_log_value (row->receiver);
  g_autofree char *why = text_log_value (text);
  if (sending->state == TM_OUTBOX_SENT)
    log_info ("outbox: page=%" G_GINT64_FORMAT " ticket=%" G_GINT64_FORMAT " receiver=%s state=sent said=%s", row->id,
              row->ticket, receiver, why);
  else if (sending->state != TM_OUTBOX_WAITING || g_strcmp0 (row->error, sending->error) != 0)
    log_warning ("outbox: page=%" G_GINT64_FORMAT " ticket=%" G_GINT64_FORMAT " receiver=%s state=%s why=%s", row->id,
                 row->ticket, receiver, outbox_state_name (sending->state), why);
}

static void
send_page (TmPager *pager, const TmPolicy *policy, const TmOutboxRow *row)
{
  const TmPaging paging = { .carrier = pager->carrier,
                            .policy = policy,
                            .reader = pager->courier.reader,
                            .is_stopped = is_stopped,
                            .data = pager };
  g_auto (TmSubmitResult) result = { .outcome = TM_SUBMIT_LATER };
  paging_deliver (&paging, row, &result);
  gint64 now = clock_now ();
  gint64 receiver_at = note_receiver (pager, row, &result, now);
  g_autoptr (TmSending) sending = sending_decide_page (row, &result, receiver_at, now);
  courier_record (&pager->courier, row->id, sending);
  if (result.outcome != TM_SUBMIT_AWAY || sending->state != TM_OUTBOX_WAITING)
    log_page (row, sending, result.text);
}

/* --- all that are due --- */

/* The one that is to go first, NULL: none waits.  Receivers that are due take turns, in the order of their names, so
 * that a slow one does not hold up the others by all that waits for it. */
static const TmNextPage *
choose (const TmPager *pager, const GPtrArray *list, gint64 now, gint64 *at_out)
{
  const TmNextPage *first = NULL, *due = NULL, *turn = NULL;
  *at_out = TM_NEVER;
  for (guint i = 0; i < list->len; i++)
    {
      const TmNextPage *next = g_ptr_array_index (list, i);
      gint64 at = time_of (pager, next, now);
      if (at <= now && due == NULL)
        due = next;
      if (at <= now && turn == NULL && g_strcmp0 (next->receiver, pager->last) > 0)
        turn = next;
      if (at >= *at_out)
        continue;
      first = next;
      *at_out = at;
    }
  return turn != NULL ? turn : due != NULL ? due : first;
}

/* False: the store fails. */
static bool
send_one (TmPager *pager, gint64 *at_out)
{
  g_autoptr (TmPolicy) policy = pager->options.policy (pager->options.data);
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (TmOutboxRow) row = NULL;
  g_autoptr (GError) error = NULL;
  gint64 now = clock_now ();
  bool ok = reader_list_next_pages (pager->courier.reader, &list, &error);
  const TmNextPage *next = ok ? choose (pager, list, now, at_out) : NULL;
  if (!ok
      || (next != NULL && *at_out <= now
          && !store_take_page (pager->options.store, next->id, courier_deadline_us (&pager->courier), &row, &error)))
    {
      courier_log_trouble (&pager->courier, error);
      return false;
    }
  pager->courier.has_trouble = false;
  if (row == NULL)
    return true;
  g_free (pager->last);
  pager->last = g_strdup (row->receiver);
  send_page (pager, policy, row);
  return true;
}

static gint64
send_due (TmWorker *worker, gpointer data)
{
  TmPager *pager = data;
  gint64 at = 0;
  while (worker_goes_on (worker))
    {
      if (!courier_recover (&pager->courier) || !send_one (pager, &at))
        return clock_now () + TM_COURIER_TROUBLE_S;
      if (at > clock_now ())
        return at;
    }
  return TM_NEVER;
}

static bool
begin (TmWorker *worker, gpointer data)
{
  return courier_resume (&((TmPager *) data)->courier, worker);
}

/* --- from outside --- */

static void
pager_free (TmPager *pager)
{
  carrier_free (pager->carrier);
  reader_close (pager->courier.reader);
  g_hash_table_unref (pager->away);
  g_free (pager->last);
  g_free (pager);
}

bool
pager_start (const TmSenderOptions *options, TmPager **pager_out, GError **error)
{
  TmPager *pager = g_new0 (TmPager, 1);
  const TmWorkerOptions thread = { .name = "outbox-pager", .begin = begin, .run = send_due, .data = pager };
  pager->options = *options;
  pager->courier.store = options->store;
  pager->courier.commit_ms = options->commit_ms;
  pager->courier.of_pages = true;
  pager->carrier = carrier_new ();
  pager->away = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (reader_open (store_path (options->store), &pager->courier.reader, error)
      && worker_start (&thread, &pager->worker, error))
    {
      *pager_out = pager;
      return true;
    }
  pager_free (pager);
  return false;
}

void
pager_wake (TmPager *pager)
{
  worker_wake (pager->worker);
}

void
pager_stop (TmPager *pager, unsigned drain_s)
{
  if (pager == NULL)
    return;
  worker_stop (pager->worker, drain_s);
  pager_free (pager);
}
