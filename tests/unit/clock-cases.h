/* SPDX-License-Identifier: BSD-2-Clause */
/* The cases of test-clock.c. */
{ USUAL, .priority = "P1", .script = "09:00 open",
  .clocks = "dispatch/1 30m start=09:00 due=09:30\n"
            "first_response/1 1h start=09:00 due=10:00\n"
            "resolution/1 8bh start=09:00 due=17:00\n" },
{ USUAL, .priority = "P2", .script = "fri.17:30 open",
  .clocks = "dispatch/1 1bh start=fri.17:30 due=next-mon.08:30\n"
            "first_response/1 4bh start=fri.17:30 due=next-mon.11:30\n"
            "resolution/1 16bh start=fri.17:30 due=next-tue.13:30\n" },
{ USUAL, .priority = "P3", .script = "sat.10:00 open",
  .clocks = "first_response/1 1bd start=sat.10:00 due=next-mon.18:00\n"
            "resolution/1 5bd start=sat.10:00 due=next-fri.18:00\n" },
{ USUAL, .priority = "P4", .script = "09:00 open",
  .clocks = "" },
{ .priority = "P1", .script = "09:00 open",
  .clocks = "" },
{ USUAL, .script = "09:00 open",
  .clocks = "" },
{ USUAL, .customer = "gold", .priority = "P1", .script = "sun.09:00 open",
  .clocks = "dispatch/1 30m start=sun.09:00 due=sun.09:30\n"
            "first_response/1 10bm start=sun.09:00 due=sun.09:10\n"
            "resolution/1 8bh start=sun.09:00 due=sun.17:00\n" },
{ .plan = "mere", .priority = "P1", .script = "09:00 open",
  .clocks = "next_response/1 1bh start=09:00 due=10:00\n" },
{ USUAL, .priority = "P1", .script = "09:00 open spam",
  .clocks = "" },
{ USUAL, .priority = "P1", .script = "09:00 open held",
  .clocks = "" },
{ USUAL, .priority = "P1", .script = "09:00 open unsorted",
  .clocks = "" },
{ USUAL, .priority = "P1", .script = "09:00 open unsorted; 12:00 set open",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 breached\n"
            "first_response/1 1h start=09:00 due=10:00 breached\n"
            "resolution/1 8bh start=09:00 due=17:00\n" },
{ USUAL, .priority = "P1", .script = "09:00 open held; 09:10 set open",
  .clocks = "dispatch/1 30m start=09:00 due=09:30\n"
            "first_response/1 1h start=09:00 due=10:00\n"
            "resolution/1 8bh start=09:00 due=17:00\n" },
