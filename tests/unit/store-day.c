/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/store-day.h"

#include "base/clock.h"
#include "store/outbox_send.h"
#include "store/task.h"
#include "tests/support/fault-disk.h"
#include "tests/unit/plan_site.h"

#include <check.h>
#include <string.h>

enum { LARGE_BYTES = 100000, WAL_PAGES = 12 };

static gint64
deadline (void)
{
  return clock_monotonic_us () + (gint64) DAY_PATIENCE_S * G_USEC_PER_SEC;
}

/* A line for a person, and for a sender another try. */
static void
check_error (Day *day, const GError *error)
{
  day->world->n_failed++;
  ck_assert_ptr_nonnull (error);
  ck_assert_msg (error->domain == TM_ERROR && error->code != TM_ERROR_BUG, "%s: %s", fault_disk_what (),
                 error->message);
  ck_assert_msg (*error->message != '\0' && strchr (error->message, '\n') == NULL, "%s", error->message);
  ck_assert_int_eq (*error_smtp_reply ((TmErrorKind) error->code)->code, '4');
}

/* --- mail --- */

static TmInbound *
make_mail (const TmStoreBed *bed, int which)
{
  g_autofree char *id = g_strdup_printf ("day.%d@acme.example", which);
  g_autofree char *from = g_strdup_printf ("writer%d@acme.example", which == DAY_ANSWER ? DAY_FIRST : which);
  g_autofree char *text = g_strnfill (which == DAY_LARGE ? LARGE_BYTES : 100, 'x');
  const TmMailSpec spec = { .from = from, .subject = "Day", .message_id = id, .text = text,
                            .in_reply_to = which == DAY_ANSWER ? "day.0@acme.example" : NULL };
  TmInbound *inbound = maker_inbound (bed->site, &spec);
  inbound_classify (inbound);
  return inbound;
}

/* The plan, or NULL. */
static TmPlan *
submit (Day *day, int which)
{
  g_autoptr (GError) error = NULL;
  TmInbound *inbound = make_mail (day->bed, which);
  g_autoptr (GBytes) packed = store_pack (inbound->raw);
  TmPlan *plan = NULL;
  if (!store_submit (day->bed->store, inbound, packed, deadline (), &plan, &error))
    check_error (day, error);
  inbound_unref (inbound);
  return plan;
}

static void
receive (Day *day, int which)
{
  g_autoptr (TmPlan) plan = submit (day, which);
  if (plan != NULL)
    day->world->ticket[which] = plan->ticket;
}

/* --- several at once: the writer is held until all of them wait --- */

typedef struct
{
  TmTask task;
  gint is_entered, is_open, is_over; /* atomic */
} Gate;

static bool
wait_at_gate (TmDb *db G_GNUC_UNUSED, TmTask *task, gint64 now G_GNUC_UNUSED, GError **refusal_out G_GNUC_UNUSED,
              GError **error G_GNUC_UNUSED)
{
  Gate *gate = (Gate *) task;
  g_atomic_int_set (&gate->is_entered, 1);
  while (g_atomic_int_get (&gate->is_open) == 0)
    g_usleep (100);
  return true;
}

static void
free_gate (TmTask *task)
{
  g_free (task);
}

typedef struct
{
  Day *day;
  Gate *gate;
  int which;
  gint is_over; /* atomic */
} Sender;

static gpointer
hold_writer (gpointer data)
{
  Sender *sender = data;
  g_autoptr (GError) error = NULL;
  if (!store_run_task (sender->day->bed->store, &sender->gate->task, deadline (), &error))
    check_error (sender->day, error);
  g_atomic_int_set (&sender->gate->is_over, 1);
  return NULL;
}

static gpointer
receive_one (gpointer data)
{
  Sender *sender = data;
  receive (sender->day, sender->which);
  g_atomic_int_set (&sender->is_over, 1);
  return NULL;
}

static unsigned
n_waiting (const Day *day)
{
  TmStoreStats stats;
  store_stats (day->bed->store, &stats);
  return stats.waiting;
}

