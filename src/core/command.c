/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/command.h"

#include "base/text.h"
#include "core/command_words.h"

#include <string.h>

enum { COMMANDS_MAX = 100, LINE_MAX_BYTES = 1000, WISH_BYTES = 60 };

static void
command_free (TmCommand *command)
{
  g_free (command->line);
  g_free (command->word);
  g_free (command->arguments);
  g_free (command);
}

void
commands_free (TmCommands *commands)
{
  if (commands == NULL)
    return;
  g_clear_pointer (&commands->commands, g_ptr_array_unref);
  g_free (commands->error);
  g_free (commands);
}

/* --- lines --- */

/* The line at `*at`, without white space around it, and moves on to the next; false: there is none. */
static bool
next_line (const char **at, const char **line_out, gsize *len_out)
{
  if (**at == '\0')
    return false;
  const char *line = *at, *end = line + strcspn (line, "\n");
  *at = end + (*end == '\n');
  while (line < end && text_is_space (g_utf8_get_char (line)))
    line = g_utf8_next_char (line);
  for (const char *last; end > line; end = last)
    {
      last = g_utf8_prev_char (end);
      if (!text_is_space (g_utf8_get_char (last)))
        break;
    }
  *line_out = line;
  *len_out = (gsize) (end - line);
  return true;
}

/* --- one command --- */

static char *
say_valid (const char *line, const TmCommandWord *near)
{
  g_autofree char *words = command_words_list ();
  return near != NULL ? command_say (line, "is no command, #%s? There is %s; text begins with ##", near->word, words)
                      : command_say (line, "is no command; there is %s", words);
}

/* The characters of a word, which punctuation ends. */
static gsize
word_length (const char *text, gsize len)
{
  const char *p = text;
  for (; p < text + len; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      if (!g_unichar_isalnum (c) && !g_unichar_ismark (c) && c != '-' && c != '_')
        break;
    }
  return (gsize) (p - text);
}

/* Whether white space or nothing follows. */
static bool
ends_word (const char *text, gsize len)
{
  return len == 0 || text_is_space (g_utf8_get_char (text));
}

/* "" where there is no word in it, and be it of white space that nobody sees. */
static char *
arguments_of (const char *text, gsize len)
{
  g_autofree char *copy = g_strndup (text, len);
  char *line = text_one_line (copy, 0);
  const char *rest = line;
  g_autofree char *first = text_next_word (&rest);
  if (first == NULL)
    *line = '\0';
  return line;
}

/* What is wrong with it, NULL: nothing; of those that came before. */
static char *
find_fault (const TmCommands *commands, const TmCommandWord *known, const TmCommand *command)
{
  if (strlen (command->line) > LINE_MAX_BYTES || commands->commands->len >= COMMANDS_MAX)
    return command_say (command->line, "is too much: at most %d commands, each of at most %d bytes", COMMANDS_MAX,
                LINE_MAX_BYTES);
  if (!known->fits (command->arguments))
    return command_say (command->line, "must be written #%s%s%s", known->word, known->usage,
                *known->usage == '\0' ? ", with nothing behind it" : "");
  for (guint i = 0; i < commands->commands->len; i++)
    {
      const TmCommand *other = g_ptr_array_index (commands->commands, i);
      if (!known->is_repeatable && strcmp (other->word, command->word) == 0
          && strcmp (other->arguments, command->arguments) != 0)
        return command_say (command->line, "is said twice: #%s may stand once", known->word);
      if (command_words_clash (other->word, command->word))
        return command_say (command->line, "does not go with #%s: give one of them", other->word);
    }
  return NULL;
}

static void
note_flags (TmCommands *commands, const char *word)
{
  const struct
  {
    const char *word;
    bool *flag;
  } flags[] = {
    { "note", &commands->is_note },   { "send", &commands->sends },       { "help", &commands->asks_help },
    { "quiet", &commands->is_quiet }, { "ack", &commands->acknowledges },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (flags); i++)
    if (strcmp (flags[i].word, word) == 0)
      *flags[i].flag = true;
}

/* `line` and `arguments` are taken over. */
static void
add_command (TmCommands *commands, const TmCommandWord *known, char *line, char *arguments, bool is_written)
{
  TmCommand *command = g_new0 (TmCommand, 1);
  command->line = line;
  command->word = g_strdup (known->word);
  command->arguments = arguments;
  command->is_written = is_written;
  commands->error = find_fault (commands, known, command);
  g_ptr_array_add (commands->commands, command);
  note_flags (commands, known->word);
}

