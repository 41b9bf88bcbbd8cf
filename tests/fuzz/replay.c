/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Feeds each target its seeds and what fuzzing found once: `replay FOLDER…`, where FOLDER/TARGET/ has the inputs, or
 * `replay TARGET FILE…`.  A law that breaks ends the process; the last line says by which input.
 */
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const TmFuzzTarget *const targets[] = {
  &fuzz_mime, &fuzz_rewrite, &fuzz_address, &fuzz_msgid, &fuzz_authres, &fuzz_token, &fuzz_quote, &fuzz_html,
  &fuzz_command, &fuzz_subject, &fuzz_session, &fuzz_config, &fuzz_template, &fuzz_calendar, &fuzz_ical
};

static void
feed (const TmFuzzTarget *target, const char *file)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *data = NULL;
  gsize len;
  if (!g_file_get_contents (file, &data, &len, &error))
    {
      fprintf (stderr, "%s\n", error->message);
      exit (EXIT_FAILURE);
    }
  fprintf (stderr, "%s: %s\n", target->name, file);
  /* Not one byte more than there are: reading behind them has to show. */
  g_autofree guint8 *exact = g_memdup2 (data, len);
  target->input (exact, len);
}

/* All files of FOLDER/TARGET, in any order; how many there are. */
static unsigned
feed_folder (const TmFuzzTarget *target, const char *above)
{
  g_autofree char *folder = g_build_filename (above, target->name, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  unsigned n = 0;
  for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL; n++)
    {
      g_autofree char *file = g_build_filename (folder, name, NULL);
      feed (target, file);
    }
  return n;
}

static void
begin (const TmFuzzTarget *target)
{
  if (target->begin != NULL)
    target->begin ();
}

static void
end (const TmFuzzTarget *target)
{
  if (target->end != NULL)
    target->end ();
}

static void
feed_named (const TmFuzzTarget *target, int n_files, char **files)
{
  begin (target);
  for (int i = 0; i < n_files; i++)
    feed (target, files[i]);
  end (target);
}

int
main (int argc, char **argv)
{
  bool is_whole = true;
  for (size_t i = 0; argc > 2 && i < G_N_ELEMENTS (targets); i++)
    if (strcmp (argv[1], targets[i]->name) == 0)
      {
        feed_named (targets[i], argc - 2, argv + 2);
        return EXIT_SUCCESS;
      }
  for (size_t i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      unsigned n = 0;
      begin (targets[i]);
      for (int a = 1; a < argc; a++)
        n += feed_folder (targets[i], argv[a]);
      end (targets[i]);
      is_whole = is_whole && n > 0;
      printf ("%s: %u inputs\n", targets[i]->name, n);
    }
  if (!is_whole)
    fprintf (stderr, "a target has no inputs: name the folders that have seeds/TARGET and cases/TARGET\n");
  return is_whole ? EXIT_SUCCESS : EXIT_FAILURE;
}
