#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""ticketctl changes tickets: through the daemon's control socket, and by itself when no daemon runs."""
import contextlib
import fcntl
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
import unittest

import ctl

DAEMON = os.path.abspath("ticketmilter")
PATIENCE_S = 60

# The tickets of ctl.py: 1 of eve with messages 1 and 3 in support, 2 of joe with message 2 in hosting, 3 of eve with
# message 4.  Words of the command line, exit code, what the one line on standard error must say.
BAD = [
    (["set"], 64, "N is missing"),
    (["set", "1"], 64, "KEY=VALUE... is missing"),
    (["set", "x", "status=open"], 64, "no ticket number"),
    (["set", "0", "status=open"], 64, "no ticket number"),
    (["set", "99", "status=open"], 66, "no ticket 99"),
    (["set", "9223372036854775807", "status=open"], 66, "no ticket 9223372036854775807"),
    (["set", "9223372036854775808", "status=open"], 64, "no ticket number"),
    (["set", "1", "status"], 64, "give KEY=VALUE"),
    (["set", "1", ""], 64, "give KEY=VALUE"),
    (["set", "1", "=open"], 64, "unknown key ``"),
    (["set", "1", "statsu=open"], 64, "did you mean `status`?"),
    (["set", "1", "status=opne"], 64, "did you mean `open`?"),
    (["set", "1", "status="], 64, "unknown status ``"),
    (["set", "1", "status=merged"], 64, "ticketctl merge"),
    (["set", "1", "type=problme"], 64, "did you mean `problem`?"),
    (["set", "1", "priority=p1"], 64, "did you mean `P1`?"),
    (["set", "1", "priority=low"], 64, "there is P1, P3"),
    (["set", "1", "assignee=ana"], 64, "did you mean `anna`?"),
    (["set", "1", "queue=suport"], 64, "did you mean `support`?"),
    (["set", "1", "subject="], 64, "a subject is one line"),
    (["set", "1", "subject=a\nb"], 64, "a subject is one line"),
    (["set", "1", "tag.=x"], 64, "a tag's key"),
    (["set", "1", "tag.A=x"], 64, "a tag's key"),
    (["set", "1", "tag.a=" + "x" * 201], 64, "at most 200 bytes"),
    (["set", "1", "status=waiting", "color=red"], 64, "unknown key `color`"),
    (["set", "1", "status=waiting", "status=open"], 64, "set twice"),
    (["set", "1", b"subject=\xff"], 64, "not UTF-8"),
    (["set", "1", "status=waiting", "--by", ""], 64, "no name"),
    (["set", "1", "status=waiting", "--by", "a\nb"], 64, "no name"),
    (["set", "1", "status=waiting", "--by", "x" * 65], 64, "no name"),
    (["set", "1", "status=waiting", "--why", ""], 64, "a reason is one line"),
    (["set", "1", "status=waiting", "--why", "x" * 501], 64, "a reason is one line"),
    (["set", "1", "status=waiting", "--way", "x"], 64, "did you mean `--why`?"),
    (["assign", "1"], 64, "AGENT is missing"),
    (["assign", "1", "ana"], 64, "did you mean `anna`?"),
    (["assign", "1", "anna", "carl"], 64, "`carl` is too much"),
    (["note", "1"], 64, "the note is empty"),
    (["note", "1", "-m", " \n"], 64, "the note is empty"),
    (["note", "99", "-m", "x"], 66, "no ticket 99"),
    (["close", "99"], 66, "no ticket 99"),
    (["close", "one"], 64, "no ticket number"),
    (["reopen", "99"], 66, "no ticket 99"),
    (["merge", "1"], 64, "INTO is missing"),
    (["merge", "1", "1"], 64, "into itself"),
    (["merge", "1", "99"], 66, "no ticket 99"),
    (["merge", "99", "1"], 66, "no ticket 99"),
    (["merge", "1", "two"], 64, "no ticket number"),
    (["split", "1"], 64, "MESSAGE... is missing"),
    (["split", "1", "one"], 64, "no message number"),
    (["split", "1", "2"], 66, "ticket 1 has no message 2"),
    (["split", "1", "1", "99"], 66, "ticket 1 has no message 99"),
    (["split", "1", "1", "3"], 77, "nothing would be left"),
    (["join", "1"], 64, "MESSAGE is missing"),
    (["join", "1", "2"], 66, "ticket 1 has no message 2"),
    (["join", "1", "1", "3"], 64, "`3` is too much"),
    (["share", "1"], 64, "ADDRESS... is missing"),
    (["share", "x", "bob@else.example"], 64, "no ticket number"),
    (["share", "99", "bob@else.example"], 66, "no ticket 99"),
    (["share", "1", "bob@else.example", "bob"], 64, "`bob` is no address"),
    (["share", "1", ""], 64, "`` is no address"),
    (["share", "1", b"b\xf6b@else.example"], 64, "not UTF-8"),
    (["share", "1", "bob@else.example", "support@example.com"], 77, "an address of queue support"),
    (["share", "1", "bob@else.example", "anna@example.com"], 77, "is agent anna"),
    (["share", "1", *[f"bob{i}@else.example" for i in range(51)]], 64, "1 to 50 addresses"),
    (["unshare", "1"], 64, "ADDRESS... is missing"),
    (["unshare", "99", "bob@else.example"], 66, "no ticket 99"),
    (["unshare", "1", "bob"], 64, "`bob` is no address"),
    (["unshare", "1", "eve@acme.example"], 77, "is the requester of ticket 1"),
    (["set", "1", "until=2036-11-24T16:00"], 64, "set status=pending with it"),
    (["set", "1", "status=pending", "until=2020-11-24T16:00"], 64, "is past"),
    (["set", "1", "status=pending", "until=soon"], 64, "no time"),
    (["token", "revoke"], 64, "ID is missing"),
    (["token", "revoke", "k9"], 66, "no key `k9`"),
    (["token", "revoke", "k1"], 77, "ticketctl token rotate"),
    (["token", "list", "k1"], 64, "`k1` is too much"),
    (["reload", "now"], 64, "`now` is too much"),
]


