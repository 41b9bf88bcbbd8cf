/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/quote_words.h"

#include "core/quote_languages.h"

#include <string.h>

/* Of a line's begin that is looked at, and of the longest of `labels` in ASCII. */
enum { LABEL_BYTES = 40, ASCII_LABEL_BYTES = 16 };

static const TmLabelWord labels[] = {
  { "from", TM_LABEL_FROM }, { "von", TM_LABEL_FROM }, { "de", TM_LABEL_FROM }, { "da", TM_LABEL_FROM },
  { "van", TM_LABEL_FROM }, { "od", TM_LABEL_FROM }, { "från", TM_LABEL_FROM }, { "fra", TM_LABEL_FROM },
  { "lähettäjä", TM_LABEL_FROM }, { "от", TM_LABEL_FROM }, { "от кого", TM_LABEL_FROM },
  { "отправитель", TM_LABEL_FROM }, { "差出人", TM_LABEL_FROM }, { "送信者", TM_LABEL_FROM }, { "发件人", TM_LABEL_FROM },
  { "发信人", TM_LABEL_FROM }, { "寄件者", TM_LABEL_FROM }, { "寄件人", TM_LABEL_FROM }, { "expéditeur", TM_LABEL_FROM },
  { "mittente", TM_LABEL_FROM }, { "remitente", TM_LABEL_FROM }, { "afzender", TM_LABEL_FROM },
  { "absender", TM_LABEL_FROM }, { "odesílatel", TM_LABEL_FROM },

  { "sent", TM_LABEL_DATE }, { "date", TM_LABEL_DATE }, { "gesendet", TM_LABEL_DATE }, { "datum", TM_LABEL_DATE },
  { "envoyé", TM_LABEL_DATE }, { "envoyé le", TM_LABEL_DATE }, { "enviado", TM_LABEL_DATE },
  { "enviado el", TM_LABEL_DATE }, { "enviado em", TM_LABEL_DATE }, { "enviada em", TM_LABEL_DATE },
  { "enviada", TM_LABEL_DATE }, { "fecha", TM_LABEL_DATE }, { "data", TM_LABEL_DATE }, { "inviato", TM_LABEL_DATE },
  { "verzonden", TM_LABEL_DATE }, { "wysłano", TM_LABEL_DATE }, { "wysłane", TM_LABEL_DATE },
  { "skickat", TM_LABEL_DATE }, { "sendt", TM_LABEL_DATE }, { "dato", TM_LABEL_DATE }, { "lähetetty", TM_LABEL_DATE },
  { "päivämäärä", TM_LABEL_DATE }, { "päiväys", TM_LABEL_DATE }, { "odesláno", TM_LABEL_DATE },
  { "отправлено", TM_LABEL_DATE }, { "дата", TM_LABEL_DATE }, { "送信日時", TM_LABEL_DATE }, { "日付", TM_LABEL_DATE },
  { "日時", TM_LABEL_DATE }, { "发送时间", TM_LABEL_DATE }, { "发送日期", TM_LABEL_DATE }, { "日期", TM_LABEL_DATE },
  { "send time", TM_LABEL_DATE },
  { "寄件日期", TM_LABEL_DATE }, { "傳送日期", TM_LABEL_DATE }, { "時間", TM_LABEL_DATE }, { "时间", TM_LABEL_DATE },

  { "to", TM_LABEL_TO }, { "an", TM_LABEL_TO }, { "à", TM_LABEL_TO }, { "a", TM_LABEL_TO }, { "para", TM_LABEL_TO },
  { "aan", TM_LABEL_TO }, { "do", TM_LABEL_TO }, { "till", TM_LABEL_TO }, { "til", TM_LABEL_TO },
  { "komu", TM_LABEL_TO }, { "vastaanottaja", TM_LABEL_TO }, { "кому", TM_LABEL_TO }, { "宛先", TM_LABEL_TO },
  { "收件人", TM_LABEL_TO }, { "收件者", TM_LABEL_TO }, { "destinataire", TM_LABEL_TO }, { "empfänger", TM_LABEL_TO },
  { "destinatario", TM_LABEL_TO },

  { "cc", TM_LABEL_CC }, { "kopie", TM_LABEL_CC }, { "copie à", TM_LABEL_CC }, { "kopia", TM_LABEL_CC },
  { "kopi", TM_LABEL_CC }, { "kopio", TM_LABEL_CC }, { "копия", TM_LABEL_CC }, { "抄送", TM_LABEL_CC },
  { "副本", TM_LABEL_CC }, { "dw", TM_LABEL_CC },

  { "subject", TM_LABEL_SUBJECT }, { "betreff", TM_LABEL_SUBJECT }, { "objet", TM_LABEL_SUBJECT },
  { "asunto", TM_LABEL_SUBJECT }, { "oggetto", TM_LABEL_SUBJECT }, { "assunto", TM_LABEL_SUBJECT },
  { "onderwerp", TM_LABEL_SUBJECT }, { "temat", TM_LABEL_SUBJECT }, { "ämne", TM_LABEL_SUBJECT },
  { "emne", TM_LABEL_SUBJECT }, { "aihe", TM_LABEL_SUBJECT }, { "předmět", TM_LABEL_SUBJECT },
  { "тема", TM_LABEL_SUBJECT }, { "件名", TM_LABEL_SUBJECT }, { "主题", TM_LABEL_SUBJECT }, { "主旨", TM_LABEL_SUBJECT },
  { "主題", TM_LABEL_SUBJECT }, { "標題", TM_LABEL_SUBJECT },
  { NULL, 0 },
};

