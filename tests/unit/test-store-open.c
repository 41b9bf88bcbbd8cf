/* SPDX-License-Identifier: BSD-2-Clause */
/* Opening: what is not ours is refused and left as it is; what is new appears whole; nobody else has it open. */
#define SUITE_NEEDS_PROCESSES /* flaky_disk_install() */
#include "base/digest.h"
#include "store/schema.h"
#include "store/store.h"
#include "tests/support/flaky-disk.h"
#include "tests/support/store-bed.h"
#include "tests/support/suite.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <grp.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOBODY = 65534 };

/* --- files that are refused --- */

static void
write_file (const char *path, const char *data, gsize len)
{
  ck_assert (g_file_set_contents (path, data, (gssize) len, NULL));
}

/* A database of ours with a few tickets, closed. */
static void
make_ours (TmStoreBed *bed)
{
  bed_open (bed);
  for (int i = 0; i < 20; i++)
    {
      g_autofree char *id = g_strdup_printf ("%d@x", i), *text = g_strnfill (9000, 'x');
      ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = id, .text = text }), i + 1);
    }
  bed_close (bed);
}

static void
make_text (TmStoreBed *bed)
{
  write_file (bed->path, "Dear diary,\n", 12);
}

static void
make_magic_only (TmStoreBed *bed)
{
  write_file (bed->path, "SQLite format 3", 16);
}

static void
make_foreign (TmStoreBed *bed)
{
  sqlite3 *handle;
  ck_assert_int_eq (sqlite3_open (bed->path, &handle), SQLITE_OK);
  ck_assert_int_eq (sqlite3_exec (handle, "CREATE TABLE ticket (id)", NULL, NULL, NULL), SQLITE_OK);
  sqlite3_close (handle);
}

static void
make_newer (TmStoreBed *bed)
{
  make_ours (bed);
  bed_sql (bed, "PRAGMA user_version = 9");
}

/* A newer program was killed: its version stands in the WAL only. */
static void
make_newer_in_wal (TmStoreBed *bed)
{
  static const char *const suffixes[] = { "", "-wal" };
  g_autofree char *contents[2] = { NULL };
  gsize lens[2];
  sqlite3 *handle;
  make_ours (bed);
  ck_assert_int_eq (sqlite3_open (bed->path, &handle), SQLITE_OK);
  ck_assert_int_eq (sqlite3_exec (handle, "PRAGMA user_version = 9", NULL, NULL, NULL), SQLITE_OK);
  for (int i = 0; i < 2; i++)
    {
      g_autofree char *file = bed_file (bed, suffixes[i]);
      ck_assert (g_file_get_contents (file, &contents[i], &lens[i], NULL));
      ck_assert_uint_gt (lens[i], 0);
    }
  sqlite3_close (handle);
  for (int i = 0; i < 2; i++)
    {
      g_autofree char *file = bed_file (bed, suffixes[i]);
      write_file (file, contents[i], lens[i]);
    }
  g_free (contents[1]);
  contents[1] = NULL;
}

static void
make_older (TmStoreBed *bed)
{
  make_ours (bed);
  bed_sql (bed, "PRAGMA user_version = 0");
}

static void
make_truncated (TmStoreBed *bed)
{
  make_ours (bed);
  ck_assert_int_eq (truncate (bed->path, 5 * 4096), 0);
}

static void
overwrite (const char *path, off_t offset)
{
  char garbage[4096];
  memset (garbage, 0x5a, sizeof garbage);
  int fd = open (path, O_WRONLY | O_CLOEXEC);
  ck_assert_int_ge (fd, 0);
  ck_assert_int_eq (pwrite (fd, garbage, sizeof garbage, offset), sizeof garbage);
  close (fd);
}

static void
make_corrupt (TmStoreBed *bed)
{
  make_ours (bed);
  overwrite (bed->path, 10 * 4096);
}

static void
make_directory (TmStoreBed *bed)
{
  ck_assert_int_eq (g_mkdir (bed->path, 0755), 0);
}

static void
make_fifo (TmStoreBed *bed)
{
  ck_assert_int_eq (mkfifo (bed->path, 0644), 0);
}

static void
make_orphan_wal (TmStoreBed *bed)
{
  g_autofree char *wal = bed_file (bed, "-wal");
  write_file (wal, "frames", 6);
}

