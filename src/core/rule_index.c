/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/rule_index.h"

#include "core/condition.h"
#include "core/needles.h"
#include "core/rule_values.h"

#include <string.h>

enum { BITS = 64, N_FIELDS = TM_FIELD_TYPE + 1, N_FLAGS = TM_IS_FORWARD + 1, ANY_ATOMS_MAX = 64, NO_ENTRY = 0 };

/* What rules ask about one field. */
typedef struct
{
  TmConditionField field;
  TmNeedles *needles;     /* words of patterns */
  GArray *word_atoms;     /* guint32, by number of the word */
  GHashTable *values;     /* folded value → atom + 1 */
  gsize max_value;        /* bytes of the longest of them */
} Slot;

/* The rules that an atom leads to are a chain of entries. */
typedef struct
{
  guint32 rule, next;
} Entry;

typedef struct
{
  guint32 entries;        /* the first of its chain */
  guint32 n_uses;         /* guards that name it */
} Atom;

typedef struct
{
  const TmCondition *condition; /* NULL: the rule's `any` */
  guint32 first, n;             /* in `guard_atoms`; one of them must hold */
} Guard;

struct TmRuleIndex
{
  guint n_rules;
  Slot *slots[N_FIELDS];     /* NULL: no rule asks; TM_FIELD_HEADER is in `headers` */
  GHashTable *headers;       /* name in lower case → Slot */
  guint32 flags[N_FLAGS][2]; /* atom + 1 of the flag not set, set; 0: no rule asks */
  GArray *atoms;             /* Atom */
  GArray *entries;           /* Entry; the first is none */
  GArray *guards;            /* Guard, those of a rule side by side */
  GArray *guard_atoms;       /* guint32 */
  guint32 *first_guard;      /* by rule, and one more for the end */
  guint64 *unguarded;        /* bit for each rule that has no guard */
};

struct TmRuleHits
{
  const TmRuleIndex *index;
  guint64 *seen;  /* bit for each atom that holds */
  guint64 *rules; /* bit for each rule that may match */
};

/* --- bits --- */

static gsize
n_words (guint n_bits)
{
  return (n_bits + BITS - 1) / BITS;
}

static bool
has_bit (const guint64 *bits, guint i)
{
  return (bits[i / BITS] >> (i % BITS) & 1) != 0;
}

static void
set_bit (guint64 *bits, guint i)
{
  bits[i / BITS] |= (guint64) 1 << (i % BITS);
}

/* The first set bit from `from` on, G_MAXUINT when there is none. */
static guint
next_bit (const guint64 *bits, guint n_bits, guint from)
{
  for (gsize i = from / BITS; i < n_words (n_bits); i++)
    {
      guint64 word = bits[i];
      if (i == from / BITS)
        word &= ~(guint64) 0 << (from % BITS);
      if (word != 0)
        return (guint) i * BITS + (guint) __builtin_ctzll (word);
    }
  return G_MAXUINT;
}

/* --- atoms --- */

static void
slot_free (Slot *slot)
{
  if (slot == NULL)
    return;
  needles_free (slot->needles);
  g_array_unref (slot->word_atoms);
  g_hash_table_unref (slot->values);
  g_free (slot);
}

static Slot *
slot_of (TmRuleIndex *index, const TmCondition *condition)
{
  bool is_header = condition->field == TM_FIELD_HEADER;
  g_autofree char *name = is_header ? g_ascii_strdown (condition->header, -1) : NULL;
  Slot *slot = is_header ? g_hash_table_lookup (index->headers, name) : index->slots[condition->field];
  if (slot != NULL)
    return slot;
  slot = g_new0 (Slot, 1);
  slot->field = condition->field;
  slot->needles = needles_new ();
  slot->word_atoms = g_array_new (FALSE, FALSE, sizeof (guint32));
  slot->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (is_header)
    g_hash_table_insert (index->headers, g_steal_pointer (&name), slot);
  else
    index->slots[condition->field] = slot;
  return slot;
}

static guint32
new_atom (TmRuleIndex *index)
{
  g_array_set_size (index->atoms, index->atoms->len + 1);
  return index->atoms->len - 1;
}

