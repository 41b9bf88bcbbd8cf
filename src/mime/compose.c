/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/compose.h"

#include "base/digest.h"
#include "base/text.h"
#include "core/date.h"
#include "core/fields.h"
#include "mime/rewrite-coding.h"

#include <string.h>

enum { REFERENCES_MAX = 4000 };

static const char *const months[]
    = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
static const char *const weekdays[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };

char *
mime_date (gint64 at)
{
  gint32 date = (gint32) (at / TM_DAY_S);
  int second = (int) (at % TM_DAY_S), year, month, day;
  date_to_ymd (date, &year, &month, &day);
  return g_strdup_printf ("%s, %d %s %04d %02d:%02d:%02d +0000", weekdays[date_weekday (date)], day, months[month - 1],
                          year, second / 3600, second / 60 % 60, second % 60);
}

/* --- header --- */

static void
add_line (GString *out, const char *name, const char *value)
{
  g_auto (GStrv) folds = g_strsplit (value, "\n", -1);
  g_autofree char *crlf = g_strjoinv ("\r\n", folds);
  g_string_append_printf (out, "%s: %s\r\n", name, crlf);
}

/* `value` is 7-bit. */
static void
add_plain (GString *out, const char *name, const char *value)
{
  g_autofree char *clean = text_one_line (value, 0);
  g_autofree char *folded = field_fold (name, clean);
  add_line (out, name, folded);
}

static void
add_text (GString *out, const char *name, const char *value)
{
  g_autofree char *clean = text_one_line (value, 0);
  g_autofree char *encoded = field_encode (clean);
  g_autofree char *folded = field_fold (name, encoded);
  add_line (out, name, folded);
}

/* Values apart by `between`, each in `open` and `close`; no field for none. */
static void
add_list (GString *out, const char *name, const GPtrArray *values, const char *between, bool in_brackets)
{
  g_autoptr (GString) all = g_string_new (NULL);
  for (guint i = 0; i < values->len; i++)
    g_string_append_printf (all, "%s%s%s%s", i > 0 ? between : "", in_brackets ? "<" : "",
                            (const char *) g_ptr_array_index (values, i), in_brackets ? ">" : "");
  if (all->len > 0)
    add_plain (out, name, all->str);
}

/* The newest that there is room for. */
static void
add_references (GString *out, const GPtrArray *references)
{
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();
  gsize total = 0;
  for (guint i = references->len; i > 0; i--)
    {
      total += strlen (g_ptr_array_index (references, i - 1)) + strlen ("<> ");
      if (total > REFERENCES_MAX)
        break;
      g_ptr_array_insert (kept, 0, g_ptr_array_index (references, i - 1));
    }
  add_list (out, "References", kept, " ", true);
}

static void
add_header (const TmLetter *letter, GString *out)
{
  g_autofree char *date = mime_date (letter->date_at);
  g_autofree char *message_id = g_strdup_printf ("<%s>", letter->message_id);
  g_autofree char *in_reply_to = letter->in_reply_to != NULL ? g_strdup_printf ("<%s>", letter->in_reply_to) : NULL;
  add_plain (out, "From", letter->from);
  add_list (out, "To", letter->to, ", ", false);
  add_list (out, "Cc", letter->cc, ", ", false);
  if (letter->reply_to != NULL)
    add_plain (out, "Reply-To", letter->reply_to);
  add_text (out, "Subject", letter->subject);
  add_plain (out, "Date", date);
  add_plain (out, "Message-ID", message_id);
  if (in_reply_to != NULL)
    add_plain (out, "In-Reply-To", in_reply_to);
  add_references (out, letter->references);
  if (letter->auto_submitted != NULL)
    add_plain (out, "Auto-Submitted", letter->auto_submitted);
  if (letter->loop != NULL)
    add_plain (out, "X-Ticket-Loop", letter->loop);
  for (guint i = 0; i < letter->fields->len; i++)
    {
      const TmHeader *field = g_ptr_array_index (letter->fields, i);
      add_text (out, field->name, field->value);
    }
  g_string_append (out, "MIME-Version: 1.0\r\n");
}

/* --- body --- */

/* LF, and CRLF, as CRLF; a CR alone, which mail has no place for, as a line end, too. */
static GString *
to_crlf (const char *text)
{
  GString *out = g_string_sized_new (strlen (text) + 64);
  for (const char *p = text; *p != '\0'; p++)
    if (*p != '\n' && *p != '\r')
      g_string_append_c (out, *p);
    else
      {
        g_string_append (out, "\r\n");
        p += *p == '\r' && p[1] == '\n';
      }
  return out;
}

static void
add_text_part (const char *text, const char *subtype, GString *out)
{
  enum { SHORT = 78 };
  g_autofree char *valid = text_make_valid (text, strlen (text));
  g_autoptr (GString) lines = to_crlf (valid);
  gsize longest = 0, length = 0;
  for (gsize i = 0; i < lines->len; i++)
    {
      length = lines->str[i] == '\n' ? 0 : length + 1;
      longest = MAX (longest, length);
    }
  bool is_plain = text_is_ascii (lines->str, lines->len) && longest <= SHORT;
  g_string_append_printf (out, "Content-Type: text/%s; charset=%s\r\nContent-Transfer-Encoding: %s\r\n\r\n", subtype,
                          is_plain ? "us-ascii" : "utf-8", is_plain ? "7bit" : "quoted-printable");
  coding_encode (is_plain ? TM_CODING_IDENTITY : TM_CODING_QUOTED_PRINTABLE, lines, "\r\n", out);
  if (out->len < 2 || strcmp (out->str + out->len - 2, "\r\n") != 0)
    g_string_append (out, "\r\n");
}

