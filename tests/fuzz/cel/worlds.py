"""What rules are about: a schema, what CEL sees of it, and objects that it describes."""
from signatures import simple

WORDS = ["", "a", "b", "ab", "abc", "a.b", "A-1", "äöü", "日本", "a b", "%s", "0", "true", "1.5", "x" * 12, "\U0001f431", "a\\n\"'"]
NUMBERS = ["10.0.0.1", "::1", "fe80::1", "10.0.0.0/8", "2001:db8::/32", "1.2.3", "v1.0", "100Mi", "1.5k", "-3", "https://a.b:80/c?d=e#f", "1h", "2020-01-02T03:04:05Z"]
INTEGERS = [0, 1, 2, 3, -1, 10, 100, 2**31, -(2**63), 2**63 - 1]
DOUBLES = [0.0, 1.0, 0.5, -1.25, 2.0, 1e10, 1e300, -3.0]
FORMATS = {
    "byte": ("bytes", ["", "YQ==", "YWJj"]),
    "date": ("timestamp", ["2020-02-29", "1970-01-01", "9999-12-31"]),
    "date-time": ("timestamp", ["2020-02-29T01:02:03Z", "1999-12-31T23:59:59.5+02:00", "0001-01-01T00:00:00Z"]),
    "duration": ("duration", ["1h", "0s", "90m", "1.5s", "-5ms"]),
    "uuid": ("string", ["123e4567-e89b-12d3-a456-426614174000"]),
    "ipv4": ("string", ["10.0.0.1", "192.168.0.255"]),
}
# How the names of properties are written in expressions.
NAMES = {"namespace": "__namespace__", "a-b": "a__dash__b", "c.d": "c__dot__d", "e/f": "e__slash__f", "in": "__in__",
         "x__y": "x__underscores__y", "i": "i", "j": "j", "k": "k", "l": "l", "m": "m", "n": "n", "o": "o", "p": "p", "q": "q",
         "r": "r", "s": "s", "t": "t", "u": "u", "v": "v", "w": "w", "z": "z"}
UNWRITABLE = ["404", "é", "$ref"]  # what no expression can name
KEYS = ["a", "a", "b", "b", "ab", "a.b", "日本", ""]
DEPTH = 3


class Place:
    """A schema beside what CEL makes of it."""

    def __init__(self, schema, kind, make, items=None, fields=None):
        self.schema = schema
        self.kind = kind        # its type
        self.make = make        # () -> a value
        self.items = items      # Place of a list's or map's values
        self.fields = fields    # {name: Place} of an object
        self.rules = []


