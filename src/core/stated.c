/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/stated.h"

#include "base/text.h"
#include "core/quote.h"
#include "core/stated_words.h"

#include <string.h>

enum { MAX_LINES = 40, MAX_BYTES = 8192, LABEL_BYTES = 60, SHORT_LINE_BYTES = 40, WHERE_BYTES = 40 };

void
stated_clear (TmStated *stated)
{
  g_clear_pointer (&stated->priority_where, g_free);
  g_clear_pointer (&stated->type_where, g_free);
}

/* A piece of the message. */
typedef struct
{
  const char *at;
  gsize len;
} Span;

typedef struct
{
  const TmSite *site;
  TmStated *stated;
} Search;

/* --- what was found --- */

static char *
describe (const char *field, Span span)
{
  g_autofree char *text = g_strndup (span.at, span.len);
  g_autofree char *whole = field != NULL ? g_strconcat (field, ": ", text, NULL) : g_strdup (text);
  return text_one_line (whole, WHERE_BYTES);
}

static bool
take_priority (const Search *search, const TmPriority *priority, const char *field, Span span)
{
  if (priority == NULL || search->stated->priority != NULL)
    return false;
  search->stated->priority = priority;
  search->stated->priority_where = describe (field, span);
  return true;
}

static bool
take_type (const Search *search, const TmType *type, const char *field, Span span)
{
  if (type == NULL || search->stated->type != NULL)
    return false;
  search->stated->type = type;
  search->stated->type_where = describe (field, span);
  return true;
}

/* --- "label: value" --- */

static bool
is_blank (char c)
{
  return c == ' ' || c == '\t';
}

static Span
trimmed (Span span)
{
  while (span.len > 0 && is_blank (*span.at))
    span.at++, span.len--;
  while (span.len > 0 && is_blank (span.at[span.len - 1]))
    span.len--;
  return span;
}

/* Where the label of `line` ends, 0: it has none.  Short lines may do without a colon: "Prio 1". */
static gsize
label_end (Span line)
{
  gsize last_blank = 0;
  for (gsize i = 0; i < MIN (line.len, LABEL_BYTES); i++)
    if (line.at[i] == ':' || line.at[i] == '=' || line.at[i] == '\t')
      return i;
    else if (line.at[i] == ' ' && last_blank == 0)
      last_blank = i;
  return line.len <= SHORT_LINE_BYTES ? last_blank : 0;
}

/* Behind the bullets and stars that lines of forms begin with. */
static Span
without_bullet (Span line)
{
  while (line.len > 0 && strchr (" \t*_-#|", *line.at) != NULL)
    line.at++, line.len--;
  return line;
}

typedef struct
{
  TmStatedLabel label;
  Span value;
} Labelled;

static Labelled
read_label (Span line)
{
  Labelled found = { TM_STATED_NOTHING, { line.at, 0 } };
  gsize end = label_end (line);
  if (end == 0)
    return found;
  found.label = stated_label (line.at, end);
  found.value = trimmed ((Span){ line.at + end + 1, line.len - end - 1 });
  return found;
}

/* Whether `value` means something; `span` is what the reader is shown. */
static bool
take_labelled (const Search *search, TmStatedLabel label, Span value, const char *field, Span span)
{
  switch (label)
    {
    case TM_STATED_NOTHING:
      return false;
    case TM_STATED_PRIORITY:
      return take_priority (search, stated_priority_meant (search->site, value.at, value.len), field, span);
    case TM_STATED_TYPE:
      return take_type (search, stated_type_meant (search->site, value.at, value.len), field, span);
    }
  return false;
}

/* --- the text --- */

/* The line at `at`, and behind its end. */
static Span
next_line (const char **at, const char *end)
{
  const char *feed = memchr (*at, '\n', (gsize) (end - *at));
  Span line = { *at, (gsize) ((feed != NULL ? feed : end) - *at) };
  *at = feed != NULL ? feed + 1 : end;
  return line;
}

/* The value of a label that stands alone: the next line, or the one behind a blank one. */
static Span
value_below (const char *at, const char *end)
{
  Span line = { at, 0 };
  for (int i = 0; i < 2 && at < end && line.len == 0; i++)
    line = trimmed (next_line (&at, end));
  return line;
}

/* Whether the line says anything, whoever wrote it: that costs more to find out. */
static bool
try_line (const Search *search, Span whole, const char *below, const char *end)
{
  Span line = trimmed (without_bullet (whole));
  if (line.len == 0)
    return false;
  if (line.len <= SHORT_LINE_BYTES && take_priority (search, stated_code (search->site, line.at, line.len), NULL, line))
    return true;
  Labelled found = read_label (line);
  if (found.label == TM_STATED_NOTHING)
    return false;
  if (found.value.len > 0)
    return take_labelled (search, found.label, found.value, NULL, line);
  Span value = value_below (below, end);
  return take_labelled (search, found.label, value, NULL, (Span){ line.at, (gsize) (value.at + value.len - line.at) });
}

static bool
says_all (const TmStated *stated)
{
  return stated->priority != NULL && stated->type != NULL;
}

