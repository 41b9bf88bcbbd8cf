#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Mail of the desk's own: what ticketctl puts into the outbox and shows of it, with a daemon and without."""
import contextlib
import sqlite3
import unittest
from unittest import mock

import change
import ctl

BAD = [
    (["reply", "1", "-m", "x"], 64, "is no agent: say who answers, with --as AGENT"),
    (["reply", "1", "-m", "x", "--as", "eve"], 64, "`eve` is no agent"),
    (["reply", "1", "-m", " \n", "--as", "anna"], 64, "the answer is empty"),
    (["reply", "1", "-m", "x", "file", "--as", "anna"], 64, "given twice"),
    (["reply", "1", "/nonexistent/answer", "--as", "anna"], 66, "No such file"),
    (["reply", "99", "-m", "x", "--as", "anna"], 66, "no ticket 99"),
    (["outbox", "list", "1"], 64, "`1` is too much"),
    (["outbox", "list", "--limit", "0"], 64, "limit"),
    (["outbox", "show"], 64, "N is missing"),
    (["outbox", "show", "one"], 64, "no mail's number"),
    (["outbox", "show", "99"], 66, "no mail 99 in the outbox"),
    (["outbox", "retry"], 64, "N is missing"),
    (["outbox", "retry", "99"], 66, "no mail 99 in the outbox"),
    (["outbox", "drop", "x"], 64, "no mail's number"),
]


CONFIGURATION = ctl.CONFIGURATION.replace("agents: [anna]", "agents: [anna, bert]").replace("agents:\n", """\
agents:
  bert: {{name: Bert, addresses: [bert@example.com]}}
""") + """\
zone: Europe/Berlin
guards: {{command: note}}
"""


