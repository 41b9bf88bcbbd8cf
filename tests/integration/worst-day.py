#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""A daemon under load, killed again and again, and with one fault behind the other: afterwards every message that was
accepted is recorded, once, and at most one acknowledgement went out for it.

`make check-long` gives CHECK_LONG_KILLS, so many kills, and CHECK_LONG_SECONDS, for which faults go on; else each comes
once.  CHECK_SEED: what is made by chance comes again.  TM_SHARED: where the corpora are, part of the mail if there."""
import collections
import contextlib
import importlib
import itertools
import os
import pathlib
import random
import signal
import subprocess
import sys
import time
import unittest
from unittest import mock

import ctl

SOURCE = os.path.abspath(os.environ.get("srcdir", "."))
sys.path += [os.path.join(SOURCE, "tests", name) for name in ("data", "support")]

import audit  # noqa: E402
import corpora  # noqa: E402
import fickle_mta  # noqa: E402
import life  # noqa: E402
import load  # noqa: E402
import mailmix  # noqa: E402

automatic = importlib.import_module("automatic")
clock_jumps = importlib.import_module("clock-jumps")

DAEMON = os.path.abspath("ticketmilter")
KILLS = int(os.environ.get("CHECK_LONG_KILLS", 20))
SECONDS = int(os.environ.get("CHECK_LONG_SECONDS", 0))
SEED = os.environ.get("CHECK_SEED") or str(random.randrange(1 << 32))
SERVED_S = 0.5                    # a daemon is killed within this time, mostly
AT_START = 0.2                    # the share of those that are killed before they serve, or about then
DISK_MB = 8000                    # a limit of the file system in memory, not what it takes
GROWTH_KB = 24 << 10              # from the first round of faults to the last one
FIRST_USE = 4                     # descriptors: readers of the database, the control socket's connection
FIRST_USE_KB = 24 << 10           # threads, the database's cache, patterns
CONFIGURATION = ctl.CONFIGURATION.replace("  send: no", "  delay: 0s\n  hour: 1\n  minute: 1000").replace(
    "smtp://127.0.0.1:9", "smtp://127.0.0.1:PORT").replace("{root}/tickets.db", "{root}/data/tickets.db") + """\
