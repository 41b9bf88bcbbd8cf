/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A disk whose nth operation fails or is its last, by a layer over SQLite's own VFS, made the default one, and in
 * libc's names for what the store does beside SQLite.  It knows what of each file has reached the disk by a sync that
 * succeeded: when power is lost, a pseudo-random part of all else has, too, in any order, torn at sectors of 512 bytes.
 * An operation that fails has been done in part.  As Linux does since 4.13, a sync that failed is told once to everyone
 * who has the file open.
 */
#ifndef TM_TESTS_FAULT_DISK_H
#define TM_TESTS_FAULT_DISK_H

#include <glib.h>
#include <stdbool.h>

typedef enum
{
  DISK_WRITE,
  DISK_SYNC,
  DISK_TRUNCATE,
  DISK_OPEN,
  DISK_DELETE,
  DISK_SHM,   /* the next piece of shared memory is mapped */
  DISK_NAMES, /* rename(2), unlink(2), fsync(2) of a directory, by ourselves */
  DISK_READ
} DiskOperation;

/* All but DISK_READ. */
enum { DISK_CHANGES = (1 << DISK_READ) - 1 };

typedef enum
{
  DISK_FAILS_ONCE,
  DISK_FAILS_FOR_GOOD, /* from then on everything that is counted */
  DISK_FULL_ONCE,      /* a write finds no room, what is no write fails */
  DISK_FULL_FOR_GOOD,
  DISK_LOSES_POWER     /* before the operation; the process ends with DISK_POWER_LOST as its exit code */
} DiskFault;

enum { DISK_POWER_LOST = 97 };

typedef struct
{
  DiskFault fault;
  unsigned operations; /* those that count, a bit for each DiskOperation */
  unsigned nth;        /* which of them has the fault; 0: none */
  guint32 seed;        /* of what is there when power is lost */
} DiskPlan;

/* Before SQLite is used. */
void fault_disk_install (void);

/* Counts anew by `plan`; the files of `directory` alone matter, and what stands in them counts as on the disk. */
void fault_disk_begin (const char *directory, const DiskPlan *plan);

/* Nothing fails any more.  Whether something has. */
bool fault_disk_end (void);

/* When all files are closed: power is lost behind the last operation. */
void fault_disk_lose_power (void);

/* The operation that had the fault first; the name is static. */
const char *fault_disk_what (void);

#endif
