/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/postconf.h"

#include "base/text.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Postfix's own output is about 60 kB. */
enum { OUTPUT_MAX = 4 << 20 };

static void
service_free (TmMtaService *service)
{
  g_free (service->name);
  g_free (service->type);
  g_free (service->command);
  g_free (service);
}

void
postconf_free (TmPostconf *postconf)
{
  if (postconf == NULL)
    return;
  g_hash_table_unref (postconf->parameters);
  g_ptr_array_unref (postconf->services);
  g_free (postconf);
}

/* `smtp inet n - y - - smtpd -o …`, as master(5) has it. */
static void
add_service (TmPostconf *postconf, const char *line)
{
  enum { NAME = 0, TYPE = 1, CHROOT = 4, COMMAND = 7, N_WORDS = 8 };
  g_auto (GStrv) split = g_strsplit_set (line, " \t", -1);
  const char *words[N_WORDS];
  int n = 0;
  for (char **word = split; *word != NULL && n < N_WORDS; word++)
    if (**word != '\0')
      words[n++] = *word;
  if (n < N_WORDS)
    return;
  TmMtaService *service = g_new0 (TmMtaService, 1);
  service->name = g_strdup (words[NAME]);
  service->type = g_strdup (words[TYPE]);
  service->command = g_path_get_basename (words[COMMAND]);
  service->is_chrooted = *words[CHROOT] == 'y';
  g_ptr_array_add (postconf->services, service);
}

static void
add_line (TmPostconf *postconf, const char *line)
{
  const char *equals = strchr (line, '=');
  g_autofree char *name = equals != NULL ? g_strstrip (g_strndup (line, (gsize) (equals - line))) : NULL;
  if (name != NULL && *name != '\0' && strpbrk (name, " \t") == NULL)
    g_hash_table_insert (postconf->parameters, g_steal_pointer (&name), g_strstrip (g_strdup (equals + 1)));
  else
    add_service (postconf, line);
}

TmPostconf *
postconf_parse (const char *text)
{
  TmPostconf *postconf = g_new0 (TmPostconf, 1);
  postconf->parameters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  postconf->services = g_ptr_array_new_with_free_func ((GDestroyNotify) service_free);
  g_autofree char *valid = text_make_valid (text, strlen (text));
  g_auto (GStrv) lines = g_strsplit (valid, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    add_line (postconf, *line);
  return postconf;
}

const char *
postconf_value (const TmPostconf *postconf, const char *parameter)
{
  const char *value = g_hash_table_lookup (postconf->parameters, parameter);
  return value != NULL ? value : "";
}

const char *
postconf_override (const TmPostconf *postconf, const TmMtaService *service, const char *parameter)
{
  g_autofree char *name = g_strjoin ("/", service->name, service->type, parameter, NULL);
  return g_hash_table_lookup (postconf->parameters, name);
}

/* All of `fd` up to OUTPUT_MAX; false when there was more, or it could not be read. */
static bool
read_output (int fd, GString *out)
{
  char chunk[16384];
  ssize_t n;
  gsize before = out->len;
  while ((n = read (fd, chunk, sizeof chunk)) != 0)
    {
      if (n < 0 && errno != EINTR)
        return false;
      if (n > 0)
        g_string_append_len (out, chunk, n);
      if (out->len - before > OUTPUT_MAX)
        return false;
    }
  return true;
}

/* Without a shell, and with nothing of our caller's environment: postconf reads MAIL_CONFIG. */
static bool
run_once (const char *config_dir, const char *what, GString *out, GError **error)
{
  const char *argv[] = { "postconf", what, config_dir != NULL ? "-c" : NULL, config_dir, NULL };
  const char *environment[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL };
  g_autoptr (GError) local = NULL;
  GPid pid;
  int fd = -1;
  GSpawnFlags flags = G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH_FROM_ENVP | G_SPAWN_STDERR_TO_DEV_NULL;
  if (!g_spawn_async_with_pipes (NULL, (char **) (gpointer) argv, (char **) (gpointer) environment, flags, NULL, NULL,
                                 &pid, NULL, &fd, NULL, &local))
    {
      g_set_error (error, TM_ERROR, TM_ERROR_NOT_FOUND,
                   "no postconf to be run (%s): where Postfix is, save what it says, see ticketctl(1), and name it "
                   "with --postconf FILE",
                   local->message);
      return false;
    }
  bool is_read = read_output (fd, out);
  close (fd);
  if (!is_read)
    kill (pid, SIGKILL);
  int status = 0;
  while (waitpid (pid, &status, 0) < 0 && errno == EINTR)
    ;
  g_spawn_close_pid (pid);
  if (is_read && WIFEXITED (status) && WEXITSTATUS (status) == 0)
    return true;
  g_set_error (error, TM_ERROR, TM_ERROR_CONFIG, "`postconf %s%s%s` failed: run it by hand to see why", what,
               config_dir != NULL ? " -c " : "", config_dir != NULL ? config_dir : "");
  return false;
}

bool
postconf_run (const char *config_dir, char **text_out, GError **error)
{
  static const char *const asked[] = { "-x", "-M", "-Px" };
  g_autoptr (GString) out = g_string_new (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (asked); i++)
    {
      if (!run_once (config_dir, asked[i], out, error))
        return false;
      g_string_append_c (out, '\n');
    }
  *text_out = g_string_free (g_steal_pointer (&out), FALSE);
  return true;
}
