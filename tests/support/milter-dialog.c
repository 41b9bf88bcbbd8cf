/* SPDX-License-Identifier: BSD-2-Clause */
/* Whole messages over a MilterClient, and what came back for them. */
#include "tests/support/milter-client.h"

#include <string.h>

static bool
is_final (const MilterClient *client)
{
  return client->reply.kind != SMFIR_CONTINUE;
}

/* One field (with its folds, "\n" between the lines) of the header block `raw`; its length in bytes of `raw` is
 * returned. */
static gsize
next_field (const char *raw, gsize len, GString *field)
{
  gsize at = 0;
  g_string_truncate (field, 0);
  do
    {
      const char *lf = memchr (raw + at, '\n', len - at);
      gsize end = lf != NULL ? (gsize) (lf - raw) : len;
      gsize keep = end > at && raw[end - 1] == '\r' ? end - 1 : end;
      if (field->len > 0)
        g_string_append_c (field, '\n');
      g_string_append_len (field, raw + at, (gssize) (keep - at));
      at = lf != NULL ? end + 1 : len;
    }
  while (at < len && (raw[at] == ' ' || raw[at] == '\t'));
  return at;
}

static bool
send_field (MilterClient *client, char *field, GError **error)
{
  char *colon = strchr (field, ':');
  if (colon == NULL)
    return true;
  *colon = '\0';
  char *value = colon + 1;
  if ((client->protocol & SMFIP_HDR_LEADSPC) == 0 && *value == ' ')
    value++;
  return milter_client_header (client, field, value, error);
}

bool
milter_client_content (MilterClient *client, const char *raw, gsize len, GError **error)
{
  g_autoptr (GString) field = g_string_new (NULL);
  gsize at = 0;
  while (at < len)
    {
      at += next_field (raw + at, len - at, field);
      if (field->len == 0)
        break;
      if (!send_field (client, field->str, error))
        return false;
      if (is_final (client))
        return true;
    }
  if (!milter_client_eoh (client, error))
    return false;
  while (at < len && !is_final (client))
    {
      gsize n = MIN (len - at, MILTER_CHUNK_SIZE);
      if (!milter_client_body (client, raw + at, n, error))
        return false;
      at += n;
    }
  return is_final (client) || milter_client_eom (client, error);
}

bool
milter_client_message (MilterClient *client, const char *queue_id, const char *sender, const char *const *recipients,
                       const char *raw, gsize len, GError **error)
{
  if (!milter_client_mail (client, sender, error))
    return false;
  for (; !is_final (client) && *recipients != NULL; recipients++)
    if (!milter_client_rcpt (client, *recipients, error))
      return false;
  if (is_final (client))
    return true;
  if (queue_id != NULL)
    milter_client_macros (client, SMFIC_DATA, (const char *const[]){ "i", queue_id, NULL });
  if (!milter_client_data (client, error))
    return false;
  return is_final (client) || milter_client_content (client, raw, len, error);
}

/* --- what came back --- */

const char *
milter_client_edited (const MilterClient *client, const char *name)
{
  for (guint i = client->reply.edits->len; i-- > 0;)
    {
      const MilterEdit *edit = g_ptr_array_index (client->reply.edits, i);
      if (edit->name != NULL && g_ascii_strcasecmp (edit->name, name) == 0 && edit->value != NULL
          && *edit->value != '\0')
        return edit->value + (*edit->value == ' ');
    }
  return NULL;
}

GBytes *
milter_client_new_body (const MilterClient *client)
{
  g_autoptr (GByteArray) body = NULL;
  bool has_ended = false;
  for (guint i = 0; i < client->reply.edits->len; i++)
    {
      const MilterEdit *edit = g_ptr_array_index (client->reply.edits, i);
      if (edit->op != SMFIR_REPLBODY)
        {
          has_ended = body != NULL;
          continue;
        }
      if (has_ended || edit->len > MILTER_CHUNK_SIZE)
        return NULL;
      if (body == NULL)
        body = g_byte_array_new ();
      g_byte_array_append (body, (const guint8 *) edit->value, (guint) edit->len);
    }
  return body != NULL ? g_byte_array_free_to_bytes (g_steal_pointer (&body)) : NULL;
}

char *
milter_client_print_edits (const MilterClient *client)
{
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < client->reply.edits->len; i++)
    {
      const MilterEdit *edit = g_ptr_array_index (client->reply.edits, i);
      g_string_append_printf (text, "%c %u %s:%s\n", edit->op, edit->index, edit->name != NULL ? edit->name : "",
                              edit->value != NULL ? edit->value : "");
    }
  return g_string_free (text, FALSE);
}
