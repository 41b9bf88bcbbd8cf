/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/escalation.h"

#include "base/clock.h"

#include <string.h>

void
notified_free (TmNotified *notified)
{
  if (notified == NULL)
    return;
  g_free (notified->told);
  g_free (notified->acked_by);
  g_free (notified);
}

const char *
notification_kind_name (TmNotificationKind kind)
{
  switch (kind)
    {
    case TM_NOTIFICATION_WARNING:
      return "warning";
    case TM_NOTIFICATION_BREACH:
      return "breach";
    case TM_NOTIFICATION_PAGE:
      return "page";
    }
  return "";
}

TmEscalationFacts
escalation_facts (const TmSite *site, const TmTicketFacts *ticket)
{
  return (TmEscalationFacts) { .site = site,
                               .plan = site_service_plan (site, ticket->service_plan),
                               .customer = customers_by_id (site->customers, ticket->customer),
                               .priority = ticket->priority,
                               .status = ticket->status,
                               .clocks = ticket->clocks,
                               .notified = ticket->notified };
}

const TmCalendar *
escalation_calendar (const TmEscalationFacts *facts, const TmClock *clock)
{
  const TmCalendar *own = site_calendar (facts->site, clock->calendar);
  if (own != NULL)
    return own;
  TmTerms terms = service_terms (facts->plan, facts->customer, facts->priority, clock->metric);
  return terms.counts_by;
}

TmNotified *
escalation_find (const GPtrArray *notified, TmMetric metric, guint cycle, TmNotificationKind kind, guint level)
{
  for (guint i = 0; notified != NULL && i < notified->len; i++)
    {
      TmNotified *one = g_ptr_array_index (notified, i);
      if (one->metric == metric && one->cycle == cycle && one->kind == kind && one->level == level)
        return one;
    }
  return NULL;
}

/* --- one step of one clock --- */

typedef struct
{
  const TmEscalationFacts *facts;
  const TmEscalationStep *step;
  const TmClock *clock;
  const TmCalendar *calendar;
  TmNotificationKind kind;
  gint64 first_at; /* TM_NEVER: not at all */
} Course;

static bool
is_for (const TmEscalationStep *step, const TmClock *clock, const char *priority)
{
  return step->metric == clock->metric && clock_is_running (clock) && clock->due_at != TM_NEVER
         && (step->priorities == NULL
             || (priority != NULL
                 && g_ptr_array_find_with_equal_func (step->priorities, priority, g_str_equal, NULL)));
}

static Course
course_of (const TmEscalationFacts *facts, const TmEscalationStep *step, const TmClock *clock)
{
  bool is_warning = step->lead != NULL && step->lead->kind != TM_TARGET_NONE;
  bool needs_calendar = (is_warning && target_needs_calendar (step->lead))
                        || (step->repeat != NULL && target_needs_calendar (step->repeat));
  Course course = { facts, step, clock, needs_calendar ? escalation_calendar (facts, clock) : NULL,
                    is_warning ? TM_NOTIFICATION_WARNING : TM_NOTIFICATION_BREACH, clock->due_at + 1 };
  if (is_warning)
    course.first_at
        = target_warn_at (step->lead, course.calendar, clock->due_at,
                          clock->pauses != NULL ? (const TmInterval *) (gconstpointer) clock->pauses->data : NULL,
                          clock->pauses != NULL ? clock->pauses->len : 0);
  /* A lead that reaches back behind the start: at once. */
  if (course.first_at != TM_NEVER)
    course.first_at = MAX (course.first_at, clock->started_at);
  return course;
}

/* The `number`th time; TM_NEVER: there is none.  A warning is none once it is too late. */
static gint64
time_of (const Course *course, guint number)
{
  const TmEscalationStep *step = course->step;
  gint64 at = course->first_at;
  if (number > 0)
    {
      if (step->repeat == NULL || number > step->times || at == TM_NEVER)
        return TM_NEVER;
      TmTarget sum = *step->repeat;
      sum.amount *= number;
      at = target_due (&sum, course->calendar, at, NULL, 0);
    }
  return course->kind == TM_NOTIFICATION_WARNING && at > course->clock->due_at ? TM_NEVER : at;
}

/* The number of the time that is next; past `times`: there is none.  What was acknowledged is not repeated. */
static guint
next_number (const Course *course)
{
  const TmNotified *one = escalation_find (course->facts->notified, course->clock->metric, course->clock->cycle,
                                           course->kind, course->step->level);
  if (one == NULL)
    return 0;
  return one->acked_by != NULL ? G_MAXUINT : one->number + 1;
}

