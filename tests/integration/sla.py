#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Clocks from the mail to `list`, `show` and `sla`: what starts, meets, moves and ends them."""
import contextlib
import datetime
import re
import sqlite3
import subprocess
import unittest

import change
import ctl

PLANS = """\
zone: Europe/Berlin
calendars:
  office: {{zone: Europe/Berlin, hours: 'mon-fri=08:00-18:00', holidays: ['*-12-25', '*-12-26']}}
plans:
  usual:
    calendar: office
    targets:
      P1: {{dispatch: 30m, first_response: 1h, next_response: 1h, update: 2bh, resolution: 8bh, review: 5bd}}
      P3: {{dispatch: 4bh, first_response: 1bd, next_response: 1bd, update: 2bd, resolution: 5bd}}
"""


def lately():
    now = datetime.datetime.now(datetime.timezone.utc)
    return f"{now - datetime.timedelta(minutes=10):%Y-%m-%dT%H:%M:%SZ}"


class Desk(ctl.Desk):
    def __init__(self):
        super().__init__(filled=False)
        text = re.sub(r"plans:\n  gold: .*\n", PLANS, ctl.CONFIGURATION)
        text = text.replace("plan: gold", "plan: usual").replace("reply_to: keep,\n", "reply_to: keep, plan: usual,\n")
        self.config = self.write("ticketmilter.yaml", text.format(root=self.root).encode())
        assert self.run("token", "rotate").returncode == 0
        nothing = self.write("nothing", ctl.message("Hello", "x", to="bob@elsewhere.example", msgid="nothing"))
        subprocess.run([ctl.FEED, self.config, "eve@acme.example", "bob@elsewhere.example", nothing], check=True,
                       stdout=subprocess.DEVNULL)

    def receive(self, when, raw, *words):
        return self.json("receive", "--client", "192.0.2.1", "--at", when, *words, stdin=raw)

    def clocks(self, number):
        """{metric/cycle: clock}"""
        return {f"{clock['metric']}/{clock['cycle']}": clock
                for clock in self.json("show", str(number))["ticket"]["clocks"]}

    def moves(self, number):
        return [event["detail"] for event in self.json("show", str(number))["ticket"]["events"]
                if event["action"] == "clock"]


