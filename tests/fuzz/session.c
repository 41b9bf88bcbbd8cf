/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The milter's callbacks in any order, with a store behind them: front.c as it is, and in libmilter's place what stands
 * here.  An input is a list of lines, each a callback:
 *   C connect  F MAIL  R RCPT  D DATA  H Name:value  E end of header  B a line of body  Z the same, 64 times
 *   M end of message  A abort  X close  N negotiate  I queue ID  L login  S subject of a certificate
 */
#include "base/log.h"
#include "conf/policy.h"
#include "milter/front.h"
#include "mime/mime.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/mail-law.h"

#include <glib/gstdio.h>
#include <libmilter/mfapi.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What the MTA knows of one connection; libmilter's own struct, which nobody else looks into. */
struct smfi_str
{
  void *private_data;
  bool is_at_end;    /* within the end of a message, where alone edits may come */
  bool is_answered;  /* a reply was set for what comes back now */
  unsigned n_bodies; /* packets of a new body, after which no other edit may come */
  char *queue_id, *login, *certificate;
};

static const char configuration[] =
  "instance: example\nkeys: keys\ndatabase: tickets.db\ncontrol: control\n"
  "queues:\n"
  "  support: { addresses: [support@example.com], agents: [joe], reply_to: token }\n"
  "  hosting: { addresses: [hosting@example.com] }\n"
  "agents:\n  joe: { logins: [joe], addresses: [joe@example.com] }\n";

static struct smfiDesc milter;
static char *folder;
static TmStore *store;
static TmCurrent current = TM_CURRENT_INIT;

/* --- libmilter --- */

int
smfi_register (struct smfiDesc description)
{
  milter = description;
  return MI_SUCCESS;
}

int
smfi_setconn (char *connection G_GNUC_UNUSED)
{
  return MI_SUCCESS;
}

int
smfi_setbacklog (int n G_GNUC_UNUSED)
{
  return MI_SUCCESS;
}

size_t
smfi_setmaxdatasize (size_t len)
{
  return len;
}

int
smfi_main (void)
{
  return MI_FAILURE;
}

void *
smfi_getpriv (SMFICTX *ctx)
{
  return ctx->private_data;
}

int
smfi_setpriv (SMFICTX *ctx, void *data)
{
  ctx->private_data = data;
  return MI_SUCCESS;
}

char *
smfi_getsymval (SMFICTX *ctx, char *name)
{
  if (strcmp (name, "i") == 0)
    return ctx->queue_id;
  if (strcmp (name, "{auth_authen}") == 0)
    return ctx->login;
  if (strcmp (name, "{cert_subject}") == 0 || strcmp (name, "{cert_issuer}") == 0)
    return ctx->certificate;
  static char host[] = "mx.example.com", version[] = "Postfix 3.7";
  return strcmp (name, "j") == 0 ? host : strcmp (name, "v") == 0 ? version : NULL;
}

int
smfi_setsymlist (SMFICTX *ctx G_GNUC_UNUSED, int stage, char *names)
{
  FUZZ_LAW (stage >= SMFIM_FIRST && stage <= SMFIM_LAST && *names != '\0', "macros of stage %d", stage);
  return MI_SUCCESS;
}

/* RFC 5321 §4.2: what an MTA may be told. */
int
smfi_setreply (SMFICTX *ctx, char *code, char *enhanced, char *text)
{
  FUZZ_LAW (strlen (code) == 3 && (code[0] == '4' || code[0] == '5'), "reply %s", code);
  FUZZ_LAW (enhanced != NULL && enhanced[0] == code[0], "reply %s %s", code, enhanced);
  FUZZ_LAW (is_clean_line (text) && strlen (text) < 980, "reply %s", text);
  ctx->is_answered = true;
  return MI_SUCCESS;
}

static void
law_of_edit (const SMFICTX *ctx, const char *what)
{
  FUZZ_LAW (ctx->is_at_end && ctx->n_bodies == 0, "%s where no edit may come", what);
}

/* A field body: lines go on behind a blank. */
static void
law_of_value (const char *value)
{
  for (const char *p = value; *p != '\0'; p++)
    FUZZ_LAW (*p == '\t' || (*p >= ' ' && *p < 0x7f) || (*p == '\n' && (p[1] == ' ' || p[1] == '\t')),
              "a field body with byte %d: %s", *p, value);
}

static void
law_of_field (const char *name, const char *value)
{
  FUZZ_LAW (*name != '\0' && strpbrk (name, ": \t\r\n") == NULL && is_clean_line (name), "field name %s", name);
  if (value != NULL)
    law_of_value (value);
}

