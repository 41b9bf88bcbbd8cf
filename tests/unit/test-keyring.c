/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/keyring.h"

#include "base/error.h"
#include "tests/support/suite.h"
#include "tests/unit/conf-folder.h"

#include <string.h>
#include <sys/stat.h>

#define SECRET "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define AT_NOON " 2026-11-20T12:00:00Z "

static const struct
{
  const char *text;
  const char *what; /* behind `FILE:`; NULL: fine */
} rings[] = {
  { "", NULL },
  { "# a comment\n\n  # another\n", NULL },
  { "k1 active" AT_NOON SECRET "\nk0 retired" AT_NOON SECRET "\n", NULL },
  { "k1 active" AT_NOON SECRET, NULL },
  { "k1 active" AT_NOON "\n", "1: expected ID STATE CREATED SECRET, one blank between them" },
  { "\nK1 active" AT_NOON SECRET "\n", "2: the id must be of a-z and 0-9, at most 16" },
  { "abcdefghijklmnopq active" AT_NOON SECRET "\n", "1: the id must be of a-z and 0-9, at most 16" },
  { "k1 good" AT_NOON SECRET "\n", "1: the state must be active, retired or revoked" },
  { "k1 active yesterday " SECRET "\n", "1: the time must be like 2026-11-20T16:00:00Z" },
  { "k1 active" AT_NOON SECRET "0\n", "1: the secret must be 64 hex digits" },
  { "k1 active" AT_NOON "0x" SECRET "\n", "1: the secret must be 64 hex digits" },
  { "k1 active" AT_NOON SECRET "\nk1 retired" AT_NOON SECRET "\n", "2: the id is given twice" },
  { "k1 active" AT_NOON SECRET "\nk2 active" AT_NOON SECRET "\n", "2: only one key can be active" },
};

START_TEST (load)
{
  g_auto (TmFolder) folder = { NULL };
  folder_init (&folder);
  folder_write (&folder, "ring", rings[_i].text);
  folder_chmod (&folder, "ring", 0640);
  g_autofree char *file = folder_file (&folder, "ring");
  g_autoptr (TmKeyRing) ring = NULL;
  g_autoptr (GError) error = NULL;
  bool is_loaded = keyring_load (file, &ring, &error);
  ck_assert_int_eq (is_loaded, rings[_i].what == NULL);
  if (is_loaded)
    return;
  g_autofree char *expected = g_strconcat (file, ":", rings[_i].what, NULL);
  ck_assert_str_eq (error->message, expected);
  ck_assert_int_eq (error_exit_code (error), 78);
}
END_TEST

START_TEST (load_values)
{
  g_auto (TmFolder) folder = { NULL };
  folder_init (&folder);
  folder_write (&folder, "ring",
                "old retired 2026-11-20T12:00:00Z " SECRET "\n"
                "new active 2026-11-20T13:00:00+01:00 " SECRET "\n"
                "newest revoked 2026-11-20T12:00:01Z " SECRET "\n");
  folder_chmod (&folder, "ring", 0600);
  g_autofree char *file = folder_file (&folder, "ring");
  g_autoptr (TmKeyRing) ring = NULL;
  g_autoptr (GError) error = NULL;
  ck_assert (keyring_load (file, &ring, &error));
  ck_assert_uint_eq (ring->keys->len, 3);
  const TmKey *key = ring->keys->pdata[0];
  ck_assert_str_eq (key->id, "newest");
  ck_assert_int_eq (key->state, TM_KEY_REVOKED);
  ck_assert_int_eq (key->created_at, 1795176001);
  ck_assert_int_eq (key->secret[31], 0x1f);
  ck_assert (keyring_has_active (ring));
}
END_TEST

static const struct
{
  unsigned mode;
  bool ok;
} modes[] = { { 0600, true }, { 0400, true }, { 0640, true }, { 0440, true },
              { 0644, false }, { 0660, false }, { 0641, false } };

START_TEST (permissions)
{
  g_auto (TmFolder) folder = { NULL };
  folder_init (&folder);
  folder_chmod (&folder, "keys", modes[_i].mode);
  g_autofree char *file = folder_file (&folder, "keys");
  g_autoptr (TmKeyRing) ring = NULL;
  g_autoptr (GError) error = NULL;
  ck_assert_int_eq (keyring_load (file, &ring, &error), modes[_i].ok);
  ck_assert (modes[_i].ok || g_error_matches (error, TM_ERROR, TM_ERROR_DENIED));
}
END_TEST

START_TEST (no_file)
{
  g_auto (TmFolder) folder = { NULL };
  folder_init (&folder);
  g_autoptr (TmKeyRing) ring = NULL;
  g_autoptr (GError) missing = NULL, is_folder = NULL;
  g_autofree char *file = folder_file (&folder, "none");
  ck_assert (!keyring_load (file, &ring, &missing));
  ck_assert (g_error_matches (missing, TM_ERROR, TM_ERROR_NOT_FOUND));
  ck_assert (!keyring_load (folder.path, &ring, &is_folder));
  ck_assert (g_error_matches (is_folder, TM_ERROR, TM_ERROR_CONFIG));
}
END_TEST

