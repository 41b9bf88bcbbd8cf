#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""docs/RELIABILITY.md against the tests: rows 1 to 28, each with tests that exist, one of them at least named after the
row (`fault_N_…`); and every test that is named after a row stands in it."""
import re
import sys

import lintlib

TABLE = "docs/RELIABILITY.md"
N_ROWS = 28
ROW = re.compile(r"^\| (\d+) \|.*\| ([^|]*) \|$", re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/.-]+): (\w+)`")
TEST = re.compile(r"(?:START_TEST \(|def )(\w+)")
BY_ROW = re.compile(r"(?:test_)?fault_(\d+)_")


def tests(root):
    """{path: names of its tests and functions}."""
    return {path: set(TEST.findall(lintlib.read(root, path)))
            for path in lintlib.files(root, ".c", ".py", under="tests")}


def lint(table, existing):
    """Findings, one line each."""
    rows = {int(number): shown for number, shown in ROW.findall(table)}
    findings = [f"row {number} is missing" for number in range(1, N_ROWS + 1) if number not in rows]
    for number, shown in rows.items():
        named = NAMED.findall(shown)
        findings += [f"row {number}: no test {name} in {path}" for path, name in named
                     if name not in existing.get(path, ())]
        if number not in {int(match[1]) for _, name in named if (match := BY_ROW.match(name))}:
            findings.append(f"row {number}: no test that is named after it")
    for path, names in existing.items():
        for name in names:
            number = BY_ROW.match(name)
            if number and (path, name) not in NAMED.findall(rows.get(int(number[1]), "")):
                findings.append(f"row {number[1]}: {path}: {name} does not stand there")
    return findings


def main():
    existing, table = tests(lintlib.SOURCE), lintlib.read(lintlib.SOURCE, TABLE)
    findings = lint(table, existing)
    failures = {name for name in existing["tests/mta/failures.py"] if not name.startswith("fault_7_")}
    planted = [
        ("is missing", re.sub(r"(?m)^\| 7 \|.*\n", "", table), existing),
        ("no test fault_12_one_victim", table, {**existing, "tests/mta/acks.py": set()}),
        ("does not stand there", table, {**existing, "tests/mta/new.py": {"fault_3_new"}}),
        ("row 7: no test that is named after it",
         re.sub(r"(?m)^(\| 7 \|.*\|)[^|]*\|$", r"\1 `tests/mta/failures.py: fault_5_disk_full` |", table),
         {**existing, "tests/mta/failures.py": failures}),
    ]
    findings += [f"planted, and not found: {what}" for what, text, names in planted
                 if not any(what in finding for finding in lint(text, names))]
    for finding in findings:
        print(f"{TABLE}: {finding}")
    print("clean" if not findings else f"{len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
