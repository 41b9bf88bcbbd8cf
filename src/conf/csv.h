/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Comma-separated values by RFC 4180, strictly: what is not that form is an error with its place, never a guess.
 * Lines end with CR LF or LF; empty lines are left out.
 */
#ifndef TM_CONF_CSV_H
#define TM_CONF_CSV_H

#include <glib.h>

/* A row that is longer is no row: most likely a quote that nothing closes. */
enum { TM_CSV_ROW_MAX = 64 << 10 };

typedef struct
{
  const char *text;      /* without its quotes; valid UTF-8, valid until the next row is read */
  unsigned line, column; /* where it begins, in bytes from 1 */
} TmCsvCell;

typedef enum
{
  TM_CSV_ROW,
  TM_CSV_BAD, /* `wrong` says why; reading goes on behind the line in which the row begins */
  TM_CSV_END
} TmCsvResult;

typedef struct
{
  const char *at, *end, *line_start;
  unsigned line;
  GString *text;         /* of the cells of this row, each with its NUL */
  GArray *cells;         /* TmCsvCell */
  const char *wrong;     /* of a bad row: one sentence, static */
  unsigned wrong_line, wrong_column;
} TmCsv;

/* `bytes` are borrowed; a byte order mark before them is skipped. */
void csv_init (TmCsv *csv, const char *bytes, gsize len);
void csv_clear (TmCsv *csv);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TmCsv, csv_clear)

/* Reads the next row into `csv->cells`. */
TmCsvResult csv_next (TmCsv *csv);

#endif
