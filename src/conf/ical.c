/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "conf/ical.h"

#include "base/text.h"

#ifdef WITH_ICAL
#include <libical/ical.h>
#endif
#include <string.h>

#ifndef WITH_ICAL

bool
ical_is_built (void)
{
  return false;
}

bool
ical_holidays (G_GNUC_UNUSED const char *text, G_GNUC_UNUSED int first_year, G_GNUC_UNUSED int last_year,
               G_GNUC_UNUSED GPtrArray **lines_out, GError **error)
{
  g_set_error (error, TM_ERROR, TM_ERROR_USAGE,
               "this build reads no iCalendar files: build it with libical (libical-dev), or write the dates by hand");
  return false;
}

#else

/* Of one event, and of all of them: more is no list of holidays.  libical's time grows with the square of a line, its
 * stack with the nesting. */
enum { MAX_DAYS = 366, MAX_DATES = 10000, MAX_STEPS = 200000, MAX_LINE = 65536, MAX_DEPTH = 16, NOTE_MAX = 100 };
/* Of dates as the configuration takes them. */
enum { FIRST_YEAR = 1900, LAST_YEAR = 9999 };

typedef struct
{
  GPtrArray *lines;  /* TmIcalLine */
  GHashTable *seen;  /* holiday → itself */
  GHashTable *moved; /* char *: UID, and UID and date, of instances that events of their own replace */
  int first_year, last_year;
  int n_steps;       /* of recurrences, so far */
} TmIcalReader;

bool
ical_is_built (void)
{
  return true;
}

static void
line_free (gpointer data)
{
  TmIcalLine *line = data;
  g_free (line->holiday);
  g_free (line->note);
  g_free (line);
}

static bool
refuse (GError **error, const char *name, const char *why)
{
  g_set_error (error, TM_ERROR, TM_ERROR_MESSAGE, "event `%s`: %s", name, why);
  return false;
}

/* Takes `holiday` over; NULL: left out, and why. */
static void
add_line (TmIcalReader *reader, char *holiday, const char *name, const char *why)
{
  if (holiday != NULL && g_hash_table_contains (reader->seen, holiday))
    {
      g_free (holiday);
      return;
    }
  TmIcalLine *line = g_new0 (TmIcalLine, 1);
  line->holiday = holiday;
  line->note = why != NULL ? g_strdup_printf ("%s: %s", name, why) : g_strdup (name);
  if (holiday != NULL)
    g_hash_table_add (reader->seen, holiday);
  g_ptr_array_add (reader->lines, line);
}

static bool
is_real_date (struct icaltimetype date)
{
  return date.month >= 1 && date.month <= 12 && date.day >= 1 && date.year >= 1 && date.year <= 9999
         && date.day <= g_date_get_days_in_month ((GDateMonth) date.month, (GDateYear) date.year);
}

/* The dates from `begin` on; `n_days` of them. */
static bool
add_dates (TmIcalReader *reader, struct icaltimetype date, int n_days, const char *name, GError **error)
{
  if (!is_real_date (date))
    return refuse (error, name, "its date is none");
  for (int i = 0; i < n_days; i++)
    {
      if (reader->lines->len >= MAX_DATES)
        return refuse (error, name, "too many dates for a list of holidays");
      if (date.year < FIRST_YEAR || date.year > LAST_YEAR)
        {
          add_line (reader, NULL, name, "a date before 1900 or behind 9999");
          return true;
        }
      add_line (reader, g_strdup_printf ("%04d-%02d-%02d", date.year, date.month, date.day), name, NULL);
      icaltime_adjust (&date, 1, 0, 0, 0);
    }
  return true;
}

/* 0: it ends before it begins.  An event without an end, or of no length, is that one day. */
static gint64
count_days (icalcomponent *event, struct icaltimetype begin)
{
  icalproperty *property = icalcomponent_get_first_property (event, ICAL_DURATION_PROPERTY);
  if (property != NULL)
    {
      struct icaldurationtype duration = icalproperty_get_duration (property);
      return duration.is_neg ? 0 : MAX ((gint64) duration.weeks * 7 + (gint64) duration.days, 1);
    }
  property = icalcomponent_get_first_property (event, ICAL_DTEND_PROPERTY);
  struct icaltimetype end = property != NULL ? icalproperty_get_dtend (property) : icaltime_null_time ();
  if (icaltime_is_null_time (end) || !end.is_date)
    return 1;
  gint64 n_days = (icaltime_as_timet (end) - icaltime_as_timet (begin)) / 86400;
  return n_days < 0 ? 0 : MAX (n_days, 1);
}

