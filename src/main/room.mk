# SPDX-License-Identifier: BSD-2-Clause
sbin_PROGRAMS += ticketmilter
ticketmilter_SOURCES = \
  src/main/background.c src/main/background.h \
  src/main/daemon.c
ticketmilter_LDADD = src/libfront.a $(ROOM_LIBS) $(MILTER_LIBS)
include src/main/ctl.mk
