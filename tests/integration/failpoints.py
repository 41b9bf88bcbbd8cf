#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""The daemon with failpoints (tests/support/failpoints.h): killed between each two steps, told that fdatasync(2)
failed, its writer held.  With TM_LONG=yes each failpoint is met as often as the course comes to it, and the writer is
held for a minute."""
import collections
import concurrent.futures
import contextlib
import os
import signal
import sqlite3
import struct
import subprocess
import sys
import time
import unittest

import ctl

sys.path.append(os.path.join(os.path.abspath(os.environ.get("srcdir", ".")), "tests", "support"))

import milter  # noqa: E402
import sink  # noqa: E402

PROGRAM = os.path.abspath("tests/support/failpoint-daemon")
OLD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../data/schema-1.sql")
IS_LONG = os.environ.get("TM_LONG") == "yes"
PATIENCE_S = 60
CONFIGURATION = ctl.CONFIGURATION.replace("  send: no", "  delay: 0s").replace("127.0.0.1:9", "127.0.0.1:{port}") + """\
socket: unix:{root}/milter.sock
limits: {{deadline: {deadline}}}
"""
os.umask(0o027)  # a database that is open to others is refused


def names():
    """All failpoints, as the program says them."""
    done = subprocess.run([PROGRAM], env={**os.environ, "TM_FAILPOINT": "list"}, check=True, stdout=subprocess.PIPE)
    return done.stdout.decode().split()


class Killed(Exception):
    """By the failpoint."""


class Desk(ctl.Desk):
    def __init__(self, deadline="20s", version_1=False):
        super().__init__(filled=False)
        self.sink = sink.Sink()
        self.write("ticketmilter.yaml",
                   CONFIGURATION.format(root=self.root, port=self.sink.port, deadline=deadline).encode())
        self.text("token", "rotate")
        self.database = self.path("tickets.db")
        self.daemon = None
        if version_1:
            with contextlib.closing(sqlite3.connect(self.database)) as database:
                database.executescript("PRAGMA journal_mode = WAL;" + ctl.read(OLD).decode())

    def close(self):
        if self.daemon is not None and self.daemon.poll() is None:
            self.daemon.kill()
            self.daemon.wait()
        self.sink.close()
        super().close()

    def log(self):
        return ctl.read(self.path("daemon.log")).decode()

    def spawn(self, failpoint=None):
        with open(self.path("daemon.log"), "wb") as log:
            self.daemon = subprocess.Popen([PROGRAM, "-f", "-c", self.config], stdin=subprocess.DEVNULL, stdout=log,
                                           stderr=log, env={**os.environ, "TM_FAILPOINT": failpoint} if failpoint
                                           else None)
        self.wait_for(lambda: " started on " in self.log(), "the daemon")

    def wait_for(self, holds, what):
        """Killed, when the daemon is; any other end fails."""
        until = time.monotonic() + PATIENCE_S
        while not holds():
            if self.daemon.poll() is not None:
                self.check_killed()
            assert time.monotonic() < until, (what, self.log())
            time.sleep(0.01)

    def check_killed(self):
        assert self.daemon.wait(PATIENCE_S) == -signal.SIGKILL, (self.daemon.returncode, self.log())
        raise Killed

    def send(self, msgid, raw, login=None, rcpt="support@example.com"):
        """The milter's answer; `gone` where it hung up, which is 451 at Postfix."""
        try:
            with contextlib.closing(milter.Client(self.path("milter.sock"))) as client:
                return client.message("anna@example.com" if login else "eve@acme.example", rcpt, raw, login=login)
        except (ConnectionError, FileNotFoundError, struct.error):  # the last: its answer was cut off
            return "gone"

    def rows(self, sql, *values):
        with contextlib.closing(sqlite3.connect(self.database, timeout=30)) as database:
            return database.execute(sql, values).fetchall()

    def tickets_of(self, msgid):
        return [ticket for ticket, in self.rows("SELECT ticket FROM message WHERE message_id = ?",
                                                f"{msgid}@acme.example")]

    def waits(self):
        return self.rows("SELECT count(*) FROM outbox WHERE ended_at IS NULL")[0][0]

    def check(self):
        """Sound, as `ticketctl db check` sees it."""
        self.text("db", "check")


# --- row 2 ---