int
smfi_addheader (SMFICTX *ctx, char *name, char *value)
{
  law_of_edit (ctx, name);
  law_of_field (name, value);
  return MI_SUCCESS;
}

int
smfi_chgheader (SMFICTX *ctx, char *name, int index, char *value)
{
  law_of_edit (ctx, name);
  law_of_field (name, value);
  FUZZ_LAW (index >= 1, "field %s number %d", name, index);
  return MI_SUCCESS;
}

static int
take_path (SMFICTX *ctx, const char *path)
{
  law_of_edit (ctx, path);
  gsize len = strlen (path);
  FUZZ_LAW (len >= 2 && path[0] == '<' && path[len - 1] == '>' && strpbrk (path, " \t\r\n") == NULL, "path %s", path);
  return MI_SUCCESS;
}

int
smfi_addrcpt (SMFICTX *ctx, char *recipient)
{
  return take_path (ctx, recipient);
}

int
smfi_delrcpt (SMFICTX *ctx, char *recipient)
{
  return take_path (ctx, recipient);
}

int
smfi_chgfrom (SMFICTX *ctx, char *sender, char *arguments G_GNUC_UNUSED)
{
  return take_path (ctx, sender);
}

int
smfi_replacebody (SMFICTX *ctx, unsigned char *body, int len)
{
  FUZZ_LAW (ctx->is_at_end && len >= 0 && (body != NULL || len == 0), "a body where none may come");
  ctx->n_bodies++;
  return MI_SUCCESS;
}

/* --- the desk --- */

static void
fail_fatally (const char *what, gpointer data G_GNUC_UNUSED)
{
  FUZZ_LAW (false, "the store gave up: %s", what);
}

static void
put_file (const char *name, const char *text)
{
  g_autofree char *file = g_build_filename (folder, name, NULL);
  FUZZ_LAW (g_file_set_contents (file, text, -1, NULL) && g_chmod (file, 0640) == 0, "cannot write %s", file);
}

/* In memory where there is such a file system: the store syncs for every message. */
static void
make_folder (void)
{
  const char *above = g_access ("/dev/shm", W_OK) == 0 ? "/dev/shm" : g_get_tmp_dir ();
  folder = g_build_filename (above, "ticketmilter-fuzz-XXXXXX", NULL);
  FUZZ_LAW (g_mkdtemp (folder) != NULL, "cannot make %s", folder);
  umask (027);
  put_file ("keys", "k1 active 2026-11-20T16:00:00Z "
                    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n");
  put_file ("main.yaml", configuration);
}

static void
open_store (void)
{
  g_autofree char *path = g_build_filename (folder, "tickets.db", NULL);
  const TmStoreOptions options = { .path = path, .max_jobs = 100, .on_fatal = fail_fatally };
  g_autoptr (GError) error = NULL;
  FUZZ_LAW (store_open (&options, &store, &error), "%s", error->message);
}

static void
begin (void)
{
  mime_init ();
  make_folder ();
  log_open ("fuzz", "/nonexistent/log", "mail");
  g_autofree char *file = g_build_filename (folder, "main.yaml", NULL);
  g_autoptr (GPtrArray) findings = NULL;
  TmPolicy *policy = NULL;
  if (!policy_load (file, &policy, &findings, NULL))
    {
      g_autofree char *first = finding_format (findings->pdata[0]);
      FUZZ_LAW (false, "%s", first);
    }
  current_set (&current, policy);
  open_store ();
  const TmFrontOptions options = { .fd = STDIN_FILENO, .store = store, .current = &current };
  FUZZ_LAW (front_open (&options, NULL), "front_open()");
}

static void
remove_folder (void)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *file = g_build_filename (folder, name, NULL);
      g_remove (file);
    }
  g_rmdir (folder);
  g_clear_pointer (&folder, g_free);
}

/* What was recorded is sound, too. */
static void
end (void)
{
  g_autofree char *path = g_build_filename (folder, "tickets.db", NULL);
  g_autoptr (TmReader) reader = NULL;
  g_autoptr (GPtrArray) findings = NULL;
  FUZZ_LAW (reader_open (path, &reader, NULL) && reader_check (reader, &findings, NULL), "cannot check the database");
  FUZZ_LAW (findings->len == 0, "the database: %s", (const char *) findings->pdata[0]);
  store_close (g_steal_pointer (&store));
  remove_folder ();
}

/* --- the MTA --- */

static void
connect_client (SMFICTX *ctx, const char *value)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons ((guint16) strlen (value)),
                                 .sin_addr.s_addr = htonl (*value == 'l' ? INADDR_LOOPBACK : 0xc0000201) };
  char host[] = "client.example";
  milter.xxfi_connect (ctx, host, *value == '-' ? NULL : (_SOCK_ADDR *) &address);
}

