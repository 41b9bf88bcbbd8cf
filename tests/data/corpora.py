#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Takes every message of the corpora through mime_read() and compares what it
made of them with the rows of their checks.tsv.

Usage: corpora.py MAIL-FACTS EXCEPTIONS SHARED-FOLDER.  Exit 77: the folder is not there.
"""
import collections
import datetime
import email
import email.utils
import hashlib
import json
import pathlib
import re
import subprocess
import sys

import bounces

# Fields that are another program's idea, and why.
SKIPPED = {
    "reply_markdown": "HTML as Markdown", "elided_markdown": "HTML as Markdown",
    "reply_if_html_preferred": "we prefer plain text", "reply_if_text_preferred": "Markdown",
    "subject_ticket": "another program's subject tag",
    "header_removed": "another program's control field; ours are written anew on whatever comes in",
    "command": "another program's commands", "keyword": "another program's commands",
    "body.md5": "another program's HTML", "time": "never asserted: counts of steps are",
}
# What takes a running desk.
BY_THE_DAEMON = {"is_spam", "follow_up_of_file", "in_reply_to_ticket"}
# Of zammad's fields all must hold that are not excepted; of the texts of replies so many percent.
AIMS = [
    ("zammad's subjects", "zammad/", r"subject", 100),
    ("zammad's senders", "zammad/", r"from_(email|name)", 100),
    ("zammad's sums of attachments", "zammad/", r"attachment\.md5", 100),
    ("texts of replies", "", r"reply", 95),
]
OPS_WITHOUT_CLAIM = {"peer_specific", "given", "info", "max_seconds"}
NOT_MESSAGES = {"checks.tsv", "LICENSE", "LICENSE.txt", "NOTICE", "ARTISTIC-LICENSE.txt", "README.md", "README.txt"}
BODIES_ONLY = "email_reply_parser"


def is_message(path):
    if path.name in NOT_MESSAGES or path.name.endswith("-summary.txt") or path.suffix == ".json":
        return False
    return path.suffix == ".msg" if "mime4j" in path.parts else True


def messages_of(corpora):
    for path in sorted(corpora.rglob("*")):
        if path.is_file() and is_message(path):
            raw = path.read_bytes()
            if BODIES_ONLY in path.parts:
                raw = b"Content-Type: text/plain; charset=utf-8\n\n" + raw
            yield str(path.relative_to(corpora)), raw


def read_facts(program, messages, *words):
    feed = b"".join(b"%d\n%s" % (len(raw), raw) for raw in messages.values())
    run = subprocess.run([program, *words], input=feed, stdout=subprocess.PIPE, check=False)
    lines = run.stdout.decode("utf-8").splitlines() if run.stdout else []
    names = list(messages)
    if run.returncode != 0 or len(lines) != len(names):
        sys.exit(f"FAIL: exit {run.returncode} at {names[min(len(lines), len(names) - 1)]}")
    return {name: json.loads(line) for name, line in zip(names, lines)}


def unescape(value):
    return re.sub(r"\\([nrt\\])", lambda m: {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}[m[1]], value)


def header(facts, name):
    return next((v for n, v in facts["headers"] if n.lower() == name.lower()), None)


def value_of(facts, field):
    if field.startswith("header."):
        return header(facts, field[len("header."):])
    if field in ("is_auto", "is_bounce", "is_list"):
        return str(facts[field])
    if field == "attachments_count":
        return str(len(facts["attachments"]))
    if field == "attachments_nonempty_count":
        return str(sum(a["size"] > 0 for a in facts["attachments"]))
    if field in ("reply_token", "bounce_token", "to_plus_detail"):
        details = (re.split(r"[+@]", m["address"])[1] for m in facts["to"] + facts["cc"] if "+" in m["address"])
        return " ".join(detail.removeprefix("verp-") for detail in details)
    if field == "bounce_class":
        return {"5": "hard", "4": "soft"}.get(next((f["status"][0] for f in facts["failures"]), ""))
    if field == "attachment.name":
        return [a["name"] for a in facts["attachments"]]
    if field == "cc":
        return [m["address"] for m in facts["cc"]]
    match = re.fullmatch(r"attachment\.(\d+)\.(\w+)", field)
    if match:
        index = int(match[1])
        key = {"mime": "type"}.get(match[2], match[2])
        return str(facts["attachments"][index][key]) if index < len(facts["attachments"]) else None
    return facts.get(field)


def squeeze(text):
    return re.sub(r"\s+", " ", text or "").strip()


def words(text):
    return re.findall(r"\w+", text or "")


def contains_words(have, want):
    """In order, allowing for what stands between (addresses of links); the last word may be cut."""
    have, want = iter(words(have)), words(want)
    return all(word in have for word in want[:-1]) and any(word.startswith(want[-1]) for word in have)


def mailboxes(value):
    """An address field as a list to compare, however it was written."""
    pairs = email.utils.getaddresses([value or ""])
    return [(squeeze(name), address.lower()) for name, address in pairs if "@" in address]


def in_future(value):
    return value is not None and value > datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def strip_lines(text):
    return "\n".join(line.rstrip() for line in (text or "").strip().split("\n"))


OPS = {
    "eq": lambda have, want: strip_lines(have) == strip_lines(want),
    "eq_ci": lambda have, want: (have or "").lower() == want.lower(),
    "eq_space": lambda have, want: (squeeze(have).lower() == squeeze(want).lower() if "@" in want
                                    else squeeze(have) == squeeze(want)),
    "eq_lines": lambda have, want: [l.strip() for l in (have or "").split("\n")] == want.split("\n"),
    "contains": lambda have, want: want in (have or ""),
    "not_contains": lambda have, want: want not in (have or ""),
    "contains_words": contains_words,
    "starts": lambda have, want: (have or "").startswith(want),
    "not_regex": lambda have, want: re.search(want, have or "") is None,
    "regex_visible": lambda have, want: re.search(want, have or "") is not None,
    "regex": lambda have, want: re.search(want, have or "") is not None,
    "has": lambda have, want: want in (have or []),
    "empty": lambda have, want: not have,
    "absent": lambda have, want: not have,
    "invalid": lambda have, want: not have,
    "in_future": lambda have, want: in_future(have),
    "no_error": lambda have, want: True,
}


def has_md5(facts, raw, want):
    """Python's parser finds the body with that MD5; ours must have its SHA-256."""
    wanted = want.split("|")[0]
    have = {a["sha256"] for a in facts["attachments"]}
    for part in email.message_from_bytes(raw).walk():
        payload = part.get_payload(decode=True)
        if payload is not None and hashlib.md5(payload).hexdigest() == wanted:
            return hashlib.sha256(payload).hexdigest() in have
    return None


