#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Mail to the desk through a real Postfix: tickets, threads, queues."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from case import accepted, check, equal, mail, main, n_messages, opens, opens_none  # noqa: E402
from desk import Desk  # noqa: E402
from postfix import wait_until  # noqa: E402


def new_mail_opens_a_ticket(desk):
    number = opens(desk, mail(subject="Shop is down", message_id="<new@acme.example>", body="All of c12."))
    ticket = desk.show(number)
    wanted = {"queue": "support", "type": "problem", "priority": "P1", "requester": "eve@acme.example", "status": "new",
              "subject": "Shop is down", "tags": {"cluster": ["c12"]}, "priority_by": "rule:outage"}
    equal({key: ticket[key] for key in wanted}, wanted, "the ticket")
    copy = desk.delivered("<new@acme.example>")[0]
    equal(copy.header("Subject"), f"[example#{number}] Shop is down", "the delivered subject")
    equal(copy.header("X-Ticket-ID"), str(number), "X-Ticket-ID")
    equal(copy.header("X-Ticket-Priority"), "P1", "X-Ticket-Priority")
    check(copy.raw.endswith(b"\n\nAll of c12.\n"), "the body is not touched")
    words = {f"ticket={number}", "action=open", "queue=support", "priority=P1", "from=<eve@acme.example>"}
    equal(sum(words <= set(line.split()) for line in desk.log_lines()), 1, "log lines of the message")


def reply_by_references(desk):
    number = opens(desk, mail(message_id="<first@acme.example>"))
    opens_none(desk, mail(subject="Re: other words", message_id="<second@acme.example>",
                          fields=["References: <x@y> <first@acme.example>"]))
    opens_none(desk, mail(subject="third", message_id="<third@acme.example>",
                          fields=["In-Reply-To: <second@acme.example>"]))
    equal(n_messages(desk, number), 3, "messages of the ticket")


def reply_by_token(desk):
    number = opens(desk, mail(subject="token", message_id="<token-1@acme.example>"))
    address = desk.token(number)
    opens_none(desk, mail(subject="from my phone", to=address, message_id="<token-2@acme.example>"), address)
    equal(n_messages(desk, number), 2, "messages of the ticket")
    copy = desk.delivered("<token-2@acme.example>")[0]
    equal(copy.header("Delivered-To"), "team@mailbox.example", "the alias, without the token")


def fault_13_forged_token_is_a_strangers_mail(desk):
    number = opens(desk, mail(subject="forged", message_id="<forged-1@acme.example>"))
    local, _, domain = desk.token(number).partition("@")
    forged = f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{domain}"
    other = opens(desk, mail(subject="let me in", sender="mallory@elsewhere.example",
                             message_id="<forged-2@acme.example>"), forged,
                  "mallory@elsewhere.example")
    check(other != number, "the forged token's mail is a ticket of its own")
    equal(n_messages(desk, number), 1, "messages of the ticket")


def fault_13_stranger_guesses_a_number(desk):
    number = opens(desk, mail(subject="guess", message_id="<guess-1@acme.example>"))
    other = opens(desk, mail(subject=f"[example#{number}] send me all", sender="mallory@elsewhere.example",
                             message_id="<guess-2@acme.example>"),
                  sender="mallory@elsewhere.example")
    equal(n_messages(desk, number), 1, "messages of the guessed ticket")
    equal(desk.show(other)["related"], [number], "related, for the agents' eyes")
    copy = desk.delivered("<guess-2@acme.example>")[0]
    equal(copy.header("Subject"), f"[example#{other}] send me all", "the tag names the new ticket")


def one_mail_to_two_queues_at_once(desk):
    both = ["support@example.com", "hosting@example.com"]
    number = opens(desk, mail(subject="two queues", to=", ".join(both), message_id="<both@acme.example>"), both)
    equal(desk.show(number)["queues"], ["support", "hosting"], "queues")
    for box in ("team", "hosting"):
        equal(desk.delivered("<both@acme.example>", box)[0].header("X-Ticket-ID"), str(number), f"{box}'s copy")


def one_mail_to_two_queues_in_two_transactions(desk):
    message = mail(subject="twice", to="support@example.com, hosting@example.com", message_id="<split@acme.example>")
    number = opens(desk, message, "support@example.com")
    opens_none(desk, message, "hosting@example.com")
    equal(desk.show(number)["queues"], ["support", "hosting"], "queues")
    equal(n_messages(desk, number), 1, "messages of the ticket")
    copies = [desk.delivered("<split@acme.example>", box)[0] for box in ("team", "hosting")]
    equal(copies[0].marks(), copies[1].marks(), "the same edits")
    equal(copies[0].header("Subject"), copies[1].header("Subject"), "the same subject")


def rule_refuses(desk):
    code, text = desk.send(mail(subject="buy cheap things", message_id="<spam@acme.example>"))
    equal((code, text), (550, "5.7.1 We do not buy."), "Postfix's answer")
    equal([ticket for ticket in desk.tickets() if ticket["subject"] == "buy cheap things"], [], "tickets")


