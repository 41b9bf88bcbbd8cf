/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/guard.h"

#include "base/text.h"
#include "core/command.h"
#include "core/detail.h"
#include "core/sender.h"
#include "core/shingle.h"

#include <string.h>

/* Bytes of what others wrote in a sentence: two such at most, and a ticket's number, leave room for ours. */
enum { SHOWN_MAX = 90, LISTED_MAX = 3, NEXT_MAX = 24 };

/* Gives a sentence, the caller's; NULL: nothing is to be said. */
typedef char *(*GuardFunction) (const TmGuarded *guarded);

void
guard_hit_free (TmGuardHit *hit)
{
  if (hit == NULL)
    return;
  g_free (hit->sentence);
  g_free (hit);
}

/* --- words --- */

/* Cut between characters; ASCII in what is ours, as SMTP replies have it. */
static char *
shorten (const char *text)
{
  g_autofree char *line = text_one_line (text, 0);
  if (strlen (line) <= SHOWN_MAX)
    return g_steal_pointer (&line);
  g_autofree char *cut = text_one_line (line, SHOWN_MAX);
  return g_strconcat (cut, "...", NULL);
}

/* "a, b, c and 2 more", shortened. */
static char *
list_names (const GPtrArray *names)
{
  g_autoptr (GString) list = g_string_new (NULL);
  for (guint i = 0; i < MIN (names->len, LISTED_MAX); i++)
    g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", (const char *) g_ptr_array_index (names, i));
  g_autofree char *shown = shorten (list->str);
  if (names->len <= LISTED_MAX)
    return g_steal_pointer (&shown);
  return g_strdup_printf ("%s and %u more", shown, names->len - LISTED_MAX);
}

/* "WHAT; your mail was NOT sent. DO", and how to send it all the same. */
static char *
say (const TmGuarded *guarded, const char *what, const char *cure)
{
  return g_strconcat (what, "; ", guarded->words->undone, ". ", cure, guarded->gives_way ? guarded->words->way : "",
                      NULL);
}

static char *
ticket_words (const TmGuarded *guarded)
{
  return guarded->ticket != NULL ? g_strdup_printf ("ticket %" G_GINT64_FORMAT, guarded->ticket->id)
                               : g_strdup ("this ticket");
}

static const char *
customer_of (const TmGuarded *guarded)
{
  return guarded->ticket != NULL ? guarded->ticket->customer : guarded->customer;
}

/* --- the guards --- */

/* Whoever receives the ticket, and where he wants to. */
static bool
is_of_ticket (const TmTicketFacts *ticket, const char *address)
{
  if (ticket == NULL)
    return false;
  if (ticket_may_receive (ticket, address) || g_strcmp0 (ticket->answer_to, address) == 0)
    return true;
  for (guint i = 0; i < ticket->participants->len; i++)
    {
      const TmParticipant *participant = g_ptr_array_index (ticket->participants, i);
      if (participant->receives && g_strcmp0 (participant->answer_to, address) == 0)
        return true;
    }
  return false;
}

static char *
check_other_customer (const TmGuarded *guarded)
{
  GHashTable *contacts = guarded->facts->contacts;
  g_autoptr (GPtrArray) others = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < guarded->outside->len; i++)
    {
      const char *address = g_ptr_array_index (guarded->outside, i);
      const char *by_hand = contacts != NULL ? g_hash_table_lookup (contacts, address) : NULL;
      TmCustomerMatch match;
      sender_find_customer (guarded->site, address, by_hand, &match);
      if (match.customer != NULL && g_strcmp0 (match.customer->id, customer_of (guarded)) != 0
          && !is_of_ticket (guarded->ticket, address))
        g_ptr_array_add (others, g_strdup_printf ("%s (%s)", address, match.customer->id));
    }
  if (others->len == 0)
    return NULL;
  g_autofree char *listed = list_names (others);
  g_autofree char *ticket = ticket_words (guarded);
  g_autofree char *whose = shorten (customer_of (guarded) != NULL ? customer_of (guarded) : "no customer");
  g_autofree char *what
      = g_strdup_printf ("%s: not of the customer of %s (%s)", listed, ticket, whose);
  return say (guarded, what, others->len == 1 ? "Take the address out" : "Take the addresses out");
}

