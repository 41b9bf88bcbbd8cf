#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""`ticketctl report`: its numbers, its text, and an HTML file that nothing from mail can break out of."""
import contextlib
import datetime
import html.parser
import os
import re
import stat
import unittest
import xml.etree.ElementTree
import zoneinfo

import reportdesk

BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
HOSTILE = [
    "</script><svg onload=alert(1)>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "<!--", "]]>",
    "&lt;b&gt; &amp; &#60;i&#62;", "</td></table></main><iframe src=//evil.example>", "javascript:alert(1)",
    "\x1b[2J\x07\x00bell", "\u202egpj.exe", "</style><style>*{display:none}", "{{7*7}} %s %n",
]
TAGS_WITHOUT_END = {"meta"}


def seconds(text):
    return int(datetime.datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp())


class Structure(html.parser.HTMLParser):
    """Elements in order, and whether each is closed where it should be."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.seen, self.texts, self.attributes = [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        self.attributes += attrs
        if tag not in TAGS_WITHOUT_END:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data):
        self.texts.append(data)


class Case(unittest.TestCase):
    def new_desk(self, **options):
        desk = reportdesk.Desk(**options)
        self.addCleanup(desk.close)
        return desk

    def html(self, desk, *words):
        page = desk.text("report", *words, "--html", "-")
        xml.etree.ElementTree.fromstring(page.partition("\n")[2])
        structure = Structure(page)
        self.assertEqual(structure.open, [])
        return page, structure


class NumbersTest(Case):
    def setUp(self):
        self.desk = self.new_desk()
        add = self.desk.add
        with self.desk.database() as database:
            at = seconds("2026-03-23T09:00")
            add(database, at, subject="Printer on fire", type="problem", priority="P1", customer="acme",
                plan="standard", status=reportdesk.CLOSED, resolved_at=at + 7200, tags={"cluster": "c1", "floor": "2"},
                clocks=[(3, at + 3600, at + 600), (6, at + 3600, at + 7200)])
            add(database, at + 3600, subject="Re: printer on fire", type="problem", priority="P3", queue="hosting",
                answered_at=at + 3600 + 60, tags={"cluster": "c1"}, assignee="anna", status=reportdesk.OPEN)
            add(database, at + 7200, subject="Spam", status=10)
            # The day on which the clocks go forward has 23 hours: Sunday 23:30, and Monday's first minute.
            add(database, seconds("2026-03-29T23:30"), subject="Late", status=reportdesk.OPEN)
            add(database, seconds("2026-03-30T00:00"), subject="Next week", status=reportdesk.NEW)

    def report(self, *words):
        return self.desk.json("report", *words)["report"]

    def test_numbers(self):
        report = self.report("--from", "2026-03-23", "--to", "2026-03-29")
        self.assertEqual((report["from"], report["to"], report["zone"]),
                         ("2026-03-22T23:00:00Z", "2026-03-29T22:00:00Z", "Europe/Berlin"))
        self.assertEqual((report["tickets"], report["not_counted"]["spam"]), (3, 1))
        self.assertEqual([(one["name"], one["tickets"]) for one in report["priorities"]],
                         [("Urgent", 1), ("Normal", 1), (None, 1)])
        self.assertEqual([(one["key"], one["tickets"]) for one in report["tags"]], [("cluster=c1", 2), ("floor=2", 1)])
        self.assertEqual([hour for hour, n in enumerate(report["hours"]) if n], [9, 10, 23])
        self.assertEqual(report["weekdays"], [2, 0, 0, 0, 0, 0, 1])
        kept = {level["metric"]: (level["met"], level["breached"], level["kept_percent"])
                for level in report["service_levels"]}
        self.assertEqual((kept["first_response"], kept["resolution"], kept["update"]),
                         ((1, 0, 100), (0, 1, 0), (0, 0, None)))
        self.assertEqual(report["first_response"], {
            "priority": None, "elapsed": {"tickets": 2, "p50_s": 60, "p90_s": 600},
            "business": {"tickets": 1, "p50_s": 600, "p90_s": 600}})
        self.assertEqual((report["recurring"][0]["subject"], report["recurring"][0]["examples"]),
                         ("Printer on fire", [1, 2]))
        backlog = report["backlog"]
        self.assertEqual((backlog["open"], backlog["unanswered"]), (3, 2))
        self.assertEqual([(one["agent"], one["open"]) for one in backlog["agents"]], [(None, 2), ("anna", 1)])

    def test_spans(self):
        for words, n in (
            (["--from", "2026-03-23", "--to", "2026-03-30"], 4),
            (["--from", "2026-03-23 09:00", "--to", "2026-03-23T10:00"], 1),
            (["--from", "2026-03-23 09:00:01", "--to", "2026-03-29T22:00:00Z"], 2),
            (["--from", "2026-03-23"], 4),
            (["--from", "23.3.2026 00:00"], 4),
            (["--days", "1"], 0),
            ([], 0),
            (["--days", "3660"], 4),
            (["--from", "2026-03-23", "--queue", "hosting"], 1),
            (["--from", "2026-03-23", "--customer", "acme"], 1),
            (["--from", "2026-03-23", "--customer", "globex"], 0),
            (["--from", "2026-03-23", "--thorough"], 4),
        ):
            with self.subTest(words=words):
                self.assertEqual(self.report(*words)["tickets"], n)

    def test_whole_days(self):
        today = datetime.datetime.now(BERLIN).replace(hour=0, minute=0, second=0, microsecond=0)
        report = self.report("--days", "2")
        expected = [(today - datetime.timedelta(days=days)).replace(tzinfo=BERLIN) for days in (2, 0)]
        self.assertEqual([report["from"], report["to"]],
                         [f"{at.astimezone(datetime.timezone.utc):%Y-%m-%dT%H:%M:%SZ}" for at in expected])

    def test_text(self):
        for columns in ("40", "80", "200"):
            text = self.desk.text("report", "--from", "2026-03-23", "--to", "2026-03-29", COLUMNS=columns)
            with self.subTest(columns=columns):
                self.assertLessEqual(max(len(line) for line in text.splitlines()), int(columns))
                self.assertIn("Printer on fire", text)
                self.assertRegex(text, r"Urgent +1 +33 %")
                self.assertNotIn("\x1b", text)
        self.assertRegex(text, r"First response +100 % +1 +0 +0")
        self.assertIn("New tickets             3", text)

    def test_nothing(self):
        text = self.desk.text("report", "--days", "1", "--customer", "globex")
        self.assertIn("New tickets             0", text)
        _, structure = self.html(self.desk, "--days", "1", "--customer", "globex")
        self.assertIn("Globex Example", " ".join(structure.texts))

    def test_bad_input(self):
        for words, code, said in (
            (["--days", "0"], 64, "give 1 to 3660"),
            (["--days", "week"], 64, "give 1 to 3660"),
            (["--days", "3661"], 64, "give 1 to 3660"),
            (["--days", "7", "--from", "2026-03-23"], 64, "or --days N"),
            (["--to", "2026-03-23"], 64, "give --from"),
            (["--from", "soon"], 64, "--from `soon` is no time"),
            (["--from", "2026-02-30"], 64, "is no time"),
            (["--from", "2026-03-23", "--to", "later"], 64, "--to `later` is no time"),
            (["--from", "2026-03-23", "--to", "2026-03-22"], 64, "the span is empty"),
            (["--from", "2036-03-23"], 64, "the span is empty"),
            (["--queue", "suport"], 64, "did you mean `support`?"),
            (["--customer", "acmee"], 64, "did you mean `acme`?"),
            (["--customer", "nobody"], 64, "unknown customer `nobody`"),
            (["--html", self.desk.path("none/report.html")], 74, "report.html"),
            (["more"], 64, "`more` is too much"),
        ):
            with self.subTest(words=words):
                done = self.desk.run("report", *words)
                self.assertEqual((done.returncode, done.stdout), (code, b""), done)
                self.assertEqual(len(done.stderr.splitlines()), 1)
                self.assertIn(said, done.stderr.decode())
        done = self.desk.run("--json", "report", "--html", "-")
        self.assertEqual((done.returncode, done.stdout), (64, b""))


class HtmlTest(Case):
    def test_hostile(self):
        """Whatever stands in subjects, tags and names, the page has the same elements as with harmless ones."""
        pages = []
        for texts in ([f"harmless {chr(97 + i) * 3}" for i in range(len(HOSTILE))], HOSTILE):
            desk = self.new_desk()
            now = int(desk.now.timestamp())
            with desk.database() as database:
                for text in texts:
                    text = text.replace("\x00", "")
                    for _ in range(2):
                        desk.add(database, now - 60, subject=text, tags={"t": text}, type=text, priority=text,
                                 customer=text, assignee=text)
            pages.append(self.html(desk, "--from", "yesterday"))
        harmless, hostile = (structure for _, structure in pages)
        page = pages[1][0]
        self.assertEqual(sorted(set(hostile.seen)), sorted(set(harmless.seen)))
        self.assertEqual([(name, value) for name, value in hostile.attributes if name.startswith("on")], [])
        self.assertEqual({name for name, _ in hostile.attributes}, {name for name, _ in harmless.attributes})
        self.assertTrue({"script", "img", "iframe", "link", "a", "image", "use", "foreignobject", "base", "form"}
                        .isdisjoint(hostile.seen))
        self.assertIn("</script><svg onload=alert(1)>", hostile.texts)
        self.assertIn("</script><svg onload=alert(1)>: 2", [value for _, value in hostile.attributes])
        for bad in ("\x1b", "\u202e", "\x07"):
            self.assertNotIn(bad, page)

    def test_stands_alone(self):
        desk = self.new_desk(days=10, a_day=20)
        with desk.database() as database:
            desk.add(database, int(desk.now.timestamp()) - 60, assignee="ben")
        page, structure = self.html(desk)
        self.assertGreater(structure.seen.count("rect"), 60)
        # Nothing is fetched: the only addresses are none.
        self.assertEqual(re.findall(r"(?i)(?:https?:|url\(|@import|src=|href=|data:)", page), [])
        for piece in ("@media print", "@page", "prefers-color-scheme:dark", 'name="viewport"', "default-src 'none'"):
            self.assertIn(piece, page)
        texts = " ".join(structure.texts)
        for piece in ("First response", "ACME Example", "Ben Example", "Urgent", "Mon", "Support report"):
            self.assertIn(piece, texts)

    def test_languages(self):
        now = datetime.datetime.now(datetime.timezone.utc)
        english = self.html(self.new_desk(days=10, a_day=20, now=now))[1]
        german = self.html(self.new_desk(language="de-AT", days=10, a_day=20, now=now))[1]
        self.assertEqual(german.seen, english.seen)
        self.assertIn(("lang", "de"), german.attributes)
        titles = [text for text in english.texts if re.fullmatch(r"(By|Time|Open|What|Who|Service) ?.*", text)]
        self.assertGreater(len(titles), 8)
        self.assertTrue(set(titles).isdisjoint(german.texts), set(titles) & set(german.texts))
        self.assertIn("Zugesagte Fristen", german.texts)
        other = self.html(self.new_desk(language="fr"))[1]
        self.assertIn(("lang", "en"), other.attributes)

    def test_file(self):
        desk = self.new_desk(days=2, a_day=10)
        path = desk.path("report.html")
        self.assertEqual(desk.text("report", "--html", path), "")
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        self.assertTrue(reportdesk.ctl.read(path).endswith(b"</html>\n"))

    def test_database_is_left_alone(self):
        desk = self.new_desk(days=2, a_day=10)
        desk.text("report")
        before = desk.digest()
        desk.text("report", "--thorough")
        self.assertEqual(desk.digest(), before)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(desk.path("tickets.db"))
        done = desk.run("report")
        self.assertEqual(done.returncode, 66)


if __name__ == "__main__":
    unittest.main()
