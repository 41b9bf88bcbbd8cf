#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Socket activation: who starts the daemon holds the socket of the milter and passes it on as descriptor 3."""
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import case  # noqa: E402
import desk as desks  # noqa: E402
from case import accepted, check, equal, mail, main, opens  # noqa: E402
from postfix import wait_until  # noqa: E402

ACTIVATE = "systemd-socket-activate"


class Activated(desks.Desk):
    """As ticketmilter.socket and ticketmilter.service have it: the first connection starts the daemon."""

    def start_daemon(self):
        environment = {**os.environ, **desks.SANITIZERS}
        # It hands on no more of its environment than it is told to.
        passed = [word for name in desks.SANITIZERS for word in ("-E", name)]
        with open(self.log, "ab") as log:
            self.daemon = subprocess.Popen(
                [ACTIVATE, "-l", self.socket, *passed, self.programs["ticketmilter"], "-f", "-p", "fd:3", "-c",
                 self.config], stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                env=environment, cwd="/", **self._as_user())
        wait_until(lambda: os.path.exists(self.socket), "the socket")
        os.chmod(self.socket, 0o660)  # its group is the directory's

    def is_running(self):
        return "started on fd:3" in self.log_text()


def the_first_mail_starts_it(desk):
    accepted(desk.send(mail("The first one")))
    check(desk.is_running(), "the daemon did not start on descriptor 3")
    with open(f"/proc/{desk.daemon.pid}/limits", encoding="ascii") as limits:
        [core] = [line.split() for line in limits if line.startswith("Max core file size")]
    equal(core[4:6], ["0", "0"], "the largest core dump")
    equal([ticket["subject"] for ticket in desk.tickets()], ["The first one"], "the subjects")


def a_reload_keeps_the_socket(desk):
    desk.ctl("reload")
    opens(desk, mail("After a reload"))


def its_end_leaves_the_socket(desk):
    """Who holds it starts the desk again; removed, it would be there for nobody."""
    equal(desk.stop_daemon(), 0, "the daemon's exit status")
    check(os.path.exists(desk.socket), "the daemon removed a socket that is not its own")


if __name__ == "__main__":
    if shutil.which(ACTIVATE) is None:
        print(f"skipped: {ACTIVATE} is missing: apt-get install systemd")
        sys.exit(case.SKIPPED)
    sys.exit(main(the_first_mail_starts_it, a_reload_keeps_the_socket, its_end_leaves_the_socket,
                  make=Activated))
