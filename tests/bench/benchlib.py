# SPDX-License-Identifier: BSD-2-Clause
"""What the measurements share: a policy, messages, a daemon, callgrind, medians and tables.

Everything lies in a directory of its own under the build directory and is ended by process id.
"""
import collections
import contextlib
import glob
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import postfix  # noqa: E402  the path above comes first
from postfix import Trouble, end_process  # noqa: E402

POLICY = """\
instance: bench
ack: {{{ack}}}
socket: unix:{root}/ours.sock
database: {root}/tickets.db
submit: smtp://127.0.0.1:9
control: {root}/control.sock
keys: {root}/keys
priorities:
  - {{code: P1, name: Urgent}}
  - {{code: P3, name: Normal}}
types:
  problem: {{name: Problem}}
  question: {{name: Question}}
queues:
  support: {{name: Support, addresses: [support@example.com], type: problem, priority: P3, reply_to: keep}}
{more}
rules:
{rules}
"""

RULES = """\
  - name: outage
    all: ['subject =~ /\\b(down|outage|offline)\\b/i', '!is_auto']
    then: [type=problem, priority=P1]
  - name: slow
    any: ['subject =~ /\\bslow(ly)?\\b/i', 'text =~ /takes \\d+ (seconds|minutes)/i']
    then: [type=problem, tag symptom=slow]
  - name: cluster
    all: ['text =~ /\\b(?<cluster>c\\d+)\\b/']
    then: [tag cluster=$cluster]
"""

# SENDER is of its customer.
PLAN = """\
zone: Europe/Berlin
calendars:
  office: {zone: Europe/Berlin, hours: mon-fri=08:00-20:00, holidays: ['*-01-01', easter-2, easter+1, '*-12-25']}
plans:
  standard:
    calendar: office
    targets:
      P1: {dispatch: 1bh, first_response: 30bm, next_response: 2bh, resolution: 1bd}
      P3: {dispatch: 1bh, first_response: 1bd, next_response: 2bd, resolution: 5bd}
customers:
  acme: {name: ACME, domains: [customer.example], plan: standard}
"""

PARAGRAPH = ("Since this morning our shop answers slowly, and the log of the second server shows an\n"
             "error now and then.  Could somebody have a look before the weekend, please?\n\n")

SENDER, RECIPIENT = "bob@customer.example", "support@example.com"


# --- figures ---

def setting(name, default):
    """A number of the environment."""
    text = os.environ.get(name, str(default))
    try:
        value = type(default)(text)
    except ValueError:
        value = 0
    if value <= 0:
        raise Trouble(f"{name}={text}: not a number above 0")
    return value


def numbers(name, default):
    """Numbers of the environment, apart by blanks."""
    text = os.environ.get(name, default)
    if not re.fullmatch(r"\s*[1-9]\d*(\s+[1-9]\d*)*\s*", text):
        raise Trouble(f"{name}={text}: not numbers above 0, apart by blanks")
    return [int(word) for word in text.split()]


def median(values):
    return statistics.median(values)


def paired(mine, others):
    """Of the two in the same round, the median: what else the machine does meets both."""
    return median([one / other for one, other in zip(mine, others, strict=True)])


def in_turn(things, number):
    """Every other round goes backwards: what comes behind another has its leftovers on the disk."""
    return list(things)[::-1 if number % 2 else 1]


def facts(title, root, more=""):
    """The line above a table: what the figures hold for."""
    kind = subprocess.run(["stat", "-f", "-c", "%T", root], text=True, capture_output=True, check=True).stdout.strip()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 30
    print(f"\n{title}\nprocessors: {os.cpu_count()}, memory: {memory} GB, file system: {kind}, "
          f"load: {os.getloadavg()[0]:.1f}{more}", flush=True)


def table(heads, rows):
    """The first column is a name, the others are figures."""
    texts = [heads] + [[f"{cell:,.2f}" if isinstance(cell, float) else f"{cell:,}" if isinstance(cell, int) else cell
                        for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in texts) for column in range(len(heads))]
    for row in texts:
        print("  ".join(cell.ljust(width) if column == 0 else cell.rjust(width)
                        for column, (cell, width) in enumerate(zip(row, widths))).rstrip())
    sys.stdout.flush()


