/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What reader.c and record.c share.
 */
#ifndef TM_STORE_READER_H
#define TM_STORE_READER_H

#include "store/db.h"
#include "store/store.h"

struct TmReader
{
  TmDb *db;
};

#endif
