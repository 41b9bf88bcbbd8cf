#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Faults by number, as far as files and ticketctl show them."""
import json
import os
import re
import subprocess
import unittest

import ctl

UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")

# How a part may name its file, %s the directory that must stay empty; what is recorded, None: the part has no name.
NAMES = [
    ('filename="../../../..%s/one"', "one"),
    ('filename="%s/two"', "two"),
    ('filename="..\\\\..\\\\three.exe"', "three.exe"),
    ("filename*=utf-8''..%%2F..%%2Fouter%%2Ffour", "four"),
    ('filename=".."', None),
    ('filename="/"', None),
    ("filename*=utf-8''five%%00.exe", "five"),
    ("filename*=utf-8''six%%0D%%0ASubject:%%20owned", "six Subject: owned"),
    ("filename*=utf-8''seven%%E2%%80%%AEfdp.exe", "sevenfdp.exe"),
    ("filename*=utf-8''%%E2%%81%%A6eight%%E2%%81%%A9%%1B%%5B2J", "eight [2J"),
    ('filename="=?utf-8?b?4oCubmluZQ==?="', "nine"),
    ('filename="' + "t" * 10000 + '.pdf"', None),
]


def message(names):
    parts = "".join(f"--b\nContent-Type: application/x-thing\nContent-Disposition: attachment; {name}\n\nx\n"
                    for name in names)
    return (f"From: eve@acme.example\nSubject: names\nMessage-ID: <names@acme.example>\nMIME-Version: 1.0\n"
            f"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nSee there.\n{parts}--b--\n").encode()


class FaultsTest(unittest.TestCase):
    def setUp(self):
        self.desk = ctl.Desk(filled=False)
        self.addCleanup(self.desk.close)
        assert self.desk.run("token", "rotate").returncode == 0

    def files(self):
        return sorted(os.path.join(directory, name) for directory, _, names in os.walk(self.desk.root)
                      for name in names if not name.startswith("tickets.db"))

    def test_fault_24_attachment_names(self):
        outer = self.desk.path("outer")
        inner = self.desk.path("outer/inner/deep")
        os.makedirs(inner)
        file = self.desk.write("message", message([name % outer if "%s" in name else name % ()
                                                   for name, _ in NAMES]))
        before = self.files()
        subprocess.run([ctl.FEED, self.desk.config, "eve@acme.example", "support@example.com", file], check=True,
                       stdout=subprocess.DEVNULL, cwd=inner)
        documents = [self.desk.run("--json", "show", "1").stdout.decode(),
                     self.desk.run("--json", "explain", file).stdout.decode()]
        texts = [self.desk.text("show", "1", "--whole"), self.desk.text("explain", file)]
        self.assertEqual(self.files(), before)
        for text in documents + texts:
            self.assertIsNone(UNSAFE.search(text), text)
        self.assertLessEqual(max(map(len, texts[0].splitlines())), 80)
        attachments = json.loads(documents[0])["ticket"]["messages"][0]["attachments"]
        self.assertEqual(len(attachments), len(NAMES))
        for attachment, (given, expected) in zip(attachments, NAMES):
            with self.subTest(given=given[:60]):
                name = attachment["name"]
                if len(given) > 1000:
                    self.assertLessEqual(len(name.encode()), 255)
                    self.assertRegex(name, r"\At+\.pdf\Z")
                else:
                    self.assertEqual(name, expected)
                if name is not None:
                    self.assertIsNone(UNSAFE.search(name))
                    self.assertNotRegex(name, r"[/\\]|\A\.\.?\Z")

    def test_fault_24_names_on_the_command_line(self):
        """What is named there is looked up in the configuration and the database, never as a file."""
        desk = ctl.Desk()
        self.addCleanup(desk.close)
        os.mkdir(desk.path("texts"))
        desk.write("secret.txt", b"Subject: SECRET\n\nSECRET\n")
        desk.write("secret", b"SECRET\n")
        desk.write("ticketmilter.yaml", ctl.read(desk.config) + b"templates: texts\n")
        before = sorted(os.listdir(desk.root)), desk.digest()
        for name in "../secret", "texts/../../secret", desk.path("secret"), "../../etc/passwd", "secret.txt":
            for words in (["template", "show", name, "1"], ["receiver", "test", name], ["token", "revoke", name],
                          ["calendar", "windows", name, "2026-11-01", "2026-11-02"], ["show", name],
                          ["outbox", "show", name], ["quarantine", "show", name], ["token", "address", "1", name],
                          ["list", "--queue", name], ["customer", name]):
                with self.subTest(words=words):
                    done = desk.run(*words)
                    self.assertNotIn(b"SECRET", done.stdout + done.stderr)
                    self.assertIn(done.returncode, (64, 66), done)
        self.assertEqual((sorted(os.listdir(desk.root)), desk.digest()), before)


if __name__ == "__main__":
    unittest.main()