static void
make_empty_with_wal (TmStoreBed *bed)
{
  write_file (bed->path, "", 0);
  make_orphan_wal (bed);
}

static const struct
{
  void (*make) (TmStoreBed *bed);
  const char *says;
} refused[] = {
  { make_text, "not a database" },
  { make_magic_only, "not a database" },
  { make_foreign, "another program" },
  { make_newer, "newer" },
  { make_newer_in_wal, "newer" },
  { make_older, "version" },
  { make_truncated, "shorter" },
  { make_corrupt, "corrupt" },
  { make_directory, "regular file" },
  { make_fifo, "regular file" },
  { make_orphan_wal, "-wal" },
  { make_empty_with_wal, "-wal" },
};

static char *
fingerprint (const TmStoreBed *bed)
{
  static const char *const suffixes[] = { "", "-wal" };
  GString *out = g_string_new (NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *file = bed_file (bed, suffixes[i]), *contents = NULL;
      gsize len = 0;
      guint8 digest[TM_DIGEST_LEN];
      struct stat status;
      if (stat (file, &status) != 0)
        continue;
      if (S_ISREG (status.st_mode))
        ck_assert (g_file_get_contents (file, &contents, &len, NULL));
      digest_bytes (contents, len, digest);
      g_autofree char *hex = digest_hex (digest, sizeof digest);
      g_string_append_printf (out, "%s %o %s\n", suffixes[i], status.st_mode, hex);
    }
  return g_string_free (out, FALSE);
}

START_TEST (fault_6_is_refused_untouched)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  refused[_i].make (bed);
  g_autofree char *before = fingerprint (bed), *message = NULL;
  ck_assert_int_eq (bed_try_open (bed, &message), TM_ERROR_CONFIG);
  ck_assert_msg (strstr (message, refused[_i].says) != NULL, "%s", message);
  ck_assert_ptr_nonnull (strstr (message, bed->path));
  ck_assert_ptr_null (strchr (message, '\n'));
  g_autofree char *after = fingerprint (bed);
  ck_assert_str_eq (before, after);
}
END_TEST

/* A reader does not look for damage, that is what reader_check() is for. */
START_TEST (fault_6_is_refused_by_readers)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (TmReader) reader = NULL;
  g_autoptr (GPtrArray) findings = NULL;
  refused[_i].make (bed);
  g_autofree char *before = fingerprint (bed);
  if (reader_open (bed->path, &reader, &error))
    {
      bool ok = reader_check (reader, &findings, &error);
      ck_assert (!ok || findings->len > 0);
    }
  else
    ck_assert_int_eq (error->code, TM_ERROR_CONFIG);
  g_autofree char *after = fingerprint (bed);
  ck_assert_str_eq (before, after);
}
END_TEST

/* Too large to be checked at every start, unless the last one ended with a failed fsync. */
START_TEST (marker_brings_a_check)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autofree char *marker = bed_file (bed, ".fsync-failed"), *message = NULL;
  make_ours (bed);
  bed_sql (bed,
           "INSERT INTO message SELECT 1000, 1, 1, '', '', '', NULL, 1, 0, 0, 0, 0, 0, 1, 1, '', NULL, NULL, '', NULL,"
           " '';"
           "INSERT INTO raw VALUES (1000, 1, zeroblob (80 << 20))");
  overwrite (bed->path, 10 * 4096);
  bed_open (bed);
  bed_close (bed);
  write_file (marker, "", 0);
  ck_assert_int_eq (bed_try_open (bed, &message), TM_ERROR_CONFIG);
  ck_assert_ptr_nonnull (strstr (message, "corrupt"));
  ck_assert (g_file_test (marker, G_FILE_TEST_EXISTS));
}
END_TEST

/* --- files that are made --- */

static const struct
{
  bool exists;
  mode_t mode, expected;
} made[] = { { false, 0, 0640 }, { true, 0600, 0600 }, { true, 0660, 0660 } };

