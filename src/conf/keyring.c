/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/keyring.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/entropy.h"
#include "conf/secret.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEY_ID_MAX = 16, RING_FILE_MAX = 1 << 20, RING_MODE = 0640 };

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmKey, key_free)

static const char *const state_names[]
  = { [TM_KEY_ACTIVE] = "active", [TM_KEY_RETIRED] = "retired", [TM_KEY_REVOKED] = "revoked" };

const char *
key_state_name (TmKeyState state)
{
  return state_names[state];
}

static void
close_fd (int *fd)
{
  if (*fd >= 0)
    close (*fd);
}
#define autoclose __attribute__ ((cleanup (close_fd))) int

static bool
read_ring (const char *file, TmSecretFile *ring, GError **error)
{
  return secret_file_read (file, "key ring", "rotate and mark the old key revoked", RING_FILE_MAX, ring, error);
}

static bool
parse_secret (const char *hex, guint8 secret[TM_KEY_LEN])
{
  if (strlen (hex) != 2 * TM_KEY_LEN)
    return false;
  for (gsize i = 0; i < TM_KEY_LEN; i++)
    {
      int high = g_ascii_xdigit_value (hex[2 * i]), low = g_ascii_xdigit_value (hex[2 * i + 1]);
      if (high < 0 || low < 0)
        return false;
      secret[i] = (guint8) (high << 4 | low);
    }
  return true;
}

static bool
parse_state (const char *name, TmKeyState *state_out)
{
  for (guint i = 0; i < G_N_ELEMENTS (state_names); i++)
    if (strcmp (name, state_names[i]) == 0)
      {
        *state_out = (TmKeyState) i;
        return true;
      }
  return false;
}

static bool
is_key_id (const char *id)
{
  size_t len = strlen (id);
  return len > 0 && len <= KEY_ID_MAX && strspn (id, "abcdefghijklmnopqrstuvwxyz0123456789") == len;
}

/* What is wrong with a line, or NULL.  No key for an empty line or a comment. */
static const char *
parse_line (const char *line, TmKey **key_out)
{
  g_auto (TmSecretText) copy = g_strstrip (g_strdup (line));
  *key_out = NULL;
  if (*copy == '\0' || *copy == '#')
    return NULL;
  g_auto (TmSecretLines) fields = g_strsplit_set (copy, " \t", -1);
  TmKeyState state;
  gint64 created_at;
  guint8 secret[TM_KEY_LEN];
  const char *wrong = NULL;
  if (g_strv_length (fields) != 4)
    wrong = "expected ID STATE CREATED SECRET, one blank between them";
  else if (!is_key_id (fields[0]))
    wrong = "the id must be of a-z and 0-9, at most 16";
  else if (!parse_state (fields[1], &state))
    wrong = "the state must be active, retired or revoked";
  else if (!instant_parse (fields[2], &created_at))
    wrong = "the time must be like 2026-11-20T16:00:00Z";
  else if (!parse_secret (fields[3], secret))
    wrong = "the secret must be 64 hex digits";
  else
    *key_out = key_new (fields[0], state, created_at, secret);
  explicit_bzero (secret, sizeof secret);
  return wrong;
}

static bool
has_id (const TmKeyRing *ring, const char *id)
{
  for (guint i = 0; i < ring->keys->len; i++)
    if (strcmp (((const TmKey *) ring->keys->pdata[i])->id, id) == 0)
      return true;
  return false;
}

bool
keyring_has_active (const TmKeyRing *ring)
{
  for (guint i = 0; i < ring->keys->len; i++)
    if (((const TmKey *) ring->keys->pdata[i])->state == TM_KEY_ACTIVE)
      return true;
  return false;
}

static const char *
why_not_in (const TmKeyRing *ring, const TmKey *key)
{
  if (has_id (ring, key->id))
    return "the id is given twice";
  return key->state == TM_KEY_ACTIVE && keyring_has_active (ring) ? "only one key can be active" : NULL;
}

