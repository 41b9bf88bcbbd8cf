/* SPDX-License-Identifier: BSD-2-Clause */
/* The cases of test-change.c. */
{ "status", SET, .settings = "status=waiting",
  .expected = "set status=waiting by=agent:anna\n"
              "event status={\"from\":\"open\",\"to\":\"waiting\","
              "\"why\":\"he asked\",\"as\":\"root\"} by=agent:anna\n" },
{ "status it has", SET, .settings = "status=open", .expected = "" },
{ "out of unsorted", SET, .status = TM_STATUS_UNSORTED, .settings = "status=open",
  .expected = "set status=open by=agent:anna\n"
              "event status={\"from\":\"unsorted\",\"to\":\"open\","
              "\"why\":\"he asked\",\"as\":\"root\"} by=agent:anna\n" },
{ "status mistyped", SET, .settings = "status=opne", .refused = TM_ERROR_USAGE, .expected = "did you mean `open`?" },
{ "status merged", SET, .settings = "status=merged", .refused = TM_ERROR_USAGE, .expected = "ticketctl merge" },
{ "no status", SET, .settings = "status=", .refused = TM_ERROR_USAGE, .expected = "there is new, open" },
{ "type takes the priority with it", SET, .settings = "type=question",
  .expected = "set type=question by=agent:anna\n"
              "event type={\"from\":\"problem\",\"to\":\"question\","
              "\"why\":\"he asked\",\"as\":\"root\"} by=agent:anna\n"
              "set priority_by=agent:anna by=agent:anna\n"
              "set priority=P3 by=agent:anna\n"
              "event priority={\"from\":\"P1\",\"to\":\"P3\",\"why\":\"he asked\",\"as\":\"root\"} by=agent:anna\n" },
{ "type and a priority it may not have", SET, .settings = "type=question|priority=P1", .refused = TM_ERROR_USAGE,
  .expected = "type question may not have priority P1: give one of P3" },
{ "type mistyped", SET, .settings = "type=problme", .refused = TM_ERROR_USAGE,
  .expected = "did you mean `problem`?" },
{ "type unheard of", SET, .settings = "type=x", .refused = TM_ERROR_USAGE, .expected = "there is problem, question" },
{ "priority", SET, .settings = "priority=P3",
  .expected = "set priority_by=agent:anna by=agent:anna\n"
              "set priority=P3 by=agent:anna\n"
              "event priority={\"from\":\"P1\",\"to\":\"P3\",\"why\":\"he asked\",\"as\":\"root\"} by=agent:anna\n" },
{ "priority unheard of", SET, .settings = "priority=P9", .refused = TM_ERROR_USAGE, .expected = "unknown priority" },
{ "a workaround", SET, .settings = "workaround=yes",
  .expected = "set workaround=P1 by=agent:anna\n"
              "event workaround={\"from\":\"no\",\"to\":\"yes\",\"why\":\"he asked\",\"as\":\"root\"} "
              "by=agent:anna\n"
              "set priority_by=agent:anna by=agent:anna\n"
              "set priority=P2 by=agent:anna\n"
              "event priority={\"from\":\"P1\",\"to\":\"P2\",\"why\":\"he asked\",\"as\":\"root\"} by=agent:anna\n" },
{ "a workaround and a priority", SET, .settings = "workaround=yes|priority=P3",
  .expected = "set workaround=P1 by=agent:anna\n"
              "event workaround={\"from\":\"no\",\"to\":\"yes\",\"why\":\"he asked\",\"as\":\"root\"} by=agent:anna\n"
              "set priority_by=agent:anna by=agent:anna\n"
              "set priority=P3 by=agent:anna\n"
              "event priority={\"from\":\"P1\",\"to\":\"P3\",\"why\":\"he asked\",\"as\":\"root\"} by=agent:anna\n" },
{ "a workaround that is known", SET, .settings = "workaround=yes", .workaround = "P1", .expected = "" },
{ "no workaround", SET, .settings = "workaround=no", .expected = "" },
{ "a workaround is none", SET, .settings = "workaround=no", .workaround = "P1", .priority = "P2",
  .expected = "set workaround by=agent:anna\n"
              "event workaround={\"from\":\"yes\",\"to\":\"no\",\"why\":\"he asked\",\"as\":\"root\"} by=agent:anna\n"
              "set priority_by=agent:anna by=agent:anna\n"
              "set priority=P1 by=agent:anna\n"
              "event priority={\"from\":\"P2\",\"to\":\"P1\",\"why\":\"he asked\",\"as\":\"root\"} by=agent:anna\n" },
{ "a workaround is none, another priority since", SET, .settings = "workaround=no", .workaround = "P1",
  .priority = "P3",
  .expected = "set workaround by=agent:anna\n"
              "event workaround={\"from\":\"yes\",\"to\":\"no\",\"why\":\"he asked\","
              "\"as\":\"root\"} by=agent:anna\n" },
{ "a workaround of a lower priority", SET, .settings = "workaround=yes", .priority = "P3",
  .expected = "set workaround=P3 by=agent:anna\n"
              "event workaround={\"from\":\"no\",\"to\":\"yes\",\"why\":\"he asked\","
              "\"as\":\"root\"} by=agent:anna\n" },
{ "perhaps a workaround", SET, .settings = "workaround=perhaps", .refused = TM_ERROR_USAGE, .expected = "`yes`" },
{ "assignee", SET, .settings = "assignee=carl",
  .expected = "set assignee=carl by=agent:anna\n"
              "event assignee={\"from\":null,\"to\":\"carl\",\"why\":\"he asked\",\"as\":\"root\"} by=agent:anna\n"
              "outbox handover to=carl@example.com reply=r by=agent:anna repeat=yes subject=[#12] Old"
              " text=anna: this ticket is yours now.\\nWhy: he asked\\n\\nTicket:    12\\nSubject:   Old\\n"
              "Requester: eve@acme.example\\nCustomer:  acme\\nQueue:     support\\nOwner:     carl\\n"
              "Type:      problem\\nPriority:  P1\\nStatus:    open\\n\\n"
              "An answer to this mail goes to the requester, in the desk's name.\\n\n" },
{ "no assignee", SET, .settings = "assignee=none", .expected = "" },
{ "assignee mistyped", SET, .settings = "assignee=crl", .refused = TM_ERROR_USAGE, .expected = "mean `carl`?" },
{ "queue", SET, .settings = "queue=hosting",
  .expected = "set queue=hosting by=agent:anna\n"
              "event queue={\"from\":\"support\",\"to\":\"hosting\","
              "\"why\":\"he asked\",\"as\":\"root\"} by=agent:anna\n" },
{ "queue mistyped", SET, .settings = "queue=hostin", .refused = TM_ERROR_USAGE, .expected = "mean `hosting`?" },
{ "subject", SET, .settings = "subject=New = better",
  .expected = "set subject=New = better by=agent:anna\n"
              "event subject={\"from\":\"Old\",\"to\":\"New = better\","
              "\"why\":\"he asked\",\"as\":\"root\"} by=agent:anna\n" },
{ "subject of two lines", SET, .settings = "subject=a\nb", .refused = TM_ERROR_USAGE, .expected = "one line" },
{ "tags", SET, .settings = "tag.cluster=c2|tag.cluster=c1|tag.site=x",
  .expected = "tag cluster=c2\n"
              "event tag={\"key\":\"cluster\",\"from\":\"c1\",\"to\":\"c2, c1\","
              "\"why\":\"he asked\",\"as\":\"root\"} by=agent:anna\n"
              "tag site=x\n"
              "event tag={\"key\":\"site\",\"from\":null,\"to\":\"x\","
              "\"why\":\"he asked\",\"as\":\"root\"} by=agent:anna\n" },
{ "tag away", SET, .settings = "tag.cluster=",
  .expected = "untag cluster=c1\n"
              "event tag={\"key\":\"cluster\",\"from\":\"c1\",\"to\":null,"
              "\"why\":\"he asked\",\"as\":\"root\"} by=agent:anna\n" },
{ "tag's key", SET, .settings = "tag.Cluster=c1", .refused = TM_ERROR_USAGE, .expected = "a-z, 0-9" },
{ "tag's second value", SET, .settings = "tag.a=b|tag.a=b\nc", .refused = TM_ERROR_USAGE, .expected = "one line" },
{ "key mistyped", SET, .settings = "statsu=open", .refused = TM_ERROR_USAGE, .expected = "did you mean `status`?" },
{ "key unheard of", SET, .settings = "color=red", .refused = TM_ERROR_USAGE, .expected = "until, tag.KEY" },
{ "half a key", SET, .settings = "stat=open", .refused = TM_ERROR_USAGE, .expected = "unknown key `stat`" },
{ "no value", SET, .settings = "status", .refused = TM_ERROR_USAGE, .expected = "give KEY=VALUE" },
{ "twice", SET, .settings = "status=open|status=closed", .refused = TM_ERROR_USAGE, .expected = "set twice" },
{ "no ticket", .kind = TM_CHANGE_SET, .ticket = 99, .settings = "status=open", .refused = TM_ERROR_NOT_FOUND,
  .expected = "no ticket 99" },
{ "close", .kind = TM_CHANGE_CLOSE, .ticket = 12,
  .expected = "set status=closed by=agent:anna\n"
              "event status={\"from\":\"open\",\"to\":\"closed\","
              "\"why\":\"he asked\",\"as\":\"root\"} by=agent:anna\n"
              "drop_ack dropped: the ticket is closed by=agent:anna\n" },
{ "close again", .kind = TM_CHANGE_CLOSE, .ticket = 12, .status = TM_STATUS_CLOSED, .expected = "" },
{ "reopen", .kind = TM_CHANGE_REOPEN, .ticket = 12, .status = TM_STATUS_CLOSED,
  .expected = "set status=open by=agent:anna\n"
              "event status={\"from\":\"closed\",\"to\":\"open\","
              "\"why\":\"he asked\",\"as\":\"root\"} by=agent:anna\n" },
{ "reopen what is new", .kind = TM_CHANGE_REOPEN, .ticket = 12, .status = TM_STATUS_NEW, .expected = "" },
{ "note", .kind = TM_CHANGE_NOTE, .ticket = 12, .text = "\n He called.\n",
  .expected = "note anna@example.com=He called.\n"
              "event message={\"direction\":\"note\",\"why\":\"he asked\",\"as\":\"root\"} by=agent:anna\n" },
{ "empty note", .kind = TM_CHANGE_NOTE, .ticket = 12, .text = " \n", .refused = TM_ERROR_USAGE,
  .expected = "the note is empty" },
{ "merge", .kind = TM_CHANGE_MERGE, .ticket = 12, .into = 13,
  .expected = MERGED_12_INTO_13 },
{ "merge into a merged one: into what it leads to", .kind = TM_CHANGE_MERGE, .ticket = 12, .into = 14,
  .expected = MERGED_12_INTO_13 },
{ "merge with another one of the customer", .kind = TM_CHANGE_MERGE, .ticket = 12, .into = 13, .customer = "acme",
  .expected = MERGED_12_INTO_13 },
{ "merge with another customer's", .kind = TM_CHANGE_MERGE, .ticket = 12, .into = 13, .customer = "beta",
  .expected = MERGED_WITH ("writer") },
{ "merge a merged one", .kind = TM_CHANGE_MERGE, .ticket = 11, .into = 13, .refused = TM_ERROR_DENIED,
  .expected = "ticket 11 was merged into 12 already" },
{ "merge in a circle", .kind = TM_CHANGE_MERGE, .ticket = 12, .into = 11, .refused = TM_ERROR_DENIED,
  .expected = "tickets 12 and 11 are merged already" },
{ "merge into itself", .kind = TM_CHANGE_MERGE, .ticket = 12, .into = 12, .refused = TM_ERROR_USAGE,
  .expected = "into itself" },
{ "merge into nothing", .kind = TM_CHANGE_MERGE, .ticket = 12, .into = 99, .refused = TM_ERROR_NOT_FOUND,
  .expected = "no ticket 99" },
{ "split", .kind = TM_CHANGE_SPLIT, .ticket = 12, .messages = { 3, 1, 3 },
  .expected = "create #300 open\n"
              "queue support\n"
              "move #3\n"
              "move #1\n"
              "writer eve@acme.example=agent:anna\n"
              "relate #12\n"
              "event split={\"from\":\"12\",\"messages\":\"3, 1\","
              "\"why\":\"he asked\",\"as\":\"root\"} by=agent:anna\n"
              "ticket #12\n"
              "event split={\"to\":\"50\",\"messages\":\"3, 1\","
              "\"why\":\"he asked\",\"as\":\"root\"} by=agent:anna\n" },
{ "split all of it", .kind = TM_CHANGE_SPLIT, .ticket = 12, .messages = { 1, 2, 3, 4 }, .refused = TM_ERROR_DENIED,
  .expected = "nothing would be left in ticket 12" },
{ "split another's", .kind = TM_CHANGE_SPLIT, .ticket = 12, .messages = { 1, 9 }, .refused = TM_ERROR_NOT_FOUND,
  .expected = "ticket 12 has no message 9" },
{ "join", .kind = TM_CHANGE_JOIN, .ticket = 12, .messages = { 4 },
  .expected = "verify #4\n"
              "writer stranger@else.example=agent:anna\n"
              "event join={\"message\":\"4\",\"address\":\"stranger@else.example\",\"always\":\"no\","
              "\"why\":\"he asked\",\"as\":\"root\"} by=agent:anna\n" },
{ "join what is verified", .kind = TM_CHANGE_JOIN, .ticket = 12, .messages = { 1 }, .expected = "" },
{ "join for ever", .kind = TM_CHANGE_JOIN, .ticket = 12, .messages = { 4 }, .always = true,
  .expected = "contact stranger@else.example=eve@acme.example\n"
              "verify #4\n"
              "writer stranger@else.example=agent:anna\n"
              "event join={\"message\":\"4\",\"address\":\"stranger@else.example\",\"always\":\"yes\","
              "\"why\":\"he asked\",\"as\":\"root\"} by=agent:anna\n" },
{ "join for ever who may write already", .kind = TM_CHANGE_JOIN, .ticket = 12, .messages = { 3 }, .always = true,
  .expected = "contact bob@acme.example=eve@acme.example\n"
              "event join={\"message\":\"3\",\"address\":\"bob@acme.example\",\"always\":\"yes\","
              "\"why\":\"he asked\",\"as\":\"root\"} by=agent:anna\n" },
{ "join the requester for ever", .kind = TM_CHANGE_JOIN, .ticket = 12, .messages = { 1 }, .always = true,
  .expected = "" },
{ "join the newest", .kind = TM_CHANGE_JOIN, .ticket = 12, .newest = 4,
  .expected = "verify #4\n"
              "writer stranger@else.example=agent:anna\n"
              "event join={\"message\":\"4\",\"address\":\"stranger@else.example\",\"always\":\"no\","
              "\"why\":\"he asked\",\"as\":\"root\"} by=agent:anna\n" },
{ "join the newest of none", .kind = TM_CHANGE_JOIN, .ticket = 12, .refused = TM_ERROR_DENIED,
  .expected = "ticket 12 has no message that is not verified" },
{ "share", .kind = TM_CHANGE_SHARE, .ticket = 12,
  .addresses = "Zoe@Acme.Example|<bob@acme.example>|boss@acme.example|eve@acme.example|zoe@acme.example",
  .expected = "participant zoe@acme.example=agent:anna\n"
              "event share={\"address\":\"zoe@acme.example\",\"why\":\"he asked\",\"as\":\"root\"} "
              "by=agent:anna\n"
              "participant bob@acme.example=agent:anna\n"
              "event share={\"address\":\"bob@acme.example\",\"why\":\"he asked\",\"as\":\"root\"} "
              "by=agent:anna\n" },
{ "share of a merged ticket", .kind = TM_CHANGE_SHARE, .ticket = 11, .addresses = "zoe@acme.example",
  .expected = "participant zoe@acme.example=agent:anna\n"
              "event share={\"address\":\"zoe@acme.example\",\"why\":\"he asked\",\"as\":\"root\"} "
              "by=agent:anna\n" },
{ "share with who receives", .kind = TM_CHANGE_SHARE, .ticket = 12, .addresses = "boss@acme.example",
  .expected = "" },
{ "share with a queue", .kind = TM_CHANGE_SHARE, .ticket = 12, .addresses = "zoe@acme.example|support+x@example.com",
  .refused = TM_ERROR_DENIED, .expected = "support+x@example.com is an address of queue support" },
{ "share with an agent", .kind = TM_CHANGE_SHARE, .ticket = 12, .addresses = "carl@example.com",
  .refused = TM_ERROR_DENIED, .expected = "carl@example.com is agent carl" },
{ "share with no address", .kind = TM_CHANGE_SHARE, .ticket = 12, .addresses = "zoe@acme.example|zoe",
  .refused = TM_ERROR_USAGE, .expected = "`zoe` is no address" },
{ "share with the null address", .kind = TM_CHANGE_SHARE, .ticket = 12, .addresses = "<>",
  .refused = TM_ERROR_USAGE, .expected = "`<>` is no address" },
{ "share with nobody", .kind = TM_CHANGE_SHARE, .ticket = 12, .refused = TM_ERROR_USAGE,
  .expected = "give 1 to 50 addresses" },
{ "share no ticket", .kind = TM_CHANGE_SHARE, .ticket = 99, .addresses = "zoe@acme.example",
  .refused = TM_ERROR_NOT_FOUND, .expected = "no ticket 99" },
{ "unshare", .kind = TM_CHANGE_UNSHARE, .ticket = 12,
  .addresses = "Boss@acme.example|bob@acme.example|zoe@acme.example",
  .expected = "unshare boss@acme.example\n"
              "event unshare={\"address\":\"boss@acme.example\",\"why\":\"he asked\",\"as\":\"root\"} "
              "by=agent:anna\n" },
{ "unshare who never received", .kind = TM_CHANGE_UNSHARE, .ticket = 12, .addresses = "bob@acme.example",
  .expected = "" },
{ "unshare the requester", .kind = TM_CHANGE_UNSHARE, .ticket = 12, .addresses = "boss@acme.example|eve@acme.example",
  .refused = TM_ERROR_DENIED, .expected = "eve@acme.example is the requester of ticket 12" },
{ "unshare no address", .kind = TM_CHANGE_UNSHARE, .ticket = 12, .addresses = "@", .refused = TM_ERROR_USAGE,
  .expected = "`@` is no address" },
{ "spam", SET, .settings = "status=spam",
  .expected = "set status=spam by=agent:anna\n"
              "event status={\"from\":\"open\",\"to\":\"spam\",\"why\":\"he asked\",\"as\":\"root\"} by=agent:anna\n"
              "drop_ack dropped: it is spam by=agent:anna\n" },
{ "resolved", SET, .settings = "status=resolved",
  .expected = "set status=resolved by=agent:anna\n"
              "event status={\"from\":\"open\",\"to\":\"resolved\",\"why\":\"he asked\",\"as\":\"root\"}"
              " by=agent:anna\n"
              "drop_ack dropped: the ticket is resolved by=agent:anna\n" },
{ "quiet", .kind = TM_CHANGE_RECORD, .ticket = 12, .text = "quiet",
  .expected = "quiet by=agent:anna\n"
              "event quiet={\"why\":\"he asked\",\"as\":\"root\"} by=agent:anna\n"
              "drop_ack dropped: an agent asks for quiet by=agent:anna\n" },
{ "record", .kind = TM_CHANGE_RECORD, .ticket = 12, .text = "ack",
  .expected = "event ack={\"why\":\"he asked\",\"as\":\"root\"} by=agent:anna\n" },
{ "pending until", SET, .settings = "status=pending|until=2036-11-24T16:00",
  .expected = "set status=pending by=agent:anna\n"
              "event status={\"from\":\"open\",\"to\":\"pending\","
              "\"why\":\"he asked\",\"as\":\"root\"} by=agent:anna\n"
              "event pending={\"until\":\"2036-11-24T16:00:00Z\",\"why\":\"he asked\",\"as\":\"root\"} "
              "by=agent:anna\n" },
{ "pending until another time", SET, .status = TM_STATUS_PENDING, .settings = "until=2036-11-24T16:00:00Z",
  .expected = "event pending={\"until\":\"2036-11-24T16:00:00Z\",\"why\":\"he asked\",\"as\":\"root\"} "
              "by=agent:anna\n" },
{ "pending for ever", SET, .status = TM_STATUS_PENDING, .settings = "until=none",
  .expected = "event pending={\"until\":null,\"why\":\"he asked\",\"as\":\"root\"} by=agent:anna\n" },
{ "until what is past", SET, .settings = "status=pending|until=2020-11-24T16:00", .refused = TM_ERROR_USAGE,
  .expected = "`2020-11-24T16:00` is past" },
{ "until no time", SET, .settings = "status=pending|until=soon", .refused = TM_ERROR_USAGE,
  .expected = "`soon` is no time" },
{ "until, and not pending", SET, .settings = "until=2036-11-24T16:00", .refused = TM_ERROR_USAGE,
  .expected = "set status=pending with it" },
{ "join nothing", .kind = TM_CHANGE_JOIN, .ticket = 12, .messages = { 5 }, .refused = TM_ERROR_NOT_FOUND,
  .expected = "ticket 12 has no message 5" },
