#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""docs/json-schema.md against what every command of ticketctl prints: members, types and nulls, both ways."""
import contextlib
import json
import os
import re
import sqlite3
import subprocess
import unittest

import calendars
import change
import ctl

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs/json-schema.md")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
ROW = re.compile(r"\| `(\w+)` \| ([^|]+?) \| [^|]*\|")
INHERITS = re.compile(r"All members of ([A-Z][\w ]+), and:")


# --- the page ---

def names_of(heading):
    """["list"], ["set", "assign", …], ["customer without WHO"] or ["Ticket"]."""
    words = re.findall(r"`([^`]+)`", heading)
    return [f"{words[0]}{heading.rpartition('`')[2]}"] if len(words) == 1 else words or [heading]


class Schema:
    """Objects and commands: {name: {member: type}}."""

    def __init__(self, page):
        self.base = {}
        objects, commands = page.split("\n## Objects\n")[1].split("\n## Commands\n")
        self.objects = self.read(objects)
        self.commands = {name: {"version": "integer", **members} for name, members in self.read(commands).items()}

    def origin(self, name, member):
        """The table that has the member's row."""
        while name in self.base and member in self.objects[self.base[name]]:
            name = self.base[name]
        return name, member

    def read(self, text):
        tables = {}
        for section in text.split("\n### ")[1:]:
            heading, _, rest = section.partition("\n")
            rows = [ROW.fullmatch(line) for line in rest.split("\n") if line.startswith("| `")]
            assert all(rows), f"a row of {heading} is not understood"
            members = {row.group(1): row.group(2) for row in rows}
            assert len(members) == len(rows), f"{heading}: a member stands twice"
            base = INHERITS.search(rest)
            if base is not None:
                members = {**tables[base.group(1)], **members}
                self.base[heading] = base.group(1)
            tables.update({name: members for name in names_of(heading)})
        return tables


# --- the comparison ---

SCALARS = {
    "result": lambda value: isinstance(value, (bool, int)) or TIME.fullmatch(value) is not None,
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "time": lambda value: isinstance(value, str) and TIME.fullmatch(value) is not None,
    "tags": lambda value: isinstance(value, dict) and all(
        isinstance(texts, list) and all(isinstance(text, str) for text in texts) for texts in value.values()),
    "flat object": lambda value: isinstance(value, dict) and all(
        inner is None or isinstance(inner, str) or SCALARS["integer"](inner) for inner in value.values()),
    "null": lambda value: value is None,
    "empty list": lambda value: value == [],
}


class Comparison:
    def __init__(self, schema):
        self.schema = schema
        self.findings = []
        self.seen = set()  # (table, member) with a value, and (table, member, None) with null

    def value(self, where, member_key, kind, value):
        plain, _, may_be_null = kind.partition(" or ")
        if value is None and (may_be_null == "null" or plain == "null"):
            self.seen.add((*member_key, None))
        elif plain.startswith("list of "):
            if not isinstance(value, list):
                self.findings.append(f"{where}: {value!r} is no list")
                return
            for inner in value:
                self.value(f"{where}[]", member_key, plain.removeprefix("list of "), inner)
        elif plain in self.schema.objects:
            self.object(plain, self.schema.objects[plain], value)
            self.seen.add(member_key)
        elif plain not in SCALARS:
            self.findings.append(f"{where}: unknown type {kind!r}")
        elif SCALARS[plain](value):
            self.seen.add(member_key)
        else:
            self.findings.append(f"{where}: {value!r} is no {kind}")

    def object(self, name, members, value):
        if not isinstance(value, dict):
            self.findings.append(f"{name}: {value!r} is no object")
            return
        self.findings += [f"{name}: `{member}` is printed, not documented" for member in value.keys() - members.keys()]
        self.findings += [f"{name}: `{member}` is documented, not printed" for member in members.keys() - value.keys()]
        for member in members.keys() & value.keys():
            self.value(f"{name}.{member}", self.schema.origin(name, member), members[member], value[member])

    def unseen(self):
        """Members that never had a value of their type, or never were null though they may be."""
        used = {**self.schema.commands, **self.schema.objects}
        for name, members in used.items():
            for member, kind in members.items():
                if self.schema.origin(name, member) != (name, member):
                    continue
                if kind not in ("null", "empty list") and (name, member) not in self.seen:
                    yield f"{name}.{member}: never seen with a value"
                if kind.endswith(" or null") and (name, member, None) not in self.seen:
                    yield f"{name}.{member}: never seen null"


