#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""What an agent's answer costs beside a customer's message of the same size: instructions (callgrind) of one message
from its bytes to the commit and the new body, and messages a second of a lone sender, in rounds, alternating, medians.

Usage: replies.py BUILD-DIRECTORY.  From the environment: SIZE (50000), ROUNDS (7), MESSAGES (100): of a round.
"""
import os
import re
import subprocess
import time

import benchlib

FEW, MANY = 5, 25
AGENT = "anna@example.com"

MORE = """\
zone: Europe/Berlin
calendars:
  always: {zone: Europe/Berlin, hours: 24x7}
plans:
  standard: {calendar: always, targets: {P1: {first_response: 1h, update: 4h}, P3: {first_response: 4h, update: 24h}}}
customers:
  acme: {domains: [customer.example], plan: standard}
agents:
  anna: {name: Anna, logins: [anna], addresses: [anna@example.com]}
"""


class Replies(benchlib.Bench):
    """Three kinds of mail: what opens a ticket, what the customer adds to one by its token, what the agent answers."""

    token = ""

    def __init__(self, build, root):
        super().__init__(build, root, more=MORE)
        with open(self.config, encoding="utf-8") as file:
            text = file.read()
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(text.replace("reply_to: keep}", "reply_to: token, agents: [anna]}"))
        self.size = benchlib.setting("SIZE", 50000)
        self.run_feed(self.command("new", 1))
        self.token = self.ctl("token", "address", "1", "r").strip()

    def command(self, kind, count):
        sender, recipient, login = {"new": (benchlib.SENDER, benchlib.RECIPIENT, []),
                                    "follow-up": (benchlib.SENDER, self.token, []),
                                    "answer": (AGENT, self.token, ["-l", "anna"])}[kind]
        paths = []
        for _ in range(count):
            self.n_made += 1
            paths.append(os.path.join(self.root, f"{self.n_made}.eml"))
            text = benchlib.message(f"{os.path.basename(self.root)}-{self.n_made}", self.size)
            text = text.replace("Hello,", f"Hello {self.n_made},", 1)
            if kind == "answer":
                text = re.sub(r"From: .*", f"From: Anna <{AGENT}>", text, count=1)
            with open(paths[-1], "w", encoding="utf-8") as out:
                out.write(text)
        return [self.program("tests/support/feed"), *login, self.config, sender, recipient, *paths]

    @staticmethod
    def run_feed(command):
        done = subprocess.run(command, text=True, capture_output=True, check=False)
        if done.returncode != 0:
            raise benchlib.Trouble(f"feed: {done.stderr.strip().splitlines()[-1:]}")
        return done.stdout.split("\n")[:-1]

    def instructions(self, kind):
        out = os.path.join(self.root, "callgrind.out")
        profiles = []
        for count in FEW, MANY:
            self.run_feed(benchlib.callgrind_command(out) + self.command(kind, count))
            profiles.append(benchlib.read_profiles(out))
        return profiles[1].less(profiles[0], MANY - FEW).total()

    def rate(self, kind, count):
        command = self.command(kind, count)
        start = time.monotonic()
        said = self.run_feed(command)
        seconds = time.monotonic() - start
        wanted = "open" if kind == "new" else "append"
        if [line.split()[0] for line in said] != [wanted] * count:
            raise benchlib.Trouble(f"{kind}: feed said {said[:1]}")
        return count / seconds


def main(build, root):
    benchlib.need("valgrind")
    bench = Replies(build, root)
    kinds = ["new", "follow-up", "answer"]
    benchlib.facts(f"A message of {bench.size} bytes: of a customer, and an agent's answer", root)
    costs = {kind: bench.instructions(kind) for kind in kinds}
    rates = {kind: [] for kind in kinds}
    for number in range(benchlib.setting("ROUNDS", 7)):
        for kind in benchlib.in_turn(kinds, number):
            rates[kind].append(bench.rate(kind, benchlib.setting("MESSAGES", 100)))
    rates = {kind: benchlib.median(values) for kind, values in rates.items()}
    benchlib.table(["message", "instructions", "ratio", "messages/s", "ratio of time"],
                   [[kind, int(costs[kind]), costs[kind] / costs["new"], rates[kind], rates["new"] / rates[kind]]
                    for kind in kinds])


if __name__ == "__main__":
    benchlib.run(main)
