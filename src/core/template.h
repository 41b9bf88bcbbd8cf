/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Texts with values: `{name}` is the value, `{?name}` … `{/name}` a part that is there only when the value is, `{{` the
 * character itself.  A line of nothing but the tags of parts is not there itself.  Each value is one clean line,
 * escaped for where it stands: no value begins a header field, an element or an attribute.  In HTML only values whose
 * names end in `_link` may be an href.  Pure.
 */
#ifndef TM_CORE_TEMPLATE_H
#define TM_CORE_TEMPLATE_H

#include <glib.h>
#include <stdbool.h>

typedef struct TmTemplate TmTemplate;

typedef enum
{
  TM_TEMPLATE_TEXT, /* begins with a line `Subject: …` and an empty one */
  TM_TEMPLATE_HTML  /* values in text and in the quoted values of a few harmless attributes only */
} TmTemplateKind;

/* What is wrong with one, and where. */
typedef struct
{
  unsigned line, column; /* from 1; columns are characters */
  char *what;            /* one line: what, and what was meant */
} TmTemplateFault;

void template_fault_free (TmTemplateFault *fault);

enum { TM_TEMPLATE_MAX = 64 << 10, TM_TEMPLATE_DEPTH = 8 };

/* `names` (NULL-terminated, for the call) are the values that there may be.  NULL: something is wrong; each fault is
 * added to `faults` (TmTemplateFault), in order.  The caller frees. */
TmTemplate *template_parse (const char *source, gsize len, TmTemplateKind kind, const char *const *names,
                            GPtrArray *faults);
void template_free (TmTemplate *template);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmTemplate, template_free)

/* With `values` (char * → char *, valid UTF-8; one that is missing or "" is not there).  LF, the last line with one;
 * the caller frees. */
char *template_write (const TmTemplate *template, GHashTable *values);

/* The subject of a text, one clean line of at most 200 bytes; NULL of HTML.  The caller frees. */
char *template_subject (const TmTemplate *template, GHashTable *values);

#endif
