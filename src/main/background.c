/* SPDX-License-Identifier: BSD-2-Clause */
#include "main/background.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

static int ready_fd = -1;

static void
fail (const char *what)
{
  fprintf (stderr, "ticketmilter: %s: %s\n", what, strerror (errno));
  _exit (EX_OSERR);
}

/* In the process that was called; never returns. */
static void
wait_until_ready (int fd, pid_t child)
{
  char byte;
  ssize_t n;
  do
    n = read (fd, &byte, 1);
  while (n < 0 && errno == EINTR);
  if (n == 1)
    _exit (EX_OK);
  int status = 0;
  while (waitpid (child, &status, 0) < 0 && errno == EINTR)
    ;
  _exit (WIFEXITED (status) ? WEXITSTATUS (status) : EX_SOFTWARE);
}

void
background_start (void)
{
  int fds[2];
  if (pipe2 (fds, O_CLOEXEC) != 0)
    fail ("pipe");
  pid_t child = fork ();
  if (child < 0)
    fail ("fork");
  if (child > 0)
    {
      close (fds[1]);
      wait_until_ready (fds[0], child);
    }
  close (fds[0]);
  ready_fd = fds[1];
  setsid ();
}

void
background_ready (void)
{
  int null = open ("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = STDIN_FILENO; null >= 0 && fd <= STDERR_FILENO; fd++)
    dup2 (null, fd);
  if (null > STDERR_FILENO)
    close (null);
  while (write (ready_fd, "", 1) < 0 && errno == EINTR)
    ;
  close (ready_fd);
  ready_fd = -1;
}
