"""Makes expressions of a wanted type from the engine's own tables of functions, most of them right."""
import re

from literals import ARGUMENTS, LITERALS, MESSAGES, SMALL, TYPES
from macros import Macros
from signatures import parameters_of, simple, substitute, unify

BOOL, STRING, INT, DYN = simple("bool"), simple("string"), simple("int"), simple("dyn")
SCALARS = [simple(name) for name in ("int", "int", "uint", "double", "string", "string", "bool", "bytes", "timestamp", "duration")]
OPAQUE = [simple(name) for name in ("kubernetes.Quantity", "net.IP", "net.CIDR", "kubernetes.URL", "kubernetes.Semver", "kubernetes.NamedFormat")]
KEYS = [STRING, STRING, INT, simple("uint"), BOOL]
ORDERED = {"bool", "int", "uint", "double", "string", "bytes", "timestamp", "duration"}
SIZED = {"string", "bytes", "list", "map"}
INFIX = re.compile(r"^_([^_]+)_$")
NAMES = ["x", "y", "e", "item", "k2"]
WORLD_DEPTH = 3   # of fields and items below a variable
FAULTS = ["nosuch", "self.nosuch", "nosuch(1)", "self.nosuch()", "in", "1e999", "99999999999999999999", "'\\z'", "b'\\u00e9'", "[1, 'a']", "{1: 2, 'a': 3}",
          "self.spec.nosuch", "size()", "size(1, 2)", "has(self)", "[1].map(1, 2)", "[1].all(x, x, x, x)", "google.protobuf.Duration{seconds: 1}",
          "google.protobuf.Int64Value{value: 3}", "google.protobuf.StringValue{}", "google.protobuf.Struct{}", "Nosuch{a: 1}", "null", "timestamp('x')",
          "duration('x')", "'a'.matches('(')", "1 / 0", "1 % 0", "-(-9223372036854775807 - 1)", "[1][9]", "{'a': 1}['b']", "optional.none().value()",
          "int('x')", "b'\\xff' == bytes('a')", "string(b'\\xff')", "\"\\ud800\"", "'abc", "self.?nosuch", "[?1]", "-'a'", "!1", "google.protobuf.NullValue.NULL_VALUE"]
NOISE = "()[]{}.,?:'\"\\ü#@&|=!<>+-*/%0aÿ \n\t`$;"


