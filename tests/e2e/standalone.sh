#!/usr/bin/env bash
# manifests/overlays/standalone on a real kube-apiserver: all of it is accepted; `pratique certs
# apply`, with the rights of its Job and no more, makes Secret and caBundle, also when two run at
# once; two `pratique serve` with that Secret are called by the API server under the Service's name;
# and an outage of them stops neither Leases nor pratique's own namespace. There are no nodes, so the
# test plays kubelet and Service. Needs PRATIQUE (build/pratique).
# shellcheck disable=SC2034,SC2154 # passed, failed and answer come from assertions.sh
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
pratique=${PRATIQUE:-$root/build/pratique}
dir=$(mktemp -d)
server='' other=''
overlay=$root/manifests/overlays/standalone
sample=$root/manifests/samples/deployment.yaml
# shellcheck source=/dev/null
. "$here/assertions.sh"
# shellcheck source=/dev/null
. "$here/cluster.sh"

stop_other() {
	[ -z "$other" ] || { kill "$other" && wait "$other"; }
	other=
}

clean_up() {
	stop_server
	stop_other
	"$here/control_plane.sh" stop "$dir/plane"
	if [ "$failed" -gt 0 ]; then sed 's/^/# serve: /' "$dir"/serve*.log | tail -20; fi
	rm -rf "$dir"
}
trap clean_up EXIT

# Whoever may label a namespace does not get past the webhooks by it.
claims_in_vain() {
	kubectl label namespace default kubernetes.io/metadata.name=kube-system --overwrite &&
		field_is namespace default '.metadata.labels.kubernetes\.io/metadata\.name' default
}

in_own_namespace() { kubectl --namespace pratique-system "$@"; }

# admits_pods_of KIND/NAME PATH: the template there makes a Pod that the namespace's policy takes.
admits_pods_of() {
	in_own_namespace get "$1" -o "jsonpath={$2}" |
		sed 's/^{/{"apiVersion": "v1", "kind": "Pod", /; s/"metadata":{/"metadata":{"name":"probe",/' |
		in_own_namespace create --dry-run=server -f -
}

test_manifests() {
	local name
	for name in base overlays/standalone overlays/cert-manager; do
		kubectl kustomize "$root/manifests/$name" >"$dir/rendered.yaml"
		assert "$name passes check" "$pratique" check --schemas "$root/schemas" --unknown ignore "$dir/rendered.yaml"
	done
	assert 'a namespace cannot claim to be one that is left out' claims_in_vain
	# A dry run makes no namespace for what is in it.
	assert 'the namespace applies' kubectl apply -f "$root/manifests/base/namespace.yaml"
	assert 'base is accepted by a dry run' kubectl apply -k "$root/manifests/base" --dry-run=server
	assert 'the standalone overlay is accepted by a dry run' kubectl apply -k "$overlay" --dry-run=server
	assert 'the standalone overlay applies' kubectl apply -k "$overlay"
	assert_contains 'and nothing of it is warned of' "$(cat "$dir/output")" 'deployment.apps/pratique created'
	assert 'its Pods are admitted as restricted ones' admits_pods_of deployment/pratique .spec.template
	assert 'those of the Job, too' admits_pods_of job/pratique-certs .spec.template
	assert 'and of the CronJob' admits_pods_of cronjob/pratique-certs .spec.jobTemplate.spec.template
	assert 'without a certificate nothing is stored unchecked' eventually 20 refused kubectl create --dry-run=server -f "$sample"
	assert_contains 'since no answer is not a yes' "$answer" 'failed calling webhook'
}

# A kubeconfig with the rights of the Job, and everything in it.
write_kubeconfig() {
	local token
	token=$(in_own_namespace create token pratique-certs --duration=1h) || return
	cat >"$dir/kubeconfig" <<-END
		apiVersion: v1
		kind: Config
		current-context: e2e
		clusters: [{name: e2e, cluster: {server: "$APISERVER", certificate-authority-data: $(base64 -w0 "$LOGS/ca.crt")}}]
		users: [{name: certs, user: {token: $token}}]
		contexts: [{name: e2e, context: {cluster: e2e, user: certs}}]
	END
}

apply_certificates() { "$pratique" certs apply --kubeconfig "$dir/kubeconfig"; }
as_job() { kubectl --kubeconfig "$dir/kubeconfig" --namespace pratique-system "$@"; }

