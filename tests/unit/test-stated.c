/* SPDX-License-Identifier: BSD-2-Clause */
/* What people state in mail, and what only looks like it. */
#include "core/stated.h"
#include "core/quote.h"
#include "core/stated_words.h"
#include "tests/support/suite.h"

#include <string.h>

static const char *const no_alias[] = { NULL };
static const char *const production_down[] = { "production down", "critical", NULL };
static const char *const feature[] = { "Feature request", "Änderung", NULL };

typedef struct
{
  const char *code, *name;
  const char *const *aliases;
} Name;

/* As the published policies name them. */
static const Name numbered[]
  = { { "P1", "Critical", no_alias }, { "P2", "High", no_alias }, { "P3", "Medium", no_alias },
      { "P4", "Low", no_alias } };
static const Name plain[]
  = { { "urgent", "Urgent", no_alias }, { "high", "High", no_alias }, { "normal", "Normal", no_alias },
      { "low", "Low", no_alias } };
static const Name down[]
  = { { "P1", "Production down", production_down }, { "P2", "Urgent", no_alias }, { "P3", "Normal", no_alias } };

static const struct
{
  const Name *names;
  size_t n;
} desks[] = { { numbered, 4 }, { plain, 4 }, { down, 3 } };
enum { STAKATER, FREISTIL, SKYSCRAPERS };

static TmSite *
make_site (int desk)
{
  TmSite *site = site_new ();
  for (size_t i = 0; i < desks[desk].n; i++)
    {
      const Name *name = &desks[desk].names[i];
      TmPriority *priority = priority_new (name->code, name->name);
      g_strfreev (priority->aliases);
      priority->aliases = g_strdupv ((GStrv) (gsize) name->aliases);
      g_ptr_array_add (site->priorities, priority);
    }
  TmType *change = type_new ("change", "Change Request");
  g_strfreev (change->aliases);
  change->aliases = g_strdupv ((GStrv) (gsize) feature);
  g_ptr_array_add (site->types, type_new ("problem", "Problem/Troubleshooting"));
  g_ptr_array_add (site->types, change);
  return site;
}

typedef struct
{
  int desk;
  const char *subject, *headers, *text; /* NULL: "x", none, none; headers: "Name: value\n" … */
  const char *priority, *where;         /* NULL: none */
  const char *type;
  bool own_text_only;
} Case;

