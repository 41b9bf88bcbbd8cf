/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/arguments.h"

#include "base/text.h"

#include <getopt.h>
#include <string.h>

typedef struct
{
  const TmCliOption *option;
  const char *value; /* borrowed from argv */
} TmGiven;

struct TmArguments
{
  GArray *given;       /* TmGiven, in order */
  GPtrArray *operands; /* const char *, borrowed from argv */
};

TmArguments *
arguments_new (void)
{
  TmArguments *arguments = g_new0 (TmArguments, 1);
  arguments->given = g_array_new (FALSE, FALSE, sizeof (TmGiven));
  arguments->operands = g_ptr_array_new ();
  return arguments;
}

void
arguments_free (TmArguments *arguments)
{
  if (arguments == NULL)
    return;
  g_array_unref (arguments->given);
  g_ptr_array_unref (arguments->operands);
  g_free (arguments);
}

bool
usage_unknown (const char *what, const char *word, const char *const *names, const char *advice, GError **error)
{
  const char *nearest = text_nearest (word, names);
  if (nearest != NULL)
    g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "%s `%s`: did you mean `%s`?", what, word, nearest);
  else
    g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "%s `%s`: %s", what, word, advice);
  return false;
}

/* getopt_long()'s own form of our tables: the value of an option is
 * FIRST_VALUE + its place in `options`. */
enum { FIRST_VALUE = 256, OPTION_COLUMNS = 28 };

typedef struct
{
  GString *letters;
  GArray *longs;      /* struct option */
  GPtrArray *options; /* const TmCliOption * */
} TmGetoptTable;

static void
getopt_table_clear (TmGetoptTable *table)
{
  g_string_free (table->letters, TRUE);
  g_array_unref (table->longs);
  g_ptr_array_unref (table->options);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TmGetoptTable, getopt_table_clear)

static TmGetoptTable
getopt_table_new (const TmCliOption *const *tables, TmArgumentsExtent extent)
{
  TmGetoptTable table = {
    .letters = g_string_new (extent == TM_ARGUMENTS_LEADING ? "+:" : ":"),
    .longs = g_array_new (TRUE, TRUE, sizeof (struct option)),
    .options = g_ptr_array_new (),
  };
  for (; *tables != NULL; tables++)
    for (const TmCliOption *option = *tables; option->name != NULL; option++)
      {
        struct option entry = {
          .name = option->name,
          .has_arg = option->argument == NULL ? no_argument : required_argument,
          .val = FIRST_VALUE + (int) table.options->len,
        };
        g_array_append_val (table.longs, entry);
        if (option->letter != 0)
          g_string_append_printf (table.letters, "%c%s", option->letter, option->argument == NULL ? "" : ":");
        g_ptr_array_add (table.options, (gpointer) (gsize) option);
      }
  return table;
}

/* The option that getopt_long() means by `value`: a letter, or FIRST_VALUE and its place. */
static const TmCliOption *
find_option (const TmGetoptTable *table, int value)
{
  if (value >= FIRST_VALUE)
    return g_ptr_array_index (table->options, (guint) (value - FIRST_VALUE));
  for (guint i = 0; i < table->options->len; i++)
    {
      const TmCliOption *option = g_ptr_array_index (table->options, i);
      if (value != 0 && option->letter == value)
        return option;
    }
  return NULL;
}

static bool
fail_unknown_option (const TmGetoptTable *table, const char *word, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < table->options->len; i++)
    g_ptr_array_add (names,
                     g_strconcat ("--", ((const TmCliOption *) g_ptr_array_index (table->options, i))->name, NULL));
  g_ptr_array_add (names, NULL);
  g_autofree char *name = g_strndup (word, strcspn (word, "="));
  return usage_unknown ("unknown option", name, (const char *const *) names->pdata, "`--help` lists them", error);
}

/* `code` is what getopt_long() returned, '?' or ':'. */
static bool
fail_option (const TmGetoptTable *table, int code, const char *word, GError **error)
{
  const TmCliOption *option = find_option (table, optopt);
  if (option != NULL && code == ':')
    g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "option `--%s` has no value: give it as --%s %s", option->name,
                 option->name, option->argument);
  else if (option != NULL)
    g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "option `--%s` takes no value: leave `%s` out", option->name,
                 strchr (word, '=') == NULL ? word : strchr (word, '='));
  else if (optopt != 0)
    {
      char letter[] = { '-', (char) optopt, '\0' };
      return fail_unknown_option (table, letter, error);
    }
  else
    return fail_unknown_option (table, word, error);
  return false;
}

bool
arguments_read (TmArguments *arguments, const TmCliOption *const *tables, TmArgumentsExtent extent, int argc,
                char **argv, int *position_io, GError **error)
{
  g_auto (TmGetoptTable) table = getopt_table_new (tables, extent);
  /* getopt_long() skips argv[0], and starts afresh when optind is 0. */
  int skipped = *position_io - 1;
  opterr = 0;
  optind = 0;
  int code;
  while ((code = getopt_long (argc - skipped, argv + skipped, table.letters->str,
                              (const struct option *) (gpointer) table.longs->data, NULL))
         != -1)
    {
      if (code == '?' || code == ':')
        return fail_option (&table, code, argv[skipped + optind - 1], error);
      TmGiven given = { .option = find_option (&table, code), .value = optarg == NULL ? "" : optarg };
      g_array_append_val (arguments->given, given);
    }
  *position_io = skipped + optind;
  if (extent == TM_ARGUMENTS_ALL)
    for (; *position_io < argc; (*position_io)++)
      g_ptr_array_add (arguments->operands, argv[*position_io]);
  return true;
}

const char *
arguments_next (const TmArguments *arguments, const char *name, unsigned *iterator_io)
{
  while (*iterator_io < arguments->given->len)
    {
      const TmGiven *given = &g_array_index (arguments->given, TmGiven, (*iterator_io)++);
      if (strcmp (given->option->name, name) == 0)
        return given->value;
    }
  return NULL;
}

const char *
arguments_value (const TmArguments *arguments, const char *name)
{
  const char *last = NULL, *value;
  for (unsigned i = 0; (value = arguments_next (arguments, name, &i)) != NULL;)
    last = value;
  return last;
}

unsigned
arguments_n_operands (const TmArguments *arguments)
{
  return arguments->operands->len;
}

const char *
arguments_operand (const TmArguments *arguments, unsigned nth)
{
  return nth < arguments->operands->len ? g_ptr_array_index (arguments->operands, nth) : NULL;
}

void
options_add_help (GString *out, const TmTerminal *terminal, const TmCliOption *options)
{
  for (; options->name != NULL; options++)
    {
      g_autofree char *letter = options->letter == 0 ? g_strdup ("    ") : g_strdup_printf ("-%c, ", options->letter);
      g_autofree char *label = g_strdup_printf ("  %s--%s%s%s", letter, options->name,
                                                options->argument == NULL ? "" : " ",
                                                options->argument == NULL ? "" : options->argument);
      terminal_add_field (out, terminal, TM_STYLE_PLAIN, label, OPTION_COLUMNS, options->help);
    }
}
