/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The blocks that mail programs put above what they forward, in the shipped languages.
 */
#include "base/clock.h"
#include "core/forwarded.h"
#include "tests/support/suite.h"

#include <string.h>

#define AT 1795186800 /* 2026-11-20 15:00 UTC */

static const struct
{
  const char *text;
  const char *address; /* NULL: no block */
  const char *name, *subject;
  gint64 date_at; /* 0: TM_NEVER */
} cases[] = {
  { "FYI\n\n---------- Forwarded message ---------\nFrom: Joe Doe <joe@acme.example>\n"
    "Date: Fri, 20 Nov 2026 at 16:00\nSubject: Site down\nTo: <anna@example.com>\n\n\nIt is down.\n",
    "joe@acme.example", "Joe Doe", "Site down", 0 },
  { "Begin forwarded message:\n\n> From: \"Doe, Joe (Sales)\" <Joe@ACME.example>\n> Subject: Site down\n"
    "> Date: 20 November 2026 at 16:00:00 CET\n> To: anna@example.com\n> \n> Text\n",
    "joe@acme.example", "Doe, Joe (Sales)", "Site down", 0 },
  { "-------- Forwarded Message --------\nSubject: \tSite down\nDate: \tFri, 20 Nov 2026 16:00:00 +0100\n"
    "From: \tJoe Doe <joe@acme.example>\nTo: \tanna@example.com\n\nText\n",
    "joe@acme.example", "Joe Doe", "Site down", AT },
  { "Subject:\n\nSite down\n\nDate:\n\nFri, 20 Nov 2026 15:00:00 +0000\n\nFrom:\n\nJoe <joe@acme.example>\n\n"
    "Text\n",
    "joe@acme.example", "Joe", "Site down", AT },
  { "____________________\n*From:* Joe Doe <joe@acme.example>\n*Sent:* Friday, November 20, 2026 4:00 PM\n"
    "*To:* Anna; Ben;\n carl@example.com\n*Subject:* Site: down\n\nText\n",
    "joe@acme.example", "Joe Doe", "Site: down", 0 },
  { "**From:** Joe [mailto:joe@acme.example]\n**Sent:** x\n**Subject:** y\n", "joe@acme.example", "Joe", "y", 0 },
  { "From: joe@acme.example <mailto:joe@acme.example>\nTo: x\nSubject: y\n", "joe@acme.example", "", "y", 0 },
  { "From: joe@acme.example\nTo: x\nSubject: y", "joe@acme.example", "", "y", 0 },
  { "From: A Very Long Name of Somebody Who Is Wrapped\n  <joe@acme.example>\nTo: x\nSubject: y\n",
    "joe@acme.example", "", "y", 0 },
  { "| From: | Joe <joe@acme.example> |\n| Date: | Fri, 20 Nov 2026 15:00 GMT |\n| Subject: | y |\n",
    "joe@acme.example", "Joe", "y |", 0 },
  { "From: nobody at all\nTo: x\nSubject: y\n\nFrom: joe@acme.example\nTo: x\nSubject: z\n", "joe@acme.example", "",
    "z", 0 },
  { "From: joe@acme.example\nTo: x\nSubject: y\n\nFrom: eve@acme.example\nTo: x\nSubject: z\n", "joe@acme.example",
    "", "y", 0 },

  { "Von: Jörg <joe@acme.example>\nGesendet: Freitag, 20. November\nAn: Anna\nBetreff: Ausfall\n\nText\n",
    "joe@acme.example", "Jörg", "Ausfall", 0 },
  { "De : Joe <joe@acme.example>\nEnvoyé : vendredi\nÀ : Anna\nObjet : Panne\n",
    "joe@acme.example", "Joe", "Panne", 0 },
  { "De\xc2\xa0: Joe <joe@acme.example>\nDate\xc2\xa0: vendredi\nObjet\xc2\xa0: Panne\n", "joe@acme.example", "Joe",
    "Panne", 0 },
  { "De: Joe <joe@acme.example>\nEnviado el: viernes\nPara: Anna\nAsunto: s\n", "joe@acme.example", "Joe", "s", 0 },
  { "Da: Joe <joe@acme.example>\nInviato: venerdì\nA: Anna\nOggetto: s\n", "joe@acme.example", "Joe", "s", 0 },
  { "Van: Joe <joe@acme.example>\nVerzonden: vrijdag\nAan: Anna\nOnderwerp: s\n", "joe@acme.example", "Joe", "s", 0 },
  { "Od: Joe <joe@acme.example>\nWysłano: piątek\nDo: Anna\nTemat: s\n", "joe@acme.example", "Joe", "s", 0 },
  { "De: Joe <joe@acme.example>\nEnviada em: sexta\nPara: Anna\nAssunto: s\n", "joe@acme.example", "Joe", "s", 0 },
  { "Från: Joe <joe@acme.example>\nSkickat: fredag\nTill: Anna\nÄmne: s\n", "joe@acme.example", "Joe", "s", 0 },
  { "Fra: Joe <joe@acme.example>\nSendt: fredag\nTil: Anna\nEmne: s\n", "joe@acme.example", "Joe", "s", 0 },
  { "Lähettäjä: Joe <joe@acme.example>\nLähetetty: perjantai\nVastaanottaja: Anna\nAihe: s\n", "joe@acme.example",
    "Joe", "s", 0 },
  { "Od: Joe <joe@acme.example>\nOdesláno: pátek\nKomu: Anna\nPředmět: s\n", "joe@acme.example", "Joe", "s", 0 },
  { "От: Joe <joe@acme.example>\nОтправлено: пятница\nКому: Anna\nТема: s\n", "joe@acme.example", "Joe", "s", 0 },
  { "差出人: Joe <joe@acme.example>\n送信日時: 2026\n宛先: Anna\n件名: s\n", "joe@acme.example", "Joe", "s", 0 },
  { "发件人：Joe <joe@acme.example>\n发送时间：2026\n收件人：Anna\n主题：s\n", "joe@acme.example", "Joe", "s", 0 },

  { "", NULL, NULL, NULL, 0 },
  { "Hello,\nfrom joe@acme.example\nto you.\n", NULL, NULL, NULL, 0 },
  { "From: joe@acme.example\nSubject: y\n", NULL, NULL, NULL, 0 },
  { "From: joe@localhost\nTo: x\nSubject: y\n", NULL, NULL, NULL, 0 },
  { "To: x\nDate: z\nSubject: y\n", NULL, NULL, NULL, 0 },
  { "From: joe@acme.example\n\nHello\n\nTo: x\n\nAnd\n\nSubject: y\n", NULL, NULL, NULL, 0 },
};

