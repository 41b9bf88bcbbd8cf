#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""What telling people of clocks costs the daemon.

1. Many warnings that are due at once, while mail comes in by 16 connections: how long until all of them are written, into
   how many mails, and the p99 of the mail beside that of rounds without them, in turn, ratios in pairs.
2. A look of the tick thread when nothing is due: its processor time from the thread's birth to the end of its first look,
   which finds cold caches, in front of few and many open tickets whose clocks run.

Usage: alerts.py BUILD-DIRECTORY.  From the environment: ROUNDS (5), DUE (10000), OPEN ("1000 100000"), SECONDS_EACH (6).
"""
import contextlib
import glob
import os
import sqlite3
import threading
import time

import benchlib
import fill

ESCALATION = """\
plans:
  standard:
    targets:
      P1: {first_response: 4h}
      P3: {first_response: 4h}
    escalation: late
customers:
  acme: {name: ACME, domains: [customer.example], plan: standard}
receivers:
  desk: {mail: desk@example.com}
escalation:
  late:
    - {metric: first_response, lead: 1h, to: [desk]}
"""
LEAD_S, NEVER, FAR_S = 3600, 2**63 - 1, 30 * 86400
BEFORE_S = 2.0  # of mail alone, before the warnings are due
PATIENCE_S = 60


def make(build, root, n_tickets):
    bench = benchlib.Bench(build, root, more=ESCALATION)
    fill.fill(bench, n_tickets * fill.MESSAGES_A_TICKET)
    return bench


def arm(bench, at):
    """All tickets' warnings are due at `at`."""
    with contextlib.closing(sqlite3.connect(bench.database)) as database, database:
        database.execute("DELETE FROM notification")
        database.execute("DELETE FROM outbox")
        database.execute("UPDATE clock SET due_at = ?", (at + LEAD_S,))
        database.execute("UPDATE ticket SET notify_at = ?, next_due = ?", (at, at + LEAD_S))


class Watch(threading.Thread):
    """How long behind `at` the database has them all."""

    def __init__(self, bench, at, n_due):
        super().__init__()
        self.bench, self.at, self.n_due, self.seconds = bench, at, n_due, None
        self.start()

    def run(self):
        with contextlib.closing(sqlite3.connect(f"file:{self.bench.database}?mode=ro", uri=True)) as database:
            time.sleep(max(0, self.at - time.time()))
            while time.time() < self.at + PATIENCE_S:
                if database.execute("SELECT count(*) FROM notification").fetchone()[0] >= self.n_due:
                    self.seconds = time.time() - self.at
                    return
                time.sleep(0.02)


def play(bench, n_due, seconds, is_due):
    """One round: figures of the mail, seconds until all were written, mails that they went into."""
    arm(bench, int(time.time()) + FAR_S)
    with bench.filter() as ours:
        ours.wait_checked()
        bench.load(bench.socket, "-c", "4", "-n", "50", "-m", "1")
    at = int(time.time() + 2 + BEFORE_S)
    arm(bench, at if is_due else at + FAR_S)
    with bench.filter() as ours:
        ours.wait_checked()
        time.sleep(max(0, at - BEFORE_S - time.time()))
        watch = Watch(bench, at, n_due) if is_due else None
        figures = bench.load(bench.socket, "-c", "16", "-t", str(seconds), "-m", "1")
        if watch is None:
            return figures, None, None
        watch.join()
    if watch.seconds is None:
        raise benchlib.Trouble(f"not all of {n_due} warnings were written within {PATIENCE_S} s")
    with contextlib.closing(sqlite3.connect(bench.database)) as database:
        return figures, watch.seconds, database.execute("SELECT count(*) FROM outbox WHERE kind = 'alert'").fetchone()[0]


def tick_ms(ours):
    """Processor time of the thread that told nobody yet, in milliseconds."""
    for path in glob.glob(f"/proc/{ours.process.pid}/task/*/comm"):
        with open(path, encoding="ascii") as comm:
            if comm.read().strip() == "tick":
                with open(os.path.join(os.path.dirname(path), "schedstat"), encoding="ascii") as stat:
                    return int(stat.read().split()[0]) / 1e6
    raise benchlib.Trouble("the daemon has no thread `tick`")


def first_look(bench):
    with bench.filter() as ours:
        ours.wait_checked()
        time.sleep(0.5)
        return tick_ms(ours)


def due_at_once(build, root):
    n_due, seconds = benchlib.setting("DUE", 10000), benchlib.setting("SECONDS_EACH", 6.0)
    bench = make(build, os.path.join(root, "due"), n_due)
    benchlib.facts(f"{n_due} warnings due at once, beside mail by 16 connections for {seconds} s", root)
    found = {True: [], False: []}
    for number in range(benchlib.setting("ROUNDS", 5)):
        for is_due in benchlib.in_turn((False, True), number):
            found[is_due].append(play(bench, n_due, seconds, is_due))
    p99 = {is_due: [figures["p99_us"] for figures, _, _ in rounds] for is_due, rounds in found.items()}
    rate = {is_due: [figures["rate"] for figures, _, _ in rounds] for is_due, rounds in found.items()}
    rows = [[name, benchlib.median(rate[is_due]), benchlib.paired(rate[is_due], rate[False]),
             benchlib.median(p99[is_due]) / 1000, benchlib.paired(p99[is_due], p99[False])]
            for name, is_due in (("nothing due", False), ("all due", True))]
    benchlib.table(["round", "messages/s", "ratio", "p99 ms", "ratio"], rows)
    written = [took for _, took, _ in found[True]]
    benchlib.table(["written in", "s"], [["median", benchlib.median(written)], ["longest", max(written)],
                                         ["mails (median)", int(benchlib.median([n for _, _, n in found[True]]))]])


def nothing_due(build, root):
    sizes = benchlib.numbers("OPEN", "1000 100000")
    benches = {size: make(build, os.path.join(root, str(size)), size) for size in sizes}
    for bench in benches.values():
        arm(bench, int(time.time()) + FAR_S)
    benchlib.facts("A look of the tick thread with nothing due", root)
    found = {size: [] for size in sizes}
    for number in range(benchlib.setting("ROUNDS", 5)):
        for size, bench in benchlib.in_turn(benches.items(), number):
            found[size].append(first_look(bench))
    benchlib.table(["open tickets", "ms of processor", "most", "ratio"],
                   [[f"{size:,}", benchlib.median(found[size]), max(found[size]),
                     benchlib.paired(found[size], found[sizes[0]])] for size in sizes])


def main(build, root):
    due_at_once(build, root)
    nothing_due(build, root)


if __name__ == "__main__":
    benchlib.run(main)
