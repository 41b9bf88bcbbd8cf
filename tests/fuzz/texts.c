/* SPDX-License-Identifier: BSD-2-Clause */
/* Bodies: the writer's own part, HTML, commands; and subjects. */
#include "base/text.h"
#include "core/bounce.h"
#include "core/command.h"
#include "core/forwarded.h"
#include "core/language.h"
#include "core/quote.h"
#include "core/shingle.h"
#include "core/subject.h"
#include "core/when.h"
#include "mime/html.h"
#include "mime/mime.h"
#include "mime/text.h"
#include "mime/words.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/inbound-maker.h"
#include "tests/support/mail-law.h"

#include <string.h>

enum { NOW_AT = 1795190400 };

/* The bytes as the text of a mail comes to those who read it. */
static char *
mail_text (const guint8 *data, gsize len)
{
  g_autofree char *utf8 = fuzz_utf8 (data, len);
  char *text = plain_text_clean (utf8, strlen (utf8));
  fuzz_law_text (text, "a text that was cleaned");
  return text;
}

/* --- what the writer wrote himself --- */

static void
law_of_shingles (const char *text)
{
  g_autoptr (GArray) shingles = shingles_make (text, 500);
  FUZZ_LAW (shingles->len <= 500, "%u shingles", shingles->len);
  for (guint i = 1; i < shingles->len; i++)
    FUZZ_LAW (g_array_index (shingles, gint64, i - 1) < g_array_index (shingles, gint64, i), "shingles out of order");
  g_autofree char *shown = shingles_show (text, shingles);
  FUZZ_LAW ((shown != NULL) == (shingles->len > 0) && (shown == NULL || strstr (text, shown) != NULL),
            "a run of words is not found in its own text");
}

static void
find_reply (const guint8 *data, gsize len)
{
  g_autofree char *text = mail_text (data, len);
  gsize start, reply_len;
  quote_find_reply (text, &start, &reply_len);
  FUZZ_LAW (is_whole_range (text, start, reply_len), "%zu bytes from %zu on are no part of the text", reply_len, start);
  FUZZ_LAW (reply_len > 0 || *text == '\0', "nothing is left");
  g_autofree char *reply = g_strndup (text + start, reply_len);
  for (const char *line = text; *line != '\0'; line += strcspn (line, "\n"), line += *line == '\n')
    (void) quote_is_own (text, (gsize) (line - text));
  FUZZ_LAW (!quote_is_bare_thanks (reply) || (*reply != '\0' && strchr (reply, '?') == NULL), "thanks: %s", reply);

  g_autoptr (TmForwarded) forwarded = forwarded_read (text);
  if (forwarded != NULL)
    {
      fuzz_law_address (forwarded->from->address, "who is forwarded");
      fuzz_law_line (forwarded->from->name, "his name");
      fuzz_law_line (forwarded->subject, "a forwarded subject");
    }
  const char *language = language_guess (text, strlen (text));
  FUZZ_LAW (language == NULL || strcmp (language, "en") == 0 || strcmp (language, "de") == 0, "language %s", language);
  law_of_shingles (text);
  char status[TM_STATUS_LEN] = "";
  g_autoptr (TmMail) mail = mail_new ();
  g_free (mail->text);
  mail->text = g_steal_pointer (&text);
  TmBounceForm form = bounce_find_form (mail, status);
  FUZZ_LAW (strlen (status) < TM_STATUS_LEN && strspn (status, "0123456789.") == strlen (status), "status %s", status);
  FUZZ_LAW (form != TM_BOUNCE_STATUS || *status != '\0', "a status that is none");
}

const TmFuzzTarget fuzz_quote = { "quote", NULL, find_reply, NULL };

/* --- HTML --- */

static void
read_html (const guint8 *data, gsize len)
{
  g_autofree char *html = mail_text (data, len);
  bool is_cut, is_cut_early;
  g_autofree char *text = html_to_text (html, 64 << 10, &is_cut);
  g_autofree char *start = html_to_text (html, 200, &is_cut_early);
  fuzz_law_text (text, "the text of HTML");
  fuzz_law_text (start, "the begin of it");
  FUZZ_LAW (strlen (start) <= 200 + 4096, "%zu bytes of text, 200 were asked for", strlen (start));
  FUZZ_LAW (is_cut || is_cut_early || strcmp (text, start) == 0, "nothing was cut, and the text is another");
  g_autofree char *reduced = html_reduce (html);
  FUZZ_LAW (g_utf8_validate (reduced, -1, NULL), "reduced HTML is no UTF-8");
  g_autofree char *twice = html_reduce (reduced);
  FUZZ_LAW (g_utf8_validate (twice, -1, NULL), "HTML that was reduced twice is no UTF-8");
}

const TmFuzzTarget fuzz_html = { "html", mime_init, read_html, NULL };

/* --- commands --- */

static TmSite *site;

static void
begin_commands (void)
{
  site = maker_site ();
  g_ptr_array_add (site->agents, agent_new ("joe"));
}

static void
end_commands (void)
{
  g_clear_pointer (&site, site_free);
}

static void
law_of_times (const char *text)
{
  static const TmWhenSense senses[] = { TM_WHEN_NEXT, TM_WHEN_LAST };
  for (size_t i = 0; i < G_N_ELEMENTS (senses); i++)
    {
      gint64 at = 0;
      gsize len = 0;
      FUZZ_LAW (!when_read (text, NULL, NOW_AT, senses[i], &at, &len) || (len > 0 && len <= strlen (text)),
                "a time of %zu bytes in %s", len, text);
    }
}

