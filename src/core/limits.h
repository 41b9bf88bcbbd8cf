/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bounds on what one message may cost.  All are counts or bytes, never time.
 */
#ifndef TM_CORE_LIMITS_H
#define TM_CORE_LIMITS_H

#include <glib.h>
#include <stdbool.h>

typedef struct
{
  guint64 max_size;       /* bytes of a message whose attachments are recorded */
  unsigned headers;       /* header fields, top level and per part */
  gsize header_bytes;     /* bytes of one header block */
  unsigned parts;         /* MIME parts */
  unsigned depth;         /* nesting of multiparts and message/rfc822 */
  unsigned boundary_lines;/* lines that begin with "--" and may be boundaries */
  unsigned groups;        /* nesting of address groups */
  unsigned addresses;     /* mailboxes per field */
  unsigned references;    /* ids taken of In-Reply-To and References */
  gsize subject;          /* bytes of the subject that are kept and matched */
  gsize text;             /* bytes of the text that are kept and matched */
} TmLimits;

typedef struct
{
  unsigned steps;         /* of one pattern on one value (core/pattern.h) */
  unsigned message_steps; /* of all patterns on one message */
  unsigned depth;         /* PCRE2 depth limit */
  gsize heap;             /* bytes, PCRE2 heap limit and JIT stack */
  bool interpret;         /* keep to PCRE2's interpreter where there is a JIT */
} TmMatchLimits;

/* The defaults of ticketmilter.yaml(5). */
#define TM_LIMITS_DEFAULT                                                                                     \
  {                                                                                                           \
    .max_size = 50u << 20, .headers = 1000, .header_bytes = 256u << 10, .parts = 500, .depth = 30,            \
    .boundary_lines = 2000, .groups = 8, .addresses = 1000, .references = 200, .subject = 4096, .text = 128u << 10 \
  }
#define TM_MATCH_LIMITS_DEFAULT { .steps = 1000000, .message_steps = 5000000, .depth = 1000, .heap = 20u << 20 }

#endif
