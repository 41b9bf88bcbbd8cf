/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/clock.h"
#include "core/dedup.h"
#include "tests/support/suite.h"

#include <string.h>

/* Bodies and their RFC 6376 §3.4.4 form. */
static const struct
{
  const char *body, *relaxed;
} bodies[] = {
  { "", "" },
  { "\r\n", "" },
  { "\r\n\r\n\r\n", "" },
  { "a", "a\r\n" },
  { "a\r\n", "a\r\n" },
  { "a\n", "a\r\n" },
  { " C \r\nD \t E\r\n\r\n\r\n", " C\r\nD E\r\n" },
  { "a\r\n\r\n\r\nb\r\n", "a\r\n\r\n\r\nb\r\n" },
  { "a \t \r\n \t\r\nb", "a\r\n\r\nb\r\n" },
  { "a\rb\r\n", "a\rb\r\n" },
  { "a\r", "a\r\r\n" },
  { "\ta\r\n", " a\r\n" },
  { "a\n \n\n", "a\r\n" },
  { "a b c\r\nd e\r\n", "a b c\r\nd e\r\n" },
  { "a  b   c d\t e \tf", "a b c d e f\r\n" },
  { " a b \r\n  c\t \n\t d ", " a b\r\n c\r\n d\r\n" },
  { "a \rb \r\n", "a \rb\r\n" },
};

/* Cut anywhere, the digest is the same. */
START_TEST (relaxed_body)
{
  const char *body = bodies[_i].body;
  size_t len = strlen (body);
  guint8 expected[TM_DIGEST_LEN], found[TM_DIGEST_LEN];
  digest_bytes (bodies[_i].relaxed, strlen (bodies[_i].relaxed), expected);
  for (size_t cut = 0; cut <= len; cut++)
    {
      TmBodyDigest digest;
      body_digest_init (&digest);
      body_digest_update (&digest, body, cut);
      body_digest_update (&digest, body + cut, len - cut);
      body_digest_finish (&digest, found);
      ck_assert_mem_eq (found, expected, TM_DIGEST_LEN);
    }
}
END_TEST

/* What the bytes of `body` come to, one after the other. */
static char *
relax (const char *body, size_t len, size_t *len_out)
{
  GString *out = g_string_new (NULL);
  size_t n_empty = 0;
  for (size_t at = 0; at < len;)
    {
      const char *feed = memchr (body + at, '\n', len - at);
      size_t end = feed != NULL ? (size_t) (feed - body) : len;
      size_t text_end = feed != NULL && end > at && body[end - 1] == '\r' ? end - 1 : end;
      GString *line = g_string_new (NULL);
      for (; at < text_end; at++)
        {
          bool is_blank = body[at] == ' ' || body[at] == '\t';
          if (!is_blank)
            g_string_append_c (line, body[at]);
          else if (line->len == 0 || line->str[line->len - 1] != ' ')
            g_string_append_c (line, ' ');
        }
      if (line->len > 0 && line->str[line->len - 1] == ' ')
        g_string_truncate (line, line->len - 1);
      at = end + 1;
      n_empty += line->len == 0;
      for (; line->len > 0 && n_empty > 0; n_empty--)
        g_string_append (out, "\r\n");
      if (line->len > 0)
        {
          g_string_append_len (out, line->str, (gssize) line->len);
          g_string_append (out, "\r\n");
        }
      g_string_free (line, TRUE);
    }
  *len_out = out->len;
  return g_string_free (out, FALSE);
}

/* Texts of what the loop distinguishes, longer than the eight bytes that it looks at together. */
START_TEST (relaxed_any_body)
{
  static const char pieces[] = "aaaaabc\200\377\001\177!  \t\r\n";
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  for (unsigned round = 0; round < 20000; round++)
    {
      char body[40];
      size_t len = (size_t) g_rand_int_range (rand, 0, sizeof body), relaxed_len;
      size_t cut = (size_t) g_rand_int_range (rand, 0, (gint32) len + 1);
      for (size_t i = 0; i < len; i++)
        body[i] = pieces[g_rand_int_range (rand, 0, sizeof pieces - 1)];
      g_autofree char *relaxed = relax (body, len, &relaxed_len);
      guint8 expected[TM_DIGEST_LEN], found[TM_DIGEST_LEN];
      TmBodyDigest digest;
      digest_bytes (relaxed, relaxed_len, expected);
      body_digest_init (&digest);
      body_digest_update (&digest, body, cut);
      body_digest_update (&digest, body + cut, len - cut);
      body_digest_finish (&digest, found);
      ck_assert_mem_eq (found, expected, TM_DIGEST_LEN);
    }
}
END_TEST

