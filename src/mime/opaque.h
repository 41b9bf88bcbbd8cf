/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * S/MIME in one piece (RFC 8551, application/pkcs7-mime): a signed one has a whole MIME entity in it.
 */
#ifndef TM_MIME_OPAQUE_H
#define TM_MIME_OPAQUE_H

#include "mime/body.h"
#include "mime/cms.h"

bool opaque_is (GMimeObject *part);

/* What `part` is: by its bytes, else by its smime-type; TM_CMS_UNKNOWN also for certificates.  The entity in a signed
 * one is handed to `visitor` (may be NULL) within `limits`; `visited_out` (may be NULL) says whether it was. */
TmCmsKind opaque_visit (GMimePart *part, const TmLimits *limits, TmBodyVisitor visitor, gpointer data,
                        bool *visited_out);

#endif
