#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Row 17 of FAULTS.md by random histories: no word of a note, and nothing of another customer's, in any byte that
leaves.

A history is a list of steps (what, four numbers): customers of two companies and of none write, answer, answer with
somebody else's address, ask for the status, say that they are content; agents answer, write notes, quote, share, merge,
split; time passes, clocks run out.  The numbers pick whom and which, so that what is left of a history when steps are
taken out of it is one, too.  A desk whose time is an argument (tests/support/timed-desk) plays it.

Every text, subject, Message-ID and reason has a word of its own, and the test knows whose it is.  Whatever leaves is
looked through as it is and decoded, for each who gets it.

    histories.py                      N histories of the seeds below
    TM_SEED=7 TM_HISTORIES=1 …        these
"""
import collections
import os
import random
import shutil
import sqlite3
import sys
import tempfile
import unittest

from courses import SOURCE, TimedDesk

sys.path.append(os.path.join(SOURCE, "tests", "support"))

from leakworld import (AGENTS, NAMES, PARTIES, PEOPLE, SECRET, WORD, Leak, World, encode, is_inside,  # noqa: E402
                       readable, token)

N_HISTORIES, N_STEPS, REPLAYS = 40, 30, 150
FIRST = 1795000000  # a Monday in November 2026
CONFIGURATION = """\
instance: example
authserv_ids: [mx.example.com]
auth_milter_tempfails: yes
submit: smtp://127.0.0.1:9
zone: Europe/Berlin
priorities: [{{code: P1, name: Urgent}}, {{code: P3, name: Normal}}]
types: {{problem: {{name: Problem, needs: {{steps: ['text =~ /steps to reproduce/i']}}}}}}
calendars: {{always: {{zone: Europe/Berlin, hours: 24x7}}}}
receivers:
  team: {{mail: support@example.com}}
  hook: {{exec: [/bin/true]}}
escalation:
  loud:
    - {{metric: first_response, lead: 1h, to: [customer.manager, team, hook]}}
    - {{metric: first_response, lead: none, level: 2, to: [customer.manager, hook], repeat: 4h}}
    - {{metric: next_response, lead: 1h, to: [customer.manager, ticket.assignee, hook]}}
plans:
  standard: {{calendar: always, escalation: loud, targets: {{P1: {{first_response: 2h, next_response: 2h, update: 8h}},
             P3: {{first_response: 4h, next_response: 4h, resolution: 72h}}}}}}
queues:
  support: {{name: Example Support, addresses: [support@example.com], type: problem, priority: P3, reply_to: token,
             copy_queue: yes, plan: standard, agents: [anna, bert], mailboxes: {mailboxes}}}
agents:
  anna: {{name: Anna, logins: [al-7931], addresses: [anna.private@staff.example]}}
  bert: {{name: Bert, logins: [bl-2206], addresses: [bert.private@staff.example]}}
customers:
  acme: {{domains: [acme.example], plan: standard, manager: carl@acme.example}}
  other: {{domains: [other.example], plan: standard, manager: mona@other.example}}
