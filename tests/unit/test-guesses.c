/* SPDX-License-Identifier: BSD-2-Clause */
/* Who is barred, by what, from when and until when: the clock is an argument. */
#include "desk/guesses.h"
#include "tests/support/suite.h"

enum { MOST = 3 };

static TmGuesses guesses;
static TmSite *site;

static void
set_up (void)
{
  guesses = (TmGuesses) { .n_clients = 0 };
  guesses_init (&guesses);
  site = site_new ();
}

static void
tear_down (void)
{
  pthread_mutex_destroy (&guesses.mutex);
  site_free (site);
}

static gint64
seconds (gint64 s)
{
  return s * G_USEC_PER_SEC;
}

/* With one recipient for each token, good or bad. */
static TmEnvelope *
make_envelope (const char *client, const char *login, unsigned n_bad, unsigned n_good)
{
  TmEnvelope *envelope = envelope_new ();
  envelope->client_address = g_strdup (client);
  envelope->login = g_strdup (login);
  for (unsigned i = 0; i < n_bad + n_good; i++)
    {
      envelope_add_recipient (envelope, site, "support@desk.example");
      TmRecipient *recipient = g_ptr_array_index (envelope->recipients, i);
      recipient->has_bad_token = i < n_bad;
      recipient->has_token = i >= n_bad;
      recipient->token = (TmToken) { .ticket = 7, .purpose = 'r' };
    }
  return envelope;
}

static void
guess (const char *client, unsigned n_bad, gint64 at_s)
{
  g_autoptr (TmEnvelope) envelope = make_envelope (client, NULL, n_bad, 0);
  guesses_count (&guesses, envelope, site, MOST, seconds (at_s));
}

static bool
is_barred (const char *client, gint64 at_s)
{
  g_autoptr (TmEnvelope) envelope = make_envelope (client, NULL, 0, 1);
  guesses_bar (&guesses, envelope, site, MOST, seconds (at_s));
  const TmRecipient *recipient = g_ptr_array_index (envelope->recipients, 0);
  ck_assert (recipient->has_token != envelope->tokens_barred);
  ck_assert (recipient->has_bad_token == envelope->tokens_barred);
  return envelope->tokens_barred;
}

typedef struct
{
  const char *client, *login;
  unsigned n_bad, most;
  const char *asks; /* whose tokens are looked at afterwards */
  bool is_barred;
} Case;

static const Case cases[] = {
  { "192.0.2.7", NULL, 3, MOST, "192.0.2.7", true },
  { "192.0.2.7", NULL, 2, MOST, "192.0.2.7", false },
  { "192.0.2.7", NULL, 3, MOST, "192.0.2.8", false },
  { "192.0.2.7", NULL, 3, 0, "192.0.2.7", false },
  { "192.0.2.7", "anna", 3, MOST, "192.0.2.7", false },
  { NULL, NULL, 3, MOST, "192.0.2.7", false },
  { "2001:db8:1:2::7", NULL, 3, MOST, "2001:db8:1:2:ffff::1", true }, /* the same /64 */
  { "2001:db8:1:2::7", NULL, 3, MOST, "2001:db8:1:3::7", false },
  { "2001:db8:1:2::7", NULL, 3, MOST, "32.1.13.184", false }, /* whose bytes it begins with */
  { "127.0.0.1", NULL, 3, MOST, "127.0.0.1", false },
  { "10.1.2.3", NULL, 3, MOST, "10.1.2.3", false },
  { "172.31.0.1", NULL, 3, MOST, "172.31.0.1", false },
  { "172.32.0.1", NULL, 3, MOST, "172.32.0.1", true },
  { "fe80::1", NULL, 3, MOST, "fe80::1", false },
  { "fd00::1", NULL, 3, MOST, "fd00::1", false },
  { "::1", NULL, 3, MOST, "::1", false },
  { "unknown", NULL, 3, MOST, "unknown", false },
};

START_TEST (each_case)
{
  const Case *c = &cases[_i];
  g_autoptr (TmEnvelope) envelope = make_envelope (c->client, c->login, c->n_bad, 0);
  guesses_count (&guesses, envelope, site, c->most, 0);
  ck_assert_msg (is_barred (c->asks, 1) == c->is_barred, "row %d: %s", _i, c->asks);
}
END_TEST

