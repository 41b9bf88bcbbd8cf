/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/values.h"

#include "base/log.h"
#include "base/text.h"
#include "core/address.h"
#include "core/customer.h"
#include "core/rule.h"
#include "core/service.h"

#include <string.h>

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

enum { NAME_MAX_LEN = 32, TEXT_MAX_LEN = 1000, TAG_VALUE_MAX = 200 };

static bool
refuse (TmTableReader *reader, const TmOption *option, const TmNode *node)
{
  reader_error (reader, node, "`%s` is not %s", node->text, option->type->expects);
  return false;
}

static bool
is_made_of (const char *text, const char *characters, size_t max_len)
{
  size_t len = strlen (text);
  return len > 0 && len <= max_len && strspn (text, characters) == len;
}

static bool
keep_text (const char *text, TmValue *value_out)
{
  value_out->object = g_strdup (text);
  return true;
}

/* Names of this kind reach headers and logs. */
static bool
parse_text (TmTableReader *reader, const TmOption *option, const TmNode *node, TmValue *value_out)
{
  g_autofree char *line = text_one_line (node->text, TEXT_MAX_LEN);
  return strcmp (line, node->text) == 0 ? keep_text (node->text, value_out) : refuse (reader, option, node);
}

static bool
parse_name (TmTableReader *reader, const TmOption *option, const TmNode *node, TmValue *value_out)
{
  return is_made_of (node->text, LOWER DIGITS "-", NAME_MAX_LEN) ? keep_text (node->text, value_out)
                                                                  : refuse (reader, option, node);
}

static bool
parse_code (TmTableReader *reader, const TmOption *option, const TmNode *node, TmValue *value_out)
{
  return is_made_of (node->text, LOWER UPPER DIGITS "_-", NAME_MAX_LEN) ? keep_text (node->text, value_out)
                                                                         : refuse (reader, option, node);
}

/* A relative path counts from the file that it stands in. */
static bool
parse_path (TmTableReader *reader, const TmOption *option, const TmNode *node, TmValue *value_out)
{
  if (!parse_text (reader, option, node, value_out))
    return false;
  if (!g_path_is_absolute (node->text) && node->mark.file != NULL)
    {
      g_autofree char *file = g_canonicalize_filename (node->mark.file, NULL);
      g_autofree char *folder = g_path_get_dirname (file);
      g_free (value_out->object);
      value_out->object = g_canonicalize_filename (node->text, folder);
    }
  return true;
}

static bool
parse_yes_no (TmTableReader *reader, const TmOption *option, const TmNode *node, TmValue *value_out)
{
  value_out->number = strcmp (node->text, "yes") == 0;
  return value_out->number != 0 || strcmp (node->text, "no") == 0 || refuse (reader, option, node);
}

static bool
parse_amount (TmTableReader *reader, const TmOption *option, const TmNode *node, TmValue *value_out)
{
  size_t n_digits = strspn (node->text, DIGITS);
  const TmUnit *unit = option->type->units;
  while (unit->suffix != NULL && strcmp (unit->suffix, node->text + n_digits) != 0)
    unit++;
  if (unit->suffix == NULL || n_digits == 0)
    return refuse (reader, option, node);
  g_autofree char *digits = g_strndup (node->text, n_digits);
  guint64 amount = 0;
  if (g_ascii_string_to_unsigned (digits, 10, 0, G_MAXUINT64, &amount, NULL)
      && g_uint64_checked_mul (&amount, amount, unit->factor) && amount >= option->min && amount <= option->max)
    {
      value_out->number = amount;
      return true;
    }
  g_autofree char *bounds = option_bounds (option);
  reader_error (reader, node, "`%s` is out of bounds; it must be %s", node->text, bounds);
  return false;
}

static bool
parse_choice (TmTableReader *reader, const TmOption *option, const TmNode *node, TmValue *value_out)
{
  for (guint i = 0; option->choices[i] != NULL; i++)
    if (strcmp (option->choices[i], node->text) == 0)
      {
        value_out->number = i;
        return true;
      }
  g_autofree char *accepted = g_strjoinv (", ", (char **) (gsize) option->choices);
  g_autofree char *hint = findings_did_you_mean (node->text, option->choices);
  reader_error (reader, node, "`%s` is none of: %s%s", node->text, accepted, hint);
  return false;
}

