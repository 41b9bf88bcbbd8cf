/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/condition.h"

#include "core/literals.h"
#include "core/scan.h"

#include <string.h>

static const char *const field_names[] = {
  [TM_FIELD_ATTACHMENT_NAME] = "attachment.name",
  [TM_FIELD_ATTACHMENT_TYPE] = "attachment.type",
  [TM_FIELD_BODY] = "body",
  [TM_FIELD_CC] = "cc",
  [TM_FIELD_CLIENT] = "client",
  [TM_FIELD_CUSTOMER] = "customer",
  [TM_FIELD_FROM] = "from",
  [TM_FIELD_FROM_NAME] = "from_name",
  [TM_FIELD_HEADER] = "header",
  [TM_FIELD_LOGIN] = "login",
  [TM_FIELD_PLAN] = "plan",
  [TM_FIELD_PRIORITY] = "priority",
  [TM_FIELD_QUEUE] = "queue",
  [TM_FIELD_RECIPIENT] = "recipient",
  [TM_FIELD_SENDER] = "sender",
  [TM_FIELD_SUBJECT] = "subject",
  [TM_FIELD_TAG] = "tag",
  [TM_FIELD_TEXT] = "text",
  [TM_FIELD_TO] = "to",
  [TM_FIELD_TYPE] = "type",
  NULL,
};

static const char *const flag_names[] = {
  [TM_IS_AUTO] = "is_auto",
  [TM_IS_BOUNCE] = "is_bounce",
  [TM_IS_LIST] = "is_list",
  [TM_IS_FOLLOWUP] = "is_followup",
  [TM_IS_AUTHENTICATED] = "is_authenticated",
  [TM_HAS_ATTACHMENT] = "has_attachment",
  [TM_IS_SPAM] = "is_spam",
  [TM_IS_FORWARD] = "is_forward",
  NULL,
};

static int
find_name (const char *const *names, const char *word)
{
  for (int i = 0; names[i] != NULL; i++)
    if (strcmp (names[i], word) == 0)
      return i;
  return -1;
}

/* --- the right-hand sides --- */

/* The place in `written` of byte `offset` of what it becomes when each `\/` is made `/`. */
static gsize
written_offset (const char *written, gsize offset)
{
  const char *p = written;
  for (; offset > 0 && *p != '\0'; offset--, p++)
    if (*p == '\\' && p[1] == '/')
      p++;
    else if (*p == '\\' && p[1] != '\0' && offset > 1)
      {
        p++;
        offset--;
      }
  return (gsize) (p - written);
}

static bool
parse_pattern (TmScan *scan, TmCondition *condition, GError **error)
{
  scan_skip_space (scan);
  gsize start = scan->at;
  if (!scan_take (scan, "/"))
    return scan_fail (scan, start, error, "a pattern stands between slashes: /…/");
  g_autoptr (GString) source = g_string_new (NULL);
  const char *p = scan->text + scan->at;
  for (; *p != '/' && *p != '\0'; p++)
    {
      if (*p == '\\' && p[1] != '\0' && *++p != '/')
        g_string_append_c (source, '\\');
      g_string_append_c (source, *p);
    }
  if (*p == '\0')
    return scan_fail (scan, start, error, "the pattern has no closing slash");
  scan->at = (gsize) (p + 1 - scan->text);
  gsize n_flags = strspn (p + 1, G_CSET_A_2_Z G_CSET_a_2_z);
  g_autofree char *flags = g_strndup (p + 1, n_flags);
  scan->at += n_flags;
  if (!scan_expect_end (scan, error))
    return false;
  condition->test = TM_TEST_PATTERN;
  gsize offset = 0;
  if (pattern_compile (source->str, flags, &condition->pattern, &offset, error))
    {
      condition->literals = literals_required (source->str, flags);
      return true;
    }
  scan->error_at = start + 1 + written_offset (scan->text + start + 1, offset);
  return false;
}

