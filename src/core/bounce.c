/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/bounce.h"

#include <string.h>

/* What a mail system says of a failure stands at the top of its text. */
enum { HEAD_BYTES = 16384, RECIPIENTS_MAX = 50 };

/* How subjects begin, lower case.  Nothing that a person's subject begins with by chance. */
static const char *const subjects[] = {
  "undeliver", "returned mail", "returned email", "returned to sender", "mail delivery fail", "mail delivery system",
  "mail delivery status", "message delivery fail", "delivery status", "delivery failure", "delivery failed",
  "delivery notification", "delivery report", "delivery has failed", "failure notice", "failed mail",
  "mail could not be delivered", "mail system error", "mail failure", "mail error", "message status",
  "message you sent", "failed delivery", "there was an error sending your mail", "non delivery", "non-delivery",
  "non delivered", "nondeliverable", "failure delivery", "mail undeliver", "message undeliver", "mail failed",
  "mail not delivered", "message not delivered", "unable to deliver", "could not deliver", "cannot deliver",
  "delivery error", "delivery problem", "delivery incomplete", "email delivery fail", "e-mail delivery fail",
  "delivery delay", "message delayed", "mail delayed", "delayed mail", "mail delivery delay", "delayed delivery",
  "email undeliver", "mail returned to sender", "returning message to sender", "message bounced", "mail bounced",
  "permanent delivery failure", "mail delivery warning",
  "notification d'état de remise", "warning: could not send", "warning: message",
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
  "no such user here", "has been returned because",
  "i wasn't able to deliver", "mail system error", "server message", "requested action not taken",
  "konnte nicht zugestellt", "konnte nicht ausgeliefert", "übermittlung an folgende", "n'a pas pu être remis",
  "n'a pas pu être distribué", "no se ha podido entregar", "no se pudo entregar", "non è stato possibile",
  "não pôde ser entregue", "kan niet worden bezorgd", "kon niet worden", "nie można było dostarczyć",
  "kunde inte levereras", "kunne ikke leveres", "ei voitu toimittaa", "nemohla být doručena",
  "не может быть доставлен", "не было доставлено", "配信できません", "送信できません", "送信に失敗", "配信に失敗", "エラーのため送信", "无法送达", "无法投递",
  "無法傳遞", "has been delayed", "not yet been delivered",
};

/* A copy of the message that came back begins here: codes below are not the mail system's. */
static const char *const copies[] = {
  "original message follows", "-------original message", "----- original message", "original message:",
  "original message headers", "returned message ----", "below is a copy", "copy of the original message",
  "copy of your message,", "copy of your message follow",
  "unsent message below", "below this line is a copy", "this is a copy of the message",
  "header of the original message", "message header follows", "message headers follow", "message text follows",
  "bounced e-mail:", "original mail info", "original mail follows", "copy of the message", "is a copy of your",
  "unsent message follows", "header of the message follow", "headers of the message follow",
  "content-type: message/rfc822", "content-type: text/rfc822-headers",
};

/* It will be tried again. */
static const char *const delays[] = {
  "has been delayed", "is delayed", "will be retried", "not yet been delivered", "attempts will continue",
  "do not need to resend", "warning message only", "could not be delivered for the last", "still trying",
  "been postponed", "will continue to try",
  "verzögert", "wird weiter versucht", "retardé", "se ha retrasado", "in ritardo", "atrasada", "vertraagd",
};

/* Subjects of such. */
static const char *const delay_subjects[] = { "delay", "warning: could not send", "warning: message", "verzöger" };

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
recipient_free (TmBounceRecipient *recipient)
{
  g_free (recipient->address);
  bounce_cause_clear (&recipient->cause);
  g_free (recipient);
}

/* Where in the text a line stands. */
typedef enum
{
  IN_WORDS,  /* what the mail system says */
  IN_FIELDS, /* fields: of what came back, or of a report that lost its place */
  IN_COPY    /* the message that came back */
} Place;