def need(*programs):
    for program in programs:
        if shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin") is None:
            raise Trouble(f"{program} is missing: install it, or leave out this measurement")


def run(main):
    """The script: its build directory is the only argument, a Trouble is one line."""
    if len(sys.argv) != 2:
        sys.exit(f"usage: {os.path.basename(sys.argv[0])} BUILD-DIRECTORY")
    build = os.path.abspath(sys.argv[1])
    try:
        with tempfile.TemporaryDirectory(prefix="bench.", dir=build) as root:
            main(build, root)
    except (Trouble, OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"{os.path.basename(sys.argv[0])}: {error}")


# --- a desk without Postfix ---

class Bench:
    """A policy and its database under `root`, and the programs that work on them."""

    def __init__(self, build, root, rules=RULES, more="", ack="send: no", sender=SENDER):
        os.makedirs(root, exist_ok=True)
        self.build, self.root = build, root
        self.config = os.path.join(root, "ticketmilter.yaml")
        self.database = os.path.join(root, "tickets.db")
        self.socket = os.path.join(root, "ours.sock")
        self.log = os.path.join(root, "ours.log")
        self.sender = sender  # a % in it is the message's number
        self.n_made = 0
        with open(self.config, "w", encoding="utf-8") as out:
            out.write(POLICY.format(root=root, rules=rules, more=more, ack=ack))
        self.ctl("token", "rotate")

    def program(self, name):
        return os.path.join(self.build, name)

    def ctl(self, *arguments):
        return subprocess.run([self.program("ticketctl"), "-c", self.config, *arguments], check=True,
                              capture_output=True, text=True).stdout

    def messages(self, count, size=2048):
        """Paths of so many messages, each of a new ticket."""
        paths = []
        for _ in range(count):
            self.n_made += 1
            paths.append(os.path.join(self.root, f"{self.n_made}.eml"))
            with open(paths[-1], "w", encoding="utf-8") as out:
                out.write(message(f"{os.path.basename(self.root)}-{self.n_made}", size,
                                  sender=self.sender.replace("%", str(self.n_made))))
        return paths

    def feed_command(self, paths):
        return [self.program("tests/support/feed"), self.config, self.sender, RECIPIENT, *paths]

    def filter(self, prefix=()):
        return Filter([*prefix, self.program("ticketmilter"), "-f", "-c", self.config], self.socket, self.log)

    def load(self, path, *arguments):
        """milter-load's figures at a socket."""
        done = subprocess.run([self.program("tests/bench/milter-load"), "-s", f"unix:{path}", *arguments], text=True,
                              capture_output=True, check=False)
        if done.returncode != 0:
            raise Trouble(f"milter-load: {(done.stderr or done.stdout).strip()}; the filter's log: {self._complaint()}")
        return {name: float(value) for name, value in (word.split("=") for word in done.stdout.split())}

    def _complaint(self):
        """The last line of our log that is not about a message that was taken."""
        if not os.path.exists(self.log):
            return "none"
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return next((line.strip() for line in reversed(log.readlines()) if " action=open" not in line), "empty")


