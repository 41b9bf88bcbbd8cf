/* SPDX-License-Identifier: BSD-2-Clause */
#include "desk/trial.h"

#include "base/clock.h"
#include "base/log.h"
#include "mime/mime.h"
#include "mime/shortage.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

/* The stack is half of what threads have that read for good (milter/front.c).  What comes through is read again in
 * the daemon, in so many sessions at once: so data, of which a part takes a kilobyte, has a bound that is narrower
 * than that of addresses, among which the libraries are. */
enum
{
  AT_ONCE = 2, WAIT_S = 10, CPU_S = 3, FILES = 4, STACK_BYTES = 512 << 10, MS_PER_S = 1000,
  NOT_STARTED = 127, /* posix_spawn(3), ld.so(8) */
  ADDRESS_BYTES = 512 << 20, DATA_BYTES = 64 << 20, SHARE = 4 /* of the message's own bytes, beside them */
};

static sem_t places;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
make_places (void)
{
  sem_init (&places, 0, AT_ONCE);
}

/* --- here --- */

/* Both sides are the same file, so the limits need no form of their own. */
static int
open_input (GBytes *raw, const TmLimits *limits)
{
  gsize len, done = 0;
  const char *data = g_bytes_get_data (raw, &len);
  int fd = memfd_create ("message", MFD_CLOEXEC);
  bool ok = fd >= 0 && write (fd, limits, sizeof *limits) == (ssize_t) sizeof *limits;
  while (ok && done < len)
    {
      ssize_t n = write (fd, data + done, len - done);
      ok = n > 0 || (n < 0 && errno == EINTR);
      done += n > 0 ? (gsize) n : 0;
    }
  if (!ok && fd >= 0)
    close (fd);
  return ok ? fd : -1;
}

