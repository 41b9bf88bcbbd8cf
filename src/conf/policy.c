/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/policy.h"

#include "base/digest.h"
#include "conf/calendars.h"
#include "conf/check.h"
#include "conf/customers.h"
#include "conf/files.h"
#include "conf/keyring.h"
#include "conf/receivers.h"
#include "conf/reports.h"
#include "conf/templates.h"
#include "core/rule_index.h"

#include <string.h>

/* So few are tried faster than the message is searched for their words. */
enum { FEW_RULES = 8 };

/* --- counts of rules --- */

static TmRuleCounts *
rule_counts_new (void)
{
  TmRuleCounts *counts = g_new0 (TmRuleCounts, 1);
  g_atomic_ref_count_init (&counts->refs);
  return counts;
}

static TmRuleCounts *
rule_counts_ref (TmRuleCounts *counts)
{
  g_atomic_ref_count_inc (&counts->refs);
  return counts;
}

static void
rule_counts_unref (TmRuleCounts *counts)
{
  if (g_atomic_ref_count_dec (&counts->refs))
    g_free (counts);
}

static GPtrArray *
count_rules (const GPtrArray *rules)
{
  GPtrArray *counts = g_ptr_array_new_with_free_func ((GDestroyNotify) rule_counts_unref);
  for (guint i = 0; i < rules->len; i++)
    g_ptr_array_add (counts, rule_counts_new ());
  return counts;
}

void
policy_take_counts (TmPolicy *policy, const TmPolicy *before)
{
  const GPtrArray *old = before->site->rules, *rules = policy->site->rules;
  g_autoptr (GHashTable) by_name = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < old->len; i++)
    g_hash_table_insert (by_name, ((const TmRule *) old->pdata[i])->name, before->rule_counts->pdata[i]);
  for (guint i = 0; i < rules->len; i++)
    {
      TmRuleCounts *counts = g_hash_table_lookup (by_name, ((const TmRule *) rules->pdata[i])->name);
      if (counts == NULL)
        continue;
      rule_counts_unref (policy->rule_counts->pdata[i]);
      policy->rule_counts->pdata[i] = rule_counts_ref (counts);
    }
}

/* --- policies --- */

static TmPolicy *
policy_new (void)
{
  TmPolicy *policy = g_new0 (TmPolicy, 1);
  policy->refs = 1;
  policy->site = site_new ();
  policy->limits = (TmLimits) TM_LIMITS_DEFAULT;
  return policy;
}

TmPolicy *
policy_ref (TmPolicy *policy)
{
  g_atomic_int_inc (&policy->refs);
  return policy;
}

void
policy_wipe_secrets (TmPolicy *policy)
{
  const GPtrArray *keys = policy->site->keys->keys, *receivers = policy->site->receivers;
  for (guint i = 0; i < keys->len; i++)
    explicit_bzero (((TmKey *) keys->pdata[i])->secret, TM_KEY_LEN);
  for (guint i = 0; i < receivers->len; i++)
    {
      TmReceiver *receiver = receivers->pdata[i];
      if (receiver->key != NULL)
        explicit_bzero (receiver->key, strlen (receiver->key));
    }
}

void
policy_unref (TmPolicy *policy)
{
  if (policy == NULL || !g_atomic_int_dec_and_test (&policy->refs))
    return;
  site_free (policy->site);
  g_free (policy->daemon.socket);
  g_free (policy->daemon.socket_group);
  g_free (policy->daemon.control);
  g_free (policy->daemon.database);
  g_free (policy->daemon.keys);
  g_free (policy->daemon.submit);
  g_free (policy->daemon.log_socket);
  g_free (policy->daemon.log_facility);
  g_clear_pointer (&policy->daemon.reports, g_ptr_array_unref);
  g_clear_pointer (&policy->settings, g_ptr_array_unref);
  g_clear_pointer (&policy->rule_counts, g_ptr_array_unref);
  g_free (policy);
}

/* Without a key ring mail still becomes tickets, only without signed addresses. */
static void
load_keys (TmTableReader *reader, TmPolicy *policy)
{
  const TmMark top = { reader->findings->files->pdata[0], 0, 0 };
  const char *file = policy->daemon.keys;
  const TmPlace *place = file != NULL ? reader_place (reader, file) : NULL;
  const TmMark *mark = place != NULL ? &place->node->mark : &top;
  g_autoptr (GError) error = NULL;
  TmKeyRing *ring = NULL;
  if (file == NULL || (place == NULL && reader->findings->is_partial))
    return;
  if (keyring_load (file, &ring, &error))
    {
      key_ring_free (policy->site->keys);
      policy->site->keys = ring;
      if (!keyring_has_active (ring))
        findings_warning (reader->findings, mark, "keys", "no key in %s is active; run: ticketctl token rotate", file);
    }
  else if (g_error_matches (error, TM_ERROR, TM_ERROR_NOT_FOUND))
    findings_warning (reader->findings, mark, "keys", "there is no key ring %s; run: ticketctl token rotate", file);
  else
    findings_error (reader->findings, mark, "keys", "%s", error->message);
  if (error == NULL || error->code == TM_ERROR_NOT_FOUND)
    check_signing (reader, policy);
}

