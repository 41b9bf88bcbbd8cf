/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/receiver.h"

#include <string.h>

enum { TIMEOUT_S = 10 };

TmReceiver *
receiver_new (const char *id)
{
  TmReceiver *receiver = g_new0 (TmReceiver, 1);
  receiver->id = g_strdup (id);
  receiver->timeout_s = TIMEOUT_S;
  return receiver;
}

void
receiver_free (TmReceiver *receiver)
{
  if (receiver == NULL)
    return;
  g_free (receiver->id);
  g_free (receiver->address);
  g_strfreev (receiver->argv);
  g_free (receiver->url);
  g_free (receiver->key_file);
  if (receiver->key != NULL)
    explicit_bzero (receiver->key, strlen (receiver->key));
  g_free (receiver->key);
  g_free (receiver->ca_file);
  g_free (receiver);
}

const char *
receiver_kind_name (TmReceiverKind kind)
{
  static const char *const names[] = {
    [TM_RECEIVER_MAIL] = "mail",   [TM_RECEIVER_EXEC] = "exec",       [TM_RECEIVER_PAGERDUTY] = "pagerduty",
    [TM_RECEIVER_SLACK] = "slack", [TM_RECEIVER_GENERIC] = "generic",
  };
  return names[kind];
}

bool
receiver_is_told (const TmReceiver *receiver, bool is_open)
{
  return receiver->when == TM_RECEIVER_ALWAYS || (receiver->when == TM_RECEIVER_OPEN) == is_open;
}
