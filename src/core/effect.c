/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/rule.h"

#include "base/text.h"
#include "core/scan.h"

#include <string.h>

enum { CAPTURE_MAX = 200, TAG_MAX = 200, NOTE_MAX = 1000, REJECT_MAX = 200, STEPS_MAX = 99, STEPS_ALL = 1000 };

#define TAG_KEY_CHARS G_CSET_a_2_z G_CSET_DIGITS "_.-"

/* What stands behind an effect's name. */
typedef enum
{
  WANTS_NOTHING,
  WANTS_CODE,
  WANTS_PRIORITY,
  WANTS_TAG,
  WANTS_QUEUE,
  WANTS_REQUESTER,
  WANTS_NOTE,
  WANTS_REPLY,
  WANTS_CORRELATION,
  WANTS_PAGED
} Wants;

static const struct
{
  const char *name;
  TmEffectKind kind;
  Wants wants;
} effects[] = {
  { "type", TM_EFFECT_TYPE, WANTS_CODE },        { "priority", TM_EFFECT_PRIORITY, WANTS_PRIORITY },
  { "tag", TM_EFFECT_TAG, WANTS_TAG },           { "queue", TM_EFFECT_QUEUE, WANTS_QUEUE },
  { "assign", TM_EFFECT_ASSIGN, WANTS_CODE },    { "no_ack", TM_EFFECT_NO_ACK, WANTS_NOTHING },
  { "human", TM_EFFECT_HUMAN, WANTS_NOTHING },   { "machine", TM_EFFECT_MACHINE, WANTS_NOTHING },
  { "ignore", TM_EFFECT_IGNORE, WANTS_NOTHING }, { "reject", TM_EFFECT_REJECT, WANTS_REPLY },
  { "note", TM_EFFECT_NOTE, WANTS_NOTE },        { "stop", TM_EFFECT_STOP, WANTS_NOTHING },
  { "page", TM_EFFECT_PAGE, WANTS_PAGED },       { "requester", TM_EFFECT_REQUESTER, WANTS_REQUESTER },
  { "workaround", TM_EFFECT_WORKAROUND, WANTS_NOTHING },
  { "discard", TM_EFFECT_DISCARD, WANTS_NOTHING }, { "correlate", TM_EFFECT_CORRELATE, WANTS_CORRELATION },
};

/* --- $names --- */

/* Cuts the `$name` or `${name}` that `dollar` points at; NULL when it is none.  `end_out` gets what follows it. */
static char *
cut_group (const char *dollar, const char **end_out)
{
  bool braced = dollar[1] == '{';
  const char *name = dollar + (braced ? 2 : 1);
  size_t len = g_ascii_isdigit (*name) ? 0 : strspn (name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_");
  if (len == 0 || (braced && name[len] != '}'))
    return NULL;
  *end_out = name + len + (braced ? 1 : 0);
  return g_strndup (name, len);
}

bool
tag_key_is_valid (const char *key)
{
  return *key != '\0' && key[strspn (key, TAG_KEY_CHARS)] == '\0';
}

static bool
has_template (const TmEffect *effect)
{
  return effect->kind == TM_EFFECT_TAG || effect->kind == TM_EFFECT_NOTE || effect->kind == TM_EFFECT_REQUESTER
         || effect->kind == TM_EFFECT_CORRELATE;
}

GStrv
effect_groups (const TmEffect *effect)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  const char *p = has_template (effect) ? strchr (effect->value, '$') : NULL;
  while (p != NULL)
    {
      const char *end = p + (p[1] == '$' ? 2 : 1);
      g_autofree char *name = cut_group (p, &end);
      if (name != NULL)
        g_strv_builder_add (names, name);
      p = strchr (end, '$');
    }
  return g_strv_builder_end (names);
}

