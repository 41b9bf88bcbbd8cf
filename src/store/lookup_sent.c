/* SPDX-License-Identifier: BSD-2-Clause */
/* What the desk sent before to whom it wants to write now: acknowledgements, and other mail that has limits. */
#include "core/acknowledge.h"
#include "core/address.h"
#include "store/lookup.h"
#include "store/schema.h"

#include <string.h>

/* The longest that any limit looks back. */
enum { ACK_WINDOW_S = 86400 };

static bool
is_silenced (TmDb *db, const char *address, bool *is_io, GError **error)
{
  sqlite3_stmt *rows = db_select (db, SQL_SILENCED, DB_VALUES (value_text (address)));
  *is_io = db_next (rows) || *is_io;
  return db_finish (db, rows, error);
}

/* `what`: what is counted together, as SQL_ACK_EARLIER has it. */
static bool
find_earlier_mail (TmDb *db, const char *owner, TmLookupSent what, gint64 most, gint64 now, TmAckFacts *ack,
                   GError **error)
{
  sqlite3_stmt *rows = db_select (db, SQL_ACK_EARLIER,
                                  DB_VALUES (value_text (owner), value_int (now - ACK_WINDOW_S), value_int (most),
                                             value_int (what)));
  while (db_next (rows))
    ack_facts_add (ack, sqlite3_column_int64 (rows, 0), (const char *) sqlite3_column_text (rows, 1),
                   sqlite3_column_int64 (rows, 2));
  return db_finish (db, rows, error);
}

bool
lookup_noticed (TmDb *db, const char *address, TmLookupSent what, gint64 most, gint64 now, TmAckFacts **ack_out,
                GError **error)
{
  g_autoptr (TmAckFacts) ack = ack_facts_new ();
  g_autofree char *owner = address_owner (address);
  bool is_other = strcmp (owner, address) != 0;
  if (!is_silenced (db, address, &ack->is_silenced, error)
      || (is_other && !is_silenced (db, owner, &ack->is_silenced, error))
      || !find_earlier_mail (db, owner, what, most, now, ack, error))
    return false;
  *ack_out = g_steal_pointer (&ack);
  return true;
}

static bool
find_newest_ack (TmDb *db, unsigned n_newer, gint64 *at_out, GError **error)
{
  return db_get_int (db, SQL_ACK_NEWEST, DB_VALUES (value_int (n_newer)), TM_NEVER, at_out, error);
}

/* Whoever of both the ticket's requester is: a form's From is not. */
static bool
find_asked (TmDb *db, const TmKeys *keys, TmAckFacts *ack, GError **error)
{
  gint64 asked = 0;
  if (keys->ack_asks
      && !db_get_int (db, SQL_CONFIRM_ASKED,
                      DB_VALUES (value_text (keys->ack_owner), value_int (TM_STATUS_HELD), value_text (keys->sender),
                                 value_text (keys->ack_to)),
                      0, &asked, error))
    return false;
  ack->is_asked = asked != 0;
  return true;
}

/* How fast they were made is asked only while that matters. */
bool
lookup_acknowledged (TmDb *db, const TmKeys *keys, gint64 now, TmAckFacts **ack_out, GError **error)
{
  TmAckFacts *ack = *ack_out = ack_facts_new ();
  bool is_other = strcmp (keys->ack_owner, keys->ack_to) != 0;
  if (!is_silenced (db, keys->ack_to, &ack->is_silenced, error)
      || (is_other && !is_silenced (db, keys->ack_owner, &ack->is_silenced, error))
      || !find_earlier_mail (db, keys->ack_owner, LOOKUP_SENT_ACKS, keys->ack_most, now, ack, error)
      || !find_asked (db, keys, ack, error) || !find_newest_ack (db, 0, &ack->newest_at, error))
    return false;
  if (ack->newest_at == TM_NEVER || ack->newest_at <= now - TM_ACK_PAUSE_S)
    return true;
  unsigned nth = MAX (keys->ack_minute, 1) - 1;
  return find_newest_ack (db, nth, &ack->nth_at, error)
         && (nth == 0 || find_newest_ack (db, nth - 1, &ack->before_at, error));
}