/* Of the words that follow the writer's name; `may_be_inside`: also before it, as verbs of Germanic languages. */
static const struct
{
  const char *word;
  bool may_be_inside;
} verbs[] = {
  { "wrote", false }, { "writes", false }, { "wrote the following", false }, { "schrieb", true },
  { "schreibt", false }, { "schrieb folgendes", false }, { "folgendes geschrieben", false }, { "a écrit", false },
  { "écrit", false }, { "escribió", false }, { "escribio", false }, { "ha scritto", false }, { "scrive", false },
  { "escreveu", false }, { "schreef", true }, { "het volgende geschreven", false }, { "heeft geschreven", false },
  { "napisał", false }, { "napisała", false }, { "napisał(a)", false }, { "napisał/a", false }, { "pisze", false },
  { "skrev", true }, { "skrev följande", false }, { "skrev følgende", false }, { "kirjoitti", false },
  { "kirjoitti seuraavasti", false }, { "napsal", false }, { "napsala", false }, { "napsal(a)", false },
  { "пишет", false }, { "написал", false }, { "написала", false }, { "написал(а)", false }, { "писал", false },
  { "写道", false }, { "寫道", false }, { "写到", false }, { "のメール", false }, { "のメッセージ", false }, { "は書きました", false },
};

/* Somebody who speaks of himself quotes nobody: behind the verb, and before it. */
static const char *const first_persons[] = { "ich ", "wir ", "ik ", "wij ", "we ", "jag ", "vi ", "jeg " };
static const char *const first_persons_before[] = {
  "i", "we", "j'ai", "j’ai", "ai", "avons", "ich", "wir", "ik", "jag", "vi", "jeg", "jsem", "jsme", "я", "мы",
  "我", "我们",
};

static const char *const leads[] = {
  "on ", "am ", "le ", "el ", "il ", "in data ", "em ", "no dia ", "op ", "w dniu ", "dnia ", "den ", "på ", "d. ",
  "dne ", "v ", "в ", "在",
};

static const char *const citing[] = {
  "quoting ", "zitat von ", "citando a ", "citando ", "selon ", "wiadomość napisana przez ",
};

