#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""The submission service itself: who may use it, what of its users can be seen, and mail that is none of the desk's."""
import os
import smtplib
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from agentcase import answers, asks, main, refused, writes  # noqa: E402
from agentdesk import ANNA, OLAF  # noqa: E402
from case import check, equal, mail  # noqa: E402
from tap import Tap  # noqa: E402

FRED = "fred@friends.example"


def nobody_without_a_login(desk):
    with smtplib.SMTP("127.0.0.1", desk.submission_port, timeout=60) as client:
        client.ehlo()
        equal(client.mail("eve@acme.example")[0], 530, "MAIL without TLS")
    try:
        desk.submit(type(ANNA)("Anna", "al-7931x", "anna"), mail(), FRED)
    except smtplib.SMTPAuthenticationError as error:
        equal(error.smtp_code, 535, "a wrong login")
    else:
        check(False, "a wrong login was taken")


def foreign_mail_is_not_looked_at(desk):
    with Tap(desk.socket) as tap:
        equal(desk.submit(OLAF, mail(subject="lunch?", sender=OLAF.address, to=FRED, message_id="<lunch@staff.example>",
                                     body="at noon\n" * 20000), FRED)[0], 250, "Postfix's answer")
        desk.outside.delivered("<lunch@staff.example>", "fred")
        check(tap.commands["M"] == 1 and tap.commands["R"] == 1, f"the tap sees the envelope: {dict(tap.commands)}")
        equal([tap.commands[letter] for letter in "LNBE"], [0, 0, 0, 0],
              "headers, their end, pieces of body, ends of message")


def an_agents_own_mail_is_as_he_wrote_it(desk):
    """No ticket in it, and nobody of ours among the recipients; the forged fields stay, too."""
    message = mail(subject="party", sender=f"Anna <{ANNA.address}>", to=FRED, message_id="<party@staff.example>",
                   body="#party tonight\n", fields=["X-Ticket-ID: 5", "References: <unknown@friends.example>",
                                                    "Organization: Staff Ltd"])
    tickets = len(desk.tickets())
    equal(desk.submit(ANNA, message, FRED)[0], 250, "Postfix's answer")
    copy = desk.outside.delivered("<party@staff.example>", "fred")
    check(copy.raw.endswith(message.encode()), f"bytes of {copy.raw!r}")
    equal((copy.header("Return-Path"), len(copy.headers("Received"))), (f"<{ANNA.address}>", 1), "sender, Received")
    equal(len(desk.tickets()), tickets, "tickets")


def an_agents_address_proves_nothing(desk):
    number, received = asks(desk, "unproven")
    token = desk.token(number)
    message = writes(received, "I am Anna, am I not?", identity="<unproven@staff.example>")
    ways = {"no login": lambda: desk.send(message, token, ANNA.address),
            "another's login": lambda: desk.submit(OLAF, message, token, ANNA.address)}
    for name, way in ways.items():
        refused(desk, number, way, "not logged in", "NOT sent")
        equal([m["direction"] for m in desk.show(number)["messages"]], ["in"], f"messages after {name}")
    equal(answers(desk, received, "I am.", "<proven@staff.example>")[0], 250, "Anna's own login")


if __name__ == "__main__":
    main(nobody_without_a_login, foreign_mail_is_not_looked_at, an_agents_own_mail_is_as_he_wrote_it,
         an_agents_address_proves_nothing)
