/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/invitation.h"

#include "base/text.h"

#include <stdbool.h>
#include <string.h>

enum { VALUE_MAX = 300, LINE_BYTES = 4096, DATE = 8, DATE_TIME = 15 };

typedef enum
{
  VALUE_METHOD,
  VALUE_SUMMARY,
  VALUE_START,
  VALUE_END,
  VALUE_DUE,
  VALUE_DURATION,
  VALUE_RULE,
  VALUE_PLACE,
  VALUE_ORGANIZER,
  VALUE_ANSWER, /* ADDRESS: STATUS of an attendee */
  N_VALUES
} ValueKind;

static const struct
{
  const char *name;
  ValueKind kind;
  bool is_text; /* with escapes */
} properties[] = {
  { "METHOD", VALUE_METHOD, false },     { "SUMMARY", VALUE_SUMMARY, true },       { "DTSTART", VALUE_START, false },
  { "DTEND", VALUE_END, false },         { "DUE", VALUE_DUE, false },
  { "DURATION", VALUE_DURATION, false },
  { "RRULE", VALUE_RULE, false },        { "LOCATION", VALUE_PLACE, true },
  { "ORGANIZER", VALUE_ORGANIZER, false }, { "ATTENDEE", VALUE_ANSWER, false },
};

typedef struct
{
  char *values[N_VALUES];
  guint depth;         /* of components around the line at hand */
  guint event;         /* the depth of the event; 0: it did not begin yet */
  bool is_read;        /* it has ended */
} Reading;

/* The parameter `name` of the `len` bytes ";TZID=Europe/Berlin;…"; NULL when it is not there. */
static char *
parameter (const char *parameters, gsize len, const char *name)
{
  g_autofree char *all = g_strndup (parameters, len);
  g_auto (GStrv) each = g_strsplit (all, ";", -1);
  gsize n = strlen (name);
  for (char **one = each; *one != NULL; one++)
    if (g_ascii_strncasecmp (*one, name, n) == 0 && (*one)[n] == '=')
      {
        g_strdelimit (*one + n + 1, "\"", ' ');
        return text_one_line (*one + n + 1, VALUE_MAX);
      }
  return NULL;
}

static char *
unescape (const char *value)
{
  GString *out = g_string_new (NULL);
  for (; *value != '\0'; value++)
    if (*value == '\\' && value[1] != '\0')
      {
        value++;
        g_string_append_c (out, *value == 'n' || *value == 'N' ? ' ' : *value);
      }
    else
      g_string_append_c (out, *value);
  return g_string_free (out, FALSE);
}

static gsize
count_digits (const char *text)
{
  return strspn (text, "0123456789");
}

/* 20261201T100000Z or 20261201, for people; what is neither stays as it is. */
static char *
readable_time (const char *value, const char *zone)
{
  bool is_date = count_digits (value) == DATE;
  if (!is_date || (value[DATE] != '\0' && (value[DATE] != 'T' || count_digits (value + DATE + 1) < 4)))
    return g_strdup (value);
  g_autoptr (GString) out = g_string_new (NULL);
  g_string_printf (out, "%.4s-%.2s-%.2s", value, value + 4, value + 6);
  if (value[DATE] == 'T')
    g_string_append_printf (out, " %.2s:%.2s", value + DATE + 1, value + DATE + 3);
  if (strlen (value) > DATE_TIME && value[DATE_TIME] == 'Z')
    g_string_append (out, " UTC");
  else if (zone != NULL && value[DATE] == 'T')
    g_string_append_printf (out, " %s", zone);
  return g_strdup (out->str);
}

static const char *
address_of (const char *value)
{
  return g_ascii_strncasecmp (value, "mailto:", 7) == 0 ? value + 7 : value;
}

static char *
readable_value (ValueKind kind, const char *parameters, gsize len, const char *value)
{
  g_autofree char *zone = parameter (parameters, len, "TZID"), *answer = parameter (parameters, len, "PARTSTAT");
  switch (kind)
    {
    case VALUE_START:
    case VALUE_END:
    case VALUE_DUE:
      return readable_time (value, zone);
    case VALUE_ORGANIZER:
      return g_strdup (address_of (value));
    case VALUE_ANSWER:
      return answer != NULL ? g_strdup_printf ("%s: %s", address_of (value), answer) : NULL;
    case VALUE_METHOD:
    case VALUE_SUMMARY:
    case VALUE_DURATION:
    case VALUE_RULE:
    case VALUE_PLACE:
    case N_VALUES:
      return g_strdup (value);
    }
  return NULL;
}

