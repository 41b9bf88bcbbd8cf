/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Content-Transfer-Encodings (RFC 2045 §6) of texts that are edited: exact or not at all, where mime/content.h reads
 * whatever comes.  Pure.
 */
#ifndef TM_MIME_REWRITE_CODING_H
#define TM_MIME_REWRITE_CODING_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef enum
{
  TM_CODING_IDENTITY, /* 7bit, and what is absent or unknown: the bytes are taken as they stand */
  TM_CODING_8BIT,
  TM_CODING_BINARY,
  TM_CODING_QUOTED_PRINTABLE,
  TM_CODING_BASE64,
  TM_CODING_OTHER /* uuencode: not written here */
} TmCoding;

/* `declared` is the field's value on one line; NULL: none. */
TmCoding coding_of (const char *declared);

/* The bytes of `content`; NULL: they are not what `coding` says.  The caller frees. */
GString *coding_decode (TmCoding coding, const char *content, size_t len);

/* Appends `bytes` as content; lines end with `eol`.  Text in quoted-printable gets its line ends, too. */
void coding_encode (TmCoding coding, const GString *bytes, const char *eol, GString *out);

/* Whether `bytes` may stand in a content with that coding: eight bits, length of lines (RFC 5322 §2.1.1). */
bool coding_allows (TmCoding coding, const GString *bytes);

#endif
