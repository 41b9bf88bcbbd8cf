/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/alert.h"

#include "base/clock.h"
#include "base/text.h"
#include "core/footer.h"
#include "core/page.h"
#include "core/subject.h"

#include <string.h>

#define NUMBER G_GINT64_FORMAT

enum { SUBJECT_MAX = 80 };

/* Agents read what their queue speaks. */
typedef struct
{
  const char *code;
  int width; /* of the column of names */
  const char *warning, *breach, *acknowledged, *over, *page; /* before metric and subject */
  const char *is_due[2], *was_due[2];   /* metric and time stand between and behind */
  const char *again;                    /* before a number */
  const char *ticket, *subject, *requester, *customer, *queue, *owner, *nobody, *priority, *status, *due;
  const char *digest_subject, *digest, *more; /* behind a number */
  const char *digest_stays;                   /* to who may open an incident of it */
  const char *paged[2];                       /* around the name of a rule */
  const char *with_message, *last;
  const char *answer;
  const char *metrics[TM_METRIC_END];
} Words;

static const Words languages[] = {
  { "en", 10, "Due soon", "Overdue", "Acknowledged", "Over", "Page", { " is due ", "." },
    { " was due ", ", and is not done." },
    "Told again, time ", "Ticket:", "Subject:", "Requester:", "Customer:", "Queue:", "Owner:", "nobody", "Priority:",
    "Status:", "due", " clocks run out", " clocks of tickets run out or have done so:",
    " more: ticketctl list shows all tickets.",
    "What the pager makes of this list is yours to close: no end of a clock takes it back.",
    { "Rule ", " asks you to look at this ticket now." }, "The request comes with this mail.",
    "It is the last page by a rule to you for an hour: ticketctl list shows all tickets.",
    "Any answer to this mail acknowledges the page and is kept as a note; nobody outside gets it.",
    { [TM_METRIC_DISPATCH] = "dispatch", [TM_METRIC_ACK] = "acknowledgement of the page",
      [TM_METRIC_FIRST_RESPONSE] = "first response", [TM_METRIC_NEXT_RESPONSE] = "next response",
      [TM_METRIC_UPDATE] = "update", [TM_METRIC_RESOLUTION] = "resolution", [TM_METRIC_REVIEW] = "review",
      [TM_METRIC_POSTMORTEM] = "post-mortem" } },
  { "de", 12, "Bald fällig", "Überfällig", "Bestätigt", "Erledigt", "Alarm", { " ist fällig: ", "." },
    { " war fällig: ", ", und ist nicht erledigt." }, "Erinnerung ", "Ticket:", "Betreff:", "Anfragender:", "Kunde:",
    "Queue:", "Zuständig:", "niemand", "Priorität:", "Status:", "fällig", " Fristen laufen ab",
    " Fristen von Tickets laufen ab oder sind abgelaufen:", " weitere: ticketctl list zeigt alle Tickets.",
    "Was der Pager aus dieser Liste macht, schließen Sie dort selbst: Das Ende einer Frist nimmt es nicht zurück.",
    { "Regel ", " bittet Sie, sich dieses Ticket jetzt anzusehen." }, "Die Anfrage liegt dieser Mail bei.",
    "Es ist für eine Stunde der letzte Alarm einer Regel an Sie: ticketctl list zeigt alle Tickets.",
    "Jede Antwort auf diese Mail bestätigt den Alarm und wird als Notiz abgelegt; nach außen geht sie nicht.",
    { [TM_METRIC_DISPATCH] = "Zuteilung", [TM_METRIC_ACK] = "Bestätigung des Alarms",
      [TM_METRIC_FIRST_RESPONSE] = "Erste Antwort", [TM_METRIC_NEXT_RESPONSE] = "Nächste Antwort",
      [TM_METRIC_UPDATE] = "Zwischenstand", [TM_METRIC_RESOLUTION] = "Lösung", [TM_METRIC_REVIEW] = "Rückblick",
      [TM_METRIC_POSTMORTEM] = "Post-Mortem" } },
};

static const Words *
find_words (const TmSite *site, const TmQueue *queue)
{
  const char *tag = queue != NULL && queue->language != NULL ? queue->language : site->language;
  for (size_t i = 0; i < G_N_ELEMENTS (languages); i++)
    if (text_is_language (tag, languages[i].code))
      return &languages[i];
  return &languages[0];
}