def dump(desk):
    with contextlib.closing(sqlite3.connect(desk.path("tickets.db"))) as database:
        return list(database.iterdump())


def check_bad_input(test, desk, cases):
    """Each of (words, exit code, what is said) is refused with that one line on standard error, and changes nothing;
    with standard input they are (words, input, exit code, what is said)."""
    before = dump(desk), ctl.read(desk.path("keys"))
    for words, *stdin, code, said in cases:
        with test.subTest(words=words, stdin=[raw[:40] for raw in stdin]):
            done = desk.run(*words, **({"stdin": stdin[0]} if stdin else {}))
            lines = done.stderr.decode().splitlines()
            test.assertEqual((done.returncode, done.stdout, len(lines)), (code, b"", 1), lines)
            test.assertIn(said, lines[0])
    test.assertEqual((dump(desk), ctl.read(desk.path("keys"))), before)


def events(ticket, action):
    return [event for event in ticket["events"] if event["action"] == action]


class Daemon:
    def __init__(self, desk, prepare=None):
        self.desk = desk
        self.log_path = desk.path("daemon.log")
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen([DAEMON, "-f", "-c", desk.config], stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log, preexec_fn=prepare)
        self.wait_for(lambda: " started on " in self.log(), "the daemon")

    def log(self):
        return ctl.read(self.log_path).decode()

    def wait_for(self, holds, what):
        until = time.monotonic() + PATIENCE_S
        while not holds():
            assert self.process.poll() is None and time.monotonic() < until, (what, self.log())
            time.sleep(0.01)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S)


class Desk(ctl.Desk):
    """A filled desk whose sockets stand in its directory; with `served`, a daemon runs."""

    def __init__(self, served):
        super().__init__()
        self.write("ticketmilter.yaml", (ctl.read(self.config).decode() +
                                         f"socket: unix:{self.path('milter.sock')}\n").encode())
        self.daemon = Daemon(self) if served else None

    def close(self):
        if self.daemon is not None:
            assert self.daemon.stop() == 0, self.daemon.log()
        super().close()

    def feed(self, rcpt, raw):
        """One message: behind the daemon's back nothing is recorded, so only where none runs."""
        subprocess.run([ctl.FEED, self.config, "eve@acme.example", rcpt, self.write("fed", raw)], check=True,
                       stdout=subprocess.DEVNULL)

    def ticket(self, number):
        return self.json("show", str(number))["ticket"]


