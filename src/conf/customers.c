/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/customers.h"

#include <string.h>

typedef const TmCustomer *(*Put) (TmCustomers *customers, const char *key, const TmCustomer *customer);

static void
enter (TmTableReader *reader, TmCustomers *customers, const TmCustomer *customer, const TmMark *mark,
       const char *noun, const GPtrArray *keys, Put put)
{
  for (guint i = 0; keys != NULL && i < keys->len; i++)
    {
      const char *key = g_ptr_array_index (keys, i);
      const TmPlace *place = reader_place (reader, key);
      const TmMark *at = place != NULL ? &place->node->mark : mark;
      const char *path = place != NULL ? place->path : reader->path->str;
      if (put == customers_put_domain && customers_lists_public (customers, key))
        {
          findings_warning (reader->findings, at, path,
                            "`%s` is a public mail domain: mail from there is nobody's; name addresses instead", key);
          continue;
        }
      const TmCustomer *owner = put (customers, key, customer);
      if (owner != NULL && owner != customer)
        findings_error (reader->findings, at, path, "%s `%s` is customer `%s`'s already", noun, key, owner->id);
    }
}

void
customers_enter (TmTableReader *reader, TmCustomers *customers, const TmCustomer *customer, const TmMark *mark)
{
  enter (reader, customers, customer, mark, "domain", customer->domains, customers_put_domain);
  enter (reader, customers, customer, mark, "address", customer->addresses, customers_put_address);
}

static void
check_tags (TmTableReader *reader, const TmCustomer *customer)
{
  GHashTableIter iter;
  gpointer key, value;
  g_hash_table_iter_init (&iter, customer->tags);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const TmPlace *place = reader_place (reader, value);
      if (!tag_key_is_valid (key))
        findings_error (reader->findings, &place->node->mark, place->path, "%s", TAG_KEY_RULE);
    }
}

void
customers_load (TmTableReader *reader, TmSite *site, const TmExtras *extras)
{
  for (guint i = 0; extras->public_domains != NULL && i < extras->public_domains->len; i++)
    customers_add_public (site->customers, g_ptr_array_index (extras->public_domains, i));
  for (guint i = 0; i < customers_count (site->customers); i++)
    {
      const TmCustomer *customer = customers_nth (site->customers, i);
      const TmPlace *place = reader_place (reader, customer);
      check_tags (reader, customer);
      customers_enter (reader, site->customers, customer, &place->node->mark);
    }
  const TmPlace *table = extras->customer_table != NULL ? reader_place (reader, extras->customer_table) : NULL;
  if (table != NULL)
    customer_table_load (reader, site, extras->customer_table, &table->node->mark);
}
