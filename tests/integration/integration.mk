# SPDX-License-Identifier: BSD-2-Clause
# The MTA's side of the milter protocol, for protocol tests and load: link tests/libmilterclient.a before the rooms.
check_LIBRARIES += tests/libmilterclient.a
tests_libmilterclient_a_CPPFLAGS = $(TEST_CPPFLAGS) $(MILTER_CFLAGS)
tests_libmilterclient_a_SOURCES = tests/support/milter-client.c tests/support/milter-client.h
include tests/integration/ctl.mk
