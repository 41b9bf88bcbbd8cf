/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/figures.h"

#include "core/classify.h"
#include "core/date.h"
#include "core/recurrence.h"

#include <string.h>

enum { HOUR_S = 3600, DAY_S = 86400, HUNDRED = 100 };

const gint64 figures_ages[TM_FIGURES_AGES] = { DAY_S, 3 * DAY_S, 7 * DAY_S, 30 * DAY_S, 90 * DAY_S, TM_NEVER };

/* --- what is gathered --- */

/* Keys and how often they came; "" is the unset one. */
typedef struct
{
  GHashTable *by_key; /* char * → gint64 */
  gint64 n_other;    /* of keys that there was no room for */
} Counter;

/* Times of tickets of one priority, of all of them and of those with business hours: guint32 seconds. */
typedef struct
{
  GArray *elapsed, *business;
} Times;

struct TmFiguresMaker
{
  const TmSite *site;
  TmFigures *figures;
  Counter types, priorities, tags, customers;
  GHashTable *first_responses, *resolutions; /* priority, "" unset → Times */
  GHashTable *loads;                         /* its agent, "" nobody → TmLoad */
  TmRecurrences *recurrences;
};

static void
counter_init (Counter *counter)
{
  counter->by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static void
counter_add (Counter *counter, const char *key)
{
  gint64 *n = g_hash_table_lookup (counter->by_key, key != NULL ? key : "");
  if (n == NULL && g_hash_table_size (counter->by_key) >= TM_FIGURES_KEYS)
    {
      counter->n_other++;
      return;
    }
  if (n == NULL)
    {
      n = g_new0 (gint64, 1);
      g_hash_table_insert (counter->by_key, g_strdup (key != NULL ? key : ""), n);
    }
  (*n)++;
}

static Times *
times_new (void)
{
  Times *times = g_new0 (Times, 1);
  times->elapsed = g_array_new (FALSE, FALSE, sizeof (guint32));
  times->business = g_array_new (FALSE, FALSE, sizeof (guint32));
  return times;
}

static void
times_free (Times *times)
{
  g_array_unref (times->elapsed);
  g_array_unref (times->business);
  g_free (times);
}

static void
load_free (TmLoad *load)
{
  g_free (load->agent);
  g_free (load);
}

static void
count_free (TmCount *count)
{
  g_free (count->key);
  g_free (count);
}

static void
priority_times_free (TmTimes *times)
{
  g_free (times->priority);
  g_free (times);
}

void
figures_free (TmFigures *figures)
{
  if (figures == NULL)
    return;
  GPtrArray **const lists[]
      = { &figures->types, &figures->priorities, &figures->tags, &figures->customers, &figures->first_responses,
          &figures->resolutions, &figures->recurrences, &figures->loads };
  for (size_t i = 0; i < G_N_ELEMENTS (lists); i++)
    g_clear_pointer (lists[i], g_ptr_array_unref);
  g_free (figures);
}

TmFiguresMaker *
figures_maker_new (const TmSite *site, gint64 from_at, gint64 to_at, gint64 now)
{
  TmFiguresMaker *maker = g_new0 (TmFiguresMaker, 1);
  maker->site = site;
  maker->figures = g_new0 (TmFigures, 1);
  maker->figures->from_at = from_at;
  maker->figures->to_at = to_at;
  maker->figures->now = now;
  counter_init (&maker->types);
  counter_init (&maker->priorities);
  counter_init (&maker->tags);
  counter_init (&maker->customers);
  maker->first_responses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) times_free);
  maker->resolutions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) times_free);
  maker->loads = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) load_free);
  maker->recurrences = recurrences_new (site->instance != NULL ? site->instance : "");
  return maker;
}

void
figures_maker_free (TmFiguresMaker *maker)
{
  if (maker == NULL)
    return;
  GHashTable **const tables[]
      = { &maker->types.by_key, &maker->priorities.by_key, &maker->tags.by_key, &maker->customers.by_key,
          &maker->first_responses, &maker->resolutions, &maker->loads };
  for (size_t i = 0; i < G_N_ELEMENTS (tables); i++)
    g_clear_pointer (tables[i], g_hash_table_unref);
  figures_free (maker->figures);
  recurrences_free (maker->recurrences);
  g_free (maker);
}

/* --- a ticket of the span --- */

int
kept_percent (const TmKept *kept)
{
  gint64 n_all = kept->n_met + kept->n_breached;
  return n_all > 0 ? (int) (kept->n_met * HUNDRED / n_all) : -1;
}

