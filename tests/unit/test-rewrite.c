/* SPDX-License-Identifier: BSD-2-Clause */
/* What mime_rewrite() makes of whole messages, compared exactly. */
#include "mime/mime.h"
#include "mime/rewrite.h"
#include "tests/support/rewrite-law.h"
#include "tests/support/suite.h"

#include <string.h>

#define F "Ticket 1042"          /* the footer */
#define FP "\n\n" F "\n"         /* as it stands under plain text that had no line end */
#define U "F\303\244llig: 12:00 \342\202\254" /* one that is not ASCII: "Fällig: 12:00 €" */
#define LATIN "F\303\244llig"

#define PLAIN "Content-Type: text/plain; charset=utf-8\n\n"
#define HTML "Content-Type: text/html; charset=utf-8\n\n"
#define MIXED "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=m\n\n"
#define ALTERNATIVE "MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=a\n\n"
#define RELATED "Content-Type: multipart/related; boundary=r\n\n"
#define QP "Content-Transfer-Encoding: quoted-printable\n"
#define B64 "Content-Transfer-Encoding: base64\n"
#define PDF "--m\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=a.pdf\n\n%PDF #close\n"

/* `out` NULL: `result` is another one than TM_REWRITE_DONE. */
static const struct
{
  const char *remove; /* lines with "|" between them; NULL: none */
  const char *footer;
  const char *raw;
  TmRewriteResult result;
  const char *body;
  const char *fields; /* "Name: value|…" of the header that change; NULL: none */
} cases[] = {
  /* One part of plain text. */
  { NULL, F, "Subject: x\n\nHello\n", TM_REWRITE_DONE, "Hello\n\n" F "\n", NULL },
  { NULL, F, PLAIN "Hello", TM_REWRITE_DONE, "Hello\n\n" F "\n", NULL },
  { NULL, F, PLAIN "Hello\n\n", TM_REWRITE_DONE, "Hello\n\n" F "\n", NULL },
  { NULL, "one\ntwo  ", PLAIN "Hello\n", TM_REWRITE_DONE, "Hello\n\none\ntwo\n", NULL },
  { "#close", NULL, PLAIN "#close\n\nHello\n", TM_REWRITE_DONE, "Hello\n", NULL },
  { "#close|#priority P1", F, PLAIN "\n#close  \n\n  #priority\tP1\nHello\n", TM_REWRITE_DONE,
    "Hello\n\n" F "\n", NULL },
  { "#close", NULL, PLAIN "#close\n", TM_REWRITE_DONE, "", NULL },
  { "#close", F, PLAIN "#close\n", TM_REWRITE_DONE, F "\n", NULL },
  { "#close", NULL, PLAIN "Hello\n#close\n", TM_REWRITE_NOT_FOUND, NULL, NULL },
  { "#close|#p1", NULL, PLAIN "#p1\n#close\nHello\n", TM_REWRITE_NOT_FOUND, NULL, NULL },
  { "#close", NULL, PLAIN "#closed\nHello\n", TM_REWRITE_NOT_FOUND, NULL, NULL },
  { "#close", NULL, "Content-Transfer-Encoding: 8bit\n" PLAIN "\357\273\277#close\nHello\n", TM_REWRITE_DONE,
    "\357\273\277Hello\n", NULL },
  { NULL, NULL, PLAIN "Hello\n", TM_REWRITE_NOTHING, NULL, NULL },
  /* What looks like a command and is none. */
  { NULL, NULL, PLAIN "##close is a command\n##x\n", TM_REWRITE_DONE, "#close is a command\n##x\n", NULL },
  { "#close", NULL, PLAIN "#close\n##close\n", TM_REWRITE_DONE, "#close\n", NULL },
  { NULL, NULL, PLAIN "\n  ##x\n", TM_REWRITE_DONE, "\n  #x\n", NULL },
  { NULL, NULL, PLAIN "## Heading\n", TM_REWRITE_NOTHING, NULL, NULL },
  { NULL, NULL, PLAIN "Hello\n##close\n", TM_REWRITE_NOTHING, NULL, NULL },
  /* Encodings. */
  { NULL, F, "Content-Transfer-Encoding: 7bit\n\nHello\n", TM_REWRITE_DONE, "Hello\n\n" F "\n", NULL },
  { NULL, F, "Content-Transfer-Encoding: x-none\n\nHello\n", TM_REWRITE_DONE, "Hello\n\n" F "\n", NULL },
  { NULL, F, "Content-Transfer-Encoding: 8bit\n" PLAIN "Gr\303\274n\n", TM_REWRITE_DONE,
    "Gr\303\274n\n\n" F "\n", NULL },
  { "#close", F, QP PLAIN "#clo=\nse\nGr=C3=BCn =3D =\nx=20\n", TM_REWRITE_DONE, "Gr=C3=BCn =3D x=20\n\n" F "\n", NULL
    },
  { "#close", F, B64 PLAIN "I2Nsb3NlDQpIZWxsbw0K\n", TM_REWRITE_DONE, "SGVsbG8NCg0KVGlja2V0IDEwNDINCg==\n", NULL },
  { NULL, F, B64 PLAIN "SGVs*bG8=\n", TM_REWRITE_BROKEN, NULL, NULL },
  { NULL, F, B64 PLAIN "SGVsbG8\n", TM_REWRITE_BROKEN, NULL, NULL },
  { NULL, F, B64 PLAIN "SGVsbG8=\nSGVsbG8=\n", TM_REWRITE_BROKEN, NULL, NULL },
  { NULL, F, "Content-Transfer-Encoding: x-uuencode\n\nHello\n", TM_REWRITE_BROKEN, NULL, NULL },
  /* Charsets: the footer fits, it does not, none is declared. */
  { NULL, LATIN, "Content-Transfer-Encoding: 8bit\nContent-Type: text/plain; charset=iso-8859-1\n\nGr\374n\n",
    TM_REWRITE_DONE, "Gr\374n\n\nF\344llig\n", NULL },
  { NULL, LATIN, QP "Content-Type: text/plain; charset=iso-8859-1\n\nGr=FCn\n", TM_REWRITE_DONE,
    "Gr=FCn\n\nF=E4llig\n", NULL },
  { NULL, U, "MIME-Version: 1.0\nContent-Transfer-Encoding: 8bit\n"
    "Content-Type: text/plain; format=flowed; charset=iso-8859-1\n\nGr\374n\n", TM_REWRITE_DONE,
    "Gr\303\274n\n\n" U "\n", "Content-Type: text/plain; charset=utf-8; format=flowed" },
  { NULL, U, QP "Content-Type: text/plain; charset=windows-1252\n\nGr=FCn\n", TM_REWRITE_DONE,
    "Gr=FCn\n\nF=E4llig: 12:00 =80\n", NULL },
  { NULL, U, "Subject: x\n\nHello\n", TM_REWRITE_DONE, "Hello\n\nF=C3=A4llig: 12:00 =E2=82=AC\n",
    "Content-Type: text/plain; charset=utf-8|Content-Transfer-Encoding: quoted-printable|MIME-Version: 1.0" },
  { NULL, U, PLAIN "Hello\n", TM_REWRITE_DONE, "Hello\n\nF=C3=A4llig: 12:00 =E2=82=AC\n",
    "Content-Transfer-Encoding: quoted-printable|MIME-Version: 1.0" },
  { NULL, U, "Content-Type: text/plain; charset=us-ascii\nMIME-Version: 1.0\n" QP "\na=3Db\n", TM_REWRITE_DONE,
    "a=3Db\n\nF=C3=A4llig: 12:00 =E2=82=AC\n", "Content-Type: text/plain; charset=utf-8" },
  { "#close", F, "Content-Type: text/plain; charset=iso-2022-jp\n\n#close\n\033$B%F%9%H\033(B\n", TM_REWRITE_DONE,
    "\033$B%F%9%H\033(B\n\n" F "\n", NULL },
  { NULL, U, "MIME-Version: 1.0\nContent-Type: text/plain; charset=iso-2022-jp\n\n\033$B%F%9%H\033(B\n",
    TM_REWRITE_DONE,
    "=E3=83=86=E3=82=B9=E3=83=88\n\nF=C3=A4llig: 12:00 =E2=82=AC\n",
    "Content-Type: text/plain; charset=utf-8|Content-Transfer-Encoding: quoted-printable" },
  { "#close", F, B64 "Content-Type: text/plain; charset=utf-16le\n\nIwBjAGwAbwBzAGUACgBIAGkACgA=\n", TM_REWRITE_DONE,
    "SABpAAoACgBUAGkAYwBrAGUAdAAgADEAMAA0ADIACgA=\n", NULL },
  { NULL, F, "Content-Type: text/plain; charset=utf-16le\n\nabcd\n", TM_REWRITE_BROKEN, NULL, NULL },
  { NULL, F, "Content-Type: text/plain; charset=unicodelittle\n\nabcd\n", TM_REWRITE_BROKEN, NULL, NULL },
  /* What is not in the charset that it names becomes what it is read as. */
  { NULL, U, "MIME-Version: 1.0\nContent-Transfer-Encoding: 8bit\n"
    "Content-Type: text/plain; charset=windows-1252\n\na\201\215\217\220\235\n", TM_REWRITE_DONE,
    "a\302\201\302\215\302\217\302\220\302\235\n\n" U "\n", "Content-Type: text/plain; charset=utf-8" },
  /* format=flowed: commands that were wrapped, a last line that would go on, lines to be stuffed. */
  { "#close because of this", F, "Content-Type: text/plain; format=flowed\n\n#close because \nof this\nHello\n",
    TM_REWRITE_DONE, "Hello\n\n" F "\n", NULL },
  { "#close because", F, "Content-Type: text/plain; format=flowed; delsp=yes\n\n#close be \ncause\nHello\n",
    TM_REWRITE_DONE, "Hello\n\n" F "\n", NULL },
  { NULL, "From us\n> x\n y\nz ", "Content-Type: text/plain; format=flowed\n\nHello \n", TM_REWRITE_DONE,
    "Hello \n\n\n From us\n > x\n  y\nz\n", NULL },
  /* One part of HTML. */
  { NULL, F, HTML "<html><body><div>Hello</div></body></html>\n", TM_REWRITE_DONE,
    "<html><body><div>Hello</div>\n<p>" F "</p>\n</body></html>\n", NULL },
  { NULL, F, HTML "<p>a</p><!-- </body> --><script>'</body>'</script></HTML>", TM_REWRITE_DONE,
    "<p>a</p><!-- </body> --><script>'</body>'</script>\n<p>" F "</p>\n</HTML>", NULL },
  { NULL, "<a & b>\n" U, HTML "Hello", TM_REWRITE_DONE,
    "Hello\n<p>&lt;a &amp; b&gt;<br>\nF&#228;llig: 12:00 &#8364;</p>\n", NULL },
  { "#close", NULL, HTML "<div>#close</div><div><br></div><div>Hello</div>", TM_REWRITE_DONE,
    "<div></div><div>Hello</div>", NULL },
  { "#close", NULL, HTML "<div dir=\"ltr\">#close<div>Hello</div></div>", TM_REWRITE_DONE,
    "<div dir=\"ltr\"><div>Hello</div></div>", NULL },
  { "#close|#priority P1", NULL, HTML "<body>#close<br>\n<b>#priority</b>&nbsp; P1<br><br>Hello<br>x</body>",
    TM_REWRITE_DONE, "<body>\n<b></b>Hello<br>x</body>", NULL },
  { "#close", NULL, HTML "<style>#close</style><title>t</title>\n"
    "<p class=MsoNormal><span>#close<o:p></o:p></span></p>\n"
    "<p>Hello</p>", TM_REWRITE_DONE, "<style>#close</style><title>t</title>\n\n<p>Hello</p>", NULL },
  { "#note f\303\274r <Bob>", NULL, HTML "<p>#note f&uuml;r &lt;Bob&#62;</p><p>x</p>", TM_REWRITE_DONE, "<p>x</p>",
    NULL },
  { "#note f\303\274r", NULL, "Content-Type: text/html; charset=iso-8859-1\n\n<p>#note f\374r</p><p>x</p>",
    TM_REWRITE_DONE, "<p>x</p>", NULL },
  { "#close", NULL, HTML "<pre>#close\nHello\n</pre>", TM_REWRITE_DONE, "<pre>Hello\n</pre>", NULL },
  { "#close", NULL, HTML "<div><b>#close</div><div>Hello</b></div>", TM_REWRITE_DONE,
    "<div><b></div><div>Hello</b></div>", NULL },
  { "#close", NULL, HTML "<table><tr><td>#close</td></tr><tr><td>Hello</td></tr></table>", TM_REWRITE_DONE,
    "<table><tr><td></td></tr><tr><td>Hello</td></tr></table>", NULL },
  { "#close", NULL, HTML "<p><img src=x>#close</p><p>Hello</p>", TM_REWRITE_NOT_FOUND, NULL, NULL },
  { "#close", NULL, HTML "<p>#close Hello</p>", TM_REWRITE_NOT_FOUND, NULL, NULL },
  { NULL, NULL, HTML "<p>##close</p><p>##x</p>", TM_REWRITE_DONE, "<p>#close</p><p>##x</p>", NULL },
  { NULL, F, HTML "<p>x<!-- y\n", TM_REWRITE_BROKEN, NULL, NULL },
  { NULL, F, HTML "<p>x<a href=\"y>z\n", TM_REWRITE_BROKEN, NULL, NULL },
  { NULL, F, HTML "<p>x<script>y\n", TM_REWRITE_BROKEN, NULL, NULL },
  /* Its paragraph would be quoted, hidden, a link. */
  { NULL, F "\n" F, HTML "<p>x<blockquote>y\n", TM_REWRITE_BROKEN, NULL, NULL },
  /* What has to go goes, also where the footer cannot stand. */
  { "#close", F, HTML "<p>#close</p><p>x<blockquote type=cite>y\n", TM_REWRITE_DONE,
    "<p>x<blockquote type=cite>y\n", NULL },
  { "#close", F, HTML "<p>#close</p><p>x<a href=\"https://example.com/\"><img src=a>\n", TM_REWRITE_DONE,
    "<p>x<a href=\"https://example.com/\"><img src=a>\n", NULL },
  { "#close", F, HTML "<p>#close</p><p>x<textarea>y\n", TM_REWRITE_DONE, "<p>x<textarea>y\n", NULL },
  { NULL, F, HTML "<p>x</p><div style=\"display: none\">y\n", TM_REWRITE_BROKEN, NULL, NULL },
  { NULL, F, HTML "<p>x<a href=\"http://1042/\">y\n", TM_REWRITE_BROKEN, NULL, NULL },
  { NULL, F, HTML "<p>x</p><div>y\n", TM_REWRITE_DONE, "<p>x</p><div>y\n<p>" F "</p>\n", NULL },
  /* Versions of one text. */
  { "#close", F, ALTERNATIVE "pre\n--a\n" PLAIN "#close\nHello\n--a\n" QP HTML
    "<p>#close</p><p>H=C3=A4</p>\n--a--\npost\n",
    TM_REWRITE_DONE, "pre\n--a\n" PLAIN "Hello" FP "--a\n" QP HTML "<p>H=C3=A4</p>\n<p>" F "</p>\n\n--a--\npost\n",
    NULL },
  { "#close", NULL, ALTERNATIVE "--a\n\n#close\nHello\n--a\n" HTML "<p>Hello</p>\n--a--\n", TM_REWRITE_NOT_FOUND, NULL,
    NULL },
  { NULL, F, ALTERNATIVE "--a\n\n \n--a\n" HTML "<p>x\n--a--\n", TM_REWRITE_DONE,
    "--a\n\n \n--a\n" HTML "<p>x\n<p>" F "</p>\n\n--a--\n", NULL },
  { "#close", NULL, ALTERNATIVE "--a\n\n#close\nx\n--a\nContent-Type: text/calendar\n\nDESCRIPTION:#close\n--a--\n",
    TM_REWRITE_NOT_FOUND, NULL, NULL },
  { NULL, U, ALTERNATIVE "--a\nX-A: 1\n\n\303\204\n--a--\n", TM_REWRITE_DONE,
    "--a\nX-A: 1\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
    "=C3=84\n\nF=C3=A4llig: 12:00 =E2=82=AC\n--a--\n", NULL },
  { NULL, U, ALTERNATIVE "--a\ncontent-type: text/plain;\n  charset=us-ascii\ncontent-transfer-encoding: 7BIT\n"
    "X-A: 1\n\n"
    "x\n--a--\n", TM_REWRITE_DONE,
    "--a\ncontent-type: text/plain; charset=utf-8\ncontent-transfer-encoding: quoted-printable\nX-A: 1\n\n"
    "x\n\nF=C3=A4llig: 12:00 =E2=82=AC\n--a--\n", NULL },
  /* An empty part; a footer that would be a boundary. */
  { NULL, F, ALTERNATIVE "--a\n\n--a--\n", TM_REWRITE_DONE, "--a\n\n" F "\n\n--a--\n", NULL },
  { NULL, "--a", ALTERNATIVE "--a\n\nx\n--a--\n", TM_REWRITE_BROKEN, NULL, NULL },
  { NULL, "--a--", ALTERNATIVE "--a\n\nx\n--a--\n", TM_REWRITE_BROKEN, NULL, NULL },
  /* Several texts, files, attached messages. */
  { "#close", F, MIXED "--m\n\n#close\none\n" PDF "--m\n\n#close\nlist\n--m--\n", TM_REWRITE_DONE,
    "--m\n\none" FP PDF "--m\n\n#close\nlist\n--m--\n", NULL },
  { "#close", F, MIXED "--m\n\n \n--m\n\n#close\none\n--m\nContent-Type: image/png\n"
    "Content-Disposition: inline\n\nx\n--m\n\ntwo\n"
    PDF "--m--\n", TM_REWRITE_DONE, "--m\n\n \n--m\n\none\n--m\nContent-Type: image/png\n"
    "Content-Disposition: inline\n\nx\n"
    "--m\n\ntwo" FP PDF "--m--\n", NULL },
  { "#close", F, MIXED PDF "--m\n\n#close\none\n--m--\n", TM_REWRITE_DONE, PDF "--m\n\none" FP "--m--\n", NULL },
  { "#close", F, MIXED "--m\n\n#close\none\n--m\nContent-Type: message/rfc822\n\nSubject: y\n\n#close\n--m--\n",
    TM_REWRITE_DONE,
    "--m\n\none" FP "--m\nContent-Type: message/rfc822\n\nSubject: y\n\n#close\n--m--\n", NULL },
  { "#close", F, MIXED "--m\n" ALTERNATIVE "--a\n\n#close\none\n--a\n" RELATED "--r\n" HTML "#close<br>one\n--r\n"
    "Content-Type: image/png\nContent-ID: <i>\n\nx\n--r--\n--a--\n" PDF "--m--\n", TM_REWRITE_DONE,
    "--m\n" ALTERNATIVE "--a\n\none" FP "--a\n" RELATED "--r\n" HTML "one\n<p>" F "</p>\n\n--r\n"
    "Content-Type: image/png\nContent-ID: <i>\n\nx\n--r--\n--a--\n" PDF "--m--\n", NULL },
  { NULL, F, MIXED "--m\nContent-Type: text/plain; name=a.txt\n\n##x\n--m\n"
    "Content-Type: text/plain; name=b.txt\n\n##y\n--m--\n",
    TM_REWRITE_DONE, "--m\nContent-Type: text/plain; name=a.txt\n\n#x" FP
    "--m\nContent-Type: text/plain; name=b.txt\n\n##y\n--m--\n", NULL },
  /* Whose text is the last: the attached message's, with the same boundary, or this one's? */
  { NULL, F, MIXED "--m\nContent-Type: message/rfc822\n\nContent-Type: multipart/mixed;\n boundary=\"m\"\n\n"
    "--m\n\nx\n--m--\n", TM_REWRITE_BROKEN, NULL, NULL },
  { NULL, F, MIXED "--m\n\nx\n--m\nContent-Type: message/rfc822\n\nX-A: m; a=mm\n\nm\n--m--\n", TM_REWRITE_DONE,
    "--m\n\nx" FP "--m\nContent-Type: message/rfc822\n\nX-A: m; a=mm\n\nm\n--m--\n", NULL },
  { NULL, F, MIXED PDF "--m--\n", TM_REWRITE_NOTHING, NULL, NULL },
  { NULL, F, "Content-Type: image/png\n\nx", TM_REWRITE_NOTHING, NULL, NULL },
  { NULL, F, "Content-Disposition: attachment\n\nx", TM_REWRITE_NOTHING, NULL, NULL },
  /* Signed or encrypted. */
  { NULL, F, "Content-Type: multipart/signed; boundary=s\n\n--s\n\nx\n--s\n"
    "Content-Type: application/pgp-signature\n\nx\n--s--\n",
    TM_REWRITE_SEALED, NULL, NULL },
  { NULL, F, MIXED "--m\nContent-Type: multipart/signed; boundary=s\n\n--s\n\nx\n--s\nContent-Type: x/y\n\nx\n"
    "--s--\n--m--\n",
    TM_REWRITE_SEALED, NULL, NULL },
  { NULL, F, "Content-Type: multipart/encrypted; boundary=s\n\n--s\nContent-Type: application/pgp-encrypted\n\nx\n--s\n"
    "Content-Type: application/octet-stream\n\nx\n--s--\n", TM_REWRITE_SEALED, NULL, NULL },
  { NULL, F, "Content-Type: application/pkcs7-mime; smime-type=signed-data\n\nx", TM_REWRITE_SEALED, NULL, NULL },
  { NULL, F, MIXED "--m\n\nx\n--m\nContent-Type: application/x-pkcs7-mime\n\nx\n--m--\n", TM_REWRITE_SEALED, NULL,
    NULL },
  { NULL, F, "Subject: x\n\nHi\n-----BEGIN PGP MESSAGE-----\nx\n", TM_REWRITE_SEALED, NULL, NULL },
  { NULL, F, "Subject: x\n\n-----BEGIN PGP SIGNED MESSAGE-----\nx\n", TM_REWRITE_SEALED, NULL, NULL },
  { NULL, F, "Subject: x\n\nHi\n\001 -----BEGIN PGP MESSAGE-----\nx\n", TM_REWRITE_SEALED, NULL, NULL },
  { NULL, F, "Subject: x\n\n> -----BEGIN PGP MESSAGE-----\n", TM_REWRITE_DONE,
    "> -----BEGIN PGP MESSAGE-----\n\n" F "\n", NULL },
  /* Not sound. */
  { NULL, F, MIXED "--m\n\nx\n", TM_REWRITE_BROKEN, NULL, NULL },
  { NULL, F, MIXED "x\n", TM_REWRITE_BROKEN, NULL, NULL },
  { NULL, F, MIXED "--m--\n", TM_REWRITE_BROKEN, NULL, NULL },
  { NULL, F, MIXED "--m\n\nx\n--m--\n--m\n\ny\n--m--\n", TM_REWRITE_BROKEN, NULL, NULL },
  { NULL, F, MIXED "--m\n" ALTERNATIVE "--a\n\nx\n--m--\n", TM_REWRITE_BROKEN, NULL, NULL },
  { NULL, F, MIXED "--m\nno field\n\nx\n--m--\n", TM_REWRITE_BROKEN, NULL, NULL },
  { NULL, F, MIXED "--m\nX-A: 1\n--m--\n", TM_REWRITE_BROKEN, NULL, NULL },
  { NULL, F, MIXED "--m\nContent-Type: text/plain\nContent-Type: text/html\n\nx\n--m--\n", TM_REWRITE_BROKEN, NULL,
    NULL },
  { NULL, F, "Content-Type: multipart/mixed\n\nx\n", TM_REWRITE_BROKEN, NULL, NULL },
  { NULL, F, "Subject: x\n", TM_REWRITE_BROKEN, NULL, NULL },
  { NULL, F, "", TM_REWRITE_BROKEN, NULL, NULL },
};

