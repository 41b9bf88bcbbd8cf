/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/release.h"

#include "base/log.h"
#include "base/metrics.h"
#include "core/acknowledge.h"
#include "core/release.h"
#include "store/apply.h"
#include "store/lookup.h"
#include "store/reader.h"
#include "store/task.h"

#include <string.h>

/* --- one ticket --- */

typedef struct
{
  gint64 id;
  char *ack_to; /* NULL: nobody */
} Held;

static void
held_clear (gpointer data)
{
  g_free (((Held *) data)->ack_to);
}

/* What the acknowledgement is made of; all of it belongs to the facts. */
typedef struct
{
  TmTicketFacts *ticket;
  TmAckFacts *earlier;
  gint64 message;
  char *from, *subject, *text;
  gsize start, len; /* what he wrote himself of the text */
} Facts;

static void
facts_clear (Facts *facts)
{
  ticket_facts_free (facts->ticket);
  ack_facts_free (facts->earlier);
  g_free (facts->from);
  g_free (facts->subject);
  g_free (facts->text);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Facts, facts_clear)

static bool
read_message (TmDb *db, gint64 ticket, Facts *facts, GError **error)
{
  sqlite3_stmt *rows = db_select (db, SQL_FIRST_MESSAGE, DB_VALUES (value_int (ticket)));
  if (db_next (rows))
    {
      facts->message = sqlite3_column_int64 (rows, 0);
      facts->from = column_text (rows, 1);
      facts->subject = column_text (rows, 2);
      facts->text = column_text (rows, 3);
      gsize all = strlen (facts->text);
      facts->start = MIN ((gsize) MAX (sqlite3_column_int64 (rows, 4), 0), all);
      facts->len = MIN ((gsize) MAX (sqlite3_column_int64 (rows, 5), 0), all - facts->start);
    }
  return db_finish (db, rows, error);
}

static bool
read_facts (TmDb *db, const Held *held, const TmSite *site, gint64 now, Facts *facts, GError **error)
{
  gint64 merged_into;
  if (!lookup_ticket (db, held->id, &facts->ticket, &merged_into, error))
    return false;
  if (held->ack_to == NULL || !site->ack.sends)
    return true;
  if (!read_message (db, held->id, facts, error))
    return false;
  if (facts->message == 0)
    return true;
  g_autoptr (TmKeys) keys = keys_new ();
  keys_set_acknowledged (keys, site, held->ack_to);
  keys->ack_asks = false;
  return lookup_acknowledged (db, keys, now, &facts->earlier, error);
}

static void
count_acknowledgement (const TmSite *site, const TmPlan *plan)
{
  if (plan->ack == NULL)
    return;
  metrics_count (plan->ack->to != NULL ? TM_COUNT_ACK_WRITTEN : TM_COUNT_ACK_WITHHELD);
  if (!plan->ack->is_last)
    return;
  metrics_count (TM_COUNT_ACK_FLOODS);
  log_warning ("acknowledgements: %u within a minute, the last for ticket %" G_GINT64_FORMAT
               ": none is sent for an hour; look at who writes, then at ack.minute", site->ack.minute, plan->ticket);
}

static bool
release_one (TmDb *db, const Held *held, const TmSite *site, const char *actor, gint64 now, GError **error)
{
  g_auto (Facts) facts = { .ticket = NULL };
  if (!read_facts (db, held, site, now, &facts, error))
    return false;
  if (facts.ticket == NULL)
    return true;
  const TmRelease release = { .site = site,
                              .ticket = facts.ticket,
                              .actor = actor,
                              .ack_to = held->ack_to,
                              .earlier = facts.earlier,
                              .message = facts.message,
                              .from = facts.from,
                              .subject = facts.subject,
                              .text = facts.text != NULL ? facts.text + facts.start : NULL,
                              .len = facts.len,
                              .now = now };
  g_autoptr (TmPlan) plan = plan_release (&release);
  if (!apply_plan (db, NULL, NULL, plan, now, NULL, error))
    return false;
  count_acknowledgement (site, plan);
  return true;
}