static void
count_clocks (TmFiguresMaker *maker, const GPtrArray *clocks)
{
  for (guint i = 0; clocks != NULL && i < clocks->len; i++)
    {
      const TmClock *clock = clocks->pdata[i];
      TmKept *kept = &maker->figures->kept[clock->metric];
      if (clock_is_breached (clock, maker->figures->now))
        kept->n_breached++;
      else if (clock->met_at != TM_NEVER)
        kept->n_met++;
      else if (clock_is_running (clock))
        kept->n_running++;
      else
        kept->n_ended++;
    }
}

/* The clock of the first answer that was met first; NULL. */
static const TmClock *
find_answered (const GPtrArray *clocks, bool *has_any_out)
{
  const TmClock *found = NULL;
  *has_any_out = false;
  for (guint i = 0; clocks != NULL && i < clocks->len; i++)
    {
      const TmClock *clock = clocks->pdata[i];
      if (clock->metric != TM_METRIC_FIRST_RESPONSE)
        continue;
      *has_any_out = true;
      if (clock->met_at != TM_NEVER && (found == NULL || clock->met_at < found->met_at))
        found = clock;
    }
  return found;
}

/* The business hours that hold for a ticket: those that the promise counted by, else those of its contract or plan;
 * NULL: none are known. */
static const TmCalendar *
find_calendar (const TmSite *site, const TmFiguresTicket *ticket, const TmClock *clock)
{
  if (clock != NULL && clock->calendar != NULL)
    return site_calendar (site, clock->calendar);
  const TmCustomer *customer = ticket->customer != NULL ? customers_by_id (site->customers, ticket->customer) : NULL;
  if (customer != NULL && customer->counts_by != NULL)
    return customer->counts_by;
  const TmServicePlan *plan = ticket->plan != NULL ? site_service_plan (site, ticket->plan) : NULL;
  return plan != NULL ? plan->counts_by : NULL;
}

static void
add_seconds (GArray *array, gint64 s)
{
  guint32 value = (guint32) CLAMP (s, 0, (gint64) G_MAXUINT32);
  g_array_append_val (array, value);
}

static void
add_time (GHashTable *table, const TmFiguresTicket *ticket, gint64 until_at, const TmCalendar *calendar)
{
  const char *priority = ticket->priority != NULL ? ticket->priority : "";
  Times *times = g_hash_table_lookup (table, priority);
  if (times == NULL)
    {
      times = times_new ();
      g_hash_table_insert (table, g_strdup (priority), times);
    }
  add_seconds (times->elapsed, until_at - ticket->created_at);
  if (calendar != NULL)
    add_seconds (times->business, calendar_between (calendar, ticket->created_at, until_at, NULL, 0));
}

static void
count_times (TmFiguresMaker *maker, const TmFiguresTicket *ticket)
{
  bool has_clock;
  const TmClock *clock = find_answered (ticket->clocks, &has_clock);
  gint64 answered_at = clock != NULL ? clock->met_at : has_clock ? TM_NEVER : ticket->answered_at;
  const TmCalendar *calendar = find_calendar (maker->site, ticket, clock);
  if (answered_at != TM_NEVER)
    add_time (maker->first_responses, ticket, answered_at, calendar);
  if (ticket->resolved_at != TM_NEVER)
    add_time (maker->resolutions, ticket, ticket->resolved_at, calendar);
}

static void
count_hour (TmFiguresMaker *maker, gint64 at)
{
  const TmZoneTable *zone = maker->site->zone_table;
  gint64 local_s = zone != NULL ? zone_table_local (zone, at) : at;
  gint64 day = local_s / DAY_S - (local_s % DAY_S < 0);
  maker->figures->hours[(local_s - day * DAY_S) / HOUR_S]++;
  maker->figures->weekdays[date_weekday ((gint32) day)]++;
}

static void
count_tags (TmFiguresMaker *maker, const GPtrArray *tags)
{
  for (guint i = 0; tags != NULL && i < tags->len; i++)
    {
      const TmTag *tag = tags->pdata[i];
      g_autofree char *text = g_strconcat (tag->key, "=", tag->value, NULL);
      counter_add (&maker->tags, text);
    }
}

/* What is no request of its own. */
static bool
is_left_out (TmStatus status)
{
  switch (status)
    {
    case TM_STATUS_MERGED:
    case TM_STATUS_HELD:
    case TM_STATUS_UNSORTED:
    case TM_STATUS_SPAM:
      return true;
    case TM_STATUS_NEW:
    case TM_STATUS_OPEN:
    case TM_STATUS_WAITING:
    case TM_STATUS_PENDING:
    case TM_STATUS_RESOLVED:
    case TM_STATUS_CLOSED:
      return false;
    }
  return true;
}

