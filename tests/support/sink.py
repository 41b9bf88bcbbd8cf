# SPDX-License-Identifier: BSD-2-Clause
"""An SMTP server that takes every mail (RFC 5321) and keeps it."""
import email
import email.policy
import socketserver
import threading


class _Session(socketserver.StreamRequestHandler):
    def handle(self):
        try:
            self._talk()
        except ConnectionError:  # a client that is killed
            pass

    def _talk(self):
        self._say("220 sink.example ESMTP")
        for line in self.rfile:
            word = line[:4].upper().strip()
            if word == b"EHLO":
                self._say("250-sink.example\r\n250 8BITMIME")
            elif word == b"DATA":
                self._say("354 go on")
                if not self._take_mail():
                    return
                self._say("250 2.0.0 taken")
            elif word == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 2.0.0 ok")

    def _say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def _take_mail(self):
        """With the final dot it is ours (RFC 5321 §4.5.3.2.6), whatever becomes of the answer."""
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                self.server.mails.append(email.message_from_bytes(b"".join(lines), policy=email.policy.default))
                return True
            lines.append(line.removeprefix(b"."))
        return False


class Sink(socketserver.ThreadingTCPServer):
    """`mails` holds what was taken (email.message.EmailMessage), `port` is on the loopback."""
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Session)
        self.mails = []
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()
