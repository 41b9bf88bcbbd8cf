/* SPDX-License-Identifier: BSD-2-Clause */
/* What test-plan.c decides about; the plans are in tests/data/plans.golden, by name. */
#ifndef TM_TESTS_PLAN_SCENARIOS_H
#define TM_TESTS_PLAN_SCENARIOS_H

#include "core/plan.h"

/* `@r12` in a recipient stands for the signed reply token of ticket 12, and so on. */
typedef struct
{
  const char *name;
  const char *from;          /* NULL: none */
  const char *login;
  const char *recipients;    /* blank-separated */
  const char *cc;
  const char *subject;
  const char *message_id;
  const char *in_reply_to, *references; /* blank-separated ids */
  const char *reports_on;    /* id of the message that a report is about */
  const char *text;
  unsigned flags;
  bool is_auto, is_bounce, authenticated, has_attachment, no_client;
  /* facts */
  bool earlier, own_id_known, explain;
  TmStatus status;           /* of ticket 12, requester eve@acme.example, queue support; 0: no ticket */
  int closed_days;
  const char *links;         /* "id:12:had id:13:ref" */
  const char *participants;  /* of ticket 12; "r:address" receives, "w:address" only writes */
  /* classification */
  const char *type, *priority, *queue, *assignee, *tag, *note;
  int shift;
  bool is_spam, human, machine;
  TmRuleVerdict verdict;
  bool limited;
  const char *missing;
  unsigned n_foreign;        /* X-Ticket-* fields but for one */
  bool moves, pages, recovers, moved_before;
  const char *requester;
  const char *key;           /* of an alert */
  int correlated;            /* the ticket that had it last */
  const char *written;       /* fields of the message, "From: …\r\nSender: …\r\n" */
  const char *sender;        /* envelope */
  const char *earlier_marks; /* instead of the usual ones */
  /* bounces: ticket 12 has message 5 */
  const char *undelivered;   /* "address=status=action=original", blank-separated; with `?` before it, a guess */
  bool unknown_message, failed_lately, silenced; /* the last two: eve@acme.example */
} Scenario;

#define EVE .from = "eve@acme.example", .message_id = "new@acme.example", .subject = "Site down"
#define SUPPORT .recipients = "support@example.com"
#define REMOTE .recipients = "remote@example.com"
#define WRITTEN                                                                                                \
  .written = "From: Eve <eve@acme.example>\r\nSender: list@acme.example\r\nReply-To: e@acme.example\r\n",        \
  .sender = "bounces@acme.example"
#define BOUNCE(title)                                                                                             \
  .name = title, .from = "mailer-daemon@acme.example", .message_id = "b@acme.example", .subject = "failed",       \
  .recipients = "@b12", .status = TM_STATUS_WAITING, .is_auto = true, .is_bounce = true
