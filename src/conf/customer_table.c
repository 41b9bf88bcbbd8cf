/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Customers of a CSV file: the header row names the fields, `id` and those of the section `customers`.  Values go
 * through the parsers of the section's options, but neither into the settings nor into the places: there may be a
 * hundred thousand rows.
 */
#include "conf/customers.h"

#include "conf/csv.h"
#include "conf/tables.h"
#include "conf/values.h"

#include <glib/gstdio.h>
#include <string.h>

/* What `;` and white space part. */
#define SEPARATORS "; \t\r\n"

static const TmOption calendar_option = { "", .type = &type_calendar, .help = "" };
static const TmOption id_option = { "id", .type = &type_code, .help = "" };

typedef struct
{
  TmTableReader *reader;
  TmSite *site;
  const char *file;
  GPtrArray *columns; /* TmOption, borrowed */
  gsize path_len;     /* of the path without a column's name */
} Table;

static TmMark
cell_mark (const Table *table, const TmCsvCell *cell)
{
  return (TmMark) { table->file, cell->line, cell->column };
}

static void G_GNUC_PRINTF (3, 4)
cell_error (const Table *table, const TmCsvCell *cell, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *what = g_strdup_vprintf (format, args);
  va_end (args);
  TmMark mark = cell_mark (table, cell);
  findings_error (table->reader->findings, &mark, table->reader->path->str, "%s", what);
}

/* One value out of a cell, by the option's own parser; NULL after a finding. */
static gpointer
parse_value (const Table *table, const TmOption *option, const TmCsvCell *cell, const char *text)
{
  if (option->type == &type_plan)
    {
      if (site_service_plan (table->site, text) != NULL)
        return g_strdup (text);
      cell_error (table, cell, "unknown plan `%s`", text);
      return NULL;
    }
  const TmNode node = { .kind = TM_NODE_SCALAR, .mark = cell_mark (table, cell), .text = (char *) (gsize) text };
  TmValue value = { 0 };
  return option->type->parse (table->reader, option, &node, &value) ? value.object : NULL;
}

/* --- values into the customer --- */

static bool
set_list (const Table *table, const TmOption *option, const TmCsvCell *cell, GPtrArray **list)
{
  g_auto (GStrv) words = g_strsplit_set (cell->text, SEPARATORS, -1);
  *list = g_ptr_array_new_with_free_func (g_free);
  bool ok = true;
  for (char **word = words; *word != NULL; word++)
    {
      char *value = **word != '\0' ? parse_value (table, option, cell, *word) : NULL;
      if (value != NULL)
        g_ptr_array_add (*list, value);
      else if (**word != '\0')
        ok = false;
    }
  return ok;
}

/* Words of the form KEY=VALUE. */
static bool
set_pairs (const Table *table, const TmOption *option, const TmCsvCell *cell, GHashTable **pairs)
{
  g_auto (GStrv) words = g_strsplit_set (cell->text, SEPARATORS, -1);
  *pairs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  bool ok = true;
  for (char **word = words; *word != NULL; word++)
    {
      char *equals = strchr (*word, '=');
      if (**word == '\0')
        continue;
      if (equals != NULL)
        *equals = '\0';
      char *value = equals != NULL && tag_key_is_valid (*word) ? parse_value (table, option, cell, equals + 1) : NULL;
      if (equals == NULL)
        cell_error (table, cell, "`%s` is no tag: write KEY=VALUE", *word);
      else if (!tag_key_is_valid (*word))
        cell_error (table, cell, "`%s`: %s", *word, TAG_KEY_RULE);
      if (value != NULL)
        g_hash_table_replace (*pairs, g_strdup (*word), value);
      else
        ok = false;
    }
  return ok;
}

