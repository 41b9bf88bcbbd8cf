/* SPDX-License-Identifier: BSD-2-Clause */
/* winmail.dat: the files in it, and the text of a mail that has no other. */
#include "config.h"

#include "mime/mime.h"
#include "mime/rewrite.h"
#include "tests/support/mail-law.h"
#include "tests/support/suite.h"

#include <string.h>

#define HELLO "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824" /* SHA-256 of "hello" */

enum { ATT_BODY = 0x0002800c, ATT_MAPI_PROPS = 0x00069003, ATT_ATTACHMENT = 0x00069005, ATT_CODEPAGE = 0x00069007,
       ATT_RENDDATA = 0x00069002, ATT_TITLE = 0x00018010, ATT_DATA = 0x0006800f };
enum { BODY8 = 0x1000001e, BODY_W = 0x1000001f, HTML8 = 0x1013001e, HTML_W = 0x1013001f, HTML_BIN = 0x10130102,
       CPID = 0x3fde0003, SUBJECT8 = 0x0037001e };

static void
add_number (GString *out, guint32 number, unsigned n)
{
  for (unsigned i = 0; i < n; i++)
    g_string_append_c (out, (char) (number >> (8 * i)));
}

static void
add_attribute (GString *out, guint32 id, const char *value, size_t len)
{
  guint32 sum = 0;
  g_string_append_c (out, id == ATT_RENDDATA || id == ATT_TITLE || id == ATT_DATA || id == ATT_ATTACHMENT ? 2 : 1);
  add_number (out, id, 4);
  add_number (out, (guint32) len, 4);
  for (size_t i = 0; i < len; i++)
    sum += (unsigned char) value[i];
  g_string_append_len (out, value, (gssize) len);
  add_number (out, sum, 2);
}

static GString *
new_tnef (void)
{
  return g_string_new_len ("\x78\x9f\x3e\x22\x01\x00", 6);
}

static char *
as_part (const GString *tnef)
{
  g_autofree char *base64 = g_base64_encode ((const guchar *) tnef->str, tnef->len);
  return g_strconcat ("Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n",
                      base64, "\n", NULL);
}

static TmMail *
read_with (const char *text, const TmLimits *limits)
{
  g_autoptr (GBytes) raw = g_bytes_new_static (text, strlen (text));
  mime_init ();
  return mime_read (raw, limits);
}

/* Whatever it is, of what is read everything holds that must of any mail. */
static TmMail *
read_tnef (const GString *tnef)
{
  TmLimits limits = TM_LIMITS_DEFAULT;
  g_autofree char *message = as_part (tnef);
  TmMail *mail = read_with (message, &limits);
  g_autoptr (GPtrArray) broken = mail_law_broken (mail, &limits);
  ck_assert_msg (broken->len == 0, "%s", (const char *) g_ptr_array_index (broken, 0));
  return mail;
}

/* --- files --- */

/* Whatever is cut off or broken, it stays the attachment that it is. */
START_TEST (winmail)
{
  GString *tnef = new_tnef ();
  add_attribute (tnef, ATT_RENDDATA, "12345678901234", 14);
  add_attribute (tnef, ATT_TITLE, "../gr\374n.txt", 11);
  add_attribute (tnef, ATT_DATA, "hello", 5);
  size_t whole = tnef->len;
  g_autoptr (TmMail) mail = read_tnef (tnef);
  ck_assert_uint_eq (mail->attachments->len, 1);
  const TmAttachment *attachment = g_ptr_array_index (mail->attachments, 0);
#ifdef WITH_YTNEF
  ck_assert_str_eq (attachment->name, "grün.txt");
  ck_assert_str_eq (attachment->sha256, HELLO);
#else
  ck_assert_str_eq (attachment->name, "winmail.dat");
#endif
  for (size_t len = 0; len < whole; len++)
    {
      g_string_truncate (tnef, len);
      g_string_append_c (tnef, (char) 0xff);
      g_autoptr (TmMail) cut = read_tnef (tnef);
      ck_assert_uint_eq (cut->attachments->len, 1);
      for (; tnef->len < whole;)
        g_string_append_c (tnef, (char) 0xfe);
      g_autoptr (TmMail) broken = read_tnef (tnef);
      ck_assert_uint_eq (broken->attachments->len, 1);
    }
  g_string_free (tnef, TRUE);
}
END_TEST

/* --- text --- */

typedef struct
{
  guint32 tag;
  const char *value; /* UTF-8 for one in UTF-16 */
} TmProperty;

