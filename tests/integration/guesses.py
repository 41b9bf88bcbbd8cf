#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Row 13 of FAULTS.md at the running daemon: who guesses numbers and tokens learns nothing from the answers, and who
does so again and again has none of his tokens looked at."""
import contextlib
import os
import re
import sys
import unittest
from unittest import mock

import change
import ctl

sys.path.append(os.path.join(os.path.abspath(os.environ.get("srcdir", ".")), "tests", "support"))

import milter  # noqa: E402

QUEUE = "support@example.com"
MOST = 5
CONFIGURATION = ctl.CONFIGURATION.replace("  send: no", "  delay: 1h\n  minute: 1000\n  hour: 1000") + (
    f"limits: {{{{bad_tokens: {MOST}}}}}\n")
# What is done to the tickets of eve, each opened by a mail of hers: 1 stays as it is.
FATES = {2: ("close", "2"), 3: ("merge", "3", "1"), 4: ("contact", "erase", "gone@acme.example")}
WRITERS = {4: "gone@acme.example"}
GUESSER, RELAY, NEIGHBOUR = "2001:db8:1:2::1", "10.1.2.3", "2001:db8:1:3::1"


class Guesses(unittest.TestCase):
    def setUp(self):
        with mock.patch.object(ctl, "CONFIGURATION", CONFIGURATION), mock.patch.object(ctl, "MESSAGES", []):
            self.desk = change.Desk(True)
        self.addCleanup(self.desk.close)
        self.n = 0

    def send(self, recipient=QUEUE, subject="Hello", sender=None, address="192.0.2.1", login=None, raw_sender=None):
        """The answer, its text, and what is in the ticket's number field."""
        self.n += 1
        who = sender or f"mallory{self.n}@evil.example"
        raw = ctl.message(subject, f"Text {self.n}", sender=who, msgid=f"m{self.n}")
        with contextlib.closing(milter.Client(self.desk.path("milter.sock"), address=address)) as client:
            answer = client.message(who if raw_sender is None else raw_sender, recipient, raw, login=login)
            return answer, client.text, int(client.mark("X-Ticket-ID") or 0)

    def open(self, n):
        for number in range(1, n + 1):
            who = WRITERS.get(number, "eve@acme.example")
            self.assertEqual(self.send(subject=f"Request {number}", sender=who), ("accept", "", number))

    def token(self, ticket, purpose="reply"):
        return self.desk.text("token", "address", str(ticket), purpose).strip()

    def acknowledgement(self, ticket):
        """What its opener gets, without what differs for each: numbers, times, his own address."""
        [row] = [row for row in self.desk.json("outbox", "list", "--all")["outbox"] if row["ticket"] == ticket]
        mail = self.desk.json("outbox", "show", str(row["id"]))["mail"]
        said = {name: value for name, value in mail.items() if isinstance(value, str) and not name.endswith("_at")}
        self.assertIn("text", said)
        return {name: re.sub(rf"#{ticket}\b", "#TICKET", value) for name, value in said.items()}

    def test_fault_13_answers_do_not_tell(self):
        self.open(5)
        revoked = self.token(1)
        self.desk.text("token", "rotate")
        self.desk.text("token", "revoke", "k1")
        tokens = {number: self.token(number) for number in (1, 2, 3, 4, 5)}
        for words in FATES.values():
            self.desk.text(*words)
        valid = tokens[1]
        recipients = {
            "valid": valid, "closed": tokens[2], "merged": tokens[3], "erased": tokens[4],
            "forged": re.sub(r"(.)@", lambda last: "ab"[last[1] == "a"] + "@", valid),
            "of another ticket": tokens[5].replace("+5-", "+1-"),
            "of no ticket": valid.replace("+1-", "+99-"),
            "of another purpose": valid.replace("+1-r", "+1-n"), "revoked": revoked,
            "truncated": re.sub("..@", "@", valid), "longer": valid.replace("@", "x@"),
            "a number alone": QUEUE.replace("@", "+1@"), "no number there is": QUEUE.replace("@", "+99@"),
            "valid, of a client that is barred": valid,
        }
        subjects = {number: f"[example#{number}] Hello" for number in (1, 2, 3, 4, 99, 9223372036854775807)}
        answers, opened = {}, []
        for sender, address in (None, "192.0.2.1"), ("eve@acme.example", "192.0.2.2"), (None, GUESSER):
            for name, recipient in recipients.items():
                answers[sender, address, name] = self.send(recipient, sender=sender, address=address)
            for number, subject in subjects.items():
                answers[sender, address, number] = done = self.send(subject=subject, sender=sender, address=address)
                opened += [done[2]] if sender is None else []
        self.assertEqual({answer[:2] for answer in answers.values()}, {("accept", "")}, answers)
        for (sender, address, name), (_, _, ticket) in answers.items():
            if name in subjects and sender is None:
                self.assertGreater(ticket, 5, (address, name))
        self.assertEqual(len(set(opened)), 2 * len(subjects))
        first, *others = map(self.acknowledgement, opened)
        self.assertIn("#TICKET]", first["subject"])
        for n, other in enumerate(others):
            self.assertEqual(other, first, n)

    def test_fault_13_who_guesses_is_not_looked_at(self):
        self.open(1)
        valid = self.token(1)
        bounce = self.token(1, "bounce")
        forged = valid.replace("+1-", "+2-")
        for n in range(MOST):
            self.assertEqual(self.send(valid, address=GUESSER)[2], 1, n)
            self.assertGreater(self.send(forged, address=GUESSER)[2], 1, n)
        for address, is_looked_at in (GUESSER, False), ("2001:db8:1:2:ffff::9", False), (NEIGHBOUR, True), (
                "192.0.2.1", True):
            answer, _, ticket = self.send(valid, address=address)
            self.assertEqual((answer, ticket == 1), ("accept", is_looked_at), address)
        self.assertEqual(self.send(valid, address=GUESSER, login="web1", sender="eve@acme.example")[2], 1)
        self.assertEqual(self.send(bounce, address=GUESSER, raw_sender="")[0], "accept")
        self.assertEqual(self.send(valid.replace("-r", "-b"), address=NEIGHBOUR, raw_sender="")[0], "reply")
        # An agent must not believe that his answer went out, as where the token is looked at.
        self.assertEqual(self.send(valid, address=GUESSER, sender="anna@example.com"),
                         self.send(valid, address=NEIGHBOUR, sender="anna@example.com"))
        for _ in range(2 * MOST):
            self.send(forged, address=RELAY)
        self.assertEqual(self.send(valid, address=RELAY)[2], 1)
        lines = [line for line in self.desk.daemon.log().splitlines() if "tokens:" in line]
        self.assertEqual(lines, [f"ticketmilter: tokens: client={GUESSER} sent mail to {MOST} that do not hold: none "
                                 "of its is looked at for 10 minutes"])
        stats = self.desk.text("stats", "--prometheus")
        for name, value in ("bad_tokens_total", 3 * MOST + 1), ("clients_barred_total", 1):
            self.assertIn(f"ticketmilter_{name} {value}\n", stats)


if __name__ == "__main__":
    unittest.main()
