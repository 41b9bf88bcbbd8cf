/* SPDX-License-Identifier: BSD-2-Clause */
/* The folder of templates, the shipped ones, and what the desk writes with them. */
#include "base/clock.h"
#include "core/clock.h"
#include "core/notice.h"
#include "tests/support/suite.h"
#include "tests/unit/conf-folder.h"

#include <string.h>

#define DESK HEAD "templates: t\nqueues: {support: {addresses: [s@example.com]}}\n"

static char *
load (const char *const *files, TmPolicy **policy_out)
{
  g_auto (TmFolder) folder = { NULL };
  folder_init (&folder);
  folder_write (&folder, "main.yaml", DESK);
  for (; *files != NULL; files += 2)
    folder_write (&folder, files[0], files[1]);
  return folder_load (&folder, "main.yaml", policy_out);
}

static const struct
{
  const char *files[9]; /* name and text of each */
  const char *findings;
} cases[] = {
  { { "t/ack.en.txt", "Subject: x\n\n{ticket}\n", NULL }, "" },
  { { "t/README", "{x", "t/.ack.en.txt", "{x", "t/ack.en.txt~", "{x", NULL }, "" },
  { { "t/ack.en.txt", "Subject: x\n\n {tiket}\n", "t/support.ack.de.html", "<p>\n<a href='{due}'>", NULL },
    "t/ack.en.txt:3:2: templates: unknown value `tiket`; did you mean `ticket`?\n"
    "t/support.ack.de.html:1:1: templates: the text of the same name is missing: it has the subject, and is for those "
    "who read no HTML\n"
    "t/support.ack.de.html:2:10: templates: `{due}` may stand in text and in the quoted values of title, alt, lang, "
    "aria-label, class and id\n" },
  { { "t/akc.en.txt", "", "t/ack.txt", "", "t/suport.ack.en.txt", "", NULL },
    "t/ack.txt:1:1: templates: is no name of a template: write NAME.LANGUAGE.txt, such as ack.en.txt, or "
    "QUEUE.NAME.LANGUAGE.txt\n"
    "t/akc.en.txt:1:1: templates: unknown template `akc`; did you mean `ack`?\n"
    "t/suport.ack.en.txt:1:1: templates: unknown queue `suport`; did you mean `support`?\n" },
  { { NULL }, "main.yaml:3:12: templates: " },
};

START_TEST (findings)
{
  TmPolicy *policy = NULL;
  g_autofree char *found = load (cases[_i].files, &policy);
  if (cases[_i].files[0] != NULL)
    ck_assert_str_eq (found, cases[_i].findings);
  else
    ck_assert_msg (g_str_has_prefix (found, cases[_i].findings) && strstr (found, "No such file") != NULL, "%s", found);
  ck_assert_int_eq (policy != NULL, *cases[_i].findings == '\0');
  policy_unref (policy);
}
END_TEST

START_TEST (channels)
{
  g_autofree char *found = folder_findings (
    HEAD "priorities: [{code: P1}]\nqueues: {support: {addresses: [s@example.com], channel: {P1: Call, P9: Run}}}\n");
  ck_assert_str_eq (found, "main.yaml:4:72: queues.support.channel.P9: unknown priority `P9`\n");
}
END_TEST

/* An own text without HTML is a plain mail, and a queue's comes before that of all. */
START_TEST (folder)
{
  static const char *const files[] = { "t/ack.en.txt", "Subject: own\n", "t/support.ack.en.txt", "Subject: queue's\n",
                                       "t/support.ack.en.html", "<p>", "t/ack.pt-BR.txt", "Subject: pt\n", NULL };
  TmPolicy *policy = NULL;
  g_autofree char *found = load (files, &policy);
  ck_assert_str_eq (found, "");
  const TmTemplates *templates = policy->site->templates;
  ck_assert_ptr_null (templates_get (templates, "ack", "en", NULL)->html);
  ck_assert_ptr_nonnull (templates_get (templates, "ack", "en", "support")->html);
  ck_assert_ptr_nonnull (templates_get (templates, "ack", "de", NULL)->html);
  ck_assert_ptr_nonnull (templates_get (templates, "ack", "pt-br", NULL));
  policy_unref (policy);
}
END_TEST

/* --- the shipped ones --- */

