/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the parts of a body stand, byte for byte (RFC 2046 §5.1): for edits that leave all the rest as it is.  Strict,
 * where mime/walk.h takes anything: what has to be guessed must not be edited.
 */
#ifndef TM_MIME_REWRITE_PARTS_H
#define TM_MIME_REWRITE_PARTS_H

#include "core/limits.h"
#include "mime/fields.h"

#include <gmime/gmime.h>
#include <stdbool.h>
#include <stddef.h>

typedef enum
{
  TM_PART_MULTIPART,
  TM_PART_PLAIN,      /* text/plain or text/markdown, to be read */
  TM_PART_HTML,       /* likewise */
  TM_PART_OTHER_TEXT, /* likewise; its markup is not known here */
  TM_PART_ATTACHMENT, /* a file: Content-Disposition: attachment, or a message */
  TM_PART_INLINE      /* a file that may be shown where it stands */
} TmPartKind;

/* Offsets are of the body that was scanned. */
typedef struct
{
  TmPartKind kind;
  int parent;                /* -1: it is the message */
  GMimeContentType *type;    /* of a part without one: that which holds then */
  char *encoding;            /* Content-Transfer-Encoding, one line; NULL: none is declared */
  bool has_type, has_version; /* the field is there; MIME-Version likewise */
  bool is_sealed;            /* a change would break a signature, or it cannot be read */
  size_t header, header_len; /* its fields, without the empty line; of the message: 0, 0 */
  size_t start, len;         /* its content, without the line end in front of the boundary */
} TmPart;

/* The parts of a body whose header fields are `top`, in the order in which they stand (TmPart); NULL: it is not sound,
 * or beyond a limit.  The caller unrefs. */
GArray *parts_scan (const char *body, size_t len, const TmFieldBlock *top, const TmLimits *limits);

static inline TmPart *
parts_get (const GArray *parts, guint i)
{
  return &g_array_index (parts, TmPart, i);
}

/* Whether the type is `type`/`subtype` ("*": any). */
bool part_is (const TmPart *part, const char *type, const char *subtype);

#endif