static void
negotiate (SMFICTX *ctx, const char *value)
{
  unsigned long offer = *value == '-' ? 0 : ~0ul, out[4];
  sfsistat answer = milter.xxfi_negotiate (ctx, offer, offer, 0, 0, &out[0], &out[1], &out[2], &out[3]);
  FUZZ_LAW (answer == SMFIS_CONTINUE || answer == SMFIS_REJECT, "negotiation ends with %d", (int) answer);
}

static void
send_header (SMFICTX *ctx, char *value)
{
  char *colon = strchr (value, ':');
  char none[] = "";
  if (colon != NULL)
    *colon++ = '\0';
  milter.xxfi_header (ctx, value, colon != NULL ? colon : none);
}

/* Every answer is one that an MTA understands, and a refusal says why. */
static void
law_of_answer (const SMFICTX *ctx, sfsistat answer)
{
  bool is_refusal = answer == SMFIS_REJECT || answer == SMFIS_TEMPFAIL;
  FUZZ_LAW (is_refusal || answer == SMFIS_ACCEPT || answer == SMFIS_CONTINUE || answer == SMFIS_DISCARD, "answer %d",
            (int) answer);
  FUZZ_LAW (is_refusal == ctx->is_answered, "answer %d %s a reply", (int) answer,
            ctx->is_answered ? "with" : "without");
}

static void
end_message (SMFICTX *ctx)
{
  ctx->is_at_end = true;
  ctx->is_answered = false;
  ctx->n_bodies = 0;
  sfsistat answer = milter.xxfi_eom (ctx);
  FUZZ_LAW (answer != SMFIS_CONTINUE, "a message without its fate");
  law_of_answer (ctx, answer);
  ctx->is_at_end = false;
}

static void
send_body (SMFICTX *ctx, const char *line, unsigned times)
{
  g_autofree char *chunk = g_strconcat (line, "\r\n", NULL);
  for (unsigned i = 0; i < times; i++)
    milter.xxfi_body (ctx, (unsigned char *) chunk, strlen (chunk));
}

static void
set (char **member, const char *value)
{
  g_free (*member);
  *member = *value != '\0' ? g_strdup (value) : NULL;
}

static void
call (SMFICTX *ctx, char what, char *value)
{
  char *arguments[] = { value, NULL };
  ctx->is_answered = false;
  switch (what)
    {
    case 'N': negotiate (ctx, value); break;
    case 'C': connect_client (ctx, value); break;
    case 'F': milter.xxfi_envfrom (ctx, arguments); break;
    case 'R': milter.xxfi_envrcpt (ctx, arguments); break;
    case 'D': law_of_answer (ctx, milter.xxfi_data (ctx)); break;
    case 'H': send_header (ctx, value); break;
    case 'E': milter.xxfi_eoh (ctx); break;
    case 'B': send_body (ctx, value, 1); break;
    case 'Z': send_body (ctx, value, 64); break;
    case 'M': end_message (ctx); break;
    case 'A': milter.xxfi_abort (ctx); break;
    case 'X': milter.xxfi_close (ctx); break;
    case 'I': set (&ctx->queue_id, value); break;
    case 'L': set (&ctx->login, value); break;
    case 'S': set (&ctx->certificate, value); break;
    default: break;
    }
}

static void
serve (const guint8 *data, gsize len)
{
  SMFICTX ctx = { 0 };
  set (&ctx.queue_id, "4XQ7");
  while (len > 0)
    {
      const guint8 *line_end = memchr (data, '\n', len);
      gsize line_len = line_end != NULL ? (gsize) (line_end - data) : len;
      g_autofree char *line = fuzz_bytes (data, line_len);
      if (*line != '\0')
        call (&ctx, line[0], line + 1);
      gsize taken = line_len + (line_end != NULL);
      data += taken;
      len -= taken;
    }
  milter.xxfi_close (&ctx);
  FUZZ_LAW (ctx.private_data == NULL, "a session that outlives its connection");
  /* The writer lets go of a message a moment behind its answer. */
  for (int i = 0; i < 10000 && front_memory_used () > 0; i++)
    g_usleep (500);
  FUZZ_LAW (front_memory_used () == 0, "%" G_GUINT64_FORMAT " bytes are held for no message", front_memory_used ());
  g_free (ctx.queue_id);
  g_free (ctx.login);
  g_free (ctx.certificate);
}

const TmFuzzTarget fuzz_session = { "session", begin, serve, end };
