#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""What the desk writes on mail in flight, read from the mailboxes behind a real Postfix."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from case import check, equal, mail, main, opens, opens_none  # noqa: E402
from desk import Desk  # noqa: E402

FORGED = ["X-Ticket-ID: 31337", "x-ticket-PRIORITY: P0", "X-Ticket-ID:\n 31338,\n\tfolded", "X-TICKET-EVIL: a",
          "X-Ticket-Id: 31339"]


def subject_of(desk, message_id):
    return desk.delivered(message_id)[0].header("Subject")


def subjects_are_tagged_once(desk):
    number = opens(desk, mail(subject="tag", message_id="<tag@acme.example>"))
    tag = f"[example#{number}]"
    cases = [
        ("plain", f"Re: {tag} tag", f"Re: {tag} tag"),
        ("missing", "Re: tag", f"Re: {tag} tag"),
        ("encoded", f"=?utf-8?Q?Re=3A_=5Bexample=23{number}=5D_gr=C3=BCn?=", f"Re: {tag} grün"),
        ("other-desk", "Re: [other#7] tag", f"Re: {tag} [other#7] tag"),
    ]
    for name, written, wanted in cases:
        opens_none(desk, mail(subject=written, body=name, message_id=f"<tag-{name}@acme.example>",
                              fields=["In-Reply-To: <tag@acme.example>"]))
        equal(subject_of(desk, f"<tag-{name}@acme.example>"), wanted, name)


def encoded_subject_stays_readable(desk):
    number = opens(desk, mail(subject="=?iso-8859-1?Q?Gr=FC=DFe?=", message_id="<latin@acme.example>"))
    equal(subject_of(desk, "<latin@acme.example>"), f"[example#{number}] Grüße", "the subject")


def missing_subject_gets_the_tag(desk):
    number = opens(desk, mail(subject=None, message_id="<silent@acme.example>"))
    equal(subject_of(desk, "<silent@acme.example>").strip(), f"[example#{number}]", "the subject")


def forged_fields_are_deleted(desk):
    number = opens(desk, mail(subject="forged fields", message_id="<forged@acme.example>", fields=FORGED))
    copy = desk.delivered("<forged@acme.example>")[0]
    equal(copy.headers("X-Ticket-ID"), [str(number)], "X-Ticket-ID")
    check(copy.header("X-Ticket-Evil") is None, "X-Ticket-Evil is gone")
    check(b"3133" not in copy.raw and b"P0" not in copy.raw, "nothing of the forged fields is left")


def mixed_recipients_are_recorded_not_marked(desk):
    number = opens(desk, mail(subject="mixed", message_id="<mixed@acme.example>", fields=FORGED),
                   ["support@example.com", "bob@example.com"])
    check(number > 0, "a ticket")
    for box in ("team", "bob"):
        copy = desk.delivered("<mixed@acme.example>", box)[0]
        equal((copy.header("Subject"), copy.marks()), ("mixed", {}), f"{box}'s copy")


def header_injection_fails(desk):
    evil = "=?utf-8?Q?down=0D=0AX-Injected:_yes=0D=0A=0D=0Abody?="
    opens(desk, mail(subject=evil, message_id="<evil@acme.example>"))
    copy = desk.delivered("<evil@acme.example>")[0]
    check(copy.header("X-Injected") is None, "no field was injected")
    check(b"It stopped this morning." in copy.raw.partition(b"\n\n")[2], "the body is the body")


if __name__ == "__main__":
    sys.exit(main(subjects_are_tagged_once, encoded_subject_stays_readable, missing_subject_gets_the_tag,
                  forged_fields_are_deleted,
                  mixed_recipients_are_recorded_not_marked, header_injection_fails, make=Desk))
