/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support/disk-image.h"

#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SECTOR_BYTES = 512 };

/* Something that happened to a file and is not known to have reached the disk. */
typedef struct
{
  gint64 at;
  GBytes *bytes; /* NULL: cut to `at` bytes */
  enum { PENDING, LOST, CERTAIN } state; /* LOST: a sync failed, no later one brings it there; CERTAIN: one did */
} Change;

typedef struct
{
  GByteArray *durable;
  GPtrArray *changes; /* Change, in their order */
} Image;

typedef struct
{
  char *from, *to;
} Renaming;

static char *directory;
static GHashTable *images;   /* file name → Image */
static GPtrArray *renamings; /* that no sync of the directory followed */

static void
change_free (gpointer data)
{
  Change *change = data;
  g_clear_pointer (&change->bytes, g_bytes_unref);
  g_free (change);
}

static void
image_free (gpointer data)
{
  Image *image = data;
  g_byte_array_unref (image->durable);
  g_ptr_array_unref (image->changes);
  g_free (image);
}

static void
renaming_free (gpointer data)
{
  Renaming *renaming = data;
  g_free (renaming->from);
  g_free (renaming->to);
  g_free (renaming);
}

/* --- what is on the disk --- */

static Image *
image_of (const char *name)
{
  Image *image = g_hash_table_lookup (images, name);
  if (image != NULL)
    return image;
  gsize len = 0;
  char *contents = NULL;
  image = g_new0 (Image, 1);
  if (!g_file_get_contents (name, &contents, &len, NULL))
    len = 0;
  image->durable = g_byte_array_new_take ((guint8 *) contents, len);
  image->changes = g_ptr_array_new_with_free_func (change_free);
  g_hash_table_insert (images, g_strdup (name), image);
  return image;
}

void
disk_image_open (const char *name)
{
  (void) image_of (name);
}

void
disk_image_change (const char *name, gint64 at, const void *bytes, gsize len)
{
  Change *change = g_new0 (Change, 1);
  change->at = at;
  change->bytes = bytes != NULL ? g_bytes_new (bytes, len) : NULL;
  g_ptr_array_add (image_of (name)->changes, change);
}

static void
resize (GByteArray *file, gsize size)
{
  gsize was = file->len;
  g_byte_array_set_size (file, (guint) size);
  if (size > was)
    memset (file->data + was, 0, size - was);
}

static void
put (GByteArray *file, gint64 at, const guint8 *bytes, gsize len)
{
  if (file->len < (gsize) at + len)
    resize (file, (gsize) at + len);
  memcpy (file->data + at, bytes, len);
}

static void
apply (GByteArray *file, const Change *change)
{
  gsize len;
  if (change->bytes == NULL)
    {
      resize (file, (gsize) change->at);
      return;
    }
  const guint8 *bytes = g_bytes_get_data (change->bytes, &len);
  put (file, change->at, bytes, len);
}

void
disk_image_sync (const char *name, bool is_ok)
{
  Image *image = image_of (name);
  bool has_lost = false;
  for (guint i = 0; i < image->changes->len; i++)
    {
      Change *change = g_ptr_array_index (image->changes, i);
      if (change->state == PENDING)
        change->state = is_ok ? CERTAIN : LOST;
      has_lost = has_lost || change->state == LOST;
    }
  if (has_lost)
    return;
  for (guint i = 0; i < image->changes->len; i++)
    apply (image->durable, g_ptr_array_index (image->changes, i));
  g_ptr_array_set_size (image->changes, 0);
}

/* --- names --- */

void
disk_image_rename (const char *from, const char *to)
{
  gpointer name = NULL, image = NULL;
  Renaming *renaming = g_new (Renaming, 1);
  *renaming = (Renaming) { g_strdup (from), g_strdup (to) };
  g_ptr_array_add (renamings, renaming);
  if (g_hash_table_steal_extended (images, from, &name, &image))
    g_hash_table_insert (images, g_strdup (to), image);
  g_free (name);
}

void
disk_image_forget (const char *name)
{
  g_hash_table_remove (images, name);
}

void
disk_image_sync_names (void)
{
  if (renamings != NULL)
    g_ptr_array_set_size (renamings, 0);
}

