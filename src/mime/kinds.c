/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/kinds.h"

#include "base/text.h"
#include "core/invitation.h"
#include "mime/text.h"

#include <string.h>

#define PGP_SIGNED "-----BEGIN PGP SIGNED MESSAGE-----"

enum { CALENDAR_MAX = 64 * 1024, NOTES_MAX = 8 * 1024, VALUE_MAX = 200 };

void
kinds_add_note (GString *notes, const char *what)
{
  if (notes->len < NOTES_MAX)
    g_string_append_printf (notes, "[%s]\n", what);
}

static char *
parameter (GMimeObject *part, const char *name)
{
  const char *value = g_mime_object_get_content_type_parameter (part, name);
  g_autofree char *valid = value != NULL ? text_make_valid (value, strlen (value)) : g_strdup ("");
  return text_one_line (valid, VALUE_MAX);
}

static unsigned
describe_calendar (GMimeObject *part, GString *notes)
{
  if (!GMIME_IS_PART (part))
    return 0;
  g_autofree char *method = parameter (part, "method");
  TmPartText read = part_text_read (GMIME_PART (part), CALENDAR_MAX);
  g_autofree char *text = read.text;
  g_autofree char *what = invitation_describe (text, *method != '\0' ? method : NULL);
  if (what != NULL)
    kinds_add_note (notes, what);
  return 0;
}

static unsigned
describe_partial (GMimeObject *part, GString *notes)
{
  g_autofree char *number = parameter (part, "number"), *total = parameter (part, "total");
  g_autofree char *what = g_strdup_printf ("Piece %s of %s of a longer message, as it came; they are not joined",
                                           *number != '\0' ? number : "?", *total != '\0' ? total : "?");
  kinds_add_note (notes, what);
  return TM_FLAG_PARTIAL;
}

static unsigned
describe_external (GMimeObject *part, GString *notes)
{
  static const char *const names[] = { "access-type", "url", "site", "directory", "name", "server" };
  g_autoptr (GString) what = g_string_new ("Content that is not in the message and was not fetched:");
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *value = parameter (part, names[i]);
      if (*value != '\0')
        g_string_append_printf (what, " %s %s", names[i], value);
    }
  kinds_add_note (notes, what->str);
  return TM_FLAG_EXTERNAL;
}

static unsigned
describe_encrypted (GMimeObject *part, GString *notes)
{
  (void) part;
  kinds_add_note (notes, "Encrypted (PGP/MIME): it can be read with its recipient's key only");
  return TM_FLAG_ENCRYPTED;
}

static const struct
{
  const char *type, *subtype;
  unsigned (*describe) (GMimeObject *part, GString *notes);
} kinds[] = {
  { "text", "calendar", describe_calendar },
  { "message", "partial", describe_partial },
  { "message", "external-body", describe_external },
  { "multipart", "encrypted", describe_encrypted },
};

unsigned
kinds_describe (GMimeObject *part, GString *notes)
{
  GMimeContentType *type = g_mime_object_get_content_type (part);
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_mime_content_type_is_type (type, kinds[i].type, kinds[i].subtype))
      return kinds[i].describe (part, notes);
  return 0;
}

static bool
has_line (const char *text, const char *start)
{
  const char *found = strstr (text, start);
  return found != NULL && (found == text || found[-1] == '\n');
}

static void
unwrap_signed (char *text)
{
  char *from = text, *to = text;
  bool is_head = false, is_signature = false, is_signed = false;
  while (*from != '\0')
    {
      gsize len = strcspn (from, "\n"), whole = len + (from[len] == '\n');
      bool is_begin = g_str_has_prefix (from, PGP_SIGNED);
      bool is_kept
        = !is_begin && !is_head && !is_signature && !g_str_has_prefix (from, "-----BEGIN PGP SIGNATURE-----");
      gsize skipped = is_kept && is_signed && g_str_has_prefix (from, "- ") ? 2 : 0;
      if (is_kept)
        {
          memmove (to, from + skipped, whole - skipped);
          to += whole - skipped;
        }
      else if (!is_begin && !is_head)
        {
          is_signature = !g_str_has_prefix (from, "-----END PGP SIGNATURE-----");
          is_signed = false;
        }
      is_head = is_begin || (is_head && len > 0);
      is_signed |= is_begin;
      from += whole;
    }
  *to = '\0';
  g_strchomp (text);
}

unsigned
kinds_read_inline (char *text)
{
  unsigned flags = 0;
  if (strstr (text, "-----BEGIN PGP ") == NULL)
    return flags;
  if (has_line (text, "-----BEGIN PGP MESSAGE-----"))
    flags |= TM_FLAG_ENCRYPTED;
  if (has_line (text, PGP_SIGNED))
    {
      flags |= TM_FLAG_SIGNED;
      unwrap_signed (text);
    }
  return flags;
}
