"""Makes structural schemas that the API server accepts (mostly), with every keyword it knows."""
import values

PATTERNS = ["^[a-z]+$", "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "a|b", "^\\d{2,4}$", "[^<>&]$", "^\\p{Lu}", "\\bx\\b", ""]
NUMBER_FORMATS = {"integer": ["int32", "int64"], "number": ["float", "double", "int32"]}
UNKNOWN_FORMATS = ["date_time", "k8s-short", "int16", "binary"]
DEPTH = 4
ITEM_KEYS = ["name", "port"]


class Schemas:
    """Of one random stream."""

    def __init__(self, random):
        self.random = random

    def chance(self, probability):
        return self.random.random() < probability

    def root(self, has_status):
        """The schema of a whole kind."""
        properties = {"spec": self.object(0, minimum=5)}
        if self.chance(0.5):
            properties["spec"]["properties"]["formats"] = self.formats()
        if has_status or self.chance(0.2):
            properties["status"] = self.object(2, minimum=2)
        if self.chance(0.2):
            properties["extra"] = self.any(1)
        if self.chance(0.15):
            properties["metadata"] = {"type": "object", "properties": {"name": self.pick_text_limits({"type": "string"})}}
        if self.chance(0.1):
            properties["kind"] = {"type": "string"}
        schema = {"type": "object", "properties": properties}
        if self.chance(0.08):
            schema["required"] = ["spec"]
        if self.chance(0.05) and not has_status:
            schema["x-kubernetes-preserve-unknown-fields"] = True
        return schema

    def formats(self):
        """A field for each of some formats, so that all are met often."""
        names = self.random.sample(values.FORMATS, 6)
        properties = {f"f{index}": {"type": "string", "format": name} for index, name in enumerate(names)}
        number = self.random.choice(["integer", "number"])
        properties["n"] = {"type": number, "format": self.random.choice(NUMBER_FORMATS[number])}
        return {"type": "object", "properties": properties}

    def any(self, depth):
        makers = [self.string, self.string, self.integer, self.number, self.boolean, self.int_or_string]
        if depth < DEPTH:
            makers += [self.object, self.array, self.array, self.map, self.open, self.embedded, self.list_map]
        schema = self.random.choice(makers)(depth)
        if self.chance(0.12):
            schema["nullable"] = True
        if self.chance(0.08):
            schema["description"] = "about"
        if self.chance(0.15):
            self.add_junctors(schema)
        if self.chance(0.25):
            self.add_default(schema)
        return schema

    def string(self, _depth=0):
        schema = {"type": "string"}
        kind = self.random.randrange(10)
        if kind < 4:
            schema["format"] = self.random.choice(values.FORMATS)
        elif kind < 6:
            self.pick_text_limits(schema)
        elif kind < 7:
            schema["pattern"] = self.random.choice(PATTERNS)
        elif kind < 8:
            schema["enum"] = self.random.sample(["a", "b", "c", "<&>", "", "é\n", "9"], self.random.randint(1, 4))
        elif kind < 9:
            schema["format"] = self.random.choice(UNKNOWN_FORMATS + ["int32", "double"])
        if self.chance(0.1):
            self.pick_text_limits(schema)
        return schema

    def pick_text_limits(self, schema):
        low, high = sorted([self.random.randint(0, 6), self.random.randint(0, 8)])
        if self.chance(0.7):
            schema["minLength"] = low
        if self.chance(0.7):
            schema["maxLength"] = high
        return schema

    def integer(self, _depth=0):
        return self.add_number_limits({"type": "integer"}, [0, 1, -3, 10, 100, 2**31, 2**53 + 1, -(2**63), 2**63 - 1])

    def number(self, _depth=0):
        return self.add_number_limits({"type": "number"}, [0, 0.5, -1.25, 10, 1e6, 1e21, 1e-7, 3, 2**53 + 1])

    def add_number_limits(self, schema, limits):
        for keyword, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
            if self.chance(0.35):
                schema[keyword] = self.random.choice(limits)
                if self.chance(0.3):
                    schema[exclusive] = self.chance(0.8)
        if self.chance(0.2):
            schema["multipleOf"] = self.random.choice([1, 2, 5, 0.1, 0.25, 1.5, 3])
        if self.chance(0.3):
            schema["format"] = self.random.choice(NUMBER_FORMATS[schema["type"]])
        if self.chance(0.12):
            schema["enum"] = self.random.sample([0, 1, 2, 5, 1.5, -1, 100], self.random.randint(1, 4))
        return schema

    def boolean(self, _depth=0):
        schema = {"type": "boolean"}
        if self.chance(0.2):
            schema["enum"] = [self.chance(0.5)]
        return schema

    def int_or_string(self, _depth=0):
        schema = {"x-kubernetes-int-or-string": True}
        form = self.random.randrange(4)
        if form == 0:
            schema["anyOf"] = [{"type": "integer"}, {"type": "string"}]
        elif form == 1:
            schema["allOf"] = [{"anyOf": [{"type": "integer"}, {"type": "string"}]}]
        if self.chance(0.3):
            schema["pattern"] = self.random.choice(["^[0-9]+%?$", "^[a-z]+$"])
        if self.chance(0.2):
            schema["maximum"] = self.random.choice([5, 100])
        if self.chance(0.2):
            schema["maxLength"] = self.random.choice([2, 4])
        if self.chance(0.1):
            schema["enum"] = self.random.sample([1, "1", "a", 2], 2)
        return schema

    def object(self, depth=0, minimum=0):
        names = self.random.sample(["a", "b", "c", "d", "e", "f-g", "h.i", "j/k", "l", "kind", "name", "metadata", "é"],
                                   self.random.randint(minimum, max(minimum, 5 if depth else 9)))
        schema = {"type": "object", "properties": {name: self.any(depth + 1) for name in names}}
        if self.chance(0.3) and names:
            schema["required"] = self.random.sample(names, self.random.randint(1, min(2, len(names))))
        if depth and self.chance(0.2):
            schema["x-kubernetes-preserve-unknown-fields"] = True
        if depth and self.chance(0.1):
            schema["x-kubernetes-map-type"] = self.random.choice(["atomic", "granular"])
        self.add_member_limits(schema, 0.15)
        return schema

    def add_member_limits(self, schema, probability):
        if self.chance(probability):
            schema["minProperties"] = self.random.randint(0, 3)
        if self.chance(probability):
            schema["maxProperties"] = self.random.randint(1, 4)

    def map(self, depth):
        schema = {"type": "object", "additionalProperties": self.element(depth)}
        if self.chance(0.1):
            schema["additionalProperties"] = True
        self.add_member_limits(schema, 0.3)
        return schema

    def open(self, depth):
        """Preserves unknown fields, with a type or without."""
        schema = {"x-kubernetes-preserve-unknown-fields": True}
        if self.chance(0.5):
            schema["type"] = "object"
        if schema.get("type") and self.chance(0.5):
            schema["properties"] = {"a": self.any(depth + 1), "b": self.any(depth + 1)}
        return schema

    def embedded(self, depth):
        schema = {"type": "object", "x-kubernetes-embedded-resource": True}
        if self.chance(0.6):
            schema["x-kubernetes-preserve-unknown-fields"] = True
        if self.chance(0.6) or "x-kubernetes-preserve-unknown-fields" not in schema:
            schema["properties"] = {"spec": self.any(depth + 1)}
            if self.chance(0.3):
                schema["properties"]["metadata"] = {"type": "object"}
        return schema

    def element(self, depth):
        """Of a list or a map: there a null stays also where it may not be."""
        schema = self.any(depth + 1)
        if self.chance(0.2):
            schema["nullable"] = True
        return schema

    def array(self, depth):
        schema = {"type": "array", "items": self.element(depth)}
        form = self.random.randrange(4)
        if form == 0:
            schema["x-kubernetes-list-type"] = "atomic"
        elif form == 1:
            self.make_set(schema)
        if self.chance(0.3):
            schema["minItems"] = self.random.randint(0, 3)
        if self.chance(0.3):
            schema["maxItems"] = self.random.randint(0, 4)
        return schema

    def make_set(self, schema):
        schema["x-kubernetes-list-type"] = "set"
        items = schema["items"]
        items.pop("nullable", None)
        if items.get("type") == "object":
            items["x-kubernetes-map-type"] = "atomic"
        elif items.get("type") == "array":
            items["x-kubernetes-list-type"] = "atomic"
            items.pop("x-kubernetes-list-map-keys", None)

    def list_map(self, depth):
        keys = self.random.sample(ITEM_KEYS, self.random.randint(1, 2))
        makers = {"name": self.string, "port": self.integer}
        properties = {key: makers[key]() for key in keys}
        properties["value"] = self.any(depth + 1)
        required = []
        for key in keys:
            if self.chance(0.4):
                self.add_default(properties[key])
            if "default" not in properties[key]:
                required.append(key)
        items = {"type": "object", "properties": properties}
        if required:
            items["required"] = required
        schema = {"type": "array", "items": items}
        if self.chance(0.7):
            schema.update({"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": keys})
        if self.chance(0.2):
            schema["maxItems"] = 3
        return schema

    def keys_of(self, items):
        return [key for key in ITEM_KEYS if key in (items.get("properties") or {})]

    def is_keyed(self, items):
        """Whether items may be told apart by their keys: all there, or defaulted."""
        keys = self.keys_of(items)
        return bool(keys) and items.get("type") == "object" and not items.get("nullable") and \
            all(key in items.get("required", ()) or "default" in items["properties"][key] for key in keys)

    def add_default(self, schema):
        """What is not valid by the schema makes the server refuse the CRD: mostly avoided."""
        maker = values.Values(self.random, faults=0.02)
        schema["default"] = maker.make(schema, pruned=True)
        if schema["default"] is None and not schema.get("nullable"):
            del schema["default"]

    def add_junctors(self, schema):
        keyword = self.random.choice(["allOf", "anyOf", "oneOf", "not", "anyOf", "oneOf"])
        if keyword in schema:
            return
        if keyword == "not":
            schema["not"] = self.branch(schema)
        else:
            schema[keyword] = [self.branch(schema) for _ in range(self.random.randint(1, 3))]

    def branch(self, schema, depth=0):
        """Value validations that fit the type."""
        branch = {}
        properties = sorted(schema.get("properties") or {})
        if schema.get("type") == "string" or "x-kubernetes-int-or-string" in schema:
            branch = self.random.choice([{"minLength": 2}, {"maxLength": 3}, {"pattern": "^[a-z]"}, {"enum": ["a", "b"]},
                                         {"format": self.random.choice(values.FORMATS)}])
        elif schema.get("type") in ("integer", "number"):
            branch = self.random.choice([{"minimum": 1}, {"maximum": 10}, {"multipleOf": 2}, {"enum": [1, 2]},
                                         {"maximum": 5, "exclusiveMaximum": True}])
        elif schema.get("type") == "array":
            branch = self.random.choice([{"minItems": 1}, {"maxItems": 1}, {"items": self.branch(schema["items"], depth + 1)}])
        elif properties:
            name = self.random.choice(properties)
            branch = self.random.choice([{"required": [name]}, {"minProperties": 2}, {"maxProperties": 1},
                                         {"properties": {name: self.branch(schema["properties"][name], depth + 1)}}])
        if depth < 2 and self.chance(0.15):
            branch = {self.random.choice(["anyOf", "oneOf", "allOf"]): [branch, self.branch(schema, depth + 1)]}
        elif depth < 2 and self.chance(0.1):
            branch = {"not": branch}
        return dict(branch)

    def tighten(self, schema):
        """A copy with more limits, which objects stored before may break."""
        kind = schema.get("type")
        tight = dict(schema)
        for keyword in ("items", "additionalProperties"):
            if isinstance(tight.get(keyword), dict):
                tight[keyword] = self.tighten(tight[keyword])
        if "properties" in tight:
            tight["properties"] = {name: self.tighten(item) if name != "metadata" else item
                                   for name, item in tight["properties"].items()}
        if schema.get("nullable") and self.chance(0.7):
            del tight["nullable"]
        if not self.chance(0.5) or "default" in schema:
            return tight
        if kind == "boolean" and self.chance(0.3):
            return {"x-kubernetes-int-or-string": True}
        if kind == "array" and "x-kubernetes-list-type" not in tight and self.is_keyed(tight["items"]):
            tight.update({"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": self.keys_of(tight["items"])})
        if kind in ("string", "integer", "boolean") and self.chance(0.15):
            return {"type": self.random.choice(["string", "integer", "boolean"])}
        if kind == "string":
            tight.update(self.random.choice([{"maxLength": 1}, {"minLength": 4}, {"pattern": "^x"}, {"enum": ["x"]},
                                             {"format": self.random.choice(values.FORMATS)}, {"not": {"maxLength": 3}}]))
        elif kind in ("integer", "number"):
            tight.update(self.random.choice([{"maximum": 1}, {"minimum": 50}, {"maximum": 1, "exclusiveMaximum": True},
                                             {"minimum": 50, "exclusiveMinimum": True}, {"multipleOf": 7}, {"enum": [3]},
                                             {"oneOf": [{"maximum": 2}, {"maximum": 3}]}]))
        elif kind == "array":
            tight.update(self.random.choice([{"maxItems": 1}, {"minItems": 3}, {"anyOf": [{"maxItems": 0}]}]))
            if self.chance(0.5) and "x-kubernetes-list-type" not in tight:
                tight["items"] = dict(tight["items"])
                self.make_set(tight)
        elif kind == "object" and "properties" in schema and schema["properties"]:
            name = self.random.choice(sorted(schema["properties"]))
            tight.update(self.random.choice([{"required": [name]}, {"maxProperties": 1}, {"minProperties": 4},
                                             {"not": {"required": [name]}}, {"allOf": [{"required": [name]}]}]))
        elif kind == "object":
            tight.update(self.random.choice([{"maxProperties": 1}, {"minProperties": 3}]))
        return tight
