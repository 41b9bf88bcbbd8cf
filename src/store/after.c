/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/after.h"

#include "base/clock.h"
#include "base/text.h"
#include "core/acknowledge.h"
#include "core/address.h"
#include "core/after.h"
#include "core/detail.h"
#include "core/language.h"
#include "core/notice.h"
#include "core/reply_readers.h"
#include "store/change.h"
#include "store/due.h"
#include "store/lookup.h"
#include "store/outbox.h"
#include "store/reader.h"
#include "store/task.h"

#include <string.h>

/* Whoever receives beyond these hears of it from the others. */
enum { READERS_MAX = 50, LATER_S = 3600 };

typedef struct
{
  TmTask task;
  TmPolicyHold hold;
  gint64 at; /* 0: now */
  TmAfterResult result;
} AfterTask;

static void
free_task (TmTask *task)
{
  AfterTask *after = (AfterTask *) task;
  after->hold.unref (after->hold.policy);
  g_free (after);
}

/* --- one ticket --- */

static bool
set_state (TmDb *db, gint64 ticket, const TmAfterState *state, GError **error)
{
  return db_run (db, SQL_SET_AFTER,
                 DB_VALUES (value_int (ticket), value_instant (state->at), value_instant (state->since_at),
                            value_int (state->done), value_instant (state->told_at)),
                 error);
}

/* When the next one is due: in no case in this second again, whatever a damaged row says. */
static gint64
next_of (const TmAfterFacts *facts, const TmAfterState *state, gint64 now)
{
  TmAfterFacts then = *facts;
  then.state = state;
  gint64 at = after_next (&then);
  return at != TM_NEVER ? MAX (at, now + 1) : TM_NEVER;
}

/* --- telling --- */

/* What went before. */
typedef struct
{
  gint64 message; /* the newest that is no note; 0 none */
  bool is_told;   /* somebody outside had a message of ours, which carries the subject */
  bool is_auto;   /* a machine wrote the first one */
  const char *language; /* of the first one, NULL: not known.  Static */
} Before;

static bool
read_before (TmDb *db, gint64 ticket, Before *before_out, GError **error)
{
  sqlite3_stmt *rows = db_select (db, SQL_AFTER_MESSAGES,
                                  DB_VALUES (value_int (ticket), value_int (TM_DIRECTION_IN),
                                             value_int (TM_DIRECTION_OUT), value_int (TM_DIRECTION_NOTE)));
  *before_out = (Before) { 0 };
  if (db_next (rows))
    {
      const char *text = (const char *) sqlite3_column_text (rows, 2);
      before_out->message = sqlite3_column_int64 (rows, 0);
      before_out->is_told = sqlite3_column_int (rows, 1) != 0;
      before_out->language = text != NULL ? language_guess (text, strlen (text)) : NULL;
      before_out->is_auto = sqlite3_column_int (rows, 3) != 0;
    }
  return db_finish (db, rows, error);
}

/* All of one telling. */
typedef struct
{
  TmDb *db;
  AfterTask *task;
  const TmTicketFacts *ticket;
  const char *subject;
  TmAfterAction action;
  gint64 ends_at, now;
  Before before;
  GString *missed; /* who was not told, and why */
  guint n_told;
  guint n_later;   /* of those who were not: for whom it is only too early */
} Telling;

static bool
write_text (const Telling *telling, TmNoticeText *text_out)
{
  const TmTicketFacts *ticket = telling->ticket;
  const TmSite *site = telling->task->hold.site;
  char digits[TEXT_DIGITS];
  const TmNotice notice = { .site = site,
                            .number = text_number (ticket->id, digits),
                            .queue = ticket->queues->len > 0 ? site_queue (site, ticket->queues->pdata[0]) : NULL,
                            .customer = customers_by_id (site->customers, ticket->customer),
                            .plan = site_service_plan (site, ticket->service_plan),
                            .priority = ticket->priority,
                            .type = ticket->type,
                            .subject = telling->before.is_told ? telling->subject : NULL,
                            .missing = ticket->missing,
                            .clocks = ticket->clocks,
                            .mail_language = telling->before.language,
                            .now = telling->now,
                            .is_after = true,
                            .id = ticket->id,
                            .is_waiting = ticket->status == TM_STATUS_WAITING,
                            .is_unanswered = ticket->status == TM_STATUS_RESOLVED
                                             && (ticket->after.done & TM_AFTER_BY_DESK) != 0,
                            .since_at = ticket->after.since_at,
                            .ends_at = telling->ends_at };
  return notice_write (&notice, after_template (telling->action), NULL, text_out);
}

