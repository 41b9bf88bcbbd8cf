/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a CMS message (RFC 5652, S/MIME's application/pkcs7-mime) is, and the content of a signed one.  Nothing is
 * verified: whether a signature holds is the MTA's and the reader's business.  Pure.
 */
#ifndef TM_MIME_CMS_H
#define TM_MIME_CMS_H

#include <glib.h>
#include <stdbool.h>

typedef enum
{
  TM_CMS_UNKNOWN, /* no ContentInfo, or of another type */
  TM_CMS_SIGNED,
  TM_CMS_ENVELOPED, /* also authenticated-enveloped and encrypted data */
  TM_CMS_COMPRESSED /* RFC 3274 */
} TmCmsKind;

/* The kind of the `len` bytes of BER or DER at `data`, cut-off ones too.  Of signed data `content_out` (may be NULL)
 * gets the octets that were signed, as far as they are there; NULL when they stand elsewhere.  Each byte is looked at a
 * bounded number of times.  The caller drops the reference. */
TmCmsKind cms_read (const guint8 *data, gsize len, GBytes **content_out);

#endif
