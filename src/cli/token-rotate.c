/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/command.h"
#include "cli/jsondoc.h"

#include "base/clock.h"
#include "conf/keyring.h"

static const TmCliOption options[] = { { .name = NULL } };

static bool
run (TmCli *cli, const TmArguments *arguments G_GNUC_UNUSED, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  g_autofree char *id = NULL;
  if (!command_load_settings (cli, &policy, error) || !keyring_rotate (policy->daemon.keys, clock_now (), &id, error))
    return false;
  if (!cli->json)
    {
      g_string_append_printf (cli->out, "key %s signs from now on, older ones still verify; ", id);
      g_string_append (cli->out, "tell the daemon: ticketctl reload\n");
      return true;
    }
  g_autoptr (JsonBuilder) builder = jsondoc_begin ();
  jsondoc_put_text (builder, "key", id);
  jsondoc_put_text (builder, "file", policy->daemon.keys);
  jsondoc_end (builder, cli->terminal.is_tty, cli->out);
  return true;
}

static const char *const operands[] = { NULL };
const TmCommand command_token_rotate
  = { "token rotate", operands, "make a new key for tokens, keep the old one for verifying", options, run };
