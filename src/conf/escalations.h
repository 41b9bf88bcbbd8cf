/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The section `escalation`: who is told of clocks that run out.
 */
#ifndef TM_CONF_ESCALATIONS_H
#define TM_CONF_ESCALATIONS_H

#include "conf/check.h"

extern const TmOption options_escalation[];

/* `site` is the TmSite, which owns the escalation. */
void *make_escalation (void *site, const char *name);

/* Rows that contradict each other, that nobody would be told by, or that count by a calendar that is not there; of the
 * plans that name them, too. */
void check_escalations (TmTableReader *reader, const TmSite *site);

/* Whether any queue has a rota. */
bool check_has_rota (const TmSite *site);

#endif
