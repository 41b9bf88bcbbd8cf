#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Commands in agents' mail: they are done, none of them goes out, and nothing is done when one is wrong."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import programs  # noqa: E402
from agentcase import CARL, answers, asks, copies, customers_copy, main, refused, texts  # noqa: E402
from agentdesk import ANNA  # noqa: E402
from case import check, equal, n_messages  # noqa: E402

# What is written, and what of the ticket is then so.
DONE = [
    ("#priority P1 his shop is down", {"priority": "P1"}),
    ("#assign bert", {"assignee": "bert"}),
    ("#take", {"assignee": "anna"}),
    ("#type question", {"type": "question"}),
    ("#tag cluster=c12", {"tags": {"cluster": ["c12"]}}),
    ("#status open", {"status": "open"}),
    ("#pending", {"status": "pending"}),
    ("#resolved", {"status": "resolved"}),
    ("#close", {"status": "closed"}),
    ("#priority P1\n#assign bert\n#tag room=4", {"priority": "P1", "assignee": "bert", "tags": {"room": ["4"]}}),
]


def what_they_do(desk):
    for index, (lines, wanted) in enumerate(DONE):
        number, received = asks(desk, f"done-{index}")
        equal(answers(desk, received, f"{lines}\n\nWe look into it.", f"<done-{index}@staff.example>")[0], 250,
              f"Postfix's answer to {lines!r}")
        ticket = desk.show(number)
        equal({key: ticket[key] for key in wanted}, wanted, f"the ticket after {lines!r}")
        copy = customers_copy(desk, number)
        body = copy.raw.partition(b"\n\n")[2]
        check(b"We look into it." in body and lines.split()[0].encode() not in body, f"the body: {body!r}")
        check(b"shop is down" not in body, f"what the command says, in {body!r}")


def out_of_each_alternative(desk):
    number, received = asks(desk, "alternatives")
    message = programs.alternative(ANNA, received, "#priority P1 urgent-by-anna\n#tag floor=2\n\nWe hurry.",
                                   "<alternatives@staff.example>")
    equal(desk.submit(ANNA, message.as_bytes(), programs.reply_address(received))[0], 250, "Postfix's answer")
    found = texts(customers_copy(desk, number))
    equal(sorted(found), ["text/html", "text/plain"], "texts")
    for kind, text in found.items():
        check("We hurry." in text, f"the text of {kind}: {text!r}")
        check(not any(word in text for word in ("#priority", "urgent-by-anna", "#tag", "floor=2")), f"{kind}: {text!r}")
    ticket = desk.show(number)
    equal((ticket["priority"], ticket["tags"]), ("P1", {"floor": ["2"]}), "the ticket")


def share_and_merge(desk):
    number, received = asks(desk, "share")
    answers(desk, received, f"#share {CARL}\n\nBoth of you.", "<share-1@staff.example>")
    check({"address": CARL, "receives": True}.items() <= next(
        entry for entry in desk.show(number)["participants"] if entry["address"] == CARL).items(), "Carl receives")
    copy = customers_copy(desk, number, count=1)
    answers(desk, received, "And now both.", "<share-2@staff.example>")
    customers_copy(desk, number, count=2)
    copy = customers_copy(desk, number, "carl", count=len(copies(desk, number, "carl")) or 1)
    check("And now both." in copy.raw.decode(), f"what Carl got: {copy.raw!r}")
    equal([address.addr_spec for address in copy.header("Cc").addresses], [CARL], "Cc")
    other, received = asks(desk, "merged")
    answers(desk, received, f"#merge {number}\n\nThis belongs to your other one.", "<merge@staff.example>")
    equal((desk.show(other)["status"], desk.show(other)["merged_into"]), ("merged", number), "the merged ticket")


# What is written, and what the sentence must say.
WRONG = [
    ("#prioritty P1", ["#prioritty", "priority"]),
    ("#priority P7", ["P7"]),
    ("#assign nobody-of-ours", ["nobody-of-ours"]),
    ("#tag a=b\n#merge 99999", ["99999"]),
    ("#close\n#stattus open", ["#stattus"]),
    ("#pending the day after never", ["never"]),
]


def a_wrong_one_changes_nothing(desk):
    number, received = asks(desk, "wrong")
    for index, (lines, words) in enumerate(WRONG):
        refused(desk, number, lambda lines=lines, index=index: answers(
            desk, received, f"{lines}\n\nWe look into it.", f"<wrong-{index}@staff.example>"), *words)
    equal(copies(desk, number), [], "mails outside")
    # The same mail, corrected, is taken.
    equal(answers(desk, received, "#priority P1\n\nWe look into it.", "<wrong-0@staff.example>")[0], 250, "answer")
    equal(desk.show(number)["priority"], "P1", "priority")


def nothing_but_commands(desk):
    number, received = asks(desk, "only")
    message = f"#priority P1\n#assign bert\n\n{programs.quoted(received)}\n-- \nAnna, extension 12"
    equal(answers(desk, received, message, "<only@staff.example>")[0], 250, "Postfix's answer")
    desk.settle()
    ticket = desk.show(number)
    equal((ticket["priority"], ticket["assignee"], ticket["status"]), ("P1", "bert", "new"), "the ticket")
    equal((copies(desk, number), desk.postfix.deliveries("team")), ([], []), "mails outside")
    results = [row for row in desk.json("outbox", "list")["outbox"]
               if (row["kind"], row["ticket"]) == ("result", number)]
    equal([row["recipients"] for row in results], [[ANNA.address]], "results for the agent")


def by_address(desk):
    number, received = asks(desk, "address")
    local, _, domain = desk.token(number).partition("@")
    equal(answers(desk, received, "Done.", "<by-address@staff.example>", recipients=f"{local}-close@{domain}")[0], 250,
          "Postfix's answer")
    customers_copy(desk, number)
    equal(desk.show(number)["status"], "closed", "status")


def text_that_looks_like_one(desk):
    number, received = asks(desk, "text")
    equal(answers(desk, received, "##close is text\n\nand #5 is the one.", "<text@staff.example>")[0], 250, "answer")
    body = customers_copy(desk, number).raw.partition(b"\n\n")[2]
    check(b"\n#close is text" in b"\n" + body and b"and #5 is the one." in body, f"the body: {body!r}")
    equal((desk.show(number)["status"], n_messages(desk, number)), ("waiting", 2), "status and messages")


if __name__ == "__main__":
    main(what_they_do, out_of_each_alternative, share_and_merge, a_wrong_one_changes_nothing, nothing_but_commands,
         by_address, text_that_looks_like_one)
