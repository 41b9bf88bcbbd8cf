/* SPDX-License-Identifier: BSD-2-Clause */
/* ticketctl: finds the command, runs it, prints what it wrote, ends with the error's code. */
#include "config.h"

#include "base/text.h"
#include "cli/command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const TmCommand *const commands[] = {
  &command_list,         &command_show,          &command_explain,  &command_policy_check,
  &command_token_rotate, &command_token_address, &command_db_check, &command_config_show,
  &command_db_backup,    &command_db_restore,    &command_db_migrate,
  &command_customer,     &command_contact_list,
  &command_contact_confirm, &command_contact_silence, &command_contact_block, &command_contact_add,
  &command_contact_erase,
  &command_mta_check,
  &command_search,
  &command_set,          &command_assign,        &command_note,     &command_close,
  &command_reopen,       &command_merge,         &command_split,    &command_join,
  &command_token_list,   &command_token_revoke,  &command_outbox_list,
  &command_outbox_show,  &command_outbox_retry,  &command_outbox_drop, &command_reply,
  &command_reload,       &command_receive,       &command_stats,    &command_report,
  &command_quarantine_list, &command_quarantine_show, &command_quarantine_release, &command_quarantine_drop,
  &command_sla,          &command_answered,      &command_share,    &command_unshare,
  &command_calendar_windows, &command_calendar_due, &command_calendar_between, &command_calendar_ask,
  &command_calendar_import, &command_template_show, &command_escalation_preview,
  &command_receiver_list, &command_receiver_test, &command_ack,
};

static const TmCliOption global_options[] = {
  { "config", 'c', "FILE", "the configuration; default: " TM_CONFIG_FILE },
  { "json", 0, NULL, "print JSON (version 1)" },
  { "help", 'h', NULL, "what there is, or the options of a command" },
  { "version", 0, NULL, "the version of ticketctl" },
  { .name = NULL },
};

enum { COMMAND_COLUMNS = 40 };

/* "token address N PURPOSE" */
static char *
command_usage (const TmCommand *command)
{
  GString *usage = g_string_new (command->name);
  for (const char *const *operand = command->operands; *operand != NULL; operand++)
    g_string_append_printf (usage, " %s", *operand);
  return g_string_free (usage, FALSE);
}

static void
add_program_help (TmCli *cli)
{
  terminal_add_block (cli->out, &cli->terminal, 0, "usage: ticketctl [-c FILE] [--json] COMMAND");
  g_string_append_c (cli->out, '\n');
  terminal_add_heading (cli->out, &cli->terminal, "commands");
  unsigned columns = MIN (COMMAND_COLUMNS, (unsigned) cli->terminal.width / 2);
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *usage = command_usage (commands[i]);
      g_autofree char *label = g_strconcat ("  ", usage, NULL);
      const char *left = label;
      if (strlen (label) + 2 > columns)
        {
          g_string_append_printf (cli->out, "%s\n", label);
          left = "";
        }
      terminal_add_field (cli->out, &cli->terminal, TM_STYLE_PLAIN, left, columns, commands[i]->summary);
    }
  g_string_append_c (cli->out, '\n');
  terminal_add_heading (cli->out, &cli->terminal, "options");
  options_add_help (cli->out, &cli->terminal, global_options);
}

static void
add_command_help (TmCli *cli, const TmCommand *command)
{
  g_autofree char *usage = command_usage (command);
  g_autofree char *line
      = g_strconcat ("usage: ticketctl ", usage, command->options->name == NULL ? NULL : " [OPTIONS]", NULL);
  terminal_add_block (cli->out, &cli->terminal, 0, line);
  g_string_append_c (cli->out, '\n');
  terminal_add_block (cli->out, &cli->terminal, 0, command->summary);
  g_string_append_c (cli->out, '\n');
  terminal_add_heading (cli->out, &cli->terminal, "options");
  options_add_help (cli->out, &cli->terminal, command->options);
  options_add_help (cli->out, &cli->terminal, global_options);
}

static const TmCommand *
find_command (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (commands[i]->name, name) == 0)
      return commands[i];
  return NULL;
}

/* Whether `word` begins commands of two words, as "token" does. */
static bool
is_group (const char *word)
{
  g_autofree char *prefix = g_strconcat (word, " ", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_has_prefix (commands[i]->name, prefix))
      return true;
  return false;
}

