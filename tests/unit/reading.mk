# SPDX-License-Identifier: BSD-2-Clause
UNIT_TESTS += tests/unit/test-automatic
tests_unit_test_automatic_SOURCES = tests/unit/test-automatic.c tests/support/suite.h
tests_unit_test_automatic_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_automatic_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-quote
tests_unit_test_quote_SOURCES = tests/unit/test-quote.c tests/support/suite.h
tests_unit_test_quote_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_quote_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-authres
tests_unit_test_authres_SOURCES = tests/unit/test-authres.c tests/support/suite.h
tests_unit_test_authres_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_authres_LDADD = $(TEST_LIBS)

# Built again, so that what they do is counted.
check_LIBRARIES += tests/libcounted.a
tests_libcounted_a_SOURCES = tests/support/count-calls.h \
  src/core/quote.c src/core/quote_lines.c src/core/quote_words.c \
  src/mime/html.c src/mime/html-reduce.c src/mime/html-scan.c
tests_libcounted_a_CPPFLAGS = $(TEST_CPPFLAGS) $(XML_CFLAGS)
tests_libcounted_a_CFLAGS = $(AM_CFLAGS) -fsanitize-coverage=trace-pc -include $(top_srcdir)/tests/support/count-calls.h
UNIT_TESTS += tests/unit/test-quote-work
tests_unit_test_quote_work_SOURCES = tests/unit/test-quote-work.c tests/support/suite.h
tests_unit_test_quote_work_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_quote_work_LDADD = tests/libcounted.a $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-invitation tests/unit/test-mime-kinds
tests_unit_test_invitation_SOURCES = tests/unit/test-invitation.c tests/support/suite.h
tests_unit_test_invitation_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_invitation_LDADD = $(TEST_LIBS)
tests_unit_test_mime_kinds_SOURCES = tests/unit/test-mime-kinds.c tests/support/suite.h
tests_unit_test_mime_kinds_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_mime_kinds_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-mime-tnef
tests_unit_test_mime_tnef_SOURCES = tests/unit/test-mime-tnef.c tests/support/suite.h \
  tests/support/mail-law.c tests/support/mail-law.h
tests_unit_test_mime_tnef_CPPFLAGS = $(TEST_CPPFLAGS) $(GMIME_CFLAGS)
tests_unit_test_mime_tnef_LDADD = $(TEST_LIBS)
