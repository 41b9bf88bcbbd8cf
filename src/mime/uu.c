/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/uu.h"

#include "base/digest.h"
#include "core/mail.h"
#include "mime/attach.h"

#include <string.h>

enum { FILES_MAX = 100, GROUP = 4, GROUP_BYTES = 3 };

static const char begin[] = "begin ";

/* The name behind "begin 644 "; NULL: `line` begins no file. */
static const char *
name_of (const char *line)
{
  if (strncmp (line, begin, sizeof begin - 1) != 0)
    return NULL;
  const char *mode = line + sizeof begin - 1;
  gsize n = strspn (mode, "01234567");
  return n >= 3 && n <= 4 && mode[n] == ' ' && strchr ("\n ", mode[n + 1]) == NULL ? mode + n + 1 : NULL;
}

static const char *
next_line (const char *line)
{
  const char *end = strchr (line, '\n');
  return end != NULL ? end + 1 : line + strlen (line);
}

/* The next line at or behind `text` that begins a file, or NULL. */
static const char *
find_begin (const char *text)
{
  for (const char *at = text; (at = strstr (at, begin)) != NULL; at++)
    if ((at == text || at[-1] == '\n') && name_of (at) != NULL)
      return at;
  return NULL;
}

static guint
bits (char c)
{
  return (guint) (c - ' ') & 0x3f;
}

/* Appends what `line` of `len` bytes means; blanks at its end may be gone.  False: it is no such line. */
static bool
decode_line (const char *line, gsize len, GByteArray *out)
{
  guint n = bits (line[0]);
  gsize needed = (n + GROUP_BYTES - 1) / GROUP_BYTES * GROUP;
  if (len == 0 || line[0] < ' ' || line[0] > '`' || len - 1 > needed + 2)
    return false;
  for (gsize i = 0; i < needed; i += GROUP)
    {
      guint32 group = 0;
      for (gsize k = 1; k <= GROUP; k++)
        {
          char c = i + k < len ? line[i + k] : ' ';
          if (c < ' ' || c > '`')
            return false;
          group = group << 6 | bits (c);
        }
      guint8 bytes[] = { (guint8) (group >> 16), (guint8) (group >> 8), (guint8) group };
      g_byte_array_append (out, bytes, MIN (n, GROUP_BYTES));
      n -= MIN (n, GROUP_BYTES);
    }
  return true;
}

/* Where the text goes on behind the file whose first line is at `line`; NULL: it is none. */
static const char *
decode_file (const char *line, GByteArray *out)
{
  for (line = next_line (line); *line != '\0'; line = next_line (line))
    {
      gsize len = strcspn (line, "\n");
      if (len == 3 && memcmp (line, "end", len) == 0)
        return next_line (line);
      if (len > 0 && !decode_line (line, len, out))
        return NULL;
    }
  return NULL;
}

static void
add_file (const char *name, const GByteArray *bytes, GPtrArray *attachments)
{
  guint8 digest[TM_DIGEST_LEN];
  TmAttachment *attachment = attachment_new ();
  g_free (attachment->name);
  attachment->name = attachment_clean_name (name, strcspn (name, "\n"));
  attachment->size = bytes->len;
  digest_bytes (bytes->data, bytes->len, digest);
  g_free (attachment->sha256);
  attachment->sha256 = digest_hex (digest, sizeof digest);
  g_ptr_array_add (attachments, attachment);
}

bool
uu_is_in (const char *text)
{
  return find_begin (text) != NULL;
}

char *
uu_take_files (const char *text, GPtrArray *attachments)
{
  GString *out = NULL;
  guint n_tried = 0;
  const char *kept = text;
  for (const char *at = text; n_tried < FILES_MAX && (at = find_begin (at)) != NULL; n_tried++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      const char *next = decode_file (at, bytes);
      if (next == NULL)
        {
          at = next_line (at);
          continue;
        }
      add_file (name_of (at), bytes, attachments);
      out = out != NULL ? out : g_string_new (NULL);
      g_string_append_len (out, kept, at - kept);
      kept = at = next;
    }
  return out != NULL ? g_string_free (g_string_append (out, kept), FALSE) : NULL;
}