static void
receive_batch (Day *day)
{
  Gate *gate = g_new0 (Gate, 1);
  Sender holder = { .day = day, .gate = gate }, senders[DAY_N_BATCH];
  GThread *threads[DAY_N_BATCH];
  task_init (&gate->task, wait_at_gate, free_gate);
  GThread *holding = g_thread_new ("gate", hold_writer, &holder);
  while (g_atomic_int_get (&gate->is_entered) == 0 && g_atomic_int_get (&gate->is_over) == 0)
    g_usleep (100);
  for (unsigned i = 0; i < DAY_N_BATCH; i++)
    {
      senders[i] = (Sender) { .day = day, .which = DAY_BATCH + (int) i };
      threads[i] = g_thread_new ("sender", receive_one, &senders[i]);
      while (n_waiting (day) <= i && g_atomic_int_get (&senders[i].is_over) == 0)
        g_usleep (100);
    }
  g_atomic_int_set (&gate->is_open, 1);
  g_thread_join (holding);
  for (int i = 0; i < DAY_N_BATCH; i++)
    g_thread_join (threads[i]);
  task_unref (&gate->task);
}

/* --- by hand --- */

static bool
change (Day *day, TmChangeKind kind, gint64 ticket, const char *text)
{
  g_autoptr (TmChange) change = change_new (kind, ticket);
  g_autoptr (TmPlan) plan = NULL;
  g_autoptr (GError) error = NULL;
  change->site = day->bed->site;
  change->text = g_strdup (text);
  ck_assert (change_set_actor (change, "anna", "anna", NULL));
  bool ok = store_change (day->bed->store, change, deadline (), &plan, &error);
  if (!ok)
    check_error (day, error);
  return ok;
}

/* --- what goes out --- */

/* As many rows as are due, at most; false: the store failed. */
static bool
send_some (Day *day, int n)
{
  static char nobody[] = "";
  const TmSending sent = { .state = TM_OUTBOX_SENT, .next_at = TM_NEVER, .settled = nobody };
  for (int i = 0; i < n; i++)
    {
      g_autoptr (TmOutboxRow) row = NULL;
      g_autoptr (GError) error = NULL;
      if (!store_take_outgoing (day->bed->store, "example.com", deadline (), &row, &error))
        {
          check_error (day, error);
          return false;
        }
      if (row == NULL)
        return true;
      ck_assert_int_lt (row->id, DAY_MOST_ROWS);
      day->world->n_sent[row->id]++;
      if (!store_end_outgoing (day->bed->store, row->id, &sent, deadline (), &error))
        {
          check_error (day, error);
          return false;
        }
      day->world->is_recorded[row->id] = true;
    }
  return true;
}

/* --- the day --- */

void
day_live (Day *day)
{
  g_autofree char *message = NULL;
  int kind = bed_try_open (day->bed, &message);
  if (kind != -1)
    {
      g_autoptr (GError) error = g_error_new_literal (TM_ERROR, kind, message);
      check_error (day, error);
      return;
    }
  receive (day, DAY_FIRST);
  receive (day, DAY_ANSWER);
  receive_batch (day);
  gint64 first = day->world->ticket[DAY_FIRST], other = day->world->ticket[DAY_BATCH];
  (void) send_some (day, 2);
  day->world->is_answered = first != 0 && change (day, TM_CHANGE_REPLY, first, "It burns no more.");
  receive (day, DAY_LARGE);
  day->world->is_closed = other != 0 && change (day, TM_CHANGE_CLOSE, other, NULL);
  receive (day, DAY_LAST);
  (void) send_some (day, 2);
  store_close (g_steal_pointer (&day->bed->store));
}

/* --- the day after --- */

/* Whether the answer was taken, with a ticket of its own, before what it answers was. */
static bool
is_apart (const DayWorld *world)
{
  return world->ticket[DAY_FIRST] == 0 && world->ticket[DAY_ANSWER] != 0;
}

static int
n_tickets (const DayWorld *world)
{
  return DAY_N_MAILS - (world->is_apart ? 0 : 1);
}

static void
check_mail (Day *day)
{
  day->world->is_apart = is_apart (day->world);
  for (int which = 0; which < DAY_N_MAILS; which++)
    {
      gint64 ticket = day->world->ticket[which];
      for (int again = 0; again < 2; again++)
        {
          g_autoptr (TmPlan) plan = submit (day, which);
          ck_assert_ptr_nonnull (plan);
          ck_assert_msg (ticket == 0 || plan->action == TM_ACTION_DUPLICATE, "mail %d was acknowledged and is lost",
                         which);
          ck_assert_int_eq (plan->ticket, ticket != 0 ? ticket : plan->ticket);
          ticket = plan->ticket;
        }
      day->world->ticket[which] = ticket;
    }
  ck_assert_int_eq (bed_count (day->bed, "SELECT count(*) FROM message WHERE message_id GLOB 'day.*'"), DAY_N_MAILS);
  ck_assert (day->world->is_apart == (day->world->ticket[DAY_ANSWER] != day->world->ticket[DAY_FIRST]));
  ck_assert_int_eq (bed_count (day->bed, "SELECT count(DISTINCT ticket) FROM message WHERE message_id GLOB 'day.*'"),
                    n_tickets (day->world));
}

