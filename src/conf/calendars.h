/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The section `calendars`: its texts, and the calendars that are made of them once the zone of the desk is known.
 */
#ifndef TM_CONF_CALENDARS_H
#define TM_CONF_CALENDARS_H

#include "conf/check.h"

extern const TmOption options_calendar[];

/* `extras` is the TmExtras, which gets a draft. */
void *make_calendar (void *extras, const char *name);

/* Makes the site's calendars of the drafts and finds what is wrong with each as a whole; lets the drafts go. */
void calendars_load (TmTableReader *reader, TmSite *site, TmExtras *extras);

#endif
