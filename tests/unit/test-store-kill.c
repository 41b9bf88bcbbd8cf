/* SPDX-License-Identifier: BSD-2-Clause */
/* Killed at any instruction: what was acknowledged is there afterwards, and a retry of it makes no second ticket.
 * And readers, who never see half of a message. */
#include "store/store.h"
#include "tests/support/store-bed.h"
#include "tests/support/suite.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { N_ROUNDS = 20, N_THREADS = 8, MAX_ACKS = 4096 };

typedef struct
{
  gint32 round, sender, message;
  gint64 ticket;
} Ack;

typedef struct
{
  TmStoreBed *bed;
  int fd;
  Ack ack;
} Load;

static TmPlan *
submit_again (TmStoreBed *bed, const Ack *ack)
{
  g_autofree char *id = g_strdup_printf ("%d.%d.%d@x", ack->round, ack->sender, ack->message);
  return bed_submit (bed, &(TmMailSpec){ .message_id = id, .text = id }, NULL);
}

static gpointer
send_for_ever (gpointer data)
{
  Load *load = data;
  for (;; load->ack.message++)
    {
      g_autoptr (TmPlan) plan = submit_again (load->bed, &load->ack);
      load->ack.ticket = plan->ticket;
      /* Shorter than PIPE_BUF: whole or not at all. */
      if (write (load->fd, &load->ack, sizeof load->ack) != sizeof load->ack)
        _exit (1);
    }
  return NULL;
}

static pid_t
start_load (TmStoreBed *bed, int round, int *fd_out)
{
  int ends[2];
  ck_assert_int_eq (pipe (ends), 0);
  pid_t child = fork ();
  if (child == 0)
    {
      Load loads[N_THREADS];
      close (ends[0]);
      bed_open (bed);
      for (int i = 0; i < N_THREADS; i++)
        {
          loads[i] = (Load){ .bed = bed, .fd = ends[1], .ack = { .round = round, .sender = i } };
          g_thread_unref (g_thread_new ("load", send_for_ever, &loads[i]));
        }
      for (;;)
        pause ();
    }
  close (ends[1]);
  *fd_out = ends[0];
  return child;
}

/* Lets the child acknowledge so many messages, kills it, and reads what it acknowledged meanwhile. */
static int
kill_under_load (TmStoreBed *bed, int round, int n_before, Ack *acks)
{
  int fd, status, n = 0;
  pid_t child = start_load (bed, round, &fd);
  while (n < MAX_ACKS && read (fd, &acks[n], sizeof acks[n]) == sizeof acks[n])
    if (++n == n_before)
      kill (child, SIGKILL);
  close (fd);
  ck_assert_int_eq (waitpid (child, &status, 0), child);
  ck_assert (WIFSIGNALED (status));
  return n;
}

START_TEST (fault_1_nothing_acknowledged_is_lost)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autofree Ack *acks = g_new (Ack, MAX_ACKS);
  for (int round = 0; round < N_ROUNDS; round++)
    {
      int n = kill_under_load (bed, round, 1 + 17 * round, acks);
      ck_assert_int_gt (n, 0);
      bed_open (bed);
      gint64 n_tickets = bed_count (bed, "SELECT count(*) FROM ticket");
      for (int i = 0; i < n; i++)
        {
          g_autoptr (TmPlan) plan = submit_again (bed, &acks[i]);
          ck_assert_int_eq (plan->action, TM_ACTION_DUPLICATE);
          ck_assert_int_eq (plan->ticket, acks[i].ticket);
        }
      ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM ticket"), n_tickets);
      ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM message"), n_tickets);
      bed_close (bed);
    }
  g_autoptr (TmReader) reader = NULL;
  g_autoptr (GPtrArray) findings = NULL;
  ck_assert (reader_open (bed->path, &reader, NULL));
  ck_assert (reader_check (reader, &findings, NULL));
  ck_assert_uint_eq (findings->len, 0);
}
END_TEST

/* --- readers --- */

typedef struct
{
  TmStoreBed *bed;
  int sender;
  gint *is_over;
} Worker;

enum { N_WRITERS = 4, N_READERS = 2, N_MESSAGES = 100 };

static gpointer
write_some (gpointer data)
{
  const Worker *worker = data;
  for (int i = 0; i < N_MESSAGES; i++)
    plan_free (submit_again (worker->bed, &(Ack){ .sender = worker->sender, .message = i }));
  return NULL;
}

static void
check_ticket (TmReader *reader, gint64 number)
{
  g_autoptr (TmTicketRecord) ticket = NULL;
  ck_assert (reader_get (reader, number, &ticket, NULL));
  ck_assert_uint_eq (ticket->messages->len, 1);
  ck_assert_uint_ge (ticket->events->len, 1);
  ck_assert_uint_eq (ticket->facts->queues->len, 1);
}

static gpointer
read_all (gpointer data)
{
  const Worker *worker = data;
  g_autoptr (TmReader) reader = NULL;
  ck_assert (reader_open (worker->bed->path, &reader, NULL));
  guint n_before = 0;
  while (g_atomic_int_get (worker->is_over) == 0)
    {
      g_autoptr (GPtrArray) tickets = NULL;
      TmTicketFilter filter = { .limit = 0 };
      ck_assert (reader_list (reader, &filter, &tickets, NULL));
      ck_assert_uint_ge (tickets->len, n_before);
      n_before = tickets->len;
      if (tickets->len > 0)
        check_ticket (reader, ((const TmTicketRecord *) g_ptr_array_index (tickets, 0))->facts->id);
    }
  return NULL;
}

START_TEST (readers_see_whole_messages)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  gint is_over = 0;
  Worker workers[N_WRITERS + N_READERS];
  GThread *threads[N_WRITERS + N_READERS];
  bed_open (bed);
  for (int i = 0; i < N_WRITERS + N_READERS; i++)
    {
      workers[i] = (Worker){ .bed = bed, .sender = i, .is_over = &is_over };
      threads[i] = g_thread_new ("worker", i < N_WRITERS ? write_some : read_all, &workers[i]);
    }
  for (int i = 0; i < N_WRITERS; i++)
    g_thread_join (threads[i]);
  g_atomic_int_set (&is_over, 1);
  for (int i = N_WRITERS; i < N_WRITERS + N_READERS; i++)
    g_thread_join (threads[i]);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM ticket"), N_WRITERS * N_MESSAGES);
}
END_TEST

/* The WAL is copied into the database while mail comes in, and stays bounded. */
START_TEST (wal_stays_bounded)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autofree char *wal = bed_file (bed, "-wal"), *text = g_strnfill (2 << 20, 'x');
  bed_open (bed);
  for (int i = 0; i < 40; i++)
    {
      g_autofree char *id = g_strdup_printf ("%d@x", i);
      ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = id, .text = text }), i + 1);
    }
  g_autofree char *contents = NULL;
  gsize len = 0;
  ck_assert (g_file_get_contents (wal, &contents, &len, NULL));
  ck_assert_uint_gt (len, 0);
  ck_assert_uint_lt (len, 40 << 20); /* twice 16 MB, and a message */
}
END_TEST

SUITE_MAIN ("store-kill", tcase_add_test (tc, fault_1_nothing_acknowledged_is_lost);
            tcase_add_test (tc, readers_see_whole_messages);
            tcase_add_test (tc, wal_stays_bounded);)
