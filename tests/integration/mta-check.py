#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""`ticketctl mta check` on what postconf says of many a Postfix; tests/mta/check.py asks a real one."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

PROGRAM = os.path.abspath("ticketctl")
SANITIZERS = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}

CONFIGURATION = """\
instance: example
socket: {socket}
limits: {{deadline: 20s}}
max_size: 50M
queues:
  support: {{addresses: [support@example.com]}}
"""
SOCKET = "unix:/var/spool/postfix/ticketmilter/milter.sock"
OURS = "unix:ticketmilter/milter.sock"

# A Postfix that is as it should be; `postconf -x`, then -M, then -Px.
GOOD = f"""\
internal_mail_filter_classes = bounce
message_size_limit = 10240000
milter_connect_macros = j {{daemon_name}} {{daemon_addr}} v _
milter_content_timeout = 300s
milter_data_macros = i
milter_default_action = tempfail
milter_end_of_data_macros = i
milter_mail_macros = i {{auth_type}} {{auth_authen}} {{auth_author}} {{mail_addr}} {{mail_host}} {{mail_mailer}}
milter_protocol = 6
non_smtpd_milters = {OURS}
propagate_unmatched_extensions = canonical
queue_directory = /var/spool/postfix
receive_override_options =
recipient_delimiter = +
smtpd_milters = {OURS}
smtp       inet  n       -       y       -       -       smtpd
submission inet  n       -       y       -       -       smtpd -o syslog_name=postfix/submission
127.0.0.1:10587 inet n   -       y       -       -       smtpd -o smtpd_milters=
cleanup    unix  n       -       y       -       0       cleanup
127.0.0.1:10587/inet/smtpd_milters =
submission/inet/syslog_name = postfix/submission
"""

# {parameter: value} that differ; {parameter: what the finding must say}, and its fix; socket of ticketmilter.yaml.
ERRORS = [
    ({"smtpd_milters": ""}, "smtpd_milters", "does not name", f"smtpd_milters = {OURS}", SOCKET),
    ({"smtpd_milters": "inet:127.0.0.1:8891"}, "smtpd_milters", "does not name",
     f"smtpd_milters = inet:127.0.0.1:8891 {OURS}", SOCKET),
    ({"smtpd_milters": "{ inet:h:8891, connect_timeout = 3s }, unix:ticketmilter/milter.sock2"}, "smtpd_milters",
     "does not name", f"smtpd_milters = {{ inet:h:8891, connect_timeout = 3s }}, unix:ticketmilter/milter.sock2 {OURS}",
     SOCKET),
    # chroot: the whole path is right for nobody but those outside
    ({"smtpd_milters": SOCKET}, "smtpd_milters", "below /var/spool/postfix", f"smtpd_milters = {OURS}", SOCKET),
    ({"smtpd_milters": "{inet:h:8891,default_action=accept} " + SOCKET}, "smtpd_milters", "below /var/spool/postfix",
     "smtpd_milters = {inet:h:8891,default_action=accept} " + OURS, SOCKET),
    ({"non_smtpd_milters": ""}, "non_smtpd_milters", "cron", f"non_smtpd_milters = {OURS}", SOCKET),
    ({"milter_default_action": "accept"}, "milter_default_action", "without becoming a ticket",
     "milter_default_action = tempfail", SOCKET),
    ({"milter_default_action": "reject"}, "milter_default_action", "refused for good",
     "milter_default_action = tempfail", SOCKET),
    ({"milter_default_action": "quarantine"}, "milter_default_action", "does not wait",
     "milter_default_action = tempfail", SOCKET),
    ({"smtpd_milters": f"{{ {OURS}, default_action=accept }}"}, "smtpd_milters", "default_action of the desk: accept",
     None, SOCKET),
    ({"milter_protocol": "2"}, "milter_protocol", "version 6", "milter_protocol = 6", SOCKET),
    ({"milter_content_timeout": "20s"}, "milter_content_timeout", "not longer", "milter_content_timeout = 300s",
     SOCKET),
    ({"milter_content_timeout": "nonsense"}, "milter_content_timeout", "not longer", "milter_content_timeout = 300s",
     SOCKET),
    ({"recipient_delimiter": ""}, "recipient_delimiter", "unknown users", "recipient_delimiter = +", SOCKET),
    ({"recipient_delimiter": "-"}, "recipient_delimiter", "unknown users", "recipient_delimiter = -+", SOCKET),
    ({"propagate_unmatched_extensions": "canonical, virtual"}, "propagate_unmatched_extensions", "other hosts",
     "propagate_unmatched_extensions = canonical", SOCKET),
    ({"propagate_unmatched_extensions": "alias"}, "propagate_unmatched_extensions", "other hosts",
     "propagate_unmatched_extensions = canonical", SOCKET),
    ({"internal_mail_filter_classes": ""}, "internal_mail_filter_classes", "bounces",
     "internal_mail_filter_classes = bounce", SOCKET),
    ({"internal_mail_filter_classes": "notify"}, "internal_mail_filter_classes", "bounces",
     "internal_mail_filter_classes = notify bounce", SOCKET),
    ({"receive_override_options": "no_address_mappings, no_milters"}, "receive_override_options", "nothing becomes",
     "receive_override_options = ", SOCKET),
    # other sockets
    ({"non_smtpd_milters": "inet:127.0.0.1:8890"}, "smtpd_milters", "does not name",
     f"smtpd_milters = {OURS} inet:127.0.0.1:8890", "inet:8890@127.0.0.1"),
    ({"non_smtpd_milters": "inet:localhost:8890"}, "smtpd_milters", "does not name",
     f"smtpd_milters = {OURS} inet:[::1]:8890", "inet6:8890@::1"),
    ({"smtpd_milters": "unix:/run/desk.sock", "non_smtpd_milters": "unix:/run/desk.sock",
      "cleanup": "unix  n - n - 0 cleanup"}, "smtpd_milters", "is not below it", None, "unix:/run/desk.sock"),
    ({"smtpd_milters": "", "non_smtpd_milters": OURS}, "smtpd_milters", "does not name", None, "fd:3"),
]

