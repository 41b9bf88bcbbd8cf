/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ticketctl calendar import: holidays of an iCalendar file as lines of a configuration, for a person to look at.
 */
#include "cli/command.h"
#include "cli/jsondoc.h"

#include "base/clock.h"
#include "conf/ical.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Recurrences are followed through this year and the two that come. */
enum { MORE_YEARS = 2, MAX_BYTES = 16 << 20 };

static const TmCliOption options[] = { { .name = NULL } };

static bool
read_file (const char *path, char **text_out, GError **error)
{
  FILE *file = strcmp (path, "-") == 0 ? fdopen (dup (STDIN_FILENO), "rb") : fopen (path, "rb");
  if (file == NULL)
    {
      g_set_error (error, TM_ERROR, errno == EACCES ? TM_ERROR_DENIED : TM_ERROR_NOT_FOUND, "%s: %s", path,
                   g_strerror (errno));
      return false;
    }
  GString *text = g_string_new (NULL);
  char buf[1 << 16];
  for (size_t n; text->len <= MAX_BYTES && (n = fread (buf, 1, sizeof buf, file)) > 0;)
    g_string_append_len (text, buf, (gssize) n);
  bool has_failed = ferror (file) != 0, is_text = memchr (text->str, '\0', text->len) == NULL;
  fclose (file);
  *text_out = g_string_free (text, FALSE);
  if (has_failed)
    g_set_error (error, TM_ERROR, TM_ERROR_IO, "%s: cannot be read", path);
  else if (!is_text || strlen (*text_out) > MAX_BYTES)
    g_set_error (error, TM_ERROR, TM_ERROR_MESSAGE, "%s: %s", path,
                 is_text ? "larger than 16 MB: no list of holidays" : "this is no iCalendar file");
  else
    return true;
  g_clear_pointer (text_out, g_free);
  return false;
}

static void
add_text (TmCli *cli, const GPtrArray *lines)
{
  g_string_append (cli->out, "holidays:\n");
  for (guint i = 0; i < lines->len; i++)
    {
      const TmIcalLine *line = lines->pdata[i];
      if (line->holiday != NULL)
        g_string_append_printf (cli->out, "  - '%s'%s", line->holiday, *line->note != '\0' ? " # " : "");
      else
        g_string_append (cli->out, "  # ");
      terminal_add_cell (cli->out, &cli->terminal, TM_STYLE_PLAIN, line->note, G_MAXINT, false);
      g_string_append_c (cli->out, '\n');
    }
}

static void
add_json (TmCli *cli, const GPtrArray *lines)
{
  g_autoptr (JsonBuilder) builder = jsondoc_begin ();
  jsondoc_open_array (builder, "holidays");
  for (guint i = 0; i < lines->len; i++)
    {
      const TmIcalLine *line = lines->pdata[i];
      json_builder_begin_object (builder);
      jsondoc_put_text (builder, "holiday", line->holiday);
      jsondoc_put_value (builder, "note", line->note);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  jsondoc_end (builder, cli->terminal.is_tty, cli->out);
}

static bool
run (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GPtrArray) lines = NULL;
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc (clock_now ());
  const char *path = arguments_operand (arguments, 0);
  int year = g_date_time_get_year (now);
  if (!read_file (path, &text, error))
    return false;
  if (!ical_holidays (text, year, year + MORE_YEARS, &lines, error))
    {
      g_prefix_error (error, "%s: ", path);
      return false;
    }
  if (cli->json)
    add_json (cli, lines);
  else
    add_text (cli, lines);
  return true;
}

static const char *const operands[] = { "FILE", NULL };
const TmCommand command_calendar_import
  = { "calendar import", operands, "holidays of an iCalendar file, for review", options, run };
