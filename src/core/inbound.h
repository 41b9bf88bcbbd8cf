/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One inbound message with all that the decision about it needs, except the
 * database's facts and the time.  Reference-counted: a session that gives up
 * waiting leaves its message to the writer thread.
 */
#ifndef TM_CORE_INBOUND_H
#define TM_CORE_INBOUND_H

#include "core/automatic.h"
#include "core/classify.h"
#include "core/envelope.h"
#include "core/keys.h"
#include "core/mail.h"

typedef struct
{
  gatomicrefcount refs;

  const TmSite *site;          /* lives as long as `policy` */
  gpointer policy;             /* owned: a reference, dropped by policy_unref */
  GDestroyNotify policy_unref;

  TmEnvelope *envelope;        /* owned, like all that follows */
  TmMail *mail;
  GBytes *raw;
  TmKeys *keys;
  TmAutomatic automatic;
  bool is_authenticated;
  bool vouches_from;           /* by DMARC, DKIM aligned with From or his login: From may be answered, whatever the
                                  envelope sender is */
  bool has_failed_auth;        /* trusted results say that From is not who wrote it (TM_AUTH_FAIL) */
  gint64 arrived_at;           /* what `hour inside` asks about */
  TmCustomerMatch sender;      /* whose the From address is (core/sender.h) */
  bool is_unknown;             /* neither a customer's nor a confirmed contact's nor an agent's */
  const TmServicePlan *service_plan; /* of his tickets; borrowed from the site, NULL: none */
  const TmQueue *queue;        /* the first queue among the recipients; NULL only for mail that passes */
  const TmAgent *agent;        /* proven, in a mail that is not malformed; NULL: none */
  bool is_proven_by_dmarc;     /* he is not logged in: the mail goes out by the outbox, not as it is */
  const char *on_behalf;       /* for whom an agent opens a ticket with it, if it does; normalised, borrowed from mail
                                  or envelope; NULL: for himself */
  struct TmCommands *commands; /* of an agent's mail (core/command.h); NULL: not read */
  const char *stuck;           /* static, half a sentence: why its commands cannot be removed from the body; NULL: they
                                  can, or there are none */
  GPtrArray *texts;            /* char *: the attached texts of an agent's mail, beside mail->text; NULL: none */
  bool traces_all;             /* the rules' traces name every rule (explain) */
  TmClassification *as_new;      /* never NULL */
  TmClassification *as_followup; /* NULL when no key could name a ticket */
} TmInbound;

/* Zeroed, with one reference. */
TmInbound *inbound_new (void);
TmInbound *inbound_ref (TmInbound *inbound);
void inbound_unref (TmInbound *inbound);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmInbound, inbound_unref)

/* What conditions are matched against, as of a new ticket; all borrowed. */
TmRuleInput inbound_rule_input (const TmInbound *inbound);

/* Runs the rules: fills as_new, and as_followup when a key could name a ticket.  What was there is replaced. */
void inbound_classify (TmInbound *inbound);

#endif
