/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes to Mail.  The only room that sees GMime, libxml2 and libytnef.
 * Safe to call from many threads at once after mime_init().
 */
#ifndef TM_MIME_MIME_H
#define TM_MIME_MIME_H

#include "core/limits.h"
#include "core/mail.h"

/* Once per process, before threads. */
void mime_init (void);
void mime_shutdown (void);

/* How reading a message ended somewhere where nothing is lost when it does not end well. */
typedef enum
{
  TM_TRIAL_PASSED,
  TM_TRIAL_FAILED,
  TM_TRIAL_NOT_HELD /* something was lacking for it (mime/shortage.h) */
} TmTrialResult;

/* Called from any thread. */
typedef TmTrialResult (*TmMimeTrial) (GBytes *raw, const TmLimits *limits);

/* Once per process, before threads: `trial` is asked before anything is taken apart that is odd by counts of its own
 * (mime/screen.h), whatever `limits` allow; what does not pass is beyond the limits.  Without one nothing is odd. */
void mime_set_trial (TmMimeTrial trial);

/* Reads a message (RFC 5322: header fields, an empty line, a body; CRLF or
 * LF; anything at all is taken).  Never fails: what is beyond `limits` or is no
 * message comes back flagged TM_FLAG_UNREADABLE with the header fields that
 * could be read line by line; whether the system lacked something for it says
 * shortage_check().  Bounded in memory and time by `limits` and the size of `raw`.  The caller frees. */
TmMail *mime_read (GBytes *raw, const TmLimits *limits);

/* Every text that a reader of the message may see: of each part of type text, both alternatives, attached files and
 * attached messages too, decoded, HTML as text; char *, UTF-8.  Of all of them together some multiples of
 * limits->text, the first; none of what is beyond the other `limits`.  The caller frees. */
GPtrArray *mime_texts (GBytes *raw, const TmLimits *limits);

/* The same as mime_read(), with GMime for everything: what the short ways for ordinary mail are measured against. */
TmMail *mime_read_by_gmime (GBytes *raw, const TmLimits *limits);

#endif
