#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""What clocks cost a message: messages a second over the milter protocol without a plan, with one of four metrics,
three of whose clocks begin with a new ticket, and with one that tells people of them, in rounds, alternating, medians,
ratios in pairs; instructions (callgrind) of one message.  through-postfix.py has what clocks cost of the rate of mail
that comes in.

Usage: clocks.py BUILD-DIRECTORY.  From the environment: ROUNDS (7), SECONDS_EACH (2).
"""
import contextlib
import os

import benchlib

ESCALATION = """\
receivers:
  desk: {mail: desk@example.com}
escalation:
  night:
    - {metric: dispatch, lead: none, to: [desk], repeat: 15m, times: 4}
    - {metric: first_response, lead: 10bm, to: [desk]}
    - {metric: first_response, lead: none, to: [desk]}
    - {metric: resolution, lead: 1bh, to: [desk]}
"""
ESCALATED = benchlib.PLAN.replace("    calendar: office\n", "    calendar: office\n    escalation: night\n", 1) \
    + ESCALATION


def main(build, root):
    benchlib.need("valgrind")
    benchlib.facts("A message of a customer without a plan, with one, and with one that tells of its clocks", root)
    names = {"no plan": "", "four metrics": benchlib.PLAN, "four metrics, escalated": ESCALATED}
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
