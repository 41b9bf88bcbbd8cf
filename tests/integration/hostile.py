#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Rows 9, 14, 15 and 23 of FAULTS.md at the running daemon: mail that lacks what it should have, tries to write
headers, comes in masses, or is no text as it should be."""
import concurrent.futures
import contextlib
import os
import re
import sqlite3
import sys
import unittest
from unittest import mock

import change
import ctl

sys.path.append(os.path.join(os.path.abspath(os.environ.get("srcdir", ".")), "tests", "support"))

import milter  # noqa: E402

QUEUE = "support@example.com"
FROM, TO, DATE, ID = (b"From: Eve <eve@acme.example>\n", b"To: support@example.com\n",
                      b"Date: Fri, 20 Nov 2026 16:00:00 +0000\n", b"Message-ID: <same@acme.example>\n")

# Row 9: each is another message than all before it; what it is marked with.
LACKING = [
    ("whole", FROM + DATE + ID + b"\nOne.\n", set()),
    ("same id, another body", FROM + DATE + ID + b"\nAnother one.\n", {"repeated_message_id"}),
    ("same id, another subject", FROM + DATE + ID + b"Subject: x\n\nOne.\n", {"repeated_message_id"}),
    ("no id", FROM + DATE + b"\nOne.\n", {"no_message_id"}),
    ("no id, another body", FROM + DATE + b"\nAnother one.\n", {"no_message_id"}),
    ("no date", FROM + b"Message-ID: <nodate@acme.example>\n\nOne.\n", {"no_date"}),
    ("no from", DATE + b"Message-ID: <nofrom@acme.example>\n\nOne.\n", {"no_from"}),
    ("no body", FROM + DATE + b"Message-ID: <nobody@acme.example>\n\n", set()),
    ("nothing but a body", b"\nOne.\n", {"no_from", "no_date", "no_message_id"}),
    ("nothing", b"\n", {"no_from", "no_date", "no_message_id"}),
]

# Row 14: what stands decoded in fields and names; none of it may begin a header of its own or ring a bell.
EVIL = ["=?utf-8?q?a=0d=0aBcc:_victim=40example.net?=", "=?utf-8?q?a=0aX-Evil:_1?=", "=?utf-8?b?YQ0KDQpib2R5?=",
        "=?utf-8?q?a=00=01=1b[2J=7f?=", "=?utf-8?q?=e2=80=ae_=e2=80=a8_=c2=85?="]
PLACES = {
    "subject": "Subject: {0}\n\nx\n",
    "name": "Sender: x\nReply-To: {0} <eve@acme.example>\n\nx\n",
    "file name": "MIME-Version: 1.0\nContent-Type: application/x-thing; name=\"{0}\"\n"
                 "Content-Disposition: attachment; filename=\"{0}\"\n\nx\n",
    "id": "References: <{0}@x.example>\nIn-Reply-To: <{0}@x.example>\n\nx\n",
}
CONTROL = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]|\n(?![ \t])")

# Row 23: (fields, body) that are no text as they should be; the bytes that must be on record.
RAW = [
    (b"", b"NUL \0 within\r\n"), (b"", b"bare \r CR\r\n"), (b"Subject: caf\xe9 \xff\xfe\n", b"8-bit \xe9\xff\r\n"),
    (b"", b"x" * 100000 + b"\r\n"), (b"Content-Type: text/plain; charset=utf-8\n", b"not \xc3\x28 UTF-8\r\n"),
    (b"Content-Type: text/plain; charset=x-unknown\n", b"\x80\x81\xfe\r\n"),
    (b"MIME-Version: 1.0\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n", b"=A*==B\x00%%%\r\n"),
    (b"", b"no line end"), (b"", b""),
]

N_AT_ONCE, BOUNDARY_LINES, PEAK_KB = 20, 2000000, 1200 << 10


class Hostile(unittest.TestCase):
    def setUp(self):
        configuration = ctl.CONFIGURATION.replace("  send: no", "  delay: 1h\n  minute: 1000\n  hour: 1000").replace(
            "reply_to: keep", "reply_to: token")
        with mock.patch.object(ctl, "CONFIGURATION", configuration), mock.patch.object(ctl, "MESSAGES", []):
            self.desk = change.Desk(True)
        self.addCleanup(self.desk.close)
        self.client = milter.Client(self.desk.path("milter.sock"), exact=True)
        self.addCleanup(self.client.close)

    def send(self, raw, sender="eve@acme.example"):
        """The ticket that it went to."""
        self.assertEqual(self.client.message(sender, QUEUE, raw), "accept", raw[:200])
        return int(self.client.mark("X-Ticket-ID"))

    def recorded(self, ticket):
        [message] = self.desk.ticket(ticket)["messages"]
        return message

    def sizes(self):
        with contextlib.closing(sqlite3.connect(self.desk.path("tickets.db"))) as database:
            return [size for size, in database.execute("SELECT size FROM message ORDER BY id")]

    def test_fault_9_nothing_is_merged_away(self):
        tickets = [self.send(raw) for _, raw, _ in LACKING]
        self.assertEqual(tickets, list(range(1, len(LACKING) + 1)))
        for (name, _, flags), ticket in zip(LACKING, tickets):
            with self.subTest(name):
                self.assertEqual(set(self.recorded(ticket)["flags"]) - {"malformed"}, flags)

    def test_fault_14_every_header_is_clean(self):
        for n, (place, form) in enumerate(PLACES.items()):
            for i, evil in enumerate(EVIL):
                with self.subTest(place=place, evil=evil):
                    who = evil if place == "name" else "Eve"
                    head = f"From: {who} <eve{n}{i}@acme.example>\nDate: Fri, 20 Nov 2026 16:00:00 +0000\n"
                    self.send((head + f"Message-ID: <{n}.{i}@acme.example>\n" + form.format(evil)).encode(),
                              f"eve{n}{i}@acme.example")
                    for kind, data in self.client.edits:
                        if kind in milter.HEADER_EDITS:
                            name, value, rest = data[milter.HEADER_EDITS[kind]:].split(b"\0")
                            self.assertEqual((CONTROL.search(value), rest), (None, b""), (name, value))
                            self.assertRegex(name, rb"\A[!-9;-~]+\Z")
        rows = self.desk.json("outbox", "list", "--limit", "100")["outbox"]
        self.assertEqual(len(rows), len(PLACES) * len(EVIL))
        for row in rows:
            for value in row["subject"], *row["recipients"]:
                self.assertIsNone(CONTROL.search(value.encode()), value)

    def one_monster(self, n, body):
        with contextlib.closing(milter.Client(self.desk.path("milter.sock"))) as client:
            client.begin()
            head = FROM + DATE + f"Message-ID: <monster{n}@acme.example>\n".encode() + (
                b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n")
            *commands, end = client.steps("eve@acme.example", QUEUE, head)
            for command in [*commands, *((b"B", piece) for piece in body), end]:
                kind = client.step(*command)
                if kind != b"c":
                    break
            return milter.FINAL[kind]

    def test_fault_15_twenty_at_once(self):
        """10 MB of boundary lines each."""
        lines = b"--b\r\n" * BOUNDARY_LINES
        body = [lines[i:i + 65535] for i in range(0, len(lines), 65535)]
        with concurrent.futures.ThreadPoolExecutor(N_AT_ONCE) as clients:
            answers = list(clients.map(lambda n: self.one_monster(n, body), range(N_AT_ONCE)))
        self.assertEqual(answers, ["accept"] * N_AT_ONCE)
        with open(f"/proc/{self.desk.daemon.process.pid}/status", encoding="ascii") as status:
            peak_kb = int(re.search(r"VmHWM:\s+(\d+) kB", status.read())[1])
        self.assertLess(peak_kb, PEAK_KB)
        sizes = self.sizes()
        self.assertEqual((len(sizes), min(sizes) > len(lines)), (N_AT_ONCE, True))

    def test_fault_23_recorded_to_the_byte(self):
        sent = []
        for n, (fields, body) in enumerate(RAW):
            raw = FROM + DATE + f"Message-ID: <raw{n}@acme.example>\n".encode() + fields + b"\n" + body
            self.recorded(self.send(raw))  # read as JSON, which is UTF-8
            sent.append(len(milter.as_sent(raw)))
        self.assertEqual(self.sizes(), sent)
        self.desk.text("db", "check", "--thorough")  # unpacks all of them


if __name__ == "__main__":
    unittest.main()
