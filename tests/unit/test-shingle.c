/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs of eight words: what is the same run, what is none, and what is left once a text was shown. */
#include "core/shingle.h"
#include "tests/support/suite.h"

#include <string.h>

#define EIGHT "The customer has not paid for three months"
#define CHINESE "客户已经三个月没有付款请停止服务"          /* 16 ideographs */
#define THAI "ลูกคายงไมไดจายเงนมาสามเดอนแลวหยดบรการ" /* 36 letters and a mark */

static const struct
{
  const char *name;
  const char *note, *mail;
  const char *shown; /* the first run of `mail` that is of `note`; NULL: none */
} cases[] = {
  { "the same", EIGHT, EIGHT, EIGHT },
  { "in the middle", EIGHT, "Dear Eve, " EIGHT ", so we wait.", EIGHT "," },
  { "a longer note", "Joe says: " EIGHT " or four.", "x " EIGHT " y", EIGHT },
  { "seven words", "The customer has not paid for three", "The customer has not paid for three", NULL },
  { "seven of eight", EIGHT, "The customer has not paid for three years", NULL },
  { "another order", EIGHT, "The customer has not paid for months three", NULL },
  { "one left out", EIGHT " now", "The customer has not paid for three now", NULL },
  { "case", EIGHT, "THE CUSTOMER HAS NOT PAID FOR THREE MONTHS", "THE CUSTOMER HAS NOT PAID FOR THREE MONTHS" },
  { "punctuation", EIGHT, "\"The customer\" has - not paid, for (three) months!",
    "\"The customer\" has - not paid, for (three) months!" },
  { "quoted, in other lines", EIGHT, "> The customer has\n> not paid for\n> three months",
    "The customer has\n> not paid for\n> three months" },
  { "no-break and wide spaces", EIGHT, "The\302\240customer has\343\200\200not paid\342\200\213for three months",
    "The\302\240customer has\343\200\200not paid\342\200\213for three months" },
  { "marks of markdown", EIGHT, "*The* **customer** has _not_ paid for three months",
    "*The* **customer** has _not_ paid for three months" },
  { "an address of the web in between", EIGHT, "The customer <https://example.com/a> has not paid for three months",
    "The customer <https://example.com/a> has not paid for three months" },
  { "an address of the web alone", "https://a.example/b c d e f g h i", "https://a.example/b c d e f g h i", NULL },
  { "composed and decomposed", "Größe und Höhe über alle Maße schön grün",
    "Gro\314\210ße und Ho\314\210he u\314\210ber alle Maße scho\314\210n gru\314\210n",
    "Gro\314\210ße und Ho\314\210he u\314\210ber alle Maße scho\314\210n gru\314\210n" },
  { "sharp s, long s", "Straße a b c d e f g", "STRASSE a b c d e f g", "STRASSE a b c d e f g" },
  { "full width", "Ａ１ b c d e f g h", "a1 b c d e f g h", "a1 b c d e f g h" },
  { "Greek and Cyrillic", "Ο ΠΕΛΑΤΗΣ ΔΕΝ ΕΧΕΙ ПЛАТИТЬ ЗА ТРИ МЕСЯЦА", "ο πελατης δεν εχει платить за три месяца",
    "ο πελατης δεν εχει платить за три месяца" },
  { "Chinese", "内部：" CHINESE "。", "您好，" CHINESE "！", CHINESE },
  { "fifteen ideographs", "客户已经三个月没有付款请停止服", "客户已经三个月没有付款请停止服", NULL },
  { "Chinese in lines", CHINESE, "客户已经三个月没\n有付款请停止服务", "客户已经三个月没\n有付款请停止服务" },
  { "Japanese", "お客様は三ヶ月間サーバー代を払っていない", "x お客様は三ヶ月間サーバー代を払っていない y",
    "お客様は三ヶ月間サーバー代を払っ" },
  { "half-width kana", "ガギグゲゴザジズゼゾダヂヅデド漢", "ｶﾞｷﾞｸﾞｹﾞｺﾞｻﾞｼﾞｽﾞｾﾞｿﾞﾀﾞﾁﾞﾂﾞﾃﾞﾄﾞ漢",
    "ｶﾞｷﾞｸﾞｹﾞｺﾞｻﾞｼﾞｽﾞｾﾞｿﾞﾀﾞﾁﾞﾂﾞﾃﾞﾄﾞ漢" },
  { "Chinese with words", "客户ACME三个月没有付款 server down now", "客户acme三个月没有付款 server down now",
    "客户acme三个月没有付款 server down now" },
  { "empty", "", EIGHT, NULL },
  { "only signs", "- -- --- * ** *** . ! ? # $ %", "- -- --- * ** *** . ! ? # $ %", NULL },
};

