#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Instructions of one message by callgrind, in the daemon, with libmilter, a connection for each message: ours and
the empty filter, and where they are: a table by room and library, one by function.

Usage: instructions.py BUILD-DIRECTORY.  From the environment: FUNCTIONS (25): lines of the second table.
"""
import collections
import os

import benchlib

FEW, MANY = 20, 120


def profile(bench, make_filter, count):
    """The daemon's, from its start to its end."""
    out = os.path.join(bench.root, "callgrind.out")
    with make_filter(benchlib.callgrind_command(out)) as daemon:
        bench.load(daemon.path, "-c", "1", "-n", str(count), "-m", "1", "-t", "600")
        if daemon.end() != 0:
            raise benchlib.Trouble(f"{daemon.path}: ended with {daemon.process.returncode}")
    return benchlib.read_profiles(out)


def cost(bench, make_filter):
    less = profile(bench, make_filter, FEW)
    return profile(bench, make_filter, MANY).less(less, MANY - FEW)


def by_place(found):
    places = collections.Counter()
    for (where, _), instructions in found.costs.items():
        places[where] += instructions
    return places


def main(build, root):
    benchlib.need("valgrind")
    bench = benchlib.Bench(build, root)
    path = os.path.join(root, "empty.sock")
    command = [bench.program("tests/bench/empty-filter"), f"unix:{path}"]
    benchlib.facts("Instructions of one message of 2 kB in the daemon, its system calls not counted", root)
    ours = cost(bench, bench.filter)
    empty = cost(bench, lambda prefix: benchlib.Filter([*prefix, *command], path, os.path.join(root, "empty.log")))
    total = ours.total()
    benchlib.table(["filter", "instructions", "ratio"],
                   [["empty", int(empty.total()), 1.0], ["ours", int(total), total / empty.total()]])
    print("\nours, by room and library; share of the whole")
    places = by_place(ours)
    benchlib.table(["where", "instructions", "share"],
                   [[where, int(n), n / total] for where, n in places.most_common() if n / total >= 0.005])
    print("\nours, by function")
    most = ours.costs.most_common(benchlib.setting("FUNCTIONS", 25))
    benchlib.table(["function", "where", "instructions", "share"],
                   [[function, where, int(n), n / total] for (where, function), n in most])


if __name__ == "__main__":
    benchlib.run(main)
