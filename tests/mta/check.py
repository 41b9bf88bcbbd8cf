#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""`ticketctl mta check` on a real Postfix: fine as the README has it, and what it tells to set makes a bare one so."""
import json
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from case import accepted, check, equal, mail, main  # noqa: E402
from desk import Desk  # noqa: E402
from postfix import free_port, wait_until  # noqa: E402

OURS = "unix:ticketmilter/milter.sock"
ASKED = ["smtpd_milters", "non_smtpd_milters", "recipient_delimiter", "propagate_unmatched_extensions",
         "internal_mail_filter_classes"]


class BareDesk(Desk):
    """Its Postfix can be given another main.cf, in a directory of its own."""

    def __init__(self, build="."):
        super().__init__(build)
        self.submit_port = free_port()
        self.postfix.services += f"127.0.0.1:{self.submit_port} inet n - y - - smtpd -o smtpd_milters=\n"

    def copy(self, name, settings=(), without=()):
        directory = os.path.join(self.root, name)
        shutil.copytree(self.postfix.config, directory)
        with open(os.path.join(directory, "main.cf"), "w", encoding="utf-8") as out:
            out.writelines(f"{key} = {value}\n" for key, value in {**self.postfix.main_cf(), **dict(settings)}.items()
                           if key not in without)
        return directory

    def check(self, directory):
        done = self.ctl_run("--json", "mta", "check", "--config-dir", directory)
        found = json.loads(done.stdout)
        equal((done.returncode, found["ok"]), (0, True) if found["ok"] else (78, False), "exit code")
        return found["findings"]


def as_the_readme_has_it(desk):
    equal(desk.ctl("mta", "check", "--config-dir", desk.postfix.config), "ok\n", "what it says")


def the_fixes_make_it_fine(desk):
    bare = desk.copy("bare it's", {"milter_protocol": "2", "milter_content_timeout": "5s",
                                   "milter_default_action": "accept"}, without=ASKED)
    findings = desk.check(bare)
    equal({finding["parameter"] for finding in findings},
          {"smtpd_milters", "non_smtpd_milters", "recipient_delimiter", "propagate_unmatched_extensions",
           "internal_mail_filter_classes", "milter_protocol", "milter_content_timeout", "milter_default_action"},
          "parameters")
    for finding in findings:
        subprocess.run(["sh", "-c", finding["fix"]], check=True)
    equal(desk.check(bare), [], "findings after the fixes")


def the_chroot_counts(desk):
    whole = desk.copy("whole", {"smtpd_milters": f"unix:{desk.socket}"})
    equal([(finding["parameter"], finding["fix"]) for finding in desk.check(whole)],
          [("smtpd_milters", f"postconf -c {whole} -e 'smtpd_milters = {OURS}'".replace(whole, f"'{whole}'"))],
          "findings of a chrooted smtpd")
    subprocess.run(["postconf", "-c", whole, "-F", f"127.0.0.1:{desk.postfix.port}/inet/chroot=n"], check=True)
    equal(desk.check(whole), [], "findings of one that is not")


def a_service_of_its_own(desk):
    own = desk.copy("own")
    with open(os.path.join(own, "master.cf"), "a", encoding="utf-8") as out:
        out.write("submission inet n - y - - smtpd -o { smtpd_milters = inet:127.0.0.1:8891 }\n")
    equal([(finding["severity"], finding["parameter"], finding["value"]) for finding in desk.check(own)],
          [("warning", "submission/inet/smtpd_milters", "inet:127.0.0.1:8891")], "findings")


def saved_output_is_the_same(desk):
    directory = desk.copy("saved", without=["recipient_delimiter"])
    text = "".join(subprocess.run(["postconf", "-c", directory, word], check=True, stdout=subprocess.PIPE,
                                  text=True).stdout for word in ("-x", "-M", "-Px"))
    path = os.path.join(desk.root, "postconf.txt")
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    done = desk.ctl_run("mta", "check", "--postconf", path)
    equal((done.returncode, done.stdout.decode().splitlines()[-1].strip()),
          (78, "postconf -e 'recipient_delimiter = +'"), "exit code and fix")


def what_it_warns_of_is_true(desk):
    """With `accept` and no desk, mail passes and is no ticket."""
    desk.postfix.reconfigure({"milter_default_action": "accept"})
    try:
        found = [finding["what"] for finding in desk.check(desk.postfix.config)]
        check(len(found) == 1 and "without becoming a ticket" in found[0], f"findings: {found}")
        desk.stop_daemon()
        accepted(desk.send(mail(subject="lost", message_id="<lost@acme.example>")))
        desk.delivered("<lost@acme.example>")
        wait_until(desk.postfix.queue_is_empty, "an empty queue")
    finally:
        desk.start_daemon()
    equal([ticket for ticket in desk.tickets() if ticket["subject"] == "lost"], [], "tickets")


if __name__ == "__main__":
    sys.exit(main(as_the_readme_has_it, the_fixes_make_it_fine, the_chroot_counts, a_service_of_its_own,
                  saved_output_is_the_same, what_it_warns_of_is_true, make=BareDesk))
