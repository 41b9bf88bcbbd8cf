# SPDX-License-Identifier: BSD-2-Clause
UNIT_TESTS += \
  tests/unit/test-mime tests/unit/test-mime-parts tests/unit/test-mime-html tests/unit/test-mime-torture \
  tests/unit/test-mime-threads tests/unit/test-mime-plain tests/unit/test-mime-shortage tests/unit/test-rewrite
tests_unit_test_mime_SOURCES = tests/unit/test-mime.c tests/support/suite.h
tests_unit_test_mime_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_mime_LDADD = $(TEST_LIBS)
tests_unit_test_mime_parts_SOURCES = tests/unit/test-mime-parts.c tests/support/suite.h
tests_unit_test_mime_parts_CPPFLAGS = $(TEST_CPPFLAGS) $(GMIME_CFLAGS)
tests_unit_test_mime_parts_LDADD = $(TEST_LIBS)
tests_unit_test_mime_html_SOURCES = tests/unit/test-mime-html.c tests/support/suite.h
tests_unit_test_mime_html_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_mime_html_LDADD = $(TEST_LIBS)
tests_unit_test_mime_torture_SOURCES = tests/unit/test-mime-torture.c tests/support/suite.h
tests_unit_test_mime_torture_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_mime_torture_LDADD = $(TEST_LIBS)
tests_unit_test_mime_threads_SOURCES = tests/unit/test-mime-threads.c tests/support/suite.h
tests_unit_test_mime_threads_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_mime_threads_LDADD = $(TEST_LIBS)
tests_unit_test_mime_shortage_SOURCES = tests/unit/test-mime-shortage.c tests/support/suite.h
tests_unit_test_mime_shortage_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_mime_shortage_LDADD = $(TEST_LIBS)
tests_unit_test_mime_plain_SOURCES = tests/unit/test-mime-plain.c tests/support/suite.h \
  tests/support/mail-difference.c tests/support/mail-difference.h
tests_unit_test_mime_plain_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_mime_plain_LDADD = $(TEST_LIBS)
UNIT_TESTS += tests/unit/test-mime-texts
tests_unit_test_mime_texts_SOURCES = tests/unit/test-mime-texts.c tests/support/suite.h
tests_unit_test_mime_texts_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_mime_texts_LDADD = $(TEST_LIBS)
tests_unit_test_rewrite_SOURCES = tests/unit/test-rewrite.c tests/support/suite.h \
  tests/support/mail-difference.c tests/support/mail-difference.h \
  tests/support/rewrite-law.c tests/support/rewrite-law.h
tests_unit_test_rewrite_CPPFLAGS = $(TEST_CPPFLAGS) $(GMIME_CFLAGS)
tests_unit_test_rewrite_LDADD = $(TEST_LIBS)
