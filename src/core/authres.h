/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Authentication-Results (RFC 8601): is the one From address authenticated?
 * Full grammar (CFWS, quoted strings, versions), fail closed.  Pure.
 */
#ifndef TM_CORE_AUTHRES_H
#define TM_CORE_AUTHRES_H

#include "core/mail.h"

#include <stdbool.h>

typedef struct
{
  const char *const *authserv_ids; /* exactly these count, any case; NULL-terminated */
  bool needs_queue_id;             /* only `id/queue-id` of this message's queue ID counts */
  const char *queue_id;            /* macro {i}; NULL unknown */
} TmAuthresTrust;

typedef enum
{
  TM_AUTH_NONE,   /* nothing said, or nothing that we trust */
  TM_AUTH_FAIL,   /* said, and not authenticated: dmarc=fail, or every method failed or is not aligned */
  TM_AUTH_PASS    /* dmarc=pass, or dkim or spf pass aligned with From: the same domain, or one a subdomain of the
                     other (siblings are not: that takes a list of public suffixes) */
} TmAuth;

/* Per method only the topmost trusted field counts; a lower trusted one that
 * disagrees spoils the method.  More than one From, or none: never PASS.
 * `method_out` (may be NULL) gets a static "dmarc", "dkim", "spf" or "". */
TmAuth authres_judge (const TmMail *mail, const TmAuthresTrust *trust, const char **method_out);

/* Whether dmarc=pass is said for exactly the domain of the one From address, named in header.from, by a trusted field
 * with this message's own queue ID: needs_queue_id is taken as set.  Any other word on DMARC in a field that `trust`
 * has as trusted spoils it, and so does a trusted field that cannot be read, or a malformed mail. */
bool authres_proves_author (const TmMail *mail, const TmAuthresTrust *trust);

#endif
