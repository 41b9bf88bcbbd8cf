/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support/milter-client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

static bool
fail_errno (GError **error, const char *what)
{
  g_set_error (error, TM_ERROR, TM_ERROR_IO, "%s: %s", what, g_strerror (errno));
  return false;
}

static bool
fail_protocol (GError **error, const char *what)
{
  g_set_error (error, TM_ERROR, TM_ERROR_MESSAGE, "milter protocol: %s", what);
  return false;
}

static void
edit_clear (gpointer data)
{
  MilterEdit *edit = data;
  g_free (edit->name);
  g_free (edit->value);
  g_free (edit);
}

/* --- the connection --- */

static int
connect_unix (const char *path)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  if (g_strlcpy (address.sun_path, path, sizeof address.sun_path) >= sizeof address.sun_path)
    {
      errno = ENAMETOOLONG;
      return -1;
    }
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd >= 0 && connect (fd, (const struct sockaddr *) &address, sizeof address) == 0)
    return fd;
  int saved = errno;
  if (fd >= 0)
    close (fd);
  errno = saved;
  return -1;
}

static int
connect_inet (int family, const char *port_at_host)
{
  g_auto (GStrv) parts = g_strsplit (port_at_host, "@", 2);
  struct addrinfo hints = { .ai_family = family, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV };
  struct addrinfo *found = NULL;
  errno = EINVAL;
  if (g_strv_length (parts) != 2 || getaddrinfo (parts[1], parts[0], &hints, &found) != 0)
    return -1;
  int fd = socket (found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int rc = fd >= 0 ? connect (fd, found->ai_addr, found->ai_addrlen) : -1;
  int saved = errno;
  freeaddrinfo (found);
  if (rc == 0)
    {
      const int on = 1;
      setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      return fd;
    }
  if (fd >= 0)
    close (fd);
  errno = saved;
  return -1;
}

bool
milter_client_open (const char *where, unsigned timeout_s, MilterClient **client_out, GError **error)
{
  int fd = -1;
  errno = EINVAL;
  if (g_str_has_prefix (where, "unix:"))
    fd = connect_unix (where + strlen ("unix:"));
  else if (g_str_has_prefix (where, "inet:"))
    fd = connect_inet (AF_INET, where + strlen ("inet:"));
  else if (g_str_has_prefix (where, "inet6:"))
    fd = connect_inet (AF_INET6, where + strlen ("inet6:"));
  if (fd < 0)
    return fail_errno (error, where);

  const struct timeval wait = { .tv_sec = timeout_s };
  setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  setsockopt (fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
  MilterClient *client = g_new0 (MilterClient, 1);
  client->fd = fd;
  client->symbols = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  client->out = g_byte_array_new ();
  client->reply.edits = g_ptr_array_new_with_free_func (edit_clear);
  *client_out = client;
  return true;
}

void
milter_client_free (MilterClient *client)
{
  if (client == NULL)
    return;
  close (client->fd);
  g_hash_table_unref (client->symbols);
  g_byte_array_unref (client->out);
  g_ptr_array_unref (client->reply.edits);
  g_free (client->reply.text);
  g_free (client);
}

/* --- packets --- */

static void
put_packet (MilterClient *client, char command, const void *data, gsize len)
{
  guint32 n = GUINT32_TO_BE ((guint32) len + 1);
  g_byte_array_append (client->out, (const guint8 *) &n, sizeof n);
  g_byte_array_append (client->out, (const guint8 *) &command, 1);
  if (len > 0)
    g_byte_array_append (client->out, data, (guint) len);
}

static bool
flush_out (MilterClient *client, GError **error)
{
  gsize done = 0;
  while (done < client->out->len)
    {
      ssize_t n = send (client->fd, client->out->data + done, client->out->len - done, MSG_NOSIGNAL);
      if (n < 0 && errno != EINTR)
        return fail_errno (error, "cannot write to the filter");
      if (n > 0)
        done += (gsize) n;
    }
  g_byte_array_set_size (client->out, 0);
  return true;
}

/* Makes `need` bytes available at in + in_start. */
static bool
fill_in (MilterClient *client, gsize need, GError **error)
{
  if (need > sizeof client->in)
    return fail_protocol (error, "packet too long");
  if (client->in_start + need > sizeof client->in)
    {
      memmove (client->in, client->in + client->in_start, client->in_end - client->in_start);
      client->in_end -= client->in_start;
      client->in_start = 0;
    }
  while (client->in_end - client->in_start < need)
    {
      ssize_t n = recv (client->fd, client->in + client->in_end, sizeof client->in - client->in_end, 0);
      if (n == 0)
        return fail_protocol (error, "the filter closed the connection");
      if (n < 0 && errno != EINTR)
        return fail_errno (error, "cannot read from the filter");
      if (n > 0)
        client->in_end += (gsize) n;
    }
  return true;
}

/* The next packet; `data_out` points into the buffer until the next call. */
static bool
get_packet (MilterClient *client, char *command_out, const char **data_out, gsize *len_out, GError **error)
{
  if (!fill_in (client, 5, error))
    return false;
  guint32 n;
  memcpy (&n, client->in + client->in_start, sizeof n);
  n = GUINT32_FROM_BE (n);
  if (n == 0)
    return fail_protocol (error, "empty packet");
  if (!fill_in (client, (gsize) n + 4, error))
    return false;
  *command_out = (char) client->in[client->in_start + 4];
  *data_out = (const char *) client->in + client->in_start + 5;
  *len_out = (gsize) n - 1;
  client->in_start += (gsize) n + 4;
  if (client->in_start == client->in_end)
    client->in_start = client->in_end = 0;
  return true;
}

/* The bytes of one NUL-ended string at *data, which moves behind it; NULL when there is none. */
static char *
take_string (const char **data, gsize *len)
{
  const char *end = memchr (*data, '\0', *len);
  if (end == NULL)
    return NULL;
  char *text = g_strdup (*data);
  gsize used = (gsize) (end - *data) + 1;
  *data += used;
  *len -= used;
  return text;
}

static bool
take_u32 (const char **data, gsize *len, guint32 *value_out)
{
  if (*len < sizeof *value_out)
    return false;
  memcpy (value_out, *data, sizeof *value_out);
  *value_out = GUINT32_FROM_BE (*value_out);
  *data += sizeof *value_out;
  *len -= sizeof *value_out;
  return true;
}

/* --- negotiation --- */

bool
milter_client_negotiate (MilterClient *client, guint32 actions, guint32 protocol, GError **error)
{
  const guint32 offer[] = { GUINT32_TO_BE (6), GUINT32_TO_BE (actions), GUINT32_TO_BE (protocol) };
  put_packet (client, SMFIC_OPTNEG, offer, sizeof offer);
  char command;
  const char *data;
  gsize len;
  if (!flush_out (client, error) || !get_packet (client, &command, &data, &len, error))
    return false;
  if (command != SMFIC_OPTNEG || !take_u32 (&data, &len, &client->version)
      || !take_u32 (&data, &len, &client->actions) || !take_u32 (&data, &len, &client->protocol))
    return fail_protocol (error, "the filter refused the negotiation");
  if ((client->actions & ~actions) != 0 || (client->protocol & ~protocol & SMFI_CURR_PROT) != 0)
    return fail_protocol (error, "the filter wants what was not offered");
  guint32 stage;
  while (take_u32 (&data, &len, &stage))
    {
      char *symbols = take_string (&data, &len);
      if (symbols == NULL)
        return fail_protocol (error, "bad list of macros");
      g_hash_table_replace (client->symbols, GINT_TO_POINTER (stage), symbols);
    }
  return true;
}

/* --- replies --- */

static MilterEdit *
read_edit (char op, const char *data, gsize len)
{
  g_autofree MilterEdit *edit = g_new0 (MilterEdit, 1);
  edit->op = op;
  if (op == SMFIR_REPLBODY)
    edit->value = memcpy (g_malloc0 (len + 1), data, edit->len = len);
  else
    {
      if ((op == SMFIR_CHGHEADER || op == SMFIR_INSHEADER) && !take_u32 (&data, &len, &edit->index))
        return NULL;
      if (op == SMFIR_ADDHEADER || op == SMFIR_CHGHEADER || op == SMFIR_INSHEADER)
        edit->name = take_string (&data, &len);
      edit->value = take_string (&data, &len);
    }
  return g_steal_pointer (&edit);
}

bool
milter_client_read_reply (MilterClient *client, GError **error)
{
  g_clear_pointer (&client->reply.text, g_free);
  g_ptr_array_set_size (client->reply.edits, 0);
  for (;;)
    {
      char command;
      const char *data;
      gsize len;
      if (!get_packet (client, &command, &data, &len, error))
        return false;
      if (command == SMFIR_PROGRESS)
        continue;
      if (command == 0 || strchr ("+-2behimq", command) == NULL)
        {
          client->reply.kind = command;
          client->reply.text = command == SMFIR_REPLYCODE ? g_strndup (data, len) : NULL;
          return command == 0 || strchr ("acdfrsty4", command) == NULL ? fail_protocol (error, "unknown reply") : true;
        }
      MilterEdit *edit = read_edit (command, data, len);
      if (edit == NULL)
        return fail_protocol (error, "bad edit");
      g_ptr_array_add (client->reply.edits, edit);
    }
}

/* Sends what has gathered and reads the reply, unless `no_reply` was negotiated. */
static bool
end_command (MilterClient *client, guint32 no_reply, GError **error)
{
  if ((client->protocol & no_reply) != 0)
    {
      client->reply.kind = SMFIR_CONTINUE;
      return client->out->len < 65536 || flush_out (client, error);
    }
  return flush_out (client, error) && milter_client_read_reply (client, error);
}

/* --- commands --- */

void
milter_client_macros (MilterClient *client, char command, const char *const *pairs)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();
  g_byte_array_append (data, (const guint8 *) &command, 1);
  for (; *pairs != NULL; pairs++)
    g_byte_array_append (data, (const guint8 *) *pairs, (guint) strlen (*pairs) + 1);
  put_packet (client, SMFIC_MACRO, data->data, data->len);
}

bool
milter_client_connect (MilterClient *client, const char *host, const char *address, GError **error)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();
  g_byte_array_append (data, (const guint8 *) host, (guint) strlen (host) + 1);
  const char family = address == NULL ? SMFIA_UNKNOWN : strchr (address, ':') != NULL ? SMFIA_INET6 : SMFIA_INET;
  g_byte_array_append (data, (const guint8 *) &family, 1);
  if (address != NULL)
    {
      const guint16 port = GUINT16_TO_BE (40000);
      g_byte_array_append (data, (const guint8 *) &port, sizeof port);
      g_byte_array_append (data, (const guint8 *) address, (guint) strlen (address) + 1);
    }
  put_packet (client, SMFIC_CONNECT, data->data, data->len);
  return end_command (client, SMFIP_NR_CONN, error);
}

