/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/notice.h"

#include "base/clock.h"
#include "core/clock.h"
#include "core/feedback.h"
#include "core/footer.h"

#include <string.h>

const char *const notice_templates[] = { "ack", "confirm", "resolved", "remind", "closing", NULL };

static const char *const values_of_ticket[] = {
  "instance", "ticket", "tag", "subject", "queue", "type", "priority", "due", "missing", "channel", "opens", "paged",
  NULL,
};

static const char *const values_of_resolved[] = {
  "instance", "ticket", "tag", "subject", "queue", "type", "priority", "closes", "reopens", "unanswered", "good", "bad",
  "good_link", "bad_link", NULL,
};

static const char *const values_of_remind[] = {
  "instance", "ticket", "tag", "subject", "queue", "type", "priority", "missing", "since", "resolves", NULL,
};

static const char *const values_of_closing[] = {
  "instance", "ticket", "tag", "subject", "queue", "type", "priority", "closes", "reopens", "good", "bad", "good_link",
  "bad_link", NULL,
};

/* To a stranger, who may be anybody: nothing of what came under his name. */
static const char *const values_of_question[] = { "instance", "ticket", "tag", "queue", NULL };

const char *const *
notice_values_of (const char *template)
{
  const struct
  {
    const char *template;
    const char *const *values;
  } all[] = { { "ack", values_of_ticket },       { "confirm", values_of_question }, { "resolved", values_of_resolved },
              { "remind", values_of_remind }, { "closing", values_of_closing } };
  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    if (strcmp (all[i].template, template) == 0)
      return all[i].values;
  return NULL;
}

void
notice_text_clear (TmNoticeText *text)
{
  g_free (text->subject);
  g_free (text->text);
  g_free (text->html);
}

/* --- values --- */

typedef struct
{
  const TmNotice *notice;
  const char *language;
  GHashTable *values;
} Writer;

static void
put (Writer *writer, const char *name, const char *value)
{
  if (value != NULL)
    g_hash_table_replace (writer->values, (gpointer) (gsize) name, g_strdup (value));
}

static void
put_time (Writer *writer, const char *name, gint64 at)
{
  const TmNotice *notice = writer->notice;
  GTimeZone *zone = footer_zone (notice->site, notice->queue, notice->customer);
  g_autofree char *text = at != TM_NEVER ? footer_write_time (writer->language, zone, at) : NULL;
  put (writer, name, text);
}

/* "Urgent (P1)". */
static void
put_priority (Writer *writer)
{
  const TmSite *site = writer->notice->site;
  const char *code = writer->notice->priority;
  int rank = code != NULL ? site_priority_rank (site, code) : -1;
  const char *name = rank >= 0 ? ((const TmPriority *) g_ptr_array_index (site->priorities, rank))->name : code;
  if (code == NULL)
    return;
  g_autofree char *both = strcmp (name, code) != 0 ? g_strdup_printf ("%s (%s)", name, code) : g_strdup (code);
  put (writer, "priority", both);
}

/* Names of the configuration: "error_message" is "error message". */
static void
put_missing (Writer *writer)
{
  const GPtrArray *missing = writer->notice->missing;
  if (missing == NULL || missing->len == 0)
    return;
  GString *all = g_string_new (NULL);
  for (guint i = 0; i < missing->len; i++)
    g_string_append_printf (all, "%s%s", i > 0 ? ", " : "", (const char *) g_ptr_array_index (missing, i));
  g_strdelimit (all->str, "_", ' ');
  put (writer, "missing", all->str);
  g_string_free (all, TRUE);
}

/* When he gets an answer at the latest. */
static gint64
find_due (const GPtrArray *clocks)
{
  gint64 due_at = TM_NEVER;
  for (guint i = 0; clocks != NULL && i < clocks->len; i++)
    {
      const TmClock *clock = g_ptr_array_index (clocks, i);
      bool is_answer = clock->metric == TM_METRIC_FIRST_RESPONSE || clock->metric == TM_METRIC_NEXT_RESPONSE;
      if (is_answer && clock_is_running (clock))
        due_at = MIN (due_at, clock->due_at);
    }
  return due_at;
}

/* When business hours begin again, TM_NEVER: they are on, or there are none. */
static gint64
find_opening (const TmNotice *notice)
{
  const TmCalendar *calendar = notice->customer != NULL ? notice->customer->counts_by : NULL;
  if (calendar == NULL && notice->plan != NULL)
    calendar = notice->plan->counts_by;
  if (calendar == NULL || calendar_is_open (calendar, notice->now, NULL, 0))
    return TM_NEVER;
  return calendar_next_open (calendar, notice->now, NULL, 0);
}

