#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""The ready rule sets of contrib/policies, each with a table of messages and what must come of them.

tests/data/policies/SET/expected.tsv names the messages of SET/*.eml in the order in which they come, to a desk that has
all the sets; each is explained, received into a database, and its ticket shown.  The columns:

    file        without .eml; its Return-Path, Delivered-To and topmost Received are the envelope
    action      as ticketctl explain has it
    ticket      a letter for each ticket of the table, - for none
    status, type, priority, requester, tags   of the ticket afterwards
    more        human, machine, no_ack; auto: it counts as a machine's; correlate=KEY; recovery
"""
import csv
import email
import email.message
import email.policy
import email.utils
import json
import os
import re
import shutil
import string
import subprocess
import tempfile
import unittest

SOURCE = os.path.abspath(os.environ.get("srcdir", "."))
BUILD = os.path.abspath(".")
SETS = os.path.join(SOURCE, "contrib", "policies")
TABLES = os.path.join(SOURCE, "tests", "data", "policies")
COLUMNS = ("file", "action", "ticket", "status", "type", "priority", "requester", "tags", "more")
# The sets with the least number of rows of their tables.
ROWS = {"requests-en": 12, "requests-de": 12, "monitoring": 15, "trackers": 8, "forms": 6}
# Whole configurations: tests/integration/sla-policies.py.
WHOLE = ("stakater", "skyscrapers", "freistilbox")


def run(program, *words):
    done = subprocess.run([os.path.join(BUILD, program), *words], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


class Desk:
    """A directory with a configuration, keys and, once a message came, a database."""

    def __init__(self, configuration):
        self.root = tempfile.mkdtemp(prefix="policies-")
        self.config = os.path.join(self.root, "ticketmilter.yaml")
        text = configuration.replace("@DATA@", self.root).replace("@POLICIES@", SETS)
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(text)
        self.key_run = self.ctl("token", "rotate")

    def close(self):
        shutil.rmtree(self.root)

    def ctl(self, *words):
        return run("ticketctl", "-c", self.config, *words)

    def json(self, *words):
        code, out, err = self.ctl("--json", *words)
        assert code == 0, (words, err)
        return json.loads(out)

    def findings(self):
        """What ticketmilter -n says about it, and its exit code."""
        code, out, err = run("ticketmilter", "-n", "-c", self.config)
        return code, out + err


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


def site(*names):
    """A desk with all the sets, or those named."""
    text = read(TABLES, "site.yaml")
    if not names:
        return text
    return text.partition("include:")[0] + "".join(["include:\n"] + [f"  - @POLICIES@/{name}.yaml\n" for name in names])


def table(name):
    """The rows of a table, as dicts; lines that begin with # are comments."""
    with open(os.path.join(TABLES, name, "expected.tsv"), encoding="utf-8", newline="") as file:
        lines = [line for line in file if not line.startswith("#")]
    rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert all(tuple(row) == COLUMNS and None not in row.values() for row in rows), f"{name}: a row has other columns"
    return rows


def envelope(file):
    """Sender, recipient and client of a message that lies in a mailbox."""
    with open(file, "rb") as opened:
        mail = email.message_from_binary_file(opened, policy=email.policy.compat32)
    sender = mail["Return-Path"].strip("<>")
    recipient = mail["Delivered-To"] or email.utils.parseaddr(mail["To"])[1]
    client = re.search(r"\[([0-9a-f.:]+)\]", mail["Received"])[1]
    return sender, recipient, client


def tags_of(ticket):
    return " ".join(sorted(f"{key}={value}" for key, values in ticket["tags"].items() for value in values)) or "-"


def more_of(explained):
    said = explained["classification"]
    words = [said["written_by"]] if said["written_by"] else []
    words += ["no_ack"] if said["no_ack"] else []
    words += ["auto"] if explained["auto"] and not said["written_by"] else []
    words += [f"correlate={said['correlate']}"] if said["correlate"] else []
    words += ["recovery"] if said["recovery"] else []
    return " ".join(words) or "-"


class Play:
    """One table, played to a desk of its own that has these sets, or all."""

    def __init__(self, name, *sets):
        self.name = name
        self.desk = Desk(site(*sets))
        self.letters = {}
        self.matched = set()

    def letter(self, number):
        return self.letters.setdefault(number, string.ascii_letters[len(self.letters)])

    def receive(self, row):
        """The row as it turned out."""
        file = os.path.join(TABLES, self.name, row["file"] + ".eml")
        sender, recipient, client = envelope(file)
        explained = self.desk.json("explain", file, "--sender", sender or "<>", "--rcpt", recipient,
                                   "--client", client)
        self.matched |= {rule["name"] for rule in explained["rules"] if rule["matched"]}
        code, out, err = run("tests/support/feed", "-c", client, self.desk.config, sender, recipient, file)
        assert code == 0, err
        action, number = out.split()
        assert action == explained["action"], f"{row['file']}: explained as {explained['action']}, received as {action}"
        ticket = self.desk.json("show", number)["ticket"]
        return {"file": row["file"], "action": action, "ticket": self.letter(number), "status": ticket["status"],
                "type": ticket["type"], "priority": ticket["priority"], "requester": ticket["requester"],
                "tags": tags_of(ticket), "more": more_of(explained)}


class TableTest(unittest.TestCase):
    maxDiff = None

    def play(self, name, *sets):
        rows = table(name)
        self.assertGreaterEqual(len(rows), ROWS[name])
        files = {file[:-4] for file in os.listdir(os.path.join(TABLES, name)) if file.endswith(".eml")}
        self.assertEqual(files, {row["file"] for row in rows}, "messages and rows")
        play = Play(name, *sets)
        self.addCleanup(play.desk.close)
        for row in rows:
            with self.subTest(row["file"]):
                self.assertEqual("\t".join(play.receive(row).values()), "\t".join(row.values()))
        rules = set(re.findall(r"^  - name: (\S+)$", read(SETS, name + ".yaml"), re.MULTILINE))
        self.assertEqual(rules - play.matched, set(), "rules that no row of the table needs")

    def test_requests_en(self):
        self.play("requests-en")

    def test_requests_de(self):
        self.play("requests-de")

    def test_requests_alone(self):
        """What one language decides must not be what the other one decided."""
        for name in ("requests-en", "requests-de"):
            self.play(name, name)

    def test_monitoring(self):
        self.play("monitoring")

    def test_trackers(self):
        self.play("trackers")

    def test_forms(self):
        self.play("forms")


class LoadTest(unittest.TestCase):
    def test_long_mail(self):
        """128 kB of what customers write: no pattern hits a bound of match."""
        desk = Desk(site())
        self.addCleanup(desk.close)
        text = ""
        for name in ("requests-en", "requests-de"):
            for row in table(name):
                with open(os.path.join(TABLES, name, row["file"] + ".eml"), "rb") as file:
                    mail = email.message_from_binary_file(file, policy=email.policy.default)
                text += re.split(r"\n(?:-- \n|On .*wrote:|Am .*schrieb)", mail.get_content())[0] + "\n"
        mail = email.message.EmailMessage(policy=email.policy.SMTP)
        mail["From"], mail["To"] = "eve@acme.example", "support@example.com"
        mail["Subject"] = text[:900].replace("\n", " ")
        mail.set_content(text * (128 * 1024 // len(text) + 1))
        path = os.path.join(desk.root, "long.eml")
        with open(path, "wb") as file:
            file.write(mail.as_bytes())
        rules = desk.json("explain", path, "--client", "192.0.2.80")["rules"]
        self.assertEqual([rule["name"] for rule in rules if rule["limited"]], [])
        self.assertLessEqual({"en-security", "de-security"}, {rule["name"] for rule in rules if rule["matched"]})

    def check(self, configuration):
        desk = Desk(configuration)
        self.addCleanup(desk.close)
        self.assertEqual(desk.key_run[0], 0, desk.key_run)
        self.assertEqual(desk.findings(), (0, ""))

    def test_each_set_is_tested(self):
        there = {file[:-5] for file in os.listdir(SETS) if file.endswith(".yaml")}
        self.assertEqual(there - {"example", *WHOLE}, set(ROWS))

    def test_all(self):
        self.check(site())

    def test_each_alone(self):
        for name in ROWS:
            with self.subTest(name):
                self.check(site(name))

    def test_example_with_all(self):
        """The example's own words for it: its commented `include:` is switched on."""
        text, n = re.subn(r"^# (include:.*)$", r"\1", read(SETS, "example.yaml"), flags=re.MULTILINE)
        self.assertEqual(n, 1)
        included = re.findall(r"[\w-]+\.yaml", re.search(r"^include:.*$", text, re.MULTILINE)[0])
        self.assertEqual({name[:-5] for name in included}, set(ROWS))
        for name in included:
            text = text.replace(f"[{name}", f"[@POLICIES@/{name}").replace(f" {name}", f" @POLICIES@/{name}")
        self.check(re.sub(r"^keys: \S+", "keys: @DATA@/keys", text, flags=re.MULTILINE))


if __name__ == "__main__":
    unittest.main()
