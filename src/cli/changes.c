/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands that change a ticket, each a few words of a request. */
#include "cli/change.h"

#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const TmCliOption options[] = { CHANGE_OPTIONS };

static const char *const operands_ticket[] = { "N", NULL };

/* --- set, assign --- */

static bool
run_set (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (TmWire) request = NULL;
  if (!change_begin (arguments, "set", &request, error))
    return false;
  for (unsigned i = 1; i < arguments_n_operands (arguments); i++)
    wire_add (request, "setting", arguments_operand (arguments, i));
  return change_finish (cli, request, error);
}

static const char *const operands_set[] = { "N", "KEY=VALUE...", NULL };
const TmCommand command_set
    = { "set", operands_set, "set status, priority, promise and the like, or tag.KEY", options, run_set };

static bool
run_assign (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (TmWire) request = NULL;
  g_autofree char *setting = g_strconcat ("assignee=", arguments_operand (arguments, 1), NULL);
  if (!change_begin (arguments, "set", &request, error))
    return false;
  wire_add (request, "setting", setting);
  return change_finish (cli, request, error);
}

static const char *const operands_assign[] = { "N", "AGENT", NULL };
const TmCommand command_assign
    = { "assign", operands_assign, "give it to an agent, or to `none`", options, run_assign };

/* --- close, reopen --- */

static bool
run_close (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (TmWire) request = NULL;
  return change_begin (arguments, "close", &request, error) && change_finish (cli, request, error);
}

const TmCommand command_close = { "close", operands_ticket, "close a ticket", options, run_close };

static bool
run_reopen (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (TmWire) request = NULL;
  return change_begin (arguments, "reopen", &request, error) && change_finish (cli, request, error);
}

const TmCommand command_reopen = { "reopen", operands_ticket, "open a ticket again", options, run_reopen };

/* --- ack --- */

static bool
run_ack (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (TmWire) request = NULL;
  return change_begin (arguments, "ack", &request, error) && change_finish (cli, request, error);
}

const TmCommand command_ack = { "ack", operands_ticket, "acknowledge what a ticket was paged for", options, run_ack };

/* --- note, reply --- */

enum { TEXT_MAX = 256 << 10 };

static bool
read_stream (FILE *stream, const char *name, char **text_out, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char chunk[4096];
  size_t n;
  while (text->len <= TEXT_MAX && (n = fread (chunk, 1, sizeof chunk, stream)) > 0)
    g_string_append_len (text, chunk, (gssize) n);
  if (ferror (stream))
    {
      g_set_error (error, TM_ERROR, TM_ERROR_IO, "%s: %s", name, g_strerror (errno));
      return false;
    }
  *text_out = text_make_valid (text->str, text->len);
  return true;
}

/* Of the option --message, else of the file, NULL or "-": standard input. */
static bool
read_text (const TmArguments *arguments, const char *what, const char *file, char **text_out, GError **error)
{
  const char *given = arguments_value (arguments, "message");
  bool is_input = file == NULL || strcmp (file, "-") == 0;
  g_autofree char *text = g_strdup (given);
  FILE *stream = given != NULL ? NULL : is_input ? stdin : fopen (file, "re");
  if (given == NULL && stream == NULL)
    {
      g_set_error (error, TM_ERROR, errno == ENOENT ? TM_ERROR_NOT_FOUND : TM_ERROR_IO, "%s: %s", file,
                   g_strerror (errno));
      return false;
    }
  bool ok = stream == NULL || read_stream (stream, is_input ? "standard input" : file, &text, error);
  if (stream != NULL && !is_input)
    fclose (stream);
  if (ok && strlen (text) > TEXT_MAX)
    {
      g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "the %s is too long: at most %d bytes", what, TEXT_MAX);
      ok = false;
    }
  if (ok)
    *text_out = g_steal_pointer (&text);
  return ok;
}

static bool
run_note (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (TmWire) request = NULL;
  g_autofree char *text = NULL;
  if (!change_begin (arguments, "note", &request, error) || !read_text (arguments, "note", NULL, &text, error))
    return false;
  wire_add (request, "text", text);
  return change_finish (cli, request, error);
}

static const TmCliOption options_note[]
    = { { "message", 'm', "TEXT", "the note; default: standard input" }, CHANGE_OPTIONS };
const TmCommand command_note = { "note", operands_ticket, "write a note for the agents", options_note, run_note };

static bool
run_reply (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (TmWire) request = wire_new ();
  g_autofree char *text = NULL;
  const char *file = arguments_operand (arguments, 1);
  gint64 number;
  if (file != NULL && arguments_value (arguments, "message") != NULL)
    {
      g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "the answer is given twice: leave out --message or %s", file);
      return false;
    }
  if (!command_parse_ticket (arguments_operand (arguments, 0), &number, error)
      || !read_text (arguments, "answer", file, &text, error))
    return false;
  wire_add (request, "do", "reply");
  wire_add_number (request, "ticket", number);
  wire_add (request, "by", arguments_value (arguments, "as"));
  wire_add (request, "why", arguments_value (arguments, "why"));
  wire_add (request, "text", text);
  return change_finish (cli, request, error);
}

