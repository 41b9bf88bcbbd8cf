#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Mail that is none of the desk's business: Postfix sends the milter neither its headers nor its body."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from case import accepted, check, equal, mail, main, opens  # noqa: E402
from desk import Desk  # noqa: E402
from tap import Tap  # noqa: E402


def the_milter_sees_the_envelope_only(desk):
    with Tap(desk.socket) as tap:
        accepted(desk.send(mail(subject="lunch?", message_id="<lunch@friends.example>", body="at noon\n" * 20000),
                           "bob@example.com"))
        desk.delivered("<lunch@friends.example>", "bob")
        check(tap.commands["M"] == 1 and tap.commands["R"] == 1, f"the tap sees the envelope: {dict(tap.commands)}")
        equal([tap.commands[letter] for letter in "LNBE"], [0, 0, 0, 0],
              "headers, their end, pieces of body, ends of message")


def the_tap_sees_what_is_ours(desk):
    with Tap(desk.socket) as tap:
        opens(desk, mail(subject="ours", message_id="<ours@acme.example>"))
        check(tap.commands["L"] >= 5 and tap.commands["B"] == 1 and tap.commands["E"] == 1,
              f"commands: {dict(tap.commands)}")


def it_arrives_as_it_was_sent(desk):
    fields = ["X-Ticket-ID: 5", "x-ticket-mine: yes"]
    accepted(desk.send(mail(subject="as sent", message_id="<as-sent@friends.example>", fields=fields),
                       "bob@example.com"))
    copy = desk.delivered("<as-sent@friends.example>", "bob")[0]
    equal((copy.header("Subject"), copy.marks()), ("as sent", {"X-Ticket-ID": "5", "x-ticket-mine": "yes"}),
          "subject and fields")


if __name__ == "__main__":
    sys.exit(main(the_milter_sees_the_envelope_only, the_tap_sees_what_is_ours, it_arrives_as_it_was_sent, make=Desk))
