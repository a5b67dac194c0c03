#!/usr/bin/env bash
# Records tests/data/reviews/myapp-*.json again: what a real kube-apiserver sends to a webhook, byte
# for byte. The CRD in that cluster knows no fields, as a cluster whose CRD is still loose has it, so
# that the API server neither fills in nor refuses anything before it asks. Needs build/pratique, or
# PRATIQUE.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../../..
plane=$root/tests/e2e/control_plane.sh
dir=$(mktemp -d)
recorder=
stop() {
	[ -z "$recorder" ] || kill "$recorder" 2>/dev/null || true
	"$plane" stop "$dir/plane"
	rm -rf "$dir"
}
trap stop EXIT

"$plane" start "$dir/plane" >"$dir/settings"
# shellcheck source=/dev/null
. "$dir/settings"
export KUBECONFIG
kubectl() { "$KUBECTL" "$@"; }

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=recorder \
	-addext subjectAltName=IP:127.0.0.1 -keyout "$dir/tls.key" -out "$dir/tls.crt" 2>/dev/null
python3 "$here/recorder.py" "$dir" &
recorder=$!
until [ -s "$dir/port" ]; do sleep 0.05; done

python3 - "$root/schemas/crds/apps.example.com_myapps.yaml" <<'END' | kubectl apply -f -
import re, sys
text = open(sys.argv[1]).read()
loose = "        type: object\n        x-kubernetes-preserve-unknown-fields: true\n"
print(re.sub(r"(openAPIV3Schema:\n).*", lambda m: m[1] + loose, text, flags=re.S))
END
kubectl wait --for=condition=Established --timeout=30s crd/myapps.apps.example.com
"${PRATIQUE:-$root/build/pratique}" manifests webhooks --schemas "$root/schemas" \
	--url "https://127.0.0.1:$(<"$dir/port")" --ca "$dir/tls.crt" | kubectl apply -f -

# create NAME DOOR: objects come on standard input. The webhook may take a moment to be noticed.
create() {
	cat >"$dir/object.yaml"
	for _ in $(seq 100); do
		kubectl create -f "$dir/object.yaml"
		kubectl delete -f "$dir/object.yaml"
		[ -s "$dir/$2.json" ] && break
		sleep 0.1
	done
	mv "$dir/$2.json" "$here/$1.json"
	rm -f "$dir"/*.json
}

create myapp-create-defaults mutate <<'END'
apiVersion: apps.example.com/v1
kind: MyApp
metadata:
  name: hello
  namespace: default
spec:
  image: registry.k8s.io/e2e-test-images/agnhost:2.53
  ports:
  - name: http
    containerPort: 8080
END
create myapp-invalid validate <"$root/manifests/samples/myapp-invalid.yaml"
create myapp-valid validate <"$root/manifests/samples/myapp.yaml"
ls -l "$here"/myapp-*.json
