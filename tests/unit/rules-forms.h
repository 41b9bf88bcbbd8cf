/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows of test-rules.c: who asks, where a form names him. */
  /* requester: one plain address of somebody else, or nothing */
  { { { "a", TM_ON_NEW, .all = { "text =~ /^> Mail: (?<mail>\\S+)/m" }, .then = { "requester=$mail" } } }, false,
    START " requester=joe@shop.example(rule:a)" STEPS " last=a | a+" },
  { { { "a", TM_ON_NEW, .all = { "text =~ /^> Bad: (?<mail>.*)/m" }, .then = { "requester=${mail}" } } }, false,
    START STEPS " | a+" },
  { { { "a", TM_ON_NEW, .all = { "text =~ /^> Ours: (?<mail>.*)/m" }, .then = { "requester=$mail" } } }, false,
    START STEPS " | a+" },
  { { { "a", TM_ON_NEW, .all = { "text =~ /^> Agents: (?<mail>.*)/m" }, .then = { "requester=$mail" } } }, false,
    START STEPS " | a+" },
  { { { "a", TM_ON_NEW, .all = { "text =~ /^> (?:Mail|Nobody(?<mail>x)):/m" }, .then = { "requester=$mail" } } }, false,
    START STEPS " | a+" },
  { { { "a", TM_ON_NEW, .then = { "requester=reply-to" } } }, false,
    START " requester=eve@home.example(rule:a)" STEPS " last=a | a+" },

  /* a form's, when the rule says which clients that is, or one before it, by its tag */
#define FORM_RULE(name, ...) { name, TM_ON_NEW, __VA_ARGS__, .then = { "requester=reply-to" } }
#define JOES(rule) START " requester=eve@home.example(rule:" rule ")"
  { { FORM_RULE ("a", .all = { "is_auto", "client in 192.0.2.0/24" }) }, false, START STEPS " | a-is_auto" },
  { { FORM_RULE ("a", .all = { "client in 192.0.2.0/24" }) }, false, JOES ("a") " of_form" STEPS " last=a | a+" },
  { { FORM_RULE ("a", .all = { "login = eve" }) }, false, JOES ("a") " of_form" STEPS " last=a | a+" },
  { { FORM_RULE ("a", .all = { "!client in 198.51.100.0/24" }) }, false, JOES ("a") STEPS " last=a | a+" },
  { { FORM_RULE ("a", .any = { "client in 192.0.2.0/24", "login = www" }) }, false,
    JOES ("a") " of_form" STEPS " last=a | a+" },
  { { FORM_RULE ("a", .any = { "client in 192.0.2.0/24", "!is_auto" }) }, false, JOES ("a") STEPS " last=a | a+" },
  { { { "a", TM_ON_NEW, .all = { "client in 192.0.2.0/24" }, .then = { "tag source=form" } },
      FORM_RULE ("b", .all = { "tag \"source\" = form" }) }, false,
    START " tag:source=form requester=eve@home.example(rule:b) of_form" STEPS " last=b | a+ | b+" },
  { { { "a", TM_ON_NEW, .then = { "tag source=form" } }, FORM_RULE ("b", .all = { "tag \"source\" = form" }) }, false,
    START " tag:source=form requester=eve@home.example(rule:b)" STEPS " last=b | a+ | b+" },
  { { { "a", TM_ON_NEW, .all = { "client in 192.0.2.0/24" }, .then = { "tag source=form" } },
      FORM_RULE ("b", .all = { "!tag \"source\" = chat" }) }, false,
    START " tag:source=form requester=eve@home.example(rule:b)" STEPS " last=b | a+ | b+" },
