#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""ticketctl changes people on file: through the daemon's control socket, and by itself when no daemon runs."""
import contextlib
import os
import re
import sqlite3
import subprocess
import unittest

import change
import ctl

# Words of the command line, exit code, what the one line on standard error must say.
BAD = [
    (["contact", "confirm"], 64, "WHO is missing"),
    (["contact", "confirm", ""], 64, "is nobody"),
    (["contact", "confirm", "eve"], 64, "is nobody"),
    (["contact", "confirm", "0"], 64, "is nobody"),
    (["contact", "confirm", "-1"], 64, "unknown option"),
    (["contact", "confirm", "9223372036854775808"], 64, "is nobody"),
    (["contact", "confirm", "@"], 64, "no address"),
    (["contact", "confirm", "eve@"], 64, "no address"),
    (["contact", "confirm", b"eve@\xff"], 64, "not UTF-8"),
    (["contact", "confirm", "9"], 66, "no contact 9"),
    (["contact", "confirm", "eve@acme.example", "2"], 64, "`2` is too much"),
    (["contact", "confirm", "eve@acme.example", "--off"], 64, "unknown option"),
    (["contact", "confirm", "eve@acme.example", "--by", ""], 64, "no name"),
    (["contact", "confirm", "eve@acme.example", "--by", "a\nb"], 64, "no name"),
    (["contact", "block", "9"], 66, "no contact 9"),
    (["contact", "block", "9", "--off"], 66, "no contact 9"),
    (["contact", "block", "eve@acme.example", "--off"], 66, "nobody's on file"),
    (["contact", "block", "eve@acme.example", "--offf"], 64, "did you mean `--off`?"),
    (["contact", "block", "eve@acme.example", "--off=1"], 64, "takes no value"),
    (["contact", "silence", "9"], 66, "no contact 9"),
    (["contact", "silence", "eve"], 64, "is nobody"),
    (["contact", "silence", "eve@acme.example", "--why", ""], 64, "why: one line"),
    (["contact", "silence", "eve@acme.example", "--why", "a\nb"], 64, "why: one line"),
    (["contact", "silence", "eve@acme.example", "--why", "x" * 201], 64, "why: one line"),
    (["contact", "add"], 64, "ADDRESS is missing"),
    (["contact", "add", "1"], 64, "no address"),
    (["contact", "add", "eve@acme.example", "--customer", "acme"], 66, "no customer `acme`"),
    (["contact", "add", "eve@acme.example", "--customer", ""], 66, "no customer ``"),
    (["contact", "add", "eve@acme.example", "--name", ""], 64, "name: one line"),
    (["contact", "add", "eve@acme.example", "--name", "a\x1b[2Jb"], 64, "name: one line"),
    (["contact", "adr", "eve@acme.example"], 64, "did you mean `contact add`?"),
]


class Desk(change.Desk):
    """Tickets of people whom nobody knows are held."""

    def __init__(self, served):
        plain = ctl.CONFIGURATION
        ctl.CONFIGURATION = plain + "unknown_sender: {{policy: hold}}\n"
        try:
            super().__init__(served)
        finally:
            ctl.CONFIGURATION = plain


