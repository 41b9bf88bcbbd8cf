/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/contact.h"

#include "base/clock.h"
#include "store/lookup.h"
#include "store/release.h"

static bool
fail_unless_changed (TmDb *db, gint64 id, GError **error)
{
  if (sqlite3_changes (db->handle) > 0)
    return true;
  g_set_error (error, TM_ERROR, TM_ERROR_NOT_FOUND, "no contact %" G_GINT64_FORMAT, id);
  return false;
}

static bool
insert_address (TmDb *db, gint64 id, const char *address, GError **error)
{
  db->has_contacts = DB_YES;
  return db_run (db, SQL_ADD_CONTACT_ADDRESS, DB_VALUES (value_text (address), value_int (id)), error);
}

bool
contact_ensure (TmDb *db, const char *address, gint64 now, gint64 *id_out, GError **error)
{
  g_autoptr (TmContactFacts) there = NULL;
  if (!lookup_contact (db, address, &there, error))
    return false;
  if (there != NULL)
    {
      *id_out = there->id;
      return true;
    }
  if (!db_run (db, SQL_ADD_CONTACT, DB_VALUES (value_text (""), value_int (now)), error))
    return false;
  *id_out = db_last_id (db);
  return insert_address (db, *id_out, address, error);
}

bool
contact_add_address (TmDb *db, gint64 id, const char *address, GError **error)
{
  g_autoptr (TmContactRecord) contact = NULL;
  g_autoptr (TmContactFacts) owner = NULL;
  if (!contact_read (db, id, &contact, error) || !lookup_contact (db, address, &owner, error))
    return false;
  if (contact == NULL)
    g_set_error (error, TM_ERROR, TM_ERROR_NOT_FOUND, "no contact %" G_GINT64_FORMAT, id);
  else if (owner == NULL)
    return insert_address (db, id, address, error);
  else if (owner->id == id)
    return true;
  else
    g_set_error (error, TM_ERROR, TM_ERROR_DENIED, "<%s> is an address of contact %" G_GINT64_FORMAT " already",
                 address, owner->id);
  return false;
}

bool
contact_set_customer (TmDb *db, gint64 id, const char *customer, GError **error)
{
  return db_run (db, SQL_SET_CONTACT_CUSTOMER, DB_VALUES (value_int (id), value_text (customer)), error)
         && fail_unless_changed (db, id, error);
}

bool
contact_set_name (TmDb *db, gint64 id, const char *name, GError **error)
{
  return db_run (db, SQL_SET_CONTACT_NAME, DB_VALUES (value_int (id), value_text (name)), error)
         && fail_unless_changed (db, id, error);
}

bool
contact_block (TmDb *db, gint64 id, gint64 at, GError **error)
{
  return db_run (db, SQL_SET_CONTACT_BLOCKED, DB_VALUES (value_int (id), value_instant (at)), error)
         && fail_unless_changed (db, id, error);
}

bool
contact_confirm (TmDb *db, gint64 id, const TmSite *site, const char *actor, gint64 now, GArray *released,
                 GError **error)
{
  g_autoptr (TmContactRecord) contact = NULL;
  if (!contact_read (db, id, &contact, error))
    return false;
  if (contact == NULL)
    {
      g_set_error (error, TM_ERROR, TM_ERROR_NOT_FOUND, "no contact %" G_GINT64_FORMAT, id);
      return false;
    }
  if (contact->confirmed_at == TM_NEVER
      && !db_run (db, SQL_SET_CONTACT_CONFIRMED, DB_VALUES (value_int (id), value_int (now)), error))
    return false;
  return release_held (db, id, site, actor, now, released, error);
}
