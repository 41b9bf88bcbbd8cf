/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Collects the findings of one run over the configuration: places, paths and
 * what is wrong there.  Nothing in conf/ stops at the first error.
 */
#ifndef TM_CONF_REPORT_H
#define TM_CONF_REPORT_H

#include "conf/policy.h"

/* A place in a file; `file` is borrowed from the report. */
typedef struct
{
  const char *file;
  unsigned line, column; /* from 1; 0: no place */
} TmMark;

typedef struct
{
  GPtrArray *findings;   /* TmFinding */
  GPtrArray *files;      /* char *, in the order of reading */
  unsigned n_errors;
  bool is_partial;       /* a file was not read to its end: what seems to be missing may stand there */
} TmReport;

TmReport *findings_new (void);
void findings_free (TmReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmReport, findings_free)

/* Remembers the name of a file; borrowed, valid as long as the report. */
const char *report_add_file (TmReport *report, const char *file);

void report_error (TmReport *report, const TmMark *mark, const char *path, const char *format, ...) G_GNUC_PRINTF (4, 5);
void report_warning (TmReport *report, const TmMark *mark, const char *path, const char *format, ...)
  G_GNUC_PRINTF (4, 5);

/* To try again: what was found since report_save() is forgotten. */
typedef struct
{
  guint n_findings;
  unsigned n_errors;
} TmReportState;
TmReportState report_save (const TmReport *report);
void report_restore (TmReport *report, TmReportState state);

/* The findings in order of file, line and column; the caller owns the array. */
GPtrArray *report_steal_findings (TmReport *report);

/* "file:line"; the caller frees. */
char *mark_format (const TmMark *mark);

/* Paths such as `rules[3].all[1]`: each appends one step and returns the length before it, for g_string_truncate(). */
gsize path_push_key (GString *path, const char *key);
gsize path_push_index (GString *path, guint index);

/* "; did you mean `x`?" when a name is near to `word`, else "".  The caller frees. */
char *report_did_you_mean (const char *word, const char *const *names);

#endif
