/* SPDX-License-Identifier: BSD-2-Clause */
/* A store in a directory of its own, and what tests keep asking it. */
#ifndef TM_TESTS_STORE_BED_H
#define TM_TESTS_STORE_BED_H

#include "store/store.h"
#include "tests/support/inbound-maker.h"

typedef struct
{
  char *directory;
  char *path;       /* of the database in it */
  TmSite *site;
  TmStore *store;   /* NULL: closed */
  unsigned max_jobs;
  TmKeep keep;
  bool fills_index;
  guint64 small_bytes, min_free; /* as of TmStoreOptions */
  unsigned wal_pages;            /* likewise; 0: 4096 */
  gint n_fatal;     /* atomic: calls of on_fatal */
  bool is_spoiled;   /* a test put in what no store would: foreign keys are not checked at the end */
} TmStoreBed;

enum { BED_PATIENCE_S = 30 };

/* The directory, without a database. */
TmStoreBed *bed_new (void);
/* Closes the store and removes the directory. */
void bed_free (TmStoreBed *bed);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmStoreBed, bed_free)

/* Opens the store; a failure fails the test. */
void bed_open (TmStoreBed *bed);
void bed_close (TmStoreBed *bed);

/* Tries to open it; gives the kind of the error or -1. */
int bed_try_open (TmStoreBed *bed, char **message_out);

/* Submits; the plan, or NULL and the error's kind in `kind_out` (may be NULL: then a failure fails the test). */
TmPlan *bed_submit (TmStoreBed *bed, const TmMailSpec *spec, int *kind_out);
TmPlan *bed_submit_until (TmStoreBed *bed, TmInbound *inbound, double seconds, int *kind_out);

/* The ticket that a message got; a failure fails the test. */
gint64 bed_ticket (TmStoreBed *bed, const TmMailSpec *spec);

/* Runs SQL over a connection of its own, as an admin's tool would. */
void bed_sql (TmStoreBed *bed, const char *sql);
/* The first column of its first row. */
gint64 bed_count (TmStoreBed *bed, const char *sql);

/* Reads it; a failure fails the test. */
TmReader *bed_reader (const TmStoreBed *bed);
TmTicketRecord *bed_get (TmStoreBed *bed, gint64 number);

/* The database's name with `suffix`; the caller frees. */
char *bed_file (const TmStoreBed *bed, const char *suffix);

#endif
