# SPDX-License-Identifier: BSD-2-Clause
"""Dovecot's SASL server alone, for a private Postfix: no mailboxes, no ports, its users in a file."""
import os
import subprocess

from postfix import Trouble, end_process, wait_until

PROGRAM = "/usr/sbin/dovecot"

CONFIGURATION = """\
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
ssl = no
protocols =
auth_mechanisms = plain login
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {root}/users
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home=/nonexistent
}}
service auth {{
  unix_listener {socket} {{
    mode = 0600
    user = postfix
  }}
}}
"""


def missing_package():
    return None if os.access(PROGRAM, os.X_OK) else "dovecot-core"


class Dovecot:
    """One instance under `root`; `socket` is where Postfix asks it, `users` are {login: password}."""

    def __init__(self, root, socket, users):
        self.root, self.socket, self.users = root, socket, users
        self.process = None

    def __enter__(self):
        for name in ("run", "state"):
            os.makedirs(os.path.join(self.root, name), exist_ok=True)
        # Its processes are of several users, and Postfix's must reach nothing but the socket.
        os.chmod(self.root, 0o755)
        path = os.path.join(self.root, "dovecot.conf")
        with open(path, "w", encoding="ascii") as out:
            out.write(CONFIGURATION.format(root=self.root, socket=self.socket))
        with open(os.path.join(self.root, "users"), "w", encoding="ascii") as out:
            out.writelines(f"{login}:{password}\n" for login, password in self.users.items())
        self.process = subprocess.Popen([PROGRAM, "-F", "-c", path], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/",
                                        start_new_session=True)
        try:
            wait_until(self._listens, "Dovecot's socket")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        end_process(self.process)

    def _listens(self):
        if self.process.poll() is not None:
            raise Trouble(f"Dovecot ended with {self.process.returncode}: {self.log_text()[-500:].strip()}")
        return os.path.exists(self.socket)

    def log_text(self):
        try:
            with open(os.path.join(self.root, "log"), encoding="utf-8", errors="replace") as log:
                return log.read()
        except FileNotFoundError:
            return ""
