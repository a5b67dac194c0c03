"""Holds the table of limits in ARCHITECTURE.md against src/: each limit that it names is there with the
value that it tells, in the file that it names or in one that this file includes, and so is each option."""
import math
import pathlib
import re
import sys

HEADING = "## Limits"
ITEM = re.compile(r"`(--[a-z-]+|[A-Z][A-Z0-9_]*_[A-Z0-9]+)`")
OF_OTHERS = "OTEL_"  # variables of the environment, no constants
VALUE = re.compile(r"`(--[a-z-]+|[A-Z][A-Z0-9_]*)`,? (\d+(?: \d{3})*)(?: (KiB|MiB|GiB|million))?")
UNITS = {"": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "million": 10 ** 6}
FILE = re.compile(r"`([\w./]+)`")
DEFINITION = re.compile(r"\b([A-Z][A-Z0-9_]*) = ([^,}]*)|^#define ([A-Z][A-Z0-9_]*) +([^\n]*)", re.M)
TYPING = re.compile(r"\(size_t\)|[()]|(?<=\d)U?L*\b")
PRODUCT = re.compile(r"\d+(?: \* \d+)*")
SHIFT = re.compile(r"(\d+) << (\d+)")


def rows(text):
    """(what, limit, where) of each row."""
    section = text.split(HEADING, 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines[1:]]


def value_of(expression):
    """None for what is neither a product nor a shift of plain numbers."""
    if PRODUCT.fullmatch(expression):
        return math.prod(map(int, expression.split(" * ")))
    shift = SHIFT.fullmatch(expression)
    return int(shift[1]) << int(shift[2]) if shift else None


def constants(source):
    """The values that each name is given, of those that can be told."""
    known = {}
    for path in source.rglob("*.[ch]"):
        for name, expression, macro, text in DEFINITION.findall(path.read_text(encoding="utf-8")):
            known.setdefault(name or macro, set()).add(value_of(TYPING.sub("", expression or text).strip()))
    return known


def files_of(source, where):
    """The files of a row; one without a folder is in that of the one before."""
    folder, found = source, []
    for name in FILE.findall(where):
        path = source / name if "/" in name or (source / name).is_dir() else folder / name
        found.append(path)
        folder = path if path.is_dir() else path.parent
    return found


def text_of(path):
    """What a row's file or folder says, with its own headers."""
    if path.is_dir():
        return "".join(file.read_text(encoding="utf-8") for file in path.rglob("*.[ch]"))
    return path.read_text(encoding="utf-8")


def check_row(source, known, settings, row):
    what, limit, where = row
    files = files_of(source, where)
    problems = [f"{path.relative_to(source)} is not there" for path in files if not path.exists()]
    code = "".join(text_of(path) for path in files if path.exists())
    for name in ITEM.findall(limit):
        if name.startswith("--"):
            if f'"{name[2:]}"' not in settings:
                problems.append(f"src/config/settings.c has no option {name}")
        elif not name.startswith(OF_OTHERS):
            if name not in known:
                problems.append(f"no {name} in src")
            elif not re.search(rf"\b{name}\b", code):
                problems.append(f"{name} is not in {where}")
    for name, digits, unit in VALUE.findall(limit):
        values = known.get(name, set()) - {None}  # None: what is no plain number
        told = int(digits.replace(" ", "")) * UNITS[unit]
        if values and told not in values:
            problems.append(f"{name} is {', '.join(map(str, sorted(values)))}, not {told}")
    return [f"ARCHITECTURE.md, limits, {what}: {problem}" for problem in problems]


def main():
    root = pathlib.Path(sys.argv[1])
    source = root / "src"
    known = constants(source)
    settings = (source / "config" / "settings.c").read_text(encoding="utf-8")
    table = rows((root / "ARCHITECTURE.md").read_text(encoding="utf-8"))
    problems = [problem for row in table for problem in check_row(source, known, settings, row)]
    if not table:
        problems = ["ARCHITECTURE.md has no table of limits"]
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
