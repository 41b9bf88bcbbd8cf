/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The attributes of a TNEF stream (MS-OXTNEF, 2.1), one after the other, as far as their lengths and sums are right.
 */
#ifndef TM_MIME_TNEF_SCAN_H
#define TM_MIME_TNEF_SCAN_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

enum
{
  TM_TNEF_HEAD = 6,      /* bytes before the first attribute */
  TM_TNEF_MAX = 16 << 20 /* bytes of a stream that are read */
};

typedef struct
{
  const guint8 *at;
  size_t left;
  bool is_broken; /* what is left is no attribute */
} TmTnefScan;

/* Borrowed of the stream. */
typedef struct
{
  const guint8 *whole, *value; /* with head and sum, and without */
  size_t whole_len, len;
  guint32 id;
  bool is_of_message;          /* else of a file in it */
} TmTnefAttribute;

/* False: the `len` bytes at `data` are no TNEF. */
bool tnef_scan_begin (TmTnefScan *scan, const guint8 *data, size_t len);

/* The next one; false: there is none, or it is broken. */
bool tnef_scan_next (TmTnefScan *scan, TmTnefAttribute *attribute_out);

/* The little-endian number of `n` bytes, up to 4, at `p`. */
guint32 tnef_number (const guint8 *p, unsigned n);

#endif