def compare(page, printed):
    comparison = Comparison(Schema(page))
    for name, document in printed:
        if name in comparison.schema.commands:
            comparison.object(name, comparison.schema.commands[name], document)
        else:
            comparison.findings.append(f"{name}: not documented")
    return sorted(set(comparison.findings)) + list(comparison.unseen())


# --- every command, on a small database with a bit of everything ---

RULES = """\
rules:
  - name: form
    all: ['subject =~ /^form/', 'text =~ /mail: (?<mail>\\S+@\\S+\\w)/']
    then: [requester=$mail, human, page, 'note "by the form"', queue=hosting move, assign=anna, no_ack, tag form=yes]
  - name: alert
    all: ['subject =~ /^(?<host>\\w+) is (down|up)/']
    then: ['correlate "$host" recovery subject =~ /is up/', machine, priority=P1]
  - name: around
    all: ['subject =~ /goes around/']
    then: [workaround]
"""

ATTACHED = ("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nSee there.\n--b\n"
            "Content-Type: text/csv; name=a.csv\n\na,b\n--b\nContent-Type: image/png\n"
            "Content-Disposition: inline\n\nx\n--b--\n")
MESSAGES = [
    ("support@example.com", ctl.message("Gamma", "x", sender="ray@gamma.example", msgid="gamma",
                                        more="Cc: Bob <bob@gamma.example>\n")),
    ("support@example.com", ctl.message("form", "mail: ann@acme.example", msgid="form")),
    ("support@example.com", b"From: eve@acme.example\nTo: support@example.com\n" + ATTACHED.encode()),
    ("support@example.com", b"Subject: lost\n\nwho am I?\n"),
    ("bare@example.com", ctl.message("bare", "x", sender="joe@beta.example", msgid="bare",
                                     more="Reply-To: desk@beta.example\n")),
    ("support@example.com", ctl.message("[example#1] me, too", "x", sender="mallory@else.example", msgid="hint")),
]

FACTS = """
INSERT INTO contact (id, customer, name, created_at, confirmed_at, blocked_at)
  VALUES (1, 'delta', 'Ray', 1795190400, 1795190460, 1795190461), (2, NULL, '', 1795190400, NULL, NULL);
INSERT INTO contact_address (address, contact) VALUES ('del@home.example', 1), ('eve@acme.example', 2);
INSERT INTO silenced (address, since, why, ticket, message)
  VALUES ('eve@acme.example', 1795190400, '5.1.1 gone', 1, 1), ('joe@beta.example', 1795190400, '', 2, 2);
INSERT INTO delivery (message, bounce, position, recipient, status, action, is_final, counts, at, diagnostic)
  VALUES (1, 3, 0, 'eve@acme.example', '5.1.1', 'failed', 1, 1, 1795190400, '550 5.1.1 who?'),
         (1, 3, 1, 'joe@acme.example', '', 'delayed', 0, 0, 1795190400, '');
INSERT INTO participant (ticket, address, put_in_by, receives, answer_to)
  VALUES (1, 'bob@acme.example', 'requester', 1, 'bob@home.example');
INSERT INTO satisfaction (ticket, person, value, at, message, is_told)
  VALUES (1, 'eve@acme.example', 1, 1795190400, 1, 0), (5, '', 2, 1795190400, 1, 0);
INSERT INTO quarantine (at, rule, reason, queue_id, sender, recipients, from_address, subject, size)
  VALUES (1795190400, '', 'lost', '4XyZ12', '', 'support@example.com', '', '', 1);
"""


PLANS = """\
calendars:
  office: {zone: Europe/Berlin, hours: 'mon-fri=08:00-18:00'}
receivers:
  desk: {mail: desk@example.com}
escalation:
  night:
    - {metric: first_response, lead: 1bh, to: [desk, ticket.assignee]}
    - {metric: first_response, lead: none, to: [desk], repeat: 1h}
plans:
  usual:
    calendar: office
    escalation: night
    targets:
      P1: {dispatch: 4h, first_response: 1bd, update: 2bd, resolution: 5bd}
      P3: {dispatch: 4h, first_response: 1bd, update: 2bd, resolution: 5bd}
"""


