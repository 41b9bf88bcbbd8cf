/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The templates of the desk's mail: those that the program carries, and the files of the administrator's folder that
 * come before them.
 */
#ifndef TM_CONF_TEMPLATES_H
#define TM_CONF_TEMPLATES_H

#include "conf/table.h"

/* `folder` NULL: the shipped ones alone.  A text of the folder without an HTML file beside it is a plain mail. */
void load_templates (TmTableReader *reader, TmSite *site, const char *folder);

#endif
