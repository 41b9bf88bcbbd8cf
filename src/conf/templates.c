/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/templates.h"

#include "base/text.h"
#include "core/notice.h"

#include <string.h>

static const struct
{
  const char *name; /* "ack.en.txt" */
  const char *text;
} shipped[] = {
#include "conf/shipped_templates.inc"
};

/* --- one file --- */

/* What its name says; all but `kind` are the file's own. */
typedef struct
{
  char *queue;   /* NULL: of all */
  char *name, *language;
  TmTemplateKind kind;
  char *stem;    /* the name without its ending */
} FileName;

static void
file_name_clear (FileName *file)
{
  g_free (file->queue);
  g_free (file->name);
  g_free (file->language);
  g_free (file->stem);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FileName, file_name_clear)

/* Cuts what stands behind the last dot off; NULL: there is none.  The caller frees. */
static char *
cut_last (char *text)
{
  char *dot = strrchr (text, '.');
  if (dot == NULL)
    return NULL;
  *dot = '\0';
  return g_strdup (dot + 1);
}

static bool
is_language (const char *text)
{
  gsize len = strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789-");
  return len >= 2 && text[len] == '\0' && g_ascii_isalpha (*text);
}

/* False: it is no template's, whatever stands in it. */
static bool
split_name (const char *base, FileName *file_out)
{
  bool is_text = g_str_has_suffix (base, ".txt");
  if (*base == '.' || (!is_text && !g_str_has_suffix (base, ".html")))
    return false;
  g_autofree char *rest = g_strdup (base);
  g_free (cut_last (rest));
  file_out->kind = is_text ? TM_TEMPLATE_TEXT : TM_TEMPLATE_HTML;
  file_out->stem = g_strdup (rest);
  g_autofree char *language = cut_last (rest);
  file_out->language = language != NULL ? g_ascii_strdown (language, -1) : NULL;
  file_out->name = cut_last (rest);
  if (file_out->name == NULL)
    file_out->name = g_steal_pointer (&rest);
  else
    file_out->queue = g_steal_pointer (&rest);
  return true;
}

static GStrv
queue_names (const TmSite *site)
{
  GStrv names = g_new0 (char *, site->queues->len + 1);
  for (guint i = 0; i < site->queues->len; i++)
    names[i] = g_strdup (((const TmQueue *) site->queues->pdata[i])->id);
  return names;
}

static bool
check_name (TmTableReader *reader, const TmSite *site, const FileName *file, const TmMark *mark)
{
  if (file->language == NULL || !is_language (file->language))
    {
      findings_error (reader->findings, mark, "templates",
                      "is no name of a template: write NAME.LANGUAGE.txt, such as ack.en.txt, or "
                      "QUEUE.NAME.LANGUAGE.txt");
      return false;
    }
  if (notice_values_of (file->name) == NULL)
    {
      g_autofree char *hint = findings_did_you_mean (file->name, notice_templates);
      findings_error (reader->findings, mark, "templates", "unknown template `%s`%s", file->name, hint);
      return false;
    }
  if (file->queue == NULL || site_queue (site, file->queue) != NULL)
    return true;
  g_auto (GStrv) queues = queue_names (site);
  g_autofree char *hint = findings_did_you_mean (file->queue, (const char *const *) queues);
  findings_error (reader->findings, mark, "templates", "unknown queue `%s`%s", file->queue, hint);
  return false;
}

/* NULL: it has faults, which are findings now. */
static TmTemplate *
parse (TmTableReader *reader, const FileName *file, const char *path, const char *source, gsize len)
{
  g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func ((GDestroyNotify) template_fault_free);
  TmTemplate *template = template_parse (source, len, file->kind, notice_values_of (file->name), faults);
  for (guint i = 0; i < faults->len; i++)
    {
      const TmTemplateFault *fault = faults->pdata[i];
      const TmMark mark = { path, fault->line, fault->column };
      findings_error (reader->findings, &mark, "templates", "%s", fault->what);
    }
  return template;
}

/* --- both files of a mail --- */

typedef struct
{
  const char *path;    /* of the file that was read last; the findings' */
  char *queue, *name, *language;
  bool has_text;
  TmTemplate *text, *html;
} Pair;

