#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Acknowledgements through a real Postfix: who gets one, what it says, who gets none, what makes one needless."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import outbox  # noqa: E402  beside this file
from case import accepted, check, equal, mail, main, opens  # noqa: E402
from postfix import wait_until  # noqa: E402

PROMISES = """\
calendars:
  always: {hours: 24x7}
plans:
  standard: {calendar: always, targets: {P1: {first_response: 30m}, P3: {first_response: 4h}}}
customers:
  beta: {domains: [beta.example], zone: Europe/Berlin, language: de, plan: standard}
"""

WAITS = "{delay: 1h}"
SOON = "{delay: 1s}"
BATV = "prvs=0123456789=eve@signed.example"


class Acknowledging(outbox.Sending):
    ack = SOON

    def __init__(self, build="."):
        super().__init__(build)
        self.more += PROMISES
        name = "    name: Example Support\n"
        channel = "    channel: {P1: 'Call +49 30 1', P3: 'Write to us.'}\n"
        self.queues = self.queues.replace(name, f"{name}    plan: standard\n{channel}")
        for address in ("@signed.example", "joe@beta.example", "ina@acme.example", "max@acme.example",
                        "victim@acme.example"):
            self.postfix.aliases[address] = "eve@mailbox.example"

    def reload(self, ack):
        self.ack = ack
        self.write_configuration()
        self.ctl("reload")

    def acks(self):
        """The rows of the outbox, the newest first."""
        return [row for row in self.rows() if row["kind"] == "ack"]

    def said(self, number):
        """What the events of a ticket say about it."""
        return [event["detail"] for event in self.show(number)["events"] if event["action"] == "acknowledgement"]

    def arrived(self, number):
        [copy] = wait_until(lambda: self.in_box("eve", f"[example#{number}]"), f"ticket {number}'s acknowledgement")
        return copy


def part(copy, kind):
    [found] = [one for one in copy.message.walk() if one.get_content_type() == kind]
    return found.get_content()


def a_request_is_acknowledged(desk):
    number = opens(desk, mail(subject="Secret plans", body="Hush: nobody may read this.",
                              message_id="<secret@acme.example>"))
    copy = desk.arrived(number)
    equal([str(copy.header(name)) for name in ("From", "To", "Subject", "Auto-Submitted", "X-Auto-Response-Suppress",
                                               "X-Ticket-Loop", "In-Reply-To", "References", "X-Ticket-ID")],
          ["Example Support <support@example.com>", "eve@acme.example",
           f"[example#{number}] We have received your request", "auto-replied", "All", "example",
           "<secret@acme.example>", "<secret@acme.example>", str(number)], "fields")
    check(b"Return-Path: <>" in copy.raw, "the null sender")
    check(str(copy.header("Reply-To")).startswith(f"support+{number}-r"), f"Reply-To: {copy.header('Reply-To')}")
    [row] = [row for row in desk.acks() if row["ticket"] == number]
    check(str(copy.header("Message-ID")).startswith(f"<outbox-{row['id']}-"), f"id: {copy.header('Message-ID')}")
    equal(copy.message.get_content_type(), "multipart/alternative", "type")
    for kind in "text/plain", "text/html":
        text = " ".join(part(copy, kind).split())
        for words in f"[example#{number}]", "Priority: Normal (P3)", "at the latest", "Write to us.", "Example Support":
            check(words in text, f"{words!r} in {kind}: {text!r}")
    for words in b"Secret", b"Hush":
        check(words not in copy.raw, f"{words} of a stranger's mail")
    equal(desk.said(number), [{"to": "envelope sender", "subject": "not told"}], "events")
    desk.wait_states("sent")
    # What comes of it is the ticket's; itself, come back, is a machine's.
    token = str(copy.header("Reply-To"))
    answer = mail(subject="Thank you, one more thing", to=token, message_id="<more@acme.example>")
    equal(desk.opened_by(lambda: accepted(desk.send(answer, token))), [], "tickets by an answer")
    again = copy.raw[copy.raw.index(b"From: "):].replace(b"\n", b"\r\n")
    [back] = desk.opened_by(lambda: accepted(desk.send(again)))
    equal(desk.show(back)["status"], "unsorted", "our own mail")
    equal([detail["why"] for detail in desk.said(back)], ["a machine wrote it"], "events")
    equal(len([row for row in desk.acks() if row["ticket"] in (number, back)]), 1, "acknowledgements of both")