/* --- power is lost --- */

/* How much of what was not synced is there. */
typedef enum { NOTHING, WHOLE_WRITES, SECTORS, ALL_BUT_THE_LAST, N_REMAINS } Remains;

static void
apply_sectors (GByteArray *file, const Change *change, GRand *rand)
{
  gsize len;
  const guint8 *bytes = g_bytes_get_data (change->bytes, &len);
  for (gsize done = 0; done < len;)
    {
      gsize piece = MIN (len - done, SECTOR_BYTES - (gsize) (change->at + (gint64) done) % SECTOR_BYTES);
      if (g_rand_boolean (rand))
        put (file, change->at + (gint64) done, bytes + done, piece);
      done += piece;
    }
}

static void
apply_some (GByteArray *file, const Change *change, Remains remains, bool is_last, GRand *rand)
{
  bool is_split = change->bytes != NULL && (remains == SECTORS || (remains == ALL_BUT_THE_LAST && is_last));
  if (change->state == CERTAIN)
    apply (file, change);
  else if (is_split)
    apply_sectors (file, change, rand);
  else if (remains == ALL_BUT_THE_LAST || (remains != NOTHING && g_rand_boolean (rand)))
    apply (file, change);
}

static void
write_file (const char *name, const guint8 *bytes, gsize len)
{
  int fd = open (name, O_WRONLY | O_CREAT | O_CLOEXEC, 0640);
  g_assert (fd >= 0 && ftruncate (fd, 0) == 0);
  for (gsize done = 0; done < len;)
    {
      gssize n = write (fd, bytes + done, len - done);
      g_assert (n > 0);
      done += (gsize) n;
    }
  close (fd);
}

static void
lose_image (const char *name, const Image *image, Remains remains, GRand *rand)
{
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_byte_array_append (file, image->durable->data, image->durable->len);
  gsize longest = file->len;
  for (guint i = 0; i < image->changes->len; i++)
    {
      const Change *change = g_ptr_array_index (image->changes, i);
      gsize len = change->bytes != NULL ? g_bytes_get_size (change->bytes) : 0;
      longest = MAX (longest, (gsize) change->at + len);
      apply_some (file, change, remains, i + 1 == image->changes->len, rand);
    }
  /* Its size may be there and its data not. */
  if (remains != NOTHING && longest > file->len && image->changes->len > 0 && g_rand_boolean (rand))
    resize (file, longest);
  if (access (name, F_OK) == 0)
    write_file (name, file->data, file->len);
}

/* Shared memory is no file's content, whatever its file system makes of it.  Other threads may still look at theirs. */
static void
spoil_shared_memory (GRand *rand)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  for (const char *entry; dir != NULL && (entry = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *name = g_build_filename (directory, entry, NULL);
      guint32 garbage[8192];
      for (size_t i = 0; i < G_N_ELEMENTS (garbage); i++)
        garbage[i] = g_rand_int (rand);
      if (g_str_has_suffix (name, "-shm") && syscall (SYS_unlinkat, AT_FDCWD, name, 0) == 0)
        write_file (name, (const guint8 *) garbage, sizeof garbage);
    }
}

void
disk_image_lose_power (guint32 seed, guint32 nth)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed ^ nth * 2654435761u);
  g_autoptr (GList) names = g_list_sort (g_hash_table_get_keys (images), (GCompareFunc) strcmp);
  for (GList *at = names; at != NULL; at = at->next)
    lose_image (at->data, g_hash_table_lookup (images, at->data), (Remains) (seed % N_REMAINS), rand);
  spoil_shared_memory (rand);
  for (guint i = renamings->len; i > 0; i--)
    {
      const Renaming *renaming = g_ptr_array_index (renamings, i - 1);
      if (g_rand_boolean (rand))
        syscall (SYS_renameat2, AT_FDCWD, renaming->to, AT_FDCWD, renaming->from, 0);
    }
}

void
disk_image_begin (const char *within)
{
  g_free (directory);
  directory = g_strdup (within);
  g_clear_pointer (&images, g_hash_table_unref);
  g_clear_pointer (&renamings, g_ptr_array_unref);
  images = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, image_free);
  renamings = g_ptr_array_new_with_free_func (renaming_free);
}
