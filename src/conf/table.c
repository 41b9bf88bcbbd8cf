/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/table.h"

#include <string.h>

static void
setting_free (gpointer data)
{
  TmSetting *setting = data;
  g_free (setting->path);
  g_free (setting->value);
  g_free (setting->origin);
  g_free (setting);
}

static void
reference_free (gpointer data)
{
  TmReference *reference = data;
  g_free (reference->name);
  g_free (reference->path);
  g_free (reference);
}

static void
place_free (gpointer data)
{
  TmPlace *place = data;
  g_free (place->path);
  g_free (place);
}

TmTableReader *
table_reader_new (TmFindings *findings)
{
  TmTableReader *reader = g_new0 (TmTableReader, 1);
  reader->findings = findings;
  reader->path = g_string_new (NULL);
  reader->settings = g_ptr_array_new_with_free_func (setting_free);
  reader->references = g_ptr_array_new_with_free_func (reference_free);
  reader->places = g_hash_table_new_full (NULL, NULL, NULL, place_free);
  reader->unique = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return reader;
}

void
table_reader_free (TmTableReader *reader)
{
  if (reader == NULL)
    return;
  g_string_free (reader->path, TRUE);
  g_clear_pointer (&reader->settings, g_ptr_array_unref);
  g_ptr_array_unref (reader->references);
  g_hash_table_unref (reader->places);
  g_hash_table_unref (reader->unique);
  g_free (reader);
}

/* A default can only be wrong when it is a name that is wrong itself, and that was told where the name stands. */
void
reader_error (TmTableReader *reader, const TmNode *node, const char *format, ...)
{
  if (node->mark.file == NULL)
    return;
  va_list args;
  va_start (args, format);
  g_autofree char *what = g_strdup_vprintf (format, args);
  va_end (args);
  findings_error (reader->findings, &node->mark, reader->path->str, "%s", what);
}

void
reader_add_reference (TmTableReader *reader, const TmNode *node, const char *noun, const char *name)
{
  TmReference *reference = g_new0 (TmReference, 1);
  reference->noun = noun;
  reference->name = g_strdup (name);
  reference->mark = node->mark;
  reference->path = g_strdup (reader->path->str);
  g_ptr_array_add (reader->references, reference);
}

const TmPlace *
reader_place (const TmTableReader *reader, gconstpointer object)
{
  return g_hash_table_lookup (reader->places, object);
}

static void
add_place (TmTableReader *reader, gpointer object, const TmNode *node)
{
  if (node->mark.file == NULL)
    return;
  TmPlace *place = g_new0 (TmPlace, 1);
  place->node = node;
  place->path = g_strdup (reader->path->str);
  g_hash_table_insert (reader->places, object, place);
}

static void
add_setting (TmTableReader *reader, const TmNode *node, const char *value)
{
  TmSetting *setting = g_new0 (TmSetting, 1);
  setting->path = g_strdup (reader->path->str);
  setting->value = g_strdup (value);
  setting->origin = node->mark.file != NULL ? mark_format (&node->mark) : g_strdup ("default");
  g_ptr_array_add (reader->settings, setting);
}

static void
check_unique (TmTableReader *reader, const TmOption *option, const TmNode *node, const char *value)
{
  g_autofree char *key = g_strconcat (option->unique, "\n", value, NULL);
  const char *first = g_hash_table_lookup (reader->unique, key);
  if (first != NULL)
    reader_error (reader, node, "%s `%s` is given already, in %s", option->unique, value, first);
  else
    g_hash_table_insert (reader->unique, g_steal_pointer (&key), mark_format (&node->mark));
}

static bool
expect (TmTableReader *reader, const TmNode *node, TmNodeKind kind, const char *expected)
{
  bool is_text = node->kind == TM_NODE_SCALAR;
  if (is_text && *node->text == '\0')
    reader_error (reader, node, "has no value: expected %s", expected);
  else if (node->kind != kind)
    reader_error (reader, node, "expected %s, found %s%s", expected, node_kind_name (node->kind),
                  kind == TM_NODE_SCALAR ? "; quote it if it is text" : "");
  else
    return true;
  return false;
}

static bool
parse_scalar (TmTableReader *reader, const TmOption *option, const TmNode *node, TmValue *value_out)
{
  *value_out = (TmValue) { 0 };
  if (!expect (reader, node, TM_NODE_SCALAR, option->type->expects)
      || !option->type->parse (reader, option, node, value_out))
    return false;
  if (option->type->is_object)
    add_place (reader, value_out->object, node);
  const char *text = option->type->is_text ? value_out->object : node->text;
  if (option->unique != NULL)
    check_unique (reader, option, node, text);
  add_setting (reader, node, text);
  return true;
}

