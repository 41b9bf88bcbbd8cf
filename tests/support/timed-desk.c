/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * timed-desk CONFIG AT: a desk whose clock is an argument.  It has the rooms' own code from the inbound line to the
 * mail that is composed, but neither sockets nor threads that wait: what comes due is done when the time that it is
 * told has passed it, and what would leave is printed.
 *
 * Reads requests from standard input: `receive AT SENDER RCPTS CLIENT LOGIN LEN` and so many bytes, RCPTS parted by
 * commas, CLIENT and LOGIN `-` for none; `do AT` and fields of desk/control.h as `NAME=VALUE`; `until AT`; `jump AT`,
 * as if no daemon had run until then.  Words are parted by tabs, AT is UTC seconds.
 *
 * Answers, up to a line `done`: `at AT` before what happened then, `mail KIND SENDER RCPTS LEN` and
 * `page RECEIVER LEN` with their bytes, `plan ACTION TICKET CODE TEXT`, `edit OP NAME VALUE`, `body LEN` with its
 * bytes, `passed SENDER RCPTS LEN` with the bytes of what goes on to whom, `said TEXT` or `refused TEXT`; and behind
 * each of them `ticket …` and `clock …` for all there are.
 */
#include "base/clock.h"
#include "core/edit_apply.h"
#include "core/page.h"
#include "desk/control.h"
#include "desk/outgoing.h"
#include "desk/receive.h"
#include "mime/mime.h"
#include "store/after.h"
#include "store/notify.h"
#include "store/task.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER G_GINT64_FORMAT

enum { MOST_STEPS = 10000 }; /* of one request: a desk that never comes to rest is a failure */

/* The linker puts it in the place of clock_now(), for all rooms (-Wl,--wrap). */
static _Atomic gint64 now;

gint64 __wrap_clock_now (void);

gint64
__wrap_clock_now (void)
{
  return atomic_load (&now);
}

typedef struct
{
  TmPolicy *policy;
  TmStore *store;
  TmReader *reader;
} Desk;

static gint64
deadline (void)
{
  return clock_monotonic_us () + 60 * G_USEC_PER_SEC;
}

static void
print_bytes (GBytes *bytes)
{
  fwrite (g_bytes_get_data (bytes, NULL), 1, g_bytes_get_size (bytes), stdout);
  putchar ('\n');
}

static const char *
or_dash (const char *text)
{
  return text != NULL && *text != '\0' ? text : "-";
}

/* --- the state of all tickets --- */

static const char *
clock_state (const TmClock *clock)
{
  if (clock->met_at != TM_NEVER)
    return "met";
  if (clock->ended_at != TM_NEVER)
    return "ended";
  return clock_is_paused (clock) ? "paused" : "runs";
}

static void
print_clock (gint64 ticket, const TmClock *clock)
{
  g_autofree char *due = clock->due_at != TM_NEVER ? g_strdup_printf ("%" NUMBER, clock->due_at) : g_strdup ("never");
  printf ("clock\t%" NUMBER "\t%s\t%u\t%s\t%s\t%s\t%s\n", ticket, metric_name (clock->metric), clock->cycle,
          clock->target, clock_state (clock), due, clock_is_breached (clock, atomic_load (&now)) ? "late" : "in time");
}

static void
print_ticket (const TmTicketFacts *facts)
{
  printf ("ticket\t%" NUMBER "\t%s\t%s\t%s\t%s\t%s\n", facts->id, status_name (facts->status),
          or_dash (facts->priority), or_dash (facts->type), or_dash (facts->assignee), or_dash (facts->customer));
  for (guint i = 0; facts->clocks != NULL && i < facts->clocks->len; i++)
    print_clock (facts->id, g_ptr_array_index (facts->clocks, i));
}

static bool
print_state (const Desk *desk, GError **error)
{
  const TmTicketFilter all = { .statuses = ~0u };
  g_autoptr (GPtrArray) tickets = NULL;
  if (!reader_list (desk->reader, &all, &tickets, error))
    return false;
  for (guint i = tickets->len; i > 0; i--)
    {
      const TmTicketRecord *listed = g_ptr_array_index (tickets, i - 1);
      TmTicketRecord *whole = NULL;
      if (!reader_get (desk->reader, listed->facts->id, &whole, error))
        return false;
      print_ticket (whole->facts);
      ticket_record_free (whole);
    }
  return true;
}

static void
print_time (void)
{
  printf ("at\t%" NUMBER "\n", atomic_load (&now));
}

/* --- what comes due --- */

