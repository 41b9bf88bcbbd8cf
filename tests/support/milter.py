# SPDX-License-Identifier: BSD-2-Clause
"""The MTA's side of the milter protocol, as far as it takes to hand over whole messages one after the other."""
import re
import socket
import struct

VERSION, ACTIONS = 6, 0x1ff
LEADING_SPACE = 0x100000  # SMFIP_HDR_LEADSPC
# Of each command the flag that says that it gets no answer (SMFIP_NR_*).
NO_REPLY = {b"C": 0x1000, b"H": 0x2000, b"M": 0x4000, b"R": 0x8000, b"T": 0x10000, b"L": 0x80, b"N": 0x40000,
            b"B": 0x80000, b"E": 0}
FINAL = {b"a": "accept", b"c": "continue", b"d": "discard", b"r": "reject", b"t": "tempfail", b"y": "reply"}


def fields_of(raw):
    """([(name, value)], body) of a message, with LF as line ends and every byte of them kept, as Postfix tells a header
    from a body: what is no field ends it.  NUL cannot stand in a field."""
    lines = raw.replace(b"\r\n", b"\n").split(b"\n")
    fields, n = [], int(lines[0].startswith(b"From "))
    for line in lines[n:]:
        found = re.match(rb"([!-9;-~]+):", line)
        if fields and line[:1] in (b" ", b"\t"):
            fields[-1][1] += b"\n" + line
        elif found:
            fields.append([found[1], line[found.end():]])
        else:
            break
        n += 1
    n += n < len(lines) and lines[n] == b""
    return [(name, value.replace(b"\0", b"")) for name, value in fields], b"\n".join(lines[n:])


def as_sent(raw):
    """The bytes that a client that is `exact` hands over."""
    fields, body = fields_of(raw)
    return b"".join(name + b":" + value.replace(b"\n", b"\r\n") + b"\r\n" for name, value in fields) + (
        b"\r\n" + body.replace(b"\n", b"\r\n"))


class Client:
    """`exact`: fields are handed over as they stand, with the blank behind their colon."""

    def __init__(self, path, exact=False):
        self.exact = exact
        self.edits = []  # (kind, data) of the last message
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(60)
        self.socket.connect(path)
        self.stream = self.socket.makefile("rwb")
        self._put(b"O", struct.pack("!III", VERSION, ACTIONS, sum(NO_REPLY.values()) + exact * LEADING_SPACE))
        _, answer = self._reply()
        self.flags = struct.unpack("!I", answer[8:12])[0]
        self.n = 0
        self._command(b"C", b"mail.remote.example\x004" + struct.pack("!H", 25) + b"192.0.2.1\0")
        self._command(b"H", b"mail.remote.example\0")

    def close(self):
        self._put(b"Q")
        self.stream.flush()
        self.stream.close()
        self.socket.close()

    def message(self, sender, recipient, raw, queue_id=None, login=None):
        """How the filter answers at the end: accept, reply, tempfail …"""
        self.n += 1
        self.edits = []
        macros = f"i\0{queue_id or f'Q{self.n}'}\0" + (f"{{auth_authen}}\0{login}\0" if login else "")
        steps = [(b"M", f"<{sender}>\0".encode()), (b"R", f"<{recipient}>\0".encode()), (b"T", b"")]
        fields, body = self._split(raw)
        steps += [(b"L", name + b"\0" + value + b"\0") for name, value in fields]
        steps.append((b"N", b""))
        body = body.replace(b"\n", b"\r\n")
        steps += [(b"B", body[i:i + 65535]) for i in range(0, len(body), 65535)] + [(b"E", b"")]
        for command, data in steps:
            self._put(b"D", command + macros.encode())
            kind = self._command(command, data)
            if kind != b"c":
                break
        return FINAL[kind]

    def _split(self, raw):
        if self.exact:
            return fields_of(raw)
        head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
        fields = [field.partition(b":") for field in re.split(rb"\n(?![ \t])", head)]
        return [(name, value.strip(b" ")) for name, colon, value in fields if colon and b" " not in name and name], body

    def _command(self, command, data):
        """The kind of its answer, where it gets one."""
        self._put(command, data)
        return b"c" if self.flags & NO_REPLY[command] else self._reply()[0]

    def _put(self, command, data=b""):
        self.stream.write(struct.pack("!I", len(data) + 1) + command + data)

    def _reply(self):
        """The answer to the last command; the edits before it are kept."""
        self.stream.flush()
        while True:
            size = struct.unpack("!I", self.stream.read(4))[0]
            packet = self.stream.read(size)
            if packet[:1] in FINAL or packet[:1] == b"O":
                return packet[:1], packet[1:]
            self.edits.append((packet[:1], packet[1:]))
