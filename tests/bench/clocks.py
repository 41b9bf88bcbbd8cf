#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""What clocks cost a message: messages a second over the milter protocol without a plan and with one of four metrics,
three of whose clocks begin with a new ticket, in rounds, alternating, medians; instructions (callgrind) of one message.

Usage: clocks.py BUILD-DIRECTORY.  From the environment: ROUNDS (7), SECONDS_EACH (2).
"""
import contextlib
import os

import benchlib

PLAN = """\
zone: Europe/Berlin
calendars:
  office: {zone: Europe/Berlin, hours: mon-fri=08:00-20:00, holidays: ['*-01-01', easter-2, easter+1, '*-12-25']}
plans:
  standard:
    calendar: office
    targets:
      P1: {dispatch: 1bh, first_response: 30bm, next_response: 2bh, resolution: 1bd}
      P3: {dispatch: 1bh, first_response: 1bd, next_response: 2bd, resolution: 5bd}
customers:
  acme: {name: ACME, domains: [customer.example], plan: standard}
"""


def main(build, root):
    benchlib.need("valgrind")
    benchlib.facts("A message of a customer without a plan, and with one", root)
    names = {"no plan": "", "four metrics": PLAN}
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
    rows = [[name, benchlib.median(rates[name]), benchlib.median(rates[name]) / benchlib.median(rates["no plan"]),
             int(costs[name]), costs[name] / costs["no plan"]] for name in names]
    benchlib.table(["customer", "messages/s", "ratio", "instructions", "ratio"], rows)


if __name__ == "__main__":
    benchlib.run(main)
