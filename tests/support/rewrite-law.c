/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support/rewrite-law.h"

#include "core/fields.h"
#include "mime/fields.h"
#include "mime/mime.h"
#include "mime/rewrite-parts.h"
#include "mime/rewrite.h"
#include "mime/text.h"
#include "tests/support/mail-difference.h"

#include <string.h>

#define FOOTER "[example#1042] F\303\244llig <17:00>\n\342\202\254 17:00 & UTC"

static bool
is_set (const GPtrArray *fields, const TmField *field)
{
  for (guint i = 0; i < fields->len; i++)
    if (field_is (field, ((const TmHeader *) g_ptr_array_index (fields, i))->name))
      return true;
  return false;
}

/* The message as it goes on: the MTA sets the fields and puts the new body in place. */
static GBytes *
carry_out (GBytes *raw, const TmRewritten *rewritten, const TmLimits *limits)
{
  gsize len;
  const char *data = g_bytes_get_data (raw, &len);
  GString *out = g_string_sized_new (len);
  TmFieldBlock block;
  fields_read (data, len, limits, &block);
  for (guint i = 0; i < block.fields->len; i++)
    {
      const TmField *field = &g_array_index (block.fields, TmField, i);
      if (is_set (rewritten->fields, field))
        continue;
      g_string_append_len (out, field->name, (gssize) (field->value + field->value_len - field->name));
      g_string_append (out, "\r\n");
    }
  fields_clear (&block);
  for (guint i = 0; i < rewritten->fields->len; i++)
    {
      const TmHeader *field = g_ptr_array_index (rewritten->fields, i);
      g_string_append_printf (out, "%s: %s\r\n", field->name, field->value);
    }
  g_string_append (out, "\r\n");
  gsize body_len;
  const char *body = g_bytes_get_data (rewritten->body, &body_len);
  g_string_append_len (out, body, (gssize) body_len);
  return g_string_free_to_bytes (out);
}

/* Without white space, without the marks of quoted lines, which blank lines have as well, and without what shows
 * nothing: HTML and flowed text may lay it out anew, and a version that shows nothing is not read. */
static char *
squash (const char *text)
{
  GString *out = g_string_new (NULL);
  bool is_begun = false; /* the line */
  for (; *text != '\0'; text = g_utf8_next_char (text))
    if (g_unichar_isspace (g_utf8_get_char (text)))
      is_begun = is_begun && *text != '\n';
    else if ((*text != '>' || is_begun) && !plain_char_is_invisible (g_utf8_get_char (text)))
      {
        g_string_append_len (out, text, g_utf8_next_char (text) - text);
        is_begun = true;
      }
  return g_string_free (out, FALSE);
}

/* `text` without the last `part`; NULL: it is not in it. */
static char *
without (const char *text, const char *part)
{
  const char *found = g_strrstr (text, part);
  return found != NULL ? g_strdup_printf ("%.*s%s", (int) (found - text), text, found + strlen (part)) : NULL;
}

static void
drop_mime_fields (TmMail *mail)
{
  static const char *const names[] = { "Content-Type", "Content-Transfer-Encoding", "MIME-Version" };
  for (guint i = mail->headers->len; i-- > 0;)
    for (size_t n = 0; n < G_N_ELEMENTS (names); n++)
      if (g_ascii_strcasecmp (((const TmHeader *) g_ptr_array_index (mail->headers, i))->name, names[n]) == 0)
        {
          g_ptr_array_remove_index (mail->headers, i);
          break;
        }
}

/* What else than the text differs.  A bounce whose parts fell into each other has its report among the text: a field
 * that is removed from there is missing in it. */
static const char *
find_difference (TmMail *before, TmMail *after, const char *removed)
{
  const unsigned of_text = TM_FLAG_NOT_UTF8 | TM_FLAG_TRUNCATED;
  drop_mime_fields (before);
  drop_mime_fields (after);
  g_free (after->text);
  after->text = g_strdup (before->text);
  after->text_is_html = before->text_is_html;
  after->reply_start = before->reply_start;
  after->reply_len = before->reply_len;
  after->size = before->size;
  after->flags &= ~of_text;
  before->flags &= ~of_text;
  if (removed != NULL && field_name_length (removed, strlen (removed)) > 0)
    {
      g_clear_pointer (&before->report, report_free);
      g_clear_pointer (&after->report, report_free);
    }
  return mail_difference (before, after);
}

/* The text of a mail without one of its own is that of a message attached to it, which nobody rewrites, behind the
 * lines that say what other parts are. */
static char *
own_text (const TmMail *mail)
{
  const char *at = mail->text;
  while (*at == '[' && !g_str_has_prefix (at, "[Attached message]"))
    {
      at += strcspn (at, "\n");
      at += *at == '\n';
    }
  return *at == '[' ? g_strndup (mail->text, (gsize) (at - mail->text)) : g_strdup (mail->text);
}

/* --- what readers do not agree on --- */

static bool
begins_with_field (const char *text, size_t len)
{
  size_t n;
  size_t whole = len > 0 ? line_length (text, len, &n) : 0;
  return whole > 0 && (n == 0 || field_name_length (text, n) > 0);
}

/* Where an entity begins with a line that is no field, GMime's parser keeps or drops it by where its buffer ends. */
static bool
is_steady_message (const char *text, size_t len)
{
  const char *at = text, *end = text + len;
  if (!begins_with_field (text, len) || g_strstr_len (text, (gssize) len, "essage/") != NULL)
    return false;
  for (; (at = memmem (at, (size_t) (end - at), "\n--", 3)) != NULL; at++)
    {
      const char *next = memchr (at + 1, '\n', (size_t) (end - at) - 1);
      if (next != NULL && !begins_with_field (next + 1, (size_t) (end - next) - 1))
        return false;
    }
  return true;
}

