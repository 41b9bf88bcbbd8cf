#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Who may include whom, and which room a foreign header is fenced to; see docs/ARCHITECTURE.md."""
import re
import sys

import lintlib

BELOW_DESK = ["base", "core", "mime", "conf", "store", "outbox"]
MAY_INCLUDE = {
    "base": ["base"],
    "core": ["base", "core"],
    "mime": ["base", "core", "mime"],
    "conf": ["base", "core", "conf"],
    "store": ["base", "core", "store"],
    "outbox": ["base", "core", "outbox"],
    "desk": [*BELOW_DESK, "desk"],
    "milter": [*BELOW_DESK, "desk", "milter"],
    "cli": [*BELOW_DESK, "desk", "cli"],
    "main": [*BELOW_DESK, "desk", "milter", "cli", "main"],
}

# A header outside of these places is a finding.
FENCES = [
    (r"pcre2(posix)?\.h", r"src/core/pattern\.c"),
    (r"gmime/.*|libxml/.*|ytnef\.h|libytnef/.*", r"src/mime/.*"),
    (r"yaml\.h|ical\.h|libical/.*", r"src/conf/.*"),
    (r"sqlite3\.h|zstd\.h", r"src/store/.*"),
    (r"libmilter/.*", r"src/milter/.*"),
    (r"json-glib/.*", r"src/cli/.*"),
    (r"curl/.*", r"src/outbox/.*"),
    (r"nettle/.*", r"src/base/digest\.[ch]"),
    (r"sys/random\.h", r"src/base/entropy\.c"),
    (r"syslog\.h", r"src/base/log\.c"),
    (r"gio/.*|glib-object\.h", r"nowhere"),
]

# Pure rooms see no header of the operating system at all.
IMPURE_IN_CORE = (r"stdio\.h|unistd\.h|fcntl\.h|pthread\.h|signal\.h|locale\.h|netdb\.h|net/.*|sys/.*|glib/gstdio\.h"
                  r"|base/(log|entropy)\.h")

CLOCK_CALL = re.compile(r"\b(time|times|clock|clock_gettime|gettimeofday|g_get_real_time|g_get_monotonic_time"
                        r"|g_date_time_new_now\w*)\s*\(")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)
COMMENT_OR_STRING = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', re.S)


def include_findings(path, bracket, name):
    room = path.split("/")[1]
    if bracket == '"' and "/" in name and name.split("/")[0] in MAY_INCLUDE:
        if name.split("/")[0] not in MAY_INCLUDE[room]:
            yield f"{path}: {room} must not include {name}"
    elif bracket == '"' and name != "config.h":
        yield f'{path}: "{name}" is no file of a room; write "ROOM/FILE.h"'
    for header, place in FENCES:
        if re.fullmatch(header, name) and not re.fullmatch(place, path):
            yield f"{path}: <{name}> is fenced to {place}"
    if room == "core" and re.fullmatch(IMPURE_IN_CORE, name):
        yield f"{path}: core is pure and must not include {name}"


def lint(root):
    findings = []
    for path in lintlib.files(root, ".c", ".h"):
        if path.split("/")[1] not in MAY_INCLUDE:
            findings.append(f"{path}: no such room")
            continue
        text = lintlib.read(root, path)
        for bracket, name in INCLUDE.findall(text):
            findings += include_findings(path, bracket, name)
        if path != "src/base/clock.c":
            calls = CLOCK_CALL.findall(COMMENT_OR_STRING.sub("", text))
            findings += [f"{path}: {call}() is called in base/clock.c only" for call in calls]
    return findings


PLANTED = [
    ("src/core/planted.c", '#include "conf/policy.h"\n'),
    ("src/core/planted.h", "#include <stdio.h>\n"),
    ("src/core/other.c", "#include <pcre2.h>\n"),
    ("src/base/planted.c", '#include "core/mail.h"\n'),
    ("src/mime/planted.c", '#include "store/store.h"\n'),
    ("src/conf/planted.c", '#include "mime/mime.h"\n'),
    ("src/store/planted.c", '#include "conf/policy.h"\n'),
    ("src/store/planted.h", '#include "desk/receive.h"\n'),
    ("src/desk/planted.c", "# include  <sqlite3.h>\n"),
    ("src/milter/planted.c", '#include "cli/print.h"\n'),
    ("src/cli/planted.c", "#include <libmilter/mfapi.h>\n"),
    ("src/cli/other.c", "#include <gmime/gmime.h>\n"),
    ("src/main/planted.c", "#include <yaml.h>\n"),
    ("src/outbox/planted.c", '#include "store/outbox.h"\n'),
    ("src/mime/third.c", '#include "outbox/smtp.h"\n'),
    ("src/desk/third.c", "#include <curl/curl.h>\n"),
    ("src/cli/third.c", "#include <libical/ical.h>\n"),
    ("src/main/other.c", "long f (void) { return time (NULL); }\n"),
    ("src/mime/other.c", "#include <json-glib/json-glib.h>\n"),
    ("src/store/other.c", "#include <nettle/sha2.h>\n"),
    ("src/desk/other.c", '#include "helper.h"\n'),
    ("src/attic/planted.c", "\n"),
]

if __name__ == "__main__":
    sys.exit(lintlib.main(lint, PLANTED))
