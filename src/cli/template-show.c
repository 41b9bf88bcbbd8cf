/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/command.h"
#include "cli/jsondoc.h"
#include "core/language.h"
#include "core/notice.h"
#include "store/record.h"

#include <string.h>

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

static TmNotice
describe (const TmSite *site, const TmTicketRecord *ticket, const char *number)
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
    .subject = ticket->subject,
    .missing = ticket->missing,
    .clocks = facts->clocks,
    .mail_language = find_language (ticket),
    .now = ticket->created_at,
  };
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
  if (!check_name (name, error) || !command_parse_ticket (arguments_operand (arguments, 1), &number, error)
      || !command_load_settings (cli, &policy, error) || !reader_open (policy->daemon.database, &reader, error)
      || !reader_get (reader, number, &ticket, error))
    return false;
  g_autofree char *digits = g_strdup_printf ("%" G_GINT64_FORMAT, ticket->facts->id);
  TmNotice notice = describe (policy->site, ticket, digits);
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
