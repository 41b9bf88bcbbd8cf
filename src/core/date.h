/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Dates of the Gregorian calendar as days since 1970-01-01.  Pure.
 */
#ifndef TM_CORE_DATE_H
#define TM_CORE_DATE_H

#include <glib.h>
#include <stdbool.h>

enum { TM_DAY_S = 86400, TM_WEEK_DAYS = 7, TM_DATE_LEN = 10 };

/* `month` from 1, `day` from 1; a day behind the end of its month is one of the next. */
gint32 date_from_ymd (int year, int month, int day);
void date_to_ymd (gint32 date, int *year_out, int *month_out, int *day_out);

int date_weekday (gint32 date); /* 0: Monday */

/* Easter Sunday of the western churches. */
gint32 date_of_easter (int year);

/* --- as text --- */

/* `2026-12-24` at the begin of `text`, from 1900 on; what follows is not looked at. */
bool date_parse (const char *text, gint32 *date_out);

/* `08:00` at the begin of `text`; seconds, up to those of 24:00. */
bool clock_parse (const char *text, gint32 *clock_s_out);

/* "mon" to "sun"; -1: none of them. */
int weekday_parse (const char *text);

/* Two digits at `p`; -1 when there are none. */
int date_two_digits (const char *p);

#endif
