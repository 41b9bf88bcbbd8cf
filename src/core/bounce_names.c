/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/bounce_names.h"

#include "core/address.h"

#include <stdbool.h>
#include <string.h>

enum { NOT_NAMED = -1 };

#define IN_X400 "smtp="

/* What stands right before an address, lower case and without blanks and brackets at its end; the first one counts. */
static const struct
{
  const char *words;
  int as;
} labels[] = {
  { "final-recipient: rfc822;", TM_NAMED_IN_FIELD },
  { "final-recipient:rfc822;", TM_NAMED_IN_FIELD },
  { "recipient: rfc822;", TM_NAMED_AS_RECIPIENT },
  { "original sender:", NOT_NAMED },
  { "from:", NOT_NAMED },
  { "from", NOT_NAMED },
  { "f=", NOT_NAMED },
  { "reply-to:", NOT_NAMED },
  { "return-path:", NOT_NAMED },
  { "errors-to:", NOT_NAMED },
  { "sender:", NOT_NAMED },
  { "sender", NOT_NAMED },
  { "cc:", NOT_NAMED },
  { "id:", NOT_NAMED },
  { "contact", NOT_NAMED },
  { "contact:", NOT_NAMED },
  { "recipient:", TM_NAMED_AS_RECIPIENT },
  { "recipients:", TM_NAMED_AS_RECIPIENT },
  { "recipient(s):", TM_NAMED_AS_RECIPIENT },
  { "recipient", TM_NAMED_AS_RECIPIENT },
  { "address:", TM_NAMED_AS_RECIPIENT },
  { "addresses:", TM_NAMED_AS_RECIPIENT },
  { "rcpt to:", TM_NAMED_AS_RECIPIENT },
  { "rcpt:", TM_NAMED_AS_RECIPIENT },
  { "delivered to:", TM_NAMED_AS_RECIPIENT },
  { "delivered to", TM_NAMED_AS_RECIPIENT },
  { "message to:", TM_NAMED_AS_RECIPIENT },
  { "message to", TM_NAMED_AS_RECIPIENT },
  { "mail to:", TM_NAMED_AS_RECIPIENT },
  { "mail to", TM_NAMED_AS_RECIPIENT },
  { "delivery to:", TM_NAMED_AS_RECIPIENT },
  { "delivery to", TM_NAMED_AS_RECIPIENT },
  { "sent to:", TM_NAMED_AS_RECIPIENT },
  { "sent to", TM_NAMED_AS_RECIPIENT },
  { "undeliverable to", TM_NAMED_AS_RECIPIENT },
  { "undeliverable to:", TM_NAMED_AS_RECIPIENT },
  { "unknown user:", TM_NAMED_AS_RECIPIENT },
  { "unknown user", TM_NAMED_AS_RECIPIENT },
  { "user unknown:", TM_NAMED_AS_RECIPIENT },
  { "userid:", TM_NAMED_AS_RECIPIENT },
  { "mailbox:", TM_NAMED_AS_RECIPIENT },
  { "delivery failed:", TM_NAMED_AS_RECIPIENT },
  { "errors:", TM_NAMED_AS_RECIPIENT },
  { "gateway for", TM_NAMED_AS_RECIPIENT },
  { "addressed to", TM_NAMED_AS_RECIPIENT },
  { "attempts:", TM_NAMED_AS_RECIPIENT },
  { IN_X400, TM_NAMED_AS_RECIPIENT }, /* the address within one of X.400 */
  { "empfänger:", TM_NAMED_AS_RECIPIENT },
  { "destinataire:", TM_NAMED_AS_RECIPIENT },
  { "destinataire :", TM_NAMED_AS_RECIPIENT },
  { "destinatario:", TM_NAMED_AS_RECIPIENT },
  { "destinatário:", TM_NAMED_AS_RECIPIENT },
  { "ontvanger:", TM_NAMED_AS_RECIPIENT },
  { "odbiorca:", TM_NAMED_AS_RECIPIENT },
  { "mottagare:", TM_NAMED_AS_RECIPIENT },
  { "modtager:", TM_NAMED_AS_RECIPIENT },
  { "mottaker:", TM_NAMED_AS_RECIPIENT },
  { "vastaanottaja:", TM_NAMED_AS_RECIPIENT },
  { "příjemce:", TM_NAMED_AS_RECIPIENT },
  { "получатель:", TM_NAMED_AS_RECIPIENT },
  { "宛先:", TM_NAMED_AS_RECIPIENT },
  { "宛先：", TM_NAMED_AS_RECIPIENT },
  { "收件人:", TM_NAMED_AS_RECIPIENT },
  { "收件人：", TM_NAMED_AS_RECIPIENT },
};

