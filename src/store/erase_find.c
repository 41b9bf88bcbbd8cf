/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/erase_find.h"

#include "core/detail.h"
#include "store/reader.h"

#include <string.h>

/* Ids looked at by one read: a longer one would keep the WAL from being emptied. */
enum { RANGE = 4096 };

typedef struct
{
  TmDb *db;
  const char *address;
  char *escaped;       /* as it stands in details of events */
  TmEraseReport *report;
  GArray *items;
  GHashTable *messages; /* ids that are among the items */
  GHashTable *tickets;  /* likewise */
  TmProgress progress;
  gpointer data;
} Finder;

typedef struct
{
  gint64 id, bytes, ticket;
  bool is_requester;
} Row;

static bool
collect (Finder *finder, TmSql sql, const TmDbValue *values, GArray *found, GError **error)
{
  sqlite3_stmt *rows = db_select (finder->db, sql, values);
  while (db_next (rows))
    {
      Row row = { sqlite3_column_int64 (rows, 0), sqlite3_column_int64 (rows, 1), sqlite3_column_int64 (rows, 2),
                  sqlite3_column_int (rows, 3) != 0 };
      g_array_append_val (found, row);
    }
  return db_finish (finder->db, rows, error);
}

/* The columns of the one row of `sql`, added to these counts. */
static bool
add_counts (Finder *finder, TmSql sql, const TmDbValue *values, const TmErasedKind *kinds, int n_kinds, GError **error)
{
  sqlite3_stmt *rows = db_select (finder->db, sql, values);
  if (db_next (rows))
    for (int i = 0; i < n_kinds; i++)
      finder->report->counts[kinds[i]] += sqlite3_column_int64 (rows, i);
  return db_finish (finder->db, rows, error);
}

static void
add_item (Finder *finder, TmEraseWhat what, gint64 id, gint64 bytes)
{
  const TmEraseItem item = { what, id, bytes };
  g_array_append_val (finder->items, item);
}

/* False: it is there already. */
static bool
remember (GHashTable *ids, gint64 id)
{
  return g_hash_table_add (ids, g_memdup2 (&id, sizeof id));
}

/* --- what is done with what was found --- */

static bool
take_message (Finder *finder, const Row *row, GError **error)
{
  static const TmErasedKind kinds[] = { TM_ERASED_ATTACHMENTS, TM_ERASED_RAW };
  if (!remember (finder->messages, row->id))
    return true;
  add_item (finder, ERASE_MESSAGE, row->id, row->bytes);
  finder->report->counts[TM_ERASED_MESSAGES]++;
  if (remember (finder->tickets, row->ticket))
    add_item (finder, ERASE_TICKET, row->ticket, 0);
  return add_counts (finder, SQL_ERASE_COUNT_MESSAGE, DB_VALUES (value_int (row->id)), kinds, G_N_ELEMENTS (kinds),
                     error);
}

static bool
take_quarantine (Finder *finder, const Row *row, GError **error G_GNUC_UNUSED)
{
  add_item (finder, ERASE_QUARANTINE, row->id, row->bytes);
  finder->report->counts[TM_ERASED_QUARANTINE]++;
  return true;
}

static bool
take_outbox (Finder *finder, const Row *row, GError **error G_GNUC_UNUSED)
{
  add_item (finder, ERASE_OUTBOX, row->id, row->bytes);
  finder->report->counts[TM_ERASED_OUTBOX]++;
  if (row->ticket != 0 && remember (finder->tickets, row->ticket))
    add_item (finder, ERASE_TICKET, row->ticket, 0);
  return true;
}

/* Answers to him have his address in their header fields. */
static bool
take_raw_of (Finder *finder, gint64 ticket, GError **error)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (Row));
  if (!collect (finder, SQL_ERASE_FIND_RAW, DB_VALUES (value_int (ticket)), found, error))
    return false;
  for (guint i = 0; i < found->len; i++)
    {
      const Row *row = &g_array_index (found, Row, i);
      if (!remember (finder->messages, row->id))
        continue;
      add_item (finder, ERASE_RAW, row->id, row->bytes);
      finder->report->counts[TM_ERASED_RAW]++;
    }
  return true;
}

static bool
count_events (Finder *finder, gint64 ticket, gint64 *n_out, GError **error)
{
  sqlite3_stmt *rows
    = db_select (finder->db, SQL_ERASE_FIND_EVENTS, DB_VALUES (value_int (ticket), value_text (finder->escaped)));
  *n_out = 0;
  while (db_next (rows))
    {
      g_autofree char *without = detail_without ((const char *) sqlite3_column_text (rows, 1), finder->address, "");
      *n_out += without != NULL;
    }
  return db_finish (finder->db, rows, error);
}