/* --- a lot of them --- */

static bool
find_held (TmDb *db, gint64 id, GArray *list, GError **error)
{
  sqlite3_stmt *rows = db_select (db, SQL_HELD_TICKETS, DB_VALUES (value_int (id), value_int (RELEASE_TICKETS)));
  while (db_next (rows))
    {
      const Held held = { sqlite3_column_int64 (rows, 0), column_text (rows, 1) };
      g_array_append_val (list, held);
    }
  return db_finish (db, rows, error);
}

/* A full lot may have been the last: then the next one is empty. */
static bool
note_rest (TmDb *db, gint64 id, const char *actor, guint n, gint64 now, GError **error)
{
  bool is_more = n == RELEASE_TICKETS;
  if (is_more && (db->notify_at == 0 || now < db->notify_at))
    db->notify_at = now;
  return db_run (db, SQL_SET_RELEASES, DB_VALUES (value_int (id), value_text (is_more ? actor : NULL)), error);
}

bool
release_held (TmDb *db, gint64 id, const TmSite *site, const char *actor, gint64 now, GArray *released, GError **error)
{
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (Held));
  g_array_set_clear_func (list, held_clear);
  if (!find_held (db, id, list, error))
    return false;
  for (guint i = 0; i < list->len; i++)
    {
      const Held *held = &g_array_index (list, Held, i);
      if (!release_one (db, held, site, actor, now, error))
        return false;
      g_array_append_val (released, held->id);
    }
  return note_rest (db, id, actor, list->len, now, error);
}

bool
release_count_held (TmDb *db, gint64 id, gint64 *n_out, GError **error)
{
  return db_get_int (db, SQL_COUNT_HELD_TICKETS, DB_VALUES (value_int (id)), 0, n_out, error);
}

/* --- the rest --- */

typedef struct
{
  TmTask task;
  TmPolicyHold hold;
  guint n_released;
} ReleaseTask;

static void
free_task (TmTask *task)
{
  ReleaseTask *release = (ReleaseTask *) task;
  release->hold.unref (release->hold.policy);
  g_free (release);
}

static bool
find_contact (TmDb *db, gint64 *id_out, char **actor_out, GError **error)
{
  *id_out = 0;
  sqlite3_stmt *rows = db_select (db, SQL_RELEASES, NULL);
  if (db_next (rows))
    {
      *id_out = sqlite3_column_int64 (rows, 0);
      *actor_out = column_text (rows, 1);
    }
  return db_finish (db, rows, error);
}

static bool
run_task (TmDb *db, TmTask *task, gint64 now, GError **refusal_out G_GNUC_UNUSED, GError **error)
{
  ReleaseTask *release = (ReleaseTask *) task;
  g_autoptr (GArray) released = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autofree char *actor = NULL;
  gint64 id;
  if (!find_contact (db, &id, &actor, error)
      || (id != 0 && !release_held (db, id, release->hold.site, actor, now, released, error)))
    return false;
  release->n_released = released->len;
  return true;
}

bool
store_release (TmStore *store, const TmPolicyHold *hold, gint64 deadline_us, guint *n_out, GError **error)
{
  ReleaseTask *release = g_new0 (ReleaseTask, 1);
  task_init (&release->task, run_task, free_task);
  release->hold = *hold;
  release->hold.ref (hold->policy);
  bool ok = store_run_task (store, &release->task, deadline_us, error);
  *n_out = ok ? release->n_released : 0;
  task_unref (&release->task);
  return ok;
}

bool
reader_has_releases (TmReader *reader, bool *has_out, GError **error)
{
  gint64 id;
  bool ok = db_get_int (reader->db, SQL_RELEASES, NULL, 0, &id, error);
  *has_out = ok && id != 0;
  return ok;
}
