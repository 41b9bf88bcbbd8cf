/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/edit.h"
#include "core/fields.h"
#include "tests/support/suite.h"

#include <string.h>

/* Edits as one line each: `op header[index]=value`, `|` between, folds as `~`. */
static char *
edits_text (GPtrArray *edits)
{
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < edits->len; i++)
    {
      const TmEdit *edit = g_ptr_array_index (edits, i);
      g_string_append_printf (out, "%s%s", out->len > 0 ? "|" : "", edit_op_name (edit->op));
      if (edit->header != NULL)
        g_string_append_printf (out, " %s[%d]", edit->header, edit->index);
      if (edit->value != NULL)
        g_string_append_printf (out, "=%s", edit->value);
    }
  for (char *p = out->str; *p != '\0'; p++)
    if (*p == '\n')
      *p = '~';
  return g_string_free (out, FALSE);
}

static const struct
{
  const char *raw, *subject; /* message, its decoded subject */
  bool writes;
  const char *edits;
} marks[] = {
  { "Subject: Down\r\n\r\n", "Down", true, "change Subject[1]=[example#7] Down|add X-Ticket-ID[0]=7" },
  { "Subject: Down\r\n\r\n", "Down", false, "" },
  { "From: a\r\n\r\n", "", true, "add Subject[0]=[example#7]|add X-Ticket-ID[0]=7" },
  { "Subject:\r\n\r\n", "", true, "change Subject[1]=[example#7]|add X-Ticket-ID[0]=7" },
  { "Subject: Re: [example#7] Down\r\n\r\n", "Re: [example#7] Down", true,
    "change Subject[1]=Re: [example#7] Down|add X-Ticket-ID[0]=7" },
  /* no line of a folded one may be blank */
  { "Subject: a\r\n \r\n\t\r\n b\r\n \r\n\r\n", "a b", true,
    "change Subject[1]=[example#7] a~ b|add X-Ticket-ID[0]=7" },
  { "Subject: a\r\n [example#7]\r\n b\r\n\r\n", "a [example#7] b", true,
    "change Subject[1]=[example#7] a~ b|add X-Ticket-ID[0]=7" },
  { "Subject: \r\n \r\n a\r\n\r\n", "a", true, "change Subject[1]=[example#7] a|add X-Ticket-ID[0]=7" },
  /* foreign marks: every instance, folded, any case, white space before the colon; not in the body */
  { "X-Ticket-ID: 1\r\nx-ticket-id:\r\n 2\r\nX-TICKET-Priority : P1\r\nSubject: a\r\n\r\nX-Ticket-ID: body\r\n", "a",
    false, "delete x-ticket-id[2]|delete x-ticket-id[1]|delete x-ticket-priority[1]" },
  { "X-Ticket: no\r\nX-Ticketing: no\r\n\r\n", "", false, "" },
  /* encoded words stay as they are behind the tag */
  { "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\n", "Gr\xc3\xbc\xc3\x9f" "e", true,
    "change Subject[1]=[example#7] =?utf-8?q?Gr=C3=BC=C3=9Fe?=|add X-Ticket-ID[0]=7" },
  /* a tag hidden in an encoded word: written anew, once */
  { "Subject: =?utf-8?q?=5Bexample=237=5D_Gr=C3=BC=C3=9Fe?=\r\n\r\n", "[example#7] Gr\xc3\xbc\xc3\x9f" "e", true,
    "change Subject[1]==?UTF-8?B?W2V4YW1wbGUjN10gR3LDvMOfZQ==?=|add X-Ticket-ID[0]=7" },
  /* raw 8-bit */
  { "Subject: Gr\xfc\xdf" "e\r\n\r\n", "Gr\xc3\xbc\xc3\x9f" "e", true,
    "change Subject[1]==?UTF-8?B?W2V4YW1wbGUjN10gR3LDvMOfZQ==?=|add X-Ticket-ID[0]=7" },
  /* folds are kept, control bytes are not */
  { "Subject: one\r\n two\x01three\r\n\r\n", "one two three", true,
    "change Subject[1]=[example#7] one~ two three|add X-Ticket-ID[0]=7" },
  { "Subject: one\rBcc: x\r\n\r\n", "one Bcc: x", true,
    "change Subject[1]=[example#7] one Bcc: x|add X-Ticket-ID[0]=7" },
};

START_TEST (mark)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) edit_free);
  g_autoptr (GBytes) raw = g_bytes_new_static (marks[_i].raw, strlen (marks[_i].raw));
  g_autoptr (TmMarks) m = marks_new (7);
  m->subject_tag = g_strdup ("example");
  marks_add_field (m, "X-Ticket-ID", "7");
  edits_add_marks (edits, raw, marks[_i].subject, m, marks[_i].writes);
  g_autofree char *text = edits_text (edits);
  ck_assert_str_eq (text, marks[_i].edits);
}
END_TEST

#define NEW_FROM "\"Eve via Support\" <support+7-raaaaaaaaaaaaaaaa@example.com>"
#define NEW_SENDER "sender=support+7-baaaaaaaaaaaaaaaa@example.com"