static guint32
word_atom (TmRuleIndex *index, Slot *slot, const char *word)
{
  guint number = needles_add (slot->needles, word);
  if (number < slot->word_atoms->len)
    return g_array_index (slot->word_atoms, guint32, number);
  guint32 atom = new_atom (index);
  g_array_append_val (slot->word_atoms, atom);
  return atom;
}

static guint32
value_atom (TmRuleIndex *index, Slot *slot, const char *folded)
{
  gpointer known = g_hash_table_lookup (slot->values, folded);
  if (known != NULL)
    return GPOINTER_TO_UINT (known) - 1;
  guint32 atom = new_atom (index);
  g_hash_table_insert (slot->values, g_strdup (folded), GUINT_TO_POINTER (atom + 1));
  slot->max_value = MAX (slot->max_value, strlen (folded));
  return atom;
}

static guint32
flag_atom (TmRuleIndex *index, TmConditionFlag flag, bool set)
{
  guint32 *known = &index->flags[flag][set];
  if (*known == 0)
    *known = new_atom (index) + 1;
  return *known - 1;
}

/* Appends the atoms of which one must hold for the condition to hold; false when that cannot be told. */
static bool
add_condition_atoms (TmRuleIndex *index, const TmCondition *condition, GArray *atoms)
{
  guint32 atom;
  if (condition->test == TM_TEST_FLAG)
    {
      if (rule_flag_moves (condition->flag))
        return false;
      atom = flag_atom (index, condition->flag, !condition->is_negated);
      g_array_append_val (atoms, atom);
      return true;
    }
  if (condition->is_negated || rule_field_moves (condition->field))
    return false;
  if (condition->test == TM_TEST_VALUE)
    {
      atom = value_atom (index, slot_of (index, condition), condition->folded);
      g_array_append_val (atoms, atom);
      return true;
    }
  for (char **word = condition->literals; word != NULL && *word != NULL; word++)
    {
      atom = word_atom (index, slot_of (index, condition), *word);
      g_array_append_val (atoms, atom);
    }
  return condition->literals != NULL;
}

/* --- guards --- */

static void
add_guard (TmRuleIndex *index, const TmCondition *condition, const GArray *atoms)
{
  Guard guard = { condition, index->guard_atoms->len, atoms->len };
  g_array_append_val (index->guards, guard);
  g_array_append_vals (index->guard_atoms, atoms->data, atoms->len);
  for (guint i = 0; i < atoms->len; i++)
    g_array_index (index->atoms, Atom, g_array_index (atoms, guint32, i)).n_uses++;
}

static bool
can_guard (const GPtrArray *conditions)
{
  for (guint i = 0; i < conditions->len; i++)
    {
      const TmCondition *condition = g_ptr_array_index (conditions, i);
      bool known = condition->test == TM_TEST_FLAG ? !rule_flag_moves (condition->flag)
                   : condition->is_negated || rule_field_moves (condition->field) ? false
                   : condition->test == TM_TEST_VALUE || condition->literals != NULL;
      if (!known)
        return false;
    }
  return conditions->len > 0;
}

static void
add_guards (TmRuleIndex *index, const TmRule *rule)
{
  g_autoptr (GArray) atoms = g_array_new (FALSE, FALSE, sizeof (guint32));
  for (guint i = 0; i < rule->all->len; i++)
    {
      const TmCondition *condition = g_ptr_array_index (rule->all, i);
      g_array_set_size (atoms, 0);
      if (add_condition_atoms (index, condition, atoms))
        add_guard (index, condition, atoms);
    }
  if (!can_guard (rule->any))
    return;
  g_array_set_size (atoms, 0);
  for (guint i = 0; i < rule->any->len; i++)
    (void) add_condition_atoms (index, g_ptr_array_index (rule->any, i), atoms);
  if (atoms->len <= ANY_ATOMS_MAX)
    add_guard (index, NULL, atoms);
}

