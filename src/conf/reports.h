/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The section `reports`: which are mailed by themselves, to whom and when.
 */
#ifndef TM_CONF_REPORTS_H
#define TM_CONF_REPORTS_H

#include "conf/check.h"

extern const TmOption options_report[];

/* `settings` are the TmDaemonSettings, which own the order. */
void *make_report (void *settings, const char *name);

/* Whether each goes to a mailbox; behind check_receivers(). */
void check_reports (TmTableReader *reader, const TmPolicy *policy);

#endif
