/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/authres.h"
#include "core/address.h"
#include "core/authres_field.h"

#include <string.h>

enum { DMARC, DKIM, SPF, N_METHODS };

static const char *const methods[N_METHODS] = { "dmarc", "dkim", "spf" };

/* What the fields say of one method, the weakest first. */
typedef enum
{
  SAID_NOTHING,
  SAID_NONE,  /* nothing to check: no signature, no policy */
  SAID_OTHER, /* tried, without a result that counts: errors, a domain that is not From's */
  SAID_FAIL,
  SAID_PASS
} Said;

/* --- alignment --- */

/* The domain of "user@domain", "@domain" or "domain" in the form that addresses are compared in; NULL: none. */
static char *
read_domain (const char *value)
{
  const char *at = strrchr (value, '@');
  g_autofree char *address = g_strconcat ("x@", at != NULL ? at + 1 : value, NULL);
  g_autofree char *normal = address_normalize (address);
  return normal != NULL ? g_strdup (address_domain (normal)) : NULL;
}

static bool
is_subdomain (const char *domain, const char *parent)
{
  gsize len = strlen (domain), parent_len = strlen (parent);
  return len > parent_len && domain[len - parent_len - 1] == '.' && strcmp (domain + len - parent_len, parent) == 0
         && strchr (parent, '.') != NULL;
}

static bool
is_aligned (const char *value, const char *from_domain)
{
  g_autofree char *domain = value != NULL ? read_domain (value) : NULL;
  if (domain == NULL)
    return false;
  return strcmp (domain, from_domain) == 0 || is_subdomain (domain, from_domain) || is_subdomain (from_domain, domain);
}

/* --- one field --- */

/* The policy's own word; a pass for another domain than From's is about another mail. */
static Said
judge_dmarc (const TmAuthResult *result, const char *from_domain)
{
  if (strcmp (result->result, "none") == 0)
    return SAID_NONE;
  if (strcmp (result->result, "fail") == 0)
    return SAID_FAIL;
  if (strcmp (result->result, "pass") != 0)
    return SAID_OTHER;
  if (result->header_from == NULL)
    return SAID_PASS;
  g_autofree char *domain = read_domain (result->header_from);
  return g_strcmp0 (domain, from_domain) == 0 ? SAID_PASS : SAID_FAIL;
}

static Said
judge_dkim (const TmAuthResult *result, const char *from_domain)
{
  if (strcmp (result->result, "none") == 0)
    return SAID_NONE;
  const char *domain = result->header_d != NULL ? result->header_d : result->header_i;
  return strcmp (result->result, "pass") == 0 && is_aligned (domain, from_domain) ? SAID_PASS : SAID_OTHER;
}

/* HELO says nothing of From. */
static Said
judge_spf (const TmAuthResult *result, const char *from_domain)
{
  if (strcmp (result->result, "none") == 0)
    return SAID_NONE;
  if (strcmp (result->result, "pass") != 0)
    return result->smtp_mailfrom != NULL ? SAID_FAIL : SAID_OTHER;
  return is_aligned (result->smtp_mailfrom, from_domain) ? SAID_PASS : SAID_OTHER;
}

/* Several signatures: one good one is enough.  Several words of one policy: a bad one is enough. */
static Said
merge (unsigned method, Said a, Said b)
{
  if (method != DKIM && (a == SAID_FAIL || b == SAID_FAIL))
    return SAID_FAIL;
  return MAX (a, b);
}

static Said
judge_field (const TmAuthField *field, unsigned method, const char *from_domain)
{
  static Said (*const judges[N_METHODS]) (const TmAuthResult *, const char *) = { judge_dmarc, judge_dkim, judge_spf };
  Said said = SAID_NOTHING;
  for (guint i = 0; i < field->results->len; i++)
    {
      const TmAuthResult *result = field->results->pdata[i];
      if (strcmp (result->method, methods[method]) == 0)
        said = merge (method, said, judges[method] (result, from_domain));
    }
  return said;
}

/* --- trust --- */

/* `id`, or `id/queue-id` of this very message, which proves more than `id` alone. */
static bool
is_trusted (const char *written, const TmAuthresTrust *trust)
{
  for (const char *const *id = trust->authserv_ids; *id != NULL; id++)
    {
      gsize len = strlen (*id);
      if (g_ascii_strncasecmp (written, *id, len) != 0)
        continue;
      if (written[len] == '\0' && !trust->needs_queue_id)
        return true;
      if (written[len] == '/' && g_strcmp0 (trust->queue_id, written + len + 1) == 0)
        return true;
    }
  return false;
}

