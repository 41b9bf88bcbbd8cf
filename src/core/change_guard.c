/* SPDX-License-Identifier: BSD-2-Clause */
/* What guards say about what is sent by hand. */
#include "core/change.h"

#include "core/guard.h"
#include "core/quote.h"
#include "core/reply_readers.h"

TmKeys *
change_guard_keys (const TmChange *change, const TmChangeFacts *facts)
{
  bool is_share = change->kind == TM_CHANGE_SHARE && !change->is_guarded;
  g_autoptr (GPtrArray) outside = is_share                            ? change_read_addresses (change, NULL)
                                  : change->kind == TM_CHANGE_REPLY ? readers_find (change->site, facts->ticket)
                                                                    : NULL;
  if (outside == NULL)
    return NULL;
  TmKeys *keys = keys_new ();
  keys_set_sender (keys, change->address);
  keys_add_text (keys, change->site, change_agent (change), is_share ? NULL : change->text,
                 is_share ? "" : facts->subject, outside);
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
  if (change->is_guarded)
    return true;
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();
  if (text != NULL)
    g_ptr_array_add (texts, (gpointer) (gsize) text);
  g_autofree char *own = text != NULL ? own_part (text) : NULL;
  const TmTicketFacts *ticket = facts_ticket (facts->guarded, facts->ticket->id);
  const TmGuarded guarded = { .site = change->site,
                              .agent = change_agent (change),
                              .facts = facts->guarded,
                              .ticket = ticket != NULL ? ticket : facts->ticket,
                              .outside = outside,
                              .priority = text != NULL ? facts->ticket->priority : NULL,
                              .texts = texts,
                              .own = own,
                              .words = text != NULL ? &guard_words_answer : &guard_words_share,
                              .gives_way = true,
                              .asked = text != NULL ? TM_GUARDS_ALL : 1U << TM_GUARD_OTHER_CUSTOMER };
  g_autoptr (GPtrArray) hits = guards_check (&guarded);
  const TmGuardHit *hit = guards_refuse (change->site, hits, sends);
  if (hit != NULL)
    g_set_error_literal (error, TM_ERROR, TM_ERROR_DENIED, hit->sentence);
  else
    guards_add_events (change->site, hits, guarded.words, change->actor, plan);
  return hit == NULL;
}
