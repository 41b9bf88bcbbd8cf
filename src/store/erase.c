/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/erase.h"

#include "base/clock.h"
#include "core/detail.h"
#include "store/erase_find.h"
#include "store/lookup.h"
#include "store/search.h"
#include "store/silence.h"
#include "store/task.h"

#include <string.h>

/* One transaction erases so many rows, or bytes: mail waits for no longer. */
enum { LOT_ITEMS = 64, LOT_BYTES = 8 << 20 };

static const char *const names[TM_ERASED_N_KINDS] = {
  [TM_ERASED_MESSAGES] = "messages",         [TM_ERASED_ATTACHMENTS] = "attachments",
  [TM_ERASED_RAW] = "raw",                   [TM_ERASED_REQUESTS] = "requests",
  [TM_ERASED_PARTICIPANTS] = "participants", [TM_ERASED_ANSWERS] = "answer_addresses",
  [TM_ERASED_TAGS] = "tags",                 [TM_ERASED_EVENTS] = "events",
  [TM_ERASED_QUARANTINE] = "quarantine",     [TM_ERASED_DELIVERIES] = "deliveries",
  [TM_ERASED_SILENCED] = "silenced",         [TM_ERASED_OUTBOX] = "outbox",
  [TM_ERASED_ADDRESSES] = "addresses_on_file",
};

const char *
erased_name (TmErasedKind kind)
{
  return names[kind];
}

static TmEraseReport *
make_report (void)
{
  TmEraseReport *report = g_new0 (TmEraseReport, 1);
  report->others = g_ptr_array_new_with_free_func (g_free);
  return report;
}

void
erase_report_free (TmEraseReport *report)
{
  if (report == NULL)
    return;
  g_ptr_array_unref (report->others);
  g_free (report);
}

/* --- a lot, in the writer's transaction --- */

typedef struct
{
  TmTask task;
  char *address, *actor, *why;
  GArray *items; /* TmEraseItem */
} Lot;

static void
free_lot (TmTask *task)
{
  Lot *lot = (Lot *) task;
  g_free (lot->address);
  g_free (lot->actor);
  g_free (lot->why);
  g_array_unref (lot->items);
  g_free (lot);
}

static bool
erase_raw (TmDb *db, const Lot *lot G_GNUC_UNUSED, gint64 id, gint64 now G_GNUC_UNUSED, GError **error)
{
  return db_run (db, SQL_ERASE_RAW, DB_VALUES (value_int (id)), error);
}

static bool
erase_message (TmDb *db, const Lot *lot, gint64 id, gint64 now, GError **error)
{
  return db_run (db, SQL_ERASE_MESSAGE, DB_VALUES (value_int (id)), error)
         && db_run (db, SQL_ERASE_SHINGLES, DB_VALUES (value_int (id)), error)
         && db_run (db, SQL_ERASE_ATTACHMENTS, DB_VALUES (value_int (id)), error)
         && erase_raw (db, lot, id, now, error);
}

static bool
erase_quarantine (TmDb *db, const Lot *lot G_GNUC_UNUSED, gint64 id, gint64 now G_GNUC_UNUSED, GError **error)
{
  return db_run (db, SQL_ERASE_QUARANTINE, DB_VALUES (value_int (id)), error);
}

/* Also one that still waits: nothing is left to send. */
static bool
erase_outbox (TmDb *db, const Lot *lot G_GNUC_UNUSED, gint64 id, gint64 now G_GNUC_UNUSED, GError **error)
{
  return db_run (db, SQL_ERASE_OUTBOX, DB_VALUES (value_int (id)), error);
}

typedef struct
{
  gint64 number;
  char *detail;
} Event;

static void
event_clear (gpointer data)
{
  Event *event = data;
  g_free (event->detail);
}