/* --- all fields --- */

typedef struct
{
  Said top[N_METHODS];
  bool is_spoiled[N_METHODS];
  bool is_malformed, has_policy_fail;
} Verdicts;

static void
add_field (Verdicts *verdicts, const TmAuthField *field, const char *from_domain)
{
  verdicts->is_malformed = verdicts->is_malformed || !field->is_well_formed;
  for (unsigned method = 0; method < N_METHODS; method++)
    {
      Said said = judge_field (field, method, from_domain);
      if (said == SAID_NOTHING)
        continue;
      if (verdicts->top[method] == SAID_NOTHING)
        verdicts->top[method] = said;
      else if (verdicts->top[method] != said)
        verdicts->is_spoiled[method] = true;
      verdicts->has_policy_fail = verdicts->has_policy_fail || (method == DMARC && said == SAID_FAIL);
    }
}

static TmAuth
decide (const Verdicts *verdicts, const char **method_out)
{
  if (verdicts->is_malformed)
    return TM_AUTH_FAIL;
  if (verdicts->has_policy_fail)
    {
      *method_out = methods[DMARC];
      return TM_AUTH_FAIL;
    }
  bool is_tried = false;
  for (unsigned method = 0; method < N_METHODS; method++)
    {
      if (verdicts->top[method] == SAID_PASS && !verdicts->is_spoiled[method])
        {
          *method_out = methods[method];
          return TM_AUTH_PASS;
        }
      is_tried = is_tried || verdicts->top[method] > SAID_NONE;
    }
  return is_tried ? TM_AUTH_FAIL : TM_AUTH_NONE;
}

TmAuth
authres_judge (const TmMail *mail, const TmAuthresTrust *trust, const char **method_out)
{
  const char *from_domain = mail->from != NULL ? address_domain (mail->from->address) : "";
  Verdicts verdicts = { .is_malformed = false };
  for (guint i = 0; i < mail->headers->len; i++)
    {
      const TmHeader *header = mail->headers->pdata[i];
      if (g_ascii_strcasecmp (header->name, "Authentication-Results") != 0)
        continue;
      g_autoptr (TmAuthField) field = auth_field_read (header->raw != NULL ? header->raw : header->value);
      if (is_trusted (field->authserv_id, trust))
        add_field (&verdicts, field, from_domain);
    }

  const char *method = "";
  TmAuth auth = decide (&verdicts, &method);
  if (auth == TM_AUTH_PASS && *from_domain == '\0')
    {
      method = "";
      auth = TM_AUTH_FAIL;
    }
  if (method_out != NULL)
    *method_out = method;
  return auth;
}

/* --- proof --- */

typedef enum { PROOF_SILENT, PROOF_SPOILED, PROOF_GIVEN } Proof;

/* `names_domain`: a pass has to say for which domain. */
static Proof
prove_by (const TmAuthField *field, const char *from_domain, bool names_domain)
{
  if (!field->is_well_formed)
    return PROOF_SPOILED;
  Proof proof = PROOF_SILENT;
  for (guint i = 0; i < field->results->len; i++)
    {
      const TmAuthResult *result = field->results->pdata[i];
      if (strcmp (result->method, methods[DMARC]) != 0)
        continue;
      if (judge_dmarc (result, from_domain) != SAID_PASS || (names_domain && result->header_from == NULL))
        return PROOF_SPOILED;
      proof = PROOF_GIVEN;
    }
  return proof;
}

bool
authres_proves_author (const TmMail *mail, const TmAuthresTrust *trust)
{
  const char *from_domain = mail->from != NULL ? address_domain (mail->from->address) : "";
  TmAuthresTrust own = *trust;
  own.needs_queue_id = true;
  bool is_proven = false;
  if (*from_domain == '\0' || (mail->flags & TM_FLAG_MALFORMED) != 0)
    return false;
  for (guint i = 0; i < mail->headers->len; i++)
    {
      const TmHeader *header = mail->headers->pdata[i];
      if (g_ascii_strcasecmp (header->name, "Authentication-Results") != 0)
        continue;
      g_autoptr (TmAuthField) field = auth_field_read (header->raw != NULL ? header->raw : header->value);
      bool is_own = is_trusted (field->authserv_id, &own);
      if (!is_own && !is_trusted (field->authserv_id, trust))
        continue;
      Proof proof = prove_by (field, from_domain, is_own);
      if (proof == PROOF_SPOILED)
        return false;
      is_proven = is_proven || (is_own && proof == PROOF_GIVEN);
    }
  return is_proven;
}
