# SPDX-License-Identifier: BSD-2-Clause
"""What must hold behind a load, whatever happened meanwhile: findings, one line each."""
import collections
import contextlib
import importlib
import os
import re
import sqlite3
import sys

import mailmix

sys.path.append(os.path.join(os.path.abspath(os.environ.get("srcdir", ".")), "tests", "lint"))

# Written by base/log.c itself.
LOST_LINES = r"\d+ lines of the log were lost: its socket was full or gone"
# Of known shape, and yet nothing that may happen here.
NEVER = re.compile(r"\bBUG\b|is damaged|takes no commit any more|cannot go on")
MUST_BE_TAKEN = ("new", "reply", "auto", "large", "bounce")
SENT, UNKNOWN = 3, 5  # TmOutboxState


def known_shapes():
    """Of docs/log-messages.md, one pattern for all."""
    shapes = importlib.import_module("log-messages")
    page = shapes.lintlib.read(shapes.lintlib.SOURCE, shapes.PAGE)
    entries = [shapes.shape_of_entry(text) for text, _ in shapes.ENTRY.findall(page)]
    assert len(entries) > 50, entries
    return re.compile("|".join([LOST_LINES, *(".*".join(map(re.escape, entry.split(shapes.VALUE)))
                                              for entry in entries)]), re.DOTALL)


def log_lines(lines):
    shapes = known_shapes()
    yield from (f"log: {line}" for line in lines if not shapes.fullmatch(line) or NEVER.search(line))


def rows(path, sql):
    with contextlib.closing(sqlite3.connect(path)) as database:
        return list(database.execute(sql))


def records(path, ledger):
    """Accepted ⊆ recorded, each once, where the answer said; and nothing else."""
    found = collections.defaultdict(list)
    for identity, ticket in rows(path, "SELECT message_id, ticket FROM message"):
        found[identity].append(ticket)
    for identity, ticket in ledger.tickets.items():
        # Hostile mail may have hidden its Message-ID well; its ticket has to be there all the same.
        known = found[identity] if identity in found or ledger.kinds[identity] != "corpora" else [ticket]
        if known != [ticket]:
            yield f"{identity}: accepted as ticket {ticket}, recorded in {known}"
    tickets = {ticket for ticket, in rows(path, "SELECT id FROM ticket")}
    yield from (f"{identity}: accepted as ticket {ticket}, which is not there"
                for identity, ticket in ledger.tickets.items() if ticket not in tickets)
    yield from (f"{identity}: recorded, and was never handed in to its end" for identity in found
                if identity in ledger.cut or identity.endswith("@" + mailmix.DOMAIN) and identity not in ledger.kinds)
    n_recorded = sum(map(len, found.values()))
    if n_recorded > len(ledger.kinds):
        yield f"{n_recorded} messages are recorded, {len(ledger.kinds)} were handed in"
    openers = collections.Counter(ticket for identity, ticket in ledger.tickets.items()
                                  if ledger.kinds[identity] in ("new", "large", "auto", "hostile"))
    yield from (f"ticket {ticket} was opened by {n} mails" for ticket, n in openers.items() if n > 1)
    yield from ledger.contradictions
    yield from (f"{identity} was refused: {text}" for identity, text in ledger.refused.items()
                if ledger.kinds[identity] in MUST_BE_TAKEN)


def acknowledgements(path, ledger, letters):
    """At most one for each ticket, in the outbox and at the MTA; none for what a machine wrote."""
    acks = rows(path, "SELECT id, ticket, state FROM outbox WHERE kind = 'ack'")
    sent = collections.Counter(mailmix.ticket_of(letter) for letter in letters)
    answered = {mailmix.ticket_of(letter) for letter in letters if letter.is_answered}
    n_tickets = rows(path, "SELECT count(*) FROM ticket")[0][0]
    if not len(letters) <= len(acks) <= n_tickets:
        yield f"{n_tickets} tickets, {len(acks)} acknowledgements made, {len(letters)} of them at the MTA"
    for what, counts in ("made", collections.Counter(ticket for _, ticket, _ in acks)), ("at the MTA", sent):
        yield from (f"ticket {ticket}: {n} acknowledgements {what}" for ticket, n in counts.items() if n > 1)
    by_machine = {ledger.tickets[identity] for identity, kind in ledger.kinds.items()
                  if kind == "auto" and identity in ledger.tickets}
    yield from (f"ticket {ticket} is of a machine, and was acknowledged" for _, ticket, _ in acks
                if ticket in by_machine)
    for number, ticket, state in acks:
        if state == SENT and ticket not in answered:
            yield f"mail {number}: sent, and the MTA does not know it"
        if state != SENT and state != UNKNOWN and ticket in sent:
            yield f"mail {number}: in state {state}, and the MTA has it"


def backup(path, accepted):
    """A copy: it holds what was accepted before it began."""
    found = {identity for identity, in rows(path, "SELECT message_id FROM message")}
    yield from (f"backup {path}: {problem}" for problem, in rows(path, "PRAGMA integrity_check") if problem != "ok")
    yield from (f"backup {path}: without {identity}" for identity in accepted
                if identity not in found and not identity.endswith("@corpora.example"))
