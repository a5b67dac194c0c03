#!/usr/bin/env bash
# `pratique serve --kubeconfig` looks after MyApps on a real kube-apiserver with controllers: it
# makes a Deployment and a Service, tells the truth in the status, puts right what was edited by
# hand, writes nothing when nothing changed and cleans up through its finalizer; and the webhook of
# the same process answers all the while, also during an outage of the API server. There are no
# nodes, so the test plays kubelet for the Pods. pratique has a token and the rights of
# manifests/operator/rbac.yaml, no more. Needs PRATIQUE (build/pratique).
# shellcheck disable=SC2154 # passed and failed come from assertions.sh
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
pratique=${PRATIQUE:-$root/build/pratique}
dir=$(mktemp -d)
server='' prober=''
soon=2        # seconds in which pratique has to act
settling=15   # seconds that controllers of Kubernetes may take on a busy machine
outage=10     # seconds that the API server is away
# shellcheck source=/dev/null
. "$here/assertions.sh"
# shellcheck source=/dev/null
. "$here/cluster.sh"

stop_prober() {
	[ -n "$prober" ] || return 0
	kill "$prober" 2>/dev/null
	wait "$prober" 2>/dev/null
	prober=
}

clean_up() {
	stop_prober
	stop_server
	"$here/control_plane.sh" stop "$dir/plane"
	if [ "$failed" -gt 0 ]; then sed 's/^/# serve: /' "$dir/serve.log" | tail -30; fi
	rm -rf "$dir"
}
trap clean_up EXIT

field_is_not() { ! field_is "$@" >/dev/null; }
condition_is() { field_is myapp "$1" ".status.conditions[?(@.type==\"$2\")].status" "$3"; }

start_server() {
	rm -f "$dir/addresses"
	"$pratique" serve --listen 127.0.0.1:0 --health-listen 127.0.0.1:0 --schemas "$root/schemas" \
		--certs "$dir/certs" --address-file "$dir/addresses" --kubeconfig "$dir/kubeconfig" >>"$dir/serve.log" 2>&1 &
	server=$!
	eventually 10 test -s "$dir/addresses" || return
	mapfile -t addresses < <(grep -oE '127\.0\.0\.1:[0-9]+' "$dir/addresses")
	webhook=${addresses[0]} health=${addresses[1]}
}

# metric PATTERN: the sum of the values of the series whose line begins so.
metric() {
	curl -sf --max-time 5 "http://$health/metrics" | awk -v "begin=$1" 'index($0, begin) == 1 { sum += $NF } END { print sum + 0 }'
}
metric_above() { [ "$(metric "$1")" -gt "$2" ]; }
metric_is() { [ "$(metric "$1")" -eq "$2" ]; }

# Asks the webhook five times a second; every answer or failure becomes a line.
probe_webhook() {
	local answer
	while :; do
		answer=$(curl -s --max-time 2 --cacert "$dir/certs/ca.crt" -H 'Content-Type: application/json' \
			--data-binary "@$root/tests/data/reviews/myapp-valid.json" "https://$webhook/validate")
		case $answer in
		*'"allowed":true'*) echo answered ;;
		*) echo "no answer: $answer" ;;
		esac
		sleep 0.2
	done >>"$dir/probes"
}
start_prober() {
	: >"$dir/probes"
	probe_webhook &
	prober=$!
}
# probes COUNT: at least so many were answered, and every one.
probes() {
	! grep -v '^answered$' "$dir/probes" && [ "$(wc -l <"$dir/probes")" -ge "$1" ]
}

# What a kubelet would say of every Pod.
make_pods_ready() {
	local pod now
	now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
	for pod in $(kubectl get pods -o name); do
		kubectl patch "$pod" --subresource=status --type=merge -p '{"status": {"phase": "Running", "startTime": "'"$now"'",
			"conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "'"$now"'"}]}}' || return
	done
}
pods_are() { [ "$(kubectl get pods -o name | wc -l)" -eq "$1" ]; }
all_ready() { pods_are "$2" && make_pods_ready && field_is myapp "$1" .status.phase Ready; }
observed() { field_is myapp "$1" .status.observedGeneration "$(field myapp "$1" .metadata.generation)"; }

