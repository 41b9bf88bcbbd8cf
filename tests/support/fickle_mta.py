# SPDX-License-Identifier: BSD-2-Clause
"""The MTA that the desk's own mail goes to, on a loopback port: it takes mail, refuses it, falls silent, goes away
behind DATA, or is not there, as its mode says at that moment."""
import contextlib
import email.parser
import email.policy
import random
import socket
import threading

MODES = ("takes", "refuses", "hangs", "drops", "gone")
STAGES = ("EHLO", "MAIL", "RCPT", "DATA", ".")


class Letter:
    """What came behind DATA, and of whom for whom."""

    def __init__(self, sender, recipients, lines, is_answered):
        head = email.parser.Parser(policy=email.policy.default).parsestr("".join(lines), headersonly=True)
        self.sender = sender
        self.recipients = recipients
        self.is_answered = is_answered  # else it was dropped: whoever sent it can't know
        self.message_id = str(head["Message-ID"])
        self.subject = str(head["Subject"])
        self.reply_to = str(head["Reply-To"] or "")


class FickleMta:
    def __init__(self, seed):
        self.random = random.Random(f"{seed} mta")
        self.mode = "takes"
        self.letters = []
        self.connections = set()
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self._accept(self.listener)

    def set_mode(self, mode):
        """From now on; connections of the old mode end."""
        self.mode = mode
        if mode == "gone":
            self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()
        elif self.listener.fileno() < 0:
            self.listener = socket.create_server(("127.0.0.1", self.port))
            self._accept(self.listener)
        with self.lock:
            for connection in self.connections:
                with contextlib.suppress(OSError):  # it is over by itself
                    connection.shutdown(socket.SHUT_RDWR)
            self.connections.clear()

    def close(self):
        self.set_mode("gone")

    def _accept(self, listener):
        def loop():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()
        threading.Thread(target=loop, daemon=True).start()

    def _serve(self, connection):
        with self.lock:
            self.connections.add(connection)
        try:
            with connection, connection.makefile("rw", encoding="utf-8", errors="replace", newline="\r\n") as stream:
                Session(self, stream).run()
        except (OSError, ValueError):
            pass
        with self.lock:
            self.connections.discard(connection)


class Session:
    def __init__(self, mta, stream):
        self.mta = mta
        self.stream = stream
        self.bad_stage = mta.random.choice(STAGES)  # where it shows, in a mode other than "takes"
        self.sender, self.recipients = "", []

    def say(self, line):
        self.stream.write(line + "\r\n")
        self.stream.flush()

    def run(self):
        self.say("220 fickle ESMTP")
        for line in self.stream:
            if not self.command(line.rstrip("\r\n")):
                return

    def fails(self, stage):
        """Whether the mode has its way at this stage; a hang ends with its connection."""
        mode = self.mta.mode
        if mode == "hangs" and stage == self.bad_stage:
            while self.stream.readline():
                pass
        elif mode == "refuses" and stage == self.bad_stage and stage != "EHLO":
            self.say("451 4.3.2 Not now")
            return True
        return mode == "hangs" and stage == self.bad_stage

    def command(self, line):
        """False: the connection is over."""
        verb = line[:4].upper()
        if verb == "QUIT":
            self.say("221 2.0.0 Bye")
            return False
        if verb in STAGES and self.fails(verb):
            return self.mta.mode == "refuses"
        if verb == "EHLO":
            self.say("250-fickle\r\n250-SIZE 100000000\r\n250 8BITMIME")
        elif verb == "MAIL":
            self.sender, self.recipients = line.partition("<")[2].partition(">")[0], []
            self.say("250 2.1.0 Ok")
        elif verb == "RCPT":
            self.recipients.append(line.partition("<")[2].partition(">")[0])
            self.say("250 2.1.5 Ok")
        elif verb == "DATA":
            self.say("354 Go on")
            return self.data()
        else:
            self.say("250 2.0.0 Ok")
        return True

    def data(self):
        lines = []
        for line in self.stream:
            if line == ".\r\n":
                break
            lines.append(line)
        else:
            return False
        if self.fails("."):
            return self.mta.mode == "refuses"
        is_answered = self.mta.mode != "drops"
        self.mta.letters.append(Letter(self.sender, self.recipients, lines, is_answered))
        if is_answered:
            self.say("250 2.0.0 Ok: queued")
        return is_answered