static bool
is_overtaken (const Course *course, gint64 now)
{
  return course->kind == TM_NOTIFICATION_WARNING && now > course->clock->due_at;
}

static TmNotification
notification_of (const Course *course, guint number)
{
  return (TmNotification) { course->step, course->clock, course->kind, number, time_of (course, number) };
}

/* --- all of them --- */

/* Calls `visit` for each step that has something to say of a clock, unless nothing of it is left. */
static void
visit_all (const TmEscalationFacts *facts, gint64 now, void (*visit) (const Course *, gint64 now, gpointer data),
           gpointer data)
{
  const TmEscalation *escalation = facts->plan != NULL ? facts->plan->escalates : NULL;
  for (guint i = 0; escalation != NULL && facts->clocks != NULL && i < facts->clocks->len; i++)
    for (guint k = 0; k < escalation->steps->len; k++)
      {
        const TmEscalationStep *step = g_ptr_array_index (escalation->steps, k);
        const TmClock *clock = g_ptr_array_index (facts->clocks, i);
        if (!is_for (step, clock, facts->priority))
          continue;
        const Course course = course_of (facts, step, clock);
        if (!is_overtaken (&course, now))
          visit (&course, now, data);
      }
}

static void
find_earliest (const Course *course, gint64 now G_GNUC_UNUSED, gpointer data)
{
  gint64 *earliest_at = data;
  *earliest_at = MIN (*earliest_at, time_of (course, next_number (course)));
}

/* --- what becomes of those that went out --- */

static bool
has_any (const TmSite *site, const char *told, bool (*is_wanted) (const TmSite *site, const char *name))
{
  g_auto (GStrv) names = g_strsplit (told != NULL ? told : "", " ", -1);
  for (char **name = names; *name != NULL; name++)
    if (is_wanted (site, *name))
      return true;
  return false;
}

static bool
is_pager (const TmSite *site, const char *name)
{
  const TmReceiver *receiver = site_receiver (site, name);
  return receiver != NULL && receiver->kind != TM_RECEIVER_MAIL;
}

static bool
is_paged (const TmSite *site, const char *name)
{
  return strcmp (name, TM_TO_ROTA) == 0 || is_pager (site, name);
}

static const TmClock *
find_clock (const TmEscalationFacts *facts, const TmNotified *one)
{
  for (guint i = 0; facts->clocks != NULL && i < facts->clocks->len; i++)
    {
      const TmClock *clock = g_ptr_array_index (facts->clocks, i);
      if (clock->metric == one->metric && clock->cycle == one->cycle)
        return clock;
    }
  return NULL;
}

static bool
is_done (TmStatus status)
{
  return status == TM_STATUS_RESOLVED || status == TM_STATUS_CLOSED || status == TM_STATUS_MERGED
         || status == TM_STATUS_SPAM;
}

/* Whether what it was about is done; what nobody has a clock of any more is left as it is. */
static bool
is_over (const TmEscalationFacts *facts, const TmNotified *one, const TmClock *clock)
{
  if (one->kind == TM_NOTIFICATION_PAGE)
    return is_done (facts->status);
  return clock != NULL && !clock_is_running (clock);
}

TmNews
escalation_news (const TmEscalationFacts *facts, const TmNotified *one, const TmClock **clock_out)
{
  bool is_rules = one->kind == TM_NOTIFICATION_PAGE;
  const TmClock *clock = is_rules ? NULL : find_clock (facts, one);
  *clock_out = clock;
  if ((!is_rules && clock == NULL) || !has_any (facts->site, one->told, is_pager))
    return TM_NEWS_NONE;
  if (is_over (facts, one, clock))
    return TM_NEWS_OVER;
  return one->acked_by != NULL && !one->is_ack_told ? TM_NEWS_ACKNOWLEDGED : TM_NEWS_NONE;
}

/* A page by a rule is one whoever got it. */
static bool
asks_for_ack (const TmEscalationFacts *facts, const TmNotified *one)
{
  bool is_rules = one->kind == TM_NOTIFICATION_PAGE;
  const TmClock *clock = is_rules ? NULL : find_clock (facts, one);
  bool was_paged = is_rules ? one->told != NULL && *one->told != '\0' : has_any (facts->site, one->told, is_paged);
  return one->acked_by == NULL && was_paged && (is_rules || clock != NULL) && !is_over (facts, one, clock);
}

