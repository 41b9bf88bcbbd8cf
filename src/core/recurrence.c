/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/recurrence.h"

#include "base/text.h"
#include "core/shingle.h"
#include "core/subject.h"

#include <stdbool.h>

/* A pair of words that ever so many subjects have leads to the most frequent of them only. */
enum { PAIR_WORDS = 2, PAIRS_MAX = 64, LEADERS_MAX = 32, SUBJECT_BYTES = 200 };

struct TmRecurrences
{
  char *instance;
  GHashTable *by_subject; /* normalised → TmRecurrence */
};

static TmRecurrence *
recurrence_new (const char *subject)
{
  TmRecurrence *recurrence = g_new0 (TmRecurrence, 1);
  recurrence->subject = text_one_line (subject, SUBJECT_BYTES);
  recurrence->tickets = g_array_new (FALSE, FALSE, sizeof (gint64));
  return recurrence;
}

void
recurrence_free (TmRecurrence *recurrence)
{
  if (recurrence == NULL)
    return;
  g_free (recurrence->subject);
  g_clear_pointer (&recurrence->tickets, g_array_unref);
  g_free (recurrence);
}

TmRecurrences *
recurrences_new (const char *instance)
{
  TmRecurrences *recurrences = g_new0 (TmRecurrences, 1);
  recurrences->instance = g_strdup (instance);
  recurrences->by_subject
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) recurrence_free);
  return recurrences;
}

void
recurrences_free (TmRecurrences *recurrences)
{
  if (recurrences == NULL)
    return;
  g_free (recurrences->instance);
  g_clear_pointer (&recurrences->by_subject, g_hash_table_unref);
  g_free (recurrences);
}

/* --- counting --- */

static gboolean
came_no_more_than (gpointer key, gpointer value, gpointer data)
{
  (void) key;
  return ((const TmRecurrence *) value)->n <= *(const gint64 *) data;
}

/* What came seldom until now may come often yet, and is counted anew then: of so many subjects none of the first ranks
 * is lost by it. */
static void
make_room (TmRecurrences *recurrences)
{
  for (gint64 n = 1; g_hash_table_size (recurrences->by_subject) > TM_RECURRENCE_SUBJECTS / 2; n++)
    g_hash_table_foreach_remove (recurrences->by_subject, came_no_more_than, &n);
}

static void
add_example (TmRecurrence *recurrence, gint64 ticket, gint64 at)
{
  recurrence->last_at = MAX (recurrence->last_at, at);
  if (recurrence->tickets->len == TM_RECURRENCE_TICKETS)
    g_array_remove_index (recurrence->tickets, 0);
  g_array_append_val (recurrence->tickets, ticket);
}

void
recurrences_add (TmRecurrences *recurrences, const char *subject, gint64 ticket, gint64 at)
{
  g_autofree char *key = subject_normalize (subject, recurrences->instance);
  if (*key == '\0')
    return;
  TmRecurrence *recurrence = g_hash_table_lookup (recurrences->by_subject, key);
  if (recurrence == NULL)
    {
      g_autofree char *plain = subject_strip_tags (subject, recurrences->instance);
      if (g_hash_table_size (recurrences->by_subject) >= TM_RECURRENCE_SUBJECTS)
        make_room (recurrences);
      recurrence = recurrence_new (plain);
      recurrence->last_at = at;
      g_hash_table_insert (recurrences->by_subject, g_steal_pointer (&key), recurrence);
    }
  recurrence->n++;
  add_example (recurrence, ticket, at);
}

/* --- subjects that say nearly the same --- */

typedef struct
{
  const char *key;           /* normalised */
  TmRecurrence *recurrence;
  GArray *pairs;             /* hashes of shingle.h */
} Leader;

static void
leader_free (Leader *leader)
{
  g_array_unref (leader->pairs);
  g_free (leader);
}

static Leader *
leader_new (const char *key, TmRecurrence *recurrence)
{
  Leader *leader = g_new0 (Leader, 1);
  leader->key = key;
  leader->recurrence = recurrence;
  leader->pairs = shingles_make_of (key, PAIR_WORDS, PAIRS_MAX);
  return leader;
}

