/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/command.h"
#include "cli/contacts.h"
#include "cli/jsondoc.h"

#include "base/text.h"
#include "core/sender.h"

#include <string.h>

enum { LABEL = 13, GAP = 2, MAX_COLUMNS = 24 };

static const TmCliOption options[] = { { .name = NULL } };

/* What was asked, and what came of it. */
typedef struct
{
  char *address;            /* NULL: a name was asked for */
  TmCustomerMatch match;
  TmContactRecord *contact; /* NULL: nobody on file */
} Answer;

static void
answer_clear (Answer *answer)
{
  g_free (answer->address);
  contact_record_free (answer->contact);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, answer_clear)

/* Keys in order: a hash table has none. */
static GPtrArray *
customer_tags (const TmCustomer *customer)
{
  GPtrArray *tags = g_ptr_array_new_with_free_func ((GDestroyNotify) tag_free);
  g_autoptr (GList) keys = customer->tags != NULL ? g_hash_table_get_keys (customer->tags) : NULL;
  keys = g_list_sort (keys, (GCompareFunc) g_strcmp0);
  for (const GList *key = keys; key != NULL; key = key->next)
    g_ptr_array_add (tags, tag_new (key->data, g_hash_table_lookup (customer->tags, key->data)));
  return tags;
}

/* --- JSON --- */

static void
put_strings (JsonBuilder *builder, const char *name, const GPtrArray *strings)
{
  if (strings != NULL)
    jsondoc_put_strings (builder, name, strings);
  else
    jsondoc_put_empty_array (builder, name);
}

static void
put_customer (JsonBuilder *builder, const TmCustomer *customer)
{
  g_autoptr (GPtrArray) tags = customer_tags (customer);
  json_builder_begin_object (builder);
  jsondoc_put_text (builder, "id", customer->id);
  jsondoc_put_text (builder, "name", customer->name);
  put_strings (builder, "domains", customer->domains);
  put_strings (builder, "addresses", customer->addresses);
  put_strings (builder, "writers", customer->writers);
  jsondoc_put_text (builder, "plan", customer->plan);
  jsondoc_put_tags (builder, "tags", tags);
  jsondoc_put_text (builder, "manager", customer->manager);
  jsondoc_put_text (builder, "contact", customer->contact);
  json_builder_end_object (builder);
}

static void
add_json (TmCli *cli, const Answer *answer)
{
  g_autoptr (JsonBuilder) builder = jsondoc_begin ();
  jsondoc_put_text (builder, "address", answer->address);
  jsondoc_put_text (builder, "by", customer_by_name (answer->match.by));
  jsondoc_put_value (builder, "matched", answer->match.matched);
  if (answer->match.customer != NULL)
    {
      json_builder_set_member_name (builder, "customer");
      put_customer (builder, answer->match.customer);
    }
  else
    jsondoc_put_null (builder, "customer");
  if (answer->contact != NULL)
    {
      json_builder_set_member_name (builder, "person");
      contact_put_json (builder, answer->contact);
    }
  else
    jsondoc_put_null (builder, "person");
  jsondoc_end (builder, cli->terminal.is_tty, cli->out);
}

/* --- text --- */

static void
add_field (TmCli *cli, const char *name, const char *value)
{
  g_autofree char *label = g_strconcat ("  ", name, NULL);
  if (value != NULL && *value != '\0')
    terminal_add_field (cli->out, &cli->terminal, TM_STYLE_DIM, label, LABEL, value);
}

static void
add_strings (TmCli *cli, const char *name, const GPtrArray *strings)
{
  g_autofree char *list = strings != NULL ? text_list (strings) : NULL;
  add_field (cli, name, list);
}

static void
add_tags (TmCli *cli, const TmCustomer *customer)
{
  g_autoptr (GPtrArray) tags = customer_tags (customer);
  g_autoptr (GString) list = g_string_new (NULL);
  for (guint i = 0; i < tags->len; i++)
    {
      const TmTag *tag = g_ptr_array_index (tags, i);
      g_string_append_printf (list, "%s%s=%s", i > 0 ? ", " : "", tag->key, tag->value);
    }
  add_field (cli, "tags", list->str);
}

static void
add_customer (TmCli *cli, const TmCustomer *customer)
{
  g_autofree char *heading = g_strconcat ("customer ", customer->id, NULL);
  terminal_add_heading (cli->out, &cli->terminal, heading);
  add_field (cli, "name", customer->name);
  add_strings (cli, "domains", customer->domains);
  add_strings (cli, "addresses", customer->addresses);
  add_strings (cli, "writers", customer->writers);
  add_field (cli, "plan", customer->plan);
  add_tags (cli, customer);
  add_field (cli, "manager", customer->manager);
  add_field (cli, "contact", customer->contact);
}

static char *
describe_match (const TmCustomerMatch *match)
{
  switch (match->by)
    {
    case TM_CUSTOMER_BY_NOTHING:
      return g_strdup ("nobody's: no customer has this address or its domain");
    case TM_CUSTOMER_BY_PUBLIC:
      return g_strdup_printf ("nobody's: %s is a public mail domain", match->matched);
    case TM_CUSTOMER_BY_DOMAIN:
      return g_strdup_printf ("customer %s, by the domain %s", match->customer->id, match->matched);
    case TM_CUSTOMER_BY_ADDRESS:
      return g_strdup_printf ("customer %s, by this address", match->customer->id);
    case TM_CUSTOMER_BY_CONTACT:
      return g_strdup_printf ("customer %s, as the contact on file has it", match->customer->id);
    }
  return NULL;
}

