# SPDX-License-Identifier: BSD-2-Clause
"""The MTA's side of the milter protocol, as far as it takes to hand over whole messages one after the other."""
import re
import socket
import struct

VERSION, ACTIONS = 6, 0x1ff
# Of each command the flag that says that it gets no answer (SMFIP_NR_*).
NO_REPLY = {b"C": 0x1000, b"H": 0x2000, b"M": 0x4000, b"R": 0x8000, b"T": 0x10000, b"L": 0x80, b"N": 0x40000,
            b"B": 0x80000, b"E": 0}
FINAL = {b"a": "accept", b"c": "continue", b"d": "discard", b"r": "reject", b"t": "tempfail", b"y": "reply"}


class Client:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(60)
        try:
            self._open(path)
        except BaseException:
            self.socket.close()
            raise

    def _open(self, path):
        self.socket.connect(path)
        self.stream = self.socket.makefile("rwb")
        self._put(b"O", struct.pack("!III", VERSION, ACTIONS, sum(NO_REPLY.values())))
        _, answer = self._reply()
        self.flags = struct.unpack("!I", answer[8:12])[0]
        self.n = 0
        self._command(b"C", b"mail.remote.example\x004" + struct.pack("!H", 25) + b"192.0.2.1\0")
        self._command(b"H", b"mail.remote.example\0")

    def close(self):
        try:
            self._put(b"Q")
            self.stream.flush()
            self.stream.close()
        finally:
            self.socket.close()

    def message(self, sender, recipient, raw, login=None):
        """How the filter answers at the end: accept, reply, tempfail …; of a client who logged in as `login`."""
        self.n += 1
        head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
        steps = [(b"M", f"<{sender}>\0".encode()), (b"R", f"<{recipient}>\0".encode()), (b"T", b"")]
        for field in re.split(rb"\n(?![ \t])", head):
            name, colon, value = field.partition(b":")
            if colon and b" " not in name and name:
                steps.append((b"L", name + b"\0" + value.strip(b" ") + b"\0"))
        steps.append((b"N", b""))
        body = body.replace(b"\n", b"\r\n")
        steps += [(b"B", body[i:i + 65535]) for i in range(0, len(body), 65535)] + [(b"E", b"")]
        for command, data in steps:
            macros = {"i": f"Q{self.n}", **({"{auth_authen}": login} if login and command == b"M" else {})}
            self._put(b"D", command + "".join(f"{name}\0{value}\0" for name, value in macros.items()).encode())
            kind = self._command(command, data)
            if kind != b"c":
                break
        return FINAL[kind]

    def _command(self, command, data):
        """The kind of its answer, where it gets one."""
        self._put(command, data)
        return b"c" if self.flags & NO_REPLY[command] else self._reply()[0]

    def _put(self, command, data=b""):
        self.stream.write(struct.pack("!I", len(data) + 1) + command + data)

    def _reply(self):
        """The answer to the last command; the edits before it are not looked at."""
        self.stream.flush()
        while True:
            size = struct.unpack("!I", self.stream.read(4))[0]
            packet = self.stream.read(size)
            if packet[:1] in FINAL or packet[:1] == b"O":
                return packet[:1], packet[1:]
