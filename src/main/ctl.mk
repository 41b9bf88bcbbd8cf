# SPDX-License-Identifier: BSD-2-Clause
bin_PROGRAMS += ticketctl
ticketctl_SOURCES = src/main/ctl.c
ticketctl_LDADD = src/libcli.a $(ROOM_LIBS) $(JSON_LIBS)