static char *
with_crlf (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  return g_strjoinv ("\r\n", lines);
}

static void
assert_text (guint i, const char *what, const char *found, const char *wanted)
{
  ck_assert_msg (strcmp (found, wanted) == 0, "case %u, %s:\n%s\n--- wanted:\n%s", i, what, found, wanted);
}

static char *
print_fields (const GPtrArray *fields)
{
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < fields->len; i++)
    {
      const TmHeader *field = g_ptr_array_index (fields, i);
      g_string_append_printf (out, "%s%s: %s", i > 0 ? "|" : "", field->name, field->value);
    }
  return g_string_free (out, FALSE);
}

static void
check_case (guint i, bool with_cr)
{
  TmLimits limits = TM_LIMITS_DEFAULT;
  g_auto (GStrv) lines = g_strsplit (cases[i].remove != NULL ? cases[i].remove : "", "|", -1);
  g_autoptr (GPtrArray) remove = g_ptr_array_new ();
  for (char **line = lines; *line != NULL; line++)
    g_ptr_array_add (remove, *line);
  const TmRewriteOrder order = { cases[i].remove != NULL ? remove : NULL, cases[i].footer };
  char *text = with_cr ? with_crlf (cases[i].raw) : g_strdup (cases[i].raw);
  g_autoptr (GBytes) raw = g_bytes_new_take (text, strlen (text));
  g_autoptr (TmRewritten) out = NULL;
  TmRewriteResult result = mime_rewrite (raw, &order, &limits, &out);
  ck_assert_msg (result == cases[i].result, "case %u: %s", i, rewrite_result_why (result));
  ck_assert_int_eq (out != NULL, result == TM_REWRITE_DONE);
  if (out == NULL)
    return;
  g_autofree char *body = g_strndup (g_bytes_get_data (out->body, NULL), g_bytes_get_size (out->body));
  g_autofree char *wanted = with_cr ? with_crlf (cases[i].body) : g_strdup (cases[i].body);
  g_autofree char *fields = print_fields (out->fields);
  /* What stands in base64 has line ends of its own. */
  if (!with_cr || strstr (cases[i].raw, B64) == NULL)
    assert_text (i, "body", body, wanted);
  assert_text (i, "fields", fields, cases[i].fields != NULL ? cases[i].fields : "");
}