static bool
parse_mode (TmTableReader *reader, const TmOption *option, const TmNode *node, TmValue *value_out)
{
  return (is_made_of (node->text, "01234567", 4)
          && g_ascii_string_to_unsigned (node->text, 8, 0, 0777, &value_out->number, NULL))
         || refuse (reader, option, node);
}

static bool
parse_character (TmTableReader *reader, const TmOption *option, const TmNode *node, TmValue *value_out)
{
  value_out->number = (unsigned char) node->text[0];
  return (strlen (node->text) == 1 && g_ascii_ispunct (node->text[0])
          && strchr ("@<>()[]:;,\"\\", node->text[0]) == NULL)
         || refuse (reader, option, node);
}

/* Names of an area and a place, and UTC: abbreviations such as CET do not say when the clocks change. */
static GTimeZone *
open_zone (const char *text)
{
  bool is_named = strcmp (text, "UTC") == 0
                  || (strchr (text, '/') != NULL && *text != '/' && !g_str_has_prefix (text, "right/")
                      && !g_str_has_prefix (text, "posix/")
                      && is_made_of (text, LOWER UPPER DIGITS "_+-/", TEXT_MAX_LEN));
  return is_named ? g_time_zone_new_identifier (text) : NULL;
}

static bool
parse_zone (TmTableReader *reader, const TmOption *option, const TmNode *node, TmValue *value_out)
{
  value_out->object = open_zone (node->text);
  return value_out->object != NULL || refuse (reader, option, node);
}

/* Its braces hold nothing but the names of what takes their place. */
static bool
parse_display (TmTableReader *reader, const TmOption *option, const TmNode *node, TmValue *value_out)
{
  static const char *const names[] = { "agent", "queue", NULL };
  for (const char *p = strpbrk (node->text, "{}"); p != NULL; p = strpbrk (p, "{}"))
    {
      const char *end = *p == '{' ? strpbrk (p + 1, "{}") : NULL;
      bool is_closed = end != NULL && *end == '}';
      g_autofree char *name = is_closed ? g_strndup (p + 1, (gsize) (end - p - 1)) : NULL;
      if (!is_closed)
        reader_error (reader, node, "`%s`: a brace without its other half", node->text);
      else if (!g_strv_contains (names, name))
        {
          g_autofree char *hint = findings_did_you_mean (name, names);
          reader_error (reader, node, "`{%s}` means nothing; there are {agent} and {queue}%s", name, hint);
        }
      if (!is_closed || !g_strv_contains (names, name))
        return false;
      p = end + 1;
    }
  return parse_text (reader, option, node, value_out);
}

/* smtp://HOST:PORT, the host a name, an IPv4 address or an IPv6 one in brackets. */
static bool
parse_submit (TmTableReader *reader, const TmOption *option, const TmNode *node, TmValue *value_out)
{
  static const char scheme[] = "smtp://";
  const char *host = g_str_has_prefix (node->text, scheme) ? node->text + strlen (scheme) : "";
  const char *colon = strrchr (host, ':');
  guint64 port;
  bool is_literal = *host == '[' && colon != NULL && colon[-1] == ']';
  gsize len = colon != NULL ? (gsize) (colon - host) : 0;
  g_autofree char *name = g_strndup (host + is_literal, len - (is_literal ? 2 : 0));
  return len > 0 && *name != '\0' && strspn (name, LOWER UPPER DIGITS ".-:") == strlen (name)
                 && (is_literal || strchr (name, ':') == NULL) && text_parse_number (colon + 1, 65535, &port)
             ? keep_text (node->text, value_out)
             : refuse (reader, option, node);
}

/* In front of what stands in a host's place: "localhost" and literal addresses of the host itself. */
static bool
is_loopback (const char *host)
{
  return strcmp (host, "localhost") == 0 || strcmp (host, "::1") == 0
         || (g_str_has_prefix (host, "127.") && is_made_of (host, DIGITS ".", 15));
}

