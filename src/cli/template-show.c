/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/clock.h"
#include "cli/command.h"
#include "cli/jsondoc.h"
#include "core/after.h"
#include "core/language.h"
#include "core/notice.h"
#include "store/record.h"

#include <string.h>

/* In the detail of core/plan_acknowledge.c's event. */
#define TOLD_SUBJECT "\"subject\":\"told\""

static const TmCliOption options[] = {
  { "lang", 0, "LANGUAGE", "in that language instead of the customer's" },
  { .name = NULL },
};

static bool
check_name (const char *name, GError **error)
{
  if (notice_values_of (name) != NULL)
    return true;
  g_autofree char *all = g_strjoinv (", ", (char **) (gsize) notice_templates);
  g_set_error (error, TM_ERROR, TM_ERROR_NOT_FOUND, "no template `%s`: there is %s", name, all);
  return false;
}

/* What the requester's first message looks like; NULL: nothing known. */
static const char *
find_language (const TmTicketRecord *ticket)
{
  for (guint i = 0; i < ticket->messages->len; i++)
    {
      const TmMessageRecord *message = g_ptr_array_index (ticket->messages, i);
      if (message->direction == TM_DIRECTION_IN)
        return language_guess (message->reply_text, strlen (message->reply_text));
    }
  return NULL;
}

static bool
has_answer (const TmTicketRecord *ticket)
{
  for (guint i = 0; i < ticket->messages->len; i++)
    if (((const TmMessageRecord *) g_ptr_array_index (ticket->messages, i))->direction == TM_DIRECTION_OUT)
      return true;
  return false;
}

/* As the ticket's acknowledgement did it, where there is one; else by who is on file now. */
static bool
find_tells_subject (TmReader *reader, const TmTicketRecord *ticket, bool *tells_out, GError **error)
{
  g_autoptr (TmContactRecord) contact = NULL;
  for (guint i = 0; i < ticket->events->len; i++)
    {
      const TmEventRecord *event = g_ptr_array_index (ticket->events, i);
      *tells_out = strcmp (event->action, "acknowledgement") == 0 && strstr (event->detail, TOLD_SUBJECT) != NULL;
      if (*tells_out)
        return true;
    }
  if (!reader_find_contact (reader, ticket->facts->requester, &contact, error))
    return false;
  *tells_out = contact != NULL && contact->confirmed_at != TM_NEVER;
  return true;
}

static const char *const after_notices[] = { "resolved", "remind", "closing", NULL };

static TmNotice
describe (const TmSite *site, const TmTicketRecord *ticket, const char *number, bool tells_subject)
{
  const TmTicketFacts *facts = ticket->facts;
  const char *queue = facts->queues->len > 0 ? g_ptr_array_index (facts->queues, 0) : "";
  return (TmNotice) {
    .site = site,
    .number = number,
    .queue = site_queue (site, queue),
    .customer = customers_by_id (site->customers, facts->customer),
    .plan = facts->service_plan != NULL ? site_service_plan (site, facts->service_plan) : NULL,
    .priority = facts->priority,
    .type = facts->type,
    .subject = tells_subject ? ticket->subject : NULL,
    .missing = ticket->missing,
    .clocks = facts->clocks,
    .mail_language = find_language (ticket),
    .now = ticket->created_at,
  };
}

/* As if it were told now; of a ticket that does not wait, and is not resolved, as if it became so. */
static void
describe_after (const TmSite *site, TmTicketFacts *facts, const char *name, TmNotice *notice)
{
  bool is_waiting = strcmp (name, "remind") == 0;
  TmStatus status = is_waiting ? TM_STATUS_WAITING : TM_STATUS_RESOLVED;
  TmAfterState state = facts->after;
  gint64 now = clock_now ();
  if (facts->status != status || state.since_at == TM_NEVER)
    state = (TmAfterState) { TM_NEVER, now, 0, TM_NEVER };
  TmAfterFacts after = after_facts (site, facts);
  after.status = status;
  after.state = &state;
  notice->is_after = true;
  notice->id = facts->id;
  notice->is_waiting = is_waiting;
  notice->is_unanswered = !is_waiting && (state.done & TM_AFTER_BY_DESK) != 0;
  notice->since_at = state.since_at;
  notice->ends_at = after_ends_at (&after, now);
}

/* A fallback is no answer to a question for one language. */
static bool
is_in_language (const char *asked, const char *language)
{
  g_autofree char *whole = g_ascii_strdown (asked, -1);
  gsize len = strlen (language);
  return strncmp (whole, language, len) == 0 && (whole[len] == '\0' || whole[len] == '-');
}

static bool
write_notice (const TmNotice *notice, const char *name, const char *language, TmNoticeText *text_out, GError **error)
{
  if (notice_write (notice, name, language, text_out)
      && (language == NULL || is_in_language (language, text_out->language)))
    return true;
  g_set_error (error, TM_ERROR, TM_ERROR_NOT_FOUND, "no template `%s` in `%s`: put %s.%s.txt into the folder that "
               "`templates` names", name, language, name, language);
  return false;
}

static bool
run (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  g_autoptr (TmReader) reader = NULL;
  g_autoptr (TmTicketRecord) ticket = NULL;
  g_auto (TmNoticeText) text = { 0 };
  const char *name = arguments_operand (arguments, 0);
  gint64 number;
  bool tells_subject;
  if (!check_name (name, error) || !command_parse_ticket (arguments_operand (arguments, 1), &number, error)
      || !command_load_settings (cli, &policy, error) || !reader_open (policy->daemon.database, &reader, error)
      || !reader_get (reader, number, &ticket, error)
      || !find_tells_subject (reader, ticket, &tells_subject, error))
    return false;
  g_autofree char *digits = g_strdup_printf ("%" G_GINT64_FORMAT, ticket->facts->id);
  TmNotice notice = describe (policy->site, ticket, digits, tells_subject);
  if (g_strv_contains (after_notices, name))
    {
      describe_after (policy->site, ticket->facts, name, &notice);
      notice.subject = has_answer (ticket) ? ticket->subject : NULL;
    }
  if (!write_notice (&notice, name, arguments_value (arguments, "lang"), &text, error))
    return false;
  if (!cli->json)
    {
      g_string_append_printf (cli->out, "Subject: %s\n\n%s", text.subject, text.text);
      return true;
    }
  g_autoptr (JsonBuilder) builder = jsondoc_begin ();
  jsondoc_put_text (builder, "template", name);
  jsondoc_put_text (builder, "language", text.language);
  jsondoc_put_text (builder, "subject", text.subject);
  jsondoc_put_text (builder, "text", text.text);
  jsondoc_put_text (builder, "html", text.html);
  jsondoc_end (builder, cli->terminal.is_tty, cli->out);
  return true;
}

static const char *const operands[] = { "NAME", "N", NULL };
const TmCommand command_template_show
  = { "template show", operands, "what a template says of ticket N", options, run };
