/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Edits of HTML in its own bytes: what is not edited stays as it was.  Works on bytes of any charset in which ASCII
 * means itself.  Linear in the length.
 */
#ifndef TM_MIME_REWRITE_HTML_H
#define TM_MIME_REWRITE_HTML_H

#include <glib.h>
#include <stdbool.h>

/* Whether a reader sees nothing. */
bool html_is_blank (const GString *html);

/* Removes `lines` (NULL: none; squeezed by line_squeeze()) where they stand first, as the HTML shows them, and the line
 * breaks or blocks that they leave empty; a `##word` behind them loses one `#`.  `charset` may be NULL.  False: they do
 * not stand there, nothing was done. */
bool html_remove_lines (GString *html, const GPtrArray *lines, const char *charset);

/* `footer` (UTF-8, LF) as a paragraph, in ASCII, at the end of the body.  `charset` may be NULL.  False: a tag, a
 * comment, a script or the like never ends and might hide it, or it would not be all that a reader sees besides, as in
 * a quotation that never ends; nothing was done. */
bool html_add_footer (GString *html, const char *footer, const char *eol, const char *charset);

#endif
