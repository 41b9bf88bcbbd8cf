/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses (RFC 5321 §4.1.2) as values to compare: no parsing of header
 * lists here, that is mime/'s.
 */
#ifndef TM_CORE_ADDRESS_H
#define TM_CORE_ADDRESS_H

#include <glib.h>
#include <stdbool.h>

/* `typed` as an SMTP client sent it or an admin wrote it, with or without
 * angle brackets and source route: the form to compare.  Folded to lower case
 * (also the local part: no site tells Bob from bob), the domain without final
 * dot and as A-labels (RFC 5890).  "" for the null address; NULL when it is no
 * address: no `@`, empty local part or domain, control characters, over 320
 * bytes.  The caller frees. */
char *address_normalize (const char *typed);

/* The domain of a normalised address; borrowed, "" when there is none. */
const char *address_domain (const char *address);

/* Splits local+extension@domain at the first delimiter behind the first character of the local part
 * (Postfix: recipient_delimiter).  Gives the address without its extension in
 * `base_out` and the extension in `extension_out` (NULL: none).  The caller frees both. */
void address_split_extension (const char *address, char delimiter, char **base_out, char **extension_out);

/* local@domain with `extension` behind the delimiter, local+extension@domain; the address itself when it is NULL.
 * The caller frees. */
char *address_add_extension (const char *address, char delimiter, const char *extension);

/* Where in `local`, the local part of a normalised address, the one begins that BATV (prvs=TAG=local, btv1==TAG==local)
 * or SRS (SRS0=HASH=TT=domain=local, SRS1=HASH=host==HASH=TT=domain=local) has wrapped; `local` itself: none has. */
const char *address_unwrap_local (const char *local);

/* Whose a normalised address is: what BATV and SRS have wrapped, without the sub-address behind `+` (RFC 5233).  The
 * caller frees. */
char *address_owner (const char *address);

#endif