/* Closed without an answer and worked on again: one is owed again. */
{ USUAL, .priority = "P1", .script = "09:00 open; 09:10 touched; 09:20 set closed; tue.10:00 set open",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 met=09:10\n"
            "first_response/1 1h start=09:00 due=10:00 ended=09:20\n"
            "resolution/1 8bh start=09:00 due=17:00 met=09:20\n"
            "review/1 5bd start=09:20 due=next-mon.09:20 ended=tue.10:00\n"
            "first_response/2 1h start=tue.10:00 due=tue.11:00\n"
            "resolution/2 8bh start=tue.10:00 due=tue.18:00\n"
            "move review/1 was=next-mon.09:20 ended: open\n" },
{ USUAL, .priority = "P2", .script = "09:00 open spam; 10:00 set open",
  .clocks = "dispatch/1 1bh start=09:00 due=10:00\n"
            "first_response/1 4bh start=09:00 due=13:00\n"
            "resolution/1 16bh start=09:00 due=tue.15:00\n" },
{ USUAL, .priority = "P2", .script = "09:00 open; 10:00 set spam",
  .clocks = "dispatch/1 1bh start=09:00 due=10:00 ended=10:00\n"
            "first_response/1 4bh start=09:00 due=13:00 ended=10:00\n"
            "resolution/1 16bh start=09:00 due=tue.15:00 ended=10:00\n"
            "move dispatch/1 was=10:00 ended: spam\n"
            "move first_response/1 was=13:00 ended: spam\n"
            "move resolution/1 was=tue.15:00 ended: spam\n" },
{ USUAL, .priority = "P2", .script = "09:00 open; 09:05 touched; 10:00 set spam; 11:00 set open",
  .clocks = "dispatch/1 1bh start=09:00 due=10:00 met=09:05\n"
            "first_response/1 4bh start=09:00 due=13:00 ended=10:00\n"
            "resolution/1 16bh start=09:00 due=tue.15:00 ended=10:00\n"
            "first_response/2 4bh start=09:00 due=13:00\n"
            "resolution/2 16bh start=09:00 due=tue.15:00\n" },
{ USUAL, .priority = "P2", .script = "09:00 open; 10:00 touched",
  .clocks = "dispatch/1 1bh start=09:00 due=10:00 met=10:00\n"
            "first_response/1 4bh start=09:00 due=13:00\n"
            "resolution/1 16bh start=09:00 due=tue.15:00\n" },
{ USUAL, .priority = "P2", .script = "09:00 open; 10:01 touched",
  .clocks = "dispatch/1 1bh start=09:00 due=10:00 met=10:01 breached\n"
            "first_response/1 4bh start=09:00 due=13:00\n"
            "resolution/1 16bh start=09:00 due=tue.15:00\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:30 answered",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 met=09:30\n"
            "first_response/1 1h start=09:00 due=10:00 met=09:30\n"
            "resolution/1 8bh start=09:00 due=17:00\n"
            "update/1 2bh start=09:30 due=11:30\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:30 answered; 09:30 follows waiting",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 met=09:30\n"
            "first_response/1 1h start=09:00 due=10:00 met=09:30\n"
            "resolution/1 8bh start=09:00 paused=09:30\n"
            "update/1 2bh start=09:30 due=11:30\n"
            "move resolution/1 was=17:00 paused: waiting\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:30 answered; 09:30 follows open",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 met=09:30\n"
            "first_response/1 1h start=09:00 due=10:00 met=09:30\n"
            "resolution/1 8bh start=09:00 due=17:00\n"
            "update/1 2bh start=09:30 due=11:30\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 10:30 answered",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 met=10:30 breached\n"
            "first_response/1 1h start=09:00 due=10:00 met=10:30 breached\n"
            "resolution/1 8bh start=09:00 due=17:00\n"
            "update/1 2bh start=10:30 due=12:30\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:20 customer",
  .clocks = "dispatch/1 30m start=09:00 due=09:30\n"
            "first_response/1 1h start=09:00 due=10:00\n"
            "resolution/1 8bh start=09:00 due=17:00\n" },
{ USUAL, .priority = "P1", 
  .script = "09:00 open; 09:30 answered; 09:30 follows waiting; 11:30 follows open; 11:30 customer",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 met=09:30\n"
            "first_response/1 1h start=09:00 due=10:00 met=09:30\n"
            "resolution/1 8bh start=09:00 due=tue.09:00 paused=09:30 until=11:30\n"
            "update/1 2bh start=09:30 due=11:30\n"
            "next_response/1 1bh start=11:30 due=12:30\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:30 answered; 11:30 customer; 12:00 customer",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 met=09:30\n"
            "first_response/1 1h start=09:00 due=10:00 met=09:30\n"
            "resolution/1 8bh start=09:00 due=17:00\n"
            "update/1 2bh start=09:30 due=11:30 breached\n"
            "next_response/1 1bh start=11:30 due=12:30\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:30 answered; 11:30 customer; 12:00 answered",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 met=09:30\n"
            "first_response/1 1h start=09:00 due=10:00 met=09:30\n"
            "resolution/1 8bh start=09:00 due=17:00\n"
            "update/1 2bh start=09:30 due=11:30 met=12:00 breached\n"
            "next_response/1 1bh start=11:30 due=12:30 met=12:00\n"
            "update/2 2bh start=12:00 due=14:00\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 08:10 answered", /* the clock was set back */
  .clocks = "dispatch/1 30m start=09:00 due=09:30 met=08:10\n"
            "first_response/1 1h start=09:00 due=10:00 met=08:10\n"
            "resolution/1 8bh start=09:00 due=17:00\n"
            "update/1 2bh start=08:10 due=10:10\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:30 answered; 10:00 customer; 09:45 called",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 met=09:30\n"
            "first_response/1 1h start=09:00 due=10:00 met=09:30\n"
            "resolution/1 8bh start=09:00 due=17:00\n"
            "update/1 2bh start=09:30 due=11:30 met=09:45\n"
            "next_response/1 1bh start=10:00 due=11:00\n"
            "update/2 2bh start=09:45 due=11:45\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:30 answered; 10:00 customer; 09:20 called",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 met=09:30\n"
            "first_response/1 1h start=09:00 due=10:00 met=09:30\n"
            "resolution/1 8bh start=09:00 due=17:00\n"
            "update/1 2bh start=09:30 due=11:30\n"
            "next_response/1 1bh start=10:00 due=11:00\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:30 answered; 11:30 customer; 12:00 set waiting",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 met=09:30\n"
            "first_response/1 1h start=09:00 due=10:00 met=09:30\n"
            "resolution/1 8bh start=09:00 paused=12:00\n"
            "update/1 2bh start=09:30 due=11:30 ended=12:00 breached\n"
            "next_response/1 1bh start=11:30 due=12:30 ended=12:00\n"
            "move next_response/1 was=12:30 ended: waiting\n"
            "move update/1 was=11:30 ended: waiting\n"
            "move resolution/1 was=17:00 paused: waiting\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:30 answered; 11:30 customer; 12:00 follows waiting",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 met=09:30\n"
            "first_response/1 1h start=09:00 due=10:00 met=09:30\n"
            "resolution/1 8bh start=09:00 paused=12:00\n"
            "update/1 2bh start=09:30 due=11:30 breached\n"
            "next_response/1 1bh start=11:30 due=12:30 ended=12:00\n"
            "move next_response/1 was=12:30 ended: waiting\n"
            "move resolution/1 was=17:00 paused: waiting\n" },
{ USUAL, .priority = "P2", .script = "09:00 open; 10:00 set waiting",
  .clocks = "dispatch/1 1bh start=09:00 due=10:00\n"
            "first_response/1 4bh start=09:00 due=13:00\n"
            "resolution/1 16bh start=09:00 paused=10:00\n"
            "move resolution/1 was=tue.15:00 paused: waiting\n" },
{ USUAL, .priority = "P2", .script = "09:00 open; 10:00 set waiting; 12:00 set pending",
  .clocks = "dispatch/1 1bh start=09:00 due=10:00 breached\n"
            "first_response/1 4bh start=09:00 due=13:00\n"
            "resolution/1 16bh start=09:00 due=tue.17:00 paused=10:00 until=12:00\n"
            "move resolution/1 is=tue.17:00 goes on: pending\n" },
{ USUAL, .priority = "P2", .script = "09:00 open; 10:00 set waiting; tue.09:00 follows open",
  .clocks = "dispatch/1 1bh start=09:00 due=10:00 breached\n"
            "first_response/1 4bh start=09:00 due=13:00 breached\n"
            "resolution/1 16bh start=09:00 due=wed.14:00 paused=10:00 until=tue.09:00\n"
            "move resolution/1 is=wed.14:00 goes on: open\n" },
{ USUAL, .priority = "P3", .script = "09:00 open; 10:00 set waiting; 12:00 follows open",
  .clocks = "first_response/1 1bd start=09:00 due=tue.09:00\n"
            "resolution/1 5bd start=09:00 due=next-mon.11:00 paused=10:00 until=12:00\n"
            "move resolution/1 is=next-mon.11:00 goes on: open\n" },
{ USUAL, .priority = "P2", .script = "09:00 open; 10:00 set pending",
  .clocks = "dispatch/1 1bh start=09:00 due=10:00\n"
            "first_response/1 4bh start=09:00 due=13:00\n"
            "resolution/1 16bh start=09:00 due=tue.15:00\n" },
{ .plan = "other", .priority = "P2", 
  .script = "09:00 open; 10:00 set pending; 11:00 set waiting; 12:00 set open",
  .clocks = "dispatch/1 1bh start=09:00 due=10:00 breached\n"
            "first_response/1 4bh start=09:00 due=13:00\n"
            "resolution/1 16bh start=09:00 due=tue.17:00 paused=10:00 until=12:00\n"
            "move resolution/1 is=tue.17:00 goes on: open\n" },
{ .plan = "other", .priority = "P2", .script = "09:00 open; 10:00 set pending; 10:00 set open",
  .clocks = "dispatch/1 1bh start=09:00 due=10:00\n"
            "first_response/1 4bh start=09:00 due=13:00\n"
            "resolution/1 16bh start=09:00 due=tue.15:00\n"
            "move resolution/1 is=tue.15:00 goes on: open\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 10:00 set resolved",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 ended=10:00 breached\n"
            "first_response/1 1h start=09:00 due=10:00 ended=10:00\n"
            "resolution/1 8bh start=09:00 due=17:00 met=10:00\n"
            "review/1 5bd start=10:00 due=next-mon.10:00\n"
            "move dispatch/1 was=09:30 ended: resolved\n"
            "move first_response/1 was=10:00 ended: resolved\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:10 answered; 10:00 set resolved; 11:00 set closed",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 met=09:10\n"
            "first_response/1 1h start=09:00 due=10:00 met=09:10\n"
            "resolution/1 8bh start=09:00 due=17:00 met=10:00\n"
            "update/1 2bh start=09:10 due=11:10 ended=10:00\n"
            "review/1 5bd start=10:00 due=next-mon.10:00\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:10 answered; 10:00 set closed",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 met=09:10\n"
            "first_response/1 1h start=09:00 due=10:00 met=09:10\n"
            "resolution/1 8bh start=09:00 due=17:00 met=10:00\n"
            "update/1 2bh start=09:10 due=11:10 ended=10:00\n"
            "review/1 5bd start=10:00 due=next-mon.10:00\n"
            "move update/1 was=11:10 ended: closed\n" },
{ USUAL, .priority = "P1", 
  .script = "09:00 open; 09:10 answered; 10:00 set resolved; 11:00 follows open; 11:00 customer",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 met=09:10\n"
            "first_response/1 1h start=09:00 due=10:00 met=09:10\n"
            "resolution/1 8bh start=09:00 due=17:00 met=10:00\n"
            "update/1 2bh start=09:10 due=11:10 ended=10:00\n"
            "review/1 5bd start=10:00 due=next-mon.10:00 ended=11:00\n"
            "resolution/2 8bh start=11:00 due=tue.09:00\n"
            "next_response/1 1bh start=11:00 due=12:00\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:10 flag; 10:00 set resolved",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 ended=10:00 breached\n"
            "first_response/1 1h start=09:00 due=10:00 ended=10:00\n"
            "resolution/1 8bh start=09:00 due=17:00 met=10:00\n"
            "review/1 5bd start=10:00 due=next-mon.10:00\n"
            "postmortem/1 72h start=10:00 due=thu.10:00\n"
            "move dispatch/1 was=09:30 ended: resolved\n"
            "move first_response/1 was=10:00 ended: resolved\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 10:00 set resolved; 15:00 flag 10:00",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 ended=10:00 breached\n"
            "first_response/1 1h start=09:00 due=10:00 ended=10:00\n"
            "resolution/1 8bh start=09:00 due=17:00 met=10:00\n"
            "review/1 5bd start=10:00 due=next-mon.10:00\n"
            "postmortem/1 72h start=10:00 due=thu.10:00\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 10:00 set resolved; 15:00 record review",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 ended=10:00 breached\n"
            "first_response/1 1h start=09:00 due=10:00 ended=10:00\n"
            "resolution/1 8bh start=09:00 due=17:00 met=10:00\n"
            "review/1 5bd start=10:00 due=next-mon.10:00 met=15:00\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:10 flag; 10:00 set resolved; tue.10:00 record postmortem",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 ended=10:00 breached\n"
            "first_response/1 1h start=09:00 due=10:00 ended=10:00\n"
            "resolution/1 8bh start=09:00 due=17:00 met=10:00\n"
            "review/1 5bd start=10:00 due=next-mon.10:00\n"
            "postmortem/1 72h start=10:00 due=thu.10:00 met=tue.10:00\n" },
{ USUAL, .priority = "P1", 
  .script = "09:00 open; 09:10 flag; 10:00 set resolved; tue.10:00 set open; tue.11:00 set resolved",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 ended=10:00 breached\n"
            "first_response/1 1h start=09:00 due=10:00 ended=10:00\n"
            "resolution/1 8bh start=09:00 due=17:00 met=10:00\n"
            "review/1 5bd start=10:00 due=next-mon.10:00 ended=tue.10:00\n"
            "postmortem/1 72h start=10:00 due=thu.10:00 ended=tue.10:00\n"
            "dispatch/2 30m start=tue.10:00 due=tue.10:30 ended=tue.11:00 breached\n"
            "first_response/2 1h start=tue.10:00 due=tue.11:00 ended=tue.11:00\n"
            "resolution/2 8bh start=tue.10:00 due=tue.18:00 met=tue.11:00\n"
            "review/2 5bd start=tue.11:00 due=next-tue.11:00\n"
            "postmortem/2 72h start=tue.11:00 due=fri.11:00\n"
            "move dispatch/2 was=tue.10:30 ended: resolved\n"
            "move first_response/2 was=tue.11:00 ended: resolved\n" },
{ USUAL, .priority = "P2", .script = "09:00 open; tue.17:00 set waiting",
  .clocks = "dispatch/1 1bh start=09:00 due=10:00 breached\n"
            "first_response/1 4bh start=09:00 due=13:00 breached\n"
            "resolution/1 16bh start=09:00 due=tue.15:00 paused=tue.17:00 breached\n" },
{ USUAL, .priority = "P2", .script = "09:00 open; tue.14:30 set waiting; tue.17:00 set resolved",
  .clocks = "dispatch/1 1bh start=09:00 due=10:00 ended=tue.17:00 breached\n"
            "first_response/1 4bh start=09:00 due=13:00 ended=tue.17:00 breached\n"
            "resolution/1 16bh start=09:00 due=tue.17:30 met=tue.17:00 paused=tue.14:30 until=tue.17:00\n"
            "move dispatch/1 was=10:00 ended: resolved\n"
            "move first_response/1 was=13:00 ended: resolved\n" },
{ USUAL, .priority = "P2", .script = "09:00 open; 10:30 priority P1",
  .clocks = "dispatch/1 1bh start=09:00 due=10:00 breached\n"
            "first_response/1 1h start=09:00 from=10:30 due=11:30\n"
            "resolution/1 8bh start=09:00 from=10:30 due=tue.08:30\n"
            "move first_response/1 was=13:00 is=11:30 priority raised from P2 to P1\n"
            "move resolution/1 was=tue.15:00 is=tue.08:30 priority raised from P2 to P1\n" },
{ USUAL, .priority = "P3", .script = "09:00 open; 10:30 priority P1",
  .clocks = "first_response/1 1h start=09:00 from=10:30 due=11:30\n"
            "resolution/1 8bh start=09:00 from=10:30 due=tue.08:30\n"
            "dispatch/1 30m start=10:30 due=11:00\n"
            "move first_response/1 was=tue.09:00 is=11:30 priority raised from P3 to P1\n"
            "move resolution/1 was=next-mon.09:00 is=tue.08:30 priority raised from P3 to P1\n" },
{ USUAL, .priority = "P2", .script = "09:00 open; 12:30 priority P1",
  .clocks = "dispatch/1 1bh start=09:00 due=10:00 breached\n"
            "first_response/1 4bh start=09:00 due=13:00\n"
            "resolution/1 8bh start=09:00 from=12:30 due=tue.10:30\n"
            "move resolution/1 was=tue.15:00 is=tue.10:30 priority raised from P2 to P1\n" },
{ .plan = "other", .priority = "P2", .script = "09:00 open; 09:30 priority P1",
  .clocks = "dispatch/1 30m start=09:00 due=09:30\n"
            "first_response/1 1h start=09:00 due=10:00\n"
            "resolution/1 8bh start=09:00 due=17:00\n"
            "move dispatch/1 was=10:00 is=09:30 priority raised from P2 to P1\n"
            "move first_response/1 was=13:00 is=10:00 priority raised from P2 to P1\n"
            "move resolution/1 was=tue.15:00 is=17:00 priority raised from P2 to P1\n" },
{ .plan = "other", .priority = "P2", .script = "09:00 open; 10:30 priority P1",
  .clocks = "dispatch/1 1bh start=09:00 due=10:00 breached\n"
            "first_response/1 1h start=09:00 due=10:00 breached\n"
            "resolution/1 8bh start=09:00 due=17:00\n"
            "move first_response/1 was=13:00 is=10:00 priority raised from P2 to P1\n"
            "move resolution/1 was=tue.15:00 is=17:00 priority raised from P2 to P1\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:10 priority P2",
  .clocks = "dispatch/1 1bh start=09:00 due=10:00\n"
            "first_response/1 4bh start=09:00 due=13:00\n"
            "resolution/1 16bh start=09:00 due=tue.15:00\n"
            "move dispatch/1 was=09:30 is=10:00 priority lowered from P1 to P2\n"
            "move first_response/1 was=10:00 is=13:00 priority lowered from P1 to P2\n"
            "move resolution/1 was=17:00 is=tue.15:00 priority lowered from P1 to P2\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:10 priority P4",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 ended=09:10\n"
            "first_response/1 1h start=09:00 due=10:00 ended=09:10\n"
            "resolution/1 8bh start=09:00 due=17:00 ended=09:10\n"
            "move dispatch/1 was=09:30 priority lowered from P1 to P4\n"
            "move first_response/1 was=10:00 priority lowered from P1 to P4\n"
            "move resolution/1 was=17:00 priority lowered from P1 to P4\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 10:30 priority P3",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 breached\n"
            "first_response/1 1h start=09:00 due=10:00 breached\n"
            "resolution/1 5bd start=09:00 due=next-mon.09:00\n"
            "move resolution/1 was=17:00 is=next-mon.09:00 priority lowered from P1 to P3\n" },
{ USUAL, .priority = "P2", .script = "09:00 open; 10:00 touched; 10:30 priority P1; 10:40 priority P2",
  .clocks = "dispatch/1 1bh start=09:00 due=10:00 met=10:00\n"
            "first_response/1 4bh start=09:00 due=13:00\n"
            "resolution/1 16bh start=09:00 due=tue.15:00\n"
            "move first_response/1 was=11:30 is=13:00 priority lowered from P1 to P2\n"
            "move resolution/1 was=tue.08:30 is=tue.15:00 priority lowered from P1 to P2\n" },
{ USUAL, .priority = "P4", .script = "09:00 open; 10:00 priority P1",
  .clocks = "dispatch/1 30m start=10:00 due=10:30\n"
            "first_response/1 1h start=10:00 due=11:00\n"
            "resolution/1 8bh start=10:00 due=18:00\n" },
{ .plan = "other", .priority = "P4", .script = "09:00 open; 10:00 priority P2",
  .clocks = "dispatch/1 1bh start=09:00 due=10:00\n"
            "first_response/1 4bh start=09:00 due=13:00\n"
            "resolution/1 16bh start=09:00 due=tue.15:00\n" },
{ USUAL, .priority = "P4", .script = "09:00 open; 09:30 set open; 10:00 priority P1",
  .clocks = "resolution/1 8bh start=10:00 due=18:00\n" },
{ USUAL, .priority = "P2", .script = "09:00 open; 10:00 set waiting; 11:00 priority P1; 12:00 follows open",
  .clocks = "dispatch/1 1bh start=09:00 due=10:00 breached\n"
            "first_response/1 1h start=09:00 from=11:00 due=12:00\n"
            "resolution/1 8bh start=09:00 from=11:00 due=tue.10:00 paused=10:00 until=12:00\n"
            "move resolution/1 is=tue.10:00 goes on: open\n" },
{ USUAL, .priority = "P2", .script = "09:00 open; 10:00 set waiting; 11:00 priority P1",
  .clocks = "dispatch/1 1bh start=09:00 due=10:00 breached\n"
            "first_response/1 1h start=09:00 from=11:00 due=12:00\n"
            "resolution/1 8bh start=09:00 from=11:00 paused=10:00\n"
            "move first_response/1 was=13:00 is=12:00 priority raised from P2 to P1\n" },
{ USUAL, .script = "09:00 open; 10:00 priority P1",
  .clocks = "dispatch/1 30m start=10:00 due=10:30\n"
            "first_response/1 1h start=10:00 due=11:00\n"
            "resolution/1 8bh start=10:00 due=18:00\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:10 plan mere",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 ended=09:10\n"
            "first_response/1 1h start=09:00 due=10:00 ended=09:10\n"
            "resolution/1 8bh start=09:00 due=17:00 ended=09:10\n"
            "move dispatch/1 was=09:30 another plan\n"
            "move first_response/1 was=10:00 another plan\n"
            "move resolution/1 was=17:00 another plan\n" },
{ .plan = "mere", .priority = "P1", .script = "09:00 open; 09:10 plan usual",
  .clocks = "next_response/1 1bh start=09:00 due=10:00\n"
            "dispatch/1 30m start=09:00 due=09:30\n"
            "first_response/1 1h start=09:00 due=10:00\n"
            "resolution/1 8bh start=09:00 due=17:00\n" },
{ USUAL, .priority = "P2", .script = "09:00 open; 09:10 plan other",
  .clocks = "dispatch/1 1bh start=09:00 due=10:00\n"
            "first_response/1 4bh start=09:00 due=13:00\n"
            "resolution/1 16bh start=09:00 due=tue.15:00\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:10 plan none",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 ended=09:10\n"
            "first_response/1 1h start=09:00 due=10:00 ended=09:10\n"
            "resolution/1 8bh start=09:00 due=17:00 ended=09:10\n"
            "move dispatch/1 was=09:30 another plan\n"
            "move first_response/1 was=10:00 another plan\n"
            "move resolution/1 was=17:00 another plan\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:10 answered; 09:20 promise 16:00",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 met=09:10\n"
            "first_response/1 1h start=09:00 due=10:00 met=09:10\n"
            "resolution/1 8bh start=09:00 due=17:00\n"
            "update/1 as agreed start=09:10 due=16:00\n"
            "move update/1 was=11:10 is=16:00 promised\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:10 answered; 09:20 promise 16:00; 10:00 priority P2",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 met=09:10\n"
            "first_response/1 1h start=09:00 due=10:00 met=09:10\n"
            "resolution/1 16bh start=09:00 due=tue.15:00\n"
            "update/1 as agreed start=09:10 due=16:00\n"
            "move resolution/1 was=17:00 is=tue.15:00 priority lowered from P1 to P2\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:10 answered; 09:20 promise 16:00; 10:00 promise none",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 met=09:10\n"
            "first_response/1 1h start=09:00 due=10:00 met=09:10\n"
            "resolution/1 8bh start=09:00 due=17:00\n"
            "update/1 2bh start=09:10 due=11:10\n"
            "move update/1 was=16:00 is=11:10 no longer promised\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:10 answered; 09:20 promise 16:00; 15:00 answered",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 met=09:10\n"
            "first_response/1 1h start=09:00 due=10:00 met=09:10\n"
            "resolution/1 8bh start=09:00 due=17:00\n"
            "update/1 as agreed start=09:10 due=16:00 met=15:00\n"
            "update/2 2bh start=15:00 due=17:00\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:10 answered; 14:00 promise 16:00",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 met=09:10\n"
            "first_response/1 1h start=09:00 due=10:00 met=09:10\n"
            "resolution/1 8bh start=09:00 due=17:00\n"
            "update/1 as agreed start=09:10 due=16:00 breached\n"
            "move update/1 was=11:10 is=16:00 promised\n" },
{ USUAL, .priority = "P3", .script = "09:00 open; 09:20 promise 16:00",
  .clocks = "first_response/1 1bd start=09:00 due=tue.09:00\n"
            "resolution/1 5bd start=09:00 due=next-mon.09:00\n"
            "update/1 as agreed start=09:20 due=16:00\n" },
{ USUAL, .priority = "P3", .script = "09:00 open; 09:20 promise 16:00; 10:00 promise none",
  .clocks = "first_response/1 1bd start=09:00 due=tue.09:00\n"
            "resolution/1 5bd start=09:00 due=next-mon.09:00\n"
            "update/1 as agreed start=09:20 due=16:00 ended=10:00\n"
            "move update/1 was=16:00 no longer promised\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:10 answered; 09:20 promise 16:00; 17:00 set resolved",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 met=09:10\n"
            "first_response/1 1h start=09:00 due=10:00 met=09:10\n"
            "resolution/1 8bh start=09:00 due=17:00 met=17:00\n"
            "update/1 as agreed start=09:10 due=16:00 ended=17:00 breached\n"
            "review/1 5bd start=17:00 due=next-mon.17:00\n"
            "move update/1 was=16:00 ended: resolved\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:30 answered; 10:00 set waiting; 11:00 answered",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 met=09:30\n"
            "first_response/1 1h start=09:00 due=10:00 met=09:30\n"
            "resolution/1 8bh start=09:00 paused=10:00\n"
            "update/1 2bh start=09:30 due=11:30 ended=10:00\n"
            "update/2 2bh start=11:00 due=13:00\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:30 answered; 10:00 set resolved; 11:00 answered",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 met=09:30\n"
            "first_response/1 1h start=09:00 due=10:00 met=09:30\n"
            "resolution/1 8bh start=09:00 due=17:00 met=10:00\n"
            "update/1 2bh start=09:30 due=11:30 ended=10:00\n"
            "review/1 5bd start=10:00 due=next-mon.10:00\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 10:00 merge 08:30",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 breached\n"
            "first_response/1 1h start=09:00 due=10:00\n"
            "resolution/1 8bh start=09:00 due=17:00\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:30 answered; 10:00 merge 08:30",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 met=09:30\n"
            "first_response/1 1h start=09:00 due=10:00 met=09:30\n"
            "resolution/1 8bh start=09:00 due=17:00\n"
            "update/1 2bh start=09:30 due=11:30\n"
            "next_response/1 1bh start=08:30 due=09:30 breached\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:30 answered; 09:40 customer; 10:00 merge 09:35",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 met=09:30\n"
            "first_response/1 1h start=09:00 due=10:00 met=09:30\n"
            "resolution/1 8bh start=09:00 due=17:00\n"
            "update/1 2bh start=09:30 due=11:30\n"
            "next_response/1 1bh start=09:35 due=10:35\n"
            "move next_response/1 was=10:40 is=10:35 an older message of the merged ticket is not answered\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:30 answered; 09:40 customer; 10:00 merge 09:45",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 met=09:30\n"
            "first_response/1 1h start=09:00 due=10:00 met=09:30\n"
            "resolution/1 8bh start=09:00 due=17:00\n"
            "update/1 2bh start=09:30 due=11:30\n"
            "next_response/1 1bh start=09:40 due=10:40\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:30 set resolved; 10:00 merge 09:35",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 ended=09:30\n"
            "first_response/1 1h start=09:00 due=10:00 ended=09:30\n"
            "resolution/1 8bh start=09:00 due=17:00 met=09:30\n"
            "review/1 5bd start=09:30 due=next-mon.09:30\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:30 set merged",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 ended=09:30\n"
            "first_response/1 1h start=09:00 due=10:00 ended=09:30\n"
            "resolution/1 8bh start=09:00 due=17:00 ended=09:30\n"
            "move dispatch/1 was=09:30 ended: merged\n"
            "move first_response/1 was=10:00 ended: merged\n"
            "move resolution/1 was=17:00 ended: merged\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:10 priority P4; 09:20 priority P2",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 ended=09:10\n"
            "first_response/1 1h start=09:00 due=10:00 ended=09:10\n"
            "resolution/1 8bh start=09:00 due=17:00 ended=09:10\n"
            "dispatch/2 1bh start=09:20 due=10:20\n"
            "first_response/2 4bh start=09:20 due=13:20\n"
            "resolution/2 16bh start=09:20 due=tue.15:20\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:30 answered; 10:00 customer; 10:30 split",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 met=09:30\n"
            "first_response/1 1h start=09:00 due=10:00 met=09:30\n"
            "resolution/1 8bh start=09:00 due=17:00\n"
            "update/1 2bh start=09:30 due=11:30\n"
            "next_response/1 1bh start=10:00 due=11:00 ended=10:30\n"
            "move next_response/1 was=11:00 ended: its message was split off\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:30 answered; 10:00 customer; 10:30 split 10:20",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 met=09:30\n"
            "first_response/1 1h start=09:00 due=10:00 met=09:30\n"
            "resolution/1 8bh start=09:00 due=17:00\n"
            "update/1 2bh start=09:30 due=11:30\n"
            "next_response/1 1bh start=10:20 due=11:20\n"
            "move next_response/1 was=11:00 is=11:20 its message was split off\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:30 answered; 10:00 customer; 10:30 split 10:00",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 met=09:30\n"
            "first_response/1 1h start=09:00 due=10:00 met=09:30\n"
            "resolution/1 8bh start=09:00 due=17:00\n"
            "update/1 2bh start=09:30 due=11:30\n"
            "next_response/1 1bh start=10:00 due=11:00\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:30 answered; 10:00 customer; 11:10 split 10:20",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 met=09:30\n"
            "first_response/1 1h start=09:00 due=10:00 met=09:30\n"
            "resolution/1 8bh start=09:00 due=17:00\n"
            "update/1 2bh start=09:30 due=11:30\n"
            "next_response/1 1bh start=10:00 due=11:00 breached\n" },
{ USUAL, .priority = "P1", .script = "09:00 open; 09:30 answered; 10:00 customer; 11:10 split",
  .clocks = "dispatch/1 30m start=09:00 due=09:30 met=09:30\n"
            "first_response/1 1h start=09:00 due=10:00 met=09:30\n"
            "resolution/1 8bh start=09:00 due=17:00\n"
            "update/1 2bh start=09:30 due=11:30\n"
            "next_response/1 1bh start=10:00 due=11:00 ended=11:10 breached\n"
            "move next_response/1 was=11:00 ended: its message was split off\n" },
