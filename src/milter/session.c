/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/session.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/text.h"
#include "core/dedup.h"
#include "desk/receive.h"
#include "milter/apply.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

/* What becomes of a message's content. */
typedef enum
{
  CONTENT_UNDECIDED, /* before DATA */
  CONTENT_FOREIGN,   /* none of our business: accepted unseen */
  CONTENT_GATHER,    /* on its way to the desk */
  CONTENT_FAILED     /* swallowed: `failure` is answered at the end */
} Content;

/* One message, from MAIL to its answer. */
typedef struct
{
  TmPolicy *policy; /* pinned */
  TmEnvelope *envelope;
  gint64 began_us;
  Content content;
  TmGather *gather; /* with CONTENT_GATHER */
  TmBodyDigest body_digest;
  GError *failure;  /* with CONTENT_FAILED */
} Transaction;

struct TmSession
{
  TmShared *shared;
  char *client_address; /* NULL: no SMTP client */
  bool leading_space;
  bool has_place; /* among the sessions that we serve at once */
  Transaction *transaction; /* NULL between messages */
};

/* --- sessions --- */

static bool
is_loopback (const struct sockaddr *address)
{
  if (address->sa_family == AF_INET)
    return ntohl (((const struct sockaddr_in *) address)->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
  return IN6_IS_ADDR_LOOPBACK (&((const struct sockaddr_in6 *) address)->sin6_addr);
}

/* The client's IP address as text.  NULL when there is no SMTP client; Postfix's cleanup(8) says 127.0.0.1, port 0
 * then. */
static char *
client_address (const struct sockaddr *address)
{
  char text[INET6_ADDRSTRLEN];
  if (address == NULL || (address->sa_family != AF_INET && address->sa_family != AF_INET6))
    return NULL;
  /* The port stands at the same place in both kinds of address. */
  if (((const struct sockaddr_in *) address)->sin_port == 0 && is_loopback (address))
    return NULL;
  const void *ip = address->sa_family == AF_INET ? (const void *) &((const struct sockaddr_in *) address)->sin_addr
                                                 : (const void *) &((const struct sockaddr_in6 *) address)->sin6_addr;
  return g_strdup (inet_ntop (address->sa_family, ip, text, sizeof text));
}

TmSession *
session_new (TmShared *shared, const struct sockaddr *address, bool leading_space)
{
  TmSession *session = g_new0 (TmSession, 1);
  session->shared = shared;
  session->client_address = client_address (address);
  session->leading_space = leading_space;
  metrics_count (TM_COUNT_SESSIONS);
  return session;
}

static void
transaction_free (Transaction *transaction)
{
  if (transaction == NULL)
    return;
  gather_free (transaction->gather);
  envelope_free (transaction->envelope);
  g_clear_error (&transaction->failure);
  policy_unref (transaction->policy); /* last: the envelope points into its site */
  g_free (transaction);
}

void
session_abort (TmSession *session)
{
  transaction_free (g_steal_pointer (&session->transaction));
}

void
session_free (TmSession *session)
{
  if (session == NULL)
    return;
  session_abort (session);
  metrics_count (TM_COUNT_SESSIONS_ENDED);
  if (session->has_place)
    gate_leave_session (&session->shared->gate);
  g_free (session->client_address);
  g_free (session);
}

/* --- the envelope --- */

/* A copy of macro `name` as valid UTF-8, NULL when the MTA does not define it. */
static char *
copy_macro (SMFICTX *ctx, const char *name)
{
  char symbol[32];
  g_strlcpy (symbol, name, sizeof symbol);
  const char *value = smfi_getsymval (ctx, symbol);
  return value != NULL && *value != '\0' ? text_make_valid (value, strlen (value)) : NULL;
}

/* Postfix has a queue ID from the first accepted recipient on, sendmail from MAIL: it is looked for at every stage. */
static void
note_queue_id (Transaction *transaction, SMFICTX *ctx)
{
  char *queue_id = copy_macro (ctx, "i");
  if (queue_id == NULL)
    return;
  g_free (transaction->envelope->queue_id);
  transaction->envelope->queue_id = queue_id;
}

/* Postfix has no {verify}, and tells of no certificate that it has not verified; sendmail tells of any. */
static bool
is_verified (SMFICTX *ctx)
{
  g_autofree char *verify = copy_macro (ctx, "{verify}");
  if (verify != NULL)
    return strcmp (verify, "OK") == 0;
  g_autofree char *version = copy_macro (ctx, "v");
  return version != NULL && g_str_has_prefix (version, "Postfix ");
}

static void
note_certificate (TmEnvelope *envelope, SMFICTX *ctx)
{
  g_autofree char *subject = copy_macro (ctx, "{cert_subject}");
  if (subject == NULL || !is_verified (ctx))
    return;
  envelope->cert_subject = g_steal_pointer (&subject);
  envelope->cert_issuer = copy_macro (ctx, "{cert_issuer}");
}

void
session_mail (TmSession *session, SMFICTX *ctx, const char *sender)
{
  session_abort (session);
  Transaction *transaction = g_new0 (Transaction, 1);
  transaction->policy = current_ref (session->shared->current);
  transaction->began_us = clock_monotonic_us ();
  TmEnvelope *envelope = transaction->envelope = envelope_new ();
  envelope_set_sender (envelope, sender);
  envelope->client_address = g_strdup (session->client_address);
  envelope->login = copy_macro (ctx, "{auth_authen}");
  note_certificate (envelope, ctx);
  char *mta_host = copy_macro (ctx, "j");
  if (mta_host != NULL)
    {
      g_free (envelope->mta_host);
      envelope->mta_host = mta_host;
    }
  note_queue_id (transaction, ctx);
  session->transaction = transaction;
}

void
session_rcpt (TmSession *session, const char *recipient)
{
  Transaction *transaction = session->transaction;
  if (transaction != NULL)
    envelope_add_recipient (transaction->envelope, transaction->policy->site, recipient);
}

/* --- the content --- */

static void
fail (Transaction *transaction, GError *error)
{
  g_clear_pointer (&transaction->gather, gather_free);
  transaction->content = CONTENT_FAILED;
  transaction->failure = error;
}

static bool
has_place (TmSession *session, unsigned max)
{
  if (!session->has_place)
    session->has_place = gate_take_session (&session->shared->gate, max);
  return session->has_place;
}

/* Whose message is it?  An MTA of an old protocol has no DATA, so the first of the content's commands asks. */
static void
decide_content (TmSession *session, SMFICTX *ctx)
{
  Transaction *transaction = session->transaction;
  if (transaction->content != CONTENT_UNDECIDED)
    return;
  const TmDaemonSettings *settings = &transaction->policy->daemon;
  note_queue_id (transaction, ctx);
  if (!envelope_has_queue (transaction->envelope)
      && envelope_agent (transaction->envelope, transaction->policy->site) == NULL)
    {
      transaction->content = CONTENT_FOREIGN;
      return;
    }
  if (!has_place (session, settings->sessions))
    {
      fail (transaction,
            g_error_new (TM_ERROR, TM_ERROR_TEMP, "more than limits.sessions: %u at once", settings->sessions));
      return;
    }
  g_autofree char *spool_dir = g_path_get_dirname (settings->database);
  transaction->content = CONTENT_GATHER;
  transaction->gather = gather_new (&session->shared->budget, settings->memory, spool_dir);
  body_digest_init (&transaction->body_digest);
}

static void
append (Transaction *transaction, const void *data, size_t len)
{
  GError *error = NULL;
  if (transaction->content == CONTENT_GATHER && !gather_append (transaction->gather, data, len, &error))
    fail (transaction, error);
}

/* The field as it stood in the message: a milter gets folds as "\n". */
static void
append_field (Transaction *transaction, const char *name, const char *value, bool leading_space)
{
  g_autoptr (GString) field = g_string_new (name);
  g_string_append (field, leading_space ? ":" : ": ");
  for (; *value != '\0'; value++)
    {
      if (*value == '\n' && field->str[field->len - 1] != '\r')
        g_string_append_c (field, '\r');
      g_string_append_c (field, *value);
    }
  g_string_append (field, "\r\n");
  append (transaction, field->str, field->len);
}

void
session_header (TmSession *session, SMFICTX *ctx, const char *name, const char *value)
{
  if (session->transaction == NULL)
    return;
  decide_content (session, ctx);
  if (session->transaction->content == CONTENT_GATHER)
    append_field (session->transaction, name, value, session->leading_space);
}

void
session_eoh (TmSession *session, SMFICTX *ctx)
{
  if (session->transaction == NULL)
    return;
  decide_content (session, ctx);
  note_queue_id (session->transaction, ctx);
  append (session->transaction, "\r\n", 2);
}

void
session_body (TmSession *session, SMFICTX *ctx, const void *chunk, size_t len)
{
  Transaction *transaction = session->transaction;
  if (transaction == NULL)
    return;
  decide_content (session, ctx);
  append (transaction, chunk, len);
  if (transaction->content == CONTENT_GATHER)
    body_digest_update (&transaction->body_digest, chunk, len);
}

/* --- the answer --- */

static const char *
or_dash (const char *value)
{
  return value != NULL && *value != '\0' ? value : "-";
}

static void
log_plan (const TmInbound *inbound, const TmPlan *plan, gint64 began_us)
{
  const char *from = inbound->mail->from != NULL ? inbound->mail->from->address : inbound->envelope->sender;
  g_autofree char *shown_from = text_log_value (*from != '\0' ? from : "-");
  g_autofree char *queue_id = text_log_value (inbound->envelope->queue_id);
  g_autofree char *rule = text_log_value (or_dash (plan->rule));
  g_autofree char *due = instant_format (plan->next_due_at);
  log_info ("%s: ticket=%" G_GINT64_FORMAT " action=%s queue=%s type=%s priority=%s rule=%s due=%s evidence=%s"
            " from=<%s> ms=%" G_GINT64_FORMAT, queue_id, plan->ticket, action_name (plan->action),
            or_dash (plan->queue), or_dash (plan->type), or_dash (plan->priority), rule, or_dash (due),
            evidence_name (plan->evidence), shown_from, (clock_monotonic_us () - began_us) / 1000);
  if (plan->action == TM_ACTION_REFUSE && plan->reply_code == NULL)
    log_warning ("%s: refused for our recipients only, its sender is not told: %s", queue_id, plan->reason);
  if (plan->uncounted != NULL)
    log_warning ("%s: clocks of ticket %" G_GINT64_FORMAT " are never due, nothing is open or the calendar is gone: %s",
                 queue_id, plan->ticket, plan->uncounted);
  if (plan->limited == NULL)
    return;
  g_autofree char *limited = text_log_value (plan->limited);
  log_warning ("%s: rules skipped, their patterns hit a bound of match: %s", queue_id, limited);
}

static sfsistat
answer_failure (SMFICTX *ctx, const char *queue_id, const GError *error)
{
  TmErrorKind kind = error->domain == TM_ERROR ? (TmErrorKind) error->code : TM_ERROR_BUG;
  const TmSmtpReply *reply = error_smtp_reply (kind);
  g_autofree char *shown_id = text_log_value (queue_id);
  metrics_count (TM_COUNT_TEMPFAIL);
  log_warning ("%s: not recorded, answered %s: %s", shown_id, reply->code, error->message);
  return apply_reply (ctx, reply->code, reply->enhanced, reply->text);
}

static sfsistat
answer_plan (TmSession *session, SMFICTX *ctx, const TmInbound *inbound, const TmPlan *plan)
{
  const TmSmtpReply *busy = error_smtp_reply (TM_ERROR_TEMP);
  if (!apply_edits (ctx, inbound->envelope->queue_id, plan->edits, session->leading_space))
    return apply_reply (ctx, busy->code, busy->enhanced, busy->text);
  if (plan->is_discarded)
    return SMFIS_DISCARD;
  return plan->reply_code == NULL ? SMFIS_ACCEPT
                                  : apply_reply (ctx, plan->reply_code, plan->reply_enhanced, plan->reply_text);
}

/* Hands the gathered message to the desk; everything is committed when it comes back. */
static bool
receive (TmSession *session, Transaction *transaction, TmInbound **inbound_out, TmPlan **plan_out, GError **error)
{
  g_autoptr (GBytes) raw = NULL;
  if (!gather_finish (transaction->gather, &raw, error))
    return false;
  guint8 digest[TM_DIGEST_LEN];
  body_digest_finish (&transaction->body_digest, digest);
  const TmPolicy *policy = transaction->policy;
  gint64 now_us = clock_monotonic_us (), deadline_us = now_us + policy->daemon.deadline_s * G_USEC_PER_SEC;
  guesses_bar (&session->shared->guesses, transaction->envelope, policy->site, policy->daemon.bad_tokens, now_us);
  if (!receive_message (session->shared->store, transaction->policy, g_steal_pointer (&transaction->envelope), raw,
                        digest, deadline_us, inbound_out, plan_out, error))
    return false;
  guesses_count (&session->shared->guesses, (*inbound_out)->envelope, policy->site, policy->daemon.bad_tokens, now_us);
  return true;
}

static sfsistat
answer_message (TmSession *session, SMFICTX *ctx, Transaction *transaction)
{
  g_autoptr (TmInbound) inbound = NULL;
  g_autoptr (TmPlan) plan = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *queue_id = g_strdup (transaction->envelope->queue_id);
  if (!gate_enter_message (&session->shared->gate))
    {
      g_set_error (&error, TM_ERROR, TM_ERROR_UNAVAILABLE, "the daemon is stopping");
      return answer_failure (ctx, queue_id, error);
    }
  sfsistat answer;
  if (receive (session, transaction, &inbound, &plan, &error))
    {
      answer = answer_plan (session, ctx, inbound, plan);
      log_plan (inbound, plan, transaction->began_us);
    }
  else
    answer = answer_failure (ctx, queue_id, error);
  gate_leave_message (&session->shared->gate);
  return answer;
}

/* What to answer for the message as it stands; CONTINUE while it is being gathered. */
static sfsistat
answer_so_far (SMFICTX *ctx, const Transaction *transaction)
{
  switch (transaction->content)
    {
    case CONTENT_UNDECIDED:
    case CONTENT_FOREIGN:
      metrics_count (TM_COUNT_PASS);
      return SMFIS_ACCEPT;
    case CONTENT_FAILED:
      return answer_failure (ctx, transaction->envelope->queue_id, transaction->failure);
    case CONTENT_GATHER:
      break;
    }
  return SMFIS_CONTINUE;
}

sfsistat
session_data (TmSession *session, SMFICTX *ctx)
{
  if (session->transaction == NULL)
    return SMFIS_ACCEPT;
  decide_content (session, ctx);
  sfsistat answer = answer_so_far (ctx, session->transaction);
  if (answer != SMFIS_CONTINUE)
    session_abort (session);
  return answer;
}

sfsistat
session_eom (TmSession *session, SMFICTX *ctx)
{
  if (session->transaction == NULL)
    return SMFIS_ACCEPT;
  decide_content (session, ctx);
  note_queue_id (session->transaction, ctx);
  sfsistat answer = answer_so_far (ctx, session->transaction);
  if (answer == SMFIS_CONTINUE)
    answer = answer_message (session, ctx, session->transaction);
  session_abort (session);
  return answer;
}
