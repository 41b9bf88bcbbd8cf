/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/forward.h"
#include "core/network.h"
#include "tests/support/suite.h"
#include "tests/unit/rules_sample.h"

#include <string.h>

static TmMatch
match_sample (const Sample *sample, const TmClassification *so_far, const char *text, GHashTable *groups)
{
  g_auto (TmMatchBudget) budget = { 0 };
  g_autoptr (TmCondition) condition = sample_condition (text);
  ck_assert_str_eq (condition_text (condition), text);
  return condition_match (condition, &sample->input, so_far, &budget, groups);
}

static const struct
{
  const char *condition;
  bool holds;
} fields[] = {
  { "from = eve@acme.example", true },
  { "from = EVE@acme.example", true },
  { "from = acme.example", false },
  { "from =~ /@acme\\.example$/", true },
  { "!from =~ /@acme\\.example$/", false },
  { "! from=~/nobody/", true },
  { "from_name = \"eve müller\"", true },
  { "from_name =~ /^Eve/", true },
  { "to = support@example.com", true },
  { "to = office@example.com", true },
  { "to = cto@acme.example", false },
  { "!to = office@example.com", false },
  { "cc = cto@acme.example", true },
  { "cc =~ /support/", false },
  { "recipient = support+x@example.com", true },
  { "recipient =~ /no address/", true },
  { "recipient = office@example.com", false },
  { "sender = bounce-7@acme.example", true },
  { "sender = \"\"", false },
  { "subject =~ /\\b(outage|down)\\b/i", true },
  { "subject = \"outage: störung on C12\"", true },
  { "subject = \"\"", false },
  { "subject =~ /\\bstörung\\b/i", true },
  { "body =~ /prod/", true },
  { "body =~ /apples/", false },
  { "body = \"THE cluster c12 is down, with prod.\"", true },
  { "text =~ /apples/", true },
  { "text =~ /c12.*apples/s", true },
  { "text =~ /pears/", false },
  { "text = apples", false },
  { "header \"X-Tag\" =~ /first/", true },
  { "header \"X-TAG\" = second", true },
  { "header \"X-Tag\" =~ /third/", false },
  { "!header \"X-Tag\" =~ /second/", false },
  { "header \"X-None\" =~ /./", false },
  { "header \"X-None\" = \"\"", false },
  { "attachment.name =~ /\\.log$/i", true },
  { "attachment.name = logo.png", true },
  { "attachment.name =~ /\\.exe$/", false },
  { "attachment.type = text/plain", true },
  { "attachment.type =~ /^image\\/png$/", true },
  { "attachment.type =~ /zip/", false },
  { "queue = support", true },
  { "queue = billing", false },
  { "type = problem", true },
  { "type = question", false },
  { "priority = P3", true },
  { "priority =~ /P[12]/", false },
  { "customer = acme", true },
  { "customer = acm", false },
  { "plan =~ /^gold/i", true },
  { "plan = silver", false },
  { "tag \"cluster\" = C12", true },
  { "tag \"cluster\" =~ /^c7$/", true },
  { "tag \"cluster\" = c1", false },
  { "tag \"clust\" =~ /./", false },
  { "!tag \"source\" =~ /./", true },
  { "client = 192.0.2.17", true },
  { "client =~ /^192\\./", true },
  { "client in 192.0.2.0/24", true },
  { "client in \"192.0.2.17\"", true },
  { "client in 192.0.2.0/28", false },
  { "!client in 10.0.0.0/8", true },
  { "login = eve", true },
  { "login = anna", false },
  { "text =~ /a\\/b|down/", true },
};

START_TEST (every_field)
{
  Sample sample;
  sample_init (&sample);
  g_autoptr (TmClassification) so_far = classification_new ();
  so_far->type = g_strdup ("problem");
  so_far->priority = g_strdup ("P3");
  g_ptr_array_add (so_far->tags, tag_new ("cluster", "c12"));
  g_ptr_array_add (so_far->tags, tag_new ("cluster", "c7"));
  ck_assert_int_eq (match_sample (&sample, so_far, fields[_i].condition, NULL),
                    fields[_i].holds ? TM_MATCH_YES : TM_MATCH_NO);
  sample_clear (&sample);
}
END_TEST

