/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The section `rotas`: who is on call.
 */
#ifndef TM_CONF_ROTAS_H
#define TM_CONF_ROTAS_H

#include "conf/check.h"

extern const TmOption options_rota[];

/* `site` is the TmSite, which owns the rota. */
void *make_rota (void *site, const char *name);

/* Times at which nobody would be on call, overrides that contradict each other, and agents whom nothing reaches. */
void check_rotas (TmTableReader *reader, const TmSite *site);

#endif
