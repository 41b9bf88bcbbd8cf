/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * naive-reader BYTES: reads a message from standard input with GMime and nothing else, in a thread with the stack of
 * the daemon's and no more than so much memory; exits with 0 when it came through.  What the daemon is measured
 * against.
 */
#include <gmime/gmime.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>

static void *
read_message (void *data)
{
  char *bytes;
  gsize len;
  if (!g_file_get_contents ("/dev/stdin", &bytes, &len, NULL))
    return NULL;
  GMimeStream *stream = g_mime_stream_mem_new_with_buffer (bytes, len);
  GMimeParser *parser = g_mime_parser_new_with_stream (stream);
  GMimeMessage *message = g_mime_parser_construct_message (parser, NULL);
  *(int *) data = message != NULL && g_mime_message_get_to (message) != NULL ? 0 : 1;
  return NULL;
}

int
main (int argc, char **argv)
{
#if defined __SANITIZE_ADDRESS__
  return 77; /* it reserves terabytes */
#endif
  struct rlimit memory = { 0, 0 };
  pthread_attr_t attributes;
  pthread_t reader;
  int code = 1;
  if (argc != 2)
    return 64;
  memory.rlim_cur = memory.rlim_max = strtoull (argv[1], NULL, 10);
  if (memory.rlim_cur != 0 && setrlimit (RLIMIT_AS, &memory) != 0)
    return 71;
  g_mime_init ();
  pthread_attr_init (&attributes);
  pthread_attr_setstacksize (&attributes, 1 << 20);
  if (pthread_create (&reader, &attributes, read_message, &code) != 0)
    return 71;
  pthread_join (reader, NULL);
  return code;
}
