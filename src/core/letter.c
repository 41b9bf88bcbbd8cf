/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/letter.h"

#include "base/clock.h"
#include "base/text.h"
#include "core/author.h"
#include "core/draft.h"
#include "core/footer.h"
#include "core/reply_readers.h"
#include "core/standing.h"

#include <string.h>

/* Bytes of a request that goes along with a page, as it came or as text. */
enum { PAGE_ATTACHED_MAX = 256 << 10 };

TmLetter *
letter_new (void)
{
  TmLetter *letter = g_new0 (TmLetter, 1);
  letter->to = g_ptr_array_new_with_free_func (g_free);
  letter->cc = g_ptr_array_new_with_free_func (g_free);
  letter->references = g_ptr_array_new_with_free_func (g_free);
  letter->fields = g_ptr_array_new_with_free_func ((GDestroyNotify) header_free);
  return letter;
}

void
letter_free (TmLetter *letter)
{
  if (letter == NULL)
    return;
  g_free (letter->from);
  g_ptr_array_unref (letter->to);
  g_ptr_array_unref (letter->cc);
  g_free (letter->reply_to);
  g_free (letter->subject);
  g_free (letter->message_id);
  g_free (letter->in_reply_to);
  g_ptr_array_unref (letter->references);
  g_free (letter->auto_submitted);
  g_free (letter->loop);
  g_ptr_array_unref (letter->fields);
  g_free (letter->text);
  g_free (letter->html);
  g_free (letter->page);
  g_clear_pointer (&letter->attached, g_bytes_unref);
  g_free (letter);
}

TmLetterFacts *
letter_facts_new (void)
{
  TmLetterFacts *facts = g_new0 (TmLetterFacts, 1);
  facts->thread = g_ptr_array_new_with_free_func (g_free);
  return facts;
}

void
letter_facts_free (TmLetterFacts *facts)
{
  if (facts == NULL)
    return;
  ticket_facts_free (facts->ticket);
  g_free (facts->message_id);
  g_free (facts->message_from);
  g_free (facts->message_subject);
  g_free (facts->message_text);
  g_free (facts->marks);
  g_clear_pointer (&facts->raw, g_bytes_unref);
  g_ptr_array_unref (facts->thread);
  g_free (facts);
}

/* --- envelope --- */

const TmQueue *
letter_queue (const TmSite *site, const TmLetterFacts *facts)
{
  const TmTicketFacts *ticket = facts->ticket;
  const TmQueue *queue = ticket != NULL && ticket->queues->len > 0
                             ? site_queue (site, g_ptr_array_index (ticket->queues, 0))
                             : NULL;
  if (queue == NULL && site->queues->len > 0)
    queue = g_ptr_array_index (site->queues, 0);
  return queue != NULL && queue_address (queue) != NULL ? queue : NULL;
}

/* By the number that the mail speaks of: it leads to where the ticket is now.  NULL: none is asked for. */
static char *
token_address (const TmSite *site, const TmOutboxRow *row, const TmQueue *queue, const char *purpose)
{
  return *purpose != '\0' && row->ticket != 0 && queue != NULL
             ? author_token_address (site, queue, row->ticket, *purpose, false)
             : NULL;
}

char *
letter_sender (const TmSite *site, const TmOutboxRow *row, const TmLetterFacts *facts)
{
  char *sender = token_address (site, row, letter_queue (site, facts), row->sender_purpose);
  return sender != NULL ? sender : g_strdup ("");
}

static bool
is_answer (TmOutgoingKind kind)
{
  return kind == TM_OUTGOING_REPLY || kind == TM_OUTGOING_AGENT_REPLY;
}

/* What it says of the ticket, which may have waited with it for the mail server, is not so any more: it was merged,
 * nothing waits for him to confirm, or it was taken up again. */
const char *
letter_needless (const TmOutboxRow *row, TmOutgoingKind kind, const TmLetterFacts *facts)
{
  static const unsigned of[TM_OUTGOING_N_KINDS] = {
    [TM_OUTGOING_CONFIRM] = 1U << TM_STATUS_HELD,
    [TM_OUTGOING_RESOLVED] = 1U << TM_STATUS_RESOLVED | 1U << TM_STATUS_CLOSED,
    [TM_OUTGOING_REMIND] = 1U << TM_STATUS_WAITING,
    [TM_OUTGOING_CLOSING] = 1U << TM_STATUS_RESOLVED | 1U << TM_STATUS_CLOSED,
  };
  const TmTicketFacts *ticket = facts->ticket;
  if (of[kind] == 0
      || (ticket != NULL && ticket->id == row->ticket && (of[kind] & 1U << ticket->status) != 0))
    return NULL;
  return kind == TM_OUTGOING_CONFIRM ? "its ticket is held no more: nobody has to confirm his address for it"
                                     : "its ticket was taken up again, merged or closed meanwhile";
}