/* How many guards its atoms lead to: the fewer, the less a message that has one of them costs. */
static guint
guard_cost (const TmRuleIndex *index, const Guard *guard)
{
  guint cost = 0;
  for (guint i = 0; i < guard->n; i++)
    cost += g_array_index (index->atoms, Atom, g_array_index (index->guard_atoms, guint32, guard->first + i)).n_uses;
  return cost;
}

/* A rule stands behind the atoms of its rarest guard. */
static void
add_entries (TmRuleIndex *index, guint rule)
{
  const Guard *best = NULL;
  guint best_cost = G_MAXUINT;
  for (guint32 i = index->first_guard[rule]; i < index->first_guard[rule + 1]; i++)
    {
      const Guard *guard = &g_array_index (index->guards, Guard, i);
      guint cost = guard_cost (index, guard);
      if (cost < best_cost)
        {
          best = guard;
          best_cost = cost;
        }
    }
  if (best == NULL)
    set_bit (index->unguarded, rule);
  for (guint i = 0; best != NULL && i < best->n; i++)
    {
      guint32 number = g_array_index (index->guard_atoms, guint32, best->first + i);
      Atom *atom = &g_array_index (index->atoms, Atom, number);
      Entry entry = { rule, atom->entries };
      atom->entries = index->entries->len;
      g_array_append_val (index->entries, entry);
    }
}

static void
compile_slot (gpointer name G_GNUC_UNUSED, gpointer slot, gpointer data G_GNUC_UNUSED)
{
  needles_compile (((Slot *) slot)->needles);
}

TmRuleIndex *
rule_index_new (const GPtrArray *rules)
{
  TmRuleIndex *index = g_new0 (TmRuleIndex, 1);
  index->n_rules = rules->len;
  index->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) slot_free);
  index->atoms = g_array_new (FALSE, TRUE, sizeof (Atom));
  index->entries = g_array_new (FALSE, TRUE, sizeof (Entry));
  g_array_set_size (index->entries, NO_ENTRY + 1);
  index->guards = g_array_new (FALSE, FALSE, sizeof (Guard));
  index->guard_atoms = g_array_new (FALSE, FALSE, sizeof (guint32));
  index->first_guard = g_new0 (guint32, rules->len + 1);
  index->unguarded = g_new0 (guint64, n_words (rules->len) + 1);
  for (guint i = 0; i < rules->len; i++)
    {
      add_guards (index, g_ptr_array_index (rules, i));
      index->first_guard[i + 1] = index->guards->len;
    }
  for (guint i = 0; i < rules->len; i++)
    add_entries (index, i);
  for (guint i = 0; i < N_FIELDS; i++)
    if (index->slots[i] != NULL)
      needles_compile (index->slots[i]->needles);
  g_hash_table_foreach (index->headers, compile_slot, NULL);
  return index;
}

void
rule_index_free (TmRuleIndex *index)
{
  if (index == NULL)
    return;
  for (guint i = 0; i < N_FIELDS; i++)
    slot_free (index->slots[i]);
  g_hash_table_unref (index->headers);
  g_array_unref (index->atoms);
  g_array_unref (index->entries);
  g_array_unref (index->guards);
  g_array_unref (index->guard_atoms);
  g_free (index->first_guard);
  g_free (index->unguarded);
  g_free (index);
}

/* --- one message --- */

typedef struct
{
  TmRuleHits *hits;
  const Slot *slot;
} Scan;

/* Whether it is news. */
static bool
note_atom (TmRuleHits *hits, guint32 number)
{
  if (has_bit (hits->seen, number))
    return false;
  set_bit (hits->seen, number);
  guint32 at = g_array_index (hits->index->atoms, Atom, number).entries;
  while (at != NO_ENTRY)
    {
      const Entry *entry = &g_array_index (hits->index->entries, Entry, at);
      set_bit (hits->rules, entry->rule);
      at = entry->next;
    }
  return true;
}

static bool
note_word (guint word, gpointer data)
{
  const Scan *scan = data;
  return note_atom (scan->hits, g_array_index (scan->slot->word_atoms, guint32, word));
}

