/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What must hold between the parts of a configuration once all of it is read.
 */
#ifndef TM_CONF_CHECK_H
#define TM_CONF_CHECK_H

#include "conf/table.h"

/* Options that only the reading of the configuration looks at. */
typedef struct
{
  bool auth_milter_tempfails;
  GPtrArray *public_domains; /* char *, or NULL */
  char *customer_table;      /* path, or NULL */
  char *templates;           /* path of a folder, or NULL */
  GPtrArray *calendars;      /* drafts of conf/calendars.c, or NULL */
} TmExtras;

/* What a queue that names no reply_to does with Reply-To, by its agents; before check_policy(). */
void settle_answers (TmTableReader *reader, TmSite *site);

/* Tokens that mail to the agents is to carry need a key that signs them; for when the key ring was looked at.  A queue
 * that names no reply_to leaves Reply-To alone without a key. */
void check_signing (TmTableReader *reader, TmPolicy *policy);

/* Addresses of queues, and who answers there. */
void check_queues (TmTableReader *reader, const TmSite *site);

/* What proves who the agents are. */
void check_agents (TmTableReader *reader, const TmSite *site);

/* Plans and contracts: what their targets need, and what they leave out. */
void check_service (TmTableReader *reader, const TmSite *site);

void check_policy (TmTableReader *reader, const TmPolicy *policy, const TmExtras *extras);

#endif