static bool
parse_value (TmScan *scan, TmCondition *condition, GError **error)
{
  condition->test = TM_TEST_VALUE;
  if (!scan_take_value (scan, &condition->value, error) || !scan_expect_end (scan, error))
    return false;
  condition->folded = g_utf8_casefold (condition->value, -1);
  return true;
}

static bool
parse_network (TmScan *scan, TmCondition *condition, GError **error)
{
  scan_skip_space (scan);
  gsize start = scan->at;
  g_autofree char *network = NULL;
  condition->test = TM_TEST_NETWORK;
  if (!scan_take_value (scan, &network, error) || !scan_expect_end (scan, error))
    return false;
  return network_parse (network, &condition->network)
         || scan_fail (scan, start, error, "`%s` is no network; write 192.0.2.0/24 or 2001:db8::/32", network);
}

/* --- the hour --- */

static const char hour_name[] = "hour";

static bool
parse_hour (TmScan *scan, TmCondition *condition, GError **error)
{
  scan_skip_space (scan);
  gsize start = scan->at;
  if (!scan_take (scan, "inside "))
    return scan_fail (scan, start, error, "`hour` needs `inside CALENDAR` behind it");
  condition->test = TM_TEST_CALENDAR;
  return scan_take_value (scan, &condition->value, error) && scan_expect_end (scan, error);
}

/* --- the left-hand side --- */

static bool
header_name_is_valid (const char *name)
{
  for (const char *p = name; *p != '\0'; p++)
    if (*p <= 0x20 || *p >= 0x7f || *p == ':')
      return false;
  return *name != '\0';
}

static bool
parse_header_name (TmScan *scan, TmCondition *condition, GError **error)
{
  scan_skip_space (scan);
  gsize start = scan->at;
  if (scan->text[start] != '"')
    return scan_fail (scan, start, error, "the field's name stands in quotes: header \"X-Name\" =~ /…/");
  if (!scan_take_value (scan, &condition->header, error))
    return false;
  return header_name_is_valid (condition->header)
         || scan_fail (scan, start, error, "`%s` is no name of a header field", condition->header);
}

static bool
parse_tag_key (TmScan *scan, TmCondition *condition, GError **error)
{
  scan_skip_space (scan);
  gsize start = scan->at;
  if (scan->text[start] != '"')
    return scan_fail (scan, start, error, "the tag's key stands in quotes: tag \"key\" = value");
  if (!scan_take_value (scan, &condition->header, error))
    return false;
  return tag_key_is_valid (condition->header)
         || scan_fail (scan, start, error, "%s", TAG_KEY_RULE);
}

/* What some fields have behind their name. */
static bool
parse_name (TmScan *scan, TmCondition *condition, GError **error)
{
  if (condition->field == TM_FIELD_HEADER)
    return parse_header_name (scan, condition, error);
  return condition->field != TM_FIELD_TAG || parse_tag_key (scan, condition, error);
}

static bool
parse_operator (TmScan *scan, TmCondition *condition, GError **error)
{
  scan_skip_space (scan);
  gsize start = scan->at;
  const char *field = field_names[condition->field];
  if (scan_take (scan, "=~"))
    return parse_pattern (scan, condition, error);
  if (scan_take (scan, "=="))
    return scan_fail (scan, start, error, "`==` is written `=`");
  if (scan_take (scan, "="))
    return parse_value (scan, condition, error);
  if (scan_take (scan, "!=") || scan_take (scan, "!~"))
    return scan_fail (scan, start, error, "to negate, put the `!` in front: !%s = …", field);
  if (condition->field == TM_FIELD_CLIENT && scan_take (scan, "in "))
    return parse_network (scan, condition, error);
  return scan_fail (scan, start, error, "`%s` needs `=~ /pattern/`%s `= value` behind it", field,
                    condition->field == TM_FIELD_CLIENT ? ", `in NETWORK` or" : " or");
}

