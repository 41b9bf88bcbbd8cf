/* SPDX-License-Identifier: BSD-2-Clause */
#include "desk/tick.h"

#include "base/clock.h"
#include "base/cond.h"
#include "base/log.h"
#include "desk/reporter.h"
#include "store/after.h"
#include "store/notify.h"
#include "store/release.h"
#include "store/task.h"

#include <pthread.h>
#include <sys/prctl.h>

enum
{
  STORE_S = 20,   /* for a commit */
  TROUBLE_S = 5,  /* until a store that failed is asked again */
  NAP_S = 60,     /* no longer asleep: the clock may have been set */
  US_PER_S = 1000000
};

struct TmTick
{
  TmTickOptions options;
  pthread_t thread;

  /* the thread's own */
  TmReader *reader;
  bool has_trouble; /* with the store, and said so */

  pthread_mutex_t mutex; /* guards what follows */
  pthread_cond_t wake;
  gint64 wake_at;        /* UTC seconds: what it sleeps until */
  bool is_woken, is_stopping;
};

/* Until `at`, or something earlier, or a nap; false when it is time to end. */
static bool
wait_until (TmTick *tick, gint64 at)
{
  gint64 now = clock_now ();
  gint64 seconds = at <= now ? 0 : at - now > NAP_S ? NAP_S : at - now;
  const struct timespec until = clock_timespec (clock_monotonic_us () + seconds * US_PER_S);
  int rc = 0;
  pthread_mutex_lock (&tick->mutex);
  tick->wake_at = at;
  while (!tick->is_woken && !tick->is_stopping && rc == 0)
    rc = pthread_cond_timedwait (&tick->wake, &tick->mutex, &until);
  tick->is_woken = false;
  tick->wake_at = G_MININT64; /* it looks by itself before it sleeps again */
  bool is_stopping = tick->is_stopping;
  pthread_mutex_unlock (&tick->mutex);
  return !is_stopping;
}

static bool
is_stopping (TmTick *tick)
{
  pthread_mutex_lock (&tick->mutex);
  bool stopping = tick->is_stopping;
  pthread_mutex_unlock (&tick->mutex);
  return stopping;
}

static bool
log_trouble (TmTick *tick, const GError *error)
{
  if (!tick->has_trouble)
    log_warning ("clocks: nobody is told of them for now, the database does not answer: %s", error->message);
  tick->has_trouble = true;
  return false;
}

/* One transaction; false: the store fails. */
static bool
notify_once (TmTick *tick, TmNotifyRun *run, TmNotifyResult *result, GError **error)
{
  TmPolicy *policy = tick->options.policy (tick->options.data);
  const TmPolicyHold hold
      = { policy->site, policy, (gpointer (*) (gpointer)) policy_ref, (GDestroyNotify) policy_unref };
  bool ok = store_notify (tick->options.store, &hold, run, 0, clock_monotonic_us () + STORE_S * US_PER_S, result,
                          error);
  policy_unref (policy);
  return ok;
}

static bool
act_once (TmTick *tick, TmAfterResult *result, GError **error)
{
  TmPolicy *policy = tick->options.policy (tick->options.data);
  const TmPolicyHold hold
      = { policy->site, policy, (gpointer (*) (gpointer)) policy_ref, (GDestroyNotify) policy_unref };
  bool ok = store_after (tick->options.store, &hold, 0, clock_monotonic_us () + STORE_S * US_PER_S, result, error);
  policy_unref (policy);
  return ok;
}

/* Does what is due with tickets that wait for their customers or are resolved, as much as one transaction takes: who is
 * to be told waits for no more.  Gives when there is something again. */
static gint64
act_on_due (TmTick *tick)
{
  g_autoptr (GError) error = NULL;
  TmAfterResult result = { 0 };
  gint64 next_at = TM_NEVER;
  if (!reader_next_after (tick->reader, &next_at, &error)
      || (next_at <= clock_now ()
          && (!act_once (tick, &result, &error) || !reader_next_after (tick->reader, &next_at, &error))))
    {
      log_trouble (tick, error);
      return clock_now () + TROUBLE_S;
    }
  if (result.n_mails > 0 || result.n_changed > 0)
    log_info ("after: %u notices to customers, %u tickets resolved or closed", result.n_mails, result.n_changed);
  return next_at;
}

