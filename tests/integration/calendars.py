#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""ticketctl calendar: what it prints, what it refuses, and our own vectors once more through the configuration."""
import contextlib
import datetime
import json
import os
import re
import unittest

import ctl

HERE = os.path.dirname(os.path.abspath(__file__))
VECTORS = os.path.join(HERE, "../data/own.tsv")

CALENDARS = """\
instance: example
zone: America/New_York
calendars:
  office: {zone: Europe/Berlin, hours: 'mon-fri=06:00-18:00', holidays: ['*-12-25'], open: ['2026-12-24=09:00-12:00']}
  desk: {hours: 'mon-fri=09:00-17:00'}
  past: {hours: none, open: ['2020-01-01=08:00-09:00']}
"""

ICAL = b"""\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//holidays//EN
BEGIN:VEVENT
UID:1
DTSTART;VALUE=DATE:20201225
DTEND;VALUE=DATE:20201227
RRULE:FREQ=YEARLY
SUMMARY:Christmas
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART;VALUE=DATE:20240329
SUMMARY:Good \x1b[31mFriday
END:VEVENT
BEGIN:VEVENT
UID:3
DTSTART:20240329T100000Z
SUMMARY:Lunch
END:VEVENT
BEGIN:VEVENT
UID:4
DTSTART;VALUE=DATE:20240401
END:VEVENT
END:VCALENDAR
"""
FOURTH_THURSDAY = (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20201126\n"
                   b"RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH\nSUMMARY:Thanksgiving\nEND:VEVENT\nEND:VCALENDAR\n")


def rule(text):
    return ICAL.replace(b"RRULE:FREQ=YEARLY", b"RRULE:" + text)


def event(lines):
    return b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\n" + lines + b"END:VEVENT\nEND:VCALENDAR\n"


SAID = [
    ("due office 2026-11-06T17:00 2bh", "2026-11-09T06:00:00Z"),
    ("due office 2026-11-06T16:00:00Z 2bd", "2026-11-10T16:00:00Z"),
    ("due office 2026-11-06T16:00Z 1bd@close", "2026-11-09T17:00:00Z"),
    ("due office 2026-11-06T11:00-05:00 30m", "2026-11-06T16:30:00Z"),
    ("due office 2026-12-23T17:00 1bd", "2026-12-24T11:00:00Z"),
    ("due office 2026-11-06T17:00 none", "never"),
    ("due past 2026-11-06T17:00 1bh", "never"),
    ("due desk 2026-11-06T16:30 1bh", "2026-11-09T14:30:00Z"),
    ("due office 2026-11-06T17:00 2bh --pause 2026-11-06T17:30/2026-11-06T20:00", "2026-11-09T06:30:00Z"),
    ("due office 2026-11-06T17:00 2bh --pause 2026-11-06T17:30/", "never"),
    ("due office 2026-11-06T17:00 2bh --pause 2026-11-07/2026-11-08 --pause 2026-11-09T06:00/2026-11-09T07:00",
     "2026-11-09T07:00:00Z"),
    ("between office 2026-11-06 2026-11-09T07:00", "46800"),
    ("between office 2026-11-09 2026-11-06", "0"),
    ("windows office 2026-12-23T17:00 2026-12-28T05:00Z",
     "2026-12-23T16:00:00Z 2026-12-23T17:00:00Z\n2026-12-24T08:00:00Z 2026-12-24T11:00:00Z"),
    ("windows past 2026-12-23 2026-12-28", ""),
    ("ask office is_open 2026-11-06T17:00", "true"),
    ("ask office is_open 2026-11-06T17:00 --pause 2026-11-06/", "false"),
    ("ask office wall2utc 2026-10-25T02:30", "2026-10-25T00:30:00Z"),
    ("ask office add 2026-11-06T17:00 0", "2026-11-06T16:00:00Z"),
    ("ask office add_bd 2026-11-06T17:00 2@12:30", "2026-11-10T11:30:00Z"),
    ("ask office sub_bd 2026-11-09T17:00 1", "2026-11-06T16:00:00Z"),
    ("ask past sub 2026-11-06 1", "never"),
]

