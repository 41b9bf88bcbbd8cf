/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What makes a receiver whole: its one kind, what that needs, its key.
 */
#ifndef TM_CONF_RECEIVERS_H
#define TM_CONF_RECEIVERS_H

#include "conf/check.h"

/* Each becomes of the kind that its keys make it, or a finding. */
void check_receivers (TmTableReader *reader, TmSite *site);

/* Reads the keys, and tries what the daemon will read or run; behind check_receivers(), for those who have the right
 * to. */
void load_receivers (TmTableReader *reader, TmSite *site);

#endif