/* Tells all that is due; gives when there is something again. */
static gint64
tell_due (TmTick *tick)
{
  g_autoptr (TmNotifyRun) run = notify_run_new ();
  TmNotifyResult result = { 0 };
  guint n_told = 0, n_mails = 0;
  gint64 next_at = TM_NEVER;
  for (;;)
    {
      g_autoptr (GError) error = NULL;
      if (!reader_next_notification (tick->reader, &next_at, &error)
          || (next_at <= clock_now () && !notify_once (tick, run, &result, &error)))
        {
          log_trouble (tick, error);
          return clock_now () + TROUBLE_S;
        }
      tick->has_trouble = false;
      if (next_at > clock_now () || is_stopping (tick))
        break;
      n_told += result.n_told;
      n_mails += result.n_mails;
    }
  if (n_told > 0)
    log_info ("clocks: told of %u that run out, in %u mails and pages", n_told, n_mails);
  return next_at;
}

/* --- held tickets of confirmed people --- */

static bool
release_once (TmTick *tick, guint *n_out, GError **error)
{
  TmPolicy *policy = tick->options.policy (tick->options.data);
  const TmPolicyHold hold
      = { policy->site, policy, (gpointer (*) (gpointer)) policy_ref, (GDestroyNotify) policy_unref };
  bool ok = store_release (tick->options.store, &hold, clock_monotonic_us () + STORE_S * US_PER_S, n_out, error);
  policy_unref (policy);
  return ok;
}

/* What a confirmation left, also one of before the last start, as much as one transaction takes: who is to be told
 * waits for no more.  Gives when to look again, as tell_due(). */
static gint64
release_rest (TmTick *tick)
{
  g_autoptr (GError) error = NULL;
  guint n = 0;
  bool is_left;
  if (!reader_has_releases (tick->reader, &is_left, &error) || (is_left && !release_once (tick, &n, &error)))
    {
      log_trouble (tick, error);
      return clock_now () + TROUBLE_S;
    }
  if (n > 0)
    log_info ("held: %u more tickets released, their senders are confirmed", n);
  return is_left ? clock_now () : TM_NEVER;
}

/* --- reports --- */

static gint64
mail_reports (TmTick *tick)
{
  g_autoptr (GError) error = NULL;
  gint64 next_at = TM_NEVER;
  TmPolicy *policy = tick->options.policy (tick->options.data);
  bool ok = reporter_run (tick->options.store, tick->reader, policy, clock_now (), &next_at, &error);
  policy_unref (policy);
  if (!ok)
    log_trouble (tick, error);
  return ok ? next_at : clock_now () + TROUBLE_S;
}

static void *
tick_main (void *data)
{
  TmTick *tick = data;
  prctl (PR_SET_NAME, "tick");
  gint64 next_at;
  do
    {
      gint64 told_at = tell_due (tick), release_at = release_rest (tick);
      gint64 acted_at = act_on_due (tick), report_at = mail_reports (tick);
      next_at = MIN (MIN (release_at, told_at), MIN (acted_at, report_at));
    }
  while (wait_until (tick, next_at));
  return NULL;
}

/* --- from outside --- */

static void
tick_free (TmTick *tick)
{
  reader_close (tick->reader);
  pthread_cond_destroy (&tick->wake);
  pthread_mutex_destroy (&tick->mutex);
  g_free (tick);
}

bool
tick_start (const TmTickOptions *options, TmTick **tick_out, GError **error)
{
  TmTick *tick = g_new0 (TmTick, 1);
  tick->options = *options;
  tick->wake_at = G_MININT64;
  pthread_mutex_init (&tick->mutex, NULL);
  cond_init (&tick->wake);
  if (reader_open (store_path (options->store), &tick->reader, error))
    {
      int rc = pthread_create (&tick->thread, NULL, tick_main, tick);
      if (rc == 0)
        {
          *tick_out = tick;
          return true;
        }
      g_set_error (error, TM_ERROR, TM_ERROR_UNAVAILABLE, "cannot start a thread: %s", g_strerror (rc));
    }
  tick_free (tick);
  return false;
}

void
tick_wake (TmTick *tick, gint64 at)
{
  pthread_mutex_lock (&tick->mutex);
  /* Between its look into the database and its sleep it is told in any case. */
  if (at < tick->wake_at || tick->wake_at == G_MININT64)
    {
      tick->is_woken = true;
      pthread_cond_signal (&tick->wake);
    }
  pthread_mutex_unlock (&tick->mutex);
}

void
tick_stop (TmTick *tick)
{
  if (tick == NULL)
    return;
  pthread_mutex_lock (&tick->mutex);
  tick->is_stopping = true;
  pthread_cond_signal (&tick->wake);
  pthread_mutex_unlock (&tick->mutex);
  pthread_join (tick->thread, NULL);
  tick_free (tick);
}
