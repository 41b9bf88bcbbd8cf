/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/mta-findings.h"

#include "cli/milters.h"

#include <stdlib.h>
#include <string.h>

#define SEPARATORS ", \t"

/* What is compared with what, and the findings so far. */
typedef struct
{
  const TmPostconf *postconf;
  const TmMtaNeeds *needs;
  GPtrArray *findings;
} Check;

static void
finding_free (TmMtaFinding *finding)
{
  g_free (finding->parameter);
  g_free (finding->value);
  g_free (finding->what);
  g_free (finding->setting);
  g_free (finding);
}

/* `to`: what it is to be set to; NULL: cannot be said. */
static void
add_finding (Check *check, bool is_error, const char *parameter, const char *value, const char *what, const char *to)
{
  TmMtaFinding *finding = g_new0 (TmMtaFinding, 1);
  finding->is_error = is_error;
  finding->parameter = g_strdup (parameter);
  finding->value = g_strdup (value);
  finding->what = g_strdup (what);
  finding->setting = to != NULL ? g_strdup_printf ("%s = %s", parameter, to) : NULL;
  g_ptr_array_add (check->findings, finding);
}

/* --- words of a value --- */

/* Whether `word` is one of the words of `value`; macros are the same with and without braces. */
static bool
has_word (const char *value, const char *word)
{
  g_auto (GStrv) words = g_strsplit_set (value, SEPARATORS "{}", -1);
  return g_strv_contains ((const char *const *) words, word);
}

static char *
with_word (const char *value, const char *word)
{
  return g_strconcat (value, *value != '\0' ? " " : "", word, NULL);
}

/* A time of main.cf in seconds, 0 when it is none. */
static gint64
parse_time (const char *value)
{
  static const struct
  {
    char unit;
    gint64 seconds;
  } units[] = { { '\0', 1 }, { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 'w', 7 * 86400 } };
  char *end;
  gint64 amount = g_ascii_strtoll (value, &end, 10);
  for (gsize i = 0; end != value && i < G_N_ELEMENTS (units); i++)
    if (*end == units[i].unit)
      return amount * units[i].seconds;
  return 0;
}

/* --- parameters of main.cf, one by one: what it should be, NULL when it is right --- */

static char *
want_delimiter (const char *value, const TmMtaNeeds *needs)
{
  char delimiter[] = { needs->recipient_delimiter, '\0' };
  return strchr (value, *delimiter) == NULL ? g_strconcat (value, delimiter, NULL) : NULL;
}

static char *
want_propagation (const char *value, const TmMtaNeeds *needs G_GNUC_UNUSED)
{
  static const char *const leaks[] = { "virtual", "alias", "forward", "include" };
  for (gsize i = 0; i < G_N_ELEMENTS (leaks); i++)
    if (has_word (value, leaks[i]))
      return g_strdup ("canonical");
  return NULL;
}

static char *
want_bounces (const char *value, const TmMtaNeeds *needs G_GNUC_UNUSED)
{
  return has_word (value, "bounce") ? NULL : with_word (value, "bounce");
}

static char *
want_protocol (const char *value, const TmMtaNeeds *needs G_GNUC_UNUSED)
{
  return atoi (value) < 6 ? g_strdup ("6") : NULL;
}

static char *
want_content_timeout (const char *value, const TmMtaNeeds *needs)
{
  enum { USUAL_S = 300, SPARE_S = 30 };
  if (parse_time (value) > needs->deadline_s)
    return NULL;
  return g_strdup_printf ("%" G_GINT64_FORMAT "s", MAX ((gint64) USUAL_S, needs->deadline_s + SPARE_S));
}

static char *
want_size (const char *value, const TmMtaNeeds *needs)
{
  guint64 limit = g_ascii_strtoull (value, NULL, 10);
  return limit == 0 || limit > needs->max_size ? g_strdup_printf ("%" G_GUINT64_FORMAT, needs->max_size) : NULL;
}

static char *
want_queue_id (const char *value, const TmMtaNeeds *needs G_GNUC_UNUSED)
{
  return has_word (value, "i") ? NULL : with_word (value, "i");
}

static char *
want_host (const char *value, const TmMtaNeeds *needs G_GNUC_UNUSED)
{
  return has_word (value, "j") ? NULL : with_word (value, "j");
}

static char *
want_login (const char *value, const TmMtaNeeds *needs G_GNUC_UNUSED)
{
  return has_word (value, "auth_authen") ? NULL : with_word (value, "{auth_authen}");
}

static char *
want_version (const char *value, const TmMtaNeeds *needs)
{
  bool is_told = *value == '\0' || g_str_has_prefix (value, "Postfix ");
  return is_told || !needs->has_certs ? NULL : g_strdup ("Postfix $mail_version");
}

