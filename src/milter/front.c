/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/front.h"

#include "base/log.h"
#include "milter/cork.h"
#include "milter/session.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

/* No reply is wanted for these: the MTA does not wait for us.  libmilter does so for an MTA
 * that does not know the flags, by answering "continue" in our place. */
#define STEPS_NO_REPLY                                                                                        \
  (SMFIP_NR_CONN | SMFIP_NR_MAIL | SMFIP_NR_RCPT | SMFIP_NR_HDR | SMFIP_NR_EOH | SMFIP_NR_BODY)
/* HELO is of no use to us, and libmilter logs an error for each if it is told that there will be no reply to it. */
#define STEPS_WELCOME (SMFIP_HDR_LEADSPC | SMFIP_NOHELO | SMFIP_NOUNKNOWN)
/* The same of every connection: which messages need a new body is known at their end only. */
#define ACTIONS_NEEDED (SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_ADDRCPT | SMFIF_DELRCPT | SMFIF_CHGFROM \
                        | SMFIF_CHGBODY)

/* PACKET_MAX: one header field comes in one packet, and libmilter hangs up on one over 64 kB unless told otherwise:
 * Postfix lets fields of 100 kB through, and the sender of such a mail would try again for ever. */
enum { BACKLOG = 4096, PACKET_MAX = 16 << 20, ANSWER_WRITTEN_US = 50000, STACK_BYTES = 1 << 20 };

/* libmilter has no place for data of ours but a connection's own, so what they share stands here. */
static TmShared shared;

/* Whether the MTA sends header values with their leading space.  Of the last negotiation: a connection keeps no data
 * of ours over QUIT_NC (libmilter complains of what is left at its close), and all connections come from one MTA. */
static atomic_bool leading_space;

static sfsistat
on_negotiate (SMFICTX *ctx, unsigned long actions, unsigned long steps, unsigned long more_1, unsigned long more_2,
              unsigned long *actions_out, unsigned long *steps_out, unsigned long *more_1_out,
              unsigned long *more_2_out)
{
  (void) more_1;
  (void) more_2;
  cork_forget ();
  if ((actions & ACTIONS_NEEDED) != ACTIONS_NEEDED || (steps & STEPS_NO_REPLY) != STEPS_NO_REPLY)
    {
      log_error ("the MTA does not offer what we need (actions %lx of %lx, steps %lx of %lx), connection refused",
                 actions & ACTIONS_NEEDED, (unsigned long) ACTIONS_NEEDED, steps & STEPS_NO_REPLY,
                 (unsigned long) STEPS_NO_REPLY);
      return SMFIS_REJECT;
    }
  *actions_out = ACTIONS_NEEDED;
  *steps_out = steps & (STEPS_NO_REPLY | STEPS_WELCOME);
  *more_1_out = *more_2_out = 0;
  atomic_store (&leading_space, (steps & SMFIP_HDR_LEADSPC) != 0);
  if ((actions & SMFIF_SETSYMLIST) == 0)
    return SMFIS_CONTINUE;

  static const struct
  {
    int stage;
    char macros[64];
  } wanted[] = {
    { SMFIM_CONNECT, "j v" },
    { SMFIM_ENVFROM, "i {auth_authen} {verify} {cert_subject} {cert_issuer}" },
    { SMFIM_ENVRCPT, "i" },
    { SMFIM_DATA, "i" },
    { SMFIM_EOH, "i" },
    { SMFIM_EOM, "i" },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      char macros[sizeof wanted[i].macros];
      g_strlcpy (macros, wanted[i].macros, sizeof macros);
      smfi_setsymlist (ctx, wanted[i].stage, macros);
    }
  *actions_out |= SMFIF_SETSYMLIST;
  return SMFIS_CONTINUE;
}

static sfsistat
on_connect (SMFICTX *ctx, char *host G_GNUC_UNUSED, _SOCK_ADDR *address)
{
  cork_forget ();
  session_free (smfi_getpriv (ctx));
  smfi_setpriv (ctx, session_new (&shared, address, atomic_load (&leading_space)));
  return SMFIS_NOREPLY;
}

/* The connection's session; made here for an MTA that spoke no CONNECT. */
static TmSession *
session_of (SMFICTX *ctx)
{
  cork_forget ();
  TmSession *session = smfi_getpriv (ctx);
  if (session == NULL)
    {
      session = session_new (&shared, NULL, atomic_load (&leading_space));
      smfi_setpriv (ctx, session);
    }
  return session;
}