static void *
slot_of (const TmOption *option, void *const *parts)
{
  return (char *) parts[option->part] + option->offset;
}

static void
store_number (void *slot, size_t size, guint64 number)
{
  guint8 byte = (guint8) number;
  guint32 word = (guint32) number;
  if (size == sizeof byte)
    memcpy (slot, &byte, size);
  else if (size == sizeof word)
    memcpy (slot, &word, size);
  else
    memcpy (slot, &number, sizeof number);
}

static void
read_value (TmTableReader *reader, const TmOption *option, const TmNode *node, void *const *parts)
{
  TmValue value;
  if (!parse_scalar (reader, option, node, &value))
    return;
  if (option->size == 0 && option->type->is_object)
    g_free (value.object);
  else if (option->type->is_object)
    {
      char **slot = slot_of (option, parts);
      g_free (*slot);
      *slot = value.object;
    }
  else if (option->size > 0)
    store_number (slot_of (option, parts), option->size, value.number);
}

static bool
expect_list (TmTableReader *reader, const TmOption *option, const TmNode *node)
{
  g_autofree char *expected = option_type_name (option);
  g_autofree char *a_list = g_strconcat ("a ", expected, NULL);
  if (!expect (reader, node, TM_NODE_LIST, a_list))
    return false;
  if (node->items->len == 0 && (option->is_required || option->is_filled) && !reader->findings->is_partial)
    reader_error (reader, node, "the list is empty");
  return true;
}

static void
read_items (TmTableReader *reader, const TmOption *option, const TmNode *node, GPtrArray *array)
{
  if (!expect_list (reader, option, node))
    return;
  for (guint i = 0; i < node->items->len; i++)
    {
      gsize len = path_push_index (reader->path, i);
      TmValue value;
      if (parse_scalar (reader, option, node->items->pdata[i], &value) && option->type->is_object)
        g_ptr_array_add (array, value.object);
      g_string_truncate (reader->path, len);
    }
}

static void
read_list (TmTableReader *reader, const TmOption *option, const TmNode *node, void *const *parts)
{
  if (option->size == 0)
    {
      g_autoptr (GPtrArray) dropped = g_ptr_array_new_with_free_func (g_free);
      read_items (reader, option, node, dropped);
      return;
    }
  GPtrArray **slot = slot_of (option, parts);
  if (*slot == NULL)
    *slot = g_ptr_array_new_with_free_func (g_free);
  read_items (reader, option, node, *slot);
}

static void
read_strv (TmTableReader *reader, const TmOption *option, const TmNode *node, void *const *parts)
{
  GPtrArray *array = g_ptr_array_new ();
  read_items (reader, option, node, array);
  g_ptr_array_add (array, NULL);
  GStrv *slot = slot_of (option, parts);
  g_strfreev (*slot);
  *slot = (GStrv) g_ptr_array_free (array, FALSE);
}

static void
read_bits (TmTableReader *reader, const TmOption *option, const TmNode *node, void *const *parts)
{
  if (!expect_list (reader, option, node))
    return;
  guint64 bits = 0;
  for (guint i = 0; i < node->items->len; i++)
    {
      gsize len = path_push_index (reader->path, i);
      TmValue value;
      if (parse_scalar (reader, option, node->items->pdata[i], &value))
        bits |= G_GUINT64_CONSTANT (1) << value.number;
      g_string_truncate (reader->path, len);
    }
  store_number (slot_of (option, parts), option->size, bits);
}

static void
read_pairs (TmTableReader *reader, const TmOption *option, const TmNode *node, void *const *parts)
{
  if (!expect (reader, node, TM_NODE_MAP, "a map such as {P1: P3}"))
    return;
  GHashTable **slot = slot_of (option, parts);
  for (guint i = 0; i < node->items->len; i++)
    {
      const TmNode *key = node->keys->pdata[i];
      gsize len = path_push_key (reader->path, key->text);
      TmValue from = { 0 }, to;
      if (option->type->parse (reader, option, key, &from)
          && parse_scalar (reader, option, node->items->pdata[i], &to))
        g_hash_table_insert (*slot, g_steal_pointer (&from.object), to.object);
      g_free (from.object);
      g_string_truncate (reader->path, len);
    }
}

