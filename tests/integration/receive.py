#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""ticketctl receive: messages from standard input, through the daemon's control socket and without a daemon."""
import os
import shutil
import signal
import sqlite3
import contextlib
import subprocess
import unittest

import change
import ctl

HELLO = ctl.message("Hello", "World", msgid="hello")

RULES = """\
rules:
  - {name: noise, all: ['subject = noise'], then: [ignore]}
"""

# words, standard input, exit code, what the one line on standard error must say
BAD = [
    (["receive"], b"", 65, "-: empty"),
    (["receive"], b"From eve@acme.example Fri Nov 20 16:00:00 2026\n", 65, "-: empty"),
    (["receive"], HELLO + b"x" * (1 << 20), 65, "too large"),
    (["receive", "-"], HELLO, 64, "`-` is too much"),
    (["receive", "--at", "yesterday"], HELLO, 64, "no time"),
    (["receive", "--at", "2999-01-01T00:00:00Z"], HELLO, 64, "between 1970 and now"),
    (["receive", "--at", "1969-12-31T00:00:00Z"], HELLO, 64, "between 1970 and now"),
    (["receive", "--client", "localhost"], HELLO, 64, "no IP address"),
    (["receive", "--rcpt", "support"], HELLO, 64, "no address"),
    (["receive", "--rcpt", ""], HELLO, 64, "no address"),
    (["receive", "--sender", "eve"], HELLO, 64, "no address"),
    (["receive", "--login", b"\xff"], HELLO, 64, "not UTF-8"),
    (["receive"], ctl.message("Hello", "x", to="bob@elsewhere.example"), 64, "--rcpt"),
    (["receive", "--client", "192.0.2.7"], ctl.message("Buy cheap", "x"), 77, "refused: 550 5.7.1 We do not buy."),
]


class Desk(change.Desk):
    def __init__(self, served, more=""):
        super().__init__(False)
        text = ctl.read(self.config).decode().replace("rules:\n", RULES) + "max_size: 1M\n" + more
        self.write("ticketmilter.yaml", text.encode())
        self.daemon = change.Daemon(self) if served else None


