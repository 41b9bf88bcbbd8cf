/* SPDX-License-Identifier: BSD-2-Clause */
/* Copies: whole, checked, with all that was acknowledged; put back whole or not at all, and nothing is thrown away. */
#define SUITE_NEEDS_PROCESSES /* flaky_disk_install() */
#include "base/digest.h"
#include "store/care.h"
#include "tests/support/flaky-disk.h"
#include "tests/support/store-bed.h"
#include "tests/support/suite.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { N_OLD = 5, N_SAVED = 2 };

static void
add_tickets (TmStoreBed *bed, const char *prefix, int n)
{
  for (int i = 0; i < n; i++)
    {
      g_autofree char *id = g_strdup_printf ("%s%d@x", prefix, i);
      ck_assert_int_gt (bed_ticket (bed, &(TmMailSpec){ .message_id = id }), 0);
    }
}

/* Closed, with a backup of its first N_SAVED tickets of N_OLD; the caller frees the backup's name. */
static char *
make_both (TmStoreBed *bed)
{
  char *file = bed_file (bed, ".backup");
  TmCopyReport report = { 0 };
  bed_open (bed);
  add_tickets (bed, "saved", N_SAVED);
  ck_assert (store_backup (bed->path, file, NULL, NULL, &report, NULL));
  ck_assert_int_eq (report.counts.tickets, N_SAVED);
  add_tickets (bed, "later", N_OLD - N_SAVED);
  bed_close (bed);
  return file;
}

static char *
digest_file (const char *file)
{
  g_autofree char *contents = NULL;
  gsize len = 0;
  guint8 digest[TM_DIGEST_LEN];
  ck_assert (g_file_get_contents (file, &contents, &len, NULL));
  digest_bytes (contents, len, digest);
  return digest_hex (digest, sizeof digest);
}

/* The names in the bed's directory that hold `part`. */
static guint
count_names (const TmStoreBed *bed, const char *part)
{
  guint n = 0;
  g_autoptr (GDir) dir = g_dir_open (bed->directory, 0, NULL);
  for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
    n += strstr (name, part) != NULL;
  return n;
}

/* --- backup --- */

typedef struct
{
  TmStoreBed *bed;
  gint sender;
  gint n_acknowledged; /* atomic */
  gint *is_over;       /* atomic */
} Load;

static gpointer
send_until_over (gpointer data)
{
  Load *load = data;
  g_autofree char *text = g_strnfill (3000, 'x');
  while (g_atomic_int_get (load->is_over) == 0)
    {
      g_autofree char *id = g_strdup_printf ("%d.%d@x", load->sender, load->n_acknowledged);
      ck_assert_int_gt (bed_ticket (load->bed, &(TmMailSpec){ .message_id = id, .text = text }), 0);
      g_atomic_int_inc (&load->n_acknowledged);
    }
  return NULL;
}

enum { N_SENDERS = 4, N_BACKUPS = 6 };

/* All that was acknowledged before is in the copy, which is sound. */
static void
check_backup (Load *loads, int nth)
{
  TmStoreBed *bed = loads[0].bed;
  g_autofree char *file = g_strdup_printf ("%s.copy%d", bed->path, nth);
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (TmReader) reader = NULL;
  TmReaderCounts counts;
  TmCopyReport report = { 0 };
  TmStoreBed copy = { .path = file };
  gint n_before[N_SENDERS];
  for (int i = 0; i < N_SENDERS; i++)
    n_before[i] = g_atomic_int_get (&loads[i].n_acknowledged);
  ck_assert (store_backup (bed->path, file, NULL, NULL, &report, NULL));
  ck_assert (reader_open (file, &reader, NULL));
  ck_assert (reader_check (reader, &findings, NULL));
  ck_assert_uint_eq (findings->len, 0);
  ck_assert (reader_count (reader, &counts, NULL));
  ck_assert_int_eq (counts.messages, report.counts.messages);
  for (int i = 0; i < N_SENDERS; i++)
    {
      g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM message WHERE message_id GLOB '%d.*'", i);
      ck_assert_int_ge (bed_count (&copy, sql), n_before[i]);
    }
}

