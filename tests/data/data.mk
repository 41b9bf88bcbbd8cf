# SPDX-License-Identifier: BSD-2-Clause
# Messages that nobody here wrote, where they are at hand (tests/data/corpora.py).
check_PROGRAMS += tests/data/mail-facts
tests_data_mail_facts_SOURCES = tests/data/mail-facts.c \
  tests/support/mail-difference.c tests/support/mail-difference.h \
  tests/support/mail-law.c tests/support/mail-law.h \
  tests/support/rewrite-law.c tests/support/rewrite-law.h
tests_data_mail_facts_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(GMIME_CFLAGS)
tests_data_mail_facts_LDADD = $(ROOM_LIBS)
TESTS += tests/data/corpora.sh
EXTRA_DIST += tests/data/corpora.sh tests/data/corpora.py tests/data/exceptions.tsv \
  tests/data/bounces.py tests/data/wild-bounces.tsv \
  tests/data/schema-1.sql tests/data/schema-2.sql tests/data/schema.py
# Language, program, style and form of answers.
TESTS += tests/data/reply-matrix.py
EXTRA_DIST += tests/data/reply-matrix.py tests/data/reply
# The rule sets of contrib/policies against their tables.
TESTS += tests/integration/policies.py
EXTRA_DIST += tests/integration/policies.py tests/data/policies
# The published policies of contrib/policies against theirs.
TESTS += tests/integration/sla-policies.py tests/integration/courses.py
EXTRA_DIST += tests/integration/sla-policies.py tests/data/sla-policies tests/integration/courses.py \
  tests/data/courses
