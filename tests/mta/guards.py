#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""What an agent's mail is held against before it goes out: he reads in his own mail program why it did not, and
`#send` sends it all the same, once."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import programs  # noqa: E402
from agentcase import JOE, answers, asks, customers_copy, main, refused  # noqa: E402
from agentdesk import ANNA, BERT  # noqa: E402
from case import check, equal, mail  # noqa: E402

WORDS = "the invoice of last month was wrong by ninety euros and nobody has noticed it yet"
OTHER_WORDS = "their old contract ends in spring and we hope that they will never ask about it"


def guard(desk, name, wrong, words, number, received, **keywords):
    """Refused with a sentence, and sent with #send."""
    refused(desk, number, lambda: answers(desk, received, wrong, f"<{name}@staff.example>", **keywords), *words)
    equal(answers(desk, received, f"#send\n\n{wrong}", f"<{name}-sent@staff.example>", **keywords)[0], 250,
          "Postfix's answer to #send")
    events = [event for event in desk.show(number)["events"] if event["action"] == "guard"]
    check(events, f"an event of what was overridden, in {[e['action'] for e in desk.show(number)['events']]}")


def another_customer(desk):
    """His own server is the only one that gets it, and not before #send."""
    number, received = asks(desk, "customers", box=BERT.box)
    token = programs.reply_address(received)
    refused(desk, number, lambda: answers(desk, received, "For both of you.", "<customers@staff.example>",
                                          recipients=[token, JOE], to=f"{token}, {JOE}"), JOE)


def words_of_a_note(desk):
    number, received = asks(desk, "words")
    equal(answers(desk, received, f"#note\nListen: {WORDS}.", "<note-words@staff.example>")[0], 250, "the note")
    guard(desk, "words", f"By the way, {WORDS.upper()}!", ["note"], number, received)
    body = customers_copy(desk, number).raw
    check(b"NINETY EUROS" in body and b"#send" not in body, f"what went out: {body!r}")
    # What the customer has read is no secret any more.
    equal(answers(desk, received, f"As I said, {WORDS}.", "<words-again@staff.example>")[0], 250, "again")


def words_of_a_note_in_html_and_files(desk):
    number, received = asks(desk, "files")
    equal(answers(desk, received, f"#note\nListen: {OTHER_WORDS}.", "<note-files@staff.example>")[0], 250, "the note")
    shown = programs.alternative(ANNA, received, "See below.", "<files-html@staff.example>",
                                 html=f"Well: {OTHER_WORDS}.")
    attached = programs.alternative(ANNA, received, "See the file.", "<files-text@staff.example>")
    attached.add_attachment(f"{OTHER_WORDS}\n", filename="memo.txt")
    for message in shown, attached:
        refused(desk, number, lambda message=message: desk.submit(ANNA, message.as_bytes(),
                                                                  programs.reply_address(received)), "note")


def another_customers_number(desk):
    other, _ = asks(desk, "others-number", sender=JOE)
    number, received = asks(desk, "number")
    refused(desk, number, lambda: answers(desk, received, "See there.", "<number@staff.example>",
                                          subject=f"Re: [example#{number}] like [example#{other}]"), str(other))


def answered_meanwhile(desk):
    number, received = asks(desk, "meanwhile")
    equal(answers(desk, received, "I have it.", "<meanwhile-bert@staff.example>", BERT)[0], 250, "Bert's answer")
    guard(desk, "meanwhile", "Shall I have it?", ["Bert"], number, received)
    copy = customers_copy(desk, number, count=2)
    check(b"Shall I have it?" in copy.raw, "what went out")
    # Who has read Bert's answer may write.
    seen = desk.delivered("<meanwhile-bert@staff.example>", ANNA.box)[0]
    equal(answers(desk, seen, "As Bert said.", "<meanwhile-3@staff.example>", to=desk.token(number),
                  recipients=desk.token(number))[0], 250, "an answer to Bert's")


def a_command_left_behind(desk):
    number, received = asks(desk, "left")
    guard(desk, "left", "Hello Eve,\nit works again.\n\n#ack\n", ["#ack"], number, received)
    check(b"\n#ack\n" in customers_copy(desk, number).raw, "it stays, being no command there")


def no_right_on_the_queue(desk):
    """Bert alone answers for hosting; Anna is told so."""
    identity = "<rights@acme.example>"
    number = desk.opens(mail(subject="web site", message_id=identity, to="hosting@example.com"),
                        "hosting@example.com")
    received = desk.delivered(identity, BERT.box)[0]
    refused(desk, number, lambda: answers(desk, received, "I know this.", "<rights-anna@staff.example>", ANNA),
            "hosting")
    equal(answers(desk, received, "I know this.", "<rights-bert@staff.example>", BERT)[0], 250, "Bert's answer")
    equal(str(customers_copy(desk, number).header("From")), "Bert via Example Hosting <hosting@example.com>", "From")


if __name__ == "__main__":
    main(another_customer, words_of_a_note, words_of_a_note_in_html_and_files, another_customers_number,
         answered_meanwhile, a_command_left_behind, no_right_on_the_queue)
