/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/acknowledge.h"

#include "base/clock.h"
#include "core/address.h"
#include "core/authres.h"
#include "core/detail.h"
#include "core/draft.h"
#include "core/sender.h"
#include "core/subject.h"

#include <string.h>

enum { HOUR = 3600, DAY = 24 * HOUR, MINUTE = 60 };

void
acknowledgement_free (TmAcknowledgement *acknowledgement)
{
  if (acknowledgement == NULL)
    return;
  g_free (acknowledgement->to);
  g_free (acknowledgement->later_to);
  g_free (acknowledgement->owner);
  g_free (acknowledgement);
}

/* --- to whom --- */

static bool
is_same_owner (const char *a, const char *b)
{
  g_autofree char *owner_a = address_owner (a), *owner_b = address_owner (b);
  return strcmp (owner_a, owner_b) == 0;
}

/* Whoever the rules say that it is for; as acknowledge_recipient(). */
static const char *
find_sender (const TmInbound *inbound, const char **word_out)
{
  const char *from = sender_address (inbound), *sender = inbound->envelope->sender;
  bool is_senders = *sender != '\0' && *from != '\0' && is_same_owner (sender, from);
  if (*from == '\0' || (!is_senders && !inbound->vouches_from))
    {
      *word_out = *from == '\0' ? "it has no From to answer"
                                : "the envelope sender is not From, and neither DMARC nor DKIM vouches for that";
      return NULL;
    }
  /* Whatever SRS wraps anybody may have typed: who forwards it is not him, and must not get what is meant for him. */
  bool is_his_host = is_senders && strcmp (address_domain (sender), address_domain (from)) == 0;
  *word_out = is_his_host ? "envelope sender" : "From";
  return is_his_host ? sender : from;
}

const char *
acknowledge_recipient (const TmInbound *inbound, const TmClassification *class, const char **word_out)
{
  if (class->requester == NULL)
    return find_sender (inbound, word_out);
  *word_out = class->requester_is_forms ? "requester"
                                        : "the rule that names the requester does not list the form's clients";
  return class->requester_is_forms ? class->requester : NULL;
}

static bool
has_failed (const TmInbound *inbound)
{
  return inbound->has_failed_auth && !inbound->is_authenticated;
}

bool
acknowledge_is_confirmation (const TmInbound *inbound, const TmClassification *class)
{
  const char *word;
  return envelope_has_token (inbound->envelope, 'c') && inbound->agent == NULL && !class->is_spam
         && !draft_is_automatic (inbound, class) && !has_failed (inbound) && find_sender (inbound, &word) != NULL;
}

/* --- what speaks against it --- */

typedef struct
{
  const TmInbound *inbound;       /* NULL, like what follows, of a ticket that is released: only limits are asked */
  const TmClassification *class;
  const TmFacts *facts;
  const TmSite *site;
  const TmAckFacts *earlier;      /* NULL: none */
  const char *subject;            /* of the message */
  gint64 about;                   /* its id; 0: it has none yet */
  const char *to; /* NULL: nobody */
  const char *owner;
  const char *word; /* which address that is, or why it is nobody's */
  bool asks;        /* whether it is his */
  gint64 now;
} Asked;

/* Each gives why none is sent, static; NULL: it says nothing against it. */
typedef const char *(*Objection) (const Asked *asked, const char **mark_out);

static bool
is_for_form (const Asked *asked)
{
  return asked->class->requester != NULL;
}

static const char *
object_to_agents (const Asked *asked, const char **mark_out G_GNUC_UNUSED)
{
  return asked->inbound->agent != NULL ? "an agent opened the ticket" : NULL;
}

static const char *
object_to_spam (const Asked *asked, const char **mark_out G_GNUC_UNUSED)
{
  return asked->class->is_spam ? "it is spam" : NULL;
}

static const char *
object_by_rule (const Asked *asked, const char **mark_out)
{
  *mark_out = asked->class->no_ack ? "no_ack" : NULL;
  return asked->class->no_ack ? "a rule says so" : NULL;
}

static const char *
object_to_machines (const Asked *asked, const char **mark_out)
{
  if (!draft_is_automatic (asked->inbound, asked->class))
    return NULL;
  *mark_out = asked->class->machine ? "a rule" : asked->inbound->automatic.reason;
  return "a machine wrote it";
}

static const char *
object_to_alerts (const Asked *asked, const char **mark_out)
{
  *mark_out = asked->class->correlate_key != NULL ? asked->class->correlate_by : NULL;
  return asked->class->correlate_key != NULL ? "it is an alert" : NULL;
}

/* Where strangers are refused, one who could not be told is nobody whom the desk invites. */
static const char *
object_to_refused (const Asked *asked, const char **mark_out G_GNUC_UNUSED)
{
  bool is_refused = asked->inbound->is_unknown && asked->inbound->site->unknown_policy == TM_UNKNOWN_REFUSE;
  return is_refused ? "the sender is not confirmed yet" : NULL;
}