/* What reaches another host in the clear, or bears a password, is not taken. */
static const char *
why_no_url (const char *text)
{
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_HAS_PASSWORD, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;
  if (host == NULL || *host == '\0' || !g_str_is_ascii (text) || strpbrk (text, " \\\"<>") != NULL)
    return "is not a URL such as https://events.example.com/v2/enqueue";
  if (g_uri_get_userinfo (uri) != NULL || g_uri_get_fragment (uri) != NULL)
    return "has a user, a password or a fragment: a secret goes into key_file";
  if (strcmp (g_uri_get_scheme (uri), "https") == 0
      || (strcmp (g_uri_get_scheme (uri), "http") == 0 && is_loopback (host)))
    return NULL;
  return "must begin with https://; http:// is for this host alone (127.0.0.1, [::1], localhost)";
}

static bool
parse_url (TmTableReader *reader, const TmOption *option, const TmNode *node, TmValue *value_out)
{
  const char *why = why_no_url (node->text);
  if (why == NULL)
    return parse_text (reader, option, node, value_out);
  reader_error (reader, node, "`%s` %s", node->text, why);
  return false;
}

static bool
parse_language (TmTableReader *reader, const TmOption *option, const TmNode *node, TmValue *value_out)
{
  const char *text = node->text;
  size_t n_lower = strspn (text, LOWER);
  bool is_language = (n_lower == 2 || n_lower == 3)
                     && (text[n_lower] == '\0' || (text[n_lower] == '-' && is_made_of (text + n_lower + 1, UPPER, 2)));
  return is_language ? keep_text (text, value_out) : refuse (reader, option, node);
}

static bool
is_inet_socket (const char *text)
{
  const char *port = g_str_has_prefix (text, "inet:") ? text + 5 : g_str_has_prefix (text, "inet6:") ? text + 6 : NULL;
  const char *at = port != NULL ? strchr (port, '@') : NULL;
  if (at == NULL || at[1] == '\0')
    return false;
  g_autofree char *digits = g_strndup (port, (gsize) (at - port));
  guint64 number;
  return text_parse_number (digits, G_MAXUINT16, &number);
}

static bool
parse_socket (TmTableReader *reader, const TmOption *option, const TmNode *node, TmValue *value_out)
{
  const char *text = node->text;
  bool is_unix = g_str_has_prefix (text, "unix:/") && strlen (text) < 108;
  bool is_fd = g_str_has_prefix (text, "fd:") && is_made_of (text + 3, DIGITS, 4);
  if (!is_unix && !is_fd && !is_inet_socket (text))
    return refuse (reader, option, node);
  return parse_text (reader, option, node, value_out);
}

static bool
parse_facility (TmTableReader *reader, const TmOption *option, const TmNode *node, TmValue *value_out)
{
  return log_facility_is_known (node->text) ? keep_text (node->text, value_out) : refuse (reader, option, node);
}

static bool
parse_address (TmTableReader *reader, const TmOption *option, const TmNode *node, TmValue *value_out)
{
  g_autofree char *line = text_one_line (node->text, 0);
  char *address = strcmp (line, node->text) == 0 ? address_normalize (node->text) : NULL;
  if (address == NULL || *address == '\0' || strpbrk (address, " ,;<>") != NULL)
    {
      g_free (address);
      return refuse (reader, option, node);
    }
  value_out->object = address;
  return true;
}

static bool
parse_domain (TmTableReader *reader, const TmOption *option, const TmNode *node, TmValue *value_out)
{
  char *domain = customer_normalize_domain (node->text);
  if (domain == NULL)
    return refuse (reader, option, node);
  value_out->object = domain;
  return true;
}

static bool
parse_address_or_domain (TmTableReader *reader, const TmOption *option, const TmNode *node, TmValue *value_out)
{
  bool is_address = strchr (node->text, '@') != NULL;
  return (is_address ? parse_address : parse_domain) (reader, option, node, value_out);
}

/* The keys of a map of tags go through here too; conf/customers.c looks at their letters. */
static bool
parse_tag (TmTableReader *reader, const TmOption *option, const TmNode *node, TmValue *value_out)
{
  g_autofree char *line = text_one_line (node->text, TAG_VALUE_MAX);
  return strcmp (line, node->text) == 0 && *line != '\0' ? keep_text (node->text, value_out)
                                                         : refuse (reader, option, node);
}

