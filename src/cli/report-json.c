/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/jsondoc.h"
#include "cli/report.h"
#include "core/recurrence.h"

typedef const char *(*NameOf) (const TmSite *site, const char *key);

static void
put_counts (JsonBuilder *builder, const char *name, const TmSite *site, const GPtrArray *counts, NameOf name_of)
{
  jsondoc_open_array (builder, name);
  for (guint i = 0; i < counts->len; i++)
    {
      const TmCount *count = counts->pdata[i];
      json_builder_begin_object (builder);
      jsondoc_put_text (builder, "key", count->key);
      jsondoc_put_text (builder, "name", name_of != NULL ? name_of (site, count->key) : count->key);
      jsondoc_put_number (builder, "tickets", count->n);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
put_numbers (JsonBuilder *builder, const char *name, const gint64 *numbers, int n)
{
  jsondoc_open_array (builder, name);
  for (int i = 0; i < n; i++)
    json_builder_add_int_value (builder, numbers[i]);
  json_builder_end_array (builder);
}

static void
put_left_out (JsonBuilder *builder, const TmFigures *figures)
{
  static const TmStatus statuses[] = { TM_STATUS_MERGED, TM_STATUS_HELD, TM_STATUS_UNSORTED, TM_STATUS_SPAM };
  json_builder_set_member_name (builder, "not_counted");
  json_builder_begin_object (builder);
  for (size_t i = 0; i < G_N_ELEMENTS (statuses); i++)
    jsondoc_put_number (builder, status_name (statuses[i]), figures->n_left_out[statuses[i]]);
  json_builder_end_object (builder);
}

static void
put_kept (JsonBuilder *builder, const TmFigures *figures)
{
  jsondoc_open_array (builder, "service_levels");
  for (TmMetric metric = TM_METRIC_DISPATCH; metric < TM_METRIC_END; metric++)
    {
      const TmKept *kept = &figures->kept[metric];
      int percent = kept_percent (kept);
      json_builder_begin_object (builder);
      jsondoc_put_text (builder, "metric", metric_name (metric));
      jsondoc_put_number (builder, "met", kept->n_met);
      jsondoc_put_number (builder, "breached", kept->n_breached);
      jsondoc_put_number (builder, "running", kept->n_running);
      jsondoc_put_number (builder, "ended", kept->n_ended);
      if (percent < 0)
        jsondoc_put_null (builder, "kept_percent");
      else
        jsondoc_put_number (builder, "kept_percent", percent);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
put_quantiles (JsonBuilder *builder, const char *name, const TmQuantiles *quantiles)
{
  json_builder_set_member_name (builder, name);
  if (quantiles->n == 0)
    {
      json_builder_add_null_value (builder);
      return;
    }
  json_builder_begin_object (builder);
  jsondoc_put_number (builder, "tickets", quantiles->n);
  jsondoc_put_number (builder, "p50_s", quantiles->p50_s);
  jsondoc_put_number (builder, "p90_s", quantiles->p90_s);
  json_builder_end_object (builder);
}

static void
put_times (JsonBuilder *builder, const TmTimes *times)
{
  json_builder_begin_object (builder);
  jsondoc_put_text (builder, "priority", times->priority);
  put_quantiles (builder, "elapsed", &times->elapsed);
  put_quantiles (builder, "business", &times->business);
  json_builder_end_object (builder);
}

static void
put_all_times (JsonBuilder *builder, const char *name, const TmTimes *all, const char *list_name,
               const GPtrArray *by_priority)
{
  json_builder_set_member_name (builder, name);
  put_times (builder, all);
  jsondoc_open_array (builder, list_name);
  for (guint i = 0; i < by_priority->len; i++)
    put_times (builder, by_priority->pdata[i]);
  json_builder_end_array (builder);
}

static void
put_backlog (JsonBuilder *builder, const TmFigures *figures)
{
  json_builder_set_member_name (builder, "backlog");
  json_builder_begin_object (builder);
  jsondoc_put_number (builder, "open", figures->n_open);
  jsondoc_put_number (builder, "unanswered", figures->n_unanswered);
  jsondoc_put_number (builder, "overdue", figures->n_overdue);
  jsondoc_open_array (builder, "ages");
  for (int i = 0; i < TM_FIGURES_AGES; i++)
    {
      json_builder_begin_object (builder);
      jsondoc_put_id (builder, "below_s", figures_ages[i] != TM_NEVER ? figures_ages[i] : 0);
      jsondoc_put_number (builder, "tickets", figures->ages[i]);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  jsondoc_open_array (builder, "agents");
  for (guint i = 0; i < figures->loads->len; i++)
    {
      const TmLoad *load = figures->loads->pdata[i];
      json_builder_begin_object (builder);
      jsondoc_put_text (builder, "agent", load->agent);
      jsondoc_put_number (builder, "open", load->n_open);
      jsondoc_put_number (builder, "unanswered", load->n_unanswered);
      jsondoc_put_number (builder, "overdue", load->n_overdue);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
put_percent (JsonBuilder *builder, const char *name, int percent)
{
  if (percent < 0)
    jsondoc_put_null (builder, name);
  else
    jsondoc_put_number (builder, name, percent);
}

static void
put_satisfied (JsonBuilder *builder, const TmSatisfied *satisfied)
{
  json_builder_set_member_name (builder, "satisfaction");
  json_builder_begin_object (builder);
  jsondoc_put_number (builder, "good", satisfied->n_good);
  jsondoc_put_number (builder, "bad", satisfied->n_bad);
  jsondoc_put_number (builder, "resolved", satisfied->n_resolved);
  put_percent (builder, "good_percent", satisfied_percent (satisfied));
  put_percent (builder, "answered_percent", satisfied_answered_percent (satisfied));
  json_builder_end_object (builder);
}

static void
put_recurrences (JsonBuilder *builder, const GPtrArray *recurrences)
{
  jsondoc_open_array (builder, "recurring");
  for (guint i = 0; i < recurrences->len; i++)
    {
      const TmRecurrence *recurrence = recurrences->pdata[i];
      json_builder_begin_object (builder);
      jsondoc_put_text (builder, "subject", recurrence->subject);
      jsondoc_put_number (builder, "tickets", recurrence->n);
      jsondoc_put_instant (builder, "last_at", recurrence->last_at);
      put_numbers (builder, "examples", (const gint64 *) (gconstpointer) recurrence->tickets->data,
                   (int) recurrence->tickets->len);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

void
report_add_json (GString *out, const TmTerminal *terminal, const TmReportPage *page)
{
  const TmFigures *figures = page->figures;
  const TmSite *site = page->site;
  g_autoptr (JsonBuilder) builder = jsondoc_begin ();
  json_builder_set_member_name (builder, "report");
  json_builder_begin_object (builder);
  jsondoc_put_instant (builder, "from", figures->from_at);
  jsondoc_put_instant (builder, "to", figures->to_at);
  jsondoc_put_instant (builder, "at", figures->now);
  jsondoc_put_text (builder, "zone", site->zone != NULL ? g_time_zone_get_identifier (site->zone) : "UTC");
  jsondoc_put_text (builder, "queue", page->queue);
  jsondoc_put_text (builder, "customer", page->customer);
  jsondoc_put_number (builder, "tickets", figures->n_tickets);
  put_left_out (builder, figures);
  put_counts (builder, "types", site, figures->types, report_type_name);
  put_counts (builder, "priorities", site, figures->priorities, report_priority_name);
  put_counts (builder, "tags", site, figures->tags, NULL);
  jsondoc_put_number (builder, "other_tags", figures->n_other_tags);
  put_counts (builder, "customers", site, figures->customers, report_customer_name);
  jsondoc_put_number (builder, "other_customers", figures->n_other_customers);
  put_numbers (builder, "hours", figures->hours, TM_FIGURES_HOURS);
  put_numbers (builder, "weekdays", figures->weekdays, TM_FIGURES_WEEKDAYS);
  put_kept (builder, figures);
  put_all_times (builder, "first_response", &figures->first_response, "first_responses", figures->first_responses);
  put_all_times (builder, "resolution", &figures->resolution, "resolutions", figures->resolutions);
  put_satisfied (builder, &figures->satisfied);
  put_backlog (builder, figures);
  put_recurrences (builder, figures->recurrences);
  json_builder_end_object (builder);
  jsondoc_end (builder, terminal->is_tty, out);
}