class Changes:
    """What both ways must do alike."""
    served = False

    def setUp(self):
        self.desk = Desk(self.served)
        self.addCleanup(self.desk.close)

    def changed(self, *words, **options):
        """The ticket afterwards, which is as `show` prints it."""
        document = self.desk.json(*words, **options)
        self.assertEqual(document, self.desk.json("show", str(document["ticket"]["id"])))
        return document["ticket"]

    def test_bad_input(self):
        check_bad_input(self, self.desk, BAD)

    def test_set(self):
        ticket = self.changed("set", "1", "priority=P1", "status=waiting", "queue=hosting", "tag.cluster=c1",
                              "tag.cluster=c2", "subject=Printer burnt", "--why", "he called", "--by", "anna")
        self.assertEqual((ticket["priority"], ticket["priority_by"], ticket["status"], ticket["queues"],
                          ticket["tags"], ticket["subject"]),
                         ("P1", "agent:anna", "waiting", ["hosting"], {"cluster": ["c1", "c2"]}, "Printer burnt"))
        event = events(ticket, "priority")[-1]
        self.assertEqual((event["actor"], event["detail"]["from"], event["detail"]["to"], event["detail"]["why"]),
                         ("agent:anna", "P3", "P1", "he called"))
        self.assertIn("as", event["detail"])
        self.assertEqual(self.desk.text("set", "1", "tag.cluster=", "status=open"),
                         "ticket 1: set tag.cluster= status=open\n")
        ticket = self.desk.ticket(1)
        self.assertEqual((ticket["tags"], ticket["status"]), ({}, "open"))
        self.assertTrue(events(ticket, "tag")[-1]["actor"].startswith("user:"))
        n_events = len(ticket["events"])
        self.assertEqual(self.desk.text("set", "1", "status=open"),
                         "ticket 1: set status=open; nothing had to be changed\n")
        self.assertEqual(len(self.desk.ticket(1)["events"]), n_events)

    def test_assign_close_reopen(self):
        self.assertEqual(self.changed("assign", "2", "anna")["assignee"], "anna")
        self.assertIsNone(self.changed("assign", "2", "none")["assignee"])
        closed = self.changed("close", "2")
        self.assertEqual(closed["status"], "closed")
        self.assertIsNotNone(closed["closed_at"])
        reopened = self.changed("reopen", "2")
        self.assertEqual((reopened["status"], reopened["closed_at"]), ("open", None))

    def test_note(self):
        text = "He called.\n\\n is no line feed, \\\\ no backslash.\n\nBye – Anna"
        note = self.changed("note", "1", "--by", "anna", stdin=text.encode())["messages"][-1]
        self.assertEqual((note["direction"], note["from"], note["text"]), ("note", "anna@example.com", text))
        self.assertEqual(self.changed("note", "1", "-m", "short")["messages"][-1]["text"], "short")
        odd = self.changed("note", "1", stdin=b"a\xffb\0c")["messages"][-1]["text"]
        self.assertEqual(odd, "a\ufffdb\ufffdc")
        long = "ä" * 100000
        self.assertEqual(self.changed("note", "1", stdin=long.encode())["messages"][-1]["text"], long)
        done = self.desk.run("note", "1", stdin=b"\\" * 300000)
        self.assertEqual((done.returncode, done.stderr.count(b"\n")), (64, 1))

    def test_merge_split(self):
        merged = self.changed("merge", "1", "3")
        self.assertEqual([message["id"] for message in merged["messages"]], [1, 3, 4])
        self.assertEqual(events(merged, "merge")[0]["detail"], {"from": "1"})
        old = self.desk.ticket(1)
        self.assertEqual((old["status"], old["merged_into"], old["messages"]), ("merged", 3, []))
        for words, said in ((["merge", "1", "2"], "ticket 1 was merged into 3 already"),
                            (["merge", "3", "1"], "tickets 3 and 1 are merged already")):
            done = self.desk.run(*words)
            self.assertEqual(done.returncode, 77)
            self.assertIn(said, done.stderr.decode())
        self.assertEqual(self.desk.text("close", "1"), "ticket 3: closed (1 was merged into it)\n")
        chained = self.changed("merge", "3", "2")
        self.assertEqual((chained["id"], {person["address"] for person in chained["participants"]}),
                         (2, {"eve@acme.example"}))
        self.assertEqual(self.changed("set", "1", "status=open")["id"], 2)
        split = self.changed("split", "1", "1", "3")
        self.assertEqual((split["id"], split["requester"], split["related"], split["status"]),
                         (4, "eve@acme.example", [2], "open"))
        self.assertEqual([message["id"] for message in split["messages"]], [1, 3])
        self.assertEqual(split["created_at"], split["messages"][0]["received_at"])

    def test_tokens(self):
        self.desk.text("token", "rotate")
        listed = self.desk.json("token", "list")
        self.assertEqual({key["id"]: key["state"] for key in listed["keys"]}, {"k2": "active", "k1": "retired"})
        self.assertNotIn("secret", str(listed))
        self.desk.text("token", "revoke", "k1")
        lines = sorted(self.desk.text("token", "list").splitlines())
        self.assertRegex(lines[0], r"^k1 +revoked +2\S+Z$")
        self.assertRegex(lines[1], r"^k2 +active +2\S+Z$")
        self.assertIn("already", self.desk.text("token", "revoke", "k1"))


