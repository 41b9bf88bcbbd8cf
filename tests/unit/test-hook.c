/* SPDX-License-Identifier: BSD-2-Clause */
/* How programs that get pages end. */
#include "outbox/hook.h"
#include "base/clock.h"
#include "tests/support/suite.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct
{
  const char *name, *script; /* of sh; $0 is a file of the test */
  TmSubmitOutcome outcome;
  const char *text;
} cases[] = {
  { "takes it", "cat > \"$0\"; exit 0", TM_SUBMIT_DONE, "/bin/sh: exit status 0" },
  { "reads nothing", "exit 0", TM_SUBMIT_DONE, "/bin/sh: exit status 0" },
  { "not now", "echo one >&2; echo 'try  again' >&2; exit 75", TM_SUBMIT_LATER,
    "/bin/sh: exit status 75: try again" },
  { "never", "printf 'no\\033[1m such\\377 user\\n\\n' >&2; exit 1", TM_SUBMIT_FAILED,
    "/bin/sh: exit status 1: no [1m such\xef\xbf\xbd user" },
  { "says nothing", "exit 3", TM_SUBMIT_FAILED, "/bin/sh: exit status 3" },
  { "is ended by others", "kill -TERM $$", TM_SUBMIT_LATER, "/bin/sh: killed by signal 15" },
  { "hangs, and its child", "sleep 600 & echo $! > \"$0\"; wait", TM_SUBMIT_AWAY,
    "/bin/sh: killed, it took longer than 1 s" },
  { "leaves a child behind", "sleep 600 & echo $! > \"$0\"", TM_SUBMIT_DONE, "/bin/sh: exit status 0" },
  { "does not want to be ended", "trap '' TERM INT HUP; while :; do sleep 1; done", TM_SUBMIT_AWAY,
    "/bin/sh: killed, it took longer than 1 s" },
  { "writes a gigabyte", "head -c 1G /dev/zero | tr '\\0' x >&2; echo >&2; echo enough >&2; exit 1", TM_SUBMIT_FAILED,
    "/bin/sh: exit status 1: enough" },
  { "writes a gigabyte elsewhere", "head -c 1G /dev/zero", TM_SUBMIT_DONE, "/bin/sh: exit status 0" },
  { "has no environment", "test -z \"$TM_TEST_SECRET$HOME\" && test -n \"$PATH\" && test \"$PWD\" = / || exit 9",
    TM_SUBMIT_DONE, "/bin/sh: exit status 0" },
  { "inherits nothing", "for fd in 3 4 5 6 7 8 9; do test ! -e /proc/$$/fd/$fd || exit 9; done", TM_SUBMIT_DONE,
    "/bin/sh: exit status 0" },
  { "has its signals", "kill -PIPE $$; exit 9", TM_SUBMIT_LATER, "/bin/sh: killed by signal 13" },
};

static char *
file_of_test (void)
{
  g_autofree char *name = g_strdup_printf ("ticketmilter-hook-%d", getpid ());
  return g_build_filename (g_get_tmp_dir (), name, NULL);
}

static void
run (const char *script, unsigned timeout_s, const char *file, TmSubmitResult *result_out)
{
  char *argv[] = { (char[]) { "/bin/sh" }, (char[]) { "-c" }, g_strdup (script), g_strdup (file), NULL };
  const TmHook hook = { .argv = argv, .body = "{\"a\":1}", .timeout_s = timeout_s };
  hook_run (&hook, result_out);
  g_free (argv[2]);
  g_free (argv[3]);
}

/* The process that the script named ends; a hang becomes a failure. */
static void
check_gone (const char *file)
{
  g_autofree char *text = NULL;
  ck_assert (g_file_get_contents (file, &text, NULL, NULL));
  pid_t pid = atoi (text);
  ck_assert_int_gt (pid, 1);
  g_autofree char *state = g_strdup_printf ("/proc/%d/stat", pid);
  for (int i = 0; i < 1000; i++)
    {
      g_autofree char *stat = NULL;
      if (!g_file_get_contents (state, &stat, NULL, NULL) || strstr (stat, ") Z ") != NULL)
        return;
      g_usleep (10000);
    }
  ck_abort_msg ("process %d goes on", pid);
}

START_TEST (ends_as_it_should)
{
  g_auto (TmSubmitResult) result = { 0 };
  g_autofree char *file = file_of_test ();
  g_autofree char *text = NULL;
  signal (SIGPIPE, SIG_IGN);
  sigset_t blocked;
  sigemptyset (&blocked);
  sigaddset (&blocked, SIGTERM);
  sigprocmask (SIG_BLOCK, &blocked, NULL);
  g_setenv ("TM_TEST_SECRET", "x", TRUE);
  unsigned timeout_s = cases[_i].outcome == TM_SUBMIT_AWAY ? 1 : 60;
  run (cases[_i].script, timeout_s, file, &result);
  ck_assert_msg (result.outcome == cases[_i].outcome, "%s: %d: %s", cases[_i].name, result.outcome, result.text);
  ck_assert_str_eq (result.text, cases[_i].text);
  ck_assert_uint_eq (result.refused->len, 0);
  if (strstr (cases[_i].script, "cat >") != NULL)
    {
      ck_assert (g_file_get_contents (file, &text, NULL, NULL));
      ck_assert_str_eq (text, "{\"a\":1}");
    }
  if (strstr (cases[_i].script, "$!") != NULL)
    check_gone (file);
  unlink (file);
}
END_TEST

START_TEST (cannot_be_run)
{
  static char missing[] = "/none/there", folder[] = "/etc";
  char *const paths[] = { missing, folder };
  for (size_t i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      char *argv[] = { paths[i], NULL };
      const TmHook hook = { .argv = argv, .body = "", .timeout_s = 5 };
      g_auto (TmSubmitResult) result = { 0 };
      hook_run (&hook, &result);
      ck_assert_int_eq (result.outcome, TM_SUBMIT_AWAY);
      ck_assert_str_eq (result.text, i == 0 ? "/none/there: cannot be run: No such file or directory"
                                            : "/etc: cannot be run: Permission denied");
    }
}
END_TEST

static bool
is_stopped (gpointer data)
{
  return ++*(int *) data > 1;
}

START_TEST (can_be_stopped)
{
  char *argv[] = { (char[]) { "/bin/sleep" }, (char[]) { "600" }, NULL };
  int n_asked = 0;
  const TmHook hook = { .argv = argv, .body = "", .timeout_s = 60, .is_stopped = is_stopped, .data = &n_asked };
  g_auto (TmSubmitResult) result = { 0 };
  hook_run (&hook, &result);
  ck_assert_int_eq (result.outcome, TM_SUBMIT_LATER);
  ck_assert_int_eq (n_asked, 2);
}
END_TEST

/* Descriptors do not add up. */
START_TEST (leaks_nothing)
{
  for (int i = 0; i < 200; i++)
    {
      g_auto (TmSubmitResult) result = { 0 };
      run ("exit 0", 60, "x", &result);
      ck_assert_int_eq (result.outcome, TM_SUBMIT_DONE);
    }
  int fd = dup (0);
  ck_assert_int_lt (fd, 30);
  close (fd);
}
END_TEST

SUITE_MAIN ("hook", tcase_set_timeout (tc, 120);
            tcase_add_loop_test (tc, ends_as_it_should, 0, (int) G_N_ELEMENTS (cases));
            tcase_add_test (tc, cannot_be_run); tcase_add_test (tc, can_be_stopped);
            tcase_add_test (tc, leaks_nothing);)
