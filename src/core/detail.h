/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The detail of an event: a flat JSON object of strings and numbers (RFC 8259).  Pure.
 */
#ifndef TM_CORE_DETAIL_H
#define TM_CORE_DETAIL_H

#include <glib.h>

/* Pairs of name and value, ended by a NULL name; a NULL value is null.  Names
 * are ours, values any valid UTF-8.  The caller frees. */
char *detail_new (const char *name, ...) G_GNUC_NULL_TERMINATED;

/* `text` as it stands in the strings of a detail.  The caller frees. */
char *detail_escape (const char *text);

/* `detail` with `instead`, which needs no escapes, in each place where the normalised `address` stands as a whole: not
 * in joe.eve@a.example when it is eve@a.example.  NULL: it stands nowhere.  The caller frees. */
char *detail_without (const char *detail, const char *address, const char *instead);

#endif
