/* SPDX-License-Identifier: BSD-2-Clause */
#include "desk/stats.h"

#include "config.h"

#include "base/clock.h"

#include <string.h>

static const TmStatFamily families[TM_N_STATS] = {
  [TM_STAT_UP] = { "up", TM_STAT_GAUGE, NULL, NULL, "Whether the daemon answered." },
  [TM_STAT_BUILD] = { "build", TM_STAT_INFO, "version", NULL, "The daemon's version." },
  [TM_STAT_UPTIME] = { "uptime_seconds", TM_STAT_GAUGE, NULL, "seconds", "Time since the daemon started." },
  [TM_STAT_MESSAGES] = { "messages", TM_STAT_COUNTER, "action", NULL, "Messages by what was done about them." },
  [TM_STAT_RULE_HITS] = { "rule_hits", TM_STAT_COUNTER, "rule", NULL, "Messages that the rule matched." },
  [TM_STAT_RULE_LIMITS]
  = { "rule_limits", TM_STAT_COUNTER, "rule", NULL, "Messages for which the rule was skipped at a bound of match." },
  [TM_STAT_STAGE]
  = { "stage_seconds", TM_STAT_HISTOGRAM, "stage", "seconds", "Time that a message, or a commit, took in a stage." },
  [TM_STAT_GROUP] = { "commit_jobs", TM_STAT_HISTOGRAM, NULL, NULL, "Jobs that were committed together." },
  [TM_STAT_STORE_FAILURES]
  = { "store_failures", TM_STAT_COUNTER, NULL, NULL, "Messages that the store did not take." },
  [TM_STAT_CHECKPOINTS] = { "checkpoints", TM_STAT_COUNTER, NULL, NULL, "Times the log was copied into the database." },
  [TM_STAT_WAL] = { "wal_pages", TM_STAT_GAUGE, NULL, NULL, "Pages in the database's log after the last commit." },
  [TM_STAT_JOBS] = { "jobs_waiting", TM_STAT_GAUGE, NULL, NULL, "Jobs that wait for the writer." },
  [TM_STAT_JOBS_MOST] = { "jobs_waiting_most", TM_STAT_GAUGE, NULL, NULL, "The most that have waited at once." },
  [TM_STAT_JOBS_LIMIT] = { "jobs_waiting_limit", TM_STAT_GAUGE, NULL, NULL, "The most that may wait at once." },
  [TM_STAT_SESSIONS] = { "sessions", TM_STAT_COUNTER, NULL, NULL, "SMTP sessions that the MTA told of." },
  [TM_STAT_SESSIONS_OPEN] = { "sessions_open", TM_STAT_GAUGE, NULL, NULL, "Those that are open." },
  [TM_STAT_SPOOLED] = { "spooled_messages", TM_STAT_COUNTER, NULL, NULL, "Messages too large for memory." },
  [TM_STAT_MEMORY] = { "memory_used_bytes", TM_STAT_GAUGE, NULL, "bytes", "What messages in flight take." },
  [TM_STAT_MEMORY_LIMIT] = { "memory_limit_bytes", TM_STAT_GAUGE, NULL, "bytes", "What they may take." },
  [TM_STAT_RELOADS] = { "reloads", TM_STAT_COUNTER, "result", NULL, "Times the configuration was read again." },
  [TM_STAT_OUTBOX] = { "outbox_tries", TM_STAT_COUNTER, "result", NULL, "Tries to send mail, by what came of them." },
  [TM_STAT_ACKS] = { "acknowledgements", TM_STAT_COUNTER, "result", NULL,
                     "New requests, by whether their senders are told of them." },
  [TM_STAT_ACK_FLOODS] = { "acknowledgement_floods", TM_STAT_COUNTER, NULL, NULL,
                           "Times that too many acknowledgements were made within a minute." },
  [TM_STAT_CONFIRMATIONS] = { "confirmations", TM_STAT_COUNTER, "result", NULL,
                              "Held tickets of unknown senders, by whether those were asked, and what came of it." },
  [TM_STAT_BAD_TOKENS] = { "bad_tokens", TM_STAT_COUNTER, NULL, NULL,
                           "Recipients that look like a token of ours and do not hold." },
  [TM_STAT_CLIENTS_BARRED] = { "clients_barred", TM_STAT_COUNTER, NULL, NULL,
                               "Times that a client sent too many of them." },
  [TM_STAT_TICKETS] = { "tickets", TM_STAT_GAUGE, "status", NULL, "Tickets in the database." },
  [TM_STAT_STORED] = { "messages_stored", TM_STAT_GAUGE, NULL, NULL, "Messages in the database." },
  [TM_STAT_OUTBOX_WAITING] = { "outbox_waiting", TM_STAT_GAUGE, NULL, NULL, "Mail that waits to be sent." },
};

const TmStatFamily *
stats_family (TmStat stat)
{
  return &families[stat];
}

TmSeries *
series_new (TmStat stat, const char *label, guint64 number)
{
  TmSeries *series = g_new0 (TmSeries, 1);
  series->stat = stat;
  series->label = g_strdup (label);
  series->number = number;
  return series;
}

