#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Resident memory with many sessions open at once: ours and the empty filter, at rest, with each session in the
middle of a message (MAIL to a part of the body), and after they are gone.

Usage: memory.py BUILD-DIRECTORY.  From the environment: SESSIONS_OPEN (500).
"""
import fcntl
import os
import re
import resource
import socket
import struct
import termios

import benchlib

VERSION, ACTIONS, STEPS = 6, 0x1ff, 0x1fffff  # what Postfix 3.7 offers
BODY_BYTES = 2048


def packet(command, data=b""):
    return struct.pack("!Ic", 1 + len(data), command) + data


def receive(stream, count):
    data = b""
    while len(data) < count:
        more = stream.recv(count - len(data))
        if not more:
            raise benchlib.Trouble("the filter closed a session")
        data += more
    return data


def open_session(path, number):
    """Replies are read only where all filters here owe one: to the negotiation and to DATA."""
    stream = socket.socket(socket.AF_UNIX)
    stream.settimeout(60)
    stream.connect(path)
    stream.sendall(packet(b"O", struct.pack("!III", VERSION, ACTIONS, STEPS)))
    receive(stream, struct.unpack("!I", receive(stream, 4))[0])
    stream.sendall(packet(b"C", b"mail.customer.example\0004" + struct.pack("!H", 25) + b"192.0.2.7\0")
                   + packet(b"M", f"<bob{number}@customer.example>\0".encode())
                   + packet(b"R", b"<support@example.com>\0")
                   + packet(b"D", f"Ti\0004XyZ{number}\0".encode()) + packet(b"T"))
    reply = receive(stream, struct.unpack("!I", receive(stream, 4))[0])
    if reply != b"c":
        raise benchlib.Trouble(f"session {number}: reply {reply!r} to DATA")
    head, _, _ = benchlib.message(f"memory-{number}").partition("\n\n")
    for line in head.replace("\n\t", " ").splitlines():
        name, _, value = line.partition(":")
        stream.sendall(packet(b"L", f"{name}\0{value}\0".encode()))
    stream.sendall(packet(b"N") + packet(b"B", b"x" * BODY_BYTES))
    return stream


def resident(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return int(re.search(r"^VmRSS:\s+(\d+) kB", status.read(), re.M)[1])


def unread(stream):
    """Bytes that the filter has not read yet."""
    return struct.unpack("i", fcntl.ioctl(stream, termios.TIOCOUTQ, bytes(4)))[0]


def open_files(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def measure(name, daemon, count):
    pid = daemon.process.pid
    at_rest, n_files = resident(pid), open_files(pid)
    streams = [open_session(daemon.path, number) for number in range(count)]
    benchlib.postfix.wait_until(lambda: not any(map(unread, streams)), f"{name}: the end of {count} messages' parts")
    during = resident(pid)
    for stream in streams:
        stream.close()
    benchlib.postfix.wait_until(lambda: open_files(pid) <= n_files, f"the end of {name}'s sessions")
    return [name, at_rest / 1024, during / 1024, (during - at_rest) / count, resident(pid) / 1024]


def main(build, root):
    count = benchlib.setting("SESSIONS_OPEN", 500)
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    bench = benchlib.Bench(build, root)
    path = os.path.join(root, "empty.sock")
    benchlib.facts(f"Resident memory with {count} sessions in the middle of a message; ratio to the empty filter", root)
    command = [bench.program("tests/bench/empty-filter"), f"unix:{path}"]
    with benchlib.Filter(command, path, os.path.join(root, "empty.log")) as daemon:
        rows = [measure("empty", daemon, count)]
    with bench.filter() as daemon:
        bench.load(daemon.path, "-c", "16", "-n", "20", "-m", "1")  # statements and caches as at work
        rows.append(measure("ours", daemon, count))
    benchlib.table(["filter", "MB at rest", "MB open", "kB a session", "MB after", "ratio"],
                   [[*row, row[2] / rows[0][2]] for row in rows])


if __name__ == "__main__":
    benchlib.run(main)
