/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/screen.h"

#include "mime/fields.h"
#include "mime/mailboxes.h"
#include "mime/words.h"

#include <gmime/gmime.h>
#include <string.h>

enum
{
  BLOCKS_SHARE = 10,    /* all parts' fields together: at most so many times the limit of one header block */
  NESTED_COLONS = 200,  /* in an address field of an attached message */
  COMMAS = 20000,       /* in all of those fields: an object each */
  WORDS_COST = 1 << 20, /* of looking for the ends of encoded words, in all fields */
  COMPARED = 20000000,  /* boundaries that lines with "--" are compared with */

  /* what is odd, at limits of any size */
  ODD_BOUNDARY_LINES = 500,
  ODD_CONTAINERS = 60,
  ODD_FIELDS = 2000,    /* of all parts together */
  ODD_COMMAS = 4000,
  ODD_COMPARED = 1000000,
};

typedef struct
{
  const TmLimits *limits;
  GHashTable *boundaries; /* of every multipart seen so far, without the leading "--" */
  bool has_digest;        /* its parts are messages without saying so */
  bool in_fields;
  bool block_has_type;    /* of the block being read */
  bool block_is_message;
  unsigned n_containers, n_boundary_lines;
  unsigned n_block_fields, n_fields;
  size_t block_bytes, all_bytes, words_cost;
  size_t n_commas, n_compared;
} TmScreen;

static void
begin_block (TmScreen *screen)
{
  screen->in_fields = true;
  screen->block_has_type = screen->block_is_message = false;
  screen->n_block_fields = 0;
  screen->block_bytes = 0;
}

static char *
trim_boundary (const char *boundary, size_t len)
{
  while (len > 0 && strchr (" \t\r", boundary[len - 1]) != NULL)
    len--;
  return g_strndup (boundary, len);
}

static void
note_content_type (TmScreen *screen, const char *unfolded)
{
  GMimeContentType *type = g_mime_content_type_parse (NULL, unfolded);
  screen->block_has_type = true;
  if (g_mime_content_type_is_type (type, "multipart", "*"))
    {
      const char *boundary = g_mime_content_type_get_parameter (type, "boundary");
      if (boundary != NULL)
        g_hash_table_add (screen->boundaries, trim_boundary (boundary, strlen (boundary)));
      screen->has_digest |= g_mime_content_type_is_type (type, "multipart", "digest");
      screen->n_containers++;
    }
  else if (g_mime_content_type_is_type (type, "message", "*")
           || g_mime_content_type_is_type (type, "text", "rfc822-headers"))
    {
      screen->block_is_message = true;
      screen->n_containers++;
    }
  g_object_unref (type);
}

/* The empty line behind a block of fields: are more fields to come? */
static void
end_block (TmScreen *screen)
{
  bool message = screen->block_is_message || (!screen->block_has_type && screen->has_digest);
  if (message)
    begin_block (screen);
  else
    screen->in_fields = false;
}

static bool
is_address_field (const TmField *field)
{
  static const char *const names[] = { "From", "Sender", "Reply-To", "To", "Cc", "Bcc" };
  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    if (field_is (field, names[i]))
      return true;
  return false;
}

/* An address field of an attached message. */
static bool
note_addresses (TmScreen *screen, const TmField *field)
{
  for (size_t i = 0; i < field->value_len; i++)
    screen->n_commas += field->value[i] == ',' || field->value[i] == ';';
  return screen->n_commas <= COMMAS && mailboxes_group_depth_at_most (field->value, field->value_len) <= NESTED_COLONS;
}

static bool
note_field (TmScreen *screen, const TmField *field, size_t bytes)
{
  screen->n_block_fields++;
  screen->n_fields++;
  screen->block_bytes += bytes;
  screen->all_bytes += bytes;
  screen->words_cost += words_search_cost (field->value, field->value_len);
  if (screen->words_cost > WORDS_COST)
    return false;
  if (field_is (field, "Content-Type") && bytes <= screen->limits->header_bytes)
    {
      g_autofree char *unfolded = field_unfold (field);
      note_content_type (screen, unfolded);
    }
  if (is_address_field (field) && !note_addresses (screen, field))
    return false;
  return screen->n_block_fields <= screen->limits->headers && screen->block_bytes <= screen->limits->header_bytes
         && screen->n_fields <= screen->limits->headers * BLOCKS_SHARE
         && screen->all_bytes <= screen->limits->header_bytes * BLOCKS_SHARE
         && screen->n_containers <= screen->limits->parts;
}

static bool
is_boundary (const TmScreen *screen, const char *line, size_t len)
{
  if (len < 2 || line[0] != '-' || line[1] != '-' || g_hash_table_size (screen->boundaries) == 0)
    return false;
  g_autofree char *key = trim_boundary (line + 2, len - 2);
  if (g_hash_table_contains (screen->boundaries, key))
    return true;
  size_t key_len = strlen (key);
  if (!g_str_has_suffix (key, "--"))
    return false;
  g_autofree char *final = trim_boundary (key, key_len - 2);
  return g_hash_table_contains (screen->boundaries, final);
}

/* The field that begins at `data` with its folds, as GMime takes them. */
static size_t
measure_field (const char *data, size_t len, TmField *field_out)
{
  size_t text;
  size_t at = line_length (data, len, &text);
  size_t name_len = field_name_length (data, text);
  while (at < len && (data[at] == ' ' || data[at] == '\t'))
    at += line_length (data + at, len - at, &text);
  const char *colon = name_len > 0 ? memchr (data, ':', at) : NULL;
  size_t skip = colon != NULL ? (size_t) (colon - data) + 1 : 0;
  *field_out = (TmField){ .name = data, .name_len = name_len, .value = data + skip, .value_len = at - skip };
  return at;
}

/* The length of the line or field at `data`; 0: beyond a limit. */
static size_t
step (TmScreen *screen, const char *data, size_t len)
{
  size_t text;
  size_t whole = line_length (data, len, &text);
  if (text >= 2 && data[0] == '-' && data[1] == '-')
    screen->n_compared += g_hash_table_size (screen->boundaries);
  if (screen->n_compared > COMPARED)
    return 0;
  if (is_boundary (screen, data, text))
    {
      begin_block (screen);
      return ++screen->n_boundary_lines <= screen->limits->boundary_lines ? whole : 0;
    }
  if (!screen->in_fields)
    return whole;
  if (text == 0)
    {
      end_block (screen);
      return whole;
    }
  TmField field;
  whole = measure_field (data, len, &field);
  return note_field (screen, &field, whole) ? whole : 0;
}

static bool
is_odd (const TmScreen *screen)
{
  return screen->n_boundary_lines > ODD_BOUNDARY_LINES || screen->n_containers > ODD_CONTAINERS
         || screen->n_fields > ODD_FIELDS || screen->n_commas > ODD_COMMAS || screen->n_compared > ODD_COMPARED;
}

TmScreened
screen_body (const char *body, size_t len, const char *content_type, const TmLimits *limits)
{
  TmScreen screen = { .limits = limits };
  screen.boundaries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (content_type != NULL)
    note_content_type (&screen, content_type);
  end_block (&screen);
  bool bounded = true;
  /* Without a container GMime takes the body as one piece. */
  for (size_t at = 0; at < len && bounded && screen.n_containers > 0;)
    {
      size_t taken = step (&screen, body + at, len - at);
      bounded = taken > 0;
      at += taken;
    }
  g_hash_table_unref (screen.boundaries);
  if (!bounded)
    return TM_SCREEN_BEYOND;
  return is_odd (&screen) ? TM_SCREEN_ODD : TM_SCREEN_ORDINARY;
}
