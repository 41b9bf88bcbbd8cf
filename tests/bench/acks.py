#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""What acknowledgements cost a message that opens a ticket: with none; asked about each and withheld, as from somebody
who got enough of them; written for each.  Messages a second over the milter protocol by 16 connections, with the
default limits, which withhold nearly all of these, and of a lone sender without a milter; instructions (callgrind).

Usage: acks.py BUILD-DIRECTORY.  From the environment: ROUNDS (5), SECONDS_EACH (2), MESSAGES (150).
"""
import contextlib
import os
import sqlite3
import subprocess
import time

import benchlib

OFF, WITHHELD, WRITTEN = "none", "withheld", "written"
# Each of a sender of its own, and fewer than the most that may be made within a minute.
HOW = {OFF: {}, WITHHELD: {"ack": "send: yes"}, WRITTEN: {"ack": "send: yes, minute: 1000",
                                                          "sender": "bob%@customer.example"}}


def lone(bench, n_messages):
    """Messages a second, one after the other."""
    command = bench.feed_command(bench.messages(n_messages))
    began = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    return n_messages / (time.monotonic() - began)


def check(bench, n_least):
    with contextlib.closing(sqlite3.connect(bench.database)) as database:
        n_acks, = database.execute("SELECT count(*) FROM outbox WHERE kind = 'ack'").fetchone()
    if n_acks < n_least:
        raise benchlib.Trouble(f"{n_acks} acknowledgements were written, not {n_least}")


def main(build, root):
    benchlib.need("valgrind")
    benchlib.facts("A message that opens a ticket, by what becomes of its acknowledgement", root)
    rounds, n_messages = benchlib.setting("ROUNDS", 5), benchlib.setting("MESSAGES", 150)
    seconds = str(benchlib.setting("SECONDS_EACH", 2.0))
    benches = {name: benchlib.Bench(build, os.path.join(root, name), **how) for name, how in HOW.items()}
    costs = {name: benchlib.cost_of_message(bench).total() for name, bench in benches.items()}
    alone = {name: [] for name in HOW}
    for number in range(rounds):
        for name, bench in benchlib.in_turn(benches.items(), number):
            alone[name].append(lone(bench, n_messages))
    check(benches[WRITTEN], rounds * n_messages)
    rates = {OFF: [], WITHHELD: []}
    with contextlib.ExitStack() as stack:
        for name in rates:
            stack.enter_context(benches[name].filter()).wait_checked()
            benches[name].load(benches[name].socket, "-c", "4", "-n", "50", "-m", "1")
        for number in range(rounds):
            for name in benchlib.in_turn(rates, number):
                bench = benches[name]
                rates[name].append(bench.load(bench.socket, "-c", "16", "-t", seconds, "-m", "1")["rate"])
    rows = [[name, *([benchlib.median(rates[name]), benchlib.paired(rates[name], rates[OFF])] if name in rates
                     else ["-", "-"]),
             benchlib.median(alone[name]), benchlib.paired(alone[name], alone[OFF]), int(costs[name]),
             costs[name] / costs[OFF]] for name in HOW]
    benchlib.table(["acknowledgement", "messages/s", "ratio", "of a lone sender/s", "ratio", "instructions", "ratio"],
                   rows)


if __name__ == "__main__":
    benchlib.run(main)
