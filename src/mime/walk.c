/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/walk.h"

#include "base/text.h"
#include "mime/attach.h"
#include "mime/content.h"
#include "mime/headers.h"
#include "mime/html.h"
#include "mime/kinds.h"
#include "mime/opaque.h"
#include "mime/report.h"
#include "mime/text.h"
#include "mime/tnef.h"
#include "mime/tnef-text.h"
#include "mime/uu.h"

#include <string.h>

/* Decoded bytes read of all parts together, of plain and HTML text as multiples of the text that is kept: markup is
 * bulky. */
enum { PLAIN_SHARE = 4, HTML_SHARE = 16, REPORT_MAX = 256 * 1024, CONTENT_ID_MAX = 512 };
enum { OPAQUE_DEPTH = 3, UU_MAX = 16 << 20 /* bytes of a text with files in it */ };

typedef struct
{
  TmMail *mail;
  const TmLimits *limits;
  GString *html;          /* all HTML that was decoded, for its cid: references */
  GPtrArray *content_ids; /* char * or NULL, one for each attachment */
  size_t n_plain_read, n_html_read, n_report_read;
  unsigned n_parts, n_leaves;
  unsigned n_related;     /* multipart/related around the part at hand */
  unsigned n_reports;     /* multipart/report likewise */
  unsigned n_opaque;      /* S/MIME in one piece that was looked into */
  GString *notes;         /* what parts are that are neither text nor merely files */
  bool has_attached;      /* a message; the first one's text is */
  char *attached_text;    /* (NULL: not needed, or none) */
  TmPartText tnef;        /* the first text that a winmail.dat has; its `text` NULL: not needed, or none */
  bool tnef_is_html;
} TmWalk;

/* Text found so far in one branch. */
typedef struct
{
  GString *text;
  bool is_html;
} TmFound;

static void
found_clear (TmFound *found)
{
  g_string_free (found->text, TRUE);
}

static bool walk_part (TmWalk *walk, GMimeObject *part, unsigned depth, TmFound *found);

static bool
type_is (GMimeObject *part, const char *type, const char *subtype)
{
  return g_mime_content_type_is_type (g_mime_object_get_content_type (part), type, subtype);
}

static void
append_text (TmWalk *walk, TmFound *found, const char *text, bool is_html)
{
  if (text[strspn (text, " \t\n")] == '\0')
    return;
  if (found->text->len > 0 && found->text->str[found->text->len - 1] != '\n')
    g_string_append_c (found->text, '\n');
  g_string_append (found->text, text);
  found->is_html |= is_html;
  if (plain_text_cut (found->text, walk->limits->text))
    walk->mail->flags |= TM_FLAG_TRUNCATED;
}

static void
note_html (TmWalk *walk, const char *html)
{
  if (walk->html->len < walk->limits->text * HTML_SHARE)
    g_string_append (walk->html, html);
}

/* What a text part may still give.  Many parts cost no more than one: what is behind that is cut off the text in any
 * case. */
static TmPartText
read_text (TmWalk *walk, GMimePart *part, bool is_html)
{
  size_t *n_read = is_html ? &walk->n_html_read : &walk->n_plain_read;
  size_t max = walk->limits->text * (is_html ? HTML_SHARE : PLAIN_SHARE);
  TmPartText read = part_text_read (part, max - MIN (*n_read, max));
  *n_read += strlen (read.text);
  return read;
}

/* Files that stand in the text become attachments; a text that is cut is read once more with all of them. */
static void
take_files (TmWalk *walk, GMimePart *part, TmPartText *read)
{
  if ((walk->mail->flags & TM_FLAG_TOO_LARGE) != 0 || !uu_is_in (read->text))
    return;
  if (read->cut)
    {
      g_free (read->text);
      *read = part_text_read (part, UU_MAX);
      walk->n_plain_read += strlen (read->text);
    }
  char *rest = uu_take_files (read->text, walk->mail->attachments);
  if (rest == NULL)
    return;
  g_free (read->text);
  read->text = rest;
  while (walk->content_ids->len < walk->mail->attachments->len)
    g_ptr_array_add (walk->content_ids, NULL);
}

