/* SPDX-License-Identifier: BSD-2-Clause */
/* Who is told that his request arrived, at which address, and who is not, and what confirms an address: MAIL.md §1 B
 * and §2, a row each. */
#include "base/clock.h"
#include "core/acknowledge.h"
#include "core/address.h"
#include "core/sender.h"
#include "core/subject.h"
#include "tests/support/suite.h"
#include "tests/unit/plan_site.h"

#include <string.h>

enum { NOW = 1795000000, MINUTE = 60, HOUR = 3600, DAY = 86400 };

#define PASS_DMARC "mx.example.com; dmarc=pass header.from=acme.example"
#define PASS_DKIM "mx.example.com; dkim=pass header.d=acme.example"
#define PASS_SPF "mx.example.com; spf=pass smtp.mailfrom=acme.example"
#define FAILS "mx.example.com; dmarc=fail header.from=acme.example"

/* A mail of eve@acme.example to support@example.com, by herself, but for what the case says. */
typedef struct
{
  const char *name;
  const char *from, *sender; /* NULL: eve's; "" is none */
  const char *headers;       /* "Name: value" lines */
  const char *results;       /* Authentication-Results */
  const char *login;
  const char *to;            /* NULL: support@example.com */
  const char *subject;       /* NULL: "Printer on fire" */
  unsigned flags;
  bool is_agents, is_unknown, is_old;
  /* what rules say */
  const char *requester;
  bool is_forms, is_spam, no_ack, human, machine, is_alert;
  /* who is on file */
  bool is_contact, is_confirmed;
  /* the configuration */
  bool off, requires_auth, requires_our_address, no_same_subject;
  TmUnknownPolicy unknown;
  const char *never_to;      /* blank-separated */
  /* what was sent: "SECONDS_AGO:SUBJECT" with `_` for blanks, blank-separated, the newest first */
  const char *earlier;
  bool is_silenced, is_asked;
  bool no_key, is_retired;   /* instead of an active one */
  int newest, before, nth;   /* seconds ago; 0: none */
  /* what comes of it */
  const char *expected;      /* the address; NULL: none */
  const char *why;           /* a part of it; of one that is sent: which address it is */
  const char *mark;
  bool tells, is_last, asks;
} Case;