versions() { kubectl get deployment,service,myapp -o 'jsonpath={range .items[*]}{.kind}/{.metadata.name}={.metadata.resourceVersion} {end}'; }
versions_are() { [ "$(versions)" = "$1" ]; }

# A kubeconfig of pratique's own, with everything in it.
write_kubeconfig() {
	local token
	token=$(kubectl create token pratique --namespace pratique-system --duration=1h) || return
	cat >"$dir/kubeconfig" <<-END
		apiVersion: v1
		kind: Config
		current-context: e2e
		clusters: [{name: e2e, cluster: {server: "$APISERVER", certificate-authority-data: $(base64 -w0 "$LOGS/ca.crt")}}]
		users: [{name: pratique, user: {token: $token}}]
		contexts: [{name: e2e, context: {cluster: e2e, user: pratique}}]
	END
}

prepare() {
	"$here/control_plane.sh" start "$dir/plane" --controllers >"$dir/settings" || exit 2
	# shellcheck source=/dev/null
	. "$dir/settings"
	export KUBECONFIG
	"$pratique" certs init --certs "$dir/certs" --ip 127.0.0.1 >/dev/null || exit 2
	assert 'its namespace and account apply' kubectl apply -f "$root/manifests/base/namespace.yaml" -f "$root/manifests/base/service-account.yaml"
	assert 'manifests/operator applies' kubectl apply -f "$root/manifests/operator/rbac.yaml"
	assert 'pratique gets a token' eventually 10 write_kubeconfig
	assert 'pratique serves before its CRDs are there' start_server
	start_prober
	assert 'schemas/crds apply' kubectl apply -f "$root/schemas/crds"
	assert 'the CRDs are established' kubectl wait --for=condition=Established --timeout=30s crd --all
	assert 'the core finds them by itself' eventually 10 grep -q 'caches are filled' "$dir/serve.log"
}

test_creation() {
	assert 'the sample applies' kubectl apply -f "$root/manifests/samples/myapp.yaml"
	assert "a Deployment is there within $soon s" eventually "$soon" present deployment hello
	assert "and a Service" eventually "$soon" present service hello
	assert 'they belong to the MyApp' field_is deployment hello '.metadata.ownerReferences[0].uid' "$(field myapp hello .metadata.uid)"
	assert 'with what it wants' field_is deployment hello '.spec.replicas' 2
	assert 'the Service leads to the container' field_is service hello '.spec.ports[0].targetPort' 8080
	assert 'the finalizer came first' field_is myapp hello '.metadata.finalizers[0]' apps.example.com/pratique
}

test_status() {
	assert 'without ready Pods the phase is Progressing' eventually "$soon" field_is myapp hello .status.phase Progressing
	assert 'Ready is False' condition_is hello Ready False
	assert 'observedGeneration is that of the spec' observed hello
	assert 'Pods are made' eventually "$settling" pods_are 2
	assert 'with ready Pods the phase is Ready' eventually "$settling" all_ready hello 2
	assert 'readyReplicas counts them' field_is myapp hello .status.readyReplicas 2
	assert 'Ready is True' condition_is hello Ready True
	assert 'Available is True' condition_is hello Available True
	assert 'scale knows the Pods' field_is myapp hello .status.selector 'app.kubernetes.io/instance=hello,app.kubernetes.io/managed-by=pratique'
}

test_calm() {
	local before reconciled
	before=$(versions)
	assert 'SIGTERM ends pratique with exit code 0' stop_server
	stop_prober
	start_server
	assert 'a new start looks at everything' eventually 10 metric_above controller_runtime_reconcile_total 0
	assert 'and writes nothing' versions_are "$before"
	assert 'not even a request' metric_is 'rest_client_requests_total{method="PATCH"' 0
	start_prober
	reconciled=$(metric controller_runtime_reconcile_total)
	kubectl annotate deployment hello team=a >/dev/null
	assert 'a change by others is looked at' eventually "$soon" metric_above controller_runtime_reconcile_total "$reconciled"
	assert 'and left alone' field_is deployment hello .metadata.annotations.team a
}

test_repair() {
	assert 'replicas are edited by hand' kubectl scale deployment hello --replicas=5
	assert "and put right within $soon s" eventually "$soon" field_is deployment hello .spec.replicas 2
	assert 'by a request that was counted' metric_above 'rest_client_requests_total{method="PATCH"' 0
	assert 'the Service is deleted by hand' kubectl delete service hello
	assert 'and made again' eventually "$soon" present service hello
	assert 'the MyApp is Ready again' eventually "$settling" all_ready hello 2
}