static void
add_value (GString *out, const char *bytes, size_t len)
{
  add_number (out, (guint32) len, 4);
  g_string_append_len (out, bytes, (gssize) len);
  add_number (out, 0, (4 - len % 4) % 4);
}

static void
add_property (GString *out, const TmProperty *property)
{
  guint32 type = property->tag & 0xffff;
  add_number (out, property->tag, 4);
  if (type == 0x03)
    {
      add_number (out, (guint32) g_ascii_strtoull (property->value, NULL, 10), 4);
      return;
    }
  add_number (out, 1, 4);
  if (type != 0x1f)
    add_value (out, property->value, strlen (property->value) + (type != 0x102));
  else
    {
      glong n;
      g_autofree gunichar2 *units = g_utf8_to_utf16 (property->value, -1, NULL, &n, NULL);
      GString *bytes = g_string_new (NULL);
      for (glong i = 0; i <= n; i++)
        add_number (bytes, units[i], 2);
      add_value (out, bytes->str, bytes->len);
      g_string_free (bytes, TRUE);
    }
}

#define GUID "0123456789abcdef"
#define FURNITURE 18

/* Properties of every type that there is: what is behind them is found. */
static void
add_furniture (GString *out)
{
  static const struct
  {
    guint32 type;
    unsigned len;
  } fixed[] = { { 0x02, 4 }, { 0x03, 4 }, { 0x04, 4 }, { 0x05, 8 }, { 0x06, 8 }, { 0x07, 8 }, { 0x0a, 4 }, { 0x0b, 4 },
                { 0x14, 8 }, { 0x40, 8 }, { 0x48, 16 } };
  for (gsize i = 0; i < G_N_ELEMENTS (fixed); i++)
    {
      add_number (out, fixed[i].type | 0x30010000, 4);
      add_number (out, 0x1000001e, 4); /* like a tag */
      for (unsigned n = 4; n < fixed[i].len; n++)
        g_string_append_c (out, (char) n);
    }
  add_number (out, 0x30021002, 4); /* three of two bytes each */
  add_number (out, 3, 4);
  for (unsigned i = 0; i < 3; i++)
    add_number (out, i, 4);
  add_number (out, 0x1000101e, 4); /* two strings where a body has one */
  add_number (out, 2, 4);
  add_value (out, "no", 3);
  add_value (out, "body", 5);
  add_number (out, 0x3701000d, 4); /* an object, whose length counts its GUID */
  add_number (out, 1, 4);
  add_value (out, GUID "object", 22);
  add_number (out, 0x80010003, 4); /* named by a number */
  g_string_append (out, GUID);
  add_number (out, 0, 4);
  add_number (out, 7, 4);
  add_number (out, 8, 4);
  add_number (out, 0x8002001e, 4); /* named by a string */
  g_string_append (out, GUID);
  add_number (out, 1, 4);
  add_value (out, "n\0a\0m\0\0", 8);
  add_number (out, 1, 4);
  add_value (out, "value", 6);
  add_property (out, &(TmProperty){ SUBJECT8, "subject" });
  add_number (out, 0x3003001e, 4); /* no value at all */
  add_number (out, 0, 4);
}

enum { N_PROPERTIES = 3 };

typedef struct
{
  guint32 codepage; /* 0: not said */
  const char *body; /* NULL: none */
  TmProperty properties[N_PROPERTIES];
  const char *text;
  bool is_html;
  unsigned flags;
} TmCase;

