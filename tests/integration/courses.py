#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""The published support policies of contrib/policies, each played from the first mail on through a week or more: every
mail that goes out, every page, every clock, by a desk whose time is an argument (tests/support/timed-desk).

tests/data/courses/POLICY.txt is what happens, and what comes of it.  Lines that begin with > are ours:

    > Fri 2026-11-20 17:00 mail WHO TO SUBJECT     by the clocks of the desk's zone; WHO is an address or an agent's id
    >: FIELD: VALUE                                of its header
    >| TEXT                                        of its body
    > Fri 2026-11-20 17:00 do set ticket=1 ...     what ticketctl asks the desk for (desk/control.h), verb and fields
    > Fri 2026-11-20 17:00 wait                    nothing but time

TO is an address, #N the address for answers that the ticket's mail shows to agents, `reply` where the last mail that
WHO got wants its answer, or *WORD the address in that mail that has the word.  All other lines are what the desk did by
then; # begins a comment.  With TM_WRITE_COURSES=yes they are written anew: read the difference."""
import collections
import email
import email.policy
import importlib
import os
import re
import shlex
import subprocess
import unittest

sla_policies = importlib.import_module("sla-policies")
SOURCE = sla_policies.SOURCE
COURSES = os.path.join(SOURCE, "tests", "data", "courses")
PROGRAM = os.path.abspath("tests/support/timed-desk")
STEP = re.compile(r"> (\w{3} \d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?) (\w+)(?: (.*))?")
TOKEN = re.compile(r"\+(\d+-[a-z])[a-z2-7]{16}")
# What is sent of a page, but for what says the same again.
PAGE = re.compile(r'"(timestamp|at|client_url|source)": ?"[^"]*",? ?')


class Letter:
    """A mail as it arrives: header fields and text."""

    def __init__(self, raw, edits=()):
        self.message = email.message_from_bytes(raw, policy=email.policy.default)
        for op, name, value in edits:
            if op in ("add", "change", "delete"):
                del self.message[name]
            if op in ("add", "change"):
                self.message[name] = re.sub(r"\s*\n\s+", " ", value.encode().decode("unicode_escape")).strip()

    def __getitem__(self, name):
        return " ".join(str(self.message[name] or "").split())

    def text(self):
        body = self.message.get_body(("plain",))
        return body.get_content() if body is not None else ""


