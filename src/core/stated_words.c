/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/stated_words.h"

#include "base/text.h"

#include <string.h>

enum { LABEL_BYTES = 40, VALUE_BYTES = 120, NUMBER_DIGITS = 3 };

static const char decoration[] = " \t\r\n*_\"'`.!";

/* Lower case, white space and what decorates words taken off both ends.  NULL: empty, or too long to mean anything. */
static char *
fold (const char *text, gsize len, gsize max_len)
{
  while (len > 0 && strchr (decoration, *text) != NULL)
    text++, len--;
  while (len > 0 && strchr (decoration, text[len - 1]) != NULL)
    len--;
  if (len == 0 || len > max_len)
    return NULL;
  if (text_is_ascii (text, len))
    return g_ascii_strdown (text, (gssize) len);
  g_autofree char *composed = g_utf8_normalize (text, (gssize) len, G_NORMALIZE_NFC);
  return composed != NULL ? g_utf8_strdown (composed, -1) : NULL;
}

static bool
is_one_of (const char *word, const char *const *words)
{
  for (; *words != NULL; words++)
    if (**words == *word && strcmp (*words, word) == 0)
      return true;
  return false;
}

/* --- labels --- */

static const char *const priority_labels[] = {
  "priority", "prio", "severity", "sev", "urgency", "importance", "request priority", "ticket priority",
  "requested priority", "issue priority", "priority level", "severity level", "priorität", "prioritaet",
  "dringlichkeit", "wichtigkeit", "schweregrad", "prioritätsstufe", "gewünschte priorität", "ticketpriorität", NULL,
};

static const char *const type_labels[] = {
  "type", "request type", "type of request", "ticket type", "issue type", "category", "request category", "typ",
  "art", "art der anfrage", "anfrageart", "anfragetyp", "tickettyp", "ticket-typ", "kategorie", "vorgangsart", NULL,
};

/* Of each line with a colon, so that those of ordinary prose cost nothing: the first letters of all labels. */
static bool
may_be_label (const char *text, gsize len)
{
  while (len > 0 && strchr (decoration, *text) != NULL)
    text++, len--;
  return len > 0 && strchr ("acdgikprstuvw", g_ascii_tolower (*text)) != NULL;
}

TmStatedLabel
stated_label (const char *text, gsize len)
{
  if (!may_be_label (text, len))
    return TM_STATED_NOTHING;
  g_autofree char *label = fold (text, len, LABEL_BYTES);
  if (label == NULL)
    return TM_STATED_NOTHING;
  return is_one_of (label, priority_labels) ? TM_STATED_PRIORITY
         : is_one_of (label, type_labels)   ? TM_STATED_TYPE
                                            : TM_STATED_NOTHING;
}

/* --- what words mean --- */

/* Words of one line mean the same; lines of one level are near enough when the desk has no such word. */
static const struct
{
  int level; /* 1 is the highest */
  const char *words[8];
} meanings[] = {
  { 1, { "critical", "crit", "kritisch", "mission critical" } },
  { 1, { "urgent", "dringend", "very urgent", "sehr dringend", "eilig", "eilt", "immediate", "sofort" } },
  { 1, { "emergency", "notfall" } },
  { 1, { "blocker", "blocking", "blockierend" } },
  { 1, { "highest", "höchste", "hoechste", "very high", "sehr hoch" } },
  { 2, { "high", "hoch", "hohe", "important", "wichtig", "major" } },
  { 3, { "medium", "mittel", "mittlere", "moderate" } },
  { 3, { "normal", "standard", "regular" } },
  { 4, { "low", "niedrig", "niedrige", "gering", "minor" } },
  { 4, { "lowest", "niedrigste", "very low", "sehr niedrig", "trivial" } },
  { 4, { "not urgent", "non-urgent", "nicht dringend", "nicht eilig" } },
};

/* The line of `word` (folded), -1: none. */
static int
meaning_of (const char *word)
{
  for (size_t i = 0; i < G_N_ELEMENTS (meanings); i++)
    for (size_t j = 0; j < G_N_ELEMENTS (meanings[i].words) && meanings[i].words[j] != NULL; j++)
      if (strcmp (meanings[i].words[j], word) == 0)
        return (int) i;
  return -1;
}

/* How a name of the desk compares with a word. */
typedef bool (*Fits) (const char *name, const char *word);

static bool
is_same (const char *name, const char *word)
{
  return strcmp (name, word) == 0;
}

static bool
means_same (const char *name, const char *word)
{
  return meaning_of (name) >= 0 && meaning_of (name) == meaning_of (word);
}

static bool
is_of_level (const char *name, const char *word)
{
  int a = meaning_of (name), b = meaning_of (word);
  return a >= 0 && b >= 0 && meanings[a].level == meanings[b].level;
}

static bool
name_fits (const char *name, const char *word, Fits fits)
{
  g_autofree char *folded = name != NULL ? fold (name, strlen (name), VALUE_BYTES) : NULL;
  return folded != NULL && fits (folded, word);
}

static bool
any_name_fits (const char *code, const char *name, char *const *aliases, const char *word, Fits fits)
{
  for (; aliases != NULL && *aliases != NULL; aliases++)
    if (name_fits (*aliases, word, fits))
      return true;
  return name_fits (code, word, fits) || name_fits (name, word, fits);
}

