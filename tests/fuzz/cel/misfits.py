"""Every function and macro with values of every kind, mostly hidden from the type checker: what the rounds seldom make."""
import itertools
import re

VALUES = ["null", "true", "1", "-1", "2u", "1.5", '"a"', '"1"', '""', 'b"a"', "[]", "[1]", "[1.0, 2.0]", '["a"]', "[[1]]", "[{}]", "{}",
          '{"a": 1}', '{1: "a"}', 'timestamp("2020-01-01T00:00:00Z")', 'duration("1s")', "int", "optional.none()", "optional.of(1)",
          'optional.of("a")', "optional.of([1])", 'optional.of(optional.of("a"))', 'quantity("1")', 'ip("1.2.3.4")', 'cidr("1.2.3.0/24")',
          'url("https://a.b/c")', 'semver("1.2.3")', "format.dns1123Label()", "google.protobuf.Struct{}", "google.protobuf.ListValue{}",
          "google.protobuf.Timestamp{}", "google.protobuf.Any{}", "(1/0)", "self", "self.a"]
MACROS = ["all(i, i == i)", "exists(i, i == i)", "exists_one(i, i == 1)", "map(i, i)", "map(i, i == 1, i)", "filter(i, i == 1)",
          "all(i, j, i == j)", "exists(i, j, i == j)", "existsOne(i, j, i == j)", "transformList(i, j, i)", "transformList(i, j, i == j, j)",
          "transformMap(i, j, j)", "transformMap(i, j, i == j, j)", "transformMapEntry(i, j, {j: i})",
          "transformMapEntry(i, j, i == j, {i: j})", "optMap(i, i)", "optFlatMap(i, optional.of(i))", "sortBy(i, i)", "sortBy(i, -i)"]
PATHS = [".a", ".?a", ".fields", "[0]", "[?0]", ".value", ".seconds"]
OF_A_FUNCTION = 150  # expressions, chosen by chance where there are more
HIDDEN = 0.9         # of the arguments are dyn to the type checker
CONTEXT = {"schema": {"type": "object", "properties": {"a": {"type": "string"}}}, "self": {"a": "x"}, "root": True, "optional": False}


def call(function, is_member, arguments):
    """As it is written; None for what macros alone call."""
    first, *others = arguments
    if function == "_?_:_":
        return f"{first} ? {others[0]} : {others[1]}"
    if function in ("_[_]", "_[?_]"):
        return f"{first}[{'?' if '?' in function else ''}{others[0]}]"
    if function in ("!_", "-_"):
        return function[0] + first
    if function == "@in":
        return f"{first} in {others[0]}"
    if re.fullmatch(r"_[^_.]+_", function):
        return f"{first} {function[1:-1]} {others[0]}"
    if not re.fullmatch(r"[A-Za-z.]+", function):
        return None
    return f"{first}.{function}({', '.join(others)})" if is_member else f"{function}({', '.join(arguments)})"


def expressions(random, rows):
    def hide(value):
        return f"dyn({value})" if random.random() < HIDDEN else value
    for function, is_member, count in sorted({(row.function, row.is_member, len(row.arguments)) for row in rows if row.arguments}):
        choices = list(itertools.product(VALUES, repeat=min(count, 2)))
        for chosen in random.sample(choices, min(len(choices), OF_A_FUNCTION)):
            arguments = [hide(value) for value in (*chosen, *random.choices(VALUES, k=max(0, count - 2)))]
            text = call(function, is_member, arguments)
            if text:
                yield text
    for value in VALUES:
        yield from (f"{hide(value)}.{macro}" for macro in MACROS)
        yield from (hide(value) + path for path in PATHS)
        yield f"has({hide(value)}.a)"