static const TmTrailerWord trailers[] = {
  { "sent from my ", "" }, { "sent from mail for ", "" }, { "sent from outlook", "" }, { "sent from yahoo", "" },
  { "sent from samsung ", "" }, { "sent from proton", "" }, { "sent from the ", " app" }, { "sent via ", "" },
  { "sent with ", "" }, { "sent on the go", "" }, { "get outlook for ", "" }, { "sent using ", "" },
  { "sent from nine", "" }, { "von meinem ", " gesendet" }, { "von meinen ", " gesendet" }, { "gesendet von ", "" },
  { "gesendet mit ", "" }, { "diese nachricht wurde von ", " gesendet" }, { "von yahoo mail ", " gesendet" },
  { "outlook für ", "" }, { "holen sie sich outlook ", "" }, { "laden sie outlook ", " herunter" },
  { "envoyé de mon ", "" }, { "envoyé depuis ", "" }, { "envoyé à partir ", "" }, { "télécharger outlook pour ", "" },
  { "obtenir outlook pour ", "" }, { "obtenez outlook pour ", "" }, { "enviado desde ", "" }, { "enviado de mi ", "" },
  { "obtener outlook para ", "" }, { "descargar outlook para ", "" }, { "obtén outlook para ", "" },
  { "inviato da ", "" }, { "inviato dal ", "" }, { "ottieni outlook per ", "" }, { "scarica outlook per ", "" },
  { "enviado do ", "" }, { "enviado a partir ", "" }, { "enviado pelo ", "" }, { "enviado via ", "" },
  { "obter outlook para ", "" }, { "obter o outlook para ", "" }, { "obtenha o outlook para ", "" },
  { "baixar o outlook para ", "" }, { "verstuurd vanaf ", "" }, { "verzonden vanaf ", "" }, { "verzonden met ", "" },
  { "verstuurd met ", "" }, { "outlook voor ", "" }, { "download outlook voor ", "" }, { "wysłane z ", "" },
  { "wysłano z ", "" }, { "pobierz program outlook ", "" }, { "pobierz aplikację outlook ", "" },
  { "pobierz outlook ", "" }, { "skickat från ", "" }, { "skickades från ", "" }, { "skaffa outlook för ", "" },
  { "hämta outlook för ", "" }, { "sendt fra ", "" }, { "hent outlook ", "" }, { "skaff deg outlook ", "" },
  { "last ned outlook ", "" }, { "lähetetty ", "" }, { "hanki outlook ", "" }, { "lataa outlook ", "" },
  { "odesláno z ", "" }, { "odesláno ze ", "" }, { "získat outlook ", "" }, { "stáhněte si outlook ", "" },
  { "stáhnout outlook ", "" }, { "отправлено с ", "" }, { "отправлено из ", "" }, { "получить outlook ", "" },
  { "скачать outlook ", "" }, { "загрузить outlook ", "" }, { "iphoneから送信", "" }, { "ipadから送信", "" },
  { "", "から送信" }, { "outlook for ", "を入手" }, { "ios 版 outlook を入手", "" }, { "android 版 outlook を入手", "" },
  { "发自我的", "" }, { "發自我的", "" }, { "来自我的", "手机" }, { "发送自", "" }, { "從我的", "傳送" }, { "从我的", "发送" },
  { "获取 outlook for ", "" }, { "获取适用于 ", " 的 outlook" }, { "取得 ", " 版 outlook" },
  { NULL, NULL },
};

static const char *const footers[]
  = { "mailing list", "mailinglist", "listinfo", "unsubscribe", "abbestellen", "désabonner" };

/* --- characters --- */

static bool
is_rule_char (char c)
{
  return c != '\0' && strchr ("-_=*~#+>. ", c) != NULL;
}

/* `line` without the rules and the colon around it. */
static char *
strip_rules (const char *line)
{
  while (is_rule_char (*line))
    line++;
  gsize len = strlen (line);
  while (len > 0 && (is_rule_char (line[len - 1]) || line[len - 1] == ':'))
    len--;
  return g_strndup (line, len);
}

/* The length of `line` without a final colon of any width and blanks; -1 without a colon. */
static gssize
len_before_colon (const char *line)
{
  gsize len = strlen (line);
  if (g_str_has_suffix (line, ":"))
    len -= 1;
  else if (g_str_has_suffix (line, "："))
    len -= strlen ("：");
  else
    return -1;
  while (len > 0 && (line[len - 1] == ' ' || line[len - 1] == '*'))
    len--;
  return (gssize) len;
}

static unsigned
count_digits (const char *text)
{
  unsigned n = 0;
  for (; *text != '\0'; text++)
    n += g_ascii_isdigit (*text);
  return n;
}

