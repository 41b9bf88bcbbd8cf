/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The site: the part of the policy that decisions need, as plain immutable values.
 * conf/ fills it in, core/ receives it.  Everything is owned by the TmSite and lives as long as it does.
 */
#ifndef TM_CORE_SITE_H
#define TM_CORE_SITE_H

#include "core/customer.h"
#include "core/limits.h"
#include "core/receiver.h"
#include "core/rota.h"
#include "core/rule.h"
#include "core/service.h"
#include "core/templates.h"
#include "core/token.h"
#include "core/zone.h"

#include <glib.h>
#include <stdbool.h>

typedef struct TmSite TmSite;
typedef struct TmPriority TmPriority;
typedef struct TmNeed TmNeed;
typedef struct TmType TmType;
typedef struct TmQueue TmQueue;
typedef struct TmAgent TmAgent;
typedef struct TmLogin TmLogin;
typedef struct TmRuleIndex TmRuleIndex;

struct TmPriority
{
  char *code; /* "P1" */
  char *name; /* "Urgent" */
  GStrv aliases;
};

struct TmNeed
{
  char *name;             /* "environment" */
  GPtrArray *conditions;  /* TmCondition; one that holds is enough */
};

struct TmType
{
  char *code;             /* "problem" */
  char *name;             /* "Problem/Troubleshooting" */
  GStrv aliases;
  GPtrArray *priorities;  /* char *, codes; NULL: any */
  GHashTable *otherwise;  /* char * → char *: what a priority it may not have is lowered to; never NULL */
  GPtrArray *needs;       /* TmNeed */
};

/* What becomes of a new request from somebody who is neither a customer's nor a confirmed contact nor an agent. */
typedef enum
{
  TM_UNKNOWN_ACCEPT, /* a ticket like any other */
  TM_UNKNOWN_PLAN,   /* a ticket with a plan of its own */
  TM_UNKNOWN_HOLD,   /* a ticket in status held */
  TM_UNKNOWN_REFUSE  /* 550 */
} TmUnknownPolicy;

typedef enum { TM_REPLY_TO_TOKEN, TM_REPLY_TO_KEEP } TmReplyToMode;
typedef enum { TM_MAILBOXES_LOCAL, TM_MAILBOXES_REMOTE } TmMailboxesMode;

/* What an agent's mail is held against before it goes out; see core/guard.h. */
typedef enum
{
  TM_GUARD_OTHER_CUSTOMER, /* a recipient of another customer */
  TM_GUARD_NOTE,           /* words of a note that nobody outside has seen */
  TM_GUARD_TICKET_NUMBER,  /* the number of another customer's ticket in the Subject */
  TM_GUARD_ANSWERED,       /* another agent answered meanwhile */
  TM_GUARD_COMMAND,        /* a command that was left in the text */
  TM_GUARD_RIGHTS,         /* no right on the queue */
  TM_GUARD_NEXT,           /* an answer of the two highest priorities that does not say what comes next */
  TM_GUARD_END
} TmGuard;

typedef enum { TM_GUARD_REFUSE, TM_GUARD_NOTES, TM_GUARD_OFF } TmGuardMode;

/* What proves that a message is an agent's, a bit each. */
typedef enum
{
  TM_PROOF_SASL = 1 << 0,
  TM_PROOF_DMARC = 1 << 1
} TmProof;

/* Who is told that his message arrived, and how often; `ack` of ticketmilter.yaml(5). */
typedef struct
{
  bool sends;
  gint64 delay_s;            /* until it goes out */
  bool requires_auth;        /* strangers only when they are authenticated */
  bool requires_our_address; /* a queue's address has to be in To or Cc */
  GPtrArray *never_to;       /* char *: normalised addresses, and domains */
  unsigned hour, day;        /* most that the owner of an address gets */
  gint64 same_subject_s;     /* no second one about the same subject; 0: any number */
  unsigned minute;           /* so many of all within a minute, and none is sent for TM_ACK_PAUSE_S */
} TmAckSettings;

/* What the desk does by itself once a ticket waits for its customer or is resolved; `after` of ticketmilter.yaml(5). */
typedef struct
{
  bool acts;               /* the section is there: without it nothing of this happens */
  bool tells;              /* he is told of the resolution */
  bool asks;               /* and asked whether he is satisfied */
  GPtrArray *remind;       /* TmTarget, from when it waits; NULL: none */
  TmTarget *resolve;       /* from when it waits; TM_TARGET_NONE, NULL: never */
  TmTarget *close;         /* from when it is resolved and quiet; likewise */
  TmTarget *close_notice;  /* so long before that he is told; likewise */
} TmAfterSettings;

struct TmQueue
{
  char *id;               /* "support" */
  char *name;             /* "Example Support" */
  GPtrArray *addresses;   /* char *, normalised; the first one is the queue's own */
  char *type;             /* code, or NULL */
  char *priority;         /* code, or NULL: default of new tickets */
  GPtrArray *agents;      /* char *, ids of agents with rights on the queue */
  char *plan;             /* id, or NULL: of senders who have none of their own */
  const TmServicePlan *service_plan; /* what `plan` names; borrowed, set by site_index() */
  TmReplyToMode reply_to;
  TmMailboxesMode mailboxes;
  bool copy_queue;        /* its mailbox gets a copy of every answer */
  bool footer;            /* answers get one */
  char *from;             /* display name of answers, with {agent} and {queue}; NULL: "{agent} via {queue}" */
  GTimeZone *zone;        /* NULL: the desk's */
  char *language;         /* NULL: the desk's */
  char *rota;             /* id, or NULL: nobody is on call for it */
  const TmRota *on_call;  /* what `rota` names; borrowed, set by site_index() */
  GHashTable *channels;   /* char *, code of a priority → char *: where to turn with such a request; never NULL */
};

