/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The facts that only an agent's mail is held against (core/guard.h).
 */
#ifndef TM_STORE_LOOKUP_AGENT_H
#define TM_STORE_LOOKUP_AGENT_H

#include "core/facts.h"
#include "core/keys.h"
#include "store/db.h"

/* Adds them to `facts`, which have all else; nothing without keys->agent, and nothing for what came before. */
bool lookup_for_agent (TmDb *db, const TmKeys *keys, TmFacts *facts, GError **error) TM_WARN_UNUSED;

#endif