test_change() {
	assert 'the MyApp is scaled through its subresource' kubectl scale myapp hello --replicas=3
	assert 'the Deployment follows' eventually "$soon" field_is deployment hello .spec.replicas 3
	assert 'it is not Ready meanwhile' eventually "$soon" condition_is hello Ready False
	assert 'it is afterwards' eventually "$settling" all_ready hello 3
	assert 'the new generation was observed' observed hello
	assert 'an environment variable is taken out' kubectl patch myapp hello --type=merge -p '{"spec": {"env": []}}'
	assert 'of the Deployment too' eventually "$soon" field_is deployment hello '.spec.template.spec.containers[0].env' ''
	assert 'the MyApp is suspended' kubectl patch myapp hello --type=merge -p '{"spec": {"suspend": true}}'
	assert 'no Pods are wanted' eventually "$soon" field_is deployment hello .spec.replicas 0
	assert 'and the phase says so' eventually "$settling" field_is myapp hello .status.phase Suspended
	assert 'the MyApp goes on' kubectl patch myapp hello --type=merge -p '{"spec": {"suspend": false}}'
	assert 'Pods come back' eventually "$soon" field_is deployment hello .spec.replicas 3
}

test_foreign() {
	local sample=$root/manifests/samples/myapp.yaml
	kubectl create deployment taken --image=example.com/other:1 >/dev/null
	assert 'a MyApp takes the name of a Deployment' kubectl apply -f <(sed 's/\bhello\b/taken/' "$sample")
	assert 'which is Degraded' eventually "$soon" field_is myapp taken .status.phase Degraded
	assert_contains 'and says why' "$(field myapp taken .status)" 'belongs to somebody else'
	assert 'the Deployment is left alone' field_is deployment taken '.spec.template.spec.containers[0].image' example.com/other:1
	assert 'the MyApp goes' kubectl delete myapp taken --timeout=20s
	assert 'and the Deployment stays' kubectl delete deployment taken
}

# The controllers and pratique see their API server vanish and come back with the same data.
test_outage() {
	local answered end
	assert 'the API server stops' "$here/control_plane.sh" stop-apiserver "$dir/plane"
	answered=$(wc -l <"$dir/probes")
	end=$((SECONDS + outage))
	assert "the webhook answers for $outage s without it" eventually 60 has_answered $((answered + 5 * outage / 2)) "$end"
	assert 'pratique is alive' kill -0 "$server"
	assert 'the API server comes back' "$here/control_plane.sh" start-apiserver "$dir/plane"
	assert 'replicas are edited by hand' kubectl scale deployment hello --replicas=1
	assert 'and put right once pratique has seen it' eventually 10 field_is deployment hello .spec.replicas 3
	assert 'the core was never started anew' metric_is pratique_core_restarts_total 0
}
has_answered() { [ "$SECONDS" -ge "$2" ] && probes "$1"; }

# One that hangs is worse than one that is gone: connections stay open and nobody answers.
test_hang() {
	local answered end pid
	pid=$(<"$dir/plane/apiserver.pid")
	assert 'the API server hangs' kill -STOP "$pid"
	answered=$(wc -l <"$dir/probes")
	end=$((SECONDS + outage / 2))
	assert 'the webhook answers' eventually 60 has_answered $((answered + 5 * outage / 4)) "$end"
	assert 'the API server goes on' kill -CONT "$pid"
	assert 'a change by hand' eventually 10 kubectl scale deployment hello --replicas=1
	assert 'is put right' eventually 10 field_is deployment hello .spec.replicas 3
}

test_deletion() {
	assert 'the MyApp is deleted' kubectl delete myapp hello --timeout=30s
	assert 'the Deployment is gone' absent deployment hello
	assert 'the Service is gone' absent service hello
	assert 'no Pods are left' eventually "$settling" pods_are 0
	assert 'every request to the webhook was answered' probes 20
	stop_prober
	assert 'SIGTERM ends pratique with exit code 0' stop_server
}

prepare
test_creation
test_status
test_calm
test_repair
test_change
test_foreign
test_outage
test_hang
test_deletion
report
