/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/footer.h"

#include "base/clock.h"
#include "base/text.h"
#include "core/after.h"
#include "core/clock.h"
#include "core/customer.h"
#include "core/feedback.h"

#include <string.h>

typedef struct
{
  const char *code;
  const char *number;   /* %s: the tag */
  const char *again;    /* %s: the time */
  const char *resolved, *closed;
  const char *closes;   /* %s: the time */
  const char *satisfied; /* then an address each */
  const char *yes, *no;
  const char *behind_day; /* "20. November" */
  const char *weekdays[7]; /* Monday first */
  const char *months[12];
} Language;

static const Language languages[] = {
  { "en",
    "Request %s",
    "You hear from us again by %s at the latest.",
    "This request is resolved. If it is not, just answer this mail.",
    "This request is closed. If there is more to it, just answer this mail.",
    "Unless you write, it is closed on %s.",
    "Were you satisfied with our help? An empty mail is enough:",
    "Yes: ", "No:  ",
    "",
    { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" },
    { "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
      "December" } },
  { "de",
    "Anfrage %s",
    "Sie hören wieder von uns bis spätestens %s.",
    "Diese Anfrage ist gelöst. Falls nicht, antworten Sie einfach auf diese Mail.",
    "Diese Anfrage ist geschlossen. Falls noch etwas offen ist, antworten Sie einfach auf diese Mail.",
    "Wenn Sie nicht schreiben, wird sie am %s geschlossen.",
    "Waren Sie mit unserer Hilfe zufrieden? Eine leere Mail genügt:",
    "Ja:   ", "Nein: ",
    ".",
    { "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag" },
    { "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
      "Dezember" } },
};

static const Language *
find_language (const char *tag)
{
  for (size_t i = 0; i < G_N_ELEMENTS (languages); i++)
    if (text_is_language (tag, languages[i].code))
      return &languages[i];
  return &languages[0];
}

bool
footer_is_owed (TmMetric metric)
{
  switch (metric)
    {
    case TM_METRIC_FIRST_RESPONSE:
    case TM_METRIC_NEXT_RESPONSE:
    case TM_METRIC_UPDATE:
    case TM_METRIC_RESOLUTION:
      return true;
    case TM_METRIC_DISPATCH:
    case TM_METRIC_ACK:
    case TM_METRIC_REVIEW:
    case TM_METRIC_POSTMORTEM:
      return false;
    }
  return false;
}

gint64
footer_due (const TmTicketFacts *ticket, gint64 now)
{
  gint64 due_at = TM_NEVER;
  for (guint i = 0; ticket->clocks != NULL && i < ticket->clocks->len; i++)
    {
      const TmClock *clock = g_ptr_array_index (ticket->clocks, i);
      if (clock_is_running (clock) && !clock_is_paused (clock) && footer_is_owed (clock->metric) && clock->due_at > now)
        due_at = MIN (due_at, clock->due_at);
    }
  return due_at;
}

/* "CET", or what stands for a zone whose abbreviation is no name: "UTC+5:30". */
static char *
zone_label (GTimeZone *zone, gint interval)
{
  const char *name = g_time_zone_get_abbreviation (zone, interval);
  if (name != NULL && g_ascii_isalpha (*name))
    return g_strdup (name);
  gint32 minutes = g_time_zone_get_offset (zone, interval) / 60;
  const char *sign = minutes < 0 ? "-" : "+";
  minutes = ABS (minutes);
  return minutes % 60 != 0 ? g_strdup_printf ("UTC%s%d:%02d", sign, minutes / 60, minutes % 60)
                           : g_strdup_printf ("UTC%s%d", sign, minutes / 60);
}

static char *
write_date (const Language *language, GDateTime *time)
{
  const char *weekday = language->weekdays[g_date_time_get_day_of_week (time) - 1];
  const char *month = language->months[g_date_time_get_month (time) - 1];
  return g_strdup_printf ("%s, %d%s %s %d", weekday, g_date_time_get_day_of_month (time),
                          language->behind_day, month, g_date_time_get_year (time));
}

static char *
write_clock (GDateTime *time)
{
  return g_strdup_printf ("%02d:%02d", g_date_time_get_hour (time), g_date_time_get_minute (time));
}

static char *
write_time (const Language *language, GTimeZone *zone, gint64 at)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (at);
  if (utc == NULL)
    return NULL;
  g_autofree char *utc_date = write_date (language, utc);
  g_autofree char *utc_clock = write_clock (utc);
  gint interval = zone != NULL ? g_time_zone_find_interval (zone, G_TIME_TYPE_UNIVERSAL, at) : 0;
  g_autofree char *label = zone != NULL ? zone_label (zone, interval) : g_strdup ("UTC");
  g_autoptr (GDateTime) local
      = g_date_time_new_from_unix_utc (at + (zone != NULL ? g_time_zone_get_offset (zone, interval) : 0));
  if (strcmp (label, "UTC") == 0 || local == NULL)
    return g_strdup_printf ("%s, %s UTC", utc_date, utc_clock);
  g_autofree char *date = write_date (language, local);
  g_autofree char *clock = write_clock (local);
  bool same_date = strcmp (date, utc_date) == 0;
  return g_strdup_printf ("%s, %s %s (%s%s%s UTC)", date, clock, label, same_date ? "" : utc_date,
                          same_date ? "" : ", ", utc_clock);
}

