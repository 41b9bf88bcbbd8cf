/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ticketctl calendar windows, due, between, ask: what the calendars of the configuration make of a time.
 */
#include "cli/command.h"
#include "cli/jsondoc.h"

#include "base/clock.h"
#include "base/text.h"
#include "core/target.h"

#include <string.h>

static const TmCliOption options[] = {
  { "pause", 0, "START/END", "count this as closed; without END it goes on (repeatable)" },
  { .name = NULL },
};

/* What every command has read of its line. */
typedef struct
{
  TmPolicy *policy;
  const TmCalendar *calendar; /* borrowed from the policy */
  GArray *pauses;             /* TmInterval */
} TmQuestion;

static void
question_clear (TmQuestion *question)
{
  policy_unref (question->policy);
  g_clear_pointer (&question->pauses, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TmQuestion, question_clear)

#define PAUSES(question) (const TmInterval *) (void *) (question)->pauses->data, (question)->pauses->len

static bool
usage (GError **error, const char *what, const char *text)
{
  g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "`%s` %s", text, what);
  return false;
}

/* --- times --- */

/* `2026-11-06`, `2026-11-06T17:00` and `2026-11-06T17:00Z` with what RFC 3339 asks for; the caller frees. */
static char *
complete_time (const char *text)
{
  enum { DATE_LEN = 10, MINUTE_LEN = 16 };
  size_t len = strlen (text);
  if (len == DATE_LEN)
    return g_strconcat (text, "T00:00:00", NULL);
  if (len < MINUTE_LEN || (text[MINUTE_LEN] != '\0' && strchr ("Z+-", text[MINUTE_LEN]) == NULL))
    return g_strdup (text);
  return g_strdup_printf ("%.*s:00%s", MINUTE_LEN, text, text + MINUTE_LEN);
}

/* A time without offset, as seconds since 1970-01-01 00:00 by that clock. */
static bool
parse_wall (const char *text, gint64 *local_s_out)
{
  g_autofree char *complete = complete_time (text);
  g_autofree char *utc = g_strconcat (complete, "Z", NULL);
  return instant_parse (utc, local_s_out);
}

static bool
parse_time (const TmCalendar *calendar, const char *text, gint64 *at_out, GError **error)
{
  g_autofree char *complete = complete_time (text);
  gint64 local_s;
  if (instant_parse (complete, at_out))
    return true;
  if (!parse_wall (text, &local_s))
    return usage (error, "is no time: give one like 2026-11-06T17:00 (the calendar's clock) or 2026-11-06T16:00Z",
                  text);
  *at_out = zone_boundary (calendar_zone (calendar), local_s);
  return true;
}

static bool
parse_pause (const TmCalendar *calendar, const char *text, TmInterval *pause_out, GError **error)
{
  g_auto (GStrv) ends = g_strsplit (text, "/", 2);
  if (ends[0] == NULL || ends[1] == NULL)
    return usage (error, "is no pause: give START/END, or START/ for one that goes on", text);
  pause_out->to_at = TM_NEVER;
  if (!parse_time (calendar, ends[0], &pause_out->from_at, error)
      || (*ends[1] != '\0' && !parse_time (calendar, ends[1], &pause_out->to_at, error)))
    return false;
  return pause_out->to_at >= pause_out->from_at || usage (error, "ends before it starts", text);
}

/* --- the question --- */

static bool
find_calendar (TmQuestion *question, const char *name, GError **error)
{
  const TmSite *site = question->policy->site;
  question->calendar = site_calendar (site, name);
  if (question->calendar != NULL)
    return true;
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  for (guint i = 0; i < site->calendars->len; i++)
    g_ptr_array_add (names, (gpointer) (gsize) calendar_name (site->calendars->pdata[i]));
  g_ptr_array_add (names, NULL);
  return usage_unknown ("unknown calendar", name, (const char *const *) names->pdata,
                        "the section `calendars` of the configuration has them", error);
}

