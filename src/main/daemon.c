/* SPDX-License-Identifier: BSD-2-Clause */
/* ticketmilter(8): options, privileges, signals, and the wiring of the rooms. */
#include "config.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "conf/policy.h"
#include "desk/control_server.h"
#include "desk/pager.h"
#include "desk/sender.h"
#include "desk/tick.h"
#include "desk/trial.h"
#include "main/background.h"
#include "milter/front.h"
#include "milter/listen.h"
#include "mime/mime.h"
#include "store/recount.h"
#include "store/store.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

/* Time beyond a message's deadline until we give up waiting for its answer; descriptors beside those of sessions; for
 * `ticketctl`, which may change something when we start. */
enum { DRAIN_EXTRA_S = 5, OUTBOX_DRAIN_S = 5, OTHER_FDS = 128, LOCK_WAIT_MS = 3000 };

typedef struct
{
  char *config;       /* absolute, if the file exists */
  const char *socket; /* NULL: of the configuration */
  bool in_foreground;
  bool only_check;
} Options;

typedef struct
{
  Options options;
  TmCurrent current;
  TmListener listener, control_listener;
  TmControlServer *control;
  TmStore *store;
  _Atomic (TmSender *) sender;
  _Atomic (TmTick *) tick;
  _Atomic (TmPager *) pager;
  pthread_mutex_t reload; /* one at a time: by signal, by the control socket */
  pthread_t main_thread;
  atomic_int exit_code; /* why we stop, if not because of a signal */
} Daemon;

/* --- options --- */

static int
usage (void)
{
  fputs ("usage: ticketmilter [-c FILE] [-f] [-p SOCKET] [-n]\n"
         "  -c FILE    the configuration; default: " TM_CONFIG_FILE "\n"
         "  -f         stay in the foreground, log to standard error\n"
         "  -p SOCKET  instead of the configured one: unix:PATH, inet:PORT@HOST, inet6:PORT@HOST or fd:NUMBER\n"
         "  -n         check the configuration and do nothing else\n", stderr);
  return EX_USAGE;
}

/* Absolute, so that a reload finds it wherever we are by then. */
static char *
absolute_path (const char *path)
{
  char *real = realpath (path, NULL);
  char *copy = g_strdup (real != NULL ? real : path);
  free (real);
  return copy;
}

static bool
options_parse (int argc, char **argv, Options *options_out)
{
  const char *config = TM_CONFIG_FILE;
  Options options = { 0 };
  int option;
  while ((option = getopt (argc, argv, "c:fp:n")) != -1)
    switch (option)
      {
      case 'c':
        config = optarg;
        break;
      case 'f':
        options.in_foreground = true;
        break;
      case 'p':
        options.socket = optarg;
        break;
      case 'n':
        options.only_check = true;
        break;
      default:
        return false;
      }
  if (optind != argc)
    return false;
  options.config = absolute_path (config);
  *options_out = options;
  return true;
}

/* --- configuration --- */

/* Tells every finding in the log, or with `to_stderr` as it is. */
static void
tell_findings (const GPtrArray *findings, bool to_stderr)
{
  for (guint i = 0; findings != NULL && i < findings->len; i++)
    {
      const TmFinding *finding = g_ptr_array_index (findings, i);
      g_autofree char *line = finding_format (finding);
      if (to_stderr)
        fprintf (stderr, "%s\n", line);
      else if (finding->is_error)
        log_error ("configuration: %s", line);
      else
        log_warning ("configuration: %s", line);
    }
}

/* `lines` (char *) gets a line for each finding; NULL: nobody wants them. */
static bool
load (const Options *options, TmPolicy **policy_out, GPtrArray *lines, GError **error)
{
  g_autoptr (GPtrArray) findings = NULL;
  bool ok = policy_load (options->config, policy_out, &findings, error);
  tell_findings (findings, options->only_check);
  for (guint i = 0; lines != NULL && findings != NULL && i < findings->len; i++)
    g_ptr_array_add (lines, finding_format (g_ptr_array_index (findings, i)));
  return ok;
}

