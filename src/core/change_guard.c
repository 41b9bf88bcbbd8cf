/* SPDX-License-Identifier: BSD-2-Clause */
/* What guards say about what is sent by hand. */
#include "core/change.h"

#include "core/guard.h"
#include "core/quote.h"
#include "core/reply_readers.h"

TmKeys *
change_guard_keys (const TmChange *change, const TmChangeFacts *facts)
{
  if (change->kind != TM_CHANGE_REPLY)
    return NULL;
  TmKeys *keys = keys_new ();
  g_autoptr (GPtrArray) readers = readers_find (change->site, facts->ticket);
  keys_set_sender (keys, change->address);
  keys_add_text (keys, change->site, change_agent (change), change->text, facts->subject, readers);
  return keys;
}

static char *
own_part (const char *text)
{
  gsize start, len;
  quote_find_reply (text, &start, &len);
  return g_strndup (text + start, len);
}

bool
change_ask_guards (const TmChange *change, const TmChangeFacts *facts, const char *text, const GPtrArray *outside,
                   bool sends, TmPlan *plan, GError **error)
{
  g_autofree char *own = own_part (text);
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();
  g_ptr_array_add (texts, (gpointer) (gsize) text);
  const TmTicketFacts *ticket = facts_ticket (facts->guarded, facts->ticket->id);
  const TmGuarded guarded = { .site = change->site,
                              .agent = change_agent (change),
                              .facts = facts->guarded,
                              .ticket = ticket != NULL ? ticket : facts->ticket,
                              .outside = outside,
                              .texts = texts,
                              .own = own,
                              .words = &guard_words_answer,
                              .gives_way = true,
                              .asked = TM_GUARDS_ALL };
  g_autoptr (GPtrArray) hits = guards_check (&guarded);
  const TmGuardHit *hit = guards_refuse (change->site, hits, sends);
  if (hit != NULL)
    g_set_error_literal (error, TM_ERROR, TM_ERROR_DENIED, hit->sentence);
  else
    guards_add_events (change->site, hits, guarded.words, change->actor, plan);
  return hit == NULL;
}