static bool
read_question (const TmCli *cli, const TmArguments *arguments, TmQuestion *question, GError **error)
{
  question->pauses = g_array_new (FALSE, FALSE, sizeof (TmInterval));
  if (!command_load_settings (cli, &question->policy, error)
      || !find_calendar (question, arguments_operand (arguments, 0), error))
    return false;
  unsigned iterator = 0;
  for (const char *text; (text = arguments_next (arguments, "pause", &iterator)) != NULL;)
    {
      TmInterval pause;
      if (!parse_pause (question->calendar, text, &pause, error))
        return false;
      g_array_append_val (question->pauses, pause);
    }
  return true;
}

/* --- answers --- */

typedef enum { TM_ANSWER_INSTANT, TM_ANSWER_NUMBER, TM_ANSWER_YES_NO } TmAnswerKind;

static void
put_answer (JsonBuilder *builder, const char *name, TmAnswerKind kind, gint64 value)
{
  switch (kind)
    {
    case TM_ANSWER_INSTANT:
      jsondoc_put_instant (builder, name, value);
      return;
    case TM_ANSWER_NUMBER:
      jsondoc_put_number (builder, name, value);
      return;
    case TM_ANSWER_YES_NO:
      jsondoc_put_bool (builder, name, value != 0);
      return;
    }
}

static void
add_answer (TmCli *cli, const char *name, TmAnswerKind kind, gint64 value)
{
  if (cli->json)
    {
      g_autoptr (JsonBuilder) builder = jsondoc_begin ();
      put_answer (builder, name, kind, value);
      jsondoc_end (builder, cli->terminal.is_tty, cli->out);
      return;
    }
  g_autofree char *at = kind == TM_ANSWER_INSTANT ? instant_format (value) : NULL;
  if (kind == TM_ANSWER_NUMBER)
    g_string_append_printf (cli->out, "%" G_GINT64_FORMAT "\n", value);
  else if (kind == TM_ANSWER_YES_NO)
    g_string_append_printf (cli->out, "%s\n", value != 0 ? "true" : "false");
  else
    g_string_append_printf (cli->out, "%s\n", at != NULL ? at : "never");
}

static bool
run_due (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_auto (TmQuestion) question = { .policy = NULL };
  TmTarget target;
  gint64 start_at;
  const char *why = NULL, *text = arguments_operand (arguments, 2);
  if (!read_question (cli, arguments, &question, error)
      || !parse_time (question.calendar, arguments_operand (arguments, 1), &start_at, error))
    return false;
  if (!target_parse (text, &target, &why))
    {
      g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "`%s`: %s", text, why);
      return false;
    }
  add_answer (cli, "due_at", TM_ANSWER_INSTANT, target_due (&target, question.calendar, start_at, PAUSES (&question)));
  return true;
}

static bool
read_span (const TmCli *cli, const TmArguments *arguments, TmQuestion *question, TmInterval *span_out, GError **error)
{
  return read_question (cli, arguments, question, error)
         && parse_time (question->calendar, arguments_operand (arguments, 1), &span_out->from_at, error)
         && parse_time (question->calendar, arguments_operand (arguments, 2), &span_out->to_at, error);
}

static bool
run_between (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_auto (TmQuestion) question = { .policy = NULL };
  TmInterval span;
  if (!read_span (cli, arguments, &question, &span, error))
    return false;
  add_answer (cli, "seconds", TM_ANSWER_NUMBER,
              calendar_between (question.calendar, span.from_at, span.to_at, PAUSES (&question)));
  return true;
}

static void
add_windows (TmCli *cli, const GArray *windows)
{
  g_autoptr (JsonBuilder) builder = cli->json ? jsondoc_begin () : NULL;
  if (builder != NULL)
    jsondoc_open_array (builder, "windows");
  for (guint i = 0; i < windows->len; i++)
    {
      const TmInterval *window = &g_array_index (windows, TmInterval, i);
      g_autofree char *open = instant_format (window->from_at), *close = instant_format (window->to_at);
      if (builder == NULL)
        {
          g_string_append_printf (cli->out, "%s %s\n", open, close);
          continue;
        }
      json_builder_begin_object (builder);
      jsondoc_put_text (builder, "open_at", open);
      jsondoc_put_text (builder, "close_at", close);
      json_builder_end_object (builder);
    }
  if (builder == NULL)
    return;
  json_builder_end_array (builder);
  jsondoc_end (builder, cli->terminal.is_tty, cli->out);
}