def has_plain_text(raw):
    """We prefer that, where there is one with content."""
    return any(part.get_content_type() == "text/plain" and (part.get_payload(decode=True) or b"").strip()
               for part in email.message_from_bytes(raw).walk())


def holds(facts, raw, field, op, want):
    """True, False, or None when the row makes no claim that we check."""
    if field in ("header.To", "header.Cc", "header.Reply-To"):
        return mailboxes(value_of(facts, field)) == mailboxes(want)
    if op in OPS_WITHOUT_CLAIM:
        return None
    if field == "body_type" and want == "text/html" and facts["body_type"] != want:
        return facts["body_type"] == "text/plain" and has_plain_text(raw)
    if op == "eq_whole":
        return facts["reply"] == facts["body_text"]
    if field == "attachment.md5":
        return has_md5(facts, raw, want)
    return OPS[op](value_of(facts, field), want)


def rows_of(corpora):
    for table in sorted(corpora.glob("*/checks.tsv")):
        for line in table.read_text(encoding="utf-8").splitlines()[1:]:
            file, field, op, value = (line.split("\t") + [""])[:4]
            yield f"{table.parent.name}/{file}", field, op, unescape(value)


def is_skipped(field):
    setting = re.search(r"\[(.*)\]$", field)
    plain = re.sub(r"\[.*\]$", "", field)
    if setting and setting[1] != "prefer=plain":
        return "a setting of another program"
    return SKIPPED.get(plain) or SKIPPED.get(plain.split(".")[0])


def read_exceptions(path):
    lines = pathlib.Path(path).read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {(file, field, value): why for file, field, value, why in rows}


