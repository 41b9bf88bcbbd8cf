/* SPDX-License-Identifier: BSD-2-Clause */
/* The steps that only changes have. */
#include "store/apply_steps.h"
#include "store/contact.h"
#include "store/lookup.h"
#include "store/shingle.h"

#include <string.h>

bool
apply_own_queue (const TmApply *apply, const char *queue, GError **error)
{
  const TmDbValue *values = DB_VALUES (value_int (apply->ticket), value_text (queue));
  return db_run (apply->db, SQL_DROP_OWN_QUEUE, values, error) && db_run (apply->db, SQL_ADD_OWN_QUEUE, values, error);
}

bool
apply_untag (TmApply *apply, const TmStep *step, GError **error)
{
  return db_run (apply->db, SQL_DROP_TAG,
                 DB_VALUES (value_int (apply->ticket), value_text (step->key), value_text (step->value)), error);
}

bool
apply_unshare (TmApply *apply, const TmStep *step, GError **error)
{
  return db_run (apply->db, SQL_DROP_RECEIVER, DB_VALUES (value_int (apply->ticket), value_text (step->key)), error);
}

bool
apply_writer (TmApply *apply, const TmStep *step, GError **error)
{
  return db_run (apply->db, SQL_ADD_WRITER,
                 DB_VALUES (value_int (apply->ticket), value_text (step->key), value_text (step->value)), error);
}

/* A message that is nothing but a text, by somebody at a command line. */
static bool
add_text (TmApply *apply, const TmStep *step, TmDirection direction, const char *subject, GError **error)
{
  bool ok = db_run (apply->db, SQL_ADD_TEXT_MESSAGE,
                    DB_VALUES (value_int (apply->ticket), value_int (direction), value_text (step->key),
                               value_int (apply->now), value_text (step->value),
                               value_int ((gint64) strlen (step->value)), value_text (subject)),
                    error);
  *apply->message = db_last_id (apply->db);
  return ok;
}

bool
apply_note (TmApply *apply, const TmStep *step, GError **error)
{
  return add_text (apply, step, TM_DIRECTION_NOTE, "", error)
         && shingle_add (apply->db, apply->ticket, db_last_id (apply->db), step->value, error);
}

bool
apply_answer (TmApply *apply, const TmStep *step, GError **error)
{
  return add_text (apply, step, TM_DIRECTION_OUT, apply->plan->subject, error);
}

bool
apply_verify (TmApply *apply, const TmStep *step, GError **error)
{
  return db_run (apply->db, SQL_VERIFY_MESSAGE, DB_VALUES (value_int (apply->ticket), value_int (step->number)), error);
}

bool
apply_contact (TmApply *apply, const TmStep *step, GError **error)
{
  gint64 contact;
  return contact_ensure (apply->db, step->value, apply->now, &contact, error)
         && contact_add_address (apply->db, contact, step->key, error);
}

/* --- messages that move --- */

/* `message_id_out` is the caller's. */
static bool
read_place (TmDb *db, gint64 message, gint64 *ticket_out, char **message_id_out, GError **error)
{
  sqlite3_stmt *rows = db_select (db, SQL_MESSAGE_PLACE, DB_VALUES (value_int (message)));
  *ticket_out = 0;
  *message_id_out = NULL;
  if (db_next (rows))
    {
      *ticket_out = sqlite3_column_int64 (rows, 0);
      *message_id_out = column_text (rows, 1);
    }
  return db_finish (db, rows, error);
}

/* The ticket that a message left keeps its Message-ID only if another message of it has the same, or if it was another
 * customer's and becomes a part of the other: his people never got what is in the one. */
static bool
move_id (TmDb *db, const char *message_id, gint64 from, gint64 to, bool is_merge, GError **error)
{
  guint8 id[LOOKUP_ID_LEN];
  gint64 stays;
  if (*message_id == '\0')
    return true;
  lookup_hash_id (message_id, id);
  TmDbValue hash = value_blob (id, sizeof id);
  if (!db_get_int (db, SQL_HAS_MESSAGE_ID, DB_VALUES (value_int (from), value_text (message_id)), 0, &stays, error)
      || (stays == 0 && is_merge
          && !db_run (db, SQL_MERGE_ID_HAD, DB_VALUES (hash, value_int (from), value_int (to)), error))
      || (stays == 0 && !is_merge
          && (!db_run (db, SQL_DROP_ID_HAD, DB_VALUES (hash, value_int (from)), error)
              || !db_run (db, SQL_SPLIT_ID_HAD, DB_VALUES (hash, value_int (TM_STATUS_MERGED)), error))))
    return false;
  return db_run (db, SQL_ADD_ID_HAD, DB_VALUES (hash, value_int (to)), error);
}

static bool
move_message (TmDb *db, gint64 message, gint64 to, bool is_merge, GError **error)
{
  g_autofree char *message_id = NULL;
  gint64 from;
  if (!read_place (db, message, &from, &message_id, error))
    return false;
  if (from == 0 || from == to)
    return true;
  return db_run (db, SQL_MOVE_MESSAGE, DB_VALUES (value_int (message), value_int (to)), error)
         && move_id (db, message_id, from, to, is_merge, error);
}

bool
apply_move (TmApply *apply, const TmStep *step, GError **error)
{
  gint64 from;
  return db_get_int (apply->db, SQL_MESSAGE_PLACE, DB_VALUES (value_int (step->number)), 0, &from, error)
         && move_message (apply->db, step->number, apply->ticket, false, error)
         && db_run (apply->db, SQL_MOVE_SHINGLES,
                    DB_VALUES (value_int (step->number), value_int (from), value_int (apply->ticket)), error);
}

static bool
read_message_ids (TmDb *db, gint64 ticket, GArray *ids, GError **error)
{
  sqlite3_stmt *rows = db_select (db, SQL_MESSAGE_IDS, DB_VALUES (value_int (ticket)));
  while (db_next (rows))
    {
      gint64 id = sqlite3_column_int64 (rows, 0);
      g_array_append_val (ids, id);
    }
  return db_finish (db, rows, error);
}

/* What its messages only referred to stays where it is: look-ups follow the merge.  So does mail in the outbox, which
 * speaks of the old number. */
bool
apply_merge (TmApply *apply, const TmStep *step, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (!read_message_ids (apply->db, apply->ticket, ids, error))
    return false;
  for (guint i = 0; i < ids->len; i++)
    if (!move_message (apply->db, g_array_index (ids, gint64, i), step->number, true, error))
      return false;
  return db_run (apply->db, SQL_MERGE_SHINGLES, DB_VALUES (value_int (apply->ticket), value_int (step->number)), error)
         && db_run (apply->db, SQL_MERGE_SATISFACTION, DB_VALUES (value_int (apply->ticket), value_int (step->number)),
                    error)
         && db_run (apply->db, SQL_DROP_SATISFACTION, DB_VALUES (value_int (apply->ticket)), error)
         && db_run (apply->db, SQL_SET_MERGED,
                 DB_VALUES (value_int (apply->ticket), value_int (TM_STATUS_MERGED), value_int (step->number)), error);
}
