/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The words of commands (core/command.h), what stands behind each, and what was meant by one that is none.  Pure.
 */
#ifndef TM_CORE_COMMAND_WORDS_H
#define TM_CORE_COMMAND_WORDS_H

#include <glib.h>
#include <stdbool.h>

typedef struct
{
  const char *word;
  const char *usage; /* what stands behind it, as it is shown, with a blank before it; "" nothing */
  bool (*fits) (const char *arguments); /* whether that reads as it must, apart from names and times */
  bool is_repeatable; /* may stand more than once, with other arguments */
} TmCommandWord;

/* The known word, lower case; NULL: none. */
const TmCommandWord *command_word (const char *word);

/* The known word that `word` (lower case), which is none, is a typing error of: one slip, in words of six letters and
 * more two.  NULL: it is another word. */
const TmCommandWord *command_word_near (const char *word);

/* The addresses of `arguments`, normalised: char *; NULL when there is none, or one cannot be read.  The caller
 * frees. */
GPtrArray *command_addresses (const char *arguments);

/* Whether the two words contradict each other. */
bool command_words_clash (const char *a, const char *b);

/* A sentence of at most about 400 bytes, for SMTP has 512 for a line of a reply (RFC 5321 §4.5.3.1.5): that because of
 * `line` nothing was done, and what is wrong with it.  The caller frees. */
char *command_say (const char *line, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* All words in a line: "priority, type, …".  The caller frees. */
char *command_words_list (void);

#endif
