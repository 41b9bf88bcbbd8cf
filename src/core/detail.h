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

#endif
