#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Agents answer by ordinary mail through a submission service, and the customer gets the desk's answer, from whatever
program: his mailbox is compared field by field."""
import datetime
import os
import re
import sys
import zoneinfo

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import programs  # noqa: E402
from agentcase import (EVE, FIELDS, answers, asks, clock, copies, customers_copy, main, texts)  # noqa: E402
from agentdesk import ANNA, BERT  # noqa: E402
from case import check, equal, mail, n_messages  # noqa: E402
from outside import verdicts  # noqa: E402

ZONE = zoneinfo.ZoneInfo("Europe/Berlin")


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def times(due_at):
    """As people may read them: the desk's zone, and UTC."""
    at = instant(due_at)
    return [at.astimezone(zone).strftime("%H:%M") for zone in (ZONE, datetime.timezone.utc)]


def check_footer(desk, number, copy, wanted_types):
    """Number and due time in every text of the body."""
    due_at = clock(desk, number, "update")["due_at"]
    found = texts(copy)
    equal(sorted(found), sorted(wanted_types), "texts of the mail")
    for kind, text in found.items():
        plain = re.sub(r"<[^>]*>", " ", text)
        check(f"example#{number}" in plain, f"the number in {kind}: {text!r}")
        for time in times(due_at):
            check(time in plain, f"{time} in {kind}: {text!r}")
    html = found.get("text/html")
    check(html is None or html.rindex(f"example#{number}") < html.lower().index("</body>"),
          "before the end of the body")


def check_customers_copy(desk, number, copy, received):
    """Field by field."""
    wanted = {"From": "Anna via Example Support <support@example.com>", "Cc": None,
              "Subject": f"Re: {received.header('Subject')}", "In-Reply-To": received.header("Message-ID"),
              "References": received.header("Message-ID"), "X-Ticket-ID": str(number),
              "Return-Path": f"<{desk.token(number, 'b')}>"}
    equal({name: copy.header(name) and str(copy.header(name)) for name in wanted}, wanted, "fields")
    equal([address.addr_spec for address in copy.header("Reply-To").addresses], [desk.token(number)], "Reply-To")
    equal([address.addr_spec for address in copy.header("To").addresses], [EVE], "To")
    due = copy.header("X-Ticket-Due")
    check(due.startswith("update;"), f"X-Ticket-Due: {due}")
    equal(instant(due.partition(";")[2].strip()), instant(clock(desk, number, "update")["due_at"]), "X-Ticket-Due")
    equal({name.lower() for name in copy.message.keys()} - FIELDS, set(), "other fields")
    for name in ("From", "Reply-To", "To", "Subject", "X-Ticket-ID", "X-Ticket-Due", "Received", "Message-ID"):
        equal(len(copy.headers(name)), 1, f"{name} fields")
    equal(verdicts(copy), {"example.com": "pass"}, f"the signature, {copy.headers('Authentication-Results')}")


def an_answer_of_each_program(desk):
    for name, write in programs.WRITERS.items():
        number, received = asks(desk, name)
        equal(programs.reply_address(received), desk.token(number), "Reply-To of the agents' copy")
        text = f"Please unplug it, {name}.\n\nAnna"
        _, answer = write(desk, ANNA, received, text, f"<answer-{name}@staff.example>")
        equal(answer[0], 250, f"Postfix's answer to {name} ({answer[1]})")
        copy = customers_copy(desk, number)
        check_customers_copy(desk, number, copy, received)
        kinds = ["text/plain", "text/html"] if name == "python" else ["text/plain"]
        check_footer(desk, number, copy, kinds)
        check(all(f"unplug it, {name}" in text for text in texts(copy).values()), f"what was written, in {texts(copy)}")
        ticket = desk.show(number)
        equal([message["direction"] for message in ticket["messages"]], ["in", "out"], "directions")
        equal((ticket["status"], clock(desk, number, "first_response")["met_at"] is not None), ("waiting", True),
              "status, and that it is answered")


def colleagues_get_a_copy(desk):
    number, received = asks(desk, "copy")
    answers(desk, received, "It is repaired.", "<answer-copy@staff.example>")
    customers_copy(desk, number)
    for person in (ANNA, BERT):
        copy = desk.delivered("<answer-copy@staff.example>", person.box)[0]
        equal(str(copy.header("From")), "Anna via Example Support <support@example.com>",
              f"From of {person.name}'s copy")
    desk.settle()
    equal(len([copy for copy in desk.postfix.deliveries(BERT.box)
               if copy.header("Message-ID") == "<answer-copy@staff.example>"]), 1, "copies")


def again_is_the_same(desk):
    number, received = asks(desk, "again")
    seen = []
    for _ in range(2):
        equal(answers(desk, received, "Once.", "<answer-again@staff.example>")[0], 250, "Postfix's answer")
        seen.append(customers_copy(desk, number, count=len(seen) + 1))
    equal(n_messages(desk, number), 2, "messages of the ticket")
    names = ("From", "Reply-To", "To", "Cc", "Subject", "X-Ticket-ID", "X-Ticket-Due", "Return-Path", "References")
    equal(*({name: seen[i].headers(name) for name in names} | {"body": seen[i].raw.partition(b"\n\n")[2]}
            for i in (0, 1)), "both copies")


def straight_to_the_customer(desk):
    number, received = asks(desk, "straight")
    equal(answers(desk, received, "As I said.", "<answer-straight@staff.example>", recipients=EVE,
                  to=f"Eve <{EVE}>")[0], 250, "Postfix's answer")
    copy = customers_copy(desk, number)
    check_customers_copy(desk, number, copy, received)
    check_footer(desk, number, copy, ["text/plain"])
    equal(desk.show(number)["status"], "waiting", "status")


