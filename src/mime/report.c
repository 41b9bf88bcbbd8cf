/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/report.h"

#include "base/text.h"
#include "core/address.h"
#include "mime/fields.h"
#include "mime/headers.h"
#include "mime/mailboxes.h"
#include "mime/msgid.h"

#include <string.h>

enum { RECIPIENTS_MAX = 1000, WORD_MAX = 64, DIAGNOSTIC_MAX = 500 };

static const struct
{
  const char *part_type;
  const char *report_type;
  TmReportKind kind;
} kinds[] = {
  { "message/delivery-status", "delivery-status", TM_REPORT_DSN },
  { "message/global-delivery-status", "global-delivery-status", TM_REPORT_DSN },
  { "message/disposition-notification", "disposition-notification", TM_REPORT_MDN },
  { "message/global-disposition-notification", "global-disposition-notification", TM_REPORT_MDN },
  { "message/feedback-report", "feedback-report", TM_REPORT_ARF },
};

TmReportKind
report_kind (const char *type, bool is_multipart)
{
  for (size_t i = 0; type != NULL && i < G_N_ELEMENTS (kinds); i++)
    if (g_ascii_strcasecmp (type, is_multipart ? kinds[i].report_type : kinds[i].part_type) == 0)
      return kinds[i].kind;
  return TM_REPORT_NONE;
}

/* One recipient's record being read.  Blank lines between records are hints
 * only: senders leave them out and put them inside. */
typedef struct
{
  TmReport *report;
  TmReportRecipient *current;
  bool has_original, has_final, has_action, has_status;
} TmReportReader;

static void
begin_recipient (TmReportReader *reader)
{
  reader->has_original = reader->has_final = reader->has_action = reader->has_status = false;
  reader->current = NULL;
  if (reader->report->recipients->len >= RECIPIENTS_MAX)
    return;
  reader->current = report_recipient_new ("", "", "");
  g_ptr_array_add (reader->report->recipients, reader->current);
}

/* The record that a field belongs to which may stand in it once. */
static TmReportRecipient *
record_for (TmReportReader *reader, bool *seen)
{
  if (reader->report->recipients->len == 0 || *seen)
    begin_recipient (reader);
  *seen = true;
  return reader->current;
}

/* "rfc822; user@example.net" */
static char *
typed_address (const char *value)
{
  const char *semicolon = strchr (value, ';');
  g_autofree char *plain = g_strstrip (g_strdup (semicolon != NULL ? semicolon + 1 : value));
  const char *open = strchr (plain, '<');
  const char *close = open != NULL ? strchr (open, '>') : NULL;
  g_autofree char *inner = close != NULL ? g_strndup (open, (size_t) (close - open) + 1) : g_strdup (plain);
  g_autofree char *normal = address_normalize (inner);
  if (normal == NULL || !mailbox_is_usable (normal))
    return g_strdup ("");
  return g_steal_pointer (&normal);
}

/* The first "5.1.1" (RFC 3463) in `value`. */
static char *
find_status (const char *value)
{
  for (const char *p = strpbrk (value, "245"); p != NULL; p = strpbrk (p + 1, "245"))
    {
      if (p[1] != '.' || (p > value && (g_ascii_isdigit (p[-1]) || p[-1] == '.')))
        continue;
      size_t subject = strspn (p + 2, "0123456789");
      const char *dot = p + 2 + subject;
      size_t detail = *dot == '.' ? strspn (dot + 1, "0123456789") : 0;
      if (subject >= 1 && subject <= 3 && detail >= 1 && detail <= 3)
        return g_strndup (p, 2 + subject + 1 + detail);
    }
  return g_strdup ("");
}

static void
take_word (char **slot, const char *value)
{
  g_autofree char *line = text_one_line (value, WORD_MAX);
  line[strcspn (line, " ;(")] = '\0';
  g_free (*slot);
  *slot = g_ascii_strdown (line, -1);
}

