/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/vacation.h"

#include <glib.h>
#include <string.h>

/* What programs put in front of the subject that they answer; the end of a word follows. */
static const char *const phrases[] = {
  /* en */ "automatic reply", "automated reply", "automatic response", "automated response", "auto reply",
  "auto-reply", "autoreply", "auto response", "auto-response", "autoresponse", "out of office", "out of the office",
  "out-of-office", "ooo:", "away from my mail", "i am away", "i'm away", "on vacation", "on leave", "on holiday",
  /* de */ "automatische antwort", "automatische rückantwort", "automatische email-antwort",
  "automatische e-mail-antwort", "abwesenheitsnotiz", "abwesenheitsmeldung", "abwesenheitsnachricht",
  "abwesenheitsassistent", "abwesenheitsbenachrichtigung", "automatische abwesenheit", "nicht im büro", "außer haus",
  "bin im urlaub",
  /* fr */ "réponse automatique", "message automatique", "absence du bureau", "absent du bureau", "absente du bureau",
  "message d'absence", "message d’absence", "avis d'absence", "notification d'absence", "en congé", "en vacances",
  /* es */ "respuesta automática", "respuesta automatica", "fuera de la oficina", "fuera de oficina",
  "ausente de la oficina", "de vacaciones",
  /* it */ "risposta automatica", "fuori sede", "fuori ufficio", "assente dall'ufficio", "assenza dall'ufficio",
  "in ferie",
  /* pt */ "resposta automática", "resposta automatica", "ausente do escritório", "fora do escritório",
  "ausência temporária", "estou ausente", "de férias",
  /* nl */ "automatisch antwoord", "automatische reactie", "automatisch beantwoorden", "automatische beantwoording",
  "afwezigheidsbericht", "afwezigheidsassistent", "afwezig op kantoor", "niet op kantoor",
  /* pl */ "automatyczna odpowiedź", "odpowiedź automatyczna", "autoodpowiedź", "poza biurem", "nieobecność w biurze",
  "jestem na urlopie",
  /* sv */ "automatiskt svar", "automatsvar", "autosvar", "frånvaromeddelande", "inte på kontoret", "ej på kontoret",
  "på semester",
  /* da */ "automatisk svar", "autosvar", "ikke til stede", "fraværsmeddelelse", "ikke på kontoret",
  /* no */ "automatisk svar", "fraværsmelding", "fraværsassistent", "fravær fra kontoret", "borte fra kontoret",
  /* fi */ "automaattinen vastaus", "automaattivastaus", "poissaoloilmoitus", "poissa toimistosta", "lomavastaaja",
  /* cs */ "automatická odpověď", "automaticka odpoved", "mimo kancelář", "nepřítomnost v kanceláři",
  "jsem mimo kancelář",
  /* ru */ "автоматический ответ", "автоматическое уведомление", "автоответ", "автоответчик", "вне офиса",
  "нет на месте", "отсутствую на рабочем месте", "я в отпуске", "в отпуске",
};

/* Single words that a person's subject may begin with too: only alone or before a colon. */
static const char *const words[] = {
  "auto", "away", "vacation", "absence", "abwesenheit", "abwesend", "urlaub", "absent", "absente", "ausente",
  "vacaciones", "assente", "assenza", "ausência", "férias", "afwezig", "afwezigheid", "vakantie", "nieobecność",
  "nieobecny", "nieobecna", "urlop", "frånvarande", "frånvaro", "semester", "fravær", "fraværende", "ferie", "poissa",
  "poissaolo", "loma", "nepřítomnost", "nepřítomen", "nepřítomna", "dovolená", "отсутствие", "отпуск", "отсутствую",
};

/* Written without spaces between words: whatever follows. */
static const char *const unspaced[] = {
  /* ja */ "自動応答", "自動返信", "自動回答", "不在通知", "不在のお知らせ", "不在連絡", "不在:", "不在：", "休暇中", "休暇のお知らせ",
  /* zh */ "自动回复", "自動回覆", "自动答复", "自動答覆", "自动回覆", "自動回復", "外出自动", "不在办公室", "不在辦公室", "外出通知", "休假通知",
};

static bool
ends_word (const char *rest)
{
  return !g_unichar_isalnum (g_utf8_get_char (rest));
}

static bool
ends_label (const char *rest)
{
  rest += strspn (rest, " ");
  return *rest == '\0' || *rest == ':' || g_str_has_prefix (rest, "：");
}

static bool
ends_anyhow (const char *rest)
{
  (void) rest;
  return true;
}

static const struct
{
  const char *const *starts;
  gsize n_starts;
  bool (*ends) (const char *rest);
} tables[] = {
  { phrases, G_N_ELEMENTS (phrases), ends_word },
  { words, G_N_ELEMENTS (words), ends_label },
  { unspaced, G_N_ELEMENTS (unspaced), ends_anyhow },
};

bool
vacation_is_subject (const char *subject)
{
  g_autofree char *lower = g_utf8_strdown (subject + strspn (subject, " \""), -1);
  for (gsize t = 0; t < G_N_ELEMENTS (tables); t++)
    for (gsize i = 0; i < tables[t].n_starts; i++)
      if (g_str_has_prefix (lower, tables[t].starts[i]) && tables[t].ends (lower + strlen (tables[t].starts[i])))
        return true;
  return false;
}
