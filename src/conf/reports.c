/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/reports.h"

#include "conf/tables.h"
#include "conf/values.h"
#include "core/report_mail.h"

#include <stddef.h>

static bool
parse_every (TmTableReader *reader, G_GNUC_UNUSED const TmOption *option, const TmNode *node, TmValue *value_out)
{
  TmHandover every;
  const char *why = NULL;
  if (!rota_parse_handover (node->text, &every, &why))
    {
      reader_error (reader, node, "`%s`: %s", node->text, why);
      return false;
    }
  value_out->object = g_memdup2 (&every, sizeof every);
  return true;
}

static bool
parse_name (TmTableReader *reader, const TmOption *option, const TmNode *node, TmValue *value_out)
{
  reader_add_reference (reader, node, option->type->name, node->text);
  value_out->object = g_strdup (node->text);
  return true;
}

static const TmScalarType type_every
  = { "weekly time", "a weekly time such as mon=07:00", .is_object = true, .parse = parse_every };
static const TmScalarType type_queue
  = { "queue", "the name of a queue", .is_object = true, .is_text = true, .parse = parse_name };
static const TmScalarType type_customer
  = { "customer", "the name of a customer", .is_object = true, .is_text = true, .parse = parse_name };

const TmOption options_report[] = {
  { "to", .type = &type_receiver, .is_required = true, AT (ITEM, TmReportOrder, to),
    .help = "the receiver whom it is mailed to; one with a mailbox" },
  { "every", .type = &type_every, .is_required = true, AT (ITEM, TmReportOrder, every),
    .help = "on which days of the week, and when, by the desk's zone" },
  { "days", .type = &type_number, .by_default = "7", .min = 1, .max = 3660, AT (ITEM, TmReportOrder, days),
    .help = "so many whole days, up to the midnight before" },
  { "queue", .type = &type_queue, AT (ITEM, TmReportOrder, queue), .help = "tickets of this queue only" },
  { "customer", .type = &type_customer, AT (ITEM, TmReportOrder, customer), .help = "tickets of this customer only" },
  { .key = NULL },
};

void *
make_report (void *settings, const char *name)
{
  TmDaemonSettings *daemon = settings;
  TmReportOrder *order = report_order_new (name);
  if (daemon->reports == NULL)
    daemon->reports = g_ptr_array_new_with_free_func ((GDestroyNotify) report_order_free);
  g_ptr_array_add (daemon->reports, order);
  return order;
}

void
check_reports (TmTableReader *reader, const TmPolicy *policy)
{
  const GPtrArray *reports = policy->daemon.reports;
  for (guint i = 0; reports != NULL && i < reports->len && !reader->findings->is_partial; i++)
    {
      const TmReportOrder *order = g_ptr_array_index (reports, i);
      const TmReceiver *receiver = order->to != NULL ? site_receiver (policy->site, order->to) : NULL;
      const TmPlace *place = reader_place (reader, order);
      const TmNode *to = place != NULL ? node_get (place->node, "to") : NULL;
      if (receiver == NULL || to == NULL || receiver->kind == TM_RECEIVER_MAIL)
        continue;
      g_autofree char *path = g_strconcat (place->path, ".to", NULL);
      findings_error (reader->findings, &to->mark, path,
                      "`%s` is of kind %s: a report is mail, name a receiver of kind mail", order->to,
                      receiver_kind_name (receiver->kind));
    }
}
