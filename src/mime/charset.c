/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/charset.h"

#include "base/text.h"
#include "mime/shortage.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { CHARSET_MAX = 40 };

#define UTF_8 "UTF-8"

/* What senders write, and the superset that they mean (after the WHATWG encoding standard). */
static const char *const supersets[][2] = {
  { "iso-8859-1", "windows-1252" },    { "latin1", "windows-1252" },       { "iso8859-1", "windows-1252" },
  { "iso-8859-9", "windows-1254" },    { "iso-8859-11", "windows-874" },   { "tis-620", "windows-874" },
  { "iso-8859-8-i", "iso-8859-8" },    { "iso-8859-6-i", "iso-8859-6" },   { "cp-850", "cp850" },
  { "ks_c_5601-1987", "cp949" },       { "ks_c_5601-1989", "cp949" },      { "euc-kr", "cp949" },
  { "ksc5601", "cp949" },              { "gb2312", "gb18030" },            { "gbk", "gb18030" },
  { "gb_2312-80", "gb18030" },         { "x-gbk", "gb18030" },             { "big5", "cp950" },
  { "shift_jis", "cp932" },            { "shift-jis", "cp932" },           { "sjis", "cp932" },
  { "x-sjis", "cp932" },               { "iso-2022-jp-ms", "iso-2022-jp" }, { "cp50220", "iso-2022-jp" },
  { "cp50221", "iso-2022-jp" },        { "csiso2022jp", "iso-2022-jp" },
  { "x-mac-roman", "macintosh" },      { "x-unknown", NULL },              { "unknown-8bit", NULL },
  { "8bit", NULL },                    { "binary", NULL },                 { "default", NULL },
  { "utf8", "utf-8" },                 { "utf-8", "utf-8" },               { "us-ascii", NULL },
  { "ascii", NULL },                   { "ansi_x3.4-1968", NULL },         { "utf8mb4", "utf-8" },
};

/* Charsets in which plain ASCII bytes mean something else, and those in which they do not, by how their names begin. */
static const char *const shifting[]
  = { "utf-7", "utf7", "utf-16", "utf16", "utf-32", "ucs-", "iso-2022-", "hz", "ebcdic" };
static const char *const keeping[] = { "utf-8", "windows-125", "iso-8859-", "koi8-", "gb18030", "euc-" };

/* iconv takes file names and "//TRANSLIT" too: only plain names reach it. */
static bool
is_plain_name (const char *lower)
{
  size_t len = strspn (lower, "abcdefghijklmnopqrstuvwxyz0123456789-_.:");
  return lower[len] == '\0' && len < CHARSET_MAX;
}

static const char *
superset_of (const char *lower)
{
  for (size_t i = 0; i < G_N_ELEMENTS (supersets); i++)
    if (strcmp (lower, supersets[i][0]) == 0)
      return supersets[i][1];
  return is_plain_name (lower) ? lower : NULL;
}

static bool
begins_with_one_of (const char *charset, const char *const *names, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (g_str_has_prefix (charset, names[i]))
      return true;
  return false;
}

/* --- converters --- */

enum { TRIES = 3, N_KNOWN = 16 };

typedef struct
{
  char name[CHARSET_MAX];
  bool is_unknown, is_judged, shifts; /* `shifts` with is_judged */
} TmKnownCharset;

/* What iconv said of charsets that the message names, as asking takes long; of this message only, as it may have said
 * so for want of something after all. */
static _Thread_local struct
{
  unsigned round, n;
  TmKnownCharset of[N_KNOWN];
} known;

static TmKnownCharset *
recall (const char *name)
{
  unsigned round = shortage_round ();
  if (known.round != round || round == 0)
    known.n = 0;
  known.round = round;
  for (unsigned i = 0; i < MIN (known.n, N_KNOWN); i++)
    if (strcmp (known.of[i].name, name) == 0)
      return &known.of[i];
  TmKnownCharset *charset = &known.of[known.n++ % N_KNOWN];
  *charset = (TmKnownCharset) { .is_unknown = false };
  g_strlcpy (charset->name, name, sizeof charset->name);
  return charset;
}

/* Most converters are files.  For glibc a charset is unknown whose file could not be opened, so descriptors are looked
 * for; again, as another thread may have let go of one in between.  Who names very many makes them up. */
static GIConv
open_converter (const char *to, const char *from)
{
  TmKnownCharset *charset = recall (strcmp (to, UTF_8) == 0 ? from : to);
  unsigned tries = charset->is_unknown ? 0 : known.n > N_KNOWN ? 1 : TRIES;
  for (unsigned i = 0; i < tries; i++)
    {
      GIConv converter = g_iconv_open (to, from);
      if (converter != (GIConv) -1)
        return converter;
      int any = open ("/dev/null", O_RDONLY | O_CLOEXEC);
      if (any < 0 && shortage_is (errno))
        {
          shortage_note ();
          return converter;
        }
      if (any >= 0)
        close (any);
    }
  charset->is_unknown = true;
  return (GIConv) -1;
}

