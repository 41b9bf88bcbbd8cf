#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""The published support policies of contrib/policies, each with a table: message in; type, priority, due times out.

tests/data/sla-policies/POLICY.tsv has one message a line, played to a desk of its own with that policy.  The columns:

    n           counts from 1
    at          when it comes, by the clocks of the desk's zone
    from        an address, or the name of an agent, who is logged in
    to          an address; with a number the signed address of the ticket of that row
    headers     further fields, parted by |; `client: IP` is where it comes from
    subject, text
    type, priority, tags   of the ticket afterwards
    due         its running clocks, `METRIC Fri 2026-11-20 17:00` by the same clocks, parted by ;
                `again` when they show it for the second time that night
    more        ticket N: it joined the one of that row; the status unless new; what is missing; the requester if it is
                not the sender; the queue if not the typed one; of this message page: somebody is to get up, note: for
                the agents, told: for both sides

- is empty, \\n a new line.
"""
import csv
import datetime
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest
import zoneinfo

SOURCE = os.path.abspath(os.environ.get("srcdir", "."))
TICKETCTL = os.path.abspath("ticketctl")
DAEMON = os.path.abspath("ticketmilter")
FEED = os.path.abspath("tests/support/feed")
POLICIES = os.path.join(SOURCE, "contrib", "policies")
TABLES = os.path.join(SOURCE, "tests", "data", "sla-policies")
COLUMNS = ("n", "at", "from", "to", "headers", "subject", "text", "type", "priority", "due", "tags", "more")
OUT = COLUMNS[7:]
# How many rows there are: one that is gone is missed.
ROWS = {"stakater": 41, "skyscrapers": 36, "freistilbox": 30}
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


def table(name):
    with open(os.path.join(TABLES, name + ".tsv"), encoding="utf-8", newline="") as file:
        lines = [line for line in file if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


class Desk:
    """A directory with one of the policies, as an admin would install it, keys and a database."""

    def __init__(self, name):
        self.root = tempfile.mkdtemp(prefix="sla-policies-")
        self.config = os.path.join(self.root, "ticketmilter.yaml")
        text = read(POLICIES, name + ".yaml")
        self.zone = zoneinfo.ZoneInfo(re.search(r"^zone: (\S+)$", text, re.MULTILINE)[1])
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(text + "".join(f"{key}: {self.root}/{key}\n" for key in ("keys", "database", "control")))
        self.text("token", "rotate")
        self.make_database()

    def make_database(self):
        """By a message that is nobody's here."""
        nothing = os.path.join(self.root, "nothing")
        with open(nothing, "w", encoding="utf-8") as file:
            file.write("From: eve@acme.example\nTo: bob@elsewhere.example\nSubject: Hello\n\nBob?\n")
        subprocess.run([FEED, self.config, "eve@acme.example", "bob@elsewhere.example", nothing], check=True,
                       stdout=subprocess.DEVNULL)

    def close(self):
        shutil.rmtree(self.root)

    def text(self, *words, stdin=""):
        done = subprocess.run([TICKETCTL, "-c", self.config, *words], input=stdin, capture_output=True, text=True,
                              check=False)
        assert done.returncode == 0, (words, done.stderr)
        return done.stdout

    def json(self, *words, stdin=""):
        return json.loads(self.text("--json", *words, stdin=stdin))

    def settings(self):
        return {setting["path"]: setting["value"] for setting in self.json("config", "show")["settings"]}

    # --- the zone's clocks ---

    def instant(self, wall):
        """`Fri 2026-11-20 17:00` as --at has it."""
        weekday, _, rest = wall.partition(" ")
        local = datetime.datetime.fromisoformat(rest).replace(tzinfo=self.zone)
        assert weekday == WEEKDAYS[local.weekday()], f"{rest} is no {weekday}"
        return local.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

    def wall(self, instant):
        if instant is None:
            return "never"
        local = datetime.datetime.fromisoformat(instant.replace("Z", "+00:00")).astimezone(self.zone)
        more = (f":{local:%S}" if local.second else "") + (" again" if local.fold else "")
        return f"{WEEKDAYS[local.weekday()]} {local:%Y-%m-%d %H:%M}{more}"


def compose(row, sender, recipient):
    """The message of a row, and its client."""
    fields = [field for field in row["headers"].split("|") if field != "-"]
    client = [field.partition(": ")[2] for field in fields if field.startswith("client: ")]
    more = "".join(field + "\n" for field in fields if not field.startswith("client: "))
    own = "" if "Message-ID:" in more else f"Message-ID: <row{row['n']}@mail.example>\n"
    text = row["text"].replace("\\n", "\n")
    return (f"From: Somebody <{sender}>\nTo: {recipient}\nSubject: {row['subject']}\n{own}{more}"
            f"Content-Type: text/plain; charset=utf-8\n\n{text}\n"), client[0] if client else "198.51.100.7"


