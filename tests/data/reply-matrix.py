#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Language x program x where the answer stands x how it travels: what the customer wrote is the reply, all of it,
and nothing else.  The tables are in tests/data/reply; every message is built from them and read by mime_read().

Usage: reply-matrix.py [-v], in the build directory.
"""
import collections
import html
import json
import os
import pathlib
import re
import subprocess
import sys
import textwrap

OLD = ["Which printer is it?", "Please tell us its number, and whether it burnt before; we keep asking that."]
WHOS = [("Desk", "Desk <desk@example.com>"),
        ("Support (Example GmbH & Co. KG)", '"Support (Example GmbH & Co. KG)" <customer-support@help.example.com>')]
CARRIERS = {
    "lf": "", "crlf": "", "flowed": "; format=flowed", "delsp": "; format=flowed; delsp=yes", "wrapped": "",
    "html": None, "apple": None, "outlook": None, "web": None,
}
LONG_CARRIERS = {name: CARRIERS[name] for name in ("lf", "wrapped", "delsp")}  # where the length of a name matters
WIDTH = 72


def rows(folder, name):
    for line in (folder / name).read_text("utf-8").splitlines():
        if line and not line.startswith("# "):
            yield [field.replace("\\n", "\n").replace("\\t", "\t") for field in line.split("\t")]


def quoted(lines, depth=1):
    return [(">" * depth + " " + line).rstrip() for line in lines]


# --- where the answer stands: the lines of a message, and what of them is the reply ---


def placed(intro, kind, first, second):
    """Style, pieces, the reply.  A piece is ("own" | "intro" | "quote" | "plain" | "blank", lines)."""
    one, two = ("own", first.split("\n")), ("own", second.split("\n"))
    above, old, bare = ("intro", intro.split("\n")), ("quote", OLD), ("plain", OLD)
    blank, both = ("blank", [""]), first + "\n\n" + second
    if kind != "block":
        yield "top", [one, blank, two, blank, above, old], both
        yield "top, glued", [one, above, old], first
        yield "bottom", [above, old, blank, one, blank, two], both
        yield "bottom, a line below", [above, blank, old, blank, one], first
        yield "inline", [above, old, blank, one, blank, old, blank, two, blank, old], None
        yield "signed", [one, blank, ("own", ["-- ", "Bob Meier", "Customer Ltd"]), blank, above, old], first
        yield "phone", [one, blank, ("own", ["Sent from my iPhone"]), blank, above, old], first
        yield "nested", [one, blank, above, ("quote", OLD + [""] + intro.split("\n") + quoted(OLD))], first
    if kind != "intro":
        yield "top, no marks", [one, blank, two, blank, above, blank, bare], both
        yield "top, no marks, nested", [one, blank, above, blank, bare, blank, above, blank, bare], first
    if kind == "block":
        yield "rule above", [one, blank, ("plain", ["_" * 32]), above, blank, bare], first
        yield "bold", [one, blank, ("intro", bold(intro)), blank, bare], first
        yield "phone", [one, blank, ("own", ["Get Outlook for iOS"]), ("plain", ["_" * 32]), above, blank, bare], first


def bold(intro):
    return [re.sub(r"^([^\n:：-]+\s?[:：])", r"*\1*", line) for line in intro.split("\n")]


# --- how it travels ---


def wrap(lines):
    out = []
    for line in lines:
        marks = re.match(r">*", line)[0]
        pieces = textwrap.wrap(line.lstrip("> "), WIDTH, break_long_words=False, break_on_hyphens=False) or [""]
        out += [line] if line == "-- " else [f"{marks} {piece}".strip() for piece in pieces]
    return out


def flow(lines, delsp):
    """RFC 3676: soft breaks, space-stuffing, a signature's line as it is."""
    out = []
    for line in lines:
        marks = re.match(r">*", line)[0]
        text = line[len(marks):].removeprefix(" ")
        if text == "-- ":
            out.append(text)
            continue
        pieces = textwrap.wrap(text, WIDTH - 8, break_long_words=False, break_on_hyphens=False) or [""]
        for i, piece in enumerate(pieces):
            last = i + 1 == len(pieces)
            stuffed = " " if marks or piece.startswith((" ", ">", "From ")) else ""
            out.append(marks + stuffed + piece + ("" if last else "  " if delsp else " "))
    return out


def plain_lines(pieces):
    lines = []
    for kind, text in pieces:
        lines += quoted(text) if kind == "quote" else text
    return lines


def labelled(lines):
    return "<br>\n".join(re.sub(r"^([^:：]+[:：])", r"<b>\1</b>", html.escape(line), count=1) for line in lines)


def html_piece(carrier, kind, lines):
    text = "<br>\n".join(html.escape(line) for line in lines)
    if kind == "blank":
        return "<div><br></div>"
    if kind != "intro":
        return f"<div>{text}</div>"
    if carrier == "outlook":
        return ('<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
                f'<p class="MsoNormal">{labelled(lines)}<o:p></o:p></p></div></div>')
    if carrier == "web":
        return ('<hr tabindex="-1" style="display:inline-block;width:98%"><div id="divRplyFwdMsg" dir="ltr">'
                f'<font face="Calibri" color="#000000">{labelled(lines)}</font><div>&nbsp;</div></div>')
    return f'<div class="gmail_attr">{text}<br></div>'


