/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Machine-readable reports: bounces (RFC 3464), receipts (RFC 8098) and
 * feedback reports (RFC 5965), also where their blank lines are broken.
 */
#ifndef TM_MIME_REPORT_H
#define TM_MIME_REPORT_H

#include "core/mail.h"

/* The kind that a part of type `type` (lower case) is or, with `is_multipart`,
 * that a multipart/report of that report-type announces. */
TmReportKind report_kind (const char *type, bool is_multipart);

/* Reads the fields of such a part. */
void report_read_fields (TmReport *report, const char *text, size_t len);

/* Notes the message that is reported on from its header fields. */
void report_read_original (TmReport *report, const char *text, size_t len);

#endif