static const struct
{
  const char *raw;
  bool takes_answers;
  const char *edits;
} authors[] = {
  { "From: Eve <eve@acme.example>\r\n\r\n", false, "change From[1]=" NEW_FROM "|" NEW_SENDER },
  { "From: Eve <eve@acme.example>\r\nreply-to: x@acme.example\r\n\r\n", false,
    "change From[1]=" NEW_FROM "|" NEW_SENDER },
  { "From: a\r\nReply-To: x@acme.example\r\n\r\n", true,
    "change From[1]=" NEW_FROM "|change Reply-To[1]=support+7-raaaaaaaaaaaaaaaa@example.com|" NEW_SENDER },
  { "From: a\r\n\r\n", true,
    "change From[1]=" NEW_FROM "|add Reply-To[0]=support+7-raaaaaaaaaaaaaaaa@example.com|" NEW_SENDER },
  /* one From, whatever came; a Sender of somebody else's goes */
  { "Subject: a\r\n\r\nFrom: body\r\n", false, "add From[0]=" NEW_FROM "|" NEW_SENDER },
  { "From: a\r\nSender: s\r\nFROM: b\r\nfrom:\r\n c\r\nsender: t\r\n\r\n", false,
    "delete From[3]|delete From[2]|change From[1]=" NEW_FROM "|delete Sender[2]|delete Sender[1]|" NEW_SENDER },
};

START_TEST (author)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) edit_free);
  g_autoptr (GBytes) raw = g_bytes_new_static (authors[_i].raw, strlen (authors[_i].raw));
  g_autoptr (TmMarks) m = marks_new (7);
  m->from_name = g_strdup ("\"Eve via Support\"");
  m->from_address = g_strdup ("support+7-raaaaaaaaaaaaaaaa@example.com");
  m->reply_to = authors[_i].takes_answers ? g_strdup (m->from_address) : NULL;
  m->sender = g_strdup ("support+7-baaaaaaaaaaaaaaaa@example.com");
  edits_add_marks (edits, raw, "", m, false);
  ck_assert_uint_eq (edits->len, 0);
  edits_add_marks (edits, raw, "", m, true);
  g_autofree char *text = edits_text (edits);
  ck_assert_str_eq (text, authors[_i].edits);
}
END_TEST

/* A flood of From fields is not deleted one by one. */
START_TEST (many_authors)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) edit_free);
  g_autoptr (GString) text = g_string_new (NULL);
  for (int i = 0; i < 101; i++)
    g_string_append (text, "From: a\r\n");
  g_autoptr (GBytes) raw = g_bytes_new (text->str, text->len);
  g_autoptr (TmMarks) m = marks_new (7);
  m->from_name = g_strdup ("\"Eve\"");
  m->from_address = g_strdup ("support@example.com");
  edits_add_marks (edits, raw, "", m, true);
  ck_assert_uint_eq (edits->len, 0);
}
END_TEST

static const struct
{
  const char *value, *folded;
} folds[] = {
  { "short", "short" },
  { "\"A name that is long enough to break the line via Example Support\" <support+1042-r@example.com>",
    "\"A name that is long enough to break the line via Example Support\"\n <support+1042-r@example.com>" },
  { "no_space_in_all_of_this_no_space_in_all_of_this_no_space_in_all_of_this_no_space_in_all_of_this",
    "no_space_in_all_of_this_no_space_in_all_of_this_no_space_in_all_of_this_no_space_in_all_of_this" },
  { "a no_space_in_all_of_this_no_space_in_all_of_this_no_space_in_all_of_this_no_space_in_all_of_this b",
    "a\n no_space_in_all_of_this_no_space_in_all_of_this_no_space_in_all_of_this_no_space_in_all_of_this\n b" },
  { "has\n folds already that are as long as a line may be, or a little longer than that line",
    "has\n folds already that are as long as a line may be, or a little longer than that\n line" },
};

START_TEST (fold)
{
  g_autofree char *folded = field_fold ("From", folds[_i].value);
  ck_assert_str_eq (folded, folds[_i].folded);
}
END_TEST

