#!/usr/bin/env bash
# docs/emergency.md gets a cluster out of what pratique could do to it: a real kube-apiserver is
# brought into each of these states, and the page's own commands, in the page's order, get it out.
# Needs PRATIQUE (build/pratique).
# shellcheck disable=SC2034,SC2154 # passed, failed and answer come from assertions.sh, server goes to cluster.sh
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
pratique=$(realpath "${PRATIQUE:-$root/build/pratique}")
dir=$(mktemp -d)
server=
# shellcheck source=/dev/null
. "$here/assertions.sh"
# shellcheck source=/dev/null
. "$here/cluster.sh"

clean_up() {
	stop_server
	"$here/control_plane.sh" stop "$dir/plane"
	if [ "$failed" -gt 0 ]; then sed 's/^/# serve: /' "$dir/replica/serve.log" | tail -20; fi
	rm -rf "$dir"
}
trap clean_up EXIT

# way_out HEADING N: runs the Nth block of commands below a heading of the page, in a folder as a user
# has it.
way_out() {
	local commands
	commands=$(awk -v heading="## $1" -v wanted="$2" '
		/^## / { inside = $0 == heading }
		inside && /^```sh$/ { count++; next_is = count == wanted; next }
		/^```$/ { next_is = 0 }
		next_is' "$root/docs/emergency.md")
	[ -n "$commands" ] || { echo "the page has no block $2 below \"$1\""; return 1; }
	printf '%s %s\n' "$2" "$1" >>"$dir/used"
	# pidof is not to find those of others on this machine.
	(cd "$dir/replica" && bash -euo pipefail -c "pidof() { echo $server; }; $commands")
}
options=() # more of them for pratique serve

start_server() {
	rm -f "$dir/replica/addresses"
	(cd "$dir/replica" && exec "$pratique" serve --config pratique.yaml --listen "$address" --health-listen 127.0.0.1:0 \
		--schemas schemas --certs certs --address-file addresses "${options[@]}" >>serve.log 2>&1) &
	server=$!
	eventually 10 test -s "$dir/replica/addresses"
}

install_webhooks() {
	kubectl delete mutatingwebhookconfiguration,validatingwebhookconfiguration pratique --ignore-not-found
	"$pratique" manifests webhooks --schemas "$dir/replica/schemas" --url "https://$address" --ca "$dir/replica/certs/ca.crt" |
		kubectl apply -f -
}

good=$root/manifests/samples/deployment.yaml bad=$root/manifests/samples/deployment-invalid.yaml
create() { kubectl create --dry-run=server -o yaml "$@"; }
is_judged() { refused create -f "$bad" && [[ $answer == *'Deployment "hello" is invalid'* ]] && create -f "$good"; }
is_stuck() { refused create -f "$good" && [[ $answer == *"$1"* ]]; }
is_denied() { refused create -f "$bad" && [[ $answer == *'Deployment "hello" is invalid'* ]]; }

# all_is_well: what every test begins with.
all_is_well() {
	if [ -z "$server" ]; then start_server || return; fi
	install_webhooks && eventually 30 is_judged
}

prepare() {
	address=127.0.0.1:$(python3 -c 'import socket; print(socket.create_server(("127.0.0.1", 0)).getsockname()[1])')
	mkdir -p "$dir/replica/bin"
	ln -s "$pratique" "$dir/replica/bin/pratique"
	cp -r "$root/schemas" "$dir/replica/schemas"
	: >"$dir/replica/pratique.yaml"
	"$pratique" certs init --certs "$dir/replica/certs" --ip 127.0.0.1 2>/dev/null || exit 2
	"$here/control_plane.sh" start "$dir/plane" >"$dir/settings" || exit 2
	# shellcheck source=/dev/null
	. "$dir/settings"
	ln -s "$KUBECTL" "$dir/replica/bin/kubectl"
	export KUBECONFIG PATH=$dir/replica/bin:$PATH
	ETCD=$(sed -n 's/^--etcd-servers=//p' "$dir/plane/apiserver.flags")
	export ETCD
	assert 'schemas/crds apply' kubectl apply -f "$root/schemas/crds"
	assert 'pratique judges' all_is_well
}

test_down() {
	assert 'pratique is stopped' stop_server
	assert 'nothing can be created' eventually 10 is_stuck 'connection refused'
	assert 'with failurePolicy Ignore it can' way_out 'pratique does not answer' 1
	assert 'even what is bad' eventually 20 create -f "$bad"
	assert 'pratique is back' all_is_well

	assert 'it is stopped again' stop_server
	assert 'one namespace may pass' way_out 'pratique does not answer' 2
	assert 'and does' eventually 20 create -f "$good"
	kubectl create namespace other >/dev/null
	assert 'another does not' is_stuck_in other
	assert 'pratique is back again' all_is_well

	assert 'it is stopped once more' stop_server
	assert 'one user may pass' way_out 'pratique does not answer' 3
	assert 'and does' eventually 20 create -f "$good" --as=alice --as-group=system:masters
	assert 'another does not' is_stuck 'connection refused'
	assert 'the webhooks can be deleted' way_out 'What always works' 1
	assert 'then everybody passes' eventually 20 create -f "$bad"
	assert 'the copy has both configurations' grep -c 'kind: .*WebhookConfiguration' "$dir/replica/webhooks.yaml"
	kubectl create -f "$bad" >/dev/null
	refused way_out 'What always works' 2
	assert_contains 'what came in meanwhile is found' "$answer" 'spec.template.spec.containers[0].image' ' invalid'
	kubectl delete -f "$bad" >/dev/null
}
is_stuck_in() { refused create deployment new --image=example.com/new:1 --namespace "$1" && [[ $answer == *'connection refused'* ]]; }

# Longer than pratique takes to start, and than a busy machine takes to start it.
sign_for_seconds() {
	local certs=$dir/replica/certs
	printf '%s\n' '[ca]' 'default_ca = this' '[this]' "database = $dir/index" "new_certs_dir = $dir" 'default_md = sha256' \
		'rand_serial = yes' 'policy = any' '[any]' 'commonName = supplied' '[more]' 'subjectAltName = IP:127.0.0.1' >"$dir/ca.cnf"
	: >"$dir/index"
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=pratique \
		-keyout "$certs/tls.key" -out "$dir/short.csr" &&
		openssl ca -batch -notext -config "$dir/ca.cnf" -cert "$certs/ca.crt" -keyfile "$certs/ca.key" -extensions more \
			-in "$dir/short.csr" -out "$certs/tls.crt" \
			-startdate "$(date --utc --date='-1 hour' +%Y%m%d%H%M%SZ)" \
			-enddate "$(date --utc --date='15 seconds' +%Y%m%d%H%M%SZ)"
}
has_expired() { ! openssl x509 -noout -checkend 0 -in "$dir/replica/certs/tls.crt"; }

test_certificates() {
	assert 'pratique judges' all_is_well
	stop_server
	assert 'a certificate is made that lasts for seconds' sign_for_seconds
	assert 'and served' start_server
	assert 'it expires' eventually 30 has_expired
	assert 'nothing can be created' is_stuck 'certificate has expired'
	assert 'it is renewed' way_out 'Its certificate has expired' 1
	assert 'and pratique judges' eventually 20 is_judged

	mv "$dir/replica/certs/ca.crt" "$dir/replica/ca.old" && mv "$dir/replica/certs/ca.key" "$dir/replica/ca-key.old"
	stop_server
	"$pratique" certs init --certs "$dir/replica/certs" --overwrite --ip 127.0.0.1 2>/dev/null
	assert 'a certificate of another CA is served' start_server
	assert 'which the API server does not trust' is_stuck 'certificate signed by unknown authority'
	assert 'its bundle is given to the API server' way_out 'The API server trusts another CA' 1
	assert 'and pratique judges again' eventually 20 is_judged
}

test_identity() {
	stop_server
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=x \
		-keyout "$dir/other.key" -out "$dir/replica/client-ca.crt" 2>/dev/null
	cp "$dir/replica/client-ca.crt" "$dir/replica/api-server-ca.crt"
	options=(--client-ca client-ca.crt)
	assert 'pratique wants a client certificate' start_server
	assert 'which the API server does not show' eventually 20 is_stuck 'callers must show a client certificate'
	assert 'a CA is added' way_out 'pratique does not know the API server' 1
	assert 'to the file' test "$(grep -c BEGIN "$dir/replica/client-ca.crt")" = 2
	options=()
	stop_server
	assert 'without --client-ca pratique judges' all_is_well
}

test_schema() {
	local before
	assert 'a schema denies' is_denied
	assert 'an exemption is written' way_out 'A schema refuses too much' 1
	assert 'and lets it pass' eventually 20 create -f "$bad"
	rm "$dir/replica/schemas/break-glass.yaml"
	assert 'without it the schema denies' eventually 20 is_denied
	assert 'the ceiling is lowered' way_out 'A schema refuses too much' 2
	assert 'and lets it pass' eventually 20 create -f "$bad"
	: >"$dir/replica/pratique.yaml"
	kill -HUP "$server"
	assert 'raised, the schema denies' eventually 20 is_denied
	cp "$dir/replica/schemas/admission/deployments.yaml" "$dir/deployments.yaml"
	assert 'the schema is deleted' way_out 'A schema refuses too much' 3
	assert 'and everything passes' eventually 20 create -f "$bad"
	cp "$dir/deployments.yaml" "$dir/replica/schemas/admission/"
	assert 'back, it denies' eventually 20 is_denied
}

creates_own() { create deployment pratique --image=example.com/pratique:1 --namespace=pratique-system; }
is_stuck_itself() { refused creates_own && [[ $answer == *'connection refused'* ]]; }

test_own_namespace() {
	kubectl create namespace pratique-system >/dev/null
	for kind in mutating validating; do
		kubectl patch "${kind}webhookconfiguration" pratique --type=json --patch \
			'[{"op": "remove", "path": "/webhooks/0/namespaceSelector"}]' >/dev/null
	done
	stop_server
	assert 'pratique cannot be created, for it is not there' eventually 20 is_stuck_itself
	assert 'its namespace is left out' way_out 'It stands in its own way' 1
	assert 'and it can be created' eventually 20 creates_own
	assert 'pratique judges' all_is_well
}

apply_widgets() {
	kubectl apply -f - <<-END
		apiVersion: apiextensions.k8s.io/v1
		kind: CustomResourceDefinition
		metadata: {name: widgets.example.com}
		spec:
		  group: example.com
		  scope: Namespaced
		  names: {kind: Widget, plural: widgets}
		  conversion: $1
		  versions:
		  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
		  - {name: v2, served: true, storage: false, schema: {openAPIV3Schema: {type: object}}}
	END
}
reads_widget() { kubectl get widgets.v2.example.com w; }

test_conversion() {
	assert 'a CRD applies' apply_widgets '{strategy: None}'
	assert 'and an object of it' eventually 20 kubectl create -f - <<<'{"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w"}}'
	assert 'it gets a conversion webhook that is not there' apply_widgets '{strategy: Webhook, webhook: {conversionReviewVersions: [v1],
		clientConfig: {url: "https://127.0.0.1:1/convert"}}}'
	assert 'and cannot be read' eventually 20 refused reads_widget
	assert_contains 'for that reason' "$answer" 'conversion webhook for example.com/v1'
	assert 'it is converted by name' way_out 'Objects cannot be converted' 1
	assert 'and can be read' eventually 20 reads_widget
}