class People:
    """What both ways must do alike."""
    served = False

    def setUp(self):
        self.desk = Desk(self.served)
        self.addCleanup(self.desk.close)

    def test_bad_input(self):
        change.check_bad_input(self, self.desk, BAD)

    def test_confirm_releases(self):
        self.assertEqual(self.desk.ticket(2)["status"], "held")
        self.assertEqual(self.desk.text("contact", "confirm", "Joe@Beta.example", "--by", "anna"),
                         "contact 1, joe@beta.example: confirmed; new and no longer held: 2\n")
        ticket = self.desk.ticket(2)
        self.assertEqual((ticket["status"], change.events(ticket, "status")[-1]["actor"]), ("new", "agent:anna"))
        self.assertIsNotNone(self.desk.json("contact", "list")["contacts"][0]["confirmed_at"])
        again = self.desk.json("contact", "confirm", "1")
        self.assertEqual((again["contact"]["id"], again["released"]), (1, []))
        self.assertEqual(self.desk.text("contact", "confirm", "1"),
                         "contact 1, joe@beta.example: confirmed; nothing had to be changed\n")

    def test_confirm_releases_many(self):
        """So many at once, the rest by the daemon, also by one that starts later."""
        with contextlib.closing(sqlite3.connect(self.desk.path("tickets.db"))) as database, database:
            database.execute("WITH RECURSIVE k (id) AS (SELECT 1000 UNION ALL SELECT id + 1 FROM k WHERE id < 1199)"
                             " INSERT INTO ticket (id, status, subject, requester, created_at)"
                             " SELECT k.id, 8, 'x', 'joe@beta.example', unixepoch () FROM k")
        said = self.desk.text("contact", "confirm", "joe@beta.example")
        self.assertEqual(said.count(", "), 64, said)
        self.assertIn("; 137 more follow while the daemon runs\n", said)
        if not self.served:
            self.desk.daemon = change.Daemon(self.desk)
        lots = r"held: (\d+) more tickets released, their senders are confirmed"
        self.desk.daemon.wait_for(lambda: sum(map(int, re.findall(lots, self.desk.daemon.log()))) >= 137, "the rest")
        self.assertEqual(re.findall(lots, self.desk.daemon.log()), ["64", "64", "9"])
        self.assertEqual(self.desk.json("list", "--status", "held")["tickets"][0]["requester"], "eve@acme.example")

    def test_block(self):
        blocked = self.desk.json("contact", "block", "eve@acme.example")["contact"]
        self.assertIsNotNone(blocked["blocked_at"])
        self.assertEqual(self.desk.text("contact", "block", str(blocked["id"])),
                         "contact 1, eve@acme.example: blocked; nothing had to be changed\n")
        self.assertEqual(self.desk.text("contact", "block", "1", "--off"),
                         "contact 1, eve@acme.example: no longer blocked\n")
        self.assertIsNone(self.desk.json("contact", "list")["contacts"][0]["blocked_at"])

    def test_silence(self):
        one = self.desk.json("contact", "silence", "joe@beta.example", "--why", "he asked for it")
        self.assertIsNone(one["contact"])
        self.assertEqual([(row["address"], row["why"]) for row in one["silenced"]],
                         [("joe@beta.example", "he asked for it")])
        self.assertEqual(self.desk.ticket(2)["silenced"][0]["why"], "he asked for it")
        self.assertIn("nothing had to be changed", self.desk.text("contact", "silence", "joe@beta.example"))
        self.assertEqual(self.desk.json("contact", "silence", "joe@beta.example", "--off")["silenced"], [])
        self.desk.text("contact", "add", "eve@acme.example")
        with contextlib.closing(sqlite3.connect(self.desk.path("tickets.db"))) as database, database:
            database.execute("INSERT INTO contact_address VALUES ('eve@home.example', 1)")
        both = self.desk.json("contact", "silence", "1", "--by", "anna")["silenced"]
        self.assertEqual([(row["address"], row["why"]) for row in both],
                         [("eve@acme.example", "by agent:anna"), ("eve@home.example", "by agent:anna")])
        self.assertEqual(self.desk.text("contact", "silence", "eve@home.example", "--off"),
                         "contact 1, eve@acme.example, eve@home.example: no longer silenced\n")
        self.assertEqual(self.desk.json("contact", "silence", "1", "--off")["silenced"], [])

    def test_add(self):
        added = self.desk.json("contact", "add", "Eve@Acme.example", "--customer", "gamma", "--name", "Eve Ärmel")
        self.assertEqual((added["contact"]["addresses"], added["contact"]["customer"], added["contact"]["name"]),
                         (["eve@acme.example"], "gamma", "Eve Ärmel"))
        self.assertEqual(self.desk.text("contact", "add", "eve@acme.example", "--name", "Eve Ärmel"),
                         "contact 1, eve@acme.example: on file; nothing had to be changed\n")
        none = self.desk.json("contact", "add", "eve@acme.example", "--customer", "none")["contact"]
        self.assertEqual((none["customer"], none["name"]), (None, "Eve Ärmel"))


class AloneTest(People, unittest.TestCase):
    pass


class ServedTest(People, unittest.TestCase):
    served = True


