/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One Authentication-Results field as a value: the grammar of RFC 8601 §2.2.  Pure.
 */
#ifndef TM_CORE_AUTHRES_FIELD_H
#define TM_CORE_AUTHRES_FIELD_H

#include <glib.h>
#include <stdbool.h>

/* One `method=result`.  Properties that alignment does not ask for are read and dropped; NULL: not given. */
typedef struct
{
  char *method, *result; /* lower case */
  char *header_d, *header_i, *header_from, *smtp_mailfrom;
} TmAuthResult;

typedef struct
{
  char *authserv_id;  /* as written, unquoted; "" when not even that could be read */
  bool is_well_formed; /* else `results` means nothing */
  GPtrArray *results; /* TmAuthResult; methods of a version unknown to us are left out */
} TmAuthField;

/* Reads the unfolded, undecoded value.  Never NULL; the caller frees. */
TmAuthField *auth_field_read (const char *value);
void auth_field_free (TmAuthField *field);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmAuthField, auth_field_free)

#endif
