#!/usr/bin/env bash
# A real kube-apiserver converts a kind with two versions by `pratique serve`'s /convert: what is
# written in one version is read, changed and applied in the other, and nothing is lost; lists with
# objects of both versions, the status, managedFields, rules that are changed while all runs, and
# what a user is told when there are none. Needs PRATIQUE (build/pratique).
# shellcheck disable=SC2034,SC2154 # passed, failed and answer come from assertions.sh, server goes to cluster.sh
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
pratique=${PRATIQUE:-$root/build/pratique}
dir=$(mktemp -d)
server=''
data=$root/tests/data/conversion
# shellcheck source=/dev/null
. "$here/assertions.sh"
# shellcheck source=/dev/null
. "$here/cluster.sh"

clean_up() {
	stop_server
	"$here/control_plane.sh" stop "$dir/plane"
	if [ "$failed" -gt 0 ]; then sed 's/^/# serve: /' "$dir/serve.log" | tail -20; fi
	rm -rf "$dir"
}
trap clean_up EXIT

options=()
start_server() {
	mkdir -p "$dir/schemas"
	rm -f "$dir/addresses"
	cp "$data/crd.yaml" "$data/rules.yaml" "$dir/schemas"
	"$pratique" serve --listen 127.0.0.1:0 --health-listen 127.0.0.1:0 --schemas "$dir/schemas" \
		--certs "$dir/certs" --address-file "$dir/addresses" "${options[@]}" >>"$dir/serve.log" 2>&1 &
	server=$!
	eventually 10 test -s "$dir/addresses" || return
	mapfile -t addresses < <(grep -oE '127\.0\.0\.1:[0-9]+' "$dir/addresses")
	webhook=${addresses[0]} health=${addresses[1]}
}

# use_webhook: the CRD as docs/conversion.md has it.
use_webhook() {
	local bundle
	bundle=$("$pratique" certs bundle --certs "$dir/certs") || return
	kubectl patch crd gateways.net.example.com --type=merge -p '{"spec": {"conversion": {"strategy": "Webhook",
		"webhook": {"conversionReviewVersions": ["v1"], "clientConfig": {"url": "https://'"$webhook"'/convert",
		"caBundle": "'"$bundle"'"}}}}}'
}

v1() { printf 'gateways.v1.net.example.com'; }
v2() { printf 'gateways.v2.net.example.com'; }
preserved() { kubectl get "$1" "$2" -o 'jsonpath={.metadata.annotations.conversion\.pratique\.dev/preserved}'; }
metric_above() {
	[ "$(curl -sf --max-time 5 "http://$health/metrics" | awk -v "series=$1" '$1 == series { print $2 }')" -gt "$2" ]
}

# edge VERSION SPEC: the manifest of an object.
edge() {
	printf '{"apiVersion": "net.example.com/%s", "kind": "Gateway", "metadata": {"name": "edge", "labels": {"a": "b"}}, "spec": %s}' "$1" "$2"
}

prepare() {
	"$here/control_plane.sh" start "$dir/plane" >"$dir/settings" || exit 2
	# shellcheck source=/dev/null
	. "$dir/settings"
	export KUBECONFIG
	assert 'certificates are made' "$pratique" certs init --certs "$dir/certs" --ip 127.0.0.1
	start_server || { cat "$dir/serve.log"; exit 2; }
	assert 'the CRD applies' kubectl apply -f "$data/crd.yaml"
	assert 'and takes the webhook' use_webhook
	assert 'the CRD is established' kubectl wait --for=condition=Established --timeout=30s crd/gateways.net.example.com
	assert 'an object of v1 is stored' eventually 20 create_edge
}

create_edge() {
	edge v1 '{"replicas": 3, "image": "example.com/edge:1", "endpoint": "edge.example.com:8443",
		"legacy": {"owner": "net"}, "peers": ["a", "b"],
		"ports": [{"name": "http", "port": 80, "comment": "plain"}, {"name": "https", "port": 443}]}' | kubectl create -f -
}