#define ASKED "; this Postfix is asked for it by the desk itself, an older one would not be"

static const struct
{
  const char *parameter;
  bool is_error;
  char *(*want) (const char *value, const TmMtaNeeds *needs);
  const char *what;
} rows[] = {
  { "milter_protocol", true, want_protocol, "the desk speaks version 6 of the milter protocol and no older one" },
  { "milter_content_timeout", true, want_content_timeout,
    "is not longer than limits.deadline of the desk: mail is put off before the desk has answered" },
  { "recipient_delimiter", true, want_delimiter,
    "does not hold the desk's recipient_delimiter: signed addresses are unknown users" },
  { "propagate_unmatched_extensions", true, want_propagation,
    "copies signed addresses onto those behind an alias, where they leave for other hosts" },
  { "internal_mail_filter_classes", true, want_bounces,
    "bounces that this Postfix writes itself do not reach the desk" },
  { "message_size_limit", false, want_size, "messages over max_size of the desk are recorded without attachments" },
  { "milter_connect_macros", false, want_host, "lacks j" ASKED },
  { "milter_mail_macros", false, want_login, "lacks {auth_authen}, without which nobody is an agent" ASKED },
  { "milter_mail_macros", false, want_queue_id, "lacks i" ASKED },
  { "milter_macro_v", false, want_version,
    "does not begin with `Postfix ': the desk takes no agent's certificate from an MTA that it does not know to have "
    "verified it" },
  { "milter_data_macros", false, want_queue_id, "lacks i, the queue ID" ASKED },
  { "milter_end_of_data_macros", false, want_queue_id, "lacks i, the queue ID" ASKED },
};

static void
check_rows (Check *check)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const char *value = postconf_value (check->postconf, rows[i].parameter);
      g_autofree char *wanted = rows[i].want (value, check->needs);
      if (wanted != NULL)
        add_finding (check, rows[i].is_error, rows[i].parameter, value, rows[i].what, wanted);
    }
}

/* --- milters --- */

/* What happens to mail while the desk is away.  `milter`: its own settings; NULL: it is not in the list yet. */
static void
check_action (Check *check, const char *parameter, const char *value, const TmMilter *milter)
{
  g_autofree char *own = milter != NULL ? milter_setting (milter, "default_action") : NULL;
  const char *general = postconf_value (check->postconf, "milter_default_action");
  const char *action = own != NULL ? own : general;
  if (strcmp (action, "tempfail") == 0)
    return;
  const char *what = strcmp (action, "accept") == 0
                         ? "accept: while the desk is away mail passes without becoming a ticket, and nobody is told"
                     : strcmp (action, "reject") == 0 ? "reject: while the desk is away mail is refused for good"
                                                      : "while the desk is away mail does not wait with its sender";
  g_autofree char *text = own != NULL ? g_strconcat ("default_action of the desk: ", what, NULL) : g_strdup (what);
  if (own == NULL)
    add_finding (check, true, "milter_default_action", general, text, "tempfail");
  else
    add_finding (check, true, parameter, value, text, NULL);
}

/* Whether `value` of `parameter` names our socket; when a path is meant wrongly, with a finding. */
static TmSocketMatch
find_ours (const Check *check, const char *value, bool is_chrooted, TmMilter **ours_out, GPtrArray **list_out)
{
  const char *queue_directory = postconf_value (check->postconf, "queue_directory");
  TmSocketMatch best = TM_SOCKET_OTHER;
  *list_out = milters_parse (value);
  for (guint i = 0; i < (*list_out)->len && best != TM_SOCKET_OURS; i++)
    {
      TmMilter *milter = g_ptr_array_index (*list_out, i);
      TmSocketMatch match = milter_match (milter->address, check->needs->socket, queue_directory, is_chrooted);
      if (match == TM_SOCKET_OTHER)
        continue;
      best = match;
      *ours_out = milter;
    }
  return best;
}

/* The list with our socket in it: in the place of one that means it, else at the end. */
static char *
list_with_ours (const GPtrArray *list, const TmMilter *instead, const char *value, const char *ours)
{
  if (instead == NULL)
    return with_word (value, ours);
  g_autoptr (GString) out = g_string_new (NULL);
  for (guint i = 0; i < list->len; i++)
    {
      const TmMilter *milter = g_ptr_array_index (list, i);
      g_string_append_printf (out, "%s%s", i > 0 ? " " : "", milter == instead ? ours : milter->written);
    }
  return g_strdup (out->str);
}

