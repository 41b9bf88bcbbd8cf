/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/needles.h"

#include <string.h>

/* Near the root, where a text keeps coming by, and from so many children on, a state has a row of all its transitions;
 * elsewhere its children are looked through. */
enum { DENSE_DEPTH = 2, DENSE_FROM = 6, N_BYTES = 256 };
#define NO_ROW G_MAXUINT32

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
  guint32 row;       /* where its row begins; NO_ROW: look through the children */
  guint32 ends;      /* itself or the next along `fail` where a word ends; 0: none */
  guint32 word;      /* number + 1 */
  guint8 n_children, depth;
} State;

struct TmNeedles
{
  GArray *nodes;     /* Node; gone once compiled */
  State *states;
  guint8 *labels;    /* by state: the class of the byte that leads to it */
  guint32 *rows;     /* of n_classes states each */
  guint8 classes[N_BYTES]; /* of folded bytes: 0 stands in no word */
  guint8 ascii[0x80];      /* of bytes not yet folded */
  guint n_states, n_rows, n_words, n_classes;
  bool idle[N_BYTES]; /* no word begins with this byte of the text: most of any text is walked over by it */
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

/* The root has a row. */
static inline guint32
step (const TmNeedles *needles, guint32 state, guint8 class)
{
  for (;;)
    {
      const State *s = &needles->states[state];
      if (s->row != NO_ROW)
        return needles->rows[s->row + class];
      for (guint32 i = s->first; i < s->first + s->n_children; i++)
        if (needles->labels[i] == class)
          return i;
      state = s->fail;
    }
}

/* Only bytes that stand in words tell states apart. */
static void
sort_bytes (TmNeedles *needles)
{
  needles->n_classes = 1;
  for (guint i = 1; i < needles->nodes->len; i++)
    {
      guint8 *class = &needles->classes[g_array_index (needles->nodes, Node, i).byte];
      if (*class == 0)
        *class = (guint8) needles->n_classes++; /* UTF-8 has less than 255 */
    }
  for (guint8 byte = 0; byte < 0x80; byte++)
    {
      const guint8 *p = &byte;
      needles->ascii[byte] = needles->classes[next_folded (&p, p + 1)];
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
          needles->labels[n_numbered] = needles->classes[g_array_index (needles->nodes, Node, child).byte];
          needles->states[n_numbered].depth = (guint8) MIN (s->depth + 1, DENSE_DEPTH + 1);
          node_of[n_numbered++] = child;
        }
      s->n_children = (guint8) (n_numbered - s->first);
      bool is_dense = s->depth <= DENSE_DEPTH || s->n_children >= DENSE_FROM;
      s->row = is_dense ? needles->n_rows++ * needles->n_classes : NO_ROW;
    }
}

static bool
is_idle (const TmNeedles *needles, guint8 byte)
{
  const guint8 *p = &byte;
  bool may_fold = byte == 0xc5 || byte == 0xe2; /* with what follows */
  return !may_fold && needles->rows[needles->classes[next_folded (&p, p + 1)]] == 0;
}

/* Needs the rows of all states above it; `fail` is above. */
static void
fill_row (TmNeedles *needles, guint32 state)
{
  const State *s = &needles->states[state];
  guint32 *row = needles->rows + s->row;
  for (guint class = 0; class < needles->n_classes; class++)
    row[class] = state != 0 ? step (needles, s->fail, (guint8) class) : 0;
  for (guint32 i = s->first; i < s->first + s->n_children; i++)
    row[needles->labels[i]] = i;
}

void
needles_compile (TmNeedles *needles)
{
  needles->n_states = needles->nodes->len;
  needles->states = g_new0 (State, needles->n_states);
  needles->labels = g_new0 (guint8, needles->n_states);
  sort_bytes (needles);
  order_states (needles);
  g_clear_pointer (&needles->nodes, g_array_unref);
  needles->rows = g_new (guint32, (gsize) needles->n_rows * needles->n_classes);
  for (guint32 state = 0; state < needles->n_states; state++)
    {
      State *s = &needles->states[state];
      s->ends = s->word != 0 ? state : needles->states[s->fail].ends;
      if (s->row != NO_ROW)
        fill_row (needles, state);
      for (guint32 i = s->first; i < s->first + s->n_children; i++)
        needles->states[i].fail = state != 0 ? step (needles, s->fail, needles->labels[i]) : 0;
    }
  for (guint byte = 0; byte < N_BYTES; byte++)
    needles->idle[byte] = is_idle (needles, (guint8) byte);
}

void
needles_scan (const TmNeedles *needles, const char *text, gsize len, TmNeedleFound found, gpointer data)
{
  const guint8 *p = (const guint8 *) text, *end = p + len;
  guint32 state = 0;
  while (p < end)
    {
      while (state == 0 && needles->idle[*p])
        if (++p == end)
          return;
      guint8 class = *p < 0x80 ? needles->ascii[*p++] : needles->classes[next_folded (&p, end)];
      state = step (needles, state, class);
      /* A word that was no news had all that end with it reported along with it. */
      for (guint32 at = needles->states[state].ends; at != 0; at = needles->states[needles->states[at].fail].ends)
        if (!found (needles->states[at].word - 1, data))
          break;
    }
}
