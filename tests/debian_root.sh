# shellcheck shell=bash
# Sourced by what needs a bare Debian 12: debian_root FOLDER makes one there, unless it is there
# already. Its packages come from where this machine's own apt takes bookworm's.

debian_say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
debian_die() { printf '%s: %s\n' "$(basename "$0" .sh)" "$*" >&2; exit 2; }

# "RELEASE URI" of each bookworm repository that apt knows, the main one first.
debian_repositories() {
	# shellcheck disable=SC2016 # apt-get expands these
	apt-get indextargets --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
		awk '$2 == "main" && $1 ~ /^bookworm(-updates|-security)?$/ { print $1, $3 }' | sort -u
}

debian_root() {
	local folder=$1 mirror
	[ ! -d "$folder" ] || return 0
	[ "$(id -u)" = 0 ] || debian_die 'needs root for chroot: run it with sudo'
	command -v debootstrap >/dev/null || debian_die 'needs debootstrap: apt-get install debootstrap'
	mirror=$(debian_repositories | awk '$1 == "bookworm" { print $2; exit }')
	[ -n "$mirror" ] || debian_die "apt's sources name no mirror of bookworm; add one to /etc/apt/sources.list.d and run apt-get update"
	debian_say "bootstrapping Debian 12 into $folder"
	rm -rf "$folder.new"
	mkdir -p "$(dirname "$folder")"
	debootstrap --variant=minbase bookworm "$folder.new" "$mirror" >"$folder.log" 2>&1 ||
		debian_die "debootstrap failed: $(tail -3 "$folder.log")"
	debian_repositories | awk '{ print "deb", $2, $1, "main" }' >"$folder.new/etc/apt/sources.list"
	apt-config dump | grep -E '^Acquire::https?::Proxy' >"$folder.new/etc/apt/apt.conf.d/proxy" || true
	mv "$folder.new" "$folder"
}
