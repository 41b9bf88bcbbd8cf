# SPDX-License-Identifier: BSD-2-Clause
"""Clients that hand mail to a milter's socket until they are told to stop, and keep book of every answer."""
import collections
import contextlib
import itertools
import random
import threading

import milter

LOST = "lost"  # no answer: the connection ended
TROUBLE = (OSError, EOFError)
PATIENCE_S = 0.02  # between two tries of a client that is not let in


class Ledger:
    """What was handed in, and what was said to it."""

    def __init__(self):
        self.lock = threading.Lock()
        self.tickets = {}                       # {id: ticket}, of the mails that were accepted
        self.kinds = {}                         # {id: kind}
        self.refused = {}                       # {id: text}, of those that were refused for good
        self.waiting = {}                       # {id: Mail}, without a final answer: their senders try again
        self.cut = set()                        # ids of transactions that were never brought to an end
        self.answers = collections.Counter()    # (kind, answer)
        self.contradictions = []                # lines

    def begin(self, mail):
        with self.lock:
            self.kinds[mail.id] = mail.kind
            if mail.id not in self.tickets and mail.id not in self.refused:
                self.waiting[mail.id] = mail

    def answered(self, mail, answer, ticket, text):
        """True: it was accepted, for the first time."""
        with self.lock:
            is_final = answer in ("accept", "continue", "discard", "reject") or text.startswith("5")
            self.answers[mail.kind, "refused" if text.startswith("5") else
                         "put off" if text.startswith("4") else answer] += 1
            if not is_final:
                return False
            self.waiting.pop(mail.id, None)
            if answer != "accept":
                self.refused[mail.id] = text or answer
                return False
            is_first = mail.id not in self.tickets
            if self.tickets.setdefault(mail.id, ticket) != ticket:
                self.contradictions.append(f"{mail.id}: ticket {self.tickets[mail.id]}, then {ticket}")
            if mail.ticket is not None and ticket != mail.ticket:
                self.contradictions.append(f"{mail.id}: ticket {ticket}, its token is of {mail.ticket}")
            return is_first

    def accepted(self):
        """{id: ticket} by now."""
        with self.lock:
            return dict(self.tickets)

    def n_answers(self):
        return sum(list(self.answers.values()))

    def next_to_retry(self, chance):
        with self.lock:
            return self.waiting[chance.choice(list(self.waiting))] if self.waiting else None


class Load:
    """`n` clients of `mix` at the socket `path`, each with a pause of up to `pace_s` between two messages."""

    def __init__(self, path, mix, seed, n=8, pace_s=0.0):
        self.path, self.mix, self.pace_s = path, mix, pace_s
        self.ledger = Ledger()
        self.may_run, self.is_over = threading.Event(), threading.Event()
        self.may_run.set()
        self.parked = threading.Semaphore(0)
        self.failures = []
        self.threads = [threading.Thread(target=self._run, args=(seed, number)) for number in range(n)]
        for thread in self.threads:
            thread.start()

    @contextlib.contextmanager
    def quiet(self):
        """No client has a connection meanwhile."""
        self.may_run.clear()
        for _ in self.threads:
            assert self.parked.acquire(timeout=90), "a client does not come back"
        try:
            yield
        finally:
            self.may_run.set()

    def stop(self):
        self.is_over.set()
        self.may_run.set()
        for thread in self.threads:
            thread.join(90)
            assert not thread.is_alive(), "a client does not come back"

    def _run(self, seed, number):
        chance = random.Random(f"{seed} load {number}")
        source = self.mix.source(number)
        try:
            while not self.is_over.is_set():
                if not self.may_run.is_set():
                    self.parked.release()
                    self.may_run.wait()
                self._connection(chance, source)
        except Exception as error:
            self.failures.append(f"client {number}: {error!r}")
            raise

    def _connection(self, chance, source):
        """Some messages over one connection."""
        try:
            client = milter.Client(self.path)
        except TROUBLE:
            self.is_over.wait(PATIENCE_S)
            return
        for mail in itertools.islice(source, chance.randrange(1, 30)):
            old = self.ledger.next_to_retry(chance) if chance.random() < 0.5 else None
            if not self.hand_in(client, old or mail):
                return
            if self.is_over.wait(chance.random() * self.pace_s) or not self.may_run.is_set():
                break
        try:
            client.close()
        except TROUBLE:
            pass
        client.drop()

    def hand_in(self, client, mail):
        """False: the connection is gone."""
        self.ledger.begin(mail)
        try:
            answer = client.message(mail.sender, mail.recipient, mail.raw, login=mail.login)
        except TROUBLE:
            self.ledger.answers[mail.kind, LOST] += 1
            client.drop()
            return False
        mark = client.mark("X-Ticket-ID")
        if self.ledger.answered(mail, answer, int(mark) if mark else None, client.text):
            if len(mail.raw) < 100000:
                self.mix.sent.append(mail)
        return True

    def retry_all(self):
        """What has no final answer yet, again and again; the ids of those that get none."""
        for _ in range(20):
            for mail in list(self.ledger.waiting.values()):
                with contextlib.suppress(*TROUBLE):
                    client = milter.Client(self.path)
                    if self.hand_in(client, mail):
                        client.close()
        return list(self.ledger.waiting)


def cut_off(path, mail, chance):
    """A transaction that is given up at a stage of its own: by ABORT, by QUIT, by hanging up between two commands or
    within one, or with garbage in its place."""
    with contextlib.suppress(*TROUBLE):
        client = milter.Client(path)
        commands = list(client.steps(mail.sender, mail.recipient, mail.raw))[:-1]
        client.begin()
        for command, data in commands[:chance.randrange(len(commands) + 1)]:
            if client.step(command, data) != b"c":
                break
        way = chance.randrange(5)
        if way == 0:
            client.abort()
            client.begin()
            client.step(*commands[0])
        if way == 1:
            client.cut(b"L" + mail.raw[:50])
        if way == 2:
            client.cut(bytes(chance.randrange(256) for _ in range(40)))
        if way == 3:
            client.close()
        else:
            client.drop()