START_TEST (is_made)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  struct stat status;
  if (made[_i].exists)
    {
      write_file (bed->path, "", 0);
      ck_assert_int_eq (chmod (bed->path, made[_i].mode), 0);
    }
  bed_open (bed);
  ck_assert_int_eq (stat (bed->path, &status), 0);
  ck_assert_int_eq (status.st_mode & 0777, made[_i].expected);
  ck_assert_int_eq (bed_count (bed, "PRAGMA application_id"), 0x544b4d4c);
  ck_assert_int_eq (bed_count (bed, "PRAGMA user_version"), SCHEMA_VERSION);
  g_autofree char *unfinished = bed_file (bed, ".new");
  ck_assert (!g_file_test (unfinished, G_FILE_TEST_EXISTS));
}
END_TEST

/* Killed while it made one. */
START_TEST (unfinished_one_is_no_obstacle)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autofree char *unfinished = bed_file (bed, ".new"), *wal = bed_file (bed, ".new-wal");
  write_file (unfinished, "half", 4);
  write_file (wal, "half", 4);
  bed_open (bed);
  ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = "1@x" }), 1);
}
END_TEST

START_TEST (no_directory)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autofree char *message = NULL;
  g_free (bed->path);
  bed->path = g_build_filename (bed->directory, "missing", "tickets.db", NULL);
  ck_assert_int_eq (bed_try_open (bed, &message), TM_ERROR_CONFIG);
  ck_assert_ptr_nonnull (strstr (message, "directory"));
}
END_TEST

START_TEST (no_right_to_directory)
{
  if (geteuid () != 0)
    return; /* nobody else to become */
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autofree char *message = NULL;
  ck_assert_int_eq (seteuid (NOBODY), 0);
  int kind = bed_try_open (bed, &message);
  ck_assert_int_eq (seteuid (0), 0);
  ck_assert_int_eq (kind, TM_ERROR_DENIED);
  ck_assert_ptr_nonnull (strstr (message, "directory must"));
}
END_TEST

START_TEST (no_database_for_readers)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (TmReader) reader = NULL;
  ck_assert (!reader_open (bed->path, &reader, &error));
  ck_assert_int_eq (error->code, TM_ERROR_NOT_FOUND);
}
END_TEST

START_TEST (fault_5_full_disk_at_start)
{
  flaky_disk_install ();
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autofree char *message = NULL;
  if (_i == 1)
    make_ours (bed);
  g_atomic_int_set (&flaky_disk.is_full, 1);
  ck_assert_int_eq (bed_try_open (bed, &message), TM_ERROR_TEMP);
  ck_assert_msg (strstr (message, "full") != NULL, "%s", message);
  g_atomic_int_set (&flaky_disk.is_full, 0);
  bed_open (bed);
}
END_TEST

/* --- who else has it open --- */

START_TEST (second_daemon)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autoptr (TmStoreBed) other = bed_new ();
  g_autofree char *message = NULL;
  bed_open (bed);
  ck_assert_int_eq (symlink (bed->path, other->path), 0);
  ck_assert_int_eq (bed_try_open (other, &message), TM_ERROR_UNAVAILABLE);
  ck_assert_ptr_nonnull (strstr (message, bed->path));
  bed_close (bed);
  bed_open (other);
}
END_TEST

/* What another process sees of the locks on the database file: none may be lost when a reader of the daemon's own
 * process comes and goes, or the next program that closes the database deletes the WAL under the writer. */
static bool
is_locked_for_others (const char *path)
{
  pid_t child = fork ();
  if (child == 0)
    {
      enum { PENDING_BYTE = 0x40000000, SHARED_FIRST = PENDING_BYTE + 2, SHARED_SIZE = 510 };
      struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = SHARED_FIRST, .l_len = SHARED_SIZE };
      int fd = open (path, O_RDWR | O_CLOEXEC);
      if (fd < 0 || fcntl (fd, F_GETLK, &lock) != 0)
        _exit (2);
      _exit (lock.l_type == F_UNLCK ? 0 : 1);
    }
  int status;
  ck_assert_int_eq (waitpid (child, &status, 0), child);
  ck_assert (WIFEXITED (status) && WEXITSTATUS (status) < 2);
  return WEXITSTATUS (status) == 1;
}

START_TEST (readers_leave_locks_alone)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  bed_open (bed);
  ck_assert (is_locked_for_others (bed->path));
  for (int i = 0; i < 2; i++)
    {
      TmReader *reader = NULL;
      ck_assert (reader_open (bed->path, &reader, NULL));
      ck_assert (is_locked_for_others (bed->path));
      reader_close (reader);
      ck_assert (is_locked_for_others (bed->path));
    }
  bed_close (bed);
  ck_assert (!is_locked_for_others (bed->path));
}
END_TEST

