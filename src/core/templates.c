/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/templates.h"

#include <string.h>

struct TmTemplates
{
  GHashTable *pairs; /* "QUEUE.NAME.LANGUAGE", "NAME.LANGUAGE" → TmTemplatePair */
};

static void
pair_free (gpointer data)
{
  TmTemplatePair *pair = data;
  template_free (pair->text);
  template_free (pair->html);
  g_free (pair);
}

TmTemplates *
templates_new (void)
{
  TmTemplates *templates = g_new0 (TmTemplates, 1);
  templates->pairs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, pair_free);
  return templates;
}

void
templates_free (TmTemplates *templates)
{
  if (templates == NULL)
    return;
  g_hash_table_unref (templates->pairs);
  g_free (templates);
}

static char *
make_key (const char *name, const char *language, const char *queue)
{
  return g_strjoin (".", queue != NULL ? queue : name, queue != NULL ? name : language, queue != NULL ? language : NULL,
                    NULL);
}

void
templates_put (TmTemplates *templates, const char *name, const char *language, const char *queue, TmTemplate *text,
               TmTemplate *html)
{
  TmTemplatePair *pair = g_new0 (TmTemplatePair, 1);
  pair->text = text;
  pair->html = html;
  g_hash_table_replace (templates->pairs, make_key (name, language, queue), pair);
}

/* The key as the table has it. */
static const TmTemplatePair *
look_up (const TmTemplates *templates, const char *name, const char *language, const char *queue, const char **key_out)
{
  gpointer kept, pair;
  g_autofree char *key = make_key (name, language, queue);
  if (!g_hash_table_lookup_extended (templates->pairs, key, &kept, &pair))
    return NULL;
  *key_out = kept;
  return pair;
}

const TmTemplatePair *
templates_get (const TmTemplates *templates, const char *name, const char *language, const char *queue)
{
  const char *key;
  return look_up (templates, name, language, queue, &key);
}

static const TmTemplatePair *
find_in (const TmTemplates *templates, const char *name, const char *queue, const char *language,
         const char **language_out)
{
  const char *key = NULL;
  const TmTemplatePair *pair = queue != NULL ? look_up (templates, name, language, queue, &key) : NULL;
  if (pair == NULL)
    pair = look_up (templates, name, language, NULL, &key);
  if (pair != NULL)
    *language_out = strrchr (key, '.') + 1;
  return pair;
}

const TmTemplatePair *
templates_choose (const TmTemplates *templates, const char *name, const char *queue, const char *const *languages,
                  gsize n_languages, const char **language_out)
{
  for (gsize i = 0; i < n_languages; i++)
    {
      if (languages[i] == NULL || *languages[i] == '\0')
        continue;
      g_autofree char *whole = g_ascii_strdown (languages[i], -1);
      g_autofree char *primary = g_strndup (whole, strcspn (whole, "-_"));
      const TmTemplatePair *pair = find_in (templates, name, queue, whole, language_out);
      if (pair == NULL)
        pair = find_in (templates, name, queue, primary, language_out);
      if (pair != NULL)
        return pair;
    }
  return find_in (templates, name, queue, "en", language_out);
}
