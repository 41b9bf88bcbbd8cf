# SPDX-License-Identifier: BSD-2-Clause
"""A help desk: ticketmilter as an unprivileged user in front of a private Postfix, under one directory."""
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile

import postfix
from postfix import Trouble, end_process, wait_until

USER = "nobody"

CONFIGURATION = """\
instance: example
ack: {ack}
socket: unix:{socket}
socket_mode: '0660'
socket_group: postfix
database: {data}/tickets.db
submit: smtp://127.0.0.1:{submit}
control: {data}/control.sock
keys: {data}/keys
{more}
priorities:
  - {{code: P1, name: Urgent, aliases: [critical]}}
  - {{code: P3, name: Normal}}
types:
  problem: {{name: Problem}}
  question: {{name: How-to question}}
queues:
{queues}rules:
{rules}
"""

QUEUES = """\
  support:
    name: Example Support
    addresses: [support@example.com, help@example.com, "hilfe@bücher.example"]
    type: problem
    priority: P3
    reply_to: keep
  hosting:
    name: Example Hosting
    addresses: [hosting@example.com]
    type: problem
    priority: P3
    reply_to: keep
"""

RULES = """\
  - name: outage
    all:
      - 'subject =~ /\\b(down|outage)\\b/i'
      - '!is_auto'
    then: [priority=P1]
  - name: cluster
    all: ['text =~ /\\b(?<cluster>c\\d+)\\b/']
    then: [tag cluster=$cluster]
  - name: how-to
    all: ['subject =~ /^how (do|can|to)\\b/i']
    then: [type=question]
  - name: unwanted
    all: ['subject =~ /buy cheap/i']
    then: ['reject "We do not buy."']
  - name: junk
    all: ['subject =~ /win a prize/i']
    then: [discard]
  - name: invoices
    all: ['subject =~ /^invoice\\b/i']
    then: [queue=hosting move]
"""

# The virtual aliases behind the queues' addresses, and an address that is none of the desk's business.
ALIASES = {
    "support@example.com": "team@mailbox.example",
    "help@example.com": "team@mailbox.example",
    "hilfe@xn--bcher-kva.example": "team@mailbox.example",
    "hilfe@bücher.example": "team@mailbox.example",
    "hosting@example.com": "hosting@mailbox.example",
    "bob@example.com": "bob@mailbox.example",
}
BOXES = ("team", "hosting", "bob")

SANITIZERS = {
    "ASAN_OPTIONS": "abort_on_error=0:exitcode=86:detect_leaks=1",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1:exitcode=86",
}


def binaries(build):
    """The two programs of a build directory; a Trouble when one is not there."""
    found = {name: os.path.join(build, name) for name in ("ticketmilter", "ticketctl")}
    for path in found.values():
        if not os.access(path, os.X_OK):
            raise Trouble(f"{path} is missing: run make")
    return found


