# SPDX-License-Identifier: BSD-2-Clause
noinst_LIBRARIES += src/libstore.a
src_libstore_a_CPPFLAGS = $(AM_CPPFLAGS) $(SQLITE_CFLAGS) $(ZSTD_CFLAGS)
src_libstore_a_SOURCES = \
  src/store/after.c src/store/after.h \
  src/store/due.c src/store/due.h \
  src/store/apply.c src/store/apply.h \
  src/store/apply_change.c src/store/apply_steps.h \
  src/store/apply_page.c \
  src/store/backup.c src/store/restore.c \
  src/store/change.c src/store/change.h \
  src/store/clock.c src/store/clock.h \
  src/store/care.h \
  src/store/commands.c src/store/commands.h \
  src/store/copy.c src/store/copy.h \
  src/store/checkpoint.c src/store/checkpoint.h \
  src/store/contact.c src/store/contact.h src/store/contact_record.c \
  src/store/db.c src/store/db.h \
  src/store/dbfile.c src/store/dbfile.h \
  src/store/erase.c src/store/erase.h \
  src/store/erase_find.c src/store/erase_find.h \
  src/store/figures.c src/store/figures.h \
  src/store/housekeep.c src/store/housekeep.h \
  src/store/index.c src/store/index.h \
  src/store/indexer.c src/store/indexer.h \
  src/store/linger.c src/store/linger.h \
  src/store/inspect.c src/store/inspect.h \
  src/store/invariants.c \
  src/store/job.c src/store/job.h \
  src/store/lock.c \
  src/store/lookup.c src/store/lookup.h src/store/lookup_sent.c \
  src/store/lookup_agent.c src/store/lookup_agent.h src/store/thread.c src/store/thread.h \
  src/store/migrate.c src/store/migrate.h \
  src/store/outbox.c src/store/outbox.h src/store/outbox_read.c \
  src/store/outbox_send.c src/store/outbox_send.h \
  src/store/pack.c \
  src/store/person.c src/store/person.h \
  src/store/quarantine.c src/store/quarantine.h \
  src/store/reader.c src/store/reader.h \
  src/store/notify.c src/store/notify.h \
  src/store/recount.c src/store/recount.h \
  src/store/release.c src/store/release.h \
  src/store/report.c src/store/report.h \
  src/store/record.c src/store/record.h \
  src/store/schema.c src/store/schema.h src/store/schema_1.c src/store/schema_2.c src/store/schema_3.c \
  src/store/search.c src/store/search.h \
  src/store/space.c src/store/space.h \
  src/store/shingle.c src/store/shingle.h \
  src/store/silence.c src/store/silence.h \
  src/store/store.c src/store/store.h \
  src/store/task.c src/store/task.h \
  src/store/sweep.c src/store/sweep.h \
  src/store/walbuffer.c src/store/walbuffer.h \
  src/store/writer.c src/store/writer.h