apply_twice_at_once() {
	local first
	apply_certificates 2>"$dir/first" &
	first=$!
	apply_certificates 2>"$dir/second" || { cat "$dir/second"; return 1; }
	wait "$first" || { cat "$dir/first"; return 1; }
}

# What kubelet makes of a Secret's volume, the next generation of it in one step.
mount_secret() {
	local next name
	next=$dir/mounted/..$(date +%s%N)
	mkdir -p "$next"
	for name in ca.crt tls.crt tls.key; do
		in_own_namespace get secret pratique-certs -o "jsonpath={.data.${name/./\\.}}" | base64 -d >"$next/$name" || return
		[ -e "$dir/mounted/$name" ] || ln -s "..data/$name" "$dir/mounted/$name"
	done
	ln -s "$(basename "$next")" "$dir/mounted/..new" && mv -T "$dir/mounted/..new" "$dir/mounted/..data"
}

versions() {
	in_own_namespace get secret pratique-ca pratique-certs -o 'jsonpath={range .items[*]}{.metadata.resourceVersion} {end}'
	kubectl get mutatingwebhookconfiguration,validatingwebhookconfiguration pratique \
		-o 'jsonpath={range .items[*]}{.metadata.resourceVersion} {end}'
}
versions_are() { [ "$(versions)" = "$1" ]; }
bundles() {
	kubectl get mutatingwebhookconfiguration,validatingwebhookconfiguration pratique \
		-o 'jsonpath={range .items[*].webhooks[*]}{.clientConfig.caBundle}{"\n"}{end}' | sort -u
}

test_certificates() {
	local before bundle
	assert 'the Job gets a token' write_kubeconfig
	assert 'a dry run of certs apply succeeds' "$pratique" certs apply --kubeconfig "$dir/kubeconfig" --dry-run
	assert 'and stores nothing' absent secret pratique-certs --namespace pratique-system
	assert 'two at once succeed' apply_twice_at_once
	assert 'the Secret of the CA is lost' in_own_namespace delete secret pratique-ca
	assert 'and made again, by two at once' apply_twice_at_once
	assert 'the Secret is there' mount_secret
	assert 'it can be served under the name of the Service' "$pratique" certs serve-check --certs "$dir/mounted" --service pratique.pratique-system
	bundle=$(bundles)
	assert 'every webhook trusts its CA' test "$bundle" = "$("$pratique" certs bundle --certs "$dir/mounted")"

	before=$(versions)
	assert 'once more succeeds' apply_certificates
	assert_contains 'and finds nothing to do' "$(cat "$dir/output")" 'nothing is due'
	assert 'and writes nothing' versions_are "$before"
	assert 'the overlay can be applied again' kubectl apply -k "$overlay"
	assert 'which takes neither keys nor caBundle away' apply_certificates
	assert_contains 'so that nothing is due' "$(cat "$dir/output")" 'nothing is due'
	assert 'its rights end with its two Secrets' refused as_job create secret generic other
	assert_contains 'as RBAC says' "$answer" 'is forbidden'
	assert 'and it may not list them' refused as_job get secrets
	assert 'nor change a rule of the webhooks of others' refused as_job get validatingwebhookconfiguration other
	assert_contains 'as RBAC says, too' "$answer" 'is forbidden'
}

install_converted_crd() {
	"$pratique" manifests crds --schemas "$root/tests/data/conversion" | kubectl apply -f -
}
crd_trusts() {
	field_is crd gateways.net.example.com .spec.conversion.webhook.clientConfig.caBundle "$(bundles)" &&
		field_is crd gateways.net.example.com .spec.conversion.webhook.clientConfig.service.path /convert
}
test_conversion() {
	assert 'a CRD whose objects pratique converts applies' install_converted_crd
	assert 'certs apply sets its caBundle' "$pratique" certs apply --kubeconfig "$KUBECONFIG" --crd gateways.net.example.com
	assert 'and nothing else of it' crd_trusts
	assert 'once' "$pratique" certs apply --kubeconfig "$KUBECONFIG" --crd gateways.net.example.com
	assert_contains 'is enough' "$(cat "$dir/output")" 'nothing is due'
}

