/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/command.h"
#include "cli/jsondoc.h"

#include <string.h>

static const TmCliOption options[] = { { .name = NULL } };

static void
add_json (TmCli *cli, const GPtrArray *settings)
{
  g_autoptr (JsonBuilder) builder = jsondoc_begin ();
  jsondoc_open_array (builder, "settings");
  for (guint i = 0; i < settings->len; i++)
    {
      const TmSetting *setting = g_ptr_array_index (settings, i);
      json_builder_begin_object (builder);
      jsondoc_put_text (builder, "path", setting->path);
      jsondoc_put_text (builder, "value", setting->value);
      jsondoc_put_text (builder, "origin", setting->origin);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  jsondoc_end (builder, cli->terminal.is_tty, cli->out);
}

static unsigned
widest_path (const GPtrArray *settings)
{
  unsigned width = 0;
  for (guint i = 0; i < settings->len; i++)
    width = MAX (width, terminal_columns (((const TmSetting *) g_ptr_array_index (settings, i))->path));
  return width;
}

/* Where a setting comes from: files beside the main one by their name alone. */
static const char *
short_origin (const char *origin, const char *directory)
{
  gsize len = strlen (directory);
  return g_str_has_prefix (origin, directory) && origin[len] == '/' ? origin + len + 1 : origin;
}

static void
add_text (TmCli *cli, const GPtrArray *settings)
{
  unsigned label = MIN (widest_path (settings) + 2, cli->terminal.width / 2);
  g_autofree char *directory = g_path_get_dirname (cli->config);
  for (guint i = 0; i < settings->len; i++)
    {
      const TmSetting *setting = g_ptr_array_index (settings, i);
      g_autofree char *value = g_strdup_printf ("%s (%s)", setting->value == NULL ? "-" : setting->value,
                                                short_origin (setting->origin, directory));
      const char *path = setting->path;
      if (terminal_columns (path) + 2 > label)
        {
          /* A path is never cut: people copy it. */
          g_string_append_printf (cli->out, "%s\n", path);
          path = "";
        }
      terminal_add_field (cli->out, &cli->terminal, TM_STYLE_PLAIN, path, label, value);
    }
}

static bool
run (TmCli *cli, const TmArguments *arguments G_GNUC_UNUSED, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  if (!command_load_settings (cli, &policy, error))
    return false;
  if (cli->json)
    add_json (cli, policy->settings);
  else
    add_text (cli, policy->settings);
  return true;
}

static const char *const operands[] = { NULL };
const TmCommand command_config_show
  = { "config show", operands, "the settings in force, and where each comes from", options, run };
