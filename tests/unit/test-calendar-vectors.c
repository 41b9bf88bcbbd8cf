/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The vectors: our own (tests/data/own.tsv), and those of other projects' tests where they lie beside the checkout.
 * Prints what was met and which other readings were left out.
 */
#include "base/clock.h"
#include "core/calendar.h"
#include "core/target.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <string.h>

#define OWN TM_TOP_SRCDIR "/tests/data/own.tsv"
#define SHARED TM_TOP_SRCDIR "/../shared"

enum { ID, SOURCE, ZONE, HOURS, HOLIDAYS, START, OP, AMOUNT, EXPECTED, OPTS, REF, VERDICT, NOTE, N_COLUMNS };

typedef struct
{
  char **cells;           /* the columns of a row */
  TmCalendar *calendar;
  GArray *pauses;         /* TmInterval */
  char *days;             /* of the options, or NULL */
  bool is_next_open;      /* end=next_open */
} TmVector;

static TmTargetKind
day_target (const TmVector *vector, TmTarget *target_out)
{
  const char *why = NULL;
  const char *amount = vector->cells[AMOUNT], *time = strchr (amount, '@');
  g_autofree char *number = time != NULL ? g_strndup (amount, (gsize) (time - amount)) : g_strdup (amount);
  g_autofree char *text = g_strconcat (number, "bd", time != NULL ? time : vector->days != NULL ? "@" : "",
                                       time == NULL && vector->days != NULL ? vector->days : "", NULL);
  ck_assert_msg (target_parse (text, target_out, &why), "%s: %s: %s", vector->cells[ID], text, why);
  return target_out->kind;
}

static gint64
instant_of (const char *text)
{
  gint64 at = 0;
  if (strcmp (text, "never") == 0)
    return TM_NEVER;
  ck_assert_msg (instant_parse (text, &at), "%s", text);
  return at;
}

static gint64
wall_of (const char *text)
{
  g_autofree char *utc = g_strconcat (text, strlen (text) == strlen ("2026-10-25T02:30") ? ":00Z" : "Z", NULL);
  return instant_of (utc);
}

/* What `vector` gives: an instant, a number of seconds or 0 and 1. */
static gint64
ask (const TmVector *vector)
{
  const char *op = vector->cells[OP];
  const TmCalendar *calendar = vector->calendar;
  const TmInterval *pauses = (const TmInterval *) (void *) vector->pauses->data;
  gsize n = vector->pauses->len;
  if (strcmp (op, "wall2utc") == 0)
    return zone_boundary (calendar_zone (calendar), wall_of (vector->cells[START]));
  gint64 at = instant_of (vector->cells[START]), s = g_ascii_strtoll (vector->cells[AMOUNT], NULL, 10);
  if (strcmp (op, "between") == 0)
    return calendar_between (calendar, at, instant_of (vector->cells[AMOUNT]), pauses, n);
  if (strcmp (op, "is_open") == 0)
    return calendar_is_open (calendar, at, pauses, n);
  if (strcmp (op, "next_open") == 0)
    return calendar_next_open (calendar, at, pauses, n);
  if (strcmp (op, "next_close") == 0)
    return calendar_next_close (calendar, at, pauses, n);
  if (strcmp (op, "prev_active") == 0)
    return calendar_prev_active (calendar, at, pauses, n);
  if (strcmp (op, "sub") == 0)
    return calendar_sub (calendar, at, s, pauses, n);
  TmTarget target = { .kind = TM_TARGET_BUSINESS, .amount = s };
  if (strcmp (op, "add") == 0)
    {
      gint64 due_at = calendar_add (calendar, at, s, pauses, n);
      return vector->is_next_open ? calendar_next_open (calendar, due_at, pauses, n) : due_at;
    }
  day_target (vector, &target);
  if (strcmp (op, "sub_bd") == 0)
    return calendar_sub_days (calendar, at, (guint) target.amount, pauses, n);
  ck_assert_str_eq (op, "add_bd");
  return target_due (&target, calendar, at, pauses, n);
}

static gint64
wanted (const TmVector *vector)
{
  const char *op = vector->cells[OP], *ref = vector->cells[REF];
  if (strcmp (op, "is_open") == 0)
    return strcmp (ref, "true") == 0;
  if (strcmp (op, "between") == 0)
    return g_ascii_strtoll (ref, NULL, 10);
  return instant_of (ref);
}

/* --- from the row --- */

typedef bool TmMakerCall (TmCalendarMaker *maker, const char *text, const char **why_out);

static void
make_items (TmCalendarMaker *maker, TmMakerCall *call, const char *text, const char *separator)
{
  g_auto (GStrv) items = g_strsplit (text, separator, -1);
  const char *why = NULL;
  for (char **item = items; *item != NULL; item++)
    {
      /* `DATE:WINDOWS` of the vectors is `DATE=WINDOWS` of the configuration. */
      if (call != calendar_maker_hours && strlen (*item) > 10 && (*item)[10] == ':')
        (*item)[10] = '=';
      ck_assert_msg (call (maker, *item, &why), "%s: %s", *item, why);
    }
}