static gint
newest_first (gconstpointer a, gconstpointer b)
{
  const TmKey *x = *(const TmKey *const *) a, *y = *(const TmKey *const *) b;
  return x->created_at > y->created_at ? -1 : x->created_at < y->created_at;
}

static bool
parse_ring (const char *file, const GStrv lines, TmKeyRing **ring_out, GError **error)
{
  g_autoptr (TmKeyRing) ring = key_ring_new ();
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (TmKey) key = NULL;
      const char *wrong = parse_line (lines[i], &key);
      if (wrong == NULL && key != NULL)
        wrong = why_not_in (ring, key);
      if (wrong != NULL)
        {
          g_set_error (error, TM_ERROR, TM_ERROR_CONFIG, "%s:%u: %s", file, i + 1, wrong);
          return false;
        }
      if (key != NULL)
        g_ptr_array_add (ring->keys, g_steal_pointer (&key));
    }
  g_ptr_array_sort (ring->keys, newest_first);
  *ring_out = g_steal_pointer (&ring);
  return true;
}

bool
keyring_load (const char *file, TmKeyRing **ring_out, GError **error)
{
  g_auto (TmSecretFile) ring = { 0 };
  if (!read_ring (file, &ring, error))
    return false;
  g_auto (TmSecretLines) lines = g_strsplit (ring.text, "\n", -1);
  return parse_ring (file, lines, ring_out, error);
}

/* --- rotation --- */

static void
append_key (GString *text, const TmKey *key, TmKeyState state)
{
  g_autofree char *created = instant_format (key->created_at);
  g_autofree char *secret = digest_hex (key->secret, TM_KEY_LEN);
  g_string_append_printf (text, "%s %s %s %s\n", key->id, state_names[state], created, secret);
}

/* The old lines, comments and all, with the key `id` (NULL: none) in another state. */
static void
append_with_state (GString *text, const GStrv lines, const char *id, TmKeyState state)
{
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (TmKey) key = NULL;
      if (parse_line (lines[i], &key) == NULL && key != NULL && g_strcmp0 (key->id, id) == 0)
        append_key (text, key, state);
      else if (lines[i + 1] != NULL || *lines[i] != '\0')
        g_string_append_printf (text, "%s\n", lines[i]);
    }
}

static TmKey *
make_key (const TmKeyRing *ring, gint64 now, GError **error)
{
  guint8 secret[TM_KEY_LEN];
  if (!entropy_read (secret, sizeof secret, error))
    return NULL;
  guint n = ring->keys->len + 1;
  g_autofree char *id = g_strdup_printf ("k%u", n);
  while (has_id (ring, id))
    {
      g_free (id);
      id = g_strdup_printf ("k%u", ++n);
    }
  TmKey *key = key_new (id, TM_KEY_ACTIVE, now, secret);
  explicit_bzero (secret, sizeof secret);
  return key;
}

static bool
write_all (int fd, const char *text, gsize len)
{
  while (len > 0)
    {
      ssize_t n = write (fd, text, len);
      if (n < 0)
        return false;
      text += n;
      len -= (gsize) n;
    }
  return true;
}

/* `old` (NULL: there was none) says whose the new file is to be. */
static bool
fill_file (int fd, const GString *text, const struct stat *old)
{
  bool is_owned = old == NULL || (old->st_uid == geteuid () && old->st_gid == getegid ())
                  || fchown (fd, old->st_uid, old->st_gid) == 0;
  return is_owned && fchmod (fd, RING_MODE) == 0 && write_all (fd, text->str, text->len) && fsync (fd) == 0;
}

