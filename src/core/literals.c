/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/literals.h"

#include <stdbool.h>
#include <string.h>

/* Shorter words stand in nearly every text; longer lists of alternatives, too. */
enum { WORD_MIN = 2, WORDS_MAX = 32, LENGTH_COUNTS = 8, DEPTH_MAX = 100 };

typedef struct
{
  const char *at;
  bool caseless, extended;
  bool lost;  /* something that is not read here: nothing is known */
  int depth;
} Reader;

/* What one item of a sequence says. */
typedef struct
{
  GString *literal; /* the character itself; else NULL */
  GPtrArray *words; /* of a group, one of which it needs; else NULL */
} Item;

static GPtrArray *read_alternatives (Reader *reader);

static void
item_clear (Item *item)
{
  if (item->literal != NULL)
    g_string_free (item->literal, TRUE);
  g_clear_pointer (&item->words, g_ptr_array_unref);
  *item = (Item){ 0 };
}

/* --- sets of words --- */

static gsize
shortest (const GPtrArray *words)
{
  gsize len = G_MAXSIZE;
  for (guint i = 0; i < words->len; i++)
    len = MIN (len, strlen (g_ptr_array_index (words, i)));
  return len;
}

/* Keeps the better of the two in `best` and takes `words` over. */
static void
consider (GPtrArray **best, GPtrArray *words)
{
  bool is_better = *best == NULL;
  if (!is_better)
    {
      gsize had = MIN (shortest (*best), LENGTH_COUNTS), has = MIN (shortest (words), LENGTH_COUNTS);
      is_better = has > had || (has == had && words->len < (*best)->len)
                  || (has == had && words->len == (*best)->len && shortest (words) > shortest (*best));
    }
  GPtrArray *loser = is_better ? *best : words;
  if (is_better)
    *best = words;
  g_clear_pointer (&loser, g_ptr_array_unref);
}

static void
consider_run (GPtrArray **best, GString *run)
{
  if (run->len >= WORD_MIN)
    {
      GPtrArray *words = g_ptr_array_new_with_free_func (g_free);
      g_ptr_array_add (words, g_strdup (run->str));
      consider (best, words);
    }
  g_string_truncate (run, 0);
}

/* --- reading --- */

static void
lose (Reader *reader)
{
  reader->lost = true;
}

static void
skip_character (Reader *reader)
{
  if (*reader->at != '\0')
    reader->at = g_utf8_next_char (reader->at);
}

static void
skip_past (Reader *reader, char closer)
{
  const char *p = strchr (reader->at, closer);
  if (p != NULL)
    reader->at = p + 1;
  else
    lose (reader);
}

/* Flag x: white space and comments stand for nothing, also between an item and its quantifier. */
static void
skip_extended (Reader *reader)
{
  while (reader->extended && *reader->at != '\0')
    {
      if (strchr (" \t\n\v\f\r", *reader->at) != NULL)
        reader->at++;
      else if (*reader->at == '#')
        reader->at += strcspn (reader->at, "\n");
      else
        return;
    }
}

/* A character class stands for some one character; nothing that closes it too early or too late is let through. */
static void
read_class (Reader *reader)
{
  const char *p = reader->at + 1;
  p += *p == '^';
  p += *p == ']';
  while (*p != ']' && *p != '\0' && !reader->lost)
    {
      if (*p == '\\' && (p[1] == '\0' || strchr ("QEc", p[1]) != NULL))
        lose (reader);
      else if (*p == '\\')
        p += 2;
      else if (*p == '[' && (p[1] == '.' || p[1] == '='))
        lose (reader);
      else if (*p == '[' && p[1] == ':')
        {
          p += 2;
          p += *p == '^';
          gsize n_letters = strspn (p, G_CSET_a_2_z);
          if (n_letters == 0 || strncmp (p + n_letters, ":]", 2) != 0)
            lose (reader);
          else
            p += n_letters + 2;
        }
      else
        p++;
    }
  if (*p == '\0')
    lose (reader);
  else
    reader->at = p + 1;
}

