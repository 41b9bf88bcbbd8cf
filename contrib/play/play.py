# SPDX-License-Identifier: BSD-2-Clause
"""Plays customers who write to a help desk and an agent who answers, and tells what the desk did and why."""
import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "tests", "support"))

import agentdesk  # noqa: E402
import conversation  # noqa: E402
import oncall  # noqa: E402
import outside  # noqa: E402
import postfix  # noqa: E402

TOKEN = "@TOKEN@"

# What the customers were promised: acme in business hours, widgets at any hour.
PLANS = """\
zone: Europe/Berlin
calendars:
  office: {zone: Europe/Berlin, hours: mon-fri=08:00-20:00, holidays: ['*-01-01', easter-2, easter+1, '*-12-25', '*-12-26']}
  always: {zone: Europe/Berlin, hours: 24x7}
plans:
  standard:
    calendar: office
    targets:
      P1: {dispatch: 1bh, first_response: 30bm, next_response: 2bh, resolution: 1bd}
      P3: {dispatch: 1bh, first_response: 1bd, next_response: 2bd, update: 1bd}
  enterprise:
    calendar: always
    targets:
      P1: {dispatch: 15m, first_response: 30m}
      P3: {dispatch: 1h, first_response: 1bd@18:00}
{plan}customers:
{customer}  acme: {name: ACME, domains: [acme.example], plan: standard}
  widgets: {name: Widgets Ltd, domains: [widgets.example], plan: enterprise}
{on_call}"""

# What is sent: title, message, envelope sender, recipients.
ACTS = [
    ("A new request", "request.eml", "eve@acme.example", ["support@example.com"]),
    ("An outage, with forged ticket headers", "outage.eml", "ops@acme.example", ["support@example.com"]),
    ("A how-to question, to the queue's other address", "how-to.eml", "ivan@widgets.example", ["help@example.com"]),
    ("A reply by References", "reply.eml", "eve@acme.example", ["support@example.com"]),
    ("The same reply once more, as a server sends it whose 250 got lost", "reply.eml", "eve@acme.example", ["support@example.com"]),
    ("A reply with a signed token", "token.eml", "eve@acme.example", [TOKEN]),
    ("A stranger who guesses [example#1]", "stranger.eml", "mallory@elsewhere.example", ["support@example.com"]),
    ("A vacation note", "vacation.eml", "eve@acme.example", ["support@example.com"]),
    ("A bounce", "bounce.eml", "", ["support@example.com"]),
    ("HTML only, in KOI8-R, with attachments", "html.eml", "irina@widgets.example", ["support@example.com"]),
    ("One mail to two queues", "two-queues.eml", "ivan@widgets.example", ["support@example.com", "hosting@example.com"]),
    ("Mail that is none of our business", "foreign.eml", "alice@friends.example", ["bob@example.com"]),
]


class Stage(agentdesk.AgentDesk):
    """A desk that hands in mail of its own, too."""

    ack = "{delay: 1s}"

    def __init__(self, *arguments, **keywords):
        queues = agentdesk.QUEUES.replace("    copy_queue: yes\n", "    copy_queue: yes\n    rota: ops\n")
        super().__init__(*arguments, queues=queues, **keywords)
        for name, text in zip(("plan", "customer", "on_call"), oncall.more(self.data)):
            self.more = self.more.replace(f"{{{name}}}", text)
        self.submit_port = postfix.free_port()

    def services(self, signer):
        return super().services(signer) + outside.own_mail_service(self.submit_port)


def say(text="", indent="    "):
    print(textwrap.indent(text, indent), flush=True)


def because(explained):
    """Why, in a few words, of what `ticketctl explain` said before the message was sent."""
    rules = [rule["name"] for rule in explained["rules"] if rule["matched"]]
    why = [explained["reason"]] if explained["reason"] else []
    if rules:
        why.append("rule " + ", ".join(dict.fromkeys(rules)))
    return "; ".join(why)