static bool
replace_file (const char *file, int folder, const GString *text, const struct stat *old, GError **error)
{
  g_autofree char *beside = g_strconcat (file, ".XXXXXX", NULL);
  autoclose fd = g_mkstemp_full (beside, O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (fd < 0)
    return secret_file_fail (beside, "cannot be made", error);
  if (fill_file (fd, text, old) && rename (beside, file) == 0 && fsync (folder) == 0)
    return true;
  secret_file_fail (file, "cannot be replaced", error);
  unlink (beside);
  return false;
}

static bool
read_old_ring (const char *file, TmSecretFile *old, GError **error)
{
  g_autoptr (GError) trouble = NULL;
  if (read_ring (file, old, &trouble))
    return true;
  if (g_error_matches (trouble, TM_ERROR, TM_ERROR_NOT_FOUND))
    {
      old->text = g_strdup ("# ID STATE CREATED SECRET; made by ticketctl token rotate\n");
      return true;
    }
  g_propagate_error (error, g_steal_pointer (&trouble));
  return false;
}

/* Two changes at once would lose one.  -1: failed. */
static int
lock_folder (const char *file, GError **error)
{
  g_autofree char *name = g_path_get_dirname (file);
  int folder = open (name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0 && flock (folder, LOCK_EX) == 0)
    return folder;
  secret_file_fail (name, "cannot be opened", error);
  if (folder >= 0)
    close (folder);
  return -1;
}

static const TmKey *
find_key (const TmKeyRing *ring, const char *id)
{
  for (guint i = 0; i < ring->keys->len; i++)
    {
      const TmKey *key = g_ptr_array_index (ring->keys, i);
      if (id != NULL ? strcmp (key->id, id) == 0 : key->state == TM_KEY_ACTIVE)
        return key;
    }
  return NULL;
}

bool
keyring_rotate (const char *file, gint64 now, char **id_out, GError **error)
{
  autoclose folder = lock_folder (file, error);
  g_auto (TmSecretFile) old = { 0 };
  if (folder < 0 || !read_old_ring (file, &old, error))
    return false;
  g_auto (GStrv) lines = g_strsplit (old.text, "\n", -1);
  g_autoptr (TmKeyRing) ring = NULL;
  if (!parse_ring (file, lines, &ring, error))
    return false;
  g_autoptr (TmKey) key = make_key (ring, now, error);
  if (key == NULL)
    return false;
  const TmKey *active = find_key (ring, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  append_with_state (text, lines, active != NULL ? active->id : NULL, TM_KEY_RETIRED);
  append_key (text, key, TM_KEY_ACTIVE);
  bool is_new = old.status.st_nlink == 0;
  if (!replace_file (file, folder, text, is_new ? NULL : &old.status, error))
    return false;
  if (id_out != NULL)
    *id_out = g_strdup (key->id);
  return true;
}

bool
keyring_revoke (const char *file, const char *id, TmKeyState *was_out, GError **error)
{
  autoclose folder = lock_folder (file, error);
  g_auto (TmSecretFile) old = { 0 };
  if (folder < 0 || !read_ring (file, &old, error))
    return false;
  g_auto (GStrv) lines = g_strsplit (old.text, "\n", -1);
  g_autoptr (TmKeyRing) ring = NULL;
  if (!parse_ring (file, lines, &ring, error))
    return false;
  const TmKey *key = find_key (ring, id);
  if (key == NULL || key->state == TM_KEY_ACTIVE)
    {
      if (key == NULL)
        g_set_error (error, TM_ERROR, TM_ERROR_NOT_FOUND, "%s has no key `%s`: `ticketctl token list` shows them", file,
                     id);
      else
        g_set_error (error, TM_ERROR, TM_ERROR_DENIED,
                     "key %s signs: make another with `ticketctl token rotate`, then revoke this one", id);
      return false;
    }
  if (was_out != NULL)
    *was_out = key->state;
  if (key->state == TM_KEY_REVOKED)
    return true;
  g_autoptr (GString) text = g_string_new (NULL);
  append_with_state (text, lines, id, TM_KEY_REVOKED);
  return replace_file (file, folder, text, &old.status, error);
}
