/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/clock.h"
#include "cli/command.h"
#include "cli/jsondoc.h"
#include "core/audience.h"
#include "core/escalation.h"
#include "store/record.h"

typedef struct
{
  TmCli *cli;
  const TmSite *site;
  const TmTicketFacts *ticket;
  TmEscalationFacts facts;
  gint64 now;
} Preview;

/* As it will be then. */
static GArray *
find_audience (const Preview *preview, const TmNotification *coming)
{
  gint64 at = MAX (coming->fire_at, preview->now);
  const TmCalendar *calendar = escalation_calendar (&preview->facts, coming->clock);
  bool is_open = calendar == NULL || calendar_is_open (calendar, at, NULL, 0);
  return audience_of (preview->site, preview->ticket, coming->step, is_open, at);
}

/* --- JSON --- */

static void
put_addressee (JsonBuilder *builder, const TmAddressee *one)
{
  const char *kind = one->receiver != NULL ? receiver_kind_name (one->receiver->kind) : "mail";
  json_builder_begin_object (builder);
  jsondoc_put_text (builder, "to", one->to);
  jsondoc_put_text (builder, "kind", kind);
  jsondoc_put_text (builder, "address", one->address);
  jsondoc_put_bool (builder, "told", one->why_not == NULL);
  jsondoc_put_text (builder, "why_not", one->why_not);
  json_builder_end_object (builder);
}

static void
put_notification (const Preview *preview, JsonBuilder *builder, const TmNotification *coming)
{
  g_autoptr (GArray) audience = find_audience (preview, coming);
  json_builder_begin_object (builder);
  jsondoc_put_instant (builder, "at", coming->fire_at);
  jsondoc_put_text (builder, "metric", metric_name (coming->clock->metric));
  jsondoc_put_number (builder, "cycle", coming->clock->cycle);
  jsondoc_put_text (builder, "kind", notification_kind_name (coming->kind));
  jsondoc_put_number (builder, "level", coming->step->level);
  jsondoc_put_number (builder, "repeat", coming->number);
  jsondoc_put_instant (builder, "due_at", coming->clock->due_at);
  jsondoc_open_array (builder, "audience");
  for (guint i = 0; i < audience->len; i++)
    put_addressee (builder, &g_array_index (audience, TmAddressee, i));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
write_json (const Preview *preview, GArray *all)
{
  g_autoptr (JsonBuilder) builder = jsondoc_begin ();
  jsondoc_put_number (builder, "ticket", preview->ticket->id);
  jsondoc_put_text (builder, "escalation", preview->facts.plan != NULL ? preview->facts.plan->escalation : NULL);
  jsondoc_open_array (builder, "notifications");
  for (guint i = 0; i < all->len; i++)
    put_notification (preview, builder, &g_array_index (all, TmNotification, i));
  json_builder_end_array (builder);
  jsondoc_end (builder, preview->cli->terminal.is_tty, preview->cli->out);
}

/* --- text --- */

static void
add_notification (const Preview *preview, const TmNotification *coming)
{
  TmCli *cli = preview->cli;
  g_autofree char *at = instant_format (coming->fire_at);
  g_autofree char *cycle = coming->clock->cycle > 1 ? g_strdup_printf (" %u", coming->clock->cycle) : g_strdup ("");
  g_autofree char *again = coming->number > 0 ? g_strdup_printf (", repeat %u", coming->number) : g_strdup ("");
  g_autofree char *what
      = g_strdup_printf ("%s%s: %s, level %u%s", metric_name (coming->clock->metric), cycle,
                         notification_kind_name (coming->kind), coming->step->level, again);
  g_autoptr (GArray) audience = find_audience (preview, coming);
  terminal_add_field (cli->out, &cli->terminal, TM_STYLE_PLAIN, at, 22, what);
  for (guint i = 0; i < audience->len; i++)
    {
      const TmAddressee *one = &g_array_index (audience, TmAddressee, i);
      const char *kind = one->receiver != NULL ? receiver_kind_name (one->receiver->kind) : "mail";
      g_autofree char *who = one->why_not != NULL
                                 ? g_strdup_printf ("%s: not told, %s", one->to, one->why_not)
                                 : g_strdup_printf ("%s: %s%s%s", one->to, kind, one->address != NULL ? " " : "",
                                                    one->address != NULL ? one->address : "");
      terminal_add_field (cli->out, &cli->terminal, one->why_not != NULL ? TM_STYLE_DIM : TM_STYLE_PLAIN, "", 22, who);
    }
}

static void
write_text (const Preview *preview, GArray *all)
{
  TmCli *cli = preview->cli;
  const TmServicePlan *plan = preview->facts.plan;
  if (plan == NULL || plan->escalates == NULL)
    g_string_append_printf (cli->out, "ticket %" G_GINT64_FORMAT ": %s\n", preview->ticket->id,
                            plan == NULL ? "it has no plan, so nobody is told of its clocks"
                                         : "its plan names no escalation, so nobody is told of its clocks");
  else if (all->len == 0)
    g_string_append_printf (cli->out, "ticket %" G_GINT64_FORMAT ": nothing is still to be told\n",
                            preview->ticket->id);
  for (guint i = 0; i < all->len; i++)
    add_notification (preview, &g_array_index (all, TmNotification, i));
}

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
  const Preview preview = { cli, policy->site, ticket->facts, escalation_facts (policy->site, ticket->facts),
                            clock_now () };
  g_autoptr (GArray) all = escalation_preview (&preview.facts, preview.now);
  if (cli->json)
    write_json (&preview, all);
  else
    write_text (&preview, all);
  return true;
}

static const TmCliOption options[] = { { .name = NULL } };
static const char *const operands[] = { "N", NULL };
const TmCommand command_escalation_preview
  = { "escalation preview", operands, "who will be told of ticket N's clocks, and when", options, run };
