/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/quote.h"
#include "core/quote_words.h"
#include "core/quote_lines.h"
#include "tests/support/suite.h"

#include <string.h>

#define ALL NULL /* nothing is taken away */

static const struct
{
  const char *text, *reply;
} replies[] = {
  { "", ALL },
  { "It burns.\n", "It burns." },
  { "It burns.\n\nBring water: a lot.\n", "It burns.\n\nBring water: a lot." },
  { "\n\n  It burns.  \n\n", "  It burns." },

  /* above, below and between quoted lines */
  { "New.\n\nOn Mon, Nov 9, 2026 at 8:59 AM Desk <desk@example.com> wrote:\n> old\n", "New." },
  { "New.\n> old\n", "New." },
  { "> old\n\nNew.\n", "New." },
  { "On 9 Nov 2026, at 8:59, Desk wrote:\n\n> old\n\nNew.\n", "New." },
  { "> one?\n\nYes.\n\n> two?\n\nNo.\n\n> three\n", "Yes.\n\n> two?\n\nNo." },
  { "> one?\nYes.\n> two?\n", "Yes." },
  { "> a line that a program has wrapped although it stood in a quotation of\nseventy columns\n> more\n\nNew.\n",
    "New." },
  { "> old\n", ALL },
  { "Hi,\nOn Mon, 2026-11-09 at 18:02 +0530, Desk wrote:\n> old\n\nNew.\n",
    "Hi,\nOn Mon, 2026-11-09 at 18:02 +0530, Desk wrote:\n> old\n\nNew." },

  /* attributions: broken, glued, without quoted lines behind them */
  { "New.\nOn Nov 9, 2026, at 12:47 PM, Desk\n<desk@example.com>\nwrote:\n\n> old\n", "New." },
  { "New.\n\nOn Mon, Nov 9, 2026 at 8:59 AM, Desk\n<desk@example.com>wrote:\n\nold\n", "New." },
  { "New.\n\nOn Mon, Nov 9,\n2026 at 8:59 AM, Desk <desk@example.com> wrote:\n> old\n", "New." },
  { "New.\n\nDesk <desk7@example.com> wrote:\n> old\n", "New." },
  { "New.\n\n---- On Mon, 09 Nov 2026 08:59:00 +0100 Desk <desk@example.com> wrote ----\n\nold\n", "New." },
  { "New.\n\nQuoting Desk <desk@example.com>:\n\n> old\n", "New." },
  { "On your host run:\n\n  reboot\n\nOn 9 Nov 2026, at 2:47, Desk wrote:\n\n> old\n",
    "On your host run:\n\n  reboot" },
  { "One question on 2 hosts:\n\nwhen I wrote:\n\nx\n", "One question on 2 hosts:\n\nwhen I wrote:\n\nx" },
  { "On 9 Nov at 10:15 I wrote:\n\nit burns\n", "On 9 Nov at 10:15 I wrote:\n\nit burns" },
  { "Am 9.11. um 10:15 schrieb ich Ihnen folgendes:\n\nes brennt\n",
    "Am 9.11. um 10:15 schrieb ich Ihnen folgendes:\n\nes brennt" },
  { "One.\n\nOn 2026-11-09 08:59 the server wrote:\n\nerror 7\n",
    "One.\n\nOn 2026-11-09 08:59 the server wrote:\n\nerror 7" },
  { "New.\n\n\"Desk, the one of Example (where we keep asking)\"\n<customer-support@example.com> "
    "wrote on 11/09/2026 08:59:\n\n> old\n", "New." },
  { "Neu.\n\nAm 09.11.2026 um 08:59 schrieb Desk:\n> alt\n", "Neu." },
  { "Neu.\n\nAm Mo., 9. Nov. 2026 um 08:59 Uhr schrieb Desk <\ndesk@example.com>:\n\nalt\n", "Neu." },
  { "Neuf.\n\nLe lun. 9 nov. 2026 à 08:59, Desk <desk@example.com> a écrit :\n> vieux\n", "Neuf." },
  { "Neuf.\n\nLe 09/11/2026 à 08:59, Desk a écrit\xc2\xa0:\n\nvieux\n", "Neuf." },
  { "Nuevo.\n\nEl lun, 9 nov 2026 a las 8:59, Desk (<desk@example.com>) escribió:\n> viejo\n", "Nuevo." },
  { "Nuovo.\n\nIl giorno lun 9 nov 2026 alle ore 08:59 Desk <desk@example.com> ha scritto:\n\nvecchio\n", "Nuovo." },
  { "Novo.\n\nEm seg., 9 de nov. de 2026 às 08:59, Desk <desk@example.com> escreveu:\n> velho\n", "Novo." },
  { "Nieuw.\n\nOp ma 9 nov 2026 om 08:59 schreef Desk <desk@example.com>:\n\noud\n", "Nieuw." },
  { "Nowe.\n\nW dniu 09.11.2026 o 08:59, Desk pisze:\n> stare\n", "Nowe." },
  { "Nowe.\n\npon., 9 lis 2026 o 08:59 Desk <desk@example.com> napisał(a):\n\nstare\n", "Nowe." },
  { "Nytt.\n\nDen mån 9 nov. 2026 kl 08:59 skrev Desk <desk@example.com>:\n> gammalt\n", "Nytt." },
  { "Nyt.\n\nDen man. 9. nov. 2026 kl. 08.59 skrev Desk <desk@example.com>:\n\ngammelt\n", "Nyt." },
  { "Ny.\n\nman. 9. nov. 2026 kl. 08:59 skrev Desk <desk@example.com>:\n\ngammel\n", "Ny." },
  { "Uusi.\n\nma 9. marrask. 2026 klo 8.59 Desk (desk@example.com) kirjoitti:\n> vanha\n", "Uusi." },
  { "Nové.\n\npo 9. 11. 2026 v 8:59 odesílatel Desk <desk@example.com> napsal:\n\nstaré\n", "Nové." },
  { "Новое.\n\nпн, 9 нояб. 2026 г. в 08:59, Desk <desk@example.com>:\n\n> старое\n", "Новое." },
  { "Новое.\n\n09.11.2026 08:59, Desk пишет:\n> старое\n", "Новое." },
  { "新しい。\n\n2026年11月9日(月) 8:59 Desk <desk@example.com>:\n\n> 古い\n", "新しい。" },
  { "新しい。\n\n2026/11/09 8:59、Desk <desk@example.com>のメール:\n\n古い\n", "新しい。" },
  { "新的。\n\nDesk <desk@example.com> 于2026年11月9日周一 08:59写道：\n\n> 旧的\n", "新的。" },
  { "新的。\n\n在 2026-11-09 08:59:00，\"Desk\" <desk@example.com> 写道：\n旧的\n", "新的。" },

  /* header blocks */
  { "New.\n____________________\nFrom: Desk <desk@example.com>\nSent: Monday\nTo: Bob\nSubject: Fire\n\nold\n",
    "New." },
  { "New.\n\n*From:* Desk\n*Sent:* Monday\n*To:* Bob\n*Subject:* Fire\n\nold\n", "New." },
  { "From: Desk\nSent: Monday\nTo: Bob\nSubject: Fire\n\n> old\n\nNew.\n", "New." },
  { "Neu.\n\nVon: Desk\nGesendet: Montag\nAn: Bob\nBetreff: Feuer\n\nalt\n", "Neu." },
  { "Neuf.\n\nDe : Desk\nEnvoyé : lundi\nÀ : Bob\nObjet : Feu\n\nvieux\n", "Neuf." },
  { "Nuevo.\n\nDe: Desk\nEnviado: lunes\nPara: Bob\nAsunto: Fuego\n\nviejo\n", "Nuevo." },
  { "Nuovo.\n\nDa: Desk\nInviato: lunedì\nA: Bob\nOggetto: Fuoco\n\nvecchio\n", "Nuovo." },
  { "Novo.\n\nDe: Desk\nEnviada em: segunda\nPara: Bob\nAssunto: Fogo\n\nvelho\n", "Novo." },
  { "Nieuw.\n\nVan: Desk\nVerzonden: maandag\nAan: Bob\nOnderwerp: Vuur\n\noud\n", "Nieuw." },
  { "Nowe.\n\nOd: Desk\nWysłano: poniedziałek\nDo: Bob\nTemat: Ogień\n\nstare\n", "Nowe." },
  { "Nytt.\n\nFrån: Desk\nSkickat: måndag\nTill: Bob\nÄmne: Eld\n\ngammalt\n", "Nytt." },
  { "Nyt.\n\nFra: Desk\nSendt: mandag\nTil: Bob\nEmne: Ild\n\ngammelt\n", "Nyt." },
  { "Uusi.\n\nLähettäjä: Desk\nLähetetty: maanantai\nVastaanottaja: Bob\nAihe: Tuli\n\nvanha\n", "Uusi." },
  { "Nové.\n\nOd: Desk\nOdesláno: pondělí\nKomu: Bob\nPředmět: Oheň\n\nstaré\n", "Nové." },
  { "Новое.\n\nОт: Desk\nОтправлено: понедельник\nКому: Bob\nТема: Огонь\n\nстарое\n", "Новое." },
  { "新しい。\n\n差出人: Desk\n送信日時: 月曜日\n宛先: Bob\n件名: 火\n\n古い\n", "新しい。" },
  { "新的。\n\n发件人： Desk\n发送时间： 周一\n收件人： Bob\n主题： 火\n\n旧的\n", "新的。" },
  { "New.\n\n--- Original ---\nFrom: \"Desk\"<desk@example.com>;\nSend time: Monday\nTo: Bob\nSubject: Fire\n\nold\n",
    "New." },
  { "New.\n\n--- Original ---\nold\n", "New.\n\n--- Original ---\nold" },
  { "Neu.\n\nVon: 08:59\nDatum: 9.11.\nBetreff: Treffen\n\nBitte.\n",
    "Neu.\n\nVon: 08:59\nDatum: 9.11.\nBetreff: Treffen\n\nBitte." },
  { "From: Berlin\nTo: Paris\nDate: May 3\nPlease book.\n", "From: Berlin\nTo: Paris\nDate: May 3\nPlease book." },

  /* separators */
  { "New.\n\n-----Original Message-----\nFrom: Desk\n\nold\n", "New." },
  { "New.\n\n---Original Message---\nold\n", "New." },
  { "Neu.\n\n-----Ursprüngliche Nachricht-----\nalt\n", "Neu." },
  { "Neu.\n\n-------- Original-Nachricht --------\n> Datum: Mon\n> alt\n", "Neu." },
  { "New.\n\n---------- Forwarded message ---------\nFrom: Eve <eve@customer.example>\n\nold\n", "New." },
  { "New.\n\nBegin forwarded message:\n\nold\n", "New." },
  { "New.\n\n##- Please type your reply above this line -##\n\nold\n", "New." },
  { "New.\n\n---\n*Previous Replies*\n\nold\n", "New." },
  { "The original message: lost.\n", "The original message: lost." },
  { "-----Original Message-----\nold\n", ALL },

  /* signatures and trailers */
  { "New.\n\n-- \nBob\n", "New." },
  { "New -- and good.\n--\nBob\n", "New -- and good." },
  { "New.\n\n-- \nBob\n\nOn 9 Nov 2026, at 8:59, Desk wrote:\n> old\n", "New." },
  { "New.\n\n-Bob Meier\n", "New." },
  { "Steps:\n\n-boot\n\n-Look at it\n", "Steps:\n\n-boot\n\n-Look at it" },
  { "New.\n\nSent from my iPhone\n", "New." },
  { "New.\n\nSent from my desk, which is easier.\n", "New.\n\nSent from my desk, which is easier." },
  { "Neu.\n\nVon meinem iPhone gesendet\n\nAm 09.11.2026 um 08:59 schrieb Desk:\n> alt\n", "Neu." },
  { "Neuf.\n\nEnvoyé de mon iPhone\n", "Neuf." },
  { "新的。\n\n发自我的 iPhone\n", "新的。" },
  { "Sent from my iPhone\n", ALL },
  { "New.\n\n_______________________________________________\nusers mailing list\nusers@list.example\n", "New." },
  { "New.\n_____________________\nName: Bob\n", "New.\n_____________________\nName: Bob" },

  /* forms of programs that leave something out, or wrap */
  { "New.\n\nOn Mon, Nov 9, 2026 at 6:13 PM Desk via Town\nwrote:\n\nold\n", "New." },
  { "New.\n\n- Le 2026-11-09 08:59, Desk a écrit :\n", "New." },
  { "New.\n\nOn Mon, 9 Nov 2026 08:59:00 +0100 Desk <desk@example.com> wrote\n\nold\n", "New." },
  { "On 9 Nov 2026 at 8:59 bob@example.com wrote\nthat it burns.\n",
    "On 9 Nov 2026 at 8:59 bob@example.com wrote\nthat it burns." },
  { "New.\n\n2026/11/09 Desk <desk@example.com>\n\n> old\n", "New." },
  { "Next:\n\n2026/11/09 Desk <desk@example.com>\n\nBring water.\n",
    "Next:\n\n2026/11/09 Desk <desk@example.com>\n\nBring water." },
  { "New.\n____________\nFrom: Desk <desk@example.com>\n\n> old\n", "New." },
  { "Mine.\n\nFrom: Desk <desk@example.com>\n\nIt burns.\n", "Mine.\n\nFrom: Desk <desk@example.com>\n\nIt burns." },
  { "New.\n\nSent from FireMail <https://mail.example/get>\n", "New." },
  { "New.\n\nSent from Berlin\n", "New.\n\nSent from Berlin" },
  { "New.\n\nSent from my iPhone\nOn Mon, Nov 9, 2026 at 8:59 AM Desk <desk@example.com> wrote:\nold\n", "New." },
  { "New.\n\nSent from my iPhone\nFrom: Desk <desk@example.com>\nSent: Monday\nTo: Bob\n\nold\n", "New." },
  { "Neu.\n\n-------- Ursprüngliche Nachricht --------Von: Desk Datum: 09.11.26 08:59 An: Betreff: Feuer\n\nalt\n",
    "Neu." },

  /* further languages */
  { "Új.\n\nDesk <desk@example.com> ezt írta (időpont: 2026. nov. 9., H 8:59):\n\nrégi\n", "Új." },
  { "Új.\n\nFeladó: Desk\nElküldve: hétfő\nCímzett: Bob <bob@example.com>\nTárgy: Tűz\n\nrégi\n", "Új." },
  { "Új.\n\nAz iPhone-omról küldve\n", "Új." },
  { "Nou.\n\nlun., 9 nov. 2026, 08:59 Desk <desk@example.com> a scris:\n\nvechi\n", "Nou." },
  { "Nou.\n\nDe la: Desk <desk@example.com>\nTrimis: luni\nCătre: Bob\nSubiect: Foc\n\nvechi\n", "Nou." },
  { "Nové.\n\npo 9. 11. 2026 o 8:59 Desk <desk@example.com> napísal(a):\n\nstaré\n", "Nové." },
  { "Nové.\n\n-------- Preposlaná správa --------\nstaré\n", "Nové." },
  { "Novo.\n\npon, 9. stu 2026. u 08:59 Desk <desk@example.com> je napisao/la:\n\nstaro\n", "Novo." },
  { "Yeni.\n\nDesk <desk@example.com>, 9 Kas 2026 Pzt, 08:59 tarihinde şunu yazdı:\n\neski\n", "Yeni." },
  { "Yeni.\n\nKimden: Desk\nGönderildi: Pazartesi\nKime: Bob <bob@example.com>\nKonu: Yangın\n\neski\n", "Yeni." },
  { "Yeni.\n\niPhone'umdan gönderildi\n", "Yeni." },
  { "Yeni.\n\n-------- İletilen İleti --------\neski\n", "Yeni." },
  { "Нове.\n\nпн, 9 лист. 2026 р. о 08:59 Desk <desk@example.com> пише:\n\nстаре\n", "Нове." },
  { "Нове.\n\nВід: Desk <desk@example.com>\nНадіслано: понеділок\nКому: Bob\nТема: Вогонь\n\nстаре\n", "Нове." },
  { "Ново.\n\nНа пн, 9.11.2026 г. в 8:59 Desk <desk@example.com> написа:\n\nстаро\n", "Ново." },
  { "Νέο.\n\nΣτις Δευ, 9 Νοε 2026, 8:59 π.μ. ο χρήστης Desk <desk@example.com> έγραψε:\n\nπαλιό\n", "Νέο." },
  { "Νέο.\n\nΣτάλθηκε από το iPhone μου\n", "Νέο." },
  { "Uus.\n\nDesk (desk@example.com) kirjutas kuupäeval E, 9. november 2026 kell 08:59:\n> vana\n", "Uus." },
  { "새.\n\n2026년 11월 9일 (월) 오전 8:59, Desk <desk@example.com>님이 작성:\n\n옛\n", "새." },
  { "새.\n\n보낸 사람: Desk <desk@example.com>\n보낸 날짜: 월요일\n받는 사람: Bob\n제목: 불\n\n옛\n", "새." },
  /* with the marks of a text that runs from the right */
  { "جديد.\n\n\xe2\x80\xabفي الاثنين، 9 نوفمبر 2026 في 8:59 ص تمت كتابة ما يلي بواسطة "
    "\xe2\x80\xaa" "Desk\xe2\x80\xac\xe2\x80\x8f <\xe2\x80\xaa"
    "desk@example.com\xe2\x80\xac\xe2\x80\x8f>:\xe2\x80\xac\n> قديم\n",
    "جديد." },
};

