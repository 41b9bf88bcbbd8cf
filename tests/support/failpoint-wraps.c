/* SPDX-License-Identifier: BSD-2-Clause */
/* Where failpoints.h's names are: the linker has callers in other files come here (-Wl,--wrap). */
#include "failpoints.h"

#include "conf/policy.h"
#include "milter/apply.h"
#include "milter/current.h"
#include "mime/mime.h"
#include "mime/screen.h"
#include "outbox/dialog.h"
#include "store/commands.h"
#include "store/lookup.h"
#include "store/migrate.h"
#include "store/outbox_send.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The two declarations that -Wl,--wrap=NAME goes by, and the head of what is called instead of NAME. */
#define WRAP(type, name, ...)                                                                                          \
  type __real_##name (__VA_ARGS__);                                                                                    \
  type __wrap_##name (__VA_ARGS__);                                                                                    \
  type __wrap_##name (__VA_ARGS__)

/* --- a message --- */

WRAP (bool, screen_body, const char *body, size_t len, const char *content_type, const TmLimits *limits)
{
  bool is_sound = __real_screen_body (body, len, content_type, limits);
  failpoint (FAILPOINT_READ_SCREENED);
  return is_sound;
}

WRAP (TmMail *, mime_read, GBytes *raw, const TmLimits *limits)
{
  TmMail *mail = __real_mime_read (raw, limits);
  failpoint (FAILPOINT_READ_DONE);
  return mail;
}

WRAP (bool, store_submit, TmStore *store, TmInbound *inbound, GBytes *packed, gint64 deadline_us, TmPlan **plan_out,
      GError **error)
{
  failpoint (FAILPOINT_SUBMIT_BEFORE);
  bool ok = __real_store_submit (store, inbound, packed, deadline_us, plan_out, error);
  failpoint (FAILPOINT_SUBMIT_DONE);
  return ok;
}

WRAP (bool, apply_edits, SMFICTX *ctx, const char *queue_id, const GPtrArray *edits, bool leading_space)
{
  failpoint (FAILPOINT_EDITS_BEFORE);
  bool ok = __real_apply_edits (ctx, queue_id, edits, leading_space);
  failpoint (FAILPOINT_EDITS_DONE);
  return ok;
}

/* --- the writer --- */

WRAP (bool, lookup_facts, TmDb *db, const TmKeys *keys, gint64 now, TmFacts **facts_out, GError **error)
{
  failpoint (FAILPOINT_WRITER_FACTS);
  return __real_lookup_facts (db, keys, now, facts_out, error);
}

WRAP (bool, commands_apply, TmDb *db, const TmInbound *inbound, GBytes *packed, gint64 now, TmPlan **plan_io,
      GError **error)
{
  failpoint (FAILPOINT_WRITER_APPLY);
  bool ok = __real_commands_apply (db, inbound, packed, now, plan_io, error);
  failpoint (FAILPOINT_WRITER_APPLIED);
  return ok;
}

WRAP (bool, db_run, TmDb *db, TmSql sql, const TmDbValue *values, GError **error)
{
  static const struct
  {
    TmSql sql;
    Failpoint point;
  } before[] = { { SQL_BEGIN_WRITE, FAILPOINT_WRITER_BEGIN },
                 { SQL_SAVEPOINT, FAILPOINT_WRITER_SAVEPOINT },
                 { SQL_RELEASE, FAILPOINT_WRITER_RELEASE },
                 { SQL_COMMIT, FAILPOINT_WRITER_COMMIT } };
  for (size_t i = 0; i < G_N_ELEMENTS (before); i++)
    if (sql == before[i].sql)
      failpoint (before[i].point);
  bool ok = __real_db_run (db, sql, values, error);
  if (sql == SQL_COMMIT)
    failpoint (FAILPOINT_WRITER_COMMITTED);
  return ok;
}

int fdatasync (int fd);

/* libc's, SQLite's too. */
int
fdatasync (int fd)
{
  char thread[16] = "";
  pthread_getname_np (pthread_self (), thread, sizeof thread);
  if (strcmp (thread, "store-writer") != 0 || !failpoint (FAILPOINT_WRITER_SYNC))
    return (int) syscall (SYS_fdatasync, fd);
  errno = EIO;
  return -1;
}

WRAP (bool, db_checkpoint, TmDb *db, GError **error)
{
  failpoint (FAILPOINT_CHECKPOINT_BEFORE);
  bool ok = __real_db_checkpoint (db, error);
  failpoint (FAILPOINT_CHECKPOINT_DONE);
  return ok;
}

/* --- what goes out --- */

WRAP (bool, store_take_outgoing, TmStore *store, const char *domain, gint64 deadline_us, TmOutboxRow **row_out,
      GError **error)
{
  failpoint (FAILPOINT_OUTBOX_CLAIM);
  bool ok = __real_store_take_outgoing (store, domain, deadline_us, row_out, error);
  if (ok && *row_out != NULL)
    failpoint (FAILPOINT_OUTBOX_CLAIMED);
  return ok;
}

WRAP (void, dialog_command, TmDialog *dialog, const char *line, gsize len)
{
  __real_dialog_command (dialog, line, len);
  if (dialog->stage == DIALOG_MAIL)
    failpoint (FAILPOINT_OUTBOX_MAIL);
}

WRAP (void, dialog_answer, TmDialog *dialog, const char *line, gsize len)
{
  if (dialog->stage == DIALOG_BODY && !dialog->is_over)
    failpoint (FAILPOINT_OUTBOX_DOT);
  __real_dialog_answer (dialog, line, len);
}

WRAP (bool, store_end_outgoing, TmStore *store, gint64 id, const TmSending *sending, gint64 deadline_us,
      GError **error)
{
  failpoint (FAILPOINT_OUTBOX_ANSWER);
  bool ok = __real_store_end_outgoing (store, id, sending, deadline_us, error);
  failpoint (FAILPOINT_OUTBOX_DONE);
  return ok;
}

/* --- migration --- */

static bool is_migrating; /* at the start, before there are threads */

WRAP (bool, migrate_run, TmDb *db, gint64 from, GError **error)
{
  failpoint (FAILPOINT_MIGRATE_BEFORE);
  is_migrating = true;
  bool ok = __real_migrate_run (db, from, error);
  is_migrating = false;
  failpoint (FAILPOINT_MIGRATE_DONE);
  return ok;
}

WRAP (bool, db_run_text, TmDb *db, const char *sql, GError **error)
{
  if (is_migrating)
    failpoint (FAILPOINT_MIGRATE_STEP);
  return __real_db_run_text (db, sql, error);
}

/* --- reload; the first configuration is the start's --- */

static gint n_loaded, n_set; /* atomic */

WRAP (bool, policy_load, const char *file, TmPolicy **policy_out, GPtrArray **findings_out, GError **error)
{
  bool ok = __real_policy_load (file, policy_out, findings_out, error);
  if (g_atomic_int_add (&n_loaded, 1) > 0)
    failpoint (FAILPOINT_RELOAD_READ);
  return ok;
}

WRAP (void, current_set, TmCurrent *current, TmPolicy *policy)
{
  __real_current_set (current, policy);
  if (g_atomic_int_add (&n_set, 1) > 0)
    failpoint (FAILPOINT_RELOAD_DONE);
}