/* In front of a boundary line that ends with CRLF, GMime takes two bytes for the line end, also when it is LF alone. */
static bool
has_mixed_ends (const char *body, size_t len, const TmPart *part)
{
  size_t end = part->start + part->len;
  const char *next = end < len && body[end] == '\n' ? memchr (body + end + 1, '\n', len - end - 1) : NULL;
  return next != NULL && next[-1] == '\r';
}

/* What of a message decides on how much of it can be compared. */
typedef struct
{
  unsigned n_html;
  bool has_unknown;  /* a text whose markup nobody edits */
  bool is_unsteady;
} TmStructure;

static TmStructure
read_structure (GBytes *raw, const TmLimits *limits)
{
  gsize len;
  const char *data = g_bytes_get_data (raw, &len);
  TmStructure structure = { .n_html = 0 };
  TmFieldBlock block;
  fields_read (data, len, limits, &block);
  const char *body = data + block.body;
  g_autoptr (GArray) parts = parts_scan (body, len - block.body, &block, limits);
  for (guint i = 0; parts != NULL && i < parts->len; i++)
    {
      const TmPart *part = parts_get (parts, i);
      structure.n_html += part->kind == TM_PART_HTML;
      structure.has_unknown |= part->kind == TM_PART_OTHER_TEXT;
      structure.is_unsteady |= part_is (part, "message", "*") && !is_steady_message (body + part->start, part->len);
      structure.is_unsteady |= part->parent >= 0 && has_mixed_ends (body, len - block.body, part);
    }
  fields_clear (&block);
  return structure;
}

/* --- laws --- */

/* `removed` NULL: the footer was put under it. */
static bool
texts_agree (const char *before, const char *after, const char *removed, const TmStructure *structure)
{
  g_autofree char *whole = squash (removed != NULL ? before : after);
  g_autofree char *part = squash (removed != NULL ? removed : FOOTER);
  g_autofree char *found = squash (removed != NULL ? after : before);
  g_autofree char *wanted = removed == NULL                 ? without (whole, part)
                            : g_str_has_prefix (whole, part) ? g_strdup (whole + strlen (part))
                                                             : NULL;
  /* A version without text gives way to another one, which may have said more; with a footer it has one. */
  bool is_spent = (removed != NULL || structure->n_html > 1) && wanted != NULL && *wanted == '\0';
  /* It may be read in the one version that no footer goes under. */
  bool is_elsewhere = removed == NULL && structure->has_unknown && strcmp (whole, found) == 0;
  return is_spent || is_elsewhere || g_strcmp0 (wanted, found) == 0;
}

static char *
judge (GBytes *raw, const TmRewritten *rewritten, const char *removed, const TmLimits *limits)
{
  TmStructure structure = read_structure (raw, limits);
  g_autoptr (GBytes) new_raw = carry_out (raw, rewritten, limits);
  g_autoptr (TmMail) before = mime_read (raw, limits);
  g_autoptr (TmMail) after = mime_read (new_raw, limits);
  bool is_cut = ((before->flags | after->flags) & TM_FLAG_TRUNCATED) != 0;
  /* One `#` may be gone. */
  bool is_escaped = strstr (before->text, "##") != NULL;
  /* Of what a charset is guessed by, the line removed may have been the most. */
  bool is_guessed = removed != NULL && ((before->flags | after->flags) & TM_FLAG_NOT_UTF8) != 0;
  /* Who writes the words of the heading himself has a text of his own. */
  g_autofree char *own_before = own_text (before), *own_after = own_text (after);
  if (!is_cut && !is_escaped && !is_guessed && !structure.is_unsteady
      && !texts_agree (own_before, own_after, removed, &structure)
      && !texts_agree (before->text, after->text, removed, &structure))
    return g_strdup_printf ("rewrite, %s: the text is another one", removed != NULL ? "removed" : "footer");
  const char *difference = structure.is_unsteady ? NULL : find_difference (before, after, removed);
  return difference != NULL
           ? g_strdup_printf ("rewrite, %s: %s is another one", removed != NULL ? "removed" : "footer", difference)
           : NULL;
}

static char *
try_order (GBytes *raw, const TmRewriteOrder *order, const char *removed, const TmLimits *limits, unsigned *n_done)
{
  g_autoptr (TmRewritten) rewritten = NULL;
  TmRewriteResult result = mime_rewrite (raw, order, limits, &rewritten);
  g_autoptr (TmMail) mail = mime_read (raw, limits);
  if ((result == TM_REWRITE_DONE) != (rewritten != NULL))
    return g_strdup ("rewrite: done without a result, or not done with one");
  if (rewritten == NULL)
    return NULL;
  if ((mail->flags & (TM_FLAG_SIGNED | TM_FLAG_ENCRYPTED)) != 0)
    return g_strdup ("rewrite: what is sealed was changed");
  (*n_done)++;
  return judge (raw, rewritten, removed, limits);
}

char *
rewrite_law_break (GBytes *raw, const TmLimits *limits, unsigned *n_done_out)
{
  unsigned n_done = 0;
  g_autoptr (TmMail) mail = mime_read (raw, limits);
  g_autofree char *line = g_strstrip (g_strndup (mail->text, strcspn (mail->text, "\n")));
  g_autoptr (GPtrArray) remove = g_ptr_array_new ();
  g_ptr_array_add (remove, line);
  const TmRewriteOrder footer = { NULL, FOOTER }, removal = { remove, NULL };
  char *what = try_order (raw, &footer, NULL, limits, &n_done);
  if (what == NULL && *line != '\0')
    what = try_order (raw, &removal, line, limits, &n_done);
  if (n_done_out != NULL)
    *n_done_out = n_done;
  return what;
}
