/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What libmilter costs without us: negotiates as ticketmilter does, looks at
 * nothing and adds one header field.  Usage: empty-filter unix:PATH
 */
#include <libmilter/mfapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#define STEPS                                                                                                    \
  (SMFIP_NR_CONN | SMFIP_NOHELO | SMFIP_NR_MAIL | SMFIP_NR_RCPT | SMFIP_NR_HDR | SMFIP_NR_EOH | SMFIP_NR_BODY   \
   | SMFIP_HDR_LEADSPC | SMFIP_NOUNKNOWN)
#define ACTIONS (SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_ADDRCPT | SMFIF_DELRCPT)

static sfsistat
on_negotiate (SMFICTX *ctx, unsigned long actions, unsigned long steps, unsigned long more_1, unsigned long more_2,
              unsigned long *actions_out, unsigned long *steps_out, unsigned long *more_1_out,
              unsigned long *more_2_out)
{
  (void) ctx;
  (void) more_1;
  (void) more_2;
  if ((actions & ACTIONS) != ACTIONS || (steps & STEPS) != STEPS)
    return SMFIS_REJECT;
  *actions_out = ACTIONS;
  *steps_out = STEPS;
  *more_1_out = *more_2_out = 0;
  return SMFIS_CONTINUE;
}

static sfsistat
on_connect (SMFICTX *ctx, char *host, _SOCK_ADDR *address)
{
  (void) ctx;
  (void) host;
  (void) address;
  return SMFIS_NOREPLY;
}

static sfsistat
on_address (SMFICTX *ctx, char **args)
{
  (void) ctx;
  (void) args;
  return SMFIS_NOREPLY;
}

static sfsistat
on_data (SMFICTX *ctx)
{
  (void) ctx;
  return SMFIS_CONTINUE;
}

static sfsistat
on_header (SMFICTX *ctx, char *name, char *value)
{
  (void) ctx;
  (void) name;
  (void) value;
  return SMFIS_NOREPLY;
}

static sfsistat
on_eoh (SMFICTX *ctx)
{
  (void) ctx;
  return SMFIS_NOREPLY;
}

static sfsistat
on_body (SMFICTX *ctx, unsigned char *chunk, size_t len)
{
  (void) ctx;
  (void) chunk;
  (void) len;
  return SMFIS_NOREPLY;
}

static sfsistat
on_eom (SMFICTX *ctx)
{
  char name[] = "X-Empty", value[] = " yes";
  return smfi_addheader (ctx, name, value) == MI_SUCCESS ? SMFIS_CONTINUE : SMFIS_TEMPFAIL;
}

int
main (int argc, char **argv)
{
  static char name[] = "empty-filter";
  const struct smfiDesc description = {
    .xxfi_name = name,
    .xxfi_version = SMFI_VERSION,
    .xxfi_flags = ACTIONS,
    .xxfi_connect = on_connect,
    .xxfi_envfrom = on_address,
    .xxfi_envrcpt = on_address,
    .xxfi_header = on_header,
    .xxfi_eoh = on_eoh,
    .xxfi_body = on_body,
    .xxfi_eom = on_eom,
    .xxfi_data = on_data,
    .xxfi_negotiate = on_negotiate,
  };
  if (argc != 2)
    {
      fputs ("usage: empty-filter unix:PATH\n", stderr);
      return EX_USAGE;
    }
  if (smfi_setconn (argv[1]) != MI_SUCCESS || smfi_setbacklog (4096) != MI_SUCCESS
      || smfi_register (description) != MI_SUCCESS)
    return EX_UNAVAILABLE;
  return smfi_main () == MI_SUCCESS ? EX_OK : EX_UNAVAILABLE;
}