static const Case cases[] = {
  /* lines of a form, in both languages */
  { .text = "Priority: High\n\nThe site is slow.\n", .priority = "P2", .where = "Priority: High" },
  { .text = "priority = high\n", .priority = "P2", .where = "priority = high" },
  { .text = "*Priority:* High\n", .priority = "P2", .where = "Priority:* High" },
  { .text = "- Priority: P1\n", .priority = "P1", .where = "Priority: P1" },
  { .text = "| Priority\tLow\n", .priority = "P4", .where = "Priority Low" },
  { .text = "Hello,\n\nPriorität: Hoch\n", .priority = "P2", .where = "Priorität: Hoch" },
  { .text = "Priorita\xcc\x88t: niedrig\n", .priority = "P4" },
  { .text = "Prioritaet: mittel\n", .priority = "P3", .where = "Prioritaet: mittel" },
  { .text = "Severity: critical\n", .priority = "P1", .where = "Severity: critical" },
  { .text = "Dringlichkeit: sehr dringend\n", .priority = "P1" },
  { .text = "Dringlichkeit: nicht dringend\n", .priority = "P4" },
  { .text = "Severity: 2\n", .priority = "P2" },
  { .text = "Sev1\n", .priority = NULL },
  { .text = "Prio 1\n", .priority = "P1", .where = "Prio 1" },
  { .text = "Prio: 3\n", .priority = "P3" },
  { .text = "P2\n\nThe disk is full.\n", .priority = "P2", .where = "P2" },
  { .text = "Priority: P2 (High)\n", .priority = "P2" },
  { .text = "Priority: 1 (Highest)\n", .priority = "P1" },
  { .text = "Priority: 3 - Medium\n", .priority = "P3" },
  { .text = "Priority: high, because nobody can work\n", .priority = "P2" },
  { .text = "Priority: URGENT!!!\n", .priority = "P1" },
  { .text = "Priority:\nHigh\n", .priority = "P2", .where = "Priority: High" },
  { .text = "Priority:\n\nHigh\n", .priority = "P2" },
  { .text = "Name: Eve\nPriority: Low\nSeverity: Critical\n", .priority = "P4", .where = "Priority: Low" },
  { .text = "Type: Change Request\nPriority: P3\n", .priority = "P3", .type = "change" },
  { .text = "Request type: problem\n", .type = "problem" },
  { .text = "Type: Troubleshooting\n", .type = "problem" },
  { .text = "Art der Anfrage: Änderung\n", .type = "change" },
  { .text = "Kategorie: feature request\n", .type = "change" },
  { .desk = FREISTIL, .text = "Priorität: dringend\n", .priority = "urgent" },
  { .desk = FREISTIL, .text = "Severity: critical\n", .priority = "urgent" },
  { .desk = FREISTIL, .text = "Priority: medium\n", .priority = "normal" },
  { .desk = FREISTIL, .text = "Priority: P1\n", .priority = NULL },
  { .desk = SKYSCRAPERS, .text = "Priority: Production down\n", .priority = "P1" },
  { .desk = SKYSCRAPERS, .text = "Priority: critical\n", .priority = "P1" },
  { .desk = SKYSCRAPERS, .text = "Priorität: kritisch\n", .priority = "P1" },
  { .desk = SKYSCRAPERS, .text = "Priority: emergency\n", .priority = "P2" },
  { .desk = SKYSCRAPERS, .text = "Priority: high\n", .priority = NULL },

  /* nothing that anybody stated */
  { .text = "Priority: Low / Medium / High\n" },
  { .text = "Priority: [ ] Low [x] High\n" },
  { .text = "Priority: as soon as you can\n" },
  { .text = "Priority:\n\n\nHigh\n" },
  { .text = "Our priority is high availability.\n" },
  { .text = "High\n" },
  { .text = "1\n" },
  { .text = "Priority: 7\n" },
  { .text = "Type: iPhone 12\n" },
  { .text = "The building P1 is closed.\n" },
  { .text = "CPU load: high\n" },
  { .text = "Thanks.\n\nOn Monday, Anna wrote:\n> Priority: High\n" },
  { .text = "> Priority: High\n\nNo.\n" },
  { .text = "> Priority: High\n" },
  { .text = "-----Original Message-----\nFrom: a@b.example\nTo: c@d.example\nSubject: x\n\nPriority: High\n" },
  { .text = "See below.\n\n-----Original Message-----\nFrom: a@b.example\nSent: Monday\nSubject: x\n\n"
            "Priority: High\n" },
  { .text = "Hello.\n-- \nEve\nPriority: High\n" },

  /* Subjects */
  { .subject = "[P1] Site down", .priority = "P1", .where = "Subject: [P1]" },
  { .subject = "[ p1 ] Site down", .priority = "P1", .where = "Subject: [ p1 ]" },
  { .subject = "P2: Site slow", .priority = "P2", .where = "Subject: P2" },
  { .subject = "P2 Site slow", .priority = "P2", .where = "Subject: P2" },
  { .subject = "P2 - Site slow", .priority = "P2" },
  { .subject = "Site slow - P2", .priority = "P2" },
  { .subject = "Site slow (P2)", .priority = "P2" },
  { .subject = "Site slow, Priority: High", .priority = "P2", .where = "Subject: Priority: High" },
  { .subject = "Site slow (Prio 1)", .priority = "P1", .where = "Subject: Prio 1" },
  { .subject = "Priorität hoch - Seite langsam", .priority = "P2" },
  { .subject = "[Urgent] Site down", .priority = "P1", .where = "Subject: [Urgent]" },
  { .subject = "DRINGEND: Seite weg", .priority = "P1", .where = "Subject: DRINGEND" },
  { .subject = "Fwd: Re: P1: Site down", .priority = "P1" },
  { .subject = "[acme] Urgent: Site down", .priority = "P1" },
  { .subject = "[P1 - Critical] Site down", .priority = "P1", .where = "Subject: [P1 - Critical]" },
  { .subject = "[Change Request] more disk", .type = "change" },
  { .subject = "[P3] [Change Request] more disk", .priority = "P3", .type = "change" },
  { .subject = "[P1] Site down", .text = "Priority: Low\n", .priority = "P4", .where = "Priority: Low" },
  { .subject = "Parking on level P1" },
  { .subject = "[1/3] a patch" },
  { .subject = "[2] x" },
  { .subject = "3: x" },
  { .subject = "High availability" },
  { .subject = "Server load (high)" },
  { .subject = "Problem: no mail" },
  { .subject = "[P1", .priority = "P1" },
  { .subject = "[Urgent" },
  { .subject = "[Sev1] x", .priority = "P1" },
  { .subject = "]P1[" , .priority = "P1" },
  { .subject = "" },
  { .subject = "[]" },
  { .subject = "[example#12] x" },
  { .subject = "P11 is a road" },
  { .subject = "[P1] Site down", .own_text_only = true },
  { .subject = "Re: [P1] x", .text = "Priority: Low now\nPriority: Low\n", .priority = "P4", .own_text_only = true },

  /* what mail programs set */
  { .headers = "X-Priority: 1 (Highest)\n", .priority = "P2", .where = "X-Priority: 1 (Highest)" },
  { .headers = "X-Priority: 2\n", .priority = "P2" },
  { .headers = "X-Priority: 3 (Normal)\n" },
  { .headers = "X-Priority: 5\n", .priority = "P4" },
  { .headers = "Importance: high\n", .priority = "P2", .where = "Importance: high" },
  { .headers = "Importance: Normal\n" },
  { .headers = "importance: Low\n", .priority = "P4" },
  { .headers = "X-MSMail-Priority: Normal\nX-Priority: 3\nImportance: High\n", .priority = "P2",
    .where = "Importance: High" },
  { .headers = "X-MSMail-Priority: High\n", .priority = "P2" },
  { .headers = "Priority: urgent\n", .priority = "P2" },
  { .headers = "Priority: normal\n" },
  { .headers = "X-Priority: \n" },
  { .headers = "X-Priority: 1\n", .subject = "[P3] x", .priority = "P3" },
  { .headers = "X-Priority: 1\n", .own_text_only = true },
  { .desk = SKYSCRAPERS, .headers = "X-Priority: 1\n" },
};

