#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Files of at most 500 lines, functions of at most 80, lines of at most 120 columns,
the licence in each file's first line."""
import json
import shutil
import subprocess
import sys

import lintlib

FILE_LINES = 500
FUNCTION_LINES = 80
COLUMNS = 120


def functions(root, paths):
    done = subprocess.run(["ctags", "--output-format=json", "--languages=C", "--kinds-C=f", "--fields=+ne", "-f", "-",
                           *paths],
                          cwd=root, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def licensed(root, path):
    head = lintlib.read(root, path).splitlines()[:2]
    lines = head[1:] if head and head[0].startswith(("#!", '.\\" #')) else head[:1]
    return any("SPDX-License-Identifier: BSD-2-Clause" in line for line in lines)


def lint(root):
    findings = []
    sources = lintlib.files(root, ".c", ".h") + lintlib.files(root, ".c", ".h", under="tests")
    scripts = lintlib.files(root, ".py", ".sh", ".mk", under="tests") + lintlib.files(root, ".mk", ".sql")
    for path in sources + scripts:
        lines = lintlib.read(root, path).splitlines()
        if len(lines) > FILE_LINES:
            findings.append(f"{path}: {len(lines)} lines, more than {FILE_LINES}")
        findings += [f"{path}:{number}: {len(line)} columns, more than {COLUMNS}"
                     for number, line in enumerate(lines, 1) if len(line) > COLUMNS]
        if not licensed(root, path):
            findings.append(f"{path}: its first line is not its SPDX-License-Identifier")
    for function in functions(root, sources):
        lines = function["end"] - function["line"] + 1
        if lines > FUNCTION_LINES:
            findings.append(f"{function['path']}:{function['line']}: {function['name']} has {lines} lines, "
                            f"more than {FUNCTION_LINES}")
    return findings


SPDX = "/* SPDX-License-Identifier: BSD-2-Clause */\n"
PLANTED = [
    ("src/core/planted.c", SPDX + "\n" * FILE_LINES),
    ("src/core/planted.c", SPDX + "int\nf (void)\n{\n" + "  g ();\n" * FUNCTION_LINES + "}\n"),
    ("src/core/planted.c", SPDX + "/* " + "–" * (COLUMNS - 5) + " */\n"),
    ("src/core/planted.h", "/* planted */\n"),
    ("src/core/planted.mk", "\n"),
]

if __name__ == "__main__":
    if shutil.which("ctags") is None or "json" not in subprocess.run(["ctags", "--list-features"], capture_output=True,
                                                                     text=True,
                                                                      check=False).stdout:
        lintlib.skip("universal-ctags is missing: apt-get install universal-ctags")
    sys.exit(lintlib.main(lint, PLANTED))