#define HELD .is_unknown = true, .unknown = TM_UNKNOWN_HOLD
#define SENT .expected = "eve@acme.example", .why = "envelope sender"
static const Case cases[] = {
  { "a request", SENT },
  { "off", .off = true, .why = "off" },

  /* to whom */
  { "in another case", .sender = "EVE@ACME.example", SENT },
  { "BATV", .sender = "prvs=0123456789=eve@acme.example", .expected = "prvs=0123456789=eve@acme.example",
    .why = "envelope sender" },
  { "BATV of another form", .sender = "btv1==012==eve@acme.example", .expected = "btv1==012==eve@acme.example",
    .why = "envelope sender" },
  { "SRS", .sender = "SRS0=hhhh=tt=acme.example=eve@forwarder.example", .expected = "eve@acme.example",
    .why = "From" },
  { "SRS twice", .sender = "srs1=hh=one.example==hhhh=tt=acme.example=eve@two.example", .expected = "eve@acme.example",
    .why = "From" },
  { "SRS of somebody else", .sender = "srs0=hhhh=tt=acme.example=joe@forwarder.example", .why = "is not From" },
  { "SRS of another domain", .sender = "srs0=hhhh=tt=evil.example=eve@forwarder.example", .why = "is not From" },
  { "sub-address of the sender", .sender = "eve+tickets@acme.example", .expected = "eve+tickets@acme.example",
    .why = "envelope sender" },
  { "sub-address of From", .from = "eve+x@acme.example", SENT },
  { "BATV and sub-address", .sender = "prvs=0123456789=eve+x@acme.example",
    .expected = "prvs=0123456789=eve+x@acme.example", .why = "envelope sender" },
  { "another sender", .sender = "mallory@evil.example", .why = "is not From" },
  { "another sender, SPF", .sender = "mailer@acme.example", .results = PASS_SPF, .why = "is not From" },
  { "another sender, DMARC", .sender = "mailer@acme.example", .results = PASS_DMARC, .expected = "eve@acme.example",
    .why = "From", .tells = true },
  { "another sender, DKIM", .sender = "mailer@host.example", .results = PASS_DKIM, .expected = "eve@acme.example",
    .why = "From", .tells = true },
  { "another sender, DKIM of another domain", .sender = "mailer@host.example",
    .results = "mx.example.com; dkim=pass header.d=host.example", .why = "From is not who wrote it" },
  { "no From", .from = "", .why = "asks for no automatic answer", .mark = "malformed" },
  { "a form", .from = "www@forms.example", .sender = "www@forms.example", .requester = "joe@acme.example",
    .is_forms = true, .expected = "joe@acme.example", .why = "requester" },
  { "a form that fails DMARC", .results = FAILS, .requester = "joe@acme.example", .is_forms = true,
    .expected = "joe@acme.example", .why = "requester" },
  { "a form's no-reply address", .from = "noreply@forms.example", .sender = "noreply@forms.example",
    .requester = "joe@acme.example", .is_forms = true, .expected = "joe@acme.example", .why = "requester" },
  { "a form from anywhere", .requester = "joe@acme.example", .why = "does not list the form's clients" },
  { "a form for no-reply", .requester = "no-reply@acme.example", .is_forms = true, .why = "nobody reads",
    .mark = "his address" },
  { "the subject of a form that is authenticated", .results = PASS_DMARC, .requester = "joe@acme.example",
    .is_forms = true, .expected = "joe@acme.example", .why = "requester" },

  /* his subject */
  { "authenticated", .results = PASS_SPF, SENT, .tells = true },
  { "a confirmed contact", .is_contact = true, .is_confirmed = true, SENT, .tells = true },
  { "a contact whom nobody confirmed", .is_contact = true, SENT },

  /* A: machines */
  { "automatic", .headers = "Auto-Submitted: auto-replied", .why = "a machine wrote it", .mark = "Auto-Submitted" },
  { "automatic, a rule says human", .headers = "Auto-Submitted: auto-generated", .human = true, SENT },
  { "a rule says machine", .machine = true, .why = "a machine wrote it", .mark = "a rule" },
  { "the null sender", .sender = "", .why = "a machine wrote it", .mark = "null sender" },
  { "our own mail", .headers = "X-Ticket-Loop: example", .why = "a machine wrote it", .mark = "X-Ticket-Loop" },
  { "an alert", .is_alert = true, .why = "it is an alert", .mark = "rule:alerts" },

  /* B: asks for none, or it could do harm */
  { "a list", .headers = "List-Id: <x.example>", .why = "asks for no", .mark = "List-Id" },
  { "a list, a rule says human", .headers = "List-Id: <x.example>", .human = true, .why = "asks for no",
    .mark = "List-Id" },
  { "List-Unsubscribe", .headers = "List-Unsubscribe: <mailto:x@y.example>", .why = "asks for no", .mark = "List-*" },
  { "Mailing-List", .headers = "Mailing-List: x", .why = "asks for no", .mark = "Mailing-List" },
  { "X-BeenThere", .headers = "X-BeenThere: x@y.example", .why = "asks for no", .mark = "X-BeenThere" },
  { "bulk", .headers = "Precedence: BULK", .why = "asks for no", .mark = "Precedence: bulk" },
  { "list", .headers = "Precedence: List", .why = "asks for no", .mark = "Precedence: list" },
  { "junk", .headers = "Precedence: junk", .why = "asks for no" },
  { "no-reply", .from = "no-reply@acme.example", .sender = "no-reply@acme.example", .why = "nobody reads",
    .mark = "the sender's address" },
  { "postmaster", .from = "postmaster@acme.example", .sender = "postmaster@acme.example", .why = "nobody reads" },
  { "VERP", .sender = "list-bounces+eve=acme.example@lists.example", .why = "nobody reads" },
  { "suppress all", .headers = "X-Auto-Response-Suppress: All", .why = "asks for no",
    .mark = "X-Auto-Response-Suppress" },
  { "suppress OOF", .headers = "X-Auto-Response-Suppress: DR, OOF", .why = "asks for no" },
  { "suppress AutoReply", .headers = "X-Auto-Response-Suppress: AutoReply", .why = "asks for no" },
  { "suppress receipts", .headers = "X-Auto-Response-Suppress: DR, NDR, RN, NRN", SENT },
  { "never to him", .never_to = "joe@acme.example eve@acme.example", .why = "configuration", .mark = "ack.never_to" },
  { "never to him, sub-address", .sender = "eve+x@acme.example", .never_to = "eve@acme.example",
    .why = "configuration" },
  { "never to his domain", .never_to = "acme.example", .why = "configuration" },
  { "never to another domain", .never_to = "e.example cme.example", SENT },
  { "blind copy", .to = "all@elsewhere.example", .requires_our_address = true, .why = "no address of ours",
    .mark = "ack.requires_our_address" },
  { "blind copy, which may be", .to = "all@elsewhere.example", SENT },
  { "our address", .requires_our_address = true, SENT },
  { "malformed", .flags = TM_FLAG_MALFORMED, .why = "asks for no", .mark = "malformed" },
  { "spam", .is_spam = true, .why = "it is spam" },
  { "failed authentication", .results = FAILS, .why = "From is not who wrote it", .mark = "Authentication-Results" },
  { "a stranger", .is_unknown = true, .requires_auth = true, .why = "nobody knows the sender",
    .mark = "ack.requires_auth" },
  { "a stranger who is authenticated", .is_unknown = true, .requires_auth = true, .results = PASS_SPF, SENT,
    .tells = true },
  { "a customer", .requires_auth = true, SENT },

  /* others */
  { "a rule says no", .no_ack = true, .why = "a rule", .mark = "no_ack" },
  { "an agent", .is_agents = true, .why = "an agent" },
  { "somebody says he is an agent", .from = "anna@example.com", .sender = "anna@example.com",
    .why = "an address of our own" },
  { "somebody says he is the desk", .from = "support+x@example.com", .sender = "support@example.com",
    .why = "an address of our own" },
  { "refused, and nobody could tell him", .is_unknown = true, .unknown = TM_UNKNOWN_REFUSE, .why = "not confirmed" },

  /* a stranger whose ticket is held: by the same rules */
  { "held", HELD, SENT, .asks = true },
  { "held, authenticated: nothing of his is told", HELD, .results = PASS_DMARC, SENT, .asks = true },
  { "held, a customer", .unknown = TM_UNKNOWN_HOLD, SENT },
  { "held, asked already", HELD, .is_asked = true, .why = "asked already" },
  { "asked already, held no more", .is_asked = true, SENT },
  { "held, no key", HELD, .no_key = true, .why = "ticketctl token rotate" },
  { "held, a retired key", HELD, .is_retired = true, .why = "ticketctl token rotate" },
  { "no key", .no_key = true, SENT },
  { "held, off", HELD, .off = true, .why = "off" },
  { "held, a machine", HELD, .headers = "Auto-Submitted: auto-replied", .why = "a machine wrote it" },
  { "held, a list", HELD, .headers = "List-Id: <x.example>", .why = "asks for no", .mark = "List-Id" },
  { "held, another sender", HELD, .sender = "mallory@evil.example", .why = "is not From" },
  { "held, failed", HELD, .results = FAILS, .why = "From is not who wrote it" },
  { "held, the configuration", HELD, .requires_auth = true, .why = "nobody knows the sender" },
  { "held, a rule says no", HELD, .no_ack = true, .why = "a rule" },
  { "held, silenced", HELD, .is_silenced = true, .why = "nothing is sent there" },
  { "held, enough", HELD, .earlier = "10:A 20:B 3599:C", .why = "enough", .mark = "ack.hour" },
  { "held, a flood", HELD, .newest = 3599, .nth = 3658, .why = "too many", .mark = "ack.minute" },
  { "put in by hand", .is_old = true, .why = "just now" },
  { "silenced", .is_silenced = true, .why = "nothing is sent there" },

  /* limits */
  { "two in an hour", .earlier = "10:A 3000:B", SENT },
  { "three in an hour", .earlier = "10:A 20:B 3599:C", .why = "enough", .mark = "ack.hour" },
  { "three in more than an hour", .earlier = "10:A 20:B 3600:C", SENT },
  { "nine in a day", .earlier = "10:A 20:B 4000:C 4001:D 4002:E 4003:F 4004:G 4005:H 4006:I", SENT },
  { "ten in a day", .earlier = "10:A 20:B 4000:C 4001:D 4002:E 4003:F 4004:G 4005:H 4006:I 86399:J", .why = "enough",
    .mark = "ack.day" },
  { "ten in more than a day", .earlier = "10:A 20:B 4000:C 4001:D 4002:E 4003:F 4004:G 4005:H 4006:I 86400:J", SENT },
  { "the same subject", .earlier = "10799:printer__on_FIRE", .why = "the same subject", .mark = "ack.same_subject" },
  { "the same subject, answered and with our tag", .subject = "AW: Re: [example#12] Printer on fire",
    .earlier = "100:Printer_on_fire", .why = "the same subject" },
  { "the same subject three hours ago", .earlier = "10800:Printer_on_fire", SENT },
  { "the same subject may be", .no_same_subject = true, .earlier = "10:Printer_on_fire", SENT },
  { "another subject", .earlier = "10:Printer_on_fire_again", SENT },
  { "a flood", .newest = 3599, .nth = 3658, .why = "too many", .mark = "ack.minute" },
  { "a flood an hour ago", .newest = 3600, .nth = 3659, SENT },
  { "many, but not within a minute", .newest = 10, .before = 60, .nth = 70, SENT },
  { "one more is a flood", .newest = 1, .before = 59, .nth = 61, SENT, .is_last = true },
};

