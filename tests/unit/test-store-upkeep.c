/* SPDX-License-Identifier: BSD-2-Clause */
/* What the store does beside mail: deletes what was kept long enough, keeps room on the disk, finds damage while it
 * serves. */
#include "base/clock.h"
#include "base/metrics.h"
#include "store/db.h"
#include "store/housekeep.h"
#include "store/store.h"
#include "tests/support/store-bed.h"
#include "tests/support/suite.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* --- retention --- */

enum { DAY_S = 86400, NOW = 100 * DAY_S };

/* Messages 1, 2, … one a day from day 1 on, each with so many bytes of raw mail; what was sent on that day, and before
 * all of it mail that still waits. */
static void
add_raw (TmStoreBed *bed, int n, int len)
{
  bed->is_spoiled = true; /* of no ticket */
  g_autofree char *sql = g_strdup_printf (
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
    " INSERT INTO message"
    " SELECT i, 1, 1, '', '', '', NULL, i * %d, 0, 0, 0, 0, 0, 1, 1, '', NULL, NULL, '', NULL, '' FROM n;"
    "INSERT INTO raw SELECT id, 1, zeroblob (%d) FROM message;"
    "INSERT INTO quarantine SELECT id, received_at, 'spam', 'no', '', '', '', '', '', 1, 1, zeroblob (%d) FROM message;"
    "INSERT INTO outbox (id, kind, actor, recipients, sender_purpose, reply_purpose, subject, text, may_repeat, state,"
    " created_at, next_at, tries, ended_at) SELECT id, 'result', '', 'a@b', '', '', '', '', 1, 3, 0, 0, 1, received_at"
    " FROM message UNION ALL SELECT 0, 'result', '', 'a@b', '', '', '', '', 1, 1, 0, 0, 1, NULL",
    n, DAY_S, len, len);
  bed_sql (bed, sql);
}

/* Steps until there is no more to do. */
static int
housekeep (TmStoreBed *bed, const TmKeep *keep, gint64 now)
{
  TmDb *db;
  bool more = true;
  int n_steps = 0;
  ck_assert (db_open (bed->path, DB_WRITE, &db, NULL));
  for (; more; n_steps++)
    ck_assert (housekeep_step (db, keep, now, &more, NULL));
  db_close (db);
  return n_steps;
}

static const struct
{
  TmKeep keep;
  int n_rows, len;
  gint64 first_raw, first_quarantine; /* what stays from here on, in the outbox too; 0: nothing */
  int n_steps;
} retention[] = {
  { { 0, 0, 0, 0 }, 90, 10, 1, 1, 1 },
  { { 200 * DAY_S, 200 * DAY_S, 200 * DAY_S, 0 }, 90, 10, 1, 1, 1 },
  { { 90 * DAY_S, 30 * DAY_S, 30 * DAY_S, 0 }, 95, 10, 10, 70, 2 },
  { { 90 * DAY_S, 0, 0, 0 }, 95, 10, 10, 1, 1 },
  { { 0, 90 * DAY_S, 90 * DAY_S, 0 }, 95, 10, 1, 10, 1 },
  { { 1, 1, 1, 0 }, 90, 10, 0, 0, 2 },
  { { 1, 1, 1, 0 }, 64, 10, 0, 0, 2 },
  { { 1, 1, 1, 0 }, 63, 10, 0, 0, 1 },
  { { 1, 0, 0, 0 }, 10, HOUSEKEEP_BYTES / 3 + 1, 0, 1, 4 }, /* three of them a step */
};

START_TEST (keeps_long_enough)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  bed_open (bed);
  bed_close (bed);
  add_raw (bed, retention[_i].n_rows, retention[_i].len);
  ck_assert_int_eq (housekeep (bed, &retention[_i].keep, NOW), retention[_i].n_steps);
  ck_assert_int_eq (bed_count (bed, "SELECT min(message) FROM raw"), retention[_i].first_raw);
  ck_assert_int_eq (bed_count (bed, "SELECT min(id) FROM quarantine"), retention[_i].first_quarantine);
  ck_assert_int_eq (bed_count (bed, "SELECT min(id) FROM outbox WHERE id > 0"), retention[_i].first_quarantine);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM outbox WHERE id = 0"), 1);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM message"), retention[_i].n_rows);
  gint64 n_kept = retention[_i].first_raw == 0 ? 0 : retention[_i].n_rows - retention[_i].first_raw + 1;
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM raw"), n_kept);
}
END_TEST

