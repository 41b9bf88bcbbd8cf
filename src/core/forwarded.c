/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/forwarded.h"

#include "base/clock.h"
#include "base/text.h"
#include "core/address.h"
#include "core/calendar_inside.h"
#include "core/quote_words.h"

#include <string.h>

/* LABELED: of a line's begin, as much as can hold a label; longer lines are no fields. */
enum { LINE_BYTES = 1000, LABELED = 64, NAME_MAX_BYTES = 128, SUBJECT_MAX_BYTES = 998, FIELDS_MIN = 3 };

/* What stands around an address but in no address. */
#define AROUND " \t<>[](){}\"',;:*|"

/* A block while its lines come. */
typedef struct
{
  unsigned labels;      /* TmLabel of the fields so far, 0: none */
  unsigned n_fields;
  unsigned last;        /* TmLabel of the line before; 0: that was no field, or has its value */
  bool is_after_blank;
  TmMailbox *from;
  gint64 date_at;
  char *subject;
} Block;

/* --- one field --- */

/* The first address of `value` that can be one, with the name before it; NULL: none. */
static TmMailbox *
read_mailbox (const char *value)
{
  for (const char *at = strchr (value, '@'); at != NULL; at = strchr (at, '@'))
    {
      const char *start = at, *end = at + strcspn (at, AROUND);
      while (start > value && strchr (AROUND, start[-1]) == NULL)
        start--;
      g_autofree char *typed = g_strndup (start, (gsize) (end - start));
      g_autofree char *address = address_normalize (typed);
      at = end;
      if (address == NULL || strchr (address_domain (address), '.') == NULL || !g_utf8_validate (address, -1, NULL))
        continue;
      if (start - value >= 7 && g_ascii_strncasecmp (start - 7, "mailto:", 7) == 0)
        start -= 7;
      while (start > value && strchr (" \t<[(\"'*|", start[-1]) != NULL)
        start--;
      value += strspn (value, " \t\"'*|");
      g_autofree char *before = start > value ? g_strndup (value, (gsize) (start - value)) : g_strdup ("");
      g_autofree char *name = text_one_line (before, NAME_MAX_BYTES);
      return mailbox_new (address, name);
    }
  return NULL;
}

static int
read_month (const char *text)
{
  static const char *const months[]
    = { "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec" };
  for (int i = 0; i < (int) G_N_ELEMENTS (months); i++)
    if (g_ascii_strncasecmp (text, months[i], 3) == 0)
      return i + 1;
  return 0;
}

static bool
read_number (const char **at, gint64 max, char behind, int *out)
{
  char *end;
  if (!g_ascii_isdigit (**at))
    return false;
  gint64 number = g_ascii_strtoll (*at, &end, 10);
  if (number > max || (behind != '\0' && *end != behind))
    return false;
  *out = (int) number;
  *at = end + (behind != '\0' ? 1 : 0);
  return true;
}

/* Seconds east of UTC. */
static bool
read_zone (const char *text, gint64 *offset_out)
{
  text += strspn (text, " ");
  *offset_out = 0;
  if (strcmp (text, "GMT") == 0 || strcmp (text, "UTC") == 0)
    return true;
  int sign = *text == '-' ? -1 : *text == '+' ? 1 : 0;
  const char *digits = text + 1;
  int zone;
  if (sign == 0 || strspn (digits, "0123456789") != 4 || !read_number (&digits, 1400, '\0', &zone))
    return false;
  *offset_out = sign * (zone / 100 * 3600 + zone % 100 * 60);
  return true;
}

/* `Fri, 20 Nov 2026 16:00:00 +0100`, the day of the week and the seconds as they like; TM_NEVER: anything else. */
static gint64
read_date (const char *value)
{
  int day, month, year, hour, minute, second = 0;
  gint64 offset;
  const char *comma = strchr (value, ',');
  const char *at = comma != NULL ? comma + 1 : value;
  at += strspn (at, " ");
  if (!read_number (&at, 31, ' ', &day) || day < 1 || (month = read_month (at)) == 0)
    return TM_NEVER;
  at += strcspn (at, " ");
  at += strspn (at, " ");
  if (!read_number (&at, 2099, ' ', &year) || year < 1970 || !read_number (&at, 23, ':', &hour)
      || !read_number (&at, 59, '\0', &minute))
    return TM_NEVER;
  if (*at == ':' && (at++, !read_number (&at, 60, '\0', &second)))
    return TM_NEVER;
  if (*at != ' ' || !read_zone (at, &offset))
    return TM_NEVER;
  gint64 days = date_from_ymd (year, month, day);
  return days * 86400 + hour * 3600 + minute * 60 + second - offset;
}

