/* SPDX-License-Identifier: BSD-2-Clause */
/* The log when nobody reads it. */
#include "base/log.h"
#include "tests/support/suite.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { N_LINES = 2000 };

static int
listen_at (const char *path)
{
  struct sockaddr_un name = { .sun_family = AF_UNIX };
  g_strlcpy (name.sun_path, path, sizeof name.sun_path);
  int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  ck_assert_int_eq (bind (fd, (struct sockaddr *) &name, sizeof name), 0);
  return fd;
}

static bool
next_line (int fd, char line[static 2048])
{
  ssize_t len = recv (fd, line, 2047, 0);
  line[MAX (len, 0)] = '\0';
  return len > 0;
}

/* A full socket loses lines instead of time, and how many is told once it takes them again. */
START_TEST (fault_28_full_socket)
{
  g_autofree char *directory = g_dir_make_tmp ("log-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "log", NULL);
  char line[2048], told[100];
  int fd = listen_at (path);
  unsigned n_read = 0;
  ck_assert (log_open ("desk", path, "local3"));
  for (unsigned i = 0; i < N_LINES; i++)
    log_info ("line %u", i);
  while (next_line (fd, line))
    n_read++;
  ck_assert_uint_gt (n_read, 0);
  ck_assert_uint_lt (n_read, N_LINES);

  log_error ("again");
  ck_assert (next_line (fd, line));
  g_snprintf (told, sizeof told, ": %u lines of the log were lost: its socket was full or gone", N_LINES - n_read);
  ck_assert_msg (g_str_has_prefix (line, "<156>") && g_str_has_suffix (line, told), "%s", line);
  ck_assert (next_line (fd, line));
  ck_assert_msg (g_str_has_prefix (line, "<155>") && g_str_has_suffix (line, ": again"), "%s", line);
  log_error ("once more");
  ck_assert (next_line (fd, line) && g_str_has_suffix (line, ": once more"));
  close (fd);
  g_unlink (path);
  g_rmdir (directory);
}
END_TEST

START_TEST (facilities)
{
  ck_assert (log_facility_is_known ("mail") && !log_facility_is_known ("Mail") && !log_facility_is_known ("auth"));
  ck_assert (!log_open ("desk", NULL, "auth"));
}
END_TEST

SUITE_MAIN ("log", tcase_add_test (tc, fault_28_full_socket); tcase_add_test (tc, facilities);)
