/* SPDX-License-Identifier: BSD-2-Clause */
/* `set`: values checked against the policy, one event for each that changes. */
#include "core/change.h"

#include "base/text.h"
#include "core/detail.h"
#include "core/workaround.h"

#include <string.h>

enum { SUBJECT_MAX = 500, TAG_VALUE_MAX = 200 };

/* A draft of what the settings come to; all strings are borrowed, NULL where nothing was set. */
typedef struct
{
  const TmChange *change;
  const TmChangeFacts *facts;
  TmPlan *plan;
  const char *type, *priority, *workaround;
  GHashTable *keys; /* those that were set */
} Draft;

/* The names in one line, NULL when there is none. */
static char *
joined (const GPtrArray *names)
{
  return names->len > 0 ? text_list (names) : NULL;
}

/* --- what was meant --- */

static bool
fail_unknown (const char *what, const char *word, const GPtrArray *names, GError **error)
{
  g_autofree char *all = g_strjoinv (", ", (char **) names->pdata);
  const char *near = text_nearest (word, (const char *const *) names->pdata);
  if (near != NULL)
    g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "unknown %s `%s`; did you mean `%s`?", what, word, near);
  else
    g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "unknown %s `%s`: there is %s", what, word,
                 names->len > 1 ? all : "none");
  return false;
}

/* NULL-terminated: what `name_at` gives for each element. */
static GPtrArray *
names_of (const GPtrArray *elements, const char *(*name_at) (gconstpointer element))
{
  GPtrArray *names = g_ptr_array_new ();
  for (guint i = 0; i < elements->len; i++)
    g_ptr_array_add (names, (gpointer) (gsize) name_at (g_ptr_array_index (elements, i)));
  g_ptr_array_add (names, NULL);
  return names;
}

static const char *
type_code (gconstpointer type)
{
  return ((const TmType *) type)->code;
}

static const char *
priority_code (gconstpointer priority)
{
  return ((const TmPriority *) priority)->code;
}

static const char *
queue_id (gconstpointer queue)
{
  return ((const TmQueue *) queue)->id;
}

static const char *
agent_id (gconstpointer agent)
{
  return ((const TmAgent *) agent)->id;
}

/* Whether `word` is the name of one of `elements`. */
static bool
check_name (const char *what, const char *word, const GPtrArray *elements,
            const char *(*name_at) (gconstpointer element), GError **error)
{
  for (guint i = 0; i < elements->len; i++)
    if (strcmp (name_at (g_ptr_array_index (elements, i)), word) == 0)
      return true;
  g_autoptr (GPtrArray) names = names_of (elements, name_at);
  return fail_unknown (what, word, names, error);
}

/* --- the keys --- */

static void
add_set (Draft *draft, const char *key, const char *from, const char *to)
{
  if (g_strcmp0 (from, to) == 0)
    return;
  plan_add_step (draft->plan, TM_STEP_SET, draft->change->actor, key, to, 0);
  change_add_event (draft->change, draft->plan, key,
                    detail_new ("from", from, "to", to, CHANGE_REASONS (draft->change)));
}

void
change_add_status (const TmChange *change, const TmChangeFacts *facts, TmStatus to, TmPlan *plan)
{
  Draft draft = { .change = change, .facts = facts, .plan = plan };
  add_set (&draft, "status", status_name (facts->ticket->status), status_name (to));
}

static bool
set_status (Draft *draft, const char *value, GError **error)
{
  TmStatus status;
  if (!status_parse (value, &status))
    {
      g_autoptr (GPtrArray) names = g_ptr_array_new ();
      for (int i = TM_STATUS_NEW; i <= TM_STATUS_SPAM; i++)
        if (i != TM_STATUS_MERGED)
          g_ptr_array_add (names, (gpointer) (gsize) status_name ((TmStatus) i));
      g_ptr_array_add (names, NULL);
      return fail_unknown ("status", value, names, error);
    }
  if (status == TM_STATUS_MERGED)
    {
      g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "status `merged` is set by `ticketctl merge N INTO` only");
      return false;
    }
  change_add_status (draft->change, draft->facts, status, draft->plan);
  return true;
}

