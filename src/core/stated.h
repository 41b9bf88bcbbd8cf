/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the writer of a message states about it: a priority, a type.  A scan over a few lines, without patterns.  Pure.
 */
#ifndef TM_CORE_STATED_H
#define TM_CORE_STATED_H

#include "core/mail.h"
#include "core/site.h"

/* As it stands in the message; whether he may is another question. */
typedef struct
{
  const TmPriority *priority; /* borrowed from the site; NULL: he states none */
  char *priority_where;       /* "Priority: High", "Subject: [P1]": one clean line */
  const TmType *type;         /* likewise */
  char *type_where;
} TmStated;

void stated_clear (TmStated *stated);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TmStated, stated_clear)

/* Looks, the first that says something counts, at
 * - the first 40 lines of the writer's own text, never at what he quotes or signs with: "Priority: High", "Prio 1",
 *   "Art der Anfrage: Störung" (or the value in the line behind it), "P2" alone on a line;
 * - the Subject: "[P1]", "[Urgent]", "[Change Request]", "P2: …", "P2 …", "Urgent: …", "… (Priority: High)";
 * - X-Priority, Importance, X-MSMail-Priority and Priority, which say high or low; their 3 and Normal are what mail
 *   programs write unasked, and say nothing.
 * `own_text_only`: at the text alone, for answers: Subject and flags came from the mail that they answer. */
void stated_find (const TmSite *site, const TmMail *mail, bool own_text_only, TmStated *stated_out);

#endif
