/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The log: syslog over a non-blocking datagram socket, or standard error in the foreground.  A line that cannot be
 * written is never waited for; the next one that can be is preceded by how many were lost.  Every line's shape
 * stands in docs/log-messages.md, which a lint compares with the calls.
 */
#ifndef TM_BASE_LOG_H
#define TM_BASE_LOG_H

#include <glib.h>
#include <stdbool.h>

/* syslog(3) priorities that we use. */
typedef enum
{
  TM_LOG_ERROR = 3,
  TM_LOG_WARNING = 4,
  TM_LOG_INFO = 6
} TmLogLevel;

/* Before this, and with `socket_path` NULL, lines go to standard error.
 * `facility` is a syslog facility name (mail, daemon, local0 .. local7); the
 * return value says whether it is known.  May be called again after a reload. */
bool log_open (const char *ident, const char *socket_path, const char *facility);

/* Whether `facility` names a syslog facility that log_open() takes. */
bool log_facility_is_known (const char *facility);

/* Writes one line.  The caller has made all values from mail harmless with
 * text_log_value(). */
void log_message (TmLogLevel level, const char *format, ...) G_GNUC_PRINTF (2, 3);

#define log_error(...) log_message (TM_LOG_ERROR, __VA_ARGS__)
#define log_warning(...) log_message (TM_LOG_WARNING, __VA_ARGS__)
#define log_info(...) log_message (TM_LOG_INFO, __VA_ARGS__)

#endif