typedef struct
{
  TmBounceText *text;
  const TmMail *mail;
  TmBounceRecipient *current; /* whose lines these are; NULL: nobody's yet */
  Place place;
  guint n_copied;
} Reader;

static TmBounceRecipient *
find_recipient (const TmBounceText *text, const char *address)
{
  for (guint i = 0; i < text->recipients->len; i++)
    {
      TmBounceRecipient *recipient = g_ptr_array_index (text->recipients, i);
      if (strcmp (recipient->address, address) == 0)
        return recipient;
    }
  return NULL;
}

/* The bounce goes to who sent the message: a server that refuses him names him behind its code. */
static bool
is_sender (const TmMail *mail, const char *address)
{
  for (guint i = 0; i < mail->to->len; i++)
    if (strcmp (((const TmMailbox *) g_ptr_array_index (mail->to, i))->address, address) == 0)
      return true;
  return false;
}

static void
take_name (TmNamed as, const char *address, gpointer data)
{
  Reader *reader = data;
  if (reader->place == IN_FIELDS && as != TM_NAMED_IN_FIELD)
    return;
  if (as == TM_NAMED_BY_CODE && is_sender (reader->mail, address))
    as = TM_NAMED_IN_PASSING;
  TmBounceRecipient *recipient = find_recipient (reader->text, address);
  if (recipient == NULL && reader->text->recipients->len < RECIPIENTS_MAX)
    {
      recipient = g_new0 (TmBounceRecipient, 1);
      recipient->address = g_strdup (address);
      recipient->named = as;
      g_ptr_array_add (reader->text->recipients, recipient);
    }
  if (recipient == NULL)
    return;
  recipient->named = MAX (recipient->named, as);
  reader->n_copied += as == TM_NAMED_IN_COPY;
  if (as >= TM_NAMED_BY_CODE)
    reader->current = recipient;
}

/* What comes back begins with its trace (RFC 5321 §4.4). */
static bool
is_trace (const char *lower)
{
  return g_str_has_prefix (lower, "received:") || g_str_has_prefix (lower, "return-path:");
}

static bool
is_field_of_report (const char *lower)
{
  return g_str_has_prefix (lower, "status:") || g_str_has_prefix (lower, "diagnostic-code:");
}

/* What one line says; `line` as it stands, `lower` in lower case. */
static void
read_line (Reader *reader, const char *line, const char *lower)
{
  TmBounceText *text = reader->text;
  if (reader->place == IN_WORDS && is_trace (lower))
    reader->place = IN_FIELDS;
  if (contains_any (lower, copies, G_N_ELEMENTS (copies)))
    reader->place = IN_COPY;
  if (reader->place != IN_WORDS && reader->n_copied == 0 && g_str_has_prefix (lower, "to:"))
    {
      Place place = reader->place;
      reader->place = IN_COPY;
      bounce_each_address (lower, TM_NAMED_IN_COPY, take_name, reader);
      reader->place = place;
    }
  if (reader->place == IN_COPY)
    return;
  bounce_find_names (lower, take_name, reader);
  if (reader->place == IN_FIELDS && !is_field_of_report (lower))
    return;
  if (reader->place == IN_WORDS)
    {
      text->is_worded = text->is_worded || contains_any (lower, wordings, G_N_ELEMENTS (wordings));
      text->is_delay = text->is_delay || contains_any (lower, delays, G_N_ELEMENTS (delays));
    }
  bounce_cause_read (&text->cause, line, lower);
  if (reader->current != NULL)
    bounce_cause_read (&reader->current->cause, line, lower);
}