/* With nothing to delete it looks at one row, however many there are. */
START_TEST (looks_at_the_oldest_only)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  const TmKeep keep = { .raw_s = 90 * DAY_S, .quarantine_s = 90 * DAY_S, .outbox_s = 90 * DAY_S };
  TmDb *db;
  bool more;
  bed_open (bed);
  bed_close (bed);
  add_raw (bed, 20000, 10);
  ck_assert (db_open (bed->path, DB_WRITE, &db, NULL));
  ck_assert (housekeep_step (db, &keep, 0, &more, NULL));
  ck_assert (!more);
  ck_assert_int_lt (sqlite3_stmt_status (db->statements[SQL_OLDEST_RAW], SQLITE_STMTSTATUS_VM_STEP, 0), 100);
  ck_assert_int_lt (sqlite3_stmt_status (db->statements[SQL_OLDEST_QUARANTINE], SQLITE_STMTSTATUS_VM_STEP, 0), 100);
  ck_assert_int_lt (sqlite3_stmt_status (db->statements[SQL_OLDEST_OUTBOX], SQLITE_STMTSTATUS_VM_STEP, 0), 100);
  ck_assert_int_eq (sqlite3_total_changes (db->handle), 0);
  db_close (db);
}
END_TEST

/* --- held tickets --- */

/* Ticket 1, 2, … held since day 1, 2, …; every tenth is an open one, and the last is held by hand since day 95. */
static void
add_held (TmStoreBed *bed, int n)
{
  g_autofree char *sql = g_strdup_printf (
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
    " INSERT INTO ticket (id, status, subject, requester, created_at)"
    " SELECT i, CASE WHEN i %% 10 = 0 THEN 2 ELSE 8 END, '', '', i * %d FROM n;"
    "INSERT INTO event SELECT id, 1, created_at, 'customer', 'open', '{}' FROM ticket;"
    "INSERT INTO event SELECT id, 2, 99 * %d, 'customer', 'message', '{}' FROM ticket;"
    "INSERT INTO event VALUES (3, 3, 95 * %d, 'user:eve', 'status', '{}')",
    n, DAY_S, DAY_S, DAY_S);
  bed_sql (bed, sql);
}

START_TEST (closes_what_nobody_confirms)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  const TmKeep keep = { .held_s = 14 * DAY_S };
  bed_open (bed);
  bed_close (bed);
  add_held (bed, 99);
  ck_assert_int_eq (housekeep (bed, &keep, NOW), 2);
  /* of 85 that were held before day 86: not 8 open ones, not that one by hand */
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM ticket WHERE status = 6"), 85 - 8 - 1);
  ck_assert_int_eq (bed_count (bed, "SELECT max(id) FROM ticket WHERE status = 6"), 85);
  ck_assert_int_eq (bed_count (bed, "SELECT status FROM ticket WHERE id = 3"), 8);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM ticket WHERE status = 6 AND closed_at <> 8640000"), 0);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM event WHERE actor = 'desk' AND detail LIKE"
                                    " '%\"held\"%\"closed\"%nobody confirmed%'"),
                    76);
  ck_assert_int_eq (housekeep (bed, &keep, NOW), 1);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM ticket WHERE status = 6"), 76);
}
END_TEST

/* By the writer, when there is no mail. */
START_TEST (writer_does_it)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  bed_open (bed);
  bed_close (bed);
  add_raw (bed, 200, 10);
  bed->is_spoiled = true; /* messages without tickets */
  bed->keep = (TmKeep){ .raw_s = DAY_S };
  bed_open (bed);
  while (bed_count (bed, "SELECT count(*) FROM raw") > 0)
    g_usleep (1000);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM quarantine"), 200);
}
END_TEST

/* --- room --- */

enum { MB = 1 << 20 };

/* A small file system in a mount namespace of this test's own, with only `n_free` bytes free; the ballast's name. */
static char *
mount_small (TmStoreBed *bed)
{
  if (unshare (CLONE_NEWNS) != 0 || mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0
      || mount ("tmpfs", bed->directory, "tmpfs", 0, "size=40m") != 0)
    return NULL;
  return g_build_filename (bed->directory, "ballast", NULL);
}

static void
fill_up (const char *ballast)
{
  g_autofree char *data = g_strnfill (26 * MB, 'x');
  ck_assert (g_file_set_contents (ballast, data, 26 * MB, NULL));
}

static int
n_listed (const TmStoreBed *bed)
{
  g_autoptr (TmReader) reader = bed_reader (bed);
  g_autoptr (GPtrArray) tickets = NULL;
  TmTicketFilter filter = { 0 };
  ck_assert (reader_list (reader, &filter, &tickets, NULL));
  return (int) tickets->len;
}

