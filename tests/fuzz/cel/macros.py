"""Calls of macros, by the type of what they give."""
from signatures import simple

BOOL, STRING, INT = simple("bool"), simple("string"), simple("int")


class Macros:
    """A part of Expressions."""

    def macros_of(self, kind):
        """[(name, maker)]: a maker takes the type and the depth."""
        if kind == BOOL:
            return [("has", self.has)] + [(name, self.quantifier(name, 1)) for name in ("all", "exists", "exists_one")] + \
                [(f"{name} of two variables", self.quantifier(name, 2)) for name in ("all", "exists", "exists_one", "existsOne")]
        if kind[0] == "list":
            return [("map", self.map), ("map with a filter", self.map), ("filter", self.filter), ("sortBy", self.sort_by),
                    ("transformList", self.transform_list), ("transformList with a filter", self.transform_list)]
        if kind[0] == "map":
            return [("transformMap", self.transform_map), ("transformMap with a filter", self.transform_map),
                    ("transformMapEntry", self.transform_entry), ("transformMapEntry with a filter", self.transform_entry)]
        if kind[0] == "optional_type":
            return [("optMap", self.opt_map), ("optFlatMap", self.opt_flat_map)]
        return []

    def all_macros(self):
        return [macro for kind in self.kinds_of_macros() for macro in self.macros_of(kind)]

    def kinds_of_macros(self):
        item = self.known_kind()
        return [BOOL, ("list", item), ("map", self.random.choice([STRING, INT]), item), ("optional_type", item)]

    def kind_of_macro(self, name):
        """(a type, a maker)."""
        for kind in self.kinds_of_macros():
            for known, maker in self.macros_of(kind):
                if known == name:
                    return kind, maker
        raise KeyError(name)

    def has(self, _kind, depth):
        self.used.add("has")
        found = [(kind, name) for kind, fields in self.types.items() for name in fields if kind in self.kinds_at_hand()]
        if found and self.chance(0.8):
            kind, name = self.random.choice(found)
            return f"has({self.make(kind, 0)}.{name})"
        return f"has({self.operand(self.make(('map', STRING, self.known_kind()), depth - 1))}.{self.random.choice('abc')})"

    def range(self, depth):
        """(text, its type): a list or a map."""
        known = [kind for kind in sorted(self.kinds_at_hand()) if kind[0] in ("list", "map")]
        if known and self.chance(0.7):
            kind = self.random.choice(known)
        else:
            kind = self.random.choice([("list", self.known_kind()), ("map", self.random.choice([STRING, INT]), self.known_kind())])
        return self.operand(self.make(kind, min(depth - 1, 1))), kind

    def within(self, variables, kind, depth):
        """An expression of a type that may name more variables."""
        self.scope += variables
        text = self.make(kind, depth)
        del self.scope[len(self.scope) - len(variables):]
        return text

    def names_of(self, kind, count):
        """Variables over a list or map: its items or keys, or indexes and keys beside values."""
        first = self.fresh()
        key = INT if kind[0] == "list" else kind[1]
        if count == 1:
            return [(first, kind[1])]
        second = self.fresh()
        return [(first, key), (second if second != first else second + "2", kind[-1])]

    def quantifier(self, name, count):
        def make(_kind, depth):
            self.used.add(name if count == 1 else f"{name} of two variables")
            text, kind = self.range(depth)
            variables = self.names_of(kind, count)
            return f"{text}.{name}({self.comma(variables)}, {self.within(variables, BOOL, depth - 1)})"
        return make

    def comma(self, variables):
        return ", ".join(name for name, _ in variables)

    def transform(self, name, count, results, depth):
        """results: what the last argument is, given the type of the range."""
        text, kind = self.range(depth)
        variables = self.names_of(kind, count)
        is_filtered = self.chance(0.4)
        self.used.add(name + (" with a filter" if is_filtered else ""))
        condition = self.within(variables, BOOL, depth - 1) + ", " if is_filtered else ""
        return f"{text}.{name}({self.comma(variables)}, {condition}{results(variables)})"

    def map(self, kind, depth):
        return self.transform("map", 1, lambda variables: self.within(variables, kind[1], depth - 1), depth)

    def transform_list(self, kind, depth):
        return self.transform("transformList", 2, lambda variables: self.within(variables, kind[1], depth - 1), depth)

    def transform_map(self, kind, depth):
        return self.transform("transformMap", 2, lambda variables: self.within(variables, kind[2], depth - 1), depth)

    def transform_entry(self, kind, depth):
        def entry(variables):
            return f"{{{self.within(variables, kind[1], 0)}: {self.within(variables, kind[2], depth - 1)}}}"
        return self.transform("transformMapEntry", 2, entry, depth)

    def filter(self, kind, depth):
        self.used.add("filter")
        variables = [(self.fresh(), kind[1])]
        return f"{self.operand(self.make(kind, depth - 1))}.filter({self.comma(variables)}, {self.within(variables, BOOL, depth - 1)})"

    def sort_by(self, kind, depth):
        self.used.add("sortBy")
        variables = [(self.fresh(), kind[1])]
        key = self.random.choice([INT, STRING, simple("double"), BOOL, simple("duration")])
        return f"{self.operand(self.make(kind, depth - 1))}.sortBy({self.comma(variables)}, {self.within(variables, key, depth - 1)})"

    def optional(self, name, result, depth):
        self.used.add(name)
        kind = self.known_kind()
        variables = [(self.fresh(), kind)]
        return f"{self.operand(self.make(('optional_type', kind), depth - 1))}.{name}({self.comma(variables)}, {self.within(variables, result, depth - 1)})"

    def opt_map(self, kind, depth):
        return self.optional("optMap", kind[1], depth)

    def opt_flat_map(self, kind, depth):
        return self.optional("optFlatMap", kind, depth)
