# SPDX-License-Identifier: BSD-2-Clause
"""Mail programs that agents answer with: swaks, s-nail and Python's email.  Each answers what lies in the agent's
mailbox and hands it in at the desk's submission service, logged in; they return the answer's Message-ID, None when it
is the program's own, and what Postfix said."""
import email.message
import email.policy
import email.utils
import os
import re
import subprocess
import tempfile

import agentdesk
from postfix import Trouble

PROGRAMS = {"swaks": "/usr/bin/swaks", "s-nail": "/usr/bin/s-nail"}
# swaks speaks TLS with it.
NET_SSLEAY = ["perl", "-MNet::SSLeay", "-e", "1"]

# What mail programs put into mail, and customers need not know.  {address} is the agent's own.
TALKATIVE = ["Disposition-Notification-To: {address}", "Return-Receipt-To: {address}",
             "X-Confirm-Reading-To: {address}", "X-Sender: {address}", "X-Originating-IP: [127.0.0.77]",
             "Autocrypt: addr={address}; keydata=c2VjcmV0",
             "Organization: Staff Ltd", "Sender: {address}", "Resent-From: {address}", "Resent-To: {address}",
             "X-Ticket-Priority: P9", "X-Ticket-Customer: nobody"]
# Their names, and Bcc's.
CHATTER = ("Disposition-Notification-To", "Return-Receipt-To", "X-Confirm-Reading-To", "X-Sender", "X-Originating-IP",
           "Autocrypt", "Organization", "Sender", "Resent-From", "Resent-To", "Bcc")


def missing_package():
    missing = next((name for name, path in PROGRAMS.items() if not os.access(path, os.X_OK)), None)
    if missing is None and subprocess.run(NET_SSLEAY, check=False, stderr=subprocess.DEVNULL).returncode != 0:
        missing = "libnet-ssleay-perl"
    return missing


def talkative(person):
    return [field.format(address=person.address) for field in TALKATIVE]


def reply_address(received):
    """Where a mail program sends the answer to what it shows."""
    field = received.header("Reply-To") or received.header("From")
    return field.addresses[0].addr_spec


def thread(received):
    """In-Reply-To and References (RFC 5322 §3.6.4) of an answer."""
    identity = received.header("Message-ID").strip()
    return identity, " ".join([*(received.header("References") or "").split(), identity])


def subject_of(received):
    subject = str(received.header("Subject"))
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"


def quoted(received):
    text = received.message.get_body(("plain",)).get_content()
    sender = received.header("From")
    return f"On Friday, {sender} wrote:\n" + "".join(f"> {line}\n" for line in text.splitlines())


def by_swaks(desk, person, received, text, identity):
    """Plain text, without TLS' niceties, and whatever fields one likes."""
    answered, references = thread(received)
    fields = [f"In-Reply-To: {answered}", f"References: {references}", f"Subject: {subject_of(received)}",
              f"Message-Id: {identity}", f"From: {person.name} <{person.address}>", *talkative(person)]
    command = [PROGRAMS["swaks"], "--server", "127.0.0.1", "--port", str(desk.submission_port), "-tls",
               "--local-interface", agentdesk.CLIENT, "--ehlo", person.host, "--auth", "PLAIN",
               "--auth-user", person.login, "--auth-password", person.password, "--from", person.address,
               "--to", reply_address(received), "--suppress-data",
               *[word for field in fields for word in ("--header", field)],
               "--body", f"{text}\n\n{quoted(received)}"]
    done = subprocess.run(command, check=False, text=True, capture_output=True, timeout=60)
    answers = re.findall(r"^<(?:~\*|~|\*\*|-|\*)\s+(\d{3})[ -](.*)", done.stdout, re.MULTILINE)
    final = next((answer for answer in answers if answer[0][0] in "45"), None)
    if final is None and done.returncode == 0:
        final = next((answer for answer in reversed(answers) if "queued" in answer[1]), None)
    if final is None:
        raise Trouble(f"swaks ended with {done.returncode}: {(done.stderr or done.stdout)[-600:]}")
    return identity, (int(final[0]), final[1])


NAIL = """\
set v15-compat
set mta=smtp://{login}:{password}@127.0.0.1:{port}
set smtp-use-starttls smtp-auth=plain
set tls-verify=ignore
set from="{name} <{address}>"
set reply-to-honour=yes
set sendwait quote indentprefix="> "
set sendcharsets=utf-8 ttycharset=utf-8
unset save
"""


def by_nail(desk, person, received, text, identity):
    """Its `reply` to the mail in a Maildir, with the original quoted; it makes the Message-ID itself."""
    with tempfile.TemporaryDirectory(prefix="ticketmilter-nail-") as root:
        box = os.path.join(root, "box")
        for name in ("new", "cur", "tmp"):
            os.makedirs(os.path.join(box, name))
        with open(os.path.join(box, "new", "1.one.host"), "wb") as out:
            out.write(received.raw)
        rc = os.path.join(root, "mailrc")
        with open(rc, "w", encoding="utf-8") as out:
            out.write(NAIL.format(login=person.login, password=person.password, port=desk.submission_port,
                                  name=person.name, address=person.address))
        # To the writer and to all who got it, as `reply all' does.
        done = subprocess.run([PROGRAMS["s-nail"], "-:u", "-#", "-f", f"maildir://{box}"],
                              input=f"reply 1\n{text}\n~.\nxit\n", check=False, text=True, capture_output=True,
                              timeout=60, cwd=root, env={**os.environ, "MAILRC": rc, "HOME": root, "TERM": "dumb"})
    refused = re.search(r"(\d{3}) (\d\.\d\.\d.*)", done.stderr)
    return None, (int(refused[1]), refused[2]) if refused else (250 if done.returncode == 0 else 0, done.stderr)


def alternative(person, received, text, identity, html=None, to=None):
    """What a program with a formatted view writes: text and HTML, both with the original quoted."""
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    answered, references = thread(received)
    message["From"] = f"{person.name} <{person.address}>"
    message["To"] = to or reply_address(received)
    message["Subject"] = subject_of(received)
    message["Date"] = email.utils.localtime()
    message["Message-ID"] = identity
    message["In-Reply-To"], message["References"] = answered, references
    for field in talkative(person):
        name, _, value = field.partition(": ")
        message[name] = value
    message.set_content(f"{text}\n\n{quoted(received)}")
    shown = "".join(f"<div>{line or '<br>'}</div>\n" for line in (html or text).splitlines())
    message.add_alternative(f"<html><head><title>x</title></head><body>\n{shown}"
                            f"<blockquote type=\"cite\">{quoted(received).replace('<', '&lt;')}</blockquote>\n"
                            "</body></html>\n", subtype="html")
    return message


def by_python(desk, person, received, text, identity):
    message = alternative(person, received, text, identity)
    return identity, desk.submit(person, message.as_bytes(), reply_address(received))


WRITERS = {"swaks": by_swaks, "s-nail": by_nail, "python": by_python}
