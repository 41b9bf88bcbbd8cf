/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/headers.h"

#include "base/text.h"
#include "mime/charset.h"
#include "mime/date-plain.h"
#include "mime/mailboxes.h"
#include "mime/mailboxes-plain.h"
#include "mime/msgid.h"
#include "mime/words.h"

#include <string.h>

/* Those that mean something here; N_KNOWN_FIELDS: any other. */
typedef enum
{
  FIELD_FROM,
  FIELD_TO,
  FIELD_CC,
  FIELD_REPLY_TO,
  FIELD_SUBJECT,
  FIELD_DATE,
  FIELD_MESSAGE_ID,
  FIELD_IN_REPLY_TO,
  FIELD_REFERENCES,
  FIELD_CONTENT_TYPE,
  N_KNOWN_FIELDS
} TmKnownField;

static const struct
{
  const char *name;
  bool is_single; /* must not stand twice (RFC 5322 §3.6; From has its own rule) */
} known_fields[N_KNOWN_FIELDS] = {
  [FIELD_FROM] = { "From", false },
  [FIELD_TO] = { "To", true },
  [FIELD_CC] = { "Cc", true },
  [FIELD_REPLY_TO] = { "Reply-To", true },
  [FIELD_SUBJECT] = { "Subject", true },
  [FIELD_DATE] = { "Date", true },
  [FIELD_MESSAGE_ID] = { "Message-ID", true },
  [FIELD_IN_REPLY_TO] = { "In-Reply-To", false },
  [FIELD_REFERENCES] = { "References", false },
  [FIELD_CONTENT_TYPE] = { "Content-Type", true },
};

static TmKnownField
known_field (const TmField *field)
{
  TmKnownField known = FIELD_FROM;
  while (known < N_KNOWN_FIELDS && !field_is (field, known_fields[known].name))
    known++;
  return known;
}

static bool
is_utf8 (const char *bytes, size_t len)
{
  return text_is_ascii (bytes, len) || g_utf8_validate_len (bytes, len, NULL);
}

/* ISO-2022-JP has but ASCII's bytes, and says by an escape that it is that. */
static bool
is_japanese (const char *bytes)
{
  return strstr (bytes, "\033$B") != NULL || strstr (bytes, "\033$@") != NULL;
}

char *
header_utf8 (const char *unfolded, const char *charset)
{
  size_t len = strlen (unfolded);
  if (is_japanese (unfolded))
    return charset_to_utf8 (unfolded, len, "iso-2022-jp", NULL);
  return is_utf8 (unfolded, len) ? g_strdup (unfolded) : charset_to_utf8 (unfolded, len, charset, NULL);
}

static bool
has_encoded_word (const char *text)
{
  const char *equals = strchr (text, '=');
  while (equals != NULL && equals[1] != '?')
    equals = strchr (equals + 1, '=');
  return equals != NULL;
}

char *
header_decode (const char *utf8, size_t max_bytes)
{
  if (!has_encoded_word (utf8))
    return text_one_line (utf8, max_bytes);
  g_autofree char *decoded = words_decode (utf8);
  return text_one_line (decoded, max_bytes);
}

/* The charset that the body declares is the best guess for raw 8-bit fields. */
static char *
declared_charset (const TmFieldBlock *block)
{
  const TmField *field = fields_find (block, "Content-Type");
  if (field == NULL || !words_are_bounded (field->value, field->value_len))
    return NULL;
  g_autofree char *value = field_unfold (field);
  GMimeContentType *type = g_mime_content_type_parse (NULL, value);
  char *charset = g_strdup (g_mime_content_type_get_parameter (type, "charset"));
  g_object_unref (type);
  return charset;
}

typedef struct
{
  TmMail *mail;
  const TmFieldBlock *block;
  const TmLimits *limits;
  bool by_gmime;
  bool has_charset; /* that is: `charset` was looked for */
  char *charset;
  unsigned n_mailboxes_from; /* in all From fields */
  unsigned seen[N_KNOWN_FIELDS + 1]; /* how often */
} TmHeaderReader;

static void
collect_mailboxes (TmHeaderReader *reader, const char *utf8, GPtrArray *mailboxes)
{
  if (!reader->by_gmime && mailboxes_collect_plain (utf8, reader->limits->addresses, mailboxes))
    return;
  if (!mailboxes_collect (utf8, reader->limits, mailboxes))
    reader->mail->flags |= TM_FLAG_UNREADABLE;
}

static void
take_from (TmHeaderReader *reader, const char *utf8)
{
  g_autoptr (GPtrArray) from = g_ptr_array_new_with_free_func ((GDestroyNotify) mailbox_free);
  collect_mailboxes (reader, utf8, from);
  reader->n_mailboxes_from += from->len;
  if (from->len == 1 && reader->mail->from == NULL)
    reader->mail->from = g_ptr_array_steal_index (from, 0);
}

static void
take_subject (TmHeaderReader *reader, const char *utf8)
{
  if (reader->seen[FIELD_SUBJECT] > 1)
    return;
  g_free (reader->mail->subject);
  reader->mail->subject = header_decode (utf8, reader->limits->subject);
}

static void
take_date (TmHeaderReader *reader, const char *utf8)
{
  if (reader->seen[FIELD_DATE] > 1)
    return;
  if (!reader->by_gmime && date_read_plain (utf8, &reader->mail->date_at))
    return;
  GDateTime *date = g_mime_utils_header_decode_date (utf8);
  if (date == NULL)
    return;
  reader->mail->date_at = g_date_time_to_unix (date);
  g_date_time_unref (date);
}

