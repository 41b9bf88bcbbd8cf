/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files → immutable Policy.  The only room that reads configuration.  A
 * message pins one Policy for its whole life; a reload makes a new one.
 */
#ifndef TM_CONF_POLICY_H
#define TM_CONF_POLICY_H

#include "base/error.h"
#include "core/limits.h"
#include "core/site.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

/* What the programs read unless they are told otherwise. */
#define TM_CONFIG_FILE TM_SYSCONFDIR "/ticketmilter/ticketmilter.yaml"

typedef struct
{
  char *socket;        /* "unix:PATH", "inet:PORT@HOST", "inet6:PORT@HOST", "fd:N" */
  mode_t socket_mode;
  char *socket_group;  /* NULL: leave it */
  char *control;       /* path of the control socket */
  char *database;
  char *keys;          /* path of the key ring */
  char *submit;        /* where the outbox hands its mail over: "smtp://HOST:PORT" */
  char *log_socket, *log_facility;
  guint64 memory;      /* bytes that raw messages in flight may take together */
  unsigned sessions;   /* SMTP sessions at once */
  unsigned bad_tokens; /* of a client within desk/guesses.h's window; 0: any number */
  unsigned jobs;       /* waiting for the store at once */
  gint64 deadline_s;   /* for a message's commit */
  gint64 keep_raw_s, keep_quarantine_s, keep_outbox_s;
  gint64 expire_s;     /* of held tickets that nobody confirms */
  GPtrArray *reports;  /* TmReportOrder (core/report_mail.h); NULL: none */
} TmDaemonSettings;

/* A finding about the configuration: an error or a warning with its place. */
typedef struct
{
  bool is_error;
  char *file;
  unsigned line, column; /* from 1; 0: no place */
  char *path;            /* "rules[3].all[1]", "" at the top */
  char *what;            /* one line: what, and what was meant */
} TmFinding;

/* How often a rule matched, and how often it was skipped because a pattern hit its bound, over all policies that had a
 * rule of this name. */
typedef struct
{
  gatomicrefcount refs;
  atomic_ullong hits, limits;
} TmRuleCounts;

typedef struct
{
  gint refs;
  TmSite *site;
  TmLimits limits;
  TmDaemonSettings daemon;
  GPtrArray *settings;   /* TmSetting: effective values and where each comes from, for `config show` */
  GPtrArray *rule_counts; /* TmRuleCounts, one for each of the site's rules; all of a policy that can change */
} TmPolicy;

typedef struct
{
  char *path;   /* "queues.support.addresses[0]" */
  char *value;
  char *origin; /* "file:line" or "default" */
} TmSetting;

/* Reads `file` and what it includes, and the key ring.  All findings of all files in one run go into `findings_out`
 * (TmFinding, in order of file and line; errors and warnings); the caller frees.  False (TM_ERROR_CONFIG) when one of
 * them is an error, then there is no policy.  A main file that cannot be opened is an error as well
 * (TM_ERROR_NOT_FOUND, TM_ERROR_DENIED). */
bool policy_load (const char *file, TmPolicy **policy_out, GPtrArray **findings_out, GError **error) TM_WARN_UNUSED;

/* The same without a look at the key ring, for those who neither sign nor verify: they need no right to read it. */
bool policy_load_keyless (const char *file, TmPolicy **policy_out, GPtrArray **findings_out,
                          GError **error) TM_WARN_UNUSED;

TmPolicy *policy_ref (TmPolicy *policy);
void policy_unref (TmPolicy *policy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmPolicy, policy_unref)

/* For the end of the program, where callbacks that are late may still look at the policy: it stays, its secrets do
 * not.  Nothing can be signed or verified any more. */
void policy_wipe_secrets (TmPolicy *policy);

/* Before `policy` is in force: its rules go on with the counts of those of the same name in `before`. */
void policy_take_counts (TmPolicy *policy, const TmPolicy *before);

/* `file:line:column: path: what`; warnings have `warning: ` before `what`.  The caller frees. */
char *finding_format (const TmFinding *finding);

#endif
