/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mail in quarantine: what rules discarded, and what could be refused to nobody.  Looked at by readers, dropped through
 * the writer thread; what was kept for long enough goes by store/housekeep.
 */
#ifndef TM_STORE_QUARANTINE_H
#define TM_STORE_QUARANTINE_H

#include "store/store.h"

typedef struct
{
  gint64 id, at;
  char *rule;            /* "" none */
  char *reason;
  char *queue_id;
  char *sender;          /* of the envelope; "" the null sender */
  GPtrArray *recipients; /* char *, as typed */
  char *from;            /* address; "" none */
  char *subject;
  gint64 size;           /* of the message, bytes */
  bool is_kept;          /* the message as it came is there */
  GBytes *raw;           /* that, only from reader_get_quarantined(); NULL when it is not kept */
} TmQuarantined;

void quarantined_free (TmQuarantined *quarantined);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmQuarantined, quarantined_free)

/* The newest first, `limit` of them, 0: all. */
bool reader_list_quarantine (TmReader *reader, unsigned limit, GPtrArray **list_out, GError **error) TM_WARN_UNUSED;

/* Unknown number: TM_ERROR_NOT_FOUND. */
bool reader_get_quarantined (TmReader *reader, gint64 id, TmQuarantined **quarantined_out,
                             GError **error) TM_WARN_UNUSED;

/* Deletes those with the `ids` (gint64), all or, when one of them is not there, none: TM_ERROR_NOT_FOUND.  Else fails
 * like store_change(). */
bool store_drop_quarantined (TmStore *store, const GArray *ids, gint64 deadline_us, GError **error) TM_WARN_UNUSED;

#endif
