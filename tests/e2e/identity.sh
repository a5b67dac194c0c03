#!/usr/bin/env bash
# `pratique serve --client-ca` answers a real kube-apiserver that shows a certificate, as
# docs/client-identity.md tells it to with manifests/client-identity, and nobody else; the CA is
# changed meanwhile. Needs PRATIQUE (build/pratique).
# shellcheck disable=SC2034,SC2154 # passed, failed and answer come from assertions.sh, server goes to cluster.sh
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
pratique=${PRATIQUE:-$root/build/pratique}
dir=$(mktemp -d)
server=
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

key=(-newkey ec -pkeyopt ec_paramgen_curve:P-256)

# make_ca NAME
make_ca() {
	openssl req -x509 -config "$root/certs/ca.cnf" "${key[@]}" -days 2 -keyout "$dir/$1.key" -out "$dir/$1.crt"
}

# show_certificate_of CA: what kube-apiserver shows is signed by it from now on.
show_certificate_of() {
	local next=$dir/shown/next
	openssl req -new -config "$root/certs/client.cnf" "${key[@]}" -keyout "$next.key" -out "$next.csr" &&
		openssl x509 -req -in "$next.csr" -CA "$dir/$1.crt" -CAkey "$dir/$1.key" -CAcreateserial -days 1 \
			-extfile "$root/certs/client.cnf" -extensions client -out "$next.crt" &&
		mv "$next.key" "$dir/shown/client.key" && mv "$next.crt" "$dir/shown/client.crt"
}

# trust CA...: what pratique trusts, replaced at once.
trust() {
	local name
	for name in "$@"; do cat "$dir/$name.crt"; done >"$dir/trusted.new" && mv "$dir/trusted.new" "$dir/trusted.crt"
}

start_server() {
	"$pratique" serve --listen "127.0.0.1:$1" --health-listen 127.0.0.1:0 --schemas "$root/schemas" \
		--certs "$dir/certs" --client-ca "$dir/trusted.crt" --client-names kube-apiserver \
		--address-file "$dir/addresses" >>"$dir/serve.log" 2>&1 &
	server=$!
	eventually 10 test -s "$dir/addresses" || return
	mapfile -t addresses < <(grep -oE '127\.0\.0\.1:[0-9]+' "$dir/addresses")
	health=${addresses[1]}
}

# The shipped files, for the paths and the address of here.
write_configuration() {
	sed "s|/etc/kubernetes/pratique|$dir/shown|" "$root/manifests/client-identity/admission.yaml" >"$dir/shown/admission.yaml"
	sed "s|/etc/kubernetes/pratique|$dir/shown|; s|name: pratique.pratique-system.svc|name: $1|" \
		"$root/manifests/client-identity/webhooks.kubeconfig" >"$dir/shown/webhooks.kubeconfig"
}

install_webhooks() {
	"$pratique" manifests webhooks --schemas "$root/schemas" --url "https://$address" --ca "$dir/certs/ca.crt" |
		kubectl apply -f -
}

sample=$root/manifests/samples/deployment.yaml
# status_with CURL_OPTION...: of a call that shows what the options say.
status_with() {
	curl -s -o "$dir/answer" -w '%{http_code}' --cacert "$dir/certs/ca.crt" "$@" -H 'Content-Type: application/json' \
		--data-binary "@$root/tests/data/reviews/myapp-valid.json" "https://$address/validate"
}
status_is() { [ "$(status_with "${@:2}")" = "$1" ]; }
passes() { kubectl create --dry-run=server -o yaml -f "$sample" | grep -q 'cpu: 10m'; }
# is_refused TEXT...: with all of them.
is_refused() {
	local part
	refused kubectl create --dry-run=server -f "$sample" || return 1
	for part in "$@"; do [[ $answer == *"$part"* ]] || return 1; done
}
metric() { curl -sf --max-time 5 "http://$health/metrics" | awk -v "begin=$1" 'index($0, begin) == 1 { print $NF }'; }
counts() { [ "$(metric "$1")" -ge 1 ]; }

prepare() {
	local port
	port=$(python3 -c 'import socket; print(socket.create_server(("127.0.0.1", 0)).getsockname()[1])')
	address=127.0.0.1:$port
	mkdir "$dir/shown"
	make_ca old 2>>"$dir/openssl.log" && make_ca new 2>>"$dir/openssl.log" || exit 2
	show_certificate_of old 2>>"$dir/openssl.log" || exit 2
	trust old
	write_configuration "$address"
	"$pratique" certs init --certs "$dir/certs" --ip 127.0.0.1 2>/dev/null || exit 2
	"$here/control_plane.sh" start "$dir/plane" -- --admission-control-config-file="$dir/shown/admission.yaml" \
		>"$dir/settings" || exit 2
	# shellcheck source=/dev/null
	. "$dir/settings"
	export KUBECONFIG
	start_server "$port" || { cat "$dir/serve.log"; exit 2; }
	assert 'schemas/crds apply' kubectl apply -f "$root/schemas/crds"
	assert 'the webhook configurations apply' install_webhooks
}

test_identity() {
	assert 'the API server shows a certificate, and calls go through' eventually 20 passes
	assert 'somebody without one gets 401' status_is 401
	assert_contains 'with a Status' "$(<"$dir/answer")" '"kind":"Status"' 'none was shown' '"code":401'
}

test_rotation() {
	assert 'the new CA is trusted, too' trust old new
	cp "$dir/shown/client.crt" "$dir/earlier.crt" && cp "$dir/shown/client.key" "$dir/earlier.key"
	assert 'the API server gets a certificate of it' show_certificate_of new
	assert 'the old CA is taken away' trust new
	assert 'a certificate of it is refused then' eventually 10 status_is 401 --cert "$dir/earlier.crt" --key "$dir/earlier.key"
	assert 'calls go through with the new one' eventually 30 passes
	assert 'and again' passes
}

test_strangers() {
	assert 'the CA of the API server is taken away' trust old
	# A call on the way meanwhile may still get past the first webhook and fail at the second.
	assert 'then failurePolicy denies, and names the webhook' eventually 10 is_refused \
		'failed calling webhook "default.pratique.dev"' 'not signed by a CA that is trusted here'
	assert 'it is counted' counts 'pratique_client_refusals_total{reason="untrusted"}'
	assert 'it comes back' trust new
	assert 'and calls go through' eventually 10 passes
	"$here/control_plane.sh" stop-apiserver "$dir/plane"
	sed -i '/admission-control-config-file/d' "$dir/plane/apiserver.flags"
	assert 'the API server starts without a certificate' "$here/control_plane.sh" start-apiserver "$dir/plane"
	assert 'and is refused' eventually 20 is_refused 'none was shown'
}

prepare
test_identity
test_rotation
test_strangers
report