static bool
is_address_char (char c)
{
  return g_ascii_isalnum (c) || (c != '\0' && strchr ("!#$%&'*+-/=?^_`{|}~.", c) != NULL);
}

static bool
is_domain_char (char c)
{
  return g_ascii_isalnum (c) || c == '.' || c == '-';
}

/* Where an address stands in a line. */
typedef struct
{
  const char *start, *end;
} Place;

/* The first place at or behind `from`; false: no more.  A domain of one label is none of the Internet's. */
static bool
next_place (const char *line, const char *from, Place *place_out)
{
  for (const char *at = strchr (from, '@'); at != NULL; at = strchr (at + 1, '@'))
    {
      const char *start = at, *end = at + 1;
      while (start > line && is_address_char (start[-1]))
        start--;
      if (g_str_has_prefix (start, IN_X400))
        start += sizeof IN_X400 - 1;
      while (is_domain_char (*end))
        end++;
      while (end > at && (end[-1] == '.' || end[-1] == '-'))
        end--;
      start += *start == '\'' && *end == '\'';
      *place_out = (Place){ start, end };
      if (end > at && start < at && memchr (at, '.', (gsize) (end - at)) != NULL)
        return true;
    }
  return false;
}

static char *
address_at (const Place *place)
{
  g_autofree char *typed = g_strndup (place->start, (gsize) (place->end - place->start));
  g_autofree char *address = address_normalize (typed);
  return address != NULL && *address != '\0' ? g_steal_pointer (&address) : NULL;
}

/* Bullets, quotes and brackets that may stand before what a line begins with. */
static const char *
skip_bullets (const char *line)
{
  return line + strspn (line, " \t*-+>|\"'<([");
}

/* The end of what is said before `address`, without blanks and brackets. */
static const char *
end_of_words (const char *line, const char *address)
{
  while (address > line && strchr (" \t<\"'([", address[-1]) != NULL)
    address--;
  return address;
}

static bool
ends_with (const char *line, const char *end, const char *words)
{
  gsize len = strlen (words);
  return (gsize) (end - line) >= len && memcmp (end - len, words, len) == 0
         && ((gsize) (end - line) == len || !g_ascii_isalnum (end[-(gssize) len - 1]));
}

/* "550", "550 5.1.1" or "5.1.1" at the end of the words. */
static bool
ends_with_code (const char *line, const char *end)
{
  const char *start = end;
  while (start > line && (g_ascii_isdigit (start[-1]) || start[-1] == '.'))
    start--;
  return end - start >= 3 && end - start <= 9 && (*start == '5' || *start == '4')
         && (start == line || !g_ascii_isalnum (start[-1]));
}

static int
named_as (const char *lower, const char *content, const char *start)
{
  if (start <= content)
    return TM_NAMED_AS_RECIPIENT;
  const char *end = end_of_words (lower, start);
  if (end - lower == 3 && memcmp (lower, "to:", 3) == 0)
    return TM_NAMED_IN_PASSING;
  for (gsize i = 0; i < G_N_ELEMENTS (labels); i++)
    if (ends_with (lower, end, labels[i].words))
      return labels[i].as;
  return ends_with_code (lower, end) ? TM_NAMED_BY_CODE : TM_NAMED_IN_PASSING;
}

void
bounce_find_names (const char *lower, TmBounceName each, gpointer data)
{
  const char *content = skip_bullets (lower);
  Place place = { .end = lower };
  while (next_place (lower, place.end, &place))
    {
      int as = named_as (lower, content, place.start);
      g_autofree char *address = as != NOT_NAMED ? address_at (&place) : NULL;
      if (address != NULL)
        each ((TmNamed) as, address, data);
    }
}

void
bounce_each_address (const char *line, TmNamed as, TmBounceName each, gpointer data)
{
  Place place = { .end = line };
  while (next_place (line, place.end, &place))
    {
      g_autofree char *address = address_at (&place);
      if (address != NULL)
        each (as, address, data);
    }
}
