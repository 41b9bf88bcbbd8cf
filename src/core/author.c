/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/author.h"

#include "base/text.h"
#include "core/address.h"
#include "core/fields.h"

#include <string.h>

/* Bytes of a person's name, and of a field that is kept as it came. */
enum { NAME_MAX_BYTES = 64, FORM_MAX_BYTES = 160, ORIGINAL_MAX_BYTES = 400 };

static bool
is_remote (const TmQueue *queue)
{
  return queue->mailboxes == TM_MAILBOXES_REMOTE;
}

static bool
takes_answers (const TmQueue *queue)
{
  return queue->reply_to == TM_REPLY_TO_TOKEN;
}

/* Of the queues whose mailboxes get this message, the ticket's own if it is `wanted`, else the first one that is. */
static const TmQueue *
choose_queue (const TmInbound *inbound, const TmPlan *plan, const TmMarks *marks, bool (*wanted) (const TmQueue *))
{
  const GPtrArray *typed = inbound->envelope->recipients;
  const TmQueue *first = NULL;
  for (guint i = 0; i < typed->len + marks->recipients->len; i++)
    {
      const TmQueue *queue = i < typed->len
                                 ? ((const TmRecipient *) typed->pdata[i])->queue
                                 : site_queue_by_address (inbound->site, marks->recipients->pdata[i - typed->len]);
      if (queue == NULL || !wanted (queue))
        continue;
      if (g_strcmp0 (queue->id, plan->queue) == 0)
        return queue;
      if (first == NULL)
        first = queue;
    }
  return first;
}

char *
author_token_address (const TmSite *site, const TmQueue *queue, gint64 ticket, char purpose, bool is_trial)
{
  g_autofree char *number = ticket > 0 ? g_strdup_printf ("%" G_GINT64_FORMAT, ticket) : g_strdup ("NEW");
  g_autofree char *token = is_trial ? g_strdup_printf ("%s-%cTOKEN", number, purpose)
                                    : token_sign (site->keys, ticket, purpose, NULL);
  return address_add_extension (g_ptr_array_index (queue->addresses, 0), site->recipient_delimiter, token);
}

char *
author_person_address (const TmSite *site, const TmQueue *queue, gint64 ticket, char purpose, const char *person)
{
  g_autofree char *token = token_sign (site->keys, ticket, purpose, person);
  return address_add_extension (g_ptr_array_index (queue->addresses, 0), site->recipient_delimiter, token);
}

/* Without what could end a quoted string, begin an encoded word, or be taken for an address. */
static char *
tidy_name (const char *name)
{
  g_autofree char *line = text_one_line (name, NAME_MAX_BYTES);
  g_autoptr (GString) out = g_string_new (NULL);
  for (const char *p = line; *p != '\0' && *p != '@'; p++)
    if (*p == '?' && g_str_has_suffix (out->str, "="))
      g_string_truncate (out, out->len - 1);
    else if (strchr ("\"\\<>", *p) == NULL)
      g_string_append_c (out, *p);
  return text_one_line (out->str, 0);
}

static char *
quote (const char *tidy)
{
  if (g_str_is_ascii (tidy))
    return g_strconcat ("\"", tidy, "\"", NULL);
  g_autofree char *words = field_encode (tidy);
  g_auto (GStrv) folds = g_strsplit (words, "\n", -1);
  return g_strjoinv ("", folds);
}

char *
author_display (const char *name, const char *queue)
{
  g_autofree char *person = tidy_name (name);
  g_autofree char *desk = tidy_name (queue);
  g_autofree char *both = g_strconcat (person, *person != '\0' ? " via " : "", desk, NULL);
  return quote (both);
}

char *
author_phrase (const char *name)
{
  g_autofree char *tidy = tidy_name (name);
  return *tidy != '\0' ? quote (tidy) : g_steal_pointer (&tidy);
}

static void
replace (char **text, const char *place, const char *name)
{
  g_autofree char *tidy = tidy_name (name);
  g_auto (GStrv) parts = g_strsplit (*text, place, -1);
  g_free (*text);
  *text = g_strjoinv (tidy, parts);
}

char *
author_by_form (const char *form, const char *agent, const char *queue)
{
  g_autofree char *text = g_strdup (form);
  replace (&text, "{agent}", agent);
  replace (&text, "{queue}", queue);
  g_autofree char *line = text_one_line (text, FORM_MAX_BYTES);
  g_autoptr (GString) out = g_string_new (NULL);
  for (const char *p = line; *p != '\0'; p++)
    if (strchr ("\"\\<>", *p) == NULL)
      g_string_append_c (out, *p);
  return quote (out->str);
}

static const char *
name_of (const TmMailbox *from)
{
  return from == NULL ? "" : *from->name != '\0' ? from->name : from->address;
}

/* The first field called `name`, as it was written, becomes the mark `kept_as`. */
static void
keep_original (TmMarks *marks, const TmMail *mail, const char *name, const char *kept_as)
{
  for (guint i = 0; i < mail->headers->len; i++)
    {
      const TmHeader *header = g_ptr_array_index (mail->headers, i);
      if (g_ascii_strcasecmp (header->name, name) != 0)
        continue;
      g_autofree char *value
          = text_one_line (header->raw != NULL ? header->raw : header->value, ORIGINAL_MAX_BYTES);
      if (*value != '\0')
        marks_add_field (marks, kept_as, value);
      return;
    }
}

void
author_mark (const TmInbound *inbound, const TmPlan *plan, bool is_trial, TmMarks *marks)
{
  const TmQueue *remote = choose_queue (inbound, plan, marks, is_remote);
  const TmQueue *queue = remote != NULL ? remote : choose_queue (inbound, plan, marks, takes_answers);
  if (queue == NULL)
    return;
  /* An answer to a colleague's note is a note: nobody outside may get it by answering in a hurry. */
  bool is_note
      = plan->direction == TM_DIRECTION_NOTE || (plan->action == TM_ACTION_DUPLICATE && inbound->agent != NULL);
  char purpose = is_note ? 'n' : 'r';
  g_autofree char *answers = author_token_address (inbound->site, queue, plan->ticket, purpose, is_trial);
  if (remote != NULL && marks->from_address == NULL)
    {
      keep_original (marks, inbound->mail, "From", "X-Ticket-From");
      marks->from_name = author_display (name_of (inbound->mail->from), queue->name);
      marks->from_address = g_strdup (answers);
      /* A bounce of mail that has no sender would go round for ever. */
      if (*inbound->envelope->sender != '\0')
        marks->sender = author_token_address (inbound->site, queue, plan->ticket, 'b', is_trial);
    }
  if (takes_answers (queue) && marks->reply_to == NULL)
    {
      keep_original (marks, inbound->mail, "Reply-To", "X-Ticket-Reply-To");
      marks->reply_to = g_steal_pointer (&answers);
    }
}
