/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

void
secret_wipe (char *text)
{
  if (text != NULL)
    explicit_bzero (text, strlen (text));
  g_free (text);
}

void
secret_lines_free (TmSecretLines lines)
{
  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    explicit_bzero (lines[i], strlen (lines[i]));
  g_strfreev (lines);
}

void
secret_file_clear (TmSecretFile *secret)
{
  if (secret->text != NULL)
    explicit_bzero (secret->text, secret->len);
  g_clear_pointer (&secret->text, g_free);
}

bool
secret_file_fail (const char *file, const char *what, GError **error)
{
  int code = errno;
  int kind = code == ENOENT ? TM_ERROR_NOT_FOUND : code == EACCES || code == EPERM ? TM_ERROR_DENIED : TM_ERROR_IO;
  g_set_error (error, TM_ERROR, kind, "%s: %s: %s%s", file, what, g_strerror (code),
               kind == TM_ERROR_DENIED ? "; the user that runs this needs the right" : "");
  return false;
}

static bool
check_status (const char *file, const char *noun, const char *remedy, gsize max_len, const struct stat *status,
              GError **error)
{
  if (!S_ISREG (status->st_mode) || status->st_size > (off_t) max_len)
    g_set_error (error, TM_ERROR, TM_ERROR_CONFIG, "%s is no %s", file, noun);
  else if ((status->st_mode & (S_IRWXO | S_IWGRP)) != 0)
    g_set_error (error, TM_ERROR, TM_ERROR_DENIED,
                 "%s is open to others than its owner and group (mode %04o); chmod 640 it, and if somebody may have "
                 "read it, %s",
                 file, (unsigned) status->st_mode & 07777, remedy);
  else
    return true;
  return false;
}

static bool
read_text (int fd, const char *file, TmSecretFile *secret, GError **error)
{
  gsize size = (gsize) secret->status.st_size;
  secret->text = g_malloc0 (size + 1);
  while (secret->len < size)
    {
      ssize_t n = read (fd, secret->text + secret->len, size - secret->len);
      if (n < 0)
        return secret_file_fail (file, "cannot be read", error);
      if (n == 0)
        break;
      secret->len += (gsize) n;
    }
  return true;
}

bool
secret_file_read (const char *file, const char *noun, const char *remedy, gsize max_len, TmSecretFile *secret_out,
                  GError **error)
{
  int fd = open (file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0)
    return secret_file_fail (file, "cannot be opened", error);
  bool ok = fstat (fd, &secret_out->status) == 0
              ? check_status (file, noun, remedy, max_len, &secret_out->status, error)
                  && read_text (fd, file, secret_out, error)
              : secret_file_fail (file, "cannot be opened", error);
  close (fd);
  return ok;
}