START_TEST (who_has_logged_in_is_heard)
{
  guess ("192.0.2.7", MOST, 0);
  g_autoptr (TmEnvelope) envelope = make_envelope ("192.0.2.7", "anna", 0, 1);
  guesses_bar (&guesses, envelope, site, MOST, seconds (1));
  ck_assert (!envelope->tokens_barred && is_barred ("192.0.2.7", 1));
}
END_TEST

START_TEST (a_bar_ends)
{
  guess ("192.0.2.7", MOST, 100);
  ck_assert (is_barred ("192.0.2.7", 100 + TM_GUESSES_WINDOW_S - 1));
  ck_assert (!is_barred ("192.0.2.7", 100 + TM_GUESSES_WINDOW_S));
  guess ("192.0.2.7", MOST - 1, 100 + TM_GUESSES_WINDOW_S);
  ck_assert (!is_barred ("192.0.2.7", 100 + TM_GUESSES_WINDOW_S));
  guess ("192.0.2.7", 1, 100 + TM_GUESSES_WINDOW_S + 1);
  ck_assert (is_barred ("192.0.2.7", 100 + TM_GUESSES_WINDOW_S + 1));
}
END_TEST

START_TEST (guesses_are_forgotten)
{
  guess ("192.0.2.7", MOST - 1, 0);
  guess ("192.0.2.7", MOST - 1, TM_GUESSES_WINDOW_S);
  ck_assert (!is_barred ("192.0.2.7", TM_GUESSES_WINDOW_S));
  guess ("192.0.2.7", 1, TM_GUESSES_WINDOW_S + 1);
  ck_assert (is_barred ("192.0.2.7", TM_GUESSES_WINDOW_S + 1));
}
END_TEST

/* What a barred client sends meanwhile does not count, or a relay that mail is forwarded by would never be heard. */
START_TEST (a_bar_is_not_prolonged)
{
  guess ("192.0.2.7", MOST, 0);
  g_autoptr (TmEnvelope) envelope = make_envelope ("192.0.2.7", NULL, MOST, 1);
  guesses_bar (&guesses, envelope, site, MOST, seconds (TM_GUESSES_WINDOW_S - 1));
  ck_assert (envelope->tokens_barred);
  guesses_count (&guesses, envelope, site, MOST, seconds (TM_GUESSES_WINDOW_S - 1));
  guess ("192.0.2.7", MOST, TM_GUESSES_WINDOW_S - 1); /* of a session that began before the bar */
  ck_assert (!is_barred ("192.0.2.7", TM_GUESSES_WINDOW_S));
}
END_TEST

/* One more than are remembered: the one that was heard of longest ago gives way, not one that is barred. */
START_TEST (as_many_as_are_remembered)
{
  guess ("192.0.2.7", MOST, 0);
  for (unsigned i = 0; i < TM_GUESSES_CLIENTS; i++)
    {
      g_autofree char *client = g_strdup_printf ("198.18.%u.%u", i / 256, i % 256);
      guess (client, MOST - 1, 1 + (gint64) (i / 8));
    }
  ck_assert_uint_eq (guesses.n_clients, TM_GUESSES_CLIENTS);
  ck_assert (is_barred ("192.0.2.7", 200));
  guess ("198.18.0.0", 1, 200); /* which gave way: counted anew, in the place of another */
  ck_assert (!is_barred ("198.18.0.0", 200));
  guess ("198.18.3.255", 1, 200);
  ck_assert (is_barred ("198.18.3.255", 200));
}
END_TEST

SUITE_MAIN ("guesses", tcase_add_checked_fixture (tc, set_up, tear_down);
            tcase_add_loop_test (tc, each_case, 0, G_N_ELEMENTS (cases));
            tcase_add_test (tc, who_has_logged_in_is_heard); tcase_add_test (tc, a_bar_ends);
            tcase_add_test (tc, guesses_are_forgotten); tcase_add_test (tc, a_bar_is_not_prolonged);
            tcase_add_test (tc, as_many_as_are_remembered);)