# serve NAME: its process is left in $!, its port in $port.
serve() {
	"$pratique" serve --listen 127.0.0.1:0 --health-listen 127.0.0.1:0 --schemas "$root/schemas" \
		--certs "$dir/mounted" --address-file "$dir/addresses.$1" >>"$dir/serve.$1.log" 2>&1 &
	eventually 10 test -s "$dir/addresses.$1" || return
	port=$(grep -oE '127\.0\.0\.1:[0-9]+' "$dir/addresses.$1" | head -1 | cut -d: -f2)
}
start_both() {
	serve first && server=$! && first=$port && serve second && other=$! && second=$port
}

# The Service leads to this machine, and each of the two webhooks to a process of its own.
lead_service_here() {
	in_own_namespace patch service pratique --type=merge -p \
		'{"spec": {"type": "ExternalName", "externalName": "localhost", "clusterIP": null, "clusterIPs": null, "selector": null}}' &&
		set_port mutatingwebhookconfiguration "$first" && set_port validatingwebhookconfiguration "$second"
}
set_port() {
	kubectl patch "$1" pratique --type=json -p \
		'[{"op": "replace", "path": "/webhooks/0/clientConfig/service/port", "value": '"$2"'}]'
}
is_defaulted() { kubectl create --dry-run=server -o yaml -f "$sample" | grep -q 'cpu: 10m'; }

# Takes the serving pair out of what certs apply keeps: it makes another one, by the same CA.
lose_serving_pair() {
	in_own_namespace patch secret pratique-ca --type=merge -p '{"data": {"tls.crt": null, "tls.key": null}}'
}
serves() {
	local address=127.0.0.1:$1
	[ "$(openssl s_client -connect "$address" </dev/null 2>/dev/null | openssl x509 -noout -serial)" = \
		"$(openssl x509 -noout -serial -in "$dir/mounted/tls.crt")" ]
}

test_calls() {
	assert 'two processes serve the mounted Secret' start_both
	assert 'the Service leads to them' lead_service_here
	assert 'the API server calls one for defaults' eventually 20 is_defaulted
	assert 'and the other for a verdict' refused kubectl create --dry-run=server -f "$root/manifests/samples/deployment-invalid.yaml"
	assert_contains 'which is a denial with every cause' "$answer" 'metadata.labels' 'spec.template.spec.containers[0].image'
	assert 'the serving pair is lost' lose_serving_pair
	assert 'certs apply makes another one' apply_certificates
	assert 'kubelet brings it' mount_secret
	assert 'the first process takes it up' eventually 20 serves "$first"
	assert 'so does the second' eventually 20 serves "$second"
	assert 'and is called on' is_defaulted
}

write_everything_schema() {
	cat >"$dir/everything.yaml" <<-END
		apiVersion: admission.pratique.dev/v1
		kind: AdmissionSchema
		metadata: {name: everything}
		spec:
		  match: {groups: ["*"], versions: ["*"], resources: ["*"]}
		  openAPIV3Schema: {type: object}
	END
}
install_everything() {
	"$pratique" manifests webhooks --schemas "$dir/everything.yaml" --schemas "$root/schemas" | kubectl apply -f -
}
make_lease() {
	kubectl create -f - <<-END
		{"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "node", "namespace": "default"},
		 "spec": {"holderIdentity": "node", "leaseDurationSeconds": 40}}
	END
}

# Whatever is asked about, and nobody answers.
test_outage() {
	write_everything_schema
	assert 'the webhooks ask about everything' install_everything
	assert 'SIGTERM ends the first with exit code 0' stop_server
	assert 'and the second' stop_other
	assert 'nothing is stored unchecked' eventually 20 refused kubectl create --dry-run=server configmap probe
	assert_contains 'since no answer is not a yes' "$answer" 'failed calling webhook'
	assert 'a Lease can be made' make_lease
	assert 'and renewed' kubectl patch lease node --type=merge -p '{"spec": {"leaseDurationSeconds": 41}}'
	assert 'access is still judged' kubectl auth can-i get pods --as=somebody --as-group=system:masters
	assert 'an AdmissionSchema can be mended' kubectl apply -f "$root/schemas/admission"
	assert 'kube-system can heal' kubectl create configmap heal --namespace kube-system
	assert "pratique's own namespace can, too" in_own_namespace create configmap heal
	assert 'the serving pair is lost' lose_serving_pair
	assert 'and made again while pratique is down' apply_certificates
}

"$here/control_plane.sh" start "$dir/plane" >"$dir/settings" || exit 2
# shellcheck source=/dev/null
. "$dir/settings"
export KUBECONFIG
test_manifests
test_certificates
test_conversion
test_calls
test_outage
report
