#!/bin/sh
# image_root.sh BINARY FOLDER: lays out the root of an image from scratch: the program, the closure
# of its libraries, a trust store, time zones, a user without rights. No shell, no package manager.
set -eu

binary=$1 root=$2

# Those that the program is linked with, and those that it opens: libcurl when it talks to a cluster,
# libcrypto when it makes certificates.
libraries() {
	opened=$(ldconfig -p | awk '/lib(curl\.so\.4|crypto\.so\.3) / && !seen[$1]++ { print $NF }')
	# shellcheck disable=SC2086 # a path each
	{ ldd "$binary" $opened | awk '$2 == "=>" { print $3 } $1 ~ /^\/.*ld-linux/ { print $1 }'; echo "$opened"; } | sort -u
}

# The loader looks into the folders that the names of the libraries stand in.
for library in $(libraries); do
	install -D -m 755 "$library" "$root$library"
done
install -D -m 755 "$binary" "$root/usr/bin/pratique"
install -D -m 644 /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
mkdir -p "$root/usr/share" "$root/etc/pratique/schemas" "$root/etc/pratique/certs"
cp -a /usr/share/zoneinfo "$root/usr/share/zoneinfo"
rm -rf "$root/usr/share/zoneinfo/posix" "$root/usr/share/zoneinfo/right"
cp -r schemas/. "$root/etc/pratique/schemas"
install -d -m 1777 "$root/tmp"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
echo 'pratique:x:65532:65532:pratique:/:/nonexistent' >"$root/etc/passwd"
echo 'pratique:x:65532:' >"$root/etc/group"