START_TEST (long_body)
{
  g_autofree char *body = g_strnfill (100000, 'x');
  g_autofree char *relaxed = g_strconcat (body, "\r\n", NULL);
  guint8 expected[TM_DIGEST_LEN], found[TM_DIGEST_LEN];
  digest_bytes (relaxed, strlen (relaxed), expected);
  for (size_t cut = 4090; cut < 4100; cut++)
    {
      TmBodyDigest digest;
      body_digest_init (&digest);
      body_digest_update (&digest, body, cut);
      body_digest_update (&digest, body + cut, 100000 - cut);
      body_digest_finish (&digest, found);
      ck_assert_mem_eq (found, expected, TM_DIGEST_LEN);
    }
}
END_TEST

typedef struct
{
  const char *id, *from, *subject, *sender, *queue_id;
  gint64 date_at;
  guint8 body;
} Sample;

static TmDedupKey
key_of (const Sample *sample)
{
  g_autoptr (TmSite) site = site_new ();
  g_autoptr (TmMail) mail = mail_new ();
  g_autoptr (TmEnvelope) envelope = envelope_new ();
  TmDedupKey key;
  guint8 body[TM_DIGEST_LEN] = { sample->body };
  g_free (site->instance);
  site->instance = g_strdup ("example");
  g_free (mail->message_id);
  mail->message_id = g_strdup (sample->id);
  g_free (mail->subject);
  mail->subject = g_strdup (sample->subject);
  mail->from = mailbox_new (sample->from, "");
  mail->date_at = sample->date_at;
  envelope_set_sender (envelope, sample->sender);
  g_free (envelope->queue_id);
  envelope->queue_id = g_strdup (sample->queue_id);
  g_free (envelope->mta_host);
  envelope->mta_host = g_strdup ("mx.example.com");
  dedup_key (site, mail, envelope, body, &key);
  return key;
}

#define BASE "m1@a.example", "eve@a.example", "Down", "eve@a.example", "4X1", 1000, 1
static const struct
{
  Sample a, b;
  bool same, weak;
} pairs[] = {
  { { BASE }, { BASE }, true, false },
  { { BASE }, { "m1@a.example", "eve@a.example", "[example#12] Down", "other@a.example", "4X2", 1000, 1 },
    true, false },
  { { BASE }, { "m1@a.example", "eve@a.example", "[other#12] Down", "eve@a.example", "4X1", 1000, 1 }, false, false },
  { { BASE }, { "m2@a.example", "eve@a.example", "Down", "eve@a.example", "4X1", 1000, 1 }, false, false },
  { { BASE }, { "m1@a.example", "bob@a.example", "Down", "eve@a.example", "4X1", 1000, 1 }, false, false },
  { { BASE }, { "m1@a.example", "eve@a.example", "Up", "eve@a.example", "4X1", 1000, 1 }, false, false },
  { { BASE }, { "m1@a.example", "eve@a.example", "Down", "eve@a.example", "4X1", 1001, 1 }, false, false },
  { { BASE }, { "m1@a.example", "eve@a.example", "Down", "eve@a.example", "4X1", 1000, 2 }, false, false },
  /* no Message-ID: the envelope sender counts too, and the key is weak */
  { { "", "e@a.example", "s", "e@a.example", "4X1", 1000, 1 },
    { "", "e@a.example", "s", "f@a.example", "4X1", 1000, 1 }, false, true },
  { { "", "e@a.example", "s", "e@a.example", "4X1", 1000, 1 },
    { "", "e@a.example", "s", "e@a.example", "4X2", 1000, 1 }, true, true },
  /* no Date: weak */
  { { "m@a.example", "e@a.example", "s", "e@a.example", "4X1", TM_NEVER, 1 },
    { "m@a.example", "e@a.example", "s", "e@a.example", "4X2", TM_NEVER, 1 }, true, true },
  /* Message-Id and Date made by our own Postfix, new ones on the retry */
  { { "20261120160000.4X1@mx.example.com", "e@a.example", "s", "e@a.example", "4X1", 1000, 1 },
    { "20261120160500.4X2@mx.example.com", "e@a.example", "s", "e@a.example", "4X2", 1300, 1 }, true, true },
  /* the same form of another queue ID is the sender's own */
  { { "20261120160000.4X9@mx.example.com", "e@a.example", "s", "e@a.example", "4X1", 1000, 1 },
    { "20261120160000.4X8@mx.example.com", "e@a.example", "s", "e@a.example", "4X1", 1000, 1 }, false, false },
};

