#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Strangers through a real Postfix: held, asked once by mail whether the address is theirs, and released by an answer
from there; not by a machine's, and not by anybody else's."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import outbox  # noqa: E402  beside this file
from case import accepted, check, equal, mail, main, opens, opens_none  # noqa: E402
from postfix import wait_until  # noqa: E402

POLICY = """\
unknown_sender: {policy: hold}
calendars:
  always: {hours: 24x7}
plans:
  standard: {calendar: always, targets: {P1: {first_response: 30m}, P3: {first_response: 4h}}}
customers:
  beta: {domains: [beta.example], plan: standard}
"""
VACATION = "Auto-Submitted: auto-replied"
STRANGERS = ("eve", "joe", "mallory", "max", "kurt")


class Holding(outbox.Sending):
    ack = "{delay: 0s}"

    def __init__(self, build="."):
        super().__init__(build)
        self.more += POLICY
        name = "    name: Example Support\n"
        self.queues = self.queues.replace(name, f"{name}    plan: standard\n")
        for name in STRANGERS:
            self.postfix.aliases[f"{name}@acme.example"] = "eve@mailbox.example"

    def asked(self, number):
        """The questions of a ticket."""
        return [row for row in self.rows() if row["kind"] == "confirm" and row["ticket"] == number]

    def actions(self, number):
        return [event["action"] for event in self.show(number)["events"]]

    def question(self, number):
        subject = f"[example#{number}] Please confirm"
        [copy] = wait_until(lambda: self.in_box("eve", subject), f"ticket {number}'s question")
        return copy

    def contacts(self):
        people = self.json("contact", "list")["contacts"]
        return {address: person for person in people for address in person["addresses"]}


def writes(desk, name, subject, fields=()):
    """A stranger opens a ticket: its number."""
    address = f"{name}@acme.example"
    number = opens(desk, mail(subject=subject, sender=address, fields=fields,
                              message_id=f"<{subject.replace(' ', '-')}@acme.example>"), sender=address)
    equal(desk.show(number)["status"], "held", f"{subject}: status")
    return number


def answer(copy, name, subject="Re: yes", fields=()):
    """Of somebody to the question: the message, its recipient, its envelope sender."""
    to, address = str(copy.header("Reply-To")), f"{name}@acme.example"
    message = mail(subject=subject, sender=address, to=to, body="Yes.",
                   fields=[f"In-Reply-To: {copy.header('Message-ID')}", *fields],
                   message_id=f"<{subject.split()[-1]}-{name}@acme.example>")
    return message, to, address


def a_stranger_is_asked_once(desk):
    first = writes(desk, "eve", "Secret plans")
    copy = desk.question(first)
    equal([str(copy.header(name)) for name in ("From", "To", "Auto-Submitted", "X-Auto-Response-Suppress",
                                               "X-Ticket-Loop", "In-Reply-To", "X-Ticket-ID")],
          ["Example Support <support@example.com>", "eve@acme.example", "auto-replied", "All", "example",
           "<Secret-plans@acme.example>", str(first)], "fields")
    check(b"Return-Path: <>" in copy.raw, "the null sender")
    check(str(copy.header("Reply-To")).startswith(f"support+{first}-c"), f"Reply-To: {copy.header('Reply-To')}")
    check(b"It stopped this morning" not in copy.raw and b"Secret plans" not in copy.raw, "what came under his name")
    equal(copy.message.get_content_type(), "multipart/alternative", "type")
    second = writes(desk, "eve", "And another thing")
    equal([len(desk.asked(number)) for number in (first, second)], [1, 0], "questions")
    [event] = [event for event in desk.show(second)["events"] if event["action"] == "confirmation"]
    check("asked already" in event["detail"]["why"], f"why not: {event['detail']}")
    check("acknowledgement" not in desk.actions(first), "no acknowledgement of what is held")
    [row] = desk.asked(first)
    equal((row["may_repeat"], row["reply_purpose"], row["sender_purpose"]), (True, "c", None), "the row")


