/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/store.h"

#include <zstd.h>

/* The fastest regular level: mail is mostly text, which shrinks to a third with it, or base64 of what was
 * compressed before, which shrinks to three quarters with any. */
enum { PACK_LEVEL = 1 };

GBytes *
store_pack (GBytes *raw)
{
  gsize len;
  const void *data = g_bytes_get_data (raw, &len);
  gsize bound = ZSTD_compressBound (len);
  void *packed = g_malloc (bound);
  gsize n = ZSTD_compress (packed, bound, data, len, PACK_LEVEL);
  if (ZSTD_isError (n))
    g_error ("zstd: %s", ZSTD_getErrorName (n)); /* out of memory, which ends a GLib program anyway */
  return g_bytes_new_take (g_realloc (packed, n), n);
}
