/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One error domain for the whole program.  A kind says what the caller does
 * about it, not where it came from; outcomes such as "duplicate" are values.
 */
#ifndef TM_BASE_ERROR_H
#define TM_BASE_ERROR_H

#include <glib.h>

#define TM_WARN_UNUSED __attribute__ ((warn_unused_result))

#define TM_ERROR (error_domain ())

typedef enum
{
  TM_ERROR_TEMP,      /* try again later: store busy, disk full, deadline passed */
  TM_ERROR_MESSAGE,   /* this message cannot be used as asked */
  TM_ERROR_CONFIG,    /* configuration or database is not what we accept */
  TM_ERROR_NOT_FOUND, /* no such ticket, file, queue */
  TM_ERROR_DENIED,    /* not allowed */
  TM_ERROR_IO,        /* reading or writing failed and will fail again */
  TM_ERROR_UNAVAILABLE, /* a socket or service is not to be had */
  TM_ERROR_USAGE,     /* the command line is not what we accept */
  TM_ERROR_BUG,       /* cannot happen */
  TM_ERROR_N_KINDS
} TmErrorKind;

/* What SMTP says for an error of this kind (RFC 5321 §4.2, RFC 3463).
 * Both strings are static. */
typedef struct
{
  const char *code;     /* "451" */
  const char *enhanced; /* "4.3.0" */
  const char *text;
} TmSmtpReply;

GQuark error_domain (void);

/* The reply to the client for an error of `kind`; never NULL, never 5xx:
 * our own failures are always worth another try. */
const TmSmtpReply *error_smtp_reply (TmErrorKind kind);

/* The sysexits(3) code of a program that ends because of `error` (may be
 * NULL: 0; a foreign domain: 70). */
int error_exit_code (const GError *error);

#endif