unknown_sender: {{policy: {unknown}}}
after: {{remind: [8h], resolve: 20h, close: 30h, close_notice: 4h}}
guards: {{answered: off, next: off}}
ack: {{delay: 0s}}
database: {root}/tickets.db
control: {root}/control.sock
keys: {root}/keys
"""
VARIANTS = [dict(mailboxes="local", unknown="accept"), dict(mailboxes="remote", unknown="hold")]


class Player:
    def __init__(self, root, seed):
        self.root = tempfile.mkdtemp(dir=root)
        self.config = os.path.join(self.root, "ticketmilter.yaml")
        with open(self.config, "w", encoding="utf-8") as out:
            out.write(CONFIGURATION.format(root=self.root, **VARIANTS[seed % len(VARIANTS)]))
        with open(os.path.join(self.root, "keys"), "w", encoding="utf-8") as out:
            out.write(f"k1 active 2026-11-01T00:00:00Z {SECRET.hex()}\n")
        os.chmod(os.path.join(self.root, "keys"), 0o600)
        self.world, self.now, self.counts = World(), FIRST, collections.Counter()
        self.last, self.log = {}, []
        self.timed = TimedDesk(self, FIRST - 1)

    def close(self):
        self.timed.close()
        shutil.rmtree(self.root)

    # --- what is sent ---

    def ask(self, *words, raw=b"", by_agent=False):
        """The answer, when all that left with it has been looked at."""
        answer = self.timed.ask(*words, raw=raw)
        plan = next((line for line, _ in answer if line[0] == "plan"), None)
        if plan is not None:
            self.take_plan(plan)
        for line, data in answer:
            if line[0] == "mail":
                self.counts[line[1]] += 1
                self.left(line[3].split(","), data)
            elif line[0] == "passed":
                self.left(line[2].split(","), data, "" if by_agent else readable(raw))
                self.counts["passed to outsiders"] += by_agent
            elif line[0] == "page":
                self.counts["page"] += 1
                self.world.check_page(data)
            elif line[0] in ("plan", "said", "refused"):
                self.log.append("    " + " ".join(line))
        return plan

    def left(self, recipients, data, but=""):
        for recipient in recipients:
            if not is_inside(recipient):
                self.world.check(recipient, data, but)
                self.last[recipient] = data

    def take_plan(self, plan):
        """Before what left is looked at: whose ticket it is, and of which its words are."""
        self.pending(plan[1], int(plan[2]))

    def pending(self, action, ticket):
        pass

    def mail(self, sender, recipients, subject, text, ids, pick, authenticated=False, login="-", cc=(), words=(),
             shares=()):
        """`ids`: what it refers to."""
        own = f"{self.world.make('id', PARTIES.get(sender))}@mail.example"
        names = self.world.messages[own] = [own.partition("@")[0], *words]
        body, more = encode(text, pick)
        fields = [f"From: {sender.partition('@')[0].capitalize()} <{sender}>",
                  f"To: {recipients[0]}", *([f"Cc: {', '.join(cc)}"] if cc else []),
                  f"Subject: {subject}", f"Message-ID: <{own}>", "Date: Mon, 16 Nov 2026 10:00:00 +0000",
                  *([f"In-Reply-To: <{ids[-1]}>", "References: " + " ".join(f"<{one}>" for one in ids)] if ids else []),
                  *(["Authentication-Results: mx.example.com; dmarc=pass header.from=" + sender.rpartition("@")[2]]
                    if authenticated else []), "MIME-Version: 1.0", *more]
        raw = ("\r\n".join(fields) + "\r\n\r\n").encode() + body

        def pending(action, ticket):
            world = self.world
            if action not in ("open", "append", "note"):
                return
            if ticket not in world.tickets:
                world.tickets.append(ticket)
                world.subjects[ticket] = subject
                world.share(ticket, sender)
            for name in names:
                world.words[name].ticket = world.home(ticket)
                if action == "note" and login != "-":
                    world.words[name].kind = "note" if world.words[name].kind in ("note", "answer") else "why"
            world.threads[world.home(ticket)].append(own)
            asked = world.subjects.get(ticket) == subject and action == "open"
            if action != "note" and (login != "-" or (authenticated and asked)):
                for address in [*cc, *shares]:
                    world.share(ticket, address)

        self.pending = pending
        self.log.append(f"  {sender} to {', '.join(recipients)}: {subject} | {text!r} ids {ids}")
        plan = self.ask("receive", self.now, sender, ",".join([*recipients, *cc]), "198.51.100.7", login, len(raw),
                        raw=raw, by_agent=login != "-")
        self.pending = lambda action, ticket: None
        self.counts[f"{'agent' if login != '-' else 'customer'}: {plan[1] if plan else 'nothing'}"] += 1
        return plan

    def do(self, what, *fields):
        self.log.append(f"  do {what} {' '.join(fields)}")
        answer = self.timed.ask("do", self.now, f"do={what}", *fields)
        refused = next((line[1] for line, _ in answer if line[0] == "refused"), None)
        self.counts[f"{what}: {'refused' if refused else 'done'}"] += 1
        return answer, refused

    def look(self, answer):
        for line, data in answer:
            if line[0] == "mail":
                self.counts[line[1]] += 1
                self.left(line[3].split(","), data)
            elif line[0] == "page":
                self.counts["page"] += 1
                self.world.check_page(data)
            elif line[0] in ("said", "refused"):
                self.log.append("    " + " ".join(line))

    # --- steps ---

    def ticket(self, pick):
        tickets = self.world.tickets
        return tickets[pick % len(tickets)] if tickets else None

    def text(self, kind, party, ticket):
        """Long enough to be known again (core/shingle.h)."""
        name = self.world.make(kind, party, ticket)
        return name, f"{name} " + " ".join(f"{name[2:]}w{i}" for i in range(12))

    def opens(self, who, cc, sure, pick):
        sender = PEOPLE[who % len(PEOPLE)]
        party = PARTIES[sender]
        subject, (name, text) = self.world.make("subject", party), self.text("body", party, 0)
        copied = [PEOPLE[cc % len(PEOPLE)]] if cc % 3 == 0 and PEOPLE[cc % len(PEOPLE)] != sender else []
        self.mail(sender, ["support@example.com"], f"Trouble {subject}", text, [], pick, sure % 2 == 0, cc=copied,
                  words=[subject, name])

    def writes(self, who, which, sure, pick):
        """To a ticket's address, which may have been passed on."""
        ticket = self.ticket(which)
        if ticket is None:
            return
        sender = PEOPLE[who % len(PEOPLE)]
        party = PARTIES[sender]
        own = [one for one in self.world.threads[self.world.home(ticket)]
               if self.world.words[one.partition("@")[0]].party == party][-2:]
        name, text = self.text("body", party, 0)
        subject = self.world.make("subject", party)
        recipient = token(ticket, "rrrs"[pick // 8 % 4]) if pick % 5 else "support@example.com"
        self.mail(sender, [recipient], f"Re: {subject}", text, own, pick, sure % 2 == 0, words=[subject, name])

    def says(self, who, which, word, pick):
        ticket = self.ticket(which)
        if ticket is not None:
            sender = PEOPLE[who % len(PEOPLE)]
            name, text = self.text("body", PARTIES[sender], 0)
            recipient = token(ticket, "f").replace("@", "-good@" if word % 2 else "-bad@")
            self.mail(sender, [recipient], "It is", text, [], pick, words=[name])

    def answers(self, who, which, cc, pick):
        """An agent's mail to the ticket: references to all that he saw of it."""
        ticket = self.ticket(which)
        if ticket is None:
            return
        login, sender = AGENTS[NAMES[who % 2]]
        home = self.world.home(ticket)
        thread = self.world.threads[home]
        ids = thread[max(0, cc // 64 % (len(thread) + 1) - 4):cc // 64 % (len(thread) + 1)]
        copied = [PEOPLE[cc % len(PEOPLE)]] if cc // 8 % 4 == 0 else []
        name, text = self.text("answer", None, 0)
        commands = ("", "", "#send\n", "#resolved\n", f"#share {PEOPLE[pick // 8 % len(PEOPLE)]}\n",
                    "#take\n")[pick // 4 % 6]
        # What he has of a ticket that was merged has its subject; with #send it is he who says that it may go.
        answered = ticket if pick % 3 == 0 and "#send" not in commands else home
        subject = f"Re: [example#{answered}] {self.world.subjects[answered]}"
        self.mail(sender, [token(ticket, "r")], subject, commands + text, ids, pick,
                  login=login, cc=copied, words=[name], shares=commands.split()[1:] if "#share" in commands else ())

    def notes(self, who, which, how, pick):
        ticket = self.ticket(which)
        if ticket is None:
            return
        login, sender = AGENTS[NAMES[who % 2]]
        name, text = self.text("note", None, ticket)
        subject = self.world.make("why")
        if how % 3 == 0:
            self.look(self.do("note", f"ticket={ticket}", f"text={text}", f"by={NAMES[who % 2]}")[0])
        elif how % 3 == 1:
            self.mail(sender, [token(ticket, "r")], f"Re: {subject}", f"#note\n{text}", [], pick, login=login,
                      words=[name, subject])
        else:
            self.mail(sender, [token(ticket, "n")], f"Re: {subject}", text, [], pick, login=login,
                      words=[name, subject])

    def quotes(self, who, which, note, pick):
        """An answer behind which a note is quoted, as mail programs do it."""
        home = self.world.home(self.ticket(which)) if self.world.tickets else None
        found = [name for name, word in self.world.words.items() if word.kind == "note" and word.ticket == home]
        if not found:
            return
        login, sender = AGENTS[NAMES[who % 2]]
        name, text = self.text("answer", None, 0)
        quoted = found[note % len(found)]
        text += "\n\n> " + f"{quoted} " + " ".join(f"{quoted[2:]}w{i}" for i in range(12))
        self.mail(sender, [token(home, "r")], f"Re: {self.world.subjects[home]}", text, [], pick, login=login,
                  words=[name])

    def changes(self, what, which, other, pick):
        ticket = self.ticket(which)
        if ticket is None:
            return
        name = self.world.make("why", None, ticket)
        by = f"by={NAMES[pick % 2]}"
        setting = [f"assignee={NAMES[other % 2]}", "status=resolved", "status=waiting", "priority=P1",
                   f"tag.debt={name}", "status=closed"][what % 6]
        self.look(self.do("set", f"ticket={ticket}", f"setting={setting}", f"why=because of {name}", by)[0])

    def replies(self, who, which, _, pick):
        ticket = self.ticket(which)
        if ticket is not None:
            name, text = self.text("answer", None, self.world.home(ticket))
            self.look(self.do("reply", f"ticket={ticket}", f"text={text}", f"by={NAMES[who % 2]}",
                              *(["send=yes"] if pick % 2 else []))[0])

    def shares(self, who, which, unshare, pick):
        ticket = self.ticket(which)
        if ticket is not None:
            address = PEOPLE[who % len(PEOPLE)]
            verb = "share" if unshare % 3 else "unshare"
            answer, refused = self.do(verb, f"ticket={ticket}", f"address={address}", f"by={NAMES[pick % 2]}",
                                      *(["send=yes"] if pick // 2 % 2 else []))
            if verb == "share" and not refused:
                self.world.share(ticket, address)
            self.look(answer)

    def merges(self, which, into, _, pick):
        ticket, other = self.ticket(which), self.ticket(into)
        if ticket is None or ticket == other:
            return
        name = self.world.make("why", None, ticket)
        world = self.world
        source, target = world.home(ticket), world.home(other)
        answer, refused = self.do("merge", f"ticket={ticket}", f"into={other}", f"why={name}", f"by={NAMES[pick % 2]}")
        if not refused and source != target:
            said = " ".join(" ".join(line) for line, _ in answer if line[0] == "said")
            world.threads[target] += world.threads.pop(source, [])
            world.moved[source] = target
            if "another customer" not in said:
                world.parties[target] |= world.parties[source]
                for word in world.words.values():
                    word.ticket = target if word.ticket == source else word.ticket
            else:
                self.counts["merge of two customers"] += 1
        self.look(answer)

    def splits(self, which, message, verb, pick):
        ticket = self.ticket(which)
        if ticket is None:
            return
        home = self.world.home(ticket)
        with sqlite3.connect(f"file:{self.root}/tickets.db?mode=ro", uri=True) as database:
            messages = database.execute("SELECT id, message_id, direction, from_address, text FROM message"
                                        " WHERE ticket = ?", (home,)).fetchall()
        database.close()
        if not messages:
            return
        number, identity, direction, sender, text = messages[message % len(messages)]
        what = "split" if verb % 2 else "join"
        answer, refused = self.do(what, f"ticket={home}", f"message={number}", f"by={NAMES[pick % 2]}",
                                  *(["always=yes"] if what == "join" and pick % 3 == 0 else []))
        made = next((int(line[1]) for line, _ in reversed(answer) if line[0] == "ticket"), 0)
        made = max([made] + [int(line[1]) for line, _ in answer if line[0] == "ticket"])
        if what == "split" and not refused and made not in self.world.tickets:
            self.take_split(made, home, identity, direction, sender)
            for name in WORD.findall(text):
                if self.world.words[name].kind == "note":
                    self.world.words[name].ticket = made
        self.look(answer)

    def take_split(self, made, home, identity, direction, sender):
        world = self.world
        world.tickets.append(made)
        if direction == 1 and sender in PARTIES:
            world.share(made, sender)
        else:
            world.parties[made] |= world.parties[home]
        if identity in world.threads[home]:
            world.threads[home].remove(identity)
            world.threads[made].append(identity)
        moved = [world.words[name] for name in world.messages.get(identity, [])]
        for word in moved:
            if word.kind != "subject":  # the old ticket keeps its own
                word.ticket = made
        world.subjects[made] = world.make("subject", moved[0].party if moved else None, made)

    def waits(self, hours, *_):
        self.now += 3600 * (1 + hours % 30)
        self.look(self.timed.ask("until", self.now))

    STEPS = {opens: 5, writes: 6, says: 1, answers: 8, notes: 3, quotes: 2, changes: 3, replies: 2, shares: 2,
             merges: 2, splits: 2, waits: 3}

    def play(self, history):
        for what, numbers in history:
            self.now += 60
            self.log.append(f"{self.now - FIRST} {what} {numbers}")
            getattr(self, what)(*numbers)


def make_history(seed):
    chance = random.Random(seed)
    names = [step.__name__ for step in Player.STEPS]
    picked = chance.choices(names, list(Player.STEPS.values()), k=N_STEPS)
    return [(name, tuple(chance.randrange(10000) for _ in range(4))) for name in ["opens", "opens"] + picked]


class Histories(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = tempfile.mkdtemp(prefix="histories-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
        cls.addClassCleanup(shutil.rmtree, cls.root)

    def fails(self, seed, history, counts=None):
        """What leaks, with the course up to there; None: nothing does."""
        player = Player(self.root, seed)
        try:
            player.play(history)
        except Leak as leak:
            return f"{leak}\n" + "\n".join(player.log)
        finally:
            player.close()
            if counts is not None:
                counts.update(player.counts)
        return None

    def shrink(self, seed, history):
        """Fewer steps that leak, too: halves of it are taken out, then quarters, down to single steps."""
        n_left, size = REPLAYS, len(history) // 2
        while size > 0 and n_left > 0:
            at = 0
            while at < len(history) and n_left > 0:
                fewer = history[:at] + history[at + size:]
                n_left -= 1
                if self.fails(seed, fewer):
                    history = fewer
                else:
                    at += size
            size //= 2
        return history

    def test_fault_17_random_histories(self):
        first = int(os.environ.get("TM_SEED", "1"))
        counts = collections.Counter()
        for seed in range(first, first + int(os.environ.get("TM_HISTORIES", N_HISTORIES))):
            history = make_history(seed)
            if self.fails(seed, history, counts):
                fewer = self.shrink(seed, history)
                self.fail(f"TM_SEED={seed} TM_HISTORIES=1 leaks; {len(fewer)} of its steps are enough:\n"
                          + "\n".join(map(str, fewer)) + "\n" + str(self.fails(seed, fewer)))
        if os.environ.get("TM_COUNTS"):
            print(counts)

    def test_leaks_are_seen(self):
        """In whatever form a word leaves."""
        world = World()
        note, theirs, own = world.make("note"), world.make("body", "other", 1), world.make("body", "acme", 1)
        world.share(1, "eve@acme.example")
        for word, is_leak in (note, True), (theirs, True), (own, False):
            for pick in range(0, 128, 32):
                body, fields = encode(f"Hello,\n{word} here", pick)
                for subject in "x", word, f"=?utf-8?q?=7A{word[1:]}?=":
                    for text in body, b"nothing":
                        raw = "\r\n".join([f"Subject: {subject}", *fields]).encode() + b"\r\n\r\n" + text
                        if subject == "x" and text == b"nothing":
                            continue
                        with self.subTest(raw=raw):
                            if is_leak:
                                self.assertRaises(Leak, world.check, "eve@acme.example", raw)
                            else:
                                world.check("eve@acme.example", raw)


if __name__ == "__main__":
    unittest.main()
