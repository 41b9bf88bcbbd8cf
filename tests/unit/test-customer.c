/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whose an address is: exact address, longest domain, public domains, and what a look-up costs among many.
 */
#include "core/customer.h"
#include "tests/support/suite.h"

#include <string.h>

static TmCustomers *
make (const char *const *rows)
{
  TmCustomers *customers = customers_new ();
  for (; *rows != NULL; rows++)
    {
      g_auto (GStrv) words = g_strsplit (*rows, " ", -1);
      TmCustomer *customer = customer_new (words[0]);
      customer->domains = g_ptr_array_new_with_free_func (g_free);
      customer->addresses = g_ptr_array_new_with_free_func (g_free);
      ck_assert (customers_add (customers, customer));
      for (char **word = words + 1; *word != NULL; word++)
        {
          char *key = g_strdup (*word);
          bool is_address = strchr (key, '@') != NULL;
          g_ptr_array_add (is_address ? customer->addresses : customer->domains, key);
          ck_assert_ptr_null (is_address ? customers_put_address (customers, key, customer)
                                         : customers_put_domain (customers, key, customer));
        }
    }
  return customers;
}

static const char *const few[] = { "acme acme.example boss@gmail.com", "labs labs.acme.example",
                                   "desk mail.gmx.de", "one x@acme.example", NULL };

static const struct
{
  const char *address, *customer, *by, *matched;
} finds[] = {
  { "eve@acme.example", "acme", "domain", "acme.example" },
  { "eve@web.acme.example", "acme", "domain", "acme.example" },
  { "eve@labs.acme.example", "labs", "domain", "labs.acme.example" },
  { "eve@a.b.labs.acme.example", "labs", "domain", "labs.acme.example" },
  { "eve@notacme.example", NULL, NULL, "" },
  { "eve@acme.example.org", NULL, NULL, "" },
  { "eve@example", NULL, NULL, "" },
  { "x@acme.example", "one", "address", "x@acme.example" },
  { "x@web.acme.example", "acme", "domain", "acme.example" },
  { "boss@gmail.com", "acme", "address", "boss@gmail.com" },
  { "eve@gmail.com", NULL, "public", "gmail.com" },
  { "eve@uk.gmail.com", NULL, "public", "gmail.com" },
  { "eve@mail.gmx.de", "desk", "domain", "mail.gmx.de" },
  { "eve@gmx.de", NULL, "public", "gmx.de" },
  { "eve@free.example", NULL, "public", "free.example" },
  { "\"a@acme.example\"@other.example", NULL, NULL, "" },
  { "eve@acme.example.", NULL, NULL, "" },
  { "eve@[192.0.2.1]", NULL, NULL, "" },
  { "", NULL, NULL, "" },
};

START_TEST (find)
{
  g_autoptr (TmCustomers) customers = make (few);
  customers_add_public (customers, "free.example");
  TmCustomerMatch match;
  customers_find (customers, finds[_i].address, &match);
  ck_assert_pstr_eq (match.customer != NULL ? match.customer->id : NULL, finds[_i].customer);
  ck_assert_pstr_eq (customer_by_name (match.by), finds[_i].by);
  ck_assert_str_eq (match.matched, finds[_i].matched);
}
END_TEST

START_TEST (claims)
{
  g_autoptr (TmCustomers) customers = make (few);
  const TmCustomer *labs = customers_by_id (customers, "labs");
  ck_assert_str_eq (customers_put_domain (customers, "acme.example", labs)->id, "acme");
  ck_assert_str_eq (customers_put_address (customers, "boss@gmail.com", labs)->id, "acme");
  ck_assert (!customers_add (customers, customer_new ("acme")));
  ck_assert_ptr_null (customers_by_id (customers, "none"));
  ck_assert_ptr_null (customers_by_id (customers, NULL));
  ck_assert_uint_eq (customers_count (customers), 5);
  /* A claim on a public domain changes nothing. */
  ck_assert_ptr_null (customers_put_domain (customers, "gmx.de", labs));
  ck_assert (customers_is_public (customers, "gmx.de") && customers_is_public (customers, "a.gmx.de"));
  ck_assert (customers_lists_public (customers, "gmx.de") && !customers_lists_public (customers, "a.gmx.de"));
  ck_assert (!customers_lists_public (customers, "acme.example"));
  ck_assert (!customers_is_public (customers, "mail.gmx.de"));
  ck_assert (!customers_is_public (customers, "acme.example") && !customers_is_public (customers, ""));
}
END_TEST

/* The list is sorted, each name once and in the form that look-ups compare. */
START_TEST (shipped_list)
{
  for (guint i = 0; public_domains[i] != NULL; i++)
    {
      g_autofree char *normal = customer_normalize_domain (public_domains[i]);
      ck_assert_pstr_eq (normal, public_domains[i]);
      ck_assert (i == 0 || strcmp (public_domains[i - 1], public_domains[i]) < 0);
    }
}
END_TEST

/* With a hundred thousand customers a look-up makes as many probes as the address has labels, and one. */
START_TEST (many)
{
  enum { N = 100000 };
  g_autoptr (TmCustomers) customers = customers_new ();
  for (unsigned i = 0; i < N; i++)
    {
      g_autofree char *id = g_strdup_printf ("c%u", i);
      TmCustomer *customer = customer_new (id);
      customer->domains = g_ptr_array_new_with_free_func (g_free);
      g_ptr_array_add (customer->domains, g_strdup_printf ("c%u.example", i));
      ck_assert (customers_add (customers, customer));
      ck_assert_ptr_null (customers_put_domain (customers, customer->domains->pdata[0], customer));
    }
  for (unsigned i = 0; i < N; i += 997)
    {
      g_autofree char *address = g_strdup_printf ("eve@a.b.c%u.example", i);
      g_autofree char *other = g_strdup_printf ("eve@a.b.d%u.example", i);
      g_autofree char *id = g_strdup_printf ("c%u", i);
      TmCustomerMatch match;
      customers_find (customers, address, &match);
      ck_assert_str_eq (match.customer->id, id);
      ck_assert_uint_eq (match.n_probes, 4);
      customers_find (customers, other, &match);
      ck_assert_ptr_null (match.customer);
      ck_assert_uint_eq (match.n_probes, 5);
    }
}
END_TEST

static const struct
{
  const char *written, *normal;
} domains[] = {
  { "ACME.Example", "acme.example" },
  { "acme.example.", "acme.example" },
  { "b\xc3\xbc" "cher.example", "xn--bcher-kva.example" },
  { "example", NULL },
  { "", NULL },
  { ".", NULL },
  { ".acme.example", NULL },
  { "acme..example", NULL },
  { "eve@acme.example", NULL },
  { "acme.example evil.example", NULL },
  { "[192.0.2.1]", NULL },
  { "*.acme.example", NULL },
};

START_TEST (normalize)
{
  g_autofree char *normal = customer_normalize_domain (domains[_i].written);
  ck_assert_pstr_eq (normal, domains[_i].normal);
}
END_TEST

SUITE_MAIN ("customer", tcase_add_loop_test (tc, find, 0, G_N_ELEMENTS (finds)); tcase_add_test (tc, claims);
            tcase_add_test (tc, shipped_list); tcase_add_test (tc, many);
            tcase_add_loop_test (tc, normalize, 0, G_N_ELEMENTS (domains));)
