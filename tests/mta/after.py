#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Tickets that wait for their customers or are resolved, through a real Postfix: the notice and what the customer says
to it, reminders, closing; and who tries to get more out of it."""
import os
import re
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import outbox  # noqa: E402  beside this file
from case import accepted, check, equal, mail, main, opens, opens_none  # noqa: E402
from postfix import wait_until  # noqa: E402

SLOW = "{remind: [], close: 1h, close_notice: none}"
REMINDING = "{remind: [1s, 3s], close: none}"
CLOSING = "{notice: no, close: 4s, close_notice: 2s}"


class After(outbox.Sending):
    ack = "{send: no, delay: 0s}"

    def __init__(self, build="."):
        super().__init__(build)
        self.plain = self.more
        self.more = self.settings_for(SLOW)
        for name in "ann", "bob", "cid", "dora", "robot", "fay", "gus":
            self.postfix.aliases[f"{name}@acme.example"] = "eve@mailbox.example"

    def settings_for(self, after):
        return self.plain + f"after: {after}\n"

    def reload(self, after):
        self.more = self.settings_for(after)
        self.write_configuration()
        self.ctl("reload")

    def mails(self, number, kind):
        return [row for row in self.rows() if row["ticket"] == number and row["kind"] == kind]

    def arrived(self, number, words):
        return wait_until(lambda: [copy for copy in self.in_box("eve", f"[example#{number}]")
                                   if words in str(copy.header("Subject"))], f"`{words}` of ticket {number}")[0]


def asks(desk, name, body="It stopped this morning."):
    address = f"{name}@acme.example"
    return opens(desk, mail(subject=f"Trouble of {name}", sender=address, body=body,
                            message_id=f"<{name}@acme.example>"), sender=address)


def writes(desk, name, to, body, identity, fields=()):
    """A mail of an existing ticket."""
    address = f"{name}@acme.example"
    opens_none(desk, mail(subject="Re: it", sender=address, to=to, body=body, fields=fields,
                          message_id=f"<{identity}@acme.example>"), to, address)


def text_of(copy, kind="text/plain"):
    [found] = [one for one in copy.message.walk() if one.get_content_type() == kind]
    return found.get_content()


def the_notice_and_its_answer(desk):
    number = asks(desk, "ann")
    desk.ctl("reply", str(number), "--as", "anna", "-m", "It was the cable.")
    desk.ctl("note", str(number), "-m", "She is always late with her payments.")
    desk.ctl("set", str(number), "status=resolved")
    copy = desk.arrived(number, "is resolved")
    equal([str(copy.header(name)) for name in ("From", "To", "Auto-Submitted", "X-Auto-Response-Suppress",
                                               "X-Ticket-Loop", "X-Ticket-ID")],
          ["Example Support <support@example.com>", "ann@acme.example", "auto-generated", "All", "example",
           str(number)], "fields")
    check(b"Return-Path: <>" in copy.raw, "the null sender")
    check("<ann@acme.example>" in str(copy.header("References")), f"References: {copy.header('References')}")
    text, page = text_of(copy), text_of(copy, "text/html")
    [good] = re.findall(rf"Yes: (support\+{number}-f[a-z2-7]{{16}}-good@example\.com)", text)
    for words in "Subject: Trouble of ann", "Unless you write, it is closed on":
        check(words in text, f"{words!r} in {text!r}")
    check("payments" not in text + page, "words of a note")
    check(f'href="mailto:support%2B{number}-f' in page and f"subject=%5Bexample%23{number}%5D%20good" in page,
          f"the link in {page!r}")
    equal(desk.show(number)["satisfaction"], None, "before")
    writes(desk, "ann", good, "Well done!", "good")
    ticket = desk.show(number)
    equal([ticket["satisfaction"][key] for key in ("value", "by", "text")], ["good", "ann@acme.example", "Well done!"],
          "satisfaction")
    equal((ticket["status"], ticket["messages"][-1]["flags"]), ("resolved", ["feedback"]), "the ticket")
    span = "--from", time.strftime("%Y-%m-%d", time.gmtime(time.time() - 86400))
    equal(desk.json("report", *span)["report"]["satisfaction"],
          {"good": 1, "bad": 0, "resolved": 1, "good_percent": 100, "answered_percent": 100}, "the report")
    check("Satisfied" in desk.ctl("report", *span), "the report as text")
    check("good, by ann@acme.example" in desk.ctl("show", str(number)), "the ticket as text")
    # An answer to the notice itself is a message like any other.
    writes(desk, "ann", str(copy.header("Reply-To")), "But now it smells.", "smells")
    equal(desk.show(number)["status"], "open", "status")


def an_answer_that_resolves_is_the_notice(desk):
    number = asks(desk, "bob")
    outbox.answers_from_outside(desk, number, "#resolved\n\nDone.", "resolves", verdict="pass")
    equal(desk.show(number)["status"], "resolved", "status")
    copy = desk.arrived(number, "Re: ")
    text = text_of(copy)
    check("Done." in text and "This request is resolved." in text and f"support+{number}-f" in text, f"{text!r}")
    desk.ctl("set", str(number), "status=open")
    desk.ctl("set", str(number), "status=resolved")
    desk.arrived(number, "is resolved")
    equal(len(desk.mails(number, "resolved")), 1, "notices")


def who_is_not_satisfied(desk):
    number = asks(desk, "cid")
    desk.ctl("assign", str(number), "anna")
    desk.ctl("set", str(number), "status=resolved")
    text = text_of(desk.arrived(number, "is resolved"))
    [bad] = re.findall(rf"No:  (support\+{number}-f[a-z2-7]{{16}}-bad@example\.com)", text)
    for i in range(3):
        writes(desk, "cid", bad, f"It is back, {i}.", f"bad{i}")
    [told] = wait_until(lambda: desk.in_box("anna", "Not satisfied"), "the owner's mail")
    check(b"It is back, 0." in told.raw, "his words")
    equal(len(desk.mails(number, "alert")), 1, "mails to the owner")
    equal(desk.show(number)["status"], "resolved", "status")
    # Forged, and a machine's.
    forged = bad.replace(f"+{number}-f", f"+{number - 1}-f")
    opens(desk, mail(subject="x", sender="cid@acme.example", to=forged, message_id="<forged@acme.example>"), forged,
          "cid@acme.example")
    writes(desk, "robot", bad.replace("-bad@", "-good@"), "I am away.", "away", ["Auto-Submitted: auto-replied"])
    equal(desk.show(number)["satisfaction"]["by"], "cid@acme.example", "who said it last")


def a_robot_gets_no_more_than_anybody(desk):
    """It answers everything, and looks like a person; somebody resolves its ticket each time."""
    number = asks(desk, "robot")
    for i in range(6):
        desk.ctl("set", str(number), "status=resolved")
        wait_until(lambda i=i: len([event for event in desk.show(number)["events"] if event["action"] == "notice"]) > i,
                   f"notice {i}")
        writes(desk, "robot", desk.token(number), f"We have received message {i} and will come back to you.",
               f"robot{i}")
        equal(desk.show(number)["status"], "open", "status")
    equal(len(desk.mails(number, "resolved")), 3, "notices")
    check("lately" in str(desk.show(number)["events"]), "why there are no more")
    # What says that it is automatic reopens nothing.
    desk.ctl("set", str(number), "status=resolved")
    writes(desk, "robot", desk.token(number), "I am away.", "away2", ["Auto-Submitted: auto-replied"])
    equal(desk.show(number)["status"], "resolved", "status")


def a_reminder_until_he_answers(desk):
    desk.reload(REMINDING)
    number = asks(desk, "dora")
    desk.ctl("set", str(number), "status=waiting")
    copy = desk.arrived(number, "We wait for your answer")
    check(b"Trouble of dora" not in copy.raw, "a subject that nobody vouches for")
    writes(desk, "dora", str(copy.header("Reply-To")), "Here is the log.", "log")
    equal(desk.show(number)["status"], "open", "status")
    n_reminders = len(desk.mails(number, "remind"))
    check(n_reminders <= 2, f"{n_reminders} reminders")
    # Whatever goes out afterwards is another one's.
    other = asks(desk, "fay")
    desk.ctl("set", str(other), "status=waiting")
    wait_until(lambda: len(desk.mails(other, "remind")) == 2, "both reminders of another one")
    equal(len(desk.mails(number, "remind")), n_reminders, "reminders")


def closed_in_the_end(desk):
    desk.reload(CLOSING)
    number = asks(desk, "gus")
    desk.ctl("set", str(number), "status=resolved")
    wait_until(lambda: desk.show(number)["status"] == "closed", "the closing")
    equal((len(desk.mails(number, "closing")), len(desk.mails(number, "resolved"))), (1, 0), "mails")
    events = [(event["actor"], event["action"]) for event in desk.show(number)["events"]]
    check(("desk", "status") in events and ("desk", "notice") in events, f"events: {events}")
    check(events.index(("desk", "notice")) < events.index(("desk", "status")), "told before it is closed")


if __name__ == "__main__":
    sys.exit(main(the_notice_and_its_answer, an_answer_that_resolves_is_the_notice, who_is_not_satisfied,
                  a_robot_gets_no_more_than_anybody, a_reminder_until_he_answers, closed_in_the_end, make=After))
