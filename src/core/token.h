/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signed tokens in recipient addresses, `<queue>+<number>-<purpose><16 base32>[-command]@…`, and the key ring that
 * signs them.  Pure: conf/ reads the ring's file.
 */
#ifndef TM_CORE_TOKEN_H
#define TM_CORE_TOKEN_H

#include "base/error.h"

#include <glib.h>
#include <stdbool.h>

enum { TM_KEY_LEN = 32, TM_TOKEN_COMMAND_MAX = 31 };

typedef enum { TM_KEY_ACTIVE, TM_KEY_RETIRED, TM_KEY_REVOKED } TmKeyState;

typedef struct
{
  char *id;               /* short name, [a-z0-9]{1,16} */
  TmKeyState state;
  gint64 created_at;      /* UTC seconds */
  guint8 secret[TM_KEY_LEN];
} TmKey;

typedef struct
{
  GPtrArray *keys; /* TmKey, newest first; at most one is active */
} TmKeyRing;

TmKeyRing *key_ring_new (void);
void key_ring_free (TmKeyRing *ring);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmKeyRing, key_ring_free)
TmKey *key_new (const char *id, TmKeyState state, gint64 created_at, const guint8 secret[TM_KEY_LEN]);
void key_free (TmKey *key);

/* Purposes: r reply, n note, b bounce, c confirm, k acknowledge a page, f feedback, s status. */
#define TM_TOKEN_PURPOSES "rnbckfs"

typedef struct
{
  gint64 ticket;
  char purpose;
  char command[TM_TOKEN_COMMAND_MAX + 1]; /* behind the signature, "" none; not signed */
} TmToken;

typedef enum
{
  TM_TOKEN_NONE,   /* not of a token's form */
  TM_TOKEN_BAD,    /* of the form, but signed by no key that still verifies */
  TM_TOKEN_VALID
} TmTokenResult;

/* Verifies the extension of an address (lower case).  `person` is the normalised address that purposes k and c
 * are bound to, NULL for the others.  Constant time in the signature. */
TmTokenResult token_verify (const TmKeyRing *ring, const char *extension, const char *person, TmToken *token_out);

/* The letter where a token has its purpose, whether or not it is one: `1042-b…`; NUL when nothing like it is there. */
char token_purpose (const char *extension);

/* The extension that names `ticket` for `purpose`, by the active key; NULL
 * when there is none.  The caller frees. */
char *token_sign (const TmKeyRing *ring, gint64 ticket, char purpose, const char *person);

#endif
