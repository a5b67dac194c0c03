#!/usr/bin/env bash
# Holds the alert rules, the dashboard and what /metrics shows against promtool of Debian's package
# prometheus. The package is taken apart rather than installed, lest a server be started.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
pratique=${1:?the program}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/pratique/promtool

# Prints where promtool is.
find_promtool() {
	if command -v promtool; then return; fi
	if [ ! -x "$cache/usr/bin/promtool" ]; then
		mkdir -p "$cache"
		(cd "$cache" && apt-get download -qq prometheus && dpkg-deb --extract prometheus_*.deb .)
	fi
	echo "$cache/usr/bin/promtool"
}

PROMTOOL=$(find_promtool)
export PROMTOOL
output=$(python3 "$root/tests/integration/test_monitoring.py" "$pratique" -v 2>&1) && code=0 || code=$?
echo "$output"
count=$(sed -n 's/^Ran \([0-9]*\) tests.*/\1/p' <<<"$output")
if [ "$code" = 0 ]; then echo "$count passed, 0 failed"; else echo "0 passed, ${count:-1} failed"; fi
exit "$code"
