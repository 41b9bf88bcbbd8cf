/* SPDX-License-Identifier: BSD-2-Clause */
/* What administrators write: configuration, tables, key rings, templates. */
#include "conf/csv.h"
#include "conf/policy.h"
#include "core/template.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/mail-law.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* --- configuration --- */

/* The main file comes first; behind it, each behind a line `%% NAME`, the others. */
static const char *const names[] = { "main.yaml", "more.yaml", "customers.csv", "keys", "ack.en.txt", "ack.en.html" };
static char *folder;

static void
make_folder (void)
{
  folder = g_build_filename (g_access ("/dev/shm", W_OK) == 0 ? "/dev/shm" : g_get_tmp_dir (),
                             "ticketmilter-fuzz-XXXXXX", NULL);
  FUZZ_LAW (g_mkdtemp (folder) != NULL, "cannot make %s", folder);
}

static char *
file_of (size_t i)
{
  return g_build_filename (folder, names[i], NULL);
}

static void
remove_files (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *file = file_of (i);
      g_remove (file);
    }
}

static void
remove_folder (void)
{
  remove_files ();
  g_rmdir (folder);
  g_clear_pointer (&folder, g_free);
}

/* Whether a text names no file outside of its own folder: nothing begins with `/`, there is no `..`, and there are no
 * escapes, which could spell either. */
static bool
keeps_inside (const char *text)
{
  for (const char *slash = strchr (text, '/'); slash != NULL; slash = strchr (slash + 1, '/'))
    {
      bool is_of_url = g_str_has_prefix (slash, "//") && slash > text + 1 && slash[-1] == ':'
                       && g_ascii_isalpha (slash[-2]);
      if (is_of_url)
        slash++;
      else if (slash == text || !g_ascii_isalnum (slash[-1]))
        return false;
    }
  return strstr (text, "..") == NULL && strchr (text, '\\') == NULL;
}

static size_t
place_of (const char *name)
{
  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i], name) == 0)
      return i;
  return 0;
}

static bool
write_files (const char *text, gsize len)
{
  GString *parts[G_N_ELEMENTS (names)] = { NULL };
  size_t at = 0;
  parts[0] = g_string_new (NULL);
  for (const char *line = text; line < text + len;)
    {
      const char *end = memchr (line, '\n', (gsize) (text + len - line));
      gsize line_len = end != NULL ? (gsize) (end - line) : (gsize) (text + len - line);
      g_autofree char *name = line_len > 3 && memcmp (line, "%% ", 3) == 0 ? g_strndup (line + 3, line_len - 3) : NULL;
      if (name != NULL)
        at = place_of (name);
      if (parts[at] == NULL)
        parts[at] = g_string_new (NULL);
      if (name == NULL)
        g_string_append_len (parts[at], line, (gssize) (line_len + (end != NULL)));
      line += line_len + (end != NULL);
    }
  bool is_written = true;
  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    if (parts[i] != NULL)
      {
        g_autofree char *file = file_of (i);
        is_written = is_written && g_file_set_contents_full (file, parts[i]->str, (gssize) parts[i]->len,
                                                             G_FILE_SET_CONTENTS_NONE, 0640, NULL);
        g_string_free (parts[i], TRUE);
      }
  return is_written;
}

static char *
law_of_findings (const GPtrArray *findings, bool is_loaded)
{
  GString *all = g_string_new (NULL);
  unsigned n_errors = 0;
  for (guint i = 0; i < findings->len; i++)
    {
      g_autofree char *line = finding_format (findings->pdata[i]);
      fuzz_law_line (line, "a finding");
      g_string_append_printf (all, "%s\n", line);
      n_errors += ((const TmFinding *) findings->pdata[i])->is_error;
    }
  FUZZ_LAW ((n_errors == 0) == is_loaded, "%u errors, and it is %sloaded", n_errors, is_loaded ? "" : "not ");
  return g_string_free (all, FALSE);
}