static guint64
n_free (const TmStoreBed *bed)
{
  struct statvfs status;
  ck_assert_int_eq (statvfs (bed->directory, &status), 0);
  return (guint64) status.f_bavail * status.f_frsize;
}

START_TEST (fault_5_disk_nearly_full)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autofree char *ballast = mount_small (bed);
  int kind;
  if (ballast == NULL)
    {
      puts ("# SKIP fault_5_disk_nearly_full: no right to mount");
      return;
    }
  bed_open (bed);
  ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = "1@x" }), 1);
  fill_up (ballast);
  gint64 n_sent = 2; /* the last look may be a second old */
  for (kind = -1; kind == -1; n_sent += kind == -1)
    {
      g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT "@x", n_sent);
      plan_free (bed_submit (bed, &(TmMailSpec){ .message_id = id }, &kind));
    }
  ck_assert_int_eq (kind, TM_ERROR_TEMP);
  ck_assert_uint_gt (n_free (bed), 4 * MB); /* not when SQLite finds none */
  ck_assert_int_eq (n_listed (bed), n_sent - 1);
  ck_assert_int_eq (g_remove (ballast), 0);
  ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = "next@x" }), n_sent);
  ck_assert_int_eq (g_atomic_int_get (&bed->n_fatal), 0);
  bed_close (bed);
  umount (bed->directory);
}
END_TEST

START_TEST (fault_5_disk_nearly_full_at_start)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autofree char *ballast = mount_small (bed), *message = NULL;
  if (ballast == NULL)
    {
      puts ("# SKIP fault_5_disk_nearly_full_at_start: no right to mount");
      return;
    }
  fill_up (ballast);
  ck_assert_int_eq (bed_try_open (bed, &message), TM_ERROR_TEMP);
  ck_assert_ptr_nonnull (strstr (message, "make room"));
  ck_assert (!g_file_test (bed->path, G_FILE_TEST_EXISTS));
  ck_assert_int_eq (g_remove (ballast), 0);
  bed_open (bed);
  bed_close (bed);
  umount (bed->directory);
}
END_TEST

/* A group larger than what is free, though more than the bound is. */
START_TEST (fault_5_no_room_for_a_large_one)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autofree char *ballast = mount_small (bed);
  g_autofree char *text = g_strnfill (6 * MB, 'x');
  int kind;
  if (ballast == NULL)
    {
      puts ("# SKIP fault_5_no_room_for_a_large_one: no right to mount");
      return;
    }
  bed->min_free = 1;
  fill_up (ballast);
  bed_open (bed);
  plan_free (bed_submit (bed, &(TmMailSpec){ .message_id = "1@x", .text = text }, &kind));
  ck_assert_int_eq (kind, TM_ERROR_TEMP);
  ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = "2@x" }), 1);
  bed_close (bed);
  umount (bed->directory);
}
END_TEST

/* --- damage in a database too large to be checked before it serves --- */

static void
make_damaged (TmStoreBed *bed)
{
  char garbage[4096];
  bed_open (bed);
  for (int i = 0; i < 20; i++)
    {
      g_autofree char *id = g_strdup_printf ("%d@x", i), *text = g_strnfill (9000, 'x');
      ck_assert_int_gt (bed_ticket (bed, &(TmMailSpec){ .message_id = id, .text = text }), 0);
    }
  bed_close (bed);
  memset (garbage, 0x5a, sizeof garbage);
  int fd = open (bed->path, O_WRONLY | O_CLOEXEC);
  ck_assert_int_eq (pwrite (fd, garbage, sizeof garbage, 4 * (off_t) bed_count (bed, "PRAGMA page_count") / 5 * 4096),
                    sizeof garbage);
  close (fd);
}

START_TEST (fault_6_damage_is_found_while_it_serves)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autofree char *marker = bed_file (bed, ".fsync-failed"), *message = NULL;
  make_damaged (bed);
  bed->small_bytes = 1;
  bed_open (bed);
  while (!g_file_test (marker, G_FILE_TEST_EXISTS))
    g_usleep (1000);
  int kind = -1;
  for (int i = 0; kind == -1 && i < 1000; i++) /* the marker comes first */
    {
      g_autofree char *id = g_strdup_printf ("%d@y", i);
      plan_free (bed_submit (bed, &(TmMailSpec){ .message_id = id }, &kind));
    }
  ck_assert_int_eq (kind, TM_ERROR_TEMP);
  ck_assert_int_ge (n_listed (bed), 20);
  ck_assert_int_eq (g_atomic_int_get (&bed->n_fatal), 0);
  bed_close (bed);
  ck_assert_int_eq (bed_try_open (bed, &message), TM_ERROR_CONFIG);
  ck_assert_ptr_nonnull (strstr (message, "corrupt"));
}
END_TEST