/* Nothing that he answers to a question without a signature could confirm him. */
static const char *
object_to_unsigned (const Asked *asked, const char **mark_out G_GNUC_UNUSED)
{
  const GPtrArray *keys = asked->site->keys->keys;
  bool is_signed = !asked->asks;
  for (guint i = 0; i < keys->len; i++)
    is_signed |= ((const TmKey *) g_ptr_array_index (keys, i))->state == TM_KEY_ACTIVE;
  return is_signed ? NULL : "no key signs the address for his answer: `ticketctl token rotate` makes one";
}

/* What is put in by hand under the time when it came. */
static const char *
object_to_past (const Asked *asked, const char **mark_out G_GNUC_UNUSED)
{
  const TmEnvelope *envelope = asked->inbound->envelope;
  return envelope->is_fed && envelope->received_at != 0 ? "it did not come just now" : NULL;
}

static const char *
object_by_mail (const Asked *asked, const char **mark_out)
{
  const TmAutomatic *automatic = &asked->inbound->automatic;
  *mark_out = automatic->unwanted;
  return automatic->unwanted != NULL ? "the mail asks for no automatic answer, or may not be answered by one" : NULL;
}

/* A form's own address is not the one that is written to. */
static const char *
object_by_address (const Asked *asked, const char **mark_out)
{
  bool is_senders = !is_for_form (asked) && asked->inbound->automatic.is_unattended;
  bool is_his = asked->to != NULL && (automatic_is_unattended (asked->to) || automatic_is_unattended (asked->owner));
  *mark_out = is_senders ? "the sender's address" : is_his ? "his address" : NULL;
  return *mark_out != NULL ? "nobody reads what comes there" : NULL;
}

/* A form writes From whoever filled it in; its rule names its clients instead. */
static const char *
object_to_failed (const Asked *asked, const char **mark_out)
{
  bool is_failed = has_failed (asked->inbound) && !is_for_form (asked);
  *mark_out = is_failed ? "Authentication-Results" : NULL;
  return is_failed ? "From is not who wrote it" : NULL;
}

static const char *
object_to_strangers (const Asked *asked, const char **mark_out)
{
  const TmInbound *inbound = asked->inbound;
  bool is_stranger = inbound->site->ack.requires_auth && inbound->is_unknown && !inbound->is_authenticated
                     && !is_for_form (asked);
  *mark_out = is_stranger ? "ack.requires_auth" : NULL;
  return is_stranger ? "nobody knows the sender, and he is not authenticated" : NULL;
}

static bool
names_queue (const TmSite *site, const GPtrArray *mailboxes)
{
  for (guint i = 0; i < mailboxes->len; i++)
    if (site_queue_by_address (site, ((const TmMailbox *) g_ptr_array_index (mailboxes, i))->address) != NULL)
      return true;
  return false;
}

static const char *
object_to_blind (const Asked *asked, const char **mark_out)
{
  const TmInbound *inbound = asked->inbound;
  bool is_blind = inbound->site->ack.requires_our_address && !names_queue (inbound->site, inbound->mail->to)
                  && !names_queue (inbound->site, inbound->mail->cc);
  *mark_out = is_blind ? "ack.requires_our_address" : NULL;
  return is_blind ? "no address of ours is in To or Cc" : NULL;
}

static const char *
object_to_nobody (const Asked *asked, const char **mark_out G_GNUC_UNUSED)
{
  return asked->to == NULL ? asked->word : NULL;
}

static bool
is_ours (const TmSite *site, const char *address)
{
  return site_queue_by_address (site, address) != NULL || site_agent_by_address (site, address) != NULL;
}

static const char *
object_to_ourselves (const Asked *asked, const char **mark_out G_GNUC_UNUSED)
{
  const TmSite *site = asked->site;
  return is_ours (site, asked->to) || is_ours (site, asked->owner) ? "that is an address of our own" : NULL;
}

static const char *
object_by_list (const Asked *asked, const char **mark_out)
{
  const GPtrArray *never = asked->site->ack.never_to;
  for (guint i = 0; i < never->len; i++)
    {
      const char *entry = g_ptr_array_index (never, i);
      if (strcmp (entry, asked->to) != 0 && strcmp (entry, asked->owner) != 0
          && strcmp (entry, address_domain (asked->to)) != 0 && strcmp (entry, address_domain (asked->owner)) != 0)
        continue;
      *mark_out = "ack.never_to";
      return "the configuration says so";
    }
  return NULL;
}

/* --- limits --- */

static const char *
object_to_asked (const Asked *asked, const char **mark_out G_GNUC_UNUSED)
{
  return asked->asks && asked->earlier->is_asked ? "he was asked already, and what he wrote then is still held"
                                                    : NULL;
}

