/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/person.h"

#include "base/clock.h"
#include "store/contact.h"
#include "store/lookup.h"
#include "store/release.h"
#include "store/silence.h"
#include "store/task.h"

#include <string.h>

typedef struct
{
  TmTask task;
  TmPersonVerb verb;
  gint64 id;
  char *address, *customer, *name, *actor, *why;
  TmPersonOutcome *outcome;
  TmPolicyHold hold;
} PersonTask;

static TmPersonOutcome *
outcome_new (void)
{
  TmPersonOutcome *outcome = g_new0 (TmPersonOutcome, 1);
  outcome->addresses = g_ptr_array_new_with_free_func (g_free);
  outcome->released = g_array_new (FALSE, FALSE, sizeof (gint64));
  return outcome;
}

void
person_outcome_free (TmPersonOutcome *outcome)
{
  if (outcome == NULL)
    return;
  g_ptr_array_unref (outcome->addresses);
  g_array_unref (outcome->released);
  g_free (outcome);
}

static void
free_task (TmTask *task)
{
  PersonTask *person = (PersonTask *) task;
  g_free (person->address);
  g_free (person->customer);
  g_free (person->name);
  g_free (person->actor);
  g_free (person->why);
  person->hold.unref (person->hold.policy);
  person_outcome_free (person->outcome);
  g_free (person);
}

/* --- who it is --- */

static bool
is_put_on_file (TmPersonVerb verb)
{
  return verb == TM_PERSON_CONFIRM || verb == TM_PERSON_BLOCK || verb == TM_PERSON_ADD;
}

static bool
find_id (TmDb *db, const PersonTask *person, gint64 *id_out, GError **error)
{
  g_autoptr (TmContactFacts) facts = NULL;
  *id_out = person->id;
  if (person->address == NULL)
    return true;
  if (!lookup_contact (db, person->address, &facts, error))
    return false;
  *id_out = facts != NULL ? facts->id : 0;
  return true;
}

/* NULL in `contact_out`: nobody, which is fine for an address that is silenced. */
static bool
find_person (TmDb *db, PersonTask *person, gint64 now, TmContactRecord **contact_out, GError **refusal_out,
             GError **error)
{
  gint64 id;
  *contact_out = NULL;
  if (!find_id (db, person, &id, error))
    return false;
  if (id == 0 && is_put_on_file (person->verb))
    {
      person->outcome->is_changed = true;
      if (!contact_ensure (db, person->address, now, &id, error))
        return false;
    }
  if (id != 0 && !contact_read (db, id, contact_out, error))
    return false;
  if (*contact_out != NULL)
    return true;
  if (person->address == NULL)
    g_set_error (refusal_out, TM_ERROR, TM_ERROR_NOT_FOUND,
                 "no contact %" G_GINT64_FORMAT ": `ticketctl contact list` lists them", id);
  else if (person->verb == TM_PERSON_UNBLOCK)
    g_set_error (refusal_out, TM_ERROR, TM_ERROR_NOT_FOUND, "<%s> is nobody's on file", person->address);
  return true;
}

/* --- what is done --- */

static bool
confirm (TmDb *db, PersonTask *person, const TmContactRecord *contact, gint64 now, GError **error)
{
  TmPersonOutcome *outcome = person->outcome;
  if (!contact_confirm (db, contact->id, person->hold.site, person->actor, now, outcome->released, error)
      || !release_count_held (db, contact->id, &outcome->n_left, error))
    return false;
  outcome->is_changed |= contact->confirmed_at == TM_NEVER || outcome->released->len > 0;
  return true;
}

static bool
block (TmDb *db, PersonTask *person, const TmContactRecord *contact, gint64 now, GError **error)
{
  if (contact->blocked_at != TM_NEVER)
    return true;
  person->outcome->is_changed = true;
  return contact_block (db, contact->id, now, error);
}

static bool
unblock (TmDb *db, PersonTask *person, const TmContactRecord *contact, gint64 now G_GNUC_UNUSED, GError **error)
{
  person->outcome->is_changed |= contact->blocked_at != TM_NEVER;
  return contact_block (db, contact->id, TM_NEVER, error);
}

