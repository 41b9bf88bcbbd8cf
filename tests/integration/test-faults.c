/* SPDX-License-Identifier: BSD-2-Clause */
/* Faults by number, at the real daemon: forged and worn-out tokens (13), catastrophic patterns (16), reloads of broken
 * configurations without end (25). */
#include "core/token.h"
#include "tests/integration/harness.h"
#include "tests/support/suite.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* --- 13: who is not who he says, and tokens that are not what they seem --- */

enum { UNKNOWN_KEY, REVOKED_KEY, RETIRED_KEY, ACTIVE_KEY, N_KEYS };

static const struct
{
  const char *id, *state;
  char digit; /* of which its secret is made */
} keys[N_KEYS]
    = { { "k0", NULL, 0x11 }, { "k1", "revoked", 0x22 }, { "k2", "retired", 0x33 }, { "k3", "active", 0x44 } };

static void
write_keys (const Desk *desk)
{
  g_autofree char *path = g_build_filename (desk->dir, "keys", NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  for (unsigned i = N_KEYS; i-- > 0;)
    if (keys[i].state != NULL)
      {
        g_autofree char *secret = g_strnfill (2 * TM_KEY_LEN, (char) ('0' + (keys[i].digit & 0xf)));
        g_string_append_printf (text, "%s %s 2026-11-01T00:00:00Z %s\n", keys[i].id, keys[i].state, secret);
      }
  ck_assert (g_file_set_contents_full (path, text->str, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

/* As that key signed it when it was the active one. */
static char *
sign (unsigned key, gint64 ticket, char purpose)
{
  guint8 secret[TM_KEY_LEN];
  memset (secret, keys[key].digit, sizeof secret);
  g_autoptr (TmKeyRing) ring = key_ring_new ();
  g_ptr_array_add (ring->keys, key_new (keys[key].id, TM_KEY_ACTIVE, 0, secret));
  return token_sign (ring, ticket, purpose, NULL);
}

#define EVE "eve@acme.example"
#define MALLORY "mallory@evil.example"
#define ANNA "anna@example.com"
#define AGENT_REFUSED "550 5.7.1 "
#define BOUNCE_REFUSED "550 5.1.1 "

/* What the mail comes to. */
typedef enum { STRANGER, VERIFIED, UNVERIFIED } Outcome;

static const struct
{
  const char *name;
  const char *from;    /* header and envelope; NULL: the null sender, and a machine in From */
  const char *subject;
  unsigned key;
  gint64 ticket;       /* that the token was made for; 0: no token */
  char purpose;
  char put_purpose;    /* written over the one that was signed; NUL: none */
  char put_ticket;     /* likewise, for the number's only digit */
  unsigned n_cut;      /* characters missing at the end */
  Outcome outcome;
  const char *refused; /* the answer begins with it; NULL: accepted */
} claims[] = {
  { "retired key", EVE, "x", RETIRED_KEY, 1, 'r', .outcome = VERIFIED },
  { "active key", EVE, "x", ACTIVE_KEY, 1, 'r', .outcome = VERIFIED },
  { "found token", MALLORY, "x", ACTIVE_KEY, 1, 'r', .outcome = UNVERIFIED },
  { "revoked key", EVE, "x", REVOKED_KEY, 1, 'r', .outcome = STRANGER },
  { "unknown key", EVE, "x", UNKNOWN_KEY, 1, 'r', .outcome = STRANGER },
  { "cut by one", EVE, "x", ACTIVE_KEY, 1, 'r', .n_cut = 1 },
  { "cut by half", EVE, "x", ACTIVE_KEY, 1, 'r', .n_cut = 8 },
  { "no signature", EVE, "x", ACTIVE_KEY, 1, 'r', .n_cut = 16 },
  { "of another ticket", MALLORY, "x", ACTIVE_KEY, 2, 'r', .put_ticket = '1' },
  { "another purpose", MALLORY, "x", ACTIVE_KEY, 1, 's', .put_purpose = 'r' },
  { "note token in customer's hand", EVE, "x", ACTIVE_KEY, 1, 'n', .outcome = STRANGER },
  { "bounce token, no bounce", MALLORY, "x", ACTIVE_KEY, 1, 'b', .outcome = STRANGER },
  { "status token", MALLORY, "x", ACTIVE_KEY, 1, 's', .outcome = STRANGER },
  { "guessed number", MALLORY, "[example#1] x", .ticket = 0 },
  { "guessed number, bad token", MALLORY, "[example#1] x", UNKNOWN_KEY, 1, 'r', .outcome = STRANGER },
  { "forged agent", ANNA, "x", .ticket = 0 },
  { "forged agent, guessed number", ANNA, "[example#1] x", .ticket = 0 },
  { "forged agent, note token", ANNA, "x", UNKNOWN_KEY, 1, 'n', .outcome = STRANGER },
  { "forged agent, bad reply token", ANNA, "x", REVOKED_KEY, 1, 'r', .outcome = STRANGER },
  { "forged agent, reply token", ANNA, "x", ACTIVE_KEY, 1, 'r', .refused = AGENT_REFUSED },
  { "forged agent, retired key", ANNA, "x", RETIRED_KEY, 1, 'r', .refused = AGENT_REFUSED },
  { "bounce by revoked key", NULL, "x", REVOKED_KEY, 1, 'b', .refused = BOUNCE_REFUSED },
  { "bounce cut", NULL, "x", ACTIVE_KEY, 1, 'b', .n_cut = 3, .refused = BOUNCE_REFUSED },
  { "bounce with reply token's signature", NULL, "x", ACTIVE_KEY, 1, 'r', .put_purpose = 'b',
    .refused = BOUNCE_REFUSED },
};

/* "<support@example.com>", with what the claim makes of its token. */
static char *
claimed_recipient (size_t claim)
{
  if (claims[claim].ticket == 0)
    return g_strdup ("<support@example.com>");
  g_autofree char *token = sign (claims[claim].key, claims[claim].ticket, claims[claim].purpose);
  if (claims[claim].put_ticket != '\0')
    token[0] = claims[claim].put_ticket;
  if (claims[claim].put_purpose != '\0')
    token[2] = claims[claim].put_purpose;
  token[strlen (token) - claims[claim].n_cut] = '\0';
  return g_strdup_printf ("<support+%s@example.com>", token);
}

static void
send_claim (MilterClient *client, size_t claim)
{
  const char *from = claims[claim].from;
  g_autofree char *sender = g_strdup_printf ("<%s>", from != NULL ? from : "");
  g_autofree char *recipient = claimed_recipient (claim);
  g_autofree char *raw = g_strdup_printf ("From: %s\r\nSubject: %s\r\nDate: Fri, 20 Nov 2026 16:00:00 +0000\r\n"
                                          "Message-ID: <claim-%zu@x.example>\r\n\r\nClaim %s.\r\n",
                                          from != NULL ? from : "mailer-daemon@mx.example", claims[claim].subject,
                                          claim, claims[claim].name);
  OK (milter_client_message (client, "QC", sender, (const char *const[]){ recipient, NULL }, raw, strlen (raw),
                             &ok_error));
}

static TmTicketRecord *
read_ticket (const Desk *desk, gint64 number)
{
  g_autoptr (TmReader) reader = NULL;
  g_autoptr (GError) error = NULL;
  TmTicketRecord *ticket = NULL;
  ck_assert_msg (reader_open (desk->database, &reader, &error) && reader_get (reader, number, &ticket, &error), "%s",
                 error != NULL ? error->message : "");
  return ticket;
}

/* Sends the claim to a desk that has tickets 1 (eve's) and 2 (joe's), and looks at what became of both. */
static void
check_claim (const Desk *desk, MilterClient *client, size_t claim)
{
  g_autoptr (TmTicketRecord) before = read_ticket (desk, 1);
  unsigned n_tickets = desk_count_tickets (desk);
  send_claim (client, claim);
  g_autoptr (TmTicketRecord) after = read_ticket (desk, 1);
  g_autoptr (TmTicketRecord) other = read_ticket (desk, 2);
  bool is_refused = claims[claim].refused != NULL, joins = claims[claim].outcome != STRANGER;
  const char *name = claims[claim].name;
  ck_assert_msg (client->reply.kind == (is_refused ? SMFIR_REPLYCODE : SMFIR_ACCEPT), "%s: %c", name,
                 client->reply.kind);
  ck_assert_msg (!is_refused || g_str_has_prefix (client->reply.text, claims[claim].refused), "%s: %s", name,
                 client->reply.text);
  ck_assert_msg (desk_count_tickets (desk) == n_tickets + (!is_refused && !joins), "%s: tickets", name);
  ck_assert_msg (after->messages->len == before->messages->len + joins, "%s: messages", name);
  ck_assert_msg (other->messages->len == 1, "%s: messages of ticket 2", name);
  const TmMessageRecord *last = g_ptr_array_index (after->messages, after->messages->len - 1);
  ck_assert_msg (!joins || last->is_verified == (claims[claim].outcome == VERIFIED), "%s: verified", name);
  ck_assert_msg (after->facts->participants->len == 0 && after->facts->status == before->facts->status,
                 "%s: ticket 1 has changed", name);
  const char *mark = milter_client_edited (client, "X-Ticket-ID");
  ck_assert_msg (is_refused || (strcmp (mark, "1") == 0) == joins, "%s: X-Ticket-ID: %s", name, mark);
}

START_TEST (fault_13_forged_claims)
{
  g_autoptr (Desk) desk = desk_new ("");
  write_keys (desk);
  desk_start (desk, NULL);
  g_autoptr (MilterClient) client = desk_client (desk);
  g_autofree char *first = desk_mail ("first", "first", "x");
  ck_assert_int_eq (desk_send (client, "Q1", "<support@example.com>", first), SMFIR_ACCEPT);
  static const char second[] = "From: joe@beta.example\r\nSubject: second\r\nMessage-ID: <second@x>\r\n\r\nx\r\n";
  ck_assert_int_eq (desk_send (client, "Q2", "<support@example.com>", second), SMFIR_ACCEPT);
  for (size_t i = 0; i < G_N_ELEMENTS (claims); i++)
    check_claim (desk, client, i);
  ck_assert_int_eq (desk_stop (desk, SIGTERM), 0);
}
END_TEST

/* --- 16: patterns that would run for years --- */

enum { SUBJECT_LEN = 128 << 10, LINE_LEN = 990 };

static const char catastrophic[]
  = "match: {subject: 128K}\n"
    "rules:\n"
    "  - {name: nested, all: ['subject =~ /(a+)+$/'], then: [tag k=nested]}\n"
    "  - {name: either, all: ['subject =~ /(a|aa)+-$/'], then: [tag k=either]}\n"
    "  - {name: digit, all: ['subject =~ /\\w+\\s*\\d/'], then: [discard]}\n"
    "  - {name: again, none: ['subject =~ /(.+)\\1\\1\\d/'], then: [reject no]}\n"
    "  - {name: harmless, all: ['from = eve@acme.example'], then: [priority=P1]}\n";

/* Folded, as SMTP has it. */
static char *
hostile_mail (void)
{
  g_autofree char *line = g_strnfill (LINE_LEN, 'a');
  g_autoptr (GString) subject = g_string_new (NULL);
  while (subject->len < SUBJECT_LEN - 2 * LINE_LEN)
    g_string_append_printf (subject, "%s\r\n ", line);
  g_string_append_printf (subject, "%s!-@~", line);
  return desk_mail ("hostile", subject->str, "x");
}

START_TEST (fault_16_catastrophic_patterns)
{
  g_autoptr (Desk) desk = desk_new (catastrophic);
  desk_start (desk, NULL);
  g_autoptr (MilterClient) client = desk_client (desk);
  g_autofree char *raw = hostile_mail ();
  ck_assert_int_eq (desk_send (client, "QH", "<support@example.com>", raw), SMFIR_ACCEPT);
  ck_assert (desk_logs (desk, "QH: rules skipped, their patterns hit a bound of match: "));
  g_autoptr (TmTicketRecord) ticket = read_ticket (desk, 1);
  ck_assert_str_eq (ticket->facts->priority, "P1");
  ck_assert_uint_eq (ticket->tags->len, 0);
  ck_assert_uint_eq (ticket->messages->len, 1);
  /* The one after it has its rules again. */
  g_autofree char *next = desk_mail ("next", "caaat aa", "x");
  ck_assert_int_eq (desk_send (client, "QN", "<support@example.com>", next), SMFIR_REPLYCODE);
  ck_assert_str_eq (client->reply.text, "550 5.7.1 no");
  ck_assert_uint_eq (desk_count_log (desk, "rules skipped"), 1);
  ck_assert_int_eq (desk_stop (desk, SIGTERM), 0);
}
END_TEST

/* --- 25: broken configurations, again and again --- */

enum
{
  N_RELOADS = 1000,
  N_WARM_UP = 100,   /* what is allocated once has been by then */
  N_LOAD = 2,
  PACE_US = 20000,
  TRIES = 60000,
  TRY_US = 1000,
  PASSING = 8,       /* descriptors that are open for a moment */
  N_CUSTOMERS = 600, /* so that a policy is large, and one that is kept a thousand times shows */
  MAX_GROWTH_KB = 256 << 10 /* what ASan keeps back of freed memory, and half of what a thousand policies take */
};

static const char *const broken[] = {
  "queues: [\n", "no_such_key: 1\n", "grace: soon\n", "include: no-such-file.yaml\n",
  "spam: ['subject =~ /(/']\n", "customers: {c1: {domains: [c2.example]}}\n",
};

/* The rules refuse mail about `generation`, with the number of the configuration. */
static void
configure (Desk *desk, unsigned generation, const char *more)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_string_append_printf (text, "rules: [{name: g, all: ['subject = generation'], then: [reject \"number %u\"]}]\n",
                          generation);
  g_string_append (text, "customers:\n");
  for (unsigned i = 0; i < N_CUSTOMERS; i++)
    g_string_append_printf (text, "  x%u: {name: Customer number %u, domains: [x%u.example]}\n", i, i, i);
  g_string_append (text, more);
  desk_configure (desk, text->str);
}

/* Reads on in the log; whether one of the lines that are whole holds `expected`. */
static bool
find_line (FILE *log, const char *expected)
{
  char line[4096];
  clearerr (log);
  while (fgets (line, sizeof line, log) != NULL)
    if (strchr (line, '\n') == NULL)
      {
        ck_assert_int_eq (fseek (log, -(long) strlen (line), SEEK_CUR), 0);
        return false;
      }
    else if (strstr (line, expected) != NULL)
      return true;
  return false;
}

static void
reload (const Desk *desk, FILE *log, const char *expected)
{
  ck_assert_int_eq (kill (desk->pid, SIGUSR1), 0);
  for (unsigned i = 0; i < TRIES; i++)
    {
      if (find_line (log, expected))
        return;
      g_usleep (TRY_US);
    }
  ck_abort_msg ("not logged: %s", expected);
}

static void
check_generation (MilterClient *client, unsigned generation)
{
  g_autofree char *raw = desk_mail ("generation", "generation", "x");
  g_autofree char *expected = g_strdup_printf ("550 5.7.1 number %u", generation);
  ck_assert_int_eq (desk_send (client, "QG", "<support@example.com>", raw), SMFIR_REPLYCODE);
  ck_assert_str_eq (client->reply.text, expected);
}

static unsigned
count_descriptors (const Desk *desk)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/fd", (int) desk->pid);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  unsigned n = 0;
  ck_assert_ptr_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static guint64
resident_kb (const Desk *desk)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/statm", (int) desk->pid);
  g_autofree char *text = NULL;
  ck_assert (g_file_get_contents (path, &text, NULL, NULL));
  const char *resident = strchr (text, ' ');
  ck_assert_ptr_nonnull (resident);
  return g_ascii_strtoull (resident + 1, NULL, 10) * (guint64) sysconf (_SC_PAGESIZE) / 1024;
}

static void
reload_again_and_again (Desk *desk, MilterClient *client)
{
  FILE *log = fopen (desk->log, "r");
  unsigned n_descriptors = 0;
  guint64 before_kb = 0;
  ck_assert_ptr_nonnull (log);
  for (unsigned i = 1; i <= N_RELOADS; i++)
    {
      configure (desk, i, "");
      reload (desk, log, "reloaded ");
      check_generation (client, i);
      configure (desk, i + N_RELOADS, broken[i % G_N_ELEMENTS (broken)]);
      reload (desk, log, "reload failed, the old configuration stays in force");
      check_generation (client, i);
      if (i == N_WARM_UP)
        {
          n_descriptors = count_descriptors (desk);
          before_kb = resident_kb (desk);
        }
    }
  fclose (log);
  guint64 after_kb = resident_kb (desk);
  ck_assert_uint_le (count_descriptors (desk), n_descriptors + PASSING);
  ck_assert_msg (after_kb <= before_kb + MAX_GROWTH_KB, "%" G_GUINT64_FORMAT " kB, then %" G_GUINT64_FORMAT " kB",
                 before_kb, after_kb);
}

START_TEST (fault_25_broken_reloads)
{
  g_autoptr (Desk) desk = desk_new ("");
  desk_start (desk, NULL);
  g_autoptr (MilterClient) client = desk_client (desk);
  DeskLoad *load = desk_load_start (desk, N_LOAD, PACE_US);
  reload_again_and_again (desk, client);
  desk_load_stop (load);
  ck_assert_uint_eq (desk_count_log (desk, "reload failed, the old configuration stays in force"), N_RELOADS);
  ck_assert_int_eq (desk_stop (desk, SIGTERM), 0);
}
END_TEST

SUITE_MAIN ("faults", tcase_add_test (tc, fault_13_forged_claims); tcase_add_test (tc, fault_16_catastrophic_patterns);
            tcase_add_test (tc, fault_25_broken_reloads); tcase_set_timeout (tc, 600);)
