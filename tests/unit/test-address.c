/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/address.h"
#include "core/envelope.h"
#include "tests/support/suite.h"

#include <string.h>

static const struct
{
  const char *typed, *normal;
} addresses[] = {
  { "<Support@Example.COM>", "support@example.com" },
  { "support@example.com", "support@example.com" },
  { "A.b-c_D+e=F@X-y.example", "a.b-c_d+e=f@x-y.example" },
  { "a@b@c", "a@b@c" },
  { " <support@example.com> ", "support@example.com" },
  { "<@relay.example:support@example.com>", "support@example.com" },
  { "support@example.com.", "support@example.com" },
  { "hilfe@b\xc3\xbc" "cher.example", "hilfe@xn--bcher-kva.example" },
  { "hilfe@XN--BCHER-kva.example", "hilfe@xn--bcher-kva.example" },
  { "J\xc3\x96RG@example.com", "j\xc3\xb6rg@example.com" },
  { "\xe2\x84\xaa" "ate@example.com", "\xe2\x84\xaa" "ate@example.com" },
  { "\"a@b\"@example.com", "\"a@b\"@example.com" },
  { "<\"Support+1-x\"@example.com>", "support+1-x@example.com" },
  { "\"sup\\port\"@example.com", "support@example.com" },
  { "\".a\"@example.com", "\".a\"@example.com" },
  { "\"\"@example.com", "\"\"@example.com" },
  { "\"\\\"@example.com", "\"\\\"@example.com" },
  { "postmaster@[192.0.2.1]", "postmaster@[192.0.2.1]" },
  { "<>", "" },
  { "", "" },
  { "postmaster", NULL },
  { "@example.com", NULL },
  { "a@", NULL },
  { "a@.", NULL },
  { "support@example.com..", NULL },
  { "support@example.com .", NULL },
  { "<@relay.example: support@example.com >", "support@example.com" },
  { "@a.example:@b.example:support@example.com", NULL },
  { "<<support@example.com>>", NULL },
  { "hilfe@b\xc3\xbc" "cher.example\xe3\x80\x82", "hilfe@xn--bcher-kva.example" },
  { "joe@c\xef\xbc\xa0" "b.example", NULL },
  { "a\r\nRCPT TO:<b>@example.com", NULL },
  { "\xff@example.com", NULL },
  { "a\xc2\x85" "b@example.com", NULL },
  { "a\xe2\x80\xae" "b@example.com", NULL },
};

START_TEST (normalize)
{
  g_autofree char *out = address_normalize (addresses[_i].typed);
  if (addresses[_i].normal == NULL)
    ck_assert_ptr_null (out);
  else
    ck_assert_str_eq (out, addresses[_i].normal);
}
END_TEST

START_TEST (too_long)
{
  g_autofree char *local = g_strnfill (400, 'a');
  g_autofree char *typed = g_strconcat (local, "@example.com", NULL);
  ck_assert_ptr_null (address_normalize (typed));
  /* Only afterwards: its lower case takes a byte more. */
  GString *grows = g_string_new (NULL);
  for (int i = 0; i < 150; i++)
    g_string_append (grows, "\xc8\xba");
  g_string_append (grows, "@example.com");
  ck_assert_ptr_null (address_normalize (grows->str));
  g_string_free (grows, TRUE);
}
END_TEST

static const struct
{
  const char *address, *base, *extension;
} splits[] = {
  { "support+12-r@example.com", "support@example.com", "12-r" },
  { "support+a+b@example.com", "support@example.com", "a+b" },
  { "support+@example.com", "support@example.com", "" },
  { "support@example.com", "support@example.com", NULL },
  { "+x@example.com", "+x@example.com", NULL },
};

START_TEST (split)
{
  g_autofree char *base = NULL, *extension = NULL;
  address_split_extension (splits[_i].address, '+', &base, &extension);
  ck_assert_str_eq (base, splits[_i].base);
  ck_assert_int_eq (g_strcmp0 (extension, splits[_i].extension), 0);
}
END_TEST

/* Recipients as typed, with and without extension, any case, brackets, domain in either form. */
static const struct
{
  const char *typed;
  bool is_queue, is_ours;
} recipients[] = {
  { "<support@example.com>", true, true },
  { "SUPPORT@EXAMPLE.COM", true, true },
  { "<Support+anything@example.com>", true, true },
  { "<hilfe@b\xc3\xbc" "cher.example>", true, true },
  { "<hilfe@xn--bcher-kva.example>", true, true },
  { "<anna@example.com>", false, true },
  { "<supporters@example.com>", false, false },
  { "<support@example.net>", false, false },
  { "<garbage>", false, false },
};

START_TEST (resolve)
{
  g_autoptr (TmSite) site = site_new ();
  TmQueue *queue = queue_new ("support");
  g_ptr_array_add (queue->addresses, g_strdup ("support@example.com"));
  g_ptr_array_add (queue->addresses, g_strdup ("hilfe@xn--bcher-kva.example"));
  g_ptr_array_add (site->queues, queue);
  TmAgent *agent = agent_new ("anna");
  g_ptr_array_add (agent->addresses, g_strdup ("anna@example.com"));
  g_ptr_array_add (site->agents, agent);
  site_index (site);

  g_autoptr (TmEnvelope) envelope = envelope_new ();
  envelope_add_recipient (envelope, site, recipients[_i].typed);
  const TmRecipient *recipient = g_ptr_array_index (envelope->recipients, 0);
  ck_assert_int_eq (recipient->queue != NULL, recipients[_i].is_queue);
  ck_assert_int_eq (recipient->is_ours, recipients[_i].is_ours);
  ck_assert_int_eq (envelope_is_mixed (envelope), !recipients[_i].is_ours);
  ck_assert_int_eq (envelope_has_queue (envelope), recipients[_i].is_queue);
}
END_TEST

SUITE_MAIN ("address", tcase_add_loop_test (tc, normalize, 0, G_N_ELEMENTS (addresses));
            tcase_add_test (tc, too_long);
            tcase_add_loop_test (tc, split, 0, G_N_ELEMENTS (splits));
            tcase_add_loop_test (tc, resolve, 0, G_N_ELEMENTS (recipients));)
