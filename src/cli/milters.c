/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/milters.h"

#include <string.h>

static void
milter_free (TmMilter *milter)
{
  g_free (milter->address);
  g_free (milter->written);
  g_free (milter->settings);
  g_free (milter);
}

/* `text` is an address, or with `is_braced` an address and settings. */
static void
add_milter (GPtrArray *milters, const char *text, gsize len, bool is_braced)
{
  g_autofree char *inner = g_strndup (text, len);
  g_auto (GStrv) parts = g_strsplit (inner, is_braced ? "," : "\n", -1);
  g_autoptr (GString) settings = g_string_new (NULL);
  for (char **part = parts; *part != NULL; part++)
    {
      char *equals = strchr (g_strstrip (*part), '=');
      if (part == parts || equals == NULL)
        continue;
      g_autofree char *name = g_strstrip (g_strndup (*part, (gsize) (equals - *part)));
      g_string_append_printf (settings, "%s=%s\n", name, g_strchug (equals + 1));
    }
  if (parts[0] == NULL || *parts[0] == '\0')
    return;
  TmMilter *milter = g_new0 (TmMilter, 1);
  milter->address = g_strdup (parts[0]);
  milter->written = is_braced ? g_strconcat ("{", inner, "}", NULL) : g_strdup (inner);
  milter->settings = g_strdup (settings->str);
  g_ptr_array_add (milters, milter);
}

GPtrArray *
milters_parse (const char *value)
{
  GPtrArray *milters = g_ptr_array_new_with_free_func ((GDestroyNotify) milter_free);
  for (const char *p = value + strspn (value, ", \t"); *p != '\0'; p += strspn (p, ", \t"))
    {
      bool is_braced = *p == '{';
      p += is_braced;
      gsize len = strcspn (p, is_braced ? "}" : ", \t");
      add_milter (milters, p, len, is_braced);
      p += len + (is_braced && p[len] == '}');
    }
  return milters;
}

char *
milter_setting (const TmMilter *milter, const char *name)
{
  g_auto (GStrv) lines = g_strsplit (milter->settings, "\n", -1);
  gsize len = strlen (name);
  for (char **line = lines; *line != NULL; line++)
    if (strncmp (*line, name, len) == 0 && (*line)[len] == '=')
      return g_strdup (*line + len + 1);
  return NULL;
}

/* `inet:PORT@HOST` and `inet6:PORT@HOST` as `inet:HOST:PORT`; "localhost" is the loopback address. */
static char *
inet_address (const char *socket)
{
  const char *at = strchr (socket, '@'), *port = strchr (socket, ':') + 1;
  const char *host = at + 1;
  bool is_v6 = strchr (host, ':') != NULL;
  return g_strdup_printf ("inet:%s%s%s:%.*s", is_v6 ? "[" : "", host, is_v6 ? "]" : "", (int) (at - port), port);
}

static char *
plain_host (const char *address)
{
  static const char *const loopback[] = { "inet:localhost:", "inet:[::1]:" };
  for (gsize i = 0; i < G_N_ELEMENTS (loopback); i++)
    if (g_str_has_prefix (address, loopback[i]))
      return g_strconcat ("inet:127.0.0.1:", address + strlen (loopback[i]), NULL);
  return g_ascii_strdown (address, -1);
}

static bool
is_inet (const char *socket)
{
  return g_str_has_prefix (socket, "inet") && strchr (socket, '@') != NULL;
}

/* The socket's path, NULL when it has none. */
static const char *
socket_path (const char *socket)
{
  return g_str_has_prefix (socket, "unix:") ? socket + strlen ("unix:") : NULL;
}

static bool
is_path (const char *path, const char *named, const char *queue_directory, bool is_chrooted)
{
  if (is_chrooted)
    named += strspn (named, "/");
  g_autofree char *ours = g_canonicalize_filename (path, "/");
  g_autofree char *theirs = g_canonicalize_filename (named, queue_directory);
  return strcmp (ours, theirs) == 0;
}

TmSocketMatch
milter_match (const char *address, const char *socket, const char *queue_directory, bool is_chrooted)
{
  const char *path = socket_path (socket), *named = socket_path (address);
  if (is_inet (socket))
    {
      g_autofree char *wanted = inet_address (socket);
      g_autofree char *ours = plain_host (wanted), *theirs = plain_host (address);
      return strcmp (ours, theirs) == 0 ? TM_SOCKET_OURS : TM_SOCKET_OTHER;
    }
  if (path == NULL)
    return TM_SOCKET_OURS;
  if (named == NULL)
    return TM_SOCKET_OTHER;
  if (is_path (path, named, queue_directory, is_chrooted))
    return TM_SOCKET_OURS;
  return is_chrooted && is_path (path, named, queue_directory, false) ? TM_SOCKET_CHROOTED : TM_SOCKET_OTHER;
}

char *
milter_address (const char *socket, const char *queue_directory, bool is_chrooted)
{
  const char *path = socket_path (socket);
  if (is_inet (socket))
    return inet_address (socket);
  if (path == NULL)
    return NULL;
  g_autofree char *ours = g_canonicalize_filename (path, "/");
  g_autofree char *root = g_canonicalize_filename (queue_directory, "/");
  gsize len = strlen (root);
  if (g_str_has_prefix (ours, root) && ours[len] == '/')
    return g_strconcat ("unix:", ours + len + 1, NULL);
  return is_chrooted ? NULL : g_strconcat ("unix:", ours, NULL);
}
