#!/usr/bin/env bash
# A real kube-apiserver calls `pratique serve`: Deployments get our defaults and our denials, MyApps
# too, and an outage of pratique fails as `pratique manifests` has it. Needs PRATIQUE (build/pratique).
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

# start_server PORT: 0 lets the system choose.
start_server() {
	"$pratique" serve --listen "127.0.0.1:$1" --health-listen 127.0.0.1:0 --schemas "$root/schemas" \
		--certs "$dir/certs" --address-file "$dir/addresses" --log-format json >>"$dir/serve.log" 2>&1 &
	server=$!
	eventually 10 test -s "$dir/addresses" || return
	address=$(grep -oE '127\.0\.0\.1:[0-9]+' "$dir/addresses" | head -1)
}

install_webhooks() {
	"$pratique" manifests webhooks --schemas "$root/schemas" --url "https://$address" --ca "$dir/certs/ca.crt" |
		kubectl apply -f -
}

# The API server notices new webhooks some moments after they were stored.
webhook_is_called() {
	kubectl create --dry-run=server -o yaml -f "$root/manifests/samples/deployment.yaml" | grep -q 'cpu: 10m'
}

prepare() {
	printf '%s\n' 'apiVersion: apiserver.config.k8s.io/v1' 'kind: TracingConfiguration' \
		'samplingRatePerMillion: 1000000' >"$dir/tracing.yaml"
	"$here/control_plane.sh" start "$dir/plane" -- --tracing-config-file="$dir/tracing.yaml" >"$dir/settings" || exit 2
	# shellcheck source=/dev/null
	. "$dir/settings"
	export KUBECONFIG
	assert 'schemas/crds apply' kubectl apply -f "$root/schemas/crds"
	assert 'the CRDs are established' kubectl wait --for=condition=Established --timeout=30s crd --all
	assert 'schemas/admission apply' eventually 10 kubectl apply -f "$root/schemas/admission"
	assert 'certificates are made' "$pratique" certs init --certs "$dir/certs" --ip 127.0.0.1
	assert 'with a Service instead of a URL all is accepted, too' apply_service_form
	start_server 0 || { cat "$dir/serve.log"; exit 2; }
	assert 'the webhook configurations apply' install_webhooks
	assert 'the API server calls pratique' eventually 20 webhook_is_called
}

apply_service_form() {
	"$pratique" manifests --schemas "$root/schemas" --ca "$dir/certs/ca.crt" | kubectl apply --dry-run=server -f -
}

test_deployments() {
	local container='.spec.template.spec.containers[0]' sample=$root/manifests/samples/deployment.yaml
	assert 'a good Deployment is stored' kubectl apply -f "$sample"
	assert 'with our default for resources' field_is deployment hello "$container.resources.requests.cpu" 10m
	assert 'with an imagePullPolicy' field_is deployment hello "$container.imagePullPolicy" IfNotPresent
	assert 'with a revisionHistoryLimit' test -n "$(field deployment hello .spec.revisionHistoryLimit)"

	assert 'an image of :latest is denied' refused kubectl set image deployment/hello hello=example.com/hello:latest
	assert_contains 'the denial names webhook and field' "$answer" \
		'admission webhook "validate.pratique.dev" denied the request' 'spec.template.spec.containers[0].image'
	assert 'the log has the denial, in the trace of the API server' \
		grep -qE '"a review is denied".*"trace_id":"[0-9a-f]{32}".*"name":"hello"' "$dir/serve.log"
	assert 'the stored Deployment is what it was' \
		field_is deployment hello "$container.image" registry.k8s.io/e2e-test-images/agnhost:2.53

	assert 'the stored Deployment goes' kubectl delete -f "$sample"
	assert 'a bad Deployment is denied' refused kubectl apply -f "$root/manifests/samples/deployment-invalid.yaml"
	assert_contains 'with every cause' "$answer" 'metadata.labels' 'app.kubernetes.io/name' \
		'spec.template.spec.containers[0].image' 'spec.template.spec.initContainers[0].image'
	assert 'and nothing is stored' absent deployment hello
	assert 'a dry run is denied the same way' refused kubectl apply --dry-run=server -f "$root/manifests/samples/deployment-invalid.yaml"
}

# The CRD in the cluster does by itself what its schema says, before webhooks are asked. So what
# pratique adds shows with a CRD that is still loose: whatever is refused then, pratique refused.
loosen_crd() {
	kubectl patch crd myapps.apps.example.com --type=json -p '[{"op": "replace",
		"path": "/spec/versions/0/schema/openAPIV3Schema",
		"value": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}]'
}
takes_unknown_field() {
	kubectl create --dry-run=server -f - <<-'END'
		{"apiVersion": "apps.example.com/v1", "kind": "MyApp", "metadata": {"name": "probe"},
		 "spec": {"image": "example.com/probe:1"}, "unknown": true}
	END
}

test_myapps() {
	local spec
	assert 'a good MyApp is stored' kubectl apply -f "$root/manifests/samples/myapp.yaml"
	assert 'with its nested defaults' field_is myapp hello .spec.strategy.rollingUpdate.maxSurge 25%
	assert 'the MyApp goes' kubectl delete -f "$root/manifests/samples/myapp.yaml"

	assert 'the CRD in the cluster is loosened' loosen_crd
	assert 'the API server noticed' eventually 20 takes_unknown_field
	assert 'a MyApp is stored under the loose CRD' kubectl apply -f "$root/manifests/samples/myapp.yaml"
	spec=$(kubectl get myapp hello -o yaml)
	assert_contains "with pratique's defaults" "$spec" 'suspend: false' 'protocol: TCP' 'maxSurge: 25%'
	assert 'a change to a bad value is denied' refused kubectl patch myapp hello --type=merge -p '{"spec": {"replicas": 101}}'
	assert_contains 'naming the field' "$answer" 'spec.replicas: Invalid value: 101'
	assert 'the MyApp goes again' kubectl delete myapp hello
	assert 'a bad MyApp is denied' refused kubectl apply -f "$root/manifests/samples/myapp-invalid.yaml"
	assert_contains 'with every cause' "$answer" 'spec.image: Required value' 'spec.replicas: Invalid value' \
		'spec.ports[1].containerPort: Invalid value' 'spec.ports[1]: Duplicate value' 'spec.strategy.type: Unsupported value'
}

test_outage() {
	local port=${address##*:}
	assert 'SIGTERM ends pratique with exit code 0' stop_server
	assert 'without pratique nothing passes unchecked' refused kubectl apply -f "$root/manifests/samples/deployment.yaml"
	assert_contains 'since no answer is not a yes' "$answer" 'failed calling webhook'
	assert 'kube-system can still heal' kubectl create deployment heal --image=example.com/heal:latest --namespace=kube-system
	rm -f "$dir/addresses"
	assert 'pratique comes back' start_server "$port"
	assert 'and the same object passes' eventually 10 kubectl apply -f "$root/manifests/samples/deployment.yaml"
	assert 'the webhooks can be removed as documented' kubectl delete mutatingwebhookconfiguration,validatingwebhookconfiguration pratique
}

prepare
test_deployments
test_myapps
test_outage
report
