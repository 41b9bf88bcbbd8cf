/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/gather.h"

#include "base/metrics.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

struct TmGather
{
  TmBudget *budget;
  gsize limit;
  gsize charged;      /* of the budget, for this message */
  char *spool_dir;
  int fd;             /* -1: all of it is in memory */
  GByteArray *buffer; /* what is not in the file yet */
};

/* What goes with the bytes of a finished message until nobody needs them. */
typedef struct
{
  GBytes *bytes;
  TmBudget *budget;
  gsize charged;
} Holder;

TmGather *
gather_new (TmBudget *budget, gsize limit, const char *spool_dir)
{
  TmGather *gather = g_new0 (TmGather, 1);
  gather->budget = budget;
  gather->limit = limit;
  gather->spool_dir = g_strdup (spool_dir);
  gather->fd = -1;
  gather->buffer = g_byte_array_new ();
  return gather;
}

void
gather_free (TmGather *gather)
{
  if (gather == NULL)
    return;
  atomic_fetch_sub (&gather->budget->used, gather->charged);
  if (gather->fd >= 0)
    close (gather->fd);
  if (gather->buffer != NULL)
    g_byte_array_unref (gather->buffer);
  g_free (gather->spool_dir);
  g_free (gather);
}

static bool
charge (TmGather *gather, gsize len, GError **error)
{
  if (atomic_fetch_add (&gather->budget->used, len) + len <= gather->limit)
    {
      gather->charged += len;
      return true;
    }
  atomic_fetch_sub (&gather->budget->used, len);
  g_set_error (error, TM_ERROR, TM_ERROR_TEMP,
               "messages in flight would take more than memory: %" G_GSIZE_FORMAT " bytes", gather->limit);
  return false;
}

static bool
fail_spool (const TmGather *gather, GError **error)
{
  g_set_error (error, TM_ERROR, TM_ERROR_TEMP, "cannot write a large message to a file in %s: %s", gather->spool_dir,
               g_strerror (errno));
  return false;
}

/* A file without a name, also where the file system has no O_TMPFILE. */
static int
open_unlinked (const char *dir)
{
  int fd = open (dir, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);
  if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
    return fd;
  g_autofree char *path = g_build_filename (dir, ".incoming-XXXXXX", NULL);
  fd = g_mkstemp_full (path, O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0)
    unlink (path);
  return fd;
}

static bool
spill (TmGather *gather, GError **error)
{
  if (gather->fd < 0)
    {
      if ((gather->fd = open_unlinked (gather->spool_dir)) < 0)
        return fail_spool (gather, error);
      metrics_count (TM_COUNT_SPOOLED);
    }
  gsize done = 0;
  while (done < gather->buffer->len)
    {
      ssize_t n = write (gather->fd, gather->buffer->data + done, gather->buffer->len - done);
      if (n < 0 && errno != EINTR)
        return fail_spool (gather, error);
      if (n > 0)
        done += (gsize) n;
    }
  g_byte_array_set_size (gather->buffer, 0);
  return true;
}

bool
gather_append (TmGather *gather, const void *data, gsize len, GError **error)
{
  if (!charge (gather, len, error))
    return false;
  g_byte_array_append (gather->buffer, data, (guint) len);
  return gather->buffer->len < TM_GATHER_IN_MEMORY || spill (gather, error);
}

static GBytes *
map_file (TmGather *gather, GError **error)
{
  if (!spill (gather, error))
    return NULL;
  g_autoptr (GError) cause = NULL;
  GMappedFile *file = g_mapped_file_new_from_fd (gather->fd, FALSE, &cause);
  if (file == NULL)
    {
      g_set_error (error, TM_ERROR, TM_ERROR_TEMP, "cannot map a large message: %s", cause->message);
      return NULL;
    }
  GBytes *bytes = g_mapped_file_get_bytes (file);
  g_mapped_file_unref (file);
  return bytes;
}

static void
holder_free (gpointer data)
{
  Holder *holder = data;
  atomic_fetch_sub (&holder->budget->used, holder->charged);
  g_bytes_unref (holder->bytes);
  g_free (holder);
}

bool
gather_finish (TmGather *gather, GBytes **raw_out, GError **error)
{
  GBytes *bytes = gather->fd >= 0 ? map_file (gather, error)
                                  : g_byte_array_free_to_bytes (g_steal_pointer (&gather->buffer));
  if (bytes == NULL)
    return false;
  Holder *holder = g_new0 (Holder, 1);
  holder->bytes = bytes;
  holder->budget = gather->budget;
  holder->charged = gather->charged;
  gather->charged = 0;
  gsize len;
  const void *data = g_bytes_get_data (bytes, &len);
  *raw_out = g_bytes_new_with_free_func (data, len, holder_free, holder);
  return true;
}
