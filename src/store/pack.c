/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/store.h"

#include <pthread.h>
#include <zstd.h>

/* The fastest regular level: mail is mostly text, which shrinks to a third with it, or base64 of what was
 * compressed before, which shrinks to three quarters with any.  A small mail gains little by it and costs half as much
 * at the level below. */
enum { PACK_LEVEL = 1, SMALL_LEVEL = -1, SMALL_BYTES = 8192, POOL_SIZE = 4 };

/* A small message is packed in a microsecond by a context that is there, in twenty by a new one. */
static struct
{
  pthread_mutex_t mutex;
  ZSTD_CCtx *contexts[POOL_SIZE];
  unsigned n_contexts;
} pool = { .mutex = PTHREAD_MUTEX_INITIALIZER };

static ZSTD_CCtx *
take_context (void)
{
  ZSTD_CCtx *context = NULL;
  pthread_mutex_lock (&pool.mutex);
  if (pool.n_contexts > 0)
    context = pool.contexts[--pool.n_contexts];
  pthread_mutex_unlock (&pool.mutex);
  return context != NULL ? context : ZSTD_createCCtx ();
}

static void
give_context (ZSTD_CCtx *context)
{
  pthread_mutex_lock (&pool.mutex);
  if (pool.n_contexts < POOL_SIZE)
    {
      pool.contexts[pool.n_contexts++] = context;
      context = NULL;
    }
  pthread_mutex_unlock (&pool.mutex);
  ZSTD_freeCCtx (context);
}

GBytes *
store_pack (GBytes *raw)
{
  gsize len;
  const void *data = g_bytes_get_data (raw, &len);
  int level = len > SMALL_BYTES ? PACK_LEVEL : SMALL_LEVEL;
  gsize bound = ZSTD_compressBound (len);
  void *packed = g_malloc (bound);
  ZSTD_CCtx *context = take_context ();
  gsize n = context != NULL ? ZSTD_compressCCtx (context, packed, bound, data, len, level) : 0;
  if (context == NULL || ZSTD_isError (n))
    g_error ("zstd: out of memory"); /* which ends a GLib program anyway */
  give_context (context);
  return g_bytes_new_take (g_realloc (packed, n), n);
}

GBytes *
store_unpack (const void *data, gsize len)
{
  unsigned long long size = ZSTD_getFrameContentSize (data, len);
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > G_MAXINT32)
    return NULL;
  g_autofree void *raw = g_malloc (size + 1);
  if (ZSTD_isError (ZSTD_decompress (raw, size, data, len)))
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&raw), size);
}
