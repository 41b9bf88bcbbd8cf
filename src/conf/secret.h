/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files that hold secrets: read only when others cannot.
 */
#ifndef TM_CONF_SECRET_H
#define TM_CONF_SECRET_H

#include "base/error.h"

#include <glib.h>
#include <stdbool.h>
#include <sys/stat.h>

typedef struct
{
  char *text; /* NUL behind it */
  gsize len;
  struct stat status;
} TmSecretFile;

/* What is left of a secret is overwritten before it is freed, so that it is in no page of memory that somebody gets
 * later; NULL is fine. */
void secret_wipe (char *text);
typedef char *TmSecretText;
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (TmSecretText, secret_wipe, NULL)
typedef GStrv TmSecretLines;
void secret_lines_free (TmSecretLines lines);
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (TmSecretLines, secret_lines_free, NULL)

void secret_file_clear (TmSecretFile *secret);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TmSecretFile, secret_file_clear)

/* A regular file of at most `max_len` bytes that only its owner may write and only he and its group may read.  `noun`
 * says in errors what it should be ("key ring"), `remedy` what to do when somebody may have read it.
 * TM_ERROR_NOT_FOUND, TM_ERROR_DENIED, TM_ERROR_IO, TM_ERROR_CONFIG. */
bool secret_file_read (const char *file, const char *noun, const char *remedy, gsize max_len,
                       TmSecretFile *secret_out, GError **error) TM_WARN_UNUSED;

/* Sets an error of the kind that errno means: `FILE: WHAT: why`.  Always false. */
bool secret_file_fail (const char *file, const char *what, GError **error);

#endif
