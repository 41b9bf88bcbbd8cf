/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A known workaround lowers the priority, as far as the plan says.  Pure.
 */
#ifndef TM_CORE_WORKAROUND_H
#define TM_CORE_WORKAROUND_H

#include "core/site.h"

/* What `plan` (NULL: none) makes of `priority` (NULL: unset) once a workaround is known; a priority below the floor
 * stays.  Borrowed. */
const char *workaround_lowered (const TmSite *site, const TmServicePlan *plan, const char *priority);

#endif