class Play:
    def __init__(self, stage):
        self.stage = stage
        self.lines_seen = 0

    def script(self, name):
        """A message, with its token filled in, as a file that the desk's user can read."""
        with open(os.path.join(HERE, name), encoding="ascii") as file:
            text = file.read()
        if TOKEN in text:
            text = text.replace(TOKEN, self.stage.token(1))
        path = os.path.join(self.stage.data, name)
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        return path, text

    def explain(self, path, sender, recipients):
        return ["explain", path, "--sender", sender or "<>", *[word for recipient in recipients for word in ("--rcpt", recipient)]]

    def act(self, number, title, name, sender, recipients):
        path, text = self.script(name)
        recipients = [self.stage.token(1) if recipient == TOKEN else recipient for recipient in recipients]
        print(f"{number}. {title}")
        say(f"<{sender}> writes to {', '.join(recipients)}")
        explained = self.stage.json(*self.explain(path, sender, recipients))
        code, answer = self.stage.postfix.send(sender, recipients, text)
        say(f"Postfix said: {code} {answer}")
        lines = self.new_lines()
        for line in lines or ["no line in the log: Postfix was told at DATA that it need not send the message here"]:
            say(f"The desk:     {line}")
        say(f"Because:      {because(explained)}")
        for line in lines:
            say(f"So now:       {self.outcome(line)}")
        say()
        if code != 250:
            raise postfix.Trouble(f"{name} was answered with {code} {answer}")

    def outcome(self, line):
        """The ticket that a log line names, and what its last message is."""
        number = next(word.partition("=")[2] for word in line.split() if word.startswith("ticket="))
        ticket = self.stage.show(number)
        last = ticket["messages"][-1]
        words = [f"#{number} is {ticket['status']}, {len(ticket['messages'])} message(s), queue {' and '.join(ticket['queues'])}"]
        words += [name for name, holds in (("written by a machine", last["auto"]), ("a bounce", last["bounce"])) if holds]
        words += [f"tag {key}={' '.join(values)}" for key, values in ticket["tags"].items()]
        words += [f"possibly related to #{other}" for other in ticket["related"]]
        words += [f"{file['name'] or 'unnamed'} ({file['type']}, {file['size']} bytes)" for file in last["attachments"]]
        return ", ".join(words)

    def new_lines(self):
        lines = self.stage.log_lines()
        fresh, self.lines_seen = lines[self.lines_seen:], len(lines)
        return [line.partition(": ")[2] if line.startswith("ticketmilter") else line for line in fresh]

    def undelivered(self, number, ticket):
        """A mail of the desk to the requester of a ticket, which this Postfix cannot deliver: it lets no mail out."""
        first = self.stage.show(ticket)["messages"][0]
        sender = self.stage.token(ticket, "b")
        print(f"{number}. An answer that does not arrive, and the bounce that our own Postfix writes")
        say(f"<{sender}> writes to {first['from']}")
        self.stage.postfix.sendmail(sender, first["from"], "\n".join([
            "From: Example Support <support@example.com>", f"To: {first['from']}", "Subject: Your question",
            "Date: Fri, 20 Nov 2026 12:00:00 +0100", f"Message-ID: <{first['message_id']}>", "", "Like this.", ""]))
        lines = postfix.wait_until(self.new_lines, "the bounce")
        for line in lines:
            say(f"The desk:     {line}")
            say(f"So now:       {self.outcome(line)}")
        for failure in self.stage.show(ticket)["messages"][0]["failures"]:
            say(f"Undelivered:  {failure['recipient']} {failure['status']}: {failure['diagnostic']}")
        say()

    def merge(self, number, sender):
        """Two tickets of one person become one, and so does what he writes about the one that is gone."""
        target, *_, gone = sorted(ticket["id"] for ticket in self.stage.tickets() if ticket["requester"] == sender)
        words = ["merge", str(gone), str(target), "--by", "anna", "--why", "both are about the same"]
        print(f"{number}. Two tickets of one person are made one, through the desk's control socket")
        say("$ ticketctl " + " ".join(words))
        say(f"ticketctl:    {self.stage.ctl(*words).strip()}")
        self.new_lines()
        self.stage.send(f"From: {sender}\nTo: support@example.com\nSubject: Re: [example#{gone}] Thanks\n"
                        "Date: Fri, 20 Nov 2026 12:30:00 +0000\nMessage-ID: <after-merge@widgets.example>\n\n"
                        "Both work now, but how do I get in?\n", sender=sender)
        for line in self.new_lines():
            say(f"The desk:     {line}")
            say(f"So now:       {self.outcome(line)}")
        say()

    def call(self, number, ticket):
        """An agent's call counts like an answer by mail: it meets the clocks that wait for one."""
        words = ["answered", str(ticket), "--by", "phone"]
        print(f"{number}. The requester of #{ticket} is called")
        say("$ ticketctl " + " ".join(words))
        say(f"ticketctl:    {self.stage.ctl(*words).strip()}")
        met = [clock["metric"] for clock in self.stage.show(ticket)["clocks"] if clock["met_at"] is not None]
        say(f"So now:       met: {', '.join(met)}")
        say()

    def run(self):
        for number, act in enumerate(ACTS, 1):
            self.act(number, *act)
        self.undelivered(len(ACTS) + 1, 3)
        self.merge(len(ACTS) + 2, "ivan@widgets.example")
        self.call(len(ACTS) + 3, 1)
        conversation.Conversation(self.stage).play(len(ACTS) + 4)
        oncall.OnCall(self.stage).play(len(ACTS) + 5)
        self.epilogue()

    def epilogue(self):
        outage = postfix.wait_until(lambda: [message for message in self.stage.postfix.deliveries(agentdesk.ANNA.box)
                                             if "shop is down" in message.header("Subject")], "the copy of the outage")[0]
        print("What the people behind support@ got of the outage (forged X-Ticket-* are gone):")
        say(outage.raw.decode().partition("\n\n")[0] + "\n")
        path, _ = self.script("next.eml")
        for words in (["list", "--status", "all"], ["show", "3"], ["show", "6"], ["sla", "1"], ["sla", "2"], self.explain(path, "olga@acme.example", ["support@example.com"])):
            print("$ ticketctl " + " ".join(words))
            say(self.stage.ctl(*words))


