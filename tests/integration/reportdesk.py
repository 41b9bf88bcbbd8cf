#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""A desk with some weeks of tickets that nobody ever wrote: what the tests of `report` read, and its picture in docs/.
The same every time, but for the day: the last ticket came some minutes ago.

Usage: reportdesk.py FILE.html [LANGUAGE], from the build directory; writes the report of the last 28 days."""
import contextlib
import datetime
import os
import random
import re
import sqlite3
import subprocess
import sys

import ctl

CONFIGURATION = """\
zone: Europe/Berlin
language: {language}
calendars:
  office: {{zone: Europe/Berlin, hours: 'mon-fri=08:00-18:00'}}
plans:
  standard:
    calendar: office
    targets:
      P1: {{dispatch: 30bm, first_response: 1bh, resolution: 8bh}}
      P2: {{dispatch: 1bh, first_response: 4bh, resolution: 2bd}}
      P3: {{dispatch: 1bh, first_response: 1bd, resolution: 5bd}}
priorities:
  - {{code: P1, name: Urgent}}
  - {{code: P2, name: High}}
  - {{code: P3, name: Normal}}
types:
  problem: {{name: Problem}}
  question: {{name: Question}}
  change: {{name: Change request}}
queues:
  support: {{name: Support, addresses: [support@example.com], type: problem, priority: P3, agents: [anna, ben, chris]}}
  hosting: {{name: Hosting, addresses: [hosting@example.com], type: problem, priority: P3}}
agents:
  anna: {{name: Anna Example, logins: [anna], addresses: [anna@example.com], proof: [sasl]}}
  ben: {{name: Ben Example, logins: [ben], addresses: [ben@example.com], proof: [sasl]}}
  chris: {{name: Chris Example, logins: [chris], addresses: [chris@example.com], proof: [sasl]}}
customers:
  acme: {{name: ACME Example, domains: [acme.example], plan: standard}}
  globex: {{name: Globex Example, domains: [globex.example], plan: standard}}
  initech: {{name: Initech Example, domains: [initech.example]}}
