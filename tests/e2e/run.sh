#!/usr/bin/env bash
# Every end-to-end test, or those named: run.sh [webhook] [identity] [emergency] [operator] [standalone]
# [conversion]. Fails where no kube-apiserver can be had: a skipped proof would look like a passed one.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
KUBEBUILDER_ASSETS=$("$here/control_plane.sh" assets) || exit 2
export KUBEBUILDER_ASSETS
export PRATIQUE=${PRATIQUE:-$here/../../build/pratique}
log=$(mktemp)
trap 'rm -f "$log" "$log.one"' EXIT
tests=("$@")
[ ${#tests[@]} -gt 0 ] || tests=(webhook identity emergency operator standalone conversion)
code=0
for name in "${tests[@]}"; do
	printf '==== %s\n' "$name"
	# Each test closes with totals of its own; only the sum is to be seen on a line of its own.
	"$here/$name.sh" 2>&1 | tee "$log.one" | sed -E 's/^([0-9]+ passed, [0-9]+ failed)/# \1/' || code=1
	grep -qE '^[0-9]+ passed, [0-9]+ failed' "$log.one" || echo '0 passed, 1 failed (it ended early)' >>"$log.one"
	cat "$log.one" >>"$log"
done
awk '/^[0-9]+ passed, [0-9]+ failed/ { passed += $1; failed += $3 }
	END { printf "%d passed, %d failed\n", passed, failed }' "$log"
exit "$code"
