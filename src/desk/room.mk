# SPDX-License-Identifier: BSD-2-Clause
noinst_LIBRARIES += src/libdesk.a
src_libdesk_a_SOURCES = \
  src/desk/agents.c src/desk/agents.h \
  src/desk/control.c src/desk/control.h \
  src/desk/control_contact.c src/desk/control_contact.h \
  src/desk/control_erase.c src/desk/control_erase.h \
  src/desk/control_quarantine.c src/desk/control_quarantine.h \
  src/desk/control_receive.c src/desk/control_receive.h \
  src/desk/control_server.c src/desk/control_server.h \
  src/desk/control_outbox.c src/desk/control_outbox.h \
  src/desk/outgoing.c src/desk/outgoing.h \
  src/desk/receive.c src/desk/receive.h \
  src/desk/sender.c src/desk/sender.h \
  src/desk/stats.c src/desk/stats.h \
  src/desk/wire.c src/desk/wire.h