static const TmQueue *
own_queue (const TmSite *site, const TmTicketFacts *ticket)
{
  return ticket->queues->len > 0 ? site_queue (site, g_ptr_array_index (ticket->queues, 0)) : NULL;
}

/* --- one --- */

static void
add_field (GString *text, const Words *words, const char *name, const char *value)
{
  int n_blanks = words->width - (int) g_utf8_strlen (name, -1) + 1;
  if (value != NULL && *value != '\0')
    g_string_append_printf (text, "%s%*s%s\n", name, n_blanks, "", value);
}

static void
add_fields (GString *text, const Words *words, const TmTicketFacts *ticket, const char *subject, const TmQueue *queue)
{
  g_autofree char *number = g_strdup_printf ("%" NUMBER, ticket->id);
  g_string_append_c (text, '\n');
  add_field (text, words, words->ticket, number);
  add_field (text, words, words->subject, subject);
  add_field (text, words, words->requester, ticket->requester);
  add_field (text, words, words->customer, ticket->customer);
  add_field (text, words, words->queue, queue != NULL ? queue->name : NULL);
  add_field (text, words, words->owner, ticket->assignee != NULL ? ticket->assignee : words->nobody);
  add_field (text, words, words->priority, ticket->priority);
  add_field (text, words, words->status, status_name (ticket->status));
}

/* What a colleague answers is a note; who is on call acknowledges with it, wherever he writes from; a customer's
 * manager may be anybody. */
static char
reply_purpose (const TmAddressee *addressee)
{
  if (strcmp (addressee->to, TM_TO_MANAGER) == 0)
    return '\0';
  return strcmp (addressee->to, TM_TO_ROTA) == 0 ? 'k' : 'n';
}

static char *
write_text (const TmAlerts *alerts, const TmTicketFacts *ticket, const char *subject, const TmNotification *one,
            const TmAddressee *addressee)
{
  const TmQueue *queue = own_queue (alerts->site, ticket);
  const Words *words = find_words (alerts->site, queue);
  GString *text = g_string_new (NULL);
  g_autofree char *metric = g_strdup (words->metrics[one->clock->metric]);
  g_autofree char *due
      = footer_write_time (words->code, footer_zone (alerts->site, queue, NULL), one->clock->due_at);
  const char *const *around = one->kind == TM_NOTIFICATION_WARNING ? words->is_due : words->was_due;
  metric[0] = g_ascii_toupper (metric[0]);
  g_string_append_printf (text, "%s%s%s%s\n", metric, around[0], due != NULL ? due : "?", around[1]);
  if (one->number > 0)
    g_string_append_printf (text, "%s%u.\n", words->again, one->number);
  add_fields (text, words, ticket, subject, queue);
  if (addressee->address != NULL && reply_purpose (addressee) == 'k')
    g_string_append_printf (text, "\n%s\n", words->answer);
  return g_string_free (text, FALSE);
}

static TmAlert *
alert_new (gint64 ticket, TmOutgoing *outgoing)
{
  TmAlert *alert = g_new0 (TmAlert, 1);
  alert->ticket = ticket;
  alert->outgoing = outgoing;
  return alert;
}

static TmOutgoing *
write_mail (const TmAddressee *addressee, const char *by, char purpose, const char *subject, const char *text)
{
  TmOutgoing *mail = outgoing_new (TM_OUTGOING_ALERT, by, subject, text);
  mail->may_repeat = true;
  mail->reply_purpose = purpose;
  outgoing_add_recipient (mail, addressee->address);
  return mail;
}

static TmPage *
page_of (const TmSite *site, gint64 now, const TmTicketFacts *ticket, const char *subject, TmPageEvent event,
         const char *kind, const char *summary, const char *by)
{
  const TmQueue *queue = own_queue (site, ticket);
  TmPage *page = page_new (event, kind, summary, by);
  page->severity = page_severity (site, ticket->priority);
  page->ticket = ticket->id;
  page->priority = g_strdup (ticket->priority);
  page->queue = queue != NULL ? g_strdup (queue->id) : NULL;
  page->customer = g_strdup (ticket->customer);
  page->subject = g_strdup (subject);
  page->at = now;
  return page;
}

static void
tell_of_clock (TmPage *page, const TmClock *clock)
{
  page->metric = clock->metric;
  page->cycle = clock->cycle;
  page->due_at = clock->due_at;
}