bool
milter_client_helo (MilterClient *client, const char *name, GError **error)
{
  put_packet (client, SMFIC_HELO, name, strlen (name) + 1);
  return end_command (client, SMFIP_NR_HELO, error);
}

bool
milter_client_mail (MilterClient *client, const char *sender, GError **error)
{
  put_packet (client, SMFIC_MAIL, sender, strlen (sender) + 1);
  return end_command (client, SMFIP_NR_MAIL, error);
}

bool
milter_client_rcpt (MilterClient *client, const char *recipient, GError **error)
{
  put_packet (client, SMFIC_RCPT, recipient, strlen (recipient) + 1);
  return end_command (client, SMFIP_NR_RCPT, error);
}

bool
milter_client_data (MilterClient *client, GError **error)
{
  put_packet (client, SMFIC_DATA, NULL, 0);
  return end_command (client, SMFIP_NR_DATA, error);
}

bool
milter_client_header (MilterClient *client, const char *name, const char *value, GError **error)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();
  g_byte_array_append (data, (const guint8 *) name, (guint) strlen (name) + 1);
  g_byte_array_append (data, (const guint8 *) value, (guint) strlen (value) + 1);
  put_packet (client, SMFIC_HEADER, data->data, data->len);
  return end_command (client, SMFIP_NR_HDR, error);
}

bool
milter_client_eoh (MilterClient *client, GError **error)
{
  put_packet (client, SMFIC_EOH, NULL, 0);
  return end_command (client, SMFIP_NR_EOH, error);
}

bool
milter_client_body (MilterClient *client, const void *chunk, gsize len, GError **error)
{
  put_packet (client, SMFIC_BODY, chunk, len);
  return end_command (client, SMFIP_NR_BODY, error);
}

bool
milter_client_eom (MilterClient *client, GError **error)
{
  put_packet (client, SMFIC_BODYEOB, NULL, 0);
  return end_command (client, 0, error);
}

bool
milter_client_send (MilterClient *client, char command, const void *data, gsize len, GError **error)
{
  put_packet (client, command, data, len);
  return flush_out (client, error);
}

bool
milter_client_abort (MilterClient *client, GError **error)
{
  return milter_client_send (client, SMFIC_ABORT, NULL, 0, error);
}

bool
milter_client_quit (MilterClient *client, GError **error)
{
  return milter_client_send (client, SMFIC_QUIT, NULL, 0, error);
}

bool
milter_client_quit_nc (MilterClient *client, GError **error)
{
  return milter_client_send (client, SMFIC_QUIT_NC, NULL, 0, error);
}