def html_body(carrier, pieces):
    """Apple Mail has the line that introduces a quotation inside of it."""
    out, held = [], ""
    for kind, lines in pieces:
        piece = html_piece(carrier, kind, lines)
        if kind == "intro" and carrier == "apple":
            held = piece + '<br class="Apple-interchange-newline">'
        elif kind == "quote":
            marked = "<br>\n".join(html.escape(line) for line in lines if not line.startswith(">"))
            out.append(f'<blockquote type="cite">{held}<div>{marked}</div></blockquote>')
            held = ""
        else:
            out.append(piece)
    return "<html><head><style>p {margin:0}</style></head><body>" + held + "\n".join(out) + "</body></html>"


def carriers_of(kind, style, intro):
    if kind == "block":
        return ["lf", "crlf", "flowed"] + (["outlook", "web"] if style.startswith("top") else [])
    if "no marks" in style:
        return ["lf", "crlf", "wrapped", "flowed"]
    # A name that was wrapped, under the customer's words without a blank line: nobody can tell where those end.
    if style == "top, glued" and intro.startswith(("{who}", "* {who}", "Понедельник")):
        return ["lf", "crlf", "flowed", "html", "apple"]
    return ["lf", "crlf", "wrapped", "flowed", "delsp", "html", "apple"]


def message(carrier, pieces):
    parameters = CARRIERS[carrier]
    if parameters is None:
        body, subtype, parameters = html_body(carrier, pieces), "html", ""
    else:
        lines, subtype = plain_lines(pieces), "plain"
        lines = wrap(lines) if carrier == "wrapped" else flow(lines, carrier == "delsp") if parameters else lines
        body = "\n".join(lines) + "\n"
    head = ("From: Bob <bob@customer.example>\nTo: desk@example.com\nSubject: Re: Fire\nMIME-Version: 1.0\n"
            f"Content-Type: text/{subtype}; charset=utf-8{parameters}\n\n")
    text = head + body
    return (text.replace("\n", "\r\n") if carrier == "crlf" else text).encode("utf-8")


# --- what must come of it ---


def squeeze(text):
    return re.sub(r"\s+", " ", text).strip()


def judge(reply, wanted, first, second):
    """None, "lost" (the customer's words are missing) or "left" (others' words are taken for his)."""
    reply = squeeze(reply)
    if wanted is None:
        whole = reply.startswith(squeeze(first)) and reply.endswith(squeeze(second))
        return None if whole else "lost" if squeeze(first) not in reply or squeeze(second) not in reply else "left"
    if reply == squeeze(wanted):
        return None
    return "lost" if squeeze(wanted) not in reply else "left"


def cases(folder):
    own = {language: (first, second) for language, first, second in rows(folder, "own.tsv")}
    for kind, languages, program, form in rows(folder, "forms.tsv"):
        for language in languages.split(","):
            for name, who in WHOS if "{" in form else WHOS[:1]:
                carriers = CARRIERS if name == WHOS[0][0] else LONG_CARRIERS
                first, second = own[language]
                for style, pieces, wanted in placed(form.format(name=name, who=who), kind, first, second):
                    for carrier in carriers.keys() & set(carriers_of(kind, style, form)):
                        yield (language, program, style, carrier), message(carrier, pieces), wanted, first, second
    for language, trailer in rows(folder, "trailers.tsv"):
        first, second = own[language]
        for carrier in ("lf", "crlf", "html"):
            pieces = [("own", first.split("\n")), ("blank", [""]), ("own", trailer.split("\n"))]
            yield (language, "phone: " + trailer, "trailer", carrier), message(carrier, pieces), first, first, second
    for (text,) in rows(folder, "kept.tsv"):
        for carrier in ("lf", "crlf", "flowed", "html"):
            for whole in (text, "Hello,\n\n" + text):
                raw = message(carrier, [("own", whole.split("\n"))])
                yield ("-", text, "kept", carrier), raw, whole, whole, whole


def main():
    program, folder = "tests/data/mail-facts", pathlib.Path(os.environ.get("srcdir", "."), "tests", "data", "reply")
    table = list(cases(folder))
    feed = b"".join(b"%d\n%s" % (len(raw), raw) for _, raw, _, _, _ in table)
    run = subprocess.run([program], input=feed, stdout=subprocess.PIPE, check=False, timeout=300)
    lines = run.stdout.decode("utf-8").splitlines()
    if run.returncode != 0 or len(lines) != len(table):
        sys.exit(f"FAIL: exit {run.returncode}, {len(lines)} of {len(table)} messages read")
    failed, n = collections.Counter(), collections.Counter()
    for (what, raw, wanted, first, second), line in zip(table, lines):
        facts = json.loads(line)
        verdict = "broken" if facts["broken"] else judge(facts["reply"], wanted, first, second)
        n[what[2]] += 1
        if verdict is not None:
            failed[verdict] += 1
            print(f"FAIL: {verdict}: {', '.join(what)}")
            if "-v" in sys.argv:
                print(raw.decode("utf-8"), "-->", facts["reply"], sep="\n", end="\n\n")
    print(f"{len(table)} messages, {len({what[0] for what, *_ in table}) - 1} languages, "
          f"{len({what[:2] for what, *_ in table})} forms: {sum(failed.values())} read otherwise {dict(failed)}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
