#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Row 11 of FAULTS.md: desks, or a desk and a robot, that answer each other over real SMTP.  Each case counts all mails
that were sent until nobody says anything any more; a robot goes on for MOST of them, and the last case shows that it
does where the limits are taken away."""
import collections
import contextlib
import os
import re
import sqlite3
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from case import accepted, check, equal, mail, main  # noqa: E402
from desk import ALIASES, QUEUES, Desk  # noqa: E402
from outside import own_mail_service  # noqa: E402
from postfix import free_port, wait_until  # noqa: E402
from robot import Robot  # noqa: E402

HOUR, DAY, MINUTE, MOST = 3, 10, 12, 25
LIMITS = f"{{delay: 0s, hour: {HOUR}, day: {DAY}, minute: {MINUTE}}}"
NO_LIMITS = "{delay: 0s, hour: 1000, day: 1000, minute: 1000, same_subject: 0s}"
SWITCHED = "a.example", "b.example"
AGENTS = """\
agents:
  anna: {name: Anna, addresses: [anna@robot.example], logins: [anna]}
  bert: {name: Bert, addresses: [bert@robot.example], logins: [bert]}
"""
# What says that a mail is a machine's, or what it answers.
TELLTALE = ("auto-submitted", "precedence", "x-auto-response-suppress", "x-ticket-", "list-", "references",
            "in-reply-to", "message-id", "return-path", "received", "x-original-to", "delivered-to")


class Side(Desk):
    """A desk of its own domain.  Of others it reaches those of `routes`, {domain: port}."""

    ack = LIMITS

    def __init__(self, domain, build):
        self.domain, self.name = domain, domain.partition(".")[0]
        self.policy = "accept"
        queues = QUEUES.replace("example.com", domain).replace("reply_to: keep",
                                                               "reply_to: token\n    agents: [anna, bert]")
        super().__init__(build, queues=queues, more=AGENTS)
        self.postfix.aliases = {name.replace("example.com", domain): box for name, box in ALIASES.items()
                                if "@b" not in name and "xn--" not in name}
        self.submit_port = free_port()
        self.postfix.services += own_mail_service(self.submit_port)

    def write_configuration(self, rules=None):
        super().write_configuration(rules)
        with open(self.config, encoding="utf-8") as file:
            text = file.read().replace("instance: example", f"instance: {self.name}")
        with open(self.config, "w", encoding="utf-8") as out:
            out.write(f"{text}unknown_sender: {{policy: {self.policy}}}\n")

    def reload(self, ack=LIMITS, policy="accept"):
        self.ack, self.policy = ack, policy
        self.write_configuration()
        self.ctl("reload")

    def route(self, ports):
        routes = ", ".join(f"{{{domain} = smtp:[127.0.0.1]:{port}}}" for domain, port in ports.items())
        self.postfix.settings["transport_maps"] = f"inline:{{ {routes} }}"

    def rows(self):
        return self.json("outbox", "list", "--all")["outbox"]

    def execute(self, sql):
        with contextlib.closing(sqlite3.connect(os.path.join(self.data, "tickets.db"))) as database, database:
            database.execute(sql)

    def is_quiet(self):
        return self.postfix.queue_is_empty() and not self.json("outbox", "list")["outbox"]

    def an_hour_later(self, hours=1):
        self.execute(f"UPDATE outbox SET created_at = created_at - {hours * 3601}")


class Two:
    """Two desks; mail from one to the other passes a relay, mail to robot.example a robot."""

    def __init__(self, build="."):
        self.sides = [Side(domain, build) for domain in SWITCHED]
        self.relay = Robot(self.relayed, MOST)
        self.robot = Robot(lambda got: self.habit(got), MOST)
        self.change = as_it_is
        self.habit = silent
        self.relay.port_of = self.robot.port_of = self.port_of
        for side in self.sides:
            side.route({"robot.example": self.robot.port, **{other: self.relay.port for other in SWITCHED
                                                             if other != side.domain}})
        self.a, self.b = self.sides
        self.postfix = self.a.postfix

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            stack.callback(self.relay.close)
            stack.callback(self.robot.close)
            for side in self.sides:
                stack.enter_context(side)
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self.stack.close()

    def stop_daemon(self):
        return max(side.stop_daemon() for side in self.sides)

    def log_text(self):
        return "\n".join(side.log_text()[-3000:] for side in self.sides)

    def port_of(self, recipient):
        return next(side.postfix.port for side in self.sides if recipient.endswith(side.domain))

    def relayed(self, got):
        return [self.change(got, recipient) for recipient in got.recipients]

    def n_left(self):
        """Mails that left either desk."""
        return len(self.relay.got) + len(self.robot.got)

    def settle(self):
        """Until nobody has anything to say any more."""
        def quiet():
            return (self.relay.is_idle() and self.robot.is_idle() and all(side.is_quiet() for side in self.sides)
                    and self.n_left())

        def settled():
            before = quiet()
            time.sleep(0.3)  # what is between two places is in none of them
            return before is not False and before == quiet()
        wait_until(settled, "silence", 120)

    def during(self, action):
        """How many mails come of it."""
        before = self.n_left()
        self.relay.begin()
        self.robot.begin()
        action()
        self.settle()
        return self.n_left() - before


# --- what happens between the desks ---


def as_it_is(got, recipient):
    return got.sender, recipient, got.raw.decode("utf-8", "surrogateescape")


def bare(got, sender, recipient, address=None, subject=None, text=None):
    """A new mail of somebody who strips every header."""
    return sender, recipient, mail(
        subject=subject or f"Ticket {got.n * 7919} is waiting", sender=address or sender, to=recipient,
        body=text or got.text() or "Thank you for your mail.", message_id=f"<{time.monotonic_ns()}@robot.example>")


def stripped(got, recipient):
    return bare(got, got.message["From"].addresses[0].addr_spec, recipient)


def stripped_keeping_subject(got, recipient):
    return bare(got, got.message["From"].addresses[0].addr_spec, recipient, subject=got.field("Subject"))


def stripped_with_variants(got, recipient):
    """Each mail from another address of the same."""
    address = got.message["From"].addresses[0].addr_spec
    local, _, domain = address.partition("@")
    sender = (address, f"prvs={got.n:010d}={address}", f"{local}+{got.n}@{domain}", f"{local.upper()}@{domain}",
              f"SRS0={got.n:04d}=AA={domain}={local}@forwarder.example")[got.n % 5]
    return bare(got, sender, recipient, address=f"{local}+{got.n}@{domain}" if "+" in sender else address)


def without_marks(got, recipient):
    """Only what is about machines and threads goes; the rest stays as it was, token in Reply-To and all."""
    message = got.message
    for name in {name for name in message.keys() if name.lower().startswith(TELLTALE)}:
        del message[name]
    message["Message-ID"] = f"<{time.monotonic_ns()}@relay.example>"
    return message["From"].addresses[0].addr_spec, recipient, message.as_bytes().decode("utf-8", "surrogateescape")


# --- what a robot does with a mail ---


def silent(_got):
    return []


def queue_of(got):
    return got.message["From"].addresses[0].addr_spec


def to_queue(got):
    return [bare(got, got.recipients[0], queue_of(got))]


def to_queue_same_subject(got):
    return [bare(got, got.recipients[0], queue_of(got), subject="Out of my mind")]


def with_sub_addresses(got):
    local, _, domain = got.recipients[0].partition("+")[0].partition("@")
    return [bare(got, f"{local}+{got.n}@{domain or 'robot.example'}", queue_of(got))]


def with_batv(got):
    plain = got.message["To"].addresses[0].addr_spec
    return [bare(got, f"prvs={got.n:010d}={plain}", queue_of(got), address=plain)]


def with_srs(got):
    plain = got.message["To"].addresses[0].addr_spec
    local, _, domain = plain.partition("@")
    return [bare(got, f"SRS0={got.n:04d}=AA={domain}={local}@forwarder.example", queue_of(got), address=plain)]


def to_reply_address(got):
    answer = got.message["Reply-To"] or got.message["From"]
    return [bare(got, got.recipients[0], answer.addresses[0].addr_spec)]


def to_both(got):
    return to_queue(got) + to_reply_address(got)


def twice(got):
    return to_queue(got) + to_queue(got)


def from_somebody_else(got):
    return [bare(got, f"user{got.n}@robot.example", queue_of(got))]


def with_marks(got):
    """One that keeps to RFC 3834."""
    sender, recipient, message = to_queue(got)[0]
    return [(sender, recipient, f"Auto-Submitted: auto-replied\n{message}")]


# --- the cases ---


def forged(two, sender, to=None, identity="start"):
    """A mail to the first desk that claims to be somebody's; the MTA takes it."""
    target = to or f"support@{two.a.domain}"
    accepted(two.a.send(mail(subject=f"Please look at {identity}", sender=sender, to=target,
                             message_id=f"<{identity}@forger.example>"), target, sender))