#define OFFICE                                                                                                       \
  HEAD "zone: Europe/Berlin\ncalendars: {office: {hours: 'mon-fri=08:00-20:00'}}\n"                                   \
       "priorities: [{code: P1, name: Urgent}, {code: P3}]\n"                                                         \
       "plans: {standard: {calendar: office, targets: {P1: {first_response: 30bm}, P3: {first_response: 1bd}}}}\n" \
       "queues: {support: {name: Our <Support>, addresses: [s@example.com], channel: {P1: Call us}}}\n"                \
       "customers: {acme: {language: de, zone: America/New_York}}\n"

/* Friday, 20 November 2026, 18:30 UTC, and Sunday. */
enum { FRIDAY = 1795199400, SUNDAY = FRIDAY + 2 * 86400 };

static const struct
{
  const char *customer, *priority, *mail_language, *subject, *missing;
  bool has_clock;
  gint64 now;
  const char *title, *has[6], *hasnt[6];
} notices[] = {
  { NULL, "P1", NULL, NULL, NULL, true, FRIDAY, "[example#12] We have received your request",
    { "Priority: Urgent (P1)\n",
      "We answer by Friday, 20 November 2026, 20:00 CET (19:00 UTC) at the latest.\n\nFor requests of this priority: "
      "Call us\n\nOur <Support>\n" },
    { "Subject:", "outside", "do not know" } },
  { NULL, "P3", "de", "<b>Drucker", "steps, error message", true, SUNDAY,
    "[example#12] Ihre Anfrage ist bei uns angekommen",
    { "Betreff: <b>Drucker\nPriorit\xc3\xa4t: P3\n", "sp\xc3\xa4testens Freitag, 20. November 2026, 20:00 CET",
      "beginnen wieder am Montag, 23. November 2026, 08:00 CET (07:00 UTC).", "nicht wissen: steps, error message." },
    { "Call us" } },
  /* the customer's own language and zone come before his mail's */
  { "acme", NULL, "en", NULL, NULL, false, SUNDAY, "[example#12] Ihre Anfrage ist bei uns angekommen",
    { "wieder am Montag, 23. November 2026, 02:00 EST (07:00 UTC)" }, { "Priorit", "sp\xc3\xa4testens" } },
};

START_TEST (shipped)
{
  g_autoptr (TmPolicy) policy = folder_policy (OFFICE, "id\n");
  const TmSite *site = policy->site;
  g_auto (TmNoticeText) text = { 0 };
  g_autoptr (GPtrArray) clocks = g_ptr_array_new_with_free_func ((GDestroyNotify) clock_free);
  g_autoptr (GPtrArray) missing = g_ptr_array_new ();
  TmClock *clock = clock_new (TM_METRIC_FIRST_RESPONSE, 1);
  clock->due_at = FRIDAY + 1800;
  g_ptr_array_add (clocks, clock);
  if (notices[_i].missing != NULL)
    {
      g_ptr_array_add (missing, (gpointer) (gsize) "steps");
      g_ptr_array_add (missing, (gpointer) (gsize) "error_message");
    }
  TmNotice notice = { .site = site, .number = "12", .queue = site_queue (site, "support"),
                      .customer = customers_by_id (site->customers, notices[_i].customer),
                      .plan = site_service_plan (site, "standard"), .priority = notices[_i].priority,
                      .subject = notices[_i].subject, .missing = missing,
                      .clocks = notices[_i].has_clock ? clocks : NULL, .mail_language = notices[_i].mail_language,
                      .now = notices[_i].now };
  ck_assert (notice_write (&notice, "ack", NULL, &text));
  ck_assert_str_eq (text.subject, notices[_i].title);
  for (guint i = 0; notices[_i].has[i] != NULL; i++)
    ck_assert_msg (strstr (text.text, notices[_i].has[i]) != NULL, "%s\nhas no: %s", text.text, notices[_i].has[i]);
  for (guint i = 0; notices[_i].hasnt[i] != NULL; i++)
    ck_assert_msg (strstr (text.text, notices[_i].hasnt[i]) == NULL, "%s\nhas: %s", text.text, notices[_i].hasnt[i]);
  ck_assert_ptr_nonnull (strstr (text.html, "Our &lt;Support&gt;"));
  ck_assert_ptr_null (strstr (text.html, "<b>Drucker"));
}
END_TEST

SUITE_MAIN ("conf-templates", tcase_add_loop_test (tc, findings, 0, G_N_ELEMENTS (cases));
            tcase_add_test (tc, channels);
            tcase_add_test (tc, folder);
            tcase_add_loop_test (tc, shipped, 0, G_N_ELEMENTS (notices));)
