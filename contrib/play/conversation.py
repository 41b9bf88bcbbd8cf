# SPDX-License-Identifier: BSD-2-Clause
"""A whole conversation: a customer asks, an agent answers in his own mail program."""
import textwrap

import agentdesk
import postfix
import programs

# What a reader of mail sees first; the rest of the header is left out.
SHOWN = ("Return-Path", "Authentication-Results", "From", "Reply-To", "To", "Cc", "Subject", "X-Ticket-ID",
         "X-Ticket-Due", "X-Ticket-Status", "In-Reply-To", "Auto-Submitted", "Organization", "X-Originating-IP")

REQUEST = """\
From: Eve <eve@acme.example>
To: support@example.com
Subject: No light on the second floor
Date: Fri, 20 Nov 2026 13:00:00 +0000
Message-ID: <light@acme.example>

Since lunch the second floor has no light.
"""

ANSWER = """\
#tag cause=fuse

Hello Eve,

a fuse was broken, and is replaced now. Is there light again?

Anna"""

THANKS = """\
From: Eve <eve@acme.example>
To: {to}
Subject: {subject}
Date: Fri, 20 Nov 2026 14:00:00 +0000
Message-ID: <light-thanks@acme.example>
In-Reply-To: {answered}

Thank you!
"""


def say(text=""):
    print(textwrap.indent(text, "    "), flush=True)


def show(title, copy):
    """The fields that people look at, and the first text."""
    say(title)
    fields = [f"{name}: {' '.join(str(value).split())}" for name in SHOWN for value in copy.headers(name)]
    say(textwrap.indent("\n".join([*fields, "", copy.message.get_body(("plain",)).get_content().rstrip()]), "| "))
    say()


class Conversation:
    def __init__(self, stage):
        self.stage = stage
        self.number = self.received = self.got = None

    def status(self):
        ticket = self.stage.show(self.number)
        say(f"So now:       #{self.number} is {ticket['status']}, {len(ticket['messages'])} message(s)"
            + "".join(f", tag {key}={' '.join(values)}" for key, values in ticket["tags"].items()))
        say()

    def play(self, number):
        for letter, (title, act) in zip("abcd", [("A customer asks", self.ask),
                                                 ("Anna answers in her own mail program, logged in", self.answer),
                                                 ("The customer says thanks, which is no news", self.thank),
                                                 ("Anna closes it, by a mail of one line", self.close)]):
            print(f"{number}{letter}. {title}")
            act()

    def ask(self):
        self.number, = self.stage.opened_by(lambda: self.stage.send(REQUEST))
        self.received = self.stage.delivered("<light@acme.example>", agentdesk.ANNA.box)[0]
        show("What Anna has in her mailbox:", self.received)
        show("What Eve hears at once, from the desk itself:", self.from_outside(is_machines=True))
        self.status()

    def answer(self):
        message = programs.alternative(agentdesk.ANNA, self.received, ANSWER, "<light-answer@staff.example>")
        self.hand_in(message)
        self.got = self.from_outside(is_machines=False)
        show("What Eve has in hers; her server has verified the signature:", self.got)
        self.status()

    def of_ticket(self):
        return [copy for copy in self.stage.outside.postfix.deliveries("eve")
                if copy.header("X-Ticket-ID") == str(self.number)]

    def from_outside(self, is_machines):
        """What Eve has in her mailbox: a machine's, or a person's."""
        return postfix.wait_until(lambda: [copy for copy in self.of_ticket()
                                           if (copy.header("Auto-Submitted") is not None) == is_machines],
                                  "Eve's copy", 60)[0]

    def hand_in(self, message):
        to = programs.reply_address(self.received)
        say(f"Anna types, to {to}:")
        say(textwrap.indent(message.get_body(("plain",)).get_content().partition("\n\nOn Friday")[0], "| "))
        code, text = self.stage.submit(agentdesk.ANNA, message.as_bytes(), to)
        say(f"Postfix said: {code} {text}")
        if code != 250:
            raise postfix.Trouble(f"Anna's mail was answered with {code} {text}")

    def thank(self):
        to = programs.reply_address(self.got)
        code, text = self.stage.send(THANKS.format(to=to, subject=programs.subject_of(self.got),
                                                   answered=self.got.header("Message-ID")), to)
        say(f"Postfix said: {code} {text}")
        self.status()

    def close(self):
        self.hand_in(programs.alternative(agentdesk.ANNA, self.received, "#close", "<light-close@staff.example>"))
        self.status()
        say(f"Eve got {len(self.of_ticket())} mail(s) of it in all.")
        say()