class Rows:
    """What became of the rows of every checks.tsv."""

    def __init__(self, corpora, messages, facts, exceptions):
        self.counts, self.skipped, self.failures = collections.Counter(), collections.Counter(), []
        self.aims = {what: collections.Counter() for what, *_ in AIMS}
        self.used = set()
        for file, field, op, want in rows_of(corpora):
            why = is_skipped(field)
            if why is not None:
                self.counts["skipped"] += 1
                self.skipped[re.sub(r"\..*|\[.*", "", field), why] += 1
            elif field in BY_THE_DAEMON:
                self.counts["by the daemon"] += 1
            else:
                plain = re.sub(r"\[.*\]$", "", field)
                self.judge(file, field, op, want, exceptions, facts[file],
                           holds(facts[file], messages[file], plain, op, want))
        self.failures += [f"exception for nothing: {key}" for key in exceptions
                          if key not in self.used and key[1] not in BY_THE_DAEMON]
        for what, _, _, percent in AIMS:
            n = self.aims[what]
            if 100 * n["held"] < percent * (n["held"] + n["failed"]):
                self.failures.append(f"{what}: fewer than {percent} % hold")

    def judge(self, file, field, op, want, exceptions, facts, result):
        key = next((k for k in exceptions if k[:2] == (file, field) and k[2] in ("*", want)), None)
        end = "no claim" if result is None else "excepted" if key is not None else "held" if result else "failed"
        self.counts[end] += 1
        for what, folder, pattern, _ in AIMS:
            self.aims[what][end] += file.startswith(folder) and re.fullmatch(pattern, field) is not None
        if result is None:
            return
        if key is not None:
            self.used.add(key)
            if result:
                self.failures.append(f"stale exception: {file} {field}")
        elif not result:
            have = value_of(facts, re.sub(r"\[.*\]$", "", field))
            self.failures.append(f"{file}: {field} {op} {want[:1500]!r}, but is {str(have)[:1500]!r}")

    def lines(self):
        yield "rows: " + ", ".join(f"{n} {end}" for end, n in sorted(self.counts.items()))
        for (field, why), n in sorted(self.skipped.items()):
            yield f"skipped: {n} {field}: {why}"
        for what, n in self.aims.items():
            rate = 100 * n["held"] / max(1, n["held"] + n["failed"] + n["excepted"])
            yield (f"{what}: {n['held']} of {n['held'] + n['failed'] + n['excepted']} hold ({rate:.1f} %), "
                   f"{n['excepted']} differ on purpose")


def answered(facts):
    """Bounces, receipts, feedback reports and vacation notes that the desk would acknowledge."""
    for name, fact in facts.items():
        is_bounce = name.startswith("sisimai-bounces/") and not name.startswith("sisimai-bounces/not/")
        if is_bounce and not fact["no_answer"]:
            yield f"{name}: would be answered"


def lost_recipients(messages, facts):
    """What the raw delivery-status lines say, before the message reported on, and the report that was read does not."""
    original = re.compile(rb"^Content-Type:[ \t]*(message/rfc822|text/rfc822-headers)", re.I | re.M)
    pattern = re.compile(rb"^Final-Recipient:[ \t]*rfc822;[ \t]*<?([!-;=?-~]+@[!-;=?-~]+?)>?[ \t]*[\r\n]", re.I | re.M)
    for name, fact in facts.items():
        read = {r["address"] for r in fact.get("recipients", [])}
        for address in pattern.findall(original.split(messages[name])[0]):
            if fact["report"] == 1 and address.decode().lower() not in read:
                yield f"{name}: {address.decode()} is not among {sorted(read)}"


def main(program, exceptions, shared):
    corpora = pathlib.Path(shared) / "corpora"
    if not corpora.is_dir():
        print(f"SKIP: {corpora} is not there")
        return 77
    messages = dict(messages_of(corpora))
    facts = read_facts(program, messages)
    failures = [f"{name}: {what}" for name, fact in facts.items() for what in fact["broken"]]
    failures += answered(facts)
    failures += lost_recipients(messages, facts)
    bounced = bounces.Judged(messages, facts)
    failures += bounced.failures
    rows = Rows(corpora, messages, facts, read_exceptions(exceptions))
    failures += rows.failures
    for failure in failures:
        print("FAIL:", failure)
    print(f"{len(messages)} messages; {len(failures)} failures", *rows.lines(), sep="\n")
    print(*bounced.missed, *bounced.lines, sep="\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
