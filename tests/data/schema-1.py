#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Prints schema-1.sql: version 1's text (src/store/schema.c) with some rows, as a database of that version has them.

For as long as version 1 was in the hands of nobody its text could change: schema-1.py > schema-1.sql.  Once it is
released, neither may; tests/unit/test-store-migrate.c compares them."""
import os
import re
import sqlite3

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../src/store/schema.c")
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


def schema_text():
    with open(SOURCE, encoding="utf-8") as file:
        text = re.search(r"schema_create_sql\[\] =(.*?;)\";", file.read(), re.DOTALL).group(0)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return "".join(re.findall(r'"([^"]*)"', text))


def main():
    database = sqlite3.connect(":memory:")
    database.executescript(schema_text())
    for table, rows in ROWS.items():
        for row in rows:
            database.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
                             list(row.values()))
    database.commit()
    print("-- SPDX-License-Identifier: BSD-2-Clause")
    print("-- A database of version 1.  Made by schema-1.py.")
    print(f"PRAGMA application_id = {APPLICATION_ID};\nPRAGMA user_version = 1;")
    print("\n".join(database.iterdump()))


if __name__ == "__main__":
    main()
