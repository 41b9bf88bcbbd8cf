#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Row 20 of FAULTS.md: the clock jumps a week ahead or an hour back, and summer time begins and ends.  Due times are
counted in UTC, what came due meanwhile is told in one mail, and nothing twice; first by a desk whose time is an
argument, then by the daemon under libfaketime."""
import collections
import datetime
import importlib
import os
import subprocess
import unittest
from unittest import mock

import change
import ctl
import escalation

courses = importlib.import_module("courses")

FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"
HOUR, DAY = 3600, 86400
N = 12  # more than a handful: they share a mail


def at(text):
    return int(datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.timezone.utc).timestamp())


def desk_of(target, lead, **options):
    with mock.patch.object(ctl, "MESSAGES", []):
        return escalation.desk_of(target, lead, **options)


class Jumps(unittest.TestCase):
    def start(self, target, first, lead="1h"):
        self.desk = desk_of(target, lead)
        self.addCleanup(self.desk.close)
        self.timed = courses.TimedDesk(self.desk, at(first) - 1)
        self.addCleanup(self.timed.close)
        self.n = 0

    def arrives(self, when):
        """A request: its first due time, UTC seconds."""
        self.n += 1
        raw = ctl.message(f"It burns {self.n}", "Help.", msgid=f"burns{self.n}").replace(b"\n", b"\r\n")
        answer = self.timed.ask("receive", at(when), "eve@acme.example", "support@example.com", "192.0.2.1", "-",
                                len(raw), raw=raw)
        return int(next(words[6] for words, _ in answer if words[:2] == ["clock", str(self.n)]))

    def told(self, verb, when):
        """The mails that went out by then: Subjects, counted."""
        answer = self.timed.ask(verb, at(when))
        mails = [(words[3], courses.Letter(data)) for words, data in answer if words[0] == "mail"]
        return mails, {words[1] + words[2]: (words[5], words[6]) for words, _ in answer if words[0] == "clock"}

    def test_fault_20_a_week_ahead(self):
        self.start("4h", "2026-11-20T12:00:00")
        due = {f"{n + 1}first_response": ("runs", str(self.arrives("2026-11-20T12:00:00"))) for n in range(N)}
        # It jumps in the middle of the way to the first warning.
        mails, clocks = self.told("jump", "2026-11-27T13:00:00")
        self.assertEqual([(to, letter["Subject"]) for to, letter in mails],
                         [("anna@example.com", f"[example] {N} clocks run out")])
        self.assertEqual(clocks, due)
        mails, clocks = self.told("until", "2026-11-27T13:10:00")
        self.assertEqual((mails, clocks), ([], due))
        # And back: what was told is told.
        for when in "2026-11-20T13:00:00", "2026-11-20T15:30:00", "2026-11-20T16:10:00":
            self.assertEqual(self.told("jump", when), ([], due))

    def test_fault_20_an_hour_back(self):
        self.start("4h", "2026-11-20T12:00:00")
        self.arrives("2026-11-20T12:00:00")
        mails, _ = self.told("until", "2026-11-20T15:01:00")
        self.assertEqual([letter["Subject"] for _, letter in mails],
                         ["[example#1] Due soon: first response: It burns 1"])
        self.assertEqual(self.told("jump", "2026-11-20T14:01:00")[0], [])
        self.assertEqual(self.told("until", "2026-11-20T15:59:00")[0], [])
        mails, _ = self.told("until", "2026-11-20T16:01:00")
        self.assertEqual([letter["Subject"] for _, letter in mails],
                         ["[example#1] Overdue: first response: It burns 1"])
        self.assertEqual(self.told("jump", "2026-11-20T15:01:00")[0], [])
        self.assertEqual(self.told("until", "2026-11-20T16:10:00")[0], [])

    def test_fault_20_summer_time(self):
        """24 hours are 24 hours in the night in which an hour is missing and in the one that has it twice, whatever the
        desk's zone; told at that instant, once."""
        for before in "2027-03-27T20:00:00", "2027-10-30T20:00:00":
            with self.subTest(before=before):
                self.start("24h", before)
                due = self.arrives(before)
                self.assertEqual(due, at(before) + DAY)
                end = datetime.datetime.fromisoformat(before) + datetime.timedelta(days=1)
                soon, late = self.told("until", str(end)), self.told("until", str(end + datetime.timedelta(minutes=10)))
                self.assertEqual([letter["Subject"].partition(":")[0] for _, letter in soon[0] + late[0]],
                                 ["[example#1] Due soon", "[example#1] Overdue"])


def has_sanitizer():
    return b"libasan" in subprocess.run(["ldd", change.DAEMON], stdout=subprocess.PIPE, check=False).stdout


@unittest.skipUnless(os.access(FAKETIME, os.R_OK), "libfaketime is missing: apt-get install faketime")
@unittest.skipUnless(os.access(escalation.SINK, os.X_OK), "no smtp-sink")
@unittest.skipIf(has_sanitizer(), "a sanitizer has to be loaded first")
class Daemon(escalation.Mail):
    """The daemon itself; its clock is the system's and an offset."""

    def set_clock(self, offset):
        self.desk.write("offset.new", offset.encode())
        os.rename(self.desk.path("offset.new"), self.desk.path("offset"))

    def start(self):
        with mock.patch.object(ctl, "MESSAGES", []):
            self.desk, self.sink = self.desk_with_sink("4h", "1h")
        self.set_clock("+0")
        self.begin()

    def begin(self):
        with mock.patch.dict(os.environ, LD_PRELOAD=FAKETIME, FAKETIME_TIMESTAMP_FILE=self.desk.path("offset"),
                             FAKETIME_NO_CACHE="1", FAKETIME_DONT_FAKE_MONOTONIC="1",
                             FAKETIME_FORCE_MONOTONIC_FIX="0"):
            self.desk.daemon = change.Daemon(self.desk)

    def look_again(self):
        """By a start: a running daemon looks at its clock within a minute."""
        self.assertEqual(self.desk.daemon.stop(), 0)
        self.begin()

    def subjects(self):
        return collections.Counter(subject for _, subject, _ in self.sink.mails())

    def due(self):
        return [clock["due_at"] for ticket in self.desk.json("list")["tickets"] for clock in ticket["clocks"]]

    def test_fault_20_the_daemon(self):
        self.start()
        for n in range(N):
            self.desk.text("receive", "--rcpt", "support@example.com",
                           stdin=ctl.message(f"It burns {n}", "Help.", msgid=f"burns{n}"))
        due = self.due()
        self.set_clock("+7d")
        self.look_again()
        self.desk.daemon.wait_for(self.subjects, "the digest")
        # An hour back, to before they were due, and a week ahead again.
        for offset in "+167h", "+3h", "+7d":
            self.set_clock(offset)
            self.look_again()
            ticket = self.desk.json("receive", "--rcpt", "support@example.com",
                                    stdin=ctl.message(f"More {offset}", "Help.", msgid=offset))["ticket"]
            self.desk.text("answered", str(ticket), "--by", "phone", "--agent", "anna")
        self.assertEqual(self.subjects(), {f"[example] {N} clocks run out": 1})
        self.assertEqual(sorted(self.due())[:N], sorted(due))


for name in [name for name in vars(escalation.Mail) if name.startswith("test_")]:
    setattr(Daemon, name, None)  # those of the base are escalation.py's

if __name__ == "__main__":
    unittest.main()
