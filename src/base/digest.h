/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SHA-256 and HMAC-SHA-256 (FIPS 180-4, RFC 2104), by nettle.
 */
#ifndef TM_BASE_DIGEST_H
#define TM_BASE_DIGEST_H

#include <glib.h>
#include <nettle/sha2.h>
#include <stdbool.h>
#include <stddef.h>

#define TM_DIGEST_LEN 32

typedef struct sha256_ctx TmDigest;

void digest_init (TmDigest *digest);
void digest_update (TmDigest *digest, const void *data, size_t len);
void digest_finish (TmDigest *digest, guint8 out[TM_DIGEST_LEN]);

void digest_bytes (const void *data, size_t len, guint8 out[TM_DIGEST_LEN]);

/* Lower-case hex; the caller frees. */
char *digest_hex (const guint8 *digest, size_t len);

void digest_hmac (const guint8 *key, size_t key_len, const void *data, size_t len, guint8 out[TM_DIGEST_LEN]);

/* Compares in time that depends on `len` only. */
bool digest_equal (const void *a, const void *b, size_t len);

#endif
