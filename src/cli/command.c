/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/command.h"

#include "base/text.h"
#include "core/address.h"

unsigned
command_count_errors (const GPtrArray *findings)
{
  unsigned n_errors = 0;
  for (guint i = 0; findings != NULL && i < findings->len; i++)
    n_errors += ((const TmFinding *) g_ptr_array_index (findings, i))->is_error;
  return n_errors;
}

static const TmFinding *
first_error (const GPtrArray *findings)
{
  for (guint i = 0; findings != NULL && i < findings->len; i++)
    {
      const TmFinding *finding = g_ptr_array_index (findings, i);
      if (finding->is_error)
        return finding;
    }
  return NULL;
}

bool
command_fail_to_load (const TmCli *cli, GError *cause, GError **error)
{
  if (cause->code == TM_ERROR_NOT_FOUND)
    g_set_error (error, TM_ERROR, TM_ERROR_NOT_FOUND, "%s: no such file: name the configuration with -c FILE",
                 cli->config);
  else
    g_propagate_error (error, g_steal_pointer (&cause));
  g_clear_error (&cause);
  return false;
}

/* In one line why there is no policy.  Takes `cause` over; always false. */
static bool
fail_to_load (const TmCli *cli, const GPtrArray *findings, GError *cause, GError **error)
{
  const TmFinding *finding = first_error (findings);
  if (finding == NULL || cause->code != TM_ERROR_CONFIG)
    return command_fail_to_load (cli, cause, error);
  g_clear_error (&cause);
  g_autofree char *first = finding_format (finding);
  unsigned n_errors = command_count_errors (findings);
  if (n_errors == 1)
    g_set_error_literal (error, TM_ERROR, TM_ERROR_CONFIG, first);
  else
    g_set_error (error, TM_ERROR, TM_ERROR_CONFIG, "%s; and %u more: see `ticketctl policy check`", first,
                 n_errors - 1);
  return false;
}

bool
command_load_policy (const TmCli *cli, TmPolicy **policy_out, GError **error)
{
  g_autoptr (GPtrArray) findings = NULL;
  GError *cause = NULL;
  return policy_load (cli->config, policy_out, &findings, &cause) || fail_to_load (cli, findings, cause, error);
}

bool
command_load_settings (const TmCli *cli, TmPolicy **policy_out, GError **error)
{
  g_autoptr (GPtrArray) findings = NULL;
  GError *cause = NULL;
  return policy_load_keyless (cli->config, policy_out, &findings, &cause) || fail_to_load (cli, findings, cause, error);
}

bool
command_parse_ticket (const char *text, gint64 *number_out, GError **error)
{
  guint64 number;
  if (!text_parse_number (text, G_MAXINT64, &number))
    {
      g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "`%s` is no ticket number: give one like 1042", text);
      return false;
    }
  *number_out = (gint64) number;
  return true;
}

bool
command_parse_number (const char *what, const char *text, gint64 *number_out, GError **error)
{
  guint64 number;
  if (!text_parse_number (text, G_MAXINT64, &number))
    {
      g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "`%s` is no %s number: give one like 17", text, what);
      return false;
    }
  *number_out = (gint64) number;
  return true;
}

bool
command_parse_limit (const TmArguments *arguments, unsigned otherwise, unsigned *limit_out, GError **error)
{
  const char *text = arguments_value (arguments, "limit");
  guint64 limit = otherwise;
  if (text != NULL && !text_parse_number (text, G_MAXINT32, &limit))
    {
      g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "--limit `%s` is no number: give 1 or more", text);
      return false;
    }
  *limit_out = (unsigned) limit;
  return true;
}

bool
command_parse_queue (const TmSite *site, const char *id, const char **queue_out, GError **error)
{
  *queue_out = id;
  if (id == NULL || site_queue (site, id) != NULL)
    return true;
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  for (guint i = 0; i < site->queues->len; i++)
    g_ptr_array_add (ids, ((const TmQueue *) g_ptr_array_index (site->queues, i))->id);
  g_ptr_array_add (ids, NULL);
  const char *const *names = (const char *const *) ids->pdata;
  return usage_unknown ("unknown queue", id, names, "`ticketctl config show` lists them", error);
}

bool
command_parse_address (const char *what, const char *text, char **address_out, GError **error)
{
  g_autofree char *address = address_normalize (text);
  if (address != NULL && *address != '\0')
    {
      *address_out = g_steal_pointer (&address);
      return true;
    }
  g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "%s `%s` is no address: give one like joe@example.com", what, text);
  return false;
}

/* A policy can be tried before the daemon ever ran. */
bool
command_open_reader_if_any (const char *path, TmReader **reader_out, GError **error)
{
  g_autoptr (GError) local = NULL;
  *reader_out = NULL;
  if (reader_open (path, reader_out, &local) || g_error_matches (local, TM_ERROR, TM_ERROR_NOT_FOUND))
    return true;
  g_propagate_error (error, g_steal_pointer (&local));
  return false;
}