void
series_free (TmSeries *series)
{
  if (series == NULL)
    return;
  g_free (series->label);
  g_free (series);
}

/* --- where it is counted --- */

static void
add (GPtrArray *list, TmStat stat, const char *label, guint64 number)
{
  g_ptr_array_add (list, series_new (stat, label, number));
}

static void
add_spread (GPtrArray *list, TmStat stat, const char *label, TmSpread spread)
{
  TmSeries *series = series_new (stat, label, 0);
  metrics_observed (spread, &series->spread);
  g_ptr_array_add (list, series);
}

static void
add_messages (GPtrArray *list)
{
  static const struct
  {
    TmCount count;
    const char *name;
  } actions[] = {
    { TM_COUNT_OPEN, "open" },     { TM_COUNT_APPEND, "append" }, { TM_COUNT_NOTE, "note" },
    { TM_COUNT_PASS, "pass" },     { TM_COUNT_IGNORE, "ignore" }, { TM_COUNT_REFUSE, "refuse" },
    { TM_COUNT_DISCARD, "discard" }, { TM_COUNT_DUPLICATE, "duplicate" }, { TM_COUNT_TEMPFAIL, "tempfail" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    add (list, TM_STAT_MESSAGES, actions[i].name, metrics_counted (actions[i].count));
}

static void
add_rules (GPtrArray *list, const TmPolicy *policy)
{
  const GPtrArray *rules = policy->site->rules;
  for (guint i = 0; i < rules->len; i++)
    {
      TmRuleCounts *counts = g_ptr_array_index (policy->rule_counts, i);
      add (list, TM_STAT_RULE_HITS, ((const TmRule *) rules->pdata[i])->name,
           atomic_load_explicit (&counts->hits, memory_order_relaxed));
    }
  for (guint i = 0; i < rules->len; i++)
    {
      TmRuleCounts *counts = g_ptr_array_index (policy->rule_counts, i);
      add (list, TM_STAT_RULE_LIMITS, ((const TmRule *) rules->pdata[i])->name,
           atomic_load_explicit (&counts->limits, memory_order_relaxed));
    }
}

static void
add_stages (GPtrArray *list)
{
  static const struct
  {
    TmSpread spread;
    const char *name;
  } stages[] = {
    { TM_SPREAD_READ, "read" },     { TM_SPREAD_RULES, "rules" },     { TM_SPREAD_WAIT, "wait" },
    { TM_SPREAD_COMMIT, "commit" }, { TM_SPREAD_MESSAGE, "message" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (stages); i++)
    add_spread (list, TM_STAT_STAGE, stages[i].name, stages[i].spread);
}

static void
add_store (GPtrArray *list, TmStore *store)
{
  TmStoreStats stats;
  store_stats (store, &stats);
  add_spread (list, TM_STAT_GROUP, NULL, TM_SPREAD_GROUP);
  add (list, TM_STAT_STORE_FAILURES, NULL, stats.failed);
  add (list, TM_STAT_CHECKPOINTS, NULL, metrics_counted (TM_COUNT_CHECKPOINTS));
  add (list, TM_STAT_WAL, NULL, metrics_wal_pages ());
  add (list, TM_STAT_JOBS, NULL, stats.waiting);
  add (list, TM_STAT_JOBS_MOST, NULL, stats.most_waiting);
  add (list, TM_STAT_JOBS_LIMIT, NULL, stats.max_waiting);
}

void
stats_gather (const TmControl *control, GPtrArray *list)
{
  g_autoptr (TmPolicy) policy = control->policy (control->data);
  /* The end first: sessions that end between the two loads must not make more ends than beginnings. */
  guint64 n_ended = metrics_counted (TM_COUNT_SESSIONS_ENDED);
  guint64 n_sessions = metrics_counted (TM_COUNT_SESSIONS);
  guint64 uptime_us = (guint64) (clock_monotonic_us () - control->started_us);
  add (list, TM_STAT_BUILD, PACKAGE_VERSION, 1);
  add (list, TM_STAT_UPTIME, NULL, uptime_us / G_USEC_PER_SEC);
  add_messages (list);
  add_rules (list, policy);
  add_stages (list);
  add_store (list, control->store);
  add (list, TM_STAT_SESSIONS, NULL, n_sessions);
  add (list, TM_STAT_SESSIONS_OPEN, NULL, n_sessions - MIN (n_ended, n_sessions));
  add (list, TM_STAT_SPOOLED, NULL, metrics_counted (TM_COUNT_SPOOLED));
  add (list, TM_STAT_MEMORY, NULL, control->memory_used ());
  add (list, TM_STAT_MEMORY_LIMIT, NULL, policy->daemon.memory);
  add (list, TM_STAT_RELOADS, "ok", metrics_counted (TM_COUNT_RELOADS_OK));
  add (list, TM_STAT_RELOADS, "failed", metrics_counted (TM_COUNT_RELOADS_FAILED));
  add (list, TM_STAT_OUTBOX, "sent", metrics_counted (TM_COUNT_OUTBOX_SENT));
  add (list, TM_STAT_OUTBOX, "deferred", metrics_counted (TM_COUNT_OUTBOX_DEFERRED));
  add (list, TM_STAT_OUTBOX, "failed", metrics_counted (TM_COUNT_OUTBOX_FAILED));
  add (list, TM_STAT_OUTBOX, "unknown", metrics_counted (TM_COUNT_OUTBOX_UNKNOWN));
  add (list, TM_STAT_ACKS, "written", metrics_counted (TM_COUNT_ACK_WRITTEN));
  add (list, TM_STAT_ACKS, "withheld", metrics_counted (TM_COUNT_ACK_WITHHELD));
  add (list, TM_STAT_ACKS, "dropped", metrics_counted (TM_COUNT_ACK_DROPPED));
  add (list, TM_STAT_ACK_FLOODS, NULL, metrics_counted (TM_COUNT_ACK_FLOODS));
  add (list, TM_STAT_CONFIRMATIONS, "asked", metrics_counted (TM_COUNT_CONFIRM_ASKED));
  add (list, TM_STAT_CONFIRMATIONS, "withheld", metrics_counted (TM_COUNT_CONFIRM_WITHHELD));
  add (list, TM_STAT_CONFIRMATIONS, "confirmed", metrics_counted (TM_COUNT_CONFIRMED));
  add (list, TM_STAT_CONFIRMATIONS, "expired", metrics_counted (TM_COUNT_HELD_EXPIRED));
  add (list, TM_STAT_BAD_TOKENS, NULL, metrics_counted (TM_COUNT_BAD_TOKENS));
  add (list, TM_STAT_CLIENTS_BARRED, NULL, metrics_counted (TM_COUNT_CLIENTS_BARRED));
}

/* --- the wire: `FAMILY NUMBER [LABEL]`, of a histogram `FAMILY SHIFT:BUCKET,…:SUM [LABEL]` --- */

static void
append_spread (GString *value, const TmSpreadState *spread)
{
  g_string_append_printf (value, "%u", spread->shift);
  for (unsigned i = 0; i <= spread->n_buckets; i++)
    g_string_append_printf (value, "%c%" G_GUINT64_FORMAT, i == 0 ? ':' : ',', spread->buckets[i]);
  g_string_append_printf (value, ":%" G_GUINT64_FORMAT, spread->sum);
}

void
stats_to_wire (const GPtrArray *list, TmWire *answer)
{
  g_autoptr (GString) value = g_string_new (NULL);
  for (guint i = 0; i < list->len; i++)
    {
      const TmSeries *series = g_ptr_array_index (list, i);
      g_string_truncate (value, 0);
      if (families[series->stat].kind == TM_STAT_HISTOGRAM)
        append_spread (value, &series->spread);
      else
        g_string_append_printf (value, "%" G_GUINT64_FORMAT, series->number);
      if (series->label != NULL)
        g_string_append_printf (value, " %s", series->label);
      wire_add (answer, families[series->stat].name, value->str);
    }
}

static bool
take_number (const char **text_io, guint64 *number_out)
{
  char *end;
  if (!g_ascii_isdigit (**text_io))
    return false;
  *number_out = g_ascii_strtoull (*text_io, &end, 10);
  *text_io = end;
  return true;
}

static bool
take_spread (const char **text_io, TmSpreadState *spread_out)
{
  enum { SHIFT_MAX = 63 - TM_SPREAD_BUCKETS_MAX };
  TmSpreadState spread = { 0 };
  guint64 shift;
  unsigned n = 0;
  if (!take_number (text_io, &shift) || shift > SHIFT_MAX || **text_io != ':')
    return false;
  do
    {
      (*text_io)++;
      if (n > TM_SPREAD_BUCKETS_MAX || !take_number (text_io, &spread.buckets[n++]))
        return false;
    }
  while (**text_io == ',');
  if (**text_io != ':')
    return false;
  (*text_io)++;
  spread.shift = (unsigned) shift;
  spread.n_buckets = n - 1;
  *spread_out = spread;
  return take_number (text_io, &spread_out->sum);
}

static TmSeries *
series_parse (TmStat stat, const char *text)
{
  TmSeries *series = series_new (stat, NULL, 0);
  bool ok = families[stat].kind == TM_STAT_HISTOGRAM ? take_spread (&text, &series->spread)
                                                     : take_number (&text, &series->number);
  if (ok && *text == ' ')
    series->label = g_strdup (text + 1);
  if (ok && (*text == ' ' || *text == '\0') && (series->label != NULL) == (families[stat].label != NULL))
    return series;
  series_free (series);
  return NULL;
}

bool
stats_from_wire (const TmWire *answer, GPtrArray *list, GError **error)
{
  guint n_before = list->len;
  for (TmStat stat = 0; stat < TM_N_STATS; stat++)
    {
      const char *value;
      for (unsigned i = 0; (value = wire_next (answer, families[stat].name, &i)) != NULL;)
        {
          TmSeries *series = series_parse (stat, value);
          if (series != NULL)
            g_ptr_array_add (list, series);
        }
    }
  if (list->len > n_before)
    return true;
  g_set_error (error, TM_ERROR, TM_ERROR_UNAVAILABLE, "control socket: the answer has no statistics");
  return false;
}
