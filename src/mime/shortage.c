/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/shortage.h"

#include <errno.h>

/* Converters are opened far below whoever could put a message off. */
static _Thread_local bool is_short;
static _Thread_local unsigned n_begun;

void
shortage_begin (void)
{
  is_short = false;
  n_begun++;
}

unsigned
shortage_round (void)
{
  return n_begun;
}

bool
shortage_is (int error_number)
{
  return error_number == EMFILE || error_number == ENFILE || error_number == ENOMEM || error_number == EAGAIN;
}

void
shortage_note (void)
{
  is_short = true;
}

bool
shortage_check (GError **error)
{
  if (is_short)
    g_set_error_literal (error, TM_ERROR, TM_ERROR_TEMP,
                         "no file descriptor or process is left to read the message with");
  return !is_short;
}
