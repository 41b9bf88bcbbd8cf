# SPDX-License-Identifier: BSD-2-Clause
# Tests on a private, chrooted Postfix; skipped where nobody is root or Postfix is not installed.
MTA_TESTS = \
  tests/mta/acks.py \
  tests/mta/activation.py \
  tests/mta/addresses.py \
  tests/mta/after.py \
  tests/mta/agents.py \
  tests/mta/bounce.py \
  tests/mta/certificates.py \
  tests/mta/check.py \
  tests/mta/commands.py \
  tests/mta/edits.py \
  tests/mta/failures.py \
  tests/mta/foreign.py \
  tests/mta/guards.py \
  tests/mta/inbound.py \
  tests/mta/leaks.py \
  tests/mta/loops.py \
  tests/mta/notes.py \
  tests/mta/once.py \
  tests/mta/outbox.py \
  tests/mta/remote.py \
  tests/mta/senders.py \
  tests/mta/signup.py \
  tests/mta/submission.py
TESTS += $(MTA_TESTS)
EXTRA_DIST += $(MTA_TESTS) tests/support/agentcase.py tests/support/agentdesk.py tests/support/case.py \
  tests/support/desk.py tests/support/dovecot.py tests/support/judge.py tests/support/opendkim.py \
  tests/support/outside.py tests/support/postfix.py tests/support/programs.py tests/support/robot.py \
  tests/support/tap.py
