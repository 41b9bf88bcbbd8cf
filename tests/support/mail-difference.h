/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether two readings of a message are the same. */
#ifndef TM_TESTS_MAIL_DIFFERENCE_H
#define TM_TESTS_MAIL_DIFFERENCE_H

#include "core/mail.h"

/* The name of the first member in which `a` and `b` differ, NULL when there is none. */
const char *mail_difference (const TmMail *a, const TmMail *b);

#endif
