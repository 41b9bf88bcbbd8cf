#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""The same message again, however it comes: one ticket, every sender his 250, the same edits."""
import concurrent.futures
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from case import accepted, equal, mail, main, n_messages, opens, opens_none  # noqa: E402
from desk import Desk  # noqa: E402

N_PARALLEL = 100


def fault_8_a_hundred_at_once(desk):
    message = mail(subject="impatient server", message_id="<hundred@acme.example>")

    def send_all():
        with concurrent.futures.ThreadPoolExecutor(N_PARALLEL) as pool:
            answers = list(pool.map(lambda _: desk.send(message), range(N_PARALLEL)))
        equal([code for code, _ in answers], [250] * N_PARALLEL, "Postfix's answers")
    numbers = desk.opened_by(send_all)
    equal(len(numbers), 1, "new tickets")
    equal(n_messages(desk, numbers[0]), 1, "messages of the ticket")
    copies = desk.delivered("<hundred@acme.example>", count=N_PARALLEL)
    seen = {(copy.header("Subject"), tuple(sorted(copy.marks().items()))) for copy in copies}
    equal((len(copies), len(seen)), (N_PARALLEL, 1), "copies, and different edits among them")
    equal(copies[0].header("Subject"), f"[example#{numbers[0]}] impatient server", "the subject")


def fault_9_postfix_invents_id_and_date(desk):
    desk.postfix.reconfigure({"local_header_rewrite_clients": "permit_mynetworks"})
    try:
        message = mail(subject="no id of its own", date=None)
        number = opens(desk, message)
        opens_none(desk, message)
        equal(n_messages(desk, number), 1, "messages of the ticket")
        other = opens(desk, mail(subject="no id of its own", date=None, body="Another thing."))
        copies = [copy for copy in desk.postfix.wait_deliveries(N_PARALLEL + 3)
                  if "no id of its own" in copy.header("Subject")]
        equal(sorted(int(copy.header("X-Ticket-ID")) for copy in copies), [number, number, other],
              "tickets of the copies")
        equal(len({copy.header("Message-ID") for copy in copies}), 3, "ids that Postfix invented")
    finally:
        desk.postfix.reconfigure({"local_header_rewrite_clients": ""})


def again_after_a_restart(desk):
    message = mail(subject="before and after", message_id="<restart@acme.example>")
    number = opens(desk, message)
    desk.kill_daemon()
    desk.start_daemon()
    opens_none(desk, message)
    equal(n_messages(desk, number), 1, "messages of the ticket")


def fault_9_same_id_with_another_body(desk):
    number = opens(desk, mail(subject="reused id", message_id="<reused@acme.example>"))
    accepted(desk.send(mail(subject="reused id", message_id="<reused@acme.example>", body="Something else entirely.")))
    flags = [message["flags"] for ticket in desk.tickets() if ticket["subject"] == "reused id"
             for message in desk.show(ticket["id"])["messages"]]
    equal(len(flags), 2, f"messages recorded (the first is ticket {number})")
    equal(sum("repeated_message_id" in names for names in flags), 1, "messages flagged")


if __name__ == "__main__":
    sys.exit(main(fault_8_a_hundred_at_once, fault_9_postfix_invents_id_and_date, again_after_a_restart,
                  fault_9_same_id_with_another_body, make=Desk))
