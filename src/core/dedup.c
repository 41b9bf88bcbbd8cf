/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/dedup.h"

#include "base/clock.h"
#include "base/text.h"
#include "core/subject.h"

#include <string.h>

void
body_digest_init (TmBodyDigest *body)
{
  memset (body, 0, sizeof *body);
  digest_init (&body->digest);
}

static void
buffer_append (TmBodyDigest *body, const char *data, gsize len)
{
  if (body->n_buffer + len > sizeof body->buffer)
    {
      digest_update (&body->digest, body->buffer, body->n_buffer);
      body->n_buffer = 0;
    }
  if (len > sizeof body->buffer)
    digest_update (&body->digest, data, len);
  else
    {
      memcpy (body->buffer + body->n_buffer, data, len);
      body->n_buffer += len;
    }
}

/* Text of a line: what was held back before it counts now. */
static void
append_text (TmBodyDigest *body, const char *data, gsize len)
{
  for (; body->n_empty_lines > 0; body->n_empty_lines--)
    buffer_append (body, "\r\n", 2);
  if (body->held_space)
    buffer_append (body, " ", 1);
  body->held_space = false;
  body->in_line = true;
  buffer_append (body, data, len);
}

static void
end_line (TmBodyDigest *body)
{
  if (body->in_line)
    buffer_append (body, "\r\n", 2);
  else
    body->n_empty_lines++;
  body->in_line = false;
  body->held_space = false;
}

static inline bool
is_special (char c)
{
  return (guchar) c <= ' ' && (c == ' ' || c == '\n' || c == '\t' || c == '\r');
}

/* Where the next byte up to 0x20 stands; eight are looked at at a time, the first one lowest. */
static inline const char *
skip_solid (const char *p, const char *end)
{
  const guint64 every_byte = 0x0101010101010101;
  for (; end - p >= 8; p += 8)
    {
      guint64 word;
      memcpy (&word, p, sizeof word);
      word = GUINT64_FROM_LE (word);
      /* Low bytes borrow, which may do so to those above them only. */
      guint64 low = (word - 0x21 * every_byte) & ~word & 0x80 * every_byte;
      if (low != 0)
        return p + __builtin_ctzll (low) / 8;
    }
  while (p < end && (guchar) *p > ' ')
    p++;
  return p;
}

/* The end of the text that begins at `run`.  One blank between words is as it will be. */
static const char *
skip_text (const char *run, const char *end)
{
  const char *p = skip_solid (run, end);
  while (p < end && (!is_special (*p) || (*p == ' ' && p > run && p + 1 < end && !is_special (p[1]))))
    p = skip_solid (p + 1, end);
  return p;
}

void
body_digest_update (TmBodyDigest *body, const char *data, gsize len)
{
  const char *p = data, *end = data + len;
  while (p < end)
    {
      if (body->held_cr)
        {
          body->held_cr = false;
          if (*p != '\n')
            append_text (body, "\r", 1);
        }
      const char *run = p;
      p = skip_text (run, end);
      if (p > run)
        append_text (body, run, (gsize) (p - run));
      if (p == end)
        return;
      if (*p == '\n')
        end_line (body);
      else if (*p == '\r')
        body->held_cr = true;
      else
        body->held_space = true;
      p++;
    }
}

void
body_digest_finish (TmBodyDigest *body, guint8 out[TM_DIGEST_LEN])
{
  if (body->held_cr)
    append_text (body, "\r", 1);
  if (body->in_line)
    buffer_append (body, "\r\n", 2);
  digest_update (&body->digest, body->buffer, body->n_buffer);
  digest_finish (&body->digest, out);
}

bool
dedup_id_is_local (const char *message_id, const TmEnvelope *envelope)
{
  size_t n_digits = strspn (message_id, "0123456789");
  if (n_digits == 0 || message_id[n_digits] != '.' || *envelope->mta_host == '\0')
    return false;
  g_autofree char *made = g_strconcat (envelope->queue_id, "@", envelope->mta_host, NULL);
  return g_ascii_strcasecmp (message_id + n_digits + 1, made) == 0;
}

