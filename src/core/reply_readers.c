/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/reply_readers.h"

#include "base/text.h"
#include "core/agents.h"
#include "core/author.h"
#include "core/command.h"
#include "core/reply_edits.h"

#include <string.h>

/* --- the envelope --- */

static bool
has_string (GPtrArray *strings, const char *string)
{
  return g_ptr_array_find_with_equal_func (strings, string, g_str_equal, NULL);
}

static void
join (const TmFinish *finish, const char *address)
{
  if (agents_find_recipient (finish->inbound, address) == NULL && !has_string (finish->marks->recipients, address))
    g_ptr_array_add (finish->marks->recipients, g_strdup (address));
}

static void
leave (const TmFinish *finish, const TmRecipient *recipient)
{
  const char *name = recipient->address != NULL ? recipient->address : recipient->typed;
  if (!has_string (finish->marks->dropped, name) && text_is_one_line (name, strlen (name)))
    g_ptr_array_add (finish->marks->dropped, g_strdup (name));
}

const char *
queue_address (const TmQueue *queue)
{
  return queue->addresses->len > 0 ? g_ptr_array_index (queue->addresses, 0) : NULL;
}

/* Its tokens are for us; what stands in their place is its plain address, if `is_copied`. */
static void
replace_tokens (const TmFinish *finish, bool is_copied)
{
  const GPtrArray *recipients = finish->inbound->envelope->recipients;
  for (guint i = 0; i < recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (recipients, i);
      if (!recipient->has_token)
        continue;
      leave (finish, recipient);
      if (is_copied && queue_address (recipient->queue) != NULL)
        join (finish, queue_address (recipient->queue));
    }
}

/* A note's readers are those of the queue, whoever else it was written to. */
static void
keep_inside (const TmFinish *finish)
{
  const GPtrArray *recipients = finish->inbound->envelope->recipients;
  bool has_queue = false;
  for (guint i = 0; i < recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (recipients, i);
      has_queue |= recipient->queue != NULL;
      if (recipient_is_outside (recipient))
        leave (finish, recipient);
    }
  if (!has_queue && finish->queue != NULL && queue_address (finish->queue) != NULL)
    join (finish, queue_address (finish->queue));
}

/* The queue's mailbox gets a copy, unless it gets the message anyhow. */
static void
copy_queue (const TmFinish *finish)
{
  const GPtrArray *recipients = finish->inbound->envelope->recipients;
  if (finish->queue == NULL || !finish->queue->copy_queue || queue_address (finish->queue) == NULL)
    return;
  for (guint i = 0; i < recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (recipients, i);
      if (recipient->queue == finish->queue && !recipient->has_token)
        return;
    }
  join (finish, queue_address (finish->queue));
}

/* --- readers --- */

typedef struct
{
  const char *address; /* where he wants it */
  const char *own;     /* as whom he is known */
} Reader;

static void
add_reader (GArray *readers, const TmSite *site, const char *own, const char *answer_to)
{
  Reader reader = { answer_to != NULL ? answer_to : own, own };
  if (*own == '\0' || site_queue_by_address (site, reader.address) != NULL)
    return;
  for (guint i = 0; i < readers->len; i++)
    {
      const Reader *other = &g_array_index (readers, Reader, i);
      if (strcmp (other->address, reader.address) == 0 || strcmp (other->own, own) == 0)
        return;
    }
  g_array_append_val (readers, reader);
}

/* The requester first. */
static GArray *
find_readers (const TmSite *site, const TmTicketFacts *ticket)
{
  GArray *readers = g_array_new (FALSE, FALSE, sizeof (Reader));
  add_reader (readers, site, ticket->requester, ticket->answer_to);
  for (guint i = 0; i < ticket->participants->len; i++)
    {
      const TmParticipant *participant = g_ptr_array_index (ticket->participants, i);
      if (participant->receives)
        add_reader (readers, site, participant->address, participant->answer_to);
    }
  return readers;
}

GPtrArray *
readers_find (const TmSite *site, const TmTicketFacts *ticket)
{
  g_autoptr (GArray) readers = find_readers (site, ticket);
  GPtrArray *addresses = g_ptr_array_new ();
  for (guint i = 0; i < readers->len; i++)
    g_ptr_array_add (addresses, (gpointer) (gsize) g_array_index (readers, Reader, i).address);
  return addresses;
}

static void
join_readers (const TmFinish *finish, const GArray *readers)
{
  for (guint i = 0; i < readers->len; i++)
    {
      const Reader *reader = &g_array_index (readers, Reader, i);
      if (agents_find_recipient (finish->inbound, reader->own) == NULL)
        join (finish, reader->address);
    }
}

/* --- To and Cc --- */

/* The name that the agent's program has for the address, "" none. */
static const char *
known_name (const TmMail *mail, const char *address)
{
  for (guint i = 0; i < mail->to->len + mail->cc->len; i++)
    {
      const TmMailbox *mailbox = i < mail->to->len ? mail->to->pdata[i] : mail->cc->pdata[i - mail->to->len];
      if (strcmp (mailbox->address, address) == 0 && mailbox->name != NULL)
        return mailbox->name;
    }
  return "";
}