void
figures_add_ticket (TmFiguresMaker *maker, const TmFiguresTicket *ticket)
{
  TmFigures *figures = maker->figures;
  if (ticket->created_at < figures->from_at || ticket->created_at >= figures->to_at)
    return;
  if (is_left_out (ticket->status))
    {
      if (ticket->status >= TM_STATUS_NEW && ticket->status <= TM_STATUS_SPAM)
        figures->n_left_out[ticket->status]++;
      return;
    }
  figures->n_tickets++;
  counter_add (&maker->types, ticket->type);
  counter_add (&maker->priorities, ticket->priority);
  counter_add (&maker->customers, ticket->customer);
  count_tags (maker, ticket->tags);
  count_hour (maker, ticket->created_at);
  count_clocks (maker, ticket->clocks);
  count_times (maker, ticket);
  satisfied_add (&figures->satisfied, ticket);
  if (ticket->subject != NULL)
    recurrences_add (maker->recurrences, ticket->subject, ticket->id, ticket->created_at);
}

/* --- an open ticket --- */

static TmLoad *
find_load (TmFiguresMaker *maker, const char *agent)
{
  const char *key = agent != NULL ? agent : "";
  TmLoad *load = g_hash_table_lookup (maker->loads, key);
  if (load == NULL)
    {
      load = g_new0 (TmLoad, 1);
      load->agent = g_strdup (agent);
      g_hash_table_insert (maker->loads, load->agent != NULL ? load->agent : (gpointer) (gsize) "", load);
    }
  return load;
}

void
figures_add_open (TmFiguresMaker *maker, const TmFiguresOpen *open)
{
  TmFigures *figures = maker->figures;
  TmLoad *load = find_load (maker, open->assignee);
  bool is_unanswered = !open->is_answered && (open->status == TM_STATUS_NEW || open->status == TM_STATUS_OPEN);
  bool is_overdue = open->next_due < figures->now;
  int age = 0;
  while (figures->now - open->created_at >= figures_ages[age])
    age++;
  figures->ages[age]++;
  figures->n_open++;
  load->n_open++;
  figures->n_unanswered += is_unanswered;
  load->n_unanswered += is_unanswered;
  figures->n_overdue += is_overdue;
  load->n_overdue += is_overdue;
}

/* --- the result --- */

static int
compare_counts (const void *a, const void *b)
{
  const TmCount *left = *(TmCount *const *) a, *right = *(TmCount *const *) b;
  if (left->n != right->n)
    return left->n > right->n ? -1 : 1;
  return g_strcmp0 (left->key, right->key);
}

static void
append_count (GPtrArray *counts, const char *key, gint64 n)
{
  TmCount *count = g_new0 (TmCount, 1);
  count->key = *key != '\0' ? g_strdup (key) : NULL;
  count->n = n;
  g_ptr_array_add (counts, count);
}

/* All, the most frequent first, the unset one last. */
static GPtrArray *
sort_counts (const Counter *counter)
{
  GPtrArray *counts = g_ptr_array_new_with_free_func ((GDestroyNotify) count_free);
  GHashTableIter iterator;
  gpointer key, n;
  g_hash_table_iter_init (&iterator, counter->by_key);
  while (g_hash_table_iter_next (&iterator, &key, &n))
    if (*(const char *) key != '\0')
      append_count (counts, key, *(gint64 *) n);
  g_ptr_array_sort (counts, compare_counts);
  const gint64 *n_unset = g_hash_table_lookup (counter->by_key, "");
  if (n_unset != NULL)
    append_count (counts, "", *n_unset);
  return counts;
}

static GPtrArray *
take_top (const Counter *counter, gint64 *n_other_out)
{
  GPtrArray *counts = sort_counts (counter);
  *n_other_out = counter->n_other;
  for (guint i = TM_FIGURES_TOP; i < counts->len; i++)
    *n_other_out += ((const TmCount *) counts->pdata[i])->n;
  if (counts->len > TM_FIGURES_TOP)
    g_ptr_array_remove_range (counts, TM_FIGURES_TOP, counts->len - TM_FIGURES_TOP);
  return counts;
}

