# SPDX-License-Identifier: BSD-2-Clause
"""A desk whose agents hand in their mail at a submission service: logged in by Dovecot, signed by OpenDKIM behind the
desk, as contrib/postfix has it; and the server of the customers, which verifies."""
import contextlib
import os
import smtplib
import ssl

import dovecot
import opendkim
import outside
from case import equal
from desk import ALIASES, Desk
from postfix import free_port, transaction, wait_until

QUEUES = """\
  support:
    name: Example Support
    addresses: [support@example.com, help@example.com]
    type: problem
    priority: P3
    agents: [anna, bert]
    reply_to: token
    copy_queue: yes
  hosting:
    name: Example Hosting
    addresses: [hosting@example.com]
    type: problem
    priority: P3
    agents: [bert]
    reply_to: token
"""

AGENTS = """\
agents:
  anna: {name: Anna, logins: [al-7931], addresses: [anna.private@staff.example]}
  bert: {name: Bert, logins: [bl-2206], addresses: [bert.private@staff.example]}
"""

PLANS = """\
zone: Europe/Berlin
calendars:
  always: {zone: Europe/Berlin, hours: 24x7}
plans:
  standard:
    calendar: always
    targets:
      P1: {first_response: 30m, next_response: 2h, update: 4h, resolution: 24h}
      P3: {first_response: 4h, next_response: 8h, update: 24h, resolution: 120h}
customers:
  acme: {domains: [acme.example], plan: standard}
  other: {domains: [other.example], plan: standard}
"""


class Person:
    """Somebody who logs in.  What is in `secrets` must reach nobody outside."""

    def __init__(self, name, login, box):
        self.name, self.login, self.box = name, login, box
        self.password = f"secret-of-{login}"
        self.address = f"{name.lower()}.private@staff.example"
        self.host = f"{name.lower()}s-laptop.home.example"
        self.secrets = [self.address, self.login, self.host]


ANNA, BERT, OLAF = (Person(*who) for who in (("Anna", "al-7931", "anna"), ("Bert", "bl-2206", "bert"),
                                             ("Olaf", "ol-4410", "olaf")))
PEOPLE = (ANNA, BERT, OLAF)  # Olaf may log in, and is no agent
CLIENT = "127.0.0.77"        # where they sit

# At the server outside: two who write to the desk as customers, and a friend of the agents'.
OUTSIDERS = {"eve@acme.example": "eve", "carl@acme.example": "carl", "joe@other.example": "joe",
             "fred@friends.example": "fred"}


def missing_package():
    if not os.access("/usr/bin/openssl", os.X_OK):
        return "openssl"
    return dovecot.missing_package() or opendkim.missing_package()


