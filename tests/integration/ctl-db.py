#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""What ticketctl does to a database as a whole."""
import contextlib
import os
import re
import sqlite3
import stat
import unittest

from ctl import Desk, read

OUTGOING = ("INSERT INTO outbox VALUES (1, 'result', 1, NULL, '', '{}', '', '', '', '', '', NULL, NULL, NULL, NULL, 1,"
            " {}, 0, 0, 1, NULL, NULL)")
VERSION_2 = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../data/schema-2.sql")


class DbTest(unittest.TestCase):
    def setUp(self):
        self.desk = Desk()
        self.database = self.desk.path("tickets.db")
        self.addCleanup(self.desk.close)

    def fail_with(self, code, says, *words):
        """One line on standard error, nothing on standard output, nothing changed."""
        before = read(self.database)
        done = self.desk.run(*words)
        self.assertEqual((done.returncode, done.stdout), (code, b""), done)
        self.assertRegex(done.stderr.decode(), r"\Aticketctl: [^\n]+\n\Z")
        self.assertIn(says, done.stderr.decode())
        self.assertEqual(read(self.database), before)

    def test_backup_and_restore(self):
        copy = self.desk.path("copy.db")
        os.chmod(self.database, 0o600)
        self.assertEqual(self.desk.text("db", "backup", copy), "ok, 3 tickets, 4 messages\n")
        self.assertEqual(stat.S_IMODE(os.stat(copy).st_mode), 0o600)
        size = os.stat(copy).st_size
        self.fail_with(64, "is there already", "db", "backup", copy)
        with contextlib.closing(sqlite3.connect(self.database)) as database:
            database.execute("UPDATE ticket SET subject = 'changed'")
            database.commit()
        self.assertIn("changed", self.desk.text("list"))
        text = self.desk.text("db", "restore", copy)
        self.assertRegex(text, r"\Arestored, 3 tickets, 4 messages\nwhat was there: \S")
        kept = re.sub(r"\s+", "", text.split(":", 1)[1])
        with contextlib.closing(sqlite3.connect(kept)) as database:
            self.assertEqual(database.execute("SELECT DISTINCT subject FROM ticket").fetchall(), [("changed",)])
        self.assertNotIn("changed", self.desk.text("list"))
        self.assertEqual(self.desk.text("db", "check"), "ok, 3 tickets, 4 messages\n")
        self.assertEqual(self.desk.json("db", "backup", self.desk.path("two.db")),
                         {"version": 1, "file": self.desk.path("two.db"), "bytes": size, "tickets": 3, "messages": 4})
        os.unlink(self.database)
        self.assertEqual(self.desk.json("db", "restore", copy),
                         {"version": 1, "database": self.database, "kept": None, "tickets": 3, "messages": 4})

    def test_bad_files(self):
        foreign = self.desk.write("foreign", b"Dear diary,\n")
        nowhere = self.desk.path("no/where")
        self.fail_with(64, "FILE is missing", "db", "backup")
        self.fail_with(64, "`b` is too much", "db", "restore", "a", "b")
        self.fail_with(66, nowhere, "db", "backup", nowhere)
        self.fail_with(66, nowhere, "db", "restore", nowhere)
        self.fail_with(64, "the database itself", "db", "restore", self.database)
        self.fail_with(78, "not a database", "db", "restore", foreign)
        self.assertEqual(read(foreign), b"Dear diary,\n")

    def test_migrate(self):
        self.assertEqual(self.desk.text("db", "migrate"), "nothing to do, it has version 3\n")
        self.assertEqual(self.desk.json("db", "migrate"), {"version": 1, "database": self.database, "from": 3, "to": 3})
        os.unlink(self.database)
        os.umask(0o027)  # a database that is open to others is refused
        with contextlib.closing(sqlite3.connect(self.database)) as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.executescript(read(VERSION_2).decode())
        self.fail_with(78, "db migrate", "list")
        self.assertEqual(self.desk.text("db", "migrate"), "migrated from version 2 to 3\n")
        self.assertEqual(self.desk.text("db", "check"), "ok, 2 tickets, 2 messages\n")

    def test_check_thoroughly(self):
        self.assertEqual(self.desk.text("db", "check", "--thorough"), "ok, 3 tickets, 4 messages\n")
        sound = read(self.database)
        for sql, says in [("DELETE FROM ticket_queue WHERE ticket = 2", "ticket 2 is in no queue"),
                          ("UPDATE message SET reply_len = 9999 WHERE id = 3", "message 3: its writer's own text"),
                          ("INSERT INTO relation VALUES (1, 2)", "ticket 1 is related to 2"),
                          ("UPDATE ticket SET merged_into = 3 - id WHERE id < 3", "ticket 1 is merged into itself"),
                          ("UPDATE event SET detail = 'x' WHERE ticket = 1", "of ticket 1 has a broken detail"),
                          ("INSERT INTO shingle VALUES (2, 7, 1)", "note shingles of message 1 are of ticket 2"),
                          (OUTGOING.format("a@b", 3), "mail 1 in the outbox is of state 3, and ended not"),
                          (OUTGOING.format("", 1), "mail 1 in the outbox goes to nobody"),
                          ("UPDATE raw SET codec = 7 WHERE message = 2", "message 2 is packed in an unknown way"),
                          ("UPDATE raw SET data = x'00' WHERE message = 2", "message 2 cannot be unpacked"),
                          ("UPDATE raw SET data = substr (data, 1, length (data) - 9) WHERE message = 2",
                           "message 2 cannot be unpacked")]:
            with self.subTest(sql):
                self.desk.write("tickets.db", sound)
                with contextlib.closing(sqlite3.connect(self.database)) as database:
                    database.execute(sql)
                    database.commit()
                done = self.desk.run("db", "check")
                self.assertEqual(done.returncode, 0, done)
                done = self.desk.run("db", "check", "--thorough")
                self.assertEqual(done.returncode, 78, done)
                self.assertIn(says, done.stdout.decode())

    def test_search(self):
        self.fail_with(64, "WORD is missing", "search")
        self.fail_with(64, "letter or a digit", "search", "!?")
        self.fail_with(64, "--limit", "search", "fire", "--limit", "0")
        self.assertRegex(self.desk.text("search", "burns"),
                         r"\A1 \w+ Printer on fire\n  20\S+Z eve@acme\.example: .*burns")
        self.assertEqual(self.desk.text("search", "burns", "c12"), "no tickets\n")
        found = self.desk.json("search", "C12")["tickets"]
        listed = {ticket["id"]: ticket for ticket in self.desk.json("list")["tickets"]}
        self.assertEqual([ticket["id"] for ticket in found], [2])
        match = found[0].pop("match")
        self.assertEqual(found[0], listed[2])
        self.assertEqual((match["message"], match["from"], match["snippet"]),
                         (2, "joe@beta.example", "All of c12 is down."))
        self.assertNotIn("\x1b", self.desk.text("search", "evil*") + self.desk.text("search", "owned"))
        self.assertEqual(self.desk.text("search", "--rebuild"), "")
        self.assertEqual(len(self.desk.json("search", "--rebuild", "--limit", "1", "fire")["tickets"]), 1)
        self.desk.write("tickets.db.search", b"z" * 20000)
        self.fail_with(78, "tickets.db.search", "search", "fire")
        self.assertEqual(len(self.desk.json("search", "--rebuild", "fire")["tickets"]), 1)


if __name__ == "__main__":
    unittest.main()
