/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/page.h"

#include "base/clock.h"
#include "base/text.h"

#include <stddef.h>
#include <string.h>

enum { LINE_MAX_LEN = 1000 }; /* PagerDuty takes 1,024 characters of a summary */

static const char *const event_names[]
  = { [TM_PAGE_TRIGGER] = "trigger", [TM_PAGE_ACKNOWLEDGE] = "acknowledge", [TM_PAGE_RESOLVE] = "resolve" };
static const char *const severity_names[] = { [TM_SEVERITY_CRITICAL] = "critical", [TM_SEVERITY_ERROR] = "error",
                                              [TM_SEVERITY_WARNING] = "warning", [TM_SEVERITY_INFO] = "info" };

const char *
page_event_name (TmPageEvent event)
{
  return event_names[event];
}

const char *
severity_name (TmSeverity severity)
{
  return severity_names[severity];
}

TmPage *
page_new (TmPageEvent event, const char *kind, const char *summary, const char *by)
{
  TmPage *page = g_new0 (TmPage, 1);
  page->event = event;
  page->severity = TM_SEVERITY_INFO;
  page->kind = g_strdup (kind);
  page->due_at = TM_NEVER;
  page->summary = text_one_line (summary, LINE_MAX_LEN);
  page->text = g_strdup ("");
  page->by = g_strdup (by);
  return page;
}

void
page_free (TmPage *page)
{
  if (page == NULL)
    return;
  g_free (page->kind);
  g_free (page->priority);
  g_free (page->queue);
  g_free (page->customer);
  g_free (page->subject);
  g_free (page->summary);
  g_free (page->text);
  g_free (page->by);
  g_free (page);
}

TmSeverity
page_severity (const TmSite *site, const char *priority)
{
  int rank = priority != NULL ? site_priority_rank (site, priority) : -1;
  return rank >= 0 && rank < TM_SEVERITY_INFO ? (TmSeverity) rank : TM_SEVERITY_INFO;
}

char *
page_key (const TmPage *page, const char *instance)
{
  if (strcmp (page->kind, TM_PAGE_TEST) == 0)
    return g_strconcat (instance, "/", TM_PAGE_TEST, NULL);
  if (page->ticket == 0)
    return g_strdup_printf ("%s/%s/%" G_GINT64_FORMAT, instance, page->kind, page->at);
  return g_strdup_printf ("%s/%" G_GINT64_FORMAT "/%s/%" G_GINT64_FORMAT, instance, page->ticket,
                          page->metric != 0 ? metric_name (page->metric) : page->kind, page->cycle);
}

/* --- as the outbox holds it: what the row's other columns do not say, `name=value` in lines --- */

typedef enum { FIELD_EVENT, FIELD_SEVERITY, FIELD_METRIC, FIELD_NUMBER, FIELD_TEXT } FieldKind;

static const struct
{
  const char *name;
  FieldKind kind;
  size_t offset;
} fields[] = {
  { "event", FIELD_EVENT, offsetof (TmPage, event) },
  { "severity", FIELD_SEVERITY, offsetof (TmPage, severity) },
  { "metric", FIELD_METRIC, offsetof (TmPage, metric) },
  { "cycle", FIELD_NUMBER, offsetof (TmPage, cycle) },
  { "level", FIELD_NUMBER, offsetof (TmPage, level) },
  { "due_at", FIELD_NUMBER, offsetof (TmPage, due_at) },
  { "kind", FIELD_TEXT, offsetof (TmPage, kind) },
  { "priority", FIELD_TEXT, offsetof (TmPage, priority) },
  { "queue", FIELD_TEXT, offsetof (TmPage, queue) },
  { "customer", FIELD_TEXT, offsetof (TmPage, customer) },
  { "subject", FIELD_TEXT, offsetof (TmPage, subject) },
};

static char *
format_field (const TmPage *page, size_t i)
{
  const void *slot = (const char *) page + fields[i].offset;
  switch (fields[i].kind)
    {
    case FIELD_EVENT:
      return g_strdup (event_names[page->event]);
    case FIELD_SEVERITY:
      return g_strdup (severity_names[page->severity]);
    case FIELD_METRIC:
      return page->metric != 0 ? g_strdup (metric_name (page->metric)) : NULL;
    case FIELD_NUMBER:
      return g_strdup_printf ("%" G_GINT64_FORMAT, *(const gint64 *) slot);
    case FIELD_TEXT:
      break;
    }
  const char *text = *(char *const *) slot;
  return text != NULL ? text_one_line (text, LINE_MAX_LEN) : NULL;
}

static bool
parse_name (const char *const *names, int n_names, const char *value, unsigned *place_out)
{
  for (int i = 0; i < n_names; i++)
    if (strcmp (names[i], value) == 0)
      {
        *place_out = (unsigned) i;
        return true;
      }
  return false;
}

static bool
parse_field (TmPage *page, size_t i, const char *value)
{
  void *slot = (char *) page + fields[i].offset;
  unsigned place = 0;
  bool ok = true;
  switch (fields[i].kind)
    {
    case FIELD_EVENT:
      ok = parse_name (event_names, TM_PAGE_N_EVENTS, value, &place);
      page->event = (TmPageEvent) place;
      break;
    case FIELD_SEVERITY:
      ok = parse_name (severity_names, TM_SEVERITY_N, value, &place);
      page->severity = (TmSeverity) place;
      break;
    case FIELD_METRIC:
      ok = metric_parse (value, &page->metric);
      break;
    case FIELD_NUMBER:
      ok = g_ascii_string_to_signed (value, 10, G_MININT64, G_MAXINT64, slot, NULL);
      break;
    case FIELD_TEXT:
      g_free (*(char **) slot);
      *(char **) slot = g_strdup (value);
      break;
    }
  return ok;
}

TmOutgoing *
page_outgoing (const TmPage *page, const char *receiver)
{
  TmOutgoing *outgoing = outgoing_new (TM_OUTGOING_PAGE, page->by, page->summary, page->text);
  g_autoptr (GString) lines = g_string_new (NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autofree char *value = format_field (page, i);
      if (value != NULL)
        g_string_append_printf (lines, "%s=%s\n", fields[i].name, value);
    }
  outgoing->receiver = g_strdup (receiver);
  outgoing->page = g_strdup (lines->str);
  outgoing->may_repeat = true;
  return outgoing;
}

static bool
parse_line (TmPage *page, const char *line)
{
  const char *value = strchr (line, '=');
  for (size_t i = 0; value != NULL && i < G_N_ELEMENTS (fields); i++)
    if (strlen (fields[i].name) == (size_t) (value - line) && g_str_has_prefix (line, fields[i].name))
      return parse_field (page, i, value + 1);
  return *line == '\0';
}

TmPage *
page_of_row (const TmOutboxRow *row)
{
  g_autoptr (TmPage) page = page_new (TM_PAGE_TRIGGER, "", row->subject, row->actor);
  g_auto (GStrv) lines = g_strsplit (row->page != NULL ? row->page : "", "\n", -1);
  for (GStrv line = lines; *line != NULL; line++)
    if (!parse_line (page, *line))
      return NULL;
  page->ticket = row->ticket;
  page->at = row->created_at;
  g_free (page->text);
  page->text = g_strdup (row->text != NULL ? row->text : "");
  return *page->kind != '\0' ? g_steal_pointer (&page) : NULL;
}