/* RFC 5545 §3.8.4.4: an event of its own says what became of one instance. */
static char *
instance_key (const char *uid, struct icaltimetype date)
{
  return g_strdup_printf ("%s\n%04d-%02d-%02d", uid, date.year, date.month, date.day);
}

static bool
replaces_instance (icalcomponent *event)
{
  return icalcomponent_get_first_property (event, ICAL_RECURRENCEID_PROPERTY) != NULL;
}

static void
note_moved (TmIcalReader *reader, icalcomponent *event)
{
  const char *uid = icalcomponent_get_uid (event);
  if (uid == NULL || !replaces_instance (event))
    return;
  g_hash_table_add (reader->moved, g_strdup (uid));
  g_hash_table_add (reader->moved, instance_key (uid, icalcomponent_get_recurrenceid (event)));
}

static bool
has_moved (const TmIcalReader *reader, icalcomponent *event)
{
  const char *uid = icalcomponent_get_uid (event);
  return uid != NULL && !replaces_instance (event) && g_hash_table_contains (reader->moved, uid);
}

static bool
is_excluded (const TmIcalReader *reader, icalcomponent *event, struct icaltimetype date)
{
  if (has_moved (reader, event))
    {
      g_autofree char *key = instance_key (icalcomponent_get_uid (event), date);
      if (g_hash_table_contains (reader->moved, key))
        return true;
    }
  icalproperty *property = icalcomponent_get_first_property (event, ICAL_EXDATE_PROPERTY);
  for (; property != NULL; property = icalcomponent_get_next_property (event, ICAL_EXDATE_PROPERTY))
    if (icaltime_compare_date_only (icalproperty_get_exdate (property), date) == 0)
      return true;
  return false;
}

/* Once a year on the date of its start, without end. */
static bool
is_plain_yearly (const TmIcalReader *reader, icalcomponent *event, const struct icalrecurrencetype *rule,
                 struct icaltimetype begin)
{
  bool has_other_parts = rule->by_day[0] != ICAL_RECURRENCE_ARRAY_MAX
                         || rule->by_year_day[0] != ICAL_RECURRENCE_ARRAY_MAX
                         || rule->by_week_no[0] != ICAL_RECURRENCE_ARRAY_MAX
                         || rule->by_set_pos[0] != ICAL_RECURRENCE_ARRAY_MAX;
  bool is_same_month = rule->by_month[0] == ICAL_RECURRENCE_ARRAY_MAX
                       || (rule->by_month[0] == begin.month && rule->by_month[1] == ICAL_RECURRENCE_ARRAY_MAX);
  bool is_same_day = rule->by_month_day[0] == ICAL_RECURRENCE_ARRAY_MAX
                     || (rule->by_month_day[0] == begin.day && rule->by_month_day[1] == ICAL_RECURRENCE_ARRAY_MAX);
  return rule->freq == ICAL_YEARLY_RECURRENCE && rule->interval == 1 && rule->count == 0
         && icaltime_is_null_time (rule->until) && !has_other_parts && is_same_month && is_same_day
         && icalcomponent_get_first_property (event, ICAL_EXDATE_PROPERTY) == NULL && !has_moved (reader, event);
}

/* libical looks for a sixth Friday of a month until the end of its calendar. */
static bool
names_no_day (const struct icalrecurrencetype *rule)
{
  const int most = rule->freq == ICAL_MONTHLY_RECURRENCE ? 5 : 53;
  for (int i = 0; i < ICAL_BY_DAY_SIZE && rule->by_day[i] != ICAL_RECURRENCE_ARRAY_MAX; i++)
    if (ABS (icalrecurrencetype_day_position (rule->by_day[i])) > most)
      return true;
  return false;
}

static bool
expand (TmIcalReader *reader, icalcomponent *event, struct icalrecurrencetype rule, struct icaltimetype begin,
        int n_days, const char *name, GError **error)
{
  if (names_no_day (&rule))
    return refuse (error, name, "its recurrence names a day that there is never");
  icalrecur_iterator *iterator = icalrecur_iterator_new (rule, begin);
  bool ok = iterator != NULL || refuse (error, name, "its recurrence cannot be followed");
  while (ok)
    {
      struct icaltimetype date = icalrecur_iterator_next (iterator);
      if (icaltime_is_null_time (date) || date.year > reader->last_year)
        break;
      if (++reader->n_steps > MAX_STEPS)
        ok = refuse (error, name, "it recurs too often, or for too long, for a list of holidays");
      else if (date.year >= reader->first_year && !is_excluded (reader, event, date))
        ok = add_dates (reader, date, n_days, name, error);
    }
  if (iterator != NULL)
    icalrecur_iterator_free (iterator);
  return ok;
}

