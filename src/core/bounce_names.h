/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whom a line of a bounce names, and as what.  Mail systems write the recipient in front of a line of his own or
 * behind one of a few words, whatever else stands in their text.  Pure.
 */
#ifndef TM_CORE_BOUNCE_NAMES_H
#define TM_CORE_BOUNCE_NAMES_H

#include <glib.h>

/* The more a place says, the greater it is. */
typedef enum
{
  TM_NAMED_IN_PASSING,   /* whom to ask, who sent it: anybody */
  TM_NAMED_IN_COPY,      /* in To of the copy that came back */
  TM_NAMED_BY_CODE,      /* behind a code of SMTP: the recipient, or the sender who was refused */
  TM_NAMED_AS_RECIPIENT, /* at the front of a line, or behind "Recipient:" and the like */
  TM_NAMED_IN_FIELD      /* in X-Failed-Recipients, or in a field of RFC 3464 within the text */
} TmNamed;

/* `address` is normalised. */
typedef void (*TmBounceName) (TmNamed as, const char *address, gpointer data);

/* Every address in a line, given in lower case, but for those that it calls the sender's.
 * Linear in its length. */
void bounce_find_names (const char *lower, TmBounceName each, gpointer data);

/* Every address in `line`, as what the caller knows them. */
void bounce_each_address (const char *line, TmNamed as, TmBounceName each, gpointer data);

#endif
