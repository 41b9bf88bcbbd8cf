/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The options of the desk itself: names, sockets, paths and bounds.
 */
#include "conf/tables.h"

#include "conf/calendars.h"
#include "conf/check.h"
#include "conf/escalations.h"
#include "conf/reports.h"
#include "conf/rotas.h"
#include "conf/values.h"

#include <stddef.h>

enum { MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR, K = 1 << 10, M = 1 << 20, G = 1 << 30 };

static const char *const mixed_choices[] = { "record", "edit", NULL };

/* The places are those of TmUnknownPolicy. */
static const char *const unknown_choices[] = { [TM_UNKNOWN_ACCEPT] = "accept", [TM_UNKNOWN_PLAN] = "plan",
                                               [TM_UNKNOWN_HOLD] = "hold", [TM_UNKNOWN_REFUSE] = "refuse", NULL };

static const TmOption unknown_options[] = {
  { "policy", .type = &type_choice, .by_default = "accept", .choices = unknown_choices,
    AT (SITE, TmSite, unknown_policy),
    .help = "a ticket like any other, one with a plan of its own, one that is held until the sender is confirmed, or "
            "550" },
  { "plan", .type = &type_plan, AT (SITE, TmSite, unknown_plan), .help = "the plan of such tickets with policy plan" },
  { "expire", .type = &type_duration, .by_default = "14d", .min = HOUR, .max = 36500 * (gint64) DAY,
    AT (DAEMON, TmDaemonSettings, expire_s),
    .help = "how long held tickets wait to be confirmed before they are closed" },
  { .key = NULL },
};

/* The places are those of TmGuardMode. */
static const char *const guard_choices[] = { [TM_GUARD_REFUSE] = "refuse", [TM_GUARD_NOTES] = "note",
                                             [TM_GUARD_OFF] = "off", NULL };

#define GUARD(guard) \
  .type = &type_choice, .by_default = "refuse", .choices = guard_choices, AT (SITE, TmSite, guards[guard])

static const TmOption guards_options[] = {
  { "other_customer", GUARD (TM_GUARD_OTHER_CUSTOMER), .help = "a recipient who is another customer's" },
  { "note", GUARD (TM_GUARD_NOTE), .help = "words of a note that nobody outside has seen" },
  { "ticket_number", GUARD (TM_GUARD_TICKET_NUMBER),
    .help = "the number of another customer's ticket in the subject" },
  { "answered", GUARD (TM_GUARD_ANSWERED), .help = "another agent has answered meanwhile" },
  { "command", GUARD (TM_GUARD_COMMAND), .help = "a command that is left in the text" },
  { "rights", GUARD (TM_GUARD_RIGHTS), .help = "no right on the queue" },
  { "next", .type = &type_choice, .by_default = "note", .choices = guard_choices,
    AT (SITE, TmSite, guards[TM_GUARD_NEXT]),
    .help = "an answer of one of the two highest priorities without a line `Next:` or #promise" },
  { .key = NULL },
};

static const TmOption ack_options[] = {
  { "send", .type = &type_yes_no, .by_default = "yes", AT (SITE, TmSite, ack.sends),
    .help = "who opens a ticket by mail is told by mail that it arrived" },
  { "delay", .type = &type_duration, .by_default = "30s", .max = HOUR, AT (SITE, TmSite, ack.delay_s),
    .help = "how long that waits: what the MTA did not keep in the end, or somebody answers at once, needs none" },
  { "requires_auth", .type = &type_yes_no, .by_default = "no", AT (SITE, TmSite, ack.requires_auth),
    .help = "yes: unknown senders only when DMARC, DKIM, SPF or a login says that it is them" },
  { "requires_our_address", .type = &type_yes_no, .by_default = "no", AT (SITE, TmSite, ack.requires_our_address),
    .help = "yes: only mail that has an address of a queue in To or Cc" },
  { "never_to", .shape = TM_SHAPE_LIST, .type = &type_address_or_domain, AT (SITE, TmSite, ack.never_to),
    .help = "nobody at these" },
  { "hour", .type = &type_number, .by_default = "3", .max = 1000, AT (SITE, TmSite, ack.hour),
    .help = "most that an address gets within an hour" },
  { "day", .type = &type_number, .by_default = "10", .max = 1000, AT (SITE, TmSite, ack.day),
    .help = "most that it gets within a day" },
  { "same_subject", .type = &type_duration, .by_default = "3h", .max = DAY, AT (SITE, TmSite, ack.same_subject_s),
    .help = "so long it gets no second one about the same subject" },
  { "minute", .type = &type_number, .by_default = "60", .min = 1, .max = 1000, AT (SITE, TmSite, ack.minute),
    .help = "so many of all within a minute are a flood: none is sent for an hour, and the log says so" },
  { .key = NULL },
};

