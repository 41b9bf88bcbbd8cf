#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""An agent whom his client certificate proves, through a real Postfix that asks for one; what it has not verified
proves nobody."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import agentdesk  # noqa: E402
import opendkim  # noqa: E402
import programs  # noqa: E402
from agentcase import asks, customers_copy, main, refused, writes  # noqa: E402
from agentdesk import BERT, OLAF  # noqa: E402
from case import check, equal  # noqa: E402

CA, NAME = "Example Staff CA", "bert.certificate"

AGENTS = agentdesk.AGENTS.replace("logins: [bl-2206]", f"certs: [{{subject: {NAME}, issuer: {CA}}}]")


class CertificateDesk(agentdesk.AgentDesk):
    """Postfix knows a CA; another of the same name has signed a certificate of the same name."""

    def __init__(self, *arguments, **keywords):
        super().__init__(*arguments, agents=AGENTS, **keywords)
        self.certificates = {}

    def start(self):
        os.makedirs(self.path("ca"))
        for name, subject, ca in (("staff", NAME, CA), ("forged", NAME, CA), ("colleague", "nobody.certificate", None)):
            self.certificates[name] = self._sign(name, subject, ca)
        self.postfix.settings = {**self.postfix.settings, "smtpd_tls_ask_ccert": "yes",
                                 "smtpd_tls_CAfile": self.path("ca/staff-ca.pem")}
        return super().start()

    def services(self, signer):
        services = super().services(signer)
        with_certificates = services.replace("permit_sasl_authenticated,reject",
                                             "permit_sasl_authenticated,permit_tls_all_clientcerts,reject")
        assert with_certificates != services
        return with_certificates

    def _sign(self, name, subject, ca):
        """By a CA of its own named `ca`; None: by the first one."""
        own, signed = self.path(f"ca/{name}"), self.path(f"ca/{name if ca else 'staff'}-ca")
        if ca:
            opendkim.run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={ca}",
                         "-keyout", f"{signed}.key", "-out", f"{signed}.pem")
        opendkim.run("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/O=Staff Ltd/CN={subject}",
                     "-keyout", f"{own}.key", "-out", f"{own}.csr")
        opendkim.run("openssl", "x509", "-req", "-days", "2", "-in", f"{own}.csr", "-CA", f"{signed}.pem",
                     "-CAkey", f"{signed}.key", "-CAcreateserial", "-out", f"{own}.pem")
        return f"{own}.pem", f"{own}.key"

    def hands_in(self, received, name, identity, text, **keywords):
        message = writes(received, text, BERT, identity)
        return self.submit(keywords.pop("person", BERT), message, programs.reply_address(received), BERT.address,
                           certificate=self.certificates.get(name), **keywords)


def a_verified_one_is_an_agent(desk):
    number, received = asks(desk, "verified", box=BERT.box)
    answer = desk.hands_in(received, "staff", "<verified-1@staff.example>", "It is repaired.", login=False)
    equal(answer[0], 250, f"Postfix's answer ({answer[1]})")
    copy = customers_copy(desk, number)
    equal(str(copy.header("From")), "Bert via Example Support <support@example.com>", "From")
    ticket = desk.show(number)
    equal([event["actor"] for event in ticket["events"] if event["action"] == "message"], ["agent:bert"],
          "whose message it is")
    check(not any(word.encode() in copy.raw for word in (CA, NAME)), f"what is in the certificate, in {copy.raw!r}")
    equal((ticket["messages"][-1]["direction"], ticket["status"]), ("out", "waiting"), "message, status")


def others_prove_nothing(desk):
    """Forged, of somebody whom the desk does not know, or none: what may hand in by a login is no agent."""
    number, received = asks(desk, "others", box=BERT.box)
    for name in "forged", "colleague", "none":
        refused(desk, number, lambda name=name: desk.hands_in(received, name, f"<others-{name}@staff.example>", "Done.",
                                                              person=OLAF), "not logged in", "NOT sent")
    equal(desk.hands_in(received, "forged", "<others-5@staff.example>", "It is repaired.", login=False)[0], 554,
          "Postfix's answer to the forged one without a login")


if __name__ == "__main__":
    main(a_verified_one_is_an_agent, others_prove_nothing, make=CertificateDesk)