/* No part has a line that begins with it. */
static char *
find_boundary (const TmLetter *letter, const char *kind, const GString *attached)
{
  for (unsigned i = 0;; i++)
    {
      guint8 digest[TM_DIGEST_LEN];
      g_autofree char *seed = g_strdup_printf ("%s %s%u", letter->message_id, kind, i);
      digest_bytes (seed, strlen (seed), digest);
      g_autofree char *hex = digest_hex (digest, 12);
      g_autofree char *boundary = g_strconcat ("=_", hex, NULL);
      if (strstr (letter->text, boundary) == NULL && (letter->html == NULL || strstr (letter->html, boundary) == NULL)
          && g_strstr_len (attached->str, (gssize) attached->len, boundary) == NULL)
        return g_steal_pointer (&boundary);
    }
}

/* Whole, in lines as SMTP wants them; NULL: it would not arrive as it is. */
static GString *
as_message (GBytes *raw)
{
  gsize len;
  const char *data = g_bytes_get_data (raw, &len);
  g_autoptr (GString) out = g_string_sized_new (len + 64);
  for (gsize i = 0; i < len; i++)
    {
      if (data[i] == '\0' || (data[i] == '\r' && (i + 1 == len || data[i + 1] != '\n')))
        return NULL;
      if (data[i] == '\n' && (i == 0 || data[i - 1] != '\r'))
        g_string_append_c (out, '\r');
      g_string_append_c (out, data[i]);
    }
  return coding_allows (TM_CODING_8BIT, out) ? g_steal_pointer (&out) : NULL;
}

/* Text, and the page where there is one: who shows pages takes the last that he understands (RFC 2046 §5.1.4). */
static void
add_body (const TmLetter *letter, GString *out)
{
  if (letter->html == NULL)
    {
      add_text_part (letter->text, "plain", out);
      return;
    }
  g_autoptr (GString) nothing = g_string_new (NULL);
  g_autofree char *boundary = find_boundary (letter, "page ", nothing);
  g_string_append_printf (out, "Content-Type: multipart/alternative; boundary=\"%s\"\r\n\r\n--%s\r\n", boundary,
                          boundary);
  add_text_part (letter->text, "plain", out);
  g_string_append_printf (out, "\r\n--%s\r\n", boundary);
  add_text_part (letter->html, "html", out);
  g_string_append_printf (out, "\r\n--%s--\r\n", boundary);
}

static void
add_attached (GBytes *raw, const GString *lines, GString *out)
{
  if (lines->len > 0)
    {
      g_string_append_printf (out,
                              "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: %s\r\n"
                              "Content-Disposition: attachment\r\n\r\n",
                              text_is_ascii (lines->str, lines->len) ? "7bit" : "8bit");
      g_string_append_len (out, lines->str, (gssize) lines->len);
    }
  else
    {
      g_autoptr (GString) bytes
          = g_string_new_len (g_bytes_get_data (raw, NULL), (gssize) g_bytes_get_size (raw));
      g_string_append (out, "Content-Type: application/octet-stream; name=\"message.eml\"\r\n"
                            "Content-Transfer-Encoding: base64\r\n"
                            "Content-Disposition: attachment; filename=\"message.eml\"\r\n\r\n");
      coding_encode (TM_CODING_BASE64, bytes, "\r\n", out);
    }
  g_string_append (out, "\r\n");
}

/* As a file, not as a part to be shown: mail programs take out what it is drawn with. */
static void
add_page (const char *page, GString *out)
{
  g_autoptr (GString) bytes = g_string_new (page);
  g_string_append (out, "Content-Type: text/html; charset=utf-8; name=\"report.html\"\r\n"
                        "Content-Transfer-Encoding: base64\r\n"
                        "Content-Disposition: attachment; filename=\"report.html\"\r\n\r\n");
  coding_encode (TM_CODING_BASE64, bytes, "\r\n", out);
  g_string_append (out, "\r\n");
}

GBytes *
mime_compose (const TmLetter *letter)
{
  GString *out = g_string_sized_new (2048);
  add_header (letter, out);
  if (letter->attached == NULL && letter->page == NULL)
    {
      add_body (letter, out);
      return g_string_free_to_bytes (out);
    }
  g_autoptr (GString) lines = letter->attached != NULL ? as_message (letter->attached) : NULL;
  if (lines == NULL)
    lines = g_string_new (NULL);
  g_autofree char *boundary = find_boundary (letter, "", lines);
  g_string_append_printf (out, "Content-Type: multipart/mixed; boundary=\"%s\"\r\n\r\n--%s\r\n", boundary, boundary);
  add_body (letter, out);
  g_string_append_printf (out, "\r\n--%s\r\n", boundary);
  if (letter->attached != NULL)
    add_attached (letter->attached, lines, out);
  else
    add_page (letter->page, out);
  g_string_append_printf (out, "--%s--\r\n", boundary);
  return g_string_free_to_bytes (out);
}