def acks(side):
    return len([row for row in side.rows() if row["kind"] == "ack"])


def fault_11_two_desks(two):
    """Whatever is done to the mail between them; all of it within an hour, hence `an_hour_later` in between."""
    for change, bound in ((as_it_is, 1), (without_marks, 2 * HOUR), (stripped_keeping_subject, 2 * HOUR),
                          (stripped, 2 * HOUR), (stripped_with_variants, 2 * HOUR)):
        two.change = change
        for side in two.sides:
            side.an_hour_later(24)
        name = name_of(change)
        before = [acks(side) for side in two.sides]
        n = two.during(lambda name=name: forged(two, f"support@{two.b.domain}", identity=name))
        made = [acks(side) - n_before for side, n_before in zip(two.sides, before)]
        check(1 <= n <= bound, f"{name}: {n} mails")
        equal(n, sum(made), f"{name}: what they sent and what went between them")
    # A day of it: whoever starts it again every hour gets no more than ack.day of each.
    for side in two.sides:
        side.an_hour_later(24)
    total = 0
    for hour in range(5):
        total += two.during(lambda hour=hour: forged(two, f"support@{two.b.domain}", identity=f"hour{hour}"))
        for side in two.sides:
            side.an_hour_later()
    check(2 * HOUR < total <= 2 * DAY, f"a day: {total} mails")