test_reading() {
	local uid fields
	uid=$(field "$(v1)" edge .metadata.uid)
	fields=$(kubectl get "$(v1)" edge --show-managed-fields -o 'jsonpath={.metadata.managedFields}')
	assert 'v2 has the renamed field' field_is "$(v2)" edge .spec.size 3
	assert 'and the moved one' field_is "$(v2)" edge .spec.container.image example.com/edge:1
	assert 'and the parts of the text' field_is "$(v2)" edge '.spec.address.host}:{.spec.address.port' edge.example.com:8443
	assert 'and objects for texts' field_is "$(v2)" edge '.spec.peers[1].name' b
	assert 'and fields of items' field_is "$(v2)" edge '.spec.ports[0].target.number' 80
	assert "and v2's own default and constant" field_is "$(v2)" edge '.spec.tier} {.spec.engine' 'standard classic'
	assert 'but not what it has no field for' field_is "$(v2)" edge '.spec.legacy}{.spec.ports[0].comment' ''
	assert_contains 'which is kept in the annotation' "$(preserved "$(v2)" edge)" legacy owner comment plain
	assert 'v1 reads what was written' field_is "$(v1)" edge '.spec.legacy.owner} {.spec.ports[0].comment} {.spec.endpoint' \
		'net plain edge.example.com:8443'
	assert 'the uid is the same in both' field_is "$(v2)" edge .metadata.uid "$uid"
	assert 'the labels too' field_is "$(v2)" edge .metadata.labels.a b
	assert 'and managedFields' test "$(kubectl get "$(v2)" edge --show-managed-fields -o 'jsonpath={.metadata.managedFields}')" = "$fields"
	assert 'nobody manages the annotation' test "${fields/preserved/}" = "$fields"
}

# A user of v2 changes some fields, a list among them.
test_updating() {
	assert 'v2 is patched' kubectl patch "$(v2)" edge --type=merge -p '{"spec": {"size": 5, "tier": "gold",
		"address": {"port": 9443}, "ports": [{"name": "admin", "target": {"number": 9000}},
		{"name": "http", "target": {"number": 8080}}]}}'
	assert 'v1 has the changes' field_is "$(v1)" edge '.spec.replicas} {.spec.endpoint} {.spec.ports[1].port' \
		'5 edge.example.com:9443 8080'
	assert 'and what v2 has no field for, at the item that moved' field_is "$(v1)" edge \
		'.spec.legacy.owner} {.spec.ports[1].comment' 'net plain'
	assert 'v1 is patched' kubectl patch "$(v1)" edge --type=merge -p '{"spec": {"replicas": 6, "legacy": {"owner": "ops"}}}'
	assert "v2 has v1's change and its own field" field_is "$(v2)" edge '.spec.size} {.spec.tier' '6 gold'
	assert 'v1 has its field' field_is "$(v1)" edge .spec.legacy.owner ops
	assert 'the status is written in v1' kubectl patch "$(v1)" edge --subresource=status --type=merge -p '{"status": {"phase": "Ready"}}'
	assert 'and read in v2' field_is "$(v2)" edge .status.phase Ready
	assert 'the status did not lose anything' field_is "$(v1)" edge '.spec.legacy.owner} {.spec.ports[1].comment' 'ops plain'
	assert 'v1 loses what is removed in v1' kubectl patch "$(v1)" edge --type=merge -p '{"spec": {"legacy": null}}'
	assert 'for good' field_is "$(v1)" edge .spec.legacy ''
}

# Server-side apply converts objects by itself, to compare who manages what.
test_applying() {
	assert 'v1 is applied by the server' apply v1 '{"image": "example.com/edge:2", "endpoint": "edge:1"}'
	assert 'v2 is applied by another manager' apply v2 '{"tier": "silver"}'
	assert 'neither lost anything' field_is "$(v2)" edge '.spec.container.image} {.spec.address.host} {.spec.tier} {.spec.size' \
		'example.com/edge:2 edge silver 6'
	assert 'nor did v1' field_is "$(v1)" edge '.spec.ports[1].comment} {.spec.endpoint' 'plain edge:1'
}
apply() {
	edge "$1" "$2" | kubectl apply --server-side --force-conflicts --field-manager="manager-$1" -f -
}

