/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/outbox_send.h"

#include "base/clock.h"
#include "core/detail.h"
#include "store/lookup.h"
#include "store/task.h"

#include <string.h>

enum { RESUME_ROWS = 256 };

/* --- rows --- */

static bool
select_row (TmDb *db, TmSql sql, const TmDbValue *values, TmOutboxRow **row_out, GError **error)
{
  g_autoptr (TmOutboxRow) row = NULL;
  sqlite3_stmt *rows = db_select (db, sql, values);
  if (db_next (rows))
    row = outbox_row_read (rows);
  if (!db_finish (db, rows, error))
    return false;
  *row_out = g_steal_pointer (&row);
  return true;
}

/* Who is told of what went wrong looks at the ticket. */
static bool
add_event (TmDb *db, const TmOutboxRow *row, const TmSending *sending, gint64 now, GError **error)
{
  g_autoptr (TmTicketFacts) ticket = NULL;
  if (sending->told == NULL || row->ticket == 0)
    return true;
  bool ok = lookup_followed (db, row->ticket, &ticket, error);
  if (!ok || ticket == NULL)
    return ok;
  g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, row->id);
  g_autofree char *detail = detail_new ("outbox", id, "mail", row->kind, "state", outbox_state_name (sending->state),
                                        "why", sending->told, NULL);
  return db_run (db, SQL_ADD_EVENT,
                 DB_VALUES (value_int (ticket->id), value_int (now), value_text ("desk"), value_text ("outbox"),
                            value_text (detail)),
                 error);
}

static bool
end_row (TmDb *db, const TmOutboxRow *row, const TmSending *sending, gint64 now, GError **error)
{
  bool waits = sending->state == TM_OUTBOX_WAITING;
  return db_run (db, SQL_OUTBOX_END,
                 DB_VALUES (value_int (row->id), value_int (sending->state),
                            value_int (waits ? sending->next_at : row->next_at), value_text (sending->error),
                            value_instant (waits ? TM_NEVER : now), value_text (sending->settled)),
                 error)
         && add_event (db, row, sending, now, error);
}

/* --- take --- */

typedef struct
{
  TmTask task;
  gint64 id;    /* 0: the mail that is due for longest */
  char *domain;
  TmOutboxRow *row;
} TakeTask;

static void
free_take (TmTask *task)
{
  TakeTask *take = (TakeTask *) task;
  g_free (take->domain);
  outbox_row_free (take->row);
  g_free (take);
}

/* Answers that name it, and bounces, lead to the ticket.  Other mail keeps the id that it has. */
static bool
record_id (TmDb *db, const TmOutboxRow *row, const char *domain, GError **error)
{
  guint8 id[LOOKUP_ID_LEN];
  if (domain == NULL || row->ticket == 0 || row->receiver != NULL
      || strcmp (row->kind, outgoing_kind_name (TM_OUTGOING_REPLY)) == 0)
    return true;
  g_autofree char *message_id = outgoing_message_id (row->id, row->created_at, domain);
  bool is_answer = strcmp (row->kind, outgoing_kind_name (TM_OUTGOING_AGENT_REPLY)) == 0;
  lookup_hash_id (message_id, id);
  return db_run (db, SQL_ADD_ID_HAD, DB_VALUES (value_blob (id, sizeof id), value_int (row->ticket)), error)
         && (!is_answer
             || db_run (db, SQL_SET_MESSAGE_ID, DB_VALUES (value_int (row->message), value_text (message_id)), error));
}

static bool
run_take (TmDb *db, TmTask *task, gint64 now, GError **refusal_out G_GNUC_UNUSED, GError **error)
{
  TakeTask *take = (TakeTask *) task;
  g_clear_pointer (&take->row, outbox_row_free);
  bool ok = take->id != 0
              ? select_row (db, SQL_OUTBOX_ROW, DB_VALUES (value_int (take->id)), &take->row, error)
              : select_row (db, SQL_OUTBOX_DUE, DB_VALUES (value_int (TM_OUTBOX_WAITING), value_int (now)), &take->row,
                            error);
  if (take->row != NULL && take->row->state != TM_OUTBOX_WAITING)
    g_clear_pointer (&take->row, outbox_row_free);
  if (!ok || take->row == NULL)
    return ok;
  take->row->tries++;
  take->row->state = TM_OUTBOX_SENDING;
  return db_run (db, SQL_OUTBOX_BEGIN, DB_VALUES (value_int (take->row->id), value_int (TM_OUTBOX_SENDING)), error)
         && record_id (db, take->row, take->domain, error);
}

static bool
take_row (TmStore *store, gint64 id, const char *domain, gint64 deadline_us, TmOutboxRow **row_out, GError **error)
{
  TakeTask *take = g_new0 (TakeTask, 1);
  task_init (&take->task, run_take, free_take);
  take->id = id;
  take->domain = g_strdup (domain);
  bool ok = store_run_task (store, &take->task, deadline_us, error);
  if (ok)
    *row_out = g_steal_pointer (&take->row);
  task_unref (&take->task);
  return ok;
}

bool
store_take_outgoing (TmStore *store, const char *domain, gint64 deadline_us, TmOutboxRow **row_out, GError **error)
{
  return take_row (store, 0, domain, deadline_us, row_out, error);
}

bool
store_take_page (TmStore *store, gint64 id, gint64 deadline_us, TmOutboxRow **row_out, GError **error)
{
  return take_row (store, id, NULL, deadline_us, row_out, error);
}

