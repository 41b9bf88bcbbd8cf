/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/command.h"
#include "cli/jsondoc.h"
#include "cli/mta-findings.h"

#include <string.h>

static const TmCliOption options[] = {
  { "config-dir", 0, "DIR", "the Postfix with its main.cf in DIR; default: the system's" },
  { "postconf", 0, "FILE", "read FILE, made by `(postconf -x; postconf -M; postconf -Px) >FILE`, instead" },
  { .name = NULL },
};

/* The command that sets it, for a shell; NULL when the finding has none. */
static char *
fix_command (const TmMtaFinding *finding, const char *config_dir)
{
  if (finding->setting == NULL)
    return NULL;
  g_autofree char *setting = g_shell_quote (finding->setting);
  g_autofree char *directory = config_dir != NULL ? g_shell_quote (config_dir) : NULL;
  return directory != NULL ? g_strdup_printf ("postconf -c %s -e %s", directory, setting)
                           : g_strdup_printf ("postconf -e %s", setting);
}

static void
add_json (TmCli *cli, bool ok, const GPtrArray *findings, const char *config_dir)
{
  g_autoptr (JsonBuilder) builder = jsondoc_begin ();
  jsondoc_put_bool (builder, "ok", ok);
  jsondoc_open_array (builder, "findings");
  for (guint i = 0; i < findings->len; i++)
    {
      const TmMtaFinding *finding = g_ptr_array_index (findings, i);
      g_autofree char *fix = fix_command (finding, config_dir);
      json_builder_begin_object (builder);
      jsondoc_put_text (builder, "severity", finding->is_error ? "error" : "warning");
      jsondoc_put_text (builder, "parameter", finding->parameter);
      jsondoc_put_text (builder, "value", finding->value);
      jsondoc_put_text (builder, "what", finding->what);
      jsondoc_put_text (builder, "fix", fix);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  jsondoc_end (builder, cli->terminal.is_tty, cli->out);
}

/* Whole lines, never cut: people copy the command. */
static void
add_text (TmCli *cli, bool ok, const GPtrArray *findings, const char *config_dir)
{
  for (guint i = 0; i < findings->len; i++)
    {
      const TmMtaFinding *finding = g_ptr_array_index (findings, i);
      g_autofree char *line = g_strdup_printf ("%s: %s%s", finding->parameter, finding->is_error ? "" : "warning: ",
                                               finding->what);
      g_autofree char *fix = fix_command (finding, config_dir);
      TmStyle style = finding->is_error ? TM_STYLE_BAD : TM_STYLE_PLAIN;
      terminal_add_cell (cli->out, &cli->terminal, style, line, G_MAXINT, false);
      g_string_append_c (cli->out, '\n');
      if (fix == NULL)
        continue;
      g_string_append (cli->out, "    ");
      terminal_add_cell (cli->out, &cli->terminal, TM_STYLE_PLAIN, fix, G_MAXINT, false);
      g_string_append_c (cli->out, '\n');
    }
  if (ok)
    g_string_append (cli->out, "ok\n");
}

static bool
read_file (const char *file, char **text_out, GError **error)
{
  g_autoptr (GError) local = NULL;
  if (g_file_get_contents (file, text_out, NULL, &local))
    return true;
  bool is_denied = g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_ACCES);
  g_set_error (error, TM_ERROR, is_denied ? TM_ERROR_DENIED : TM_ERROR_NOT_FOUND,
               "--postconf %s: cannot be read: name a file made by `(postconf -x; postconf -M; postconf -Px) >FILE`",
               file);
  return false;
}

static bool
read_postconf (const TmArguments *arguments, TmPostconf **postconf_out, GError **error)
{
  const char *file = arguments_value (arguments, "postconf");
  const char *directory = arguments_value (arguments, "config-dir");
  g_autofree char *text = NULL;
  if (file != NULL && directory != NULL)
    {
      g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "--postconf and --config-dir: give one of them");
      return false;
    }
  if (file != NULL ? !read_file (file, &text, error) : !postconf_run (directory, &text, error))
    return false;
  g_autoptr (TmPostconf) postconf = postconf_parse (text);
  if (*postconf_value (postconf, "queue_directory") == '\0')
    {
      g_set_error (error, TM_ERROR, TM_ERROR_MESSAGE,
                   "%s: not what postconf says: make it by `(postconf -x; postconf -M; postconf -Px) >FILE`",
                   file != NULL ? file : "postconf");
      return false;
    }
  *postconf_out = g_steal_pointer (&postconf);
  return true;
}

static unsigned
count_errors (const GPtrArray *findings)
{
  unsigned n_errors = 0;
  for (guint i = 0; i < findings->len; i++)
    n_errors += ((const TmMtaFinding *) g_ptr_array_index (findings, i))->is_error;
  return n_errors;
}

static bool
run (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  g_autoptr (TmPostconf) postconf = NULL;
  if (!command_load_settings (cli, &policy, error) || !read_postconf (arguments, &postconf, error))
    return false;
  bool has_certs = false;
  for (guint i = 0; i < policy->site->agents->len; i++)
    has_certs |= ((const TmAgent *) g_ptr_array_index (policy->site->agents, i))->certs->len > 0;
  TmMtaNeeds needs = { .socket = policy->daemon.socket,
                       .recipient_delimiter = policy->site->recipient_delimiter,
                       .deadline_s = policy->daemon.deadline_s,
                       .max_size = policy->limits.max_size,
                       .has_certs = has_certs,
                       .submit = policy->daemon.submit };
  g_autoptr (GPtrArray) findings = mta_findings (postconf, &needs);
  unsigned n_errors = count_errors (findings);
  const char *directory = arguments_value (arguments, "config-dir");
  if (cli->json)
    add_json (cli, n_errors == 0, findings, directory);
  else
    add_text (cli, n_errors == 0, findings, directory);
  if (n_errors > 0)
    g_set_error (error, TM_ERROR, TM_ERROR_CONFIG,
                 "Postfix: %u setting%s missing or wrong: set %s as shown, then reload Postfix", n_errors,
                 n_errors == 1 ? " is" : "s are", n_errors == 1 ? "it" : "them");
  return n_errors == 0;
}

static const char *const operands[] = { NULL };
const TmCommand command_mta_check
  = { "mta check", operands, "compare Postfix with what the desk needs of it", options, run };