/* `parameter` of main.cf, for a process that is chrooted or not: does it name our socket?  `why`: what happens else. */
static void
check_milters (Check *check, const char *parameter, bool is_chrooted, const char *why)
{
  const char *value = postconf_value (check->postconf, parameter);
  const char *queue_directory = postconf_value (check->postconf, "queue_directory");
  g_autoptr (GPtrArray) list = NULL;
  TmMilter *ours = NULL;
  TmSocketMatch match = find_ours (check, value, is_chrooted, &ours, &list);
  check_action (check, parameter, value, match == TM_SOCKET_OURS ? ours : NULL);
  if (match == TM_SOCKET_OURS)
    return;
  g_autofree char *address = milter_address (check->needs->socket, queue_directory, is_chrooted);
  g_autofree char *wanted = address != NULL ? list_with_ours (list, ours, value, address) : NULL;
  g_autofree char *what
      = match == TM_SOCKET_CHROOTED && address != NULL
            ? g_strdup_printf ("%s is looked for below %s, because the process is chrooted to it", ours->address,
                               queue_directory)
        : address == NULL && *check->needs->socket != 'f'
            ? g_strdup_printf ("cannot reach the desk: the process is chrooted to %s, and `socket' of "
                               "ticketmilter.yaml, %s, is not below it; put it there",
                               queue_directory, check->needs->socket)
            : g_strdup_printf ("does not name the desk's socket: %s", why);
  add_finding (check, true, parameter, value, what, wanted);
}

static bool
is_loopback (const TmMtaService *service)
{
  return g_str_has_prefix (service->name, "127.") || g_str_has_prefix (service->name, "[::1]:")
         || g_str_has_prefix (service->name, "localhost:");
}

/* A service with milters of its own.  One on the loopback interface takes mail back that was seen before. */
static void
check_own_milters (Check *check, const TmMtaService *service, const char *value)
{
  g_autoptr (GPtrArray) list = NULL;
  TmMilter *ours = NULL;
  TmSocketMatch match = find_ours (check, value, service->is_chrooted, &ours, &list);
  g_autofree char *parameter = g_strjoin ("/", service->name, service->type, "smtpd_milters", NULL);
  if (match == TM_SOCKET_OURS)
    check_action (check, parameter, value, ours);
  else if (match == TM_SOCKET_CHROOTED)
    add_finding (check, true, parameter, value, "the socket is looked for below the chroot", NULL);
  else if (!is_loopback (service))
    add_finding (check, false, parameter, value, "does not name the desk: what comes in there makes no ticket", NULL);
}

static void
check_override_options (Check *check, const TmMtaService *service)
{
  const char *own = postconf_override (check->postconf, service, "receive_override_options");
  if (own == NULL || !has_word (own, "no_milters") || is_loopback (service))
    return;
  g_autofree char *parameter = g_strjoin ("/", service->name, service->type, "receive_override_options", NULL);
  add_finding (check, false, parameter, own, "no_milters: what comes in there makes no ticket", NULL);
}

static bool
is_yes (const char *value)
{
  return value != NULL && strcmp (value, "yes") == 0;
}

/* A service for people who log in, among them the agents: nothing but its own cleanup can take out of the Received line
 * who they are. */
static void
check_submission (Check *check, const TmMtaService *service)
{
  const char *login = postconf_override (check->postconf, service, "smtpd_sasl_auth_enable");
  if (!is_yes (login) || postconf_override (check->postconf, service, "cleanup_service_name") != NULL)
    return;
  g_autofree char *parameter = g_strjoin ("/", service->name, service->type, "cleanup_service_name", NULL);
  add_finding (check, false, parameter, postconf_value (check->postconf, "cleanup_service_name"),
               "no cleanup of its own that takes out the Received line: customers read in agents' answers from which "
               "host and address they were handed in; see contrib/postfix/master.cf",
               NULL);
}

/* Without it no client shows one. */
static void
check_certificates (Check *check)
{
  static const char *const parameters[] = { "smtpd_tls_ask_ccert", "smtpd_tls_req_ccert" };
  const GPtrArray *services = check->postconf->services;
  bool is_asked = !check->needs->has_certs;
  for (gsize i = 0; i < G_N_ELEMENTS (parameters); i++)
    {
      is_asked |= is_yes (postconf_value (check->postconf, parameters[i]));
      for (guint k = 0; k < services->len; k++)
        is_asked |= is_yes (postconf_override (check->postconf, g_ptr_array_index (services, k), parameters[i]));
    }
  if (!is_asked)
    add_finding (check, false, parameters[0], postconf_value (check->postconf, parameters[0]),
                 "asks no client for its certificate, and an agent is known by his (`certs'): set it where agents hand "
                 "in their mail, and smtpd_tls_CAfile",
                 "yes");
}