# Right, with what may be said of it: (differences, socket, (parameter, words of the warning) or None)
FINE = [
    ({}, SOCKET, None),
    ({"smtpd_milters": f"inet:127.0.0.1:8891, {OURS} ,inet:127.0.0.1:8892"}, SOCKET, None),
    ({"smtpd_milters": f"{{ {OURS}, default_action = tempfail }}",
      "non_smtpd_milters": f"{{{OURS},default_action=tempfail}}",
      "milter_default_action": "accept"}, SOCKET, None),
    ({"smtpd_milters": "unix:/ticketmilter//milter.sock"}, SOCKET, None),
    ({"smtpd_milters": SOCKET, "smtp": "inet n - n - - smtpd", "submission": "inet n - - - - smtpd"}, SOCKET, None),
    ({"milter_content_timeout": "1m"}, SOCKET, None),
    ({"recipient_delimiter": "+-"}, SOCKET, None),
    ({"propagate_unmatched_extensions": "canonical, generic"}, SOCKET, None),
    ({"propagate_unmatched_extensions": ""}, SOCKET, None),
    ({"smtpd_milters": "inet:localhost:8890", "non_smtpd_milters": "inet:127.0.0.1:8890"}, "inet:8890@127.0.0.1", None),
    ({"smtpd_milters": "", "smtp/inet/smtpd_milters": OURS, "submission/inet/smtpd_milters": OURS}, SOCKET, None),
    ({"submission/inet/smtpd_milters": "inet:127.0.0.1:8891"}, SOCKET,
     ("submission/inet/smtpd_milters", "makes no ticket")),
    ({"submission/inet/receive_override_options": "no_milters"}, SOCKET,
     ("submission/inet/receive_override_options", "makes no ticket")),
    ({"submission/inet/smtpd_sasl_auth_enable": "yes"}, SOCKET,
     ("submission/inet/cleanup_service_name", "customers read")),
    ({"submission/inet/smtpd_sasl_auth_enable": "yes", "submission/inet/cleanup_service_name": "subcleanup"}, SOCKET,
     None),
    ({"message_size_limit": "0"}, SOCKET, ("message_size_limit", "without attachments")),
    ({"message_size_limit": "104857600"}, SOCKET, ("message_size_limit", "without attachments")),
    ({"milter_mail_macros": "i {auth_type}"}, SOCKET, ("milter_mail_macros", "{auth_authen}")),
    ({"milter_mail_macros": "{auth_authen}"}, SOCKET, ("milter_mail_macros", "lacks i")),
    ({"milter_connect_macros": ""}, SOCKET, ("milter_connect_macros", "lacks j")),
    ({"milter_data_macros": ""}, SOCKET, ("milter_data_macros", "lacks i")),
    ({"smtpd_milters": "unix:anything"}, "fd:3", ("smtpd_milters", "ListenStream")),
]

