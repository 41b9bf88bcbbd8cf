/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/apply.h"

#include "base/clock.h"
#include "core/feedback.h"
#include "core/sender.h"
#include "store/apply_steps.h"
#include "store/clock.h"
#include "store/contact.h"
#include "store/lookup.h"
#include "store/outbox.h"
#include "store/shingle.h"
#include "store/silence.h"

#include <string.h>

/* Ids of one message that its ticket remembers as referred to; the strongest come first. */
enum { MAX_REFERRED = 100 };

static bool
fail (const TmStep *step, const char *what, GError **error)
{
  g_set_error (error, TM_ERROR, TM_ERROR_BUG, "step %d: %s `%s`", (int) step->kind, what,
               step->key != NULL ? step->key : step->value);
  return false;
}

/* --- tickets --- */

static void
note_notification (TmDb *db, gint64 at)
{
  if (at != TM_NEVER && (db->notify_at == 0 || at < db->notify_at))
    db->notify_at = at;
}

/* Without its queues: they are steps of their own, the ticket's own first. */
static bool
apply_create (TmApply *apply, const TmStep *step, GError **error)
{
  const TmPlan *plan = apply->plan;
  TmStatus status;
  if (!status_parse (step->value, &status))
    return fail (step, "no such status", error);
  const char *subject = apply->inbound != NULL ? apply->inbound->mail->subject : plan->subject;
  note_notification (apply->db, plan->notify_at);
  apply->no_queues = apply->no_events = apply->inbound != NULL; /* steps of changes add them in other ways too */
  return db_run (apply->db, SQL_ADD_TICKET,
                 DB_VALUES (value_int (apply->ticket), value_int (status), value_text (subject),
                            value_text (plan->requester != NULL ? plan->requester : ""), value_text (plan->type),
                            value_text (plan->priority), value_text (plan->priority_by), value_text (plan->assignee),
                            value_int (step->number != 0 ? step->number : apply->now), value_text (plan->customer),
                            value_text (plan->service_plan), value_text (plan->answer_to),
                            value_instant (plan->next_due_at), value_instant (plan->notify_at)),
                 error);
}

static const struct
{
  const char *key;
  TmSql sql;
} text_columns[] = {
  { "type", SQL_SET_TYPE },
  { "priority", SQL_SET_PRIORITY },
  { "priority_by", SQL_SET_PRIORITY_BY },
  { "workaround", SQL_SET_WORKAROUND },
  { "assignee", SQL_SET_ASSIGNEE },
  { "answer_to", SQL_SET_ANSWER_TO },
  { "ack_to", SQL_SET_ACK_TO },
  { "subject", SQL_SET_SUBJECT },
  { "plan", SQL_SET_PLAN },
};

static bool
set_status (TmApply *apply, const TmStep *step, GError **error)
{
  TmStatus status;
  if (!status_parse (step->value, &status))
    return fail (step, "no such status for", error);
  return db_run (apply->db, SQL_SET_STATUS,
                 DB_VALUES (value_int (apply->ticket), value_int (status), value_int (apply->now)), error);
}

static bool
apply_set (TmApply *apply, const TmStep *step, GError **error)
{
  if (strcmp (step->key, "status") == 0)
    return set_status (apply, step, error);
  if (strcmp (step->key, "queue") == 0)
    {
      apply->no_queues = false;
      return apply_own_queue (apply, step->value, error);
    }
  for (size_t i = 0; i < G_N_ELEMENTS (text_columns); i++)
    if (strcmp (step->key, text_columns[i].key) == 0)
      return db_run (apply->db, text_columns[i].sql,
                     DB_VALUES (value_int (apply->ticket), value_text (step->value)), error);
  return fail (step, "nothing to set under", error);
}

static bool
apply_queue (TmApply *apply, const TmStep *step, GError **error)
{
  TmSql sql = apply->no_queues ? SQL_ADD_OWN_QUEUE : SQL_ADD_QUEUE;
  apply->no_queues = false;
  return db_run (apply->db, sql, DB_VALUES (value_int (apply->ticket), value_text (step->value)), error);
}

