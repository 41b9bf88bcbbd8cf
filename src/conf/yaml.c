/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/yaml.h"

#include <string.h>
#include <yaml.h>

/*
 * An unquoted `!is_auto` is a tag, and depending on what follows a syntax error.  What was meant is text: the `!` gives
 * way to a character that is as wide, and the file is read anew, so that the mistake is told in the words of the option
 * and hides no other.
 */
#define TAG_MARK "\356\200\200" /* U+E000 */

typedef struct
{
  yaml_parser_t parser;
  const GString *bytes;
  gsize tag_at;      /* byte offset of the last tag; valid when has_tag */
  gsize tag_line;    /* as in yaml_mark_t */
  bool has_tag;
  bool must_restart;
  const char *file;
  TmFindings *findings;
  GString *path;
  unsigned depth;
  bool is_stopped;
} TmComposer;

static TmNode *compose (TmComposer *composer, yaml_event_t *event);

static TmMark
mark_of (const TmComposer *composer, const yaml_mark_t *mark)
{
  return (TmMark) { composer->file, (unsigned) mark->line + 1, (unsigned) mark->column + 1 };
}

static TmMark
mark_of_offset (const TmComposer *composer, gsize offset)
{
  TmMark mark = { composer->file, 1, 1 };
  for (gsize i = 0; i < MIN (offset, composer->bytes->len); i++)
    {
      bool is_end = composer->bytes->str[i] == '\n';
      mark.line += is_end ? 1 : 0;
      mark.column = is_end ? 1 : mark.column + 1;
    }
  return mark;
}

static void
stop (TmComposer *composer, const TmMark *mark, const char *what)
{
  findings_error (composer->findings, mark, composer->path->str, "%s", what);
  composer->findings->is_partial = true;
  composer->is_stopped = true;
}

/* An unclosed quote is found at the end of the file; only the context says where it began. */
static void
stop_at_syntax_error (TmComposer *composer)
{
  const yaml_parser_t *parser = &composer->parser;
  TmMark mark = parser->error == YAML_READER_ERROR ? mark_of_offset (composer, parser->problem_offset)
                                                   : mark_of (composer, &parser->problem_mark);
  g_autoptr (GString) what = g_string_new (parser->problem != NULL ? parser->problem : "cannot be read");
  if (parser->context != NULL)
    g_string_append_printf (what, ", %s that begins at line %zu, column %zu", parser->context,
                            parser->context_mark.line + 1, parser->context_mark.column + 1);
  if (strstr (what->str, "cannot start any token") != NULL)
    g_string_append (what, "; quote the value, and indent with spaces, not tabs");
  stop (composer, &mark, what->str);
}

/* Marks count characters. */
static void
note_tag (TmComposer *composer, const yaml_mark_t *mark)
{
  const char *text = composer->bytes->str;
  composer->tag_at = (gsize) (g_utf8_offset_to_pointer (text, (glong) mark->index) - text);
  composer->tag_line = mark->line;
  composer->has_tag = text[composer->tag_at] == '!';
}

static bool
is_tags_fault (TmComposer *composer)
{
  const yaml_parser_t *parser = &composer->parser;
  if (parser->context != NULL && strstr (parser->context, "scanning a tag") != NULL)
    note_tag (composer, &parser->context_mark);
  return composer->has_tag && composer->tag_line == parser->problem_mark.line;
}

static bool
next_event (TmComposer *composer, yaml_event_t *event)
{
  if (composer->is_stopped)
    return false;
  if (yaml_parser_parse (&composer->parser, event))
    return true;
  composer->must_restart = is_tags_fault (composer);
  composer->is_stopped = true;
  if (!composer->must_restart)
    stop_at_syntax_error (composer);
  return false;
}

static void
check_properties (TmComposer *composer, const yaml_event_t *event, const yaml_char_t *anchor, const yaml_char_t *tag)
{
  TmMark mark = mark_of (composer, &event->start_mark);
  if (anchor != NULL)
    findings_error (composer->findings, &mark, composer->path->str,
                    "anchors are not accepted: `&%s`; quote it if it is text", (const char *) anchor);
  if (tag == NULL)
    return;
  note_tag (composer, &event->start_mark);
  composer->must_restart = composer->is_stopped = composer->has_tag;
  if (!composer->has_tag)
    findings_error (composer->findings, &mark, composer->path->str, "tags are not accepted: `%s`", (const char *) tag);
}

