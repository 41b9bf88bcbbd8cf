/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/token.h"
#include "tests/support/suite.h"

#include <string.h>

static TmKeyRing *
ring_with (TmKeyState first, TmKeyState second)
{
  static const guint8 secrets[2][TM_KEY_LEN]
    = { "the first secret is 32 bytes lon", "another secret of 32 bytes in it" };
  TmKeyRing *ring = key_ring_new ();
  g_ptr_array_add (ring->keys, key_new ("k2", first, 0, secrets[0]));
  g_ptr_array_add (ring->keys, key_new ("k1", second, 0, secrets[1]));
  return ring;
}

START_TEST (round_trip)
{
  g_autoptr (TmKeyRing) ring = ring_with (TM_KEY_ACTIVE, TM_KEY_RETIRED);
  g_autofree char *extension = token_sign (ring, 1042, 'r', NULL);
  ck_assert_uint_eq (strlen (extension), strlen ("1042-r") + 16);
  TmToken token;
  ck_assert_int_eq (token_verify (ring, extension, NULL, &token), TM_TOKEN_VALID);
  ck_assert_int_eq (token.ticket, 1042);
  ck_assert_int_eq (token.purpose, 'r');
  ck_assert_str_eq (token.command, "");
  g_autofree char *with_command = g_strconcat (extension, "-resolved", NULL);
  ck_assert_int_eq (token_verify (ring, with_command, NULL, &token), TM_TOKEN_VALID);
  ck_assert_str_eq (token.command, "resolved");
}
END_TEST

/* Every single character of a token counts. */
START_TEST (tampered)
{
  g_autoptr (TmKeyRing) ring = ring_with (TM_KEY_ACTIVE, TM_KEY_RETIRED);
  g_autofree char *good = token_sign (ring, 1042, 'r', NULL);
  TmToken token;
  for (size_t i = 0; i < strlen (good); i++)
    {
      g_autofree char *bad = g_strdup (good);
      bad[i] = bad[i] == 'b' ? 'n' : bad[i] == '1' ? '2' : 'b';
      ck_assert_int_ne (token_verify (ring, bad, NULL, &token), TM_TOKEN_VALID);
      g_autofree char *cut = g_strndup (good, i);
      ck_assert_int_ne (token_verify (ring, cut, NULL, &token), TM_TOKEN_VALID);
    }
}
END_TEST

static const struct
{
  TmKeyState state; /* of the key that signed, after the rotation */
  TmTokenResult result;
} rotations[]
  = { { TM_KEY_ACTIVE, TM_TOKEN_VALID }, { TM_KEY_RETIRED, TM_TOKEN_VALID }, { TM_KEY_REVOKED, TM_TOKEN_BAD } };

START_TEST (rotation)
{
  g_autoptr (TmKeyRing) before = ring_with (TM_KEY_REVOKED, TM_KEY_ACTIVE);
  g_autofree char *extension = token_sign (before, 7, 'b', NULL);
  g_autoptr (TmKeyRing) after = ring_with (TM_KEY_ACTIVE, rotations[_i].state);
  TmToken token;
  ck_assert_int_eq (token_verify (after, extension, NULL, &token), rotations[_i].result);
}
END_TEST

static const struct
{
  const char *extension;
  TmTokenResult result;
} forms[] = {
  { "1042", TM_TOKEN_NONE },
  { "newsletter", TM_TOKEN_NONE },
  { "", TM_TOKEN_NONE },
  { "1042-", TM_TOKEN_BAD },
  { "1042-r", TM_TOKEN_BAD },
  { "1042-raaaaaaaaaaaaaaaa", TM_TOKEN_BAD },
  { "1042-xaaaaaaaaaaaaaaaa", TM_TOKEN_BAD },
  { "01042-raaaaaaaaaaaaaaaa", TM_TOKEN_BAD },
  { "0-raaaaaaaaaaaaaaaa", TM_TOKEN_BAD },
  { "99999999999999999999-raaaaaaaaaaaaaaaa", TM_TOKEN_BAD },
  { "1042-raaaaaaaaaaaaaaaaa", TM_TOKEN_BAD },
  { "1042-raaaaaaaaaaaaaaaa-this-command-is-longer-than-any-command", TM_TOKEN_BAD },
};

START_TEST (form)
{
  g_autoptr (TmKeyRing) ring = ring_with (TM_KEY_ACTIVE, TM_KEY_RETIRED);
  TmToken token;
  ck_assert_int_eq (token_verify (ring, forms[_i].extension, NULL, &token), forms[_i].result);
}
END_TEST

START_TEST (bound_to_person)
{
  g_autoptr (TmKeyRing) ring = ring_with (TM_KEY_ACTIVE, TM_KEY_RETIRED);
  g_autofree char *extension = token_sign (ring, 7, 'k', "anna@example.com");
  TmToken token;
  ck_assert_int_eq (token_verify (ring, extension, "anna@example.com", &token), TM_TOKEN_VALID);
  ck_assert_int_eq (token_verify (ring, extension, "bob@example.com", &token), TM_TOKEN_BAD);
  ck_assert_int_eq (token_verify (ring, extension, NULL, &token), TM_TOKEN_BAD);
}
END_TEST

START_TEST (no_active_key)
{
  g_autoptr (TmKeyRing) ring = ring_with (TM_KEY_RETIRED, TM_KEY_REVOKED);
  ck_assert_ptr_null (token_sign (ring, 7, 'r', NULL));
}
END_TEST

SUITE_MAIN ("token", tcase_add_test (tc, round_trip); tcase_add_test (tc, tampered);
            tcase_add_loop_test (tc, rotation, 0, G_N_ELEMENTS (rotations));
            tcase_add_loop_test (tc, form, 0, G_N_ELEMENTS (forms)); tcase_add_test (tc, bound_to_person);
            tcase_add_test (tc, no_active_key);)
