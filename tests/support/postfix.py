# SPDX-License-Identifier: BSD-2-Clause
"""A private Postfix: configuration, queue, data, log and mailboxes under one directory, one loopback port.

It is chrooted like Debian's, knows nothing of the system's instance, delivers to local Maildirs and lets no
mail out of the machine.  Everything it starts is ended by process id.
"""
import email
import email.policy
import os
import pwd
import shutil
import signal
import smtplib
import socket
import subprocess
import time

SBIN = "/usr/lib/postfix/sbin"
CONFIGURE_CHROOT = "/usr/lib/postfix/configure-instance.sh"
NEEDED = ["/usr/sbin/postfix", "/usr/sbin/postconf", "/usr/sbin/sendmail", SBIN + "/master", CONFIGURE_CHROOT]

# name, type, private, chroot, wakeup, limit, command; chroot as in Debian's master.cf.
SERVICES = """
pickup     unix       n - y 60 1   pickup
cleanup    unix       n - y -  0   cleanup
qmgr       unix       n - n 300 1  qmgr
tlsmgr     unix       - - y 1000? 1 tlsmgr
rewrite    unix       - - y -  -   trivial-rewrite
smtp       unix       - - y -  -   smtp
bounce     unix       - - y -  0   bounce
defer      unix       - - y -  0   bounce
trace      unix       - - y -  0   bounce
verify     unix       - - y -  1   verify
flush      unix       n - y 1000? 0 flush
proxymap   unix       - - n -  -   proxymap
proxywrite unix       - - n -  1   proxymap
showq      unix       n - y -  -   showq
error      unix       - - y -  -   error
retry      unix       - - y -  -   error
discard    unix       - - y -  -   discard
smtp       unix       - - y -  -   smtp
virtual    unix       - n n -  -   virtual
anvil      unix       - - y -  1   anvil
postlog    unix-dgram n - n -  1   postlogd
"""


class Trouble(Exception):
    """Something that a person has to hear about, in one line."""


def missing_program():
    """The first program of Postfix that is not installed, or None."""
    return next((path for path in NEEDED if not os.access(path, os.X_OK)), None)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def port_is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def wait_until(condition, what, seconds=20):
    """Polls: a deadline here only turns a hang into a failure."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Trouble(f"{what}: not within {seconds} s")
        time.sleep(0.02)


def end_process(process, seconds=15):
    """SIGTERM, then SIGKILL, by id; returns the exit status."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.wait()