static void
take_recipient (TmReportReader *reader, const char *value, bool final)
{
  /* Original-Recipient may stand before or behind Final-Recipient, and Action before both. */
  bool *seen = final ? &reader->has_final : &reader->has_original;
  if (!final && reader->has_final && reader->has_action && reader->has_status)
    *seen = true;
  TmReportRecipient *recipient = record_for (reader, seen);
  g_autofree char *address = typed_address (value);
  if (recipient != NULL && !final)
    {
      g_free (recipient->original);
      recipient->original = g_strdup (address);
    }
  if (recipient == NULL || *address == '\0' || (!final && *recipient->address != '\0'))
    return;
  g_free (recipient->address);
  recipient->address = g_steal_pointer (&address);
}

/* "automatic-action/MDN-sent-automatically; displayed/error" */
static void
take_disposition (TmReportReader *reader, const char *value)
{
  TmReportRecipient *recipient = record_for (reader, &reader->has_action);
  const char *semicolon = strchr (value, ';');
  if (recipient != NULL)
    take_word (&recipient->action, semicolon != NULL ? semicolon + 1 : value);
}

static void
take_status (TmReportReader *reader, const char *value)
{
  TmReportRecipient *recipient = record_for (reader, &reader->has_status);
  if (recipient == NULL)
    return;
  g_free (recipient->status);
  recipient->status = find_status (value);
}

/* "smtp; 550 5.1.1 no such user": no field of its own record, some senders write several. */
static void
take_diagnostic (TmReportReader *reader, const char *value)
{
  TmReportRecipient *recipient = reader->current;
  if (recipient == NULL || *recipient->diagnostic != '\0')
    return;
  size_t type_len = strcspn (value, "; \t");
  const char *said = value[type_len] == ';' ? value + type_len + 1 : value;
  g_free (recipient->diagnostic);
  recipient->diagnostic = text_one_line (said, DIAGNOSTIC_MAX);
}

static void
take_message_id (TmReport *report, const char *value)
{
  if (*report->original_message_id != '\0')
    return;
  g_free (report->original_message_id);
  report->original_message_id = msgid_first (value);
}

static void
take_report_field (TmReportReader *reader, const TmField *field, const char *value)
{
  if (field_is (field, "Final-Recipient"))
    take_recipient (reader, value, true);
  else if (field_is (field, "Original-Recipient") || field_is (field, "Original-Rcpt-To"))
    take_recipient (reader, value, false);
  else if (field_is (field, "Action") || field_is (field, "Feedback-Type"))
    {
      TmReportRecipient *recipient = record_for (reader, &reader->has_action);
      if (recipient != NULL)
        take_word (&recipient->action, value);
    }
  else if (field_is (field, "Disposition"))
    take_disposition (reader, value);
  else if (field_is (field, "Status"))
    take_status (reader, value);
  else if (field_is (field, "Diagnostic-Code"))
    take_diagnostic (reader, value);
  else if (field_is (field, "Original-Message-ID"))
    take_message_id (reader->report, value);
}

typedef void (*TmFieldTaker) (TmReportReader *reader, const TmField *field, const char *value);

/* Every field of every block in `text`. */
static void
each_field (TmReportReader *reader, const char *text, size_t len, bool first_block_only, TmFieldTaker take)
{
  TmLimits limits = TM_LIMITS_DEFAULT;
  while (len > 0)
    {
      TmFieldBlock block;
      fields_read (text, len, &limits, &block);
      for (guint i = 0; i < block.fields->len; i++)
        {
          const TmField *field = &g_array_index (block.fields, TmField, i);
          g_autofree char *unfolded = field_unfold (field);
          g_autofree char *utf8 = header_utf8 (unfolded, NULL);
          take (reader, field, utf8);
        }
      size_t taken = block.body;
      size_t text_len;
      if (taken == 0)
        taken = line_length (text, len, &text_len);
      fields_clear (&block);
      text += taken;
      len -= taken;
      if (block.cut || first_block_only)
        return;
    }
}

void
report_read_fields (TmReport *report, const char *text, size_t len)
{
  TmReportReader reader = { .report = report };
  each_field (&reader, text, len, false, take_report_field);
}

static void
take_original_field (TmReportReader *reader, const TmField *field, const char *value)
{
  if (field_is (field, "Message-ID"))
    take_message_id (reader->report, value);
}

void
report_read_original (TmReport *report, const char *text, size_t len)
{
  TmReportReader reader = { .report = report };
  each_field (&reader, text, len, true, take_original_field);
}
