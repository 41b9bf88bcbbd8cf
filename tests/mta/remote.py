#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Agents whose mailboxes are at another host that verifies: ticketmilter, then OpenDKIM with contrib/postfix's
configuration, in one Postfix; a second Postfix with an OpenDKIM that verifies takes the mail."""
import contextlib
import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import opendkim  # noqa: E402
from case import SKIPPED, accepted, check, equal, mail, main, opens, opens_none  # noqa: E402
from desk import Desk  # noqa: E402
from outside import Outside, shipped, shipped_settings, verdicts, verifier_settings  # noqa: E402
from postfix import transaction, wait_until  # noqa: E402

QUEUES = """\
queues:
  far:
    name: Fernhilfe Übersee
    addresses: [far@example.com]
    type: problem
    priority: P3
    mailboxes: remote
    reply_to: keep
    agents: [anna]
  gone:
    addresses: [gone@example.com]
    mailboxes: remote
    reply_to: keep
    agents: [anna]
agents:
  anna: {name: Anna, logins: [anna], addresses: [anna@elsewhere.example]}
"""


class RemoteDesk(Desk):
    """The desk with its signer, and the server of its agents."""

    def __init__(self):
        super().__init__(more="include: [far.yaml]\n")
        self.stack = contextlib.ExitStack()
        self.outside = None
        self.customer = None

    def start(self):
        os.chmod(self.root, 0o755)  # mkdtemp's is closed to Postfix's daemons
        keys = {name: opendkim.Key(self.path("keys"), domain, name)
                for name, domain in (("desk", "example.com"), ("customer", "acme.example"))}
        self.customer = keys["customer"]
        with open(self.path("dns"), "w", encoding="ascii") as out:
            out.writelines(key.dns_line() for key in keys.values())
        signer = self.stack.enter_context(opendkim.OpenDKIM(self.path("signer"), self.signer_settings(keys["desk"])))
        verifier = self.stack.enter_context(opendkim.OpenDKIM(self.path("verifier"),
                                                              verifier_settings(self.path("dns"))))
        self.outside = Outside(self.path("outside"), verifier, {"agents@elsewhere.example": "agents"})
        self.stack.callback(self.outside.postfix.stop)
        self.outside.postfix.start()
        self.postfix.aliases = {**self.postfix.aliases, "far@example.com": "agents@elsewhere.example",
                                "near@example.com": "agents@elsewhere.example",
                                "gone@example.com": "nobody@elsewhere.example"}
        self.postfix.settings = {
            # No milter judges what comes in: this test has no DNS.
            **shipped_settings(opendkim_verify="", opendkim_desk=signer.address),
            "transport_maps": self.outside.transport_maps(),
            "smtpd_authorized_xclient_hosts": "127.0.0.1",
        }
        return super().start()

    def path(self, name):
        return os.path.join(self.root, name)

    def signer_settings(self, key):
        tables = {"keys": [line.replace("/etc/opendkim-desk/desk.private", key.private) for line in shipped("keys")],
                  "signing": [line.replace("support+", "far+") for line in shipped("signing")]}
        for name, lines in tables.items():
            with open(self.path(f"{name}.table"), "w", encoding="ascii") as out:
                out.writelines(f"{line}\n" for line in lines)
        settings = dict(line.split(maxsplit=1) for line in shipped("opendkim-desk.conf"))
        for name in ("UserID", "UMask"):
            del settings[name]  # sockets of this test are on the loopback interface
        return {name: value.replace("/etc/opendkim-desk/keys", self.path("keys.table"))
                .replace("/etc/opendkim-desk/signing", self.path("signing.table")) for name, value in settings.items()}

    def write_configuration(self, rules=None):
        super().write_configuration(rules)
        with open(os.path.join(self.data, "far.yaml"), "w", encoding="utf-8") as out:
            out.write(QUEUES)

    def stop(self):
        try:
            super().stop()
        finally:
            self.stack.close()

    def send(self, message, recipients="far@example.com", sender="eve@acme.example"):
        """From a client outside: OpenDKIM signs for inside only, unless it is told otherwise."""
        recipients = [recipients] if isinstance(recipients, str) else recipients
        with self.postfix.client() as client:
            client.ehlo()
            client.docmd("XCLIENT", "ADDR=203.0.113.9 NAME=mail.acme.example")
            client.ehlo()
            return transaction(client, sender, recipients, message)


def address_of(copy):
    return copy.header("From").addresses[0].addr_spec


def it_is_signed_and_verifies(desk):
    message = desk.customer.sign(mail(subject="far away", message_id="<far@acme.example>", to="far@example.com",
                                      sender="=?utf-8?q?Eve_J=C3=A4ger?= <eve@acme.example>"))
    number = opens(desk, message, "far@example.com")
    copy = desk.outside.delivered("<far@acme.example>")
    equal(verdicts(copy).get("example.com"), "pass", f"the desk's signature, {copy.headers('Authentication-Results')}")
    equal(address_of(copy), desk.token(number).replace("support", "far"), "From")
    equal(copy.header("From").addresses[0].display_name, "Eve Jäger via Fernhilfe Übersee", "the name in From")
    equal(copy.header("X-Ticket-From"), "Eve Jäger <eve@acme.example>", "X-Ticket-From")
    equal(copy.header("Return-Path"), f"<{desk.token(number, 'b')}>", "the envelope sender")
    equal(copy.header("Subject"), f"[example#{number}] far away", "Subject")
    check(copy.raw.endswith(b"\n\nIt stopped this morning.\n"), "the body is not touched")
    signed_by = [re.search(r"d=([^;\s]+)", field).group(1) for field in copy.headers("DKIM-Signature")]
    equal(sorted(signed_by), ["acme.example", "example.com"], "signatures: the customer's stays")


def without_remote_it_would_not(desk):
    """What the mark does to the customer's signature, and that the signer leaves the other queues' mail alone."""
    signed = desk.customer.sign(mail(subject="near", message_id="<near@acme.example>", to="near@example.com"))
    accepted(desk.send(signed, "near@example.com"))
    copy = desk.outside.delivered("<near@acme.example>")
    equal(verdicts(copy), {"acme.example": "pass"}, "the customer's signature, not marked")
    signed = desk.customer.sign(mail(subject="marked", message_id="<marked@acme.example>", to="far@example.com"))
    opens(desk, signed, "far@example.com")
    equal(verdicts(desk.outside.delivered("<marked@acme.example>"))["acme.example"], "fail",
          "the customer's signature, marked")


def nobody_gets_our_signature_from_outside(desk):
    for number, forged in enumerate(("boss@example.com", "far@example.com")):
        accepted(desk.send(mail(subject="pay this", sender=forged, message_id=f"<forged-{number}@evil.example>"),
                           "near@example.com", "mallory@evil.example"))
        copy = desk.outside.delivered(f"<forged-{number}@evil.example>")
        equal(copy.headers("DKIM-Signature"), [], f"signatures of mail with From: {forged}")


def the_same_again_is_the_same(desk):
    message = mail(subject="again", message_id="<again@acme.example>", to="far@example.com",
                   fields=["X-Ticket-From: boss@example.com", "Sender: list@acme.example",
                           "Reply-To: eve@home.example"])
    number = opens(desk, message, "far@example.com")
    first = desk.outside.delivered("<again@acme.example>")
    opens_none(desk, message, "far@example.com")
    copies = wait_until(lambda: (found := [copy for copy in desk.outside.postfix.deliveries("agents")
                                           if copy.header("Message-ID") == "<again@acme.example>"])
                        and len(found) == 2 and found, "the second copy")
    names = ("From", "X-Ticket-From", "Reply-To", "Return-Path", "Sender", "Subject")
    seen = [{name: copy.headers(name) for name in names} for copy in copies]
    equal(seen[0], seen[1], "both copies")
    equal(address_of(first), desk.token(number), "From")
    equal((seen[0]["X-Ticket-From"], seen[0]["Reply-To"], seen[0]["Sender"]),
          (["Eve <eve@acme.example>"], ["eve@home.example"], []), "X-Ticket-From, Reply-To, Sender")


def malformed_from_is_made_clean(desk):
    message = mail(subject="two authors", sender="a@acme.example", message_id="<two@acme.example>",
                   fields=["From: =?utf-8?q?boss=0D=0ABcc=3A_x?= <boss@example.com>"])
    number = opens(desk, message, "far@example.com")
    copy = desk.outside.delivered("<two@acme.example>")
    equal([str(field) for field in copy.headers("From")], [f"Fernhilfe Übersee <{desk.token(number)}>"], "From")
    equal((verdicts(copy)["example.com"], copy.header("X-Ticket-From"), copy.header("Bcc")),
          ("pass", "a@acme.example", None), "signature, X-Ticket-From, Bcc")


def mixed_recipients_stay_as_they_came(desk):
    signed = desk.customer.sign(mail(subject="mixed", message_id="<mixed@acme.example>", to="far@example.com"))
    opens(desk, signed, ["far@example.com", "near@example.com"])
    copy = desk.outside.delivered("<mixed@acme.example>")
    equal((verdicts(copy), address_of(copy), copy.marks(), copy.header("Return-Path")),
          ({"acme.example": "pass"}, "eve@acme.example", {}, "<eve@acme.example>"),
          "verdict, From, marks, envelope sender")


def a_bounce_has_no_sender(desk):
    message = mail(subject="undeliverable", sender="mailer-daemon@acme.example", message_id="<null@acme.example>",
                   to="far@example.com")
    opens(desk, message, "far@example.com", "")
    copy = desk.outside.delivered("<null@acme.example>")
    equal((copy.header("Return-Path"), verdicts(copy)["example.com"]), ("<>", "pass"), "envelope sender, signature")


def a_refused_copy_comes_back_once(desk):
    """The other server knows no such mailbox: our Postfix's bounce reaches the ticket, and none is made of that."""
    number = opens(desk, mail(subject="no mailbox", message_id="<no-mailbox@acme.example>", to="gone@example.com"),
                   "gone@example.com")
    wait_until(lambda: len(desk.show(number)["messages"]) > 1, "the bounce at the ticket")
    wait_until(desk.postfix.queue_is_empty, "an empty queue")
    shown = desk.show(number)
    equal([message["bounce"] for message in shown["messages"]], [False, True], "bounces among the messages")
    equal(shown["status"], "new", "status")
    equal([ticket["id"] for ticket in desk.tickets() if ticket["queue"] == "gone"], [number], "tickets of the queue")


def explained_without_a_token(desk):
    message = mail(subject="what if", message_id="<what-if@acme.example>", to="far@example.com")
    edits = json.loads(desk.ctl("--json", "explain", "--rcpt", "far@example.com", "--sender", "eve@acme.example", "-",
                                message=message))["edits"]
    found = {edit["header"] or edit["op"]: edit["value"] for edit in edits}
    equal((found["sender"], found["From"].split()[-1]), ("far+NEW-bTOKEN@example.com", "<far+NEW-rTOKEN@example.com>"),
          "envelope sender and From")


if __name__ == "__main__":
    missing = opendkim.missing_package()
    if missing:
        print(f"skipped: {missing} is missing: apt-get install {missing}")
        sys.exit(SKIPPED)
    sys.exit(main(it_is_signed_and_verifies, without_remote_it_would_not, nobody_gets_our_signature_from_outside,
                  the_same_again_is_the_same, malformed_from_is_made_clean, mixed_recipients_stay_as_they_came,
                  a_bounce_has_no_sender, a_refused_copy_comes_back_once, explained_without_a_token, make=RemoteDesk))
