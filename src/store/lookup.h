/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Database → facts: what is known for the keys of a message.  The number of rows read is bounded.
 */
#ifndef TM_STORE_LOOKUP_H
#define TM_STORE_LOOKUP_H

#include "core/facts.h"
#include "core/keys.h"
#include "store/db.h"

/* The first 16 bytes of the SHA-256 of a Message-ID: what message_ref is keyed by. */
enum { LOOKUP_ID_LEN = 16 };
void lookup_hash_id (const char *message_id, guint8 out[LOOKUP_ID_LEN]);

/* All facts but next_ticket, which stays 0.  The caller has a transaction open. */
bool lookup_facts (TmDb *db, const TmKeys *keys, gint64 now, TmFacts **facts_out, GError **error) TM_WARN_UNUSED;

/* Whether anybody is on file: while nobody is, no message looks for people there. */
bool lookup_has_contacts (TmDb *db, bool *has_out, GError **error) TM_WARN_UNUSED;

/* The person on file with the normalised address; NULL in `contact_out`: nobody. */
bool lookup_contact (TmDb *db, const char *address, TmContactFacts **contact_out, GError **error) TM_WARN_UNUSED;

/* What was sent before to keys->ack_to, which must be there.  The caller frees it, on failure too. */
bool lookup_acknowledged (TmDb *db, const TmKeys *keys, gint64 now, TmAckFacts **ack_out,
                          GError **error) TM_WARN_UNUSED;

/* What has limits of its own: nobody uses up what somebody else's answers or notices are allowed. */
typedef enum { LOOKUP_SENT_ACKS = 1, LOOKUP_SENT_STATUS = 2, LOOKUP_SENT_NOTICES = 3 } TmLookupSent;

/* What was sent to the owner of `address` lately of that kind, no acknowledgement, at most `most` of it, and whether
 * nothing goes there any more. */
bool lookup_noticed (TmDb *db, const char *address, TmLookupSent what, gint64 most, gint64 now,
                     TmAckFacts **ack_out, GError **error) TM_WARN_UNUSED;

/* The number that the next ticket gets; holds for as long as the caller's write transaction is open. */
bool lookup_next_ticket (TmDb *db, gint64 *number_out, GError **error) TM_WARN_UNUSED;

/* The ticket that `number` leads to, merges followed.  NULL: there is none. */
bool lookup_followed (TmDb *db, gint64 number, TmTicketFacts **ticket_out, GError **error) TM_WARN_UNUSED;

/* The ticket with that very number, and the one it was merged into (0: none).  NULL in `ticket_out`: there is none. */
bool lookup_ticket (TmDb *db, gint64 number, TmTicketFacts **ticket_out, gint64 *merged_into_out,
                    GError **error) TM_WARN_UNUSED;

#endif