class Course:
    """A database of an older version, two mails of customers, an answer, an agent's mail with commands, an answer by
    hand, a reload, an orderly end.  Who is killed is started again, and whoever got no answer tries again."""

    def __init__(self, desk, failpoint):
        self.desk = desk
        self.failpoint = failpoint
        self.was_killed = False

    def run(self):
        self.attempt(self.start)
        self.deliver("one", ctl.message("Printer on fire", "It burns.", msgid="one"))
        self.deliver("other", ctl.message("Scanner", "It blinks.", msgid="other"))
        self.deliver("more", ctl.message("Re: Printer on fire", "Still.", msgid="more",
                                         more="In-Reply-To: <one@acme.example>\n"))
        [first] = set(self.desk.tickets_of("one"))
        token = self.desk.text("token", "address", str(first), "reply").strip()
        self.deliver("agent", ctl.message("Re: Printer on fire", "#priority P1\nWe come.", sender="anna@example.com",
                                          to=token, msgid="agent"), login="anna", rcpt=token)
        self.attempt(lambda: self.answer(first))
        self.attempt(lambda: self.desk.wait_for(lambda: self.desk.waits() == 0, "an outbox that is empty"))
        self.attempt(self.reload)
        if self.failpoint.startswith("checkpoint"):  # else whoever ends it kills it
            self.attempt(self.stop)
        return self.was_killed

    def attempt(self, action):
        """Again, where the daemon was killed meanwhile; not what it has done then, to be started or stopped."""
        while True:
            try:
                return action()
            except Killed:
                assert not self.was_killed, "killed twice"
                self.was_killed = True
                self.desk.spawn()
                if action in (self.start, self.stop):
                    return None

    def start(self):
        self.desk.spawn(self.failpoint)

    def deliver(self, msgid, raw, **options):
        def once():
            if self.desk.send(msgid, raw, **options) != "accept":
                self.desk.check_killed()
        self.attempt(once)

    def answer(self, first):
        """By hand; nobody but he himself knows whether it was done when the daemon was killed."""
        done = self.desk.run("reply", str(first), "-m", "Water.", "--as", "anna")
        if done.returncode != 0:
            self.desk.check_killed()

    def reload(self):
        self.desk.daemon.send_signal(signal.SIGUSR1)
        self.desk.wait_for(lambda: " reloaded " in self.desk.log(), "a reload")

    def stop(self):
        self.desk.daemon.send_signal(signal.SIGTERM)
        if self.desk.daemon.wait(PATIENCE_S) != 0:
            self.desk.check_killed()


def kill_at(point, nth):
    """Whether it came to that."""
    with contextlib.closing(Desk(version_1=True)) as desk:
        was_killed = Course(desk, f"{point}:kill:{nth}").run()
        desk.daemon.kill()
        desk.daemon.wait()
        where = f"{point}:{nth}"
        for msgid in "one", "other", "more", "agent":
            assert len(desk.tickets_of(msgid)) == 1, (where, msgid, desk.tickets_of(msgid))
        assert desk.tickets_of("more") == desk.tickets_of("one") == desk.tickets_of("agent"), where
        acks = collections.Counter(str(mail["In-Reply-To"]) for mail in desk.sink.mails
                                   if mail["Auto-Submitted"] == "auto-replied")
        assert max(acks.values(), default=0) <= 1, (where, acks)
        unknown = desk.rows("SELECT count(*) FROM outbox WHERE kind = 'ack' AND state = 5")[0][0]
        assert "<other@acme.example>" in acks or was_killed and unknown == 1, (where, acks)
        answers = collections.Counter(str(mail["Message-ID"]) for mail in desk.sink.mails
                                      if "Water." in mail.get_body(("plain",)).get_content())
        recorded = desk.rows("SELECT count(*) FROM message WHERE direction = 2 AND text LIKE 'Water.%'")[0][0]
        assert 1 <= len(answers) == recorded <= 1 + was_killed, (where, answers, recorded)
        desk.check()
        return was_killed


class Failpoints(unittest.TestCase):
    def test_fault_2_killed_between_two_steps(self):
        points = names()
        self.assertGreater(len(points), 20)
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            nth, n_kills, unmet = 1, 0, points
            while unmet:
                killed = dict(zip(unmet, pool.map(kill_at, unmet, [nth] * len(unmet))))
                if nth == 1:
                    self.assertEqual([point for point in points if not killed[point]], [], "never come to")
                n_kills += sum(killed.values())
                unmet = [point for point in unmet if killed[point]]
                nth += 1
                if not IS_LONG:  # the writer's first transaction may be one of the start
                    unmet = [point for point in unmet if point.startswith("writer.") and nth == 2]
        print(f"{len(points)} failpoints, {n_kills} kills", file=sys.stderr)

    def test_fault_2_not_in_what_is_installed(self):
        for program, has in (PROGRAM, True), (os.path.abspath("ticketmilter"), False), (ctl.PROGRAM, False):
            self.assertEqual(b"TM_FAILPOINT" in ctl.read(program), has, program)
        self.assertIn(b"cannot read", subprocess.run([PROGRAM, "-n"], env={"TM_FAILPOINT": "writer:kill"}, check=False,
                                                     stderr=subprocess.PIPE).stderr)


# --- rows 3, 4 and 19 ---

N_BATCH = 8