static bool
is_finer_than_daily (const struct icalrecurrencetype *rule)
{
  return rule->freq == ICAL_SECONDLY_RECURRENCE || rule->freq == ICAL_MINUTELY_RECURRENCE
         || rule->freq == ICAL_HOURLY_RECURRENCE || rule->by_hour[0] != ICAL_RECURRENCE_ARRAY_MAX
         || rule->by_minute[0] != ICAL_RECURRENCE_ARRAY_MAX || rule->by_second[0] != ICAL_RECURRENCE_ARRAY_MAX;
}

static bool
add_recurrence (TmIcalReader *reader, icalcomponent *event, icalproperty *property, struct icaltimetype begin,
                int n_days, const char *name, GError **error)
{
  struct icalrecurrencetype rule = icalproperty_get_rrule (property);
  if (rule.freq == ICAL_NO_RECURRENCE)
    return refuse (error, name, "its recurrence cannot be read");
  if (!is_plain_yearly (reader, event, &rule, begin))
    return expand (reader, event, rule, begin, n_days, name, error);
  for (int i = 0; i < n_days; i++)
    {
      add_line (reader, g_strdup_printf ("*-%02d-%02d", begin.month, begin.day), name, NULL);
      icaltime_adjust (&begin, 1, 0, 0, 0);
    }
  return true;
}

static bool
add_extra_dates (TmIcalReader *reader, icalcomponent *event, int n_days, const char *name, GError **error)
{
  /* Before any is looked at: libical remembers one place in each event, and is_excluded() moves it. */
  g_autoptr (GArray) dates = g_array_new (FALSE, FALSE, sizeof (struct icaltimetype));
  icalproperty *property = icalcomponent_get_first_property (event, ICAL_RDATE_PROPERTY);
  for (; property != NULL; property = icalcomponent_get_next_property (event, ICAL_RDATE_PROPERTY))
    {
      struct icaltimetype date = icalproperty_get_rdate (property).time;
      g_array_append_val (dates, date);
    }
  for (guint i = 0; i < dates->len; i++)
    {
      struct icaltimetype date = g_array_index (dates, struct icaltimetype, i);
      if (!icaltime_is_null_time (date) && !is_excluded (reader, event, date)
          && !add_dates (reader, date, n_days, name, error))
        return false;
    }
  return true;
}

/* Why it is none of the holidays; NULL. */
static const char *
left_out (icalcomponent *event, struct icaltimetype begin)
{
  if (icalcomponent_get_status (event) == ICAL_STATUS_CANCELLED)
    return "left out: it was cancelled";
  if (icalcomponent_get_first_property (event, ICAL_DTSTART_PROPERTY) == NULL)
    return "left out: it has no date";
  return icaltime_is_null_time (begin) || !begin.is_date ? "left out: it has a time of day" : NULL;
}

static bool
add_event (TmIcalReader *reader, icalcomponent *event, GError **error)
{
  const char *summary = icalcomponent_get_summary (event);
  g_autofree char *valid = text_make_valid (summary != NULL ? summary : "", summary != NULL ? strlen (summary) : 0);
  g_autofree char *name = text_one_line (valid, NOTE_MAX);
  struct icaltimetype begin = icalcomponent_get_dtstart (event);
  icalproperty *property = icalcomponent_get_first_property (event, ICAL_RRULE_PROPERTY);
  for (icalproperty *rule = property; rule != NULL; rule = icalcomponent_get_next_property (event, ICAL_RRULE_PROPERTY))
    {
      struct icalrecurrencetype parts = icalproperty_get_rrule (rule);
      if (is_finer_than_daily (&parts))
        return refuse (error, name, "it recurs more often than daily: that is no holiday");
    }
  const char *why = left_out (event, begin);
  if (why != NULL)
    {
      add_line (reader, NULL, name, why);
      return true;
    }
  if (!is_real_date (begin))
    return refuse (error, name, "its date is none");
  gint64 length = count_days (event, begin);
  if (length < 1 || length > MAX_DAYS)
    return refuse (error, name, length < 1 ? "it ends before it begins" : "it is longer than a year");
  int n_days = (int) length;
  if (property == NULL && !is_excluded (reader, event, begin) && !add_dates (reader, begin, n_days, name, error))
    return false;
  property = icalcomponent_get_first_property (event, ICAL_RRULE_PROPERTY);
  for (; property != NULL; property = icalcomponent_get_next_property (event, ICAL_RRULE_PROPERTY))
    if (!add_recurrence (reader, event, property, begin, n_days, name, error))
      return false;
  return add_extra_dates (reader, event, n_days, name, error);
}