/* A time of day, as 11:12 or 11.12 h. */
static bool
has_time (const char *text)
{
  for (const char *at = text; *at != '\0'; at++)
    if ((*at == ':' || *at == '.') && at > text && g_ascii_isdigit (at[-1]) && g_ascii_isdigit (at[1])
        && g_ascii_isdigit (at[2]) && (*at == ':' || !g_ascii_isdigit (at[3])))
      return true;
  return false;
}

static bool
begins_with_any (const char *text, const char *const *starts, gsize n_starts)
{
  for (gsize i = 0; i < n_starts; i++)
    if (g_str_has_prefix (text, starts[i]))
      return true;
  return false;
}

/* A day, a year and a time of day. */
static bool
has_whole_date (const char *text)
{
  enum { DIGITS = 6 }; /* 9.11.26 is not written without a time, and 8:59 PM has three */
  return has_time (text) && count_digits (text) >= DIGITS;
}

static bool
begins_with_date (const char *text)
{
  for (gsize i = 0; i < 16 && text[i] != '\0'; i++)
    if (g_ascii_isdigit (text[i]))
      return has_whole_date (text);
  return false;
}

/* "on 2026-11-09 08:59, desk wrote": a comma between date and name.  "On 2026-11-09 08:59 the server wrote" tells what
 * happened. */
static bool
has_date_and_name (const char *text)
{
  const char *comma = strrchr (text, ',');
  if (comma == NULL || count_digits (comma) > 0)
    return false;
  g_autofree char *date = g_strndup (text, (gsize) (comma - text));
  return has_whole_date (date);
}

/* "wrote on 11/09/2026 08:59": the date at the end. */
static bool
is_date_to_end (const char *text)
{
  enum { BYTES = 48 };
  return strlen (text) <= BYTES && has_whole_date (text);
}

static bool
ends_with_first_person (const char *text, gsize len)
{
  while (len > 0 && text[len - 1] == ' ')
    len--;
  for (gsize i = 0; i < G_N_ELEMENTS (first_persons_before); i++)
    {
      gsize n = strlen (first_persons_before[i]);
      if (n <= len && memcmp (text + len - n, first_persons_before[i], n) == 0
          && (n == len || text[len - n - 1] == ' ' || (guchar) *first_persons_before[i] >= 0xe0))
        return true;
    }
  return false;
}

/* --- labels and separators --- */

static unsigned
find_label (const TmLabelWord *words, const char *line, gsize len)
{
  for (; words->word != NULL; words++)
    if (*words->word == *line && strlen (words->word) == len && memcmp (words->word, line, len) == 0)
      return words->labels;
  return TM_LABEL_NONE;
}

/* Whether a label of `len` bytes begins so. */
static bool
may_be_label (const TmLabelWord *words, char first, gsize len)
{
  for (; words->word != NULL; words++)
    if (*words->word == first && strlen (words->word) == len)
      return true;
  return false;
}

unsigned
quote_label (const char *line)
{
  gsize len = strcspn (line, ":");
  const char *wide = strstr (line, "：");
  if (wide != NULL && (gsize) (wide - line) < len)
    len = (gsize) (wide - line);
  if (len > LABEL_BYTES || line[len] == '\0')
    return TM_LABEL_NONE;
  while (len > 0 && (line[len - 1] == ' ' || line[len - 1] == '*' || line[len - 1] == '\t'))
    len--;
  unsigned found = find_label (labels, line, len);
  return found != TM_LABEL_NONE ? found : find_label (quote_language_labels, line, len);
}

bool
quote_may_have_label (const char *line, gsize len)
{
  const char *colon = memchr (line, ':', MIN (len, LABEL_BYTES + 1));
  if (colon == NULL)
    return false;
  while (colon > line && !g_ascii_isalpha (colon[-1]))
    colon--;
  if (colon - line > ASCII_LABEL_BYTES)
    return false;
  char first = g_ascii_tolower (*line);
  gsize label_len = (gsize) (colon - line);
  return may_be_label (labels, first, label_len) || may_be_label (quote_language_labels, first, label_len);
}

