#!/usr/bin/env python3
"""Answers the cases that differential fuzzing found once more: replay.py PROGRAM FOLDER."""
import pathlib
import sys

from cases import Recorded
from compare import difference
from document import read
from server import Engine


def replay(engine, path):
    """What differs, or None."""
    case = Recorded(read(path.read_text()))
    if case.crd is not None:
        error = engine.define(path.name, case.crd)
        if error:
            return error
    differs = difference(case.answer, engine.judge(case.line(path.name, case.text)), crd=case.crd is None)
    return differs and differs.text


def main():
    engine = Engine(sys.argv[1])
    failures = 0
    paths = sorted(pathlib.Path(sys.argv[2]).glob("*.json"))
    for path in paths:
        differs = replay(engine, path)
        if differs:
            failures += 1
            print(f"{path.name}: {differs}", file=sys.stderr)
    engine.close()
    print(f"{len(paths)} cases replayed, {failures} differ")
    return failures != 0 or not paths


if __name__ == "__main__":
    sys.exit(main())
