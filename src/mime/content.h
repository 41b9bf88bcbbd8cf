/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The decoded bytes of a MIME part, piece by piece: no body is ever held
 * twice.
 */
#ifndef TM_MIME_CONTENT_H
#define TM_MIME_CONTENT_H

#include "base/digest.h"

#include <glib.h>
#include <gmime/gmime.h>
#include <stdbool.h>
#include <stddef.h>

/* Takes the next piece; false ends the reading. */
typedef bool (*TmContentSink) (const char *bytes, size_t len, void *data);

/* Undoes the Content-Transfer-Encoding of `part` and hands all of it to `sink`. */
void content_decode (GMimePart *part, TmContentSink sink, void *data);

/* At most `max` bytes of it.  `cut_out` (may be NULL) says whether there was more.  The caller frees. */
GString *content_load (GMimePart *part, size_t max, bool *cut_out);

/* Size and SHA-256 of `object` as it stands in the message, header fields included. */
void content_measure_source (GMimeObject *object, guint64 *size_out, guint8 digest_out[TM_DIGEST_LEN]);

#endif