class AloneTest(Changes, unittest.TestCase):
    def test_mail_after_merge_and_split(self):
        self.desk.text("merge", "1", "3")
        self.desk.feed("support@example.com", ctl.message("Re: [example#1]", "x", msgid="five"))
        self.assertEqual(len(self.desk.ticket(3)["messages"]), 4)
        self.desk.text("split", "3", "4")
        self.desk.feed("support@example.com",
                       ctl.message("x", "x", msgid="six", more="In-Reply-To: <four@acme.example>\n"))
        self.assertEqual(len(self.desk.ticket(4)["messages"]), 2)

    def test_join(self):
        token = self.desk.text("token", "address", "1", "reply").strip()
        stranger = ctl.message("Hello", "It is me, Eve.", sender="eve@home.example", msgid="five")
        self.desk.feed(token, stranger)
        self.assertFalse(self.desk.ticket(1)["messages"][-1]["verified"])
        joined = self.changed("join", "1", "5")
        self.assertTrue(joined["messages"][-1]["verified"])
        self.assertIn({"address": "eve@home.example", "receives": False},
                      [{name: person[name] for name in ("address", "receives")} for person in joined["participants"]])
        self.desk.feed("support@example.com", ctl.message("x", "x", sender="eve@home.example", msgid="six",
                                                          more="In-Reply-To: <one@acme.example>\n"))
        self.assertTrue(self.desk.ticket(1)["messages"][-1]["verified"])
        self.assertIn("nothing had to be changed", self.desk.text("join", "1", "5"))
        self.assertIn("and is the requester", self.desk.text("join", "1", "5", "--always"))
        self.assertEqual([contact["addresses"] for contact in self.desk.json("contact", "list")["contacts"]],
                         [["eve@acme.example", "eve@home.example"]])
        self.desk.feed("support@example.com", ctl.message("[example#3]", "x", sender="eve@home.example", msgid="seven"))
        self.assertTrue(self.desk.ticket(3)["messages"][-1]["verified"])

    def receivers(self, ticket):
        return sorted(person["address"] for person in ticket["participants"] if person["receives"])

    def test_share(self):
        shared = self.changed("share", "1", "Bob@Else.example", "zoe@else.example", "--by", "anna", "--why",
                              "she asked")
        self.assertEqual(self.receivers(shared), ["bob@else.example", "zoe@else.example"])
        self.assertEqual([(event["actor"], event["detail"]["address"], event["detail"]["why"])
                          for event in events(shared, "share")],
                         [("agent:anna", "bob@else.example", "she asked"),
                          ("agent:anna", "zoe@else.example", "she asked")])
        self.assertIn("shared with bob@else.example from now on; nothing had to be changed",
                      self.desk.text("share", "1", "bob@else.example"))
        self.desk.feed("support@example.com", ctl.message("[example#1]", "x", sender="bob@else.example", msgid="five"))
        self.assertEqual(len(self.desk.ticket(1)["messages"]), 3)
        unshared = self.changed("unshare", "1", "bob@else.example")
        self.assertEqual(self.receivers(unshared), ["zoe@else.example"])
        self.assertEqual([event["detail"]["address"] for event in events(unshared, "unshare")], ["bob@else.example"])
        self.assertIn("nothing had to be changed", self.desk.text("unshare", "1", "bob@else.example"))
        self.assertEqual(self.receivers(self.changed("share", "1", "bob@else.example")),
                         ["bob@else.example", "zoe@else.example"])

    def test_share_of_a_merged_ticket(self):
        self.desk.text("merge", "1", "3")
        self.assertIn("ticket 3: shared with bob@else.example from now on (1 was merged into it)",
                      self.desk.text("share", "1", "bob@else.example"))
        self.assertEqual(self.receivers(self.desk.ticket(3)), ["bob@else.example"])

    def test_pending_until(self):
        pending = self.changed("set", "1", "status=pending", "until=2036-11-24T16:00:00Z")
        self.assertEqual(pending["status"], "pending")
        self.assertEqual([event["detail"]["until"] for event in events(pending, "pending")], ["2036-11-24T16:00:00Z"])

    def test_join_whom_somebody_else_is(self):
        tokens = [self.desk.text("token", "address", number, "reply").strip() for number in ("1", "2")]
        for token in tokens:
            self.desk.feed(token, ctl.message("Hello", token, sender="x@home.example", msgid=token[:10]))
        self.desk.text("join", "1", "5", "--always")
        before = dump(self.desk)
        done = self.desk.run("join", "2", "6", "--always")
        self.assertEqual((done.returncode, done.stderr.count(b"\n")), (77, 1), done)
        self.assertIn("is an address of contact 1 already", done.stderr.decode())
        self.assertEqual(dump(self.desk), before)

    def test_reload_without_a_daemon(self):
        done = self.desk.run("reload")
        self.assertEqual(done.returncode, 69)
        self.assertIn("no daemon listens", done.stderr.decode())

    def test_no_database(self):
        shutil.copy(self.desk.config, self.desk.path("other.yaml"))
        text = ctl.read(self.desk.config).decode().replace("tickets.db", "none.db")
        done = self.desk.run("close", "1", config=self.desk.write("other.yaml", text.encode()))
        self.assertEqual(done.returncode, 66)
        self.assertFalse(os.path.exists(self.desk.path("none.db")))

    @unittest.skipIf(os.geteuid() != 0, "only root changes owners")
    def test_what_root_makes_is_the_daemons(self):
        for name in os.listdir(self.desk.root):
            os.chown(self.desk.path(name), 65534, 65534)
        os.remove(self.desk.path("tickets.db.lock"))
        self.desk.text("close", "1")
        owners = {os.stat(self.desk.path(name)).st_uid for name in os.listdir(self.desk.root) if "tickets.db" in name}
        self.assertEqual(owners, {65534})