START_TEST (reply)
{
  const char *text = replies[_i].text;
  gsize start, len;
  quote_find_reply (text, &start, &len);
  ck_assert_uint_le (start + len, strlen (text));
  g_autofree char *found = g_strndup (text + start, len);
  ck_assert_str_eq (found, replies[_i].reply != ALL ? replies[_i].reply : text);
}
END_TEST

/* Whatever comes, the range lies within the text and is valid UTF-8: cuts of a text with all kinds of lines. */
START_TEST (prefixes)
{
  g_autoptr (GString) all = g_string_new (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (replies); i++)
    g_string_append (all, replies[i].text);
  for (gsize end = 0; end <= all->len; end += 7)
    {
      g_autofree char *text = g_utf8_make_valid (all->str, (gssize) end);
      gsize start, len;
      quote_find_reply (text, &start, &len);
      ck_assert_uint_le (start + len, strlen (text));
      ck_assert (g_utf8_validate (text + start, (gssize) len, NULL));
    }
}
END_TEST

static const struct
{
  const char *reply;
  bool is_thanks;
} bare[] = {
  { "Thanks!", true },
  { "thank you very much", true },
  { "Thank you so much for your help", false }, /* seven words */
  { "Thanks for the quick reply!", true },
  { "Hi Anna,\n\nthanks a lot!\n\nBest regards\nBob Meier\n", true },
  { "Thanks,\nBob", true },
  { "Great, works now. Thanks :-)", true },
  { "Vielen Dank!\n\nMit freundlichen Grüßen\nEva\n-- \nEva GmbH\nHRB 77\n", true },
  { "Sehr geehrte Frau Meier,\nherzlichen Dank für Ihre Hilfe", true },
  { "Merci beaucoup !", true },
  { "¡Muchas gracias!", true },
  { "Grazie mille", true },
  { "Muito obrigado!", true },
  { "Hartelijk bedankt!", true },
  { "Dziękuję bardzo", true },
  { "Tack så mycket!", true },
  { "Mange tak for hjælpen", true },
  { "Tusen takk!", true },
  { "Kiitos paljon", true },
  { "Děkuji moc", true },
  { "Большое спасибо!", true },
  { "ありがとうございます。", true },
  { "谢谢！", true },
  { "👍 Thanks 👍", true },
  { "", false },
  { "OK", false },
  { "Thanks, but it burns again", false },
  { "Thanks, not fixed", false },
  { "Thanks. Why?", false },
  { "谢谢？", false },
  { "Thanks 2", false },
  { "No thanks", false },
  { "Help! Thanks", false },
  { "Tak", false }, /* Polish: yes */
  { "Tak for hjælpen", true },
  { "Hi, it broke again, thanks", false },
  { "Thanks\nServer down", false },
  { "Thanks\n\nBest regards\nBob\n\nPS: it burns", false },
  { "Thanks,\nbob the printer burns", false },
  { "Danke, aber nicht gelöst", false },
  { "Merci, ça ne marche pas", false },
  { "Best regards\nBob", false },
};

