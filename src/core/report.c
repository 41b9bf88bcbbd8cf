/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/report.h"

#include "base/clock.h"

#include <string.h>

enum { DAY_S = 86400, HUNDRED = 100 };

const char *
report_type_name (const TmSite *site, const char *key)
{
  const TmType *type = key != NULL ? site_type (site, key) : NULL;
  return type != NULL && type->name != NULL ? type->name : key;
}

const char *
report_priority_name (const TmSite *site, const char *key)
{
  int rank = key != NULL ? site_priority_rank (site, key) : -1;
  const TmPriority *priority = rank >= 0 ? site->priorities->pdata[rank] : NULL;
  return priority != NULL && priority->name != NULL ? priority->name : key;
}

const char *
report_customer_name (const TmSite *site, const char *key)
{
  const TmCustomer *customer = key != NULL ? customers_by_id (site->customers, key) : NULL;
  return customer != NULL && customer->name != NULL ? customer->name : key;
}

const char *
report_agent_name (const TmSite *site, const char *key)
{
  for (guint i = 0; key != NULL && i < site->agents->len; i++)
    {
      const TmAgent *agent = site->agents->pdata[i];
      if (strcmp (agent->id, key) == 0 && agent->name != NULL)
        return agent->name;
    }
  return key;
}

static gint64
local_time (const TmSite *site, gint64 at)
{
  return site->zone_table != NULL ? zone_table_local (site->zone_table, at) : at;
}

char *
report_local_time (const TmSite *site, gint64 at)
{
  enum { DATE_LEN = 10, MINUTE_LEN = 16 };
  g_autofree char *text = instant_format (local_time (site, at));
  if (text == NULL)
    return g_strdup ("-");
  text[DATE_LEN] = ' ';
  text[MINUTE_LEN] = '\0';
  return g_steal_pointer (&text);
}

char *
report_share (gint64 n, gint64 n_all)
{
  return n_all > 0 ? g_strdup_printf ("%" G_GINT64_FORMAT " %%", n * HUNDRED / n_all) : g_strdup ("");
}

gint64
report_midnight (const TmSite *site, gint64 at, gint64 days)
{
  gint64 local_s = local_time (site, at);
  gint64 day = local_s / DAY_S - (local_s % DAY_S < 0);
  gint64 midnight_s = (day + days) * DAY_S;
  guint hint = 0;
  return site->zone_table != NULL ? zone_table_boundary (site->zone_table, midnight_s, &hint) : midnight_s;
}