/* In an event his address may be but a part of a longer one. */
static bool
take_ticket (Finder *finder, const Row *row, GError **error)
{
  static const TmErasedKind kinds[]
    = { TM_ERASED_REQUESTS, TM_ERASED_PARTICIPANTS, TM_ERASED_ANSWERS, TM_ERASED_TAGS };
  TmEraseReport *report = finder->report;
  gint64 n_events, n = 0;
  for (size_t i = 0; i < G_N_ELEMENTS (kinds); i++)
    n -= report->counts[kinds[i]];
  if (!add_counts (finder, SQL_ERASE_COUNT_TICKET, DB_VALUES (value_int (row->id), value_text (finder->address)), kinds,
                   G_N_ELEMENTS (kinds), error)
      || !count_events (finder, row->id, &n_events, error)
      || (row->is_requester && !take_raw_of (finder, row->id, error)))
    return false;
  for (size_t i = 0; i < G_N_ELEMENTS (kinds); i++)
    n += report->counts[kinds[i]];
  report->counts[TM_ERASED_EVENTS] += n_events;
  if (n + n_events > 0 && remember (finder->tickets, row->id))
    add_item (finder, ERASE_TICKET, row->id, 0);
  return true;
}

/* --- looking for it --- */

static const struct
{
  TmSql last, find;
  bool has_details; /* `find` has ?4, how the address stands in them */
  bool (*take) (Finder *finder, const Row *row, GError **error);
} tables[] = {
  { SQL_ERASE_LAST_MESSAGE, SQL_ERASE_FIND_MESSAGES, false, take_message },
  { SQL_ERASE_LAST_QUARANTINE, SQL_ERASE_FIND_QUARANTINE, false, take_quarantine },
  { SQL_ERASE_LAST_OUTBOX, SQL_ERASE_FIND_OUTBOX, false, take_outbox },
  { SQL_ERASE_LAST_TICKET, SQL_ERASE_FIND_TICKETS, true, take_ticket },
};

static bool
take_all (Finder *finder, const GArray *found, bool (*take) (Finder *finder, const Row *row, GError **error),
          GError **error)
{
  for (guint i = 0; i < found->len; i++)
    if (!take (finder, &g_array_index (found, Row, i), error))
      return false;
  return true;
}

static bool
look_through (Finder *finder, size_t table, GError **error)
{
  gint64 last;
  if (!db_get_int (finder->db, tables[table].last, NULL, 0, &last, error))
    return false;
  for (gint64 after = 0; after < last; after += RANGE)
    {
      g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (Row));
      const TmDbValue values[]
        = { value_int (after), value_int (after + RANGE), value_text (finder->address),
            tables[table].has_details ? value_text (finder->escaped) : (TmDbValue) { .kind = DB_VALUE_END },
            { .kind = DB_VALUE_END } };
      if (!collect (finder, tables[table].find, values, found, error)
          || !take_all (finder, found, tables[table].take, error))
        return false;
      if (finder->progress != NULL)
        finder->progress (MIN (after + RANGE, last), last, finder->data);
    }
  return true;
}

static bool
look_for_bounces (Finder *finder, GError **error)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (Row));
  return collect (finder, SQL_ERASE_FIND_BOUNCES, DB_VALUES (value_text (finder->address)), found, error)
         && take_all (finder, found, take_message, error);
}

static bool
look_for_rest (Finder *finder, TmReader *reader, GError **error)
{
  static const TmErasedKind kinds[] = { TM_ERASED_DELIVERIES, TM_ERASED_SILENCED, TM_ERASED_ADDRESSES };
  g_autoptr (TmContactRecord) contact = NULL;
  if (!add_counts (finder, SQL_ERASE_COUNT_REST, DB_VALUES (value_text (finder->address)), kinds, G_N_ELEMENTS (kinds),
                   error)
      || !reader_find_contact (reader, finder->address, &contact, error))
    return false;
  for (guint i = 0; contact != NULL && i < contact->addresses->len; i++)
    {
      const char *other = g_ptr_array_index (contact->addresses, i);
      if (strcmp (other, finder->address) != 0)
        g_ptr_array_add (finder->report->others, g_strdup (other));
    }
  add_item (finder, ERASE_REST, 0, 0);
  return true;
}

static int
compare_items (const void *a, const void *b)
{
  const TmEraseItem *left = a, *right = b;
  if (left->what != right->what)
    return (int) left->what - (int) right->what;
  return (left->id > right->id) - (left->id < right->id);
}

bool
erase_find (const char *path, const char *address, TmProgress progress, gpointer data, GArray *items,
            TmEraseReport *report, GError **error)
{
  g_autoptr (TmReader) reader = NULL;
  if (!reader_open (path, &reader, error))
    return false;
  g_autofree char *escaped = detail_escape (address);
  g_autoptr (GHashTable) messages = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr (GHashTable) tickets = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  Finder finder = { reader->db, address, escaped, report, items, messages, tickets, progress, data };
  for (size_t i = 0; i < G_N_ELEMENTS (tables); i++)
    if ((i == 1 && !look_for_bounces (&finder, error)) || !look_through (&finder, i, error))
      return false;
  bool ok = look_for_rest (&finder, reader, error);
  g_array_sort (items, compare_items);
  return ok;
}