class Expressions(Macros):
    """About self and oldSelf of a type, from one random stream. usage counts how often a row or macro was used so far in
    what compiles: the rare ones are preferred."""

    def __init__(self, random, rows, usage, types, kind, old_kind):
        self.random = random
        self.rows = rows
        self.usage = usage
        self.types = types
        self.variables = [("self", kind), ("self", kind), ("oldSelf", old_kind)]
        self.scope = []
        self.used = set()
        self.faults = self.dyns = 0.0
        self.below = {}

    def chance(self, probability):
        return self.random.random() < probability

    def rule(self):
        """(text, what it uses)."""
        self.scope, self.used = [], set()
        self.faults = self.random.choice([0, 0, 0, 0, 0.03, 0.08])
        self.dyns = self.random.choice([0, 0, 0, 0.05, 0.15])
        depth = self.random.choice([1, 2, 2, 3, 3, 4])
        if self.chance(0.75):
            text = self.about_a_rare_one(depth)
        else:
            text = self.make(BOOL, depth)
        if self.chance(0.04):
            text = self.spoil(text)
        return text, self.used

    def message(self):
        self.scope, self.used = [], set()
        return self.make(STRING, 2)

    def about_a_rare_one(self, depth):
        macros = self.all_macros()
        name, maker = min(self.random.sample(self.rows, 4) + self.random.sample(macros, 2), key=self.uses_of_choice), None
        if isinstance(name, tuple):
            kind, maker = self.kind_of_macro(name[0])
            text = maker(kind, depth)
        else:
            bound = {}
            self.bind(name, bound)
            kind = substitute(name.result, bound)
            text = self.call(name, bound, depth)
        if kind == BOOL or self.chance(0.1):
            return text
        return self.judge(text, kind, depth - 1)

    def uses_of_choice(self, choice):
        return self.usage[choice[0] if isinstance(choice, tuple) else choice.name]

    def judge(self, text, kind, depth):
        """A bool about a value."""
        form = self.random.randrange(6)
        if form == 0 and kind[0] in ORDERED:
            return f"{text} {self.random.choice(['<', '<=', '>', '>='])} {self.make(kind, depth)}"
        if form == 1 and kind[0] in SIZED:
            return f"size({text}) {self.random.choice(['==', '>', '<'])} {self.make(INT, 0)}"
        if form == 2 and kind[0] == "optional_type":
            return f"{text}.hasValue()"
        if form == 3:
            return f"{text} in [{self.make(kind, depth)}]"
        if form == 4 and kind[0] not in ("type", "dyn"):
            return f"type({text}) == {self.random.choice(TYPES)}"
        return f"{text} {self.random.choice(['==', '=='  , '!='])} {self.make(kind, depth)}"

    def spoil(self, text):
        """One character more, less or other."""
        place = self.random.randrange(len(text) + 1)
        end = place + self.random.choice([0, 1])
        return text[:place] + self.random.choice(["", *NOISE]) + text[end:]

    def make(self, kind, depth):
        if self.faults and self.chance(self.faults):
            return self.random.choice(FAULTS) if self.chance(0.6) else self.make(self.any_kind(), depth)
        if self.dyns and self.chance(self.dyns):
            self.used.add("dyn to_dyn")
            return f"dyn({self.make(self.any_kind() if self.chance(0.2) else kind, depth - 1)})"
        if kind[0] in MESSAGES and self.chance(0.01):
            return self.message_of(kind, depth)
        if depth <= 0 or self.chance(0.2):
            return self.leaf(kind)
        choices = [row for row in self.rows if unify(row.result, kind, {})] + self.macros_of(kind)
        if not choices:
            return self.aggregate(kind, depth)
        if kind[0] in ("list", "map") and self.chance(0.15):
            return self.aggregate(kind, depth)
        choice = self.random.choices(choices, [1 / (20 + self.uses_of_choice(choice)) for choice in choices])[0]
        if isinstance(choice, tuple):
            return choice[1](kind, depth)
        bound = {}
        unify(choice.result, kind, bound)
        self.bind(choice, bound)
        return self.call(choice, bound, depth)

    def bind(self, row, bound):
        """Types for the parameters of a row that have none yet."""
        keys = {part[1][0] for part in [*row.arguments, *(argument[1] for argument in row.arguments if len(argument) > 1)]
                if part[0] == "map"}
        for pattern in [*row.arguments, row.result]:
            for name in sorted(parameters_of(pattern)):
                if name not in bound:
                    bound[name] = self.random.choice(KEYS) if name in keys else self.known_kind()

    def any_kind(self):
        return self.random.choice(SCALARS + OPAQUE + [DYN, simple("null"), ("list", self.random.choice(SCALARS)), ("map", STRING, INT),
                                                      ("optional_type", self.random.choice(SCALARS))])

    def known_kind(self):
        """Of something at hand, mostly."""
        if self.chance(0.5):
            return self.random.choice(sorted(self.kinds_at_hand()))
        return self.any_kind() if self.chance(0.3) else self.random.choice(SCALARS)

    def kinds_at_hand(self):
        return {kind for _, variable in self.variables + self.scope for kind in self.below_of(variable)}

    def call(self, row, bound, depth):
        self.used.add(row.name)
        if row.function == "_?._":
            return self.optional_field(bound, depth)
        arguments = [self.argument(row, place, substitute(pattern, bound), depth - 1) for place, pattern in enumerate(row.arguments)]
        if self.faults and self.chance(self.faults / 2):
            arguments.append(self.leaf(self.any_kind()))
        return self.write(row, arguments)

    def argument(self, row, place, kind, depth):
        known = ARGUMENTS.get((row.function, place))
        if known and kind == STRING and self.chance(0.6):
            return "'" + self.random.choice(known) + "'"
        if (row.function, place) in SMALL:  # a list of any length costs the server its memory
            return self.random.choice(SMALL[row.function, place])
        if kind == ("list", DYN):
            return self.mixed_list(row, depth)
        if kind == DYN:
            kind = self.known_kind()
        return self.make(kind, depth)

    def mixed_list(self, row, depth):
        """For functions that take lists of anything: what format formats, what flatten flattens."""
        kind = self.known_kind()
        if row.function == "flatten":
            return self.make(("list", ("list", kind)) if kind[0] != "dyn" else ("list", ("list", INT)), depth)
        count = self.random.choice([0, 1, 1, 2, 3])
        if count > 1 and self.chance(0.5):
            return "[" + ", ".join(f"dyn({self.make(self.known_kind(), depth)})" for _ in range(count)) + "]"
        return "[" + ", ".join(self.make(kind, depth) for _ in range(count)) + "]"

    def write(self, row, arguments):
        first, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
        infix = INFIX.match(row.function)
        if row.function == "_?_:_":
            return "(" + " ? ".join([first, " : ".join(rest)]) + ")"
        if row.function == "_[_]":
            return f"{self.operand(first)}[{', '.join(rest)}]"
        if row.function == "_[?_]":
            return f"{self.operand(first)}[?{', '.join(rest)}]"
        if row.function in ("!_", "-_"):
            return row.function[0] + self.operand(first)
        if row.function == "@in" or infix:
            joined = f" {'in' if row.function == '@in' else infix[1]} ".join(arguments)
            return joined if self.chance(0.1) else f"({joined})"
        if row.is_member:
            return f"{self.operand(first)}.{row.function}({', '.join(rest)})"
        return f"{row.function}({', '.join(arguments)})"

    def operand(self, text):
        """What may stand before a dot or a bracket."""
        return f"({text})" if text[0] in "-!.0123456789" or " " in text and text[0] not in "([{'\"" else text

    def optional_field(self, bound, depth):
        wanted = bound.get("A", INT)
        found = [(kind, name) for kind, fields in self.types.items() for name, field in fields.items()
                 if field == wanted and kind in self.kinds_at_hand()]
        if found and self.chance(0.8):
            kind, name = self.random.choice(found)
            return f"{self.make(kind, 0)}.?{name}"
        return f"{self.make(('map', STRING, wanted), depth - 1)}.?{self.random.choice('abc')}"

    def leaf(self, kind):
        paths = [name + suffix for name, variable in self.variables + self.scope * 2 for suffix in self.below_of(variable).get(kind, ())]
        if paths and self.chance(0.75):
            return self.random.choice(paths)
        if kind[0] == "type":
            return self.random.choice(TYPES)
        if kind[0] in LITERALS:
            return self.random.choice(LITERALS[kind[0]])
        if kind[0] in ("list", "map", "optional_type"):
            return self.aggregate(kind, 0)
        return self.random.choice(paths) if paths else f"dyn({self.random.choice(LITERALS['string'])})"

    def aggregate(self, kind, depth):
        """A literal of a list or map, or an optional."""
        count = self.random.choice([0, 1, 1, 2, 3])
        if kind[0] == "list":
            items = [self.make(kind[1], depth - 1) for _ in range(count)]
            if self.chance(0.05):
                items.append("?" + self.make(("optional_type", kind[1]), depth - 1))
            return "[" + ", ".join(items) + "]"
        if kind[0] == "map":
            entries = [f"{self.make(kind[1], 0)}: {self.make(kind[2], depth - 1)}" for _ in range(count)]
            if self.chance(0.05):
                entries.append(f"?{self.make(kind[1], 0)}: {self.make(('optional_type', kind[2]), depth - 1)}")
            return "{" + ", ".join(entries) + "}"
        if kind[0] == "optional_type":
            return f"optional.of({self.make(kind[1], depth - 1)})" if self.chance(0.7) else "optional.none()"
        return self.leaf(kind)

    def message_of(self, kind, depth):
        """A literal of a message that stands for a value of the kind."""
        name, fields = self.random.choice(MESSAGES[kind[0]])
        given = []
        for field, of in fields.items():
            if self.chance(0.1):
                given.append(f"?{field}: {self.make(('optional_type', simple(of)), depth - 1)}")
            elif self.chance(0.9):
                given.append(f"{field}: {self.make(simple(of), depth - 1)}")
        return f"google.protobuf.{name}{{{', '.join(given)}}}"

    def below_of(self, kind):
        """{type: suffixes that lead to it} of a variable's type."""
        if kind not in self.below:
            found = {}
            self.descend(kind, "", WORLD_DEPTH, found)
            self.below[kind] = found
        return self.below[kind]

    def descend(self, kind, suffix, depth, found):
        found.setdefault(kind, []).append(suffix)
        if depth == 0:
            return
        for name, field in self.types.get(kind, {}).items():
            self.descend(field, f"{suffix}.{name}", depth - 1, found)
        if kind[0] == "list":
            self.descend(kind[1], suffix + "[0]", depth - 1, found)
        elif kind[0] == "map":
            self.descend(kind[2], suffix + "['a']", depth - 1, found)
            self.descend(kind[2], suffix + ".b", depth - 1, found)
        elif kind[0] == "optional_type":
            self.descend(kind[1], suffix + ".value()", depth - 1, found)

    def fresh(self):
        return self.random.choice(NAMES)
