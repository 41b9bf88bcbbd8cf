/* SPDX-License-Identifier: BSD-2-Clause */
#include "outbox/dialog.h"

#include "base/text.h"

#include <string.h>

enum { TEXT_MAX = 300, LINES_MAX = 1000, CODE_LEN = 3 };

void
dialog_init (TmDialog *dialog, const TmSubmission *submission, TmSubmitResult *result)
{
  submit_result_init (result, TM_SUBMIT_AWAY, NULL);
  *dialog = (TmDialog) { .stage = DIALOG_CONNECT, .text = g_string_new (NULL), .result = result,
                         .submission = submission };
}

void
dialog_clear (TmDialog *dialog)
{
  g_string_free (dialog->text, TRUE);
}

/* --- what is said --- */

void
dialog_command (TmDialog *dialog, const char *line, gsize len)
{
  static const struct
  {
    const char *word;
    TmDialogStage stage;
  } commands[] = { { "EHLO", DIALOG_HELLO }, { "HELO", DIALOG_HELLO }, { "MAIL", DIALOG_MAIL },
                   { "RCPT", DIALOG_RCPT },  { "DATA", DIALOG_DATA } };
  dialog->is_over = dialog->is_over || (len >= 4 && g_ascii_strncasecmp (line, "QUIT", 4) == 0);
  if (dialog->is_over)
    return;
  dialog->stage = DIALOG_OTHER;
  for (size_t i = 0; i < G_N_ELEMENTS (commands); i++)
    if (len >= strlen (commands[i].word)
        && g_ascii_strncasecmp (line, commands[i].word, strlen (commands[i].word)) == 0)
      dialog->stage = commands[i].stage;
  dialog->n_recipients += dialog->stage == DIALOG_RCPT;
  dialog->code = 0;
  g_string_truncate (dialog->text, 0);
}

static char *
said (const TmDialog *dialog)
{
  g_autofree char *valid = text_make_valid (dialog->text->str, dialog->text->len);
  return text_one_line (valid, TEXT_MAX);
}

/* In the order in which they are named, which is ours. */
static void
take_recipient (TmDialog *dialog)
{
  const GPtrArray *recipients = dialog->submission->recipients;
  if (dialog->code / 100 == 2)
    dialog->n_taken++;
  else if (dialog->n_recipients > 0 && dialog->n_recipients <= recipients->len)
    {
      g_autofree char *text = said (dialog);
      submit_result_add (dialog->result, g_ptr_array_index (recipients, dialog->n_recipients - 1),
                         dialog->code / 100 == 5, text);
    }
}

static bool
read_code (const char *line, gsize len, int *code_out, bool *is_last_out)
{
  if (len < CODE_LEN || !g_ascii_isdigit (line[0]) || !g_ascii_isdigit (line[1]) || !g_ascii_isdigit (line[2]))
    return false;
  *code_out = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  *is_last_out = len == CODE_LEN || line[CODE_LEN] != '-';
  return true;
}

void
dialog_answer (TmDialog *dialog, const char *line, gsize len)
{
  int code;
  bool is_last;
  while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
    len--;
  if (dialog->is_over || !read_code (line, len, &code, &is_last))
    return;
  if (dialog->text->len < LINES_MAX)
    g_string_append_printf (dialog->text, "%s%.*s", dialog->text->len > 0 ? " / " : "", (int) MIN (len, LINES_MAX),
                            line);
  if (!is_last)
    return;
  dialog->code = code;
  if (dialog->stage == DIALOG_RCPT)
    take_recipient (dialog);
  if (dialog->stage == DIALOG_DATA && code / 100 == 3)
    {
      dialog->stage = DIALOG_BODY;
      dialog->code = 0;
      g_string_truncate (dialog->text, 0);
    }
}

/* --- how it ended --- */

/* The client is not let in, which is no fault of the message. */
static bool
is_about_us (int code)
{
  return code == 421 || code == 530 || code == 535 || code == 538;
}

static bool
all_final (const GPtrArray *refused)
{
  for (guint i = 0; i < refused->len; i++)
    if (!((const TmRefused *) g_ptr_array_index (refused, i))->is_final)
      return false;
  return refused->len > 0;
}

static TmSubmitOutcome
outcome_of_answer (const TmDialog *dialog)
{
  if (dialog->stage == DIALOG_CONNECT || dialog->stage == DIALOG_HELLO || is_about_us (dialog->code))
    return TM_SUBMIT_AWAY;
  if (dialog->n_taken == 0 && dialog->result->refused->len > 0)
    return all_final (dialog->result->refused) ? TM_SUBMIT_FAILED : TM_SUBMIT_LATER;
  return dialog->code / 100 == 5 ? TM_SUBMIT_FAILED : TM_SUBMIT_LATER;
}

/* Whether all of it may be with the server, so that its answer alone is missing. */
static bool
is_sent (const TmDialog *dialog, bool is_cut)
{
  return dialog->stage == DIALOG_BODY && !is_cut
         && dialog->n_body >= g_bytes_get_size (dialog->submission->message);
}

void
dialog_end (TmDialog *dialog, bool is_ok, bool is_cut, const char *why)
{
  TmSubmitResult *result = dialog->result;
  bool is_silent = dialog->code == 0;
  if (is_ok || (dialog->stage == DIALOG_BODY && dialog->code / 100 == 2))
    result->outcome = TM_SUBMIT_DONE;
  else if (!is_silent && dialog->code >= 400)
    result->outcome = outcome_of_answer (dialog);
  else if (is_sent (dialog, is_cut))
    result->outcome = TM_SUBMIT_UNKNOWN;
  else
    result->outcome = dialog->stage == DIALOG_CONNECT || dialog->stage == DIALOG_HELLO ? TM_SUBMIT_AWAY
                                                                                       : TM_SUBMIT_LATER;
  result->text = is_silent ? text_one_line (why, TEXT_MAX) : said (dialog);
}