static void
take_option (TmVector *vector, TmCalendarMaker *maker, const char *option)
{
  const char *value = strchr (option, '=') + 1;
  if (g_str_has_prefix (option, "over="))
    make_items (maker, calendar_maker_open, value, "/");
  else if (g_str_has_prefix (option, "breaks="))
    make_items (maker, calendar_maker_break, value, "/");
  else if (g_str_has_prefix (option, "days="))
    vector->days = g_strdup (*value == '@' ? value + 1 : value);
  else if (strcmp (option, "end=next_open") == 0)
    vector->is_next_open = true;
  else if (g_str_has_prefix (option, "pauses="))
    {
      g_auto (GStrv) pauses = g_strsplit (value, ",", -1);
      for (char **pause = pauses; *pause != NULL; pause++)
        {
          g_auto (GStrv) ends = g_strsplit (*pause, "/", 2);
          TmInterval interval = { instant_of (ends[0]), *ends[1] != '\0' ? instant_of (ends[1]) : TM_NEVER };
          g_array_append_val (vector->pauses, interval);
        }
    }
  else
    ck_assert_msg (g_str_has_prefix (option, "member="), "%s: unknown option %s", vector->cells[ID], option);
}

static void
vector_read (TmVector *vector, char **cells)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (cells[ZONE]);
  ck_assert_msg (zone != NULL, "%s", cells[ZONE]);
  g_autoptr (TmCalendarMaker) maker = calendar_maker_new (cells[ID], zone);
  *vector = (TmVector){ .cells = cells, .pauses = g_array_new (FALSE, FALSE, sizeof (TmInterval)) };
  make_items (maker, calendar_maker_hours, cells[HOURS], "\n");
  if (strcmp (cells[HOLIDAYS], "-") != 0)
    make_items (maker, calendar_maker_holiday, cells[HOLIDAYS], ",");
  g_auto (GStrv) options = g_strsplit (cells[OPTS], " ", -1);
  for (char **option = options; *option != NULL; option++)
    if (**option != '\0' && strcmp (*option, "-") != 0)
      take_option (vector, maker, *option);
  vector->calendar = calendar_make (g_steal_pointer (&maker));
}

static void
vector_clear (TmVector *vector)
{
  calendar_free (vector->calendar);
  g_array_unref (vector->pauses);
  g_free (vector->days);
}

static bool
is_other_reading (const TmVector *vector)
{
  return vector->days != NULL && strcmp (vector->days, "close") != 0 && !g_ascii_isdigit (*vector->days);
}

/* --- the run --- */

static void
show_value (GString *out, const TmVector *vector, gint64 value)
{
  bool is_number = strcmp (vector->cells[OP], "is_open") == 0 || strcmp (vector->cells[OP], "between") == 0;
  g_autofree char *at = is_number || value == TM_NEVER ? NULL : instant_format (value);
  g_string_append_printf (out, " %s", at != NULL ? at : value == TM_NEVER ? "never" : "");
  if (is_number)
    g_string_append_printf (out, "%" G_GINT64_FORMAT, value);
}

/* Runs the rows of `text`; how many failed. */
static unsigned
run_table (const char *table, const char *text)
{
  unsigned n_met = 0, n_skipped = 0, n_failed = 0;
  g_autoptr (GHashTable) skipped = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    {
      g_auto (GStrv) cells = g_strsplit (*line, "\t", -1);
      if (**line == '\0' || **line == '#' || strcmp (cells[ID], "id") == 0)
        continue;
      ck_assert_uint_ge (g_strv_length (cells), REF + 1);
      TmVector vector;
      vector_read (&vector, cells);
      if (is_other_reading (&vector))
        {
          gpointer seen = g_hash_table_lookup (skipped, vector.days);
          g_hash_table_insert (skipped, g_strdup (vector.days), GUINT_TO_POINTER (GPOINTER_TO_UINT (seen) + 1));
          n_skipped++;
        }
      else if (ask (&vector) == wanted (&vector))
        n_met++;
      else
        {
          g_autoptr (GString) report = g_string_new (NULL);
          show_value (report, &vector, ask (&vector));
          printf ("FAIL %s %s:%s, wanted %s\n", cells[ID], cells[OP], report->str, cells[REF]);
          n_failed++;
        }
      vector_clear (&vector);
    }
  g_autoptr (GList) names = g_list_sort (g_hash_table_get_keys (skipped), (GCompareFunc) strcmp);
  g_autoptr (GString) readings = g_string_new (NULL);
  for (const GList *name = names; name != NULL; name = name->next)
    g_string_append_printf (readings, "%s days=%s %u", name == names ? ":" : ",", (const char *) name->data,
                            GPOINTER_TO_UINT (g_hash_table_lookup (skipped, name->data)));
  printf ("%s: %u met, %u other readings skipped%s, %u failed\n", table, n_met, n_skipped, readings->str, n_failed);
  fflush (stdout);
  ck_assert_uint_gt (n_met, 0);
  return n_failed;
}

START_TEST (own)
{
  g_autofree char *text = NULL;
  ck_assert (g_file_get_contents (OWN, &text, NULL, NULL));
  ck_assert_uint_eq (run_table ("own.tsv", text), 0);
}
END_TEST

START_TEST (sourced)
{
  const char *shared = g_getenv ("TM_SHARED");
  g_autofree char *path = g_build_filename (shared != NULL ? shared : SHARED, "vectors", "sourced.tsv", NULL);
  g_autofree char *text = NULL;
  if (!g_file_get_contents (path, &text, NULL, NULL))
    printf ("sourced.tsv: skipped, not found: %s\n", path);
  else
    ck_assert_uint_eq (run_table ("sourced.tsv", text), 0);
}
END_TEST

SUITE_MAIN ("calendar vectors", tcase_add_test (tc, own); tcase_add_test (tc, sourced);)
