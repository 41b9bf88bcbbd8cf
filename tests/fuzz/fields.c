/* SPDX-License-Identifier: BSD-2-Clause */
/* Values of header fields, and what addresses carry. */
#include "base/text.h"
#include "core/address.h"
#include "core/authres.h"
#include "core/authres_field.h"
#include "core/subject.h"
#include "core/token.h"
#include "mime/mailboxes.h"
#include "mime/mime.h"
#include "mime/msgid.h"
#include "mime/words.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/mail-difference.h"

#include <string.h>

static const TmLimits limits = TM_LIMITS_DEFAULT;

/* --- addresses --- */

static void
law_of_address (const char *typed)
{
  g_autofree char *address = address_normalize (typed);
  if (address == NULL)
    return;
  g_autofree char *again = address_normalize (address);
  FUZZ_LAW (g_strcmp0 (address, again) == 0, "<%s> is normalised to <%s>", address, again);
  FUZZ_LAW (strlen (address) <= 320 && g_utf8_validate (address, -1, NULL), "an address of %zu bytes, or no UTF-8",
            strlen (address));
  if (*address == '\0')
    return;
  const char *domain = address_domain (address);
  FUZZ_LAW (domain > address && domain[-1] == '@' && *domain != '\0', "<%s> has the domain %s", address, domain);

  g_autofree char *base = NULL, *extension = NULL;
  address_split_extension (address, '+', &base, &extension);
  g_autofree char *whole = address_add_extension (base, '+', extension);
  FUZZ_LAW (strcmp (whole, address) == 0, "<%s> in parts is <%s>", address, whole);

  g_autofree char *local = g_strndup (address, (gsize) (domain - 1 - address));
  const char *wrapped = address_unwrap_local (local);
  FUZZ_LAW (wrapped >= local && wrapped <= local + strlen (local), "<%s> wraps something outside", address);
  g_autofree char *owner = address_owner (address);
  FUZZ_LAW (owner != NULL && strchr (owner, '@') != NULL, "<%s> is owned by <%s>", address, owner);
}

/* The same field by the short way and by GMime, and in a group. */
static void
read_addresses (const guint8 *data, gsize len)
{
  g_autofree char *typed = fuzz_bytes (data, len), *utf8 = fuzz_utf8 (data, len);
  law_of_address (typed);
  g_autofree char *value = text_one_line (utf8, 0);
  FUZZ_LAW (mailboxes_group_depth (value, strlen (value)) <= mailboxes_group_depth_at_most (value, strlen (value)),
            "groups nest deeper than they can");
  g_autoptr (GPtrArray) mailboxes = g_ptr_array_new_with_free_func ((GDestroyNotify) mailbox_free);
  bool is_read = mailboxes_collect (value, &limits, mailboxes);
  FUZZ_LAW (is_read || mailboxes->len == 0, "mailboxes of a value that was not read");
  for (guint i = 0; i < mailboxes->len; i++)
    {
      const TmMailbox *mailbox = mailboxes->pdata[i];
      fuzz_law_address (mailbox->address, "a mailbox");
      fuzz_law_line (mailbox->name, "a display name");
      FUZZ_LAW (mailbox_is_usable (mailbox->address), "a mailbox that is not usable: %s", mailbox->address);
      law_of_address (mailbox->address);
    }
  g_autoptr (GString) message = g_string_new (NULL);
  g_string_append_printf (message, "From: %s\r\nTo: %s\r\nReply-To: G: %s;\r\n\r\n", value, value, value);
  g_autoptr (GBytes) raw = g_bytes_new (message->str, message->len);
  g_autoptr (TmMail) mail = mime_read (raw, &limits), by_gmime = mime_read_by_gmime (raw, &limits);
  const char *difference = mail_difference (mail, by_gmime);
  FUZZ_LAW (difference == NULL, "%s is another by GMime", difference);
}

const TmFuzzTarget fuzz_address = { "address", mime_init, read_addresses, NULL };

/* --- Message-IDs and dates --- */

static GPtrArray *
collect (const char *value, unsigned max)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);
  msgid_collect (value, max, ids);
  FUZZ_LAW (ids->len <= max, "%u ids, at most %u were asked for", ids->len, max);
  for (guint i = 0; i < ids->len; i++)
    {
      const char *id = ids->pdata[i];
      fuzz_law_line (id, "an id");
      FUZZ_LAW (*id != '\0' && strlen (id) <= 998 && strpbrk (id, " \t<>") == NULL, "id <%s>", id);
    }
  return ids;
}

