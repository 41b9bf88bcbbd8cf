#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Rows 14 and 24 of FAULTS.md in the log: whatever an MTA, a message, a server that mail is handed to or a hook says,
each line is one of docs/log-messages.md, printable and bounded."""
import contextlib
import importlib.util
import os
import re
import socketserver
import stat
import struct
import sys
import threading
import unittest
from unittest import mock

import change
import ctl

SOURCE = os.path.abspath(os.environ.get("srcdir", "."))
sys.path += [os.path.join(SOURCE, "tests", name) for name in ("support", "lint")]

import milter  # noqa: E402

shapes = importlib.import_module("log-messages")

QUEUE = b"support@example.com"
# A line of its own, an escape sequence, controls, a right-to-left override, line separators, no UTF-8, and too long.
LINE = b"ticketmilter: FORGED: ticket=1 action=open queue=support"
EVIL = b"e\r\n" + LINE + b"\n\x1b[2J\x07\x7f\xc2\x85\xe2\x80\xae\xe2\x80\xa8\xff\xc3(\t" + b"x" * 10000
SAID = EVIL.replace(b"\r\n", b"\r").replace(b"\n", b"\v")  # in one line of SMTP
# What text_one_line() of base/text.h keeps out.
UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\ufeff]")
LINE_MAX = 2000
MACROS = [b"i", b"{auth_authen}", b"{auth_type}", b"{cert_subject}", b"{cert_issuer}", b"{client_addr}",
          b"{client_name}", b"{mail_addr}", b"{rcpt_addr}", b"j", b"v"]
CONFIGURATION = ctl.CONFIGURATION.replace("  send: no", "  delay: 0s\n  minute: 1000\n  hour: 1000") + """\
memory: 1M
max_size: 64K
receivers: {{hook: {{exec: ['{root}/hook']}}}}
"""


class Talker(milter.Client):
    """An MTA that hands over EVIL wherever there is room for it."""
    host = EVIL
    values = {b"i": b"Q1"}

    def step(self, command, data):
        pairs = [item for pair in self.values.items() for item in pair]
        self._put(b"D", command + b"".join(item + b"\0" for item in pairs))
        return self._command(command, data)

    def mail(self, sender, recipients, fields, body):
        """How it ends."""
        commands = [(b"M", sender), *((b"R", recipient) for recipient in recipients), (b"T", b""),
                    *((b"L", name + b"\0" + value + b"\0") for name, value in fields), (b"N", b""),
                    *((b"B", body[i:i + 65535]) for i in range(0, len(body), 65535)), (b"E", b"")]
        for command in commands:
            kind = self.step(*command)
            if kind != b"c":
                break
        return kind


class Server(socketserver.ThreadingTCPServer):
    """Answers with EVIL: takes mail, refuses the second one's recipient, and is away from the fourth one on."""
    allow_reuse_address = daemon_threads = True

    class Handler(socketserver.StreamRequestHandler):
        def say(self, code, text=SAID):
            self.wfile.write(code + b" " + text + b"\r\n")

        def handle(self):
            self.say(*((b"220", b"here") if self.server.n < 4 else (b"554",)))
            in_text = False
            for line in self.rfile:
                verb = line[:4].upper()
                if in_text and line != b".\r\n":
                    continue
                self.server.n += not in_text and verb == b"MAIL"
                if self.server.n >= 4:
                    self.say(b"421")
                    return
                in_text = not in_text and verb == b"DATA"
                if verb == b"RCPT" and self.server.n == 2:
                    self.say(b"550")
                else:
                    self.say(*((b"250", b"here") if verb == b"EHLO" else (b"354",) if in_text else (b"250",)))

    def __init__(self):
        super().__init__(("127.0.0.1", 0), self.Handler)
        self.n = 0
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()


def patterns():
    page = shapes.lintlib.read(SOURCE, shapes.PAGE)
    return [re.compile("ticketmilter: " + re.escape(shapes.shape_of_entry(text)).replace(re.escape(shapes.VALUE), ".+"))
            for text, _ in shapes.ENTRY.findall(page)]


