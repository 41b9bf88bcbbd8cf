/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/rewrite-text.h"

#include "base/text.h"
#include "mime/charset.h"
#include "mime/rewrite-html.h"
#include "mime/text.h"

#include <string.h>

#define BYTE_ORDER_MARK "\357\273\277"
#define UTF_8 "utf-8"

static bool
is_html (const TmText *text)
{
  return text->part->kind == TM_PART_HTML;
}

/* The bytes are UTF-8 from now on. */
static void
recode (TmText *text)
{
  char *utf8 = charset_to_utf8 (text->bytes->str, text->bytes->len, text->charset, NULL);
  g_string_assign (text->bytes, utf8);
  g_free (utf8);
  text->is_recoded = true;
}

/* Its characters hold NUL, which may stand in base64 only (RFC 2045 §2.7, §2.8). */
static bool
is_wide (const char *charset)
{
  gsize len;
  g_autofree char *a
    = charset != NULL && !charset_keeps_ascii (charset) ? charset_from_utf8 ("a", 1, charset, &len) : NULL;
  return a != NULL && memchr (a, '\0', len) != NULL;
}

TmText *
text_open (const TmPart *part, const char *body, const char *eol)
{
  TmCoding coding = coding_of (part->encoding);
  GString *bytes = coding_decode (coding, body + part->start, part->len);
  if (bytes == NULL)
    return NULL;
  const char *charset = g_mime_content_type_get_parameter (part->type, "charset");
  if (is_wide (charset) ? coding != TM_CODING_BASE64 : memchr (bytes->str, '\0', bytes->len) != NULL)
    {
      g_string_free (bytes, TRUE);
      return NULL;
    }
  TmText *text = g_new0 (TmText, 1);
  text->part = part;
  text->coding = coding;
  text->bytes = bytes;
  text->charset = g_strdup (charset);
  if (text->charset == NULL && is_html (text))
    text->charset = part_meta_charset (bytes);
  const char *format = g_mime_content_type_get_parameter (part->type, "format");
  const char *delsp = g_mime_content_type_get_parameter (part->type, "delsp");
  text->is_flowed = !is_html (text) && format != NULL && g_ascii_strcasecmp (format, "flowed") == 0;
  text->has_delsp = text->is_flowed && delsp != NULL && g_ascii_strcasecmp (delsp, "yes") == 0;
  if (!charset_keeps_ascii (text->charset))
    {
      text->goes_back = charset_is_faithful (text->bytes->str, text->bytes->len, text->charset);
      recode (text);
    }
  text->eol = line_end_of (bytes->str, bytes->len, eol);
  return text;
}

void
text_close (TmText *text)
{
  if (text == NULL)
    return;
  g_string_free (text->bytes, TRUE);
  g_free (text->charset);
  g_free (text);
}

static const char *
charset_of (const TmText *text)
{
  return text->is_recoded ? UTF_8 : text->charset;
}

/* --- lines --- */

char *
line_squeeze (const char *utf8)
{
  GString *out = g_string_sized_new (strlen (utf8) + 1);
  bool wants_space = false;
  for (; *utf8 != '\0'; utf8 = g_utf8_next_char (utf8))
    {
      gunichar c = g_utf8_get_char (utf8);
      if (c <= ' ' || g_unichar_isspace (c))
        {
          wants_space = out->len > 0;
          continue;
        }
      if (plain_char_is_invisible (c))
        continue;
      if (wants_space)
        g_string_append_c (out, ' ');
      wants_space = false;
      g_string_append_len (out, utf8, g_utf8_next_char (utf8) - utf8);
    }
  return g_string_free (out, FALSE);
}

const char *
line_end_of (const char *text, size_t len, const char *otherwise)
{
  const char *feed = memchr (text, '\n', len);
  return feed == NULL ? otherwise : feed > text && feed[-1] == '\r' ? "\r\n" : "\n";
}

bool
line_is_escaped (const char *line, size_t len)
{
  return len > 2 && line[0] == '#' && line[1] == '#' && g_ascii_isalpha (line[2]);
}

/* The line at `at` as lines are compared; `*next_out` is behind it.  In flowed text it goes on as long as lines end
 * with a blank. */
static char *
read_line (const TmText *text, size_t at, size_t *next_out)
{
  const GString *bytes = text->bytes;
  g_autoptr (GString) line = g_string_new (NULL);
  bool goes_on = true;
  while (goes_on && at < bytes->len)
    {
      size_t n;
      const char *start = bytes->str + at;
      size_t whole = line_length (start, bytes->len - at, &n);
      bool is_stuffed = text->is_flowed && n > 0 && *start == ' ';
      start += is_stuffed;
      n -= is_stuffed;
      bool is_signature = n == 3 && memcmp (start, "-- ", 3) == 0;
      if (line->len > 0 && (is_signature || (n > 0 && *start == '>')))
        break;
      goes_on = text->is_flowed && n > 0 && start[n - 1] == ' ' && !is_signature && *start != '>';
      g_string_append_len (line, start, (gssize) (goes_on && text->has_delsp ? n - 1 : n));
      at += whole;
    }
  *next_out = at;
  g_autofree char *utf8 = charset_to_utf8 (line->str, line->len, charset_of (text), NULL);
  return line_squeeze (utf8);
}