static char *
check_note (const TmGuarded *guarded)
{
  for (guint i = 0; guarded->texts != NULL && i < guarded->facts->tickets->len; i++)
    {
      const TmTicketFacts *ticket = g_ptr_array_index (guarded->facts->tickets, i);
      if (ticket->leaked == NULL || ticket->leaked->len == 0)
        continue;
      g_autofree char *words = NULL;
      for (guint j = 0; words == NULL && j < guarded->texts->len; j++)
        words = shingles_show (g_ptr_array_index (guarded->texts, j), ticket->leaked);
      if (words == NULL)
        continue;
      g_autofree char *shown = shorten (words);
      g_autofree char *what = g_strdup_printf ("These words are of a note on ticket %" G_GINT64_FORMAT ": \"%s\"",
                                               ticket->id, shown);
      return say (guarded, what, "Take the note out");
    }
  return NULL;
}

static char *
check_ticket_number (const TmGuarded *guarded)
{
  const GPtrArray *named = guarded->facts->subject_tickets;
  for (guint i = 0; named != NULL && i < named->len; i++)
    {
      const TmSubjectTicket *other = g_ptr_array_index (named, i);
      if ((guarded->ticket != NULL && other->ticket == guarded->ticket->id)
          || g_strcmp0 (other->customer, customer_of (guarded)) == 0)
        continue;
      g_autofree char *what = g_strdup_printf ("The Subject names ticket %" G_GINT64_FORMAT
                                               ", which is another customer's", other->number);
      return say (guarded, what, "Take the number out");
    }
  return NULL;
}

static const TmAgent *
author_of (const TmSite *site, const TmAnswer *answer)
{
  for (guint i = 0; answer->agent != NULL && i < site->agents->len; i++)
    {
      const TmAgent *agent = g_ptr_array_index (site->agents, i);
      if (strcmp (agent->id, answer->agent) == 0)
        return agent;
    }
  const TmAgent *agent = answer->login != NULL ? site_agent_by_login (site, answer->login) : NULL;
  return agent != NULL ? agent : site_agent_by_address (site, answer->from);
}

/* In the desk's zone, which is named: "2026-11-20 17:04 CET". */
static char *
format_time (const TmSite *site, gint64 at)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (at);
  g_autoptr (GDateTime) local
      = utc != NULL && site->zone != NULL ? g_date_time_to_timezone (utc, site->zone) : NULL;
  GDateTime *shown = local != NULL ? local : utc;
  return shown != NULL ? g_date_time_format (shown, "%Y-%m-%d %H:%M %Z") : g_strdup ("an unknown day");
}

static char *
check_answered (const TmGuarded *guarded)
{
  const TmSite *site = guarded->site;
  const GPtrArray *answers
      = guarded->ticket != NULL && guarded->agent != NULL ? guarded->ticket->answers : NULL;
  for (guint i = 0; answers != NULL && i < answers->len; i++)
    {
      const TmAnswer *answer = g_ptr_array_index (answers, i);
      const TmAgent *author = author_of (site, answer);
      if (author != NULL && author == guarded->agent)
        continue;
      g_autofree char *name = shorten (author != NULL           ? author->name
                                       : answer->agent != NULL ? answer->agent
                                                               : answer->from);
      g_autofree char *at = format_time (site, answer->at);
      g_autofree char *what = g_strdup_printf ("%s answered ticket %" G_GINT64_FORMAT " on %s, after what you answer",
                                               *name != '\0' ? name : "Somebody", guarded->ticket->id, at);
      return say (guarded, what, "Read that answer first");
    }
  return NULL;
}

static char *
check_command (const TmGuarded *guarded)
{
  g_autofree char *line = guarded->own != NULL ? commands_find_left (guarded->own) : NULL;
  if (line == NULL)
    return NULL;
  g_autofree char *shown = shorten (line);
  g_autofree char *what = g_strdup_printf ("The line \"%s\" is a command, but not among the first lines", shown);
  return say (guarded, what, "Move it to the top, write ## for a # that is text");
}