AGENT = """\
agents:
  anna: {addresses: [anna@example.com]}
  bert: {addresses: [bert@example.com], certs: [{subject: Bert, issuer: Example CA}]}
"""
ASKED = {"smtpd_tls_ask_ccert": "yes"}

# As FINE, for a desk that knows an agent by his certificate: (differences, parameter of the warning or None, its fix)
CERTIFICATES = [
    ({}, "smtpd_tls_ask_ccert", "smtpd_tls_ask_ccert = yes"),
    ({"smtpd_tls_ask_ccert": "no"}, "smtpd_tls_ask_ccert", "smtpd_tls_ask_ccert = yes"),
    (ASKED, None, None),
    ({"smtpd_tls_req_ccert": "yes"}, None, None),
    ({"submission/inet/smtpd_tls_ask_ccert": "yes"}, None, None),
    ({**ASKED, "milter_macro_v": "Postfix 3.7.11"}, None, None),
    ({**ASKED, "milter_macro_v": "Mail 1"}, "milter_macro_v", "milter_macro_v = Postfix $mail_version"),
]


def changed(differences):
    """GOOD with other values; a service's name stands for its line in master.cf."""
    text = GOOD
    for name, value in differences.items():
        if re.search(rf"(?m)^{name} +(inet|unix) ", text):
            text = re.sub(rf"(?m)^{name} +(inet|unix) .*$", f"{name} {value}", text)
        else:
            text = re.sub(rf"(?m)^{re.escape(name)} =.*\n", "", text) + f"{name} = {value}\n"
    return text