BAD = [
    ("due nowhere 2026-11-06 1bh", 64, "unknown calendar `nowhere`: the section `calendars`"),
    ("due offce 2026-11-06 1bh", 64, "did you mean `office`"),
    ("due office 2026-11-06 1d", 64, "`1d`: `d` is ambiguous"),
    ("due office 2026-02-30 1bh", 64, "`2026-02-30` is no time"),
    ("due office tomorrow 1bh", 64, "`tomorrow` is no time"),
    ("due office 2026-11-06T25:00 1bh", 64, "`2026-11-06T25:00` is no time"),
    ("due office 2026-11-06", 64, "TARGET is missing"),
    ("due office 2026-11-06 1bh 2bh", 64, "`2bh`"),
    ("due office 2026-11-06 1bh --pause 2026-11-06", 64, "`2026-11-06` is no pause"),
    ("due office 2026-11-06 1bh --pause 2026-11-06/2026-11-05", 64, "ends before it starts"),
    ("due office 2026-11-06 1bh --pause x/2026-11-05", 64, "`x` is no time"),
    ("between office 2026-11-06 x", 64, "`x` is no time"),
    ("windows office x 2026-11-06", 64, "`x` is no time"),
    ("ask office ad 2026-11-06 1", 64, "unknown operation `ad`: did you mean `add`?"),
    ("ask office frobnicate 2026-11-06 1", 64, "one of add, sub, between"),
    ("ask office add 2026-11-06", 64, "`add` needs an AMOUNT"),
    ("ask office add 2026-11-06 -- -5", 64, "`-5` is no number of seconds"),
    ("ask office add 2026-11-06 1h", 64, "`1h` is no number of seconds"),
    ("ask office add 2026-11-06 99999999999", 64, "is no number of seconds"),
    ("ask office add_bd 2026-11-06 0", 64, "`0` is no number of business days"),
    ("ask office add_bd 2026-11-06 1@25:00", 64, "is no number of business days"),
    ("ask office sub_bd 2026-11-06 1@close", 64, "is no number of business days"),
    ("ask office next_open 2026-11-06 5", 64, "takes no AMOUNT"),
    ("ask office wall2utc 2026-11-06T10:00Z", 64, "is no time without offset"),
    ("import {root}/none.ics", 66, "No such file"),
]


@contextlib.contextmanager
def desk_with(configuration):
    desk = ctl.Desk(filled=False)
    desk.write("ticketmilter.yaml", configuration.encode())
    yield desk
    desk.close()


def has_libical(desk):
    return b"libical" not in desk.run("calendar", "import", "-", stdin=ICAL).stderr


# --- vectors as configuration ---

def quoted(texts):
    return "[" + ", ".join(f"'{text}'" for text in texts) + "]"


def dated(option):
    """`DATE:WINDOWS/…` as items `DATE=WINDOWS`."""
    return [re.sub(r"^(.{10}):", r"\1=", item) for item in option.split("/")]


def configuration_of(row, options):
    lines = ["instance: example", "calendars:", "  own:", f"    zone: {row['timezone']}",
             f"    hours: '{row['hours']}'"]
    if row["holidays"] != "-":
        lines.append(f"    holidays: {quoted(row['holidays'].split(','))}")
    if "over" in options:
        lines.append(f"    open: {quoted(dated(options['over']))}")
    if "breaks" in options:
        lines.append(f"    breaks: {quoted(dated(options['breaks']))}")
    return "\n".join(lines) + "\n"


def rows():
    with open(VECTORS, encoding="utf-8") as file:
        lines = [line.rstrip("\n").split("\t") for line in file if line.strip() and not line.startswith("#")]
    for line in lines[1:]:
        row = dict(zip(lines[0], line))
        options = dict(option.split("=", 1) for option in row["opts"].split())
        # A calendar that never opens is refused, other readings of days are not ours.
        if row["hours"] != "none" and options.get("days", "close") == "close":
            yield row, options


def words_of(row, options):
    amount = row["amount"] + ("@close" if options.get("days") == "close" else "")
    pauses = options["pauses"].split(",") if "pauses" in options else []
    return [row["start"], amount, *[word for pause in pauses for word in ("--pause", pause)]]


def is_same(said, wanted):
    if "T" not in wanted:
        return said == wanted
    return said != "never" and datetime.datetime.fromisoformat(said.replace("Z", "+00:00")) == (
        datetime.datetime.fromisoformat(wanted.replace("Z", "+00:00")))


