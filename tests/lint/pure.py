#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""core/ decides and does nothing else: what libcore.a leaves undefined must not reach the outside world, and it has no
writable data."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

import lintlib

LIBRARY = "src/libcore.a"

# Whole names, as regular expressions, by what they would do.
IMPURE = {
    "files": r"(f?open|openat|creat|close|read|write|p(read|write)|f(open|dopen|close|read|write|gets|puts|putc|getc"
             r"|flush)|unlink|rename|mkdir|rmdir|(f|l)?stat|access|chmod|chown|fsync|fdatasync|opendir|readdir|mkstemp"
             r"|tmpfile)(64)?|g_(file|dir|mkdir|mkstemp|unlink|rename|open|fopen|creat|access|stat|lstat|remove|chmod"
             r"|mapped_file|io_channel|key_file_load)(_\w+)?",
    "standard streams": r"std(in|out|err)|v?f?d?printf|__v?f?d?printf_chk|puts|putchar|getchar|perror|scanf"
                        r"|g_print(err)?",
    "network": r"socket|connect|bind|listen|accept4?|send(to|msg)?|recv(from|msg)?|poll|select"
               r"|getaddrinfo|gethostby\w+|getnameinfo",
    "clock": r"time|times|clock|clock_(get|nano)\w+|clock_(now|monotonic_us)|gettimeofday|localtime(_r)?"
             r"|mktime|tzset|n?sleep|usleep|nanosleep"
             r"|g_(get_(real|monotonic|current)_time|usleep|date_time_new_now\w*|timer_\w+)|g_time_zone_new\w*",
    "chance": r"s?rand(om)?(_r)?|[dlm]rand48|getrandom|getentropy|arc4random\w*|entropy_read"
              r"|g_rand\w+|g_random\w+|g_uuid_string_random",
    "environment": r"(secure_)?getenv|setenv|putenv|environ|setlocale|getcwd|getpid|get(e?uid|e?gid)"
                   r"|gethostname|uname|sysconf|getpw\w+|getgr\w+"
                   r"|g_(get|set)env|g_get_(host|user|home|tmp|application|prg|current)\w*|g_getenv",
    "log": r"v?syslog|openlog|log_(message|open)|g_log\w*|g_(message|warning|critical|debug|info|error)",
    "counters": r"metrics_\w+",
    "processes and threads": r"fork|exec\w+|system|popen|kill|signal|sigaction|exit|_exit|raise|g_spawn\w*"
                             r"|pthread_create|g_thread_\w+|dlopen|g_private_\w+|__tls_get_addr",
}
PATTERNS = {reach: re.compile(names) for reach, names in IMPURE.items()}


def undefined(library):
    done = subprocess.run(["nm", "-u", "-A", "--format=posix", library], capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        member, _, symbol = line.partition(": ")
        yield member.rpartition("[")[2].rstrip("]"), symbol.split()[0].partition("@")[0]


def is_instrumented(library):
    return any(re.match(r"__(asan|ubsan|gcov)_", symbol) for _, symbol in undefined(library))


def writable(library):
    """Writable data, whose size a pure function has no use for.  Constants that the loader relocates are none."""
    done = subprocess.run(["size", "-A", library], capture_output=True, text=True, check=True)
    member = ""
    for line in done.stdout.splitlines():
        words = line.split()
        if "(ex " in line:
            member = words[0]
        elif len(words) == 3 and re.fullmatch(r"\.(t?bss|t?data)(\.(?!rel\.ro).*)?", words[0]) and int(words[1]) > 0:
            yield f"{member}: {words[1]} bytes of writable data in {words[0]}: core has no globals"


def lint(library):
    findings = [f"{member}: calls {symbol}: {reach}" for member, symbol in undefined(library)
                for reach, pattern in PATTERNS.items() if pattern.fullmatch(symbol)]
    # Instrumentation brings counters of its own.
    return findings if is_instrumented(library) else findings + list(writable(library))


def with_planted(assembly):
    """A copy of the library with one more member."""
    directory = tempfile.mkdtemp()
    copy, unit = os.path.join(directory, "libcore.a"), os.path.join(directory, "planted.o")
    shutil.copy(LIBRARY, copy)
    os.chmod(copy, 0o644)
    subprocess.run(["as", "-o", unit, "-"], input=assembly, text=True, check=True)
    subprocess.run(["ar", "rcs", copy, unit], check=True)
    return copy


def main():
    findings = lint(LIBRARY)
    planted = [f".quad {symbol}\n" for symbol in ("open", "fopen64", "time", "clock_now", "g_get_real_time", "getenv",
                                                  "g_random_int", "socket", "stderr", "__printf_chk", "log_message",
                                                  "entropy_read", "write", "syslog", "fork",
                                                  "metrics_count")]
    if not is_instrumented(LIBRARY):
        planted += [".data\n.quad 1\n", ".bss\n.skip 8\n", '.section .tbss,"awT",@nobits\n.skip 8\n']
    for assembly in planted:
        copy = with_planted(assembly)
        if not any(finding.startswith("planted.o:") for finding in lint(copy)):
            findings.append(f"this lint is blind: it does not see {assembly!r}")
        shutil.rmtree(os.path.dirname(copy))
    print("\n".join(findings) or "clean")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