ROBOTS = {
    # habit: acknowledgements to it
    with_marks: 1, to_queue: HOUR, to_queue_same_subject: 2, with_sub_addresses: HOUR, with_batv: HOUR,
    with_srs: HOUR, to_reply_address: 1, to_both: HOUR, twice: HOUR,
}


def name_of(habit):
    return habit.__name__.replace("_", "-")


def robot_of(got):
    return got.message["To"].addresses[0].username.partition("+")[0]


def by_name(got):
    """Each robot has its own address, and its habit."""
    return next(habit for habit in ROBOTS if name_of(habit) == robot_of(got))(got)


def all_start(two):
    for habit in ROBOTS:
        forged(two, f"{name_of(habit)}@robot.example", identity=name_of(habit))


def fault_11_robots(two):
    two.habit = by_name
    two.a.reload(ack=f"{{delay: 0s, hour: {HOUR}, minute: 1000}}")
    n = two.during(lambda: all_start(two))
    equal(dict(collections.Counter(map(robot_of, two.robot.got))),
          {name_of(habit): bound for habit, bound in ROBOTS.items()}, "mails to each")
    equal(n, sum(ROBOTS.values()), "mails")
    two.a.reload()


def fault_11_a_robot_without_name(two):
    """Each mail from somebody else: no limit of an address holds it up, the breaker does."""
    two.habit = from_somebody_else
    two.a.an_hour_later(24)
    n = two.during(lambda: forged(two, "user0@robot.example", identity="legion"))
    equal(n, MINUTE, "mails to it")
    equal(two.during(lambda: forged(two, "another@robot.example", identity="legion2")), 0, "mails in the next hour")
    equal(two.a.log_text().count(f"acknowledgements: {MINUTE} within a minute"), 1, "lines of the log")