START_TEST (fault_27_backup_during_load)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  gint is_over = 0;
  Load loads[N_SENDERS];
  GThread *threads[N_SENDERS];
  bed_open (bed);
  for (int i = 0; i < N_SENDERS; i++)
    {
      loads[i] = (Load){ .bed = bed, .sender = i, .is_over = &is_over };
      threads[i] = g_thread_new ("load", send_until_over, &loads[i]);
    }
  for (int nth = 0; nth < N_BACKUPS; nth++)
    {
      gint enough = g_atomic_int_get (&loads[0].n_acknowledged) + 10;
      while (g_atomic_int_get (&loads[0].n_acknowledged) < enough)
        g_usleep (1000);
      check_backup (loads, nth);
    }
  g_atomic_int_set (&is_over, 1);
  for (int i = 0; i < N_SENDERS; i++)
    g_thread_join (threads[i]);
  ck_assert_uint_eq (count_names (bed, ".part"), 0);
}
END_TEST

START_TEST (has_the_mode)
{
  static const mode_t modes[] = { 0600, 0640, 0400 };
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autofree char *file = bed_file (bed, ".copy");
  TmCopyReport report = { 0 };
  struct stat status;
  bed_open (bed);
  ck_assert_int_eq (chmod (bed->path, modes[_i]), 0);
  ck_assert (store_backup (bed->path, file, NULL, NULL, &report, NULL));
  ck_assert_int_eq (stat (file, &status), 0);
  ck_assert_uint_eq (status.st_mode & 0777, modes[_i]);
  ck_assert_uint_eq ((guint64) status.st_size, report.bytes);
  ck_assert_uint_eq (count_names (bed, ".copy"), 1);
}
END_TEST

/* Without a database, onto itself, onto another file, into nowhere. */
static const struct
{
  bool has_database;
  const char *target; /* behind the directory */
  TmErrorKind kind;
} refused_backups[] = {
  { false, "copy", TM_ERROR_NOT_FOUND },
  { true, "tickets.db", TM_ERROR_USAGE },
  { true, "other", TM_ERROR_USAGE },
  { true, "dangling", TM_ERROR_USAGE },
  { true, "no/where", TM_ERROR_NOT_FOUND },
};

START_TEST (backup_is_refused)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *target = g_build_filename (bed->directory, refused_backups[_i].target, NULL);
  g_autofree char *other = g_build_filename (bed->directory, "other", NULL);
  g_autofree char *dangling = g_build_filename (bed->directory, "dangling", NULL);
  TmCopyReport report = { 0 };
  ck_assert (g_file_set_contents (other, "precious", -1, NULL));
  ck_assert_int_eq (symlink ("nothing", dangling), 0);
  if (refused_backups[_i].has_database)
    bed_open (bed);
  ck_assert (!store_backup (bed->path, target, NULL, NULL, &report, &error));
  ck_assert_int_eq (error->code, (int) refused_backups[_i].kind);
  g_autofree char *contents = NULL;
  ck_assert (g_file_get_contents (other, &contents, NULL, NULL));
  ck_assert_str_eq (contents, "precious");
  ck_assert_uint_eq (count_names (bed, ".part"), 0);
}
END_TEST

START_TEST (no_room_for_backup)
{
  flaky_disk_install ();
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *file = bed_file (bed, ".copy");
  TmCopyReport report = { 0 };
  bed_open (bed);
  add_tickets (bed, "some", 1);
  g_atomic_int_set (&flaky_disk.is_full, 1);
  ck_assert (!store_backup (bed->path, file, NULL, NULL, &report, &error));
  ck_assert_int_eq (error->code, TM_ERROR_TEMP);
  ck_assert_ptr_nonnull (strstr (error->message, ".copy"));
  ck_assert_uint_eq (count_names (bed, ".copy"), 0);
  g_atomic_int_set (&flaky_disk.is_full, 0);
  ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = "next@x" }), 2);
}
END_TEST

static void
damage (const char *file, off_t offset)
{
  char garbage[4096];
  memset (garbage, 0x5a, sizeof garbage);
  int fd = open (file, O_WRONLY | O_CLOEXEC);
  ck_assert_int_eq (pwrite (fd, garbage, sizeof garbage, offset), sizeof garbage);
  close (fd);
}