bool
guard_has_right (const TmSite *site, const TmTicketFacts *ticket, const TmAgent *agent)
{
  for (guint i = 0; i < ticket->queues->len; i++)
    {
      const TmQueue *queue = site_queue (site, g_ptr_array_index (ticket->queues, i));
      if (queue != NULL && queue_has_agent (queue, agent))
        return true;
    }
  return false;
}

static char *
check_rights (const TmGuarded *guarded)
{
  const TmSite *site = guarded->site;
  const TmTicketFacts *ticket = guarded->ticket;
  if (ticket == NULL || guarded->agent == NULL || !guarded->has_token || guard_has_right (site, ticket, guarded->agent))
    return NULL;
  const char *id = ticket->queues->len > 0 ? g_ptr_array_index (ticket->queues, 0) : "";
  const TmQueue *queue = site_queue (site, id);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  for (guint i = 0; queue != NULL && i < site->agents->len; i++)
    {
      const TmAgent *agent = g_ptr_array_index (site->agents, i);
      if (queue_has_agent (queue, agent))
        g_ptr_array_add (names, agent->name);
    }
  g_autofree char *listed = list_names (names);
  g_autofree char *shown = shorten (id);
  return g_strdup_printf ("You have no right on queue %s, which has ticket %" G_GINT64_FORMAT "; %s. %s%s", shown,
                          ticket->id, guarded->words->undone,
                          names->len > 0 ? "Ask one of those who have: " : "Nobody has", listed);
}

/* In the languages that the shipped texts speak, lower case. */
static const char *const next_words[]
  = { "next:", "next step:", "next steps:", "n\303\244chster schritt:", "n\303\244chste schritte:" };

static bool
says_next (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    {
      char *start = *line + strspn (*line, " \t*-");
      g_autofree char *head = g_utf8_substring (start, 0, MIN (g_utf8_strlen (start, -1), NEXT_MAX));
      g_autofree char *folded = g_utf8_strdown (head, -1);
      g_autofree char *word = g_utf8_normalize (folded, -1, G_NORMALIZE_DEFAULT_COMPOSE);
      for (gsize i = 0; word != NULL && i < G_N_ELEMENTS (next_words); i++)
        if (g_str_has_prefix (word, next_words[i]))
          return true;
    }
  return false;
}

/* High severities: what is done next, and when he hears of it (SLA.md §1.1).  The lowest priority is never high,
 * however few there are. */
static char *
check_next (const TmGuarded *guarded)
{
  const char *priority = guarded->priority;
  int rank = priority != NULL ? site_priority_rank (guarded->site, priority) : -1;
  bool is_high = rank >= 0 && rank < 2 && rank + 1 < (int) guarded->site->priorities->len;
  if (guarded->agent == NULL || guarded->own == NULL || !is_high || guarded->says_next
      || says_next (guarded->own))
    return NULL;
  g_autofree char *ticket = ticket_words (guarded);
  g_autofree char *code = shorten (priority);
  g_autofree char *what
      = g_strdup_printf ("Your answer to %s, which is %s, does not say what comes next", ticket, code);
  return say (guarded, what, "Add a line that begins with Next:, or the command #promise");
}

static const struct
{
  const char *name;
  GuardFunction check;
  bool is_of_outside; /* not of notes */
} guards[TM_GUARD_END] = {
  [TM_GUARD_OTHER_CUSTOMER] = { "other_customer", check_other_customer, true },
  [TM_GUARD_NOTE] = { "note", check_note, true },
  [TM_GUARD_TICKET_NUMBER] = { "ticket_number", check_ticket_number, true },
  [TM_GUARD_ANSWERED] = { "answered", check_answered, true },
  [TM_GUARD_COMMAND] = { "command", check_command, false },
  [TM_GUARD_RIGHTS] = { "rights", check_rights, false },
  [TM_GUARD_NEXT] = { "next", check_next, true },
};