class CalendarTest(unittest.TestCase):
    maxDiff = None

    def test_said(self):
        with desk_with(CALENDARS) as desk:
            for words, said in SAID:
                with self.subTest(words=words):
                    self.assertEqual(desk.text("calendar", *words.split()).rstrip("\n"), said)

    def test_bad_input(self):
        with desk_with(CALENDARS) as desk:
            for words, code, said in BAD:
                with self.subTest(words=words):
                    done = desk.run("calendar", *words.format(root=desk.root).split())
                    self.assertEqual((done.returncode, done.stdout, done.stderr.count(b"\n")), (code, b"", 1), done)
                    self.assertIn(said, done.stderr.decode())

    def test_json(self):
        with desk_with(CALENDARS) as desk:
            for words, document in (
                ("due office 2026-11-06T17:00 2bh", {"due_at": "2026-11-09T06:00:00Z"}),
                ("due office 2026-11-06T17:00 none", {"due_at": None}),
                ("between office 2026-11-06 2026-11-07", {"seconds": 43200}),
                ("windows office 2026-11-06 2026-11-07",
                 {"windows": [{"open_at": "2026-11-06T05:00:00Z", "close_at": "2026-11-06T17:00:00Z"}]}),
                ("ask office is_open 2026-11-07 -", {"result": False}),
                ("ask office between 2026-11-06 2026-11-07", {"result": 43200}),
                ("ask past sub 2026-11-06 1", {"result": None}),
            ):
                with self.subTest(words=words):
                    self.assertEqual(desk.json("calendar", *words.split()), {"version": 1, **document})

    def test_never_opens(self):
        with desk_with("instance: example\ncalendars: {own: {hours: none}}\n") as desk:
            done = desk.run("calendar", "due", "own", "2026-11-06", "1bh")
            self.assertEqual(done.returncode, 78, done)
            self.assertIn(b"never opens", done.stderr)

    def test_vectors(self):
        n_met = 0
        with desk_with(CALENDARS) as desk:
            for row, options in rows():
                desk.write("ticketmilter.yaml", configuration_of(row, options).encode())
                start, *rest = words_of(row, options)
                said = desk.text("calendar", "ask", "own", row["op"], start, *rest).strip()
                if options.get("end") == "next_open":
                    said = desk.text("calendar", "ask", "own", "next_open", said).strip()
                self.assertTrue(is_same(said, row["ref"]), (row, said))
                n_met += 1
        print(f"own.tsv by ticketctl calendar ask: {n_met} met", flush=True)
        self.assertGreater(n_met, 100)


