#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""The systemd units by systemd's own tools, which need no systemd that runs: no complaint about them, an exposure of at
most 1.2, users and directories as they should be; the AppArmor profile by its parser.  Looks at what the build made."""
import os
import shutil
import subprocess
import sys
import tempfile

import lintlib

SYSTEMD, PROFILE = "contrib/systemd", "contrib/apparmor/ticketmilter"
UNITS = ("ticketmilter.service", "ticketmilter.socket")
EXPOSURE = 12  # tenths
DIRECTORIES = {"etc/ticketmilter": (0o2750, "root", "ticketmilter"),
               "var/lib/ticketmilter": (0o750, "ticketmilter", "ticketmilter"),
               "var/spool/postfix/ticketmilter": (0o2710, "ticketmilter", "postfix")}
PASSWD = "root:x:0:0::/root:/bin/sh\nticketmilter:x:990:991::/:/bin/false\n"
GROUP = "root:x:0:\nticketmilter:x:991:\npostfix:x:992:\n"
IDS = {"root": 0, "ticketmilter": 990}
GROUP_IDS = {"ticketmilter": 991, "postfix": 992}


def build_file(name):
    for root in (".", lintlib.SOURCE):
        if os.path.exists(os.path.join(root, name)):
            return lintlib.read(root, name)
    raise FileNotFoundError(f"{name} is missing: run make")


def read_units():
    """With the programs of the build directory, as the installed ones need not be there."""
    texts = {name: build_file(f"{SYSTEMD}/{name}") for name in UNITS}
    lines = [f"Exec{line}" for line in texts[UNITS[0]].split("\nExec")[1:]]
    for line in lines:
        program = line.split("=", 1)[1].split()[0]
        texts[UNITS[0]] = texts[UNITS[0]].replace(program, os.path.abspath(os.path.basename(program)))
    return texts


def run(*command):
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout.splitlines()


def unit_findings(texts):
    with tempfile.TemporaryDirectory() as root:
        for name, text in texts.items():
            lintlib.plant(root, name, text)
        paths = [os.path.join(root, name) for name in UNITS]
        _, lines = run("systemd-analyze", "verify", "--man=no", *paths)
        findings = [line for line in lines if "ticketmilter" in line]
        code, lines = run("systemd-analyze", "security", "--offline=yes", f"--threshold={EXPOSURE}", paths[0])
        return findings if code == 0 else [*findings, f"{UNITS[0]}: {lines[-1].strip()}"]


def directory_findings(text):
    if os.geteuid() != 0:
        return []
    with tempfile.TemporaryDirectory() as root:
        lintlib.plant(root, "etc/passwd", PASSWD)
        lintlib.plant(root, "etc/group", GROUP)
        lintlib.plant(root, "usr/lib/tmpfiles.d/ticketmilter.conf", text.replace(configuration_directory(), "/etc"))
        findings = run("systemd-tmpfiles", "--create", f"--root={root}", "ticketmilter.conf")[1]
        for path, (mode, user, group) in DIRECTORIES.items():
            full = os.path.join(root, path)
            found = os.stat(full) if os.path.isdir(full) else None
            wanted = (mode, IDS[user], GROUP_IDS[group])
            if found is None or (found.st_mode & 0o7777, found.st_uid, found.st_gid) != wanted:
                findings.append(f"tmpfiles.d: /{path} is not {mode:04o} {user}:{group}")
        return findings


def configuration_directory():
    """Of this build: what stands before `/ticketmilter` in the profile's rule for it."""
    line = next(line for line in build_file(PROFILE).splitlines() if line.endswith("/ticketmilter/** r,"))
    return line.split("/ticketmilter/")[0].strip()


def user_findings(text):
    with tempfile.TemporaryDirectory() as root:
        lintlib.plant(root, "usr/lib/sysusers.d/ticketmilter.conf", text)
        _, lines = run("systemd-sysusers", "--dry-run", f"--root={root}", "ticketmilter.conf")
        made = any("Creating user 'ticketmilter'" in line for line in lines)
        return [] if made else [f"sysusers.d makes no user ticketmilter: {lines}"]


def profile_findings(text):
    with tempfile.TemporaryDirectory() as root:
        lintlib.plant(root, "ticketmilter", text)
        code, lines = run("apparmor_parser", "-QK", os.path.join(root, "ticketmilter"))
        return [] if code == 0 else lines or [f"apparmor_parser: exit {code}"]


def blind(what, findings):
    return [] if findings else [f"this lint is blind: it does not see {what}"]


def main():
    findings, missing = [], []
    if shutil.which("systemd-analyze"):
        units, tmpfiles = read_units(), build_file(f"{SYSTEMD}/tmpfiles.d/ticketmilter.conf")
        sysusers = build_file(f"{SYSTEMD}/sysusers.d/ticketmilter.conf")
        findings += unit_findings(units) + directory_findings(tmpfiles) + user_findings(sysusers)
        for line, other in ("ProtectSystem=strict", "ProtectSystem=no"), ("Type=exec", "Tipe=exec"):
            findings += blind(other, unit_findings({**units, UNITS[0]: units[UNITS[0]].replace(line, other)}))
        if os.geteuid() == 0:
            findings += blind("a mode", directory_findings(tmpfiles.replace("2710", "2770")))
        findings += blind("another user", user_findings(sysusers.replace("u ticketmilter", "u ticketmiller")))
    else:
        missing.append("systemd")
    if shutil.which("apparmor_parser"):
        profile = build_file(PROFILE)
        findings += profile_findings(profile) + blind("a wrong rule", profile_findings(profile + "}"))
    else:
        missing.append("apparmor")
    print("\n".join(findings) or "clean")
    return 1 if findings else 0, missing


if __name__ == "__main__":
    status, absent = main()
    if status == 0 and absent:
        lintlib.skip(f"{' and '.join(absent)} missing: apt-get install {' '.join(absent)}")
    sys.exit(status)