static bool
parse_test (TmScan *scan, TmCondition *condition, GError **error)
{
  scan_skip_space (scan);
  gsize start = scan->at;
  if (scan->text[start] == '\0')
    return scan_fail (scan, start, error, "empty condition; quote it: an unquoted `!flag` is a YAML tag");
  g_autofree char *word = scan_take_word (scan);
  if (word == NULL)
    return scan_fail (scan, start, error, "a condition begins with the name of a field or a flag");
  int flag = find_name (flag_names, word), field = find_name (field_names, word);
  if (field >= 0)
    {
      condition->field = (TmConditionField) field;
      return parse_name (scan, condition, error) && parse_operator (scan, condition, error);
    }
  if (strcmp (word, hour_name) == 0)
    return parse_hour (scan, condition, error);
  scan_skip_space (scan);
  if (flag < 0)
    {
      bool alone = scan->text[scan->at] == '\0';
      return scan_fail_unknown (scan, start, alone ? "flag" : "field", word, alone ? flag_names : field_names, error);
    }
  condition->test = TM_TEST_FLAG;
  condition->flag = (TmConditionFlag) flag;
  if (scan->text[scan->at] != '\0')
    return scan_fail (scan, scan->at, error, "`%s` is a flag: it stands alone, or as !%s", word, word);
  return true;
}

bool
condition_parse (const char *text, TmCondition **condition_out, gsize *offset_out, GError **error)
{
  TmScan scan = { .text = text };
  g_autoptr (TmCondition) condition = g_new0 (TmCondition, 1);
  condition->text = g_strdup (text);
  condition->is_negated = scan_take (&scan, "!");
  if (!parse_test (&scan, condition, error))
    {
      if (offset_out != NULL)
        *offset_out = scan.error_at;
      return false;
    }
  *condition_out = g_steal_pointer (&condition);
  return true;
}

void
condition_free (TmCondition *condition)
{
  if (condition == NULL)
    return;
  g_free (condition->text);
  g_free (condition->header);
  pattern_free (condition->pattern);
  g_strfreev (condition->literals);
  g_free (condition->value);
  g_free (condition->folded);
  g_free (condition);
}

const char *
condition_text (const TmCondition *condition)
{
  return condition->text;
}

const char *const *
condition_groups (const TmCondition *condition)
{
  static const char *const none[] = { NULL };
  return condition->pattern != NULL && !condition->is_negated ? pattern_groups (condition->pattern) : none;
}

bool
condition_lists_clients (const TmCondition *condition)
{
  bool is_value = condition->test == TM_TEST_VALUE
                  && (condition->field == TM_FIELD_CLIENT || condition->field == TM_FIELD_LOGIN);
  return !condition->is_negated && (condition->test == TM_TEST_NETWORK || is_value);
}

bool
condition_asks_tag (const TmCondition *condition, const char *key, const char *value)
{
  if (condition->is_negated || condition->test != TM_TEST_VALUE || condition->field != TM_FIELD_TAG
      || strcmp (condition->header, key) != 0)
    return false;
  g_autofree char *folded = g_utf8_casefold (value, -1);
  return strcmp (condition->folded, folded) == 0;
}

bool
condition_reference (const TmCondition *condition, const char **field_out, const char **value_out)
{
  if (condition->test == TM_TEST_CALENDAR)
    {
      *field_out = "calendar";
      *value_out = condition->value;
      return true;
    }
  bool names_one = condition->field == TM_FIELD_QUEUE || condition->field == TM_FIELD_TYPE
                   || condition->field == TM_FIELD_PRIORITY || condition->field == TM_FIELD_CUSTOMER
                   || condition->field == TM_FIELD_PLAN;
  if (condition->test != TM_TEST_VALUE || !names_one)
    return false;
  *field_out = field_names[condition->field];
  *value_out = condition->value;
  return true;
}