class ImportTest(unittest.TestCase):
    def setUp(self):
        self.desk = ctl.Desk(filled=False)
        self.addCleanup(self.desk.close)
        if not has_libical(self.desk):
            self.skipTest("built without libical")

    def test_lines(self):
        text = self.desk.text("calendar", "import", self.desk.write("holidays.ics", ICAL))
        self.assertEqual(text, "holidays:\n  - '*-12-25' # Christmas\n  - '*-12-26' # Christmas\n"
                               "  - '2024-03-29' # Good [31mFriday\n  - '2024-04-01'\n"
                               "  # Lunch: left out: it has a time of day\n")
        self.assertEqual(self.desk.json("calendar", "import", "-", stdin=ICAL)["holidays"][-2:],
                         [{"holiday": "2024-04-01", "note": None},
                          {"holiday": None, "note": "Lunch: left out: it has a time of day"}])

    def test_lines_are_configuration(self):
        lines = self.desk.text("calendar", "import", "-", stdin=ICAL).split("\n")
        text = "".join(f"    {line}\n" for line in lines)
        self.desk.write("ticketmilter.yaml", f"instance: x\ncalendars:\n  own:\n    hours: 24x7\n{text}".encode())
        self.assertEqual(self.desk.text("calendar", "ask", "own", "is_open", "2031-12-26"), "false\n")

    def test_recurrence(self):
        year = datetime.datetime.now(datetime.timezone.utc).year
        dates = [line["holiday"] for line in
                 self.desk.json("calendar", "import", "-", stdin=FOURTH_THURSDAY)["holidays"]]
        self.assertEqual([date[:7] for date in dates], [f"{year + more}-11" for more in range(3)])
        self.assertTrue(all(datetime.date.fromisoformat(date).weekday() == 3 for date in dates), dates)
        ended = self.desk.json("calendar", "import", "-", stdin=rule(b"FREQ=YEARLY;COUNT=2"))["holidays"]
        self.assertNotIn("*-12-25", [line["holiday"] for line in ended])

    def test_an_instance_that_moved(self):
        """RECURRENCE-ID: what its own event says counts, not the date that the recurrence gives."""
        year = datetime.datetime.now(datetime.timezone.utc).year + 1
        for event_of_its_own, holidays in ((f"DTSTART;VALUE=DATE:{year}0504\n", {f"{year}-05-04"}),
                                           (f"DTSTART;VALUE=DATE:{year}0501\nSTATUS:CANCELLED\n", set())):
            text = ("BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:may\nSUMMARY:May\nDTSTART;VALUE=DATE:20200501\n"
                    "RRULE:FREQ=YEARLY\nEND:VEVENT\nBEGIN:VEVENT\nUID:may\nSUMMARY:May\n"
                    f"RECURRENCE-ID;VALUE=DATE:{year}0501\n{event_of_its_own}END:VEVENT\nEND:VCALENDAR\n")
            lines = self.desk.json("calendar", "import", "-", stdin=text.encode())["holidays"]
            self.assertEqual({line["holiday"] for line in lines} - {None},
                             {f"{year - 1}-05-01", f"{year + 1}-05-01"} | holidays)

    def test_what_is_no_holiday(self):
        for lines, why in ((b"DTSTART;VALUE=DATE:20261224\nSTATUS:CANCELLED\n", "it was cancelled"),
                           (b"", "it has no date"), (b"DTSTART:20261224T100000Z\n", "it has a time of day")):
            found = self.desk.json("calendar", "import", "-", stdin=event(lines))["holidays"]
            self.assertEqual(found, [{"holiday": None, "note": "x: left out: " + why}])
        for lines, n_days in ((b"DTSTART;VALUE=DATE:20261224\nDURATION:P3D\n", 3),
                              (b"DTSTART;VALUE=DATE:20261224\nDURATION:P1W\n", 7),
                              (b"DTSTART;VALUE=DATE:99991231\n", 1)):
            self.assertEqual(len(self.desk.json("calendar", "import", "-", stdin=event(lines))["holidays"]), n_days)
        for lines, why in ((b"DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261220\n", b"ends before it begins"),
                           (b"DTSTART;VALUE=DATE:20261224\nDURATION:-P3D\n", b"ends before it begins"),
                           (b"DTSTART;VALUE=DATE:20261224\nDURATION:P3650000D\n", b"longer than a year"),
                           (b"DTSTART;VALUE=DATE:20261301\n", b"its date is none"),
                           (b"DTSTART;VALUE=DATE:00010101\nRRULE:FREQ=DAILY\n", b"recurs too often"),
                           (b"DTSTART;VALUE=DATE:20261224\nCOMMENT:" + b"x" * 100000 + b"\n", b"no iCalendar file")):
            done = self.desk.run("calendar", "import", "-", stdin=event(lines))
            self.assertEqual((done.returncode, done.stdout), (65, b""), done)
            self.assertIn(why, done.stderr)

    def test_refused(self):
        for recurrence in (b"FREQ=HOURLY", b"FREQ=MINUTELY", b"FREQ=SECONDLY", b"FREQ=DAILY;BYHOUR=1,2",
                           b"FREQ=YEARLY;BYSECOND=1"):
            done = self.desk.run("calendar", "import", "-", stdin=rule(recurrence))
            self.assertEqual((done.returncode, done.stdout), (65, b""), done)
            self.assertIn(b"more often than daily", done.stderr)
        deep = b"B\n EGIN:VCALENDAR\n" * 200000 + b"BEGIN:VCALENDAR\n"
        for raw in (deep, b"", b"hello\n", b"BEGIN:VCALENDAR\0", json.dumps({}).encode()):
            done = self.desk.run("calendar", "import", "-", stdin=raw)
            self.assertEqual((done.returncode, done.stdout, done.stderr.count(b"\n")), (65, b"", 1), done)


if __name__ == "__main__":
    unittest.main()
