"""What pratique costs, beside a floor and the Go peers: ./dev bench [serve|engine|cel|check] [--quick]. See README.md here.

Everything is a ratio of one run on one machine; absolute numbers of two runs do not compare.
"""
import argparse
import contextlib
import json
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import tempfile

from cel import measure_cel
from check import measure_check
from serve import measure_serve
from server import Server, undisturbed

ROOT = pathlib.Path(__file__).resolve().parents[1]
PEERS = pathlib.Path(os.environ.get("PRATIQUE_PEERS", ROOT / "../shared/peers")).resolve()
CORPORA = pathlib.Path(os.environ.get("PRATIQUE_CORPORA", ROOT / "../shared/corpora")).resolve()
HTTPROUTE = CORPORA / "crds/gateway-api/standard/gateway.networking.k8s.io_httproutes.yaml"
PLANE = ROOT / "tests/e2e/control_plane.sh"


class Plan:
    """How long and how often; which reviews; where the programs are."""

    def __init__(self, quick, build):
        self.quick = quick
        self.seconds, self.rounds, self.starts = (2, 2, 5) if quick else (6, 3, 20)
        self.warm = 20_000 if quick else 200_000
        self.pratique, self.floor, self.engine = build / "pratique", build / "bench/floor", build / "bench/engine"
        self.cel = build / "bench/cel"
        self.yaml_floor, self.usage = build / "bench/yaml_floor", build / "bench/usage"
        self.with_peers = PEERS.is_dir() and HTTPROUTE.is_file()
        if self.with_peers:
            self.schemas = HTTPROUTE
            self.reviews = [(PEERS / f"review-httproute-{name}.json", label) for name, label in
                            (("update", "UPDATE 8.2 KB"), ("create-small", "CREATE 1.6 KB"), ("update-large", "UPDATE 105 KB"))]
        else:
            self.schemas = ROOT / "schemas"
            self.reviews = [(ROOT / "tests/data/reviews/myapp-valid.json", "CREATE 1.8 KB")]

    def serve(self, certs, *more):
        return [self.pratique, "serve", "--listen", "127.0.0.1:{port}", "--health-listen", "127.0.0.1:{health}",
                "--schemas", self.schemas, "--certs", certs, *more]


def table(title, columns, rows):
    print(f"\n{title}\n")
    cells = [columns, *[[cell if isinstance(cell, str) else f"{cell:,.1f}" for cell in row] for row in rows]]
    widths = [max(len(row[i]) for row in cells) for i in range(len(columns))]
    for number, row in enumerate(cells):
        print("| " + " | ".join(cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths))) + " |")
        if number == 0:
            print("|" + "|".join("-" * (w + 2) for w in widths) + "|")
    sys.stdout.flush()


def check_answer(server, review, path):
    answer = server.ask(review, path)
    if b'"allowed":true' not in answer.replace(b" ", b""):
        sys.exit(f"bench: {server.name} answered {answer[-300:]!r} to {review.name}")


def measure_load(plan, certs):
    """The floor and ours by turns, so that a neighbour on the machine slows both."""
    rows = []
    with Server("floor", [plan.floor, "127.0.0.1:{port}", certs]) as floor, Server("pratique", plan.serve(certs)) as ours:
        for review, label in plan.reviews:
            for path in ("/validate", "/mutate"):
                for server in (floor, ours):
                    check_answer(server, review, path)
                runs = [(floor.load(review, path, plan.seconds), ours.load(review, path, plan.seconds)) for _ in range(plan.rounds)]
                rows.append((label, path, *(min(side, key=lambda run: run["cpu"]) for side in zip(*runs))))
    table("Webhook over TLS, 16 connections, server and client on one core each; best of "
          f"{plan.rounds} rounds of {plan.seconds} s", ["review", "door", "floor req/s", "ours", "floor CPU µs", "ours",
          "beyond floor", "of the floor", "p50 ms", "p99 ms", "p99.9 ms", "core"],
          [(label, path, f"{floor['rate']:,.0f}", f"{ours['rate']:,.0f}", floor["cpu"], ours["cpu"],
            ours["cpu"] - floor["cpu"], f"{floor['cpu'] / ours['cpu']:.2f}", f"{ours['p50'] / 1e3:.2f}", f"{ours['p99'] / 1e3:.2f}", f"{ours['p999'] / 1e3:.2f}",
            f"{ours['core']:.2f}") for label, path, floor, ours in rows])
    return {label: ours["cpu"] for label, path, _, ours in rows if path == "/validate"}


def measure_latency(plan, certs):
    """One connection: latency without a queue in front of it."""
    review, label = plan.reviews[0]
    rows = []
    for name, command in (("floor", [plan.floor, "127.0.0.1:{port}", certs]), ("pratique", plan.serve(certs))):
        with Server(name, command) as server:
            run = min((server.load(review, "/validate", plan.seconds, 1) for _ in range(plan.rounds)), key=lambda run: run["p99"])
            rows.append((name, f"{run['rate']:,.0f}", run["cpu"], *(f"{run[key] / 1e3:.3f}" for key in ("p50", "p99", "p999"))))
    table(f"One connection, {label}", ["server", "req/s", "CPU µs", "p50 ms", "p99 ms", "p99.9 ms"], rows)


@contextlib.contextmanager
def cluster():
    """A kubeconfig of a real API server with our CRDs, or None where there is none to be had."""
    with tempfile.TemporaryDirectory() as folder:
        if subprocess.run([PLANE, "assets"], capture_output=True, check=False).returncode != 0:
            yield None
            return
        try:
            started = subprocess.run([PLANE, "start", folder, "--controllers"], capture_output=True, text=True, check=True).stdout
            facts = dict(line.split("=", 1) for line in started.splitlines())
            subprocess.run([facts["KUBECTL"], "--kubeconfig", facts["KUBECONFIG"], "apply", "-f", ROOT / "schemas/crds"],
                           check=True, stdout=subprocess.DEVNULL)
            yield facts["KUBECONFIG"]
        finally:
            subprocess.run([PLANE, "stop", folder], check=False)


