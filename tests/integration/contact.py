#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""ticketctl changes people on file: through the daemon's control socket, and by itself when no daemon runs."""
import contextlib
import sqlite3
import unittest

import change
import ctl

# Words of the command line, exit code, what the one line on standard error must say.
BAD = [
    (["contact", "confirm"], 64, "WHO is missing"),
    (["contact", "confirm", ""], 64, "is nobody"),
    (["contact", "confirm", "eve"], 64, "is nobody"),
    (["contact", "confirm", "0"], 64, "is nobody"),
    (["contact", "confirm", "-1"], 64, "unknown option"),
    (["contact", "confirm", "9223372036854775808"], 64, "is nobody"),
    (["contact", "confirm", "@"], 64, "no address"),
    (["contact", "confirm", "eve@"], 64, "no address"),
    (["contact", "confirm", b"eve@\xff"], 64, "not UTF-8"),
    (["contact", "confirm", "9"], 66, "no contact 9"),
    (["contact", "confirm", "eve@acme.example", "2"], 64, "`2` is too much"),
    (["contact", "confirm", "eve@acme.example", "--off"], 64, "unknown option"),
    (["contact", "confirm", "eve@acme.example", "--by", ""], 64, "no name"),
    (["contact", "confirm", "eve@acme.example", "--by", "a\nb"], 64, "no name"),
    (["contact", "block", "9"], 66, "no contact 9"),
    (["contact", "block", "9", "--off"], 66, "no contact 9"),
    (["contact", "block", "eve@acme.example", "--off"], 66, "nobody's on file"),
    (["contact", "block", "eve@acme.example", "--offf"], 64, "did you mean `--off`?"),
    (["contact", "block", "eve@acme.example", "--off=1"], 64, "takes no value"),
    (["contact", "silence", "9"], 66, "no contact 9"),
    (["contact", "silence", "eve"], 64, "is nobody"),
    (["contact", "silence", "eve@acme.example", "--why", ""], 64, "why: one line"),
    (["contact", "silence", "eve@acme.example", "--why", "a\nb"], 64, "why: one line"),
    (["contact", "silence", "eve@acme.example", "--why", "x" * 201], 64, "why: one line"),
    (["contact", "add"], 64, "ADDRESS is missing"),
    (["contact", "add", "1"], 64, "no address"),
    (["contact", "add", "eve@acme.example", "--customer", "acme"], 66, "no customer `acme`"),
    (["contact", "add", "eve@acme.example", "--customer", ""], 66, "no customer ``"),
    (["contact", "add", "eve@acme.example", "--name", ""], 64, "name: one line"),
    (["contact", "add", "eve@acme.example", "--name", "a\x1b[2Jb"], 64, "name: one line"),
    (["contact", "adr", "eve@acme.example"], 64, "did you mean `contact add`?"),
]


class Desk(change.Desk):
    """Tickets of people whom nobody knows are held."""

    def __init__(self, served):
        plain = ctl.CONFIGURATION
        ctl.CONFIGURATION = plain + "unknown_sender: {{policy: hold}}\n"
        try:
            super().__init__(served)
        finally:
            ctl.CONFIGURATION = plain


class People:
    """What both ways must do alike."""
    served = False

    def setUp(self):
        self.desk = Desk(self.served)
        self.addCleanup(self.desk.close)

    def test_bad_input(self):
        before = change.dump(self.desk)
        for words, code, said in BAD:
            with self.subTest(words=words):
                done = self.desk.run(*words)
                lines = done.stderr.decode().splitlines()
                self.assertEqual((done.returncode, len(lines), done.stdout), (code, 1, b""), lines)
                self.assertIn(said, lines[0])
        self.assertEqual(change.dump(self.desk), before)

    def test_confirm_releases(self):
        self.assertEqual(self.desk.ticket(2)["status"], "held")
        self.assertEqual(self.desk.text("contact", "confirm", "Joe@Beta.example", "--by", "anna"),
                         "contact 1, joe@beta.example: confirmed; new and no longer held: 2\n")
        ticket = self.desk.ticket(2)
        self.assertEqual((ticket["status"], change.events(ticket, "status")[-1]["actor"]), ("new", "agent:anna"))
        self.assertIsNotNone(self.desk.json("contact", "list")["contacts"][0]["confirmed_at"])
        again = self.desk.json("contact", "confirm", "1")
        self.assertEqual((again["contact"]["id"], again["released"], again["silenced"]), (1, [], []))
        self.assertEqual(self.desk.text("contact", "confirm", "1"),
                         "contact 1, joe@beta.example: confirmed; nothing had to be changed\n")

    def test_block(self):
        blocked = self.desk.json("contact", "block", "eve@acme.example")["contact"]
        self.assertIsNotNone(blocked["blocked_at"])
        self.assertEqual(self.desk.text("contact", "block", str(blocked["id"])),
                         "contact 1, eve@acme.example: blocked; nothing had to be changed\n")
        self.assertEqual(self.desk.text("contact", "block", "1", "--off"),
                         "contact 1, eve@acme.example: no longer blocked\n")
        self.assertIsNone(self.desk.json("contact", "list")["contacts"][0]["blocked_at"])

    def test_silence(self):
        one = self.desk.json("contact", "silence", "joe@beta.example", "--why", "he asked for it")
        self.assertIsNone(one["contact"])
        self.assertEqual([(row["address"], row["why"]) for row in one["silenced"]],
                         [("joe@beta.example", "he asked for it")])
        self.assertEqual(self.desk.ticket(2)["silenced"][0]["why"], "he asked for it")
        self.assertIn("nothing had to be changed", self.desk.text("contact", "silence", "joe@beta.example"))
        self.assertEqual(self.desk.json("contact", "silence", "joe@beta.example", "--off")["silenced"], [])
        self.desk.text("contact", "add", "eve@acme.example")
        with contextlib.closing(sqlite3.connect(self.desk.path("tickets.db"))) as database, database:
            database.execute("INSERT INTO contact_address VALUES ('eve@home.example', 1)")
        both = self.desk.json("contact", "silence", "1", "--by", "anna")["silenced"]
        self.assertEqual([(row["address"], row["why"]) for row in both],
                         [("eve@acme.example", "by agent:anna"), ("eve@home.example", "by agent:anna")])
        self.assertEqual(self.desk.text("contact", "silence", "eve@home.example", "--off"),
                         "contact 1, eve@acme.example, eve@home.example: no longer silenced\n")
        self.assertEqual(self.desk.json("contact", "silence", "1", "--off")["silenced"], [])

    def test_add(self):
        added = self.desk.json("contact", "add", "Eve@Acme.example", "--customer", "gamma", "--name", "Eve Ärmel")
        self.assertEqual((added["contact"]["addresses"], added["contact"]["customer"], added["contact"]["name"]),
                         (["eve@acme.example"], "gamma", "Eve Ärmel"))
        self.assertEqual(self.desk.text("contact", "add", "eve@acme.example", "--name", "Eve Ärmel"),
                         "contact 1, eve@acme.example: on file; nothing had to be changed\n")
        none = self.desk.json("contact", "add", "eve@acme.example", "--customer", "none")["contact"]
        self.assertEqual((none["customer"], none["name"]), (None, "Eve Ärmel"))


class AloneTest(People, unittest.TestCase):
    pass


class ServedTest(People, unittest.TestCase):
    served = True


if __name__ == "__main__":
    unittest.main()