static bool
run_windows (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_auto (TmQuestion) question = { .policy = NULL };
  TmInterval span;
  if (!read_span (cli, arguments, &question, &span, error))
    return false;
  g_autoptr (GArray) windows = calendar_windows (question.calendar, span.from_at, span.to_at, PAUSES (&question));
  add_windows (cli, windows);
  return true;
}

/* --- ask: the operations that cases are written in --- */

typedef enum
{
  TM_OP_ADD, TM_OP_SUB, TM_OP_BETWEEN, TM_OP_NEXT_OPEN, TM_OP_NEXT_CLOSE, TM_OP_PREV_ACTIVE, TM_OP_IS_OPEN,
  TM_OP_ADD_BD, TM_OP_SUB_BD, TM_OP_WALL2UTC
} TmOp;

static const char *const op_names[] = {
  [TM_OP_ADD] = "add",
  [TM_OP_SUB] = "sub",
  [TM_OP_BETWEEN] = "between",
  [TM_OP_NEXT_OPEN] = "next_open",
  [TM_OP_NEXT_CLOSE] = "next_close",
  [TM_OP_PREV_ACTIVE] = "prev_active",
  [TM_OP_IS_OPEN] = "is_open",
  [TM_OP_ADD_BD] = "add_bd",
  [TM_OP_SUB_BD] = "sub_bd",
  [TM_OP_WALL2UTC] = "wall2utc",
  NULL,
};

typedef struct
{
  TmOp op;
  gint64 at;        /* TM_OP_WALL2UTC: seconds by the clock */
  gint64 amount;    /* seconds, or the end of TM_OP_BETWEEN */
  TmTarget days;    /* of business days */
} TmAsk;

static bool
parse_op (const char *text, TmOp *op_out, GError **error)
{
  for (int i = 0; op_names[i] != NULL; i++)
    if (strcmp (op_names[i], text) == 0)
      {
        *op_out = (TmOp) i;
        return true;
      }
  g_autofree char *all = g_strjoinv (", ", (char **) (gpointer) (gsize) op_names);
  g_autofree char *advice = g_strconcat ("one of ", all, NULL);
  return usage_unknown ("unknown operation", text, op_names, advice, error);
}

/* `2`, `2@close`, `2@17:00`: what stands before and behind the bd of a target. */
static bool
parse_days (const char *text, bool with_time, TmTarget *days_out, GError **error)
{
  const char *why = NULL, *at = strchr (text, '@');
  g_autofree char *number = at != NULL ? g_strndup (text, (gsize) (at - text)) : g_strdup (text);
  g_autofree char *target = g_strconcat (number, "bd", at, NULL);
  bool is_number = *number != '\0' && strspn (number, "0123456789") == strlen (number);
  if (!is_number || (at != NULL && !with_time) || !target_parse (target, days_out, &why))
    return usage (error,
                  with_time ? "is no number of business days: give one like 2, 2@close or 2@17:00"
                            : "is no number of business days: give one like 2",
                  text);
  return true;
}

static bool
parse_seconds (const char *text, gint64 *s_out, GError **error)
{
  guint64 s = 0;
  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, &s, NULL))
    return usage (error, "is no number of seconds: give one like 7200", text);
  *s_out = (gint64) s;
  return true;
}

static bool
parse_amount (const TmCalendar *calendar, const char *text, TmAsk *ask, GError **error)
{
  bool is_missing = text == NULL || strcmp (text, "-") == 0;
  bool takes_none = ask->op != TM_OP_ADD && ask->op != TM_OP_SUB && ask->op != TM_OP_BETWEEN && ask->op != TM_OP_ADD_BD
                    && ask->op != TM_OP_SUB_BD;
  if (takes_none)
    return is_missing || usage (error, "is one too many: this operation takes no AMOUNT", text);
  if (is_missing)
    return usage (error, "needs an AMOUNT: seconds, business days, or the end of `between`", op_names[ask->op]);
  if (ask->op == TM_OP_BETWEEN)
    return parse_time (calendar, text, &ask->amount, error);
  if (ask->op == TM_OP_ADD || ask->op == TM_OP_SUB)
    return parse_seconds (text, &ask->amount, error);
  return parse_days (text, ask->op == TM_OP_ADD_BD, &ask->days, error);
}

