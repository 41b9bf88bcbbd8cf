/* SPDX-License-Identifier: BSD-2-Clause */
#include "desk/wire.h"

#include "base/clock.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

const TmWireBounds wire_request = { .bytes = 1 << 20, .fields = 1000 };
const TmWireBounds wire_answer = { .bytes = 64 << 20, .fields = 1 << 20 };

TmWire *
wire_new (void)
{
  TmWire *wire = g_new0 (TmWire, 1);
  wire->fields = g_ptr_array_new_with_free_func (g_free);
  return wire;
}

void
wire_free (TmWire *wire)
{
  if (wire == NULL)
    return;
  g_ptr_array_unref (wire->fields);
  g_free (wire);
}

void
wire_add (TmWire *wire, const char *name, const char *value)
{
  if (value == NULL)
    return;
  g_ptr_array_add (wire->fields, g_strdup (name));
  g_ptr_array_add (wire->fields, g_strdup (value));
}

void
wire_add_number (TmWire *wire, const char *name, gint64 value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);
  wire_add (wire, name, text);
}

const char *
wire_next (const TmWire *wire, const char *name, unsigned *iterator_io)
{
  for (; *iterator_io < wire->fields->len; *iterator_io += 2)
    if (strcmp (g_ptr_array_index (wire->fields, *iterator_io), name) == 0)
      {
        const char *value = g_ptr_array_index (wire->fields, *iterator_io + 1);
        *iterator_io += 2;
        return value;
      }
  return NULL;
}

const char *
wire_get (const TmWire *wire, const char *name)
{
  unsigned iterator = 0;
  return wire_next (wire, name, &iterator);
}

/* --- text --- */

char *
wire_format (const TmWire *wire)
{
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < wire->fields->len; i += 2)
    {
      g_string_append_printf (text, "%s ", (const char *) g_ptr_array_index (wire->fields, i));
      for (const char *p = g_ptr_array_index (wire->fields, i + 1); *p != '\0'; p++)
        if (*p == '\n' || *p == '\\')
          g_string_append (text, *p == '\n' ? "\\n" : "\\\\");
        else
          g_string_append_c (text, *p);
      g_string_append_c (text, '\n');
    }
  g_string_append_c (text, '\n');
  return g_string_free (text, FALSE);
}

/* NULL: an escape that is none. */
static char *
unescape (const char *text, gsize len)
{
  GString *value = g_string_sized_new (len);
  for (const char *p = text, *end = text + len; p < end; p++)
    {
      bool is_escape = *p == '\\';
      if (is_escape && (++p == end || (*p != 'n' && *p != '\\')))
        return g_string_free (value, TRUE);
      g_string_append_c (value, is_escape && *p == 'n' ? '\n' : *p);
    }
  return g_string_free (value, FALSE);
}

static bool
parse_line (const char *line, gsize len, unsigned max_fields, TmWire *wire)
{
  const char *blank = memchr (line, ' ', len);
  if (blank == NULL || blank == line || wire->fields->len / 2 >= max_fields)
    return false;
  char *value = unescape (blank + 1, (gsize) (line + len - blank - 1));
  if (value == NULL)
    return false;
  g_ptr_array_add (wire->fields, g_strndup (line, (gsize) (blank - line)));
  g_ptr_array_add (wire->fields, value);
  return true;
}

TmWire *
wire_parse (const char *text, gsize len, unsigned max_fields, GError **error)
{
  g_autoptr (TmWire) wire = wire_new ();
  const char *end = text + len;
  bool ok = g_utf8_validate_len (text, len, NULL);
  while (ok && text < end)
    {
      const char *feed = memchr (text, '\n', (gsize) (end - text));
      ok = feed != NULL;
      if (ok && feed == text && feed + 1 == end)
        return g_steal_pointer (&wire);
      ok = ok && parse_line (text, (gsize) (feed - text), max_fields, wire);
      text = ok ? feed + 1 : end;
    }
  g_set_error (error, TM_ERROR, TM_ERROR_MESSAGE, "control socket: that is no request or response of ticketmilter");
  return NULL;
}

/* --- sockets --- */