/* A line as it stands in the text. */
static void
law_of_line (const char *line, const char *what)
{
  FUZZ_LAW (is_clean_text (line) && strchr (line, '\n') == NULL, "%s is more: %s", what, line);
}

/* The lines that are commands, alone: they mean the same. */
static void
law_of_written (const TmCommands *commands)
{
  g_autoptr (GPtrArray) lines = commands_lines (commands);
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; i < lines->len; i++)
    {
      const char *line = lines->pdata[i];
      law_of_line (line, "a command");
      FUZZ_LAW (line[0] == '#', "a command that begins otherwise: %s", line);
      g_string_append_printf (text, "%s\n", line);
    }
  if (commands->error != NULL)
    return;
  g_autoptr (TmCommands) again = commands_read (text->str, NULL);
  FUZZ_LAW (again->error == NULL && again->commands->len == lines->len && (again->is_all || lines->len == 0),
            "%u commands read back as %u: %s", lines->len, again->commands->len, again->error);
}

/* The first line is what an address carries behind its token, the others are the text. */
static void
read_commands (const guint8 *data, gsize len)
{
  g_autofree char *carried = fuzz_next_line (&data, &len);
  g_autoptr (GPtrArray) of_token = g_ptr_array_new_with_free_func (g_free);
  if (carried != NULL && *carried != '\0')
    g_ptr_array_add (of_token, text_one_line (carried, TM_TOKEN_COMMAND_MAX));
  g_autofree char *text = mail_text (data, len);
  g_autoptr (TmCommands) commands = commands_read (text, of_token);
  FUZZ_LAW (is_whole_range (text, 0, commands->end), "commands end at %zu", commands->end);
  for (guint i = 0; i < commands->commands->len; i++)
    {
      const TmCommand *command = commands->commands->pdata[i];
      law_of_line (command->line, "a command's line");
      fuzz_law_line (command->word, "a command's word");
      fuzz_law_line (command->arguments, "a command's arguments");
      law_of_times (command->arguments);
    }
  if (commands->error != NULL)
    fuzz_law_line (commands->error, "what is wrong with a command");
  law_of_written (commands);
  g_autoptr (GPtrArray) shared = commands_shared (commands);
  for (guint i = 0; i < shared->len; i++)
    fuzz_law_address (shared->pdata[i], "who is let in");
  g_autofree char *left = commands_find_left (text + commands->end);
  if (left != NULL)
    law_of_line (left, "a command too late");
  (void) commands_is_unsubscribe (text);
  if (commands->error != NULL)
    return;
  g_autofree char *why = NULL;
  g_autoptr (GPtrArray) changes = commands_changes (commands, site, site->agents->pdata[0], 7, NOW_AT, &why);
  FUZZ_LAW ((changes == NULL) == (why != NULL), "changes and a reason against them, or neither");
}

const TmFuzzTarget fuzz_command = { "command", begin_commands, read_commands, end_commands };

/* --- subjects and encoded words --- */

static void
read_subject (const guint8 *data, gsize len)
{
  g_autofree char *utf8 = fuzz_utf8 (data, len);
  g_autofree char *decoded = words_decode (utf8);
  FUZZ_LAW (g_utf8_validate (decoded, -1, NULL), "decoded words are no UTF-8");
  if (words_are_bounded (utf8, strlen (utf8)))
    {
      g_autofree char *normal = words_normalize (utf8);
      FUZZ_LAW (g_utf8_validate (normal, -1, NULL), "normalised words are no UTF-8");
    }
  g_autofree char *subject = text_one_line (decoded, 4096);
  fuzz_law_line (subject, "a subject");
  g_autofree char *stripped = subject_strip_tags (subject, "example");
  g_autofree char *tagged = subject_with_tag (subject, "example", 1042);
  g_autofree char *twice = subject_with_tag (tagged, "example", 1042);
  fuzz_law_line (stripped, "a subject without tags");
  fuzz_law_line (tagged, "a subject with a tag");
  FUZZ_LAW (subject_find_tag (stripped, "example") == 0, "a tag is left in %s", stripped);
  FUZZ_LAW (subject_find_tag (tagged, "example") == 1042, "not the tag that was put in: %s", tagged);
  FUZZ_LAW (strcmp (tagged, twice) == 0, "a second time makes another of it: %s", twice);
  g_autofree char *folded = subject_fold (subject, "example");
  g_autofree char *of_tagged = subject_fold (tagged, "example");
  FUZZ_LAW (strcmp (folded, of_tagged) == 0, "the tag is no tag for comparison: %s, %s", folded, of_tagged);
  g_autofree char *normal = subject_normalize (subject, "example");
  FUZZ_LAW (g_utf8_validate (normal, -1, NULL), "no UTF-8");
  g_autofree char *shown = text_log_value (utf8);
  fuzz_law_line (shown, "a log's value");
  FUZZ_LAW (strlen (shown) <= 2 * 200 + 2, "a log's value of %zu bytes", strlen (shown));
  g_autofree char *lines = text_many_lines (decoded);
  fuzz_law_text (lines, "what a terminal gets");
}

const TmFuzzTarget fuzz_subject = { "subject", mime_init, read_subject, NULL };
