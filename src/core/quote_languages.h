/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How mail programs quote in languages beyond the sixteen of quote_words.c: Arabic, Bulgarian, Catalan, Croatian,
 * Estonian, Greek, Hebrew, Hungarian, Indonesian, Korean, Latvian, Lithuanian, Romanian, Serbian, Slovak, Slovenian,
 * Turkish, Ukrainian, Vietnamese; and two tables of all languages.  All in lower case; each table ends with a word
 * NULL.  Pure.
 */
#ifndef TM_CORE_QUOTE_LANGUAGES_H
#define TM_CORE_QUOTE_LANGUAGES_H

typedef struct
{
  const char *word;
  unsigned labels; /* TmLabel */
} TmLabelWord;
extern const TmLabelWord quote_language_labels[];

/* "forwarded message", between rules or before a colon: of all languages. */
extern const char *const quote_separators[];

/* "wrote", behind the writer's name or before it. */
extern const char *const quote_language_verbs[];

/* "sent from my …": how such a line begins and ends. */
typedef struct
{
  const char *start, *end;
} TmTrailerWord;
extern const TmTrailerWord quote_language_trailers[];

/* "please excuse my brevity", behind such a line: of all languages. */
extern const char *const quote_excuses[];

#endif