static const char *const equals[][2] = {
  { "subject = k", "\u212a" },              /* KELVIN SIGN: three bytes fold to one */
  { "subject = STRASSE", "straße" },
  { "subject = \"a \\\"b\\\" \\\\\"", "a \"b\" \\" },
  { "subject = word", "  Word " },
};

START_TEST (equal_values)
{
  Sample sample;
  sample_init (&sample);
  g_autoptr (TmClassification) so_far = classification_new ();
  g_free (sample.mail->subject);
  sample.mail->subject = g_strdup (equals[_i][1]);
  ck_assert_int_eq (match_sample (&sample, so_far, equals[_i][0], NULL), TM_MATCH_YES);
  sample_clear (&sample);
}
END_TEST

/* What is not there has no value: nothing about it holds, and its negation does. */
START_TEST (absent_values)
{
  static const char *const texts[]
    = { "from =~ /./", "from_name =~ /./", "login =~ /./", "client in 0.0.0.0/0", "client in ::/0",
        "type =~ /./", "priority =~ /./", "queue =~ /./", "to =~ /./", "attachment.name =~ /./" };
  Sample sample;
  sample_init (&sample);
  g_autoptr (TmMail) empty = mail_new ();
  g_autoptr (TmEnvelope) envelope = envelope_new ();
  sample.input.mail = empty;
  sample.input.envelope = envelope;
  sample.input.queue = NULL;
  g_autoptr (TmClassification) so_far = classification_new ();
  g_autofree char *negated = g_strconcat ("!", texts[_i], NULL);
  ck_assert_int_eq (match_sample (&sample, so_far, texts[_i], NULL), TM_MATCH_NO);
  ck_assert_int_eq (match_sample (&sample, so_far, negated, NULL), TM_MATCH_YES);
  ck_assert_int_eq (match_sample (&sample, so_far, "subject = \"\"", NULL), TM_MATCH_YES);
  ck_assert_int_eq (match_sample (&sample, so_far, "sender = \"\"", NULL), TM_MATCH_YES);
  sample_clear (&sample);
}
END_TEST

typedef enum { AUTO = 1, BOUNCE = 2, LIST = 4, FOLLOWUP = 8, AUTHENTICATED = 16, SPAM = 32, HUMAN = 64,
               MACHINE = 128 } Given;

static const struct
{
  const char *flag;
  unsigned given;
  bool set;
} flags[] = {
  { "is_auto", 0, false },
  { "is_auto", AUTO, true },
  { "is_auto", AUTO | HUMAN, false },
  { "is_auto", MACHINE, true },
  { "is_auto", BOUNCE | LIST | SPAM, false },
  { "is_bounce", BOUNCE, true },
  { "is_bounce", AUTO, false },
  { "is_list", LIST, true },
  { "is_list", AUTO, false },
  { "is_followup", FOLLOWUP, true },
  { "is_followup", 0, false },
  { "is_authenticated", AUTHENTICATED, true },
  { "is_authenticated", 0, false },
  { "is_spam", SPAM, true },
  { "is_spam", 0, false },
  { "has_attachment", 0, true },
  { "is_forward", 0, false },
};

START_TEST (every_flag)
{
  Sample sample;
  sample_init (&sample);
  unsigned given = flags[_i].given;
  sample.input.is_auto = (given & AUTO) != 0;
  sample.input.is_bounce = (given & BOUNCE) != 0;
  sample.input.is_list = (given & LIST) != 0;
  sample.input.is_followup = (given & FOLLOWUP) != 0;
  sample.input.is_authenticated = (given & AUTHENTICATED) != 0;
  g_autoptr (TmClassification) so_far = classification_new ();
  so_far->is_spam = (given & SPAM) != 0;
  so_far->human = (given & HUMAN) != 0;
  so_far->machine = (given & MACHINE) != 0;
  g_autofree char *negated = g_strconcat ("!", flags[_i].flag, NULL);
  ck_assert_int_eq (match_sample (&sample, so_far, flags[_i].flag, NULL) == TM_MATCH_YES, flags[_i].set);
  ck_assert_int_eq (match_sample (&sample, so_far, negated, NULL) == TM_MATCH_YES, !flags[_i].set);
  sample_clear (&sample);
}
END_TEST

START_TEST (inline_images_are_no_attachment)
{
  Sample sample;
  sample_init (&sample);
  g_autoptr (TmClassification) so_far = classification_new ();
  g_ptr_array_remove_index (sample.mail->attachments, 1);
  ck_assert_int_eq (match_sample (&sample, so_far, "has_attachment", NULL), TM_MATCH_NO);
  sample_clear (&sample);
}
END_TEST