static bool
apply_leave (TmApply *apply, const TmStep *step G_GNUC_UNUSED, GError **error)
{
  return db_run (apply->db, SQL_LEAVE_QUEUES, DB_VALUES (value_int (apply->ticket)), error);
}

static bool
apply_tag (TmApply *apply, const TmStep *step, GError **error)
{
  return db_run (apply->db, SQL_ADD_TAG,
                 DB_VALUES (value_int (apply->ticket), value_text (step->key), value_text (step->value)), error);
}

static bool
apply_participant (TmApply *apply, const TmStep *step, GError **error)
{
  return db_run (apply->db, SQL_ADD_PARTICIPANT,
                 DB_VALUES (value_int (apply->ticket), value_text (step->key), value_text (step->value)), error);
}

static bool
apply_answer_to (TmApply *apply, const TmStep *step, GError **error)
{
  return db_run (apply->db, SQL_SET_PARTICIPANT_ANSWER_TO,
                 DB_VALUES (value_int (apply->ticket), value_text (step->key), value_text (step->value)), error);
}

static bool
apply_relate (TmApply *apply, const TmStep *step, GError **error)
{
  return db_run (apply->db, SQL_ADD_RELATION, DB_VALUES (value_int (apply->ticket), value_int (step->number)),
                 error);
}

static bool
apply_missing (TmApply *apply, const TmStep *step, GError **error)
{
  return db_run (apply->db, SQL_ADD_MISSING, DB_VALUES (value_int (apply->ticket), value_text (step->value)),
                 error);
}

static bool
apply_found (TmApply *apply, const TmStep *step, GError **error)
{
  return db_run (apply->db, SQL_DROP_MISSING, DB_VALUES (value_int (apply->ticket), value_text (step->value)),
                 error);
}

static bool
apply_ticket (TmApply *apply, const TmStep *step, GError **error G_GNUC_UNUSED)
{
  apply->ticket = step->number;
  apply->no_queues = apply->no_events = false;
  return true;
}

static bool
is_of_clock (const TmPlan *plan, guint step, gint64 number)
{
  const TmStep *next = step < plan->steps->len ? g_ptr_array_index (plan->steps, step) : NULL;
  return next != NULL && next->kind == TM_STEP_CLOCK && next->number == number;
}

/* Those of a ticket that stand together are written together. */
static bool
apply_clock (TmApply *apply, const TmStep *step, GError **error)
{
  TmClock *const *clocks = (TmClock *const *) apply->plan->clocks->pdata + step->number - 1;
  guint n = 1;
  while (is_of_clock (apply->plan, apply->n_done + n, step->number + n))
    n++;
  apply->n_done += n - 1;
  return clock_write (apply->db, apply->ticket, clocks, n, error);
}

static bool
apply_due (TmApply *apply, const TmStep *step, GError **error)
{
  return db_run (apply->db, SQL_SET_NEXT_DUE, DB_VALUES (value_int (apply->ticket), value_instant (step->number)),
                 error);
}

static bool
apply_notify (TmApply *apply, const TmStep *step, GError **error)
{
  note_notification (apply->db, step->number);
  return db_run (apply->db, SQL_SET_NOTIFY, DB_VALUES (value_int (apply->ticket), value_instant (step->number)), error);
}

static bool
apply_after (TmApply *apply, const TmStep *step, GError **error)
{
  const char *blank = step->value != NULL ? strchr (step->value, ' ') : NULL;
  note_notification (apply->db, step->number);
  return db_run (apply->db, SQL_SET_AFTER,
                 DB_VALUES (value_int (apply->ticket), value_instant (step->number),
                            value_instant (blank != NULL ? g_ascii_strtoll (step->value, NULL, 10) : TM_NEVER),
                            value_int (blank != NULL ? g_ascii_strtoll (blank, NULL, 10) : 0),
                            value_instant (TM_NEVER)),
                 error);
}

