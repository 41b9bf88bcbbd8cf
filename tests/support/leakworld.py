# SPDX-License-Identifier: BSD-2-Clause
"""Who may read what of a desk with two customers, and whoever leaves words in its mail: for tests that look through
every byte that leaves (tests/integration/histories.py)."""
import base64
import collections
import email
import email.header
import email.policy
import hashlib
import hmac
import json
import quopri
import re

PARTIES = {"eve@acme.example": "acme", "ed@acme.example": "acme", "carl@acme.example": "acme",
           "joe@other.example": "other", "jane@other.example": "other", "mona@other.example": "other",
           "pat@gmail.com": "pat", "zed@yahoo.com": "zed"}
PEOPLE = list(PARTIES)
AGENTS = {"anna": ("al-7931", "anna.private@staff.example"), "bert": ("bl-2206", "bert.private@staff.example")}
NAMES = list(AGENTS)
INSIDE = {word for pair in AGENTS.values() for word in pair}
AGENTS_ONLY = ("note", "why")
WORD = re.compile(r"zq[a-z]\d{4}")
SECRET = bytes(range(32))


def token(ticket, purpose, person=""):
    """DESIGN §4.3: 80 bits of an HMAC over version, key, ticket, purpose and person."""
    data = b"\0".join([b"1", b"k1", str(ticket).encode(), purpose.encode(), person.encode()])
    signature = base64.b32encode(hmac.new(SECRET, data, hashlib.sha256).digest()[:10]).decode().lower()
    return f"support+{ticket}-{purpose}{signature}@example.com"


def is_inside(address):
    return address.endswith("@example.com") or any(address == own for _, own in AGENTS.values())


def readable(raw):
    """All that can be read in a mail: its bytes, and every field and part decoded."""
    found = [raw, quopri.decodestring(raw)]
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    for part in message.walk():
        for _, value in part.items():
            found += [piece if isinstance(piece, bytes) else piece.encode()
                      for piece, _ in email.header.decode_header(str(value))]
        if not part.is_multipart():
            found.append(part.get_payload(decode=True) or b"")
    return b"\n".join(found).decode("utf-8", "replace").lower()


class Leak(AssertionError):
    pass


class Word:
    def __init__(self, kind, party, ticket):
        self.kind, self.party, self.ticket = kind, party, ticket


class World:
    """What the test knows of a desk: which word is whose, and who was let in on which ticket."""

    def __init__(self):
        self.words, self.messages = {}, {}  # the latter: words by the Message-ID of what they came in
        self.parties = collections.defaultdict(set)  # of a ticket: whose people receive it
        self.subjects, self.threads, self.moved = {}, collections.defaultdict(list), {}
        self.tickets = []

    def make(self, kind, party=None, ticket=0):
        word = f"zq{kind[0]}{len(self.words):04d}"
        self.words[word] = Word(kind, party, ticket)
        return word

    def home(self, ticket):
        while ticket in self.moved:
            ticket = self.moved[ticket]
        return ticket

    def share(self, ticket, address):
        if not is_inside(address):
            self.parties[self.home(ticket)].add(PARTIES[address])

    def may_see(self, party, name):
        word = self.words[name]
        if word.kind in AGENTS_ONLY:
            return False
        if word.party == party:
            return True
        told = self.parties[word.ticket]
        return party in told and (word.party is None or word.party in told)

    def may_know(self, party, address):
        return PARTIES[address] == party or any({party, PARTIES[address]} <= told for told in self.parties.values())

    def check(self, recipient, raw, but=""):
        """`but`: what the writer himself sent him."""
        text, party = readable(raw), PARTIES[recipient]
        for name in set(WORD.findall(text)) - set(WORD.findall(but)):
            if not self.may_see(party, name):
                raise Leak(f"{recipient} reads {name} ({vars(self.words[name])}) in {raw.decode(errors='replace')}")
        for address in PEOPLE:
            if address in text and address not in but and not self.may_know(party, address):
                raise Leak(f"{recipient} reads {address} in {raw.decode(errors='replace')}")
        for word in INSIDE:
            if word in text and word not in but:
                raise Leak(f"{recipient} reads the agent's {word} in {raw.decode(errors='replace')}")

    def check_page(self, raw):
        text = raw.decode().lower()
        ticket = json.loads(text).get("ticket")
        told = self.parties[ticket] | self.parties[self.home(ticket)] if ticket else set(PARTIES.values())
        for name in WORD.findall(text):
            word = self.words[name]
            if word.kind in AGENTS_ONLY or (word.party is not None and word.party not in told):
                raise Leak(f"{name} ({vars(word)}) in the page {text}")
        for word in INSIDE:
            if word in text:
                raise Leak(f"the agent's {word} in the page {text}")


def encode(text, pick):
    """As mail programs do it."""
    data = text.replace("\n", "\r\n").encode()
    kind = "Content-Type: text/plain; charset=utf-8"
    how = pick // 32 % 4
    if how == 1:
        return base64.encodebytes(data).replace(b"\n", b"\r\n"), [kind, "Content-Transfer-Encoding: base64"]
    if how == 2:
        return (quopri.encodestring(data, quotetabs=True).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
                [kind, "Content-Transfer-Encoding: quoted-printable"])
    if how == 3:
        page = "<p>" + text.replace("\n", "<br>") + "</p>"
        return (f"--b\r\n{kind}\r\n\r\n{text}\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n"
                "Content-Transfer-Encoding: base64\r\n\r\n".replace("\n\n", "\r\n\r\n").encode()
                + base64.encodebytes(page.encode()) + b"--b--\r\n",
                ["Content-Type: multipart/alternative; boundary=b"])
    return data + b"\r\n", [kind]
