/* SPDX-License-Identifier: BSD-2-Clause */
/* How many pieces reach the other side, and which: each write of a SEQPACKET socket is read by itself. */
#include "milter/cork.h"
#include "tests/support/suite.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static int ours[2], theirs[2];

static void
setup (void)
{
  for (int i = 0; i < 2; i++)
    {
      int pair[2];
      ck_assert_int_eq (socketpair (AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
      ours[i] = pair[0];
      theirs[i] = pair[1];
    }
  signal (SIGPIPE, SIG_IGN);
}

static void
teardown (void)
{
  for (int i = 0; i < 2; i++)
    {
      close (ours[i]);
      close (theirs[i]);
    }
}

/* In two pieces, as libmilter writes a packet. */
static void
put (int i, const char *text)
{
  char bytes[65536];
  struct iovec pieces[2] = { { bytes, 1 }, { bytes + 1, strlen (text) - 1 } };
  memcpy (bytes, text, strlen (text));
  ck_assert_int_eq (writev (ours[i], pieces, 2), (int) strlen (text));
}

static void
expect (int i, const char *text)
{
  char bytes[65536];
  ssize_t n = recv (theirs[i], bytes, sizeof bytes, MSG_DONTWAIT);
  if (text == NULL)
    ck_assert_int_lt (n, 0);
  else
    ck_assert_msg (n == (ssize_t) strlen (text) && memcmp (bytes, text, (size_t) n) == 0, "%zd bytes", n);
}

START_TEST (in_one_piece)
{
  TmCork cork;
  cork_begin (&cork);
  put (0, "one ");
  put (0, "two ");
  put (0, "three");
  expect (0, NULL);
  ck_assert (cork_end (&cork));
  expect (0, "one two three");
  put (0, "four");
  expect (0, "four");
}
END_TEST

START_TEST (nothing_written)
{
  TmCork cork;
  cork_begin (&cork);
  ck_assert (cork_end (&cork));
  expect (0, NULL);
}
END_TEST

/* What does not fit waits for nothing, and overtakes nothing. */
START_TEST (too_much)
{
  TmCork cork;
  char half[sizeof cork.bytes / 2 + 2], whole[sizeof cork.bytes + 2];
  memset (half, 'h', sizeof half);
  memset (whole, 'w', sizeof whole);
  half[sizeof half - 1] = whole[sizeof whole - 1] = '\0';
  cork_begin (&cork);
  put (0, half);
  put (0, half);
  expect (0, half);
  put (0, whole);
  expect (0, half);
  expect (0, whole);
  put (0, "rest");
  expect (0, NULL);
  ck_assert (cork_end (&cork));
  expect (0, "rest");
}
END_TEST

START_TEST (two_connections)
{
  TmCork cork;
  cork_begin (&cork);
  put (0, "a");
  put (1, "b");
  expect (0, "a");
  put (0, "c");
  expect (1, "b");
  ck_assert (cork_end (&cork));
  expect (0, "c");
}
END_TEST

static void *
put_from_elsewhere (void *data)
{
  put (0, data);
  return NULL;
}

START_TEST (other_threads)
{
  char text[] = "elsewhere";
  TmCork cork;
  pthread_t thread;
  cork_begin (&cork);
  put (0, "here");
  ck_assert_int_eq (pthread_create (&thread, NULL, put_from_elsewhere, text), 0);
  pthread_join (thread, NULL);
  expect (0, "elsewhere");
  ck_assert (cork_end (&cork));
  expect (0, "here");
}
END_TEST

/* A reader that is gone is told of at the end, wherever it was noticed. */
START_TEST (nobody_reads)
{
  TmCork cork;
  cork_begin (&cork);
  put (0, "a");
  shutdown (theirs[0], SHUT_RDWR);
  if (_i == 1)
    put (1, "b");
  ck_assert (!cork_end (&cork));
}
END_TEST

/* Edits wait for the reply, which is the next write to their connection; what is too long for that goes before it. */
START_TEST (with_reply)
{
  TmCork cork;
  char edits[4000];
  memset (edits, 'e', sizeof edits);
  edits[sizeof edits - 1] = '\0';
  cork_begin (&cork);
  put (0, _i == 0 ? "edits " : edits);
  ck_assert (cork_hold (&cork));
  expect (0, _i == 0 ? NULL : edits);
  put (1, "other");
  expect (1, "other");
  put (0, "reply");
  expect (0, _i == 0 ? "edits reply" : "reply");
  put (0, "more");
  expect (0, "more");
}
END_TEST

START_TEST (with_long_reply)
{
  TmCork cork;
  char reply[5000];
  memset (reply, 'r', sizeof reply);
  reply[sizeof reply - 1] = '\0';
  cork_begin (&cork);
  put (0, "edits");
  ck_assert (cork_hold (&cork));
  put (0, reply);
  expect (0, "edits");
  expect (0, reply);
}
END_TEST

/* A reply that never came: its edits reach nobody else who gets the descriptor. */
START_TEST (without_reply)
{
  TmCork cork;
  cork_begin (&cork);
  put (0, "edits");
  ck_assert (cork_hold (&cork));
  cork_forget ();
  put (0, "another");
  expect (0, "another");
}
END_TEST

START_TEST (reply_to_nobody)
{
  TmCork cork;
  char byte = 'r';
  struct iovec piece = { &byte, 1 };
  cork_begin (&cork);
  put (0, "edits");
  ck_assert (cork_hold (&cork));
  shutdown (theirs[0], SHUT_RDWR);
  ck_assert_int_eq (writev (ours[0], &piece, 1), -1);
  put (1, "another");
  expect (1, "another");
}
END_TEST

/* With a cork a poll for room finds it without a look; any other poll, and each without a cork, is a real one. */
START_TEST (room)
{
  static const struct
  {
    bool is_corked;
    short events;
    int n;
    short revents;
  } polls[] = {
    { false, POLLOUT, 0, 0 },
    { true, POLLOUT, 1, POLLOUT },
    { true, POLLIN | POLLOUT, 1, POLLIN },
    { false, POLLIN, 1, POLLIN },
  };
  char byte = 'x';
  while (send (ours[0], &byte, 1, MSG_DONTWAIT) == 1)
    continue;
  ck_assert_int_eq (send (theirs[0], &byte, 1, MSG_DONTWAIT), 1);
  TmCork cork;
  struct pollfd fd = { .fd = ours[0], .events = polls[_i].events };
  if (polls[_i].is_corked)
    cork_begin (&cork);
  int n = poll (&fd, 1, 0);
  ck_assert (!polls[_i].is_corked || cork_end (&cork));
  ck_assert_int_eq (n, polls[_i].n);
  ck_assert_int_eq (fd.revents, polls[_i].revents);
}
END_TEST

SUITE_MAIN ("cork", tcase_add_checked_fixture (tc, setup, teardown); tcase_add_test (tc, in_one_piece);
            tcase_add_test (tc, nothing_written); tcase_add_test (tc, too_much);
            tcase_add_test (tc, two_connections); tcase_add_test (tc, other_threads);
            tcase_add_loop_test (tc, nobody_reads, 0, 2); tcase_add_loop_test (tc, room, 0, 4);
            tcase_add_loop_test (tc, with_reply, 0, 2); tcase_add_test (tc, with_long_reply);
            tcase_add_test (tc, without_reply); tcase_add_test (tc, reply_to_nobody);)
