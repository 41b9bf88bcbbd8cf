#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""What clocks cost a message: messages a second over the milter protocol without a plan and with one of four metrics,
three of whose clocks begin with a new ticket, in rounds, alternating, medians, ratios in pairs; instructions
(callgrind) of one message.  through-postfix.py has what they cost of the rate of mail that comes in.

Usage: clocks.py BUILD-DIRECTORY.  From the environment: ROUNDS (7), SECONDS_EACH (2).
"""
import contextlib
import os

import benchlib

def main(build, root):
    benchlib.need("valgrind")
    benchlib.facts("A message of a customer without a plan, and with one", root)
    names = {"no plan": "", "four metrics": benchlib.PLAN}
    benches = {name: benchlib.Bench(build, os.path.join(root, str(number)), more=more)
               for number, (name, more) in enumerate(names.items())}
    costs = {name: benchlib.cost_of_message(bench).total() for name, bench in benches.items()}
    rates = {name: [] for name in names}
    seconds = str(benchlib.setting("SECONDS_EACH", 2.0))
    with contextlib.ExitStack() as stack:
        for bench in benches.values():
            stack.enter_context(bench.filter()).wait_checked()
            bench.load(bench.socket, "-c", "4", "-n", "50", "-m", "1")
        for number in range(benchlib.setting("ROUNDS", 7)):
            for name, bench in benchlib.in_turn(benches.items(), number):
                rates[name].append(bench.load(bench.socket, "-c", "16", "-t", seconds, "-m", "1")["rate"])
    rows = [[name, benchlib.median(rates[name]), benchlib.paired(rates[name], rates["no plan"]),
             int(costs[name]), costs[name] / costs["no plan"]] for name in names]
    benchlib.table(["customer", "messages/s", "ratio", "instructions", "ratio"], rows)


if __name__ == "__main__":
    benchlib.run(main)
