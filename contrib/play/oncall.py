# SPDX-License-Identifier: BSD-2-Clause
"""Nobody answers: a warning, a page, and the engineer who takes it on."""
import json
import os
import stat
import textwrap

import agentdesk
import conversation
import postfix
from conversation import say

# A desk that is in a hurry, so that the demo is: 3 seconds to be warned, 6 to be paged.
PLAN = """\
  rush:
    calendar: always
    escalation: rush
    targets:
      P1: {first_response: 6s, ack: 10m}
"""
ON_CALL = """\
rotas:
  ops: {{zone: Europe/Berlin, start: '2026-01-05', handover: 'mon=09:00', agents: [anna]}}
receivers:
  colleagues: {{mail: {bert}}}
  pager: {{exec: [{pager}]}}
escalation:
  rush:
    - {{metric: first_response, lead: 3s, to: [colleagues]}}
    - {{metric: first_response, lead: none, to: [queue.rota, pager]}}
    - {{metric: ack, lead: none, level: 2, to: [colleagues]}}
"""
CUSTOMER = "  rush: {name: Rush Inc, domains: [rush.example], plan: rush}\n"

PAGER = """\
#!/bin/sh
# A program of the administrator's: gets what it is told as JSON, here it writes it down.
cat >>"$(dirname "$0")/pages" && echo >>"$(dirname "$0")/pages"
"""

OUTAGE = """\
From: Rita <rita@rush.example>
To: support@example.com
Subject: Production is down
Date: Fri, 20 Nov 2026 15:00:00 +0000
Message-ID: <rush@rush.example>

No order goes through since three.
"""

TAKEN = """\
From: {sender}
To: {to}
Subject: Re: {subject}
Date: Fri, 20 Nov 2026 15:01:00 +0000
Message-ID: <taken@staff.example>

On it.
"""


def more(stage_data):
    """What the configuration needs of it: plan, customer, and the rest."""
    pager = os.path.join(stage_data, "pager")
    return PLAN, CUSTOMER, ON_CALL.format(bert=agentdesk.BERT.address, pager=pager)


class OnCall:
    def __init__(self, stage):
        self.stage = stage
        self.number = self.page = None

    def install_pager(self):
        path = os.path.join(self.stage.data, "pager")
        with open(path, "w", encoding="ascii") as file:
            file.write(PAGER)
        os.chmod(path, stat.S_IRWXU | stat.S_IRGRP | stat.S_IXGRP | stat.S_IROTH | stat.S_IXOTH)

    def play(self, number):
        self.install_pager()
        for letter, (title, act) in zip("abcd", [("Somebody who was promised an answer within six seconds", self.ask),
                                                 ("Nobody answers: a warning, and then a page", self.wait),
                                                 ("Anna, who is on call, answers the page from her phone", self.take),
                                                 ("She calls the customer, and the pager hears of it", self.call)]):
            print(f"{number}{letter}. {title}")
            act()
            say()

    def ask(self):
        self.number, = self.stage.opened_by(lambda: self.stage.send(OUTAGE, sender="rita@rush.example"))
        say(f"So now:       #{self.number} is open")

    def wait(self):
        warning = self.arrived(agentdesk.BERT, "Due soon")
        conversation.show("What Bert has in his mailbox:", warning)
        self.page = self.arrived(agentdesk.ANNA, "Overdue")
        conversation.show("What Anna has in hers, as she is on call:", self.page)
        self.show_pager("trigger")

    def arrived(self, person, word):
        return postfix.wait_until(lambda: [copy for copy in self.stage.postfix.deliveries(person.box)
                                           if word in copy.header("Subject") and f"#{self.number}]" in
                                           copy.header("Subject")], f"{word} for {person.name}", 60)[0]

    def show_pager(self, event):
        def find():
            try:
                with open(os.path.join(self.stage.data, "pages"), encoding="utf-8") as file:
                    pages = [json.loads(line) for line in file if line.strip()]
            except (FileNotFoundError, json.JSONDecodeError):
                return None
            return [page for page in pages if page["event"] == event]
        page = postfix.wait_until(find, f"{event} at the pager", 60)[-1]
        words = ", ".join(f"{name}: {page[name]}" for name in ("event", "ticket", "metric", "severity", "summary"))
        say(textwrap.shorten(f"The pager's:  {words}", 160))

    def take(self):
        to = self.page.header("Reply-To")
        code, text = self.stage.send(TAKEN.format(sender=agentdesk.ANNA.address, to=to,
                                                  subject=self.page.header("Subject")), to, agentdesk.ANNA.address)
        say(f"Postfix said: {code} {text}")
        self.show_pager("acknowledge")

    def call(self):
        words = ["answered", str(self.number), "--by", "phone"]
        say("$ ticketctl " + " ".join(words))
        say(f"ticketctl:    {self.stage.ctl(*words).strip()}")
        self.show_pager("resolve")
