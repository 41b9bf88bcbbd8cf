/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/msgid.h"

#include "base/text.h"

#include <stdbool.h>
#include <string.h>

enum { MSGID_MAX = 998 };

/* Blanks inside come from folding and go; anything else that may not be in an id spoils it. */
static char *
clean_id (const char *start, size_t len)
{
  if (len > 0 && len <= MSGID_MAX && text_printable_run (start, len) == len && memchr (start, ' ', len) == NULL
      && memchr (start, '<', len) == NULL && memchr (start, '>', len) == NULL)
    return g_strndup (start, len);
  GString *id = g_string_sized_new (MIN (len, MSGID_MAX) + 1);
  bool usable = true;
  for (size_t i = 0; i < len && usable; i++)
    {
      unsigned char c = (unsigned char) start[i];
      if (c == ' ' || c == '\t')
        continue;
      usable = c > 0x20 && c != 0x7f && c != '<' && c != '>' && id->len < MSGID_MAX;
      g_string_append_c (id, (char) c);
    }
  /* C1 controls, byte order marks and line separators hide in UTF-8. */
  for (const char *p = id->str; usable && *p != '\0'; p = g_utf8_next_char (p))
    usable = g_unichar_isgraph (g_utf8_get_char (p));
  if (usable && id->len > 0)
    return g_string_free (id, FALSE);
  g_string_free (id, TRUE);
  return NULL;
}

static void
add_id (GPtrArray *ids, const char *start, size_t len, unsigned max)
{
  char *id = clean_id (start, len);
  if (id == NULL)
    return;
  if (max > 1 && ids->len >= max)
    g_ptr_array_remove_index (ids, 1);
  if (ids->len < max)
    g_ptr_array_add (ids, id);
  else
    g_free (id);
}

/* Ids without brackets: words with an `@`, or all of a single word. */
static void
collect_bare (const char *value, unsigned max, GPtrArray *ids)
{
  size_t blank = strcspn (value, " \t");
  bool single = value[blank] == '\0';
  while (*value != '\0')
    {
      size_t len = strcspn (value, " \t");
      if (len > 0 && (single || memchr (value, '@', len) != NULL))
        add_id (ids, value, len, max);
      value += len;
      value += strspn (value, " \t");
    }
}

void
msgid_collect (const char *value, unsigned max, GPtrArray *ids)
{
  const char *open = strchr (value, '<');
  if (open == NULL)
    collect_bare (value, max, ids);
  while (open != NULL)
    {
      const char *close = strchr (open, '>');
      if (close == NULL)
        break;
      /* "<lost <id@host>": the innermost counts. */
      for (const char *inner = close; inner > open; inner--)
        if (*inner == '<')
          {
            open = inner;
            break;
          }
      add_id (ids, open + 1, (size_t) (close - open - 1), max);
      open = strchr (close, '<');
    }
}

char *
msgid_first (const char *value)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  msgid_collect (value, 2, ids);
  return g_strdup (ids->len > 0 ? g_ptr_array_index (ids, 0) : "");
}