static sfsistat
on_mail (SMFICTX *ctx, char **args)
{
  session_mail (session_of (ctx), ctx, args[0]);
  return SMFIS_NOREPLY;
}

static sfsistat
on_rcpt (SMFICTX *ctx, char **args)
{
  session_rcpt (session_of (ctx), args[0]);
  return SMFIS_NOREPLY;
}

static sfsistat
on_data (SMFICTX *ctx)
{
  return session_data (session_of (ctx), ctx);
}

static sfsistat
on_header (SMFICTX *ctx, char *name, char *value)
{
  session_header (session_of (ctx), ctx, name, value);
  return SMFIS_NOREPLY;
}

static sfsistat
on_eoh (SMFICTX *ctx)
{
  session_eoh (session_of (ctx), ctx);
  return SMFIS_NOREPLY;
}

static sfsistat
on_body (SMFICTX *ctx, unsigned char *chunk, size_t len)
{
  session_body (session_of (ctx), ctx, chunk, len);
  return SMFIS_NOREPLY;
}

static sfsistat
on_eom (SMFICTX *ctx)
{
  return session_eom (session_of (ctx), ctx);
}

static sfsistat
on_abort (SMFICTX *ctx)
{
  session_abort (session_of (ctx));
  return SMFIS_CONTINUE;
}

/* May be the first callback, and the only one. */
static sfsistat
on_close (SMFICTX *ctx)
{
  session_free (smfi_getpriv (ctx));
  smfi_setpriv (ctx, NULL);
  return SMFIS_CONTINUE;
}

static bool
fail (GError **error, const char *what)
{
  g_set_error (error, TM_ERROR, TM_ERROR_UNAVAILABLE, "libmilter: %s", what);
  return false;
}

bool
front_open (const TmFrontOptions *options, GError **error)
{
  static char name[] = "ticketmilter";
  const struct smfiDesc description = {
    .xxfi_name = name,
    .xxfi_version = SMFI_VERSION,
    .xxfi_flags = ACTIONS_NEEDED | SMFIF_SETSYMLIST,
    .xxfi_connect = on_connect,
    .xxfi_envfrom = on_mail,
    .xxfi_envrcpt = on_rcpt,
    .xxfi_header = on_header,
    .xxfi_eoh = on_eoh,
    .xxfi_body = on_body,
    .xxfi_eom = on_eom,
    .xxfi_abort = on_abort,
    .xxfi_close = on_close,
    .xxfi_data = on_data,
    .xxfi_negotiate = on_negotiate,
  };
  shared.store = options->store;
  shared.current = options->current;
  gate_init (&shared.gate);
  guesses_init (&shared.guesses);

  /* libmilter closes the descriptor that it gets, at a time of its own. */
  int fd = fcntl (options->fd, F_DUPFD_CLOEXEC, 3);
  char connection[16];
  g_snprintf (connection, sizeof connection, "fd:%d", fd);
  if (fd < 0 || smfi_setconn (connection) != MI_SUCCESS || smfi_setbacklog (BACKLOG) != MI_SUCCESS)
    return fail (error, "it does not take our socket");
  smfi_setmaxdatasize (PACKET_MAX);
  if (smfi_register (description) != MI_SUCCESS)
    return fail (error, "it does not take our callbacks");
  return true;
}

/* libmilter's threads come and go with the load.  glibc keeps 40 MB of stacks for the next ones: 5 of the usual
 * size, and each of the others is mapped and unmapped, which interrupts all processors. */
static void
limit_stacks (void)
{
  pthread_attr_t attributes;
  pthread_attr_init (&attributes);
  if (pthread_attr_setstacksize (&attributes, STACK_BYTES) == 0)
    pthread_setattr_default_np (&attributes);
  pthread_attr_destroy (&attributes);
}

bool
front_run (GError **error)
{
  limit_stacks ();
  return smfi_main () == MI_SUCCESS ? true : fail (error, "it gave up; its own lines in the log say why");
}

guint64
front_memory_used (void)
{
  return atomic_load (&shared.budget.used);
}

bool
front_drain (gint64 wait_s)
{
  bool is_empty = gate_close (&shared.gate, wait_s * G_USEC_PER_SEC);
  /* An answer is written after its callback, and nothing tells when it is: an MTA that does not get it keeps the mail
   * and tries again, which is safe, so this only saves trouble. */
  g_usleep (ANSWER_WRITTEN_US);
  return is_empty;
}