static TmOutgoingKind
kind_of (TmAfterAction action)
{
  return action == TM_AFTER_REMIND     ? TM_OUTGOING_REMIND
         : action == TM_AFTER_CLOSING ? TM_OUTGOING_CLOSING
                                       : TM_OUTGOING_RESOLVED;
}

static void
miss (Telling *telling, const char *address, const char *why)
{
  g_string_append_printf (telling->missed, "%s%s%s%s", telling->missed->len > 0 ? "; " : "", address,
                          *address != '\0' ? ": " : "", why);
}

static bool
tell_one (Telling *telling, const char *address, const TmNoticeText *text, GError **error)
{
  const TmSite *site = telling->task->hold.site;
  g_autoptr (TmAckFacts) facts = NULL;
  if (!lookup_noticed (telling->db, address, LOOKUP_SENT_NOTICES, MAX (site->ack.hour, site->ack.day), telling->now,
                       &facts, error))
    return false;
  const char *why = acknowledge_objects_to_notice (site, address, facts, telling->now);
  if (why != NULL)
    {
      telling->n_later += acknowledge_is_limit (why);
      miss (telling, address, why);
      return true;
    }
  g_autoptr (TmOutgoing) outgoing = outgoing_new (kind_of (telling->action), "desk", text->subject, text->text);
  outgoing_add_recipient (outgoing, address);
  outgoing->message = telling->before.message;
  outgoing->reply_purpose = 'r';
  outgoing->html = g_strdup (text->html);
  outgoing->rate_key = address_owner (address);
  telling->n_told++;
  telling->task->result.n_mails++;
  return outbox_add (telling->db, outgoing, telling->ticket->id, 0, telling->now, error);
}

/* Each gets a mail of his own: who else receives the ticket is not told. */
static bool
tell_all (Telling *telling, GError **error)
{
  g_auto (TmNoticeText) text = { 0 };
  if (telling->before.is_auto)
    {
      miss (telling, "", "a machine wrote the first message");
      return true;
    }
  if (!write_text (telling, &text))
    {
      miss (telling, "", "there is no template");
      return true;
    }
  g_autoptr (GPtrArray) readers = readers_find (telling->task->hold.site, telling->ticket);
  for (guint i = 0; i < MIN (readers->len, READERS_MAX); i++)
    if (!tell_one (telling, g_ptr_array_index (readers, i), &text, error))
      return false;
  if (readers->len == 0)
    miss (telling, "", "nobody outside receives the ticket");
  return true;
}

static bool
tell (Telling *telling, const TmAfterFacts *facts, GError **error)
{
  TmAfterState state = after_done (facts, telling->action, telling->now);
  char n_told[TEXT_DIGITS], number[TEXT_DIGITS];
  if (!read_before (telling->db, telling->ticket->id, &telling->before, error) || !tell_all (telling, error))
    return false;
  state.at = next_of (facts, &state, telling->now);
  /* Nothing is lost by the limits: it is told, and what follows waits for it, once they allow it. */
  if (telling->n_told == 0 && telling->n_later > 0)
    {
      bool is_again = telling->ticket->after.at >= after_next (facts) + LATER_S;
      state = telling->ticket->after;
      state.at = telling->now + LATER_S;
      if (is_again)
        return set_state (telling->db, telling->ticket->id, &state, error);
    }
  bool is_reminder = telling->action == TM_AFTER_REMIND;
  const char *missed = telling->missed->len > 0 ? telling->missed->str : NULL;
  g_autofree char *detail
      = detail_new ("mail", after_template (telling->action), "told", text_number (telling->n_told, n_told),
                    is_reminder ? "number" : "not_told",
                    is_reminder ? text_number (state.done, number) : missed,
                    is_reminder && missed != NULL ? "not_told" : NULL, missed, NULL);
  return db_run (telling->db, SQL_ADD_EVENT,
                 DB_VALUES (value_int (telling->ticket->id), value_int (telling->now), value_text ("desk"),
                            value_text ("notice"), value_text (detail)),
                 error)
         && set_state (telling->db, telling->ticket->id, &state, error);
}

