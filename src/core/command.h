/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Commands that an agent writes in the first lines of his mail, `#priority P1`, or behind a token in an address,
 * `support+1042-r…-close@`: read as a whole, nothing is done when one of them is wrong.  Pure.
 */
#ifndef TM_CORE_COMMAND_H
#define TM_CORE_COMMAND_H

#include "core/change.h"

typedef struct
{
  char *line;      /* as written, without white space around it; of an address: "#close" */
  char *word;      /* the known word, lower case, without `#` */
  char *arguments; /* what follows, one line, "" none */
  bool is_written; /* it stands in the text and has to be removed from it; else it came by the address */
} TmCommand;

typedef struct TmCommands
{
  GPtrArray *commands; /* TmCommand, in order */
  char *error;         /* a sentence for the agent: which line is wrong, and which words are valid; NULL: all is well */
  bool is_note;        /* #note */
  bool sends;          /* #send: guards give way once */
  bool asks_help;      /* #help */
  bool is_quiet;       /* #quiet: nothing of ours goes out for this ticket's last message */
  bool acknowledges;   /* #ack: pages */
  gsize end;           /* bytes of the text up to the first line that is no command */
  bool is_all;         /* nothing follows but blank lines */
} TmCommands;

void commands_free (TmCommands *commands);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmCommands, commands_free)

/* Reads the commands of `text`, the writer's own part of a mail (UTF-8, LF): `#` and a known word at the start of a
 * line, among the first lines, blank ones apart, any white space before it.  A near miss of a known word is an error,
 * as is punctuation behind it; other `#` lines, and `##`, are text and end the commands.  `token_commands` (char *;
 * NULL: none) are those of the addresses, which come first: `priority-p1`, the first `-` ends the word.  What is wrong
 * ends the reading.  Never NULL; the caller frees. */
TmCommands *commands_read (const char *text, const GPtrArray *token_commands);

/* The lines that are to be removed from every text (char *, borrowed); the caller frees the array. */
GPtrArray *commands_lines (const TmCommands *commands);

/* The first line of `text` that begins with a known command, where none is taken for one any more; NULL: none.  The
 * caller frees. */
char *commands_find_left (const char *text);

/* Whether the first line of `text`, somebody's own part of a mail, asks for nothing but the end of what he receives:
 * "unsubscribe", "abmelden" and the like. */
bool commands_is_unsubscribe (const char *text);

/* Whom `#share` lets into the ticket: char *, normalised.  The caller frees. */
GPtrArray *commands_shared (const TmCommands *commands);

/* What they do to `ticket`, in the name of `agent`: TmChange, in the order in which they have to be carried out.  NULL
 * with a sentence in `why_out`, the caller's: a time cannot be read.  Names that mean nothing are refused by the
 * change.  Times are by the clock of the desk, `now` is UTC seconds.  The changes borrow the site, and have no
 * policy yet. */
GPtrArray *commands_changes (const TmCommands *commands, const TmSite *site, const TmAgent *agent, gint64 ticket,
                             gint64 now, char **why_out);

/* A line for each command, with what it does; static. */
const char *commands_help (void);

#endif
