/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The files of a winmail.dat (MS-OXTNEF), by libytnef where the build has it; elsewhere it
 * stays the attachment that it is.  Its text: mime/tnef-text.h.
 */
#ifndef TM_MIME_TNEF_H
#define TM_MIME_TNEF_H

#include <glib.h>
#include <gmime/gmime.h>
#include <stdbool.h>

bool tnef_is (GMimeObject *part);

/* Adds the files in `part` to `attachments` (TmAttachment).  False, and nothing added, when there are none or it
 * cannot be read. */
bool tnef_unpack (GMimePart *part, GPtrArray *attachments);

#endif
