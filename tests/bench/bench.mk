# SPDX-License-Identifier: BSD-2-Clause
# `make bench`: ticketmilter beside a filter that does nothing.  Compiled by `make check`, so that they stay sound.
check_PROGRAMS += tests/bench/empty-filter tests/bench/milter-load tests/bench/rules-cost tests/bench/due-times
tests_bench_empty_filter_SOURCES = tests/bench/empty-filter.c
tests_bench_empty_filter_CPPFLAGS = $(AM_CPPFLAGS) $(MILTER_CFLAGS)
tests_bench_empty_filter_LDADD = $(MILTER_LIBS)
tests_bench_milter_load_SOURCES = tests/bench/milter-load.c
tests_bench_milter_load_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(MILTER_CFLAGS)
tests_bench_milter_load_LDADD = tests/libmilterclient.a src/libbase.a $(NETTLE_LIBS) $(GLIB_LIBS)
tests_bench_rules_cost_SOURCES = tests/bench/rules-cost.c
tests_bench_rules_cost_CPPFLAGS = $(AM_CPPFLAGS)
tests_bench_rules_cost_LDADD = src/libcore.a src/libbase.a $(PCRE2_LIBS) $(NETTLE_LIBS) $(GLIB_LIBS)
tests_bench_due_times_SOURCES = tests/bench/due-times.c
tests_bench_due_times_CPPFLAGS = $(AM_CPPFLAGS)
tests_bench_due_times_LDADD = src/libcore.a src/libbase.a $(PCRE2_LIBS) $(NETTLE_LIBS) $(GLIB_LIBS)
BENCH_TABLES = \
  tests/bench/bench.sh tests/bench/through-postfix.py tests/bench/submission.py tests/bench/rules.py \
  tests/bench/database.py \
  tests/bench/clocks.py tests/bench/alerts.py tests/bench/acks.py \
  tests/bench/instructions.py tests/bench/memory.py tests/bench/replies.py \
  tests/bench/due-times.sh
BENCH_NEEDS = \
  ticketmilter$(EXEEXT) ticketctl$(EXEEXT) tests/support/feed$(EXEEXT) tests/bench/empty-filter$(EXEEXT) \
  tests/bench/milter-load$(EXEEXT) tests/bench/due-times$(EXEEXT)
EXTRA_DIST += $(BENCH_TABLES) tests/bench/benchlib.py tests/bench/fill.py tests/bench/rules-cost.sh

# All of them, though one fails: docs/benchmarks.md.
.PHONY: bench
bench: $(BENCH_NEEDS)
	@status=0; for script in $(BENCH_TABLES); do "$(srcdir)/$$script" "$(abs_builddir)" || status=1; done; exit $$status

# Instructions, not time: a change of the rules' cost shows on a busy machine too.
.PHONY: bench-rules
bench-rules: tests/bench/rules-cost$(EXEEXT)
	$(SHELL) $(srcdir)/tests/bench/rules-cost.sh $(abs_builddir)