static bool
are_alike (const GArray *a, const GArray *b)
{
  guint n_common = 0;
  for (guint i = 0; i < a->len; i++)
    n_common += shingles_hold (b, g_array_index (a, gint64, i)) != FALSE;
  guint n_all = a->len + b->len - n_common;
  return n_common > 0 && n_common * 2 >= n_all;
}

/* The first of those with a pair in common that it is like; NULL. */
static Leader *
find_leader (GHashTable *by_pair, const GArray *pairs)
{
  for (guint i = 0; i < pairs->len; i++)
    {
      const GPtrArray *leaders = g_hash_table_lookup (by_pair, &g_array_index (pairs, gint64, i));
      for (guint k = 0; leaders != NULL && k < leaders->len; k++)
        if (are_alike (((Leader *) leaders->pdata[k])->pairs, pairs))
          return leaders->pdata[k];
    }
  return NULL;
}

static void
enter_leader (GHashTable *by_pair, Leader *leader)
{
  for (guint i = 0; i < leader->pairs->len; i++)
    {
      gint64 *pair = &g_array_index (leader->pairs, gint64, i);
      GPtrArray *leaders = g_hash_table_lookup (by_pair, pair);
      if (leaders == NULL)
        {
          leaders = g_ptr_array_new ();
          g_hash_table_insert (by_pair, g_memdup2 (pair, sizeof *pair), leaders);
        }
      if (leaders->len < LEADERS_MAX)
        g_ptr_array_add (leaders, leader);
    }
}

static int
compare_examples (const void *a, const void *b)
{
  gint64 left = *(const gint64 *) a, right = *(const gint64 *) b;
  return left < right ? -1 : left > right;
}

static void
join (TmRecurrence *into, const TmRecurrence *from)
{
  into->n += from->n;
  into->last_at = MAX (into->last_at, from->last_at);
  g_array_append_vals (into->tickets, from->tickets->data, from->tickets->len);
  g_array_sort (into->tickets, compare_examples);
  if (into->tickets->len > TM_RECURRENCE_TICKETS)
    g_array_remove_range (into->tickets, 0, into->tickets->len - TM_RECURRENCE_TICKETS);
}

/* Those of the same number in an order that does not depend on the hash table. */
static int
compare_leaders (const void *a, const void *b)
{
  const Leader *left = *(Leader *const *) a, *right = *(Leader *const *) b;
  if (left->recurrence->n != right->recurrence->n)
    return left->recurrence->n > right->recurrence->n ? -1 : 1;
  return g_strcmp0 (left->key, right->key);
}

static GPtrArray *
leaders_of (TmRecurrences *recurrences)
{
  GPtrArray *leaders = g_ptr_array_new_with_free_func ((GDestroyNotify) leader_free);
  GHashTableIter iterator;
  gpointer key, value;
  g_hash_table_iter_init (&iterator, recurrences->by_subject);
  while (g_hash_table_iter_next (&iterator, &key, &value))
    g_ptr_array_add (leaders, leader_new (key, value));
  g_ptr_array_sort (leaders, compare_leaders);
  return leaders;
}

GPtrArray *
recurrences_find (TmRecurrences *recurrences, guint max)
{
  g_autoptr (GPtrArray) leaders = leaders_of (recurrences);
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();
  g_autoptr (GHashTable) by_pair
      = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  for (guint i = 0; i < leaders->len; i++)
    {
      Leader *leader = leaders->pdata[i], *other = find_leader (by_pair, leader->pairs);
      if (other != NULL)
        {
          join (other->recurrence, leader->recurrence);
          continue;
        }
      enter_leader (by_pair, leader);
      g_ptr_array_add (kept, leader);
    }
  g_ptr_array_sort (kept, compare_leaders);
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) recurrence_free);
  for (guint i = 0; i < kept->len && found->len < max; i++)
    {
      Leader *leader = kept->pdata[i];
      g_autofree char *key = NULL;
      gpointer stolen_key = NULL, value = NULL;
      if (leader->recurrence->n < 2
          || !g_hash_table_steal_extended (recurrences->by_subject, leader->key, &stolen_key, &value))
        continue;
      key = stolen_key;
      g_ptr_array_add (found, value);
    }
  return found;
}