static bool
tell (const Desk *desk, GError **error)
{
  const TmPolicyHold hold = { desk->policy->site, desk->policy, (gpointer (*) (gpointer)) policy_ref,
                              (GDestroyNotify) policy_unref };
  g_autoptr (TmNotifyRun) run = notify_run_new ();
  TmNotifyResult result;
  do
    if (!store_notify (desk->store, &hold, run, 0, deadline (), &result, error))
      return false;
  while (result.n_tickets >= NOTIFY_TICKETS);
  return true;
}

static bool
act_after (const Desk *desk, GError **error)
{
  const TmPolicyHold hold = { desk->policy->site, desk->policy, (gpointer (*) (gpointer)) policy_ref,
                              (GDestroyNotify) policy_unref };
  TmAfterResult result;
  do
    if (!store_after (desk->store, &hold, 0, deadline (), &result, error))
      return false;
  while (result.n_tickets >= AFTER_TICKETS);
  return true;
}

static void
print_mail (const char *kind, const TmComposed *composed)
{
  g_ptr_array_add (composed->recipients, NULL);
  g_autofree char *recipients = g_strjoinv (",", (char **) composed->recipients->pdata);
  g_ptr_array_remove_index (composed->recipients, composed->recipients->len - 1);
  if (composed->recipients->len == 0)
    return;
  printf ("mail\t%s\t<%s>\t%s\t%" G_GSIZE_FORMAT "\n", kind, composed->sender, recipients,
          g_bytes_get_size (composed->bytes));
  print_bytes (composed->bytes);
}

static bool
send_mail (const Desk *desk, GError **error)
{
  g_autoptr (TmOutboxRow) row = NULL;
  g_autoptr (TmComposed) composed = NULL;
  g_auto (TmSubmitResult) result = { .outcome = TM_SUBMIT_DONE };
  if (!store_take_outgoing (desk->store, desk->policy->site->own_domain, deadline (), &row, error))
    return false;
  if (row == NULL)
    return true;
  if (!outgoing_compose (desk->reader, desk->policy, row, atomic_load (&now), &composed, error))
    return false;
  submit_result_init (&result, TM_SUBMIT_DONE, "250 2.0.0 Ok");
  g_autoptr (TmSending) sending = sending_decide (row, composed->recipients, &result, 0, atomic_load (&now));
  if (!store_end_outgoing (desk->store, row->id, sending, deadline (), error))
    return false;
  print_time ();
  print_mail (row->kind, composed);
  return true;
}

/* To a mailbox as desk/paging has it, else the body. */
static bool
print_page (const Desk *desk, const TmOutboxRow *row, GError **error)
{
  const TmReceiver *receiver = site_receiver (desk->policy->site, row->receiver);
  g_autoptr (TmPage) page = page_of_row (row);
  g_autoptr (GPtrArray) recipients = g_ptr_array_new (), nobody = g_ptr_array_new ();
  g_autoptr (TmComposed) composed = NULL;
  if (receiver->kind != TM_RECEIVER_MAIL)
    {
      char *body = page_body (page, receiver, desk->policy->site->instance);
      g_autoptr (GBytes) bytes = g_bytes_new_take (body, strlen (body));
      printf ("page\t%s\t%" G_GSIZE_FORMAT "\n", row->receiver, g_bytes_get_size (bytes));
      print_bytes (bytes);
      return true;
    }
  TmOutboxRow addressed = *row;
  addressed.recipients = recipients;
  addressed.settled = nobody;
  g_ptr_array_add (recipients, receiver->address);
  if (!outgoing_compose (desk->reader, desk->policy, &addressed, atomic_load (&now), &composed, error))
    return false;
  print_mail (row->kind, composed);
  return true;
}

static bool
send_page (const Desk *desk, gint64 id, GError **error)
{
  g_autoptr (TmOutboxRow) row = NULL;
  g_auto (TmSubmitResult) result = { .outcome = TM_SUBMIT_DONE };
  if (!store_take_page (desk->store, id, deadline (), &row, error))
    return false;
  if (row == NULL)
    return true;
  print_time ();
  if (!print_page (desk, row, error))
    return false;
  submit_result_init (&result, TM_SUBMIT_DONE, "done");
  g_autoptr (TmSending) sending = sending_decide_page (row, &result, 0, atomic_load (&now));
  return store_end_outgoing (desk->store, id, sending, deadline (), error);
}

/* The next thing to do, and when; NEVER: nothing is left. */
typedef struct
{
  gint64 notify_at, after_at, mail_at, page_at, page;
} Due;