class SlaTest(unittest.TestCase):
    def setUp(self):
        self.desk = Desk()
        self.addCleanup(self.desk.close)

    def open(self, when="2025-12-24T16:00:00Z", subject="Printer on fire"):
        return self.desk.receive(when, ctl.message(subject, "It burns.", msgid="one"))

    def check(self):
        self.assertEqual(self.desk.run("db", "check", "--thorough").returncode, 0)

    def test_new_ticket(self):
        mail = ctl.message("Printer on fire", "It burns.", msgid="one")
        explained = self.desk.json("explain", "--at", "2025-12-24T16:00:00Z", "-", stdin=mail)
        self.assertEqual(explained["clocks"][0], {"metric": "dispatch", "target": "4bh", "calendar": "office",
                                                  "due_at": "2025-12-29T10:00:00Z"})
        self.open()
        due = [edit["value"] for edit in explained["edits"] if edit["header"] == "X-Ticket-Due"]
        # Wednesday 17:00 in Berlin: one hour is left of it, then two holidays and a weekend.
        self.assertEqual(due, ["dispatch; 2025-12-29T11:00:00+01:00", "first_response; 2025-12-29T17:00:00+01:00",
                               "resolution; 2026-01-02T17:00:00+01:00"])
        clocks = self.desk.clocks(1)
        self.assertEqual(clocks["dispatch/1"], {
            "metric": "dispatch", "cycle": 1, "target": "4bh", "calendar": "office", "priority": "P3",
            "started_at": "2025-12-24T16:00:00Z", "due_at": "2025-12-29T10:00:00Z", "met_at": None, "ended_at": None,
            "breached": True, "paused": False, "pauses": []})
        self.assertEqual(self.desk.json("list")["tickets"][0]["next_due_at"], "2025-12-29T10:00:00Z")
        self.check()

    def test_sla(self):
        self.open()
        sla = self.desk.json("sla", "1")
        account = sla["accounts"][0]
        self.assertEqual(account["windows"], [{"open_at": "2025-12-24T16:00:00Z", "close_at": "2025-12-24T17:00:00Z"},
                                              {"open_at": "2025-12-29T07:00:00Z", "close_at": "2025-12-29T10:00:00Z"}])
        self.assertEqual(account["closed_dates"], ["2025-12-25", "2025-12-26", "2025-12-27", "2025-12-28"])
        self.assertEqual((account["zone"], account["moves"]), ("Europe/Berlin", []))
        text = self.desk.text("sla", "1")
        for word in ("4bh, for priority P3", "office (Europe/Berlin)", "2025-12-25, 2025-12-26, 2025-12-27, 2025-12-28",
                     "2025-12-29T10:00:00Z (2025-12-29T11:00:00+01:00)"):
            self.assertIn(word, text)

    def test_answer_by_mail(self):
        self.open()
        token = self.desk.text("token", "address", "1", "reply").strip()
        answer = ctl.message("Re: Printer on fire", "Water.", sender="anna@example.com", to=token, msgid="answer")
        answered = self.desk.receive("2025-12-29T08:00:00Z", answer, "--login", "anna", "--rcpt", token)
        self.assertEqual(answered["action"], "append")
        ticket = self.desk.json("show", "1")["ticket"]
        self.assertEqual((ticket["status"], ticket["messages"][1]["direction"]), ("waiting", "out"))
        clocks = self.desk.clocks(1)
        self.assertEqual([clocks[name]["met_at"] for name in ("dispatch/1", "first_response/1")],
                         ["2025-12-29T08:00:00Z"] * 2)
        self.assertEqual(clocks["update/1"]["due_at"], "2025-12-31T08:00:00Z")
        self.assertEqual((clocks["resolution/1"]["paused"], clocks["resolution/1"]["due_at"]), (True, None))
        again = ctl.message("Re: Printer on fire", "It still burns.", to=token, msgid="again")
        self.desk.receive("2025-12-29T10:00:00Z", again, "--rcpt", token)
        clocks = self.desk.clocks(1)
        self.assertEqual(clocks["next_response/1"]["due_at"], "2025-12-30T10:00:00Z")
        self.assertEqual(clocks["resolution/1"]["pauses"],
                         [{"from": "2025-12-29T08:00:00Z", "to": "2025-12-29T10:00:00Z"}])
        self.assertEqual([move["why"] for move in self.desk.moves(1)], ["paused: waiting", "goes on: open"])
        self.check()

    def test_answer_straight_to_the_requester(self):
        self.open()
        answer = ctl.message("Re: [example#1] Printer on fire", "Water.", sender="anna@example.com",
                             to="eve@acme.example", msgid="answer", more="In-Reply-To: <one@acme.example>\n")
        words = ["--login", "anna", "--rcpt", "eve@acme.example", "--at", "2025-12-29T08:00:00Z"]
        explained = self.desk.json("explain", *words, "-", stdin=answer)
        self.assertEqual(explained["action"], "append")
        self.assertIn(("change", "From"), [(edit["op"], edit["header"]) for edit in explained["edits"]])
        self.assertEqual(self.desk.json("receive", *words, stdin=answer)["action"], "append")
        self.assertEqual(self.desk.clocks(1)["first_response/1"]["met_at"], "2025-12-29T08:00:00Z")

    def test_changes_by_hand(self):
        self.open(lately())
        self.desk.text("answered", "1", "--by", "phone", "--agent", "anna")
        clocks = self.desk.clocks(1)
        self.assertIsNotNone(clocks["first_response/1"]["met_at"])
        self.desk.text("set", "1", "promise=2036-03-01T12:00")
        self.assertEqual((self.desk.clocks(1)["update/1"]["target"], self.desk.clocks(1)["update/1"]["due_at"]),
                         ("as agreed", "2036-03-01T11:00:00Z"))
        self.desk.text("set", "1", "priority=P1")
        self.assertEqual(self.desk.clocks(1)["resolution/1"]["target"], "8bh")
        self.assertIn("priority raised from P3 to P1", self.desk.text("sla", "1"))
        self.desk.text("set", "1", "status=resolved")
        clocks = self.desk.clocks(1)
        self.assertIsNotNone(clocks["resolution/1"]["met_at"])
        self.assertIsNotNone(clocks["update/1"]["ended_at"])
        self.desk.text("set", "1", "review=done")
        self.assertIsNotNone(self.desk.clocks(1)["review/1"]["met_at"])
        self.assertEqual(self.desk.run("set", "1", "review=done").returncode, 77)
        self.assertEqual(self.desk.run("set", "1", "promise=2036-03-01T12:00").returncode, 77)
        for status in ("closed", "spam", "held", "unsorted"):
            self.desk.text("set", "1", "status=" + status)
            self.assertEqual(self.desk.run("set", "1", "promise=2036-03-01T12:00").returncode, 77)
        self.desk.text("set", "1", "status=open", "promise=2036-03-01T12:00")
        self.assertEqual(self.desk.clocks(1)["update/2"]["due_at"], "2036-03-01T11:00:00Z")
        self.desk.text("set", "1", "promise=none")
        self.assertIn("nothing had to be changed", self.desk.text("set", "1", "promise=none"))
        self.assertEqual(self.desk.run("set", "1", "promise=2020-01-01T12:00").returncode, 64)
        self.assertEqual(self.desk.run("answered", "1", "--by", "letter").returncode, 64)
        self.assertEqual(self.desk.run("answered", "1", "--by", "phone", "--at", "2020-01-01T12:00").returncode, 64)
        self.check()

    def test_merge_and_split(self):
        self.open()
        self.desk.receive("2025-12-29T08:00:00Z", ctl.message("Another", "x", msgid="two"))
        self.desk.text("merge", "2", "1")
        self.assertTrue(all(clock["ended_at"] for clock in self.desk.clocks(2).values()))
        message = self.desk.json("show", "1")["ticket"]["messages"][1]["id"]
        self.desk.text("split", "1", str(message))
        self.assertEqual(self.desk.clocks(3)["first_response/1"]["started_at"], "2025-12-29T08:00:00Z")
        self.check()

    def test_a_call_recorded_later(self):
        self.open("2025-12-29T07:00:00Z")
        self.desk.text("answered", "1", "--by", "phone", "--at", "2025-12-29T08:00:00Z")
        self.desk.receive("2025-12-29T09:00:00Z", ctl.message("Re: Printer on fire", "It still burns.", msgid="two",
                                                              more="In-Reply-To: <one@acme.example>\n"))
        self.desk.text("answered", "1", "--by", "phone", "--at", "2025-12-29T08:30:00Z")
        clocks = self.desk.clocks(1)
        self.assertIsNone(clocks["next_response/1"]["met_at"])
        self.assertEqual(clocks["update/1"]["met_at"], "2025-12-29T08:30:00Z")
        self.desk.text("answered", "1", "--by", "phone", "--at", "2025-12-29T09:30:00Z")
        self.assertEqual(self.desk.clocks(1)["next_response/1"]["met_at"], "2025-12-29T09:30:00Z")
        self.check()

    def test_a_call_between_two_messages(self):
        """What came behind it waits from its own arrival on."""
        self.open("2025-12-29T07:00:00Z")
        self.desk.receive("2025-12-29T09:00:00Z", ctl.message("Re: Printer on fire", "It still burns.", msgid="two",
                                                              more="In-Reply-To: <one@acme.example>\n"))
        self.desk.text("answered", "1", "--by", "phone", "--at", "2025-12-29T08:00:00Z")
        clocks = self.desk.clocks(1)
        self.assertEqual(clocks["first_response/1"]["met_at"], "2025-12-29T08:00:00Z")
        self.assertEqual((clocks["next_response/1"]["started_at"], clocks["next_response/1"]["met_at"]),
                         ("2025-12-29T09:00:00Z", None))
        self.desk.receive("2025-12-29T10:00:00Z", ctl.message("Re: Printer on fire", "The roof, too.", msgid="three",
                                                              more="In-Reply-To: <one@acme.example>\n"))
        self.desk.text("answered", "1", "--by", "phone", "--at", "2025-12-29T09:30:00Z")
        clocks = self.desk.clocks(1)
        self.assertEqual(clocks["next_response/1"]["met_at"], "2025-12-29T09:30:00Z")
        self.assertEqual(clocks["next_response/2"]["started_at"], "2025-12-29T10:00:00Z")
        self.check()

    def test_a_merge_into_a_closed_ticket_says_who_waits(self):
        self.open("2025-12-29T07:00:00Z")
        self.desk.text("close", "1")
        self.desk.receive("2025-12-29T08:00:00Z", ctl.message("Another", "x", msgid="two"))
        self.assertIn("its customer waits for an answer: `ticketctl reopen 1`", self.desk.text("merge", "2", "1"))
        self.check()

    def test_what_is_split_off_is_not_owed_any_more(self):
        self.open("2025-12-29T07:00:00Z")
        answer = ctl.message("Re: Printer on fire", "Water.", sender="anna@example.com", to="eve@acme.example",
                             msgid="answer", more="In-Reply-To: <one@acme.example>\n")
        self.desk.receive("2025-12-29T08:00:00Z", answer, "--login", "anna", "--rcpt", "eve@acme.example")
        for msgid, when in (("two", "2025-12-29T09:00:00Z"), ("three", "2025-12-29T10:00:00Z")):
            self.desk.receive(when, ctl.message("Re: Printer on fire", "And the scanner?", msgid=msgid,
                                                more="In-Reply-To: <one@acme.example>\n"))
        messages = [str(message["id"]) for message in self.desk.json("show", "1")["ticket"]["messages"]]
        self.assertEqual(self.desk.clocks(1)["next_response/1"]["started_at"], "2025-12-29T09:00:00Z")
        self.desk.text("split", "1", messages[3])
        self.assertIsNone(self.desk.clocks(1)["next_response/1"]["ended_at"])
        self.desk.text("split", "1", messages[2])
        self.assertIsNotNone(self.desk.clocks(1)["next_response/1"]["ended_at"])
        self.assertEqual(self.desk.clocks(3)["first_response/1"]["started_at"], "2025-12-29T09:00:00Z")
        self.check()

    def test_list(self):
        self.desk.receive(lately(), ctl.message("Later", "x", msgid="one"))
        self.desk.receive(lately(), ctl.message("No clocks", "x", msgid="two", to="hosting@example.com"),
                          "--rcpt", "hosting@example.com")
        self.desk.receive("2025-11-17T09:00:00Z", ctl.message("Overdue", "x", msgid="three"))
        self.assertEqual([ticket["subject"] for ticket in self.desk.json("list")["tickets"]],
                         ["Overdue", "Later", "No clocks"])
        lines = self.desk.text("list", COLUMNS="200").splitlines()
        self.assertIn("!2025-11-17T13:00Z", lines[1])
        self.assertNotIn("!", lines[2])

    def test_spam_counts_from_its_arrival_when_it_is_none(self):
        self.open("2025-12-29T08:00:00Z")
        self.desk.text("set", "1", "status=spam")
        self.assertTrue(all(clock["ended_at"] or clock["met_at"] for clock in self.desk.clocks(1).values()))
        self.desk.text("set", "1", "status=open")
        self.assertEqual(self.desk.clocks(1)["first_response/2"]["started_at"], "2025-12-29T08:00:00Z")
        self.check()

    def test_reload_moves_what_runs(self):
        self.open(lately())
        text = ctl.read(self.desk.config).decode()
        self.desk.write("ticketmilter.yaml", text.replace("dispatch: 4bh", "dispatch: 2bh").encode())
        self.desk.text("set", "1", "subject=x")
        self.assertIn("the policy was changed", [move["why"] for move in self.desk.moves(1)])
        self.check()

    def test_confirmed_sender(self):
        text = ctl.read(self.desk.config).decode() + "unknown_sender: {policy: hold}\n"
        self.desk.write("ticketmilter.yaml", text.encode())
        self.open("2025-12-29T08:00:00Z")
        self.assertEqual((self.desk.json("show", "1")["ticket"]["status"], self.desk.clocks(1)), ("held", {}))
        self.desk.text("contact", "confirm", "eve@acme.example")
        self.assertEqual(self.desk.clocks(1)["first_response/1"]["started_at"], "2025-12-29T08:00:00Z")
        self.check()

    def test_daemon_counts_anew(self):
        self.open(lately())
        text = ctl.read(self.desk.config).decode() + f"socket: unix:{self.desk.path('milter.sock')}\n"
        self.desk.write("ticketmilter.yaml", text.replace("dispatch: 4bh", "dispatch: 3bh").encode())
        daemon = change.Daemon(self.desk)
        daemon.wait_for(lambda: "the due times of 1 tickets" in daemon.log(), "the new policy")
        self.assertEqual(self.desk.clocks(1)["dispatch/1"]["target"], "3bh")
        self.desk.write("ticketmilter.yaml", text.replace("dispatch: 4bh", "dispatch: 2bh").encode())
        self.desk.text("reload")
        self.assertEqual(self.desk.clocks(1)["dispatch/1"]["target"], "2bh")
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(daemon.log().count("the due times of"), 2)
        self.check()

    def test_invariants(self):
        self.open()
        with contextlib.closing(sqlite3.connect(self.desk.path("tickets.db"))) as database, database:
            database.execute("UPDATE ticket SET next_due = 1")
        self.assertIn(b"is due at another time", self.desk.run("db", "check", "--thorough").stdout)


if __name__ == "__main__":
    unittest.main()