/* The lowest that fits: who is not understood exactly gets nobody out of bed. */
static const TmPriority *
find_priority (const TmSite *site, const char *word, Fits fits)
{
  for (guint i = site->priorities->len; i > 0; i--)
    {
      const TmPriority *priority = g_ptr_array_index (site->priorities, i - 1);
      if (any_name_fits (priority->code, priority->name, priority->aliases, word, fits))
        return priority;
    }
  return NULL;
}

static const char *
digits_of (const char *code)
{
  return code + strcspn (code, "0123456789");
}

/* "1", "prio 1", "sev1": the one whose code ends in it; none when two do. */
static const TmPriority *
find_number (const TmSite *site, const char *word, bool may_be_bare)
{
  const char *digits = digits_of (word);
  gsize n_digits = strlen (digits);
  const TmPriority *found = NULL;
  bool is_labelled = digits == word ? may_be_bare
                                    : stated_label (word, (gsize) (digits - word)) == TM_STATED_PRIORITY;
  if (!is_labelled || n_digits == 0 || n_digits > NUMBER_DIGITS || strspn (digits, "0123456789") != n_digits)
    return NULL;
  for (guint i = 0; i < site->priorities->len; i++)
    {
      const TmPriority *priority = g_ptr_array_index (site->priorities, i);
      if (strcmp (digits_of (priority->code), digits) != 0)
        continue;
      if (found != NULL)
        return NULL;
      found = priority;
    }
  return found;
}

static gconstpointer
priority_of_word (const TmSite *site, const char *word)
{
  const TmPriority *found = find_priority (site, word, is_same);
  if (found != NULL || meaning_of (word) < 0)
    return found;
  found = find_priority (site, word, means_same);
  return found != NULL ? found : find_priority (site, word, is_of_level);
}

static gconstpointer
priority_of_number (const TmSite *site, const char *word)
{
  return find_number (site, word, true);
}

static gconstpointer
priority_of_labelled_number (const TmSite *site, const char *word)
{
  return find_number (site, word, false);
}

static gconstpointer
type_of_word (const TmSite *site, const char *word)
{
  for (guint i = 0; i < site->types->len; i++)
    {
      const TmType *type = g_ptr_array_index (site->types, i);
      if (any_name_fits (type->code, type->name, type->aliases, word, is_same))
        return type;
    }
  return NULL;
}

static gconstpointer
type_of_name_part (const TmSite *site, const char *word)
{
  for (guint i = 0; i < site->types->len; i++)
    {
      const TmType *type = g_ptr_array_index (site->types, i);
      g_auto (GStrv) parts = g_strsplit (type->name != NULL ? type->name : "", "/", 0);
      if (any_name_fits (NULL, NULL, parts, word, is_same))
        return type;
    }
  return NULL;
}

/* --- lists of words --- */

typedef gconstpointer (*Meant) (const TmSite *site, const char *word);

/* Where the piece at `at` of a folded value ends; what parts it from the next goes into `skip_out`. */
static gsize
piece_end (const char *at, gsize *skip_out)
{
  static const char *const between[] = { " - ", " – ", " — ", " or ", " oder ", NULL };
  gsize i = 0;
  for (; at[i] != '\0'; i++)
    {
      *skip_out = 1;
      if (strchr ("()[]/|,;:", at[i]) != NULL)
        return i;
      for (const char *const *word = between; *word != NULL; word++)
        if (g_str_has_prefix (at + i, *word))
          {
            *skip_out = strlen (*word);
            return i;
          }
    }
  *skip_out = 0;
  return i;
}

/* What the pieces of `value` that mean anything agree about; NULL: nothing. */
static gconstpointer
meant_by_pieces (const TmSite *site, const char *value, Meant meant)
{
  gconstpointer all = NULL;
  for (gsize skip; *value != '\0';)
    {
      gsize len = piece_end (value, &skip);
      g_autofree char *piece = fold (value, len, VALUE_BYTES);
      gconstpointer one = piece != NULL ? meant (site, piece) : NULL;
      if (one != NULL && all != NULL && one != all)
        return NULL;
      if (one != NULL)
        all = one;
      value += len + skip;
    }
  return all;
}

static gconstpointer
meant_by (const TmSite *site, const char *value, gsize len, Meant first, Meant second)
{
  g_autofree char *folded = fold (value, len, VALUE_BYTES);
  if (folded == NULL)
    return NULL;
  gconstpointer found = first (site, folded);
  if (found == NULL)
    found = second (site, folded);
  if (found == NULL)
    found = meant_by_pieces (site, folded, first);
  return found != NULL ? found : meant_by_pieces (site, folded, second);
}

const TmPriority *
stated_priority_meant (const TmSite *site, const char *value, gsize len)
{
  return meant_by (site, value, len, priority_of_word, priority_of_number);
}

const TmPriority *
stated_priority_named (const TmSite *site, const char *value, gsize len)
{
  return meant_by (site, value, len, priority_of_word, priority_of_labelled_number);
}

const TmType *
stated_type_meant (const TmSite *site, const char *value, gsize len)
{
  return meant_by (site, value, len, type_of_word, type_of_name_part);
}

const TmPriority *
stated_code (const TmSite *site, const char *word, gsize len)
{
  for (guint i = 0; i < site->priorities->len; i++)
    {
      const TmPriority *priority = g_ptr_array_index (site->priorities, i);
      if (strlen (priority->code) == len && g_ascii_strncasecmp (priority->code, word, len) == 0
          && *digits_of (priority->code) != '\0')
        return priority;
    }
  return NULL;
}