/* Stored and read back, marks make the same edits; a value with line breaks cannot make a second field. */
START_TEST (stored)
{
  g_autoptr (TmMarks) m = marks_new (7);
  m->subject_tag = g_strdup ("example");
  marks_add_field (m, "X-Ticket-Missing", "a b\r\nBcc: x@example.net");
  ck_assert (marks_add_due (m, TM_METRIC_FIRST_RESPONSE, 1795996800, 3600));
  ck_assert (marks_add_due (m, TM_METRIC_RESOLUTION, 1796410800, -34200));
  marks_add_field (m, "X-Ticket-Type", "");
  ck_assert (!marks_add_due (m, TM_METRIC_UPDATE, 1796410800, 0));
  marks_add_field (m, "Keywords", "a");
  g_ptr_array_add (m->recipients, g_strdup ("hosting@example.com"));
  m->from_name = g_strdup ("\"Eve via Support\"");
  m->from_address = g_strdup ("r@example.com");
  m->reply_to = g_strdup ("r@example.com");
  m->sender = g_strdup ("b@example.com");
  g_autofree char *text = marks_format (m);
  g_autoptr (TmMarks) back = marks_parse (text);
  g_autofree char *again = marks_format (back);
  ck_assert_str_eq (text, again);
  ck_assert_str_eq (text, "ticket 7\ntag example\nrcpt hosting@example.com\n"
                          "from r@example.com \"Eve via Support\"\nreply-to r@example.com\nsender b@example.com\n"
                          "x Missing a b Bcc: x@example.net\ndue 3 1795996800 3600\ndue 6 1796410800 -34200\nx Type \n"
                          "field Keywords a\n");
  static const char *const bad[]
      = { "nonsense", "sender a\nsender b", "from a", "reply-to", "cc a@example.com", "x Type", "due 3", "due 3 1",
          "due 0 1 0", "due 9 1 0", "due 3 1 0 0", "due 3 1 93601", "due a 1 0", "due 3 1 0\nx Type a\ndue 3 1 0" };
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    ck_assert_msg (marks_parse (bad[i]) == NULL, "%s", bad[i]);
}
END_TEST

static char *
edits_of_stored (const char *text)
{
  static const char plain[] = "Subject: A\r\n\r\n";
  g_autoptr (GBytes) raw = g_bytes_new_static (plain, strlen (plain));
  g_autoptr (TmMarks) m = marks_parse (text);
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) edit_free);
  ck_assert_ptr_nonnull (m);
  edits_add_marks (edits, raw, "A", m, true);
  return edits_text (edits);
}

/* As version 0.1 stored them, and as they are stored now: the same edits in the same order. */
START_TEST (stored_long_ago)
{
  g_autofree char *before = edits_of_stored (
      "ticket 7\nfield X-Ticket-ID 7\nfield X-Ticket-Due first_response; 2026-11-30T01:00:00+01:00\n"
      "field X-Ticket-Due resolution; 2026-12-04T09:30:00-09:30\nfield X-Ticket-Related 3\n");
  g_autofree char *now
      = edits_of_stored ("ticket 7\nx ID 7\ndue 3 1795996800 3600\ndue 6 1796410800 -34200\nx Related 3\n");
  ck_assert_str_eq (before, now);
  ck_assert_ptr_nonnull (strstr (now, "first_response; 2026-11-30T01:00:00+01:00"));
}
END_TEST

/* No line of a long encoded Subject is over 76, no word cuts a character, and it decodes to what it was. */
START_TEST (encoded)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (int i = 0; i < 200; i++)
    g_string_append (text, i % 3 == 0 ? "\xe2\x82\xac" : "\xc3\xa4");
  g_autofree char *value = field_encode (text->str);
  g_auto (GStrv) words = g_strsplit (value, "\n ", -1);
  g_autoptr (GString) back = g_string_new (NULL);
  for (char **word = words; *word != NULL; word++)
    {
      ck_assert_uint_le (strlen (*word), 75);
      g_autofree char *base64 = g_strndup (*word + 10, strlen (*word) - 12);
      gsize len;
      g_autofree guchar *bytes = g_base64_decode (base64, &len);
      ck_assert (g_utf8_validate_len ((char *) bytes, len, NULL));
      g_string_append_len (back, (char *) bytes, (gssize) len);
    }
  ck_assert_str_eq (back->str, text->str);
}
END_TEST

START_TEST (long_subject)
{
  g_autofree char *filler = g_strnfill (90, 'x');
  g_autofree char *message = g_strconcat ("Subject: ", filler, "\r\n\r\n", NULL);
  g_autoptr (GBytes) raw = g_bytes_new_static (message, strlen (message));
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) edit_free);
  g_autoptr (TmMarks) m = marks_new (7);
  m->subject_tag = g_strdup ("example");
  edits_add_marks (edits, raw, filler, m, true);
  const TmEdit *edit = g_ptr_array_index (edits, 0);
  g_autofree char *expected = g_strconcat ("[example#7]\n ", filler, NULL);
  ck_assert_str_eq (edit->value, expected);
}
END_TEST

START_TEST (no_bytes)
{
  g_autoptr (GBytes) raw = g_bytes_new (NULL, 0);
  g_autoptr (TmMarks) none = marks_new (7);
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) edit_free);
  edits_add_marks (edits, raw, "", none, true);
  ck_assert_uint_eq (edits->len, 0);
}
END_TEST

SUITE_MAIN ("edit", tcase_add_loop_test (tc, mark, 0, G_N_ELEMENTS (marks)); tcase_add_test (tc, stored);
            tcase_add_test (tc, stored_long_ago);
            tcase_add_loop_test (tc, author, 0, G_N_ELEMENTS (authors)); tcase_add_test (tc, many_authors);
            tcase_add_loop_test (tc, fold, 0, G_N_ELEMENTS (folds));
            tcase_add_test (tc, encoded); tcase_add_test (tc, long_subject); tcase_add_test (tc, no_bytes);)
