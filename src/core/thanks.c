/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/quote.h"

#include <string.h>

enum { MAX_WORDS = 6, MAX_GREETING = 4, MAX_NAME = 3, MAX_REPLY = 1024 };

/* Without one of these it is no thanks. */
static const char *const thanks[] = {
  "thanks", "thank", "thankyou", "thx", "thnx", "tnx", "cheers", "appreciated", "danke", "dank", "dankeschön",
  "merci", "remercie", "gracias", "grazie", "ringrazio", "obrigado", "obrigada", "agradeço", "bedankt", "dankjewel",
  "dankuwel", "dziękuję", "dziekuje", "dzięki", "dzieki", "tack", "tackar", "mange", "tusind", "hjælpen", "takk",
  "kiitos", "kiitoksia", "kiitti", "děkuji", "dekuji", "děkuju", "díky", "diky", "děkujeme",
  "спасибо", "благодарю", "благодарим", "ありがとう",
  "ありがとうございます", "ありがとうございました", "どうもありがとう", "どうもありがとうございます", "どうもありがとうございました", "誠にありがとうございます", "誠にありがとうございました",
  "感謝します", "感謝いたします", "有難うございます", "有難うございました", "谢谢", "谢谢你", "谢谢您", "多谢", "感谢", "非常感谢", "十分感谢", "謝謝", "謝謝你", "謝謝您",
  "多謝", "感謝", "非常感謝",
};

/* What may stand with them.  No word that denies or doubts in any of the languages. */
static const char *const company[] = {
  /* en */ "you", "very", "much", "so", "many", "a", "lot", "for", "the", "your", "all", "quick", "fast", "again",
  "great", "perfect", "awesome", "excellent", "ok", "okay", "got", "it", "that", "works", "worked", "now", "everyone",
  "guys", "team", "in", "advance", "kindly", "and",
  /* de */ "vielen", "herzlichen", "besten", "schönen", "recht", "herzlich", "sehr", "schön", "ihnen", "euch", "dir",
  "für", "die", "den", "ihre", "ihren", "eure", "schnelle", "prima", "super", "passt", "alles", "klar", "nochmals",
  "nochmal", "tausend",
  /* fr */ "beaucoup", "bien", "à", "vous", "toi", "pour", "votre", "ton", "parfait", "mille", "encore", "la", "je",
  "rapide", "d'avance", "reçu",
  /* es */ "muchas", "muchísimas", "mil", "por", "su", "tu", "perfecto", "todo", "vale", "genial", "la",
  /* it */ "mille", "tante", "molte", "per", "il", "vostro", "suo", "perfetto", "ottimo", "tutto", "vi", "ti",
  /* pt */ "muito", "muita", "pela", "pelo", "perfeito", "ótimo", "tudo", "bem",
  /* nl */ "je", "u", "jullie", "wel", "hartelijk", "heel", "erg", "voor", "de", "het", "snelle", "antwoord", "prima",
  "alvast", "bij", "voorbaat", "hartstikke",
  /* pl */ "bardzo", "za", "serdecznie", "pięknie", "szybką", "wielkie", "super", "świetnie",
  /* sv, da, no */ "tak", "så", "mycket", "för", "stort", "tusen", "meget", "for", "det", "hurtige", "raske", "skal",
  "du", "ha", "har", "dere", "jer", "bra", "fint", "snabba", "veldig",
  /* fi */ "paljon", "nopeasta", "hyvä", "oikein", "suuri", "suuret",
  /* cs */ "moc", "mnohokrát", "vám", "vam", "rychlou", "vřele", "mockrát",
  /* ru */ "большое", "огромное", "вам", "тебе", "за", "быстрый", "всё", "все", "отлично", "супер", "хорошо",
  /* ja */ "了解しました", "承知しました", "承知いたしました", "助かりました", "大変助かりました", "迅速な", "早速の",
  /* zh */ "收到", "好的", "辛苦了", "解决了", "明白",
};