/* A mail to it needs no word more: one click, and send. */
static void
put_feedback (Writer *writer, TmFeedback value, const char *tag)
{
  const TmNotice *notice = writer->notice;
  bool asks = notice->site->after.acts && notice->site->after.asks && notice->id != 0;
  g_autofree char *address = asks ? feedback_address (notice->site, notice->queue, notice->id, value) : NULL;
  if (address == NULL)
    return;
  g_autofree char *subject = g_strdup_printf ("%s %s", tag, feedback_name (value));
  g_autofree char *to = g_uri_escape_string (address, "@", FALSE);
  g_autofree char *escaped = g_uri_escape_string (subject, NULL, FALSE);
  g_autofree char *link = g_strdup_printf ("mailto:%s?subject=%s", to, escaped);
  put (writer, value == TM_FEEDBACK_GOOD ? "good" : "bad", address);
  put (writer, value == TM_FEEDBACK_GOOD ? "good_link" : "bad_link", link);
}

static void
put_after (Writer *writer, const char *tag)
{
  const TmNotice *notice = writer->notice;
  bool is_done = notice->ends_at != TM_NEVER && !notice->is_waiting;
  put_time (writer, "closes", is_done ? notice->ends_at : TM_NEVER);
  put_time (writer, "reopens", is_done ? notice->ends_at + notice->site->grace_s : TM_NEVER);
  put_time (writer, "resolves", notice->is_waiting ? notice->ends_at : TM_NEVER);
  put_time (writer, "since", notice->since_at);
  put (writer, "unanswered", notice->is_unanswered ? "yes" : NULL);
  put_feedback (writer, TM_FEEDBACK_GOOD, tag);
  put_feedback (writer, TM_FEEDBACK_BAD, tag);
}

static GHashTable *
make_values (const TmNotice *notice, const char *language)
{
  Writer writer = { notice, language, g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free) };
  const TmType *type = notice->type != NULL ? site_type (notice->site, notice->type) : NULL;
  g_autofree char *tag = g_strdup_printf ("[%s#%s]", notice->site->instance, notice->number);
  put (&writer, "instance", notice->site->instance);
  put (&writer, "ticket", notice->number);
  put (&writer, "tag", tag);
  put (&writer, "subject", notice->subject);
  put (&writer, "queue", notice->queue != NULL ? notice->queue->name : NULL);
  put (&writer, "type", type != NULL ? type->name : notice->type);
  put_priority (&writer);
  put_missing (&writer);
  put_time (&writer, "due", find_due (notice->clocks));
  put_time (&writer, "opens", find_opening (notice));
  if (notice->is_after)
    put_after (&writer, tag);
  put (&writer, "paged", notice->is_paged ? "yes" : NULL);
  if (notice->queue != NULL && notice->priority != NULL)
    put (&writer, "channel", g_hash_table_lookup (notice->queue->channels, notice->priority));
  return writer.values;
}

/* --- texts --- */

static char *
with_tag (char *subject, const char *tag)
{
  if (strstr (subject, tag) != NULL)
    return subject;
  char *tagged = g_strconcat (tag, " ", subject, NULL);
  g_free (subject);
  return tagged;
}

bool
notice_write (const TmNotice *notice, const char *template, const char *language, TmNoticeText *text_out)
{
  const char *const languages[] = {
    language,
    notice->customer != NULL ? notice->customer->language : NULL,
    notice->mail_language,
    notice->queue != NULL ? notice->queue->language : NULL,
    notice->site->language,
  };
  const char *queue = notice->queue != NULL ? notice->queue->id : NULL, *chosen;
  const TmTemplatePair *pair = templates_choose (notice->site->templates, template, queue, languages,
                                                 G_N_ELEMENTS (languages), &chosen);
  if (pair == NULL)
    return false;
  g_autoptr (GHashTable) values = make_values (notice, chosen);
  *text_out = (TmNoticeText) {
    .subject = with_tag (template_subject (pair->text, values), g_hash_table_lookup (values, "tag")),
    .text = template_write (pair->text, values),
    .html = pair->html != NULL ? template_write (pair->html, values) : NULL,
    .language = chosen,
  };
  return true;
}