static void
read_map (TmTableReader *reader, const TmOption *option, const TmNode *node, void *const *parts)
{
  if (!expect (reader, node, TM_NODE_MAP, "a map of options"))
    return;
  if (option->size > 0)
    store_number (slot_of (option, parts), option->size, true);
  table_read (reader, option->table, node, parts, NULL);
}

typedef void (*TmReadShape) (TmTableReader *reader, const TmOption *option, const TmNode *node, void *const *parts);
static TmReadShape read_shape_of (TmShape shape);

static void
read_item (TmTableReader *reader, const TmOption *option, const TmNode *node, void *const *parts, const char *name)
{
  void *item = option->make (parts[option->part], name);
  void *const item_parts[TM_N_PARTS] = { [TM_PART_ITEM] = item };
  add_place (reader, item, node);
  if (*option->table->key == '\0')
    read_shape_of (option->table->shape) (reader, option->table, node, item_parts);
  else if (option->is_brief && node->kind == TM_NODE_SCALAR)
    read_value (reader, option->table, node, item_parts);
  else if (expect (reader, node, TM_NODE_MAP, "a map of options"))
    table_read (reader, option->table, node, item_parts, name);
}

static void
read_named (TmTableReader *reader, const TmOption *option, const TmNode *node, void *const *parts)
{
  if (!expect (reader, node, TM_NODE_MAP, "a map with a name for each item"))
    return;
  for (guint i = 0; i < node->items->len; i++)
    {
      const TmNode *key = node->keys->pdata[i];
      gsize len = path_push_key (reader->path, key->text);
      TmValue name = { 0 };
      if (option->type->parse (reader, option, key, &name))
        read_item (reader, option, node->items->pdata[i], parts, name.object);
      g_free (name.object);
      g_string_truncate (reader->path, len);
    }
}

static void
read_rows (TmTableReader *reader, const TmOption *option, const TmNode *node, void *const *parts)
{
  if (!expect (reader, node, TM_NODE_LIST, "a list of maps"))
    return;
  for (guint i = 0; i < node->items->len; i++)
    {
      const TmNode *row = node->items->pdata[i], *first = node_get (row, option->table->key);
      gsize len = path_push_index (reader->path, i);
      read_item (reader, option, row, parts, first != NULL && first->kind == TM_NODE_SCALAR ? first->text : "");
      g_string_truncate (reader->path, len);
    }
}

static TmReadShape
read_shape_of (TmShape shape)
{
  static const TmReadShape shapes[] = {
    [TM_SHAPE_VALUE] = read_value, [TM_SHAPE_LIST] = read_list, [TM_SHAPE_STRV] = read_strv,
    [TM_SHAPE_BITS] = read_bits,   [TM_SHAPE_PAIRS] = read_pairs, [TM_SHAPE_MAP] = read_map,
    [TM_SHAPE_NAMED] = read_named, [TM_SHAPE_ROWS] = read_rows,
  };
  return shapes[shape];
}

static void
findings_unknown_keys (TmTableReader *reader, const TmOption *table, const TmNode *map)
{
  g_autoptr (GPtrArray) known = g_ptr_array_new ();
  for (const TmOption *option = table; option->key != NULL; option++)
    g_ptr_array_add (known, g_strdup (option->key));
  g_ptr_array_add (known, NULL);
  g_auto (GStrv) names = (GStrv) g_ptr_array_free (g_steal_pointer (&known), FALSE);
  for (guint i = 0; i < map->keys->len; i++)
    {
      const TmNode *key = map->keys->pdata[i];
      if (g_strv_contains ((const char *const *) names, key->text))
        continue;
      g_autofree char *hint = findings_did_you_mean (key->text, (const char *const *) names);
      gsize len = path_push_key (reader->path, key->text);
      reader_error (reader, key, "unknown key%s", hint);
      g_string_truncate (reader->path, len);
    }
}

/* The default goes the way of a written value. */
static void
read_default (TmTableReader *reader, const TmOption *option, const char *text, void *const *parts)
{
  const TmMark nowhere = { NULL, 0, 0 };
  bool is_value = option->shape == TM_SHAPE_VALUE;
  g_autoptr (TmNode) node = node_new (is_value ? TM_NODE_SCALAR : TM_NODE_LIST, &nowhere);
  g_auto (GStrv) words = g_strsplit (text, ", ", is_value ? 1 : 0);
  if (is_value)
    node->text = g_strdup (text);
  for (char **word = words; *word != NULL && !is_value; word++)
    {
      TmNode *scalar = node_new (TM_NODE_SCALAR, &nowhere);
      scalar->text = g_strdup (*word);
      g_ptr_array_add (node->items, scalar);
    }
  read_shape_of (option->shape) (reader, option, node, parts);
}

