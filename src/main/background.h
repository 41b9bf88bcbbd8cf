/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Into the background, with the errors of the start still told to whoever started us.
 */
#ifndef TM_MAIN_BACKGROUND_H
#define TM_MAIN_BACKGROUND_H

/* Goes on in a new process of its own session; the one that was called waits for
 * background_ready() and exits with 0, or exits like the new one if that ends first.  Before there are threads. */
void background_start (void);

/* The start went well: standard input, output and error are let go. */
void background_ready (void);

#endif