static bool
wait_for (int fd, short events, gint64 deadline_us, GError **error)
{
  enum { US_PER_MS = 1000 };
  struct pollfd poll_fd = { .fd = fd, .events = events };
  int rc;
  do
    {
      gint64 left_us = deadline_us - clock_monotonic_us ();
      rc = poll (&poll_fd, 1, left_us > 0 ? (int) MIN (left_us / US_PER_MS + 1, G_MAXINT) : 0);
    }
  while (rc < 0 && errno == EINTR);
  if (rc > 0)
    return true;
  g_set_error (error, TM_ERROR, TM_ERROR_TEMP, "control socket: the other side is too slow");
  return false;
}

static bool
fail_gone (GError **error, const char *why)
{
  g_set_error (error, TM_ERROR, TM_ERROR_UNAVAILABLE, "control socket: the other side went away: %s", why);
  return false;
}

static bool
send_all (int fd, const char *data, gsize len, gint64 deadline_us, GError **error)
{
  while (len > 0)
    {
      if (!wait_for (fd, POLLOUT, deadline_us, error))
        return false;
      ssize_t n = send (fd, data, len, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n < 0 && errno != EINTR && errno != EAGAIN)
        return fail_gone (error, g_strerror (errno));
      data += MAX (n, 0);
      len -= (gsize) MAX (n, 0);
    }
  return true;
}

bool
wire_send (int fd, const TmWire *wire, const TmWireBounds *bounds, gint64 deadline_us, GError **error)
{
  g_autofree char *text = wire_format (wire);
  gsize len = strlen (text);
  if (len <= bounds->bytes)
    return send_all (fd, text, len, deadline_us, error);
  g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "that is too much for one request: at most %" G_GSIZE_FORMAT " bytes",
               bounds->bytes);
  return false;
}

bool
wire_send_bytes (int fd, GBytes *bytes, gint64 deadline_us, GError **error)
{
  gsize len;
  const char *data = g_bytes_get_data (bytes, &len);
  return send_all (fd, data, len, deadline_us, error);
}

/* At least one byte, unless a signal came. */
static bool
receive_some (int fd, guint8 *chunk, gsize len, int flags, gint64 deadline_us, gsize *n_out, GError **error)
{
  if (!wait_for (fd, POLLIN, deadline_us, error))
    return false;
  ssize_t n = recv (fd, chunk, len, flags | MSG_DONTWAIT);
  if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
    return fail_gone (error, n == 0 ? "it said nothing more" : g_strerror (errno));
  *n_out = (gsize) MAX (n, 0);
  return true;
}

/* How many of the `n` bytes at `chunk` go with `bytes`, which came before: an empty line ends it all. */
static gsize
find_end (const GByteArray *bytes, const guint8 *chunk, gsize n, bool *has_end_out)
{
  guint8 last = bytes->len > 0 ? bytes->data[bytes->len - 1] : '\0';
  *has_end_out = false;
  for (gsize i = 0; i < n; i++)
    {
      *has_end_out = chunk[i] == '\n' && last == '\n';
      if (*has_end_out)
        return i + 1;
      last = chunk[i];
    }
  return n;
}

/* What follows is left in the socket. */
bool
wire_receive (int fd, const TmWireBounds *bounds, gint64 deadline_us, TmWire **wire_out, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 chunk[65536];
  for (bool has_end = false; !has_end;)
    {
      gsize n;
      if (bytes->len > bounds->bytes)
        {
          g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "control socket: more than %" G_GSIZE_FORMAT " bytes",
                       bounds->bytes);
          return false;
        }
      if (!receive_some (fd, chunk, sizeof chunk, MSG_PEEK, deadline_us, &n, error))
        return false;
      gsize n_ours = find_end (bytes, chunk, n, &has_end);
      if (n_ours > 0 && !receive_some (fd, chunk, n_ours, 0, deadline_us, &n, error))
        return false;
      has_end = has_end && n == n_ours;
      g_byte_array_append (bytes, chunk, (guint) n);
    }
  *wire_out = wire_parse ((const char *) bytes->data, bytes->len, bounds->fields, error);
  return *wire_out != NULL;
}

bool
wire_receive_bytes (int fd, gsize n_bytes, gint64 deadline_us, GBytes **bytes_out, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 chunk[65536];
  while (bytes->len < n_bytes)
    {
      gsize n;
      if (!receive_some (fd, chunk, MIN (sizeof chunk, n_bytes - bytes->len), 0, deadline_us, &n, error))
        return false;
      g_byte_array_append (bytes, chunk, (guint) n);
    }
  *bytes_out = g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
  return true;
}
