/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/command_words.h"

#include "base/text.h"
#include "core/address.h"
#include "core/command.h"
#include "core/ticket.h"

#include <string.h>

enum { ONE_SLIP_MAX = 5, SHOWN_BYTES = 60, SAID_BYTES = 400 };

/* --- what may stand behind a word --- */

static bool
is_none (const char *arguments)
{
  return *arguments == '\0';
}

static bool
is_one (const char *arguments)
{
  g_autofree char *first = text_next_word (&arguments);
  g_autofree char *second = text_next_word (&arguments);
  return first != NULL && second == NULL;
}

static bool
is_some (const char *arguments)
{
  return *arguments != '\0';
}

static bool
is_anything (const char *arguments G_GNUC_UNUSED)
{
  return true;
}

static bool
is_tag (const char *arguments)
{
  const char *equals = strchr (arguments, '=');
  if (equals == NULL)
    return false;
  g_autofree char *key = g_strndup (arguments, (gsize) (equals - arguments));
  return is_one (key);
}

static bool
is_status (const char *arguments)
{
  g_autofree char *name = g_ascii_strdown (arguments, -1);
  TmStatus status;
  return status_parse (name, &status) && status != TM_STATUS_MERGED;
}

static bool
is_number (const char *arguments)
{
  guint64 number;
  return text_parse_number (arguments + (*arguments == '#'), G_MAXINT64, &number);
}

GPtrArray *
command_addresses (const char *arguments)
{
  g_autoptr (GPtrArray) addresses = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *apart = g_strdelimit (g_strdup (arguments), ",;", ' ');
  const char *at = apart;
  for (char *piece; (piece = text_next_word (&at)) != NULL; g_free (piece))
    g_ptr_array_add (addresses, address_normalize (piece));
  bool is_whole = addresses->len > 0 && !g_ptr_array_find (addresses, NULL, NULL);
  return is_whole ? g_steal_pointer (&addresses) : NULL;
}

static bool
is_addresses (const char *arguments)
{
  g_autoptr (GPtrArray) addresses = command_addresses (arguments);
  return addresses != NULL;
}

static bool
is_maybe_no (const char *arguments)
{
  return *arguments == '\0' || g_ascii_strcasecmp (arguments, "no") == 0;
}

static bool
is_maybe_always (const char *arguments)
{
  return *arguments == '\0' || g_ascii_strcasecmp (arguments, "always") == 0;
}

/* --- the words --- */

/* WORD (word, what stands behind it, how that is checked, whether it may stand twice, what it does) */
#define WORDS                                                                                                          \
  WORD ("priority", " PRIORITY [REASON]", is_some, false, "another priority, and why")                                 \
  WORD ("type", " TYPE", is_some, false, "another type of request")                                                    \
  WORD ("tag", " KEY=VALUE", is_tag, true, "set a tag; without a value it goes")                                       \
  WORD ("assign", " AGENT", is_one, false, "give the ticket to an agent, or to none")                                  \
  WORD ("take", "", is_none, false, "make it yours")                                                                   \
  WORD ("status", " STATUS", is_status, false, "new, open, waiting, pending, resolved, closed, held, unsorted or spam")\
  WORD ("pending", " [TIME]", is_anything, false, "wait for somebody else, or until a time")                           \
  WORD ("resolved", "", is_none, false, "it is solved")                                                                \
  WORD ("close", "", is_none, false, "close it")                                                                       \
  WORD ("reopen", "", is_none, false, "open it again")                                                                 \
  WORD ("merge", " NUMBER", is_number, false, "make it a part of that ticket")                                         \
  WORD ("split", "", is_none, false, "make this message a ticket of its own")                                          \
  WORD ("queue", " QUEUE", is_one, false, "move it to another queue")                                                  \
  WORD ("share", " ADDRESS...", is_addresses, true, "they receive what is sent from now on")                           \
  WORD ("unshare", " ADDRESS...", is_addresses, true, "they receive nothing more")                                     \
  WORD ("note", "", is_none, false, "this message is for the agents only")                                             \
  WORD ("promise", " TIME", is_some, false, "when the requester hears of us again; none: as the plan says")            \
  WORD ("workaround", " [no]", is_maybe_no, false, "one is known, or none after all")                                  \
  WORD ("called", " [TIME] [TEXT]", is_anything, false, "you called the requester: now or then, with a note")          \
  WORD ("ack", "", is_none, false, "you take the page on")                                                             \
  WORD ("quiet", "", is_none, false, "no automatic mail for the last message")                                         \
  WORD ("spam", "", is_none, false, "it is spam")                                                                      \
  WORD ("join", " [always]", is_maybe_always, false, "trust the newest unverified message; always: its sender, too")   \
  WORD ("postmortem", "", is_none, false, "the post-mortem is done")                                                   \
  WORD ("review", "", is_none, false, "the review is done")                                                            \
  WORD ("send", "", is_none, false, "send it although it was held back")                                               \
  WORD ("help", "", is_none, false, "this list")

#define WORD(word, usage, fits, repeatable, help) { word, usage, fits, repeatable },
static const TmCommandWord words[] = { WORDS };
#undef WORD

const TmCommandWord *
command_word (const char *word)
{
  for (size_t i = 0; i < G_N_ELEMENTS (words); i++)
    if (strcmp (words[i].word, word) == 0)
      return &words[i];
  return NULL;
}

const TmCommandWord *
command_word_near (const char *word)
{
  const TmCommandWord *best = NULL;
  size_t best_distance = 3;
  for (size_t i = 0; i < G_N_ELEMENTS (words); i++)
    {
      size_t distance = text_distance (word, words[i].word);
      if (distance < best_distance && distance <= (strlen (words[i].word) <= ONE_SLIP_MAX ? 1 : 2))
        {
          best = &words[i];
          best_distance = distance;
        }
    }
  return best;
}

bool
command_words_clash (const char *a, const char *b)
{
  static const char *const groups[][5] = {
    { "status", "pending", "resolved", "spam" },
    { "close", "reopen", "merge", "spam" },
    { "assign", "take" },
  };
  for (size_t i = 0; strcmp (a, b) != 0 && i < G_N_ELEMENTS (groups); i++)
    if (g_strv_contains (groups[i], a) && g_strv_contains (groups[i], b))
      return true;
  return false;
}

char *
command_say (const char *line, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *what = g_strdup_vprintf (format, args);
  va_end (args);
  g_autofree char *shown = text_one_line (line, SHOWN_BYTES);
  g_autofree char *whole = g_strdup_printf ("nothing was done: `%s` %s", shown, what);
  return text_one_line (whole, SAID_BYTES);
}

char *
command_words_list (void)
{
  GString *list = g_string_new (NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (words); i++)
    g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", words[i].word);
  return g_string_free (list, FALSE);
}

const char *
commands_help (void)
{
#define WORD(word, usage, fits, repeatable, help) "#" word usage ": " help "\n"
  return WORDS;
#undef WORD
}
