/* SPDX-License-Identifier: BSD-2-Clause */
#include "outbox/http.h"

#include "config.h"

#include "base/text.h"

#include <curl/curl.h>
#include <string.h>

enum { ANSWER_MAX = 64 << 10, TEXT_MAX = 300, KEPT_MAX = 2000 };

struct TmPoster
{
  CURL *handle;
  char failure[CURL_ERROR_SIZE];
};

typedef struct
{
  const TmPost *post;
  GString *kept;   /* the beginning of the body */
  gsize n_header, n_body;
} Answer;

TmPoster *
poster_new (void)
{
  TmPoster *poster = g_new0 (TmPoster, 1);
  poster->handle = curl_easy_init ();
  return poster;
}

void
poster_free (TmPoster *poster)
{
  if (poster == NULL)
    return;
  curl_easy_cleanup (poster->handle);
  g_free (poster);
}

/* --- what libcurl calls; another number than `size * n` ends the transfer --- */

static size_t
on_body (char *bytes, size_t size, size_t n, void *data)
{
  Answer *answer = data;
  gsize len = size * n;
  answer->n_body += len;
  g_string_append_len (answer->kept, bytes, (gssize) MIN (len, KEPT_MAX - answer->kept->len));
  return answer->n_body <= ANSWER_MAX ? len : 0;
}

static size_t
on_header (char *line G_GNUC_UNUSED, size_t size, size_t n, void *data)
{
  Answer *answer = data;
  answer->n_header += size * n;
  return answer->n_header <= ANSWER_MAX ? size * n : 0;
}

static int
on_progress (void *data, curl_off_t a G_GNUC_UNUSED, curl_off_t b G_GNUC_UNUSED, curl_off_t c G_GNUC_UNUSED,
             curl_off_t d G_GNUC_UNUSED)
{
  const TmPost *post = ((Answer *) data)->post;
  return post->is_stopped != NULL && post->is_stopped (post->data);
}

/* --- one post --- */

static void
set_transport (CURL *handle, const TmPost *post)
{
  curl_easy_setopt (handle, CURLOPT_URL, post->url);
  curl_easy_setopt (handle, CURLOPT_PROTOCOLS_STR, "https,http");
  curl_easy_setopt (handle, CURLOPT_PROXY, ""); /* whatever the environment says */
  curl_easy_setopt (handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt (handle, CURLOPT_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2);
  curl_easy_setopt (handle, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt (handle, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt (handle, CURLOPT_CONNECTTIMEOUT, (long) post->timeout_s);
  curl_easy_setopt (handle, CURLOPT_TIMEOUT, (long) post->timeout_s);
  if (post->ca_file == NULL)
    return;
  curl_easy_setopt (handle, CURLOPT_CAINFO, post->ca_file);
  curl_easy_setopt (handle, CURLOPT_CAPATH, NULL);
}

static void
set_options (TmPoster *poster, const TmPost *post, const struct curl_slist *headers, Answer *answer)
{
  CURL *handle = poster->handle;
  curl_easy_reset (handle);
  set_transport (handle, post);
  curl_easy_setopt (handle, CURLOPT_POST, 1L);
  curl_easy_setopt (handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) strlen (post->body));
  curl_easy_setopt (handle, CURLOPT_POSTFIELDS, post->body);
  curl_easy_setopt (handle, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt (handle, CURLOPT_USERAGENT, "ticketmilter/" PACKAGE_VERSION);
  curl_easy_setopt (handle, CURLOPT_ERRORBUFFER, poster->failure);
  curl_easy_setopt (handle, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt (handle, CURLOPT_WRITEDATA, answer);
  curl_easy_setopt (handle, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt (handle, CURLOPT_HEADERDATA, answer);
  curl_easy_setopt (handle, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt (handle, CURLOPT_XFERINFODATA, answer);
  curl_easy_setopt (handle, CURLOPT_NOPROGRESS, 0L);
}

static TmSubmitOutcome
outcome_of (long status)
{
  switch (status)
    {
    case 429:
    case 502:
    case 503:
    case 504:
      return TM_SUBMIT_AWAY;
    case 408:
    case 425:
      return TM_SUBMIT_LATER;
    default:
      return status / 100 == 2 ? TM_SUBMIT_DONE : status / 100 == 5 ? TM_SUBMIT_LATER : TM_SUBMIT_FAILED;
    }
}

static void
take_status (TmPoster *poster, const Answer *answer, long status, TmSubmitResult *result)
{
  curl_off_t retry_s = 0;
  g_autofree char *valid = text_make_valid (answer->kept->str, answer->kept->len);
  g_autofree char *said = text_one_line (valid, TEXT_MAX);
  g_autofree char *text
    = g_strdup_printf ("HTTP %ld%s%s%s", status, status / 100 == 3 ? ", a redirect, which is not followed" : "",
                       *said != '\0' ? ": " : "", said);
  curl_easy_getinfo (poster->handle, CURLINFO_RETRY_AFTER, &retry_s);
  result->outcome = outcome_of (status);
  result->text = text_one_line (text, TEXT_MAX);
  result->retry_s = result->outcome == TM_SUBMIT_AWAY || result->outcome == TM_SUBMIT_LATER
                      ? CLAMP (retry_s, 0, TM_HTTP_RETRY_MAX_S)
                      : 0;
}

/* A status that came counts, whatever the body behind it does. */
void
poster_post (TmPoster *poster, const TmPost *post, TmSubmitResult *result_out)
{
  g_autoptr (GString) kept = g_string_new (NULL);
  Answer answer = { .post = post, .kept = kept };
  struct curl_slist *headers = curl_slist_append (NULL, "Expect:");
  for (GStrv header = post->headers; header != NULL && *header != NULL; header++)
    headers = curl_slist_append (headers, *header);
  submit_result_init (result_out, TM_SUBMIT_AWAY, NULL);
  set_options (poster, post, headers, &answer);
  *poster->failure = '\0';
  CURLcode rc = curl_easy_perform (poster->handle);
  long status = 0;
  curl_easy_getinfo (poster->handle, CURLINFO_RESPONSE_CODE, &status);
  if (status >= 200)
    take_status (poster, &answer, status, result_out);
  else
    {
      const char *why = rc == CURLE_ABORTED_BY_CALLBACK ? "the daemon ends"
                        : *poster->failure != '\0'      ? poster->failure
                        : rc != CURLE_OK                ? curl_easy_strerror (rc)
                                                        : "no answer";
      g_autofree char *valid = text_make_valid (why, strlen (why));
      result_out->text = text_one_line (valid, TEXT_MAX);
    }
  /* Later it must not write to this post's callbacks. */
  curl_easy_reset (poster->handle);
  curl_slist_free_all (headers);
}