def in_his_language(desk):
    """By the customer's language and zone, his subject told because a trusted filter says that it is him."""
    desk.judge.verdicts = {"beta.example": "pass"}
    number = opens(desk, mail(subject="Drucker", sender="joe@beta.example", message_id="<drucker@beta.example>"),
                   sender="mailer@beta.example")
    copy = desk.arrived(number)
    text = part(copy, "text/plain")
    for words in "Ihre Anfrage hat die Nummer", "Betreff: Drucker\n":
        check(words in text, f"{words!r} in {text!r}")
    check(re.search(r"Wir antworten bis spätestens .* (MEZ|MESZ|CET|CEST)", text), f"the zone in {text!r}")
    equal(desk.said(number), [{"to": "From", "subject": "told"}], "events")


def batv_gets_it_where_it_wants_it(desk):
    """A host that signs envelope senders takes nothing with a null sender at an address without its signature."""
    number = opens(desk, mail(subject="Signed", sender="eve@signed.example", message_id="<batv@signed.example>"),
                   sender=BATV)
    copy = desk.arrived(number)
    equal((str(copy.header("To")), str(copy.header("X-Original-To"))), ("eve@signed.example", BATV), "recipient")


NOBODY = (
    # name, From, envelope sender, fields, why
    ("list", "Ina <ina@acme.example>", None, ["List-Id: <x.acme.example>"], "asks for no automatic answer"),
    ("bulk", "Ina <ina@acme.example>", None, ["Precedence: bulk"], "asks for no automatic answer"),
    ("machine", "Ina <ina@acme.example>", None, ["Auto-Submitted: auto-generated"], "a machine wrote it"),
    ("suppress", "Ina <ina@acme.example>", None, ["X-Auto-Response-Suppress: OOF"], "asks for no automatic answer"),
    ("noreply", "no-reply@acme.example", None, [], "nobody reads what comes there"),
    ("postmaster", "postmaster@acme.example", None, [], "nobody reads what comes there"),
    ("null", "Ina <ina@acme.example>", "", [], "a machine wrote it"),
    ("other", "Ina <ina@acme.example>", "mallory@evil.example", [], "the envelope sender is not From"),
    ("two", "Ina <ina@acme.example>", None, ["From: Mallory <mallory@evil.example>"], "asks for no automatic answer"),
    ("agent", "Anna <anna@example.com>", None, [], "an address of our own"),
)


def nobody_else_is(desk):
    before = len(desk.acks())
    for name, author, sender, fields, why in NOBODY:
        envelope = author.split("<")[-1].strip(">") if sender is None else sender
        number = opens(desk, mail(subject=f"Not {name}", sender=author, message_id=f"<{name}@acme.example>",
                                  fields=fields), sender=envelope)
        [detail] = desk.said(number)
        check(why in (detail.get("why") or ""), f"{name}: {detail}")
    equal(len(desk.acks()), before, "acknowledgements")


def enough_is_enough(desk):
    """Whatever the headers and the sub-address say."""
    for i in range(6):
        address = f"max+{i}@acme.example" if i else "max@acme.example"
        opens(desk, mail(subject=f"Max {i}", sender=address, message_id=f"<max{i}@acme.example>"), sender=address)
    opens(desk, mail(subject="Re: Same", sender="ina@acme.example", message_id="<s1@acme.example>"),
          sender="ina@acme.example")
    last = opens(desk, mail(subject="same", sender="ina@acme.example", message_id="<s2@acme.example>"),
                 sender="ina@acme.example")
    to = [row["recipients"][0] for row in desk.acks()]
    equal(sorted(address for address in to if "max" in address),
          ["max+1@acme.example", "max+2@acme.example", "max@acme.example"], "to Max")
    equal(to.count("ina@acme.example"), 1, "to Ina")
    equal([detail["by"] for detail in desk.said(last)], ["ack.same_subject"], "events")


