/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A Postfix against what the desk's configuration needs of it.
 */
#ifndef TM_CLI_MTA_FINDINGS_H
#define TM_CLI_MTA_FINDINGS_H

#include "cli/postconf.h"

typedef struct
{
  const char *socket;       /* as in ticketmilter.yaml */
  char recipient_delimiter;
  gint64 deadline_s;        /* for a message's commit */
  guint64 max_size;         /* bytes of a message that is recorded whole */
  bool has_certs;           /* an agent is known by a client certificate */
  const char *submit;       /* where the desk hands its own mail over, as in ticketmilter.yaml */
} TmMtaNeeds;

typedef struct
{
  bool is_error;   /* the desk does not work as it should; else something to know */
  char *parameter; /* "smtpd_milters", of main.cf, or "smtps/inet/smtpd_milters" of a service */
  char *value;     /* what it is now */
  char *what;      /* one line */
  char *setting;   /* "smtpd_milters = unix:ticketmilter/milter.sock"; NULL: not to be said in one line */
} TmMtaFinding;

/* TmMtaFinding, in the order in which one would set them.  The caller frees. */
GPtrArray *mta_findings (const TmPostconf *postconf, const TmMtaNeeds *needs);

#endif