/* What thanks are for: after them only, "help, thanks" is none. */
static const char *const objects[] = {
  "help", "support", "reply", "answer", "response", "update", "service", "info", "hilfe", "antwort", "rückmeldung",
  "aide", "réponse", "ayuda", "respuesta", "aiuto", "risposta", "ajuda", "resposta", "hulp", "pomoc", "odpowiedź",
  "hjälpen", "svaret", "hjälp", "hjælp", "svar", "hjelpen", "hjelp", "avusta", "vastauksesta", "odpověď", "помощь",
  "ответ", "ご対応", "ご返信", "您的帮助", "你的帮助",
};

static const char *const greetings[] = {
  "hi", "hello", "hey", "dear", "good", "hallo", "guten", "liebe", "lieber", "liebes", "sehr", "moin", "servus",
  "bonjour", "bonsoir", "salut", "cher", "chère", "hola", "buenos", "buenas", "estimado", "estimada", "estimados",
  "ciao", "buongiorno", "salve", "gentile", "olá", "ola", "bom", "boa", "caro", "cara", "prezado", "prezada", "hoi",
  "goedemorgen", "goedemiddag", "beste", "geachte", "cześć", "dzień", "witam", "szanowni", "szanowna", "szanowny",
  "hej", "hejsan", "god", "goddag", "kære", "kjære", "hei", "moi", "terve", "hyvä", "dobrý", "ahoj", "vážený",
  "vážená", "здравствуйте", "привет", "добрый", "уважаемый", "уважаемая", "您好", "你好", "こんにちは", "お世話になっております",
  "お世話になります",
};

/* A line of these, and a name below it, ends a letter. */
static const char *const closings[] = {
  "regards", "best regards", "kind regards", "warm regards", "best", "best wishes", "sincerely", "yours sincerely",
  "yours", "br", "kr", "cheers", "all the best", "many thanks and regards", "mfg", "lg", "vg", "viele grüße",
  "viele grüsse", "liebe grüße", "beste grüße", "schöne grüße", "gruß", "grüße", "gruss", "mit freundlichen grüßen",
  "mit freundlichen grüssen", "mit freundlichem gruß", "freundliche grüße", "mit besten grüßen", "cordialement",
  "bien cordialement", "bien à vous", "salutations", "cdlt", "saludos", "un saludo", "saludos cordiales",
  "atentamente", "cordiali saluti", "saluti", "distinti saluti", "un saluto", "atenciosamente", "cumprimentos",
  "com os melhores cumprimentos", "melhores cumprimentos", "abraço", "groet", "groeten", "met vriendelijke groet",
  "met vriendelijke groeten", "mvg", "vriendelijke groet", "pozdrawiam", "z poważaniem", "pozdrowienia",
  "med vänliga hälsningar", "vänliga hälsningar", "hälsningar", "mvh", "med venlig hilsen", "venlig hilsen", "hilsen",
  "med vennlig hilsen", "vennlig hilsen", "terveisin", "ystävällisin terveisin", "t", "s pozdravem", "pozdrav",
  "с уважением", "よろしくお願いします", "よろしくお願いいたします", "以上", "此致", "祝好",
};

static bool
is_listed (const char *word, const char *const *list, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (strcmp (word, list[i]) == 0)
      return true;
  return false;
}

/* Letters with what stands inside words; all other characters part them, and digits are letters: no list has them. */
static bool
is_word_char (gunichar c)
{
  return g_unichar_isalnum (c) || g_unichar_ismark (c) || c == '\'' || c == 0x2019 || c == 0x30fc;
}

/* The words of `line`, lower case. */
static GPtrArray *
split_words (const char *line)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *lower = g_utf8_strdown (line, -1);
  for (char *at = lower; *at != '\0';)
    {
      char *start = at;
      while (*at != '\0' && is_word_char (g_utf8_get_char (at)))
        at = g_utf8_next_char (at);
      if (at > start)
        g_ptr_array_add (words, g_strndup (start, (gsize) (at - start)));
      else
        at = g_utf8_next_char (at);
    }
  return words;
}

