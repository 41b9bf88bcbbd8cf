/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random bytes from the kernel.
 */
#ifndef TM_BASE_ENTROPY_H
#define TM_BASE_ENTROPY_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Fills `buf` with `len` (at most 256) bytes fit for keys (getrandom(2)). */
bool entropy_read (void *buf, size_t len, GError **error) TM_WARN_UNUSED;

#endif
