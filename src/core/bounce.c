/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/bounce.h"

#include "base/text.h"

#include <string.h>

/* What a mail system says of a failure stands at the top of its text. */
enum { HEAD_BYTES = 16384, LINE_MAX_BYTES = 500 };

/* How subjects begin, lower case.  Nothing that a person's subject begins with by chance. */
static const char *const subjects[] = {
  "undeliver", "returned mail", "returned email", "returned to sender", "mail delivery fail", "mail delivery system",
  "mail delivery status", "message delivery fail", "delivery status", "delivery failure", "delivery failed",
  "delivery notification", "delivery report", "delivery has failed", "failure notice", "failed mail",
  "mail could not be delivered", "mail system error", "mail failure", "mail error", "message status",
  "message you sent", "failed delivery", "there was an error sending your mail", "non delivery", "non-delivery",
  "non delivered", "nondeliverable", "notification d'état de remise", "warning: could not send", "warning: message",
  "your message couldn't be delivered", "email bounce", "dsn:", "ndr:", "unzustellbar", "nicht zustellbar",
  "nicht zugestellt", "zustellung fehlgeschlagen", "benachrichtigung über den zustellstatus",
  "benachrichtung zum übermittlungsstatus", "mail konnte nicht zugestellt", "non remis", "non distribu",
  "échec de la remise", "échec de remise", "message non délivré", "impossible de remettre", "no se puede entregar",
  "no entregado", "correo no entregado", "no se ha podido entregar", "error de entrega", "non recapitabile",
  "mancato recapito", "recapito non riuscito", "messaggio non consegnato", "impossibile recapitare", "não entregue",
  "não foi possível entregar", "falha na entrega", "mensagem não entregue", "onbestelbaar", "niet te bezorgen",
  "kan niet worden bezorgd", "bezorging mislukt", "niedostarczalne", "nie można dostarczyć", "niedostarczon",
  "olevererbar", "kunde inte levereras", "kan inte levereras", "kan ikke leveres", "ikke leveret", "ikke levert",
  "kunne ikke leveres", "toimittamaton", "ei voitu toimittaa", "perille toimittaminen", "nedoručitelné", "nedoručeno",
  "nelze doručit", "не удается доставить", "не удалось доставить", "недоставлен", "сообщение не доставлено",
  "ваше сообщение не доставлено", "配信不能", "配信エラー", "メールエラー通知", "メールを配信できません", "メッセージを配信できません", "未配信", "送信エラー", "未传递",
  "退信", "无法送达", "系统退信", "無法傳遞", "郵件無法傳遞",
};

/* What their text says somewhere in a line of its head, lower case. */
static const char *const wordings[] = {
  "could not be delivered", "couldn't be delivered", "cannot be delivered", "was not delivered", "not been delivered",
  "did not reach the following recipient", "had delivery problems", "had permanent", "had transient",
  "failed permanently", "delivery has failed", "delivery failed", "delivery failure", "delivery to the following",
  "has been failed", "unable to deliver", "undeliverable to", "unknown user:", "was rejected by",
  "error message below", "failed addresses follow", "transcript of session", "transcript of the session",
  "attempting to deliver", "attempted to deliver", "returned to sender", "failure reasons",
  "i wasn't able to deliver", "mail system error", "server message", "requested action not taken",
  "konnte nicht zugestellt", "konnte nicht ausgeliefert", "übermittlung an folgende", "n'a pas pu être remis",
  "n'a pas pu être distribué", "no se ha podido entregar", "no se pudo entregar", "non è stato possibile",
  "não pôde ser entregue", "kan niet worden bezorgd", "kon niet worden", "nie można było dostarczyć",
  "kunde inte levereras", "kunne ikke leveres", "ei voitu toimittaa", "nemohla být doručena",
  "не может быть доставлен", "не было доставлено", "配信できません", "送信できません", "送信に失敗", "配信に失敗", "エラーのため送信", "无法送达", "无法投递",
  "無法傳遞",
};

/* A copy of the message that came back begins here: codes below are not the mail system's. */
static const char *const copies[] = {
  "original message follows", "-------original message", "----- original message", "original message:",
  "original message headers", "returned message ----", "below is a copy", "copy of the original message",
  "copy of your message", "unsent message below", "below this line is a copy", "this is a copy of the message",
  "header of the original message", "message header follows", "message headers follow", "message text follows",
  "bounced e-mail:",
};