class World:
    """Of one random stream. types holds the fields of each type of object: {kind: {name in CEL: its type}}."""

    def __init__(self, random):
        self.random = random
        self.types = {}

    def chance(self, probability):
        return self.random.random() < probability

    def root(self):
        """The whole kind; rules are put at places below it."""
        spec = self.object(0, minimum=12)
        fields = {"spec": spec}
        if self.chance(0.5):
            fields["status"] = self.any(1)
        place = Place({"type": "object"}, None, None, fields=fields)
        visible = {"apiVersion": simple("string"), "kind": simple("string"), "metadata": self.metadata()}
        self.finish_object(place, visible)
        return place

    def metadata(self):
        kind = simple("object metadata")
        self.types[kind] = {"name": simple("string"), "generateName": simple("string")}
        return kind

    def any(self, depth):
        makers = [self.text, self.text, self.integer, self.number, self.boolean, self.formatted, self.int_or_string]
        if depth < DEPTH:
            makers += [self.object, self.list, self.list, self.set, self.list_map, self.map]
        place = self.random.choice(makers)(depth)
        if self.chance(0.08):
            place.schema["nullable"] = True
            inner = place.make
            place.make = lambda: None if self.chance(0.2) else inner()
        return place

    def text(self, _depth=0):
        schema = {"type": "string"}
        if self.chance(0.85):
            schema["maxLength"] = self.random.choice([0, 5, 20, 63, 253])
        pool = self.random.choice([WORDS, WORDS, NUMBERS])
        if self.chance(0.1):
            pool = schema["enum"] = self.random.sample(WORDS[:8], 3)
        limit = schema.get("maxLength", 10**6)
        return Place(schema, simple("string"), lambda: self.random.choice(pool)[:limit])

    def formatted(self, _depth=0):
        name = self.random.choice(sorted(FORMATS))
        kind, pool = FORMATS[name]
        schema = {"type": "string", "format": name}
        if self.chance(0.5):
            schema["maxLength"] = self.random.choice([40, 64])
        return Place(schema, simple(kind), lambda: self.random.choice(pool))

    def integer(self, _depth=0):
        schema = {"type": "integer"}
        if self.chance(0.3):
            schema["format"] = self.random.choice(["int32", "int64"])
        pool = INTEGERS[:7] if schema.get("format") == "int32" else INTEGERS
        return Place(schema, simple("int"), lambda: self.random.choice(pool))

    def number(self, _depth=0):
        return Place({"type": "number"}, simple("double"), lambda: self.random.choice(DOUBLES + [1, 7]))

    def boolean(self, _depth=0):
        return Place({"type": "boolean"}, simple("bool"), lambda: self.chance(0.5))

    def int_or_string(self, _depth=0):
        return Place({"x-kubernetes-int-or-string": True}, simple("dyn"), lambda: self.random.choice([0, 80, "80", "http", ""]))

    def limit(self, schema, keyword):
        if self.chance(0.85):
            schema[keyword] = self.random.choice([1, 3, 5, 10, 64])
        return min(schema.get(keyword, 4), 4)

    def count(self, most):
        return 0 if self.chance(0.12) else self.random.randint(1, most)

    def list(self, depth):
        items = self.any(depth + 1)
        schema = {"type": "array", "items": items.schema}
        most = self.limit(schema, "maxItems")
        return Place(schema, ("list", items.kind), lambda: [items.make() for _ in range(self.count(most))], items)

    def set(self, _depth):
        items = self.random.choice([self.text, self.integer])()
        schema = {"type": "array", "items": items.schema, "x-kubernetes-list-type": "set"}
        most = self.limit(schema, "maxItems")
        return Place(schema, ("list", items.kind), lambda: distinct(items.make() for _ in range(self.count(most))), items)

    def list_map(self, depth):
        items = self.object(depth + 1)
        key = self.text()
        key.make = lambda: self.random.choice("abcd")
        key.schema = {"type": "string", "maxLength": 10}
        items.fields = dict(items.fields, z=key)
        self.finish_object(items, {})
        items.schema["required"] = ["z"]
        schema = {"type": "array", "items": items.schema, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["z"]}
        most = self.limit(schema, "maxItems")

        def make():
            made = {item["z"]: item for item in (items.make() for _ in range(self.count(most)))}
            return list(made.values())
        return Place(schema, ("list", items.kind), make, items)

    def map(self, depth):
        values = self.any(depth + 1)
        schema = {"type": "object", "additionalProperties": values.schema}
        most = self.limit(schema, "maxProperties")

        def make():
            return {self.random.choice(KEYS): values.make() for _ in range(self.count(most))}
        return Place(schema, ("map", simple("string"), values.kind), make, values)

    def unseen(self):
        """What CEL has no type for."""
        return Place({"x-kubernetes-preserve-unknown-fields": True}, None,
                     lambda: self.random.choice([1, "a", 1.5, True, [1, {"a": None}], {"x": {"y": 1}}, {}]))

    def object(self, depth, minimum=1):
        names = self.random.sample(sorted(set(NAMES) - {"z"}), self.random.randint(minimum, max(minimum, 14 if depth == 0 else 4)))
        fields = {name: self.any(depth + 1) for name in names}
        if self.chance(0.2):
            fields[self.random.choice(UNWRITABLE)] = self.any(depth + 1)
        if self.chance(0.2):
            fields["x"] = self.unseen()
        place = Place({"type": "object"}, None, None, fields=fields)
        if self.chance(0.3):
            place.schema["required"] = self.random.sample(names, 1)
        if self.chance(0.15):
            place.schema["x-kubernetes-map-type"] = "atomic"
        self.finish_object(place, {})
        return place

    def finish_object(self, place, visible):
        """Sets what follows from the fields."""
        place.schema["properties"] = {name: field.schema for name, field in place.fields.items()}
        kind = place.kind or simple(f"object {len(self.types)}")
        place.kind = kind
        self.types[kind] = dict(visible, **{NAMES.get(name, name): field.kind for name, field in place.fields.items()
                                            if name not in UNWRITABLE and field.kind is not None})

        def make():
            required = place.schema.get("required", ())
            return {name: field.make() for name, field in place.fields.items() if name in required or self.chance(0.95)}
        place.make = make


def distinct(values):
    return list(dict.fromkeys(values))


def places_of(place, steps=()):
    """Every (steps, place) below one that CEL has a type for, itself first; a step is a property, or None for items and values."""
    if place.kind is None:
        return
    yield steps, place
    if place.items is not None:
        yield from places_of(place.items, steps + (None,))
    for name, field in (place.fields or {}).items():
        yield from places_of(field, steps + (name,))


def values_at(value, steps):
    """The values of an object at the steps to a place."""
    if not steps:
        return [value]
    step, rest = steps[0], steps[1:]
    if step is not None:
        below = [value[step]] if isinstance(value, dict) and step in value else []
    elif isinstance(value, dict):
        below = list(value.values())
    else:
        below = value if isinstance(value, list) else []
    return [found for item in below for found in values_at(item, rest)]