static void
search_text (const Search *search, const TmMail *mail)
{
  const char *at = mail->text + mail->reply_start;
  const char *end = at + MIN (mail->reply_len, MAX_BYTES);
  for (int i = 0; i < MAX_LINES && at < end && !says_all (search->stated); i++)
    {
      g_auto (TmStated) tried = { .priority = search->stated->priority, .type = search->stated->type };
      const Search trial = { search->site, &tried };
      Span line = next_line (&at, end);
      if (!try_line (&trial, line, at, end) || !quote_is_own (mail->text, (gsize) (line.at - mail->text)))
        continue;
      if (tried.priority_where != NULL)
        search->stated->priority_where = g_steal_pointer (&tried.priority_where);
      if (tried.type_where != NULL)
        search->stated->type_where = g_steal_pointer (&tried.type_where);
      search->stated->priority = tried.priority;
      search->stated->type = tried.type;
    }
}

/* --- the Subject --- */

/* "P2 the site is slow": a code in front needs no punctuation. */
static bool
take_first_word (const Search *search, Span piece)
{
  gsize len = 0;
  while (len < piece.len && piece.at[len] != ' ' && piece.at[len] != ':')
    len++;
  return take_priority (search, stated_code (search->site, piece.at, len), "Subject", (Span){ piece.at, len });
}

static void
take_piece (const Search *search, Span piece)
{
  Labelled found = read_label (piece);
  if (!take_labelled (search, found.label, found.value, "Subject", piece))
    take_first_word (search, piece);
}

/* "[P1]", "[Change Request]". */
static void
take_bracketed (const Search *search, Span piece, Span shown)
{
  Labelled found = read_label (piece);
  if (take_labelled (search, found.label, found.value, "Subject", shown))
    return;
  take_priority (search, stated_priority_named (search->site, piece.at, piece.len), "Subject", shown);
  take_type (search, stated_type_meant (search->site, piece.at, piece.len), "Subject", shown);
}

/* "Urgent: the site is slow", behind "Re:". */
static void
take_prefixes (const Search *search, Span piece)
{
  const char *colon;
  while ((colon = memchr (piece.at, ':', piece.len)) != NULL)
    {
      const Span front = trimmed ((Span){ piece.at, (gsize) (colon - piece.at) });
      if (front.len <= SHORT_LINE_BYTES)
        take_priority (search, stated_priority_named (search->site, front.at, front.len), "Subject", front);
      piece = trimmed ((Span){ colon + 1, (gsize) (piece.at + piece.len - colon - 1) });
      take_piece (search, piece);
    }
}

/* Where the piece at `at` ends; a dash between blanks parts, too. */
static gsize
subject_piece_len (const char *at, bool is_bracketed)
{
  gsize len = strcspn (at, "[](),;|");
  const char *dash = is_bracketed ? NULL : strstr (at, " - ");
  return dash != NULL && (gsize) (dash - at) < len ? (gsize) (dash - at) + 1 : len;
}

static void
search_subject (const Search *search, const char *subject)
{
  bool is_front = true, is_bracketed = false;
  for (const char *at = subject; *at != '\0';)
    {
      gsize len = subject_piece_len (at, is_bracketed);
      Span piece = trimmed ((Span){ at, len });
      if (is_bracketed && at[len] == ']')
        take_bracketed (search, piece, (Span){ at - 1, len + 2 });
      else if (piece.len > 0)
        take_piece (search, piece);
      if (is_front && !is_bracketed && piece.len > 0)
        {
          take_prefixes (search, piece);
          is_front = false;
        }
      is_bracketed = at[len] == '[';
      at += len + (at[len] != '\0');
    }
}

/* --- what mail programs can be told to set --- */

static const char *
level_of_number (const char *value)
{
  switch (*value)
    {
    case '1':
    case '2':
      return "high";
    case '4':
    case '5':
      return "low";
    }
  return NULL;
}

static const char *
level_of_word (const char *value)
{
  static const char *const high[] = { "high", "highest", "urgent", NULL };
  static const char *const low[] = { "low", "lowest", "non-urgent", NULL };
  g_autofree char *word = g_ascii_strdown (value, -1);
  return g_strv_contains (high, word) ? "high" : g_strv_contains (low, word) ? "low" : NULL;
}

static const char *
level_of (const char *value)
{
  return g_ascii_isdigit (*value) ? level_of_number (value) : level_of_word (value);
}

static void
search_flags (const Search *search, const TmMail *mail)
{
  static const char *const names[] = { "X-Priority", "Importance", "X-MSMail-Priority", "Priority" };
  for (guint i = 0; i < mail->headers->len && search->stated->priority == NULL; i++)
    {
      const TmHeader *header = g_ptr_array_index (mail->headers, i);
      for (size_t j = 0; j < G_N_ELEMENTS (names); j++)
        {
          if (g_ascii_strcasecmp (header->name, names[j]) != 0)
            continue;
          const char *level = level_of (header->value);
          if (level != NULL)
            take_priority (search, stated_priority_meant (search->site, level, strlen (level)), header->name,
                           (Span){ header->value, strlen (header->value) });
        }
    }
}

void
stated_find (const TmSite *site, const TmMail *mail, bool own_text_only, TmStated *stated_out)
{
  const Search search = { site, stated_out };
  *stated_out = (TmStated){ .priority = NULL };
  search_text (&search, mail);
  if (own_text_only)
    return;
  search_subject (&search, mail->subject);
  search_flags (&search, mail);
}
