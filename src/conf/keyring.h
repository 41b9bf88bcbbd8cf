/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file of the token key ring: one key a line, `ID STATE CREATED SECRET`
 * (state active, retired or revoked; created in RFC 3339; secret in hex), `#` comments.
 */
#ifndef TM_CONF_KEYRING_H
#define TM_CONF_KEYRING_H

#include "core/token.h"

/* Reads the ring.  TM_ERROR_NOT_FOUND: no such file; TM_ERROR_DENIED: others than owner and group may read it, or
 * group/others write it; TM_ERROR_CONFIG: `file:line: what`. */
bool keyring_load (const char *file, TmKeyRing **ring_out, GError **error) TM_WARN_UNUSED;

/* Whether new tokens can be signed. */
bool keyring_has_active (const TmKeyRing *ring);

/* Makes a new active key and retires the one that was; writes a new file beside the old one, fsync, rename; mode 0640,
 * owner and group kept of the old one.  Creates the file when there is none.  `id_out` (may be NULL) gets the new
 * key's id; the caller frees. */
bool keyring_rotate (const char *file, gint64 now, char **id_out, GError **error) TM_WARN_UNUSED;

/* Marks the key `id` revoked: no token that it signed verifies any more.  `was_out` (may be NULL) gets the state it
 * had.  TM_ERROR_NOT_FOUND: no such key; TM_ERROR_DENIED: it is the active one, so that another must be made first. */
bool keyring_revoke (const char *file, const char *id, TmKeyState *was_out, GError **error) TM_WARN_UNUSED;

/* "active", "retired", "revoked"; static. */
const char *key_state_name (TmKeyState state);

#endif
