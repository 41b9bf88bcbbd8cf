/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/change.h"

#include "base/clock.h"
#include "base/text.h"
#include "cli/tickets.h"
#include "desk/control.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* The daemon's own deadline comes first; between the start or end of a daemon and its socket's pass moments. */
enum { US_PER_S = 1000000, ANSWER_S = 330, TRIES = 20, TRY_US = 100000 };

/* --- the daemon --- */

static int
connect_to (const char *path, const char **why_out, GError **error)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  if (g_strlcpy (address.sun_path, path, sizeof address.sun_path) >= sizeof address.sun_path)
    {
      g_set_error (error, TM_ERROR, TM_ERROR_CONFIG, "control %s: the path of a Unix socket has 1 to 107 bytes", path);
      return -1;
    }
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd >= 0 && connect (fd, (const struct sockaddr *) &address, sizeof address) == 0)
    return fd;
  *why_out = g_strerror (errno);
  if (errno == EACCES || errno == EPERM)
    g_set_error (error, TM_ERROR, TM_ERROR_DENIED,
                 "%s: %s: only root, the daemon's user and members of its group may change anything", path, *why_out);
  if (fd >= 0)
    close (fd);
  return -1;
}

/* A request that could not be sent whole may have been answered all the same, with the reason. */
static bool
talk (int fd, const TmWire *request, GBytes *message, TmWire **answer_out, GError **error)
{
  gint64 deadline_us = clock_monotonic_us () + (gint64) ANSWER_S * US_PER_S;
  g_autoptr (GError) unsent = NULL;
  bool is_sent = wire_send (fd, request, &wire_request, deadline_us, &unsent)
                 && (message == NULL || wire_send_bytes (fd, message, deadline_us, &unsent));
  if (!is_sent && unsent->code != TM_ERROR_UNAVAILABLE)
    {
      g_propagate_error (error, g_steal_pointer (&unsent));
      return false;
    }
  return wire_receive (fd, &wire_answer, deadline_us, answer_out, error);
}

bool
change_ask_daemon (const char *path, const TmWire *request, GBytes *message, TmWire **answer_out, const char **why_out,
                   GError **error)
{
  GError *cause = NULL;
  *answer_out = NULL;
  int fd = connect_to (path, why_out, &cause);
  if (fd < 0)
    {
      if (cause != NULL)
        g_propagate_error (error, cause);
      return cause == NULL;
    }
  bool ok = talk (fd, request, message, answer_out, error);
  close (fd);
  return ok;
}

/* --- without a daemon --- */

static TmPolicy *
own_policy (gpointer data)
{
  return policy_ref (data);
}

static bool
answer_myself (TmPolicy *policy, const TmWire *request, GBytes *message, TmWire **answer_out, GError **error)
{
  const TmDaemonSettings *settings = &policy->daemon;
  const TmStoreOptions options
      = { .path = settings->database,
          .max_jobs = 1,
          .keep = { .raw_s = settings->keep_raw_s, .quarantine_s = settings->keep_quarantine_s,
                    .outbox_s = settings->keep_outbox_s } };
  TmStore *store = NULL;
  if (!store_open (&options, &store, error))
    return false;
  const TmControl control = { .store = store, .policy = own_policy, .data = policy };
  g_autofree char *user = control_user_name (geteuid ());
  *answer_out = control_answer (&control, request, message, user);
  store_close (store);
  return true;
}

static bool
fail_unreachable (const TmPolicy *policy, const char *why, GError **error)
{
  g_set_error (error, TM_ERROR, TM_ERROR_UNAVAILABLE,
               "a daemon has the database, but its control socket %s is not to be had: %s",
               policy->daemon.control, why);
  return false;
}

/* Whoever changes something by himself holds the database for a moment, and so does a daemon that starts or ends. */
bool
change_ask (TmPolicy *policy, const TmWire *request, GBytes *message, TmWire **answer_out, GError **error)
{
  const char *why = "";
  for (int i = 0; i < TRIES; i++)
    {
      g_autoptr (GError) cause = NULL;
      if (!change_ask_daemon (policy->daemon.control, request, message, answer_out, &why, error))
        return false;
      if (*answer_out != NULL || answer_myself (policy, request, message, answer_out, &cause))
        return true;
      if (!g_error_matches (cause, TM_ERROR, TM_ERROR_UNAVAILABLE))
        {
          g_propagate_error (error, g_steal_pointer (&cause));
          return false;
        }
      g_usleep (TRY_US);
    }
  return fail_unreachable (policy, why, error);
}

/* --- requests --- */

bool
change_begin (const TmArguments *arguments, const char *verb, TmWire **request_out, GError **error)
{
  gint64 number;
  if (!command_parse_ticket (arguments_operand (arguments, 0), &number, error))
    return false;
  g_autoptr (TmWire) request = wire_new ();
  wire_add (request, "do", verb);
  wire_add_number (request, "ticket", number);
  wire_add (request, "by", arguments_value (arguments, "by"));
  wire_add (request, "why", arguments_value (arguments, "why"));
  *request_out = g_steal_pointer (&request);
  return true;
}

bool
change_add_numbers (const TmArguments *arguments, unsigned first, const char *what, const char *name, TmWire *request,
                    GError **error)
{
  for (unsigned i = first; i < arguments_n_operands (arguments); i++)
    {
      gint64 number;
      if (!command_parse_number (what, arguments_operand (arguments, i), &number, error))
        return false;
      wire_add_number (request, name, number);
    }
  return true;
}

bool
change_check_encoding (const TmWire *request, GError **error)
{
  for (guint i = 0; i < request->fields->len; i++)
    if (!g_utf8_validate (g_ptr_array_index (request->fields, i), -1, NULL))
      {
        g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "%s: this is not UTF-8",
                     (const char *) g_ptr_array_index (request->fields, i - 1));
        return false;
      }
  return true;
}

/* Without a database nothing is changed, and none is made. */
bool
change_request (TmCli *cli, const TmWire *request, TmReader **reader_out, TmWire **answer_out, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  return change_check_encoding (request, error) && command_load_settings (cli, &policy, error)
         && reader_open (policy->daemon.database, reader_out, error)
         && change_ask (policy, request, NULL, answer_out, error)
         && !control_is_refused (*answer_out, error);
}

void
change_add_said (const TmCli *cli, const TmWire *answer)
{
  g_autofree char *line = text_one_line (wire_get (answer, "said"), 0);
  g_string_append_printf (cli->out, "%s\n", line);
}

bool
change_finish (TmCli *cli, const TmWire *request, GError **error)
{
  g_autoptr (TmReader) reader = NULL;
  g_autoptr (TmWire) answer = NULL;
  g_autoptr (TmTicketRecord) ticket = NULL;
  if (!change_request (cli, request, &reader, &answer, error))
    return false;
  if (!cli->json)
    {
      change_add_said (cli, answer);
      return true;
    }
  const char *number_text = wire_get (answer, "ticket");
  gint64 number;
  if (number_text == NULL || !command_parse_ticket (number_text, &number, error)
      || !reader_get (reader, number, &ticket, error))
    return false;
  ticket_add_json (cli->out, &cli->terminal, ticket);
  return true;
}