START_TEST (runs)
{
  g_autoptr (GArray) shingles = shingles_make (cases[_i].note, TM_SHINGLES_MAX);
  g_autofree char *shown = shingles_show (cases[_i].mail, shingles);
  ck_assert_msg (g_strcmp0 (shown, cases[_i].shown) == 0, "%s: `%s`", cases[_i].name, shown != NULL ? shown : "");
  g_autoptr (GArray) others = shingles_make (cases[_i].mail, TM_SHINGLES_MAX);
  gboolean meets = FALSE;
  for (guint i = 0; i < shingles->len; i++)
    meets |= shingles_hold (others, g_array_index (shingles, gint64, i));
  ck_assert_msg (meets == (cases[_i].shown != NULL), "%s", cases[_i].name);
}
END_TEST

START_TEST (scripts_without_spaces)
{
  g_autoptr (GArray) all = shingles_make (THAI, TM_SHINGLES_MAX);
  ck_assert_uint_eq (all->len, 36 - 32 + 1);
  g_autoptr (GArray) chinese = shingles_make (CHINESE CHINESE, TM_SHINGLES_MAX);
  ck_assert_uint_eq (chinese->len, 16); /* the last is the first again */
}
END_TEST

START_TEST (order_and_bounds)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (int i = 0; i < 1000; i++)
    g_string_append_printf (text, "w%d ", i);
  g_autoptr (GArray) all = shingles_make (text->str, G_MAXUINT);
  ck_assert_uint_eq (all->len, 1000 - 7);
  for (guint i = 1; i < all->len; i++)
    ck_assert (g_array_index (all, gint64, i - 1) < g_array_index (all, gint64, i));
  g_autoptr (GArray) first = shingles_make (text->str, 10);
  g_autoptr (GArray) seventeen = shingles_make ("w0 w1 w2 w3 w4 w5 w6 w7 w8 w9 w10 w11 w12 w13 w14 w15 w16", 100);
  ck_assert_uint_eq (first->len, 10);
  ck_assert_mem_eq (first->data, seventeen->data, 10 * sizeof (gint64));
  shingles_add (first, text->str, G_MAXUINT);
  ck_assert_uint_eq (first->len, all->len);
  ck_assert_mem_eq (first->data, all->data, all->len * sizeof (gint64));
  g_autoptr (GArray) repeated = shingles_make ("a b c d e f g h a b c d e f g h a b c d e f g h", 100);
  ck_assert_uint_eq (repeated->len, 8);
}
END_TEST

/* What is composed at once is short, whatever a word's length: to compose takes the square of it. */
static const struct
{
  const char *start, *more;
} endless[] = { { "", "ä" }, { "", "a\314\210" }, { "", "\314\210\314\243" }, { "客", "\314\210" } };

START_TEST (endless_words)
{
  g_autoptr (GString) word = g_string_new (endless[_i].start);
  while (word->len < 9 * 512)
    g_string_append (word, endless[_i].more);
  g_autoptr (GArray) pieces = shingles_make (word->str, TM_SHINGLES_MAX);
  ck_assert_uint_gt (pieces->len, 0);
}
END_TEST

START_TEST (struck)
{
  g_autoptr (GArray) shingles = shingles_make ("a b c d e f g h i j", 100);
  ck_assert_uint_eq (shingles->len, 3);
  shingles_strike (shingles, "x B, C d e f g h I y");
  ck_assert_uint_eq (shingles->len, 2);
  g_autofree char *first = shingles_show ("a b c d e f g h i j", shingles);
  ck_assert_str_eq (first, "a b c d e f g h");
  shingles_strike (shingles, "a b c d e f g h i j");
  ck_assert_uint_eq (shingles->len, 0);
  ck_assert_ptr_null (shingles_show ("a b c d e f g h i j", shingles));
}
END_TEST

SUITE_MAIN ("shingle", tcase_add_loop_test (tc, runs, 0, G_N_ELEMENTS (cases));
            tcase_add_test (tc, scripts_without_spaces); tcase_add_test (tc, order_and_bounds);
            tcase_add_loop_test (tc, endless_words, 0, G_N_ELEMENTS (endless));
            tcase_add_test (tc, struck);)
