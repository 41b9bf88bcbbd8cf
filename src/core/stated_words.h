/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The words in which people state a priority or a type: labels of form lines and names, in English and German, and
 * which of the desk's own they mean.  Pure.
 */
#ifndef TM_CORE_STATED_WORDS_H
#define TM_CORE_STATED_WORDS_H

#include "core/site.h"

typedef enum { TM_STATED_NOTHING, TM_STATED_PRIORITY, TM_STATED_TYPE } TmStatedLabel;

/* What the `len` bytes of `text` (valid UTF-8) are a label of: "Priority", "Dringlichkeit", "Art der Anfrage"; any
 * case, white space around it. */
TmStatedLabel stated_label (const char *text, gsize len);

/* The priority that `value` means: a code, name or alias of the desk ("P1", "Urgent"), a word of the same meaning
 * ("dringend"), else one of the same level ("kritisch" where the highest is called Urgent), a number ("1" is P1).  Of a
 * list its words, so far as they agree: "P2 (High)", but not "Low / Medium / High", which nobody has filled in.
 * NULL: none. */
const TmPriority *stated_priority_meant (const TmSite *site, const char *value, gsize len);

/* The same where no label says that it is about priority: a mere number means nothing. */
const TmPriority *stated_priority_named (const TmSite *site, const char *value, gsize len);

/* The same of types: by code, name, alias or a part of the name between slashes. */
const TmType *stated_type_meant (const TmSite *site, const char *value, gsize len);

/* The priority whose code, digit included ("P1"), `word` is, any case; NULL: none. */
const TmPriority *stated_code (const TmSite *site, const char *word, gsize len);

#endif
