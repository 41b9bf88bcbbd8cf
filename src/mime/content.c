/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/content.h"

enum { PIECE = 16 * 1024 };

typedef struct
{
  bool is_base64; /* by GLib, whose decoder bears padding anywhere, also between pieces */
  GMimeEncoding other;
  int state;
  guint save;
} TmDecoder;

static void
decoder_init (TmDecoder *decoder, GMimeContentEncoding encoding)
{
  *decoder = (TmDecoder){ .is_base64 = encoding == GMIME_CONTENT_ENCODING_BASE64 };
  g_mime_encoding_init_decode (&decoder->other, encoding);
}

static size_t
decoder_step (TmDecoder *decoder, const char *in, size_t len, char *out)
{
  if (decoder->is_base64)
    return g_base64_decode_step (in, len, (guchar *) out, &decoder->state, &decoder->save);
  return g_mime_encoding_step (&decoder->other, in, len, out);
}

static size_t
decoder_finish (TmDecoder *decoder, char *out)
{
  /* Padding that the sender forgot. */
  if (decoder->is_base64)
    return decoder_step (decoder, "==", 2, out);
  return g_mime_encoding_flush (&decoder->other, "", 0, out);
}

static void
decode_stream (GMimeStream *stream, GMimeContentEncoding encoding, TmContentSink sink, void *data)
{
  TmDecoder decoder;
  decoder_init (&decoder, encoding);
  g_autofree char *in = g_malloc (PIECE);
  g_autofree char *out = g_malloc (g_mime_encoding_outlen (&decoder.other, PIECE) + 64);
  ssize_t n;
  bool more = true;
  g_mime_stream_reset (stream);
  while (more && (n = g_mime_stream_read (stream, in, PIECE)) > 0)
    more = sink (out, decoder_step (&decoder, in, (size_t) n, out), data);
  if (more)
    sink (out, decoder_finish (&decoder, out), data);
}

void
content_decode (GMimePart *part, TmContentSink sink, void *data)
{
  GMimeDataWrapper *content = g_mime_part_get_content (part);
  if (content != NULL)
    decode_stream (g_mime_data_wrapper_get_stream (content), g_mime_data_wrapper_get_encoding (content), sink, data);
}

typedef struct
{
  GString *bytes;
  size_t max;
  bool cut;
} TmLoad;

static bool
load_piece (const char *bytes, size_t len, void *data)
{
  TmLoad *load = data;
  size_t room = load->max - load->bytes->len;
  g_string_append_len (load->bytes, bytes, (gssize) MIN (len, room));
  load->cut = len > room;
  return !load->cut;
}

GString *
content_load (GMimePart *part, size_t max, bool *cut_out)
{
  TmLoad load = { .bytes = g_string_new (NULL), .max = max };
  content_decode (part, load_piece, &load);
  if (cut_out != NULL)
    *cut_out = load.cut;
  return load.bytes;
}

void
content_measure_source (GMimeObject *object, guint64 *size_out, guint8 digest_out[TM_DIGEST_LEN])
{
  GMimeStream *counter = g_mime_stream_null_new ();
  GMimeStream *stream = g_mime_stream_filter_new (counter);
  GMimeFilter *checksum = g_mime_filter_checksum_new (G_CHECKSUM_SHA256);
  g_mime_stream_filter_add (GMIME_STREAM_FILTER (stream), checksum);
  g_mime_object_write_to_stream (object, NULL, stream);
  g_mime_stream_flush (stream);
  *size_out = GMIME_STREAM_NULL (counter)->written;
  g_mime_filter_checksum_get_digest (GMIME_FILTER_CHECKSUM (checksum), digest_out, TM_DIGEST_LEN);
  g_object_unref (checksum);
  g_object_unref (stream);
  g_object_unref (counter);
}