static const char *
object_to_silenced (const Asked *asked, const char **mark_out G_GNUC_UNUSED)
{
  return asked->earlier->is_silenced ? "nothing is sent there any more: `ticketctl contact list`" : NULL;
}

static unsigned
count_since (const TmAckFacts *facts, gint64 at)
{
  unsigned n = 0;
  for (guint i = 0; i < facts->earlier->len; i++)
    n += ((const TmEarlierAck *) g_ptr_array_index (facts->earlier, i))->at > at;
  return n;
}

static const char too_many[] = "enough were sent there lately";

bool
acknowledge_is_limit (const char *why)
{
  return why == too_many;
}

static const char *
object_to_many (const Asked *asked, const char **mark_out)
{
  const TmAckSettings *settings = &asked->site->ack;
  bool is_hour = count_since (asked->earlier, asked->now - HOUR) >= settings->hour;
  bool is_day = count_since (asked->earlier, asked->now - DAY) >= settings->day;
  *mark_out = is_hour ? "ack.hour" : is_day ? "ack.day" : NULL;
  return *mark_out != NULL ? too_many : NULL;
}

static const char *
object_to_same_subject (const Asked *asked, const char **mark_out)
{
  const TmSite *site = asked->site;
  const GPtrArray *earlier = asked->earlier->earlier;
  g_autofree char *subject = NULL;
  for (guint i = 0; i < earlier->len; i++)
    {
      const TmEarlierAck *ack = g_ptr_array_index (earlier, i);
      bool is_question = asked->about != 0 && ack->message == asked->about; /* whether he wrote that very message */
      if (is_question || ack->at <= asked->now - site->ack.same_subject_s || ack->subject == NULL)
        continue;
      g_autofree char *other = subject_fold (ack->subject, site->instance);
      if (subject == NULL)
        subject = subject_fold (asked->subject, site->instance);
      if (strcmp (other, subject) != 0)
        continue;
      *mark_out = "ack.same_subject";
      return "the same subject was acknowledged lately";
    }
  return NULL;
}

static const char *
object_to_flood (const Asked *asked, const char **mark_out)
{
  const TmAckFacts *facts = asked->earlier;
  bool is_off = facts->nth_at != TM_NEVER && facts->newest_at - facts->nth_at < MINUTE
                && asked->now < facts->newest_at + TM_ACK_PAUSE_S;
  *mark_out = is_off ? "ack.minute" : NULL;
  return is_off ? "too many were made within a minute, so none is for an hour" : NULL;
}

/* With this one there are as many within a minute as there may be. */
static bool
is_last (const Asked *asked)
{
  const TmAckFacts *facts = asked->earlier;
  unsigned minute = asked->site->ack.minute;
  if (facts == NULL)
    return false;
  return minute == 1 || (facts->before_at != TM_NEVER && asked->now - facts->before_at < MINUTE);
}

/* --- the decision --- */

/* Those behind object_to_nobody() have an address; those behind object_by_list() know what was sent before. */
static const Objection of_mail[] = {
  object_to_agents, object_to_spam,    object_by_rule,      object_to_machines, object_to_alerts,
  object_to_refused, object_to_past,   object_by_mail,      object_by_address,  object_to_failed,
  object_to_strangers, object_to_blind, object_to_nobody,   object_to_ourselves, object_by_list,
};
static const Objection of_questions[] = { object_to_unsigned };
static const Objection of_released[] = { object_to_ourselves, object_by_list };
static const Objection of_limits[] = { object_to_asked, object_to_silenced, object_to_many, object_to_same_subject,
                                       object_to_flood };

static const char *
ask (const Asked *asked, const Objection *objections, gsize n, const char **mark_out)
{
  const char *why = NULL;
  for (gsize i = 0; i < n && why == NULL; i++)
    why = objections[i](asked, mark_out);
  return why;
}

static const Objection for_good[] = { object_to_spam, object_by_rule,   object_to_machines, object_to_alerts,
                                      object_by_mail, object_by_address, object_to_failed,   object_to_nobody };
static const Objection of_notices[] = { object_by_address, object_to_ourselves, object_by_list, object_to_silenced,
                                        object_to_many };

const char *
acknowledge_objects_for_good (const TmInbound *inbound, const TmClassification *class)
{
  const char *mark;
  Asked asked = { .site = inbound->site, .inbound = inbound, .class = class };
  asked.to = acknowledge_recipient (inbound, class, &asked.word);
  g_autofree char *owner = asked.to != NULL ? address_owner (asked.to) : NULL;
  asked.owner = owner;
  return inbound->agent != NULL ? NULL : ask (&asked, for_good, G_N_ELEMENTS (for_good), &mark);
}

