#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Mail of the desk's own through a real Postfix: handed in where no milter is asked, with the MTA away for a while, and
with a daemon that is killed in the middle."""
import contextlib
import os
import sqlite3
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from case import accepted, check, equal, mail, main, opens  # noqa: E402
from desk import QUEUES, Desk  # noqa: E402
from judge import Judge  # noqa: E402
from outside import own_mail_service  # noqa: E402
from postfix import free_port, wait_until  # noqa: E402

AGENTS = """\
agents:
  anna: {name: Anna Example, logins: [anna], addresses: [anna@example.com]}
  bert: {name: Bert Example, addresses: [bert@staff.example], proof: [dmarc]}
authserv_ids: [mx.example.com]
"""


class Sending(Desk):
    """The port of contrib/postfix/master.cf that the desk hands its mail to is one of this test."""

    def __init__(self, build="."):
        queues = QUEUES.replace("reply_to: keep", "reply_to: token\n    agents: [anna, bert]")
        self.judge = Judge("mx.example.com")
        super().__init__(build, queues=queues, more=AGENTS, settings={
            "smtpd_milters": f"{self.judge.address} unix:ticketmilter/milter.sock"})
        self.submit_port = free_port()
        self.postfix.services += own_mail_service(self.submit_port)
        self.postfix.aliases.update({"anna@example.com": "anna@mailbox.example",
                                     "bert@staff.example": "bert@mailbox.example",
                                     "eve@acme.example": "eve@mailbox.example"})
        self.postfix.boxes = (*self.postfix.boxes, "anna", "bert", "eve")

    def close(self):
        self.judge.close()
        super().close()

    def rows(self):
        return self.json("outbox", "list", "--all")["outbox"]

    def states(self):
        return [row["state"] for row in reversed(self.rows())]

    def wait_states(self, *wanted, seconds=60):
        wait_until(lambda: tuple(self.states()[-len(wanted):]) == wanted, f"mail that is {wanted}", seconds)

    def in_box(self, box, subject):
        return [copy for copy in self.postfix.deliveries(box) if subject in str(copy.header("Subject"))]

    def execute(self, sql):
        with contextlib.closing(sqlite3.connect(os.path.join(self.data, "tickets.db"))) as database, database:
            database.execute(sql)


def an_answer_goes_out(desk):
    number = opens(desk, mail(subject="Needs an answer", message_id="<answer@acme.example>"))
    desk.ctl("reply", str(number), "--as", "anna", "-m", "Füße weg, bitte.")
    desk.wait_states("sent")
    [copy] = wait_until(lambda: desk.in_box("eve", "Needs an answer"), "the answer in eve's mailbox")
    equal(str(copy.header("From")), "Anna Example via Example Support <support@example.com>", "From")
    equal(str(copy.header("To")), "eve@acme.example", "To")
    equal(str(copy.header("Subject")), f"Re: [example#{number}] Needs an answer", "Subject")
    check(str(copy.header("Reply-To")).startswith(f"support+{number}-r"), f"Reply-To: {copy.header('Reply-To')}")
    check(f"support+{number}-b" in copy.raw.decode("ascii"), "the envelope sender is a bounce address")
    equal(str(copy.header("In-Reply-To")), "<answer@acme.example>", "In-Reply-To")
    equal((copy.header("Auto-Submitted"), copy.header("X-Ticket-Loop")), (None, None), "marks of a machine")
    equal(copy.message.get_content(), f"Füße weg, bitte.\n\nRequest [example#{number}]\n", "text with the footer")
    check(b"anna@example.com" not in copy.raw, "the agent's own address stays here")
    answer = mail(subject="Re: it", message_id="<more@acme.example>",
                  fields=[f"In-Reply-To: {copy.header('Message-ID')}"])
    equal(desk.opened_by(lambda: accepted(desk.send(answer))), [], "tickets by an answer to its Message-ID")
    equal([message["direction"] for message in desk.show(number)["messages"]], ["in", "out", "in"], "messages")
    wait_until(lambda: desk.in_box("team", "Re: [example#"), "the queue's copy of the answer")


def answers_from_outside(desk, number, text, identity, fields=(), verdict=None):
    """Bert writes from elsewhere, by port 25 and without a login: Postfix's answer."""
    desk.judge.verdicts = {} if verdict is None else {"staff.example": verdict}
    token = desk.token(number)
    return desk.send(mail(subject="Re: it", sender="Bert <bert@staff.example>", to=token, body=text,
                          message_id=f"<{identity}@staff.example>", fields=fields), token, "bert@staff.example")


