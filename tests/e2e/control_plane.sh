#!/usr/bin/env bash
# A real Kubernetes API on free loopback ports for the end-to-end tests: etcd, kube-apiserver with
# RBAC and client certificates, and kube-controller-manager when asked.
#
#   control_plane.sh assets                      print the folder of the binaries, building them if need be
#   control_plane.sh start DIR [--controllers] [-- kube-apiserver flags]
#                                                start, wait until ready, print KEY=VALUE lines
#   control_plane.sh stop DIR                    end everything that start left running
#   control_plane.sh stop-apiserver DIR          end kube-apiserver alone, as an outage would
#   control_plane.sh start-apiserver DIR         bring it back on the same port, wait until ready
#
# start prints KUBECONFIG (an admin of group system:masters), KUBECTL, APISERVER and ETCD (URLs),
# APISERVER_PID, ETCD_PID, CONTROLLERS_PID (empty without --controllers) and LOGS (a folder).
# The process ids of DIR/*.pid are the only processes that stop touches.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
ready_seconds=60

die() { printf 'control_plane: %s\n' "$*" >&2; exit 1; }

# KUBEBUILDER_ASSETS is the field's convention. Without it the binaries are built from their
# published modules, which needs Go 1.26 and the recipe that lies beside the project.
find_assets() {
	local recipe=$root/../shared/kube-assets/build program
	local folder=${KUBEBUILDER_ASSETS:-}
	if [ -z "$folder" ]; then
		if ! { [ -x "$recipe" ] && go_is_new_enough; }; then
			die 'needs a real kube-apiserver: set KUBEBUILDER_ASSETS to a folder with kube-apiserver, etcd, kube-controller-manager and kubectl, or install Go 1.26'
		fi
		folder=$("$recipe")
	fi
	for program in etcd kube-apiserver kube-controller-manager kubectl; do
		[ -x "$folder/$program" ] || die "KUBEBUILDER_ASSETS=$folder holds no $program"
	done
	printf '%s\n' "$folder"
}

go_is_new_enough() {
	local version
	version=$(go env GOVERSION 2>/dev/null) || return 1
	[ "$(printf '%s\n' go1.26 "$version" | sort -V | head -1)" = go1.26 ]
}

# free_ports N: asks for all at once, so that no two are the same.
free_ports() {
	python3 - "$1" <<-'END'
		import socket, sys
		sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(int(sys.argv[1]))]
		print(*(s.getsockname()[1] for s in sockets))
	END
}

make_certificates() {
	local key=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)
	openssl req -x509 "${key[@]}" -days 2 -subj /CN=e2e-ca -keyout ca.key -out ca.crt
	sign server /CN=kube-apiserver subjectAltName=DNS:localhost,DNS:kubernetes.default.svc,IP:127.0.0.1,IP:10.0.0.1
	sign admin /O=system:masters/CN=e2e-admin extendedKeyUsage=clientAuth
	openssl genrsa -out service-account.key 2048
}

# sign NAME SUBJECT EXTENSION
sign() {
	openssl req "${key[@]}" -subj "$2" -keyout "$1.key" -out "$1.csr"
	openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -out "$1.crt" \
		-extfile <(printf '%s\n' "$3")
}

# launch NAME COMMAND...: in the background, its process id in NAME.pid.
launch() {
	local name=$1
	shift
	"$@" >>"$name.log" 2>&1 </dev/null &
	printf '%s\n' $! >"$name.pid"
}

# end NAME: asks, then insists after ten seconds.
end() {
	local pid i
	[ -f "$1.pid" ] || return 0
	pid=$(<"$1.pid")
	rm -f "$1.pid"
	kill "$pid" 2>/dev/null || return 0
	for ((i = 0; i < 100; i++)); do
		kill -0 "$pid" 2>/dev/null || return 0
		sleep 0.1
	done
	kill -KILL "$pid" 2>/dev/null || true
}

is_ready() {
	curl -sf --max-time 2 --cacert ca.crt --cert admin.crt --key admin.key "$APISERVER/readyz" >/dev/null
}

launch_apiserver() {
	local flags=() deadline=$((SECONDS + ready_seconds))
	mapfile -t flags <apiserver.flags
	launch apiserver "$ASSETS/kube-apiserver" "${flags[@]}"
	until is_ready; do
		kill -0 "$(<apiserver.pid)" 2>/dev/null || die "kube-apiserver ended: $(tail -3 apiserver.log)"
		[ "$SECONDS" -lt "$deadline" ] || die "kube-apiserver is not ready after $ready_seconds s; see $PWD/apiserver.log"
		sleep 0.1
	done
}

