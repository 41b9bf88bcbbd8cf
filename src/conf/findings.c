/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/findings.h"

#include "base/text.h"

#include <string.h>

static void
finding_free (gpointer data)
{
  TmFinding *finding = data;
  g_free (finding->file);
  g_free (finding->path);
  g_free (finding->what);
  g_free (finding);
}

TmFindings *
findings_new (void)
{
  TmFindings *findings = g_new0 (TmFindings, 1);
  findings->all = g_ptr_array_new_with_free_func (finding_free);
  findings->files = g_ptr_array_new_with_free_func (g_free);
  return findings;
}

void
findings_free (TmFindings *findings)
{
  if (findings == NULL)
    return;
  g_clear_pointer (&findings->all, g_ptr_array_unref);
  g_ptr_array_unref (findings->files);
  g_free (findings);
}

const char *
findings_add_file (TmFindings *findings, const char *file)
{
  char *copy = g_strdup (file);
  g_ptr_array_add (findings->files, copy);
  return copy;
}

static void G_GNUC_PRINTF (5, 0)
add (TmFindings *findings, bool is_error, const TmMark *mark, const char *path, const char *format, va_list args)
{
  g_autofree char *text = g_strdup_vprintf (format, args);
  g_autofree char *valid = text_make_valid (text, strlen (text));
  TmFinding *finding = g_new0 (TmFinding, 1);
  finding->is_error = is_error;
  finding->file = g_strdup (mark->file);
  finding->line = mark->line;
  finding->column = mark->column;
  finding->path = text_one_line (path, 0);
  finding->what = text_one_line (valid, 0);
  g_ptr_array_add (findings->all, finding);
  findings->n_errors += is_error ? 1 : 0;
}

void
findings_error (TmFindings *findings, const TmMark *mark, const char *path, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  add (findings, true, mark, path, format, args);
  va_end (args);
}

void
findings_warning (TmFindings *findings, const TmMark *mark, const char *path, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  add (findings, false, mark, path, format, args);
  va_end (args);
}

TmFindingsState
findings_save (const TmFindings *findings)
{
  return (TmFindingsState) { findings->all->len, findings->n_errors };
}

void
findings_restore (TmFindings *findings, TmFindingsState state)
{
  g_ptr_array_set_size (findings->all, (gint) state.n_findings);
  findings->n_errors = state.n_errors;
}

static guint
file_rank (const GPtrArray *files, const char *file)
{
  guint rank = 0;
  while (rank < files->len && strcmp (files->pdata[rank], file) != 0)
    rank++;
  return rank;
}

static gint
compare (gconstpointer a, gconstpointer b, gpointer files)
{
  const TmFinding *x = *(const TmFinding *const *) a, *y = *(const TmFinding *const *) b;
  guint file_x = file_rank (files, x->file), file_y = file_rank (files, y->file);
  if (file_x != file_y)
    return file_x < file_y ? -1 : 1;
  if (x->line != y->line)
    return x->line < y->line ? -1 : 1;
  return x->column < y->column ? -1 : x->column > y->column;
}

GPtrArray *
findings_steal (TmFindings *findings)
{
  g_ptr_array_sort_with_data (findings->all, compare, findings->files);
  return g_steal_pointer (&findings->all);
}

char *
mark_format (const TmMark *mark)
{
  return g_strdup_printf ("%s:%u", mark->file, mark->line);
}

gsize
path_push_key (GString *path, const char *key)
{
  gsize len = path->len;
  g_string_append_printf (path, "%s%s", len > 0 ? "." : "", key);
  return len;
}

gsize
path_push_index (GString *path, guint index)
{
  gsize len = path->len;
  g_string_append_printf (path, "[%u]", index);
  return len;
}

char *
findings_did_you_mean (const char *word, const char *const *names)
{
  /* Between two letters everything is near. */
  const char *nearest = strlen (word) > 2 ? text_nearest (word, names) : NULL;
  return nearest != NULL ? g_strdup_printf ("; did you mean `%s`?", nearest) : g_strdup ("");
}