const char *
guard_name (TmGuard guard)
{
  return guards[guard].name;
}

/* A right is not given by asking twice. */
static bool
gives_way (TmGuard guard)
{
  return guard != TM_GUARD_RIGHTS;
}

/* --- all of them --- */

const TmGuardWords guard_words_mail = { "your mail was NOT sent", ", or begin it with the line #send", "#send" };
const TmGuardWords guard_words_answer = { "your answer was NOT sent", ", or begin it with the line #send", "#send" };
const TmGuardWords guard_words_share = { "the ticket was NOT shared", ", or give --send", "--send" };

void
guarded_init_mail (const TmInbound *inbound, TmGuarded *guarded_out)
{
  g_autofree char *own = mail_reply_text (inbound->mail);
  const TmCommands *commands = inbound->commands;
  bool is_to_note = envelope_has_token (inbound->envelope, 'n');
  *guarded_out = (TmGuarded) { .site = inbound->site, .agent = inbound->agent, .words = &guard_words_mail,
                               .asked = TM_GUARDS_ALL };
  guarded_out->own = g_strdup (own + (commands != NULL ? MIN (commands->end, strlen (own)) : 0));
  guarded_out->has_token = is_to_note || envelope_has_token (inbound->envelope, 'r');
  guarded_out->gives_way = !is_to_note;
  guarded_out->texts = g_ptr_array_new ();
  g_ptr_array_add (guarded_out->texts, inbound->mail->text);
  if (inbound->texts != NULL)
    g_ptr_array_extend (guarded_out->texts, inbound->texts, NULL, NULL);
}

void
guarded_clear (TmGuarded *guarded)
{
  g_clear_pointer (&guarded->texts, g_ptr_array_unref);
  g_clear_pointer (&guarded->own, g_free);
}

GPtrArray *
guards_check (const TmGuarded *guarded)
{
  GPtrArray *hits = g_ptr_array_new_with_free_func ((GDestroyNotify) guard_hit_free);
  for (TmGuard guard = 0; guard < TM_GUARD_END; guard++)
    {
      if ((guarded->asked & 1U << guard) == 0 || guarded->site->guards[guard] == TM_GUARD_OFF
          || (guards[guard].is_of_outside && guarded->outside->len == 0))
        continue;
      char *sentence = guards[guard].check (guarded);
      if (sentence == NULL)
        continue;
      TmGuardHit *hit = g_new0 (TmGuardHit, 1);
      hit->guard = guard;
      hit->sentence = sentence;
      g_ptr_array_add (hits, hit);
    }
  return hits;
}

const TmGuardHit *
guards_refuse (const TmSite *site, const GPtrArray *hits, bool sends)
{
  for (guint i = 0; i < hits->len; i++)
    {
      const TmGuardHit *hit = g_ptr_array_index (hits, i);
      if (site->guards[hit->guard] == TM_GUARD_REFUSE && !(sends && gives_way (hit->guard)))
        return hit;
    }
  return NULL;
}

void
guards_add_events (const TmSite *site, const GPtrArray *hits, const TmGuardWords *words, const char *actor,
                   TmPlan *plan)
{
  g_autofree char *overridden = g_strconcat ("overridden by ", words->name, NULL);
  g_autofree char *undone = g_strconcat ("; ", words->undone, NULL);
  for (guint i = 0; hits != NULL && i < hits->len; i++)
    {
      const TmGuardHit *hit = g_ptr_array_index (hits, i);
      const char *outcome = site->guards[hit->guard] == TM_GUARD_REFUSE ? overridden : "noted";
      const char *end = g_strrstr (hit->sentence, undone);
      g_autofree char *why = end != NULL ? g_strndup (hit->sentence, (gsize) (end - hit->sentence))
                                         : g_strdup (hit->sentence);
      g_autofree char *detail = detail_new ("guard", guard_name (hit->guard), "outcome", outcome, "why", why, NULL);
      plan_add_step (plan, TM_STEP_EVENT, actor, "guard", detail, 0);
    }
}
