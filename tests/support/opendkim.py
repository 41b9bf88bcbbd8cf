# SPDX-License-Identifier: BSD-2-Clause
"""OpenDKIM with keys of its own and without DNS: who verifies finds the public keys in a file."""
import base64
import hashlib
import os
import re
import socket
import subprocess

from postfix import Trouble, end_process, free_port, wait_until

NEEDED = {"opendkim": "/usr/sbin/opendkim", "openssl": "/usr/bin/openssl",
          "opendkim-tools": "/usr/sbin/opendkim-genkey"}


def missing_package():
    """The first Debian package that is not there, or None."""
    return next((package for package, path in NEEDED.items() if not os.access(path, os.X_OK)), None)


def run(*command, **keywords):
    done = subprocess.run(command, check=False, capture_output=True, **keywords)
    if done.returncode != 0:
        raise Trouble(f"{command[0]}: {(done.stderr or done.stdout).decode(errors='replace').strip()}")
    return done.stdout


class Key:
    """A key pair for a domain, in `directory`."""

    def __init__(self, directory, domain, selector):
        os.makedirs(directory, exist_ok=True)
        run("/usr/sbin/opendkim-genkey", "-b", "2048", "-d", domain, "-s", selector, "-D", directory)
        self.domain, self.selector = domain, selector
        self.private = os.path.join(directory, f"{selector}.private")
        with open(os.path.join(directory, f"{selector}.txt"), encoding="ascii") as file:
            self.record = "".join(re.findall(r'"([^"]*)"', file.read()))

    def dns_line(self):
        return f"{self.selector}._domainkey.{self.domain} {self.record}\n"

    def sign(self, message):
        """`message` (LF line ends, no folds) with a DKIM-Signature, relaxed/simple (RFC 6376 §3.4), of this key.  Our
        own: opendkim-testmsg signs with SHA-1 alone, which its own keys forbid."""
        head, _, body = message.partition("\n\n")
        names = [line.partition(":")[0] for line in head.split("\n")]
        body_hash = hashlib.sha256((body.rstrip("\n") + "\n").replace("\n", "\r\n").encode()).digest()
        field = (f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple; d={self.domain}; s={self.selector}; "
                 f"h={':'.join(names)}; bh={base64.b64encode(body_hash).decode()}; b=")
        # Of fields with the same name the last one counts first.
        relaxed = [self._relax(line) for line in reversed(head.split("\n"))]
        order = [relaxed.pop(next(i for i, line in enumerate(relaxed) if line.startswith(name.lower() + ":")))
                 for name in names]
        signed = "\r\n".join([*order, self._relax(field)]).encode()
        signature = run("openssl", "dgst", "-sha256", "-sign", self.private, input=signed)
        return f"{field}{base64.b64encode(signature).decode()}\n{message}"

    @staticmethod
    def _relax(line):
        name, _, value = line.partition(":")
        return f"{name.strip().lower()}:{' '.join(value.split())}"


class OpenDKIM:
    """One instance on a loopback port; with `with`, it is ended at the end."""

    def __init__(self, directory, settings):
        self.port = free_port()
        self.process = None
        self.directory = directory
        self.log = os.path.join(directory, "opendkim.log")
        self.settings = {**settings, "Socket": f"inet:{self.port}@127.0.0.1", "RequireSafeKeys": "no",
                         "Background": "no", "PidFile": os.path.join(directory, "pid"), "Syslog": "no"}

    @property
    def address(self):
        return f"inet:127.0.0.1:{self.port}"

    def __enter__(self):
        os.makedirs(self.directory, exist_ok=True)
        path = os.path.join(self.directory, "opendkim.conf")
        with open(path, "w", encoding="ascii") as out:
            out.writelines(f"{name} {value}\n" for name, value in self.settings.items())
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([NEEDED["opendkim"], "-f", "-x", path], stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, cwd="/", start_new_session=True)
        try:
            wait_until(self._listens, "OpenDKIM's socket")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        end_process(self.process)

    def _listens(self):
        if self.process.poll() is not None:
            with open(self.log, encoding="utf-8", errors="replace") as log:
                raise Trouble(f"OpenDKIM ended with {self.process.returncode}: {log.read().strip()}")
        with socket.socket() as probe:
            try:
                probe.connect(("127.0.0.1", self.port))
            except ConnectionRefusedError:
                return False
        return True