static size_t
mark_length (const TmText *text)
{
  return g_str_has_prefix (text->bytes->str, BYTE_ORDER_MARK) ? strlen (BYTE_ORDER_MARK) : 0;
}

bool
text_is_blank (const TmText *text)
{
  if (is_html (text))
    return html_is_blank (text->bytes);
  bool is_blank = true;
  for (size_t at = 0; is_blank && at < text->bytes->len;)
    {
      g_autofree char *line = read_line (text, at, &at);
      is_blank = *line == '\0';
    }
  return is_blank;
}

/* Whether no reader sees anything in front of it in its line, which CR alone may begin as well. */
static bool
begins_line (const TmText *text, const char *at)
{
  const char *start = text->bytes->str;
  while (at > start && at[-1] != '\n' && at[-1] != '\r' && (at[-1] <= ' ' || at[-1] >= 0x7f))
    at--;
  return at == start || at[-1] == '\n' || at[-1] == '\r' || (is_html (text) && at[-1] == '>');
}

bool
text_is_sealed (const TmText *text)
{
  static const char *const marks[] = { "-----BEGIN PGP MESSAGE-----", "-----BEGIN PGP SIGNED MESSAGE-----" };
  const char *start = text->bytes->str, *end = start + text->bytes->len;
  for (size_t i = 0; i < G_N_ELEMENTS (marks); i++)
    for (const char *p = start; (p = memmem (p, (size_t) (end - p), marks[i], strlen (marks[i]))) != NULL; p++)
      if (begins_line (text, p))
        return true;
  return false;
}

bool
text_has_line (const TmText *text, const GPtrArray *lines)
{
  g_autofree char *utf8 = charset_to_utf8 (text->bytes->str, text->bytes->len, charset_of (text), NULL);
  for (guint i = 0; i < lines->len; i++)
    if (strstr (utf8, g_ptr_array_index (lines, i)) != NULL)
      return true;
  return false;
}

/* --- edits --- */

static bool
remove_plain (TmText *text, const GPtrArray *lines)
{
  guint n = lines != NULL ? lines->len : 0, n_found = 0;
  size_t mark = mark_length (text), at = mark;
  while (at < text->bytes->len)
    {
      size_t next;
      g_autofree char *line = read_line (text, at, &next);
      bool is_wanted = n_found < n && *line != '\0' && strcmp (line, g_ptr_array_index (lines, n_found)) == 0;
      if (!is_wanted && *line != '\0')
        break;
      n_found += is_wanted;
      at = next;
    }
  if (n_found < n)
    return false;
  size_t blanks = strspn (text->bytes->str + at, " \t");
  if (line_is_escaped (text->bytes->str + at + blanks, text->bytes->len - at - blanks))
    g_string_erase (text->bytes, (gssize) (at + blanks), 1);
  if (n > 0)
    g_string_erase (text->bytes, (gssize) mark, (gssize) (at - mark));
  return true;
}

bool
text_remove_lines (TmText *text, const GPtrArray *lines)
{
  size_t before = text->bytes->len;
  bool is_done
    = is_html (text) ? html_remove_lines (text->bytes, lines, charset_of (text)) : remove_plain (text, lines);
  text->is_changed |= text->bytes->len != before;
  return is_done;
}

/* Lines that stay as they are in any text: no blanks at their ends, stuffed where flowed text asks for it (RFC 3676
 * §4.4). */
static char *
lay_out (const TmText *text, const char *footer)
{
  g_auto (GStrv) lines = g_strsplit (footer, "\n", -1);
  GString *out = g_string_new (NULL);
  for (char **line = lines; *line != NULL; line++)
    {
      g_strchomp (*line);
      bool needs_stuffing = **line == ' ' || **line == '>' || g_str_has_prefix (*line, "From ");
      if (text->is_flowed && needs_stuffing)
        g_string_append_c (out, ' ');
      g_string_append (out, *line);
      if (line[1] != NULL)
        g_string_append (out, text->eol);
    }
  return g_string_free (out, FALSE);
}

/* What is not in the charset that it names would be read as if it were when some of it stands in it. */
static bool
charset_is_true (const TmText *text)
{
  bool is_guessed;
  g_free (charset_to_utf8 (text->bytes->str, text->bytes->len, text->charset, &is_guessed));
  return !is_guessed;
}

/* The footer in the charset of the text; that becomes UTF-8 when it has no place for it. */
static char *
fit_footer (TmText *text, char *laid_out, size_t *len_out)
{
  *len_out = strlen (laid_out);
  if (text->is_recoded || text_is_ascii (laid_out, *len_out))
    return laid_out;
  gsize len = *len_out;
  bool is_usable = text->charset != NULL && charset_is_true (text);
  char *fitting = is_usable ? charset_from_utf8 (laid_out, len, text->charset, len_out) : NULL;
  if (fitting == NULL)
    {
      recode (text);
      *len_out = strlen (laid_out);
      return laid_out;
    }
  g_free (laid_out);
  return fitting;
}