static bool
findings_at (TmTableReader *reader, const TmNode *node, gsize offset, const GError *error)
{
  TmMark mark = node_mark_at (node, offset);
  findings_error (reader->findings, &mark, reader->path->str, "%s", error->message);
  return false;
}

static bool
parse_condition (TmTableReader *reader, G_GNUC_UNUSED const TmOption *option, const TmNode *node, TmValue *value_out)
{
  g_autoptr (GError) error = NULL;
  TmCondition *condition = NULL;
  gsize offset = 0;
  if (!condition_parse (node->text, &condition, &offset, &error))
    return findings_at (reader, node, offset, error);
  const char *field, *value;
  if (condition_reference (condition, &field, &value))
    reader_add_reference (reader, node, field, value);
  value_out->object = condition;
  return true;
}

static bool
parse_effect (TmTableReader *reader, G_GNUC_UNUSED const TmOption *option, const TmNode *node, TmValue *value_out)
{
  static const char *const nouns[] = {
    [TM_EFFECT_TYPE] = "type",               [TM_EFFECT_PRIORITY] = "priority",
    [TM_EFFECT_PRIORITY_RAISE] = "priority", [TM_EFFECT_PRIORITY_LOWER] = "priority",
    [TM_EFFECT_QUEUE] = "queue",             [TM_EFFECT_ASSIGN] = "agent",
    [TM_EFFECT_PAGE] = "receiver",           [TM_EFFECT_STOP] = NULL,
  };
  g_autoptr (GError) error = NULL;
  TmEffect *effect = NULL;
  gsize offset = 0;
  if (!effect_parse (node->text, &effect, &offset, &error))
    return findings_at (reader, node, offset, error);
  const char *field, *value;
  if (nouns[effect->kind] != NULL && effect->value != NULL && strcmp (effect->value, TM_TO_ROTA) != 0)
    reader_add_reference (reader, node, nouns[effect->kind], effect->value);
  if (effect->recovery != NULL && condition_reference (effect->recovery, &field, &value))
    reader_add_reference (reader, node, field, value);
  value_out->object = effect;
  return true;
}

/* The type's name is the noun of what it names. */
static bool
parse_reference (TmTableReader *reader, const TmOption *option, const TmNode *node, TmValue *value_out)
{
  reader_add_reference (reader, node, option->type->name, node->text);
  return keep_text (node->text, value_out);
}

static bool
parse_metric (TmTableReader *reader, const TmOption *option, const TmNode *node, TmValue *value_out)
{
  TmMetric metric;
  if (metric_parse (node->text, &metric))
    return keep_text (node->text, value_out);
  const char *names[TM_METRIC_END] = { NULL };
  for (int i = 1; i < TM_METRIC_END; i++)
    names[i - 1] = metric_name ((TmMetric) i);
  g_autofree char *hint = findings_did_you_mean (node->text, names);
  reader_error (reader, node, "`%s` is not %s%s", node->text, option->type->expects, hint);
  return false;
}

static bool
parse_target (TmTableReader *reader, G_GNUC_UNUSED const TmOption *option, const TmNode *node, TmValue *value_out)
{
  TmTarget target;
  const char *why = NULL;
  if (!target_parse (node->text, &target, &why))
    {
      reader_error (reader, node, "`%s`: %s", node->text, why);
      return false;
    }
  value_out->object = g_memdup2 (&target, sizeof target);
  return true;
}

static const TmUnit plain[] = { { "", 1 }, { NULL, 0 } };
static const TmUnit sizes[] = { { "", 1 }, { "K", 1u << 10 }, { "M", 1u << 20 }, { "G", 1u << 30 }, { NULL, 0 } };
static const TmUnit durations[] = { { "s", 1 }, { "m", 60 }, { "h", 3600 }, { "d", 86400 }, { NULL, 0 } };

#define TEXT .is_object = true, .is_text = true
const TmScalarType type_text = { "text", "one line of text", NULL, TEXT, .parse = parse_text };
const TmScalarType type_name = { "name", "a name of a-z, 0-9 and `-`, at most 32", NULL, TEXT, .parse = parse_name };
const TmScalarType type_code
  = { "code", "a name of letters, digits, `_` and `-`, at most 32", NULL, TEXT, .parse = parse_code };