static bool
erase_from_events (TmDb *db, const Lot *lot, gint64 ticket, GError **error)
{
  g_autoptr (GArray) events = g_array_new (FALSE, FALSE, sizeof (Event));
  g_autofree char *escaped = detail_escape (lot->address);
  g_array_set_clear_func (events, event_clear);
  sqlite3_stmt *rows = db_select (db, SQL_ERASE_FIND_EVENTS, DB_VALUES (value_int (ticket), value_text (escaped)));
  while (db_next (rows))
    {
      const char *detail = (const char *) sqlite3_column_text (rows, 1);
      Event event = { sqlite3_column_int64 (rows, 0), detail_without (detail, lot->address, "[erased]") };
      if (event.detail != NULL)
        g_array_append_val (events, event);
    }
  if (!db_finish (db, rows, error))
    return false;
  for (guint i = 0; i < events->len; i++)
    {
      const Event *event = &g_array_index (events, Event, i);
      if (!db_run (db, SQL_ERASE_EVENT,
                   DB_VALUES (value_int (ticket), value_int (event->number), value_text (event->detail)), error))
        return false;
    }
  return true;
}

/* What is said of the ticket's subject is his, too. */
static bool
erase_request (TmDb *db, gint64 ticket, const TmDbValue *values, GError **error)
{
  if (!db_run (db, SQL_ERASE_REQUESTER, values, error))
    return false;
  return sqlite3_changes (db->handle) == 0
         || db_run (db, SQL_ERASE_SUBJECTS, DB_VALUES (value_int (ticket)), error);
}

static bool
erase_ticket (TmDb *db, const Lot *lot, gint64 ticket, gint64 now, GError **error)
{
  const TmDbValue *values = DB_VALUES (value_int (ticket), value_text (lot->address));
  g_autofree char *detail = detail_new (lot->why != NULL ? "why" : NULL, lot->why, NULL);
  return erase_request (db, ticket, values, error) && db_run (db, SQL_ERASE_ANSWER_TO, values, error)
         && db_run (db, SQL_ERASE_PARTICIPANT, values, error)
         && db_run (db, SQL_ERASE_PARTICIPANT_ANSWER_TO, values, error)
         && db_run (db, SQL_ERASE_TAGS, values, error) && erase_from_events (db, lot, ticket, error)
         && db_run (db, SQL_ADD_EVENT,
                    DB_VALUES (value_int (ticket), value_int (now), value_text (lot->actor), value_text ("erase"),
                               value_text (detail)),
                    error);
}

/* A contact without addresses is nobody. */
static bool
erase_rest (TmDb *db, const Lot *lot, gint64 id G_GNUC_UNUSED, gint64 now G_GNUC_UNUSED, GError **error)
{
  const TmDbValue *address = DB_VALUES (value_text (lot->address));
  g_autoptr (TmContactFacts) contact = NULL;
  return lookup_contact (db, lot->address, &contact, error) && db_run (db, SQL_ERASE_DELIVERIES, address, error)
         && db_run (db, SQL_ERASE_SATISFACTION, address, error) && silence_remove (db, lot->address, error)
         && db_run (db, SQL_ERASE_CONTACT_ADDRESS, address, error)
         && (contact == NULL || db_run (db, SQL_ERASE_CONTACT, DB_VALUES (value_int (contact->id)), error));
}

static bool (*const erasers[]) (TmDb *db, const Lot *lot, gint64 id, gint64 now, GError **error) = {
  [ERASE_MESSAGE] = erase_message, [ERASE_RAW] = erase_raw,   [ERASE_QUARANTINE] = erase_quarantine,
  [ERASE_TICKET] = erase_ticket,   [ERASE_REST] = erase_rest, [ERASE_OUTBOX] = erase_outbox,
};

static bool
erase_items (TmDb *db, const Lot *lot, gint64 now, GError **error)
{
  for (guint i = 0; i < lot->items->len; i++)
    {
      const TmEraseItem *item = &g_array_index (lot->items, TmEraseItem, i);
      if (!erasers[item->what](db, lot, item->id, now, error))
        return false;
    }
  return true;
}

