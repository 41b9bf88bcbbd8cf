/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/command.h"

void
commands_free (TmCommands *commands)
{
  if (commands == NULL)
    return;
  g_clear_pointer (&commands->commands, g_ptr_array_unref);
  g_free (commands->error);
  g_free (commands);
}
