/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/token.h"

#include "base/digest.h"
#include "base/text.h"

#include <string.h>

enum { SIGNATURE_BYTES = 10, SIGNATURE_CHARS = 16 };

TmKeyRing *
key_ring_new (void)
{
  TmKeyRing *ring = g_new0 (TmKeyRing, 1);
  ring->keys = g_ptr_array_new_with_free_func ((GDestroyNotify) key_free);
  return ring;
}

void
key_ring_free (TmKeyRing *ring)
{
  if (ring == NULL)
    return;
  g_ptr_array_unref (ring->keys);
  g_free (ring);
}

TmKey *
key_new (const char *id, TmKeyState state, gint64 created_at, const guint8 secret[TM_KEY_LEN])
{
  TmKey *key = g_new0 (TmKey, 1);
  key->id = g_strdup (id);
  key->state = state;
  key->created_at = created_at;
  memcpy (key->secret, secret, TM_KEY_LEN);
  return key;
}

void
key_free (TmKey *key)
{
  if (key == NULL)
    return;
  explicit_bzero (key->secret, sizeof key->secret);
  g_free (key->id);
  g_free (key);
}

/* RFC 4648 base32 in lower case; 80 bits are 16 characters without padding. */
static void
encode_base32 (const guint8 in[SIGNATURE_BYTES], char out[SIGNATURE_CHARS + 1])
{
  static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
  guint64 bits = 0;
  int n_bits = 0;
  size_t n_out = 0;
  for (size_t i = 0; i < SIGNATURE_BYTES; i++)
    {
      bits = (bits << 8) | in[i];
      for (n_bits += 8; n_bits >= 5; n_bits -= 5)
        out[n_out++] = alphabet[(bits >> (n_bits - 5)) & 31];
    }
  out[n_out] = '\0';
}

/* What is signed: version, key id, ticket, purpose, person; NUL between them,
 * which none of them can hold. */
static void
signature_make (const TmKey *key, gint64 ticket, char purpose, const char *person, char out[SIGNATURE_CHARS + 1])
{
  g_autoptr (GString) data = g_string_new ("1");
  g_string_append_c (data, '\0');
  g_string_append (data, key->id);
  g_string_append_c (data, '\0');
  g_string_append_printf (data, "%" G_GINT64_FORMAT, ticket);
  g_string_append_c (data, '\0');
  g_string_append_c (data, purpose);
  g_string_append_c (data, '\0');
  g_string_append (data, person != NULL ? person : "");
  guint8 mac[TM_DIGEST_LEN];
  digest_hmac (key->secret, TM_KEY_LEN, data->str, data->len, mac);
  encode_base32 (mac, out);
}

/* Takes `1042-rabcdefghijklmnop[-command]` apart. */
static TmTokenResult
token_parse (const char *extension, TmToken *token, char signature[SIGNATURE_CHARS + 1])
{
  size_t n_digits = strspn (extension, "0123456789");
  if (n_digits == 0 || extension[n_digits] != '-')
    return TM_TOKEN_NONE;
  g_autofree char *digits = g_strndup (extension, n_digits);
  guint64 number;
  const char *purpose = extension + n_digits + 1;
  if (!text_parse_number (digits, G_MAXINT64, &number) || *purpose == '\0'
      || strchr (TM_TOKEN_PURPOSES, *purpose) == NULL)
    return TM_TOKEN_BAD;
  size_t n_signature = strspn (purpose + 1, "abcdefghijklmnopqrstuvwxyz234567");
  const char *rest = purpose + 1 + n_signature;
  if (n_signature != SIGNATURE_CHARS || (*rest != '\0' && *rest != '-'))
    return TM_TOKEN_BAD;
  token->ticket = (gint64) number;
  token->purpose = *purpose;
  memcpy (signature, purpose + 1, SIGNATURE_CHARS);
  signature[SIGNATURE_CHARS] = '\0';
  if (*rest == '-' && g_strlcpy (token->command, rest + 1, sizeof token->command) >= sizeof token->command)
    return TM_TOKEN_BAD;
  return TM_TOKEN_VALID;
}

TmTokenResult
token_verify (const TmKeyRing *ring, const char *extension, const char *person, TmToken *token_out)
{
  TmToken token = { 0 };
  char signature[SIGNATURE_CHARS + 1];
  TmTokenResult form = token_parse (extension, &token, signature);
  if (form != TM_TOKEN_VALID)
    return form;
  bool is_valid = false;
  for (guint i = 0; i < ring->keys->len; i++)
    {
      const TmKey *key = g_ptr_array_index (ring->keys, i);
      char expected[SIGNATURE_CHARS + 1];
      if (key->state == TM_KEY_REVOKED)
        continue;
      signature_make (key, token.ticket, token.purpose, person, expected);
      is_valid |= digest_equal (expected, signature, SIGNATURE_CHARS);
    }
  if (!is_valid)
    return TM_TOKEN_BAD;
  *token_out = token;
  return TM_TOKEN_VALID;
}

char
token_purpose (const char *extension)
{
  size_t n_digits = strspn (extension, "0123456789");
  return n_digits > 0 && extension[n_digits] == '-' ? extension[n_digits + 1] : '\0';
}

char *
token_sign (const TmKeyRing *ring, gint64 ticket, char purpose, const char *person)
{
  for (guint i = 0; i < ring->keys->len; i++)
    {
      const TmKey *key = g_ptr_array_index (ring->keys, i);
      if (key->state != TM_KEY_ACTIVE)
        continue;
      char signature[SIGNATURE_CHARS + 1];
      signature_make (key, ticket, purpose, person, signature);
      return g_strdup_printf ("%" G_GINT64_FORMAT "-%c%s", ticket, purpose, signature);
    }
  return NULL;
}
