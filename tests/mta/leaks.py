#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Row 17 of FAULTS.md: a note, and another customer's address, stand in no byte that leaves: neither in mail to the
customers, nor to their managers, nor in what a program of the pagers gets.  One course with all that the desk sends:
acknowledgements, answers, hand-overs, shares, warnings and breaches, what is told by hand, tickets of two customers
that are merged."""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import agentdesk  # noqa: E402
from agentcase import (EVE, JOE, SECRET, answers, asks, copies, customers_copy, main, own_bytes)  # noqa: E402
from agentdesk import ANNA, BERT  # noqa: E402
from case import accepted, check, equal, mail  # noqa: E402
from outside import own_mail_service  # noqa: E402
from postfix import free_port, wait_until  # noqa: E402

NOTE = f"He owes us for {SECRET} since March, and he must not be told."
MANAGER = "carl@acme.example"  # of Eve's customer, outside
# A clock that runs out within the test, and whoever may hear of it.
PLANS = """\
zone: Europe/Berlin
calendars:
  always: {zone: Europe/Berlin, hours: 24x7}
receivers:
  team: {mail: support@example.com}
  hook: {exec: [/bin/sh, -c, 'cat >>DIR/hook; echo >>DIR/hook']}
escalation:
  loud:
    - {metric: first_response, lead: 3598s, to: [customer.manager, team, hook]}
    - {metric: next_response, lead: 3598s, to: [customer.manager, ticket.assignee, hook]}
plans:
  standard: {calendar: always, escalation: loud, targets: {P1: {first_response: 1h}, P3: {first_response: 1h,
             next_response: 1h}}}
customers:
  acme: {domains: [acme.example], plan: standard, manager: carl@acme.example}
  other: {domains: [other.example], plan: standard, manager: joe@other.example}
"""


class Telling(agentdesk.AgentDesk):
    """One that also sends mail of its own, and calls a program."""

    ack = "{delay: 0s}"

    def __init__(self, build="."):
        super().__init__(build, more=PLANS)
        self.more = self.more.replace("DIR", self.data)
        self.submit_port = free_port()

    def services(self, signer):
        return super().services(signer) + own_mail_service(self.submit_port)

    def settle(self):
        wait_until(lambda: not self.json("outbox", "list")["outbox"], "an empty outbox", 60)
        super().settle()

    def hooks(self):
        with open(os.path.join(self.data, "hook"), encoding="utf-8") as file:
            return file.read()


def kinds(desk, number):
    return {row["kind"] for row in desk.json("outbox", "list", "--all")["outbox"] if row["ticket"] == number}


def fault_17_a_whole_course(desk):
    eves, received = asks(desk, "eves")
    joes, joes_copy = asks(desk, "joes", sender=JOE)
    desk.ctl("note", str(eves), "-m", NOTE, "--by", "anna")
    equal(answers(desk, received, f"#note\n{NOTE}", "<note-17@staff.example>")[0], 250, "a note by mail")
    for number in eves, joes:
        desk.ctl("assign", str(number), "bert", "--by", "joe", "--why", f"because of {SECRET}")
    customers_copy(desk, eves)       # what acknowledges it
    wait_until(lambda: {"alert", "page"} <= kinds(desk, eves), "the warnings")
    equal(answers(desk, received, "We look into it.", "<answer-17@staff.example>")[0], 250, "an answer by mail")
    desk.ctl("reply", str(joes), "--as", "bert", "-m", "We look into yours, too.")
    desk.ctl("share", str(eves), MANAGER, "--by", "anna")
    token = desk.token(eves)
    accepted(desk.send(mail(subject="Re: eves: printer", sender=EVE, to=token, body="Still broken.",
                            message_id="<again-17@acme.example>"), token, EVE))
    wait_until(lambda: len([event for event in desk.show(eves)["events"] if event["action"] == "warning"]) >= 2,
               "the second warning")
    desk.ctl("set", str(eves), "priority=P1", "tag.debt=yes", "--why", f"{SECRET} again", "--by", "anna")
    status = desk.token(eves).replace("@", "-status@")
    accepted(desk.send(mail(subject="How is it?", sender=EVE, to=status, body="?", message_id="<s-17@acme.example>"),
                       status, EVE))
    # Both customers' tickets become one, with the notes of both, but not the receivers.
    said = desk.ctl("merge", str(joes), str(eves), "--by", "anna", "--why", f"both have {SECRET}")
    check("of another customer, other" in said, f"what the merge says: {said}")
    desk.ctl("reply", str(eves), "--as", "anna", "-m", "It is repaired.")
    desk.ctl("set", str(eves), "status=resolved", "--by", "anna", "--why", f"{SECRET} is settled")
    desk.ctl("close", str(eves), "--by", "anna")
    desk.settle()
    check({"ack", "alert", "page", "handover", "agent_reply", "status"} <= kinds(desk, eves) | kinds(desk, joes),
          f"what was sent: {kinds(desk, eves)} {kinds(desk, joes)}")
    equal(bool(joes_copy) and bool(copies(desk, eves, "eve")), True, "copies of both")
    leaves_nothing(desk)


def leaves_nothing(desk):
    """agentcase.nothing_leaked(), which looks through all mailboxes at the end, knows the words; here those of each
    customer, and what the program was given."""
    for box, others in ("eve", [JOE, b"joes: printer"]), ("carl", [JOE, b"joes: printer"]), \
                       ("joe", [EVE, MANAGER, b"eves: printer"]):
        found = desk.outside.postfix.deliveries(box)
        check(found, f"mail for {box}")
        for copy in found:
            for word in [SECRET, "because of", *others]:
                word = word.encode() if isinstance(word, str) else word
                check(word.lower() not in own_bytes(copy).lower(), f"{word} in {box}'s {copy.raw!r}")
    # Pagers are the desk's own, and who wakes somebody has to say for whom: of each ticket its requester, and no more.
    pages = [json.loads(line) for line in desk.hooks().splitlines()]
    check({page["ticket"] for page in pages} >= {1}, f"what the program got: {pages}")
    for page in pages:
        for word in SECRET, "because of", ANNA.address, BERT.address, JOE if page["customer"] == "acme" else EVE:
            check(word.lower() not in str(page).lower(), f"{word} in what the program got: {page}")


if __name__ == "__main__":
    main(fault_17_a_whole_course, make=Telling)
