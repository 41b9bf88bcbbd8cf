/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A page → its receiver: by HTTP, by a program, or as a mail.
 */
#ifndef TM_DESK_PAGING_H
#define TM_DESK_PAGING_H

#include "conf/policy.h"
#include "core/page.h"
#include "core/sending.h"
#include "store/store.h"

/* What carries pages, one thread's at a time. */
typedef struct TmCarrier TmCarrier;

TmCarrier *carrier_new (void);
void carrier_free (TmCarrier *carrier);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmCarrier, carrier_free)

typedef struct
{
  TmCarrier *carrier;
  const TmPolicy *policy; /* with its keys */
  TmReader *reader;       /* for mail; NULL: there is no database yet, which is no matter to the other kinds */
  bool (*is_stopped) (gpointer data); /* asked about once a second; NULL: never */
  gpointer data;
} TmPaging;

/* Never fails but by its result; the caller clears that.  A receiver that is not in the policy: TM_SUBMIT_FAILED. */
void paging_deliver (const TmPaging *paging, const TmOutboxRow *row, TmSubmitResult *result_out);

/* The same with a page of kind `test` that stands in no outbox; `by` is whose doing it is. */
void paging_test (const TmPaging *paging, const char *receiver, TmPageEvent event, const char *by,
                  TmSubmitResult *result_out);

#endif