class Outbox:
    served = False

    def setUp(self):
        with mock.patch.object(ctl, "CONFIGURATION", CONFIGURATION):
            self.desk = change.Desk(self.served)
        self.addCleanup(self.desk.close)

    def changed(self, *words, **options):
        return self.desk.json(*words, **options)["ticket"]

    def test_bad_input(self):
        change.check_bad_input(self, self.desk, BAD)

    def test_outbox(self):
        self.assertEqual(self.desk.json("outbox", "list"), {"version": 1, "outbox": []})
        self.assertEqual(self.desk.text("outbox", "list"), "no mail waits\n")
        self.desk.text("assign", "2", "anna", "--by", "anna")
        self.assertEqual(self.desk.json("outbox", "list")["outbox"], [])
        self.desk.text("assign", "1", "anna", "--by", "joe", "--why", "She knows.")
        [row] = self.desk.json("outbox", "list")["outbox"]
        self.assertEqual((row["kind"], row["ticket"], row["actor"], row["recipients"], row["settled"],
                          row["reply_purpose"], row["sender_purpose"], row["may_repeat"], row["ended_at"]),
                         ("handover", 1, "user:joe", ["anna@example.com"], [], "r", None, True, None))
        self.assertIn(row["state"], ["waiting", "sending"] if self.served else ["waiting"])
        if not self.served:
            self.assertEqual(row["tries"], 0)
        self.assertIn("[example#1]", row["subject"])
        mail = self.desk.json("outbox", "show", "1")["mail"]
        tried = ("state", "tries", "next_at", "error")
        self.assertEqual({**row, "text": mail["text"], "html": None, **{name: mail[name] for name in tried}}, mail)
        self.assertRegex(mail["text"], r"\Ajoe: this ticket is yours now\.\nWhy: She knows\.\n\nTicket: +1\n")
        self.assertIn("1 ", self.desk.text("outbox", "list"))
        self.assertRegex(self.desk.text("outbox", "show", "1"), r"(?s)outbox 1\n.*She knows")

    def test_due_times(self):
        self.changed("set", "1", "promise=2036-11-24T16:00", "assignee=anna")
        self.assertRegex(self.desk.json("outbox", "show", "1")["mail"]["text"],
                         r"\nDue: +update 2036-11-24T16:00:00\+01:00 \(2036-11-24T15:00:00Z\)\n")

    def test_reply(self):
        answer = self.desk.write("answer", "Füße weg.\n".encode())
        ticket = self.changed("reply", "1", answer, "--as", "anna")
        self.assertEqual(ticket["status"], "waiting")
        sent = ticket["messages"][-1]
        self.assertEqual((sent["direction"], sent["from"], sent["text"]), ("out", "anna@example.com", "Füße weg."))
        [row] = self.desk.json("outbox", "list")["outbox"]
        self.assertEqual((row["kind"], row["message"], row["recipients"], row["sender_purpose"]),
                         ("agent_reply", sent["id"], [ticket["requester"]], "b"))
        self.changed("reply", "1", "--as", "anna", stdin=b"More.")
        self.assertEqual(len(self.desk.json("outbox", "list", "--limit", "1")["outbox"]), 1)
        with contextlib.closing(sqlite3.connect(self.desk.path("tickets.db"))) as database, database:
            database.execute("UPDATE outbox SET state = 3, ended_at = 9999999999 WHERE id = 1")
        self.assertEqual([row["id"] for row in self.desk.json("outbox", "list")["outbox"]], [2])
        self.assertEqual([row["id"] for row in self.desk.json("outbox", "list", "--all")["outbox"]], [2, 1])
        self.changed("close", "1")
        done = self.desk.run("reply", "1", "-m", "x", "--as", "anna")
        self.assertEqual(done.returncode, 77)
        self.assertIn("`ticketctl reopen 1` first", done.stderr.decode())

    def test_guards(self):
        """What an answer by mail is held against, with the same facts."""
        secret = "the invoice of last month was wrong by ninety euros and nobody has noticed it yet"
        self.changed("note", "1", "-m", f"Listen: {secret}.", "--by", "anna")
        before = change.dump(self.desk)
        done = self.desk.run("reply", "1", "-m", f"Well, {secret.upper()}!", "--as", "anna")
        self.assertEqual(done.returncode, 77)
        self.assertRegex(done.stderr.decode(),
                         r"\Aticketctl: These words are of a note on ticket 1: \"THE INVOICE[^\n]*; your answer was "
                         r"NOT sent. Take the note out, or begin it with the line #send\n\Z")
        self.assertEqual(change.dump(self.desk), before)
        ticket = self.changed("reply", "1", "-m", f"#send\nWell, {secret}!", "--as", "anna")
        self.assertEqual(ticket["messages"][-1]["text"], f"Well, {secret}!")
        self.assertEqual([event["detail"]["outcome"] for event in change.events(ticket, "guard")],
                         ["overridden by #send"])
        # The customer has read it now.
        self.changed("reply", "1", "-m", f"As I said, {secret}.", "--as", "anna")
        done = self.desk.run("reply", "1", "-m", "It works.", "--as", "bert")
        self.assertEqual(done.returncode, 77)
        self.assertIn("Anna answered ticket 1 on ", done.stderr.decode())
        ticket = self.changed("reply", "1", "-m", "It works.\n#close", "--as", "anna")
        self.assertEqual([event["detail"]["outcome"] for event in change.events(ticket, "guard")][1:], ["noted"])

    def test_share_with_another_customers(self):
        """By the configuration and by hand, of `ticketctl share` and of `#share`."""
        self.changed("share", "1", "ray@gmail.com", "--send")
        self.desk.text("contact", "confirm", "dora@mail.example")
        with contextlib.closing(sqlite3.connect(self.desk.path("tickets.db"))) as database, database:
            database.execute("UPDATE contact SET customer = 'delta'")
        before = change.dump(self.desk)
        for address, customer in ("joe@gamma.example", "gamma"), ("dora@mail.example", "delta"):
            said = f"{address} ({customer}): not of the customer of ticket 1 (no customer)"
            done = self.desk.run("share", "1", "zoe@else.example", address)
            self.assertEqual((done.returncode, done.stderr.decode()), (
                77, f"ticketctl: {said}; the ticket was NOT shared. Take the address out, or give --send\n"))
            token = self.desk.text("token", "address", "1", "reply").strip()
            file = self.desk.write("mail", f"From: anna@example.com\nTo: {token}\n\n#share {address}\nHi\n".encode())
            plan = self.desk.json("explain", file, "--rcpt", token, "--login", "anna")
            self.assertEqual((plan["action"], plan["verdict"]["text"].partition(";")[0]), ("refuse", said))
        self.assertEqual(change.dump(self.desk), before)
        shared = self.changed("share", "1", "dora@mail.example", "--send", "--by", "anna")
        self.assertEqual(sorted(person["address"] for person in shared["participants"] if person["receives"]),
                         ["dora@mail.example", "ray@gmail.com"])
        self.assertEqual([(event["actor"], event["detail"]["guard"], event["detail"]["outcome"])
                          for event in change.events(shared, "guard")][1:],
                         [("agent:anna", "other_customer", "overridden by --send")])

    def test_drop_and_retry(self):
        self.desk.text("assign", "1", "anna", "--by", "joe")
        for _ in range(1000):  # while its first try goes on it is refused
            if self.desk.run("outbox", "drop", "1").returncode == 0:
                break
        [row] = self.desk.json("outbox", "list", "--all")["outbox"]
        self.assertEqual((row["state"], self.desk.json("outbox", "list")["outbox"]), ("cancelled", []))
        self.assertEqual(self.desk.run("outbox", "drop", "1").returncode, 77)
        self.assertEqual(self.desk.text("outbox", "retry", "1"), "mail 1 of the outbox is tried again\n")
        self.assertIn(self.desk.json("outbox", "list")["outbox"][0]["state"], ["waiting", "sending"])


class AloneTest(Outbox, unittest.TestCase):
    pass


class ServedTest(Outbox, unittest.TestCase):
    served = True


if __name__ == "__main__":
    unittest.main()
