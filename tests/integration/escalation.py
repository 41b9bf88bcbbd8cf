#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Clocks that run out: what ticketctl shows beforehand, and the mail that the daemon sends, into smtp-sink."""
import contextlib
import email
import email.policy
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import time
import unittest
from unittest import mock

import change
import ctl

SINK = "/usr/sbin/smtp-sink"

PLANS = """\
zone: Europe/Berlin
receivers:
  desk: {{mail: desk@example.com}}
  night: {{mail: night@example.com, when: closed}}
rotas:
  ops: {{start: '2026-11-02', handover: 'mon=09:00', agents: [anna]}}
escalation:
  night:
    - {{metric: first_response, lead: LEAD, to: [desk, night]}}
    - {{metric: first_response, lead: none, level: 2, to: [queue.rota, customer.manager], repeat: 15m}}
plans:
  soon: {{escalation: night, targets: {{P3: {{first_response: TARGET}}}}}}
"""


def configuration(target, lead, submit="smtp://127.0.0.1:9"):
    text = ctl.CONFIGURATION.replace("agents: [anna]}}", "agents: [anna], rota: ops, plan: soon}}").replace(
        "plans:\n", PLANS)
    return text.replace("TARGET", target).replace("LEAD", lead).replace("smtp://127.0.0.1:9", submit)


def desk_of(*words, served=False):
    with mock.patch.object(ctl, "CONFIGURATION", configuration(*words)):
        return change.Desk(served)


