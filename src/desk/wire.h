/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What goes through the control socket, one request and one response a connection: lines `NAME VALUE`, with `\\` for a
 * backslash and `\n` for a line feed in a value, ended by an empty line.  Bounded in size and time; UTF-8.
 * A request may announce bytes that follow it.
 */
#ifndef TM_DESK_WIRE_H
#define TM_DESK_WIRE_H

#include "base/error.h"

#include <stdbool.h>

typedef struct
{
  gsize bytes;
  unsigned fields;
} TmWireBounds;

/* An answer may hold statistics of tens of thousands of rules. */
extern const TmWireBounds wire_request, wire_answer;

typedef struct
{
  GPtrArray *fields; /* char *, name and value in turn */
} TmWire;

TmWire *wire_new (void);
void wire_free (TmWire *wire);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmWire, wire_free)

/* `name` is ours, letters, `-` and `_`; `value` is any UTF-8.  NULL: nothing is added. */
void wire_add (TmWire *wire, const char *name, const char *value);
void wire_add_number (TmWire *wire, const char *name, gint64 value);

/* The value of the first field `name`, NULL: there is none.  Borrowed. */
const char *wire_get (const TmWire *wire, const char *name);

/* The next value of `name`; `*iterator_io` starts at 0.  NULL: no more. */
const char *wire_next (const TmWire *wire, const char *name, unsigned *iterator_io);

/* As it is sent, and back.  What is not of this form: TM_ERROR_MESSAGE. */
char *wire_format (const TmWire *wire);
TmWire *wire_parse (const char *text, gsize len, unsigned max_fields, GError **error) TM_WARN_UNUSED;

/* Sends or receives one over the socket `fd` by `deadline_us` (clock_monotonic_us()).  TM_ERROR_UNAVAILABLE: the other
 * side went away; TM_ERROR_TEMP: too slow. */
bool wire_send (int fd, const TmWire *wire, const TmWireBounds *bounds, gint64 deadline_us,
                GError **error) TM_WARN_UNUSED;
bool wire_receive (int fd, const TmWireBounds *bounds, gint64 deadline_us, TmWire **wire_out,
                   GError **error) TM_WARN_UNUSED;

/* The bytes behind a request; fails likewise. */
bool wire_send_bytes (int fd, GBytes *bytes, gint64 deadline_us, GError **error) TM_WARN_UNUSED;
bool wire_receive_bytes (int fd, gsize n_bytes, gint64 deadline_us, GBytes **bytes_out, GError **error) TM_WARN_UNUSED;

#endif