class Play:
    """A table, played to a desk."""

    def __init__(self, name):
        self.desk = Desk(name)
        self.settings = self.desk.settings()
        self.tickets = {}    # by the number of the row
        self.n_events = {}   # by the number of the ticket
        self.clocks = set()  # plan or customer, priority, metric, target
        self.matched = set()

    def receive(self, row):
        """The row as it turned out."""
        agent = self.settings.get(f"agents.{row['from']}.addresses[0]")
        recipient = row["to"]
        if recipient.isdigit():
            recipient = self.desk.text("token", "address", str(self.tickets[recipient]), "reply").strip()
        raw, client = compose(row, agent or row["from"], recipient)
        words = ["--at", self.desk.instant(row["at"]), "--rcpt", recipient, "--client", client]
        words += ["--login", row["from"]] if agent else []
        self.matched |= {rule["name"] for rule in self.desk.json("explain", *words, "-", stdin=raw)["rules"]
                         if rule["matched"]}
        number = self.desk.json("receive", *words, stdin=raw)["ticket"]
        self.tickets[row["n"]] = number
        ticket = self.desk.json("show", str(number))["ticket"]
        return self.outcome(row, ticket)

    def due(self, ticket):
        running = [clock for clock in ticket["clocks"] if clock["met_at"] is None and clock["ended_at"] is None]
        for clock in running:
            for owner in (f"plans.{ticket['plan']}", f"customers.{ticket['customer']}"):
                self.clocks.add((f"{owner}.targets.{clock['priority']}.{clock['metric']}", clock["target"]))
        return "; ".join(f"{clock['metric']} {self.desk.wall(clock['due_at'])}" for clock in running)

    def more(self, row, ticket):
        number = ticket["id"]
        joined = [n for n, other in self.tickets.items() if other == number and n != row["n"]]
        events = ticket["events"][self.n_events.get(number, 0):]
        self.n_events[number] = len(ticket["events"])
        words = [f"ticket {joined[0]}"] if joined else []
        words += [ticket["status"]] if ticket["status"] != "new" else []
        words += [f"missing {' '.join(ticket['missing'])}"] if ticket["missing"] else []
        words += [f"for {ticket['requester']}"] if ticket["requester"] != row["from"] and not joined else []
        words += [f"queue {ticket['queue']}"] if ticket["queue"] != row["to"].partition("@")[0] and not joined else []
        actions = {"told" if event["action"] == "note" and event["detail"].get("to") == "both" else event["action"]
                   for event in events}
        return ", ".join(words + sorted(actions & {"page", "note", "told"}))

    def outcome(self, row, ticket):
        tags = " ".join(sorted(f"{key}={value}" for key, values in ticket["tags"].items() for value in values))
        out = {"type": ticket["type"], "priority": ticket["priority"], "due": self.due(ticket), "tags": tags,
               "more": self.more(row, ticket)}
        return {key: value or "-" for key, value in out.items()}

    def promised(self):
        """All targets of the configuration, as `clocks` has them."""
        form = re.compile(r"((?:plans|customers)\.[^.]+\.targets\.[^.]+\.[^.]+?)(?:\.target)?")
        found = {form.fullmatch(path): value for path, value in self.settings.items() if not path.endswith(".calendar")}
        return {(match[1], value) for match, value in found.items() if match is not None}


class TableTest(unittest.TestCase):
    maxDiff = None

    def play(self, name):
        rows = table(name)
        self.assertEqual([row["n"] for row in rows], [str(n) for n in range(1, ROWS[name] + 1)], "rows")
        play = Play(name)
        self.addCleanup(play.desk.close)
        for row in rows:
            self.assertEqual(tuple(row), COLUMNS)
            with self.subTest(f"{name} {row['n']}: {row['subject']}"):
                self.assertEqual(play.receive(row), {key: row[key] for key in OUT})
        return play

    def check(self, name):
        play = self.play(name)
        rules = set(re.findall(r"^  - name: (\S+)$", read(POLICIES, name + ".yaml"), re.MULTILINE))
        self.assertEqual(rules - play.matched, set(), "rules that no row of the table needs")
        unseen = {path for path, target in play.promised() - play.clocks
                  if not path.endswith((".postmortem", ".review"))}
        self.assertEqual(unseen, set(), "targets that no row of the table needs")

    def test_stakater(self):
        self.check("stakater")

    def test_skyscrapers(self):
        self.check("skyscrapers")

    def test_freistilbox(self):
        self.check("freistilbox")


