#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""ticketctl itself, on a database that the inbound line filled."""
import contextlib
import fcntl
import hashlib
import json
import os
import pty
import re
import shutil
import sqlite3
import struct
import subprocess
import tempfile
import termios
import unittest

PROGRAM = os.path.abspath("ticketctl")
FEED = os.path.abspath("tests/support/feed")

CONFIGURATION = """\
instance: example
ack:
  send: no
database: {root}/tickets.db
submit: smtp://127.0.0.1:9
control: {root}/control.sock
keys: {root}/keys
priorities:
  - {{code: P1, name: Urgent}}
  - {{code: P3, name: Normal}}
types:
  problem: {{name: Problem, needs: {{steps: ['text =~ /steps to reproduce/i']}}}}
queues:
  support: {{name: Support, addresses: [support@example.com], type: problem, priority: P3, reply_to: keep,
             agents: [anna]}}
  hosting: {{name: Hosting, addresses: [hosting@example.com], type: problem, priority: P3, reply_to: keep}}
agents:
  anna: {{name: Anna, logins: [anna], addresses: [anna@example.com], proof: [sasl]}}
logins: {{web1: [eve@acme.example]}}
rules:
  - name: outage
    all: ['subject =~ /\\boutage\\b/i', 'text =~ /\\b(?<cluster>c\\d+)\\b/']
    then: [priority=P1, tag cluster=$cluster]
  - name: unwanted
    all: ['subject =~ /buy cheap/i']
    then: ['reject "We do not buy."']
  - name: office
    all: ['client in 198.51.100.0/24']
    then: [tag office=yes]
plans:
  gold: {{default_priority: P1, stated_priority: [P3], targets: {{P1: {{ack: 1h}}, P3: {{ack: 24h}}}}}}
customers:
  gamma: {{name: Gamma Rays, domains: [gamma.example], addresses: [ray@gmail.com], writers: [help@elsewhere.example],
           plan: gold, tags: {{tier: one}}, manager: anna@example.com, contact: boss@gamma.example}}
  delta: {{}}
"""


def message(subject, text, sender="eve@acme.example", to="support@example.com", msgid="one", more=""):
    return (f"From: Eve <{sender}>\nTo: {to}\nSubject: {subject}\nDate: Fri, 20 Nov 2026 16:00:00 +0000\n"
            f"Message-ID: <{msgid}@acme.example>\n{more}\n{text}\n").encode()


MESSAGES = [
    ("support@example.com", message("Printer on fire", "It burns.\n\n-- \nEve", msgid="one")),
    ("hosting@example.com", message("Outage", "All of c12 is down.", sender="joe@beta.example", msgid="two",
                                    to="hosting@example.com")),
    ("support@example.com", message("Re: Printer on fire", "Still burns.\n\nOn Fri, Nov 20, 2026 at 4:00 PM "
                                    "Anna <anna@example.com> wrote:\n> Water?", msgid="three",
                                    more="In-Reply-To: <one@acme.example>\n")),
    ("support@example.com", message("=?utf-8?q?evil_=1B[2J=E2=80=AEtxt?=", "a \x1b]0;owned\x07 b \x1b[31m",
                                    msgid="four")),
]


def read(path):
    with open(path, "rb") as file:
        return file.read()