/* There are many more names than the tables have: EBCDIC of each country, national ASCII, others for UCS-2. */
static bool
is_shifting (const char *charset)
{
  if (begins_with_one_of (charset, shifting, G_N_ELEMENTS (shifting)))
    return true;
  if (begins_with_one_of (charset, keeping, G_N_ELEMENTS (keeping)))
    return false;
  TmKnownCharset *asked = recall (charset);
  if (asked->is_judged)
    return asked->shifts;
  GIConv converter = open_converter (UTF_8, charset);
  if (converter == (GIConv) -1)
    return false;
  char ascii[0x7f];
  for (size_t i = 0; i < sizeof ascii; i++)
    ascii[i] = (char) (i + 1);
  gsize len = 0;
  g_autofree char *utf8 = g_convert_with_iconv (ascii, sizeof ascii, converter, NULL, &len, NULL);
  g_iconv_close (converter);
  asked->is_judged = true;
  asked->shifts = utf8 == NULL || len != sizeof ascii || memcmp (utf8, ascii, len) != 0;
  return asked->shifts;
}

/* Converts all that can be, U+FFFD for the rest; counts what could not. */
static char *
convert (GIConv converter, const char *bytes, size_t len, size_t *n_bad_out)
{
  GString *out = g_string_sized_new (len + len / 2 + 16);
  char *from = g_memdup2 (bytes, len), *in = from;
  char buf[4096];
  *n_bad_out = 0;
  for (bool flushed = false; !flushed;)
    {
      char *to = buf;
      gsize room = sizeof buf;
      /* Some converters hold a character back for an accent that may follow. */
      flushed = len == 0;
      gsize rc = g_iconv (converter, flushed ? NULL : &in, &len, &to, &room);
      int why = errno;
      g_string_append_len (out, buf, (gssize) (sizeof buf - room));
      if (rc != (gsize) -1 || why == E2BIG || flushed)
        continue;
      (*n_bad_out)++;
      g_string_append (out, "\357\277\275");
      in++;
      len--;
    }
  g_free (from);
  char *valid = text_make_valid (out->str, out->len);
  g_string_free (out, TRUE);
  return valid;
}

/* Bytes that tell one charset from another. */
static size_t
count_telling (const char *charset, const char *bytes, size_t len)
{
  size_t n_high = 0;
  for (size_t i = 0; i < len; i++)
    n_high += (unsigned char) bytes[i] >= 0x80;
  return is_shifting (charset) ? len : n_high;
}

/* NULL when the charset is unknown or so much fails that it cannot be the right one; how much ASCII stands around it
 * says nothing. */
static char *
convert_from (const char *charset, const char *bytes, size_t len)
{
  GIConv converter = open_converter (UTF_8, charset);
  if (converter == (GIConv) -1)
    return NULL;
  size_t n_bad;
  g_autofree char *out = convert (converter, bytes, len, &n_bad);
  g_iconv_close (converter);
  size_t n = n_bad > 0 ? count_telling (charset, bytes, len) : 0;
  return n_bad == 0 || (n_bad <= 2 + n / 10 && n_bad < n) ? g_steal_pointer (&out) : NULL;
}

/* ISO-2022-JP as Windows writes it, with characters that the standard lacks: in EUC
 * form, for which iconv has that superset. */
static char *
convert_japanese (const char *bytes, size_t len)
{
  GString *euc = g_string_sized_new (len);
  char set = 'B'; /* 'B': ASCII, '$': two bytes, 'I': kana */
  for (size_t i = 0; i < len; i++)
    {
      if (bytes[i] == '\033' && i + 2 < len && (bytes[i + 1] == '$' || bytes[i + 1] == '('))
        {
          set = bytes[i + 1] == '$' ? '$' : bytes[i + 2] == 'I' ? 'I' : 'B';
          i += 2;
          continue;
        }
      bool shifted = set != 'B' && bytes[i] > ' ' && bytes[i] < 0x7f;
      if (shifted && set == 'I')
        g_string_append_c (euc, (char) 0x8e);
      g_string_append_c (euc, (char) (shifted ? bytes[i] | 0x80 : bytes[i]));
    }
  char *out = convert_from ("euc-jp-ms", euc->str, euc->len);
  g_string_free (euc, TRUE);
  return out;
}

/* Whether bytes that are not all valid are UTF-8 with a few accidents. */
static bool
is_mostly_utf8 (const char *bytes, size_t len)
{
  size_t n_good = 0, n_bad = 0;
  while (len > 0)
    {
      const char *bad;
      g_utf8_validate_len (bytes, len, &bad);
      for (const char *p = bytes; p < bad; p = g_utf8_next_char (p))
        n_good += (unsigned char) *p >= 0x80;
      len -= (size_t) (bad - bytes);
      bytes = bad;
      if (len > 0)
        {
          n_bad += *bytes != '\0';
          bytes++;
          len--;
        }
    }
  return n_good > n_bad;
}

