/* SPDX-License-Identifier: BSD-2-Clause */
/* What is sent of a page. */
#include "core/page.h"

#include "base/clock.h"
#include "base/digest.h"
#include "core/detail.h"

#include <string.h>

/* --- JSON --- */

static void
put_name (GString *out, const char *name)
{
  if (out->str[out->len - 1] != '{')
    g_string_append_c (out, ',');
  g_string_append_printf (out, "\"%s\":", name);
}

static void
put_text (GString *out, const char *name, const char *value)
{
  put_name (out, name);
  g_autofree char *escaped = value != NULL ? detail_escape (value) : NULL;
  if (escaped != NULL)
    g_string_append_printf (out, "\"%s\"", escaped);
  else
    g_string_append (out, "null");
}

/* 0: null. */
static void
put_number (GString *out, const char *name, gint64 value)
{
  put_name (out, name);
  if (value != 0)
    g_string_append_printf (out, "%" G_GINT64_FORMAT, value);
  else
    g_string_append (out, "null");
}

static void
put_instant (GString *out, const char *name, gint64 at)
{
  g_autofree char *text = instant_format (at);
  put_text (out, name, text);
}

static const char *
metric_of (const TmPage *page)
{
  return page->metric != 0 ? metric_name (page->metric) : NULL;
}

/* What is said of a page wherever there is room for it. */
static void
put_facts (GString *out, const TmPage *page)
{
  put_number (out, "ticket", page->ticket);
  put_text (out, "metric", metric_of (page));
  put_number (out, "cycle", page->cycle);
  put_text (out, "kind", page->kind);
  put_number (out, "level", page->level);
  put_text (out, "priority", page->priority);
  put_text (out, "queue", page->queue);
  put_text (out, "customer", page->customer);
  put_text (out, "subject", page->subject);
  put_instant (out, "due_at", page->due_at);
  put_text (out, "text", page->text);
}

/* --- bodies --- */

/* Only what triggers needs a payload. */
static void
write_pagerduty (GString *out, const TmPage *page, const TmReceiver *receiver, const char *instance)
{
  g_autofree char *key = page_key (page, instance);
  put_text (out, "routing_key", receiver->key);
  put_text (out, "event_action", page_event_name (page->event));
  put_text (out, "dedup_key", key);
  if (page->event != TM_PAGE_TRIGGER)
    return;
  put_name (out, "payload");
  g_string_append_c (out, '{');
  put_text (out, "summary", page->summary);
  put_text (out, "source", instance);
  put_text (out, "severity", severity_name (page->severity));
  put_instant (out, "timestamp", page->at);
  if (page->queue != NULL)
    put_text (out, "component", page->queue);
  if (page->customer != NULL)
    put_text (out, "group", page->customer);
  put_text (out, "class", page->metric != 0 ? metric_of (page) : page->kind);
  put_name (out, "custom_details");
  g_string_append_c (out, '{');
  put_facts (out, page);
  g_string_append (out, "}}");
}

static void
append_escaped (GString *out, const char *text)
{
  for (; *text != '\0'; text++)
    switch (*text)
      {
      case '&':
        g_string_append (out, "&amp;");
        break;
      case '<':
        g_string_append (out, "&lt;");
        break;
      case '>':
        g_string_append (out, "&gt;");
        break;
      default:
        g_string_append_c (out, *text);
      }
}

static void
write_slack (GString *out, const TmPage *page, const TmReceiver *receiver G_GNUC_UNUSED,
             const char *instance G_GNUC_UNUSED)
{
  static const char *const words[]
    = { [TM_PAGE_TRIGGER] = "", [TM_PAGE_ACKNOWLEDGE] = "Acknowledged: ", [TM_PAGE_RESOLVE] = "Resolved: " };
  g_autoptr (GString) text = g_string_new (words[page->event]);
  append_escaped (text, page->summary);
  if (*page->text != '\0')
    {
      g_string_append_c (text, '\n');
      append_escaped (text, page->text);
    }
  put_text (out, "text", text->str);
}

static void
write_generic (GString *out, const TmPage *page, const TmReceiver *receiver, const char *instance)
{
  g_autofree char *key = page_key (page, instance);
  put_number (out, "version", 1);
  put_text (out, "event", page_event_name (page->event));
  put_text (out, "receiver", receiver->id);
  put_text (out, "instance", instance);
  put_text (out, "key", key);
  put_text (out, "severity", severity_name (page->severity));
  put_text (out, "summary", page->summary);
  put_facts (out, page);
  put_text (out, "by", page->by);
  put_instant (out, "at", page->at);
}

char *
page_body (const TmPage *page, const TmReceiver *receiver, const char *instance)
{
  static void (*const writers[]) (GString *, const TmPage *, const TmReceiver *, const char *) = {
    [TM_RECEIVER_MAIL] = write_generic,       [TM_RECEIVER_EXEC] = write_generic,
    [TM_RECEIVER_PAGERDUTY] = write_pagerduty, [TM_RECEIVER_SLACK] = write_slack,
    [TM_RECEIVER_GENERIC] = write_generic,
  };
  GString *out = g_string_new ("{");
  writers[receiver->kind](out, page, receiver, instance);
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

/* --- around them --- */

char *
page_url (const TmReceiver *receiver)
{
  bool has_end = receiver->kind == TM_RECEIVER_SLACK && receiver->key != NULL;
  return g_strconcat (receiver->url, has_end ? receiver->key : "", NULL);
}

GStrv
page_headers (const TmReceiver *receiver, const char *body, const char *id)
{
  enum { MOST = 3 };
  GStrv headers = g_new0 (char *, MOST + 1);
  headers[0] = g_strdup ("Content-Type: application/json");
  if (receiver->kind != TM_RECEIVER_GENERIC)
    return headers;
  guint8 digest[TM_DIGEST_LEN];
  const char *key = receiver->key != NULL ? receiver->key : "";
  digest_hmac ((const guint8 *) key, strlen (key), body, strlen (body), digest);
  g_autofree char *hex = digest_hex (digest, sizeof digest);
  headers[1] = g_strconcat ("Idempotency-Key: ", id, NULL);
  headers[2] = g_strconcat ("X-Signature: sha256=", hex, NULL);
  return headers;
}