static const TmOption after_options[] = {
  { "notice", .type = &type_yes_no, .by_default = "yes", AT (SITE, TmSite, after.tells),
    .help = "who receives a ticket is told by mail that it is resolved" },
  { "feedback", .type = &type_yes_no, .by_default = "yes", AT (SITE, TmSite, after.asks),
    .help = "and is given an address each to say that he is satisfied, or not" },
  { "remind", .shape = TM_SHAPE_LIST, .type = &type_target, .by_default = "2bd, 4bd", AT (SITE, TmSite, after.remind),
    .help = "so long behind the last message a ticket that waits for its customer reminds him" },
  { "resolve", .type = &type_target, .by_default = "none", AT (SITE, TmSite, after.resolve),
    .help = "so long behind it, it is resolved; none: never" },
  { "close", .type = &type_target, .by_default = "5bd", AT (SITE, TmSite, after.close),
    .help = "so long after it was resolved, and nobody wrote since, it is closed; none: never" },
  { "close_notice", .type = &type_target, .by_default = "1bd", AT (SITE, TmSite, after.close_notice),
    .help = "so long before that the customer is told; none: he is not" },
  { .key = NULL },
};

static const TmOption log_options[] = {
  { "socket", .type = &type_path, .by_default = "/dev/log", AT (DAEMON, TmDaemonSettings, log_socket),
    .help = "the datagram socket of syslog; written to without waiting" },
  { "facility", .type = &type_facility, .by_default = "mail", AT (DAEMON, TmDaemonSettings, log_facility),
    .help = "the syslog facility" },
  { .key = NULL },
};

static const TmOption keep_options[] = {
  { "raw", .type = &type_duration, .by_default = "90d", .min = HOUR, .max = 36500 * (gint64) DAY,
    AT (DAEMON, TmDaemonSettings, keep_raw_s),
    .help = "messages as they came, with all attachments; what was read from them stays" },
  { "quarantine", .type = &type_duration, .by_default = "30d", .min = HOUR, .max = 36500 * (gint64) DAY,
    AT (DAEMON, TmDaemonSettings, keep_quarantine_s), .help = "mail that a rule discarded" },
  { "outbox", .type = &type_duration, .by_default = "30d", .min = DAY, .max = 36500 * (gint64) DAY,
    AT (DAEMON, TmDaemonSettings, keep_outbox_s),
    .help = "what the desk sent, or gave up sending; what waits stays" },
  { .key = NULL },
};

static const TmOption match_options[] = {
  { "steps", .type = &type_number, .by_default = "1000000", .min = 1000, .max = 1000000000,
    AT (SITE, TmSite, match.steps), .help = "match steps of one pattern on one value" },
  { "message_steps", .type = &type_number, .by_default = "5000000", .min = 1000, .max = 4000000000,
    AT (SITE, TmSite, match.message_steps), .help = "match steps of all patterns on one message" },
  { "depth", .type = &type_number, .by_default = "1000", .min = 10, .max = 100000, AT (SITE, TmSite, match.depth),
    .help = "nesting of backtracking points of one match" },
  { "heap", .type = &type_size, .by_default = "20M", .min = 64 * K, .max = G, AT (SITE, TmSite, match.heap),
    .help = "memory of one match" },
  { "subject", .type = &type_size, .by_default = "4K", .min = 256, .max = M, AT (LIMITS, TmLimits, subject),
    .help = "how much of a subject is kept and matched" },
  { "text", .type = &type_size, .by_default = "128K", .min = K, .max = 16 * M, AT (LIMITS, TmLimits, text),
    .help = "how much of a text is kept and matched" },
  { .key = NULL },
};

