# SPDX-License-Identifier: BSD-2-Clause
"""The daemon as an administrator runs it: in the background, with its log at a socket.  And what it costs meanwhile."""
import collections
import ctypes
import os
import resource
import signal
import socket
import subprocess
import threading
import time

PR_SET_CHILD_SUBREAPER = 36
PATIENCE_S = 60


def adopt_orphans():
    """Daemons become children of this process, so that it learns how they end."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


class LogSocket:
    """Collects the lines that come at `path`, while it is not blocked."""

    def __init__(self, path):
        self.lines = collections.deque()
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(path)
        self.socket.settimeout(0.1)
        self.may_read = threading.Event()
        self.may_read.set()
        self.is_over = False
        self.thread = threading.Thread(target=self._read)
        self.thread.start()

    def _read(self):
        while not self.is_over:
            self.may_read.wait()
            try:
                line = self.socket.recv(4096).decode(errors="replace")
            except TimeoutError:
                continue
            self.lines.append(line.partition("]: ")[2])

    def block(self):
        self.may_read.clear()

    def unblock(self):
        self.may_read.set()

    def count(self, words):
        return sum(words in line for line in list(self.lines))

    def close(self):
        self.is_over = True
        self.may_read.set()
        self.thread.join()
        self.socket.close()


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
        pids = self.pids()
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        starting.wait(PATIENCE_S)
        for pid in set(pids) - {starting.pid}:
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

    def n_descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def resident_kb(self):
        with open(f"/proc/{self.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * resource.getpagesize() // 1024

    def limit_descriptors(self, soft):
        _, hard = resource.prlimit(self.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(self.pid, resource.RLIMIT_NOFILE, (min(soft, hard), hard))
