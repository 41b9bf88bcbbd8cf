#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Every message of the corpora through one running daemon: as new mail, as an answer with a ticket's token, and as an
agent's on its way out.  What is on record is what was sent, byte for byte, and valid UTF-8; nothing automatic is
acknowledged; what the filter writes is clean; what an agent's mail becomes says what he wrote.

TM_SHARED says where the corpora are, or ../shared beside the project; without them: skipped."""
import collections
import concurrent.futures
import contextlib
import ctypes
import re
import sqlite3
import struct
import unittest
from unittest import mock

import automatic
import change
import ctl
from automatic import SHARED, corpora, milter

CONFIGURATION = ctl.CONFIGURATION.replace(
    "  send: no", "  delay: 1h\n  minute: 1000\n  hour: 1000\n  day: 1000").replace(
    "reply_to: keep", "reply_to: token") + "guards: {{answered: off}}\nauthserv_ids: [mx.example]\n" + (
    "spam: ['header \"X-Spam-Flag\" =~ /^yes/i', 'header \"X-Spam-Status\" =~ /^yes/i']\n")
TICKET = 1
CLIENTS = 8
# The daemon with all of it: a message of the corpora has at most 1 MB, and 8 of them are under way at a time.
MEMORY_MAX = 96 << 20
EDITS_MAX, LINE_MAX = 32, 998 - len("Subject:")
# Field bodies may be folded, and have no other control bytes (RFC 5322 §2.2).
UNCLEAN = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]|\n(?![ \t]*[^ \t\n])|\n(?![ \t])")
WRONG = re.compile(r"\bbug\b|Sanitizer|runtime error|critical|assertion", re.IGNORECASE)
ZSTD = ctypes.CDLL("libzstd.so.1")
ZSTD.ZSTD_getFrameContentSize.restype = ctypes.c_ulonglong
ZSTD.ZSTD_decompress.restype = ctypes.c_size_t
FROM_ANNA = b"From: Anna <anna@example.com>\n"


def unpack(codec, data):
    """Raw mail as the database has it, by the library itself."""
    if not codec:
        return data
    size = ZSTD.ZSTD_getFrameContentSize(data, ctypes.c_size_t(len(data)))
    buffer = ctypes.create_string_buffer(size)
    n = ZSTD.ZSTD_decompress(buffer, ctypes.c_size_t(size), data, ctypes.c_size_t(len(data)))
    return buffer.raw if n == size else None


def as_another(raw, top, instead_of):
    """The message with these lines on top, instead of its fields of those names."""
    fields, body = milter.fields_of(raw)
    kept = [name + b":" + value + b"\n" for name, value in fields if name.lower() not in instead_of]
    return top + b"".join(kept) + b"\n" + body


def on_its_way(way, queue_id, raw):
    """New mail is as it is; the same with the same Message-ID would be no other."""
    identity = f"Message-ID: <{queue_id}@corpora.example>\n".encode()
    if way == "agent":
        return as_another(raw, FROM_ANNA + identity, (b"from", b"message-id"))
    return raw if way == "new" else as_another(raw, identity, (b"message-id",))


def edited(raw, edits):
    """The message after the filter's edits, as an MTA carries them out."""
    fields, body = milter.fields_of(raw)
    fields, new_body = [list(field) for field in fields], []
    for kind, data in edits:
        if kind == b"b":
            new_body.append(data)
        elif kind == b"h":
            fields.append(data.split(b"\0")[:2])
        elif kind in b"im":
            index, (name, value) = struct.unpack("!I", data[:4])[0], data[4:].split(b"\0")[:2]
            places = [i for i, field in enumerate(fields) if field[0].lower() == name.lower()]
            if kind == b"i" or index > len(places):
                fields.insert(index if kind == b"i" else len(fields), [name, value])
            elif value:
                fields[places[index - 1]][1] = value
            else:
                del fields[places[index - 1]]
    head = b"".join(name + b":" + value + b"\n" for name, value in fields)
    return head + b"\n" + (b"".join(new_body).replace(b"\r\n", b"\n") if new_body else body)


class Sent(collections.namedtuple("Sent", "way name queue_id raw answer edits")):
    pass