class Preview(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.desk = desk_of("10h", "2h")
        cls.addClassCleanup(cls.desk.close)

    def test_json(self):
        document = self.desk.json("escalation", "preview", "1")
        self.assertEqual((document["ticket"], document["escalation"]), (1, "night"))
        self.assertEqual([(one["kind"], one["level"], one["repeat"]) for one in document["notifications"]],
                         [("warning", 1, 0), ("breach", 2, 0), ("breach", 2, 1)])
        self.assertEqual([(who["to"], who["kind"], who["address"], who["told"], who["why_not"])
                          for one in document["notifications"][:2] for who in one["audience"]],
                         [("desk", "mail", "desk@example.com", True, None),
                          ("night", "mail", "night@example.com", False, "only while the calendar is closed"),
                          ("queue.rota", "mail", "anna@example.com", True, None),
                          ("customer.manager", "mail", None, False, "the customer has no manager")])

    def test_text(self):
        lines = self.desk.text("escalation", "preview", "1").splitlines()
        self.assertRegex(lines[0], r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ +first_response: warning, level 1\Z")
        self.assertEqual([line.strip() for line in lines[1:3]],
                         ["desk: mail desk@example.com", "night: not told, only while the calendar is closed"])
        self.assertRegex(lines[-3], r"Z +first_response: breach, level 2, repeat 1\Z")

    def test_nothing(self):
        self.assertEqual(self.desk.text("escalation", "preview", "2"),
                         "ticket 2: it has no plan, so nobody is told of its clocks\n")
        self.desk.text("close", "3")
        self.assertEqual(self.desk.text("escalation", "preview", "3"), "ticket 3: nothing is still to be told\n")

    def test_bad_input(self):
        change.check_bad_input(self, self.desk, [
            (["escalation", "preview"], 64, "N is missing"),
            (["escalation", "preview", "one"], 64, "no ticket number"),
            (["escalation", "preview", "99"], 66, "no ticket 99"),
        ])


class Sink:
    """smtp-sink, which keeps every mail in a file."""

    def __init__(self, port):
        self.folder = tempfile.mkdtemp(prefix="sink-")
        as_nobody = ["-u", "nobody"] if os.geteuid() == 0 else []  # it insists on that
        os.chmod(self.folder, 0o777)
        self.process = subprocess.Popen([SINK, *as_nobody, "-d", os.path.join(self.folder, "mail."),
                                         f"127.0.0.1:{port}", "16"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def mails(self):
        """(recipient, subject, mail) of what came."""
        found = []
        for name in sorted(os.listdir(self.folder)):
            mail = ctl.read(os.path.join(self.folder, name)).decode()
            if "\n\n" in mail and "\nSubject: " in mail:
                parsed = email.message_from_string(mail, policy=email.policy.default)
                found.append((parsed["To"], parsed["Subject"], parsed))
        return found

    def close(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder)


@unittest.skipUnless(os.access(SINK, os.X_OK), "no smtp-sink")
class Mail(unittest.TestCase):
    def desk_with_sink(self, target, lead):
        with socket.create_server(("127.0.0.1", 0)) as found:
            port = found.getsockname()[1]
        desk = desk_of(target, lead, f"smtp://127.0.0.1:{port}")
        self.addCleanup(desk.close)
        sink = Sink(port)
        self.addCleanup(sink.close)
        return desk, sink

    def test_warning_and_breach(self):
        """A ticket that a running daemon gets, with seconds to its due time."""
        desk, sink = self.desk_with_sink("4s", "2s")
        for number in ("1", "2", "3"):
            desk.text("close", number)
        desk.daemon = change.Daemon(desk)
        desk.text("receive", "--rcpt", "support@example.com", stdin=ctl.message("It burns", "Help.", msgid="burns"))
        desk.daemon.wait_for(lambda: len(sink.mails()) >= 2, "a warning and a breach")
        mails = {to: (subject, mail) for to, subject, mail in sink.mails()}
        self.assertEqual({to: subject for to, (subject, _) in mails.items()},
                         {"desk@example.com": "[example#4] Due soon: first response: It burns",
                          "anna@example.com": "[example#4] Overdue: first response: It burns"})
        warning, breach = [mails[to][1].get_content() for to in ("desk@example.com", "anna@example.com")]
        self.assertRegex(warning, r"\AFirst response is due .*\(\d\d:\d\d UTC\)\.\n")
        self.assertRegex(breach, r"\AFirst response was due .*, and is not done\.\n")
        self.assertIn("\nPriority:  P3\n", breach)
        self.assertEqual(mails["anna@example.com"][1]["Auto-Submitted"], "auto-generated")
        events = [(event["action"], event["detail"].get("told")) for event in desk.ticket(4)["events"]
                  if event["action"] in ("warning", "breach")]
        self.assertEqual(events, [("warning", "desk"), ("breach", "queue.rota")])
        [row] = desk.json("escalation", "preview", "4")["notifications"]
        self.assertEqual((row["kind"], row["repeat"]), ("breach", 1))

    def test_report(self):
        """One that was due while no daemon ran: once, also by the daemons after that."""
        text = configuration("10h", "1h") + "reports:\n  weekly: {{to: desk, every: 'mon=07:00'}}\n"
        with socket.create_server(("127.0.0.1", 0)) as found:
            port = found.getsockname()[1]
        with mock.patch.object(ctl, "CONFIGURATION", text.replace("smtp://127.0.0.1:9", f"smtp://127.0.0.1:{port}")):
            desk = change.Desk(False)
        self.addCleanup(desk.close)
        sink = Sink(port)
        self.addCleanup(sink.close)
        with contextlib.closing(sqlite3.connect(desk.path("tickets.db"))) as database, database:
            database.execute("INSERT INTO report VALUES ('weekly', unixepoch () - 30 * 86400)")
        desk.daemon = change.Daemon(desk)
        desk.daemon.wait_for(lambda: len(sink.mails()) >= 1, "the report")
        self.assertEqual(desk.daemon.stop(), 0)
        desk.daemon = change.Daemon(desk)
        desk.text("assign", "1", "anna", "--by", "joe")
        desk.daemon.wait_for(lambda: len(sink.mails()) >= 2, "another mail")
        mails = {to: mail for to, _, mail in sink.mails()}
        self.assertEqual(set(mails), {"desk@example.com", "anna@example.com"})
        report = mails["desk@example.com"]
        self.assertRegex(report["Subject"], r"\A\[example\] Support report: \d{4}-\d\d-\d\d 00:00 to ")
        self.assertIn("\nOpen now: 3\n", report.get_body().get_content())
        [page] = report.iter_attachments()
        self.assertEqual((page.get_filename(), page.get_content_type()), ("report.html", "text/html"))
        self.assertTrue(page.get_content().startswith("<!DOCTYPE html>"))
        kinds = [(row["kind"], row["state"]) for row in desk.json("outbox", "list", "--all")["outbox"]]
        self.assertEqual(kinds.count(("report", "sent")), 1)

    def test_answer_in_time(self):
        """What is answered is told of no more, and what waits behind it is."""
        desk, sink = self.desk_with_sink("4s", "1s")
        for number in ("1", "2", "3"):
            desk.text("close", number)
        desk.daemon = change.Daemon(desk)
        desk.text("receive", "--rcpt", "support@example.com", stdin=ctl.message("One", "Help.", msgid="one1"))
        desk.text("answered", "4", "--by", "phone", "--agent", "anna")
        desk.text("receive", "--rcpt", "support@example.com", stdin=ctl.message("Two", "Help.", msgid="two2"))
        desk.daemon.wait_for(lambda: len(sink.mails()) >= 2, "mail about the second")
        self.assertEqual({subject.partition("]")[0] for _, subject, _ in sink.mails()}, {"[example#5"})

    def test_after_downtime(self):
        """Many at once, while no daemon ran: one mail, and no warning."""
        desk, sink = self.desk_with_sink("1s", "500s")
        for number in range(8):
            desk.feed("support@example.com", ctl.message(f"Burns {number}", "Help.", msgid=f"burns{number}"))
        self.assertEqual(desk.json("outbox", "list")["outbox"], [])
        while not all(clock["breached"] for ticket in desk.json("list")["tickets"] for clock in ticket["clocks"]):
            time.sleep(0.1)
        desk.daemon = change.Daemon(desk)
        desk.daemon.wait_for(lambda: len(sink.mails()) >= 1, "the digest")
        [(to, subject, mail)] = sink.mails()
        self.assertEqual((to, subject), ("anna@example.com", "[example] 10 clocks run out"))
        self.assertEqual(len(re.findall(r"(?m)^\[example#\d+\] first response, due ", mail.get_content())), 10)


if __name__ == "__main__":
    unittest.main()
