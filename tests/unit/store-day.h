/* SPDX-License-Identifier: BSD-2-Clause */
/* A day of the store, whatever becomes of its disk: mail, a batch of it, answers, changes by hand, what goes out, a
 * checkpoint, upkeep; and what must be true afterwards. */
#ifndef TM_TESTS_STORE_DAY_H
#define TM_TESTS_STORE_DAY_H

#include "tests/support/store-bed.h"

/* The first opens a ticket, the second answers it; four come at once; one is so large that it needs a checkpoint. */
enum { DAY_FIRST, DAY_ANSWER, DAY_BATCH, DAY_N_BATCH = 4, DAY_LARGE = DAY_BATCH + DAY_N_BATCH, DAY_LAST, DAY_N_MAILS };
enum { DAY_MOST_ROWS = 64, DAY_PATIENCE_S = 60 };

/* What the world outside knows of the desk; shared with the process whose power is lost. */
typedef struct
{
  gint64 ticket[DAY_N_MAILS];      /* its sender was told 250; 0: not */
  int n_sent[DAY_MOST_ROWS];       /* how often a row of the outbox was handed to the MTA */
  bool is_recorded[DAY_MOST_ROWS]; /* that this is so was said to be on the disk */
  bool is_answered, is_closed; /* who did it by hand was told that it is done */
  unsigned n_failed;           /* calls that failed */
  bool is_apart;               /* found the day after: the answer was taken before what it answers */
} DayWorld;

typedef struct
{
  TmStoreBed *bed;
  DayWorld *world;
} Day;

/* The bed of a day, without a database. */
TmStoreBed *day_bed (void);

/* From opening to closing, as far as the store goes; a call that fails has to say so in a line. */
void day_live (Day *day);

/* The day after: all that was acknowledged is there, what is sent again makes one ticket and one acknowledgement for
 * each message, the database is sound. */
void day_check_after (Day *day);

#endif
