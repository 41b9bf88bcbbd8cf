/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/change.h"
#include "cli/jsondoc.h"
#include "cli/progress.h"

#include "desk/control_erase.h"
#include "store/erase.h"

enum { LABEL = 20 };

static const TmCliOption options[] = {
  { "dry-run", 0, NULL, "only say what there is to erase" },
  { "by", 0, "NAME", "who does it: an agent or a user; default: who runs this" },
  { "why", 0, "TEXT", "the reason, kept in the histories of the tickets; not who it is" },
  { .name = NULL },
};

/* What there is, or was. */
typedef struct
{
  bool is_dry, is_scrubbed;
  gint64 counts[TM_ERASED_N_KINDS];
  GPtrArray *others; /* char * */
} Report;

static void
report_clear (Report *report)
{
  g_clear_pointer (&report->others, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Report, report_clear)

static void
add_json (TmCli *cli, const Report *report)
{
  g_autoptr (JsonBuilder) builder = jsondoc_begin ();
  jsondoc_put_bool (builder, "dry_run", report->is_dry);
  json_builder_set_member_name (builder, "erased");
  json_builder_begin_object (builder);
  for (int kind = 0; kind < TM_ERASED_N_KINDS; kind++)
    jsondoc_put_number (builder, erased_name ((TmErasedKind) kind), report->counts[kind]);
  json_builder_end_object (builder);
  jsondoc_put_strings (builder, "other_addresses", report->others);
  jsondoc_put_bool (builder, "overwritten", report->is_scrubbed);
  jsondoc_end (builder, cli->terminal.is_tty, cli->out);
}

static void
add_text (TmCli *cli, const Report *report)
{
  bool is_any = false;
  terminal_add_heading (cli->out, &cli->terminal, report->is_dry ? "would be erased" : "erased");
  for (int kind = 0; kind < TM_ERASED_N_KINDS; kind++)
    {
      g_autofree char *label = g_strconcat ("  ", erased_name ((TmErasedKind) kind), NULL);
      g_autofree char *count = g_strdup_printf ("%" G_GINT64_FORMAT, report->counts[kind]);
      if (report->counts[kind] > 0)
        terminal_add_field (cli->out, &cli->terminal, TM_STYLE_DIM, label, LABEL, count);
      is_any = is_any || report->counts[kind] > 0;
    }
  if (!is_any)
    g_string_append (cli->out, "  nothing\n");
  for (guint i = 0; i < report->others->len; i++)
    {
      g_autofree char *line = g_strdup_printf ("the same person has another address, to be erased by itself: %s",
                                               (const char *) g_ptr_array_index (report->others, i));
      terminal_add_block (cli->out, &cli->terminal, 0, line);
    }
  if (!report->is_dry && !report->is_scrubbed)
    terminal_add_block (cli->out, &cli->terminal, 0,
                        "old pages are not overwritten yet, somebody reads them: run it again in a while");
}

/* --- the two ways --- */

static bool
preview (TmCli *cli, const TmArguments *arguments, Report *report, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  g_autoptr (TmEraseReport) found = NULL;
  if (!command_load_settings (cli, &policy, error))
    return false;
  g_autofree char *address = control_erasable_address (policy->site, arguments_operand (arguments, 0), error);
  if (address == NULL)
    return false;
  TmCliProgress progress = progress_begin ("looking");
  bool ok = erase_preview (policy->daemon.database, address, progress_show, &progress, &found, error);
  progress_end (&progress);
  if (!ok)
    return false;
  for (int kind = 0; kind < TM_ERASED_N_KINDS; kind++)
    report->counts[kind] = found->counts[kind];
  report->others = g_ptr_array_ref (found->others);
  return true;
}

static bool
erase (TmCli *cli, const TmArguments *arguments, Report *report, GError **error)
{
  g_autoptr (TmWire) request = wire_new ();
  g_autoptr (TmWire) answer = NULL;
  g_autoptr (TmReader) reader = NULL;
  const char *value;
  wire_add (request, "do", "contact-erase");
  wire_add (request, "who", arguments_operand (arguments, 0));
  wire_add (request, "by", arguments_value (arguments, "by"));
  wire_add (request, "why", arguments_value (arguments, "why"));
  if (!change_request (cli, request, &reader, &answer, error))
    return false;
  report->others = g_ptr_array_new_with_free_func (g_free);
  for (int kind = 0; kind < TM_ERASED_N_KINDS; kind++)
    if ((value = wire_get (answer, erased_name ((TmErasedKind) kind))) != NULL)
      report->counts[kind] = g_ascii_strtoll (value, NULL, 10);
  for (unsigned i = 0; (value = wire_next (answer, "other", &i)) != NULL;)
    g_ptr_array_add (report->others, g_strdup (value));
  report->is_scrubbed = wire_get (answer, "scrubbed") != NULL;
  return true;
}

static bool
run (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_auto (Report) report = { .is_dry = arguments_value (arguments, "dry-run") != NULL };
  if (!(report.is_dry ? preview : erase) (cli, arguments, &report, error))
    return false;
  if (cli->json)
    add_json (cli, &report);
  else
    add_text (cli, &report);
  return true;
}

static const char *const operands[] = { "ADDRESS", NULL };
const TmCommand command_contact_erase
  = { "contact erase", operands, "take a person's data out of tickets, mail and index", options, run };