START_TEST (sound_one_goes_on)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  bed->small_bytes = 1;
  for (int i = 1; i <= 20; i++)
    {
      g_autofree char *id = g_strdup_printf ("%d@x", i);
      bed_open (bed);
      ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = id }), i);
      bed_close (bed);
    }
}
END_TEST

typedef struct
{
  TmDb *db;
  unsigned n_asked, n_most;
} Check;

static bool
count_table (gpointer data)
{
  Check *check = data;
  ck_assert_int_eq (sqlite3_txn_state (check->db->handle, NULL), SQLITE_TXN_NONE);
  return check->n_asked++ < check->n_most;
}

/* Between two tables nothing holds an old state, and the check can end there. */
START_TEST (check_reads_table_by_table)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  make_damaged (bed);
  g_autoptr (TmDb) db = NULL;
  g_autoptr (GError) error = NULL;
  ck_assert (db_open (bed->path, DB_READ, &db, &error));
  gint64 n_tables = bed_count (bed, "SELECT count(*) + 1 FROM sqlite_schema WHERE type = 'table'");
  Check check = { .db = db };
  ck_assert (db_quick_check_tables (db, count_table, &check, &error));
  ck_assert_uint_eq (check.n_asked, 1);
  check = (Check){ .db = db, .n_most = (unsigned) n_tables };
  ck_assert (!db_quick_check_tables (db, count_table, &check, &error));
  ck_assert_uint_gt (check.n_asked, 1);
  ck_assert_int_eq (error->code, TM_ERROR_CONFIG);
}
END_TEST

START_TEST (check_reads_every_table)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  bed_open (bed);
  bed_ticket (bed, &(TmMailSpec){ .message_id = "a@x" });
  g_autoptr (TmDb) db = NULL;
  g_autoptr (GError) error = NULL;
  ck_assert (db_open (bed->path, DB_READ, &db, &error));
  Check check = { .db = db, .n_most = 1000 };
  ck_assert_msg (db_quick_check_tables (db, count_table, &check, &error), "%s", error != NULL ? error->message : "");
  ck_assert_int_eq (check.n_asked, bed_count (bed, "SELECT count(*) + 1 FROM sqlite_schema WHERE type = 'table'"));
  bed_close (bed);
}
END_TEST

/* --- what is counted of all that --- */

/* A checkpoint is begun behind the commit that made it due, and done when its thread has done it. */
START_TEST (checkpoints_are_counted)
{
  enum { MESSAGES_MAX = 5000 };
  g_autoptr (TmStoreBed) bed = bed_new ();
  guint64 before = metrics_counted (TM_COUNT_CHECKPOINTS);
  unsigned most_pages = 0;
  bed->wal_pages = 50;
  bed_open (bed);
  for (int i = 0; i < MESSAGES_MAX && metrics_counted (TM_COUNT_CHECKPOINTS) == before; i++)
    {
      g_autofree char *id = g_strdup_printf ("checkpoint%d", i);
      bed_ticket (bed, &(TmMailSpec){ .message_id = id });
      most_pages = MAX (most_pages, metrics_wal_pages ());
    }
  ck_assert_uint_gt (metrics_counted (TM_COUNT_CHECKPOINTS), before);
  ck_assert_uint_ge (most_pages, bed->wal_pages);
}
END_TEST

SUITE_MAIN ("store-upkeep", tcase_add_loop_test (tc, keeps_long_enough, 0, G_N_ELEMENTS (retention));
            tcase_add_test (tc, closes_what_nobody_confirms);
            tcase_add_test (tc, looks_at_the_oldest_only);
            tcase_add_test (tc, writer_does_it);
            tcase_add_test (tc, fault_5_disk_nearly_full);
            tcase_add_test (tc, fault_5_disk_nearly_full_at_start);
            tcase_add_test (tc, fault_5_no_room_for_a_large_one);
            tcase_add_test (tc, fault_6_damage_is_found_while_it_serves);
            tcase_add_test (tc, check_reads_table_by_table);
            tcase_add_test (tc, check_reads_every_table);
            tcase_add_test (tc, sound_one_goes_on);
            tcase_add_test (tc, checkpoints_are_counted);)