/* How bytes above ASCII stand together. */
typedef struct
{
  size_t n_high, n_runs, n_odd_runs;
  size_t n_han;   /* first bytes of pairs where GB 2312 has its common characters */
  size_t n_lower_koi8, n_lower_1251; /* Cyrillic small letters by either reading */
} TmByteShape;

static TmByteShape
shape_of (const unsigned char *bytes, size_t len)
{
  TmByteShape shape = { .n_high = 0 };
  for (size_t i = 0; i < len;)
    {
      size_t start = i;
      for (; i < len && bytes[i] >= 0x80; i++)
        {
          bool first = (i - start) % 2 == 0;
          shape.n_han += first && bytes[i] >= 0xb0 && bytes[i] <= 0xd7;
          shape.n_lower_koi8 += bytes[i] >= 0xc0 && bytes[i] <= 0xdf;
          shape.n_lower_1251 += bytes[i] >= 0xe0;
        }
      shape.n_high += i - start;
      shape.n_runs += i > start;
      shape.n_odd_runs += (i - start) % 2;
      i += i == start;
    }
  return shape;
}

/* Single high bytes among ASCII are western; long runs are another script:
 * in pairs Chinese, else Cyrillic. */
static const char *
likely_charset (const char *bytes, size_t len)
{
  TmByteShape shape = shape_of ((const unsigned char *) bytes, len);
  if (shape.n_high < 3 * shape.n_runs || shape.n_high < 6)
    return "windows-1252";
  if (shape.n_odd_runs * 20 <= shape.n_runs && shape.n_han * 4 >= shape.n_high)
    return "gb18030";
  return shape.n_lower_koi8 > shape.n_lower_1251 ? "koi8-r" : "windows-1251";
}

static char *
guess (const char *bytes, size_t len)
{
  const char *const tries[] = { likely_charset (bytes, len), "windows-1252", "iso-8859-1" };
  if (is_mostly_utf8 (bytes, len))
    return text_make_valid (bytes, len);
  for (size_t i = 0; i < G_N_ELEMENTS (tries); i++)
    {
      char *out = convert_from (tries[i], bytes, len);
      if (out != NULL)
        return out;
    }
  return text_make_valid (bytes, len);
}

char *
charset_to_utf8 (const char *bytes, size_t len, const char *declared, bool *guessed_out)
{
  g_autofree char *lower = declared != NULL ? g_strstrip (g_ascii_strdown (declared, -1)) : NULL;
  const char *charset = lower != NULL ? superset_of (lower) : NULL;
  bool ascii = text_is_ascii (bytes, len);
  char *out = NULL;
  if (guessed_out != NULL)
    *guessed_out = false;
  if (len == 0 || (ascii && (charset == NULL || !is_shifting (charset))))
    return text_make_valid (bytes, len);
  if (charset != NULL && strcmp (charset, "iso-2022-jp") == 0)
    out = convert_japanese (bytes, len);
  else if (charset != NULL && strcmp (charset, "utf-8") != 0)
    out = convert_from (charset, bytes, len);
  else if (charset != NULL && (g_utf8_validate_len (bytes, len, NULL) || is_mostly_utf8 (bytes, len)))
    out = text_make_valid (bytes, len);
  if (out != NULL)
    return out;
  if (guessed_out != NULL)
    *guessed_out = true;
  return guess (bytes, len);
}

bool
charset_keeps_ascii (const char *declared)
{
  g_autofree char *lower = declared != NULL ? g_strstrip (g_ascii_strdown (declared, -1)) : NULL;
  const char *charset = lower != NULL ? superset_of (lower) : NULL;
  return charset == NULL || !is_shifting (charset);
}

char *
charset_from_utf8 (const char *utf8, size_t len, const char *declared, size_t *len_out)
{
  g_autofree char *lower = g_strstrip (g_ascii_strdown (declared, -1));
  const char *name = strcmp (lower, "utf8") == 0 ? "utf-8" : lower;
  GIConv converter = is_plain_name (name) ? open_converter (name, UTF_8) : (GIConv) -1;
  if (converter == (GIConv) -1)
    return NULL;
  char *out = g_convert_with_iconv (utf8, (gssize) len, converter, NULL, len_out, NULL);
  g_iconv_close (converter);
  return out;
}

bool
charset_is_faithful (const char *bytes, size_t len, const char *declared)
{
  g_autofree char *lower = g_strstrip (g_ascii_strdown (declared, -1));
  gsize utf8_len = 0, back_len = 0;
  GIConv converter = is_plain_name (lower) ? open_converter (UTF_8, lower) : (GIConv) -1;
  if (converter == (GIConv) -1)
    return false;
  g_autofree char *utf8 = g_convert_with_iconv (bytes, (gssize) len, converter, NULL, &utf8_len, NULL);
  g_iconv_close (converter);
  g_autofree char *back = utf8 != NULL ? charset_from_utf8 (utf8, utf8_len, declared, &back_len) : NULL;
  return back != NULL && back_len == len && memcmp (back, bytes, len) == 0;
}