def dmarc_proves_an_agent(desk):
    """Who has `proof: dmarc` answers from outside: recorded, discarded in flight, sent by the outbox; without our own
    server's word he is told that it was not sent."""
    number = opens(desk, mail(subject="From elsewhere", message_id="<elsewhere@acme.example>"))
    before, n_rows = desk.show(number), len(desk.rows())
    forged = ["Authentication-Results: mx.example.com; dmarc=pass header.from=staff.example",
              "Authentication-Results: mx.example.com/4bXyZ1; dmarc=pass header.from=staff.example"]
    for n, (verdict, fields) in enumerate([(None, ()), ("fail", ()), (None, forged[:1]), (None, forged[1:])]):
        code, said = answers_from_outside(desk, number, "Not me.", f"no{n}", fields, verdict)
        check(code == 550 and "not logged in" in said and "NOT sent" in said, f"Postfix's answer: {code} {said}")
    after = desk.show(number)
    equal(({**after, "events": None}, len(desk.rows())), ({**before, "events": None}, n_rows), "the ticket, the outbox")
    code, said = answers_from_outside(desk, number, "It is repaired.", "yes", verdict="pass")
    equal(code, 250, f"Postfix's answer ({said})")
    desk.wait_states("sent")
    row = desk.rows()[0]
    equal((row["kind"], row["actor"], row["recipients"]), ("reply", "agent:bert", ["eve@acme.example"]), "the row")
    [copy] = wait_until(lambda: desk.in_box("eve", f"[example#{number}]"), "the answer in eve's mailbox")
    equal([str(copy.header(name)) for name in ("From", "To", "Subject", "Message-ID")],
          ["Bert Example via Example Support <support@example.com>", "eve@acme.example",
           f"Re: [example#{number}] it", "<yes@staff.example>"], "fields")
    check(str(copy.header("Reply-To")).startswith(f"support+{number}-r"), f"Reply-To: {copy.header('Reply-To')}")
    equal(copy.message.get_content(), f"It is repaired.\n\nRequest [example#{number}]\n", "text with the footer")
    for secret in b"bert@staff.example", b"dmarc=", b"mx.example.com/":
        check(secret not in copy.raw, f"{secret} in {copy.raw!r}")
    equal((desk.show(number)["status"], desk.show(number)["messages"][-1]["direction"]), ("waiting", "out"),
          "status and message")
    equal(answers_from_outside(desk, number, "It is repaired.", "yes", verdict="pass")[0], 250, "the same again")
    equal(len(desk.rows()), n_rows + 1, "mail by it")


def commands_are_answered(desk):
    """What they did is said to who gave them, in answer to his own mail."""
    number = opens(desk, mail(subject="Commands", message_id="<commands@acme.example>"))
    equal(answers_from_outside(desk, number, "#take", "take", verdict="pass")[0], 250, "Postfix's answer")
    desk.wait_states("sent")
    equal(desk.show(number)["assignee"], "bert", "assignee")
    [copy] = wait_until(lambda: desk.in_box("bert", f"[example#{number}]"), "the result in bert's mailbox")
    equal([str(copy.header(name)) for name in ("In-Reply-To", "References", "Auto-Submitted")],
          ["<take@staff.example>", "<take@staff.example>", "auto-replied"], "fields")
    check(copy.message.get_content().startswith("Done: #take\n"), f"text: {copy.message.get_content()!r}")
    check(str(copy.header("Reply-To")).startswith(f"support+{number}-n"), f"Reply-To: {copy.header('Reply-To')}")
    equal(desk.in_box("eve", f"[example#{number}]"), [], "what the customer got")


