/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Command lines by tables: the options of a command are read, explained in
 * --help and compared with the man page from one place.
 */
#ifndef TM_CLI_ARGUMENTS_H
#define TM_CLI_ARGUMENTS_H

#include "base/error.h"
#include "cli/terminal.h"

#include <stdbool.h>

/* A table of options ends with one whose name is NULL. */
typedef struct
{
  const char *name;     /* "limit" for --limit */
  char letter;          /* 'c' for -c, or 0 */
  const char *argument; /* what its value is called, "N"; NULL: it takes none */
  const char *help;     /* one line */
} TmCliOption;

typedef struct TmArguments TmArguments;

TmArguments *arguments_new (void);
void arguments_free (TmArguments *arguments);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmArguments, arguments_free)

typedef enum
{
  TM_ARGUMENTS_LEADING, /* the options up to the first operand */
  TM_ARGUMENTS_ALL      /* options and operands in any order */
} TmArgumentsExtent;

/* Reads `argv` from `*position_io` on, adds what it finds to `arguments` and leaves the place of the first argument
 * that was not taken.  `tables` is NULL-terminated.  TM_ERROR_USAGE: an option that is in none of them (with what was
 * meant), without its value, or with one too many. */
bool arguments_read (TmArguments *arguments, const TmCliOption *const *tables, TmArgumentsExtent extent, int argc,
                     char **argv, int *position_io, GError **error) TM_WARN_UNUSED;

/* The value of the last `--name`, NULL when there was none ("" for an option without value).  Borrowed. */
const char *arguments_value (const TmArguments *arguments, const char *name);

/* The next value of a repeatable `--name`; `*iterator_io` starts at 0.  NULL: no more. */
const char *arguments_next (const TmArguments *arguments, const char *name, unsigned *iterator_io);

unsigned arguments_n_operands (const TmArguments *arguments);
const char *arguments_operand (const TmArguments *arguments, unsigned nth);

/* The lines of --help for a table. */
void options_add_help (GString *out, const TmTerminal *terminal, const TmCliOption *options);

/* Fails with TM_ERROR_USAGE: what, the word, and what was meant, or `advice` when nothing is near.  Always false. */
bool usage_unknown (const char *what, const char *word, const char *const *names, const char *advice, GError **error);

#endif
