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
# Edits of header fields, by the length of the index before the name: add, insert, change.
HEADER_EDITS = {b"h": 0, b"i": 4, b"m": 4}


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
    host = b"mail.remote.example"  # of the SMTP client, as the MTA found it and as it says itself

    def __init__(self, path, exact=False, address="192.0.2.1"):
        self.exact = exact
        self.address = address  # of the SMTP client
        self.edits = []  # (kind, data) of the last message
        self.text = ""   # of its reply code, where it got one
        self.n = 0
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(60)
        self.stream = self.socket.makefile("rwb")
        try:
            self.socket.connect(path)
            self._greet(exact)
        except BaseException:
            self.drop()
            raise

    def _greet(self, exact):
        self._put(b"O", struct.pack("!III", VERSION, ACTIONS, sum(NO_REPLY.values()) + exact * LEADING_SPACE))
        _, answer = self._reply()
        self.flags = struct.unpack("!I", answer[8:12])[0]
        self._command(b"C", self.host + b"\0" + (b"6" if ":" in self.address else b"4") +
                      struct.pack("!H", 25) + self.address.encode() + b"\0")
        self._command(b"H", self.host + b"\0")

    def close(self):
        try:
            self._put(b"Q")
            self.stream.flush()
            self.stream.close()
        finally:
            self.socket.close()

    def drop(self):
        """Without a word, whatever state it is in."""
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
            self.stream.close()
        except OSError:
            pass  # what it had not sent yet
        self.socket.close()

    def message(self, sender, recipient, raw, queue_id=None, login=None):
        """How the filter answers at the end: accept, reply, tempfail …"""
        self.begin(queue_id, login)
        for command, data in self.steps(sender, recipient, raw):
            kind = self.step(command, data)
            if kind != b"c":
                break
        return FINAL[kind]

    def steps(self, sender, recipient, raw):
        """The commands of a message, each with its data."""
        fields, body = self._split(raw)
        yield b"M", f"<{sender}>\0".encode()
        yield b"R", f"<{recipient}>\0".encode()
        yield b"T", b""
        yield from ((b"L", name + b"\0" + value.replace(b"\0", b"") + b"\0") for name, value in fields)
        yield b"N", b""
        body = body.replace(b"\n", b"\r\n")
        yield from ((b"B", body[i:i + 65535]) for i in range(0, len(body), 65535))
        yield b"E", b""

    def begin(self, queue_id=None, login=None):
        """A message of its own."""
        self.n += 1
        self.edits, self.text = [], ""
        self.macros = f"i\0{queue_id or f'Q{self.n}'}\0" + (f"{{auth_authen}}\0{login}\0" if login else "")

    def step(self, command, data):
        """One command of it, with the macros that Postfix gives; the kind of its answer."""
        self._put(b"D", command + self.macros.encode())
        return self._command(command, data)

    def abort(self):
        self._put(b"A")

    def cut(self, data):
        """Part of a packet, and the connection is gone."""
        self.stream.write(struct.pack("!I", len(data) + 100) + data)
        self.stream.flush()
        self.socket.shutdown(socket.SHUT_RDWR)

    def mark(self, name):
        """The value that the filter gave a header field in the last message, None: it gave none."""
        edits = [data[HEADER_EDITS[kind]:].split(b"\0") for kind, data in self.edits if kind in HEADER_EDITS]
        return next((value.decode() for field, value, _ in reversed(edits) if field.decode() == name), None)

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
            packet = self._packet()
            kind, data = packet[:1], packet[1:]
            if kind == b"y":
                self.text = data.rstrip(b"\0").decode()
            if kind in FINAL or kind == b"O":
                return kind, data
            self.edits.append((kind, data))

    def _packet(self):
        size = self.stream.read(4)
        packet = self.stream.read(struct.unpack("!I", size)[0]) if len(size) == 4 else b""
        if not packet:
            raise ConnectionError("the filter is gone")
        return packet