static void
add_text (TmCli *cli, const Answer *answer)
{
  if (answer->address != NULL)
    {
      g_autofree char *what = describe_match (&answer->match);
      g_autofree char *line = g_strdup_printf ("%s is %s", answer->address, what);
      terminal_add_block (cli->out, &cli->terminal, 0, line);
    }
  if (answer->match.customer != NULL)
    add_customer (cli, answer->match.customer);
  if (answer->contact != NULL)
    contact_add_text (cli->out, &cli->terminal, answer->contact);
}

/* --- all of them --- */

static void
add_all_json (TmCli *cli, const TmCustomers *customers)
{
  g_autoptr (JsonBuilder) builder = jsondoc_begin ();
  jsondoc_open_array (builder, "customers");
  for (guint i = 0; i < customers_count (customers); i++)
    put_customer (builder, customers_nth (customers, i));
  json_builder_end_array (builder);
  jsondoc_end (builder, cli->terminal.is_tty, cli->out);
}

static void
widen (unsigned *columns, const char *text)
{
  if (text != NULL)
    *columns = MIN (MAX (*columns, terminal_columns (text)), (unsigned) MAX_COLUMNS);
}

static void
add_row (TmCli *cli, TmStyle style, const char *id, unsigned id_columns, const char *plan, unsigned plan_columns,
         const char *name)
{
  static const char gap[] = "  ";
  G_STATIC_ASSERT (sizeof gap - 1 == GAP);
  terminal_add_cell (cli->out, &cli->terminal, style, id, id_columns, true);
  g_string_append (cli->out, gap);
  terminal_add_cell (cli->out, &cli->terminal, style, plan != NULL ? plan : "-", plan_columns, true);
  g_string_append (cli->out, gap);
  unsigned left = cli->terminal.width - MIN (id_columns + plan_columns + 2 * GAP, cli->terminal.width - 1);
  terminal_add_cell (cli->out, &cli->terminal, style, name != NULL ? name : "-", left, false);
  g_string_append_c (cli->out, '\n');
}

/* A line each, in the order of the configuration. */
static void
add_all_text (TmCli *cli, const TmCustomers *customers)
{
  unsigned id_columns = (unsigned) strlen ("CUSTOMER"), plan_columns = (unsigned) strlen ("PLAN");
  for (guint i = 0; i < customers_count (customers); i++)
    {
      const TmCustomer *customer = customers_nth (customers, i);
      widen (&id_columns, customer->id);
      widen (&plan_columns, customer->plan);
    }
  if (customers_count (customers) == 0)
    g_string_append (cli->out, "no customers\n");
  else
    add_row (cli, TM_STYLE_BOLD, "CUSTOMER", id_columns, "PLAN", plan_columns, "NAME");
  for (guint i = 0; i < customers_count (customers); i++)
    {
      const TmCustomer *customer = customers_nth (customers, i);
      add_row (cli, TM_STYLE_PLAIN, customer->id, id_columns, customer->plan, plan_columns, customer->name);
    }
}

/* --- the command --- */

static bool
find_name (const TmSite *site, const char *name, Answer *answer, GError **error)
{
  answer->match = (TmCustomerMatch) { .customer = customers_by_id (site->customers, name), .matched = "" };
  if (answer->match.customer == NULL)
    g_set_error (error, TM_ERROR, TM_ERROR_NOT_FOUND,
                 "no customer `%s`: give a name of the configuration or an address", name);
  return answer->match.customer != NULL;
}

static bool
find_address (const TmPolicy *policy, const char *text, Answer *answer, GError **error)
{
  g_autoptr (TmReader) reader = NULL;
  if (!command_parse_address ("customer", text, &answer->address, error)
      || !command_open_reader_if_any (policy->daemon.database, &reader, error)
      || (reader != NULL && !reader_find_contact (reader, answer->address, &answer->contact, error)))
    return false;
  sender_find_customer (policy->site, answer->address, answer->contact != NULL ? answer->contact->customer : NULL,
                        &answer->match);
  return true;
}

static bool
answer_one (TmCli *cli, const TmPolicy *policy, const char *who, GError **error)
{
  g_auto (Answer) answer = { .address = NULL };
  if (!(strchr (who, '@') != NULL ? find_address (policy, who, &answer, error)
                                  : find_name (policy->site, who, &answer, error)))
    return false;
  if (cli->json)
    add_json (cli, &answer);
  else
    add_text (cli, &answer);
  return true;
}

static bool
run (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  if (!command_load_settings (cli, &policy, error))
    return false;
  if (arguments_n_operands (arguments) > 0)
    return answer_one (cli, policy, arguments_operand (arguments, 0), error);
  if (cli->json)
    add_all_json (cli, policy->site->customers);
  else
    add_all_text (cli, policy->site->customers);
  return true;
}

static const char *const operands[] = { "[WHO]", NULL };
const TmCommand command_customer
  = { "customer", operands, "all customers, one by name, or whose an address is and why", options, run };
