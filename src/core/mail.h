/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A message as a value: everything that decisions look at, decoded.  mime/
 * makes it, nobody changes it afterwards.  All strings are valid UTF-8
 * without NUL; those that were header fields are one clean line.
 */
#ifndef TM_CORE_MAIL_H
#define TM_CORE_MAIL_H

#include <glib.h>
#include <stdbool.h>

typedef struct
{
  char *name;  /* as written, e.g. "X-Spam-Flag" */
  char *value; /* unfolded, encoded words decoded (RFC 2047), one clean line */
  char *raw;   /* unfolded bytes made valid UTF-8 and one line, not decoded; NULL when the same as value */
} TmHeader;

typedef struct
{
  char *address; /* address_normalize()d */
  char *name;    /* display name, "" when there is none */
} TmMailbox;

typedef struct
{
  char *name;       /* harmless to show: no path parts, no controls, no bidi; "" when unnamed */
  char *type;       /* "text/plain", lower case */
  guint64 size;     /* bytes, decoded */
  char *sha256;     /* lower-case hex, of the decoded bytes */
  bool is_inline;   /* Content-Disposition: inline, or a Content-ID that the HTML refers to */
  bool is_repeated; /* an earlier message of its ticket has the same bytes, like a signature's logo; of records only */
} TmAttachment;

/* The original of a mail that was forwarded. */
typedef struct
{
  TmMailbox *from;  /* never NULL */
  gint64 date_at;   /* TM_NEVER when absent or unreadable */
  char *subject;    /* "" unknown */
  char *message_id; /* without angle brackets; "" unknown */
} TmForwarded;

typedef enum
{
  TM_REPORT_NONE,
  TM_REPORT_DSN, /* RFC 3464 */
  TM_REPORT_MDN, /* RFC 8098 */
  TM_REPORT_ARF  /* RFC 5965 */
} TmReportKind;

typedef struct
{
  char *address;    /* Final-Recipient, else Original-Recipient; normalised, "" when unusable */
  char *original;   /* Original-Recipient, likewise; "" when there is none */
  char *action;     /* "failed", "delayed", "delivered" …, lower case; MDN: the disposition; "" */
  char *status;     /* RFC 3463 "5.1.1"; "" when there is none */
  char *diagnostic; /* Diagnostic-Code without its type, one clean line; "" when there is none */
} TmReportRecipient;

typedef struct
{
  TmReportKind kind;
  GPtrArray *recipients;     /* TmReportRecipient */
  char *original_message_id; /* without angle brackets, "" unknown */
} TmReport;

/* What is odd about a message.  Names for JSON: mail_flag_names(). */
typedef enum
{
  TM_FLAG_MALFORMED = 1 << 0,     /* a field twice that must stand once, or no one usable From in it */
  TM_FLAG_NO_FROM = 1 << 1,
  TM_FLAG_NO_DATE = 1 << 2,
  TM_FLAG_NO_MESSAGE_ID = 1 << 3,
  TM_FLAG_UNREADABLE = 1 << 4,    /* beyond a limit or not parsed: recorded raw, headers as far as they could be read */
  TM_FLAG_TRUNCATED = 1 << 5,     /* the text is longer than the limit and was cut */
  TM_FLAG_SIGNED = 1 << 6,        /* multipart/signed, or S/MIME signed-data */
  TM_FLAG_ENCRYPTED = 1 << 7,     /* multipart/encrypted, S/MIME enveloped-data, inline PGP MESSAGE */
  TM_FLAG_NOT_UTF8 = 1 << 8,      /* declared charset wrong or missing: text was guessed */
  TM_FLAG_REPEATED_ID = 1 << 9,   /* its Message-ID was seen before with another content */
  TM_FLAG_TOO_LARGE = 1 << 10,    /* over max_size: recorded without attachments */
  TM_FLAG_FEEDBACK = 1 << 11,     /* it came to a feedback address (core/feedback.h) */
  TM_FLAG_PARTIAL = 1 << 12,      /* message/partial: a piece of a message, not joined */
  TM_FLAG_EXTERNAL = 1 << 13,     /* message/external-body: content that is elsewhere, never fetched */
} TmMailFlag;

typedef struct
{
  GPtrArray *headers;     /* TmHeader, top level, in order */
  TmMailbox *from;        /* NULL unless exactly one From field with exactly one usable mailbox */
  GPtrArray *to, *cc, *reply_to; /* TmMailbox, groups flattened, unusable ones left out */
  char *subject;          /* "" when absent */
  char *message_id;       /* without angle brackets; "" when absent or unusable */
  gint64 date_at;         /* TM_NEVER when absent or unreadable */
  GPtrArray *in_reply_to; /* char *, ids without angle brackets, in order */
  GPtrArray *references;  /* likewise, the oldest first */
  char *text;             /* all of the readable text, LF line ends, "" when there is none */
  bool text_is_html;      /* it was made from HTML */
  gsize reply_start, reply_len; /* the writer's own part of text, bytes (core/quote.h) */
  GPtrArray *attachments; /* TmAttachment */
  TmReport *report;       /* NULL: not a report */
  TmForwarded *forwarded; /* the message/rfc822 in it, or what a forward's block says; NULL: none */
  char *content_type;     /* of the whole message, "type/subtype", lower case */
  unsigned flags;         /* TmMailFlag */
  guint64 size;           /* bytes of the raw message */
} TmMail;

/* All arrays empty, all strings "", no From. */
TmMail *mail_new (void);
void mail_free (TmMail *mail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmMail, mail_free)

/* `raw` may be NULL or the same as `value`.  The second form: `name` has `name_len` bytes and no NUL. */
TmHeader *header_new (const char *name, const char *value, const char *raw);
TmHeader *header_new_named (const char *name, gsize name_len, const char *value, const char *raw);
void header_free (TmHeader *header);
/* `name` may be NULL.  The second form: strings of so many bytes, without NUL. */
TmMailbox *mailbox_new (const char *address, const char *name);
TmMailbox *mailbox_new_sized (const char *address, gsize address_len, const char *name, gsize name_len);
void mailbox_free (TmMailbox *mailbox);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmMailbox, mailbox_free)
TmAttachment *attachment_new (void);
void attachment_free (TmAttachment *attachment);
/* `from` is taken over. */
TmForwarded *forwarded_new (TmMailbox *from);
void forwarded_free (TmForwarded *forwarded);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmForwarded, forwarded_free)
TmReport *report_new (TmReportKind kind);
void report_free (TmReport *report);
TmReportRecipient *report_recipient_new (const char *address, const char *action, const char *status);
void report_recipient_free (TmReportRecipient *recipient);

/* The decoded value of the `nth` (from 0) field called `name` (any case), or
 * NULL.  Borrowed. */
const char *mail_header (const TmMail *mail, const char *name, unsigned nth);

/* The writer's own part of the text; the caller frees. */
char *mail_reply_text (const TmMail *mail);

/* The JSON names of the flags in `flags`, NULL-terminated; the caller frees
 * the vector, not the names. */
const char **mail_flag_names (unsigned flags);

#endif