static int
check (const Options *options)
{
  g_autoptr (TmPolicy) policy = NULL;
  g_autoptr (GError) error = NULL;
  return load (options, &policy, NULL, &error) ? EX_OK : error_exit_code (error);
}

static void
open_log (const Daemon *daemon, const TmDaemonSettings *settings)
{
  log_open ("ticketmilter", daemon->options.in_foreground ? NULL : settings->log_socket, settings->log_facility);
}

static TmKeep
keep_of (const TmDaemonSettings *settings)
{
  return (TmKeep){ .raw_s = settings->keep_raw_s, .quarantine_s = settings->keep_quarantine_s,
                   .outbox_s = settings->keep_outbox_s, .held_s = settings->expire_s };
}

static bool
is_same (const char *a, const char *b)
{
  return g_strcmp0 (a, b) == 0;
}

static bool
reload_locked (Daemon *daemon, GPtrArray *lines, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  g_autoptr (TmPolicy) old = current_ref (&daemon->current);
  GError *cause = NULL;
  if (!load (&daemon->options, &policy, lines, &cause))
    {
      log_error ("reload failed, the old configuration stays in force: %s", cause->message);
      g_propagate_error (error, cause);
      return false;
    }
  const TmDaemonSettings *was = &old->daemon, *is = &policy->daemon;
  if (!is_same (was->socket, is->socket) || !is_same (was->control, is->control)
      || !is_same (was->database, is->database) || was->jobs != is->jobs)
    log_warning ("reload: a new socket, control socket, database or limits.jobs counts from the next start on");
  open_log (daemon, is);
  const TmKeep keep = keep_of (is);
  store_set_keep (daemon->store, &keep);
  policy_take_counts (policy, old);
  current_set (&daemon->current, g_steal_pointer (&policy));
  log_info ("reloaded %s", daemon->options.config); /* who reads this may count on it */
  return true;
}

/* What clocks go by may have changed; their tickets need not wait until something happens to them. */
static void
recount (Daemon *daemon)
{
  g_autoptr (TmPolicy) policy = current_ref (&daemon->current);
  const TmPolicyHold hold
      = { policy->site, policy, (gpointer (*) (gpointer)) policy_ref, (GDestroyNotify) policy_unref };
  g_autoptr (GError) error = NULL;
  guint n_tickets = 0;
  if (!store_recount (daemon->store, &hold, &n_tickets, &error))
    log_warning ("due times go by the old configuration until something happens to their tickets: %s", error->message);
  else if (n_tickets > 0)
    log_info ("the due times of %u tickets go by the new configuration", n_tickets);
}

static bool
reload (gpointer data, GPtrArray *lines, GError **error)
{
  Daemon *daemon = data;
  pthread_mutex_lock (&daemon->reload);
  bool ok = reload_locked (daemon, lines, error);
  if (ok)
    recount (daemon);
  metrics_count (ok ? TM_COUNT_RELOADS_OK : TM_COUNT_RELOADS_FAILED);
  pthread_mutex_unlock (&daemon->reload);
  return ok;
}

/* --- start --- */

