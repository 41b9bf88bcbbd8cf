/* SPDX-License-Identifier: BSD-2-Clause */
/* What commands do to the ticket. */
#include "core/command.h"

#include "base/clock.h"
#include "base/text.h"
#include "core/address.h"
#include "core/command_words.h"
#include "core/stated_words.h"
#include "core/when.h"

#include <string.h>

#define TIME_FORM "give a time like Tue 17:00, tomorrow 9:00, 2026-11-24 17:00 or in 2h"

enum { WHY_BYTES = 500 };

/* The order in which they are carried out: what opens the ticket first, what ends it last. */
typedef enum
{
  PART_REOPEN,
  PART_SET,
  PART_JOIN,
  PART_ANSWERED,
  PART_PEOPLE,
  PART_RECORD,
  PART_SPLIT,
  PART_END,
  N_PARTS
} Part;

typedef struct
{
  const TmSite *site;
  const TmAgent *agent;
  gint64 ticket, now;
  TmChange *parts[N_PARTS];    /* owned; the settings and people of all commands are one change each */
  TmChange *unshare, *text;    /* owned: beside those of PART_PEOPLE and PART_ANSWERED */
  char *error;
} Draft;

static TmChange *
take_change (Draft *draft, TmChange **place, TmChangeKind kind)
{
  if (*place == NULL)
    *place = change_new (kind, draft->ticket);
  (*place)->site = draft->site;
  return *place;
}

static TmChange *
take_part (Draft *draft, Part part, TmChangeKind kind)
{
  return take_change (draft, &draft->parts[part], kind);
}

static void
add_setting (Draft *draft, const char *key, const char *value)
{
  g_ptr_array_add (take_part (draft, PART_SET, TM_CHANGE_SET)->settings, g_strconcat (key, "=", value, NULL));
}

/* --- names: who knows none leaves it to the change, which says what there is --- */

static void
do_priority (Draft *draft, const TmCommand *command)
{
  const char *rest = command->arguments;
  g_autofree char *first = text_next_word (&rest);
  const TmPriority *priority = stated_priority_meant (draft->site, first, strlen (first));
  if (priority == NULL)
    {
      priority = stated_priority_meant (draft->site, command->arguments, strlen (command->arguments));
      rest = priority != NULL ? "" : rest;
    }
  add_setting (draft, "priority", priority != NULL ? priority->code : first);
  g_autofree char *why = text_one_line (rest, WHY_BYTES);
  if (*why != '\0')
    draft->parts[PART_SET]->why = g_steal_pointer (&why);
}

static void
do_type (Draft *draft, const TmCommand *command)
{
  const TmType *type = stated_type_meant (draft->site, command->arguments, strlen (command->arguments));
  add_setting (draft, "type", type != NULL ? type->code : command->arguments);
}

static void
do_assign (Draft *draft, const TmCommand *command)
{
  const char *name = command->arguments;
  g_autofree char *address = address_normalize (name);
  const TmAgent *agent = address != NULL ? site_agent_by_address (draft->site, address) : NULL;
  for (guint i = 0; agent == NULL && i < draft->site->agents->len; i++)
    {
      const TmAgent *other = g_ptr_array_index (draft->site->agents, i);
      agent = g_ascii_strcasecmp (other->id, name) == 0 ? other : NULL;
    }
  if (agent == NULL)
    agent = site_agent_by_login (draft->site, name);
  g_autofree char *none = g_ascii_strdown (name, -1);
  add_setting (draft, "assignee", agent != NULL ? agent->id : strcmp (none, "none") == 0 ? none : name);
}

static void
do_queue (Draft *draft, const TmCommand *command)
{
  const char *name = command->arguments;
  g_autofree char *address = address_normalize (name);
  const TmQueue *queue = address != NULL ? site_queue_by_address (draft->site, address) : NULL;
  for (guint i = 0; queue == NULL && i < draft->site->queues->len; i++)
    {
      const TmQueue *other = g_ptr_array_index (draft->site->queues, i);
      queue = g_ascii_strcasecmp (other->id, name) == 0 ? other : NULL;
    }
  add_setting (draft, "queue", queue != NULL ? queue->id : name);
}

