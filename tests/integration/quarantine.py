#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""ticketctl quarantine: seen, released and dropped, through the daemon's control socket and without a daemon."""
import contextlib
import sqlite3
import unittest

import change
import ctl

PRIZE = ctl.message("Win a prize", "Outage of c12, by the way.\n\x1b[31m", msgid="prize")

RULE = """\
keep: {quarantine: 36500d}
rules:
  - name: junk
    all: ['subject =~ /prize/']
    then: [priority=P1, discard]
"""

# words, exit code, what the one line on standard error must say
BAD = [
    (["quarantine"], 64, "unknown command `quarantine`"),
    (["quarantine", "list", "1"], 64, "`1` is too much"),
    (["quarantine", "list", "--limit", "few"], 64, "no number"),
    (["quarantine", "show"], 64, "N is missing"),
    (["quarantine", "show", "one"], 64, "no quarantined message's number"),
    (["quarantine", "show", "99"], 66, "no message 99 in quarantine"),
    (["quarantine", "show", "2", "--raw"], 66, "was not kept"),
    (["quarantine", "release"], 64, "N is missing"),
    (["quarantine", "release", "0"], 64, "no quarantined message's number"),
    (["quarantine", "release", "99"], 66, "no message 99 in quarantine"),
    (["quarantine", "release", "1", "2"], 64, "`2` is too much"),
    (["quarantine", "release", "2"], 77, "can only be dropped"),
    (["quarantine", "release", "3"], 77, "refused: 550 5.7.1 You are not logged in"),
    (["quarantine", "release", "4"], 77, "stays in quarantine: none of its recipients"),
    (["quarantine", "drop"], 64, "N... is missing"),
    (["quarantine", "drop", "1", "two"], 64, "no quarantined message's number"),
    (["quarantine", "drop", "1", "99"], 66, "no message 99 in quarantine"),
]


class Desk(change.Desk):
    """In quarantine: 1 what a rule discarded, 2 what was not kept as it came, 3 an agent's answer without a login, 4 to
    a queue that is no more."""

    def __init__(self, served):
        super().__init__(False)
        text = ctl.read(self.config).decode().replace("rules:\n", RULE)
        self.write("ticketmilter.yaml", text.encode())
        token = self.text("token", "address", "1", "reply").strip()
        self.text("receive", stdin=PRIZE)
        self.sql("INSERT INTO quarantine"
                 " VALUES (2, 1, '', 'lost', '', '', 'support@example.com', '', '', 9, NULL, NULL)")
        self.text("receive", "--rcpt", token, stdin=ctl.message("Re: x", "y", sender="anna@example.com", msgid="anna"))
        self.sql("UPDATE quarantine SET at = 1795190400 WHERE id = 1")
        self.sql("INSERT INTO quarantine SELECT 4, at, rule, reason, queue_id, sender, 'gone@example.com',"
                 " from_address, subject, size, codec, data FROM quarantine WHERE id = 1")
        self.daemon = change.Daemon(self) if served else None

    def sql(self, statement):
        with contextlib.closing(sqlite3.connect(self.path("tickets.db"))) as database, database:
            database.execute(statement)

    def kept(self):
        return [one["id"] for one in self.json("quarantine", "list")["quarantine"]]


class Quarantine:
    """What both ways must do alike."""
    served = False

    def setUp(self):
        self.desk = Desk(self.served)
        self.addCleanup(lambda: self.desk.close())

    def test_bad_input(self):
        change.check_bad_input(self, self.desk, BAD)

    def test_list(self):
        self.assertEqual(self.desk.kept(), [4, 3, 2, 1])
        one = self.desk.json("quarantine", "list")["quarantine"][-1]
        self.assertEqual(one, {"id": 1, "at": "2026-11-20T16:00:00Z", "rule": "junk", "reason": "rule junk",
                               "queue_id": None, "sender": "eve@acme.example", "recipients": ["support@example.com"],
                               "from": "eve@acme.example", "subject": "Win a prize", "size": len(PRIZE), "kept": True})
        self.assertEqual([one["id"] for one in self.desk.json("quarantine", "list", "--limit", "1")["quarantine"]], [4])
        text = self.desk.text("quarantine", "list")
        self.assertTrue(text.endswith("1 2026-11-20T16:00:00Z eve@acme.example: Win a prize\n  rule junk\n"), text)

    def test_show(self):
        shown = self.desk.json("quarantine", "show", "1")
        self.assertEqual((shown["message"]["id"], shown["text"].split("\n")[0]), (1, "Outage of c12, by the way."))
        text = self.desk.text("quarantine", "show", "1")
        self.assertIn("  subject    Win a prize\n", text)
        self.assertIn("  Outage of c12, by the way.\n", text)
        self.assertNotIn("\x1b", text)
        self.assertIsNone(self.desk.json("quarantine", "show", "2")["text"])
        self.assertEqual(self.desk.run("quarantine", "show", "1", "--raw").stdout, PRIZE)

    def test_release(self):
        """Recorded as of then, by all rules but the one that discards; the rest stays."""
        done = self.desk.json("quarantine", "release", "1")
        self.assertEqual((done["action"], done["ticket"], done["classification"]["priority"],
                          done["verdict"]["discarded"]), ("open", 4, "P1", False))
        ticket = self.desk.ticket(4)
        self.assertEqual((ticket["created_at"], ticket["subject"], ticket["messages"][0]["verified"]),
                         ("2026-11-20T16:00:00Z", "Win a prize", True))
        self.assertEqual(self.desk.kept(), [4, 3, 2])
        self.assertEqual(self.desk.run("quarantine", "release", "1").returncode, 66)
        # The same again, as if the first release had been cut short.
        self.desk.sql("UPDATE quarantine SET recipients = 'support@example.com' WHERE id = 4")
        self.assertRegex(self.desk.text("quarantine", "release", "4"), r"\Aduplicate, ticket 4: [^\n]+\n\Z")
        self.assertEqual(self.desk.kept(), [3, 2])

    def test_drop(self):
        self.assertEqual(self.desk.json("quarantine", "drop", "4", "2"), {"version": 1, "dropped": [4, 2]})
        self.assertEqual(self.desk.text("quarantine", "drop", "1"), "1 message dropped\n")
        self.assertEqual(self.desk.text("quarantine", "drop", "3", "3"), "2 messages dropped\n")
        self.assertEqual(self.desk.text("quarantine", "list"), "nothing in quarantine\n")


class AloneTest(Quarantine, unittest.TestCase):
    pass


class ServedTest(Quarantine, unittest.TestCase):
    served = True


if __name__ == "__main__":
    unittest.main()