disables='--disable-admission-plugins=MutatingAdmissionWebhook,ValidatingAdmissionWebhook'

test_api_server() {
	stop_server
	"$here/control_plane.sh" stop-apiserver "$dir/plane"
	assert 'the page names the flag' grep -qxe "$disables" "$root/docs/emergency.md"
	sed -i "s/^--disable-admission-plugins=.*/$disables,ServiceAccount/" "$dir/plane/apiserver.flags"
	assert 'the API server starts without webhooks' "$here/control_plane.sh" start-apiserver "$dir/plane"
	assert 'and asks none' create -f "$bad"
	"$here/control_plane.sh" stop-apiserver "$dir/plane"
	sed -i 's/^--disable-admission-plugins=.*/--disable-admission-plugins=ServiceAccount/' "$dir/plane/apiserver.flags"

	assert 'the configurations are taken out of etcd' way_out 'The API server is no help' 1
	assert 'the API server starts as before' "$here/control_plane.sh" start-apiserver "$dir/plane"
	assert 'and asks none either' create -f "$bad"
	assert 'for they are gone' absent validatingwebhookconfiguration pratique
}

# No command of the page is left out.
test_page() {
	assert 'every block of the page was run' test "$(sort -u "$dir/used" | wc -l)" = "$(grep -c '^```sh$' "$root/docs/emergency.md")"
}

prepare
test_down
test_certificates
test_identity
test_schema
test_own_namespace
test_conversion
test_api_server
test_page
report
