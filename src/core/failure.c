/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/failure.h"

#include "core/address.h"
#include "core/bounce.h"

#include <string.h>

enum { FAILURES_MAX = 50, MSGID_MAX = 998 };

void
failure_free (TmFailure *failure)
{
  if (failure == NULL)
    return;
  g_free (failure->recipient);
  g_free (failure->original);
  g_free (failure->status);
  g_free (failure->action);
  g_free (failure->diagnostic);
  g_free (failure);
}

static TmFailure *
add_failure (GPtrArray *failures, const char *recipient, const char *status, bool is_final, const char *diagnostic)
{
  if (*recipient == '\0' || failures->len >= FAILURES_MAX)
    return NULL;
  for (guint i = 0; i < failures->len; i++)
    if (strcmp (((const TmFailure *) g_ptr_array_index (failures, i))->recipient, recipient) == 0)
      return NULL;
  TmFailure *failure = g_new0 (TmFailure, 1);
  failure->recipient = g_strdup (recipient);
  failure->original = g_strdup ("");
  failure->status = g_strdup (status);
  failure->action = g_strdup (is_final ? "failed" : "delayed");
  failure->diagnostic = g_strdup (diagnostic != NULL ? diagnostic : "");
  failure->is_final = is_final;
  g_ptr_array_add (failures, failure);
  return failure;
}

/* --- reports --- */

/* RFC 3464 §2.3.3; a report without an action tells by its status. */
static bool
is_failure (const TmReportRecipient *recipient, bool *is_final_out)
{
  bool is_failed = strcmp (recipient->action, "failed") == 0, is_delayed = strcmp (recipient->action, "delayed") == 0;
  bool is_other = strcmp (recipient->action, "delivered") == 0 || strcmp (recipient->action, "relayed") == 0
                  || strcmp (recipient->action, "expanded") == 0;
  *is_final_out = is_failed || (!is_delayed && *recipient->status == '5');
  return !is_other && *recipient->status != '2' && (is_failed || is_delayed || *recipient->status != '\0');
}

static void
add_reported (GPtrArray *failures, const TmReportRecipient *recipient)
{
  char status[TM_STATUS_LEN];
  bool is_final;
  if (!is_failure (recipient, &is_final))
    return;
  g_strlcpy (status, recipient->status, sizeof status);
  if (*status == '\0' && !bounce_find_status (recipient->diagnostic, status))
    g_strlcpy (status, is_final ? "5.0.0" : "4.0.0", sizeof status);
  TmFailure *failure = add_failure (failures, recipient->address, status, is_final, recipient->diagnostic);
  if (failure == NULL)
    return;
  g_free (failure->original);
  failure->original = g_strdup (recipient->original);
}

/* --- wild forms --- */

static void
add_wild (GPtrArray *failures, const TmMail *mail)
{
  g_auto (TmBounceText) text = { 0 };
  bounce_read_text (mail, &text);
  for (guint i = 0; i < text.recipients->len; i++)
    {
      const TmBounceRecipient *recipient = g_ptr_array_index (text.recipients, i);
      char status[TM_STATUS_LEN];
      const char *line;
      if (!bounce_status_of (&text, recipient, status, &line))
        continue;
      bool is_final = *status == '5' || !text.is_delay;
      TmFailure *failure = add_failure (failures, recipient->address, status, is_final, line);
      if (failure != NULL)
        failure->is_guess = recipient->named != TM_NAMED_IN_FIELD;
    }
}

GPtrArray *
failures_read (const TmMail *mail)
{
  GPtrArray *failures = g_ptr_array_new_with_free_func ((GDestroyNotify) failure_free);
  const TmReport *report = mail->report;
  bool is_delivery = report != NULL && report->kind == TM_REPORT_DSN, names_nobody = true;
  for (guint i = 0; is_delivery && i < report->recipients->len; i++)
    {
      const TmReportRecipient *recipient = g_ptr_array_index (report->recipients, i);
      names_nobody = names_nobody && *recipient->address == '\0';
      add_reported (failures, recipient);
    }
  if (names_nobody)
    add_wild (failures, mail);
  return failures;
}

/* --- the message that came back --- */

/* Byte order marks and what turns the direction of text hide in ids that look all right. */
static bool
is_visible (const char *text, size_t len)
{
  for (const char *p = text; p < text + len; p = g_utf8_next_char (p))
    if (!g_unichar_isgraph (g_utf8_get_char (p)))
      return false;
  return true;
}

/* The id of the first line `Message-ID: <…>` in a text: the copy of a header. */
static char *
find_copied_id (const char *text)
{
  static const char name[] = "message-id:";
  for (const char *line = text; line != NULL; line = strchr (line, '\n'))
    {
      line += strspn (line, "\n >\t");
      if (g_ascii_strncasecmp (line, name, sizeof name - 1) != 0)
        continue;
      const char *open = line + sizeof name - 1 + strspn (line + sizeof name - 1, " \t");
      size_t len = *open == '<' ? strcspn (open + 1, "<> \t\n") : 0;
      if (len > 0 && len <= MSGID_MAX && open[1 + len] == '>' && is_visible (open + 1, len))
        return g_strndup (open + 1, len);
    }
  return NULL;
}

char *
failures_read_id (const TmMail *mail)
{
  if (mail->report != NULL && *mail->report->original_message_id != '\0')
    return g_strdup (mail->report->original_message_id);
  char *copied = find_copied_id (mail->text);
  if (copied != NULL)
    return copied;
  if (mail->in_reply_to->len > 0)
    return g_strdup (g_ptr_array_index (mail->in_reply_to, 0));
  guint n = mail->references->len;
  return g_strdup (n > 0 ? g_ptr_array_index (mail->references, n - 1) : "");
}
