/* SPDX-License-Identifier: BSD-2-Clause */
/* When the disk fails, is full, or hangs: TM_ERROR_TEMP, nothing half done, and a retry makes no second ticket. */
#define SUITE_NEEDS_PROCESSES /* flaky_disk_install() */
#include "base/clock.h"
#include "store/store.h"
#include "tests/support/flaky-disk.h"
#include "tests/support/store-bed.h"
#include "tests/support/suite.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static const TmMailSpec hello = { .subject = "Printer on fire", .message_id = "one@acme.example", .text = "Help!" };

static TmStoreBed *
bed_on_flaky_disk (void)
{
  flaky_disk_install ();
  TmStoreBed *bed = bed_new ();
  bed_open (bed);
  return bed;
}

/* --- many at once --- */

typedef struct
{
  TmStoreBed *bed;
  GThread *thread;
  char *message_id;
  const char *subject;
  double patience_s;
  gint64 ticket; /* 0: failed */
  int kind;
} Sender;

static gpointer
send_one (gpointer data)
{
  Sender *sender = data;
  TmMailSpec spec = { .message_id = sender->message_id, .subject = sender->subject };
  g_autoptr (TmInbound) inbound = maker_inbound (sender->bed->site, &spec);
  g_autoptr (TmPlan) plan = bed_submit_until (sender->bed, inbound, sender->patience_s, &sender->kind);
  sender->ticket = plan != NULL ? plan->ticket : 0;
  return NULL;
}

static Sender *
send_begin (TmStoreBed *bed, const char *message_id, const char *subject, double patience_s)
{
  Sender *sender = g_new0 (Sender, 1);
  sender->bed = bed;
  sender->message_id = g_strdup (message_id);
  sender->subject = subject;
  sender->patience_s = patience_s;
  sender->thread = g_thread_new ("sender", send_one, sender);
  return sender;
}

static void
sender_free (Sender *sender)
{
  g_free (sender->message_id);
  g_free (sender);
}

/* The writer is in an fsync and stays there. */
static Sender *
hold_writer (TmStoreBed *bed)
{
  g_atomic_int_set (&flaky_disk.is_held, 1);
  Sender *sender = send_begin (bed, "held@x", "held", BED_PATIENCE_S);
  while (g_atomic_int_get (&flaky_disk.n_holding) == 0)
    g_usleep (1000);
  return sender;
}

/* Until so many jobs wait behind the one that is held. */
static void
wait_for_jobs (const TmStoreBed *bed, unsigned n)
{
  TmStoreStats stats;
  do
    {
      g_usleep (1000);
      store_stats (bed->store, &stats);
    }
  while (stats.waiting < n);
}

static void
release_writer (void)
{
  g_atomic_int_set (&flaky_disk.is_held, 0);
}

static gint64
send_end (Sender *sender, int *kind_out)
{
  g_thread_join (sender->thread);
  gint64 ticket = sender->ticket;
  if (kind_out != NULL)
    *kind_out = sender->kind;
  sender_free (sender);
  return ticket;
}

/* 100 sessions, an fsync that takes half a second: all are answered, and far fewer fsyncs than messages. */
START_TEST (fault_18_commits_are_grouped)
{
  enum { N_SENDERS = 100, N_ROUNDS = 3, SYNC_MS = 500 };
  g_autoptr (TmStoreBed) bed = bed_on_flaky_disk ();
  g_atomic_int_set (&flaky_disk.sync_delay_ms, SYNC_MS);
  gint before = g_atomic_int_get (&flaky_disk.n_syncs);
  for (int round = 0; round < N_ROUNDS; round++)
    {
      Sender *senders[N_SENDERS];
      for (int i = 0; i < N_SENDERS; i++)
        {
          g_autofree char *id = g_strdup_printf ("%d.%d@x", round, i);
          senders[i] = send_begin (bed, id, "x", BED_PATIENCE_S);
        }
      for (int i = 0; i < N_SENDERS; i++)
        ck_assert_int_gt (send_end (senders[i], NULL), 0);
    }
  TmStoreStats stats;
  store_stats (bed->store, &stats);
  ck_assert_uint_eq (stats.jobs, N_SENDERS * N_ROUNDS);
  ck_assert_uint_eq (stats.failed, 0);
  ck_assert_uint_lt (stats.groups, N_SENDERS * N_ROUNDS / 10);
  printf ("%u messages in %u commits\n", (unsigned) stats.jobs, (unsigned) stats.groups);
  fflush (stdout);
  gint n_syncs = g_atomic_int_get (&flaky_disk.n_syncs) - before;
  ck_assert_int_ge (n_syncs, (gint) stats.groups);
  ck_assert_int_le (n_syncs, (gint) stats.groups + 1);
}
END_TEST