/* `P1.first_response=15m` or, with a calendar of its own, `15m/office`. */
static bool
set_target (const Table *table, const TmCsvCell *cell, char *word, TmCustomer *customer)
{
  static const TmOption target_option = { "", .type = &type_target, .help = "" };
  static const TmOption metric_option = { "", .type = &type_metric, .help = "" };
  char *equals = strchr (word, '='), *dot = equals != NULL ? memchr (word, '.', (size_t) (equals - word)) : NULL;
  if (dot == NULL)
    {
      cell_error (table, cell, "`%s` is no target: write PRIORITY.METRIC=TARGET, like P1.first_response=15m", word);
      return false;
    }
  *equals = *dot = '\0';
  char *slash = strchr (equals + 1, '/');
  if (slash != NULL)
    *slash = '\0';
  if (site_priority_rank (table->site, word) < 0)
    {
      cell_error (table, cell, "unknown priority `%s`", word);
      return false;
    }
  g_autofree char *name = parse_value (table, &metric_option, cell, dot + 1);
  g_autofree char *target = parse_value (table, &target_option, cell, equals + 1);
  TmMetric metric;
  if (name == NULL || target == NULL || !metric_parse (name, &metric))
    return false;
  TmPromise *promise = &customer_add_targets (customer, word)->promises[metric];
  g_free (promise->target);
  promise->target = (gpointer) g_steal_pointer (&target);
  if (slash == NULL)
    return true;
  g_free (promise->calendar);
  promise->calendar = parse_value (table, &calendar_option, cell, slash + 1);
  return promise->calendar != NULL;
}

static bool
set_targets (const Table *table, const TmCsvCell *cell, TmCustomer *customer)
{
  g_auto (GStrv) words = g_strsplit_set (cell->text, SEPARATORS, -1);
  bool ok = true;
  for (char **word = words; *word != NULL; word++)
    ok = (**word == '\0' || set_target (table, cell, *word, customer)) && ok;
  return ok;
}

static bool
set_cell (const Table *table, const TmOption *option, const TmCsvCell *cell, TmCustomer *customer)
{
  void *slot = (char *) customer + option->offset;
  if (*cell->text == '\0' || option == &id_option)
    return true;
  if (option->shape == TM_SHAPE_LIST)
    return set_list (table, option, cell, slot);
  if (option->shape == TM_SHAPE_NAMED)
    return set_targets (table, cell, customer);
  if (option->shape == TM_SHAPE_PAIRS)
    return set_pairs (table, option, cell, slot);
  /* A column stands there once, and a new customer has nothing but his id. */
  gpointer *value = slot;
  *value = parse_value (table, option, cell, cell->text);
  return *value != NULL;
}

/* --- rows --- */

static void
set_path (const Table *table, const TmOption *option)
{
  GString *path = table->reader->path;
  g_string_truncate (path, table->path_len);
  if (option != NULL)
    {
      g_string_append_c (path, '.');
      g_string_append (path, option->key);
    }
}

static TmCustomer *
read_customer (const Table *table, const GArray *cells)
{
  g_autoptr (TmCustomer) customer = NULL;
  guint id_column = 0;
  while (table->columns->pdata[id_column] != &id_option)
    id_column++;
  const TmCsvCell *id_cell = &g_array_index (cells, TmCsvCell, id_column);
  set_path (table, &id_option);
  g_autofree char *id = parse_value (table, &id_option, id_cell, id_cell->text);
  bool ok = id != NULL;
  customer = customer_new (ok ? id : "");
  for (guint i = 0; i < cells->len; i++)
    {
      set_path (table, table->columns->pdata[i]);
      ok = set_cell (table, table->columns->pdata[i], &g_array_index (cells, TmCsvCell, i), customer) && ok;
    }
  set_path (table, NULL);
  if (!ok)
    return NULL;
  if (customer->name == NULL)
    customer->name = g_strdup (customer->id);
  return g_steal_pointer (&customer);
}

static void
add_row (const Table *table, const GArray *cells)
{
  const TmCsvCell *first = &g_array_index (cells, TmCsvCell, 0);
  if (cells->len != table->columns->len)
    {
      cell_error (table, first, "the row has %u values and should have %u", cells->len, table->columns->len);
      return;
    }
  TmCustomer *customer = read_customer (table, cells);
  if (customer == NULL)
    return;
  TmMark mark = cell_mark (table, first);
  if (!customers_add (table->site->customers, customer))
    cell_error (table, first, "customer `%s` is given already", customer->id);
  else
    customers_enter (table->reader, table->site->customers, customer, &mark);
}

