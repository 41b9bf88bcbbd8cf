#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Messages a second through a private Postfix, by smtp-source(1): without a milter, with the empty filter, with ours
for mail to a queue, of a customer without a plan and of one with four metrics, and for foreign mail, whose recipient
is no queue.  One Postfix with a port for each, which
discards all mail; in rounds, alternating, medians; ratios are those of one round, their median.

Usage: through-postfix.py BUILD-DIRECTORY, as root.  From the environment: ROUNDS (5), MESSAGES (400): of a round,
SMTP_SESSIONS (16): at once, a connection for each message, SIZE (2048), ONLY=clocks: the two that show what clocks
cost, which takes many rounds to be told from the machine's own ups and downs.  The directory is TMPDIR's, /tmp else:
Postfix's daemons must be able to enter it.
"""
import os
import statistics
import subprocess
import tempfile
import time

import benchlib
import desk
import postfix

QUEUE, FOREIGN = "support@example.com", "bob@example.com"
PLANLESS, CUSTOMER = "bob@client.example.net", benchlib.SENDER
# name, port's filter, sender, recipient
VARIANTS = [("no milter", "none", PLANLESS, QUEUE), ("empty filter", "empty", PLANLESS, QUEUE),
            ("ours, a queue", "ours", PLANLESS, QUEUE), ("ours, four metrics", "ours", CUSTOMER, QUEUE),
            ("no milter, foreign", "none", PLANLESS, FOREIGN), ("empty, foreign", "empty", PLANLESS, FOREIGN),
            ("ours, foreign", "ours", PLANLESS, FOREIGN)]
if os.environ.get("ONLY") == "clocks":
    VARIANTS = VARIANTS[2:4]
WARMING = VARIANTS[:3]

# Until the write-ahead log has its size: it is used over and over from then on, and growing costs more.
WARM_CONNECTIONS, WARM_MESSAGES = 8, 500


def warm(build, path):
    subprocess.run([os.path.join(build, "tests/bench/milter-load"), "-s", f"unix:{path}", "-c", str(WARM_CONNECTIONS),
                    "-n", str(WARM_MESSAGES), "-t", "600"], check=True, stdout=subprocess.DEVNULL)


class Ports(postfix.Postfix):
    """A port more for each filter beside ours."""

    def __init__(self, root, **keywords):
        super().__init__(root, **keywords)
        self.ports = {"ours": self.port, "none": postfix.free_port(), "empty": postfix.free_port()}

    def _write_configuration(self):
        super()._write_configuration()
        with open(os.path.join(self.config, "master.cf"), "a", encoding="utf-8") as out:
            for name, milters in ("none", ""), ("empty", "unix:ticketmilter/empty.sock"):
                out.write(f"127.0.0.1:{self.ports[name]} inet n - y - - smtpd\n  -o smtpd_milters={milters}\n")

    def is_idle(self):
        """Nothing is on its way, or it would take its time from the next run."""
        return not any(files for queue in ("maildrop", "incoming", "active", "deferred")
                       for _, _, files in os.walk(os.path.join(self.queue, queue)))


def make_desk(build, root):
    made = desk.Desk(build, root=root, rules=benchlib.RULES, more=benchlib.PLAN)
    made.postfix = Ports(root, aliases={QUEUE: "team@mailbox.example", FOREIGN: "bob@mailbox.example"},
                         boxes=("team", "bob"), settings={"virtual_transport": "discard:", "non_smtpd_milters": ""})
    made.socket = os.path.join(made.postfix.queue, "ticketmilter", "milter.sock")
    return made


def send(server, port, sender, recipient):
    """Messages a second, until Postfix took the last."""
    count = benchlib.setting("MESSAGES", 400)
    command = ["smtp-source", "-s", str(benchlib.setting("SMTP_SESSIONS", 16)), "-m", str(count), "-l",
               str(benchlib.setting("SIZE", 2048)), "-M", "client.example.net", "-f", sender, "-t", recipient,
               f"127.0.0.1:{port}"]
    environment = {**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin"}
    start = time.monotonic()
    done = subprocess.run(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False)
    seconds = time.monotonic() - start
    if done.returncode != 0 or done.stdout:
        raise benchlib.Trouble(f"smtp-source: {(done.stdout.splitlines() or [done.returncode])[0]}")
    postfix.wait_until(server.is_idle, "Postfix's empty queue", 120)
    return count / seconds


def measure(server):
    """The rates of each variant, one a round."""
    found = {name: [] for name, *_ in VARIANTS}
    for _, filter_name, sender, recipient in WARMING:
        send(server, server.ports[filter_name], sender, recipient)  # daemons are started
    for number in range(benchlib.setting("ROUNDS", 5)):
        for name, filter_name, sender, recipient in benchlib.in_turn(VARIANTS, number):
            found[name].append(send(server, server.ports[filter_name], sender, recipient))
    return found


def check_tickets(made, n_expected):
    """That it was ours which was measured: a ticket for each message to the queue, none for the others."""
    said = made.ctl("db", "check")
    if f" {n_expected} tickets" not in said:
        raise benchlib.Trouble(f"not {n_expected} tickets: {said.strip()}")


def report_clocks(rates):
    ratios = [one / other for one, other in zip(rates["ours, four metrics"], rates["ours, a queue"])]
    error = statistics.stdev(ratios) / len(ratios) ** 0.5 if len(ratios) > 1 else float("nan")
    print(f"four metrics, three clocks with each ticket, to none: median {statistics.median(ratios):.3f}, "
          f"mean {statistics.mean(ratios):.3f}, its standard error {error:.3f}, {len(ratios)} pairs")


def report(rates):
    if len(VARIANTS) == 2:
        return report_clocks(rates)
    rows = []
    for name, *_ in VARIANTS:
        end = ", foreign" if name.endswith("foreign") else ""
        empty = "empty, foreign" if end else "empty filter"
        rows.append([name, benchlib.median(rates[name]), benchlib.paired(rates[name], rates["no milter" + end]),
                     benchlib.paired(rates[name], rates[empty])])
    benchlib.table(["filter", "messages/s", "to no milter", "to the empty filter"], rows)
    return report_clocks(rates)


def main(build, _):
    benchlib.need("smtp-source")
    if os.geteuid() != 0:
        raise benchlib.Trouble("a private Postfix needs root; leave out this measurement")
    with tempfile.TemporaryDirectory(prefix="ticketmilter-bench-") as root:
        os.chmod(root, 0o755)
        benchlib.facts("Through Postfix", root, f", {benchlib.setting('SMTP_SESSIONS', 16)} SMTP sessions at once, "
                       f"{benchlib.setting('ROUNDS', 5)} rounds of {benchlib.setting('MESSAGES', 400)} messages")
        with make_desk(build, root) as made:
            path = os.path.join(os.path.dirname(made.socket), "empty.sock")
            with benchlib.Filter([os.path.join(build, "tests/bench/empty-filter"), f"unix:{path}"], path,
                                 os.path.join(root, "empty.log")):
                os.chmod(path, 0o666)
                warm(build, made.socket)
                rates = measure(made.postfix)
            n_ours = 2 * benchlib.setting("ROUNDS", 5) + sum(filter_name == "ours" for _, filter_name, *_ in WARMING)
            n_measured = benchlib.setting("MESSAGES", 400) * n_ours
            check_tickets(made, WARM_CONNECTIONS * WARM_MESSAGES + n_measured)
        report(rates)


if __name__ == "__main__":
    benchlib.run(main)
