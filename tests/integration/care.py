#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""The daemon and its database file: what it refuses to start with, and what may be done to it while it runs."""
import contextlib
import hashlib
import os
import signal
import sqlite3
import subprocess
import time
import unittest

from ctl import SANITIZERS, Desk, read

DAEMON = os.path.abspath("ticketmilter")
OLD = [os.path.join(os.path.dirname(os.path.abspath(__file__)), f"../data/schema-{version}.sql") for version in (1, 2)]
PAGE = 4096
os.umask(0o027)  # a database that is open to others is refused


def run_sql(path, *statements):
    with contextlib.closing(sqlite3.connect(path)) as database:
        for sql in statements:
            database.executescript(sql)


def make_text(path):
    with open(path, "wb") as file:
        file.write(b"Dear diary,\n")


def make_foreign(path):
    run_sql(path, "CREATE TABLE ticket (id)")


def make_newer(path):
    run_sql(path, "PRAGMA user_version = 99")


def make_corrupt(path):
    with open(path, "r+b") as file:
        file.seek(10 * PAGE)
        file.write(b"\x5a" * PAGE)


def make_short(path):
    os.truncate(path, 5 * PAGE)


# what stands there, whether instead of a database of ours, what the one line says
REFUSED = [(make_text, True, "not a database"), (make_foreign, True, "another program"), (make_newer, False, "newer"),
           (make_corrupt, False, "corrupt"), (make_short, False, "corrupt")]


class CareTest(unittest.TestCase):
    def setUp(self):
        self.desk = Desk()
        self.database = self.desk.path("tickets.db")
        self.addCleanup(self.desk.close)

    def command(self):
        return [DAEMON, "-f", "-c", self.desk.config, "-p", "unix:" + self.desk.path("milter.sock")]

    def start_fails(self, *prefix):
        done = subprocess.run([*prefix, *self.command()], stderr=subprocess.PIPE, check=False,
                              env={"PATH": os.environ["PATH"], **SANITIZERS})
        return done.returncode, done.stderr.decode()

    @contextlib.contextmanager
    def running(self):
        """Gives what it has logged so far; ends it by its process."""
        log = self.desk.path("log")
        with open(log, "wb") as stderr:
            daemon = subprocess.Popen(self.command(), stderr=stderr, env={"PATH": os.environ["PATH"], **SANITIZERS})
        try:
            while b" started on " not in read(log):
                self.assertIsNone(daemon.poll(), read(log))
                time.sleep(0.01)
            yield lambda: read(log).decode()
        finally:
            daemon.send_signal(signal.SIGTERM)
            self.assertEqual(daemon.wait(), 0, read(log))

    def test_fault_6_refuses_and_touches_nothing(self):
        sound = read(self.database)
        for make, instead, says in REFUSED:
            with self.subTest(make=make.__name__):
                for suffix in ("", "-wal", "-shm"):
                    with contextlib.suppress(FileNotFoundError):
                        os.unlink(self.database + suffix)
                if not instead:
                    with open(self.database, "wb") as file:
                        file.write(sound)
                make(self.database)
                before = hashlib.sha256(read(self.database)).hexdigest()
                code, lines = self.start_fails()
                self.assertEqual(code, 78, lines)
                self.assertRegex(lines, rf"\A[^\n]*cannot start: [^\n]*tickets\.db[^\n]*{says}[^\n]*\n\Z")
                self.assertEqual(hashlib.sha256(read(self.database)).hexdigest(), before)

    def test_fault_5_no_room_at_start(self):
        data = self.desk.path("data")
        os.mkdir(data)
        self.desk.write("ticketmilter.yaml", read(self.desk.config).replace(b"/tickets.db", b"/data/tickets.db"))
        mount = ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs -o size=8m tmpfs "$0" && exec "$@"', data]
        if subprocess.run([*mount, "true"], stderr=subprocess.DEVNULL, check=False).returncode != 0:
            self.skipTest("no right to mount")
        code, lines = self.start_fails(*mount)
        self.assertEqual(code, 75, lines)
        self.assertIn("make room on the disk", lines)

    def test_older_version_is_migrated(self):
        for version, old in enumerate(OLD, 1):
            with self.subTest(version):
                os.unlink(self.database)
                run_sql(self.database, "PRAGMA journal_mode = WAL", read(old).decode())
                with self.running() as log:
                    self.assertIn(f"database migrated from version {version} to 3\n", log())
                    self.assertEqual(self.desk.text("db", "check"), "ok, 2 tickets, 2 messages\n")
                with self.running() as log:
                    self.assertNotIn("migrated", log())

    def test_while_it_runs(self):
        copy = self.desk.path("copy.db")
        with self.running():
            self.assertEqual(self.desk.text("db", "backup", copy), "ok, 3 tickets, 4 messages\n")
            for words in (["restore", copy], ["migrate"]):
                done = self.desk.run("db", *words)
                self.assertEqual((done.returncode, done.stdout), (69, b""), done)
                self.assertRegex(done.stderr.decode(), r"\Aticketctl: [^\n]+ another ticketmilter uses [^\n]+\n\Z")
        self.assertRegex(self.desk.text("db", "restore", copy), "restored, 3 tickets, 4 messages")
        with self.running():
            self.assertEqual(self.desk.text("db", "check"), "ok, 3 tickets, 4 messages\n")

    @staticmethod
    def marked(index):
        """Up to which message it is filled."""
        with contextlib.suppress(sqlite3.OperationalError):
            with contextlib.closing(sqlite3.connect(f"file:{index}?mode=ro", uri=True)) as database:
                return sum(row[0] for row in database.execute("SELECT message FROM mark"))
        return 0

    def test_index_is_filled(self):
        index = self.desk.path("tickets.db.search")
        with self.running():
            while self.marked(index) < 4:
                time.sleep(0.01)


if __name__ == "__main__":
    unittest.main()