class Postfix:
    """One private instance under `root`, which its daemons must be able to enter."""

    def __init__(self, root, port=None, aliases=None, boxes=("team",), settings=None, services=""):
        self.root = root
        self.services = services  # more lines of master.cf
        self.port = port or free_port()
        self.aliases = aliases or {"support@example.com": "team@mailbox.example"}
        self.boxes = boxes
        self.settings = settings or {}
        self.master = None
        self.config = os.path.join(root, "postfix")
        self.queue = os.path.join(root, "queue")
        self.mail = os.path.join(root, "mail")
        self.log = os.path.join(root, "mail.log")
        self.environment = {**os.environ, "MAIL_CONFIG": self.config, "LC_ALL": "C"}

    def main_cf(self):
        boxes = ", ".join(f"{{{box}@mailbox.example = {box}/}}" for box in self.boxes)
        aliases = ", ".join(f"{{{alias} = {target}}}" for alias, target in self.aliases.items())
        owner = pwd.getpwnam("nobody")
        return {
            "compatibility_level": "3.6",
            "queue_directory": self.queue,
            "data_directory": os.path.join(self.root, "data"),
            "maillog_file": self.log,
            "maillog_file_prefixes": self.root,
            "myhostname": "mx.example.com",
            "mydestination": "",
            "inet_interfaces": "127.0.0.1",
            "inet_protocols": "ipv4",
            "mynetworks": "127.0.0.0/8",
            "alias_maps": "",
            "alias_database": "",
            "local_transport": "error:5.1.1 no local users",
            "default_transport": "error:5.1.1 no mail leaves this machine",
            "relay_transport": "error:5.1.1 no mail leaves this machine",
            "virtual_alias_domains": " ".join(sorted({alias.rpartition("@")[2] for alias in self.aliases})),
            "virtual_alias_maps": f"inline:{{ {aliases} }}",
            "virtual_mailbox_domains": "mailbox.example",
            "virtual_mailbox_maps": f"inline:{{ {boxes} }}",
            "virtual_mailbox_base": self.mail,
            "virtual_minimum_uid": str(owner.pw_uid),
            "virtual_uid_maps": f"static:{owner.pw_uid}",
            "virtual_gid_maps": f"static:{owner.pw_gid}",
            "in_flow_delay": "0",
            "biff": "no",
            "local_header_rewrite_clients": "",
            # What the README asks of an administrator's main.cf.
            "recipient_delimiter": "+",
            "propagate_unmatched_extensions": "canonical",
            "smtpd_milters": "unix:ticketmilter/milter.sock",
            "non_smtpd_milters": "unix:ticketmilter/milter.sock",
            "milter_default_action": "tempfail",
            "internal_mail_filter_classes": "bounce",
            **self.settings,
        }

    def _write_configuration(self):
        for path in (self.config, self.mail):
            os.makedirs(path, exist_ok=True)
        os.chmod(self.root, 0o755)
        shutil.chown(self.mail, "nobody", "nogroup")
        with open(os.path.join(self.config, "main.cf"), "w", encoding="utf-8") as out:
            out.writelines(f"{name} = {value}\n" for name, value in self.main_cf().items())
        with open(os.path.join(self.config, "master.cf"), "w", encoding="utf-8") as out:
            out.write(f"127.0.0.1:{self.port} inet n - y - - smtpd\n{SERVICES.lstrip()}{self.services}")

    def _run(self, *command, **keywords):
        done = subprocess.run(command, env=self.environment, text=True, errors="replace", check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **keywords)
        if done.returncode != 0:
            raise Trouble(f"{command[0]} failed: {done.stdout.strip() or done.returncode}")
        return done.stdout

    def prepare(self):
        """Makes the directories, with the chroot filled by Debian's own script."""
        missing = missing_program()
        if missing:
            raise Trouble(f"{missing} is missing: apt-get install postfix")
        if not port_is_free(self.port):
            raise Trouble(f"port {self.port} of 127.0.0.1 is taken")
        self._write_configuration()
        os.makedirs(self.queue, exist_ok=True)
        self._run(CONFIGURE_CHROOT)
        self._run("/usr/sbin/postfix", "-c", self.config, "check")

    def start(self):
        if not os.path.isdir(os.path.join(self.queue, "pid")):
            self.prepare()
        # master directly, not `postfix start`: this process is its parent and knows its id.
        self.master = subprocess.Popen([SBIN + "/master", "-c", self.config], env=self.environment,
                                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(self._answers, "Postfix's greeting")
        return self

    def _answers(self):
        if self.master.poll() is not None:
            raise Trouble(f"Postfix ended at once: {self.log_text().strip().splitlines()[-1:]}")
        try:
            with socket.create_connection(("127.0.0.1", self.port), 10) as connection:
                return connection.recv(4).startswith(b"220")
        except ConnectionError:
            return False

    def stop(self):
        if self.master:
            group = self.master.pid
            end_process(self.master)
            try:
                os.killpg(group, signal.SIGKILL)  # master made itself the leader of its daemons' group
            except ProcessLookupError:
                pass
            # A daemon that is still dying keeps the port, and the next master would end at once.
            wait_until(lambda: port_is_free(self.port), f"the release of port {self.port}")
            self.master = None

    def reconfigure(self, settings):
        """Other main.cf settings.  By a restart: after a reload an idle smtpd may still take the next connection."""
        self.settings = {**self.settings, **settings}
        self.stop()
        self._write_configuration()
        self.start()

    def log_text(self):
        try:
            with open(self.log, encoding="utf-8", errors="replace") as log:
                return log.read()
        except FileNotFoundError:
            return ""

    def client(self, name="client.example.net"):
        return smtplib.SMTP("127.0.0.1", self.port, local_hostname=name, timeout=60)

    def send(self, sender, recipients, message, options=()):
        """One transaction on one connection.  Returns (code, text) of the first command that decided."""
        recipients = [recipients] if isinstance(recipients, str) else recipients
        with self.client() as client:
            client.ehlo()
            return transaction(client, sender, recipients, message, options)

    def sendmail(self, sender, recipient, message):
        """Local submission, as a contact form or cron does it."""
        self._run("/usr/sbin/sendmail", "-i", "-f", sender, "--", recipient, input=message)

    def deliveries(self, box="team"):
        """The messages of a mailbox, in the order of their arrival."""
        new = os.path.join(self.mail, box, "new")
        if not os.path.isdir(new):
            return []
        paths = sorted((os.path.join(new, name) for name in os.listdir(new)), key=lambda p: (os.stat(p).st_mtime_ns, p))
        return [Delivery(path) for path in paths]

    def wait_deliveries(self, count, box="team"):
        return wait_until(lambda: (found := self.deliveries(box)) and len(found) >= count and found,
                          f"{count} messages in {box}'s mailbox")

    def queue_is_empty(self):
        return not self._run("/usr/sbin/postqueue", "-c", self.config, "-j").strip()


class Delivery:
    """A delivered message: its bytes, and parsed."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.raw = file.read()
        self.message = email.message_from_bytes(self.raw, policy=email.policy.default)

    def header(self, name):
        return self.message[name]

    def headers(self, name):
        return self.message.get_all(name) or []

    def marks(self):
        return {name: str(value) for name, value in self.message.items() if name.lower().startswith("x-ticket-")}


def transaction(client, sender, recipients, message, options=()):
    """MAIL, RCPT, DATA; (code, text) of the first refusal of all, else of the final dot."""
    code, text = client.mail(sender, options)
    if code == 250:
        answers = [client.rcpt(recipient) for recipient in recipients]
        code, text = next((answer for answer in answers if answer[0] == 250), answers[-1])
        if code == 250:
            if isinstance(message, str):
                message = message.encode().replace(b"\n", b"\r\n")
            try:
                code, text = client.data(message)
            except smtplib.SMTPDataError as error:
                return error.smtp_code, error.smtp_error.decode(errors="replace")
    if code != 250:
        client.rset()
    return code, text.decode(errors="replace")