/* --- settings --- */

static void
do_take (Draft *draft, const TmCommand *command G_GNUC_UNUSED)
{
  add_setting (draft, "assignee", draft->agent->id);
}

static void
do_tag (Draft *draft, const TmCommand *command)
{
  g_autofree char *setting = g_strconcat ("tag.", command->arguments, NULL);
  char *value = strchr (setting, '=');
  *value++ = '\0';
  add_setting (draft, g_strchomp (setting), g_strchug (value));
}

static void
do_status (Draft *draft, const TmCommand *command)
{
  g_autofree char *status = g_ascii_strdown (command->arguments, -1);
  add_setting (draft, "status", status);
}

/* resolved, spam */
static void
do_named_status (Draft *draft, const TmCommand *command)
{
  add_setting (draft, "status", command->word);
}

/* review, postmortem */
static void
do_recorded (Draft *draft, const TmCommand *command)
{
  add_setting (draft, command->word, "done");
}

static void
do_workaround (Draft *draft, const TmCommand *command)
{
  add_setting (draft, "workaround", *command->arguments == '\0' ? "yes" : "no");
}

/* A time to come, in UTC. */
static void
set_time (Draft *draft, const TmCommand *command, const char *key)
{
  gint64 at;
  bool is_time = when_parse (command->arguments, draft->site->zone, draft->now, TM_WHEN_NEXT, &at);
  g_autofree char *text = is_time ? instant_format (at) : NULL;
  if (text == NULL)
    draft->error = command_say (command->line, "has no time that can be read: " TIME_FORM);
  else if (at <= draft->now)
    draft->error = command_say (command->line, "is past: it means %s", text);
  else
    add_setting (draft, key, text);
}

static void
do_pending (Draft *draft, const TmCommand *command)
{
  add_setting (draft, "status", "pending");
  if (*command->arguments != '\0')
    set_time (draft, command, "until");
}

static void
do_promise (Draft *draft, const TmCommand *command)
{
  if (g_ascii_strcasecmp (command->arguments, "none") == 0)
    add_setting (draft, "promise", "none");
  else
    set_time (draft, command, "promise");
}

/* --- the rest --- */

static void
do_reopen (Draft *draft, const TmCommand *command G_GNUC_UNUSED)
{
  take_part (draft, PART_REOPEN, TM_CHANGE_REOPEN);
}

static void
do_close (Draft *draft, const TmCommand *command G_GNUC_UNUSED)
{
  take_part (draft, PART_END, TM_CHANGE_CLOSE);
}

static void
do_merge (Draft *draft, const TmCommand *command)
{
  const char *number = command->arguments + (*command->arguments == '#');
  take_part (draft, PART_END, TM_CHANGE_MERGE)->into = g_ascii_strtoll (number, NULL, 10);
}

static void
do_split (Draft *draft, const TmCommand *command G_GNUC_UNUSED)
{
  take_part (draft, PART_SPLIT, TM_CHANGE_SPLIT)->takes_message = true;
}

static void
do_join (Draft *draft, const TmCommand *command)
{
  take_part (draft, PART_JOIN, TM_CHANGE_JOIN)->always = *command->arguments != '\0';
}

/* `#called 14:30 he restarts it` */
static void
do_called (Draft *draft, const TmCommand *command)
{
  TmChange *answered = take_part (draft, PART_ANSWERED, TM_CHANGE_ANSWERED);
  const char *text = command->arguments;
  gint64 at;
  gsize len;
  answered->channel = g_strdup ("phone");
  if (when_read (text, draft->site->zone, draft->now, TM_WHEN_LAST, &at, &len))
    {
      answered->at = at;
      text += len;
      if (at > draft->now)
        draft->error = command_say (command->line, "is yet to come: say when you called");
    }
  g_autofree char *note = text_one_line (text, 0);
  if (*note != '\0')
    take_change (draft, &draft->text, TM_CHANGE_NOTE)->text = g_steal_pointer (&note);
}

