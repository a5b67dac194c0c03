"""Types of CEL as tuples, ("map", ("string",), ("A",)), and the rows of the engine's tables of functions."""
import re

TOKEN = re.compile(r"[^(),\s]+|[(),]")
PARAMETERS = ("A", "B")


def simple(name):
    return (name,)


def read_type(text):
    """The type that "map(string, list(A))" writes."""
    tokens = TOKEN.findall(text)

    def read(at):
        name, parts = tokens[at], []
        at += 1
        if at < len(tokens) and tokens[at] == "(":
            at += 1
            while tokens[at] != ")":
                part, at = read(at)
                parts.append(part)
                at += tokens[at] == ","
            at += 1
        return (name, *parts), at
    return read(0)[0]


def unify(pattern, kind, bound):
    """Whether a type is of a pattern; binds the pattern's parameters."""
    if pattern[0] in PARAMETERS:
        return bound.setdefault(pattern[0], kind) == kind
    if pattern[0] == "dyn":
        return True
    return pattern[0] == kind[0] and len(pattern) == len(kind) and \
        all(unify(part, item, bound) for part, item in zip(pattern[1:], kind[1:]))


def substitute(pattern, bound):
    if pattern[0] in PARAMETERS:
        return bound[pattern[0]]
    return (pattern[0], *(substitute(part, bound) for part in pattern[1:]))


def parameters_of(pattern):
    if pattern[0] in PARAMETERS:
        return {pattern[0]}
    return set().union(*(parameters_of(part) for part in pattern[1:])) if len(pattern) > 1 else set()


class Row:
    """An overload."""

    def __init__(self, fields):
        self.function = fields["function"]
        self.id = fields["id"]
        self.is_member = fields["isMember"]
        self.arguments = [read_type(text) for text in fields["arguments"]]
        self.result = read_type(fields["result"])

    @property
    def name(self):
        return f"{self.function} {self.id}"


def read_rows(tables):
    return [Row(fields) for fields in tables["functions"]]