/* Each part with its length, so that no two lists of parts give the same bytes. */
static void
add_part (TmDigest *digest, const char *part)
{
  guint64 len = GUINT64_TO_LE ((guint64) strlen (part));
  digest_update (digest, &len, sizeof len);
  digest_update (digest, part, strlen (part));
}

static const char *
date_part (const TmMail *mail, char digits[TEXT_DIGITS])
{
  if (mail->date_at != TM_NEVER)
    return text_number (mail->date_at, digits);
  const char *unreadable = mail_header (mail, "Date", 0);
  return unreadable != NULL ? unreadable : "";
}

/* Mail of one day lies together in the database then, instead of all over it. */
static void
prefix_date (guint8 key[TM_DIGEST_LEN], gint64 date_at)
{
  enum { DATE_LEN = 5 };
  guint64 date = (guint64) CLAMP (date_at, 0, (G_GINT64_CONSTANT (1) << 8 * DATE_LEN) - 1);
  for (int i = 0; i < DATE_LEN; i++)
    key[i] = (guint8) (date >> 8 * (DATE_LEN - 1 - i));
}

void
dedup_key (const TmSite *site, const TmMail *mail, const TmEnvelope *envelope, const guint8 body[TM_DIGEST_LEN],
           TmDedupKey *key_out)
{
  bool has_id = *mail->message_id != '\0' && !dedup_id_is_local (mail->message_id, envelope);
  bool has_date = mail->date_at != TM_NEVER && (has_id || *mail->message_id == '\0');
  const char *from_field = mail_header (mail, "From", 0);
  const char *from = mail->from != NULL ? mail->from->address : from_field != NULL ? from_field : "";
  g_autofree char *subject = subject_strip_tags (mail->subject, site->instance);
  char digits[TEXT_DIGITS];
  const char *date = date_part (mail, digits);

  TmDigest digest;
  digest_init (&digest);
  add_part (&digest, "ticketmilter-dedup-1");
  add_part (&digest, site->instance);
  add_part (&digest, has_id ? mail->message_id : "");
  add_part (&digest, from);
  add_part (&digest, has_date ? date : "");
  add_part (&digest, subject);
  if (!has_id)
    add_part (&digest, envelope->sender);
  digest_update (&digest, body, TM_DIGEST_LEN);
  digest_finish (&digest, key_out->key);
  if (has_date)
    prefix_date (key_out->key, mail->date_at);
  key_out->is_weak = !has_id || !has_date;
}

static void
add_number (TmDigest *digest, gint64 number)
{
  char digits[TEXT_DIGITS];
  add_part (digest, text_number (number, digits));
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

/* In whatever order they were typed, and one typed twice once. */
static void
add_recipients (TmDigest *digest, const TmEnvelope *envelope)
{
  g_autoptr (GPtrArray) addresses = g_ptr_array_new ();
  for (guint i = 0; i < envelope->recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (envelope->recipients, i);
      g_ptr_array_add (addresses, recipient->address != NULL ? recipient->address : recipient->typed);
    }
  g_ptr_array_sort (addresses, compare_texts);
  for (guint i = 0; i < addresses->len; i++)
    if (i == 0 || strcmp (addresses->pdata[i - 1], addresses->pdata[i]) != 0)
      add_part (digest, addresses->pdata[i]);
}

void
dedup_agent_key (const TmSite *site, const TmDedupAgent *agent, const TmEnvelope *envelope,
                 const guint8 body[TM_DIGEST_LEN], TmDedupKey *key_out)
{
  TmDigest digest;
  digest_init (&digest);
  add_part (&digest, "ticketmilter-dedup-agent-1");
  add_part (&digest, site->instance);
  add_part (&digest, agent->agent);
  add_recipients (&digest, envelope);
  add_part (&digest, "");
  for (guint i = 0; i < agent->token_tickets->len; i++)
    add_number (&digest, g_array_index (agent->token_tickets, gint64, i));
  add_number (&digest, agent->tag_ticket);
  for (guint i = 0; i < agent->message_ids->len; i++)
    add_part (&digest, g_ptr_array_index (agent->message_ids, i));
  digest_update (&digest, body, TM_DIGEST_LEN);
  digest_finish (&digest, key_out->key);
  key_out->is_weak = true;
}
