/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages: what mime_read() makes of them, what is judged by it, and what is rewritten in them. */
#include "core/automatic.h"
#include "core/failure.h"
#include "core/forwarded.h"
#include "mime/mime.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/mail-difference.h"
#include "tests/support/mail-law.h"
#include "tests/support/rewrite-law.h"

#include <string.h>

static const TmLimits limits = TM_LIMITS_DEFAULT;
/* So near that small messages go beyond them. */
static const TmLimits tight = {
  .max_size = 2000, .headers = 12, .header_bytes = 600, .parts = 6, .depth = 3, .boundary_lines = 12, .groups = 1,
  .addresses = 3, .references = 3, .subject = 40, .text = 200
};

static void
law_of_mail (const TmMail *mail, const TmLimits *bounds, gsize len)
{
  g_autoptr (GPtrArray) broken = mail_law_broken (mail, bounds);
  FUZZ_LAW (broken->len == 0, "%s", (const char *) broken->pdata[0]);
  FUZZ_LAW (mail->size == len, "a message of %zu bytes has %" G_GUINT64_FORMAT, len, mail->size);
  g_autofree const char **flags = mail_flag_names (mail->flags);
  FUZZ_LAW (flags != NULL, "no names of flags");
}

static void
law_of_failures (const TmMail *mail)
{
  g_autoptr (GPtrArray) failures = failures_read (mail);
  FUZZ_LAW (failures->len <= 50, "%u failures", failures->len);
  for (guint i = 0; i < failures->len; i++)
    {
      const TmFailure *failure = failures->pdata[i];
      fuzz_law_address (failure->recipient, "a recipient that failed");
      fuzz_law_line (failure->original, "its original");
      fuzz_law_line (failure->diagnostic, "a diagnostic");
      FUZZ_LAW (strlen (failure->diagnostic) <= 500, "a diagnostic of %zu bytes", strlen (failure->diagnostic));
      FUZZ_LAW (strspn (failure->status, "0123456789.") == strlen (failure->status) && *failure->status != '\0',
                "status %s", failure->status);
      FUZZ_LAW (strcmp (failure->action, "failed") == 0 || strcmp (failure->action, "delayed") == 0, "action %s",
                failure->action);
    }
  g_autofree char *id = failures_read_id (mail);
  fuzz_law_line (id, "the id of what came back");
}

static void
law_of_judgements (const TmMail *mail)
{
  const TmAutomaticContext context = { .sender = "", .loop_token = "example", .own_domain = "desk.example.com" };
  TmAutomatic automatic = automatic_judge (mail, &context);
  FUZZ_LAW (automatic.no_answer || !automatic.is_auto, "a machine's mail may be answered");
  FUZZ_LAW (automatic.is_auto || !automatic.is_bounce, "a bounce that no machine wrote");
  FUZZ_LAW (automatic.reason != NULL, "no reason");
  law_of_failures (mail);
  g_autoptr (TmForwarded) forwarded = forwarded_read (mail->text);
  if (forwarded == NULL)
    return;
  fuzz_law_address (forwarded->from->address, "who is forwarded");
  fuzz_law_line (forwarded->from->name, "his name");
  fuzz_law_line (forwarded->subject, "a forwarded subject");
  fuzz_law_line (forwarded->message_id, "a forwarded id");
}

static void
read_mail (const guint8 *data, gsize len)
{
  g_autoptr (GBytes) raw = g_bytes_new (data, len);
  g_autoptr (TmMail) mail = mime_read (raw, &limits);
  law_of_mail (mail, &limits, len);
  law_of_judgements (mail);
  g_autoptr (TmMail) by_gmime = mime_read_by_gmime (raw, &limits);
  const char *difference = mail_difference (mail, by_gmime);
  FUZZ_LAW (difference == NULL, "%s is another by GMime", difference);
  g_autoptr (GPtrArray) texts = mime_texts (raw, &limits);
  for (guint i = 0; i < texts->len; i++)
    fuzz_law_text (texts->pdata[i], "one of the texts");
  g_autoptr (TmMail) cut = mime_read (raw, &tight);
  law_of_mail (cut, &tight, len);
}

/* The charset that the text declares is the best guess for fields of raw 8-bit bytes, and may be another afterwards. */
static void
mask_header (guint8 *data, gsize len)
{
  for (gsize i = 0; i < len && !(data[i] == '\n' && i + 1 < len && (data[i + 1] == '\n' || data[i + 1] == '\r')); i++)
    if (data[i] >= 0x80)
      data[i] = '?';
}

/* What is written reads back as it was but for what was ordered, or nothing is written. */
static void
rewrite_mail (const guint8 *data, gsize len)
{
  g_autofree guint8 *copy = g_memdup2 (data, len);
  mask_header (copy, len);
  g_autoptr (GBytes) raw = g_bytes_new (copy, len);
  g_autofree char *broken = rewrite_law_break (raw, &limits, NULL);
  FUZZ_LAW (broken == NULL, "%s", broken);
}

const TmFuzzTarget fuzz_mime = { "mime", mime_init, read_mail, NULL };
const TmFuzzTarget fuzz_rewrite = { "rewrite", mime_init, rewrite_mail, NULL };
