/* SPDX-License-Identifier: BSD-2-Clause */
#include "outbox/smtp.h"

#include "outbox/dialog.h"

#include <curl/curl.h>
#include <string.h>

struct TmSubmitter
{
  CURL *handle;
  char failure[CURL_ERROR_SIZE];
};

typedef struct
{
  TmDialog dialog;
  const char *data;
  gsize len, at;
} Upload;

void
submitter_init (void)
{
  curl_global_init (CURL_GLOBAL_DEFAULT);
}

TmSubmitter *
submitter_new (void)
{
  TmSubmitter *submitter = g_new0 (TmSubmitter, 1);
  submitter->handle = curl_easy_init ();
  return submitter;
}

void
submitter_free (TmSubmitter *submitter)
{
  if (submitter == NULL)
    return;
  curl_easy_cleanup (submitter->handle);
  g_free (submitter);
}

/* --- what libcurl calls --- */

static size_t
on_read (char *buffer, size_t size, size_t n, void *data)
{
  Upload *upload = data;
  gsize len = MIN (size * n, upload->len - upload->at);
  memcpy (buffer, upload->data + upload->at, len);
  upload->at += len;
  return len;
}

/* A line of the server. */
static size_t
on_header (char *line, size_t size, size_t n, void *data)
{
  Upload *upload = data;
  dialog_answer (&upload->dialog, line, size * n);
  return size * n;
}

static int
on_debug (CURL *handle G_GNUC_UNUSED, curl_infotype type, char *bytes, size_t len, void *data)
{
  Upload *upload = data;
  if (type == CURLINFO_HEADER_OUT)
    dialog_command (&upload->dialog, bytes, len);
  else if (type == CURLINFO_DATA_OUT)
    upload->dialog.n_body += len;
  return 0;
}

static int
on_progress (void *data, curl_off_t a G_GNUC_UNUSED, curl_off_t b G_GNUC_UNUSED, curl_off_t c G_GNUC_UNUSED,
             curl_off_t d G_GNUC_UNUSED)
{
  const TmSubmission *submission = ((Upload *) data)->dialog.submission;
  return submission->is_stopped != NULL && submission->is_stopped (submission->data);
}

/* --- one message --- */

static void
set_callbacks (CURL *handle, Upload *upload)
{
  curl_easy_setopt (handle, CURLOPT_READFUNCTION, on_read);
  curl_easy_setopt (handle, CURLOPT_READDATA, upload);
  curl_easy_setopt (handle, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt (handle, CURLOPT_HEADERDATA, upload);
  curl_easy_setopt (handle, CURLOPT_DEBUGFUNCTION, on_debug);
  curl_easy_setopt (handle, CURLOPT_DEBUGDATA, upload);
  curl_easy_setopt (handle, CURLOPT_VERBOSE, 1L); /* or nobody is told of commands; nothing is printed */
  curl_easy_setopt (handle, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt (handle, CURLOPT_XFERINFODATA, upload);
  curl_easy_setopt (handle, CURLOPT_NOPROGRESS, 0L);
}

/* What curl_easy_reset() forgets with everything else; the connection stays. */
static void
set_options (TmSubmitter *submitter, const TmSubmission *submission, const struct curl_slist *recipients,
             Upload *upload)
{
  CURL *handle = submitter->handle;
  curl_easy_reset (handle);
  curl_easy_setopt (handle, CURLOPT_URL, submission->url);
  curl_easy_setopt (handle, CURLOPT_PROTOCOLS_STR, "smtp");
  curl_easy_setopt (handle, CURLOPT_PROXY, ""); /* whatever the environment says */
  curl_easy_setopt (handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (handle, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt (handle, CURLOPT_INFILESIZE_LARGE, (curl_off_t) upload->len);
  curl_easy_setopt (handle, CURLOPT_MAIL_FROM, submission->sender);
  curl_easy_setopt (handle, CURLOPT_MAIL_RCPT, recipients);
  curl_easy_setopt (handle, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
  curl_easy_setopt (handle, CURLOPT_CONNECTTIMEOUT, (long) submission->connect_s);
  curl_easy_setopt (handle, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long) submission->answer_s);
  curl_easy_setopt (handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt (handle, CURLOPT_LOW_SPEED_TIME, (long) submission->answer_s);
  curl_easy_setopt (handle, CURLOPT_ERRORBUFFER, submitter->failure);
  set_callbacks (handle, upload);
}

void
submitter_submit (TmSubmitter *submitter, const TmSubmission *submission, TmSubmitResult *result_out)
{
  Upload upload = { .at = 0 };
  upload.data = g_bytes_get_data (submission->message, &upload.len);
  dialog_init (&upload.dialog, submission, result_out);
  struct curl_slist *recipients = NULL;
  for (guint i = 0; i < submission->recipients->len; i++)
    recipients = curl_slist_append (recipients, g_ptr_array_index (submission->recipients, i));
  set_options (submitter, submission, recipients, &upload);
  *submitter->failure = '\0';
  CURLcode rc = curl_easy_perform (submitter->handle);
  const char *why = *submitter->failure != '\0' ? submitter->failure : curl_easy_strerror (rc);
  dialog_end (&upload.dialog, rc == CURLE_OK, rc == CURLE_SEND_ERROR, why);
  /* Later it must not write to this message's callbacks, nor on standard error. */
  curl_easy_reset (submitter->handle);
  curl_slist_free_all (recipients);
  dialog_clear (&upload.dialog);
}