/* One job of a group fails: the others are committed, its number is not lost, nothing of it stays. */
START_TEST (jobs_are_isolated)
{
  g_autoptr (TmStoreBed) bed = bed_on_flaky_disk ();
  bed_sql (bed, "CREATE TRIGGER poison BEFORE INSERT ON event WHEN"
                " (SELECT subject FROM ticket WHERE id = new.ticket) = 'poison'"
                " BEGIN SELECT RAISE (ABORT, 'poisoned'); END");
  Sender *held = hold_writer (bed);
  Sender *others[9];
  for (int i = 0; i < 9; i++)
    {
      g_autofree char *id = g_strdup_printf ("%d@x", i);
      others[i] = send_begin (bed, id, i == 4 ? "poison" : "fine", BED_PATIENCE_S);
    }
  wait_for_jobs (bed, 9);
  release_writer ();
  ck_assert_int_eq (send_end (held, NULL), 1);
  gint64 highest = 0;
  for (int i = 0; i < 9; i++)
    {
      int kind;
      gint64 ticket = send_end (others[i], &kind);
      ck_assert_int_eq (ticket == 0, i == 4);
      highest = MAX (highest, ticket);
    }
  ck_assert_int_eq (highest, 9);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM ticket"), 9);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM message"), 9);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM message_ref"), 9);
  TmStoreStats stats;
  store_stats (bed->store, &stats);
  ck_assert_uint_eq (stats.failed, 1);
  ck_assert_int_eq (g_atomic_int_get (&bed->n_fatal), 0);
}
END_TEST

/* --- fsync --- */

/* Once, or for good: all of the group are told, no later one is taken, and after the restart a retry yields
 * exactly one ticket, whether or not the failed commit came back. */
START_TEST (fault_3_fsync_fails)
{
  g_autoptr (TmStoreBed) bed = bed_on_flaky_disk ();
  g_autofree char *marker = bed_file (bed, ".fsync-failed");
  Sender *senders[5];
  int kind;
  g_atomic_int_set (&flaky_disk.failing_syncs, _i == 0 ? 1 : -1);
  g_atomic_int_set (&flaky_disk.sync_delay_ms, 50);
  for (int i = 0; i < 5; i++)
    {
      g_autofree char *id = g_strdup_printf ("%d@x", i);
      senders[i] = send_begin (bed, id, "x", BED_PATIENCE_S);
    }
  for (int i = 0; i < 5; i++)
    {
      ck_assert_int_eq (send_end (senders[i], &kind), 0);
      ck_assert_int_eq (kind, TM_ERROR_TEMP);
    }
  ck_assert (g_file_test (marker, G_FILE_TEST_EXISTS));
  ck_assert_ptr_null (bed_submit (bed, &hello, &kind));
  ck_assert_int_eq (kind, TM_ERROR_TEMP);
  ck_assert_int_eq (g_atomic_int_get (&bed->n_fatal), 1);
  bed_close (bed);
  ck_assert_int_eq (g_atomic_int_get (&bed->n_fatal), 1);

  g_atomic_int_set (&flaky_disk.failing_syncs, 0);
  bed_open (bed);
  ck_assert (!g_file_test (marker, G_FILE_TEST_EXISTS));
  for (int i = 0; i < 10; i++)
    {
      g_autofree char *id = g_strdup_printf ("%d@x", i % 5);
      plan_free (bed_submit (bed, &(TmMailSpec){ .message_id = id, .subject = "x" }, NULL));
    }
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM ticket"), 5);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM message"), 5);
}
END_TEST

