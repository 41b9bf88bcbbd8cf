# SPDX-License-Identifier: BSD-2-Clause
"""What the bounces, receipts and complaints of the corpora say: by Python's parser where they have a report, else by
wild-bounces.tsv, which somebody read."""
import email
import pathlib
import re

TABLE = pathlib.Path(__file__).with_name("wild-bounces.tsv")
AIM = 95  # percent of the recipients of each kind
SAMPLES = "sisimai-bounces/"
# In the folder of bounces, and none: complaints, vacation notes, what a mailing list answers, a note of a delivery.
NO_BOUNCES = re.compile(r"sisimai-bounces/(not/|\w+/(arf-|rfc3834-|lhost-fml-|lhost-amazonses-12))")
ORIGINALS = "message/rfc822", "text/rfc822-headers"
MDN, ARF = 2, 3  # TmReportKind


def parse(raw):
    return email.message_from_bytes(re.sub(rb"\r\n?", b"\n", raw))


def is_bounce(name):
    return name.startswith(SAMPLES) and NO_BOUNCES.match(name) is None


def address_in(value):
    """Of a field like `rfc822; user@example.net`; some write `rfc/822`, or no type."""
    found = re.fullmatch(r"(?:[\w/-]+;)?\s*<?([!-;=?-~]+@[!-;=?-~]+?)>?\s*", value, re.I)
    return found[1].lower() if found else None


def report_of(message, kind):
    """The first part of that type in a message, not in the one that it is about; and that one, if it is there."""
    report = original = None
    for part in message.walk():
        if part.get_content_type() == f"message/{kind}" and report is None:
            report = part
        elif part.get_content_type() in ORIGINALS and part is not message:
            original = part
            break
    return report, original


def records(report):
    payload = report.get_payload() if report is not None else ""
    return [] if isinstance(payload, str) else payload


def reported_failures(raw):
    """(recipient, status) of each record that failed or is delayed."""
    for record in records(report_of(parse(raw), "delivery-status")[0]):
        address = address_in(str(record.get("Final-Recipient", "")))
        status = re.match(r"\s*([45]\.\d+\.\d+)", str(record.get("Status", "")))
        if address and status and str(record.get("Action", "")).strip().lower().startswith(("failed", "delayed")):
            yield address, status[1]


def wild_failures():
    """{file: [(recipient, status, action)]}"""
    table = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            file, *said = line.split("\t")
            table.setdefault(SAMPLES + file, []).append(said)
    return table


def listed(table, name):
    return table.get(name.replace("/mac/", "/dos/"), [])


def is_said(failure, recipient, status, action):
    wanted = status.split("|")
    is_status = failure["status"] in wanted or failure["status"][0] in wanted
    return failure["recipient"] == recipient and is_status and failure["final"] == (action == "failed")


def copied_id(original):
    """Message-ID of the message that a report is about."""
    if original is None:
        return ""
    payload = original.get_payload()
    message = payload[0] if isinstance(payload, list) else email.message_from_string(payload)
    return id_in(str(message.get("Message-ID", "")))


def id_in(value):
    found = re.search(r"<([^<>\s]+)>", value)
    return found[1] if found else ""


def receipts(name, raw, fact):
    """What a receipt says and was not read so."""
    report, original = report_of(parse(raw), "disposition-notification")
    if report is None or fact["report"] != MDN:
        return
    fields = records(report)[0] if records(report) else email.message_from_string(report.get_payload())
    said = re.split(r"[\s/]", str(fields.get("Disposition", "")).rpartition(";")[2].strip())[0].lower()
    identity = id_in(str(fields.get("Original-Message-ID", ""))) or copied_id(original)
    read = fact["recipients"][0] if fact["recipients"] else {"action": "", "address": ""}
    if said and read["action"].partition("/")[0] != said:
        yield f"{name}: disposition {said}, but is {read['action']}"
    if (address_in(str(fields.get("Final-Recipient", ""))) or "") != read["address"]:
        yield f"{name}: receipt of {fields.get('Final-Recipient')}, but is {read['address']}"
    if identity and identity != fact["original_message_id"]:
        yield f"{name}: receipt for {identity}, but is {fact['original_message_id']}"


def complaints(name, raw, fact):
    """What a complaint says and was not read so."""
    report, original = report_of(parse(raw), "feedback-report")
    if report is None or fact["report"] != ARF:
        return
    payload = report.get_payload()
    fields = payload[0] if isinstance(payload, list) else email.message_from_string(payload)
    said = str(fields.get("Feedback-Type", "")).strip().lower()
    if said not in {read["action"] for read in fact["recipients"]}:
        yield f"{name}: complaint of {said}, but is {fact['recipients']}"
    for value in fields.get_all("Original-Rcpt-To", []):
        if address_in(str(value)) not in {read["address"] for read in fact["recipients"]} | {None}:
            yield f"{name}: complaint about mail to {value}, but is {fact['recipients']}"
    identity = copied_id(original)
    if identity and identity not in fact["original_message_id"]:
        yield f"{name}: complaint about {identity}, but is {fact['original_message_id']}"


class Judged:
    """Which of what the messages say was read; `failures` says what makes the run fail."""

    def __init__(self, messages, facts):
        self.failures, self.missed, self.lines = [], [], []
        table, held, wanted = wild_failures(), {"reported": 0, "read by hand": 0}, {"reported": 0, "read by hand": 0}
        n_bounces = n_recognised = n_receipts = n_complaints = 0
        for name, fact in facts.items():
            raw = messages[name]
            self.failures += [*receipts(name, raw, fact), *complaints(name, raw, fact)]
            n_receipts += fact["report"] == MDN
            n_complaints += fact["report"] == ARF
            if not is_bounce(name):
                continue
            said = [(recipient, status, None) for recipient, status in dict(reported_failures(raw)).items()]
            kind = "reported" if said else "read by hand"
            said = said or listed(table, name)
            if not said:
                self.failures.append(f"{name}: has neither a report nor a row in {TABLE.name}")
            for recipient, status, action in said:
                is_read = any(is_said(failure, recipient, status, action or
                                      ("failed" if failure["final"] else "delayed")) for failure in fact["failures"])
                held[kind] += is_read
                wanted[kind] += 1
                if not is_read:
                    self.missed.append(f"{name}: {recipient} {status}, but is "
                                       f"{[(f['recipient'], f['status'], f['final']) for f in fact['failures']]}")
            strangers = {f["recipient"] for f in fact["failures"]} - {recipient for recipient, *_ in said}
            if strangers and kind != "reported":
                self.missed.append(f"{name}: nothing says of {sorted(strangers)} that they failed")
                held[kind] -= len(strangers)
            n_bounces += 1
            n_recognised += fact["is_bounce"]
        for kind, n in wanted.items():
            percent = 100 * held[kind] / n if n else 100
            self.lines.append(f"recipient and status, {kind}: {held[kind]} of {n} ({percent:.1f} %)")
            if percent < AIM:
                self.failures += [f"less than {AIM} % of those {kind}", *self.missed]
        self.lines.append(f"{n_recognised} of {n_bounces} bounces recognised; "
                          f"{n_receipts} receipts, {n_complaints} complaints")
        if 100 * n_recognised < AIM * n_bounces:
            self.failures.append(f"only {n_recognised} of {n_bounces} bounces are recognised as such")
