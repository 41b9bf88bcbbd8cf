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

/* False: it is none that can wait. */
static bool
take (TmCork *cork, int fd, const struct iovec *pieces, int n_pieces, size_t *len_out)
{
  size_t len = 0;
  for (int i = 0; i < n_pieces; i++)
    len += pieces[i].iov_len;
  *len_out = len;
  if (cork->len > 0 && (cork->fd != fd || len > sizeof cork->bytes - cork->len))
    flush (cork);
  if (len > sizeof cork->bytes || cork->has_failed)
    return false;
  for (int i = 0; i < n_pieces; i++)
    if (pieces[i].iov_len > 0)
      {
        memcpy (cork->bytes + cork->len, pieces[i].iov_base, pieces[i].iov_len);
        cork->len += pieces[i].iov_len;
      }
  cork->fd = fd;
  return true;
}

/* The program's, before the C library's: see the header.  Both are those but for a thread that corked. */
__attribute__ ((visibility ("default"))) ssize_t
writev (int fd, const struct iovec *pieces, int n_pieces)
{
  size_t len;
  if (corked != NULL && n_pieces > 0 && n_pieces <= IOV_MAX && take (corked, fd, pieces, n_pieces, &len))
    return (ssize_t) len;
  return syscall (SYS_writev, fd, pieces, n_pieces);
}

/* poll(2), under a name that glibc's header has not declared: it says there that the descriptors are only written to. */
__attribute__ ((visibility ("default"))) int poll_or_cork (struct pollfd *fds, nfds_t n_fds, int timeout_ms)
  __asm__ ("poll");

/* Whoever asks before each write whether there is room: there is, until the cork writes, and then it waits itself. */
int
poll_or_cork (struct pollfd *fds, nfds_t n_fds, int timeout_ms)
{
  enum { MS_PER_S = 1000, NS_PER_MS = 1000000 };
  if (corked != NULL && n_fds == 1 && fds->fd >= 0 && fds->events == POLLOUT)
    {
      fds->revents = POLLOUT;
      return 1;
    }
  const struct timespec timeout = { .tv_sec = timeout_ms / MS_PER_S, .tv_nsec = timeout_ms % MS_PER_S * NS_PER_MS };
  return ppoll (fds, n_fds, timeout_ms >= 0 ? &timeout : NULL, NULL);
}