static guint
count_files (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;
  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* A token of before a rotation still verifies after it; new ones are made by the new key. */
START_TEST (rotate)
{
  g_auto (TmFolder) folder = { NULL };
  folder_init (&folder);
  g_autofree char *file = folder_file (&folder, "fresh"), *first = NULL, *second = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TmKeyRing) ring_1 = NULL, ring_2 = NULL;
  ck_assert (keyring_rotate (file, 1763654400, &first, &error));
  ck_assert (keyring_load (file, &ring_1, &error));
  struct stat status;
  ck_assert_int_eq (stat (file, &status), 0);
  ck_assert_uint_eq (status.st_mode & 07777, 0640);

  g_autofree char *old = token_sign (ring_1, 42, 'r', NULL);
  ck_assert (keyring_rotate (file, 1763654401, &second, &error));
  ck_assert (keyring_load (file, &ring_2, &error));
  ck_assert_str_eq (first, "k1");
  ck_assert_str_eq (second, "k2");
  const TmKey *newest = ring_2->keys->pdata[0], *older = ring_2->keys->pdata[1];
  ck_assert_str_eq (newest->id, "k2");
  ck_assert_int_eq (newest->state, TM_KEY_ACTIVE);
  ck_assert_int_eq (older->state, TM_KEY_RETIRED);
  ck_assert_mem_ne (newest->secret, older->secret, TM_KEY_LEN);
  TmToken token;
  ck_assert_int_eq (token_verify (ring_2, old, NULL, &token), TM_TOKEN_VALID);
  g_autofree char *new = token_sign (ring_2, 42, 'r', NULL);
  ck_assert_int_eq (token_verify (ring_1, new, NULL, &token), TM_TOKEN_BAD);
  ck_assert_uint_eq (count_files (folder.path), 2);
}
END_TEST

START_TEST (rotate_keeps_the_rest)
{
  g_auto (TmFolder) folder = { NULL };
  folder_init (&folder);
  folder_write (&folder, "keys",
                "# the first one\nk2 active" AT_NOON SECRET "\n# stolen\nx revoked" AT_NOON SECRET "\n");
  folder_chmod (&folder, "keys", 0600);
  g_autofree char *file = folder_file (&folder, "keys"), *text = NULL, *id = NULL;
  g_autoptr (GError) error = NULL;
  ck_assert (keyring_rotate (file, 1763654400, &id, &error));
  ck_assert_str_eq (id, "k3");
  ck_assert (g_file_get_contents (file, &text, NULL, NULL));
  ck_assert (g_str_has_prefix (text, "# the first one\nk2 retired" AT_NOON SECRET "\n# stolen\nx revoked" AT_NOON SECRET
                                     "\nk3 active 2025-11-20T16:00:00Z "));
}
END_TEST

/* What cannot be understood, or may have been read by others, is left as it is. */
START_TEST (rotate_refuses)
{
  g_auto (TmFolder) folder = { NULL };
  folder_init (&folder);
  static const char *const bad = "k1 on\n";
  folder_write (&folder, "keys", bad);
  folder_chmod (&folder, "keys", 0640);
  g_autofree char *file = folder_file (&folder, "keys"), *text = NULL;
  g_autofree char *nowhere = folder_file (&folder, "none/keys");
  g_autoptr (GError) broken = NULL, open_to_all = NULL, no_folder = NULL;
  ck_assert (!keyring_rotate (file, 1763654400, NULL, &broken));
  ck_assert (g_error_matches (broken, TM_ERROR, TM_ERROR_CONFIG));
  folder_chmod (&folder, "keys", 0644);
  ck_assert (!keyring_rotate (file, 1763654400, NULL, &open_to_all));
  ck_assert (g_error_matches (open_to_all, TM_ERROR, TM_ERROR_DENIED));
  ck_assert (!keyring_rotate (nowhere, 1763654400, NULL, &no_folder));
  ck_assert (g_error_matches (no_folder, TM_ERROR, TM_ERROR_NOT_FOUND));
  ck_assert (g_file_get_contents (file, &text, NULL, NULL));
  ck_assert_str_eq (text, bad);
}
END_TEST

SUITE_MAIN ("keyring", tcase_add_loop_test (tc, load, 0, G_N_ELEMENTS (rings));
            tcase_add_test (tc, load_values);
            tcase_add_loop_test (tc, permissions, 0, G_N_ELEMENTS (modes));
            tcase_add_test (tc, no_file);
            tcase_add_test (tc, rotate);
            tcase_add_test (tc, rotate_keeps_the_rest);
            tcase_add_test (tc, rotate_refuses);)
