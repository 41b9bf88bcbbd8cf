/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/files.h"

#include <glib/gstdio.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

typedef struct
{
  TmFindings *findings;
  TmNode *root;
  GHashTable *seen; /* canonical path → "file:line" of its include, "" for the main file */
  GString *path;
} TmLoader;

static bool load_into (TmLoader *loader, const char *file, const TmMark *from, GError **error);
static void merge_map (TmLoader *loader, TmNode *into, TmNode *from);

static void
merge_item (TmLoader *loader, TmNode *into, TmNode *key, TmNode *item)
{
  g_autoptr (TmNode) owned_key = key;
  g_autoptr (TmNode) owned_item = item;
  TmNode *there = node_get (into, key->text);
  if (there == NULL)
    node_map_add (into, g_steal_pointer (&owned_key), g_steal_pointer (&owned_item));
  else if (there->kind == TM_NODE_MAP && item->kind == TM_NODE_MAP)
    merge_map (loader, there, item);
  else if (there->kind == TM_NODE_LIST && item->kind == TM_NODE_LIST)
    g_ptr_array_extend_and_steal (there->items, g_steal_pointer (&item->items));
  else
    {
      g_autofree char *place = mark_format (&node_get_key (into, key->text)->mark);
      findings_error (loader->findings, &key->mark, loader->path->str, "given twice; first in %s", place);
    }
}

static char *
resolve (const char *base_file, const char *path)
{
  if (g_path_is_absolute (path))
    return g_strdup (path);
  g_autofree char *folder = g_path_get_dirname (base_file);
  return strcmp (folder, ".") == 0 ? g_strdup (path) : g_build_filename (folder, path, NULL);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Sorted by bytes, so that the order does not hang on the locale. */
static GPtrArray *
expand (const char *pattern)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  if (strpbrk (pattern, "*?[") == NULL)
    {
      g_ptr_array_add (names, g_strdup (pattern));
      return names;
    }
  glob_t found;
  if (glob (pattern, GLOB_NOSORT, NULL, &found) == 0)
    {
      for (size_t i = 0; i < found.gl_pathc; i++)
        g_ptr_array_add (names, g_strdup (found.gl_pathv[i]));
      globfree (&found);
    }
  g_ptr_array_sort (names, compare_names);
  return names;
}

/* Wrong kinds are left to the tables, which meet `include` in the merged tree too. */
static void
load_includes (TmLoader *loader, const TmNode *list)
{
  if (list->kind != TM_NODE_LIST)
    return;
  for (guint i = 0; i < list->items->len; i++)
    {
      const TmNode *item = list->items->pdata[i];
      if (item->kind != TM_NODE_SCALAR || *item->text == '\0')
        continue;
      gsize len = path_push_index (loader->path, i);
      g_autofree char *pattern = resolve (item->mark.file, item->text);
      g_autoptr (GPtrArray) names = expand (pattern);
      for (guint j = 0; j < names->len; j++)
        (void) !load_into (loader, names->pdata[j], &item->mark, NULL);
      g_string_truncate (loader->path, len);
    }
}

/* Takes everything out of `from`.  At the top an included file is merged key by key, so that it stands where `include`
 * stands. */
static void
merge_map (TmLoader *loader, TmNode *into, TmNode *from)
{
  g_hash_table_remove_all (from->index);
  for (guint i = 0; i < from->items->len; i++)
    {
      TmNode *key = g_steal_pointer (&from->keys->pdata[i]);
      TmNode *item = g_steal_pointer (&from->items->pdata[i]);
      gsize len = path_push_key (loader->path, key->text);
      if (into == loader->root && strcmp (key->text, "include") == 0)
        load_includes (loader, item);
      merge_item (loader, into, key, item);
      g_string_truncate (loader->path, len);
    }
}

static void
merge_file (TmLoader *loader, TmNode *from)
{
  GString *path = loader->path;
  loader->path = g_string_new (NULL);
  merge_map (loader, loader->root, from);
  g_string_free (loader->path, TRUE);
  loader->path = path;
}

static bool
is_denied (const GError *error)
{
  return g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_ACCES)
         || g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_PERM);
}

static bool
read_bytes (const char *file, char **bytes_out, gsize *len_out, GError **error)
{
  GStatBuf status;
  g_autoptr (GError) cause = NULL;
  if (g_stat (file, &status) == 0 && status.st_size > TM_CONF_FILE_MAX)
    g_set_error (error, TM_ERROR, TM_ERROR_NOT_FOUND, "%s is larger than 16 MB", file);
  else if (!g_file_get_contents (file, bytes_out, len_out, &cause))
    g_set_error_literal (error, TM_ERROR, is_denied (cause) ? TM_ERROR_DENIED : TM_ERROR_NOT_FOUND, cause->message);
  else
    return true;
  return false;
}

/* True when the file is new. */
static bool
see (TmLoader *loader, const char *file, const TmMark *from)
{
  g_autofree char *real = realpath (file, NULL);
  const char *name = real != NULL ? real : file;
  const char *first = g_hash_table_lookup (loader->seen, name);
  if (first == NULL)
    {
      g_hash_table_insert (loader->seen, g_strdup (name), from->line > 0 ? mark_format (from) : g_strdup (""));
      return true;
    }
  if (*first == '\0')
    findings_error (loader->findings, from, loader->path->str, "%s is the main file and cannot be included", file);
  else
    findings_error (loader->findings, from, loader->path->str, "%s is included already, in %s", file, first);
  return false;
}

static bool
load_into (TmLoader *loader, const char *file, const TmMark *from, GError **error)
{
  g_autofree char *bytes = NULL;
  gsize len = 0;
  g_autoptr (GError) trouble = NULL;
  if (!see (loader, file, from))
    return true;
  if (!read_bytes (file, &bytes, &len, &trouble))
    {
      findings_error (loader->findings, from, loader->path->str, "%s", trouble->message);
      loader->findings->is_partial = true;
      g_propagate_error (error, g_steal_pointer (&trouble));
      return false;
    }
  const char *name = from->line > 0 ? findings_add_file (loader->findings, file) : from->file;
  g_autoptr (TmNode) root = yaml_read (bytes, len, name, loader->findings);
  if (root != NULL && root->kind != TM_NODE_MAP)
    findings_error (loader->findings, &root->mark, "", "expected keys such as `queues:`, found %s",
                  node_kind_name (root->kind));
  else if (root != NULL)
    merge_file (loader, root);
  return true;
}

TmNode *
files_load (const char *file, TmFindings *findings, GError **error)
{
  TmMark top = { findings_add_file (findings, file), 0, 0 };
  TmLoader loader = {
    .findings = findings,
    .root = node_new (TM_NODE_MAP, &top),
    .seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free),
    .path = g_string_new (NULL),
  };
  if (!load_into (&loader, file, &top, error))
    g_clear_pointer (&loader.root, node_free);
  g_hash_table_unref (loader.seen);
  g_string_free (loader.path, TRUE);
  return loader.root;
}
