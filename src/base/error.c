/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/error.h"

#include <sysexits.h>

GQuark
error_domain (void)
{
  return g_quark_from_static_string ("ticketmilter-error");
}

static const struct
{
  TmSmtpReply reply;
  int exit_code;
} kinds[TM_ERROR_N_KINDS] = {
  [TM_ERROR_TEMP] = { { "451", "4.3.0", "Help desk busy, please try again later" }, EX_TEMPFAIL },
  [TM_ERROR_MESSAGE] = { { "451", "4.6.0", "Message could not be recorded, please try again later" }, EX_DATAERR },
  [TM_ERROR_CONFIG] = { { "451", "4.3.5", "Help desk configuration error, please try again later" }, EX_CONFIG },
  [TM_ERROR_NOT_FOUND] = { { "451", "4.3.0", "Help desk error, please try again later" }, EX_NOINPUT },
  [TM_ERROR_DENIED] = { { "451", "4.7.0", "Help desk error, please try again later" }, EX_NOPERM },
  [TM_ERROR_IO] = { { "451", "4.3.0", "Help desk storage error, please try again later" }, EX_IOERR },
  [TM_ERROR_UNAVAILABLE] = { { "451", "4.3.0", "Help desk not available, please try again later" }, EX_UNAVAILABLE },
  [TM_ERROR_USAGE] = { { "451", "4.3.5", "Help desk configuration error, please try again later" }, EX_USAGE },
  [TM_ERROR_BUG] = { { "451", "4.3.0", "Help desk error, please try again later" }, EX_SOFTWARE },
};

const TmSmtpReply *
error_smtp_reply (TmErrorKind kind)
{
  if ((unsigned) kind >= TM_ERROR_N_KINDS)
    kind = TM_ERROR_BUG;
  return &kinds[kind].reply;
}

int
error_exit_code (const GError *error)
{
  if (error == NULL)
    return EX_OK;
  if (error->domain != TM_ERROR || (unsigned) error->code >= TM_ERROR_N_KINDS)
    return EX_SOFTWARE;
  return kinds[error->code].exit_code;
}