class TimedDesk:
    def __init__(self, desk, first):
        self.desk = desk
        self.process = subprocess.Popen([PROGRAM, desk.config, str(first)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)

    def close(self):
        self.process.stdin.close()
        with self.process.stdout as rest:
            rest.read()
        return self.process.wait(60)

    def ask(self, *words, raw=b""):
        """[(words, bytes)] of the answer's lines."""
        self.process.stdin.write("\t".join(map(str, words)).encode() + b"\n" + raw)
        self.process.stdin.flush()
        answer = []
        while (line := self.process.stdout.readline()) != b"done\n":
            assert line, "timed-desk ended: look at what it says above"
            words = line.decode().rstrip("\n").split("\t")
            data = b""
            if words[0] in ("mail", "page", "body", "passed"):
                data = self.process.stdout.read(int(words[-1]))
                self.process.stdout.readline()
            answer.append((words, data))
        return answer


class Course:
    def __init__(self, name):
        self.path = os.path.join(COURSES, name + ".txt")
        self.desk = sla_policies.Desk(name)
        self.settings = self.desk.settings()
        self.known = {}                        # "ticket 1", "clock 1 update 1": how it stands
        self.last = collections.defaultdict(lambda: None)  # address: the last mail that it got
        self.n_mails = 0
        self.timed = None

    def close(self):
        assert self.timed is None or self.timed.close() == 0
        self.desk.close()

    def epoch(self, wall):
        return int(sla_policies.datetime.datetime.fromisoformat(
            self.desk.instant(wall).replace("Z", "+00:00")).timestamp())

    def wall(self, epoch):
        if epoch == "never":
            return epoch
        return self.desk.wall(sla_policies.datetime.datetime.fromtimestamp(
            int(epoch), sla_policies.datetime.timezone.utc).isoformat())

    # --- what is done ---

    def address(self, who, to):
        if to.startswith("#"):
            return self.desk.text("token", "address", to[1:], "reply").strip()
        if to != "reply" and not to.startswith("*"):
            return to
        letter = self.last[who]
        assert letter is not None, f"{who} got no mail"
        if to == "reply":
            return letter.message["Reply-To"].addresses[0].addr_spec
        return next(found for found in re.findall(r"[^\s<>,]+@[\w.-]+\w", letter.text()) if to[1:] in found)

    def mail(self, at, words, more):
        who, to, subject = words.split(" ", 2)
        sender = self.settings.get(f"agents.{who}.addresses[0]") or who
        login = self.settings.get(f"agents.{who}.logins[0]") or "-"
        recipient = self.address(sender, to)
        answered = [f"In-Reply-To: {self.last[sender]['Message-ID']}"] if to == "reply" else []
        self.n_mails += 1
        fields = [f"From: {who.partition('@')[0].capitalize()} <{sender}>", f"To: {recipient}", f"Subject: {subject}",
                  f"Message-ID: <mail{self.n_mails}@mail.example>", *answered,
                  *(line[3:] for line in more if line.startswith(">:")), "MIME-Version: 1.0",
                  "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"]
        text = "".join(line[3:] + "\r\n" for line in more if line.startswith(">|"))
        raw = ("\r\n".join(fields) + "\r\n\r\n" + text).encode()
        client = next((line[len(">: client: "):] for line in more if line.startswith(">: client: ")), "198.51.100.7")
        answer = self.timed.ask("receive", at, sender, recipient, client, login, len(raw), raw=raw)
        if login != "-":
            answer.append((["sent", recipient], raw))
        return answer

    def step(self, at, verb, words, more):
        if verb == "mail":
            return self.mail(at, words, more)
        if verb == "do":
            what, *fields = shlex.split(words)
            return self.timed.ask("do", at, f"do={what}", *fields)
        assert verb == "wait", f"{verb}: mail, do or wait"
        return self.timed.ask("until", at)

    # --- what came of it ---

    def letter(self, recipients, letter):
        for address in recipients:
            self.last[address] = letter
        yield from (f"      | {line}".rstrip() for line in letter.text().splitlines())

    def sent(self, answer):
        """What became of an agent's own mail: whom it reached, and how it looked then."""
        words, raw = answer.pop()
        recipients, edits, body = [words[1]], [], None
        for line, data in answer:
            if line[0] == "edit" and line[1] == "add_rcpt":
                recipients.append(line[3])
            elif line[0] == "edit" and line[1] == "del_rcpt":
                recipients.remove(line[3])
            elif line[0] == "edit":
                edits.append(line[1:])
            elif line[0] == "body":
                body = data
        head = raw.partition(b"\r\n\r\n")[0]
        letter = Letter(head + b"\r\n\r\n" + body if body is not None else raw, edits)
        if recipients:
            yield f"    goes to {', '.join(recipients)}: {letter['Subject']} (From {letter['From']})"
            yield from self.letter(recipients, letter)

    def state(self, words):
        if words[0] == "ticket":
            key, value = f"ticket {words[1]}", "{}, {}, {}, assignee {}, customer {}".format(*words[2:])
        else:
            key = "clock {} of {}".format(f"{words[2]} {words[3]}", words[1])
            due = "" if words[5] in ("met", "ended") else f", due {self.wall(words[6])}"
            late = ", late" if words[7] == "late" else ""
            value = f"{words[4]}, {words[5]}{due}{late}"
        if self.known.get(key) != value:
            self.known[key] = value
            yield f"    {key}: {value}"

    def lines(self, answer):
        sent = list(self.sent(answer)) if answer and answer[-1][0][0] == "sent" else []
        at = ""
        for words, data in answer:
            if words[0] == "at":
                at = self.wall(words[1])
            elif words[0] in ("ticket", "clock"):
                yield from ((at, line) for line in self.state(words))
            elif words[0] == "plan":
                refusal = f": {words[3]} {words[4]}" if words[3] != "-" else ""
                yield at, f"    {words[1]} ticket {words[2]}{refusal}"
                yield from ((at, line) for line in sent)
            elif words[0] in ("said", "refused"):
                yield at, f"    {words[1]}"
            elif words[0] == "mail":
                letter = Letter(data)
                yield at, f"    mail ({words[1]}) to {words[3]}: {letter['Subject']}"
                yield from ((at, line) for line in self.letter(words[3].split(","), letter))
            elif words[0] == "page":
                yield at, f"    page to {words[1]}: {PAGE.sub('', data.decode())}"

    def play(self):
        """The whole file, as it turns out."""
        text = sla_policies.read(self.path)
        source = [line for line in text.splitlines() if line.startswith((">", "#")) or not line.strip()]
        out, i, began = [], 0, 0  # `began`: where what came of the last step ends
        while i < len(source):
            step = STEP.fullmatch(source[i])
            out.append(source[i])
            i += 1
            if step is None:
                assert not out[-1].startswith(">"), f"no step: {out[-1]}"
                continue
            first = i
            while i < len(source) and source[i].startswith((">|", ">:")):
                i += 1
            out += source[first:i]
            at = self.epoch(step[1])
            if self.timed is None:
                self.timed = TimedDesk(self.desk, at - 1)
            # What came due since the last step stands behind that.
            out[began:began] = self.headed(self.timed.ask("until", at - 1))
            out += self.headed(self.step(at, step[2], step[3], source[first:i]))
            began = len(out)
        return "\n".join(out) + "\n", text

    def headed(self, answer):
        """With a line for each time at which something happened."""
        last = None
        for at, line in self.lines(answer):
            if at != last:
                yield f"  {at}"
            last = at
            yield TOKEN.sub(r"+\1…", line)


class Courses(unittest.TestCase):
    maxDiff = None

    def check(self, name):
        course = Course(name)
        try:
            played, expected = course.play()
        finally:
            course.close()
        if os.environ.get("TM_WRITE_COURSES"):
            with open(course.path, "w", encoding="utf-8") as out:
                out.write(played)
        self.assertEqual(played, expected)

    def test_stakater(self):
        self.check("stakater")

    def test_skyscrapers(self):
        self.check("skyscrapers")

    def test_freistilbox(self):
        self.check("freistilbox")


if __name__ == "__main__":
    unittest.main()
