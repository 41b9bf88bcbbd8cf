/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands that change people on file, each a few words of a request. */
#include "cli/change.h"
#include "cli/contacts.h"
#include "cli/jsondoc.h"

/* --- what came of it --- */

static bool
put_contact (JsonBuilder *builder, TmReader *reader, const char *address, GError **error)
{
  g_autoptr (TmContactRecord) contact = NULL;
  if (!reader_find_contact (reader, address, &contact, error))
    return false;
  json_builder_set_member_name (builder, "contact");
  if (contact != NULL)
    contact_put_json (builder, contact);
  else
    json_builder_add_null_value (builder);
  return true;
}

static bool
put_silenced (JsonBuilder *builder, TmReader *reader, const TmWire *answer, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) silenced_record_free);
  const char *address;
  for (unsigned i = 0; (address = wire_next (answer, "address", &i)) != NULL;)
    {
      TmSilencedRecord *silenced;
      if (!reader_get_silenced (reader, address, &silenced, error))
        return false;
      if (silenced != NULL)
        g_ptr_array_add (list, silenced);
    }
  contact_put_silenced (builder, list);
  return true;
}

static void
put_released (JsonBuilder *builder, const TmWire *answer)
{
  const char *ticket;
  jsondoc_open_array (builder, "released");
  for (unsigned i = 0; (ticket = wire_next (answer, "released", &i)) != NULL;)
    json_builder_add_int_value (builder, g_ascii_strtoll (ticket, NULL, 10));
  json_builder_end_array (builder);
}

/* What the answer to one command has beside the contact. */
typedef enum { WITH_NOTHING, WITH_RELEASED, WITH_SILENCED } Extra;

static bool
add_json (TmCli *cli, TmReader *reader, const TmWire *answer, Extra extra, GError **error)
{
  g_autoptr (JsonBuilder) builder = jsondoc_begin ();
  const char *address = wire_get (answer, "address");
  if (!put_contact (builder, reader, address != NULL ? address : "", error)
      || (extra == WITH_SILENCED && !put_silenced (builder, reader, answer, error)))
    return false;
  if (extra == WITH_RELEASED)
    put_released (builder, answer);
  jsondoc_end (builder, cli->terminal.is_tty, cli->out);
  return true;
}

static bool
ask (TmCli *cli, const TmArguments *arguments, const char *verb, Extra extra, GError **error)
{
  static const char *const fields[] = { "customer", "name", "by", "why" };
  g_autoptr (TmWire) request = wire_new ();
  g_autoptr (TmWire) answer = NULL;
  g_autoptr (TmReader) reader = NULL;
  wire_add (request, "do", verb);
  wire_add (request, "who", arguments_operand (arguments, 0));
  for (size_t i = 0; i < G_N_ELEMENTS (fields); i++)
    wire_add (request, fields[i], arguments_value (arguments, fields[i]));
  if (!change_request (cli, request, &reader, &answer, error))
    return false;
  if (cli->json)
    return add_json (cli, reader, answer, extra, error);
  change_add_said (cli, answer);
  return true;
}

/* --- the commands --- */

#define BY_OPTION { "by", 0, "NAME", "who changes it: an agent or a user; default: who runs this" }

static const char *const operands_who[] = { "WHO", NULL };

static bool
run_confirm (TmCli *cli, const TmArguments *arguments, GError **error)
{
  return ask (cli, arguments, "contact-confirm", WITH_RELEASED, error);
}

static const TmCliOption options_confirm[] = { BY_OPTION, { .name = NULL } };
const TmCommand command_contact_confirm
    = { "contact confirm", operands_who, "he is who he says he is: release his held tickets", options_confirm,
        run_confirm };

static bool
run_block (TmCli *cli, const TmArguments *arguments, GError **error)
{
  bool is_off = arguments_value (arguments, "off") != NULL;
  return ask (cli, arguments, is_off ? "contact-unblock" : "contact-block", WITH_NOTHING, error);
}

static const TmCliOption options_block[]
    = { { "off", 0, NULL, "take his mail again" }, BY_OPTION, { .name = NULL } };
const TmCommand command_contact_block
    = { "contact block", operands_who, "take no mail from him any more", options_block, run_block };

static bool
run_silence (TmCli *cli, const TmArguments *arguments, GError **error)
{
  bool is_off = arguments_value (arguments, "off") != NULL;
  return ask (cli, arguments, is_off ? "contact-unsilence" : "contact-silence", WITH_SILENCED, error);
}

static const TmCliOption options_silence[]
    = { { "off", 0, NULL, "send him mail again" },
        { "why", 0, "TEXT", "the reason, kept with the address" },
        BY_OPTION,
        { .name = NULL } };
const TmCommand command_contact_silence
    = { "contact silence", operands_who, "send nothing to him any more", options_silence, run_silence };

static bool
run_add (TmCli *cli, const TmArguments *arguments, GError **error)
{
  return ask (cli, arguments, "contact-add", WITH_NOTHING, error);
}

static const char *const operands_address[] = { "ADDRESS", NULL };
static const TmCliOption options_add[]
    = { { "customer", 0, "ID", "whose he is, whatever his addresses say; `none`: they decide" },
        { "name", 0, "NAME", "what he is called" },
        BY_OPTION,
        { .name = NULL } };
const TmCommand command_contact_add
    = { "contact add", operands_address, "put a person on file, or set his customer and name", options_add, run_add };