class Desk(change.Desk):
    def __init__(self):
        super().__init__(served=False)
        text = ctl.read(self.config).decode().replace("rules:\n", RULES).replace(
            "  support:", "  bare: {name: Bare, addresses: [bare@example.com]}\n  support:").replace(
                "plans:\n", PLANS).replace("agents: [anna]}", "agents: [anna], plan: usual}")
        self.write("ticketmilter.yaml", text.encode())
        for rcpt, raw in MESSAGES:
            self.feed(rcpt, raw)
        self.feed(self.text("token", "address", "1", "reply").strip(),
                  ctl.message("Hello", "It is me.", sender="eve@home.example", msgid="stranger"))
        with contextlib.closing(sqlite3.connect(self.path("tickets.db"))) as database, database:
            database.executescript(FACTS)
        self.printed = []

    def mistrusted(self, number):
        return next(message["id"] for message in self.ticket(number)["messages"] if not message["verified"])

    def see(self, name, *words, code=0, **options):
        done = self.run("--json", *words, **options)
        assert done.returncode == code, (words, done)
        document = json.loads(done.stdout)
        self.printed.append((name, document))
        return document

    def see_command(self, *words, n_words=1, **options):
        return self.see(" ".join(words[:n_words]), *words, **options)


def see_changes(desk):
    desk.see_command("set", "1", "status=resolved", "tag.cluster=c1", "assignee=anna", "--by", "anna")
    desk.see_command("assign", "2", "anna")
    desk.see_command("note", "1", "-m", "He called.")
    desk.see_command("answered", "2", "--by", "phone")
    desk.see_command("reply", "1", "-m", "We are on it.", "--as", "anna")
    desk.see_command("share", "2", "bob@else.example")
    desk.see_command("unshare", "2", "bob@else.example")
    desk.see_command("set", "5", "promise=2036-11-24T16:00")
    desk.see_command("set", "5", "status=waiting")
    desk.see_command("sla", "5")
    desk.see_command("set", "6", "status=waiting")
    vacation = ctl.message("[example#6] away", "x", msgid="away", more="Auto-Submitted: auto-replied\n")
    desk.see_command("explain", "-", stdin=vacation)
    desk.see_command("set", "6", "status=open")
    with contextlib.closing(sqlite3.connect(desk.path("tickets.db"))) as database, database:
        database.execute("UPDATE clock SET pauses = '1795190400-1795190401' WHERE ticket = 5 AND metric = 1")
    for number in range(1, 9):
        desk.see_command("sla", str(number))
    desk.see_command("close", "2")
    desk.see_command("reopen", "2")
    desk.see_command("ack", "2")
    desk.see_command("join", "1", str(desk.mistrusted(1)))
    desk.see_command("split", "1", "3")
    desk.see_command("merge", "3", "2")
    desk.see_command("close", "4")
    desk.see_command("outbox", "list", n_words=2)
    with contextlib.closing(sqlite3.connect(desk.path("tickets.db"))) as database, database:
        database.execute("INSERT INTO outbox SELECT NULL, kind, NULL, NULL, '', recipients, recipients, '', '', '',"
                         " text, '<p>x', NULL, 'oncall', NULL, 0, 3, 1, 1, 1, '450 later', 9 FROM outbox LIMIT 1")
    for row in desk.see_command("outbox", "list", "--all", n_words=2)["outbox"]:
        desk.see_command("outbox", "show", str(row["id"]), n_words=2)
    waiting = str(desk.see_command("outbox", "list", n_words=2)["outbox"][0]["id"])
    desk.see_command("outbox", "drop", waiting, n_words=2)
    desk.see_command("outbox", "retry", waiting, n_words=2)


def see_tickets(desk):
    desk.see_command("list", "--status", "all")
    desk.see_command("search", "burns")
    desk.see_command("search", "lost")
    for number in range(1, 10):
        desk.see_command("show", str(number))


def see_reports(desk):
    """Of a customer, with all that may be there, and of a span in which nothing came."""
    with contextlib.closing(sqlite3.connect(desk.path("tickets.db"))) as database, database:
        database.execute("UPDATE ticket SET subject = 'Printer' WHERE id IN (1, 5)")
        database.execute("UPDATE ticket SET resolved_at = created_at + 60 WHERE id = 5")
    desk.see_command("report", "--from", "2020-01-01")
    desk.see_command("report", "--from", "2020-01-01", "--to", "2020-01-02", "--queue", "support", "--customer",
                     "gamma")