static void
take_value (Block *block, unsigned label, const char *value)
{
  if (label == TM_LABEL_FROM && block->from == NULL)
    block->from = read_mailbox (value);
  else if (label == TM_LABEL_DATE && block->date_at == TM_NEVER)
    block->date_at = read_date (value);
  else if (label == TM_LABEL_SUBJECT && (block->subject == NULL || *block->subject == '\0'))
    {
      g_free (block->subject);
      block->subject = text_one_line (value, SUBJECT_MAX_BYTES);
    }
  bool is_open = *value == '\0' || (label == TM_LABEL_FROM && block->from == NULL);
  block->last = is_open ? label : TM_LABEL_NONE;
}

/* --- lines --- */

/* Without quoting, drawn tables and bold type. */
static char *
bare_line (const char *line, gsize len)
{
  if (len > LINE_BYTES)
    return NULL;
  g_autofree char *text = g_strndup (line, len);
  g_autoptr (GString) clean = g_string_new (text + strspn (text, " \t>|*_"));
  g_string_replace (clean, "\xc2\xa0", " ", 0);
  g_strdelimit (clean->str, "\t", ' ');
  return g_strchomp (g_strdup (clean->str));
}

static unsigned
read_label (const char *line, const char **value_out)
{
  gsize len = strlen (line);
  const char *colon = strchr (line, ':'), *wide = strstr (line, "：");
  if (colon == NULL && wide == NULL)
    return TM_LABEL_NONE;
  if (len > LABELED)
    len = (gsize) (g_utf8_find_prev_char (line, line + LABELED) - line);
  g_autofree char *lower = g_utf8_strdown (line, (gssize) len);
  unsigned label = quote_label (lower);
  if (label == TM_LABEL_NONE)
    return label;
  const char *value = wide != NULL && (colon == NULL || wide < colon) ? wide + strlen ("：") : colon + 1;
  *value_out = value + strspn (value, " *_|");
  return label;
}

/* --- the block --- */

static void
block_clear (Block *block)
{
  mailbox_free (block->from);
  g_free (block->subject);
  *block = (Block) { .date_at = TM_NEVER };
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Block, block_clear)

static bool
is_whole (const Block *block)
{
  return block->from != NULL && block->n_fields >= FIELDS_MIN;
}

static void
add_field (Block *block, unsigned label, const char *value)
{
  block->labels |= label;
  block->n_fields++;
  block->is_after_blank = false;
  take_value (block, label, value);
}

/* False: the block ends before this line. */
static bool
add_line (Block *block, const char *line)
{
  const char *value = "";
  unsigned label = line != NULL ? read_label (line, &value) : TM_LABEL_NONE;
  if (label != TM_LABEL_NONE && (block->labels & label) != 0)
    return false;
  if (label != TM_LABEL_NONE)
    add_field (block, label, value);
  else if (line == NULL || *line != '\0')
    {
      if (block->last != TM_LABEL_NONE && line != NULL)
        {
          /* A value below its label, or one that was wrapped. */
          take_value (block, block->last, line);
          block->last = TM_LABEL_NONE;
          block->is_after_blank = false;
        }
      else if (block->is_after_blank)
        return false;
    }
  else
    block->is_after_blank = block->n_fields > 0;
  return true;
}

TmForwarded *
forwarded_read (const char *text)
{
  g_auto (Block) block = { .date_at = TM_NEVER };
  for (const char *line = text; *line != '\0';)
    {
      gsize len = strcspn (line, "\n");
      g_autofree char *bare = bare_line (line, len);
      line += len + (line[len] == '\n' ? 1 : 0);
      if (add_line (&block, bare))
        continue;
      if (is_whole (&block))
        break;
      block_clear (&block);
      add_line (&block, bare);
    }
  if (!is_whole (&block))
    return NULL;
  TmForwarded *forwarded = forwarded_new (g_steal_pointer (&block.from));
  forwarded->date_at = block.date_at;
  if (block.subject != NULL)
    {
      g_free (forwarded->subject);
      forwarded->subject = g_steal_pointer (&block.subject);
    }
  return forwarded;
}