# Words of the command line, exit code, what the one line on standard error must say.
BAD_ERASE = [
    (["contact", "erase"], 64, "ADDRESS is missing"),
    (["contact", "erase", "1"], 64, "no address"),
    (["contact", "erase", "@acme.example"], 64, "no address"),
    (["contact", "erase", b"eve@\xff.example"], 64, "not UTF-8"),
    (["contact", "erase", "anna@example.com"], 77, "is an agent's"),
    (["contact", "erase", "anna@example.com", "--dry-run"], 77, "is an agent's"),
    (["contact", "erase", "support@example.com"], 77, "is a queue's"),
    (["contact", "erase", "eve@acme.example", "--why", "a\nb"], 64, "a reason is one line"),
    (["contact", "erase", "eve@acme.example", "--by", ""], 64, "no name"),
    (["contact", "erase", "eve", "--dry-run"], 64, "no address"),
    (["contact", "erase", "eve@acme.example", "joe@beta.example"], 64, "is too much"),
]

SECRETS = [b"eve@acme.example", b"Eve@Acme.example", b"zebrafish", b"gooseberry", b"Printer on fire",
           b"elsewhere-eve"]

# Rows that mail alone would not make, in ticket 2, which is joe's, and beside tickets.
ROWS = """
INSERT INTO participant (ticket, address, put_in_by, receives) VALUES (2, 'eve@acme.example', 'rule:x', 1);
INSERT INTO participant (ticket, address, put_in_by, receives, answer_to)
    VALUES (2, 'pat@beta.example', 'rule:x', 1, 'eve@acme.example');
UPDATE ticket SET answer_to = 'elsewhere-eve@home.example' WHERE id = 1;
INSERT INTO ticket_tag VALUES (2, 'reporter', 'eve@acme.example');
INSERT INTO event VALUES (2, 90, 1, 'desk', 'x', '{"a":"eve@acme.example, joe.eve@acme.example: <eve@acme.example>."}');
INSERT INTO event VALUES (2, 91, 1, 'desk', 'x', '{"a":"eve@acme.example.org"}');
INSERT INTO event VALUES (1, 92, 1, 'desk', 'subject', '{"from":"gooseberry","to":"x"}');
INSERT INTO quarantine VALUES (1, 9999999999, 'r', 'r', 'q', 'eve@acme.example', 'support@example.com', '', '', 1,
                               NULL, NULL);
INSERT INTO quarantine VALUES (2, 9999999999, 'r', 'r', 'q', 'bob@acme.example', 'support@example.com', '', '', 1,
                               NULL, NULL);
INSERT INTO quarantine VALUES (3, 9999999999, 'r', 'r', 'q', 'list@beta.example', 'support@example.com',
                               'eve@acme.example', 'x', 1, NULL, NULL);
INSERT INTO delivery VALUES (1, 2, 1, 'eve@acme.example', '5.1.1', 'failed', 1, 1, 1, 'no eve@acme.example here');
INSERT INTO silenced VALUES ('eve@acme.example', 1, 'eve@acme.example bounced', 2, 1);
INSERT INTO contact (id, name, created_at) VALUES (7, 'zebrafish', 1);
INSERT INTO contact_address VALUES ('eve@acme.example', 7);
INSERT INTO outbox (id, kind, ticket, message, actor, recipients, sender_purpose, reply_purpose, subject, text,
                    may_repeat, state, created_at, next_at, tries, ended_at)
    SELECT column1, 'x', column2, column3, '', column4, '', '', '', column5, 0, 1 + 2 * (column6 IS NOT NULL), 1,
           9999999999, 0, column6
    FROM (VALUES (1, 2, NULL, 'pat@beta.example' || char (10) || 'eve@acme.example', 'hello', NULL),
                 (2, 1, NULL, 'pat@beta.example', 'zebrafish', 9999999999),
                 (3, 2, 1, 'pat@beta.example', 'zebrafish', NULL),
                 (4, 2, NULL, 'joe.eve@acme.example', 'stays', NULL));
INSERT INTO shingle VALUES (1, 5, 1);
"""

PARTS = ("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n",
         "--b\n\nA qqzebrafish swims.\n--b\nContent-Type: image/png; name=gooseberry.png\n"
         "Content-Disposition: attachment; filename=gooseberry.png\n\nx\n--b--\n")
N_MORE = 70


