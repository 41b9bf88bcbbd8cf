#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""What rules cost a whole message, from its bytes to the commit: instructions by callgrind, with 10 to 10,000 rules
that cannot match.  rules-cost.sh looks at the rules alone.

Usage: rules.py BUILD-DIRECTORY.  From the environment: RULES ("10 100 1000 10000").
"""
import os

import benchlib

# As rules-cost.c has them: each asks for something of its own.
KINDS = [
    ("text =~ /\\bcluster-{n}x\\b.* is (down|gone)/i", "recipient = support@example.com"),
    ("subject =~ /^\\[?(PROBLEM|ALERT)-{n}/", "!is_list"),
    ("from =~ /@customer-{n}\\.example$/", "body =~ /invoice|bill|payment/i"),
    ('header "X-Project" =~ /^p{n}$/', "subject =~ /build|deploy/i"),
    ("body =~ /\\b(cluster|node|rack) {n}q\\b/i", "is_authenticated"),
]


def rules(count):
    """YAML of so many rules."""
    lines = []
    for i in range(count):
        conditions = ", ".join(f"'{text.replace('{n}', f'{i:05d}')}'" for text in KINDS[i % len(KINDS)])
        lines.append(f"  - name: r{i}\n    on: both\n    all: [{conditions}]\n    then: [tag a=b]\n")
    return "".join(lines)


def main(build, root):
    benchlib.need("valgrind")
    counts = benchlib.numbers("RULES", "10 100 1000 10000")
    benchlib.facts("Instructions of a whole message with so many rules that cannot match; ratio to the first", root)
    rows, first = [], 0
    for count in counts:
        cost = benchlib.cost_of_message(benchlib.Bench(build, os.path.join(root, str(count)), rules(count))).total()
        first = first or cost
        rows.append([f"{count:,}", int(cost), cost / first])
    benchlib.table(["rules", "instructions", "ratio"], rows)


if __name__ == "__main__":
    benchlib.run(main)