static bool
ends_with (const GString *bytes, const char *end)
{
  return g_str_has_suffix (bytes->str, end);
}

static void
add_to_plain (TmText *text, const char *footer)
{
  size_t len;
  g_autofree char *fitting = fit_footer (text, lay_out (text, footer), &len);
  GString *bytes = text->bytes;
  bool had_end = bytes->len == 0 || ends_with (bytes, "\n");
  if (bytes->len > 0)
    {
      /* A flowed line goes on with the next one, also when that is empty. */
      g_autofree char *flowed_end = g_strconcat (" ", text->eol, NULL);
      bool goes_on = text->is_flowed && (ends_with (bytes, " ") || ends_with (bytes, flowed_end));
      if (!had_end)
        g_string_append (bytes, text->eol);
      if (goes_on)
        g_string_append (bytes, text->eol);
      g_autofree char *blank_line = g_strconcat ("\n", text->eol, NULL);
      if (goes_on || (!ends_with (bytes, blank_line) && strcmp (bytes->str, text->eol) != 0))
        g_string_append (bytes, text->eol);
    }
  g_string_append_len (bytes, fitting, (gssize) len);
  if (had_end || text->part->parent < 0)
    g_string_append (bytes, text->eol);
}

bool
text_add_footer (TmText *text, const char *footer)
{
  if (is_html (text) && !html_add_footer (text->bytes, footer, text->eol, charset_of (text)))
    return false;
  if (!is_html (text))
    add_to_plain (text, footer);
  text->is_changed = true;
  return true;
}

/* --- writing --- */

static void
set_bytes (TmText *text, char *bytes, size_t len)
{
  g_string_truncate (text->bytes, 0);
  g_string_append_len (text->bytes, bytes, (gssize) len);
  g_free (bytes);
}

static char *
type_in_utf8 (const TmText *text)
{
  g_autofree char *name = g_mime_content_type_get_mime_type (text->part->type);
  GMimeContentType *type = g_mime_content_type_parse (NULL, name);
  GMimeParamList *parameters = g_mime_content_type_get_parameters (text->part->type);
  g_mime_content_type_set_parameter (type, "charset", UTF_8);
  for (int i = 0; i < g_mime_param_list_length (parameters); i++)
    {
      GMimeParam *parameter = g_mime_param_list_get_parameter_at (parameters, i);
      if (g_ascii_strcasecmp (g_mime_param_get_name (parameter), "charset") != 0)
        g_mime_content_type_set_parameter (type, g_mime_param_get_name (parameter), g_mime_param_get_value (parameter));
    }
  char *value = g_mime_content_type_encode (type, NULL);
  g_object_unref (type);
  return g_strstrip (value);
}

/* All line ends to those of the message, as quoted-printable has them. */
static void
unify_line_ends (GString *bytes, const char *eol)
{
  g_autoptr (GString) out = g_string_sized_new (bytes->len + bytes->len / 16 + 1);
  for (size_t at = 0; at < bytes->len;)
    {
      size_t text;
      size_t whole = line_length (bytes->str + at, bytes->len - at, &text);
      bool has_end = bytes->str[at + whole - 1] == '\n';
      g_string_append_len (out, bytes->str + at, (gssize) (has_end ? text : whole));
      if (has_end)
        g_string_append (out, eol);
      at += whole;
    }
  g_string_truncate (bytes, 0);
  g_string_append_len (bytes, out->str, (gssize) out->len);
}

void
text_write (TmText *text, const char *eol, TmTextWritten *written_out)
{
  *written_out = (TmTextWritten){ .content = g_string_sized_new (text->bytes->len + text->bytes->len / 8) };
  size_t len;
  char *back
    = text->goes_back ? charset_from_utf8 (text->bytes->str, text->bytes->len, text->charset, &len) : NULL;
  if (back != NULL)
    set_bytes (text, back, len);
  else if (text->is_recoded)
    written_out->type = type_in_utf8 (text);
  TmCoding coding = text->coding;
  if (!coding_allows (coding, text->bytes))
    {
      coding = TM_CODING_QUOTED_PRINTABLE;
      written_out->encoding = "quoted-printable";
    }
  if (coding == TM_CODING_QUOTED_PRINTABLE)
    unify_line_ends (text->bytes, eol);
  coding_encode (coding, text->bytes, eol, written_out->content);
  /* The boundary brings the last line end along. */
  if (coding == TM_CODING_BASE64 && text->part->parent >= 0 && ends_with (written_out->content, eol))
    g_string_truncate (written_out->content, written_out->content->len - strlen (eol));
}

void
text_written_clear (TmTextWritten *written)
{
  if (written->content != NULL)
    g_string_free (written->content, TRUE);
  g_free (written->type);
}