launch_etcd() {
	local client=http://127.0.0.1:$1 peer=http://127.0.0.1:$2
	launch etcd "$ASSETS/etcd" --data-dir "$PWD/etcd" --unsafe-no-fsync \
		--listen-client-urls "$client" --advertise-client-urls "$client" \
		--listen-peer-urls "$peer" --initial-advertise-peer-urls "$peer" --initial-cluster "default=$peer"
}

# write_apiserver_flags ETCD_PORT PORT [FLAG...]: one a line, so that a restart uses the same.
write_apiserver_flags() {
	local etcd=$1 port=$2
	shift 2
	printf '%s\n' --etcd-servers="http://127.0.0.1:$etcd" --bind-address=127.0.0.1 --advertise-address=127.0.0.1 \
		--secure-port="$port" --tls-cert-file="$PWD/server.crt" --tls-private-key-file="$PWD/server.key" \
		--client-ca-file="$PWD/ca.crt" --cert-dir="$PWD" --authorization-mode=RBAC \
		--service-account-issuer=https://localhost --service-account-key-file="$PWD/service-account.key" \
		--service-account-signing-key-file="$PWD/service-account.key" --service-cluster-ip-range=10.0.0.0/24 \
		--disable-admission-plugins=ServiceAccount --endpoint-reconciler-type=none "$@" >apiserver.flags
}

write_kubeconfig() {
	cat >kubeconfig <<-END
		apiVersion: v1
		kind: Config
		current-context: e2e
		clusters:
		- name: e2e
		  cluster: {server: "$APISERVER", certificate-authority: "$PWD/ca.crt"}
		users:
		- name: admin
		  user: {client-certificate: "$PWD/admin.crt", client-key: "$PWD/admin.key"}
		contexts:
		- name: e2e
		  context: {cluster: e2e, user: admin}
	END
}

start() {
	local controllers=no etcd peer port
	if [ "${1:-}" = --controllers ]; then controllers=yes; shift; fi
	if [ "${1:-}" = -- ]; then shift; fi
	ASSETS=$(find_assets)
	read -r etcd peer port < <(free_ports 3)
	APISERVER=https://127.0.0.1:$port
	printf 'ASSETS=%q\nAPISERVER=%q\n' "$ASSETS" "$APISERVER" >settings
	make_certificates 2>openssl.log
	write_kubeconfig
	write_apiserver_flags "$etcd" "$port" "$@"
	trap 'stop' EXIT
	launch_etcd "$etcd" "$peer"
	launch_apiserver
	if [ "$controllers" = yes ]; then
		launch controllers "$ASSETS/kube-controller-manager" --kubeconfig="$PWD/kubeconfig" --secure-port=0 \
			--service-account-private-key-file="$PWD/service-account.key" --root-ca-file="$PWD/ca.crt" \
			--leader-elect=false --use-service-account-credentials=false
	fi
	trap - EXIT
	printf '%s\n' "KUBECONFIG=$PWD/kubeconfig" "KUBECTL=$ASSETS/kubectl" "APISERVER=$APISERVER" "ETCD=http://127.0.0.1:$etcd" \
		"APISERVER_PID=$(<apiserver.pid)" "ETCD_PID=$(<etcd.pid)" \
		"CONTROLLERS_PID=$(cat controllers.pid 2>/dev/null || true)" "LOGS=$PWD"
}

stop() {
	end controllers
	end apiserver
	end etcd
}

command=${1:-help}
if [ "$command" = assets ]; then
	find_assets
	exit
fi
[ $# -ge 2 ] || { sed -n '2,15s/^# \{0,1\}//p' "$0" >&2; exit 2; }
mkdir -p "$2"
cd "$2"
shift 2
# shellcheck source=/dev/null
if [ -f settings ]; then . ./settings; fi
case $command in
start) start "$@" ;;
stop) stop ;;
stop-apiserver) end apiserver ;;
start-apiserver) launch_apiserver && printf 'APISERVER_PID=%s\n' "$(<apiserver.pid)" ;;
*) die "unknown command $command" ;;
esac
