/* SPDX-License-Identifier: BSD-2-Clause */
/* Templates: what comes of them with values, and what is wrong with others. */
#include "core/language.h"
#include "core/template.h"
#include "core/templates.h"
#include "tests/support/suite.h"

#include <string.h>

static const char *const names[] = { "ticket", "due", "subject", "missing", NULL };

static const struct
{
  const char *source, *subject, *text;
} texts[] = {
  { "Subject: x\n\nbody", "x", "body\n" },
  { "Subject: x\n", "x", "" },
  { "\xef\xbb\xbfSubject: [{ticket}]\r\n\r\n\xc3\xa4 {ticket}\r\n", "[12]", "\xc3\xa4 12\n" },
  { "Subject: x\n\n{{ticket} }} {ticket}{ticket}\n", "x", "{ticket} }} 1212\n" },
  /* a value that is not there, and one that is */
  { "Subject: x{?due} by {due}{/due}\n\na{due}b\n", "x", "ab\n" },
  { "Subject: x{?ticket} {ticket}{/ticket}\n\n{?due}no{/due}yes\n", "x 12", "yes\n" },
  /* a line of tags is none */
  { "Subject: x\n\na\n{?ticket}\nb\n{/ticket}\nc\n", "x", "a\nb\nc\n" },
  { "Subject: x\n\na\n  {?due} \nb\n{/due}{?ticket}\nc\n\t{/ticket}\nd", "x", "a\nc\nd\n" },
  { "Subject: x\n\n{?ticket}\n{?due}\na\n{/due}\nb\n{/ticket}\n", "x", "b\n" },
  /* no value begins a line */
  { "Subject: {subject}\n\n{subject}|\n", "a Bcc: eve@evil.example", "a Bcc: eve@evil.example|\n" },
  /* no value is read again */
  { "Subject: x\n\n{missing}\n", "x", "{due} {?x} {{\n" },
};

static const struct
{
  const char *source, *html;
} pages[] = {
  { "<p>{missing}</p>", "<p>{due} {?x} {{</p>\n" },
  { "<p title=\"{subject}\">{ticket}</p>", "<p title=\"a Bcc: eve@evil.example\">12</p>\n" },
  { "<b TITLE = '{due}{ticket}' />{ticket}", "<b TITLE = '12' />12\n" },
  { "<style>p {{ color: red }</style>{ticket}", "<style>p { color: red }</style>12\n" },
  { "<!-- <b title=\" > -->{ticket}", "<!-- <b title=\" > -->12\n" },
  { "<script>a = '<b>'</script >{ticket}", "<script>a = '<b>'</script >12\n" },
};

static void
set (GHashTable *values, const char *name, const char *value)
{
  g_hash_table_insert (values, (gpointer) (gsize) name, (gpointer) (gsize) value);
}

static GHashTable *
make_values (void)
{
  GHashTable *values = g_hash_table_new (g_str_hash, g_str_equal);
  set (values, "ticket", "12");
  set (values, "due", "");
  set (values, "subject", "a\r\nBcc: eve@evil.example\x1b");
  set (values, "missing", "{due} {?x} {{");
  return values;
}

static TmTemplate *
parse (const char *source, TmTemplateKind kind)
{
  g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func ((GDestroyNotify) template_fault_free);
  TmTemplate *template = template_parse (source, strlen (source), kind, names, faults);
  for (guint i = 0; i < faults->len; i++)
    ck_abort_msg ("%s: %s", source, ((const TmTemplateFault *) faults->pdata[i])->what);
  return template;
}

START_TEST (text)
{
  g_autoptr (TmTemplate) template = parse (texts[_i].source, TM_TEMPLATE_TEXT);
  g_autoptr (GHashTable) values = make_values ();
  g_autofree char *subject = template_subject (template, values), *body = template_write (template, values);
  ck_assert_str_eq (subject, texts[_i].subject);
  ck_assert_str_eq (body, texts[_i].text);
}
END_TEST

START_TEST (page)
{
  g_autoptr (TmTemplate) template = parse (pages[_i].source, TM_TEMPLATE_HTML);
  g_autoptr (GHashTable) values = make_values ();
  g_autofree char *body = template_write (template, values);
  ck_assert_str_eq (body, pages[_i].html);
  ck_assert_ptr_null (template_subject (template, values));
}
END_TEST

