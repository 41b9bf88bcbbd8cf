/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calendars in the configuration: what is read, and what is found wrong, with its place.
 */
#include "tests/support/suite.h"
#include "tests/unit/conf-folder.h"

#include <string.h>

#define CALENDAR HEAD "calendars:\n  office:\n    "
#define GOOD CALENDAR "hours: mon-fri=08:00-20:00\n    "
#define OFFICE "main.yaml:5:12: calendars.office.hours: "
#define HOURS_FORM \
  "hours are written mon-fri=08:00-12:00,13:00-17:00;sat=09:00-12:00, or 24x7, or none\n"
#define DAYS_FORM "days are mon tue wed thu fri sat sun, or a range such as mon-fri\n"
#define NO_TIME "no such time: a day goes from 00:00 to 24:00\n"
#define TWICE "a day is given twice; put its windows behind one another: mon=08:00-12:00,13:00-17:00\n"
#define ZONE "is not a zone of the system such as Europe/Berlin or UTC\n"
#define HOLIDAY "main.yaml:6:16: calendars.office.holidays[0]: "
#define NO_HOLIDAY "a holiday is a date that exists, such as 2026-12-24, or *-12-25 or easter+1\n"
#define NO_YEARLY "a yearly holiday is written *-12-25, and must exist\n"
#define NO_EASTER "days from Easter Sunday are written easter+1 or easter-2, from easter-80 to easter+240\n"
#define OPEN "main.yaml:6:12: calendars.office.open[0]: "
#define OPEN_FORM "windows of a date are written 2026-12-24=09:00-12:00,13:00-15:00; closed is 2026-12-31=\n"
#define BREAK "main.yaml:6:14: calendars.office.breaks[0]: "
#define BREAK_FORM "a break is written 2026-11-03=10:00-11:00\n"

