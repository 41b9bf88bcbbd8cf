/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/mailboxes.h"

#include "base/text.h"
#include "core/address.h"
#include "core/mail.h"
#include "mime/words.h"

#include <gmime/gmime.h>
#include <string.h>

enum { NAME_MAX_BYTES = 998 };

/* The end of what `open` began, on the closing character or at the end. */
static size_t
skip_enclosed (const char *value, size_t len, size_t at)
{
  char open = value[at];
  char close = (char) (open == '"' ? '"' : open == '(' ? ')' : open == '<' ? '>' : ']');
  unsigned nested = 0;
  for (at++; at < len; at++)
    {
      if (value[at] == '\\')
        at++;
      else if (value[at] == close && nested == 0)
        break;
      else if (value[at] == close)
        nested--;
      else if (open == '(' && value[at] == open)
        nested++;
    }
  return at;
}

unsigned
mailboxes_group_depth (const char *value, size_t len)
{
  unsigned depth = 0, deepest = 0;
  for (size_t i = 0; i < len; i++)
    {
      if (memchr ("\"(<[", value[i], 4) != NULL)
        i = skip_enclosed (value, len, i);
      else if (value[i] == ':')
        {
          depth++;
          deepest = MAX (deepest, depth);
        }
      else if (value[i] == ';' && depth > 0)
        depth--;
    }
  return deepest;
}

unsigned
mailboxes_group_depth_at_most (const char *value, size_t len)
{
  unsigned n = 0;
  for (size_t i = 0; i < len; i++)
    n += value[i] == ':';
  return n;
}

bool
mailbox_is_usable (const char *address)
{
  for (const char *p = address; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_isgraph (g_utf8_get_char (p)))
      return false;
  return *address != '\0' && strpbrk (address, "<>") == NULL;
}

static void
add_mailbox (InternetAddress *address, GPtrArray *mailboxes)
{
  const char *typed = internet_address_mailbox_get_addr (INTERNET_ADDRESS_MAILBOX (address));
  const char *name = internet_address_get_name (address);
  g_autofree char *valid = typed != NULL ? text_make_valid (typed, strlen (typed)) : NULL;
  g_autofree char *normal = valid != NULL ? address_normalize (valid) : NULL;
  if (normal == NULL || !mailbox_is_usable (normal))
    return;
  g_autofree char *valid_name = name != NULL ? text_make_valid (name, strlen (name)) : g_strdup ("");
  g_autofree char *decoded = words_decode (valid_name);
  g_autofree char *line = text_one_line (decoded, NAME_MAX_BYTES);
  g_ptr_array_add (mailboxes, mailbox_new (normal, line));
}

/* Nests no deeper than the screened groups. */
static void
add_all (InternetAddressList *list, unsigned max, GPtrArray *mailboxes)
{
  int n = internet_address_list_length (list);
  for (int i = 0; i < n && mailboxes->len < max; i++)
    {
      InternetAddress *address = internet_address_list_get_address (list, i);
      if (INTERNET_ADDRESS_IS_GROUP (address))
        add_all (internet_address_group_get_members (INTERNET_ADDRESS_GROUP (address)), max, mailboxes);
      else
        add_mailbox (address, mailboxes);
    }
}

static void
collect (const char *words, unsigned max, GPtrArray *mailboxes)
{
  InternetAddressList *list = internet_address_list_parse (NULL, words);
  if (list == NULL)
    return;
  add_all (list, max, mailboxes);
  g_object_unref (list);
}

/* `"name" <address>`, whatever stands in the name. */
static char *
quote_name (const char *name, size_t name_len, const char *address, size_t address_len)
{
  static const char scheme[] = "mailto:";
  GString *out = g_string_new ("\"");
  for (size_t i = 0; i < name_len; i++)
    if (name[i] != '"' && name[i] != '\\')
      g_string_append_c (out, name[i]);
  g_string_append (out, "\" <");
  size_t skipped = address_len >= sizeof scheme && g_ascii_strncasecmp (address, scheme, sizeof scheme - 1) == 0
                     ? sizeof scheme - 1
                     : 0;
  g_string_append_len (out, address + skipped, (gssize) (address_len - skipped));
  return g_string_free (g_string_append_c (out, '>'), FALSE);
}

/* One address in a form of no grammar, as people's programs write it: `[Acme] Eve <eve@…>`, `Eve eve@…`,
 * `<mailto:eve@…>`.  NULL: none, or more than one. */
static char *
repair_single (const char *value)
{
  const char *at = strchr (value, '@'), *open = strchr (value, '<');
  if (at == NULL || strchr (at + 1, '@') != NULL || (open != NULL && strchr (open + 1, '<') != NULL))
    return NULL;
  if (open != NULL && open < at)
    return quote_name (value, (size_t) (open - value), open + 1, strcspn (open + 1, "> "));
  const char *start = at;
  while (start > value && start[-1] != ' ')
    start--;
  return open == NULL ? quote_name (value, (size_t) (start - value), start, strcspn (start, " ")) : NULL;
}

bool
mailboxes_collect (const char *value, const TmLimits *limits, GPtrArray *mailboxes)
{
  /* What hides behind unbalanced quotes may still nest for GMime; so much a small stack holds. */
  enum { STACK_SAFE = 500 };
  size_t len = strlen (value);
  if (mailboxes_group_depth (value, len) > limits->groups || mailboxes_group_depth_at_most (value, len) > STACK_SAFE
      || !words_are_bounded (value, len))
    return false;
  guint n_before = mailboxes->len;
  bool is_encoded = strstr (value, "=?") != NULL;
  g_autofree char *words = is_encoded ? words_normalize (value) : g_strdup (value);
  collect (words, limits->addresses, mailboxes);
  if (mailboxes->len > n_before)
    return true;
  g_autofree char *decoded = is_encoded ? words_decode (value) : g_strdup (value); /* some encode all of it */
  g_autofree char *repaired = repair_single (decoded);
  if (repaired != NULL)
    collect (repaired, limits->addresses, mailboxes);
  return true;
}
