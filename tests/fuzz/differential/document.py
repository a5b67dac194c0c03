"""JSON documents whose numbers keep the text they were written with, and walks over them."""
import collections
import json
import re

STAND_IN = re.compile(r'"\\ue000(\d+)"')  # a string no document has


class Number:
    """1, 1.0 and 1e0 differ here, and nothing is rounded."""

    def __init__(self, text):
        self.text = text

    def __eq__(self, other):
        return isinstance(other, Number) and self.text == other.text

    def __hash__(self):
        return hash(self.text)

    def __repr__(self):
        return self.text

    @property
    def value(self):
        return float(self.text)


class Pairs(collections.UserList):
    """An object as a list of [key, value]: keys may repeat."""

    def write(self):
        return "{" + ",".join(json.dumps(key) + ":" + write(item) for key, item in self) + "}"


def read(text):
    return json.loads(text, parse_int=Number, parse_float=Number)


def write(value):
    """Compact JSON in ASCII. What json cannot write as it should be stands in for itself first: its encoder in C is
    worth that."""
    texts = []

    def stand_in(item):
        texts.append(item.text if isinstance(item, Number) else item.write())
        return f"\ue000{len(texts) - 1}"
    text = json.dumps(value, separators=(",", ":"), default=stand_in)
    return STAND_IN.sub(lambda match: texts[int(match[1])], text) if texts else text


def walk(value, path=()):
    """Every (path, value), parents first."""
    yield path, value
    if isinstance(value, Pairs):
        for index, (_, item) in enumerate(value):
            yield from walk(item, path + ((index, "pair"),))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from walk(item, path + (key,))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from walk(item, path + (index,))


def find(value, path):
    for step in path:
        value = value[step[0]][1] if isinstance(step, tuple) else value[step]
    return value


def replace(value, path, item):
    """A copy with another item at path; what is beside the path is shared."""
    if not path:
        return item
    step, rest = path[0], path[1:]
    changed = type(value)(value)
    if isinstance(step, tuple):
        key, old = value[step[0]]
        changed[step[0]] = [key, replace(old, rest, item)]
    else:
        changed[step] = replace(value[step], rest, item)
    return changed


def remove(value, path):
    """A copy without what is at path."""
    parent = find(value, path[:-1])
    changed = type(parent)(parent)
    del changed[path[-1][0] if isinstance(path[-1], tuple) else path[-1]]
    return replace(value, path[:-1], changed)