static void
do_people (Draft *draft, const TmCommand *command)
{
  bool is_share = strcmp (command->word, "share") == 0;
  TmChange *change = is_share ? take_part (draft, PART_PEOPLE, TM_CHANGE_SHARE)
                              : take_change (draft, &draft->unshare, TM_CHANGE_UNSHARE);
  change->is_guarded = true;
  g_autoptr (GPtrArray) addresses = command_addresses (command->arguments);
  for (guint i = 0; i < addresses->len; i++)
    g_ptr_array_add (change->addresses, g_strdup (g_ptr_array_index (addresses, i)));
}

/* What is for those who read the commands themselves, note, send and help among them, changes nothing. */
static const struct
{
  const char *word;
  void (*take) (Draft *draft, const TmCommand *command);
} takers[] = {
  { "priority", do_priority },     { "type", do_type },           { "tag", do_tag },
  { "assign", do_assign },         { "take", do_take },           { "status", do_status },
  { "pending", do_pending },       { "resolved", do_named_status }, { "spam", do_named_status },
  { "close", do_close },           { "reopen", do_reopen },       { "merge", do_merge },
  { "split", do_split },           { "queue", do_queue },         { "share", do_people },
  { "unshare", do_people },        { "promise", do_promise },     { "workaround", do_workaround },
  { "called", do_called },         { "join", do_join },           { "postmortem", do_recorded },
  { "review", do_recorded },
};

/* --- all of them --- */

/* Said before, in an address or a line. */
static bool
is_repeated (const TmCommands *commands, guint n)
{
  const TmCommand *command = g_ptr_array_index (commands->commands, n);
  for (guint i = 0; i < n; i++)
    {
      const TmCommand *other = g_ptr_array_index (commands->commands, i);
      if (strcmp (other->word, command->word) == 0 && strcmp (other->arguments, command->arguments) == 0)
        return true;
    }
  return false;
}

/* `*place` goes to the end of `changes`, in the agent's name. */
static void
hand_over (Draft *draft, TmChange **place, GPtrArray *changes)
{
  g_autoptr (GError) error = NULL;
  TmChange *change = g_steal_pointer (place);
  if (change == NULL)
    return;
  g_ptr_array_add (changes, change);
  if (draft->error == NULL && !change_set_actor (change, draft->agent->id, draft->agent->id, &error))
    draft->error = g_strdup (error->message);
}

static void
add_alone (Draft *draft, TmChangeKind kind, const char *text, GPtrArray *changes)
{
  TmChange *change = NULL;
  take_change (draft, &change, kind)->text = g_strdup (text);
  hand_over (draft, &change, changes);
}

GPtrArray *
commands_changes (const TmCommands *commands, const TmSite *site, const TmAgent *agent, gint64 ticket, gint64 now,
                  char **why_out)
{
  Draft draft = { .site = site, .agent = agent, .ticket = ticket, .now = now };
  GPtrArray *changes = g_ptr_array_new_with_free_func ((GDestroyNotify) change_unref);
  for (guint i = 0; draft.error == NULL && i < commands->commands->len; i++)
    for (size_t j = 0; j < G_N_ELEMENTS (takers) && !is_repeated (commands, i); j++)
      {
        const TmCommand *command = g_ptr_array_index (commands->commands, i);
        if (strcmp (takers[j].word, command->word) == 0)
          takers[j].take (&draft, command);
      }
  for (int part = 0; part < N_PARTS; part++)
    {
      if (part == PART_RECORD && commands->acknowledges)
        add_alone (&draft, TM_CHANGE_ACK, NULL, changes);
      if (part == PART_RECORD && commands->is_quiet)
        add_alone (&draft, TM_CHANGE_RECORD, "quiet", changes);
      hand_over (&draft, &draft.parts[part], changes);
      if (part == PART_ANSWERED)
        hand_over (&draft, &draft.text, changes);
      if (part == PART_PEOPLE)
        hand_over (&draft, &draft.unshare, changes);
    }
  if (draft.error == NULL)
    return changes;
  *why_out = draft.error;
  g_ptr_array_unref (changes);
  return NULL;
}
