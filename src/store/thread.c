/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/thread.h"

#include "core/thread.h"
#include "store/lookup.h"

/* What SQL_ID_OF_OTHERS says. */
typedef enum { OF_NO_OTHER = -1, OF_ANOTHER = 0, OF_ANOTHER_THAT_WAS_MERGED = 1 } Others;

static bool
ask_others (TmDb *db, const char *message_id, gint64 ticket, Others *others_out, GError **error)
{
  guint8 id[LOOKUP_ID_LEN];
  gint64 found;
  lookup_hash_id (message_id, id);
  bool ok = db_get_int (db, SQL_ID_OF_OTHERS,
                        DB_VALUES (value_blob (id, sizeof id), value_int (ticket), value_int (TM_STATUS_MERGED)),
                        OF_NO_OTHER, &found, error);
  *others_out = (Others) found;
  return ok;
}

static bool
row_is_shown (const TmTicketFacts *ticket, sqlite3_stmt *rows)
{
  return thread_shows_message (ticket, (TmDirection) sqlite3_column_int (rows, 1),
                               (const char *) sqlite3_column_text (rows, 2));
}

bool
thread_read (TmDb *db, const TmTicketFacts *ticket, gint64 message, guint most, GPtrArray *ids, GError **error)
{
  bool ok = true;
  sqlite3_stmt *rows = db_select (db, SQL_THREAD_IDS, DB_VALUES (value_int (ticket->id), value_int (message)));
  while (ok && ids->len < most && db_next (rows))
    {
      g_autofree char *id = column_text (rows, 0);
      Others others;
      if (!row_is_shown (ticket, rows))
        continue;
      ok = ask_others (db, id, ticket->id, &others, error);
      if (ok && others != OF_ANOTHER_THAT_WAS_MERGED)
        g_ptr_array_add (ids, g_steal_pointer (&id));
    }
  return db_finish (db, rows, ok ? error : NULL) && ok;
}

/* Ids of the ticket's own messages: whether one that is shown has it. */
static GHashTable *
find_own (TmDb *db, const TmKeys *keys, const TmTicketFacts *ticket, GError **error)
{
  g_autoptr (GHashTable) own = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  sqlite3_stmt *rows = db_select (db, SQL_IDS_OF_TICKET, DB_VALUES (value_int (ticket->id)));
  while (db_next (rows))
    {
      const char *id = (const char *) sqlite3_column_text (rows, 0);
      if (!g_ptr_array_find_with_equal_func (keys->message_ids, id, g_str_equal, NULL))
        continue;
      bool is_shown = row_is_shown (ticket, rows) || g_hash_table_lookup (own, id) != NULL;
      g_hash_table_insert (own, g_strdup (id), GINT_TO_POINTER (is_shown));
    }
  return db_finish (db, rows, error) ? g_steal_pointer (&own) : NULL;
}

static bool
is_hidden (GHashTable *own, const char *id, Others others)
{
  gpointer is_shown;
  if (!g_hash_table_lookup_extended (own, id, NULL, &is_shown))
    return others != OF_NO_OTHER;
  return is_shown == NULL || others == OF_ANOTHER_THAT_WAS_MERGED;
}

bool
thread_find_hidden (TmDb *db, const TmKeys *keys, const TmTicketFacts *ticket, TmFacts *facts, GError **error)
{
  if (keys->message_ids->len == 0)
    return true;
  g_autoptr (GHashTable) own = find_own (db, keys, ticket, error);
  for (guint i = 0; own != NULL && i < keys->message_ids->len; i++)
    {
      const char *id = g_ptr_array_index (keys->message_ids, i);
      Others others;
      if (!ask_others (db, id, ticket->id, &others, error))
        return false;
      if (!is_hidden (own, id, others))
        continue;
      if (facts->hidden_ids == NULL)
        facts->hidden_ids = g_ptr_array_new_with_free_func (g_free);
      g_ptr_array_add (facts->hidden_ids, g_strdup (id));
    }
  return own != NULL;
}
