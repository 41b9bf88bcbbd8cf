#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""ticketctl(1) against ticketctl: the same commands and options in both, and mandoc has no complaint."""
import os
import re
import shutil
import subprocess
import sys

PROGRAM = os.path.abspath("ticketctl")
PAGE = os.path.join(os.environ.get("srcdir", "."), "docs/man/ticketctl.1")

HELP_OPTION = re.compile(r"  (?:-(\w), |    )--([\w-]+)(?: (\S+))?(?: .*)?$")
HELP_COMMAND = re.compile(r"  ([a-z]+(?: [a-z]+)*)((?: [A-Z=.\[\]]+)*)  +\S")


def program_help(*words):
    environment = {**os.environ, "COLUMNS": "200"}
    return subprocess.run([PROGRAM, *words, "--help"], env=environment, check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def section(text, heading):
    return text.split(f"{heading}\n", 1)[1].split("\n\n", 1)[0].split("\n")


def help_options(text):
    found = set()
    for line in section(text, "options"):
        match = HELP_OPTION.match(line)
        if match:
            found.add(tuple(part or "" for part in match.groups()))
    return found


def from_program():
    """{command: (operands, options)}; the options of every command stand under ""."""
    top = program_help()
    commands = {"": ("", help_options(top))}
    for line in section(top, "commands"):
        match = HELP_COMMAND.match(line)
        if match is None:
            raise SystemExit(f"not understood: {line!r}")
        name, operands = match.group(1), match.group(2).strip()
        commands[name] = (operands, help_options(program_help(*name.split())) - commands[""][1])
    return commands


def mdoc_option(line):
    letter = re.search(r"\bFl (\w)\b", line)
    name = re.search(r"\bFl -([\w-]+)", line)
    argument = re.search(r"\bAr (\S+)$", line)
    return tuple(match.group(1) if match else "" for match in (letter, name, argument))


def from_page(page):
    commands = {"": ("", set())}
    depth, heading, current = 0, "", ""
    for line in page.split("\n"):
        if line.startswith(".Sh "):
            heading, current = line[4:], ""
        depth += line.startswith(".Bl") - line.startswith(".El")
        if line.startswith(".It Cm ") and heading == "COMMANDS" and depth == 1:
            name, _, operands = line[7:].partition(" Ar ")
            current = name
            commands[name] = (operands, set())
        elif line.startswith(".It Fl "):
            commands[current][1].add(mdoc_option(line))
    return commands


def differences(program, page):
    for name in sorted({*program, *page}):
        if name not in page or name not in program:
            yield f"command {name!r} is only in the {'program' if name in program else 'page'}"
            continue
        if program[name][0] != page[name][0]:
            yield f"operands of {name!r}: program {program[name][0]!r}, page {page[name][0]!r}"
        for option in sorted(program[name][1] ^ page[name][1]):
            yield f"option {option} of {name!r} is only in the {'program' if option in program[name][1] else 'page'}"


PLANTED = [
    (".It Cm db check\n", ""),
    (".It Cm list\n", ".It Cm list Ar QUEUE\n"),
    (".It Fl -limit Ar N\n", ""),
    (".It Fl -whole\n", ".It Fl -whole Ar N\n"),
    (".It Fl -json\n", ".It Fl -json\n.It Fl -xml\n"),
    (".It Cm show Ar N\n", ".It Cm move Ar N\n.It Cm show Ar N\n"),
    (".It Fl c , Fl -config Ar FILE\n", ".It Fl -config Ar FILE\n"),
]


def main():
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    program = from_program()
    findings = list(differences(program, from_page(page)))
    for before, after in PLANTED:
        if before not in page or not list(differences(program, from_page(page.replace(before, after, 1)))):
            findings.append(f"planted and not seen: {before!r} → {after!r}")
    if shutil.which("mandoc"):
        lint = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", PAGE], text=True, stdout=subprocess.PIPE)
        findings += lint.stdout.splitlines()
    print("\n".join(findings) if findings else f"{len(program) - 1} commands, no difference")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