def a_status_is_told(desk):
    """To who receives the ticket and asks; to nobody else."""
    number = opens(desk, mail(subject="How is it", message_id="<how@acme.example>"))
    desk.ctl("assign", str(number), "anna", "--by", "anna")
    n_rows = len(desk.rows())
    local, domain = desk.token(number).split("@")
    for sender in "stranger@else.example", "eve@acme.example":
        asked = mail(subject="status?", sender=sender, message_id=f"<asked-{sender}>", to=f"{local}-status@{domain}")
        equal(desk.opened_by(lambda asked=asked, sender=sender: accepted(
            desk.send(asked, f"{local}-status@{domain}", sender))), [], "tickets")
    desk.wait_states("sent")
    equal([(row["kind"], row["recipients"]) for row in desk.rows()[:len(desk.rows()) - n_rows]],
          [("status", ["eve@acme.example"])], "rows")
    [copy] = wait_until(lambda: desk.in_box("eve", f"[example#{number}]"), "the status in eve's mailbox")
    equal([str(copy.header(name)) for name in ("In-Reply-To", "Auto-Submitted", "From")],
          ["<asked-eve@acme.example>", "auto-replied", "Example Support <support@example.com>"], "fields")
    text = copy.message.get_content()
    for words in "This is how your request stands.", "Status: in work\n", "Looked after by: Anna Example\n":
        check(words in text, f"{words!r} in {text!r}")
    check(b"Return-Path: <>" in copy.raw, "the null sender")


def a_handover_carries_the_message(desk):
    number = opens(desk, mail(subject="Is handed over", body="Grüße aus Köln.", message_id="<over@acme.example>",
                              fields=["MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
                                      "Content-Transfer-Encoding: 8bit"]))
    desk.ctl("assign", str(number), "anna", "--by", "joe")
    desk.wait_states("sent")
    [copy] = wait_until(lambda: desk.in_box("anna", "Is handed over"), "the mail in anna's mailbox")
    equal((str(copy.header("Auto-Submitted")), str(copy.header("X-Auto-Response-Suppress")),
           str(copy.header("X-Ticket-Loop"))), ("auto-generated", "All", "example"), "marks of a machine")
    check(b"Return-Path: <>" in copy.raw, "the null sender")
    [inner] = list(copy.message.iter_attachments())
    equal(inner.get_content_type(), "message/rfc822", "what is attached")
    equal(str(inner.get_content()["Message-ID"]), "<over@acme.example>", "the attached message")
    equal(inner.get_content().get_content().strip(), "Grüße aus Köln.", "its text")
    n_sent = len(desk.rows())
    again = copy.raw[copy.raw.index(b"From: "):].replace(b"\n", b"\r\n")
    opened = desk.opened_by(lambda: accepted(desk.send(again)))
    equal([desk.show(ticket)["status"] for ticket in opened], ["unsorted"],
          "our own mail that comes back is a machine's")
    equal(len(desk.rows()), n_sent, "mail by it")


def the_mta_is_gone_and_back(desk):
    numbers = [opens(desk, mail(subject=f"Waits {i}", message_id=f"<waits{i}@acme.example>")) for i in range(5)]
    desk.postfix.stop()
    for number in numbers:
        desk.ctl("reply", str(number), "--as", "anna", "-m", "You hear of us.")
    wait_until(lambda: any(row["error"] for row in desk.rows()[:5]), "a try that found nobody")
    check(set(desk.states()[-5:]) <= {"waiting", "sending"}, f"states: {desk.states()}")
    # A day later: rows that were tried for hours, and a daemon that was started again meanwhile.
    equal(desk.stop_daemon(), 0, "exit status with mail that waits")
    desk.execute("UPDATE outbox SET created_at = created_at - 86400, next_at = 0 WHERE ended_at IS NULL")
    desk.start_daemon()
    desk.postfix.start()
    desk.wait_states(*["sent"] * 5, seconds=200)
    for number in numbers:
        wait_until(lambda number=number: desk.in_box("eve", f"[example#{number}]"), f"the answer of ticket {number}")
    wait_until(desk.postfix.queue_is_empty, "an empty queue")
    equal([len(desk.in_box("eve", f"[example#{number}]")) for number in numbers], [1] * 5, "copies of each")
    log = desk.log_text()
    equal(log.count("takes no mail"), log.count("takes mail again") + 1, "lines: one for each change")


