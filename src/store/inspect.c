/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/inspect.h"

#include "base/log.h"
#include "store/db.h"

#include <pthread.h>
#include <sys/prctl.h>

struct TmInspect
{
  TmDb *db; /* the thread's own, but for sqlite3_interrupt() */
  pthread_t thread;
  void (*on_damage) (const char *what, gpointer data);
  gpointer data;
  gint is_stopping, is_over; /* atomic */
};

static bool
goes_on (gpointer data)
{
  return g_atomic_int_get (&((TmInspect *) data)->is_stopping) == 0;
}

static void *
inspect_main (void *data)
{
  TmInspect *inspect = data;
  g_autoptr (GError) error = NULL;
  prctl (PR_SET_NAME, "store-inspect");
  if (!db_quick_check_tables (inspect->db, goes_on, inspect, &error) && goes_on (inspect))
    {
      if (error->code == TM_ERROR_TEMP)
        log_warning ("the database could not be checked: %s", error->message);
      else
        inspect->on_damage (error->message, inspect->data);
    }
  g_atomic_int_set (&inspect->is_over, 1);
  return NULL;
}

bool
inspect_start (const char *path, void (*on_damage) (const char *what, gpointer data), gpointer data,
               TmInspect **inspect_out, GError **error)
{
  TmDb *db;
  if (!db_open (path, DB_READ, &db, error))
    return false;
  TmInspect *inspect = g_new0 (TmInspect, 1);
  inspect->db = db;
  inspect->on_damage = on_damage;
  inspect->data = data;
  int rc = pthread_create (&inspect->thread, NULL, inspect_main, inspect);
  if (rc == 0)
    {
      *inspect_out = inspect;
      return true;
    }
  g_set_error (error, TM_ERROR, TM_ERROR_TEMP, "thread: %s", g_strerror (rc));
  db_close (db);
  g_free (inspect);
  return false;
}

void
inspect_stop (TmInspect *inspect)
{
  if (inspect == NULL)
    return;
  g_atomic_int_set (&inspect->is_stopping, 1);
  /* An interrupt that comes before the statement runs is forgotten by SQLite. */
  while (g_atomic_int_get (&inspect->is_over) == 0)
    {
      sqlite3_interrupt (inspect->db->handle);
      g_usleep (1000);
    }
  pthread_join (inspect->thread, NULL);
  db_close (inspect->db);
  g_free (inspect);
}
