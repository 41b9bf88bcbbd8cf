# SPDX-License-Identifier: BSD-2-Clause
"""What the tests on a real Postfix share: mails, checks, and a main() that ends everything it started."""
import os
import signal
import sys
import time
import traceback

import postfix

SKIPPED = 77  # automake's exit status for a skipped test


def mail(subject="Printer does not print", sender="Eve <eve@acme.example>", to="support@example.com",
         body="It stopped this morning.", message_id=None, date="Fri, 20 Nov 2026 10:00:00 +0100", fields=()):
    """A small message; None leaves a field out."""
    named = [("From", sender), ("To", to), ("Subject", subject), ("Date", date), ("Message-ID", message_id)]
    lines = [f"{name}: {value}" for name, value in named if value is not None]
    return "\n".join([*lines, *fields, "", body, ""])


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def equal(got, wanted, what):
    check(got == wanted, f"{what}: got {got!r}, wanted {wanted!r}")


def unable():
    """Why no private Postfix can run here, or None."""
    if os.geteuid() != 0:
        return "only root can start a chrooted Postfix"
    missing = postfix.missing_program()
    return f"{missing} is missing: apt-get install postfix" if missing else None


def accepted(answer):
    equal(answer[0], 250, f"Postfix's answer ({answer[1]})")


def opens(desk, message, recipients="support@example.com", sender="eve@acme.example"):
    """Sends a message that has to open one ticket, and returns its number."""
    numbers = desk.opened_by(lambda: accepted(desk.send(message, recipients, sender)))
    equal(len(numbers), 1, "new tickets")
    return numbers[0]


def opens_none(desk, message, recipients="support@example.com", sender="eve@acme.example"):
    equal(desk.opened_by(lambda: accepted(desk.send(message, recipients, sender))), [], "new tickets")


def n_messages(desk, number):
    return len(desk.show(number)["messages"])


def _end(signum, _frame):
    sys.exit(128 + signum)


def main(*cases, make):
    """Runs the cases, each with what `make()` made, a context manager.  On a failure the logs are shown."""
    reason = unable()
    if reason:
        print(f"skipped: {reason}")
        return SKIPPED
    for signum in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, _end)
    failures = []
    with make() as desk:
        for case in cases:
            start = time.monotonic()
            try:
                case(desk)
                print(f"ok {case.__name__} ({time.monotonic() - start:.1f} s)", flush=True)
            except Exception:
                failures.append(f"not ok {case.__name__}\n{traceback.format_exc()}")
        status = desk.stop_daemon()
        if status != 0:
            failures.append(f"not ok: the daemon's exit status is {status}")
        if failures:
            print(f"--- Postfix's log\n{desk.postfix.log_text()[-6000:]}")
            print(f"--- the desk's log\n{desk.log_text()[-6000:]}")
    print("\n".join(failures))
    return 1 if failures else 0