/* A copy of a damaged database is no backup. */
START_TEST (damage_is_not_copied)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *file = bed_file (bed, ".copy");
  TmCopyReport report = { 0 };
  bed_open (bed);
  add_tickets (bed, "some", 20);
  bed_close (bed);
  damage (bed->path, 5 * 4096);
  ck_assert (!store_backup (bed->path, file, NULL, NULL, &report, &error));
  ck_assert_int_eq (error->code, TM_ERROR_CONFIG);
  ck_assert_uint_eq (count_names (bed, ".copy"), 0);
}
END_TEST

/* --- restore --- */

static void
check_restored (TmStoreBed *bed, const TmCopyReport *report, gint64 n_kept)
{
  TmStoreBed kept = { .path = report->kept };
  ck_assert_int_eq (report->counts.tickets, N_SAVED);
  ck_assert_int_eq (report->kept != NULL, n_kept > 0);
  if (n_kept > 0)
    ck_assert_int_eq (bed_count (&kept, "SELECT count(*) FROM ticket"), n_kept);
  bed_open (bed);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM ticket"), N_SAVED);
  ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = "next@x" }), N_SAVED + 1);
}

START_TEST (is_restored)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autofree char *file = make_both (bed), *before = digest_file (file);
  TmCopyReport report = { 0 };
  ck_assert (store_restore (bed->path, file, NULL, NULL, &report, NULL));
  check_restored (bed, &report, N_OLD);
  g_autofree char *after = digest_file (file);
  ck_assert_str_eq (before, after);
  ck_assert_uint_eq (count_names (bed, ".backup"), 1);
  copy_report_clear (&report);
}
END_TEST

START_TEST (is_restored_where_nothing_is)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autofree char *file = make_both (bed);
  TmCopyReport report = { 0 };
  ck_assert_int_eq (g_remove (bed->path), 0);
  ck_assert (store_restore (bed->path, file, NULL, NULL, &report, NULL));
  check_restored (bed, &report, 0);
}
END_TEST

/* What sqlite3(1) copies has another journal mode, which readers could not change. */
START_TEST (copy_of_another_tool)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_free (make_both (bed));
  g_autofree char *sql
    = g_strdup_printf ("DELETE FROM ticket WHERE id > %d; VACUUM INTO '%s.other'", N_SAVED, bed->path);
  TmCopyReport report = { 0 };
  bed->is_spoiled = true;
  bed_sql (bed, sql);
  g_autofree char *other = bed_file (bed, ".other");
  ck_assert (store_restore (bed->path, other, NULL, NULL, &report, NULL));
  reader_close (bed_reader (bed));
  copy_report_clear (&report);
}
END_TEST

static void
leave_log (TmStoreBed *bed)
{
  pid_t child = fork ();
  if (child == 0)
    {
      bed_open (bed);
      add_tickets (bed, "killed", 1);
      raise (SIGKILL);
    }
  ck_assert_int_eq (waitpid (child, NULL, 0), child);
  g_autofree char *wal = bed_file (bed, "-wal");
  struct stat status;
  ck_assert (stat (wal, &status) == 0 && status.st_size > 0);
}

/* Its log is not applied to the other database, and what stands in it is kept. */
START_TEST (daemon_was_killed)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autofree char *file = make_both (bed);
  TmCopyReport report = { 0 };
  leave_log (bed);
  ck_assert (store_restore (bed->path, file, NULL, NULL, &report, NULL));
  check_restored (bed, &report, N_OLD + 1);
  copy_report_clear (&report);
}
END_TEST

/* Then the log cannot be folded in and is kept beside it. */
START_TEST (old_is_damaged)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autofree char *file = make_both (bed);
  TmCopyReport report = { 0 };
  leave_log (bed);
  damage (bed->path, 0);
  ck_assert (store_restore (bed->path, file, NULL, NULL, &report, NULL));
  ck_assert_uint_eq (count_names (bed, ".before-"), 2);
  bed_open (bed);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM ticket"), N_SAVED);
  copy_report_clear (&report);
}
END_TEST

static void
keep_open (TmStoreBed *bed, const char *file G_GNUC_UNUSED)
{
  bed_open (bed);
}

static void
damage_backup (TmStoreBed *bed G_GNUC_UNUSED, const char *file)
{
  damage (file, 5 * 4096);
}

