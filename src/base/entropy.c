/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/entropy.h"

#include <errno.h>
#include <sys/random.h>

bool
entropy_read (void *buf, size_t len, GError **error)
{
  ssize_t n;
  do
    n = getrandom (buf, len, 0);
  while (n < 0 && errno == EINTR);
  if (n == (ssize_t) len)
    return true;
  g_set_error (error, TM_ERROR, TM_ERROR_IO, "getrandom: %s", n < 0 ? g_strerror (errno) : "short read");
  return false;
}
