/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/message.h"

#include "base/clock.h"
#include "mime/mime.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static bool
fail_to_read (const char *file, int code, GError **error)
{
  TmErrorKind kind = code == ENOENT || code == ENOTDIR ? TM_ERROR_NOT_FOUND
                     : code == EACCES || code == EPERM ? TM_ERROR_DENIED
                                                       : TM_ERROR_MESSAGE;
  g_set_error (error, TM_ERROR, (int) kind, "%s: %s: name the file of one message, or `-` for standard input", file,
               g_strerror (code));
  return false;
}

/* All of `fd`: with one byte more than `max` it is too much. */
static bool
read_all (int fd, gsize max, GByteArray *bytes)
{
  guint8 chunk[65536];
  ssize_t n;
  while ((n = read (fd, chunk, sizeof chunk)) != 0)
    {
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return false;
      if (bytes->len + (gsize) n > max)
        {
          errno = EFBIG;
          return false;
        }
      g_byte_array_append (bytes, chunk, (guint) n);
    }
  return true;
}

bool
message_read (const char *file, gsize max, GBytes **raw_out, GError **error)
{
  bool is_stdin = strcmp (file, "-") == 0;
  int fd = is_stdin ? STDIN_FILENO : open (file, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return fail_to_read (file, errno, error);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  bool ok = read_all (fd, max, bytes);
  int code = errno;
  if (!is_stdin)
    close (fd);
  if (!ok)
    return fail_to_read (file, code, error);
  if (bytes->len == 0)
    {
      g_set_error (error, TM_ERROR, TM_ERROR_MESSAGE, "%s: empty: give it a message with header and body", file);
      return false;
    }
  *raw_out = g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
  return true;
}

/* Who sent it, as far as the message can tell: Return-Path is the envelope
 * sender as the last MTA wrote it (RFC 5321 §4.4). */
static const char *
likely_sender (const TmMail *mail)
{
  const char *return_path = mail_header (mail, "Return-Path", 0);
  if (return_path != NULL)
    return return_path;
  return mail->from == NULL ? "" : mail->from->address;
}

static void
add_ours (TmEnvelope *envelope, const TmSite *site, const GPtrArray *mailboxes)
{
  for (guint i = 0; i < mailboxes->len; i++)
    {
      const TmMailbox *mailbox = g_ptr_array_index (mailboxes, i);
      if (site_queue_by_address (site, mailbox->address) != NULL)
        envelope_add_recipient (envelope, site, mailbox->address);
    }
}

static bool
check_client (const char *client, GError **error)
{
  unsigned char address[sizeof (struct in6_addr)];
  if (client == NULL || strcmp (client, "none") == 0 || inet_pton (AF_INET, client, address) == 1
      || inet_pton (AF_INET6, client, address) == 1)
    return true;
  g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "--client `%s` is no IP address: give one like 203.0.113.7, or `none`",
               client);
  return false;
}

static bool
check_addresses (const TmArguments *arguments, GError **error)
{
  const char *sender = arguments_value (arguments, "sender");
  const char *rcpt;
  g_autofree char *normal = NULL;
  bool is_null = sender == NULL || *sender == '\0' || strcmp (sender, "<>") == 0;
  if (!is_null && !command_parse_address ("--sender", sender, &normal, error))
    return false;
  for (unsigned i = 0; (rcpt = arguments_next (arguments, "rcpt", &i)) != NULL;)
    {
      g_autofree char *address = NULL;
      if (!command_parse_address ("--rcpt", rcpt, &address, error))
        return false;
    }
  return true;
}

bool
message_check_options (const TmArguments *arguments, GError **error)
{
  return check_client (arguments_value (arguments, "client"), error) && check_addresses (arguments, error);
}

bool
message_parse_at (const TmArguments *arguments, gint64 *at_out, GError **error)
{
  const char *text = arguments_value (arguments, "at");
  if (text == NULL || instant_parse (text, at_out))
    return true;
  g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "--at `%s` is no time: give one like 2026-11-20T16:00:00Z", text);
  return false;
}

TmEnvelope *
message_make_envelope (const TmArguments *arguments, const TmPolicy *policy, GBytes *raw, const char *default_client)
{
  g_autoptr (TmMail) mail = mime_read (raw, &policy->limits);
  const char *sender = arguments_value (arguments, "sender");
  const char *client = arguments_value (arguments, "client");
  const char *rcpt;
  TmEnvelope *envelope = envelope_new ();
  envelope_set_sender (envelope, sender == NULL ? likely_sender (mail) : sender);
  for (unsigned i = 0; (rcpt = arguments_next (arguments, "rcpt", &i)) != NULL;)
    envelope_add_recipient (envelope, policy->site, rcpt);
  if (envelope->recipients->len == 0)
    {
      add_ours (envelope, policy->site, mail->to);
      add_ours (envelope, policy->site, mail->cc);
    }
  envelope->login = g_strdup (arguments_value (arguments, "login"));
  if (g_strcmp0 (client, "none") != 0)
    envelope->client_address = g_strdup (client == NULL ? default_client : client);
  return envelope;
}
