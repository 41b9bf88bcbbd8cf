/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The thread that sends the pages that wait in the outbox to their receivers, one after another.  It is another one
 * than desk/sender, so that a receiver that hangs holds up no mail; it holds up the others for as long as its timeout,
 * once, and is then left alone for a while.
 */
#ifndef TM_DESK_PAGER_H
#define TM_DESK_PAGER_H

#include "desk/sender.h"

typedef struct TmPager TmPager;

/* As sender_start(), whose sender_init() comes first; answer_s means nothing here. */
bool pager_start (const TmSenderOptions *options, TmPager **pager_out, GError **error) TM_WARN_UNUSED;

/* As those of the sender. */
void pager_wake (TmPager *pager);
void pager_stop (TmPager *pager, unsigned drain_s);

#endif
