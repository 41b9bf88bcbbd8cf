/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/customer.h"

#include "core/address.h"
#include "core/service.h"

#include <string.h>

struct TmCustomers
{
  GPtrArray *all;          /* TmCustomer */
  GPtrArray *public_names; /* char *, what the shipped list lacks */
  GHashTable *by_id, *by_address;
  GHashTable *by_domain;   /* → TmCustomer, or NULL: a public domain */
};

/* --- one customer --- */

TmCustomer *
customer_new (const char *id)
{
  TmCustomer *customer = g_new0 (TmCustomer, 1);
  customer->id = g_strdup (id);
  return customer;
}

void
customer_free (TmCustomer *customer)
{
  if (customer == NULL)
    return;
  g_free (customer->id);
  g_free (customer->name);
  g_clear_pointer (&customer->domains, g_ptr_array_unref);
  g_clear_pointer (&customer->addresses, g_ptr_array_unref);
  g_clear_pointer (&customer->writers, g_ptr_array_unref);
  g_clear_pointer (&customer->tags, g_hash_table_unref);
  g_free (customer->plan);
  g_free (customer->manager);
  g_free (customer->contact);
  g_clear_pointer (&customer->targets, g_ptr_array_unref);
  g_free (customer->calendar);
  g_free (customer->language);
  g_clear_pointer (&customer->zone, g_time_zone_unref);
  g_free (customer);
}

TmTargets *
customer_add_targets (TmCustomer *customer, const char *priority)
{
  if (customer->targets == NULL)
    customer->targets = g_ptr_array_new_with_free_func ((GDestroyNotify) targets_free);
  TmTargets *targets = (TmTargets *) (gsize) targets_find (customer->targets, priority);
  if (targets != NULL)
    return targets;
  targets = targets_new (priority);
  g_ptr_array_add (customer->targets, targets);
  return targets;
}

bool
customer_has_writer (const TmCustomer *customer, const char *address)
{
  for (guint i = 0; customer->writers != NULL && i < customer->writers->len; i++)
    if (strcmp (g_ptr_array_index (customer->writers, i), address) == 0)
      return true;
  return false;
}

/* A name of one label is no domain of the internet, but a slip. */
char *
customer_normalize_domain (const char *domain)
{
  g_autofree char *address = g_strconcat ("x@", domain, NULL);
  g_autofree char *normal = strchr (domain, '@') == NULL ? address_normalize (address) : NULL;
  const char *name = normal != NULL ? address_domain (normal) : "";
  bool is_name = *name != '.' && strchr (name, '.') != NULL && strstr (name, "..") == NULL
                 && strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789.-_") == strlen (name);
  return is_name ? g_strdup (name) : NULL;
}

/* --- all of them --- */

TmCustomers *
customers_new (void)
{
  TmCustomers *customers = g_new0 (TmCustomers, 1);
  customers->all = g_ptr_array_new_with_free_func ((GDestroyNotify) customer_free);
  customers->public_names = g_ptr_array_new_with_free_func (g_free);
  customers->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  customers->by_address = g_hash_table_new (g_str_hash, g_str_equal);
  customers->by_domain = g_hash_table_new (g_str_hash, g_str_equal);
  for (const char *const *domain = public_domains; *domain != NULL; domain++)
    g_hash_table_insert (customers->by_domain, (gpointer) (gsize) *domain, NULL);
  return customers;
}

void
customers_free (TmCustomers *customers)
{
  if (customers == NULL)
    return;
  g_hash_table_unref (customers->by_id);
  g_hash_table_unref (customers->by_address);
  g_hash_table_unref (customers->by_domain);
  g_ptr_array_unref (customers->public_names);
  g_ptr_array_unref (customers->all);
  g_free (customers);
}

bool
customers_add (TmCustomers *customers, TmCustomer *customer)
{
  g_ptr_array_add (customers->all, customer);
  if (g_hash_table_contains (customers->by_id, customer->id))
    return false;
  g_hash_table_insert (customers->by_id, customer->id, customer);
  return true;
}

guint
customers_count (const TmCustomers *customers)
{
  return customers->all->len;
}

const TmCustomer *
customers_nth (const TmCustomers *customers, guint nth)
{
  return g_ptr_array_index (customers->all, nth);
}

TmCustomer *
customers_nth_mutable (TmCustomers *customers, guint nth)
{
  return g_ptr_array_index (customers->all, nth);
}

const TmCustomer *
customers_by_id (const TmCustomers *customers, const char *id)
{
  return id != NULL ? g_hash_table_lookup (customers->by_id, id) : NULL;
}

void
customers_add_public (TmCustomers *customers, const char *domain)
{
  char *copy = g_strdup (domain);
  g_ptr_array_add (customers->public_names, copy);
  g_hash_table_insert (customers->by_domain, copy, NULL);
}

static const TmCustomer *
put (GHashTable *index, const char *key, const TmCustomer *customer)
{
  gpointer there;
  if (g_hash_table_lookup_extended (index, key, NULL, &there))
    return there;
  g_hash_table_insert (index, (gpointer) (gsize) key, (gpointer) (gsize) customer);
  return NULL;
}

const TmCustomer *
customers_put_address (TmCustomers *customers, const char *key, const TmCustomer *customer)
{
  return put (customers->by_address, key, customer);
}

const TmCustomer *
customers_put_domain (TmCustomers *customers, const char *key, const TmCustomer *customer)
{
  return put (customers->by_domain, key, customer);
}

/* The longest known domain that is `domain` or above it decides. */
static bool
find_domain (const TmCustomers *customers, const char *domain, TmCustomerMatch *match_out)
{
  for (const char *name = domain; name != NULL && *name != '\0'; name = strchr (name, '.'))
    {
      name += *name == '.' ? 1 : 0;
      gpointer value;
      match_out->n_probes++;
      if (!g_hash_table_lookup_extended (customers->by_domain, name, NULL, &value))
        continue;
      match_out->customer = value;
      match_out->by = value != NULL ? TM_CUSTOMER_BY_DOMAIN : TM_CUSTOMER_BY_PUBLIC;
      match_out->matched = name;
      return true;
    }
  return false;
}

void
customers_find (const TmCustomers *customers, const char *address, TmCustomerMatch *match_out)
{
  *match_out = (TmCustomerMatch) { .by = TM_CUSTOMER_BY_NOTHING, .matched = "", .n_probes = 1 };
  match_out->customer = g_hash_table_lookup (customers->by_address, address);
  if (match_out->customer != NULL)
    {
      match_out->by = TM_CUSTOMER_BY_ADDRESS;
      match_out->matched = address;
    }
  else
    (void) find_domain (customers, address_domain (address), match_out);
}

bool
customers_lists_public (const TmCustomers *customers, const char *domain)
{
  gpointer owner;
  return g_hash_table_lookup_extended (customers->by_domain, domain, NULL, &owner) && owner == NULL;
}

bool
customers_is_public (const TmCustomers *customers, const char *domain)
{
  TmCustomerMatch match = { .by = TM_CUSTOMER_BY_NOTHING };
  return find_domain (customers, domain, &match) && match.by == TM_CUSTOMER_BY_PUBLIC;
}

const char *
customer_by_name (TmCustomerBy by)
{
  switch (by)
    {
    case TM_CUSTOMER_BY_NOTHING:
      return NULL;
    case TM_CUSTOMER_BY_PUBLIC:
      return "public";
    case TM_CUSTOMER_BY_DOMAIN:
      return "domain";
    case TM_CUSTOMER_BY_ADDRESS:
      return "address";
    case TM_CUSTOMER_BY_CONTACT:
      return "contact";
    }
  return NULL;
}