static bool
set_type (Draft *draft, const char *value, GError **error)
{
  draft->type = value;
  return check_name ("type", value, draft->change->site->types, type_code, error);
}

static bool
set_priority (Draft *draft, const char *value, GError **error)
{
  draft->priority = value;
  return check_name ("priority", value, draft->change->site->priorities, priority_code, error);
}

static bool
set_assignee (Draft *draft, const char *value, GError **error)
{
  bool is_none = strcmp (value, "none") == 0;
  if (!is_none && !check_name ("agent", value, draft->change->site->agents, agent_id, error))
    return false;
  add_set (draft, "assignee", draft->facts->ticket->assignee, is_none ? NULL : value);
  return true;
}

static bool
set_queue (Draft *draft, const char *value, GError **error)
{
  const GPtrArray *queues = draft->facts->ticket->queues;
  if (!check_name ("queue", value, draft->change->site->queues, queue_id, error))
    return false;
  add_set (draft, "queue", queues->len > 0 ? g_ptr_array_index (queues, 0) : NULL, value);
  return true;
}

static const char *
plan_id (gconstpointer plan)
{
  return ((const TmServicePlan *) plan)->id;
}

static bool
set_plan (Draft *draft, const char *value, GError **error)
{
  bool is_none = strcmp (value, "none") == 0;
  if (!is_none && !check_name ("plan", value, draft->change->site->plans, plan_id, error))
    return false;
  add_set (draft, "plan", draft->facts->ticket->service_plan, is_none ? NULL : value);
  return true;
}

/* What these and the next say is read in core/change_clocks.c. */
static bool
set_instant (Draft *draft, const char *value, GError **error)
{
  gint64 at;
  return strcmp (value, "none") == 0 || change_parse_instant (draft->change->site, value, &at, error);
}

static bool
set_recorded (Draft *draft G_GNUC_UNUSED, const char *value, GError **error)
{
  if (strcmp (value, "done") == 0)
    return true;
  g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "`%s`: a review or a post-mortem that is recorded is `done`", value);
  return false;
}

static bool
set_subject (Draft *draft, const char *value, GError **error)
{
  g_autofree char *clean = text_one_line (value, 0);
  if (*value == '\0' || strlen (value) > SUBJECT_MAX || strcmp (clean, value) != 0)
    {
      g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "a subject is one line of 1 to %d bytes", SUBJECT_MAX);
      return false;
    }
  add_set (draft, "subject", draft->facts->subject, value);
  return true;
}

static bool
set_workaround (Draft *draft, const char *value, GError **error)
{
  draft->workaround = value;
  if (strcmp (value, "yes") == 0 || strcmp (value, "no") == 0)
    return true;
  g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "workaround is `yes` when one is known, else `no`; not `%s`", value);
  return false;
}

static const struct
{
  const char *key;
  bool (*set) (Draft *draft, const char *value, GError **error);
} setters[] = {
  { "status", set_status },     { "type", set_type },   { "priority", set_priority },
  { "assignee", set_assignee }, { "queue", set_queue }, { "workaround", set_workaround },
  { "subject", set_subject },   { "plan", set_plan },   { "promise", set_instant },
  { "review", set_recorded },   { "postmortem", set_recorded }, { "until", set_instant },
};

/* --- type and priority together --- */

static bool
may_have (const TmType *type, const char *priority)
{
  return type == NULL || type->priorities == NULL
         || g_ptr_array_find_with_equal_func (type->priorities, priority, g_str_equal, NULL);
}

static bool
fail_priority (const TmType *type, const char *priority, GError **error)
{
  g_autofree char *all = joined (type->priorities);
  g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "type %s may not have priority %s: give one of %s", type->code,
               priority, all != NULL ? all : "none");
  return false;
}