/* Those of his addresses that are not as they are to be. */
static bool
silence_each (TmDb *db, PersonTask *person, bool is_silenced, gint64 now, GError **error)
{
  for (guint i = 0; i < person->outcome->addresses->len; i++)
    {
      g_autoptr (TmSilencedRecord) there = NULL;
      const char *address = g_ptr_array_index (person->outcome->addresses, i);
      if (!silence_get (db, address, &there, error))
        return false;
      if ((there != NULL) == is_silenced)
        continue;
      person->outcome->is_changed = true;
      if (!(is_silenced ? silence_add (db, address, person->why, 0, 0, now, error)
                        : silence_remove (db, address, error)))
        return false;
    }
  return true;
}

static bool
silence (TmDb *db, PersonTask *person, const TmContactRecord *contact G_GNUC_UNUSED, gint64 now, GError **error)
{
  return silence_each (db, person, true, now, error);
}

static bool
unsilence (TmDb *db, PersonTask *person, const TmContactRecord *contact G_GNUC_UNUSED, gint64 now, GError **error)
{
  return silence_each (db, person, false, now, error);
}

static bool
add (TmDb *db, PersonTask *person, const TmContactRecord *contact, gint64 now G_GNUC_UNUSED, GError **error)
{
  const char *customer = person->customer != NULL && *person->customer != '\0' ? person->customer : NULL;
  if (person->customer != NULL && g_strcmp0 (customer, contact->customer) != 0)
    {
      person->outcome->is_changed = true;
      if (!contact_set_customer (db, contact->id, customer, error))
        return false;
    }
  if (person->name == NULL || strcmp (person->name, contact->name) == 0)
    return true;
  person->outcome->is_changed = true;
  return contact_set_name (db, contact->id, person->name, error);
}

static bool (*const verbs[]) (TmDb *db, PersonTask *person, const TmContactRecord *contact, gint64 now,
                              GError **error) = {
  [TM_PERSON_CONFIRM] = confirm, [TM_PERSON_BLOCK] = block,         [TM_PERSON_UNBLOCK] = unblock,
  [TM_PERSON_SILENCE] = silence, [TM_PERSON_UNSILENCE] = unsilence, [TM_PERSON_ADD] = add,
};

static bool
run_task (TmDb *db, TmTask *task, gint64 now, GError **refusal_out, GError **error)
{
  PersonTask *person = (PersonTask *) task;
  g_autoptr (TmContactRecord) contact = NULL;
  person_outcome_free (person->outcome);
  TmPersonOutcome *outcome = person->outcome = outcome_new ();
  if (!find_person (db, person, now, &contact, refusal_out, error))
    return false;
  if (*refusal_out != NULL)
    return true;
  outcome->contact = contact != NULL ? contact->id : 0;
  for (guint i = 0; contact != NULL && i < contact->addresses->len; i++)
    g_ptr_array_add (outcome->addresses, g_strdup (g_ptr_array_index (contact->addresses, i)));
  if (contact == NULL)
    g_ptr_array_add (outcome->addresses, g_strdup (person->address));
  return verbs[person->verb](db, person, contact, now, error);
}

bool
store_change_person (TmStore *store, const TmPersonChange *change, gint64 deadline_us, TmPersonOutcome **outcome_out,
                     GError **error)
{
  PersonTask *person = g_new0 (PersonTask, 1);
  task_init (&person->task, run_task, free_task);
  person->verb = change->verb;
  person->id = change->id;
  person->address = g_strdup (change->address);
  person->customer = g_strdup (change->customer);
  person->name = g_strdup (change->name);
  person->actor = g_strdup (change->actor);
  person->why = g_strdup (change->why);
  person->hold = change->hold;
  person->hold.ref (person->hold.policy);
  bool ok = store_run_task (store, &person->task, deadline_us, error);
  if (ok)
    *outcome_out = g_steal_pointer (&person->outcome);
  task_unref (&person->task);
  return ok;
}