static const struct
{
  const char *yaml, *findings;
} cases[] = {
  { HEAD "calendars: {a: {hours: 24x7}, b: {hours: mon=08:00-12:00, zone: America/New_York}}\n", "" },
  { GOOD "holidays: ['*-02-29', easter, easter-80, easter+240, 2026-12-24]\n", "" },
  { GOOD "open: ['2026-12-24=09:00-12:00,13:00-15:00', '2026-12-31=']\n"
         "    breaks: ['2026-11-03=10:00-11:00', '2026-11-03=12:00-13:00,15:00-15:30']\n", "" },
  { CALENDAR "hours: 'mon-thu=08:00-12:00, 13:00-17:00; fri-mon=22:00-06:00'\n",
    OFFICE "`mon-thu=08:00-12:00, 13:00-17:00; fri-mon=22:00-06:00`: " TWICE },
  { CALENDAR "hours: 'mon-wed=08:00-12:00, 13:00-17:00; fri-sun=22:00-06:00'\n", "" },
  { CALENDAR "hours: mon=08:00-25:00\n", OFFICE "`mon=08:00-25:00`: " NO_TIME },
  { CALENDAR "hours: mon=08:00-12:60\n", OFFICE "`mon=08:00-12:60`: " NO_TIME },
  { CALENDAR "hours: mon=08:00-24:01\n", OFFICE "`mon=08:00-24:01`: " NO_TIME },
  { CALENDAR "hours: mon=24:00-06:00\n",
    OFFICE "`mon=24:00-06:00`: a window cannot open at 24:00: that is 00:00 of the next day\n" },
  { CALENDAR "hours: mon=8:00-12:00\n", OFFICE "`mon=8:00-12:00`: a window is written 08:00-18:00\n" },
  { CALENDAR "hours: mon=\n", OFFICE "`mon=`: " HOURS_FORM },
  { CALENDAR "hours: mon-fri\n", OFFICE "`mon-fri`: " HOURS_FORM },
  { CALENDAR "hours: Mon=08:00-12:00\n", OFFICE "`Mon=08:00-12:00`: " DAYS_FORM },
  { CALENDAR "hours: mon-=08:00-12:00\n", OFFICE "`mon-=08:00-12:00`: " DAYS_FORM },
  { CALENDAR "hours: mon=08:00-12:00;mon=13:00-17:00\n", OFFICE "`mon=08:00-12:00;mon=13:00-17:00`: " TWICE },
  { CALENDAR "hours: mon-fri=08:00-12:00;fri-sun=13:00-17:00\n",
    OFFICE "`mon-fri=08:00-12:00;fri-sun=13:00-17:00`: " TWICE },
  { CALENDAR "hours: ''\n",
    OFFICE "has no value: expected windows such as mon-fri=08:00-18:00, 24x7 or none\n" },
  { CALENDAR "zone: UTC\n", "main.yaml:5:5: calendars.office.hours: is required, but missing\n" },
  { CALENDAR "hours: none\n",
    "main.yaml:5:5: calendars.office: never opens: nothing that counts by it would ever be due\n" },
  { CALENDAR "hours: none\n    open: ['2026-12-31=']\n",
    "main.yaml:5:5: calendars.office: never opens: nothing that counts by it would ever be due\n" },
  { CALENDAR "hours: none\n    open: ['2026-12-31=08:00-12:00']\n", "" },
  { HEAD "calendars:\n  a: {hours: 24x7}\n  a: {hours: 24x7}\n",
    "main.yaml:5:3: calendars.a: given twice; first at line 4\n" },
  { HEAD "calendars: {'a b': {hours: 24x7}}\n",
    "main.yaml:3:13: calendars.a b: `a b` is not a name of letters, digits, `_` and `-`, at most 32\n" },
  { GOOD "zone: CET\n", "main.yaml:6:11: calendars.office.zone: `CET` " ZONE },
  { GOOD "zone: Europe/Nowhere\n", "main.yaml:6:11: calendars.office.zone: `Europe/Nowhere` " ZONE },
  { GOOD "zone: posix/Europe/Berlin\n", "main.yaml:6:11: calendars.office.zone: `posix/Europe/Berlin` " ZONE },
  { GOOD "zone: right/Europe/Berlin\n", "main.yaml:6:11: calendars.office.zone: `right/Europe/Berlin` " ZONE },
  { GOOD "zone: localtime\n", "main.yaml:6:11: calendars.office.zone: `localtime` " ZONE },
  { GOOD "zone: '+01:00'\n", "main.yaml:6:11: calendars.office.zone: `+01:00` " ZONE },
  { GOOD "zone: MET\n", "main.yaml:6:11: calendars.office.zone: `MET` " ZONE },
  { GOOD "holidays: [2026-02-30]\n", HOLIDAY "`2026-02-30`: " NO_HOLIDAY },
  { GOOD "holidays: [2027-02-29]\n", HOLIDAY "`2027-02-29`: " NO_HOLIDAY },
  { GOOD "holidays: [26-12-24]\n", HOLIDAY "`26-12-24`: " NO_HOLIDAY },
  { GOOD "holidays: [2026-12-24x]\n", HOLIDAY "`2026-12-24x`: " NO_HOLIDAY },
  { GOOD "holidays: [christmas]\n", HOLIDAY "`christmas`: " NO_HOLIDAY },
  { GOOD "holidays: ['*-02-30']\n", HOLIDAY "`*-02-30`: " NO_YEARLY },
  { GOOD "holidays: ['*-13-01']\n", HOLIDAY "`*-13-01`: " NO_YEARLY },
  { GOOD "holidays: ['*-1-1']\n", HOLIDAY "`*-1-1`: " NO_YEARLY },
  { GOOD "holidays: [easter+241]\n", HOLIDAY "`easter+241`: " NO_EASTER },
  { GOOD "holidays: [easter-81]\n", HOLIDAY "`easter-81`: " NO_EASTER },
  { GOOD "holidays: [easter+]\n", HOLIDAY "`easter+`: " NO_EASTER },
  { GOOD "holidays: [easter1]\n", HOLIDAY "`easter1`: " NO_EASTER },
  { GOOD "holidays: [easter+1d]\n", HOLIDAY "`easter+1d`: " NO_EASTER },
  { GOOD "open: ['2026-12-24']\n", OPEN "`2026-12-24`: " OPEN_FORM },
  { GOOD "open: ['*-12-24=09:00-12:00']\n",
    OPEN "`*-12-24=09:00-12:00`: a date is written 2026-12-24, and must exist\n" },
  { GOOD "open: ['2026-02-30=09:00-12:00']\n",
    OPEN "`2026-02-30=09:00-12:00`: a date is written 2026-12-24, and must exist\n" },
  { GOOD "open: ['2026-12-24=09:00-26:00']\n", OPEN "`2026-12-24=09:00-26:00`: " NO_TIME },
  { GOOD "open: ['2026-12-24=09:00-12:00', '2026-12-24=13:00-15:00']\n",
    "main.yaml:6:38: calendars.office.open[1]: `2026-12-24=13:00-15:00`: the date is given twice; put its windows "
    "behind one another, with commas\n" },
  { GOOD "breaks: ['2026-12-24=']\n", BREAK "`2026-12-24=`: " BREAK_FORM },
  { GOOD "breaks: ['10:00-11:00']\n", BREAK "`10:00-11:00`: " BREAK_FORM },
  { CALENDAR "hours: 24x7\n    holidays: ['*-12-25']\n",
    "main.yaml:6:15: calendars.office.holidays: warning: a 24x7 calendar is closed on these days: leave them out if "
    "somebody is there\n" },
  { CALENDAR "hours: mon-sun=00:00-24:00\n    holidays: ['*-12-25']\n",
    "main.yaml:6:15: calendars.office.holidays: warning: a 24x7 calendar is closed on these days: leave them out if "
    "somebody is there\n" },
  { HEAD "priorities: [{code: P1}]\ncalendars: {office: {hours: 'mon=09:00-10:00'}}\n"
         "plans: {s: {calendar: offise, targets: {P1: {update: {target: 4bh, calendar: office}}}}}\n",
    "main.yaml:5:23: plans.s.calendar: unknown calendar `offise`; did you mean `office`?\n" },
  { HEAD "calendars: {office: {hours: 24x7}}\n"
         "rules: [{name: r, all: ['!hour inside office'], then: [no_ack]}, {name: s, all: [hour inside x], then: "
         "[no_ack]}]\n",
    "main.yaml:4:82: rules[1].all[0]: unknown calendar `x`\n" },
  /* What names a broken calendar is not blamed for it. */
  { HEAD "priorities: [{code: P1}]\ncalendars: {office: {hours: 'mon=9:00-10:00'}}\n"
         "plans: {s: {calendar: office, targets: {P1: {update: 4bh}}}}\n",
    "main.yaml:4:29: calendars.office.hours: `mon=9:00-10:00`: a window is written 08:00-18:00\n" },
  { HEAD "priorities: [{code: P1}]\ncalendars: {office: {hours: 'mon=09:00-10:00'}}\n"
         "plans: {s: {calendar: office, targets: {P1: {update: 57bh, review: 58bd}}}}\n",
    "main.yaml:5:68: plans.s.targets.P1.review: warning: may lie more than 400 days ahead: such a clock is never "
    "due\n" },
};