class Receives:
    """What both ways must do alike."""
    served = False

    def setUp(self):
        self.desk = Desk(self.served)
        self.addCleanup(lambda: self.desk.close())

    def receive(self, raw, *words):
        return self.desk.json("receive", *words, stdin=raw)

    def message(self, number):
        """The last message of a ticket."""
        return self.desk.ticket(number)["messages"][-1]

    def test_bad_input(self):
        change.check_bad_input(self, self.desk, BAD)

    def test_open_append_duplicate(self):
        first = self.receive(HELLO)
        self.assertEqual(first, {
            "version": 1, "action": "open", "ticket": 4, "evidence": "none", "reason": first["reason"],
            "queue": "support", "status": "new", "requester": "eve@acme.example",
            "classification": {"type": "problem", "priority": "P3"},
            "verdict": {"code": "250", "enhanced": None, "text": None, "discarded": False}})
        self.assertEqual(self.message(4)["text"].strip(), "World")
        again = self.receive(HELLO)
        self.assertEqual((again["action"], again["ticket"]), ("duplicate", 4))
        reply = self.receive(ctl.message("Re: Hello", "Again", msgid="re", more="In-Reply-To: <hello@acme.example>\n"))
        self.assertEqual((reply["action"], reply["ticket"], reply["evidence"]), ("append", 4, "references"))
        self.assertEqual(len(self.desk.ticket(4)["messages"]), 2)
        text = self.desk.text("receive", stdin=HELLO)
        self.assertRegex(text, r"\Aduplicate, ticket 4: [^\n]+\n\Z")

    def test_mail_that_came_by_smtp_before(self):
        """ctl.py's first message came over the line that the milter uses."""
        done = self.receive(ctl.MESSAGES[0][1], "--client", "192.0.2.1", "--sender", "eve@acme.example")
        self.assertEqual((done["action"], done["ticket"]), ("duplicate", 1))

    def test_envelope(self):
        self.assertEqual(self.receive(HELLO, "--rcpt", "hosting@example.com")["queue"], "hosting")
        agent = ctl.message("Re: Printer", "Look", sender="anna@example.com", msgid="anna",
                            more="In-Reply-To: <one@acme.example>\n")
        self.assertEqual(self.receive(agent, "--login", "anna")["action"], "note")
        stranger = ctl.message("x", "y", sender="mallory@else.example", msgid="stranger")
        token = self.desk.text("token", "address", "1", "reply").strip()
        self.assertEqual(self.receive(stranger, "--rcpt", token)["evidence"], "token")
        both = ctl.message("both", "x", to="support@example.com, hosting@example.com", msgid="both")
        self.assertEqual(sorted(self.desk.ticket(self.receive(both)["ticket"])["queues"]), ["hosting", "support"])
        office = self.receive(ctl.message("office", "x", msgid="office"), "--client", "198.51.100.7")
        self.assertEqual(self.desk.ticket(office["ticket"])["tags"], {"office": ["yes"]})
        foreign = self.receive(HELLO, "--rcpt", "bob@elsewhere.example")
        self.assertEqual((foreign["action"], foreign["ticket"]), ("pass", None))

    def test_sender(self):
        """The option, else Return-Path, else the line that MTAs and mailboxes put before the message, else From."""
        for number, (words, head, sender) in enumerate((
            (["--sender", "a@one.example"], b"Return-Path: <b@two.example>\n", "a@one.example"),
            ([], b"Return-Path: <b@two.example>\n", "b@two.example"),
            ([], b"From c@three.example Fri Nov 20 16:00:00 2026\nReturn-Path: <b@two.example>\n", "b@two.example"),
            ([], b"From c@three.example  Fri Nov 20 16:00:00 2026\n", "c@three.example"),
            ([], b"From MAILER-DAEMON Fri Nov 20 16:00:00 2026\r\n", ""),
            (["--sender", "<>"], b"", ""),
            ([], b"", "eve@acme.example"),
        )):
            with self.subTest(words=words, head=head):
                raw = ctl.message("sender", str(number), msgid=f"sender{number}")
                ticket = self.receive(head + raw, *words)["ticket"]
                with contextlib.closing(sqlite3.connect(self.desk.path("tickets.db"))) as database:
                    found = database.execute("SELECT envelope_sender, message_id FROM message WHERE ticket = ?"
                                             " ORDER BY id DESC LIMIT 1", (ticket,)).fetchone()
                self.assertEqual(found, (sender, f"sender{number}@acme.example"))

    def test_import(self):
        """--at is when it came, for the ticket, the message and the events; it is recognized for as long as ever."""
        at = "2019-03-01T10:00:00Z"
        for action in ("open", "duplicate"):
            self.assertEqual(self.receive(HELLO, "--at", at)["action"], action)
        self.assertEqual(self.receive(HELLO)["action"], "duplicate")
        ticket = self.desk.ticket(4)
        self.assertEqual((ticket["created_at"], ticket["messages"][0]["received_at"]), (at, at))
        self.assertEqual({event["at"] for event in ticket["events"]}, {at})

    def test_refusal(self):
        raw = ctl.message("Buy cheap", "x", msgid="buy")
        before = change.dump(self.desk)
        done = self.desk.run("--json", "receive", "--client", "192.0.2.7", stdin=raw)
        self.assertEqual(done.returncode, 77)
        self.assertIn(b'"verdict":{"code":"550","enhanced":"5.7.1","text":"We do not buy.","discarded":false}',
                      done.stdout)
        self.assertEqual(change.dump(self.desk), before)
        kept = self.receive(raw)
        self.assertEqual((kept["action"], kept["verdict"]),
                         ("discard", {"code": "250", "enhanced": None, "text": None, "discarded": True}))
        self.assertRegex(self.desk.text("receive", stdin=raw), r"\Adiscard: rule unwanted; kept in quarantine: no SMTP "
                         r"client to refuse it to; see `ticketctl quarantine list`\n\Z")
        with contextlib.closing(sqlite3.connect(self.desk.path("tickets.db"))) as database:
            self.assertEqual(database.execute("SELECT rule, sender, recipients FROM quarantine").fetchall(),
                             [("unwanted", "eve@acme.example", "support@example.com")] * 2)

    def test_not_recorded(self):
        for words, action in ((["--rcpt", "bob@elsewhere.example"], "pass"), ([], "ignore")):
            raw = ctl.message("noise", action, msgid=action)
            self.assertRegex(self.desk.text("receive", *words, stdin=raw), rf"\A{action}: [^\n]+; not recorded\n\Z")

    def test_any_bytes(self):
        for raw in (b"\n", b"\0" * 1000, os.urandom(100000), b"Subject: x\n" * 5000, b"\xff\n\n", b"do close\n\n"):
            self.assertEqual(self.receive(raw, "--rcpt", "support@example.com")["action"], "open")
        large = ctl.message("large", "x" * 900000, msgid="large")
        self.assertEqual(self.receive(large)["action"], "open")
        self.assertEqual(self.receive(large)["action"], "duplicate")