/* With secure_delete, what is let go is overwritten; it costs too much to be in force for all. */
static bool
run_lot (TmDb *db, TmTask *task, gint64 now, GError **refusal_out G_GNUC_UNUSED, GError **error)
{
  g_autoptr (GPtrArray) before = g_ptr_array_new_with_free_func (g_free);
  if (!db_read_lines (db, "PRAGMA secure_delete", before, error)
      || !db_run_text (db, "PRAGMA secure_delete = ON", error))
    return false;
  bool ok = erase_items (db, (Lot *) task, now, error);
  g_autofree char *restore = g_strconcat ("PRAGMA secure_delete = ",
                                            before->len > 0 ? (char *) g_ptr_array_index (before, 0) : "OFF", NULL);
  return db_run_text (db, restore, ok ? error : NULL) && ok;
}

/* --- all lots --- */

typedef struct
{
  TmStore *store;
  const char *address, *actor, *why;
  gint64 step_us;
} Erasing;

/* The index can only let go of what still stands in the database; up to date, it does not take it in afterwards. */
static bool
forget_in_index (const char *path, const GArray *items, GError **error)
{
  g_autoptr (GArray) messages = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 0; i < items->len; i++)
    if (g_array_index (items, TmEraseItem, i).what == ERASE_MESSAGE)
      g_array_append_val (messages, g_array_index (items, TmEraseItem, i).id);
  if (messages->len == 0 || !search_has_index (path))
    return true;
  return search_update (path, NULL, NULL, NULL, error)
         && search_forget (path, (const gint64 *) (gconstpointer) messages->data, messages->len, error);
}

static bool
erase_lot (const Erasing *erasing, const TmEraseItem *items, guint n_items, GError **error)
{
  Lot *lot = g_new0 (Lot, 1);
  task_init (&lot->task, run_lot, free_lot);
  lot->address = g_strdup (erasing->address);
  lot->actor = g_strdup (erasing->actor);
  lot->why = g_strdup (erasing->why);
  lot->items = g_array_new (FALSE, FALSE, sizeof (TmEraseItem));
  g_array_append_vals (lot->items, items, n_items);
  bool ok = forget_in_index (store_path (erasing->store), lot->items, error)
            && store_run_task (erasing->store, &lot->task, clock_monotonic_us () + erasing->step_us, error);
  task_unref (&lot->task);
  return ok;
}

static bool
erase_all (const Erasing *erasing, const GArray *items, GError **error)
{
  for (guint i = 0; i < items->len;)
    {
      const TmEraseItem *first = &g_array_index (items, TmEraseItem, i);
      gint64 bytes = 0;
      guint n = 0;
      for (; i < items->len && n < LOT_ITEMS && (n == 0 || bytes + first[n].bytes <= LOT_BYTES); n++, i++)
        bytes += first[n].bytes;
      if (!erase_lot (erasing, first, n, error))
        return false;
    }
  return true;
}

/* --- old pages --- */

static bool
scrub (const char *path, bool *is_done_out, GError **error)
{
  g_autoptr (TmDb) db = NULL;
  bool is_index_done = true;
  if (!db_open (path, DB_WRITE, &db, error) || !db_empty_wal (db, is_done_out, error)
      || (search_has_index (path) && !search_scrub (path, &is_index_done, error)))
    return false;
  *is_done_out = *is_done_out && is_index_done;
  return true;
}

/* --- the whole --- */

bool
erase_preview (const char *path, const char *address, TmProgress progress, gpointer data, TmEraseReport **report_out,
               GError **error)
{
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (TmEraseItem));
  g_autoptr (TmEraseReport) report = make_report ();
  if (!erase_find (path, address, progress, data, items, report, error))
    return false;
  *report_out = g_steal_pointer (&report);
  return true;
}

bool
store_erase (TmStore *store, const char *address, const char *actor, const char *why, gint64 step_us,
             TmEraseReport **report_out, GError **error)
{
  const Erasing erasing = { store, address, actor, why, step_us };
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (TmEraseItem));
  g_autoptr (TmEraseReport) report = make_report ();
  if (!erase_find (store_path (store), address, NULL, NULL, items, report, error) || !erase_all (&erasing, items, error)
      || !scrub (store_path (store), &report->is_scrubbed, error))
    return false;
  *report_out = g_steal_pointer (&report);
  return true;
}
