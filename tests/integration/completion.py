#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""contrib/completion/ticketctl.bash: what bash would offer for command lines, and one line typed into a real bash."""
import os
import pty
import re
import select
import shutil
import subprocess
import time
import unittest

import ctl

HERE = os.path.dirname(os.path.abspath(__file__))
SCRIPT = os.path.join(HERE, "../../contrib/completion/ticketctl.bash")
SCHEMA = os.path.join(HERE, "../../docs/json-schema.md")
PATIENCE_S = 60

STATUSES = ["new", "open", "waiting", "pending", "resolved", "closed", "held", "unsorted", "spam"]
PURPOSES = ["reply", "note", "bounce", "confirm", "acknowledge", "feedback", "status"]

# Words as bash splits them (`=` is one of its own), the last one being typed; what is offered, in any order.
LINES = [
    (["l"], ["list"]),
    (["to"], ["token"]),
    (["lsit", ""], []),
    (["token", ""], ["address", "list", "revoke", "rotate"]),
    (["token", "ro"], ["rotate"]),
    (["--json", "token", "r"], ["revoke", "rotate"]),
    (["--j"], ["--json"]),
    (["list", "--q"], ["--queue"]),
    (["template", "show", ""], ["ack", "confirm", "resolved", "remind", "closing"]),
    (["template", "show", "--lang", "d"], ["de"]),
    (["quarantine", ""], ["drop", "list", "release", "show"]),
    (["list", "--l"], ["--limit"]),
    (["show", "1", "--w"], ["--whole"]),
    (["show", "1", "--q"], []),
    (["rep"], ["reply", "report"]),
    (["report", "--q"], ["--queue"]),
    (["report", "--queue", "h"], ["hosting"]),
    (["report", "--customer", "g"], ["gamma"]),
    (["list", "--queue", ""], ["bare", "hosting", "support"]),
    (["list", "--queue", "=", "s"], ["support"]),
    (["list", "--queue", "="], ["bare", "hosting", "support"]),
    (["list", "--status", "open,w"], ["open,waiting"]),
    (["list", "--status", ""], [*STATUSES, "merged", "all"]),
    (["list", "--limit", ""], []),
    (["list", ""], []),
    (["set", "1", "st"], ["status="]),
    (["set", "1", "u"], ["until="]),
    (["sha"], ["share"]),
    (["unshare", "1", ""], []),
    (["set", "1", "status", "=", "re"], ["resolved"]),
    (["set", "1", "status", "="], STATUSES),
    (["set", "1", "status", "=", "open", "priority", "=", ""], ["P1", "P3"]),
    (["set", "1", "type", "=", "p"], ["problem"]),
    (["set", "1", "workaround", "=", ""], ["yes", "no"]),
    (["set", "1", "queue", "=", "h"], ["hosting"]),
    (["set", "1", "assignee", "=", ""], ["anna", "none"]),
    (["set", "1", "subject", "=", ""], []),
    (["set", "--by", ""], ["anna"]),
    (["assign", "1", ""], ["anna", "none"]),
    (["assign", "--why", "he asked", "1", "an"], ["anna"]),
    (["assign", "1", "anna", ""], []),
    (["token", "address", "1", ""], PURPOSES),
    (["token", "address", "1", "re"], ["reply"]),
    (["token", "revoke", ""], ["{key}"]),
    (["customer", ""], ["delta", "gamma"]),
    (["calendar", ""], ["ask", "between", "due", "import", "windows"]),
    (["calendar", "due", ""], ["office"]),
    (["calendar", "ask", "office", "next"], ["next_open", "next_close"]),
    (["contact", "list", "--customer", "g"], ["gamma"]),
    (["explain", "{root}/mess"], ["{root}/message0", "{root}/message1"]),
    (["mta", "check", "--config-dir", "{root}/di"], ["{root}/dir"]),
    (["-c", "{root}/none.yaml", "list", "--queue", ""], []),
    (["-c", "{root}/other.yaml", "list", "--queue", ""], ["elsewhere"]),
    (["--config", "=", "{root}/other.yaml", "list", "--queue", ""], ["elsewhere"]),
]

