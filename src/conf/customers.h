/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the configuration says of customers, entered where look-ups find it: public domains, the section
 * `customers`, the rows of `customer_table`.
 */
#ifndef TM_CONF_CUSTOMERS_H
#define TM_CONF_CUSTOMERS_H

#include "conf/check.h"

enum { TM_CUSTOMER_TABLE_MAX = 64 << 20 };

/* `site` has its section and its plans already.  Domains, addresses and ids that two customers claim are findings. */
void customers_load (TmTableReader *reader, TmSite *site, const TmExtras *extras);

/* Enters the domains and addresses of one customer.  `mark` is where he stands, for values without a place of their
 * own. */
void customers_enter (TmTableReader *reader, TmCustomers *customers, const TmCustomer *customer, const TmMark *mark);

/* Reads the rows of `file` and enters them.  Each bad row is a finding of its own.  `mark` is where the file is
 * named. */
void customer_table_load (TmTableReader *reader, TmSite *site, const char *file, const TmMark *mark);

#endif
