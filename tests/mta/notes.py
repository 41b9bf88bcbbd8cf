#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Notes by mail: they reach the agents, and nobody outside learns of them."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import programs  # noqa: E402
from agentcase import (EVE, SECRET, answers, asks, copies, customers_copy, main, state, writes)  # noqa: E402
from agentdesk import ANNA, BERT  # noqa: E402
from case import check, equal  # noqa: E402

NOTE = f"The fuse {SECRET} is broken since Tuesday, and he must not be told before the boss knows."


def directions(desk, number):
    return [message["direction"] for message in desk.show(number)["messages"]]


def notes_copy(desk, identity):
    """Both agents got it, with the address for a note in it."""
    found = [desk.delivered(identity, person.box)[0] for person in (ANNA, BERT)]
    desk.settle()
    return found[1]


def nobody_outside(desk, number):
    equal([copies(desk, number, box) for box in ("eve", "joe", "carl")], [[], [], []], "mails outside")


def by_the_word(desk):
    number, received = asks(desk, "word")
    equal(answers(desk, received, f"#note\n{NOTE}", "<note-word@staff.example>")[0], 250, "Postfix's answer")
    copy = notes_copy(desk, "<note-word@staff.example>")
    equal((directions(desk, number), desk.show(number)["status"]), (["in", "note"], "new"), "directions and status")
    equal(programs.reply_address(copy), desk.token(number, "n"), "where a colleague's answer goes")
    check(SECRET in copy.raw.decode() and b"\n#note" not in copy.raw, f"what Bert reads: {copy.raw!r}")
    nobody_outside(desk, number)


def by_the_plain_address(desk):
    number, received = asks(desk, "plain")
    equal(answers(desk, received, NOTE, "<note-plain@staff.example>", recipients="support@example.com",
                  to="support@example.com")[0], 250, "Postfix's answer")
    notes_copy(desk, "<note-plain@staff.example>")
    equal(directions(desk, number), ["in", "note"], "directions")
    nobody_outside(desk, number)


def fault_17_a_conversation_of_notes(desk):
    """Each by its token; the answer to the customer behind it has none of their ids."""
    number, received = asks(desk, "talk")
    token = desk.token(number, "n")
    equal(answers(desk, received, NOTE, "<note-talk-1@staff.example>", recipients=token, to=token)[0], 250, "answer")
    copy = notes_copy(desk, "<note-talk-1@staff.example>")
    equal(answers(desk, copy, "So it is.", "<note-talk-2@staff.example>", BERT)[0], 250, "answer to Bert's")
    last = notes_copy(desk, "<note-talk-2@staff.example>")
    equal(directions(desk, number), ["in", "note", "note"], "directions")
    nobody_outside(desk, number)
    answer = writes(last, "We are on it.", BERT, "<answer-talk@staff.example>", to=desk.token(number))
    equal(desk.submit(BERT, answer, desk.token(number))[0], 250, "the answer to the customer")
    copy = customers_copy(desk, number)
    check(b"note-talk" not in copy.raw, f"ids of notes in {copy.raw!r}")
    equal((copy.header("References").split()[0], copy.header("In-Reply-To")), ("<talk@acme.example>", None), "thread")


def fault_17_never_to_an_outsider(desk):
    """Whom the agent typed beside it, to a note token or with the word, gets nothing."""
    number, received = asks(desk, "typed")
    token = desk.token(number, "n")
    equal(answers(desk, received, NOTE, "<note-typed-1@staff.example>", recipients=[token, EVE],
                  to=f"{token}, {EVE}")[0], 250, "answer")
    equal(answers(desk, received, f"#note\n{NOTE}", "<note-typed-2@staff.example>",
                  recipients=[EVE, "joe@other.example"], to=EVE)[0], 250, "answer")
    notes_copy(desk, "<note-typed-1@staff.example>")
    equal(directions(desk, number), ["in", "note", "note"], "directions")
    nobody_outside(desk, number)


def an_absence_is_nobodys_business(desk):
    """An agent's vacation program answers the customer's mail: it is dropped, noted, and meets nothing."""
    number, received = asks(desk, "vacation")
    before = {key: value for key, value in state(desk, number).items() if key != "events"}
    message = writes(received, f"I am away. {SECRET}", identity="<vacation@staff.example>",
                     fields=["Auto-Submitted: auto-replied"])
    for name, way in {"without a login": lambda: desk.send(message, desk.token(number), ""),
                      "logged in": lambda: desk.submit(ANNA, message, desk.token(number)),
                      "to the customer": lambda: desk.submit(ANNA, message.replace("<vacation", "<vacation-2"), EVE)
                      }.items():
        equal(way()[0], 250, f"Postfix's answer {name}")
        desk.settle()
        after = {key: value for key, value in state(desk, number).items() if key != "events"}
        equal(after, before, f"the ticket, {name}")
    nobody_outside(desk, number)
    check(state(desk, number)["events"] > 1, "an event of it")


if __name__ == "__main__":
    main(by_the_word, by_the_plain_address, fault_17_a_conversation_of_notes, fault_17_never_to_an_outsider,
         an_absence_is_nobodys_business)
