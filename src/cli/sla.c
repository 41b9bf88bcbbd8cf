/* SPDX-License-Identifier: BSD-2-Clause */
/* `sla`: why each clock of a ticket is due when it is. */
#include "cli/clocks.h"
#include "cli/command.h"

#include "base/clock.h"

#include <string.h>

enum { DAY_S = 86400, WINDOWS_MAX = 1000, SHOWN_MAX = 10, LABEL = 14 };

/* What counted between the start and the due time, or until it was over. */
typedef struct
{
  const TmClock *clock;
  const TmCalendar *calendar; /* NULL: any hour counts */
  GArray *windows;            /* TmInterval; NULL: any hour counts */
  GPtrArray *closed;          /* char *, local dates without a window */
} Account;

static void
account_clear (Account *account)
{
  g_clear_pointer (&account->windows, g_array_unref);
  g_clear_pointer (&account->closed, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Account, account_clear)

static gint64
local_day (const TmCalendar *calendar, gint64 at)
{
  gint64 local_s = at + zone_offset (calendar_zone (calendar), at);
  return local_s / DAY_S - (local_s % DAY_S < 0);
}

static void
add_closed (Account *account, gint64 from_at, gint64 to_at)
{
  gint64 day = local_day (account->calendar, from_at), last = local_day (account->calendar, to_at);
  for (guint i = 0; day <= last; day++)
    {
      const TmInterval *window = NULL;
      while (i < account->windows->len
             && local_day (account->calendar, g_array_index (account->windows, TmInterval, i).to_at - 1) < day)
        i++;
      if (i < account->windows->len)
        window = &g_array_index (account->windows, TmInterval, i);
      if (window != NULL && local_day (account->calendar, window->from_at) <= day)
        continue;
      g_autofree char *text = instant_format (day * DAY_S);
      g_ptr_array_add (account->closed, g_strndup (text, strlen ("2026-11-23")));
    }
}

static void
account_make (Account *account, const TmSite *site, const TmClock *clock, gint64 now)
{
  gint64 to_at = clock->due_at != TM_NEVER ? clock->due_at : MAX (now, clock->base_at);
  *account = (Account) { .clock = clock, .calendar = site_calendar (site, clock->calendar),
                         .closed = g_ptr_array_new_with_free_func (g_free) };
  if (account->calendar == NULL || to_at - clock->base_at > (gint64) TM_CALENDAR_HORIZON_DAYS * DAY_S)
    return;
  const TmInterval *pauses = clock->pauses != NULL ? (const TmInterval *) (gconstpointer) clock->pauses->data : NULL;
  account->windows = calendar_windows (account->calendar, clock->base_at, to_at, pauses,
                                       clock->pauses != NULL ? clock->pauses->len : 0);
  add_closed (account, clock->base_at, to_at);
  if (account->windows->len > WINDOWS_MAX)
    g_array_set_size (account->windows, WINDOWS_MAX);
}

/* The member of an event's detail, when it is about the clock; NULL.  The caller frees. */
static char *
detail_of (const TmEventRecord *event, const char *member)
{
  g_autoptr (JsonNode) node = strcmp (event->action, "clock") == 0 ? json_from_string (event->detail, NULL) : NULL;
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return NULL;
  return g_strdup (json_object_get_string_member_with_default (json_node_get_object (node), member, NULL));
}

static bool
is_about (const TmEventRecord *event, const TmClock *clock)
{
  g_autofree char *metric = detail_of (event, "metric");
  g_autofree char *cycle = metric != NULL ? detail_of (event, "cycle") : NULL;
  g_autofree char *number = g_strdup_printf ("%u", clock->cycle);
  return g_strcmp0 (metric, metric_name (clock->metric)) == 0 && g_strcmp0 (cycle, number) == 0;
}

/* --- JSON --- */

static void
put_windows (JsonBuilder *builder, const Account *account)
{
  jsondoc_open_array (builder, "windows");
  for (guint i = 0; account->windows != NULL && i < account->windows->len; i++)
    {
      const TmInterval *window = &g_array_index (account->windows, TmInterval, i);
      json_builder_begin_object (builder);
      jsondoc_put_instant (builder, "open_at", window->from_at);
      jsondoc_put_instant (builder, "close_at", window->to_at);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  jsondoc_put_strings (builder, "closed_dates", account->closed);
}

static void
put_moves (JsonBuilder *builder, const TmTicketRecord *ticket, const TmClock *clock)
{
  jsondoc_open_array (builder, "moves");
  for (guint i = 0; i < ticket->events->len; i++)
    {
      const TmEventRecord *event = g_ptr_array_index (ticket->events, i);
      if (!is_about (event, clock))
        continue;
      static const char *const members[] = { "from", "to", "why" };
      json_builder_begin_object (builder);
      jsondoc_put_instant (builder, "at", event->at);
      jsondoc_put_value (builder, "actor", event->actor);
      for (size_t k = 0; k < G_N_ELEMENTS (members); k++)
        {
          g_autofree char *value = detail_of (event, members[k]);
          jsondoc_put_text (builder, members[k], value);
        }
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

void
sla_add_json (GString *out, const TmTerminal *terminal, const TmTicketRecord *ticket, const TmSite *site, gint64 now)
{
  const GPtrArray *clocks = ticket->facts->clocks;
  g_autoptr (JsonBuilder) builder = jsondoc_begin ();
  jsondoc_put_number (builder, "ticket", ticket->facts->id);
  jsondoc_put_text (builder, "priority", ticket->facts->priority);
  jsondoc_put_text (builder, "plan", ticket->facts->service_plan);
  clocks_put_next_due (builder, clocks);
  clocks_put (builder, clocks, now);
  jsondoc_open_array (builder, "accounts");
  for (guint i = 0; clocks != NULL && i < clocks->len; i++)
    {
      const TmClock *clock = g_ptr_array_index (clocks, i);
      g_auto (Account) account = { .calendar = NULL };
      account_make (&account, site, clock, now);
      json_builder_begin_object (builder);
      jsondoc_put_text (builder, "metric", metric_name (clock->metric));
      jsondoc_put_number (builder, "cycle", clock->cycle);
      jsondoc_put_text (builder, "zone", account.calendar != NULL
                                           ? g_time_zone_get_identifier (calendar_zone (account.calendar)) : NULL);
      jsondoc_put_instant (builder, "counted_from", clock->base_at);
      put_windows (builder, &account);
      put_moves (builder, ticket, clock);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  jsondoc_end (builder, terminal->is_tty, out);
}

/* --- text --- */

/* In UTC and, where there is one, in the calendar's zone. */
static char *
both_times (const Account *account, gint64 at)
{
  g_autofree char *utc = instant_format (at);
  if (utc == NULL)
    return g_strdup ("never");
  if (account->calendar == NULL)
    return g_steal_pointer (&utc);
  g_autofree char *local = instant_format_local (at, zone_offset (calendar_zone (account->calendar), at));
  return g_strdup_printf ("%s (%s)", utc, local);
}

static void
add_line (GString *out, const TmTerminal *terminal, const char *name, const char *value)
{
  g_autofree char *label = g_strconcat ("  ", name, NULL);
  terminal_add_field (out, terminal, TM_STYLE_DIM, label, LABEL, value);
}

static void
add_time (GString *out, const TmTerminal *terminal, const Account *account, const char *name, gint64 at)
{
  g_autofree char *value = both_times (account, at);
  if (at != TM_NEVER)
    add_line (out, terminal, name, value);
}

static void
add_windows (GString *out, const TmTerminal *terminal, const Account *account)
{
  for (guint i = 0; account->windows != NULL && i < MIN (account->windows->len, SHOWN_MAX); i++)
    {
      const TmInterval *window = &g_array_index (account->windows, TmInterval, i);
      GTimeZone *zone = calendar_zone (account->calendar);
      g_autofree char *from = instant_format_local (window->from_at, zone_offset (zone, window->from_at));
      g_autofree char *to = instant_format_local (window->to_at, zone_offset (zone, window->to_at));
      g_autofree char *value
          = g_strdup_printf ("%s to %s, %" G_GINT64_FORMAT " s", from, to, window->to_at - window->from_at);
      add_line (out, terminal, i == 0 ? "windows" : "", value);
    }
  if (account->windows != NULL && account->windows->len > SHOWN_MAX)
    {
      g_autofree char *value = g_strdup_printf ("and %u more", account->windows->len - SHOWN_MAX);
      add_line (out, terminal, "", value);
    }
  g_autoptr (GString) dates = g_string_new (NULL);
  for (guint i = 0; i < MIN (account->closed->len, SHOWN_MAX); i++)
    g_string_append_printf (dates, "%s%s", i > 0 ? ", " : "", (const char *) account->closed->pdata[i]);
  if (account->closed->len > SHOWN_MAX)
    g_string_append_printf (dates, " and %u more", account->closed->len - SHOWN_MAX);
  if (dates->len > 0)
    add_line (out, terminal, "closed on", dates->str);
}

static void
add_pauses (GString *out, const TmTerminal *terminal, const TmClock *clock)
{
  for (guint i = 0; clock->pauses != NULL && i < clock->pauses->len; i++)
    {
      const TmInterval *pause = &g_array_index (clock->pauses, TmInterval, i);
      g_autofree char *from = instant_format (pause->from_at);
      g_autofree char *to = instant_format (pause->to_at);
      g_autofree char *value = g_strdup_printf ("%s to %s", from, to != NULL ? to : "now");
      add_line (out, terminal, i == 0 ? "paused" : "", value);
    }
}

static void
add_moves (GString *out, const TmTerminal *terminal, const TmTicketRecord *ticket, const TmClock *clock)
{
  bool is_first = true;
  for (guint i = 0; i < ticket->events->len; i++)
    {
      const TmEventRecord *event = g_ptr_array_index (ticket->events, i);
      if (!is_about (event, clock))
        continue;
      g_autofree char *at = instant_format (event->at);
      g_autofree char *from = detail_of (event, "from");
      g_autofree char *to = detail_of (event, "to");
      g_autofree char *why = detail_of (event, "why");
      g_autofree char *value = g_strdup_printf ("%s: from %s to %s: %s", at, from != NULL ? from : "never",
                                                to != NULL ? to : "never", why != NULL ? why : "-");
      add_line (out, terminal, is_first ? "moved" : "", value);
      is_first = false;
    }
}

static void
add_clock (GString *out, const TmTerminal *terminal, const TmTicketRecord *ticket, const Account *account, gint64 now)
{
  const TmClock *clock = account->clock;
  g_autofree char *heading = g_strdup_printf ("%s %u%s", metric_name (clock->metric), clock->cycle,
                                              clock_is_breached (clock, now) ? ": OVERDUE"
                                              : clock_is_paused (clock)      ? ": paused"
                                                                             : "");
  g_autofree char *target = g_strconcat (clock->target, clock->priority != NULL ? ", for priority " : NULL,
                                         clock->priority, NULL);
  g_string_append_c (out, '\n');
  terminal_add_heading (out, terminal, heading);
  add_line (out, terminal, "target", target);
  if (clock->calendar != NULL)
    {
      g_autofree char *value
          = g_strdup_printf ("%s (%s)", clock->calendar,
                             account->calendar != NULL ? g_time_zone_get_identifier (calendar_zone (account->calendar))
                                                       : "there is none of this name any more");
      add_line (out, terminal, "calendar", value);
    }
  add_time (out, terminal, account, "start", clock->started_at);
  if (clock->base_at != clock->started_at)
    add_time (out, terminal, account, "counts from", clock->base_at);
  add_windows (out, terminal, account);
  add_pauses (out, terminal, clock);
  add_moves (out, terminal, ticket, clock);
  g_autofree char *due = both_times (account, clock->due_at);
  add_line (out, terminal, "due", clock_is_paused (clock) && clock->due_at == TM_NEVER ? "when it goes on" : due);
  add_time (out, terminal, account, "met", clock->met_at);
  add_time (out, terminal, account, "ended", clock->ended_at);
}

void
sla_add_text (GString *out, const TmTerminal *terminal, const TmTicketRecord *ticket, const TmSite *site, gint64 now)
{
  const TmTicketFacts *facts = ticket->facts;
  g_autofree char *heading = g_strdup_printf ("#%" G_GINT64_FORMAT " %s", facts->id, ticket->subject);
  terminal_add_heading (out, terminal, heading);
  add_line (out, terminal, "priority", facts->priority);
  add_line (out, terminal, "plan", facts->service_plan);
  if (facts->clocks == NULL)
    g_string_append (out, "no clocks\n");
  for (guint i = 0; facts->clocks != NULL && i < facts->clocks->len; i++)
    {
      g_auto (Account) account = { .calendar = NULL };
      account_make (&account, site, g_ptr_array_index (facts->clocks, i), now);
      add_clock (out, terminal, ticket, &account, now);
    }
}

/* --- the command --- */

static bool
run (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  g_autoptr (TmReader) reader = NULL;
  g_autoptr (TmTicketRecord) ticket = NULL;
  gint64 number;
  if (!command_parse_ticket (arguments_operand (arguments, 0), &number, error)
      || !command_load_settings (cli, &policy, error) || !reader_open (policy->daemon.database, &reader, error)
      || !reader_get (reader, number, &ticket, error))
    return false;
  if (cli->json)
    sla_add_json (cli->out, &cli->terminal, ticket, policy->site, clock_now ());
  else
    sla_add_text (cli->out, &cli->terminal, ticket, policy->site, clock_now ());
  return true;
}

static const TmCliOption options[] = { { .name = NULL } };
static const char *const operands[] = { "N", NULL };
const TmCommand command_sla = { "sla", operands, "why each of its clocks is due when it is", options, run };