static void
add_headers (TmMail *mail, const char *headers)
{
  g_auto (GStrv) lines = g_strsplit (headers, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    {
      g_auto (GStrv) pair = g_strsplit (*line, ": ", 2);
      g_ptr_array_add (mail->headers, header_new (pair[0], pair[1], NULL));
    }
}

static TmMail *
make_mail (const Case *c)
{
  TmMail *mail = mail_new ();
  const char *from = c->from != NULL ? c->from : "eve@acme.example";
  if (*from != '\0')
    mail->from = mailbox_new (from, "");
  g_ptr_array_add (mail->to, mailbox_new (c->to != NULL ? c->to : "support@example.com", ""));
  add_headers (mail, "From: x@y.example");
  if (c->headers != NULL)
    add_headers (mail, c->headers);
  if (c->results != NULL)
    g_ptr_array_add (mail->headers, header_new ("Authentication-Results", c->results, NULL));
  g_free (mail->subject);
  mail->subject = g_strdup (c->subject != NULL ? c->subject : "Printer on fire");
  mail->flags = c->flags;
  return mail;
}

static TmInbound *
make_inbound (const Case *c, TmSite *site, const char *address)
{
  TmInbound *inbound = inbound_new ();
  inbound->site = site;
  inbound->envelope = envelope_new ();
  envelope_set_sender (inbound->envelope, c->sender != NULL ? c->sender : "eve@acme.example");
  envelope_add_recipient (inbound->envelope, site, address);
  inbound->envelope->login = g_strdup (c->login);
  inbound->envelope->is_fed = c->is_old;
  inbound->envelope->received_at = c->is_old ? NOW : 0;
  inbound->mail = make_mail (c);
  inbound->queue = site_queue (site, "support");
  inbound->is_unknown = c->is_unknown;
  sender_authenticate (inbound);
  inbound->agent = c->is_agents ? site_agent_by_address (site, "anna@example.com") : NULL;
  const TmAutomaticContext context = { .sender = inbound->envelope->sender,
                                       .loop_token = "example",
                                       .answers_us_quickly = envelope_has_token (inbound->envelope, 'c') };
  inbound->automatic = automatic_judge (inbound->mail, &context);
  return inbound;
}

static void
configure (const Case *c, TmSite *site)
{
  g_strfreev (site->authserv_ids);
  site->authserv_ids = g_strsplit ("mx.example.com", " ", -1);
  site->unknown_policy = c->unknown;
  site->ack.sends = !c->off;
  site->ack.requires_auth = c->requires_auth;
  site->ack.requires_our_address = c->requires_our_address;
  if (c->no_key)
    g_ptr_array_set_size (site->keys->keys, 0);
  if (c->is_retired)
    ((TmKey *) g_ptr_array_index (site->keys->keys, 0))->state = TM_KEY_RETIRED;
  if (c->no_same_subject)
    site->ack.same_subject_s = 0;
  g_auto (GStrv) never = g_strsplit (c->never_to != NULL ? c->never_to : "", " ", -1);
  for (char **entry = never; *entry != NULL; entry++)
    g_ptr_array_add (site->ack.never_to, g_strdup (*entry));
}

static TmClassification *
make_class (const Case *c)
{
  TmClassification *class = classification_new ();
  class->requester = g_strdup (c->requester);
  class->requester_is_forms = c->is_forms;
  class->is_spam = c->is_spam;
  class->no_ack = c->no_ack;
  class->human = c->human;
  class->machine = c->machine;
  class->correlate_key = c->is_alert ? g_strdup ("disk") : NULL;
  class->correlate_by = c->is_alert ? g_strdup ("rule:alerts") : NULL;
  return class;
}

static gint64
ago (int seconds)
{
  return seconds != 0 ? NOW - seconds : TM_NEVER;
}

static TmFacts *
make_facts (const Case *c)
{
  TmFacts *facts = facts_new ();
  if (c->is_contact)
    facts->contact = contact_facts_new (1);
  if (c->is_confirmed)
    facts->contact->confirmed_at = NOW - DAY;
  facts->ack = ack_facts_new ();
  facts->ack->is_silenced = c->is_silenced;
  facts->ack->is_asked = c->is_asked;
  facts->ack->newest_at = ago (c->newest);
  facts->ack->before_at = ago (c->before);
  facts->ack->nth_at = ago (c->nth);
  g_auto (GStrv) earlier = g_strsplit (c->earlier != NULL ? c->earlier : "", " ", -1);
  for (char **one = earlier; *one != NULL; one++)
    {
      char *subject = strchr (*one, ':') + 1;
      g_strdelimit (subject, "_", ' ');
      ack_facts_add (facts->ack, NOW - g_ascii_strtoll (*one, NULL, 10), subject, 0);
    }
  return facts;
}

START_TEST (decided)
{
  const Case *c = &cases[_i];
  g_autoptr (TmSite) site = plan_site ();
  configure (c, site);
  g_autoptr (TmInbound) inbound = make_inbound (c, site, "support@example.com");
  g_autoptr (TmClassification) class = make_class (c);
  g_autoptr (TmFacts) facts = make_facts (c);
  g_autoptr (TmAcknowledgement) ack = acknowledge_decide (inbound, class, facts, NOW);
  ck_assert_msg ((ack == NULL) == c->off, "%s", c->name);
  if (ack == NULL)
    return;
  const char *said = ack->to != NULL ? ack->to_whom : ack->why;
  ck_assert_msg (g_strcmp0 (ack->to, c->expected) == 0, "%s: to %s, %s", c->name, ack->to, said);
  ck_assert_msg (strstr (said, c->why) != NULL, "%s: %s", c->name, said);
  ck_assert_msg ((ack->why == NULL) == (ack->to != NULL), "%s: why", c->name);
  ck_assert_msg (c->mark == NULL || g_strcmp0 (ack->mark, c->mark) == 0, "%s: mark %s", c->name, ack->mark);
  ck_assert_msg (ack->tells_subject == c->tells, "%s: the subject", c->name);
  ck_assert_msg (ack->to == NULL || ack->asks == c->asks, "%s: asks", c->name);
  ck_assert_msg (ack->is_last == c->is_last, "%s: the last one", c->name);
  g_autofree char *owner = ack->to != NULL ? address_owner (ack->to) : NULL;
  ck_assert_msg (g_strcmp0 (ack->owner, owner) == 0, "%s: owner %s", c->name, ack->owner);
}
END_TEST

/* --- what confirms an address --- */

/* Mail to support@example.com's address for confirmations of eve@acme.example, by eve, but for what the case says. */
static const struct
{
  Case mail;
  char purpose;          /* NUL: c */
  const char *person;    /* NULL: eve's */
  bool confirms;
} answers[] = {
  { .mail = { .name = "an answer" }, .confirms = true },
  { .mail = { .name = "in another case", .sender = "EVE@ACME.example" }, .confirms = true },
  { .mail = { .name = "BATV", .sender = "prvs=0123456789=eve@acme.example" }, .confirms = true },
  { .mail = { .name = "another sender, DMARC", .sender = "mailer@acme.example", .results = PASS_DMARC },
    .confirms = true },
  { .mail = { .name = "a list's fields", .headers = "List-Id: <x.example>" }, .confirms = true },
  { .mail = { .name = "a rule says human", .headers = "Auto-Submitted: auto-generated", .human = true },
    .confirms = true },
  { .mail = { .name = "for a form's requester", .requester = "joe@acme.example", .is_forms = true }, .confirms = true },
  { .mail = { .name = "another address", .from = "joe@acme.example", .sender = "joe@acme.example" } },
  { .mail = { .name = "a sub-address", .from = "eve+x@acme.example" } },
  { .mail = { .name = "another sender", .sender = "mallory@evil.example" } },
  { .mail = { .name = "another sender, SPF", .sender = "mailer@acme.example", .results = PASS_SPF } },
  { .mail = { .name = "failed authentication", .results = FAILS } },
  { .mail = { .name = "a vacation", .headers = "Auto-Submitted: auto-replied" } },
  { .mail = { .name = "a vacation by its subject", .subject = "Out of office: Re: Please confirm" } },
  { .mail = { .name = "a rule says machine", .machine = true } },
  { .mail = { .name = "the null sender", .sender = "" } },
  { .mail = { .name = "no From", .from = "" } },
  { .mail = { .name = "malformed", .flags = TM_FLAG_MALFORMED } },
  { .mail = { .name = "spam", .is_spam = true } },
  { .mail = { .name = "an agent", .is_agents = true } },
  { .mail = { .name = "somebody else's" }, .person = "joe@acme.example" },
  { .mail = { .name = "nobody's" }, .person = "" },
  { .mail = { .name = "for replies" }, .purpose = 'r' },
  { .mail = { .name = "for a page" }, .purpose = 'k' },
};

START_TEST (confirmed)
{
  const Case *c = &answers[_i].mail;
  g_autoptr (TmSite) site = plan_site ();
  configure (c, site);
  char purpose = answers[_i].purpose != '\0' ? answers[_i].purpose : 'c';
  const char *person = answers[_i].person != NULL ? answers[_i].person : "eve@acme.example";
  g_autofree char *token = token_sign (site->keys, 12, purpose, purpose != 'r' ? person : NULL);
  g_autofree char *address = g_strdup_printf ("support+%s@example.com", token);
  g_autoptr (TmInbound) inbound = make_inbound (c, site, address);
  g_autoptr (TmClassification) class = make_class (c);
  ck_assert_msg (acknowledge_is_confirmation (inbound, class) == answers[_i].confirms, "%s", c->name);
}
END_TEST

/* Whose an address is. */
static const struct
{
  const char *address, *owner;
} owners[] = {
  { "eve@acme.example", "eve@acme.example" },
  { "eve+a+b@acme.example", "eve@acme.example" },
  { "+eve@acme.example", "+eve@acme.example" },
  { "prvs=0123456789=eve@acme.example", "eve@acme.example" },
  { "prvs=0123456789=@acme.example", "prvs=0123456789=@acme.example" },
  { "prvs=x@acme.example", "prvs=x@acme.example" },
  { "btv1==012==eve@acme.example", "eve@acme.example" },
  { "srs0=hh=tt=acme.example=eve@fwd.example", "eve@acme.example" },
  { "srs0+hh=tt=acme.example=eve+x@fwd.example", "eve@acme.example" },
  { "srs0=hh=tt==eve@fwd.example", "srs0=hh=tt==eve@fwd.example" },
  { "srs0=hh@fwd.example", "srs0=hh@fwd.example" },
  { "srs0@fwd.example", "srs0@fwd.example" },
  { "srs1=hh=one.example==hh=tt=acme.example=eve@two.example", "eve@acme.example" },
  { "prvs=0123456789=srs0=hh=tt=acme.example=eve@fwd.example", "eve@acme.example" },
  { "srs0=hh=tt=acme.example=prvs=0123456789=eve@fwd.example", "eve@acme.example" },
  { "", "" },
};

START_TEST (owned)
{
  g_autofree char *owner = address_owner (owners[_i].address);
  ck_assert_str_eq (owner, owners[_i].owner);
}
END_TEST

START_TEST (folded_subjects)
{
  static const char *const same[] = { "Printer on fire", "RE: printer  on FIRE ",
                                      "Fwd: AW: [example#7] Printer on fire", " [EXAMPLE#8] Re: Printer\ton fire" };
  for (size_t i = 0; i < G_N_ELEMENTS (same); i++)
    {
      g_autofree char *folded = subject_fold (same[i], "example");
      ck_assert_str_eq (folded, "printer on fire");
    }
  g_autofree char *foreign = subject_fold ("[other#7] Größe", "example");
  ck_assert_str_eq (foreign, "[other#7] grösse");
}
END_TEST

SUITE_MAIN ("acknowledge", tcase_add_loop_test (tc, decided, 0, G_N_ELEMENTS (cases));
            tcase_add_loop_test (tc, confirmed, 0, G_N_ELEMENTS (answers));
            tcase_add_loop_test (tc, owned, 0, G_N_ELEMENTS (owners)); tcase_add_test (tc, folded_subjects);)