START_TEST (table)
{
  mime_init ();
  check_case ((guint) _i, false);
  check_case ((guint) _i, true);
}
END_TEST

/* More parts, deeper ones, more bytes than the limits allow: nothing is touched. */
START_TEST (beyond_limits)
{
  static const TmLimits defaults = TM_LIMITS_DEFAULT;
  TmLimits limits[5] = { defaults, defaults, defaults, defaults, defaults };
  limits[0].parts = 3;
  limits[1].depth = 1;
  limits[2].max_size = 50;
  limits[3].boundary_lines = 3;
  limits[4].header_bytes = 20;
  static const char text[] = MIXED "--m\n" ALTERNATIVE "--a\n\nx\n--a\n\ny\n--a--\n--m--\n";
  g_autoptr (GBytes) raw = g_bytes_new_static (text, strlen (text));
  const TmRewriteOrder order = { NULL, F };
  g_autoptr (TmRewritten) out = NULL;
  mime_init ();
  ck_assert_int_eq (mime_rewrite (raw, &order, &defaults, &out), TM_REWRITE_DONE);
  g_clear_pointer (&out, rewritten_free);
  ck_assert_int_eq (mime_rewrite (raw, &order, &limits[_i], &out), TM_REWRITE_BROKEN);
  ck_assert_ptr_null (out);
}
END_TEST