bool
quote_is_ruled (const char *line)
{
  enum { RULE = 3 };
  gsize n_before = strspn (line, "-_=*~# "), n_after = 0, len = strlen (line);
  while (n_after < len - n_before && is_rule_char (line[len - 1 - n_after]))
    n_after++;
  return n_before >= RULE && n_after >= RULE && n_before < len;
}

/* `line`, the rule before it gone, is `separator`; or a rule ends it, and a header block goes on in the same line. */
static bool
is_separated_by (const char *line, const char *separator)
{
  gsize len = strlen (separator);
  if (strncmp (line, separator, len) != 0)
    return false;
  const char *rest = line + len + strspn (line + len, " ");
  return *rest == '\0' || (g_str_has_prefix (rest, "--") && strchr (rest, ':') != NULL);
}

bool
quote_is_separator (const char *line, bool is_marked)
{
  bool is_ruled = is_marked || (is_rule_char (line[0]) && is_rule_char (line[1]));
  if (!is_ruled && len_before_colon (line) < 0)
    return false;
  if (is_ruled && (strstr (line, "above this line") != NULL || strstr (line, "reply above") != NULL))
    return true;
  g_autofree char *bare = strip_rules (line);
  for (gsize i = 0; *bare != '\0' && quote_separators[i] != NULL; i++)
    if (*quote_separators[i] == *bare && is_separated_by (bare, quote_separators[i]))
      return true;
  return false;
}

/* --- introductions --- */

/* The verb at `at` is a word of its own ("…<bob@x>wrote" is seen) and not what the writer says of himself. */
static bool
is_others_verb (const char *line, const char *at, const char *word)
{
  if (at == line)
    return false;
  return ((guchar) *word >= 0x80 || !g_ascii_isalpha (at[-1])) && !ends_with_first_person (line, (gsize) (at - line));
}

/* The verb that `line` ends with; NULL: none. */
static const char *
final_verb (const char *line)
{
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (g_str_has_suffix (line, verbs[i].word))
      return verbs[i].word;
  for (gsize i = 0; quote_language_verbs[i] != NULL; i++)
    if (g_str_has_suffix (line, quote_language_verbs[i]))
      return quote_language_verbs[i];
  return NULL;
}

static bool
ends_with_verb (const char *line)
{
  const char *verb = final_verb (line);
  return verb != NULL && is_others_verb (line, line + strlen (line) - strlen (verb), verb);
}

/* `verb` stands in `line`, behind it a name (`may_be_inside`) or no more than the date. */
static bool
is_verb_inside (const char *line, const char *verb, bool may_be_inside)
{
  const char *at = strstr (line, verb);
  const char *rest = at != NULL ? at + strlen (verb) : NULL;
  if (at == NULL || at == line || at[-1] != ' ' || (*rest != ' ' && *rest != ','))
    return false;
  if (may_be_inside && !begins_with_any (rest + 1, first_persons, G_N_ELEMENTS (first_persons)))
    return true;
  return is_date_to_end (rest) && is_others_verb (line, at, verb);
}

static bool
has_verb_inside (const char *line)
{
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (is_verb_inside (line, verbs[i].word, verbs[i].may_be_inside))
      return true;
  for (gsize i = 0; quote_language_verbs[i] != NULL; i++)
    if (is_verb_inside (line, quote_language_verbs[i], false))
      return true;
  return false;
}

bool
quote_has_introduction_end (const char *line)
{
  return len_before_colon (line) >= 0 || g_str_has_suffix (line, "--");
}

bool
quote_may_end_introduction (const char *line)
{
  return quote_has_introduction_end (line)
         || (strchr (line, '@') != NULL && (g_str_has_suffix (line, ">") || ends_with_verb (line)));
}

bool
quote_is_wrapped_introduction (const char *line, const char *last)
{
  gssize len = len_before_colon (last);
  g_autofree char *bare = g_strndup (last, len > 0 ? (gsize) len : 0);
  const char *verb = final_verb (bare);
  return verb != NULL && strlen (verb) == strlen (bare) && quote_begins_introduction (line) && has_whole_date (line);
}

