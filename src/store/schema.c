/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/schema.h"

/* As store/quarantine.c reads them. */
#define QUARANTINE_COLUMNS                                                                                            \
  "id, at, rule, reason, queue_id, sender, recipients, from_address, subject, size, data IS NOT NULL"

/* As store/outbox.c reads them. */
#define OUTBOX_COLUMNS                                                                                                \
  "id, kind, ticket, message, actor, recipients, sender_purpose, reply_purpose, subject, may_repeat, state,"          \
  " created_at, next_at, tries, error, ended_at, settled, receiver"

const char *const schema_statements[SQL_N_STATEMENTS] = {
  [SQL_BEGIN_READ] = "BEGIN",
  [SQL_BEGIN_WRITE] = "BEGIN IMMEDIATE",
  [SQL_COMMIT] = "COMMIT",
  [SQL_ROLLBACK] = "ROLLBACK",
  [SQL_SAVEPOINT] = "SAVEPOINT message",
  [SQL_ROLLBACK_TO] = "ROLLBACK TO message",
  [SQL_RELEASE] = "RELEASE message",

  [SQL_NEXT_TICKET] = "SELECT coalesce(max(id), 0) + 1 FROM ticket",
  [SQL_TICKET_FACTS] = "SELECT status, closed_at, requester, type, priority, assignee, merged_into, customer,"
                       " plan, answer_to, priority_by, (SELECT group_concat (name, ' ') FROM"
                       " (SELECT name FROM ticket_missing WHERE ticket = ?1 ORDER BY position) AS missing),"
                       " workaround, created_at, resolved_at, EXISTS (SELECT 1 FROM ticket_tag AS g"
                       " WHERE g.ticket = ?1 AND g.key = ?2), notify_at, after_at, after_since, after_done,"
                       " after_told, is_quiet FROM ticket WHERE id = ?1",
  [SQL_PARTICIPANTS] = "SELECT address, put_in_by, receives, answer_to FROM participant WHERE ticket = ?1"
                       " ORDER BY address",
  [SQL_QUEUES] = "SELECT queue FROM ticket_queue WHERE ticket = ?1 ORDER BY position",
  [SQL_CLOCKS] = "SELECT metric, cycle, target, calendar, priority, started_at, base_at, due_at, met_at, ended_at,"
                 " is_breached, revision, pauses FROM clock AS c WHERE " SCHEMA_CLOCKS_OF ("?1") " ORDER BY id",
  /* An id that ever so many tickets know costs no more than another: the newest are the likely ones,
   * the oldest cannot be pushed out by whoever repeats the id on purpose. */
  [SQL_LINKS] = "SELECT ticket, had FROM (SELECT ticket, had FROM message_ref WHERE id = ?1"
                " ORDER BY had DESC, ticket DESC LIMIT 12) AS newest"
                " UNION SELECT ticket, had FROM (SELECT ticket, had FROM message_ref WHERE id = ?1 AND had = 1"
                " ORDER BY ticket LIMIT 4) AS oldest ORDER BY 2 DESC, 1 DESC",
  [SQL_ID_HAD] = "SELECT 1 FROM message_ref WHERE id = ?1 AND had = 1 LIMIT 1",
  [SQL_CORRELATED] = "SELECT ticket FROM correlation WHERE queue = ?1 AND key = ?2",
  [SQL_EARLIER] = "SELECT m.ticket, m.id, m.marks FROM dedup AS d JOIN message AS m ON m.id = d.message"
                  " WHERE d.key = ?1 AND d.expires_at > ?2",
  /* The token names the ticket that the message was of; since then it may have been merged into the other. */
  [SQL_FAILED_MESSAGE] = "SELECT max (id) FROM message WHERE ticket IN (?1, ?2) AND message_id = ?3",
  [SQL_FAILED_LATELY] = "SELECT 1 FROM delivery WHERE recipient = ?1 AND at > ?2 AND counts = 1 AND message <> ?3"
                        " LIMIT 1",
  [SQL_SILENCED] = "SELECT address, since, why, ticket, message FROM silenced WHERE address = ?1",
  [SQL_IDS_OF_TICKET] = "SELECT message_id, direction, from_address FROM message WHERE ticket = ?1"
                        " AND message_id <> ''",
  /* 1: a ticket that was merged had it, and keeps it where it was another customer's (SQL_MERGE_ID_HAD); 0: one that
   * is somebody else's still. */
  [SQL_ID_OF_OTHERS] = "SELECT coalesce (max (other.status = ?3), -1) FROM message_ref AS r"
                       " JOIN ticket AS other ON other.id = r.ticket JOIN ticket AS own ON own.id = ?2"
                       " WHERE r.id = ?1 AND r.had = 1 AND (other.customer IS NOT own.customer"
                       " OR (other.status <> ?3 AND own.customer IS NULL AND other.requester <> own.requester))",
  [SQL_SHINGLES] = "SELECT hash FROM shingle WHERE ticket = ?1 ORDER BY hash",
  [SQL_SHOWN_TEXTS] = "SELECT text FROM message WHERE ticket = ?1 AND direction <> ?2 ORDER BY id DESC LIMIT ?3",
  [SQL_SENDERS_TEXTS] = "SELECT text FROM message WHERE id > (SELECT max (id) FROM message) - ?3 AND direction = ?2"
                        " AND from_address = ?1 ORDER BY id DESC LIMIT ?4",
  [SQL_MESSAGE_OF_ID] = "SELECT coalesce (max (id), 0) FROM message WHERE ticket = ?1 AND message_id = ?2",
  [SQL_LAST_SEEN] = "SELECT coalesce (max (id), 0) FROM message WHERE ticket = ?1"
                    " AND ((direction = ?2 AND is_auto = 0) OR login = ?3 OR from_address = ?4)",
  /* Who proved himself by a certificate has no login, and may have written as the desk: the event knows him. */
  [SQL_ANSWERS] = "SELECT login, from_address, received_at, CASE WHEN login IS NULL THEN"
                  " (SELECT substr (actor, 7) FROM event AS e WHERE e.ticket = m.ticket AND e.at = m.received_at"
                  " AND e.action IN ('message', 'open') AND substr (actor, 1, 6) = 'agent:' LIMIT 1) END"
                  " FROM message AS m WHERE ticket = ?1 AND id > ?2 AND direction = ?3 AND is_auto = 0"
                  " ORDER BY id DESC LIMIT ?4",
  [SQL_ANY_CONTACT] = "SELECT 1 FROM contact_address LIMIT 1",
  [SQL_CONTACT_BY_ADDRESS] = "SELECT c.id, c.customer, c.confirmed_at, c.blocked_at"
                             " FROM contact_address AS a JOIN contact AS c ON c.id = a.contact WHERE a.address = ?1",
  [SQL_CONTACT_ADDRESSES] = "SELECT address FROM contact_address WHERE contact = ?1 ORDER BY address",

  [SQL_TICKET_RECORD] = "SELECT subject, priority_by, created_at, resolved_at, merged_into FROM ticket WHERE id = ?1",
  [SQL_TAGS] = "SELECT key, value FROM ticket_tag WHERE ticket = ?1 ORDER BY key, value",
  [SQL_MISSING] = "SELECT name FROM ticket_missing WHERE ticket = ?1 ORDER BY position",
  [SQL_RELATED] = "SELECT other FROM relation WHERE ticket = ?1 ORDER BY other",
  [SQL_MESSAGES] = "SELECT id, direction, from_address, message_id, date_at, received_at, subject, text,"
                   " reply_start, reply_len, is_auto, is_bounce, is_verified, flags"
                   " FROM message WHERE ticket = ?1 ORDER BY id",
  [SQL_ATTACHMENTS] = "SELECT name, type, size, sha256, is_inline FROM attachment WHERE message = ?1 ORDER BY position",
  [SQL_FAILURES] = "SELECT recipient, status, action, is_final, at, diagnostic FROM delivery WHERE message = ?1"
                   " ORDER BY bounce, position",
  [SQL_SILENCED_ALL] = "SELECT address, since, why, ticket, message FROM silenced ORDER BY address",
  [SQL_EVENTS] = "SELECT at, actor, action, detail FROM event WHERE ticket = ?1 ORDER BY number",
  [SQL_LIST]
  = "SELECT id FROM ticket WHERE status IN (?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
    " AND (?1 IS NULL OR EXISTS (SELECT 1 FROM ticket_queue AS q WHERE q.ticket = ticket.id AND q.queue = ?1))"
    " AND (?2 IS NULL OR requester = ?2) ORDER BY next_due IS NULL, next_due, id DESC LIMIT ?3",
  [SQL_COUNTS] = "SELECT (SELECT count(*) FROM ticket), (SELECT count(*) FROM message)",
  [SQL_STATUSES] = "SELECT status, count(*) FROM ticket GROUP BY status",

  [SQL_CONTACT] = "SELECT customer, name, created_at, confirmed_at, blocked_at FROM contact WHERE id = ?1",
  [SQL_CONTACTS] = "SELECT id FROM contact WHERE ?1 IS NULL OR customer = ?1 ORDER BY id",

  [SQL_ADD_TICKET] = "INSERT INTO ticket (id, status, subject, requester, type, priority, priority_by, assignee,"
                     " created_at, customer, plan, answer_to, next_due, notify_at)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
  [SQL_ADD_MISSING] = "INSERT INTO ticket_missing (ticket, position, name)"
                      " VALUES (?1, (SELECT coalesce (max (position), -1) + 1 FROM ticket_missing"
                      " WHERE ticket = ?1), ?2)",
  [SQL_DROP_MISSING] = "DELETE FROM ticket_missing WHERE ticket = ?1 AND name = ?2",
  [SQL_LEAVE_QUEUES] = "DELETE FROM ticket_queue WHERE ticket = ?1",
  [SQL_ADD_QUEUE] = "INSERT INTO ticket_queue (ticket, queue, position)"
                    " VALUES (?1, ?2, (SELECT count(*) FROM ticket_queue WHERE ticket = ?1)) ON CONFLICT DO NOTHING",
  [SQL_ADD_TAG] = "INSERT INTO ticket_tag (ticket, key, value) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
  [SQL_ADD_PARTICIPANT] = "INSERT INTO participant (ticket, address, put_in_by, receives) VALUES (?1, ?2, ?3, 1)"
                          " ON CONFLICT (ticket, address) DO UPDATE SET put_in_by = excluded.put_in_by, receives = 1"
                          " WHERE participant.receives = 0",
  [SQL_SET_PARTICIPANT_ANSWER_TO] = "UPDATE participant SET answer_to = ?3 WHERE ticket = ?1 AND address = ?2",
  /* A number that names no ticket, or the ticket itself, relates nothing. */
  [SQL_ADD_RELATION] = "INSERT INTO relation (ticket, other)"
                       " SELECT ?1, id FROM ticket WHERE id = ?2 AND id <> ?1"
                       " UNION ALL SELECT id, ?1 FROM ticket WHERE id = ?2 AND id <> ?1 ON CONFLICT DO NOTHING",
  /* 5 resolved, 6 closed: the instants say since when; what is neither has none. */
  [SQL_SET_STATUS] = "UPDATE ticket SET status = ?2,"
                     " resolved_at = CASE ?2 WHEN 5 THEN ?3 WHEN 6 THEN resolved_at END,"
                     " closed_at = CASE ?2 WHEN 6 THEN ?3 END WHERE id = ?1",
  [SQL_SET_TYPE] = "UPDATE ticket SET type = ?2 WHERE id = ?1",
  [SQL_SET_PRIORITY] = "UPDATE ticket SET priority = ?2 WHERE id = ?1",
  [SQL_SET_PRIORITY_BY] = "UPDATE ticket SET priority_by = ?2 WHERE id = ?1",
  [SQL_SET_WORKAROUND] = "UPDATE ticket SET workaround = ?2 WHERE id = ?1",
  [SQL_SET_ASSIGNEE] = "UPDATE ticket SET assignee = ?2 WHERE id = ?1",
  [SQL_SET_PLAN] = "UPDATE ticket SET plan = ?2 WHERE id = ?1",
  [SQL_SET_ANSWER_TO] = "UPDATE ticket SET answer_to = ?2 WHERE id = ?1",
  [SQL_ADD_MESSAGE] = "INSERT INTO message (ticket, direction, from_address, message_id, subject, date_at, received_at,"
                      " text, reply_start, reply_len, flags, is_auto, is_bounce, is_verified, size,"
                      " envelope_sender, login, client, queue_id, marks) VALUES"
                      " (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)",
  [SQL_ADD_ATTACHMENT] = "INSERT INTO attachment (message, position, name, type, size, sha256, is_inline)"
                         " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
  [SQL_CORRELATE] = "INSERT INTO correlation (queue, key, ticket) VALUES (?1, ?2, ?3)"
                    " ON CONFLICT (queue, key) DO UPDATE SET ticket = excluded.ticket",
  [SQL_ADD_QUARANTINE] = "INSERT INTO quarantine (at, rule, reason, queue_id, sender, recipients, from_address,"
                         " subject, size, codec, data) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
  [SQL_ADD_OUTBOX] = "INSERT INTO outbox (kind, ticket, message, actor, recipients, sender_purpose, reply_purpose,"
                     " subject, text, may_repeat, state, created_at, next_at, html, rate_key, receiver, page, tries,"
                     " settled)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, 0, '')",
  [SQL_ADD_SHINGLE] = "INSERT INTO shingle (ticket, hash, message) VALUES (?1, ?2, ?3)",
  [SQL_ADD_RAW] = "INSERT INTO raw (message, codec, data) VALUES (?1, ?2, ?3)",
  [SQL_ADD_ID_HAD] = "INSERT INTO message_ref (id, had, ticket) VALUES (?1, 1, ?2) ON CONFLICT DO NOTHING",
  [SQL_ADD_ID_REFERRED] = "INSERT INTO message_ref (id, had, ticket) SELECT ?1, 0, ?2 WHERE NOT EXISTS"
                          " (SELECT 1 FROM message_ref WHERE id = ?1 AND had = 1 AND ticket = ?2)"
                          " ON CONFLICT DO NOTHING",
  [SQL_ADD_DEDUP] = "INSERT INTO dedup (key, message, expires_at) VALUES (?1, ?2, ?3)"
                    " ON CONFLICT (key) DO UPDATE SET message = excluded.message, expires_at = excluded.expires_at",
  [SQL_ADD_FAILURE] = "INSERT INTO delivery (message, bounce, position, recipient, status, action, is_final, counts,"
                      " at, diagnostic) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
  [SQL_ADD_SILENCED] = "INSERT INTO silenced (address, since, why, ticket, message) VALUES (?1, ?2, ?3, ?4, ?5)"
                       " ON CONFLICT (address) DO NOTHING",
  [SQL_DROP_SILENCED] = "DELETE FROM silenced WHERE address = ?1",
#define CLOCK_VALUES                                                                                                  \
  "INSERT INTO clock (id, target, calendar, priority, started_at, base_at, due_at, met_at, ended_at, is_breached,"     \
  " revision, pauses) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
  [SQL_ADD_CLOCK] = CLOCK_VALUES,
  /* As nearly all begin: each column more is some hundred instructions, for every new ticket. */
#define PLAIN_CLOCK                                                                                                   \
  "INSERT INTO clock (id, target, calendar, priority, started_at, due_at, revision, is_breached)"                     \
  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)"
