# Sourced by the end-to-end tests: assertions that print "ok - NAME" or "not ok - NAME", and totals.
# The test keeps its files in $dir.
# shellcheck shell=bash disable=SC2154,SC2034

passed=0 failed=0

# assert NAME COMMAND...: the command succeeds; its output is shown when it does not. It runs in this
# shell, so a function may leave variables behind.
assert() {
	local name=$1 code=0
	shift
	"$@" >"$dir/output" 2>&1 || code=$?
	[ "$code" -eq 0 ] || printf '%s\n' "exit code $code of: $*" >>"$dir/output"
	conclude "$name" "$code"
}

# assert_contains NAME TEXT PART...: every part is in the text.
assert_contains() {
	local name=$1 text=$2 part code=0
	shift 2
	printf '%s\n' "$text" >"$dir/output"
	for part in "$@"; do
		[[ $text == *"$part"* ]] || { code=1; printf '%s\n' "lacks: $part" >>"$dir/output"; }
	done
	conclude "$name" "$code"
}

# conclude NAME CODE: counts and prints one assertion; the end of $dir/output says why it failed.
conclude() {
	if [ "$2" -eq 0 ]; then
		passed=$((passed + 1))
		printf 'ok - %s\n' "$1"
	else
		failed=$((failed + 1))
		printf 'not ok - %s\n' "$1"
		tail -20 "$dir/output" | sed 's/^/  # /'
	fi
}

# refused COMMAND...: the command fails; what it said is left in $answer.
refused() {
	! answer=$("$@" 2>&1)
}

# eventually SECONDS COMMAND...: tries until the command succeeds or the time is over.
eventually() {
	local deadline=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$deadline" ] || { "$@"; return; }
		sleep 0.1
	done
}

# report: the closing line; fails when an assertion did, or when there was none.
report() {
	printf '%d passed, %d failed\n' "$passed" "$failed"
	[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
