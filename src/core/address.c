/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/address.h"

#include "base/text.h"

#include <string.h>

enum { ADDRESS_MAX = 320 };

/* Controls, invisible characters: nobody could tell such an address from another one. */
static bool
is_shown_as_it_is (const char *text)
{
  if (!g_utf8_validate (text, -1, NULL))
    return false;
  for (; *text != '\0'; text = g_utf8_next_char (text))
    if (text_is_unsafe (g_utf8_get_char (text)))
      return false;
  return true;
}

/* RFC 5321 §4.1.1.3 still lets a client send "@relay:user@host". */
static char *
skip_source_route (char *address)
{
  char *colon;
  if (*address == '@' && (colon = strchr (address, ':')) != NULL)
    return colon + 1;
  return address;
}

/* What becomes of other scripts may have a final dot, too, and a U+FF20 in them becomes another `@`. */
static char *
normalize_domain (const char *domain)
{
  g_autofree char *ascii = *domain == '[' || g_str_is_ascii (domain) ? g_strdup (domain) : g_hostname_to_ascii (domain);
  size_t len = ascii != NULL ? strlen (ascii) : 0;
  if (len > 0 && ascii[len - 1] == '.')
    ascii[--len] = '\0';
  if (len == 0 || ascii[len - 1] == '.' || strpbrk (ascii, "@ ") != NULL || !is_shown_as_it_is (ascii))
    return NULL;
  return g_ascii_strdown (ascii, -1);
}

static bool
is_dot_atom (const char *text)
{
  if (*text == '\0' || *text == '.' || g_str_has_suffix (text, ".") || strstr (text, "..") != NULL)
    return false;
  for (; *text != '\0'; text++)
    if (!g_ascii_isalnum (*text) && (guchar) *text < 0x80 && strchr (".!#$%&'*+-/=?^_`{|}~", *text) == NULL)
      return false;
  return true;
}

/* The quotes of "bob"@host mean nothing (RFC 5321 §4.1.2), and MTAs deliver it to bob@host; those of "a b"@host do. */
static char *
unquote_local (const char *local)
{
  size_t len = strlen (local);
  if (len < 2 || local[0] != '"' || local[len - 1] != '"')
    return g_strdup (local);
  GString *bare = g_string_sized_new (len);
  for (const char *p = local + 1; p < local + len - 1; p++)
    {
      if (*p == '\\' && p + 1 < local + len - 1)
        p++;
      g_string_append_c (bare, *p);
    }
  g_autofree char *text = g_string_free (bare, FALSE);
  return is_dot_atom (text) ? g_steal_pointer (&text) : g_strdup (local);
}

/* Lower case; but what is not ASCII does not become it: the Kelvin sign (U+212A) would make "ate" Kate. */
static char *
fold_local (const char *local)
{
  GString *folded = g_string_sized_new (strlen (local) + 1);
  for (const char *p = local; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p), lower = g_unichar_tolower (c);
      g_string_append_unichar (folded, lower < 0x80 && c >= 0x80 ? c : lower);
    }
  return g_string_free (folded, FALSE);
}

/* `name@host` of the characters that mean themselves: to put it in lower case is all there is to do. */
static bool
is_plain (const char *typed)
{
  const char *at = NULL;
  const char *p = typed;
  for (; g_ascii_isalnum (*p) || (*p == '@' && p > typed && at == NULL) || *p == '.' || *p == '-' || *p == '_'
         || *p == '+' || *p == '=';
       p++)
    if (*p == '@')
      at = p;
  return *p == '\0' && at != NULL && p > at + 1 && p[-1] != '.' && p - typed <= ADDRESS_MAX;
}

