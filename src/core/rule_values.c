/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/rule_values.h"

#include "core/classify_stated.h"
#include "core/forward.h"

#include <string.h>

typedef struct
{
  TmConditionField field;
  const char *header;
  TmRuleValueFunc func;
  gpointer data;
} Each;

/* `value` NULL: the field has none. */
static bool
give (const Each *each, const char *value)
{
  return value == NULL || each->func (value, strlen (value), each->data);
}

/* The item's value, NULL when it has none for this field. */
typedef const char *(*ValueOf) (const Each *each, gconstpointer item);

static void
give_items (const Each *each, const GPtrArray *items, ValueOf value_of)
{
  for (guint i = 0; i < items->len; i++)
    if (!give (each, value_of (each, g_ptr_array_index (items, i))))
      return;
}

static const char *
mailbox_value (const Each *each G_GNUC_UNUSED, gconstpointer item)
{
  return ((const TmMailbox *) item)->address;
}

static const char *
recipient_value (const Each *each G_GNUC_UNUSED, gconstpointer item)
{
  const TmRecipient *recipient = item;
  return recipient->address != NULL ? recipient->address : recipient->typed;
}

static const char *
attachment_value (const Each *each, gconstpointer item)
{
  const TmAttachment *attachment = item;
  return each->field == TM_FIELD_ATTACHMENT_NAME ? attachment->name : attachment->type;
}

static const char *
header_value (const Each *each, gconstpointer item)
{
  const TmHeader *header = item;
  return g_ascii_strcasecmp (header->name, each->header) == 0 ? header->value : NULL;
}

static const char *
tag_value (const Each *each, gconstpointer item)
{
  const TmTag *tag = item;
  return strcmp (tag->key, each->header) == 0 ? tag->value : NULL;
}

/* A follow-up has none until a rule sets one, or its writer states it. */
static const char *
known_priority (const TmRuleInput *input, const TmClassification *so_far)
{
  const char *stated = so_far->stated.priority;
  if (so_far->priority != NULL || !input->is_followup || stated == NULL)
    return so_far->priority;
  return classify_stated_priority (input->site, input->service_plan, stated);
}

static const char *
current_queue (const TmRuleInput *input, const TmClassification *so_far)
{
  if (so_far->queue != NULL)
    return so_far->queue;
  return input->queue != NULL ? input->queue->id : NULL;
}

void
rule_values_each (TmConditionField field, const char *header, const TmRuleInput *input,
                  const TmClassification *so_far, TmRuleValueFunc func, gpointer data)
{
  const TmMail *mail = input->mail;
  const TmEnvelope *envelope = input->envelope;
  const Each each = { field, header, func, data };
  switch (field)
    {
    case TM_FIELD_ATTACHMENT_NAME:
    case TM_FIELD_ATTACHMENT_TYPE:
      give_items (&each, mail->attachments, attachment_value);
      return;
    case TM_FIELD_BODY:
      func (mail->text + mail->reply_start, mail->reply_len, data);
      return;
    case TM_FIELD_CC:
      give_items (&each, mail->cc, mailbox_value);
      return;
    case TM_FIELD_CLIENT:
      give (&each, envelope->client_address);
      return;
    case TM_FIELD_CUSTOMER:
      give (&each, input->customer != NULL ? input->customer->id : NULL);
      return;
    case TM_FIELD_FROM:
      give (&each, mail->from != NULL ? mail->from->address : NULL);
      return;
    case TM_FIELD_FROM_NAME:
      give (&each, mail->from != NULL ? mail->from->name : NULL);
      return;
    case TM_FIELD_HEADER:
      give_items (&each, mail->headers, header_value);
      return;
    case TM_FIELD_LOGIN:
      give (&each, envelope->login);
      return;
    case TM_FIELD_PLAN:
      give (&each, input->service_plan != NULL ? input->service_plan->id : NULL);
      return;
    case TM_FIELD_PRIORITY:
      give (&each, so_far != NULL ? known_priority (input, so_far) : NULL);
      return;
    case TM_FIELD_QUEUE:
      give (&each, so_far != NULL ? current_queue (input, so_far) : NULL);
      return;
    case TM_FIELD_RECIPIENT:
      give_items (&each, envelope->recipients, recipient_value);
      return;
    case TM_FIELD_SENDER:
      give (&each, envelope->sender);
      return;
    case TM_FIELD_SUBJECT:
      give (&each, mail->subject);
      return;
    case TM_FIELD_TAG:
      if (so_far != NULL)
        give_items (&each, so_far->tags, tag_value);
      return;
    case TM_FIELD_TEXT:
      give (&each, mail->text);
      return;
    case TM_FIELD_TO:
      give_items (&each, mail->to, mailbox_value);
      return;
    case TM_FIELD_TYPE:
      give (&each, so_far != NULL ? so_far->type : NULL);
      return;
    }
}

bool
rule_field_moves (TmConditionField field)
{
  return field == TM_FIELD_PRIORITY || field == TM_FIELD_QUEUE || field == TM_FIELD_TAG || field == TM_FIELD_TYPE;
}

bool
rule_flag_moves (TmConditionFlag flag)
{
  return flag == TM_IS_AUTO || flag == TM_IS_SPAM || flag == TM_IS_FOLLOWUP;
}

static bool
has_attachment (const TmMail *mail)
{
  for (guint i = 0; i < mail->attachments->len; i++)
    if (!((const TmAttachment *) g_ptr_array_index (mail->attachments, i))->is_inline)
      return true;
  return false;
}

bool
rule_flag_is_set (TmConditionFlag flag, const TmRuleInput *input, const TmClassification *so_far)
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
