/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/report.h"

#include "base/clock.h"
#include "store/outbox.h"
#include "store/reader.h"
#include "store/task.h"

typedef struct
{
  TmTask task;
  char *name;
  gint64 made_at, due_at;
  TmOutgoing *outgoing; /* NULL: nothing goes out */
} ReportTask;

static void
free_task (TmTask *task)
{
  ReportTask *report = (ReportTask *) task;
  g_free (report->name);
  outgoing_free (report->outgoing);
  g_free (report);
}

static bool
find_made (TmDb *db, const char *name, gint64 *made_at_out, GError **error)
{
  return db_get_int (db, SQL_REPORT_MADE, DB_VALUES (value_text (name)), TM_NEVER, made_at_out, error);
}

static bool
run_task (TmDb *db, TmTask *task, gint64 now, GError **refusal_out G_GNUC_UNUSED, GError **error)
{
  const ReportTask *report = (const ReportTask *) task;
  gint64 made_at;
  if (!find_made (db, report->name, &made_at, error))
    return false;
  return made_at != report->made_at
         || (db_run (db, SQL_SET_REPORT_MADE, DB_VALUES (value_text (report->name), value_int (report->due_at)), error)
             && (report->outgoing == NULL || outbox_add (db, report->outgoing, 0, 0, now, error)));
}

bool
store_make_report (TmStore *store, const char *name, gint64 made_at, gint64 due_at, TmOutgoing *outgoing,
                   gint64 deadline_us, GError **error)
{
  ReportTask *report = g_new0 (ReportTask, 1);
  task_init (&report->task, run_task, free_task);
  report->name = g_strdup (name);
  report->made_at = made_at;
  report->due_at = due_at;
  report->outgoing = outgoing;
  bool ok = store_run_task (store, &report->task, deadline_us, error);
  task_unref (&report->task);
  return ok;
}

bool
reader_report_made (TmReader *reader, const char *name, gint64 *made_at_out, GError **error)
{
  return find_made (reader->db, name, made_at_out, error);
}