class EraseDesk(change.Desk):
    def __init__(self, served):
        super().__init__(False)
        self.feed("support@example.com", ctl.message("gooseberry", PARTS[1], sender="Eve@Acme.example", msgid="parts",
                                                     more=PARTS[0]))
        files = [self.write(f"more{n}", ctl.message("[example#1]", f"zebrafish {n}", msgid=f"more{n}"))
                 for n in range(N_MORE)]
        subprocess.run([ctl.FEED, self.config, "eve@acme.example", "support@example.com", *files], check=True,
                       stdout=subprocess.DEVNULL)
        with contextlib.closing(sqlite3.connect(self.path("tickets.db"))) as database, database:
            database.executescript(ROWS)
        self.text("search", "qqzebrafish")
        # What an index of before left on free pages.
        with contextlib.closing(sqlite3.connect(self.path("tickets.db.search"))) as index, index:
            index.executescript("PRAGMA secure_delete = OFF; CREATE TABLE old (a);"
                                "INSERT INTO old VALUES (replace (hex (zeroblob (50000)), '00', 'zebrafish '));"
                                "DROP TABLE old;")
        if served:
            self.daemon = change.Daemon(self)

    def where(self, *words):
        """The files of the database in which one of the words stands."""
        return [(name, word) for name in sorted(os.listdir(self.root)) if name.startswith("tickets.db")
                for word in words if word in ctl.read(self.path(name))]


class Erasing:
    """What both ways must do alike."""
    served = False

    def setUp(self):
        self.desk = EraseDesk(self.served)
        self.addCleanup(self.desk.close)

    def test_bad_input(self):
        change.check_bad_input(self, self.desk, BAD_ERASE)

    def test_nothing_is_left(self):
        self.assertTrue({word for _, word in self.desk.where(*SECRETS)} >= {b"eve@acme.example", b"zebrafish"})
        self.assertTrue(self.desk.where(b"zebrafish"))
        before = change.dump(self.desk)
        planned = self.desk.json("contact", "erase", "Eve@acme.example", "--dry-run")
        self.assertEqual(change.dump(self.desk), before)
        done = self.desk.json("contact", "erase", "Eve@acme.example", "--by", "anna", "--why", "she asked for it")
        self.assertEqual(planned["erased"], done["erased"])
        self.assertEqual((planned["dry_run"], done["dry_run"], done["overwritten"], done["other_addresses"]),
                         (True, False, True, []))
        # Those of ctl.py, one with parts, more, and joe's, which says that mail for eve bounced.
        n_messages = 3 + 1 + N_MORE + 1
        self.assertEqual(done["erased"], {
            "messages": n_messages, "attachments": 1, "raw": n_messages, "requests": 3, "participants": 1,
            "answer_addresses": 1, "tags": 1, "events": 1, "quarantine": 2, "deliveries": 1, "silenced": 1, "outbox": 3,
            "addresses_on_file": 1})
        self.check_shells()
        with contextlib.closing(sqlite3.connect(self.desk.path("tickets.db"))) as database:
            self.assertEqual(database.execute("SELECT id FROM outbox").fetchall(), [(4,)])
            self.assertEqual(database.execute("SELECT count(*) FROM shingle").fetchall(), [(0,)])
        copy = self.desk.path("tickets.db.copy")
        self.desk.text("db", "backup", copy)
        # What is part of a longer address is somebody else's.
        self.assertEqual([(name, word) for name, word in self.desk.where(*SECRETS)
                          if ctl.read(self.desk.path(name)).replace(b"joe.eve@acme.example", b"")
                          .replace(b"eve@acme.example.org", b"").count(word)], [])
        self.assertIn("ok", self.desk.text("db", "check", "--thorough"))
        self.assertEqual(self.desk.text("search", "qqzebrafish"), "no tickets\n")
        self.check_again()

    def check_shells(self):
        ticket = self.desk.ticket(1)
        self.assertEqual((ticket["requester"], ticket["subject"], ticket["answer_to"]), (None, "[erased]", None))
        self.assertEqual({(message["from"], message["subject"], message["text"]) for message in ticket["messages"]},
                         {(None, "[erased]", "[erased]")})
        self.assertEqual([event["detail"] for event in change.events(ticket, "subject")], [{}])
        erased = change.events(ticket, "erase")
        self.assertEqual([(event["actor"], event["detail"]) for event in erased],
                         [("agent:anna", {"why": "she asked for it"})])
        joe = self.desk.ticket(2)
        self.assertEqual((joe["requester"], joe["tags"].get("reporter")), ("joe@beta.example", None))
        self.assertEqual([person["address"] for person in joe["participants"]], ["pat@beta.example"])
        self.assertEqual([event["detail"]["a"] for event in change.events(joe, "x")],
                         ["[erased], joe.eve@acme.example: <[erased]>.", "eve@acme.example.org"])
        with contextlib.closing(sqlite3.connect(self.desk.path("tickets.db"))) as database:
            self.assertEqual(database.execute("SELECT id FROM quarantine").fetchall(), [(2,)])
            self.assertEqual(database.execute("SELECT count(*) FROM raw").fetchall(), [(0,)])

    def check_again(self):
        before = change.dump(self.desk)
        again = self.desk.json("contact", "erase", "eve@acme.example")
        self.assertEqual((set(again["erased"].values()), again["overwritten"]), ({0}, True))
        self.assertEqual(self.desk.text("contact", "erase", "eve@acme.example"), "erased\n  nothing\n")
        self.assertEqual(change.dump(self.desk), before)

    def test_another_address_stays(self):
        with contextlib.closing(sqlite3.connect(self.desk.path("tickets.db"))) as database, database:
            database.execute("INSERT INTO contact_address VALUES ('eve@home.example', 7)")
        self.assertEqual(self.desk.json("contact", "erase", "eve@home.example", "--dry-run")["other_addresses"],
                         ["eve@acme.example"])
        self.assertIn("another address, to be erased by itself: eve@home.example",
                      " ".join(self.desk.text("contact", "erase", "eve@acme.example").split()))
        self.assertEqual([one["addresses"] for one in self.desk.json("contact", "list")["contacts"]],
                         [["eve@home.example"]])