static void
read_absent (TmTableReader *reader, const TmOption *option, const TmNode *map, void *const *parts,
             const char *item_name)
{
  if (option->is_required && map != NULL && !reader->findings->is_partial)
    reader_error (reader, map, "is required, but missing");
  else if (option->shape == TM_SHAPE_MAP)
    {
      if (option->size == 0)
        table_read (reader, option->table, NULL, parts, NULL);
    }
  else if (option->is_default_name && item_name != NULL && *item_name != '\0')
    read_default (reader, option, item_name, parts);
  else if (option->by_default != NULL)
    read_default (reader, option, option->by_default, parts);
}

void
table_read (TmTableReader *reader, const TmOption *table, const TmNode *map, void *const *parts, const char *item_name)
{
  if (map != NULL)
    findings_unknown_keys (reader, table, map);
  for (const TmOption *option = table; option->key != NULL; option++)
    {
      gsize len = path_push_key (reader->path, option->key);
      const TmNode *node = node_get (map, option->key);
      if (node != NULL)
        read_shape_of (option->shape) (reader, option, node, parts);
      else
        read_absent (reader, option, map, parts, item_name);
      g_string_truncate (reader->path, len);
    }
}

static void
walk (const TmOption *table, GString *path, TmOptionVisit visit, gpointer data)
{
  for (const TmOption *option = table; option->key != NULL; option++)
    {
      gsize len = *option->key != '\0' ? path_push_key (path, option->key) : path->len;
      if (*option->key != '\0')
        visit (path->str, option, data);
      if (option->shape == TM_SHAPE_NAMED)
        path_push_key (path, "NAME");
      else if (option->shape == TM_SHAPE_ROWS)
        g_string_append (path, "[]");
      if (option->table != NULL)
        walk (option->table, path, visit, data);
      g_string_truncate (path, len);
    }
}

void
table_walk (const TmOption *table, TmOptionVisit visit, gpointer data)
{
  g_autoptr (GString) path = g_string_new (NULL);
  walk (table, path, visit, data);
}

static char *
scalar_name (const TmOption *option)
{
  if (option->choices == NULL)
    return g_strdup (option->type->name);
  g_autoptr (GString) name = g_string_new (NULL);
  for (guint i = 0; option->choices[i] != NULL; i++)
    g_string_append_printf (name, "%s%s", name->len > 0 ? "|" : "", option->choices[i]);
  return g_strdup (name->str);
}

char *
option_type_name (const TmOption *option)
{
  static const char *const formats[] = {
    [TM_SHAPE_VALUE] = "%s",          [TM_SHAPE_LIST] = "list of %s",  [TM_SHAPE_STRV] = "list of %s",
    [TM_SHAPE_BITS] = "list of %s",   [TM_SHAPE_PAIRS] = "map of %s",  [TM_SHAPE_MAP] = "map",
    [TM_SHAPE_NAMED] = "map by name", [TM_SHAPE_ROWS] = "list of maps",
  };
  if (option->shape == TM_SHAPE_NAMED && *option->table->key == '\0')
    {
      g_autofree char *item = option_type_name (option->table);
      return g_strconcat ("map of ", item, NULL);
    }
  g_autofree char *scalar = option->type != NULL ? scalar_name (option) : g_strdup ("");
  g_auto (GStrv) parts = g_strsplit (formats[option->shape], "%s", 2);
  return g_strjoinv (scalar, parts);
}

char *
amount_format (const TmUnit *units, guint64 amount)
{
  const TmUnit *best = units;
  for (; units->suffix != NULL; units++)
    if (amount >= units->factor && amount % units->factor == 0)
      best = units;
  return g_strdup_printf ("%" G_GUINT64_FORMAT "%s", amount / best->factor, best->suffix);
}

char *
option_bounds (const TmOption *option)
{
  if (option->type == NULL || option->type->units == NULL)
    return NULL;
  g_autofree char *min = amount_format (option->type->units, option->min);
  g_autofree char *max = amount_format (option->type->units, option->max);
  return g_strdup_printf ("%s to %s", min, max);
}
