/* SPDX-License-Identifier: BSD-2-Clause */
/* A target for libFuzzer, which has a main() of its own.  Compiled with -DFUZZ_TARGET=fuzz_NAME. */
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>

int LLVMFuzzerInitialize (int *argc, char ***argv);
int LLVMFuzzerTestOneInput (const guint8 *data, size_t len);

int
LLVMFuzzerInitialize (int *argc G_GNUC_UNUSED, char ***argv G_GNUC_UNUSED)
{
  if (FUZZ_TARGET.begin != NULL)
    FUZZ_TARGET.begin ();
  if (FUZZ_TARGET.end != NULL)
    atexit (FUZZ_TARGET.end);
  return 0;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t len)
{
  FUZZ_TARGET.input (data, len);
  return 0;
}
