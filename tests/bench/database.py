#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""What a message costs in front of a small and a large database: messages a second over the milter protocol, in
rounds, alternating, medians; instructions (callgrind) and reads of the database's file of one message.

Usage: database.py BUILD-DIRECTORY.  From the environment: SIZES_DB ("10000 1000000"): messages in the database,
also 5000000 where the disk has 40 GB to spare; ROUNDS (3), SECONDS_EACH (1).
"""
import contextlib
import os
import time

import benchlib
import fill


def fill_all(build, root, sizes):
    benches = []
    for size in sizes:
        bench = benchlib.Bench(build, os.path.join(root, str(size)))
        start = time.monotonic()
        fill.fill(bench, size)
        print(f"filled: {size:,} messages, {os.stat(bench.database).st_size >> 20:,} MB, "
              f"{time.monotonic() - start:.0f} s", flush=True)
        benches.append(bench)
    return benches


def rates(benches):
    """All daemons run; only one has something to do."""
    seconds = str(benchlib.setting("SECONDS_EACH", 1.0))
    found = [[] for _ in benches]
    with contextlib.ExitStack() as stack:
        for bench in benches:
            stack.enter_context(bench.filter()).wait_checked()
            bench.load(bench.socket, "-c", "4", "-n", "50", "-m", "1")
        for number in range(benchlib.setting("ROUNDS", 3)):
            for bench, values in benchlib.in_turn(zip(benches, found), number):
                values.append(bench.load(bench.socket, "-c", "16", "-t", seconds, "-m", "1")["rate"])
    return [benchlib.median(values) for values in found]


def main(build, root):
    benchlib.need("valgrind")
    sizes = benchlib.numbers("SIZES_DB", "10000 1000000")
    benchlib.facts("A message in front of a database of so many messages; ratios to the first", root)
    benches = fill_all(build, root, sizes)
    costs = [benchlib.cost_of_message(bench) for bench in benches]
    found = rates(benches)
    rows = [[f"{size:,}", rate, rate / found[0], int(cost.total()), cost.total() / costs[0].total(), cost.reads]
            for size, rate, cost in zip(sizes, found, costs)]
    benchlib.table(["messages", "messages/s", "ratio", "instructions", "ratio", "reads"], rows)


if __name__ == "__main__":
    benchlib.run(main)
