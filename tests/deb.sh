#!/usr/bin/env bash
# shellcheck disable=SC2317 # functions that check calls by name
# Makes the Debian package and tries it in a bare Debian 12: install, serve as the unit does, upgrade,
# remove, purge. Needs root for chroot.
#
#   deb.sh FOLDER   that has been built for the prefix /usr; leaves the package in build-deb/
#
# What it keeps is in $XDG_CACHE_HOME/pratique/deb.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/pratique
. "$root/tests/debian_root.sh"

# In a copy of the tree, since dpkg writes beside it, with what has been built.
build() {
	rm -rf "$cache/deb/source" "$root/build-deb"
	mkdir -p "$cache/deb/source/tree" "$root/build-deb"
	(cd "$root" && git ls-files -z --cached --others --exclude-standard | tar -c --null -T - | tar -x -C "$cache/deb/source/tree")
	debian_say 'making the package'
	(cd "$cache/deb/source/tree" && PRATIQUE_BUILD=$built DEB_BUILD_OPTIONS=noautodbgsym \
		dpkg-buildpackage --build=binary --no-sign --no-check-builddeps) >"$cache/deb/build.log" 2>&1 ||
		{ tail -30 "$cache/deb/build.log" >&2; debian_die "the build failed: $cache/deb/build.log"; }
	cp "$cache/deb/source/"*.deb "$root/build-deb/"
}

# The same package under a later version, whose default configuration has changed.
make_next() {
	local package=$1 folder=$cache/deb/next
	rm -rf "$folder"
	dpkg-deb --raw-extract "$package" "$folder"
	sed -i 's/^Version: .*/&+next/' "$folder/DEBIAN/control"
	echo '# What the next version says.' >>"$folder/etc/pratique/pratique.yaml"
	dpkg-deb --root-owner-group --build "$folder" "$cache/deb/root/next.deb" >/dev/null
}

failed=0 passed=0
check() { # check WHAT COMMAND...
	local what=$1
	shift
	if "$@" >/tmp/deb.output 2>&1; then
		passed=$((passed + 1))
		printf 'ok - %s\n' "$what"
	else
		failed=$((failed + 1))
		printf 'not ok - %s\n' "$what"
		sed 's/^/  # /' /tmp/deb.output | tail -20
	fi
}
not() { ! "$@"; }

