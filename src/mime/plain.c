/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/plain.h"

#include "base/text.h"
#include "mime/text.h"
#include "mime/uu.h"
#include "mime/walk.h"

#include <string.h>

typedef struct
{
  bool is_utf8; /* declared so */
  bool is_flowed, has_delsp;
  unsigned seen; /* parameters, as bits: GMime has an opinion on what stands twice */
} TmPlainType;

/* The charsets in which ASCII bytes mean themselves, the first ones UTF-8. */
static const char *const charsets[]
    = { "utf-8", "utf8", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252" };
enum { UTF8_NAMES = 2 };

typedef bool (*TmSetParameter) (TmPlainType *type, const char *value);

static bool
set_charset (TmPlainType *type, const char *value)
{
  for (size_t i = 0; i < G_N_ELEMENTS (charsets); i++)
    if (g_ascii_strcasecmp (value, charsets[i]) == 0)
      {
        type->is_utf8 = i < UTF8_NAMES;
        return true;
      }
  return false;
}

static bool
set_format (TmPlainType *type, const char *value)
{
  type->is_flowed = g_ascii_strcasecmp (value, "flowed") == 0;
  return type->is_flowed || g_ascii_strcasecmp (value, "fixed") == 0;
}

static bool
set_delsp (TmPlainType *type, const char *value)
{
  type->has_delsp = g_ascii_strcasecmp (value, "yes") == 0;
  return type->has_delsp || g_ascii_strcasecmp (value, "no") == 0;
}

static const struct
{
  const char *name;
  TmSetParameter set;
} parameters[] = { { "charset", set_charset }, { "format", set_format }, { "delsp", set_delsp } };

static size_t
word_length (const char *text)
{
  return strspn (text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
}

/* `name=value` or `name="value"`, both plain words; NULL when it is anything else. */
static const char *
read_parameter (TmPlainType *type, const char *at)
{
  enum { VALUE_MAX = 20 };
  char value[VALUE_MAX + 1];
  size_t name_len = word_length (at);
  const char *start = at + name_len;
  if (*start++ != '=')
    return NULL;
  bool is_quoted = *start == '"';
  start += is_quoted;
  size_t len = word_length (start);
  if (len == 0 || len > VALUE_MAX || (is_quoted && start[len] != '"'))
    return NULL;
  memcpy (value, start, len);
  value[len] = '\0';
  for (size_t i = 0; i < G_N_ELEMENTS (parameters); i++)
    if (strlen (parameters[i].name) == name_len && g_ascii_strncasecmp (parameters[i].name, at, name_len) == 0)
      {
        bool is_new = (type->seen & (1U << i)) == 0;
        type->seen |= 1U << i;
        return is_new && parameters[i].set (type, value) ? start + len + is_quoted : NULL;
      }
  return NULL;
}

static bool
read_type (const TmFieldBlock *block, TmPlainType *type_out)
{
  static const char plain[] = "text/plain";
  *type_out = (TmPlainType){ .seen = 0 };
  const TmField *field = fields_find (block, "Content-Type");
  if (field == NULL)
    return true;
  g_autofree char *value = field_unfold (field);
  if (g_ascii_strncasecmp (value, plain, sizeof plain - 1) != 0)
    return false;
  const char *at = value + sizeof plain - 1;
  while (at != NULL && *at == ';')
    {
      at++;
      at += strspn (at, " \t");
      at = read_parameter (type_out, at);
    }
  return at != NULL && *at == '\0';
}

static bool
is_unencoded (const TmFieldBlock *block)
{
  static const char *const names[] = { "7bit", "8bit", "binary" };
  const TmField *field = fields_find (block, "Content-Transfer-Encoding");
  if (field == NULL)
    return true;
  g_autofree char *value = field_unfold (field);
  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_ascii_strcasecmp (value, names[i]) == 0)
      return true;
  return false;
}

/* Bytes that are their own text. */
static bool
is_text (const TmPlainType *type, const char *body, size_t len)
{
  return memchr (body, '\0', len) == NULL
         && (text_is_ascii (body, len) || (type->is_utf8 && g_utf8_validate_len (body, len, NULL)));
}

bool
plain_body_read (TmMail *mail, const char *body, size_t len, const TmFieldBlock *block, const TmLimits *limits)
{
  TmPlainType type;
  if (block->cut || limits->parts == 0 || len == 0 || len > limits->text
      || fields_find (block, "Content-Disposition") != NULL || fields_find (block, "Content-ID") != NULL
      || !read_type (block, &type) || !is_unencoded (block) || !is_text (&type, body, len))
    return false;
  g_autofree char *text = plain_text_clean (body, len);
  if (uu_is_in (text))
    return false;
  if (type.is_flowed)
    {
      g_autofree char *fixed = g_steal_pointer (&text);
      text = flowed_unfold (fixed, type.has_delsp);
      /* Unfolding may add blanks behind quote marks. */
      if (strlen (text) > limits->text)
        return false;
    }
  walk_take_text (mail, g_steal_pointer (&text), false);
  return true;
}