class Desk:
    """Everything of one desk.  With `with`, it is stopped and its directory removed at the end, whatever happens."""

    ack = "{send: no}"

    def __init__(self, build=".", port=None, settings=None, rules=RULES, queues=QUEUES, more="", root=None):
        self.root = root or tempfile.mkdtemp(prefix="ticketmilter-desk-")
        self.postfix = postfix.Postfix(self.root, port, ALIASES, BOXES, settings)
        self.build = build
        self.rules = rules
        self.queues = queues
        self.more = more
        self.submit_port = 9  # nobody listens there: the desk's own mail waits, where a test does not say another one
        self.daemon = None
        self.data = os.path.join(self.root, "desk")
        self.config = os.path.join(self.data, "ticketmilter.yaml")
        self.log = os.path.join(self.root, "desk.log")
        self.socket = os.path.join(self.postfix.queue, "ticketmilter", "milter.sock")
        self.programs = {}

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(self, *_):
        self.close()

    def close(self):
        try:
            self.stop()
        finally:
            shutil.rmtree(self.root, ignore_errors=True)

    def release(self):
        """Leaves it running: nothing is ended or removed any more."""
        self.close = lambda: None

    def start(self):
        found = binaries(self.build)
        self.postfix.prepare()
        self._install(found)
        self.write_configuration()
        self.ctl("token", "rotate")
        self.start_daemon()
        self.postfix.start()
        return self

    def stop(self):
        try:
            self.postfix.stop()
        finally:
            self.stop_daemon()

    def _install(self, found):
        # The daemon's user may not be able to enter the build directory (a clone in /root).
        home = os.path.join(self.root, "bin")
        os.makedirs(home, exist_ok=True)
        for name, path in found.items():
            self.programs[name] = shutil.copy(path, home)
        os.makedirs(self.data, exist_ok=True)
        shutil.chown(self.data, USER, "nogroup")
        os.chmod(self.data, 0o750)
        directory = os.path.dirname(self.socket)
        os.makedirs(directory, exist_ok=True)
        shutil.chown(directory, USER, "postfix")
        os.chmod(directory, 0o2710)

    def write_configuration(self, rules=None):
        with open(self.config, "w", encoding="utf-8") as out:
            out.write(CONFIGURATION.format(socket=self.socket, data=self.data, submit=self.submit_port, more=self.more,
                                           ack=self.ack, queues=self.queues, rules=rules or self.rules))

    def start_daemon(self):
        with open(self.log, "ab") as log:
            self.daemon = subprocess.Popen(
                [self.programs["ticketmilter"], "-f", "-c", self.config], stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, start_new_session=True, env={**os.environ, **SANITIZERS}, cwd="/", **self._as_user())
        wait_until(self._listens, "the daemon's socket")

    def _as_user(self):
        return {"user": USER, "group": "nogroup", "extra_groups": ["postfix"]}

    def _listens(self):
        if self.daemon.poll() is not None:
            last_word = (self.log_text().splitlines() or ["no word"])[-1]
            raise Trouble(f"ticketmilter ended with {self.daemon.returncode}: {last_word}")
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(self.socket)
            except (FileNotFoundError, ConnectionRefusedError):  # the second: what a killed daemon left behind
                return False
        return True

    def stop_daemon(self):
        """Its exit status; 0 when it ended as asked, and no sanitizer found anything."""
        if self.daemon is None:
            return 0
        status = end_process(self.daemon)
        self.daemon = None
        return status

    def kill_daemon(self):
        self.daemon.send_signal(signal.SIGKILL)
        self.daemon.wait()
        self.daemon = None

    def log_text(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def log_lines(self):
        """The one line of each message."""
        return [line for line in self.log_text().splitlines() if " action=" in line]

    def ctl_run(self, *arguments, message=None):
        if isinstance(message, str):
            message = message.encode()
        return subprocess.run([self.programs["ticketctl"], "-c", self.config, *arguments], input=message or b"",
                              check=False,
                              capture_output=True, env={**os.environ, **SANITIZERS}, cwd="/", **self._as_user())

    def ctl(self, *arguments, message=None):
        done = self.ctl_run(*arguments, message=message)
        if done.returncode != 0:
            said = done.stderr.decode(errors="replace").strip()
            raise Trouble(f"ticketctl {' '.join(arguments)}: exit {done.returncode}: {said}")
        return done.stdout.decode()

    def json(self, *arguments):
        return json.loads(self.ctl("--json", *arguments))

    def tickets(self):
        return self.json("list", "--status", "all")["tickets"]

    def show(self, number):
        return self.json("show", str(number))["ticket"]

    def send(self, message, recipients="support@example.com", sender="eve@acme.example"):
        """One message over SMTP: the code and text of Postfix's answer."""
        return self.postfix.send(sender, recipients, message)

    def opened_by(self, action):
        """Numbers of the tickets that are there after `action()` and were not before."""
        before = {ticket["id"] for ticket in self.tickets()}
        action()
        return [ticket["id"] for ticket in self.tickets() if ticket["id"] not in before]

    def delivered(self, message_id, box="team", count=1):
        """The copies of one message in a mailbox; waits for `count` of them."""
        def find():
            found = [message for message in self.postfix.deliveries(box) if message.header("Message-ID") == message_id]
            return len(found) >= count and found
        return wait_until(find, f"{message_id} in {box}'s mailbox", 60)

    def token(self, number, purpose="r"):
        return self.ctl("token", "address", str(number), purpose).strip()