static bool
scan_value (const char *value, gsize len, gpointer data)
{
  Scan *scan = data;
  const Slot *slot = scan->slot;
  if (slot->word_atoms->len > 0)
    needles_scan (slot->needles, value, len, note_word, scan);
  if (g_hash_table_size (slot->values) == 0)
    return true;
  g_autofree char *folded = condition_fold_value (value, len, slot->max_value);
  gpointer atom = folded != NULL ? g_hash_table_lookup (slot->values, folded) : NULL;
  if (atom != NULL)
    note_atom (scan->hits, GPOINTER_TO_UINT (atom) - 1);
  return true;
}

/* From the message's fields to the rules, since rules may name ever so many fields that it does not have. */
static void
scan_headers (TmRuleHits *hits, const GPtrArray *headers)
{
  if (g_hash_table_size (hits->index->headers) == 0)
    return;
  for (guint i = 0; i < headers->len; i++)
    {
      const TmHeader *header = g_ptr_array_index (headers, i);
      g_autofree char *name = g_ascii_strdown (header->name, -1);
      Scan scan = { hits, g_hash_table_lookup (hits->index->headers, name) };
      if (scan.slot != NULL)
        scan_value (header->value, strlen (header->value), &scan);
    }
}

static void
scan_flags (TmRuleHits *hits, const TmRuleInput *input)
{
  for (guint flag = 0; flag < N_FLAGS; flag++)
    {
      const guint32 *atoms = hits->index->flags[flag];
      if (atoms[false] == 0 && atoms[true] == 0)
        continue;
      guint32 atom = atoms[rule_flag_is_set ((TmConditionFlag) flag, input, NULL)];
      if (atom != 0)
        note_atom (hits, atom - 1);
    }
}

static bool
guard_holds (const TmRuleHits *hits, const Guard *guard)
{
  for (guint i = 0; i < guard->n; i++)
    if (has_bit (hits->seen, g_array_index (hits->index->guard_atoms, guint32, guard->first + i)))
      return true;
  return false;
}

/* The first guard of the rule that does not hold, or NULL. */
static const Guard *
find_obstacle (const TmRuleHits *hits, guint rule)
{
  const TmRuleIndex *index = hits->index;
  for (guint32 i = index->first_guard[rule]; i < index->first_guard[rule + 1]; i++)
    {
      const Guard *guard = &g_array_index (index->guards, Guard, i);
      if (!guard_holds (hits, guard))
        return guard;
    }
  return NULL;
}

TmRuleHits *
rule_index_scan (const TmRuleIndex *index, const TmRuleInput *input)
{
  TmRuleHits *hits = g_new0 (TmRuleHits, 1);
  gsize n_rule_words = n_words (index->n_rules);
  hits->index = index;
  hits->seen = g_new0 (guint64, n_words (index->atoms->len) + 1);
  hits->rules = g_new0 (guint64, n_rule_words + 1);
  for (guint i = 0; i < N_FIELDS; i++)
    {
      Scan scan = { hits, index->slots[i] };
      if (scan.slot != NULL)
        rule_values_each (scan.slot->field, NULL, input, NULL, scan_value, &scan);
    }
  scan_headers (hits, input->mail->headers);
  scan_flags (hits, input);
  for (guint rule = rule_hits_next (hits, 0); rule != G_MAXUINT; rule = rule_hits_next (hits, rule + 1))
    if (find_obstacle (hits, rule) != NULL)
      hits->rules[rule / BITS] &= ~((guint64) 1 << (rule % BITS));
  for (gsize i = 0; i < n_rule_words; i++)
    hits->rules[i] |= index->unguarded[i];
  return hits;
}

void
rule_hits_free (TmRuleHits *hits)
{
  if (hits == NULL)
    return;
  g_free (hits->seen);
  g_free (hits->rules);
  g_free (hits);
}

guint
rule_hits_next (const TmRuleHits *hits, guint from)
{
  return next_bit (hits->rules, hits->index->n_rules, from);
}

const TmCondition *
rule_hits_obstacle (const TmRuleHits *hits, guint rule)
{
  const Guard *guard = find_obstacle (hits, rule);
  return guard != NULL ? guard->condition : NULL;
}
