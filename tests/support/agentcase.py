# SPDX-License-Identifier: BSD-2-Clause
"""What the tests of agents' mail share: who asks, what the customer got, and what must not have reached anybody."""
import datetime
import re
import sys

import agentdesk
import case
import programs
from agentdesk import ANNA, CLIENT, PEOPLE
from case import check, equal, mail
from postfix import wait_until

EVE, CARL, JOE = "eve@acme.example", "carl@acme.example", "joe@other.example"

# Stands in every note of the tests, and in nothing else.
SECRET = "Xylophon-4711"

# Of a copy in a customer's mailbox: what his server puts on top, what the desk writes, what is the mail's own.
FIELDS = {"return-path", "x-original-to", "delivered-to", "authentication-results", "received", "dkim-signature",
          "from", "reply-to", "subject", "x-ticket-id", "x-ticket-due", "to", "cc", "date", "message-id", "in-reply-to",
          "references", "mime-version", "content-type", "content-transfer-encoding", "x-mailer", "user-agent"}


def main(*cases, make=agentdesk.AgentDesk):
    """case.main(), with what left looked through at the end."""
    missing = agentdesk.missing_package() or programs.missing_package()
    if missing:
        print(f"skipped: {missing} is missing: apt-get install {missing}")
        sys.exit(case.SKIPPED)
    sys.exit(case.main(*cases, nothing_leaked, make=make))


def asks(desk, name, sender=EVE, box=ANNA.box, **keywords):
    """A customer's request: its ticket, and the copy in an agent's mailbox."""
    identity = f"<{name}@{sender.rpartition('@')[2]}>"
    display = sender.partition("@")[0].capitalize()
    message = mail(subject=f"{name}: printer", sender=f"{display} <{sender}>", message_id=identity, **keywords)
    number = desk.opens(message, sender=sender)
    return number, desk.delivered(identity, box)[0]


def writes(received, text, person=ANNA, identity=None, to=None, subject=None, fields=(), sender=None):
    """An agent's plain mail that answers what he got."""
    answered, references = programs.thread(received)
    return mail(subject=subject or programs.subject_of(received), sender=sender or f"{person.name} <{person.address}>",
                to=to or programs.reply_address(received), body=text, message_id=identity, date=None,
                fields=[f"Date: {datetime.datetime.now(datetime.timezone.utc):%a, %d %b %Y %H:%M:%S +0000}",
                        f"In-Reply-To: {answered}", f"References: {references}", *fields])


def answers(desk, received, text, identity, person=ANNA, recipients=None, **keywords):
    """It is handed in: Postfix's answer."""
    return desk.submit(person, writes(received, text, person, identity, **keywords),
                       recipients or programs.reply_address(received))


def copies(desk, number, box="eve"):
    """What a customer's mailbox has of a ticket, in order."""
    return [copy for copy in desk.outside.postfix.deliveries(box) if copy.header("X-Ticket-ID") == str(number)]


def customers_copy(desk, number, box="eve", count=1):
    """The last of so many."""
    found = wait_until(lambda: (seen := copies(desk, number, box)) and len(seen) >= count and seen,
                       f"{count} mails of #{number} in {box}'s mailbox", 20)
    equal(len(found), count, f"mails of #{number} in {box}'s mailbox")
    return found[-1]


def texts(copy):
    """{type: text} of its text parts."""
    return {part.get_content_type(): part.get_content() for part in copy.message.walk()
            if part.get_content_maintype() == "text"}


def clock(desk, number, metric):
    """The last clock of a metric."""
    return [entry for entry in desk.show(number)["clocks"] if entry["metric"] == metric][-1]


def state(desk, number):
    """What no mail may change that is refused."""
    ticket = desk.show(number)
    return {key: ticket[key] for key in ("status", "priority", "type", "assignee", "tags", "queues", "participants",
                                         "clocks", "requester")} | {"messages": len(ticket["messages"]),
                                                                    "events": len(ticket["events"])}


def refused(desk, number, action, *words):
    """A 550 with a sentence that has these words, and nothing of it is done."""
    desk.settle()
    before, tickets = state(desk, number), len(desk.tickets())
    left = {box: len(found) for box, found in desk.outsiders_mail().items()}
    code, text = action()
    equal(code, 550, f"Postfix's answer ({text})")
    for word in words:
        check(word.lower() in text.lower(), f"{word!r} in {text!r}")
    desk.settle()
    equal(state(desk, number), before, "the ticket")
    equal(len(desk.tickets()), tickets, "tickets")
    equal({box: len(found) for box, found in desk.outsiders_mail().items()}, left, "mails outside")


def own_bytes(copy):
    """Without the ids that mail programs make up: they stay, and some put an address of the writer into it."""
    raw = copy.raw
    for identity in re.findall(rb"<[^<>@\s]+@[^<>\s]+>", b" ".join(re.findall(
            rb"^(?:Message-ID|In-Reply-To|References):((?:.|\n[ \t])*)", raw, re.MULTILINE | re.IGNORECASE))):
        raw = raw.replace(identity, b"<>")
    return raw


# What stands in mail of the agents' side alone; two lines apart that the tests send on purpose.
PATTERNS = {"a note token": rb"\+\d+-n[a-z2-7]{16}", "a command": rb"(?m)^#(?!close is text|ack$)[a-z]",
            "the id of a note": rb"<note-",
            **{name: rb"(?mi)^" + name.encode() + rb":" for name in programs.CHATTER}}


def leaks(desk):
    """What of the agents' side can be read in the mailboxes outside: (box, Subject, what)."""
    found = []
    for address, box in agentdesk.OUTSIDERS.items():
        domain = address.rpartition("@")[2]
        words = [CLIENT, "Authenticated sender", *(word for person in PEOPLE for word in (person.login, person.host))]
        if box != "fred":  # to whom agents write as who they are
            words += [SECRET, *(person.address for person in PEOPLE),
                      *(other for other in agentdesk.OUTSIDERS if not other.endswith(f"@{domain}"))]
        for copy in desk.outside.postfix.deliveries(box):
            subject, raw = str(copy.header("Subject")), own_bytes(copy).lower()
            found += [(box, subject, word) for word in words if word.lower().encode() in raw]
            found += [(box, subject, what) for what, pattern in PATTERNS.items()
                      if box != "fred" and re.search(pattern, copy.raw)]
    return found


def nothing_leaked(desk):
    desk.settle()
    check(sum(map(len, desk.outsiders_mail().values())) > 0, "there is mail outside to look through")
    equal(leaks(desk), [], "what leaked")