/* --- generated messages --- */

enum { N_GENERATED = 400, DEPTH_MAX_GENERATED = 3 };

static const char *
pick (GRand *rand, const char *const *words, int n)
{
  return words[g_rand_int_range (rand, 0, n)];
}

static void
add_leaf (GRand *rand, GString *out, bool is_html)
{
  static const char *const charsets[] = { "us-ascii", "iso-8859-1", "utf-8", "windows-1252", "no-such", "utf-8" };
  static const char *const formats[] = { "", "; format=flowed", "" };
  static const char *const plain[] = { "#close\nHello", "Hello \nworld\n", "x\n\n-- \nEve\n", "a=3Db =\nc\n", "" };
  static const char *const html[] = { "<p>#close</p><p>Hello</p>", "<div>Hello<br>x</div>\n</body></html>\n",
    "x &amp; y" };
  g_autofree char *charset = g_strdup (pick (rand, charsets, G_N_ELEMENTS (charsets)));
  const char *text = is_html ? pick (rand, html, G_N_ELEMENTS (html)) : pick (rand, plain, G_N_ELEMENTS (plain));
  g_string_append_printf (out, "Content-Type: text/%s; charset=%s%s\n", is_html ? "html" : "plain", charset,
                          is_html ? "" : pick (rand, formats, G_N_ELEMENTS (formats)));
  switch (g_rand_int_range (rand, 0, 4))
    {
    case 0:
      {
        g_autofree char *coded = g_base64_encode ((const guchar *) text, strlen (text));
        g_string_append_printf (out, B64 "\n%s\n", coded);
        return;
      }
    case 1:
      g_string_append (out, QP);
      break;
    case 2:
      g_string_append (out, "Content-Transfer-Encoding: 8bit\n");
      break;
    default:
      break;
    }
  g_string_append_printf (out, "\n%s", text);
}