/* Whether the line is one, and be it a wrong one. */
static bool
read_line (TmCommands *commands, const char *line, gsize len)
{
  if (len == 0 || *line != '#')
    return false;
  gsize n_word = word_length (line + 1, len - 1);
  const char *rest = line + 1 + n_word;
  gsize n_rest = len - 1 - n_word;
  g_autofree char *word = g_ascii_strdown (line + 1, (gssize) n_word);
  g_autofree char *copy = g_strndup (line, len);
  const TmCommandWord *known = command_word (word);
  if (known != NULL && ends_word (rest, n_rest))
    add_command (commands, known, g_steal_pointer (&copy), arguments_of (rest, n_rest), true);
  else
    {
      const TmCommandWord *near = known != NULL ? known : command_word_near (word);
      commands->error = near != NULL ? say_valid (copy, near) : NULL;
      return near != NULL;
    }
  return true;
}

/* `close`, `priority-p1`: the word ends at the first `-`, the rest is what stands behind it. */
static void
read_token_command (TmCommands *commands, const char *text)
{
  gsize n_word = strcspn (text, "-");
  g_autofree char *word = g_ascii_strdown (text, (gssize) n_word);
  g_autofree char *line = g_strconcat ("#", word, text[n_word] != '\0' ? " " : "",
                                       text[n_word] != '\0' ? text + n_word + 1 : "", NULL);
  const TmCommandWord *known = command_word (word);
  if (known == NULL)
    commands->error = say_valid (line, NULL);
  else
    {
      char *arguments = arguments_of (line + 1 + n_word, strlen (line + 1 + n_word));
      add_command (commands, known, g_steal_pointer (&line), arguments, false);
    }
}

/* --- all of them --- */

TmCommands *
commands_read (const char *text, const GPtrArray *token_commands)
{
  TmCommands *commands = g_new0 (TmCommands, 1);
  commands->commands = g_ptr_array_new_with_free_func ((GDestroyNotify) command_free);
  for (guint i = 0; token_commands != NULL && commands->error == NULL && i < token_commands->len; i++)
    read_token_command (commands, g_ptr_array_index (token_commands, i));
  const char *at = text, *begin = text, *line;
  gsize len;
  commands->is_all = true;
  for (; commands->error == NULL && next_line (&at, &line, &len); begin = at)
    if (len > 0 && !read_line (commands, line, len))
      {
        commands->is_all = false;
        break;
      }
  commands->end = (gsize) (begin - text);
  return commands;
}

GPtrArray *
commands_lines (const TmCommands *commands)
{
  GPtrArray *lines = g_ptr_array_new ();
  for (guint i = 0; i < commands->commands->len; i++)
    {
      const TmCommand *command = g_ptr_array_index (commands->commands, i);
      if (command->is_written)
        g_ptr_array_add (lines, command->line);
    }
  return lines;
}

GPtrArray *
commands_shared (const TmCommands *commands)
{
  GPtrArray *shared = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < commands->commands->len; i++)
    {
      const TmCommand *command = g_ptr_array_index (commands->commands, i);
      GPtrArray *addresses = strcmp (command->word, "share") == 0 ? command_addresses (command->arguments) : NULL;
      if (addresses != NULL)
        g_ptr_array_extend_and_steal (shared, addresses);
    }
  return shared;
}

char *
commands_find_left (const char *text)
{
  const char *line;
  gsize len;
  while (next_line (&text, &line, &len))
    {
      if (len == 0 || *line != '#')
        continue;
      gsize n_word = word_length (line + 1, len - 1);
      g_autofree char *word = g_ascii_strdown (line + 1, (gssize) n_word);
      if (command_word (word) != NULL && ends_word (line + 1 + n_word, len - 1 - n_word))
        return g_strndup (line, len);
    }
  return NULL;
}

/* --- the end of receiving --- */

bool
commands_is_unsubscribe (const char *text)
{
  static const char *const wishes[] = {
    "unsubscribe", "unsubscribe me", "please unsubscribe", "please unsubscribe me",
    "abmelden", "bitte abmelden", "abbestellen", "bitte abbestellen", "austragen", "bitte austragen",
    "désabonner", "me désabonner", "se désabonner", "désinscription", "se désinscrire",
    "darse de baja", "darme de baja", "cancelar suscripción", "cancelar la suscripción",
    "cancelar inscrição", "cancelar subscrição", "disiscrivimi", "annulla iscrizione",
    "afmelden", "uitschrijven", "wypisz mnie", "odhlásit",
  };
  const char *line = "";
  gsize len = 0;
  while (len == 0 && next_line (&text, &line, &len))
    ;
  while (len > 0 && strchr (".!", line[len - 1]) != NULL)
    len--;
  if (len == 0 || len > WISH_BYTES)
    return false;
  g_autofree char *wish = arguments_of (line, len);
  g_autofree char *composed = g_utf8_normalize (wish, -1, G_NORMALIZE_ALL_COMPOSE);
  g_autofree char *folded = composed != NULL ? g_utf8_strdown (composed, -1) : NULL;
  for (size_t i = 0; folded != NULL && i < G_N_ELEMENTS (wishes); i++)
    if (strcmp (wishes[i], folded) == 0)
      return true;
  return false;
}