char *
address_normalize (const char *typed)
{
  if (is_plain (typed))
    return g_ascii_strdown (typed, -1);
  g_autofree char *copy = g_strstrip (g_strdup (typed));
  size_t len = strlen (copy);
  char *start = copy;
  if (len >= 2 && copy[0] == '<' && copy[len - 1] == '>')
    {
      copy[len - 1] = '\0';
      start = copy + 1;
    }
  if (*start == '\0')
    return g_strdup ("");

  const char *plain = g_strstrip (skip_source_route (start));
  const char *at = strrchr (plain, '@');
  /* A second route or bracket is no part of a name. */
  if (at == NULL || *plain == '@' || *plain == '<' || strlen (plain) > ADDRESS_MAX || !is_shown_as_it_is (plain))
    return NULL;
  g_autofree char *domain = normalize_domain (at + 1);
  if (domain == NULL)
    return NULL;
  g_autofree char *written = g_strndup (plain, (gsize) (at - plain));
  g_autofree char *local = unquote_local (written);
  g_autofree char *folded = fold_local (local);
  g_autofree char *address = g_strconcat (folded, "@", domain, NULL);
  return strlen (address) <= ADDRESS_MAX ? g_steal_pointer (&address) : NULL;
}

const char *
address_domain (const char *address)
{
  const char *at = strrchr (address, '@');
  return at != NULL ? at + 1 : "";
}

void
address_split_extension (const char *address, char delimiter, char **base_out, char **extension_out)
{
  const char *at = strrchr (address, '@');
  const char *mark = at != NULL && at > address ? memchr (address + 1, delimiter, (size_t) (at - address - 1)) : NULL;
  if (mark == NULL)
    {
      *base_out = g_strdup (address);
      *extension_out = NULL;
      return;
    }
  g_autofree char *local = g_strndup (address, (gsize) (mark - address));
  *base_out = g_strconcat (local, at, NULL);
  *extension_out = g_strndup (mark + 1, (gsize) (at - mark - 1));
}

char *
address_add_extension (const char *address, char delimiter, const char *extension)
{
  const char *at = strrchr (address, '@');
  if (extension == NULL || at == NULL)
    return g_strdup (address);
  return g_strdup_printf ("%.*s%c%s%s", (int) (at - address), address, delimiter, extension, at);
}

/* --- what senders' hosts do to an address --- */

static const char *
skip_fields (const char *at, unsigned n_fields)
{
  for (; at != NULL && n_fields > 0; n_fields--)
    {
      at = strchr (at, '=');
      at = at != NULL ? at + 1 : NULL;
    }
  return at;
}

const char *
address_unwrap_local (const char *local)
{
  const char *inner = local;
  if (g_str_has_prefix (local, "prvs="))
    inner = skip_fields (local, 2);
  else if (g_str_has_prefix (local, "btv1=="))
    inner = skip_fields (local, 4);
  else if (g_str_has_prefix (local, "srs0") && local[4] != '\0')
    inner = skip_fields (local + 5, 3);
  else if (g_str_has_prefix (local, "srs1") && (inner = strstr (local, "==")) != NULL)
    inner = skip_fields (inner + 2, 3);
  return inner != NULL && *inner != '\0' ? inner : local;
}

/* One wrapping less, the caller's; NULL: there is none. */
static char *
unwrap (const char *address)
{
  const char *at = strrchr (address, '@');
  g_autofree char *local = g_strndup (address, (gsize) (at - address));
  const char *inner = address_unwrap_local (local);
  if (inner == local)
    return NULL;
  if (!g_str_has_prefix (local, "srs"))
    return g_strconcat (inner, at, NULL);
  const char *domain = inner - 1;
  while (domain > local && domain[-1] != '=')
    domain--;
  return domain < inner - 1 ? g_strdup_printf ("%s@%.*s", inner, (int) (inner - 1 - domain), domain) : NULL;
}

char *
address_owner (const char *address)
{
  enum { WRAPPINGS_MAX = 4 };
  g_autofree char *plain = g_strdup (address);
  char *base, *extension, *next;
  if (strrchr (plain, '@') == NULL)
    return g_steal_pointer (&plain);
  for (int i = 0; i < WRAPPINGS_MAX && (next = unwrap (plain)) != NULL; i++)
    {
      g_free (plain);
      plain = next;
    }
  address_split_extension (plain, '+', &base, &extension);
  g_free (extension);
  return base;
}
