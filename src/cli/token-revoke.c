/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/command.h"
#include "cli/jsondoc.h"

#include "conf/keyring.h"

static const TmCliOption options[] = { { .name = NULL } };

static bool
run (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  const char *id = arguments_operand (arguments, 0);
  TmKeyState was = TM_KEY_ACTIVE;
  if (!command_load_settings (cli, &policy, error) || !keyring_revoke (policy->daemon.keys, id, &was, error))
    return false;
  if (!cli->json)
    {
      g_string_append_printf (cli->out, "key %s %s: its tokens verify no more; tell the daemon: ticketctl reload\n", id,
                              was == TM_KEY_REVOKED ? "was revoked already" : "is revoked");
      return true;
    }
  g_autoptr (JsonBuilder) builder = jsondoc_begin ();
  jsondoc_put_text (builder, "key", id);
  jsondoc_put_text (builder, "file", policy->daemon.keys);
  jsondoc_end (builder, cli->terminal.is_tty, cli->out);
  return true;
}

static const char *const operands[] = { "ID", NULL };
const TmCommand command_token_revoke
    = { "token revoke", operands, "have the tokens of a key verify no more", options, run };
