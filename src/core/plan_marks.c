/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/draft.h"

#include "base/text.h"
#include "core/author.h"
#include "core/reply_edits.h"

static void
add_field (TmMarks *marks, const char *name, const char *value)
{
  if (value != NULL && *value != '\0')
    marks_add_field (marks, name, value);
}

void
draft_mark_ticket (const TmPlan *plan, const char *number, const GPtrArray *clocks, const TmSite *site,
                   TmMarks *marks)
{
  add_field (marks, "X-Ticket-ID", number);
  add_field (marks, "X-Ticket-Queue", plan->queue);
  add_field (marks, "X-Ticket-Type", plan->type);
  add_field (marks, "X-Ticket-Priority", plan->priority);
  add_field (marks, "X-Ticket-Status", plan->status);
  add_field (marks, "X-Ticket-Customer", plan->customer);
  draft_mark_due (clocks, site, false, marks);
}

static void
add_missing (const TmDraft *draft)
{
  if (draft->missing == NULL || draft->missing->len == 0 || draft_folds (draft))
    return;
  g_autofree char *missing = text_list (draft->missing);
  add_field (draft->marks, "X-Ticket-Missing", missing);
}

static void
add_related (const TmDraft *draft)
{
  if (draft->match->related->len == 0)
    return;
  g_autoptr (GString) related = g_string_new (NULL);
  for (guint i = 0; i < draft->match->related->len; i++)
    g_string_append_printf (related, "%s%" G_GINT64_FORMAT, i > 0 ? ", " : "",
                            g_array_index (draft->match->related, gint64, i));
  add_field (draft->marks, "X-Ticket-Related", related->str);
}

/* What those outside never saw is nothing that the thread of what goes out may name. */
static void
add_unreferenced (const TmDraft *draft)
{
  const GPtrArray *ids = draft->facts->hidden_ids;
  for (guint i = 0; ids != NULL && i < ids->len; i++)
    marks_add_unreferenced (draft->marks, g_ptr_array_index (ids, i));
}

void
draft_add_marks (const TmDraft *draft)
{
  TmPlan *plan = draft->plan;
  TmMarks *marks = draft->marks;
  if (plan->direction == TM_DIRECTION_OUT)
    {
      add_unreferenced (draft);
      return;
    }
  marks->subject_tag = g_strdup (draft->inbound->site->instance);
  char digits[TEXT_DIGITS];
  if (plan->agents == TM_AGENTS_NONE)
    draft_mark_ticket (plan, plan->ticket > 0 ? text_number (plan->ticket, digits) : "NEW", plan->clocks,
                       draft->inbound->site, marks);
  add_missing (draft);
  add_related (draft);
  if (plan->agents != TM_AGENTS_NONE)
    return;
  author_mark (draft->inbound, plan, plan->is_trial, marks);
  plan->marks = marks_format (marks);
  edits_add_marks (plan->edits, draft->inbound->raw, draft->inbound->mail->subject, marks,
                   draft_writes_marks (draft->inbound));
  edits_drop_recipients (plan->edits, draft->inbound->envelope, marks);
}