def only_his_own_answer_counts(desk):
    number = writes(desk, "joe", "Joe asks")
    copy = desk.question(number)
    created = desk.show(number)["created_at"]
    opens_none(desk, *answer(copy, "joe", "Away", [VACATION]))
    # A mail program without any mark of a machine.
    opens_none(desk, *answer(copy, "joe", "Out of office: gone"))
    opens_none(desk, answer(copy, "joe", "Re: forged")[0], str(copy.header("Reply-To")), "mallory@acme.example")
    [other] = desk.opened_by(lambda: accepted(desk.send(*answer(copy, "mallory"))))
    equal([desk.show(ticket)["status"] for ticket in (number, other)], ["held", "held"], "status")
    equal(desk.contacts(), {}, "contacts")
    more = writes(desk, "joe", "Joe asks more")
    opens_none(desk, *answer(copy, "joe", "Re: yes"))
    ticket = desk.show(number)
    equal([ticket["status"], desk.show(more)["status"], desk.show(other)["status"]], ["new", "new", "held"], "status")
    equal(ticket["created_at"], created, "its time")
    equal([(clock["metric"], clock["started_at"]) for clock in ticket["clocks"]],
          [("first_response", created)], "what its clocks count from")
    person = desk.contacts()["joe@acme.example"]
    check(person["confirmed_at"] is not None and person["customer"] is None, f"contact: {person}")
    check("confirmed" in desk.actions(number), f"events: {desk.actions(number)}")
    check("address=joe@acme.example" in desk.log_text(), "the log")
    equal(desk.asked(more), [], "questions")
    for released, subject in ((number, b"Joe asks"), (more, b"Joe asks more")):
        wait_until(lambda n=released: desk.in_box("eve", f"[example#{n}] We have"), f"{released}'s acknowledgement")
        [copy] = [copy for copy in desk.in_box("eve", f"[example#{released}]")
                  if "Please confirm" not in str(copy.header("Subject"))]
        equal((str(copy.header("To")), subject in copy.raw), ("joe@acme.example", True), f"of ticket {released}")
    last = opens(desk, mail(subject="Joe is known", sender="joe@acme.example", message_id="<known@acme.example>"),
                 sender="joe@acme.example")
    equal((desk.show(last)["status"], desk.asked(last)), ("new", []), "what he writes now")


def some_are_not_asked(desk):
    listed = writes(desk, "max", "By a list", ["List-Id: <x.acme.example>"])
    number = opens(desk, mail(subject="Max is a machine", sender="max@acme.example", message_id="<m@acme.example>",
                              fields=["Auto-Submitted: auto-generated"]), sender="max@acme.example")
    equal(desk.show(number)["status"], "unsorted", "status")
    forged = opens(desk, mail(subject="Max is forged", sender="max@acme.example", message_id="<f@acme.example>"),
                   sender="mallory@evil.example")
    equal([len(desk.asked(ticket)) for ticket in (listed, number, forged)], [0, 0, 0], "questions")
    known = opens(desk, mail(subject="Beta writes", sender="b@beta.example", message_id="<b@beta.example>"),
                  sender="b@beta.example")
    equal((desk.show(known)["status"], desk.asked(known)), ("new", []), "a customer's")


def confirmed_by_hand_first(desk):
    """Nobody is asked what an agent said meanwhile."""
    desk.ack = "{delay: 1h}"
    desk.write_configuration()
    desk.ctl("reload")
    number = writes(desk, "kurt", "Kurt writes")
    desk.ctl("contact", "confirm", "kurt@acme.example", "--by", "anna")
    equal(desk.show(number)["status"], "new", "status")
    desk.execute(f"UPDATE outbox SET next_at = 0 WHERE ticket = {number}")
    desk.ack = "{delay: 0s}"
    desk.write_configuration()
    desk.ctl("reload")
    writes(desk, "max", "Wakes the sender")
    wait_until(lambda: desk.asked(number)[0]["state"] not in ("waiting", "sending"), "the end of the question")
    [row] = desk.asked(number)
    equal(row["state"], "cancelled", "the question")
    check("held no more" in row["error"], f"why: {row['error']}")
    equal(desk.in_box("eve", f"[example#{number}] Please confirm"), [], "questions")
    [copy] = wait_until(lambda: desk.in_box("eve", f"[example#{number}]"), "the acknowledgement of what was released")
    check(b"Kurt writes" in copy.raw, "his subject, now that he is known")


if __name__ == "__main__":
    sys.exit(main(a_stranger_is_asked_once, only_his_own_answer_counts, some_are_not_asked, confirmed_by_hand_first,
                  make=Holding))
