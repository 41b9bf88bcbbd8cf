#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Receivers of pages, against a real HTTPS server on loopback and real programs: by hand, and from the outbox."""
import contextlib
import email.utils
import json
import os
import shutil
import socketserver
import sqlite3
import sys
import tempfile
import threading
import time
import unittest

import change
import ctl

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import webhook  # pylint: disable=wrong-import-position

KEY = b"a-key-of-the-test"
LATER = "it would be tried again: "

# Path, (status, headers, body or what the server does instead), exit code, what is said.
ANSWERS = [
    ("/ok", (200, {}, b"ok"), 0, "HTTP 200: ok"),
    ("/created", (201, {}, b""), 0, "HTTP 201\n"),
    ("/dirty", (200, {}, b"a\x1b[1m\xff\r\nb"), 0, "HTTP 200: a [1m\ufffd b\n"),
    ("/bad", (400, {}, b'{"status":"invalid event"}'), 69, 'page: HTTP 400: {"status":"invalid event"}'),
    ("/away", (404, {}, b"no such hook"), 69, "HTTP 404: no such hook"),
    ("/early", (425, {}, b""), 75, LATER + "HTTP 425"),
    ("/slow", (408, {}, b""), 75, LATER + "HTTP 408"),
    ("/busy", (429, {"Retry-After": "30"}, b"slow down"), 75, LATER + "HTTP 429: slow down"),
    ("/broken", (500, {}, b"oops"), 75, LATER + "HTTP 500: oops"),
    ("/gateway", (502, {}, b""), 75, LATER + "HTTP 502"),
    ("/moved", (301, {"Location": "/ok"}, b""), 69, "HTTP 301, a redirect, which is not followed"),
    ("/kept", (308, {"Location": "/ok"}, b""), 69, "HTTP 308, a redirect, which is not followed"),
    ("/hang", (200, {}, "hang"), 75, LATER),
    ("/endless", (200, {}, "endless"), 0, "HTTP 200: xxx"),
    ("/endless-error", (500, {}, "endless"), 75, LATER + "HTTP 500: xxx"),
    ("/endless-header", (200, {}, "endless header"), 0, "HTTP 200"),
]


class Sink(socketserver.ThreadingTCPServer):
    """Takes mail, and keeps it."""
    allow_reuse_address = daemon_threads = True

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            self.wfile.write(b"220 sink\r\n")
            lines = None
            for line in self.rfile:
                if lines is not None and line != b".\r\n":
                    lines.append(line)
                    continue
                if lines is not None:
                    self.server.messages.append(b"".join(lines).decode())
                lines = [] if lines is None and line[:4].upper() == b"DATA" else None
                self.wfile.write(b"250 ok\r\n" if lines is None else b"354 go on\r\n")

    def __init__(self):
        super().__init__(("127.0.0.1", 0), self.Handler)
        self.messages = []
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()


class Bed(unittest.TestCase):
    """A desk with receivers at servers of this test."""
    served = False

    @classmethod
    def setUpClass(cls):
        if shutil.which("openssl") is None:
            raise unittest.SkipTest("openssl is missing: no certificates")
        cls.folder = tempfile.TemporaryDirectory(prefix="ticketmilter-tls-")
        cls.addClassCleanup(cls.folder.cleanup)
        webhook.make_certificates(cls.folder.name)

    def certificate(self, name):
        return os.path.join(self.folder.name, f"{name}.pem")

    def serve(self, certificate="good"):
        server = webhook.Server(None if certificate is None else self.certificate(certificate))
        self.addCleanup(server.close)
        return server

    def open_desk(self, receivers, more=""):
        """`receivers`: name → what stands in its braces; {tls} is what a web hook needs at our server."""
        self.desk = change.Desk(False)
        self.addCleanup(self.desk.close)
        os.chmod(self.desk.write("hook.key", KEY + b"\n"), 0o600)
        tls = f"key_file: hook.key, ca_file: {self.certificate('ca')}"
        lines = "".join(f"  {name}: {{{text.replace('TLS', tls)}}}\n" for name, text in receivers.items())
        self.desk.write("ticketmilter.yaml", ctl.read(self.desk.config) + f"receivers:\n{lines}{more}".encode())

    def sink(self):
        """The MTA of the desk that is open."""
        sink = Sink()
        self.addCleanup(sink.close)
        self.desk.write("ticketmilter.yaml", ctl.read(self.desk.config).replace(
            b"smtp://127.0.0.1:9", f"smtp://127.0.0.1:{sink.server_address[1]}".encode()))
        return sink

    def start(self):
        self.desk.daemon = change.Daemon(self.desk)

    def script(self, text):
        path = self.desk.write("script", b"#!/bin/sh\n" + text.encode())
        os.chmod(path, 0o755)
        return path