def fault_12_one_victim(desk):
    """Many forged senders name one victim: within the cap, and none of it is the attacker's."""
    for i in range(25):
        accepted(desk.send(mail(subject=f"Buy {i} pills", sender="Victim <victim@acme.example>",
                                body=f"http://evil.example/{i}", message_id=f"<evil{i}@evil.example>"),
                           sender=f"victim+{i}@acme.example"))
    ours = [row for row in desk.acks() if "victim" in row["recipients"][0]]
    equal(len(ours), 3, "acknowledgements")
    for row in ours:
        whole = desk.json("outbox", "show", str(row["id"]))["mail"]
        check("pills" not in str(whole) and "evil" not in str(whole), f"the attacker's text: {whole}")


def fresh(desk, name):
    """A ticket of its own sender, whose acknowledgement waits."""
    address = f"{name}@waits.example"
    number = opens(desk, mail(subject=name, sender=address, message_id=f"<{address}>"), sender=address)
    equal(desk.acks()[0]["state"], "waiting", f"{name}: state")
    return number


def becomes_needless(desk):
    desk.reload(WAITS)
    other = fresh(desk, "other")
    for name, act, why in (
            ("merged", lambda n: desk.ctl("merge", n, str(other)), "merged"),
            ("spam", lambda n: desk.ctl("set", n, "status=spam"), "spam"),
            ("closed", lambda n: desk.ctl("close", n), "closed"),
            ("answered", lambda n: desk.ctl("reply", n, "--as", "anna", "-m", "We are on it."), "answered"),
            ("called", lambda n: desk.ctl("answered", n, "--by", "phone"), "answered"),
            ("mailed", lambda n: outbox.answers_from_outside(desk, int(n), "On it.", f"ack{n}", verdict="pass"),
             "answered"),
            ("quiet", lambda n: outbox.answers_from_outside(desk, int(n), "#quiet\n", f"quiet{n}", verdict="pass"),
             "quiet")):
        number = fresh(desk, name)
        act(str(number))
        [row] = [row for row in desk.acks() if row["ticket"] == number]
        equal(row["state"], "cancelled", f"{name}: state")
        if name != "merged":
            check(why in desk.said(number)[-1]["why"], f"{name}: {desk.said(number)}")
    equal([row["state"] for row in desk.acks() if row["ticket"] == other], ["waiting"], "the other one's")


def comes_again(desk):
    """The client, or the MTA, tries once more: one ticket, one acknowledgement, and that waits from then on."""
    number = fresh(desk, "again")
    [before] = [row for row in desk.acks() if row["ticket"] == number]
    desk.execute(f"UPDATE outbox SET next_at = next_at - 1000 WHERE id = {before['id']}")
    message = mail(subject="again", sender="again@waits.example", message_id="<again@waits.example>")
    equal(desk.opened_by(lambda: accepted(desk.send(message, sender="again@waits.example"))), [], "tickets by a retry")
    [after] = [row for row in desk.acks() if row["ticket"] == number]
    check(after["next_at"] >= before["next_at"], f"waits until {after['next_at']}, not {before['next_at']}")


def a_flood_ends_them(desk):
    desk.reload("{delay: 1h, minute: 3}")
    desk.execute("UPDATE outbox SET created_at = created_at - 7200")
    tickets = [opens(desk, mail(subject=f"flood{i}", sender=f"user{i}@flood.example",
                                message_id=f"<flood{i}@flood.example>"), sender=f"user{i}@flood.example")
               for i in range(6)]
    equal([len([row for row in desk.acks() if row["ticket"] == number]) for number in tickets], [1, 1, 1, 0, 0, 0],
          "acknowledgements")
    equal({detail["by"] for number in tickets[3:] for detail in desk.said(number)}, {"ack.minute"}, "events")
    equal(desk.log_text().count("acknowledgements: 3 within a minute"), 1, "lines of the log")
    numbers = dict(line.split() for line in desk.ctl("stats").splitlines() if not line.startswith("#"))
    equal(numbers["acknowledgement_floods"], "1", "counted floods")
    check(all(int(numbers[f"acknowledgements.{name}"]) > 0 for name in ("written", "withheld", "dropped")), "counts")


if __name__ == "__main__":
    sys.exit(main(a_request_is_acknowledged, in_his_language, batv_gets_it_where_it_wants_it, nobody_else_is,
                  enough_is_enough, fault_12_one_victim, becomes_needless, comes_again, a_flood_ends_them,
                  make=Acknowledging))