/* The same while the WAL is copied into the database. */
START_TEST (fault_3_fsync_fails_in_checkpoint)
{
  g_autoptr (TmStoreBed) bed = bed_on_flaky_disk ();
  g_autofree char *marker = bed_file (bed, ".fsync-failed"), *much = g_strnfill (20 << 20, 'y');
  int kind;
  ck_assert_int_eq (bed_ticket (bed, &hello), 1);
  /* The commit's own fsync is the next one, the checkpoint's come behind it. */
  g_atomic_int_set (&flaky_disk.good_syncs, 1);
  g_atomic_int_set (&flaky_disk.failing_syncs, -1);
  ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = "much@x", .text = much }), 2);
  while (g_atomic_int_get (&bed->n_fatal) == 0)
    g_usleep (1000);
  ck_assert_ptr_null (bed_submit (bed, &(TmMailSpec){ .message_id = "late@x" }, &kind));
  ck_assert_int_eq (kind, TM_ERROR_TEMP);
  ck_assert (g_file_test (marker, G_FILE_TEST_EXISTS));
  bed_close (bed);
  g_atomic_int_set (&flaky_disk.failing_syncs, 0);
  bed_open (bed);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM ticket"), 2);
}
END_TEST

/* --- a full disk --- */

static guint
n_listed (TmStoreBed *bed)
{
  g_autoptr (TmReader) reader = NULL;
  g_autoptr (GPtrArray) tickets = NULL;
  TmTicketFilter filter = { 0 };
  ck_assert (reader_open (bed->path, &reader, NULL));
  ck_assert (reader_list (reader, &filter, &tickets, NULL));
  return tickets->len;
}

START_TEST (fault_5_disk_full)
{
  g_autoptr (TmStoreBed) bed = bed_on_flaky_disk ();
  int kind;
  ck_assert_int_eq (bed_ticket (bed, &hello), 1);
  g_atomic_int_set (&flaky_disk.is_full, 1);
  for (int i = 0; i < 3; i++)
    {
      ck_assert_ptr_null (bed_submit (bed, &(TmMailSpec){ .message_id = "two@x" }, &kind));
      ck_assert_int_eq (kind, TM_ERROR_TEMP);
      ck_assert_uint_eq (n_listed (bed), 1);
    }
  g_atomic_int_set (&flaky_disk.is_full, 0);
  ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = "two@x" }), 2);
  ck_assert_int_eq (g_atomic_int_get (&bed->n_fatal), 0);
}
END_TEST

static void
fill_up (const char *name)
{
  char block[4096] = { 0 };
  int fd = open (name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  ck_assert_int_ge (fd, 0);
  while (write (fd, block, sizeof block) > 0)
    continue;
  close (fd);
}

/* A file system that is really full, where this user may mount one.  The store's own look at it is younger than that,
 * or it sees the same. */
START_TEST (fault_5_small_file_system)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  if (unshare (CLONE_NEWNS) != 0 || mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0
      || mount ("tmpfs", bed->directory, "tmpfs", 0, "size=20m") != 0)
    return;
  g_autofree char *ballast = g_build_filename (bed->directory, "ballast", NULL), *text = g_strnfill (100000, 'x');
  int kind;
  bed->min_free = 1;
  bed_open (bed);
  ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = "first@x" }), 1);
  fill_up (ballast);
  plan_free (bed_submit (bed, &(TmMailSpec){ .message_id = "second@x", .text = text }, &kind));
  ck_assert_int_eq (kind, TM_ERROR_TEMP);
  ck_assert_uint_eq (n_listed (bed), 1);
  ck_assert_int_eq (g_remove (ballast), 0);
  ck_assert_int_eq (bed_ticket (bed, &hello), 2);
  ck_assert_int_eq (g_atomic_int_get (&bed->n_fatal), 0);
  bed_close (bed);
  umount (bed->directory);
}
END_TEST

/* --- a writer that hangs --- */

START_TEST (fault_19_deadline_passes)
{
  g_autoptr (TmStoreBed) bed = bed_on_flaky_disk ();
  int kind;
  Sender *held = hold_writer (bed);
  Sender *late = send_begin (bed, "late@x", "late", 0.1);
  ck_assert_int_eq (send_end (late, &kind), 0);
  ck_assert_int_eq (kind, TM_ERROR_TEMP);
  release_writer ();
  ck_assert_int_eq (send_end (held, NULL), 1);
  ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = "next@x" }), 2);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM message WHERE message_id = 'late@x'"), 0);
}
END_TEST

