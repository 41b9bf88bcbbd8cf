/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/reply.h"

void
reply_finish (const TmInbound *inbound G_GNUC_UNUSED, const TmTicketFacts *ticket G_GNUC_UNUSED,
              gint64 now G_GNUC_UNUSED, TmPlan *plan)
{
  g_free (plan->marks);
  plan->marks = marks_format (plan->unfinished);
  g_clear_pointer (&plan->unfinished, marks_free);
}