START_TEST (bare_thanks)
{
  ck_assert_msg (quote_is_bare_thanks (bare[_i].reply) == bare[_i].is_thanks, "%s", bare[_i].reply);
}
END_TEST

/* The look before a line is folded says no only where the look-up says so too. */
static const struct
{
  const char *line;
  bool may_have;
} label_lines[] = {
  { "From: a", true },
  { "to:a", true },
  { "A: b", true },
  { "Cc \t: a", true },
  { "Subject*: a", true },
  { "ENVIADO EM: hoje", true },
  { "Vastaanottaja: a", true },
  { "Destinatario: a", true },
  { "Absender                                : a", true },
  { "Absender                                 : a", false },
  { "Dear all, to: a", false },
  { "Fram: a", false },
  { "From", false },
  { "From a", false },
  { ":", false },
  { "1: a", false },
  { "", false },
};

START_TEST (label_look)
{
  const char *line = label_lines[_i].line;
  g_autofree char *lower = g_ascii_strdown (line, -1);
  ck_assert_int_eq (quote_label (lower) != TM_LABEL_NONE, label_lines[_i].may_have);
  if (label_lines[_i].may_have)
    ck_assert_msg (quote_may_have_label (line, strlen (line)), "%s", line);
}
END_TEST

SUITE_MAIN ("quote", tcase_add_loop_test (tc, reply, 0, G_N_ELEMENTS (replies));
            tcase_add_test (tc, prefixes);
            tcase_add_loop_test (tc, bare_thanks, 0, G_N_ELEMENTS (bare));
            tcase_add_loop_test (tc, label_look, 0, G_N_ELEMENTS (label_lines));)