/* Takes `read` over. */
static void
take_text (TmWalk *walk, TmFound *found, TmPartText read, bool is_html)
{
  g_autofree char *text = read.text;
  if (is_html)
    {
      bool cut;
      g_autofree char *html = g_steal_pointer (&text);
      text = html_to_text (html, walk->limits->text, &cut);
      read.cut |= cut;
    }
  append_text (walk, found, text, is_html);
  if (read.cut)
    walk->mail->flags |= TM_FLAG_TRUNCATED;
  if (read.guessed)
    walk->mail->flags |= TM_FLAG_NOT_UTF8;
}

static void
walk_text (TmWalk *walk, GMimePart *part, TmFound *found)
{
  bool is_html = type_is (GMIME_OBJECT (part), "text", "html");
  if (found == NULL && !(is_html && walk->n_related > 0))
    return;
  TmPartText read = read_text (walk, part, is_html);
  if (!is_html)
    take_files (walk, part, &read);
  if (is_html)
    note_html (walk, read.text);
  if (found != NULL)
    take_text (walk, found, read, is_html);
  else
    g_free (read.text);
}

static void
add_attachment (TmWalk *walk, GMimeObject *part)
{
  if ((walk->mail->flags & TM_FLAG_TOO_LARGE) != 0)
    return;
  const char *id = g_mime_object_get_content_id (part);
  g_ptr_array_add (walk->mail->attachments, attachment_read (part));
  g_ptr_array_add (walk->content_ids, id != NULL && strlen (id) <= CONTENT_ID_MAX ? g_strdup (id) : NULL);
}

static TmReport *
need_report (TmWalk *walk, TmReportKind kind)
{
  if (walk->mail->report == NULL)
    walk->mail->report = report_new (kind);
  return walk->mail->report;
}

/* Reports count wherever they stand but inside an attached message. */
static void
walk_report_part (TmWalk *walk, GMimePart *part, const char *mime_type)
{
  TmReportKind kind = report_kind (mime_type, false);
  bool is_headers = g_ascii_strcasecmp (mime_type, "text/rfc822-headers") == 0
                    || g_ascii_strcasecmp (mime_type, "message/rfc822") == 0;
  if (kind == TM_REPORT_NONE && !(is_headers && walk->n_reports > 0 && walk->mail->report != NULL))
    return;
  GString *text = content_load (part, REPORT_MAX - MIN (walk->n_report_read, REPORT_MAX), NULL);
  walk->n_report_read += text->len;
  if (kind != TM_REPORT_NONE)
    report_read_fields (need_report (walk, kind), text->str, text->len);
  else
    report_read_original (walk->mail->report, text->str, text->len);
  g_string_free (text, TRUE);
}

typedef struct
{
  TmWalk *walk;
  unsigned depth;
  TmFound *found;
  bool bounded;
} TmOpaqueVisit;

static void
walk_entity (GMimeObject *root, gpointer data)
{
  TmOpaqueVisit *visit = data;
  visit->bounded = walk_part (visit->walk, root, visit->depth + 1, visit->found);
}