GPtrArray *
letter_recipients (const TmSite *site, const TmOutboxRow *row, TmOutgoingKind kind, const TmLetterFacts *facts)
{
  GPtrArray *left = g_ptr_array_new_with_free_func (g_free);
  const TmQueue *queue = letter_queue (site, facts);
  const char *copy = queue != NULL && queue->copy_queue && is_answer (kind) ? queue_address (queue) : NULL;
  for (guint i = 0; i <= row->recipients->len; i++)
    {
      const char *address = i < row->recipients->len ? g_ptr_array_index (row->recipients, i) : copy;
      if (address != NULL && !g_ptr_array_find_with_equal_func (row->settled, address, g_str_equal, NULL)
          && !g_ptr_array_find_with_equal_func (left, address, g_str_equal, NULL))
        g_ptr_array_add (left, g_strdup (address));
    }
  return left;
}

/* --- fields --- */

static const TmAgent *
find_agent (const TmSite *site, const char *actor)
{
  for (guint i = 0; g_str_has_prefix (actor, "agent:") && i < site->agents->len; i++)
    if (strcmp (((const TmAgent *) g_ptr_array_index (site->agents, i))->id, actor + strlen ("agent:")) == 0)
      return g_ptr_array_index (site->agents, i);
  return NULL;
}

/* Of a page, who gets it, and nobody else, acknowledges it. */
static char *
reply_address (const TmSite *site, const TmOutboxRow *row, TmOutgoingKind kind, const TmLetterFacts *facts)
{
  const TmQueue *queue = letter_queue (site, facts);
  if (kind == TM_OUTGOING_CONFIRM && facts->ticket != NULL)
    return author_person_address (site, queue, row->ticket, 'c', facts->ticket->requester);
  if (strcmp (row->reply_purpose, "k") == 0 && row->ticket != 0 && row->recipients->len > 0)
    return author_person_address (site, queue, row->ticket, 'k', g_ptr_array_index (row->recipients, 0));
  return token_address (site, row, queue, row->reply_purpose);
}

static void
write_author (const TmSite *site, const TmOutboxRow *row, TmOutgoingKind kind, const TmLetterFacts *facts,
              TmLetter *letter)
{
  const TmQueue *queue = letter_queue (site, facts);
  const TmAgent *agent = find_agent (site, row->actor);
  g_autofree char *name = is_answer (kind) && agent != NULL
                              ? author_by_form (queue->from != NULL ? queue->from : TM_AUTHOR_FORM, agent->name,
                                                queue->name)
                              : author_phrase (queue->name);
  letter->from = g_strdup_printf ("%s%s<%s>", name, *name != '\0' ? " " : "", queue_address (queue));
  letter->reply_to = reply_address (site, row, kind, facts);
}

/* An envelope sender may have a wrapping that means something to hosts only: people see their address. */
static void
write_recipients (const TmOutboxRow *row, TmOutgoingKind kind, const TmLetterFacts *facts, TmLetter *letter)
{
  bool is_owner = (kind == TM_OUTGOING_ACK || kind == TM_OUTGOING_CONFIRM) && facts->ticket != NULL
                  && *facts->ticket->requester != '\0';
  for (guint i = 0; i < row->recipients->len; i++)
    {
      const char *address = is_owner ? facts->ticket->requester : g_ptr_array_index (row->recipients, i);
      g_ptr_array_add (i == 0 ? letter->to : letter->cc, g_strdup (address));
    }
}

/* RFC 3834 §5: it answers one mail. */
static bool
is_reply (TmOutgoingKind kind)
{
  return kind == TM_OUTGOING_RESULT || kind == TM_OUTGOING_STATUS || kind == TM_OUTGOING_ACK
         || kind == TM_OUTGOING_CONFIRM;
}

/* Nobody's machine answers it, and what comes back of it all the same is known for ours. */
static void
mark_automatic (const TmSite *site, TmOutgoingKind kind, TmLetter *letter)
{
  letter->auto_submitted = g_strdup (is_reply (kind) ? "auto-replied" : "auto-generated");
  letter->loop = g_strdup (site->instance);
  g_ptr_array_add (letter->fields, header_new ("X-Auto-Response-Suppress", "All", NULL));
}

/* The asker's own message for an answer to him, else the thread as those outside know it. */
static void
write_thread (TmOutgoingKind kind, const TmLetterFacts *facts, TmLetter *letter)
{
  bool has_id = facts->has_message && *facts->message_id != '\0';
  if (is_reply (kind))
    {
      letter->in_reply_to = has_id ? g_strdup (facts->message_id) : NULL;
      if (has_id)
        g_ptr_array_add (letter->references, g_strdup (facts->message_id));
      return;
    }
  for (guint i = facts->thread->len; i > 0; i--)
    {
      const char *id = g_ptr_array_index (facts->thread, i - 1);
      if (strcmp (id, letter->message_id) != 0)
        g_ptr_array_add (letter->references, g_strdup (id));
    }
  if (letter->references->len > 0)
    letter->in_reply_to = g_strdup (g_ptr_array_index (letter->references, letter->references->len - 1));
}

