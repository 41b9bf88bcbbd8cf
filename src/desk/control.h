/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests to change something, and their answers: what the daemon does for those at its control socket, and
 * `ticketctl` by itself when no daemon runs.
 *
 * Request: `do` (set, close, reopen, note, reply, merge, split, join, reload, stats, receive), `ticket`, `into`,
 * `message`s, `setting`s, `text`, `always`, `why`, `by`; for receive see desk/control_receive.h, for
 * quarantine-release and quarantine-drop desk/control_quarantine.h, for outbox-retry and outbox-drop
 * desk/control_outbox.h, for receiver-test desk/control_receiver.h; about people on file
 * (contact-confirm, contact-block, contact-unblock, contact-silence, contact-unsilence, contact-add, contact-erase):
 * `who`, `customer`, `name`, `why`, `by`.  Answer: `said` (a line for who asked), `ticket` (to look at), `finding`s of
 * a reload, for stats what desk/stats.h has, `address`es and `released` tickets of a person, of what was erased the
 * counts by kind, `other` addresses of the person and `scrubbed`; when refused also `error` (the TmErrorKind as a
 * number).
 */
#ifndef TM_DESK_CONTROL_H
#define TM_DESK_CONTROL_H

#include "conf/policy.h"
#include "desk/wire.h"
#include "store/store.h"

typedef struct
{
  TmStore *store;
  /* A reference to the policy in force. */
  TmPolicy *(*policy) (gpointer data);
  /* Reads the configuration anew; `findings` (char *) gets a line for each.  NULL: there is nobody to reload. */
  bool (*reload) (gpointer data, GPtrArray *findings, GError **error);
  gpointer data;

  /* For statistics; memory_used NULL: there is no daemon to have any. */
  guint64 (*memory_used) (void); /* bytes that messages in flight take */
  gint64 started_us;             /* clock_monotonic_us() */
} TmControl;

/* How many bytes of a message follow `request`.  TM_ERROR_MESSAGE: more than we take. */
bool control_message_size (const TmControl *control, const TmWire *request, gsize *size_out,
                           GError **error) TM_WARN_UNUSED;

/* The answer to `request` of `user` (a name of the system), with the message that came behind it or NULL; the caller
 * frees.  Waits for the store. */
TmWire *control_answer (const TmControl *control, const TmWire *request, GBytes *message, const char *user);

/* What the answer says went wrong.  False: it is an answer, with `said`. */
bool control_is_refused (const TmWire *answer, GError **error);

/* The name of the user with this number, or the number; the caller frees. */
char *control_user_name (uid_t uid);

#endif