static TmAlert *
write_alert (const TmAlerts *alerts, const TmTicketFacts *ticket, const char *subject, const TmNotification *one,
             const TmAddressee *addressee)
{
  const Words *words = find_words (alerts->site, own_queue (alerts->site, ticket));
  g_autofree char *head
      = g_strdup_printf ("%s: %s: %s", one->kind == TM_NOTIFICATION_WARNING ? words->warning : words->breach,
                         words->metrics[one->clock->metric], subject);
  g_autofree char *tagged = subject_with_tag (head, alerts->site->instance, ticket->id);
  g_autofree char *text = write_text (alerts, ticket, subject, one, addressee);
  if (addressee->address != NULL)
    return alert_new (ticket->id, write_mail (addressee, "desk", reply_purpose (addressee), tagged, text));
  g_autoptr (TmPage) page = page_of (alerts->site, alerts->now, ticket, subject, TM_PAGE_TRIGGER,
                                     notification_kind_name (one->kind), tagged, "desk");
  tell_of_clock (page, one->clock);
  page->level = one->step->level;
  g_free (page->text);
  page->text = g_steal_pointer (&text);
  return alert_new (ticket->id, page_outgoing (page, addressee->receiver->id));
}

static void
alert_free (gpointer data)
{
  TmAlert *alert = data;
  outgoing_free (alert->outgoing);
  g_free (alert);
}

/* --- groups --- */

static void
group_free (gpointer data)
{
  TmAlertGroup *group = data;
  g_free (group->to);
  g_ptr_array_unref (group->alerts);
  g_string_free (group->lines, TRUE);
  g_free (group);
}

void
alerts_init (TmAlerts *alerts, const TmSite *site, gint64 now)
{
  alerts->site = site;
  alerts->now = now;
  alerts->groups = g_ptr_array_new_with_free_func (group_free);
  alerts->news = g_ptr_array_new_with_free_func (alert_free);
  alerts->by_to = g_hash_table_new (g_str_hash, g_str_equal);
}

void
alerts_clear (TmAlerts *alerts)
{
  g_clear_pointer (&alerts->by_to, g_hash_table_unref);
  g_clear_pointer (&alerts->news, g_ptr_array_unref);
  g_clear_pointer (&alerts->groups, g_ptr_array_unref);
}

TmAlertGroup *
alerts_group (TmAlerts *alerts, const char *to)
{
  TmAlertGroup *group = g_hash_table_lookup (alerts->by_to, to);
  if (group != NULL)
    return group;
  group = g_new0 (TmAlertGroup, 1);
  group->to = g_strdup (to);
  group->receiver = strchr (to, '@') == NULL ? site_receiver (alerts->site, to) : NULL;
  group->alerts = g_ptr_array_new_with_free_func (alert_free);
  group->lines = g_string_new (NULL);
  g_ptr_array_add (alerts->groups, group);
  g_hash_table_insert (alerts->by_to, group->to, group);
  return group;
}

static void
add_line (const TmAlerts *alerts, TmAlertGroup *group, const TmTicketFacts *ticket, const char *subject,
          const TmNotification *one)
{
  const Words *words = find_words (alerts->site, own_queue (alerts->site, ticket));
  if (group->n_lines >= TM_ALERT_LISTED)
    return;
  g_autofree char *due = instant_format (one->clock->due_at);
  g_autofree char *line = text_one_line (subject, SUBJECT_MAX);
  g_string_append_printf (group->lines, "[%s#%" NUMBER "] %s, %s %s, %s%s%s: %s\n", alerts->site->instance, ticket->id,
                          words->metrics[one->clock->metric], words->due, due != NULL ? due : "?",
                          ticket->priority != NULL ? ticket->priority : "",
                          ticket->priority != NULL ? ", " : "", status_name (ticket->status), line);
  group->n_lines++;
}

void
alerts_add (TmAlerts *alerts, const TmTicketFacts *ticket, const char *subject, const TmNotification *notification,
            const TmAddressee *addressee)
{
  TmAlertGroup *group
      = alerts_group (alerts, addressee->address != NULL ? addressee->address : addressee->receiver->id);
  group->n++;
  add_line (alerts, group, ticket, subject, notification);
  if (alert_group_is_digest (group))
    g_ptr_array_set_size (group->alerts, 0);
  else
    g_ptr_array_add (group->alerts, write_alert (alerts, ticket, subject, notification, addressee));
}

