/* SPDX-License-Identifier: BSD-2-Clause */
/* What agents write in the first lines of their mail, and what of it is a command. */
#include "core/command.h"
#include "tests/support/suite.h"

#include <string.h>

#define NBSP "\xc2\xa0"
#define BOM "\xef\xbb\xbf"

/* What is read, as `word|arguments` a line, with `@` before those of an address; `*` at the end: nothing follows. */
typedef struct
{
  const char *text;
  const char *read;  /* of an error: a part of it */
  const char *rest;  /* the text from the first line that is no command on; NULL: an error */
  const char *token; /* the commands of the addresses, apart by blanks; NULL: none */
} Case;

static const Case cases[] = {
  /* none */
  { "", "*", "", NULL },
  { "\n \n", "*", "", NULL },
  { "Hello,\n#close\n", "", "Hello,\n#close\n", NULL },
  { "\n\nHello", "", "Hello", NULL },
  { "#1\n", "", "#1\n", NULL },
  { "#1042 is fine\n#close\n", "", "#1042 is fine\n#close\n", NULL },
  { "#include <stdio.h>\n", "", "#include <stdio.h>\n", NULL },
  { "#define X\n", "", "#define X\n", NULL },
  { "#\n", "", "#\n", NULL },
  { "# close\n", "", "# close\n", NULL },
  { "##close\n#close\n", "", "##close\n#close\n", NULL },
  { "##\n", "", "##\n", NULL },
  { "#thanks\n", "", "#thanks\n", NULL },
  { "#P1\n", "", "#P1\n", NULL },
  { "#notebook\n", "", "#notebook\n", NULL },
  { "#split-brain\n", "", "#split-brain\n", NULL },
  { "#take_care\n", "", "#take_care\n", NULL },
  { "#Priorit\xc3\xa4ten\n", "", "#Priorit\xc3\xa4ten\n", NULL },
  { "#\xe2\x80\xa6\n", "", "#\xe2\x80\xa6\n", NULL },
  { "\xef\xbc\x83" "close\n", "", "\xef\xbc\x83" "close\n", NULL },

  /* where they stand */
  { "#close", "close|\n*", "", NULL },
  { "#close\n", "close|\n*", "", NULL },
  { "\n\n#close\n\n", "close|\n*", "", NULL },
  { "#close\r\n\r\nHello\r\n", "close|\n", "Hello\r\n", NULL },
  { "#CLOSE\n#Take\nHello\n#spam\n", "close|\ntake|\n", "Hello\n#spam\n", NULL },
  { "#close\n\n#take\n\n\nHello", "close|\ntake|\n", "Hello", NULL },
  { "  #close  \nHello", "close|\n", "Hello", NULL },
  { NBSP "#close" NBSP "\n" NBSP "\nHello", "close|\n", "Hello", NULL },
  { BOM "#close\nHello", "close|\n", "Hello", NULL },
  { "#take\n##close\n", "take|\n", "##close\n", NULL },
  { "#take\n#include\n", "take|\n", "#include\n", NULL },
  { "#take\n> #close\n", "take|\n", "> #close\n", NULL },
  { "#take\nGr\xc3\xbc\xc3\x9f" "e\n", "take|\n", "Gr\xc3\xbc\xc3\x9f" "e\n", NULL },

  /* every word */
  { "#priority P1\n", "priority|P1\n*", "", NULL },
  { "#priority P1 all are\tdown\n", "priority|P1 all are down\n*", "", NULL },
  { "#priority" NBSP "P1" NBSP "\xc3\xa4rger\n", "priority|P1 \xc3\xa4rger\n*", "", NULL },
  { "#type Change Request\n", "type|Change Request\n*", "", NULL },
  { "#tag cluster=c7\n#tag site=Main St.\n#tag old=\n", "tag|cluster=c7\ntag|site=Main St.\ntag|old=\n*", "", NULL },
  { "#assign anna\n", "assign|anna\n*", "", NULL },
  { "#take\n", "take|\n*", "", NULL },
  { "#status Waiting\n", "status|Waiting\n*", "", NULL },
  { "#pending\n", "pending|\n*", "", NULL },
  { "#pending Tue 17:00\n", "pending|Tue 17:00\n*", "", NULL },
  { "#resolved\n#close\n", "resolved|\nclose|\n*", "", NULL },
  { "#reopen\n", "reopen|\n*", "", NULL },
  { "#merge 1041\n", "merge|1041\n*", "", NULL },
  { "#merge #1041\n", "merge|#1041\n*", "", NULL },
  { "#split\n", "split|\n*", "", NULL },
  { "#queue hosting\n", "queue|hosting\n*", "", NULL },
  { "#share bob@a.example,<eve@a.example>;joe@a.example\n",
    "share|bob@a.example,<eve@a.example>;joe@a.example\n*", "", NULL },
  { "#share bob@a.example\n#share eve@a.example\n#unshare joe@a.example\n",
    "share|bob@a.example\nshare|eve@a.example\nunshare|joe@a.example\n*", "", NULL },
  { "#note\n", "note|\n*", "", NULL },
  { "#promise Tue 17:00\n", "promise|Tue 17:00\n*", "", NULL },
  { "#workaround\n", "workaround|\n*", "", NULL },
  { "#workaround No\n", "workaround|No\n*", "", NULL },
  { "#called\n", "called|\n*", "", NULL },
  { "#called 14:30 he restarts it\n", "called|14:30 he restarts it\n*", "", NULL },
  { "#ack\n", "ack|\n*", "", NULL },
  { "#quiet\n", "quiet|\n*", "", NULL },
  { "#spam\n", "spam|\n*", "", NULL },
  { "#join\n", "join|\n*", "", NULL },
  { "#join" NBSP "always\n", "join|always\n*", "", NULL },
  { "#postmortem\n#review\n", "postmortem|\nreview|\n*", "", NULL },
  { "#send\n#help\n", "send|\nhelp|\n*", "", NULL },
  { "#close\n#close\n", "close|\nclose|\n*", "", NULL },

  /* near misses */
  { "#prioritty P1\n", "`#prioritty P1` is no command, #priority? There is priority, type, tag,", NULL, NULL },
  { "#close\n#prioritty P1\n", "`#prioritty P1`", NULL, NULL },
  { "#PRIORTY P1\n", "#priority?", NULL, NULL },
  { "#clsoe\n", "#close?", NULL, NULL },
  { "#closed\n", "#close?", NULL, NULL },
  { "#notes\n", "#note?", NULL, NULL },
  { "#not\n", "#note?", NULL, NULL },
  { "#resolve\n", "#resolved?", NULL, NULL },
  { "#statsu open\n", "#status?", NULL, NULL },
  { "#call\n", "#called?", NULL, NULL },
  { "#asign anna\n", "#assign?", NULL, NULL },
  { "#post-mortem\n", "#postmortem?", NULL, NULL },
  { "#tags a=b\n", "#tag?", NULL, NULL },
  { "#ackk\n", "#ack?", NULL, NULL },
  { "#close.\n", "`#close.` is no command, #close?", NULL, NULL },
  { "#note: he is angry\n", "#note?", NULL, NULL },
  { "#note\xe2\x80\x94he is angry\n", "#note?", NULL, NULL },
  { "#tag:a=b\n", "#tag?", NULL, NULL },
  { "#page\n", "", "#page\n", NULL },
  { "#date\n", "", "#date\n", NULL },
  { "#test\n", "", "#test\n", NULL },

  /* what stands behind them */
  { "#priority\n", "`#priority` must be written #priority PRIORITY [REASON]", NULL, NULL },
  { "#type\n", "must be written #type TYPE", NULL, NULL },
  { "#tag\n", "must be written #tag KEY=VALUE", NULL, NULL },
  { "#tag cluster\n", "#tag KEY=VALUE", NULL, NULL },
  { "#tag a b=c\n", "#tag KEY=VALUE", NULL, NULL },
  { "#tag =c\n", "#tag KEY=VALUE", NULL, NULL },
  { "#assign\n", "#assign AGENT", NULL, NULL },
  { "#assign anna carl\n", "#assign AGENT", NULL, NULL },
  { "#take anna\n", "#take, with nothing behind it", NULL, NULL },
  { "#status\n", "#status STATUS", NULL, NULL },
  { "#status opne\n", "#status STATUS", NULL, NULL },
  { "#status merged\n", "#status STATUS", NULL, NULL },
  { "#close now\n", "#close, with nothing behind it", NULL, NULL },
  { "#merge\n", "#merge NUMBER", NULL, NULL },
  { "#merge 0\n", "#merge NUMBER", NULL, NULL },
  { "#merge ten\n", "#merge NUMBER", NULL, NULL },
  { "#merge 9223372036854775808\n", "#merge NUMBER", NULL, NULL },
  { "#queue\n", "#queue QUEUE", NULL, NULL },
  { "#share\n", "#share ADDRESS...", NULL, NULL },
  { "#share bob\n", "#share ADDRESS...", NULL, NULL },
  { "#share Bob <bob@a.example>\n", "#share ADDRESS...", NULL, NULL },
  { "#unshare ,\n", "#unshare ADDRESS...", NULL, NULL },
  { "#note he is angry\n", "#note, with nothing behind it", NULL, NULL },
  { "#promise\n", "#promise TIME", NULL, NULL },
  { "#workaround maybe\n", "#workaround [no]", NULL, NULL },
  { "#join never\n", "#join [always]", NULL, NULL },
  { "#priority P1\n#priority P2\n", "`#priority P2` is said twice", NULL, NULL },
  { "#priority P1\n#prioritty P2\nHello", "`#prioritty P2`", NULL, NULL },

  { "#status open\n#spam\n", "`#spam` does not go with #status", NULL, NULL },
  { "#resolved\n#pending 3d\n", "`#pending 3d` does not go with #resolved", NULL, NULL },
  { "#close\n#merge 3\n", "`#merge 3` does not go with #close", NULL, NULL },
  { "#take\n#assign carl\n", "`#assign carl` does not go with #take", NULL, NULL },
  { "#reopen\n", "`#reopen` does not go with #close", NULL, "close" },

  /* of addresses */
  { "Hello", "@close|\n", "Hello", "close" },
  { "#take\nHello", "@close|\ntake|\n", "Hello", "close" },
  { "", "@priority|p1\n*", "", "priority-p1" },
  { "", "@assign|anna-maria\n@tag|a=b\n*", "", "assign-anna-maria tag-a=b" },
  { "#close\n", "@close|\nclose|\n*", "", "close" },
  { "", "`#clsoe` is no command; there is priority, type", NULL, "clsoe" },
  { "", "is no command", NULL, "-" },
  { "", "`#merge x` must be written #merge NUMBER", NULL, "merge-x" },
  { "", "`#close now` must be written", NULL, "close-now" },
};