static bool
apply_quiet (TmApply *apply, const TmStep *step G_GNUC_UNUSED, GError **error)
{
  return db_run (apply->db, SQL_SET_QUIET, DB_VALUES (value_int (apply->ticket)), error);
}

static bool
apply_event (TmApply *apply, const TmStep *step, GError **error)
{
  TmSql sql = apply->no_events ? SQL_ADD_FIRST_EVENT : SQL_ADD_EVENT;
  apply->no_events = false;
  return db_run (apply->db, sql,
                 DB_VALUES (value_int (apply->ticket), value_int (apply->now),
                            value_text (step->actor != NULL ? step->actor : "desk"), value_text (step->key),
                            value_text (step->value != NULL ? step->value : "{}")),
                 error);
}

static bool
apply_outbox (TmApply *apply, const TmStep *step, GError **error)
{
  const TmOutgoing *outgoing = g_ptr_array_index (apply->plan->outgoing, (guint) step->number - 1);
  return outbox_add (apply->db, outgoing, apply->ticket, *apply->message, apply->now, error);
}

static bool
apply_delay_ack (TmApply *apply, const TmStep *step, GError **error)
{
  return outbox_delay_ack (apply->db, apply->ticket, g_ascii_strtoll (step->value, NULL, 10), step->number, error);
}

static bool
apply_feedback (TmApply *apply, const TmStep *step, GError **error)
{
  TmFeedback value;
  if (!feedback_parse (step->value, &value))
    return fail (step, "no such feedback from", error);
  return db_run (apply->db, SQL_SET_SATISFACTION,
                 DB_VALUES (value_int (apply->ticket), value_text (step->key), value_int (value),
                            value_int (apply->now), value_int (*apply->message), value_int (step->number)),
                 error);
}

static bool
apply_drop_ack (TmApply *apply, const TmStep *step, GError **error)
{
  return outbox_drop_ack (apply->db, apply->ticket, step->actor, step->value, apply->now, error);
}

static bool
apply_confirm (TmApply *apply, const TmStep *step, GError **error)
{
  gint64 contact;
  g_autoptr (GArray) released = g_array_new (FALSE, FALSE, sizeof (gint64));
  return contact_ensure (apply->db, step->key, apply->now, &contact, error)
         && contact_confirm (apply->db, contact, apply->inbound->site, step->actor, apply->now, released, error);
}

/* --- the message --- */

static bool
add_message_row (const TmApply *apply, gint64 *message_out, GError **error)
{
  const TmPlan *plan = apply->plan;
  const TmMail *mail = apply->inbound->mail;
  const TmEnvelope *envelope = apply->inbound->envelope;
  bool ok = db_run (apply->db, SQL_ADD_MESSAGE,
                    DB_VALUES (value_int (apply->ticket), value_int (plan->direction),
                               value_text (mail->from != NULL ? mail->from->address : ""),
                               value_text (mail->message_id), value_text (mail->subject),
                               value_instant (mail->date_at), value_int (apply->now), value_text (mail->text),
                               value_int ((gint64) mail->reply_start), value_int ((gint64) mail->reply_len),
                               value_int (plan->flags), value_int (plan->is_auto), value_int (plan->is_bounce),
                               value_int (plan->is_verified), value_int ((gint64) mail->size),
                               value_text (envelope->sender), value_text (envelope->login),
                               value_text (envelope->client_address), value_text (envelope->queue_id),
                               value_text (plan->marks)),
                    error);
  *message_out = db_last_id (apply->db);
  return ok;
}

static bool
add_id (const TmApply *apply, TmSql sql, const char *message_id, GError **error)
{
  guint8 id[LOOKUP_ID_LEN];
  lookup_hash_id (message_id, id);
  return db_run (apply->db, sql, DB_VALUES (value_blob (id, sizeof id), value_int (apply->ticket)), error);
}