static const TmCase cases[] = {
  { 1252, "gr\374n\r\nb\344umt\r\n", { { 0 } }, "grün\nbäumt", false, 0 },
  { 1251, "\357\360\350\342\345\362", { { 0 } }, "привет", false, 0 },
  { 932, "\202\261\202\361", { { 0 } }, "こん", false, 0 },
  { 28592, "\261\277", { { 0 } }, "ąż", false, 0 },
  { 65001, "gr\303\274n", { { 0 } }, "grün", false, 0 },
  { 0, "gr\374n", { { 0 } }, "grün", false, TM_FLAG_NOT_UTF8 },
  { 4000000000u, "gr\374n", { { 0 } }, "grün", false, TM_FLAG_NOT_UTF8 },
  { 1252, "attribute", { { BODY8, "property" }, { HTML_BIN, "<p>html" } }, "attribute", false, 0 },
  { 1252, " \r\n", { { BODY8, "property" }, { HTML_BIN, "<p>html" } }, "property", false, 0 },
  { 1252, NULL, { { BODY8, "gr\374n" } }, "grün", false, 0 },
  { 0, NULL, { { CPID, "28592" }, { BODY8, "\261\277" } }, "ąż", false, 0 },
  { 1252, NULL, { { BODY_W, "grün ąż こん 😀" } }, "grün ąż こん 😀", false, 0 },
  { 1252, NULL, { { BODY_W, "" }, { HTML_W, "<p>ąż <b>x</b>" } }, "ąż x", true, 0 },
  { 1252, NULL, { { HTML_BIN, "<p>one<p>gr\374n" } }, "one\n\ngrün", true, 0 },
  { 1252, NULL, { { HTML8, "<p>one<p>gr\374n" } }, "one\n\ngrün", true, 0 },
  { 1252, NULL, { { HTML_BIN, "<meta charset=\"koi8-r\"><p>\324\305\323\324" } }, "тест", true, 0 },
  { 1252, NULL, { { CPID, "65001" }, { HTML_BIN, "<p>gr\303\274n" } }, "grün", true, 0 },
  { 1252, NULL, { { CPID, "65001" }, { BODY8, "gr\374n" } }, "grün", false, 0 },
  { 1252, NULL, { { HTML_BIN, "<p> &nbsp;" } }, "", false, 0 },
  { 1252, NULL, { { BODY8, "a\001\033[2Jb" } }, "a[2Jb", false, 0 },
  { 1252, NULL, { { BODY8, "New.\r\n\r\n> old" } }, "New.\n\n> old", false, 0 },
  { 1252, NULL, { { SUBJECT8, "subject" } }, "", false, 0 },
  { 1252, NULL, { { 0 } }, "", false, 0 },
};

static GString *
properties_of (const TmCase *c, bool is_furnished)
{
  GString *out = g_string_new (NULL);
  unsigned n = 0;
  while (n < N_PROPERTIES && c->properties[n].tag != 0)
    n++;
  add_number (out, n + (is_furnished ? FURNITURE : 0), 4);
  if (is_furnished)
    add_furniture (out);
  for (unsigned i = 0; i < n; i++)
    add_property (out, &c->properties[i]);
  return out;
}

static GString *
make_tnef (const TmCase *c, bool is_furnished)
{
  GString *tnef = new_tnef (), *properties = properties_of (c, is_furnished);
  const char codepage[] = { (char) c->codepage, (char) (c->codepage >> 8), (char) (c->codepage >> 16),
                            (char) (c->codepage >> 24), 0, 0, 0, 0 };
  if (c->codepage != 0)
    add_attribute (tnef, ATT_CODEPAGE, codepage, sizeof codepage);
  if (c->body != NULL)
    add_attribute (tnef, ATT_BODY, c->body, strlen (c->body) + 1);
  add_attribute (tnef, ATT_MAPI_PROPS, properties->str, properties->len);
  g_string_free (properties, TRUE);
  return tnef;
}

START_TEST (text_alone)
{
  const TmCase *c = &cases[_i];
  const unsigned unjudged = TM_FLAG_NO_FROM | TM_FLAG_NO_DATE | TM_FLAG_NO_MESSAGE_ID;
  for (unsigned is_furnished = 0; is_furnished < 2; is_furnished++)
    {
      GString *tnef = make_tnef (c, is_furnished != 0);
      g_autoptr (TmMail) mail = read_tnef (tnef);
      ck_assert_str_eq (mail->text, c->text);
      ck_assert (mail->text_is_html == c->is_html);
      ck_assert_uint_eq (mail->flags & ~unjudged, c->flags);
      ck_assert_uint_eq (mail->attachments->len, 1); /* no file in it: itself */
      g_string_free (tnef, TRUE);
    }
}
END_TEST

/* `%s`: a winmail.dat that says "winmail", with its fields. */
static const struct
{
  const char *message, *text;
} beside[] = {
  { "Content-Type: multipart/mixed; boundary=m\n\n--m\n\nown\n--m\n%s--m--\n", "own" },
  { "Content-Type: multipart/mixed; boundary=m\n\n--m\n%s--m\n\nown\n--m--\n", "own" },
  { "Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: text/html\n\n<p>own\n--m\n%s--m--\n", "own" },
  { "Content-Type: multipart/mixed; boundary=m\n\n--m\n\n \n--m\n%s--m--\n", "winmail" },
  { "Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: text/html\n\n<p>&nbsp;\n--m\n%s--m--\n",
    "winmail" },
  { "Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Disposition: attachment\n\nfile\n--m\n%s--m--\n",
    "winmail" },
  { "Content-Type: multipart/alternative; boundary=m\n\n--m\n\n\n--m\n%s--m--\n", "winmail" },
  { "Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: message/rfc822\n\n%s--m--\n",
    "[Attached message]\n\nwinmail" },
  { "Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: message/rfc822\n\n\ninner\n--m\n%s--m--\n",
    "winmail" },
};

