#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""What contrib/packages.sh asks apt-get for, with dpkg-query and apt-get of its own: nothing on this system changes."""
import os
import re
import subprocess
import sys
import tempfile

PACKAGES = os.path.join(os.environ.get("srcdir", "."), "contrib/packages.sh")

STUBS = {
    "dpkg-query": 'case " $INSTALLED " in *" $4 "*) printf installed ;; *) exit 1 ;; esac',
    "apt-get": 'case $1 in install) echo "$*" >>"$ASKED" ;; esac',
}

# What is installed beside all else, and what has to be asked for.
CASES = [
    ("libcurl4-gnutls-dev", ""),
    ("libcurl4-openssl-dev", ""),  # the two conflict with each other
    ("libcurl4-gnutls-dev libcurl4-openssl-dev", ""),
    ("libcurl4", "libcurl4-gnutls-dev"),
    ("", "libcurl4-gnutls-dev"),
]


def asked(directory, needed, installed):
    log = os.path.join(directory, "asked")
    with open(log, "w", encoding="ascii"):
        pass
    subprocess.run(["sh", "-c", '. "$0"; install_missing $BUILD_PACKAGES >/dev/null', PACKAGES], check=True, env={
        "PATH": f"{directory}:{os.environ['PATH']}", "ASKED": log, "INSTALLED": f"{needed} {installed}"})
    with open(log, encoding="ascii") as file:
        return " ".join(word for word in file.read().split()[1:] if not word.startswith("-"))


def main():
    with open(PACKAGES, encoding="ascii") as file:
        needed = re.search(r'BUILD_PACKAGES="([^"]*)"', file.read()).group(1).split()
    others = " ".join(package for package in needed if not package.startswith("libcurl4"))
    failures = 0
    with tempfile.TemporaryDirectory() as directory:
        for name, text in STUBS.items():
            path = os.path.join(directory, name)
            with open(path, "w", encoding="ascii") as out:
                out.write(f"#!/bin/sh\n{text}\n")
            os.chmod(path, 0o755)
        for installed, wanted in CASES:
            got = asked(directory, others, installed)
            if got != wanted:
                failures += 1
                print(f"with {installed or 'none'}: asks for {got or 'nothing'}, not {wanted or 'nothing'}")
    print(f"{len(CASES)} cases, {failures or 'no'} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