static const TmOption limits_options[] = {
  { "sessions", .type = &type_number, .by_default = "500", .min = 1, .max = 100000,
    AT (DAEMON, TmDaemonSettings, sessions), .help = "SMTP sessions at once" },
  { "jobs", .type = &type_number, .by_default = "1000", .min = 1, .max = 1000000, AT (DAEMON, TmDaemonSettings, jobs),
    .help = "messages that wait for the database at once" },
  { "deadline", .type = &type_duration, .by_default = "20s", .min = 1, .max = 5 * MINUTE,
    AT (DAEMON, TmDaemonSettings, deadline_s), .help = "how long a message may wait to be stored" },
  { "bad_tokens", .type = &type_number, .by_default = "20", .max = 100000,
    AT (DAEMON, TmDaemonSettings, bad_tokens),
    .help = "so many of one client within 10 minutes: none of its tokens is looked at for 10 minutes; 0: any number" },
  { "headers", .type = &type_number, .by_default = "1000", .min = 10, .max = 100000, AT (LIMITS, TmLimits, headers),
    .help = "header fields of a message or part" },
  { "header_bytes", .type = &type_size, .by_default = "256K", .min = K, .max = 16 * M,
    AT (LIMITS, TmLimits, header_bytes), .help = "size of one header block" },
  { "parts", .type = &type_number, .by_default = "500", .min = 1, .max = 100000, AT (LIMITS, TmLimits, parts),
    .help = "MIME parts" },
  { "depth", .type = &type_number, .by_default = "30", .min = 1, .max = 100, AT (LIMITS, TmLimits, depth),
    .help = "nesting of MIME parts" },
  { "boundary_lines", .type = &type_number, .by_default = "2000", .min = 10, .max = 1000000,
    AT (LIMITS, TmLimits, boundary_lines), .help = "lines that may be MIME boundaries" },
  { "groups", .type = &type_number, .by_default = "8", .min = 1, .max = 50, AT (LIMITS, TmLimits, groups),
    .help = "nesting of address groups" },
  { "addresses", .type = &type_number, .by_default = "1000", .min = 1, .max = 100000, AT (LIMITS, TmLimits, addresses),
    .help = "mailboxes in one header field" },
  { "references", .type = &type_number, .by_default = "200", .min = 1, .max = 10000,
    AT (LIMITS, TmLimits, references), .help = "message ids taken of In-Reply-To and References" },
  { .key = NULL },
};

