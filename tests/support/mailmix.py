# SPDX-License-Identifier: BSD-2-Clause
"""Mail as a desk gets it, for load: new, answers with a token, agents' answers, bounces, what machines write, hostile
ones, large ones, and the same ones again."""
import base64
import collections
import dataclasses
import random
import re
import threading
import time

QUEUE = "support@example.com"
AGENT = "anna"
DOMAIN = "load.example"
ACKS_PER_S = 8  # of writers nobody knows; with more than 1,000 a minute the desk would stop for an hour
POOL = 200      # of accepted mails that come again, and of acknowledgements that are answered


@dataclasses.dataclass
class Mail:
    id: str         # its Message-ID
    kind: str
    sender: str
    recipient: str
    raw: bytes
    login: str | None = None
    ticket: int | None = None  # that it has to go to


def letter(sender, identity, subject, body, fields=""):
    return (f"From: {sender or 'MAILER-DAEMON@mx.example'}\r\nTo: {QUEUE}\r\nSubject: {subject}\r\n"
            f"Date: Fri, 20 Nov 2026 16:00:00 +0000\r\nMessage-ID: <{identity}>\r\n{fields}\r\n{body}\r\n").encode()


def ticket_of(ack):
    """The number in the subject of a letter of the desk."""
    return int(re.search(r"\[example#(\d+)\]", ack.subject)[1])


# Their converters are files of their own, loaded when they are needed, and let go of soon after.
CHARSETS = {"iso-8859-2": "Tiskárna", "iso-8859-7": "Εκτυπωτής", "iso-8859-15": "Imprimé à 5 €", "koi8-r": "Принтер",
            "windows-1251": "Принтер", "windows-1252": "Drücker", "iso-2022-jp": "プリンター", "shift_jis": "プリンター",
            "euc-kr": "프린터", "gb18030": "打印机", "big5": "印表機", "utf-16": "Printer"}


def encoded_word(text, charset):
    return f"=?{charset}?b?{base64.b64encode(text.encode(charset)).decode()}?="


REPORT = """\
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type=delivery-status; boundary=b\r
"""


def bounce_body(address):
    return (f"--b\r\n\r\nIt did not arrive.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; "
            f"mx.example\r\n\r\nFinal-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: 5.1.1\r\n--b--")


def hostile_forms():
    """(fields, body) of mail that is meant to hurt; small forms of it, since there are many."""
    yield "X-Group: " + "g:" * 3000 + "\r\n", "x"
    yield "".join(f"X-{i}: {i}\r\n" for i in range(800)), "x"
    yield "References:" + "".join(f"\r\n <{i}.IDENTITY>" for i in range(1000)) + "\r\n", "x"
    yield "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n", "--b\r\n" * 20000
    yield "Subject: =?utf-8?q?a=0D=0AX-Ticket-ID:_1=00=1B[2J?=\r\n", "Bytes: \0 \x1b[2J \x80 \rCR\nLF"
    yield ("MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n",
           "--b\r\nContent-Type: text/html; charset=x-none\r\nContent-Transfer-Encoding: base64\r\n\r\n====PGI+\r\n"
           "--b\r\nContent-Type: application/x-thing; name=\"../../../etc/passwd\"\r\n\r\nx\r\n--b--")
    yield "", "x" * 200000
    yield "Content-Type: text/html\r\n", "<div>" * 20000