static char *
fill_in (const char *sentence, const char *value)
{
  g_auto (GStrv) parts = g_strsplit (sentence, "%s", 2);
  return g_strjoinv (value, parts);
}

static char *
write_outlook (const Language *language, const TmTicketFacts *ticket, GTimeZone *zone, gint64 now)
{
  if (ticket->status == TM_STATUS_RESOLVED)
    return g_strdup (language->resolved);
  if (ticket->status == TM_STATUS_CLOSED)
    return g_strdup (language->closed);
  gint64 due_at = footer_due (ticket, now);
  g_autofree char *time = due_at != TM_NEVER ? write_time (language, zone, due_at) : NULL;
  return time != NULL ? fill_in (language->again, time) : NULL;
}

char *
footer_write (const char *instance, const char *number, const TmTicketFacts *ticket, const char *language,
              GTimeZone *zone, gint64 now)
{
  const Language *words = find_language (language);
  g_autofree char *tag = g_strdup_printf ("[%s#%s]", instance, number);
  g_autofree char *first = fill_in (words->number, tag);
  g_autofree char *second = write_outlook (words, ticket, zone, now);
  return g_strconcat (first, second != NULL ? "\n" : NULL, second, NULL);
}

const char *
footer_language (const TmSite *site, const TmQueue *queue, const TmCustomer *customer)
{
  if (customer != NULL && customer->language != NULL)
    return customer->language;
  return queue != NULL && queue->language != NULL ? queue->language : site->language;
}

GTimeZone *
footer_zone (const TmSite *site, const TmQueue *queue, const TmCustomer *customer)
{
  if (customer != NULL && customer->zone != NULL)
    return customer->zone;
  return queue != NULL && queue->zone != NULL ? queue->zone : site->zone;
}

/* What the notice of the resolution would say: with this answer, none goes out. */
static char *
write_after (const TmSite *site, const TmQueue *queue, const Language *words, const TmTicketFacts *ticket,
             GTimeZone *zone, gint64 now, bool is_trial)
{
  const TmAfterState state = after_told (site, ticket);
  TmAfterFacts facts = after_facts (site, ticket);
  facts.state = &state;
  gint64 ends_at = after_ends_at (&facts, now);
  g_autofree char *time = ends_at != TM_NEVER ? write_time (words, zone, ends_at) : NULL;
  g_autofree char *closes = time != NULL ? fill_in (words->closes, time) : NULL;
  g_autofree char *good
      = site->after.asks && !is_trial ? feedback_address (site, queue, ticket->id, TM_FEEDBACK_GOOD) : NULL;
  g_autofree char *bad = good != NULL ? feedback_address (site, queue, ticket->id, TM_FEEDBACK_BAD) : NULL;
  g_autofree char *asks = good != NULL ? g_strconcat ("\n", words->satisfied, "\n", words->yes, good, "\n", words->no,
                                                     bad, NULL)
                                       : g_strdup ("");
  return g_strconcat (closes != NULL ? "\n" : "", closes != NULL ? closes : "", asks, NULL);
}

char *
footer_of_queue (const TmSite *site, const TmQueue *queue, const char *number, const TmTicketFacts *ticket, gint64 now,
                 bool is_trial)
{
  if (queue == NULL || !queue->footer)
    return NULL;
  const TmCustomer *customer = customers_by_id (site->customers, ticket->customer);
  const char *language = footer_language (site, queue, customer);
  GTimeZone *zone = footer_zone (site, queue, customer);
  g_autofree char *footer = footer_write (site->instance, number, ticket, language, zone, now);
  g_autofree char *after = ticket->status == TM_STATUS_RESOLVED && site->after.acts
                               ? write_after (site, queue, find_language (language), ticket, zone, now,
                                              is_trial)
                               : NULL;
  return g_strconcat (footer, after, NULL);
}

char *
footer_write_time (const char *language, GTimeZone *zone, gint64 at)
{
  return write_time (find_language (language), zone, at);
}