static void
cut_backup (TmStoreBed *bed G_GNUC_UNUSED, const char *file)
{
  ck_assert_int_eq (truncate (file, 3 * 4096), 0);
}

static void
remove_backup (TmStoreBed *bed G_GNUC_UNUSED, const char *file)
{
  ck_assert_int_eq (g_remove (file), 0);
}

static void
age_backup (TmStoreBed *bed G_GNUC_UNUSED, const char *file)
{
  TmStoreBed backup = { .path = (char *) (gpointer) (gsize) file };
  bed_sql (&backup, "PRAGMA user_version = 99");
}

static void
name_database (TmStoreBed *bed, const char *file)
{
  ck_assert_int_eq (g_remove (file), 0);
  ck_assert_int_eq (symlink (bed->path, file), 0);
}

static const struct
{
  void (*prepare) (TmStoreBed *bed, const char *file);
  TmErrorKind kind;
} refused_restores[] = {
  { keep_open, TM_ERROR_UNAVAILABLE }, { damage_backup, TM_ERROR_CONFIG }, { cut_backup, TM_ERROR_CONFIG },
  { remove_backup, TM_ERROR_NOT_FOUND }, { age_backup, TM_ERROR_CONFIG }, { name_database, TM_ERROR_USAGE },
};

START_TEST (restore_is_refused)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *file = make_both (bed);
  TmCopyReport report = { 0 };
  refused_restores[_i].prepare (bed, file);
  g_autofree char *before = digest_file (bed->path);
  ck_assert (!store_restore (bed->path, file, NULL, NULL, &report, &error));
  ck_assert_int_eq (error->code, (int) refused_restores[_i].kind);
  g_autofree char *after = digest_file (bed->path);
  ck_assert_str_eq (before, after);
  ck_assert_uint_eq (count_names (bed, ".new") + count_names (bed, ".before-"), 0);
}
END_TEST

/* Killed before its nth change of a file; true when it was over before. */
static bool
restore_in_child (const TmStoreBed *bed, const char *file, int nth)
{
  pid_t child = fork ();
  if (child == 0)
    {
      TmCopyReport report = { 0 };
      flaky_disk_install ();
      g_atomic_int_set (&flaky_disk.kill_at, nth);
      _exit (store_restore (bed->path, file, NULL, NULL, &report, NULL) ? 0 : 1);
    }
  int status;
  ck_assert_int_eq (waitpid (child, &status, 0), child);
  ck_assert (WIFSIGNALED (status) || WEXITSTATUS (status) == 0);
  return WIFEXITED (status);
}

START_TEST (restore_killed_at_each_write)
{
  int n_old = 0, n_new = 0;
  for (bool is_over = false; !is_over;)
    {
      g_autoptr (TmStoreBed) bed = bed_new ();
      g_autofree char *file = make_both (bed);
      leave_log (bed);
      is_over = restore_in_child (bed, file, n_old + n_new + 1);
      bed_open (bed);
      gint64 n = bed_count (bed, "SELECT count(*) FROM ticket");
      ck_assert_int_eq (n, n_new == 0 && n != N_SAVED ? N_OLD + 1 : N_SAVED);
      if (n == N_SAVED)
        n_new++;
      else
        n_old++;
    }
  ck_assert_int_gt (n_old, 10);
  ck_assert_int_gt (n_new, 1);
}
END_TEST

SUITE_MAIN ("store-backup", tcase_add_test (tc, fault_27_backup_during_load);
            tcase_add_loop_test (tc, has_the_mode, 0, 3);
            tcase_add_loop_test (tc, backup_is_refused, 0, G_N_ELEMENTS (refused_backups));
            tcase_add_test (tc, no_room_for_backup);
            tcase_add_test (tc, damage_is_not_copied);
            tcase_add_test (tc, is_restored);
            tcase_add_test (tc, is_restored_where_nothing_is);
            tcase_add_test (tc, copy_of_another_tool);
            tcase_add_test (tc, daemon_was_killed);
            tcase_add_test (tc, old_is_damaged);
            tcase_add_loop_test (tc, restore_is_refused, 0, G_N_ELEMENTS (refused_restores));
            tcase_add_test (tc, restore_killed_at_each_write);)
