#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Row 10 of FAULTS.md: every bounce and automatic mail of the corpora, handed to a running daemon, as new mail and as
an answer to tickets that wait, are resolved and are closed: no acknowledgement, no reopening, no clock.

Those that the corpora's tables or the folder of bounces call automatic, and all that the desk itself takes for it.
TM_SHARED says where the corpora are, or ../shared beside the project; without them: skipped."""
import concurrent.futures
import contextlib
import os
import pathlib
import re
import sqlite3
import sys
import unittest
from unittest import mock

import change
import ctl

SOURCE = os.path.abspath(os.environ.get("srcdir", "."))
sys.path += [os.path.join(SOURCE, "tests", name) for name in ("data", "support")]

import corpora  # noqa: E402
import milter  # noqa: E402

SHARED = pathlib.Path(os.environ.get("TM_SHARED", os.path.join(SOURCE, "..", "shared"))) / "corpora"
FACTS = os.path.abspath("tests/data/mail-facts")
EXCEPTIONS = os.path.join(SOURCE, "tests", "data", "exceptions.tsv")
PROMISES = "P3: {{first_response: 4h, next_response: 8h, update: 24h, resolution: 48h}}"
CONFIGURATION = ctl.CONFIGURATION.replace("  send: no", "  delay: 1h\n  minute: 1000\n  hour: 1000").replace(
    "agents: [anna]}}", "agents: [anna], plan: all}}").replace(
    "plans:\n", f"plans:\n  all: {{{{targets: {{{{{PROMISES}}}}}}}}}\n")
UNSORTED_OR_SPAM = 9, 10  # TmStatus
CLIENTS = 8
# Those of the labelled ones that ask for no answer, but may be a person's by MAIL.md.
ONLY_UNWANTED = {"sisimai-bounces/bsd/lhost-fml-02.eml": "an answer of a mailing list, which has no more than List-*"}
TICKETS = {1: "waiting", 2: "resolved", 3: "closed"}


def labelled(messages):
    """Names of those that somebody else calls automatic."""
    excepted = {key[:2] for key in corpora.read_exceptions(EXCEPTIONS)}
    yield from (name for name in messages if name.startswith("sisimai-bounces/") and "/not/" not in name)
    for file, field, op, value in corpora.rows_of(SHARED):
        if field in ("is_auto", "is_bounce") and (op, value) == ("eq", "1") and (file, field) not in excepted:
            yield file


def envelope_sender(raw):
    """As its Return-Path has it; else the null sender."""
    found = re.search(rb"^Return-Path:[ \t]*<?([!-;=?-~]+@[!-;=?-~]+?)>?[ \t]*\r?$", raw.partition(b"\n\n")[0],
                      re.MULTILINE | re.IGNORECASE)
    return found[1].decode() if found else ""


def as_another(raw, identity, fields=()):
    """The message with a Message-ID of its own, so that it is none that came before, and these fields."""
    head, gap, body = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").partition(b"\n\n")
    kept = [field for field in re.split(rb"\n(?![ \t])", head)
            if not re.match(rb"(?i)(message-id|in-reply-to|references)[ \t]*:|from ", field)]
    more = [f"Message-ID: <{identity}@corpora.example>", *fields]
    return b"\n".join([*kept, *(field.encode() for field in more)]) + (gap or b"\n\n") + body


@unittest.skipUnless(SHARED.is_dir(), f"{SHARED} is not there")
class Automatic(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        messages = dict(corpora.messages_of(SHARED))
        facts = corpora.read_facts(FACTS, messages, "plain")
        names = set(labelled(messages)) | {name for name, fact in facts.items() if fact["is_auto"]}
        cls.messages = {name: messages[name] for name in sorted(names - ONLY_UNWANTED.keys())}
        cls.unwanted = {name: messages[name] for name in ONLY_UNWANTED}

    def setUp(self):
        with mock.patch.object(ctl, "CONFIGURATION", CONFIGURATION), mock.patch.object(ctl, "MESSAGES", []):
            self.desk = change.Desk(False)
        for n in TICKETS:
            self.desk.feed("support@example.com", ctl.message(f"Trouble {n}", "It burns.", msgid=f"trouble{n}"))
        self.desk.daemon = change.Daemon(self.desk)
        self.addCleanup(self.desk.close)
        for n, status in TICKETS.items():
            self.desk.text("reply", str(n), "--as", "anna", "-m", "Is it better?")
            if status != "waiting":
                self.desk.text("set", str(n), "status=resolved")
            if status == "closed":
                self.desk.text("close", str(n))

    def rows(self, sql):
        with contextlib.closing(sqlite3.connect(self.desk.path("tickets.db"))) as database:
            return list(database.execute(sql))

    def state(self):
        """What nothing of this may touch."""
        return (self.rows("SELECT id, status, priority, assignee FROM ticket WHERE id < 4"),
                self.rows("SELECT * FROM clock ORDER BY id"),
                self.rows("SELECT id, kind, ticket FROM outbox"))

    def answered(self, n):
        """Message-IDs of the ticket: the customer's own and that of the answer to him."""
        ids = [message["message_id"] for message in self.desk.ticket(n)["messages"]]
        return [f"In-Reply-To: <{ids[-1]}>", f"References: <{ids[0]}> <{ids[-1]}>"]

    def ways(self):
        """(name, recipient, fields) of each way that a message takes."""
        yield "new", "support@example.com", ()
        for n, status in TICKETS.items():
            fields = self.answered(n)
            yield f"thread of {status}", "support@example.com", fields
            for purpose in "reply", "bounce":
                yield f"{purpose} of {status}", self.desk.text("token", "address", str(n), purpose).strip(), fields

    def hand_in(self, messages):
        """(way, name, answer) of what was not accepted, over one connection."""
        with contextlib.closing(milter.Client(self.desk.path("milter.sock"))) as client:
            answers = [(way, name, client.message(envelope_sender(raw), recipient, raw))
                       for way, name, recipient, raw in messages]
        return [answer for answer in answers if answer[2] != "accept"]

    def play(self, messages):
        """Each in every way; what was not accepted."""
        jobs = [(way, name, recipient, as_another(raw, f"{way.replace(' ', '.')}.{i}", fields))
                for way, recipient, fields in list(self.ways()) for i, (name, raw) in enumerate(messages.items())]
        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as clients:  # which share their commits
            return sum(clients.map(self.hand_in, [jobs[i::CLIENTS] for i in range(CLIENTS)]), [])

    def test_fault_10_nothing_comes_of_it(self):
        self.assertGreater(len(self.messages), 450)
        before = self.state()
        self.assertEqual(self.play(self.messages), [])
        self.assertEqual(self.state(), before)
        names = list(self.messages)
        opened = self.rows(f"SELECT DISTINCT t.status, m.message_id FROM ticket t JOIN message m ON m.ticket = t.id"
                           f" WHERE t.id > 3 AND t.status NOT IN {UNSORTED_OR_SPAM}")
        self.assertEqual([(status, identity, names[int(identity.partition("@")[0].rpartition(".")[2])])
                          for status, identity in opened], [])
        n_recorded = self.rows("SELECT count (*) FROM message WHERE message_id LIKE '%@corpora.example'")
        self.assertEqual(n_recorded, [(len(self.messages) * len(list(self.ways())),)], "each is on record")

    def test_fault_10_not_acknowledged(self):
        """What may be a person's, and asks for no answer."""
        before = self.state()
        self.assertEqual(self.play(self.unwanted), [])
        self.assertEqual(self.state()[2], before[2])

    def test_a_persons_is_another_matter(self):
        """The same ways, with what a person wrote."""
        raw = ctl.message("Re: Trouble", "No, it still burns!", more="Return-Path: <eve@acme.example>\n")
        before = self.state()
        self.assertEqual(self.play({"person": raw}), [])
        after = self.state()
        self.assertEqual([status for _, status, *_ in after[0]], [2, 2, 2])
        self.assertGreater(len(after[1]), len(before[1]))
        self.assertEqual([kind for _, kind, _ in after[2]][len(before[2]):], ["ack"])


if __name__ == "__main__":
    unittest.main()
