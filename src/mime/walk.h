/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From GMime's tree of parts to a Mail's text, attachments and report.
 */
#ifndef TM_MIME_WALK_H
#define TM_MIME_WALK_H

#include "core/limits.h"
#include "core/mail.h"

#include <gmime/gmime.h>

/* Fills text, attachments, report and content_type of `mail` from its whole
 * body.  Attached messages are attachments, not looked into.  `notes` gets what
 * is to be read below the text: lines about parts that cannot be shown, and the
 * text of an attached message where the mail has none of its own. */
void walk_body (TmMail *mail, GMimeObject *root, const TmLimits *limits, GString *notes);

/* `text`, all that was found, becomes the text of `mail`, which takes it over. */
void walk_take_text (TmMail *mail, char *text, bool is_html);

#endif