"""

SUBJECTS = [
    ("Backup of db{n} failed", 10), ("Disk {n}% full on web{n}", 7), ("Password reset for {name}", 8),
    ("Site is slow", 5), ("Re: Site is slow again", 2), ("Certificate of shop{n}.example.com expires", 3),
    ("New account for {name}", 6), ("Invoice {n}", 3), ("Deployment {n} hangs", 2),
    ("How do I export {name}'s data?", 2),
    ("Question about {name} and {other}", 6), ("{name}'s report about {other} is wrong", 6),
    ("Cannot reach {name}.example.com from {other}", 4),
]
NAMES = ["alpha", "bravo", "delta", "echo", "golf", "hotel", "india", "kilo", "lima", "oscar", "papa", "quebec"]
# By hour of the day, in Berlin: most of the mail comes in the morning and after lunch.
HOURS = [1, 1, 0, 1, 1, 2, 5, 12, 26, 34, 31, 24, 14, 22, 27, 24, 18, 11, 7, 5, 4, 3, 2, 1]
SHARE_OF_DAY = [1.3, 1.1, 1.0, 1.0, 0.8, 0.2, 0.15]
CLUSTERS = ["c1", "c1", "c1", "c1", "c2", "c2", "c3", "c4"]
TARGETS_S = {"P1": (1800, 3600, 8 * 3600), "P2": (3600, 4 * 3600, 2 * 86400), "P3": (3600, 86400, 7 * 86400)}
METRICS = (1, 3, 6)  # dispatch, first_response, resolution
OPINIONS = {"good": 1, "bad": 2}
CLOSED, RESOLVED, WAITING, OPEN, NEW = 6, 5, 3, 2, 1


class Desk(ctl.Desk):
    def __init__(self, language="en", days=0, a_day=0, seed=1, now=None):
        super().__init__(filled=False)
        tables = CONFIGURATION.format(language=language)
        base = (f"instance: example\ndatabase: {self.root}/tickets.db\nsubmit: smtp://127.0.0.1:9\n"
                f"control: {self.root}/control.sock\nkeys: {self.root}/keys\n")
        self.config = self.write("ticketmilter.yaml", (base + tables).encode())
        assert self.run("token", "rotate").returncode == 0
        nothing = self.write("nothing", ctl.message("Hello", "x", to="bob@elsewhere.example", msgid="nothing"))
        subprocess.run([ctl.FEED, self.config, "eve@acme.example", "bob@elsewhere.example", nothing], check=True,
                       stdout=subprocess.DEVNULL)
        self.number = 0
        self.chance, self.opinions = random.Random(seed), random.Random(seed)
        self.now = now or datetime.datetime.now(datetime.timezone.utc)
        with self.database() as database:
            for day in range(days, -1, -1):
                self.add_day(database, self.now - datetime.timedelta(days=day), a_day)

    @contextlib.contextmanager
    def database(self):
        with contextlib.closing(sqlite3.connect(self.path("tickets.db"))) as database, database:
            yield database

    def add(self, database, created_at, **columns):
        """A ticket; `tags` {key: value}, `queue`; `clocks` [(metric, due_at, met_at)]; `answered_at`."""
        self.number += 1
        queue, tags, clocks = columns.pop("queue", "support"), columns.pop("tags", {}), columns.pop("clocks", [])
        answered_at = columns.pop("answered_at", None)
        row = {"id": self.number, "status": OPEN, "subject": "x", "requester": "eve@acme.example",
               "created_at": created_at, **columns}
        database.execute(f"INSERT INTO ticket ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
                         list(row.values()))
        database.execute("INSERT INTO ticket_queue VALUES (?, ?, 0)", (self.number, queue))
        database.executemany("INSERT INTO ticket_tag VALUES (?, ?, ?)",
                             [(self.number, key, value) for key, value in tags.items()])
        database.executemany(
            "INSERT INTO clock (id, target, calendar, started_at, due_at, met_at, is_breached, revision)"
            " VALUES (?, '1h', 'office', ?, ?, ?, 0, 1)",
            [(self.number << 28 | metric << 24 | 1, created_at, due, met) for metric, due, met in clocks])
        if answered_at is not None:
            database.execute(
                "INSERT INTO message (ticket, direction, from_address, message_id, subject, received_at, reply_start,"
                " reply_len, flags, is_auto, is_bounce, is_verified, size, envelope_sender, queue_id, text)"
                " VALUES (?, 2, 'anna@example.com', '', '', ?, 0, 0, 0, 0, 0, 1, 0, '', '', '')",
                (self.number, answered_at))
        return self.number

    def add_day(self, database, day, a_day):
        start = day.replace(hour=0, minute=0, second=0, microsecond=0)
        n = round(a_day * SHARE_OF_DAY[day.weekday()] * self.chance.uniform(0.8, 1.2))
        hours = sorted(self.chance.choices(range(24), HOURS, k=n))
        for hour in hours:
            at = start + datetime.timedelta(hours=hour - 1, seconds=self.chance.randrange(3600))
            if at < self.now:
                self.add_random(database, int(at.timestamp()))

    def add_random(self, database, at):
        chance, now = self.chance, int(self.now.timestamp())
        text = chance.choices([text for text, _ in SUBJECTS], [weight for _, weight in SUBJECTS])[0]
        subject = text.format(n=chance.randrange(1, 99), name=chance.choice(NAMES), other=chance.choice(NAMES))
        priority = chance.choices(["P1", "P2", "P3"], [1, 3, 9])[0]
        customer = chance.choices(["acme", "globex", "initech", None], [5, 3, 2, 1])[0]
        answered = at + int(chance.lognormvariate(0, 0.9) * TARGETS_S[priority][1] * 0.3)
        resolved = answered + int(chance.lognormvariate(0, 1.0) * TARGETS_S[priority][2] * 0.3)
        moments = (at + int(chance.lognormvariate(0, 0.8) * 900), answered, resolved)
        moments = [moment if moment < now else None for moment in moments]
        status = CLOSED if moments[2] else chance.choice([OPEN, WAITING, WAITING]) if moments[1] else OPEN
        has_plan = customer in ("acme", "globex")
        self.add(database, at, subject=subject, priority=priority, customer=customer, status=status,
                 type=chance.choices(["problem", "question", "change"], [6, 3, 2])[0],
                 plan="standard" if has_plan else None, resolved_at=moments[2],
                 assignee=chance.choices(["anna", "ben", "chris", None], [5, 2, 3, 1 if moments[0] else 3])[0],
                 queue=chance.choice(["support", "support", "hosting"]), answered_at=moments[1],
                 tags={"cluster": chance.choice(CLUSTERS)} if chance.random() < 0.6 else {},
                 next_due=min((at + target for target, moment in zip(TARGETS_S[priority], moments) if moment is None),
                              default=None) if status == OPEN and has_plan else None,
                 clocks=[(metric, at + target, moment) for metric, target, moment
                         in zip(METRICS, TARGETS_S[priority], moments)] if has_plan else [])
        if moments[2] and moments[2] + 3600 < now and self.opinions.random() < 0.4:
            self.add_opinion(database, moments[2] + 3600, self.opinions.choices(["good", "bad"], [8, 1])[0])

    def add_opinion(self, database, at, value):
        """Of who wrote the newest ticket, which has an answer."""
        database.execute("INSERT INTO satisfaction (ticket, person, value, at, message, is_told)"
                         " SELECT ?1, 'eve@acme.example', ?2, ?3, max (id), 0 FROM message WHERE ticket = ?1",
                         (self.number, OPINIONS[value], at))


def main():
    if len(sys.argv) not in (2, 3) or not re.fullmatch("[a-z]{2}", (sys.argv + ["en"])[2]):
        sys.exit(__doc__)
    with contextlib.closing(Desk((sys.argv + ["en"])[2], days=60, a_day=14)) as desk:
        assert desk.run("db", "check").returncode == 0
        print(desk.text("report", "--days", "28", "--html", os.path.abspath(sys.argv[1])), end="")


if __name__ == "__main__":
    main()
