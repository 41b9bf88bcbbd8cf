/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/command.h"
#include "cli/progress.h"
#include "cli/tickets.h"

#include "base/clock.h"
#include "base/text.h"
#include "store/search.h"

#include <stdio.h>

enum { DEFAULT_LIMIT = 20 };

static const TmCliOption options[] = {
  { "limit", 0, "N", "at most N tickets, those with the newest message first; default: 20" },
  { "rebuild", 0, NULL, "make the index anew first" },
  { .name = NULL },
};

/* Who may not write to the index searches in what is there. */
static bool
bring_up_to_date (const char *database, bool rebuild, GError **error)
{
  TmCliProgress progress = progress_begin ("indexing");
  g_autoptr (GError) ignored = NULL;
  bool ok = true;
  if (rebuild)
    ok = search_rebuild (database, progress_show, &progress, error);
  else
    (void) !search_update (database, NULL, progress_show, &progress, &ignored);
  progress_end (&progress);
  return ok;
}

static void
add_text (TmCli *cli, const GPtrArray *found)
{
  if (found->len == 0)
    g_string_append (cli->out, "no tickets\n");
  for (guint i = 0; i < found->len; i++)
    {
      const TmFound *one = g_ptr_array_index (found, i);
      g_autofree char *head = g_strdup_printf ("%" G_GINT64_FORMAT " %s %s", one->ticket->facts->id,
                                               status_name (one->ticket->facts->status), one->ticket->subject);
      g_autofree char *at = instant_format (one->received_at);
      g_autofree char *snippet = text_one_line (one->snippet, 0);
      g_autofree char *detail = g_strdup_printf ("%s %s: %s", at != NULL ? at : "-", one->from, snippet);
      terminal_add_cell (cli->out, &cli->terminal, TM_STYLE_BOLD, head, cli->terminal.width, false);
      g_string_append_c (cli->out, '\n');
      terminal_add_block (cli->out, &cli->terminal, 2, detail);
    }
}

static bool
find (TmCli *cli, const char *database, const char *const *words, unsigned limit, GError **error)
{
  g_autoptr (TmReader) reader = NULL;
  g_autoptr (GPtrArray) found = NULL;
  gint64 n_missing;
  if (!reader_open (database, &reader, error)
      || !search_find (reader, words, limit, &found, &n_missing, error))
    return false;
  if (n_missing > 0)
    fprintf (stderr, "ticketctl: %" G_GINT64_FORMAT " messages are not in the index yet\n", n_missing);
  if (cli->json)
    found_add_json (cli->out, &cli->terminal, found);
  else
    add_text (cli, found);
  return true;
}

static bool
run (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  unsigned limit;
  bool rebuild = arguments_value (arguments, "rebuild") != NULL;
  for (unsigned i = 0; i < arguments_n_operands (arguments); i++)
    g_ptr_array_add (words, (gpointer) (gsize) arguments_operand (arguments, i));
  if (words->len == 0 && !rebuild)
    {
      g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "search: WORD is missing: see `ticketctl search --help`");
      return false;
    }
  g_ptr_array_add (words, NULL);
  if (!command_parse_limit (arguments, DEFAULT_LIMIT, &limit, error) || !command_load_settings (cli, &policy, error)
      || !bring_up_to_date (policy->daemon.database, rebuild, error))
    return false;
  return words->len == 1 || find (cli, policy->daemon.database, (const char *const *) words->pdata, limit, error);
}

static const char *const operands[] = { "[WORD...]", NULL };
const TmCommand command_search = { "search", operands, "find tickets by words of their messages", options, run };