# Objects stored as v1, from before v2 became the version that is stored.
test_lists() {
	assert 'v1 becomes the version that is stored' store v1
	assert 'a second object is stored as v1' eventually 20 create_second
	assert 'v2 becomes the version that is stored' store v2
	assert 'v2 lists both' list_is "$(v2)" '{.items[*].spec.size}' '6 1'
	assert 'v1 lists both' list_is "$(v1)" '{.items[*].spec.replicas}' '6 1'
	assert 'conversions are counted' metric_above 'pratique_conversion_reviews_total{result="success"}' 5
	assert 'and objects' metric_above pratique_converted_objects_total 5
}
store() {
	local first=true second=false
	[ "$1" = v1 ] || { first=false second=true; }
	kubectl patch crd gateways.net.example.com --type=json -p '[{"op": "replace", "path": "/spec/versions/0/storage", "value": '$first'},
		{"op": "replace", "path": "/spec/versions/1/storage", "value": '$second'}]'
}
create_second() {
	edge v1 '{"replicas": 1, "legacy": {"owner": "x"}}' | sed 's/"edge"/"second"/' | kubectl create -f - || return
}
list_is() {
	local seen
	seen=$(kubectl get "$1" -o "jsonpath=$2") || return
	[ "$seen" = "$3" ] || { echo "\"$seen\", not \"$3\""; return 1; }
}

test_rules() {
	assert 'a rule is changed while all runs' sed -i 's/value: classic/value: modern/' "$dir/schemas/rules.yaml"
	assert 'and works' eventually 20 engine_of_new_is modern
	rm "$dir/schemas/rules.yaml"
	assert 'without rules v1 cannot be read' eventually 20 refused kubectl get "$(v1)" edge
	assert_contains 'and the user is told why' "$answer" 'conversion webhook for net.example.com/v2, Kind=Gateway failed' \
		'Gateway default/edge: there are no ConversionRules for Gateway in group net.example.com'
	assert 'which is logged' grep -q 'objects are not converted' "$dir/serve.log"
	assert 'and counted' metric_above 'pratique_conversion_reviews_total{result="failure"}' 0
	assert 'v2 can be read all the while' field_is "$(v2)" edge .spec.size 6
	cp "$data/rules.yaml" "$dir/schemas"
	assert 'the rules come back, and nothing was lost' eventually 20 field_is "$(v1)" edge '.spec.ports[1].comment' plain
}
engine_of_new_is() {
	[ "$(edge v1 '{}' | sed 's/"edge"/"third"/' | kubectl create --dry-run=server -o 'jsonpath={.spec.replicas}' -f -)" = '' ] || return
	kubectl delete gateway third --ignore-not-found >/dev/null
	edge v1 '{}' | sed 's/"edge"/"third"/' | kubectl create -f - >/dev/null && field_is "$(v2)" third .spec.engine "$1"
}

# The API server shows conversion webhooks no certificate.
test_identity() {
	assert 'SIGTERM ends pratique with exit code 0' stop_server
	options=(--client-ca "$dir/certs/ca.crt")
	assert 'it is told whom to answer' start_server
	assert 'the CRD takes it' use_webhook
	assert 'v1 can still be read' eventually 20 field_is "$(v1)" edge '.spec.ports[1].comment' plain
	assert 'but nobody unknown gets a verdict' unknown_are_refused
}
unknown_are_refused() {
	[ "$(curl -sk -o "$dir/answer" -w '%{http_code}' --max-time 5 -X POST "https://$webhook/validate")" = 401 ]
}

prepare
test_reading
test_updating
test_applying
test_lists
test_rules
test_identity
report
