#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""ticketctl stats: three forms of the same numbers, without a daemon too, and the Munin plugin on top of them."""
import os
import re
import shutil
import subprocess
import unittest

import change
import ctl

PLUGIN = os.path.join(os.environ.get("srcdir", "."), "contrib/munin/ticketmilter_")
ODD_RULE = 'odd "rule" \\ of blanks'

BAD = [
    (["stats", "now"], 64, "`now` is too much"),
    (["stats", "--prometeus"], 64, "did you mean `--prometheus`?"),
    (["stats", "--prometheus=yes"], 64, "takes no value"),
    (["--json", "stats", "--prometheus"], 64, "either --json or --prometheus"),
]

# --- a reader of OpenMetrics 1.0 that takes nothing else ---

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\n"])*)"')
SAMPLE = re.compile(rf"({NAME})(?:\{{(.*)\}})? (-?\d+(?:\.\d+)?)")
DESCRIPTOR = re.compile(rf"# (TYPE|UNIT|HELP) ({NAME}) (.+)")
SUFFIXES = {"counter": ["_total"], "gauge": [""], "info": ["_info"], "histogram": ["_bucket", "_count", "_sum"]}


def parse_labels(text):
    labels, position = {}, 0
    while position < len(text):
        match = LABEL.match(text, position)
        assert match and match.group(1) not in labels, text
        labels[match.group(1)] = re.sub(r"\\(.)", lambda found: {"n": "\n"}.get(found.group(1), found.group(1)),
                                        match.group(2))
        position = match.end()
        assert position == len(text) or text[position] == ",", text
        position += 1
    return labels


def parse_openmetrics(text):
    """{family: {"type", "unit", "help", "samples": [(name, labels, value)]}}"""
    assert text.endswith("\n# EOF\n"), text[-20:]
    families, family, seen = {}, None, set()
    for line in text[:-len("# EOF\n")].splitlines():
        match = DESCRIPTOR.fullmatch(line)
        if match:
            what, name, value = match.groups()
            if family is None or family["name"] != name:
                assert name not in families, f"{name} comes twice"
                family = families[name] = {"name": name, "samples": []}
            assert not family["samples"] and what not in family, line
            family[what] = value
            continue
        match = SAMPLE.fullmatch(line)
        assert match, line
        name, labels, value = match.group(1), parse_labels(match.group(2) or ""), float(match.group(3))
        assert name in [family["name"] + suffix for suffix in SUFFIXES[family["TYPE"]]], line
        key = (name, tuple(sorted(labels.items())))
        assert key not in seen, line
        seen.add(key)
        family["samples"].append((name, labels, value))
    for family in families.values():
        check_family(family)
    return families


def check_family(family):
    name, kind = family["name"], family["TYPE"]
    assert {"TYPE", "HELP"} <= set(family) and family["samples"], name
    assert "UNIT" not in family or name.endswith("_" + family["UNIT"]), name
    assert not name.endswith(("_total", "_bucket", "_count", "_sum", "_info")), name
    if kind == "counter":
        assert all(value >= 0 for _, _, value in family["samples"]), name
    if kind == "histogram":
        series = {}
        for sample, labels, value in family["samples"]:
            rest = tuple(sorted((key, label) for key, label in labels.items() if key != "le"))
            series.setdefault(rest, {}).setdefault(sample[len(name):], []).append((labels.get("le"), value))
        for parts in series.values():
            bounds = [float(le) for le, _ in parts["_bucket"]]
            counts = [value for _, value in parts["_bucket"]]
            assert bounds == sorted(set(bounds)) and parts["_bucket"][-1][0] == "+Inf", name
            assert all(re.fullmatch(r"\d+\.\d+|\+Inf", le) for le, _ in parts["_bucket"]), name
            assert counts == sorted(counts) and counts[-1] == parts["_count"][0][1], name
            assert len(parts["_count"]) == len(parts["_sum"]) == 1, name


def parse_text(text):
    lines = [line for line in text.splitlines() if not line.startswith("# ")]
    assert all(re.fullmatch(r"\S+ \S+", line) for line in lines), lines
    numbers = dict(line.split(" ") for line in lines)
    assert len(numbers) == len(lines), lines
    return numbers