static void
mark_ticket (const TmSite *site, const TmOutboxRow *row, TmOutgoingKind kind, const TmLetterFacts *facts,
             TmLetter *letter)
{
  char digits[TEXT_DIGITS];
  if (row->ticket == 0)
    return;
  g_ptr_array_add (letter->fields, header_new ("X-Ticket-ID", text_number (row->ticket, digits), NULL));
  g_autoptr (TmMarks) marks = marks_new (row->ticket);
  if (is_answer (kind) && facts->ticket != NULL)
    draft_mark_due (facts->ticket->clocks, site, true, marks);
  for (guint i = 0; i < marks->n_due; i++)
    {
      const TmDueMark *due = &marks->due[i];
      g_autofree char *time = instant_format_local (due->due_at, due->offset_s);
      g_autofree char *value = time != NULL ? g_strconcat (metric_name (due->metric), "; ", time, NULL) : NULL;
      if (value != NULL)
        g_ptr_array_add (letter->fields, header_new ("X-Ticket-Due", value, NULL));
    }
}

/* --- text --- */

static char *
answer_text (const TmSite *site, const TmOutboxRow *row, const TmLetterFacts *facts, const char *text, gint64 now)
{
  char digits[TEXT_DIGITS];
  g_autofree char *footer = facts->ticket != NULL
                                ? footer_of_queue (site, letter_queue (site, facts),
                                                   text_number (row->ticket, digits), facts->ticket, now, false)
                                : NULL;
  return footer != NULL ? g_strconcat (text, "\n\n", footer, "\n", NULL) : g_strconcat (text, "\n", NULL);
}

/* Of a message that is not there as it came any more. */
static char *
with_text (const char *text, const TmLetterFacts *facts, gsize max)
{
  const char *own = facts->message_text;
  gsize len = strlen (own);
  if (len > max)
    len = (gsize) (g_utf8_find_prev_char (own, own + max + 1) - own);
  g_autofree char *some = g_strndup (own, len);
  return g_strconcat (text, "\n----\nFrom: ", facts->message_from, "\nSubject: ", facts->message_subject, "\n\n", some,
                      "\n", NULL);
}

/* The message as it came, where it is kept and not too large, else its text. */
static void
attach (TmLetter *letter, const TmOutboxRow *row, const TmLetterFacts *facts, gsize max)
{
  bool fits = facts->raw != NULL && g_bytes_get_size (facts->raw) <= max;
  letter->attached = fits ? g_bytes_ref (facts->raw) : NULL;
  letter->text = !fits && facts->has_message ? with_text (row->text, facts, max) : g_strdup (row->text);
}

static void
write_text (const TmSite *site, const TmOutboxRow *row, TmOutgoingKind kind, const TmLetterFacts *facts, gint64 now,
            TmLetter *letter)
{
  switch (kind)
    {
    case TM_OUTGOING_HANDOVER:
    case TM_OUTGOING_ALERT:
      /* No server on the way to who is on call refuses a page for its size. */
      attach (letter, row, facts, kind == TM_OUTGOING_ALERT ? PAGE_ATTACHED_MAX : G_MAXSIZE);
      return;
    case TM_OUTGOING_RESULT:
    case TM_OUTGOING_PAGE:
      letter->text = g_strdup (row->text);
      return;
    case TM_OUTGOING_REPLY:
      letter->text = answer_text (site, row, facts, facts->has_message ? facts->message_text : "", now);
      return;
    case TM_OUTGOING_AGENT_REPLY:
      letter->text = answer_text (site, row, facts, row->text, now);
      return;
    case TM_OUTGOING_STATUS:
      letter->text = facts->ticket != NULL ? standing_write (site, row->ticket, facts->ticket, now) : g_strdup ("");
      return;
    case TM_OUTGOING_ACK:
    case TM_OUTGOING_CONFIRM:
    case TM_OUTGOING_RESOLVED:
    case TM_OUTGOING_REMIND:
    case TM_OUTGOING_CLOSING:
      letter->text = g_strdup (row->text);
      letter->html = g_strdup (row->html);
      return;
    case TM_OUTGOING_REPORT:
      letter->text = g_strdup (row->text);
      letter->page = g_strdup (row->html);
      return;
    case TM_OUTGOING_N_KINDS:
      break;
    }
  letter->text = g_strdup ("");
}

TmLetter *
letter_write (const TmSite *site, const TmOutboxRow *row, TmOutgoingKind kind, const TmLetterFacts *facts, gint64 now)
{
  TmLetter *letter = letter_new ();
  write_author (site, row, kind, facts, letter);
  write_recipients (row, kind, facts, letter);
  letter->subject = g_strdup (row->subject);
  letter->date_at = row->created_at;
  letter->message_id = outgoing_message_id (row->id, row->created_at, site->own_domain);
  write_thread (kind, facts, letter);
  if (!is_answer (kind))
    mark_automatic (site, kind, letter);
  mark_ticket (site, row, kind, facts, letter);
  write_text (site, row, kind, facts, now, letter);
  return letter;
}
