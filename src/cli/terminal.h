/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text for people: how wide it may be, whether colors are wanted, and cells
 * and paragraphs that fit.  What comes from mail is made harmless on the way.
 */
#ifndef TM_CLI_TERMINAL_H
#define TM_CLI_TERMINAL_H

#include <glib.h>
#include <stdbool.h>

enum { TM_TERMINAL_WIDTH = 80, TM_TERMINAL_MIN_WIDTH = 40, TM_TERMINAL_MAX_WIDTH = 1000 };

typedef struct
{
  unsigned width; /* columns that a line may take */
  bool is_tty;    /* a person looks at it now */
  bool colors;
} TmTerminal;

/* What `fd` is: the width by COLUMNS, else by the terminal, else 80; colors on a terminal that has them, unless
 * NO_COLOR is set. */
TmTerminal terminal_detect (int fd);

typedef enum { TM_STYLE_PLAIN, TM_STYLE_BOLD, TM_STYLE_DIM, TM_STYLE_GOOD, TM_STYLE_BAD } TmStyle;

/* Columns that `text` (valid UTF-8) takes on a terminal. */
unsigned terminal_columns (const char *text);

/* One line of `text`, cut with an ellipsis when it is wider than `columns`; with `pad` filled up with blanks to it. */
void terminal_add_cell (GString *out, const TmTerminal *terminal, TmStyle style, const char *text, unsigned columns,
                        bool pad);

/* A heading line. */
void terminal_add_heading (GString *out, const TmTerminal *terminal, const char *text);

/* `label` in `style`, behind its own blanks, in a column of `label_columns`, then the value, wrapped under itself;
 * nothing from `value` can leave its place.  NULL or "" is shown as "-". */
void terminal_add_field (GString *out, const TmTerminal *terminal, TmStyle style, const char *label,
                         unsigned label_columns, const char *value);

/* A block of text, each line behind `indent` blanks and wrapped; trailing blank lines are left out. */
void terminal_add_block (GString *out, const TmTerminal *terminal, unsigned indent, const char *text);

#endif
