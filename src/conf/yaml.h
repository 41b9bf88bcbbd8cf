/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * YAML text to a tree of nodes with their places.  Only the part of YAML that
 * a configuration needs: no tags, anchors, aliases, merge keys, no second
 * document, no key twice.  All scalars are text; the tables give them meaning.
 */
#ifndef TM_CONF_YAML_H
#define TM_CONF_YAML_H

#include "conf/findings.h"

enum { TM_YAML_DEPTH_MAX = 20 };

typedef enum { TM_NODE_SCALAR, TM_NODE_LIST, TM_NODE_MAP } TmNodeKind;

/* How a scalar is written, as far as it says in which column a character stands. */
typedef enum { TM_QUOTE_OTHER, TM_QUOTE_PLAIN, TM_QUOTE_SINGLE } TmQuote;

typedef struct
{
  TmNodeKind kind;
  TmMark mark;
  TmQuote quote;
  char *text;        /* SCALAR */
  GPtrArray *items;  /* LIST, MAP: TmNode */
  GPtrArray *keys;   /* MAP: TmNode, scalars, in step with items */
  GHashTable *index; /* MAP: char * → place in items + 1 */
} TmNode;

TmNode *node_new (TmNodeKind kind, const TmMark *mark);
void node_free (TmNode *node);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmNode, node_free)

/* Takes `key` and `item`, which the map must not have yet. */
void node_map_add (TmNode *map, TmNode *key, TmNode *item);

/* The item or the key node of `key` in a map, or NULL (also when `map` is NULL or no map); borrowed. */
TmNode *node_get (const TmNode *map, const char *key);
const TmNode *node_get_key (const TmNode *map, const char *key);

/* Where byte `offset` of a scalar's text stands: exact for plain and single-quoted scalars on one line, else the
 * scalar's start. */
TmMark node_mark_at (const TmNode *scalar, gsize offset);

/* "a list", "a map", "text"; static. */
const char *node_kind_name (TmNodeKind kind);

/* Reads one document; its structural errors go to `findings`.  After a syntax error findings->is_partial is set and
 * what was read up to there is returned.  NULL when there is nothing.  `file` is borrowed from the findings. */
TmNode *yaml_read (const char *bytes, gsize len, const char *file, TmFindings *findings);

#endif