static bool
find_due (const Desk *desk, Due *due_out, GError **error)
{
  g_autoptr (GPtrArray) pages = NULL;
  *due_out = (Due) { .page_at = TM_NEVER };
  if (!reader_next_notification (desk->reader, &due_out->notify_at, error)
      || !reader_next_after (desk->reader, &due_out->after_at, error)
      || !reader_next_outgoing (desk->reader, &due_out->mail_at, error)
      || !reader_list_next_pages (desk->reader, &pages, error))
    return false;
  for (guint i = 0; i < pages->len; i++)
    {
      const TmNextPage *page = g_ptr_array_index (pages, i);
      if (page->next_at >= due_out->page_at)
        continue;
      due_out->page_at = page->next_at;
      due_out->page = page->id;
    }
  return true;
}

static gint64
first_of (const Due *due)
{
  return MIN (MIN (due->notify_at, due->after_at), MIN (due->mail_at, due->page_at));
}

static bool
do_first (const Desk *desk, const Due *due, GError **error)
{
  gint64 at = first_of (due);
  if (at == due->notify_at)
    return tell (desk, error);
  if (at == due->after_at)
    return act_after (desk, error);
  return at == due->page_at ? send_page (desk, due->page, error) : send_mail (desk, error);
}

static bool
pass_time (const Desk *desk, gint64 until, GError **error)
{
  for (unsigned n = 0; n < MOST_STEPS; n++)
    {
      Due due;
      if (!find_due (desk, &due, error))
        return false;
      if (first_of (&due) > until)
        {
          atomic_store (&now, until);
          return true;
        }
      atomic_store (&now, MAX (atomic_load (&now), first_of (&due)));
      if (!do_first (desk, &due, error))
        return false;
      print_time ();
      if (!print_state (desk, error))
        return false;
    }
  g_set_error (error, TM_ERROR, TM_ERROR_BUG, "something comes due again and again");
  return false;
}

/* --- requests --- */

static void
print_plan (const TmPlan *plan)
{
  printf ("plan\t%s\t%" NUMBER "\t%s\t%s\n", action_name (plan->action), plan->ticket, or_dash (plan->reply_code),
          or_dash (plan->reply_text));
  for (guint i = 0; i < plan->edits->len; i++)
    {
      const TmEdit *edit = g_ptr_array_index (plan->edits, i);
      if (edit->op == TM_EDIT_BODY)
        {
          printf ("body\t%" G_GSIZE_FORMAT "\n", g_bytes_get_size (edit->body));
          print_bytes (edit->body);
          continue;
        }
      g_autofree char *value = edit->value != NULL ? g_strescape (edit->value, NULL) : g_strdup ("");
      printf ("edit\t%s\t%s\t%s\n", edit_op_name (edit->op), or_dash (edit->header), value);
    }
  if (plan->is_discarded)
    printf ("discarded\n");
}

static gboolean
is_typed (gconstpointer typed, gconstpointer address)
{
  const char *bare = typed;
  size_t len = strlen (bare);
  bool in_brackets = len >= 2 && bare[0] == '<' && bare[len - 1] == '>';
  return in_brackets ? strlen (address) == len - 2 && strncmp (bare + 1, address, len - 2) == 0
                     : strcmp (bare, address) == 0;
}

/* What an MTA has after the edits. */
static void
print_passed (const TmPlan *plan, const TmEnvelope *envelope, GBytes *raw)
{
  g_autoptr (GPtrArray) recipients = g_ptr_array_new ();
  const char *sender = envelope->sender;
  for (guint i = 0; i < envelope->recipients->len; i++)
    g_ptr_array_add (recipients, ((TmRecipient *) g_ptr_array_index (envelope->recipients, i))->typed);
  for (guint i = 0; i < plan->edits->len; i++)
    {
      const TmEdit *edit = g_ptr_array_index (plan->edits, i);
      guint at;
      if (edit->op == TM_EDIT_ADD_RCPT)
        g_ptr_array_add (recipients, edit->value);
      if (edit->op == TM_EDIT_DEL_RCPT && g_ptr_array_find_with_equal_func (recipients, edit->value, is_typed, &at))
        g_ptr_array_remove_index (recipients, at);
      if (edit->op == TM_EDIT_SENDER)
        sender = edit->value;
    }
  if (recipients->len == 0)
    return;
  g_ptr_array_add (recipients, NULL);
  g_autofree char *all = g_strjoinv (",", (char **) recipients->pdata);
  g_autoptr (GBytes) bytes = edits_apply (raw, plan->edits);
  printf ("passed\t<%s>\t%s\t%" G_GSIZE_FORMAT "\n", sender, all, g_bytes_get_size (bytes));
  print_bytes (bytes);
}