/* Those that are named at the best place only.  To of a copy says who failed when it names one. */
static void
keep_best (TmBounceText *text, guint n_copied)
{
  TmNamed best = TM_NAMED_IN_PASSING;
  for (guint i = 0; i < text->recipients->len; i++)
    {
      TmBounceRecipient *recipient = g_ptr_array_index (text->recipients, i);
      if (recipient->named == TM_NAMED_IN_COPY && n_copied > 1)
        recipient->named = TM_NAMED_IN_PASSING;
      best = MAX (best, recipient->named);
    }
  for (guint i = text->recipients->len; i-- > 0;)
    if (((const TmBounceRecipient *) g_ptr_array_index (text->recipients, i))->named < best)
      g_ptr_array_remove_index (text->recipients, i);
}

static bool
says_delay (const TmMail *mail)
{
  g_autofree char *subject = g_utf8_strdown (mail->subject, -1);
  return contains_any (subject, delay_subjects, G_N_ELEMENTS (delay_subjects));
}

void
bounce_read_text (const TmMail *mail, TmBounceText *text_out)
{
  *text_out = (TmBounceText){
    .recipients = g_ptr_array_new_with_free_func ((GDestroyNotify) recipient_free),
    .is_worded = has_subject (mail),
    .is_delay = says_delay (mail),
  };
  Reader reader = { .text = text_out, .mail = mail };
  const char *failed;
  for (unsigned i = 0; (failed = mail_header (mail, "X-Failed-Recipients", i)) != NULL; i++)
    bounce_each_address (failed, TM_NAMED_IN_FIELD, take_name, &reader);
  reader.current = NULL;
  g_autofree char *head = text_head (mail->text);
  g_autofree char *lower_head = g_utf8_strdown (head, -1); /* has the same line feeds */
  char *rest = head, *lower_rest = lower_head;
  for (char *line = strsep (&rest, "\n"); line != NULL; line = strsep (&rest, "\n"))
    {
      const char *lower = strsep (&lower_rest, "\n");
      /* A person quotes; a mail system copies. `>>>` is its half of an SMTP dialog. */
      if (*line != '>' || g_str_has_prefix (line, ">>>"))
        read_line (&reader, line, lower);
    }
  keep_best (text_out, reader.n_copied);
}

void
bounce_text_clear (TmBounceText *text)
{
  g_clear_pointer (&text->recipients, g_ptr_array_unref);
  bounce_cause_clear (&text->cause);
}

static bool
names_recipient (const TmBounceText *text)
{
  const TmBounceRecipient *first = text->recipients->len > 0 ? g_ptr_array_index (text->recipients, 0) : NULL;
  return first != NULL && first->named >= TM_NAMED_AS_RECIPIENT;
}

bool
bounce_status_of (const TmBounceText *text, const TmBounceRecipient *recipient, char status_out[TM_STATUS_LEN],
                  const char **line_out)
{
  const TmBounceCause *own = &recipient->cause, *cause = bounce_cause_status (own, status_out) ? own : &text->cause;
  *line_out = NULL;
  if (!text->is_worded)
    return false;
  *line_out = bounce_cause_line (cause);
  if (bounce_cause_status (cause, status_out))
    {
      /* Words say why, not for how long. */
      if (text->is_delay && *cause->code == '\0')
        *status_out = '4';
      return true;
    }
  g_strlcpy (status_out, text->is_delay ? "4.0.0" : "5.0.0", TM_STATUS_LEN);
  return recipient->named >= TM_NAMED_AS_RECIPIENT;
}

TmBounceForm
bounce_find_form (const TmMail *mail, char status_out[TM_STATUS_LEN])
{
  g_auto (TmBounceText) text = { 0 };
  char status[TM_STATUS_LEN];
  bounce_read_text (mail, &text);
  bool has_status = text.is_worded && bounce_cause_status (&text.cause, status);
  if (status_out != NULL)
    g_strlcpy (status_out, has_status ? status : "", TM_STATUS_LEN);
  if (!text.is_worded)
    return TM_BOUNCE_NONE;
  return has_status ? TM_BOUNCE_STATUS : names_recipient (&text) ? TM_BOUNCE_RECIPIENT : TM_BOUNCE_UNSURE;
}