static void
check_by_hand (Day *day)
{
  g_autoptr (TmTicketRecord) first = bed_get (day->bed, day->world->ticket[DAY_FIRST]);
  g_autoptr (TmTicketRecord) other = bed_get (day->bed, day->world->ticket[DAY_BATCH]);
  guint n_mails = day->world->is_apart ? 1 : 2;
  ck_assert_uint_ge (first->messages->len, n_mails + day->world->is_answered);
  ck_assert_uint_le (first->messages->len, n_mails + 1);
  ck_assert (!day->world->is_closed || other->facts->status == TM_STATUS_CLOSED);
}

/* The ids of rows of the outbox of which `which` holds, apart by commas. */
static char *
list_rows (const bool *which)
{
  GString *list = g_string_new ("0");
  for (int i = 1; i < DAY_MOST_ROWS; i++)
    if (which[i])
      g_string_append_printf (list, ",%d", i);
  return g_string_free (list, FALSE);
}

static void
check_outbox (Day *day)
{
  bool is_repeated[DAY_MOST_ROWS] = { false };
  int n_recorded = 0;
  for (int i = 0; i < DAY_MOST_ROWS; i++)
    n_recorded += day->world->is_recorded[i];
  g_autofree char *recorded = list_rows (day->world->is_recorded);
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM outbox WHERE state = %d AND id IN (%s)",
                                          TM_OUTBOX_SENT, recorded);
  ck_assert_int_eq (bed_count (day->bed, sql), n_recorded);
  ck_assert (store_resume_outbox (day->bed->store, false, deadline (), NULL));
  ck_assert (send_some (day, DAY_MOST_ROWS));
  for (int i = 0; i < DAY_MOST_ROWS; i++)
    is_repeated[i] = day->world->n_sent[i] > 1;
  g_autofree char *repeated = list_rows (is_repeated);
  g_autofree char *acks = g_strdup_printf ("SELECT count(*) FROM outbox WHERE kind = 'ack' AND id IN (%s)", repeated);
  ck_assert_msg (bed_count (day->bed, acks) == 0, "an acknowledgement went out twice: one of %s", repeated);
  ck_assert_int_eq (bed_count (day->bed, "SELECT count(*) FROM outbox WHERE kind = 'ack'"
                                         " AND ticket IN (SELECT ticket FROM message WHERE message_id GLOB 'day.*')"),
                    DAY_N_MAILS - 1); /* also when apart: the same writer, the same subject */
  ck_assert_int_eq (bed_count (day->bed, "SELECT ifnull (max (n), 0) FROM"
                                         " (SELECT count(*) AS n FROM outbox WHERE kind = 'ack' GROUP BY ticket)"), 1);
}

void
day_check_after (Day *day)
{
  g_autoptr (GPtrArray) findings = NULL;
  g_atomic_int_set (&day->bed->n_fatal, 0);
  bed_open (day->bed);
  check_mail (day);
  check_by_hand (day);
  check_outbox (day);
  bed_close (day->bed);
  g_autoptr (TmReader) reader = bed_reader (day->bed);
  ck_assert (reader_check (reader, &findings, NULL));
  const char *finding = findings->len > 0 ? g_ptr_array_index (findings, 0) : "";
  ck_assert_msg (findings->len == 0, "%s", finding);
}

TmStoreBed *
day_bed (void)
{
  TmStoreBed *bed = bed_new ();
  TmAgent *anna = agent_new ("anna");
  g_ptr_array_add (anna->logins, g_strdup ("anna"));
  g_ptr_array_add (anna->addresses, g_strdup ("anna@example.com"));
  g_ptr_array_add (bed->site->agents, anna);
  g_ptr_array_add (((TmQueue *) bed->site->queues->pdata[0])->agents, g_strdup ("anna"));
  plan_site_acknowledges (bed->site);
  bed->site->ack.delay_s = 0;
  site_index (bed->site);
  bed->keep = (TmKeep) { .raw_s = 86400, .outbox_s = 86400 };
  bed->wal_pages = WAL_PAGES;
  return bed;
}
