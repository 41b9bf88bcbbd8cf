/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/rotas.h"

#include "base/clock.h"
#include "conf/tables.h"
#include "conf/values.h"
#include "core/date.h"

#include <stddef.h>

static bool
refuse (TmTableReader *reader, const TmNode *node, const char *why)
{
  reader_error (reader, node, "`%s`: %s", node->text, why);
  return false;
}

static bool
parse_start (TmTableReader *reader, G_GNUC_UNUSED const TmOption *option, const TmNode *node, TmValue *value_out)
{
  gint32 date;
  if (!date_parse (node->text, &date) || node->text[TM_DATE_LEN] != '\0')
    return refuse (reader, node, "a date is written 2026-12-24, and must exist");
  value_out->number = (guint64) date;
  return true;
}

static bool
parse_handover (TmTableReader *reader, G_GNUC_UNUSED const TmOption *option, const TmNode *node, TmValue *value_out)
{
  TmHandover handover;
  const char *why = NULL;
  if (!rota_parse_handover (node->text, &handover, &why))
    return refuse (reader, node, why);
  value_out->object = g_memdup2 (&handover, sizeof handover);
  return true;
}

static bool
parse_override (TmTableReader *reader, G_GNUC_UNUSED const TmOption *option, const TmNode *node, TmValue *value_out)
{
  TmRotaOverride *override = NULL;
  const char *why = NULL;
  if (!rota_parse_override (node->text, &override, &why))
    return refuse (reader, node, why);
  reader_add_reference (reader, node, "agent", override->agent);
  value_out->object = override;
  return true;
}

static const TmScalarType type_date = { "date", "a date such as 2026-12-24", .parse = parse_start };
static const TmScalarType type_handover
  = { "hand-over", "a hand-over such as mon=09:00", .is_object = true, .parse = parse_handover };
static const TmScalarType type_override
  = { "override", "an override such as 2026-12-24/2026-12-27=anna", .is_object = true, .parse = parse_override };

const TmOption options_rota[] = {
  { "zone", .type = &type_zone, AT (ITEM, TmRota, zone),
    .help = "the zone of its dates and times; without it the desk's" },
  { "start", .type = &type_date, .is_required = true, AT (ITEM, TmRota, start_date),
    .help = "the date on which the first agent begins, at the time of the hand-over" },
  { "handover", .type = &type_handover, .is_required = true, AT (ITEM, TmRota, handover),
    .help = "on which days, and when, the next agent begins" },
  { "agents", .shape = TM_SHAPE_LIST, .type = &type_agent, .is_required = true, AT (ITEM, TmRota, agents),
    .help = "who is on call, in turn; behind the last one comes the first" },
  { "overrides", .shape = TM_SHAPE_LIST, .type = &type_override, AT (ITEM, TmRota, overrides),
    .help = "who is on call on these dates instead, from 00:00 of the first to the end of the last" },
  { .key = NULL },
};

void *
make_rota (void *site, const char *name)
{
  TmRota *rota = rota_new (name);
  g_ptr_array_add (((TmSite *) site)->rotas, rota);
  return rota;
}

/* --- what is wrong with it as a whole --- */

static void
check_overrides (TmTableReader *reader, const TmRota *rota)
{
  for (guint i = 0; i < rota->overrides->len; i++)
    for (guint k = 0; k < i; k++)
      if (rota_overrides_overlap (rota->overrides->pdata[k], rota->overrides->pdata[i]))
        {
          const TmPlace *place = reader_place (reader, rota->overrides->pdata[i]);
          findings_error (reader->findings, &place->node->mark, place->path,
                          "`%s`: another override has one of these dates already", place->node->text);
          break;
        }
}

static void
check_begin (TmTableReader *reader, const TmSite *site, const TmRota *rota)
{
  const TmPlace *place = reader_place (reader, rota);
  GTimeZone *zone = rota->zone != NULL ? rota->zone : site->zone;
  g_autoptr (TmZoneTable) table = zone != NULL ? zone_table_new_whole (zone) : NULL;
  TmRota local = *rota;
  local.table = table;
  if (rota->handover == NULL || rota->agents->len == 0 || node_get (place->node, "start") == NULL
      || rota_on_call (&local, clock_now ()) != NULL)
    return;
  g_autofree char *path = g_strconcat (place->path, ".start", NULL);
  const TmNode *start = node_get (place->node, "start");
  findings_warning (reader->findings, &start->mark, path, "is still to come: until then nobody is on call");
}

static void
check_reachable (TmTableReader *reader, const TmSite *site, const void *written, const char *id)
{
  const TmAgent *agent = site_agent (site, id);
  const TmPlace *place = reader_place (reader, written);
  if (agent != NULL && agent->addresses->len == 0)
    findings_error (reader->findings, &place->node->mark, place->path,
                    "agent `%s` has no address, and cannot be told anything: give him one under agents.%s.addresses",
                    id, id);
}

void
check_rotas (TmTableReader *reader, const TmSite *site)
{
  for (guint i = 0; i < site->rotas->len && !reader->findings->is_partial; i++)
    {
      const TmRota *rota = site->rotas->pdata[i];
      for (guint k = 0; k < rota->agents->len; k++)
        check_reachable (reader, site, rota->agents->pdata[k], rota->agents->pdata[k]);
      for (guint k = 0; k < rota->overrides->len; k++)
        {
          const TmRotaOverride *override = rota->overrides->pdata[k];
          check_reachable (reader, site, override, override->agent);
        }
      check_overrides (reader, rota);
      check_begin (reader, site, rota);
    }
}
