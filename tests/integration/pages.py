#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Pages from the message that a rule pages somebody for to the acknowledgement: by a running daemon, into a mailbox and
an HTTPS server; who may acknowledge, and what happens when nobody does."""
import email
import email.policy
import unittest

import ctl
import receivers

PLANS = """\
rotas:
  ops: {start: '2025-01-06', handover: 'mon=09:00', agents: [anna]}
escalation:
  night:
    - {metric: ack, lead: none, level: 2, to: [lead]}
plans:
  soon: {escalation: night, targets: {P3: {ack: TARGET}}}
"""
RULES = """\
  - {name: burns, all: ['subject =~ /burns/'], then: [page, page web]}
  - {name: flood, all: ['subject =~ /flood/'], then: [page ext]}
"""


class Pages(receivers.Bed):
    maxDiff = None

    def open_paging(self, target):
        """A desk whose three tickets are closed, its daemon, its MTA and its pager."""
        self.server = self.serve()
        self.open_desk({"web": f"generic: '{self.server.url}/web', TLS",
                        "ext": f"pagerduty: '{self.server.url}/ext', TLS, ack: external",
                        "lead": "mail: lead@example.com"})
        text = ctl.read(self.desk.config).decode()
        text = text.replace("agents: [anna]}", "agents: [anna], rota: ops, plan: soon}", 1)
        text = text.replace("[anna@example.com], proof", "[anna@example.com, anna@phone.example], proof")
        self.desk.write("ticketmilter.yaml",
                        text.replace("plans:\n", RULES + PLANS.replace("TARGET", target)).encode())
        self.mta = self.sink()
        for number in ("1", "2", "3"):
            self.desk.text("close", number)
        self.start()

    def wait(self, holds, what):
        self.desk.daemon.wait_for(holds, what)

    def receive(self, recipient, subject, text, sender="eve@acme.example", more="", words=()):
        self.n = getattr(self, "n", 0) + 1
        raw = ctl.message(subject, text, sender=sender, to=recipient, msgid=f"page{self.n}", more=more)
        return self.desk.json("receive", *words, "--rcpt", recipient, stdin=raw), raw

    def mails(self, to):
        parsed = [email.message_from_string(text, policy=email.policy.default) for text in list(self.mta.messages)]
        return [mail for mail in parsed if mail["To"] == to]

    def events(self, number, action):
        return [event for event in self.desk.ticket(number)["events"] if event["action"] == action]

    def clock(self, number):
        return [clock for clock in self.desk.ticket(number)["clocks"] if clock["metric"] == "ack"]

    def notes(self, number):
        return [message for message in self.desk.ticket(number)["messages"] if message["direction"] == "note"]

    def test_acknowledged_by_mail(self):
        self.open_paging("1h")
        self.receive("support@example.com", "It burns", "The whole rack.")
        self.wait(lambda: self.mails("anna@example.com") and self.server.bodies("/web"), "both pages")
        [page] = self.mails("anna@example.com")
        [trigger] = self.server.bodies("/web")
        token = page["Reply-To"]
        self.assertEqual(page["Subject"], "[example#4] Page: It burns")
        self.assertRegex(token, r"\Asupport\+4-k[a-z2-7]{16}@example\.com\Z")
        [text, request] = page.iter_parts()
        self.assertIn("Rule burns asks you to look at this ticket now.", text.get_content())
        self.assertIn("Any answer to this mail acknowledges the page", text.get_content())
        self.assertEqual(request.get_content().get_body().get_content().strip(), "The whole rack.")
        self.assertEqual((trigger["event"], trigger["kind"], trigger["key"], trigger["by"]),
                         ("trigger", "page", "example/4/page/1", "rule:burns"))
        [event] = self.events(4, "page")
        self.assertEqual(event["detail"]["told"], "queue.rota web")
        [clock] = self.clock(4)
        self.assertEqual((clock["cycle"], clock["target"], clock["met_at"]), (1, "1h", None))

        # Who acknowledges nothing: a machine, strangers with the address, an address that is made up or of another
        # purpose, and who has the token but not the address.
        forged = token.replace("-k", "-n")
        guessed = token.replace(token[-13], "a" if token[-13] != "a" else "b")
        before = self.desk.ticket(4)
        for sender, recipient, more in (("anna@example.com", token, "Auto-Submitted: auto-replied\n"),
                                        ("mallory@evil.example", token, ""), ("anna@example.com", guessed, ""),
                                        ("anna@example.com", forged, ""), ("eve@acme.example", token, "")):
            self.receive(recipient, "Re: OK", "OK", sender, more)
        self.receive("support@example.com", "Another", "x", more=f"Cc: {token}\n", words=["--rcpt", token])
        self.assertIsNone(self.clock(4)[0]["met_at"])
        self.assertEqual(self.events(4, "ack"), [])
        self.assertEqual([note["from"] for note in self.notes(4)], ["anna@example.com"])  # the machine's
        self.assertEqual(self.desk.ticket(4)["status"], before["status"])

        _, raw = self.receive(token, "Re: Page", "On it, with #close and #take.", "anna@phone.example")
        self.desk.json("receive", "--rcpt", token, stdin=raw)
        [event] = self.events(4, "ack")
        self.assertEqual((event["actor"], event["detail"]["by"]), ("agent:anna", "mail"))
        self.assertIsNotNone(self.clock(4)[0]["met_at"])
        ticket = self.desk.ticket(4)
        self.assertEqual((ticket["status"], ticket["assignee"], len(self.notes(4))), ("new", None, 2))
        self.wait(lambda: len(self.server.bodies("/web")) == 2, "the acknowledgement")
        self.assertEqual(self.desk.text("ack", "4"),
                         "ticket 4: no page waits to be acknowledged; nothing had to be changed\n")
        self.desk.text("close", "4")
        self.wait(lambda: len(self.server.bodies("/web")) == 3, "the end")
        told = self.server.bodies("/web")
        self.assertEqual([(body["event"], body["key"], body["by"]) for body in told],
                         [("trigger", "example/4/page/1", "rule:burns"),
                          ("acknowledge", "example/4/page/1", "agent:anna"),
                          ("resolve", "example/4/page/1", "desk")])
        self.assertEqual({mail["To"] for mail in self.mails("anna@example.com")}, {"anna@example.com"})
        self.assertEqual(len(self.mta.messages), 1)

    def test_next_level(self):
        """Nobody acknowledges in time; what escalates by itself is not waited for."""
        self.open_paging("2s")
        self.receive("support@example.com", "A flood", "Water.")
        self.receive("support@example.com", "It burns", "The whole rack.")
        self.wait(lambda: self.mails("lead@example.com") and self.server.bodies("/ext"), "the next level")
        [mail] = self.mails("lead@example.com")
        self.assertEqual(mail["Subject"], "[example#5] Overdue: acknowledgement of the page: It burns")
        self.assertRegex(mail["Reply-To"], r"\Asupport\+5-n")
        self.assertEqual(self.clock(4), [])
        [external] = self.server.bodies("/ext")
        self.assertEqual((external["event_action"], external["dedup_key"]), ("trigger", "example/4/page/1"))
        self.assertEqual(self.desk.text("ack", "5", "--by", "anna", "--why", "phone"),
                         "ticket 5: the page is acknowledged\n")
        [event] = self.events(5, "ack")
        self.assertEqual((event["actor"], event["detail"]["why"]), ("agent:anna", "phone"))
        self.assertTrue(self.clock(5)[0]["breached"])
        self.desk.text("ack", "4", "--by", "anna")
        self.wait(lambda: len(self.server.bodies("/ext")) == 2, "the acknowledgement")
        self.assertEqual(self.server.bodies("/ext")[1]["event_action"], "acknowledge")

    def test_command(self):
        self.open_paging("1h")
        self.receive("support@example.com", "It burns", "The whole rack.")
        token = self.desk.text("token", "address", "4", "note").strip()
        self.receive(token, "Re: It burns", "#ack\nLooking.", "anna@example.com", words=["--login", "anna"])
        [event] = self.events(4, "ack")
        self.assertEqual(event["actor"], "agent:anna")
        self.assertIsNotNone(self.clock(4)[0]["met_at"])
        self.wait(lambda: len(self.server.bodies("/web")) == 2, "the acknowledgement")


if __name__ == "__main__":
    unittest.main()