static char *
undo_tag_mark (TmComposer *composer, const TmMark *mark, const char *value)
{
  char *meant = g_strconcat ("!", value + strlen (TAG_MARK), NULL);
  g_auto (GStrv) parts = g_strsplit (meant, "'", -1);
  g_autofree char *doubled = g_strjoinv ("''", parts);
  findings_error (composer->findings, mark, composer->path->str,
                  "begins with `!`, which makes it a YAML tag; quote it: '%s'", doubled);
  return meant;
}

static TmQuote
quote_of (const yaml_event_t *event)
{
  if (event->start_mark.line != event->end_mark.line || event->data.scalar.anchor != NULL)
    return TM_QUOTE_OTHER;
  if (event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
    return TM_QUOTE_PLAIN;
  return event->data.scalar.style == YAML_SINGLE_QUOTED_SCALAR_STYLE ? TM_QUOTE_SINGLE : TM_QUOTE_OTHER;
}

static TmNode *
compose_scalar (TmComposer *composer, const yaml_event_t *event)
{
  TmMark mark = mark_of (composer, &event->start_mark);
  const char *value = (const char *) event->data.scalar.value;
  check_properties (composer, event, event->data.scalar.anchor, event->data.scalar.tag);
  if (strlen (value) != event->data.scalar.length)
    {
      findings_error (composer->findings, &mark, composer->path->str, "text must not hold a NUL");
      return NULL;
    }
  TmNode *node = node_new (TM_NODE_SCALAR, &mark);
  node->quote = quote_of (event);
  bool was_tag = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && g_str_has_prefix (value, TAG_MARK);
  node->text = was_tag ? undo_tag_mark (composer, &mark, value) : g_strdup (value);
  return node;
}

static TmNode *
compose_list (TmComposer *composer, const yaml_event_t *start)
{
  TmMark mark = mark_of (composer, &start->start_mark);
  check_properties (composer, start, start->data.sequence_start.anchor, start->data.sequence_start.tag);
  TmNode *list = node_new (TM_NODE_LIST, &mark);
  yaml_event_t event;
  for (guint i = 0; next_event (composer, &event); i++)
    {
      if (event.type == YAML_SEQUENCE_END_EVENT)
        {
          yaml_event_delete (&event);
          break;
        }
      gsize len = path_push_index (composer->path, i);
      TmNode *item = compose (composer, &event);
      if (item != NULL)
        g_ptr_array_add (list->items, item);
      g_string_truncate (composer->path, len);
    }
  return list;
}

static TmNode *
compose_key (TmComposer *composer, yaml_event_t *event)
{
  TmMark mark = mark_of (composer, &event->start_mark);
  TmNode *key = compose (composer, event);
  if (key == NULL)
    return NULL;
  if (key->kind == TM_NODE_SCALAR && strcmp (key->text, "<<") != 0)
    return key;
  findings_error (composer->findings, &mark, composer->path->str,
                key->kind == TM_NODE_SCALAR ? "merge keys (`<<`) are not accepted" : "a key must be a word");
  node_free (key);
  return NULL;
}

static void
compose_pair (TmComposer *composer, TmNode *map, yaml_event_t *event)
{
  g_autoptr (TmNode) key = compose_key (composer, event);
  yaml_event_t value;
  if (!next_event (composer, &value))
    return;
  gsize len = path_push_key (composer->path, key != NULL ? key->text : "?");
  g_autoptr (TmNode) item = compose (composer, &value);
  const TmNode *first = key != NULL ? node_get_key (map, key->text) : NULL;
  if (first != NULL)
    findings_error (composer->findings, &key->mark, composer->path->str, "given twice; first at line %u",
                    first->mark.line);
  else if (key != NULL && item != NULL)
    node_map_add (map, g_steal_pointer (&key), g_steal_pointer (&item));
  g_string_truncate (composer->path, len);
}

static TmNode *
compose_map (TmComposer *composer, const yaml_event_t *start)
{
  TmMark mark = mark_of (composer, &start->start_mark);
  check_properties (composer, start, start->data.mapping_start.anchor, start->data.mapping_start.tag);
  TmNode *map = node_new (TM_NODE_MAP, &mark);
  yaml_event_t event;
  while (next_event (composer, &event))
    {
      if (event.type == YAML_MAPPING_END_EVENT)
        {
          yaml_event_delete (&event);
          break;
        }
      compose_pair (composer, map, &event);
    }
  return map;
}

static TmNode *
compose_collection (TmComposer *composer, const yaml_event_t *event)
{
  TmMark mark = mark_of (composer, &event->start_mark);
  if (composer->depth == TM_YAML_DEPTH_MAX)
    {
      stop (composer, &mark, "nested too deeply");
      return NULL;
    }
  composer->depth++;
  TmNode *node
    = event->type == YAML_MAPPING_START_EVENT ? compose_map (composer, event) : compose_list (composer, event);
  composer->depth--;
  return node;
}

/* Takes `event`, the first of a node.  NULL when there is nothing to keep. */
static TmNode *
compose (TmComposer *composer, yaml_event_t *event)
{
  TmNode *node = NULL;
  TmMark mark = mark_of (composer, &event->start_mark);
  if (event->type == YAML_SCALAR_EVENT)
    node = compose_scalar (composer, event);
  else if (event->type == YAML_ALIAS_EVENT)
    findings_error (composer->findings, &mark, composer->path->str,
                    "aliases are not accepted: `*%s`; quote it if it is text", (const char *) event->data.alias.anchor);
  else
    node = compose_collection (composer, event);
  yaml_event_delete (event);
  return node;
}

/* Behind the root stand only the ends of document and stream, unless a second document begins. */
static void
expect_end (TmComposer *composer)
{
  yaml_event_t event;
  bool is_end = false;
  while (!is_end && next_event (composer, &event))
    {
      TmMark mark = mark_of (composer, &event.start_mark);
      is_end = event.type == YAML_STREAM_END_EVENT;
      if (event.type == YAML_DOCUMENT_START_EVENT)
        stop (composer, &mark, "a second document is not accepted; use `include`");
      yaml_event_delete (&event);
    }
}

static TmNode *
compose_document (TmComposer *composer)
{
  yaml_event_t event;
  while (next_event (composer, &event))
    {
      yaml_event_type_t type = event.type;
      if (type != YAML_STREAM_START_EVENT && type != YAML_DOCUMENT_START_EVENT && type != YAML_STREAM_END_EVENT)
        {
          TmNode *root = compose (composer, &event);
          expect_end (composer);
          return root;
        }
      yaml_event_delete (&event);
      if (type == YAML_STREAM_END_EVENT)
        break;
    }
  return NULL;
}

static TmNode *
read_once (TmComposer *composer)
{
  if (!yaml_parser_initialize (&composer->parser))
    g_error ("out of memory");
  yaml_parser_set_encoding (&composer->parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string (&composer->parser, (const unsigned char *) composer->bytes->str, composer->bytes->len);
  TmNode *root = compose_document (composer);
  yaml_parser_delete (&composer->parser);
  return root;
}

TmNode *
yaml_read (const char *bytes, gsize len, const char *file, TmFindings *findings)
{
  /* libyaml counts a byte order mark as a column. */
  gsize skipped = len >= 3 && memcmp (bytes, "\357\273\277", 3) == 0 ? 3 : 0;
  g_autoptr (GString) text = g_string_new_len (bytes + skipped, (gssize) (len - skipped));
  g_autoptr (GString) path = g_string_new (NULL);
  TmFindingsState before = findings_save (findings);
  while (true)
    {
      TmComposer composer = { .bytes = text, .file = file, .findings = findings, .path = path };
      TmNode *root = read_once (&composer);
      if (!composer.must_restart)
        return root;
      node_free (root);
      findings_restore (findings, before);
      g_string_erase (text, (gssize) composer.tag_at, 1);
      g_string_insert (text, (gssize) composer.tag_at, TAG_MARK);
    }
}