def see_explanations(desk):
    for words, raw in (
        ([], ctl.message("form", "mail: joe@acme.example", msgid="new")),
        ([], ctl.message("www is down", "x", msgid="new", more="X-Ticket-ID: 3133\n")),
        ([], ctl.message("buy cheap", "x", msgid="new")),
        ([], ctl.message("Outage", "c7", sender="ray@gamma.example", msgid="new")),
        ([], ctl.message("[example#1] again", "x", sender="mallory@else.example", msgid="new")),
        ([], ctl.message("[P1] [Problem] goes around", "x", sender="ray@gamma.example", msgid="new")),
        (["--rcpt", "bob@elsewhere.example"], ctl.message("Hello", "x", msgid="new")),
        (["--rcpt", "bare@example.com"], b"Subject: no sender\n\nx\n"),
        ([], ctl.MESSAGES[0][1]),
    ):
        desk.see_command("explain", *words, "-", stdin=raw)
    acks = desk.write("acks.yaml", ctl.read(desk.config).replace(b"send: no", b"send: yes"))
    for fields in ("", "Auto-Submitted: auto-replied\n", "X: y\n"):
        sender = "mallory@else.example" if "X" in fields else "ray@gamma.example"
        raw = ctl.message("Hello", "x", sender="ray@gamma.example", msgid="new", more=fields)
        desk.see_command("explain", "--sender", sender, "-", stdin=raw, config=acks)


def see_receipts(desk):
    desk.see_command("receive", stdin=ctl.message("Received", "x", msgid="received"))
    desk.see_command("receive", "--rcpt", "bob@elsewhere.example", stdin=b"Subject: no sender\n\nx\n")
    done = desk.run("--json", "receive", "--client", "192.0.2.1", stdin=ctl.message("buy cheap", "x", msgid="cheap"))
    assert done.returncode != 0 and done.stderr, done
    desk.printed.append(("receive", json.loads(done.stdout)))
    desk.run("receive", stdin=ctl.message("buy cheap", "x", msgid="cheap"))
    kept = [one["id"] for one in desk.see_command("quarantine", "list", n_words=2)["quarantine"]]
    for number in kept:
        desk.see_command("quarantine", "show", str(number), n_words=2)
    with contextlib.closing(sqlite3.connect(desk.path("tickets.db"))) as database, database:
        database.execute("INSERT INTO quarantine SELECT ?1 + 1, at, rule, reason, queue_id, sender, recipients,"
                         " from_address, subject, size, codec, data FROM quarantine WHERE id = ?1", (kept[0],))
    for number in (kept[0], kept[0] + 1):
        desk.see_command("quarantine", "release", str(number), n_words=2)
    desk.see_command("quarantine", "drop", str(kept[1]), n_words=2)


def see_people(desk):
    for who in ("gamma", "delta", "ray@gmail.com", "del@home.example", "eve@gmail.com"):
        desk.see_command("customer", who)
    desk.see("customer without WHO", "customer")
    desk.see_command("contact", "list", n_words=2)


def see_people_changed(desk):
    desk.see_command("contact", "add", "pat@new.example", "--name", "Pat", n_words=2)
    desk.see_command("contact", "silence", "pat@new.example", n_words=2)
    desk.see_command("contact", "silence", "nobody@new.example", n_words=2)
    desk.see_command("contact", "block", "pat@new.example", n_words=2)
    desk.see_command("set", "1", "status=held")
    desk.see_command("contact", "confirm", "eve@acme.example", n_words=2)
    with contextlib.closing(sqlite3.connect(desk.path("tickets.db"))) as database, database:
        database.execute("INSERT INTO contact_address (address, contact) VALUES ('eve@old.example', 2)")
    desk.see_command("contact", "erase", "eve@acme.example", "--dry-run", n_words=2)
    desk.see_command("contact", "erase", "eve@acme.example", n_words=2)


def see_receivers(desk):
    paged = desk.write("paged.yaml", ctl.read(desk.config).replace(
        b"receivers:\n", b"receivers:\n  hook: {exec: [/bin/true]}\n"))
    desk.see_command("receiver", "list", n_words=2, config=paged)
    desk.see_command("receiver", "test", "hook", n_words=2, config=paged)


def see_escalations(desk):
    for number in range(1, len(MESSAGES) + 1):
        desk.see_command("escalation", "preview", str(number), n_words=2)


def see_configuration(desk):
    desk.see_command("config", "show", n_words=2)
    broken = desk.write("broken.yaml", b"instance: x\nqueus: {}\n")
    desk.see_command("policy", "check", n_words=2, config=broken, code=78)
    desk.see_command("policy", "check", n_words=2, config=desk.write("list.yaml", b"[]\n"), code=78)
    desk.see_command("policy", "check", n_words=2)
    key = desk.see_command("token", "rotate", n_words=2)["key"]
    desk.see_command("token", "rotate", n_words=2)
    desk.see_command("token", "revoke", key, n_words=2)
    desk.see_command("token", "list", n_words=2)
    desk.see_command("token", "address", "1", "reply", n_words=2)
    desk.see_command("template", "show", "ack", "1", n_words=2)
    os.mkdir(desk.path("texts"))
    desk.write("texts/ack.en.txt", b"Subject: plain\n")
    plain = desk.write("plain.yaml", ctl.read(desk.config) + b"templates: texts\n")
    desk.see_command("template", "show", "ack", "1", n_words=2, config=plain)
    postconf = desk.write("postconf", b"queue_directory = /var/spool/postfix\nmilter_protocol = 2\n"
                          b"smtp inet n - y - - smtpd\n")
    desk.see_command("mta", "check", "--postconf", postconf, n_words=2, code=78)


