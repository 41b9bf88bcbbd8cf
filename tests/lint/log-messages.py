#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""docs/log-messages.md against the log calls in src/: each line's shape and level, both ways."""
import os
import re
import sys

import lintlib

PAGE = "docs/log-messages.md"
LEVELS = {"log_error": "error", "log_warning": "warning", "log_info": "info"}

CALL = re.compile(r"\b(log_error|log_warning|log_info)\s*\(((?:\s*(?:\"(?:\\.|[^\"\\])*\"|[A-Z][A-Z0-9_]*))+)\s*[,)]")
ANY_CALL = re.compile(r"\b(?:log_(?:error|warning|info)|log_message)\s*\(")
PIECE = re.compile(r'"((?:\\.|[^"\\])*)"|([A-Z][A-Z0-9_]*)')
CONVERSION = re.compile(r"%[-+ #0-9.*]*(?:hh|h|ll|l|z|j|t)?[a-zA-Z]")
ENTRY = re.compile(r"^- `([^`]+)` \(([a-z, ]+)\):", re.M)

VALUE = "\0"
PLACEHOLDER = re.compile(r"\b[A-Z]{2,}\b")
LITERAL_CAPITALS = {"BUG", "MTA"}  # words in capitals that stand in the messages themselves

LOGGER = "src/base/log.c"


def shape_of_format(pieces):
    """The literals and macros of a format as text with every conversion replaced by VALUE."""
    text = ""
    for literal, macro in PIECE.findall(pieces):
        if macro == "PACKAGE_VERSION":
            text += VALUE
        elif macro:  # a length modifier with its conversion: the % stands before it
            text += "d"
        else:
            text += literal.replace('\\"', '"')
    return CONVERSION.sub(VALUE, text).replace("%%", "%")


def shape_of_entry(text):
    return PLACEHOLDER.sub(lambda found: found.group() if found.group() in LITERAL_CAPITALS else VALUE, text)


def lint(root):
    page = lintlib.read(root, PAGE) if os.path.exists(os.path.join(root, PAGE)) else lintlib.read(lintlib.SOURCE, PAGE)
    entries = {(shape_of_entry(text), level) for text, levels in ENTRY.findall(page) for level in levels.split(", ")}
    seen, findings = set(), []
    for path in lintlib.files(root, ".c"):
        if path == LOGGER:
            continue
        source = lintlib.read(root, path)
        calls = CALL.findall(source)
        if len(calls) != len(ANY_CALL.findall(source)):
            findings.append(f"{path}: a log call whose format is not a literal, or that is log_message() itself")
        for function, pieces in calls:
            key = (shape_of_format(pieces), LEVELS[function])
            seen.add(key)
            if key not in entries:
                findings.append(f"{path}: not in {PAGE} with level {key[1]}: {key[0].replace(VALUE, '…')}")
    for shape, level in sorted(entries - seen):
        findings.append(f"{PAGE}: nothing in src/ logs with level {level}: {shape.replace(VALUE, '…')}")
    return findings


HEAD = '/* SPDX-License-Identifier: BSD-2-Clause */\n#include "base/log.h"\n'
PLANTED = [
    ("src/desk/planted.c", HEAD + 'void f (void)\n{\n  log_info ("a line that no page knows %s", "x");\n}\n'),
    ("src/desk/planted.c", HEAD + 'void f (void)\n{\n  log_error ("stopped");\n}\n'),
    ("src/desk/planted.c", HEAD + "void f (const char *text)\n{\n  log_info (text);\n}\n"),
]

if __name__ == "__main__":
    sys.exit(lintlib.main(lint, PLANTED))
