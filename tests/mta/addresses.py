#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Recipients as people type them: any case, extensions, both spellings of an international domain."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from case import equal, mail, main  # noqa: E402
from desk import Desk  # noqa: E402
from postfix import transaction  # noqa: E402

TYPED = [
    ("<support@example.com>", ()),
    ("<SUPPORT@Example.COM>", ()),
    ("<support+anything@example.com>", ()),
    ("<Support+1-rAAAAAAAAAAAAAAAA@example.com>", ()),
    ("support@example.com", ()),
    ("<\"support\"@example.com>", ()),
    ("<help@example.com>", ()),
    ("<hilfe@xn--bcher-kva.example>", ()),
    ("<hilfe@XN--BCHER-KVA.example>", ()),
    ("<hilfe@bücher.example>", ("SMTPUTF8",)),
]


def every_spelling_is_the_queue(desk):
    for number, (typed, options) in enumerate(TYPED):
        message = mail(subject=f"spelling {number}", message_id=f"<spelling-{number}@acme.example>")
        opened = desk.opened_by(lambda: equal(type_in(desk, typed, options, message), 250,
                                              f"Postfix's answer to {typed}"))
        equal([desk.show(ticket)["queue"] for ticket in opened], ["support"], f"queues of the tickets by {typed}")


def type_in(desk, typed, options, message):
    """Says RCPT TO in just these words; smtplib's own rcpt() would tidy them up."""
    with desk.postfix.client() as client:
        client.ehlo()
        client.command_encoding = "utf-8"
        client.rcpt = lambda recipient, _options=(): client.docmd("RCPT", f"TO:{recipient}")
        return transaction(client, "eve@acme.example", [typed], message, options)[0]


if __name__ == "__main__":
    sys.exit(main(every_spelling_is_the_queue, make=Desk))
