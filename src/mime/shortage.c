/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/shortage.h"

/* Converters are opened far below whoever could put a message off. */
static _Thread_local bool is_short;

void
shortage_begin (void)
{
  is_short = false;
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