START_TEST (findings)
{
  g_autofree char *found = folder_findings (cases[_i].yaml);
  ck_assert_str_eq (found, cases[_i].findings);
}
END_TEST

START_TEST (zones)
{
  g_auto (TmFolder) folder = { NULL };
  TmPolicy *loaded = NULL;
  folder_init (&folder);
  folder_write (&folder, "main.yaml", HEAD "zone: Asia/Kolkata\nlanguage: de\ninclude: [more.yaml]\n"
                                           "calendars: {own: {hours: 24x7, zone: Etc/GMT-1}}\n");
  folder_write (&folder, "more.yaml", "calendars: {desk: {hours: none, open: [2026-11-03=10:00-12:00]}}\n");
  g_autofree char *found = folder_load (&folder, "main.yaml", &loaded);
  g_autoptr (TmPolicy) policy = loaded;
  ck_assert_str_eq (found, "");
  const TmCalendar *own = site_calendar (policy->site, "own"), *desk = site_calendar (policy->site, "desk");
  ck_assert_str_eq (g_time_zone_get_identifier (calendar_zone (own)), "Etc/GMT-1");
  ck_assert_str_eq (g_time_zone_get_identifier (calendar_zone (desk)), "Asia/Kolkata");
  ck_assert_str_eq (policy->site->language, "de");
  ck_assert (calendar_is_24x7 (own) && !calendar_is_24x7 (desk));
  ck_assert_int_eq (calendar_next_open (desk, 1793664000, NULL, 0), 1793680200); /* 2026-11-03T04:30:00Z */
  ck_assert_ptr_null (site_calendar (policy->site, "none"));
}
END_TEST

SUITE_MAIN ("conf-calendars", tcase_add_loop_test (tc, findings, 0, G_N_ELEMENTS (cases)); tcase_add_test (tc, zones);)
