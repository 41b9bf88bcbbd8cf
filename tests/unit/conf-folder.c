/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/conf-folder.h"

#include <check.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

void
folder_write (const TmFolder *folder, const char *name, const char *text)
{
  g_autofree char *file = folder_file (folder, name);
  g_autofree char *above = g_path_get_dirname (file);
  if (g_mkdir_with_parents (above, 0700) != 0 || !g_file_set_contents (file, text, -1, NULL))
    g_error ("cannot write %s", file);
}

void
folder_chmod (const TmFolder *folder, const char *name, unsigned mode)
{
  g_autofree char *file = folder_file (folder, name);
  if (chmod (file, mode) != 0)
    g_error ("cannot chmod %s", file);
}

char *
folder_file (const TmFolder *folder, const char *name)
{
  return g_build_filename (folder->path, name, NULL);
}

void
folder_init (TmFolder *folder)
{
  folder->path = g_dir_make_tmp ("tm-conf-XXXXXX", NULL);
  if (folder->path == NULL)
    g_error ("cannot make a temporary folder");
  folder_write (folder, "keys",
                "k1 active 2026-11-20T16:00:00Z 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n");
  folder_chmod (folder, "keys", 0640);
}

static void
remove_tree (const char *path)
{
  GDir *dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      remove_tree (child);
    }
  g_clear_pointer (&dir, g_dir_close);
  g_remove (path);
}

void
folder_clear (TmFolder *folder)
{
  if (folder->path != NULL)
    remove_tree (folder->path);
  g_clear_pointer (&folder->path, g_free);
}

static char *
join_findings (const TmFolder *folder, const GPtrArray *findings)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *prefix = g_strconcat (folder->path, "/", NULL);
  for (guint i = 0; i < findings->len; i++)
    {
      g_autofree char *line = finding_format (findings->pdata[i]);
      g_string_append_printf (text, "%s\n", line);
    }
  g_string_replace (text, prefix, "", 0);
  return g_strdup (text->str);
}

char *
folder_load (const TmFolder *folder, const char *name, TmPolicy **policy_out)
{
  g_autofree char *file = folder_file (folder, name);
  g_autoptr (TmPolicy) policy = NULL;
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (GError) error = NULL;
  bool is_loaded = policy_load (file, &policy, &findings, &error);
  if (is_loaded != (policy != NULL) || is_loaded != (error == NULL))
    g_error ("policy_load: %d with policy %p and error %s", is_loaded, (void *) policy,
             error != NULL ? error->message : "none");
  if (policy_out != NULL)
    *policy_out = g_steal_pointer (&policy);
  return join_findings (folder, findings);
}

char *
folder_findings (const char *yaml)
{
  g_auto (TmFolder) folder = { NULL };
  folder_init (&folder);
  folder_write (&folder, "main.yaml", yaml);
  return folder_load (&folder, "main.yaml", NULL);
}

TmPolicy *
folder_policy (const char *yaml, const char *csv)
{
  g_auto (TmFolder) folder = { NULL };
  TmPolicy *policy = NULL;
  folder_init (&folder);
  folder_write (&folder, "main.yaml", yaml);
  folder_write (&folder, "customers.csv", csv);
  g_autofree char *found = folder_load (&folder, "main.yaml", &policy);
  ck_assert_str_eq (found, "");
  return policy;
}