static bool
parse_start (const TmCalendar *calendar, const char *text, TmAsk *ask, GError **error)
{
  if (ask->op != TM_OP_WALL2UTC)
    return parse_time (calendar, text, &ask->at, error);
  return parse_wall (text, &ask->at)
         || usage (error, "is no time without offset: give one like 2026-10-25T02:30", text);
}

static gint64
answer (const TmQuestion *question, const TmAsk *ask, TmAnswerKind *kind_out)
{
  const TmCalendar *calendar = question->calendar;
  *kind_out = ask->op == TM_OP_BETWEEN   ? TM_ANSWER_NUMBER
              : ask->op == TM_OP_IS_OPEN ? TM_ANSWER_YES_NO
                                         : TM_ANSWER_INSTANT;
  switch (ask->op)
    {
    case TM_OP_ADD:
      return calendar_add (calendar, ask->at, ask->amount, PAUSES (question));
    case TM_OP_SUB:
      return calendar_sub (calendar, ask->at, ask->amount, PAUSES (question));
    case TM_OP_BETWEEN:
      return calendar_between (calendar, ask->at, ask->amount, PAUSES (question));
    case TM_OP_NEXT_OPEN:
      return calendar_next_open (calendar, ask->at, PAUSES (question));
    case TM_OP_NEXT_CLOSE:
      return calendar_next_close (calendar, ask->at, PAUSES (question));
    case TM_OP_PREV_ACTIVE:
      return calendar_prev_active (calendar, ask->at, PAUSES (question));
    case TM_OP_IS_OPEN:
      return calendar_is_open (calendar, ask->at, PAUSES (question));
    case TM_OP_ADD_BD:
      return target_due (&ask->days, calendar, ask->at, PAUSES (question));
    case TM_OP_SUB_BD:
      return calendar_sub_days (calendar, ask->at, (guint) ask->days.amount, PAUSES (question));
    case TM_OP_WALL2UTC:
      return zone_boundary (calendar_zone (calendar), ask->at);
    }
  return TM_NEVER;
}

static bool
run_ask (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_auto (TmQuestion) question = { .policy = NULL };
  TmAsk ask = { .amount = 0 };
  TmAnswerKind kind;
  const char *amount = arguments_n_operands (arguments) > 3 ? arguments_operand (arguments, 3) : NULL;
  if (!parse_op (arguments_operand (arguments, 1), &ask.op, error) || !read_question (cli, arguments, &question, error)
      || !parse_start (question.calendar, arguments_operand (arguments, 2), &ask, error)
      || !parse_amount (question.calendar, amount, &ask, error))
    return false;
  gint64 value = answer (&question, &ask, &kind);
  add_answer (cli, "result", kind, value == G_MININT64 ? TM_NEVER : value);
  return true;
}

static const char *const due_operands[] = { "NAME", "START", "TARGET", NULL };
static const char *const between_operands[] = { "NAME", "START", "END", NULL };
static const char *const windows_operands[] = { "NAME", "FROM", "TO", NULL };
static const char *const ask_operands[] = { "NAME", "OP", "START", "[AMOUNT]", NULL };
const TmCommand command_calendar_due
  = { "calendar due", due_operands, "when a target that starts then is due", options, run_due };
const TmCommand command_calendar_between
  = { "calendar between", between_operands, "open seconds between two times", options, run_between };
const TmCommand command_calendar_windows
  = { "calendar windows", windows_operands, "when a calendar is open", options, run_windows };
const TmCommand command_calendar_ask
  = { "calendar ask", ask_operands, "one operation of a calendar: add, sub, next_open, …", options, run_ask };
