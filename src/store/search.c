/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/search.h"

#include "store/dbfile.h"
#include "store/index.h"
#include "store/reader.h"

#include <string.h>
#include <unistd.h>

void
found_free (TmFound *found)
{
  if (found == NULL)
    return;
  ticket_record_free (found->ticket);
  g_free (found->from);
  g_free (found->snippet);
  g_free (found);
}

/* --- what is looked for --- */

static bool
has_alphanumeric (const char *word)
{
  for (; *word != '\0'; word = g_utf8_next_char (word))
    if (g_unichar_isalnum (g_utf8_get_char (word)))
      return true;
  return false;
}

/* A string of FTS5: between quotes nothing means anything but a quote. */
static bool
append_word (GString *query, const char *word, GError **error)
{
  if (!g_utf8_validate (word, -1, NULL) || !has_alphanumeric (word))
    {
      g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "`%s`: give words with a letter or a digit", word);
      return false;
    }
  bool is_prefix = g_str_has_suffix (word, "*");
  g_autofree char *bare = g_strndup (word, strlen (word) - is_prefix);
  g_auto (GStrv) parts = g_strsplit (bare, "\"", -1);
  g_autofree char *quoted = g_strjoinv ("\"\"", parts);
  g_string_append_printf (query, "%s\"%s\"%s", query->len > 0 ? " AND " : "", quoted, is_prefix ? " *" : "");
  return true;
}

static char *
make_query (const char *const *words, GError **error)
{
  g_autoptr (GString) query = g_string_new (NULL);
  for (; *words != NULL; words++)
    if (!append_word (query, *words, error))
      return NULL;
  return g_strdup (query->str);
}

/* --- what is shown of it --- */

/* The index holds no texts.  An index in memory of this one message finds the place by the same rules. */
static bool
open_scratch (TmDb **scratch_out, GError **error)
{
  g_autoptr (TmDb) scratch = NULL;
  if (!db_open_bare (":memory:", SQLITE_OPEN_READWRITE, &scratch, error)
      || !db_run_text (scratch, schema_scratch_sql, error))
    return false;
  *scratch_out = g_steal_pointer (&scratch);
  return true;
}

static bool
cut_snippet (TmDb *scratch, sqlite3_stmt *message, const char *query, char **snippet_out, GError **error)
{
  TmDbValue values[] = { value_int (1),
                         value_text ((const char *) sqlite3_column_text (message, 1)),
                         value_text ((const char *) sqlite3_column_text (message, 2)),
                         value_text ((const char *) sqlite3_column_text (message, 3)),
                         { .kind = DB_VALUE_END } };
  if (!db_run (scratch, SQL_SCRATCH_CLEAR, NULL, error) || !db_run (scratch, SQL_INDEX_ADD, values, error))
    return false;
  sqlite3_stmt *rows = db_select (scratch, SQL_SNIPPET, DB_VALUES (value_text (query)));
  *snippet_out = db_next (rows) ? column_text (rows, 0) : g_strdup ("");
  return db_finish (scratch, rows, error);
}

/* --- finding --- */

typedef struct
{
  TmDb *index, *scratch;
  TmReader *reader;
  const char *query;
  unsigned limit;
  GHashTable *seen; /* numbers of tickets that were found */
  GPtrArray *found;
} Search;

static bool
add_found (Search *search, gint64 message, sqlite3_stmt *row, GError **error)
{
  gint64 number = sqlite3_column_int64 (row, 0);
  gint64 *key = g_memdup2 (&number, sizeof number);
  if (!g_hash_table_add (search->seen, key))
    return true;
  TmFound *found = g_new0 (TmFound, 1);
  found->message = message;
  found->from = column_text (row, 2);
  found->received_at = sqlite3_column_int64 (row, 4);
  g_ptr_array_add (search->found, found);
  return cut_snippet (search->scratch, row, search->query, &found->snippet, error)
         && record_read_ticket (search->reader->db, number, &found->ticket, error);
}

/* Numbers of messages that are gone, or never were, are passed over. */
static bool
add_message (Search *search, gint64 message, GError **error)
{
  TmDb *db = search->reader->db;
  sqlite3_stmt *row = db_select (db, SQL_FOUND, DB_VALUES (value_int (message)));
  bool ok = !db_next (row) || add_found (search, message, row, error);
  return ok ? db_finish (db, row, error) : (sqlite3_reset (row), false);
}

static bool
find_all (Search *search, GError **error)
{
  bool ok = true;
  sqlite3_stmt *rows = db_select (search->index, SQL_SEARCH, DB_VALUES (value_text (search->query)));
  while (ok && (search->limit == 0 || search->found->len < search->limit) && db_next (rows))
    ok = add_message (search, sqlite3_column_int64 (rows, 0), error);
  return ok ? db_finish (search->index, rows, error) : (sqlite3_reset (rows), false);
}