/* Of a client certificate: both have to be the same, to the letter. */
typedef struct
{
  char *subject, *issuer;
} TmCert;

struct TmAgent
{
  char *id;
  char *name;
  GPtrArray *logins;      /* char *, SASL logins, as configured */
  GPtrArray *certs;       /* TmCert */
  GPtrArray *addresses;   /* char *, normalised */
  unsigned proofs;        /* TmProof */
};

/* Somebody who is no agent and logs in to send. */
struct TmLogin
{
  char *name;             /* SASL login, as configured */
  GPtrArray *addresses;   /* char *, normalised: he may write as any of them */
};

struct TmSite
{
  char *instance;
  char *own_domain;       /* of the Message-IDs that the desk makes; set by site_index(); NULL: it has no queue */
  char recipient_delimiter;
  GPtrArray *priorities;  /* TmPriority, highest first */
  GPtrArray *types;       /* TmType */
  GPtrArray *queues;      /* TmQueue */
  GPtrArray *agents;      /* TmAgent */
  GPtrArray *calendars;   /* TmCalendar */
  GPtrArray *plans;       /* TmServicePlan */
  GPtrArray *escalations; /* TmEscalation */
  GPtrArray *rotas;       /* TmRota */
  GPtrArray *logins;      /* TmLogin */
  bool logins_are_addresses; /* a login that reads like an address belongs to who has that address */
  guint32 revision;       /* another one when plans, calendars, priorities or contracts say something else */
  GTimeZone *zone;        /* the desk's; NULL: UTC */
  TmZoneTable *zone_table; /* its; set by site_index() */
  char *language;         /* the desk's: "en", "pt-BR" */
  TmCustomers *customers; /* never NULL */
  TmUnknownPolicy unknown_policy;
  char *unknown_plan;     /* id, or NULL */
  const TmServicePlan *unknown_service_plan; /* what it names; borrowed, set by site_index() */
  GPtrArray *rules;       /* TmRule, in order */
  GPtrArray *spam;        /* TmCondition; one that holds makes is_spam */
  TmMatchLimits match;
  GStrv authserv_ids;     /* never NULL */
  bool authserv_queue_id;
  bool edit_mixed;        /* mixed_recipients: edit */
  gint64 grace_s;
  gint64 dedup_weak_s;
  TmKeyRing *keys;        /* never NULL, may be empty */
  TmGuardMode guards[TM_GUARD_END];
  TmTemplates *templates; /* never NULL */
  TmAckSettings ack;
  TmAfterSettings after;
  GPtrArray *receivers;   /* TmReceiver */

  TmRuleIndex *rule_index; /* over `rules`, once those are complete; NULL: each rule is tried */

  /* Indexes over the arrays above; values borrowed from them. */
  GHashTable *queue_by_address; /* normalised address → TmQueue */
  GHashTable *agent_by_address; /* normalised address → TmAgent */
  GHashTable *agent_by_login;   /* login → TmAgent */
  GHashTable *login_by_name;    /* login → TmLogin */
};

/* All arrays and tables empty, scalars at the defaults of ticketmilter.yaml(5). */
TmSite *site_new (void);
void site_free (TmSite *site);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmSite, site_free)

TmPriority *priority_new (const char *code, const char *name);
TmType *type_new (const char *code, const char *name);
TmNeed *need_new (const char *name);
TmQueue *queue_new (const char *id);
TmAgent *agent_new (const char *id);
TmCert *cert_new (const char *subject, const char *issuer);
void cert_free (TmCert *cert);
TmLogin *login_new (const char *name);

/* Fills the indexes from the arrays; once, when those are complete. */
void site_index (TmSite *site);

/* By id or code, exact; NULL when there is none.  Borrowed. */
const TmType *site_type (const TmSite *site, const char *code);
const TmAgent *site_agent (const TmSite *site, const char *id);
const TmQueue *site_queue (const TmSite *site, const char *id);
const TmServicePlan *site_service_plan (const TmSite *site, const char *id);
const TmEscalation *site_escalation (const TmSite *site, const char *id);
const TmRota *site_rota (const TmSite *site, const char *id);
const TmCalendar *site_calendar (const TmSite *site, const char *name);
const TmReceiver *site_receiver (const TmSite *site, const char *id);

/* Place in the order of priorities, 0 is the highest; -1 unknown. */
int site_priority_rank (const TmSite *site, const char *code);

/* The queue or agent that owns a normalised address, or NULL; the queue with or without extension. */
const TmQueue *site_queue_by_address (const TmSite *site, const char *address);
const TmAgent *site_agent_by_address (const TmSite *site, const char *address);
const TmAgent *site_agent_by_login (const TmSite *site, const char *login);

/* Whose client certificate it is, NULL: nobody's, or one of both is unknown (NULL). */
const TmAgent *site_agent_by_cert (const TmSite *site, const char *subject, const char *issuer);

/* Whether who logged in as `login` (NULL: nobody) has the normalised `address`: an agent his own ones, others what the
 * configuration gives their login. */
bool site_login_has_address (const TmSite *site, const char *login, const char *address);

/* Whether `agent` has rights on `queue`. */
bool queue_has_agent (const TmQueue *queue, const TmAgent *agent);

#endif