static const TmCliOption options_reply[] = {
  { "message", 'm', "TEXT", "the answer; default: FILE, or standard input" },
  { "as", 0, "AGENT", "who answers; default: who runs this" },
  { "why", 0, "TEXT", "the reason, kept in the ticket's history" },
  { .name = NULL },
};
static const char *const operands_reply[] = { "N", "[FILE]", NULL };
const TmCommand command_reply
    = { "reply", operands_reply, "answer the requester and those who receive", options_reply, run_reply };

/* --- answered --- */

static bool
run_answered (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (TmWire) request = NULL;
  const char *channel = arguments_value (arguments, "by");
  gint64 number;
  if (channel == NULL || (strcmp (channel, "phone") != 0 && strcmp (channel, "chat") != 0))
    {
      g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "say how: --by phone or --by chat");
      return false;
    }
  if (!command_parse_ticket (arguments_operand (arguments, 0), &number, error))
    return false;
  request = wire_new ();
  wire_add (request, "do", "answered");
  wire_add_number (request, "ticket", number);
  wire_add (request, "by", arguments_value (arguments, "agent"));
  wire_add (request, "why", arguments_value (arguments, "why"));
  wire_add (request, "channel", channel);
  wire_add (request, "at", arguments_value (arguments, "at"));
  return change_finish (cli, request, error);
}

static const TmCliOption options_answered[] = {
  { "by", 0, "CHANNEL", "phone or chat" },
  { "at", 0, "TIME", "when, like 2026-11-24T16:00 in the desk's zone; default: now" },
  { "agent", 0, "NAME", "who called: an agent or a user; default: who runs this" },
  { "why", 0, "TEXT", "the reason, kept in the ticket's history" },
  { .name = NULL },
};
const TmCommand command_answered
    = { "answered", operands_ticket, "the requester was called, or answered in a chat", options_answered,
        run_answered };

/* --- share, unshare --- */

static bool
run_addresses (TmCli *cli, const TmArguments *arguments, const char *verb, GError **error)
{
  g_autoptr (TmWire) request = NULL;
  if (!change_begin (arguments, verb, &request, error))
    return false;
  for (unsigned i = 1; i < arguments_n_operands (arguments); i++)
    wire_add (request, "address", arguments_operand (arguments, i));
  if (arguments_value (arguments, "send") != NULL)
    wire_add (request, "send", "yes");
  return change_finish (cli, request, error);
}

static bool
run_share (TmCli *cli, const TmArguments *arguments, GError **error)
{
  return run_addresses (cli, arguments, "share", error);
}

static bool
run_unshare (TmCli *cli, const TmArguments *arguments, GError **error)
{
  return run_addresses (cli, arguments, "unshare", error);
}

static const TmCliOption options_share[]
    = { { "send", 0, NULL, "also with people of another customer" }, CHANGE_OPTIONS };
static const char *const operands_share[] = { "N", "ADDRESS...", NULL };
const TmCommand command_share
    = { "share", operands_share, "they receive what is sent for it from now on", options_share, run_share };
const TmCommand command_unshare
    = { "unshare", operands_share, "they receive nothing more of it", options, run_unshare };

/* --- merge, split, join --- */

static bool
run_merge (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (TmWire) request = NULL;
  return change_begin (arguments, "merge", &request, error)
         && change_add_numbers (arguments, 1, "ticket", "into", request, error)
         && change_finish (cli, request, error);
}

static const char *const operands_merge[] = { "N", "INTO", NULL };
const TmCommand command_merge
    = { "merge", operands_merge, "make ticket N a part of ticket INTO", options, run_merge };

static bool
run_split (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (TmWire) request = NULL;
  return change_begin (arguments, "split", &request, error)
         && change_add_numbers (arguments, 1, "message", "message", request, error)
         && change_finish (cli, request, error);
}

static const char *const operands_split[] = { "N", "MESSAGE...", NULL };
const TmCommand command_split
    = { "split", operands_split, "move messages into a new ticket, linked to N", options, run_split };

static bool
run_join (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (TmWire) request = NULL;
  if (!change_begin (arguments, "join", &request, error)
      || !change_add_numbers (arguments, 1, "message", "message", request, error))
    return false;
  if (arguments_value (arguments, "always") != NULL)
    wire_add (request, "always", "yes");
  return change_finish (cli, request, error);
}

static const TmCliOption options_join[]
    = { { "always", 0, NULL, "its sender is the requester, by another address, from now on" }, CHANGE_OPTIONS };

static const char *const operands_join[] = { "N", "MESSAGE", NULL };
const TmCommand command_join
    = { "join", operands_join, "trust an unverified message: its sender may write to N", options_join,
        run_join };