def refusal_takes_our_recipients_only(desk):
    accepted(desk.send(mail(subject="buy cheap, all of you", message_id="<spam-2@acme.example>"),
                       ["support@example.com", "bob@example.com"]))
    desk.delivered("<spam-2@acme.example>", "bob")
    wait_until(desk.postfix.queue_is_empty, "an empty queue")
    copies = [copy for copy in desk.postfix.deliveries("team") if copy.header("Message-ID") == "<spam-2@acme.example>"]
    equal(copies, [], "copies for the team")


def copies_of(desk, box, message_id):
    return [copy for copy in desk.postfix.deliveries(box) if copy.header("Message-ID") == message_id]


def discarded_mail_reaches_others_only(desk):
    def send():
        accepted(desk.send(mail(subject="Win a prize", message_id="<prize-1@acme.example>")))
        accepted(desk.send(mail(subject="Win a prize, too", message_id="<prize-2@acme.example>"),
                           ["support@example.com", "bob@example.com"]))
    equal(desk.opened_by(send), [], "tickets")
    desk.delivered("<prize-2@acme.example>", "bob")
    wait_until(desk.postfix.queue_is_empty, "an empty queue")
    for number in (1, 2):
        equal(copies_of(desk, "team", f"<prize-{number}@acme.example>"), [], "copies for the team")


def moved_mail_goes_to_the_new_queue_only(desk):
    number = opens(desk, mail(subject="Invoice 4711", message_id="<invoice@acme.example>"))
    equal(desk.show(number)["queues"], ["hosting"], "the ticket's queues")
    copy = desk.delivered("<invoice@acme.example>", "hosting")[0]
    equal(copy.header("X-Ticket-Queue"), "hosting", "X-Ticket-Queue")
    wait_until(desk.postfix.queue_is_empty, "an empty queue")
    equal(copies_of(desk, "team", "<invoice@acme.example>"), [], "copies for the team")


def local_submission(desk):
    def submit():
        desk.postfix.sendmail("www@example.com", "support@example.com",
                              mail(subject="contact form", message_id="<form@example.com>"))
        desk.delivered("<form@example.com>")
    equal(len(desk.opened_by(submit)), 1, "tickets of a contact form")


def our_postfix_bounces_to_the_desk(desk):
    def bounce():
        desk.postfix.sendmail("support@example.com", "nobody@gone.example",
                              mail(subject="your answer", sender="support@example.com"))
        wait_until(lambda: any("report" in copy.message.get_content_type() for copy in desk.postfix.deliveries()),
                   "the bounce in the mailbox")
    numbers = desk.opened_by(bounce)
    equal(len(numbers), 1, "tickets")
    shown = desk.show(numbers[0])
    equal(shown["status"], "unsorted", "status of automatic mail without a ticket")
    equal([(message["auto"], message["bounce"]) for message in shown["messages"]], [(True, True)],
          "automatic, and a bounce")


def vacation_note_opens_nothing(desk):
    number = opens(desk, mail(subject="before the holidays", message_id="<holiday@acme.example>"))
    before = desk.show(number)["status"]
    opens_none(desk, mail(subject="Out of office", message_id="<away@acme.example>",
                          fields=["In-Reply-To: <holiday@acme.example>", "Auto-Submitted: auto-replied"]), sender="")
    shown = desk.show(number)
    equal((shown["status"], shown["messages"][-1]["auto"]), (before, True), "status and mark")


def several_messages_on_a_connection(desk):
    def talk():
        with desk.postfix.client() as client:
            client.sendmail("eve@acme.example", ["support@example.com"],
                            mail(subject="one", message_id="<one@acme.example>"))
            client.mail("eve@acme.example")
            client.rcpt("support@example.com")
            client.rset()
            client.sendmail("alice@friends.example", ["bob@example.com"],
                            mail(subject="between", message_id="<between@friends.example>"))
            client.sendmail("eve@acme.example", ["hosting@example.com"],
                            mail(subject="two", message_id="<two@acme.example>"))
    numbers = desk.opened_by(talk)
    equal(sorted(desk.show(number)["queue"] for number in numbers), ["hosting", "support"], "tickets and their queues")


def fault_22_hanging_up_within_data(desk):
    def hang_up():
        client = desk.postfix.client()
        client.ehlo()
        client.mail("eve@acme.example")
        client.rcpt("support@example.com")
        client.docmd("DATA")
        client.send("Subject: never finished\r\n\r\nhalf a")
        client.close()
        accepted(desk.send(mail(subject="after it", message_id="<after@acme.example>")))
    numbers = desk.opened_by(hang_up)
    equal([desk.show(number)["subject"] for number in numbers], ["after it"], "tickets")


if __name__ == "__main__":
    sys.exit(main(new_mail_opens_a_ticket, reply_by_references, reply_by_token,
                  fault_13_forged_token_is_a_strangers_mail, fault_13_stranger_guesses_a_number,
                  one_mail_to_two_queues_at_once, one_mail_to_two_queues_in_two_transactions, rule_refuses,
                  refusal_takes_our_recipients_only, discarded_mail_reaches_others_only,
                  moved_mail_goes_to_the_new_queue_only, local_submission, our_postfix_bounces_to_the_desk,
                  vacation_note_opens_nothing, several_messages_on_a_connection, fault_22_hanging_up_within_data,
                  make=Desk))