bool
escalation_is_paged (const TmEscalationFacts *facts)
{
  for (guint i = 0; facts->clocks != NULL && i < facts->clocks->len; i++)
    {
      const TmClock *clock = g_ptr_array_index (facts->clocks, i);
      if (clock->metric == TM_METRIC_ACK && clock_is_running (clock))
        return true;
    }
  for (guint i = 0; facts->notified != NULL && i < facts->notified->len; i++)
    if (asks_for_ack (facts, g_ptr_array_index (facts->notified, i)))
      return true;
  return false;
}

const TmNotified *
escalation_last_page (const GPtrArray *notified)
{
  const TmNotified *last = NULL;
  for (guint i = 0; notified != NULL && i < notified->len; i++)
    {
      const TmNotified *one = g_ptr_array_index (notified, i);
      if (one->kind == TM_NOTIFICATION_PAGE && (last == NULL || one->cycle > last->cycle))
        last = one;
    }
  return last;
}

/* --- when --- */

gint64
escalation_next (const TmEscalationFacts *facts, gint64 now)
{
  gint64 earliest_at = TM_NEVER;
  const TmClock *clock;
  for (guint i = 0; facts->notified != NULL && i < facts->notified->len; i++)
    if (escalation_news (facts, g_ptr_array_index (facts->notified, i), &clock) != TM_NEWS_NONE)
      return now;
  visit_all (facts, now, find_earliest, &earliest_at);
  return earliest_at;
}

static void
add_due (const Course *course, gint64 now, gpointer data)
{
  guint number = next_number (course);
  if (time_of (course, number) > now)
    return;
  while (time_of (course, number + 1) <= now)
    number++;
  const TmNotification notification = notification_of (course, number);
  g_array_append_val ((GArray *) data, notification);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const TmNotification *one = a, *other = b;
  if (one->fire_at != other->fire_at)
    return one->fire_at < other->fire_at ? -1 : 1;
  return one->step->level < other->step->level ? -1 : one->step->level > other->step->level;
}

GArray *
escalation_due (const TmEscalationFacts *facts, gint64 now)
{
  GArray *due = g_array_new (FALSE, FALSE, sizeof (TmNotification));
  visit_all (facts, now, add_due, due);
  g_array_sort (due, compare);
  return due;
}

char *
escalation_unite (const char *before, const char *told)
{
  g_auto (GStrv) names = g_strsplit (told, " ", -1);
  g_auto (GStrv) known = g_strsplit (before, " ", -1);
  GString *all = g_string_new (before);
  for (char **name = names; *name != NULL; name++)
    if (!g_strv_contains ((const char *const *) known, *name))
      g_string_append_printf (all, "%s%s", all->len > 0 ? " " : "", *name);
  return g_string_free (all, FALSE);
}

const TmNotified *
escalation_mark (TmTicketFacts *ticket, const TmNotification *notification, const char *told, gint64 now)
{
  const TmClock *clock = notification->clock;
  TmNotified *one = escalation_find (ticket->notified, clock->metric, clock->cycle, notification->kind,
                                     notification->step->level);
  if (one == NULL)
    {
      one = g_new0 (TmNotified, 1);
      g_ptr_array_add (ticket->notified, one);
    }
  char *all = escalation_unite (one->told != NULL ? one->told : "", told);
  g_free (one->told);
  *one = (TmNotified) { .metric = clock->metric,
                        .cycle = clock->cycle,
                        .kind = notification->kind,
                        .level = notification->step->level,
                        .number = notification->number,
                        .fired_at = now,
                        .told = all,
                        .acked_by = one->acked_by };
  return one;
}

static void
add_coming (const Course *course, gint64 now, gpointer data)
{
  guint number = next_number (course);
  while (time_of (course, number) <= now && time_of (course, number + 1) <= now)
    number++;
  for (; time_of (course, number) != TM_NEVER; number++)
    {
      const TmNotification notification = notification_of (course, number);
      g_array_append_val ((GArray *) data, notification);
    }
}

GArray *
escalation_preview (const TmEscalationFacts *facts, gint64 now)
{
  GArray *coming = g_array_new (FALSE, FALSE, sizeof (TmNotification));
  visit_all (facts, now, add_coming, coming);
  g_array_sort (coming, compare);
  return coming;
}