class Desk(change.Desk):
    """A served desk with a rule of an odd name before the others."""

    def __init__(self):
        super().__init__(False)
        rule = ODD_RULE.replace("\\", "\\\\").replace('"', '\\"')
        text = ctl.read(self.config).decode().replace(
            "rules:\n", f"rules:\n  - {{name: \"{rule}\", on: both, all: ['subject =~ /./'], then: [tag k=v]}}\n")
        self.write("ticketmilter.yaml", text.encode())
        self.daemon = change.Daemon(self)


class StatsTest(unittest.TestCase):
    def setUp(self):
        self.desk = Desk()
        self.addCleanup(self.desk.close)
        for number, subject in enumerate(("Outage", "Buy cheap", "Hello", "Hello again", "Hello")):
            done = self.desk.run("receive", "--client", "192.0.2.7",
                                 stdin=ctl.message(subject, "All of c7.", msgid="stats-" + subject.replace(" ", "-")))
            self.assertEqual(done.returncode, 77 if number == 1 else 0, done)

    def test_bad_input(self):
        for words, code, said in BAD:
            with self.subTest(words=words):
                done = self.desk.run(*words)
                self.assertEqual((done.returncode, done.stdout, done.stderr.count(b"\n")), (code, b"", 1))
                self.assertIn(said, done.stderr.decode())

    def test_text(self):
        text = self.desk.text("stats")
        self.assertNotIn("#", text)
        numbers = parse_text(text)
        for name, value in {
            "up": 1, "messages.open": 3, "messages.refuse": 1, "messages.duplicate": 1, "messages.tempfail": 0,
            "rule_hits.outage": 1, "rule_hits.unwanted": 1, "rule_hits.office": 0, "rule_limits.outage": 0,
            'rule_hits.odd_"rule"_\\_of_blanks': 4, "commit_jobs.count": 5, "commit_jobs.sum": 5,
            "stage_seconds.read.count": 5, "stage_seconds.message.count": 5, "tickets.new": 6, "tickets.closed": 0,
            "sessions": 0, "reloads.ok": 0, "store_failures": 0,
        }.items():
            self.assertEqual(numbers.get(name), str(value), name)
        self.assertLessEqual(float(numbers["stage_seconds.message.p50"]), float(numbers["stage_seconds.message.p99"]))
        self.assertNotIn("messages_stored", numbers)
        version = self.desk.text("--version").split()[-1]
        self.assertEqual(numbers["build.version"], version)

    def test_openmetrics(self):
        families = parse_openmetrics(self.desk.text("stats", "--prometheus"))
        hits = {labels["rule"]: value for _, labels, value in families["ticketmilter_rule_hits"]["samples"]}
        self.assertEqual(hits, {ODD_RULE: 4, "outage": 1, "unwanted": 1, "office": 0})
        messages = {labels["action"]: value for _, labels, value in families["ticketmilter_messages"]["samples"]}
        self.assertEqual(messages, {"open": 3, "append": 0, "note": 0, "pass": 0, "ignore": 0, "refuse": 1,
                                    "discard": 0, "duplicate": 1, "tempfail": 0})
        stage = families["ticketmilter_stage_seconds"]
        self.assertEqual((stage["TYPE"], stage["UNIT"]), ("histogram", "seconds"))
        counts = {labels["stage"]: value for name, labels, value in stage["samples"] if name.endswith("_count")}
        self.assertEqual(counts, {"read": 5, "rules": 5, "wait": 5, "commit": 5, "message": 5})
        bounds = [labels["le"] for name, labels, _ in stage["samples"] if labels == {**labels, "stage": "read"}
                  and name.endswith("_bucket")]
        self.assertEqual((bounds[0], bounds[15], bounds[-2:]), ("0.000032", "1.048576", ["16.777216", "+Inf"]))
        self.assertIn(("ticketmilter_commit_jobs_bucket", {"le": "1.0"}, 5),
                      families["ticketmilter_commit_jobs"]["samples"])

    def test_json(self):
        document = self.desk.json("stats")
        self.assertEqual(document["version"], 1)
        series = {(one["name"], one["label"]): one for one in document["stats"]}
        self.assertEqual(series["rule_hits", ODD_RULE]["value"], 4)
        stage = series["stage_seconds", "read"]
        self.assertEqual((stage["value"], stage["count"], stage["buckets"][-1]), (None, 5, {"le": None, "count": 5}))
        self.assertEqual(stage["buckets"][0]["le"], 0.000032)
        self.assertEqual(series["up", None], {"name": "up", "label": None, "value": 1, "count": None, "sum": None,
                                              "buckets": None})

    def test_many_rules(self):
        rules = "".join(f"  - {{name: rule-{n}-{'x' * 50}, all: ['subject =~ /{n}/'], then: [tag n={n}]}}\n"
                        for n in range(12000))
        text = ctl.read(self.desk.config).decode().replace("rules:\n", "rules:\n" + rules)
        self.desk.write("ticketmilter.yaml", text.encode())
        self.desk.text("reload")
        numbers = parse_text(self.desk.text("stats"))
        self.assertEqual(sum(name.startswith("rule_hits.") for name in numbers), 12004)
        self.assertEqual(numbers['rule_hits.odd_"rule"_\\_of_blanks'], "4")

    def test_without_a_daemon(self):
        self.assertEqual(self.desk.daemon.stop(), 0)
        self.desk.daemon = None
        text = self.desk.text("stats")
        self.assertRegex(text, r"\A# no daemon listens at \S+/control\.sock \([^)]+\): [^\n]+\nup 0\n")
        numbers = parse_text(text)
        self.assertEqual((numbers["tickets.new"], numbers["messages_stored"], numbers["outbox_waiting"], len(numbers)),
                         ("6", "7", "0", 13))
        families = parse_openmetrics(self.desk.text("stats", "--prometheus"))
        self.assertEqual(families["ticketmilter_up"]["samples"], [("ticketmilter_up", {}, 0)])
        os.rename(self.desk.path("tickets.db"), self.desk.path("moved.db"))
        self.assertEqual(self.desk.run("stats").returncode, 66)

    def test_database_out_of_reach(self):
        """The daemon's numbers come all the same."""
        os.rename(self.desk.path("tickets.db"), self.desk.path("moved.db"))
        text = self.desk.text("stats")
        os.rename(self.desk.path("moved.db"), self.desk.path("tickets.db"))
        self.assertRegex(text, r"\A# without tickets: [^\n]+\nup 1\n")
        self.assertEqual(parse_text(text)["messages.open"], "3")

    def test_munin(self):
        stats = self.desk.write("stats", self.desk.text("stats").encode())

        def munin(graph, *words, **environment):
            plugin = self.desk.path("ticketmilter_" + graph)
            if not os.path.exists(plugin):
                shutil.copy(PLUGIN, plugin)
                os.chmod(plugin, 0o755)
            return subprocess.run([plugin, *words], env={"PATH": os.environ["PATH"], **environment}, check=False,
                                  capture_output=True, text=True)

        def values(graph, **environment):
            done = munin(graph, **environment)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            return dict(line.split(".value ") for line in done.stdout.splitlines())

        self.assertEqual(values("messages", stats=stats), {
            "open": "3", "append": "0", "note": "0", "pass": "0", "ignore": "0", "refuse": "1", "discard": "0",
            "duplicate": "1", "tempfail": "0"})
        self.assertEqual(values("rules", stats=stats)["odd__rule____of_blanks"], "4")
        self.assertEqual(values("tickets", ticketctl=ctl.PROGRAM, config=self.desk.config)["new"], "6")
        self.assertEqual(set(values("jobs", stats=stats)), {"waiting", "waiting_most", "waiting_limit"})
        for graph in ("messages", "rules", "tickets", "jobs"):
            fields = munin(graph, "config", stats=stats).stdout.splitlines()
            self.assertTrue(fields[0].startswith("graph_title "))
            labelled = {line.split(".label ")[0] for line in fields if ".label " in line}
            self.assertEqual(labelled, set(values(graph, stats=stats)))
        self.assertEqual(munin("", "suggest").stdout.split(), ["messages", "rules", "tickets", "jobs"])
        self.assertEqual(munin("", "autoconf", stats=stats).stdout, "yes\n")
        self.assertIn("no (", munin("", "autoconf", stats=self.desk.path("none")).stdout)
        self.assertEqual(munin("other").returncode, 1)
        self.assertEqual(munin("jobs", stats=self.desk.path("none")).returncode, 1)


if __name__ == "__main__":
    unittest.main()
