#!/usr/bin/env bash
# shellcheck disable=SC2317 # functions that check calls by name
# Builds the image of the Dockerfile with buildah and tries it as Kubernetes would run it: as its own
# user, with its root read-only, and no shell inside. Where the Dockerfile's base cannot be pulled,
# a bootstrapped Debian 12 stands in for it.
#
#   image.sh [NAME]   NAME of the image, pratique:latest by default
#
# Needs root for chroot. What it keeps is in $XDG_CACHE_HOME/pratique/image.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/pratique
name=${1:-pratique:latest}
size_limit=$((30 * 1000 * 1000))
. "$root/tests/debian_root.sh"
export BUILDAH_ISOLATION=chroot
store=(--storage-driver vfs --root "$cache/image/storage" --runroot "$cache/image/run")

buildah_here() { buildah "${store[@]}" "$@"; }

# Prints the name of an image to build in.
base() {
	local wanted container
	wanted=$(sed -n 's/^ARG BASE=//p' "$root/Dockerfile")
	if buildah_here inspect --type image "$wanted" >/dev/null 2>&1 ||
		buildah_here pull --quiet "$wanted" >/dev/null 2>"$cache/image/pull.log"; then
		echo "$wanted"
		return
	fi
	debian_say "$wanted cannot be pulled: a bootstrapped Debian 12 takes its place"
	debian_root "$cache/fresh/base"
	container=$(buildah_here from scratch)
	buildah_here add --quiet "$container" "$cache/fresh/base" / >/dev/null
	buildah_here commit --quiet "$container" "$wanted" >/dev/null
	buildah_here rm "$container" >/dev/null
	echo "$wanted"
}

build() {
	local from
	from=$(base)
	debian_say "building $name from $from"
	buildah_here build --quiet --pull-never --build-arg "BASE=$from" --tag "$name" "$root" >"$cache/image/build.log" 2>&1 ||
		{ tail -30 "$cache/image/build.log" >&2; debian_die "the build failed: $cache/image/build.log"; }
}

failed=0 passed=0
ok() { passed=$((passed + 1)); printf 'ok - %s\n' "$*"; }
not_ok() { failed=$((failed + 1)); printf 'not ok - %s\n' "$*"; }
check() { # check WHAT COMMAND...
	local what=$1
	shift
	if "$@"; then ok "$what"; else not_ok "$what"; fi
}

# run COMMAND...: in the image, as the image's user.
run() { chroot --userspec=65532:65532 "$mounted" "$@"; }

has_no_shell() { [ -z "$(find "$1" \( -name sh -o -name bash -o -name dash -o -name busybox \) -not -path '*/zoneinfo/*')" ]; }
is_small() { [ "$(du -sb "$1" | cut -f1)" -le "$size_limit" ]; }
says_version() { run /usr/bin/pratique version | grep -q '^pratique [0-9]'; }
cannot_write() { ! run /usr/bin/pratique certs init --certs /etc/pratique/own 2>/dev/null; }

answers_a_review() {
	local port
	port=$(sed -n 's/.*:\([0-9]*\)$/\1/p' "$1/addresses" | head -1)
	curl --silent --show-error --cacert "$1/certs/ca.crt" -H 'Content-Type: application/json' \
		--data-binary @"$root/tests/data/reviews/myapp-valid.json" "https://localhost:$port/validate" |
		grep -q '"allowed":true'
}

# Serves from the image as process 1, certificates and the file of addresses being mounted into it.
serve() {
	local work=$1 outer pid code=0
	mount --bind "$work/certs" "$mounted/etc/pratique/certs"
	mount --bind "$work/tmp" "$mounted/tmp"
	unshare --pid --fork --kill-child chroot --userspec=65532:65532 "$mounted" /usr/bin/pratique serve --schemas /etc/pratique/schemas --certs /etc/pratique/certs \
		--listen 127.0.0.1:0 --health-listen '' --address-file /tmp/addresses 2>"$work/log" &
	outer=$!
	for _ in $(seq 100); do
		[ ! -s "$work/tmp/addresses" ] || break
		kill -0 "$outer" 2>/dev/null || break
		sleep 0.1
	done
	cp "$work/tmp/addresses" "$work/addresses" 2>/dev/null || { cat "$work/log"; return 1; }
	answers_a_review "$work" || code=1
	read -r pid <"/proc/$outer/task/$outer/children"
	grep -q '^NSpid:.*[[:space:]]1$' "/proc/$pid/status" || code=1
	kill "$pid"
	wait "$outer" || code=1
	[ "$code" = 0 ] || cat "$work/log"
	return "$code"
}

# In a mount namespace of its own, which takes the mounts away when it ends.
try() {
	local work
	work=$(mktemp -d)
	mkdir -m 755 "$work/certs"
	mkdir -m 1777 "$work/tmp"
	chmod 755 "$work"
	mount --make-rprivate /
	mount --bind "$mounted" "$mounted"
	check "no shell is inside" has_no_shell "$mounted"
	check "at most 30 MB" is_small "$mounted"
	# Made outside of the image, as a Secret is.
	chroot "$mounted" /usr/bin/pratique certs init --certs /tmp/certs >/dev/null 2>&1
	mv "$mounted/tmp/certs/"* "$work/certs/" && rmdir "$mounted/tmp/certs"
	chown -R 65532:65532 "$work/certs"
	mount -o remount,bind,ro "$mounted"
	check "it tells its version" says_version
	check "its root is read-only" cannot_write
	check "it serves a review as process 1, and ends on SIGTERM" serve "$work"
	printf '%s bytes\n' "$(du -sb "$mounted" | cut -f1)"
	printf '%d passed, %d failed\n' "$passed" "$failed"
	[ "$failed" = 0 ]
}

[ "$(id -u)" = 0 ] || debian_die 'needs root for chroot: run sudo ./dev image'
if [ "${1:-}" = --try ]; then
	mounted=$2
	try
	exit
fi
mkdir -p "$cache/image"
build
container=$(buildah_here from --pull-never "$name")
mounted=$(buildah_here mount "$container")
code=0
unshare --mount "$0" --try "$mounted" || code=$?
buildah_here umount "$container" >/dev/null
buildah_here rm "$container" >/dev/null
exit "$code"
