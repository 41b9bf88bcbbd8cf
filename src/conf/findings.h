/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Collects the findings of one run over the configuration: places, paths and
 * what is wrong there.  Nothing in conf/ stops at the first error.
 */
#ifndef TM_CONF_FINDINGS_H
#define TM_CONF_FINDINGS_H

#include "conf/policy.h"

/* A place in a file; `file` is borrowed from the findings. */
typedef struct
{
  const char *file;
  unsigned line, column; /* from 1; 0: no place */
} TmMark;

typedef struct
{
  GPtrArray *all;        /* TmFinding */
  GPtrArray *files;      /* char *, in the order of reading */
  unsigned n_errors;
  bool is_partial;       /* a file was not read to its end: what seems to be missing may stand there */
} TmFindings;

TmFindings *findings_new (void);
void findings_free (TmFindings *findings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmFindings, findings_free)

/* Remembers the name of a file; borrowed, valid as long as the findings. */
const char *findings_add_file (TmFindings *findings, const char *file);

void findings_error (TmFindings *findings, const TmMark *mark, const char *path, const char *format, ...)
  G_GNUC_PRINTF (4, 5);
void findings_warning (TmFindings *findings, const TmMark *mark, const char *path, const char *format, ...)
  G_GNUC_PRINTF (4, 5);

/* To try again: what was found since findings_save() is forgotten. */
typedef struct
{
  guint n_findings;
  unsigned n_errors;
} TmFindingsState;
TmFindingsState findings_save (const TmFindings *findings);
void findings_restore (TmFindings *findings, TmFindingsState state);

/* The findings in order of file, line and column; the caller owns the array. */
GPtrArray *findings_steal (TmFindings *findings);

/* "file:line"; the caller frees. */
char *mark_format (const TmMark *mark);

/* Paths such as `rules[3].all[1]`: each appends one step and returns the length before it, for g_string_truncate(). */
gsize path_push_key (GString *path, const char *key);
gsize path_push_index (GString *path, guint index);

/* "; did you mean `x`?" when a name is near to `word`, else "".  The caller frees. */
char *findings_did_you_mean (const char *word, const char *const *names);

#endif
