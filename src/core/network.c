/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/network.h"

#include <arpa/inet.h>
#include <string.h>

static bool
parse_address (const char *text, TmNetwork *out)
{
  static const guint8 mapped[12] = { [10] = 0xff, [11] = 0xff };
  struct in_addr ipv4;
  struct in6_addr ipv6;
  out->bits = 128;
  if (inet_pton (AF_INET, text, &ipv4) == 1)
    {
      memcpy (out->bytes, mapped, sizeof mapped);
      memcpy (out->bytes + sizeof mapped, &ipv4, sizeof ipv4);
    }
  else if (inet_pton (AF_INET6, text, &ipv6) == 1)
    memcpy (out->bytes, &ipv6, sizeof ipv6);
  else
    return false;
  out->is_ipv4 = memcmp (out->bytes, mapped, sizeof mapped) == 0;
  return true;
}

bool
network_parse (const char *text, TmNetwork *network_out)
{
  const char *slash = strchr (text, '/');
  g_autofree char *address = slash != NULL ? g_strndup (text, (gsize) (slash - text)) : g_strdup (text);
  if (!parse_address (address, network_out))
    return false;
  if (slash == NULL)
    return true;
  unsigned host_bits = strchr (address, ':') == NULL ? 32 : 128;
  guint64 bits;
  if (!g_ascii_string_to_unsigned (slash + 1, 10, 0, host_bits, &bits, NULL))
    return false;
  network_out->bits = (unsigned) bits + (128 - host_bits);
  return true;
}

bool
network_has (const TmNetwork *network, const char *address)
{
  TmNetwork host = { 0 };
  if (!parse_address (address, &host) || host.is_ipv4 != network->is_ipv4)
    return false;
  unsigned whole = network->bits / 8, rest = network->bits % 8;
  if (memcmp (host.bytes, network->bytes, whole) != 0)
    return false;
  return rest == 0 || ((host.bytes[whole] ^ network->bytes[whole]) >> (8 - rest)) == 0;
}