/* What the priority becomes by a workaround that is known now, or no more: that of before comes back if nobody has set
 * another one since. */
static const char *
priority_by_workaround (const Draft *draft)
{
  const TmSite *site = draft->change->site;
  const TmTicketFacts *ticket = draft->facts->ticket;
  const TmServicePlan *plan = site_service_plan (site, ticket->service_plan);
  const char *without = ticket->workaround;
  if (draft->workaround == NULL || (strcmp (draft->workaround, "yes") == 0) == (without != NULL))
    return ticket->priority;
  if (without == NULL)
    return workaround_lowered (site, plan, ticket->priority);
  bool is_its = *without != '\0'
                && g_strcmp0 (workaround_lowered (site, plan, without), ticket->priority) == 0;
  return is_its ? without : ticket->priority;
}

static void
finish_workaround (Draft *draft)
{
  const TmTicketFacts *ticket = draft->facts->ticket;
  bool was = ticket->workaround != NULL, is = g_strcmp0 (draft->workaround, "yes") == 0;
  if (draft->workaround == NULL || was == is)
    return;
  const char *without = ticket->priority != NULL ? ticket->priority : "";
  plan_add_step (draft->plan, TM_STEP_SET, draft->change->actor, "workaround", is ? without : NULL, 0);
  change_add_event (draft->change, draft->plan, "workaround",
                    detail_new ("from", was ? "yes" : "no", "to", is ? "yes" : "no", CHANGE_REASONS (draft->change)));
}

/* A priority that was asked for must be one of the type's; one that the ticket had before gives way. */
static bool
finish_type_and_priority (Draft *draft, GError **error)
{
  const TmSite *site = draft->change->site;
  const TmTicketFacts *ticket = draft->facts->ticket;
  const char *code = draft->type != NULL ? draft->type : ticket->type;
  const TmType *type = code != NULL ? site_type (site, code) : NULL;
  const char *priority = draft->priority != NULL ? draft->priority : priority_by_workaround (draft);
  finish_workaround (draft);
  if (draft->type != NULL)
    add_set (draft, "type", ticket->type, draft->type);
  bool is_asked = draft->type != NULL || g_strcmp0 (ticket->priority, priority) != 0 || draft->priority != NULL;
  if (priority != NULL && is_asked && !may_have (type, priority))
    {
      if (draft->priority != NULL)
        return fail_priority (type, priority, error);
      priority = classify_allowed_priority (site, type, priority);
    }
  if (g_strcmp0 (ticket->priority, priority) == 0)
    return true;
  plan_add_step (draft->plan, TM_STEP_SET, draft->change->actor, "priority_by", draft->change->actor, 0);
  add_set (draft, "priority", ticket->priority, priority);
  return true;
}

/* --- tags --- */

static bool
is_tag_key (const char *key)
{
  return *key != '\0' && strspn (key, "abcdefghijklmnopqrstuvwxyz0123456789_.-") == strlen (key)
         && strlen (key) <= TAG_VALUE_MAX;
}

static bool
check_tag (const char *key, const char *value, GError **error)
{
  g_autofree char *clean = text_one_line (value, 0);
  if (!is_tag_key (key))
    g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "tag `%s`: a tag's key is made of a-z, 0-9, `_`, `.` and `-`", key);
  else if (strlen (value) > TAG_VALUE_MAX || strcmp (clean, value) != 0)
    g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "tag `%s`: its value is one line of at most %d bytes", key,
                 TAG_VALUE_MAX);
  else
    return true;
  return false;
}

/* The values of tag.`key` among the settings; empty ones are none. */
static GPtrArray *
wanted_values (const TmChange *change, const char *key)
{
  GPtrArray *values = g_ptr_array_new ();
  g_autofree char *prefix = g_strconcat ("tag.", key, "=", NULL);
  for (guint i = 0; i < change->settings->len; i++)
    {
      const char *setting = g_ptr_array_index (change->settings, i);
      if (g_str_has_prefix (setting, prefix) && setting[strlen (prefix)] != '\0'
          && !g_ptr_array_find_with_equal_func (values, setting + strlen (prefix), g_str_equal, NULL))
        g_ptr_array_add (values, (gpointer) (gsize) (setting + strlen (prefix)));
    }
  return values;
}