/* The port of "127.0.0.1:10587", or of a service that is no more than a port. */
static const char *
port_of (const char *name)
{
  const char *colon = strrchr (name, ':');
  return colon != NULL ? colon + 1 : name;
}

/* Where the desk hands its own mail over: there, and without us. */
static void
check_submit (Check *check)
{
  const GPtrArray *services = check->postconf->services;
  const char *port = port_of (check->needs->submit);
  for (guint i = 0; i < services->len; i++)
    {
      const TmMtaService *service = g_ptr_array_index (services, i);
      if (strcmp (service->type, "inet") != 0 || strcmp (port_of (service->name), port) != 0)
        continue;
      g_autoptr (GPtrArray) list = NULL;
      TmMilter *ours = NULL;
      const char *own = postconf_override (check->postconf, service, "smtpd_milters");
      const char *value = own != NULL ? own : postconf_value (check->postconf, "smtpd_milters");
      g_autofree char *parameter = g_strjoin ("/", service->name, service->type, "smtpd_milters", NULL);
      if (find_ours (check, value, service->is_chrooted, &ours, &list) == TM_SOCKET_OURS)
        add_finding (check, true, parameter, value,
                     "asks the desk about the desk's own mail: it needs `-o smtpd_milters=' in master.cf", NULL);
      return;
    }
  if (services->len > 0)
    add_finding (check, false, "master.cf", check->needs->submit,
                 "no service is there where the desk hands its own mail over (`submit'): that waits; see "
                 "contrib/postfix/master.cf", NULL);
}

/* Each process that takes mail by SMTP, with what it sets for itself. */
static void
check_smtpd (Check *check)
{
  enum { FREE = 1, CHROOTED = 2 };
  unsigned kinds = 0;
  for (guint i = 0; i < check->postconf->services->len; i++)
    {
      const TmMtaService *service = g_ptr_array_index (check->postconf->services, i);
      if (strcmp (service->command, "smtpd") != 0)
        continue;
      const char *own = postconf_override (check->postconf, service, "smtpd_milters");
      check_override_options (check, service);
      check_submission (check, service);
      if (own != NULL)
        check_own_milters (check, service, own);
      else
        kinds |= service->is_chrooted ? CHROOTED : FREE;
    }
  /* A path that is right for the chrooted ones is right for all, when it is relative, as ours is. */
  bool is_known = check->postconf->services->len > 0;
  if (kinds != 0 || !is_known)
    check_milters (check, "smtpd_milters", (kinds & CHROOTED) != 0, "mail from outside does not become tickets");
  if (has_word (postconf_value (check->postconf, "receive_override_options"), "no_milters"))
    add_finding (check, true, "receive_override_options",
                 postconf_value (check->postconf, "receive_override_options"), "no_milters: nothing becomes a ticket",
                 "");
}

static bool
cleanup_is_chrooted (const TmPostconf *postconf)
{
  for (guint i = 0; i < postconf->services->len; i++)
    {
      const TmMtaService *service = g_ptr_array_index (postconf->services, i);
      if (strcmp (service->command, "cleanup") == 0 && strcmp (service->name, "cleanup") == 0)
        return service->is_chrooted;
    }
  return false;
}

static bool
is_same (const TmMtaFinding *a, const TmMtaFinding *b)
{
  return strcmp (a->parameter, b->parameter) == 0 && strcmp (a->what, b->what) == 0;
}

/* Several lists may find the same of milter_default_action. */
static void
drop_repeated (GPtrArray *findings)
{
  for (guint i = 0; i < findings->len; i++)
    for (guint k = findings->len - 1; k > i; k--)
      if (is_same (g_ptr_array_index (findings, i), g_ptr_array_index (findings, k)))
        g_ptr_array_remove_index (findings, k);
}

GPtrArray *
mta_findings (const TmPostconf *postconf, const TmMtaNeeds *needs)
{
  Check check = { postconf, needs, g_ptr_array_new_with_free_func ((GDestroyNotify) finding_free) };
  check_smtpd (&check);
  check_submit (&check);
  check_milters (&check, "non_smtpd_milters", cleanup_is_chrooted (postconf),
                 "contact forms, cron and this Postfix's own bounces do not reach it");
  check_rows (&check);
  check_certificates (&check);
  if (g_str_has_prefix (needs->socket, "fd:"))
    add_finding (&check, false, "smtpd_milters", postconf_value (postconf, "smtpd_milters"),
                 "not compared: who starts the desk opens its socket; compare it with ListenStream of the systemd unit",
                 NULL);
  drop_repeated (check.findings);
  return check.findings;
}
