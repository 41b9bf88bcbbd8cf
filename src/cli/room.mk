# SPDX-License-Identifier: BSD-2-Clause
noinst_LIBRARIES += src/libcli.a
src_libcli_a_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS)
src_libcli_a_SOURCES = \
  src/cli/arguments.c src/cli/arguments.h \
  src/cli/calendar.c src/cli/calendar-import.c \
  src/cli/change.c src/cli/change.h src/cli/changes.c \
  src/cli/clocks.c src/cli/clocks.h src/cli/sla.c \
  src/cli/command.c src/cli/command.h \
  src/cli/config-show.c \
  src/cli/contact.c src/cli/contact-erase.c src/cli/contact-list.c src/cli/contacts.h \
  src/cli/customer.c \
  src/cli/db-backup.c \
  src/cli/db-check.c \
  src/cli/db-migrate.c \
  src/cli/db-restore.c \
  src/cli/explain.c \
  src/cli/explanation.h src/cli/explanation-json.c src/cli/explanation-text.c \
  src/cli/jsondoc.c src/cli/jsondoc.h \
  src/cli/list.c \
  src/cli/message.c src/cli/message.h \
  src/cli/milters.c src/cli/milters.h \
  src/cli/mta-check.c \
  src/cli/mta-findings.c src/cli/mta-findings.h \
  src/cli/outbox.c \
  src/cli/policy-check.c \
  src/cli/postconf.c src/cli/postconf.h \
  src/cli/progress.c src/cli/progress.h \
  src/cli/quarantine.c \
  src/cli/receive.c src/cli/received.h \
  src/cli/receiver.c \
  src/cli/reload.c \
  src/cli/report.c src/cli/report.h src/cli/report-text.c src/cli/report-json.c \
  src/cli/search.c \
  src/cli/show.c \
  src/cli/stats.c src/cli/stats-print.c src/cli/stats-print.h \
  src/cli/template-show.c src/cli/escalation-preview.c \
  src/cli/terminal.c src/cli/terminal.h \
  src/cli/tickets.h src/cli/tickets-json.c src/cli/tickets-text.c \
  src/cli/token-address.c \
  src/cli/token-list.c \
  src/cli/token-revoke.c \
  src/cli/token-rotate.c
