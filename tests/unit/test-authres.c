/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/authres.h"
#include "tests/support/suite.h"

#include <string.h>

#define ID "mx.example.com"
#define GOOD ID "; dmarc=pass header.from=customer.example"

static TmMail *
make_mail (const char *const *fields, gsize n_fields)
{
  TmMail *mail = mail_new ();
  mail->from = mailbox_new ("bob@customer.example", "Bob");
  for (gsize i = 0; i < n_fields && fields[i] != NULL; i++)
    g_ptr_array_add (mail->headers, header_new ("Authentication-Results", fields[i], NULL));
  return mail;
}

static const char *const ids[] = { "other.example.com", ID, NULL };

static const struct
{
  const char *fields[3];
  TmAuth auth;
  const char *method;
} cases[] = {
  { { NULL }, TM_AUTH_NONE, "" },
  { { GOOD }, TM_AUTH_PASS, "dmarc" },
  { { "MX.Example.COM; DMARC=Pass" }, TM_AUTH_PASS, "dmarc" },
  { { "\"" ID "\" 1; dmarc/1 = pass" }, TM_AUTH_PASS, "dmarc" },
  { { "(a (b \\) c)) " ID " (d) 1 (e) ; (f) dmarc (g) / (h) 1 (i) = (j) pass (k) "
      "reason = \"a;b\" header (l) . from = customer.example (m)" },
    TM_AUTH_PASS, "dmarc" },
  { { ID "/4XyZ12; dmarc=pass" }, TM_AUTH_PASS, "dmarc" },

  /* nothing that we trust */
  { { "mx.evil.example; dmarc=pass" }, TM_AUTH_NONE, "" },
  { { ID ".evil.example; dmarc=pass" }, TM_AUTH_NONE, "" },
  { { "x" ID "; dmarc=pass" }, TM_AUTH_NONE, "" },
  { { ID "/other; dmarc=pass" }, TM_AUTH_NONE, "" },
  { { "; dmarc=pass" }, TM_AUTH_NONE, "" },
  { { "(" ID "; dmarc=pass" }, TM_AUTH_NONE, "" },
  { { "mx.evil.example (" ID "); dmarc=pass" }, TM_AUTH_NONE, "" },
  { { ID "; none" }, TM_AUTH_NONE, "" },
  { { ID " 1; (x) NONE (y)" }, TM_AUTH_NONE, "" },
  { { ID "; dkim=none; spf=none; dmarc=none" }, TM_AUTH_NONE, "" },
  { { ID "; dmarc/2=pass" }, TM_AUTH_NONE, "" },
  { { ID "; x-other=pass header.d=customer.example" }, TM_AUTH_NONE, "" },

  /* malformed, so closed */
  { { ID "" }, TM_AUTH_FAIL, "" },
  { { ID " dmarc=pass" }, TM_AUTH_FAIL, "" },
  { { ID ";" }, TM_AUTH_FAIL, "" },
  { { ID "; dmarc=pass;" }, TM_AUTH_FAIL, "" },
  { { ID " 2; dmarc=pass" }, TM_AUTH_FAIL, "" },
  { { ID "; dmarc" }, TM_AUTH_FAIL, "" },
  { { ID "; dmarc=" }, TM_AUTH_FAIL, "" },
  { { ID "; dmarc=pass (unclosed" }, TM_AUTH_FAIL, "" },
  { { ID "; dmarc=pass (x\\" }, TM_AUTH_FAIL, "" },
  { { ID "; dmarc=pass reason=\"unclosed" }, TM_AUTH_FAIL, "" },
  { { ID "; dmarc=pass reason=\"x\\" }, TM_AUTH_FAIL, "" },
  { { ID "; dmarc=pass header" }, TM_AUTH_FAIL, "" },
  { { ID "; dmarc=pass header.from" }, TM_AUTH_FAIL, "" },
  { { ID "; dmarc=pass header.from=" }, TM_AUTH_FAIL, "" },
  { { ID "; dmarc=pass,spf=pass" }, TM_AUTH_FAIL, "" },
  { { ID "; none; dmarc=pass" }, TM_AUTH_FAIL, "" },
  { { ID "; dmarc=pass; none" }, TM_AUTH_FAIL, "" },
  { { ID "; dmarc/x=pass" }, TM_AUTH_FAIL, "" },
  { { ID "; dkim=pass header.d=customer.example header.d=evil.example" }, TM_AUTH_FAIL, "" },
  { { GOOD, ID "; dkim" }, TM_AUTH_FAIL, "" },
  { { GOOD, "mx.evil.example; dkim" }, TM_AUTH_PASS, "dmarc" },

  /* what the methods prove */
  { { ID "; dmarc=fail header.from=customer.example" }, TM_AUTH_FAIL, "dmarc" },
  { { ID "; dmarc=fail; dkim=pass header.d=customer.example" }, TM_AUTH_FAIL, "dmarc" },
  { { ID "; dmarc=pass header.from=evil.example" }, TM_AUTH_FAIL, "dmarc" },
  { { ID "; dmarc=bestguesspass" }, TM_AUTH_FAIL, "" },
  { { ID "; dmarc=none; dkim=pass header.d=customer.example" }, TM_AUTH_PASS, "dkim" },
  { { ID "; dkim=pass (2048-bit key) header.d=customer.example header.i=@customer.example header.b=a/b+c" },
    TM_AUTH_PASS, "dkim" },
  { { ID "; dkim=pass header.i=@mail.customer.example" }, TM_AUTH_PASS, "dkim" },
  { { ID "; dkim=pass header.d=CUSTOMER.example" }, TM_AUTH_PASS, "dkim" },
  { { ID "; dkim=pass header.d=evil.example; dkim=pass header.d=customer.example" }, TM_AUTH_PASS, "dkim" },
  { { ID "; dkim=pass header.d=customer.example; dkim=fail header.d=evil.example" }, TM_AUTH_PASS, "dkim" },
  { { ID "; dkim=pass header.d=example" }, TM_AUTH_FAIL, "" },
  { { ID "; dkim=pass header.d=evilcustomer.example" }, TM_AUTH_FAIL, "" },
  { { ID "; dkim=pass header.d=customer.example.evil.example" }, TM_AUTH_FAIL, "" },
  { { ID "; dkim=pass header.i=customer.example@evil.example" }, TM_AUTH_FAIL, "" },
  { { ID "; dkim=pass" }, TM_AUTH_FAIL, "" },
  { { ID "; dkim=fail header.d=customer.example" }, TM_AUTH_FAIL, "" },
  { { ID "; spf=pass smtp.mailfrom=bob@customer.example" }, TM_AUTH_PASS, "spf" },
  { { ID "; spf=pass smtp.mailfrom=\"a b\"@customer.example" }, TM_AUTH_PASS, "spf" },
  { { ID "; spf=pass smtp.mailfrom=customer.example smtp.remote-ip=2001:db8::1" }, TM_AUTH_PASS, "spf" },
  { { ID "; spf=pass smtp.helo=customer.example" }, TM_AUTH_FAIL, "" },
  { { ID "; spf=pass smtp.mailfrom=\"\"" }, TM_AUTH_FAIL, "" },
  { { ID "; spf=pass smtp.mailfrom=\"x; dmarc=pass\"@evil.example" }, TM_AUTH_FAIL, "" },
  { { ID "; spf=softfail smtp.mailfrom=bob@customer.example" }, TM_AUTH_FAIL, "" },
  { { ID "; spf=pass smtp.mailfrom=customer.example; spf=fail smtp.mailfrom=customer.example" }, TM_AUTH_FAIL, "" },
  { { ID "; spf=fail (dmarc=pass) smtp.mailfrom=customer.example" }, TM_AUTH_FAIL, "" },

  /* several fields */
  { { GOOD, GOOD }, TM_AUTH_PASS, "dmarc" },
  { { ID "; spf=pass smtp.mailfrom=evil.example", GOOD }, TM_AUTH_PASS, "dmarc" },
  { { ID "; dmarc=fail", GOOD }, TM_AUTH_FAIL, "dmarc" },
  { { GOOD, ID "; dmarc=fail" }, TM_AUTH_FAIL, "dmarc" },
  { { ID "; dkim=fail", ID "; dkim=pass header.d=customer.example" }, TM_AUTH_FAIL, "" },
  { { ID "; dkim=pass header.d=customer.example", ID "; dkim=fail" }, TM_AUTH_FAIL, "" },
  { { ID "; dkim=none", ID "; dkim=pass header.d=customer.example" }, TM_AUTH_NONE, "" },
  { { ID "; dkim=pass header.d=customer.example", ID "; dkim=fail", ID "; spf=pass smtp.mailfrom=customer.example" },
    TM_AUTH_PASS, "spf" },
};

