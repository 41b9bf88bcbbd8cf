# SPDX-License-Identifier: BSD-2-Clause
"""Sits on a milter socket between the MTA and the milter and counts the commands that the MTA sends.

The milter protocol frames each command as a 4-byte length and a letter: L is a header, N their end,
B a piece of the body, M, R and T are MAIL, RCPT and DATA, E is the end of the message.
"""
import collections
import os
import select
import socket
import struct
import threading


class Tap:
    """Takes the place of `path`: the milter's own socket moves aside to `path`.real."""

    def __init__(self, path):
        self.path = path
        self.real = path + ".real"
        self.commands = collections.Counter()
        self.before = {}  # {command: what is called before the milter gets it}

    def __enter__(self):
        status = os.stat(self.path)
        os.rename(self.path, self.real)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        os.chown(self.path, status.st_uid, status.st_gid)
        os.chmod(self.path, status.st_mode & 0o777)
        self.listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()
        os.rename(self.real, self.path)

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client):
        server = socket.socket(socket.AF_UNIX)
        server.connect(self.real)
        pending = b""
        with client, server:
            while True:
                ready, _, _ = select.select([client, server], [], [])
                for source in ready:
                    data = source.recv(65536)
                    if not data:
                        return
                    if source is client:
                        pending = self._count(pending + data)
                    try:
                        (server if source is client else client).sendall(data)
                    except BrokenPipeError:  # it went away meanwhile
                        return

    def _count(self, stream):
        """Counts the whole packets in `stream`, returns what is left."""
        while len(stream) >= 5:
            length = struct.unpack(">I", stream[:4])[0]
            if len(stream) < 4 + length:
                break
            self.commands[chr(stream[4])] += 1
            self.before.get(chr(stream[4]), lambda: None)()
            stream = stream[4 + length:]
        return stream