COMPLETE = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
_ticketctl "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
((${#COMPREPLY[@]} == 0)) || printf '%s\\n' "${COMPREPLY[@]}"
"""


@unittest.skipIf(shutil.which("bash") is None, "no bash")
class CompletionTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.desk = ctl.Desk(filled=False)
        bare = "  bare: {name: Bare, addresses: [bare@example.com]}\n  support:"
        cls.desk.write("ticketmilter.yaml", ctl.read(cls.desk.config).replace(b"  support:", bare.encode()))
        cls.desk.write("other.yaml", b"instance: other\nqueues: {elsewhere: {addresses: [x@example.com]}}\n")
        with open(cls.desk.config, "ab") as file:
            file.write(b"calendars: {office: {hours: 24x7}}\n")
        for name in ("message0", "message1"):
            cls.desk.write(name, b"x\n")
        os.mkdir(cls.desk.path("dir"))
        cls.key = cls.desk.json("token", "rotate")["key"]

    @classmethod
    def tearDownClass(cls):
        cls.desk.close()

    def offered(self, words):
        if words[0] not in ("-c", "--config"):
            words = ["-c", self.desk.config, *words]
        done = subprocess.run(["bash", "--norc", "-c", COMPLETE, "bash", SCRIPT, ctl.PROGRAM, *words], check=False,
                              capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""), words)
        return done.stdout.splitlines()

    def test_lines(self):
        for words, expected in LINES:
            words, expected = ([text.format(root=self.desk.root, key=self.key) for text in texts]
                               for texts in (words, expected))
            with self.subTest(words=words):
                self.assertEqual(sorted(self.offered(words)), sorted(expected))

    def test_every_command_and_option(self):
        text = self.desk.text("--help", COLUMNS="200")
        commands = re.findall(r"(?m)^  ([a-z]+(?: [a-z]+)?)(?= )", text.split("\noptions\n")[0])
        self.assertGreater(len(commands), 20)
        for command in commands:
            words = command.split()
            with self.subTest(command=command):
                self.assertIn(words[-1], self.offered([*words[:-1], words[-1][:1]]))
                options = self.desk.text(*words, "--help", COLUMNS="200").split("\noptions\n")[1]
                self.assertEqual(set(self.offered([*words, "--"])), set(re.findall(r"(?m)^  .{4}(--[a-z-]+)", options)))

    def test_fixed_values(self):
        """Those that the script knows by itself are those of the program."""
        row = re.search(r"(?m)^\| `status` \| string \| one of (.*) \|$", ctl.read(SCHEMA).decode())
        self.assertEqual(set(re.findall(r"`(\w+)`", row.group(1))), {*STATUSES, "merged"})
        done = self.desk.run("token", "address", "1", "x")
        self.assertIn(f"one of {', '.join(PURPOSES)}".encode(), done.stderr)

        done = self.desk.run("calendar", "ask", "office", "x", "2026-11-06")
        self.assertIn(f"one of {', '.join(self.offered(['calendar', 'ask', 'office', '']))}".encode(), done.stderr)

    def test_typed_into_bash(self):
        pid, fd = pty.fork()
        if pid == 0:
            os.environ.update(TERM="dumb", PS1="$ ", HISTFILE="/dev/null", INPUTRC="/dev/null")
            os.execvp("bash", ["bash", "--norc", "--noprofile", "-i"])
        self.addCleanup(os.waitpid, pid, 0)
        self.addCleanup(os.close, fd)
        os.write(fd, f"source '{SCRIPT}'; alias ticketctl='{ctl.PROGRAM}'; PATH={os.path.dirname(ctl.PROGRAM)}:$PATH\n"
                 f"ticketctl -c {self.desk.config} set 1 status=pen\t".encode())
        said, until = b"", time.monotonic() + PATIENCE_S
        while b"status=pending" not in said.replace(b"\r", b"").replace(b"\x07", b""):
            ready, _, _ = select.select([fd], [], [], max(until - time.monotonic(), 0))
            self.assertTrue(ready, said)
            said += os.read(fd, 4096)


if __name__ == "__main__":
    unittest.main()
