/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/command.h"
#include "cli/contacts.h"
#include "cli/jsondoc.h"

#include "base/clock.h"

enum { LABEL = 13 };

static const TmCliOption options[] = {
  { "customer", 0, "NAME", "those whom somebody gave to this customer" },
  { .name = NULL },
};

static void
add_field (GString *out, const TmTerminal *terminal, const char *name, const char *value)
{
  g_autofree char *label = g_strconcat ("  ", name, NULL);
  if (value != NULL && *value != '\0')
    terminal_add_field (out, terminal, TM_STYLE_DIM, label, LABEL, value);
}

static void
add_instant (GString *out, const TmTerminal *terminal, const char *name, gint64 at)
{
  g_autofree char *text = instant_format (at);
  add_field (out, terminal, name, text);
}

void
contact_add_text (GString *out, const TmTerminal *terminal, const TmContactRecord *contact)
{
  g_autofree char *heading = g_strdup_printf ("contact %" G_GINT64_FORMAT, contact->id);
  g_autoptr (GString) addresses = g_string_new (NULL);
  for (guint i = 0; i < contact->addresses->len; i++)
    g_string_append_printf (addresses, "%s%s", i > 0 ? ", " : "",
                            (const char *) g_ptr_array_index (contact->addresses, i));
  terminal_add_heading (out, terminal, heading);
  add_field (out, terminal, "name", contact->name);
  add_field (out, terminal, "addresses", addresses->str);
  add_field (out, terminal, "customer", contact->customer);
  add_instant (out, terminal, "created", contact->created_at);
  add_instant (out, terminal, "confirmed", contact->confirmed_at);
  add_instant (out, terminal, "blocked", contact->blocked_at);
}

void
contact_put_json (JsonBuilder *builder, const TmContactRecord *contact)
{
  json_builder_begin_object (builder);
  jsondoc_put_number (builder, "id", contact->id);
  jsondoc_put_value (builder, "name", contact->name);
  jsondoc_put_strings (builder, "addresses", contact->addresses);
  jsondoc_put_text (builder, "customer", contact->customer);
  jsondoc_put_instant (builder, "created_at", contact->created_at);
  jsondoc_put_instant (builder, "confirmed_at", contact->confirmed_at);
  jsondoc_put_instant (builder, "blocked_at", contact->blocked_at);
  json_builder_end_object (builder);
}

void
contact_put_silenced (JsonBuilder *builder, const GPtrArray *list)
{
  jsondoc_open_array (builder, "silenced");
  for (guint i = 0; i < list->len; i++)
    {
      const TmSilencedRecord *silenced = g_ptr_array_index (list, i);
      json_builder_begin_object (builder);
      jsondoc_put_value (builder, "address", silenced->address);
      jsondoc_put_instant (builder, "since", silenced->since);
      jsondoc_put_value (builder, "why", silenced->why);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_json (TmCli *cli, const GPtrArray *contacts)
{
  g_autoptr (JsonBuilder) builder = jsondoc_begin ();
  jsondoc_open_array (builder, "contacts");
  for (guint i = 0; i < contacts->len; i++)
    contact_put_json (builder, g_ptr_array_index (contacts, i));
  json_builder_end_array (builder);
  jsondoc_end (builder, cli->terminal.is_tty, cli->out);
}

static void
add_text (TmCli *cli, const GPtrArray *contacts)
{
  if (contacts->len == 0)
    g_string_append (cli->out, "no contacts\n");
  for (guint i = 0; i < contacts->len; i++)
    contact_add_text (cli->out, &cli->terminal, g_ptr_array_index (contacts, i));
}

static bool
run (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  g_autoptr (TmReader) reader = NULL;
  g_autoptr (GPtrArray) contacts = NULL;
  if (!command_load_settings (cli, &policy, error) || !reader_open (policy->daemon.database, &reader, error)
      || !reader_list_contacts (reader, arguments_value (arguments, "customer"), &contacts, error))
    return false;
  if (cli->json)
    add_json (cli, contacts);
  else
    add_text (cli, contacts);
  return true;
}

static const char *const operands[] = { NULL };
const TmCommand command_contact_list = { "contact list", operands, "the people on file", options, run };