/* S/MIME in one piece.  False: what was signed is beyond the limits. */
static bool
walk_opaque (TmWalk *walk, GMimePart *part, unsigned depth, TmFound *found)
{
  if (!opaque_is (GMIME_OBJECT (part)))
    return true;
  TmOpaqueVisit visit = { .walk = walk, .depth = depth, .found = found, .bounded = true };
  bool is_visited, may_look = walk->n_opaque++ < OPAQUE_DEPTH;
  TmCmsKind kind = opaque_visit (part, walk->limits, may_look ? walk_entity : NULL, &visit, &is_visited);
  switch (kind)
    {
    case TM_CMS_SIGNED:
      walk->mail->flags |= TM_FLAG_SIGNED;
      if (!is_visited)
        kinds_add_note (walk->notes, "Signed (S/MIME) in one piece that cannot be read");
      break;
    case TM_CMS_ENVELOPED:
      walk->mail->flags |= TM_FLAG_ENCRYPTED;
      kinds_add_note (walk->notes, "Encrypted (S/MIME): it can be read with its recipient's key only");
      break;
    case TM_CMS_COMPRESSED:
      kinds_add_note (walk->notes, "Compressed (S/MIME): it was not unpacked");
      break;
    case TM_CMS_UNKNOWN:
      break;
    }
  return visit.bounded;
}

/* Whether a text part is for reading or a file.  Programs that name the very
 * first part are naming the message. */
static bool
is_body_text (const TmWalk *walk, GMimeObject *part)
{
  static const char *const subtypes[] = { "plain", "html", "enriched", "richtext", "markdown" };
  bool readable = false;
  for (size_t i = 0; i < G_N_ELEMENTS (subtypes); i++)
    readable |= type_is (part, "text", subtypes[i]);
  const char *disposition = g_mime_object_get_disposition (part);
  if (!readable || (disposition != NULL && g_ascii_strcasecmp (disposition, "attachment") == 0))
    return false;
  bool named = g_mime_object_get_content_disposition_parameter (part, "filename") != NULL
               || g_mime_object_get_content_type_parameter (part, "name") != NULL;
  return !named || walk->n_leaves == 1;
}

/* Its text is read at once, too. */
static void
walk_tnef (TmWalk *walk, GMimePart *part, const TmFound *found)
{
  if (walk->tnef.text == NULL && found != NULL && !plain_text_shows (found->text->str))
    walk->tnef = tnef_text_read (part, walk->limits->text * HTML_SHARE, &walk->tnef_is_html);
  if ((walk->mail->flags & TM_FLAG_TOO_LARGE) != 0 || !tnef_unpack (part, walk->mail->attachments))
    add_attachment (walk, GMIME_OBJECT (part));
}

/* Where nothing else has said anything. */
static void
take_tnef (TmWalk *walk, TmFound *found)
{
  if (walk->tnef.text == NULL || plain_text_shows (found->text->str))
    {
      g_free (walk->tnef.text);
      return;
    }
  if (walk->tnef_is_html)
    note_html (walk, walk->tnef.text);
  g_string_truncate (found->text, 0);
  found->is_html = false;
  take_text (walk, found, walk->tnef, walk->tnef_is_html);
}

static bool
walk_leaf (TmWalk *walk, GMimePart *part, unsigned depth, TmFound *found)
{
  GMimeObject *object = GMIME_OBJECT (part);
  g_autofree char *type = g_mime_content_type_get_mime_type (g_mime_object_get_content_type (object));
  walk->n_leaves++;
  if (is_body_text (walk, object))
    {
      walk_text (walk, part, found);
      return true;
    }
  walk_report_part (walk, part, type);
  walk->mail->flags |= kinds_describe (object, walk->notes);
  if (tnef_is (object))
    walk_tnef (walk, part, found);
  else
    add_attachment (walk, object);
  while (walk->content_ids->len < walk->mail->attachments->len)
    g_ptr_array_add (walk->content_ids, NULL);
  return walk_opaque (walk, part, depth, found);
}

/* The text of the message: what there is to read of a mail that it is attached to with nothing beside.  At once, as it
 * is gone with what was signed around it. */
