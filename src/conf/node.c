/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/yaml.h"

#include <string.h>

static void
node_free_item (gpointer data)
{
  node_free (data);
}

TmNode *
node_new (TmNodeKind kind, const TmMark *mark)
{
  TmNode *node = g_new0 (TmNode, 1);
  node->kind = kind;
  node->mark = *mark;
  if (kind != TM_NODE_SCALAR)
    node->items = g_ptr_array_new_with_free_func (node_free_item);
  if (kind == TM_NODE_MAP)
    {
      node->keys = g_ptr_array_new_with_free_func (node_free_item);
      node->index = g_hash_table_new (g_str_hash, g_str_equal);
    }
  return node;
}

void
node_free (TmNode *node)
{
  if (node == NULL)
    return;
  g_clear_pointer (&node->index, g_hash_table_unref);
  g_clear_pointer (&node->keys, g_ptr_array_unref);
  g_clear_pointer (&node->items, g_ptr_array_unref);
  g_free (node->text);
  g_free (node);
}

void
node_map_add (TmNode *map, TmNode *key, TmNode *item)
{
  g_ptr_array_add (map->keys, key);
  g_ptr_array_add (map->items, item);
  g_hash_table_insert (map->index, key->text, GUINT_TO_POINTER (map->items->len));
}

static guint
find (const TmNode *map, const char *key)
{
  if (map == NULL || map->kind != TM_NODE_MAP)
    return 0;
  return GPOINTER_TO_UINT (g_hash_table_lookup (map->index, key));
}

TmNode *
node_get (const TmNode *map, const char *key)
{
  guint place = find (map, key);
  return place > 0 ? map->items->pdata[place - 1] : NULL;
}

const TmNode *
node_get_key (const TmNode *map, const char *key)
{
  guint place = find (map, key);
  return place > 0 ? map->keys->pdata[place - 1] : NULL;
}

TmMark
node_mark_at (const TmNode *scalar, gsize offset)
{
  TmMark mark = scalar->mark;
  if (scalar->quote == TM_QUOTE_OTHER)
    return mark;
  offset = MIN (offset, strlen (scalar->text));
  mark.column += (unsigned) g_utf8_strlen (scalar->text, (gssize) offset);
  if (scalar->quote == TM_QUOTE_SINGLE)
    {
      mark.column++;
      for (gsize i = 0; i < offset; i++)
        mark.column += scalar->text[i] == '\'' ? 1 : 0;
    }
  return mark;
}

const char *
node_kind_name (TmNodeKind kind)
{
  static const char *const names[] = {
    [TM_NODE_SCALAR] = "text",
    [TM_NODE_LIST] = "a list",
    [TM_NODE_MAP] = "a map",
  };
  return names[kind];
}