static void
append_mailbox (GString *list, const char *address, const char *name)
{
  g_autofree char *phrase = author_phrase (name);
  if (list->len > 0)
    g_string_append (list, ", ");
  if (*phrase != '\0')
    g_string_append_printf (list, "%s <%s>", phrase, address);
  else
    g_string_append (list, address);
}

typedef struct
{
  GString *list;
  const GArray *readers;
} Listing;

static void
append_typed (const TmMailbox *mailbox, gpointer data)
{
  Listing *listing = data;
  for (guint i = 0; i < listing->readers->len; i++)
    {
      const Reader *reader = &g_array_index (listing->readers, Reader, i);
      if (strcmp (reader->address, mailbox->address) == 0 || strcmp (reader->own, mailbox->address) == 0)
        return;
    }
  append_mailbox (listing->list, mailbox->address, mailbox->name != NULL ? mailbox->name : "");
}

/* Where somebody outside gets it, other than by the colleagues' own addresses. */
static const char *
shown_address (const TmFinish *finish, const Reader *reader)
{
  return agents_find_recipient (finish->inbound, reader->own) != NULL ? reader->own : reader->address;
}

static void
set_field (const TmFinish *finish, const char *name, const GString *list)
{
  if (list->len > 0 || mail_header (finish->inbound->mail, name, 0) != NULL)
    marks_set_field (finish->marks, name, list->str);
}

static void
write_readers (const TmFinish *finish, const GArray *readers)
{
  const TmInbound *inbound = finish->inbound;
  g_autoptr (GString) to = g_string_new (NULL);
  g_autoptr (GString) cc = g_string_new (NULL);
  for (guint i = 0; i < readers->len; i++)
    {
      const Reader *reader = &g_array_index (readers, Reader, i);
      const char *address = shown_address (finish, reader);
      bool is_requester = strcmp (reader->own, finish->ticket->requester) == 0;
      if (is_requester || site_agent_by_address (inbound->site, address) == NULL)
        append_mailbox (to->len == 0 ? to : cc, address, known_name (inbound->mail, address));
    }
  Listing listing = { to->len == 0 ? to : cc, readers };
  agents_for_typed (inbound, append_typed, &listing);
  set_field (finish, "To", to);
  set_field (finish, "Cc", cc);
}

static bool
is_not_for_readers (const TmSite *site, const TmTicketFacts *ticket, const char *address)
{
  const TmQueue *queue = site_queue_by_address (site, address);
  if (queue != NULL)
    return !has_string (queue->addresses, address); /* it has an extension: a token, whosever it is */
  return site_agent_by_address (site, address) != NULL && strcmp (address, ticket->requester) != 0;
}

/* Gives whether it is as good as empty now. */
static bool
clean_list (const TmFinish *finish, const char *name, const GPtrArray *mailboxes, const char *instead)
{
  g_autoptr (GString) list = g_string_new (NULL);
  guint n_left = 0;
  for (guint i = 0; i < mailboxes->len; i++)
    {
      const TmMailbox *mailbox = g_ptr_array_index (mailboxes, i);
      if (is_not_for_readers (finish->inbound->site, finish->ticket, mailbox->address))
        continue;
      n_left++;
      append_mailbox (list, mailbox->address, mailbox->name != NULL ? mailbox->name : "");
    }
  if (n_left == mailboxes->len)
    return false;
  if (n_left == 0 && instead != NULL && *instead != '\0')
    append_mailbox (list, instead, known_name (finish->inbound->mail, instead));
  set_field (finish, name, list);
  return n_left == 0;
}

/* --- whole messages --- */

void
readers_of_reply (const TmFinish *finish)
{
  g_autoptr (GArray) readers = find_readers (finish->inbound->site, finish->ticket);
  replace_tokens (finish, false);
  join_readers (finish, readers);
  write_readers (finish, readers);
  copy_queue (finish);
}

void
readers_as_typed (const TmFinish *finish)
{
  g_autoptr (GArray) readers = find_readers (finish->inbound->site, finish->ticket);
  const Reader *first = readers->len > 0 ? &g_array_index (readers, Reader, 0) : NULL;
  replace_tokens (finish, false);
  clean_list (finish, "To", finish->inbound->mail->to, first != NULL ? shown_address (finish, first) : NULL);
  clean_list (finish, "Cc", finish->inbound->mail->cc, NULL);
  copy_queue (finish);
}

/* What he only says to others, with the desk in Cc, is as much theirs as ours. */
static bool
is_meant_as_note (const TmInbound *inbound)
{
  return (inbound->commands != NULL && inbound->commands->is_note) || envelope_has_token (inbound->envelope, 'n')
         || envelope_has_token (inbound->envelope, 'k');
}

void
readers_of_note (const TmFinish *finish)
{
  replace_tokens (finish, true);
  if (is_meant_as_note (finish->inbound))
    keep_inside (finish);
}
