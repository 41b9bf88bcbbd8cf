/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The daemon with failpoints: its own objects, linked once more so that what is called between two steps of the
 * straight line goes through here first (-Wl,--wrap).  What is installed has none of it.
 *
 * TM_FAILPOINT in the environment: `list` prints the names and ends; else NAME:ACTION[:NTH], several apart by commas.
 * Where the program comes to NAME for the NTH time (1) it is killed (`kill`), stands still for so many seconds
 * (`hold=SECONDS`) or until the file is gone (`hold=PATH`), or is told that it failed (`error`; `errors` from then on),
 * where the name says that it can.
 */
#ifndef TM_TESTS_FAILPOINTS_H
#define TM_TESTS_FAILPOINTS_H

#include <stdbool.h>

/* Each stands between two steps. */
#define FAILPOINTS(F)                                                                                                  \
  F (READ_SCREENED, "read.screened")       /* its body was screened, nothing is parsed */                              \
  F (READ_DONE, "read.done")               /* mime_read() is over */                                                   \
  F (SUBMIT_BEFORE, "submit.before")       /* rules are evaluated; the writer knows nothing of it */                   \
  F (WRITER_BEGIN, "writer.begin")         /* before BEGIN */                                                          \
  F (WRITER_FACTS, "writer.facts")         /* in the transaction, before the facts of a message are looked up */       \
  F (WRITER_APPLY, "writer.apply")         /* it is decided, nothing is written */                                     \
  F (WRITER_APPLIED, "writer.applied")     /* all of one message is written */                                         \
  F (WRITER_SAVEPOINT, "writer.savepoint") /* before the savepoint of mail with commands */                            \
  F (WRITER_RELEASE, "writer.release")     /* before its release */                                                    \
  F (WRITER_COMMIT, "writer.commit")       /* before COMMIT */                                                         \
  F (WRITER_SYNC, "writer.sync")           /* within COMMIT, the WAL is written; can fail */                           \
  F (WRITER_COMMITTED, "writer.committed") /* on stable storage, and nobody knows yet */                               \
  F (SUBMIT_DONE, "submit.done")           /* the session knows */                                                     \
  F (EDITS_BEFORE, "edits.before")         /* before the first edit is sent */                                         \
  F (EDITS_DONE, "edits.done")             /* before the verdict */                                                    \
  F (OUTBOX_CLAIM, "outbox.claim")         /* before a row is taken */                                                 \
  F (OUTBOX_CLAIMED, "outbox.claimed")     /* it is taken, on stable storage */                                        \
  F (OUTBOX_MAIL, "outbox.mail")           /* MAIL went out */                                                         \
  F (OUTBOX_DOT, "outbox.dot")             /* the final dot went out, its answer is not looked at */                   \
  F (OUTBOX_ANSWER, "outbox.answer")       /* the server has it, the row does not say so */                            \
  F (OUTBOX_DONE, "outbox.done")           /* the row says so */                                                       \
  F (CHECKPOINT_BEFORE, "checkpoint.before")                                                                           \
  F (CHECKPOINT_DONE, "checkpoint.done")                                                                               \
  F (MIGRATE_BEFORE, "migrate.before")                                                                                 \
  F (MIGRATE_STEP, "migrate.step")         /* before each step */                                                      \
  F (MIGRATE_DONE, "migrate.done")                                                                                     \
  F (RELOAD_READ, "reload.read")           /* the configuration is read, not in force */                               \
  F (RELOAD_DONE, "reload.done")           /* in force, due times go by the old one */

#define FAILPOINT_NAME(id, name) FAILPOINT_##id,
typedef enum { FAILPOINTS (FAILPOINT_NAME) N_FAILPOINTS } Failpoint;
#undef FAILPOINT_NAME

/* Acts as TM_FAILPOINT says; true: the caller is to fail. */
bool failpoint (Failpoint point);

#endif