START_TEST (judged)
{
  g_autoptr (TmMail) mail = make_mail (cases[_i].fields, G_N_ELEMENTS (cases[_i].fields));
  TmAuthresTrust trust = { .authserv_ids = ids, .queue_id = "4XyZ12" };
  const char *method;
  TmAuth auth = authres_judge (mail, &trust, &method);
  ck_assert_msg (auth == cases[_i].auth, "%d for %s", auth, cases[_i].fields[0]);
  ck_assert_str_eq (method, cases[_i].method);
}
END_TEST

static const struct
{
  const char *field, *queue_id;
  TmAuth auth;
} queue_ids[] = {
  { ID "/4XyZ12; dmarc=pass", "4XyZ12", TM_AUTH_PASS },
  { "\"" ID "/4XyZ12\"; dmarc=pass", "4XyZ12", TM_AUTH_PASS },
  { ID "; dmarc=pass", "4XyZ12", TM_AUTH_NONE },
  { ID "/4xyz12; dmarc=pass", "4XyZ12", TM_AUTH_NONE },
  { ID "/4XyZ12x; dmarc=pass", "4XyZ12", TM_AUTH_NONE },
  { ID "/4XyZ12; dmarc=pass", NULL, TM_AUTH_NONE },
  { ID "/; dmarc=pass", NULL, TM_AUTH_NONE },
};