/* --- the header --- */

static const TmOption *
find_column (const char *name)
{
  if (strcmp (name, id_option.key) == 0)
    return &id_option;
  for (const TmOption *option = options_customer; option->key != NULL; option++)
    if (strcmp (option->key, name) == 0)
      return option;
  return NULL;
}

static void
refuse_column (const Table *table, const TmCsvCell *cell)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_ptr_array_add (names, (gpointer) (gsize) id_option.key);
  for (const TmOption *option = options_customer; option->key != NULL; option++)
    g_ptr_array_add (names, (gpointer) (gsize) option->key);
  g_ptr_array_add (names, NULL);
  g_autofree char *hint = findings_did_you_mean (cell->text, (const char *const *) names->pdata);
  cell_error (table, cell, "unknown column `%s`%s", cell->text, hint);
}

static bool
read_header (const Table *table, const GArray *cells)
{
  bool ok = true;
  for (guint i = 0; i < cells->len; i++)
    {
      const TmCsvCell *cell = &g_array_index (cells, TmCsvCell, i);
      const TmOption *option = find_column (cell->text);
      if (option == NULL)
        refuse_column (table, cell);
      else if (g_ptr_array_find (table->columns, option, NULL))
        cell_error (table, cell, "column `%s` is given twice", cell->text);
      ok = ok && option != NULL && !g_ptr_array_find (table->columns, option, NULL);
      g_ptr_array_add (table->columns, (gpointer) (gsize) option);
    }
  if (!ok || g_ptr_array_find (table->columns, &id_option, NULL))
    return ok;
  cell_error (table, &g_array_index (cells, TmCsvCell, 0), "the first row names the columns, and `id` is missing");
  return false;
}

static void
read_rows (Table *table, TmCsv *csv)
{
  TmCsvResult result;
  bool has_header = false;
  while ((result = csv_next (csv)) != TM_CSV_END)
    {
      if (result == TM_CSV_BAD)
        {
          const TmCsvCell place = { NULL, csv->wrong_line, csv->wrong_column };
          cell_error (table, &place, "%s", csv->wrong);
        }
      else if (has_header)
        add_row (table, csv->cells);
      if (!has_header && (result == TM_CSV_BAD || !read_header (table, csv->cells)))
        return;
      has_header = true;
    }
  const TmCsvCell top = { NULL, 1, 1 };
  if (!has_header)
    cell_error (table, &top, "the file is empty: its first row names the columns");
}

static bool
read_file (const char *file, char **bytes_out, gsize *len_out, GError **error)
{
  GStatBuf status;
  if (g_stat (file, &status) == 0 && status.st_size > TM_CUSTOMER_TABLE_MAX)
    g_set_error (error, TM_ERROR, TM_ERROR_CONFIG, "%s is larger than 64 MB", file);
  else
    return g_file_get_contents (file, bytes_out, len_out, error);
  return false;
}

void
customer_table_load (TmTableReader *reader, TmSite *site, const char *file, const TmMark *mark)
{
  g_autofree char *bytes = NULL;
  gsize len;
  g_autoptr (GError) error = NULL;
  gsize path_len = path_push_key (reader->path, "customer_table");
  if (!read_file (file, &bytes, &len, &error))
    {
      findings_error (reader->findings, mark, reader->path->str, "%s", error->message);
      reader->findings->is_partial = true;
      g_string_truncate (reader->path, path_len);
      return;
    }
  g_autoptr (GPtrArray) columns = g_ptr_array_new ();
  Table table = { .reader = reader, .site = site, .file = findings_add_file (reader->findings, file),
                  .columns = columns, .path_len = reader->path->len };
  g_auto (TmCsv) csv = { 0 };
  csv_init (&csv, bytes, len);
  unsigned n_errors = reader->findings->n_errors;
  read_rows (&table, &csv);
  /* A row that was dropped might be the customer that a rule names. */
  reader->findings->is_partial = reader->findings->is_partial || reader->findings->n_errors > n_errors;
  g_string_truncate (reader->path, path_len);
}