class Mix:
    """`letters`: of the MTA that gets acknowledgements; `bounce_addresses`: of tickets, [(ticket, address)];
    `corpora`: raw mails of others, with a Message-ID of their own by `rename (raw, identity)`."""

    def __init__(self, seed, letters, bounce_addresses, corpora=(), rename=None):
        self.seed = seed
        self.letters = letters
        self.bounce_addresses = bounce_addresses
        self.corpora = corpora
        self.rename = rename
        self.hostile = list(hostile_forms())
        self.sent = collections.deque(maxlen=POOL)  # accepted mails
        self.fresh_at = time.monotonic()
        self.lock = threading.Lock()
        kinds = {"new": 300, "reply": 200, "agent": 50, "bounce": 50, "auto": 100, "hostile": 50, "corpora": 100,
                 "large": 4, "again": 100}
        self.kinds, self.weights = list(kinds), list(kinds.values())

    def source(self, number):
        """The mails of one client, without end."""
        chance = random.Random(f"{self.seed} client {number}")
        n = 0
        while True:
            [kind] = chance.choices(self.kinds, self.weights)
            n += 1
            mail = getattr(self, "make_" + kind)(chance, f"{kind}.{number}.{n}@{DOMAIN}")
            if mail is not None:
                yield mail

    def _writer(self, chance, identity):
        """One whom nobody knows, as often as he may be acknowledged; else one of a few."""
        with self.lock:
            now = time.monotonic()
            if now >= self.fresh_at:
                self.fresh_at = max(self.fresh_at, now - 1) + 1 / ACKS_PER_S
                return f"new-{identity.partition('@')[0]}@customer.example"
        return f"old-{chance.randrange(20)}@customer.example"

    def _acknowledged(self, chance):
        """A letter of the desk that somebody could answer, and its ticket."""
        n = len(self.letters)
        found = self.letters[chance.randrange(max(0, n - POOL), n)] if n > 0 else None
        return found if found is not None and found.reply_to else None

    def make_new(self, chance, identity):
        sender = self._writer(chance, identity)
        charset, text = chance.choice(list(CHARSETS.items()))
        subject = chance.choice(("Printer", encoded_word(text, charset)))
        return Mail(identity, "new", sender, QUEUE, letter(sender, identity, f"{subject} {identity}", "It burns.\r\n" *
                                                           chance.randrange(1, 200)))

    def make_large(self, chance, identity):
        sender = "old-0@customer.example"
        line = "x" * 70 + "\r\n"
        return Mail(identity, "large", sender, QUEUE,
                    letter(sender, identity, "Large", line * chance.randrange(15000, 25000)))

    def make_auto(self, chance, identity):
        sender = f"robot-{identity.partition('@')[0]}@machines.example"
        return Mail(identity, "auto", sender, QUEUE,
                    letter(sender, identity, "Away", "Back on Monday.", "Auto-Submitted: auto-replied\r\n"))

    def make_reply(self, chance, identity):
        ack = self._acknowledged(chance)
        if ack is None:
            return None
        return Mail(identity, "reply", ack.recipients[0], ack.reply_to,
                    letter(ack.recipients[0], identity, f"Re: {ack.subject}", "More of it.",
                           f"In-Reply-To: {ack.message_id}\r\n"), ticket=ticket_of(ack))

    def make_agent(self, chance, identity):
        ack = self._acknowledged(chance)
        if ack is None:
            return None
        sender = f"{AGENT}@example.com"
        return Mail(identity, "agent", sender, ack.reply_to,
                    letter(sender, identity, f"Re: {ack.subject}", f"Try water {identity}."), AGENT,
                    ticket=ticket_of(ack))

    def make_bounce(self, chance, identity):
        ticket, address = chance.choice(self.bounce_addresses)
        return Mail(identity, "bounce", "", address,
                    letter("", identity, "Undelivered", bounce_body("eve@acme.example"), REPORT), ticket=ticket)

    def make_hostile(self, chance, identity):
        fields, body = chance.choice(self.hostile)
        sender = "old-1@customer.example"
        return Mail(identity, "hostile", sender, QUEUE,
                    letter(sender, identity, f"Evil {identity}", body, fields.replace("IDENTITY", identity)))

    def make_corpora(self, chance, identity):
        if not self.corpora:
            return None
        name = identity.partition("@")[0]
        return Mail(f"{name}@corpora.example", "corpora", "old-2@customer.example", QUEUE,
                    self.rename(chance.choice(self.corpora), name))

    def make_again(self, chance, _identity):
        with self.lock:
            return chance.choice(self.sent) if self.sent else None