/* The findings; the same files mean the same a second time. */
static char *
load (void)
{
  g_autofree char *file = file_of (0);
  g_autoptr (TmPolicy) policy = NULL;
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (GError) error = NULL;
  bool is_loaded = policy_load (file, &policy, &findings, &error);
  FUZZ_LAW (is_loaded == (policy != NULL) && is_loaded == (error == NULL), "loaded, or an error: one of them");
  for (guint i = 0; is_loaded && i < policy->settings->len; i++)
    {
      const TmSetting *setting = policy->settings->pdata[i];
      FUZZ_LAW (g_utf8_validate (setting->path, -1, NULL) && g_utf8_validate (setting->value, -1, NULL),
                "a setting that is no UTF-8");
    }
  return law_of_findings (findings, is_loaded);
}

static void
law_of_csv (const char *bytes, gsize len)
{
  g_auto (TmCsv) csv;
  csv_init (&csv, bytes, len);
  unsigned line = 0;
  for (TmCsvResult result; (result = csv_next (&csv)) != TM_CSV_END;)
    if (result == TM_CSV_BAD)
      FUZZ_LAW (csv.wrong != NULL && csv.wrong_line > 0, "a bad row without a reason");
    else
      for (guint i = 0; i < csv.cells->len; i++)
        {
          const TmCsvCell *cell = &g_array_index (csv.cells, TmCsvCell, i);
          FUZZ_LAW (g_utf8_validate (cell->text, -1, NULL), "a cell that is no UTF-8");
          FUZZ_LAW (cell->line >= line && cell->column > 0, "a cell of line %u behind line %u", cell->line, line);
          line = cell->line;
        }
}

static void
read_configuration (const guint8 *data, gsize len)
{
  g_autofree char *text = fuzz_bytes (data, len);
  law_of_csv ((const char *) data, len);
  if (!keeps_inside (text))
    return;
  remove_files ();
  FUZZ_LAW (write_files (text, strlen (text)), "cannot write into %s", folder);
  g_autofree char *first = load (), *second = load ();
  FUZZ_LAW (strcmp (first, second) == 0, "found once: %s, and then: %s", first, second);
}

const TmFuzzTarget fuzz_config = { "config", make_folder, read_configuration, remove_folder };

/* --- templates --- */

static const char *const values[] = { "name", "subject", "page_link", "instance", NULL };
/* What nobody may smuggle into a mail. */
#define EVIL "x\"'><evil>&\r\nBcc: y"

static void
write_template (const guint8 *data, gsize len)
{
  TmTemplateKind kind = len > 0 && *data == 'h' ? TM_TEMPLATE_HTML : TM_TEMPLATE_TEXT;
  g_autofree char *source = fuzz_utf8 (data + (len > 0), len - (len > 0));
  g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func ((GDestroyNotify) template_fault_free);
  g_autoptr (TmTemplate) template = template_parse (source, strlen (source), kind, values, faults);
  FUZZ_LAW ((template == NULL) == (faults->len > 0), "%u faults, and a template or none", faults->len);
  for (guint i = 0; i < faults->len; i++)
    fuzz_law_line (((const TmTemplateFault *) faults->pdata[i])->what, "a fault");
  if (template == NULL)
    return;
  g_autoptr (GHashTable) given = g_hash_table_new (g_str_hash, g_str_equal);
  for (size_t i = 0; values[i] != NULL; i++)
    g_hash_table_insert (given, (gpointer) (guintptr) values[i], (gpointer) (guintptr) EVIL);
  g_autofree char *written = template_write (template, given), *subject = template_subject (template, given);
  FUZZ_LAW (g_utf8_validate (written, -1, NULL), "what a template writes is no UTF-8");
  FUZZ_LAW (strstr (written, "\nBcc: y") == NULL || strstr (source, "\nBcc: y") != NULL, "a value begins a line");
  FUZZ_LAW (kind == TM_TEMPLATE_TEXT || strstr (written, "<evil>") == NULL || strstr (source, "<evil>") != NULL,
            "a value begins an element");
  FUZZ_LAW ((subject == NULL) == (kind == TM_TEMPLATE_HTML), "a subject of HTML, or none of a text");
  if (subject != NULL)
    {
      fuzz_law_line (subject, "a subject");
      FUZZ_LAW (strlen (subject) <= 200, "a subject of %zu bytes", strlen (subject));
    }
}

const TmFuzzTarget fuzz_template = { "template", NULL, write_template, NULL };