typedef struct
{
  pid_t pid;
  int in, out;
} Child;

static gint32
count_tickets (const char *path)
{
  g_autoptr (TmReader) reader = NULL;
  g_autoptr (GPtrArray) tickets = NULL;
  g_autoptr (GError) error = NULL;
  TmTicketFilter filter = { 0 };
  if (reader_open (path, &reader, &error) && reader_list (reader, &filter, &tickets, &error))
    return (gint32) tickets->len;
  fprintf (stderr, "%s\n", error->message);
  return -1;
}

/* A process with the rights of a group that may read the files and with no others.  It counts tickets when asked.
 * Begun before the database is open, for SQLite must not be carried across a fork(2). */
static Child
start_group_member (const char *path)
{
  int to_child[2], from_child[2];
  ck_assert (pipe (to_child) == 0 && pipe (from_child) == 0);
  pid_t pid = fork ();
  if (pid == 0)
    {
      gint32 n;
      close (to_child[1]);
      if (setgroups (0, NULL) != 0 || setgid (NOBODY) != 0 || setuid (NOBODY) != 0)
        _exit (1);
      while (read (to_child[0], &n, sizeof n) == sizeof n)
        {
          n = count_tickets (path);
          if (write (from_child[1], &n, sizeof n) != sizeof n)
            _exit (1);
        }
      _exit (0);
    }
  close (to_child[0]);
  close (from_child[1]);
  return (Child){ .pid = pid, .in = to_child[1], .out = from_child[0] };
}

static gint32
ask (const Child *child)
{
  gint32 n = 0;
  ck_assert_int_eq (write (child->in, &n, sizeof n), sizeof n);
  ck_assert_int_eq (read (child->out, &n, sizeof n), sizeof n);
  return n;
}

START_TEST (reader_of_another_user)
{
  if (geteuid () != 0)
    return; /* nobody else to become */
  g_autoptr (TmStoreBed) bed = bed_new ();
  ck_assert_int_eq (chmod (bed->directory, 0755), 0);
  write_file (bed->path, "", 0);
  ck_assert_int_eq (chown (bed->path, 0, NOBODY), 0);
  ck_assert_int_eq (chmod (bed->path, 0640), 0);
  Child member = start_group_member (bed->path);
  bed_open (bed);
  ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = "1@x" }), 1);
  ck_assert_int_eq (ask (&member), 1);
  ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = "2@x" }), 2);
  ck_assert_int_eq (ask (&member), 2);
  bed_close (bed);
  ck_assert_int_eq (ask (&member), 2);
  close (member.in);
  ck_assert_int_eq (waitpid (member.pid, NULL, 0), member.pid);
}
END_TEST

START_TEST (open_to_everybody)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autofree char *message = NULL;
  make_ours (bed);
  ck_assert_int_eq (chmod (bed->path, 0644), 0);
  g_autofree char *before = fingerprint (bed);
  ck_assert_int_eq (bed_try_open (bed, &message), TM_ERROR_DENIED);
  ck_assert_ptr_nonnull (strstr (message, "mode 0644"));
  g_autofree char *after = fingerprint (bed);
  ck_assert_str_eq (before, after);
}
END_TEST

SUITE_MAIN ("store-open", tcase_add_test (tc, open_to_everybody);
            tcase_add_loop_test (tc, fault_6_is_refused_untouched, 0, G_N_ELEMENTS (refused));
            tcase_add_loop_test (tc, fault_6_is_refused_by_readers, 0, G_N_ELEMENTS (refused));
            tcase_add_test (tc, marker_brings_a_check);
            tcase_add_loop_test (tc, is_made, 0, G_N_ELEMENTS (made));
            tcase_add_test (tc, unfinished_one_is_no_obstacle);
            tcase_add_test (tc, no_directory);
            tcase_add_test (tc, no_right_to_directory);
            tcase_add_test (tc, no_database_for_readers);
            tcase_add_loop_test (tc, fault_5_full_disk_at_start, 0, 2);
            tcase_add_test (tc, second_daemon);
            tcase_add_test (tc, readers_leave_locks_alone);
            tcase_add_test (tc, reader_of_another_user);)
