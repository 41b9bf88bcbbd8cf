/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/calendars.h"

#include "conf/tables.h"
#include "conf/values.h"

#include <stddef.h>

/* A calendar as written. */
typedef struct
{
  char *name;
  GTimeZone *zone; /* NULL: the desk's */
  char *hours;     /* NULL: none that can be read */
  GPtrArray *holidays, *open, *breaks; /* char *, or NULL */
} TmCalendarDraft;

typedef bool (*TmTake) (TmCalendarMaker *maker, const char *text, const char **why_out);

/* --- each text for itself --- */

static bool
parse_by (TmTake take, TmTableReader *reader, const TmNode *node, TmValue *value_out)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (TmCalendarMaker) maker = calendar_maker_new ("", utc);
  const char *why = NULL;
  if (!take (maker, node->text, &why))
    {
      reader_error (reader, node, "`%s`: %s", node->text, why);
      return false;
    }
  value_out->object = g_strdup (node->text);
  return true;
}

static bool
parse_hours (TmTableReader *reader, G_GNUC_UNUSED const TmOption *option, const TmNode *node, TmValue *value_out)
{
  return parse_by (calendar_maker_hours, reader, node, value_out);
}

static bool
parse_holiday (TmTableReader *reader, G_GNUC_UNUSED const TmOption *option, const TmNode *node, TmValue *value_out)
{
  return parse_by (calendar_maker_holiday, reader, node, value_out);
}

static bool
parse_open (TmTableReader *reader, G_GNUC_UNUSED const TmOption *option, const TmNode *node, TmValue *value_out)
{
  return parse_by (calendar_maker_open, reader, node, value_out);
}

static bool
parse_break (TmTableReader *reader, G_GNUC_UNUSED const TmOption *option, const TmNode *node, TmValue *value_out)
{
  return parse_by (calendar_maker_break, reader, node, value_out);
}

#define TEXT .is_object = true, .is_text = true
static const TmScalarType type_hours
  = { "hours", "windows such as mon-fri=08:00-18:00, 24x7 or none", NULL, TEXT, .parse = parse_hours };
static const TmScalarType type_holiday
  = { "holiday", "a date such as 2026-12-24, *-12-25 or easter+1", NULL, TEXT, .parse = parse_holiday };
static const TmScalarType type_open
  = { "windows", "windows of a date such as 2026-12-24=09:00-12:00", NULL, TEXT, .parse = parse_open };
static const TmScalarType type_break
  = { "break", "a break such as 2026-11-03=10:00-11:00", NULL, TEXT, .parse = parse_break };

const TmOption options_calendar[] = {
  { "zone", .type = &type_zone, AT (ITEM, TmCalendarDraft, zone),
    .help = "the zone whose clocks it goes by; without it the desk's" },
  { "hours", .type = &type_hours, .is_required = true, AT (ITEM, TmCalendarDraft, hours),
    .help = "windows of the days of the week, 24x7 or none" },
  { "holidays", .shape = TM_SHAPE_LIST, .type = &type_holiday, AT (ITEM, TmCalendarDraft, holidays),
    .help = "dates that are closed: one, one of each year, or days from Easter Sunday" },
  { "open", .shape = TM_SHAPE_LIST, .type = &type_open, AT (ITEM, TmCalendarDraft, open),
    .help = "dates with windows of their own, or without any; they win over holidays" },
  { "breaks", .shape = TM_SHAPE_LIST, .type = &type_break, AT (ITEM, TmCalendarDraft, breaks),
    .help = "what is cut out of the windows that begin on a date" },
  { .key = NULL },
};

static void
free_strings (GPtrArray *strings)
{
  if (strings != NULL)
    g_ptr_array_unref (strings);
}

static void
draft_free (gpointer data)
{
  TmCalendarDraft *draft = data;
  g_free (draft->name);
  if (draft->zone != NULL)
    g_time_zone_unref (draft->zone);
  g_free (draft->hours);
  free_strings (draft->holidays);
  free_strings (draft->open);
  free_strings (draft->breaks);
  g_free (draft);
}

void *
make_calendar (void *extras, const char *name)
{
  GPtrArray **drafts = &((TmExtras *) extras)->calendars;
  TmCalendarDraft *draft = g_new0 (TmCalendarDraft, 1);
  draft->name = g_strdup (name);
  if (*drafts == NULL)
    *drafts = g_ptr_array_new_with_free_func (draft_free);
  g_ptr_array_add (*drafts, draft);
  return draft;
}

/* --- all of them together --- */

/* Each was read before: what is refused now is so because of another one. */
static void
take_all (TmTableReader *reader, TmCalendarMaker *maker, TmTake take, const GPtrArray *texts)
{
  const char *why = NULL;
  for (guint i = 0; texts != NULL && i < texts->len; i++)
    {
      const char *text = texts->pdata[i];
      const TmPlace *place = reader_place (reader, text);
      if (!take (maker, text, &why))
        findings_error (reader->findings, &place->node->mark, place->path, "`%s`: %s", text, why);
    }
}

static void
check_calendar (TmTableReader *reader, const TmCalendarDraft *draft, const TmCalendar *calendar)
{
  const TmPlace *place = reader_place (reader, draft);
  const TmNode *holidays = node_get (place->node, "holidays");
  g_autofree char *path = g_strconcat (place->path, ".holidays", NULL);
  if (draft->hours != NULL && calendar_never_opens (calendar))
    findings_error (reader->findings, &place->node->mark, place->path,
                    "never opens: nothing that counts by it would ever be due");
  else if (calendar_is_24x7 (calendar) && calendar_has_holidays (calendar))
    findings_warning (reader->findings, &holidays->mark, path,
                      "a 24x7 calendar is closed on these days: leave them out if somebody is there");
}

void
calendars_load (TmTableReader *reader, TmSite *site, TmExtras *extras)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GPtrArray) drafts = g_steal_pointer (&extras->calendars);
  for (guint i = 0; drafts != NULL && i < drafts->len; i++)
    {
      const TmCalendarDraft *draft = drafts->pdata[i];
      GTimeZone *zone = draft->zone != NULL ? draft->zone : site->zone != NULL ? site->zone : utc;
      const char *why = NULL;
      TmCalendarMaker *maker = calendar_maker_new (draft->name, zone);
      if (draft->hours != NULL)
        calendar_maker_hours (maker, draft->hours, &why);
      take_all (reader, maker, calendar_maker_holiday, draft->holidays);
      take_all (reader, maker, calendar_maker_open, draft->open);
      take_all (reader, maker, calendar_maker_break, draft->breaks);
      TmCalendar *calendar = calendar_make (maker);
      check_calendar (reader, draft, calendar);
      g_ptr_array_add (site->calendars, calendar);
    }
}
