/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Subjects of vacation notes in the shipped languages.  Pure.
 */
#ifndef TM_CORE_VACATION_H
#define TM_CORE_VACATION_H

#include <stdbool.h>

/* Whether `subject` begins as an automatic answer's: "Automatic reply: …", "Abwesenheitsnotiz", "自動応答: …".  A
 * subject proves nothing by itself: ask only of an answer to our own mail. */
bool vacation_is_subject (const char *subject);

#endif