static const struct
{
  const char *subject, *attachment, *text;
  bool is_report, is_forward;
} forwards[] = {
  { "Hello", "text/plain", "text\n", false, false },
  { "Fwd: Hello", NULL, "", false, true },
  { "FW: Hello", NULL, "", false, true },
  { "WG: Hallo", NULL, "", false, true },
  { "[list] [example#12] Fwd: Hello", NULL, "", false, true },
  { "转发：你好", NULL, "", false, true },
  { "Пересл: Привет", NULL, "", false, true },
  { "Re: Fwd: Hello", NULL, "", false, false },
  { "Forward: to the past", NULL, "", false, false },
  { "Fwd Hello", NULL, "", false, false },
  { "Hello", "message/rfc822", "", false, true },
  { "Undelivered", "message/rfc822", "", true, false },
  { "Hello", NULL, "see below\n---------- Forwarded message ---------\nFrom: x\n", false, true },
  { "Hello", NULL, "see below\n-------- Weitergeleitete Nachricht --------\nVon: x\n", false, true },
  { "Hello", NULL, "Begin forwarded message:\r\n\nFrom: x\n", false, true },
  { "Hello", NULL, "Début du message transféré :\n", false, true },
  { "Hello", NULL, "my forwarded message:\n", false, false },
  { "Hello", NULL, "> -------- Forwarded Message --------\n", false, false },
  { "Hello", NULL, "-----Original Message-----\n", false, false },
};

START_TEST (forwarded)
{
  g_autoptr (TmMail) mail = mail_new ();
  g_free (mail->subject);
  g_free (mail->text);
  mail->subject = g_strdup (forwards[_i].subject);
  mail->text = g_strdup (forwards[_i].text);
  mail->report = forwards[_i].is_report ? report_new (TM_REPORT_DSN) : NULL;
  if (forwards[_i].attachment != NULL)
    {
      TmAttachment *attachment = attachment_new ();
      g_free (attachment->type);
      attachment->type = g_strdup (forwards[_i].attachment);
      g_ptr_array_add (mail->attachments, attachment);
    }
  ck_assert_int_eq (mail_is_forward (mail), forwards[_i].is_forward);
}
END_TEST

static const struct
{
  const char *network, *address;
  bool is_network, has;
} networks[] = {
  { "192.0.2.0/24", "192.0.2.255", true, true },
  { "192.0.2.0/24", "192.0.3.0", true, false },
  { "192.0.2.128/25", "192.0.2.127", true, false },
  { "192.0.2.129/25", "192.0.2.200", true, true },
  { "192.0.2.1", "192.0.2.1", true, true },
  { "192.0.2.1", "192.0.2.2", true, false },
  { "0.0.0.0/0", "203.0.113.9", true, true },
  { "0.0.0.0/0", "2001:db8::1", true, false },
  { "::/0", "203.0.113.9", true, false },
  { "2001:db8::/32", "2001:db8:ffff::1", true, true },
  { "2001:db8::/32", "2001:db9::1", true, false },
  { "2001:db8::/33", "2001:db8:8000::1", true, false },
  { "192.0.2.0/24", "::ffff:192.0.2.9", true, true },
  { "::ffff:192.0.2.0/120", "192.0.2.9", true, true },
  { "192.0.2.0/24", "unknown", true, false },
  { "192.0.2.0/33", "", false, false },
  { "192.0.2.0/", "", false, false },
  { "192.0.2/24", "", false, false },
  { "2001:db8::/129", "", false, false },
  { "example.com", "", false, false },
};

START_TEST (cidr)
{
  TmNetwork network;
  ck_assert_int_eq (network_parse (networks[_i].network, &network), networks[_i].is_network);
  if (networks[_i].is_network)
    ck_assert_int_eq (network_has (&network, networks[_i].address), networks[_i].has);
}
END_TEST

