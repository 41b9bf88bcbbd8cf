#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""What the desk costs mail that is none of its business where people hand it in: messages a second through a private
Postfix's submission service, with a login (by Dovecot), with ours and with the empty filter.  The sender is no agent,
the recipient no queue.  Pairs, whose order alternates; the median of their ratios.

Usage: submission.py BUILD-DIRECTORY, as root.  From the environment: PAIRS (15), MESSAGES (600): of each half of a
pair, SMTP_SESSIONS (8): kept connections, SIZE (2048).
"""
import base64
import os
import socket
import tempfile
import threading
import time

import benchlib
import desk
import dovecot
import postfix

LOGIN, PASSWORD = "olaf", "secret"
SENDER, RECIPIENT = "olaf@example.com", "bob@example.com"
FILTERS = {"ours": "unix:ticketmilter/milter.sock", "empty": "unix:ticketmilter/empty.sock"}


class Ports(postfix.Postfix):
    """A submission service for each filter."""

    def __init__(self, root, **keywords):
        super().__init__(root, **keywords)
        self.ports = {name: postfix.free_port() for name in FILTERS}
        self.services = "".join(
            f"127.0.0.1:{self.ports[name]} inet n - y - - smtpd\n  -o smtpd_milters={milters}\n"
            "  -o smtpd_sasl_auth_enable=yes\n  -o smtpd_sasl_type=dovecot\n  -o smtpd_sasl_path=private/auth\n"
            "  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject\n" for name, milters in FILTERS.items())


class Session:
    """A connection that is logged in."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.stream = self.socket.makefile("rb")
        self.expect(b"220")
        self.talk(b"EHLO laptop.example.net\r\n", b"250")
        credentials = base64.b64encode(f"\0{LOGIN}\0{PASSWORD}".encode())
        self.talk(b"AUTH PLAIN " + credentials + b"\r\n", b"235")

    def expect(self, code):
        while (line := self.stream.readline())[3:4] == b"-":
            pass
        if not line.startswith(code):
            raise benchlib.Trouble(f"Postfix says {line.decode(errors='replace').strip()!r}, not {code.decode()}")

    def talk(self, data, *codes):
        self.socket.sendall(data)
        for code in codes:
            self.expect(code)

    def hand_in(self, message):
        self.talk(f"MAIL FROM:<{SENDER}>\r\nRCPT TO:<{RECIPIENT}>\r\nDATA\r\n".encode(), b"250", b"250", b"354")
        self.talk(message + b"\r\n.\r\n", b"250")

    def close(self):
        self.talk(b"QUIT\r\n", b"221")
        self.stream.close()
        self.socket.close()


def hand_in_all(session, name, count, failures):
    size = benchlib.setting("SIZE", 2048)
    try:
        for number in range(count):
            session.hand_in(benchlib.message(f"m{name}.{number}", size).encode().replace(b"\n", b"\r\n"))
    except (benchlib.Trouble, OSError) as error:
        failures.append(error)


def send(server, port):
    """Messages a second, until Postfix took the last.  The connections are there before."""
    n_sessions, count = benchlib.setting("SMTP_SESSIONS", 8), benchlib.setting("MESSAGES", 600)
    each, failures = max(1, count // n_sessions), []
    sessions = [Session(port) for _ in range(n_sessions)]
    threads = [threading.Thread(target=hand_in_all, args=(session, number, each, failures))
               for number, session in enumerate(sessions)]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - start
    if failures:
        raise failures[0]
    for session in sessions:
        session.close()
    postfix.wait_until(server.queue_is_empty, "Postfix's empty queue", 120)
    return n_sessions * each / seconds


def measure(server):
    rates = {name: [] for name in FILTERS}
    for name in FILTERS:
        send(server, server.ports[name])  # daemons are started
    for number in range(benchlib.setting("PAIRS", 15)):
        for name in benchlib.in_turn(FILTERS, number):
            rates[name].append(send(server, server.ports[name]))
    return rates


def report(rates):
    ratios = [ours / empty for ours, empty in zip(rates["ours"], rates["empty"])]
    benchlib.table(["filter", "messages/s", "to the empty filter", "lowest", "highest"],
                   [["empty", benchlib.median(rates["empty"]), 1.0, 1.0, 1.0],
                    ["ours", benchlib.median(rates["ours"]), benchlib.median(ratios), min(ratios), max(ratios)]])


def main(build, _):
    benchlib.need("postfix", "dovecot")
    if os.geteuid() != 0:
        raise benchlib.Trouble("a private Postfix needs root; leave out this measurement")
    with tempfile.TemporaryDirectory(prefix="ticketmilter-bench-") as root:
        os.chmod(root, 0o755)
        benchlib.facts("Foreign mail at the submission service", root,
                       f", {benchlib.setting('SMTP_SESSIONS', 8)} kept connections, {benchlib.setting('PAIRS', 15)} "
                       f"pairs of {benchlib.setting('MESSAGES', 600)} messages")
        made = desk.Desk(build, root=root, rules=benchlib.RULES)
        made.postfix = Ports(root, aliases={RECIPIENT: "bob@mailbox.example"}, boxes=("bob",),
                             settings={"virtual_transport": "discard:", "non_smtpd_milters": ""})
        made.socket = os.path.join(made.postfix.queue, "ticketmilter", "milter.sock")
        made.postfix.prepare()
        path = os.path.join(os.path.dirname(made.socket), "empty.sock")
        with dovecot.Dovecot(os.path.join(root, "dovecot"), os.path.join(made.postfix.queue, "private", "auth"),
                             {LOGIN: PASSWORD}), made:
            with benchlib.Filter([os.path.join(build, "tests/bench/empty-filter"), f"unix:{path}"], path,
                                 os.path.join(root, "empty.log")):
                os.chmod(path, 0o666)
                rates = measure(made.postfix)
            if made.tickets():
                raise benchlib.Trouble("there are tickets: the desk took it for its own")
        report(rates)


if __name__ == "__main__":
    benchlib.run(main)
