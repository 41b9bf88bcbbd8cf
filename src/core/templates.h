/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All templates of a configuration, by name, language and queue.  conf/ fills it, and nobody changes it afterwards.
 * Pure.
 */
#ifndef TM_CORE_TEMPLATES_H
#define TM_CORE_TEMPLATES_H

#include "core/template.h"

typedef struct TmTemplates TmTemplates;

/* One mail in one language. */
typedef struct
{
  TmTemplate *text; /* with the subject; never NULL */
  TmTemplate *html; /* NULL: the mail is plain text */
} TmTemplatePair;

/* Without any. */
TmTemplates *templates_new (void);
void templates_free (TmTemplates *templates);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmTemplates, templates_free)

/* Takes both over, instead of what was there.  `queue`: id, NULL: of all queues; `language` is lower case. */
void templates_put (TmTemplates *templates, const char *name, const char *language, const char *queue,
                    TmTemplate *text, TmTemplate *html);

/* Exactly that, of all queues with `queue` NULL; NULL: there is none.  Borrowed. */
const TmTemplatePair *templates_get (const TmTemplates *templates, const char *name, const char *language,
                                     const char *queue);

/* The first of `languages` (tags like "de-AT", "" and NULL are none) that there is a template in, as written or by its
 * primary subtag, the queue's own before that of all; else in English.  NULL: not even that.  Its language goes to
 * `language_out`, borrowed from the templates. */
const TmTemplatePair *templates_choose (const TmTemplates *templates, const char *name, const char *queue,
                                        const char *const *languages, gsize n_languages, const char **language_out);

#endif
