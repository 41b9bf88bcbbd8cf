#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""make fuzz SECONDS=60 [TARGET=name]: builds the fuzzers by clang in ./fuzz, with GMime instrumented as well, runs
each so long, two at a time, and prints what they did. Inputs that break a law are put into tests/fuzz/cases/TARGET."""
import argparse
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys

# The largest input in bytes: what is read in one piece may be long.
TARGETS = {"mime": 8192, "rewrite": 8192, "address": 2048, "msgid": 2048, "authres": 2048, "token": 2048, "quote": 4096,
           "html": 4096, "command": 2048, "subject": 2048, "session": 2048, "config": 2048, "template": 2048,
           "calendar": 2048, "ical": 2048}
MAIL = ("mime", "rewrite")
INPUT_SECONDS = 60
MEGABYTES = 2048
# Leaks are looked for where the inputs are replayed: GMime keeps what it made for the whole process.
ENVIRONMENT = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0", "UBSAN_OPTIONS": "print_stacktrace=1"}


def run(command, **options):
    print("  " + " ".join(command[:3]) + (" …" if len(command) > 3 else ""), flush=True)
    subprocess.run(command, check=True, **options)


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def build(source, folder, targets):
    run([os.path.join(source, "tests/fuzz/gmime.sh"), os.path.join(folder, "gmime")])
    tree = os.path.join(folder, "tree")
    if not os.path.exists(os.path.join(tree, "config.status")):
        os.makedirs(tree, exist_ok=True)
        libs = output("pkg-config", "--libs", "gio-2.0", "gobject-2.0", "glib-2.0", "zlib", "libidn2")
        run([os.path.join(source, "configure"), "CC=clang", "CFLAGS=-O1 -g -fsanitize=fuzzer-no-link",
             "--enable-sanitizers", "--enable-werror", "--with-ytnef", "--quiet",
             f"GMIME_CFLAGS={output('pkg-config', '--cflags', 'gmime-3.0')}",
             f"GMIME_LIBS={os.path.abspath(folder)}/gmime/libgmime.a {libs}"], cwd=tree)
    programs = [f"tests/fuzz/fuzz-{target}" for target in targets]
    run(["make", "-s", "-C", tree, f"-j{os.cpu_count()}", "src/conf/shipped_templates.inc"])
    run(["make", "-s", "-C", tree, f"-j{os.cpu_count()}", "BUILT_SOURCES=", *programs])


def copy_mail(source, folder, shared):
    """Messages of ours, and of others where they are at hand, as one folder of seeds."""
    seeds = os.path.join(folder, "mail")
    os.makedirs(seeds, exist_ok=True)
    n = 0
    for above in ("tests/data", "contrib", shared):
        for place, _, names in sorted(os.walk(os.path.join(source, above))):
            for path in (os.path.join(place, name) for name in sorted(names) if name.endswith(".eml")):
                n += 1
                shutil.copyfile(path, os.path.join(seeds, f"{n}.eml"))
    return seeds


def fuzz(source, folder, target, seconds, mail):
    corpus, found, log = (os.path.join(folder, kind, target) for kind in ("corpus", "found", "log"))
    for place in (corpus, found, os.path.dirname(log)):
        os.makedirs(place, exist_ok=True)
    seeds = [os.path.join(source, "tests/fuzz", kind, target) for kind in ("seeds", "cases")]
    seeds = [place for place in seeds if os.path.isdir(place)] + ([mail] if target in MAIL else [])
    before = set(os.listdir(found))
    with open(log, "w", encoding="utf-8", errors="replace") as output_file:
        subprocess.run([os.path.join(folder, "tree/tests/fuzz", f"fuzz-{target}"), f"-max_total_time={seconds}",
                        f"-max_len={TARGETS[target]}", f"-timeout={INPUT_SECONDS}", f"-rss_limit_mb={MEGABYTES}",
                        "-print_final_stats=1", f"-artifact_prefix={found}/", corpus, *seeds],
                       stdin=subprocess.DEVNULL, stdout=output_file, stderr=output_file, env=ENVIRONMENT, check=False)
    with open(log, encoding="utf-8", errors="replace") as lines:
        text = lines.read()
    # A slow input is a hint; one that is too slow is a timeout-….
    findings = sorted(name for name in set(os.listdir(found)) - before if not name.startswith("slow-unit"))
    for name in findings:
        kept = os.path.join(source, "tests/fuzz/cases", target)
        os.makedirs(kept, exist_ok=True)
        shutil.copyfile(os.path.join(found, name), os.path.join(kept, name[:20]))
    return target, text, findings


def describe(target, text, findings):
    def last(pattern):
        return (re.findall(pattern, text) or ["?"])[-1]

    broken = re.findall(r"(?:broken law|ERROR|runtime error): .*", text)
    return (f"{target:<9}{last(r'number_of_executed_units: *([0-9]+)'):>10} executions "
            f"{last(r'average_exec_per_sec: *([0-9]+)'):>6}/s  coverage {last(r'cov: ([0-9]+)'):>6}  "
            f"findings {len(findings)}" + (f": {broken[0]}" if findings and broken else ""))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("source")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--target", choices=list(TARGETS))
    parser.add_argument("--shared", default=os.environ.get("TM_SHARED", "../shared"))
    options = parser.parse_args()
    targets = [options.target] if options.target else list(TARGETS)
    folder = os.path.abspath("fuzz")
    os.makedirs(folder, exist_ok=True)
    source = os.path.abspath(options.source)
    build(source, folder, targets)
    mail = copy_mail(source, folder, os.path.join(options.shared, "corpora"))
    n_findings = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for target, text, findings in pool.map(
                lambda name: fuzz(source, folder, name, options.seconds, mail), targets):
            print(describe(target, text, findings), flush=True)
            n_findings += len(findings)
            if "number_of_executed_units" not in text:
                print(f"  it did not run: {folder}/log/{target}")
                n_findings += 1
    return 1 if n_findings else 0


if __name__ == "__main__":
    sys.exit(main())