static void
note_all_moved (TmIcalReader *reader, icalcomponent *root)
{
  icalcomponent *inner = icalcomponent_get_first_component (root, ICAL_ANY_COMPONENT);
  for (; inner != NULL; inner = icalcomponent_get_next_component (root, ICAL_ANY_COMPONENT))
    if (icalcomponent_isa (inner) == ICAL_VCALENDAR_COMPONENT)
      note_all_moved (reader, inner);
    else if (icalcomponent_isa (inner) == ICAL_VEVENT_COMPONENT)
      note_moved (reader, inner);
}

/* Several calendars of one file stand below a root of their own. */
static bool
add_events (TmIcalReader *reader, icalcomponent *root, GError **error)
{
  icalcomponent *inner = icalcomponent_get_first_component (root, ICAL_ANY_COMPONENT);
  for (; inner != NULL; inner = icalcomponent_get_next_component (root, ICAL_ANY_COMPONENT))
    {
      icalcomponent_kind kind = icalcomponent_isa (inner);
      if ((kind == ICAL_VEVENT_COMPONENT && !add_event (reader, inner, error))
          || (kind == ICAL_VCALENDAR_COMPONENT && !add_events (reader, inner, error)))
        return false;
    }
  return true;
}

/* By date; what comes every year first, what was left out last. */
static gint
compare_lines (gconstpointer a, gconstpointer b)
{
  const TmIcalLine *first = *(const TmIcalLine *const *) a, *second = *(const TmIcalLine *const *) b;
  if (first->holiday == NULL || second->holiday == NULL)
    return (first->holiday == NULL) - (second->holiday == NULL);
  return strcmp (first->holiday, second->holiday);
}

/* How a line begins, which may be folded everywhere (RFC 5545 §3.1). */
static void
read_head (const char *line, char head_out[static 7])
{
  size_t n = 0;
  while (n < 6 && *line != '\0')
    {
      size_t end = line[0] == '\r' && line[1] == '\n';
      if (line[end] != '\n')
        head_out[n++] = *line++;
      else if (line[end + 1] == ' ' || line[end + 1] == '\t')
        line += end + 2;
      else
        break;
    }
  head_out[n] = '\0';
}

/* What libical would take too long for, or too much of the stack. */
static bool
is_outlandish (const char *text)
{
  int depth = 0;
  for (const char *next; text != NULL; text = next)
    {
      const char *end = strchr (text, '\n');
      char head[7];
      next = end != NULL ? end + 1 : NULL;
      if ((end != NULL ? (size_t) (end - text) : strlen (text)) > MAX_LINE)
        return true;
      if (*text == ' ' || *text == '\t')
        continue;
      read_head (text, head);
      if (g_ascii_strcasecmp (head, "BEGIN:") == 0 && ++depth > MAX_DEPTH)
        return true;
      if (g_ascii_strncasecmp (head, "END:", 4) == 0)
        depth--;
    }
  return false;
}

bool
ical_holidays (const char *text, int first_year, int last_year, GPtrArray **lines_out, GError **error)
{
  TmIcalReader reader = { g_ptr_array_new_with_free_func (line_free), g_hash_table_new (g_str_hash, g_str_equal),
                          g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL), first_year, last_year, 0 };
  bool may_be_one = strstr (text, "BEGIN:VCALENDAR") != NULL && !is_outlandish (text);
  icalcomponent *root = may_be_one ? icalparser_parse_string (text) : NULL;
  bool ok = false;
  if (root == NULL)
    g_set_error (error, TM_ERROR, TM_ERROR_MESSAGE, "this is no iCalendar file");
  else
    {
      note_all_moved (&reader, root);
      ok = add_events (&reader, root, error);
    }
  if (root != NULL)
    icalcomponent_free (root);
  g_hash_table_unref (reader.seen);
  g_hash_table_unref (reader.moved);
  g_ptr_array_sort (reader.lines, compare_lines);
  if (ok)
    *lines_out = reader.lines;
  else
    g_ptr_array_unref (reader.lines);
  return ok;
}

#endif
