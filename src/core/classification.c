/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/classify.h"

#include "base/text.h"
#include "core/classify_stated.h"

static void
trace_free (TmRuleTrace *trace)
{
  g_free (trace->rule);
  g_free (trace->condition);
  g_free (trace);
}

TmClassification *
classification_new (void)
{
  TmClassification *result = g_new0 (TmClassification, 1);
  result->priority_moves = g_array_new (FALSE, FALSE, sizeof (TmPriorityMove));
  result->tags = g_ptr_array_new_with_free_func ((GDestroyNotify) tag_free);
  result->page_to = g_ptr_array_new_with_free_func (g_free);
  result->notes = g_ptr_array_new_with_free_func (g_free);
  result->told = g_ptr_array_new_with_free_func (g_free);
  result->missing = g_ptr_array_new_with_free_func (g_free);
  result->trace = g_ptr_array_new_with_free_func ((GDestroyNotify) trace_free);
  return result;
}

void
classification_free (TmClassification *classification)
{
  if (classification == NULL)
    return;
  g_free (classification->type);
  g_free (classification->type_by);
  g_free (classification->priority);
  g_free (classification->priority_by);
  statement_clear (&classification->stated);
  g_free (classification->workaround_by);
  g_free (classification->workaround_from);
  g_clear_pointer (&classification->priority_moves, g_array_unref);
  g_clear_pointer (&classification->tags, g_ptr_array_unref);
  g_free (classification->queue);
  g_free (classification->assignee);
  g_free (classification->requester);
  g_free (classification->requester_by);
  g_free (classification->page_by);
  g_clear_pointer (&classification->page_to, g_ptr_array_unref);
  g_free (classification->correlate_by);
  g_free (classification->correlate_key);
  g_clear_pointer (&classification->notes, g_ptr_array_unref);
  g_clear_pointer (&classification->told, g_ptr_array_unref);
  g_clear_pointer (&classification->missing, g_ptr_array_unref);
  g_free (classification->verdict_rule);
  g_free (classification->verdict_text);
  g_free (classification->last_rule);
  g_clear_pointer (&classification->trace, g_ptr_array_unref);
  g_free (classification);
}

int
classify_moved_rank (const TmPriorityMove *move, int rank)
{
  return move->by < 0 ? MIN (rank, MAX (rank + move->by, move->bound)) : MAX (rank, MIN (rank + move->by, move->bound));
}

TmTag *
tag_new (const char *key, const char *value)
{
  size_t key_room = text_room (key), value_room = text_room (value);
  TmTag *tag = g_malloc (sizeof *tag + key_room + value_room);
  char *at = (char *) (tag + 1);
  tag->by_client = false;
  tag->key = text_put (&at, key, key_room);
  tag->value = text_put (&at, value, value_room);
  return tag;
}

void
tag_free (TmTag *tag)
{
  g_free (tag);
}
