/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * JSON documents as programs are promised them: version 1, unset is null and never
 * absent, times in RFC 3339 UTC.  The members that every printer needs.
 */
#ifndef TM_CLI_JSONDOC_H
#define TM_CLI_JSONDOC_H

#include <glib.h>
#include <json-glib/json-glib.h>
#include <stdbool.h>

/* A builder with an open object that has "version". */
JsonBuilder *jsondoc_begin (void);

/* Closes the object and appends it with a line feed: on one line, or indented when a person looks at it.  Characters
 * that a terminal could take for an order are written as \uXXXX. */
void jsondoc_end (JsonBuilder *builder, bool indent, GString *out);

void jsondoc_put_text (JsonBuilder *builder, const char *name, const char *value); /* NULL: null */
void jsondoc_put_value (JsonBuilder *builder, const char *name, const char *value); /* NULL and "": null */
void jsondoc_put_instant (JsonBuilder *builder, const char *name, gint64 at);      /* TM_NEVER: null */
void jsondoc_put_number (JsonBuilder *builder, const char *name, gint64 value);
void jsondoc_put_id (JsonBuilder *builder, const char *name, gint64 value);        /* 0: null */
void jsondoc_put_bool (JsonBuilder *builder, const char *name, bool value);
void jsondoc_put_null (JsonBuilder *builder, const char *name);
void jsondoc_put_strings (JsonBuilder *builder, const char *name, const GPtrArray *strings); /* char * */
void jsondoc_put_empty_array (JsonBuilder *builder, const char *name);

/* TmTag: {"key": ["value", …]}, keys in the order in which they first come. */
void jsondoc_put_tags (JsonBuilder *builder, const char *name, const GPtrArray *tags);

/* A whole document, appended as jsondoc_end() does: `name` with what `put` adds for each of `list`. */
void jsondoc_add_list (GString *out, bool indent, const char *name, const GPtrArray *list,
                       void (*put) (JsonBuilder *builder, gconstpointer item));

void jsondoc_open_array (JsonBuilder *builder, const char *name);

#endif
