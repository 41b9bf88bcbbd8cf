#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Row 12 of FAULTS.md: thousands of mails whose forged senders are all one victim's address, at a running daemon."""
import collections
import concurrent.futures
import contextlib
import os
import sys
import unittest
from unittest import mock

import change
import ctl

sys.path.append(os.path.join(os.path.abspath(os.environ.get("srcdir", ".")), "tests", "support"))

import milter  # noqa: E402

N, CLIENTS, HOUR, MINUTE = 5000, 8, 3, 60
CONFIGURATION = ctl.CONFIGURATION.replace("  send: no", f"  delay: 0s\n  hour: {HOUR}\n  minute: {MINUTE}")


def victim(n):
    """One person, in the ways in which an address can be written."""
    return ("victim@acme.example", f"victim+{n}@acme.example", "VICTIM@ACME.example",
            f"prvs={n:010d}=victim@acme.example")[n % 4]


def forged(n):
    sender = victim(n)
    raw = ctl.message(f"Buy {n} pills", f"http://evil.example/{n}", sender=sender.rpartition("=")[2],
                      msgid=f"evil{n}").replace(b"From: Eve ", b'From: "Pills at evil.example" ')
    return sender, raw


class Floods(unittest.TestCase):
    def setUp(self):
        with mock.patch.object(ctl, "CONFIGURATION", CONFIGURATION), mock.patch.object(ctl, "MESSAGES", []):
            self.desk = change.Desk(True)
        self.addCleanup(self.desk.close)

    def send(self, numbers):
        with contextlib.closing(milter.Client(self.desk.path("milter.sock"))) as client:
            return [client.message(sender, "support@example.com", raw) for sender, raw in map(forged, numbers)]

    def test_fault_12_five_thousand_name_one_victim(self):
        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as clients:
            answers = sum(clients.map(self.send, [range(i, N, CLIENTS) for i in range(CLIENTS)]), [])
        self.assertEqual(collections.Counter(answers), {"accept": N})
        self.assertEqual(len(self.desk.json("list", "--limit", str(N + 1))["tickets"]), N)
        rows = self.desk.json("outbox", "list", "--all")["outbox"]
        self.assertEqual([row["kind"] for row in rows], ["ack"] * HOUR)
        for row in rows:
            whole = str(self.desk.json("outbox", "show", str(row["id"]))["mail"])
            for word in "pills", "Pills", "evil":
                self.assertNotIn(word, whole)


if __name__ == "__main__":
    unittest.main()
