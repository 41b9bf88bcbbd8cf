/* SPDX-License-Identifier: BSD-2-Clause */
#include "outbox/hook.h"

#include "base/clock.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

enum { TEXT_MAX = 300, TAIL_MAX = 4096, READS_MAX = 16, LOOK_MS = 1000, US_PER_S = 1000000, US_PER_MS = 1000 };

typedef struct
{
  pid_t pid;
  int input, errors[2], process; /* descriptors; -1: none */
  GString *tail;                 /* the end of what it wrote to standard error */
} Run;

static void
close_one (int *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

static void
run_clear (Run *run)
{
  close_one (&run->input);
  close_one (&run->errors[0]);
  close_one (&run->errors[1]);
  close_one (&run->process);
  g_string_free (run->tail, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

/* --- the start --- */

/* A file in memory: no pipe that somebody has to fill while the program reads. */
static bool
open_input (Run *run, const char *body)
{
  size_t len = strlen (body);
  run->input = memfd_create ("page", MFD_CLOEXEC);
  return run->input >= 0 && write (run->input, body, len) == (ssize_t) len && lseek (run->input, 0, SEEK_SET) == 0;
}

static bool
open_errors (Run *run)
{
  return pipe2 (run->errors, O_CLOEXEC) == 0 && fcntl (run->errors[0], F_SETFL, O_NONBLOCK) == 0;
}

static int
spawn (Run *run, const TmHook *hook)
{
  static char path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", language[] = "LANG=C.UTF-8";
  char *const environment[] = { path, language, NULL };
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none, all;
  sigemptyset (&none);
  sigfillset (&all);
  posix_spawn_file_actions_init (&actions);
  posix_spawn_file_actions_adddup2 (&actions, run->input, STDIN_FILENO);
  posix_spawn_file_actions_addopen (&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2 (&actions, run->errors[1], STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np (&actions, STDERR_FILENO + 1);
  posix_spawn_file_actions_addchdir_np (&actions, "/");
  posix_spawnattr_init (&attributes);
  posix_spawnattr_setflags (&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  posix_spawnattr_setpgroup (&attributes, 0);
  posix_spawnattr_setsigdefault (&attributes, &all);
  posix_spawnattr_setsigmask (&attributes, &none);
  int rc = posix_spawn (&run->pid, hook->argv[0], &actions, &attributes, hook->argv, environment);
  posix_spawnattr_destroy (&attributes);
  posix_spawn_file_actions_destroy (&actions);
  return rc;
}

/* The group while its number cannot be anybody else's yet, then the program. */
static int
reap (const Run *run)
{
  int status = 0;
  kill (-run->pid, SIGKILL);
  while (waitpid (run->pid, &status, 0) < 0 && errno == EINTR)
    ;
  return status;
}

static int
start (Run *run, const TmHook *hook)
{
  if (!open_input (run, hook->body) || !open_errors (run))
    return errno;
  int rc = spawn (run, hook);
  close_one (&run->errors[1]);
  if (rc != 0)
    return rc;
  run->process = pidfd_open (run->pid, 0);
  if (run->process >= 0)
    return 0;
  rc = errno;
  (void) reap (run);
  return rc;
}

/* --- the course --- */

/* Reads on whatever it writes, and keeps the end.  So much at once, then the clock is looked at again. */
static void
drain (Run *run)
{
  char buf[TAIL_MAX];
  for (int i = 0; i < READS_MAX && run->errors[0] >= 0; i++)
    {
      ssize_t n = read (run->errors[0], buf, sizeof buf);
      if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
        close_one (&run->errors[0]);
      if (n <= 0)
        return;
      g_string_append_len (run->tail, buf, n);
      if (run->tail->len > TAIL_MAX)
        g_string_erase (run->tail, 0, (gssize) (run->tail->len - TAIL_MAX));
    }
}

typedef enum { RUN_ENDED, RUN_TOO_LONG, RUN_STOPPED } RunEnd;

static RunEnd
watch (Run *run, const TmHook *hook)
{
  gint64 end_us = clock_monotonic_us () + (gint64) hook->timeout_s * US_PER_S;
  for (;;)
    {
      gint64 left_us = end_us - clock_monotonic_us ();
      struct pollfd fds[] = { { .fd = run->process, .events = POLLIN }, { .fd = run->errors[0], .events = POLLIN } };
      if (left_us <= 0)
        return RUN_TOO_LONG;
      if (hook->is_stopped != NULL && hook->is_stopped (hook->data))
        return RUN_STOPPED;
      (void) poll (fds, G_N_ELEMENTS (fds), (int) MIN (left_us / US_PER_MS + 1, LOOK_MS));
      drain (run);
      if ((fds[0].revents & POLLIN) != 0)
        return RUN_ENDED;
    }
}

/* --- the end --- */

static char *
last_line (const GString *tail)
{
  g_autofree char *valid = text_make_valid (tail->str, tail->len);
  g_strchomp (valid);
  const char *feed = strrchr (valid, '\n');
  return text_one_line (feed != NULL ? feed + 1 : valid, TEXT_MAX);
}

static char *
describe (const TmHook *hook, RunEnd end, int status)
{
  if (end == RUN_TOO_LONG)
    return g_strdup_printf ("killed, it took longer than %u s", hook->timeout_s);
  if (end == RUN_STOPPED)
    return g_strdup ("killed, the daemon ends");
  if (WIFSIGNALED (status))
    return g_strdup_printf ("killed by signal %d", WTERMSIG (status));
  return g_strdup_printf ("exit status %d", WEXITSTATUS (status));
}

static TmSubmitOutcome
outcome_of (RunEnd end, int status)
{
  if (end == RUN_TOO_LONG)
    return TM_SUBMIT_AWAY;
  if (end == RUN_STOPPED || !WIFEXITED (status) || WEXITSTATUS (status) == EX_TEMPFAIL)
    return TM_SUBMIT_LATER;
  return WEXITSTATUS (status) == 0 ? TM_SUBMIT_DONE : TM_SUBMIT_FAILED;
}

static void
set_result (TmSubmitResult *result, TmSubmitOutcome outcome, const char *path, const char *what, const char *said)
{
  g_autofree char *text = g_strdup_printf ("%s: %s%s%s", path, what, *said != '\0' ? ": " : "", said);
  result->outcome = outcome;
  result->text = text_one_line (text, TEXT_MAX);
}

void
hook_run (const TmHook *hook, TmSubmitResult *result_out)
{
  g_auto (Run) run = { .input = -1, .errors = { -1, -1 }, .process = -1, .tail = g_string_new (NULL) };
  submit_result_init (result_out, TM_SUBMIT_AWAY, NULL);
  int rc = start (&run, hook);
  if (rc != 0)
    {
      set_result (result_out, TM_SUBMIT_AWAY, hook->argv[0], "cannot be run", g_strerror (rc));
      return;
    }
  RunEnd end = watch (&run, hook);
  int status = reap (&run);
  drain (&run);
  g_autofree char *what = describe (hook, end, status);
  g_autofree char *said = last_line (run.tail);
  set_result (result_out, outcome_of (end, status), hook->argv[0], what, said);
}