static const struct
{
  const char *condition;
  gsize offset;
  const char *says;
} bad[] = {
  { "", 0, "empty condition" },
  { "  ! ", 4, "empty condition" },
  { "/down/", 0, "begins with the name of a field or a flag" },
  { "subjct =~ /x/", 0, "unknown field `subjct`; did you mean `subject`?" },
  { "!  attachment.nam = x", 3, "unknown field `attachment.nam`; did you mean `attachment.name`?" },
  { "custome = acme", 0, "unknown field `custome`; did you mean `customer`?" },
  { "contract = acme", 0, "unknown field `contract`" },
  { "is_atuo", 0, "unknown flag `is_atuo`; did you mean `is_auto`?" },
  { "is_auto = yes", 8, "`is_auto` is a flag" },
  { "hour", 4, "`hour` needs `inside CALENDAR`" },
  { "hour in office", 5, "`hour` needs `inside CALENDAR`" },
  { "hour inside ", 12, "a value is missing" },
  { "hour inside office hours", 19, "too much" },
  { "subject", 7, "`subject` needs" },
  { "subject in 192.0.2.0/24", 8, "`subject` needs" },
  { "subject != x", 8, "put the `!` in front: !subject" },
  { "subject !~ /x/", 8, "put the `!` in front" },
  { "subject == x", 8, "`==` is written `=`" },
  { "subject =", 9, "a value is missing" },
  { "subject = two words", 14, "a text with blanks stands in double quotes" },
  { "subject = \"two", 10, "not closed" },
  { "subject =~ down", 11, "between slashes" },
  { "subject =~ /down", 11, "no closing slash" },
  { "subject =~ /down\\/", 11, "no closing slash" },
  { "subject =~ /down/z", 17, "unknown pattern flag `z`" },
  { "subject =~ /down/i and more", 19, "too much" },
  { "subject =~ /a(b/", 15, "missing closing parenthesis" },
  { "subject =~ /\\/\\/a)b/", 17, "unmatched closing parenthesis" },
  { "subject =~ /\\\\\\d)/", 16, "unmatched closing parenthesis" },
  { "subject =~ /x*/", 12, "matches the empty string" },
  { "header =~ /x/", 7, "stands in quotes" },
  { "header \"X Y\" =~ /x/", 7, "no name of a header field" },
  { "header \"\" =~ /x/", 7, "no name of a header field" },
  { "tag source = x", 4, "stands in quotes" },
  { "tag \"Source\" = x", 4, "a tag's key is made of" },
  { "tag \"\" = x", 4, "a tag's key is made of" },
  { "client in 192.0.2.0/40", 10, "`192.0.2.0/40` is no network" },
  { "client in office", 10, "`office` is no network" },
};

START_TEST (refused)
{
  TmCondition *condition = NULL;
  gsize offset = 999;
  g_autoptr (GError) error = NULL;
  ck_assert (!condition_parse (bad[_i].condition, &condition, &offset, &error));
  ck_assert_ptr_null (condition);
  ck_assert (g_error_matches (error, TM_ERROR, TM_ERROR_CONFIG));
  ck_assert_msg (strstr (error->message, bad[_i].says) != NULL, "%s", error->message);
  ck_assert_uint_eq (offset, bad[_i].offset);
}
END_TEST

START_TEST (groups)
{
  Sample sample;
  sample_init (&sample);
  g_autoptr (TmClassification) so_far = classification_new ();
  g_autoptr (GHashTable) table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  ck_assert_int_eq (match_sample (&sample, so_far, "!text =~ /(?<cluster>c\\d+)/", table), TM_MATCH_NO);
  ck_assert_uint_eq (g_hash_table_size (table), 0);
  ck_assert_int_eq (match_sample (&sample, so_far, "text =~ /(?<cluster>c\\d+)/", table), TM_MATCH_YES);
  ck_assert_str_eq (g_hash_table_lookup (table, "cluster"), "c12");

  g_autoptr (TmCondition) plain = sample_condition ("text =~ /(?<cluster>c\\d+)/");
  g_autoptr (TmCondition) negated = sample_condition ("!text =~ /(?<cluster>c\\d+)/");
  g_autoptr (TmCondition) flag = sample_condition ("is_auto");
  ck_assert_str_eq (condition_groups (plain)[0], "cluster");
  ck_assert_ptr_null (condition_groups (negated)[0]);
  ck_assert_ptr_null (condition_groups (flag)[0]);
  sample_clear (&sample);
}
END_TEST