class ServedTest(Changes, unittest.TestCase):
    served = True

    def speak(self, data):
        """What the daemon answers to these bytes."""
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(self.desk.path("control.sock"))
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                client.sendall(data)
                client.shutdown(socket.SHUT_WR)
            answer = b""
            with contextlib.suppress(ConnectionResetError):
                while chunk := client.recv(65536):
                    answer += chunk
            return answer.decode()

    def test_odd_requests(self):
        before = dump(self.desk)
        for data in (b"", b"\n", b"\n\n", b"do close\n", b"do close\n\n", b"do close\nticket x\n\n",
                     b"do close\nticket 1\nby \n\n", b"do erase\nticket 1\n\n", b"do set\nticket 1\n\n",
                     b"do note\nticket 1\n\n", b"do split\nticket 1\n\n", b"do merge\nticket 1\n\n",
                     b"do join\nticket 1\nmessage 1\nmessage 3\n\n", b"do close\nticket 1\nwhy a\\x\n\n",
                     b"do close\nticket 1\nwhy a\\\n\n", b"do close\nticket 1\nwhy \xff\n\n",
                     b"do close\nticket 1\nwhy \0\n\n", b"do close\n\nticket 1\n\n",
                     b"ticket 1\n" * 1001 + b"do close\n\n", b"\0\0\0\x0dO" + b"\0" * 12, b"x" * (3 << 20)):
            with self.subTest(data=data[:40]):
                answer = self.speak(data)
                self.assertTrue(len(data) > 1 << 20 or answer.startswith("error "), answer)
        self.assertEqual(dump(self.desk), before)
        self.assertEqual(self.desk.text("close", "1"), "ticket 1: closed\n")

    def test_slow_client_is_let_go(self):
        with socket.socket(socket.AF_UNIX) as slow:
            slow.connect(self.desk.path("control.sock"))
            slow.send(b"do close\n")
            self.assertEqual(self.desk.text("close", "2"), "ticket 2: closed\n")
            self.assertIn(b"too slow", slow.recv(65536))
        self.assertEqual(self.desk.ticket(1)["status"], "new")

    def test_reload(self):
        self.assertEqual(self.desk.text("reload"), "the daemon has the new configuration\n")
        text = ctl.read(self.desk.config).decode()
        self.desk.write("ticketmilter.yaml", text.replace("P1", "P0").encode())
        self.assertEqual(self.desk.json("reload"), {"version": 1, "ok": True, "findings": []})
        self.assertEqual(self.changed("set", "1", "priority=P0")["priority"], "P0")
        os.chmod(self.desk.path("keys"), 0o644)
        done = self.desk.run("reload")
        self.assertEqual(done.returncode, 78)
        self.assertIn("keys is open to others", done.stdout.decode())
        self.assertEqual(done.stderr.count(b"\n"), 1)
        self.assertIn("reload failed", self.desk.daemon.log())

    def test_socket(self):
        self.assertEqual(os.stat(self.desk.path("control.sock")).st_mode & 0o777, 0o660)
        self.desk.daemon.process.kill()
        self.desk.daemon.process.wait()
        self.assertEqual(self.desk.text("close", "1"), "ticket 1: closed\n")  # the stale socket is nobody's
        self.desk.daemon = Daemon(self.desk)
        self.assertEqual(self.desk.text("reopen", "1"), "ticket 1: open again\n")
        self.assertIn("control: reopen ticket=1 by=", self.desk.daemon.log())
        self.assertEqual(self.desk.daemon.stop(), 0)
        self.desk.daemon = None
        self.assertFalse(os.path.exists(self.desk.path("control.sock")))

    @unittest.skipIf(os.geteuid() != 0, "nobody else to become")
    def test_who_may(self):
        os.chmod(self.desk.root, 0o755)
        for name in os.listdir(self.desk.root):
            os.chmod(self.desk.path(name), 0o644)
        program = shutil.copy(ctl.PROGRAM, self.desk.path("ticketctl"))
        os.chmod(program, 0o755)
        os.chmod(self.desk.path("control.sock"), 0o660)
        for mode, said in ((0o660, "Permission denied"), (0o666, "only root, the daemon's user")):
            os.chmod(self.desk.path("control.sock"), mode)
            done = self.desk.run("close", "1", program=program, user=65534)
            self.assertEqual(done.returncode, 77, done)
            self.assertIn(said, done.stderr.decode())
        self.assertEqual(self.desk.ticket(1)["status"], "new")
        done = subprocess.run([program, "-c", self.desk.config, "close", "1"], user=65534, group=65534,
                              extra_groups=[os.getegid()], check=False, capture_output=True, env=ctl.SANITIZERS)
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(events(self.desk.ticket(1), "status")[-1]["actor"], "user:nobody")

    def test_no_control_socket(self):
        os.remove(self.desk.path("control.sock"))
        done = self.desk.run("close", "1")
        self.assertEqual(done.returncode, 69)
        self.assertIn("a daemon has the database", done.stderr.decode())