def fault_2_killed_while_sending(desk):
    """At least once under the same Message-ID; at most once what a machine says."""
    number = opens(desk, mail(subject="Killed", message_id="<killed@acme.example>"))
    for i in range(10):
        desk.ctl("reply", str(number), "--as", "anna", "-m", f"Answer {i}.")
        if i % 3 == 0:
            desk.kill_daemon()
            desk.start_daemon()
    desk.kill_daemon()
    # As if it had been killed with the dot on its way: what nobody knows.
    desk.execute("UPDATE outbox SET state = 2, may_repeat = 0, ended_at = NULL"
                 " WHERE id = (SELECT max (id) FROM outbox)")
    desk.start_daemon()
    desk.wait_states(*["sent"] * 9, "unknown")
    wait_until(desk.postfix.queue_is_empty, "an empty queue")
    texts = {}
    for copy in desk.in_box("eve", f"[example#{number}]"):
        texts.setdefault(copy.message.get_content().splitlines()[0], set()).add(str(copy.header("Message-ID")))
    check({f"Answer {i}." for i in range(9)} <= set(texts), f"answers: {sorted(texts)}")
    equal([text for text, ids in texts.items() if len(ids) != 1], [], "texts under more than one Message-ID")
    events = [event for event in desk.show(number)["events"] if event["action"] == "outbox"]
    equal([event["detail"]["state"] for event in events], ["unknown"], "events of the ticket")
    last = desk.rows()[0]["id"]
    desk.ctl("outbox", "retry", str(last))
    desk.wait_states("sent")


def a_refusal_is_known(desk):
    number = opens(desk, mail(subject="Refused", message_id="<refused@acme.example>"))
    desk.ctl("share", str(number), "nobody@mailbox.example")
    desk.ctl("reply", str(number), "--as", "anna", "-m", "Hello.")
    desk.wait_states("sent")
    row = desk.rows()[0]
    check("nobody@mailbox.example: 550" in (row["error"] or ""), f"error: {row['error']}")
    events = [event["detail"]["why"] for event in desk.show(number)["events"] if event["action"] == "outbox"]
    check(len(events) == 1 and "nobody@mailbox.example" in events[0], f"events: {events}")
    wait_until(lambda: desk.in_box("eve", f"[example#{number}]"), "the answer to those who are known")


def what_waits_can_be_dropped(desk):
    number = opens(desk, mail(subject="Dropped", message_id="<dropped@acme.example>"))
    desk.postfix.stop()
    desk.ctl("reply", str(number), "--as", "anna", "-m", "Never.")
    last = str(desk.rows()[0]["id"])
    wait_until(lambda: desk.rows()[0]["state"] == "waiting", "the end of a try")
    desk.ctl("outbox", "drop", last)
    equal(desk.ctl_run("outbox", "drop", last).returncode, 77, "dropped twice")
    equal(desk.ctl_run("outbox", "retry", "99999").returncode, 66, "no such mail")
    desk.postfix.start()
    equal(desk.states()[-1], "cancelled", "state")


if __name__ == "__main__":
    sys.exit(main(an_answer_goes_out, dmarc_proves_an_agent, commands_are_answered, a_status_is_told,
                  a_handover_carries_the_message, the_mta_is_gone_and_back, fault_2_killed_while_sending,
                  a_refusal_is_known, what_waits_can_be_dropped, make=Sending))
