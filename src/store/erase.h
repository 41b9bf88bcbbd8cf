/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A person's data, by one address of his, taken out of the database and of the index of search.h.  Tickets stay as
 * numbers.  What others wrote stays, also where they quote him.
 */
#ifndef TM_STORE_ERASE_H
#define TM_STORE_ERASE_H

#include "store/care.h"

typedef enum
{
  TM_ERASED_MESSAGES,     /* his, and bounces about him: sender, subject, text */
  TM_ERASED_ATTACHMENTS,  /* of these: names */
  TM_ERASED_RAW,          /* mail as it came: of these, and of the tickets that he asked for */
  TM_ERASED_REQUESTS,     /* tickets that he asked for: requester, subject */
  TM_ERASED_PARTICIPANTS,
  TM_ERASED_ANSWERS,      /* where others want answers: at his address */
  TM_ERASED_TAGS,         /* whose value is his address */
  TM_ERASED_EVENTS,       /* that name his address */
  TM_ERASED_QUARANTINE,
  TM_ERASED_DELIVERIES,   /* what bounces said of his address */
  TM_ERASED_SILENCED,
  TM_ERASED_OUTBOX,       /* mail of ours, sent or not: to him, of tickets that he asked for, with messages of his */
  TM_ERASED_ADDRESSES,    /* on file */
  TM_ERASED_N_KINDS
} TmErasedKind;

/* Static: "messages" … */
const char *erased_name (TmErasedKind kind);

typedef struct
{
  gint64 counts[TM_ERASED_N_KINDS];
  GPtrArray *others; /* char *: the addresses that the person on file has besides */
  bool is_scrubbed;  /* nor does it in old pages of a file; false: a reader of an old state held that up,
                        or it is a preview */
} TmEraseReport;

void erase_report_free (TmEraseReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmEraseReport, erase_report_free)

/* What store_erase() would find for the normalised `address` in the database `path`.  Reads all of it, in steps. */
bool erase_preview (const char *path, const char *address, TmProgress progress, gpointer data,
                    TmEraseReport **report_out, GError **error) TM_WARN_UNUSED;

/* Erases it, through the writer thread in small transactions, so that mail does not wait; what fails half-way, after
 * `step_us` without an answer of the writer too, is completed by doing it again.  Each ticket gets an event of `actor`;
 * `why` may be NULL.  The report says what was found, and is gone. */
bool store_erase (TmStore *store, const char *address, const char *actor, const char *why, gint64 step_us,
                  TmEraseReport **report_out, GError **error) TM_WARN_UNUSED;

#endif