class LogLines(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.close)
        configuration = CONFIGURATION.replace("127.0.0.1:9", f"127.0.0.1:{self.server.server_address[1]}")
        with mock.patch.object(ctl, "CONFIGURATION", configuration), mock.patch.object(ctl, "MESSAGES", []):
            self.desk = change.Desk(True)
        self.addCleanup(self.desk.close)
        said = self.desk.write("said", SAID)
        hook = self.desk.write("hook", f"#!/bin/sh\ncat '{said}' >&2\nexit 1\n".encode())
        os.chmod(hook, stat.S_IRWXU)

    def send(self, n, sender=None, recipients=(b"<" + QUEUE + b">\0",), subject=b"Hello", more=(),
             values=None, body=b"x\r\n"):
        fields = [(b"From", b"Joe <joe%d@beta.example>" % n), (b"Subject", subject),
                  (b"Message-ID", b"<%d@x>" % n), *more]
        with contextlib.closing(Talker(self.desk.path("milter.sock"))) as client:
            client.values = values or {b"i": b"Q%d" % n}
            return client.mail(sender or b"<joe%d@beta.example>\0" % n, recipients, fields, body)

    def send_all(self):
        part = b"--b\r\nContent-Disposition: attachment; filename=\"" + EVIL + b"\"\r\n\r\nx\r\n--b--\r\n"
        cases = [
            *({"values": {b"i": b"Q", name: EVIL}} for name in MACROS),
            {"sender": b"<" + EVIL + b"@x.example>\0BODY=" + EVIL + b"\0SIZE=" + EVIL + b"\0"},
            {"recipients": [b"<" + QUEUE + b">\0ORCPT=" + EVIL + b"\0", b"<" + EVIL + b">\0",
                            b"<support+1-" + EVIL + b"@example.com>\0"]},
            {"subject": EVIL}, {"subject": b"buy cheap " + EVIL}, {"more": [(EVIL, b"x"), (b"X-A", EVIL)]},
            {"subject": b"buy cheap " + EVIL, "recipients": [b"<" + QUEUE + b">\0", b"<x@else.example>\0"]},
            {"more": [(name, EVIL) for name in (b"Sender", b"Reply-To", b"To", b"Date", b"References", b"In-Reply-To",
                                                b"Auto-Submitted", b"Authentication-Results", b"List-Id")]},
            {"more": [(b"From", EVIL + b" <" + EVIL + b"@x.example>"),
                      (b"Content-Type", b"multipart/mixed; boundary=b")], "body": part},
            {"values": {b"i": EVIL}, "body": b"x" * (2 << 20)},  # more than may be in flight: put off
        ]
        return [self.send(n, **case) for n, case in enumerate(cases)]

    def test_fault_14_lines_of_the_log(self):
        answers = self.send_all()
        self.assertEqual(answers[-1:], [b"y"])
        self.assertEqual(self.desk.run("receiver", "test", "hook").returncode, 69)
        for words in ["set", "1", "status=waiting", "--by", "FORGED x", "--why", "a"], ["note", "1", "-m", EVIL]:
            self.desk.run(*words)
        self.desk.daemon.wait_for(lambda: "takes no mail" in self.desk.daemon.log(), "the server")
        with open(self.desk.daemon.log_path, "rb") as file:
            raw = file.read()
        lines = raw.decode().splitlines()  # and it is UTF-8
        self.assertEqual(len(lines), raw.count(b"\n"), "line ends of other kinds")
        known = patterns()
        for line in lines:
            self.assertIsNone(UNSAFE.search(line), line)
            self.assertLessEqual(len(line.encode()), LINE_MAX)
            self.assertFalse(line.startswith("ticketmilter: FORGED"), line)
            self.assertTrue(any(pattern.fullmatch(line) for pattern in known), line)
        for word in "not recorded", "state=sent", "state=failed", "takes no mail", "refused for our recipients":
            self.assertTrue([line for line in lines if word in line], (word, lines))


if __name__ == "__main__":
    unittest.main()
