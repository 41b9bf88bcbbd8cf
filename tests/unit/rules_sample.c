/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/rules_sample.h"

#include <check.h>
#include <string.h>

TmCondition *
sample_condition (const char *text)
{
  TmCondition *condition = NULL;
  g_autoptr (GError) error = NULL;
  ck_assert_msg (condition_parse (text, &condition, NULL, &error), "%s: %s", text, error != NULL ? error->message : "");
  return condition;
}

TmEffect *
sample_effect (const char *text)
{
  TmEffect *effect = NULL;
  g_autoptr (GError) error = NULL;
  ck_assert_msg (effect_parse (text, &effect, NULL, &error), "%s: %s", text, error != NULL ? error->message : "");
  return effect;
}

static GPtrArray *
codes (const char *list)
{
  GPtrArray *array = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) split = g_strsplit (list, " ", -1);
  for (char **p = split; *p != NULL; p++)
    g_ptr_array_add (array, g_strdup (*p));
  return array;
}

static void
add_need (TmType *type, const char *name, const char *condition)
{
  TmNeed *need = need_new (name);
  g_ptr_array_add (need->conditions, sample_condition (condition));
  g_ptr_array_add (type->needs, need);
}

static TmSite *
sample_site (void)
{
  TmSite *site = site_new ();
  static const char *const priorities[] = { "P1", "P2", "P3", "P4" };
  for (size_t i = 0; i < G_N_ELEMENTS (priorities); i++)
    g_ptr_array_add (site->priorities, priority_new (priorities[i], priorities[i]));

  TmType *problem = type_new ("problem", "Problem"), *question = type_new ("question", "Question");
  problem->priorities = codes ("P1 P2 P3");
  add_need (problem, "environment", "text =~ /\\b(prod|staging)\\b/i");
  add_need (problem, "steps", "text =~ /steps to reproduce/i");
  question->priorities = codes ("P3 P4");
  g_hash_table_insert (question->otherwise, g_strdup ("P1"), g_strdup ("P4"));
  g_ptr_array_add (site->types, problem);
  g_ptr_array_add (site->types, question);

  TmQueue *support = queue_new ("support"), *billing = queue_new ("billing");
  support->type = g_strdup ("problem");
  support->priority = g_strdup ("P3");
  g_ptr_array_add (support->addresses, g_strdup ("support@example.com"));
  g_ptr_array_add (billing->addresses, g_strdup ("billing@example.com"));
  g_ptr_array_add (site->queues, support);
  g_ptr_array_add (site->queues, billing);
  TmAgent *anna = agent_new ("anna");
  g_ptr_array_add (anna->addresses, g_strdup ("anna@example.com"));
  g_ptr_array_add (site->agents, anna);
  g_ptr_array_add (site->agents, agent_new ("bob"));
  site_index (site);
  return site;
}

static void
add_attachment (TmMail *mail, const char *name, const char *type, bool is_inline)
{
  TmAttachment *attachment = attachment_new ();
  g_free (attachment->name);
  g_free (attachment->type);
  attachment->name = g_strdup (name);
  attachment->type = g_strdup (type);
  attachment->is_inline = is_inline;
  g_ptr_array_add (mail->attachments, attachment);
}

static TmMail *
sample_mail (void)
{
  static const char reply[] = "The cluster c12 is down, with prod.\n";
  static const char form[] = "> Mail: Joe@Shop.example\n> Bad: joe@shop.example, eve@acme.example\n"
                             "> Ours: support+x@example.com\n> Agents: anna@example.com\n";
  TmMail *mail = mail_new ();
  mail->from = mailbox_new ("eve@acme.example", "Eve Müller");
  g_ptr_array_add (mail->to, mailbox_new ("support@example.com", "Support"));
  g_ptr_array_add (mail->to, mailbox_new ("office@example.com", ""));
  g_ptr_array_add (mail->cc, mailbox_new ("cto@acme.example", ""));
  g_ptr_array_add (mail->reply_to, mailbox_new ("eve@home.example", ""));
  g_free (mail->subject);
  mail->subject = g_strdup ("Outage: Störung on c12");
  g_free (mail->text);
  mail->text = g_strconcat (reply, "\n> an older text about apples\n", form, NULL);
  mail->reply_len = strlen (reply);
  g_ptr_array_add (mail->headers, header_new ("X-Tag", "first", NULL));
  g_ptr_array_add (mail->headers, header_new ("x-tag", "second", NULL));
  add_attachment (mail, "logo.png", "image/png", true);
  add_attachment (mail, "error.LOG", "text/plain", false);
  return mail;
}

static TmEnvelope *
sample_envelope (const TmSite *site)
{
  TmEnvelope *envelope = envelope_new ();
  envelope_set_sender (envelope, "<bounce-7@acme.example>");
  envelope_add_recipient (envelope, site, "<Support+x@Example.com>");
  envelope_add_recipient (envelope, site, "<no address>");
  envelope->client_address = g_strdup ("192.0.2.17");
  envelope->login = g_strdup ("eve");
  return envelope;
}

void
sample_init (Sample *sample)
{
  sample->site = sample_site ();
  sample->mail = sample_mail ();
  sample->envelope = sample_envelope (sample->site);
  sample->customer = customer_new ("acme");
  sample->plan = service_plan_new ("Gold");
  g_ptr_array_add (sample->site->plans, sample->plan);
  sample->input = (TmRuleInput){ .site = sample->site,
                                 .mail = sample->mail,
                                 .envelope = sample->envelope,
                                 .queue = site_queue (sample->site, "support"),
                                 .customer = sample->customer,
                                 .service_plan = sample->plan,
                                 .traces_all = true };
}

void
sample_clear (Sample *sample)
{
  customer_free (sample->customer);
  envelope_free (sample->envelope);
  mail_free (sample->mail);
  site_free (sample->site);
}