def message(identity, size=2048, more="", sender=SENDER):
    head = (f"Received: from mail.customer.example (mail.customer.example [192.0.2.7])\n"
            f"\tby mx.example.com (Postfix) with ESMTPS id 4XyZ1\n"
            f"From: Bob Meier <{sender}>\nTo: Support <{RECIPIENT}>\nSubject: Shop is slow, case {identity}\n"
            f"Date: Fri, 20 Nov 2026 16:00:00 +0000\nMessage-ID: <{identity}@customer.example>\n{more}"
            f"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nHello,\n\n")
    return head + PARAGRAPH * max(1, (size - len(head)) // len(PARAGRAPH))


class Filter:
    """A milter's process, from its socket's appearance to its end."""

    def __init__(self, command, path, log):
        self.path, self.log = path, log
        with contextlib.suppress(FileNotFoundError):
            os.remove(path)  # of an earlier one; libmilter refuses to take it over
        with open(log, "ab") as out:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out)

    def __enter__(self):
        try:
            postfix.wait_until(self._listens, f"the socket {self.path}", 60)
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, *_):
        self.end()

    def _listens(self):
        if self.process.poll() is not None:
            with open(self.log, encoding="utf-8", errors="replace") as log:
                raise Trouble(f"{self.path}: {(log.read().splitlines() or ['no word'])[-1]}")
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(self.path)
            except (FileNotFoundError, ConnectionRefusedError):
                return False
        return True

    def threads(self):
        """Their names."""
        names = []
        for path in glob.glob(f"/proc/{self.process.pid}/task/*/comm"):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError), open(path, encoding="ascii") as comm:
                names.append(comm.read().strip())
        return names

    def wait_checked(self):
        """A large database is read once behind the start, which is not what is measured."""
        postfix.wait_until(lambda: "store-inspect" not in self.threads(), "the check of the database", 1800)

    def end(self):
        return end_process(self.process, 120)


# --- callgrind ---

class Profile:
    """Instructions by where they are (a room of ours or a library) and function, and reads of the database."""

    def __init__(self):
        self.costs = collections.Counter()
        self.reads = 0

    def total(self):
        return sum(self.costs.values())

    def less(self, other, count):
        """What each of `count` messages cost that the other profile has less."""
        self.costs.subtract(other.costs)
        for key in self.costs:
            self.costs[key] /= count
        self.reads = (self.reads - other.reads) / count
        return self


def callgrind_command(out):
    return ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", "--separate-threads=yes",
            "--compress-strings=no", "--compress-pos=no"]


def place(library, source):
    """`src/store` for a source file of ours, `libc` for /lib/…/libc.so.6."""
    ours = re.search(r"(?:^|/)(src/[a-z]+)/[^/]+$", source)
    return ours[1] if ours else re.sub(r"(-[\d.]+)?\.so.*", "", os.path.basename(library))


def read_profile(path):
    """https://valgrind.org/docs/manual/cl-format.html; the line behind `calls=` is the callee's and not counted."""
    profile = Profile()
    library = source = function = callee = ""
    is_call = False
    with open(path, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            name, _, value = line.rstrip("\n").partition("=")
            if line[:1].isdigit():
                if not is_call:
                    profile.costs[place(library, source), function] += int(line.split()[1])
                is_call = False
            elif name == "ob":
                library = value
            elif name == "fl":
                source = value
            elif name == "fn":
                function = value
            elif name == "cfn":
                callee = value
            elif name == "calls":
                is_call = True
                profile.reads += int(value.split()[0]) * callee.startswith("pread")
    return profile


def read_profiles(out):
    """Of all threads, but not of the one that checks a large database behind a start: it works by the clock."""
    sum_of_all = Profile()
    for path in glob.glob(glob.escape(out) + "*"):
        profile = read_profile(path)
        os.remove(path)
        if not any(function.startswith("inspect_main") for _, function in profile.costs):
            sum_of_all.costs.update(profile.costs)
            sum_of_all.reads += profile.reads
    return sum_of_all


def profile_feed(bench, count):
    """feed's profile with so many messages."""
    out = os.path.join(bench.root, "callgrind.out")
    done = subprocess.run(callgrind_command(out) + bench.feed_command(bench.messages(count)), text=True,
                          capture_output=True, check=False)
    if done.returncode != 0:
        raise Trouble(f"feed: {done.stderr.strip().splitlines()[-1:]}")
    return read_profiles(out)


def cost_of_message(bench, few=10, many=50):
    """One message more, by two runs: what starting costs is in both, making the database in neither."""
    if not os.path.exists(bench.database):
        subprocess.run(bench.feed_command(bench.messages(1)), capture_output=True, check=True)
    less = profile_feed(bench, few)
    return profile_feed(bench, many).less(less, many - few)
