/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/tnef-scan.h"

enum { SIGNATURE = 0x223e9f78, ATTRIBUTE_HEAD = 9, CHECKSUM = 2, LEVEL_MESSAGE = 1 };

guint32
tnef_number (const guint8 *p, unsigned n)
{
  guint32 value = 0;
  for (unsigned i = 0; i < n; i++)
    value |= (guint32) p[i] << (8 * i);
  return value;
}

static guint16
checksum (const guint8 *p, size_t len)
{
  guint16 sum = 0;
  for (size_t i = 0; i < len; i++)
    sum = (guint16) (sum + p[i]);
  return sum;
}

bool
tnef_scan_begin (TmTnefScan *scan, const guint8 *data, size_t len)
{
  if (len < TM_TNEF_HEAD || tnef_number (data, 4) != SIGNATURE)
    return false;
  *scan = (TmTnefScan){ .at = data + TM_TNEF_HEAD, .left = len - TM_TNEF_HEAD };
  return true;
}

bool
tnef_scan_next (TmTnefScan *scan, TmTnefAttribute *attribute_out)
{
  if (scan->is_broken || scan->left < ATTRIBUTE_HEAD)
    return false;
  size_t rest = scan->left - ATTRIBUTE_HEAD, len = tnef_number (scan->at + 5, 4);
  const guint8 *value = scan->at + ATTRIBUTE_HEAD;
  scan->is_broken = len > rest || rest - len < CHECKSUM
                    || checksum (value, len) != tnef_number (value + len, CHECKSUM);
  if (scan->is_broken)
    return false;
  *attribute_out = (TmTnefAttribute){ .whole = scan->at, .whole_len = ATTRIBUTE_HEAD + len + CHECKSUM,
                                      .value = value, .len = len, .id = tnef_number (scan->at + 1, 4),
                                      .is_of_message = *scan->at == LEVEL_MESSAGE };
  scan->at += attribute_out->whole_len;
  scan->left -= attribute_out->whole_len;
  return true;
}