static void
read_attached (TmWalk *walk, GMimeMessage *message)
{
  GMimeObject *root = g_mime_message_get_mime_part (message);
  g_autoptr (TmMail) inner = mail_new ();
  inner->flags = TM_FLAG_TOO_LARGE; /* its files are not those of the mail */
  g_autoptr (GString) html = g_string_new (NULL), notes = g_string_new (NULL);
  g_autoptr (GPtrArray) content_ids = g_ptr_array_new_with_free_func (g_free);
  TmFound found = { .text = g_string_new (NULL) };
  TmWalk within = { .mail = inner, .limits = walk->limits, .html = html, .content_ids = content_ids, .notes = notes,
                    .n_parts = walk->n_parts, .n_opaque = walk->n_opaque, .has_attached = true };
  if (root != NULL)
    (void) walk_part (&within, root, 1, &found);
  take_tnef (&within, &found);
  if (plain_text_shows (found.text->str))
    walk->attached_text = g_strdup (found.text->str);
  found_clear (&found);
}

static void
walk_message (TmWalk *walk, GMimeMessagePart *part, const TmFound *found)
{
  GMimeMessage *message = g_mime_message_part_get_message (part);
  walk->n_leaves++;
  if (walk->n_reports > 0 && message != NULL && walk->mail->report != NULL)
    {
      g_autofree char *fields = g_mime_object_get_headers (GMIME_OBJECT (message), NULL);
      if (fields != NULL)
        report_read_original (walk->mail->report, fields, strlen (fields));
    }
  else if (walk->n_reports == 0 && message != NULL && walk->mail->forwarded == NULL)
    walk->mail->forwarded = headers_read_forwarded (message, walk->limits);
  if (walk->n_reports == 0 && message != NULL && !walk->has_attached)
    {
      walk->has_attached = true;
      if (found != NULL && !plain_text_shows (found->text->str))
        read_attached (walk, message);
    }
  add_attachment (walk, GMIME_OBJECT (part));
}

static bool
walk_children (TmWalk *walk, GMimeMultipart *multipart, unsigned depth, TmFound *found)
{
  int n = g_mime_multipart_get_count (multipart);
  bool bounded = true;
  for (int i = 0; i < n && bounded; i++)
    bounded = walk_part (walk, g_mime_multipart_get_part (multipart, i), depth, found);
  return bounded;
}

/* The first plain version with content, else the last other one. */
static bool
walk_alternative (TmWalk *walk, GMimeMultipart *multipart, unsigned depth, TmFound *found)
{
  int n = g_mime_multipart_get_count (multipart);
  TmFound best = { .text = g_string_new (NULL) };
  bool bounded = true, done = found == NULL;
  for (int i = 0; i < n && bounded; i++)
    {
      TmFound next = { .text = g_string_new (NULL) };
      bounded = walk_part (walk, g_mime_multipart_get_part (multipart, i), depth, done ? NULL : &next);
      if (!done && plain_text_shows (next.text->str))
        {
          TmFound swap = best;
          best = next;
          next = swap;
          done = !best.is_html;
        }
      found_clear (&next);
    }
  if (found != NULL)
    append_text (walk, found, best.text->str, best.is_html);
  found_clear (&best);
  return bounded;
}

/* A multipart whose boundary never comes is text after all. */
static void
walk_without_parts (TmWalk *walk, GMimeMultipart *multipart, TmFound *found)
{
  const char *prologue = g_mime_multipart_get_prologue (multipart);
  if (prologue == NULL || found == NULL)
    return;
  g_autofree char *utf8 = text_make_valid (prologue, strlen (prologue));
  g_autofree char *text = plain_text_clean (utf8, strlen (utf8));
  append_text (walk, found, text, false);
}

static bool
walk_multipart (TmWalk *walk, GMimeMultipart *multipart, unsigned depth, TmFound *found)
{
  GMimeObject *object = GMIME_OBJECT (multipart);
  if (type_is (object, "multipart", "signed"))
    walk->mail->flags |= TM_FLAG_SIGNED;
  walk->mail->flags |= kinds_describe (object, walk->notes);
  if (g_mime_multipart_get_count (multipart) == 0)
    walk_without_parts (walk, multipart, found);
  if (type_is (object, "multipart", "alternative"))
    return walk_alternative (walk, multipart, depth, found);

  bool related = type_is (object, "multipart", "related"), report = type_is (object, "multipart", "report");
  TmReportKind kind
      = report ? report_kind (g_mime_object_get_content_type_parameter (object, "report-type"), true) : TM_REPORT_NONE;
  if (kind != TM_REPORT_NONE)
    need_report (walk, kind);
  walk->n_related += related;
  walk->n_reports += report;
  bool bounded = walk_children (walk, multipart, depth, found);
  walk->n_related -= related;
  walk->n_reports -= report;
  return bounded;
}

