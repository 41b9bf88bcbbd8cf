#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Who is who through a real Postfix: customers, colleagues who are authenticated, senders whom nobody knows."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from case import check, equal, mail, main, n_messages, opens, opens_none  # noqa: E402
from desk import Desk  # noqa: E402
from postfix import transaction, wait_until  # noqa: E402

MORE = """\
plans:
  gold: {default_priority: P1}
customers:
  gold: {domains: [gold.example], plan: gold, tags: {tier: first}}
unknown_sender: {policy: refuse}
authserv_ids: [mx.example.com]
auth_milter_tempfails: yes
logins_are_addresses: yes
"""
PROVEN = ["Authentication-Results: mx.example.com; dmarc=pass header.from=gold.example"]


def customer_of_a_ticket(desk):
    number = opens(desk, mail(sender="eve@sub.gold.example", message_id="<customer@gold.example>",
                              fields=["Reply-To: desk@gold.example"]))
    ticket = desk.show(number)
    wanted = {"customer": "gold", "plan": "gold", "tags": {"tier": ["first"]}, "answer_to": "desk@gold.example"}
    equal({key: ticket[key] for key in wanted}, wanted, "the ticket")
    equal(desk.delivered("<customer@gold.example>")[0].header("X-Ticket-Customer"), "gold", "X-Ticket-Customer")


def colleague_writes_once_he_is_authenticated(desk):
    number = opens(desk, mail(sender="eve@gold.example", message_id="<first@gold.example>"))
    other = opens(desk, mail(subject="Re: a", sender="bob@gold.example", message_id="<second@gold.example>",
                             fields=["References: <first@gold.example>"]))
    equal(desk.show(number)["related"], [other], "the related ticket")
    opens_none(desk, mail(subject="Re: b", sender="bob@gold.example", message_id="<third@gold.example>",
                          fields=["References: <first@gold.example>", *PROVEN]))
    equal(n_messages(desk, number), 2, "messages of the ticket")


def login_proves_a_colleague(desk):
    """XCLIENT gives the session a login, as a submission service's SASL would."""
    number = opens(desk, mail(sender="eve@gold.example", message_id="<hosted@gold.example>"))
    answer = mail(subject="Re: c", sender="bob@gold.example", message_id="<login@gold.example>",
                  fields=["References: <hosted@gold.example>"])

    def submit(login):
        with desk.postfix.client() as client:
            client.ehlo()
            equal(client.docmd("XCLIENT", f"LOGIN={login}")[0], 220, "XCLIENT")
            client.ehlo()
            equal(transaction(client, "bob@gold.example", ["support@example.com"], answer)[0], 250, "the answer")
    equal(len(desk.opened_by(lambda: submit("eve@gold.example"))), 1, "tickets opened by another login")
    answer = answer.replace("<login@", "<login-2@")
    equal(desk.opened_by(lambda: submit("bob@gold.example")), [], "tickets opened by his own login")
    equal(n_messages(desk, number), 2, "messages of the ticket")


def stranger_is_refused(desk):
    message = mail(sender="joe@elsewhere.example", message_id="<stranger@elsewhere.example>")
    answers = []
    equal(desk.opened_by(lambda: answers.append(desk.send(message, "support@example.com"))), [], "new tickets")
    equal(answers[0][0], 550, "Postfix's answer")
    check("5.7.1" in str(answers[0][1]) and "do not know your address" in str(answers[0][1]), "the sentence")


def others_get_the_strangers_mail(desk):
    message = mail(sender="joe@elsewhere.example", message_id="<both@elsewhere.example>")
    opens_none(desk, message, ["support@example.com", "bob@example.com"])
    copy = desk.delivered("<both@elsewhere.example>", box="bob")[0]
    equal(copy.header("Delivered-To"), "bob@mailbox.example", "who got it")
    wait_until(desk.postfix.queue_is_empty, "an empty queue")
    copies = [copy for copy in desk.postfix.deliveries("team")
              if copy.header("Message-ID") == "<both@elsewhere.example>"]
    equal(copies, [], "copies for the team")


def stranger_without_a_client_is_held(desk):
    def submit():
        desk.postfix.sendmail("www@example.com", "support@example.com",
                              mail(sender="joe@elsewhere.example", message_id="<form@elsewhere.example>"))
        copy = desk.delivered("<form@elsewhere.example>")[0]
        equal(copy.header("X-Ticket-Status"), "held", "X-Ticket-Status")
    equal([desk.show(number)["status"] for number in desk.opened_by(submit)], ["held"], "statuses")


if __name__ == "__main__":
    XCLIENT = {"smtpd_authorized_xclient_hosts": "127.0.0.1"}
    sys.exit(main(customer_of_a_ticket, colleague_writes_once_he_is_authenticated, login_proves_a_colleague,
                  stranger_is_refused, others_get_the_strangers_mail, stranger_without_a_client_is_held,
                  make=lambda: Desk(more=MORE, settings=XCLIENT)))
