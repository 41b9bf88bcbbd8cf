# SPDX-License-Identifier: BSD-2-Clause
"""A milter in front of the desk that says of each message what DMARC found, as OpenDMARC does, which would have to ask
the DNS: Authentication-Results with the queue ID (RFC 8601)."""
import email.utils
import socket
import struct
import threading

ADD_HEADERS, VERSION = 0x1, 6
SILENT = {b"D", b"A"}  # macros and aborts get no answer


class Judge:
    def __init__(self, authserv_id):
        self.authserv_id = authserv_id
        self.verdicts = {}  # {domain of From: "pass" …}; of others nothing is said
        self.server = socket.create_server(("127.0.0.1", 0))
        self.address = f"inet:127.0.0.1:{self.server.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        self.server.close()

    def _serve(self):
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection):
        queue_id = domain = ""
        with connection, connection.makefile("rwb") as stream:
            while (head := stream.read(5)) and head[4:] != b"Q":
                command, data = head[4:], stream.read(struct.unpack("!I", head[:4])[0] - 1)
                words = data.rstrip(b"\0").split(b"\0")
                if command == b"D":
                    pairs = dict(zip(*[iter([words[0][1:], *words[1:]])] * 2))
                    queue_id = pairs.get(b"i", queue_id.encode()).decode()
                elif command == b"L" and words[0].lower() == b"from":
                    domain = email.utils.parseaddr(words[1].decode())[1].rpartition("@")[2]
                elif command == b"E" and domain in self.verdicts:
                    value = f"{self.authserv_id}/{queue_id}; dmarc={self.verdicts[domain]} header.from={domain}"
                    self._send(stream, b"i", struct.pack("!I", 0) + f"Authentication-Results\0{value}\0".encode())
                if command == b"O":
                    self._send(stream, b"O", struct.pack("!III", VERSION, ADD_HEADERS, 0))
                elif command not in SILENT:
                    self._send(stream, b"c")

    @staticmethod
    def _send(stream, command, data=b""):
        stream.write(struct.pack("!I", len(data) + 1) + command + data)
        stream.flush()