/* Whatever a value is, it is neither an element nor an end of its attribute. */
START_TEST (escapes)
{
  g_autoptr (TmTemplate) template = parse ("<p title=\"{subject}\" lang='{subject}'>{subject}</p>", TM_TEMPLATE_HTML);
  g_autoptr (GHashTable) values = make_values ();
  set (values, "subject", "<b>\"'&amp;</p>\n<script>");
  g_autofree char *body = template_write (template, values);
  const char *escaped = "&lt;b&gt;&quot;&#39;&amp;amp;&lt;/p&gt; &lt;script&gt;";
  g_autofree char *expected = g_strdup_printf ("<p title=\"%s\" lang='%s'>%s</p>\n", escaped, escaped, escaped);
  ck_assert_str_eq (body, expected);
}
END_TEST

#define ONLY_THERE " may stand in text and in the quoted values of title, alt, lang, aria-label, class and id"

static const struct
{
  TmTemplateKind kind;
  const char *source, *faults; /* "LINE:COLUMN what", a line each */
} broken[] = {
  { TM_TEMPLATE_TEXT, "body\n", "1:1 must begin with a line `Subject: \xe2\x80\xa6` and an empty one" },
  { TM_TEMPLATE_TEXT, "Subject: x\nbody\n", "1:1 must begin with a line `Subject: \xe2\x80\xa6` and an empty one" },
  { TM_TEMPLATE_TEXT, "Subject: {tiket}\n\n\xc3\xa4\xc3\xb6{subjct}\n{zz}\n",
    "1:10 unknown value `tiket`; did you mean `ticket`?\n3:3 unknown value `subjct`; did you mean `subject`?\n"
    "4:1 unknown value `zz`: there are ticket, due, subject, missing" },
  { TM_TEMPLATE_TEXT, "Subject: x\n\n a { b {Due} {?due} c\n",
    "3:4 `{` begins a value such as `{ticket}`: write `{{` for the character itself\n"
    "3:8 `{` begins a value such as `{ticket}`: write `{{` for the character itself\n"
    "3:14 nothing ends this part: `{/due}` is missing" },
  { TM_TEMPLATE_TEXT, "Subject: x {?due}\n\n{/due}\n",
    "1:12 nothing ends this part: `{/due}` is missing\n3:1 no `{?due}` stands in front of it" },
  { TM_TEMPLATE_TEXT, "Subject: x\n\n{?due}\n{?ticket}\n{/due}\n{/ticket}\n",
    "5:1 `{?ticket}` of line 4 ends first: write `{/ticket}`\n6:1 `{?due}` of line 3 ends first: write `{/due}`" },
  { TM_TEMPLATE_TEXT, "Subject: x\n\n\xff\n", "1:1 is not UTF-8" },
  { TM_TEMPLATE_HTML, "<a href=\"{ticket}\">", "1:10 `{ticket}`" ONLY_THERE },
  { TM_TEMPLATE_HTML, "<b title={ticket}>\n", "1:10 `{ticket}`" ONLY_THERE },
  { TM_TEMPLATE_HTML, "<b title=\"\" onclick=\"{ticket}\">\n", "1:22 `{ticket}`" ONLY_THERE },
  { TM_TEMPLATE_HTML, "<script>{ticket}</script>\n", "1:9 `{ticket}`" ONLY_THERE },
  { TM_TEMPLATE_HTML, "<script/x>{ticket}</script>\n", "1:11 `{ticket}`" ONLY_THERE },
  { TM_TEMPLATE_HTML, "<b title=\"{?due}\">{/due}\n",
    "1:11 `{?due}` may stand only between tags, not in a tag, a comment, a script or a style" },
  { TM_TEMPLATE_HTML, "a <b title=\"\n", "2:1 ends within a tag, a comment, a script or a style" },
};

START_TEST (faults)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) template_fault_free);
  ck_assert_ptr_null (template_parse (broken[_i].source, strlen (broken[_i].source), broken[_i].kind, names, found));
  GString *all = g_string_new (NULL);
  for (guint i = 0; i < found->len; i++)
    {
      const TmTemplateFault *fault = found->pdata[i];
      g_string_append_printf (all, "%s%u:%u %s", i > 0 ? "\n" : "", fault->line, fault->column, fault->what);
    }
  ck_assert_str_eq (all->str, broken[_i].faults);
  g_string_free (all, TRUE);
}
END_TEST

