/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tables of options and how their items come to be.
 */
#ifndef TM_CONF_TABLES_H
#define TM_CONF_TABLES_H

#include "conf/table.h"

/* Where an option's value goes: part, struct, member. */
#define AT(in, type, member) \
  .part = TM_PART_##in, .offset = offsetof (type, member), .size = sizeof (((type *) NULL)->member)

extern const TmOption options_priority[], options_type[], options_queue[], options_agent[], options_login[],
  options_rule[], options_plan[], options_customer[], options_receiver[];

/* `site` is the TmSite; the item belongs to it. */
void *make_priority (void *site, const char *name);
void *make_type (void *site, const char *name);
void *make_queue (void *site, const char *name);
void *make_agent (void *site, const char *name);
void *make_login (void *site, const char *name);
void *make_rule (void *site, const char *name);
void *make_plan (void *site, const char *name);
void *make_customer (void *site, const char *name);
void *make_receiver (void *site, const char *name);

#endif
