/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/digest.h"

#include <nettle/hmac.h>
#include <nettle/memops.h>

void
digest_init (TmDigest *digest)
{
  sha256_init (digest);
}

void
digest_update (TmDigest *digest, const void *data, size_t len)
{
  sha256_update (digest, len, data);
}

void
digest_finish (TmDigest *digest, guint8 out[TM_DIGEST_LEN])
{
  sha256_digest (digest, TM_DIGEST_LEN, out);
}

void
digest_bytes (const void *data, size_t len, guint8 out[TM_DIGEST_LEN])
{
  TmDigest digest;
  digest_init (&digest);
  digest_update (&digest, data, len);
  digest_finish (&digest, out);
}

char *
digest_hex (const guint8 *digest, size_t len)
{
  static const char digits[] = "0123456789abcdef";
  char *hex = g_malloc (2 * len + 1);
  for (size_t i = 0; i < len; i++)
    {
      hex[2 * i] = digits[digest[i] >> 4];
      hex[2 * i + 1] = digits[digest[i] & 15];
    }
  hex[2 * len] = '\0';
  return hex;
}

void
digest_hmac (const guint8 *key, size_t key_len, const void *data, size_t len, guint8 out[TM_DIGEST_LEN])
{
  struct hmac_sha256_ctx ctx;
  hmac_sha256_set_key (&ctx, key_len, key);
  hmac_sha256_update (&ctx, len, data);
  hmac_sha256_digest (&ctx, TM_DIGEST_LEN, out);
}

bool
digest_equal (const void *a, const void *b, size_t len)
{
  return memeql_sec (a, b, len) != 0;
}