class AloneTest(Receives, unittest.TestCase):
    def test_no_database(self):
        text = ctl.read(self.desk.config).decode().replace("tickets.db", "none.db")
        done = self.desk.run("receive", config=self.desk.write("other.yaml", text.encode()), stdin=HELLO)
        self.assertEqual(done.returncode, 66)
        self.assertFalse(os.path.exists(self.desk.path("none.db")))

    def test_no_keys(self):
        os.remove(self.desk.path("keys"))
        os.mkdir(self.desk.path("keys"))
        self.assertEqual(self.desk.run("receive", stdin=HELLO).returncode, 78)


class ServedTest(Receives, unittest.TestCase):
    served = True

    def test_log(self):
        self.desk.text("receive", stdin=HELLO)
        self.assertRegex(self.desk.daemon.log(), r"control: receive ticket=4 by=\S+ user=\S+: \"?open, ticket 4: ")

    def test_odd_requests(self):
        before = change.dump(self.desk)
        head = b"do receive\nsender eve@acme.example\nrcpt support@example.com\n"
        for data in (b"do receive\n\n", head + b"\n", head + b"bytes 0\n\n", head + b"bytes -1\n\nx",
                     head + b"bytes 1048577\n\nx", head + b"bytes 99999999999999999999\n\nx", head + b"bytes x\n\nx",
                     head + b"bytes 10\n\nx", head + b"at x\nbytes 1\n\n\n", b"do receive\nbytes 1\n\n\n"):
            with self.subTest(data=data):
                self.assertTrue(change.ServedTest.speak(self, data).startswith("error "))
        self.assertEqual(change.dump(self.desk), before)
        answer = change.ServedTest.speak(self, head + b"bytes 4\n\nTo: and what is too much")
        self.assertIn("action open\n", answer)

    def test_without_the_keys(self):
        """The daemon has them: who may use its socket needs no more."""
        shutil.copy(self.desk.path("keys"), self.desk.path("copy"))
        os.remove(self.desk.path("keys"))
        os.mkdir(self.desk.path("keys"))
        self.assertEqual(self.receive(HELLO)["action"], "open")

    def test_busy(self):
        """75: to be tried again, which whoever runs it does; nothing is lost and nothing is there twice."""
        self.desk.close()
        self.desk = Desk(True, "limits: {deadline: 1s}\n")
        with contextlib.closing(sqlite3.connect(self.desk.path("tickets.db"), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            done = self.desk.run("receive", stdin=HELLO)
            other.execute("ROLLBACK")
        self.assertEqual((done.returncode, done.stdout, done.stderr.count(b"\n")), (75, b"", 1), done)
        stats = dict(line.split() for line in self.desk.text("stats").splitlines())
        self.assertEqual((stats["messages.tempfail"], stats["store_failures"]), ("1", "1"))
        self.assertIn(self.receive(HELLO)["action"], ("open", "duplicate"))
        self.assertEqual(len(self.desk.json("list", "--status", "all")["tickets"]), 4)

    def test_daemon_stops_in_between(self):
        """A message that nobody took is taken the next time, by whoever is there."""
        self.desk.daemon.process.send_signal(signal.SIGSTOP)
        with subprocess.Popen([ctl.PROGRAM, "-c", self.desk.config, "receive"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            process.stdin.write(HELLO)
            process.stdin.close()
            self.desk.daemon.process.kill()
            self.desk.daemon.process.wait()
            said = process.stderr.read() + process.stdout.read()
            self.assertIn(process.wait(change.PATIENCE_S), (0, 69), said)
        self.desk.daemon = None
        self.assertIn(self.receive(HELLO)["action"], ("open", "duplicate"))
        self.assertEqual(len(self.desk.json("list", "--status", "all")["tickets"]), 4)


if __name__ == "__main__":
    unittest.main()