static bool
open_to_read (const char *path, TmDb **index_out, GError **error)
{
  g_autofree char *name = index_name (path);
  if (access (name, F_OK) == 0)
    return db_open (name, DB_READ, index_out, error);
  g_set_error (error, TM_ERROR, TM_ERROR_NOT_FOUND,
               "%s: no index yet: ticketmilter makes it, or `ticketctl search --rebuild`", name);
  return false;
}

bool
search_find (TmReader *reader, const char *const *words, unsigned limit, GPtrArray **found_out, gint64 *n_missing_out,
             GError **error)
{
  g_autofree char *query = make_query (words, error);
  g_autoptr (TmDb) index = NULL, scratch = NULL;
  TmIndexMark mark;
  bool is_foreign;
  if (query == NULL || !open_to_read (reader->db->path, &index, error) || !open_scratch (&scratch, error)
      || !index_read_mark (index, &mark, error)
      || !index_count_missing (reader->db, &mark, n_missing_out, &is_foreign, error))
    return false;
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) found_free);
  Search search = { .index = index, .scratch = scratch, .reader = reader, .query = query, .limit = limit, .seen = seen,
                    .found = found };
  if (!is_foreign && !find_all (&search, error))
    return false;
  *found_out = g_steal_pointer (&found);
  return true;
}

/* --- filling --- */

static bool
fill (TmDb *index, TmDb *source, const gint *is_stopping, TmProgress progress, gpointer data, GError **error)
{
  TmIndexMark mark;
  gint64 n_missing, n_done = 0, n_added = 1;
  bool is_foreign;
  if (!index_read_mark (index, &mark, error) || !index_count_missing (source, &mark, &n_missing, &is_foreign, error))
    return false;
  while (n_added > 0 && (is_stopping == NULL || g_atomic_int_get (is_stopping) == 0))
    {
      if (!index_add_some (index, source, &n_added, error))
        return false;
      n_done += n_added;
      if (progress != NULL)
        progress (n_done, MAX (n_done, n_missing), data);
    }
  return true;
}

static bool
open_both (const char *path, TmDb **index_out, TmReader **reader_out, GError **error)
{
  g_autofree char *resolved = dbfile_resolve (path);
  return reader_open (resolved, reader_out, error) && index_open (resolved, index_out, error);
}

bool
search_update (const char *path, const gint *is_stopping, TmProgress progress, gpointer data, GError **error)
{
  g_autoptr (TmReader) reader = NULL;
  g_autoptr (TmDb) index = NULL;
  return open_both (path, &index, &reader, error)
         && fill (index, reader->db, is_stopping, progress, data, error);
}

/* What the index of a damaged file holds is of no use: then it is made anew as a file. */
bool
search_rebuild (const char *path, TmProgress progress, gpointer data, GError **error)
{
  g_autoptr (TmReader) reader = NULL;
  g_autoptr (TmDb) index = NULL;
  g_autofree char *resolved = dbfile_resolve (path);
  g_autofree char *name = index_name (resolved);
  if (!reader_open (resolved, &reader, error))
    return false;
  if (!index_open (resolved, &index, NULL) || !index_clear (index, NULL))
    {
      g_clear_pointer (&index, db_close);
      if (!dbfile_remove (name, error) || !index_open (resolved, &index, error))
        return false;
    }
  return fill (index, reader->db, NULL, progress, data, error);
}

/* What is behind the mark is not in it yet, and will be added as it stands then. */
static bool
forget (TmDb *index, TmDb *source, const gint64 *messages, gsize n_messages, GError **error)
{
  TmIndexMark mark;
  gint64 n_missing;
  bool is_foreign;
  if (!index_read_mark (index, &mark, error) || !index_count_missing (source, &mark, &n_missing, &is_foreign, error))
    return false;
  for (gsize i = 0; i < n_messages && !is_foreign; i++)
    if (messages[i] <= mark.message && !index_remove (index, source, messages[i], error))
      return false;
  return true;
}

bool
search_forget (const char *path, const gint64 *messages, gsize n_messages, GError **error)
{
  g_autoptr (TmReader) reader = NULL;
  g_autoptr (TmDb) index = NULL;
  if (!open_both (path, &index, &reader, error) || !db_run (index, SQL_BEGIN_WRITE, NULL, error))
    return false;
  if (forget (index, reader->db, messages, n_messages, error) && db_run (index, SQL_COMMIT, NULL, error))
    return true;
  db_end_read (index);
  return false;
}

bool
search_has_index (const char *path)
{
  g_autofree char *resolved = dbfile_resolve (path);
  g_autofree char *name = index_name (resolved);
  return access (name, F_OK) == 0;
}

/* Merging its segments drops what was only marked as gone; VACUUM leaves no room between rows where it might stand. */
bool
search_scrub (const char *path, bool *is_done_out, GError **error)
{
  g_autofree char *resolved = dbfile_resolve (path);
  g_autoptr (TmDb) index = NULL;
  return index_open (resolved, &index, error) && db_run (index, SQL_INDEX_OPTIMIZE, NULL, error)
         && db_run_text (index, "VACUUM", error) && db_empty_wal (index, is_done_out, error);
}
