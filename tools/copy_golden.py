#!/usr/bin/env python3
"""copy_golden.py CORPUS OUT: what of the recorded answers of a kube-apiserver (apiserver-golden) is
our own: the small CRDs, the cases about them and about CRDs made by hand, and those of built-in
kinds. What was made of other projects' CRDs stays where it is."""
import gzip
import json
import pathlib
import shutil
import sys

OWN = "apiserver-golden/own-crds/"
FOLDERS = ("objects", "updates", "crds", "builtin")


def is_own(line):
    return json.loads(line).get("crd", OWN).startswith(OWN)


def copy_cases(source, target):
    lines = [line for line in source.read_text(encoding="ascii").splitlines() if is_own(line)]
    if not lines:
        return 0
    target.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(line + "\n" for line in lines).encode("ascii")
    target.write_bytes(gzip.compress(text, 9, mtime=0))
    return len(lines)


def main():
    corpus, out = map(pathlib.Path, sys.argv[1:])
    count = 0
    for folder in FOLDERS:
        shutil.rmtree(out / folder, ignore_errors=True)
        for source in sorted((corpus / folder).glob("*.jsonl")):
            count += copy_cases(source, out / folder / (source.name + ".gz"))
    shutil.rmtree(out / "own-crds", ignore_errors=True)
    shutil.copytree(corpus / "own-crds", out / "own-crds")
    print(f"{count} cases")


if __name__ == "__main__":
    main()