static void
read_braces_or (Reader *reader, const char *characters)
{
  if (*reader->at == '{')
    skip_past (reader, '}');
  else if (characters != NULL)
    reader->at += strspn (reader->at, characters);
  else
    skip_character (reader);
}

static void
read_escape (Reader *reader, Item *item)
{
  char c = *++reader->at;
  skip_character (reader);
  if (g_ascii_ispunct (c) || c == ' ')
    {
      item->literal = g_string_new_len (&c, 1);
      return;
    }
  if (c == 'p' || c == 'P')
    read_braces_or (reader, NULL);
  else if (c == 'x')
    read_braces_or (reader, G_CSET_DIGITS "abcdefABCDEF");
  else if (g_ascii_isdigit (c))
    reader->at += strspn (reader->at, G_CSET_DIGITS);
  else if (c == '\0' || (g_ascii_isalpha (c) && strchr ("dDwWsShHvVRXNbBAZzGKtnrfea", c) == NULL)
           || (c == 'N' && *reader->at == '{'))
    lose (reader);
}

/* `imnsxJU`, `-` and `^` up to what ends them, `)` or `:`. */
static void
read_options (Reader *reader)
{
  bool on = true;
  int n_extended = 0;
  for (; *reader->at != ')' && *reader->at != ':' && !reader->lost; reader->at++)
    switch (*reader->at)
      {
      case '^':
        reader->caseless = reader->extended = false;
        break;
      case '-':
        on = false;
        break;
      case 'i':
        reader->caseless = on;
        break;
      case 'x':
        reader->extended = on;
        if (++n_extended > 1) /* xx changes what a class is */
          lose (reader);
        break;
      case 'm':
      case 's':
      case 'n':
      case 'U':
      case 'J':
        break;
      default:
        lose (reader);
      }
}

typedef enum { GROUP_PLAIN, GROUP_LOOKAROUND, GROUP_OPTIONS } GroupKind;

