/* SPDX-License-Identifier: BSD-2-Clause */
#include "desk/control_contact.h"

#include "base/clock.h"
#include "base/text.h"
#include "core/address.h"
#include "store/person.h"

#include <string.h>

enum { NAME_MAX_BYTES = 200, US_PER_S = 1000000 };

static const struct
{
  const char *name;
  TmPersonVerb verb;
  const char *said;
} verbs[] = {
  { "contact-confirm", TM_PERSON_CONFIRM, "confirmed" },
  { "contact-block", TM_PERSON_BLOCK, "blocked" },
  { "contact-unblock", TM_PERSON_UNBLOCK, "no longer blocked" },
  { "contact-silence", TM_PERSON_SILENCE, "silenced" },
  { "contact-unsilence", TM_PERSON_UNSILENCE, "no longer silenced" },
  { "contact-add", TM_PERSON_ADD, "on file" },
};

static int
find_verb (const TmWire *request)
{
  const char *verb = wire_get (request, "do");
  for (size_t i = 0; verb != NULL && i < G_N_ELEMENTS (verbs); i++)
    if (strcmp (verbs[i].name, verb) == 0)
      return (int) i;
  return -1;
}

bool
control_is_contact (const TmWire *request)
{
  return find_verb (request) >= 0;
}

/* --- request → change --- */

/* What the strings of a TmPersonChange are borrowed from. */
typedef struct
{
  char *address, *name, *actor, *why;
} Words;

static void
words_clear (Words *words)
{
  g_free (words->address);
  g_free (words->name);
  g_free (words->actor);
  g_free (words->why);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Words, words_clear)

static bool
take_who (const TmWire *request, TmPersonChange *change, Words *words, GError **error)
{
  const char *who = wire_get (request, "who");
  guint64 id = 0;
  if (who == NULL)
    g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "control socket: who is missing");
  else if (change->verb != TM_PERSON_ADD && strchr (who, '@') == NULL)
    {
      if (text_parse_number (who, G_MAXINT64, &id))
        {
          change->id = (gint64) id;
          return true;
        }
      g_set_error (error, TM_ERROR, TM_ERROR_USAGE,
                   "`%s` is nobody: give an address or the number of a contact, like 17", who);
    }
  else
    {
      change->address = words->address = address_normalize (who);
      if (words->address != NULL && *words->address != '\0')
        return true;
      g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "`%s` is no address: give one like joe@example.com", who);
    }
  return false;
}

/* `what` as one clean line of bounded length; NULL in `line_out` when it was not given. */
static bool
take_line (const TmWire *request, const char *name, char **line_out, GError **error)
{
  const char *value = wire_get (request, name);
  g_autofree char *line = value != NULL ? text_one_line (value, 0) : NULL;
  if (line == NULL || (*line != '\0' && strlen (line) <= NAME_MAX_BYTES && strcmp (line, value) == 0))
    {
      *line_out = g_steal_pointer (&line);
      return true;
    }
  g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "%s: one line of 1 to %d bytes", name, NAME_MAX_BYTES);
  return false;
}

static bool
take_customer (const TmWire *request, const TmSite *site, TmPersonChange *change, GError **error)
{
  const char *id = wire_get (request, "customer");
  bool is_none = g_strcmp0 (id, "none") == 0;
  change->customer = is_none ? "" : id;
  if (id == NULL || is_none || customers_by_id (site->customers, id) != NULL)
    return true;
  g_set_error (error, TM_ERROR, TM_ERROR_NOT_FOUND, "no customer `%s`: give a name of the configuration, or `none`",
               id);
  return false;
}

static bool
take_actor (const TmWire *request, const TmSite *site, const char *user, Words *words, GError **error)
{
  const TmAgent *agent;
  const char *by = wire_get (request, "by");
  words->actor = change_actor (site, by != NULL ? by : user, &agent, error);
  return words->actor != NULL;
}

static bool
fill_change (const TmWire *request, const TmSite *site, const char *user, TmPersonChange *change, Words *words,
             GError **error)
{
  if (!take_who (request, change, words, error) || !take_line (request, "name", &words->name, error)
      || !take_line (request, "why", &words->why, error) || !take_customer (request, site, change, error)
      || !take_actor (request, site, user, words, error))
    return false;
  if (words->why == NULL)
    words->why = g_strconcat ("by ", words->actor, NULL);
  change->name = words->name;
  change->why = words->why;
  change->actor = words->actor;
  return true;
}

/* --- answers --- */

static void
say_outcome (TmWire *answer, const char *what, const TmPersonOutcome *outcome)
{
  g_autoptr (GString) said = g_string_new (NULL);
  if (outcome->contact != 0)
    g_string_printf (said, "contact %" G_GINT64_FORMAT ", ", outcome->contact);
  for (guint i = 0; i < outcome->addresses->len; i++)
    {
      const char *address = g_ptr_array_index (outcome->addresses, i);
      g_string_append_printf (said, "%s%s", i > 0 ? ", " : "", address);
      wire_add (answer, "address", address);
    }
  g_string_append_printf (said, ": %s%s", what, outcome->is_changed ? "" : "; nothing had to be changed");
  for (guint i = 0; i < outcome->released->len; i++)
    {
      gint64 ticket = g_array_index (outcome->released, gint64, i);
      g_string_append_printf (said, "%s%" G_GINT64_FORMAT, i > 0 ? ", " : "; new and no longer held: ", ticket);
      wire_add_number (answer, "released", ticket);
    }
  if (outcome->n_left > 0)
    g_string_append_printf (said, "; %" G_GINT64_FORMAT " more follow while the daemon runs", outcome->n_left);
  wire_add (answer, "said", said->str);
}

bool
control_run_contact (const TmControl *control, const TmWire *request, const char *user, TmWire *answer, GError **error)
{
  g_autoptr (TmPolicy) policy = control->policy (control->data);
  g_autoptr (TmPersonOutcome) outcome = NULL;
  g_auto (Words) words = { .address = NULL };
  int found = find_verb (request);
  TmPersonChange change = { .verb = verbs[found].verb,
                            .hold = { policy->site, policy, (gpointer (*) (gpointer)) policy_ref,
                                      (GDestroyNotify) policy_unref } };
  gint64 deadline_us = clock_monotonic_us () + policy->daemon.deadline_s * US_PER_S;
  if (!fill_change (request, policy->site, user, &change, &words, error)
      || !store_change_person (control->store, &change, deadline_us, &outcome, error))
    return false;
  say_outcome (answer, verbs[found].said, outcome);
  return true;
}