#define PLAIN_CLOCK_2 ", (?8, ?9, ?10, ?11, ?12, ?13, ?14, 0)"
#define PLAIN_CLOCK_3 ", (?15, ?16, ?17, ?18, ?19, ?20, ?21, 0)"
  [SQL_ADD_PLAIN_CLOCK] = PLAIN_CLOCK,
  [SQL_ADD_2_PLAIN_CLOCKS] = PLAIN_CLOCK PLAIN_CLOCK_2,
  [SQL_ADD_3_PLAIN_CLOCKS] = PLAIN_CLOCK PLAIN_CLOCK_2 PLAIN_CLOCK_3,
  [SQL_SET_CLOCK] = CLOCK_VALUES " ON CONFLICT (id) DO UPDATE SET target = excluded.target,"
                    " calendar = excluded.calendar, priority = excluded.priority, started_at = excluded.started_at,"
                    " base_at = excluded.base_at, due_at = excluded.due_at, met_at = excluded.met_at,"
                    " ended_at = excluded.ended_at, is_breached = excluded.is_breached, revision = excluded.revision,"
                    " pauses = excluded.pauses",
  [SQL_SET_NEXT_DUE] = "UPDATE ticket SET next_due = ?2 WHERE id = ?1",
#define NO_NOTIFICATION "9223372036854775807"
  [SQL_SET_NOTIFY] = "UPDATE ticket SET notify_at = coalesce (?2, CASE WHEN notify_at IS NOT NULL THEN "
                     NO_NOTIFICATION " END) WHERE id = ?1",
  [SQL_NEXT_NOTIFY] = "SELECT notify_at FROM ticket WHERE notify_at < " NO_NOTIFICATION " ORDER BY notify_at LIMIT 1",
  [SQL_NOTIFY_DUE] = "SELECT id, subject FROM ticket WHERE notify_at < " NO_NOTIFICATION
                     " AND notify_at <= ?1 ORDER BY notify_at LIMIT ?2",
  [SQL_NOTIFIED] = "SELECT metric, cycle, kind, level, number, fired_at, told, acked_by, is_ack_told"
                   " FROM notification WHERE ticket = ?1",
  [SQL_HAS_NOTIFIED] = "UPDATE ticket SET notify_at = coalesce (notify_at, " NO_NOTIFICATION ") WHERE id = ?1",
  [SQL_PAGED] = "SELECT n.told, t.customer IS NULL FROM notification AS n JOIN ticket AS t ON t.id = n.ticket"
                " WHERE n.kind = 3 AND n.fired_at > ?1 LIMIT 1000",
  [SQL_ACK_NOTIFIED] = "UPDATE notification SET acked_by = ?2 WHERE ticket = ?1 AND acked_by IS NULL",
  [SQL_SET_AFTER] = "UPDATE ticket SET after_at = ?2, after_since = ?3, after_done = ?4, after_told = ?5 WHERE id = ?1",
  [SQL_SET_QUIET] = "UPDATE ticket SET is_quiet = 1 WHERE id = ?1",
  [SQL_NEXT_AFTER] = "SELECT after_at FROM ticket WHERE after_at IS NOT NULL ORDER BY after_at LIMIT 1",
  [SQL_AFTER_DUE] = "SELECT id, subject FROM ticket WHERE after_at IS NOT NULL AND after_at <= ?1 ORDER BY after_at"
                    " LIMIT ?2",
  /* What went before a notice: the newest message that is no note, whether one went outside, who began and how. */
  [SQL_AFTER_MESSAGES] = "SELECT (SELECT max (id) FROM message WHERE ticket = ?1 AND direction <> ?4),"
                         " EXISTS (SELECT 1 FROM message WHERE ticket = ?1 AND direction = ?3),"
                         " (SELECT text FROM message WHERE ticket = ?1 AND direction = ?2 ORDER BY id LIMIT 1),"
                         " (SELECT is_auto FROM message WHERE ticket = ?1 AND direction = ?2 ORDER BY id LIMIT 1)",
  [SQL_SET_SATISFACTION] = "INSERT INTO satisfaction (ticket, person, value, at, message, is_told)"
                           " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET value = excluded.value,"
                           " at = excluded.at, message = excluded.message, is_told = max (is_told, excluded.is_told)",
  [SQL_FEEDBACK_TOLD] = "SELECT EXISTS (SELECT 1 FROM satisfaction WHERE ticket = ?1 AND is_told = 1)",
  [SQL_SATISFACTION] = "SELECT s.value, s.person, s.at, m.text, m.reply_start, m.reply_len FROM satisfaction AS s"
                       " JOIN message AS m ON m.id = s.message WHERE s.ticket = ?1 ORDER BY s.at DESC, s.message DESC"
                       " LIMIT 1",
  [SQL_MERGE_SATISFACTION] = "INSERT INTO satisfaction (ticket, person, value, at, message, is_told)"
                             " SELECT ?2, person, value, at, message, is_told FROM satisfaction WHERE ticket = ?1"
                             " ON CONFLICT DO NOTHING",
  [SQL_ERASE_SATISFACTION] = "UPDATE OR REPLACE satisfaction SET person = '' WHERE person = ?1",
  [SQL_DROP_SATISFACTION] = "DELETE FROM satisfaction WHERE ticket = ?1",
  [SQL_OUTBOX_GROW] = "UPDATE outbox SET subject = ?2, text = ?3 WHERE id = ?1 AND state = ?4",
  [SQL_CHANGES] = "SELECT changes ()",
  [SQL_SET_NOTIFIED] = "INSERT INTO notification (ticket, metric, cycle, kind, level, number, fired_at, told,"
                       " acked_by, is_ack_told) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT DO UPDATE"
                       " SET number = excluded.number, fired_at = excluded.fired_at, told = excluded.told,"
                       " acked_by = excluded.acked_by, is_ack_told = excluded.is_ack_told",
  [SQL_OTHER_REVISION] = "SELECT id FROM ticket AS t WHERE next_due IS NOT NULL AND EXISTS (SELECT 1 FROM clock AS c"
                         " WHERE " SCHEMA_CLOCKS_OF ("t.id") " AND met_at IS NULL AND ended_at IS NULL"
                         " AND revision <> ?1)"
                         " ORDER BY next_due",
  [SQL_ADD_EVENT] = "INSERT INTO event (ticket, number, at, actor, action, detail) VALUES"
                    " (?1, (SELECT coalesce(max(number), 0) + 1 FROM event WHERE ticket = ?1), ?2, ?3, ?4, ?5)",
  /* Of a ticket that has none, as a new one: without a look for those that are there. */
  [SQL_ADD_FIRST_EVENT] = "INSERT INTO event (ticket, number, at, actor, action, detail)"
                          " VALUES (?1, 1, ?2, ?3, ?4, ?5)",
  [SQL_ADD_CONTACT] = "INSERT INTO contact (name, created_at) VALUES (?1, ?2)",
  [SQL_ADD_CONTACT_ADDRESS] = "INSERT INTO contact_address (address, contact) VALUES (?1, ?2)",
  [SQL_SET_CONTACT_CUSTOMER] = "UPDATE contact SET customer = ?2 WHERE id = ?1",
  [SQL_SET_CONTACT_NAME] = "UPDATE contact SET name = ?2 WHERE id = ?1",
  [SQL_SET_CONTACT_CONFIRMED] = "UPDATE contact SET confirmed_at = ?2 WHERE id = ?1",
  [SQL_SET_CONTACT_BLOCKED] = "UPDATE contact SET blocked_at = ?2 WHERE id = ?1",
  /* The literal is that of a partial index (store/schema_3.c).  No ORDER BY: it would read all of them. */