static int
spawn (int input, pid_t *pid_out)
{
  static char name[] = "ticketmilter", argument[] = TRIAL_ARGUMENT, language[] = "LANG=C.UTF-8";
  char *const argv[] = { name, argument, NULL }, *const environment[] = { language, NULL };
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none, all;
  sigemptyset (&none);
  sigfillset (&all);
  posix_spawn_file_actions_init (&actions);
  posix_spawn_file_actions_adddup2 (&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_addopen (&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen (&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addclosefrom_np (&actions, STDERR_FILENO + 1);
  posix_spawnattr_init (&attributes);
  posix_spawnattr_setflags (&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  posix_spawnattr_setsigdefault (&attributes, &all);
  posix_spawnattr_setsigmask (&attributes, &none);
  /* The file that runs, not what an upgrade has put in its place. */
  int rc = posix_spawn (pid_out, "/proc/self/exe", &actions, &attributes, argv, environment);
  posix_spawnattr_destroy (&attributes);
  posix_spawn_file_actions_destroy (&actions);
  return rc;
}

/* How it ended, as waitpid() has it; false: it was ended, its time was over.  Where the system has no pidfd it is
 * looked after now and then. */
static bool
wait_for (pid_t pid, int *status_out)
{
  enum { LOOK_MS = 10 };
  int process = pidfd_open (pid, 0);
  gint64 until_us = clock_monotonic_us () + WAIT_S * G_USEC_PER_SEC;
  struct pollfd ended = { .fd = process, .events = POLLIN };
  pid_t found;
  while ((found = waitpid (pid, status_out, WNOHANG)) == 0 || (found < 0 && errno == EINTR))
    {
      gint64 left_ms = (until_us - clock_monotonic_us ()) / (G_USEC_PER_SEC / MS_PER_S);
      if (left_ms <= 0)
        break;
      (void) poll (&ended, process >= 0 ? 1 : 0, (int) (process >= 0 ? left_ms : MIN (left_ms, LOOK_MS)));
    }
  if (process >= 0)
    close (process);
  if (found == pid)
    return true;
  kill (pid, SIGKILL);
  while (waitpid (pid, status_out, 0) < 0 && errno == EINTR)
    ;
  return false;
}

static TmTrialResult
fail (TmTrialResult result, char *why, char **why_out)
{
  *why_out = why;
  return result;
}

/* What will not pass is no reason to put mail off until its sender gives it up. */
static TmTrialResult
fail_by (int error_number, const char *what, char **why_out)
{
  return fail (shortage_is (error_number) ? TM_TRIAL_NOT_HELD : TM_TRIAL_FAILED,
               g_strdup_printf ("%s: %s", what, g_strerror (error_number)), why_out);
}

static TmTrialResult
judge (int status, char **why_out)
{
  if (WIFSIGNALED (status))
    return fail (TM_TRIAL_FAILED, g_strdup_printf ("signal %d", WTERMSIG (status)), why_out);
  int code = WEXITSTATUS (status);
  if (code == EX_OK)
    return TM_TRIAL_PASSED;
  bool is_ours = code == EX_OSERR || code == EX_USAGE || code == NOT_STARTED;
  return fail (is_ours ? TM_TRIAL_NOT_HELD : TM_TRIAL_FAILED, g_strdup_printf ("exit status %d", code), why_out);
}

static TmTrialResult
try_one (GBytes *raw, const TmLimits *limits, char **why_out)
{
  pid_t pid;
  int input = open_input (raw, limits), status = 0;
  if (input < 0)
    return fail_by (errno, "no memory for it", why_out);
  int rc = spawn (input, &pid);
  close (input);
  if (rc != 0)
    return fail_by (rc, "no process for it", why_out);
  if (!wait_for (pid, &status))
    return fail (TM_TRIAL_NOT_HELD, g_strdup ("it took too long"), why_out);
  return judge (status, why_out);
}

TmTrialResult
trial_read (GBytes *raw, const TmLimits *limits)
{
  gint64 until_us = clock_monotonic_us () + WAIT_S * G_USEC_PER_SEC;
  const struct timespec until = { .tv_sec = until_us / G_USEC_PER_SEC, .tv_nsec = until_us % G_USEC_PER_SEC * 1000 };
  pthread_once (&once, make_places);
  int rc;
  while ((rc = sem_clockwait (&places, CLOCK_MONOTONIC, &until)) < 0 && errno == EINTR)
    ;
  g_autofree char *why = NULL;
  TmTrialResult result = rc == 0 ? try_one (raw, limits, &why)
                                 : fail (TM_TRIAL_NOT_HELD, g_strdup ("too many of the kind at once"), &why);
  if (rc == 0)
    sem_post (&places);
  if (result == TM_TRIAL_FAILED)
    log_warning ("message: size=%" G_GSIZE_FORMAT " cannot be read safely (%s): recorded as it came,"
                 " flagged unreadable", g_bytes_get_size (raw), why);
  else if (result == TM_TRIAL_NOT_HELD)
    log_warning ("message: size=%" G_GSIZE_FORMAT " could not be read in a process of its own (%s): put off",
                 g_bytes_get_size (raw), why);
  return result;
}

/* --- there --- */

/* As narrow as it may have been before, at least. */
static bool
limit (__rlimit_resource_t what, rlim_t most)
{
  struct rlimit both;
  if (getrlimit (what, &both) != 0)
    return false;
  both.rlim_cur = both.rlim_max = MIN (most, both.rlim_max);
  return setrlimit (what, &both) == 0;
}

/* AddressSanitizer reserves terabytes. */
static bool
limit_all (gsize message G_GNUC_UNUSED)
{
#if defined __SANITIZE_ADDRESS__
  bool is_bounded = true;
#else
  rlim_t share = (rlim_t) message * SHARE;
  bool is_bounded = limit (RLIMIT_AS, ADDRESS_BYTES + share) && limit (RLIMIT_DATA, DATA_BYTES + share);
#endif
  return is_bounded && limit (RLIMIT_CPU, CPU_S) && limit (RLIMIT_NOFILE, FILES) && limit (RLIMIT_CORE, 0)
         && limit (RLIMIT_FSIZE, 0) && prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
         && prctl (PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0;
}

typedef struct
{
  GBytes *raw;
  TmLimits limits;
} Work;

static void *
read_message (void *data)
{
  const Work *work = data;
  mail_free (mime_read (work->raw, &work->limits));
  return NULL;
}

int
trial_main (void)
{
  struct stat file;
  Work work;
  if (fstat (STDIN_FILENO, &file) != 0 || file.st_size < (off_t) sizeof work.limits)
    return EX_USAGE;
  gsize len = (gsize) file.st_size - sizeof work.limits;
  const char *data = mmap (NULL, (gsize) file.st_size, PROT_READ, MAP_PRIVATE, STDIN_FILENO, 0);
  if (data == MAP_FAILED || !limit_all (len))
    return EX_OSERR;
  memcpy (&work.limits, data, sizeof work.limits);
  work.raw = g_bytes_new_static (data + sizeof work.limits, len);
  mime_init ();
  pthread_t reader;
  pthread_attr_t attributes;
  pthread_attr_init (&attributes);
  pthread_attr_setstacksize (&attributes, STACK_BYTES);
  if (pthread_create (&reader, &attributes, read_message, &work) != 0)
    return EX_OSERR;
  pthread_join (reader, NULL);
  return EX_OK;
}