/* What is set for a tag is all it has afterwards. */
static void
change_tag (Draft *draft, const char *key)
{
  const GPtrArray *tags = draft->facts->tags;
  g_autoptr (GPtrArray) before = g_ptr_array_new ();
  g_autoptr (GPtrArray) after = wanted_values (draft->change, key);
  guint n_steps = draft->plan->steps->len;
  for (guint i = 0; i < tags->len; i++)
    {
      const TmTag *tag = g_ptr_array_index (tags, i);
      if (strcmp (tag->key, key) != 0)
        continue;
      g_ptr_array_add (before, tag->value);
      if (!g_ptr_array_find_with_equal_func (after, tag->value, g_str_equal, NULL))
        plan_add_step (draft->plan, TM_STEP_UNTAG, NULL, key, tag->value, 0);
    }
  for (guint i = 0; i < after->len; i++)
    if (!g_ptr_array_find_with_equal_func (before, g_ptr_array_index (after, i), g_str_equal, NULL))
      plan_add_step (draft->plan, TM_STEP_TAG, NULL, key, g_ptr_array_index (after, i), 0);
  if (draft->plan->steps->len == n_steps)
    return;
  g_autofree char *from = joined (before);
  g_autofree char *to = joined (after);
  change_add_event (draft->change, draft->plan, "tag",
                    detail_new ("key", key, "from", from, "to", to, CHANGE_REASONS (draft->change)));
}

/* --- all of them --- */

static bool
set_tag (Draft *draft, const char *key, const char *value, bool is_first, GError **error)
{
  if (!check_tag (key, value, error))
    return false;
  if (is_first)
    change_tag (draft, key);
  return true;
}

static bool
fail_key (const char *key, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  for (size_t i = 0; i < G_N_ELEMENTS (setters); i++)
    g_ptr_array_add (names, (gpointer) (gsize) setters[i].key);
  g_ptr_array_add (names, (gpointer) (gsize) "tag.KEY");
  g_ptr_array_add (names, NULL);
  return fail_unknown ("key", key, names, error);
}

static bool
set_one (Draft *draft, const char *setting, GError **error)
{
  const char *equals = strchr (setting, '=');
  if (equals == NULL)
    {
      g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "`%s` is no setting: give KEY=VALUE, like status=open", setting);
      return false;
    }
  char *key = g_strndup (setting, (gsize) (equals - setting));
  bool is_first = g_hash_table_add (draft->keys, key);
  if (g_str_has_prefix (setting, "tag."))
    {
      g_autofree char *name = g_strndup (setting + strlen ("tag."), (gsize) (equals - setting) - strlen ("tag."));
      return set_tag (draft, name, equals + 1, is_first, error);
    }
  for (size_t i = 0; i < G_N_ELEMENTS (setters); i++)
    if (strncmp (setting, setters[i].key, (size_t) (equals - setting)) == 0
        && setters[i].key[equals - setting] == '\0')
      {
        if (is_first)
          return setters[i].set (draft, equals + 1, error);
        g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "%s is set twice: once is enough", setters[i].key);
        return false;
      }
  g_autofree char *unknown = g_strndup (setting, (gsize) (equals - setting));
  return fail_key (unknown, error);
}

bool
change_plan_settings (const TmChange *change, const TmChangeFacts *facts, TmPlan *plan, GError **error)
{
  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Draft draft = { .change = change, .facts = facts, .plan = plan, .keys = keys };
  for (guint i = 0; i < change->settings->len; i++)
    if (!set_one (&draft, g_ptr_array_index (change->settings, i), error))
      return false;
  return finish_type_and_priority (&draft, error);
}
