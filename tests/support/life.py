# SPDX-License-Identifier: BSD-2-Clause
"""The daemon as an administrator runs it: in the background, with its log at a socket.  And what it costs meanwhile."""
import contextlib
import ctypes
import os
import resource
import signal
import subprocess
import sys
import time

PR_SET_CHILD_SUBREAPER = 36
PATIENCE_S = 60


def adopt_orphans():
    """Daemons become children of this process, so that it learns how they end."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


READER = """\
import socket, sys
with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log, open(sys.argv[2], "ab", 0) as out:
    log.bind(sys.argv[1])
    print(flush=True)
    while True:
        out.write(log.recv(4096).replace(b"\\n", b"?") + b"\\n")
"""


class LogSocket:
    """Writes the lines that come at the socket `path` into `file`, while it is not blocked.  In a process of its own: a
    socket has room for 10 lines or so."""

    def __init__(self, path, file):
        self.file = file
        self.process = subprocess.Popen([sys.executable, "-S", "-c", READER, path, file], stdout=subprocess.PIPE)
        with self.process.stdout as ready:
            ready.readline()

    def lines(self):
        with open(self.file, encoding="utf-8", errors="replace") as file:
            return [line.partition("]: ")[2] for line in file.read().split("\n")[:-1]]

    def count(self, words):
        return sum(words in line for line in self.lines())

    def n_lost(self):
        """Lines that found no room."""
        return sum(int(line.partition(" ")[0]) for line in self.lines() if " lines of the log were lost: " in line)

    def block(self):
        self.process.send_signal(signal.SIGSTOP)

    def unblock(self):
        self.process.send_signal(signal.SIGCONT)

    def close(self):
        if self.process.poll() is None:
            self.unblock()
            time.sleep(0.2)  # the last lines
            self.process.kill()
            self.process.wait()


class Life:
    """One daemon after the other, on one configuration."""

    def __init__(self, program, config, environment=None):
        self.command = [program, "-c", config]
        self.environment = environment
        self.pid = None
        self.n = 0

    def pids(self):
        """Of all processes with our configuration: the daemon, and while it starts, who waits for it."""
        wanted = "\0".join(self.command).encode()
        found = []
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{name}/cmdline", "rb") as file:
                    if wanted in file.read():
                        found.append(int(name))
            except OSError:
                pass  # it is gone
        return found

    def start(self):
        done = subprocess.run(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, env=self.environment, check=False, timeout=PATIENCE_S)
        assert done.returncode == 0, (done.returncode, done.stderr.decode())
        [self.pid] = self.pids()
        self.n += 1

    def kill_at_start(self, after_s):
        """A life that ends before it serves, or soon after."""
        starting = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                    stderr=subprocess.DEVNULL, env=self.environment)
        time.sleep(after_s)
        starting.kill()  # it may be so young that it has no command line yet
        starting.wait(PATIENCE_S)
        while pids := self.pids():  # one may come of another while we look
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            for pid in pids:
                with contextlib.suppress(ChildProcessError):  # it was waited for by now, or is the other's child still
                    os.waitpid(pid, 0)
        self.n += 1

    def signal(self, number):
        os.kill(self.pid, number)

    def is_dead(self):
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def kill(self):
        self.signal(signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        self.pid = None
        assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, f"it had ended: {status:x}"

    def stop(self):
        """Its exit status."""
        self.signal(signal.SIGTERM)
        until = time.monotonic() + PATIENCE_S
        while not self.is_dead() and time.monotonic() < until:
            time.sleep(0.01)
        if not self.is_dead():
            self.signal(signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        self.pid = None
        return os.waitstatus_to_exitcode(status)

    def end(self):
        """Nothing of it is left running, however the test went."""
        for pid in self.pids():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def n_descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def resident_kb(self):
        with open(f"/proc/{self.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * resource.getpagesize() // 1024

    def limit_descriptors(self, soft):
        _, hard = resource.prlimit(self.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(self.pid, resource.RLIMIT_NOFILE, (min(soft, hard), hard))
