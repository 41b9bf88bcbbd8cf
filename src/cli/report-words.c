/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/report-words.h"

#include "base/text.h"
#include "core/figures.h"

G_STATIC_ASSERT (TM_WORD_AGES_END - TM_WORD_AGES == TM_FIGURES_AGES);
G_STATIC_ASSERT (TM_WORD_WEEKDAYS_END - TM_WORD_WEEKDAYS == TM_FIGURES_WEEKDAYS);

static const TmReportWords languages[] = {
  {
    [TM_WORD_LANGUAGE] = "en",
    [TM_WORD_TITLE] = "Support report",
    [TM_WORD_TO] = "to",
    [TM_WORD_QUEUE] = "Queue",
    [TM_WORD_CUSTOMER] = "Customer",
    [TM_WORD_AS_OF] = "As of",
    [TM_WORD_TICKETS] = "Tickets",
    [TM_WORD_NEW_TICKETS] = "New tickets",
    [TM_WORD_RESPONSES_IN_TIME] = "First responses in time",
    [TM_WORD_USUAL_RESPONSE] = "Half are answered within",
    [TM_WORD_OPEN_NOW] = "Open now",
    [TM_WORD_OVERDUE] = "Overdue",
    [TM_WORD_UNANSWERED] = "No reply",
    [TM_WORD_BY_TYPE] = "By type",
    [TM_WORD_BY_PRIORITY] = "By priority",
    [TM_WORD_BY_TAG] = "By tag",
    [TM_WORD_BY_CUSTOMER] = "By customer",
    [TM_WORD_BY_HOUR] = "By hour of the day",
    [TM_WORD_BY_WEEKDAY] = "By day of the week",
    [TM_WORD_KEPT] = "Service levels",
    [TM_WORD_KEPT_SHARE] = "Kept",
    [TM_WORD_MET] = "Met",
    [TM_WORD_BREACHED] = "Breached",
    [TM_WORD_RUNNING] = "Running",
    [TM_WORD_FIRST_RESPONSE_TIMES] = "Time to first response",
    [TM_WORD_RESOLUTION_TIMES] = "Time to resolution",
    [TM_WORD_PRIORITY] = "Priority",
    [TM_WORD_ALL] = "All",
    [TM_WORD_HALF] = "50 %",
    [TM_WORD_MOST] = "90 %",
    [TM_WORD_HALF_BUSINESS] = "50 % (open)",
    [TM_WORD_MOST_BUSINESS] = "90 % (open)",
    [TM_WORD_BACKLOG] = "Open tickets by age",
    [TM_WORD_AGES] = "below 1 day", "1 to 3 days", "3 to 7 days", "7 to 30 days", "30 to 90 days", "over 90 days",
    [TM_WORD_LOAD] = "Who has how much to do",
    [TM_WORD_AGENT] = "Agent",
    [TM_WORD_OPEN] = "Open",
    [TM_WORD_NOBODY] = "nobody",
    [TM_WORD_SATISFACTION] = "Satisfaction",
    [TM_WORD_GOOD] = "Satisfied",
    [TM_WORD_BAD] = "Not satisfied",
    [TM_WORD_NO_ANSWER] = "No answer",
    [TM_WORD_RECURRING] = "What keeps coming back",
    [TM_WORD_SUBJECT] = "Subject",
    [TM_WORD_LAST] = "Last",
    [TM_WORD_EXAMPLES] = "Numbers",
    [TM_WORD_UNSET] = "none",
    [TM_WORD_OTHERS] = "others",
    [TM_WORD_NOT_COUNTED] = "Not counted",
    [TM_WORD_TIMES_NOTE] = "50 % and 90 % took no longer than this; (open): business hours alone.",
    [TM_WORD_ELAPSED_NOTE] = "50 % and 90 % took no longer than this.",
    [TM_WORD_WHILE_OPEN] = "(business hours)",
    [TM_WORD_WEEKDAYS] = "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun",
    [TM_WORD_METRICS + TM_METRIC_DISPATCH] = "Dispatch",
    [TM_WORD_METRICS + TM_METRIC_ACK] = "Page acknowledged",
    [TM_WORD_METRICS + TM_METRIC_FIRST_RESPONSE] = "First response",
    [TM_WORD_METRICS + TM_METRIC_NEXT_RESPONSE] = "Next response",
    [TM_WORD_METRICS + TM_METRIC_UPDATE] = "Update",
    [TM_WORD_METRICS + TM_METRIC_RESOLUTION] = "Resolution",
    [TM_WORD_METRICS + TM_METRIC_REVIEW] = "Review",
    [TM_WORD_METRICS + TM_METRIC_POSTMORTEM] = "Post-mortem",
  },
  {
    [TM_WORD_LANGUAGE] = "de",
    [TM_WORD_TITLE] = "Support-Bericht",
    [TM_WORD_TO] = "bis",
    [TM_WORD_QUEUE] = "Queue",
    [TM_WORD_CUSTOMER] = "Kunde",
    [TM_WORD_AS_OF] = "Stand",
    [TM_WORD_TICKETS] = "Tickets",
    [TM_WORD_NEW_TICKETS] = "Neue Tickets",
    [TM_WORD_RESPONSES_IN_TIME] = "Erstantworten in der Frist",
    [TM_WORD_USUAL_RESPONSE] = "Die Hälfte beantwortet in",
    [TM_WORD_OPEN_NOW] = "Jetzt offen",
    [TM_WORD_OVERDUE] = "Überfällig",
    [TM_WORD_UNANSWERED] = "Ohne Antwort",
    [TM_WORD_BY_TYPE] = "Nach Art",
    [TM_WORD_BY_PRIORITY] = "Nach Priorität",
    [TM_WORD_BY_TAG] = "Nach Schlagwort",
    [TM_WORD_BY_CUSTOMER] = "Nach Kunde",
    [TM_WORD_BY_HOUR] = "Nach Stunde des Tages",
    [TM_WORD_BY_WEEKDAY] = "Nach Wochentag",
    [TM_WORD_KEPT] = "Zugesagte Fristen",
    [TM_WORD_KEPT_SHARE] = "Gehalten",
    [TM_WORD_MET] = "In der Frist",
    [TM_WORD_BREACHED] = "Verletzt",
    [TM_WORD_RUNNING] = "Läuft",
    [TM_WORD_FIRST_RESPONSE_TIMES] = "Zeit bis zur ersten Antwort",
    [TM_WORD_RESOLUTION_TIMES] = "Zeit bis zur Lösung",
    [TM_WORD_PRIORITY] = "Priorität",
    [TM_WORD_ALL] = "Alle",
    [TM_WORD_HALF] = "50 %",
    [TM_WORD_MOST] = "90 %",
    [TM_WORD_HALF_BUSINESS] = "50 % (offen)",
    [TM_WORD_MOST_BUSINESS] = "90 % (offen)",
    [TM_WORD_BACKLOG] = "Offene Tickets nach Alter",
    [TM_WORD_AGES] = "unter 1 Tag", "1 bis 3 Tage", "3 bis 7 Tage", "7 bis 30 Tage", "30 bis 90 Tage", "über 90 Tage",
    [TM_WORD_LOAD] = "Wer wie viel zu tun hat",
    [TM_WORD_AGENT] = "Bearbeiter",
    [TM_WORD_OPEN] = "Offen",
    [TM_WORD_NOBODY] = "niemand",
    [TM_WORD_SATISFACTION] = "Zufriedenheit",
    [TM_WORD_GOOD] = "Zufrieden",
    [TM_WORD_BAD] = "Nicht zufrieden",
    [TM_WORD_NO_ANSWER] = "Keine Antwort",
    [TM_WORD_RECURRING] = "Was immer wiederkommt",
    [TM_WORD_SUBJECT] = "Betreff",
    [TM_WORD_LAST] = "Zuletzt",
    [TM_WORD_EXAMPLES] = "Nummern",
    [TM_WORD_UNSET] = "ohne",
    [TM_WORD_OTHERS] = "andere",
    [TM_WORD_NOT_COUNTED] = "Nicht gezählt",
    [TM_WORD_TIMES_NOTE] = "50 % und 90 % dauerten höchstens so lange; (offen): nur Geschäftszeiten.",
    [TM_WORD_ELAPSED_NOTE] = "50 % und 90 % dauerten höchstens so lange.",
    [TM_WORD_WHILE_OPEN] = "(Geschäftszeit)",
    [TM_WORD_WEEKDAYS] = "Mo", "Di", "Mi", "Do", "Fr", "Sa", "So",
    [TM_WORD_METRICS + TM_METRIC_DISPATCH] = "Zuweisung",
    [TM_WORD_METRICS + TM_METRIC_ACK] = "Alarm bestätigt",
    [TM_WORD_METRICS + TM_METRIC_FIRST_RESPONSE] = "Erste Antwort",
    [TM_WORD_METRICS + TM_METRIC_NEXT_RESPONSE] = "Nächste Antwort",
    [TM_WORD_METRICS + TM_METRIC_UPDATE] = "Zwischenstand",
    [TM_WORD_METRICS + TM_METRIC_RESOLUTION] = "Lösung",
    [TM_WORD_METRICS + TM_METRIC_REVIEW] = "Rückblick",
    [TM_WORD_METRICS + TM_METRIC_POSTMORTEM] = "Post-mortem",
  },
};

const TmReportWords *
report_words (const char *language)
{
  for (size_t i = 0; i < G_N_ELEMENTS (languages); i++)
    if (text_is_language (language, languages[i][TM_WORD_LANGUAGE]))
      return &languages[i];
  return &languages[0];
}

char *
report_duration (gint64 s)
{
  enum { TEN = 10 };
  static const struct
  {
    gint64 s;
    const char *name;
  } units[] = { { 86400, "d" }, { 3600, "h" }, { 60, "min" }, { 1, "s" } };
  gsize i = 0;
  while (i < G_N_ELEMENTS (units) - 1 && s < units[i].s)
    i++;
  gint64 n = s / units[i].s, rest_s = s % units[i].s;
  gint64 n_next = n < TEN && i + 1 < G_N_ELEMENTS (units) - 1 ? rest_s / units[i + 1].s : 0;
  if (n_next == 0)
    return g_strdup_printf ("%" G_GINT64_FORMAT " %s", n, units[i].name);
  return g_strdup_printf ("%" G_GINT64_FORMAT " %s %" G_GINT64_FORMAT " %s", n, units[i].name, n_next,
                          units[i + 1].name);
}
