# SPDX-License-Identifier: BSD-2-Clause
"""contrib/postfix as it is shipped, and another mail server, which verifies what it gets."""
import os
import re

from case import check
from postfix import Postfix, wait_until

CONTRIB = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "contrib", "postfix")
NAME = "mx.elsewhere.example"


def shipped(name):
    """The lines of a file of contrib/postfix that say something."""
    with open(os.path.join(CONTRIB, name), encoding="ascii") as file:
        return [line.rstrip("\n") for line in file if line.strip() and not line.startswith("#")]


def with_sockets(text, sockets):
    for name, socket in sockets.items():
        text = text.replace(f"unix:{name.replace('_', '-')}/milter.sock", socket)
    return text


def shipped_settings(**sockets):
    """contrib/postfix/main.cf, with the sockets of this test."""
    text = with_sockets(re.sub(r"\n\s+", " ", "\n".join(shipped("main.cf"))), sockets)
    return dict(re.split(r"\s*=\s*", line, maxsplit=1) for line in text.splitlines())


def shipped_services(port, **sockets):
    """The submission service of contrib/postfix/master.cf and its cleanup, on a port of this test."""
    text = with_sockets(re.sub(r"\n\s+", " ", "\n".join(shipped("master.cf"))), sockets)
    wanted = [line for line in text.splitlines() if line.split()[0] in ("submission", "subcleanup")]
    return "".join(f"{line}\n" for line in wanted).replace("submission inet", f"127.0.0.1:{port} inet", 1).replace(
        "/etc/postfix/submission_header_checks", os.path.abspath(os.path.join(CONTRIB, "submission_header_checks")))


def own_mail_service(port):
    """The service of contrib/postfix/master.cf that the desk hands its own mail to, on a port of this test."""
    text = re.sub(r"\n\s+", " ", "\n".join(shipped("master.cf")))
    [line] = [line for line in text.splitlines() if line.startswith("127.0.0.1:10587 ")]
    return line.replace("127.0.0.1:10587", f"127.0.0.1:{port}") + "\n"


def verifier_settings(public_keys):
    """Of an OpenDKIM that finds the public keys in a file."""
    return {"Mode": "v", "TestPublicKeys": public_keys, "AuthservID": NAME, "AlwaysAddARHeader": "yes"}


class Outside:
    """Another mail server: OpenDKIM writes its verdict on what comes in.  `addresses`: {address: mailbox}."""

    def __init__(self, root, verifier, addresses):
        self.postfix = Postfix(root, aliases={address: f"{box}@mailbox.example" for address, box in addresses.items()},
                               boxes=tuple(addresses.values()),
                               settings={"smtpd_milters": verifier.address, "non_smtpd_milters": "",
                                         "myhostname": NAME})
        os.makedirs(root)

    def transport_maps(self):
        """For main.cf of who sends to it."""
        domains = sorted({address.rpartition("@")[2] for address in self.postfix.aliases})
        routes = ", ".join(f"{{{domain} = smtp:[127.0.0.1]:{self.postfix.port}}}" for domain in domains)
        return f"inline:{{ {routes} }}"

    def delivered(self, message_id, box="agents", count=1):
        """The last of so many copies."""
        def find():
            found = [copy for copy in self.postfix.deliveries(box) if copy.header("Message-ID") == message_id]
            return len(found) >= count and found
        return wait_until(find, f"{message_id} at the other server", 60)[-1]


def verdicts(copy):
    """{domain: verdict} of the verifying server."""
    found = {}
    for field in copy.headers("Authentication-Results"):
        check(field.startswith(f"{NAME};"), f"whose verdict: {field}")
        for verdict, rest in re.findall(r"dkim=(\w+)([^;]*)", field):
            domain = re.search(r"header\.d=(\S+)", rest)
            found[domain.group(1) if domain else ""] = verdict
    return found