START_TEST (needs_queue_id)
{
  g_autoptr (TmMail) mail = make_mail (&queue_ids[_i].field, 1);
  TmAuthresTrust trust = { .authserv_ids = ids, .needs_queue_id = true, .queue_id = queue_ids[_i].queue_id };
  ck_assert_int_eq (authres_judge (mail, &trust, NULL), queue_ids[_i].auth);
}
END_TEST

/* Without exactly one From nobody is authenticated. */
START_TEST (no_from)
{
  const char *field = ID "; dmarc=pass; dkim=pass header.d=x; spf=pass smtp.mailfrom=x";
  g_autoptr (TmMail) mail = make_mail (&field, 1);
  g_clear_pointer (&mail->from, mailbox_free);
  TmAuthresTrust trust = { .authserv_ids = ids };
  const char *method;
  ck_assert_int_eq (authres_judge (mail, &trust, &method), TM_AUTH_FAIL);
  ck_assert_str_eq (method, "");
}
END_TEST

/* What stands in encoded words is no syntax, and only this field's name counts. */
START_TEST (raw_counts)
{
  g_autoptr (TmMail) mail = make_mail (NULL, 0);
  const char *raw = "=?us-ascii?q?mx.example.com?=; dmarc=pass";
  g_ptr_array_add (mail->headers, header_new ("Authentication-Results", GOOD, raw));
  g_ptr_array_add (mail->headers, header_new ("ARC-Authentication-Results", GOOD, NULL));
  g_ptr_array_add (mail->headers, header_new ("X-Authentication-Results", GOOD, NULL));
  TmAuthresTrust trust = { .authserv_ids = ids };
  ck_assert_int_eq (authres_judge (mail, &trust, NULL), TM_AUTH_NONE);
}
END_TEST