START_TEST (text_beside)
{
  TmLimits limits = TM_LIMITS_DEFAULT;
  GString *tnef = make_tnef (&(TmCase){ 1252, "winmail", { { 0 } }, "", false, 0 }, true);
  g_autofree char *part = as_part (tnef);
  g_auto (GStrv) pieces = g_strsplit (beside[_i].message, "%s", 2);
  g_autofree char *message = g_strjoinv (part, pieces);
  g_autoptr (TmMail) mail = read_with (message, &limits);
  ck_assert_str_eq (mail->text, beside[_i].text);
  g_autoptr (GBytes) raw = g_bytes_new_static (message, strlen (message));
  g_autoptr (GPtrArray) texts = mime_texts (raw, &limits);
  unsigned n_found = 0;
  for (guint i = 0; i < texts->len; i++)
    n_found += strcmp (g_ptr_array_index (texts, i), "winmail") == 0;
  ck_assert_uint_eq (n_found, 1);
  g_string_free (tnef, TRUE);
}
END_TEST

/* Of a stream that ends too soon there is what stood before, and nothing else. */
START_TEST (cut_anywhere)
{
  const TmCase first = { 1252, " ", { { BODY8, "eight" }, { HTML_BIN, "<p>html" } }, "", false, 0 };
  GString *tnef = make_tnef (&first, true);
  size_t whole = tnef->len;
  add_attribute (tnef, ATT_BODY, "second", 6);
  for (size_t len = tnef->len; len-- > 0;)
    {
      g_string_truncate (tnef, len);
      g_autoptr (TmMail) mail = read_tnef (tnef);
      ck_assert_str_eq (mail->text, len >= whole ? "eight" : "");
      ck_assert_uint_eq (mail->attachments->len, 1);
    }
  g_string_free (tnef, TRUE);
}
END_TEST

static char *
text_of_properties (const char *properties, size_t len)
{
  GString *tnef = new_tnef ();
  add_attribute (tnef, ATT_MAPI_PROPS, properties, len);
  g_autoptr (TmMail) mail = read_tnef (tnef);
  ck_assert_uint_eq (mail->attachments->len, 1);
  g_string_free (tnef, TRUE);
  return g_steal_pointer (&mail->text);
}

/* Properties that end too soon, or say a length or number that is not so, under a sum that is right. */
START_TEST (lying_properties)
{
  static const guint32 lies[] = { 0, 1, 0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff };
  GString *properties = properties_of (&(TmCase){ 0, NULL, { { BODY_W, "wide" } }, "", false, 0 }, true);
  for (size_t at = 0; at < properties->len; at++)
    {
      g_autofree char *cut = text_of_properties (properties->str, at);
      ck_assert_str_eq (cut, at + 2 < properties->len ? "" : "wide"); /* but for what fills it up */
      for (gsize i = 0; i < G_N_ELEMENTS (lies) && at + 4 <= properties->len; i++)
        {
          g_autofree char *copy = g_memdup2 (properties->str, properties->len);
          for (unsigned byte = 0; byte < 4; byte++)
            copy[at + byte] = (char) (lies[i] >> (8 * byte));
          g_autofree char *text = text_of_properties (copy, properties->len);
          ck_assert_uint_le (strlen (text), properties->len);
        }
    }
  g_string_free (properties, TRUE);
}
END_TEST

/* Attributes likewise, and a sum: what is behind one that lies is not read. */
START_TEST (lying_attributes)
{
  enum { LEN_AT = 5, SUM_AT = 9 + 4 };
  static const struct
  {
    guint32 lie;
    size_t at;
  } lies[] = { { 0, LEN_AT }, { 5, LEN_AT }, { 0x7fffffff, LEN_AT }, { 0xfffffff0, LEN_AT }, { 0xffffffff, LEN_AT },
               { 0, SUM_AT } };
  for (gsize i = 0; i < G_N_ELEMENTS (lies); i++)
    {
      GString *tnef = new_tnef ();
      size_t at = tnef->len + lies[i].at;
      add_attribute (tnef, ATT_CODEPAGE, "\344\004\0", 4);
      for (unsigned byte = 0; byte < (lies[i].at == SUM_AT ? 2 : 4); byte++)
        tnef->str[at + byte] = (char) (lies[i].lie >> (8 * byte));
      add_attribute (tnef, ATT_BODY, "behind", 6);
      g_autoptr (TmMail) mail = read_tnef (tnef);
      ck_assert_str_eq (mail->text, "");
      g_string_free (tnef, TRUE);
    }
}
END_TEST

