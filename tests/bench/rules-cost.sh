#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Instructions that rules cost one message, by callgrind, and patterns run: 10 to 10,000 rules that cannot match, with
# the index and (up to 1,000) with each rule tried.  The same on any machine with the same libraries.
#
# Usage: rules-cost.sh BUILD-DIRECTORY.
set -eu
program=$1/tests/bench/rules-cost
out=$(mktemp "$1/rules-cost.XXXXXX")
trap 'rm -f "$out" "$out.log"' EXIT
trap 'exit 130' INT TERM HUP

# measure RULES MESSAGES [plain]
measure() {
  patterns=$(valgrind --tool=callgrind --callgrind-out-file="$out" --toggle-collect='classify_message*' \
    "$program" "$@" 2>"$out.log") || { cat "$out.log" >&2; exit 1; }
  total=$(sed -n 's/^.*Collected : //p' "$out.log")
  echo "$((total / $2)) $patterns"
}

command -v valgrind >/dev/null || { echo "rules-cost: valgrind is missing" >&2; exit 1; }
printf '%-8s %-8s %14s %10s\n' rules index instructions patterns
for rules in 10 100 1000 10000; do
  # shellcheck disable=SC2046 # two words
  printf '%-8s %-8s %14s %10s\n' "$rules" yes $(measure "$rules" 20)
done
for rules in 10 100 1000; do
  # shellcheck disable=SC2046
  printf '%-8s %-8s %14s %10s\n' "$rules" no $(measure "$rules" 2 plain)
done
