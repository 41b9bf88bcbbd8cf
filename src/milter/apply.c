/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/apply.h"

#include "base/log.h"
#include "base/text.h"
#include "milter/cork.h"

#include <string.h>

/* Bytes of a reply's text: libmilter refuses lines over 980, RFC 5321 §4.5.3.1.5 says 512. */
enum { REPLY_MAX = 400 };
enum { VALUE_ROOM = 256 };

static bool
is_field_name (const char *name)
{
  if (*name == '\0')
    return false;
  for (; *name != '\0'; name++)
    if (*name < 33 || *name > 126 || *name == ':')
      return false;
  return true;
}

static bool
is_blank (char c)
{
  return c == ' ' || c == '\t';
}

static bool
is_field_body (const char *value)
{
  bool line_has_text = false;
  for (; *value != '\0'; value++)
    {
      unsigned char c = (unsigned char) *value;
      if (c == '\n')
        {
          if (!line_has_text || !is_blank (value[1]))
            return false;
          line_has_text = false;
        }
      else if ((c < 0x20 && c != '\t') || c == 0x7f)
        return false;
      else if (!is_blank (*value))
        line_has_text = true;
    }
  return line_has_text;
}

static bool
is_plain_address (const char *address)
{
  for (const char *c = address; *c != '\0'; c++)
    if ((unsigned char) *c <= 0x20 || *c == 0x7f)
      return false;
  return *address != '\0';
}

bool
edit_is_clean (const TmEdit *edit)
{
  switch (edit->op)
    {
    case TM_EDIT_ADD:
      return is_field_name (edit->header) && is_field_body (edit->value);
    case TM_EDIT_CHANGE:
      return edit->index > 0 && is_field_name (edit->header) && is_field_body (edit->value);
    case TM_EDIT_DELETE:
      return edit->index > 0 && is_field_name (edit->header);
    case TM_EDIT_ADD_RCPT:
    case TM_EDIT_DEL_RCPT:
    case TM_EDIT_SENDER:
      return is_plain_address (edit->value);
    case TM_EDIT_BODY:
      return edit->body != NULL;
    }
  return false;
}

/* The value of a field, which libmilter copies: most are short. */
static char *
field_value (const char *value, bool leading_space, char room[VALUE_ROOM], char **owned_out)
{
  *owned_out = NULL;
  if (strlen (value) + 2 > VALUE_ROOM)
    return *owned_out = g_strconcat (leading_space ? " " : "", value, NULL);
  strcpy (leading_space ? g_stpcpy (room, " ") : room, value);
  return room;
}

/* In packets that every MTA takes; an empty body is a packet, too. */
static int
replace_body (SMFICTX *ctx, GBytes *body)
{
  gsize len;
  const guchar *data = g_bytes_get_data (body, &len);
  int rc = MI_SUCCESS;
  gsize at = 0;
  do
    {
      gsize n = MIN (len - at, MILTER_CHUNK_SIZE);
      /* libmilter only reads it. */
      rc = smfi_replacebody (ctx, n > 0 ? (guchar *) (guintptr) data + at : NULL, (int) n);
      at += n;
    }
  while (rc == MI_SUCCESS && at < len);
  return rc;
}

static int
apply_one (SMFICTX *ctx, const TmEdit *edit, bool leading_space)
{
  char room[VALUE_ROOM];
  g_autofree char *value = NULL;
  switch (edit->op)
    {
    case TM_EDIT_ADD:
      return smfi_addheader (ctx, edit->header, field_value (edit->value, leading_space, room, &value));
    case TM_EDIT_CHANGE:
      return smfi_chgheader (ctx, edit->header, edit->index, field_value (edit->value, leading_space, room, &value));
    case TM_EDIT_DELETE:
      return smfi_chgheader (ctx, edit->header, edit->index, NULL);
    case TM_EDIT_ADD_RCPT:
      value = g_strconcat ("<", edit->value, ">", NULL);
      return smfi_addrcpt (ctx, value);
    case TM_EDIT_DEL_RCPT:
      value = g_strconcat ("<", edit->value, ">", NULL);
      return smfi_delrcpt (ctx, value);
    case TM_EDIT_SENDER:
      value = g_strconcat ("<", edit->value, ">", NULL);
      return smfi_chgfrom (ctx, value, NULL);
    case TM_EDIT_BODY:
      return replace_body (ctx, edit->body);
    }
  return MI_FAILURE;
}

static bool
apply_all (SMFICTX *ctx, const char *queue_id, const GPtrArray *edits, bool leading_space)
{
  for (guint i = 0; i < edits->len; i++)
    {
      const TmEdit *edit = g_ptr_array_index (edits, i);
      const char *what = edit->header != NULL ? edit->header : edit->op == TM_EDIT_BODY ? "text" : "address";
      if (!edit_is_clean (edit))
        {
          g_autofree char *value = text_log_value (edit->value != NULL ? edit->value : "");
          log_error ("%s: BUG: edit %s %s would not be clean, not accepted: %s", queue_id, edit_op_name (edit->op),
                     what, value);
          return false;
        }
      if (apply_one (ctx, edit, leading_space) != MI_SUCCESS)
        {
          log_warning ("%s: the MTA did not take edit %s %s, not accepted", queue_id, edit_op_name (edit->op), what);
          return false;
        }
    }
  return true;
}

bool
apply_edits (SMFICTX *ctx, const char *queue_id, const GPtrArray *edits, bool leading_space)
{
  TmCork cork;
  g_autofree char *shown_id = text_log_value (queue_id);
  cork_begin (&cork);
  bool is_taken = apply_all (ctx, shown_id, edits, leading_space);
  bool is_written = is_taken ? cork_hold (&cork) : cork_end (&cork);
  if (is_taken && !is_written)
    log_warning ("%s: the MTA did not take the edits, not accepted", shown_id);
  return is_taken && is_written;
}

/* MTAs read the text as a format: "%" is written twice. */
static char *
reply_text (const char *text)
{
  g_autofree char *line = text_one_line (text, REPLY_MAX);
  g_auto (GStrv) parts = g_strsplit (line, "%", -1);
  return g_strjoinv ("%%", parts);
}

sfsistat
apply_reply (SMFICTX *ctx, const char *code, const char *enhanced, const char *text)
{
  g_autofree char *code_copy = g_strdup (code);
  g_autofree char *enhanced_copy = g_strdup (enhanced);
  g_autofree char *line = reply_text (text);
  if (smfi_setreply (ctx, code_copy, enhanced_copy, line) != MI_SUCCESS)
    log_error ("BUG: reply %s %s is not one that libmilter takes", code, enhanced);
  return *code == '5' ? SMFIS_REJECT : SMFIS_TEMPFAIL;
}
