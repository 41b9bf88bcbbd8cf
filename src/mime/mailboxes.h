/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Address lists of header fields, by GMime, screened first: its parser calls
 * itself for every group in a group.
 */
#ifndef TM_MIME_MAILBOXES_H
#define TM_MIME_MAILBOXES_H

#include "core/limits.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* Whether a normalised address is all visible characters: address_normalize()
 * lets blanks and controls beyond ASCII pass. */
bool mailbox_is_usable (const char *address);

/* How deep groups (`name: a, b;`) nest in `value` at worst, quoted strings,
 * comments, angle and square brackets left out. */
unsigned mailboxes_group_depth (const char *value, size_t len);

/* The same without a look at quotes: no parser can nest deeper. */
unsigned mailboxes_group_depth_at_most (const char *value, size_t len);

/* Adds the usable mailboxes of `value` (UTF-8) to `mailboxes` (TmMailbox) up to limits->addresses, groups flattened.
 * False when reading it could cost too much: then nothing is added. */
bool mailboxes_collect (const char *value, const TmLimits *limits, GPtrArray *mailboxes);

#endif
