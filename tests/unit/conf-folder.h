/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A temporary folder with configuration files for the tests of conf/.
 */
#ifndef TM_TESTS_CONF_FOLDER_H
#define TM_TESTS_CONF_FOLDER_H

#include "conf/policy.h"

/* The first two lines of a configuration without findings; the folder has the key ring. */
#define HEAD "instance: example\nkeys: keys\n"

typedef struct
{
  char *path;
} TmFolder;

/* A folder with a good key ring in the file `keys`. */
void folder_init (TmFolder *folder);
void folder_clear (TmFolder *folder);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TmFolder, folder_clear)

/* Writes a file, making the folders of its name; the second changes its mode. */
void folder_write (const TmFolder *folder, const char *name, const char *text);
void folder_chmod (const TmFolder *folder, const char *name, unsigned mode);

char *folder_file (const TmFolder *folder, const char *name);

/* The findings of policy_load(), one line each, without the folder's name; the policy (may be NULL) to `policy_out`,
 * whose NULL drops it. */
char *folder_load (const TmFolder *folder, const char *name, TmPolicy **policy_out);

/* What is found in this text as main.yaml, alone in a folder.  The caller frees. */
char *folder_findings (const char *yaml);

/* The policy of this text as main.yaml, with customers.csv beside it; the test fails when anything is found in it.  The
 * caller unrefs. */
TmPolicy *folder_policy (const char *yaml, const char *csv);

#endif
