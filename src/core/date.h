/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Dates of the Gregorian calendar as days since 1970-01-01.  Pure.
 */
#ifndef TM_CORE_DATE_H
#define TM_CORE_DATE_H

#include <glib.h>

enum { TM_DAY_S = 86400, TM_WEEK_DAYS = 7 };

/* `month` from 1, `day` from 1; a day behind the end of its month is one of the next. */
gint32 date_from_ymd (int year, int month, int day);
void date_to_ymd (gint32 date, int *year_out, int *month_out, int *day_out);

int date_weekday (gint32 date); /* 0: Monday */

/* Easter Sunday of the western churches. */
gint32 date_of_easter (int year);

#endif
