#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Bounces: those that our own Postfix writes when smtp-sink refuses, others' by SMTP, and forged ones."""
import contextlib
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from case import accepted, check, equal, mail, main, n_messages, opens, opens_none  # noqa: E402
from desk import Desk  # noqa: E402
from postfix import end_process, free_port, port_is_free, wait_until  # noqa: E402

# Domains outside, and what their mail servers say to RCPT.
REFUSALS = {"gone.example": "550 5.1.1 no such user here", "full.example": "552 5.2.2 mailbox full"}

REPORT = """\
Reporting-MTA: dns; mx.gone.example

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} said the server\x07
"""


@contextlib.contextmanager
def desk_with_outside():
    """A desk whose Postfix reaches a mail server for each domain of REFUSALS."""
    sinks, routes = [], []
    try:
        for domain, words in REFUSALS.items():
            port = free_port()
            sinks.append(subprocess.Popen(["/usr/sbin/smtp-sink", "-u", "nobody", "-f", "rcpt", "-B", words,
                                           f"127.0.0.1:{port}", "16"],
                                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
            wait_until(lambda: not port_is_free(port), f"smtp-sink for {domain}")
            routes.append(f"{{ {domain} = smtp:[127.0.0.1]:{port} }}")
        with Desk(settings={"transport_maps": f"inline:{{ {', '.join(routes)} }}"}) as desk:
            yield desk
    finally:
        for sink in sinks:
            end_process(sink)


def failures(desk, number):
    return [[(failure["recipient"], failure["status"], failure["final"]) for failure in message["failures"]]
            for message in desk.show(number)["messages"]]


def silenced(desk, number):
    return [entry["address"] for entry in desk.show(number)["silenced"]]


def send_out(desk, number, recipient, message_id):
    """The desk's own mail, as the sender thread will hand it over; returns when its bounce is on the ticket."""
    before = n_messages(desk, number)
    accepted(desk.send(mail(subject="Answer", sender="Support <support@example.com>", to=recipient,
                            message_id=message_id), recipient, desk.token(number, "b")))
    wait_until(lambda: n_messages(desk, number) == before + 1, f"the bounce of {message_id}", 60)
    wait_until(desk.postfix.queue_is_empty, "the end of the bounce's delivery", 60)


def report(recipient, status="5.1.1", action="failed", original="<first@acme.example>", message_id=None):
    """A bounce as another mail server writes it."""
    parts = ["--m", "Content-Type: text/plain", "", "It failed.", "",
             "--m", "Content-Type: message/delivery-status", "",
             REPORT.format(recipient=recipient, status=status, action=action),
             "--m", "Content-Type: text/rfc822-headers", "", f"Message-ID: {original}", "", "--m--"]
    return mail(subject="Undelivered Mail Returned to Sender", sender="MAILER-DAEMON@mx.gone.example",
                message_id=message_id, body="\n".join(parts),
                fields=["MIME-Version: 1.0",
                        'Content-Type: multipart/report; report-type=delivery-status; boundary="m"',
                        "Auto-Submitted: auto-replied"])


def refused_recipient_is_marked(desk):
    number = opens(desk, mail(sender="eve@gone.example", message_id="<out@acme.example>"), sender="eve@gone.example")
    equal(silenced(desk, number), [], "silenced before")
    tickets = len(desk.tickets())
    send_out(desk, number, "eve@gone.example", "<out@acme.example>")
    ticket = desk.show(number)
    first, bounce = ticket["messages"]
    equal(len(first["failures"]), 1, "failures of the message")
    failure = first["failures"][0]
    equal((failure["recipient"], failure["status"], failure["action"], failure["final"]),
          ("eve@gone.example", "5.1.1", "failed", True), "the failure")
    check("no such user here" in failure["diagnostic"], f"the server's words in {failure['diagnostic']!r}")
    check(failure["at"] == bounce["received_at"], "the time of the failure")
    equal((bounce["direction"], bounce["bounce"], bounce["auto"], bounce["failures"]), ("in", True, True, []),
          "the bounce")
    equal((ticket["status"], len(desk.tickets())), ("new", tickets), "status and number of tickets")
    equal(silenced(desk, number), ["eve@gone.example"], "silenced")
    text = desk.ctl("show", str(number))
    check("undelivered" in text and "eve@gone.example 5.1.1 failed" in text, f"the failure in {text}")
    check("silenced" in text, f"the silenced address in {text}")
    copy = next(copy for copy in desk.postfix.deliveries() if "Undelivered" in str(copy.header("Subject")))
    equal(copy.header("X-Ticket-ID"), str(number), "the mark on the bounce in the agents' mailbox")


def second_other_failure_silences(desk):
    number = opens(desk, mail(sender="eve@full.example", message_id="<full1@acme.example>"), sender="eve@full.example")
    accepted(desk.send(mail(sender="eve@full.example", message_id="<full2@acme.example>", body="More of it."),
                       desk.token(number), "eve@full.example"))
    send_out(desk, number, "eve@full.example", "<full1@acme.example>")
    send_out(desk, number, "eve@full.example", "<full1@acme.example>")
    equal(silenced(desk, number), [], "silenced by one message, whose bounce came twice")
    send_out(desk, number, "eve@full.example", "<full2@acme.example>")
    equal(silenced(desk, number), ["eve@full.example"], "silenced by the second")
    equal(failures(desk, number)[1], [("eve@full.example", "5.2.2", True)], "failures of the second")


def unknown_message_is_noted_on_the_ticket(desk):
    number = opens(desk, mail(sender="joe@gone.example", message_id="<known@acme.example>"), sender="joe@gone.example")
    send_out(desk, number, "joe@gone.example", "<unknown@acme.example>")
    equal(failures(desk, number), [[], []], "failures")
    events = [event["detail"] for event in desk.show(number)["events"] if event["action"] == "undelivered"]
    equal([(event["recipient"], event["status"]) for event in events], [("joe@gone.example", "5.1.1")], "events")
    equal(silenced(desk, number), [], "silenced")


def others_bounces(desk):
    number = opens(desk, mail(message_id="<first@acme.example>"))
    token = desk.token(number, "b")
    cases = [
        ("delayed", report("eve@acme.example", "4.4.1", "delayed", message_id="<delayed@mx>"),
         [("eve@acme.example", "4.4.1", False)]),
        ("somebody that nothing was sent to", report("bob@other.example", message_id="<bob@mx>"),
         [("bob@other.example", "5.1.1", True)]),
        ("an agents' mailbox", report("support@example.com", message_id="<own@mx>"),
         [("support@example.com", "5.1.1", True)]),
        ("delivered", report("eve@acme.example", "2.0.0", "delivered", message_id="<well@mx>"), []),
        ("Exim's", mail(subject="Mail delivery failed: returning message to sender",
                        sender="Mailer-Daemon@mx.gone.example", message_id="<exim@mx>",
                        body="A message could not be delivered\n\n  eve@acme.example\n    552 5.2.2 full\n\n"
                             "------ This is a copy of the message ------\n\nMessage-ID: <first@acme.example>\n",
                        fields=["X-Failed-Recipients: eve@acme.example"]), [("eve@acme.example", "5.2.2", True)]),
    ]
    so_far = []
    for name, bounce, added in cases:
        opens_none(desk, bounce, token, "")
        so_far += added
        equal(failures(desk, number)[0], so_far, f"failures after {name}")
        opens_none(desk, bounce, token, "")
        equal(failures(desk, number)[0], so_far, f"failures after {name} came again")
    equal(silenced(desk, number), [], "silenced")
    check("\x07" not in desk.ctl("show", str(number)), "no control characters")
    opens_none(desk, report("eve@acme.example", message_id="<bad@mx>"), token, "")
    equal(silenced(desk, number), ["eve@acme.example"], "silenced by 5.1.1")
    equal(n_messages(desk, number), 1 + len(cases) + 1, "messages")


def without_a_token_nothing_is_believed(desk):
    number = opens(desk, mail(sender="ann@acme.example", message_id="<ann@acme.example>"), sender="ann@acme.example")
    forged = opens(desk, report("ann@acme.example", original="<ann@acme.example>", message_id="<forged@evil>"),
                   sender="")
    equal(desk.show(forged)["status"], "unsorted", "status of what a forged bounce opens")
    equal((failures(desk, number), silenced(desk, number)), ([[]], []), "failures and silenced")


def other_mail_at_a_bounce_address(desk):
    number = opens(desk, mail(sender="pat@acme.example", message_id="<pat@acme.example>"), sender="pat@acme.example")
    other = opens(desk, mail(sender="pat@acme.example", body="Another thing", message_id="<pat2@acme.example>"),
                  desk.token(number, "b"), "pat@acme.example")
    equal(desk.show(other)["status"], "new", "status")


def bad_tokens(desk):
    number = opens(desk, mail(sender="tom@acme.example", message_id="<tom@acme.example>"), sender="tom@acme.example")
    wrong = desk.token(number, "b").replace(f"+{number}-", f"+{number + 1}-")
    for address in (wrong, f"support+{number}-bxyz@example.com"):
        bounce = report("tom@acme.example", message_id=f"<{address}>")
        code, text = desk.send(bounce, address, "")
        equal((code, text.split()[0]), (550, "5.1.1"), f"the answer to a null sender at {address}")
        bob = len(desk.postfix.deliveries("bob"))
        equal(desk.opened_by(lambda: accepted(desk.send(bounce, [address, "bob@example.com"], ""))), [],
              "tickets by a bad token beside another's address")
        desk.postfix.wait_deliveries(bob + 1, "bob")
        opens(desk, mail(body=address, message_id=f"<person-{address}>"), address)
    # What has no SMTP client is taken like any other mail.
    opened = desk.opened_by(lambda: (
        desk.postfix.sendmail("<>", wrong, report("tom@acme.example", message_id="<local@mx>")),
        desk.delivered("<local@mx>")))
    equal([desk.show(ticket)["status"] for ticket in opened], ["unsorted"], "status of local mail with a bad token")
    check("refused for our recipients only" in desk.log_text(), "the log says who was refused")


if __name__ == "__main__":
    sys.exit(main(refused_recipient_is_marked, second_other_failure_silences, unknown_message_is_noted_on_the_ticket,
                  others_bounces, without_a_token_nothing_is_believed, other_mail_at_a_bounce_address, bad_tokens,
                  make=desk_with_outside))
