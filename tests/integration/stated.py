#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""What customers state and supply, through the whole line: plan, type, answers, workarounds, held tickets."""
import contextlib
import sqlite3
import unittest

import change
import ctl

CONFIGURATION = """\
instance: example
ack:
  send: no
database: {root}/tickets.db
control: {root}/control.sock
keys: {root}/keys
priorities:
  - {{code: P1, name: Critical, aliases: [production down]}}
  - {{code: P2, name: High}}
  - {{code: P3, name: Medium}}
  - {{code: P4, name: Low}}
types:
  problem: {{name: Problem, needs: {{environment: ['text =~ /\\b(prod|staging)\\b/'],
                                     steps: ['text =~ /steps to reproduce/i']}}}}
  change: {{name: Change Request, aliases: [feature], priorities: [P2, P3, P4], otherwise: {{P1: P2}}}}
plans:
  standard: {{default_priority: P3, stated_priority: [P1, P2, P3, P4], workaround: {{lower: 1, floor: P3}}}}
  small: {{default_priority: P4, stated_priority: [P3, P4]}}
queues:
  support: {{addresses: [support@example.com], type: problem, plan: standard, agents: [anna]}}
agents:
  anna: {{logins: [anna], addresses: [anna@example.com]}}
customers:
  acme: {{domains: [acme.example]}}
  small: {{domains: [small.example], plan: small}}
rules:
  - name: slow
    all: ['subject =~ /slow/i']
    then: [priority=P4]
  - name: around
    on: both
    all: ['body =~ /workaround works/i']
    then: [workaround]
unknown_sender: {{policy: hold, expire: 1h}}
"""

# Subject, text, further fields, sender; type, priority and who says so.
STATED = [
    ("Site down", "x", "", "eve@acme.example", ("problem", "P3", "plan:standard")),
    ("Site slow", "x", "", "eve@acme.example", ("problem", "P4", "rule:slow")),
    ("[P1] Site slow", "x", "", "eve@acme.example", ("problem", "P1", "customer")),
    ("Site slow", "Priorität: Hoch\n\nLangsam.", "", "eve@acme.example", ("problem", "P2", "customer")),
    ("Site down", "x", "Importance: high\n", "eve@acme.example", ("problem", "P2", "customer")),
    ("Site down", "x", "X-Priority: 3 (Normal)\n", "eve@acme.example", ("problem", "P3", "plan:standard")),
    ("More disk", "Type: Feature\nPriority: production down\n", "", "eve@acme.example",
     ("change", "P2", "type:change")),
    ("P1: down", "x", "", "joe@small.example", ("problem", "P3", "customer")),
    ("P1: down", "x", "Auto-Submitted: auto-generated\n", "eve@acme.example", ("problem", "P3", "plan:standard")),
    ("P2: down", "The workaround works.", "", "eve@acme.example", ("problem", "P3", "rule:around")),
]