def mail_of(n):
    return ctl.message(f"Batch {n}", "It burns.", msgid=f"batch{n}")


class Held(unittest.TestCase):
    """The writer stands still within a transaction, as long as a file is there."""

    def start(self, failpoint, more="", **options):
        self.desk = Desk(**options)
        self.addCleanup(self.desk.close)
        self.gate = self.desk.write("gate", b"")
        self.desk.spawn(f"{failpoint}:hold={self.gate}{more}")

    def n_waiting(self):
        return next(stat["value"] for stat in self.desk.json("stats")["stats"] if stat["name"] == "jobs_waiting")

    def send(self, n):
        return self.desk.send(f"batch{n}", mail_of(n))

    def check_each_once(self):
        """After a start, everybody tries again; with whatever had been committed nevertheless."""
        self.assertEqual([self.send(n) for n in range(N_BATCH)], ["accept"] * N_BATCH)
        self.assertEqual(sorted(len(self.desk.tickets_of(f"batch{n}")) for n in range(N_BATCH)), [1] * N_BATCH)
        self.assertEqual(len(self.desk.json("list")["tickets"]), N_BATCH)
        self.desk.wait_for(lambda: self.desk.waits() == 0, "an outbox that is empty")
        acks = collections.Counter(str(mail["In-Reply-To"]) for mail in self.desk.sink.mails)
        self.assertLessEqual(max(acks.values()), 1)

    def fail_sync(self, how, nth, n_accepted):
        """Others wait while the first is being committed: what the nth fdatasync(2) was for fails.  libmilter may leave
        connections unserved while all its threads wait, so some may come too late, or find nobody any more."""
        self.start("writer.facts", more=f",writer.sync:{how}:{nth}", deadline="60s")
        with concurrent.futures.ThreadPoolExecutor(N_BATCH) as pool:
            answers = [pool.submit(self.send, 0)]
            self.desk.wait_for(lambda: "writer.facts holds" in self.desk.log(), "the first")
            answers += [pool.submit(self.send, n) for n in range(1, N_BATCH)]
            self.desk.wait_for(lambda: self.n_waiting() >= N_BATCH // 2, "a batch")
            os.remove(self.gate)
            answers = collections.Counter(answer.result() for answer in answers)
        # A turn of the tick thread's may have had the sync before.
        self.assertLessEqual(answers["accept"], n_accepted)
        self.assertEqual(answers["reply"] + answers["gone"], N_BATCH - answers["accept"])
        self.assertGreaterEqual(answers["reply"], N_BATCH // 2)
        self.assertEqual(self.desk.daemon.wait(PATIENCE_S), 75)
        self.assertIn("the database takes no commit any more, stopping: ", self.desk.log())
        self.assertEqual(self.desk.log().count("answered 451"), answers["reply"])
        self.assertTrue(os.path.exists(self.desk.path("tickets.db.fsync-failed")))
        self.desk.spawn()
        self.assertFalse(os.path.exists(self.desk.path("tickets.db.fsync-failed")))
        self.check_each_once()
        self.desk.check()

    def test_fault_3_fdatasync_fails_once(self):
        self.fail_sync("error", 2, 1)

    def test_fault_3_fdatasync_fails_for_good(self):
        self.fail_sync("errors", 1, 0)

    def test_fault_4_commit_comes_back(self):
        """Killed with the commit on the disk and nobody told of it."""
        self.start("writer.facts", more=",writer.committed:kill")
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            answer = pool.submit(self.send, 0)
            os.remove(self.gate)
            self.assertEqual(answer.result(), "gone")
        self.assertRaises(Killed, self.desk.check_killed)
        self.assertEqual(len(self.desk.tickets_of("batch0")), 1)
        self.desk.spawn()
        self.check_each_once()
        self.assertIn(" action=duplicate ", self.desk.log())

    def test_fault_19_writer_held(self):
        """Within a transaction, beyond the deadline of all who wait."""
        began = time.monotonic()
        self.start("writer.applied", deadline="1s")
        with concurrent.futures.ThreadPoolExecutor(N_BATCH) as pool:
            self.assertEqual(set(pool.map(self.send, range(N_BATCH))), {"reply"})
        self.assertEqual(self.desk.log().count("answered 451: not committed before the deadline"), N_BATCH)
        self.assertEqual(self.desk.rows("SELECT count(*) FROM message"), [(0,)])
        if IS_LONG:
            time.sleep(max(0, began + 60 - time.monotonic()))
        os.remove(self.gate)
        self.desk.wait_for(lambda: self.desk.rows("SELECT count(*) FROM message")[0][0] > 0, "the late commit")
        self.check_each_once()
        self.assertGreaterEqual(self.desk.log().count(" action=duplicate "), 1)
        self.desk.check()


if __name__ == "__main__":
    unittest.main()