static bool
add_ids (const TmApply *apply, GError **error)
{
  const char *own = apply->inbound->mail->message_id;
  if (*own != '\0' && !add_id (apply, SQL_ADD_ID_HAD, own, error))
    return false;
  const GPtrArray *ids = apply->inbound->keys->message_ids;
  for (guint i = 0; i < MIN (ids->len, MAX_REFERRED); i++)
    if (!add_id (apply, SQL_ADD_ID_REFERRED, g_ptr_array_index (ids, i), error))
      return false;
  return true;
}

static bool
add_attachments (const TmApply *apply, gint64 message, GError **error)
{
  const GPtrArray *attachments = apply->inbound->mail->attachments;
  for (guint i = 0; i < attachments->len; i++)
    {
      const TmAttachment *attachment = g_ptr_array_index (attachments, i);
      if (!db_run (apply->db, SQL_ADD_ATTACHMENT,
                   DB_VALUES (value_int (message), value_int (i), value_text (attachment->name),
                              value_text (attachment->type), value_int ((gint64) attachment->size),
                              value_text (attachment->sha256), value_int (attachment->is_inline)),
                   error))
        return false;
    }
  return true;
}

static bool
add_raw (const TmApply *apply, gint64 message, GError **error)
{
  if (apply->packed == NULL)
    return true;
  gsize len;
  const void *data = g_bytes_get_data (apply->packed, &len);
  return db_run (apply->db, SQL_ADD_RAW,
                 DB_VALUES (value_int (message), value_int (SCHEMA_CODEC_ZSTD), value_blob (data, len)), error);
}

static bool
add_shingles (const TmApply *apply, gint64 message, GError **error)
{
  return apply->plan->direction != TM_DIRECTION_NOTE
         || shingle_add (apply->db, apply->ticket, message, apply->inbound->mail->text, error);
}

static bool
apply_message (TmApply *apply, const TmStep *step G_GNUC_UNUSED, GError **error)
{
  const TmPlan *plan = apply->plan;
  return add_message_row (apply, apply->message, error) && add_ids (apply, error)
         && add_attachments (apply, *apply->message, error) && add_raw (apply, *apply->message, error)
         && add_shingles (apply, *apply->message, error)
         && db_run (apply->db, SQL_ADD_DEDUP,
                    DB_VALUES (value_blob (apply->inbound->keys->dedup.key, TM_DIGEST_LEN), value_int (*apply->message),
                               value_int (plan->dedup_expires_at)),
                    error);
}

static bool
apply_correlate (TmApply *apply, const TmStep *step, GError **error)
{
  return db_run (apply->db, SQL_CORRELATE,
                 DB_VALUES (value_text (step->value), value_text (step->key), value_int (apply->ticket)), error);
}

/* --- mail without a ticket --- */

static bool
apply_quarantine (TmApply *apply, const TmStep *step, GError **error)
{
  const TmEnvelope *envelope = apply->inbound->envelope;
  const TmMail *mail = apply->inbound->mail;
  const char *queue_id = envelope_queue_id (envelope);
  g_autoptr (GString) recipients = g_string_new (NULL);
  for (guint i = 0; i < envelope->recipients->len; i++)
    g_string_append_printf (recipients, "%s%s", i > 0 ? "\n" : "",
                            ((const TmRecipient *) g_ptr_array_index (envelope->recipients, i))->typed);
  gsize len = 0;
  const void *data = apply->packed != NULL ? g_bytes_get_data (apply->packed, &len) : NULL;
  return db_run (apply->db, SQL_ADD_QUARANTINE,
                 DB_VALUES (value_int (apply->now), value_text (step->key), value_text (step->value),
                            value_text (queue_id != NULL ? queue_id : ""), value_text (envelope->sender),
                            value_text (recipients->str), value_text (sender_address (apply->inbound)),
                            value_text (mail->subject), value_int ((gint64) mail->size),
                            data != NULL ? value_int (SCHEMA_CODEC_ZSTD) : value_text (NULL),
                            data != NULL ? value_blob (data, len) : value_text (NULL)),
                 error);
}

