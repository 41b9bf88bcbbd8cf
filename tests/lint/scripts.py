#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""shellcheck over the shell scripts, mandoc's lint over the manual pages, a compiler's look at the Python files."""
import ast
import glob
import os
import shutil
import subprocess
import sys
import tempfile

import lintlib

SHELL = ["contrib/demo", "contrib/munin/ticketmilter_", "contrib/check", "contrib/packages.sh",
         "contrib/completion/ticketctl.bash", ".ci/run"]


def run(root, *command):
    done = subprocess.run(command, cwd=root, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.stdout.splitlines() or ([f"{command[0]}: exit {done.returncode}"] if done.returncode else [])


def shell_findings(root, paths):
    return run(root, "shellcheck", "-x", "-f", "gcc", *paths)


def manual_findings(root, paths):
    # Below warnings stand pages that this system lacks, which is its own affair.
    return [line for path in paths for line in run(root, "mandoc", "-T", "lint", "-W", "warning", path)]


def python_findings(root, paths):
    for path in paths:
        try:
            ast.parse(lintlib.read(root, path))
        except SyntaxError as error:
            yield f"{path}:{error.lineno}: {error.msg}"


def blind(plant, text, findings):
    """What a planted violation proves: nothing, when the lint sees it."""
    with tempfile.TemporaryDirectory() as root:
        lintlib.plant(root, plant, text)
        return [] if list(findings(root, [plant])) else [f"this lint is blind: it does not see {text!r}"]


def main():
    findings = list(python_findings(lintlib.SOURCE, lintlib.files(lintlib.SOURCE, ".py", under="tests")
                                    + lintlib.files(lintlib.SOURCE, ".py", under="contrib")))
    findings += blind("planted.py", "def f(:\n", python_findings)
    if shutil.which("shellcheck"):
        # .ci is no part of a released archive.
        findings += shell_findings(lintlib.SOURCE, [path for path in SHELL
                                                    if os.path.exists(os.path.join(lintlib.SOURCE, path))])
        findings += blind("planted.sh", "#!/bin/sh\nrm -r $1\n", shell_findings)
    if shutil.which("mandoc"):
        pages = glob.glob("docs/man/*.[158]", root_dir=lintlib.SOURCE)
        findings += manual_findings(lintlib.SOURCE, sorted(pages))
        findings += blind("planted.1", ".Dd November 20, 2026\n.Dt P 1\n.Os\n.Sh NAME\n.Nm p\n.Nd planted\n.Xyz\n",
                          manual_findings)
    print("\n".join(findings) or "clean")
    return 1 if findings else 0


if __name__ == "__main__":
    missing = [name for name in ("shellcheck", "mandoc") if shutil.which(name) is None]
    status = main()
    if status == 0 and missing:
        lintlib.skip(f"{' and '.join(missing)} missing: apt-get install {' '.join(missing)}")
    sys.exit(status)
