"""./dev bench serve: the webhook beside its floor and the Go peers, all of one run, a core each."""
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import time

from server import CLIENT_CORE, Server, undisturbed

# What must be reached: least requests per CPU second as a multiple of a peer's, by review.
OF_CR_WEBHOOK = {"UPDATE 8.2 KB": 8, "CREATE 1.6 KB": 4, "UPDATE 105 KB": 8}
OF_FULL_WEBHOOK = {"UPDATE 8.2 KB": 50, "CREATE 1.6 KB": 40, "UPDATE 105 KB": 25}
OF_FLOOR = {"UPDATE 8.2 KB": 0.5, "UPDATE 105 KB": 0.25}
HANDSHAKE_SECONDS = 4
QUIET_SECONDS = 2  # until who has started has given back what it needed for it only


def without_rules(crd, target):
    """Copies a CRD without its x-kubernetes-validations: a key, and what is indented below it or lists it."""
    kept, skipped = [], None
    for line in crd.read_text().splitlines(keepends=True):
        indent = len(line) - len(line.lstrip(" "))
        if skipped is not None and (indent > skipped or not line.strip() or
                                    indent == skipped and line.lstrip().startswith("- ")):
            continue
        skipped = indent if line.strip() == "x-kubernetes-validations:" else None
        if skipped is None:
            kept.append(line)
    target.write_text("".join(kept))
    return target


def build_peers(peers, out, names):
    """Whether the Go programs are there now."""
    if shutil.which("go") is None:
        print("bench: no Go: the peers are left out", file=sys.stderr)
        return False
    out.mkdir(parents=True, exist_ok=True)
    environment = dict(os.environ, CGO_ENABLED="0")
    for name in names:
        run = subprocess.run(["go", "build", "-trimpath", "-buildvcs=false", "-o", f"{out}/", f"./{name}"], cwd=peers,
                             env=environment, check=False)
        if run.returncode != 0:
            print(f"bench: {name} cannot be built: the peers are left out", file=sys.stderr)
            return False
    return True


class Contest:
    """The servers that take part: name, command and path."""

    def __init__(self, plan, certs, peers, out, folder):
        plain = without_rules(plan.schemas, pathlib.Path(folder) / "plain.yaml")
        ours = plan.serve(certs)
        self.with_rules = (ours, "/validate")
        self.without_rules = ([plain if word == plan.schemas else word for word in ours], "/validate")
        self.floor = ([plan.floor, "127.0.0.1:{port}", certs], "/validate")
        peer = ["-port", "{port}", "-certs", certs]
        self.cr = ([out / "cr-webhook", *peer], "/validate-gateway-networking-k8s-io-v1-httproute")
        self.full = ([out / "full-webhook", *peer, "-crd", plan.schemas], "/")
        self.openloop = out / "openloop"
        self.plan = plan
        self.has_peers = build_peers(peers, out, ["cr-webhook", "full-webhook", "openloop"])

    def turns(self, entrants):
        """For each review the best run of each entrant, who take turns so that a neighbour slows all."""
        rows = []
        servers = [(name, Server(name, command), path) for name, (command, path) in entrants]
        for _, server, _ in servers:
            server.start()
        try:
            for review, label in self.plan.reviews:
                runs = {name: [] for name, _, _ in servers}
                for _ in range(self.plan.rounds):
                    for name, server, path in servers:
                        runs[name].append(server.load(review, path, self.plan.seconds))
                rows += [(label, name, min(runs[name], key=lambda run: run["cpu"])) for name, _, _ in servers]
            memory = {name: server.memory() for name, server, _ in servers}
        finally:
            for _, server, _ in servers:
                server.stop()
        return rows, memory

    def table(self, title, entrants, targets, table):
        """Prints one table and tells for each review which multiples are reached."""
        rows, memory = self.turns(entrants)
        cpu = {(label, name): run["cpu"] for label, name, run in rows}
        table(title, ["review", "server", "req/s a core", "CPU µs", "ours is", "req/s seen", "p50 ms", "p99 ms", "p99.9 ms", "core"],
              [(label, name, f"{1e6 / run['cpu']:,.0f}", run["cpu"], f"× {run['cpu'] / cpu[label, 'pratique']:.2f}",
                f"{run['rate']:,.0f}", f"{run['p50'] / 1e3:.2f}", f"{run['p99'] / 1e3:.2f}", f"{run['p999'] / 1e3:.2f}",
                f"{run['core']:.2f}") for label, name, run in rows])
        for peer, wanted in targets:
            for label, least in wanted.items():
                if (label, peer) in cpu:
                    reached = cpu[label, peer] / cpu[label, "pratique"]
                    tell(f"{label}, requests per CPU second, of {peer}", reached, least, reached >= least)
        return memory, rows


def tell(what, reached, wanted, is_met):
    print(f"{'met   ' if is_met else 'MISSED'} {what}: {reached:.2f}, wanted {wanted}")