limits: {{deadline: 3s}}
dedup_weak: 30d
log: {{socket: '{root}/log.sock'}}
socket: unix:{root}/milter.sock
"""
PACE_S = 0.05                     # a client's pause between two mails is up to this long
LOG_QUEUE = 300                   # a datagram socket keeps no more lines than this (net.core.wmem_default)
GOOD = ("", "grace: 2d\n", "memory: 300M\n")
BROKEN = ("queues: [\n", "no_such_key: 1\n", "spam: ['subject =~ /(/']\n", "limits: {sessions: many}\n")


def has_sanitizer():
    return b"libasan" in subprocess.run(["ldd", DAEMON], stdout=subprocess.PIPE, check=False).stdout


def has_small_disk(path):
    """Whether a file system of its own could be mounted there: in a mount namespace, which main() makes."""
    return "PRIVATE_MOUNTS" in os.environ and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}M,mode=750", "tmpfs", path], check=False).returncode == 0


def resize(folder, size):
    """False: there is more on it than that."""
    return subprocess.run(["mount", "-o", f"remount,size={size}", folder], check=False,
                          stderr=subprocess.DEVNULL).returncode == 0


class WorstDay(unittest.TestCase):
    def setUp(self):
        print(f"CHECK_SEED={SEED}", flush=True)
        self.chance = random.Random(f"{SEED} faults")
        self.mta = fickle_mta.FickleMta(SEED)
        self.addCleanup(self.mta.close)
        with mock.patch.object(ctl, "CONFIGURATION", CONFIGURATION.replace("PORT", str(self.mta.port))):
            self.desk = ctl.Desk(filled=False)
        self.addCleanup(self.desk.close)
        assert self.desk.run("token", "rotate").returncode == 0
        self.database = self.desk.path("data/tickets.db")
        os.mkdir(self.desk.path("data"), 0o750)
        self.log = life.LogSocket(self.desk.path("log.sock"), self.desk.path("log"))
        self.addCleanup(self.log.close)
        life.adopt_orphans()
        self.life = life.Life(DAEMON, self.desk.config)
        self.addCleanup(self.life.end)
        self.life.start()
        self.seen = collections.Counter()

    def start_load(self, **options):
        found = [raw for _, raw in corpora.messages_of(automatic.SHARED)] if automatic.SHARED.is_dir() else []
        ticket = self.desk.json("receive", "--rcpt", mailmix.QUEUE, stdin=ctl.message("First", "Hello."))["ticket"]
        bounces = [(ticket, self.desk.text("token", "address", str(ticket), "bounce").strip())]
        mix = mailmix.Mix(SEED, self.mta.letters, bounces, found, automatic.as_another)
        self.load = load.Load(self.desk.path("milter.sock"), mix, SEED, **options)
        self.load.ledger.kinds["one@acme.example"] = "first"
        self.addCleanup(self.load.stop)

    def pause(self, low, high):
        time.sleep(self.chance.uniform(low, high))
        self.assertFalse(self.life.pid and self.life.is_dead(), self.log.lines()[-5:])

    # --- at the end ---

    def drain(self):
        """Everything that was put off is accepted, and what waits for the MTA has gone out, or was tried."""
        self.mta.set_mode("takes")
        self.load.stop()
        self.assertEqual(self.load.failures, [])
        self.assertEqual(self.load.retry_all(), [])
        for number, in audit.rows(self.database, "SELECT id FROM outbox WHERE state = 1"):
            self.desk.run("outbox", "retry", str(number))
        waits = "SELECT count(*) FROM outbox WHERE ended_at IS NULL"
        until = time.monotonic() + 150
        while audit.rows(self.database, waits) != [(0,)] and time.monotonic() < until:
            time.sleep(0.1)
        self.assertEqual(audit.rows(self.database, waits), [(0,)])

    def check_everything(self):
        self.drain()
        self.assertEqual(self.life.stop(), 0)
        self.log.close()
        ledger = self.load.ledger
        findings = [*audit.records(self.database, ledger),
                    *audit.acknowledgements(self.database, ledger, self.mta.letters),
                    *audit.log_lines(self.log.lines())]
        self.tell()
        self.assertEqual(findings[:20], [], f"{len(findings)} findings; CHECK_SEED={SEED}")
        self.assertEqual(self.desk.run("db", "check").returncode, 0)
        self.assertGreater(len(ledger.tickets), 0)
        self.assertGreater(len(self.mta.letters), 0)

    def tell(self):
        """What this was, for the record."""
        ledger = self.load.ledger
        by_answer = collections.Counter()
        for (_, answer), n in ledger.answers.items():
            by_answer[answer] += n
        states = dict(audit.rows(self.database, "SELECT state, count(*) FROM outbox WHERE kind = 'ack' GROUP BY state"))
        print(f"lives {self.life.n}, faults {dict(sorted(self.seen.items()))}\n"
              f"mails {len(ledger.kinds)}, accepted {len(ledger.tickets)}, refused {len(ledger.refused)}, "
              f"answers {dict(sorted(by_answer.items()))}, of kinds "
              f"{dict(sorted(collections.Counter(ledger.kinds.values()).items()))}\n"
              f"tickets {audit.rows(self.database, 'SELECT count(*) FROM ticket')[0][0]}, acknowledgements by state "
              f"{states}, at the MTA {len(self.mta.letters)}, of these not answered "
              f"{sum(not letter.is_answered for letter in self.mta.letters)}; log lines {len(self.log.lines())}, lost "
              f"{self.log.n_lost()}",
              flush=True)

    # --- row 1 ---

    def test_fault_1_killed_again_and_again(self):
        self.start_load()
        for _ in range(KILLS):
            if self.chance.random() < AT_START:
                self.life.kill()
                self.life.kill_at_start(self.chance.uniform(0, 0.1))
                self.seen["killed at start"] += 1
            else:
                self.pause(0, SERVED_S)
                self.life.kill()
                self.seen["killed"] += 1
            self.life.start()
        self.check_everything()

    # --- one fault behind the other ---

    def hold(self):
        """As long as a fault lasts."""
        self.pause(*((1, 6) if SECONDS else (0.2, 0.4)))

    def fault_killed(self):
        self.life.kill()
        self.life.start()

    def fault_killed_at_start(self):
        self.life.kill()
        self.life.kill_at_start(self.chance.uniform(0, 0.1))
        self.life.start()

    def fault_stopped(self):
        self.assertEqual(self.life.stop(), 0)
        self.life.start()

    def fault_other_time(self):
        """The clock is another one behind a start: a week ahead, an hour back."""
        self.life.kill()
        if os.access(clock_jumps.FAKETIME, os.R_OK) and not has_sanitizer():
            self.life.environment = {**os.environ, "LD_PRELOAD": clock_jumps.FAKETIME,
                                     "FAKETIME": self.chance.choice(["+7d", "-1h"])}
        self.life.start()
        self.hold()
        self.life.kill()
        self.life.environment = None
        self.life.start()

    def fault_frozen(self):
        self.life.signal(signal.SIGSTOP)
        self.hold()
        self.life.signal(signal.SIGCONT)

    def reload(self, more, said):
        """Asked for again where nothing is heard of it: lines of the log may be lost."""
        before = self.log.count(said)
        self.desk.write("ticketmilter.yaml", self.configuration + more.encode())
        for n in range(6000):
            if self.log.count(said) > before:
                break
            if n % 500 == 0:
                self.life.signal(signal.SIGUSR1)
            self.pause(0.01, 0.01)
        self.assertGreater(self.log.count(said), before, said)
        self.desk.write("ticketmilter.yaml", self.configuration)

    def fault_reload(self):
        self.reload(self.chance.choice(GOOD), "reloaded ")

    def fault_broken_reload(self):
        self.reload(self.chance.choice(BROKEN), "reload failed, the old configuration stays in force")

    def mta_fails(self, mode):
        self.mta.set_mode(mode)
        self.hold()
        self.mta.set_mode("takes")

    def fault_mta_refuses(self):
        self.mta_fails("refuses")

    def fault_mta_hangs(self):
        self.mta_fails("hangs")

    def fault_mta_drops(self):
        self.mta_fails("drops")

    def fault_mta_gone(self):
        self.mta_fails("gone")

    def fault_disk_full(self):
        """The file system shrinks to what is on it."""
        if not self.has_small_disk:
            return
        folder = os.path.dirname(self.database)
        for spare_kb in (self.chance.choice([4, 400, 12000]), 400, 4000):  # it is written to meanwhile
            used = os.statvfs(folder)
            if resize(folder, f"{(used.f_blocks - used.f_bfree) * used.f_frsize // 1024 + spare_kb}k"):
                self.hold()
                break
        self.assertTrue(resize(folder, f"{DISK_MB}M"))

    def fault_cut_off(self):
        source = self.load.mix.source(f"cut{self.seen['cut_off']}")
        for mail in itertools.islice(source, 40):
            if mail.id not in self.load.ledger.kinds:
                self.load.ledger.cut.add(mail.id)
                load.cut_off(self.desk.path("milter.sock"), mail, self.chance)

    def fault_no_descriptors(self):
        self.life.limit_descriptors(self.life.n_descriptors() - self.chance.randrange(4))
        self.hold()
        self.life.limit_descriptors(4096)

    def fault_log_blocked(self):
        """Mail is taken although the socket is full: each leaves a line."""
        with open("/proc/sys/net/unix/max_dgram_qlen", encoding="ascii") as file:
            queue = min(LOG_QUEUE, int(file.read()) + 10)
        self.log.block()
        before = len(self.load.ledger.accepted())
        self.hold()
        until = time.monotonic() + 30
        while len(self.load.ledger.accepted()) < before + queue and time.monotonic() < until:
            self.pause(0.01, 0.02)
        self.assertGreaterEqual(len(self.load.ledger.accepted()), before + queue, "accepted with a blocked log")
        self.log.unblock()

    def fault_backup(self):
        copy = self.desk.path("copy.db")
        accepted = self.load.ledger.accepted()
        done = self.desk.run("db", "backup", copy)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(list(audit.backup(copy, accepted)), [])
        os.unlink(copy)

    ENDING = ("killed", "killed_at_start", "stopped", "other_time")
    LASTING = ("frozen", "reload", "broken_reload", "mta_refuses", "mta_hangs", "mta_drops", "mta_gone", "disk_full",
               "cut_off", "no_descriptors", "log_blocked", "backup")

    def play(self, faults, until):
        """All of them in an order of its own, then again until the time is over."""
        for n in itertools.count():
            deck = list(faults)
            self.chance.shuffle(deck)
            for fault in deck:
                if n > 0 and time.monotonic() > until:
                    return
                before = self.load.ledger.n_answers()
                getattr(self, "fault_" + fault)()
                self.seen[fault] += 1
                print(f"{fault}: {self.load.ledger.n_answers() - before}", flush=True)
                self.pause(*((0, 3) if SECONDS else (0, 0.1)))

    def measure(self):
        """Descriptors and memory of the daemon while nobody wants anything of it."""
        with self.load.quiet():
            # The fewest of some: the outbox may be in the midst of a mail.
            n_descriptors = min(self.life.n_descriptors() for _ in range(20) if time.sleep(0.05) is None)
            found = n_descriptors, self.life.resident_kb()
        print(f"{found[0]} descriptors, {found[1]} kB resident, {len(self.load.ledger.tickets)} mails accepted",
              flush=True)
        return found

    def test_one_fault_behind_the_other(self):
        self.has_small_disk = has_small_disk(self.desk.path("data"))
        if self.has_small_disk:
            self.addCleanup(subprocess.run, ["umount", "--lazy", self.desk.path("data")], check=True)
            self.assertEqual(self.life.stop(), 0)
            self.life.start()
        self.configuration = ctl.read(self.desk.config)
        self.start_load(pace_s=PACE_S if SECONDS else 0)
        start = time.monotonic()
        self.play(self.ENDING + (self.LASTING if SECONDS else ()), start + SECONDS / 2)
        if SECONDS:
            self.play(self.LASTING, 0)
        first = self.measure()
        self.play(self.LASTING, start + SECONDS)
        last = self.measure()
        # Where all faults were played before, all has been used once.
        descriptors, growth_kb = (0, GROWTH_KB) if SECONDS else (FIRST_USE, FIRST_USE_KB + GROWTH_KB)
        self.assertLessEqual(last[0], first[0] + descriptors, "descriptors")
        self.assertTrue(has_sanitizer() or last[1] <= first[1] + growth_kb, (first, last))
        self.check_everything()


def main():
    if os.geteuid() == 0 and "PRIVATE_MOUNTS" not in os.environ and subprocess.run(
            ["unshare", "--mount", "true"], check=False, stderr=subprocess.DEVNULL).returncode == 0:
        os.environ["PRIVATE_MOUNTS"] = "1"
        os.execvp("unshare", ["unshare", "--mount", *sys.orig_argv])
    unittest.main()


if __name__ == "__main__":
    main()