static void
take_message_id (TmHeaderReader *reader, const char *utf8)
{
  if (reader->seen[FIELD_MESSAGE_ID] > 1)
    return;
  g_free (reader->mail->message_id);
  reader->mail->message_id = msgid_first (utf8);
}

static void
take_field (TmHeaderReader *reader, TmKnownField known, const char *utf8)
{
  TmMail *mail = reader->mail;
  switch (known)
    {
    case FIELD_FROM:
      take_from (reader, utf8);
      return;
    case FIELD_TO:
      collect_mailboxes (reader, utf8, mail->to);
      return;
    case FIELD_CC:
      collect_mailboxes (reader, utf8, mail->cc);
      return;
    case FIELD_REPLY_TO:
      collect_mailboxes (reader, utf8, mail->reply_to);
      return;
    case FIELD_SUBJECT:
      take_subject (reader, utf8);
      return;
    case FIELD_DATE:
      take_date (reader, utf8);
      return;
    case FIELD_MESSAGE_ID:
      take_message_id (reader, utf8);
      return;
    case FIELD_IN_REPLY_TO:
      msgid_collect (utf8, reader->limits->references, mail->in_reply_to);
      return;
    case FIELD_REFERENCES:
      msgid_collect (utf8, reader->limits->references, mail->references);
      return;
    case FIELD_CONTENT_TYPE:
    case N_KNOWN_FIELDS:
      return;
    }
}

/* The value, unfolded, in UTF-8. */
static char *
read_value (TmHeaderReader *reader, const TmField *field)
{
  g_autofree char *unfolded = field_unfold (field);
  size_t len = strlen (unfolded);
  if (is_japanese (unfolded))
    return header_utf8 (unfolded, NULL);
  if (is_utf8 (unfolded, len))
    return g_steal_pointer (&unfolded);
  if (!reader->has_charset)
    reader->charset = declared_charset (reader->block);
  reader->has_charset = true;
  return charset_to_utf8 (unfolded, len, reader->charset, NULL);
}

static void
judge (TmHeaderReader *reader)
{
  TmMail *mail = reader->mail;
  unsigned n_from = reader->seen[FIELD_FROM];
  if (n_from == 0)
    mail->flags |= TM_FLAG_NO_FROM;
  if (n_from > 1 || (n_from == 1 && reader->n_mailboxes_from != 1))
    {
      mail->flags |= TM_FLAG_MALFORMED;
      g_clear_pointer (&mail->from, mailbox_free);
    }
  for (size_t i = 0; i < N_KNOWN_FIELDS; i++)
    if (known_fields[i].is_single && reader->seen[i] > 1)
      mail->flags |= TM_FLAG_MALFORMED;
  if (reader->seen[FIELD_DATE] == 0)
    mail->flags |= TM_FLAG_NO_DATE;
  if (*mail->message_id == '\0')
    mail->flags |= TM_FLAG_NO_MESSAGE_ID;
  if (reader->block->cut)
    mail->flags |= TM_FLAG_UNREADABLE;
}

/* Most values are what they shall be as they stand. */
static void
add_header (TmMail *mail, const TmField *field, const char *utf8)
{
  g_autofree char *raw = text_is_one_line (utf8, strlen (utf8)) ? NULL : text_one_line (utf8, 0);
  const char *line = raw != NULL ? raw : utf8;
  g_autofree char *decoded = has_encoded_word (line) ? header_decode (utf8, 0) : NULL;
  g_ptr_array_add (mail->headers, header_new_named (field->name, field->name_len, decoded != NULL ? decoded : line,
                                                    decoded != NULL ? line : NULL));
}

void
headers_fill (TmMail *mail, const TmFieldBlock *block, const TmLimits *limits, bool by_gmime)
{
  TmHeaderReader reader = { .mail = mail, .block = block, .limits = limits, .by_gmime = by_gmime };
  for (guint i = 0; i < block->fields->len; i++)
    {
      const TmField *field = &g_array_index (block->fields, TmField, i);
      g_autofree char *utf8 = read_value (&reader, field);
      add_header (mail, field, utf8);
      TmKnownField known = known_field (field);
      reader.seen[known]++;
      take_field (&reader, known, utf8);
    }
  judge (&reader);
  g_free (reader.charset);
}

TmForwarded *
headers_read_forwarded (GMimeMessage *message, const TmLimits *limits)
{
  g_autofree char *text = g_mime_object_get_headers (GMIME_OBJECT (message), NULL);
  g_autoptr (TmMail) inner = mail_new ();
  TmFieldBlock block;
  if (text == NULL)
    return NULL;
  fields_read (text, strlen (text), limits, &block);
  headers_fill (inner, &block, limits, true);
  fields_clear (&block);
  if (inner->from == NULL || (inner->flags & TM_FLAG_MALFORMED) != 0)
    return NULL;
  TmForwarded *forwarded = forwarded_new (g_steal_pointer (&inner->from));
  forwarded->date_at = inner->date_at;
  g_free (forwarded->subject);
  forwarded->subject = g_steal_pointer (&inner->subject);
  g_free (forwarded->message_id);
  forwarded->message_id = g_steal_pointer (&inner->message_id);
  return forwarded;
}
