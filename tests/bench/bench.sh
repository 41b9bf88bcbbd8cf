#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# ticketmilter beside an empty libmilter filter: messages a second, p50 and p99 from MAIL to the reply at end of
# message, in pairs, alternating, medians of ROUNDS.  Tickets are durable: the database lies in the build directory's
# file system.
#
# Usage: bench.sh BUILD-DIRECTORY.  From the environment: ROUNDS (3), SECONDS_EACH (1), CONNECTIONS ("1 16 64"),
# SIZES ("small 50k 4M"), SESSIONS ("1 all"): messages a connection carries.  1 is how smtpd(8) meets the mail of the
# Internet, a milter connection for each SMTP session; all keeps the connections.
set -eu
build=$1
rounds=${ROUNDS:-3}
seconds=${SECONDS_EACH:-1}
connections=${CONNECTIONS:-1 16 64}
sizes=${SIZES:-small 50k 4M}
sessions=${SESSIONS:-1 all}

dir=$(mktemp -d "$build/bench.XXXXXX")
ours_pid='' empty_pid=''

# Each process is ended by its own id, whatever happens.
clean_up() {
  for pid in $ours_pid $empty_pid; do
    kill "$pid" 2>/dev/null || :
    wait "$pid" 2>/dev/null || :
  done
  rm -rf "$dir"
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP

die() {
  echo "bench: $*" >&2
  exit 1
}

write_policy() {
  cat >"$dir/ticketmilter.yaml" <<END
instance: bench
ack:
  send: no
socket: unix:$dir/ours.sock
database: $dir/tickets.db
control: $dir/control.sock
keys: $dir/keys
priorities:
  - {code: P1, name: Urgent}
  - {code: P3, name: Normal}
types:
  problem: {name: Problem}
  question: {name: Question}
queues:
  support: {name: Support, addresses: [support@example.com], type: problem, priority: P3, reply_to: keep}
  hosting: {name: Hosting, addresses: [hosting@example.com], type: question, priority: P3, reply_to: keep}
rules:
  - name: outage
    all: ['subject =~ /\b(down|outage|offline)\b/i', '!is_auto']
    then: [type=problem, priority=P1]
  - name: slow
    any: ['subject =~ /\bslow(ly)?\b/i', 'text =~ /takes \d+ (seconds|minutes)/i']
    then: [type=problem, tag symptom=slow]
  - name: cluster
    all: ['text =~ /\b(?<cluster>c\d+)\b/']
    then: [tag cluster=\$cluster]
  - name: how-to
    all: ['subject =~ /^how (do|can|to)\b/i']
    then: [type=question]
  - name: unwanted
    all: ['subject =~ /buy cheap/i']
    then: ['reject "We do not buy."']
END
}

# wait_for PID SOCKET NAME
wait_for() {
  tries=0
  until [ -S "$2" ]; do
    kill -0 "$1" 2>/dev/null || { cat "$dir/ours.log" >&2; die "$3 did not start"; }
    tries=$((tries + 1))
    [ $tries -lt 100 ] || die "$3 opened no socket within 10 s"
    sleep 0.1
  done
}

start() {
  write_policy
  "$build/ticketctl" -c "$dir/ticketmilter.yaml" token rotate >/dev/null
  "$build/ticketmilter" -f -c "$dir/ticketmilter.yaml" 2>"$dir/ours.log" &
  ours_pid=$!
  "$build/tests/bench/empty-filter" "unix:$dir/empty.sock" 2>"$dir/empty.log" &
  empty_pid=$!
  wait_for "$ours_pid" "$dir/ours.sock" ticketmilter
  wait_for "$empty_pid" "$dir/empty.sock" empty-filter
}

# load NAME SIZE CONNECTIONS SESSION: one line `rate p50 p99` more in the file of this pair
load() {
  case $2 in
    small) kind="-b 2048" ;;
    50k) kind="-b 51200" ;;
    4M) kind="-a -b 4194304" ;;
    *) die "unknown size $2" ;;
  esac
  [ "$4" = all ] || kind="$kind -m $4"
  # shellcheck disable=SC2086
  line=$("$build/tests/bench/milter-load" -s "unix:$dir/$1.sock" -c "$3" -t "$seconds" $kind) \
    || { tail -n 5 "$dir/ours.log" >&2; die "$1, $2, $3 connections: ${line:-no result}"; }
  echo "$line" | sed 's/.* rate=\([0-9.]*\) p50_us=\([0-9]*\) p99_us=\([0-9]*\)$/\1 \2 \3/' >>"$dir/$1.results"
}

# median NAME COLUMN
median() {
  cut -d ' ' -f "$2" "$dir/$1.results" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

# pair SIZE CONNECTIONS SESSION
pair() {
  : >"$dir/ours.results"
  : >"$dir/empty.results"
  round=0
  while [ $round -lt "$rounds" ]; do
    load ours "$1" "$2" "$3"
    load empty "$1" "$2" "$3"
    round=$((round + 1))
  done
  awk -v size="$1" -v n="$2" -v r="$(median ours 1)" -v re="$(median empty 1)" -v p="$(median ours 2)" \
    -v pe="$(median empty 2)" -v q="$(median ours 3)" -v qe="$(median empty 3)" 'BEGIN {
      printf "%-6s %4d  %9.1f %9.1f  %5.2f  %8d %8d  %8d %8d\n", size, n, r, re, r / re, p, pe, q, qe }'
}

start
echo "file system: $(stat -f -c %T "$dir"), processors: $(getconf _NPROCESSORS_ONLN), rounds: $rounds of $seconds s"
load ours small 4 all
for session in $sessions; do
  echo
  echo "messages a connection carries: $session"
  printf '%-6s %4s  %9s %9s  %5s  %8s %8s  %8s %8s\n' mail conn ours/s empty/s ratio p50_us empty p99_us empty
  for size in $sizes; do
    for n in $connections; do
      pair "$size" "$n" "$session"
    done
  done
done