void
alerts_add_news (TmAlerts *alerts, const TmTicketFacts *ticket, const char *subject, TmNews news,
                 const TmNotified *one, const TmClock *clock, const TmReceiver *receiver)
{
  const Words *words = find_words (alerts->site, own_queue (alerts->site, ticket));
  bool is_ack = news == TM_NEWS_ACKNOWLEDGED;
  TmPageEvent event = is_ack ? TM_PAGE_ACKNOWLEDGE : TM_PAGE_RESOLVE;
  g_autofree char *head = g_strdup_printf ("%s: %s%s%s", is_ack ? words->acknowledged : words->over,
                                           clock != NULL ? words->metrics[clock->metric] : "",
                                           clock != NULL ? ": " : "", subject);
  g_autofree char *tagged = subject_with_tag (head, alerts->site->instance, ticket->id);
  const char *kind = clock == NULL ? notification_kind_name (one->kind) : page_event_name (event);
  g_autoptr (TmPage) page = page_of (alerts->site, alerts->now, ticket, subject, event, kind, tagged,
                                     is_ack ? one->acked_by : "desk");
  page->cycle = one->cycle;
  if (clock != NULL)
    tell_of_clock (page, clock);
  g_ptr_array_add (alerts->news, alert_new (ticket->id, page_outgoing (page, receiver->id)));
}

TmOutgoing *
alert_write_page (const TmSite *site, const TmTicketFacts *ticket, const char *subject, guint cycle, const char *by,
                  bool is_last, const TmAddressee *addressee, gint64 now)
{
  const TmQueue *queue = own_queue (site, ticket);
  const Words *words = find_words (site, queue);
  g_autofree char *head = g_strdup_printf ("%s: %s", words->page, subject);
  g_autofree char *tagged = subject_with_tag (head, site->instance, ticket->id);
  g_autoptr (GString) text = g_string_new (NULL);
  const char *colon = strchr (by, ':');
  g_string_append_printf (text, "%s%s%s\n%s%s", words->paged[0], colon != NULL ? colon + 1 : by, words->paged[1],
                          is_last ? words->last : "", is_last ? "\n" : "");
  add_fields (text, words, ticket, subject, queue);
  if (addressee->address != NULL)
    {
      g_string_append_printf (text, "\n%s\n%s\n", words->with_message, words->answer);
      TmOutgoing *mail = write_mail (addressee, by, 'k', tagged, text->str);
      mail->message = TM_OUTGOING_ADDED;
      return mail;
    }
  g_autoptr (TmPage) page = page_of (site, now, ticket, subject, TM_PAGE_TRIGGER,
                                     notification_kind_name (TM_NOTIFICATION_PAGE), tagged, by);
  page->cycle = cycle;
  page->level = 1;
  g_free (page->text);
  page->text = g_strdup (text->str);
  return page_outgoing (page, addressee->receiver->id);
}

bool
alert_group_is_digest (const TmAlertGroup *group)
{
  return group->digest != 0 || group->n > TM_ALERT_HANDFUL;
}

TmOutgoing *
alert_digest (const TmAlerts *alerts, const TmAlertGroup *group)
{
  const TmSite *site = alerts->site;
  const Words *words = find_words (site, NULL);
  g_autofree char *subject = g_strdup_printf ("[%s] %u%s", site->instance, group->n, words->digest_subject);
  g_autoptr (GString) text = g_string_new (NULL);
  g_string_append_printf (text, "%u%s\n\n%s", group->n, words->digest, group->lines->str);
  if (group->n > group->n_lines)
    g_string_append_printf (text, "\n%u%s\n", group->n - group->n_lines, words->more);
  if (group->receiver == NULL)
    {
      TmOutgoing *outgoing = outgoing_new (TM_OUTGOING_ALERT, "desk", subject, text->str);
      outgoing->may_repeat = true;
      outgoing_add_recipient (outgoing, group->to);
      return outgoing;
    }
  g_string_append_printf (text, "\n%s\n", words->digest_stays);
  g_autoptr (TmPage) page = page_new (TM_PAGE_TRIGGER, "digest", subject, "desk");
  page->severity = TM_SEVERITY_CRITICAL;
  page->at = alerts->now;
  g_free (page->text);
  page->text = g_strdup (text->str);
  return page_outgoing (page, group->receiver->id);
}