class AgentDesk(Desk):
    def __init__(self, build=".", port=None, more=PLANS, queues=QUEUES, agents=AGENTS, **keywords):
        super().__init__(build, port, more=more + agents, queues=queues, **keywords)
        self.stack = contextlib.ExitStack()
        self.submission_port = free_port()
        self.signers = []
        self.outside = self.dovecot = None

    def path(self, name):
        return os.path.join(self.root, name)

    def start(self):
        os.chmod(self.root, 0o755)  # mkdtemp's is closed to Postfix's daemons
        key = opendkim.Key(self.path("keys"), "example.com", "desk")
        with open(self.path("dns"), "w", encoding="ascii") as out:
            out.write(key.dns_line())
        self.signers = [opendkim.OpenDKIM(self.path("signer"), self._signer_settings(key)),
                        opendkim.OpenDKIM(self.path("verifier"), outside.verifier_settings(self.path("dns")))]
        signer, verifier = (self.stack.enter_context(instance) for instance in self.signers)
        self.outside = outside.Outside(self.path("outside"), verifier, OUTSIDERS)
        self.stack.callback(self.outside.postfix.stop)
        self.outside.postfix.start()
        self._make_certificate()
        mailboxes = " ".join(f"{person.box}@mailbox.example" for person in (ANNA, BERT))
        self.postfix.aliases = {**ALIASES, "support@example.com": mailboxes, "help@example.com": mailboxes,
                                "hosting@example.com": f"{BERT.box}@mailbox.example",
                                **{person.address: f"{person.box}@mailbox.example" for person in PEOPLE}}
        self.postfix.boxes = ("team", "bob", *(person.box for person in PEOPLE))
        self.postfix.settings = {
            **self.postfix.settings,
            "transport_maps": self.outside.transport_maps(),
            "smtpd_tls_cert_file": self.path("tls.pem"), "smtpd_tls_key_file": self.path("tls.key"),
            # The worst of what an administrator may have set, for the tests that look for it outside.
            "smtpd_sasl_authenticated_header": "yes", "smtpd_tls_received_header": "yes",
        }
        self.postfix.services = self.services(signer)
        self.postfix.prepare()
        self.dovecot = self.stack.enter_context(dovecot.Dovecot(
            self.path("dovecot"), os.path.join(self.postfix.queue, "private", "auth"),
            {person.login: person.password for person in PEOPLE}))
        return super().start()

    def services(self, signer):
        return outside.shipped_services(self.submission_port, opendkim_submission=signer.address)

    def stop(self):
        try:
            super().stop()
        finally:
            self.stack.close()

    def _signer_settings(self, key):
        tables = {"keys": [line.replace("/etc/opendkim-desk/desk.private", key.private)
                           for line in outside.shipped("keys")],
                  "signing-submission": outside.shipped("signing-submission")}
        for name, lines in tables.items():
            with open(self.path(f"{name}.table"), "w", encoding="ascii") as out:
                out.writelines(f"{line}\n" for line in lines)
        settings = dict(line.split(maxsplit=1) for line in outside.shipped("opendkim-submission.conf"))
        for name in ("UserID", "UMask"):
            del settings[name]  # sockets of this test are on the loopback interface
        settings["InternalHosts"] = "192.0.2.1"  # clients here are on this host, and the login is to be the reason
        return {name: value.replace("/etc/opendkim-desk/keys", self.path("keys.table"))
                .replace("/etc/opendkim-desk/signing-submission", self.path("signing-submission.table"))
                for name, value in settings.items()}

    def _make_certificate(self):
        opendkim.run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                     "/CN=mx.example.com", "-keyout", self.path("tls.key"), "-out", self.path("tls.pem"))

    def processes(self):
        """The ids of what runs for it."""
        return [self.postfix.master.pid, self.daemon.pid, self.dovecot.process.pid, self.outside.postfix.master.pid,
                *(instance.process.pid for instance in self.signers)]

    def submit(self, person, message, recipients, sender=None, certificate=None, login=True):
        """One message at the submission service, by Python's smtplib: the code and text of Postfix's answer.
        `certificate`: files with a client certificate and its key, which may do without a login."""
        recipients = [recipients] if isinstance(recipients, str) else recipients
        with smtplib.SMTP("127.0.0.1", self.submission_port, local_hostname=person.host, timeout=60,
                          source_address=(CLIENT, 0)) as client:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            if certificate is not None:
                context.load_cert_chain(*certificate)
            client.starttls(context=context)
            if login:
                client.login(person.login, person.password)
            return transaction(client, sender or person.address, recipients, message)

    def opens(self, *arguments, **keywords):
        """`send()` of what has to open one ticket: its number."""
        numbers = self.opened_by(lambda: equal(self.send(*arguments, **keywords)[0], 250, "Postfix's answer"))
        equal(len(numbers), 1, "new tickets")
        return numbers[0]

    def settle(self):
        """Until everything that was sent has arrived."""
        wait_until(self.postfix.queue_is_empty, "the desk's empty queue", 60)
        wait_until(self.outside.postfix.queue_is_empty, "an empty queue outside", 60)

    def outsiders_mail(self):
        """{box: [delivery]} of everything that left."""
        return {box: self.outside.postfix.deliveries(box) for box in OUTSIDERS.values()}
