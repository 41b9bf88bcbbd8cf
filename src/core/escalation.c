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
  g_free (notified);
}

const char *
notification_kind_name (TmNotificationKind kind)
{
  return kind == TM_NOTIFICATION_WARNING ? "warning" : "breach";
}

TmEscalationFacts
escalation_facts (const TmSite *site, const TmTicketFacts *ticket)
{
  return (TmEscalationFacts) { .site = site,
                               .plan = site_service_plan (site, ticket->service_plan),
                               .customer = customers_by_id (site->customers, ticket->customer),
                               .priority = ticket->priority,
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

/* The number of the time that is next; past `times`: there is none. */
static guint
next_number (const Course *course)
{
  const GPtrArray *notified = course->facts->notified;
  for (guint i = 0; notified != NULL && i < notified->len; i++)
    {
      const TmNotified *one = g_ptr_array_index (notified, i);
      if (one->metric == course->clock->metric && one->cycle == course->clock->cycle && one->kind == course->kind
          && one->level == course->step->level)
        return one->number + 1;
    }
  return 0;
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

static bool
has_pager (const TmSite *site, const char *told)
{
  g_auto (GStrv) names = g_strsplit (told, " ", -1);
  for (char **name = names; *name != NULL; name++)
    {
      const TmReceiver *receiver = site_receiver (site, *name);
      if (receiver != NULL && receiver->kind != TM_RECEIVER_MAIL)
        return true;
    }
  return false;
}

const TmClock *
escalation_over (const TmEscalationFacts *facts, const TmNotified *one)
{
  for (guint i = 0; facts->clocks != NULL && i < facts->clocks->len; i++)
    {
      const TmClock *clock = g_ptr_array_index (facts->clocks, i);
      if (clock->metric == one->metric && clock->cycle == one->cycle)
        return !clock_is_running (clock) && one->told != NULL && has_pager (facts->site, one->told) ? clock : NULL;
    }
  return NULL;
}

gint64
escalation_next (const TmEscalationFacts *facts, gint64 now)
{
  gint64 earliest_at = TM_NEVER;
  for (guint i = 0; facts->notified != NULL && i < facts->notified->len; i++)
    if (escalation_over (facts, g_ptr_array_index (facts->notified, i)) != NULL)
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

static char *
unite (const char *before, const char *told)
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
  TmNotified *one = NULL;
  for (guint i = 0; one == NULL && i < ticket->notified->len; i++)
    {
      TmNotified *other = g_ptr_array_index (ticket->notified, i);
      if (other->metric == clock->metric && other->cycle == clock->cycle && other->kind == notification->kind
          && other->level == notification->step->level)
        one = other;
    }
  if (one == NULL)
    {
      one = g_new0 (TmNotified, 1);
      g_ptr_array_add (ticket->notified, one);
    }
  char *all = unite (one->told != NULL ? one->told : "", told);
  g_free (one->told);
  *one = (TmNotified) { clock->metric, clock->cycle, notification->kind, notification->step->level,
                        notification->number, now, all };
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
