/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/command.h"
#include "cli/explanation.h"

#include "base/clock.h"
#include "desk/receive.h"
#include "mime/mime.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* An address of the block for documentation (RFC 5737): somewhere outside. */
#define SOME_CLIENT "192.0.2.1"

static const TmCliOption options[] = {
  { "rcpt", 0, "ADDRESS", "envelope recipient, may be repeated; default: ours in To and Cc, else the first queue" },
  { "sender", 0, "ADDRESS", "envelope sender, <> for a bounce; default: Return-Path, else From" },
  { "login", 0, "LOGIN", "the client is logged in by this name" },
  { "client", 0, "IP", "the client's address, or `none` for mail that did not come by SMTP" },
  { "at", 0, "TIME", "as if it came then, like 2026-11-20T16:00:00Z; default: now" },
  { .name = NULL },
};

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

static bool
read_message (const char *file, GBytes **raw_out, GError **error)
{
  bool is_stdin = strcmp (file, "-") == 0;
  int fd = is_stdin ? STDIN_FILENO : open (file, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return fail_to_read (file, errno, error);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  bool ok = read_all (fd, G_MAXINT32, bytes);
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

static void
add_likely_recipients (TmEnvelope *envelope, const TmSite *site, const TmMail *mail)
{
  add_ours (envelope, site, mail->to);
  add_ours (envelope, site, mail->cc);
  if (envelope->recipients->len > 0 || site->queues->len == 0)
    return;
  const TmQueue *queue = g_ptr_array_index (site->queues, 0);
  if (queue->addresses->len > 0)
    envelope_add_recipient (envelope, site, g_ptr_array_index (queue->addresses, 0));
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

static bool
parse_at (const char *text, gint64 *at_out, GError **error)
{
  *at_out = text == NULL ? clock_now () : 0;
  if (text == NULL || instant_parse (text, at_out))
    return true;
  g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "--at `%s` is no time: give one like 2026-11-20T16:00:00Z", text);
  return false;
}

static TmEnvelope *
make_envelope (const TmArguments *arguments, const TmPolicy *policy, GBytes *raw)
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
    add_likely_recipients (envelope, policy->site, mail);
  envelope->login = g_strdup (arguments_value (arguments, "login"));
  if (client == NULL || strcmp (client, "none") != 0)
    envelope->client_address = g_strdup (client == NULL ? SOME_CLIENT : client);
  return envelope;
}

static bool
explain (TmCli *cli, const TmArguments *arguments, GBytes *raw, gint64 at, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  g_autoptr (TmReader) reader = NULL;
  g_autoptr (TmInbound) inbound = NULL;
  g_autoptr (TmPlan) plan = NULL;
  if (!command_load_policy (cli, &policy, error)
      || !command_open_reader_if_any (policy->daemon.database, &reader, error))
    return false;
  TmEnvelope *envelope = make_envelope (arguments, policy, raw);
  if (!receive_explain (reader, policy, envelope, raw, at, &inbound, &plan, error))
    return false;
  if (cli->json)
    explanation_add_json (cli->out, &cli->terminal, inbound, plan);
  else
    explanation_add_text (cli->out, &cli->terminal, inbound, plan);
  return true;
}

static bool
run (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (GBytes) raw = NULL;
  gint64 at;
  if (!parse_at (arguments_value (arguments, "at"), &at, error)
      || !check_client (arguments_value (arguments, "client"), error) || !check_addresses (arguments, error)
      || !read_message (arguments_operand (arguments, 0), &raw, error))
    return false;
  mime_init ();
  bool ok = explain (cli, arguments, raw, at, error);
  mime_shutdown ();
  return ok;
}

static const char *const operands[] = { "FILE", NULL };
const TmCommand command_explain
  = { "explain", operands, "what would be done with the message in FILE (- is standard input), and why", options, run };