class Desk:
    """A directory with a configuration, keys, messages as files and a database."""

    def __init__(self, filled=True):
        self.root = tempfile.mkdtemp(prefix="ticketctl-")
        self.config = self.write("ticketmilter.yaml", CONFIGURATION.format(root=self.root).encode())
        if filled:
            assert self.run("token", "rotate").returncode == 0
            for number, (rcpt, raw) in enumerate(MESSAGES):
                file = self.write(f"message{number}", raw)
                subprocess.run([FEED, self.config, "eve@acme.example", rcpt, file], check=True,
                               stdout=subprocess.DEVNULL)

    def path(self, name):
        return os.path.join(self.root, name)

    def write(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data)
        return self.path(name)

    def run(self, *words, stdin=b"", config=None, stdout=subprocess.PIPE, program=PROGRAM, user=None, **environment):
        return subprocess.run([program, "-c", config or self.config, *words], input=stdin, stdout=stdout,
                              stderr=subprocess.PIPE, user=user, extra_groups=None if user is None else [], group=user,
                              env={"PATH": os.environ["PATH"], **SANITIZERS, **environment})

    def text(self, *words, **options):
        done = self.run(*words, **options)
        assert done.returncode == 0, (words, done)
        assert done.stderr == b"", (words, done)
        return done.stdout.decode()

    def json(self, *words, **options):
        return json.loads(self.text("--json", *words, **options))

    def digest(self):
        files = [self.path(name) for name in sorted(os.listdir(self.root)) if name.startswith("tickets.db")]
        return {file: hashlib.sha256(read(file)).hexdigest() for file in files if not file.endswith("-shm")}

    def close(self):
        shutil.rmtree(self.root)


SANITIZERS = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}

# words of the command line, exit code, what the one line on standard error must say
BAD = [
    ([], 64, "no command"),
    (["lsit"], 64, "did you mean `list`?"),
    (["banana"], 64, "`ticketctl --help` lists them"),
    (["token"], 64, "unknown command `token`"),
    (["token", "rotat"], 64, "did you mean `token rotate`?"),
    (["db", "chek"], 64, "did you mean `db check`?"),
    (["--jsno", "list"], 64, "did you mean `--json`?"),
    (["--json=yes", "list"], 64, "takes no value"),
    (["list", "--quue", "support"], 64, "did you mean `--queue`?"),
    (["list", "--queue", "suport"], 64, "did you mean `support`?"),
    (["list", "--queue", ""], 64, "unknown queue"),
    (["list", "--queue"], 64, "has no value"),
    (["list", "--status", "opne"], 64, "did you mean `open`?"),
    (["list", "--status", "open,,new"], 64, "unknown status ``"),
    (["list", "--status", ""], 64, "unknown status ``"),
    (["list", "--requester", "eve"], 64, "no address"),
    (["list", "--limit", "0"], 64, "give 1 or more"),
    (["list", "--limit", "many"], 64, "give 1 or more"),
    (["list", "--limit", "-1"], 64, "give 1 or more"),
    (["list", "--limit", "99999999999999999999"], 64, "give 1 or more"),
    (["list", "support"], 64, "`support` is too much"),
    (["show"], 64, "N is missing"),
    (["show", "abc"], 64, "no ticket number"),
    (["show", "0"], 64, "no ticket number"),
    (["show", "01"], 64, "no ticket number"),
    (["show", "-1"], 64, "unknown option `-1`"),
    (["show", "1.5"], 64, "no ticket number"),
    (["show", "99999999999999999999"], 64, "no ticket number"),
    (["show", "9223372036854775807"], 66, "9223372036854775807"),
    (["show", "999"], 66, "999"),
    (["show", "1", "2"], 64, "`2` is too much"),
    (["customer", "gamma", "delta"], 64, "`delta` is too much"),
    (["customer", "nobody"], 66, "no customer `nobody`"),
    (["customer", "@gamma.example"], 64, "no address"),
    (["contact"], 64, "unknown command `contact`"),
    (["contact", "list", "1"], 64, "`1` is too much"),
    (["explain"], 64, "FILE is missing"),
    (["explain", "{root}/none.eml"], 66, "none.eml"),
    (["explain", "{root}/keys/none.eml"], 66, "none.eml"),
    (["explain", "{root}/empty"], 65, "empty"),
    (["explain", "-"], 65, "-: empty"),
    (["explain", "{root}"], 65, "directory"),
    (["explain", "--at", "tomorrow", "{root}/message0"], 64, "no time"),
    (["explain", "--at", "2026-13-01T00:00:00Z", "{root}/message0"], 64, "no time"),
    (["explain", "--client", "localhost", "{root}/message0"], 64, "no IP address"),
    (["explain", "--rcpt", "support", "{root}/message0"], 64, "no address"),
    (["explain", "--rcpt", "", "{root}/message0"], 64, "no address"),
    (["explain", "--sender", "eve", "{root}/message0"], 64, "no address"),
    (["policy"], 64, "unknown command `policy`"),
    (["policy", "check", "now"], 64, "`now` is too much"),
    (["token", "rotate", "now"], 64, "`now` is too much"),
    (["token", "address"], 64, "N is missing"),
    (["token", "address", "1"], 64, "PURPOSE is missing"),
    (["token", "address", "x", "reply"], 64, "no ticket number"),
    (["token", "address", "999", "reply"], 66, "999"),
    (["token", "address", "1", "relpy"], 64, "did you mean `reply`?"),
    (["token", "address", "1", "x"], 64, "one of reply, note, bounce"),
    (["token", "address", "1", "confirm"], 64, "--person"),
    (["token", "address", "1", "reply", "--person", "eve@acme.example"], 64, "--person"),
    (["token", "address", "1", "confirm", "--person", "eve"], 64, "no address"),
    (["db", "check", "now"], 64, "`now` is too much"),
    (["db", "migrate", "now"], 64, "`now` is too much"),
    (["config", "show", "database"], 64, "`database` is too much"),
    (["-c", "{root}/none.yaml", "list"], 66, "none.yaml"),
    (["-c", "{root}/none.yaml", "policy", "check"], 66, "none.yaml"),
    (["-c", "{root}/broken.yaml", "list"], 78, "broken.yaml:"),
    (["-c", "{root}/broken.yaml", "policy", "check"], 78, "broken.yaml: "),
    (["-c", "{root}/nodb.yaml", "list"], 66, "nodb.db"),
    (["-c", "{root}/nodb.yaml", "show", "1"], 66, "nodb.db"),
    (["-c", "{root}/nodb.yaml", "db", "check"], 66, "nodb.db"),
    (["-c", "{root}/nodb.yaml", "db", "migrate"], 66, "nodb.db"),
    (["-c", "{root}/foreign.yaml", "list"], 78, "foreign.db"),
    (["-c", "{root}/foreign.yaml", "db", "check"], 78, "foreign.db"),
    (["-c", "{root}/foreign.yaml", "db", "migrate"], 78, "foreign.db"),
    (["-c", "{root}/foreign.yaml", "explain", "{root}/message0"], 78, "foreign.db"),
    (["-c", "{root}/nokeys.yaml", "token", "address", "1", "reply"], 78, "token rotate"),
    (["-c", "{root}/moved.yaml", "token", "address", "1", "reply"], 78, "its queue is not in the configuration"),
    (["-c", "{root}/typo.yaml", "list"], 78, "did you mean `instance`?"),
    (["-c", "{root}/nodir.yaml", "token", "rotate"], None, "nodir"),
]


class CtlTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.desk = desk = Desk()
        cls.before = desk.digest()
        desk.write("empty", b"")
        plain = CONFIGURATION.format(root=desk.root)
        desk.write("broken.yaml", plain.replace("instance:", "instnace:").replace("type: problem",
                                                                                  "type: trouble").encode())
        desk.write("nodb.yaml", plain.replace("tickets.db", "nodb.db").encode())
        desk.write("foreign.yaml", plain.replace("tickets.db", "foreign.db").encode())
        desk.write("foreign.db", b"this is no database of anybody's\n" * 100)
        desk.write("nokeys.yaml", plain.replace("/keys", "/nokeys").encode())
        desk.write("moved.yaml", plain.replace("support: {", "helpdesk: {").encode())
        desk.write("typo.yaml", plain.replace("instance:", "instnace: x\ninstance:").encode())
        desk.write("nodir.yaml", plain.replace("/keys", "/nodir/keys").encode())

    @classmethod
    def tearDownClass(cls):
        cls.desk.close()

    def test_bad_input(self):
        for words, code, said in BAD:
            words = [word.format(root=self.desk.root) for word in words]
            for form in ([], ["--json"]):
                with self.subTest(words=words, form=form):
                    done = self.desk.run(*form, *words)
                    lines = done.stderr.decode().splitlines()
                    if code is None:
                        self.assertNotEqual(done.returncode, 0)
                    else:
                        self.assertEqual(done.returncode, code, lines)
                    self.assertEqual(len(lines), 1, lines)
                    self.assertTrue(lines[0].startswith("ticketctl: "), lines)
                    self.assertIn(said, lines[0])
        self.assertEqual(self.desk.digest(), self.before)

    @unittest.skipIf(os.geteuid() != 0, "nobody else to become")
    def test_agents_rights(self):
        """Who may read configuration and database, but not the keys, may look at tickets and no more."""
        desk = Desk()
        self.addCleanup(desk.close)
        os.chmod(desk.root, 0o755)
        for name in ("tickets.db", "tickets.db-wal", "tickets.db-shm"):
            os.chmod(desk.path(name), 0o644)
        program = shutil.copy(PROGRAM, desk.path("ticketctl"))  # the build may be where only root may go
        secret = desk.write("secret.yaml", b"instance: example\n")
        os.chmod(secret, 0o600)

        def as_nobody(*words):
            return desk.run(*words, program=program, user=65534)

        for words in (["list"], ["show", "1"], ["db", "check"], ["config", "show"]):
            with self.subTest(words=words):
                self.assertEqual(as_nobody(*words).returncode, 0)
        for words, code, said in (
            (["explain", desk.path("message0")], 78, "keys: cannot be opened: Permission denied; the user"),
            (["token", "address", "1", "reply"], 78, "keys: cannot be opened"),
            (["token", "rotate"], 77, "keys: cannot be opened"),
            (["-c", secret, "list"], 77, "Permission denied"),
            (["-c", secret, "policy", "check"], 77, "Permission denied"),
        ):
            with self.subTest(words=words):
                done = as_nobody(*words)
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertIn(said, done.stderr.decode())

    def test_list(self):
        listed = self.desk.json("list")
        self.assertEqual(listed["version"], 1)
        self.assertEqual([ticket["id"] for ticket in listed["tickets"]], [3, 2, 1])
        self.assertNotIn("messages", listed["tickets"][0])
        self.assertIsNone(listed["tickets"][0]["next_due_at"])
        for words, ids in (
            (["--queue", "hosting"], [2]),
            (["--requester", "<EVE@acme.example>"], [3, 1]),
            (["--limit", "1"], [3]),
            (["--status", "closed"], []),
            (["--status", "closed,new"], [3, 2, 1]),
            (["--status", "closed", "--status", "all"], [3, 2, 1]),
            (["--queue", "support", "--limit=1"], [3]),
        ):
            with self.subTest(words=words):
                self.assertEqual([ticket["id"] for ticket in self.desk.json("list", *words)["tickets"]], ids)
        text = self.desk.text("list")
        self.assertRegex(text, r"^TICKET +STATUS +PRIO +QUEUE +DUE +SUBJECT\n3 ")
        self.assertEqual(self.desk.text("list", "--status", "closed"), "no tickets\n")

    def test_show(self):
        ticket = self.desk.json("show", "1")["ticket"]
        self.assertEqual(set(ticket), {
            "id", "queue", "queues", "subject", "status", "type", "priority", "priority_by", "workaround", "customer",
            "plan", "requester", "answer_to",
            "participants", "assignee", "tags", "missing", "related", "merged_into", "created_at", "resolved_at",
            "closed_at", "clocks", "silenced", "satisfaction", "messages", "events"})
        self.assertEqual((ticket["id"], ticket["queues"], ticket["subject"]), (1, ["support"], "Printer on fire"))
        self.assertEqual((ticket["type"], ticket["priority"], ticket["missing"]), ("problem", "P3", ["steps"]))
        first, second = ticket["messages"]
        self.assertEqual(set(first), {
            "id", "direction", "from", "message_id", "date", "received_at", "subject", "text", "reply_text", "auto",
            "bounce", "verified", "flags", "attachments", "failures"})
        self.assertEqual((first["direction"], first["from"], first["message_id"]),
                         ("in", "eve@acme.example", "one@acme.example"))
        self.assertEqual(first["date"], "2026-11-20T16:00:00Z")
        self.assertEqual(second["reply_text"].strip(), "Still burns.")
        self.assertIn("> Water?", second["text"])
        self.assertTrue(ticket["events"])
        self.assertEqual(self.desk.json("show", "2")["ticket"]["tags"], {"cluster": ["c12"]})
        text = self.desk.text("show", "1")
        self.assertTrue(text.startswith("#1 Printer on fire\n"), text)
        self.assertNotIn("> Water?", text)
        self.assertIn("> Water?", self.desk.text("show", "1", "--whole"))

    def test_nothing_from_mail_reaches_the_terminal_raw(self):
        for words in (["list"], ["show", "3"], ["show", "3", "--json"], ["explain", self.desk.path("message3")],
                      ["explain", "--json", self.desk.path("message3")]):
            with self.subTest(words=words):
                text = self.desk.text(*words)
                self.assertNotRegex(text, "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
                self.assertIn("evil", text)

    def explain(self, raw, *words):
        return self.desk.json("explain", *words, "-", stdin=raw)

    def test_explain(self):
        new = self.explain(message("Outage", "c7", msgid="new"), "--at", "2026-11-20T17:00:00Z")
        self.assertEqual((new["version"], new["action"], new["ticket"], new["evidence"]), (1, "open", None, "none"))
        self.assertEqual(new["classification"]["priority"], "P1")
        self.assertEqual(new["classification"]["tags"], {"cluster": ["c7"]})
        self.assertEqual([rule["name"] for rule in new["rules"] if rule["matched"]], ["outage"])
        self.assertEqual(new["rules"][1]["condition"], "subject =~ /buy cheap/i")
        self.assertEqual(new["clocks"], [])
        self.assertIn("[example#NEW]", [edit["value"] for edit in new["edits"] if edit["header"] == "Subject"][0])
        self.assertEqual(new["verdict"]["code"], "250")
        reply = self.explain(message("x", "y", msgid="new", more="References: <three@acme.example>\n"))
        self.assertEqual((reply["action"], reply["ticket"], reply["evidence"]), ("append", 1, "references"))
        again = self.explain(MESSAGES[0][1])
        self.assertEqual((again["action"], again["ticket"]), ("duplicate", 1))
        refused = self.explain(message("Buy cheap", "x", msgid="new"))
        self.assertEqual((refused["action"], refused["verdict"]["code"]), ("refuse", "550"))
        self.assertEqual(refused["verdict"]["text"], "We do not buy.")
        self.assertEqual(self.explain(message("Buy cheap", "x", msgid="n"), "--client", "none")["verdict"]["code"],
                         "250")
        foreign = self.explain(message("Hello", "x", msgid="new"), "--rcpt", "bob@elsewhere.example")
        self.assertEqual((foreign["action"], foreign["edits"]), ("pass", []))
        office = self.explain(message("Hello", "x", msgid="new"), "--client", "198.51.100.7")
        self.assertEqual(office["classification"]["tags"], {"office": ["yes"]})
        self.assertEqual(self.explain(message("Hello", "x", to="hosting@example.com", msgid="new"))["queue"], "hosting")
        self.assertEqual(self.explain(message("Hello", "x", to="list@elsewhere.example", msgid="new"))["queue"],
                         "support")
        agent = message("Hello", "x", sender="anna@example.com", msgid="new")
        self.assertTrue(self.explain(agent, "--login", "anna")["authenticated"])
        self.assertFalse(self.explain(agent)["authenticated"])
        self.assertTrue(self.explain(message("Hello", "x", msgid="new"), "--sender", "<>")["auto"])
        self.assertTrue(self.explain(message("Hello", "x", msgid="new", more="Return-Path: <>\n"))["auto"])
        text = self.desk.text("explain", self.desk.path("message2"))
        self.assertRegex(text, r"(?m)^decision\n  action +duplicate\n")
        self.assertEqual(self.desk.digest(), self.before)

    def test_explain_takes_anything(self):
        for raw in (b"\n", b"\0" * 1000, os.urandom(10000), b"From nobody\n", b"Subject: x\n" * 5000):
            self.assertIn(self.explain(raw)["action"], ("open", "append"))

    def test_explain_before_there_is_a_database(self):
        new = json.loads(self.desk.text("--json", "explain", self.desk.path("message0"),
                                        config=self.desk.path("nodb.yaml")))
        self.assertEqual((new["action"], new["ticket"]), ("open", None))
        self.assertFalse(os.path.exists(self.desk.path("nodb.db")))

    def test_token_address(self):
        address = self.desk.text("token", "address", "1", "reply").strip()
        self.assertRegex(address, r"^support\+1-r[a-z2-7]{16}@example\.com$")
        self.assertEqual(self.desk.json("token", "address", "1", "r"), {"version": 1, "address": address})
        stranger = message("Hello", "x", sender="mallory@else.example", msgid="new")
        found = self.explain(stranger, "--rcpt", address)
        self.assertEqual((found["action"], found["ticket"], found["evidence"]), ("append", 1, "token"))
        guess = self.explain(stranger, "--rcpt", address.replace("+1-r", "+2-r"))
        self.assertNotEqual(guess["evidence"], "token")
        person = self.desk.text("token", "address", "2", "confirm", "--person", "eve@acme.example").strip()
        self.assertRegex(person, r"^hosting\+2-c[a-z2-7]{16}@example\.com$")

    def test_policy_check(self):
        self.assertTrue(self.desk.text("policy", "check").endswith("ok\n"))
        self.assertTrue(self.desk.json("policy", "check")["ok"])
        broken = self.desk.path("broken.yaml")
        done = self.desk.run("policy", "check", config=broken)
        findings = done.stdout.decode().splitlines()
        self.assertEqual(done.returncode, 78)
        self.assertTrue(all(line.startswith(f"{broken}:") for line in findings), findings)
        self.assertIn("did you mean `instance`?", done.stdout.decode())
        self.assertIn("trouble", done.stdout.decode())
        done = self.desk.run("--json", "policy", "check", config=broken)
        found = json.loads(done.stdout)
        unknown = [finding for finding in found["findings"] if finding["path"] == "instnace"]
        self.assertEqual((done.returncode, found["ok"]), (78, False))
        self.assertEqual(unknown, [{"severity": "error", "file": broken, "line": 1, "column": 1, "path": "instnace",
                                    "what": "unknown key; did you mean `instance`?"}])

    def test_relative_paths(self):
        """A path in the configuration is one beside it, whatever the shell's directory is, and however it is named."""
        beside = CONFIGURATION.format(root=self.desk.root).replace(self.desk.root + "/tickets.db", "tickets.db")
        self.assertNotEqual(beside, CONFIGURATION.format(root=self.desk.root))
        self.desk.write("beside.yaml", beside.encode())
        parent, name = os.path.split(self.desk.root)
        for directory, config in ((self.desk.root, "beside.yaml"), (parent, name + "/beside.yaml"),
                                  ("/", self.desk.path("beside.yaml"))):
            done = subprocess.run([os.path.abspath(PROGRAM), "-c", config, "db", "check"], cwd=directory, check=False,
                                  capture_output=True, env={"PATH": os.environ["PATH"], **SANITIZERS})
            self.assertEqual((done.returncode, done.stdout[:3], done.stderr), (0, b"ok,", b""), config)

    def test_config_show(self):
        settings = {entry["path"]: entry for entry in self.desk.json("config", "show")["settings"]}
        self.assertEqual(settings["instance"]["value"], "example")
        self.assertTrue(settings["instance"]["origin"].endswith("ticketmilter.yaml:1"), settings["instance"])
        self.assertEqual(settings["grace"]["origin"], "default")
        self.assertRegex(self.desk.text("config", "show"), r"(?m)^instance +example \(ticketmilter\.yaml:1\)$")

    def test_db_check(self):
        self.assertEqual(self.desk.text("db", "check"), "ok, 3 tickets, 4 messages\n")
        self.assertEqual(self.desk.json("db", "check"),
                         {"version": 1, "ok": True, "database": self.desk.path("tickets.db"),
                                                         "tickets": 3, "messages": 4, "findings": []})

    def test_db_check_finds(self):
        copy = self.desk.path("orphan.db")
        shutil.copy(self.desk.path("tickets.db"), copy)
        with contextlib.closing(sqlite3.connect(copy)) as database:
            database.execute("INSERT INTO ticket_tag (ticket, key, value) VALUES (4711, 'a', 'b')")
            database.commit()
        config = self.desk.write("orphan.yaml", read(self.desk.config).replace(b"tickets.db", b"orphan.db"))
        done = self.desk.run("db", "check", config=config)
        self.assertEqual(done.returncode, 78)
        self.assertIn("ticket_tag", done.stdout.decode())
        self.assertRegex(done.stderr.decode(), r"^ticketctl: [^\n]*orphan\.db: [^\n]*backup[^\n]*\n$")
        done = self.desk.run("db", "check", "--json", config=config)
        found = json.loads(done.stdout)
        self.assertEqual((done.returncode, found["ok"], found["tickets"], len(found["findings"])), (78, False, None, 1))

    def test_help(self):
        text = self.desk.text("--help")
        for name in ("list", "show N", "explain FILE", "policy check", "token rotate", "token address N PURPOSE",
                     "db backup FILE", "db check", "db migrate", "db restore FILE", "config show"):
            self.assertRegex(text, rf"(?m)^  {name}  +\S")
            words = re.match(r"[a-z ]*[a-z]\b", name).group().split()
            self.assertTrue(self.desk.text(*words, "--help").startswith(f"usage: ticketctl {name}"), name)
        self.assertEqual(self.desk.text("token", "--help"), text)
        self.assertRegex(self.desk.text("--version"), r"^ticketctl \d")

    def test_text_fits(self):
        for columns in (40, 80, 200):
            for words in (["list"], ["show", "1", "--whole"], ["explain", self.desk.path("message1")], ["--help"]):
                with self.subTest(columns=columns, words=words):
                    text = self.desk.text(*words, COLUMNS=str(columns))
                    self.assertLessEqual(max(map(len, text.splitlines())), columns)

    def on_terminal(self, *words, columns=60, **environment):
        leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.desk.run(*words, stdout=follower, **environment)
        os.close(follower)
        text = b""
        try:
            while chunk := os.read(leader, 65536):
                text += chunk
        except OSError:
            pass  # how Linux says that the other end is closed
        os.close(leader)
        return text.decode()

    def test_terminal(self):
        text = self.on_terminal("list", TERM="xterm")
        self.assertTrue(text.startswith("\x1b[1mTICKET"), text)
        plain = re.sub(r"\x1b\[\d*m", "", text)
        self.assertLessEqual(max(map(len, plain.splitlines())), 60)
        self.assertNotIn("REQUESTER", plain)
        self.assertIn("REQUESTER", self.on_terminal("list", columns=100, TERM="dumb"))
        for environment in ({"TERM": "dumb"}, {"TERM": "xterm", "NO_COLOR": "1"}, {}):
            self.assertNotIn("\x1b", self.on_terminal("list", **environment))
        self.assertNotIn("\x1b", self.desk.text("list", TERM="xterm"))

    def test_full_disk(self):
        with open("/dev/full", "wb") as full:
            done = self.desk.run("list", stdout=full)
        self.assertEqual(done.returncode, 74)
        self.assertRegex(done.stderr.decode(), r"^ticketctl: standard output: [^\n]*\n$")


if __name__ == "__main__":
    unittest.main()