/* NULL when a group has no text. */
static char *
replace_groups (const TmEffect *effect, GHashTable *groups)
{
  g_autoptr (GString) out = g_string_sized_new (TAG_MAX);
  for (const char *p = effect->value; *p != '\0';)
    {
      size_t n_literal = strcspn (p, "$");
      g_string_append_len (out, p, (gssize) n_literal);
      p += n_literal;
      if (*p == '\0')
        break;
      const char *end = p + (p[1] == '$' ? 2 : 1);
      g_autofree char *name = cut_group (p, &end);
      const char *text = name != NULL ? g_hash_table_lookup (groups, name) : NULL;
      if (name != NULL && text == NULL)
        return NULL;
      g_autofree char *line = text != NULL ? text_one_line (text, CAPTURE_MAX) : NULL;
      if (line != NULL)
        g_string_append (out, line);
      else
        g_string_append_c (out, '$');
      p = end;
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

char *
effect_expand (const TmEffect *effect, GHashTable *groups)
{
  bool has_groups = strchr (effect->value, '$') != NULL;
  g_autofree char *expanded = has_groups ? replace_groups (effect, groups) : NULL;
  if (has_groups && expanded == NULL)
    return NULL;
  g_autofree char *value = text_one_line (has_groups ? expanded : effect->value,
                                          effect->kind == TM_EFFECT_NOTE ? NOTE_MAX : TAG_MAX);
  return *value != '\0' ? g_steal_pointer (&value) : NULL;
}

char *
effect_requester (const TmEffect *effect, GHashTable *groups)
{
  const char *end;
  g_autofree char *name = cut_group (effect->value, &end);
  const char *text = name != NULL ? g_hash_table_lookup (groups, name) : NULL;
  return text != NULL ? text_one_line (text, 0) : NULL;
}

/* --- parsing --- */

static bool
take_text (TmScan *scan, TmEffect *effect, GError **error)
{
  scan_skip_space (scan);
  gsize start = scan->at;
  if (!scan_take_value (scan, &effect->value, error))
    return false;
  return *effect->value != '\0' || scan_fail (scan, start, error, "a value is missing here");
}

static bool
take_code (TmScan *scan, const char *name, TmEffect *effect, GError **error)
{
  scan_skip_space (scan);
  if (!scan_take (scan, "="))
    return scan_fail (scan, scan->at, error, "`%s` needs `=` and a value behind it", name);
  return take_text (scan, effect, error);
}

/* `[N] [ceiling CODE]` behind raise, `[N] [floor CODE]` behind lower. */
static bool
take_steps (TmScan *scan, TmEffect *effect, GError **error)
{
  const char *bound = effect->kind == TM_EFFECT_PRIORITY_RAISE ? "ceiling" : "floor";
  scan_skip_space (scan);
  gsize start = scan->at;
  g_autofree char *word = scan_take_word (scan);
  guint64 steps = 1;
  if (word != NULL && strcmp (word, bound) != 0)
    {
      if (!text_parse_number (word, STEPS_MAX, &steps))
        return scan_fail (scan, start, error, "`%s` is no number of ranks, 1 to %d, and not `%s`", word, STEPS_MAX,
                          bound);
      scan_skip_space (scan);
      start = scan->at;
      g_free (word);
      word = scan_take_word (scan);
    }
  effect->steps = (unsigned) steps;
  if (word == NULL)
    return true;
  if (strcmp (word, bound) != 0)
    return scan_fail (scan, start, error, "`%s` is too much here; `%s CODE` may follow", word, bound);
  return take_text (scan, effect, error);
}

/* At least, at most: all the way up to it, or down. */
static bool
take_bound (TmScan *scan, TmEffectKind kind, TmEffect *effect, GError **error)
{
  effect->kind = kind;
  effect->steps = STEPS_ALL;
  return take_text (scan, effect, error);
}

static bool
take_priority (TmScan *scan, TmEffect *effect, GError **error)
{
  scan_skip_space (scan);
  gsize start = scan->at;
  if (scan->text[start] == '=')
    return take_code (scan, "priority", effect, error);
  g_autofree char *word = scan_take_word (scan);
  if (g_strcmp0 (word, "raise") == 0)
    effect->kind = TM_EFFECT_PRIORITY_RAISE;
  else if (g_strcmp0 (word, "lower") == 0)
    effect->kind = TM_EFFECT_PRIORITY_LOWER;
  else if (g_strcmp0 (word, "floor") == 0)
    return take_bound (scan, TM_EFFECT_PRIORITY_RAISE, effect, error);
  else if (g_strcmp0 (word, "ceiling") == 0)
    return take_bound (scan, TM_EFFECT_PRIORITY_LOWER, effect, error);
  else
    return scan_fail (scan, start, error, "`priority` needs `=CODE`, `raise`, `lower`, `floor` or `ceiling` behind it");
  return take_steps (scan, effect, error);
}

static bool
take_tag (TmScan *scan, TmEffect *effect, GError **error)
{
  scan_skip_space (scan);
  gsize start = scan->at;
  effect->key = scan_take_word (scan);
  if (effect->key == NULL)
    return scan_fail (scan, start, error, "`tag` needs KEY=VALUE behind it");
  gsize good = strspn (effect->key, TAG_KEY_CHARS);
  if (effect->key[good] != '\0')
    return scan_fail (scan, start + good, error, TAG_KEY_RULE);
  return take_code (scan, "tag KEY", effect, error);
}

/* The text of an SMTP reply: RFC 5321 §4.2 knows printable ASCII only. */
static bool
take_reply (TmScan *scan, TmEffect *effect, GError **error)
{
  scan_skip_space (scan);
  gsize start = scan->at;
  if (!take_text (scan, effect, error))
    return false;
  for (const char *p = effect->value; *p != '\0'; p++)
    if (*p < 0x20 || *p >= 0x7f)
      return scan_fail (scan, start, error, "an SMTP reply takes printable ASCII only");
  return strlen (effect->value) <= REJECT_MAX
         || scan_fail (scan, start, error, "an SMTP reply takes at most %d characters", REJECT_MAX);
}

static bool
take_queue (TmScan *scan, TmEffect *effect, GError **error)
{
  if (!take_code (scan, "queue", effect, error))
    return false;
  scan_skip_space (scan);
  gsize start = scan->at;
  g_autofree char *word = scan_take_word (scan);
  effect->moves = g_strcmp0 (word, "move") == 0;
  return word == NULL || effect->moves
         || scan_fail (scan, start, error, "`%s` is too much here; only `move` may follow", word);
}

static bool
take_requester (TmScan *scan, TmEffect *effect, GError **error)
{
  gsize start = scan->at;
  if (!take_code (scan, "requester", effect, error))
    return false;
  const char *end = "";
  g_autofree char *name = *effect->value == '$' ? cut_group (effect->value, &end) : NULL;
  return strcmp (effect->value, "reply-to") == 0 || (name != NULL && *end == '\0')
         || scan_fail (scan, start, error, "a requester is one captured group, `$mail`, or `reply-to`");
}

/* What is behind `recovery` is a condition of its own. */
static bool
take_correlation (TmScan *scan, TmEffect *effect, GError **error)
{
  if (!take_text (scan, effect, error))
    return false;
  scan_skip_space (scan);
  gsize start = scan->at, offset = 0;
  g_autofree char *word = scan_take_word (scan);
  if (word == NULL)
    return true;
  if (strcmp (word, "recovery") != 0)
    return scan_fail (scan, start, error, "`%s` is too much here; `recovery CONDITION` may follow", word);
  bool ok = condition_parse (scan->text + scan->at, &effect->recovery, &offset, error);
  scan->error_at = scan->at + offset;
  scan->at += strlen (scan->text + scan->at);
  return ok;
}

static bool
take_arguments (TmScan *scan, const char *name, Wants wants, TmEffect *effect, GError **error)
{
  switch (wants)
    {
    case WANTS_NOTHING:
      return true;
    case WANTS_CODE:
      return take_code (scan, name, effect, error);
    case WANTS_PRIORITY:
      return take_priority (scan, effect, error);
    case WANTS_TAG:
      return take_tag (scan, effect, error);
    case WANTS_QUEUE:
      return take_queue (scan, effect, error);
    case WANTS_REQUESTER:
      return take_requester (scan, effect, error);
    case WANTS_CORRELATION:
      return take_correlation (scan, effect, error);
    case WANTS_NOTE:
      return take_text (scan, effect, error);
    case WANTS_REPLY:
      return take_reply (scan, effect, error);
    case WANTS_PAGED:
      effect->value = scan_take_word (scan);
      return true;
    }
  return false;
}

static bool
fail_unknown (TmScan *scan, gsize at, const char *word, GError **error)
{
  const char *names[G_N_ELEMENTS (effects) + 1] = { NULL };
  for (size_t i = 0; i < G_N_ELEMENTS (effects); i++)
    names[i] = effects[i].name;
  return scan_fail_unknown (scan, at, "effect", word, names, error);
}

static bool
parse_effect (TmScan *scan, TmEffect *effect, GError **error)
{
  scan_skip_space (scan);
  gsize start = scan->at;
  g_autofree char *word = scan_take_word (scan);
  if (word == NULL)
    return scan_fail (scan, start, error, "an effect begins with its name: type, priority, tag …");
  size_t i = 0;
  while (i < G_N_ELEMENTS (effects) && strcmp (effects[i].name, word) != 0)
    i++;
  if (i == G_N_ELEMENTS (effects))
    return fail_unknown (scan, start, word, error);
  effect->kind = effects[i].kind;
  return take_arguments (scan, word, effects[i].wants, effect, error) && scan_expect_end (scan, error);
}

bool
effect_parse (const char *text, TmEffect **effect_out, gsize *offset_out, GError **error)
{
  TmScan scan = { .text = text };
  g_autoptr (TmEffect) effect = g_new0 (TmEffect, 1);
  if (!parse_effect (&scan, effect, error))
    {
      if (offset_out != NULL)
        *offset_out = scan.error_at;
      return false;
    }
  *effect_out = g_steal_pointer (&effect);
  return true;
}

void
effect_free (TmEffect *effect)
{
  if (effect == NULL)
    return;
  g_free (effect->key);
  g_free (effect->value);
  condition_free (effect->recovery);
  g_free (effect);
}