/* False: there are more parts, or deeper ones, than the limits allow. */
static bool
walk_part (TmWalk *walk, GMimeObject *part, unsigned depth, TmFound *found)
{
  if (part == NULL)
    return true;
  if (++walk->n_parts > walk->limits->parts || depth > walk->limits->depth)
    return false;
  if (GMIME_IS_MULTIPART (part))
    return walk_multipart (walk, GMIME_MULTIPART (part), depth + 1, found);
  if (GMIME_IS_MESSAGE_PART (part))
    walk_message (walk, GMIME_MESSAGE_PART (part), found);
  else if (GMIME_IS_PART (part))
    return walk_leaf (walk, GMIME_PART (part), depth, found);
  return true;
}

static void
mark_referred (TmWalk *walk)
{
  for (guint i = 0; i < walk->content_ids->len; i++)
    {
      const char *id = g_ptr_array_index (walk->content_ids, i);
      g_autofree char *reference = id != NULL ? g_strconcat ("cid:", id, NULL) : NULL;
      if (reference != NULL && strstr (walk->html->str, reference) != NULL)
        ((TmAttachment *) g_ptr_array_index (walk->mail->attachments, i))->is_inline = true;
    }
}

void
walk_take_text (TmMail *mail, char *text, bool is_html)
{
  size_t n_blank = strspn (text, " \t\n");
  while (n_blank > 0 && text[n_blank - 1] != '\n')
    n_blank--;
  if (n_blank > 0)
    memmove (text, text + n_blank, strlen (text + n_blank) + 1);
  g_free (mail->text);
  mail->text = g_strchomp (text);
  mail->text_is_html = is_html;
  mail->flags |= kinds_read_inline (mail->text);
}

/* A bounce whose parts fell into each other still has its fields among the text. */
static void
read_report_from_text (TmMail *mail)
{
  if (mail->report != NULL && mail->report->kind == TM_REPORT_DSN && mail->report->recipients->len == 0)
    report_read_fields (mail->report, mail->text, strlen (mail->text));
}

void
walk_body (TmMail *mail, GMimeObject *root, const TmLimits *limits, GString *notes)
{
  TmWalk walk = { .mail = mail, .limits = limits, .notes = notes };
  walk.html = g_string_new (NULL);
  walk.content_ids = g_ptr_array_new_with_free_func (g_free);
  TmFound found = { .text = g_string_new (NULL) };
  g_autofree char *type = g_mime_content_type_get_mime_type (g_mime_object_get_content_type (root));
  g_autofree char *valid = text_make_valid (type, strlen (type));
  g_autofree char *line = text_one_line (valid, 127);
  g_free (mail->content_type);
  mail->content_type = g_ascii_strdown (line, -1);

  if (!walk_part (&walk, root, 0, &found))
    mail->flags |= TM_FLAG_UNREADABLE;
  take_tnef (&walk, &found);
  walk_take_text (mail, g_strdup (found.text->str), found.is_html);
  read_report_from_text (mail);
  if (!plain_text_shows (mail->text) && walk.attached_text != NULL)
    {
      *mail->text = '\0';
      g_string_append_printf (notes, "[Attached message]\n\n%s", walk.attached_text);
    }
  mark_referred (&walk);
  found_clear (&found);
  g_free (walk.attached_text);
  g_ptr_array_unref (walk.content_ids);
  g_string_free (walk.html, TRUE);
}