static void
read_ids (const guint8 *data, gsize len)
{
  g_autofree char *utf8 = fuzz_utf8 (data, len);
  g_autoptr (GPtrArray) ids = collect (utf8, 200), few = collect (utf8, 3);
  FUZZ_LAW (few->len == MIN (ids->len, 3), "%u of %u ids", few->len, ids->len);
  for (guint i = 0; i < few->len; i++)
    {
      const char *expected = ids->pdata[i == 0 ? 0 : ids->len - few->len + i];
      FUZZ_LAW (ids->len > 199 || strcmp (few->pdata[i], expected) == 0, "<%s>, not <%s>, is one of the three",
                (const char *) few->pdata[i], expected);
    }
  g_autofree char *first = msgid_first (utf8);
  FUZZ_LAW (strcmp (first, ids->len > 0 ? ids->pdata[0] : "") == 0, "the first id is <%s>", first);

  g_autoptr (GString) written = g_string_new (NULL);
  for (guint i = 0; i < ids->len; i++)
    g_string_append_printf (written, "%s<%s>", i > 0 ? " " : "", (const char *) ids->pdata[i]);
  g_autoptr (GPtrArray) again = collect (written->str, 200);
  FUZZ_LAW (again->len == ids->len, "%u ids, read back %u", ids->len, again->len);
  for (guint i = 0; i < ids->len; i++)
    FUZZ_LAW (strcmp (again->pdata[i], ids->pdata[i]) == 0, "<%s> read back as <%s>", (const char *) ids->pdata[i],
              (const char *) again->pdata[i]);

  g_autofree char *line = text_one_line (utf8, 0);
  g_autofree char *message
    = g_strdup_printf ("Date: %s\nMessage-ID: %s\nReferences: %s\nIn-Reply-To: %s\n\n", line, line, line, line);
  g_autoptr (GBytes) raw = g_bytes_new (message, strlen (message));
  g_autoptr (TmMail) mail = mime_read (raw, &limits), by_gmime = mime_read_by_gmime (raw, &limits);
  const char *difference = mail_difference (mail, by_gmime);
  FUZZ_LAW (difference == NULL, "%s is another by GMime", difference);
}

const TmFuzzTarget fuzz_msgid = { "msgid", mime_init, read_ids, NULL };

/* --- Authentication-Results --- */

#define TRUSTED "mx.example.com"

static void
add_field (TmMail *mail, const char *value)
{
  g_ptr_array_add (mail->headers, header_new ("Authentication-Results", value, NULL));
}

static void
law_of_auth_field (const char *value)
{
  g_autoptr (TmAuthField) field = auth_field_read (value);
  FUZZ_LAW (g_utf8_validate (field->authserv_id, -1, NULL), "the authserv-id is no UTF-8");
  for (guint i = 0; field->is_well_formed && i < field->results->len; i++)
    {
      const TmAuthResult *result = field->results->pdata[i];
      g_autofree char *method = g_ascii_strdown (result->method, -1), *said = g_ascii_strdown (result->result, -1);
      FUZZ_LAW (*method != '\0' && strcmp (method, result->method) == 0, "method %s", result->method);
      FUZZ_LAW (*said != '\0' && strcmp (said, result->result) == 0, "result %s", result->result);
    }
}

/* Each line is a field.  What the desk does not trust says nothing, wherever it stands. */
static void
judge_fields (const guint8 *data, gsize len)
{
  static const char *const ids[] = { TRUSTED, NULL };
  const TmAuthresTrust trust = { ids, false, "4XQ7" };
  g_autoptr (TmMail) mail = mail_new (), topped = mail_new (), foreign = mail_new ();
  add_field (topped, "evil.example; dmarc=pass header.from=b.example");
  bool names_us = false;
  for (char *line; (line = fuzz_next_line (&data, &len)) != NULL; g_free (line))
    {
      law_of_auth_field (line);
      g_autofree char *folded = g_ascii_strdown (line, -1);
      g_autofree char *unquoted = g_strdelimit (g_strdup (folded), "\\", ' ');
      /* A quoted string may spell it with escapes. */
      names_us |= strstr (folded, TRUSTED) != NULL || strcmp (folded, unquoted) != 0;
      add_field (mail, line);
      add_field (topped, line);
      add_field (foreign, line);
    }
  g_ptr_array_set_free_func (mail->headers, (GDestroyNotify) header_free);
  const char *method, *other_method;
  FUZZ_LAW (authres_judge (mail, &trust, NULL) != TM_AUTH_PASS, "a mail without From is authenticated");
  mail->from = mailbox_new ("joe@b.example", "");
  topped->from = mailbox_new ("joe@b.example", "");
  TmAuth judged = authres_judge (mail, &trust, &method);
  FUZZ_LAW (judged != TM_AUTH_PASS || names_us, "authenticated by nobody whom the desk trusts");
  FUZZ_LAW (authres_judge (topped, &trust, &other_method) == judged && strcmp (method, other_method) == 0,
            "what a stranger says changes the judgement");
  bool is_proven = authres_proves_author (mail, &trust);
  FUZZ_LAW (!is_proven || (judged == TM_AUTH_PASS && strcmp (method, "dmarc") == 0),
            "proven, but judged %d by %s", (int) judged, method);
  FUZZ_LAW (authres_proves_author (topped, &trust) == is_proven, "what a stranger says changes the proof");
}