static void
add_entity (GRand *rand, GString *out, unsigned depth, unsigned *n_boundaries)
{
  static const char *const kinds[] = { "mixed", "alternative", "related" };
  static const char *const files[] = { "image/png\nContent-Disposition: inline; filename=x.png",
                                       "application/pdf\nContent-Disposition: attachment; filename=\"a b.pdf\"",
                                       "message/rfc822", "text/plain; name=notes.txt" };
  int what = g_rand_int_range (rand, 0, depth < DEPTH_MAX_GENERATED ? 6 : 3);
  if (what == 0)
    g_string_append_printf (out, "Content-Type: %s\n\nSubject: y\n\n#close\n",
                            pick (rand, files, G_N_ELEMENTS (files)));
  else if (what < 3)
    add_leaf (rand, out, what == 2);
  else
    {
      unsigned boundary = (*n_boundaries)++;
      int n = g_rand_int_range (rand, 1, 4);
      g_string_append_printf (out, "Content-Type: multipart/%s; boundary=\"b%u\"\n\npreamble\n",
                              pick (rand, kinds, G_N_ELEMENTS (kinds)), boundary);
      for (int i = 0; i < n; i++)
        {
          g_string_append_printf (out, "\n--b%u\n", boundary);
          add_entity (rand, out, depth + 1, n_boundaries);
        }
      g_string_append_printf (out, "\n--b%u--\nepilogue", boundary);
    }
}

