/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/contact.h"
#include "store/lookup.h"
#include "store/reader.h"

void
contact_record_free (TmContactRecord *contact)
{
  if (contact == NULL)
    return;
  g_free (contact->customer);
  g_free (contact->name);
  g_ptr_array_unref (contact->addresses);
  g_free (contact);
}

bool
contact_read (TmDb *db, gint64 id, TmContactRecord **contact_out, GError **error)
{
  g_autoptr (TmContactRecord) contact = NULL;
  *contact_out = NULL;
  sqlite3_stmt *rows = db_select (db, SQL_CONTACT, DB_VALUES (value_int (id)));
  if (db_next (rows))
    {
      contact = g_new0 (TmContactRecord, 1);
      contact->id = id;
      contact->addresses = g_ptr_array_new_with_free_func (g_free);
      contact->customer = column_text (rows, 0);
      contact->name = column_text (rows, 1);
      contact->created_at = sqlite3_column_int64 (rows, 2);
      contact->confirmed_at = column_instant (rows, 3);
      contact->blocked_at = column_instant (rows, 4);
    }
  if (!db_finish (db, rows, error))
    return false;
  if (contact == NULL)
    return true;
  rows = db_select (db, SQL_CONTACT_ADDRESSES, DB_VALUES (value_int (id)));
  while (db_next (rows))
    g_ptr_array_add (contact->addresses, column_text (rows, 0));
  if (!db_finish (db, rows, error))
    return false;
  *contact_out = g_steal_pointer (&contact);
  return true;
}

static bool
list_contacts (TmDb *db, const char *customer, GPtrArray **contacts_out, GError **error)
{
  g_autoptr (GPtrArray) contacts = g_ptr_array_new_with_free_func ((GDestroyNotify) contact_record_free);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  sqlite3_stmt *rows = db_select (db, SQL_CONTACTS, DB_VALUES (value_text (customer)));
  while (db_next (rows))
    {
      gint64 id = sqlite3_column_int64 (rows, 0);
      g_array_append_val (ids, id);
    }
  if (!db_finish (db, rows, error))
    return false;
  for (guint i = 0; i < ids->len; i++)
    {
      TmContactRecord *contact;
      if (!contact_read (db, g_array_index (ids, gint64, i), &contact, error))
        return false;
      g_ptr_array_add (contacts, contact);
    }
  *contacts_out = g_steal_pointer (&contacts);
  return true;
}

bool
reader_list_contacts (TmReader *reader, const char *customer, GPtrArray **contacts_out, GError **error)
{
  if (!db_run (reader->db, SQL_BEGIN_READ, NULL, error))
    return false;
  bool ok = list_contacts (reader->db, customer, contacts_out, error);
  db_end_read (reader->db);
  return ok;
}

bool
reader_find_contact (TmReader *reader, const char *address, TmContactRecord **contact_out, GError **error)
{
  g_autoptr (TmContactFacts) found = NULL;
  *contact_out = NULL;
  if (!db_run (reader->db, SQL_BEGIN_READ, NULL, error))
    return false;
  bool ok = lookup_contact (reader->db, address, &found, error)
            && (found == NULL || contact_read (reader->db, found->id, contact_out, error));
  db_end_read (reader->db);
  return ok;
}
