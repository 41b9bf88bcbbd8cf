/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The text of a message that came as TNEF alone: attBody, else of its MAPI properties PidTagBody, else PidTagHtml.
 * By no library.  PidTagRtfCompressed is not read.
 */
#ifndef TM_MIME_TNEF_TEXT_H
#define TM_MIME_TNEF_TEXT_H

#include "mime/text.h"

#include <gmime/gmime.h>
#include <stdbool.h>

/* Of at most `max_bytes` bytes of it; HTML comes back as HTML.  `text` is NULL when there is none or it is blank, also
 * when `part` is no TNEF; of a broken stream what stands before the break.  The caller frees `text`. */
TmPartText tnef_text_read (GMimePart *part, size_t max_bytes, bool *is_html_out);

#endif