static void
take_property (Reading *reading, const char *name, gsize name_len, const char *rest)
{
  const char *colon = rest;
  for (bool is_quoted = false; *colon != '\0' && (is_quoted || *colon != ':'); colon++)
    is_quoted ^= *colon == '"';
  if (*colon == '\0')
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (properties); i++)
    {
      char **value = &reading->values[properties[i].kind];
      bool counts = properties[i].kind == VALUE_METHOD ? reading->depth == 1
                                                       : reading->event > 0 && reading->depth == reading->event;
      if (*value != NULL || !counts || strlen (properties[i].name) != name_len
          || g_ascii_strncasecmp (properties[i].name, name, name_len) != 0)
        continue;
      g_autofree char *plain = properties[i].is_text ? unescape (colon + 1) : g_strdup (colon + 1);
      g_autofree char *line = text_one_line (plain, VALUE_MAX);
      *value = readable_value (properties[i].kind, rest, (gsize) (colon - rest), line);
    }
}

static void
take_line (Reading *reading, const char *line)
{
  gsize name = strcspn (line, ";:");
  if (g_ascii_strncasecmp (line, "BEGIN:", 6) == 0)
    {
      reading->depth++;
      bool is_event = g_ascii_strcasecmp (line + 6, "VEVENT") == 0 || g_ascii_strcasecmp (line + 6, "VTODO") == 0;
      if (is_event && reading->event == 0)
        reading->event = reading->depth;
    }
  else if (g_ascii_strncasecmp (line, "END:", 4) == 0)
    {
      reading->is_read = reading->event > 0 && reading->depth == reading->event;
      reading->depth -= reading->depth > 0;
    }
  else
    take_property (reading, line, name, line + name);
}

/* The next line without its folds, at most LINE_BYTES bytes of it. */
static const char *
unfold (const char *text, GString *line)
{
  g_string_truncate (line, 0);
  bool goes_on = true;
  while (goes_on)
    {
      gsize len = strcspn (text, "\n"), shown = len;
      while (shown > 0 && text[shown - 1] == '\r')
        shown--;
      g_string_append_len (line, text, (gssize) MIN (shown, LINE_BYTES - MIN (line->len, LINE_BYTES)));
      text += len + (text[len] == '\n');
      goes_on = *text == ' ' || *text == '\t';
      text += goes_on;
    }
  return text;
}

static void
add (GString *out, const char *before, const char *value)
{
  if (value != NULL && *value != '\0')
    g_string_append_printf (out, "%s%s", before, value);
}

/* Of the same day and zone, the end is no more than a time of day. */
static void
add_end (GString *out, const char *start, const char *end)
{
  enum { DAY = 11, MINUTES = 16 };
  bool is_same_day = start != NULL && end != NULL && strlen (start) >= MINUTES && strlen (end) >= MINUTES
                     && strncmp (start, end, DAY) == 0 && strcmp (start + MINUTES, end + MINUTES) == 0;
  if (!is_same_day)
    {
      add (out, " to ", end);
      return;
    }
  g_string_truncate (out, out->len - strlen (start + MINUTES));
  g_string_append_printf (out, " to %s", end + DAY);
}

static char *
describe (const Reading *reading, const char *method)
{
  char *const *values = reading->values;
  g_autoptr (GString) out = g_string_new ("Invitation");
  if (method != NULL && *method != '\0')
    g_string_append_printf (out, " (%s)", method);
  add (out, ": ", values[VALUE_SUMMARY]);
  add (out, "; ", values[VALUE_START]);
  add_end (out, values[VALUE_START], values[VALUE_END]);
  add (out, "; due ", values[VALUE_DUE]);
  add (out, "; for ", values[VALUE_DURATION]);
  add (out, "; again ", values[VALUE_RULE]);
  add (out, "; place: ", values[VALUE_PLACE]);
  add (out, "; from ", values[VALUE_ORGANIZER]);
  if (method != NULL && g_ascii_strcasecmp (method, "REPLY") == 0)
    add (out, "; ", values[VALUE_ANSWER]);
  return text_one_line (out->str, 0);
}

char *
invitation_describe (const char *calendar, const char *method)
{
  Reading reading = { .depth = 0 };
  g_autoptr (GString) line = g_string_new (NULL);
  while (*calendar != '\0' && !reading.is_read)
    {
      calendar = unfold (calendar, line);
      take_line (&reading, line->str);
    }
  g_autofree char *given = method != NULL ? text_one_line (method, VALUE_MAX) : NULL;
  const char *stated = reading.values[VALUE_METHOD] != NULL ? reading.values[VALUE_METHOD] : given;
  char *text = reading.event > 0 || stated != NULL ? describe (&reading, stated) : NULL;
  for (gsize i = 0; i < N_VALUES; i++)
    g_free (reading.values[i]);
  return text;
}
