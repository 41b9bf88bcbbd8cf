/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/authres_field.h"

#include <string.h>

/* Each reader moves `*at` behind what it took, or returns false (NULL): the field is malformed then. */

/* --- lexical tokens --- */

/* Comments nest and escape (RFC 5322 §3.2.2). */
static bool
skip_comment (const char **at)
{
  unsigned depth = 0;
  do
    {
      if (**at == '(')
        depth++;
      else if (**at == ')')
        depth--;
      else if (**at == '\\')
        (*at)++;
      if (**at == '\0')
        return false;
      (*at)++;
    }
  while (depth > 0);
  return true;
}

static bool
skip_cfws (const char **at)
{
  for (;;)
    if (**at == ' ' || **at == '\t')
      (*at)++;
    else if (**at != '(')
      return true;
    else if (!skip_comment (at))
      return false;
}

static bool
take (const char **at, char c)
{
  if (**at != c)
    return false;
  (*at)++;
  return true;
}

static char *
read_quoted (const char **at)
{
  g_autoptr (GString) out = g_string_new (NULL);
  for ((*at)++; **at != '"'; (*at)++)
    {
      if (**at == '\\')
        (*at)++;
      if (**at == '\0')
        return NULL;
      g_string_append_c (out, **at);
    }
  (*at)++;
  return g_strdup (out->str);
}

/* RFC 2045 §5.1: what is no special, space or control; 8-bit characters by RFC 8616. */
static bool
is_token_char (char c)
{
  return (guchar) c > 0x20 && c != 0x7f && strchr ("()<>@,;:\\\"/[]?=", c) == NULL;
}

/* A run of token characters and of those in `more`; not empty. */
static char *
read_run (const char **at, const char *more)
{
  const char *start = *at;
  while (**at != '\0' && (is_token_char (**at) || strchr (more, **at) != NULL))
    (*at)++;
  return *at > start ? g_strndup (start, (gsize) (*at - start)) : NULL;
}

static char *
read_keyword (const char **at)
{
  const char *start = *at;
  while (g_ascii_isalnum (**at) || **at == '-' || **at == '_')
    (*at)++;
  return *at > start ? g_ascii_strdown (start, *at - start) : NULL;
}

/* `[CFWS] c [CFWS]` */
static bool
take_between_cfws (const char **at, char c)
{
  return skip_cfws (at) && take (at, c) && skip_cfws (at);
}

/* --- parts of a field --- */

/* Filters write `id/queue-id` without the quotes that a slash asks for. */
static char *
read_authserv_id (const char **at)
{
  return skip_cfws (at) ? (**at == '"' ? read_quoted (at) : read_run (at, "/")) : NULL;
}

/* A quoted local part may go on with its domain.  Unquoted, these too are seen in what filters write: IPv6 addresses,
 * address literals, base64 without padding. */
static char *
read_pvalue (const char **at)
{
  if (**at != '"')
    return read_run (at, "@/:[]");
  g_autofree char *quoted = read_quoted (at);
  if (quoted == NULL || **at != '@')
    return g_steal_pointer (&quoted);
  g_autofree char *domain = read_run (at, "@[]:");
  return g_strconcat (quoted, domain, NULL);
}

