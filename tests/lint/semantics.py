"""Holds docs/semantics.md against src/: each file that it names is there, and each file with rules is
named."""
import pathlib
import re
import sys

# Folders whose every .c file the document must name.
COMPLETE = ("schema", "registry", "registry/builtin")
NAME = re.compile(r"`(?:src/)?([\w/]+\.[ch])`")


def main():
    root = pathlib.Path(sys.argv[1])
    source = root / "src"
    document = (root / "docs" / "semantics.md").read_text(encoding="utf-8")
    named = set(NAME.findall(document))
    known = {str(path.relative_to(source)) for path in source.rglob("*.[ch]")}
    last_parts = {path.rsplit("/", 1)[-1] for path in known}
    problems = [f"docs/semantics.md names {name}, which is not there" for name in sorted(named)
                if name not in known and ("/" in name or name not in last_parts)]
    named_last = {name.rsplit("/", 1)[-1] for name in named}
    for folder in COMPLETE:
        problems += [f"docs/semantics.md does not name src/{folder}/{path.name}"
                     for path in sorted((source / folder).glob("*.c")) if path.name not in named_last]
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
