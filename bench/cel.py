"""What CEL costs rule by rule and for whole objects, beside cel-go as the API server runs it and bare; called by bench.py.

The names of the peers' columns are those of their README.
"""
import os
import re
import subprocess
import sys
import tempfile

CORE = 0
CRD_STAGES = {"compile": "its CRD", "compile-no-rules": "its CRD without rules",
              "load": "its CRD, from YAML", "load-no-rules": "its CRD without rules, from YAML"}
RESULT = re.compile(r"^Benchmark(\S+?)(?:-\d+)?\s+\d+\s+([\d.]+) ns/op", re.MULTILINE)


def run_go(plan, peers, corpora, package, pattern):
    """The least ns of each benchmark by its name; none where there is no Go or the peers do not build."""
    environment = dict(os.environ, CGO_ENABLED="0", PEERS_CORPORA=str(corpora))
    with tempfile.TemporaryDirectory() as folder:
        program = f"{folder}/peer"
        try:
            subprocess.run(["go", "test", "-c", "-o", program, f"./{package}"], cwd=peers, env=environment, check=True, capture_output=True)
        except (FileNotFoundError, subprocess.CalledProcessError):
            print(f"bench: {peers}/{package} does not build (no Go?): its columns are left out", file=sys.stderr)
            return {}
        text = subprocess.run(["taskset", "-c", str(CORE), program, "-test.run", "x", "-test.bench", pattern, "-test.benchtime", "0.1s",
                               "-test.count", "1" if plan.quick else "3"],
                              cwd=peers / package, env=environment, check=True, capture_output=True, text=True).stdout
    least = {}
    for name, ns in RESULT.findall(text):
        least[name] = min(float(ns), least.get(name, float("inf")))
    return least


def times(peer, ours):
    return "" if peer is None else f"{peer / ours:,.1f}"


def measure_rules(plan, peers, corpora, table):
    go = run_go(plan, peers, corpora, "celgo", "Eval|Compile|ParseCheck")
    lines = subprocess.run(["taskset", "-c", str(CORE), plan.cel, peers / "celgo/rules.json"], capture_output=True, text=True, check=True).stdout
    rows = []
    for name, *numbers in map(str.split, lines.splitlines()):
        run, size, check, compilation, static, runtime = map(int, numbers)
        rows.append((name, f"{run:,}", times(go.get(f"Eval/{name}"), run), times(go.get(f"EvalPlain/{name}"), run),
                     times(go.get(f"EvalBare/{name}"), run), f"{check:,}", times(go.get(f"ParseCheck/{name}"), check),
                     f"{compilation:,}", times(go.get(f"CompileNode/{name}"), compilation), f"{static:,}", f"{runtime:,}", f"{size:,}"))
    table("CEL by rule: ns, and how many times that the peers take", ["rule", "run", "API server", "plain", "bare", "parse and check",
          "check", "whole compile", "compile", "static cost", "runtime cost", "arena bytes"], rows)


def measure_objects(plan, peers, corpora, table):
    """Rules of whole objects, and what is done once a CRD."""
    go = run_go(plan, peers, corpora, "validate", "Stage/^HTTPRoute(Large)?$/^CEL|CompileCRD/^HTTPRoute$")
    crd = corpora / "crds/gateway-api/standard/gateway.networking.k8s.io_httproutes.yaml"
    rows, compilations = [], {}
    for name, peer in (("httproute", "HTTPRoute"), ("httproute-large", "HTTPRouteLarge")):
        objects = [peers / f"objects/{name}.json", peers / f"objects/{name}-old.json"]
        lines = subprocess.run(["taskset", "-c", str(CORE), plan.engine, crd, *objects], capture_output=True, text=True, check=True).stdout
        ours = {stage: int(ns) for stage, ns, _ in map(str.split, lines.splitlines())}
        for stage in CRD_STAGES:
            compilations[stage] = min(ours[stage], compilations.get(stage, ours[stage]))
        for stage, theirs in (("rules", "CELCreate"), ("rules-update", "CELUpdate")):
            other = go.get(f"Stage/{peer}/{theirs}")
            rows.append((f"{name}, {stage}", ours[stage] / 1e3, "" if other is None else other / 1e3, times(other, ours[stage])))
    other = go.get("CompileCRD/HTTPRoute")
    for stage, what in CRD_STAGES.items():
        has_peer = other is not None and stage == "load"
        rows.append((what, compilations[stage] / 1e3, other / 1e3 if has_peer else "", times(other, compilations[stage]) if has_peer else ""))
    table("CEL of whole objects, and compiling: µs", ["what", "ours", "API server", "times"], rows)


def measure_cel(plan, corpora, peers, table):
    if not plan.with_peers:
        print("bench: no peers (set PRATIQUE_PEERS): the tables of CEL are left out", file=sys.stderr)
        return
    measure_rules(plan, peers, corpora, table)
    measure_objects(plan, peers, corpora, table)
