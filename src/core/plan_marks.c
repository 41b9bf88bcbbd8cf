/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/draft.h"

#include "base/text.h"
#include "core/author.h"

static void
add_field (TmMarks *marks, const char *name, const char *value)
{
  if (value != NULL && *value != '\0')
    marks_add_field (marks, name, value);
}

/* It goes to the outside as the agent wrote it, but that nothing from elsewhere stands in it as ours. */
static void
add_no_marks (const TmDraft *draft)
{
  TmPlan *plan = draft->plan;
  plan->marks = marks_format (draft->marks);
  if (draft->inbound->queue != NULL)
    edits_clean (plan->edits, draft->inbound->raw);
}

void
draft_add_marks (const TmDraft *draft)
{
  TmPlan *plan = draft->plan;
  TmMarks *marks = draft->marks;
  if (plan->direction == TM_DIRECTION_OUT)
    {
      add_no_marks (draft);
      return;
    }
  marks->subject_tag = g_strdup (draft->inbound->site->instance);
  char digits[TEXT_DIGITS];
  add_field (marks, "X-Ticket-ID", plan->ticket > 0 ? text_number (plan->ticket, digits) : "NEW");
  add_field (marks, "X-Ticket-Queue", plan->queue);
  add_field (marks, "X-Ticket-Type", plan->type);
  add_field (marks, "X-Ticket-Priority", plan->priority);
  add_field (marks, "X-Ticket-Status", plan->status);
  add_field (marks, "X-Ticket-Customer", plan->customer);
  draft_mark_due (plan, draft->inbound->site, marks);
  if (draft->missing != NULL && draft->missing->len > 0 && !draft_folds (draft))
    {
      g_autoptr (GString) missing = g_string_new (NULL);
      for (guint i = 0; i < draft->missing->len; i++)
        g_string_append_printf (missing, "%s%s", i > 0 ? ", " : "", (char *) g_ptr_array_index (draft->missing, i));
      add_field (marks, "X-Ticket-Missing", missing->str);
    }
  if (draft->match->related->len > 0)
    {
      g_autoptr (GString) related = g_string_new (NULL);
      for (guint i = 0; i < draft->match->related->len; i++)
        g_string_append_printf (related, "%s%" G_GINT64_FORMAT, i > 0 ? ", " : "",
                                g_array_index (draft->match->related, gint64, i));
      add_field (marks, "X-Ticket-Related", related->str);
    }
  author_mark (draft->inbound, plan, draft->facts->next_ticket == 0, marks);
  plan->marks = marks_format (marks);
  edits_add_marks (plan->edits, draft->inbound->raw, draft->inbound->mail->subject, marks,
                   draft_writes_marks (draft->inbound));
  edits_drop_recipients (plan->edits, draft->inbound->envelope, marks);
}