#define HELD_OF_CONTACT " FROM contact_address AS a CROSS JOIN ticket AS t ON t.requester = a.address" \
                        " WHERE a.contact = ?1 AND t.status = 8"
  [SQL_HELD_TICKETS] = "SELECT t.id, t.ack_to" HELD_OF_CONTACT " LIMIT ?2",
  [SQL_COUNT_HELD_TICKETS] = "SELECT count(*)" HELD_OF_CONTACT,
  [SQL_SET_ACK_TO] = "UPDATE ticket SET ack_to = ?2 WHERE id = ?1",
  [SQL_SET_RELEASES] = "UPDATE contact SET releases_by = ?2 WHERE id = ?1",
  [SQL_RELEASES] = "SELECT id, releases_by FROM contact WHERE releases_by IS NOT NULL LIMIT 1",
  [SQL_FIRST_MESSAGE] = "SELECT id, from_address, subject, text, reply_start, reply_len FROM message WHERE ticket = ?1"
                        " ORDER BY id LIMIT 1",
  [SQL_REPORT_MADE] = "SELECT made_at FROM report WHERE name = ?1",
  [SQL_SET_REPORT_MADE] = "INSERT INTO report (name, made_at) VALUES (?1, ?2)"
                          " ON CONFLICT (name) DO UPDATE SET made_at = excluded.made_at",
  [SQL_SWEEP_END] = "SELECT max(key) FROM (SELECT key FROM dedup WHERE key > ?1 ORDER BY key LIMIT ?2) AS next",
  [SQL_SWEEP_DEDUP] = "DELETE FROM dedup WHERE key > ?1 AND key <= ?2 AND expires_at <= ?3",

  /* length() of a blob reads no more than the row's head. */
  [SQL_OLDEST_RAW] = "SELECT raw.message, message.received_at, length (raw.data)"
                     " FROM raw CROSS JOIN message ON message.id = raw.message ORDER BY raw.message LIMIT ?1",
  [SQL_DELETE_RAW] = "DELETE FROM raw WHERE message <= ?1",
  /* Held since: some were made so by hand. */
  [SQL_OLDEST_HELD] = "SELECT id, coalesce ((SELECT max (at) FROM event AS e WHERE e.ticket = t.id"
                      " AND e.action IN ('open', 'status')), created_at)"
                      " FROM ticket AS t WHERE status = ?1 ORDER BY id LIMIT ?2",
  [SQL_OLDEST_QUARANTINE] = "SELECT id, at, coalesce (length (data), 0) FROM quarantine ORDER BY id LIMIT ?1",
  [SQL_QUARANTINE_LIST] = "SELECT " QUARANTINE_COLUMNS " FROM quarantine ORDER BY id DESC LIMIT ?1",
  [SQL_QUARANTINED] = "SELECT " QUARANTINE_COLUMNS ", codec, data FROM quarantine WHERE id = ?1",
  [SQL_QUARANTINE_HAS] = "SELECT 1 FROM quarantine WHERE id = ?1",
  [SQL_DELETE_QUARANTINE] = "DELETE FROM quarantine WHERE id <= ?1",
  [SQL_OLDEST_OUTBOX] = "SELECT id, ended_at, length (text) FROM outbox WHERE ended_at IS NOT NULL"
                        " ORDER BY id LIMIT ?1",
  [SQL_DELETE_OUTBOX] = "DELETE FROM outbox WHERE id <= ?1 AND ended_at IS NOT NULL",
  [SQL_OUTBOX_LIST] = "SELECT " OUTBOX_COLUMNS " FROM outbox WHERE ?2 OR ended_at IS NULL ORDER BY id DESC LIMIT ?1",
  [SQL_OUTBOX_ROW] = "SELECT " OUTBOX_COLUMNS ", text, html, page FROM outbox WHERE id = ?1",
  [SQL_OUTBOX_DUE] = "SELECT " OUTBOX_COLUMNS ", text, html, page FROM outbox WHERE state = ?1"
                     " AND (receiver IS NOT NULL) = 0 AND next_at <= ?2 ORDER BY next_at, id LIMIT 1",
  [SQL_OUTBOX_NEXT] = "SELECT coalesce (min (next_at), ?2) FROM outbox WHERE state = ?1"
                      " AND (receiver IS NOT NULL) = 0",
  /* The receivers that pages wait for, one after another. */
  [SQL_PAGE_RECEIVER] = "SELECT min (receiver) FROM outbox WHERE receiver > ?1 AND receiver IS NOT NULL"
                        " AND ended_at IS NULL",
  /* The one of a receiver that is due first.  Those of a ticket go in their order: a resolve before its trigger would
   * leave an alarm behind that nobody ends. */
  [SQL_PAGE_NEXT] = "SELECT id, next_at FROM outbox AS o WHERE receiver = ?1 AND receiver IS NOT NULL"
                    " AND ended_at IS NULL AND state = ?2 AND NOT EXISTS (SELECT 1 FROM outbox AS p"
                    " WHERE p.receiver = ?1 AND p.receiver IS NOT NULL AND p.ended_at IS NULL"
                    " AND p.ticket = o.ticket AND p.id < o.id) ORDER BY next_at, id LIMIT 1",
  [SQL_OUTBOX_OF_STATE] = "SELECT " OUTBOX_COLUMNS ", text, html, page FROM outbox WHERE state = ?1"
                          " AND (receiver IS NOT NULL) = ?3 ORDER BY id LIMIT ?2",
  [SQL_OUTBOX_BEGIN] = "UPDATE outbox SET state = ?2, tries = tries + 1 WHERE id = ?1",
  [SQL_OUTBOX_END] = "UPDATE outbox SET state = ?2, next_at = ?3, error = ?4, ended_at = ?5, settled = ?6"
                     " WHERE id = ?1",
  [SQL_OUTBOX_UNSENT] = "SELECT count(*) FROM outbox WHERE state IN (?1, ?2)",
  /* Literals, not values, where a partial index has them (store/schema_3.c). */
  [SQL_ACK_EARLIER] = "SELECT o.created_at, m.subject, o.message FROM outbox AS o"
                      " LEFT JOIN message AS m ON m.id = o.message"
                      " WHERE o.rate_key = ?1 AND o.created_at > ?2 AND o.state <> 6"
                      " AND CASE WHEN o.kind IN ('ack', 'confirm') THEN 1 WHEN o.kind = 'status' THEN 2 ELSE 3 END = ?4"
                      " ORDER BY o.created_at DESC LIMIT ?3",
  [SQL_ACK_NEWEST] = "SELECT created_at FROM outbox WHERE kind IN ('ack', 'confirm') ORDER BY created_at DESC"
                     " LIMIT 1 OFFSET ?1",
  [SQL_OUTBOX_SENDING] = "SELECT count(*) FROM outbox WHERE state = ?1 AND (receiver IS NOT NULL) = ?2",
  [SQL_ACK_DELAY] = "UPDATE outbox SET next_at = max (next_at, ?4) WHERE kind IN ('ack', 'confirm')"
                    " AND ended_at IS NULL AND ticket = ?1 AND message = ?2 AND state = ?3",
  [SQL_ACK_DROP] = "UPDATE outbox SET state = ?3, ended_at = ?4 WHERE kind IN ('ack', 'confirm')"
                   " AND ended_at IS NULL AND kind = 'ack' AND ticket = ?1 AND state = ?2",
  [SQL_CONFIRM_ASKED] = "SELECT 1 FROM outbox AS o JOIN ticket AS t ON t.id = o.ticket WHERE o.rate_key = ?1"
                        " AND o.state <> 6 AND o.kind = 'confirm' AND t.status = ?2 AND t.requester IN (?3, ?4)"
                        " LIMIT 1",
  [SQL_SET_MESSAGE_ID] = "UPDATE message SET message_id = ?2 WHERE id = ?1 AND message_id = ''",
  [SQL_MESSAGE_TO_SEND] = "SELECT message_id, from_address, text, marks, codec, data, subject FROM message"
                          " LEFT JOIN raw ON raw.message = message.id WHERE message.id = ?1",
  [SQL_THREAD_IDS] = "SELECT message_id, direction, from_address FROM message WHERE ticket = ?1 AND id <= ?2"
                     " AND message_id <> '' ORDER BY id DESC",

  [SQL_FIRST_FROM] = "SELECT id, created_at FROM ticket WHERE id >= ?1 ORDER BY id LIMIT 1",
  [SQL_LAST_TICKET] = "SELECT id, created_at FROM ticket ORDER BY id DESC LIMIT 1",
  [SQL_FIGURES_TICKETS]
  = "SELECT id, status, subject, type, priority, customer, plan, created_at, resolved_at,"
    " (SELECT value FROM satisfaction AS s WHERE s.ticket = t.id ORDER BY at DESC, message DESC LIMIT 1)"
    " FROM ticket AS t"
    " WHERE id >= ?1 AND id < ?2 AND created_at >= ?3 AND created_at < ?4"
    " AND (?5 IS NULL OR EXISTS (SELECT 1 FROM ticket_queue AS q WHERE q.ticket = t.id AND q.queue = ?5))"
    " AND (?6 IS NULL OR customer = ?6) ORDER BY id",
  [SQL_FIRST_ANSWER] = "SELECT received_at FROM message WHERE ticket = ?1 AND direction = ?2 AND is_auto = 0"
                       " ORDER BY id LIMIT 1",
  [SQL_OPEN_IDS] = "SELECT id FROM ticket WHERE status BETWEEN 1 AND 4", /* TM_STATUS_NEW to _PENDING */
  [SQL_FIGURES_OPEN]
  = "SELECT status, assignee, created_at, next_due FROM ticket AS t WHERE id = ?1 AND status BETWEEN 1 AND 4"
    " AND (?2 IS NULL OR EXISTS (SELECT 1 FROM ticket_queue AS q WHERE q.ticket = t.id AND q.queue = ?2))"
    " AND (?3 IS NULL OR customer = ?3)",

  [SQL_COUNT_RAW] = "SELECT count(*) FROM raw",
  [SQL_ALL_RAW] = "SELECT message, codec, data FROM raw ORDER BY message",

  [SQL_FOUND] = "SELECT ticket, subject, from_address, text, received_at FROM message WHERE id = ?1",
  [SQL_MESSAGES_AFTER] = "SELECT id, received_at, subject, from_address, text FROM message WHERE id > ?1"
                         " ORDER BY id LIMIT ?2",
  [SQL_COUNT_MESSAGES_AFTER] = "SELECT max(0, coalesce(max(id), 0) - ?1) FROM message",
  [SQL_MESSAGE_RECEIVED] = "SELECT received_at FROM message WHERE id = ?1",

  [SQL_INDEX_MARK] = "SELECT message, received_at FROM mark",
  [SQL_SET_INDEX_MARK] = "INSERT INTO mark (id, message, received_at) VALUES (1, ?1, ?2)"
                         " ON CONFLICT (id) DO UPDATE SET message = excluded.message,"
                         " received_at = excluded.received_at",
  [SQL_INDEX_CLEAR] = "INSERT INTO words (words) VALUES ('delete-all')",
  [SQL_INDEX_ADD] = "INSERT INTO words (rowid, subject, sender, text) VALUES (?1, ?2, ?3, ?4)",
  [SQL_INDEX_HAS] = "SELECT 1 FROM words WHERE rowid = ?1",
  [SQL_INDEX_REMOVE] = "INSERT INTO words (words, rowid, subject, sender, text) VALUES ('delete', ?1, ?2, ?3, ?4)",
  [SQL_INDEX_OPTIMIZE] = "INSERT INTO words (words) VALUES ('optimize')",
  [SQL_SEARCH] = "SELECT rowid FROM words WHERE words MATCH ?1 ORDER BY rowid DESC",
  [SQL_SCRATCH_CLEAR] = "DELETE FROM words",
  [SQL_SNIPPET] = "SELECT snippet (words, -1, '', '', '\xe2\x80\xa6', 16) FROM words WHERE words MATCH ?1",

  [SQL_MESSAGE_FACTS] = "SELECT ticket, direction, from_address, subject, received_at, is_verified"
                        " FROM message WHERE id = ?1",
  [SQL_NEWEST_UNVERIFIED] = "SELECT id FROM message WHERE ticket = ?1 AND direction = ?2 AND is_verified = 0"
                            " AND is_auto = 0 ORDER BY id DESC LIMIT 1",
  [SQL_MESSAGE_PLACE] = "SELECT ticket, message_id FROM message WHERE id = ?1",
  [SQL_MESSAGE_IDS] = "SELECT id FROM message WHERE ticket = ?1 ORDER BY id",
  [SQL_NEWEST_FROM_OUTSIDE] = "SELECT coalesce (max (id), 0) FROM message WHERE ticket IN (?1, ?2) AND direction = ?3"
                              " AND is_bounce = 0",
  [SQL_N_MESSAGES] = "SELECT count(*) FROM message WHERE ticket = ?1",
  [SQL_PEOPLES_MESSAGES] = "SELECT id, received_at FROM message WHERE ticket = ?1 AND direction = ?2 AND is_auto = 0"
                           " AND received_at >= ?3 ORDER BY received_at",
  [SQL_HAS_MESSAGE_ID] = "SELECT 1 FROM message WHERE ticket = ?1 AND message_id = ?2 LIMIT 1",
  [SQL_SET_SUBJECT] = "UPDATE ticket SET subject = ?2 WHERE id = ?1",
  [SQL_SET_MERGED] = "UPDATE ticket SET status = ?2, merged_into = ?3 WHERE id = ?1",
  /* Another queue becomes the ticket's own in its place; the others keep theirs. */
  [SQL_DROP_OWN_QUEUE] = "DELETE FROM ticket_queue WHERE ticket = ?1 AND (position = 0 OR queue = ?2)",
  [SQL_ADD_OWN_QUEUE] = "INSERT INTO ticket_queue (ticket, queue, position) VALUES (?1, ?2, 0)",
  [SQL_DROP_TAG] = "DELETE FROM ticket_tag WHERE ticket = ?1 AND key = ?2 AND value = ?3",
  [SQL_ADD_WRITER] = "INSERT INTO participant (ticket, address, put_in_by, receives) VALUES (?1, ?2, ?3, 0)"
                     " ON CONFLICT DO NOTHING",
  [SQL_ADD_TEXT_MESSAGE]
  = "INSERT INTO message (ticket, direction, from_address, message_id, subject, received_at, text,"
    " reply_start, reply_len, flags, is_auto, is_bounce, is_verified, size, envelope_sender, queue_id)"
    " VALUES (?1, ?2, ?3, '', ?7, ?4, ?5, 0, ?6, 0, 0, 0, 1, ?6, '', '')",
  [SQL_DROP_RECEIVER] = "UPDATE participant SET receives = 0 WHERE ticket = ?1 AND address = ?2",
  [SQL_MOVE_MESSAGE] = "UPDATE message SET ticket = ?2 WHERE id = ?1",
  [SQL_MOVE_SHINGLES] = "UPDATE shingle SET ticket = ?3 WHERE ticket = ?2 AND message = ?1",
  [SQL_MERGE_SHINGLES] = "UPDATE shingle SET ticket = ?2 WHERE ticket = ?1",
  [SQL_DROP_ID_HAD] = "DELETE FROM message_ref WHERE id = ?1 AND had = 1 AND ticket = ?2",
  [SQL_MERGE_ID_HAD] = "DELETE FROM message_ref WHERE id = ?1 AND had = 1 AND ticket = ?2 AND NOT EXISTS"
                       " (SELECT 1 FROM ticket AS a JOIN ticket AS b ON b.id = ?3 AND b.customer <> a.customer"
                       " WHERE a.id = ?2)",
  [SQL_SPLIT_ID_HAD] = "DELETE FROM message_ref WHERE id = ?1 AND had = 1 AND EXISTS"
                       " (SELECT 1 FROM ticket AS t WHERE t.id = message_ref.ticket AND t.status = ?2)",
  [SQL_SET_MARKS] = "UPDATE message SET marks = ?2 WHERE id = ?1",
  [SQL_VERIFY_MESSAGE] = "UPDATE message SET is_verified = 1 WHERE id = ?2 AND ticket = ?1",

  /* No index finds them: readers look, a bounded range of ids at a time; the writer then goes by ids. */
  [SQL_ERASE_LAST_MESSAGE] = "SELECT max (id) FROM message",
  [SQL_ERASE_LAST_TICKET] = "SELECT max (id) FROM ticket",
  [SQL_ERASE_LAST_QUARANTINE] = "SELECT max (id) FROM quarantine",
  [SQL_ERASE_LAST_OUTBOX] = "SELECT max (id) FROM outbox",
  [SQL_ERASE_FIND_MESSAGES] = "SELECT id, size, ticket FROM message WHERE id > ?1 AND id <= ?2"
                              " AND (from_address = ?3 OR envelope_sender = ?3) ORDER BY id",
  [SQL_ERASE_FIND_BOUNCES] = "SELECT id, size, ticket FROM message"
                             " WHERE id IN (SELECT bounce FROM delivery WHERE recipient = ?1) ORDER BY id",
  [SQL_ERASE_FIND_TICKETS]
  = "SELECT id, 0, id, requester = ?3 FROM ticket WHERE id > ?1 AND id <= ?2 AND (requester = ?3 OR answer_to = ?3"
    " OR EXISTS (SELECT 1 FROM participant AS p WHERE p.ticket = ticket.id AND (p.address = ?3 OR p.answer_to = ?3))"
    " OR EXISTS (SELECT 1 FROM ticket_tag AS t WHERE t.ticket = ticket.id AND t.value = ?3)"
    " OR EXISTS (SELECT 1 FROM event AS e WHERE e.ticket = ticket.id AND instr (e.detail, ?4) > 0)) ORDER BY id",
  [SQL_ERASE_FIND_QUARANTINE] = "SELECT id, coalesce (length (data), 0), 0 FROM quarantine"
                                " WHERE id > ?1 AND id <= ?2 AND (sender = ?3 OR from_address = ?3) ORDER BY id",
  /* To him, or of what he asked for or wrote. */
  [SQL_ERASE_FIND_OUTBOX]
  = "SELECT id, length (text), coalesce (ticket, 0) FROM outbox AS o WHERE id > ?1 AND id <= ?2"
    " AND (instr (char (10) || recipients || char (10), char (10) || ?3 || char (10)) > 0"
    " OR EXISTS (SELECT 1 FROM ticket AS t WHERE t.id = o.ticket AND t.requester = ?3)"
    " OR EXISTS (SELECT 1 FROM message AS m WHERE m.id = o.message"
    " AND (m.from_address = ?3 OR m.envelope_sender = ?3))) ORDER BY id",
  [SQL_ERASE_FIND_RAW] = "SELECT message.id, size, ticket FROM message JOIN raw ON raw.message = message.id"
                         " WHERE ticket = ?1 ORDER BY message.id",
  [SQL_ERASE_FIND_EVENTS] = "SELECT number, detail FROM event WHERE ticket = ?1 AND instr (detail, ?2) > 0",
  [SQL_ERASE_COUNT_MESSAGE] = "SELECT (SELECT count(*) FROM attachment WHERE message = ?1),"
                              " (SELECT count(*) FROM raw WHERE message = ?1)",
  [SQL_ERASE_COUNT_TICKET]
  = "SELECT (SELECT count(*) FROM ticket WHERE id = ?1 AND requester = ?2),"
    " (SELECT count(*) FROM participant WHERE ticket = ?1 AND address = ?2),"
    " (SELECT count(*) FROM ticket WHERE id = ?1 AND answer_to = ?2)"
    " + (SELECT count(*) FROM participant WHERE ticket = ?1 AND answer_to = ?2),"
    " (SELECT count(*) FROM ticket_tag WHERE ticket = ?1 AND value = ?2)",
  [SQL_ERASE_COUNT_REST] = "SELECT (SELECT count(*) FROM delivery WHERE recipient = ?1),"
                           " (SELECT count(*) FROM silenced WHERE address = ?1),"
                           " (SELECT count(*) FROM contact_address WHERE address = ?1)",
  [SQL_ERASE_MESSAGE] = "UPDATE message SET from_address = '', envelope_sender = '', message_id = '',"
                        " subject = '[erased]', text = '[erased]', reply_start = 0, reply_len = length ('[erased]'),"
                        " login = NULL, client = NULL, marks = '' WHERE id = ?1",
  [SQL_ERASE_ATTACHMENTS] = "UPDATE attachment SET name = '[erased]' WHERE message = ?1",
  [SQL_ERASE_RAW] = "DELETE FROM raw WHERE message = ?1",
  [SQL_ERASE_SHINGLES] = "DELETE FROM shingle WHERE message = ?1"
                         " AND ticket = (SELECT ticket FROM message WHERE id = ?1)",
  [SQL_ERASE_OUTBOX] = "DELETE FROM outbox WHERE id = ?1",
  [SQL_ERASE_QUARANTINE] = "DELETE FROM quarantine WHERE id = ?1",
  /* The number stays, it stands in subjects of old mail. */
  [SQL_ERASE_REQUESTER] = "UPDATE ticket SET requester = '', answer_to = NULL, ack_to = NULL, subject = '[erased]'"
                          " WHERE id = ?1 AND requester = ?2",
  [SQL_ERASE_ANSWER_TO] = "UPDATE ticket SET answer_to = NULL WHERE id = ?1 AND answer_to = ?2",
  [SQL_ERASE_SUBJECTS] = "UPDATE event SET detail = '{}' WHERE ticket = ?1 AND action = 'subject'",
  [SQL_ERASE_PARTICIPANT] = "DELETE FROM participant WHERE ticket = ?1 AND address = ?2",
  [SQL_ERASE_PARTICIPANT_ANSWER_TO] = "UPDATE participant SET answer_to = NULL WHERE ticket = ?1 AND answer_to = ?2",
  [SQL_ERASE_TAGS] = "DELETE FROM ticket_tag WHERE ticket = ?1 AND value = ?2",
  [SQL_ERASE_EVENT] = "UPDATE event SET detail = ?3 WHERE ticket = ?1 AND number = ?2",
  [SQL_ERASE_DELIVERIES] = "DELETE FROM delivery WHERE recipient = ?1",
  [SQL_ERASE_CONTACT_ADDRESS] = "DELETE FROM contact_address WHERE address = ?1",
  [SQL_ERASE_CONTACT] = "DELETE FROM contact WHERE id = ?1"
                        " AND NOT EXISTS (SELECT 1 FROM contact_address WHERE contact = ?1)",
};