const TmFuzzTarget fuzz_authres = { "authres", NULL, judge_fields, NULL };

/* --- tokens --- */

static TmKeyRing *
ring_of (const char *active)
{
  static const guint8 secrets[3][TM_KEY_LEN]
    = { "the first secret is 32 bytes lon", "another secret of 32 bytes in it", "one that was lost, of 32 bytes, " };
  static const char *const names[3] = { "k1", "k2", "k3" };
  static const TmKeyState states[3] = { TM_KEY_ACTIVE, TM_KEY_RETIRED, TM_KEY_REVOKED };
  TmKeyRing *ring = key_ring_new ();
  for (size_t i = 0; i < G_N_ELEMENTS (secrets); i++)
    {
      bool signs = active != NULL ? strcmp (names[i], active) == 0 : states[i] == TM_KEY_ACTIVE;
      TmKeyState state = signs ? TM_KEY_ACTIVE : active != NULL ? TM_KEY_RETIRED : states[i];
      g_ptr_array_add (ring->keys, key_new (names[i], state, 0, secrets[i]));
    }
  return ring;
}

/* Whether the key `name` would sign just this. */
static bool
is_signed_by (const char *name, const char *extension, const TmToken *token, const char *person)
{
  g_autoptr (TmKeyRing) ring = ring_of (name);
  g_autofree char *signed_text = token_sign (ring, token->ticket, token->purpose, person);
  gsize len = signed_text != NULL ? strlen (signed_text) : 0;
  if (signed_text == NULL || strncmp (extension, signed_text, len) != 0)
    return false;
  return extension[len] == '\0' ? *token->command == '\0'
                                : extension[len] == '-' && strcmp (extension + len + 1, token->command) == 0;
}

static void
law_of_token (const TmKeyRing *ring, const char *extension, const char *person)
{
  TmToken token;
  TmTokenResult result = token_verify (ring, extension, person, &token);
  char purpose = token_purpose (extension);
  if (result != TM_TOKEN_VALID)
    return;
  FUZZ_LAW (purpose == token.purpose && strchr (TM_TOKEN_PURPOSES, purpose) != NULL, "purpose %c", token.purpose);
  FUZZ_LAW (token.ticket > 0, "ticket %" G_GINT64_FORMAT, token.ticket);
  FUZZ_LAW (is_signed_by ("k1", extension, &token, person) || is_signed_by ("k2", extension, &token, person),
            "%s is signed by no key that still verifies", extension);
}

/* Each line is an extension as it came, or `=NUMBER PURPOSE KEY AT BYTE…`: one that is signed, with bytes put in. */
static void
verify_tokens (const guint8 *data, gsize len)
{
  static const char *const persons[] = { NULL, "joe@b.example" };
  g_autoptr (TmKeyRing) ring = ring_of (NULL);
  for (char *line; (line = fuzz_next_line (&data, &len)) != NULL; g_free (line))
    for (size_t i = 0; i < G_N_ELEMENTS (persons); i++)
      {
        law_of_token (ring, line, persons[i]);
        g_auto (GStrv) words = g_strsplit (line[0] == '=' ? line + 1 : "", " ", 5);
        if (g_strv_length (words) < 5)
          continue;
        g_autoptr (TmKeyRing) signer = ring_of (words[2][0] == '1' ? "k1" : words[2][0] == '2' ? "k2" : "k3");
        gint64 ticket = g_ascii_strtoll (words[0], NULL, 10);
        g_autofree char *good = ticket > 0 && strchr (TM_TOKEN_PURPOSES, words[1][0]) != NULL && *words[1] != '\0'
                                  ? token_sign (signer, ticket, words[1][0], persons[i])
                                  : NULL;
        if (good == NULL)
          continue;
        g_autoptr (GString) spoilt = g_string_new (good);
        g_string_overwrite (spoilt, MIN (g_ascii_strtoull (words[3], NULL, 10), spoilt->len), words[4]);
        law_of_token (ring, spoilt->str, persons[i]);
      }
}

const TmFuzzTarget fuzz_token = { "token", NULL, verify_tokens, NULL };
