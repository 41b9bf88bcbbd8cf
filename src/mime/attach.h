/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is recorded of an attachment.
 */
#ifndef TM_MIME_ATTACH_H
#define TM_MIME_ATTACH_H

#include "core/mail.h"

#include <gmime/gmime.h>

/* Name, type, size and digest of `part` (a GMimePart or GMimeMessagePart).  The caller frees. */
TmAttachment *attachment_read (GMimeObject *part);

/* A file name from outside made harmless to show and to use: one clean line
 * without path, at most 255 bytes, its extension kept.  `len` bytes of any kind; the caller frees. */
char *attachment_clean_name (const char *name, size_t len);

#endif
