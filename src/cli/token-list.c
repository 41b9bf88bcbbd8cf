/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/command.h"
#include "cli/jsondoc.h"

#include "base/clock.h"
#include "conf/keyring.h"

static const TmCliOption options[] = { { .name = NULL } };

enum { ID_COLUMNS = 18, STATE_COLUMNS = 10 };

static void
add_text (TmCli *cli, const TmKeyRing *ring)
{
  for (guint i = 0; i < ring->keys->len; i++)
    {
      const TmKey *key = g_ptr_array_index (ring->keys, i);
      g_autofree char *created = instant_format (key->created_at);
      terminal_add_cell (cli->out, &cli->terminal, TM_STYLE_PLAIN, key->id, ID_COLUMNS, true);
      terminal_add_cell (cli->out, &cli->terminal, key->state == TM_KEY_ACTIVE ? TM_STYLE_GOOD : TM_STYLE_PLAIN,
                         key_state_name (key->state), STATE_COLUMNS, true);
      g_string_append_printf (cli->out, "%s\n", created);
    }
  if (ring->keys->len == 0)
    g_string_append (cli->out, "no keys\n");
}

static void
add_json (TmCli *cli, const char *file, const TmKeyRing *ring)
{
  g_autoptr (JsonBuilder) builder = jsondoc_begin ();
  jsondoc_put_text (builder, "file", file);
  jsondoc_open_array (builder, "keys");
  for (guint i = 0; i < ring->keys->len; i++)
    {
      const TmKey *key = g_ptr_array_index (ring->keys, i);
      json_builder_begin_object (builder);
      jsondoc_put_text (builder, "id", key->id);
      jsondoc_put_text (builder, "state", key_state_name (key->state));
      jsondoc_put_instant (builder, "created_at", key->created_at);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  jsondoc_end (builder, cli->terminal.is_tty, cli->out);
}

static bool
run (TmCli *cli, const TmArguments *arguments G_GNUC_UNUSED, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  g_autoptr (TmKeyRing) ring = NULL;
  if (!command_load_settings (cli, &policy, error) || !keyring_load (policy->daemon.keys, &ring, error))
    return false;
  if (cli->json)
    add_json (cli, policy->daemon.keys, ring);
  else
    add_text (cli, ring);
  return true;
}

static const char *const operands[] = { NULL };
const TmCommand command_token_list = { "token list", operands, "the keys of tokens, the newest first", options, run };
