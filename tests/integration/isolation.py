#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Messages that end a program which hands them to the MIME library cost the daemon one message each: recorded as it
came, flagged, and the next one is read.  At the usual limits they are screened out; with limits raised as far as they
go, the process that odd messages are read in first ends in the daemon's place."""
import contextlib
import os
import resource
import signal
import subprocess
import sys
import unittest
from unittest import mock

import change
import ctl

sys.path.append(os.path.join(os.path.abspath(os.environ.get("srcdir", ".")), "tests", "support"))

import milter  # noqa: E402

NAIVE = os.path.abspath("tests/support/naive-reader")
MEMORY = 160 << 20
RAISED = """\
limits: {{headers: 100000, header_bytes: 16M, parts: 100000, depth: 100, boundary_lines: 1000000, groups: 50}}
"""
HEAD = "From: eve@acme.example\r\nTo: support@example.com\r\nSubject: {name}\r\nMessage-ID: <{name}@acme.example>\r\n"


# Name, what ends the naive reader, the message.
MONSTERS = [
    ("groups", [signal.SIGSEGV], "To: " + "g:" * 30000 + "\r\n\r\nx\r\n"),
    ("lines", [signal.SIGTRAP, signal.SIGABRT], "MIME-Version: 1.0\r\n"
     "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + "--b\r\n\r\n" * 300000),
]


def message(name, rest):
    head = HEAD.format(name=name)
    return ((head.replace("To: support@example.com\r\n", "") if rest.startswith("To:") else head) + rest).encode()


class Isolation(unittest.TestCase):
    def serve(self, limits):
        with mock.patch.object(ctl, "CONFIGURATION", ctl.CONFIGURATION + limits), \
             mock.patch.object(ctl, "MESSAGES", []):
            desk = change.Desk(True)
        self.addCleanup(desk.close)
        return desk

    def test_naive_reader_dies(self):
        """What is isolated is worth it."""
        for name, ended_by, rest in MONSTERS:
            with self.subTest(name=name):
                done = subprocess.run([NAIVE, str(MEMORY)], input=message(name, rest), stderr=subprocess.DEVNULL,
                                      check=False, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0)))
                if done.returncode == 77:
                    self.skipTest("AddressSanitizer lets nobody bound memory")
                self.assertIn(-done.returncode, ended_by)

    def check(self, limits):
        desk = self.serve(limits)
        with contextlib.closing(milter.Client(desk.path("milter.sock"))) as client:
            for number, (name, _, rest) in enumerate(MONSTERS):
                self.assertEqual(client.message("eve@acme.example", "support@example.com", message(name, rest)),
                                 "accept", name)
                [recorded] = desk.json("show", str(2 * number + 1))["ticket"]["messages"]
                self.assertEqual((recorded["subject"], "unreadable" in recorded["flags"]), (name, True))
                after = ctl.message(f"after {name}", "Still there?", msgid=f"after-{name}")
                self.assertEqual(client.message("eve@acme.example", "support@example.com", after), "accept")
                [recorded] = desk.json("show", str(2 * number + 2))["ticket"]["messages"]
                self.assertEqual((recorded["text"], recorded["flags"]), ("Still there?", []))
        return desk

    def test_usual_limits(self):
        self.assertNotIn("cannot be read safely", self.check("").daemon.log())

    def test_limits_as_high_as_they_go(self):
        log = self.check(RAISED).daemon.log()
        self.assertRegex(log, r"size=\d+ cannot be read safely \((signal|exit status) \d+\)")


if __name__ == "__main__":
    unittest.main()
