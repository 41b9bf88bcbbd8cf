/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What postconf(1) says of a Postfix: its parameters, its services, and what these set for themselves.
 */
#ifndef TM_CLI_POSTCONF_H
#define TM_CLI_POSTCONF_H

#include "base/error.h"

#include <stdbool.h>

typedef struct
{
  char *name;      /* "smtp", "127.0.0.1:10587" */
  char *type;      /* "inet", "unix", "pass" */
  char *command;   /* "smtpd" */
  bool is_chrooted;
} TmMtaService;

typedef struct
{
  GHashTable *parameters; /* char * → char *: main.cf with defaults, and `name/type/parameter` for what -o sets */
  GPtrArray *services;    /* TmMtaService, as in master.cf; none when they are not known */
} TmPostconf;

/* Reads the lines of `postconf -x`, `postconf -M` and `postconf -Px`, in any order; others are ignored. */
TmPostconf *postconf_parse (const char *text);
void postconf_free (TmPostconf *postconf);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmPostconf, postconf_free)

/* The lines that postconf_parse() reads, by running postconf for the instance in `config_dir` (NULL: the system's).
 * The caller frees.  TM_ERROR_NOT_FOUND: no postconf; TM_ERROR_CONFIG: it failed, or said more than any Postfix. */
bool postconf_run (const char *config_dir, char **text_out, GError **error) TM_WARN_UNUSED;

/* The value of main.cf or its default, "" when there is none.  Borrowed. */
const char *postconf_value (const TmPostconf *postconf, const char *parameter);

/* What the service sets for itself by -o, NULL when it does not.  Borrowed. */
const char *postconf_override (const TmPostconf *postconf, const TmMtaService *service, const char *parameter);

#endif