def fixed_rate(contest, rows, table):
    """Latency from when a request was due, at half of what cr-webhook can do. The floor's is what the
    client and the system take of it."""
    review, label = contest.plan.reviews[0]
    best = max(run["rate"] for row_label, name, run in rows if (row_label, name) == (label, "cr-webhook"))
    lines, p99 = [], {}
    for name, (command, path) in (("cr-webhook", contest.cr), ("pratique", contest.without_rules), ("floor", contest.floor)):
        with Server(name, command) as server:
            for _ in range(contest.plan.rounds):
                said = subprocess.run(["taskset", "-c", CLIENT_CORE, contest.openloop, "-url", f"https://127.0.0.1:{server.port}{path}",
                                       "-review", review, "-rate", f"{best / 2:.0f}", "-seconds", str(contest.plan.seconds)],
                                      capture_output=True, text=True, check=True).stdout
                found = dict(re.findall(r"(p[0-9.]+) ([0-9.]+) ms", said))
                lines.append((name, *(found[key] for key in ("p50", "p90", "p99", "p99.9"))))
                p99[name] = min(p99.get(name, 1e9), float(found["p99"]))
    table(f"{label} at {best / 2:.0f} a second, half of cr-webhook's best; 16 connections, each round",
          ["server", "p50 ms", "p90 ms", "p99 ms", "p99.9 ms"], lines)
    share = p99["pratique"] / p99["cr-webhook"]
    tell("p99 at that rate, of cr-webhook's", share, "at most 0.25", share <= 0.25)


def starts_and_memory(contest, entrants, memory, table):
    """Who takes connections may have to do something before it answers: a start ends with the first answer.
    Entrants take turns, so that a neighbour slows all, and each finds the caches as another has left them."""
    lines, facts = [], {}
    review = contest.plan.reviews[0][0]
    clocks, idle = {name: [] for name, _ in entrants}, {}
    for _ in range(contest.plan.starts):
        for name, (command, path) in entrants:
            server = Server(name, command)
            with undisturbed():
                clocks[name].append(server.start_until_answer(review, path)[0])
            server.stop()
    for name, (command, _) in entrants:
        with Server(name, command) as server:
            time.sleep(QUIET_SECONDS)
            idle[name] = server.memory()
    for name, clock in clocks.items():
        facts[name] = (statistics.median(clock), memory[name])
        lines.append((name, min(clock), statistics.median(clock), idle[name], memory[name]))
    table("The processes", ["server", "first answer ms, min", "median", "RSS MB idle", "RSS MB after the load"], lines)
    if "cr-webhook" in facts:
        (start, size), (peer_start, peer_size) = facts["pratique"], facts["cr-webhook"]
        tell("resident memory, of cr-webhook's", size / peer_size, "at most 0.33", size * 3 <= peer_size)
        tell("start, of cr-webhook's", start / peer_start, "at most 0.50", start * 2 <= peer_start)


def handshakes(contest, certs, table):
    """Full handshakes, one after the other: what they take of the server, and how many there were."""
    openssl = ["openssl", "s_server", "-accept", "127.0.0.1:{port}", "-cert", f"{certs}/tls.crt", "-key", f"{certs}/tls.key", "-quiet"]
    lines = []
    for name, command in (("pratique", contest.without_rules[0]), ("openssl s_server", openssl), ("cr-webhook", contest.cr[0])):
        if name == "cr-webhook" and not contest.has_peers:
            continue
        with Server(name, command) as server:
            before, started = server.cpu(), time.perf_counter()
            said = subprocess.run(["taskset", "-c", CLIENT_CORE, "openssl", "s_time", "-connect", f"127.0.0.1:{server.port}", "-new",
                                   "-time", str(HANDSHAKE_SECONDS)], capture_output=True, text=True, check=False).stdout
            used, wall = server.cpu() - before, time.perf_counter() - started
            count = int(re.search(r"(\d+) connections in [\d.]+ real seconds", said.replace("\n", " "))[1])
            lines.append((name, f"{count / wall:,.0f}", f"{count / used:,.0f}", used / count * 1e6))
    table("Full TLS 1.3 handshakes, P-256, one client", ["server", "a second seen", "a CPU second", "CPU µs"], lines)


def measure_serve(plan, certs, peers, folder, table):
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache"))
    contest = Contest(plan, certs, peers, cache / "pratique/bench-peers", folder)
    plain = [("floor", contest.floor), ("pratique", contest.without_rules)]
    ruled = [("pratique", contest.with_rules)]
    if contest.has_peers:
        plain.append(("cr-webhook", contest.cr))
        ruled.append(("full-webhook", contest.full))
    memory, rows = contest.table("Without the CRD's rules; TLS, 16 connections, server and client on a core each; best of "
                                 f"{plan.rounds} rounds of {plan.seconds} s", plain,
                                 [("cr-webhook", OF_CR_WEBHOOK)], table)
    cpu = {(label, name): run["cpu"] for label, name, run in rows}
    for label, least in OF_FLOOR.items():
        share = cpu[label, "floor"] / cpu[label, "pratique"]
        tell(f"{label}, of the floor", share, least, share >= least)
    contest.table("With the CRD's rules", ruled, [("full-webhook", OF_FULL_WEBHOOK)], table)
    if contest.has_peers:
        fixed_rate(contest, rows, table)
    starts_and_memory(contest, plain, memory, table)
    handshakes(contest, certs, table)