@unittest.skipUnless(SHARED.is_dir(), f"{SHARED} is not there")
class RealMail(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.messages = dict(corpora.messages_of(SHARED))
        cls.facts = corpora.read_facts(automatic.FACTS, cls.messages, "plain")
        cls.desk = cls.make_desk()
        cls.addClassCleanup(cls.desk.close)
        reply, bounce = (cls.desk.text("token", "address", str(TICKET), purpose).strip()
                         for purpose in ("reply", "bounce"))
        cls.sent = cls.play([("new", "support@example.com"), ("reply", reply), ("bounce", bounce), ("agent", reply)])

    @classmethod
    def make_desk(cls):
        with mock.patch.object(ctl, "CONFIGURATION", CONFIGURATION), mock.patch.object(ctl, "MESSAGES", []):
            desk = change.Desk(False)
        desk.feed("support@example.com", ctl.message("Printer on fire", "It burns."))
        desk.daemon = change.Daemon(desk)
        return desk

    @classmethod
    def sender(cls, name):
        """As Return-Path has it; else the author, or nobody for what has none."""
        raw = cls.messages[name]
        has_path = re.search(rb"^Return-Path:", raw.replace(b"\r", b"\n").partition(b"\n\n")[0], re.M | re.I)
        return automatic.envelope_sender(raw) if has_path else cls.facts[name]["from_email"] or ""

    @classmethod
    def hand_in(cls, jobs):
        with contextlib.closing(milter.Client(cls.desk.path("milter.sock"), exact=True)) as client:
            for way, recipient, name, queue_id in jobs:
                raw = on_its_way(way, queue_id, cls.messages[name])
                sender, login = ("anna@example.com", "anna") if way == "agent" else (cls.sender(name), None)
                if way == "bounce":
                    sender = ""
                answer = client.message(sender, recipient, raw, queue_id, login)
                yield Sent(way, name, queue_id, raw, answer, client.edits)

    @classmethod
    def play(cls, ways):
        jobs = [(way, recipient, name, f"{way}.{i}") for way, recipient in ways for i, name in enumerate(cls.messages)]
        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as clients:
            return sum(clients.map(lambda k: list(cls.hand_in(jobs[k::CLIENTS])), range(CLIENTS)), [])

    def rows(self, sql, text=str):
        with contextlib.closing(sqlite3.connect(self.desk.path("tickets.db"))) as database:
            database.text_factory = text
            return list(database.execute(sql))

    def test_recorded_byte_for_byte(self):
        kept = {queue_id: (codec, data) for queue_id, codec, data in self.rows(
            "SELECT m.queue_id, r.codec, r.data FROM raw r JOIN message m ON m.id = r.message"
            " UNION ALL SELECT queue_id, codec, data FROM quarantine")}
        duplicates = set(re.findall(r"(\S+): ticket=\d+ action=duplicate", self.desk.daemon.log()))
        counts = collections.Counter()
        for sent in self.sent:
            with self.subTest(sent.way, name=sent.name):
                if sent.queue_id in kept:
                    self.assertEqual(unpack(*kept[sent.queue_id]), milter.as_sent(sent.raw))
                else:
                    self.assertTrue(sent.queue_id in duplicates or sent.answer == "reply", sent.answer)
                self.assertIn(sent.answer, ("accept", "reply", "discard") if sent.way == "agent" else ("accept",))
            counts[sent.way, "kept" if sent.queue_id in kept else sent.answer] += 1
        print(", ".join(f"{way} {end} {n}" for (way, end), n in counts.items()))
        self.assertGreater(min(counts[way, "kept"] for way in ("new", "reply", "bounce", "agent")), 600)

    def test_valid_utf8(self):
        n = 0
        for (table,) in self.rows("SELECT name FROM sqlite_master WHERE type = 'table'"):
            for _, column, kind, *_ in self.rows(f"PRAGMA table_info ({table})"):
                if kind == "BLOB":
                    continue
                for (value,) in self.rows(f"SELECT {column} FROM {table} WHERE typeof ({column}) = 'text'", bytes):
                    n += 1
                    self.assertNotIn(b"\0", value, (table, column))
                    value.decode("utf-8")
        self.assertGreater(n, 20000)

    def test_nothing_automatic_is_acknowledged(self):
        judged = {name for name, fact in self.facts.items() if fact["is_auto"]}
        machines = judged | set(automatic.labelled(self.messages))
        names = {sent.queue_id: sent.name for sent in self.sent}
        acknowledged = [names.get(queue_id) for (queue_id,) in self.rows(
            "SELECT m.queue_id FROM outbox o JOIN message m ON m.ticket = o.ticket AND m.id ="
            " (SELECT min (id) FROM message WHERE ticket = o.ticket) WHERE o.kind = 'ack'")]
        self.assertEqual(set(acknowledged) & machines, set())
        self.assertGreater(len(set(acknowledged) - {None}), 50)

    def test_edits_are_clean(self):
        for sent in self.sent:
            with self.subTest(sent.way, name=sent.name):
                self.assertLessEqual(sum(kind != b"b" for kind, _ in sent.edits), EDITS_MAX)
                for kind, data in sent.edits:
                    if kind in b"him":
                        name, value = data[4 if kind in b"im" else 0:].split(b"\0")[:2]
                        self.assertRegex(name, rb"\A[!-9;-~]+\Z")
                        self.assertIsNone(UNCLEAN.search(value), value)
                        value.decode("utf-8")
                        self.assertLessEqual(max(map(len, value.split(b"\n"))), LINE_MAX, "RFC 5322, 2.1.1")

    def test_agents_mail_says_what_he_wrote(self):
        sent = {one.name: one for one in self.sent if one.way == "agent" and one.answer == "accept"}
        before = corpora.read_facts(automatic.FACTS, {name: one.raw for name, one in sent.items()}, "plain")
        after = corpora.read_facts(automatic.FACTS, {name: edited(one.raw, one.edits) for name, one in sent.items()},
                                   "plain")
        n_footers = 0
        for name, one in sent.items():
            with self.subTest(name):
                was, now = before[name], after[name]
                self.assertEqual(now["broken"], [])
                self.assertEqual([(a["name"], a["type"], a["sha256"]) for a in now["attachments"]],
                                 [(a["name"], a["type"], a["sha256"]) for a in was["attachments"]])
                if not any(kind == b"b" for kind, _ in one.edits):
                    self.assertEqual(now["body_text"], was["body_text"])
                    continue
                n_footers += 1
                # Who writes nothing himself has the text of what is attached, until he has a footer.
                own = "" if was["body_text"].startswith("[Attached message]") else was["body_text"]
                words, rest = own.split(), iter(now["body_text"].split())
                self.assertTrue(all(word in rest for word in words), "words are missing")
                self.assertLess(len(now["body_text"].split()) - len(words), 60, "more than a footer came to it")
        print(f"{len(sent)} of an agent's went out, {n_footers} with a footer")
        self.assertGreater(n_footers, 300)

    def test_the_daemon_is_well(self):
        self.assertEqual([line for line in self.desk.daemon.log().splitlines() if WRONG.search(line)], [])
        process = f"/proc/{self.desk.daemon.process.pid}"
        peak = int(re.search(r"VmHWM:\s+(\d+) kB", ctl.read(f"{process}/status").decode())[1]) << 10
        if b"libasan" not in ctl.read(f"{process}/maps") and b"libclang_rt.asan" not in ctl.read(f"{process}/maps"):
            print(f"{len(self.sent)} messages, the daemon's memory at most {peak >> 20} MB")
            self.assertLess(peak, MEMORY_MAX)
        self.assertIn("ok", self.desk.text("db", "check", "--thorough"))


@unittest.skipUnless(SHARED.is_dir(), f"{SHARED} is not there")
class Checks(unittest.TestCase):
    """The rows of checks.tsv that take a running desk."""

    def setUp(self):
        self.messages = dict(corpora.messages_of(SHARED))
        self.desk = RealMail.make_desk()
        self.addCleanup(self.desk.close)
        self.client = milter.Client(self.desk.path("milter.sock"), exact=True)
        self.addCleanup(self.client.close)

    def ticket(self, raw):
        """The ticket that a message gets, as JSON has it, if its author's domain vouches for it."""
        domain = re.search(rb"^From:.*?@([\w.-]+)", raw, re.M)[1]
        raw = b"Authentication-Results: mx.example; dmarc=pass header.from=" + domain + b"\n" + raw
        sender = automatic.envelope_sender(raw) or re.search(rb"^From:.*?([\w.]+@[\w.]+)", raw, re.M)[1].decode()
        self.assertEqual(self.client.message(sender, "support@example.com", raw), "accept")
        number = [edit for edit in self.client.edits if b"X-Ticket-ID\0" in edit[1]][-1][1].split(b"\0")[-2]
        return self.desk.ticket(int(number))

    def test_rows(self):
        rows = [row for row in corpora.rows_of(SHARED) if row[1] in corpora.BY_THE_DAEMON]
        excepted, counts, first = corpora.read_exceptions(automatic.EXCEPTIONS), collections.Counter(), {}
        for file, field, _, value in rows:
            raw = self.messages[file]
            if field == "is_spam":
                holds = self.ticket(raw)["status"] == "spam"
            elif field == "follow_up_of_file":
                parent = f"{file.partition('/')[0]}/{value}"
                if parent not in first:
                    first[parent] = self.ticket(self.messages[parent])["id"]
                holds = self.ticket(raw)["id"] == first[parent]
            else:
                identity = re.search(rb"^In-Reply-To: *(<.*>)", raw, re.M)[1]
                author = re.search(rb"^From:.*", raw, re.M)[0]
                asked = self.ticket(author + b"\nSubject: first\nMessage-ID: " + identity + b"\n\nIt burns.\n")
                holds = self.ticket(raw)["id"] == asked["id"]
            differs = any(key[:2] == (file, field) for key in excepted)
            with self.subTest(file, field=field, value=value):
                self.assertNotEqual(holds, differs)
            counts[field, "differs on purpose" if differs else "held"] += 1
        print(", ".join(f"{n} {field} {end}" for (field, end), n in sorted(counts.items())))
        self.assertEqual(sum(counts.values()), len(rows))


if __name__ == "__main__":
    unittest.main()