static void
skip_name (Reader *reader, char closer)
{
  gsize n = strspn (reader->at, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_");
  if (n == 0 || reader->at[n] != closer)
    lose (reader);
  else
    reader->at += n + 1;
}

/* Behind `(`: what kind of group it is, up to its content. */
static GroupKind
read_group_head (Reader *reader)
{
  if (*reader->at == '*')
    lose (reader); /* verbs: (*ACCEPT) ends a match before what else it needs */
  if (*reader->at != '?')
    return GROUP_PLAIN;
  const char *p = reader->at + 1;
  reader->at = p + 1;
  if (*p == ':' || *p == '|' || *p == '>')
    return GROUP_PLAIN;
  if (*p == '=' || *p == '!')
    return GROUP_LOOKAROUND;
  if (*p == '<' && (p[1] == '=' || p[1] == '!'))
    {
      reader->at++;
      return GROUP_LOOKAROUND;
    }
  if (*p == '<')
    skip_name (reader, '>');
  else if (*p == '\'')
    skip_name (reader, '\'');
  else if (*p == 'P' && p[1] == '<')
    {
      reader->at++;
      skip_name (reader, '>');
    }
  else
    {
      reader->at = p; /* options, or conditions, calls, comments: those are not read */
      read_options (reader);
      bool is_group = *reader->at == ':';
      reader->at += *reader->at != '\0';
      return is_group ? GROUP_PLAIN : GROUP_OPTIONS;
    }
  return GROUP_PLAIN;
}

static void
read_group (Reader *reader, Item *item)
{
  bool caseless = reader->caseless, extended = reader->extended;
  reader->at++;
  GroupKind kind = read_group_head (reader);
  if (kind == GROUP_OPTIONS || reader->lost)
    return;
  if (++reader->depth > DEPTH_MAX)
    lose (reader);
  g_autoptr (GPtrArray) words = read_alternatives (reader);
  reader->depth--;
  reader->caseless = caseless;
  reader->extended = extended;
  if (*reader->at == ')')
    reader->at++;
  else
    lose (reader);
  if (kind == GROUP_PLAIN)
    item->words = g_steal_pointer (&words);
}

static void
read_item (Reader *reader, Item *item)
{
  const char *p = reader->at;
  switch (*p)
    {
    case '\\':
      read_escape (reader, item);
      return;
    case '[':
      read_class (reader);
      return;
    case '(':
      read_group (reader, item);
      return;
    case '{':
    case '*':
    case '+':
    case '?':
      lose (reader);
      return;
    case '.':
    case '^':
    case '$':
      reader->at++;
      return;
    }
  skip_character (reader);
  bool is_ascii = (guchar) *p < 0x80;
  if (!is_ascii && reader->extended)
    lose (reader); /* it may be white space */
  else if (is_ascii || !reader->caseless)
    item->literal = g_string_new_len (p, reader->at - p);
}

/* `{2}`, `{2,}` or `{2,5}`. */
static bool
read_braces (Reader *reader, bool *optional)
{
  const char *p = reader->at + 1;
  gsize n_digits = strspn (p, G_CSET_DIGITS);
  const char *end = p + n_digits;
  if (*end == ',')
    end += 1 + strspn (end + 1, G_CSET_DIGITS);
  if (n_digits == 0 || *end != '}')
    return false;
  *optional = *optional || strspn (p, "0") == n_digits;
  reader->at = end + 1;
  return true;
}

/* Whether quantifiers follow; `optional` when one of them lets the item be absent. */
static bool
read_quantifiers (Reader *reader, bool *optional)
{
  bool found = false;
  for (;;)
    {
      skip_extended (reader);
      char c = *reader->at;
      if (c == '*' || c == '?' || c == '+')
        {
          *optional = *optional || c != '+';
          reader->at++;
        }
      else if (c != '{')
        return found;
      else if (!read_braces (reader, optional))
        {
          lose (reader);
          return found;
        }
      found = true;
      reader->at += *reader->at == '?' || *reader->at == '+'; /* lazy, possessive */
    }
}

/* One alternative; NULL: no word is known. */
static GPtrArray *
read_sequence (Reader *reader)
{
  GPtrArray *best = NULL;
  g_autoptr (GString) run = g_string_new (NULL);
  for (skip_extended (reader); !reader->lost && strchr ("|)", *reader->at) == NULL; skip_extended (reader))
    {
      Item item = { 0 };
      bool optional = false;
      read_item (reader, &item);
      bool repeats = !reader->lost && read_quantifiers (reader, &optional);
      if (item.literal != NULL && !optional)
        g_string_append_len (run, item.literal->str, (gssize) item.literal->len);
      if (item.literal == NULL || repeats)
        consider_run (&best, run);
      if (item.words != NULL && !optional)
        consider (&best, g_steal_pointer (&item.words));
      item_clear (&item);
    }
  consider_run (&best, run);
  return best;
}

/* Alternatives up to the `)` that ends them, which is left; NULL: no set of words is known. */
static GPtrArray *
read_alternatives (Reader *reader)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_free);
  bool known = true;
  for (;;)
    {
      g_autoptr (GPtrArray) words = read_sequence (reader);
      known = known && words != NULL && all->len + words->len <= WORDS_MAX;
      if (known)
        g_ptr_array_extend_and_steal (all, g_steal_pointer (&words));
      if (reader->lost || *reader->at != '|')
        break;
      reader->at++;
    }
  return known && !reader->lost ? g_steal_pointer (&all) : NULL;
}

GStrv
literals_required (const char *source, const char *flags)
{
  Reader reader = { .at = source, .caseless = strchr (flags, 'i') != NULL, .extended = strchr (flags, 'x') != NULL };
  g_autoptr (GPtrArray) words = read_alternatives (&reader);
  if (words == NULL || reader.lost || *reader.at != '\0')
    return NULL;
  GStrv list = g_new0 (char *, words->len + 1);
  for (guint i = 0; i < words->len; i++)
    list[i] = g_strdup (g_ptr_array_index (words, i));
  return list;
}