static bool
fail_unknown_command (const char *name, GError **error)
{
  const char *names[G_N_ELEMENTS (commands) + 1] = { NULL };
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    names[i] = commands[i]->name;
  return usage_unknown ("unknown command", name, names, "`ticketctl --help` lists them", error);
}

/* Reads the command's name: one word or two, with global options before each.  `command_out` is NULL when only --help
 * or --version was asked for. */
static bool
read_command (TmArguments *arguments, int argc, char **argv, int *position_io, const TmCommand **command_out,
              GError **error)
{
  const TmCliOption *const tables[] = { global_options, NULL };
  g_autofree char *name = NULL;
  bool is_complete = false;
  while (!is_complete)
    {
      if (!arguments_read (arguments, tables, TM_ARGUMENTS_LEADING, argc, argv, position_io, error))
        return false;
      if (*position_io == argc)
        break;
      char *longer = g_strjoin (name == NULL ? "" : " ", name == NULL ? "" : name, argv[*position_io], NULL);
      (*position_io)++;
      is_complete = name != NULL || !is_group (longer);
      g_free (name);
      name = longer;
    }
  *command_out = name == NULL ? NULL : find_command (name);
  bool asks = arguments_value (arguments, "help") != NULL || arguments_value (arguments, "version") != NULL;
  if (*command_out != NULL || (asks && !is_complete))
    return true;
  if (name != NULL)
    return fail_unknown_command (name, error);
  g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "no command: `ticketctl --help` lists them");
  return false;
}

/* "MESSAGE..." stands for one or more, "[WORD...]" for any number. */
static bool
repeats (const TmCommand *command, unsigned n_operands)
{
  return n_operands > 0 && strstr (command->operands[n_operands - 1], "...") != NULL;
}

static bool
check_operands (const TmCommand *command, const TmArguments *arguments, GError **error)
{
  unsigned n_given = arguments_n_operands (arguments);
  unsigned n_needed = 0;
  while (command->operands[n_needed] != NULL)
    n_needed++;
  bool is_optional = n_needed > 0 && command->operands[n_needed - 1][0] == '[';
  if (n_given < n_needed - is_optional)
    g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "%s: %s is missing: see `ticketctl %s --help`", command->name,
                 command->operands[n_given], command->name);
  else if (n_given > n_needed && !repeats (command, n_needed))
    g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "%s: `%s` is too much: see `ticketctl %s --help`", command->name,
                 arguments_operand (arguments, n_needed), command->name);
  else
    return true;
  return false;
}

static bool
run (TmCli *cli, int argc, char **argv, GError **error)
{
  g_autoptr (TmArguments) arguments = arguments_new ();
  const TmCommand *command;
  int position = 1;
  if (!read_command (arguments, argc, argv, &position, &command, error))
    return false;
  const TmCliOption *const tables[] = { command == NULL ? global_options : command->options, global_options, NULL };
  if (command != NULL
      && !arguments_read (arguments, tables, TM_ARGUMENTS_ALL, argc, argv, &position, error))
    return false;
  cli->json = arguments_value (arguments, "json") != NULL;
  const char *config = arguments_value (arguments, "config");
  cli->config = config == NULL ? TM_CONFIG_FILE : config;
  if (arguments_value (arguments, "version") != NULL)
    g_string_append (cli->out, "ticketctl " PACKAGE_VERSION "\n");
  else if (command == NULL)
    add_program_help (cli);
  else if (arguments_value (arguments, "help") != NULL)
    add_command_help (cli, command);
  else
    return check_operands (command, arguments, error) && command->run (cli, arguments, error);
  return true;
}

static bool
print (const GString *out, GError **error)
{
  if (fwrite (out->str, 1, out->len, stdout) == out->len && fflush (stdout) == 0)
    return true;
  g_set_error (error, TM_ERROR, TM_ERROR_IO, "standard output: %s: what was printed is not complete",
               g_strerror (errno));
  return false;
}

int
main (int argc, char **argv)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) print_error = NULL;
  TmCli cli = { .terminal = terminal_detect (STDOUT_FILENO), .out = out };
  (void) run (&cli, argc, argv, &error);
  if (!print (out, &print_error) && error == NULL)
    error = g_steal_pointer (&print_error);
  if (error != NULL)
    {
      g_autofree char *valid = text_make_valid (error->message, strlen (error->message));
      g_autofree char *line = text_one_line (valid, 0);
      fprintf (stderr, "ticketctl: %s\n", line);
    }
  return error_exit_code (error);
}