START_TEST (keys)
{
  TmDedupKey a = key_of (&pairs[_i].a), b = key_of (&pairs[_i].b);
  ck_assert_int_eq (memcmp (a.key, b.key, TM_DIGEST_LEN) == 0, pairs[_i].same);
  ck_assert_int_eq (a.is_weak, pairs[_i].weak);
}
END_TEST

/* An agent's mails and whether each is the first one again. */
static const struct
{
  const char *name, *agent, *recipients, *ids, *body;
  gint64 token, tag;
  bool is_same;
} agents[] = {
#define TO "support@example.com,eve@acme.example"
  { "the first one", "anna", TO, "a@x", "Done.", 1, 0, true },
  { "another order, twice, another case", "anna", "Eve@ACME.example,support@example.com,<eve@acme.example>", "a@x",
    "Done.", 1, 0, true },
  { "white space", "anna", TO, "a@x", "Done.  \r\n\r\n", 1, 0, true },
  { "another agent", "carl", TO, "a@x", "Done.", 1, 0, false },
  { "another recipient", "anna", "support@example.com,bob@acme.example", "a@x", "Done.", 1, 0, false },
  { "one recipient more", "anna", TO ",bob@acme.example", "a@x", "Done.", 1, 0, false },
  { "one recipient less", "anna", "eve@acme.example", "a@x", "Done.", 1, 0, false },
  { "another body", "anna", TO, "a@x", "Done!", 1, 0, false },
  { "another ticket", "anna", TO, "a@x", "Done.", 2, 0, false },
  { "by the tag", "anna", TO, "a@x", "Done.", 0, 1, false },
  { "an answer to another mail", "anna", TO, "b@x", "Done.", 1, 0, false },
  { "no answer", "anna", TO, NULL, "Done.", 1, 0, false },
  { "nothing where the first one has something", "anna", TO, NULL, "Done.", 0, 0, false },
};

static void
agent_key (int i, TmDedupKey *key_out)
{
  g_autoptr (TmSite) site = site_new ();
  g_autoptr (TmEnvelope) envelope = envelope_new ();
  g_autoptr (GArray) tickets = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  g_auto (GStrv) recipients = g_strsplit (agents[i].recipients, ",", -1);
  for (char **recipient = recipients; *recipient != NULL; recipient++)
    envelope_add_recipient (envelope, site, *recipient);
  if (agents[i].token > 0)
    g_array_append_val (tickets, agents[i].token);
  if (agents[i].ids != NULL)
    g_ptr_array_add (ids, (gpointer) (gsize) agents[i].ids);
  TmBodyDigest digest;
  guint8 body[TM_DIGEST_LEN];
  body_digest_init (&digest);
  body_digest_update (&digest, agents[i].body, strlen (agents[i].body));
  body_digest_finish (&digest, body);
  const TmDedupAgent about = { agents[i].agent, tickets, agents[i].tag, ids };
  dedup_agent_key (site, &about, envelope, body, key_out);
}

START_TEST (agent_keys)
{
  TmDedupKey first = { .is_weak = false }, key = { .is_weak = false };
  agent_key (0, &first);
  agent_key (_i, &key);
  ck_assert (key.is_weak);
  ck_assert_msg ((memcmp (key.key, first.key, TM_DIGEST_LEN) == 0) == agents[_i].is_same, "%s", agents[_i].name);
}
END_TEST

SUITE_MAIN ("dedup", tcase_add_loop_test (tc, agent_keys, 0, G_N_ELEMENTS (agents));
            tcase_add_loop_test (tc, relaxed_body, 0, G_N_ELEMENTS (bodies));
            tcase_add_test (tc, relaxed_any_body);
            tcase_add_test (tc, long_body);
            tcase_add_loop_test (tc, keys, 0, G_N_ELEMENTS (pairs));)