class MtaCheck(unittest.TestCase):
    def setUp(self):
        self.root = tempfile.mkdtemp(prefix="ticketctl-mta-")
        self.addCleanup(shutil.rmtree, self.root)

    def write(self, name, text):
        path = os.path.join(self.root, name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        return path

    def run_ctl(self, *words, socket=SOCKET, more=""):
        config = self.write("ticketmilter.yaml", CONFIGURATION.format(socket=socket) + more)
        return subprocess.run([PROGRAM, "-c", config, *words], capture_output=True, check=False,
                              env={"PATH": "/nowhere", **SANITIZERS})

    def check(self, text, socket, **keywords):
        done = self.run_ctl("--json", "mta", "check", "--postconf", self.write("postconf", text), socket=socket,
                            **keywords)
        found = json.loads(done.stdout)
        errors = [finding for finding in found["findings"] if finding["severity"] == "error"]
        self.assertEqual((done.returncode, found["ok"]), (78, False) if errors else (0, True), done.stderr)
        return found["findings"]

    def test_errors(self):
        for differences, parameter, words, setting, socket in ERRORS:
            with self.subTest(differences=differences, socket=socket):
                findings = self.check(changed(differences), socket)
                found = [(finding["what"], finding["fix"]) for finding in findings
                         if (finding["severity"], finding["parameter"]) == ("error", parameter)]
                self.assertEqual(len(found), 1, findings)
                self.assertIn(words, found[0][0])
                self.assertEqual(found[0][1], None if setting is None else f"postconf -e '{setting}'")

    def test_one_thing_wrong_is_one_finding(self):
        for differences, parameter, _, _, socket in ERRORS:
            if socket == SOCKET:
                with self.subTest(differences=differences):
                    self.assertEqual([finding["parameter"] for finding in self.check(changed(differences), socket)],
                                     [parameter])

    def test_fine(self):
        for differences, socket, warning in FINE:
            with self.subTest(differences=differences, socket=socket):
                found = [(finding["severity"], finding["parameter"], finding["what"])
                         for finding in self.check(changed(differences), socket)]
                self.assertEqual([entry[:2] for entry in found], [] if warning is None else [("warning", warning[0])])
                if warning is not None:
                    self.assertIn(warning[1], found[0][2])

    def test_certificates(self):
        """What they need of Postfix is said to who uses them."""
        for differences, parameter, fix in CERTIFICATES:
            with self.subTest(differences=differences):
                text = changed(differences)
                found = [(finding["severity"], finding["parameter"], finding["fix"])
                         for finding in self.check(text, SOCKET, more=AGENT)]
                self.assertEqual(found, [] if parameter is None else [("warning", parameter, f"postconf -e '{fix}'")])
                self.assertEqual(self.check(text, SOCKET), [])

    def test_without_master_cf(self):
        text = GOOD[:GOOD.index("smtp  ")]
        self.assertEqual(self.check(text, SOCKET), [])
        self.assertEqual(len(self.check(text.replace(f"\nsmtpd_milters = {OURS}", "\nsmtpd_milters ="), SOCKET)), 1)

    def test_text(self):
        good = self.run_ctl("mta", "check", "--postconf", self.write("postconf", GOOD))
        self.assertEqual((good.returncode, good.stdout, good.stderr), (0, b"ok\n", b""))
        text = changed({"milter_protocol": "2", "milter_data_macros": "", "smtpd_milters": "unix:it's"})
        bad = self.run_ctl("mta", "check", "--postconf", self.write("postconf", text))
        self.assertEqual(bad.stdout.decode(), f"""\
smtpd_milters: does not name the desk's socket: mail from outside does not become tickets
    postconf -e 'smtpd_milters = unix:it'\\''s {OURS}'
milter_protocol: the desk speaks version 6 of the milter protocol and no older one
    postconf -e 'milter_protocol = 6'
milter_data_macros: warning: lacks i, the queue ID; this Postfix is asked for it by the desk itself, an older one \
would not be
    postconf -e 'milter_data_macros = i'
""")
        self.assertEqual((bad.returncode, bad.stderr.decode()),
                         (78, "ticketctl: Postfix: 2 settings are missing or wrong: set them as shown, then reload "
                              "Postfix\n"))

    def test_bad_input(self):
        empty, odd = self.write("empty", ""), os.path.join(self.root, "odd")
        with open(odd, "wb") as out:
            out.write(b"\xff=\x00\n{ =\nsmtpd_milters = {{\n a b c d e f g h\n" + b"=" * 70000)
        for words, code, said in (
            (["--postconf", empty], 65, "not what postconf says"),
            (["--postconf", odd], 65, "not what postconf says"),
            (["--postconf", os.path.join(self.root, "gone")], 66, "cannot be read"),
            (["--postconf", empty, "--config-dir", self.root], 64, "give one of them"),
            (["--config-dir", "/nowhere/at all"], 78 if shutil.which("postconf", path="/usr/sbin") else 66, "postconf"),
            (["--confg-dir", "x"], 64, "did you mean `--config-dir`?"),
        ):
            with self.subTest(words=words):
                done = self.run_ctl("mta", "check", *words)
                self.assertEqual((done.returncode, done.stdout), (code, b""), done.stderr)
                self.assertRegex(done.stderr.decode(), r"^ticketctl: [^\n]+\n$")
                self.assertIn(said, done.stderr.decode())


if __name__ == "__main__":
    unittest.main()