class AloneEraseTest(Erasing, unittest.TestCase):
    def test_half_done_is_completed(self):
        """A step fails: what went before is done, and doing it again does the rest."""
        with contextlib.closing(sqlite3.connect(self.desk.path("tickets.db"))) as database, database:
            database.execute("CREATE TRIGGER no BEFORE UPDATE ON ticket BEGIN SELECT RAISE (ABORT, 'no'); END")
        self.assertNotEqual(self.desk.run("contact", "erase", "eve@acme.example").returncode, 0)
        with contextlib.closing(sqlite3.connect(self.desk.path("tickets.db"))) as database, database:
            database.execute("DROP TRIGGER no")
        rest = self.desk.json("contact", "erase", "eve@acme.example")["erased"]
        self.assertEqual(rest["requests"], 3)
        self.assertLess(rest["messages"], N_MORE)
        self.assertEqual(self.desk.text("contact", "erase", "eve@acme.example"), "erased\n  nothing\n")
        self.assertEqual(self.desk.where(b"zebrafish", b"Printer on fire"), [])


    def test_mail_afterwards(self):
        """A message that comes again is known; a new answer of his, who is nobody now, is a ticket of its own."""
        self.desk.text("contact", "erase", "eve@acme.example")
        before = change.dump(self.desk)
        self.desk.feed("support@example.com", ctl.MESSAGES[0][1])
        self.assertEqual(change.dump(self.desk), before)
        self.desk.feed("support@example.com", ctl.message("Re: x", "y", msgid="new",
                                                          more="In-Reply-To: <one@acme.example>\n"))
        self.assertEqual({message["text"] for message in self.desk.ticket(1)["messages"]}, {"[erased]"})
        self.assertEqual(self.desk.json("list", "--limit", "1")["tickets"][0]["requester"], "eve@acme.example")


class ServedEraseTest(Erasing, unittest.TestCase):
    served = True

    def test_a_reader_of_an_old_state(self):
        """What cannot be overwritten yet is said, and done by the next run."""
        with contextlib.closing(sqlite3.connect(self.desk.path("tickets.db"))) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM ticket").fetchall()
            self.assertIn("run it again in a while",
                          " ".join(self.desk.text("contact", "erase", "eve@acme.example").split()))
        self.assertTrue(self.desk.where(b"Printer on fire"))
        self.assertTrue(self.desk.json("contact", "erase", "eve@acme.example")["overwritten"])
        self.assertEqual(self.desk.where(b"zebrafish", b"Printer on fire"), [])


if __name__ == "__main__":
    unittest.main()