static void
pair_free (gpointer data)
{
  Pair *pair = data;
  g_free (pair->queue);
  g_free (pair->name);
  g_free (pair->language);
  template_free (pair->text);
  template_free (pair->html);
  g_free (pair);
}

static Pair *
find_pair (GPtrArray *pairs, const FileName *file, const char *path)
{
  for (guint i = 0; i < pairs->len; i++)
    {
      Pair *pair = pairs->pdata[i];
      if (g_strcmp0 (pair->queue, file->queue) == 0 && strcmp (pair->name, file->name) == 0
          && strcmp (pair->language, file->language) == 0)
        return pair;
    }
  Pair *pair = g_new0 (Pair, 1);
  pair->path = path;
  pair->queue = g_strdup (file->queue);
  pair->name = g_strdup (file->name);
  pair->language = g_strdup (file->language);
  g_ptr_array_add (pairs, pair);
  return pair;
}

static void
add_file (TmTableReader *reader, GPtrArray *pairs, const FileName *file, const char *path, const char *source,
          gsize len)
{
  Pair *pair = find_pair (pairs, file, path);
  TmTemplate *template = parse (reader, file, path, source, len);
  if (file->kind == TM_TEMPLATE_TEXT)
    {
      pair->has_text = true;
      pair->text = template;
    }
  else
    pair->html = template;
}

static void
put_pairs (TmTableReader *reader, const GPtrArray *pairs, TmTemplates *templates)
{
  for (guint i = 0; i < pairs->len; i++)
    {
      Pair *pair = pairs->pdata[i];
      const TmMark mark = { pair->path, 1, 1 };
      if (!pair->has_text)
        findings_error (reader->findings, &mark, "templates",
                        "the text of the same name is missing: it has the subject, and is for those who read no HTML");
      else if (pair->text != NULL)
        templates_put (templates, pair->name, pair->language, pair->queue, g_steal_pointer (&pair->text),
                       g_steal_pointer (&pair->html));
    }
}

/* --- all of them --- */

static void
load_shipped (TmTableReader *reader, TmTemplates *templates)
{
  g_autoptr (GPtrArray) pairs = g_ptr_array_new_with_free_func (pair_free);
  for (gsize i = 0; i < G_N_ELEMENTS (shipped); i++)
    {
      g_auto (FileName) file = { 0 };
      if (split_name (shipped[i].name, &file))
        add_file (reader, pairs, &file, shipped[i].name, shipped[i].text, strlen (shipped[i].text));
    }
  put_pairs (reader, pairs, templates);
}

static void
load_file (TmTableReader *reader, const TmSite *site, GPtrArray *pairs, const char *folder, const char *base)
{
  g_auto (FileName) file = { 0 };
  g_autofree char *full = g_build_filename (folder, base, NULL);
  g_autofree char *source = NULL;
  g_autoptr (GError) error = NULL;
  gsize len;
  if (!split_name (base, &file))
    return;
  const char *path = findings_add_file (reader->findings, full);
  const TmMark mark = { path, 1, 1 };
  if (!check_name (reader, site, &file, &mark))
    return;
  if (g_file_get_contents (full, &source, &len, &error))
    add_file (reader, pairs, &file, path, source, len);
  else
    findings_error (reader->findings, &mark, "templates", "%s", error->message);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Sorted; NULL and the error: it cannot be read. */
static GPtrArray *
list_folder (const char *folder, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  if (dir == NULL)
    return NULL;
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir))
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  return names;
}

void
load_templates (TmTableReader *reader, TmSite *site, const char *folder)
{
  load_shipped (reader, site->templates);
  if (folder == NULL)
    return;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) names = list_folder (folder, &error);
  g_autoptr (GPtrArray) pairs = g_ptr_array_new_with_free_func (pair_free);
  if (names == NULL)
    {
      const TmPlace *place = reader_place (reader, folder);
      findings_error (reader->findings, &place->node->mark, place->path, "%s", error->message);
      return;
    }
  for (guint i = 0; i < names->len; i++)
    load_file (reader, site, pairs, folder, names->pdata[i]);
  put_pairs (reader, pairs, site->templates);
}