# The units, with the program that is built here in the place of the one that is not installed.
units_are_fine() {
	local work unit
	work=$(mktemp -d)
	dpkg-deb --extract "$1" "$work"
	for unit in "$work"/lib/systemd/system/*; do
		sed "s|=/usr/bin/pratique|=$work/usr/bin/pratique|" "$unit" >"$work/${unit##*/}"
	done
	systemd-analyze verify --man=no "$work"/*.service "$work"/*.timer &&
		systemd-analyze security --offline=yes --threshold=15 "$work"/*.service >/dev/null
	local code=$?
	rm -rf "$work"
	return "$code"
}
lintian_is_content() {
	# Of a first upload to Debian's archive, which this is not.
	lintian --fail-on error,warning --suppress-tags initial-upload-closes-no-bugs "$1"
}
is_of_this_version() {
	[ "$(dpkg-deb --field "$1" Version)" = "$(sed -n "s/^  version: '\(.*\)',/\1/p" "$root/meson.build")" ]
}

# Inside the bare Debian, with the machine's network, for packages.
install_it() { apt-get -qq update && apt-get -qq -y --no-install-recommends install /package.deb curl; }
upgrade_it() { dpkg --force-confdef --force-confold -i /next.deb; }
has_user() { [ "$(getent passwd pratique | cut -d: -f7)" = /usr/sbin/nologin ]; }
owns() { [ "$(stat -c '%U %a' /var/lib/pratique)" = 'pratique 700' ]; }
configuration_is_edited() { tail -1 /etc/pratique/pratique.yaml | grep -q '^# edited$'; }
has_completion() {
	bash -n /usr/share/bash-completion/completions/pratique && test -s /usr/share/zsh/site-functions/_pratique &&
		test -s /usr/share/fish/vendor_completions.d/pratique.fish
}

# unit_says SETTING: what the unit has.
unit_says() { sed -n "s/^$1=//p" /lib/systemd/system/pratique.service; }
# In the place of the shell that calls it.
become_user() { exec setpriv --reuid "$(unit_says User)" --regid "$(unit_says Group)" --init-groups "$@"; }
as_user() { (become_user "$@"); }
answers() {
	local port
	port=$(sed -n 's/.*:\([0-9]*\)$/\1/p' /tmp/addresses | head -1) && [ -n "$port" ] &&
		curl --silent --show-error --cacert /var/lib/pratique/certs/ca.crt -H 'Content-Type: application/json' \
			--data-binary @/review.json "https://localhost:$port/validate" | grep -q '"allowed":true'
}
serve_as_unit() {
	local command pid code=0
	read -ra command < <(unit_says ExecStart)
	# The machine outside has the same ports, which may be taken.
	become_user env PRATIQUE_LISTEN=127.0.0.1:0 PRATIQUE_HEALTH_LISTEN=127.0.0.1:0 PRATIQUE_DRAIN_DELAY=0s \
		PRATIQUE_ADDRESS_FILE=/tmp/addresses "${command[@]}" 2>/tmp/serve.log &
	pid=$!
	for _ in $(seq 100); do
		! answers 2>/dev/null || break
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.1
	done
	answers || code=1
	kill -HUP "$pid" && answers || code=1
	kill "$pid"
	wait "$pid" || code=1
	[ "$code" = 0 ] || cat /tmp/serve.log
	return "$code"
}
make_certificates() { as_user pratique certs init --certs /var/lib/pratique/certs; }
renew_as_unit() {
	local command
	read -ra command < <(sed -n 's/^ExecStart=//p' /lib/systemd/system/pratique-certs.service)
	as_user "${command[@]}"
}

inside() {
	export DEBIAN_FRONTEND=noninteractive
	check 'it installs' install_it
	check 'a user of its own cannot log in' has_user
	check 'and owns the folder of keys' owns
	check 'it tells its version' pratique version
	check 'its manual is there' test -s /usr/share/man/man1/pratique.1.gz
	check 'and completion' has_completion
	cp -r /usr/share/doc/pratique/examples/schemas/* /etc/pratique/schemas
	check 'the user makes certificates' make_certificates
	check 'ExecStart serves a review as User' serve_as_unit
	check 'the renewal runs as its user' renew_as_unit
	echo '# edited' >>/etc/pratique/pratique.yaml
	check 'it is upgraded' upgrade_it
	check 'the edited configuration stays' configuration_is_edited
	check 'and the new one does not get lost' test -s /etc/pratique/pratique.yaml.dpkg-dist
	check 'and keys stay' test -s /var/lib/pratique/certs/ca.key
	check 'it is removed' apt-get -qq -y remove pratique
	check 'the program is gone' not test -e /usr/bin/pratique
	check 'and the units' not test -e /lib/systemd/system/pratique.service
	check 'but not the configuration' configuration_is_edited
	check 'nor keys' test -s /var/lib/pratique/certs/ca.key
	rm -rf /etc/pratique/schemas/* # which are the administrator's
	check 'it is purged' apt-get -qq -y purge pratique
	check 'the configuration is gone' not test -e /etc/pratique
	check 'and keys' not test -e /var/lib/pratique
	check 'and the user' not getent passwd pratique
}

# Runs in namespaces of its own, whose mounts end with it.
enter() {
	mount --make-rprivate /
	mount -t proc proc "$cache/deb/root/proc"
	mount --rbind /dev "$cache/deb/root/dev"
	mount --bind "$cache/deb/archives" "$cache/deb/root/var/cache/apt/archives"
	exec chroot "$cache/deb/root" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		HOME=/root LC_ALL=C.UTF-8 bash /tests/deb.sh --inside
}

prepare() {
	rm -rf "$cache/deb/root"
	cp -a --reflink=auto "$cache/fresh/base" "$cache/deb/root"
	cp -L /etc/resolv.conf /etc/hosts "$cache/deb/root/etc/"
	mkdir -p "$cache/deb/archives/partial" "$cache/deb/root/tests"
	cp "$root/tests/deb.sh" "$root/tests/debian_root.sh" "$cache/deb/root/tests/"
	cp "$1" "$cache/deb/root/package.deb"
	cp "$root/tests/data/reviews/myapp-valid.json" "$cache/deb/root/review.json"
	make_next "$1"
}

report() {
	printf '%d passed, %d failed\n' "$passed" "$failed"
	[ "$failed" = 0 ]
}

case ${1:-} in
--inside) inside; report; exit ;;
--enter) enter ;;
esac
built=$(cd "$1" && pwd)
[ "$(id -u)" = 0 ] || debian_die 'needs root for chroot: run sudo ./dev deb'
mkdir -p "$cache/deb"
build
package=$(echo "$root"/build-deb/pratique_*.deb)
check 'the package has the version of the project' is_of_this_version "$package"
check 'systemd takes the units, and finds them closed' units_are_fine "$package"
check 'lintian has nothing to say' lintian_is_content "$package"
code=0
report || code=1
debian_root "$cache/fresh/base"
prepare "$package"
unshare --mount --pid --fork --kill-child "$0" --enter || code=$?
rm -rf "$cache/deb/root" "$cache/deb/next"
exit "$code"
