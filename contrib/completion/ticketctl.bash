# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# Completion of ticketctl(1) for bash.  Commands, operands and options are what its own --help says; names of queues,
# agents and the like are those of the configuration that the line names.

# The program as it stands on the line, with the configuration that stands there.
_ticketctl_ask()
{
  COLUMNS=1000 "$program" "${config[@]}" "$@" 2>/dev/null </dev/null
}

# "set|N KEY=VALUE...", a line for each command.
_ticketctl_commands()
{
  _ticketctl_ask --help \
    | sed -n '/^options/q; s/^  \([a-z]\{1,\}\( [a-z]\{1,\}\)\{0,1\}\)\(\( [][A-Z=.]\{1,\}\)*\)  .*/\1|\3/p'
}

# "--queue QUEUE", or "-c FILE", a line for each name of each option; "set" … as operands, or none.
_ticketctl_options()
{
  _ticketctl_ask "$@" --help | sed -n '/^options/,$ {
    s/^  \(-[a-z]\), \(--[a-z-]\{1,\}\)\( [^ ]\{1,\}\)\{0,1\}  .*/\1\3\n\2\3/p
    s/^ \{6\}\(--[a-z-]\{1,\}\)\( [^ ]\{1,\}\)\{0,1\}  .*/\1\2/p
  }'
}

# What stands below a section of the configuration: "queues", "agents" …
_ticketctl_names()
{
  _ticketctl_ask --json config show | grep -o "\"path\":\"$1\.[A-Za-z0-9_-]*" | sed 's/.*\.//' | sort -u
}

_ticketctl_priorities()
{
  _ticketctl_ask --json config show | sed 's/{/\n/g' \
    | sed -n 's/^"path":"priorities\[[0-9]*\]\.code","value":"\([A-Za-z0-9_-]*\)".*/\1/p'
}

_ticketctl_key_ids()
{
  _ticketctl_ask --json token list | grep -o '"id":"[A-Za-z0-9_-]*"' | sed 's/"id":"\(.*\)"/\1/'
}

_ticketctl_statuses='new open waiting pending resolved closed held unsorted spam'

# Takes over what begins with what was typed.
_ticketctl_offer()
{
  local word
  for word in "$@"; do
    [[ $word == "$typed"* ]] && COMPREPLY+=("$word")
  done
}

# The same with what follows the last comma.
_ticketctl_offer_in_list()
{
  local kept=${typed%"${typed##*,}"}
  _ticketctl_offer "${@/#/$kept}"
}

# The same with the lines of standard input.
_ticketctl_offer_lines()
{
  local lines
  mapfile -t lines
  _ticketctl_offer "${lines[@]}"
}

_ticketctl_offer_files()
{
  mapfile -t COMPREPLY < <(compgen "$1" -- "$typed")
  compopt -o filenames 2>/dev/null
}

# KEY=VALUE of `set`
_ticketctl_offer_setting()
{
  local key=${typed%%=*}
  if [[ $typed != *=* ]]; then
    _ticketctl_offer status= until= type= priority= workaround= assignee= queue= subject= plan= promise= review= \
      postmortem= tag.
    compopt -o nospace 2>/dev/null
    return
  fi
  typed=${typed#*=}
  case $key in
    status) read -ra words <<<"$_ticketctl_statuses"; _ticketctl_offer "${words[@]}" ;;
    type) _ticketctl_offer_lines < <(_ticketctl_names types) ;;
    priority) _ticketctl_offer_lines < <(_ticketctl_priorities) ;;
    workaround) _ticketctl_offer yes no ;;
    assignee) _ticketctl_offer_lines < <(_ticketctl_names agents; echo none) ;;
    queue) _ticketctl_offer_lines < <(_ticketctl_names queues) ;;
    plan) _ticketctl_offer_lines < <(_ticketctl_names plans; echo none) ;;
    review | postmortem) _ticketctl_offer 'done' ;;
  esac
}