class MoreTest(unittest.TestCase):
    """What takes a command of ours, which has no other time than now."""

    def open(self, name, text):
        desk = Desk(name)
        self.addCleanup(desk.close)
        mail = f"From: eve@acme.example\nTo: support@example.com\nSubject: Broken\n\n{text}\n"
        desk.json("receive", "--rcpt", "support@example.com", stdin=mail)
        return desk

    def clocks(self, desk):
        return {clock["metric"]: clock for clock in desk.json("show", "1")["ticket"]["clocks"]}

    def test_skyscrapers_postmortem(self):
        for priority in ("Production down", "Urgent", "Normal"):
            desk = self.open("skyscrapers", f"Priority: {priority}\nAll end users are hit.")
            desk.text("set", "1", "tag.postmortem=yes")
            desk.text("set", "1", "status=resolved")
            clock = self.clocks(desk)["postmortem"]
            started, due = (datetime.datetime.fromisoformat(clock[key].replace("Z", "+00:00"))
                            for key in ("started_at", "due_at"))
            self.assertEqual(due - started, datetime.timedelta(days=3), priority)
            desk.text("set", "1", "postmortem=done")
            self.assertIsNotNone(self.clocks(desk)["postmortem"]["met_at"])

    def test_stakater_review(self):
        """Due once the ticket is resolved; who has it is told before and when it is overdue, until it is recorded."""
        desk = self.open("stakater", "Priority: Critical")
        desk.text("assign", "1", "anna")
        self.assertNotIn("review", self.clocks(desk))
        desk.text("set", "1", "status=resolved")
        clock = self.clocks(desk)["review"]
        self.assertEqual((clock["target"], clock["met_at"]), ("5bd", None))
        told = [(one["metric"], one["kind"], [who["to"] for who in one["audience"]])
                for one in desk.json("escalation", "preview", "1")["notifications"]]
        self.assertEqual(told, [("review", "warning", ["ticket.assignee"]),
                                ("review", "breach", ["ticket.assignee", "lead"])])
        desk.text("set", "1", "review=done")
        self.assertIsNotNone(self.clocks(desk)["review"]["met_at"])
        self.assertEqual(desk.json("escalation", "preview", "1")["notifications"], [])

    def test_stakater_as_agreed(self):
        desk = self.open("stakater", "Priority: Critical")
        desk.text("answered", "1", "--by", "phone", "--agent", "anna")
        self.assertEqual(self.clocks(desk)["update"]["target"], "2bh")
        desk.text("set", "1", "promise=2036-03-03T12:00")
        clock = self.clocks(desk)["update"]
        self.assertEqual((clock["target"], clock["due_at"]), ("as agreed", "2036-03-03T11:00:00Z"))

    def test_stakater_engineer_and_workaround(self):
        desk = self.open("stakater", "Priority: Critical")
        for change, priority in (("workaround=yes", "P2"), ("priority=P3", "P3"), ("workaround=no", "P3")):
            desk.text("set", "1", change)
            self.assertEqual(desk.json("show", "1")["ticket"]["priority"], priority, change)


DOUBTFUL = """\
instance: example
calendars: {always: {hours: 24x7, holidays: ['*-12-25']}}
priorities: [{code: P1}, {code: P2}]
plans:
  empty: {}
  slow: {calendar: always, targets: {P1: {review: 450bd}}}
queues: {support: {addresses: [support@example.com]}}
"""
WARNINGS = [
    "2:45: calendars.always.holidays: warning: a 24x7 calendar is closed on these days: leave them out if somebody is "
    "there",
    "5:10: plans.empty: warning: has no targets: its tickets have no clocks",
    "6:51: plans.slow.targets.P1.review: warning: may lie more than 400 days ahead: such a clock is never due",
    "3:26: priorities[1]: warning: no plan has targets for priority `P2`: its tickets have no clocks",
]


class LoadTest(unittest.TestCase):
    def test_explain_asks_the_hour(self):
        """Of --at, whatever the hour is by now."""
        desk = Desk("freistilbox")
        self.addCleanup(desk.close)
        mail = "From: eve@acme.example\nSubject: Hello\n\nx\n"
        for at, matched in ("Fri 2026-11-20 12:00", False), ("Fri 2026-11-20 23:00", True):
            rules = desk.json("explain", "--at", desk.instant(at), "-", stdin=mail)["rules"]
            self.assertEqual([rule["matched"] for rule in rules if rule["name"] == "after-hours"], [matched], at)

    def test_warnings(self):
        desk = Desk("stakater")
        self.addCleanup(desk.close)
        with open(desk.config, "w", encoding="utf-8") as file:
            file.write(DOUBTFUL + f"keys: {desk.root}/keys\n")
        expected = sorted(f"{desk.config}:{warning}" for warning in WARNINGS)
        done = subprocess.run([DAEMON, "-n", "-c", desk.config], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, sorted((done.stdout + done.stderr).splitlines())), (0, expected))
        self.assertEqual(sorted(desk.text("policy", "check").splitlines()), sorted([*expected, "ok"]))

    def test_no_findings(self):
        for name in ROWS:
            desk = Desk(name)
            self.addCleanup(desk.close)
            done = subprocess.run([DAEMON, "-n", "-c", desk.config], capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""), name)
            self.assertEqual(desk.text("policy", "check"), "ok\n")


if __name__ == "__main__":
    unittest.main()