static bool
receive (const Desk *desk, char **words, GError **error)
{
  gsize len = strtoul (words[6], NULL, 10);
  char *data = g_malloc (len + 1);
  g_autoptr (TmPlan) plan = NULL;
  if (fread (data, 1, len, stdin) != len)
    g_error ("the message is cut off");
  g_autoptr (GBytes) raw = g_bytes_new_take (data, len);
  TmEnvelope *envelope = envelope_new ();
  envelope_set_sender (envelope, words[2]);
  g_auto (GStrv) recipients = g_strsplit (words[3], ",", -1);
  for (char **recipient = recipients; *recipient != NULL; recipient++)
    envelope_add_recipient (envelope, desk->policy->site, *recipient);
  envelope->client_address = strcmp (words[4], "-") == 0 ? NULL : g_strdup (words[4]);
  envelope->login = strcmp (words[5], "-") == 0 ? NULL : g_strdup (words[5]);
  g_autoptr (TmInbound) inbound = NULL;
  if (!receive_message (desk->store, desk->policy, envelope, raw, NULL, deadline (), &inbound, &plan, error))
    return false;
  print_time ();
  print_plan (plan);
  if (plan->action != TM_ACTION_REFUSE && !plan->is_discarded)
    print_passed (plan, inbound->envelope, raw);
  return true;
}

static TmPolicy *
policy_of (gpointer data)
{
  return policy_ref (((const Desk *) data)->policy);
}

static void
change (Desk *desk, char **fields)
{
  const TmControl control = { .store = desk->store, .policy = policy_of, .data = desk };
  g_autoptr (TmWire) request = wire_new ();
  for (; *fields != NULL; fields++)
    {
      g_auto (GStrv) pair = g_strsplit (*fields, "=", 2);
      wire_add (request, pair[0], pair[1]);
    }
  g_autoptr (TmWire) answer = control_answer (&control, request, NULL, "root");
  g_autoptr (GError) refusal = NULL;
  print_time ();
  if (control_is_refused (answer, &refusal))
    printf ("refused\t%s\n", refusal->message);
  else
    printf ("said\t%s\n", or_dash (wire_get (answer, "said")));
}

static bool
serve (Desk *desk, GError **error)
{
  g_autofree char *line = NULL;
  size_t size = 0;
  for (ssize_t len; (len = getline (&line, &size, stdin)) > 0;)
    {
      line[len - 1] = '\0';
      g_auto (GStrv) words = g_strsplit (line, "\t", -1);
      gint64 at = g_ascii_strtoll (words[1], NULL, 10);
      bool is_mail = strcmp (words[0], "receive") == 0, is_change = strcmp (words[0], "do") == 0;
      bool is_jump = strcmp (words[0], "jump") == 0;
      if (!is_jump && !pass_time (desk, is_mail || is_change ? at - 1 : at, error))
        return false;
      atomic_store (&now, at);
      if (is_change)
        change (desk, words + 2);
      if ((is_mail && !receive (desk, words, error)) || !pass_time (desk, at, error))
        return false;
      print_time ();
      if (!print_state (desk, error))
        return false;
      printf ("done\n");
      fflush (stdout);
    }
  return true;
}

static bool
run (const char *config, Desk *desk, GError **error)
{
  g_autoptr (GPtrArray) findings = NULL;
  bool ok = policy_load (config, &desk->policy, &findings, error);
  for (guint i = 0; findings != NULL && i < findings->len; i++)
    {
      const TmFinding *finding = g_ptr_array_index (findings, i);
      fprintf (stderr, "%s:%u: %s\n", finding->file, finding->line, finding->what);
    }
  TmStoreOptions options = { .path = ok ? desk->policy->daemon.database : NULL, .max_jobs = 10 };
  return ok && store_open (&options, &desk->store, error)
         && reader_open (store_path (desk->store), &desk->reader, error) && serve (desk, error);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  Desk desk = { .policy = NULL };
  if (argc != 3)
    return 64;
  atomic_store (&now, g_ascii_strtoll (argv[2], NULL, 10));
  mime_init ();
  bool ok = run (argv[1], &desk, &error);
  reader_close (desk.reader);
  store_close (desk.store);
  policy_unref (desk.policy);
  mime_shutdown ();
  if (!ok)
    fprintf (stderr, "timed-desk: %s\n", error->message);
  return error_exit_code (error);
}
