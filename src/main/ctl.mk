# SPDX-License-Identifier: BSD-2-Clause
bin_PROGRAMS += src/ticketctl
src_ticketctl_SOURCES = src/main/ctl.c
src_ticketctl_LDADD = src/libcli.a $(ROOM_LIBS) $(JSON_LIBS)
