/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/terminal.h"

#include "base/text.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static unsigned
detect_width (int fd)
{
  guint64 columns = 0;
  if (text_parse_number (g_getenv ("COLUMNS"), TM_TERMINAL_MAX_WIDTH, &columns))
    return MAX ((unsigned) columns, TM_TERMINAL_MIN_WIDTH);
  struct winsize size = { 0 };
  if (ioctl (fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return CLAMP (size.ws_col, TM_TERMINAL_MIN_WIDTH, TM_TERMINAL_MAX_WIDTH);
  return TM_TERMINAL_WIDTH;
}

TmTerminal
terminal_detect (int fd)
{
  const char *terminal = g_getenv ("TERM");
  const char *no_color = g_getenv ("NO_COLOR");
  bool is_tty = isatty (fd) == 1;
  bool has_colors = terminal != NULL && *terminal != '\0' && strcmp (terminal, "dumb") != 0;
  bool wants_none = no_color != NULL && *no_color != '\0';
  return (TmTerminal) { .width = detect_width (fd), .is_tty = is_tty, .colors = is_tty && has_colors && !wants_none };
}

static const char *const style_codes[] = {
  [TM_STYLE_PLAIN] = NULL, [TM_STYLE_BOLD] = "1", [TM_STYLE_DIM] = "2", [TM_STYLE_GOOD] = "32", [TM_STYLE_BAD] = "31",
};

static void
add_styled (GString *out, const TmTerminal *terminal, TmStyle style, const char *text, gsize len)
{
  const char *code = terminal->colors ? style_codes[style] : NULL;
  if (code != NULL)
    g_string_append_printf (out, "\033[%sm", code);
  g_string_append_len (out, text, (gssize) len);
  if (code != NULL)
    g_string_append (out, "\033[0m");
}

static void
add_blanks (GString *out, unsigned n)
{
  g_string_append_printf (out, "%*s", (int) n, "");
}

static unsigned
char_columns (gunichar c)
{
  if (g_unichar_iszerowidth (c))
    return 0;
  return g_unichar_iswide (c) ? 2 : 1;
}

/* The bytes of `text` that fit into `columns`, and the columns they take. */
static gsize
fit (const char *text, unsigned columns, unsigned *taken_out)
{
  unsigned taken = 0;
  const char *p = text;
  for (; *p != '\0'; p = g_utf8_next_char (p))
    {
      unsigned n = char_columns (g_utf8_get_char (p));
      if (taken + n > columns)
        break;
      taken += n;
    }
  *taken_out = taken;
  return (gsize) (p - text);
}

unsigned
terminal_columns (const char *text)
{
  unsigned columns;
  (void) fit (text, G_MAXUINT - 2, &columns);
  return columns;
}

void
terminal_add_cell (GString *out, const TmTerminal *terminal, TmStyle style, const char *text, unsigned columns,
                   bool pad)
{
  g_autofree char *valid = text_make_valid (text, strlen (text));
  g_autofree char *line = text_one_line (valid, 0);
  unsigned taken;
  gsize len = fit (line, columns, &taken);
  if (line[len] != '\0' && columns > 0)
    {
      len = fit (line, columns - 1, &taken);
      g_autofree char *cut = g_strdup_printf ("%.*s…", (int) len, line);
      add_styled (out, terminal, style, cut, strlen (cut));
      taken++;
    }
  else
    add_styled (out, terminal, style, line, len);
  if (pad)
    add_blanks (out, columns - taken);
}

void
terminal_add_heading (GString *out, const TmTerminal *terminal, const char *text)
{
  terminal_add_cell (out, terminal, TM_STYLE_BOLD, text, terminal->width, false);
  g_string_append_c (out, '\n');
}

static char *
expand_tabs (const char *line, gsize len)
{
  GString *out = g_string_sized_new (len + 8);
  unsigned column = 0;
  for (const char *p = line; p < line + len; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      unsigned n = c == '\t' ? 8 - column % 8 : char_columns (c);
      if (c == '\t')
        add_blanks (out, n);
      else
        g_string_append_unichar (out, c);
      column += n;
    }
  return g_string_free (out, FALSE);
}

/* How many bytes of `text` stand on the next line: all, or up to the last
 * blank that fits, or as many as fit when there is no blank. */
static gsize
break_line (const char *text, unsigned columns)
{
  unsigned taken;
  gsize len = fit (text, columns, &taken);
  if (text[len] == '\0' || text[len] == ' ')
    return len;
  if (len == 0)
    return (gsize) (g_utf8_next_char (text) - text);
  const char *blank = g_strrstr_len (text, (gssize) len, " ");
  return blank == NULL || blank == text ? len : (gsize) (blank - text);
}

/* Writes `line` behind `first` blanks that stand already, the lines after the first behind `indent` blanks. */
static void
add_wrapped (GString *out, const TmTerminal *terminal, unsigned indent, bool first_is_indented, const char *line)
{
  unsigned columns = terminal->width > indent + 8 ? terminal->width - indent : 8;
  bool indented = first_is_indented;
  do
    {
      gsize len = break_line (line, columns);
      if (!indented && len > 0)
        add_blanks (out, indent);
      indented = false;
      g_string_append_len (out, line, (gssize) len);
      g_string_append_c (out, '\n');
      line += len;
      if (len > 0 && *line == ' ')
        line++;
    }
  while (*line != '\0');
}

void
terminal_add_field (GString *out, const TmTerminal *terminal, TmStyle style, const char *label,
                    unsigned label_columns, const char *value)
{
  g_autofree char *valid = value == NULL ? NULL : text_make_valid (value, strlen (value));
  g_autofree char *line = valid == NULL ? NULL : text_one_line (valid, 0);
  unsigned indent = MIN ((unsigned) strspn (label, " "), label_columns);
  add_blanks (out, indent);
  terminal_add_cell (out, terminal, style, label, label_columns - indent, true);
  add_wrapped (out, terminal, label_columns, true, line == NULL || *line == '\0' ? "-" : line);
}

void
terminal_add_block (GString *out, const TmTerminal *terminal, unsigned indent, const char *text)
{
  g_autofree char *safe = g_strchomp (text_many_lines (text));
  const char *line = safe;
  while (*line != '\0')
    {
      gsize len = strcspn (line, "\n");
      g_autofree char *flat = g_strchomp (expand_tabs (line, len));
      add_wrapped (out, terminal, indent, false, flat);
      line += len;
      if (*line == '\n')
        line++;
    }
}
