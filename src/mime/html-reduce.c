/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/html.h"

#include <string.h>

enum { TAG_MAX = 24, VALUE_MAX = 4096 };

static const char *const wanted[] = { "href", "style", "alt", "start" };

/* Their content is no text. */
static const char *const raw_elements[]
  = { "script", "style", "title", "xml", "noframes", "iframe", "textarea", "select", "svg", "template" };

int
html_raw_element (const char *name)
{
  for (size_t i = 0; i < G_N_ELEMENTS (raw_elements); i++)
    if (strcmp (raw_elements[i], name) == 0)
      return (int) i;
  return -1;
}

static bool
is_space (char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static size_t
name_length (const char *p)
{
  size_t n = 0;
  while (p[n] != '\0' && !is_space (p[n]) && strchr ("/>=\"'<", p[n]) == NULL)
    n++;
  return n;
}

static bool
is_wanted (const char *name, size_t len, unsigned *taken)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (wanted); i++)
    if (strlen (wanted[i]) == len && g_ascii_strncasecmp (wanted[i], name, len) == 0 && (*taken & (1u << i)) == 0)
      {
        *taken |= 1u << i;
        return true;
      }
  return false;
}

static void
append_attribute (GString *out, const char *name, size_t name_len, const char *value, size_t len)
{
  if (len > VALUE_MAX)
    return;
  g_string_append_c (out, ' ');
  g_string_append_len (out, name, (gssize) name_len);
  g_string_append (out, "=\"");
  for (size_t i = 0; i < len; i++)
    if (value[i] == '"')
      g_string_append (out, "&quot;");
    else if (value[i] == '<')
      g_string_append (out, "&lt;");
    else
      g_string_append_c (out, value[i]);
  g_string_append_c (out, '"');
}

/* One attribute at `p`; gives the character behind it. */
static const char *
copy_attribute (GString *out, const char *p, unsigned *taken)
{
  const char *name = p;
  size_t name_len = name_length (p);
  if (name_len == 0)
    return p + 1;
  p += name_len;
  const char *after = p;
  while (is_space (*after))
    after++;
  if (*after != '=')
    return p;
  after++;
  while (is_space (*after))
    after++;
  char quote = *after == '"' || *after == '\'' ? *after : '\0';
  const char *value = quote != '\0' ? after + 1 : after;
  const char *end = value;
  while (*end != '\0' && (quote != '\0' ? *end != quote : !is_space (*end) && *end != '>'))
    end++;
  if (is_wanted (name, name_len, taken))
    append_attribute (out, name, name_len, value, (size_t) (end - value));
  return quote != '\0' && *end != '\0' ? end + 1 : end;
}

/* A search that failed once fails for all that follows: no second one. */
typedef struct
{
  GString *out;
  unsigned unclosed; /* raw elements (bit) without an end tag ahead */
  bool no_comment_end;
  bool no_tag_end;
} TmReduce;

/* Behind the end tag of a raw element, or NULL. */
static const char *
skip_raw (const char *p, const char *name)
{
  size_t len = strlen (name);
  while ((p = strstr (p, "</")) != NULL)
    {
      p += 2;
      if (g_ascii_strncasecmp (p, name, len) == 0 && name_length (p) == len)
        {
          const char *end = strchr (p, '>');
          return end != NULL ? end + 1 : p + strlen (p);
        }
    }
  return NULL;
}

/* Behind all of a raw element whose start tag ends at `p`; NULL: the element is
 * none, or never ends, then the tag alone goes rather than all that follows. */
static const char *
skip_raw_element (TmReduce *reduce, const char *p, const char *name, size_t len, bool *is_raw_out)
{
  *is_raw_out = false;
  for (unsigned i = 0; i < G_N_ELEMENTS (raw_elements); i++)
    {
      if (strlen (raw_elements[i]) != len || g_ascii_strncasecmp (raw_elements[i], name, len) != 0)
        continue;
      *is_raw_out = true;
      const char *behind = (reduce->unclosed & (1u << i)) == 0 ? skip_raw (p, raw_elements[i]) : NULL;
      if (behind == NULL)
        reduce->unclosed |= 1u << i;
      return behind;
    }
  return NULL;
}

/* The bytes of an element's name that are kept: whole characters, or the parser would take all that follows for another
 * charset. */
static gssize
kept_length (const char *name, size_t len)
{
  size_t kept = MIN (len, TAG_MAX);
  while (kept > 0 && kept < len && ((unsigned char) name[kept] & 0xc0) == 0x80)
    kept--;
  return (gssize) kept;
}

/* `p` is behind "<", at a letter. */
static const char *
copy_start_tag (TmReduce *reduce, const char *p)
{
  const char *name = p;
  size_t len = name_length (p);
  size_t before = reduce->out->len;
  unsigned taken = 0;
  bool is_raw;
  g_string_append_c (reduce->out, '<');
  g_string_append_len (reduce->out, name, kept_length (name, len));
  p += len;
  while (*p != '\0' && *p != '>')
    p = is_space (*p) || *p == '/' ? p + 1 : copy_attribute (reduce->out, p, &taken);
  g_string_append_c (reduce->out, '>');
  p += *p == '>';
  const char *behind = skip_raw_element (reduce, p, name, len, &is_raw);
  if (is_raw)
    g_string_truncate (reduce->out, before);
  return behind != NULL ? behind : p;
}

static const char *
copy_end_tag (GString *out, const char *p)
{
  size_t len = name_length (p);
  g_string_append (out, "</");
  g_string_append_len (out, p, kept_length (p, len));
  g_string_append_c (out, '>');
  const char *end = strchr (p, '>');
  return end != NULL ? end + 1 : p + strlen (p);
}

/* Comments and declarations; `p` is behind "<". */
static const char *
skip_markup (TmReduce *reduce, const char *p)
{
  bool comment = g_str_has_prefix (p, "!--") && !reduce->no_comment_end;
  const char *end = comment ? strstr (p + 3, "-->") : NULL;
  if (end != NULL)
    return end + 3;
  reduce->no_comment_end |= comment;
  end = reduce->no_tag_end ? NULL : strchr (p, '>');
  reduce->no_tag_end = end == NULL;
  return end != NULL ? end + 1 : p + 1;
}

char *
html_reduce (const char *html)
{
  TmReduce reduce = { .out = g_string_sized_new (strlen (html) + 1) };
  const char *p = html;
  while (*p != '\0')
    {
      size_t plain = strcspn (p, "<");
      g_string_append_len (reduce.out, p, (gssize) plain);
      p += plain;
      if (*p == '\0')
        break;
      p++;
      if (g_ascii_isalpha (*p))
        p = copy_start_tag (&reduce, p);
      else if (*p == '/' && g_ascii_isalpha (p[1]))
        p = copy_end_tag (reduce.out, p + 1);
      else if (*p == '!' || *p == '?')
        p = skip_markup (&reduce, p);
      else
        g_string_append (reduce.out, "&lt;");
    }
  return g_string_free (reduce.out, FALSE);
}
