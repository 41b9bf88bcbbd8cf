/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/shingle.h"

#include "core/plan.h"
#include "core/quote.h"
#include "core/shingle.h"

#include <string.h>

enum
{
  NOTE_MAX = 20000,   /* hashes of one note */
  TICKETS_TEXTS = 1000,
  SENDERS_TEXTS = 20, /* among so many of the newest messages: */
  SENDERS_SPAN = 2000
};

bool
shingle_add (TmDb *db, gint64 ticket, gint64 message, const char *text, GError **error)
{
  gsize start, len;
  quote_find_reply (text, &start, &len);
  g_autofree char *own = g_strndup (text + start, len);
  g_autoptr (GArray) hashes = shingles_make (own, NOTE_MAX);
  for (guint i = 0; i < hashes->len; i++)
    if (!db_run (db, SQL_ADD_SHINGLE,
                 DB_VALUES (value_int (ticket), value_int (g_array_index (hashes, gint64, i)), value_int (message)),
                 error))
      return false;
  return true;
}

static GArray *
shingles_of_mail (const TmAgentKeys *agent)
{
  GArray *shingles = shingles_make ("", TM_SHINGLES_MAX);
  for (guint i = 0; i < agent->texts->len; i++)
    shingles_add (shingles, g_ptr_array_index (agent->texts, i), TM_SHINGLES_MAX);
  return shingles;
}

/* The hashes of the ticket's notes come in ascending order; the same one of two notes counts once.  Those of the mail
 * cost several times what reading it does, so they are made only for a ticket that has notes. */
static bool
read_common (TmDb *db, const TmKeys *keys, gint64 ticket, GArray *common, GError **error)
{
  g_autoptr (GArray) shingles = NULL;
  sqlite3_stmt *rows = db_select (db, SQL_SHINGLES, DB_VALUES (value_int (ticket)));
  while (db_next (rows))
    {
      gint64 hash = sqlite3_column_int64 (rows, 0);
      bool is_new = common->len == 0 || g_array_index (common, gint64, common->len - 1) != hash;
      if (shingles == NULL)
        shingles = shingles_of_mail (keys->agent);
      if (is_new && shingles_hold (shingles, hash))
        g_array_append_val (common, hash);
    }
  return db_finish (db, rows, error);
}

static bool
strike (TmDb *db, TmSql sql, const TmDbValue *values, GArray *hashes, GError **error)
{
  if (hashes->len == 0)
    return true;
  sqlite3_stmt *rows = db_select (db, sql, values);
  while (hashes->len > 0 && db_next (rows))
    shingles_strike (hashes, (const char *) sqlite3_column_text (rows, 0));
  return db_finish (db, rows, error);
}

bool
shingle_find_leaked (TmDb *db, const TmKeys *keys, TmTicketFacts *ticket, GError **error)
{
  g_autoptr (GArray) leaked = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (!read_common (db, keys, ticket->id, leaked, error)
      || !strike (db, SQL_SHOWN_TEXTS,
                  DB_VALUES (value_int (ticket->id), value_int (TM_DIRECTION_NOTE), value_int (TICKETS_TEXTS)), leaked,
                  error)
      || !strike (db, SQL_SENDERS_TEXTS,
                  DB_VALUES (value_text (keys->sender), value_int (TM_DIRECTION_OUT), value_int (SENDERS_SPAN),
                             value_int (SENDERS_TEXTS)),
                  leaked, error))
    return false;
  g_clear_pointer (&ticket->leaked, g_array_unref);
  ticket->leaked = g_steal_pointer (&leaked);
  return true;
}