class Stated(unittest.TestCase):
    def setUp(self):
        plain = ctl.CONFIGURATION
        ctl.CONFIGURATION = CONFIGURATION
        try:
            self.desk = change.Desk(False)
        finally:
            ctl.CONFIGURATION = plain
        self.addCleanup(self.desk.close)
        self.n_messages = 0

    def explain(self, subject, text, more="", sender="eve@acme.example"):
        raw = ctl.message(subject, text, sender=sender, msgid="explained",
                          more=more + "Content-Type: text/plain; charset=utf-8\n")
        return self.desk.json("explain", "-", stdin=raw)

    def take(self, subject, text, sender="eve@acme.example", more=""):
        """Records a message; its ticket."""
        self.n_messages += 1
        self.desk.feed("support@example.com", ctl.message(subject, text, sender=sender, more=more,
                                                          msgid=f"taken{self.n_messages}"))
        with contextlib.closing(sqlite3.connect(self.desk.path("tickets.db"))) as database:
            return self.desk.ticket(database.execute("SELECT ticket FROM message ORDER BY id DESC").fetchone()[0])

    def answer(self, ticket, text, more=""):
        return self.take(f"Re: [example#{ticket['id']}] x", text, more=more)

    def test_new(self):
        for subject, text, more, sender, expected in STATED:
            with self.subTest(subject=subject, text=text, more=more):
                is_of = self.explain(subject, text, more, sender)["classification"]
                self.assertEqual((is_of["type"], is_of["priority"], is_of["priority_by"]), expected)

    def test_explained(self):
        is_of = self.explain("[P1] Site down", "x", sender="joe@small.example")["classification"]
        self.assertEqual((is_of["stated_priority"], is_of["stated_priority_at"]), ("P1", "Subject: [P1]"))
        self.assertEqual(is_of["told"], ["stated priority P1 (Subject: [P1]) became P3: plan small does not let "
                                         "customers state it"])
        raw = ctl.message("[P1] Site down", "x", sender="joe@small.example", msgid="explained")
        self.assertRegex(self.desk.text("explain", "-", stdin=raw), r"(?m)^ *stated +P1 \(Subject: \[P1\]\)$")

    def test_answers(self):
        ticket = self.take("Site slow", "It is slow.")
        self.assertEqual(ticket["missing"], ["environment", "steps"])
        ticket = self.answer(ticket, "It is prod.\n\nPriority: P1\n")
        self.assertEqual((ticket["priority"], ticket["priority_by"], ticket["missing"]), ("P1", "customer", ["steps"]))
        self.assertEqual(change.events(ticket, "priority")[-1]["detail"],
                         {"from": "P4", "to": "P1", "why": "Priority: P1"})
        ticket = self.answer(ticket, "> steps to reproduce?\n\nThe workaround works.")
        self.assertEqual((ticket["priority"], ticket["workaround"], ticket["missing"]), ("P2", True, ["steps"]))
        ticket = self.answer(ticket, "Steps to reproduce: open the page.", more="X-Priority: 1\n")
        self.assertEqual((ticket["priority"], ticket["missing"]), ("P2", []))

    def test_agents_overrule(self):
        ticket = self.take("Site slow", "x")
        number = str(ticket["id"])
        self.desk.text("set", number, "priority=P3")
        ticket = self.answer(ticket, "Priority: P1\n")
        self.assertEqual((ticket["priority"], ticket["priority_by"].split(":")[0]), ("P3", "user"))
        self.assertEqual(change.events(ticket, "note")[-1]["detail"]["to"], "both")
        self.desk.text("set", number, "priority=P1")
        for value, priority in (("yes", "P2"), ("yes", "P2"), ("no", "P1"), ("no", "P1")):
            self.desk.text("set", number, f"workaround={value}")
            self.assertEqual(self.desk.ticket(number)["priority"], priority)
        self.assertEqual([event["detail"]["to"] for event in change.events(self.desk.ticket(number), "workaround")],
                         ["yes", "no"])

    def test_held(self):
        ticket = self.take("[P1] Help", "x", sender="pat@new.example")
        number = ticket["id"]
        self.assertEqual((ticket["status"], ticket["priority"]), ("held", "P1"))
        self.assertIn(number, [held["id"] for held in self.desk.json("list", "--status", "held")["tickets"]])
        self.assertIn(number, self.desk.json("contact", "confirm", "pat@new.example")["released"])
        self.assertEqual(self.desk.ticket(number)["status"], "new")

    def test_expires(self):
        number = self.take("Help", "x", sender="pat@new.example")["id"]
        with contextlib.closing(sqlite3.connect(self.desk.path("tickets.db"))) as database, database:
            database.execute("UPDATE event SET at = at - 3601 WHERE ticket = ?", (number,))
        daemon = change.Daemon(self.desk)
        daemon.wait_for(lambda: self.desk.ticket(number)["status"] == "closed", "the held ticket's end")
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(change.events(self.desk.ticket(number), "status")[-1]["detail"]["why"],
                         "nobody confirmed the sender in time")


if __name__ == "__main__":
    unittest.main(verbosity=2)