static char **
find_property (TmAuthResult *result, const char *ptype, const char *property)
{
  g_autofree char *name = g_strconcat (ptype, ".", property, NULL);
  const struct
  {
    const char *name;
    char **value;
  } known[] = {
    { "header.d", &result->header_d },
    { "header.i", &result->header_i },
    { "header.from", &result->header_from },
    { "smtp.mailfrom", &result->smtp_mailfrom },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (strcmp (name, known[i].name) == 0)
      return known[i].value;
  return NULL;
}

/* `.property=value` behind `ptype`; the same property twice would let the reader choose, so it is malformed. */
static bool
read_property (const char **at, const char *ptype, TmAuthResult *result)
{
  if (!take_between_cfws (at, '.'))
    return false;
  g_autofree char *property = read_keyword (at);
  if (property == NULL || !take_between_cfws (at, '='))
    return false;
  g_autofree char *value = read_pvalue (at);
  if (value == NULL)
    return false;
  char **place = find_property (result, ptype, property);
  if (place == NULL)
    return true;
  if (*place != NULL)
    return false;
  *place = g_steal_pointer (&value);
  return true;
}

/* `="text"` behind `reason`. */
static bool
read_reason (const char **at)
{
  if (!take_between_cfws (at, '='))
    return false;
  g_autofree char *value = **at == '"' ? read_quoted (at) : read_run (at, "");
  return value != NULL;
}

/* `method[/version]=result`; `known_out`: a version that RFC 8601 defines. */
static bool
read_methodspec (const char **at, TmAuthResult *result, bool *known_out)
{
  *known_out = true;
  result->method = read_keyword (at);
  if (result->method == NULL || !skip_cfws (at))
    return false;
  if (take (at, '/'))
    {
      g_autofree char *version = skip_cfws (at) ? read_keyword (at) : NULL;
      if (version == NULL || strspn (version, "0123456789") != strlen (version))
        return false;
      *known_out = strcmp (version, "1") == 0;
    }
  if (!take_between_cfws (at, '='))
    return false;
  result->result = read_keyword (at);
  return result->result != NULL;
}

static void
result_free (TmAuthResult *result)
{
  g_free (result->method);
  g_free (result->result);
  g_free (result->header_d);
  g_free (result->header_i);
  g_free (result->header_from);
  g_free (result->smtp_mailfrom);
  g_free (result);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmAuthResult, result_free)

/* One resinfo, up to the next `;` or the end. */
static bool
read_resinfo (const char **at, GPtrArray *results)
{
  g_autoptr (TmAuthResult) result = g_new0 (TmAuthResult, 1);
  bool is_known;
  if (!read_methodspec (at, result, &is_known))
    return false;
  for (bool is_first = true;; is_first = false)
    {
      const char *end = *at;
      if (!skip_cfws (at))
        return false;
      if (**at == ';' || **at == '\0')
        break;
      g_autofree char *word = *at > end ? read_keyword (at) : NULL;
      if (word == NULL)
        return false;
      bool is_reason = is_first && strcmp (word, "reason") == 0;
      if (is_reason ? !read_reason (at) : !read_property (at, word, result))
        return false;
    }
  if (is_known)
    g_ptr_array_add (results, g_steal_pointer (&result));
  return true;
}

/* `[CFWS 1*DIGIT]`: absent or 1. */
static bool
read_version (const char **at)
{
  const char *end = *at;
  if (!skip_cfws (at))
    return false;
  if (!g_ascii_isdigit (**at))
    return true;
  g_autofree char *version = *at > end ? read_keyword (at) : NULL;
  return g_strcmp0 (version, "1") == 0 && skip_cfws (at);
}

/* `; none`, which is all there is then. */
static bool
is_none (const char *at)
{
  if (!take_between_cfws (&at, ';'))
    return false;
  g_autofree char *word = read_keyword (&at);
  return g_strcmp0 (word, "none") == 0 && skip_cfws (&at) && *at == '\0';
}

static bool
read_results (const char **at, GPtrArray *results)
{
  if (!read_version (at))
    return false;
  if (is_none (*at))
    return true;
  do
    if (!take_between_cfws (at, ';') || !read_resinfo (at, results))
      return false;
  while (**at != '\0');
  return true;
}

TmAuthField *
auth_field_read (const char *value)
{
  TmAuthField *field = g_new0 (TmAuthField, 1);
  field->results = g_ptr_array_new_with_free_func ((GDestroyNotify) result_free);
  field->authserv_id = read_authserv_id (&value);
  if (field->authserv_id == NULL)
    field->authserv_id = g_strdup ("");
  else
    field->is_well_formed = read_results (&value, field->results);
  return field;
}

void
auth_field_free (TmAuthField *field)
{
  if (field == NULL)
    return;
  g_free (field->authserv_id);
  g_ptr_array_unref (field->results);
  g_free (field);
}
