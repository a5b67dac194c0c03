"""Runs what the documents show, and looks for the files they name: test_readme.py PRATIQUE

Every ```console block of the documents, in the root and in the folders, is a session: lines that start
with "$ " are commands (a backslash or a pipe at the end and an open quote go on in the next line),
the others what they print, standard error included. In the output … stands for any text within a
line, and a line of … alone for any lines. A block below the comment <!-- needs a cluster --> is
only counted.

The sessions run in a folder that looks like a built tree, beside a `pratique serve` on a free port
that stands in for https://localhost:9443.
"""
import difflib
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"(?P<note><!-- needs a cluster -->\s*\n)?```console\n(?P<body>.*?)^```$", re.S | re.M)
MARK = "@@ end of output @@"
PATIENCE = 20  # seconds


def documents():
    folders = [ROOT / name for name in ("docs", "bench", "certs", "tests", "manifests")]
    return [*sorted(ROOT.glob("*.md")), *(page for folder in folders for page in sorted(folder.glob("**/*.md")))]


def sessions(document):
    """(line number, commands with their expected output, needs a cluster) of each block."""
    text = document.read_text()
    for match in BLOCK.finditer(text):
        line = text.count("\n", 0, match.start("body")) + 1
        yield line, split_session(match["body"]), match["note"] is not None


def split_session(body):
    steps = []
    for line in body.splitlines():
        if line.startswith("$ "):
            steps.append(([line[2:]], []))
        elif not steps:
            raise ValueError(f'"{line}" comes before the first "$ "')
        elif not steps[-1][1] and goes_on("\n".join(steps[-1][0])):
            steps[-1][0].append(line)
        else:
            steps[-1][1].append(line)
    return [("\n".join(command), output) for command, output in steps]


def goes_on(command):
    return command.endswith(("\\", "|")) or command.count("'") % 2 == 1


def run_session(steps, folder):
    """What each command printed. One shell runs them all, so that $? and variables carry over."""
    script = "".join(f"{command}\ncode=$?; printf '\\n{MARK}\\n'; (exit $code)\n" for command, _ in steps)
    run = subprocess.run(["bash"], input=script, cwd=folder, text=True, timeout=60, check=False,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return [part.strip("\n").splitlines() for part in run.stdout.split(MARK)[:-1]]


def matches(expected, seen):
    pattern = ""
    for line in expected:
        if line.strip() == "…":
            pattern += r"(.*\n)*"
        else:
            pattern += r"[^\n]*".join(re.escape(part) for part in line.rstrip().split("…")) + r"[ \t]*\n"
    return re.fullmatch(pattern, "".join(line + "\n" for line in seen)) is not None


def built_tree(folder, pratique):
    """The sources as they are, and a build folder with the program and certificates."""
    for entry in ROOT.iterdir():
        if not entry.name.startswith((".", "build")):
            (folder / entry.name).symlink_to(entry)
    (folder / ".curlrc").write_text("silent\nshow-error\n")  # as on a terminal: no progress meter
    (folder / "build").mkdir()
    (folder / "build" / "pratique").symlink_to(pratique)
    subprocess.run([pratique, "certs", "init", "--certs", folder / "build" / "certs"], check=True, timeout=PATIENCE)


def start_server(folder, pratique):
    """The process and the port it serves on."""
    addresses = folder / "build" / "addresses"
    server = subprocess.Popen(
        [pratique, "serve", "--schemas", "schemas", "--certs", "build/certs", "--listen", "127.0.0.1:0",
         "--health-listen", "127.0.0.1:0", "--address-file", addresses],
        cwd=folder, stderr=(folder / "build" / "serve.log").open("w"))
    deadline = time.monotonic() + PATIENCE
    while not addresses.exists():
        if server.poll() is not None or time.monotonic() > deadline:
            server.kill()
            sys.exit("pratique serve did not start:\n" + (folder / "build" / "serve.log").read_text())
        time.sleep(0.02)
    return server, re.search(r"127\.0\.0\.1:(\d+)", addresses.read_text())[1]


def broken_links(document):
    """Prints the links to files that are not there and returns how many."""
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text())
    missing = [target for target in targets if not (document.parent / target).exists()]
    for target in missing:
        print(f"not ok - {document.relative_to(ROOT)} links to {target}, which is not there")
    return len(missing)


def absent_files(document):
    """Prints the sources that code spans name, from the root or from src/, but that are not there."""
    named = set(re.findall(r"`((?:[a-z_.]+/)+[a-z_]+\.(?:c|cc|h|py|sh))`", document.read_text()))
    absent = [name for name in sorted(named) if not any((root / name).exists() for root in (ROOT, ROOT / "src"))]
    for name in absent:
        print(f"not ok - {document.relative_to(ROOT)} names {name}, which is not there")
    return len(absent)


def judge(name, steps, folder, port):
    """Prints one line a command and returns how many did not print what the document shows."""
    failed = 0
    moved = [(command.replace(":9443", ":" + port), [line.replace(":9443", ":" + port) for line in output])
             for command, output in steps]
    seen = run_session(moved, folder)
    for (command, expected), lines in zip(moved, seen):
        good = matches(expected, lines)
        failed += not good
        print(f"{'ok' if good else 'not ok'} - {name}: {command}")
        if not good:
            print("\n".join(difflib.unified_diff(expected, lines, "the document", "really", lineterm="")))
    if len(seen) < len(moved):
        failed += 1
        print(f"not ok - {name}: the shell ended after {len(seen)} of {len(moved)} commands")
    return failed


def main():
    pratique = pathlib.Path(sys.argv[1]).resolve()
    os.environ["NO_COLOR"] = "1"
    ran = failed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        os.environ["CURL_HOME"] = name
        built_tree(folder, pratique)
        server, port = start_server(folder, pratique)
        try:
            for document in documents():
                failed += broken_links(document) + absent_files(document)
                for line, steps, cluster in sessions(document):
                    where = f"{document.relative_to(ROOT)}:{line}"
                    if cluster:
                        print(f"ok - {where} # SKIP needs a cluster")
                        continue
                    ran += len(steps)
                    failed += judge(where, steps, folder, port)
        finally:
            server.terminate()
            server.wait(PATIENCE)
    print(f"{ran} commands, {failed} differ")
    return 1 if failed or not ran else 0


sys.exit(main())
