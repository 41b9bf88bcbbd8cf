/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/cork.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* An MTA that reads nothing for so long is gone. */
enum { PATIENCE_S = 10 };

static __thread TmCork *corked;

/* What waits for the reply that libmilter writes when the callback is over. */
static __thread struct
{
  int fd;
  size_t len; /* 0: nothing does */
  char bytes[4096];
} held;

/* So much of it is kept free, for a line of 512 bytes and its packet's head. */
enum { REPLY_ROOM = 600 };

static bool
wait_for_room (int fd)
{
  struct pollfd poll_fd = { .fd = fd, .events = POLLOUT };
  const struct timespec patience = { .tv_sec = PATIENCE_S };
  int rc;
  do
    rc = ppoll (&poll_fd, 1, &patience, NULL);
  while (rc < 0 && errno == EINTR);
  return rc > 0;
}

static bool
write_all (int fd, const char *bytes, size_t len)
{
  while (len > 0)
    {
      ssize_t n = write (fd, bytes, len);
      if (n < 0 && errno != EINTR && (errno != EAGAIN || !wait_for_room (fd)))
        return false;
      size_t n_written = n > 0 ? (size_t) n : 0;
      bytes += n_written;
      len -= n_written;
    }
  return true;
}

static void
flush (TmCork *cork)
{
  if (cork->len > 0 && !write_all (cork->fd, cork->bytes, cork->len))
    cork->has_failed = true;
  cork->len = 0;
  cork->fd = -1;
}

void
cork_begin (TmCork *cork)
{
  cork->fd = -1;
  cork->len = 0;
  cork->has_failed = false;
  corked = cork;
}

bool
cork_end (TmCork *cork)
{
  corked = NULL;
  flush (cork);
  return !cork->has_failed;
}

bool
cork_hold (TmCork *cork)
{
  if (cork->has_failed || cork->len > sizeof held.bytes - REPLY_ROOM)
    return cork_end (cork);
  memcpy (held.bytes, cork->bytes, cork->len);
  held.fd = cork->fd;
  held.len = cork->len;
  corked = NULL;
  return true;
}

void
cork_forget (void)
{
  held.len = 0;
}

static size_t
total (const struct iovec *pieces, int n_pieces)
{
  size_t len = 0;
  for (int i = 0; i < n_pieces; i++)
    len += pieces[i].iov_len;
  return len;
}

static void
copy (char *to, const struct iovec *pieces, int n_pieces)
{
  for (int i = 0; i < n_pieces; to += pieces[i++].iov_len)
    if (pieces[i].iov_len > 0)
      memcpy (to, pieces[i].iov_base, pieces[i].iov_len);
}

/* False: it is none that can wait. */
static bool
take (TmCork *cork, int fd, const struct iovec *pieces, int n_pieces, size_t len)
{
  if (cork->len > 0 && (cork->fd != fd || len > sizeof cork->bytes - cork->len))
    flush (cork);
  if (len > sizeof cork->bytes || cork->has_failed)
    return false;
  copy (cork->bytes + cork->len, pieces, n_pieces);
  cork->len += len;
  cork->fd = fd;
  return true;
}

/* A reply, behind what waited for it. */
static ssize_t
write_reply (int fd, const struct iovec *pieces, int n_pieces, size_t len)
{
  bool is_joined = len <= sizeof held.bytes - held.len;
  if (is_joined)
    copy (held.bytes + held.len, pieces, n_pieces);
  bool is_written = write_all (fd, held.bytes, held.len + (is_joined ? len : 0));
  held.len = 0;
  if (!is_written)
    return -1;
  return is_joined ? (ssize_t) len : syscall (SYS_writev, fd, pieces, n_pieces);
}

/* The program's, before the C library's: see the header.  Both are those but for a thread that corked. */
__attribute__ ((visibility ("default"))) ssize_t
writev (int fd, const struct iovec *pieces, int n_pieces)
{
  bool is_sound = n_pieces > 0 && n_pieces <= IOV_MAX;
  size_t len = is_sound ? total (pieces, n_pieces) : 0;
  if (is_sound && corked != NULL && take (corked, fd, pieces, n_pieces, len))
    return (ssize_t) len;
  if (is_sound && held.len > 0 && held.fd == fd)
    return write_reply (fd, pieces, n_pieces, len);
  return syscall (SYS_writev, fd, pieces, n_pieces);
}

/* poll(2), under a name that glibc's header does not declare: there the descriptors are said to be only written to. */
__attribute__ ((visibility ("default"))) int poll_or_cork (struct pollfd *fds, nfds_t n_fds, int timeout_ms)
  __asm__ ("poll");

/* Whoever asks before each write whether there is room: there is, until the cork writes, and then it waits itself. */
int
poll_or_cork (struct pollfd *fds, nfds_t n_fds, int timeout_ms)
{
  enum { MS_PER_S = 1000, NS_PER_MS = 1000000 };
  bool is_for_room = n_fds == 1 && fds->fd >= 0 && fds->events == POLLOUT;
  if (is_for_room && (corked != NULL || (held.len > 0 && held.fd == fds->fd)))
    {
      fds->revents = POLLOUT;
      return 1;
    }
  const struct timespec timeout = { .tv_sec = timeout_ms / MS_PER_S, .tv_nsec = timeout_ms % MS_PER_S * NS_PER_MS };
  return ppoll (fds, n_fds, timeout_ms >= 0 ? &timeout : NULL, NULL);
}