bool
quote_begins_introduction (const char *line)
{
  return begins_with_any (line, leads, G_N_ELEMENTS (leads)) && count_digits (line) > 0;
}

/* Some programs leave the colon out. */
static TmIntro
introduction_without_colon (const char *line)
{
  enum { DATE_DIGITS = 6 };
  if (strchr (line, '@') == NULL)
    return TM_INTRO_NONE;
  if (quote_begins_introduction (line) && has_whole_date (line) && ends_with_verb (line))
    return TM_INTRO_SURE;
  bool is_dated = g_ascii_isdigit (*line) && count_digits (line) >= DATE_DIGITS;
  return is_dated && g_str_has_suffix (line, ">") ? TM_INTRO_LIKELY : TM_INTRO_NONE;
}

TmIntro
quote_introduction (const char *line)
{
  gssize len = len_before_colon (line);
  if (len < 0 && !g_str_has_prefix (line, "--"))
    return introduction_without_colon (line);
  if (len > 2 && g_str_has_prefix (line, "- "))
    {
      line += 2;
      len -= 2;
    }
  g_autofree char *bare = len >= 0 ? g_strndup (line, (gsize) len) : strip_rules (line);
  bool has_address = strchr (bare, '@') != NULL;
  bool is_timed = has_time (bare);
  bool has_final_verb = ends_with_verb (bare);
  bool has_verb = has_final_verb || has_verb_inside (bare);
  bool has_lead = begins_with_any (bare, leads, G_N_ELEMENTS (leads));
  bool ends_address = g_str_has_suffix (bare, ">") || g_str_has_suffix (bare, ")") || g_str_has_suffix (bare, "]");

  if (has_lead && has_verb && (has_address || has_date_and_name (bare)))
    return TM_INTRO_SURE;
  if (begins_with_date (bare) && has_address && (has_verb || ends_address))
    return TM_INTRO_SURE;
  if (has_verb && is_timed && has_address)
    return TM_INTRO_SURE;
  if (has_address && begins_with_any (bare, citing, G_N_ELEMENTS (citing)))
    return TM_INTRO_SURE;
  if (has_verb || (has_address && ends_address) || (has_lead && is_timed))
    return TM_INTRO_LIKELY;
  return TM_INTRO_NONE;
}

/* --- ends --- */

/* The length of `line` without the address of a link, an excuse and the full stop at its end. */
static gsize
trailer_length (const char *line)
{
  gsize len = strlen (line);
  const char *link = len > 0 && line[len - 1] == '>' ? strrchr (line, '<') : NULL;
  if (link != NULL)
    len = (gsize) (link - line);
  for (gsize i = 0; quote_excuses[i] != NULL; i++)
    {
      const char *excuse = strstr (line, quote_excuses[i]);
      if (excuse != NULL && (gsize) (excuse - line) < len)
        len = (gsize) (excuse - line);
    }
  while (len > 0 && (line[len - 1] == ' ' || line[len - 1] == '.'))
    len--;
  return len;
}

static bool
is_trailer_of (const TmTrailerWord *words, const char *line)
{
  for (; words->start != NULL; words++)
    if ((*words->start == *line || *words->start == '\0') && g_str_has_prefix (line, words->start)
        && g_str_has_suffix (line, words->end))
      return true;
  return false;
}

bool
quote_is_trailer (const char *line)
{
  if (strlen (line) > TM_TRAILER_BYTES)
    return false;
  g_autofree char *bare = g_strndup (line, trailer_length (line));
  /* Who goes on talking has a comma, or a full stop before the end. */
  if (*bare == '\0' || strchr (bare, ',') != NULL || strstr (bare, ". ") != NULL)
    return false;
  if (line[strlen (line) - 1] == '>' && g_str_has_prefix (bare, "sent from "))
    return true; /* and where to get it */
  return is_trailer_of (trailers, bare) || is_trailer_of (quote_language_trailers, bare);
}

bool
quote_is_list_footer (const char *line)
{
  for (gsize i = 0; i < G_N_ELEMENTS (footers); i++)
    if (strstr (line, footers[i]) != NULL)
      return true;
  return false;
}