class ByHand(Bed):
    def test_answers(self):
        server = self.serve()
        for path, answer, _, _ in ANSWERS:
            server.answers[path] = answer
        self.open_desk({path[1:]: f"generic: '{server.url}{path}', TLS, timeout: {1 if answer[2] == 'hang' else 60}s"
                        for path, answer, _, _ in ANSWERS})
        for path, _, code, said in ANSWERS:
            with self.subTest(path=path):
                done = self.desk.run("receiver", "test", path[1:])
                self.assertEqual(done.returncode, code, done)
                text = (done.stdout if code == 0 else done.stderr).decode()
                self.assertIn(said, text)
                self.assertEqual(text.count("\n"), 1, text)
                self.assertEqual(b"" if code else done.stderr, done.stdout if code else b"")
        # What is read of an endless answer is bounded, not counting what lies in buffers; nothing was followed.
        self.assertLess(server.n_flooded, 64 << 20)
        self.assertEqual([path for _, path, _, _ in server.seen], [path for path, _, _, _ in ANSWERS])

    def test_connections(self):
        """Certificates and ports that do not hold: exit 75 and one line, and no byte of the page."""
        servers = {name: self.serve(name) for name in ("good", "other", "name")}
        plain = self.serve(None)
        gone = self.serve()
        port = gone.server_address[1]
        gone.close()
        cases = {
            "other": (f"generic: '{servers['other'].url}/', TLS", "certificate"),
            "name": (f"generic: '{servers['name'].url}/', TLS", "127.0.0.1"),
            "system": (f"generic: '{servers['good'].url}/', key_file: hook.key", "certificate"),
            "plain": (f"generic: 'https://127.0.0.1:{plain.server_address[1]}/', TLS", ""),
            "gone": (f"generic: 'https://127.0.0.1:{port}/', TLS", "connect"),
        }
        self.open_desk({name: f"{text}, timeout: 20s" for name, (text, _) in cases.items()})
        for name, (_, said) in cases.items():
            with self.subTest(name=name):
                done = self.desk.run("receiver", "test", name)
                self.assertEqual((done.returncode, done.stdout), (75, b""), done)
                self.assertIn(LATER, done.stderr.decode())
                self.assertIn(said, done.stderr.decode())
                self.assertEqual(done.stderr.count(b"\n"), 1)
        self.assertEqual([server.seen for server in (*servers.values(), plain)], [[]] * 4)

    def test_bodies(self):
        server, plain = self.serve(), self.serve(None)
        self.open_desk({"pd": f"pagerduty: '{server.url}/pd', TLS", "chat": f"slack: '{server.url}/chat/', TLS",
                        "web": f"generic: '{server.url}/web', TLS",
                        "plain": f"generic: '{plain.url}/plain', key_file: hook.key"})
        for name in ("pd", "chat", "web", "plain"):
            printed = self.desk.json("receiver", "test", name)
            self.assertEqual((printed["receiver"], printed["outcome"], printed["by_daemon"]), (name, "done", False))
        self.desk.text("receiver", "test", "pd", "--event", "resolve")
        [trigger, resolve] = server.bodies("/pd")
        self.assertEqual((trigger["routing_key"], trigger["event_action"], trigger["dedup_key"]),
                         (KEY.decode(), "trigger", "example/test"))
        self.assertEqual(resolve, {"routing_key": KEY.decode(), "event_action": "resolve",
                                   "dedup_key": "example/test"})
        payload = trigger["payload"]
        self.assertEqual((payload["summary"], payload["source"], payload["severity"], payload["class"]),
                         ("Test of receiver pd by ticketmilter example", "example", "info", "test"))
        self.assertRegex(payload["timestamp"], r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")
        [chat] = server.bodies(f"/chat/{KEY.decode()}")
        self.assertEqual(list(chat), ["text"])
        [web] = server.bodies("/web")
        self.assertEqual((web["version"], web["event"], web["receiver"], web["kind"], web["key"]),
                         (1, "trigger", "web", "test", "example/test"))
        self.assertEqual(len(plain.bodies("/plain")), 1)
        for _, path, body, headers in server.seen + plain.seen:
            self.assertEqual(headers["Content-Type"], "application/json")
            signed = path in ("/web", "/plain")
            self.assertEqual(headers.get("X-Signature"), webhook.signature(KEY, body) if signed else None)
            self.assertEqual("Idempotency-Key" in headers, signed)

    def test_programs(self):
        self.open_desk({"script": f"exec: ['{tempfile.gettempdir()}/none', x]"})
        path = self.script('cat > "${0%/*}/got"; echo "$# $1" >> "${0%/*}/got"; exit "$1"\n')
        config = ctl.read(self.desk.config).decode()
        for status, code in (("0", 0), ("75", 75), ("1", 69)):
            self.desk.write("ticketmilter.yaml",
                            config.replace(f"['{tempfile.gettempdir()}/none', x]", f"[{path}, '{status}']").encode())
            done = self.desk.run("receiver", "test", "script")
            self.assertEqual(done.returncode, code, done)
            body, _, words = ctl.read(self.desk.path("got")).decode().rpartition("}")
            self.assertEqual((json.loads(body + "}")["receiver"], words.strip()), ("script", f"1 {status}"))
        self.desk.write("ticketmilter.yaml", config.encode())
        self.assertEqual(self.desk.run("receiver", "test", "script").returncode, 75)

    def test_mailbox(self):
        self.open_desk({"desk": "mail: oncall@example.com"})
        done = self.desk.run("receiver", "test", "desk")
        self.assertEqual(done.returncode, 75, done)
        sink = self.sink()
        self.desk.text("receiver", "test", "desk")
        [mail] = sink.messages
        self.assertIn("\r\nTo: oncall@example.com\r\n", mail)
        self.assertIn("Subject: Test of receiver desk by ticketmilter example\r\n", mail)
        self.assertIn("Auto-Submitted: auto-generated\r\n", mail)
        self.assertIn("If you read this, pages reach you.", mail)

    def test_bad_input(self):
        self.open_desk({"script": "exec: [/bin/true]"})
        change.check_bad_input(self, self.desk, [
            (["receiver", "test"], 64, "NAME is missing"),
            (["receiver", "test", "scrpt"], 66, "no receiver `scrpt` in the configuration that is in force: there is "
                                                "script"),
            (["receiver", "test", "script", "--event", "shout"], 64, "`shout` is none of: trigger"),
            (["receiver", "list", "x"], 64, "`x` is too much"),
        ])
        self.assertEqual(self.desk.text("receiver", "list"), "script exec /bin/true, always\n")

    def test_keys(self):
        """What others may read is refused, with the reason."""
        self.open_desk({"web": "generic: 'https://127.0.0.1:9/', TLS"})
        os.chmod(self.desk.path("hook.key"), 0o644)
        done = self.desk.run("receiver", "test", "web")
        self.assertEqual(done.returncode, 78)
        self.assertIn("is open to others", done.stderr.decode())


FIELDS = "event={}\nseverity=critical\nmetric=first_response\ncycle=1\nlevel=1\nkind=breach\npriority=P1\n"


class FromTheOutbox(Bed):
    def sql(self, statement, *values):
        with contextlib.closing(sqlite3.connect(self.desk.path("tickets.db"))) as database, database:
            return database.execute(statement, values).fetchall()

    def add(self, receiver, event="trigger", ticket=1):
        self.sql("INSERT INTO outbox (kind, ticket, actor, recipients, sender_purpose, reply_purpose, subject, text,"
                 " receiver, page, may_repeat, state, created_at, next_at, tries)"
                 " VALUES ('page', ?, 'desk', '', '', '', 'A & B', 'x', ?, ?, 1, 1, ?, 0, 0)",
                 ticket, receiver, FIELDS.format(event), int(time.time()))

    def rows(self):
        return {row["id"]: row for row in self.desk.json("outbox", "list", "--all")["outbox"]}

    def wait(self, holds, what):
        self.desk.daemon.wait_for(lambda: holds(self.rows()), what)

    def test_states(self):
        server = self.serve()
        server.answers = {"/broken": (500, {}, b"oops"), "/no": (403, {}, b"go away")}
        self.open_desk({"pd": f"pagerduty: '{server.url}/pd', TLS", "broken": f"generic: '{server.url}/broken', TLS",
                        "no": f"generic: '{server.url}/no', TLS", "hook": "exec: [/bin/true]"})
        for name in ("pd", "broken", "no", "hook", "gone"):
            self.add(name)
        self.start()
        self.wait(lambda rows: all(row["tries"] == 1 and row["state"] != "sending" for row in rows.values()), "tries")
        rows = self.rows()
        self.assertEqual([(row["receiver"], row["state"], row["error"]) for row in rows.values()][::-1], [
            ("pd", "sent", None), ("broken", "waiting", "HTTP 500: oops"), ("no", "failed", "HTTP 403: go away"),
            ("hook", "sent", None), ("gone", "failed", "there is no receiver `gone` in the configuration")])
        [page] = server.bodies("/pd")
        self.assertEqual((page["dedup_key"], page["payload"]["severity"], page["payload"]["summary"]),
                         ("example/1/first_response/1", "critical", "A & B"))
        told = [event["detail"] for event in self.desk.ticket(1)["events"] if event["action"] == "outbox"]
        self.assertEqual([(one["state"], one["why"]) for one in told],
                         [(rows[number]["state"], rows[number]["error"]) for number in (5, 3)])
        self.assertIn("receiver no: A & B", self.desk.text("outbox", "list", "--all"))
        # Repaired, and asked for again.
        server.answers = {}
        for number in (2, 3):
            self.desk.text("outbox", "retry", str(number))
        self.wait(lambda rows: rows[2]["state"] == rows[3]["state"] == "sent", "what was repaired")
        keys = [headers["Idempotency-Key"] for _, path, _, headers in server.seen if path == "/broken"]
        self.assertEqual((len(keys), len(set(keys))), (2, 1))
        self.assertTrue(self.desk.json("receiver", "test", "hook")["by_daemon"])

    def test_order(self):
        """A resolve does not overtake its trigger."""
        server = self.serve()
        server.answers = {"/web": (500, {}, b"")}
        self.open_desk({"web": f"generic: '{server.url}/web', TLS"})
        for event in ("trigger", "acknowledge", "resolve"):
            self.add("web", event)
        self.add("web", "resolve", ticket=2)
        self.start()
        self.wait(lambda rows: rows[1]["tries"] == rows[4]["tries"] == 1, "the first of both tickets")
        self.assertEqual([self.rows()[number]["tries"] for number in (2, 3)], [0, 0])
        server.answers = {}
        self.desk.text("outbox", "retry", "3")
        self.desk.text("outbox", "retry", "1")
        self.wait(lambda rows: all(rows[number]["state"] == "sent" for number in (1, 2, 3)), "the rest")
        self.assertEqual([page["event"] for page in server.bodies("/web") if page["ticket"] == 1],
                         ["trigger", "trigger", "acknowledge", "resolve"])

    def test_turns(self):
        """What waits for one receiver does not hold up another."""
        server = self.serve()
        self.open_desk({name: f"generic: '{server.url}/{name}', TLS" for name in ("chat", "pager")})
        for ticket in (1, 2, 3):
            self.add("chat", ticket=ticket)
        self.add("pager")
        self.sql("UPDATE outbox SET next_at = next_at - 60 WHERE receiver = 'chat'")
        self.start()
        self.wait(lambda rows: all(row["state"] == "sent" for row in rows.values()), "all of them")
        self.assertEqual([path for _, path, *_ in server.seen], ["/chat", "/pager", "/chat", "/chat"])

    def test_retry_after(self):
        """Seconds, a date, and more than the bound; and a receiver that wants to be left alone is."""
        server = self.serve()
        now = int(time.time())
        wanted = {"seconds": ("2000", 2000), "date": (email.utils.formatdate(now + 2000, usegmt=True), 1900),
                  "bound": ("999999", 3600), "nonsense": ("soon", 5)}
        server.answers = {f"/{name}": (429, {"Retry-After": text}, b"") for name, (text, _) in wanted.items()}
        self.open_desk({name: f"generic: '{server.url}/{name}', TLS" for name in wanted})
        for name in wanted:
            for ticket in (1, 2):
                self.add(name, ticket=ticket)
        self.start()
        self.wait(lambda rows: sum(row["tries"] for row in rows.values()) >= len(wanted), "tries")
        self.wait(lambda rows: not any(row["state"] == "sending" for row in rows.values()), "their end")
        first = dict(self.sql("SELECT receiver, next_at FROM outbox WHERE tries > 0 ORDER BY id DESC"))
        for name, (_, least) in wanted.items():
            self.assertGreaterEqual(first[name] - now, least, name)
            self.assertLess(first[name] - now, 3600 + 600, name)
        for name in ("seconds", "date", "bound"):
            self.assertEqual(len(server.bodies(f"/{name}")), 1, name)

    def test_hanging(self):
        """A server that says nothing holds up no mail; killed meanwhile, the page goes out again, as the same."""
        server = self.serve()
        server.answers = {"/web": (200, {}, "hang")}
        self.open_desk({"web": f"generic: '{server.url}/web', TLS, timeout: 1m"})
        sink = self.sink()
        self.add("web")
        self.start()
        self.desk.daemon.wait_for(lambda: len(server.seen) == 1, "the page")
        self.desk.text("assign", "1", "anna", "--by", "joe")
        self.wait(lambda rows: rows[2]["state"] == "sent", "the mail")
        self.assertEqual((self.rows()[1]["state"], len(sink.messages)), ("sending", 1))
        self.desk.daemon.process.kill()
        self.desk.daemon.process.wait()
        server.answers = {}
        self.start()
        self.wait(lambda rows: rows[1]["state"] == "sent", "the page again")
        [first, second] = [headers["Idempotency-Key"] for _, _, _, headers in server.seen]
        self.assertEqual(first, second)
        self.assertEqual(len(sink.messages), 1)

    def test_stop(self):
        """The end of the daemon does not wait for a program."""
        self.open_desk({"hook": "exec: [/bin/sleep, '600'], timeout: 1m"})
        self.add("hook")
        self.start()
        self.wait(lambda rows: rows[1]["state"] == "sending", "the program")
        self.assertEqual(self.desk.daemon.stop(), 0)
        self.desk.daemon = None
        self.assertEqual((self.rows()[1]["state"], self.rows()[1]["error"]),
                         ("waiting", "/bin/sleep: killed, the daemon ends"))


if __name__ == "__main__":
    unittest.main()