# Values by what help calls them; `for` is the command and, of an option's value, the option.
_ticketctl_offer_value()
{
  local what=$1 for=$2 words
  case $what in
    FILE) _ticketctl_offer_files -f ;;
    DIR) _ticketctl_offer_files -d ;;
    QUEUE) _ticketctl_offer_lines < <(_ticketctl_names queues) ;;
    STATUS,...) read -ra words <<<"$_ticketctl_statuses merged all"; _ticketctl_offer_in_list "${words[@]}" ;;
    CHANNEL) _ticketctl_offer phone chat ;;
    LANGUAGE) _ticketctl_offer de en ;;
    EVENT) _ticketctl_offer trigger acknowledge resolve ;;
    AGENT) _ticketctl_offer_lines < <(_ticketctl_names agents; echo none) ;;
    PURPOSE) _ticketctl_offer reply note bounce confirm acknowledge feedback status ;;
    '[WHO]') _ticketctl_offer_lines < <(_ticketctl_names customers) ;;
    ID) [[ $for == 'token revoke' ]] && _ticketctl_offer_lines < <(_ticketctl_key_ids) ;;
    KEY=VALUE...) _ticketctl_offer_setting ;;
    OP) _ticketctl_offer add sub between next_open next_close prev_active is_open add_bd sub_bd wall2utc ;;
    NAME)
      case $for in
        'receiver test') _ticketctl_offer_lines < <(_ticketctl_names receivers) ;;
        'template show') _ticketctl_offer ack confirm resolved remind closing ;;
        'calendar '*) _ticketctl_offer_lines < <(_ticketctl_names calendars) ;;
        *' --by' | *' --agent') _ticketctl_offer_lines < <(_ticketctl_names agents) ;;
        *' --customer') _ticketctl_offer_lines < <(_ticketctl_names customers) ;;
      esac ;;
  esac
}

# The words up to the cursor; bash makes a word of each `=`.
_ticketctl_read_line()
{
  local i word glue=''
  line=()
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ ($word == '=' || -n $glue) && ${#line[@]} -gt 0 ]]; then
      line[-1]+=$word
    else
      line+=("$word")
    fi
    glue=''
    [[ $word == '=' ]] && glue=yes
  done
}

# What the option `$1` of the command takes; fails when it takes nothing, or is none.
_ticketctl_takes()
{
  local option
  while read -r option takes; do
    [[ $option == "$1" && -n $takes ]] && return
  done <<<"$options"
  return 1
}

_ticketctl()
{
  local program=$1 config=() line=() command='' n_operands=0 pending='' typed word takes words=() i
  local commands options operands
  COMPREPLY=()
  _ticketctl_read_line
  commands=$(_ticketctl_commands)
  options=$(_ticketctl_options)
  typed=${line[-1]}
  for ((i = 0; i < ${#line[@]} - 1; i++)); do
    word=${line[i]}
    if [[ -n $pending ]]; then
      [[ $pending == -c || $pending == --config ]] && config=(-c "${word/#\~\//$HOME/}")
      pending=''
    elif [[ $word == --config=* ]]; then
      config=(-c "${word#*=}")
    elif [[ $word == -* ]]; then
      _ticketctl_takes "$word" && pending=$word
    elif [[ -z $command || $'\n'$commands != *$'\n'"$command|"* ]]; then
      command=${command:+$command }$word
      options=$(read -ra words <<<"$command"; _ticketctl_options "${words[@]}")
    else
      n_operands=$((n_operands + 1))
    fi
  done
  if [[ -z $pending && $typed == --*=* ]]; then
    pending=${typed%%=*}
    typed=${typed#*=}
  fi
  if [[ -n $pending ]]; then
    _ticketctl_takes "$pending" && _ticketctl_offer_value "$takes" "$command $pending"
  elif [[ $typed == -* ]]; then
    _ticketctl_offer_lines < <(cut -d' ' -f1 <<<"$options")
  elif [[ -z $command ]]; then
    _ticketctl_offer_lines < <(cut -d'|' -f1 <<<"$commands" | cut -d' ' -f1 | sort -u)
  elif [[ $'\n'$commands != *$'\n'"$command|"* ]]; then
    _ticketctl_offer_lines < <(sed -n "s/^${command//[^a-z]/} \([a-z]*\)|.*/\1/p" <<<"$commands")
  else
    operands=$(sed -n "s/^$command|//p" <<<"$commands")
    read -ra words <<<"$operands"
    i=$n_operands
    ((i >= ${#words[@]})) && [[ $operands == *... ]] && i=$((${#words[@]} - 1))
    ((i < ${#words[@]})) && _ticketctl_offer_value "${words[i]}" "$command"
  fi
  return 0
}

complete -F _ticketctl ticketctl