def measure_process(plan, name, command):
    """Start to ready, memory idle and after many reviews."""
    ready = []
    for _ in range(plan.starts):
        server = Server(name, command)
        with undisturbed():
            ready.append(server.start())
        server.stop()
    with Server(name, command) as server:
        idle, done = server.memory(), 0
        while done < plan.warm:
            done += server.load(plan.reviews[0][0], "/validate", plan.seconds)["requests"]
        clock, cpu = zip(*ready)
        return (name, min(clock), statistics.median(clock), min(cpu), idle, server.memory(), f"{done:,}")


def measure_processes(plan, certs):
    rows = [measure_process(plan, "floor", [plan.floor, "127.0.0.1:{port}", certs]),
            measure_process(plan, "pratique", plan.serve(certs))]
    with cluster() as kubeconfig:
        if kubeconfig:
            rows.append(measure_process(plan, "pratique, with a cluster", plan.serve(certs, "--kubeconfig", kubeconfig)))
        else:
            print("bench: no kube-apiserver (set KUBEBUILDER_ASSETS): the rows with a cluster are left out", file=sys.stderr)
    table(f"The process, schemas from {plan.schemas.name}", ["server", "ready ms, min", "median", "CPU ms", "RSS MB idle", "RSS MB after", "reviews"], rows)


def measure_engine(plan):
    if not plan.with_peers:
        return
    rows = []
    for name in ("httproute", "httproute-large"):
        objects = [PEERS / f"objects/{name}.json", PEERS / f"objects/{name}-old.json"]
        lines = subprocess.run([plan.engine, HTTPROUTE, *objects], capture_output=True, text=True, check=True).stdout
        rows += [(name, stage, f"{int(ns) / 1e3:,.2f}", f"{int(size):,}") for stage, ns, size in map(str.split, lines.splitlines())]
    table("The engine alone", ["object", "stage", "µs", "bytes"], rows)


def measure_peers(plan, ours):
    """The Go webhooks, by their own runner, beside what ours took above."""
    if plan.quick or not plan.with_peers or subprocess.run(["which", "go"], capture_output=True, check=False).returncode != 0:
        print("bench: the Go peers are left out (--quick, or no Go, or no peers)", file=sys.stderr)
        return
    out = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "pratique/bench-peers"
    (out / "results.jsonl").unlink(missing_ok=True)
    environment = dict(os.environ, PEERS_OUT=str(out), PEERS_CORPORA=str(CORPORA), PEERS_CONNS="16", PEERS_RUNS="2",
                       PEERS_SECONDS=str(plan.seconds), PEERS_WARM="0")
    for peer in ("cr-webhook", "full-webhook"):
        run = subprocess.run([PEERS / "run", peer], env=environment, check=False, stdout=subprocess.DEVNULL)
        if run.returncode != 0:
            print(f"bench: {PEERS}/run {peer} failed, what it had not measured is left out", file=sys.stderr)
    labels = {review.name: label for review, label in plan.reviews}
    rows = []
    for line in (out / "results.jsonl").read_text().splitlines():
        result = json.loads(line)
        label = labels[result["review"]]
        if "mutate" not in result["name"]:
            cpu = min(row["cpu_us"] for row in result["rows"])
            rows.append((result["name"], label, cpu, ours[label], f"{cpu / ours[label]:.1f}", min(result["ready_ms"]),
                         result["rss_idle_kb"] / 1024, result["rss_after_kb"] / 1024))
    table("Go peers, same reviews (cr-webhook checks nothing; full-webhook does our job with the API server's code and runs CEL)",
          ["peer", "review", "its CPU µs", "ours", "times", "ready ms", "RSS MB idle", "after"], rows)


@contextlib.contextmanager
def certificates(plan):
    with tempfile.TemporaryDirectory() as certs:
        subprocess.run([plan.pratique, "certs", "init", "--certs", certs], check=True, stderr=subprocess.DEVNULL)
        yield certs


def measure_webhook(plan):
    with certificates(plan) as certs:
        ours = measure_load(plan, certs)
        measure_latency(plan, certs)
        measure_processes(plan, certs)
    return ours


def measure_beside_peers(plan):
    if not plan.with_peers:
        sys.exit("bench: needs the reviews of ../shared/peers and a CRD of ../shared/corpora (PRATIQUE_PEERS, PRATIQUE_CORPORA)")
    with certificates(plan) as certs, tempfile.TemporaryDirectory() as folder:
        measure_serve(plan, certs, PEERS, folder, table)


def main():
    tables = {
        "serve": measure_beside_peers,
        "engine": measure_engine,
        "cel": lambda plan: measure_cel(plan, CORPORA, PEERS, table),
        "check": lambda plan: measure_check(plan, CORPORA, PEERS, table),
    }
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", nargs="?", choices=tables, help="only these tables")
    parser.add_argument("--quick", action="store_true", help="a minute instead of ten; no Go webhooks")
    parser.add_argument("--check", action="store_const", dest="what", const="check", help="the same as check")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build", help="a build with the target bench-programs")
    arguments = parser.parse_args()
    # Ends what it has started, too: an exit runs every finally.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    plan = Plan(arguments.quick, arguments.build.resolve())
    if arguments.what:
        tables[arguments.what](plan)
        return
    ours = measure_webhook(plan)
    for name in ("engine", "cel", "check"):
        tables[name](plan)
    measure_peers(plan, ours)


if __name__ == "__main__":
    main()