const char *
acknowledge_objects_to_notice (const TmSite *site, const char *address, const TmAckFacts *ack, gint64 now)
{
  const char *mark;
  const TmInbound inbound = { .site = site };
  const TmClassification class = { .requester = NULL };
  g_autofree char *owner = address_owner (address);
  const Asked asked = { .site = site, .inbound = &inbound, .class = &class, .earlier = ack, .to = address,
                        .owner = owner, .now = now };
  return ask (&asked, of_notices, G_N_ELEMENTS (of_notices), &mark);
}

static bool
may_tell_subject (const Asked *asked)
{
  const TmContactFacts *contact = asked->facts->contact;
  bool is_on_file = contact != NULL && contact->confirmed_at != TM_NEVER;
  return !is_for_form (asked) && (asked->inbound->is_authenticated || is_on_file);
}

static void
settle (const Asked *asked, char *owner, TmAcknowledgement *ack)
{
  if (ack->why == NULL && asked->earlier != NULL)
    ack->why = ask (asked, of_limits, G_N_ELEMENTS (of_limits), &ack->mark);
  if (ack->why != NULL)
    return;
  ack->to = g_strdup (asked->to);
  ack->to_whom = asked->word;
  ack->owner = g_strdup (owner);
  ack->is_last = is_last (asked);
}

TmAcknowledgement *
acknowledge_decide (const TmInbound *inbound, const TmClassification *class, const TmFacts *facts, gint64 now)
{
  if (!inbound->site->ack.sends)
    return NULL;
  TmAcknowledgement *ack = g_new0 (TmAcknowledgement, 1);
  Asked asked = { .inbound = inbound,
                  .class = class,
                  .facts = facts,
                  .site = inbound->site,
                  .earlier = facts->ack,
                  .subject = inbound->mail->subject,
                  .now = now };
  ack->asks = asked.asks = inbound->is_unknown && inbound->site->unknown_policy == TM_UNKNOWN_HOLD && !class->is_spam
                           && !draft_is_automatic (inbound, class);
  asked.to = acknowledge_recipient (inbound, class, &asked.word);
  g_autofree char *owner = asked.to != NULL ? address_owner (asked.to) : NULL;
  asked.owner = owner;
  ack->why = ask (&asked, of_mail, G_N_ELEMENTS (of_mail), &ack->mark);
  if (ack->asks && ack->why == NULL)
    ack->later_to = g_strdup (asked.to);
  if (ack->why == NULL)
    ack->why = ask (&asked, of_questions, G_N_ELEMENTS (of_questions), &ack->mark);
  settle (&asked, owner, ack);
  ack->tells_subject = ack->to != NULL && !ack->asks && may_tell_subject (&asked);
  return ack;
}

TmAcknowledgement *
acknowledge_released (const TmRelease *release)
{
  if (release->ack_to == NULL || release->earlier == NULL || !release->site->ack.sends)
    return NULL;
  TmAcknowledgement *ack = g_new0 (TmAcknowledgement, 1);
  bool is_from = strcmp (release->from, release->ticket->requester) == 0;
  g_autofree char *owner = address_owner (release->ack_to);
  const Asked asked = { .site = release->site,
                        .earlier = release->earlier,
                        .subject = release->subject,
                        .about = release->message,
                        .to = release->ack_to,
                        .owner = owner,
                        .word = !is_from                                        ? "requester"
                                : strcmp (release->ack_to, release->from) == 0 ? "From"
                                                                                : "envelope sender",
                        .now = release->now };
  ack->why = ask (&asked, of_released, G_N_ELEMENTS (of_released), &ack->mark);
  settle (&asked, owner, ack);
  ack->tells_subject = ack->to != NULL && is_from;
  return ack;
}

/* --- what comes of it --- */

char *
acknowledgement_detail (const TmAcknowledgement *ack)
{
  if (ack->to == NULL)
    return detail_new ("why", ack->why, ack->mark != NULL ? "by" : NULL, ack->mark, NULL);
  return ack->asks ? detail_new ("to", ack->to_whom, NULL)
                   : detail_new ("to", ack->to_whom, "subject", ack->tells_subject ? "told" : "not told", NULL);
}

TmOutgoing *
acknowledgement_mail (const TmAcknowledgement *ack, TmNoticeText *text, gint64 message, gint64 not_before)
{
  TmOutgoing *outgoing
      = outgoing_new (ack->asks ? TM_OUTGOING_CONFIRM : TM_OUTGOING_ACK, "desk", text->subject, text->text);
  outgoing_add_recipient (outgoing, ack->to);
  outgoing->message = message;
  outgoing->reply_purpose = ack->asks ? 'c' : 'r';
  outgoing->may_repeat = ack->asks;
  outgoing->html = g_steal_pointer (&text->html);
  outgoing->rate_key = g_strdup (ack->owner);
  outgoing->not_before = not_before;
  return outgoing;
}