class NoControlTest(unittest.TestCase):
    def test_a_start_waits_for_a_change_under_way(self):
        desk = Desk(False)
        self.addCleanup(desk.close)
        with open(desk.path("tickets.db.lock"), "wb") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            process = subprocess.Popen([DAEMON, "-f", "-c", desk.config], stdin=subprocess.DEVNULL,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            self.addCleanup(process.communicate)
            self.addCleanup(process.kill)
            while not os.path.exists(desk.path("control.sock")):
                self.assertIsNone(process.poll())
                time.sleep(0.01)
        self.assertIn(b" started on ", process.stderr.readline() + process.stderr.readline())
        process.terminate()
        self.assertEqual(process.wait(PATIENCE_S), 0)

    def test_mail_is_served_without_it(self):
        desk = Desk(False)
        self.addCleanup(desk.close)
        text = ctl.read(desk.config).decode().replace("control.sock", "none/control.sock")
        desk.write("ticketmilter.yaml", text.encode())
        desk.daemon = Daemon(desk)
        self.assertIn("no control socket, ticketctl can change nothing while this runs", desk.daemon.log())


class KeyRingTest(unittest.TestCase):
    def test_token_rotate(self):
        desk = ctl.Desk(filled=False)
        self.addCleanup(desk.close)
        made = desk.json("token", "rotate")
        self.assertEqual(made["file"], desk.path("keys"))
        self.assertEqual(os.stat(desk.path("keys")).st_mode & 0o777, 0o640)
        self.assertIn("signs", desk.text("token", "rotate"))
        ring = ctl.read(desk.path("keys")).decode()
        self.assertEqual((ring.count(" active "), ring.count(" retired ")), (1, 1))
        self.assertIn(made["key"], ring)


if __name__ == "__main__":
    unittest.main()