/* A session takes a connection and, with a large message, a file. */
static void
raise_fd_limit (unsigned n_sessions)
{
  struct rlimit limit;
  rlim_t need = 2 * (rlim_t) n_sessions + OTHER_FDS;
  if (getrlimit (RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= need)
    return;
  limit.rlim_cur = MIN (need, limit.rlim_max);
  setrlimit (RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur < need)
    log_warning ("only %llu file descriptors for limits.sessions: %u, which may take %llu; "
                 "raise the limit (LimitNOFILE)",
                 (unsigned long long) limit.rlim_cur, n_sessions, (unsigned long long) need);
}

/* The signals that the main thread waits for; blocked in all threads from the start: one that comes early waits. */
static void
block_signals (sigset_t *set_out)
{
  sigemptyset (set_out);
  sigaddset (set_out, SIGTERM);
  sigaddset (set_out, SIGINT);
  sigaddset (set_out, SIGHUP);
  sigaddset (set_out, SIGUSR1);
  pthread_sigmask (SIG_BLOCK, set_out, NULL);
  signal (SIGPIPE, SIG_IGN);
}

/* From any thread. */
static void
end_with (Daemon *daemon, int exit_code)
{
  atomic_store (&daemon->exit_code, exit_code);
  pthread_kill (daemon->main_thread, SIGTERM);
}

/* From the store's writer thread: what is committed is safe, nothing more will be. */
static void
on_fatal (const char *what, gpointer data)
{
  log_error ("the database takes no commit any more, stopping: %s", what);
  end_with (data, EX_TEMPFAIL);
}

/* From the store's writer thread. */
static void
on_outgoing (gpointer data)
{
  TmSender *sender = atomic_load (&((Daemon *) data)->sender);
  TmPager *pager = atomic_load (&((Daemon *) data)->pager);
  if (sender != NULL)
    sender_wake (sender);
  if (pager != NULL)
    pager_wake (pager);
}

/* Likewise. */
static void
on_notify (gint64 at, gpointer data)
{
  TmTick *tick = atomic_load (&((Daemon *) data)->tick);
  if (tick != NULL)
    tick_wake (tick, at);
}

static void *
front_main (void *data)
{
  g_autoptr (GError) error = NULL;
  if (!front_run (&error))
    log_error ("cannot go on: %s", error->message);
  end_with (data, error_exit_code (error));
  return NULL;
}

/* Its thread is never waited for: front_drain() is what makes the end clean. */
static bool
start_front (Daemon *daemon, GError **error)
{
  const TmFrontOptions options = { .fd = daemon->listener.fd, .store = daemon->store, .current = &daemon->current };
  if (!front_open (&options, error))
    return false;
  pthread_t thread;
  int rc = pthread_create (&thread, NULL, front_main, daemon);
  if (rc == 0)
    rc = pthread_detach (thread);
  if (rc != 0)
    g_set_error (error, TM_ERROR, TM_ERROR_UNAVAILABLE, "cannot start a thread: %s", g_strerror (rc));
  return rc == 0;
}

static TmPolicy *
policy_in_force (gpointer data)
{
  return current_ref (&((Daemon *) data)->current);
}

/* Before there are threads. */
static void
open_control (Daemon *daemon, const char *path)
{
  enum { CONTROL_MODE = 0660 };
  g_autofree char *name = g_strconcat ("unix:", path, NULL);
  g_autoptr (GError) error = NULL;
  if (!listen_open (name, CONTROL_MODE, NULL, &daemon->control_listener, &error))
    log_warning ("no control socket, ticketctl can change nothing while this runs: %s", error->message);
}

static bool
start_control (Daemon *daemon, GError **error)
{
  const TmControl control = { .store = daemon->store,
                              .policy = policy_in_force,
                              .reload = reload,
                              .data = daemon,
                              .memory_used = front_memory_used,
                              .started_us = clock_monotonic_us () };
  return daemon->control_listener.fd < 0
         || control_server_start (daemon->control_listener.fd, &control, &daemon->control, error);
}

/* They look by themselves at what was there before. */
static bool
start_senders (Daemon *daemon, GError **error)
{
  const TmSenderOptions options = { .store = daemon->store, .policy = policy_in_force, .data = daemon };
  TmSender *sender = NULL;
  TmPager *pager = NULL;
  if (!sender_start (&options, &sender, error))
    return false;
  atomic_store (&daemon->sender, sender);
  if (!pager_start (&options, &pager, error))
    return false;
  atomic_store (&daemon->pager, pager);
  return true;
}

static bool
start_tick (Daemon *daemon, GError **error)
{
  const TmTickOptions options = { .store = daemon->store, .policy = policy_in_force, .data = daemon };
  TmTick *tick = NULL;
  if (!tick_start (&options, &tick, error))
    return false;
  atomic_store (&daemon->tick, tick);
  return true;
}

static bool
start (Daemon *daemon, const TmPolicy *policy, GError **error)
{
  const TmDaemonSettings *settings = &policy->daemon;
  const char *name = daemon->options.socket != NULL ? daemon->options.socket : settings->socket;
  if (!listen_open (name, settings->socket_mode, settings->socket_group, &daemon->listener, error))
    return false;
  open_control (daemon, settings->control);
  raise_fd_limit (settings->sessions);
  mime_init ();
  mime_set_trial (trial_read);
  sender_init ();
  const TmStoreOptions store_options = {
    .path = settings->database, .lock_wait_ms = LOCK_WAIT_MS, .max_jobs = settings->jobs,
    .on_fatal = on_fatal, .on_fatal_data = daemon, .keep = keep_of (settings), .fills_index = true,
    .on_outgoing = on_outgoing, .on_outgoing_data = daemon,
    .on_notify = on_notify, .on_notify_data = daemon
  };
  if (!store_open (&store_options, &daemon->store, error) || !start_senders (daemon, error)
      || !start_tick (daemon, error)
      || !start_control (daemon, error) || !start_front (daemon, error))
    return false;
  if (!daemon->options.in_foreground)
    background_ready ();
  open_log (daemon, settings);
  if (geteuid () == 0)
    log_warning ("running as root; a user of its own is enough for ticketmilter");
  log_info ("ticketmilter " PACKAGE_VERSION " started on %s", name);
  return true;
}

/* --- life --- */

static void
serve (Daemon *daemon, const sigset_t *signals)
{
  int number = 0;
  recount (daemon);
  while (sigwait (signals, &number) == 0 && number == SIGUSR1)
    (void) reload (daemon, NULL, NULL);
}

/* Lets messages at their end have their answer, closes the store under nobody. */
static int
stop (Daemon *daemon)
{
  g_autoptr (TmPolicy) policy = current_ref (&daemon->current);
  if (!front_drain (policy->daemon.deadline_s + DRAIN_EXTRA_S))
    {
      log_error ("stopped with messages unanswered after their deadline; their senders try again");
      _exit (EX_TEMPFAIL);
    }
  log_info ("stopped");
  return atomic_load (&daemon->exit_code);
}

/* Up to the point where it serves. */
static bool
begin (Daemon *daemon, sigset_t *signals_out, GError **error)
{
  TmPolicy *policy = NULL;
  const struct rlimit no_core = { 0, 0 };
  umask (027);
  setrlimit (RLIMIT_CORE, &no_core); /* it would hold keys and mail */
  block_signals (signals_out);
  if (!load (&daemon->options, &policy, NULL, error))
    return false;
  current_set (&daemon->current, policy);
  if (!daemon->options.in_foreground)
    background_start ();
  daemon->main_thread = pthread_self ();
  return start (daemon, policy, error);
}

static int
run (Daemon *daemon)
{
  g_autoptr (GError) error = NULL;
  sigset_t signals;
  int code;
  if (begin (daemon, &signals, &error))
    {
      serve (daemon, &signals);
      code = stop (daemon);
    }
  else
    {
      log_error ("cannot start: %s", error->message);
      code = error_exit_code (error);
    }
  control_server_stop (daemon->control);
  tick_stop (atomic_exchange (&daemon->tick, NULL));
  sender_stop (atomic_exchange (&daemon->sender, NULL), OUTBOX_DRAIN_S);
  pager_stop (atomic_exchange (&daemon->pager, NULL), OUTBOX_DRAIN_S);
  listen_close (&daemon->control_listener);
  listen_close (&daemon->listener);
  store_close (daemon->store);
  if (daemon->current.policy != NULL)
    policy_wipe_secrets (daemon->current.policy);
  return code;
}

int
main (int argc, char **argv)
{
  /* Callbacks may run until the very end, so what they see is not freed. */
  static Daemon daemon = { .current = TM_CURRENT_INIT,
                           .listener = TM_LISTENER_NONE,
                           .control_listener = TM_LISTENER_NONE,
                           .reload = PTHREAD_MUTEX_INITIALIZER };
  if (argc == 2 && strcmp (argv[1], TRIAL_ARGUMENT) == 0)
    return trial_main ();
  if (!options_parse (argc, argv, &daemon.options))
    return usage ();
  return daemon.options.only_check ? check (&daemon.options) : run (&daemon);
}
