/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/mailboxes-plain.h"

#include "core/mail.h"

#include <string.h>

/* More than these, and a longer address, are not ordinary. */
enum { MAILBOXES_MAX = 16, ADDRESS_MAX = 254, SHOWN_NAME_MAX = 200 };

typedef struct
{
  const char *name, *address;
  size_t name_len, address_len;
} TmPlainMailbox;

static bool
is_word (char c)
{
  return g_ascii_isalnum (c) || c == '-' || c == '_';
}

/* Words with single dots between them.  0: `text` does not begin so. */
static size_t
dotted_length (const char *text)
{
  size_t len = 0;
  for (;;)
    {
      size_t start = len;
      while (is_word (text[len]) || text[len] == '+' || text[len] == '=')
        len++;
      if (len == start)
        return 0;
      if (text[len] != '.')
        return len;
      len++;
    }
}

/* GMime reads internationalised domains: these have two dashes. */
static size_t
domain_length (const char *text)
{
  size_t len = dotted_length (text);
  for (size_t i = 0; i < len; i++)
    if (text[i] == '+' || text[i] == '=' || text[i] == '_' || (text[i] == '-' && text[i + 1] == '-'))
      return 0;
  return len;
}

static size_t
address_length (const char *text)
{
  size_t local = dotted_length (text);
  if (local == 0 || text[local] != '@')
    return 0;
  size_t domain = domain_length (text + local + 1);
  size_t len = local + 1 + domain;
  return domain > 0 && len <= ADDRESS_MAX ? len : 0;
}

/* A display name with the blank behind it: words with single blanks between them, or such a text in quotes.  0: there
 * is none that is plain. */
static size_t
name_length (const char *text, TmPlainMailbox *mailbox)
{
  bool is_quoted = *text == '"';
  const char *start = text + is_quoted, *end = start;
  while (is_word (*end) || (*end == ' ' && end > start && is_word (end[1]))
         || (is_quoted && (*end == ',' || *end == '.') && end > start && is_word (end[-1])))
    end++;
  size_t len = (size_t) (end - start);
  if (len == 0 || len > SHOWN_NAME_MAX)
    return 0;
  mailbox->name = start;
  mailbox->name_len = len;
  if (is_quoted && *end++ != '"')
    return 0;
  return *end == ' ' ? (size_t) (end + 1 - text) : 0;
}

/* The length of the mailbox at `text`, 0 when it is not plain. */
static size_t
read_mailbox (const char *text, TmPlainMailbox *mailbox)
{
  *mailbox = (TmPlainMailbox){ .name = "", .address = text, .address_len = address_length (text) };
  if (mailbox->address_len > 0)
    return mailbox->address_len;
  const char *at = text;
  if (*at != '<')
    {
      size_t len = name_length (text, mailbox);
      if (len == 0)
        return 0;
      at += len;
    }
  mailbox->address = at + 1;
  mailbox->address_len = *at == '<' ? address_length (at + 1) : 0;
  if (mailbox->address_len == 0 || mailbox->address[mailbox->address_len] != '>')
    return 0;
  return (size_t) (mailbox->address + mailbox->address_len + 1 - text);
}

static size_t
read_all (const char *value, TmPlainMailbox found[MAILBOXES_MAX])
{
  for (size_t n = 0; n < MAILBOXES_MAX; n++)
    {
      size_t len = read_mailbox (value, &found[n]);
      value += len;
      if (len == 0)
        return 0;
      if (*value == '\0')
        return n + 1;
      if (*value++ != ',')
        return 0;
      value += *value == ' ';
    }
  return 0;
}

bool
mailboxes_collect_plain (const char *value, unsigned max, GPtrArray *mailboxes)
{
  TmPlainMailbox found[MAILBOXES_MAX];
  size_t n = read_all (value, found);
  for (size_t i = 0; i < n && mailboxes->len < max; i++)
    {
      TmMailbox *mailbox
        = mailbox_new_sized (found[i].address, found[i].address_len, found[i].name, found[i].name_len);
      for (char *c = mailbox->address; *c != '\0'; c++)
        *c = g_ascii_tolower (*c);
      g_ptr_array_add (mailboxes, mailbox);
    }
  return n > 0;
}