/* --- end --- */

typedef struct
{
  TmTask task;
  gint64 id;
  TmSending *sending;
} EndTask;

static void
free_end (TmTask *task)
{
  EndTask *end = (EndTask *) task;
  sending_free (end->sending);
  g_free (end);
}

/* One that was erased meanwhile is nobody's any more. */
static bool
run_end (TmDb *db, TmTask *task, gint64 now, GError **refusal_out G_GNUC_UNUSED, GError **error)
{
  const EndTask *end = (const EndTask *) task;
  g_autoptr (TmOutboxRow) row = NULL;
  return select_row (db, SQL_OUTBOX_ROW, DB_VALUES (value_int (end->id)), &row, error)
         && (row == NULL || row->state != TM_OUTBOX_SENDING || end_row (db, row, end->sending, now, error));
}

bool
store_end_outgoing (TmStore *store, gint64 id, const TmSending *sending, gint64 deadline_us, GError **error)
{
  EndTask *end = g_new0 (EndTask, 1);
  task_init (&end->task, run_end, free_end);
  end->id = id;
  end->sending = sending_copy (sending);
  bool ok = store_run_task (store, &end->task, deadline_us, error);
  task_unref (&end->task);
  return ok;
}

/* --- resume --- */

typedef struct
{
  TmTask task;
  bool of_pages;
  bool is_done; /* no row is left */
} ResumeTask;

static void
free_resume (TmTask *task)
{
  g_free (task);
}

static bool
select_interrupted (TmDb *db, bool of_pages, GPtrArray *list, GError **error)
{
  sqlite3_stmt *rows
    = db_select (db, SQL_OUTBOX_OF_STATE,
                 DB_VALUES (value_int (TM_OUTBOX_SENDING), value_int (RESUME_ROWS), value_int (of_pages)));
  while (db_next (rows))
    g_ptr_array_add (list, outbox_row_read (rows));
  return db_finish (db, rows, error);
}

static bool
run_resume (TmDb *db, TmTask *task, gint64 now, GError **refusal_out G_GNUC_UNUSED, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) outbox_row_free);
  if (!select_interrupted (db, ((ResumeTask *) task)->of_pages, list, error))
    return false;
  for (guint i = 0; i < list->len; i++)
    {
      const TmOutboxRow *row = g_ptr_array_index (list, i);
      g_autoptr (TmSending) sending = sending_interrupted (row, now);
      if (!end_row (db, row, sending, now, error))
        return false;
    }
  ((ResumeTask *) task)->is_done = list->len < RESUME_ROWS;
  return true;
}

bool
store_resume_outbox (TmStore *store, bool of_pages, gint64 deadline_us, GError **error)
{
  bool ok, is_done;
  do
    {
      ResumeTask *resume = g_new0 (ResumeTask, 1);
      task_init (&resume->task, run_resume, free_resume);
      resume->of_pages = of_pages;
      ok = store_run_task (store, &resume->task, deadline_us, error);
      is_done = ok && resume->is_done;
      task_unref (&resume->task);
    }
  while (ok && !is_done);
  return ok;
}

/* --- by hand --- */

typedef struct
{
  TmTask task;
  gint64 id;
  bool drops;
} SetTask;

static bool
refuse (const TmOutboxRow *row, const char *what, GError **error)
{
  g_set_error (error, TM_ERROR, TM_ERROR_DENIED, "mail %" G_GINT64_FORMAT " in the outbox is %s: %s", row->id,
               outbox_state_name (row->state), what);
  return false;
}

static bool
may_set (const TmOutboxRow *row, bool drops, GError **error)
{
  if (row->state == TM_OUTBOX_SENDING)
    return refuse (row, "wait until its try is over", error);
  if (row->state == TM_OUTBOX_SENT)
    return refuse (row, "there is nothing left to do", error);
  if (drops && row->state != TM_OUTBOX_WAITING)
    return refuse (row, "it does not go out any more", error);
  return true;
}

static bool
run_set (TmDb *db, TmTask *task, gint64 now, GError **refusal_out, GError **error)
{
  const SetTask *set = (const SetTask *) task;
  g_autoptr (TmOutboxRow) row = NULL;
  if (!select_row (db, SQL_OUTBOX_ROW, DB_VALUES (value_int (set->id)), &row, error))
    return false;
  if (row == NULL)
    {
      outbox_set_not_found (set->id, refusal_out);
      return true;
    }
  if (!may_set (row, set->drops, refusal_out))
    return true;
  g_autoptr (GString) settled = g_string_new (NULL);
  for (guint i = 0; i < row->settled->len; i++)
    g_string_append_printf (settled, "%s%s", i > 0 ? "\n" : "", (char *) g_ptr_array_index (row->settled, i));
  const TmSending sending = { .state = set->drops ? TM_OUTBOX_CANCELLED : TM_OUTBOX_WAITING,
                              .next_at = now,
                              .error = row->error,
                              .settled = settled->str };
  db->has_outgoing = true;
  return end_row (db, row, &sending, now, error);
}

bool
store_set_outgoing (TmStore *store, gint64 id, bool drops, gint64 deadline_us, GError **error)
{
  SetTask *set = g_new0 (SetTask, 1);
  task_init (&set->task, run_set, free_resume);
  set->id = id;
  set->drops = drops;
  bool ok = store_run_task (store, &set->task, deadline_us, error);
  task_unref (&set->task);
  return ok;
}