/* --- what a bounce says --- */

static bool
apply_failure (TmApply *apply, const TmStep *step, GError **error)
{
  const TmFailure *failure = g_ptr_array_index (apply->inbound->keys->failures, (guint) step->number - 1);
  return db_run (apply->db, SQL_ADD_FAILURE,
                 DB_VALUES (value_int (apply->plan->failed_message), value_int (*apply->message),
                            value_int (step->number), value_text (step->key), value_text (failure->status),
                            value_text (failure->action), value_int (failure->is_final),
                            value_int (step->value != NULL), value_int (apply->now), value_text (failure->diagnostic)),
                 error);
}

static bool
apply_silence (TmApply *apply, const TmStep *step, GError **error)
{
  return silence_add (apply->db, step->key, step->value, apply->plan->ticket, apply->plan->failed_message, apply->now,
                      error);
}

/* --- the plan --- */

static bool (*const step_functions[]) (TmApply *apply, const TmStep *step, GError **error) = {
  [TM_STEP_CREATE] = apply_create,
  [TM_STEP_SET] = apply_set,
  [TM_STEP_LEAVE] = apply_leave,
  [TM_STEP_QUEUE] = apply_queue,
  [TM_STEP_TAG] = apply_tag,
  [TM_STEP_PARTICIPANT] = apply_participant,
  [TM_STEP_ANSWER_TO] = apply_answer_to,
  [TM_STEP_RELATE] = apply_relate,
  [TM_STEP_MISSING] = apply_missing,
  [TM_STEP_FOUND] = apply_found,
  [TM_STEP_CORRELATE] = apply_correlate,
  [TM_STEP_QUARANTINE] = apply_quarantine,
  [TM_STEP_MESSAGE] = apply_message,
  [TM_STEP_FAILURE] = apply_failure,
  [TM_STEP_SILENCE] = apply_silence,
  [TM_STEP_CLOCK] = apply_clock,
  [TM_STEP_DUE] = apply_due,
  [TM_STEP_NOTIFY] = apply_notify,
  [TM_STEP_AFTER] = apply_after,
  [TM_STEP_QUIET] = apply_quiet,
  [TM_STEP_EVENT] = apply_event,
  [TM_STEP_OUTBOX] = apply_outbox,
  [TM_STEP_DELAY_ACK] = apply_delay_ack,
  [TM_STEP_CONFIRM] = apply_confirm,
  [TM_STEP_FEEDBACK] = apply_feedback,
  [TM_STEP_DROP_ACK] = apply_drop_ack,
  [TM_STEP_PAGED] = apply_paged,
  [TM_STEP_ACKNOWLEDGED] = apply_acknowledged,
  [TM_STEP_TICKET] = apply_ticket,
  [TM_STEP_UNTAG] = apply_untag,
  [TM_STEP_UNSHARE] = apply_unshare,
  [TM_STEP_WRITER] = apply_writer,
  [TM_STEP_NOTE] = apply_note,
  [TM_STEP_ANSWER] = apply_answer,
  [TM_STEP_MOVE] = apply_move,
  [TM_STEP_MERGE] = apply_merge,
  [TM_STEP_VERIFY] = apply_verify,
  [TM_STEP_CONTACT] = apply_contact,
};

bool
apply_plan (TmDb *db, const TmInbound *inbound, GBytes *packed, const TmPlan *plan, gint64 now, gint64 *message_out,
            GError **error)
{
  gint64 message = 0;
  TmApply apply = { .db = db,
                    .inbound = inbound,
                    .packed = packed,
                    .plan = plan,
                    .ticket = plan->ticket,
                    .now = now,
                    .message = &message };
  for (; apply.n_done < plan->steps->len; apply.n_done++)
    {
      const TmStep *step = g_ptr_array_index (plan->steps, apply.n_done);
      if (!step_functions[step->kind](&apply, step, error))
        return false;
    }
  if (message_out != NULL)
    *message_out = message;
  return true;
}
