/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/classify.h"
#include "core/condition.h"
#include "core/forward.h"

#include <string.h>

typedef struct
{
  const TmCondition *condition;
  const TmRuleInput *input;
  const TmClassification *so_far;
  TmMatchBudget *budget;
  GHashTable *groups;
} Probe;

/* Any case, the whole value but for white space around it. */
static bool
value_equals (const TmCondition *condition, const char *value, gsize len)
{
  while (len > 0 && g_ascii_isspace (*value))
    value++, len--;
  while (len > 0 && g_ascii_isspace (value[len - 1]))
    len--;
  /* Folding makes no character shorter than a third: long texts need not be copied. */
  if (len > 3 * strlen (condition->folded))
    return false;
  g_autofree char *folded = g_utf8_casefold (value, (gssize) len);
  return strcmp (folded, condition->folded) == 0;
}

static TmMatch
probe_bytes (const Probe *probe, const char *value, gsize len)
{
  const TmCondition *condition = probe->condition;
  switch (condition->test)
    {
    case TM_TEST_PATTERN:
      return pattern_match (condition->pattern, value, len, &probe->input->site->match, probe->budget, probe->groups);
    case TM_TEST_VALUE:
      return value_equals (condition, value, len) ? TM_MATCH_YES : TM_MATCH_NO;
    case TM_TEST_NETWORK:
      return network_has (&condition->network, value) ? TM_MATCH_YES : TM_MATCH_NO;
    case TM_TEST_FLAG:
      break;
    }
  return TM_MATCH_NO;
}

/* `value` NULL: the field has none, so nothing about it holds. */
static TmMatch
probe_one (const Probe *probe, const char *value)
{
  return value != NULL ? probe_bytes (probe, value, strlen (value)) : TM_MATCH_NO;
}

/* The item's value, NULL when it has none for this condition. */
typedef const char *(*ValueOf) (const TmCondition *condition, gconstpointer item);

/* One value that matches is enough; one that was given up leaves it open when none does. */
static TmMatch
probe_any (const Probe *probe, const GPtrArray *items, ValueOf value_of)
{
  TmMatch found = TM_MATCH_NO;
  for (guint i = 0; i < items->len && found != TM_MATCH_YES; i++)
    {
      TmMatch match = probe_one (probe, value_of (probe->condition, g_ptr_array_index (items, i)));
      if (match != TM_MATCH_NO)
        found = match;
    }
  return found;
}

static const char *
mailbox_value (const TmCondition *condition, gconstpointer item)
{
  (void) condition;
  return ((const TmMailbox *) item)->address;
}

static const char *
recipient_value (const TmCondition *condition, gconstpointer item)
{
  (void) condition;
  const TmRecipient *recipient = item;
  return recipient->address != NULL ? recipient->address : recipient->typed;
}

static const char *
attachment_value (const TmCondition *condition, gconstpointer item)
{
  const TmAttachment *attachment = item;
  return condition->field == TM_FIELD_ATTACHMENT_NAME ? attachment->name : attachment->type;
}

static const char *
header_value (const TmCondition *condition, gconstpointer item)
{
  const TmHeader *header = item;
  return g_ascii_strcasecmp (header->name, condition->header) == 0 ? header->value : NULL;
}

static const char *
current_queue (const Probe *probe)
{
  if (probe->so_far->queue != NULL)
    return probe->so_far->queue;
  return probe->input->queue != NULL ? probe->input->queue->id : NULL;
}

static TmMatch
probe_field (const Probe *probe)
{
  const TmMail *mail = probe->input->mail;
  const TmEnvelope *envelope = probe->input->envelope;
  switch (probe->condition->field)
    {
    case TM_FIELD_ATTACHMENT_NAME:
    case TM_FIELD_ATTACHMENT_TYPE:
      return probe_any (probe, mail->attachments, attachment_value);
    case TM_FIELD_BODY:
      return probe_bytes (probe, mail->text + mail->reply_start, mail->reply_len);
    case TM_FIELD_CC:
      return probe_any (probe, mail->cc, mailbox_value);
    case TM_FIELD_CLIENT:
      return probe_one (probe, envelope->client_address);
    case TM_FIELD_CUSTOMER:
      return probe_one (probe, probe->input->customer != NULL ? probe->input->customer->id : NULL);
    case TM_FIELD_FROM:
      return probe_one (probe, mail->from != NULL ? mail->from->address : NULL);
    case TM_FIELD_FROM_NAME:
      return probe_one (probe, mail->from != NULL ? mail->from->name : NULL);
    case TM_FIELD_HEADER:
      return probe_any (probe, mail->headers, header_value);
    case TM_FIELD_LOGIN:
      return probe_one (probe, envelope->login);
    case TM_FIELD_PLAN:
      return probe_one (probe, probe->input->service_plan != NULL ? probe->input->service_plan->id : NULL);
    case TM_FIELD_PRIORITY:
      return probe_one (probe, probe->so_far->priority);
    case TM_FIELD_QUEUE:
      return probe_one (probe, current_queue (probe));
    case TM_FIELD_RECIPIENT:
      return probe_any (probe, envelope->recipients, recipient_value);
    case TM_FIELD_SENDER:
      return probe_one (probe, envelope->sender);
    case TM_FIELD_SUBJECT:
      return probe_one (probe, mail->subject);
    case TM_FIELD_TEXT:
      return probe_one (probe, mail->text);
    case TM_FIELD_TO:
      return probe_any (probe, mail->to, mailbox_value);
    case TM_FIELD_TYPE:
      return probe_one (probe, probe->so_far->type);
    }
  return TM_MATCH_NO;
}

static bool
has_attachment (const TmMail *mail)
{
  for (guint i = 0; i < mail->attachments->len; i++)
    if (!((const TmAttachment *) g_ptr_array_index (mail->attachments, i))->is_inline)
      return true;
  return false;
}

static bool
flag_is_set (TmConditionFlag flag, const TmRuleInput *input, const TmClassification *so_far)
{
  switch (flag)
    {
    case TM_IS_AUTO:
      return so_far->machine || (input->is_auto && !so_far->human);
    case TM_IS_BOUNCE:
      return input->is_bounce;
    case TM_IS_LIST:
      return input->is_list;
    case TM_IS_FOLLOWUP:
      return input->is_followup;
    case TM_IS_AUTHENTICATED:
      return input->is_authenticated;
    case TM_HAS_ATTACHMENT:
      return has_attachment (input->mail);
    case TM_IS_SPAM:
      return so_far->is_spam;
    case TM_IS_FORWARD:
      return mail_is_forward (input->mail);
    }
  return false;
}

TmMatch
condition_match (const TmCondition *condition, const TmRuleInput *input, const TmClassification *so_far,
                 TmMatchBudget *budget, GHashTable *groups)
{
  Probe probe = { condition, input, so_far, budget, condition->is_negated ? NULL : groups };
  TmMatch match;
  if (condition->test == TM_TEST_FLAG)
    match = flag_is_set (condition->flag, input, so_far) ? TM_MATCH_YES : TM_MATCH_NO;
  else
    match = probe_field (&probe);
  if (!condition->is_negated || match == TM_MATCH_LIMITED)
    return match;
  return match == TM_MATCH_YES ? TM_MATCH_NO : TM_MATCH_YES;
}
