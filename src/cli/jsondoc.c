/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/jsondoc.h"

#include "base/clock.h"
#include "base/text.h"
#include "core/classify.h"

#include <string.h>

JsonBuilder *
jsondoc_begin (void)
{
  JsonBuilder *builder = json_builder_new ();
  json_builder_begin_object (builder);
  jsondoc_put_number (builder, "version", 1);
  return builder;
}

void
jsondoc_end (JsonBuilder *builder, bool indent, GString *out)
{
  json_builder_end_object (builder);
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, indent);
  g_autofree char *text = json_generator_to_data (generator, NULL);
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      if (c != '\n' && text_is_unsafe (c))
        g_string_append_printf (out, "\\u%04x", c);
      else
        g_string_append_unichar (out, c);
    }
  g_string_append_c (out, '\n');
}

static void
add_string (JsonBuilder *builder, const char *value)
{
  g_autofree char *valid = text_make_valid (value, strlen (value));
  json_builder_add_string_value (builder, valid);
}

void
jsondoc_put_text (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value == NULL)
    json_builder_add_null_value (builder);
  else
    add_string (builder, value);
}

void
jsondoc_put_value (JsonBuilder *builder, const char *name, const char *value)
{
  jsondoc_put_text (builder, name, value != NULL && *value == '\0' ? NULL : value);
}

void
jsondoc_put_instant (JsonBuilder *builder, const char *name, gint64 at)
{
  g_autofree char *text = instant_format (at);
  jsondoc_put_text (builder, name, text);
}

void
jsondoc_put_number (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

void
jsondoc_put_id (JsonBuilder *builder, const char *name, gint64 value)
{
  if (value == 0)
    jsondoc_put_null (builder, name);
  else
    jsondoc_put_number (builder, name, value);
}

void
jsondoc_put_bool (JsonBuilder *builder, const char *name, bool value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

void
jsondoc_put_null (JsonBuilder *builder, const char *name)
{
  jsondoc_put_text (builder, name, NULL);
}

void
jsondoc_open_array (JsonBuilder *builder, const char *name)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
}

void
jsondoc_add_list (GString *out, bool indent, const char *name, const GPtrArray *list,
                  void (*put) (JsonBuilder *builder, gconstpointer item))
{
  g_autoptr (JsonBuilder) builder = jsondoc_begin ();
  jsondoc_open_array (builder, name);
  for (guint i = 0; i < list->len; i++)
    put (builder, g_ptr_array_index (list, i));
  json_builder_end_array (builder);
  jsondoc_end (builder, indent, out);
}

void
jsondoc_put_empty_array (JsonBuilder *builder, const char *name)
{
  jsondoc_open_array (builder, name);
  json_builder_end_array (builder);
}

void
jsondoc_put_strings (JsonBuilder *builder, const char *name, const GPtrArray *strings)
{
  jsondoc_open_array (builder, name);
  for (guint i = 0; i < strings->len; i++)
    add_string (builder, g_ptr_array_index (strings, i));
  json_builder_end_array (builder);
}

/* Whether a tag before the one at `place` has the same key. */
static bool
has_key_before (const GPtrArray *tags, guint place)
{
  const TmTag *tag = g_ptr_array_index (tags, place);
  for (guint i = 0; i < place; i++)
    if (strcmp (((const TmTag *) g_ptr_array_index (tags, i))->key, tag->key) == 0)
      return true;
  return false;
}

void
jsondoc_put_tags (JsonBuilder *builder, const char *name, const GPtrArray *tags)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
  for (guint i = 0; i < tags->len; i++)
    {
      const TmTag *first = g_ptr_array_index (tags, i);
      if (has_key_before (tags, i))
        continue;
      jsondoc_open_array (builder, first->key);
      for (guint k = i; k < tags->len; k++)
        {
          const TmTag *tag = g_ptr_array_index (tags, k);
          if (strcmp (tag->key, first->key) == 0)
            add_string (builder, tag->value);
        }
      json_builder_end_array (builder);
    }
  json_builder_end_object (builder);
}