START_TEST (bounds)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) template_fault_free);
  g_autofree char *large = g_strnfill (TM_TEMPLATE_MAX + 1, 'x');
  ck_assert_ptr_null (template_parse (large, TM_TEMPLATE_MAX + 1, TM_TEMPLATE_HTML, names, found));
  ck_assert_ptr_null (template_parse ("<p>\0</p>", 8, TM_TEMPLATE_HTML, names, found));
  GString *deep = g_string_new (NULL);
  for (int i = 0; i <= TM_TEMPLATE_DEPTH; i++)
    g_string_append (deep, "{?due}");
  ck_assert_ptr_null (template_parse (deep->str, deep->len, TM_TEMPLATE_HTML, names, found));
  g_string_free (deep, TRUE);
  ck_assert_uint_eq (found->len, 3 + TM_TEMPLATE_DEPTH);
}
END_TEST

/* --- which one --- */

static void
put (TmTemplates *templates, const char *language, const char *queue, const char *source)
{
  templates_put (templates, "ack", language, queue, parse (source, TM_TEMPLATE_TEXT), NULL);
}

static const struct
{
  const char *queue, *first, *second, *subject, *language;
} choices[] = {
  { NULL, NULL, NULL, "en", "en" },
  { NULL, "", "de", "de", "de" },
  { NULL, "de-AT", "en", "de", "de" },
  { NULL, "pt-BR", "de", "pt-br", "pt-br" },
  { NULL, "pt", "de", "de", "de" },
  { NULL, "fr", "de", "de", "de" },
  { NULL, "fr", "es", "en", "en" },
  { "support", "de", "en", "support de", "de" },
  { "support", "en", "de", "en", "en" },
  { "hosting", "de", NULL, "de", "de" },
};

START_TEST (choice)
{
  g_autoptr (TmTemplates) templates = templates_new ();
  g_autoptr (GHashTable) values = make_values ();
  const char *language = NULL;
  put (templates, "en", NULL, "Subject: en\n");
  put (templates, "de", NULL, "Subject: de\n");
  put (templates, "pt-br", NULL, "Subject: pt-br\n");
  put (templates, "de", "support", "Subject: support de\n");
  const char *const languages[] = { choices[_i].first, choices[_i].second };
  const TmTemplatePair *pair = templates_choose (templates, "ack", choices[_i].queue, languages, 2, &language);
  g_autofree char *subject = template_subject (pair->text, values);
  ck_assert_str_eq (subject, choices[_i].subject);
  ck_assert_str_eq (language, choices[_i].language);
  ck_assert_ptr_null (templates_choose (templates, "nak", NULL, languages, 2, &language));
}
END_TEST

static const struct
{
  const char *said, *text, *language;
} mails[] = {
  { NULL, "Hello, the server is down, please help.", "en" },
  { NULL, "Hallo, unser Server ist nicht erreichbar, bitte helfen Sie uns.", "de" },
  { NULL, "GUTEN TAG, WIR HABEN EINE FRAGE", "de" },
  { NULL, "Bonjour, notre site ne marche pas.", "" },
  { NULL, "ERROR 500 at /index.php:12", "" },
  { NULL, "", "" },
  /* a word of the other language is no other language */
  { NULL, "Ich habe das Problem mit dem Update von the client, bitte", "de" },
  { "de", "Hello, the server is down", "de" },
  { "pt-BR", "", "pt-br" },
  { "de, en", "Hello, the server is down", "en" },
  { "../../x", "Hello, the server is down", "en" },
};

START_TEST (language)
{
  g_autoptr (TmMail) mail = mail_new ();
  char tag[TM_LANGUAGE_TAG];
  if (mails[_i].said != NULL)
    g_ptr_array_add (mail->headers, header_new ("Content-Language", mails[_i].said, NULL));
  g_free (mail->text);
  mail->text = g_strconcat ("The quoted text is what you have sent to us.\n", mails[_i].text, NULL);
  mail->reply_len = strlen (mails[_i].text);
  mail->reply_start = strlen (mail->text) - mail->reply_len;
  language_of_mail (mail, tag);
  ck_assert_str_eq (tag, mails[_i].language);
}
END_TEST

SUITE_MAIN ("template", tcase_add_loop_test (tc, text, 0, G_N_ELEMENTS (texts));
            tcase_add_loop_test (tc, page, 0, G_N_ELEMENTS (pages));
            tcase_add_test (tc, escapes);
            tcase_add_loop_test (tc, faults, 0, G_N_ELEMENTS (broken));
            tcase_add_test (tc, bounds);
            tcase_add_loop_test (tc, choice, 0, G_N_ELEMENTS (choices));
            tcase_add_loop_test (tc, language, 0, G_N_ELEMENTS (mails));)