def as_the_desk(desk):
    """A first mail to a customer, the desk in Cc: it opens a ticket of his."""
    message = mail(subject="Maintenance tonight", sender=f"Anna <{ANNA.address}>", to=EVE,
                   message_id="<first-word@staff.example>", body="From 22:00 on.",
                   fields=["Cc: support@example.com"])
    numbers = desk.opened_by(lambda: equal(desk.submit(ANNA, message, [EVE, "support@example.com"])[0], 250, "answer"))
    equal(len(numbers), 1, "new tickets")
    ticket = desk.show(numbers[0])
    equal((ticket["requester"], ticket["customer"], ticket["status"]), (EVE, "acme", "waiting"), "ticket")
    equal([m["direction"] for m in ticket["messages"]], ["out"], "direction")
    copy = customers_copy(desk, numbers[0])
    equal((str(copy.header("From")), str(copy.header("Subject"))),
          ("Anna via Example Support <support@example.com>", f"[example#{numbers[0]}] Maintenance tonight"), "fields")
    equal(verdicts(copy), {"example.com": "pass"}, "the signature")
    answer = mail(subject=f"Re: {copy.header('Subject')}", message_id="<fine@acme.example>", body="Which servers?",
                  fields=["In-Reply-To: <first-word@staff.example>"])
    equal(desk.opened_by(lambda: desk.send(answer, programs.reply_address(copy))), [], "tickets by his answer")
    equal((n_messages(desk, numbers[0]), desk.show(numbers[0])["status"]), (2, "open"), "messages and status")


FORWARDED = """\
Can somebody look at this?

---------- Forwarded message ---------
From: Carl <carl@acme.example>
Date: Fri, 20 Nov 2026 at 16:00
Subject: no network
To: <anna.private@staff.example>

Nothing goes since four.
"""


def a_forwarded_request(desk):
    message = mail(subject="Fwd: no network", sender=f"Anna <{ANNA.address}>", message_id="<forward@staff.example>",
                   body=FORWARDED)
    numbers = desk.opened_by(lambda: equal(desk.submit(ANNA, message, "support@example.com")[0], 250, "answer"))
    equal(len(numbers), 1, "new tickets")
    ticket = desk.show(numbers[0])
    equal((ticket["requester"], ticket["customer"]), ("carl@acme.example", "acme"), "requester and customer")
    received = desk.delivered("<forward@staff.example>", BERT.box)[0]
    equal(answers(desk, received, "Try now.", "<answer-forward@staff.example>", BERT)[0], 250, "Postfix's answer")
    copy = customers_copy(desk, numbers[0], "carl")
    equal(str(copy.header("From")), "Bert via Example Support <support@example.com>", "From")


def an_agents_own_request(desk):
    message = mail(subject="My chair", sender=f"Anna <{ANNA.address}>", message_id="<chair@staff.example>")
    numbers = desk.opened_by(lambda: equal(desk.submit(ANNA, message, "support@example.com")[0], 250, "answer"))
    equal([desk.show(number)["requester"] for number in numbers], [ANNA.address], "requesters")


def thanks_and_close(desk):
    number, received = asks(desk, "thanks")
    answers(desk, received, "#close\n\nDone.", "<answer-thanks@staff.example>")
    copy = customers_copy(desk, number)
    equal(desk.show(number)["status"], "closed", "status")
    thanks = mail(subject=f"Re: {copy.header('Subject')}", message_id="<many-thanks@acme.example>", body="Thank you!",
                  fields=["In-Reply-To: <answer-thanks@staff.example>"])
    equal(desk.opened_by(lambda: desk.send(thanks, programs.reply_address(copy))), [], "tickets by his thanks")
    equal((desk.show(number)["status"], n_messages(desk, number)), ("closed", 3), "status and messages")


LEFT_OPEN = """\
--a
Content-Type: text/plain

#close

Done.
--a
Content-Type: text/html

<html><body><p>#close</p><p>Done.</p><blockquote type=cite>As you wrote</body></html>
--a--"""


def a_quotation_that_is_left_open(desk):
    """The footer would stand within: what has to go goes, and the answer goes out."""
    number, received = asks(desk, "left-open")
    fields = ["MIME-Version: 1.0", "Content-Type: multipart/alternative; boundary=a"]
    for n in (1, 2):
        equal(answers(desk, received, LEFT_OPEN, "<answer-left-open@staff.example>", fields=fields)[0], 250,
              "Postfix's answer")
        found = texts(customers_copy(desk, number, count=n))
        check(all("Done." in text and "#close" not in text for text in found.values()), f"what was written, in {found}")
    equal((desk.show(number)["status"], n_messages(desk, number)), ("closed", 2), "status and messages")


def two_tickets_in_one_answer(desk):
    (number, received), (other, _) = asks(desk, "two-a"), asks(desk, "two-b")
    both = [desk.token(number), desk.token(other)]
    equal(answers(desk, received, "Both.", "<answer-two@staff.example>", recipients=both)[0], 550, "Postfix's answer")
    desk.settle()
    equal((copies(desk, number), copies(desk, other)), ([], []), "mails outside")


if __name__ == "__main__":
    main(an_answer_of_each_program, colleagues_get_a_copy, again_is_the_same, straight_to_the_customer, as_the_desk,
         a_forwarded_request, an_agents_own_request, thanks_and_close,
         a_quotation_that_is_left_open, two_tickets_in_one_answer)
