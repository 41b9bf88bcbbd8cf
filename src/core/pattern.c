/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

enum { BYTES_PER_STEP = 32, JIT_STACK_START = 32 << 10 };

struct TmPattern
{
  pcre2_code *code;
  char **names;      /* of the named groups */
  uint32_t *numbers; /* theirs, in the same order */
  uint32_t n_pairs;  /* of offsets that a match gives */
};

struct TmMatchScratch
{
  pcre2_match_context *context;
  pcre2_match_data *data;
  uint32_t n_pairs;            /* what `data` has room for */
  pcre2_jit_stack *jit_stack;  /* NULL until a match asks for more than PCRE2's own 32 kB */
};

typedef struct
{
  guint64 steps, max;
  PCRE2_SIZE last; /* where the match stood at the last callout */
} Meter;

static bool
parse_flags (const char *flags, uint32_t *options_out, gsize *bad_out)
{
  static const struct
  {
    char flag;
    uint32_t option;
  } table[] = {
    { 'i', PCRE2_CASELESS }, { 'm', PCRE2_MULTILINE }, { 's', PCRE2_DOTALL },
    { 'x', PCRE2_EXTENDED }, { 'u', PCRE2_UTF },
  };
  for (const char *p = flags; *p != '\0'; p++)
    {
      size_t i = 0;
      while (i < G_N_ELEMENTS (table) && table[i].flag != *p)
        i++;
      *bad_out = (gsize) (p - flags);
      if (i == G_N_ELEMENTS (table))
        return false;
      *options_out |= table[i].option;
    }
  return true;
}

static void
read_groups (TmPattern *pattern)
{
  uint32_t n = 0, size = 0, highest = 0;
  PCRE2_SPTR entry = NULL;
  pcre2_pattern_info (pattern->code, PCRE2_INFO_NAMECOUNT, &n);
  pcre2_pattern_info (pattern->code, PCRE2_INFO_NAMEENTRYSIZE, &size);
  pcre2_pattern_info (pattern->code, PCRE2_INFO_NAMETABLE, &entry);
  pcre2_pattern_info (pattern->code, PCRE2_INFO_CAPTURECOUNT, &highest);
  pattern->n_pairs = highest + 1;
  pattern->names = g_new0 (char *, n + 1);
  pattern->numbers = g_new0 (uint32_t, n + 1);
  for (uint32_t i = 0; i < n; i++, entry += size)
    {
      pattern->numbers[i] = (uint32_t) entry[0] << 8 | entry[1];
      pattern->names[i] = g_strdup ((const char *) entry + 2);
    }
}

static bool
matches_empty (const TmPattern *pattern)
{
  static const TmMatchLimits limits = TM_MATCH_LIMITS_DEFAULT;
  g_auto (TmMatchBudget) budget = { 0 };
  return pattern_match (pattern, "", 0, &limits, &budget, NULL) == TM_MATCH_YES;
}

static pcre2_code *
compile_code (const char *source, uint32_t options, gsize *offset, GError **error)
{
  /* UCP costs a little speed; without it \b does not know that "Ö" begins a word. */
  options |= PCRE2_UTF | PCRE2_UCP | PCRE2_AUTO_CALLOUT | PCRE2_NEVER_BACKSLASH_C;
  pcre2_compile_context *context = pcre2_compile_context_create (NULL);
  pcre2_set_newline (context, PCRE2_NEWLINE_LF);
  int code;
  pcre2_code *compiled = pcre2_compile ((PCRE2_SPTR) source, PCRE2_ZERO_TERMINATED, options, &code, offset, context);
  pcre2_compile_context_free (context);
  if (compiled == NULL)
    {
      PCRE2_UCHAR message[256];
      pcre2_get_error_message (code, message, sizeof message);
      g_set_error (error, TM_ERROR, TM_ERROR_CONFIG, "bad pattern: %s", (const char *) message);
    }
  return compiled;
}

bool
pattern_compile (const char *source, const char *flags, TmPattern **pattern_out, gsize *offset_out, GError **error)
{
  gsize unused;
  gsize *offset = offset_out != NULL ? offset_out : &unused;
  uint32_t options = 0;
  if (!parse_flags (flags, &options, offset))
    {
      g_set_error (error, TM_ERROR, TM_ERROR_CONFIG, "unknown pattern flag `%c`; known are i, m, s, x and u",
                   flags[*offset]);
      *offset += strlen (source) + 1;
      return false;
    }
  g_autoptr (TmPattern) pattern = g_new0 (TmPattern, 1);
  pattern->code = compile_code (source, options, offset, error);
  if (pattern->code == NULL)
    return false;
  read_groups (pattern);
  pcre2_jit_compile (pattern->code, PCRE2_JIT_COMPLETE); /* where it is refused the interpreter runs */
  if (matches_empty (pattern))
    {
      *offset = 0;
      g_set_error (error, TM_ERROR, TM_ERROR_CONFIG,
                   "the pattern matches the empty string; to ask for an empty field write = \"\"");
      return false;
    }
  *pattern_out = g_steal_pointer (&pattern);
  return true;
}

