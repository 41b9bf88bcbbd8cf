#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""schema.py VERSION prints schema-VERSION.sql: that version's text (src/store/schema_1.c, schema_2.c …) with some rows,
as a database of it has them.

For as long as a version is in the hands of nobody its text may change: schema.py 2 > schema-2.sql.  Once it is
released, neither may; tests/unit/test-store-migrate.c compares them."""
import os
import re
import sqlite3
import sys

STORE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../src/store")
APPLICATION_ID = 0x544B4D4C

# Of each table, what it may hold: NULLs, umlauts, an empty text, bytes.
ROWS = {
    "ticket": [{"id": 40, "status": 2, "subject": "Old", "requester": "eve@acme.example", "created_at": 1795190400},
               {"id": 41, "status": 6, "subject": "Größe „XL“", "requester": "joe@beta.example", "type": "problem",
                "priority": "P1", "priority_by": "rule:outage", "assignee": "anna", "merged_into": 40,
                "created_at": 1795190401, "resolved_at": 1795190500, "closed_at": 1795190600}],
    "ticket_queue": [{"ticket": 40, "queue": "support", "position": 0},
                     {"ticket": 41, "queue": "hosting", "position": 0}],
    "ticket_tag": [{"ticket": 41, "key": "cluster", "value": "c12"}],
    "ticket_missing": [{"ticket": 40, "position": 0, "name": "steps"}],
    "participant": [{"ticket": 40, "address": "eve@acme.example", "put_in_by": "requester", "receives": 1}],
    "relation": [{"ticket": 40, "other": 41}, {"ticket": 41, "other": 40}],
    "message": [{"id": number, "ticket": 39 + number, "direction": 1, "from_address": "eve@acme.example",
                 "message_id": f"{number}@acme.example", "subject": "Old", "received_at": 1795190400, "reply_start": 0,
                 "reply_len": 5, "flags": 0, "is_auto": 0, "is_bounce": 0, "is_verified": 1, "size": 100,
                 "envelope_sender": "eve@acme.example", "queue_id": "4XyZ12", "text": "Hello"} for number in (1, 2)],
    "attachment": [{"message": 1, "position": 0, "name": "Foto.jpg", "type": "image/jpeg", "size": 12,
                    "sha256": "00", "is_inline": 0}],
    "raw": [{"message": 1, "codec": 1, "data": b"\x28\xb5\x2f\xfd\x20\x00\x01\x00\x00"}],
    "event": [{"ticket": 40, "number": 1, "at": 1795190400, "actor": "mail", "action": "open", "detail": "{}"}],
    "message_ref": [{"id": bytes(range(16)), "had": 1, "ticket": 40}],
    "dedup": [{"key": bytes(range(32)), "message": 1, "expires_at": 4102444800}],
}


# What later versions add: to rows of tables that were there, and in tables of their own.
COLUMNS_2 = {
    "ticket": [{"customer": "acme", "plan": "standard", "answer_to": "eve@home.example", "workaround": "P1",
                "next_due": 1795194000}, {"workaround": ""}],
    "participant": [{"answer_to": "eve@home.example"}],
}
ROWS_2 = {
    "quarantine": [{"id": 7, "at": 1795190400, "rule": "", "reason": "no", "queue_id": "4XyZ13", "sender": "",
                    "recipients": "support@example.com\nhelp@example.com", "from_address": "", "subject": "Größe",
                    "size": 12}],
    "correlation": [{"queue": "support", "key": "db1", "ticket": 40}],
    "delivery": [{"message": 1, "bounce": 2, "position": 1, "recipient": "eve@acme.example", "status": "5.1.1",
                  "action": "failed", "is_final": 1, "counts": 1, "at": 1795190500, "diagnostic": "550 no such user"}],
    "silenced": [{"address": "eve@acme.example", "since": 1795190500, "why": "5.1.1", "ticket": 40, "message": 1}],
    "contact": [{"id": 3, "name": "Eve", "created_at": 1795190400}],
    "contact_address": [{"address": "eve@acme.example", "contact": 3}],
    "clock": [{"ticket": 40, "metric": 1, "cycle": 1, "target": "1h", "started_at": 1795190400, "due_at": 1795194000,
               "is_breached": 0, "revision": 4294967295, "pauses": "1795190410-1795190420"}],
}


def joined(text):
    return "".join(re.findall(r'"([^"]*)"', re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)))


def schema_text(version):
    name, pattern = ("schema_1.c", r"schema_create_sql\[\] =(.*?;)\";") if version == 1 else (
        f"schema_{version}.c", r"schema_pieces_\d\[\] = \{(.*?)\n  NULL,")
    with open(os.path.join(STORE, name), encoding="utf-8") as file:
        return joined(re.search(pattern, file.read(), re.DOTALL).group(0))


def rows_of(version):
    if version == 1:
        return ROWS
    rows = {**ROWS, **ROWS_2}
    for table, columns in COLUMNS_2.items():
        rows[table] = [{**row, **more} for row, more in zip(ROWS[table], columns, strict=True)]
    return rows


def main():
    version = int(sys.argv[1])
    database = sqlite3.connect(":memory:")
    for older in range(1, version + 1):
        database.executescript(schema_text(older))
    for table, rows in rows_of(version).items():
        for row in rows:
            database.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
                             list(row.values()))
    database.commit()
    print("-- SPDX-License-Identifier: BSD-2-Clause")
    print(f"-- A database of version {version}.  Made by schema.py {version}.")
    print(f"PRAGMA application_id = {APPLICATION_ID};\nPRAGMA user_version = {version};")
    print("\n".join(database.iterdump()))


if __name__ == "__main__":
    main()
