/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/command.h"
#include "cli/jsondoc.h"

#include "core/address.h"

#include <string.h>

static const TmCliOption options[] = {
  { "person", 0, "ADDRESS", "whom a token of purpose confirm or acknowledge is for" },
  { .name = NULL },
};

/* In the order of TM_TOKEN_PURPOSES. */
static const struct
{
  const char *name;
  char letter;
  bool needs_person;
} purposes[] = {
  { "reply", 'r', false },   { "note", 'n', false },       { "bounce", 'b', false }, { "confirm", 'c', true },
  { "acknowledge", 'k', true }, { "feedback", 'f', false }, { "status", 's', false },
};
G_STATIC_ASSERT (G_N_ELEMENTS (purposes) == sizeof TM_TOKEN_PURPOSES - 1);

static bool
parse_purpose (const char *text, const char *person, char *purpose_out, GError **error)
{
  const char *names[G_N_ELEMENTS (purposes) + 1] = { NULL };
  for (gsize i = 0; i < G_N_ELEMENTS (purposes); i++)
    {
      const char letter[] = { purposes[i].letter, '\0' };
      names[i] = purposes[i].name;
      if (strcmp (text, names[i]) != 0 && strcmp (text, letter) != 0)
        continue;
      *purpose_out = *letter;
      if (purposes[i].needs_person == (person != NULL))
        return true;
      g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "a token of purpose %s is for %s: %s --person", names[i],
                   person == NULL ? "one person" : "everybody", person == NULL ? "name him with" : "leave out");
      return false;
    }
  g_autofree char *all = g_strjoinv (", ", (char **) (gpointer) names);
  g_autofree char *advice = g_strconcat ("one of ", all, NULL);
  return usage_unknown ("unknown purpose", text, names, advice, error);
}

/* The address of the ticket's own queue, NULL when that is no longer configured. */
static const char *
queue_address (const TmSite *site, const TmTicketRecord *ticket)
{
  const GPtrArray *ids = ticket->facts->queues;
  const TmQueue *queue = ids->len == 0 ? NULL : site_queue (site, g_ptr_array_index (ids, 0));
  return queue == NULL || queue->addresses->len == 0 ? NULL : g_ptr_array_index (queue->addresses, 0);
}

static bool
make_address (const TmSite *site, const TmTicketRecord *ticket, char purpose, const char *person, char **address_out,
              GError **error)
{
  const char *base = queue_address (site, ticket);
  g_autofree char *token = token_sign (site->keys, ticket->facts->id, purpose, person);
  if (base == NULL)
    g_set_error (error, TM_ERROR, TM_ERROR_CONFIG,
                 "ticket %" G_GINT64_FORMAT ": its queue is not in the configuration: put it back", ticket->facts->id);
  else if (token == NULL)
    g_set_error (error, TM_ERROR, TM_ERROR_CONFIG, "no key signs tokens: make one with `ticketctl token rotate`");
  else
    *address_out = address_add_extension (base, site->recipient_delimiter, token);
  return base != NULL && token != NULL;
}

static bool
run (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  g_autoptr (TmReader) reader = NULL;
  g_autoptr (TmTicketRecord) ticket = NULL;
  g_autofree char *person = NULL;
  g_autofree char *address = NULL;
  const char *person_typed = arguments_value (arguments, "person");
  gint64 number;
  char purpose = '\0';
  if (!command_parse_ticket (arguments_operand (arguments, 0), &number, error)
      || (person_typed != NULL && !command_parse_address ("--person", person_typed, &person, error))
      || !parse_purpose (arguments_operand (arguments, 1), person, &purpose, error)
      || !command_load_policy (cli, &policy, error) || !reader_open (policy->daemon.database, &reader, error)
      || !reader_get (reader, number, &ticket, error)
      || !make_address (policy->site, ticket, purpose, person, &address, error))
    return false;
  if (!cli->json)
    {
      g_string_append_printf (cli->out, "%s\n", address);
      return true;
    }
  g_autoptr (JsonBuilder) builder = jsondoc_begin ();
  jsondoc_put_text (builder, "address", address);
  jsondoc_end (builder, cli->terminal.is_tty, cli->out);
  return true;
}

static const char *const operands[] = { "N", "PURPOSE", NULL };
const TmCommand command_token_address
  = { "token address", operands, "the address with a signed token that names ticket N", options, run };