void
pattern_free (TmPattern *pattern)
{
  if (pattern == NULL)
    return;
  pcre2_code_free (pattern->code);
  g_strfreev (pattern->names);
  g_free (pattern->numbers);
  g_free (pattern);
}

const char *const *
pattern_groups (const TmPattern *pattern)
{
  return (const char *const *) pattern->names;
}

bool
pattern_has_jit (const TmPattern *pattern)
{
  size_t size = 0;
  return pcre2_pattern_info (pattern->code, PCRE2_INFO_JITSIZE, &size) == 0 && size > 0;
}

void
match_budget_clear (TmMatchBudget *budget)
{
  struct TmMatchScratch *scratch = g_steal_pointer (&budget->scratch);
  if (scratch == NULL)
    return;
  pcre2_match_data_free (scratch->data);
  pcre2_match_context_free (scratch->context);
  pcre2_jit_stack_free (scratch->jit_stack);
  g_free (scratch);
}

static int
count_step (pcre2_callout_block *block, void *data)
{
  Meter *meter = data;
  PCRE2_SIZE at = block->current_position;
  meter->steps += 1 + (at > meter->last ? at - meter->last : meter->last - at) / BYTES_PER_STEP;
  meter->last = at;
  return meter->steps >= meter->max ? PCRE2_ERROR_MATCHLIMIT : 0;
}

/* The message's scratch, made on first use and with room for the offsets of `pattern`. */
static struct TmMatchScratch *
scratch_for (TmMatchBudget *budget, const TmPattern *pattern, const TmMatchLimits *limits)
{
  struct TmMatchScratch *scratch = budget->scratch;
  if (scratch == NULL)
    {
      scratch = budget->scratch = g_new0 (struct TmMatchScratch, 1);
      scratch->context = pcre2_match_context_create (NULL);
      pcre2_set_match_limit (scratch->context, limits->steps);
      pcre2_set_depth_limit (scratch->context, limits->depth);
      pcre2_set_heap_limit (scratch->context, (uint32_t) (limits->heap >> 10));
    }
  if (scratch->n_pairs < pattern->n_pairs)
    {
      pcre2_match_data_free (scratch->data);
      scratch->n_pairs = MAX (pattern->n_pairs, 8);
      scratch->data = pcre2_match_data_create (scratch->n_pairs, NULL);
    }
  return scratch;
}

/* Few matches need more than the 32 kB on the machine's stack that PCRE2's JIT begins with. */
static bool
grow_jit_stack (struct TmMatchScratch *scratch, const TmMatchLimits *limits)
{
  if (scratch->jit_stack != NULL)
    return false;
  scratch->jit_stack = pcre2_jit_stack_create (JIT_STACK_START, MAX (limits->heap, JIT_STACK_START), NULL);
  pcre2_jit_stack_assign (scratch->context, NULL, scratch->jit_stack);
  return scratch->jit_stack != NULL;
}

static void
take_groups (const TmPattern *pattern, pcre2_match_data *data, const char *subject, GHashTable *groups)
{
  const PCRE2_SIZE *offsets = pcre2_get_ovector_pointer (data);
  for (size_t i = 0; pattern->names[i] != NULL; i++)
    {
      PCRE2_SIZE start = offsets[2 * pattern->numbers[i]], end = offsets[2 * pattern->numbers[i] + 1];
      if (start != PCRE2_UNSET && end >= start)
        g_hash_table_replace (groups, g_strdup (pattern->names[i]), g_strndup (subject + start, end - start));
    }
}

TmMatch
pattern_match (const TmPattern *pattern, const char *subject, gsize len, const TmMatchLimits *limits,
               TmMatchBudget *budget, GHashTable *groups)
{
  guint64 left = limits->message_steps - MIN (budget->steps, limits->message_steps);
  Meter meter = { .max = MIN (limits->steps, left) };
  int rc = PCRE2_ERROR_MATCHLIMIT;
  budget->n_matches++;
  struct TmMatchScratch *scratch = scratch_for (budget, pattern, limits);
  pcre2_set_callout (scratch->context, count_step, &meter);
  uint32_t options = PCRE2_NO_UTF_CHECK | (limits->interpret ? PCRE2_NO_JIT : 0);
  if (left > 0)
    do
      rc = pcre2_match (pattern->code, (PCRE2_SPTR) subject, len, 0, options, scratch->data, scratch->context);
    while (rc == PCRE2_ERROR_JIT_STACKLIMIT && grow_jit_stack (scratch, limits));
  pcre2_set_callout (scratch->context, NULL, NULL);
  budget->steps += MIN (meter.steps, meter.max);
  if (rc == PCRE2_ERROR_NOMATCH)
    return TM_MATCH_NO;
  if (rc < 0)
    {
      budget->n_limited++;
      return TM_MATCH_LIMITED;
    }
  if (groups != NULL)
    take_groups (pattern, scratch->data, subject, groups);
  return TM_MATCH_YES;
}
