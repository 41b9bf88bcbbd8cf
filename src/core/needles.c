/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/needles.h"

#include <string.h>

/* From so many children on a state has a row of all its transitions; below, its children are looked through. */
enum { DENSE_FROM = 6, N_BYTES = 256, NO_ROW = 0 };

/* While words come in: a trie. */
typedef struct
{
  guint32 child, sibling; /* 0: none */
  guint32 word;           /* number + 1; 0: none ends here */
  guint8 byte;
} Node;

/* Compiled: states in the order of their depth, so that the children of one stand side by side. */
typedef struct
{
  guint32 first;     /* of the children */
  guint32 fail;      /* the longest other state that is an end of this one */
  guint32 row;       /* its row + 1; NO_ROW: look through the children */
  guint32 ends;      /* itself or the next along `fail` where a word ends; 0: none */
  guint32 word;      /* number + 1 */
  guint16 n_children;
} State;

struct TmNeedles
{
  GArray *nodes;     /* Node; gone once compiled */
  State *states;
  guint8 *labels;    /* by state: the byte that leads to it */
  guint32 *rows;     /* N_BYTES states each */
  guint n_states, n_rows, n_words;
};

TmNeedles *
needles_new (void)
{
  TmNeedles *needles = g_new0 (TmNeedles, 1);
  needles->nodes = g_array_new (FALSE, TRUE, sizeof (Node));
  g_array_set_size (needles->nodes, 1);
  return needles;
}

void
needles_free (TmNeedles *needles)
{
  if (needles == NULL)
    return;
  g_clear_pointer (&needles->nodes, g_array_unref);
  g_free (needles->states);
  g_free (needles->labels);
  g_free (needles->rows);
  g_free (needles);
}

/* The next byte of the folded text. */
static inline guint8
next_folded (const guint8 **at, const guint8 *end)
{
  const guint8 *p = *at;
  guint8 byte = *p;
  *at = p + 1;
  if (byte < 0x80)
    return byte >= 'A' && byte <= 'Z' ? (guint8) (byte | 0x20) : byte;
  if (byte == 0xc5 && p + 1 < end && p[1] == 0xbf)
    {
      *at = p + 2;
      return 's';
    }
  if (byte == 0xe2 && p + 2 < end && p[1] == 0x84 && p[2] == 0xaa)
    {
      *at = p + 3;
      return 'k';
    }
  return byte;
}

/* --- the trie --- */

static guint32
child_of (TmNeedles *needles, guint32 parent, guint8 byte)
{
  guint32 child = g_array_index (needles->nodes, Node, parent).child;
  while (child != 0 && g_array_index (needles->nodes, Node, child).byte != byte)
    child = g_array_index (needles->nodes, Node, child).sibling;
  if (child != 0)
    return child;
  Node node = { .byte = byte, .sibling = g_array_index (needles->nodes, Node, parent).child };
  child = needles->nodes->len;
  g_array_append_val (needles->nodes, node);
  g_array_index (needles->nodes, Node, parent).child = child;
  return child;
}

guint
needles_add (TmNeedles *needles, const char *word)
{
  const guint8 *p = (const guint8 *) word, *end = p + strlen (word);
  guint32 at = 0;
  while (p < end)
    at = child_of (needles, at, next_folded (&p, end));
  Node *last = &g_array_index (needles->nodes, Node, at);
  if (last->word == 0)
    last->word = ++needles->n_words;
  return last->word - 1;
}

/* --- the states --- */

static guint32
find_child (const TmNeedles *needles, guint32 state, guint8 byte)
{
  const State *s = &needles->states[state];
  for (guint32 i = s->first; i < s->first + s->n_children; i++)
    if (needles->labels[i] == byte)
      return i;
  return 0;
}

static inline guint32
step (const TmNeedles *needles, guint32 state, guint8 byte)
{
  for (;;)
    {
      const State *s = &needles->states[state];
      if (s->row != NO_ROW)
        return needles->rows[(gsize) (s->row - 1) * N_BYTES + byte];
      guint32 child = find_child (needles, state, byte);
      if (child != 0)
        return child;
      state = s->fail;
    }
}

/* Numbers the nodes by depth. */
static void
order_states (TmNeedles *needles)
{
  guint n = needles->nodes->len;
  g_autofree guint32 *node_of = g_new (guint32, n);
  guint32 n_numbered = 1;
  node_of[0] = 0;
  for (guint32 state = 0; state < n; state++)
    {
      const Node *node = &g_array_index (needles->nodes, Node, node_of[state]);
      State *s = &needles->states[state];
      s->word = node->word;
      s->first = n_numbered;
      for (guint32 child = node->child; child != 0; child = g_array_index (needles->nodes, Node, child).sibling)
        {
          needles->labels[n_numbered] = g_array_index (needles->nodes, Node, child).byte;
          node_of[n_numbered++] = child;
        }
      s->n_children = (guint16) (n_numbered - s->first);
      if (state == 0 || s->n_children >= DENSE_FROM)
        s->row = ++needles->n_rows;
    }
}

/* Needs the rows of all states above it; `fail` is above. */
static void
fill_row (TmNeedles *needles, guint32 state)
{
  const State *s = &needles->states[state];
  guint32 *row = needles->rows + (gsize) (s->row - 1) * N_BYTES;
  for (guint byte = 0; byte < N_BYTES; byte++)
    row[byte] = state != 0 ? step (needles, s->fail, (guint8) byte) : 0;
  for (guint32 i = s->first; i < s->first + s->n_children; i++)
    row[needles->labels[i]] = i;
}

void
needles_compile (TmNeedles *needles)
{
  needles->n_states = needles->nodes->len;
  needles->states = g_new0 (State, needles->n_states);
  needles->labels = g_new0 (guint8, needles->n_states);
  order_states (needles);
  g_clear_pointer (&needles->nodes, g_array_unref);
  needles->rows = g_new (guint32, (gsize) needles->n_rows * N_BYTES);
  for (guint32 state = 0; state < needles->n_states; state++)
    {
      State *s = &needles->states[state];
      s->ends = s->word != 0 ? state : needles->states[s->fail].ends;
      if (s->row != NO_ROW)
        fill_row (needles, state);
      for (guint32 i = s->first; i < s->first + s->n_children; i++)
        needles->states[i].fail = state != 0 ? step (needles, s->fail, needles->labels[i]) : 0;
    }
}

void
needles_scan (const TmNeedles *needles, const char *text, gsize len, TmNeedleFound found, gpointer data)
{
  const guint8 *p = (const guint8 *) text, *end = p + len;
  guint32 state = 0;
  while (p < end)
    {
      state = step (needles, state, next_folded (&p, end));
      /* A word that was no news had all that end with it reported along with it. */
      for (guint32 at = needles->states[state].ends; at != 0; at = needles->states[needles->states[at].fail].ends)
        if (!found (needles->states[at].word - 1, data))
          break;
    }
}
