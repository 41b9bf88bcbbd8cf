/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * People on file printed, as text and as JSON.
 */
#ifndef TM_CLI_CONTACTS_H
#define TM_CLI_CONTACTS_H

#include "cli/terminal.h"
#include "store/record.h"

#include <json-glib/json-glib.h>

/* A block of lines. */
void contact_add_text (GString *out, const TmTerminal *terminal, const TmContactRecord *contact);

/* An object: where the builder expects a value. */
void contact_put_json (JsonBuilder *builder, const TmContactRecord *contact);

/* A member "silenced" of the open object, of TmSilencedRecord. */
void contact_put_silenced (JsonBuilder *builder, const GPtrArray *list);

#endif
