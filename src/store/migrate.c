/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/migrate.h"

/* steps[from - 1]: the pieces that make version `from` into the next one. */
static const char *const *const steps[] = { schema_pieces_2, schema_pieces_3 };
G_STATIC_ASSERT (G_N_ELEMENTS (steps) == SCHEMA_VERSION - 1);

static void
append_pieces (GString *sql, const char *const *pieces)
{
  for (; *pieces != NULL; pieces++)
    g_string_append (sql, *pieces);
}

char *
migrate_create_sql (void)
{
  GString *sql = g_string_new (schema_create_sql);
  for (size_t i = 0; i < G_N_ELEMENTS (steps); i++)
    append_pieces (sql, steps[i]);
  return g_string_free (sql, FALSE);
}

static bool
run_step (TmDb *db, gint64 from, GError **error)
{
  g_autoptr (GString) sql = g_string_new ("BEGIN IMMEDIATE;");
  append_pieces (sql, steps[from - 1]);
  g_string_append_printf (sql, "PRAGMA user_version = %" G_GINT64_FORMAT "; COMMIT", from + 1);
  if (db_run_text (db, sql->str, error))
    return true;
  g_autoptr (GError) ignored = NULL;
  if (db_in_transaction (db))
    (void) !db_run_text (db, "ROLLBACK", &ignored);
  return false;
}

bool
migrate_run (TmDb *db, gint64 from, GError **error)
{
  for (gint64 version = from; version < SCHEMA_VERSION; version++)
    if (!run_step (db, version, error))
      return false;
  return true;
}