START_TEST (read_block)
{
  TmForwarded *found = forwarded_read (cases[_i].text);
  g_autoptr (TmForwarded) forwarded = found;
  ck_assert ((forwarded != NULL) == (cases[_i].address != NULL));
  if (forwarded == NULL)
    return;
  ck_assert_str_eq (forwarded->from->address, cases[_i].address);
  ck_assert_str_eq (forwarded->from->name, cases[_i].name);
  ck_assert_str_eq (forwarded->subject, cases[_i].subject);
  ck_assert_int_eq (forwarded->date_at, cases[_i].date_at != 0 ? cases[_i].date_at : TM_NEVER);
  ck_assert_str_eq (forwarded->message_id, "");
}
END_TEST

static const struct
{
  const char *date;
  gint64 at; /* 0: TM_NEVER */
} dates[] = {
  { "Fri, 20 Nov 2026 16:00:00 +0100", AT },   { "20 November 2026 15:00 UTC", AT },
  { "Fri, 20 Nov 2026 09:30:00 -0530", AT },   { "Fri, 20 Nov 2026 16:00:00", 0 },
  { "Fri, 20 Nov 2026 16:00:00 CET", 0 },      { "Fri, 0 Nov 2026 16:00:00 +0100", 0 },
  { "Fri, 20 Nov 2026 24:00:00 +0100", 0 },    { "Fri, 20 Nom 2026 16:00:00 +0100", 0 },
  { "99999999999999999999 Nov 2026 16:00", 0 }, { "20 Nov", 0 },
};

START_TEST (read_dates)
{
  g_autofree char *text = g_strdup_printf ("From: a@b.example\nDate: %s\nTo: x\n", dates[_i].date);
  g_autoptr (TmForwarded) forwarded = forwarded_read (text);
  ck_assert_ptr_nonnull (forwarded);
  ck_assert_int_eq (forwarded->date_at, dates[_i].at != 0 ? dates[_i].at : TM_NEVER);
}
END_TEST

/* Any beginning of any of them, which cuts characters in two only where the text ends. */
START_TEST (cut_anywhere)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (const char *end = cases[i].text; *end != '\0'; end = g_utf8_next_char (end))
      {
        g_autofree char *text = g_strndup (cases[i].text, (gsize) (end - cases[i].text));
        forwarded_free (forwarded_read (text));
      }
}
END_TEST

SUITE_MAIN ("forwarded", tcase_add_loop_test (tc, read_block, 0, G_N_ELEMENTS (cases));
            tcase_add_loop_test (tc, read_dates, 0, G_N_ELEMENTS (dates)); tcase_add_test (tc, cut_anywhere);)
