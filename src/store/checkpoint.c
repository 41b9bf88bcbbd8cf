/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/checkpoint.h"

#include "base/metrics.h"
#include "store/db.h"

#include <pthread.h>
#include <sys/prctl.h>

struct TmCheckpointer
{
  TmDb *db; /* the thread's own */
  void (*on_fatal) (const char *what, gpointer data);
  gpointer data;
  pthread_t thread;

  pthread_mutex_t mutex; /* guards what follows */
  pthread_cond_t changed, ended;
  enum { IDLE, WANTED, ENDED } state;
  bool is_closing;
};

/* Passive: waits for no reader and holds nobody up. */
static bool
copy (TmCheckpointer *checkpointer)
{
  g_autoptr (GError) error = NULL;
  if (db_checkpoint (checkpointer->db, &error))
    metrics_count (TM_COUNT_CHECKPOINTS);
  if (error == NULL || !db_is_fatal (checkpointer->db))
    return true;
  checkpointer->on_fatal (error->message, checkpointer->data);
  return false;
}

static void *
checkpointer_main (void *data)
{
  TmCheckpointer *checkpointer = data;
  prctl (PR_SET_NAME, "store-checkpt");
  bool goes_on = true;
  while (goes_on)
    {
      pthread_mutex_lock (&checkpointer->mutex);
      while (checkpointer->state != WANTED && !checkpointer->is_closing)
        pthread_cond_wait (&checkpointer->changed, &checkpointer->mutex);
      goes_on = !checkpointer->is_closing;
      pthread_mutex_unlock (&checkpointer->mutex);
      if (!goes_on)
        return NULL;
      goes_on = copy (checkpointer);
      pthread_mutex_lock (&checkpointer->mutex);
      checkpointer->state = ENDED;
      pthread_mutex_unlock (&checkpointer->mutex);
      pthread_cond_signal (&checkpointer->ended);
    }
  return NULL;
}

bool
checkpointer_start (const char *path, void (*on_fatal) (const char *what, gpointer data), gpointer data,
                    TmCheckpointer **checkpointer_out, GError **error)
{
  TmDb *db = NULL;
  if (!db_open (path, DB_WRITE, &db, error))
    return false;
  TmCheckpointer *checkpointer = g_new0 (TmCheckpointer, 1);
  checkpointer->db = db;
  checkpointer->on_fatal = on_fatal;
  checkpointer->data = data;
  pthread_mutex_init (&checkpointer->mutex, NULL);
  pthread_cond_init (&checkpointer->changed, NULL);
  pthread_cond_init (&checkpointer->ended, NULL);
  int rc = pthread_create (&checkpointer->thread, NULL, checkpointer_main, checkpointer);
  if (rc == 0)
    {
      *checkpointer_out = checkpointer;
      return true;
    }
  g_set_error (error, TM_ERROR, TM_ERROR_TEMP, "thread: %s", g_strerror (rc));
  db_close (db);
  g_free (checkpointer);
  return false;
}

void
checkpointer_stop (TmCheckpointer *checkpointer)
{
  if (checkpointer == NULL)
    return;
  pthread_mutex_lock (&checkpointer->mutex);
  checkpointer->is_closing = true;
  pthread_mutex_unlock (&checkpointer->mutex);
  pthread_cond_signal (&checkpointer->changed);
  pthread_join (checkpointer->thread, NULL);
  db_leave_wal (checkpointer->db);
  db_close (checkpointer->db);
  pthread_cond_destroy (&checkpointer->changed);
  pthread_cond_destroy (&checkpointer->ended);
  pthread_mutex_destroy (&checkpointer->mutex);
  g_free (checkpointer);
}

void
checkpointer_begin (TmCheckpointer *checkpointer)
{
  pthread_mutex_lock (&checkpointer->mutex);
  if (checkpointer->state == IDLE)
    checkpointer->state = WANTED;
  pthread_mutex_unlock (&checkpointer->mutex);
  pthread_cond_signal (&checkpointer->changed);
}

void
checkpointer_wait (TmCheckpointer *checkpointer)
{
  pthread_mutex_lock (&checkpointer->mutex);
  while (checkpointer->state == WANTED)
    pthread_cond_wait (&checkpointer->ended, &checkpointer->mutex);
  pthread_mutex_unlock (&checkpointer->mutex);
}

bool
checkpointer_take_end (TmCheckpointer *checkpointer)
{
  pthread_mutex_lock (&checkpointer->mutex);
  bool has_ended = checkpointer->state == ENDED;
  if (has_ended)
    checkpointer->state = IDLE;
  pthread_mutex_unlock (&checkpointer->mutex);
  return has_ended;
}
