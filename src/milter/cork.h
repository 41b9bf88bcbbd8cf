/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Edits that reach the MTA in one piece.  libmilter writes a packet for each smfi_*() call, and each wakes the process
 * of the MTA that waits for the answer.  It has no call to gather them; but its writev(2), and the poll(2) before each,
 * are looked up in the program first, which has its own here.  A libmilter that writes in another way is not held up,
 * its packets go out one by one.
 */
#ifndef TM_MILTER_CORK_H
#define TM_MILTER_CORK_H

#include <stdbool.h>
#include <stddef.h>

typedef struct
{
  int fd;     /* whose bytes wait; -1: none do */
  size_t len;
  bool has_failed;
  char bytes[16384];
} TmCork;

/* What this thread writes from now on by writev() waits in `cork`, until it is full or cork_end(); meanwhile a poll()
 * of this thread for POLLOUT alone finds room at once.  Within one function only: the callbacks of a session run on
 * different threads. */
void cork_begin (TmCork *cork);

/* Writes what waits.  False when that, or an earlier part of it, could not be written: the connection is of no use any
 * more. */
bool cork_end (TmCork *cork);

/* Instead: what waits goes on waiting, for the reply that libmilter writes to the same connection when the callback is
 * over, and so the MTA wakes up once.  When that cannot be written libmilter ends the connection: the MTA has neither
 * edits nor a reply then. */
bool cork_hold (TmCork *cork);

/* First thing in every callback: drops what a reply that was never written left behind on this thread. */
void cork_forget (void);

#endif
