/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/bounce_status.h"

#include "base/text.h"

#include <string.h>

enum { LINE_MAX_BYTES = 500 };

/* Words that stand for a status where no code is given, lower case; the first that a line has counts. */
static const struct
{
  const char *words, *status;
} reasons[] = {
  { "domain does not exist", "5.1.2" },
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
  { "invalid final delivery userid", "5.1.1" }, { "invalid address", "5.1.1" }, { "invalid mailbox", "5.1.1" },
  { "no mailbox here", "5.1.1" }, { "no such mailbox", "5.1.1" }, { "no such recipient", "5.1.1" },
  { "no such address", "5.1.1" }, { "unknown address", "5.1.1" }, { "unknown mailbox", "5.1.1" },
  { "user not known", "5.1.1" }, { "user not found", "5.1.1" }, { "full mailbox", "5.2.2" },
  { "exceed mailbox quota", "5.2.2" }, { "exceed the mailbox quota", "5.2.2" }, { "exceeding their quota", "5.2.2" },
  { "over disk quota", "5.2.2" },
  { "this user doesn't have a", "5.1.1" }, { "couldn't find any host", "5.1.2" }, { "dns lookup failure", "5.1.2" },
  { "could not find a gateway", "5.1.2" }, { "unknown domain", "5.1.2" }, { "quota is exceeded", "5.2.2" },
  { "inbox is full", "5.2.2" }, { "account is full", "5.2.2" }, { "mailbox disabled", "5.2.1" },
  { "account disabled", "5.2.1" }, { "account has been disabled", "5.2.1" }, { "size limit exceeded", "5.3.4" },
  { "message too large", "5.3.4" }, { "message too big", "5.3.4" }, { "message size exceeds", "5.3.4" },
  { "maximum message size", "5.2.3" }, { "connection refused", "4.4.1" }, { "host not reachable", "4.4.1" },
  { "giving up", "4.4.7" }, { "will be deleted from queue", "4.4.7" }, { "undeliverable for", "4.4.7" },
  { "relaying denied", "5.7.1" }, { "relay access denied", "5.7.1" }, { "unable to relay", "5.7.1" },
  { "empfänger unbekannt", "5.1.1" }, { "benutzer unbekannt", "5.1.1" }, { "postfach ist voll", "5.2.2" },
  { "utilisateur inconnu", "5.1.1" }, { "destinataire inconnu", "5.1.1" }, { "boîte pleine", "5.2.2" },
  { "usuario desconocido", "5.1.1" }, { "destinatario desconocido", "5.1.1" }, { "buzón lleno", "5.2.2" },
  { "utente sconosciuto", "5.1.1" }, { "casella piena", "5.2.2" }, { "usuário desconhecido", "5.1.1" },
  /* no more than final or not */
  { "permanent error", "5.0.0" }, { "permanent fatal error", "5.0.0" }, { "permanent delivery error", "5.0.0" },
  { "failed permanently", "5.0.0" }, { "has been delayed", "4.0.0" }, { "will be retried", "4.0.0" },
};

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
      || strchr (" -,:", at[3]) == NULL)
    return false;
  const char *before = at;
  while (before > line && (before[-1] == ' ' || before[-1] == '\t'))
    before--;
  bool is_told = before == line || strchr (":;'\"(#<[", before[-1]) != NULL
                 || (before - line >= 4 && memcmp (before - 4, "code", 4) == 0)
                 || (before - line >= 4 && memcmp (before - 4, "said", 4) == 0);
  if (!is_told)
    return false;
  g_snprintf (status, TM_STATUS_LEN, "%c.0.0", *at);
  return true;
}

static bool
find_code (const char *line, char status[TM_STATUS_LEN])
{
  for (const char *at = strpbrk (line, "45"); at != NULL; at = strpbrk (at + 1, "45"))
    if (read_status (line, at, status))
      return true;
  for (const char *at = strpbrk (line, "45"); at != NULL; at = strpbrk (at + 1, "45"))
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

static void
take (const char *found, char status[TM_STATUS_LEN], const char *line, char **slot)
{
  if (*status != '\0' && (!is_vague (status) || is_vague (found)))
    return;
  g_strlcpy (status, found, TM_STATUS_LEN);
  g_free (*slot);
  *slot = text_one_line (line, LINE_MAX_BYTES);
}

void
bounce_cause_read (TmBounceCause *cause, const char *line, const char *lower)
{
  char found[TM_STATUS_LEN];
  if (is_vague (cause->code) && find_code (lower, found))
    take (found, cause->code, line, &cause->code_line);
  if (is_vague (cause->reason) && find_reason (lower, found))
    take (found, cause->reason, line, &cause->reason_line);
}

static bool
is_by_reason (const TmBounceCause *cause)
{
  return *cause->code == '\0' || (is_vague (cause->code) && !is_vague (cause->reason));
}

bool
bounce_cause_status (const TmBounceCause *cause, char status_out[TM_STATUS_LEN])
{
  bool by_reason = is_by_reason (cause);
  g_strlcpy (status_out, by_reason ? cause->reason : cause->code, TM_STATUS_LEN);
  if (by_reason && *cause->code != '\0')
    *status_out = *cause->code;
  return *status_out != '\0';
}

const char *
bounce_cause_line (const TmBounceCause *cause)
{
  return is_by_reason (cause) ? cause->reason_line : cause->code_line;
}

void
bounce_cause_clear (TmBounceCause *cause)
{
  g_clear_pointer (&cause->code_line, g_free);
  g_clear_pointer (&cause->reason_line, g_free);
}

bool
bounce_find_status (const char *line, char status_out[TM_STATUS_LEN])
{
  TmBounceCause cause = { 0 };
  g_autofree char *lower = g_utf8_strdown (line, -1);
  bounce_cause_read (&cause, line, lower);
  bool is_found = *cause.code != '\0' || *cause.reason != '\0';
  if (is_found)
    bounce_cause_status (&cause, status_out);
  bounce_cause_clear (&cause);
  return is_found;
}