static TmMail *
make_mail (const Case *c)
{
  TmMail *mail = mail_new ();
  g_free (mail->subject);
  mail->subject = g_strdup (c->subject != NULL ? c->subject : "x");
  g_free (mail->text);
  mail->text = g_strdup (c->text != NULL ? c->text : "");
  quote_find_reply (mail->text, &mail->reply_start, &mail->reply_len);
  g_auto (GStrv) lines = g_strsplit (c->headers != NULL ? c->headers : "", "\n", -1);
  for (char **line = lines; *line != NULL && **line != '\0'; line++)
    {
      g_auto (GStrv) halves = g_strsplit (*line, ": ", 2);
      g_ptr_array_add (mail->headers, header_new (halves[0], halves[1], NULL));
    }
  return mail;
}

START_TEST (states)
{
  const Case *c = &cases[_i];
  g_autoptr (TmSite) site = make_site (c->desk);
  g_autoptr (TmMail) mail = make_mail (c);
  g_auto (TmStated) stated = { .priority = NULL };
  g_autofree char *what = g_strdup_printf ("case %d: %s|%s|%s", _i, c->subject, c->headers, c->text);
  stated_find (site, mail, c->own_text_only, &stated);
  const char *priority = stated.priority != NULL ? stated.priority->code : NULL;
  ck_assert_msg (g_strcmp0 (priority, c->priority) == 0, "%s: %s, not %s", what, priority, c->priority);
  ck_assert_msg (g_strcmp0 (stated.type != NULL ? stated.type->code : NULL, c->type) == 0, "%s: type", what);
  ck_assert_msg ((stated.priority_where != NULL) == (c->priority != NULL), "%s", what);
  ck_assert_msg (c->where == NULL || g_strcmp0 (stated.priority_where, c->where) == 0, "%s: %s", what,
                 stated.priority_where);
}
END_TEST

/* A form's line counts on the 40th line, not behind; texts may be long. */
START_TEST (looks_at_the_first_lines)
{
  for (int n = 38; n <= 41; n++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      for (int i = 0; i < n; i++)
        g_string_append_printf (text, "line %d of many\n", i);
      g_string_append (text, "Priority: High\n");
      const Case c = { .text = text->str };
      g_autoptr (TmSite) site = make_site (STAKATER);
      g_autoptr (TmMail) mail = make_mail (&c);
      g_auto (TmStated) stated = { .priority = NULL };
      stated_find (site, mail, false, &stated);
      ck_assert_int_eq (stated.priority != NULL, n < 40);
    }
}
END_TEST

static const struct
{
  const char *text;
  TmStatedLabel label;
} labels[] = {
  { "Category", TM_STATED_TYPE },          { "* Issue type", TM_STATED_TYPE }, { "VORGANGSART", TM_STATED_TYPE },
  { "Kategorie", TM_STATED_TYPE },         { "Anfrageart", TM_STATED_TYPE },   { "Urgency", TM_STATED_PRIORITY },
  { "Wichtigkeit", TM_STATED_PRIORITY },   { " importance ", TM_STATED_PRIORITY },
  { "Gewünschte Priorität", TM_STATED_PRIORITY }, { "**Dringlichkeit**", TM_STATED_PRIORITY },
  { "Requested priority", TM_STATED_PRIORITY }, { "Sev", TM_STATED_PRIORITY }, { "Line 1", TM_STATED_NOTHING },
  { "Since", TM_STATED_NOTHING },          { "", TM_STATED_NOTHING },          { "***", TM_STATED_NOTHING },
};

START_TEST (knows_labels)
{
  ck_assert_int_eq (stated_label (labels[_i].text, strlen (labels[_i].text)), labels[_i].label);
}
END_TEST

SUITE_MAIN ("stated", tcase_add_loop_test (tc, knows_labels, 0, G_N_ELEMENTS (labels));
            tcase_add_loop_test (tc, states, 0, G_N_ELEMENTS (cases));
            tcase_add_test (tc, looks_at_the_first_lines);)