const TmScalarType type_path = { "path", "a path", NULL, TEXT, .parse = parse_path };
const TmScalarType type_yes_no = { "yes|no", "yes or no", .parse = parse_yes_no };
const TmScalarType type_number = { "number", "a number", plain, .parse = parse_amount };
const TmScalarType type_size = { "size", "a size such as 512K, 50M or 1G", sizes, .parse = parse_amount };
const TmScalarType type_duration
  = { "duration", "a duration such as 30s, 15m, 1h or 14d", durations, .parse = parse_amount };
const TmScalarType type_choice = { "choice", "one of the choices", .parse = parse_choice };
const TmScalarType type_mode = { "mode", "a mode such as '0660'", .parse = parse_mode };
const TmScalarType type_character = { "character", "one punctuation character such as '+'", .parse = parse_character };
const TmScalarType type_zone
  = { "zone", "a zone of the system such as Europe/Berlin or UTC", .is_object = true, .parse = parse_zone };
const TmScalarType type_display
  = { "display name", "one line of text with {agent} and {queue}", NULL, TEXT, .parse = parse_display };
const TmScalarType type_language
  = { "language", "a language such as en or pt-BR", NULL, TEXT, .parse = parse_language };
const TmScalarType type_socket = { "socket", "a socket such as unix:/PATH, inet:PORT@HOST, inet6:PORT@HOST or fd:3",
                                   NULL, TEXT, .parse = parse_socket };
const TmScalarType type_submit
  = { "server", "a server such as smtp://127.0.0.1:10587", NULL, TEXT, .parse = parse_submit };
const TmScalarType type_facility
  = { "facility", "a syslog facility such as mail or local0", NULL, TEXT, .parse = parse_facility };
const TmScalarType type_address
  = { "address", "a mail address such as support@example.com", NULL, TEXT, .parse = parse_address };
const TmScalarType type_domain = { "domain", "a domain such as example.com", NULL, TEXT, .parse = parse_domain };
const TmScalarType type_address_or_domain
  = { "address or domain", "a mail address such as joe@example.com, or a domain such as example.com", NULL, TEXT,
      .parse = parse_address_or_domain };
const TmScalarType type_tag
  = { "tag", "the text of a tag, one line of at most 200 bytes", NULL, TEXT, .parse = parse_tag };
const TmScalarType type_condition
  = { "condition", "a condition such as 'subject =~ /outage/i'", .is_object = true, .parse = parse_condition };
const TmScalarType type_effect
  = { "effect", "an effect such as priority=P1", .is_object = true, .parse = parse_effect };
const TmScalarType type_type = { "type", "the name of a type", NULL, TEXT, .parse = parse_reference };
const TmScalarType type_priority = { "priority", "the code of a priority", NULL, TEXT, .parse = parse_reference };
const TmScalarType type_agent = { "agent", "the name of an agent", NULL, TEXT, .parse = parse_reference };
const TmScalarType type_rota = { "rota", "the name of a rota", NULL, TEXT, .parse = parse_reference };
const TmScalarType type_escalation
  = { "escalation", "the name of an escalation", NULL, TEXT, .parse = parse_reference };
const TmScalarType type_plan = { "plan", "the name of a plan", NULL, TEXT, .parse = parse_reference };
const TmScalarType type_calendar = { "calendar", "the name of a calendar", NULL, TEXT, .parse = parse_reference };
const TmScalarType type_receiver = { "receiver", "the name of a receiver", NULL, TEXT, .parse = parse_reference };
const TmScalarType type_url
  = { "url", "a URL such as https://events.example.com/v2/enqueue", NULL, TEXT, .parse = parse_url };
const TmScalarType type_metric
  = { "metric", "a metric: dispatch, ack, first_response, next_response, update, resolution, review or postmortem",
      NULL, TEXT, .parse = parse_metric };
const TmScalarType type_target = { "target", "a target such as 30m, 4bh, 2bd, 1bd@17:00 or none", .is_object = true,
                                   .parse = parse_target };