/* Half a pair of UTF-16, and half a unit. */
START_TEST (broken_utf16)
{
  GString *properties = g_string_new (NULL);
  add_number (properties, 1, 4);
  add_number (properties, BODY_W, 4);
  add_number (properties, 1, 4);
  add_value (properties, "a\0\x3d\xd8" "b\0\x00\xde" "c\0\x3d", 11);
  g_autofree char *text = text_of_properties (properties->str, properties->len);
  ck_assert_str_eq (text, "a\357\277\275b\357\277\275c");
  g_string_free (properties, TRUE);
}
END_TEST

/* So many that nobody sent them to be read; and a value so many times. */
static const struct
{
  unsigned n_properties, n_values;
  const char *text;
} many[] = { { 1000, 1, "body" }, { 1000000, 1, "" }, { 1, 1000, "body" }, { 1, 1000000, "" } };

START_TEST (many_properties)
{
  GString *properties = g_string_new (NULL);
  add_number (properties, many[_i].n_properties + 1, 4);
  for (unsigned i = 0; i < many[_i].n_properties; i++)
    {
      add_number (properties, 0x30011003, 4);
      add_number (properties, many[_i].n_values, 4);
      for (unsigned n = 0; n < many[_i].n_values; n++)
        add_number (properties, n, 4);
    }
  add_property (properties, &(TmProperty){ BODY8, "body" });
  g_autofree char *text = text_of_properties (properties->str, properties->len);
  ck_assert_str_eq (text, many[_i].text);
  g_string_free (properties, TRUE);
}
END_TEST

/* Of a file's properties nothing is the mail's; of a long text, as much as of any. */
START_TEST (not_more)
{
  const TmCase file = { 0, NULL, { { BODY8, "file" } }, "", false, 0 };
  GString *tnef = new_tnef (), *properties = properties_of (&file, false);
  add_attribute (tnef, ATT_ATTACHMENT, properties->str, properties->len);
  g_autoptr (TmMail) mail = read_tnef (tnef);
  ck_assert_str_eq (mail->text, "");

  TmLimits limits = TM_LIMITS_DEFAULT;
  limits.text = 1000;
  g_autofree char *body = g_strnfill (1 << 20, 'x');
  add_attribute (tnef, ATT_BODY, body, strlen (body));
  g_autofree char *message = as_part (tnef);
  g_autoptr (TmMail) cut = read_with (message, &limits);
  ck_assert_uint_eq (strlen (cut->text), limits.text);
  ck_assert_uint_ne (cut->flags & TM_FLAG_TRUNCATED, 0);
  g_string_free (properties, TRUE);
  g_string_free (tnef, TRUE);
}
END_TEST

/* A command in it cannot be taken out: it is not sent on. */
START_TEST (no_rewriting)
{
  TmLimits limits = TM_LIMITS_DEFAULT;
  GString *tnef = make_tnef (&(TmCase){ 1252, "#close\r\nBye", { { 0 } }, "", false, 0 }, false);
  g_autofree char *message = as_part (tnef);
  g_autoptr (GBytes) raw = g_bytes_new_static (message, strlen (message));
  g_autoptr (GPtrArray) lines = g_ptr_array_new ();
  g_autoptr (TmRewritten) rewritten = NULL;
  char command[] = "#close";
  mime_init ();
  g_ptr_array_add (lines, command);
  TmRewriteOrder order = { .remove = lines };
  ck_assert_int_eq (mime_rewrite (raw, &order, &limits, &rewritten), TM_REWRITE_NOTHING);
  g_string_free (tnef, TRUE);
}
END_TEST

SUITE_MAIN ("mime-tnef", tcase_add_test (tc, winmail);
            tcase_add_loop_test (tc, text_alone, 0, G_N_ELEMENTS (cases));
            tcase_add_loop_test (tc, text_beside, 0, G_N_ELEMENTS (beside));
            tcase_add_test (tc, cut_anywhere);
            tcase_add_test (tc, lying_properties);
            tcase_add_test (tc, lying_attributes);
            tcase_add_test (tc, broken_utf16);
            tcase_add_loop_test (tc, many_properties, 0, G_N_ELEMENTS (many));
            tcase_add_test (tc, not_more);
            tcase_add_test (tc, no_rewriting);)