#define OWN ID "/4XyZ12"
#define PROOF OWN "; dmarc=pass header.from=customer.example"

/* Whether the writer of bob@customer.example is proven to be that; the queue ID is 4XyZ12. */
static const struct
{
  const char *fields[3];
  bool is_proven, needs_queue_id;
} proofs[] = {
  { { PROOF }, true, false },
  { { PROOF }, true, true },
  { { OWN "; spf=fail smtp.mailfrom=x.example; dkim=none; DMARC=Pass header.from=Customer.Example" }, true, false },
  { { PROOF, PROOF }, true, false },
  { { "mx.evil.example; dmarc=fail", PROOF }, true, false },
  { { PROOF, "mx.evil.example; dmarc" }, true, false },
  { { GOOD, PROOF }, true, false },
  { { PROOF, OWN "; dkim=fail header.d=customer.example" }, true, false },
  { { PROOF, ID "; dmarc=fail header.from=customer.example" }, true, true },

  { { NULL }, false, false },
  { { GOOD }, false, false },
  { { ID "/other; dmarc=pass header.from=customer.example" }, false, false },
  { { ID "/4xyz12; dmarc=pass header.from=customer.example" }, false, false },
  { { "mx.evil.example/4XyZ12; dmarc=pass header.from=customer.example" }, false, false },
  { { OWN "; dmarc=pass" }, false, false },
  { { OWN "; dmarc=pass header.from=evil.example" }, false, false },
  { { OWN "; dmarc=pass header.from=mail.customer.example" }, false, false },
  { { OWN "; dmarc=pass header.from=example" }, false, false },
  { { OWN "; dmarc=fail header.from=customer.example" }, false, false },
  { { OWN "; dmarc=bestguesspass header.from=customer.example" }, false, false },
  { { OWN "; dkim=pass header.d=customer.example; spf=pass smtp.mailfrom=bob@customer.example" }, false, false },
  { { PROOF "; dmarc=fail header.from=customer.example" }, false, false },
  { { PROOF, OWN "; dmarc=fail header.from=customer.example" }, false, false },
  { { OWN "; dmarc=none header.from=customer.example", PROOF }, false, false },
  { { PROOF, ID "; dmarc=fail header.from=customer.example" }, false, false },
  { { PROOF, OWN "; dmarc" }, false, false },
  { { PROOF, OWN }, false, false },
};

START_TEST (proves_author)
{
  g_autoptr (TmMail) mail = make_mail (proofs[_i].fields, G_N_ELEMENTS (proofs[_i].fields));
  TmAuthresTrust trust
    = { .authserv_ids = ids, .needs_queue_id = proofs[_i].needs_queue_id, .queue_id = "4XyZ12" };
  ck_assert (authres_proves_author (mail, &trust) == proofs[_i].is_proven);
  trust.queue_id = NULL;
  ck_assert (!authres_proves_author (mail, &trust));
  trust.queue_id = "4XyZ12";
  mail->flags |= TM_FLAG_MALFORMED; /* two From fields */
  ck_assert (!authres_proves_author (mail, &trust));
  mail->flags = 0;
  g_clear_pointer (&mail->from, mailbox_free);
  ck_assert (!authres_proves_author (mail, &trust));
}
END_TEST

SUITE_MAIN ("authres", tcase_add_loop_test (tc, proves_author, 0, G_N_ELEMENTS (proofs));
            tcase_add_loop_test (tc, judged, 0, G_N_ELEMENTS (cases));
            tcase_add_loop_test (tc, needs_queue_id, 0, G_N_ELEMENTS (queue_ids));
            tcase_add_test (tc, no_from);
            tcase_add_test (tc, raw_counts);)
