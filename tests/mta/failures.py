#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""When the desk can't do its work, the sender is asked to come again, and then it is done once.  The database
lies on a small tmpfs in a mount namespace of this test's own, so that the disk can be filled."""
import os
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from case import SKIPPED, check, equal, mail, main, n_messages, opens, unable  # noqa: E402
from desk import Desk  # noqa: E402
from tap import Tap  # noqa: E402

# Short, so that a daemon that does not answer is given up soon.
TIMEOUTS = {"milter_connect_timeout": "8s", "milter_command_timeout": "8s", "milter_content_timeout": "8s"}


class SmallDisk(Desk):
    def __init__(self):
        super().__init__(settings=TIMEOUTS)
        os.makedirs(self.data)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40M", "tmpfs", self.data], check=True)

    def close(self):
        try:
            self.stop()
        finally:
            subprocess.run(["umount", "--lazy", self.data], check=True)
            super().close()


def comes_again(desk, message):
    """A refused message's second try opens its ticket."""
    number = opens(desk, message)
    equal(n_messages(desk, number), 1, "messages of the ticket")


def fault_7_no_milter(desk):
    message = mail(subject="nobody there", message_id="<absent@acme.example>")
    equal(desk.stop_daemon(), 0, "the daemon's exit status")
    equal(desk.send(message)[0], 451, "Postfix's answer")
    desk.start_daemon()
    comes_again(desk, message)


def fault_7_milter_killed(desk):
    kept = opens(desk, mail(subject="kept", message_id="<kept@acme.example>"))
    desk.kill_daemon()
    message = mail(subject="killed", message_id="<killed@acme.example>")
    equal(desk.send(message)[0], 451, "Postfix's answer")
    desk.start_daemon()
    equal(n_messages(desk, kept), 1, "messages of the ticket before the kill")
    comes_again(desk, message)


def fault_7_killed_at_end_of_message(desk):
    message = mail(subject="at its end", message_id="<end@acme.example>")
    with Tap(desk.socket) as tap:
        tap.before["E"] = desk.kill_daemon
        equal(desk.send(message)[0], 451, "Postfix's answer")
        equal(tap.commands["E"], 1, "messages that came to their end")
    desk.start_daemon()
    comes_again(desk, message)


def fault_19_milter_frozen(desk):
    message = mail(subject="frozen", message_id="<frozen@acme.example>")
    desk.daemon.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, desk.daemon.pid, os.WSTOPPED)  # each thread stops when it is scheduled next
    try:
        equal(desk.send(message)[0], 451, "Postfix's answer")
    finally:
        desk.daemon.send_signal(signal.SIGCONT)
    comes_again(desk, message)


def fault_5_disk_full(desk):
    opens(desk, mail(subject="with room", message_id="<room@acme.example>"))
    filler = os.path.join(desk.data, "filler")
    with open(filler, "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(65536))
        except OSError:
            pass
        try:
            while True:
                file.write(bytes(512))
        except OSError:
            pass
    message = mail(subject="no room", message_id="<full@acme.example>", body="line\n" * 20000)
    try:
        answers = [desk.send(message)[0] for _ in range(3)]
        equal(answers, [451] * 3, "Postfix's answers with a full disk")
        check(desk.daemon.poll() is None, "the daemon lives on")
        equal([ticket for ticket in desk.tickets() if ticket["subject"] == "no room"], [],
              "tickets; and reading goes on")
    finally:
        os.remove(filler)
    comes_again(desk, message)


if __name__ == "__main__":
    if unable() is None and "PRIVATE_MOUNTS" not in os.environ:
        if subprocess.run(["unshare", "--mount", "true"], check=False, stderr=subprocess.DEVNULL).returncode != 0:
            print("skipped: no mount namespace can be made here")
            sys.exit(SKIPPED)
        os.environ["PRIVATE_MOUNTS"] = "1"
        os.execvp("unshare", ["unshare", "--mount", *sys.orig_argv])
    sys.exit(main(fault_7_no_milter, fault_7_milter_killed, fault_7_killed_at_end_of_message,
                  fault_19_milter_frozen, fault_5_disk_full, make=SmallDisk))