static const char *const references[][3] = {
  { "queue = support", "queue", "support" }, { "!type = Problem", "type", "Problem" },
  { "priority = \"P1\"", "priority", "P1" },   { "!hour inside office", "calendar", "office" },
  { "type =~ /problem/", NULL, NULL },       { "subject = support", NULL, NULL },      { "is_auto", NULL, NULL },
};

START_TEST (reference)
{
  const char *field = NULL, *value = NULL;
  g_autoptr (TmCondition) condition = sample_condition (references[_i][0]);
  ck_assert_int_eq (condition_reference (condition, &field, &value), references[_i][1] != NULL);
  ck_assert_pstr_eq (field, references[_i][1]);
  ck_assert_pstr_eq (value, references[_i][2]);
}
END_TEST

static const struct
{
  const char *condition;
  gint64 arrived_at;
  TmMatch match;
} hours[] = {
  { "hour inside office", 1794207599, TM_MATCH_NO },  /* Monday 2026-11-09 07:59:59 in Berlin */
  { "hour inside office", 1794207600, TM_MATCH_YES }, /* 08:00 */
  { "!hour inside office", 1794207600, TM_MATCH_NO },
  { "!hour inside office", 1794207599, TM_MATCH_YES },
  { "hour inside office", 1794250799, TM_MATCH_YES }, /* 19:59:59 */
  { "hour inside office", 1794250800, TM_MATCH_NO },
  { "hour inside nowhere", 1794207600, TM_MATCH_NO },
};

START_TEST (inside)
{
  Sample sample;
  const char *why = NULL;
  sample_init (&sample);
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Berlin");
  TmCalendarMaker *maker = calendar_maker_new ("office", zone);
  ck_assert (calendar_maker_hours (maker, "mon-fri=08:00-20:00", &why));
  g_ptr_array_add (sample.site->calendars, calendar_make (maker));
  g_autoptr (TmClassification) so_far = classification_new ();
  sample.input.arrived_at = hours[_i].arrived_at;
  ck_assert_int_eq (match_sample (&sample, so_far, hours[_i].condition, NULL), hours[_i].match);
  sample_clear (&sample);
}
END_TEST

/* One value beyond the bounds leaves the condition open, unless another value decides it. */
START_TEST (limits)
{
  Sample sample;
  sample_init (&sample);
  g_autoptr (TmClassification) so_far = classification_new ();
  sample.site->match.steps = 100;
  g_autofree char *as = g_strnfill (3000, 'a');
  g_ptr_array_add (sample.mail->headers, header_new ("X-Long", as, NULL));
  g_ptr_array_add (sample.mail->headers, header_new ("X-Long", "short", NULL));
  ck_assert_int_eq (match_sample (&sample, so_far, "header \"X-Long\" =~ /(a+)+b|z$/", NULL), TM_MATCH_LIMITED);
  ck_assert_int_eq (match_sample (&sample, so_far, "!header \"X-Long\" =~ /(a+)+b|z$/", NULL), TM_MATCH_LIMITED);
  g_ptr_array_add (sample.mail->headers, header_new ("X-Long", "xz", NULL));
  ck_assert_int_eq (match_sample (&sample, so_far, "header \"X-Long\" =~ /(a+)+b|z$/", NULL), TM_MATCH_YES);
  ck_assert_int_eq (match_sample (&sample, so_far, "!header \"X-Long\" =~ /(a+)+b|z$/", NULL), TM_MATCH_NO);
  sample_clear (&sample);
}
END_TEST

SUITE_MAIN ("condition", tcase_add_loop_test (tc, every_field, 0, G_N_ELEMENTS (fields));
            tcase_add_loop_test (tc, equal_values, 0, G_N_ELEMENTS (equals));
            tcase_add_loop_test (tc, absent_values, 0, 10);
            tcase_add_loop_test (tc, every_flag, 0, G_N_ELEMENTS (flags));
            tcase_add_test (tc, inline_images_are_no_attachment);
            tcase_add_loop_test (tc, forwarded, 0, G_N_ELEMENTS (forwards));
            tcase_add_loop_test (tc, cidr, 0, G_N_ELEMENTS (networks));
            tcase_add_loop_test (tc, refused, 0, G_N_ELEMENTS (bad));
            tcase_add_test (tc, groups); tcase_add_loop_test (tc, inside, 0, G_N_ELEMENTS (hours));
            tcase_add_loop_test (tc, reference, 0, G_N_ELEMENTS (references));
            tcase_add_test (tc, limits);)