static GPtrArray *
tokens_of (const char *list)
{
  GPtrArray *tokens = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) words = g_strsplit (list != NULL ? list : "", " ", 0);
  for (char **word = words; *word != NULL; word++)
    g_ptr_array_add (tokens, g_strdup (*word));
  return tokens;
}

static char *
print (const TmCommands *commands)
{
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < commands->commands->len; i++)
    {
      const TmCommand *command = g_ptr_array_index (commands->commands, i);
      g_string_append_printf (text, "%s%s|%s\n", command->is_written ? "" : "@", command->word, command->arguments);
    }
  return g_string_free (g_string_append (text, commands->is_all ? "*" : ""), FALSE);
}

START_TEST (reads)
{
  const Case *c = &cases[_i];
  g_autoptr (GPtrArray) tokens = tokens_of (c->token);
  g_autoptr (TmCommands) commands = commands_read (c->text, tokens);
  if (c->rest == NULL)
    {
      ck_assert_msg (commands->error != NULL, "%s: no error", c->text);
      ck_assert_msg (strstr (commands->error, c->read) != NULL, "%s: %s", c->text, commands->error);
      ck_assert_msg (strlen (commands->error) <= 400 && strchr (commands->error, '\n') == NULL, "%s", commands->error);
      return;
    }
  g_autofree char *read = print (commands);
  ck_assert_msg (commands->error == NULL, "%s: %s", c->text, commands->error);
  ck_assert_str_eq (read, c->read);
  ck_assert_str_eq (c->text + commands->end, c->rest);
}
END_TEST

