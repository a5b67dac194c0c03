# Sourced by the end-to-end tests: the cluster and the server that they look at. The test keeps its
# files in $dir and pratique's process in $server.
# shellcheck shell=bash disable=SC2154

kubectl() { "$KUBECTL" --request-timeout=10s "$@"; }

# field KIND NAME JSONPATH: of the object as it is stored.
field() { kubectl get "$1" "$2" -o "jsonpath={$3}"; }
field_is() {
	local value
	value=$(field "$1" "$2" "$3") || return
	[ "$value" = "$4" ] || { echo "$3 is \"$value\", not \"$4\""; return 1; }
}
present() { kubectl get "$@" -o name; }
absent() {
	local answer
	! answer=$(kubectl get "$@" 2>&1) && [[ $answer == *NotFound* ]]
}

stop_server() {
	local code=0
	[ -n "$server" ] || return 0
	kill "$server" 2>/dev/null
	wait "$server" || code=$?
	server=
	return "$code"
}
