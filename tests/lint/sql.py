#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Values get into SQL by being bound, never by being written into its text: text that is made while the program runs
holds numbers only, but for the places below, whose texts are this program's own; and nobody runs SQL beside
store/db.c."""
import re
import sys

import lintlib

# place and what it writes into SQL; each must be there, or its line goes
OWN_TEXTS = {
    "src/store/db.c": ("settings[i].name", "settings[i].value", "table"),  # its own tables of settings; %Q quotes
    "src/store/dbfile.c": ("create",),                                     # the schema
    "src/store/erase.c": ("before->len",),                                 # what SQLite said of itself
    "src/store/index.c": ("schema_index_sql",),                            # the schema
}
# as SQLite begins them: prose in comments and messages is not so written
WORDS = "SELECT|INSERT|UPDATE|DELETE FROM|PRAGMA|ATTACH|CREATE|DROP|ALTER|VACUUM|BEGIN|COMMIT|REPLACE"
SQL = re.compile(rf'"\s*({WORDS}) ?[^"]*"')
MAKERS = re.compile(r"\b(\w*printf|g_strconcat|g_strjoin|g_string_append\w*|g_string_new)\s*\(")
RUNNERS = re.compile(r"\bsqlite3_(exec|prepare\w*)\s*\(")
TEXT = re.compile(r"%[-0-9.*]*[sc]|%Q|%w")


def call_at(text, start):
    """The call whose parenthesis opens behind `start`, up to its end."""
    depth, in_string = 0, False
    for at in range(text.index("(", start), len(text)):
        char = text[at]
        if in_string:
            in_string = char != '"' or text[at - 1] == "\\"
        elif char == '"':
            in_string = True
        elif char in "()":
            depth += 1 if char == "(" else -1
            if depth == 0:
                return text[start:at + 1]
    return text[start:]


def is_made_of_texts(call):
    if not SQL.search(call):
        return False
    if "printf" in call.split("(", 1)[0]:
        return TEXT.search(call) is not None
    return re.search(r'"\s*,\s*(?!NULL\b)[^")]|,\s*[a-z_]+[^"()]*,\s*NULL', call) is not None


def findings_in(root, path):
    text = re.sub(r"/\*.*?\*/", lambda match: " " * len(match[0]), lintlib.read(root, path), flags=re.S)
    allowed = OWN_TEXTS.get(path, ())
    for match in MAKERS.finditer(text):
        call = call_at(text, match.start())
        if is_made_of_texts(call) and not any(name in call for name in allowed):
            yield f"{path}:{text.count(chr(10), 0, match.start()) + 1}: a text is written into SQL; bind it"
    for match in RUNNERS.finditer(text):
        if path != "src/store/db.c":
            yield f"{path}:{text.count(chr(10), 0, match.start()) + 1}: SQL is run by store/db.c alone"


def lint(root):
    return [finding for path in lintlib.files(root, ".c", ".h") for finding in findings_in(root, path)]


HEAD = "char *f (const char *s) { return "
PLANTED = [
    ("src/store/planted.c", f'{HEAD}g_strdup_printf ("DELETE FROM ticket WHERE id = %s", s); }}\n'),
    ("src/store/planted.c", f'{HEAD}g_strconcat ("SELECT 1 FROM ticket WHERE id = ", s, NULL); }}\n'),
    ("src/store/db.c", f'{HEAD}g_strdup_printf ("PRAGMA %s", s); }}\n'),
    ("src/desk/planted.c", 'int f (sqlite3 *db) { return sqlite3_exec (db, "SELECT 1", NULL, NULL, NULL); }\n'),
]

if __name__ == "__main__":
    sys.exit(lintlib.main(lint, PLANTED))
