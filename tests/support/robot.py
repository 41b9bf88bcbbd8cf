# SPDX-License-Identifier: BSD-2-Clause
"""A mail server that answers every mail at once, like a badly made robot: what it answers is a test's to say.  A relay
is one that passes on what it got.  It says nothing any more after `most` mails, so that a loop ends."""
import email
import email.policy
import itertools
import queue
import smtplib
import socketserver
import threading


class Got:
    """A mail that came: its envelope and itself."""

    def __init__(self, n, sender, recipients, raw):
        self.n, self.sender, self.recipients, self.raw = n, sender, recipients, raw
        self.message = email.message_from_bytes(raw, policy=email.policy.default)

    def field(self, name):
        return str(self.message[name] or "")

    def text(self):
        body = self.message.get_body(("plain",))
        return body.get_content() if body is not None else ""


class _Session(socketserver.StreamRequestHandler):
    def handle(self):
        sender, recipients = "", []
        self._say("220 robot.example ESMTP")
        for line in self.rfile:
            verb = line.split(b":")[0].strip().upper()
            if verb == b"DATA":
                self._say("354 go on")
                lines = itertools.takewhile(lambda one: one != b".\r\n", self.rfile)
                self.server.robot.take(sender, recipients, b"".join(one[one.startswith(b".."):] for one in lines))
            elif verb == b"MAIL FROM":
                sender, recipients = self._address(line), []
            elif verb == b"RCPT TO":
                recipients.append(self._address(line))
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            self._say("250 robot.example")

    def _say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    @staticmethod
    def _address(line):
        return line.decode().partition("<")[2].partition(">")[0]


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    robot = None


class Robot:
    """`answer` is given a Got and gives (envelope sender, recipient, message as text) of each mail that comes of it."""

    def __init__(self, answer, most=40):
        self.answer, self.most, self.last = answer, most, most
        self.got, self.refusals = [], []
        self.port_of = lambda recipient: None  # where what it answers is handed in
        self.server = _Server(("127.0.0.1", 0), _Session)
        self.server.robot = self
        self.port = self.server.server_address[1]
        self.lock = threading.Lock()
        self.todo = queue.Queue()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        threading.Thread(target=self._work, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.todo.put(None)

    def take(self, sender, recipients, raw):
        with self.lock:
            got = Got(len(self.got) + 1, sender, list(recipients), raw)
            self.got.append(got)
            self.todo.put(got)

    def begin(self):
        """From now on it answers `most` mails once more."""
        self.last = len(self.got) + self.most

    def is_idle(self):
        return self.todo.unfinished_tasks == 0

    def _work(self):
        while (got := self.todo.get()) is not None:
            if got.n <= self.last:
                for sender, recipient, message in self.answer(got):
                    self._send(sender, recipient, message)
            self.todo.task_done()

    def _send(self, sender, recipient, message):
        try:
            with smtplib.SMTP("127.0.0.1", self.port_of(recipient), "robot.example", timeout=60) as client:
                client.sendmail(sender, [recipient], message.encode("utf-8", "surrogateescape"))
        except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as refusal:
            self.refusals.append(str(refusal))