/* --- changing --- */

/* As if somebody did it, whose name is desk. */
static bool
change (TmDb *db, AfterTask *after, const TmTicketFacts *ticket, bool closes, gint64 now, GError **error)
{
  g_autoptr (TmChange) change = change_new (closes ? TM_CHANGE_CLOSE : TM_CHANGE_SET, ticket->id);
  g_autoptr (TmPlan) plan = NULL;
  g_autoptr (GError) refusal = NULL;
  change->site = after->hold.site;
  change->actor = g_strdup ("desk");
  change->why = g_strdup (closes ? "nobody opened it again since it was resolved" : "the customer does not answer");
  if (!closes)
    g_ptr_array_add (change->settings, g_strdup ("status=resolved"));
  if (!change_run (db, change, now, &plan, &refusal, error))
    return false;
  after->result.n_changed += plan != NULL;
  g_autoptr (TmTicketFacts) changed = NULL;
  gint64 merged_into;
  if (!lookup_ticket (db, ticket->id, &changed, &merged_into, error))
    return false;
  TmAfterState state = changed->after;
  if (refusal != NULL)
    state.at = TM_NEVER;
  state.done |= TM_AFTER_BY_DESK;
  return set_state (db, ticket->id, &state, error);
}

static bool
act_on_ticket (TmDb *db, AfterTask *after, const TmDueTicket *due, gint64 now, GError **error)
{
  g_autoptr (TmTicketFacts) ticket = NULL;
  gint64 merged_into;
  if (!lookup_ticket (db, due->id, &ticket, &merged_into, error))
    return false;
  if (ticket == NULL)
    return true;
  const TmAfterFacts facts = after_facts (after->hold.site, ticket);
  TmAfterAction action = after_due (&facts, now);
  if (action == TM_AFTER_RESOLVE || action == TM_AFTER_CLOSE)
    return change (db, after, ticket, action == TM_AFTER_CLOSE, now, error);
  if (action == TM_AFTER_NOTHING)
    {
      TmAfterState state = ticket->after;
      state.at = next_of (&facts, &state, now);
      return set_state (db, ticket->id, &state, error);
    }
  g_autoptr (GString) missed = g_string_new (NULL);
  Telling telling = { .db = db, .task = after, .ticket = ticket, .subject = due->subject, .action = action,
                      .ends_at = after_ends_at (&facts, now), .now = now, .missed = missed };
  return tell (&telling, &facts, error);
}

static bool
run_task (TmDb *db, TmTask *task, gint64 now, GError **refusal_out G_GNUC_UNUSED, GError **error)
{
  AfterTask *after = (AfterTask *) task;
  g_autoptr (GArray) list = NULL;
  after->result = (TmAfterResult) { 0 };
  now = after->at != 0 ? after->at : now;
  if (!due_find (db, SQL_AFTER_DUE, now, AFTER_TICKETS, &list, error))
    return false;
  for (guint i = 0; i < list->len; i++)
    if (!act_on_ticket (db, after, &g_array_index (list, TmDueTicket, i), now, error))
      return false;
  after->result.n_tickets = list->len;
  return true;
}

bool
store_after (TmStore *store, const TmPolicyHold *hold, gint64 at, gint64 deadline_us, TmAfterResult *result_out,
             GError **error)
{
  AfterTask *after = g_new0 (AfterTask, 1);
  task_init (&after->task, run_task, free_task);
  after->hold = *hold;
  after->hold.ref (hold->policy);
  after->at = at;
  bool ok = store_run_task (store, &after->task, deadline_us, error);
  if (ok)
    *result_out = after->result;
  task_unref (&after->task);
  return ok;
}

bool
reader_next_after (TmReader *reader, gint64 *at_out, GError **error)
{
  return db_get_int (reader->db, SQL_NEXT_AFTER, NULL, TM_NEVER, at_out, error);
}