/* The writer had it already: the commit comes late, the sender's retry is a duplicate of it. */
START_TEST (fault_4_late_commit_is_harmless)
{
  g_autoptr (TmStoreBed) bed = bed_on_flaky_disk ();
  int kind;
  g_atomic_int_set (&flaky_disk.is_held, 1);
  Sender *sender = send_begin (bed, hello.message_id, hello.subject, 0.2);
  ck_assert_int_eq (send_end (sender, &kind), 0);
  ck_assert_int_eq (kind, TM_ERROR_TEMP);
  release_writer ();
  TmMailSpec retry = { .message_id = hello.message_id, .subject = hello.subject };
  g_autoptr (TmPlan) plan = bed_submit (bed, &retry, NULL);
  ck_assert_int_eq (plan->action, TM_ACTION_DUPLICATE);
  ck_assert_int_eq (plan->ticket, 1);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM ticket"), 1);
}
END_TEST

/* A deadline that is behind us already, by any amount. */
START_TEST (no_time_at_all)
{
  static const double seconds[] = { 0, -1, -1e9 };
  g_autoptr (TmStoreBed) bed = bed_on_flaky_disk ();
  g_autoptr (TmInbound) inbound = maker_inbound (bed->site, &hello);
  int kind;
  ck_assert_ptr_null (bed_submit_until (bed, inbound, seconds[_i], &kind));
  ck_assert_int_eq (kind, TM_ERROR_TEMP);
}
END_TEST

/* They wait behind the one that is held. */
static void
send_some (TmStoreBed *bed, Sender **senders, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *id = g_strdup_printf ("%u@x", i);
      senders[i] = send_begin (bed, id, "x", BED_PATIENCE_S);
    }
  wait_for_jobs (bed, n);
}

START_TEST (queue_is_full)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  flaky_disk_install ();
  bed->max_jobs = 3;
  bed_open (bed);
  Sender *held = hold_writer (bed), *waiting[3];
  send_some (bed, waiting, 3);
  g_autoptr (TmInbound) inbound = maker_inbound (bed->site, &hello);
  g_autoptr (GError) error = NULL;
  TmPlan *plan = NULL;
  ck_assert (!store_submit (bed->store, inbound, NULL, clock_monotonic_us () + 1000000, &plan, &error));
  ck_assert_int_eq (error->code, TM_ERROR_TEMP);
  ck_assert_str_eq (error->message, "too many messages wait to be committed");
  release_writer ();
  ck_assert_int_eq (send_end (held, NULL), 1);
  for (int i = 0; i < 3; i++)
    ck_assert_int_gt (send_end (waiting[i], NULL), 0);
  ck_assert_int_eq (bed_ticket (bed, &hello), 5);
}
END_TEST

/* Those who gave up do not fill the queue. */
START_TEST (given_up_jobs_make_room)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  flaky_disk_install ();
  bed->max_jobs = 1;
  bed_open (bed);
  Sender *held = hold_writer (bed);
  int kind;
  ck_assert_int_eq (send_end (send_begin (bed, "gave-up@x", "x", 0.05), &kind), 0);
  Sender *next = send_begin (bed, "next@x", "x", BED_PATIENCE_S);
  wait_for_jobs (bed, 1);
  release_writer ();
  ck_assert_int_eq (send_end (held, NULL), 1);
  ck_assert_int_eq (send_end (next, NULL), 2);
}
END_TEST

/* What waits when the store is closed is committed first. */
START_TEST (close_waits)
{
  g_autoptr (TmStoreBed) bed = bed_on_flaky_disk ();
  Sender *held = hold_writer (bed), *waiting[3];
  send_some (bed, waiting, 3);
  g_atomic_int_set (&flaky_disk.sync_delay_ms, 20);
  release_writer ();
  bed_close (bed);
  ck_assert_int_gt (send_end (held, NULL), 0);
  for (int i = 0; i < 3; i++)
    ck_assert_int_gt (send_end (waiting[i], NULL), 0);
}
END_TEST

SUITE_MAIN ("store-faults", tcase_add_test (tc, fault_18_commits_are_grouped);
            tcase_add_test (tc, jobs_are_isolated);
            tcase_add_loop_test (tc, fault_3_fsync_fails, 0, 2);
            tcase_add_test (tc, fault_3_fsync_fails_in_checkpoint);
            tcase_add_test (tc, fault_5_disk_full);
            tcase_add_test (tc, fault_5_small_file_system);
            tcase_add_test (tc, fault_19_deadline_passes);
            tcase_add_test (tc, fault_4_late_commit_is_harmless);
            tcase_add_loop_test (tc, no_time_at_all, 0, 3);
            tcase_add_test (tc, queue_is_full);
            tcase_add_test (tc, given_up_jobs_make_room);
            tcase_add_test (tc, close_waits);)