static const Scenario scenarios[] = {
  { .name = "new request", EVE, SUPPORT, .type = "problem", .priority = "P3", .missing = "steps" },
  { .name = "explain", EVE, SUPPORT, .explain = true },
  { .name = "no queue", EVE, .recipients = "joe@elsewhere.example" },
  { .name = "reply by references", EVE, SUPPORT, .in_reply_to = "first@example.com", .status = TM_STATUS_WAITING,
    .links = "first@example.com:12:had" },
  { .name = "stranger answers", .from = "mallory@evil.example", .message_id = "x@evil.example", .subject = "Re: x",
    SUPPORT, .in_reply_to = "first@example.com", .status = TM_STATUS_WAITING, .links = "first@example.com:12:had" },
  { .name = "tag by the requester", .from = "eve@acme.example", .message_id = "n@acme.example",
    .subject = "Re: [example#12] x",
    SUPPORT, .status = TM_STATUS_OPEN },
  { .name = "tag guessed", .from = "mallory@evil.example", .message_id = "n@evil.example",
    .subject = "[example#12] x", SUPPORT,
    .status = TM_STATUS_OPEN },
  { .name = "number typed in an answer to another mail", .from = "eve@acme.example", .message_id = "n@acme.example",
    .subject = "Re: #12", SUPPORT, .in_reply_to = "unknown@acme.example", .status = TM_STATUS_OPEN },
  { .name = "token", EVE, .recipients = "@r12", .status = TM_STATUS_RESOLVED },
  { .name = "token from a stranger", .from = "stranger@elsewhere.example", .message_id = "s@elsewhere.example",
    .subject = "x",
    .recipients = "@r12", .status = TM_STATUS_RESOLVED, .priority = "P1", .tag = "cluster=c1" },
  { .name = "token in malformed mail", EVE, .recipients = "@r12", .flags = TM_FLAG_MALFORMED,
    .status = TM_STATUS_OPEN },
  { .name = "note token from a stranger", .from = "stranger@elsewhere.example", .message_id = "s@elsewhere.example",
    .subject = "x", .recipients = "@n12", .status = TM_STATUS_OPEN },
  { .name = "token of a ticket that is gone", EVE, .recipients = "@r99" },
  { .name = "closed within the grace time", EVE, .recipients = "@r12", .status = TM_STATUS_CLOSED, .closed_days = 13 },
  { .name = "closed too long ago", EVE, .recipients = "@r12", .status = TM_STATUS_CLOSED, .closed_days = 15 },
  { .name = "vacation note", EVE, .recipients = "@r12", .status = TM_STATUS_CLOSED, .closed_days = 15,
    .is_auto = true },
  { .name = "automatic mail without a ticket", EVE, SUPPORT, .is_auto = true },
  { .name = "a rule says human", EVE, SUPPORT, .is_auto = true, .human = true },
  { .name = "a rule says machine", EVE, .recipients = "@r12", .status = TM_STATUS_WAITING, .machine = true },
  { .name = "bare thanks", EVE, .recipients = "@r12", .status = TM_STATUS_RESOLVED, .text = "Thanks!\n" },
  { .name = "thanks with an attachment", EVE, .recipients = "@r12", .status = TM_STATUS_RESOLVED, .text = "Thanks!\n",
    .has_attachment = true },
  { .name = "bounce at its token", .from = "mailer-daemon@acme.example", .message_id = "b@acme.example",
    .subject = "failed",
    .recipients = "@b12", .status = TM_STATUS_WAITING, .is_auto = true, .is_bounce = true },
  { BOUNCE ("5.1.1 of the requester"), .undelivered = "eve@acme.example=5.1.1=failed" },
  { BOUNCE ("5.1.1 of an unknown message"), .undelivered = "eve@acme.example=5.1.1=failed", .unknown_message = true },
  { BOUNCE ("5.1.1 of somebody that nothing was sent to"), .undelivered = "joe@elsewhere.example=5.1.1=failed" },
  { BOUNCE ("5.1.1 of one who only writes"), .undelivered = "bob@acme.example=5.1.1=failed",
    .participants = "w:bob@acme.example r:boss@acme.example" },
  { BOUNCE ("5.1.1 of our own addresses"),
    .undelivered = "support@example.com=5.1.1=failed anna@example.com=5.1.1=failed",
    .participants = "r:support@example.com r:anna@example.com" },
  { BOUNCE ("5.1.1 of an address that mail was forwarded to"),
    .undelivered = "eve@home.example=5.1.1=failed=eve@acme.example" },
  { BOUNCE ("5.1.8 is about the sender"), .undelivered = "eve@acme.example=5.1.8=failed" },
  { BOUNCE ("the first 5.2.2"), .undelivered = "eve@acme.example=5.2.2=failed" },
  { BOUNCE ("the second 5.2.2"), .undelivered = "eve@acme.example=5.2.2=failed", .failed_lately = true },
  { BOUNCE ("a delay after a failure"), .undelivered = "eve@acme.example=4.4.1=delayed",
    .failed_lately = true },
  { BOUNCE ("a temporary failure, given up"), .undelivered = "eve@acme.example=4.4.7=failed",
    .failed_lately = true },
  { BOUNCE ("silenced already"), .undelivered = "eve@acme.example=5.1.1=failed", .silenced = true },
  { BOUNCE ("addresses in a text"),
    .undelivered = "?postmaster@mx.example=5.1.1=failed ?eve@acme.example=5.1.1=failed" },
  { BOUNCE ("addresses in a text, none that we wrote to"),
    .undelivered = "?joe@elsewhere.example=5.1.1=failed ?jim@elsewhere.example=5.1.1=failed" },
  { .name = "bounce of a closed ticket, which a rule calls human", .from = "mailer-daemon@acme.example",
    .message_id = "b@acme.example", .subject = "failed", .recipients = "@b12", .status = TM_STATUS_CLOSED,
    .closed_days = 100, .is_auto = true, .is_bounce = true, .human = true,
    .undelivered = "eve@acme.example=4.4.1=delayed" },
  { .name = "a person at a bounce address", EVE, .recipients = "@b12", .status = TM_STATUS_WAITING },
  { .name = "two queues", EVE, .recipients = "hosting@example.com support@example.com" },
  { .name = "another queue of a known ticket", EVE, .recipients = "hosting@example.com",
    .in_reply_to = "first@example.com",
    .status = TM_STATUS_OPEN, .links = "first@example.com:12:had" },
  { .name = "duplicate", EVE, SUPPORT, .earlier = true },
  { .name = "duplicate at another queue", EVE, .recipients = "support@example.com hosting@example.com",
    .earlier = true },
  { .name = "duplicate to others too", EVE, .recipients = "support@example.com joe@elsewhere.example",
    .earlier = true },
  { .name = "mixed recipients", EVE, .recipients = "support@example.com joe@elsewhere.example" },
  { .name = "agents in the envelope are no others", EVE, .recipients = "support@example.com anna@example.com" },
  { .name = "agent's note", .from = "anna@example.com", .login = "anna", .message_id = "a@example.com",
    .subject = "x", SUPPORT,
    .in_reply_to = "first@example.com", .status = TM_STATUS_WAITING, .links = "first@example.com:12:had" },
  { .name = "agent's malformed mail", .from = "anna@example.com", .login = "anna", .message_id = "a@example.com",
    .subject = "Re: [example#12] x", .recipients = "@r12", .flags = TM_FLAG_MALFORMED, .status = TM_STATUS_WAITING },
  { .name = "agent of another queue", .from = "carl@example.com", .login = "carl", .message_id = "c@example.com",
    .subject = "x", .recipients = "hosting@example.com @r12", .status = TM_STATUS_WAITING },
  { .name = "agent without login", .from = "anna@example.com", .message_id = "a@example.com", .subject = "x",
    .recipients = "@r12", .status = TM_STATUS_OPEN },
  { .name = "agent without login, to others too", .from = "anna@example.com", .message_id = "a@example.com",
    .subject = "x",
    .recipients = "@r12 joe@elsewhere.example", .status = TM_STATUS_OPEN },
  { .name = "agent without login, no SMTP client", .from = "anna@example.com", .message_id = "a@example.com",
    .subject = "x",
    .recipients = "@r12", .status = TM_STATUS_OPEN, .no_client = true },
  { .name = "rejected", EVE, SUPPORT, .verdict = TM_RULE_REJECT },
  { .name = "ignored", EVE, SUPPORT, .verdict = TM_RULE_IGNORE },
  { .name = "spam", EVE, SUPPORT, .is_spam = true },
  { .name = "merged ticket", EVE, .recipients = "@r11", .status = TM_STATUS_OPEN },
  { .name = "had before referred to", EVE, SUPPORT, .references = "one@x.example two@x.example",
    .status = TM_STATUS_OPEN,
    .links = "two@x.example:13:ref one@x.example:12:had" },
  { .name = "open before closed", EVE, SUPPORT, .references = "one@x.example two@x.example", .status = TM_STATUS_CLOSED,
    .closed_days = 1, .links = "two@x.example:12:had one@x.example:13:had" },
  { .name = "a Message-ID that two tickets had", .from = "anna@example.com", .login = "anna",
    .message_id = "a@example.com", .subject = "Re: [example#12] x", SUPPORT,
    .in_reply_to = "one@x.example", .status = TM_STATUS_RESOLVED,
    .links = "one@x.example:13:had one@x.example:12:had" },
  { .name = "queue by rule", EVE, SUPPORT, .queue = "hosting", .assignee = "anna", .tag = "cluster=c12" },
  { .name = "raised on a follow-up", EVE, .recipients = "@r12", .status = TM_STATUS_OPEN, .shift = -1 },
  { .name = "rules for a follow-up", EVE, .recipients = "@r12", .status = TM_STATUS_PENDING, .type = "question",
    .priority = "P3", .assignee = "anna", .tag = "cluster=c12", .note = "\"again\" \\ \x01" },
  { .name = "new type may not have the priority", EVE, .recipients = "@r12", .status = TM_STATUS_OPEN,
    .type = "question" },
  { .name = "shift without a priority", EVE, SUPPORT, .shift = 1 },
  { .name = "answer to automatic mail", EVE, .recipients = "@r12", .status = TM_STATUS_UNSORTED },
  { .name = "stranger answers automatic mail", .from = "stranger@elsewhere.example",
    .message_id = "s@elsewhere.example", .subject = "x", .recipients = "@r12", .status = TM_STATUS_UNSORTED },
  { .name = "participant answers", .from = "boss@acme.example", .message_id = "b@acme.example", .subject = "x", SUPPORT,
    .in_reply_to = "first@example.com", .status = TM_STATUS_WAITING, .links = "first@example.com:12:had",
    .participants = "w:bob@acme.example r:boss@acme.example" },
  { .name = "writer's tag", .from = "bob@acme.example", .message_id = "b@acme.example", .subject = "[example#12] x",
    SUPPORT, .status = TM_STATUS_WAITING, .participants = "w:bob@acme.example r:boss@acme.example" },
  { .name = "writer answers", .from = "bob@acme.example", .message_id = "b@acme.example", .subject = "x", SUPPORT,
    .in_reply_to = "first@example.com", .status = TM_STATUS_WAITING, .links = "first@example.com:12:had",
    .participants = "w:bob@acme.example r:boss@acme.example" },
  { .name = "receipt names what it is about", EVE, SUPPORT, .reports_on = "first@example.com", .is_auto = true,
    .status = TM_STATUS_WAITING, .links = "first@example.com:12:had gone@example.com:99:had" },
  { .name = "Message-ID seen before", EVE, SUPPORT, .own_id_known = true },
  { .name = "authenticated requester's Cc", EVE, SUPPORT, .authenticated = true,
    .cc = "boss@acme.example hosting@example.com" },
  { .name = "unauthenticated requester's Cc", EVE, SUPPORT, .cc = "boss@acme.example" },
  { .name = "many foreign marks", EVE, SUPPORT, .n_foreign = 1000 },
  { .name = "many foreign marks, to others too", EVE, .recipients = "support@example.com joe@elsewhere.example",
    .n_foreign = 1000 },
  { .name = "many foreign marks, no SMTP client", EVE, SUPPORT, .n_foreign = 1000, .no_client = true },
  { .name = "a rule hit its bound", EVE, SUPPORT, .limited = true },
  { .name = "moved to another queue", EVE, .recipients = "support@example.com joe@elsewhere.example",
    .queue = "hosting", .moves = true },
  { .name = "moved to where it was sent to, too", EVE, .recipients = "support@example.com hosting@example.com",
    .queue = "hosting", .moves = true },
  { .name = "moved as a follow-up", EVE, .recipients = "@r12", .status = TM_STATUS_OPEN, .queue = "hosting",
    .moves = true },
  { .name = "a stranger moves nothing", .from = "stranger@elsewhere.example", .message_id = "s@elsewhere.example",
    .subject = "x", .recipients = "@r12", .status = TM_STATUS_OPEN, .queue = "hosting", .moves = true },
  { .name = "duplicate of a moved one", EVE, .recipients = "Support@example.com", .earlier = true,
    .moved_before = true, .earlier_marks = "ticket 12\ntag example\nrcpt hosting@example.com\n"
                                           "drop support@example.com\nfield X-Ticket-ID 12\n" },
  { .name = "requester of a form", .from = "www@example.net", .message_id = "f@example.net", .subject = "Form", SUPPORT,
    .requester = "joe@shop.example", .authenticated = true, .cc = "www2@example.net" },
  { .name = "the requester of a ticket stays", EVE, .recipients = "@r12", .status = TM_STATUS_OPEN,
    .requester = "joe@shop.example" },
  { .name = "page", EVE, SUPPORT, .priority = "P1", .pages = true },
  { .name = "page for a follow-up", EVE, .recipients = "@r12", .status = TM_STATUS_WAITING, .pages = true },
  { .name = "no page for automatic mail", EVE, SUPPORT, .is_auto = true, .pages = true },
  { .name = "no page for spam", EVE, SUPPORT, .is_spam = true, .pages = true },
  { .name = "discarded", EVE, SUPPORT, .verdict = TM_RULE_DISCARD },
  { .name = "discarded, to others too", EVE, .recipients = "support@example.com joe@elsewhere.example",
    .verdict = TM_RULE_DISCARD },
  { .name = "discarded, no SMTP client", EVE, SUPPORT, .verdict = TM_RULE_DISCARD, .no_client = true },
  { .name = "first alert", EVE, SUPPORT, .is_auto = true, .key = "c12/disk", .pages = true, .queue = "hosting" },
  { .name = "alert again", EVE, SUPPORT, .is_auto = true, .key = "c12/disk", .pages = true, .status = TM_STATUS_NEW,
    .correlated = 12, .type = "question", .priority = "P1", .assignee = "anna", .tag = "cluster=c12",
    .missing = "steps" },
  { .name = "alert again on a waiting ticket", EVE, SUPPORT, .is_auto = true, .key = "c12/disk",
    .status = TM_STATUS_WAITING, .correlated = 12 },
  { .name = "a person's alert again", EVE, SUPPORT, .key = "c12/disk", .status = TM_STATUS_WAITING, .correlated = 12 },
  { .name = "alert after its ticket was resolved", EVE, SUPPORT, .is_auto = true, .key = "c12/disk",
    .status = TM_STATUS_RESOLVED, .correlated = 12 },
  { .name = "alert of a merged ticket", EVE, SUPPORT, .is_auto = true, .key = "c12/disk", .status = TM_STATUS_OPEN,
    .correlated = 11 },
  { .name = "recovery", EVE, SUPPORT, .is_auto = true, .key = "c12/disk", .recovers = true, .status = TM_STATUS_OPEN,
    .correlated = 12 },
  { .name = "recovery without an open ticket", EVE, SUPPORT, .key = "c12/disk", .recovers = true, .pages = true },
  { .name = "an alert that answers a message", EVE, SUPPORT, .is_auto = true, .key = "c12/disk",
    .in_reply_to = "first@example.com", .status = TM_STATUS_OPEN, .links = "first@example.com:12:had",
    .correlated = 13 },
  { .name = "a recovery that answers a message", EVE, SUPPORT, .is_auto = true, .key = "c12/disk", .recovers = true,
    .in_reply_to = "first@example.com", .status = TM_STATUS_OPEN, .links = "first@example.com:12:had" },
  { .name = "a stranger's recovery", .from = "stranger@elsewhere.example", .message_id = "s@elsewhere.example",
    .subject = "x", .recipients = "@r12", .status = TM_STATUS_OPEN, .key = "c12/disk", .recovers = true },
  { .name = "an agent's alert is no note", .from = "anna@example.com", .login = "anna", .message_id = "a@example.com",
    .subject = "x", SUPPORT, .key = "c12/disk", .status = TM_STATUS_OPEN, .correlated = 12 },
  /* queue `remote`: its agents' mailboxes are elsewhere; queue `asks`: Reply-To is the token */
  { .name = "remote", EVE, REMOTE, WRITTEN },
  { .name = "remote, explained", EVE, REMOTE, WRITTEN, .explain = true },
  { .name = "remote, explained follow-up", EVE, .recipients = "remote@example.com @r12", WRITTEN, .explain = true,
    .status = TM_STATUS_OPEN },
  { .name = "remote, without a sender", EVE, .recipients = "remote@example.com", .is_auto = true },
  { .name = "remote, to others too", EVE, .recipients = "remote@example.com joe@elsewhere.example", WRITTEN },
  { .name = "remote and local", EVE, .recipients = "support@example.com asks@example.com remote@example.com", WRITTEN },
  { .name = "remote by rule", EVE, SUPPORT, WRITTEN, .queue = "remote" },
  { .name = "remote, agent's note", .from = "anna@example.com", .login = "anna", .message_id = "a@example.com",
    .subject = "x", .recipients = "remote@example.com @r12", .status = TM_STATUS_WAITING, WRITTEN },
  { .name = "remote, two From fields", .message_id = "n@x.example", .subject = "x", REMOTE,
    .written = "From: a@x.example\r\nFrom: =?utf-8?q?=C3=A4?= <b@x.example>\r\n", .sender = "a@x.example",
    .flags = TM_FLAG_MALFORMED },
  { .name = "remote, duplicate", EVE, REMOTE, WRITTEN, .earlier = true,
    .earlier_marks = "ticket 12\nfrom r@example.com \"Eve via remote\"\nsender b@example.com\n" },
  { .name = "remote, duplicate of mail to local mailboxes", EVE, REMOTE, WRITTEN, .earlier = true },
  { .name = "answers at the token", EVE, .recipients = "asks@example.com", WRITTEN },
  { .name = "no From", .message_id = "n@x.example", .subject = "x", SUPPORT, .flags = TM_FLAG_NO_FROM },
};

#endif