static const TmOption root_options[] = {
  { "instance", .type = &type_name, .is_required = true, AT (SITE, TmSite, instance),
    .help = "names this desk: subject tag, loop header, idempotency keys" },
  { "zone", .type = &type_zone, .by_default = "UTC", AT (SITE, TmSite, zone), .help = "the desk's time zone" },
  { "language", .type = &type_language, .by_default = "en", AT (SITE, TmSite, language),
    .help = "the desk's language" },
  { "socket", .type = &type_socket, .by_default = "unix:/var/spool/postfix/ticketmilter/milter.sock",
    AT (DAEMON, TmDaemonSettings, socket), .help = "where the MTA finds the milter" },
  { "socket_mode", .type = &type_mode, .by_default = "0660", AT (DAEMON, TmDaemonSettings, socket_mode),
    .help = "permissions of a unix socket" },
  { "socket_group", .type = &type_text, AT (DAEMON, TmDaemonSettings, socket_group),
    .help = "group of a unix socket; without it the daemon's own" },
  { "control", .type = &type_path, .by_default = "/run/ticketmilter/control.sock",
    AT (DAEMON, TmDaemonSettings, control), .help = "the socket that ticketctl changes things through" },
  { "database", .type = &type_path, .by_default = "/var/lib/ticketmilter/tickets.db",
    AT (DAEMON, TmDaemonSettings, database), .help = "the SQLite file with all tickets" },
  { "keys", .type = &type_path, .by_default = "/etc/ticketmilter/keys", AT (DAEMON, TmDaemonSettings, keys),
    .help = "the key ring that signs tokens; refused when others may read it" },
  { "submit", .type = &type_submit, .by_default = "smtp://127.0.0.1:10587", AT (DAEMON, TmDaemonSettings, submit),
    .help = "where mail of the desk's own is handed over; no milter of ours may be asked there" },
  { "recipient_delimiter", .type = &type_character, .by_default = "+", AT (SITE, TmSite, recipient_delimiter),
    .help = "what parts an address from its extension, as in main.cf" },
  { "log", .shape = TM_SHAPE_MAP, .table = log_options, .help = "where log lines go" },
  { "authserv_ids", .shape = TM_SHAPE_STRV, .type = &type_text, AT (SITE, TmSite, authserv_ids),
    .help = "names whose Authentication-Results count; all others are ignored" },
  { "authserv_queue_id", .type = &type_yes_no, .by_default = "no", AT (SITE, TmSite, authserv_queue_id),
    .help = "yes: only results that name the message's own queue ID count" },
  { "auth_milter_tempfails", .type = &type_yes_no, .by_default = "no", AT (EXTRAS, TmExtras, auth_milter_tempfails),
    .help = "yes: the milter that writes these results refuses mail when it is down, so that none passes without it" },
  { "public_domains", .shape = TM_SHAPE_LIST, .type = &type_domain, AT (EXTRAS, TmExtras, public_domains),
    .help = "domains whose addresses are no organisation's, beside those known to the program" },
  { "unknown_sender", .shape = TM_SHAPE_MAP, .table = unknown_options,
    .help = "a new request of somebody who is neither a customer's nor a confirmed contact nor an agent" },
  { "spam", .shape = TM_SHAPE_LIST, .type = &type_condition, AT (SITE, TmSite, spam),
    .help = "conditions that each make a message is_spam" },
  { "mixed_recipients", .type = &type_choice, .by_default = "record", .choices = mixed_choices,
    AT (SITE, TmSite, edit_mixed),
    .help = "a message that goes also to addresses that are not ours: record it unchanged, or edit it all the same" },
  { "ack", .shape = TM_SHAPE_MAP, .table = ack_options,
    .help = "the acknowledgement of a new request: whether, when, and how often an address gets one" },
  { "after", .shape = TM_SHAPE_MAP, .table = after_options, AT (SITE, TmSite, after.acts),
    .help = "what the desk does by itself with tickets that wait for their customers or are resolved; without it, "
            "nothing" },
  { "guards", .shape = TM_SHAPE_MAP, .table = guards_options,
    .help = "what becomes of an agent's mail that should not go out: 550, an event of the ticket, or nothing" },
  { "templates", .type = &type_path, AT (EXTRAS, TmExtras, templates),
    .help = "a folder with the texts of the desk's mail, instead of those known to the program" },
  { "grace", .type = &type_duration, .by_default = "14d", .max = 3650 * DAY, AT (SITE, TmSite, grace_s),
    .help = "how long an answer reopens a closed ticket; later it opens a new one" },
  { "dedup_weak", .type = &type_duration, .by_default = "1h", .min = 1, .max = 30 * DAY,
    AT (SITE, TmSite, dedup_weak_s),
    .help = "how long a message without Message-ID or Date counts as the same when it comes again" },
  { "max_size", .type = &type_size, .by_default = "50M", .min = 64 * K, .max = G, AT (LIMITS, TmLimits, max_size),
    .help = "a larger message is recorded without its attachments" },
  { "memory", .type = &type_size, .by_default = "512M", .min = M, .max = 1024ull * G,
    AT (DAEMON, TmDaemonSettings, memory),
    .help = "what all messages in flight may take; beyond it mail is put off with 451" },
  { "keep", .shape = TM_SHAPE_MAP, .table = keep_options, .help = "how long, before it is deleted" },
  { "match", .shape = TM_SHAPE_MAP, .table = match_options, .help = "bounds on patterns, by count" },
  { "limits", .shape = TM_SHAPE_MAP, .table = limits_options,
    .help = "bounds on what one message or all of them may cost" },
  { "include", .shape = TM_SHAPE_LIST, .type = &type_text,
    .help = "files read as if they stood here; relative to this file, patterns sorted" },
  { "calendars", .shape = TM_SHAPE_NAMED, .type = &type_code, .table = options_calendar, .make = make_calendar,
    .part = TM_PART_EXTRAS, .help = "business hours that targets count by" },
  { "priorities", .shape = TM_SHAPE_ROWS, .table = options_priority, .make = make_priority,
    .help = "in the order of rank, the highest first" },
  { "types", .shape = TM_SHAPE_NAMED, .type = &type_code, .table = options_type, .make = make_type,
    .help = "types of request" },
  { "queues", .shape = TM_SHAPE_NAMED, .type = &type_code, .table = options_queue, .make = make_queue,
    .help = "what people write to" },
  { "agents", .shape = TM_SHAPE_NAMED, .type = &type_code, .table = options_agent, .make = make_agent,
    .help = "who answers" },
  { "logins", .shape = TM_SHAPE_NAMED, .type = &type_text, .table = options_login, .make = make_login,
    .help = "whoever else logs in to send, with the addresses that are his" },
  { "logins_are_addresses", .type = &type_yes_no, .by_default = "no", AT (SITE, TmSite, logins_are_addresses),
    .help = "yes: who logs in by a name that is a mail address is who has that address" },
  { "escalation", .shape = TM_SHAPE_NAMED, .type = &type_code, .table = options_escalation, .make = make_escalation,
    .help = "who is told of clocks that run out, and when" },
  { "rotas", .shape = TM_SHAPE_NAMED, .type = &type_code, .table = options_rota, .make = make_rota,
    .help = "who is on call, and when the next one is" },
  { "plans", .shape = TM_SHAPE_NAMED, .type = &type_code, .table = options_plan, .make = make_plan,
    .help = "what customers are promised" },
  { "customers", .shape = TM_SHAPE_NAMED, .type = &type_code, .table = options_customer, .make = make_customer,
    .help = "organisations that people write for" },
  { "customer_table", .type = &type_path, AT (EXTRAS, TmExtras, customer_table),
    .help = "a CSV file with more customers" },
  { "receivers", .shape = TM_SHAPE_NAMED, .type = &type_code, .table = options_receiver, .make = make_receiver,
    .help = "who is told that something is due" },
  { "reports", .shape = TM_SHAPE_NAMED, .type = &type_code, .table = options_report, .make = make_report,
    .part = TM_PART_DAEMON, .help = "reports that are mailed by themselves" },
  { "rules", .shape = TM_SHAPE_ROWS, .table = options_rule, .make = make_rule,
    .help = "conditions and effects, in order; the later value wins, tags add up" },
  { .key = NULL },
};

const TmOption *
options_root (void)
{
  return root_options;
}
