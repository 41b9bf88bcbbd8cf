/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a command of ticketctl is, and what all of them share.  A command
 * writes to `out` and returns; main() prints that, the error, and ends with the error's code.
 */
#ifndef TM_CLI_COMMAND_H
#define TM_CLI_COMMAND_H

#include "cli/arguments.h"
#include "cli/terminal.h"
#include "conf/policy.h"
#include "store/store.h"

typedef struct
{
  const char *config; /* the main configuration file */
  bool json;
  TmTerminal terminal;
  GString *out;
} TmCli;

typedef struct
{
  const char *name;              /* one word or two, "token rotate" */
  const char *const *operands;   /* what they are called, NULL-terminated; all of them must be given,
                                    the last one more than once if its name ends in "...", or not at all if it is
                                    "[NAME]" or "[NAME...]" */
  const char *summary;           /* one line for --help */
  const TmCliOption *options;       /* of this command alone */
  bool (*run) (TmCli *cli, const TmArguments *arguments, GError **error);
} TmCommand;

extern const TmCommand command_list, command_show, command_explain, command_policy_check, command_token_rotate,
  command_token_address, command_db_check, command_config_show;
extern const TmCommand command_db_backup, command_db_migrate, command_db_restore;
extern const TmCommand command_mta_check;
extern const TmCommand command_search;

extern const TmCommand command_customer, command_contact_list, command_contact_confirm, command_contact_silence,
  command_contact_block, command_contact_add, command_contact_erase;
extern const TmCommand command_set, command_assign, command_note, command_close, command_reopen, command_merge,
  command_split, command_join, command_reload, command_token_list, command_token_revoke, command_outbox_list,
  command_outbox_show, command_outbox_retry, command_outbox_drop, command_reply, command_ack;
extern const TmCommand command_receive, command_stats, command_sla, command_answered, command_report;
extern const TmCommand command_share, command_unshare, command_template_show;
extern const TmCommand command_receiver_list, command_receiver_test, command_escalation_preview;
extern const TmCommand command_quarantine_list, command_quarantine_show, command_quarantine_release,
  command_quarantine_drop;
extern const TmCommand command_calendar_windows, command_calendar_due, command_calendar_between, command_calendar_ask,
  command_calendar_import;

/* The policy, or an error of one line that names the first thing wrong with it. */
bool command_load_policy (const TmCli *cli, TmPolicy **policy_out, GError **error) TM_WARN_UNUSED;

/* The same without the key ring, for commands that agents may use who have no business with it. */
bool command_load_settings (const TmCli *cli, TmPolicy **policy_out, GError **error) TM_WARN_UNUSED;

/* Fails with `cause`, which policy_load() gave, or with what to do when there is no such file.  Takes `cause` over;
 * always false. */
bool command_fail_to_load (const TmCli *cli, GError *cause, GError **error);

/* A ticket's number from the command line; TM_ERROR_USAGE when it is none. */
bool command_parse_ticket (const char *text, gint64 *number_out, GError **error) TM_WARN_UNUSED;

/* The number of something else, "message's". */
bool command_parse_number (const char *what, const char *text, gint64 *number_out, GError **error) TM_WARN_UNUSED;

/* --limit, or `otherwise`; TM_ERROR_USAGE when it is no number. */
bool command_parse_limit (const TmArguments *arguments, unsigned otherwise, unsigned *limit_out,
                          GError **error) TM_WARN_UNUSED;

/* The id of a queue of the site, NULL where `id` is NULL; TM_ERROR_USAGE when there is none of that name. */
bool command_parse_queue (const TmSite *site, const char *id, const char **queue_out, GError **error) TM_WARN_UNUSED;

/* An address from the command line, normalised; TM_ERROR_USAGE when it is none. */
bool command_parse_address (const char *what, const char *text, char **address_out, GError **error) TM_WARN_UNUSED;

/* Opens the database; NULL in `reader_out` when there is none yet, which is no error. */
bool command_open_reader_if_any (const char *path, TmReader **reader_out, GError **error) TM_WARN_UNUSED;

/* How many of `findings` (TmFinding) are errors. */
unsigned command_count_errors (const GPtrArray *findings);

#endif
