#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# gmime.sh FOLDER: builds FOLDER/libgmime.a of the installed GMime's sources, instrumented for libFuzzer, ASan, UBSan.
# The sources are those of the Debian package, by apt-get source and this machine's own list of archives.  Its
# configure wants the tools of its documentation and bindings, so its files are compiled here, with what Debian's build
# finds on Linux.  Without its OpenPGP and S/MIME, which nothing here calls.
set -eu
unset CDPATH
mkdir -p "$1"
folder=$(cd "$1" && pwd)
version=$(dpkg-query -W -f '${source:Version}' libgmime-3.0-dev)
done_file=$folder/done-$version
[ ! -e "$done_file" ] || exit 0

cd "$folder"
rm -rf sources.d lists source objects libgmime.a
mkdir -p sources.d lists/partial objects/gmime
for list in /etc/apt/sources.list.d/*.sources; do
  [ ! -e "$list" ] || sed 's/^Types:.*/Types: deb-src/' "$list" >"sources.d/${list##*/}"
done
for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
  [ ! -s "$list" ] || sed -n 's/^deb /deb-src /p' "$list" >"sources.d/${list##*/}"
done
set -- -qq -o "Dir::Etc::sourceparts=$folder/sources.d" -o Dir::Etc::sourcelist=/dev/null \
  -o "Dir::State::lists=$folder/lists" -o APT::Sandbox::User=root
apt-get "$@" update
apt-get "$@" source --download-only "gmime=$version"
dpkg-source -x gmime_*.dsc source >/dev/null

# Which names of character sets iconv takes; the program writes iconv-detect.h into the current folder.
(cd objects && clang -w -DCONFIGURE_IN ../source/iconv-detect.c -o iconv-detect && ./iconv-detect >/dev/null)
cp "$(pkg-config --variable=includedir gmime-3.0)/gmime-3.0/gmime/gmime-version.h" objects/gmime/
cat >objects/config.h <<'END'
#define HAVE_ICONV_DETECT_H 1
#define LIBIDN 1
#define HAVE_CODESET 1
#define HAVE_FSYNC 1
#define HAVE_SYS_PARAM_H 1
#define HAVE_SYS_MMAN_H 1
#define HAVE_MMAP 1
#define HAVE_MUNMAP 1
#define HAVE_MSYNC 1
#define HAVE_TIMEZONE 1
#define HAVE_NETDB_H 1
#define HAVE_GETHOSTNAME 1
#define HAVE_GETDOMAINNAME 1
#define HAVE_GETADDRINFO 1
#define HAVE_UTSNAME_DOMAINNAME 1
END
flags="-w -O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
  -D_GNU_SOURCE -DHAVE_CONFIG_H -Iobjects -Iobjects/gmime -Isource -Isource/gmime -Isource/util
  $(pkg-config --cflags glib-2.0 gobject-2.0 gio-2.0 zlib libidn2)"
# shellcheck disable=SC2016,SC2086,SC2089,SC2090 # a list of words, for another shell; quotes are the macro's
find source/gmime source/util -name '*.c' | sort |
  xargs -P 2 -I '{}' sh -c 'source=$1; shift; exec clang "$@" -c "$source" -o "objects/$(basename "$source" .c).o"' \
    - '{}' $flags
ar rcs libgmime.a objects/*.o
touch "$done_file"
