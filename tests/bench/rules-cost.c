/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What rules cost a message: reads one message by N rules, as a new ticket and as a follow-up, so many times.  Meant
 * for callgrind, which counts only what happens in classify_message(); rules-cost.sh runs it.
 *
 * Usage: rules-cost N-RULES N-MESSAGES [plain].  `plain`: without the index, each rule is tried.
 */
#include "core/rule_index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One in five of each kind; all ask for something of their own that the message does not have. */
static const char *const kinds[][2] = {
  { "text =~ /\\b%word\\b.* is (down|gone)/i", "recipient = support@example.com" },
  { "subject =~ /^\\[?(PROBLEM|ALERT)-%05d/", "!is_list" },
  { "from =~ /@customer-%05d\\.example$/", "body =~ /invoice|bill|payment/i" },
  { "header \"X-Project\" =~ /^p%05d$/", "subject =~ /build|deploy/i" },
  { "body =~ /\\b(cluster|node|rack) %word\\b/i", "is_authenticated" },
};

static const char paragraph[]
  = "Since this morning our shop has answered orders with an error now and then, the log says `connection refused'\n"
    "and the hosts host-4711x and host-0815x look busy. Could somebody have a look at the cluster before the\n"
    "weekend?\n\n";

/* A word of its own for each number, of letters as languages have them. */
static char *
make_word (int number)
{
  static const char *const syllables[] = { "an", "be", "chi", "der", "en", "for", "ge", "hal", "in", "ko", "la",
                                           "me", "no", "or", "pro", "qui", "re", "ste", "ti", "un", "ver", "zo" };
  GString *word = g_string_new (NULL);
  for (unsigned n = (unsigned) number + 1000; n > 0; n /= G_N_ELEMENTS (syllables))
    g_string_append (word, syllables[n % G_N_ELEMENTS (syllables)]);
  return g_string_free (word, FALSE);
}

static void
add_condition (GPtrArray *list, const char *text)
{
  TmCondition *condition = NULL;
  g_autoptr (GError) error = NULL;
  if (!condition_parse (text, &condition, NULL, &error))
    g_error ("%s: %s", text, error->message);
  g_ptr_array_add (list, condition);
}

static TmSite *
make_site (int n_rules)
{
  TmSite *site = site_new ();
  TmQueue *queue = queue_new ("support");
  g_ptr_array_add (queue->addresses, g_strdup ("support@example.com"));
  g_ptr_array_add (site->queues, queue);
  site_index (site);
  for (int i = 0; i < n_rules; i++)
    {
      g_autofree char *number = g_strdup_printf ("%05d", i);
      g_autoptr (GString) first = g_string_new (kinds[i % 5][0]);
      g_autoptr (GError) error = NULL;
      TmEffect *effect = NULL;
      TmRule *rule = rule_new (number);
      rule->on = TM_ON_BOTH;
      g_autofree char *word = make_word (i);
      g_string_replace (first, "%05d", number, 0);
      g_string_replace (first, "%word", word, 0);
      add_condition (rule->all, first->str);
      add_condition (rule->all, kinds[i % 5][1]);
      if (!effect_parse ("tag a=b", &effect, NULL, &error))
        g_error ("%s", error->message);
      g_ptr_array_add (rule->effects, effect);
      g_ptr_array_add (site->rules, rule);
    }
  return site;
}

static TmMail *
make_mail (void)
{
  static const char *const names[] = { "Received",     "Received",     "DKIM-Signature",
                                      "MIME-Version", "Content-Type", "X-Project" };
  TmMail *mail = mail_new ();
  GString *text = g_string_new (NULL);
  for (int i = 0; i < 10; i++)
    g_string_append (text, paragraph);
  mail->from = mailbox_new ("eve@acme.example", "Eve Example");
  g_ptr_array_add (mail->to, mailbox_new ("support@example.com", ""));
  g_free (mail->subject);
  mail->subject = g_strdup ("Re: orders fail now and then");
  g_free (mail->text);
  mail->reply_len = text->len;
  mail->text = g_string_free (text, FALSE);
  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    g_ptr_array_add (mail->headers, header_new (names[i], "some value of a header field", NULL));
  return mail;
}

/* callgrind begins to count here. */
static G_GNUC_NO_INLINE guint
classify_message (TmRuleInput input, const TmRuleIndex *index)
{
  g_autoptr (TmRuleHits) hits = index != NULL ? rule_index_scan (index, &input) : NULL;
  input.hits = hits;
  g_autoptr (TmClassification) as_new = rules_eval (&input);
  input.is_followup = true;
  g_autoptr (TmClassification) as_followup = rules_eval (&input);
  return as_new->n_matches + as_followup->n_matches;
}

int
main (int argc, char **argv)
{
  if (argc < 3)
    {
      fprintf (stderr, "usage: %s N-RULES N-MESSAGES [plain]\n", argv[0]);
      return 64;
    }
  int n_messages = atoi (argv[2]);
  g_autoptr (TmSite) site = make_site (atoi (argv[1]));
  g_autoptr (TmMail) mail = make_mail ();
  g_autoptr (TmEnvelope) envelope = envelope_new ();
  envelope_add_recipient (envelope, site, "<support@example.com>");
  envelope_set_sender (envelope, "<eve@acme.example>");
  if (argc == 3)
    site->rule_index = rule_index_new (site->rules);
  TmRuleInput input = { .site = site, .mail = mail, .envelope = envelope, .queue = site_queue (site, "support"),
                        .is_authenticated = true };
  guint n_matches = 0;
  for (int i = 0; i < n_messages; i++)
    n_matches = classify_message (input, site->rule_index);
  printf ("%u\n", n_matches);
  return 0;
}
