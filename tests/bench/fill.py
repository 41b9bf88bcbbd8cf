#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Fills a database with so many messages: `feed` writes a ticket with a question and its follow-up, and these rows
are multiplied, so that they are what the program writes.  Keys are spread as mail spreads them: Message-IDs are
anywhere, instants ascend through five years, idempotency keys are those of the last 30 days.  Nothing is left to the
indexer: the search index says that it has them all.

Usage: fill.py BUILD-DIRECTORY DIRECTORY MESSAGES
"""
import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import time

import benchlib

MESSAGES_A_TICKET = 2
SPAN_S = 5 * 365 * 86400
KEY_DATE_BYTES = 5
CLOCK_BITS = 28  # of a clock's id, below its ticket
BYTES_A_MESSAGE = 4096  # on the disk, generously: with what SQLite sorts in files meanwhile
TICKET_COLUMNS = {"ticket", "other"}
INSTANTS = {"at", "created_at", "received_at", "date_at"}


def expression(name, column, step):
    """A column of the n-th copy of the rows."""
    instant = f"seed.{{}} - (last - n) * {step}"
    if (name, column) == ("message_ref", "id"):
        return "randomblob (16)"
    if (name, column) == ("dedup", "key"):
        # `||` makes a text of two blobs.
        return f"CAST (dated ({instant.format('expires_at')}) || randomblob ({32 - KEY_DATE_BYTES}) AS BLOB)"
    if (name, column) == ("dedup", "expires_at") or column in INSTANTS:
        return instant.format(column)
    if (name, column) == ("message", "message_id"):
        return "n || '.' || seed.message_id"
    if column in TICKET_COLUMNS or (name, column) == ("ticket", "id"):
        return f"n + seed.{column}"
    if (name, column) == ("clock", "id"):
        return f"(n << {CLOCK_BITS}) + seed.id"
    if column == "message" or (name, column) == ("message", "id"):
        return f"n * {MESSAGES_A_TICKET} + seed.{column}"
    return f"seed.{column}"


def multiply(database, name, columns, copies, step):
    """In the order of the table's key, or each row would lie on another page than the one before."""
    only = f"WHERE (last - n) * {step} < 30 * 86400" if name == "dedup" else ""
    order = "ORDER BY 1" if name in ("message_ref", "dedup") else ""
    values = ", ".join(expression(name, column, step) for column in columns)
    database.execute(f"CREATE TEMP TABLE seed AS SELECT * FROM main.{name}")
    database.execute(f"WITH RECURSIVE series (n, last) AS (VALUES (1, {copies}) UNION ALL SELECT n + 1, last"
                     f" FROM series WHERE n < last) INSERT INTO main.{name} ({', '.join(columns)})"
                     f" SELECT {values} FROM series CROSS JOIN temp.seed AS seed {only} {order}")
    database.execute("DROP TABLE temp.seed")


def tables(database):
    """Those that are about tickets or messages and have rows: name and columns."""
    for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
        columns = [row[1] for row in database.execute(f"PRAGMA table_info ({name})")]
        is_about = name in ("ticket", "message", "clock") or {"ticket", "message"} & set(columns)
        if is_about and database.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone():
            yield name, columns


def check_space(root, n_messages):
    free = shutil.disk_usage(root).free
    if free < n_messages * BYTES_A_MESSAGE * 2:
        raise benchlib.Trouble(f"{root}: {free >> 30} GB free, {n_messages} messages need "
                               f"{(n_messages * BYTES_A_MESSAGE * 2 >> 30) + 1} GB; set SIZES_DB or make room")


def write_seed(bench):
    """A question and what its author adds, by the inbound line itself."""
    paths = bench.messages(1, 1024)
    identity = f"{os.path.basename(bench.root)}-{bench.n_made}"
    paths.append(os.path.join(bench.root, "more.eml"))
    with open(paths[1], "w", encoding="utf-8") as out:
        out.write(benchlib.message(identity + "-more", 1024, f"In-Reply-To: <{identity}@customer.example>\n"))
    done = subprocess.run(bench.feed_command(paths), text=True, capture_output=True, check=True)
    if done.stdout.split() != ["open", "1", "append", "1"]:
        raise benchlib.Trouble(f"feed made no ticket of two messages: {done.stdout!r}")
    bench.ctl("search", "shop")  # makes the index


def multiply_all(bench, copies):
    step = max(1, SPAN_S // (copies + 1))
    os.environ["SQLITE_TMPDIR"] = bench.root
    with contextlib.closing(sqlite3.connect(bench.database, isolation_level=None)) as database:
        database.create_function("dated", 1, lambda at: at.to_bytes(KEY_DATE_BYTES, "big"))
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -262144"):
            database.execute(f"PRAGMA {pragma}")
        database.execute("BEGIN")
        for name, columns in list(tables(database)):
            multiply(database, name, columns, copies, step)
        database.execute("COMMIT")
        database.execute("PRAGMA journal_mode = WAL")
        return database.execute("SELECT id, received_at FROM message ORDER BY id DESC LIMIT 1").fetchone()


def fill(bench, n_messages):
    """The bench's database, which must not be there yet, with n_messages, an even number of at least 4."""
    check_space(bench.root, n_messages)
    write_seed(bench)
    last = multiply_all(bench, n_messages // MESSAGES_A_TICKET - 1)
    with contextlib.closing(sqlite3.connect(bench.database + ".search")) as index, index:
        index.execute("UPDATE mark SET message = ?, received_at = ?", last)
    # Or the kernel writes it out while somebody measures.
    for suffix in ("", ".search"):
        handle = os.open(bench.database + suffix, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)


if __name__ == "__main__":
    try:
        start = time.monotonic()
        made = benchlib.Bench(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]))
        fill(made, int(sys.argv[3]))
        print(f"{made.database}: {os.stat(made.database).st_size >> 20} MB in {time.monotonic() - start:.1f} s")
    except (IndexError, ValueError):
        sys.exit("usage: fill.py BUILD-DIRECTORY DIRECTORY MESSAGES")
    except (benchlib.Trouble, OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"fill.py: {error}")