def see_calendars(desk):
    desk.see_command("calendar", "windows", "office", "2026-11-06", "2026-11-10", n_words=2)
    desk.see_command("calendar", "due", "office", "2026-11-06T17:00", "2bd", n_words=2)
    desk.see_command("calendar", "due", "office", "2026-11-06T17:00", "none", n_words=2)
    desk.see_command("calendar", "between", "office", "2026-11-06", "2026-11-10", n_words=2)
    for words in (["is_open", "2026-11-06"], ["between", "2026-11-06", "2026-11-07"], ["add_bd", "2026-11-06", "400"],
                  ["next_open", "2026-11-06"]):
        desk.see_command("calendar", "ask", "office", *words, n_words=2)
    done = desk.run("--json", "calendar", "import", "-", stdin=calendars.ICAL)
    desk.printed.append(("calendar import", json.loads(done.stdout) if done.returncode == 0
                         else {"version": 1, "holidays": [{"holiday": None, "note": None},
                                                          {"holiday": "*-01-01", "note": "no libical"}]}))


def see_database(desk):
    copy = desk.path("copy.db")
    desk.see_command("db", "check", n_words=2)
    desk.see_command("db", "backup", copy, n_words=2)
    desk.see_command("db", "restore", copy, n_words=2)
    os.unlink(desk.path("tickets.db"))
    desk.see_command("db", "restore", copy, n_words=2)
    desk.see_command("db", "migrate", n_words=2)
    with contextlib.closing(sqlite3.connect(desk.path("tickets.db"))) as database, database:
        database.execute("INSERT INTO ticket_tag (ticket, key, value) VALUES (4711, 'a', 'b')")
    desk.see_command("db", "check", n_words=2, code=78)


def see_daemon(desk):
    daemon = change.Daemon(desk)
    good = ctl.read(desk.config)
    desk.see_command("stats")
    desk.see_command("reload")
    desk.write("ticketmilter.yaml", good + b"grace: soon\n")
    done = desk.run("--json", "reload", config=desk.write("good.yaml", good))
    desk.printed.append(("reload", json.loads(done.stdout)))
    desk.write("ticketmilter.yaml", good)
    assert done.returncode == 78 and daemon.stop() == 0, (done, daemon.log())


# Changes of the page, each of which must be noticed.
PLANTED = [
    ("| `bytes` | integer |", "| `size` | integer |"),
    ("| `kept` | string or null |", "| `kept` | string |"),
    ("| `state` | string | one of `active`", "| `state` | integer | one of `active`"),
    ("| `file` | string | the copy |\n", ""),
    ("| `from` | integer |", "| `since` | time | |\n| `from` | integer |"),
    ("| `id` | integer | its number, which", "| `id` | integer or null | its number, which"),
    ("### `mta check`", "### `mta chekc`"),
    ("`split`, `join`\n", "`split`\n"),
]


class JsonSchemaTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        with open(PAGE, encoding="utf-8") as file:
            cls.page = file.read()
        with contextlib.closing(Desk()) as desk:
            for look in (see_explanations, see_escalations, see_people, see_changes, see_tickets, see_reports,
                         see_people_changed, see_receipts, see_receivers, see_configuration, see_calendars,
                         see_daemon, see_database):
                look(desk)
            cls.printed = desk.printed

    def test_page(self):
        self.assertEqual(compare(self.page, self.printed), [])

    def test_every_command_was_run(self):
        done = subprocess.run([ctl.PROGRAM, "--help"], env={**os.environ, "COLUMNS": "200"}, check=True, text=True,
                              stdout=subprocess.PIPE)
        commands = re.findall(r"(?m)^  ([a-z]+(?: [a-z]+)?)(?= )", done.stdout.split("\noptions\n")[0])
        self.assertGreater(len(commands), 20)
        self.assertEqual(set(commands) - {name for name, _ in self.printed}, set())

    def test_changes_of_the_page_are_seen(self):
        for before, after in PLANTED:
            with self.subTest(before=before):
                self.assertEqual(self.page.count(before), 1)
                self.assertNotEqual(compare(self.page.replace(before, after), self.printed), [])


if __name__ == "__main__":
    unittest.main()