/* Those of the site first, in its order; `codes` (const char *). */
static GPtrArray *
order_counts (const Counter *counter, const GPtrArray *codes)
{
  g_autoptr (GPtrArray) all = sort_counts (counter);
  GPtrArray *counts = g_ptr_array_new_with_free_func ((GDestroyNotify) count_free);
  for (guint i = 0; i < codes->len; i++)
    for (guint k = 0; k < all->len; k++)
      if (g_strcmp0 (((const TmCount *) all->pdata[k])->key, codes->pdata[i]) == 0)
        {
          g_ptr_array_add (counts, g_ptr_array_steal_index (all, k));
          break;
        }
  g_ptr_array_extend_and_steal (counts, g_steal_pointer (&all));
  return counts;
}

static int
compare_seconds (const void *a, const void *b)
{
  guint32 left = *(const guint32 *) a, right = *(const guint32 *) b;
  return left < right ? -1 : left > right;
}

static gint64
nearest_rank (const GArray *sorted, guint percent)
{
  gint64 rank = ((gint64) sorted->len * percent + HUNDRED - 1) / HUNDRED;
  return rank > 0 ? g_array_index (sorted, guint32, (guint) rank - 1) : 0;
}

static TmQuantiles
measure (GArray *seconds)
{
  enum { HALF = 50, MOST = 90 };
  g_array_sort (seconds, compare_seconds);
  return (TmQuantiles) { seconds->len, nearest_rank (seconds, HALF), nearest_rank (seconds, MOST) };
}

/* By priority in the order of `priorities` (TmCount), and all of them. */
static GPtrArray *
measure_times (GHashTable *table, const GPtrArray *priorities, TmTimes *all_out)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) priority_times_free);
  Times *all = times_new ();
  for (guint i = 0; i < priorities->len; i++)
    {
      const char *priority = ((const TmCount *) priorities->pdata[i])->key;
      Times *times = g_hash_table_lookup (table, priority != NULL ? priority : "");
      if (times == NULL)
        continue;
      g_array_append_vals (all->elapsed, times->elapsed->data, times->elapsed->len);
      g_array_append_vals (all->business, times->business->data, times->business->len);
      TmTimes *measured = g_new0 (TmTimes, 1);
      measured->priority = g_strdup (priority);
      measured->elapsed = measure (times->elapsed);
      measured->business = measure (times->business);
      g_ptr_array_add (list, measured);
    }
  *all_out = (TmTimes) { .elapsed = measure (all->elapsed), .business = measure (all->business) };
  times_free (all);
  return list;
}

static int
compare_loads (const void *a, const void *b)
{
  const TmLoad *left = *(TmLoad *const *) a, *right = *(TmLoad *const *) b;
  if (left->n_open != right->n_open)
    return left->n_open > right->n_open ? -1 : 1;
  return g_strcmp0 (left->agent, right->agent);
}

static GPtrArray *
sort_loads (GHashTable *table)
{
  GPtrArray *loads = g_ptr_array_new_with_free_func ((GDestroyNotify) load_free);
  GHashTableIter iterator;
  gpointer load;
  g_hash_table_iter_init (&iterator, table);
  while (g_hash_table_iter_next (&iterator, NULL, &load))
    g_ptr_array_add (loads, load);
  g_hash_table_steal_all (table);
  g_ptr_array_sort (loads, compare_loads);
  return loads;
}

TmFigures *
figures_make (TmFiguresMaker *maker)
{
  TmFigures *figures = maker->figures;
  g_autoptr (GPtrArray) types = g_ptr_array_new (), priorities = g_ptr_array_new ();
  for (guint i = 0; i < maker->site->types->len; i++)
    g_ptr_array_add (types, ((const TmType *) maker->site->types->pdata[i])->code);
  for (guint i = 0; i < maker->site->priorities->len; i++)
    g_ptr_array_add (priorities, ((const TmPriority *) maker->site->priorities->pdata[i])->code);
  figures->types = order_counts (&maker->types, types);
  figures->priorities = order_counts (&maker->priorities, priorities);
  figures->tags = take_top (&maker->tags, &figures->n_other_tags);
  figures->customers = take_top (&maker->customers, &figures->n_other_customers);
  figures->first_responses = measure_times (maker->first_responses, figures->priorities, &figures->first_response);
  figures->resolutions = measure_times (maker->resolutions, figures->priorities, &figures->resolution);
  figures->recurrences = recurrences_find (maker->recurrences, TM_FIGURES_TOP);
  figures->loads = sort_loads (maker->loads);
  return g_steal_pointer (&maker->figures);
}