/* What the tree says, as a policy that may still be wrong. */
static TmPolicy *
build (const TmNode *root, bool with_keys, TmFindings *findings)
{
  TmPolicy *policy = policy_new ();
  TmExtras extras = { 0 };
  g_autoptr (TmTableReader) reader = table_reader_new (findings);
  void *const parts[TM_N_PARTS] = {
    [TM_PART_SITE] = policy->site,
    [TM_PART_LIMITS] = &policy->limits,
    [TM_PART_DAEMON] = &policy->daemon,
    [TM_PART_EXTRAS] = &extras,
  };
  table_read (reader, options_root (), root, parts, NULL);
  calendars_load (reader, policy->site, &extras);
  customers_load (reader, policy->site, &extras);
  settle_answers (reader, policy->site);
  check_policy (reader, policy, &extras);
  check_receivers (reader, policy->site);
  check_reports (reader, policy);
  load_templates (reader, policy->site, extras.templates);
  if (with_keys)
    {
      load_keys (reader, policy);
      load_receivers (reader, policy->site);
    }
  policy->settings = g_steal_pointer (&reader->settings);
  g_clear_pointer (&extras.public_domains, g_ptr_array_unref);
  g_free (extras.customer_table);
  g_free (extras.templates);
  return policy;
}

/* --- what clocks go by --- */

static void
add_text (TmDigest *digest, const char *text)
{
  digest_update (digest, text != NULL ? text : "", text != NULL ? strlen (text) + 1 : 1);
}

static void
add_targets (TmDigest *digest, const GPtrArray *all)
{
  for (guint i = 0; all != NULL && i < all->len; i++)
    {
      const TmTargets *targets = all->pdata[i];
      add_text (digest, targets->priority);
      for (int metric = 1; metric < TM_METRIC_END; metric++)
        {
          char text[TM_TARGET_TEXT_MAX] = "";
          if (targets->promises[metric].target != NULL)
            target_print (targets->promises[metric].target, text);
          add_text (digest, text);
          add_text (digest, targets->promises[metric].calendar);
        }
    }
}

/* The same for configurations that promise the same.  Those of a customer table are in no setting. */
static guint32
find_revision (const TmPolicy *policy)
{
  static const char *const parts[] = { "calendars.", "plans.", "priorities[", "escalation." };
  TmDigest digest;
  guint8 bytes[TM_DIGEST_LEN];
  digest_init (&digest);
  for (guint i = 0; i < policy->settings->len; i++)
    {
      const TmSetting *setting = policy->settings->pdata[i];
      for (size_t k = 0; k < G_N_ELEMENTS (parts); k++)
        if (g_str_has_prefix (setting->path, parts[k]))
          {
            add_text (&digest, setting->path);
            add_text (&digest, setting->value);
          }
    }
  for (guint i = 0; i < customers_count (policy->site->customers); i++)
    {
      const TmCustomer *customer = customers_nth (policy->site->customers, i);
      if (customer->targets == NULL && customer->calendar == NULL)
        continue;
      add_text (&digest, customer->id);
      add_text (&digest, customer->calendar);
      add_targets (&digest, customer->targets);
    }
  digest_finish (&digest, bytes);
  return (guint32) (bytes[0] & 0x7f) << 24 | (guint32) bytes[1] << 16 | (guint32) bytes[2] << 8 | bytes[3];
}

static void
set_summary (GError **error, const GPtrArray *findings, unsigned n_errors)
{
  guint i = 0;
  while (!((const TmFinding *) findings->pdata[i])->is_error)
    i++;
  g_autofree char *first = finding_format (findings->pdata[i]);
  if (n_errors == 1)
    g_set_error_literal (error, TM_ERROR, TM_ERROR_CONFIG, first);
  else
    g_set_error (error, TM_ERROR, TM_ERROR_CONFIG, "%s (and %u more)", first, n_errors - 1);
}

static bool
load (const char *file, bool with_keys, TmPolicy **policy_out, GPtrArray **findings_out, GError **error)
{
  g_autoptr (TmFindings) findings = findings_new ();
  g_autoptr (TmPolicy) policy = NULL;
  g_autoptr (GError) unreadable = NULL;
  g_autoptr (TmNode) root = files_load (file, findings, &unreadable);
  if (root != NULL)
    policy = build (root, with_keys, findings);

  g_autoptr (GPtrArray) sorted = findings_steal (findings);
  if (unreadable != NULL)
    g_propagate_error (error, g_steal_pointer (&unreadable));
  else if (findings->n_errors > 0)
    set_summary (error, sorted, findings->n_errors);
  else
    {
      site_index (policy->site);
      policy->site->revision = find_revision (policy);
      policy->rule_counts = count_rules (policy->site->rules);
      if (policy->site->rules->len > FEW_RULES)
        policy->site->rule_index = rule_index_new (policy->site->rules);
      *policy_out = g_steal_pointer (&policy);
    }
  *findings_out = g_steal_pointer (&sorted);
  return findings->n_errors == 0;
}

bool
policy_load (const char *file, TmPolicy **policy_out, GPtrArray **findings_out, GError **error)
{
  return load (file, true, policy_out, findings_out, error);
}

bool
policy_load_keyless (const char *file, TmPolicy **policy_out, GPtrArray **findings_out, GError **error)
{
  return load (file, false, policy_out, findings_out, error);
}

char *
finding_format (const TmFinding *finding)
{
  g_autofree char *place
    = finding->line > 0 ? g_strdup_printf (":%u:%u", finding->line, finding->column) : g_strdup ("");
  return g_strdup_printf ("%s%s: %s%s%s%s", finding->file, place, finding->path, *finding->path != '\0' ? ": " : "",
                          finding->is_error ? "" : "warning: ", finding->what);
}