/* Every word of the help is one, and the slip in it is found. */
START_TEST (every_word_has_its_near_misses)
{
  g_auto (GStrv) lines = g_strsplit (commands_help (), "\n", -1);
  guint n_words = 0;
  for (char **line = lines; **line != '\0'; line++, n_words++)
    {
      g_autofree char *word = g_strndup (*line + 1, strcspn (*line + 1, " :"));
      g_autofree char *hint = g_strdup_printf (", #%s?", word);
      gsize len = strlen (word);
      ck_assert_int_eq (**line, '#');
      for (gsize i = 0; i < len; i++)
        {
          g_autofree char *doubled = g_strdup_printf ("#%.*s%s", (int) i + 1, word, word + i);
          g_autoptr (TmCommands) commands = commands_read (doubled, NULL);
          ck_assert_msg (commands->error != NULL && strstr (commands->error, hint) != NULL, "%s: %s", doubled,
                         commands->error);
        }
      for (gsize i = 0; i + 1 < len; i++)
        {
          g_autofree char *swapped = g_strdup_printf ("#%s", word);
          swapped[i + 1] = word[i + 1];
          swapped[i + 2] = word[i];
          if (word[i] == word[i + 1])
            continue;
          g_autoptr (TmCommands) commands = commands_read (swapped, NULL);
          ck_assert_msg (commands->error != NULL && strstr (commands->error, hint) != NULL, "%s: %s", swapped,
                         commands->error);
        }
    }
  ck_assert_uint_eq (n_words, 27);
}
END_TEST