def fault_11_confirmations(two):
    """A stranger that is a robot is asked once, whether it answers the question or writes anew; who answers it is a
    contact from then on, and gets what all others get."""
    two.a.reload(policy="hold")
    for habit, questions, bound in ((to_queue, 1, 1), (with_sub_addresses, HOUR, HOUR), (to_reply_address, 1, 2),
                                    (to_both, 1, 1 + HOUR), (from_somebody_else, MINUTE, MINUTE)):
        two.habit = habit
        two.a.an_hour_later(24)
        name = f"held-{name_of(habit)}"
        first = len(two.a.rows())
        n = two.during(lambda name=name: forged(two, f"{name}@robot.example", identity=name))
        kinds = [row["kind"] for row in two.a.rows()]
        kinds = kinds[:len(kinds) - first]
        check(n <= bound, f"{name}: {n} mails to it")
        equal((n, kinds.count("confirm")), (len(kinds), questions), f"{name}: what was sent, and questions")
    two.a.reload()


def fault_11_status_and_notices(two):
    """Who asks for the status by each answer, and who answers what he is told of the end of his request."""
    def asks_status(got):
        number = re.search(r"#(\d+)\]", got.field("Subject"))[1]
        return [bare(got, got.recipients[0], two.a.token(number).replace("@", "-status@"))]

    two.a.an_hour_later(24)
    two.habit = asks_status
    equal(two.during(lambda: forged(two, "curious@robot.example", identity="curious")), 1 + HOUR,
          "mails to who asks: the acknowledgement, and answers")
    two.a.ack = LIMITS + "\nafter: {close: 20s, close_notice: 18s}"
    two.a.reload(ack=two.a.ack)
    two.habit = to_reply_address
    forged(two, "thankful@robot.example", identity="thankful")
    two.settle()
    number = max(ticket["id"] for ticket in two.a.tickets())

    def resolve():
        for _ in range(2 * HOUR):
            two.a.ctl("set", str(number), "status=resolved")
            two.settle()
    n = two.during(resolve)
    check(1 <= n <= HOUR, f"{n} mails of the end of a request")
    two.a.reload()


def fault_11_an_agents_robot(two):
    """A hand-over is one mail, whatever the agent's mailbox answers to it: without a login it is nobody's answer."""
    two.habit = silent
    forged(two, "eve@robot.example", identity="handed-over")
    two.settle()
    number = max(ticket["id"] for ticket in two.a.tickets())
    for habit, agent in (to_queue, "anna"), (to_reply_address, "bert"), (to_both, "anna"):
        two.habit = habit
        n = two.during(lambda agent=agent: two.a.ctl("assign", str(number), agent, "--by", "joe"))
        equal(n, 1, f"{name_of(habit)}: mails to the agent")
    check(any("not logged in" in refusal for refusal in two.robot.refusals), f"refusals: {two.robot.refusals}")


def without_limits_it_goes_on(two):
    """The robots of this test do loop."""
    two.habit = to_queue
    two.a.an_hour_later(24)
    two.a.reload(ack=NO_LIMITS)
    n = two.during(lambda: forged(two, "endless@robot.example", identity="endless"))
    equal(n, MOST + 1, "mails to it")


if __name__ == "__main__":
    sys.exit(main(fault_11_two_desks, fault_11_robots, fault_11_a_robot_without_name, fault_11_confirmations,
                  fault_11_status_and_notices, fault_11_an_agents_robot, without_limits_it_goes_on, make=Two))
