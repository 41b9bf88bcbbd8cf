/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Networks in CIDR form, IPv4 and IPv6 (RFC 4632, RFC 4291 §2.3).
 */
#ifndef TM_CORE_NETWORK_H
#define TM_CORE_NETWORK_H

#include <glib.h>
#include <stdbool.h>

/* IPv4 stands in its mapped form (RFC 4291 §2.5.5.2), with 96 bits more. */
typedef struct
{
  guint8 bytes[16];
  unsigned bits;
  bool is_ipv4;
} TmNetwork;

/* An address alone, or with /BITS. */
bool network_parse (const char *text, TmNetwork *network_out);

/* Whether `address` (text) lies in `network`. */
bool network_has (const TmNetwork *network, const char *address);

#endif