/* Those of an address have no line in the text. */
START_TEST (lines_to_remove)
{
  g_autoptr (GPtrArray) tokens = tokens_of ("take");
  g_autoptr (TmCommands) commands
      = commands_read (" #Priority  P1" NBSP "\n\n#note\n#send\n#quiet\n#ack\n#help\nText\n", tokens);
  g_autoptr (GPtrArray) lines = commands_lines (commands);
  ck_assert_ptr_null (commands->error);
  ck_assert_uint_eq (lines->len, 6);
  ck_assert_str_eq (g_ptr_array_index (lines, 0), "#Priority  P1");
  ck_assert_str_eq (g_ptr_array_index (lines, 1), "#note");
  ck_assert (commands->is_note && commands->sends && commands->is_quiet && commands->acknowledges
             && commands->asks_help);
  g_autoptr (TmCommands) none = commands_read ("Text\n#note\n#send\n", NULL);
  ck_assert (!none->is_note && !none->sends && !none->is_quiet && !none->acknowledges && !none->asks_help);
}
END_TEST

static const struct
{
  const char *text, *line;
} left[] = {
  { "", NULL },
  { "Hello\nclose it\n", NULL },
  { "Hello\n #Close \nx", "#Close" },
  { "Hello\r\n#priority P1 now\r\n", "#priority P1 now" },
  { "Hello\n##close\n#1042\n#closed\n#notebook\n#close.\na #close\n", NULL },
  { "Hello\n#join" NBSP "always", "#join" NBSP "always" },
};

START_TEST (finds_what_is_left)
{
  g_autofree char *line = commands_find_left (left[_i].text);
  ck_assert_pstr_eq (line, left[_i].line);
}
END_TEST

static const struct
{
  const char *text;
  bool is_wish;
} wishes[] = {
  { "unsubscribe", true },
  { "\n \n Unsubscribe. \nRegards\nBob", true },
  { "Please unsubscribe me!", true },
  { "Bitte abmelden", true },
  { "Me D\xc3\x89SABONNER", true },
  { "me de\xcc\x81sabonner\r\n", true },
  { "", false },
  { "!", false },
  { "How do I unsubscribe?", false },
  { "unsubscribe all users of the list, it says", false },
  { "Hello,\nunsubscribe", false },
  { "stop", false },
};

START_TEST (knows_who_wants_no_more)
{
  ck_assert_msg (commands_is_unsubscribe (wishes[_i].text) == wishes[_i].is_wish, "%s", wishes[_i].text);
}
END_TEST

/* Each line is looked at once; commands are bounded. */
START_TEST (many_lines)
{
  enum { LINES = 10000 };
  static const struct
  {
    const char *line;
    bool is_error;
    gsize end;
  } floods[] = {
    { "\n", false, LINES }, { "#tag a=b\n", true, 0 }, { "#1\n", false, 0 }, { "#close\n", true, 0 },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (floods); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      for (int n = 0; n < LINES; n++)
        g_string_append (text, floods[i].line);
      g_autoptr (TmCommands) commands = commands_read (text->str, NULL);
      ck_assert (floods[i].is_error == (commands->error != NULL));
      ck_assert_uint_le (commands->commands->len, 101);
      if (!floods[i].is_error)
        ck_assert_uint_eq (commands->end, floods[i].end);
      g_autofree char *found = commands_find_left (text->str);
      ck_assert (floods[i].is_error == (found != NULL));
    }
}
END_TEST

/* The longest line that can be, of what escapes worst. */
START_TEST (errors_are_short)
{
  g_autoptr (GString) text = g_string_new ("#prioritty ");
  for (int i = 0; i < 5000; i++)
    g_string_append (text, "\xe2\x82\xac");
  g_autoptr (TmCommands) near = commands_read (text->str, NULL);
  ck_assert_uint_le (strlen (near->error), 400);
  ck_assert (g_utf8_validate (near->error, -1, NULL));
  ck_assert_ptr_nonnull (strstr (near->error, "postmortem, review, send, help; text begins with ##"));
  g_string_assign (text, "#called ");
  for (int i = 0; i < 1000; i++)
    g_string_append_c (text, 'x');
  g_autoptr (TmCommands) called = commands_read (text->str, NULL);
  ck_assert_ptr_nonnull (strstr (called->error, "at most 1000 bytes"));
}
END_TEST

SUITE_MAIN ("command", tcase_add_loop_test (tc, reads, 0, G_N_ELEMENTS (cases));
            tcase_add_test (tc, every_word_has_its_near_misses); tcase_add_test (tc, lines_to_remove);
            tcase_add_loop_test (tc, finds_what_is_left, 0, G_N_ELEMENTS (left));
            tcase_add_loop_test (tc, knows_who_wants_no_more, 0, G_N_ELEMENTS (wishes));
            tcase_add_test (tc, many_lines); tcase_add_test (tc, errors_are_short);)