/* The law holds, and it is not kept by doing nothing. */
START_TEST (generated)
{
  static const TmLimits limits = TM_LIMITS_DEFAULT;
  GRand *rand = g_rand_new_with_seed (1042);
  unsigned n_done = 0;
  mime_init ();
  for (unsigned i = 0; i < N_GENERATED; i++)
    {
      unsigned n_boundaries = 0, n = 0;
      GString *message = g_string_new ("From: eve@acme.example\nSubject: x\nMIME-Version: 1.0\n");
      add_entity (rand, message, 0, &n_boundaries);
      g_autofree char *text = i % 2 == 0 ? g_strdup (message->str) : with_crlf (message->str);
      g_string_free (message, TRUE);
      g_autoptr (GBytes) raw = g_bytes_new (text, strlen (text));
      g_autofree char *what = rewrite_law_break (raw, &limits, &n);
      ck_assert_msg (what == NULL, "message %u: %s\n%s", i, what, text);
      n_done += n;
    }
  g_rand_free (rand);
  ck_assert_uint_gt (n_done, N_GENERATED);
}
END_TEST

/* The same bytes cut off, or with one of them changed: nothing crashes, and the law holds. */
START_TEST (damaged)
{
  static const TmLimits limits = TM_LIMITS_DEFAULT;
  GRand *rand = g_rand_new_with_seed ((guint32) _i);
  g_autofree char *text = with_crlf (cases[_i].raw);
  gsize len = strlen (text);
  mime_init ();
  for (unsigned i = 0; i < 40 && len > 0; i++)
    {
      guint8 *copy = g_memdup2 (text, len);
      gsize keep = i % 2 == 0 ? len : (gsize) g_rand_int_range (rand, 0, (gint32) len);
      copy[g_rand_int_range (rand, 0, (gint32) len)] = (guint8) "\0\n=<>-&;\"\377 #"[g_rand_int_range (rand, 0, 13)];
      g_autoptr (GBytes) raw = g_bytes_new_take (copy, keep);
      g_autofree char *what = rewrite_law_break (raw, &limits, NULL);
      g_autofree char *shown = g_strndup ((const char *) copy, keep);
      ck_assert_msg (what == NULL, "case %d, round %u, %u bytes: %s\n%s", _i, i, (unsigned) keep, what, shown);
    }
  g_rand_free (rand);
}
END_TEST

SUITE_MAIN ("rewrite", tcase_add_loop_test (tc, table, 0, G_N_ELEMENTS (cases));
            tcase_add_loop_test (tc, beyond_limits, 0, 5); tcase_add_test (tc, generated);
            tcase_add_loop_test (tc, damaged, 0, G_N_ELEMENTS (cases));)