/* Words that stand for a status where no code is given. */
static const struct
{
  const char *words, *status;
} reasons[] = {
  { "user unknown", "5.1.1" }, { "unknown user", "5.1.1" }, { "no such user", "5.1.1" },
  { "unknown recipient", "5.1.1" }, { "recipient name is not recognized", "5.1.1" }, { "invalid recipient", "5.1.1" },
  { "invalid user", "5.1.1" }, { "mailbox not found", "5.1.1" }, { "mailbox unavailable", "5.2.0" },
  { "not listed in", "5.1.1" }, { "no valid recipients", "5.1.1" }, { "address not found", "5.1.1" },
  { "does not exist", "5.1.1" }, { "host unknown", "5.1.2" }, { "unknown host", "5.1.2" },
  { "domain not found", "5.1.2" }, { "mailbox is full", "5.2.2" }, { "mailbox full", "5.2.2" },
  { "over quota", "5.2.2" }, { "quota exceeded", "5.2.2" }, { "exceeded the local limit", "5.2.2" },
  { "hop count exceeded", "5.4.6" }, { "hops exceeded", "5.4.6" }, { "routing loop", "5.4.6" },
  { "envelope expired", "4.4.7" }, { "message expired", "4.4.7" }, { "timed out", "4.4.1" },
  { "folder is full", "5.2.2" }, { "recipient not found", "5.1.1" }, { "unrouteable address", "5.1.2" },
  { "no mx record", "5.1.2" }, { "host not found", "4.4.3" }, { "name service error", "4.4.3" },
  { "unable to connect", "4.4.1" }, { "did not accept our requests to connect", "4.4.1" },
  { "retry timeout exceeded", "4.4.7" }, { "queue too long", "4.4.7" }, { "メールボックスが一杯", "5.2.2" },
  { "メールアドレスが見つかりません", "5.1.1" },
  /* no more than final or not */
  { "permanent error", "5.0.0" }, { "permanent fatal error", "5.0.0" }, { "permanent delivery error", "5.0.0" },
  { "failed permanently", "5.0.0" }, { "has been delayed", "4.0.0" }, { "will be retried", "4.0.0" },
};

static bool
contains_any (const char *line, const char *const *words, gsize n_words)
{
  for (gsize i = 0; i < n_words; i++)
    if (strstr (line, words[i]) != NULL)
      return true;
  return false;
}

static bool
has_subject (const TmMail *mail)
{
  g_autofree char *subject = g_utf8_strdown (mail->subject, -1);
  for (gsize i = 0; i < G_N_ELEMENTS (subjects); i++)
    if (g_str_has_prefix (subject, subjects[i]))
      return true;
  return false;
}

/* Up to three digits at `text`; their number. */
static gsize
count_digits (const char *text)
{
  gsize n = 0;
  while (n < 4 && g_ascii_isdigit (text[n]))
    n++;
  return n <= 3 ? n : 0;
}

/* `5.1.1` at `at`, and no piece of a longer number or an IP address (RFC 3463 §2). */
static bool
read_status (const char *line, const char *at, char status[TM_STATUS_LEN])
{
  if ((*at != '5' && *at != '4') || at[1] != '.')
    return false;
  if (at > line && (g_ascii_isalnum (at[-1]) || at[-1] == '.'))
    return false;
  gsize subject = count_digits (at + 2);
  if (subject == 0 || at[2 + subject] != '.')
    return false;
  gsize detail = count_digits (at + 3 + subject);
  const char *end = at + 3 + subject + detail;
  if (detail == 0 || g_ascii_isalnum (*end) || (*end == '.' && g_ascii_isdigit (end[1])))
    return false;
  memcpy (status, at, (gsize) (end - at));
  status[end - at] = '\0';
  return true;
}

