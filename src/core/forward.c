/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/forward.h"

#include <string.h>

/* Danish and Norwegian "VS:" and Italian "I:" are missing: they are a Finnish answer and a word. */
static const char *const prefixes[] = {
  "fwd", "fw", "wg", "tr", "rv", "enc", "doorst", "pd", "vb", "vl", "пересл", "转发", "轉寄", "転送",
};

/* What stands between the dashes, in lower case. */
static const char *const markers[] = {
  "forwarded message", "begin forwarded message", "original message forwarded",
  "weitergeleitete nachricht", "anfang der weitergeleiteten nachricht", "weitergeleitete e-mail",
  "message transféré", "début du message transféré", "début du message réexpédié", "e-mail transféré",
  "mensaje reenviado", "inicio del mensaje reenviado",
  "messaggio inoltrato", "inizio messaggio inoltrato",
  "mensagem encaminhada", "mensagem reencaminhada",
  "início da mensagem encaminhada", "início da mensagem reencaminhada",
  "doorgestuurd bericht", "begin doorgestuurd bericht",
  "przekazana wiadomość", "wiadomość przekazana dalej", "początek przekazywanej wiadomości",
  "vidarebefordrat meddelande", "vidarebefordrat brev", "vidarebefordrat mejl", "början på vidarebefordrat meddelande",
  "videresendt besked", "videresendt meddelelse", "start på videresendt besked",
  "videresendt melding", "videresendt e-post",
  "edelleenlähetetty viesti", "välitetty viesti", "alkaa edelleenlähetetty viesti",
  "přeposlaná zpráva", "začátek přeposílané zprávy",
  "пересланное сообщение", "пересылаемое сообщение", "начало переадресованного сообщения",
  "転送されたメッセージ", "转发的邮件", "转发邮件信息", "轉寄的郵件",
};

enum { MARKER_LINE_MAX = 200 };

static bool
subject_is_forward (const char *subject)
{
  const char *close;
  while (*subject == '[' && (close = strchr (subject, ']')) != NULL)
    subject = close + 1 + strspn (close + 1, " ");
  size_t len = strcspn (subject, ": \xef");
  const char *end = subject + len;
  if (len == 0 || len > 24 || !(*end == ':' || g_str_has_prefix (end, "：")))
    return false;
  g_autofree char *word = g_utf8_strdown (subject, (gssize) len);
  for (size_t i = 0; i < G_N_ELEMENTS (prefixes); i++)
    if (strcmp (word, prefixes[i]) == 0)
      return true;
  return false;
}

static bool
has_message_attached (const TmMail *mail)
{
  for (guint i = 0; mail->report == NULL && i < mail->attachments->len; i++)
    {
      const TmAttachment *attachment = g_ptr_array_index (mail->attachments, i);
      if (strcmp (attachment->type, "message/rfc822") == 0)
        return true;
    }
  return false;
}

static bool
line_is_marker (const char *line, size_t len)
{
  static const char frame[] = " -_:\t\r";
  while (len > 0 && memchr (frame, *line, sizeof frame - 1) != NULL)
    line++, len--;
  while (len > 0 && memchr (frame, line[len - 1], sizeof frame - 1) != NULL)
    len--;
  if (len == 0 || len > MARKER_LINE_MAX)
    return false;
  g_autofree char *lower = g_utf8_strdown (line, (gssize) len);
  for (size_t i = 0; i < G_N_ELEMENTS (markers); i++)
    if (strcmp (lower, markers[i]) == 0)
      return true;
  return false;
}

/* Marker lines are framed by dashes or end in a colon; all others cost one look. */
static bool
text_has_marker (const char *text)
{
  for (const char *line = text; *line != '\0';)
    {
      size_t len = strcspn (line, "\n");
      size_t shown = len;
      while (shown > 0 && g_ascii_isspace (line[shown - 1]))
        shown--;
      if (shown > 0 && shown <= MARKER_LINE_MAX && (g_str_has_prefix (line, "--") || line[shown - 1] == ':')
          && line_is_marker (line, shown))
        return true;
      line += len + (line[len] == '\n' ? 1 : 0);
    }
  return false;
}

bool
mail_is_forward (const TmMail *mail)
{
  return subject_is_forward (mail->subject) || has_message_attached (mail) || text_has_marker (mail->text);
}