def stop(state):
    """Ends a demo that was left running: the processes written down, if they are still those.  Returns whether there was one."""
    try:
        with open(state, encoding="utf-8") as file:
            left = json.load(file)
    except FileNotFoundError:
        return False
    for process in left["processes"]:
        end_if_ours(process, left["root"])
    postfix.wait_until(lambda: postfix.port_is_free(left["port"]), f"the release of port {left['port']}")
    shutil.rmtree(left["root"], ignore_errors=True)
    os.remove(state)
    return True


def is_ours(process, root):
    try:
        with open(f"/proc/{process}/cmdline", "rb") as file:
            return root.encode() in file.read()
    except FileNotFoundError:
        return False


def end_if_ours(process, root):
    if is_ours(process, root):
        os.kill(process, signal.SIGTERM)
        postfix.wait_until(lambda: not is_ours(process, root), f"the end of process {process}")


def keep(stage, state):
    left = {"root": stage.root, "port": stage.postfix.port, "processes": stage.processes()}
    with open(state, "w", encoding="utf-8") as file:
        json.dump(left, file)
    ctl = f"{stage.programs['ticketctl']} -c {stage.config}"
    anna = agentdesk.ANNA
    print("All of it is left running.  Write to it, look, and stop it:")
    say(f"swaks --server 127.0.0.1 --port {stage.postfix.port} --from you@acme.example --to support@example.com \\\n"
        f"  --header 'Subject: Hello desk' --body 'Is anybody there?'\n"
        f"ls {stage.postfix.mail}/anna/new                # what the agents got; each Reply-To is the ticket's address\n"
        f"swaks --server 127.0.0.1 --port {stage.submission_port} -tls --auth PLAIN --auth-user {anna.login} "
        f"--auth-password {anna.password} \\\n"
        f"  --from {anna.address} --to $({ctl} token address 1 r) --body 'Try again, please.'\n"
        f"ls {stage.outside.postfix.mail}/eve/new         # what Eve got\n"
        f"{ctl} list\n"
        f"tail -f {stage.log}\n"
        f"contrib/demo --stop")


def arguments():
    parser = argparse.ArgumentParser(prog="contrib/demo", description=__doc__)
    parser.add_argument("--build", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--keep", action="store_true", help="leave everything running at the end")
    parser.add_argument("--stop", action="store_true", help="stop what --keep left running")
    parser.add_argument("--port", type=int, default=10025, help="Postfix's port on 127.0.0.1 (10025)")
    return parser.parse_args()


def play(options, state):
    start = time.monotonic()
    if stop(state):
        print("Stopped the demo that was left running.")
    if not postfix.port_is_free(options.port):
        raise postfix.Trouble(f"port {options.port} of 127.0.0.1 is taken: name another one with --port")
    with Stage(options.build, options.port, more=PLANS) as stage:
        print(f"Postfix {version()} with ticketmilter listens on 127.0.0.1:{options.port}; all its files are in {stage.root}.\n")
        Play(stage).run()
        if options.keep:
            keep(stage, state)
            stage.release()
    print(f"Played {len(ACTS) + 8} mails in {time.monotonic() - start:.0f} s.")


def version():
    return subprocess.run(["/usr/sbin/postconf", "-dh", "mail_version"], capture_output=True, text=True, check=True).stdout.strip()


def main():
    options = arguments()
    state = os.path.join(options.build, "demo-left-running.json")
    signal.signal(signal.SIGTERM, lambda signum, _: sys.exit(128 + signum))
    signal.signal(signal.SIGHUP, lambda signum, _: sys.exit(128 + signum))
    try:
        if options.stop:
            print("Stopped." if stop(state) else "No demo was left running.")
        else:
            play(options, state)
    except (postfix.Trouble, OSError) as trouble:
        sys.exit(f"contrib/demo: {trouble}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