/* An SMTP code at `at` (RFC 5321 §4.2): it opens the line or what a server is said to have said. */
static bool
read_smtp_code (const char *line, const char *at, char status[TM_STATUS_LEN])
{
  if ((*at != '5' && *at != '4') || at[1] < '0' || at[1] > '5' || !g_ascii_isdigit (at[2]) || at[3] == '\0'
      || strchr (" -,", at[3]) == NULL)
    return false;
  const char *before = at;
  while (before > line && (before[-1] == ' ' || before[-1] == '\t'))
    before--;
  bool is_told = before == line || strchr (":;'\"(#<", before[-1]) != NULL
                 || (before - line >= 4 && memcmp (before - 4, "code", 4) == 0);
  if (!is_told)
    return false;
  g_snprintf (status, TM_STATUS_LEN, "%c.0.0", *at);
  return true;
}

static bool
find_code (const char *line, char status[TM_STATUS_LEN])
{
  for (const char *at = line; *at != '\0'; at++)
    if (read_status (line, at, status))
      return true;
  for (const char *at = line; *at != '\0'; at++)
    if (read_smtp_code (line, at, status))
      return true;
  return false;
}

static bool
find_reason (const char *line, char status[TM_STATUS_LEN])
{
  for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (strstr (line, reasons[i].words) != NULL)
      {
        g_strlcpy (status, reasons[i].status, TM_STATUS_LEN);
        return true;
      }
  return false;
}

/* Says no more than final or not. */
static bool
is_vague (const char *status)
{
  return *status == '\0' || g_str_has_suffix (status, ".0.0");
}

/* The head of the text, cut between characters. */
static char *
text_head (const char *text)
{
  gsize len = strlen (text);
  if (len > HEAD_BYTES)
    len = (gsize) (g_utf8_find_prev_char (text, text + HEAD_BYTES) - text);
  return g_strndup (text, len);
}

static void
note_line (char **slot, const char *line)
{
  g_free (*slot);
  *slot = text_one_line (line, LINE_MAX_BYTES);
}

/* What one line says; `line` as it stands, `lower` in lower case. */
static void
read_line (TmBounceText *text, const char *line, const char *lower)
{
  text->is_worded = text->is_worded || contains_any (lower, wordings, G_N_ELEMENTS (wordings));
  if (is_vague (text->code) && find_code (lower, text->code))
    note_line (&text->code_line, line);
  if (is_vague (text->reason) && find_reason (lower, text->reason))
    note_line (&text->reason_line, line);
}

void
bounce_read_text (const TmMail *mail, TmBounceLine each_line, gpointer data, TmBounceText *text_out)
{
  *text_out = (TmBounceText){ .is_worded = has_subject (mail) };
  g_autofree char *head = text_head (mail->text);
  g_autofree char *lower_head = g_utf8_strdown (head, -1); /* has the same line feeds */
  char *rest = head, *lower_rest = lower_head;
  for (char *line = strsep (&rest, "\n"); line != NULL; line = strsep (&rest, "\n"))
    {
      const char *lower = strsep (&lower_rest, "\n");
      /* A person quotes; a mail system copies. `>>>` is its half of an SMTP dialog. */
      if (*line == '>' && !g_str_has_prefix (line, ">>>"))
        continue;
      if (contains_any (lower, copies, G_N_ELEMENTS (copies)))
        break;
      read_line (text_out, line, lower);
      if (each_line != NULL)
        each_line (line, data);
    }
  bool by_reason = is_vague (text_out->code) && *text_out->reason != '\0';
  text_out->status = !text_out->is_worded ? "" : by_reason ? text_out->reason : text_out->code;
  text_out->line = by_reason ? text_out->reason_line : text_out->code_line;
}

void
bounce_text_clear (TmBounceText *text)
{
  g_clear_pointer (&text->code_line, g_free);
  g_clear_pointer (&text->reason_line, g_free);
}

bool
bounce_find_status (const char *line, char status_out[TM_STATUS_LEN])
{
  g_autofree char *lower = g_utf8_strdown (line, -1);
  return find_code (lower, status_out) || find_reason (lower, status_out);
}

TmBounceForm
bounce_find_form (const TmMail *mail, char status_out[TM_STATUS_LEN])
{
  g_auto (TmBounceText) text = { 0 };
  bounce_read_text (mail, NULL, NULL, &text);
  if (status_out != NULL)
    g_strlcpy (status_out, text.status, TM_STATUS_LEN);
  return !text.is_worded ? TM_BOUNCE_NONE : *text.status != '\0' ? TM_BOUNCE_STATUS : TM_BOUNCE_UNSURE;
}