static bool
is_closing (const GPtrArray *words)
{
  GString *joined = g_string_new (NULL);
  for (guint i = 0; i < words->len; i++)
    g_string_append_printf (joined, "%s%s", i > 0 ? " " : "", (const char *) words->pdata[i]);
  g_autofree char *line = g_string_free (joined, FALSE);
  return is_listed (line, closings, G_N_ELEMENTS (closings));
}

/* "Bob", "Anna Meier-Schmidt": each word begins with a capital. */
static bool
is_name (const char *line, guint max_words)
{
  g_auto (GStrv) words = g_strsplit (line, " ", (int) max_words + 1);
  guint n = 0;
  for (char **word = words; *word != NULL; word++, n++)
    if (n == max_words || !g_unichar_isupper (g_utf8_get_char (*word)) || strpbrk (*word, "!?:0123456789") != NULL)
      return false;
  return n > 0;
}

/* Whether a greeting is all of `line`: "Hi Anna," but not "Hi, it broke again". */
static bool
is_greeting (const char *line, const GPtrArray *words)
{
  if (words->len == 0 || words->len > MAX_GREETING || !is_listed (words->pdata[0], greetings, G_N_ELEMENTS (greetings)))
    return false;
  return words->len == 1 || g_str_has_suffix (line, ",") || g_str_has_suffix (line, "!")
         || g_str_has_suffix (line, ":");
}

/* Whether lines `rest` are no more than a name, given that a closing or "Thanks," stands above. */
static bool
is_signed (char *const *rest, guint max_words)
{
  return *rest == NULL || (is_name (*rest, max_words) && rest[1] == NULL);
}

/* Counts the words of one line; false when one is in no list. */
static bool
count_words (const GPtrArray *words, guint *n_words, bool *has_thanks)
{
  for (guint i = 0; i < words->len; i++)
    {
      const char *word = words->pdata[i];
      bool is_thanks = is_listed (word, thanks, G_N_ELEMENTS (thanks));
      *has_thanks = *has_thanks || is_thanks;
      bool is_known = is_thanks || is_listed (word, company, G_N_ELEMENTS (company))
                      || (*has_thanks && is_listed (word, objects, G_N_ELEMENTS (objects)));
      if (++*n_words > MAX_WORDS || !is_known)
        return false;
    }
  return true;
}

/* The lines of `text` that hold something, stripped, up to a signature. */
static char **
read_lines (const char *text)
{
  g_auto (GStrv) all = g_strsplit (text, "\n", -1);
  GPtrArray *lines = g_ptr_array_new ();
  for (char **line = all; *line != NULL && strcmp (*line, "-- ") != 0 && strcmp (*line, "--") != 0; line++)
    if (*g_strstrip (*line) != '\0')
      g_ptr_array_add (lines, g_strdup (*line));
  g_ptr_array_add (lines, NULL);
  return (char **) g_ptr_array_free (lines, FALSE);
}

bool
quote_is_bare_thanks (const char *reply)
{
  if (strlen (reply) > MAX_REPLY || strchr (reply, '?') != NULL || strstr (reply, "？") != NULL)
    return false;
  g_auto (GStrv) lines = read_lines (reply);
  guint n_words = 0;
  bool has_thanks = false;
  for (char **line = lines; *line != NULL; line++)
    {
      g_autoptr (GPtrArray) words = split_words (*line);
      if (line == lines && is_greeting (*line, words))
        continue;
      if (has_thanks && is_closing (words))
        return is_signed (line + 1, MAX_NAME);
      if (has_thanks && g_str_has_suffix (line[-1], ",") && is_name (*line, 1) && line[1] == NULL)
        return true;
      if (!count_words (words, &n_words, &has_thanks))
        return false;
    }
  return has_thanks;
}
