#!/usr/bin/env bash
# Proves the README's `./dev run`, and `./dev test`, as a newcomer meets them: in a bare Debian 12 with nothing but a
# clone of the committed tree.
#
#   fresh.sh          bootstrap (kept in $XDG_CACHE_HOME/pratique/fresh), clone, ./dev run, ./dev test
#   fresh.sh --clean  bootstrap again first
#
# Needs root for chroot. The mirror is the one that this machine's own apt uses for bookworm. Mounts
# and processes live in namespaces of their own and end with the script.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/pratique/fresh
serve_seconds=900

. "$root/tests/debian_root.sh"
say() { debian_say "$@"; }
die() { debian_die "$@"; }

# A root of its own for this run, so that nothing is installed but what ./dev itself installs.
prepare() {
	rm -rf "$cache/root"
	cp -a --reflink=auto "$cache/base" "$cache/root"
	cp -L /etc/resolv.conf /etc/hosts "$cache/root/etc/"
	mkdir -p "$cache/archives" "$cache/root/home/pratique"
	git -c safe.directory='*' clone --quiet --no-hardlinks "$root" "$cache/root/home/pratique"
	say "clone of $(git -C "$cache/root/home/pratique" log -1 --format='%h %s')"
}

# Runs in the namespaces, still outside the root. Debian's packages are kept between runs.
enter() {
	mount --make-rprivate /
	mount -t proc proc "$cache/root/proc"
	mount --rbind /dev "$cache/root/dev"
	mount --bind "$cache/archives" "$cache/root/var/cache/apt/archives"
	exec chroot "$cache/root" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		HOME=/root LC_ALL=C.UTF-8 CI="${CI:-}" \
		bash -c "cd /home/pratique && exec bash tests/fresh.sh --newcomer"
}

# From here on inside the root.
newcomer() {
	! port_is_open || die 'port 9443 of this machine is taken, and ./dev run serves there: stop the other process'
	say 'the newcomer types ./dev run'
	./dev run >run.log 2>&1 </dev/null &
	server=$!
	wait_until_serving
	try_calls
	kill "$server"
	wait "$server" || { cat run.log; die "./dev run ended with $?"; }
	say 'the newcomer types ./dev test'
	./dev test
}

port_is_open() { (exec 3<>/dev/tcp/127.0.0.1/9443) 2>/dev/null; }

# The network is the machine's own, so that only an answer under the new CA is the newcomer's.
is_serving() { curl --silent --output /dev/null --cacert build/certs/ca.crt https://localhost:9443/ 2>/dev/null; }

wait_until_serving() {
	local started=$SECONDS
	until is_serving; do
		kill -0 "$server" 2>/dev/null || { cat run.log; die './dev run ended before it served'; }
		[ $((SECONDS - started)) -lt "$serve_seconds" ] || { tail run.log; die "./dev run does not serve after $serve_seconds s"; }
		sleep 1
	done
	say "it serves after $((SECONDS - started)) s"
}

# The three commands that ./dev run printed, and what each must answer.
try_calls() {
	local calls=() wanted=('"patchType":"JSONPatch"' '"allowed":false' '"allowed":true') answer i
	mapfile -t calls < <(grep -E '^ +curl ' run.log)
	[ ${#calls[@]} -eq 3 ] || { cat run.log; die "./dev run printed ${#calls[@]} curl commands, not 3"; }
	for i in 0 1 2; do
		answer=$(bash -c "${calls[i]} --silent --show-error") || die "failed: ${calls[i]}"
		[[ ${answer//: /:} == *${wanted[i]}* ]] || die "${calls[i]} answered $answer"
		printf 'ok - %s\n' "${calls[i]##* }"
	done
}

case ${1:-} in
--newcomer) newcomer; exit ;;
--enter) enter ;;
--clean) rm -rf "$cache" ;;
'') ;;
*) die "unknown argument $1" ;;
esac
[ "$(id -u)" = 0 ] || die 'needs root for chroot: run sudo ./dev fresh'
debian_root "$cache/base"
prepare
code=0
unshare --mount --pid --fork --kill-child "$0" --enter || code=$?
rm -rf "$cache/root"
exit "$code"
