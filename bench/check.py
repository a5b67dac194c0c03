"""What `pratique check` costs, beside libyaml alone and the Go checkers; called by bench.py."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

KUBECONFORM = "github.com/yannh/kubeconform@v0.8.0"
CORE = 0


def run_once(plan, command, cores):
    """Wall clock and CPU in seconds, peak memory in bytes, of a command that must find nothing."""
    run = subprocess.run([plan.usage, *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True, text=True,
                         preexec_fn=lambda: os.sched_setaffinity(0, cores))
    status, *numbers = run.stderr.splitlines()[-1].split()
    if status != "0":
        sys.exit(f"bench: {command[0]} ended with {os.waitstatus_to_exitcode(int(status))}: {run.stderr[-300:]!r}")
    return tuple(map(float, numbers))


def best(plan, command, cores, rounds):
    return tuple(min(column) for column in zip(*(run_once(plan, command, cores) for _ in range(rounds))))


def make_manifests(peers, folder, count):
    """The first thousand are the peers' own; further ones have the same bytes under other names."""
    subprocess.run([sys.executable, peers / "gen/manifests.py", folder, str(min(count, 1000))], check=True)
    texts = [path.read_bytes() for path in sorted(folder.iterdir())]
    for i in range(len(texts), count):
        (folder / f"{i:06d}.yaml").write_bytes(texts[i % len(texts)])
    return folder


def crds(corpora):
    return [corpora / "crds/gateway-api/standard/gateway.networking.k8s.io_httproutes.yaml",
            corpora / "crds/kruise/apps.kruise.io_clonesets.yaml"]


def go_checkers(peers, corpora, out):
    """Name and command, a folder of manifests to follow."""
    environment = dict(os.environ, GOBIN=str(out), CGO_ENABLED="0")
    go = ["go", "build", "-o", f"{out}/", "./go-check"]
    if subprocess.run(go, cwd=peers, env=environment, check=False, capture_output=True).returncode != 0:
        return []
    checkers = [("go-check (API server's code)", [out / "go-check", "-crds", out / "crds"])]
    (out / "crds").mkdir()
    (out / "schemas").mkdir()
    for crd in crds(corpora):
        shutil.copy(crd, out / "crds")
    found = subprocess.run(["go", "list", "-m", "-f", "{{.Dir}}", KUBECONFORM], cwd=peers, env=environment,
                           check=False, capture_output=True, text=True)
    installed = subprocess.run(["go", "install", "github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0"], env=environment,
                               check=False, capture_output=True)
    script = pathlib.Path(found.stdout.strip() or subprocess.run(
        ["go", "env", "GOMODCACHE"], check=True, capture_output=True, text=True).stdout.strip() + "/" + KUBECONFORM)
    script /= "scripts/openapi2jsonschema.py"
    if installed.returncode == 0 and script.is_file() and subprocess.run(
            [sys.executable, script, *crds(corpora)], cwd=out / "schemas", check=False, capture_output=True).returncode == 0:
        checkers.insert(0, ("kubeconform", [out / "kubeconform", "-schema-location",
                                            out / "schemas/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json"]))
    return checkers


def measure_speed(plan, corpora, peers, scratch, table):
    count, rounds = (1000, 3) if plan.quick else (10_000, 3)
    folder = make_manifests(peers, scratch / "manifests", count)
    ours = [plan.pratique, "check", *(word for crd in crds(corpora) for word in ("-s", crd))]
    floor = [plan.yaml_floor, *sorted(folder.iterdir())]
    commands = [("libyaml's events alone", floor), ("pratique", [*ours, folder])]
    if not plan.quick and shutil.which("go"):
        (scratch / "go").mkdir()
        commands += [(name, [*command, folder]) for name, command in go_checkers(peers, corpora, scratch / "go")]
    cores = os.sched_getaffinity(0)
    cost = {name: best(plan, command, {CORE}, rounds) for name, command in commands}
    together = {name: best(plan, command, cores, rounds)[0] for name, command in commands[1:]}
    own = cost["pratique"][1]
    table(f"check, {count:,} manifests of 2.7 KB, half HTTPRoute and half CloneSet; best of {rounds}",
          ["checker", "CPU µs each, one core", "times ours", "wall s, one core", f"{len(cores)} cores", "RSS MB"],
          [(name, cpu / count * 1e6, f"{cpu / own:.2f}", f"{wall:.2f}",
            f"{together[name]:.2f}" if name in together else "", memory / 1e6)
           for name, (wall, cpu, memory) in cost.items()])


def measure_memory(plan, corpora, peers, scratch, table):
    """Of runs that differ in nothing but the number of files."""
    ours = [plan.pratique, "check", "--workers", "2", *(word for crd in crds(corpora) for word in ("-s", crd))]
    few, many = (1000, 10_000) if plan.quick else (1000, 100_000)
    folders = {count: make_manifests(peers, scratch / f"of-{count}", count) for count in (few, many)}
    rows = []
    for name, more in (("created", lambda folder: []), ("updated (--old)", lambda folder: ["--old", folder])):
        memory = {count: best(plan, [*ours, *more(folder), folder], os.sched_getaffinity(0), 1)[2] for count, folder in folders.items()}
        rows.append((name, memory[few] / 1e6, memory[many] / 1e6, (memory[many] - memory[few]) / (many - few)))
    table("Memory of check, RSS at most", ["objects are", f"MB, {few:,} files", f"{many:,} files", "bytes for each more"], rows)


def measure_check(plan, corpora, peers, table):
    if not plan.with_peers or subprocess.run([sys.executable, "-c", "import yaml"], check=False, capture_output=True).returncode != 0:
        print("bench: check is left out (no peers, or no PyYAML for their manifests)", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        measure_speed(plan, corpora, peers, scratch, table)
        measure_memory(plan, corpora, peers, scratch, table)
