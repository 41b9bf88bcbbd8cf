# SPDX-License-Identifier: BSD-2-Clause
# Read by contrib/demo and contrib/check: what they need of Debian, and its installation.
# shellcheck shell=sh disable=SC2034,SC2154 # the scripts that read this use its lists and set $source

BUILD_PACKAGES="gcc make autoconf automake pkg-config libc6-dev libglib2.0-dev libgmime-3.0-dev libsqlite3-dev libpcre2-dev
  libyaml-dev libxml2-dev nettle-dev libzstd-dev libjson-glib-dev libcurl4-gnutls-dev libmilter-dev libical-dev
  libytnef0-dev"
# A mail server of one's own with a submission service, and who signs behind it.
MAIL_PACKAGES="postfix python3 dovecot-core opendkim opendkim-tools openssl"
# What agents' mail is written with, and the clock is set with.
TEST_MAIL_PACKAGES="swaks libnet-ssleay-perl s-nail faketime"

complain ()
{
  echo "${0##*/}: $*" >&2
  exit 1
}

need_root ()
{
  [ "$(id -u)" = 0 ] || complain "run this as root: it installs packages and starts a Postfix of its own"
}

# An in-place configuration would be used by every build elsewhere.
need_clean_tree ()
{
  [ ! -e "$1/config.status" ] || complain "$1 is configured in place: run \`make distclean' there first"
}

is_installed ()
{
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Of libcurl's two, which conflict with each other, either will do.
is_there ()
{
  is_installed "$1" || { [ "$1" = libcurl4-gnutls-dev ] && is_installed libcurl4-openssl-dev; }
}

# install_missing PACKAGE...: quiet when all are there.  Nothing is removed for it, no mail server is configured or started.
install_missing ()
{
  missing=
  for package in "$@"; do
    is_there "$package" || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  echo "Installing:$missing"
  export DEBIAN_FRONTEND=noninteractive
  case "$missing " in
    *" postfix "*)
      mta=$(dpkg-query -W -f '${Package} ${Provides} ${db:Status-Status}\n' 2>/dev/null |
        sed -n 's/^\([^ ]*\) .*mail-transport-agent.* installed$/\1/p' | head -n 1)
      [ -z "$mta" ] || complain "$mta is installed and the package postfix would replace it: use another machine or a container"
      apt-get update -qq
      apt-get install -y -qq --no-remove debconf >/dev/null
      echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections ;;
    *) apt-get update -qq ;;
  esac
  # shellcheck disable=SC2086 # a list of words
  apt-get install -y -qq --no-install-recommends --no-remove $missing >/tmp/ticketmilter-apt.$$ 2>&1 </dev/null || {
    tail -n 20 "/tmp/ticketmilter-apt.$$" >&2
    rm -f "/tmp/ticketmilter-apt.$$"
    complain "apt-get could not install:$missing"
  }
  rm -f "/tmp/ticketmilter-apt.$$"
}

# configure_in DIRECTORY CONFIGURE-OPTION...: outside of the source tree `$source`, and only when the options changed.
configure_in ()
{
  directory=$1
  shift
  mkdir -p "$directory"
  if [ ! -x "$source/configure" ] || [ ! -e "$source/build-aux/install-sh" ]; then
    (cd "$source" && autoreconf -fi) || return 1
  fi
  if [ ! -e "$directory/Makefile" ] || [ "$(cat "$directory/.options" 2>/dev/null)" != "$*" ]; then
    (cd "$directory" && "$source/configure" "$@") || return 1
    echo "$*" >"$directory/.options"
  fi
}

# build_in DIRECTORY CONFIGURE-OPTION...: configures as configure_in does, and builds.
build_in ()
{
  configure_in "$@" && make -C "$1" -j"$(nproc)"
}
